//! Every kind of damage that we could think of, each done to a healthy board: found, named, and mended where nothing is lost.

use std::collections::BTreeSet;

use super::support::{Formats, Sandbox};

/// What `doctor --fix` does about it.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Then {
    /// It is mended.
    Mended,
    /// It is left to a person, and still told.
    Told,
}
use Then::{Mended, Told};

type Damage = (&'static str, fn(&Sandbox, &str, &str), Then);

fn edit(sandbox: &Sandbox, file: &str, from: &str, to: &str) {
    let text = sandbox.read(file);
    assert!(text.contains(from), "{text}");
    sandbox.write(file, &text.replacen(from, to, 1));
}

fn shell(sandbox: &Sandbox, line: &str) {
    let _ = sandbox.shell_as("ada", line).success();
}

/// The code of the finding, what does the damage to a task (its id, its file), and what becomes of it.
const DAMAGES: &[Damage] = &[
    ("no_gitkeep", |sandbox, _, _| shell(sandbox, "rm .mcp/tasks/done/.gitkeep"), Mended),
    ("no_gitkeep", |sandbox, _, _| shell(sandbox, "rm -r .mcp/tasks/failed"), Mended),
    ("bad_file", |sandbox, _, file| edit(sandbox, file, "title: One", "title: [One"), Told),
    ("bad_file", |sandbox, _, file| edit(sandbox, file, "title: One", "title: One\ntitle: Two"), Told),
    ("bad_file", |sandbox, _, file| edit(sandbox, file, "title: One", "title: &a One"), Told),
    ("bad_file", |sandbox, _, file| edit(sandbox, file, "title: One", "title: One\0"), Told),
    ("bad_file", |sandbox, _, file| shell(sandbox, &format!("printf '\\377' >> {file}")), Told),
    ("bad_file", |sandbox, _, file| shell(sandbox, &format!("mv {file} x && ln -s ../../../x {file}")), Told),
    ("bad_file", |sandbox, _, file| shell(sandbox, &format!("mv {file} x && mkdir {file}")), Told),
    ("bad_file", |sandbox, _, file| shell(sandbox, &format!("head -c 1100000 /dev/zero >> {file}")), Told),
    ("bad_file", |sandbox, _, file| edit(sandbox, file, "rev: 2\n---\n", "rev: 2\n"), Told),
    ("doubled", |sandbox, _, file| shell(sandbox, &format!("cp {file} .mcp/tasks/pending/")), Mended),
    (
        "doubled",
        |sandbox, id, file| shell(sandbox, &format!("cp {file} x; mcp claim {id}; cp x {file}; echo more >> {file}")),
        Mended,
    ),
    ("id_mismatch", |sandbox, _, file| edit(sandbox, file, "id: t-", "id: t-222222 # t-"), Mended),
    ("newcomer", |sandbox, _, _| sandbox.write(".mcp/tasks/ready/idea.md", "# An idea\n"), Mended),
    ("newcomer", |sandbox, _, _| sandbox.write(".mcp/tasks/ready/idea.md", ""), Told),
    (
        "stray_file",
        |sandbox, _, file| shell(sandbox, &format!("mkdir .mcp/tasks/blocked && mv {file} .mcp/tasks/blocked/")),
        Told,
    ),
    (
        "stray_file",
        |sandbox, _, file| shell(sandbox, &format!("mkdir .mcp/tasks/ready/old && cp {file} .mcp/tasks/ready/old/")),
        Told,
    ),
    (
        "stray_file",
        |sandbox, _, file| shell(sandbox, &format!("cp {file} \"$(printf '.mcp/tasks/ready/\\377.md')\"")),
        Told,
    ),
    ("no_file", |sandbox, _, file| shell(sandbox, &format!("rm {file}")), Mended),
    ("stale_copy", |sandbox, id, _| shell(sandbox, &format!("mcp claim {id} && git stash -q -u")), Told),
    ("unfinished", |sandbox, id, _| cut_short(sandbox, id), Mended),
    ("bad_intent", |sandbox, id, _| sandbox.write(&format!(".git/mcp/intents/{id}.json"), "{"), Mended),
    (
        "stale_lock",
        |sandbox, id, _| {
            let lock = if sandbox.path(".git/reftable").exists() {
                "reftable/tables.list.lock".to_owned()
            } else {
                format!("refs/mcp/tasks/{id}.lock")
            };
            // Beside the mark that the program's calls leave when they are killed.
            shell(sandbox, "mkdir -p .git/mcp/swaps; touch -d '1 hour ago' .git/mcp/swaps/refs%mcp%tasks%x");
            shell(sandbox, &format!("touch -d '1 hour ago' .git/{lock}"));
        },
        Mended,
    ),
    (
        "bad_cell",
        |sandbox, _, _| shell(sandbox, "git update-ref refs/mcp/tasks/t-zzzzzz $(git hash-object -w check.sh)"),
        Told,
    ),
    (
        "bad_cell",
        |sandbox, _, _| shell(sandbox, "git update-ref refs/mcp/tasks/other $(git hash-object -w check.sh)"),
        Told,
    ),
    (
        "bad_file",
        |sandbox, id, _| shell(sandbox, &format!("git update-ref refs/mcp/tasks/{id} $(git hash-object -w check.sh)")),
        Told,
    ),
    ("unknown_dependency", |sandbox, _, file| edit(sandbox, file, "kind:", "depends_on: [t-zzzzzz]\nkind:"), Told),
    ("unknown_parent", |sandbox, _, file| edit(sandbox, file, "kind:", "parent: t-zzzzzz\nkind:"), Told),
    (
        "cycle",
        |sandbox, id, file| {
            let other = sandbox.ready_task("Two");
            edit(sandbox, file, "kind:", &format!("depends_on: [{other}]\nkind:"));
            edit(sandbox, &sandbox.file_of(&other), "kind:", &format!("depends_on: [{id}]\nkind:"));
        },
        Told,
    ),
    (
        "conflict_marks",
        |sandbox, _, file| edit(sandbox, file, "It works\n", "<<<<<<< a\nIt works\n=======\nNo\n>>>>>>> b\n"),
        Told,
    ),
    ("unmerged", |sandbox, _, file| conflict(sandbox, file), Mended),
    ("index_locked", |sandbox, _, _| sandbox.write(".git/index.lock", ""), Told),
    (
        "no_driver",
        |sandbox, _, _| shell(sandbox, "mcp init --merge-driver && git config --remove-section merge.mcp"),
        Told,
    ),
    (
        "worktree_gone",
        |sandbox, id, _| {
            sandbox.worktree("side");
            shell(sandbox, &format!("cd ../side && mcp claim {id}; cd ../repo && git worktree remove --force ../side"));
        },
        Told,
    ),
    (
        "worktree_left",
        |sandbox, id, _| {
            shell(sandbox, &format!("mcp claim {id} --worktree && cd ../repo-worktrees/{id} && mcp release {id}"));
        },
        Mended,
    ),
    ("no_hook", |sandbox, _, _| shell(sandbox, "rm .git/hooks/pre-commit"), Told),
    ("no_hook", |sandbox, _, _| shell(sandbox, "chmod -x .git/hooks/post-commit"), Told),
    ("foreign_hook", |sandbox, _, _| sandbox.write(".git/hooks/commit-msg", "#!/bin/sh\ntrue\n"), Told),
    ("shadowed_hooks", |sandbox, _, _| shell(sandbox, "git config core.hooksPath .husky"), Told),
    (
        "lost_program",
        |sandbox, _, _| shell(sandbox, "sed -i \"s#^mcp=.*#mcp='/gone/it'\\\\''s/mcp'#\" .git/hooks/pre-commit"),
        Told,
    ),
    ("foreign_hook", |sandbox, _, _| shell(sandbox, "sed -i '/mcp/d' .git/hooks/pre-commit"), Told),
    ("untrusted", |sandbox, _, _| edit(sandbox, ".mcp/config.yaml", "sh check.sh", "sh other.sh"), Told),
];

/// A claim that dies right after its commit point.
fn cut_short(sandbox: &Sandbox, id: &str) {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("MCP_TEST_DIE_AFTER_STEP", "4").args(["claim", id]);
    assert_eq!(sandbox.run(command).code, None);
}

/// A merge in which both sides have said something of the task.
fn conflict(sandbox: &Sandbox, file: &str) {
    shell(sandbox, "git branch side");
    shell(sandbox, &format!("sed -i '$a - ours' {file} && git commit -q -a -m ours && git switch -q side"));
    shell(sandbox, &format!("sed -i '$a - theirs' {file} && git commit -q -a -m theirs && git switch -q main"));
    assert_eq!(sandbox.try_git(&["merge", "-q", "side"]).code, Some(1));
}

fn codes(sandbox: &Sandbox, fix: bool) -> BTreeSet<String> {
    let run = sandbox.mcp(if fix { "doctor --fix --json" } else { "doctor --json" });
    let document = run.json();
    let findings = document["doctor"]["findings"].as_array().unwrap_or_else(|| panic!("{run}"));
    assert_eq!(run.code, Some(i32::from(!findings.is_empty())), "{run}");
    findings.iter().map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
}

/// All lines of the board's files and cells.
fn lines(sandbox: &Sandbox) -> BTreeSet<String> {
    let files = sandbox.files().into_iter().filter(|path| path.starts_with(".mcp/tasks/") && path.ends_with(".md"));
    let mut texts: Vec<String> = files
        .filter_map(|path| fs_err::read(sandbox.path(&path)).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    let cells = sandbox.git("for-each-ref --format=%(refname) refs/mcp/tasks");
    texts.extend(cells.lines().map(|cell| sandbox.try_git(&["cat-file", "blob", &format!("{cell}:task.md")]).stdout));
    let is_said = |line: &&str| !line.starts_with("id: ") && !line.starts_with("rev: ") && !line.trim().is_empty();
    texts.iter().flat_map(|text| text.lines()).filter(is_said).map(|line| sandbox.filtered(line)).collect()
}

#[test]
fn every_kind_of_damage_is_found_and_mended_where_nothing_is_lost() {
    assert!(DAMAGES.len() >= 25);
    for (number, (code, damage, then)) in DAMAGES.iter().enumerate() {
        let at = format!("damage {number}, {code}");
        let sandbox = Sandbox::with_board();
        let id = sandbox.ready_task("One");
        sandbox.git("add -A");
        sandbox.git("commit -q -m board");
        assert_eq!(codes(&sandbox, false), BTreeSet::new(), "{at}: healthy before");
        damage(&sandbox, &id, &sandbox.file_of(&id));
        let before = lines(&sandbox);
        let found = codes(&sandbox, false);
        assert!(found.contains(*code), "{at}: {found:?}");
        let left = codes(&sandbox, true);
        assert_eq!(left.contains(*code), *then == Told, "{at}: {left:?}");
        let lost: Vec<_> = before.difference(&lines(&sandbox)).cloned().collect();
        let is_mark = |line: &String| ["<<<<<<< ", "=======", ">>>>>>> "].iter().any(|mark| line.starts_with(mark));
        let lost: Vec<_> = lost.into_iter().filter(|line| !is_mark(line)).collect();
        assert_eq!(lost, Vec::<String>::new(), "{at}: not a word is lost");
        assert_eq!(codes(&sandbox, true), left, "{at}: a second time changes nothing");
    }
}

#[test]
fn is_silent_about_what_other_branches_and_checkouts_have() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("Do it");
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    let _ = sandbox.mcp(&format!("claim {id} --branch")).success();
    sandbox.write("code.txt", "two\n");
    sandbox.git("commit -q -a -m work");
    assert_eq!(sandbox.state_of(&id), "review");
    sandbox.git("switch -q main");
    assert_eq!(sandbox.state_of(&id), "ready");
    let _ = sandbox.mcp("doctor").success();
    // Written down on a branch alone, and in another worktree without a commit.
    sandbox.git("switch -q -c other");
    let _ = sandbox.ready_task("Do more");
    sandbox.git("add -A");
    sandbox.git("commit -q -m more");
    sandbox.git("switch -q main");
    let side = sandbox.worktree("side");
    let mut create = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    create.args(["create", "Do the rest"]).current_dir(&side);
    let _ = sandbox.run(create).success();
    let _ = sandbox.mcp("doctor").success();
    // What every branch has lost is told.
    fs_err::remove_dir_all(side.join(".mcp/tasks")).expect("a folder");
    let run = sandbox.mcp("doctor").code(1);
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
}

#[test]
fn another_program_of_our_name_on_the_path_is_told() {
    let sandbox = Sandbox::with_board();
    let place = sandbox.dir().with_file_name("others").join("mcp");
    let doctor = |text: &str| {
        super::hook::executable(&place, text);
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        let path = std::env::var("PATH").unwrap_or_default();
        command.arg("doctor").env("PATH", format!("{}:{path}", place.parent().expect("a folder").display()));
        sandbox.run(command)
    };
    insta::assert_snapshot!(doctor("#!/bin/sh\necho 'mcp 1.27.0'\n"), @"
    [WORLD]/others/mcp: `mcp` on the PATH is another program (mcp 1.27.0)
    --- stderr ---
    hint: put the folder of this one before it on the PATH, for agents type `mcp`, too
    error: 1 finding
    --- exit 1 ---
    ");
    let _ = doctor("#!/bin/sh\necho 'mcp 9.9.9 (mcp-handoff)'\n").success();
}

#[test]
fn of_two_files_that_which_is_known_keeps_its_name() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ cd .mcp/tasks/ready && cp T1-one.md 'T1-one (copy).md' && echo more >> 'T1-one (copy).md'",
        "ada$ mcp doctor --fix && ls .mcp/tasks/ready && tail -n 1 .mcp/tasks/ready/T1-one.md",
    ]), @"
    ada$ cd .mcp/tasks/ready && cp T1-one.md 'T1-one (copy).md' && echo more >> 'T1-one (copy).md'
    ada$ mcp doctor --fix && ls .mcp/tasks/ready && tail -n 1 .mcp/tasks/ready/T1-one.md
    T1 lies in .mcp/tasks/ready/T1-one.md
    T1-one.md
    more
    ");
}

#[test]
fn a_ref_that_a_power_cut_left_empty_hides_nothing_else() {
    if Formats::of_all_tests().has("reftable") {
        return;
    }
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.ready_task("Two");
    let id = sandbox.with_ids("T1");
    sandbox.write(&format!(".git/refs/mcp/tasks/{id}"), "");
    shell(&sandbox, "rm .mcp/tasks/done/.gitkeep");
    let told = sandbox.mcp("doctor").code(1);
    assert_eq!(told.stdout.lines().count(), 2, "{told}");
    let listed = sandbox.mcp("list --json").success().json();
    assert_eq!(
        (listed["tasks"].as_array().map(Vec::len), listed["problems"].as_array().map(Vec::len)),
        (Some(1), Some(1))
    );
    let _ = sandbox.mcp(&sandbox.with_ids("note T2 -m said")).success();
}
