//! Hostile and broken inputs, more than a thousand: a clear message, the right exit code, nothing written outside the board, never a panic.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use super::support::{Formats, Run, Sandbox};

/// A command that takes longer than this hangs.
const HANGS: Duration = Duration::from_secs(10);
/// The id of the task whose file, cell or intent is hostile.
const ID: &str = "t-bbd222";

/// A board with one good task, which must stay visible whatever else lies there.
struct Siege {
    sandbox: Sandbox,
    good: String,
    outside: BTreeMap<String, String>,
    inputs: usize,
}

impl Siege {
    fn new() -> Siege {
        let sandbox = Sandbox::with_board();
        let good = sandbox.ready_task("A good task");
        let secret = sandbox.dir().with_file_name("secret.txt");
        fs_err::write(secret, "outside of the repository\n").expect("written");
        let outside = world(&sandbox);
        Siege { sandbox, good, outside, inputs: 0 }
    }

    /// Runs one command and checks what holds for every command.
    #[track_caller]
    fn run(&mut self, arguments: &[&str]) -> Run {
        self.inputs += 1;
        let start = Instant::now();
        let run = self.sandbox.mcp_args(arguments);
        let shown: String = arguments.join(" ").chars().take(200).collect();
        assert!(start.elapsed() < HANGS, "{shown} hangs: {run}");
        must_be_civil(&shown, &run);
        run
    }

    /// The good task is listed, and nothing outside the board has changed.
    #[track_caller]
    fn must_stand(&mut self, what: &str) {
        let run = self.run(&["list"]);
        assert!(run.stdout.contains(&self.good), "{what}: the good task is listed: {run}");
        assert_eq!(self.outside, world(&self.sandbox), "{what}: nothing outside the board was touched");
    }
}

impl Drop for Siege {
    fn drop(&mut self) {
        // With `--nocapture` one can add them up.
        eprintln!("{} hostile inputs", self.inputs);
    }
}

/// No panic, an exit code of the table, words when it is a no, and nothing that a terminal obeys.
#[track_caller]
fn must_be_civil(what: &str, run: &Run) {
    assert!(matches!(run.code, Some(0..=4)), "{what}: {run}");
    assert!(!run.stderr.contains("panicked"), "{what}: {run}");
    assert!(run.code == Some(0) || run.code == Some(3) || !run.stderr.is_empty(), "{what}: says why: {run}");
    for text in [&run.stdout, &run.stderr] {
        let raw = text
            .chars()
            .find(|c| (c.is_control() && !"\n\t".contains(*c)) || "\u{202e}\u{2066}\u{200b}\u{feff}".contains(*c));
        assert_eq!(raw, None, "{what}: {}", text.escape_debug());
    }
}

/// Everything but the board and what the tool keeps in the git dir.
fn world(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let world = sandbox.dir().parent().expect("a world").to_owned();
    let is_ours = |path: &str| {
        let ours = [
            "repo/.mcp",
            "repo/.git/mcp",
            "repo/.git/refs/mcp",
            "repo/.git/reftable",
            "repo/.git/objects",
            "repo/.git/logs",
            "home/.local",
        ];
        ours.iter().any(|folder| path == *folder || path.starts_with(&format!("{folder}/")))
    };
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&world).into_iter().flatten() {
        let path = entry.path().strip_prefix(&world).expect("below").display().to_string();
        if is_ours(&path) {
            continue;
        }
        let content = match entry.file_type() {
            kind if kind.is_file() => {
                String::from_utf8_lossy(&fs_err::read(entry.path()).expect("a file")).into_owned()
            }
            kind if kind.is_symlink() => format!("-> {}", fs_err::read_link(entry.path()).expect("a link").display()),
            _ => String::new(),
        };
        found.insert(path, content);
    }
    found
}

/// Words that somebody might give as an id, a title, a label, a name or a message.
fn words() -> Vec<String> {
    let mut words: Vec<String> = [
        "../../x",
        "../../../etc/passwd",
        "/etc/passwd",
        "t-",
        "t-../../",
        "t-%2e%2e",
        "..",
        ".",
        "~",
        "-",
        "--",
        "-rf",
        "--help-me",
        "$(touch x)",
        "`touch x`",
        "$(touch${IFS}x)",
        "; touch x",
        "| touch x",
        "&& touch x",
        "x\ntouch x",
        "a;id",
        "*",
        "?",
        "[a-z]",
        "CON",
        "nul",
        "aux.md",
        "COM1",
        "t-CON222",
        "LPT1:",
        "C:\\x",
        "\\\\server\\x",
        "refs/heads/main",
        "HEAD",
        "@{-1}",
        "a..b",
        "\u{1b}]0;owned\u{7}",
        "\u{1b}[2J",
        "\u{9b}31m",
        "a\u{202e}b",
        "a\u{2066}b\u{2069}",
        "a\u{200b}b",
        "\u{feff}a",
        "a\rb",
        "a\u{8}b",
        "---",
        "--- !x",
        "# Goal",
        "## Log",
        "```",
        "key: value",
        "{a: b}",
        "[a, b",
        "&a *a",
        "!!python/object",
        "'",
        "\"",
        "\\",
        "%s%n",
        "null",
        "true",
        "12e4",
        "0x1f",
        "no",
        "健康检查",
        "👩‍🚀",
        "ﷺ",
        "é",
        "e\u{301}",
        "\t",
        " ",
        "- [ ] x",
        "<!-- x -->",
        "-->",
        "</script>",
    ]
    .map(str::to_owned)
    .into();
    words.push("x".repeat(10_000));
    words.push("[".repeat(2_000));
    words.push("line\n".repeat(500));
    words
}

#[test]
fn words_that_are_no_ids_are_refused_by_every_verb() {
    let mut siege = Siege::new();
    let before = siege.sandbox.tree();
    let verbs: [&[&str]; 6] =
        [&["show"], &["claim"], &["note", "-m", "x"], &["edit", "--set", "size=1"], &["fail", "-m", "x"], &["log"]];
    for word in words() {
        for verb in verbs {
            let (name, flags) = verb.split_first().expect("a name");
            let mut arguments = vec![*name];
            arguments.extend(flags);
            arguments.extend(["--", &word]);
            let run = siege.run(&arguments);
            assert!(matches!(run.code, Some(1 | 2)), "{name} {}: {run}", word.escape_debug());
        }
    }
    assert_eq!(siege.sandbox.tree(), before);
    siege.must_stand("ids");
    assert!(siege.inputs > 400, "{}", siege.inputs);
}

#[test]
fn words_in_every_place_of_a_task_are_kept_or_refused_and_shown_harmless() {
    let mut siege = Siege::new();
    for word in words() {
        let value = |flag: &str| format!("{flag}={word}");
        for arguments in [
            vec!["create".to_owned(), "--".to_owned(), word.clone()],
            vec!["create".to_owned(), "A title".to_owned(), value("--label"), value("--needs")],
            vec!["create".to_owned(), "A title".to_owned(), value("--goal"), value("--ac")],
            vec!["create".to_owned(), "A title".to_owned(), value("--kind")],
            vec![value("--as"), "create".to_owned(), "A title".to_owned()],
            vec!["edit".to_owned(), siege.good.clone(), format!("--set=milestone={word}")],
            vec!["note".to_owned(), siege.good.clone(), value("--message")],
        ] {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let run = siege.run(&arguments);
            assert!(matches!(run.code, Some(0..=2)), "{}: {run}", word.escape_debug());
            if run.code == Some(0) && arguments.contains(&"create") {
                let id = run.stdout.trim().to_owned();
                let shown = siege.run(&["show", &id]);
                assert_eq!(shown.code, Some(0), "{}: {shown}", word.escape_debug());
                fs_err::remove_file(siege.sandbox.path(&siege.sandbox.file_of(&id))).expect("removed");
                siege.sandbox.git(&format!("update-ref -d refs/mcp/tasks/{id}"));
            }
        }
        let good = siege.good.clone();
        assert_eq!(siege.run(&["show", &good]).code, Some(0), "{}", word.escape_debug());
    }
    siege.must_stand("words");
    assert!(siege.inputs > 500, "{}", siege.inputs);
}

/// Bytes that somebody might leave as a task file.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let front = |lines: &str| format!("---\nid: {ID}\ntitle: Bad\n{lines}\n---\n## Goal\n\nx\n").into_bytes();
    let mut files: Vec<(&'static str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("blank", b"\n\n\n".to_vec()),
        ("nul bytes", b"---\ntitle: a\0b\n---\n\0\0\n".to_vec()),
        ("only nul", vec![0; 4096]),
        ("not utf-8", b"---\ntitle: \xff\xfe\n---\n".to_vec()),
        ("utf-16", b"\xff\xfe-\0-\0-\0\n\0".to_vec()),
        ("a bom", b"\xef\xbb\xbf---\ntitle: Bom\n---\n## Goal\n".to_vec()),
        ("crlf", b"---\r\ntitle: Crlf\r\n---\r\n## Goal\r\n\r\nx\r\n".to_vec()),
        ("cr only", b"---\rtitle: Cr\r---\r".to_vec()),
        ("mixed ends", b"---\r\ntitle: Mixed\npriority: P0\r\n---\n".to_vec()),
        ("no end", b"---\ntitle: Open\n## Goal\n".to_vec()),
        ("no final newline", b"---\ntitle: x\n---".to_vec()),
        ("only a fence", b"---".to_vec()),
        ("two fences", b"---\n---\n".to_vec()),
        ("an open code fence", b"---\ntitle: x\n---\n```\n## Goal\n## Log\n".to_vec()),
        ("20 MB", vec![b'x'; 20_000_000]),
        ("1 MiB of lines", b"- x\n".repeat(262_144)),
        ("a long line", [b"---\ntitle: ".to_vec(), vec![b'x'; 60_000], b"\n---\n".to_vec()].concat()),
        ("long front matter", [b"---\n".to_vec(), b"k: v\n".repeat(20_000), b"---\n".to_vec()].concat()),
        ("deep flow", front(&format!("x: {}", "[".repeat(5_000)))),
        ("deep closed flow", front(&format!("x: {}{}", "[".repeat(5_000), "]".repeat(5_000)))),
        ("deep maps", front(&format!("x: {}", "{a: ".repeat(5_000)))),
        ("deep block", front(&(0..200).map(|depth| format!("{}x:\n", " ".repeat(depth))).collect::<String>())),
        ("deep lists", front(&"- ".repeat(5_000))),
        ("deep quotes", [b"---\ntitle: x\n---\n".to_vec(), b"> ".repeat(20_000)].concat()),
        ("deep bullets", [b"---\ntitle: x\n---\n".to_vec(), b"- ".repeat(20_000)].concat()),
        ("open brackets", [b"---\ntitle: x\n---\n".to_vec(), b"[".repeat(50_000)].concat()),
        ("open emphasis", [b"---\ntitle: x\n---\n".to_vec(), b"*a _b ".repeat(20_000)].concat()),
        ("open links", [b"---\ntitle: x\n---\n".to_vec(), b"[a](<b ".repeat(20_000)].concat()),
        ("tabs", front("x:\n\t- y")),
        ("an anchor", front("x: &a y")),
        ("an alias", front("x: *a")),
        ("a bomb", front("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]")),
        ("a merge key", front("<<: {a: b}")),
        ("duplicate keys", front("title: Again")),
        ("a tag", front("x: !!binary aGVsbG8=")),
        ("a custom tag", front("x: !ruby/object:File {}")),
        ("a list", b"---\n- a\n- b\n---\n".to_vec()),
        ("a scalar", b"---\njust words\n---\n".to_vec()),
        ("two documents", b"---\ntitle: x\n...\n---\ntitle: y\n---\n".to_vec()),
        ("a directive", b"---\n%YAML 1.2\ntitle: x\n---\n".to_vec()),
        ("escapes in the title", front("milestone: \"\\e]0;owned\\a\\u202e\"")),
        ("escapes in the body", [front(""), b"\x1b[2J \x9b \xe2\x80\xae\n- [ ] \x1b]0;x\x07\n".to_vec()].concat()),
        ("a raw escape in front", front("milestone: a\u{1b}[31mb")),
        ("bidi in front", front("labels: [\"a\u{202e}b\"]")),
        ("another id", b"---\nid: t-zzz999\ntitle: x\n---\n".to_vec()),
        ("an id of nowhere", b"---\nid: ../../x\ntitle: x\n---\n".to_vec()),
        ("a huge number", front("rev: 99999999999999999999999")),
        ("the last number", front("rev: 18446744073709551615")),
        ("a negative number", front("rev: -1")),
        ("a log of rubbish", [front(""), b"## Log\n- x\n-\n- 9999-99-99T99:99:99Z x\n".to_vec()].concat()),
        ("many headings", [front(""), b"## Log\n".repeat(5_000)].concat()),
    ];
    let keys = [
        "id",
        "title",
        "priority",
        "kind",
        "labels",
        "depends_on",
        "needs",
        "parent",
        "assignee",
        "created",
        "rev",
        "branch",
        "base",
        "tested",
        "attempts",
        "phase",
        "blocked",
        "resolution",
        "checks",
        "evidence",
        "due",
        "source",
    ];
    let values = [
        "[]",
        "{}",
        "{a: [b]}",
        "~",
        "3.5",
        "true",
        "[[x]]",
        "\"\\e[2J\"",
        "../../x",
        "$(touch x)",
        "|\n  block\n  text",
    ];
    for key in keys {
        for value in values {
            files.push(("a wrong type", format!("---\n{key}: {value}\n---\n## Goal\n\nx\n").into_bytes()));
        }
    }
    files
}

#[test]
fn files_of_all_sorts_are_read_or_named_with_their_place() {
    let mut siege = Siege::new();
    let path = format!(".mcp/tasks/ready/{ID}-bad.md");
    for (what, bytes) in files() {
        let shown: String = String::from_utf8_lossy(&bytes).chars().take(80).collect();
        let what = format!("{what}: {}", shown.escape_debug());
        fs_err::write(siege.sandbox.path(&path), &bytes).expect("written");
        let all = [&["list"][..], &["note", ID, "-m", "hello"], &["show", ID], &["next", "--explain"]];
        for arguments in &all[..if what.starts_with("a wrong type") { 2 } else { 4 }] {
            let arguments = *arguments;
            let run = siege.run(arguments);
            let is_about_it = arguments.contains(&ID);
            assert!(
                matches!(run.code, Some(0)) || (is_about_it && run.code == Some(1)),
                "{what}: {arguments:?}: {run}"
            );
            if run.code == Some(1) {
                assert!(run.stderr.contains(&path) || run.stderr.contains(ID), "{what} is named: {run}");
            }
            if arguments[0] == "list" {
                assert!(run.stdout.contains(&siege.good), "{what}: the good task is listed: {run}");
            }
        }
        let after = fs_err::read(siege.sandbox.path(&path)).unwrap_or_else(|error| panic!("{what}: {error}"));
        let kept = after.len() >= bytes.len() && (after == bytes || !after.is_empty());
        assert!(kept, "{what}: nothing of the file is lost");
        fs_err::remove_file(siege.sandbox.path(&path)).expect("removed");
        let _ = siege.sandbox.try_git(&["update-ref", "-d", &format!("refs/mcp/tasks/{ID}")]);
    }
    siege.must_stand("files");
    assert!(siege.inputs > 600, "{}", siege.inputs);
}

#[test]
fn newcomers_of_all_sorts_stop_nobody() {
    let mut siege = Siege::new();
    let good = siege.good.clone();
    for (number, (what, bytes)) in files().into_iter().enumerate().filter(|(number, _)| number % 3 == 0) {
        let path = siege.sandbox.path(".mcp/tasks/pending/from outside.md");
        fs_err::write(&path, &bytes).expect("written");
        let run = siege.run(&["note", &good, "-m", &format!("note {number}")]);
        assert_eq!(run.code, Some(0), "{what}: {run}");
        if path.exists() {
            assert_eq!(fs_err::read(&path).expect("a file"), bytes, "{what}: left alone");
            fs_err::remove_file(&path).expect("removed");
        }
    }
    siege.must_stand("newcomers");
}

#[cfg(unix)]
#[test]
fn nothing_below_the_board_is_followed_out_of_it() {
    use std::os::unix::fs::symlink;
    let targets = [
        "../../../.git/config",
        "../../../../secret.txt",
        "/etc/hostname",
        "/dev/zero",
        "nowhere",
        ".",
        "../../..",
        "itself.md",
    ];
    let places = [
        ".mcp/tasks/ready/t-bbd222-x.md",
        ".mcp/tasks/pending/newcomer.md",
        ".mcp/tasks/done/t-bbd222-x.md",
        ".mcp/config.yaml",
        ".mcp/templates/feature.md",
        ".mcp/archive/2026-01/t-bbd222-x.md",
        ".mcp/tmp",
        ".mcp/tasks/ready",
        ".mcp/tasks/in-progress",
        ".mcp/tasks",
        ".mcp/archive",
        ".mcp/templates",
        ".mcp/tasks/ready/.gitkeep",
        ".mcp/.gitignore",
    ];
    let mut inputs = 0;
    for place in places {
        let mut siege = Siege::new();
        let good = siege.good.clone();
        let path = siege.sandbox.path(place);
        let _ = fs_err::remove_dir_all(&path);
        let _ = fs_err::remove_file(&path);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        for target in targets {
            symlink(target, &path).expect("a link");
            for arguments in [
                &["list"][..],
                &["show", ID],
                &["show", &good],
                &["note", &good, "-m", target],
                &["claim", ID],
                &["create", "New"],
                &["doctor"],
            ] {
                let run = siege.run(arguments);
                assert!(!run.stdout.contains("outside of the repository"), "{place} -> {target}: {run}");
                assert!(!run.stdout.contains("[core]"), "{place} -> {target}: {run}");
            }
            assert_eq!(
                siege.outside,
                world(&siege.sandbox),
                "{place} -> {target}: nothing outside the board was touched"
            );
            assert_eq!(fs_err::read_link(&path).expect("still a link"), Path::new(target), "{place}");
            fs_err::remove_file(&path).expect("removed");
        }
        inputs += siege.inputs;
    }
    assert!(inputs > 500, "{inputs}");
}

#[cfg(unix)]
#[test]
fn things_that_are_no_files_and_folders_that_are_none_are_named() {
    let file = ".mcp/tasks/ready/t-bbd222-x.md";
    let kinds: [(&str, &str); 4] = [("fifo", "mkfifo"), ("folder", "mkdir"), ("file", "touch"), ("missing", "true")];
    for (what, program) in kinds {
        for place in [
            file,
            ".mcp/tasks/ready",
            ".mcp/tasks/done",
            ".mcp/tmp",
            ".mcp/config.yaml",
            ".mcp/tasks",
            ".mcp/templates/chore.md",
        ] {
            let mut siege = Siege::new();
            let good = siege.good.clone();
            let path = siege.sandbox.path(place);
            let _ = fs_err::remove_dir_all(&path).or_else(|_| fs_err::remove_file(&path));
            fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            let mut make = siege.sandbox.command(program);
            make.arg(&path);
            assert_eq!(siege.sandbox.run(make).code, Some(0));
            for arguments in [
                &["list"][..],
                &["show", ID],
                &["note", &good, "-m", "x"],
                &["create", "New", "--kind", "chore"],
                &["doctor"],
            ] {
                let _ = siege.run(arguments);
            }
            assert_eq!(siege.outside, world(&siege.sandbox), "{place} as {what}");
        }
    }
}

#[test]
fn settings_of_all_sorts_are_read_or_named_with_their_line() {
    let mut siege = Siege::new();
    let keys = [
        "version",
        "checks",
        "on_success",
        "on_failure",
        "max_attempts",
        "isolate",
        "link",
        "feedback",
        "review",
        "complete_on",
        "workers",
        "retro",
        "claims",
        "board",
        "hooks",
        "unknown_key",
        "../../x",
    ];
    let values = [
        "[]",
        "{}",
        "~",
        "-1",
        "99999999999999999999",
        "3.5",
        "true",
        "words",
        "[[x]]",
        "{a: {b: c}}",
        "\"\\e[2J\"",
        "&a b",
        "!!x y",
        "|\n  x",
    ];
    for key in keys {
        for value in values {
            siege.sandbox.write(".mcp/config.yaml", &format!("version: 1\n# a comment\n{key}: {value}\n"));
            let run = siege.run(&["list"]);
            assert!(matches!(run.code, Some(0 | 1)), "{key}: {value}: {run}");
            if run.code == Some(1) {
                let is_placed = run.stderr.contains("error: .mcp/config.yaml:");
                assert!(is_placed, "{key}: {value} is named with its place: {run}");
            }
        }
    }
    let whole: [(&str, Vec<u8>); 9] = [
        ("empty", Vec::new()),
        ("a list", b"- a\n".to_vec()),
        ("rubbish", b"\0\xff\x1b[2J".to_vec()),
        ("huge", vec![b'#'; 2_000_000]),
        ("a bomb", b"a: &a [x]\nb: [*a, *a]\n".to_vec()),
        ("deep", b"[".repeat(100_000)),
        ("shell in a check's name", b"checks:\n  - name: $(touch x)\n    run: true\n".to_vec()),
        ("a check that leaves", b"checks:\n  - name: x\n    run: true\n    dir: ../..\n".to_vec()),
        ("a link that leaves", b"link: [../../x, /etc]\n".to_vec()),
    ];
    for (what, bytes) in whole {
        fs_err::write(siege.sandbox.path(".mcp/config.yaml"), bytes).expect("written");
        let run = siege.run(&["list"]);
        assert!(matches!(run.code, Some(0 | 1)), "{what}: {run}");
        if run.code == Some(1) {
            assert!(run.stderr.contains("error: .mcp/config.yaml"), "{what}: {run}");
        }
    }
    siege.sandbox.write(".mcp/config.yaml", "version: 1\n");
    siege.must_stand("settings");
    assert!(siege.inputs > 200, "{}", siege.inputs);
}

#[test]
fn templates_of_all_sorts_are_used_or_named() {
    let mut siege = Siege::new();
    for (what, bytes) in files().into_iter().take(55) {
        fs_err::create_dir_all(siege.sandbox.path(".mcp/templates")).expect("a folder");
        fs_err::write(siege.sandbox.path(".mcp/templates/bug.md"), &bytes).expect("written");
        let run = siege.run(&["create", "From a template", "--kind", "bug"]);
        assert!(matches!(run.code, Some(0..=2)), "{what}: {run}");
        if run.code != Some(0) {
            assert!(run.stderr.contains("bug"), "{what}: the template is named: {run}");
        }
    }
    siege.must_stand("templates");
}

/// Makes the ref of the hostile task's cell point to an object.
fn point_cell(sandbox: &Sandbox, oid: &str) {
    sandbox.write(&format!(".git/refs/mcp/tasks/{ID}"), &format!("{oid}\n"));
}

/// Writes a tree of blobs.
fn tree(sandbox: &Sandbox, files: &[(&str, &str)]) -> String {
    let mut lines = String::new();
    for (name, text) in files {
        sandbox.write("../blob", text);
        let blob = sandbox.git_args(&["hash-object", "-w", "--", "../blob"]);
        lines += &format!("100644 blob {blob}\t{name}\n");
    }
    sandbox.write("../tree", &lines);
    let mut command = sandbox.command("git");
    let file = fs_err::File::open(sandbox.path("../tree")).expect("a file").into_parts().0;
    let output = command.arg("mktree").stdin(file).output().expect("a process");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn cells_of_all_sorts_are_read_or_named_and_never_written_over() {
    let claim = |id: &str, version: &str, state: &str, path: &str, more: &str| {
        format!(
            "{{\"version\":{version},\"id\":\"{id}\",\"state\":\"{state}\",\"rev\":3,\"epoch\":1,\"path\":\"{path}\",\"nonce\":\"x\"{more}}}"
        )
    };
    let text = format!("---\nid: {ID}\ntitle: From the cell\nrev: 3\n---\n## Goal\n\nx\n");
    let path = format!(".mcp/tasks/ready/{ID}-x.md");
    let claims = [
        ("rubbish", "{".to_owned(), false),
        ("empty", String::new(), false),
        ("a list", "[]".to_owned(), false),
        ("binary", "\u{0}\u{1}".to_owned(), false),
        ("deep", "[".repeat(100_000), false),
        ("of the future", claim(ID, "2", "ready", &path, ""), false),
        ("another task's", claim("t-zzz999", "1", "ready", &path, ""), false),
        ("no id", claim("../../x", "1", "ready", &path, ""), false),
        ("no state", claim(ID, "1", "elsewhere", &path, ""), false),
        ("leading out", claim(ID, "1", "ready", "../../../x", ""), true),
        ("absolute", claim(ID, "1", "ready", "/etc/passwd", ""), true),
        ("dots", claim(ID, "1", "ready", ".mcp/tasks/ready/..", ""), true),
        ("into git", claim(ID, "1", "ready", ".git/config", ""), true),
        ("escapes", claim(ID, "1", "ready", "\\u001b[2J", ""), true),
        (
            "a worktree elsewhere",
            claim(ID, "1", "ready", &path, ",\"worktree\":\"/etc\",\"holder\":{\"actor\":\"bo\",\"session\":\"s\"}"),
            true,
        ),
        ("a branch as shell", claim(ID, "1", "ready", &path, ",\"branch\":\"$(touch${IFS}x)\""), true),
        ("good", claim(ID, "1", "ready", &path, ""), true),
    ];
    if Formats::of_all_tests().has("reftable") {
        // There a ref is no file that could hold anything at all.
        return;
    }
    let mut siege = Siege::new();
    for (what, claim, is_readable) in claims {
        for with_text in [true, false] {
            let files: &[(&str, &str)] =
                if with_text { &[("claim", &claim), ("task.md", &text)] } else { &[("claim", &claim)] };
            let oid = tree(&siege.sandbox, files);
            point_cell(&siege.sandbox, &oid);
            besiege_cell(&mut siege, what, &oid, is_readable && with_text);
        }
    }
    siege.sandbox.write("../blob", "no tree");
    let blob = siege.sandbox.git_args(&["hash-object", "-w", "--", "../blob"]);
    let commit = siege.sandbox.git("rev-parse HEAD");
    let no_text = tree(&siege.sandbox, &[("task.md", &text)]);
    let missing = "1234567890123456789012345678901234567890";
    for (what, oid) in [
        ("a blob", blob.as_str()),
        ("a commit", &commit),
        ("a tree without claim", &no_text),
        ("a missing object", missing),
        ("no oid", "rubbish"),
        ("empty", ""),
        ("a symbolic ref", "ref: refs/heads/main"),
        ("a ref to itself", "ref: refs/mcp/tasks/t-bbd222"),
    ] {
        point_cell(&siege.sandbox, oid);
        besiege_cell(&mut siege, what, oid, false);
    }
    assert!(siege.inputs > 200, "{}", siege.inputs);
}

/// Commands about the task of a hostile cell, and about others.
fn besiege_cell(siege: &mut Siege, what: &str, oid: &str, is_readable: bool) {
    // What the test itself put there.
    siege.outside = world(&siege.sandbox);
    let good = siege.good.clone();
    for arguments in [&["list"][..], &["next"], &["show", &good], &["show", "zzz"], &["doctor"]] {
        let run = siege.run(arguments);
        assert!(matches!(run.code, Some(0 | 1)), "{what}: {arguments:?}: {run}");
    }
    let run = siege.run(&["note", &good, "-m", &format!("{what} {}", siege.inputs)]);
    assert_eq!(run.code, Some(0), "{what}: other tasks work: {run}");
    for arguments in [&["show", ID][..], &["note", ID, "-m", "x"], &["claim", ID]] {
        let run = siege.run(arguments);
        if is_readable {
            assert!(matches!(run.code, Some(0 | 4)), "{what}: {arguments:?}: {run}");
        } else {
            assert_eq!(run.code, Some(1), "{what}: {arguments:?}: {run}");
            let cell = siege.sandbox.read(&format!(".git/refs/mcp/tasks/{ID}"));
            assert_eq!(cell.trim(), oid, "{what}: it is not written over");
        }
    }
    siege.must_stand(what);
    fs_err::remove_file(siege.sandbox.path(&format!(".git/refs/mcp/tasks/{ID}"))).expect("removed");
    for path in siege.sandbox.files().iter().filter(|path| path.contains(ID)) {
        fs_err::remove_file(siege.sandbox.path(path)).expect("removed");
    }
}

#[test]
fn what_lies_in_the_git_dir_may_be_rubbish() {
    let mut siege = Siege::new();
    let good = siege.good.clone();
    let _ = siege.sandbox.mcp(&format!("claim {good}")).success();
    let nonce = {
        let claim = siege.sandbox.git(&format!("cat-file blob refs/mcp/tasks/{good}:claim"));
        let claim: serde_json::Value = serde_json::from_str(&claim).expect("JSON");
        claim["nonce"].as_str().expect("a nonce").to_owned()
    };
    let intent = |from: &str, to: &str| {
        format!(
            "{{\"task\":\"{good}\",\"from\":\"{from}\",\"to\":\"{to}\",\"nonce\":\"{nonce}\",\"old_text\":\"\",\"edits\":[],\"bind\":null}}"
        )
    };
    let own = siege.sandbox.file_of(&good);
    let texts = [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "\u{0}".to_owned(),
        "x".repeat(100_000),
        intent(&own, "../../x"),
        intent(&own, ".git/config"),
        intent("../../secret.txt", &own),
        intent(".git/config", ".mcp/tasks/done/t-bbd222.md"),
        intent("/etc/passwd", &own),
        intent(&own, ".mcp/tasks/ready/../../../x.md"),
    ];
    let places = [
        format!(".git/mcp/intents/{good}.json"),
        ".git/mcp/intents/t-bbd222.json".to_owned(),
        ".git/mcp/intents/../x.json".to_owned(),
        ".git/mcp/commit.json".to_owned(),
        format!(".git/mcp/bound/{good}"),
        ".git/mcp/bound/t-bbd222".to_owned(),
        format!(".git/mcp/locks/{good}"),
    ];
    for place in &places {
        for (number, text) in texts.iter().enumerate() {
            siege.sandbox.write(place, text);
            let run = siege.run(&["note", &good, "-m", &format!("{number} in {place}")]);
            assert_eq!(run.code, Some(0), "{place}: {text}: {run}");
            siege.must_stand(place);
            let _ = fs_err::remove_file(siege.sandbox.path(place));
        }
        fs_err::create_dir_all(siege.sandbox.path(place)).expect("a folder");
        let run = siege.run(&["note", &good, "-m", &format!("a folder at {place}")]);
        assert!(matches!(run.code, Some(0 | 1)), "{place}: {run}");
        fs_err::remove_dir_all(siege.sandbox.path(place)).expect("removed");
    }
    assert!(siege.inputs > 150, "{}", siege.inputs);
}

#[test]
fn branch_names_are_never_commands() {
    let names = [
        "$(touch${IFS}x)",
        "a;id",
        "`touch${IFS}x`",
        "a|touch",
        "a&&touch",
        "--help",
        "-rf",
        "a'b",
        "a\"b",
        "{a,b}",
        "../x",
        "HEAD",
        "a b",
        "é",
        "-",
    ];
    let mut inputs = 0;
    for name in names {
        let sandbox = Sandbox::with_board();
        let id = sandbox.ready_task("On a branch");
        let before = sandbox.files();
        let run = sandbox.mcp_args(&["claim", &id, &format!("--branch={name}")]);
        must_be_civil(name, &run);
        inputs += 1;
        let is_valid = sandbox.try_git(&["check-ref-format", "--branch", name]).code == Some(0) && name != "-";
        if !is_valid {
            assert!(matches!(run.code, Some(1 | 2)), "{name}: {run}");
            assert_eq!(sandbox.files(), before, "{name}: nothing was claimed");
            continue;
        }
        assert_eq!(run.code, Some(0), "{name}: {run}");
        sandbox.write("code.txt", "two\n");
        sandbox.git("add code.txt");
        let commit = sandbox.try_git(&["commit", "-q", "-m", "On it"]);
        assert_eq!(commit.code, Some(0), "{name}: {commit}");
        assert_eq!(sandbox.state_of(&id), "review", "{name}");
        for arguments in [&["show", &id][..], &["list"], &["log", &id], &["review", &id]] {
            must_be_civil(name, &sandbox.mcp_args(arguments));
            inputs += 1;
        }
        assert!(!sandbox.path("x").exists(), "{name}");
    }
    assert!(inputs > 40, "{inputs}");
}
