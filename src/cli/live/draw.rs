//! The live board on the screen.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Text};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};
use unicode_width::UnicodeWidthStr as _;

use crate::model::{State, Timestamp};
use crate::view::{Row, Tone, card_lines, show_page};

use super::ansi;
use super::desk::{Card, Desk, Front};
use super::wish::Ask;

/// Narrower than this a column cannot be read.
const NARROWEST: u16 = 26;

/// Where a card stands on the screen: its place, its column, its row.
pub type Spot = (Rect, usize, usize);

/// The keys, as `?` shows them.
const KEYS: &str = "\
arrows, h j k l  move about           Enter  the whole task
/  filter, such as p:0 -blocked       Esc    back, or the filter off
>  on: prep, claim, review, complete  <      back: release, reject, reopen
p  prep       c  claim                r      hand over for review
a  approve    x  reject               d      complete
n  note       Q  ask                  A      answer
b  block      u  unblock              R      release
F  fail       D  drop                 t, o   retry, reopen
e  edit       N  new task             q      leave

Every key does what the command of that name does,
and refuses what it refuses.
The board follows every change on disk.";

/// Draws everything, and says where the cards are.
pub fn draw(frame: &mut Frame<'_>, desk: &Desk, now: Timestamp) -> Vec<Spot> {
    let [body, foot] = Layout::vertical([Constraint::Min(1), Constraint::Length(1)]).areas(frame.area());
    let spots = draw_columns(frame, desk, now, body);
    draw_foot(frame, desk, foot);
    match &desk.front {
        Front::Detail(scroll) => {
            if let Some(card) = desk.chosen() {
                draw_detail(frame, card, *scroll, now, body);
            }
        }
        Front::Help => draw_help(frame, body),
        Front::Board | Front::Line(..) => {}
    }
    spots
}

fn draw_columns(frame: &mut Frame<'_>, desk: &Desk, now: Timestamp, area: Rect) -> Vec<Spot> {
    let fitting = usize::from((area.width / NARROWEST).max(1)).min(State::ALL.len());
    // The chosen column is always in sight.
    let first = (desk.column + 1).saturating_sub(fitting).min(State::ALL.len() - fitting);
    let widths = vec![Constraint::Fill(1); fitting];
    let areas = Layout::horizontal(widths).spacing(1).split(area);
    let mut spots = Vec::new();
    for (place, area) in areas.iter().enumerate() {
        draw_column(frame, desk, first + place, now, *area, &mut spots);
    }
    spots
}

fn draw_column(frame: &mut Frame<'_>, desk: &Desk, column: usize, now: Timestamp, area: Rect, spots: &mut Vec<Spot>) {
    let state = State::ALL[column];
    let is_chosen = desk.column == column;
    let mark = if is_chosen { "▸ " } else { "  " };
    let head = format!("{mark}{}", Tone::of_state(state).paint(&format!("{state} {}", desk.counts[column])));
    let mut line = ansi::line(&head);
    if is_chosen {
        line = line.style(Style::new().add_modifier(Modifier::BOLD));
    }
    frame.render_widget(Paragraph::new(line), Rect { height: 1.min(area.height), ..area });
    let width = usize::from(area.width.saturating_sub(2));
    let cards: Vec<Vec<String>> = desk.columns[column].iter().map(|card| lines_of(card, now, width)).collect();
    let room = usize::from(area.height.saturating_sub(1));
    let row = desk.rows[column];
    // The first card in sight: so that the chosen one is, whole if it can be.
    let mut start = 0;
    let height =
        |from: usize| cards[from..=row.min(cards.len() - 1)].iter().map(|lines| lines.len() + 1).sum::<usize>();
    while !cards.is_empty() && start < row && height(start) > room {
        start += 1;
    }
    let mut y = area.y + 1;
    for (index, lines) in cards.iter().enumerate().skip(start) {
        let left = (area.y + area.height).saturating_sub(y);
        if left == 0 {
            break;
        }
        let length = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(left);
        let spot = Rect { x: area.x, y, width: area.width, height: length };
        let is_it = is_chosen && index == row;
        let bar = if is_it { "▌ " } else { "  " };
        let text: Vec<Line<'_>> = lines.iter().map(|line| ansi::line(&format!("{bar}{line}"))).collect();
        let style = if is_it { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
        frame.render_widget(Paragraph::new(Text::from(text)).style(style), spot);
        spots.push((spot, column, index));
        y = y.saturating_add(length + 1);
    }
}

fn lines_of(card: &Card, now: Timestamp, width: usize) -> Vec<String> {
    let row = Row { task: &card.task, waits_for: card.waits_for.clone(), address: None };
    card_lines(&row, now, width)
}

fn draw_foot(frame: &mut Frame<'_>, desk: &Desk, area: Rect) {
    let line = match (&desk.front, &desk.mistake, &desk.message) {
        (Front::Line(Ask::Filter, text), Some(mistake), _) => {
            format!("filter: {text}  {}", Tone::Bad.paint(&shown(mistake)))
        }
        (Front::Line(ask, text), ..) => format!("{}: {}", ask.label(), shown(text)),
        (_, _, Some(message)) => {
            let tone = if message.is_refusal { Tone::Bad } else { Tone::Good };
            tone.paint(&shown(&message.text))
        }
        _ if !desk.filter.is_empty() => format!("filter: {}  (Esc takes it off)", shown(&desk.filter)),
        _ => Tone::Faint.paint("? help  / filter  Enter show  > on  e edit  N new  q leave"),
    };
    frame.render_widget(Paragraph::new(ansi::line(&line)), area);
    if let Front::Line(ask, text) = &desk.front {
        let column = ask.label().len() + 2 + shown(text).width();
        let x = area.x + u16::try_from(column).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
        frame.set_cursor_position((x, area.y));
    }
}

fn draw_detail(frame: &mut Frame<'_>, card: &Card, scroll: u16, now: Timestamp, area: Rect) {
    let block = Block::new().borders(Borders::ALL).title(format!(" {} ", card.task.id));
    let inner = block.inner(area);
    let text = show_page(&card.task, &[], now, Some(usize::from(inner.width)));
    let lines: Vec<Line<'_>> = text.lines().map(ansi::line).collect();
    let most = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(inner.height);
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(Text::from(lines)).block(block).scroll((scroll.min(most), 0)), area);
}

fn draw_help(frame: &mut Frame<'_>, area: Rect) {
    let height = u16::try_from(KEYS.lines().count() + 2).unwrap_or(u16::MAX).min(area.height);
    let width = 76.min(area.width);
    let place = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    frame.render_widget(Clear, place);
    let block = Block::new().borders(Borders::ALL).title(" keys ");
    frame.render_widget(Paragraph::new(KEYS).block(block), place);
}

fn shown(text: &str) -> String {
    crate::view::visible(text)
}
