//! `create --from`: many tasks at once with dependencies between them, all of them or none.

use super::super::support::Sandbox;
use super::{digests, places};

const PLAN: &str = "---\nlabels: [tea]\n---\n# Tea\n\nFor two.\n\n## T1: Boil\n\nPriority: P0\n\nThe water is hot.\n\n- [ ] It steams\n\n## Pour\n\nDepends on: T1, Warm the pot\n\n### Goal\n\nTea is made.\n\n### Acceptance criteria\n\n- [ ] Brown\n\n\
    ## Warm the pot\n\nThe pot is warm.\n\n- [ ] To the touch\n";

#[test]
fn a_plan_becomes_tasks_that_know_each_other() {
    let sandbox = Sandbox::with_board();
    sandbox.write("tea.md", PLAN);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create --from tea.md --ready -k chore",
        "cursor$ mcp next --explain",
        "ada$ mcp create --from tea.md --ready -k chore",
        "ada$ mcp create --from - < tea.md | wc -l | tr -d ' '",
        "ada$ mcp list | wc -l | tr -d ' '",
    ]), @"
    ada$ mcp create --from tea.md --ready -k chore
    T1        Boil
    T2        Pour
    T3        Warm the pot
    hint: `mcp next` tells where to begin
    cursor$ mcp next --explain
    T1        ready  P0  Boil
    take it: `mcp claim T1`
      T3 comes later: Warm the pot
      T2 passed over: waits for T1, T3
    ada$ mcp create --from tea.md --ready -k chore
    T1        Boil
    T2        Pour
    T3        Warm the pot
    these tasks were created from the very same plan before: nothing to do
    hint: `--again` creates them once more
    ada$ mcp create --from - < tea.md | wc -l | tr -d ' '
    these tasks were created from the very same plan before: nothing to do
    hint: `--again` creates them once more
    3
    ada$ mcp list | wc -l | tr -d ' '
    4
    ");
    insta::assert_snapshot!(sandbox.text_of("T2"), @"
    ---
    id: T2
    title: Pour
    priority: P1
    kind: chore
    functional: no
    labels: [tea]
    depends_on: [T1, T3]
    created: [TIME]
    rev: 1
    source: tea@[SHORT]#pour
    ---
    ## Goal

    Tea is made.

    ## Acceptance criteria

    - [ ] Brown

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [ ] Nothing that users see has changed, or it is said

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    <!-- What the next worker should know -->

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    ");
}

#[test]
fn a_list_is_a_plan_too() {
    let sandbox = Sandbox::with_board();
    let run = sandbox
        .mcp_with_input("create --from -", "- One\n- [ ] Two (depends on One)\n  - [ ] really\n1. Three\n")
        .success();
    insta::assert_snapshot!(sandbox.with_names(&run.to_string()), @"
    T1        One
    T2        Two
    T3        Three
    --- stderr ---
    hint: `mcp prep ID` makes one ready to be claimed; `create --from … --ready` all of them
    ");
    insta::assert_snapshot!(sandbox.text_of("T2"), @"
    ---
    id: T2
    title: Two
    priority: P1
    kind: feature
    functional: yes
    depends_on: [T1]
    created: [TIME]
    rev: 1
    source: stdin@[SHORT]#two
    ---
    ## Goal

    Two (depends on One)

    ## Acceptance criteria

    - [ ] really

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [ ] Tests cover the new behaviour
    - [ ] Documentation says what changed

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    <!-- What the next worker should know -->

    ## Log

    - [TIME] ada created
    ");
}

#[test]
fn one_mistake_and_nothing_is_created() {
    let sandbox = Sandbox::with_board();
    let before = digests(&sandbox);
    let plans = [
        "## A\nDepends on: Nowhere\n\n## B\nDepends on: Nobody\n",
        "## A\nDepends on: B\n\n## B\nDepends on: A\n",
        "## T1: A\n\n## T1: B\n",
        "Words.\n",
        "## A\n\nKind: nonsense\n\n## B\n\nPriority: P0\n",
    ];
    let mut said = String::new();
    for plan in plans {
        let run = sandbox.mcp_with_input("create --from -", plan);
        said.push_str(&format!("{run}\n"));
    }
    said.push_str(&sandbox.mcp_with_input("create --from - --ready", "## A\n\nGoal.\n\n- [ ] c\n\n## B\n").to_string());
    insta::assert_snapshot!(said, @"
    --- stderr ---
    error: stdin:1: `Nowhere` is neither a task of the plan nor of the board; stdin:4: `Nobody` is neither a task of the plan nor of the board
    hint: mend the plan; nothing was created
    --- exit 2 ---
    --- stderr ---
    error: stdin:1: a circle of dependencies, none of which can begin: stdin#a → stdin#b → stdin#a
    hint: mend the plan; nothing was created
    --- exit 2 ---
    --- stderr ---
    error: stdin:3: stdin#T1 is there already at stdin:1; this one is called stdin#T1~2
    hint: mend the plan; nothing was created
    --- exit 2 ---
    --- stderr ---
    error: there is no task in stdin
    hint: a heading of level two a task, or a list with an item a task
    --- exit 2 ---
    --- stderr ---
    error: there is no template for the kind `nonsense`
    hint: the kinds are feature, bug, chore, docs, tdd, research, ops
    --- exit 2 ---
    --- stderr ---
    error: not all tasks are ready: stdin:7: it has no goal; stdin:7: acceptance criterion 1 is still a placeholder
    hint: complete the plan, or leave out `--ready`; nothing was created
    --- exit 2 ---
    ");
    let tasks = |digests: std::collections::BTreeMap<String, String>| {
        digests.into_keys().filter(|path| path.ends_with(".md")).count()
    };
    assert_eq!(tasks(digests(&sandbox)), tasks(before));
}

#[test]
fn a_crash_at_any_step_and_running_it_again_make_each_task_once() {
    for step in 1.. {
        let sandbox = Sandbox::with_board();
        sandbox.write("tea.md", PLAN);
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.env("MCP_TEST_DIE_AFTER_STEP", step.to_string()).args(["create", "--from", "tea.md"]);
        let died = sandbox.run(command).code.is_none();
        let again = sandbox.mcp("create --from tea.md").success();
        assert_eq!(again.stdout.lines().count(), 3, "step {step}: {again}");
        assert_eq!(places(&sandbox).lines().count(), 3, "step {step}");
        assert_eq!(sandbox.mcp("doctor").success().stdout, "", "step {step}");
        if !died {
            assert!(step > 10, "there are steps to die after");
            break;
        }
    }
}
