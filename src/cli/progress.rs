//! What checks tell while they run, and what their verdict looks like on a terminal.

use anyhow::Result;

use crate::engine::{Feedback, Progress, Watch};
use crate::process::Interrupt;

use super::ui::Ui;

/// Runs something that runs checks, telling how they go.
pub fn watched<T>(ui: &Ui, run: impl FnOnce(&Watch<'_>) -> Result<T>) -> Result<T> {
    let interrupt = Interrupt::install()?;
    let tell = |progress: Progress<'_>| tell(ui, &progress);
    run(&Watch { tell: &tell, interrupt: &interrupt })
}

fn tell(ui: &Ui, progress: &Progress<'_>) {
    match progress {
        Progress::Place(None) | Progress::Started(_) => {}
        Progress::Place(Some(why)) => ui.say(&format!("checking in a private worktree: {why}")),
        Progress::Ended(ran) => ui.say(&ran.verdict()),
        Progress::Note(note) => ui.say(note),
    }
}

/// What failed, short enough to act on.
pub fn tell_feedback(ui: &Ui, feedback: &[Feedback]) {
    for feedback in feedback {
        for line in &feedback.lines {
            ui.say(&format!("  {line}"));
        }
    }
}
