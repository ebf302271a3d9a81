//! What comes next for one actor: a deterministic choice among the open tasks, and why the others were passed over.

use std::collections::BTreeSet;

use super::actor::{Actor, Identity};
use super::config::{Config, Role};
use super::gates;
use super::id::TaskId;
use super::sections;
use super::state::State;
use super::task::Task;
use super::time::Timestamp;

/// The kinds of next work, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The actor's own work came back: checks failed or the review rejected it.
    TakeUpAgain,
    /// The actor's own work is unfinished.
    GoOn,
    /// The actor's own work is reviewed and waits to be completed.
    Complete,
    /// Somebody else's work waits for a review.
    Review,
    /// A ready task is free.
    Claim,
    /// A pending task waits to be prepared.
    Prepare,
}

/// A task that the actor could do now.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    /// Which.
    pub task: &'a Task,
    /// What to do with it.
    pub step: Step,
}

/// What a task with a dependency waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waits {
    /// The other task is not done.
    ForTheEnd,
    /// It is done, but not in the history from which the work would start: this branch is to be merged first.
    ForTheMerge(Option<String>),
    /// It is done, but not in that history, and the branch on which it was done is no more.
    ForWhatIsGone(String),
}

impl Waits {
    /// In words, after the name of the dependency.
    pub fn words(&self, id: &str) -> String {
        match self {
            Waits::ForTheEnd => id.to_owned(),
            Waits::ForTheMerge(Some(branch)) => format!("{id}, which is done on {branch}: merge that branch first"),
            Waits::ForWhatIsGone(branch) => {
                format!(
                    "{id}, which was done on {branch}, a branch that is gone: `mcp reopen {id}` if its work is lost"
                )
            }
            Waits::ForTheMerge(None) => format!("{id}, which is done on a branch that is not merged here"),
        }
    }
}

/// What the holder of a task, whose lease has run out, has left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// Nothing of the work is only there: the task is for others.
    Free,
    /// Something is, in words: a person hands the task over.
    Holds(String),
}

/// The outcome of the choice.
#[derive(Debug, Default)]
pub struct Ranking<'a> {
    /// Best first.
    pub offers: Vec<Offer<'a>>,
    /// The others, in order of id, each with the reason.
    pub passed_over: Vec<(&'a Task, String)>,
}

/// Ranks all open tasks for one actor. `known` are those who work on the board, `waits` tells of a dependency what it waits for, `lapse` what became of a task whose
/// holder's lease has run out.
pub fn rank<'a>(
    tasks: &'a [Task],
    identity: &Identity,
    config: &Config,
    known: &BTreeSet<Actor>,
    waits: impl Fn(&str) -> Option<Waits>,
    lapse: impl Fn(&Task) -> Option<Lapse>,
) -> Ranking<'a> {
    let open = tasks.iter().filter(|task| task.state.is_open());
    let mut wanted: Vec<TaskId> =
        open.flat_map(|task| &task.front.depends_on).filter_map(|word| TaskId::parse(word)).collect();
    wanted.sort_unstable();
    let wanted_by = |id: &TaskId| {
        let first = wanted.partition_point(|other| other < id);
        wanted[first..].iter().take_while(|other| *other == id).count()
    };
    let held = held_by(tasks, identity.actor());
    let mut ranking = Ranking::default();
    for task in tasks.iter().filter(|task| task.state.is_open()) {
        match step(task, identity, config, known, &held, (&waits, &lapse)) {
            Ok(step) => ranking.offers.push(Offer { task, step }),
            Err(reason) => ranking.passed_over.push((task, reason)),
        }
    }
    ranking.offers.sort_by_cached_key(|offer| {
        let wanted = wanted_by(&offer.task.id);
        let created = offer.task.front.created.map_or(i64::MAX, Timestamp::unix);
        (offer.step, offer.task.front.priority, std::cmp::Reverse(wanted), created, offer.task.id.clone())
    });
    ranking.passed_over.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    ranking
}

/// The tasks that an actor holds and that are in progress.
pub fn held_by(tasks: &[Task], actor: &Actor) -> Vec<TaskId> {
    let is_held = |task: &&Task| task.state == State::InProgress && task.assignee() == Some(actor);
    tasks.iter().filter(is_held).map(|task| task.id.clone()).collect()
}

fn step(
    task: &Task,
    identity: &Identity,
    config: &Config,
    known: &BTreeSet<Actor>,
    held: &[TaskId],
    (waits, lapse): (&impl Fn(&str) -> Option<Waits>, &impl Fn(&Task) -> Option<Lapse>),
) -> Result<Step, String> {
    if let Some(blocked) = &task.front.blocked {
        return Err(format!("blocked ({})", blocked.kind));
    }
    let actor = identity.actor();
    let holder = task.claim.as_ref().and_then(|claim| claim.holder.as_ref());
    let is_mine = holder.map_or(task.front.assignee.as_ref() == Some(actor), |holder| holder.is_same(&identity.holder));
    match task.state {
        State::InProgress if holder.is_none() => {
            open_question(task).map_or(Ok(()), Err)?;
            match task.assignee().filter(|_| !is_mine) {
                Some(kept) => Err(format!("kept for {kept}")),
                None if !config.may(actor, Role::Implement) => Err(format!("{actor} does not implement")),
                None => Ok(Step::Claim),
            }
        }
        State::InProgress if is_mine => open_question(task).map_or(Ok(Step::GoOn), Err),
        State::InProgress => {
            let holder = task.assignee().map_or("nobody", Actor::as_str);
            match lapse(task) {
                Some(Lapse::Free) => may_claim(task, actor, config, held, waits).map(|()| Step::Claim),
                Some(Lapse::Holds(why)) => Err(format!("held by {holder}, whose lease has run out, but {why}")),
                None => Err(format!("held by {holder}")),
            }
        }
        State::Review => review_step(task, identity, config, known),
        State::Ready => {
            if let Some(kept) = task.assignee().filter(|_| !is_mine)
                && lapse(task) != Some(Lapse::Free)
            {
                open_question(task).map_or(Ok(()), Err)?;
                return Err(format!("kept for {kept}"));
            }
            let limited = if is_mine && holder.is_some() { &[] } else { held };
            may_claim(task, actor, config, limited, waits)?;
            Ok(if is_mine && holder.is_some() { Step::TakeUpAgain } else { Step::Claim })
        }
        State::Pending if !config.may(actor, Role::Prepare) => Err(format!("{actor} does not prepare")),
        State::Pending => match task.front.assignee.as_ref().filter(|kept| *kept != actor) {
            Some(kept) => Err(format!("kept for {kept}")),
            None => Ok(Step::Prepare),
        },
        State::Done | State::Failed => Err("closed".to_owned()),
    }
}

fn may_claim(
    task: &Task,
    actor: &Actor,
    config: &Config,
    held: &[TaskId],
    waits: &impl Fn(&str) -> Option<Waits>,
) -> Result<(), String> {
    open_question(task).map_or(Ok(()), Err)?;
    if !config.may(actor, Role::Implement) {
        return Err(format!("{actor} does not implement"));
    }
    let waits: Vec<_> = task.front.depends_on.iter().filter_map(|id| Some(waits(id)?.words(id))).collect();
    if !waits.is_empty() {
        return Err(format!("waits for {}", waits.join(", ")));
    }
    let lacking = config.lacking(actor, &task.front.needs);
    if !lacking.is_empty() {
        return Err(format!("needs {}", lacking.join(", ")));
    }
    let limit = config.workers.get(actor).and_then(|worker| worker.limit);
    match limit.is_some_and(|limit| held.len() >= limit) {
        true => Err(format!("{actor} holds as many as it may ({})", held.len())),
        false => Ok(()),
    }
}

fn review_step(task: &Task, identity: &Identity, config: &Config, known: &BTreeSet<Actor>) -> Result<Step, String> {
    let actor = identity.actor();
    let workers = task.workers();
    let tree = task.front.tested.as_deref().unwrap_or_default();
    if workers.contains(actor) {
        let all: BTreeSet<Actor> = known.iter().chain(&workers).cloned().collect();
        return match gates::needs_approval(config.review.approval, task, actor, &all, tree) {
            true => Err("waits for somebody else's review".to_owned()),
            false => Ok(Step::Complete),
        };
    }
    if let Some(reviewer) = task.front.reviewer.as_ref().filter(|reviewer| *reviewer != actor) {
        return Err(format!("{reviewer} is asked to review it"));
    }
    if !config.may(actor, Role::Review) {
        return Err(format!("{actor} does not review"));
    }
    Ok(Step::Review)
}

fn open_question(task: &Task) -> Option<String> {
    let question = task.open_questions().into_iter().next()?;
    Some(format!("waits for an answer: {question}"))
}

/// What kept the definition of ready or done from being met, for the line that tells how to go on.
pub fn how(offer: &Offer<'_>) -> String {
    let id = &offer.task.id;
    match offer.step {
        Step::TakeUpAgain => {
            let last = [sections::ERRORS, sections::REVIEW].map(|section| offer.task.entries(section).pop());
            let last = last.into_iter().flatten().max_by_key(|entry| entry.at);
            // The code tree at the end of such an entry is for programs.
            let words = |text: String| text.split(" tree:").next().unwrap_or_default().to_owned();
            let why = last.map_or_else(String::new, |entry| format!(": {}", words(entry.text)));
            format!("it came back to you{why}\nread `mcp show {id}`, mend it and commit")
        }
        Step::GoOn => format!("you hold it; read `mcp show {id}`, work, and commit"),
        Step::Complete => {
            let missing = gates::missing_for_done(offer.task);
            if missing.is_empty() {
                format!("nothing is missing: `mcp complete {id}`")
            } else {
                let boxes = if missing.iter().any(|what| what.contains(" is open: ") && !what.starts_with("a question"))
                {
                    format!("; `mcp edit {id} --check N` ticks a box, `--check all` every one")
                } else {
                    String::new()
                };
                format!("before `mcp complete {id}`: {}{boxes}", missing.join("; "))
            }
        }
        Step::Review => format!("read it with `mcp show {id}`, then `mcp review {id} --approve` or `--reject -m TEXT`"),
        Step::Claim => format!("take it: `mcp claim {id}`"),
        Step::Prepare => {
            format!(
                "say what is to be done: `mcp prep {id} --goal TEXT --ac TEXT`; `mcp prep {id} --prompt` asks a chat agent"
            )
        }
    }
}
