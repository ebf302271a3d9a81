use crate::support::Sandbox;

#[test]
fn sets_keys_and_says_what_it_did() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.ready_task("Two");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp edit T1 --set priority=P0 --set 'labels=net, slow' --set milestone='v1: # first' --title 'One, and more'",
        "ada$ mcp edit T1 --set priority=P0",
        "ada$ mcp edit T1 --add-label fast --remove-label slow --set depends_on=T2",
        "ada$ mcp edit T1 --set milestone= --set depends_on=",
        "ada$ mcp log T1",
    ]), @"
    ada$ mcp edit T1 --set priority=P0 --set 'labels=net, slow' --set milestone='v1: # first' --title 'One, and more'
    T1
    T1 edited: One, and more (in ready)
    ada$ mcp edit T1 --set priority=P0
    T1
    T1 is so already: nothing to do
    ada$ mcp edit T1 --add-label fast --remove-label slow --set depends_on=T2
    T1
    T1 edited: One, and more (in ready)
    ada$ mcp edit T1 --set milestone= --set depends_on=
    T1
    T1 edited: One, and more (in ready)
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  priority: P0; labels: net, slow; milestone: v1: # first; title: One, and more
    [TIME]  ada  depends_on: T2; labels: net, fast
    [TIME]  ada  milestone removed; depends_on removed
    ");
    insta::assert_snapshot!(sandbox.text_of("T1").split("## Goal").next().expect("a head"), @"
    ---
    id: T1
    title: One, and more
    priority: P0
    kind: chore
    functional: no
    labels: [net, fast]
    created: [TIME]
    rev: 2
    ---
    ");
}

#[test]
fn refuses_keys_and_values_that_make_no_sense() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    let before = sandbox.text_of("T1");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp edit T1 --set rev=9",
        "ada$ mcp edit T1 --set blocked=yes",
        "ada$ mcp edit T1 --set priorty=P0",
        "ada$ mcp edit T1 --set priority=high",
        "ada$ mcp edit T1 --set phase=blue",
        "ada$ mcp edit T1 --set evidence=some",
        "ada$ mcp edit T1 --set functional=maybe",
        "ada$ mcp edit T1 --set due=never",
        "ada$ mcp edit T1 --set branch=-x",
        "ada$ mcp edit T1 --set depends_on=T1",
        "ada$ mcp edit T1 --set parent=T1",
        "ada$ mcp edit T1 --set 'a b=c'",
        "ada$ mcp edit T1 --set nothing",
        "ada$ mcp edit T1 --set depends_on=zzz",
        "ada$ mcp edit T1 --set assignee='!!'",
        "ada$ mcp edit T1 --title ''",
        "ada$ mcp edit T1 --check 9",
        "ada$ mcp edit T1 --check some",
    ]), @r#"
    ada$ mcp edit T1 --set rev=9
    error: `rev` is kept by the tool
    --- exit 2 ---
    ada$ mcp edit T1 --set blocked=yes
    error: `blocked` is set by `mcp block` and `mcp unblock`
    --- exit 2 ---
    ada$ mcp edit T1 --set priorty=P0
    error: `priorty` is not a key of ours
    hint: did you mean `priority`? other keys go into the file by hand
    --- exit 2 ---
    ada$ mcp edit T1 --set priority=high
    error: a priority is P0, P1 or P2
    --- exit 2 ---
    ada$ mcp edit T1 --set phase=blue
    error: a phase is red, green or refactor
    --- exit 2 ---
    ada$ mcp edit T1 --set evidence=some
    error: `evidence` is not turned off by a command
    hint: it comes with the kind; `mcp complete ID --force --reason TEXT` overrides the gate, and says so
    --- exit 2 ---
    ada$ mcp edit T1 --set functional=maybe
    error: `functional` is yes or no
    --- exit 2 ---
    ada$ mcp edit T1 --set due=never
    error: `never` is not a day
    hint: say it as 2026-11-20
    --- exit 2 ---
    ada$ mcp edit T1 --set branch=-x
    error: `-x` is no name of a branch
    --- exit 2 ---
    ada$ mcp edit T1 --set depends_on=T1
    error: T1 cannot wait for itself
    --- exit 2 ---
    ada$ mcp edit T1 --set parent=T1
    error: T1 cannot be a part of itself
    --- exit 2 ---
    ada$ mcp edit T1 --set 'a b=c'
    error: `a b` is not a key
    hint: say `--set KEY=VALUE`
    --- exit 2 ---
    ada$ mcp edit T1 --set nothing
    error: `nothing` is not KEY=VALUE
    hint: such as `--set priority=P0`
    --- exit 2 ---
    ada$ mcp edit T1 --set depends_on=zzz
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ mcp edit T1 --set assignee='!!'
    error: `!!` is not a name
    --- exit 2 ---
    ada$ mcp edit T1 --title ''
    error: a task needs a title
    hint: say in a few words what is to be done: `mcp create "Retry health checks"`
    --- exit 2 ---
    ada$ mcp edit T1 --check 9
    error: T1 has no box 9
    hint: `mcp show T1` numbers its 2 boxes
    --- exit 2 ---
    ada$ mcp edit T1 --check some
    error: `some` is neither a number nor `all`
    --- exit 2 ---
    "#);
    assert_eq!(sandbox.text_of("T1"), before);
}

#[test]
fn ticks_boxes_by_the_numbers_that_show_prints() {
    let sandbox = Sandbox::with_board();
    let _ = sandbox.mcp_args(&["create", "One", "--goal", "g", "--ac", "first", "second", "--kind", "bug"]).success();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp show T1 | grep '\\[.\\]'",
        "ada$ mcp edit T1 --check 2,3",
        "ada$ mcp edit T1 --check 2",
        "ada$ mcp edit T1 --check all --uncheck 1",
        "ada$ mcp show T1 | grep '\\[.\\]'",
    ]), @r"
    ada$ mcp show T1 | grep '\[.\]'
    - [ ] 1. first
    - [ ] 2. second
    - [ ] 3. A test fails without the fix and passes with it
    ada$ mcp edit T1 --check 2,3
    T1
    T1 edited: One (in pending)
    ada$ mcp edit T1 --check 2
    T1
    T1 is so already: nothing to do
    ada$ mcp edit T1 --check all --uncheck 1
    T1
    T1 is so already: nothing to do
    ada$ mcp show T1 | grep '\[.\]'
    - [ ] 1. first
    - [x] 2. second
    - [x] 3. A test fails without the fix and passes with it
    ");
}

#[test]
fn opens_the_editor_of_the_users_choice() {
    let sandbox = Sandbox::with_board();
    let _ = sandbox.mcp_args(&["create", "One", "--kind", "chore"]).success();
    sandbox.write("fill in.sh", "sed -i 's/<!-- What is.*/It works/; s/^- .. <!--.*/- [ ] It works/' \"$1\"\n");
    sandbox.write("break.sh", "sed -i 's/^priority.*/priority: [/' \"$1\"\n");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ GIT_EDITOR= mcp edit T1",
        "ada$ GIT_EDITOR='sh \"fill in.sh\"' mcp prep T1 --edit",
        "ada$ GIT_EDITOR=false mcp edit T1",
        "ada$ GIT_EDITOR='sh break.sh' mcp edit T1",
        "ada$ mcp list",
        "ada$ mcp claim T1",
    ]), @r#"
    ada$ GIT_EDITOR= mcp edit T1
    error: there is no terminal to open an editor on
    hint: edit .mcp/tasks/pending/T1-one.md with any editor, or name keys and boxes: `mcp edit T1 --set KEY=VALUE`
    --- exit 2 ---
    ada$ GIT_EDITOR='sh "fill in.sh"' mcp prep T1 --edit
    error: T1 is not ready: acceptance criterion 1 is still a placeholder
    hint: fill it in with `mcp prep T1 --goal TEXT --ac TEXT` or `mcp edit T1`, or have a chat agent do it: `mcp prep T1 --prompt`
    --- exit 1 ---
    ada$ GIT_EDITOR=false mcp edit T1
    warning: the editor `false` did not end well; .mcp/tasks/pending/T1-one.md is as it left it
    T1
    ada$ GIT_EDITOR='sh break.sh' mcp edit T1
    error: .mcp/tasks/pending/T1-one.md:4:11: this bracket is never closed
    hint: close it
    --- exit 1 ---
    ada$ mcp list
    warning: .mcp/tasks/pending/T1-one.md:4:11: this bracket is never closed
    ada$ mcp claim T1
    error: .mcp/tasks/pending/T1-one.md:4:11: this bracket is never closed
    hint: close it
    --- exit 1 ---
    "#);
}
