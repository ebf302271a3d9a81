//! The story itself: what is said, done and expected at each step.

use anyhow::{Context as _, Result};

use crate::model::State;

use super::project::{CARGO, Project, SHELL};
use super::stage::Stage;

/// What the chat agent is supposed to have answered.
const ANSWER: &str = "\
Here is my proposal:

## Goal
A service that fails is asked less and less often, so that it can recover.

## Acceptance criteria
- [ ] The pause doubles with each failure, starting at 100 ms
- [ ] It is never longer than ten seconds

## Definition of done
- [ ] Each criterion has a test

## Implementation notes
Mind overflow: there may be a thousand failures.
";

const REJECTION: &str = "criterion 2 is not met: pause(8) is 12800, and pause(100) overflows";

/// Tells it; an error where it does not come true.
pub fn tell(stage: &mut Stage<'_>) -> Result<()> {
    let project = if stage.has("cargo --version")? { &CARGO } else { &SHELL };
    stage.say(
        "One task's whole life, for real: a scratch repository, real commits through the real hooks, real tests. \
         Nothing of yours is read or changed.",
    );
    board(stage, project)?;
    let id = plan(stage)?;
    work(stage, project, &id)?;
    review(stage, project, &id)?;
    finish(stage, &id)
}

fn board(stage: &mut Stage<'_>, project: &Project) -> Result<()> {
    stage.run_quietly("git init --quiet")?;
    for (path, text) in project.start {
        stage.write(&format!("repository/{path}"), text)?;
    }
    if let Some(command) = project.prepare {
        stage.run_quietly(command)?;
    }
    stage.run_quietly("git add --all && git commit --quiet -m Start")?;
    stage.step(
        "A board",
        &format!(
            "{} `mcp init` makes a board in it: a folder for each state that a task can be in. It finds the tests and \
             installs the git hooks.",
            project.what
        ),
    );
    stage.run("mcp init", 0)?;
    if let Some(command) = project.command {
        stage.say_next("A test command that is not found is named by hand, and trusted:");
        let settings = format!("version: 1\nchecks:\n  - name: tests\n    run: {command}\n");
        stage.write("repository/.mcp/config.yaml", &settings)?;
        stage.run("cat .mcp/config.yaml", 0)?;
        stage.run("mcp trust", 0)?;
    }
    stage.run("git add .mcp && git commit --quiet -m 'Add a task board'", 0)?;
    Ok(())
}

fn plan(stage: &mut Stage<'_>) -> Result<String> {
    stage.step("A task", "A task is a markdown file in the repository. Ada, a person, writes one down.");
    let created = stage.run("mcp create 'Wait longer each time' --priority P0", 0)?;
    let id = created.output.lines().next().context("create prints an id")?.trim().to_owned();
    stage.show_task(State::Pending, &[&id, "Wait longer each time"])?;

    stage.step(
        "A chat agent prepares it",
        "ChatGPT sees no files: this prompt is pasted into the chat, and its answer, saved as a file, is taken in. \
         It needs a goal and criteria to be ready.",
    );
    stage.run_shortened(&format!("mcp prep {id} --prompt"), 6)?;
    stage.write("answer.md", ANSWER)?;
    stage.run("cat ../answer.md", 0)?;
    stage.run(&format!("mcp --as chatgpt prep {id} --from ../answer.md"), 0)?;
    stage.show_task(State::Ready, &["never longer than ten seconds", "Mind overflow", "chatgpt prepared"])?;
    Ok(id)
}

fn work(stage: &mut Stage<'_>, project: &Project, id: &str) -> Result<()> {
    stage.step(
        "A coding agent takes it",
        "Cursor asks what to do and claims it. From now on nobody else can: there is one winner, whoever asks at the \
         same moment.",
    );
    let next = stage.run("mcp --as cursor next", 0)?;
    stage.must(next.output.contains(id), || "`next` does not offer the task".to_owned())?;
    stage.run(&format!("mcp --as cursor claim {id}"), 0)?;
    stage.show_task(State::InProgress, &["assignee: cursor", "base: "])?;
    stage.say_next("Anybody else hears who has it:");
    stage.run(&format!("mcp --as codex claim {id}"), 4)?;

    stage.step(
        "A commit that fails",
        "Cursor writes the code and a test, and gets it wrong. The commit runs the tests on exactly what would be \
         committed, and is refused.",
    );
    stage.edit(project.wrong)?;
    let head = stage.run_quietly("git rev-parse HEAD")?.output;
    let refused = stage.run("MCP_AGENT=cursor git commit --quiet --all -m 'Wait longer each time'", 1)?;
    stage.must(refused.output.contains("the_pause_doubles"), || "the failing test is not named".to_owned())?;
    let same = stage.run_quietly("git rev-parse HEAD")?.output == head;
    stage.must(same, || "the failing commit was made".to_owned())?;
    stage.say_next("What failed, and where, is now in the task, for whoever works on it next:");
    stage.show_task(State::Ready, project.failure)?;

    stage.step(
        "The fix",
        "The same commit again. The tests pass, so it is made, and the task's move to review is in that very commit.",
    );
    stage.edit(project.better)?;
    stage.run("MCP_AGENT=cursor git commit --quiet --all -m 'Wait longer each time'", 0)?;
    let commit = stage.run("git show --stat=74 --format='%s%n%n%b' HEAD", 0)?;
    stage.must(commit.output.contains(&format!("Task: {id}")), || "the commit has no trailer".to_owned())?;
    stage.must(commit.output.contains(id) && commit.output.matches('|').count() > 1, || {
        "the move is not in the commit".to_owned()
    })?;
    stage.show_task(State::Review, &["## Evidence", "tests passed", "checks passed"])?;
    Ok(())
}

fn review(stage: &mut Stage<'_>, project: &Project, id: &str) -> Result<()> {
    stage.step(
        "Another agent rejects it",
        "Nobody reviews their own work. Codex reads the code, and sees what no test saw.",
    );
    stage.run(&format!("mcp --as codex review {id} --reject -m '{REJECTION}'"), 0)?;
    stage.show_task(State::Ready, &[REJECTION])?;

    stage.step("The second fix", "It comes back to Cursor, first of all, with the reason.");
    let next = stage.run("mcp --as cursor next", 0)?;
    stage.must(next.output.contains("overflows"), || "`next` does not say why it came back".to_owned())?;
    stage.edit(project.right)?;
    stage.run(&format!("mcp --as cursor edit {id} --check 1 --check 2"), 0)?;
    stage.run("MCP_AGENT=cursor git commit --quiet --all -m 'Stop at ten seconds'", 0)?;
    stage.show_task(State::Review, &["- [x] It is never longer"])?;

    stage.step("The approval", "Codex approves this code, and no other: a later commit would void it.");
    stage.run(&format!("mcp --as codex review {id} --approve"), 0)?;
    stage.show_task(State::Review, &["codex approved tree:"])?;
    Ok(())
}

fn finish(stage: &mut Stage<'_>, id: &str) -> Result<()> {
    stage.step(
        "Done",
        "Done is a fact, not a claim: no box may be open, and the checks must have passed on the committed code.",
    );
    stage.run(&format!("mcp complete {id}"), 1)?;
    stage.run(&format!("mcp edit {id} --check 3"), 0)?;
    stage.run(&format!("mcp complete {id}"), 0)?;
    stage.show_task(State::Done, &["completed"])?;

    stage.step("What is left", "A clean working tree, an ordinary history, and a file that tells how it came about.");
    let status = stage.run("git status --short", 0)?;
    stage.must(status.output.is_empty(), || "the working tree is not clean".to_owned())?;
    stage.run("git log --oneline", 0)?;
    stage.run(&format!("mcp log {id}"), 0)?;
    let text = stage.task()?.text;
    for words in [
        "so that it can recover",
        "Mind overflow",
        "the_pause_doubles",
        REJECTION,
        "branch: main",
        "base: ",
        "tested: ",
        "tests passed",
        "codex approved tree:",
    ] {
        stage.must(text.contains(words), || format!("the task's file does not say `{words}`"))?;
    }
    Ok(())
}
