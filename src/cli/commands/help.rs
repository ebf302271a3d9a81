use anyhow::Result;
use clap::Args;

use crate::view::markdown;
use crate::view::twins::{HelpDocument, HelpTwin};

use super::super::args::command;
use super::super::context::Context;
use super::super::help::{find_command, named_topic, text, topics};
use super::super::help_text::laid_out;

/// Explain a command or a topic, offline
#[derive(Debug, Args)]
pub struct Help {
    /// Command or topic; without one: all of them
    #[arg(value_name = "COMMAND OR TOPIC")]
    words: Vec<String>,
}

impl Help {
    pub fn run(self, context: &Context) -> Result<()> {
        let mut root = laid_out(command());
        root.build();
        let mut said = match named_topic(&self.words) {
            Some((name, body)) => {
                let mut said = match context.width() {
                    Some(width) => markdown(&text(body), width),
                    None => text(body),
                };
                if root.find_subcommand(name).is_some() {
                    said.push_str(&format!("\n`mcp {name} --help` explains the command of that name.\n"));
                }
                said
            }
            None => find_command(&root, &self.words)?.clone().render_help().ansi().to_string(),
        };
        if self.words.is_empty() {
            said.push_str("\n\nTopics, for `mcp help TOPIC`:\n");
            for (name, about) in topics() {
                said.push_str(&format!("  {name:<12}{about}\n"));
            }
        }
        let plain = anstream::adapter::strip_str(&said).to_string();
        context.ui.document(&HelpDocument { help: HelpTwin { text: &plain } });
        context.page(&format!("{}\n", said.trim_end()));
        Ok(())
    }
}
