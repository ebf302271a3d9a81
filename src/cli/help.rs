//! The topics that can be read offline, and the commands by their names.

use clap::Command;

use crate::model::Refusal;
use crate::text::suggestion;

struct Topic {
    name: &'static str,
    /// Other words for it.
    also: &'static [&'static str],
    about: &'static str,
    text: &'static str,
}

/// The documents themselves: there is no second wording that could grow old.
const TOPICS: &[Topic] = &[
    Topic {
        name: "format",
        also: &["file", "files", "task"],
        about: "the task file, key by key",
        text: include_str!("../../docs/format.md"),
    },
    Topic {
        name: "query",
        also: &["queries", "filters"],
        about: "what list, search and board can be asked",
        text: include_str!("../../docs/query.md"),
    },
    Topic { name: "hooks", also: &[], about: "what a commit does", text: include_str!("../../docs/hooks.md") },
    Topic {
        name: "ci",
        also: &["verifying", "github", "gitlab"],
        about: "what is known of commits, and how CI asks",
        text: include_str!("../../docs/ci.md"),
    },
    Topic {
        name: "claims",
        also: &["leases"],
        about: "who holds a task, and for how long",
        text: include_str!("../../docs/claims.md"),
    },
    Topic {
        name: "clones",
        also: &["remote", "offline"],
        about: "one board in several clones",
        text: include_str!("../../docs/clones.md"),
    },
    Topic { name: "agents", also: &["agent", "json"], about: "how agents work with it", text: crate::view::GUIDE },
    Topic {
        name: "exit-codes",
        also: &["exit", "errors", "codes"],
        about: "exit codes, and every refusal",
        text: include_str!("../../docs/errors.md"),
    },
];

/// The names of the topics, and what each is about.
pub fn topics() -> impl Iterator<Item = (&'static str, &'static str)> {
    TOPICS.iter().map(|topic| (topic.name, topic.about))
}

/// The topic that words name, if they name one: its name and its text.
pub fn named_topic(words: &[String]) -> Option<(&'static str, &'static str)> {
    let wanted = words.join("-").to_lowercase();
    let topic = TOPICS.iter().find(|topic| topic.name == wanted || topic.also.contains(&wanted.as_str()))?;
    Some((topic.name, topic.text))
}

/// A document without what is there for its tests alone.
pub fn text(document: &str) -> String {
    let mut text = String::new();
    let mut is_hidden = false;
    let mut is_after_hidden = false;
    for line in document.lines() {
        match (is_hidden, line.trim_end()) {
            (false, "<!-- run") => is_hidden = true,
            (true, "-->") => {
                is_hidden = false;
                is_after_hidden = true;
            }
            (true, _) => {}
            (false, "") if is_after_hidden => {}
            (false, line) => {
                is_after_hidden = false;
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

/// The command that words name, with a suggestion where they name none.
pub fn find_command<'a>(root: &'a Command, words: &[String]) -> Result<&'a Command, Refusal> {
    let mut command = root;
    for word in words {
        let known: Vec<&str> =
            command.get_subcommands().filter(|sub| !sub.is_hide_set()).map(Command::get_name).collect();
        let Some(sub) = command.find_subcommand(word).filter(|sub| !sub.is_hide_set()) else {
            let topics = TOPICS.iter().filter(|_| std::ptr::eq(command, root)).map(|topic| topic.name);
            let near = suggestion(word, known.into_iter().chain(topics));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`mcp help` names all commands and topics".to_owned(),
            };
            let message = format!("there is neither a command nor a topic `{word}`");
            return Err(Refusal::BadInput { message, hint: Some(hint) });
        };
        command = sub;
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_run_unseen_is_not_read() {
        assert_eq!(text("# A\n\n<!-- run\nmcp init\n-->\n\nb <!-- c -->\n"), "# A\n\nb <!-- c -->\n");
    }
}
