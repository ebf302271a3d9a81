//! A terminal's screen as an SVG that needs no font of its own and is legible on light and dark pages.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// Width and height of a cell.
const CELL: (f64, f64) = (8.4, 18.0);
/// What is left free around the screen.
const MARGIN: f64 = 12.0;

const STYLE: &str = "\
text { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 14px; fill: #24292f }
.page { fill: #fbfbfa; stroke: #d0d7de }
.mark { fill: #24292f } .line { stroke: #8c959f; fill: none }
.bold { font-weight: bold } .italic { font-style: italic } .under { text-decoration: underline } .faint { fill: #6e7781 }
.c1 { fill: #b31d28 } .c2 { fill: #116329 } .c3 { fill: #8a5300 } .c6 { fill: #0b6b75 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .page { fill: #15191e; stroke: #30363d } .mark { fill: #e6edf3 } .line { stroke: #6e7681 }
.faint { fill: #8b949e } .c1 { fill: #ff7b72 } .c2 { fill: #56d364 } .c3 { fill: #e3b341 } .c6 { fill: #56d4dd }
}
";

/// The screen as SVG, with what it shows in words for those who do not see it.
pub fn picture(screen: &Screen, said: &str) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (width, height) = (at(columns, CELL.0) + MARGIN, at(rows, CELL.1) + MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" role=\"img\" aria-label=\"{said}\">\n\
         <title>{said}</title>\n<style>\n{STYLE}</style>\n\
         <rect class=\"page\" x=\"0.5\" y=\"0.5\" width=\"{:.1}\" height=\"{:.1}\" rx=\"8\"/>\n",
        width - 1.0,
        height - 1.0
    );
    for row in 0..rows {
        draw_row(&mut svg, screen, row, columns);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw_row(svg: &mut String, screen: &Screen, row: u16, columns: u16) {
    let mut column = 0;
    while column < columns {
        let cell = screen.cell(row, column).expect("a cell of the screen");
        if cell.contents().trim().is_empty() {
            column += 1;
        } else if let Some(shape) = shape(cell.contents(), row, column) {
            let _ = writeln!(svg, "{shape}");
            column += 1;
        } else {
            column = draw_run(svg, screen, row, column, columns);
        }
    }
}

/// Draws the text from a cell on that looks alike, and gives the column behind it.
fn draw_run(svg: &mut String, screen: &Screen, row: u16, start: u16, columns: u16) -> u16 {
    let cell = |column: u16| screen.cell(row, column).expect("a cell of the screen");
    let looks = looks(cell(start));
    let (mut text, mut end) = (String::new(), start);
    while end < columns {
        let here = cell(end);
        let is_other = self::looks(here) != looks || shape(here.contents(), row, end).is_some();
        // Blanks between columns are left out, and what is wide stands alone: fonts disagree on how wide.
        let is_gap = text.ends_with(' ') && here.contents().trim().is_empty();
        let is_other = is_other || is_gap;
        if end > start && (is_other || here.is_wide() || cell(start).is_wide()) {
            break;
        }
        text.push_str(if here.has_contents() { here.contents() } else { " " });
        end += if here.is_wide() { 2 } else { 1 };
    }
    let trimmed = text.trim_end();
    let taken = end - start - u16::try_from(text.len() - trimmed.len()).expect("blanks of one line");
    let escaped = trimmed.replace('&', "&amp;").replace('<', "&lt;");
    let class = if looks.is_empty() { String::new() } else { format!(" class=\"{looks}\"") };
    let (x, y) = (at(start, CELL.0), at(row, CELL.1) + 13.5);
    let length = f64::from(taken) * CELL.0;
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\"{class}>{escaped}</text>"
    );
    end
}

fn at(index: u16, size: f64) -> f64 {
    MARGIN + f64::from(index) * size
}

/// Frames and bars are drawn, so that they meet whatever the font.
fn shape(contents: &str, row: u16, column: u16) -> Option<String> {
    let (x, y) = (at(column, CELL.0), at(row, CELL.1));
    let (right, bottom, middle, centre) = (x + CELL.0, y + CELL.1, x + CELL.0 / 2.0, y + CELL.1 / 2.0);
    let path = |path: String| Some(format!("<path class=\"line\" d=\"{path}\"/>"));
    match contents {
        "─" => path(format!("M{x:.1} {centre:.1}H{right:.1}")),
        "┼" => path(format!("M{x:.1} {centre:.1}H{right:.1}M{middle:.1} {y:.1}V{bottom:.1}")),
        "│" => path(format!("M{middle:.1} {y:.1}V{bottom:.1}")),
        "┌" => path(format!("M{middle:.1} {bottom:.1}V{centre:.1}H{right:.1}")),
        "┐" => path(format!("M{x:.1} {centre:.1}H{middle:.1}V{bottom:.1}")),
        "└" => path(format!("M{middle:.1} {y:.1}V{centre:.1}H{right:.1}")),
        "┘" => path(format!("M{x:.1} {centre:.1}H{middle:.1}V{y:.1}")),
        "▌" => {
            let (width, height) = (CELL.0 / 2.0, CELL.1);
            Some(format!(
                "<rect class=\"mark\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
            ))
        }
        _ => None,
    }
}

/// The classes of a cell.
fn looks(cell: &Cell) -> String {
    let color = match cell.fgcolor() {
        Color::Idx(index) => format!("c{index}"),
        _ => String::new(),
    };
    // What only waits behind a text looks like the text before it.
    let marks = [("bold", cell.bold()), ("italic", cell.italic()), ("under", cell.underline()), ("faint", cell.dim())];
    let marks = marks.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| name.to_owned());
    marks.chain([color]).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
}
