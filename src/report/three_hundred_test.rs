//! A suite of three hundred tests in each runner, as `tests/report/record` made and recorded it: the ten failures that are shown
//! have the right names and places, in four kibibytes.

use super::digest::{Limits, digest};
use super::fixtures::recorded;
use super::format::read;
use super::redact::Secrets;

/// Every twelfth test fails, thirty stand in a file, and each takes three lines, of which the second one fails.
const FAILING: u32 = 12;
const EACH: u32 = 30;

/// `file` tells the name of the n-th file, `head` how many lines stand before its first test.
fn check(output: &str, runner: &str, counts: Option<(usize, usize)>, head: u32, file: impl Fn(u32) -> String) {
    let report = read(output, &["/project"]);
    assert_eq!(report.runner, Some(runner));
    if let Some((passed, failed)) = counts {
        assert_eq!((report.passed, report.failed), (Some(passed), Some(failed)), "{runner}");
    }
    assert_eq!(report.failures.len(), 25, "{runner}: {:#?}", report.failures);
    for (index, failure) in report.failures.iter().enumerate() {
        let said = format!("{} {}", failure.name, failure.message);
        let numbers = said.match_indices('k').chain(said.match_indices("missing"));
        let mut numbers =
            numbers.filter_map(|(at, mark)| said.get(at + mark.len()..at + mark.len() + 3)?.parse::<u32>().ok());
        let place = failure.place.as_ref().expect("a place");
        // Runners that name no test tell the code.
        let number = numbers.next().unwrap_or(FAILING * u32::try_from(index).expect("a few"));
        assert_eq!(number % FAILING, 0, "{runner}: {failure:?}");
        let expected = (file(number / EACH), head + number % EACH * 3 + 2);
        assert!(
            (place.file.clone(), place.line) == expected || (place.file.clone(), place.line + 1) == expected,
            "{runner}: {failure:?} should be at {expected:?}"
        );
    }
    let digest = digest(&report, &Secrets::default(), &[], &Limits::default());
    let text = digest.markdown();
    assert!(text.len() <= 4096, "{runner}: {} bytes", text.len());
    // The same words about the same file are said once: the compiler has one error a file then.
    let rest = if runner == "tsc" { &[][..] } else { &["and 15 more".to_owned()] };
    assert_eq!(&digest.lines()[10..], rest, "{runner}: {:#?}", digest.lines());
    for line in &digest.lines()[..10] {
        let is_told = |failure: &&super::failure::Failure| {
            let place = failure.place.as_ref().expect("a place").to_string();
            line.contains(&place)
                && line.contains(&failure.name)
                && text.contains(&place)
                && text.contains(&failure.name)
        };
        assert!(report.failures.iter().any(|failure| is_told(&failure)), "{runner}: {line} in {text}");
    }
}

#[test]
fn ten_of_many_failures_are_told_in_every_runner() {
    let all = Some((275, 25));
    let script = |n: u32| format!("test/f{n}.test.js");
    let python = |n: u32| format!("tests/test_f{n}.py");
    check(recorded!("cargo-1.95-of-300"), "cargo test", all, 0, |n| format!("tests/f{n}.rs"));
    check(recorded!("nextest-0.9.143-of-300"), "nextest", all, 0, |n| format!("tests/f{n}.rs"));
    check(recorded!("rustc-1.95-of-300"), "rustc", None, 0, |n| format!("src/f{n}.rs"));
    check(recorded!("pytest-9.2-of-300"), "pytest", all, 0, python);
    check(recorded!("unittest-3.11-of-300"), "unittest", all, 2, python);
    check(recorded!("jest-30-of-300"), "jest", all, 0, script);
    check(recorded!("vitest-4-of-300"), "vitest", all, 1, script);
    check(recorded!("mocha-12-of-300"), "mocha", all, 1, script);
    check(recorded!("node-20-of-300"), "node", all, 1, script);
    check(recorded!("go-1.19-of-300"), "go test", None, 4, |n| format!("f{n}_test.go"));
    check(recorded!("tape-5-of-300"), "TAP", all, 1, script);
    check(recorded!("tsc-5-of-300"), "tsc", None, 1, |n| format!("src/f{n}.ts"));
    check(recorded!("tsc-5-pretty-of-300"), "tsc", None, 1, |n| format!("src/f{n}.ts"));
    check(recorded!("eslint-9-of-300"), "eslint", None, 0, |n| format!("src/f{n}.js"));
    check(recorded!("junit-pytest-9.2"), "JUnit XML", all, 0, python);
    check(recorded!("junit-jest-30"), "JUnit XML", all, 0, script);
    check(recorded!("junit-nextest-0.9.143"), "JUnit XML", all, 0, |n| format!("tests/f{n}.rs"));
    check(recorded!("junit-node-20"), "JUnit XML", all, 1, script);
}
