use anyhow::{Context as _, Result};
use clap::Args;

use crate::engine::{Edits, Workspace};
use crate::model::{Refusal, TaskId};

use super::super::context::Context;
use super::event::tell;

/// Change a task: open it in your editor, or set keys and tick boxes
///
/// The file is yours, and any editor or agent may change it; this command also notes in the log what it did.
#[derive(Debug, Args)]
pub struct Edit {
    /// Task: any unique start of its id
    id: String,
    /// Set a key of the front matter, such as priority=P0; an empty value takes it out
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// New title
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    title: Option<String>,
    /// Tick a box by its number in `mcp show`, or `all`; may be given several times
    #[arg(long, value_name = "N", value_delimiter = ',')]
    check: Vec<String>,
    /// Clear a box by its number
    #[arg(long, value_name = "N", value_delimiter = ',')]
    uncheck: Vec<usize>,
    /// Put a label on
    #[arg(long, value_name = "LABEL")]
    add_label: Vec<String>,
    /// Take a label off
    #[arg(long, value_name = "LABEL")]
    remove_label: Vec<String>,
}

impl Edit {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let edits = self.edits()?;
        let Some(edits) = edits else {
            if let Some(warning) = open_in_editor(context, &workspace, &id)? {
                context.ui.warn(&warning);
            }
            context.ui.data(id.as_str());
            return Ok(());
        };
        let event = workspace.edit(&id, &edits)?;
        tell(context, &workspace, &event, false)
    }

    fn edits(&self) -> Result<Option<Edits>> {
        let mut edits = Edits { uncheck: self.uncheck.clone(), ..Edits::default() };
        for pair in &self.set {
            let Some((key, value)) = pair.split_once('=') else {
                let hint = Some("such as `--set priority=P0`".to_owned());
                return Err(Refusal::BadInput { message: format!("`{pair}` is not KEY=VALUE"), hint }.into());
            };
            edits.set.push((key.trim().to_owned(), value.to_owned()));
        }
        edits.set.extend(self.title.iter().map(|title| ("title".to_owned(), title.clone())));
        for number in &self.check {
            match number.parse() {
                Ok(number) => edits.check.push(number),
                Err(_) if number == "all" => edits.check_all = true,
                Err(_) => {
                    return Err(Refusal::BadInput {
                        message: format!("`{number}` is neither a number nor `all`"),
                        hint: None,
                    }
                    .into());
                }
            }
        }
        edits.add.extend(self.add_label.iter().map(|label| ("labels".to_owned(), label.clone())));
        edits.remove.extend(self.remove_label.iter().map(|label| ("labels".to_owned(), label.clone())));
        let is_nothing = edits.set.is_empty()
            && edits.check.is_empty()
            && edits.uncheck.is_empty()
            && !edits.check_all
            && edits.add.is_empty()
            && edits.remove.is_empty();
        Ok((!is_nothing).then_some(edits))
    }
}

/// Opens a task's file in the user's editor and waits for it; gives what is to be said when that did not end well.
pub fn open_in_editor(context: &Context, workspace: &Workspace, id: &TaskId) -> Result<Option<String>> {
    let repository = workspace.repository()?;
    let loaded = workspace.load(&repository, id)?;
    let file = loaded.file.with_context(|| format!("{id} has no file in this checkout"))?;
    if !context.can_ask() && context.is_editor_unset(&repository)? {
        let hint = Some(format!(
            "edit {} with any editor, or name keys and boxes: `mcp edit {id} --set KEY=VALUE`",
            file.path
        ));
        return Err(Refusal::BadInput { message: "there is no terminal to open an editor on".to_owned(), hint }.into());
    }
    let editor = context.editor(&repository)?;
    let path = workspace.root().join(&file.path);
    let is_fine = crate::process::edit(&editor, &path)?;
    // What was written is read at once, so that a mistake is told while the writer is there.
    workspace.load(&repository, id)?;
    Ok((!is_fine).then(|| format!("the editor `{editor}` did not end well; {} is as it left it", file.path)))
}
