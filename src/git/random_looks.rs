//! A look that is sure never contradicts git, over random work trees; and changes to an index end as git makes them.

use std::path::Path;
use std::process::Command;

use super::index::Index;
use super::repository::Repository;

const NAMES: &[&str] = &["a", "a.b", "a-b", "ab", "target", "x.log", "y.pyc", "ü", "with space", "target.txt"];
const FOLDERS: &[&str] = &["", "a/", "a.b/", "box/", "deep/er/", "target/", "deep/"];
const LISTS: &[&str] = &[
    "target/\n",
    "/target\n*.log\n",
    "*.pyc\n!y.pyc\n",
    "target*\n",
    "# none\n\n a\n",
    "deep/er\n",
    "/deep/ab\n",
    "[xy]*\n",
    "a\\b\n*\n",
    "**/target\n",
    "x.log/\n",
    "ab \r\n",
    "*\n!*/\n",
];

struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    fn new() -> Self {
        let sandbox = Self { folder: tempfile::tempdir().expect("a folder") };
        sandbox.git(&["init", "-q", "-b", "main"]);
        sandbox
    }

    fn top(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]);
        git.args(arguments).current_dir(self.top());
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C");
        let output = git.output().expect("git");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Puts something at a path, whatever is in its way; says no where it cannot.
    fn put(&self, path: &str, text: &str) -> bool {
        let path = self.top().join(path);
        path.parent().is_some_and(|above| fs_err::create_dir_all(above).is_ok()) && fs_err::write(path, text).is_ok()
    }

    /// Makes files and stages most of them.
    fn furnish(&self, chance: &mut fastrand::Rng) {
        for _ in 0..chance.usize(1..25) {
            let path = format!("{}{}", chance.choice(FOLDERS).unwrap(), chance.choice(NAMES).unwrap());
            self.put(&path, chance.choice(&["one\n", "two\n", ""]).unwrap());
        }
        self.git(&["add", "--all", "--force"]);
        if chance.bool() {
            self.git(&["commit", "-qm", "x", "--allow-empty"]);
        }
    }

    /// Does one thing to the work tree.
    fn disorder(&self, chance: &mut fastrand::Rng) {
        let path = format!("{}{}", chance.choice(FOLDERS).unwrap(), chance.choice(NAMES).unwrap());
        let there = self.top().join(&path);
        match chance.u8(0..9) {
            0 => drop(self.put(&path, "one\n")),
            1 => drop(self.put(&path, "new\n")),
            2 => drop(fs_err::remove_file(&there)),
            3 => {
                let folder = chance.choice(&["", "", "", "deep/", "a/"]).unwrap();
                self.put(&format!("{folder}.gitignore"), chance.choice(LISTS).unwrap());
            }
            4 => drop(self.put(".git/info/exclude", chance.choice(LISTS).unwrap())),
            5 => {
                let _ = fs_err::remove_file(&there);
                let _ = fs_err::os::unix::fs::symlink("one", &there);
            }
            6 if there.is_file() => {
                use std::os::unix::fs::PermissionsExt;
                fs_err::set_permissions(&there, PermissionsExt::from_mode(0o755)).expect("a mode");
            }
            7 if there.is_dir() && !self.top().join("elsewhere").exists() => {
                // The same files, by a link in the place of their folder.
                fs_err::rename(&there, self.top().join("elsewhere")).expect("moved");
                fs_err::os::unix::fs::symlink(self.top().join("elsewhere"), &there).expect("a link");
            }
            8 => drop(fs_err::create_dir_all(self.top().join(format!("{path} empty")))),
            _ => {}
        }
    }
}

#[test]
fn one_that_is_sure_never_contradicts_git() {
    let rounds: u64 = std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(60);
    let (mut sure, mut clean) = (0, 0);
    for seed in 0..rounds {
        let mut chance = fastrand::Rng::with_seed(seed);
        let sandbox = Sandbox::new();
        sandbox.furnish(&mut chance);
        for _ in 0..chance.usize(0..3) {
            sandbox.disorder(&mut chance);
        }
        if chance.bool() {
            sandbox.git(&["add", "--all"]);
        }
        let repository = Repository::discover(sandbox.top()).expect("a repository");
        for step in 0..6 {
            let status = ["status", "--porcelain", "--untracked-files=normal", "--no-renames", "-z", "--", ":(top)"];
            let told = sandbox.git(&[&status[..], &[":(top,exclude,literal)box"]].concat());
            let is_clean = told.split_terminator('\0').all(|entry| entry.as_bytes()[1] == b' ');
            let is_sure = repository.surely_has("box", repository.index_file());
            assert!(is_clean || !is_sure, "seed {seed}, step {step}: {told:?}");
            (sure, clean) = (sure + u64::from(is_sure), clean + u64::from(is_clean));
            sandbox.disorder(&mut chance);
        }
    }
    assert!(2 * sure > clean && sure > rounds / 2, "sure of {sure} of {clean}");
}

#[test]
fn an_index_is_changed_as_git_changes_it() {
    let rounds: u64 = std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(40);
    for seed in 0..rounds {
        let mut chance = fastrand::Rng::with_seed(seed);
        let sandbox = Sandbox::new();
        sandbox.furnish(&mut chance);
        sandbox.disorder(&mut chance);
        if chance.bool() && sandbox.put("later", "later\n") {
            sandbox.git(&["add", "--intent-to-add", "--force", "later"]);
        }
        let file = sandbox.top().join(".git/index");
        let beside = sandbox.top().join(".git/beside");
        let repository = Repository::discover(sandbox.top()).expect("a repository");
        let blob = repository.write_blob(b"blob\n").expect("a blob");
        for step in 0..4 {
            let about = format!("seed {seed}, step {step}");
            fs_err::copy(&file, &beside).expect("a copy");
            let mut index = Index::open(&repository).expect("an index");
            let path = format!("{}{}", chance.choice(FOLDERS).unwrap(), chance.choice(NAMES).unwrap());
            let is_in_the_way = |folder: &str| index.blob(folder).is_some();
            let cuts = path.match_indices('/').any(|(at, _)| is_in_the_way(&path[..at]));
            let input = if chance.bool() && !cuts && index.paths_under(&path).is_empty() {
                index.insert(&path, blob).expect("put in");
                format!("100644 {blob} 0\t{path}\0")
            } else {
                index.remove(&path).expect("taken out");
                format!("0 {}\t{path}\0", "0".repeat(40))
            };
            let tree = index.write_tree().expect("a tree");
            index.write(&repository).expect("written");
            let changing = repository.program(["update-index", "-z", "--index-info"]).index(&beside).input(input);
            changing.output().expect("git");
            let told = |file: &Path, arguments: &[&str]| {
                let answer = repository.program(arguments).index(file).variable("GIT_OPTIONAL_LOCKS", "0").output();
                String::from_utf8_lossy(&answer.expect("git")).into_owned()
            };
            for question in
                [&["ls-files", "--stage", "-v", "-z"][..], &["status", "--porcelain=v2", "-z"], &["write-tree"]]
            {
                assert_eq!(told(&file, question), told(&beside, question), "{about}: {question:?}");
            }
            assert_eq!(told(&file, &["write-tree"]).trim(), tree.to_string(), "{about}");
            assert_eq!(Index::open(&repository).expect("an index").write_tree().expect("a tree"), tree, "{about}");
            // What it remembers of trees is looked through as well.
            sandbox.git(&["fsck", "--no-dangling"]);
        }
    }
}
