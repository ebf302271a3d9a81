//! Retrospectives: written from facts, filled by those who did the work, closed into tasks, followed up by the next one.

use std::cell::RefCell;
use std::process::{Command, Stdio};

use mcp_handoff::model::{History, State, Task, TaskId};
use mcp_handoff::text::Document;

use super::support::Sandbox;

/// Fails as `cargo test` does unless the code is good.
const CHECK: &str = "\
grep -q good code.txt && exit 0
cat <<'END'
running 1 test
test health::retries ... FAILED

failures:

---- health::retries stdout ----

thread 'health::retries' panicked at src/health.rs:3:5:
the third try came too early

failures:
    health::retries

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
END
exit 101
";

/// A board with retrospectives, whose names are shown as `R1`, `R2`, … in the order in which they were written.
struct Team {
    sandbox: Sandbox,
    retros: RefCell<Vec<String>>,
}

impl Team {
    fn new() -> Team {
        let sandbox = Sandbox::with_board();
        sandbox.write("check.sh", CHECK);
        sandbox.write("code.txt", "good\n");
        sandbox.git("commit -q -a -m checks");
        Team { sandbox, retros: RefCell::default() }
    }

    /// What a terminal shows.
    fn typed(&self, lines: &[&str]) -> String {
        lines.iter().map(|line| self.shown(&self.sandbox.typed(&[&self.with_retros(line)]))).collect()
    }

    /// The text with what differs from run to run made the same.
    fn shown(&self, text: &str) -> String {
        let mut retros = self.retros.borrow_mut();
        let folder = self.sandbox.path(".mcp/retros");
        let names = fs_err::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        let names = names.map(|name| name.into_string().expect("UTF-8").trim_end_matches(".md").to_owned());
        let mut new: Vec<_> = names.filter(|name| !retros.contains(name)).collect();
        new.sort();
        retros.extend(new);
        let text =
            retros.iter().enumerate().fold(text.to_owned(), |text, (n, id)| text.replace(id, &format!("R{}", n + 1)));
        let text = sorted_runs(&text);
        let day = regex::Regex::new(r"\b20\d\d-\d\d-\d\d\b").expect("a pattern");
        day.replace_all(&text, "[DAY]").into_owned()
    }

    fn with_retros(&self, text: &str) -> String {
        let retros = self.retros.borrow();
        retros.iter().enumerate().fold(text.to_owned(), |text, (n, id)| text.replace(&format!("R{}", n + 1), id))
    }

    /// The path of the newest retrospective's file.
    fn file(&self) -> String {
        self.shown("");
        format!(".mcp/retros/{}.md", self.retros.borrow().last().expect("a retrospective"))
    }

    /// The newest retrospective from a heading on.
    fn text_from(&self, heading: &str) -> String {
        let text = self.sandbox.read(&self.file());
        let start = text.find(heading).unwrap_or_else(|| panic!("{heading} is in {text}"));
        self.shown(&self.sandbox.with_names(&self.sandbox.filtered(&text[start..])))
    }

    /// A task that `worker` has claimed.
    fn claimed(&self, title: &str, worker: &str) -> String {
        let id = self.sandbox.ready_task(title);
        self.sandbox.mcp_as(worker, &format!("claim {id}")).success();
        id
    }

    /// Writes code and commits it; says whether the hook let it.
    fn commit(&self, worker: &str, code: &str) -> bool {
        self.sandbox.write("code.txt", &format!("{code}\n"));
        let run = self.sandbox.shell_as(worker, "git add -A && git commit -q -m work");
        run.code == Some(0)
    }

    /// Ticks all boxes and completes.
    fn complete(&self, id: &str) {
        self.sandbox.mcp(&format!("edit {id} --check all")).success();
        self.sandbox.mcp(&format!("complete {id}")).success();
    }

    /// A task done by `worker`.
    fn done(&self, title: &str, worker: &str) -> String {
        let id = self.claimed(title, worker);
        assert!(self.commit(worker, &format!("good {title}")));
        self.complete(&id);
        id
    }

    /// Gives the lines of a task's log these times, as a person could with an editor; the first is when it was created.
    fn happened(&self, id: &str, times: &[&str]) {
        let path = self.sandbox.file_of(id);
        let text = self.sandbox.read(&path);
        let time = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").expect("a pattern");
        let (front, log) = text.split_once("## Log").expect("a log");
        let created = regex::Regex::new("created: .*").expect("a pattern");
        let front = created.replace(front, format!("created: 2026-03-{}:00Z", times[0]));
        assert_eq!(time.find_iter(log).count(), times.len(), "{log}");
        let log =
            times.iter().fold(log.to_owned(), |log, at| time.replace(&log, format!("2026-03+{at}:00Z")).into_owned());
        self.sandbox.write(&path, &format!("{front}## Log{}", log.replace("2026-03+", "2026-03-")));
    }
}

#[test]
fn two_retrospectives_from_facts_to_tasks_and_back() {
    let team = Team::new();
    insta::assert_snapshot!(team.typed(&["ada$ mcp retro", "ada$ mcp retro --now"]), @"
    ada$ mcp retro
    error: no retrospective is due yet: 0 of 3 tasks are done, 3 more to go
    --- exit 3 ---
    ada$ mcp retro --now
    error: no task has become done since the last retrospective
    --- exit 3 ---
    ");

    // Three tasks: one fails twice, one is rejected, one is forced through after the first failure came back; one is dropped.
    let first = team.claimed("Retry health checks", "cursor");
    assert!(!team.commit("cursor", "bad"));
    assert!(!team.commit("cursor", "worse"));
    assert!(team.commit("cursor", "good, and retried"));
    team.complete(&first);
    team.happened(
        &first,
        &["01T08:00", "01T09:00", "01T10:00", "01T11:00", "01T12:00", "01T13:00", "02T08:00", "02T09:00"],
    );
    let second = team.claimed("Say | what failed", "codex");
    assert!(team.commit("codex", "good and said"));
    team.sandbox.mcp_args(&["review", &second, "--reject", "-m", "Names no file"]).success();
    assert!(team.commit("codex", "good, said, and named"));
    team.complete(&second);
    team.happened(
        &second,
        &["01T08:00", "01T08:30", "03T08:00", "03T10:00", "03T11:00", "03T14:00", "04T08:00", "04T08:10"],
    );
    let dropped = team.sandbox.ready_task("Rewrite it all");
    team.sandbox.mcp_args(&["drop", &dropped, "-m", "nobody wants it"]).success();
    insta::assert_snapshot!(team.typed(&["ada$ mcp status"]), @"
    ada$ mcp status
    pending 0  ready 0  in-progress 0  review 0  done 2  failed 1
    ");
    let third = team.claimed("Wait longer", "cursor");
    assert!(!team.commit("cursor", "bad again"));
    assert!(team.commit("cursor", "good again"));
    insta::assert_snapshot!(team.typed(&["ada$ mcp complete T4 --force --reason 'the criterion is settled'"]), @"
    ada$ mcp complete T4 --force --reason 'the criterion is settled'
    T4
    T4 completed: Wait longer (review → done)
    a retrospective is due, 3 done tasks are in none yet: `mcp retro`
    committed the board as [SHORT]
    ");
    assert_eq!(team.sandbox.with_names(&third), "T4");
    team.happened(&third, &["05T08:00", "05T08:00", "05T08:00", "05T09:30", "05T09:45", "05T10:00"]);
    team.sandbox.git("commit -q -a -m times");
    insta::assert_snapshot!(team.typed(&["ada$ mcp next", "ada$ mcp retro"]), @r#"
    ada$ mcp next
    a retrospective is due, 3 done tasks are in none yet: `mcp retro`
    error: there is nothing for ada to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    ada$ mcp retro
    wrote the retrospective R1 about 3 tasks: .mcp/retros/R1.md
    ---
    id: R1
    created: [TIME]
    tasks: [T1, T2, T4]
    given_up: [T3]
    participants: [ada, cursor, codex]
    closed: no
    ---
    # Retrospective of [DAY]

    <!--
    Everybody named in `participants` says something, by `mcp retro add --well … --improve … --action …`, or here, with any
    editor: below one of the headings "What went well", "What to improve" and "Action items", one list item a thought, which
    begins with the name of who says it and a colon:

    - ada: the failing test was named at once

    Then `mcp retro close` makes a task of each action item.
    -->

    ## Facts

    | Task | Title | Kind | Who | Lead time | Cycle time | Pending | Ready | In progress | Review | Failed attempts | Rejections | Overrides |
    |---|---|---|---|---|---|---|---|---|---|---|---|---|
    | T1 | Retry health checks | chore | cursor; prepared by ada; reviewed by ada | 1d 1h | 23h | 1h | 3h | 1h | 20h | 2 | 0 | 0 |
    | T2 | Say \| what failed | chore | codex; prepared by ada; reviewed by ada | 3d | 1d | 30m | 2d 2h | 2h | 19h 10m | 0 | 1 | 0 |
    | T4 | Wait longer | chore | cursor; prepared by ada; reviewed by ada | 2h | 2h | 0s | 15m | 1h 30m | 15m | 1 | 0 | 1 |

    Work that came back is ready, not in progress, until its next commit.

    ### Failures that came back

    - health::retries: 3 times, in T1, T4

    ### Rejected reviews

    - ada rejected T2: Names no file

    ### Overrides

    - ada overrode a gate of T4 (complete): the criterion is settled

    ### Ended without being done

    - T3 Rewrite it all: dropped

    ## Totals

    - Tasks done: 3
    - Median lead time, from written down to done: 1d 1h
    - Median cycle time, from claimed to done: 23h
    - Median time in `pending`: 30m
    - Median time in `ready`: 3h
    - Median time in `in-progress`: 1h 30m
    - Median time in `review`: 19h 10m
    - Failed attempts: 3; 1 of 3 tasks had none
    - Rejected reviews: 1
    - Overrides by force: 1

    ## Follow-up

    This is the first retrospective.

    ## What went well

    ## What to improve

    ## Action items

    ## Plan

    <!-- `mcp retro close` puts the next three tasks here. -->

    ## Log

    - [TIME] ada written about 3 tasks
    not heard yet: ada, cursor, codex
    hint: say what you think: `mcp retro add --well TEXT --improve TEXT --action TEXT`
    "#);

    // Each speaks in a way of their own: at the command line, with an editor, through a chat that sees no files.
    insta::assert_snapshot!(team.typed(&[
        "ada$ mcp retro add --well 'The checks are fast' 'Small tasks' --improve 'Nobody looks at failures that come back'",
        "ada$ mcp retro add --well 'The checks are fast'",
        "bo$ mcp retro add --action 'Draw a diagram'",
        "ada$ mcp retro close",
        "codex$ mcp next",
    ]), @r#"
    ada$ mcp retro add --well 'The checks are fast' 'Small tasks' --improve 'Nobody looks at failures that come back'
    R1
    ada added 3 thoughts to R1
    not heard yet: cursor, codex
    hint: `mcp --as NAME retro --prompt` prints what a chat agent needs to take part
    ada$ mcp retro add --well 'The checks are fast'
    R1
    ada has said that already in R1: nothing to do
    not heard yet: cursor, codex
    hint: `mcp --as NAME retro --prompt` prints what a chat agent needs to take part
    bo$ mcp retro add --action 'Draw a diagram'
    R1
    bo added 1 thought to R1
    bo is not among the participants (ada, cursor, codex); the words stand all the same
    not heard yet: cursor, codex
    hint: `mcp --as NAME retro --prompt` prints what a chat agent needs to take part
    ada$ mcp retro close
    error: R1 waits for cursor, codex
    hint: each of them says something with `mcp --as NAME retro add --well TEXT --improve TEXT --action TEXT`; `mcp retro close R1 --without cursor,codex` goes on without them
    --- exit 1 ---
    codex$ mcp next
    the retrospective R1 waits for you: `mcp retro`, then `mcp retro add`
    error: there is nothing for codex to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    "#);
    let text = team.sandbox.read(&team.file());
    let text = text.replace(
        "## Action items\n",
        "## Action items\n\n* Cursor: give health::retries a clock of its own\n  as `tests/clock.rs` does\n",
    );
    team.sandbox.write(&team.file(), &text);
    insta::assert_snapshot!(team.typed(&["codex$ mcp retro --prompt | sed -e '/^# The retrospective/,/^Not heard/c…'"]), @"
    codex$ mcp retro --prompt | sed -e '/^# The retrospective/,/^Not heard/c…'
    hint: paste it into the chat, then `mcp --as NAME retro add --from FILE` with the answer
    You take part in a retrospective as codex. The facts in it were measured, and others may have spoken already.
    Answer with these three markdown sections, each a list with one short item a thought:

    ## What went well
    ## What to improve
    ## Action items

    - What went well: what should stay as it is
    - What to improve: what cost time or went wrong, by the facts
    - Action items: what somebody shall do about it; each becomes a task, so begin it with a verb and make it small
    Stay with what the facts or your own work show. Do not repeat what others have said.

    …
    ");
    team.sandbox.write(
        "answer.txt",
        "Happy to!\n\n```markdown\n## What went well\n- The goal was clear\n\n## What to improve\nNone.\n\n## Action Items\n1. [ ] Name the file in reviews\n```\n\nAnything else?\n",
    );
    insta::assert_snapshot!(team.typed(&["codex$ mcp retro add --from answer.txt && rm answer.txt", "ada$ mcp next", "ada$ mcp retro close"]), @r#"
    codex$ mcp retro add --from answer.txt && rm answer.txt
    R1
    codex added 2 thoughts to R1
    hint: everybody has spoken: `mcp retro close`
    ada$ mcp next
    everybody has spoken in the retrospective R1: `mcp retro close`
    error: there is nothing for ada to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    ada$ mcp retro close
    T5        give health::retries a clock of its own
    T6        Draw a diagram
    T7        Name the file in reviews
    closed R1: its 3 action items are tasks now
    next:
    - T5 P1 give health::retries a clock of its own (in pending)
    - T6 P1 Draw a diagram (in pending)
    - T7 P1 Name the file in reviews (in pending)
    committed the board as [SHORT]
    "#);
    insta::assert_snapshot!(team.typed(&["ada$ git show --name-only --format=%B", "ada$ git status --short", "ada$ mcp retro close"]), @"
    ada$ git show --name-only --format=%B
    retro: R1 closed

    T5 give health::retries a clock of its own
    T6 Draw a diagram
    T7 Name the file in reviews


    .mcp/retros/R1.md
    .mcp/tasks/pending/T5-give-health-retries-a-clock-of-its-own.md
    .mcp/tasks/pending/T6-draw-a-diagram.md
    .mcp/tasks/pending/T7-name-the-file-in-reviews.md
    ada$ git status --short
    ada$ mcp retro close
    T5        give health::retries a clock of its own
    T6        Draw a diagram
    T7        Name the file in reviews
    R1 is closed already: nothing to do
    ");
    insta::assert_snapshot!(team.text_from("## What went well"), @"
    ## What went well

    - [TIME] ada The checks are fast
    - [TIME] ada Small tasks
    - [TIME] codex The goal was clear

    ## What to improve

    - [TIME] ada Nobody looks at failures that come back

    ## Action items

    * Cursor: give health::retries a clock of its own → T5
      as `tests/clock.rs` does

    - [TIME] bo Draw a diagram → T6
    - [TIME] codex Name the file in reviews → T7

    ## Plan

    - T5 P1 give health::retries a clock of its own (in pending)
    - T6 P1 Draw a diagram (in pending)
    - T7 P1 Name the file in reviews (in pending)

    ## Log

    - [TIME] ada written about 3 tasks
    - [TIME] ada closed
    ");
    insta::assert_snapshot!(team.shown(&team.sandbox.text_of("T6")), @"
    ---
    id: T6
    title: Draw a diagram
    priority: P1
    kind: chore
    functional: no
    labels: [retro]
    created: [TIME]
    rev: 1
    source: R1
    ---
    ## Goal

    An action item of the retrospective R1 (proposed by bo): Draw a diagram

    ## Acceptance criteria

    - [ ] <!-- Something a reviewer can check -->

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
    ");

    // The next one says what became of it.
    team.sandbox
        .mcp_with_input(&team.sandbox.with_ids("prep T6 --from -"), "## Acceptance criteria\n- [ ] A clock\n")
        .success();
    team.sandbox.mcp_as("cursor", &team.sandbox.with_ids("claim T6")).success();
    assert!(team.commit("cursor", "good clock"));
    team.complete(&team.sandbox.with_ids("T6"));
    team.happened(
        &team.sandbox.with_ids("T6"),
        &["06T08:00", "06T08:00", "06T08:00", "06T08:00", "06T08:00", "06T08:00", "06T09:00"],
    );
    team.sandbox.mcp_args(&["drop", &team.sandbox.with_ids("T7"), "-m", "the template asks for it"]).success();
    for (title, hour) in [("Another", "07T08:00"), ("And one more", "08T08:00")] {
        let id = team.done(title, "cursor");
        team.happened(&id, &[hour; 6]);
    }
    // Days ago, not in the same second.
    let retro = team.sandbox.git("ls-files .mcp/retros");
    let text = team.sandbox.read(retro.trim());
    let created = regex::Regex::new("(?m)^created: .*$").expect("a pattern");
    team.sandbox.write(retro.trim(), &created.replace(&text, "created: 2026-10-05T12:00:00Z"));
    team.sandbox.git("commit -q -a -m times");
    insta::assert_snapshot!(team.typed(&["ada$ mcp retro -q >retro.txt && rm retro.txt", "ada$ mcp retro list"]), @"
    ada$ mcp retro -q >retro.txt && rm retro.txt
    ada$ mcp retro list
    R1  closed [DAY]  T1 T2 T4
    R2  open, waits for ada, cursor  T6 T8 T9
    ");
    let text = team.text_from("### Ended");
    insta::assert_snapshot!(text.split("- Median").next().expect("a start"), @"
    ### Ended without being done

    - T7 Name the file in reviews: dropped

    ## Totals

    - Tasks done: 3
    ");
    insta::assert_snapshot!(&text[text.find("## Follow-up").expect("a section")..], @"
    ## Follow-up

    Of R1:

    - T5 give health::retries a clock of its own: still in pending
    - T6 Draw a diagram: done
    - T7 Name the file in reviews: dropped

    ## What went well

    ## What to improve

    ## Action items

    ## Plan

    <!-- `mcp retro close` puts the next three tasks here. -->

    ## Log

    - [TIME] ada written about 3 tasks
    ");
    insta::assert_snapshot!(team.typed(&["ada$ mcp retro add --well 'Action items get done'", "ada$ mcp retro close --without bo", "ada$ mcp retro close --without cursor", "ada$ mcp retro add --well more", "ada$ mcp retro list"]), @"
    ada$ mcp retro add --well 'Action items get done'
    R2
    ada added 1 thought to R2
    not heard yet: cursor
    hint: `mcp --as NAME retro --prompt` prints what a chat agent needs to take part
    ada$ mcp retro close --without bo
    error: bo does not take part in R2
    hint: those who do: ada, cursor
    --- exit 2 ---
    ada$ mcp retro close --without cursor
    closed R2: it had no action items
    next:
    - T5 P1 give health::retries a clock of its own (in pending)
    committed the board as [SHORT]
    ada$ mcp retro add --well more
    error: no retrospective is open
    hint: `mcp retro` writes one when it is due, `mcp retro list` names the closed ones
    --- exit 1 ---
    ada$ mcp retro list
    R1  closed [DAY]  T1 T2 T4
    R2  closed [DAY]  T6 T8 T9
    the next one is due after 3 more done tasks
    ");
    insta::assert_snapshot!(team.text_from("## Plan"), @"
    ## Plan

    - T5 P1 give health::retries a clock of its own (in pending)

    ## Log

    - [TIME] ada written about 3 tasks
    - [TIME] ada closed without cursor
    ");
}

#[test]
fn counting_what_is_due_opens_no_done_file_and_no_done_file_is_told_twice() {
    let team = Team::new();
    let ids = ["One", "Two", "Three"].map(|title| team.done(title, "cursor"));
    // Whoever reads one of these has a problem to tell of.
    let texts = ids.clone().map(|id| {
        let path = team.sandbox.file_of(&id);
        let text = team.sandbox.read(&path);
        team.sandbox.write(&path, "---\n: [broken\n");
        (path, text)
    });
    insta::assert_snapshot!(team.typed(&["ada$ mcp status", "ada$ mcp next", "ada$ mcp status --json"]), @r#"
    ada$ mcp status
    pending 0  ready 0  in-progress 0  review 0  done 3  failed 0
    a retrospective is due, 3 done tasks are in none yet: `mcp retro`
    ada$ mcp next
    a retrospective is due, 3 done tasks are in none yet: `mcp retro`
    error: there is nothing for ada to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    ada$ mcp status --json
    {"schema":1,"status":{"actor":"ada","states":{"pending":0,"ready":0,"in-progress":0,"review":0,"done":3,"failed":0},"task":null,"retro":{"due":true,"waiting":3,"every":3,"open":[]},"problems":[]}}
    a retrospective is due, 3 done tasks are in none yet: `mcp retro`
    "#);
    for (path, text) in texts {
        team.sandbox.write(&path, &text);
    }
    team.sandbox.mcp("retro").success();
    insta::assert_snapshot!(team.typed(&["ada$ mcp status"]), @"
    ada$ mcp status
    pending 0  ready 0  in-progress 0  review 0  done 3  failed 0
    the retrospective R1 waits for you: `mcp retro`, then `mcp retro add`
    ");
    team.sandbox.mcp("retro close --without ada,cursor").success();
    // Written by another hand the list counts as well.
    let text = team.sandbox.read(&team.file());
    let line = text.lines().find(|line| line.starts_with("tasks: ")).expect("a line").to_owned();
    let items = ids.map(|id| format!("\n  - {id} # done"));
    team.sandbox.write(&team.file(), &text.replace(&line, &format!("tasks:{}", items.concat())));
    insta::assert_snapshot!(team.typed(&["ada$ mcp status", "ada$ mcp retro", "ada$ mcp retro --now"]), @"
    ada$ mcp status
    pending 0  ready 0  in-progress 0  review 0  done 3  failed 0
    ada$ mcp retro
    error: no retrospective is due yet: 0 of 3 tasks are done, 3 more to go
    --- exit 3 ---
    ada$ mcp retro --now
    error: no task has become done since the last retrospective
    --- exit 3 ---
    ");
}

#[test]
fn every_move_that_a_verb_logs_is_read_back_from_the_log() {
    let team = Team::new();
    let created = team.sandbox.mcp_args(&["create", "Life", "--goal", "g", "--ac", "c"]).success();
    let id = created.stdout.trim().to_owned();
    let mut states = vec![team.sandbox.state_of(&id)];
    for line in [
        "ada$ mcp prep T1",
        "cursor$ mcp claim T1",
        "cursor$ echo bad >code.txt; git commit -q -a -m 1",
        "cursor$ echo good 2 >code.txt; git add -A; git commit -q -m 2",
        "ada$ mcp review T1 --reject -m no",
        "cursor$ mcp release T1",
        "cursor$ mcp claim T1",
        "cursor$ mcp fail T1 -m stuck",
        "ada$ mcp retry T1",
        "cursor$ mcp claim T1",
        "cursor$ mcp review T1",
        "cursor$ mcp edit T1 --check all",
        "ada$ mcp complete T1 --force --reason life",
        "ada$ mcp reopen T1 -m again",
        "ada$ mcp drop T1",
        "ada$ mcp retry T1",
        "ada$ mcp drop T1 --duplicate-of t-222222",
    ] {
        if line.contains("t-222222") {
            team.sandbox.write(".mcp/tasks/done/t-222222-other.md", "---\nid: t-222222\n---\n");
        }
        let (_, typed) = line.split_once("$ ").expect("a command");
        let before = states.last().expect("a state").clone();
        let shown = team.typed(&[line]);
        let state = team.sandbox.state_of(&id);
        assert!(state != before || typed.contains("release") || typed.contains("edit"), "{shown}");
        if state != before {
            states.push(state);
        }
    }
    let document = Document::parse(team.sandbox.read(&team.sandbox.file_of(&id))).expect("a document");
    let id = TaskId::parse(&id).expect("an id");
    let task = Task::read(id, State::Failed, String::new(), document).expect("a task");
    let mut read: Vec<String> =
        History::of(&task).moments().iter().filter_map(|moment| moment.to).map(|state| state.to_string()).collect();
    read.dedup();
    assert_eq!(read, states);
}

#[test]
fn a_done_file_that_cannot_be_read_is_told_and_the_others_count() {
    let team = Team::new();
    let broken = team.done("One", "cursor");
    team.done("Two", "cursor");
    team.sandbox.write(&team.sandbox.file_of(&broken), "---\n: [broken\n");
    team.sandbox.mcp("retro --now").success();
    let text = team.text_from("### Could");
    insta::assert_snapshot!(text.split("- Median").next().expect("a start"), @"
    ### Could not be read

    - T1: .mcp/tasks/done/T1-one.md:1:1: this fence is never closed

    ## Totals

    - Tasks done: 1
    ");
}

#[test]
fn an_item_whose_id_was_written_before_a_crash_gets_that_task_and_no_second_one() {
    let team = Team::new();
    team.done("One", "cursor");
    team.sandbox.mcp("retro --now").success();
    team.sandbox.mcp_args(&["retro", "add", "--action", "first", "second"]).success();
    // As a crash leaves it between writing the id and making the task.
    let text = team.sandbox.read(&team.file());
    team.sandbox.write(&team.file(), &text.replace("ada first\n", "ada first → t-222222\n"));
    insta::assert_snapshot!(team.typed(&["ada$ mcp retro close --without cursor --no-commit"]), @"
    ada$ mcp retro close --without cursor --no-commit
    t-222222  first
    T2        second
    closed R1: its 2 action items are tasks now
    next:
    - t-222222 P1 first (in pending)
    - T2 P1 second (in pending)
    ");
    // As a crash leaves it after all tasks were made, before the retrospective is closed.
    let both = text.replace("ada first\n", "ada first → t-222222\n").replace("ada second\n", "ada second → T2\n");
    team.sandbox.write(&team.file(), &team.sandbox.with_ids(&both));
    insta::assert_snapshot!(team.typed(&["ada$ mcp retro close --without cursor", "ada$ git status --short"]), @"
    ada$ mcp retro close --without cursor
    t-222222  first
    T2        second
    closed R1: its 2 action items are tasks now
    next:
    - t-222222 P1 first (in pending)
    - T2 P1 second (in pending)
    committed the board as [SHORT]
    ada$ git status --short
    ");
    insta::assert_snapshot!(team.shown(&team.sandbox.board()), @"
    retros/R1.md
    tasks/done/T1-one.md
    tasks/pending/T2-second.md
    tasks/pending/t-222222-first.md
    ");
}

#[test]
fn closing_killed_at_any_moment_makes_each_task_once() {
    let team = Team::new();
    team.done("One", "cursor");
    team.sandbox.mcp("retro --now").success();
    let items: Vec<String> = (1..=6).map(|number| format!("Item {number}")).collect();
    let mut arguments = vec!["retro", "add", "--action"];
    arguments.extend(items.iter().map(String::as_str));
    team.sandbox.mcp_args(&arguments).success();
    let mut random = fastrand::Rng::with_seed(2);
    for _ in 0..20 {
        let mut child = start(&team.sandbox, &["retro", "close", "--without", "cursor"]);
        std::thread::sleep(std::time::Duration::from_micros(random.u64(1_000..40_000)));
        child.kill().expect("killed");
        child.wait().expect("an end");
    }
    // The lock that git's protocol keeps beside a ref may outlive its process by some seconds.
    let closed = (0..10).map(|_| team.sandbox.mcp("retro close --without cursor")).find(|run| run.code == Some(0));
    assert!(closed.is_some());
    let made = team.sandbox.mcp("list --label retro --json").success().json();
    let mut titles: Vec<_> =
        made["tasks"].as_array().expect("tasks").iter().map(|task| task["title"].clone()).collect();
    titles.sort_by_key(ToString::to_string);
    assert_eq!(titles, items);
}

#[test]
fn eight_at_once_write_one_retrospective_and_nobodys_words_are_lost() {
    let team = Team::new();
    team.done("One", "cursor");
    let all = |arguments: &dyn Fn(usize) -> Vec<String>| {
        let children: Vec<_> = (0..8)
            .map(|number| {
                let arguments = arguments(number);
                start(&team.sandbox, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
            })
            .collect();
        for mut child in children {
            assert!(child.wait().expect("an end").success());
        }
    };
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    all(&|_| words("retro --now"));
    assert_eq!(fs_err::read_dir(team.sandbox.path(".mcp/retros")).expect("a folder").count(), 1);
    all(&|number| words(&format!("--as w{number} retro add --well word{number}")));
    let retro = team.sandbox.mcp("retro show --json").success().json();
    let mut said: Vec<_> =
        retro["retro"]["well"].as_array().expect("a list").iter().map(|one| one["text"].to_string()).collect();
    said.sort();
    assert_eq!(said, (0..8).map(|number| format!("\"word{number}\"")).collect::<Vec<_>>());
}

#[test]
fn every_byte_that_people_wrote_in_it_stays() {
    let team = Team::new();
    team.done("One", "cursor");
    team.sandbox.mcp("retro --now").success();
    let by_hand = team
        .sandbox
        .read(&team.file())
        .replace("closed: no", "closed: no   # not yet\nmood: 'good'")
        .replace("## Plan\n", "## Plan\n\n- sleep\n")
        .replace(
            "## What went well\n",
            "## What went well  \n\n- @ada tests;   really\n\n## A heading of ours\n\ntext\n",
        )
        .replace("## Action items\n", "## Action items\n\n1. Cursor: rest → soon\n2. nobody's item\n")
        .replace('\n', "\r\n");
    team.sandbox.write(&team.file(), &by_hand);
    insta::assert_snapshot!(team.typed(&["ada$ mcp retro close"]), @"
    ada$ mcp retro close
    T2        rest → soon
    T3        nobody's item
    closed R1: its 2 action items are tasks now
    next:
    - T2 P1 rest → soon (in pending)
    - T3 P1 nobody's item (in pending)
    committed the board as [SHORT]
    ");
    // Our lines taken out again, the file is what it was.
    let mut text = team.sandbox.read(&team.file());
    for (pattern, with) in [
        (r"closed: \S+", "closed: no"),
        (r" → t-\w{6}\r\n", "\r\n"),
        (r"(?:\r\n- t-\w{6} P1 [^\r]*)+\r\n", ""),
        (r"- \S+ ada closed\r\n", ""),
    ] {
        text = regex::Regex::new(pattern).expect("a pattern").replace_all(&text, with).into_owned();
    }
    assert_eq!(text, by_hand);
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let team = Team::new();
    team.done("One", "cursor");
    insta::assert_snapshot!(team.typed(&[
        "ada$ mcp retro",
        "ada$ mcp retro show",
        "ada$ mcp retro add --well x",
        "ada$ mcp retro --now -q >retro.txt && rm retro.txt",
        "ada$ mcp retro add",
        "ada$ mcp retro add --from /dev/null",
        "ada$ mcp retro show nothing",
        "ada$ mcp retro close --without mallory",
        "ada$ mcp retro close --json",
    ]), @r#"
    ada$ mcp retro
    error: no retrospective is due yet: 1 of 3 tasks are done, 2 more to go
    hint: `mcp retro --now` writes one of what there is
    --- exit 3 ---
    ada$ mcp retro show
    error: no retrospective is open
    hint: `mcp retro` writes one when it is due, `mcp retro list` names the closed ones
    --- exit 1 ---
    ada$ mcp retro add --well x
    error: no retrospective is open
    hint: `mcp retro` writes one when it is due, `mcp retro list` names the closed ones
    --- exit 1 ---
    ada$ mcp retro --now -q >retro.txt && rm retro.txt
    ada$ mcp retro add
    error: there is nothing to add
    hint: `mcp retro add --well TEXT --improve TEXT --action TEXT`
    --- exit 2 ---
    ada$ mcp retro add --from /dev/null
    error: the answer says nothing below the headings that were asked for
    hint: it needs list items below `## What went well`, `## What to improve`, `## Action items`
    --- exit 2 ---
    ada$ mcp retro show nothing
    error: no retrospective's id starts with `nothing`
    hint: `mcp retro list` names all
    --- exit 1 ---
    ada$ mcp retro close --without mallory
    error: mallory does not take part in R1
    hint: those who do: ada, cursor
    --- exit 2 ---
    ada$ mcp retro close --json
    {"schema":1,"error":{"code":"retro_waits","message":"R1 waits for ada, cursor","hint":"each of them says something with `mcp --as NAME retro add --well TEXT --improve TEXT --action TEXT`; `mcp retro close R1 --without ada,cursor` goes on without them","missing":["ada","cursor"]}}
    --- exit 1 ---
    "#);
    let text = team.sandbox.read(&team.file());
    team.sandbox.write(&team.file(), &text.replace("closed: no", "closed: soon"));
    insta::assert_snapshot!(team.typed(&["ada$ mcp retro list", "ada$ mcp retro show R1", "ada$ mcp status", "ada$ mcp retro --now"]), @"
    ada$ mcp retro list
    warning: .mcp/retros/R1.md:2:1: `closed` is `no` or a time such as [TIME]
    the retrospective R1 cannot be read: `mcp retro show R1` tells why
    ada$ mcp retro show R1
    error: .mcp/retros/R1.md:2:1: `closed` is `no` or a time such as [TIME]
    hint: mend the file with any editor; nothing in it was changed
    --- exit 1 ---
    ada$ mcp status
    pending 0  ready 0  in-progress 0  review 0  done 1  failed 0
    the retrospective R1 cannot be read: `mcp retro show R1` tells why
    ada$ mcp retro --now
    error: .mcp/retros/R1.md:2:1: `closed` is `no` or a time such as [TIME]
    hint: mend the file with any editor; nothing in it was changed
    --- exit 1 ---
    ");
    team.sandbox.write(&team.file(), &text);
    team.sandbox.add_config("retro: { every: 0, participants: [ada] }\nboard: { commit: never }");
    insta::assert_snapshot!(team.typed(&["ada$ mcp retro close --without ada,cursor", "ada$ git status --short", "ada$ mcp retro"]), @"
    ada$ mcp retro close --without ada,cursor
    closed R1: it had no action items
    next:
    Nothing is open.
    ada$ git status --short
     M .mcp/config.yaml
    ?? .mcp/retros/
    ada$ mcp retro
    error: retrospectives are switched off (retro.every: 0)
    --- exit 3 ---
    ");
    let other = team.file().replace(&team.retros.borrow()[0], "2026-01-01-222222");
    team.sandbox.write(&other, &text);
    team.sandbox.write(&other.replace("222222", "333333"), &text);
    insta::assert_snapshot!(team.typed(&["ada$ mcp retro add --well x", "ada$ mcp retro show 2026-01", "ada$ mcp retro show 333 -q | head -2"]), @"
    ada$ mcp retro add --well x
    error: several retrospectives are open: R2, R3
    hint: name the one you mean by its last six characters
    --- exit 1 ---
    ada$ mcp retro show 2026-01
    error: `2026-01` could be any of R2, R3
    hint: name the one you mean by its last six characters
    --- exit 1 ---
    ada$ mcp retro show 333 -q | head -2
    ---
    id: R1
    ");
}

/// Lines about tasks that are equally old stand in the order of their random ids: each run of such lines is sorted by name.
fn sorted_runs(text: &str) -> String {
    let is_of_run = |line: &str| regex::Regex::new(r"^(- T\d P|.mcp/tasks/)").expect("a pattern").is_match(line);
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.chunk_by_mut(|a, b| is_of_run(a) && is_of_run(b)).for_each(<[&str]>::sort_unstable);
    lines.concat()
}

fn start(sandbox: &Sandbox, arguments: &[&str]) -> std::process::Child {
    let mut command: Command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("a process")
}
