//! What checks tell while they run, and what their verdict looks like on a terminal.

use anyhow::Result;

use crate::engine::{Feedback, Progress, Running, Watch};
use crate::process::Interrupt;

use super::ui::Ui;

/// Runs something that runs checks, telling how they go: on a terminal in one line that changes, and goes away.
pub fn watched<T>(ui: &Ui, run: impl FnOnce(&Watch<'_>) -> Result<T>) -> Result<T> {
    let interrupt = Interrupt::install()?;
    let tell = |progress: Progress<'_>| tell(ui, &progress);
    let done = run(&Watch { tell: &tell, interrupt: &interrupt });
    ui.passing("");
    done
}

fn tell(ui: &Ui, progress: &Progress<'_>) {
    if let Progress::Running(running) = progress {
        return ui.passing(&running.iter().map(words).collect::<Vec<_>>().join(" · "));
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
