//! What checks tell while they run, and what their verdict looks like on a terminal.

use anyhow::Result;

use crate::engine::{Ended, Feedback, Progress, Ran, Source, Watch};
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
        Progress::Ended(ran) => ui.say(&verdict_line(ran)),
        Progress::Note(note) => ui.say(note),
    }
}

/// One check's verdict in a line.
pub fn verdict_line(ran: &Ran) -> String {
    let name = &ran.check.name;
    match (ran.source, ran.ended) {
        (Source::Known, _) => format!("{name} passed on this tree before"),
        (Source::Inherited, _) => format!("{name} passed before, and nothing that it looks at has changed"),
        (Source::Fresh, Ended::Passed) => format!("{name} passed in {:.1}s", ran.seconds),
        (Source::Fresh, ended) => format!("{name} {} after {:.1}s", ended.words(), ran.seconds),
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
