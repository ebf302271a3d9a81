//! What colours mean. Nothing is said by colour alone: without it every word still stands there.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use crate::model::{Priority, State};

use super::visible::{is_plain, visible};
use super::width::width;

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
pub struct Cell<'a> {
    /// One line.
    pub text: Cow<'a, str>,
    /// How many columns it takes.
    pub width: usize,
    tone: Tone,
    link: Option<String>,
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Cell<'a> {
        Cell::toned(text, Tone::Plain)
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cell::toned(text, Tone::Plain)
    }
}

impl<'a> Cell<'a> {
    /// A text in a tone; what a terminal would obey is escaped.
    pub fn toned(text: impl Into<Cow<'a, str>>, tone: Tone) -> Cell<'a> {
        let text = text.into();
        // Most texts are as they should be: a board has thousands.
        if is_plain(&text) {
            return Cell { width: text.len(), text, tone, link: None };
        }
        let text = visible(&text);
        Cell { width: width(&text), text: text.into(), tone, link: None }
    }

    /// The same, leading to an address where the terminal can.
    pub fn linked(self, address: Option<String>) -> Cell<'a> {
        Cell { link: address, ..self }
    }

    /// A part of it, as it is printed.
    pub fn paint<'part>(&self, part: &'part str) -> Cow<'part, str> {
        let painted = match self.tone {
            Tone::Plain => Cow::Borrowed(part),
            tone => Cow::Owned(tone.paint(part)),
        };
        match &self.link {
            Some(address) if !part.is_empty() => {
                Cow::Owned(format!("\u{1b}]8;;{address}\u{1b}\\{painted}\u{1b}]8;;\u{1b}\\"))
            }
            _ => painted,
        }
    }
}
