//! The end of pytest's output: the short summary with the full names of what failed, and the counts.

use std::collections::{HashMap, VecDeque};

use super::failure::{Failure, Place};
use super::format::Finding;

/// A failing test as the short summary names it.
struct Line<'a> {
    kind: &'a str,
    id: &'a str,
    message: &'a str,
    at: usize,
}

/// The short summary, by the names that stand above the sections.
#[derive(Default)]
pub(super) struct Summary<'a> {
    tests: Vec<Line<'a>>,
    by_title: HashMap<String, VecDeque<&'a str>>,
}

impl<'a> Summary<'a> {
    /// Reads the lines below `short test summary info`.
    pub(super) fn of(lines: &[&'a str]) -> Summary<'a> {
        let mut summary = Summary::default();
        let mut inside = false;
        for (at, line) in lines.iter().enumerate() {
            if let Some(title) = titled(line, '=') {
                inside = title.starts_with("short test summary");
            }
            let (kind, rest) = match line.split_once(' ') {
                Some((word @ ("FAILED" | "ERROR"), rest)) if inside => (word, rest),
                Some((word, rest)) if inside && word.starts_with("SUBFAIL") => ("SUB", rest),
                _ => continue,
            };
            let rest = if kind == "SUB" && rest.starts_with('(') {
                rest.split_once(") ").map_or(rest, |(_, rest)| rest)
            } else {
                rest
            };
            let (id, message) = split_message(rest);
            summary.tests.push(Line { kind, id, message, at });
            if let Some((_, test)) = id.split_once("::") {
                let (base, parameters) = test.split_at(test.find('[').unwrap_or(test.len()));
                let title = base.replace("::", ".") + parameters;
                let title = if kind == "FAILED" { title } else { format!("{kind} {title}") };
                summary.by_title.entry(title).or_default().push_back(id);
            }
        }
        summary
    }

    /// Returns the full name for a section's title, and whether it tells of a build.
    pub(super) fn name(&mut self, title: &str) -> (String, bool) {
        if let Some(file) = title.strip_prefix("ERROR collecting ") {
            return (file.to_owned(), true);
        }
        let around = [("ERROR at setup of ", " (setup)"), ("ERROR at teardown of ", " (teardown)")];
        for (start, end) in around {
            if let Some(test) = title.strip_prefix(start) {
                let id = self.take(&format!("ERROR {test}")).unwrap_or(test.to_owned());
                return (id + end, false);
            }
        }
        let title = title.strip_prefix("[doctest] ").unwrap_or(title);
        if let Some(id) = self.take(title) {
            return (id, false);
        }
        let part = title
            .split_once(' ')
            .and_then(|(test, rest)| Some(format!("{} {rest}", self.take(&format!("SUB {test}"))?)));
        (part.unwrap_or(title.to_owned()), false)
    }

    fn take(&mut self, title: &str) -> Option<String> {
        self.by_title.get_mut(title)?.pop_front().map(str::to_owned)
    }

    /// Returns the failures that only the summary tells of, with the places that `--tb=line` gives; `errors` too, if nothing else does.
    pub(super) fn findings(self, mut bare: VecDeque<(Place, &str)>, errors: bool) -> Vec<Finding> {
        let mut found = Vec::new();
        for line in self.tests {
            let start = line.message.strip_suffix("...").unwrap_or(line.message);
            if is_sum(line.message) || line.kind == "ERROR" && !errors {
                continue;
            }
            let full =
                bare.front().is_some_and(|(_, text)| text.starts_with(start)).then(|| bare.pop_front()).flatten();
            let (place, text) = full.map_or((None, line.message), |(place, text)| (Some(place), text));
            let message = if text.trim().is_empty() { "failed without saying why" } else { text.trim() };
            let failure = Failure { name: line.id.to_owned(), message: message.to_owned(), place };
            found.push(Finding {
                failure,
                lines: line.at..line.at + 1,
                build: line.kind == "ERROR" && !line.id.contains("::"),
            });
        }
        found
    }
}

/// Splits `file::test[a - b] - message`.
fn split_message(rest: &str) -> (&str, &str) {
    let dash = rest.find(" - ");
    let bracket = rest.find('[').filter(|at| dash.is_none_or(|dash| *at < dash));
    let end = match bracket {
        Some(_) => rest.find("] - ").map(|at| at + 1),
        None => dash,
    };
    end.map_or((rest, ""), |at| (&rest[..at], &rest[at + 3..]))
}

/// Tells whether a message only sums up failures that stand on their own.
pub(super) fn is_sum(message: &str) -> bool {
    message.starts_with("contains ") && (message.ends_with(" failed subtest") || message.ends_with(" failed subtests"))
}

/// Returns the words in the middle of a ruler.
pub(super) fn titled(line: &str, ruler: char) -> Option<&str> {
    let inner = line.trim_start_matches(ruler);
    let words = inner.trim_end_matches(ruler);
    if inner.len() == line.len() || words.len() == inner.len() {
        return None;
    }
    words.strip_prefix(' ')?.strip_suffix(' ').filter(|words| !words.starts_with(ruler) && !words.is_empty())
}

/// Reads `3 failed, 2 passed in 0.04s`, with or without a ruler around.
pub(super) fn counts(line: &str) -> Option<(usize, usize)> {
    let words = titled(line, '=').unwrap_or(line);
    if !words.starts_with(|char: char| char.is_ascii_digit()) || words.len() > 200 {
        return None;
    }
    let (counts, time) = words.rsplit_once(" in ")?;
    if !time.split(' ').next()?.ends_with('s') {
        return None;
    }
    let (mut passed, mut failed) = (0, 0);
    for part in counts.split(", ") {
        let (count, word) = part.split_once(' ')?;
        let count: usize = count.parse().ok()?;
        match word {
            "passed" => passed += count,
            "failed" | "error" | "errors" => failed += count,
            _ => {}
        }
    }
    Some((passed, failed))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn gives_names_to_single_lines() {
        check(
            recorded!("pytest-9.2-line"),
            r#"
pytest, 3, 21
tests/test_basket.py::test_with_fixture (setup) @ -: RuntimeError: no database
tests/test_basket.py::test_teardown (teardown) @ -: OSError: could not close
tests/test_basket.py::test_missing_fixture (setup) @ tests/test_basket.py:74: fixture 'nowhere' not found
tests/test_basket.py::test_adds_up @ tests/test_basket.py:6: AssertionError: assert 4 == 5
tests/test_basket.py::test_with_message @ tests/test_basket.py:11: AssertionError: tea got cheaper
tests/test_basket.py::test_unknown_item @ shop/basket.py:9: KeyError: 'gold'
tests/test_basket.py::test_own_error @ shop/basket.py:18: shop.basket.BasketError: the basket is empty
tests/test_basket.py::test_price[milk-2] @ tests/test_basket.py:24: AssertionError: assert 1 == 2
tests/test_basket.py::test_price[gr\xf6\xdfe \u540d-1] @ shop/basket.py:9: KeyError: 'größe 名'
tests/test_basket.py::TestLists::test_lists @ tests/test_basket.py:29: assert [1, 2, 3] == [1, 2, 4]
tests/test_basket.py::TestLists::test_dicts @ tests/test_basket.py:32: AssertionError: assert {'a': 1, 'b': 2} == {'a': 1, 'b': 3}
tests/test_basket.py::TestLists::test_text @ tests/test_basket.py:35: AssertionError: assert 'first\nsecond\n' == 'first\nthird\n'
tests/test_basket.py::test_prints @ tests/test_basket.py:43: AssertionError: assert not 3
tests/test_basket.py::test_raises_nothing @ tests/test_basket.py:47: Failed: DID NOT RAISE ValueError
tests/test_basket.py::test_fails @ tests/test_basket.py:52: Failed: not yet written
tests/test_basket.py::test_ünïcode @ tests/test_basket.py:79: AssertionError: assert 'größe' == 'grösse'
tests/test_basket.py::test_xpass_strict @ -: [XPASS(strict)]
tests/test_basket.py::test_chained @ tests/test_basket.py:96: ValueError: cannot price
tests/test_basket.py::test_subtests @ tests/test_basket.py:107: assert (1 % 2) == 0
tests/test_basket.py::test_library_raises @ /home/user/.pyenv/versions/3.11.7/lib/python3.11/json/decoder.py:353: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
"#,
        );
    }

    #[test]
    fn stands_alone_without_tracebacks() {
        check(
            recorded!("pytest-9.2-no"),
            r#"
pytest, 3, 21
tests/test_basket.py::test_adds_up @ -: AssertionError: assert 4 == 5
tests/test_basket.py::test_with_message @ -: AssertionError: tea got cheaper
tests/test_basket.py::test_unknown_item @ -: KeyError: 'gold'
tests/test_basket.py::test_own_error @ -: shop.basket.BasketError: the ba...
tests/test_basket.py::test_price[milk-2] @ -: AssertionError: assert 1 == 2
tests/test_basket.py::test_price[gr\xf6\xdfe \u540d-1] @ -: KeyError: 'gr...
tests/test_basket.py::TestLists::test_lists @ -: assert [1, 2, 3] == [1, ...
tests/test_basket.py::TestLists::test_dicts @ -: AssertionError: assert {...
tests/test_basket.py::TestLists::test_text @ -: AssertionError: assert 'f...
tests/test_basket.py::test_prints @ -: AssertionError: assert not 3
tests/test_basket.py::test_raises_nothing @ -: Failed: DID NOT RAISE Valu...
tests/test_basket.py::test_fails @ -: Failed: not yet written
tests/test_basket.py::test_ünïcode @ -: AssertionError: assert 'größe' ==...
tests/test_basket.py::test_xpass_strict @ -: [XPASS(strict)]
tests/test_basket.py::test_chained @ -: ValueError: cannot price
tests/test_basket.py::test_library_raises @ -: json.decoder.JSONDecodeErr...
tests/test_basket.py::test_subtests @ -: assert (1 % 2)...
tests/test_basket.py::test_with_fixture @ -: RuntimeError: no database
tests/test_basket.py::test_teardown @ -: OSError: could not close
tests/test_basket.py::test_missing_fixture @ -: failed without saying why
"#,
        );
    }
}
