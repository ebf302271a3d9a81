use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::engine::{Committed, Words};
use crate::model::{Actor, Part, Refusal};
use crate::view::twins::{
    OneOrAll, PromptDocument, PromptTwin, RetroDocument, RetroListTwin, retro_document, retro_twin,
};
use crate::view::visible;

use super::super::context::Context;

/// Look back on what was done, and make tasks of what is to change
///
/// One is due after every few done tasks (`retro.every`). Without a subcommand this shows the open one, or writes a new
/// one from what the tasks' files say when it is due. Then each participant adds what went well, what to improve and
/// action items, and `mcp retro close` makes a task of each action item and plans the next three.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Retro {
    #[command(subcommand)]
    action: Option<Action>,
    /// Begin one of the tasks that there are, though none is due
    #[arg(long)]
    now: bool,
    /// Print what a chat agent that sees no files needs to take part
    #[arg(long)]
    prompt: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say what you think, in your name
    Add(Add),
    /// Show one: the open one, else the last, unless another is named
    Show(Show),
    /// List all, oldest first
    List(List),
    /// Close it once all participants have spoken: its action items become tasks
    Close(Close),
}

#[derive(Debug, Args)]
struct Add {
    /// Retrospective: a start of its id or of its last six characters; the open one when left out
    retro: Option<String>,
    /// What went well; may be given several times
    #[arg(long, value_name = "TEXT", num_args = 1..)]
    well: Vec<String>,
    /// What to improve; may be given several times
    #[arg(long, value_name = "TEXT", num_args = 1..)]
    improve: Vec<String>,
    /// What somebody shall do about it; may be given several times
    #[arg(long = "action", value_name = "TEXT", num_args = 1..)]
    actions: Vec<String>,
    /// Take a chat agent's answer from a file; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Show {
    /// Retrospective: a start of its id or of its last six characters
    retro: Option<String>,
}

#[derive(Debug, Args)]
struct List {}

#[derive(Debug, Args)]
struct Close {
    /// Retrospective: a start of its id or of its last six characters; the open one when left out
    retro: Option<String>,
    /// Do not wait for this participant; the log keeps it
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    without: Vec<String>,
    /// Leave the board's change uncommitted
    #[arg(long)]
    no_commit: bool,
}

impl Retro {
    pub fn run(self, context: &Context) -> Result<()> {
        match self.action {
            Some(Action::Add(add)) => add.run(context),
            Some(Action::Show(show)) => show.run(context),
            Some(Action::List(list)) => list.run(context),
            Some(Action::Close(close)) => close.run(context),
            None => begin(context, self.now, self.prompt),
        }
    }
}

fn begin(context: &Context, now: bool, wants_prompt: bool) -> Result<()> {
    let workspace = context.writing()?;
    let begun = workspace.begin_retro(now)?;
    let (ui, retro) = (&context.ui, &begun.retro);
    if begun.is_new {
        let count = retro.front.tasks.len();
        let tasks = if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") };
        ui.say(&format!("wrote the retrospective {} about {tasks}: {}", retro.id, retro.path));
        tell_commit(context, &begun.committed);
    }
    if wants_prompt {
        let prompt = workspace.retro_prompt(retro);
        let twin = PromptTwin { task: None, retro: Some(&retro.id), text: &prompt, copied: None };
        ui.document(&PromptDocument { prompt: twin });
        ui.data(&prompt);
        ui.hint("paste it into the chat, then `mcp --as NAME retro add --from FILE` with the answer");
        return Ok(());
    }
    let event = if begun.is_new { "written" } else { "open" };
    ui.document(&retro_document(retro, Some((event, !begun.is_new))));
    ui.data(retro.document.as_str());
    tell_state(context, workspace.identity().actor(), retro);
    Ok(())
}

impl Add {
    fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let mut words = match &self.from {
            Some(path) => Words::of_answer(&context.text_of(path)?)?,
            None => Words::default(),
        };
        let parts = [(Part::Well, &self.well), (Part::Improve, &self.improve), (Part::Actions, &self.actions)];
        for (part, said) in parts {
            said.iter().for_each(|one| words.add(part, one));
        }
        let id = workspace.resolve_retro(self.retro.as_deref())?.id;
        let (retro, new) = workspace.add_to_retro(&id, &words)?;
        let ui = &context.ui;
        ui.document(&retro_document(&retro, Some(("added", new == 0))));
        ui.data(retro.id.as_str());
        let actor = workspace.identity().actor();
        match new {
            0 => ui.say(&format!("{actor} has said that already in {}: nothing to do", retro.id)),
            1 => ui.say(&format!("{actor} added 1 thought to {}", retro.id)),
            new => ui.say(&format!("{actor} added {new} thoughts to {}", retro.id)),
        }
        if !retro.front.participants.contains(actor) {
            let names = names(&retro.front.participants);
            ui.say(&format!("{actor} is not among the participants ({names}); the words stand all the same"));
        }
        tell_state(context, actor, &retro);
        Ok(())
    }
}

impl Show {
    fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let retro = workspace.resolve_retro_or_last(self.retro.as_deref())?;
        context.ui.document(&retro_document(&retro, None));
        context.ui.data(retro.document.as_str());
        tell_state(context, workspace.identity().actor(), &retro);
        Ok(())
    }
}

impl List {
    fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let (retros, problems) = workspace.retros()?;
        let due = workspace.retro_due(&workspace.catalog()?)?;
        let ui = &context.ui;
        let all = RetroListTwin {
            retros: retros.iter().map(retro_twin).collect(),
            due: due.is_due(),
            waiting: &due.done,
            problems: &problems,
        };
        ui.document(&RetroDocument { retro: OneOrAll::All(all) });
        for retro in &retros {
            let state = match (retro.front.closed, retro.silent().as_slice()) {
                (Some(at), _) => format!("closed {}", at.date()),
                (None, []) => "open, everybody has spoken".to_owned(),
                (None, silent) => format!("open, waits for {}", names(silent)),
            };
            let tasks: Vec<_> = retro.front.tasks.iter().map(|id| id.as_str()).collect();
            ui.data(&visible(&format!("{}  {state}  {}", retro.id, tasks.join(" "))));
        }
        for problem in &problems {
            ui.warn(&format!("{}: {}", problem.place, problem.message));
        }
        match due.line() {
            Some(line) => ui.say(&line),
            None if due.every > due.done.len() && due.open.is_empty() => {
                ui.say(&format!("the next one is due after {} more done tasks", due.every - due.done.len()));
            }
            None => {}
        }
        Ok(())
    }
}

impl Close {
    fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let without = self.without.iter().map(|name| actor(name)).collect::<Result<Vec<_>>>()?;
        // Closing again what was closed last is no mistake.
        let id = workspace.resolve_retro_or_last(self.retro.as_deref())?.id;
        let closed = workspace.close_retro(&id, &without, self.no_commit)?;
        let ui = &context.ui;
        ui.document(&retro_document(&closed.retro, Some(("closed", closed.is_noop))));
        for (id, title) in &closed.tasks {
            ui.data(&visible(&format!("{id}  {title}")));
        }
        if closed.is_noop {
            ui.say(&format!("{} is closed already: nothing to do", closed.retro.id));
            return Ok(());
        }
        let made = match closed.tasks.len() {
            0 => "it had no action items".to_owned(),
            1 => "its action item is a task now".to_owned(),
            count => format!("its {count} action items are tasks now"),
        };
        ui.say(&format!("closed {}: {made}", closed.retro.id));
        ui.say(&format!("next:\n{}", closed.plan.trim_end()));
        tell_commit(context, &closed.committed);
        Ok(())
    }
}

/// Says who has not spoken yet, and what comes next.
fn tell_state(context: &Context, actor: &Actor, retro: &crate::model::Retro) {
    if retro.front.closed.is_some() {
        return;
    }
    match retro.silent().as_slice() {
        [] => context.ui.hint("everybody has spoken: `mcp retro close`"),
        silent => {
            context.ui.say(&format!("not heard yet: {}", names(silent)));
            context.ui.hint(match silent.contains(actor) {
                true => "say what you think: `mcp retro add --well TEXT --improve TEXT --action TEXT`",
                false => "`mcp --as NAME retro --prompt` prints what a chat agent needs to take part",
            });
        }
    }
}

fn tell_commit(context: &Context, committed: &Committed) {
    match committed {
        Committed::As(commit) => context.ui.say(&format!("committed the board as {commit}")),
        Committed::Left(why) => context.ui.warn(&format!("the board's change is not committed: {why}")),
        Committed::NotAsked => {}
    }
}

fn names(actors: &[Actor]) -> String {
    actors.iter().map(Actor::as_str).collect::<Vec<_>>().join(", ")
}

fn actor(name: &str) -> Result<Actor> {
    let hint = Some("a name has letters or digits".to_owned());
    Actor::named(name).ok_or_else(|| Refusal::BadInput { message: format!("`{name}` is not a name"), hint }.into())
}
