//! Branches that changed the board apart from each other and come together: in any order, with the merge driver or without.
//!
//! `MCP_ROUNDS=1000 cargo test --test it merge` runs the long form, `MCP_SEED=40` begins with another history than the first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::support::{Run, Sandbox, first_round};

fn rounds(short: usize) -> usize {
    std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(short)
}

/// One clone of the seed, in which one worker works.
struct Clone<'a> {
    sandbox: &'a Sandbox,
    dir: PathBuf,
}

impl Clone<'_> {
    fn of<'a>(sandbox: &'a Sandbox, name: &str) -> Clone<'a> {
        let dir = sandbox.dir().with_file_name(name);
        if dir.exists() {
            fs_err::remove_dir_all(&dir).expect("removed");
        }
        sandbox.git_args(&["clone", "-q", "--shared", ".", dir.to_str().expect("UTF-8")]);
        Clone { sandbox, dir }
    }

    fn mcp(&self, actor: &str, arguments: &[&str]) -> Run {
        let mut command = self.sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.current_dir(&self.dir).env("MCP_AGENT", actor).args(arguments);
        self.sandbox.run(command)
    }

    fn git(&self, arguments: &[&str]) -> Run {
        let mut command = self.sandbox.command("git");
        command.current_dir(&self.dir).args(arguments);
        self.sandbox.run(command)
    }

    /// The board: path below the tasks' folder, and text.
    fn board(&self) -> BTreeMap<String, String> {
        let tasks = self.dir.join(".mcp/tasks");
        let walk = walkdir::WalkDir::new(&tasks).into_iter().flatten();
        let files = walk.filter(|entry| entry.path().extension().is_some_and(|end| end == "md"));
        files
            .map(|entry| {
                let path = entry.path().strip_prefix(&tasks).expect("below").display().to_string();
                (path, fs_err::read_to_string(entry.path()).expect("a text"))
            })
            .collect()
    }

    fn commit_board(&self, message: &str) {
        let _ = self.git(&["add", "-A"]).success();
        if self.git(&["diff", "--cached", "--quiet"]).code != Some(0) || self.dir.join(".git/MERGE_HEAD").exists() {
            let _ = self.git(&["commit", "-q", "-m", message]).success();
        }
    }

    /// Merges a branch of another clone, and leaves to `mcp resolve` what git cannot do.
    fn merge(&self, other: &Path, at: &str) {
        let _ = self.git(&["fetch", "-q", other.to_str().expect("UTF-8"), "main"]).success();
        let merged = self.git(&["merge", "-q", "--no-edit", "FETCH_HEAD"]);
        assert!(matches!(merged.code, Some(0 | 1)), "{at}: {merged}");
        let resolved = self.mcp("ada", &["resolve"]);
        assert_eq!(resolved.code, Some(0), "{at}: {merged}\n{resolved}");
        let left = self.git(&["ls-files", "--unmerged"]).success();
        assert_eq!(left.stdout, "", "{at}: {merged}\n{resolved}");
        self.commit_board("together");
    }
}

fn id_of(path: &str) -> String {
    path.rsplit('/').next().expect("a name")[..8].to_owned()
}

/// The lines of the log, each with its details.
fn log_of(text: &str) -> Vec<String> {
    let log = text.split("\n## Log\n").nth(1).unwrap_or_default();
    let log = log.split("\n## ").next().unwrap_or_default();
    log.split("\n- ").map(|entry| entry.trim_start_matches("- ").trim().to_owned()).filter(|e| !e.is_empty()).collect()
}

/// One random thing that a worker does, by a verb or by hand.
fn act(clone: &Clone<'_>, actor: &str, random: &mut fastrand::Rng, number: usize) {
    let board: Vec<(String, String)> = clone.board().into_iter().collect();
    let (path, text) = &board[random.usize(..board.len())];
    let id = id_of(path);
    let words = format!("{actor}-{number}");
    let file = clone.dir.join(".mcp/tasks").join(path);
    // What the rules forbid at this moment is refused, which is as good as anything else.
    match random.usize(..20) {
        0..2 => {
            drop(clone.mcp(actor, &["create", &words, "--ready", "--goal", "g", "--ac", "a", "-k", "ops"]).success())
        }
        2..6 => drop(clone.mcp(actor, &["claim", &id])),
        6..8 => drop(clone.mcp(actor, &["note", &id, "-m", &words]).success()),
        8 => drop(clone.mcp(actor, &["note", &id, "-m", &format!("{words}\nand more\n\n- of {words}")]).success()),
        9 => drop(clone.mcp(actor, &["ask", &id, "-m", &words]).success()),
        10 => drop(clone.mcp(actor, &["answer", &id, "-m", &words])),
        11 => drop(clone.mcp(actor, &["block", &id, "-m", &words]).success()),
        12 => drop(clone.mcp(actor, &["unblock", &id]).success()),
        13 => drop(clone.mcp(actor, &["release", &id, "-m", &words])),
        14 => drop(clone.mcp(actor, &["edit", &id, "--set", &format!("title={words}")]).success()),
        15 => drop(clone.mcp(actor, &["edit", &id, "--set", &format!("labels=[{actor}, l{number}]")])),
        16 => {
            // Finished from wherever it is.
            let _ = clone.mcp(actor, &["prep", &id]);
            let _ = clone.mcp(actor, &["claim", &id]);
            let _ = clone.mcp(actor, &["review", &id]);
            let _ = clone.mcp(actor, &["edit", &id, "--check", "all"]);
            let _ = clone.mcp(actor, &["complete", &id, "--no-commit"]);
        }
        17 => drop(clone.mcp(actor, &["fail", &id, "-m", &words, "--force", "--reason", "random"])),
        18 => {
            let states = ["pending", "ready", "in-progress", "review", "failed"];
            let state = states[random.usize(..states.len())];
            let name = path.rsplit('/').next().expect("a name");
            fs_err::rename(&file, clone.dir.join(".mcp/tasks").join(state).join(name)).expect("moved");
        }
        _ => {
            let goal = format!("## Goal\nAs {words} wrote by hand.\n");
            fs_err::write(&file, text.replacen("## Goal\n", &goal, 1)).expect("written");
        }
    }
}

fn seed() -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.add_config("review: { approval: never }");
    let _ = sandbox.mcp("init --merge-driver --quiet").success();
    for (number, state) in ["pending", "ready", "ready", "ready", "in-progress", "review"].into_iter().enumerate() {
        let title = format!("Task {number}");
        let line = ["create", &title, "--goal", "It works", "--ac", "It works", "--ac", "Well", "-k", "ops"];
        let id = sandbox.mcp_args(&line).success().stdout.trim().to_owned();
        let verbs: &[&str] = match state {
            "pending" => &[],
            "ready" => &["prep"],
            "in-progress" => &["prep", "claim"],
            _ => &["prep", "claim", "review"],
        };
        for verb in verbs {
            let _ = sandbox.mcp(&format!("{verb} {id}")).success();
        }
    }
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    sandbox
}

#[test]
fn random_histories_come_together_the_same_in_both_orders_with_and_without_the_driver() {
    let sandbox = seed();
    let (mut conflicts, mut merges, mut tasks) = (0, 0, 0);
    for round in (first_round()..).take(rounds(6)) {
        let mut random = fastrand::Rng::with_seed(round as u64);
        let count = random.usize(2..4);
        let actors = &["ada", "bo", "cy"][..count];
        let clones: Vec<_> = actors.iter().map(|actor| Clone::of(&sandbox, actor)).collect();
        for (clone, actor) in clones.iter().zip(actors) {
            for number in 0..random.usize(1..6) {
                act(clone, actor, &mut random, number);
                if random.bool() {
                    clone.commit_board("work");
                }
            }
            clone.commit_board("work");
        }
        let mut boards = Vec::new();
        for (name, has_driver) in [("there", round % 2 == 0), ("back", round % 2 == 1)] {
            let merger = Clone::of(&sandbox, name);
            if has_driver {
                let _ = merger.mcp("ada", &["hooks", "install"]).success();
            }
            let mut order: Vec<_> = clones.iter().collect();
            if name == "back" {
                order.reverse();
            }
            for (nth, clone) in order.iter().enumerate() {
                let at = format!("round {round}, {name}, merge {nth} of {}", clone.dir.display());
                merger.merge(&clone.dir, &at);
                merges += 1;
            }
            conflicts += merger.git(&["log", "--merges", "--format=%s"]).stdout.matches("together").count();
            boards.push(merger.board());
        }
        tasks += boards[0].len();
        assert_eq!(boards[0], boards[1], "round {round}: the same board both ways");
        let ids: Vec<_> = boards[0].keys().map(|path| id_of(path)).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "round {round}: each id once, {ids:?}");
        for (clone, actor) in clones.iter().zip(actors) {
            for (path, text) in clone.board() {
                let id = id_of(&path);
                let merged = boards[0].iter().find(|(path, _)| id_of(path) == id);
                let (_, merged) = merged.unwrap_or_else(|| panic!("round {round}: {id} is gone"));
                let log = log_of(merged);
                for entry in log_of(&text) {
                    let times = log.iter().filter(|known| **known == entry).count();
                    assert_eq!(times, 1, "round {round}: {entry} of {actor} in {merged}");
                }
                for line in text.lines().filter(|line| line.contains("wrote by hand")) {
                    assert!(merged.contains(line), "round {round}: {line} of {actor} in {merged}");
                }
            }
        }
    }
    eprintln!("{merges} merges, {conflicts} of them settled by mcp, {tasks} tasks");
    assert!(conflicts > 0);
}

/// A board with one ready task, committed, of which another clone has changed something as well.
fn two_sides(ours: &str, theirs: &str) -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    parted(sandbox, ours, theirs)
}

/// The board, committed, and what two clones made of it.
fn parted(sandbox: Sandbox, ours: &str, theirs: &str) -> Sandbox {
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    let clone = Clone::of(&sandbox, "other");
    for (who, dir, lines) in [("ada", ".", ours), ("cursor", "../other", theirs)] {
        let line = format!(
            "cd {dir} && {lines} && git add -A && (git diff --cached --quiet || git commit -q -m '{who} works')"
        );
        let _ = sandbox.shell_as(who, &sandbox.with_ids(&line)).success();
    }
    drop(clone);
    sandbox
}

#[test]
fn one_task_moved_to_two_folders_is_one_again() {
    let sandbox = two_sides("mcp claim T1 --quiet", "mcp fail T1 -m 'cannot be done' --no-commit --quiet");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ git pull -q --no-rebase ../other main",
        "ada$ git status --short",
        "ada$ mcp resolve",
        "ada$ git status --short",
        "ada$ git commit -q --no-edit; mcp resolve; mcp doctor",
        "ada$ mcp log T1",
    ]), @"
    ada$ git pull -q --no-rebase ../other main
    Auto-merging .mcp/tasks/ready/T1-one.md
    CONFLICT (rename/rename): .mcp/tasks/ready/T1-one.md renamed to .mcp/tasks/in-progress/T1-one.md in HEAD and to .mcp/tasks/failed/T1-one.md in [OID].
    Automatic merge failed; fix conflicts and then commit the result.
    --- exit 1 ---
    ada$ git status --short
    UA .mcp/tasks/failed/T1-one.md
    AU .mcp/tasks/in-progress/T1-one.md
    DD .mcp/tasks/ready/T1-one.md
    ada$ mcp resolve
    T1
    T1 lies in .mcp/tasks/failed/T1-one.md, no longer in .mcp/tasks/in-progress/T1-one.md
    hint: `git diff HEAD -- .mcp` shows what became of them; commit when you are done
    ada$ git status --short
    R  .mcp/tasks/in-progress/T1-one.md -> .mcp/tasks/failed/T1-one.md
    ada$ git commit -q --no-edit; mcp resolve; mcp doctor
    every task lies in one place: nothing to do
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  claimed on main
    [TIME]  cursor  failed: cannot be done
    ");
}

#[test]
fn conflicting_logs_are_united_and_what_was_put_right_by_hand_stays() {
    let sandbox = two_sides("mcp note T1 -m ours --quiet", "mcp note T1 -m theirs --quiet");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ git pull -q --no-rebase ../other main",
        "ada$ mcp resolve T1",
        "ada$ git status --short && git commit -q --no-edit && mcp log T1",
    ]), @"
    ada$ git pull -q --no-rebase ../other main
    Auto-merging .mcp/tasks/ready/T1-one.md
    CONFLICT (content): Merge conflict in .mcp/tasks/ready/T1-one.md
    Automatic merge failed; fix conflicts and then commit the result.
    --- exit 1 ---
    ada$ mcp resolve T1
    T1
    T1 lies in .mcp/tasks/ready/T1-one.md
    hint: `git diff HEAD -- .mcp` shows what became of them; commit when you are done
    ada$ git status --short && git commit -q --no-edit && mcp log T1
    M  .mcp/tasks/ready/T1-one.md
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  note: ours
    [TIME]  cursor  note: theirs
    ");
    let sandbox = two_sides("mcp note T1 -m ours --quiet", "mcp note T1 -m theirs --quiet");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ git pull -q --no-rebase ../other main",
        "ada$ sed -i -e '/^<<<<<<< /d; /^=======$/d; /^>>>>>>> /d; s/It works$/It works, I say/' .mcp/tasks/ready/T1*.md",
        "ada$ mcp resolve T1 --json",
        "ada$ mcp log T1; grep -c 'It works, I say' .mcp/tasks/ready/T1*.md",
    ]), @r#"
    ada$ git pull -q --no-rebase ../other main
    Auto-merging .mcp/tasks/ready/T1-one.md
    CONFLICT (content): Merge conflict in .mcp/tasks/ready/T1-one.md
    Automatic merge failed; fix conflicts and then commit the result.
    --- exit 1 ---
    ada$ sed -i -e '/^<<<<<<< /d; /^=======$/d; /^>>>>>>> /d; s/It works$/It works, I say/' .mcp/tasks/ready/T1*.md
    ada$ mcp resolve T1 --json
    {"schema":1,"resolve":{"resolved":[{"task":"T1","path":".mcp/tasks/ready/T1-one.md","others":[]}],"problems":[]}}
    T1 lies in .mcp/tasks/ready/T1-one.md
    hint: `git diff HEAD -- .mcp` shows what became of them; commit when you are done
    ada$ mcp log T1; grep -c 'It works, I say' .mcp/tasks/ready/T1*.md
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  note: ours
    [TIME]  cursor  note: theirs
    2
    "#);
}

#[test]
fn an_old_copy_that_a_pull_brought_back_gives_what_is_new_in_it_and_goes() {
    let sandbox = two_sides("true", "mcp note T1 -m theirs --quiet && mcp edit T1 --set size=big --quiet");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ git reset -q --hard HEAD~0; mcp claim T1 --quiet && git status --short",
        "ada$ git pull --ff-only -q ../other main",
        "ada$ git status --short; mcp doctor",
        "ada$ mcp log T1 | sort -k 2; grep size: .mcp/tasks/*/T1*.md",
    ]), @"
    ada$ git reset -q --hard HEAD~0; mcp claim T1 --quiet && git status --short
    T1
     D .mcp/tasks/ready/T1-one.md
    ?? .mcp/tasks/in-progress/T1-one.md
    ada$ git pull --ff-only -q ../other main
    T1 lay in .mcp/tasks/ready/T1-one.md as well; it lies in .mcp/tasks/in-progress/T1-one.md now
    ada$ git status --short; mcp doctor
     D .mcp/tasks/ready/T1-one.md
    ?? .mcp/tasks/in-progress/T1-one.md
    ada$ mcp log T1 | sort -k 2; grep size: .mcp/tasks/*/T1*.md
    [TIME]  ada  claimed on main
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  note: theirs
    [TIME]  cursor  size: big
    size: big
    - [TIME] cursor size: big
    ");
}

#[test]
fn what_git_made_of_two_tasks_that_it_took_for_one_is_nobodys_words() {
    for with_driver in [true, false] {
        let sandbox = Sandbox::with_board();
        let [one, two] = ["One", "Two"].map(|title| sandbox.ready_task(title));
        if with_driver {
            let _ = sandbox.mcp("init --merge-driver --quiet").success();
        }
        // Task two is not changed here: git does not look for where its file went, and finds it for the other's.
        let sandbox = parted(
            sandbox,
            "mcp claim T1 --quiet",
            "for n in 1 2 3 4 5 6 7 8; do mcp note T1 -m \"word $n of a long story\" --quiet; done && \
             mcp claim T1 --quiet && mcp fail T2 -m no --no-commit --quiet",
        );
        let pulled = sandbox.try_git(&["pull", "-q", "--no-rebase", "../other", "main"]);
        let paired = format!(" and to .mcp/tasks/failed/{two}-two.md");
        assert!(pulled.stdout.contains(&paired), "the trap is set: {pulled}");
        let _ = sandbox.mcp("resolve").success();
        assert_eq!(sandbox.tree(), format!("tasks/failed/{two}-two.md\ntasks/in-progress/{one}-one.md\n"), "{pulled}");
        let text = sandbox.read(&sandbox.file_of(&one));
        let ours = sandbox.git(&format!("show HEAD:.mcp/tasks/in-progress/{one}-one.md"));
        let theirs = sandbox.git(&format!("show FETCH_HEAD:.mcp/tasks/in-progress/{one}-one.md"));
        let log: BTreeSet<_> = log_of(&text).into_iter().collect();
        assert_eq!(log, log_of(&ours).into_iter().chain(log_of(&theirs)).collect(), "{text}");
        assert!(text.starts_with(&format!("---\nid: {one}\ntitle: One\n")) && !text.contains("Merge notes"), "{text}");
        let failed = sandbox.git(&format!("show FETCH_HEAD:.mcp/tasks/failed/{two}-two.md"));
        assert_eq!(sandbox.read(&sandbox.file_of(&two)).trim_end(), failed.trim_end());
        sandbox.git("commit -q --no-edit");
        assert_eq!(sandbox.mcp("doctor").to_string(), "");
        assert!(!sandbox.path(".git/mcp/driven").exists(), "what is over is forgotten");
    }
}

#[test]
fn the_driver_merges_inside_git_and_without_it_git_does_as_ever() {
    for with_driver in [true, false] {
        let sandbox = Sandbox::with_board();
        sandbox.ready_task("One");
        let _ = sandbox.mcp("init --merge-driver --quiet").success();
        if !with_driver {
            let _ = sandbox.mcp("hooks uninstall --quiet").success();
        }
        sandbox.git("add -A");
        sandbox.git("commit -q -m board");
        let clone = Clone::of(&sandbox, "other");
        let id = sandbox.with_ids("T1");
        let _ = clone.mcp("bo", &["note", &id, "-m", "theirs"]).success();
        clone.commit_board("theirs");
        let _ = sandbox.mcp(&format!("note {id} -m ours")).success();
        sandbox.git("commit -q -a -m ours");
        let merged = sandbox.try_git(&["pull", "-q", "--no-rebase", "--no-edit", "../other", "main"]);
        assert_eq!(merged.code, Some(if with_driver { 0 } else { 1 }), "{merged}");
        let text = sandbox.read(&sandbox.file_of(&id));
        assert_eq!(text.contains("<<<<<<< "), !with_driver, "{text}");
        assert!(text.contains("note: ours\n") && text.contains("note: theirs\n"), "{text}");
        if with_driver {
            assert_eq!(sandbox.git("status --short"), "");
        }
    }
}
