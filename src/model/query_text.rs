//! Reads a query from its line: `state:ready p:0 label:api -blocked text`; a mistake has its place and a suggestion.
//! Long, since each kind of term has its own way to be wrong, and the tests name them all.

use crate::text::suggestion;

use super::front::Priority;
use super::query::{Ask, Comparison, Day, Key, Number, Query, Term, Wanted};
use super::query_words::{BARE, KEYS, TRAITS, What, compared, example};
use super::refusal::Refusal;
use super::state::State;
use super::time::{Timestamp, parse_duration};

/// A piece of the line: its characters, whether quotes stood around them, and where it starts.
#[derive(Clone, Debug, Default)]
struct Piece {
    text: String,
    is_quoted: bool,
    start: usize,
}

impl Query {
    /// Reads a line.
    pub fn parse(line: &str) -> Result<Query, Refusal> {
        let chars: Vec<char> = line.chars().collect();
        let mut query = Query::default();
        let mut at = 0;
        while at < chars.len() {
            if chars[at].is_whitespace() {
                at += 1;
                continue;
            }
            let reader = Reader { line, chars: &chars };
            let (term, end) = reader.term(at)?;
            query.terms.push(term);
            at = end;
        }
        Ok(query)
    }

    /// Whether a word of the command line means the contrary of something rather than flags: `-blocked`, `-label:api`.
    pub fn is_negation(word: &str) -> bool {
        let Some(rest) = word.strip_prefix('-') else { return false };
        BARE.contains(&rest) || rest.split_once(':').is_some_and(|(key, _)| KEYS.iter().any(|(name, _)| *name == key))
    }

    /// Every word that may stand before a colon, for completions.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|(name, _)| *name)
    }

    /// Every word that may follow `is:`.
    pub fn traits() -> impl Iterator<Item = &'static str> {
        TRAITS.iter().map(|(name, _)| *name)
    }

    /// The bare words that ask for a trait and not for themselves.
    pub fn bare_traits() -> &'static [&'static str] {
        BARE
    }
}

struct Reader<'a> {
    line: &'a str,
    chars: &'a [char],
}

impl Reader<'_> {
    /// Reads the term that starts at a place, and where it ends.
    fn term(&self, start: usize) -> Result<(Term, usize), Refusal> {
        let is_negated = matches!(self.chars[start], '-' | '!');
        let at = start + usize::from(is_negated);
        let (pieces, end) = self.pieces(at)?;
        let [first, ..] = pieces.as_slice() else {
            let message = "a word is missing behind it".to_owned();
            return Err(self.mistake(start, 1, message, "`-label:api` leaves out what has the label".to_owned()));
        };
        let is_known = KEYS.iter().find(|(name, _)| !first.is_quoted && *name == first.text.to_lowercase());
        let ask = match (is_known, pieces.len()) {
            (Some((name, what)), 2..) => self.ask(name, *what, &pieces[1..])?,
            (None, 2..) if looks_like_key(first, &pieces[1]) => return Err(self.unknown_key(first)),
            _ => self.words(at, end, first, pieces.len()),
        };
        Ok((Term { is_negated, ask }, end))
    }

    /// Cuts a term at its colon and its commas; quotes keep blanks, colons and commas together.
    fn pieces(&self, start: usize) -> Result<(Vec<Piece>, usize), Refusal> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut piece = Piece { start, ..Piece::default() };
        let mut at = start;
        let mut is_key = true;
        while at < self.chars.len() && !self.chars[at].is_whitespace() {
            match self.chars[at] {
                '"' => {
                    let rest = &self.chars[at + 1..];
                    let Some(length) = rest.iter().position(|c| *c == '"') else {
                        let message = "this quote is never closed".to_owned();
                        return Err(self.mistake(at, 1, message, "close it with another `\"`".to_owned()));
                    };
                    piece.text.extend(&rest[..length]);
                    piece.is_quoted = true;
                    at += length + 2;
                    continue;
                }
                ':' if is_key && !piece.is_quoted => {
                    is_key = false;
                    pieces.push(std::mem::replace(&mut piece, Piece { start: at + 1, ..Piece::default() }));
                }
                ',' if !is_key => {
                    pieces.push(std::mem::replace(&mut piece, Piece { start: at + 1, ..Piece::default() }));
                }
                c => piece.text.push(c),
            }
            at += 1;
        }
        if piece.is_quoted || !piece.text.is_empty() || !pieces.is_empty() {
            pieces.push(piece);
        }
        Ok((pieces, at))
    }

    fn words(&self, start: usize, end: usize, first: &Piece, count: usize) -> Ask {
        let bare = TRAITS.iter().find(|(name, _)| *name == first.text && BARE.contains(name));
        if let (Some((_, what)), false, 1) = (bare, first.is_quoted, count) {
            return Ask::Is(*what);
        }
        let raw: String = self.chars[start..end].iter().filter(|c| **c != '"').collect();
        Ask::Text(raw.to_lowercase())
    }

    fn ask(&self, name: &str, what: What, values: &[Piece]) -> Result<Ask, Refusal> {
        if let Some(empty) = values.iter().find(|value| value.text.is_empty() && !value.is_quoted) {
            let message = format!("`{name}:` needs a value");
            return Err(self.mistake(empty.start.saturating_sub(1), 1, message, example(what).to_owned()));
        }
        let several = match what {
            What::State => {
                let mut states = Vec::new();
                for value in values {
                    states.extend(self.state(value)?);
                }
                return Ok(Ask::State(states));
            }
            What::Priority => {
                let priorities = values.iter().map(|value| self.priority(value));
                return Ok(Ask::Priority(priorities.collect::<Result<_, _>>()?));
            }
            What::Key(key) => return Ok(Ask::Key(key, values.iter().map(|value| wanted(key, value)).collect())),
            _ => values,
        };
        let [value] = several else {
            let message = format!("`{name}:` takes one value");
            return Err(self.mistake_in(&several[1], message, example(what).to_owned()));
        };
        match what {
            What::Number(number) => self.number(number, value),
            What::Day(day) => self.day(day, value),
            What::Is => self.is(value),
            What::Title => Ok(Ask::Title(value.text.to_lowercase())),
            _ => Ok(Ask::Text(value.text.to_lowercase())),
        }
    }

    fn state(&self, value: &Piece) -> Result<Vec<State>, Refusal> {
        let word = value.text.to_lowercase();
        if let Ok(state) = word.parse() {
            return Ok(vec![state]);
        }
        if word == "all" {
            return Ok(State::ALL.to_vec());
        }
        let names: Vec<_> = State::ALL.iter().map(|state| state.folder()).chain(["all"]).collect();
        Err(self.unknown_value(value, "a state", "state", &names))
    }

    fn priority(&self, value: &Piece) -> Result<Priority, Refusal> {
        value.text.parse().map_err(|_| {
            self.mistake_in(value, format!("`{}` is not a priority", value.text), example(What::Priority).to_owned())
        })
    }

    fn is(&self, value: &Piece) -> Result<Ask, Refusal> {
        let word = value.text.to_lowercase();
        let known = TRAITS.iter().find(|(name, _)| *name == word);
        let names: Vec<_> = TRAITS.iter().map(|(name, _)| *name).collect();
        known
            .map(|(_, what)| Ask::Is(*what))
            .ok_or_else(|| self.unknown_value(value, "what a task can be", "is", &names))
    }

    fn number(&self, number: Number, value: &Piece) -> Result<Ask, Refusal> {
        // An age is a span that has passed: at least so long, unless it is said otherwise.
        let plain = if number == Number::Age { Comparison::AtLeast } else { Comparison::Equal };
        let (comparison, rest) = compared(&value.text, plain);
        let amount = match number {
            Number::Attempts => rest.parse().ok(),
            Number::Age => parse_duration(rest).and_then(|span| i64::try_from(span.as_secs()).ok()),
        };
        amount.map(|amount| Ask::Number(number, comparison, amount)).ok_or_else(|| {
            let what = if number == Number::Age { "a span of time" } else { "a number" };
            self.mistake_in(value, format!("`{rest}` is not {what}"), example(What::Number(number)).to_owned())
        })
    }

    fn day(&self, day: Day, value: &Piece) -> Result<Ask, Refusal> {
        let (comparison, rest) = compared(&value.text, Comparison::Equal);
        let moment = Timestamp::parse(rest).and_then(|moment| Timestamp::parse(&moment.date()));
        moment
            .map(|moment| Ask::Day(day, comparison, moment))
            .ok_or_else(|| self.mistake_in(value, format!("`{rest}` is not a day"), example(What::Day(day)).to_owned()))
    }

    fn unknown_key(&self, key: &Piece) -> Refusal {
        let names: Vec<_> = KEYS.iter().map(|(name, _)| *name).collect();
        let hint = match suggestion(&key.text, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}:`? in quotes it is a text to look for"),
            None => format!("the keys are {}; in quotes it is a text to look for", names.join(", ")),
        };
        self.mistake_in(key, format!("`{}:` is nothing that can be asked for", key.text), hint)
    }

    fn unknown_value(&self, value: &Piece, what: &str, key: &str, names: &[&str]) -> Refusal {
        let near = suggestion(&value.text, names.iter().copied());
        let hint = match near {
            Some(near) => format!("did you mean `{key}:{near}`?"),
            None => format!("one of {}", names.join(", ")),
        };
        self.mistake_in(value, format!("`{}` is not {what}", value.text), hint)
    }

    fn mistake_in(&self, piece: &Piece, message: String, hint: String) -> Refusal {
        let quotes = if piece.is_quoted { 2 } else { 0 };
        self.mistake(piece.start, piece.text.chars().count() + quotes, message, hint)
    }

    fn mistake(&self, start: usize, length: usize, message: String, hint: String) -> Refusal {
        Refusal::BadQuery { query: self.line.to_owned(), column: start + 1, length: length.max(1), message, hint }
    }
}

/// Whether somebody meant a key: letters before the colon, and no path, place or address behind it.
fn looks_like_key(key: &Piece, value: &Piece) -> bool {
    let is_word = key.text.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '-'));
    !key.is_quoted && !key.text.is_empty() && is_word && !value.text.starts_with(['/', ':'])
}

fn wanted(key: Key, value: &Piece) -> Wanted {
    let word = value.text.to_lowercase();
    match word.as_str() {
        _ if value.is_quoted => Wanted::Word(word),
        "none" => Wanted::None,
        "any" => Wanted::Any,
        "me" if matches!(key, Key::Assignee | Key::Reviewer) => Wanted::Me,
        _ => match word.strip_suffix('*') {
            Some(start) => Wanted::Start(start.to_owned()),
            None => Wanted::Word(word),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Actor, Surroundings, Task, TaskId};
    use crate::text::Document;

    fn task() -> Task {
        let text = "---\ntitle: Retry health checks\npriority: P0\nlabels: [api, Slow]\nkind: bug\nattempts: 2\n\
                    created: 2026-11-10T08:00:00Z\ndue: 2026-11-19\nassignee: cursor\nparent: t-9pq2rs\n---\n\
                    ## Goal\nsee src/health.rs:10 and http://example.org/x, \"two words\"\n";
        let id = TaskId::parse("t-7k3f9q").expect("an id");
        Task::read(id, State::Ready, "x.md".to_owned(), Document::parse(text).expect("a document")).expect("a task")
    }

    fn passes(line: &str) -> bool {
        let actor = Actor::named("cursor").expect("a name");
        let now = Timestamp::parse("2026-11-20T08:00:00Z").expect("a time");
        let around = Surroundings { now, actor: &actor, waits: &|_| false };
        Query::parse(line).unwrap_or_else(|refusal| panic!("{line}: {refusal}")).passes(&task(), &around)
    }

    #[test]
    fn a_task_passes_what_is_true_of_it() {
        for line in [
            "",
            "state:ready p:0 label:api -blocked health",
            "state:review,ready P:0",
            "label:slow label:AP* -label:net",
            "assignee:me parent:9pq2rs milestone:none label:any",
            "kind:bug,chore -kind:docs is:open is:mine mine",
            "attempts:>1 attempts:2 -attempts:<2 age:>9d age:10d -age:<10d",
            "created:2026-11-10 due:<2026-11-20 overdue -is:closed",
            "id:7k3 7k3 title:retry title:\"retry health\"",
            "\"two words\" http://example.org/x src/health.rs:10 HEALTH",
            "!blocked !label:net",
        ] {
            assert!(passes(line), "{line}");
        }
        for line in [
            "state:done",
            "-p:0",
            "label:ap",
            "assignee:none",
            "blocked",
            "words two nothing",
            "attempts:1",
            "claimable",
            "\"blocked\"",
            "title:goal",
        ] {
            assert!(!passes(line), "{line}");
        }
    }

    #[test]
    fn a_mistake_has_its_place_and_a_suggestion() {
        let mistake = |line: &str| match Query::parse(line) {
            Err(Refusal::BadQuery { column, length, message, hint, .. }) => {
                format!("{column}+{length} {message}; {hint}")
            }
            other => panic!("{line}: {other:?}"),
        };
        let all: Vec<_> = [
            "p:0 stat:ready",
            "state:redy,done",
            "state:done,xyz",
            "p:7",
            "label:",
            "is:blokced",
            "age:old",
            "due:soon",
            "attempts:1,2",
            "grün \"open",
            "a - b",
            "colour:red",
        ]
        .map(mistake)
        .to_vec();
        insta::assert_snapshot!(all.join("\n"), @r#"
        5+4 `stat:` is nothing that can be asked for; did you mean `state:`? in quotes it is a text to look for
        7+4 `redy` is not a state; did you mean `state:ready`?
        12+3 `xyz` is not a state; one of pending, ready, in-progress, review, done, failed, all
        3+1 `7` is not a priority; such as `p:0` or `p:0,1`
        6+1 `label:` needs a value; such as `label:api`, `label:api*` or `label:none`
        4+7 `blokced` is not what a task can be; did you mean `is:blocked`?
        5+3 `old` is not a span of time; such as `age:>7d` or `age:<2h`
        5+4 `soon` is not a day; such as `due:<2026-12-01`
        12+1 `attempts:` takes one value; such as `attempts:2` or `attempts:>0`
        6+1 this quote is never closed; close it with another `"`
        3+1 a word is missing behind it; `-label:api` leaves out what has the label
        1+6 `colour:` is nothing that can be asked for; the keys are state, p, priority, label, kind, assignee, reviewer, is, attempts, age, created, due, needs, milestone, phase, parent, depends, branch, size, risk, id, title, text; in quotes it is a text to look for
        "#);
    }

    #[test]
    fn only_states_that_can_pass_are_read() {
        let open: Vec<_> = State::ALL.into_iter().filter(|state| state.is_open()).collect();
        let states = |line: &str| Query::parse(line).expect("a query").states(&open);
        assert_eq!(states("label:api"), open);
        assert_eq!(states("state:done,ready is:closed"), [State::Done]);
        assert_eq!(states("is:closed"), [State::Done, State::Failed]);
        assert_eq!(states("-state:done"), open);
        assert_eq!(states("id:7k3"), State::ALL);
    }

    #[test]
    fn words_of_the_command_line_are_told_from_flags() {
        assert!(Query::is_negation("-blocked") && Query::is_negation("-label:api"));
        assert!(!Query::is_negation("-lapi") && !Query::is_negation("-p") && !Query::is_negation("blocked"));
    }
}
