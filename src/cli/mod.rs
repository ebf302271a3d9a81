//! The command line: the only room that prints, and that reads our environment variables and the clock.

mod args;
mod clipboard;
mod commands;
mod complete;
mod context;
mod examples;
mod help;
mod help_text;
mod live;
mod progress;
mod tour;
mod typed;
mod ui;
mod usage;

use std::process::ExitCode;

use crate::model::Refusal;
use crate::view::pointed;
use crate::view::twins::{HelpDocument, HelpTwin, error_document};

use args::Arguments;
use context::Context;
use ui::{Color, Ui};

pub use args::command;

/// Runs the program and says how it ended.
pub fn run() -> ExitCode {
    if let Some(code) = complete::answer() {
        return code;
    }
    let arguments = match Arguments::read(typed::as_meant(std::env::args_os().collect())) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&usage::with_tip(error)),
    };
    let context = Context::new(&arguments.global);
    let code = match arguments.command.run(&context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure(&context.ui, &error),
    };
    if context.ui.is_all_out() { code } else { ExitCode::FAILURE }
}

fn usage(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    let ui = if wants_json { Ui::json_only() } else { Ui::new(false, false, Color::Auto) };
    if wants_json && error.use_stderr() {
        // What is wrong stands before the first empty line, perhaps with a list below it.
        let text = error.to_string();
        let lines: Vec<_> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
        let message = lines.join(" ").trim_start_matches("error: ").to_owned();
        let refusal =
            Refusal::BadInput { message, hint: Some("`mcp help` lists the commands and their flags".to_owned()) };
        ui.document(&error_document(&refusal.into()));
        return ExitCode::from(2);
    }
    if error.use_stderr() {
        let _ = error.print();
        return ExitCode::from(2);
    }
    if wants_json {
        ui.document(&HelpDocument { help: HelpTwin { text: &error.to_string() } });
    } else {
        ui.help(error);
    }
    if ui.is_all_out() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn failure(ui: &Ui, error: &anyhow::Error) -> ExitCode {
    let refusal = error.downcast_ref::<Refusal>();
    if let Some(Refusal::Reported { exit_code }) = refusal {
        return ExitCode::from(*exit_code);
    }
    if ui.is_json() {
        ui.document(&error_document(error));
    } else {
        match refusal {
            Some(refusal) => {
                let typed = refusal.typed().map(|(line, column, length)| pointed(line, column, length));
                ui.error(&refusal.to_string(), typed.as_deref(), refusal.hint().as_deref());
            }
            None => ui.error(&format!("{error:#}"), None, None),
        }
    }
    ExitCode::from(refusal.map_or(1, Refusal::exit_code))
}
