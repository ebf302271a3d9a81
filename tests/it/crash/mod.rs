//! Processes that die: after every single step of every verb, and at random moments. Nothing acknowledged is lost.
//!
//! `MCP_CHAOS_SECONDS=30 cargo test --test it crash` runs the long form: the random part for so long, and every verb killed
//! after every one of its steps, where the short form takes each fourth step of most verbs.

mod random;

use std::collections::BTreeMap;

use crate::support::{Run, Sandbox};

/// By this variable a process dies right after the n-th step of a change.
const DIE: &str = "MCP_TEST_DIE_AFTER_STEP";

/// A verb under test: what comes before it, the verb itself, and what tells that it happened.
struct Verb {
    name: &'static str,
    before: &'static [&'static str],
    line: &'static str,
    to: &'static str,
    tells: &'static str,
}

const VERBS: &[Verb] = &[
    Verb { name: "prep", before: &[], line: "prep ID", to: "ready", tells: "ada prepared" },
    Verb { name: "claim", before: &[], line: "claim ID", to: "in-progress", tells: "ada claimed on main" },
    Verb {
        name: "note",
        before: &["claim ID"],
        line: "note ID -m remember",
        to: "in-progress",
        tells: "note: remember",
    },
    Verb { name: "ask", before: &[], line: "ask ID -m why", to: "ready", tells: "(needs input): why" },
    Verb { name: "edit", before: &[], line: "edit ID --set size=big", to: "ready", tells: "\nsize: big\n" },
    Verb { name: "block", before: &[], line: "block ID -m rain", to: "ready", tells: "reason: rain" },
    Verb { name: "review", before: &["claim ID"], line: "review ID", to: "review", tells: "handed over for review" },
    // Before anybody else is known as a worker, whose approval would be needed.
    Verb {
        name: "complete",
        before: &["claim ID", "review ID", "edit ID --check all"],
        line: "complete ID",
        to: "done",
        tells: "ada completed",
    },
    Verb {
        name: "reject",
        before: &["claim ID", "review ID"],
        line: "--as bo review ID --reject -m no",
        to: "ready",
        tells: "bo rejected: no",
    },
    Verb { name: "fail", before: &["claim ID"], line: "fail ID -m broken", to: "failed", tells: "failed: broken" },
    Verb { name: "retry", before: &["fail ID -m broken"], line: "retry ID", to: "ready", tells: "to be tried again" },
    Verb { name: "release", before: &["claim ID"], line: "release ID", to: "ready", tells: "ada released" },
    Verb { name: "drop", before: &["claim ID"], line: "drop ID", to: "failed", tells: "ada dropped" },
    Verb { name: "unblock", before: &["block ID -m rain"], line: "unblock ID", to: "ready", tells: "ada unblocked" },
    Verb { name: "answer", before: &["ask ID -m why"], line: "answer ID -m so", to: "ready", tells: "ada answered" },
    Verb {
        name: "approve",
        before: &["claim ID", "review ID"],
        line: "--as bo review ID --approve",
        to: "review",
        tells: "bo approved\n",
    },
    Verb {
        name: "takeover",
        before: &["claim ID"],
        line: "--as bo claim ID --force --reason late",
        to: "in-progress",
        tells: "bo claimed on main by force: late",
    },
    Verb {
        name: "reopen",
        before: &["claim ID", "review ID", "edit ID --check all", "--as bo complete ID"],
        line: "reopen ID",
        to: "ready",
        tells: "ada reopened",
    },
    Verb { name: "undo", before: &["claim ID"], line: "undo", to: "ready", tells: "ada undid: claimed" },
];

/// Said again, they are about something else: there is nothing more to answer, and another verb to take back.
const ONCE: &[&str] = &["answer", "undo"];

/// What a crash must leave whole.
#[derive(PartialEq, Debug)]
struct Standing {
    state: String,
    text: String,
}

fn standing(sandbox: &Sandbox, id: &str) -> Standing {
    Standing { state: sandbox.state_of(id), text: sandbox.read(&sandbox.file_of(id)) }
}

fn cell_text(sandbox: &Sandbox, id: &str) -> String {
    sandbox.git(&format!("cat-file blob refs/mcp/tasks/{id}:task.md")) + "\n"
}

/// Two writing commands come by, and everything is as if there had been no crash.
fn must_be_mended(sandbox: &Sandbox, other: &str, at: &str) {
    for time in ["first", "second"] {
        let run = sandbox.mcp(&format!("note {other} -m {time}-after-{at}"));
        assert_eq!(run.code, Some(0), "{at}: {run}");
    }
    let doctor = sandbox.mcp("doctor");
    assert_eq!((doctor.code, doctor.stdout.as_str()), (Some(0), ""), "{at}: {doctor}");
    assert_eq!(left_behind(sandbox), Vec::<String>::new(), "{at}");
}

/// Lock files, intents and journals.
fn left_behind(sandbox: &Sandbox) -> Vec<String> {
    let walk = walkdir::WalkDir::new(sandbox.path(".git")).sort_by_file_name();
    let paths = walk.into_iter().flatten().map(|entry| entry.path().display().to_string());
    let is_left =
        |path: &String| path.ends_with(".lock") || path.contains("/intents/t-") || path.contains("/mcp/commits/");
    paths.filter(is_left).collect()
}

/// A task that needs no commits to be done.
fn ops_task(sandbox: &Sandbox, title: &str) -> String {
    let id = pending_task(sandbox, title);
    let _ = sandbox.mcp(&format!("prep {id}")).success();
    id
}

fn pending_task(sandbox: &Sandbox, title: &str) -> String {
    let line = ["create", title, "--goal", "It works", "--ac", "It works", "--kind", "ops"];
    sandbox.mcp_args(&line).success().stdout.trim().to_owned()
}

fn dying(sandbox: &Sandbox, step: usize, line: &str) -> Run {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env(DIE, step.to_string()).args(line.split_ascii_whitespace());
    sandbox.run(command)
}

/// How long the random part takes, if that was said.
fn chaos_seconds() -> Option<u64> {
    std::env::var("MCP_CHAOS_SECONDS").ok()?.parse().ok()
}

/// Kills the verb after each of these steps in turn, until it has no such step; gives how many it has.
fn kill_after_steps(sandbox: &Sandbox, verb: &Verb, other: &str, steps: impl Iterator<Item = usize>) -> usize {
    for step in steps {
        let at = format!("{}-{step}", verb.name);
        let id = if verb.name == "prep" { pending_task(sandbox, &at) } else { ops_task(sandbox, &at) };
        for line in verb.before {
            let _ = sandbox.mcp(&line.replace("ID", &id)).success();
        }
        let before = standing(sandbox, &id);
        let line = verb.line.replace("ID", &id);
        let run = dying(sandbox, step, &line);
        let is_over = run.code.is_some();
        if is_over {
            let _ = run.success();
        }
        must_be_mended(sandbox, other, &at);
        let after = standing(sandbox, &id);
        assert_eq!(after.text, cell_text(sandbox, &id), "{at}: file and cell say the same");
        if after != before {
            assert_eq!(after.state, verb.to, "{at}");
            assert_eq!(after.text.matches(verb.tells).count(), 1, "{at}: {}", after.text);
        } else {
            assert!(!is_over, "{at}: what was acknowledged is there");
        }
        if ["done", "failed"].contains(&after.state.as_str()) && !["done", "failed"].contains(&before.state.as_str()) {
            let dirty = sandbox.git("status --short");
            assert!(!dirty.contains(&id), "{at}: the end is committed: {dirty}");
        }
        // Whoever tries again succeeds, or is told that it has happened.
        if ONCE.contains(&verb.name) {
            if is_over {
                return step - 1;
            }
            continue;
        }
        let _ = sandbox.mcp(&line).success();
        assert_eq!(standing(sandbox, &id).state, verb.to, "{at}");
        assert_eq!(standing(sandbox, &id).text.matches(verb.tells).count(), 1, "{at}");
        if is_over {
            return step - 1;
        }
    }
    unreachable!("steps end")
}

#[test]
fn a_crash_after_any_step_of_any_verb_leaves_it_wholly_done_or_not_at_all() {
    let sandbox = Sandbox::with_board();
    let other = ops_task(&sandbox, "Another one");
    let mut steps = BTreeMap::new();
    for (number, verb) in VERBS.iter().enumerate() {
        let is_thorough = chaos_seconds().is_some() || ["claim", "note"].contains(&verb.name);
        let chosen = if is_thorough { (1..).step_by(1) } else { (1 + number % 4..).step_by(4) };
        steps.insert(verb.name, kill_after_steps(&sandbox, verb, &other, chosen));
    }
    assert!(steps.values().all(|steps| *steps >= 10), "{steps:?}");
}

/// Between the crash and the next command a person writes into the file and moves it to another folder.
#[test]
fn what_a_person_moves_and_writes_right_after_a_crash_is_kept_with_what_was_committed_to() {
    let sandbox = Sandbox::with_board();
    let other = ops_task(&sandbox, "Another one");
    for (number, verb) in VERBS.iter().filter(|verb| !["complete", "reopen"].contains(&verb.name)).enumerate() {
        let is_thorough = chaos_seconds().is_some() || ["claim", "note"].contains(&verb.name);
        let (first, stride) = if is_thorough { (1, 1) } else { (1 + number % 6, 6) };
        for step in (first..).step_by(stride) {
            let at = format!("{}-{step}", verb.name);
            let id = if verb.name == "prep" { pending_task(&sandbox, &at) } else { ops_task(&sandbox, &at) };
            for line in verb.before {
                let _ = sandbox.mcp(&line.replace("ID", &id)).success();
            }
            let run = dying(&sandbox, step, &verb.line.replace("ID", &id));
            let file = sandbox.file_of(&id);
            let text = sandbox.read(&file);
            let by_hand = format!("By hand at {at}.\n");
            sandbox.write(&file, &text.replace("## Goal\n", &format!("{by_hand}\n## Goal\n")));
            let folder = if file.contains("/review/") { "in-progress" } else { "review" };
            let name = file.rsplit('/').next().expect("a name");
            fs_err::rename(sandbox.path(&file), sandbox.path(&format!(".mcp/tasks/{folder}/{name}"))).expect("moved");
            must_be_mended(&sandbox, &other, &at);
            // One file, and what it says is what the cell says once somebody has spoken of it.
            let _ = sandbox.mcp(&format!("note {id} -m and-then")).success();
            let after = standing(&sandbox, &id);
            assert_eq!(after.text, cell_text(&sandbox, &id), "{at}");
            assert_eq!(after.text.matches(&by_hand).count(), 1, "{at}: {}", after.text);
            let told = after.text.matches(verb.tells).count();
            assert!(told == 1 || (told == 0 && run.code.is_none()), "{at}: {}", after.text);
            let places = sandbox.files().into_iter().filter(|path| path.contains(&id)).count();
            assert_eq!(places, 1, "{at}");
            if run.code.is_some() {
                break;
            }
        }
    }
}

#[test]
fn a_crash_while_a_task_is_made_leaves_it_whole_or_not_at_all() {
    let sandbox = Sandbox::with_board();
    let other = ops_task(&sandbox, "Another one");
    for step in 1.. {
        let before = sandbox.tree().lines().count();
        let run = dying(&sandbox, step, "create Task --ready --goal Goal --ac Criterion");
        must_be_mended(&sandbox, &other, &format!("create-{step}"));
        let files = sandbox.tree().lines().count();
        assert!(files == before || files == before + 1, "step {step}: {before} files became {files}");
        let listed = sandbox.mcp("list --json").success().json();
        assert_eq!(listed["problems"].as_array().map(Vec::len), Some(0), "step {step}");
        if run.code.is_some() {
            assert!(step > 10, "only {step} steps");
            return;
        }
    }
}

#[test]
fn a_crash_while_a_file_is_taken_in_neither_loses_nor_doubles_it() {
    let sandbox = Sandbox::with_board();
    let other = ops_task(&sandbox, "Another one");
    for step in 1.. {
        let before = sandbox.tree().lines().count();
        sandbox.write(".mcp/tasks/pending/idea.md", &format!("# Idea {step}\n\nWords of mine.\n"));
        let run = dying(&sandbox, step, &format!("note {other} -m taking-in-{step}"));
        must_be_mended(&sandbox, &other, &format!("newcomer-{step}"));
        assert_eq!(sandbox.tree().lines().count(), before + 1, "step {step}");
        let files = sandbox.files();
        let idea = files.iter().find(|path| path.contains(&format!("idea-{step}.md"))).expect("taken in");
        assert!(sandbox.read(idea).contains(&format!("# Idea {step}\n\nWords of mine.\n")));
        if run.code.is_some() {
            return;
        }
    }
}

#[test]
fn a_crash_while_a_change_is_finished_is_finished_by_the_next() {
    let sandbox = Sandbox::with_board();
    let other = ops_task(&sandbox, "Another one");
    for first in [4, 5, 8, 12] {
        for second in [1, 3, 5, 7] {
            let id = ops_task(&sandbox, &format!("Twice {first} {second}"));
            let before = standing(&sandbox, &id);
            let at = format!("claim-{first}-then-{second}");
            let _ = dying(&sandbox, first, &format!("claim {id}"));
            let _ = dying(&sandbox, second, &format!("note {other} -m {at}"));
            must_be_mended(&sandbox, &other, &at);
            let after = standing(&sandbox, &id);
            let is_whole = after.state == "in-progress" && after.text.matches("ada claimed on main").count() == 1;
            assert!(after == before || is_whole, "{at}: {after:?}");
        }
    }
}

/// A hook of ours that dies after the step that `DIE_AFTER` names, and writes down how it ended.
fn make_mortal(sandbox: &Sandbox, hook: &str) {
    let path = sandbox.path(&format!(".git/hooks/{hook}"));
    let real = path.with_file_name(format!("{hook}.real"));
    fs_err::rename(&path, &real).expect("renamed");
    let script = format!(
        "#!/bin/sh\n# mcp-handoff hook {hook}, mortal\n{DIE}=$DIE_AFTER '{}' \"$@\"\ncode=$?\necho $code > .git/ended\nexit $code\n",
        real.display()
    );
    fs_err::write(&path, script).expect("written");
    fs_err::set_permissions(&path, fs_err::metadata(&real).expect("a file").permissions()).expect("executable");
}

/// Commits a change of the code with the mortal hook; says whether the hook lived.
fn commit_dying(sandbox: &Sandbox, step: usize) -> bool {
    sandbox.write("code.txt", &format!("version {step}\n"));
    sandbox.git("add code.txt check.sh");
    let mut command = sandbox.command("git");
    command.env("DIE_AFTER", step.to_string()).args(["commit", "-q", "-m", "Work"]);
    let _ = sandbox.run(command);
    sandbox.read(".git/ended") != "134\n"
}

#[test]
fn a_crash_of_the_hook_while_checks_fail_leaves_the_task_whole() {
    let sandbox = Sandbox::with_board();
    let other = ops_task(&sandbox, "Another one");
    make_mortal(&sandbox, "pre-commit");
    for step in 1.. {
        sandbox.write("check.sh", &format!("echo boom {step}; exit 1\n"));
        let id = sandbox.claimed_task(&format!("Fails {step}"));
        let before = standing(&sandbox, &id);
        let head = sandbox.git("rev-parse HEAD");
        let lived = commit_dying(&sandbox, step);
        must_be_mended(&sandbox, &other, &format!("failing-{step}"));
        assert_eq!(sandbox.git("rev-parse HEAD"), head, "step {step}: nothing was committed");
        let after = standing(&sandbox, &id);
        let is_whole = after.state == "ready" && after.text.matches("checks failed: tests").count() == 1;
        assert!((after == before && !lived) || is_whole, "step {step}: {after:?}");
        let _ = sandbox.mcp(&format!("fail {id} -m enough")).success();
        if lived {
            assert!(step > 10, "only {step} steps");
            return;
        }
    }
}

#[test]
fn a_crash_of_the_hook_while_checks_pass_commits_nothing_and_leaves_the_index_alone() {
    let sandbox = Sandbox::with_board();
    let other = ops_task(&sandbox, "Another one");
    make_mortal(&sandbox, "pre-commit");
    for step in 1.. {
        let id = sandbox.claimed_task(&format!("Passes {step}"));
        let before = standing(&sandbox, &id);
        let head = sandbox.git("rev-parse HEAD");
        let lived = commit_dying(&sandbox, step);
        must_be_mended(&sandbox, &other, &format!("passing-{step}"));
        if lived {
            assert_eq!(standing(&sandbox, &id).state, "review");
            assert!(step > 1);
            return;
        }
        assert_eq!(sandbox.git("rev-parse HEAD"), head, "step {step}: nothing was committed");
        assert_eq!(sandbox.git("diff --cached --name-only"), "code.txt", "step {step}: what the user staged is staged");
        assert_eq!(standing(&sandbox, &id), before, "step {step}");
        let _ = sandbox.mcp(&format!("fail {id} -m enough")).success();
    }
}

#[test]
fn a_crash_after_the_commit_was_made_lets_the_task_follow_it_later() {
    let sandbox = Sandbox::with_board();
    let other = ops_task(&sandbox, "Another one");
    make_mortal(&sandbox, "post-commit");
    for step in 1.. {
        let id = sandbox.claimed_task(&format!("Follows {step}"));
        let lived = commit_dying(&sandbox, step);
        must_be_mended(&sandbox, &other, &format!("following-{step}"));
        let after = standing(&sandbox, &id);
        let path = sandbox.file_of(&id);
        assert_eq!(after.state, "review", "step {step}: lived {lived} {after:?}");
        assert_eq!(sandbox.git(&format!("show HEAD:{path}")) + "\n", after.text, "step {step}: as it was committed");
        let dirty = sandbox.git("status --short");
        assert!(!dirty.contains(&id), "step {step}: {dirty}");
        let _ = sandbox.mcp(&format!("fail {id} -m enough")).success();
        if lived {
            assert!(step > 10, "only {step} steps");
            return;
        }
    }
}
