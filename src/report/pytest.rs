//! pytest in all its traceback styles: titled sections, `E` lines, and a short summary that knows the full names. Long because all that recorded outputs must give stands below.

use std::collections::VecDeque;

use super::failure::{Failure, Place};
use super::format::{Finding, Findings, Output, message};
use super::pytest_summary::{Summary, counts, is_sum, titled};
use super::roots::Roots;

/// Titles that end the part in which failures stand.
const TITLES: [&str; 7] = [
    "short test summary",
    "warnings summary",
    "PASSES",
    "slowest ",
    "rerun test",
    "tests coverage",
    "test session starts",
];

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let mut findings = Findings::default();
    let mut summary = Summary::of(lines);
    let mut in_full = false;
    let mut inside = false;
    let mut bare: VecDeque<(Place, &str)> = VecDeque::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if let Some(title) = titled(line, '=') {
            inside = matches!(title, "ERRORS" | "FAILURES");
        }
        if let Some(file) = line.strip_prefix("ImportError while loading conftest '") {
            let end = at
                + 1
                + lines[at + 1..]
                    .iter()
                    .take(200)
                    .position(|line| line.is_empty())
                    .unwrap_or(lines.len().min(at + 201) - at - 1);
            let name = output.roots.relative(file.trim_end_matches(['.', '\'']));
            findings.push(Finding {
                failure: failure(name, &lines[at + 1..end], &output.roots),
                lines: at..end,
                build: true,
            });
            at = end;
            continue;
        }
        let Some(head) = head(line).filter(|_| inside) else {
            if let Some((place, text)) = leading_place(line).filter(|_| inside) {
                bare.extend(output.roots.place(place).map(|place| (place, text)));
            }
            at += 1;
            continue;
        };
        let end = at
            + 1
            + lines[at + 1..]
                .iter()
                .position(|line| self::head(line).is_some() || ends_section(line))
                .unwrap_or(lines.len() - at - 1);
        let (name, build) = summary.name(head);
        let failure = failure(name, &lines[at + 1..end], &output.roots);
        in_full |= !head.starts_with("ERROR ");
        if !is_sum(&failure.message) {
            findings.push(Finding { failure, lines: at..end, build });
        }
        at = end;
    }
    if !in_full {
        let errors = findings.found.is_empty();
        findings.extend(summary.findings(bare, errors));
    }
    for line in lines.iter() {
        if let Some((passed, failed)) = counts(line) {
            findings.add_passed(passed);
            findings.add_failed(failed);
        }
    }
    findings
}

fn failure(name: String, lines: &[&str], roots: &Roots<'_>) -> Failure {
    let end =
        lines.iter().position(|line| line.starts_with("-----") && line.contains(" Captured ")).unwrap_or(lines.len());
    let lines = &lines[..end];
    let errors = last_errors(lines);
    let named = errors.iter().find_map(|line| file_frame(line));
    let text = match errors.split_last() {
        None => without_marks(lines),
        Some((last, [frame, code @ ..])) if frame.trim_start().starts_with("File \"") => {
            format!("{}\n{}", last.trim(), message(code.iter().copied())).trim_end().to_owned()
        }
        Some(_) => message(errors),
    };
    let leading = |line: &&str| leading_place(line).map(|(place, _)| place.to_owned()).or_else(|| file_frame(line));
    let places = lines.iter().rev().filter_map(leading).filter_map(|place| roots.place(&place));
    Failure {
        name,
        message: text,
        place: roots.best(named.and_then(|place| roots.place(&place)).into_iter().chain(places)),
    }
}

/// Returns the last run of `E` lines without their mark.
fn last_errors<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let is_error = |line: &&str| line.starts_with("E  ") || *line == "E";
    let Some(last) = lines.iter().rposition(is_error) else {
        return Vec::new();
    };
    let first = lines[..last].iter().rposition(|line| !is_error(line)).map_or(0, |at| at + 1);
    lines[first..=last].iter().map(|line| &line[1..]).collect()
}

/// Returns what a doctest, a native traceback or a plain remark says.
fn without_marks(lines: &[&str]) -> String {
    let end = lines.iter().rposition(|line| !line.is_empty() && leading_place(line).is_none()).map_or(0, |at| at + 1);
    let lines = &lines[..end];
    if let Some(at) = lines.iter().position(|line| *line == "Expected:" || *line == "Expected nothing") {
        return message(lines[at..].iter().copied());
    }
    if let Some(text) = lines.iter().find_map(|line| line.strip_prefix("UNEXPECTED EXCEPTION: ")) {
        return text.to_owned();
    }
    let frame = lines.iter().rposition(|line| line.starts_with("  File \""));
    let after = frame.map_or(0, |at| at + 1);
    let first =
        lines[after..].iter().position(|line| frame.is_none() || !line.starts_with(' ')).map_or(after, |at| after + at);
    message(lines[first..].iter().copied().filter(|line| !line.starts_with("[gw")))
}

fn head(line: &str) -> Option<&str> {
    titled(line, '_')
}

fn ends_section(line: &str) -> bool {
    let Some(title) = titled(line, '=') else {
        return line.starts_with("!!!!!!!!");
    };
    matches!(title, "ERRORS" | "FAILURES")
        || TITLES.iter().any(|start| title.starts_with(start))
        || counts(line).is_some()
}

/// Splits `path:12: rest`, or a line that is just `path:12`.
fn leading_place(line: &str) -> Option<(&str, &str)> {
    if line.starts_with([' ', '>']) || line.starts_with("E ") {
        return None;
    }
    let mut from = 0;
    while let Some(colon) = line[from..].find(':').map(|at| from + at) {
        let rest = &line[colon + 1..];
        let digits = rest.len() - rest.trim_start_matches(|char: char| char.is_ascii_digit()).len();
        match rest[digits..].strip_prefix(':') {
            _ if digits == 0 || colon == 0 => {}
            Some(text) if text.is_empty() || text.starts_with(' ') => {
                return Some((&line[..colon + 1 + digits], text.trim_start()));
            }
            None if rest.len() == digits => return Some((line, "")),
            _ => {}
        }
        from = colon + 1;
    }
    None
}

/// Reads `File "path", line 12` as `path:12`.
fn file_frame(line: &str) -> Option<String> {
    let rest = line.trim_start_matches(['E', ' ']).strip_prefix("File \"")?;
    let (file, rest) = rest.split_once("\", line ")?;
    let line = rest.split(',').next()?.trim();
    Some(format!("{file}:{line}"))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn reads_every_style_that_has_tracebacks() {
        let expected = r#"
pytest, 3, 21
tests/test_basket.py::test_with_fixture (setup) @ tests/test_basket.py:57: RuntimeError: no database
tests/test_basket.py::test_teardown (teardown) @ tests/test_basket.py:67: OSError: could not close
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
tests/test_basket.py::test_library_raises @ tests/test_basket.py:101: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
tests/test_basket.py::test_subtests [numbers] (n=1) @ tests/test_basket.py:107: assert (1 % 2) == 0
"#;
        check(recorded!("pytest-9.2-default"), expected);
        check(recorded!("pytest-9.2-quiet"), expected);
        check(recorded!("pytest-9.2-colour"), expected);
        check(recorded!("pytest-9.2-short"), expected);
    }

    #[test]
    fn reads_native_and_verbose_tracebacks() {
        check(
            recorded!("pytest-9.2-native"),
            r#"
pytest, 3, 21
tests/test_basket.py::test_with_fixture (setup) @ tests/test_basket.py:57: RuntimeError: no database
tests/test_basket.py::test_teardown (teardown) @ tests/test_basket.py:67: OSError: could not close
tests/test_basket.py::test_missing_fixture (setup) @ tests/test_basket.py:74: fixture 'nowhere' not found
tests/test_basket.py::test_adds_up @ tests/test_basket.py:6: AssertionError: assert 4 == 5
tests/test_basket.py::test_with_message @ tests/test_basket.py:11: AssertionError: tea got cheaper
tests/test_basket.py::test_unknown_item @ shop/basket.py:9: KeyError: 'gold'
tests/test_basket.py::test_own_error @ shop/basket.py:18: shop.basket.BasketError: the basket is empty
tests/test_basket.py::test_price[milk-2] @ tests/test_basket.py:24: AssertionError: assert 1 == 2
tests/test_basket.py::test_price[gr\xf6\xdfe \u540d-1] @ shop/basket.py:9: KeyError: 'größe 名'
tests/test_basket.py::TestLists::test_lists @ tests/test_basket.py:29: AssertionError: assert [1, 2, 3] == [1, 2, 4]
tests/test_basket.py::TestLists::test_dicts @ tests/test_basket.py:32: AssertionError: assert {'a': 1, 'b': 2} == {'a': 1, 'b': 3}
tests/test_basket.py::TestLists::test_text @ tests/test_basket.py:35: AssertionError: assert 'first\nsecond\n' == 'first\nthird\n'
tests/test_basket.py::test_prints @ tests/test_basket.py:43: AssertionError: assert not 3
tests/test_basket.py::test_raises_nothing @ tests/test_basket.py:47: Failed: DID NOT RAISE ValueError
tests/test_basket.py::test_fails @ tests/test_basket.py:52: Failed: not yet written
tests/test_basket.py::test_ünïcode @ tests/test_basket.py:79: AssertionError: assert 'größe' == 'grösse'
tests/test_basket.py::test_xpass_strict @ -: [XPASS(strict)]
tests/test_basket.py::test_chained @ tests/test_basket.py:96: ValueError: cannot price
tests/test_basket.py::test_library_raises @ tests/test_basket.py:101: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
tests/test_basket.py::test_subtests [numbers] (n=1) @ tests/test_basket.py:107: AssertionError: assert (1 % 2) == 0
"#,
        );
        check(
            recorded!("pytest-9.2-long-verbose"),
            r#"
pytest, 3, 21
tests/test_basket.py::test_with_fixture (setup) @ tests/test_basket.py:57: RuntimeError: no database
tests/test_basket.py::test_teardown (teardown) @ tests/test_basket.py:67: OSError: could not close
tests/test_basket.py::test_missing_fixture (setup) @ tests/test_basket.py:74: fixture 'nowhere' not found
tests/test_basket.py::test_adds_up @ tests/test_basket.py:6: AssertionError: assert 4 == 5
tests/test_basket.py::test_with_message @ tests/test_basket.py:11: AssertionError: tea got cheaper
tests/test_basket.py::test_unknown_item @ shop/basket.py:9: KeyError: 'gold'
tests/test_basket.py::test_own_error @ shop/basket.py:18: shop.basket.BasketError: the basket is empty
tests/test_basket.py::test_price[milk-2] @ tests/test_basket.py:24: AssertionError: assert 1 == 2
tests/test_basket.py::test_price[gr\xf6\xdfe \u540d-1] @ shop/basket.py:9: KeyError: 'größe 名'
tests/test_basket.py::TestLists::test_lists @ tests/test_basket.py:29: AssertionError: assert [1, 2, 3] == [1, 2, 4]
tests/test_basket.py::TestLists::test_dicts @ tests/test_basket.py:32: AssertionError: assert {'a': 1, 'b': 2} == {'a': 1, 'b': 3}
tests/test_basket.py::TestLists::test_text @ tests/test_basket.py:35: AssertionError: assert 'first\nsecond\n' == 'first\nthird\n'
tests/test_basket.py::test_prints @ tests/test_basket.py:43: AssertionError: assert not 3
tests/test_basket.py::test_raises_nothing @ tests/test_basket.py:47: Failed: DID NOT RAISE ValueError
tests/test_basket.py::test_fails @ tests/test_basket.py:52: Failed: not yet written
tests/test_basket.py::test_ünïcode @ tests/test_basket.py:79: AssertionError: assert 'größe' == 'grösse'
tests/test_basket.py::test_xpass_strict @ -: [XPASS(strict)]
tests/test_basket.py::test_chained @ tests/test_basket.py:96: ValueError: cannot price
tests/test_basket.py::test_library_raises @ tests/test_basket.py:101: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
tests/test_basket.py::test_subtests [numbers] (n=1) @ tests/test_basket.py:107: assert (1 % 2) == 0
"#,
        );
    }

    #[test]
    fn reads_very_quiet_output() {
        check(
            recorded!("pytest-9.2-qq"),
            r#"
pytest, -, -
tests/test_basket.py::test_with_fixture (setup) @ tests/test_basket.py:57: RuntimeError: no database
tests/test_basket.py::test_teardown (teardown) @ tests/test_basket.py:67: OSError: could not close
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
tests/test_basket.py::test_library_raises @ tests/test_basket.py:101: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
tests/test_basket.py::test_subtests [numbers] (n=1) @ tests/test_basket.py:107: assert (1 % 2) == 0
"#,
        );
    }

    #[test]
    fn reads_an_older_version() {
        check(
            recorded!("pytest-7.4-default"),
            r#"
pytest, 3, 19
tests/test_basket.py::test_with_fixture (setup) @ tests/test_basket.py:57: RuntimeError: no database
tests/test_basket.py::test_teardown (teardown) @ tests/test_basket.py:67: OSError: could not close
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
tests/test_basket.py::test_raises_nothing @ tests/test_basket.py:47: Failed: DID NOT RAISE <class 'ValueError'>
tests/test_basket.py::test_fails @ tests/test_basket.py:52: Failed: not yet written
tests/test_basket.py::test_ünïcode @ tests/test_basket.py:79: AssertionError: assert 'größe' == 'grösse'
tests/test_basket.py::test_xpass_strict @ -: [XPASS(strict)]
tests/test_basket.py::test_chained @ tests/test_basket.py:96: ValueError: cannot price
tests/test_basket.py::test_library_raises @ tests/test_basket.py:101: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
"#,
        );
    }

    #[test]
    fn reads_collection_errors() {
        let expected = r#"
pytest, 0, 3
tests/test_import.py @ tests/test_import.py:1: ModuleNotFoundError: No module named 'shop'
tests/test_key.py @ tests/test_key.py:1: KeyError: 'k'
tests/test_syntax.py @ tests/test_syntax.py:2: SyntaxError: '(' was never closed
"#;
        check(recorded!("pytest-9.2-collection"), expected);
        check(recorded!("pytest-9.2-collection-short"), expected);
    }

    #[test]
    fn reads_a_broken_conftest() {
        check(
            recorded!("pytest-9.2-conftest"),
            r#"
pytest, -, -
tests/conftest.py @ tests/conftest.py:1: ModuleNotFoundError: No module named 'nothing_there'
"#,
        );
    }

    #[test]
    fn reads_doctests() {
        check(
            recorded!("pytest-9.2-doctest"),
            r#"
pytest, 0, 2
area.py::area @ area.py:3: Expected:
area.py::area.square @ area.py:13: TypeError("can't multiply sequence by non-int of type 'str'")
"#,
        );
    }

    #[test]
    fn reads_timeouts_workers_and_the_first_failure() {
        check(
            recorded!("pytest-9.2-timeout"),
            r#"
pytest, 1, 1
test_slow.py::test_hangs @ test_slow.py:5: Failed: Timeout (>1.0s) from pytest-timeout.
"#,
        );
        check(
            recorded!("pytest-9.2-xdist"),
            r#"
pytest, 0, 2
test_slow.py::test_b @ test_slow.py:6: assert 1 == 3
test_slow.py::test_a @ test_slow.py:2: assert 1 == 2
"#,
        );
        check(
            recorded!("pytest-9.2-first"),
            r#"
pytest, 0, 1
tests/test_basket.py::test_adds_up @ tests/test_basket.py:6: AssertionError: assert 4 == 5
"#,
        );
    }
}
