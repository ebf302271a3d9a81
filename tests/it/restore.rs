//! What git and people do to task files, and what brings them back.

use super::support::Sandbox;

const STATES: [&str; 6] = ["pending", "ready", "in-progress", "review", "done", "failed"];
const ACCIDENTS: [&str; 5] =
    ["clean -fdxq", "stash -u -q", "reset -q --hard", "worktree remove --force", "checkout -q -f HEAD~1"];

/// A board with a commit before the task was made, and one of the task as it was then.
fn world() -> (Sandbox, String) {
    let sandbox = Sandbox::with_board();
    sandbox.add_config("review: { approval: never }");
    sandbox.git("add -A");
    sandbox.git("commit -q -m config");
    let line = ["create", "One", "--goal", "It works", "--ac", "It works", "--kind", "ops"];
    let id = sandbox.mcp_args(&line).success().stdout.trim().to_owned();
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    (sandbox, id)
}

/// Brings the task into a state, in a checkout, and commits nothing.
fn bring(sandbox: &Sandbox, dir: &str, id: &str, state: &str) {
    let verbs: &[&str] = match state {
        "pending" => &["note ID -m words"],
        "ready" => &["prep ID", "note ID -m words"],
        "in-progress" => &["prep ID", "claim ID", "note ID -m words"],
        "review" => &["prep ID", "claim ID", "note ID -m words", "review ID"],
        "done" => {
            &["prep ID", "claim ID", "note ID -m words", "review ID", "edit ID --check all", "complete ID --no-commit"]
        }
        _ => &["prep ID", "claim ID", "note ID -m words", "fail ID -m stuck --no-commit"],
    };
    for verb in verbs {
        let _ = sandbox.mcp(&format!("-C {dir} {}", verb.replace("ID", id))).success();
    }
}

fn files_in(sandbox: &Sandbox, dir: &str, id: &str) -> Vec<String> {
    let top = sandbox.path(dir).canonicalize().expect("a folder");
    let walk = walkdir::WalkDir::new(top.join(".mcp/tasks")).sort_by_file_name().into_iter().flatten();
    let paths = walk.map(|entry| entry.path().strip_prefix(&top).expect("below").display().to_string());
    paths.filter(|path| path.contains(id)).collect()
}

fn log_of(text: &str) -> String {
    text.split("\n## Log\n").nth(1).unwrap_or_default().trim().to_owned()
}

#[test]
fn five_accidents_in_each_of_six_states_are_undone_by_restore() {
    for accident in ACCIDENTS {
        for state in STATES {
            let at = format!("{accident} in {state}");
            let (sandbox, id) = world();
            let is_linked = accident.starts_with("worktree");
            let dir = if is_linked { "../side" } else { "." };
            if is_linked {
                sandbox.worktree("side");
            }
            bring(&sandbox, dir, &id, state);
            let [path] = files_in(&sandbox, dir, &id).try_into().expect("one file");
            assert!(path.contains(&format!("/{state}/")), "{at}: {path}");
            let before = sandbox.read(&format!("{dir}/{path}"));
            match is_linked {
                true => sandbox.git_args(&["worktree", "remove", "--force", "../side"]),
                false => sandbox.git(accident),
            };
            let restored = sandbox.mcp(&format!("restore {id}"));
            assert_eq!(restored.code, Some(0), "{at}: {restored}");
            assert_eq!(files_in(&sandbox, ".", &id), std::slice::from_ref(&path), "{at}");
            let after = sandbox.read(&path);
            assert_eq!(log_of(&after), log_of(&before), "{at}");
            // Who held it in a worktree that is gone holds it here, which is a new revision.
            if !is_linked {
                assert_eq!(after, before, "{at}");
            }
            let doctor = sandbox.mcp("doctor");
            assert_eq!((doctor.code, doctor.stdout.as_str()), (Some(0), ""), "{at}: {doctor}");
            let again = sandbox.mcp(&format!("restore {id}")).success();
            assert!(again.stderr.contains("is where it belongs already"), "{at}: {again}");
            let listed = sandbox.mcp("list --all --json").success().json();
            assert_eq!(listed["tasks"][0]["state"], state, "{at}");
            if state == "in-progress" {
                let _ = sandbox.mcp(&format!("release {id}")).success();
            }
        }
    }
}

#[test]
fn a_verb_makes_no_file_that_would_keep_git_from_bringing_the_real_one_back() {
    let (sandbox, _) = world();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp prep T1 --quiet && mcp claim T1 --quiet",
        "ada$ git stash -u -q && git status --short",
        "bo$ mcp note T1 -m 'a first word' --quiet && mcp note T1 -m 'said while it was stashed'",
        "bo$ git status --short; mcp log T1",
        "ada$ git stash pop -q && git status --short",
        "ada$ mcp doctor; mcp log T1 | tail -1",
        "ada$ mcp note T1 -m 'back again'",
        "ada$ tail -4 .mcp/tasks/in-progress/T1*.md",
    ]), @"
    ada$ mcp prep T1 --quiet && mcp claim T1 --quiet
    T1
    T1
    ada$ git stash -u -q && git status --short
    bo$ mcp note T1 -m 'a first word' --quiet && mcp note T1 -m 'said while it was stashed'
    T1
    T1 now has what was said of it elsewhere: .mcp/tasks/in-progress/T1-one.md
    T1
    T1 noted: One (in in-progress)
    its file is not here, and takes it up when it is back; `mcp restore T1` makes it
    bo$ git status --short; mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  claimed on main
    [TIME]  bo  note: a first word
    [TIME]  bo  note: said while it was stashed
    ada$ git stash pop -q && git status --short
     D .mcp/tasks/pending/T1-one.md
    ?? .mcp/tasks/in-progress/T1-one.md
    ada$ mcp doctor; mcp log T1 | tail -1
    [TIME]  bo  note: said while it was stashed
    ada$ mcp note T1 -m 'back again'
    T1 now has what was said of it elsewhere: .mcp/tasks/in-progress/T1-one.md
    T1
    T1 noted: One (in in-progress)
    ada$ tail -4 .mcp/tasks/in-progress/T1*.md
    - [TIME] ada claimed on main
    - [TIME] bo note: a first word
    - [TIME] bo note: said while it was stashed
    - [TIME] ada note: back again
    ");
    let (sandbox, _) = world();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ git checkout -q HEAD~1 && mcp note T1 -m 'said on an old commit' && git status --short",
        "ada$ git checkout -q main && mcp log T1",
        "ada$ mcp edit T1 --set size=big --quiet && git diff --stat | cat",
        "ada$ tail -3 .mcp/tasks/pending/T1*.md; mcp doctor",
    ]), @"
    ada$ git checkout -q HEAD~1 && mcp note T1 -m 'said on an old commit' && git status --short
    T1
    T1 noted: One (in pending)
    its file is not here, and takes it up when it is back; `mcp restore T1` makes it
    ada$ git checkout -q main && mcp log T1
    [TIME]  ada  created
    [TIME]  ada  note: said on an old commit
    ada$ mcp edit T1 --set size=big --quiet && git diff --stat | cat
    T1
     .mcp/tasks/pending/T1-one.md | 3 +++
     1 file changed, 3 insertions(+)
    ada$ tail -3 .mcp/tasks/pending/T1*.md; mcp doctor
    - [TIME] ada created
    - [TIME] ada note: said on an old commit
    - [TIME] ada size: big
    ");
}

#[test]
fn what_was_said_meanwhile_is_brought_together_with_what_was_written_by_hand() {
    let (sandbox, id) = world();
    let file = sandbox.file_of(&id);
    let text = sandbox.read(&file);
    fs_err::remove_file(sandbox.path(&file)).expect("removed");
    let _ = sandbox.mcp(&format!("note {id} -m meanwhile")).success();
    let _ = sandbox.mcp(&format!("ask {id} -m Why?")).success();
    sandbox.write(&file, &text.replacen("It works", "It works, by hand", 1));
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp show T1 | grep -E 'by hand|Why|meanwhile'",
        "ada$ mcp answer T1 -m because --quiet && grep -cE 'by hand|Why|because|meanwhile' .mcp/tasks/pending/T1*.md",
        "ada$ mcp doctor",
    ]), @"
    ada$ mcp show T1 | grep -E 'by hand|Why|meanwhile'
    It works, by hand
    - [ ] [TIME] ada (needs input): Why?
    - [TIME] ada note: meanwhile
    - [TIME] ada asked: Why?
    ada$ mcp answer T1 -m because --quiet && grep -cE 'by hand|Why|because|meanwhile' .mcp/tasks/pending/T1*.md
    T1
    6
    ada$ mcp doctor
    ");
}

#[test]
fn a_task_held_in_another_clone_takes_words_and_no_moves() {
    let (sandbox, id) = world();
    sandbox.git_args(&["clone", "-q", ".", "../other"]);
    let _ = sandbox.mcp(&format!("-C ../other prep {id}")).success();
    let _ = sandbox.mcp(&format!("-C ../other claim {id}")).success();
    sandbox.git_args(&["fetch", "-q", "../other", "+refs/mcp/*:refs/mcp/*"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "bo$ mcp note T1 -m 'from the other clone'",
        "ada$ mcp ask T1 -m 'and why?' --quiet",
        "ada$ mcp edit T1 --set size=big",
        "ada$ mcp release T1 --force --reason 'far away'",
        "ada$ mcp restore T1",
        "ada$ git status --short",
        "ada$ git -C ../other fetch -q ../repo '+refs/mcp/*:refs/mcp/*'",
        "ada$ cd ../other && mcp list",
        "ada$ cd ../other && MCP_AGENT= mcp create Another --quiet",
        "ada$ cd ../other && mcp log T1 && grep -c 'from the other clone' .mcp/tasks/in-progress/T1*.md",
    ]), @"
    bo$ mcp note T1 -m 'from the other clone'
    T1
    T1 noted: One (in in-progress)
    kept for the file in [WORLD]/other, which takes it up
    ada$ mcp ask T1 -m 'and why?' --quiet
    T1
    ada$ mcp edit T1 --set size=big
    error: T1 is checked out in [WORLD]/other
    hint: run the command there
    --- exit 1 ---
    ada$ mcp release T1 --force --reason 'far away'
    error: T1 is checked out in [WORLD]/other
    hint: run the command there
    --- exit 1 ---
    ada$ mcp restore T1
    error: T1 is checked out in [WORLD]/other
    hint: run the command there
    --- exit 1 ---
    ada$ git status --short
    ada$ git -C ../other fetch -q ../repo '+refs/mcp/*:refs/mcp/*'
    ada$ cd ../other && mcp list
    ID        STATE        P   KIND  ASSIGNEE  BLOCKED BY  TITLE
    T1        in-progress  P1  ops   ada       a question  One
    ada$ cd ../other && MCP_AGENT= mcp create Another --quiet
    T2
    ada$ cd ../other && mcp log T1 && grep -c 'from the other clone' .mcp/tasks/in-progress/T1*.md
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  claimed on main
    [TIME]  bo  note: from the other clone
    [TIME]  ada  asked: and why?
    1
    ");
}

#[test]
fn what_an_editor_left_unreadable_is_kept_beside_the_text_that_was_last_known() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp claim T1 --quiet && mcp note T1 -m said --quiet",
        "ada$ cd .mcp/tasks/in-progress && head -c 50 T1-one.md > x && cat x > T1-one.md && rm x && mcp note T1 -m more",
        "ada$ mcp restore T1 && mcp note T1 -m more --quiet && tail -n 2 .mcp/tasks/in-progress/T1-one.md",
        "ada$ cd .mcp/tasks/in-progress && rm T1-one.md && mkdir T1-one.md && mcp restore T1 && ls && mcp doctor",
        "ada$ git worktree add -q ../side 2>&1; printf '\\377' >> .mcp/tasks/in-progress/T1-one.md; cd ../side && mcp restore T1",
        "ada$ mcp doctor && tail -n 1 .mcp/tasks/in-progress/T1-one.md",
    ]), @r#"
    ada$ mcp claim T1 --quiet && mcp note T1 -m said --quiet
    T1
    T1
    ada$ cd .mcp/tasks/in-progress && head -c 50 T1-one.md > x && cat x > T1-one.md && rm x && mcp note T1 -m more
    error: .mcp/tasks/in-progress/T1-one.md:1:1: this fence is never closed
    hint: end the front matter with a line `---`
    --- exit 1 ---
    ada$ mcp restore T1 && mcp note T1 -m more --quiet && tail -n 2 .mcp/tasks/in-progress/T1-one.md
    T1
    T1 restored: One (in in-progress)
    what lay there could not be read, and is kept as .mcp/tasks/in-progress/T1-one.md.unreadable-1
    .mcp/tasks/in-progress/T1-one.md
    T1
    - [TIME] ada note: said
    - [TIME] ada note: more
    ada$ cd .mcp/tasks/in-progress && rm T1-one.md && mkdir T1-one.md && mcp restore T1 && ls && mcp doctor
    T1
    T1 restored: One (in in-progress)
    what lay there could not be read, and is kept as .mcp/tasks/in-progress/T1-one.md.unreadable-2
    .mcp/tasks/in-progress/T1-one.md
    T1-one.md
    T1-one.md.unreadable-1
    T1-one.md.unreadable-2
    ada$ git worktree add -q ../side 2>&1; printf '\377' >> .mcp/tasks/in-progress/T1-one.md; cd ../side && mcp restore T1
    T1
    T1 restored: One (in in-progress)
    what lay there could not be read, and is kept as .mcp/tasks/in-progress/T1-one.md.unreadable-3
    .mcp/tasks/in-progress/T1-one.md
    ada$ mcp doctor && tail -n 1 .mcp/tasks/in-progress/T1-one.md
    - [TIME] ada note: more
    "#);
}
