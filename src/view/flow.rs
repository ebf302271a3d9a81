//! The cumulative flow diagram as SVG: how many tasks were in each state, day after day.

use crate::model::{Flow, State};

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 128.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 44.0;
/// Marks on the axis of time.
const DAYS: usize = 6;

/// From the bottom up: what is over lies below, so that the bands above it are the work at hand.
const BANDS: [(State, &str); 6] = [
    (State::Done, "#4c956c"),
    (State::Failed, "#9a4a4a"),
    (State::Review, "#e3b23c"),
    (State::InProgress, "#3a86c8"),
    (State::Ready, "#8ab6d6"),
    (State::Pending, "#c9ced6"),
];

/// Draws the diagram.
pub fn flow_svg(flow: &Flow) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         role=\"img\" aria-labelledby=\"title\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n\
         <title id=\"title\">Tasks in each state over time</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"16\" fill=\"#222222\">Tasks in each state</text>\n"
    );
    let most = flow.samples.iter().map(|(_, numbers)| numbers.iter().sum::<usize>()).max().unwrap_or(0);
    let step = step_for(most);
    let top = most.div_ceil(step).max(1) * step;
    let (wide, high) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    let last = flow.samples.len().saturating_sub(1).max(1);
    let x = |index: usize| LEFT + wide * index as f64 / last as f64;
    let y = |count: usize| TOP + high * (1.0 - count as f64 / top as f64);
    for count in (0..=top).step_by(step) {
        let y = y(count);
        svg.push_str(&format!(
            "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#e4e6ea\"/>\n\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#555555\">{count}</text>\n",
            WIDTH - RIGHT,
            LEFT - 8.0,
            y + 4.0
        ));
    }
    let mut below = vec![0; flow.samples.len()];
    for (state, color) in BANDS {
        let above: Vec<usize> =
            flow.samples.iter().zip(&below).map(|((_, numbers), below)| below + numbers[state as usize]).collect();
        let up = above.iter().enumerate().map(|(index, count)| format!("{:.1},{:.1}", x(index), y(*count)));
        let down = below.iter().enumerate().rev().map(|(index, count)| format!("{:.1},{:.1}", x(index), y(*count)));
        let points: Vec<String> = up.chain(down).collect();
        svg.push_str(&format!(
            "<polygon fill=\"{color}\" points=\"{}\"><title>{state}</title></polygon>\n",
            points.join(" ")
        ));
        below = above;
    }
    for (place, (state, color)) in BANDS.iter().rev().enumerate() {
        let count = flow.samples.last().map_or(0, |(_, numbers)| numbers[*state as usize]);
        let y = TOP + 8.0 + 22.0 * place as f64;
        let x = WIDTH - RIGHT + 16.0;
        svg.push_str(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"12\" height=\"12\" fill=\"{color}\"/>\
             <text x=\"{}\" y=\"{}\" fill=\"#222222\">{state} {count}</text>\n",
            x + 18.0,
            y + 11.0
        ));
    }
    let marks = DAYS.min(flow.samples.len().saturating_sub(1)).max(1);
    let mut said = String::new();
    for mark in 0..=marks {
        let index = last * mark / marks;
        let Some((at, _)) = flow.samples.get(index) else { continue };
        if at.date() == said {
            continue;
        }
        said = at.date();
        svg.push_str(&format!(
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555555\">{said}</text>\n",
            x(index),
            HEIGHT - BOTTOM + 22.0
        ));
    }
    svg + "</svg>\n"
}

/// How far the lines behind the bands stand apart: about five of them, at round numbers.
fn step_for(most: usize) -> usize {
    let mut step = 1;
    for factor in [2, 5, 10].iter().cycle() {
        if most <= step * 5 {
            return step;
        }
        // 1, 2, 5, 10, 20, 50, …
        step = match factor {
            2 => step * 2,
            5 => step / 2 * 5,
            _ => step * 2,
        };
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn lines_stand_at_round_numbers() {
        let steps: Vec<_> = [0, 5, 6, 11, 26, 51, 120, 3000].map(step_for).to_vec();
        assert_eq!(steps, [1, 1, 2, 5, 10, 20, 50, 1000]);
    }

    #[test]
    fn every_band_is_drawn_from_the_first_sample_to_the_last() {
        let at = |day: i64| Timestamp::from_unix(1_763_600_000 + day * 86_400);
        let flow = Flow { samples: vec![(at(0), [2, 0, 0, 0, 0, 0]), (at(1), [0, 1, 0, 0, 1, 0])] };
        let svg = flow_svg(&flow);
        assert_eq!(svg.matches("<polygon").count(), 6);
        // Done rises from nothing to half of the board.
        assert!(svg.contains("points=\"48.0,376.0 832.0,208.0 832.0,376.0 48.0,376.0\"><title>done"), "{svg}");
        assert!(flow_svg(&Flow::default()).ends_with("</svg>\n"));
    }
}
