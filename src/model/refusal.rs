//! Why the program says no: what is wrong, what to do next, and the exit code. All words for refusals stand here.

use std::fmt;

use super::actor::Actor;
use super::id::TaskId;
use super::retro_id::RetroId;
use super::state::State;

/// A no that a person or an agent can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The present folder is in no git repository.
    NoRepository { folder: String },
    /// The repository has no working tree.
    BareRepository,
    /// The repository is of a kind that neither libgit2 nor git knows.
    UnsupportedRepository { what: String },
    /// Git trusts only repositories of their owner.
    ForeignRepository { path: String },
    /// The repository has no board.
    NoBoard,
    /// The board cannot be used as it lies on disk.
    DamagedBoard { what: String, mend: String },
    /// The configuration cannot be read.
    BadConfig { place: String, message: String, hint: Option<String> },
    /// Nobody is known to act.
    NoActor,
    /// No id starts so.
    NoSuchTask { word: String, near: Option<TaskId> },
    /// Several ids start so.
    Ambiguous { word: String, candidates: Vec<TaskId> },
    /// The file cannot be read as a task.
    BadFile { task: Option<TaskId>, place: String, message: String, hint: Option<String> },
    /// The edit would have changed more than it should.
    EditRefused { task: TaskId, reason: String },
    /// The verb does not fit the state.
    WrongState { task: TaskId, is: State, verb: &'static str, hint: String },
    /// tdd: the checks pass where a failing test should come first.
    NotRed { task: TaskId },
    /// Somebody else works on it.
    HeldBy { task: TaskId, holder: Actor, place: Option<String>, duration: String },
    /// The holder's lease has run out, but work of theirs is nowhere else.
    ExpiredWithWork { task: TaskId, holder: Option<Actor>, why: String },
    /// It came back to somebody else.
    KeptFor { task: TaskId, actor: Actor },
    /// The holder has changed since this worktree claimed it.
    Lost { task: TaskId, held: u64, epoch: u64, holder: Option<Actor> },
    /// Its holder's checkout is not here.
    HeldElsewhere { task: TaskId, place: String },
    /// The remote that settles claims did not answer.
    RemoteUnreachable { remote: String, why: String, task: Option<TaskId> },
    /// The remote that settles claims does not keep our refs.
    RemoteRefused { remote: String, why: String },
    /// The remote that the settings name is not known to git here.
    NoSuchRemote { remote: String },
    /// The settings name no remote.
    NoClaimsRemote,
    /// Another process exchanges cells with the remote.
    SyncBusy,
    /// Two tasks that have nothing in common have one id.
    SameId { task: TaskId, remote: String },
    /// A worktree made now would have no board.
    BoardNotCommitted,
    /// The worktree cannot be where it was to be.
    WorktreePlace { task: TaskId, message: String },
    /// Only the holder may.
    NotHolder { task: TaskId, verb: &'static str },
    /// It has happened already, by somebody else.
    AlreadyBy { task: TaskId, is: State, actor: Actor },
    /// Nobody reviews their own work.
    OwnWork { task: TaskId, actor: Actor },
    /// It waits for others.
    Waiting { task: TaskId, on: Vec<String> },
    /// Somebody said that it cannot go on.
    Blocked { task: TaskId, kind: String, reason: String },
    /// Somebody asked something about it and waits for the answer.
    OpenQuestion { task: TaskId, question: String },
    /// The worker lacks what it needs.
    Incapable { task: TaskId, actor: Actor, lacking: Vec<String> },
    /// The worker's role does not include it.
    NotTheirRole { actor: Actor, role: &'static str },
    /// The worker holds as many tasks as it may.
    OverLimit { actor: Actor, limit: usize, held: Vec<TaskId> },
    /// The definition of ready is not met.
    NotReady { task: TaskId, missing: Vec<String> },
    /// The definition of done is not met.
    NotDone { task: TaskId, missing: Vec<String> },
    /// Checks failed.
    ChecksFailed { task: Option<TaskId>, checks: Vec<String>, next: String },
    /// The commands of checks, or their folders, are not there: that says nothing about the code.
    ChecksUnfit { task: Option<TaskId>, checks: Vec<String>, said: String },
    /// The commands of this repository were not trusted yet.
    Untrusted { commands: Vec<String> },
    /// The title says nothing.
    EmptyTitle,
    /// Something given is no good.
    BadInput { message: String, hint: Option<String> },
    /// The clone lacks the history that a range needs.
    Shallow { range: String },
    /// A query has a mistake, at a column counted from 1.
    BadQuery { query: String, column: usize, length: usize, message: String, hint: String },
    /// Another process is changing the same task.
    Busy { task: TaskId },
    /// Something was done to the task after what is to be undone.
    CameAfter { task: TaskId, event: String },
    /// Nothing to do.
    Nothing { why: String, hint: Option<String> },
    /// A commit would take a task out of history.
    WouldLose { task: TaskId, path: String },
    /// A commit would put a task into history twice.
    WouldDouble { task: TaskId, paths: Vec<String> },
    /// Another process changed the index while the checks ran.
    IndexChanged,
    /// The commit belongs to no task and the board asks for one.
    NeedsTask,
    /// The bound task failed.
    BoundToFailed { task: TaskId },
    /// Something that a retrospective needs is missing.
    Retro { message: String, hint: Option<String> },
    /// No retrospective's id starts so.
    NoSuchRetro { word: String },
    /// Too few tasks were done since the last retrospective.
    RetroNotDue { done: usize, every: usize },
    /// Some participants have said nothing yet.
    RetroWaits { retro: RetroId, missing: Vec<String> },
    /// The retrospective is over.
    RetroClosed { retro: RetroId },
    /// Another process writes a retrospective.
    RetroBusy,
    /// The user stopped it.
    Interrupted,
    /// Everything was said already; only the exit code is left.
    Reported { exit_code: u8 },
    /// Findings of a check-up.
    Findings { count: usize, what: &'static str },
}

use Refusal::*;

impl Refusal {
    /// A stable word for programs; listed in `docs/errors.md`.
    pub fn code(&self) -> &'static str {
        match self {
            NoRepository { .. } => "no_repository",
            BareRepository => "bare_repository",
            UnsupportedRepository { .. } => "unsupported_repository",
            ForeignRepository { .. } => "foreign_repository",
            NoBoard => "no_board",
            DamagedBoard { .. } => "damaged_board",
            BadConfig { .. } => "bad_config",
            NoActor => "no_actor",
            NoSuchTask { .. } => "no_such_task",
            Ambiguous { .. } => "ambiguous_id",
            BadFile { .. } => "bad_file",
            EditRefused { .. } => "edit_refused",
            WrongState { .. } => "wrong_state",
            NotRed { .. } => "not_red",
            HeldBy { .. } => "held_by_another",
            ExpiredWithWork { .. } => "expired_with_work",
            KeptFor { .. } => "kept_for_another",
            Lost { .. } => "lost_to_another",
            HeldElsewhere { .. } => "held_elsewhere",
            RemoteUnreachable { .. } => "remote_unreachable",
            RemoteRefused { .. } => "remote_refused",
            NoSuchRemote { .. } => "no_such_remote",
            NoClaimsRemote => "no_claims_remote",
            SyncBusy => "busy",
            SameId { .. } => "same_id",
            BoardNotCommitted => "board_not_committed",
            WorktreePlace { .. } => "worktree_place",
            NotHolder { .. } => "not_holder",
            AlreadyBy { .. } => "already_by_another",
            OwnWork { .. } => "own_work",
            Waiting { .. } => "waiting",
            Blocked { .. } => "blocked",
            OpenQuestion { .. } => "open_question",
            Incapable { .. } => "incapable",
            NotTheirRole { .. } => "not_their_role",
            OverLimit { .. } => "over_limit",
            NotReady { .. } => "not_ready",
            NotDone { .. } => "not_done",
            ChecksFailed { .. } => "checks_failed",
            ChecksUnfit { .. } => "checks_unfit",
            Untrusted { .. } => "untrusted",
            EmptyTitle => "empty_title",
            BadInput { .. } => "bad_input",
            Shallow { .. } => "shallow_clone",
            BadQuery { .. } => "bad_query",
            Busy { .. } => "busy",
            CameAfter { .. } => "came_after",
            Nothing { .. } => "nothing_to_do",
            WouldLose { .. } => "would_lose_task",
            WouldDouble { .. } => "would_double_task",
            IndexChanged => "index_changed",
            NeedsTask => "needs_task",
            BoundToFailed { .. } => "bound_to_failed",
            Retro { .. } => "retro",
            NoSuchRetro { .. } => "no_such_retro",
            RetroNotDue { .. } => "retro_not_due",
            RetroWaits { .. } => "retro_waits",
            RetroClosed { .. } => "retro_closed",
            RetroBusy => "busy",
            Interrupted => "interrupted",
            Reported { .. } => "reported",
            Findings { .. } => "findings",
        }
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Reported { exit_code } => *exit_code,
            Nothing { .. } | RetroNotDue { .. } => 3,
            HeldBy { .. }
            | ExpiredWithWork { .. }
            | KeptFor { .. }
            | Lost { .. }
            | NotHolder { .. }
            | AlreadyBy { .. } => 4,
            EmptyTitle | BadInput { .. } | BadQuery { .. } => 2,
            _ => 1,
        }
    }

    /// The task that it is about.
    pub fn task(&self) -> Option<&TaskId> {
        match self {
            EditRefused { task, .. }
            | WrongState { task, .. }
            | NotRed { task }
            | HeldBy { task, .. }
            | ExpiredWithWork { task, .. }
            | KeptFor { task, .. }
            | Lost { task, .. }
            | HeldElsewhere { task, .. }
            | SameId { task, .. }
            | WorktreePlace { task, .. }
            | NotHolder { task, .. }
            | CameAfter { task, .. }
            | AlreadyBy { task, .. }
            | OwnWork { task, .. }
            | Waiting { task, .. }
            | Blocked { task, .. }
            | OpenQuestion { task, .. }
            | Incapable { task, .. }
            | NotReady { task, .. }
            | NotDone { task, .. }
            | Busy { task }
            | WouldLose { task, .. }
            | WouldDouble { task, .. }
            | BoundToFailed { task } => Some(task),
            BadFile { task, .. }
            | ChecksFailed { task, .. }
            | ChecksUnfit { task, .. }
            | RemoteUnreachable { task, .. } => task.as_ref(),
            _ => None,
        }
    }

    /// What was typed, and the column and length of the mistake in it.
    pub fn typed(&self) -> Option<(&str, usize, usize)> {
        match self {
            BadQuery { query, column, length, .. } => Some((query, *column, *length)),
            _ => None,
        }
    }

    /// The single things that are missing, for programs.
    pub fn missing(&self) -> &[String] {
        match self {
            NotReady { missing, .. } | NotDone { missing, .. } | RetroWaits { missing, .. } => missing,
            _ => &[],
        }
    }

    /// What to do next, if there is something to do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            NoRepository { .. } => "go to a git repository, or make one: `git init`".to_owned(),
            BareRepository => "use a checkout: `git worktree add ../work`".to_owned(),
            UnsupportedRepository { .. } => {
                "`git` here does not know it either: a newer one may".to_owned()
            }
            ForeignRepository { path } => format!("if you trust it: `git config --global --add safe.directory {path}`"),
            NoBoard => "`mcp init` makes one".to_owned(),
            DamagedBoard { mend, .. } => mend.clone(),
            BadConfig { hint, .. }
            | BadFile { hint, .. }
            | BadInput { hint, .. }
            | Nothing { hint, .. }
            | Retro { hint, .. } => {
                return hint.clone();
            }
            BadQuery { hint, .. } => hint.clone(),
            NoActor => "say who you are: `mcp --as NAME …`, MCP_AGENT, or `git config user.name`".to_owned(),
            NoSuchTask { near: Some(near), .. } => format!("did you mean {near}? `mcp list --all` names all"),
            NoSuchTask { near: None, .. } => "`mcp list --all` names all tasks".to_owned(),
            Ambiguous { .. } => "type one more character".to_owned(),
            EditRefused { task, .. } => format!("edit the file by hand: `mcp edit {task}`"),
            WrongState { hint, .. } => hint.clone(),
            NotRed { task } => {
                format!(
                    "commit a test that fails first, or leave test-driven work: `mcp edit {task} --set phase=refactor`"
                )
            }
            HeldBy { task, .. } => format!("`mcp show {task}` tells more, `mcp next` finds you another"),
            ExpiredWithWork { task, .. } => {
                format!("a person who has looked at it hands it over: `mcp claim {task} --force --reason TEXT`")
            }
            KeptFor { task, .. } => format!("`mcp claim {task} --force --reason TEXT` takes it all the same"),
            Lost { task, .. } => {
                format!("keep your work on a branch of its own and tell the holder: `mcp note {task} -m TEXT`")
            }
            HeldElsewhere { .. } => "run the command there".to_owned(),
            RemoteUnreachable { remote, .. } => {
                format!("`--offline` goes on without it and marks what it does; `mcp sync` settles it once {remote} answers")
            }
            RemoteRefused { .. } => {
                "`mcp doctor --remote` tries it out; `claims: { remote: null }` in .mcp/config.yaml keeps claims to this clone"
                    .to_owned()
            }
            NoSuchRemote { remote } if remote.contains(|c: char| !c.is_alphanumeric() && !"._-/".contains(c)) => {
                "`claims.remote` in .mcp/config.yaml takes the name of a git remote, such as origin".to_owned()
            }
            NoSuchRemote { remote } => {
                format!("`git remote add {remote} URL`, or name another one in `claims` of .mcp/config.yaml")
            }
            NoClaimsRemote => "`mcp init --remote origin` has that remote settle claims between clones".to_owned(),
            SameId { task, .. } => format!("rename the one here: `mcp show {task} --raw`, then `mcp create --body`, then `mcp drop`"),
            BoardNotCommitted => "`git add .mcp && git commit -m board` puts it where a worktree can have it".to_owned(),
            WorktreePlace { task, .. } => {
                format!("`mcp claim {task} --worktree=FOLDER` makes it elsewhere, `--branch=NAME` on another branch")
            }
            NotHolder { task, .. } => format!("`mcp show {task}` tells who holds it"),
            CameAfter { task, .. } => format!("`mcp log {task}` tells what"),
            AlreadyBy { task, .. } => format!("`mcp log {task}` tells since when"),
            OpenQuestion { task, .. } => format!("`mcp answer {task} -m TEXT` answers it"),
            OwnWork { .. } => "somebody else reviews it, as `mcp --as NAME review …`".to_owned(),
            Waiting { .. } => "finish those first; `mcp next` picks what is free".to_owned(),
            Refusal::Blocked { task, .. } => format!("`mcp unblock {task}` when that is settled"),
            Incapable { .. } | NotTheirRole { .. } => "`workers` in .mcp/config.yaml says who can do what".to_owned(),
            OverLimit { held, .. } => format!("finish or release one: {}", listed(held)),
            NotReady { task, .. } => {
                format!("fill it in with `mcp prep {task} --goal TEXT --ac TEXT` or `mcp edit {task}`, or have a chat agent do it: `mcp prep {task} --prompt`")
            }
            NotDone { task, missing } => {
                let is_box =
                    |reason: &String| reason.starts_with("criterion") || reason.starts_with("definition of done");
                match missing.iter().any(is_box) {
                    true => format!("`mcp edit {task} --check N` ticks a box, `--check all` every one; `mcp show {task}` has all of it"),
                    false => format!("`mcp show {task}` has all of it"),
                }
            }
            ChecksFailed { next, .. } => next.clone(),
            ChecksUnfit { .. } => {
                "something that it calls does not exist: see `checks` in .mcp/config.yaml, and `link` for what is installed \
                 but not tracked. Nothing was recorded"
                    .to_owned()
            }
            Untrusted { .. } => "read them, then `mcp trust`".to_owned(),
            Shallow { .. } => {
                "`git fetch --unshallow` brings it; in CI have all of it from the start: `fetch-depth: 0` on GitHub, \
                 `GIT_DEPTH: 0` on GitLab"
                    .to_owned()
            }
            EmptyTitle => "say in a few words what is to be done: `mcp create \"Retry health checks\"`".to_owned(),
            Busy { .. } | RetroBusy | SyncBusy => "try again in a moment".to_owned(),
            NoSuchRetro { .. } => "`mcp retro list` names all".to_owned(),
            RetroNotDue { done: 0, .. } => return None,
            RetroNotDue { .. } => "`mcp retro --now` writes one of what there is".to_owned(),
            RetroWaits { retro, missing } => format!(
                "each of them says something with `mcp --as NAME retro add --well TEXT --improve TEXT --action TEXT`; `mcp retro close {retro} --without {}` goes on without them",
                missing.join(",")
            ),
            RetroClosed { .. } => "`mcp retro` writes the next one when it is due".to_owned(),
            WouldLose { task, path } => {
                format!(
                    "to put the task away use `mcp drop {task}`; to keep it, `git restore --staged --worktree {path}`; nothing was committed"
                )
            }
            WouldDouble { .. } => {
                "unstage the older of the two with `git restore --staged PATH`; nothing was committed".to_owned()
            }
            IndexChanged => "nothing was committed; look at `git status` and commit again".to_owned(),
            NeedsTask => {
                "claim one with `mcp claim`, or say that there is none: `MCP_TASK=none git commit …`".to_owned()
            }
            BoundToFailed { task } => {
                format!("`mcp retry {task}` to go on with it, or `MCP_TASK=none git commit …` for other work")
            }
            Interrupted => "nothing was changed; run it again when you like".to_owned(),
            Reported { .. } | Findings { .. } => return None,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoRepository { folder } => write!(f, "{folder} is not inside a git repository"),
            BareRepository => write!(f, "this repository is bare: it has no working tree for task files"),
            UnsupportedRepository { what } => write!(f, "this repository cannot be opened: {what}"),
            ForeignRepository { path } => write!(f, "git does not trust {path}: it belongs to another user"),
            NoBoard => write!(f, "this repository has no board yet"),
            DamagedBoard { what, .. } => f.write_str(what),
            BadConfig { place, message, .. } => write!(f, "{place}: {message}"),
            NoActor => write!(f, "it is not known who acts here"),
            NoSuchTask { word, .. } => write!(f, "no task's id starts with `{word}`"),
            Ambiguous { word, candidates } => write!(f, "`{word}` could be any of {}", listed(candidates)),
            BadFile { place, message, .. } => write!(f, "{place}: {message}"),
            EditRefused { task, reason } => write!(f, "the file of {task} was left alone: {reason}"),
            WrongState { task, is, verb, .. } => write!(f, "{task} is in {is}, so it cannot be {verb}"),
            NotRed { task } => write!(f, "{task} is in the phase red, but its checks pass"),
            HeldBy { task, holder, place, duration } => {
                write!(f, "{task} is held by {holder}")?;
                if let Some(place) = place {
                    write!(f, " in {place}")?;
                }
                write!(f, " for {duration}")
            }
            ExpiredWithWork { task, holder, why } => {
                let holder = holder.as_ref().map_or("somebody", Actor::as_str);
                write!(f, "{task} is held by {holder}, whose lease has run out, but {why}")
            }
            KeptFor { task, actor } => write!(f, "{task} is kept for {actor}"),
            Lost { task, held, epoch, holder } => {
                let now = holder.as_ref().map_or_else(|| "nobody".to_owned(), Actor::to_string);
                write!(
                    f,
                    "{task} was taken over: this worktree held it at epoch {held}, it is now at epoch {epoch} and held by {now}"
                )
            }
            HeldElsewhere { task, place } => write!(f, "{task} is checked out in {place}"),
            RemoteUnreachable { remote, why, .. } => write!(f, "{remote}, which settles claims, did not answer: {why}"),
            RemoteRefused { remote, why } => write!(f, "{remote} does not take claims: {why}"),
            NoSuchRemote { remote } => {
                write!(f, "`{remote}`, which is to settle claims, is no remote of this repository")
            }
            NoClaimsRemote => {
                write!(f, "no remote settles claims here: `claims.remote` in .mcp/config.yaml is not set")
            }
            SyncBusy => write!(f, "another process exchanges tasks with the remote"),
            SameId { task, remote } => write!(f, "{remote} has another task that is called {task}"),
            BoardNotCommitted => write!(f, "the board is not committed, so a new worktree would not have it"),
            WorktreePlace { message, .. } => f.write_str(message),
            NotHolder { task, verb } => write!(f, "only the holder of {task} may {verb} it"),
            AlreadyBy { task, is, actor } => write!(f, "{task} is in {is} already, by {actor}"),
            OpenQuestion { task, question } => write!(f, "{task} waits for an answer: {question}"),
            OwnWork { task, actor } => write!(f, "{actor} worked on {task} and cannot review it"),
            Waiting { task, on } => write!(f, "{task} waits for {}", on.join(", ")),
            Refusal::Blocked { task, kind, reason } if reason.is_empty() => write!(f, "{task} is blocked ({kind})"),
            Refusal::Blocked { task, kind, reason } => write!(f, "{task} is blocked ({kind}): {reason}"),
            Incapable { task, actor, lacking } => {
                write!(f, "{task} needs {}, which {actor} has not got", lacking.join(", "))
            }
            NotTheirRole { actor, role } => write!(f, "{actor} does not {role} here"),
            OverLimit { actor, limit, held } => {
                write!(f, "{actor} may hold {limit} at once and holds {}", listed(held))
            }
            NotReady { task, missing } => write!(f, "{task} is not ready:{}", bullets(missing)),
            NotDone { task, missing } => write!(f, "{task} is not done:{}", bullets(missing)),
            ChecksFailed { checks, .. } => write!(f, "{} failed", checks.join(", ")),
            ChecksUnfit { checks, said, .. } if said.is_empty() => write!(f, "{} could not be run", checks.join(", ")),
            ChecksUnfit { checks, said, .. } => write!(f, "{} could not be run: {said}", checks.join(", ")),
            Untrusted { commands } => {
                write!(f, "the checks of this board have not been trusted on this machine: {}", commands.join(", "))
            }
            EmptyTitle => write!(f, "a task needs a title"),
            BadInput { message, .. } | Retro { message, .. } => f.write_str(message),
            Shallow { range } => {
                write!(f, "this is a shallow clone: it lacks commits that `{range}` is to be told by")
            }
            BadQuery { column, message, .. } => write!(f, "{message} (column {column})"),
            Busy { task } => write!(f, "another process is changing {task}"),
            CameAfter { task, event } => {
                write!(f, "something came after your last verb on {task} ({event}), so it cannot be undone")
            }
            Nothing { why, .. } => f.write_str(why),
            WouldLose { task, path } => {
                write!(f, "this commit would take {task} out of the repository ({path} is gone)")
            }
            WouldDouble { task, paths } => {
                write!(f, "this commit would hold {task} more than once: {}", paths.join(", "))
            }
            IndexChanged => {
                write!(f, "the index was changed by another process while the checks ran, so they do not speak for it")
            }
            NeedsTask => write!(f, "this commit belongs to no task, and the board asks for one (hooks.require_task)"),
            BoundToFailed { task } => write!(f, "this worktree works on {task}, which is in failed"),
            NoSuchRetro { word } => write!(f, "no retrospective's id starts with `{word}`"),
            RetroNotDue { every: 0, .. } => write!(f, "retrospectives are switched off (retro.every: 0)"),
            RetroNotDue { done, every } => write!(
                f,
                "no retrospective is due yet: {done} of {every} tasks are done, {} more to go",
                every.saturating_sub(*done)
            ),
            RetroWaits { retro, missing } => write!(f, "{retro} waits for {}", missing.join(", ")),
            RetroClosed { retro } => write!(f, "{retro} is closed"),
            RetroBusy => write!(f, "another process is writing a retrospective"),
            Interrupted => write!(f, "stopped"),
            Reported { .. } => Ok(()),
            Findings { count: 1, what } => write!(f, "1 {what}"),
            Findings { count, what } => write!(f, "{count} {what}s"),
        }
    }
}

impl std::error::Error for Refusal {}

/// One reason on the same line, several below it.
fn bullets(reasons: &[String]) -> String {
    match reasons {
        [one] => format!(" {one}"),
        many => many.iter().map(|reason| format!("\n  - {reason}")).collect(),
    }
}

fn listed(ids: &[TaskId]) -> String {
    let names: Vec<_> = ids.iter().map(TaskId::as_str).collect();
    names.join(", ")
}
