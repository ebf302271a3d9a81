//! GitHub issues as its command line prints them: `gh issue list --json …`, or as its interface answers.

use serde_json::Value;

use crate::model::{GOAL, State};

use super::Unreadable;
use super::body;
use super::file::SourceFile;
use super::foreign::{ForeignTask, Source, moment};
use super::json::{Fields, text_of};
use super::words;

/// Reads a list of issues, or one issue a line.
pub fn read(files: &[SourceFile]) -> Result<Source, Unreadable> {
    let mut source = Source::default();
    for file in files {
        let values = serde_json::Deserializer::from_str(&file.text).into_iter::<Value>();
        for value in values {
            let value = value.map_err(|error| Unreadable::at(&file.path, error))?;
            let list = match value {
                Value::Array(list) => list,
                one => vec![one],
            };
            for value in &list {
                let fields = Fields::of(value).ok_or_else(|| Unreadable::at(&file.path, "not a list of issues"))?;
                issue(fields, &file.path, &mut source)?;
            }
        }
    }
    Ok(source)
}

fn issue(mut fields: Fields, path: &str, source: &mut Source) -> Result<(), Unreadable> {
    let number = fields.text("number").ok_or_else(|| Unreadable::at(path, "an issue without `number`"))?;
    let url = fields.text("url").filter(|url| url.contains("/issues/") || url.contains("/pull/"));
    let url = url.or_else(|| fields.text("html_url"));
    let key =
        url.as_deref().and_then(repository_of).map_or_else(|| format!("#{number}"), |name| format!("{name}#{number}"));
    let place = format!("{path} #{number}");
    if fields.take("pull_request").is_some() || url.as_deref().is_some_and(|url| url.contains("/pull/")) {
        source.odd("pull_request", &place, format!("{key} is a pull request, not an issue; it is left out"));
        return Ok(());
    }
    let home = key.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let mut task = ForeignTask::new(&key, &place, &fields.text("title").unwrap_or_default());
    let state = fields.text("state").unwrap_or_default();
    let reason = fields.text("stateReason").or_else(|| fields.text("state_reason")).unwrap_or_default();
    task.state = if state.eq_ignore_ascii_case("closed") { State::Done } else { State::Pending };
    match words::plain(&reason).as_str() {
        "" | "completed" | "reopened" => {}
        "not planned" | "duplicate" => {
            task.state = State::Failed;
            task.set("resolution", "dropped");
            task.keep("state reason", &words::plain(&reason));
        }
        other => task.keep("state reason", other),
    }
    let labels: Vec<_> = fields.list("labels").iter().map(|label| named(label, "name")).collect();
    labels.iter().find_map(|label| words::kind(label)).into_iter().for_each(|kind| task.set("kind", kind));
    let ranked = labels.iter().find_map(|label| words::priority(label));
    ranked.into_iter().for_each(|priority| task.set("priority", &priority.to_string()));
    task.set_list("labels", labels);
    let mut assignees = fields.list("assignees").iter().map(|one| named(one, "login")).collect::<Vec<_>>().into_iter();
    let single = fields.take("assignee").map(|one| named(&one, "login"));
    assignees.next().or(single).iter().for_each(|name| task.assign(name));
    let others: Vec<_> = assignees.collect();
    if !others.is_empty() {
        source.odd("several_assignees", &place, format!("{key} is also assigned to {}", others.join(", ")));
        task.keep("also assigned to", &others.join(", "));
    }
    fields.take("milestone").iter().for_each(|one| task.set("milestone", &named(one, "title")));
    fields.text("createdAt").or_else(|| fields.text("created_at")).iter().for_each(|date| task.created(date));
    let text = fields.text("body").unwrap_or_default();
    body::sections(&text, GOAL, &mut task);
    task.depends_on = dependencies(&text, &home);
    for comment in fields.list("comments") {
        // The interface tells only how many there are.
        let Some(mut comment) = Fields::of(&comment) else { continue };
        let at = comment.text("createdAt").or_else(|| comment.text("created_at"));
        let author = comment.take("author").or_else(|| comment.take("user")).map(|one| named(&one, "login"));
        let text = comment.text("body").unwrap_or_default();
        task.comment(at.as_deref().and_then(moment), &author.unwrap_or_default(), &text);
    }
    if let Some(author) = fields.take("author").or_else(|| fields.take("user")) {
        task.keep("author", &named(&author, "login"));
    }
    if let Some(url) = url {
        task.keep("url", &url);
    }
    fields.text("closedAt").or_else(|| fields.text("closed_at")).iter().for_each(|date| task.keep("closed", date));
    fields.text("updatedAt").or_else(|| fields.text("updated_at")).iter().for_each(|date| task.keep("updated", date));
    fields.forget(&[
        "id",
        "closed",
        "isPinned",
        "reactionGroups",
        "node_id",
        "reactions",
        "locked",
        "author_association",
    ]);
    fields.forget(&["repository_url", "labels_url", "comments_url", "events_url", "timeline_url", "url"]);
    fields.keep_rest(&mut task);
    source.tasks.push(task);
    Ok(())
}

/// The name of a thing that is an object with a name, or a name.
fn named(value: &Value, field: &str) -> String {
    value.get(field).map_or_else(|| text_of(value), text_of)
}

/// `owner/name` of an issue's address.
fn repository_of(url: &str) -> Option<String> {
    let path = url.split_once("://")?.1.split_once('/')?.1;
    let mut parts = path.split('/');
    Some(format!("{}/{}", parts.next()?, parts.next()?))
}

/// The issues of the same repository that lines such as `Depends on #12, #13` name.
fn dependencies(text: &str, home: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let lower = line.to_lowercase();
        let start = ["depends on", "blocked by"].iter().filter_map(|words| lower.find(words)).min();
        let Some(rest) = start.and_then(|start| line.get(start..)) else { continue };
        for (at, _) in rest.match_indices('#') {
            let is_elsewhere = rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-');
            let number: String = rest[at + 1..].chars().take_while(char::is_ascii_digit).collect();
            let other = format!("{}{number}", home);
            if !number.is_empty() && !is_elsewhere && !found.contains(&other) {
                found.push(other);
            }
        }
    }
    found
}
