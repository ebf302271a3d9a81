//! The tiny projects of the tour: a Rust package, or a shell script where there is no cargo; each with real tests.

/// A file and its text.
pub type File = (&'static str, &'static str);

/// A change of a file: these words are replaced by those; with none to replace, they come at the end.
#[derive(Debug)]
pub struct Edit {
    pub path: &'static str,
    pub old: &'static str,
    pub new: &'static str,
}

/// A project and how it goes on.
#[derive(Debug)]
pub struct Project {
    /// What it is, for the reader.
    pub what: &'static str,
    /// The test command, where `mcp init` does not find it by itself.
    pub command: Option<&'static str>,
    /// What makes the files whole before they are committed.
    pub prepare: Option<&'static str>,
    /// How it begins.
    pub start: &'static [File],
    /// The first try, which a test of its own refutes.
    pub wrong: &'static [Edit],
    /// The second, which passes and still overlooks a criterion.
    pub better: &'static [Edit],
    /// The third, which is right.
    pub right: &'static [Edit],
    /// What the feedback of the first try must say.
    pub failure: &'static [&'static str],
}

/// A package without dependencies, tested by `cargo test`.
pub const CARGO: Project = Project {
    what: "It is a Rust package of one function, with a test.",
    command: None,
    prepare: Some("cargo generate-lockfile --offline --quiet"),
    start: &[
        // A workspace of its own: it may be kept below another one.
        ("Cargo.toml", "[package]\nname = \"pause\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n"),
        (".gitignore", "/target\n"),
        (
            "src/lib.rs",
            "/// How long to wait after so many failures, in milliseconds.
pub fn pause(failures: u32) -> u64 {
    if failures == 0 { 0 } else { 100 }
}
",
        ),
        (
            "tests/pause.rs",
            "use pause::pause;

#[test]
fn no_failure_no_pause() {
    assert_eq!(pause(0), 0);
}
",
        ),
    ],
    wrong: &[
        Edit { path: "src/lib.rs", old: "{ 100 }", new: "{ 100 * u64::from(failures) }" },
        Edit {
            path: "tests/pause.rs",
            old: "",
            new: "
#[test]
fn the_pause_doubles() {
    assert_eq!([pause(1), pause(2), pause(3)], [100, 200, 400]);
}
",
        },
    ],
    better: &[Edit { path: "src/lib.rs", old: "100 * u64::from(failures)", new: "100 << (failures - 1)" }],
    right: &[
        Edit { path: "src/lib.rs", old: "100 << (failures - 1)", new: "(100 << (failures - 1).min(7)).min(10_000)" },
        Edit {
            path: "tests/pause.rs",
            old: "",
            new: "
#[test]
fn it_ends_at_ten_seconds() {
    assert_eq!([pause(8), pause(1000)], [10_000, 10_000]);
}
",
        },
    ],
    failure: &["the_pause_doubles", "tests/pause.rs:10", "[100, 200, 300]"],
};

/// A function of the shell, tested by `sh tests/run`.
pub const SHELL: Project = Project {
    what: "There is no cargo here, so it is a shell function, with a test.",
    command: Some("sh tests/run"),
    prepare: None,
    start: &[
        (
            "pause.sh",
            "# How long to wait after so many failures, in milliseconds.
pause() {
    if [ \"$1\" -eq 0 ]; then echo 0; else echo 100; fi
}
",
        ),
        (
            "tests/run",
            "# Says of each test whether it is ok; ends with 1 when one is not.
. ./pause.sh
status=0
expect() { # name, result, expectation
    if [ \"$2\" = \"$3\" ]; then
        echo \"ok - $1\"
    else
        echo \"not ok - $1: got $2, expected $3\"
        status=1
    fi
}
trap 'exit $status' EXIT

expect no_failure_no_pause \"$(pause 0)\" 0
",
        ),
    ],
    wrong: &[
        Edit { path: "pause.sh", old: "echo 100;", new: "echo $((100 * $1));" },
        Edit {
            path: "tests/run",
            old: "",
            new: "expect the_pause_doubles \"$(pause 1) $(pause 2) $(pause 3)\" \"100 200 400\"\n",
        },
    ],
    better: &[Edit { path: "pause.sh", old: "100 * $1", new: "100 << ($1 - 1)" }],
    right: &[
        Edit { path: "pause.sh", old: "else echo", new: "elif [ \"$1\" -gt 7 ]; then echo 10000; else echo" },
        Edit {
            path: "tests/run",
            old: "",
            new: "expect it_ends_at_ten_seconds \"$(pause 8) $(pause 1000)\" \"10000 10000\"\n",
        },
    ],
    failure: &["the_pause_doubles", "got 100 200 300"],
};
