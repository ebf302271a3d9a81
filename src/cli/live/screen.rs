//! The terminal while the board has it: given back however the board ends, by a key, a signal, an error or a panic.

use std::io::stdout;

use anyhow::{Context as _, Result};
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::{DefaultTerminal, Frame, Terminal};

use crate::process::Signal;

/// The screen, which is ours until this goes away.
pub struct Screen {
    terminal: DefaultTerminal,
    signal: Signal,
}

impl Screen {
    /// Takes the terminal.
    pub fn open() -> Result<Screen> {
        // Before the terminal is changed, so that no signal finds it changed and ends us.
        let signal = Signal::install()?;
        let terminal = ratatui::try_init().context("opening the terminal")?;
        let screen = Screen { terminal, signal };
        execute!(stdout(), EnableMouseCapture).context("asking the terminal for its mouse")?;
        Ok(screen)
    }

    /// Which signal asked us to end, if one has.
    pub fn signal(&self) -> Option<u8> {
        self.signal.came()
    }

    /// Draws a frame.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> Result<()> {
        // Terminals that know this show a frame whole or not at all; others pass it over.
        execute!(stdout(), BeginSynchronizedUpdate).context("drawing the board")?;
        self.terminal.draw(paint).context("drawing the board")?;
        execute!(stdout(), EndSynchronizedUpdate).context("drawing the board")
    }

    /// Leaves the board for something that needs the terminal itself, and comes back.
    pub fn outside<T>(&mut self, run: impl FnOnce() -> Result<T>) -> Result<T> {
        execute!(stdout(), DisableMouseCapture, LeaveAlternateScreen, Show).context("leaving the board")?;
        disable_raw_mode().context("leaving the board")?;
        let done = run();
        // Ctrl-C meant what ran there.
        self.signal.forget_interrupt();
        enable_raw_mode().context("coming back to the board")?;
        execute!(stdout(), EnterAlternateScreen, EnableMouseCapture).context("coming back to the board")?;
        // Drawn anew from nothing; asking the terminal to be cleared would first ask it where its cursor is.
        self.terminal = Terminal::new(CrosstermBackend::new(stdout())).context("coming back to the board")?;
        done
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A terminal that is gone takes nothing back.
        let _ = execute!(stdout(), DisableMouseCapture, Show);
        // After a panic the rest is given back already, and what it said stands where the cursor is.
        if !std::thread::panicking() {
            let _ = ratatui::try_restore();
        }
    }
}
