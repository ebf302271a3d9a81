//! What the live board shows, and how keys and the mouse change that: no terminal, no disk.
//! Long, since every key has its line here, so that the whole behaviour can be tested without a screen.

use crate::model::{Query, State, Task, TaskId};

use super::wish::{Ask, Message, Verb, Wish};

/// A task as it lies on the board.
#[derive(Clone, Debug)]
pub struct Card {
    /// Which.
    pub task: Task,
    /// What must be done first.
    pub waits_for: Vec<String>,
}

/// What lies in front of the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Front {
    /// Nothing.
    Board,
    /// One task, scrolled so far.
    Detail(u16),
    /// The keys.
    Help,
    /// A line to type.
    Line(Ask, String),
}

/// A key, as far as the board cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Char(char),
    Left,
    Right,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Enter,
    Escape,
    Backspace,
    Tab,
    /// Ctrl-C.
    Stop,
}

/// All that is shown.
#[derive(Debug)]
pub struct Desk {
    /// The columns, in the order of the states.
    pub columns: Vec<Vec<Card>>,
    /// All tasks of each state, shown or not.
    pub counts: Vec<usize>,
    /// The chosen column.
    pub column: usize,
    /// The chosen row of each column.
    pub rows: Vec<usize>,
    /// What lies in front.
    pub front: Front,
    /// The filter as it was typed.
    pub filter: String,
    /// What is wrong with it, if something is.
    pub mistake: Option<String>,
    /// What happened last.
    pub message: Option<Message>,
    /// A task to choose once it is on the board.
    pub follow: Option<TaskId>,
}

impl Desk {
    /// An empty one.
    pub fn new(filter: String) -> Desk {
        Desk {
            columns: vec![Vec::new(); State::ALL.len()],
            counts: vec![0; State::ALL.len()],
            column: State::Ready as usize,
            rows: vec![0; State::ALL.len()],
            front: Front::Board,
            filter,
            mistake: None,
            message: None,
            follow: None,
        }
    }

    /// The filter, or the last one that could be understood.
    pub fn query(&mut self) -> Option<Query> {
        match Query::parse(&self.filter) {
            Ok(query) => {
                self.mistake = None;
                Some(query)
            }
            Err(refusal) => {
                self.mistake = Some(refusal.to_string());
                None
            }
        }
    }

    /// Puts tasks anew, and keeps the chosen one chosen wherever it went.
    pub fn put(&mut self, columns: Vec<Vec<Card>>, counts: Vec<usize>) {
        let chosen = self.follow.take().or_else(|| self.chosen().map(|card| card.task.id.clone()));
        self.columns = columns;
        self.counts = counts;
        if let Some(id) = chosen {
            self.choose(&id);
        }
        for (row, column) in self.rows.iter_mut().zip(&self.columns) {
            *row = (*row).min(column.len().saturating_sub(1));
        }
        if self.chosen().is_none() && matches!(self.front, Front::Detail(_)) {
            self.front = Front::Board;
        }
    }

    /// Chooses a task, if it is there.
    pub fn choose(&mut self, id: &TaskId) {
        for (column, cards) in self.columns.iter().enumerate() {
            if let Some(row) = cards.iter().position(|card| card.task.id == *id) {
                self.column = column;
                self.rows[column] = row;
            }
        }
    }

    /// The chosen card.
    pub fn chosen(&self) -> Option<&Card> {
        self.columns.get(self.column)?.get(self.rows[self.column])
    }

    /// Takes a key.
    pub fn take(&mut self, key: Key) -> Option<Wish> {
        if key == Key::Stop {
            return Some(Wish::Quit);
        }
        match self.front.clone() {
            Front::Line(ask, text) => self.type_into(ask, text, key),
            Front::Help => {
                self.front = Front::Board;
                None
            }
            Front::Detail(scroll) => self.take_in_detail(scroll, key),
            Front::Board => self.take_on_board(key),
        }
    }

    fn take_on_board(&mut self, key: Key) -> Option<Wish> {
        match key {
            Key::Char('q') => return Some(Wish::Quit),
            Key::Escape if !self.filter.is_empty() => self.filter.clear(),
            Key::Enter if self.chosen().is_some() => self.front = Front::Detail(0),
            Key::Left | Key::Char('h') => self.column = self.column.saturating_sub(1),
            Key::Right | Key::Char('l') => self.column = (self.column + 1).min(self.columns.len() - 1),
            Key::Tab => self.column = (self.column + 1) % self.columns.len(),
            Key::Up | Key::Char('k') => self.step(-1),
            Key::Down | Key::Char('j') => self.step(1),
            Key::PageUp => self.step(-10),
            Key::PageDown => self.step(10),
            Key::Home | Key::Char('g') => self.rows[self.column] = 0,
            Key::End | Key::Char('G') => self.step(isize::MAX / 2),
            other => return self.take_anywhere(other),
        }
        None
    }

    fn take_in_detail(&mut self, scroll: u16, key: Key) -> Option<Wish> {
        let scrolled = |by: i32| Front::Detail(u16::try_from((i32::from(scroll) + by).max(0)).unwrap_or(u16::MAX));
        match key {
            Key::Escape | Key::Enter | Key::Backspace | Key::Char('q') => self.front = Front::Board,
            Key::Up | Key::Char('k') => self.front = scrolled(-1),
            Key::Down | Key::Char('j') => self.front = scrolled(1),
            Key::PageUp => self.front = scrolled(-10),
            Key::PageDown | Key::Char(' ') => self.front = scrolled(10),
            Key::Home | Key::Char('g') => self.front = Front::Detail(0),
            other => return self.take_anywhere(other),
        }
        None
    }

    /// Keys that mean the same on the board and in front of it.
    fn take_anywhere(&mut self, key: Key) -> Option<Wish> {
        let Key::Char(letter) = key else { return None };
        match letter {
            '?' => self.front = Front::Help,
            '/' => self.front = Front::Line(Ask::Filter, self.filter.clone()),
            'N' => self.front = Front::Line(Ask::Title, String::new()),
            _ => return self.take_for_task(letter),
        }
        None
    }

    /// Keys about the chosen task.
    fn take_for_task(&mut self, letter: char) -> Option<Wish> {
        let task = &self.chosen()?.task;
        let (id, state) = (task.id.clone(), task.state);
        let verb = |verb: Verb| Some(Wish::Verb(verb, id.clone()));
        let ask = match letter {
            'e' => return Some(Wish::Edit(id)),
            'p' => return verb(Verb::Prep),
            'c' => return verb(Verb::Claim),
            'r' => return verb(Verb::Review),
            'a' => return verb(Verb::Approve),
            'd' => return verb(Verb::Complete),
            't' => return verb(Verb::Retry),
            'o' => return verb(Verb::Reopen),
            'u' => return verb(Verb::Unblock),
            // On, by the verb that leads on from where it is.
            '>' | 'm' => {
                return match state {
                    State::Pending => verb(Verb::Prep),
                    State::Ready => verb(Verb::Claim),
                    State::InProgress => verb(Verb::Review),
                    State::Review => verb(Verb::Complete),
                    State::Failed => verb(Verb::Retry),
                    State::Done => None,
                };
            }
            // And back.
            '<' => match state {
                State::InProgress => Ask::Release,
                State::Review => Ask::Reject,
                State::Done => return verb(Verb::Reopen),
                _ => return None,
            },
            'n' => Ask::Note,
            'Q' => Ask::Question,
            'A' => Ask::Answer,
            'x' => Ask::Reject,
            'b' => Ask::Block,
            'F' => Ask::Fail,
            'D' => Ask::Drop,
            'R' => Ask::Release,
            _ => return None,
        };
        self.front = Front::Line(ask, String::new());
        None
    }

    fn type_into(&mut self, ask: Ask, mut text: String, key: Key) -> Option<Wish> {
        match key {
            Key::Escape => {
                if ask == Ask::Filter {
                    self.filter.clear();
                }
                self.front = Front::Board;
                return None;
            }
            Key::Enter => {
                self.front = Front::Board;
                return match ask {
                    Ask::Filter => None,
                    Ask::Title if text.trim().is_empty() => None,
                    Ask::Title => Some(Wish::Create(text)),
                    ask => Some(Wish::Said(ask, self.chosen()?.task.id.clone(), text)),
                };
            }
            Key::Backspace => drop(text.pop()),
            Key::Char(letter) => text.push(letter),
            _ => {}
        }
        if ask == Ask::Filter {
            self.filter.clone_from(&text);
        }
        self.front = Front::Line(ask, text);
        None
    }

    fn step(&mut self, by: isize) {
        let last = self.columns[self.column].len().saturating_sub(1);
        let row = &mut self.rows[self.column];
        *row = row.saturating_add_signed(by).min(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;

    fn card(id: &str, state: State) -> Card {
        let id = TaskId::parse(id).expect("an id");
        let document = Document::parse(String::new()).expect("a document");
        Card { task: Task::read(id, state, "x.md".to_owned(), document).expect("a task"), waits_for: Vec::new() }
    }

    fn desk() -> Desk {
        let mut desk = Desk::new(String::new());
        let ready = vec![card("t-222222", State::Ready), card("t-333333", State::Ready)];
        let review = vec![card("t-444444", State::Review)];
        desk.put(vec![vec![], ready, vec![], review, vec![], vec![]], vec![0, 2, 0, 1, 0, 0]);
        desk
    }

    fn typed(desk: &mut Desk, text: &str) -> Vec<Wish> {
        text.chars()
            .filter_map(|letter| match letter {
                '\n' => desk.take(Key::Enter),
                '\u{1b}' => desk.take(Key::Escape),
                letter => desk.take(Key::Char(letter)),
            })
            .collect()
    }

    #[test]
    fn the_chosen_task_stays_chosen_wherever_it_goes() {
        let mut desk = desk();
        typed(&mut desk, "j");
        assert_eq!(desk.chosen().map(|card| card.task.id.as_str()), Some("t-333333"));
        let moved = vec![card("t-333333", State::InProgress)];
        desk.put(vec![vec![], vec![card("t-222222", State::Ready)], moved, vec![], vec![], vec![]], vec![0; 6]);
        assert_eq!((desk.column, desk.chosen().map(|card| card.task.id.as_str())), (2, Some("t-333333")));
        desk.put(vec![Vec::new(); 6], vec![0; 6]);
        assert!(desk.chosen().is_none());
        assert_eq!(typed(&mut desk, "\ncdnjkG<"), []);
    }

    #[test]
    fn keys_mean_the_verbs_that_fit() {
        let id = |id: &str| TaskId::parse(id).expect("an id");
        let mut desk = desk();
        assert_eq!(typed(&mut desk, ">"), [Wish::Verb(Verb::Claim, id("t-222222"))]);
        assert_eq!(typed(&mut desk, "nsee here\n"), [Wish::Said(Ask::Note, id("t-222222"), "see here".to_owned())]);
        assert_eq!(typed(&mut desk, "ll<no test\n"), [Wish::Said(Ask::Reject, id("t-444444"), "no test".to_owned())]);
        assert_eq!(typed(&mut desk, "nnever mind\u{1b}"), []);
        assert_eq!(typed(&mut desk, "NOne\n"), [Wish::Create("One".to_owned())]);
        assert_eq!(typed(&mut desk, "\nd"), [Wish::Verb(Verb::Complete, id("t-444444"))]);
        assert_eq!(typed(&mut desk, "\u{1b}q"), [Wish::Quit]);
    }

    #[test]
    fn a_filter_that_is_half_typed_is_told_and_the_last_good_one_stays() {
        let mut desk = desk();
        typed(&mut desk, "/p:");
        assert!(desk.query().is_none() && desk.mistake.is_some());
        typed(&mut desk, "0\n");
        assert!(desk.query().is_some() && desk.mistake.is_none());
        assert_eq!(desk.filter, "p:0");
        typed(&mut desk, "\u{1b}");
        assert_eq!(desk.filter, "");
    }
}
