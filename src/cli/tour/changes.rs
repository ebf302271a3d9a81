//! What changed from one text to another, as lines to show.

/// The lines taken out (`- `) and put in (`+ `), in the order of the new text; what stayed is left out.
pub fn changed_lines(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let common = common_lengths(&old, &new);
    let (mut at_old, mut at_new) = (0, 0);
    let mut lines = Vec::new();
    while at_old < old.len() || at_new < new.len() {
        let is_same = at_old < old.len() && at_new < new.len() && old[at_old] == new[at_new];
        if is_same {
            at_old += 1;
            at_new += 1;
        } else if at_old < old.len() && common[at_old + 1][at_new] >= common[at_old][(at_new + 1).min(new.len())] {
            lines.push(format!("- {}", old[at_old]));
            at_old += 1;
        } else if at_new < new.len() {
            lines.push(format!("+ {}", new[at_new]));
            at_new += 1;
        } else {
            lines.push(format!("- {}", old[at_old]));
            at_old += 1;
        }
    }
    lines.retain(|line| line.len() > 2);
    lines
}

/// How many lines the texts have in common from each pair of places on.
fn common_lengths(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for at_old in (0..old.len()).rev() {
        for at_new in (0..new.len()).rev() {
            common[at_old][at_new] = match old[at_old] == new[at_new] {
                true => common[at_old + 1][at_new + 1] + 1,
                false => common[at_old + 1][at_new].max(common[at_old][at_new + 1]),
            };
        }
    }
    common
}

/// Text broken at blanks so that no line is wider, where it can be; continued lines are indented further.
pub fn folded(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let start: String = line.chars().take_while(|c| *c == ' ').collect();
        let mut current = start.clone();
        let mut is_first_word = true;
        for word in line.trim_start_matches(' ').split(' ') {
            if !is_first_word && current.chars().count() + 1 + word.chars().count() > width {
                out.push_str(current.trim_end());
                out.push('\n');
                current = format!("{start}{indent}{word}");
            } else {
                if !is_first_word {
                    current.push(' ');
                }
                current.push_str(word);
            }
            is_first_word = false;
        }
        out.push_str(current.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_shown() {
        assert_eq!(changed_lines("a\nb\nc\n", "a\nx\nc\nd\n"), ["- b", "+ x", "+ d"]);
        assert_eq!(changed_lines("", "a\n\nb\n"), ["+ a", "+ b"]);
        assert_eq!(changed_lines("a\nb\n", ""), ["- a", "- b"]);
        assert_eq!(changed_lines("a\n", "a\n"), [""; 0]);
    }

    #[test]
    fn long_lines_are_folded_and_short_ones_kept() {
        assert_eq!(folded("one two three\n  four five\n", 9, "    "), "one two\n    three\n  four\n      five\n");
        assert_eq!(folded("averyverylongword\n\nx  y", 6, "  "), "averyverylongword\n\nx  y\n");
    }
}
