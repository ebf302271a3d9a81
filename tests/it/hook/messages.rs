//! The trailer that ties a commit to its task: once, and never into an empty message.

use super::desk::Desk;

/// Commits a change with these arguments and an editor, and looks at the message.
fn message(arguments: &[&str], editor: &str, settings: &[&str]) -> String {
    let desk = Desk::main();
    for setting in settings {
        let (key, value) = setting.split_once('=').expect("a setting");
        desk.sandbox.git_args(&["config", key, value]);
    }
    desk.sandbox.write("message.txt", "From a file\n\nwith a body\n");
    desk.sandbox.git("add message.txt");
    desk.sandbox.git("commit -q --no-verify -m earlier");
    desk.mend();
    let before = desk.before();
    let mut command = desk.committing(&[&["-a"], arguments].concat());
    command.env("GIT_EDITOR", editor);
    let _ = desk.sandbox.run(command).success();
    if !arguments.contains(&"--no-verify") {
        desk.moved(&before);
    }
    desk.message()
}

#[test]
fn given_on_the_command_line() {
    insta::assert_snapshot!(message(&["-m", "One line"], "false", &[]), @"
    One line

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["-m", "Subject", "-m", "Body: of two", "-s"], "false", &[]), @"
    Subject

    Body: of two
    Signed-off-by: Ada <ada@example.org>
    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["-m", "Subject", "--trailer", "Acked-by: Bo <bo@example.org>"], "false", &[]), @"
    Subject

    Acked-by: Bo <bo@example.org>
    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["-m", "# no comment here", "-m", "body"], "false", &[]), @"
    # no comment here

    body

    Task: [T1]
    ");
}

#[test]
fn given_in_a_file() {
    insta::assert_snapshot!(message(&["-F", "message.txt"], "false", &[]), @"
    From a file

    with a body

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["-F", "message.txt", "--no-verify"], "false", &[]), @"
    From a file

    with a body

    Task: [T1]
    ");
}

#[test]
fn written_in_an_editor() {
    let write = "sed -i '1i Written by hand'";
    insta::assert_snapshot!(message(&[], write, &[]), @"
    Written by hand

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["-v"], write, &[]), @"
    Written by hand

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["--cleanup=scissors"], write, &[]), @"
    Written by hand

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["-m", "Given", "-e"], "true", &[]), @"
    Given

    Task: [T1]
    ");
}

#[test]
fn with_another_comment_character() {
    let write = "sed -i '1i Written by hand\\n\\n# 1 is no comment'";
    insta::assert_snapshot!(message(&[], write, &["core.commentChar=;"]), @"
    Written by hand

    # 1 is no comment

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&[], write, &["core.commentChar=auto"]), @"
    Written by hand

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["-v"], write, &["core.commentChar=%"]), @"
    Written by hand

    # 1 is no comment

    Task: [T1]
    ");
}

#[test]
fn taken_from_another_commit_or_a_template() {
    insta::assert_snapshot!(message(&["-C", "HEAD"], "false", &[]), @"
    earlier

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["-c", "HEAD"], "sed -i '1s/$/ and edited/'", &[]), @"
    earlier and edited

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&[], "sed -i '1s/.*/Not the template/'", &["commit.template=message.txt"]), @"
    Not the template

    with a body

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["--fixup", "HEAD"], "false", &[]), @"
    fixup! earlier

    Task: [T1]
    ");
    insta::assert_snapshot!(message(&["--squash", "HEAD", "-m", "more"], "false", &[]), @"
    squash! earlier

    more

    Task: [T1]
    ");
}

#[test]
fn an_untouched_template_is_no_message() {
    let desk = Desk::main();
    desk.sandbox.write("message.txt", "From a file\n");
    desk.sandbox.git("add message.txt");
    desk.sandbox.git("commit -q --no-verify -m earlier");
    desk.sandbox.git("config commit.template message.txt");
    desk.mend();
    let before = desk.before();
    let _ = desk.commit(&["-a"]).code(1);
    let _ = desk.sandbox.mcp(&format!("note {} -m Later", desk.task)).success();
    desk.stayed(&before, "in-progress");
}

#[test]
fn once_also_after_amending() {
    Desk::each(|desk| {
        desk.mend();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        for (number, arguments) in
            [&["--no-edit"][..], &["--no-edit", "--no-verify"], &[], &["-m", "new"]].iter().enumerate()
        {
            desk.sandbox.write("code.txt", &format!("mended {number}\n"));
            let _ = desk.commit(&[&["-a", "--amend"], *arguments].concat()).success();
            let trailers = desk.sandbox.git("log -1 --format=%(trailers:key=Task,valueonly,separator=%x2C)");
            assert_eq!(trailers, desk.task, "{arguments:?}");
        }
    });
}

const TRAILERS: &str = "log -1 --format=%(trailers:key=Task,valueonly,separator=%x2C)";

#[test]
fn the_task_of_an_amended_commit_outlives_its_words() {
    Desk::each(|desk| {
        desk.mend();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        desk.sandbox.git_args(&["config", "alias.better", "commit --amend"]);
        for arguments in [&["commit", "--amend", "-m", "new"][..], &["better", "-q", "-F", "words.txt"]] {
            desk.sandbox.write("words.txt", "read from a file\n");
            desk.sandbox.git_args(arguments);
            assert_eq!(desk.sandbox.git(TRAILERS), desk.task, "{arguments:?}");
        }
        let mut none = desk.committing(&["--amend", "-m", "of no task"]);
        none.env("MCP_TASK", "none");
        let _ = desk.sandbox.run(none).success();
        assert_eq!(desk.sandbox.git(TRAILERS), "");
    });
}

#[test]
fn the_task_of_a_commit_that_a_rebase_stops_at_outlives_new_words() {
    let desk = Desk::main();
    desk.mend();
    let _ = desk.commit(&["-a", "-m", "x"]).success();
    let _ = desk.sandbox.mcp(&format!("note {} -m Look", desk.task)).success();
    let _ = desk.commit(&["-q", "-a", "-m", "board only"]).success();
    let mut rebase = desk.sandbox.command("git");
    rebase.env("GIT_SEQUENCE_EDITOR", "sed -i '1s/^pick/edit/'").args(["rebase", "-q", "-i", "HEAD~2"]);
    let _ = desk.sandbox.run(rebase).success();
    let _ = desk.commit(&["-q", "--amend", "-m", "better words"]).success();
    assert_eq!(desk.sandbox.git(TRAILERS), desk.task);
    assert_eq!(desk.sandbox.git("log -1 --format=%s"), "better words");
    desk.sandbox.git("rebase --continue");
    assert_eq!(desk.state(), "review");
}

#[test]
fn none_without_a_task_or_without_code() {
    let desk = Desk::main();
    let _ = desk.sandbox.mcp(&format!("note {} -m Look", desk.task)).success();
    let _ = desk.commit(&["-a", "-m", "board only"]).success();
    insta::assert_snapshot!(desk.message(), @"board only");
    let _ = desk.commit(&["--allow-empty", "-m", "nothing"]).success();
    insta::assert_snapshot!(desk.message(), @"nothing");
    desk.mend();
    let mut command = desk.committing(&["-a", "-m", "no task"]);
    command.env("MCP_TASK", "none");
    let before = desk.before();
    let _ = desk.sandbox.run(command).success();
    insta::assert_snapshot!(desk.message(), @"no task");
    desk.passed_by(&before, "in-progress");
}
