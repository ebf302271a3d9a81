//! A whole task in a comment at the end of another layout, which cannot hold all of it.
//!
//! The comment has the task's id, a print of all that stands before it, and the file, each line as JSON has it: so it
//! survives whoever changes line ends, and nothing in it ends the comment.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::id::TaskId;

/// How the comment begins.
const START: &str = "<!-- mcp:";
const END: &str = "-->";

/// A task that was found in a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Which.
    pub id: TaskId,
    /// Its file, byte for byte.
    pub text: String,
    /// What stands before the comment is no longer what the task was written out as.
    pub is_changed: bool,
}

/// The layout with the comment at its end.
pub fn carry(layout: &str, id: &TaskId, text: &str) -> String {
    let layout = layout.trim_end();
    let mut whole = format!("{layout}\n\n{START} {id} {}\n", print_of(layout));
    for line in text.split_inclusive('\n') {
        let _ = writeln!(whole, "{}", serde_json::Value::from(line).to_string().replace('>', "\\u003e"));
    }
    whole + END + "\n"
}

/// What stands before the comment, and the task in it; `None` without such a comment at the end.
pub fn carried(text: &str) -> Option<(&str, Carried)> {
    // The lines of the task begin with quotes.
    let at = text.rfind(&format!("\n{START}"))? + 1;
    let (layout, comment) = text.split_at(at);
    let mut lines = comment.trim_end().strip_prefix(START)?.strip_suffix(END)?.lines();
    let (id, print) = lines.next()?.trim().split_once(' ')?;
    let text = lines.map(|line| serde_json::from_str::<String>(line.trim()).ok()).collect::<Option<String>>()?;
    let is_changed = print_of(layout.trim_end()) != print;
    Some((layout, Carried { id: TaskId::parse(id)?, text, is_changed }))
}

/// Says whether lines have changed, not how they end.
fn print_of(layout: &str) -> String {
    let digest = Sha256::digest(layout.replace('\r', "").as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> TaskId {
        TaskId::parse("t-7k3f9q").expect("an id")
    }

    #[test]
    fn a_task_comes_out_as_it_was_put_in() {
        for text in
            ["", "a", "---\r\nx: '--> <!-- mcp:'\n\n-->\n\u{feff}\\\"\t\u{2028}", "<!-- mcp: t-2mbc4d ab\n-->\n"]
        {
            let whole = carry("# Layout\n\n", &id(), text);
            let (layout, carried) = carried(&whole).expect("a comment");
            assert_eq!(
                (layout.trim_end(), carried.text.as_str(), carried.is_changed),
                ("# Layout", text, false),
                "{whole}"
            );
            assert_eq!(whole.matches("-->").count(), 1, "{whole}");
        }
    }

    #[test]
    fn line_ends_are_no_change_and_words_are() {
        let whole = carry("one\ntwo\n", &id(), "x\n");
        let changed = |whole: &str| carried(whole).map(|(_, carried)| carried.is_changed);
        assert_eq!(changed(&whole.replace('\n', "\r\n")), Some(false));
        assert_eq!(changed(&whole.replace("two", "three")), Some(true));
        assert_eq!(changed("one\n<!-- mcp: t-7k3f9q ab\nx\n-->\n"), None);
    }
}
