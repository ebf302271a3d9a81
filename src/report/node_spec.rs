//! node's spec reporter: a tree of ticks and crosses, then `✖ failing tests:` with the errors. Long because all that recorded outputs must give stands below.

use std::collections::{HashMap, VecDeque};

use super::failure::Failure;
use super::format::{Finding, Findings, Output, indent, message};
use super::node::{failure, is_frame, is_load_error, is_sum, plain, uncaught};
use super::node_tap::{DEPTH, NAME};

/// As many lines as are looked at before a file that failed.
const BEFORE: usize = 200;

/// The full names of failing tests and the line of the tree each stands on, by the name alone.
type Tree<'a> = HashMap<&'a str, VecDeque<(String, usize)>>;

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    let mut start = 0;
    while let Some(title) = lines[start..].iter().position(|line| *line == "✖ failing tests:").map(|at| start + at) {
        let mut tree = tree(&lines[start..title], start);
        let mut at = title + 1;
        let mut test = None;
        while let Some(line) = lines.get(at) {
            if let Some(place) = line.strip_prefix("test at ") {
                test = Some(place);
                at += 1;
            } else if let Some((mark, name)) = crossed(line) {
                let end = at
                    + 1
                    + lines[at + 1..].iter().take_while(|line| line.is_empty() || line.starts_with("  ")).count();
                let body = &lines[at + 1..end];
                let text = text(body);
                if mark == '✖' && !is_sum(&text) {
                    let (failure, build) = found(name, &text, body, test, output, &mut tree);
                    findings.push(Finding { failure, lines: at..end, build });
                }
                test = None;
                at = end;
            } else if line.is_empty() {
                at += 1;
            } else {
                break;
            }
        }
        start = at;
    }
    findings
}

fn found(
    name: &str,
    text: &str,
    body: &[&str],
    test: Option<&str>,
    output: &Output<'_>,
    tree: &mut Tree<'_>,
) -> (Failure, bool) {
    let roots = &output.roots;
    let (full, at) = tree.get_mut(name).and_then(VecDeque::pop_front).unwrap_or((name.to_owned(), 0));
    if text == "test failed" && test.is_none_or(|place| place.ends_with(":1:1")) {
        let before = &output.lines[at.saturating_sub(BEFORE)..at];
        let first = before.iter().rposition(|line| tree_line(line).is_some()).map_or(0, |at| at + 1);
        let name = roots.relative(&full);
        if let Some((text, place)) = uncaught(&before[first..], roots) {
            let build = is_load_error(&text);
            let place = place.or_else(|| test.and_then(|place| roots.place(place)));
            return (Failure { name, message: text, place }, build);
        }
        return (failure(name, text.to_owned(), [], test, roots), false);
    }
    let stack = body.iter().copied().filter(|line| is_frame(line));
    (failure(full, text.to_owned(), stack, test, roots), false)
}

/// Returns the text of an error: what stands before its stack.
fn text(body: &[&str]) -> String {
    plain(&message(body.iter().copied().take_while(|line| !is_frame(line))))
}

fn tree<'a>(lines: &[&'a str], offset: usize) -> Tree<'a> {
    let mut tree = Tree::new();
    let mut path: Vec<(usize, &str)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((mark, depth, name)) = tree_line(line) else {
            continue;
        };
        path.retain(|(outer, _)| *outer < depth);
        match mark {
            '▶' if path.len() < DEPTH && name.len() < NAME => path.push((depth, name)),
            '✖' => {
                let full = path.iter().map(|(_, name)| *name).chain([name]).collect::<Vec<_>>().join(" > ");
                tree.entry(name).or_default().push_back((full, offset + at));
            }
            _ => {}
        }
    }
    tree
}

/// Splits a line of the tree into its mark, its indentation and the test's name.
fn tree_line(line: &str) -> Option<(char, usize, &str)> {
    let depth = indent(line);
    let mut chars = line[depth..].chars();
    let mark = chars.next().filter(|mark| matches!(mark, '✖' | '✔' | '▶' | '﹣' | '⚠'))?;
    let name = chars.as_str().strip_prefix(' ')?;
    Some((mark, depth, without_time(name)))
}

fn crossed(line: &str) -> Option<(char, &str)> {
    let (mark, depth, name) = tree_line(line)?;
    let allowed = line
        .rsplit_once(") # ")
        .is_some_and(|(_, directive)| directive.starts_with("TODO") || directive.starts_with("SKIP"));
    (depth == 0).then_some((if allowed { '⚠' } else { mark }, name))
}

/// Takes `(0.5ms)` and what follows off a name.
fn without_time(name: &str) -> &str {
    match name.rfind(" (") {
        Some(at) if name[at..].contains("ms)") => &name[..at],
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn reads_node_18() {
        check(
            recorded!("node-18-spec"),
            r#"
node, 2, 21
test/missing.test.mjs @ test/missing.test.mjs:1:1: Cannot find module 'lib/nowhere.js' imported from test/missing.test.mjs
test/syntax.test.js @ test/syntax.test.js:3: SyntaxError: Unexpected token ';'
adds up @ test/basket.test.js:8:10: Expected values to be strictly equal:
with a message @ test/basket.test.js:12:10: tea got cheaper
deep equal @ test/basket.test.js:16:10: Expected values to be strictly deep-equal:
text @ test/basket.test.js:20:10: Expected values to be strictly equal:
ok @ test/basket.test.js:24:10: The expression evaluated to a falsy value:
throws in the library @ lib/basket.js:5:32: RangeError: no price for gold
rejects @ test/basket.test.js:32:24: no network
throws no error @ test/basket.test.js:35:1: just words
prints # things @ test/basket.test.js:42:10: The input did not match the regular expression /coffee/. Input:
outer > inner größe 名 > fails deep @ test/basket.test.js:48:14: 1 == 2
parent > child @ test/basket.test.js:56:12: Expected "actual" to be strictly unequal to: 1
with a broken hook > never runs @ test/basket.test.js:64:3: test did not finish before its parent and was cancelled
with a broken hook @ test/basket.test.js:62:11: no database
hangs @ test/basket.test.js:67:1: test timed out after 50ms
does not throw @ test/basket.test.js:72:10: Missing expected exception.
json @ test/basket.test.js:76:8: SyntaxError: Unexpected token b in JSON at position 1
has - [ ] a # hash and \ slash @ test/basket.test.js:84:10: odd name
test/exits.test.js @ test/exits.test.js:1:1: test failed
in a module @ test/modules.test.mjs:5:10: Expected values to be strictly equal:
"#,
        );
    }

    #[test]
    fn reads_node_20() {
        check(
            recorded!("node-20-spec"),
            r#"
node, 2, 21
test/missing.test.mjs @ test/missing.test.mjs:1:1: Cannot find module 'lib/nowhere.js' imported from test/missing.test.mjs
test/syntax.test.js @ test/syntax.test.js:3: SyntaxError: Unexpected token ';'
adds up @ test/basket.test.js:8:10: Expected values to be strictly equal:
with a message @ test/basket.test.js:12:10: tea got cheaper
deep equal @ test/basket.test.js:16:10: Expected values to be strictly deep-equal:
text @ test/basket.test.js:20:10: Expected values to be strictly equal:
ok @ test/basket.test.js:24:10: The expression evaluated to a falsy value:
throws in the library @ lib/basket.js:5:32: RangeError: no price for gold
rejects @ test/basket.test.js:32:24: no network
throws no error @ test/basket.test.js:35:1: just words
prints # things @ test/basket.test.js:42:10: The input did not match the regular expression /coffee/. Input:
outer > inner größe 名 > fails deep @ test/basket.test.js:48:14: 1 == 2
parent > child @ test/basket.test.js:56:12: Expected "actual" to be strictly unequal to: 1
with a broken hook > never runs @ test/basket.test.js:64:3: test did not finish before its parent and was cancelled
with a broken hook @ test/basket.test.js:62:11: no database
hangs @ test/basket.test.js:67:1: test timed out after 50ms
does not throw @ test/basket.test.js:72:10: Missing expected exception.
json @ test/basket.test.js:76:8: SyntaxError: Expected property name or '}' in JSON at position 1
has - [ ] a # hash and \ slash @ test/basket.test.js:84:10: odd name
test/exits.test.js @ test/exits.test.js:1:1: test failed
in a module @ test/modules.test.mjs:5:10: Expected values to be strictly equal:
"#,
        );
    }

    #[test]
    fn reads_newer_ones_and_colours() {
        let expected = r#"
node, 2, 21
test/missing.test.mjs @ test/missing.test.mjs:1:1: Cannot find module 'lib/nowhere.js' imported from test/missing.test.mjs
test/syntax.test.js @ test/syntax.test.js:3: SyntaxError: Unexpected token ';'
adds up @ test/basket.test.js:8:10: Expected values to be strictly equal:
with a message @ test/basket.test.js:12:10: tea got cheaper
deep equal @ test/basket.test.js:16:10: Expected values to be strictly deep-equal:
text @ test/basket.test.js:20:10: Expected values to be strictly equal:
ok @ test/basket.test.js:24:10: The expression evaluated to a falsy value:
throws in the library @ lib/basket.js:5:32: RangeError: no price for gold
rejects @ test/basket.test.js:32:24: no network
throws no error @ test/basket.test.js:35:1: just words
prints # things @ test/basket.test.js:42:10: The input did not match the regular expression /coffee/. Input:
outer > inner größe 名 > fails deep @ test/basket.test.js:48:14: 1 == 2
parent > child @ test/basket.test.js:56:12: Expected "actual" to be strictly unequal to: 1
with a broken hook > never runs @ test/basket.test.js:64:3: test did not finish before its parent and was cancelled
with a broken hook @ test/basket.test.js:62:11: no database
hangs @ test/basket.test.js:67:1: test timed out after 50ms
does not throw @ test/basket.test.js:72:10: Missing expected exception.
json @ test/basket.test.js:76:8: SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)
has - [ ] a # hash and \ slash @ test/basket.test.js:84:10: odd name
test/exits.test.js @ test/exits.test.js:1:1: test failed
in a module @ test/modules.test.mjs:5:10: Expected values to be strictly equal:
"#;
        check(recorded!("node-22-spec"), expected);
        check(recorded!("node-24-spec"), expected);
        check(recorded!("node-22-colour"), expected);
        check(recorded!("node-24-pipe"), expected);
    }

    #[test]
    fn reads_a_single_file() {
        check(
            recorded!("node-22-single-file"),
            r#"
node, 2, 17
adds up @ test/basket.test.js:8:10: Expected values to be strictly equal:
with a message @ test/basket.test.js:12:10: tea got cheaper
deep equal @ test/basket.test.js:16:10: Expected values to be strictly deep-equal:
text @ test/basket.test.js:20:10: Expected values to be strictly equal:
ok @ test/basket.test.js:24:10: The expression evaluated to a falsy value:
throws in the library @ lib/basket.js:5:32: RangeError: no price for gold
rejects @ test/basket.test.js:32:24: no network
throws no error @ test/basket.test.js:35:1: just words
prints # things @ test/basket.test.js:42:10: The input did not match the regular expression /coffee/. Input:
outer > inner größe 名 > fails deep @ test/basket.test.js:48:14: 1 == 2
parent > child @ test/basket.test.js:56:12: Expected "actual" to be strictly unequal to: 1
with a broken hook > never runs @ test/basket.test.js:64:3: test did not finish before its parent and was cancelled
with a broken hook @ test/basket.test.js:62:11: no database
hangs @ test/basket.test.js:67:1: test timed out after 50ms
does not throw @ test/basket.test.js:72:10: Missing expected exception.
json @ test/basket.test.js:76:8: SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)
has - [ ] a # hash and \ slash @ test/basket.test.js:84:10: odd name
"#,
        );
    }
}
