use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::import::{MARK, NO_BREAK};
use crate::model::{Refusal, State, Task};
use crate::store::write_durably;
use crate::view::twins::{ExportDocument, ExportTwin};
use crate::view::{export_backlog, export_chapter, export_line};

use super::super::context::Context;
use super::super::progress::{READING, patiently};

/// The forms that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A line of JSON a task, with its whole file.
    Jsonl,
    /// One document, a chapter a task, with its whole file.
    Markdown,
    /// A folder as Backlog.md has it.
    Backlog,
}

/// Write the tasks in a form that other programs take
///
/// `mcp import mcp` takes JSON Lines and markdown back as they were, under the same ids, `mcp import backlog` the folder.
#[derive(Debug, Args)]
pub struct Export {
    /// jsonl, markdown, or backlog (a folder as Backlog.md has it)
    #[arg(value_enum, hide_possible_values = true)]
    form: Form,
    /// File to write, or new folder for backlog; stdout when left out or `-`
    path: Option<PathBuf>,
    /// Only this state; may be given several times
    #[arg(short, long = "state", value_name = "STATE")]
    states: Vec<State>,
}

impl Export {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let states = if self.states.is_empty() { State::ALL.to_vec() } else { self.states.clone() };
        let reading = patiently(&context.ui, READING, || workspace.read_states(&repository, &states))?;
        let tasks: Vec<&Task> = reading.tasks.iter().collect();
        let text: String = match self.form {
            Form::Jsonl => tasks.iter().map(|task| export_line(task)).collect(),
            Form::Markdown => tasks.iter().map(|task| export_chapter(task, MARK, NO_BREAK)).collect(),
            Form::Backlog => String::new(),
        };
        let path = self.path.as_deref().filter(|path| path.as_os_str() != "-");
        let form = self.form.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let mut twin = ExportTwin { form: &form, tasks: tasks.len(), path, text: None };
        match (path, self.form) {
            (Some(path), Form::Backlog) => {
                let folder = context.new_folder(path)?;
                let project =
                    workspace.root().file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
                for folder_name in ["tasks", "completed"] {
                    fs_err::create_dir_all(folder.join(folder_name))?;
                }
                for (name, text) in export_backlog(&tasks, &project) {
                    fs_err::write(folder.join(name), text)?;
                }
            }
            (None, Form::Backlog) => {
                let hint = Some("`mcp export backlog ../backlog`".to_owned());
                return Err(Refusal::BadInput { message: "a folder cannot go to stdout".to_owned(), hint }.into());
            }
            (Some(path), _) => write_durably(&context.folder()?.join(path), text.as_bytes())?,
            (None, _) if context.ui.is_json() => twin.text = Some(&text),
            (None, _) => context.ui.raw(text.as_bytes()),
        }
        context.ui.document(&ExportDocument { export: twin });
        for problem in &reading.problems {
            context.ui.warn(&format!("{}: {}", problem.place, problem.message));
        }
        if let Some(path) = path {
            let tasks = if tasks.len() == 1 { "1 task".to_owned() } else { format!("{} tasks", tasks.len()) };
            context.ui.say(&format!("wrote {tasks} to {}", path.display()));
        }
        Ok(())
    }
}
