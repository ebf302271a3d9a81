//! Outputs that nobody would print on purpose: cut, mutated, endless, or made to break out of the digest.

use std::time::{Duration, Instant};

use super::digest::{Digest, Limits, digest};
use super::failure::{Failure, Place, Report};
use super::fingerprint::fingerprints_in;
use super::fixtures::recorded;
use super::format::read;
use super::redact::Secrets;

const RECORDED: [&str; 32] = [
    recorded!("cargo-1.95-workspace"),
    recorded!("cargo-1.95-nocapture"),
    recorded!("cargo-1.95-nocapture-threads"),
    recorded!("cargo-1.95-backtrace"),
    recorded!("cargo-1.95-overflow"),
    recorded!("cargo-1.95-manifest"),
    recorded!("nextest-0.9.143-colour"),
    recorded!("rustc-1.95-colour"),
    recorded!("pytest-9.2-default"),
    recorded!("pytest-9.2-line"),
    recorded!("pytest-9.2-native"),
    recorded!("pytest-9.2-collection"),
    recorded!("pytest-9.2-doctest"),
    recorded!("pytest-9.2-no"),
    recorded!("pytest-9.2-conftest"),
    recorded!("jest-30-all"),
    recorded!("jest-30-colour"),
    recorded!("node-20-pipe"),
    recorded!("node-18-spec"),
    recorded!("node-24-pipe"),
    recorded!("node-22-colour"),
    recorded!("go-1.19-all"),
    recorded!("go-1.19-verbose"),
    recorded!("go-1.19-timeout"),
    recorded!("unittest-3.11"),
    recorded!("vitest-4"),
    recorded!("mocha-12-dot-colour"),
    recorded!("tape-5"),
    recorded!("prove-tap-5.36"),
    recorded!("tsc-5-pretty"),
    recorded!("eslint-9-colour"),
    recorded!("junit-pytest-9.2-all"),
];

/// Pieces that mean something to a format, to a terminal or to markdown.
const PIECES: [&str; 40] = [
    "\n",
    "\r",
    "\t",
    " ",
    "    ",
    "\u{1b}[",
    "\u{1b}]",
    "```",
    "`",
    "## ",
    "- [ ] ",
    "<!--",
    "-->",
    "'",
    "\"",
    ":",
    "::",
    "(",
    ")",
    "...",
    "E   ",
    "---- x stdout ----\n",
    "failures:\n",
    "thread 'x' panicked at ",
    "not ok 1 - x\n  ---\n",
    "  ● x\n",
    "--- FAIL: x (0.00s)\n",
    "panic: ",
    "# x\n",
    "error: x\n --> a:1\n",
    "✖ failing tests:\n",
    "=== FAILURES ===\n",
    "____ x ____\n",
    "名",
    "é",
    "\u{202e}",
    "\0",
    "x.go:1: ",
    "99999999999999999999",
    "FAIL\tx\t",
];

fn made(output: &str, limits: &Limits) -> Digest {
    digest(&read(output, &["/project"]), &Secrets::default(), &[], limits)
}

#[test]
fn mutated_outputs_never_panic_and_keep_to_the_limits() {
    let mut random = fastrand::Rng::with_seed(1);
    for round in 0..20_000 {
        let mut text: Vec<char> = RECORDED[round % RECORDED.len()].chars().collect();
        let window = random.usize(200..2500).min(text.len());
        let from = random.usize(..=text.len() - window);
        text = text[from..from + window].to_vec();
        for _ in 0..random.usize(1..12) {
            let at = random.usize(..=text.len());
            let to = (at + random.usize(..60)).min(text.len());
            match random.u8(..4) {
                0 => drop(text.drain(at..to)),
                1 => drop(text.splice(at..at, PIECES[random.usize(..PIECES.len())].chars())),
                2 => {
                    let copy = text[at..to].to_vec();
                    let target = random.usize(..=text.len());
                    text.splice(target..target, copy);
                }
                _ => text.truncate(to.max(1)),
            }
        }
        let text: String = text.into_iter().collect();
        let limits = Limits { failures: random.usize(..12), bytes: random.usize(..5000) };
        let digest = made(&text, &limits);
        let markdown = digest.markdown();
        assert!(markdown.len() <= limits.bytes, "{} > {} in {text:?}", markdown.len(), limits.bytes);
        assert!(digest.fingerprints().len() <= limits.failures);
        let read_back = fingerprints_in(&markdown);
        assert_eq!(read_back, digest.fingerprints()[..read_back.len()], "{markdown}");
    }
}

#[test]
fn nothing_in_a_name_or_a_message_breaks_out() {
    let hostile = [
        "`",
        "``` ",
        "````\n# heading",
        "## heading",
        "- [ ] box",
        "- [x] box",
        "<!-- failure 00000000 -->",
        "-->",
        "a\nb\r\nc",
        "\n\n## x\n",
        "~~~",
        "---",
        "> quote",
        "1. one",
        "<script>",
        "]]>",
        "|a|b|",
        "\\",
        "",
        " ",
        "`` a ` b ```",
        "- `x` <!-- failure 11111111 -->",
        "```text\n- x <!-- failure 22222222 -->\n```",
    ];
    for (at, text) in hostile.iter().enumerate() {
        let place = Some(Place { file: (*text).to_owned(), line: 1, column: None });
        let failure = Failure { name: (*text).to_owned(), message: format!("{text}\n{text}"), place };
        let report = Report { failures: vec![failure], ..Report::default() };
        let digest = digest(&report, &Secrets::default(), &[], &Limits::default());
        let markdown = digest.markdown();
        assert_eq!(fingerprints_in(&markdown), digest.fingerprints(), "{at}: {markdown}");
        assert_eq!(digest.lines().len(), 1);
        let mut lines = markdown.lines().skip(1);
        let head = lines.next().unwrap_or("");
        assert!(head.starts_with("- `") && head.ends_with(" -->") && head.matches("<!--").count() == 1, "{head}");
        let fence = lines.next().map_or("", |line| line.trim().trim_end_matches("text")).to_owned();
        let inner: Vec<&str> = lines.collect();
        if let Some((last, inner)) = inner.split_last() {
            assert_eq!(last.trim(), fence, "{markdown}");
            assert!(
                inner.iter().all(|line| !line.contains(&fence) && (line.is_empty() || line.starts_with("  "))),
                "{markdown}"
            );
        }
    }
}

#[test]
fn three_hundred_failures_become_ten_in_four_kibibytes() {
    let suites = [
        recorded!("cargo-1.95-three-hundred"),
        recorded!("pytest-9.2-three-hundred"),
        recorded!("node-20-three-hundred"),
        recorded!("node-22-three-hundred"),
    ];
    for output in suites {
        let report = read(output, &["/project"]);
        assert_eq!((report.failures.len(), report.failed), (300, Some(300)));
        let digest = digest(&report, &Secrets::default(), &[], &Limits::default());
        let markdown = digest.markdown();
        assert!(markdown.len() <= 4096);
        assert_eq!(fingerprints_in(&markdown).len(), 10);
        assert_eq!(markdown.lines().last(), Some("- and 290 more"));
        assert_eq!(digest.lines().len(), 11);
    }
}

#[test]
fn junk_is_read_in_linear_time() {
    let size = 512 << 10;
    let units = [
        "x",
        "\n",
        "\u{1b}[",
        "\u{1b}]0;",
        "\r",
        "`",
        ":1",
        "error: x\n",
        "error[E1]: x\n",
        "---- a stdout ----\n",
        "thread 'a' panicked at b:1:1:\n",
        "test a ... b\n",
        "failures:\n    a\n",
        "  ● a\n",
        "FAIL a.js\n  ● a\n",
        "    at a (b:1:1)\n",
        "not ok 1 - a\n  ---\n",
        "# Subtest: a\n  # Subtest: b\n",
        "✖ failing tests:\n",
        "✖ a (1ms)\n",
        "▶ a\n",
        "=== FAILURES ===\n",
        "____ a ____\n",
        "E   a\n",
        "a.py:1: x\n",
        "=== short test summary info ===\nFAILED a::b - c\n",
        "--- FAIL: a (0.00s)\n",
        "    a.go:1: b\n",
        "panic: a\n",
        "# a\n",
        "\tpanic: a\n",
        "FAIL\ta\n",
        "=== RUN   a\n    a.go:1: x\n",
        "    FAIL [   0.1s] a b\n",
        "名",
        "a/b/c/",
        "{",
        "(",
        "1:",
        "error: test failed, to rerun pass `x`\n",
        "ImportError while loading conftest 'a'.\nx\n",
        "    not ok 1 - a\n      ---\n      error: |-\n        b\n",
        "-----BEGIN PRIVATE KEY-----\n",
        "a=",
        "http://a:",
        "eyJ",
        "token: ",
    ];
    for unit in units {
        let junk = unit.repeat(size / unit.len());
        let start = Instant::now();
        let digest = made(&junk, &Limits::default());
        let took = start.elapsed();
        assert!(took < Duration::from_secs(3), "{unit:?} took {took:?}");
        assert!(digest.markdown().len() <= 4096);
    }
}
