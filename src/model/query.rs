//! What a query asks of tasks: terms that a task must all pass. `query_text.rs` reads them from a line.
//! Long, since all that can be asked stands in one place.

use memchr::memchr2_iter;

use super::actor::Actor;
use super::front::Priority;
use super::state::State;
use super::task::Task;
use super::time::Timestamp;

/// Terms that a task must all pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// In the order in which they were written.
    pub terms: Vec<Term>,
}

/// One thing asked, or its contrary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The task must not be so.
    pub is_negated: bool,
    /// What is asked.
    pub ask: Ask,
}

/// What may be asked of a task; of several values one is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Its folder.
    State(Vec<State>),
    /// Its priority.
    Priority(Vec<Priority>),
    /// A key of its front matter.
    Key(Key, Vec<Wanted>),
    /// Something that follows from what it is.
    Is(Trait),
    /// A number.
    Number(Number, Comparison, i64),
    /// A day, by its midnight.
    Day(Day, Comparison, Timestamp),
    /// A word or phrase anywhere in its file, or the start of its id.
    Text(String),
    /// A word or phrase in its title.
    Title(String),
}

/// Keys that hold words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The start of its id.
    Id,
    Label,
    Kind,
    /// Who holds it, or for whom it is kept.
    Assignee,
    Reviewer,
    Needs,
    Milestone,
    Phase,
    Parent,
    Depends,
    Branch,
    Size,
    Risk,
}

/// What the value of a key may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// There is none.
    None,
    /// There is one.
    Any,
    /// The one who asks.
    Me,
    /// This word, without regard to case.
    Word(String),
    /// A word that starts so.
    Start(String),
}

/// What follows from several things that a task says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// Work on it may lie ahead.
    Open,
    /// It is done or given up.
    Closed,
    /// Blocked, or it waits for an answer or another task.
    Blocked,
    /// Free to be taken now.
    Claimable,
    /// Held by or kept for the one who asks.
    Mine,
    /// Somebody holds it.
    Held,
    /// The day on which it was due is over.
    Overdue,
    /// Its holder's lease has run out.
    Expired,
    /// A question about it has no answer.
    Asked,
    /// Nobody will do it.
    Dropped,
}

/// Numbers that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Failing code trees in a row.
    Attempts,
    /// Seconds since it was written down.
    Age,
}

/// Days that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// On which it was written down.
    Created,
    /// By which it should be done.
    Due,
}

/// How two values must stand to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

/// What must be known beside a task to answer.
pub struct Surroundings<'a> {
    /// The present moment.
    pub now: Timestamp,
    /// Who asks.
    pub actor: &'a Actor,
    /// Whether a dependency of the task is still open.
    pub waits: &'a dyn Fn(&Task) -> bool,
}

impl Query {
    /// Asks one thing more.
    pub fn and(&mut self, ask: Ask) {
        self.terms.push(Term { is_negated: false, ask });
    }

    /// Whether a task passes every term.
    pub fn passes(&self, task: &Task, around: &Surroundings<'_>) -> bool {
        self.passes_by_text(task) && self.passes_beside_text(task, around)
    }

    /// Whether a task passes the terms about anything but its text.
    pub fn passes_beside_text(&self, task: &Task, around: &Surroundings<'_>) -> bool {
        self.terms.iter().all(|term| match &term.ask {
            Ask::Text(_) => true,
            ask => ask.holds(task, around) != term.is_negated,
        })
    }

    /// Whether a task passes the terms about its text.
    pub fn passes_by_text(&self, task: &Task) -> bool {
        // Made small once, however many words are looked for.
        let mut text: Option<String> = None;
        self.terms.iter().all(|term| {
            let Ask::Text(word) = &term.ask else { return true };
            let document = task.document.as_str();
            let is_there = match word.is_ascii() && document.is_ascii() {
                true => has_word(document, word),
                false => text.get_or_insert_with(|| document.to_lowercase()).contains(word),
            };
            (is_there || task.id.is_meant_by(word)) != term.is_negated
        })
    }

    /// The states in which tasks may pass; those given where the query does not say.
    pub fn states(&self, otherwise: &[State]) -> Vec<State> {
        let said: Vec<Vec<State>> = self.terms.iter().filter(|term| !term.is_negated).filter_map(states_of).collect();
        let start = if said.is_empty() { otherwise } else { &State::ALL };
        start.iter().copied().filter(|state| said.iter().all(|states| states.contains(state))).collect()
    }
}

/// The states to which a term confines, if it is about states.
fn states_of(term: &Term) -> Option<Vec<State>> {
    let those = |is_wanted: fn(State) -> bool| State::ALL.into_iter().filter(|state| is_wanted(*state)).collect();
    match &term.ask {
        Ask::State(states) => Some(states.clone()),
        Ask::Is(Trait::Open) => Some(those(State::is_open)),
        Ask::Is(Trait::Closed) => Some(those(|state| !state.is_open())),
        Ask::Is(Trait::Claimable) => Some(vec![State::Ready]),
        Ask::Is(Trait::Dropped) => Some(vec![State::Failed]),
        // Who names a task wants it wherever it is.
        Ask::Key(Key::Id, _) => Some(State::ALL.to_vec()),
        _ => None,
    }
}

impl Ask {
    fn holds(&self, task: &Task, around: &Surroundings<'_>) -> bool {
        let front = &task.front;
        match self {
            Ask::State(states) => states.contains(&task.state),
            Ask::Priority(priorities) => priorities.contains(&front.priority),
            Ask::Key(Key::Id, wanted) => wanted.iter().any(|wanted| match wanted {
                Wanted::Word(word) | Wanted::Start(word) => task.id.is_meant_by(word),
                _ => false,
            }),
            Ask::Key(key, wanted) => {
                let values = key.values(task);
                wanted.iter().any(|wanted| wanted.is_among(&values, around.actor))
            }
            Ask::Is(what) => what.holds(task, around),
            Ask::Number(number, comparison, than) => {
                let value = match number {
                    Number::Attempts => Some(i64::from(front.attempts)),
                    Number::Age => front.created.map(|created| around.now.seconds_since(created)),
                };
                value.is_some_and(|value| comparison.holds(value.cmp(than)))
            }
            Ask::Day(day, comparison, than) => {
                let moment = match day {
                    Day::Created => front.created,
                    Day::Due => front.due.as_deref().and_then(Timestamp::parse),
                };
                let midnight = moment.and_then(|moment| Timestamp::parse(&moment.date()));
                midnight.is_some_and(|midnight| comparison.holds(midnight.cmp(than)))
            }
            Ask::Text(_) => false,
            Ask::Title(word) => task.title().to_lowercase().contains(word),
        }
    }
}

impl Trait {
    fn holds(self, task: &Task, around: &Surroundings<'_>) -> bool {
        match self {
            Trait::Open => task.state.is_open(),
            Trait::Closed => !task.state.is_open(),
            Trait::Blocked => is_blocked(task, around),
            Trait::Claimable => task.state == State::Ready && task.assignee().is_none() && !is_blocked(task, around),
            Trait::Mine => task.assignee() == Some(around.actor),
            Trait::Held => task.claim.as_ref().is_some_and(|claim| claim.holder.is_some()),
            Trait::Overdue => {
                let due = task.front.due.as_deref().and_then(Timestamp::parse);
                task.state.is_open() && due.is_some_and(|due| due.date() < around.now.date())
            }
            Trait::Expired => task.claim.as_ref().is_some_and(|claim| claim.is_expired(around.now)),
            Trait::Asked => !task.open_questions().is_empty(),
            Trait::Dropped => task.front.resolution.is_some(),
        }
    }
}

fn is_blocked(task: &Task, around: &Surroundings<'_>) -> bool {
    task.front.blocked.is_some() || !task.open_questions().is_empty() || (around.waits)(task)
}

impl Key {
    fn values(self, task: &Task) -> Vec<&str> {
        let front = &task.front;
        match self {
            Key::Id => vec![task.id.as_str()],
            Key::Label => front.labels.iter().map(String::as_str).collect(),
            Key::Needs => front.needs.iter().map(String::as_str).collect(),
            Key::Depends => front.depends_on.iter().map(String::as_str).collect(),
            Key::Kind => front.kind.as_deref().into_iter().collect(),
            Key::Milestone => front.milestone.as_deref().into_iter().collect(),
            Key::Parent => front.parent.as_deref().into_iter().collect(),
            Key::Size => front.size.as_deref().into_iter().collect(),
            Key::Risk => front.risk.as_deref().into_iter().collect(),
            Key::Phase => front.phase.map(|phase| phase.word()).into_iter().collect(),
            Key::Branch => task.branch().into_iter().collect(),
            Key::Assignee => task.assignee().map(Actor::as_str).into_iter().collect(),
            Key::Reviewer => front.reviewer.as_ref().map(Actor::as_str).into_iter().collect(),
        }
    }
}

impl Wanted {
    fn is_among(&self, values: &[&str], actor: &Actor) -> bool {
        match self {
            Wanted::None => values.is_empty(),
            Wanted::Any => !values.is_empty(),
            Wanted::Me => values.contains(&actor.as_str()),
            Wanted::Word(word) => values.iter().any(|value| value.to_lowercase() == *word || is_id(value, word)),
            Wanted::Start(start) => values.iter().any(|value| value.to_lowercase().starts_with(start.as_str())),
        }
    }
}

/// Whether a text has a word in small letters, in whatever letters; both are ASCII.
fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some((first, rest)) = word.split_first() else { return true };
    let mut starts = memchr2_iter(*first, first.to_ascii_uppercase(), text);
    starts.any(|start| text[start + 1..].get(..rest.len()).is_some_and(|found| found.eq_ignore_ascii_case(rest)))
}

/// Whether a value is an id that a word without the `t-` means.
fn is_id(value: &str, word: &str) -> bool {
    value.strip_prefix("t-") == Some(word)
}

impl Comparison {
    fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Equal => order.is_eq(),
            Comparison::AtLeast => order.is_ge(),
            Comparison::More => order.is_gt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_whatever_letters() {
        let words = ["zebra", "a", "", "b-c", "s s", "1.2", "zz"];
        for text in ["A Zebra", "zebr", "zzebra", "x B-C", "ss S s", "v1.2", "", "zebrA"] {
            for word in words {
                assert_eq!(has_word(text, word), text.to_lowercase().contains(word), "{word:?} in {text:?}");
            }
        }
    }
}
