//! Files that were read before a verb wrote and saved after it, as editors and agents do who write whole files.

use super::support::Sandbox;

#[test]
fn what_a_verb_said_outlives_a_buffer_that_was_older() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.claimed_task("One");
    let file = sandbox.path(&sandbox.file_of(&id));
    let buffer = fs_err::read_to_string(&file).expect("a text").replace("## Goal\n", "## Goal\n\nBy hand.\n");
    let said =
        ["ada$ mcp note T1 -m 'said meanwhile'", "ada$ mcp ask T1 -m 'Why?'", "bo$ mcp note T1 -m 'from elsewhere'"];
    let _ = sandbox.typed(&said);
    fs_err::write(&file, &buffer).expect("saved");
    let log = ["ada$ mcp show T1 --raw | grep -c meanwhile", "ada$ mcp log T1", "ada$ mcp doctor"];
    insta::assert_snapshot!(sandbox.typed(&log), @"
    ada$ mcp show T1 --raw | grep -c meanwhile
    1
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  claimed on main
    [TIME]  ada  note: said meanwhile
    [TIME]  ada  asked: Why?
    [TIME]  bo  note: from elsewhere
    ada$ mcp doctor
    ");
    // Reading writes nothing; the next verb does.
    assert_eq!(fs_err::read_to_string(&file).expect("a text"), buffer);
    insta::assert_snapshot!(
        sandbox.typed(&["ada$ mcp note T1 -m more; sed -n '/Goal/,/criteria/p; /Questions/,$p' .mcp/tasks/*/T1*"]), @"
    ada$ mcp note T1 -m more; sed -n '/Goal/,/criteria/p; /Questions/,$p' .mcp/tasks/*/T1*
    T1
    T1 noted: One (in in-progress)
    ## Goal

    By hand.

    It works

    ## Acceptance criteria
    ## Questions

    - [ ] [TIME] ada (needs input): Why?

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] ada claimed on main
    - [TIME] ada note: said meanwhile
    - [TIME] ada asked: Why?
    - [TIME] bo note: from elsewhere
    - [TIME] ada note: more
    ");
    let _ = sandbox.typed(&["ada$ mcp note T1 -m 'and more'"]);
    let text = fs_err::read_to_string(&file).expect("a text");
    for words in ["said meanwhile", "Why?", "from elsewhere", "note: more"] {
        assert_eq!(text.matches(words).count(), 1 + usize::from(words == "Why?"), "{words}: {text}");
    }
}

#[test]
fn what_a_person_takes_out_or_rewords_stays_so() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.claimed_task("One");
    let file = sandbox.path(&sandbox.file_of(&id));
    let _ = sandbox.typed(&["ada$ mcp note T1 -m 'the password is swordfish'", "ada$ mcp note T1 -m later"]);
    let text = fs_err::read_to_string(&file).expect("a text");
    let line = text.lines().find(|line| line.contains("swordfish")).expect("a line");
    fs_err::write(&file, text.replace(&format!("{line}\n"), "")).expect("saved");
    let _ = sandbox.typed(&["ada$ mcp note T1 -m 'last, and wrong'"]);
    let text = fs_err::read_to_string(&file).expect("a text");
    assert!(!text.contains("swordfish"), "{text}");
    fs_err::write(&file, text.replace("last, and wrong", "last, and right")).expect("saved");
    let _ = sandbox.typed(&["bo$ mcp note T1 -m more"]);
    let text = fs_err::read_to_string(&file).expect("a text");
    assert!(text.contains("last, and right") && !text.contains("wrong") && !text.contains("swordfish"), "{text}");
}

#[test]
fn a_copy_from_long_ago_takes_nothing_out_of_what_was_said_since() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("One");
    let file = sandbox.path(&sandbox.file_of(&id));
    let old = fs_err::read_to_string(&file).expect("a text");
    let many = "for n in $(seq 70); do mcp note T1 -m \"word $n\" --quiet; done";
    let _ = sandbox.typed(&[&format!("ada$ {many}"), "ada$ mcp claim T1", "ada$ mcp release T1"]);
    fs_err::write(&file, old.replace("## Goal\n", "## Goal\n\nBy hand.\n")).expect("written");
    let _ = sandbox.typed(&["ada$ mcp note T1 -m 'and more'"]);
    let text = fs_err::read_to_string(sandbox.path(&sandbox.file_of(&id))).expect("a text");
    for words in ["By hand.", "note: word 1\n", "note: word 70", "claimed on", "released", "note: and more"] {
        assert_eq!(text.matches(words).count(), 1, "{words}: {text}");
    }
}

#[test]
fn a_copy_from_long_ago_of_a_task_that_is_over_asks_for_no_repair() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("One");
    let _ = sandbox.typed(&["ada$ mcp fail T1 -m 'not now' --no-commit"]);
    let file = sandbox.path(&sandbox.file_of(&id));
    let old = fs_err::read_to_string(&file).expect("a text");
    let many = "for n in $(seq 70); do mcp note T1 -m \"word $n\" --quiet; done";
    let _ = sandbox.typed(&["ada$ mcp retry T1", &format!("ada$ {many}"), "ada$ mcp fail T1 -m again --no-commit"]);
    // More was written since than the tool remembers: it cannot tell whether a person wrote this.
    fs_err::write(&file, old.replace("## Goal\n", "## Goal\n\nBy hand.\n")).expect("written");
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp note T1 -m 'and more'", "ada$ mcp doctor"]), @"
    ada$ mcp note T1 -m 'and more'
    T1
    T1 noted: One (in failed)
    ada$ mcp doctor
    ");
    let text = fs_err::read_to_string(sandbox.path(&sandbox.file_of(&id))).expect("a text");
    for words in ["By hand.", "note: word 1\n", "note: word 70", "failed: not now", "failed: again", "note: and more"] {
        assert_eq!(text.matches(words).count(), 1, "{words}: {text}");
    }
}
