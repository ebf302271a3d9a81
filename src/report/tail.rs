//! The last useful lines of an output that nothing else was understood of.

/// How many lines are worth keeping.
const LINES: usize = 40;

/// Returns the last lines, runs of blank ones folded into one.
pub(super) fn tail(lines: &[&str]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in lines.iter().rev().map(|line| line.trim_end()) {
        if line.is_empty() && kept.last().is_none_or(|last| last.is_empty()) {
            continue;
        }
        if kept.len() == LINES {
            break;
        }
        kept.push(line);
    }
    while kept.last().is_some_and(|line| line.is_empty()) {
        kept.pop();
    }
    kept.reverse();
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_forty_lines_and_folds_blank_ones() {
        let numbered: Vec<String> = (1..=60).map(|number| format!("line {number}")).collect();
        let mut lines: Vec<&str> = numbered.iter().map(String::as_str).collect();
        lines.extend(["", " ", "last", "", ""]);
        let expected: Vec<String> =
            (23..=60).map(|number| format!("line {number}")).chain([String::new(), "last".to_owned()]).collect();
        assert_eq!(tail(&lines), expected.join("\n"));
    }

    #[test]
    fn nothing_has_no_tail() {
        assert_eq!(tail(&["", " "]), "");
    }
}
