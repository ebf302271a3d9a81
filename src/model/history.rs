//! A task's history: what its log says, as typed moments; and the words by which the verbs say it, so that the two cannot drift.

use super::actor::Actor;
use super::entry::Entry;
use super::sections;
use super::state::State;
use super::task::Task;
use super::time::Timestamp;

/// The words with which the verbs begin their log lines.
pub mod said {
    /// `create`.
    pub const CREATED: &str = "created";
    /// A file that somebody dropped into a folder; the path follows.
    pub const TAKEN_IN: &str = "taken in from";
    /// `import`; the format and the id there follow.
    pub const IMPORTED: &str = "imported from";
    /// `prep --from`; the sections follow.
    pub const FILLED_IN: &str = "filled in";
    /// `prep`.
    pub const PREPARED: &str = "prepared";
    /// `claim`; the branch follows.
    pub const CLAIMED: &str = "claimed";
    /// The hook refused a commit; the checks follow.
    pub const CHECKS_FAILED: &str = "checks failed";
    /// The hook let a commit pass.
    pub const CHECKS_PASSED: &str = "checks passed";
    /// A commit passed where no check was asked for.
    pub const UNCHECKED: &str = "committed, nothing was checked";
    /// tdd: the checks failed as was wished.
    pub const RED: &str = "the checks fail as they should (red)";
    /// `review`.
    pub const HANDED_OVER: &str = "handed over for review";
    /// `review --approve`.
    pub const APPROVED: &str = "approved";
    /// `review --reject`.
    pub const REJECTED: &str = "rejected";
    /// `complete`.
    pub const COMPLETED: &str = "completed";
    /// `fail`.
    pub const FAILED: &str = "failed";
    /// `drop`.
    pub const DROPPED: &str = "dropped";
    /// `drop --duplicate-of`; the other task follows.
    pub const DUPLICATE: &str = "duplicate of";
    /// `retry`.
    pub const TRIED_AGAIN: &str = "to be tried again";
    /// `release`.
    pub const RELEASED: &str = "released";
    /// `reopen`.
    pub const REOPENED: &str = "reopened";
    /// A person moved the file; the state follows.
    pub const MOVED: &str = "moved by hand";
    /// `undo`; the event that was taken back follows.
    pub const UNDID: &str = "undid";

    /// Behind the words of a commit, a move by hand or an `undo` that moved the task; the state follows.
    pub const NOW_IN: &str = ", now in ";
    /// Behind the words of a commit after which the task is still in progress, where the settings want that.
    pub const STAYS: &str = ", still in progress";
    /// Behind the words of the failing commit that was one too many.
    pub const LAST_ATTEMPT: &str = ", which was the last attempt";
    /// Before the number of a failing code tree.
    pub const ATTEMPT: &str = " (attempt ";
    /// Behind the words of a verb whose gate was overridden; the reason follows.
    pub const BY_FORCE: &str = " by force: ";
}

/// What was done to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Written down, or taken in from a file.
    Created,
    /// Sections came from a chat agent, or it became ready.
    Prepared,
    /// Taken.
    Claimed,
    /// A commit was refused.
    ChecksFailed,
    /// A commit was made.
    Committed,
    /// Handed over for review.
    HandedOver,
    /// Approved by a reviewer.
    Approved,
    /// Sent back by a reviewer.
    Rejected,
    /// Finished.
    Completed,
    /// Given up or dropped.
    GivenUp,
    /// Tried again, released or reopened.
    Freed,
    /// Anything else: notes, questions, edits; moves by hand, and what `undo` took back.
    Other,
}

/// The first words of a log line, what they mean, and where the task stands afterwards, if the words alone tell.
const WORDS: &[(&str, Deed, Option<State>)] = &[
    (said::CREATED, Deed::Created, Some(State::Pending)),
    (said::TAKEN_IN, Deed::Created, None),
    (said::IMPORTED, Deed::Created, None),
    (said::FILLED_IN, Deed::Prepared, None),
    (said::PREPARED, Deed::Prepared, Some(State::Ready)),
    (said::CLAIMED, Deed::Claimed, Some(State::InProgress)),
    (said::CHECKS_FAILED, Deed::ChecksFailed, Some(State::Ready)),
    (said::CHECKS_PASSED, Deed::Committed, None),
    (said::UNCHECKED, Deed::Committed, Some(State::Review)),
    (said::RED, Deed::Committed, Some(State::InProgress)),
    (said::HANDED_OVER, Deed::HandedOver, Some(State::Review)),
    (said::APPROVED, Deed::Approved, None),
    (said::REJECTED, Deed::Rejected, Some(State::Ready)),
    (said::COMPLETED, Deed::Completed, Some(State::Done)),
    (said::FAILED, Deed::GivenUp, Some(State::Failed)),
    (said::DROPPED, Deed::GivenUp, Some(State::Failed)),
    (said::DUPLICATE, Deed::GivenUp, Some(State::Failed)),
    (said::TRIED_AGAIN, Deed::Freed, Some(State::Ready)),
    (said::RELEASED, Deed::Freed, Some(State::Ready)),
    (said::REOPENED, Deed::Freed, Some(State::Ready)),
    (said::MOVED, Deed::Other, None),
    (said::UNDID, Deed::Other, None),
];

/// One line of the log, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub deed: Deed,
    /// Where the task stood afterwards, if it moved.
    pub to: Option<State>,
    /// Why a gate was overridden, if one was.
    pub force: Option<String>,
    /// Of a failing commit: which failing code tree in a row it was.
    pub attempt: Option<u32>,
}

impl Moment {
    /// Understands an entry of the log.
    pub fn of(entry: &Entry) -> Moment {
        let text = entry.text.as_str();
        let known = WORDS.iter().find(|(words, ..)| begins_with(text, words));
        let (deed, to) = known.map_or((Deed::Other, None), |(_, deed, to)| (*deed, *to));
        let force = text.rsplit_once(said::BY_FORCE).filter(|_| deed != Deed::Other);
        let attempt = text.rsplit_once(said::ATTEMPT).filter(|_| deed == Deed::ChecksFailed);
        Moment {
            at: entry.at,
            actor: entry.actor.clone(),
            deed,
            to: said_state(deed, text).or(to),
            force: force.map(|(_, reason)| reason.to_owned()),
            attempt: attempt.and_then(|(_, rest)| rest.split_once(')')?.0.parse().ok()),
        }
    }
}

/// The state that a line names itself.
fn said_state(deed: Deed, text: &str) -> Option<State> {
    match deed {
        Deed::Created => State::ALL.into_iter().find(|state| text.contains(&format!("/{state}/"))),
        Deed::ChecksFailed if text.ends_with(said::LAST_ATTEMPT) => Some(State::Failed),
        Deed::ChecksFailed | Deed::Committed if text.ends_with(said::STAYS) => Some(State::InProgress),
        Deed::Committed => text.rsplit_once(said::NOW_IN)?.1.parse().ok(),
        Deed::Other if begins_with(text, said::MOVED) || begins_with(text, said::UNDID) => {
            text.rsplit_once(said::NOW_IN)?.1.parse().ok()
        }
        _ => None,
    }
}

fn begins_with(text: &str, words: &str) -> bool {
    text.strip_prefix(words).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// All that a task's log tells, oldest first.
#[derive(Clone, Debug, Default)]
pub struct History {
    created: Option<Timestamp>,
    moments: Vec<Moment>,
}

impl History {
    /// Reads the log of a task.
    pub fn of(task: &Task) -> History {
        let mut moments: Vec<_> = task.entries(sections::LOG).iter().map(Moment::of).collect();
        // A merge by union may have put the lines of two branches one after the other.
        moments.sort_by_key(|moment| moment.at);
        History { created: task.front.created.or_else(|| moments.first().map(|first| first.at)), moments }
    }

    /// All lines, oldest first.
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// Those in which one thing was done.
    pub fn deeds(&self, deed: Deed) -> impl Iterator<Item = &Moment> {
        self.moments.iter().filter(move |moment| moment.deed == deed)
    }

    /// When it was finished, the last time.
    pub fn done_at(&self) -> Option<Timestamp> {
        self.deeds(Deed::Completed).last().map(|moment| moment.at)
    }

    /// Seconds from being written down to being done.
    pub fn lead(&self) -> Option<i64> {
        Some(self.done_at()?.seconds_since(self.created?).max(0))
    }

    /// Seconds from being claimed first to being done.
    pub fn cycle(&self) -> Option<i64> {
        let claimed = self.deeds(Deed::Claimed).next()?.at;
        Some(self.done_at()?.seconds_since(claimed).max(0))
    }

    /// Seconds that it stood in a state, until it was done.
    pub fn seconds_in(&self, state: State) -> i64 {
        let moves = self.moments.iter().filter_map(|moment| Some((moment.at, moment.to?)));
        let mut total = 0;
        let mut since: Option<Timestamp> = self.created.filter(|_| state == State::Pending);
        for (at, to) in moves {
            if let Some(start) = since {
                total += at.seconds_since(start).max(0);
            }
            since = (to == state).then_some(at);
        }
        total
    }

    /// How many code trees failed; the same one committed twice counts once.
    pub fn failed_attempts(&self) -> usize {
        let mut last = None;
        let mut count = 0;
        for moment in &self.moments {
            match moment.deed {
                Deed::ChecksFailed if moment.attempt.is_none() || moment.attempt != last => {
                    count += 1;
                    last = moment.attempt;
                }
                Deed::Committed => last = None,
                _ => {}
            }
        }
        count
    }

    /// Who did one of these things, in the order in which they first did.
    pub fn who(&self, deeds: &[Deed]) -> Vec<Actor> {
        let mut actors = Vec::new();
        for moment in self.moments.iter().filter(|moment| deeds.contains(&moment.deed)) {
            if !actors.contains(&moment.actor) {
                actors.push(moment.actor.clone());
            }
        }
        actors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TaskId;
    use crate::text::Document;

    fn history(log: &str) -> History {
        let text = format!("---\ncreated: 2026-11-20T08:00:00Z\n---\n## Log\n{log}");
        let id = TaskId::parse("t-7k3f9q").expect("a whole id");
        let document = Document::parse(text).expect("a document");
        History::of(&Task::read(id, State::Done, "x.md".to_owned(), document).expect("a task"))
    }

    #[test]
    fn a_whole_life_is_understood() {
        let life = history(
            "- 2026-11-20T08:00:00Z ada created\n\
             - 2026-11-20T08:30:00Z chatgpt filled in goal, acceptance criteria\n\
             - 2026-11-20T09:00:00Z chatgpt prepared by force: in a hurry\n\
             - 2026-11-20T10:00:00Z cursor claimed on main\n\
             - 2026-11-20T10:10:00Z cursor note: claimed by force: not at all\n\
             - 2026-11-20T11:00:00Z cursor checks failed: tests (attempt 1)\n\
             - 2026-11-20T11:05:00Z cursor checks failed: tests (attempt 1)\n\
             - 2026-11-20T12:00:00Z cursor checks failed: tests (attempt 2), still in progress\n\
             - 2026-11-20T13:00:00Z cursor checks passed, now in review\n\
             - 2026-11-20T14:00:00Z bo rejected\n\
             - 2026-11-20T15:00:00Z cursor checks failed: tests (attempt 1)\n\
             - 2026-11-20T16:00:00Z cursor checks passed, now in review\n\
             - 2026-11-20T16:30:00Z cursor checks passed\n\
             - 2026-11-20T17:00:00Z bo completed, nothing was checked by force: it is a typo\n",
        );
        let hours = |state| life.seconds_in(state) / 3600;
        assert_eq!([State::Pending, State::Ready, State::InProgress, State::Review].map(hours), [1, 4, 2, 2]);
        assert_eq!((life.lead(), life.cycle()), (Some(9 * 3600), Some(7 * 3600)));
        assert_eq!(life.failed_attempts(), 3);
        assert_eq!(life.deeds(Deed::Rejected).count(), 1);
        let forced: Vec<_> = life.moments().iter().filter_map(|moment| moment.force.as_deref()).collect();
        assert_eq!(forced, ["in a hurry", "it is a typo"]);
        let names: Vec<_> = life.who(&[Deed::Prepared, Deed::Claimed]).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["chatgpt", "cursor"]);
    }

    #[test]
    fn every_word_of_the_table_is_read_as_itself() {
        for (words, deed, to) in WORDS {
            let line = format!("2026-11-20T08:00:00Z ada {words}");
            let moment = Moment::of(&Entry::parse(&line).expect("an entry"));
            assert_eq!((moment.deed, moment.to), (*deed, *to), "{words}");
        }
        for other in ["note: created", "createdness", "asked: which?", "approvedly"] {
            let line = format!("2026-11-20T08:00:00Z ada {other}");
            assert_eq!(Moment::of(&Entry::parse(&line).expect("an entry")).deed, Deed::Other, "{other}");
        }
    }

    #[test]
    fn a_reopened_task_counts_to_its_last_end_and_not_while_it_was_done() {
        let life = history(
            "- 2026-11-20T09:00:00Z ada claimed\n\
             - 2026-11-20T10:00:00Z ada completed\n\
             - 2026-11-20T12:00:00Z bo reopened: not quite\n\
             - 2026-11-20T13:00:00Z ada claimed\n\
             - 2026-11-20T14:00:00Z ada completed\n",
        );
        assert_eq!(life.cycle(), Some(5 * 3600));
        assert_eq!((life.seconds_in(State::InProgress), life.seconds_in(State::Ready)), (2 * 3600, 3600));
    }

    #[test]
    fn a_move_by_hand_and_an_undo_say_where_the_task_stands() {
        let life = history(
            "- 2026-11-20T09:00:00Z ada moved by hand, now in ready\n\
             - 2026-11-20T10:00:00Z ada claimed on main\n\
             - 2026-11-20T11:00:00Z ada undid: claimed, now in ready\n\
             - 2026-11-20T12:00:00Z ada note: moved by hand, now in done\n",
        );
        let states: Vec<_> = life.moments().iter().map(|moment| moment.to).collect();
        assert_eq!(states, [Some(State::Ready), Some(State::InProgress), Some(State::Ready), None]);
    }

    #[test]
    fn what_a_file_was_taken_in_as_is_read_from_its_path() {
        let life = history("- 2026-11-20T09:00:00Z ada taken in from .mcp/tasks/ready/idea.md\n");
        assert_eq!(life.moments()[0].to, Some(State::Ready));
        assert_eq!((life.lead(), life.cycle()), (None, None));
    }
}
