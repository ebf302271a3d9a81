use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, Command};
use clap_mangen::Man as Page;

use crate::view::twins::{ManDocument, ManTwin};

use super::super::args::command;
use super::super::context::Context;
use super::super::help::find_command;
use super::super::help_text::laid_out;

/// Show the manual page of a command, or write all of them
#[derive(Debug, Args)]
pub struct Man {
    /// Which command; `mcp` itself if none is named
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,
    /// Write a page for every command into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "words")]
    out: Option<PathBuf>,
}

impl Man {
    pub fn run(self, context: &Context) -> Result<()> {
        let mut root = laid_out(command());
        root.build();
        if let Some(folder) = &self.out {
            let folder = context.folder()?.join(folder);
            fs_err::create_dir_all(&folder)?;
            let mut names = Vec::new();
            for command in all(&root) {
                let name = format!("{}.1", name_of(command));
                fs_err::write(folder.join(&name), page(command)?)?;
                names.push(name);
            }
            let man = ManTwin { folder: Some(&folder), pages: Some(&names), ..ManTwin::default() };
            context.ui.document(&ManDocument { man });
            context.ui.data(&names.join("\n"));
            return Ok(());
        }
        let command = find_command(&root, &self.words)?;
        let page = page(command)?;
        let name = name_of(command);
        let man = ManTwin { name: Some(&name), page: Some(&page), ..ManTwin::default() };
        context.ui.document(&ManDocument { man });
        context.manual(&page);
        Ok(())
    }
}

/// A command and all below it that help names.
fn all(command: &Command) -> Vec<&Command> {
    let shown = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    std::iter::once(command).chain(shown.flat_map(all)).collect()
}

fn name_of(command: &Command) -> String {
    command.get_display_name().unwrap_or(command.get_name()).to_owned()
}

fn page(command: &Command) -> Result<String> {
    let mut page = Vec::new();
    let man = Page::new(command.clone()).title(name_of(command)).manual("Manual of mcp").source("mcp-handoff");
    man.render(&mut page).context("writing a manual page")?;
    Ok(with_sections_of_ours(&String::from_utf8_lossy(&page), command))
}

/// The page with the usage as help has it, where every flag by its name alone would stand, and what stands below a help under a
/// name of its own.
fn with_sections_of_ours(page: &str, command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").lines().map(|line| escaped(line.trim())).collect::<Vec<String>>();
    let mut lines = Vec::new();
    let mut rest = page.lines().peekable();
    while let Some(line) = rest.next() {
        match line {
            ".SH SYNOPSIS" => {
                rest.next();
                lines.extend([line, ".nf"].map(str::to_owned));
                lines.extend(usage.iter().cloned());
            }
            ".SH EXTRA" => {
                let heading = if rest.next_if_eq(&"Examples:").is_some() { ".SH EXAMPLES" } else { ".SH NOTES" };
                // Line by line: what stands there is laid out.
                lines.extend([heading, ".nf"].map(str::to_owned));
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// A line in the language of manual pages, where a dash is a hyphen unless it is told otherwise.
fn escaped(line: &str) -> String {
    line.replace('\\', "\\e").replace('-', "\\-")
}
