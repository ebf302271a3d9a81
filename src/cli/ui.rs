//! The two streams: data on stdout, narration on stderr. Nothing else in the program prints.

use std::cell::Cell;
use std::io::{Error, ErrorKind, Result, Write as _, stdout};
use std::sync::{Arc, OnceLock};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use memchr::memchr;
use serde::Serialize;

use crate::view::twins::Document;
use crate::view::visible_lines;

/// The letter with which all begins that a terminal obeys.
const ESCAPE: u8 = 0x1b;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where words go.
#[derive(Clone, Debug)]
pub struct Ui {
    is_json: bool,
    is_quiet: bool,
    /// How many lines are shown that are to go away.
    passing: Cell<usize>,
    /// Why data did not come where it should, the first time.
    lost: Arc<OnceLock<Error>>,
}

impl Ui {
    /// Sets the streams up.
    pub fn new(is_json: bool, is_quiet: bool, color: Color) -> Ui {
        match color {
            Color::Auto => anstream::ColorChoice::Auto.write_global(),
            Color::Always => anstream::ColorChoice::AlwaysAnsi.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        Ui { is_json, is_quiet, passing: Cell::new(0), lost: Arc::default() }
    }

    /// For the one document of a command that could not be understood.
    pub fn json_only() -> Ui {
        Ui { is_json: true, is_quiet: true, passing: Cell::new(0), lost: Arc::default() }
    }

    /// Whether what goes to stdout keeps its colours.
    pub fn is_painted(&self) -> bool {
        !self.is_json && anstream::AutoStream::choice(&stdout()) != anstream::ColorChoice::Never
    }

    /// Whether stdout holds one JSON document.
    pub fn is_json(&self) -> bool {
        self.is_json
    }

    /// Prints data; it ends in a line break already or gets one.
    pub fn data(&self, text: &str) {
        if self.is_json {
            return;
        }
        let text = visible_lines(text);
        let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
        self.wrote(write!(anstream::stdout().lock(), "{text}{end}"));
    }

    /// Prints data that a view has made fit to be shown, with its colours; they are left out where nobody sees them.
    pub fn painted(&self, text: &str) {
        if self.is_json {
            return;
        }
        self.wrote(match memchr(ESCAPE, text.as_bytes()) {
            Some(_) => write!(anstream::stdout().lock(), "{text}"),
            // There is nothing to leave out of it, and no reason to look at each letter.
            None => stdout().lock().write_all(text.as_bytes()),
        });
    }

    /// The same text without its colours where stdout shows none.
    pub fn fit_for_stdout(&self, text: &str) -> String {
        if self.is_painted() { text.to_owned() } else { anstream::adapter::strip_str(text).to_string() }
    }

    /// Prints a heading of data.
    pub fn title(&self, text: &str) {
        if !self.is_json {
            let style = Style::new().bold();
            self.wrote(writeln!(anstream::stdout().lock(), "{style}{}{style:#}", visible_lines(text)));
        }
    }

    /// Prints the one JSON document.
    pub fn document(&self, told: &impl Serialize) {
        if self.is_json {
            self.wrote(writeln!(anstream::stdout().lock(), "{}", Document::of(told)));
        }
    }

    /// Prints one line of a stream; `false` once nobody reads it any more.
    pub fn line(&self, line: &str) -> bool {
        let written = writeln!(anstream::stdout().lock(), "{line}");
        let is_read = written.is_ok();
        self.wrote(written);
        is_read
    }

    /// Prints bytes as they are.
    pub fn raw(&self, bytes: &[u8]) {
        self.wrote(stdout().lock().write_all(bytes));
    }

    /// Prints the help that was asked for.
    pub fn help(&self, help: &clap::Error) {
        self.wrote(help.print());
    }

    /// Notes that data was lost. A reader that has seen enough closes the pipe; that is nobody's error.
    fn wrote(&self, written: Result<()>) {
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            self.lost.get_or_init(|| error);
        }
    }

    /// Sees that all data is out, and tells otherwise; `false` if some was lost.
    pub fn is_all_out(&self) -> bool {
        self.wrote(stdout().flush());
        if let Some(error) = self.lost.get() {
            self.error(&format!("writing to stdout: {error}"), None, None);
        }
        self.lost.get().is_none()
    }

    /// Tells what happened.
    pub fn say(&self, line: &str) {
        if !self.is_quiet {
            let _ = writeln!(anstream::stderr().lock(), "{}", visible_lines(line));
        }
    }

    /// Whether somebody could see a line change.
    pub fn is_watched(&self) -> bool {
        use std::io::IsTerminal as _;
        !self.is_quiet && std::io::stderr().is_terminal()
    }

    /// Shows lines that the next ones take the place of, where somebody can see them change; an empty text takes them away.
    pub fn passing(&self, text: &str) {
        let shown = self.passing.get();
        if !self.is_watched() || (text.is_empty() && shown == 0) {
            return;
        }
        // Narrower than any terminal, so that none takes two lines.
        let lines: Vec<String> = visible_lines(text).lines().map(|line| line.chars().take(76).collect()).collect();
        self.passing.set(lines.len());
        let up = if shown > 1 { format!("\x1b[{}A", shown - 1) } else { String::new() };
        let mut stderr = std::io::stderr().lock();
        let _ = write!(stderr, "{up}\r\x1b[J{}", lines.join("\r\n"));
        let _ = stderr.flush();
    }

    /// Tells what to do next.
    pub fn hint(&self, line: &str) {
        self.labelled("hint", AnsiColor::Cyan, line);
    }

    /// Tells what may be wrong.
    pub fn warn(&self, line: &str) {
        self.labelled("warning", AnsiColor::Yellow, line);
    }

    /// Tells why nothing was done, with what was typed where that has a place. Not silenced by `--quiet`.
    pub fn error(&self, message: &str, typed: Option<&str>, hint: Option<&str>) {
        labelled("error", AnsiColor::Red, message);
        if let Some(typed) = typed {
            let _ = writeln!(anstream::stderr().lock(), "{typed}");
        }
        if let Some(hint) = hint {
            labelled("hint", AnsiColor::Cyan, hint);
        }
    }

    fn labelled(&self, label: &str, color: AnsiColor, line: &str) {
        if !self.is_quiet {
            labelled(label, color, line);
        }
    }
}

fn labelled(label: &str, color: AnsiColor, line: &str) {
    let style = Style::new().bold().fg_color(Some(color.into()));
    let _ = writeln!(anstream::stderr().lock(), "{style}{label}:{style:#} {}", visible_lines(line));
}
