//! What colours mean. Nothing is said by colour alone: without it every word still stands there.

use anstyle::{AnsiColor, Style};

use crate::model::{Priority, State};

use super::visible::visible;

/// Why a text looks different from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// It does not.
    #[default]
    Plain,
    /// It is what one looks for first.
    Strong,
    /// It can be passed over.
    Faint,
    /// Somebody works on it.
    Active,
    /// It is as it should be.
    Good,
    /// Somebody has to look at it.
    Attention,
    /// It went wrong, or cannot wait.
    Bad,
}

impl Tone {
    /// The tone of a state.
    pub fn of_state(state: State) -> Tone {
        match state {
            State::Pending => Tone::Faint,
            State::Ready => Tone::Plain,
            State::InProgress => Tone::Active,
            State::Review => Tone::Attention,
            State::Done => Tone::Good,
            State::Failed => Tone::Bad,
        }
    }

    /// The tone of a priority.
    pub fn of_priority(priority: Priority) -> Tone {
        match priority {
            Priority::P0 => Tone::Bad,
            Priority::P1 => Tone::Plain,
            Priority::P2 => Tone::Faint,
        }
    }

    /// How a terminal shows it.
    pub fn style(self) -> Style {
        let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        match self {
            Tone::Plain => Style::new(),
            Tone::Strong => Style::new().bold(),
            Tone::Faint => Style::new().dimmed(),
            Tone::Active => color(AnsiColor::Cyan),
            Tone::Good => color(AnsiColor::Green),
            Tone::Attention => color(AnsiColor::Yellow),
            Tone::Bad => color(AnsiColor::Red),
        }
    }

    /// A text in this tone. It must be fit to be shown already.
    pub fn paint(self, text: &str) -> String {
        let style = self.style();
        if self == Tone::Plain || text.is_empty() { text.to_owned() } else { format!("{style}{text}{style:#}") }
    }
}

/// A text made fit to be shown, its tone, and the file that it leads to.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// One line.
    pub text: String,
    tone: Tone,
    link: Option<String>,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::toned(text, Tone::Plain)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::toned(&text, Tone::Plain)
    }
}

impl Cell {
    /// A text in a tone; what a terminal would obey is escaped.
    pub fn toned(text: &str, tone: Tone) -> Cell {
        Cell { text: visible(text), tone, link: None }
    }

    /// The same, leading to an address where the terminal can.
    pub fn linked(self, address: Option<String>) -> Cell {
        Cell { link: address, ..self }
    }

    /// A part of it, as it is printed.
    pub fn paint(&self, part: &str) -> String {
        let painted = self.tone.paint(part);
        match &self.link {
            Some(address) if !part.is_empty() => format!("\u{1b}]8;;{address}\u{1b}\\{painted}\u{1b}]8;;\u{1b}\\"),
            _ => painted,
        }
    }
}
