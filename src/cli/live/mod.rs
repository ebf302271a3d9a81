//! The live board: draws, takes keys and the mouse, follows the disk, and does the verbs through the engine.

mod act;
mod ansi;
mod desk;
mod draw;
mod screen;
mod wish;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use ratatui::crossterm::event::{
    self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::engine::Workspace;
use crate::model::{History, Order, Refusal, State, Surroundings, Task, Timestamp};

use super::context::Context;
use act::act;
use desk::{Card, Desk, Front, Key};
use draw::{Spot, draw};
use screen::Screen;

/// How often the disk is looked at while nobody types.
const LOOK: Duration = Duration::from_millis(150);
/// How often ages are told anew.
const TICK: Duration = Duration::from_secs(1);
/// Closed tasks of a column at most: the last ones.
const CLOSED: usize = 50;

/// Shows the board until somebody leaves it.
pub fn live(context: &Context, workspace: &Workspace, filter: String) -> Result<()> {
    let mut desk = Desk::new(filter);
    load(workspace, &mut desk)?;
    let mut screen = Screen::open()?;
    let ended = run(context, workspace, &mut screen, &mut desk);
    match screen.signal() {
        // As a shell says it of a command that a signal ended. A terminal that hung up makes errors, too.
        Some(signal) => Err(Refusal::Reported { exit_code: 128 + signal }.into()),
        None => ended,
    }
}

fn run(context: &Context, workspace: &Workspace, screen: &mut Screen, desk: &mut Desk) -> Result<()> {
    let mut pulse = workspace.pulse();
    let mut loaded_with = desk.filter.clone();
    let mut spots: Vec<Spot> = Vec::new();
    let mut drawn: Option<Instant> = None;
    while screen.signal().is_none() {
        let now = workspace.pulse();
        if now != pulse || desk.filter != loaded_with {
            pulse = now;
            loaded_with.clone_from(&desk.filter);
            load(workspace, desk)?;
            drawn = None;
        }
        if drawn.is_none_or(|at| at.elapsed() >= TICK) {
            screen.draw(|frame| spots = draw(frame, desk, workspace.now()))?;
            drawn = Some(Instant::now());
            context.panic_if_tested();
        }
        if !event::poll(LOOK).context("waiting for keys")? {
            continue;
        }
        drawn = None;
        let key = match event::read().context("reading keys")? {
            Event::Key(key) if key.kind != KeyEventKind::Release => meaning(key),
            Event::Mouse(mouse) => click(desk, &spots, mouse),
            Event::Paste(text) => {
                text.chars().filter(|c| !c.is_control()).for_each(|c| drop(desk.take(Key::Char(c))));
                None
            }
            _ => None,
        };
        let Some(key) = key else { continue };
        desk.message = None;
        if let Some(wish) = desk.take(key)
            && !act(context, workspace, screen, desk, wish)?
        {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads the board as the filter wants it.
fn load(workspace: &Workspace, desk: &mut Desk) -> Result<()> {
    let Some(query) = desk.query() else { return Ok(()) };
    let repository = workspace.repository()?;
    let reading = workspace.read_states(&repository, &State::ALL)?;
    let dependencies = workspace.dependencies_in(&repository, &reading);
    let is_open = |word: &String| dependencies.waits(word).map_or(true, |waits| waits.is_some());
    let waits = |task: &Task| task.front.depends_on.iter().any(is_open);
    let around = Surroundings { now: workspace.now(), actor: workspace.identity().actor(), waits: &waits };
    let mut columns = Vec::new();
    let mut counts = Vec::new();
    for state in State::ALL {
        let mut tasks: Vec<&Task> =
            reading.tasks.iter().filter(|task| task.state == state && query.passes(task, &around)).collect();
        counts.push(tasks.len());
        if state.is_open() {
            Order::default().sort(&mut tasks);
        } else {
            tasks.sort_by_cached_key(|task| (std::cmp::Reverse(ended(task)), task.id.clone()));
            tasks.truncate(CLOSED);
        }
        let card = |task: &&Task| {
            let waits_for = task.front.depends_on.iter().filter(|word| state.is_open() && is_open(word));
            Card { task: (*task).clone(), waits_for: waits_for.cloned().collect() }
        };
        columns.push(tasks.iter().map(card).collect());
    }
    desk.put(columns, counts);
    Ok(())
}

fn ended(task: &Task) -> Option<Timestamp> {
    History::of(task).moments().iter().rev().find(|moment| moment.to.is_some()).map(|moment| moment.at)
}

fn meaning(key: KeyEvent) -> Option<Key> {
    Some(match key.code {
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => Key::Stop,
        KeyCode::Char(_) if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => return None,
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Tab => Key::Tab,
        _ => return None,
    })
}

/// A click chooses a card, and one on the chosen card opens it; the wheel goes up and down.
fn click(desk: &mut Desk, spots: &[Spot], mouse: MouseEvent) -> Option<Key> {
    match mouse.kind {
        MouseEventKind::ScrollUp => Some(Key::Up),
        MouseEventKind::ScrollDown => Some(Key::Down),
        MouseEventKind::Down(MouseButton::Left) if desk.front == Front::Board => {
            let position = ratatui::layout::Position { x: mouse.column, y: mouse.row };
            let (_, column, row) = spots.iter().find(|(place, ..)| place.contains(position))?;
            if (desk.column, desk.rows[desk.column]) == (*column, *row) {
                return Some(Key::Enter);
            }
            desk.column = *column;
            desk.rows[*column] = *row;
            None
        }
        MouseEventKind::Down(MouseButton::Left) => Some(Key::Escape),
        _ => None,
    }
}
