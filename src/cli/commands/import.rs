use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::engine::{Committed, ImportOptions, Imported};
use crate::import::{Format, SourceFile, gather};
use crate::model::Refusal;
use crate::view::twins::{BroughtTwin, ConflictTwin, GoneTwin, ImportDocument, ImportTwin, OddityTwin, UpdatedTwin};

use super::super::context::Context;
use super::super::progress::patiently;

/// Oddities of one kind that are told unless all are wanted.
const SHOWN: usize = 3;

/// Bring the tasks of another tool, or of a plan, onto the board
///
/// Importing again brings what has changed at the source since, and nothing else; what was changed here too stays as it is
/// here. What has no place of its own is kept in the task's section "Imported". docs/import.md tells what each format
/// looks like and what becomes of it.
#[derive(Debug, Args)]
pub struct Import {
    /// What it is: backlog, beads, task-master, legacy, github, plan, or mcp (what `mcp export` wrote)
    #[arg(value_parser = Format::ALL.map(Format::name).to_vec(), hide_possible_values = true)]
    format: String,
    /// File or folder; `-` reads stdin
    path: PathBuf,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Name of this source, where several of one format come together
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Put what meets the definition of ready into ready at once
    #[arg(long)]
    ready: bool,
    /// Take the source's side where something was changed both here and there
    #[arg(long)]
    theirs: bool,
    /// Tell every oddity, not only the first of each kind
    #[arg(long)]
    all: bool,
}

impl Import {
    pub fn run(self, context: &Context) -> Result<()> {
        let format = Format::ALL.into_iter().find(|format| format.name() == self.format);
        let format = format.expect("the parser of arguments knows the formats");
        let workspace = if self.dry_run { context.workspace()? } else { context.writing()?.committing(false) };
        let files = self.files(context, format)?;
        let options = ImportOptions {
            format,
            files,
            name: self.name.clone(),
            is_dry: self.dry_run,
            takes_theirs: self.theirs,
            makes_ready: self.ready,
        };
        let imported = patiently(&context.ui, "bringing tasks onto the board", || workspace.import(&options))?;
        context.ui.document(&ImportDocument { import: self.twin(&imported) });
        self.tell(context, &imported);
        Ok(())
    }

    fn files(&self, context: &Context, format: Format) -> Result<Vec<SourceFile>> {
        let shown = self.path.display();
        if self.path.to_str() == Some("-") {
            return Ok(vec![SourceFile { path: "stdin".to_owned(), text: context.text_of(&self.path)? }]);
        }
        let path = context.folder()?.join(&self.path);
        let bad = |message: String, hint: &str| Refusal::BadInput { message, hint: Some(hint.to_owned()) };
        if !path.exists() {
            return Err(bad(format!("there is no {shown}"), "name a file or folder; `-` reads stdin").into());
        }
        let files = gather(&path, format.ends())?;
        if files.is_empty() {
            let ends = format.ends().join(" or ");
            return Err(bad(
                format!("{shown} has no file of {}", format.name()),
                &format!("their names end in {ends}"),
            )
            .into());
        }
        Ok(files)
    }

    fn twin<'a>(&'a self, imported: &'a Imported) -> ImportTwin<'a> {
        let created = imported.created.iter();
        let updated = imported.updated.iter();
        let kept = imported.kept.iter();
        let oddities = imported.oddities.iter();
        ImportTwin {
            format: &self.format,
            dry_run: self.dry_run,
            tasks: imported.states.values().sum(),
            states: &imported.states,
            boxes: imported.boxes.0,
            boxes_ticked: imported.boxes.1,
            dependencies: imported.dependencies,
            parents: imported.parents,
            comments: imported.comments,
            kept_as_text: &imported.as_text,
            created: created
                .map(|task| BroughtTwin { id: &task.id, source: &task.source, title: &task.title, state: task.state })
                .collect(),
            updated: updated
                .map(|task| UpdatedTwin { id: &task.id, source: &task.source, fields: &task.fields })
                .collect(),
            unchanged: imported.unchanged,
            conflicts: kept
                .map(|kept| ConflictTwin { id: &kept.id, source: &kept.source, field: &kept.field })
                .collect(),
            gone: imported.gone.iter().map(|(id, source)| GoneTwin { id, source }).collect(),
            oddities: oddities
                .map(|odd| OddityTwin { code: odd.code, place: &odd.place, message: &odd.message })
                .collect(),
        }
    }

    fn tell(&self, context: &Context, imported: &Imported) {
        let ui = &context.ui;
        let would = if self.dry_run { "would be " } else { "" };
        let tasks = imported.states.values().sum::<usize>();
        let states: Vec<_> = imported.states.iter().map(|(state, count)| format!("{count} {state}")).collect();
        let states = if states.is_empty() { String::new() } else { format!(" ({})", states.join(", ")) };
        ui.data(&format!("{} in {}{states}", counted(tasks, "task", "tasks"), self.path.display()));
        ui.data(&format!(
            "{} {would}created, {} {would}updated, {} unchanged",
            imported.created.len(),
            imported.updated.len(),
            imported.unchanged
        ));
        let (all, ticked) = imported.boxes;
        ui.data(&format!(
            "{} ({ticked} ticked), {}, {}, {}",
            counted(all, "box", "boxes"),
            counted(imported.dependencies, "dependency", "dependencies"),
            counted(imported.parents, "parent", "parents"),
            counted(imported.comments, "comment", "comments"),
        ));
        for task in &imported.updated {
            ui.data(&format!("{} {}: {}", task.id, task.source, task.fields.join(", ")));
        }
        if !imported.as_text.is_empty() {
            let names: Vec<_> = imported.as_text.iter().map(|(name, count)| format!("{name} {count}")).collect();
            let sum = imported.as_text.values().sum::<usize>();
            let fields = counted(sum, "field", "fields");
            ui.data(&format!("{fields} kept as text, in the section Imported: {}", names.join(", ")));
        }
        self.tell_oddities(context, imported);
        for kept in &imported.kept {
            ui.warn(&format!("{} ({}): {} was changed here too, and stays", kept.id, kept.source, kept.field));
        }
        if !imported.kept.is_empty() && self.format != Format::Mcp.name() {
            ui.hint("`--theirs` takes what the source says");
        }
        if !imported.gone.is_empty() {
            let names: Vec<_> = imported.gone.iter().map(|(id, source)| format!("{id} ({source})")).collect();
            ui.say(&format!("no longer in the source, left as they are: {}", names.join(", ")));
        }
        match &imported.committed {
            Some(Committed::As(commit)) => ui.say(&format!("committed the board as {commit}")),
            Some(Committed::Left(why)) => ui.warn(&format!("the board's change is not committed: {why}")),
            Some(Committed::NotAsked) => {
                ui.hint("commit it so that everybody has it: git add .mcp && git commit -m \"Import tasks\"");
            }
            None => {}
        }
    }

    /// By kind, the kinds in the order in which they were met.
    fn tell_oddities(&self, context: &Context, imported: &Imported) {
        let mut kinds: Vec<&str> = Vec::new();
        for odd in &imported.oddities {
            if !kinds.contains(&odd.code) {
                kinds.push(odd.code);
            }
        }
        let shown = if self.all { usize::MAX } else { SHOWN };
        for kind in kinds {
            let found: Vec<_> = imported.oddities.iter().filter(|odd| odd.code == kind).collect();
            for odd in found.iter().take(shown) {
                context.ui.warn(&format!("{}: {}", odd.place, odd.message));
            }
            if found.len() > shown {
                context.ui.say(&format!("… and {} more of the kind {kind}; `--all` tells them", found.len() - shown));
            }
        }
    }
}

/// `1 box`, `2 boxes`.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
