use crate::support::Sandbox;

#[test]
fn every_kind_has_a_template_of_its_own() {
    let sandbox = Sandbox::with_board();
    let mut bodies = Vec::new();
    for (number, kind) in ["feature", "bug", "chore", "docs", "tdd", "research", "ops"].into_iter().enumerate() {
        let _ = sandbox.mcp_args(&["create", "One", "--kind", kind]).success();
        let text = sandbox.text_of(&format!("T{}", number + 1));
        let done = text.split("## Definition of done").nth(1).and_then(|text| text.split("##").next());
        let head = text
            .lines()
            .filter(|line| ["kind", "functional", "phase", "evidence"].iter().any(|key| line.starts_with(key)));
        bodies.push(format!(
            "{}{}",
            head.map(|line| format!("{line}\n")).collect::<String>(),
            done.unwrap_or_default().trim_end()
        ));
    }
    insta::assert_snapshot!(bodies.join("\n\n"), @"
    kind: feature
    functional: yes


    - [ ] Tests cover the new behaviour
    - [ ] Documentation says what changed

    kind: bug
    functional: yes


    - [ ] A test fails without the fix and passes with it

    kind: chore
    functional: no


    - [ ] Nothing that users see has changed, or it is said

    kind: docs
    functional: no


    - [ ] Examples were run

    kind: tdd
    functional: yes
    phase: red


    - [ ] The test was seen to fail before the code was written
    - [ ] The code was tidied after the test passed

    kind: research
    functional: no
    evidence: none


    - [ ] Findings stand in the notes, with their sources

    kind: ops
    functional: no
    evidence: none


    - [ ] The way back is known
    ");
}

#[test]
fn the_boards_own_template_comes_before_the_built_in_one() {
    let sandbox = Sandbox::with_board();
    sandbox.write(
        ".mcp/templates/feature.md",
        "---\npriority: P2\nteam: storage # ours\n---\n## Goal\n\n## Rollback\n\nhow?\n",
    );
    sandbox.write(".mcp/templates/spike.md", "## Goal\n\n<!-- what do we want to know? -->\n");
    sandbox.write(".mcp/templates/broken.md", "---\nkind: [\n---\n");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create One",
        "ada$ mcp create Two --kind spike",
        "ada$ mcp create Three --kind broken",
        "ada$ mcp create Three --kind spyke",
    ]), @"
    ada$ mcp create One
    T1
    T1 created: One (in pending)
    its file is .mcp/tasks/pending/T1-one.md
    hint: `mcp prep T1 --goal TEXT --ac TEXT` makes it ready, or `mcp edit T1` and then `mcp prep T1`
    ada$ mcp create Two --kind spike
    T2
    T2 created: Two (in pending)
    its file is .mcp/tasks/pending/T2-two.md
    hint: `mcp prep T2 --goal TEXT --ac TEXT` makes it ready, or `mcp edit T2` and then `mcp prep T2`
    ada$ mcp create Three --kind broken
    error: .mcp/templates/broken.md:2:7: this bracket is never closed
    hint: close it
    --- exit 1 ---
    ada$ mcp create Three --kind spyke
    error: there is no template for the kind `spyke`
    hint: did you mean `spike`?
    --- exit 2 ---
    ");
    insta::assert_snapshot!(sandbox.text_of("T1"), @"
    ---
    id: T1
    title: One
    priority: P2
    kind: feature
    created: [TIME]
    rev: 1
    team: storage # ours
    ---
    ## Goal

    ## Log

    - [TIME] ada created

    ## Rollback

    how?
    ");
    insta::assert_snapshot!(sandbox.text_of("T2"), @"
    ---
    id: T2
    title: Two
    priority: P1
    kind: spike
    created: [TIME]
    rev: 1
    ---
    ## Goal

    <!-- what do we want to know? -->

    ## Log

    - [TIME] ada created
    ");
}
