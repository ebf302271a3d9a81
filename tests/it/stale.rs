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
