//! Trailers: the `Key: value` lines at the end of a commit message.

/// Returns the values of a trailer, each once, in their order.
///
/// Lines in the body count too: `git merge --squash` keeps the trailers of the commits as indented text.
pub fn trailer_values(message: &str, key: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for value in message.lines().filter_map(|line| value_of(line, key)) {
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    values
}

/// Returns the message with a trailer added to those of its last paragraph, or in a new one.
///
/// `None` when it is there already, or when nothing would be left of the message without comments (lines that
/// start with `comment`, `#` unless configured otherwise) and what stands below the scissors line.
pub fn with_trailer(message: &str, key: &str, value: &str, comment: &str) -> Option<String> {
    let lines: Vec<&str> = message.split_inclusive('\n').collect();
    let is_comment = |line: &str| !comment.is_empty() && line.starts_with(comment);
    let scissors = lines.iter().position(|line| is_comment(line) && is_scissors(&line[comment.len()..]));
    let text = &lines[..scissors.unwrap_or(lines.len())];
    let end = 1 + text.iter().rposition(|line| !line.trim().is_empty() && !is_comment(line))?;
    let written: Vec<&str> = text[..end].iter().copied().filter(|line| !is_comment(line)).collect();
    if written.iter().any(|line| value_of(line, key) == Some(value)) {
        return None;
    }
    let line_end = if written.first().is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" };
    let mut changed = lines[..end].concat();
    if !changed.ends_with('\n') {
        changed.push_str(line_end);
    }
    if !ends_in_trailers(&written) {
        changed.push_str(line_end);
    }
    changed.push_str(&format!("{key}: {value}{line_end}"));
    changed.extend(lines[end..].iter().copied());
    Some(changed)
}

fn value_of<'line>(line: &'line str, key: &str) -> Option<&'line str> {
    let (found, value) = line.split_once(':')?;
    let value = value.trim();
    (found.trim().eq_ignore_ascii_case(key) && !value.is_empty()).then_some(value)
}

fn is_scissors(rest: &str) -> bool {
    rest.trim() == "------------------------ >8 ------------------------"
}

/// Whether the last paragraph is one of trailers, by git's rule; the first paragraph is the subject.
fn ends_in_trailers(lines: &[&str]) -> bool {
    let Some(blank) = lines.iter().rposition(|line| line.trim().is_empty()) else {
        return false;
    };
    if lines[..blank].iter().all(|line| line.trim().is_empty()) {
        return false;
    }
    let (mut trailers, mut others, mut has_gits_own) = (0, 0, false);
    for line in &lines[blank + 1..] {
        let is_gits_own = line.starts_with("Signed-off-by: ") || line.starts_with("(cherry picked from commit ");
        has_gits_own |= is_gits_own;
        if is_gits_own || is_trailer(line) {
            trailers += 1;
        } else if !(line.starts_with([' ', '\t']) && trailers > 0) {
            others += 1;
        }
    }
    trailers > 0 && (others == 0 || (has_gits_own && trailers * 3 >= others))
}

fn is_trailer(line: &str) -> bool {
    let Some((key, _)) = line.split_once(':') else {
        return false;
    };
    let key = key.trim_end_matches([' ', '\t']);
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, expected: Option<&str>) {
        assert_eq!(with_trailer(message, "Ref", "a-1", "#").as_deref(), expected, "{message:?}");
    }

    #[test]
    fn adds_a_paragraph_or_joins_the_trailers() {
        check("Fix it\n", Some("Fix it\n\nRef: a-1\n"));
        check("Fix it", Some("Fix it\n\nRef: a-1\n"));
        check("Fix: it\n", Some("Fix: it\n\nRef: a-1\n"));
        check("Fix it\n\nWhy not: really.\nYes\n", Some("Fix it\n\nWhy not: really.\nYes\n\nRef: a-1\n"));
        check("Fix it\n\nRef: b-2\n", Some("Fix it\n\nRef: b-2\nRef: a-1\n"));
        check("Fix it\n\nSigned-off-by: A <a@b>\n", Some("Fix it\n\nSigned-off-by: A <a@b>\nRef: a-1\n"));
        check("Fix it\r\n\r\nbody\r\n", Some("Fix it\r\n\r\nbody\r\n\r\nRef: a-1\r\n"));
    }

    #[test]
    fn stands_before_comments_and_the_scissors() {
        let scissors = "# ------------------------ >8 ------------------------\ndiff --git a b\nRef: a-1\n";
        check("Fix it\n\n# Please enter\n#\n", Some("Fix it\n\nRef: a-1\n\n# Please enter\n#\n"));
        check(&format!("Fix it\n{scissors}"), Some(&format!("Fix it\n\nRef: a-1\n{scissors}")));
        check(&format!("\n{scissors}"), None);
    }

    #[test]
    fn leaves_alone_what_is_empty_or_has_it() {
        for message in ["", "\n\n", "# only\n# comments\n", "Fix\n\nref:  a-1\n", "Squash\n\n    Ref: a-1\n"] {
            check(message, None);
        }
        check("Fix\n\n# Ref: a-1\n", Some("Fix\n\nRef: a-1\n\n# Ref: a-1\n"));
    }

    #[test]
    fn finds_values_in_trailers_and_squashed_text() {
        let message = "Squash\n\n    One\n\n    Ref: a-1\n\nReference: no\nRef: b-2\nref: a-1\nRef:\n";
        assert_eq!(trailer_values(message, "Ref"), ["a-1", "b-2"]);
    }
}
