//! How some commands grow with the board, as a picture: both axes in powers of ten.

use std::fmt::Write as _;

use super::page::{Table, grouped};
use super::tools::Operation;

const LINES: [(Operation, &str); 4] = [
    (Operation::ListAll, "#b5432a"),
    (Operation::Next, "#2a6fb5"),
    (Operation::Show, "#3c8a3c"),
    (Operation::Create, "#8a5cb5"),
];
const LEFT: f64 = 70.0;
const TOP: f64 = 30.0;
const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 330.0;

/// Maps tasks and milliseconds to places in the picture.
struct Axes {
    sizes: (f64, f64),
    times: (f64, f64),
}

impl Axes {
    fn x(&self, size: usize) -> f64 {
        let (low, high) = self.sizes;
        LEFT + ((size as f64).log10() - low) / (high - low).max(1.0) * WIDTH
    }

    fn y(&self, time: f64) -> f64 {
        let (low, high) = self.times;
        TOP + HEIGHT - (time.log10() - low) / (high - low).max(1.0) * HEIGHT
    }
}

/// The picture: a line for each of some operations, and a dashed one for its floor.
pub fn drawn(tables: &[Table]) -> String {
    let series = |operation: Operation, is_floor: bool| -> Vec<(usize, f64)> {
        let point = |table: &Table| {
            let row = table.rows.iter().find(|row| row.operation == operation)?;
            let cost = if is_floor { row.floor? } else { row.ours };
            Some((table.size, cost.wall))
        };
        tables.iter().filter_map(point).collect()
    };
    let all: Vec<(usize, f64)> = LINES
        .iter()
        .flat_map(|(operation, _)| [series(*operation, false), series(*operation, true)].concat())
        .collect();
    let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::MAX, f64::min).log10().floor();
    let most = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::MIN, f64::max).log10().ceil();
    let axes = Axes {
        sizes: (
            least(&mut all.iter().map(|(size, _)| *size as f64)),
            most(&mut all.iter().map(|(size, _)| *size as f64)),
        ),
        times: (least(&mut all.iter().map(|(_, time)| *time)), most(&mut all.iter().map(|(_, time)| *time))),
    };
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 420\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>Milliseconds by number of tasks</title>\n<rect width=\"720\" height=\"420\" fill=\"white\"/>\n",
    );
    for power in axes.times.0 as i32..=axes.times.1 as i32 {
        let y = axes.y(10_f64.powi(power));
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>",
            LEFT + WIDTH
        );
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{} ms</text>",
            LEFT - 8.0,
            y + 4.0,
            10_f64.powi(power)
        );
    }
    for table in tables {
        let (x, foot) = (axes.x(table.size), TOP + HEIGHT + 20.0);
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{foot:.1}\" text-anchor=\"middle\">{} tasks</text>",
            grouped(table.size)
        );
    }
    let mut labels: Vec<(f64, &str, &str)> = Vec::new();
    for (operation, colour) in LINES {
        for (is_floor, dash) in [(false, ""), (true, " stroke-dasharray=\"4 4\"")] {
            let points = series(operation, is_floor);
            let places: Vec<String> =
                points.iter().map(|(size, time)| format!("{:.1},{:.1}", axes.x(*size), axes.y(*time))).collect();
            let places = places.join(" ");
            let _ = writeln!(
                svg,
                "<polyline points=\"{places}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>"
            );
        }
        if let Some((_, time)) = series(operation, false).last() {
            labels.push((axes.y(*time) + 4.0, operation.name(), colour));
        }
    }
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut above = 0.0_f64;
    for (y, name, colour) in labels {
        above = y.max(above + 16.0);
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{above:.1}\" fill=\"{colour}\">{name}</text>", LEFT + WIDTH + 8.0);
    }
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{:.1}\" fill=\"#555\">dashed: the floor of the same colour</text>",
        TOP + HEIGHT + 48.0
    );
    svg + "</svg>\n"
}
