//! node's TAP reporter: `not ok` lines, indented by depth, each with a small YAML block. Long because all that recorded outputs must give stands below.

use super::failure::Failure;
use super::format::{Finding, Findings, Output, indent};
use super::node::{failure, is_load_error, is_sum, plain, uncaught};

/// As many comment lines as are looked at before a file that failed.
const COMMENTS: usize = 200;

/// As many names as make up a full one, and as long as one of them may be.
pub(super) const DEPTH: usize = 16;
pub(super) const NAME: usize = 500;

/// The keys of one YAML block that matter.
#[derive(Default)]
struct Block<'a> {
    location: String,
    error: String,
    class: String,
    kind: &'a str,
    exit: &'a str,
    stack: Vec<&'a str>,
    length: usize,
}

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    let mut path: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let depth = indent(line);
        if let Some(name) = line[depth..].strip_prefix("# Subtest: ") {
            path.retain(|(outer, _)| *outer < depth);
            if path.len() < DEPTH && name.len() < NAME {
                path.push((depth, name));
            }
        }
        let next = lines.get(at + 1).copied().unwrap_or("");
        let Some(name) = failing(&line[depth..]).filter(|_| next.trim() == "---" && indent(next) == depth + 2) else {
            at += 1;
            continue;
        };
        let block = block(&lines[at + 2..], depth + 2);
        let end = (at + 2 + block.length).min(lines.len());
        if let Some(name) = name.filter(|_| !is_sum(&block.error) && block.kind != "subtestsFailed") {
            let outer = path.iter().filter(|(outer, _)| *outer < depth).map(|(_, name)| *name);
            let name = outer.chain([name]).map(unescaped).collect::<Vec<_>>().join(" > ");
            let (failure, build) = found(name, &block, output, at);
            findings.push(Finding { failure, lines: at..end, build });
        }
        at = end;
    }
    findings
}

fn found(name: String, block: &Block<'_>, output: &Output<'_>, at: usize) -> (Failure, bool) {
    let roots = &output.roots;
    let is_file = block.error == "test failed" && (block.location.ends_with(":1:1") || block.location.is_empty());
    if !is_file {
        let text = match block.class.as_str() {
            "" | "Error" | "AssertionError" => block.error.clone(),
            class => format!("{class}: {}", block.error),
        };
        return (failure(name, plain(&text), block.stack.iter().copied(), Some(&block.location), roots), false);
    }
    let before = &output.lines[at.saturating_sub(COMMENTS)..at];
    let before = before
        .strip_suffix(&[before.last().copied().unwrap_or("")])
        .filter(|_| before.last().is_some_and(|line| line.contains("# Subtest: ")))
        .unwrap_or(before);
    let first = before
        .iter()
        .rposition(|line| !line.starts_with('#') || line.starts_with("# Subtest: "))
        .map_or(0, |at| at + 1);
    let comments: Vec<String> =
        before[first..].iter().map(|line| unescaped(line.strip_prefix("# ").unwrap_or(""))).collect();
    let comments: Vec<&str> = comments.iter().map(String::as_str).collect();
    let name = roots.relative(&name);
    match uncaught(&comments, roots) {
        Some((text, place)) => {
            let build = is_load_error(&text);
            let place = place.or_else(|| roots.place(&block.location));
            (Failure { name, message: text, place }, build)
        }
        None if block.exit.is_empty() || block.exit == "1" => {
            (failure(name, plain(&block.error), [], Some(&block.location), roots), false)
        }
        None => {
            (failure(name, format!("test failed, exit code {}", block.exit), [], Some(&block.location), roots), false)
        }
    }
}

/// Reads `not ok 3 - name`; a name is missing where failing is allowed.
fn failing(line: &str) -> Option<Option<&str>> {
    let (number, name) = line.strip_prefix("not ok ")?.split_once(" - ")?;
    number.parse::<u32>().ok()?;
    let allowed = name
        .rsplit_once(" # ")
        .is_some_and(|(_, directive)| directive.starts_with("TODO") || directive.starts_with("SKIP"));
    Some(if allowed { None } else { Some(name) })
}

fn block<'a>(lines: &[&'a str], depth: usize) -> Block<'a> {
    let mut block = Block::default();
    let inner = |line: &str| line.is_empty() || indent(line) > depth;
    let mut at = 0;
    while let Some(line) = lines.get(at).filter(|line| indent(line) >= depth || line.is_empty()) {
        at += 1;
        if line.trim() == "..." {
            break;
        }
        let Some((key, value)) = line.trim_start().split_once(':') else {
            continue;
        };
        let length = lines[at..].iter().take_while(|line| inner(line)).count();
        let text = || match value.trim() {
            "|-" | "|" | ">-" => lines[at..at + length]
                .iter()
                .map(|line| line.get(depth + 2..).unwrap_or(""))
                .collect::<Vec<_>>()
                .join("\n"),
            value => unquoted(value),
        };
        match key {
            "location" => block.location = unquoted(value.trim()),
            "error" => block.error = text(),
            "name" => block.class = unquoted(value.trim()),
            "failureType" => block.kind = value.trim().trim_matches('\''),
            "exitCode" => block.exit = value.trim().trim_matches('~'),
            "stack" => block.stack = lines[at..at + length].iter().map(|line| line.trim()).collect(),
            _ => {}
        }
        at += length;
    }
    block.length = at;
    block
}

fn unquoted(value: &str) -> String {
    if let Some(inner) = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')) {
        return inner.replace("\\\\", "\\").replace("\\'", "'");
    }
    match value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\"),
        None => value.to_owned(),
    }
}

fn unescaped(name: &str) -> String {
    name.replace("\\#", "#").replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn reads_node_18() {
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
json @ test/basket.test.js:76:8: SyntaxError: Unexpected token b in JSON at position 1
has - [ ] a # hash and \ slash @ test/basket.test.js:84:10: odd name
test/exits.test.js @ test/exits.test.js:1:1: test failed, exit code 3
in a module @ test/modules.test.mjs:5:10: Expected values to be strictly equal:
"#;
        check(recorded!("node-18-pipe"), expected);
        check(recorded!("node-18-tap"), expected);
    }

    #[test]
    fn reads_node_20_and_npm() {
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
json @ test/basket.test.js:76:8: SyntaxError: Expected property name or '}' in JSON at position 1
has - [ ] a # hash and \ slash @ test/basket.test.js:84:10: odd name
test/exits.test.js @ test/exits.test.js:1:1: test failed, exit code 3
in a module @ test/modules.test.mjs:5:10: Expected values to be strictly equal:
"#;
        check(recorded!("node-20-pipe"), expected);
        check(recorded!("node-20-tap"), expected);
        check(recorded!("npm-node-20"), expected);
    }

    #[test]
    fn reads_newer_ones() {
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
test/exits.test.js @ test/exits.test.js:1:1: test failed, exit code 3
in a module @ test/modules.test.mjs:5:10: Expected values to be strictly equal:
"#;
        check(recorded!("node-22-tap"), expected);
        check(recorded!("node-22-pipe"), expected);
        check(recorded!("node-24-tap"), expected);
    }
}
