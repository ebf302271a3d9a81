//! Whether what several workers were told of one claim can have happened in one order that respects the clock.

use std::collections::BTreeSet;
use std::time::Instant;

/// What a worker asked for and was told.
#[derive(Clone, Debug)]
pub struct Told {
    pub worker: usize,
    pub from: Instant,
    pub to: Instant,
    pub what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It was free, and is theirs.
    Claimed,
    /// It was theirs before.
    IsTheirs,
    /// It is that worker's.
    IsHeldBy(usize),
    /// It was theirs, and is free.
    Released,
}

/// An order of all that explains every answer; `None` when there is none.
///
/// An answer may stand before another one unless that one had come before the question was asked.
pub fn order(told: &[Told]) -> Option<Vec<usize>> {
    assert!(told.len() <= 60, "more than the search can remember");
    let mut order = Vec::new();
    let mut known = BTreeSet::new();
    search(told, 0, None, &mut order, &mut known).then_some(order)
}

fn search(
    told: &[Told],
    done: u64,
    holder: Option<usize>,
    order: &mut Vec<usize>,
    known: &mut BTreeSet<(u64, Option<usize>)>,
) -> bool {
    if order.len() == told.len() {
        return true;
    }
    // From here nothing was found before.
    if !known.insert((done, holder)) {
        return false;
    }
    let open = |at: &usize| done & (1 << at) == 0;
    let Some(first_end) = (0..told.len()).filter(open).map(|at| told[at].to).min() else { return true };
    for at in (0..told.len()).filter(open).filter(|&at| told[at].from <= first_end) {
        let worker = told[at].worker;
        let next = match told[at].what {
            What::Claimed if holder.is_none() => Some(worker),
            What::IsTheirs if holder == Some(worker) => holder,
            What::IsHeldBy(other) if holder == Some(other) => holder,
            What::Released if holder == Some(worker) => None,
            _ => continue,
        };
        order.push(at);
        if search(told, done | 1 << at, next, order, known) {
            return true;
        }
        order.pop();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn history(lines: &[(usize, u64, u64, What)]) -> Vec<Told> {
        let start = Instant::now();
        let at = |moment| start + Duration::from_millis(moment);
        lines.iter().map(|&(worker, from, to, what)| Told { worker, from: at(from), to: at(to), what }).collect()
    }

    #[test]
    fn an_order_is_found_when_there_is_one() {
        let told = history(&[
            (0, 0, 10, What::Claimed),
            (1, 5, 30, What::Claimed),
            (0, 12, 20, What::Released),
            (2, 14, 40, What::IsHeldBy(1)),
            (1, 50, 60, What::IsTheirs),
        ]);
        assert_eq!(order(&told), Some(vec![0, 2, 1, 3, 4]));
    }

    #[test]
    fn none_is_found_for_two_winners_nor_for_news_that_came_too_late() {
        let two_winners = [(0, 0, 10, What::Claimed), (1, 5, 15, What::Claimed)];
        assert_eq!(order(&history(&two_winners)), None);
        let stale = [
            (0, 0, 10, What::Claimed),
            (0, 20, 30, What::Released),
            // The release was told before this was asked.
            (1, 40, 50, What::IsHeldBy(0)),
        ];
        assert_eq!(order(&history(&stale)), None);
        let lost = [(0, 0, 10, What::Claimed), (1, 20, 30, What::Claimed), (0, 40, 50, What::Released)];
        assert_eq!(order(&history(&lost)), None);
    }
}
