//! go test: `--- FAIL` lines with their logs, panics with goroutines, and what did not build. Long because all that recorded outputs must give stands below.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::failure::{Failure, Place};
use super::format::{Finding, Findings, Output, indent, message};
use super::go_module::Module;
use super::roots::Roots;

/// As many lines of goroutines as are looked at after a panic.
const GOROUTINES: usize = 400;

/// As many levels of subtests as are told apart, and as many failing tests as one package may have.
const DEPTH: usize = 20;
const OPEN: usize = 5000;

/// A failing test while its package is still being read.
struct Open<'a> {
    name: &'a str,
    logs: Vec<&'a str>,
    lines: Range<usize>,
}

/// What is known of the package whose output is being read.
#[derive(Default)]
struct Package<'a> {
    open: Vec<Open<'a>>,
    running: &'a str,
    logs: HashMap<&'a str, Vec<&'a str>>,
    failed: bool,
}

pub(super) fn read(output: &Output<'_>) -> Findings {
    let lines = &output.lines;
    let module = Module::of(lines, &output.roots);
    let mut findings = Findings::default();
    let mut package = Package::default();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let trimmed = line.trim_start();
        let mut next = at + 1;
        if let Some(name) = running(line) {
            package.running = name;
        } else if let Some(name) = verdict(trimmed, "--- FAIL: ") {
            next = at + 1 + lines[at + 1..].iter().take_while(|next| is_log(next, indent(line))).count();
            let mut logs = lines[at + 1..next].to_vec();
            if logs.is_empty() {
                logs = package.logs.remove(name).unwrap_or_default();
            }
            if package.open.len() < OPEN {
                package.open.push(Open { name, logs, lines: at..next });
            }
        } else if verdict(trimmed, "--- PASS: ").is_some() {
            findings.add_passed(1);
        } else if let Some(text) = line.strip_prefix("panic: ").or_else(|| line.strip_prefix("fatal error: ")) {
            next = panic(text, at, output, &mut package, &mut findings);
        } else if let Some(name) =
            line.strip_prefix("# ").and_then(|rest| rest.split(' ').next()).filter(|name| !name.is_empty())
        {
            next = build(name, at, output, &mut findings);
            package.failed |= next > at + 1;
        } else if let Some(rest) = line.strip_prefix("FAIL\t") {
            let path = rest.split(['\t', ' ']).next().unwrap_or(rest);
            close(&mut package, &module.folder(path), &output.roots, &mut findings);
            if !package.failed && !rest.contains("[build failed]") {
                let text = lines[at.saturating_sub(1)].strip_prefix("exit status").map_or(rest, |_| lines[at - 1]);
                let failure = Failure { name: path.to_owned(), message: text.replace('\t', " "), place: None };
                findings.push(Finding { failure, lines: at..at + 1, build: rest.contains("setup failed") });
            }
            package = Package::default();
        } else if line.starts_with("ok  \t") {
            package = Package::default();
        } else if log_place(trimmed).is_some() && indent(line) >= 4 {
            next = at + 1 + lines[at + 1..].iter().take_while(|next| indent(next) > indent(line)).count();
            let running = package.running;
            package.logs.entry(running).or_default().extend(&lines[at..next]);
        }
        at = next;
    }
    close(&mut package, "", &output.roots, &mut findings);
    let tests = findings.found.iter().filter(|finding| !finding.build).count();
    if tests > 0 {
        findings.add_failed(tests);
    }
    findings
}

/// Turns the failing tests of a package into failures; one whose subtests failed says nothing of its own.
fn close(package: &mut Package<'_>, folder: &str, roots: &Roots<'_>, findings: &mut Findings) {
    let open = std::mem::take(&mut package.open);
    let parents: HashSet<&str> =
        open.iter().flat_map(|test| test.name.match_indices('/').take(DEPTH).map(|(at, _)| &test.name[..at])).collect();
    for test in &open {
        if test.logs.is_empty() && parents.contains(test.name) {
            continue;
        }
        package.failed = true;
        let place =
            test.logs.iter().find_map(|line| log_place(line.trim_start())).and_then(|(place, _)| roots.place(place));
        let place = place.map(|place| inside(folder, place));
        let failure = Failure { name: test.name.to_owned(), message: log_text(&test.logs), place };
        findings.push(Finding { failure, lines: test.lines.clone(), build: false });
    }
}

fn log_text(logs: &[&str]) -> String {
    let entries = logs.iter().filter(|line| log_place(line.trim_start()).is_some()).count();
    let lines = logs.iter().map(|line| match log_place(line.trim_start()) {
        Some((_, text)) if entries == 1 => text,
        Some(_) => line.trim_start(),
        None => line.strip_prefix("    ").unwrap_or(line),
    });
    let text = message(lines);
    if text.is_empty() { "failed without saying why".to_owned() } else { text }
}

/// Reads a panic and its goroutines; it belongs to the test that failed last, or to the one in the frames.
fn panic(text: &str, at: usize, output: &Output<'_>, package: &mut Package<'_>, findings: &mut Findings) -> usize {
    let lines = &output.lines;
    let rest = &lines[at + 1..lines.len().min(at + 1 + GOROUTINES)];
    let length =
        rest.iter().position(|line| line.starts_with("FAIL\t") || line.starts_with("ok  \t")).unwrap_or(rest.len());
    let rest = &rest[..length];
    let words = rest
        .iter()
        .copied()
        .take_while(|line| !line.is_empty() && !line.starts_with("goroutine ") && !line.starts_with("\tpanic: "));
    let first = text.split(" [recovered").next().unwrap_or(text);
    let text = message(std::iter::once(first).chain(words));
    let frames = || rest.iter().filter_map(|line| line.strip_prefix('\t')?.split(" +0x").next());
    let place = output.roots.best(frames().filter_map(|frame| output.roots.place(frame)));
    let last = package.open.iter().rposition(|test| test.logs.is_empty()).map(|at| package.open.remove(at).name);
    let name = last.or_else(|| rest.iter().find_map(|line| test_of_frame(line))).unwrap_or("panic");
    let failure = Failure { name: name.to_owned(), message: format!("panic: {text}"), place };
    findings.push(Finding { failure, lines: at..at + 1 + length, build: false });
    package.open.retain(|test| !(test.logs.is_empty() && name.starts_with(test.name)));
    package.failed = true;
    at + 1 + length
}

/// Takes `TestHangs` from `example.test/slow.TestHangs(0x0?)`.
fn test_of_frame(line: &str) -> Option<&str> {
    let from = line.find(".Test").filter(|_| !line.starts_with('\t'))? + 1;
    let name = line[from..].split(['.', '(']).next()?;
    (name.len() > 4).then_some(name)
}

/// Reads what follows `# package`: a line for each thing that the compiler or vet complains of.
fn build(name: &str, at: usize, output: &Output<'_>, findings: &mut Findings) -> usize {
    let mut next = at + 1;
    while let Some(line) = output.lines.get(next) {
        let line = line.strip_prefix("vet: ").unwrap_or(line);
        let Some((place, text)) = log_place(line) else {
            break;
        };
        let more = output.lines[next + 1..].iter().take_while(|line| line.starts_with('\t')).count();
        let text = message(
            std::iter::once(text).chain(output.lines[next + 1..next + 1 + more].iter().map(|line| line.trim())),
        );
        let failure = Failure { name: name.to_owned(), message: text, place: output.roots.place(place) };
        findings.push(Finding { failure, lines: next..next + 1 + more, build: true });
        next += 1 + more;
    }
    next
}

fn inside(folder: &str, place: Place) -> Place {
    if folder.is_empty() || place.file.contains('/') {
        return place;
    }
    Place { file: format!("{folder}/{}", place.file), ..place }
}

fn running(line: &str) -> Option<&str> {
    let rest =
        ["=== RUN ", "=== CONT ", "=== NAME ", "=== PAUSE "].iter().find_map(|start| line.strip_prefix(start))?;
    Some(rest.trim())
}

fn verdict<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    let (name, time) = line.strip_prefix(start)?.rsplit_once(" (")?;
    time.ends_with("s)").then_some(name)
}

/// Tells whether a line belongs to the `--- FAIL` that is indented by so much.
fn is_log(line: &str, depth: usize) -> bool {
    indent(line) >= depth + 4 && !line.trim_start().starts_with("--- ") && !line.trim_start().starts_with("=== ")
}

/// Splits `file.go:12: text` or `file.go:12:3: text`.
fn log_place(line: &str) -> Option<(&str, &str)> {
    let at = line.find(".go:").filter(|at| !line[..*at].contains(": "))? + 4;
    let digits =
        line[at..].len() - line[at..].trim_start_matches(|char: char| char.is_ascii_digit() || char == ':').len();
    let place = line[..at + digits].strip_suffix(':')?;
    let text = line[at + digits..].strip_prefix(' ').or_else(|| line[at + digits..].is_empty().then_some(""))?;
    place.ends_with(|char: char| char.is_ascii_digit()).then_some((place, text))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{check, recorded};

    #[test]
    fn reads_many_packages() {
        check(
            recorded!("go-1.19-all"),
            r#"
go test, -, 9
example.test/shop/broken @ broken/broken.go:3:8: imported and not used: "os"
example.test/shop/broken @ broken/broken.go:6:9: cannot use "three" (untyped string constant) as int value in return statement
example.test/shop/broken @ broken/broken_test.go:5:32: undefined: undefined
example.test/shop/vetted @ vetted/vetted_test.go:5:33: (*testing.common).Errorf format %d has arg "x" of wrong type string
TestPrice @ shop_test.go:11: Price(tea) = 3, want 4
TestTable/milk_is_two @ shop_test.go:23: got 1, want 2
TestTable/größe_名 @ shop_test.go:23: got 0, want 1
TestManyLines @ shop_test.go:31: shop_test.go:31: a remark
TestNested/outer/inner @ shop_test.go:38: deep
TestSilent @ -: failed without saying why
TestÜnïcode @ shop_test.go:46: größe
TestFirst/empty @ shop.go:9: panic: runtime error: index out of range [0] with length 0
TestPanics @ shop/shop_test.go:7: panic: runtime error: index out of range [3] with length 0
"#,
        );
    }

    #[test]
    fn reads_one_package() {
        check(
            recorded!("go-1.19-package"),
            r#"
go test, -, 7
TestPrice @ shop_test.go:11: Price(tea) = 3, want 4
TestTable/milk_is_two @ shop_test.go:23: got 1, want 2
TestTable/größe_名 @ shop_test.go:23: got 0, want 1
TestManyLines @ shop_test.go:31: shop_test.go:31: a remark
TestNested/outer/inner @ shop_test.go:38: deep
TestSilent @ -: failed without saying why
TestÜnïcode @ shop_test.go:46: größe
"#,
        );
    }

    #[test]
    fn reads_verbose_output() {
        check(
            recorded!("go-1.19-verbose"),
            r#"
go test, 2, 8
TestPrice @ shop_test.go:11: Price(tea) = 3, want 4
TestTable/milk_is_two @ shop_test.go:23: got 1, want 2
TestTable/größe_名 @ shop_test.go:23: got 0, want 1
TestManyLines @ shop_test.go:31: shop_test.go:31: a remark
TestNested/outer/inner @ shop_test.go:38: deep
TestSilent @ -: failed without saying why
TestÜnïcode @ shop_test.go:46: größe
TestFirst/empty @ shop.go:9: panic: runtime error: index out of range [0] with length 0
"#,
        );
    }

    #[test]
    fn reads_timeouts() {
        check(
            recorded!("go-1.19-timeout"),
            r#"
go test, -, 1
TestHangs @ slow/slow_test.go:8: panic: test timed out after 1s
"#,
        );
    }

    #[test]
    fn reads_build_errors() {
        check(
            recorded!("go-1.19-build"),
            r#"
go test, -, -
example.test/shop/broken @ broken/broken.go:3:8: imported and not used: "os"
example.test/shop/broken @ broken/broken.go:6:9: cannot use "three" (untyped string constant) as int value in return statement
"#,
        );
    }
}
