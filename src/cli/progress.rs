//! What is told of things that take their time, in lines that change and go away, and what a verdict looks like.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::engine::{Feedback, Progress, Running, Watch};
use crate::process::Interrupt;

use super::ui::Ui;

/// How long nobody wonders what a command is doing.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// What a command does that reads all tasks of some states.
pub const READING: &str = "reading the board";

/// Runs something that says nothing while it runs, and tells after half a second what it is, and then for how long.
pub fn patiently<T>(ui: &Ui, what: &str, run: impl FnOnce() -> T) -> T {
    if !ui.is_watched() {
        return run();
    }
    let start = Instant::now();
    let (ended, end) = channel::<()>();
    std::thread::scope(|scope| {
        let ui = ui.clone();
        scope.spawn(move || {
            let mut wait = PATIENCE;
            while end.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                ui.passing(&format!("{what}, {}s", start.elapsed().as_secs()));
                wait = Duration::from_secs(1);
            }
            ui.passing("");
        });
        let done = run();
        drop(ended);
        done
    })
}

/// So many checks are shown at once: the lines must not fill a terminal.
const SHOWN: usize = 8;

/// Runs something that runs checks, telling how they go: on a terminal in a line a check that changes, and goes away.
pub fn watched<T>(ui: &Ui, run: impl FnOnce(&Watch<'_>) -> Result<T>) -> Result<T> {
    let interrupt = Interrupt::install()?;
    let tell = |progress: Progress<'_>| tell(ui, &progress);
    let done = run(&Watch { tell: &tell, interrupt: &interrupt });
    ui.passing("");
    done
}

fn tell(ui: &Ui, progress: &Progress<'_>) {
    if let Progress::Running(running) = progress {
        let mut lines: Vec<String> = running.iter().take(SHOWN).map(words).collect();
        if running.len() > SHOWN {
            lines.push(format!("and {} more", running.len() - SHOWN));
        }
        return ui.passing(&lines.join("\n"));
    }
    ui.passing("");
    match progress {
        Progress::Place(None) | Progress::Started(_) | Progress::Running(_) => {}
        Progress::Place(Some(why)) => ui.say(&format!("checking in a private worktree: {why}")),
        Progress::Ended(ran) => ui.say(&ran.verdict()),
        Progress::Note(note) => ui.say(note),
    }
}

fn words(running: &Running<'_>) -> String {
    let usual = running.usual.map_or_else(String::new, |usual| format!(" (usually {usual:.0}s)"));
    format!("{} {:.0}s{usual}", running.name, running.seconds.floor())
}

/// What failed, short enough to act on.
pub fn tell_feedback(ui: &Ui, feedback: &[Feedback]) {
    for feedback in feedback {
        for line in &feedback.lines {
            ui.say(&format!("  {line}"));
        }
    }
}
