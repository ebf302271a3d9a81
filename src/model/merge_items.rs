//! Merging what one section says on two branches: item by item, so that nothing is lost and the order of merging is no matter.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::time::Timestamp;

/// A bullet with all that belongs to it, or a paragraph, or a fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    /// Its lines, without the blank ones at its end.
    text: String,
    /// A blank line stands before it.
    has_gap: bool,
}

/// What tells an item from others: a bullet's first line without its tick, else all of it; and which of several alike it is.
type Key = (String, usize);

/// How the items of a section are ordered, and whether one that is missing on one side was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Lines that start with a time: ordered by it, never removed.
    Entries,
    /// Anything else: in the order of the base, new ones behind.
    Words,
}

/// Merges two contents of a section that both differ from `base`.
pub fn merged_items(kind: Kind, base: &str, one: &str, other: &str) -> String {
    let [base, one, other] = [base, one, other].map(keyed);
    let find =
        |list: &[(Key, Item)], key: &Key| list.iter().find(|(other, _)| other == key).map(|(_, item)| item.clone());
    let mut keys: Vec<Key> = base.iter().map(|(key, _)| key.clone()).collect();
    let is_new = |(key, _): &&(Key, Item)| !base.iter().any(|(known, _)| known == key);
    let mut added: Vec<Key> = one.iter().chain(&other).filter(is_new).map(|(key, _)| key.clone()).collect();
    if kind == Kind::Words {
        added.sort();
    }
    for key in added {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let mut items: Vec<(Key, Item)> = Vec::new();
    for key in keys {
        let versions = [&base, &one, &other].map(|list| find(list, &key));
        if let Some(item) = merged_item(kind, versions) {
            items.push((key, item));
        }
    }
    if kind == Kind::Entries {
        let orders = [order(&one), order(&other)];
        let rank = |key: &Key| orders.iter().filter_map(|order| order.get(key)).max().cloned();
        items.sort_by_key(|(key, _)| rank(key));
    }
    joined(items.into_iter().map(|(_, item)| item))
}

fn merged_item(kind: Kind, [base, one, other]: [Option<Item>; 3]) -> Option<Item> {
    let text = |item: &Option<Item>| item.as_ref().map(|item| item.text.clone());
    let [was, is, is_too] = [text(&base), text(&one), text(&other)];
    match (one, other) {
        (one, _) if is == is_too => one,
        (Some(one), Some(_)) if was == is_too => Some(one),
        (Some(_), Some(other)) if was == is => Some(other),
        (Some(one), Some(other)) => Some(both(one, other)),
        // Removed on one side: that counts, unless the other side has changed it, or what is there is history.
        (Some(left), None) | (None, Some(left)) => {
            (kind == Kind::Entries || was.as_deref() != Some(&left.text)).then_some(left)
        }
        (None, None) => None,
    }
}

/// Two versions of one item: the ticked one, the longer one, and the lines that only the other has.
fn both(one: Item, other: Item) -> Item {
    let rank = |item: &Item| (is_ticked(&item.text), item.text.len(), Reverse(item.text.clone()));
    let (first, second) = if rank(&one) >= rank(&other) { (one, other) } else { (other, one) };
    let mut text = first.text.clone();
    for line in second.text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        if !first.text.lines().any(|known| known.trim() == line.trim()) {
            text.push('\n');
            text.push_str(line);
        }
    }
    Item { text, has_gap: first.has_gap || second.has_gap }
}

/// Where each item stands in time: not before any that it follows.
fn order(list: &[(Key, Item)]) -> BTreeMap<Key, (String, String)> {
    let mut latest = (String::new(), String::new());
    let mut order = BTreeMap::new();
    for (key, item) in list {
        if let Some(time) = time_of(&item.text) {
            latest = latest.max((time, item.text.lines().next().unwrap_or_default().to_owned()));
        }
        order.insert(key.clone(), latest.clone());
    }
    order
}

fn time_of(text: &str) -> Option<String> {
    let words = without_tick(text.lines().next()?);
    let word = words.split_whitespace().find(|word| *word != "-")?;
    Timestamp::parse(word).map(|time| time.to_string())
}

fn keyed(content: &str) -> Vec<(Key, Item)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let with_key = |item: Item| {
        let key = match is_bullet(&item.text) {
            true => without_tick(item.text.lines().next().unwrap_or_default()),
            false => item.text.clone(),
        };
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        ((key, *count), item)
    };
    items(content).into_iter().map(with_key).collect()
}

fn is_bullet(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = digits.len() < text.len() && (digits.starts_with(". ") || digits.starts_with(") "));
    is_numbered || ["- ", "* ", "+ "].iter().any(|bullet| text.starts_with(bullet))
}

fn is_ticked(text: &str) -> bool {
    text.starts_with("- [x]") || text.starts_with("- [X]")
}

fn without_tick(line: &str) -> String {
    let line = line.trim_end();
    for tick in ["- [ ] ", "- [x] ", "- [X] "] {
        if let Some(rest) = line.strip_prefix(tick) {
            return format!("- {rest}");
        }
    }
    line.to_owned()
}

fn items(content: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut fence: Option<String> = None;
    let (mut is_comment, mut is_gap, mut is_open) = (false, false, false);
    for line in content.lines().map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        let inner = line.trim();
        let is_inside = fence.is_some() || is_comment;
        if inner.is_empty() && !is_inside {
            is_gap = true;
            continue;
        }
        let is_indented = line.starts_with([' ', '\t']);
        // Indented lines belong to the bullet above; plain ones go on a paragraph or a bullet until a blank line.
        let belongs = is_open && (is_inside || (is_indented && items.last().is_some_and(|item| is_bullet(&item.text))))
            || is_open && !is_gap && !is_bullet(line);
        match items.last_mut().filter(|_| belongs) {
            Some(item) => {
                item.text.push_str(if is_gap { "\n\n" } else { "\n" });
                item.text.push_str(line);
            }
            None => items.push(Item { text: line.to_owned(), has_gap: is_gap && !items.is_empty() }),
        }
        (is_gap, is_open) = (false, true);
        let marks: String = inner.chars().take_while(|c| matches!(c, '`' | '~')).collect();
        match &fence {
            Some(open) if inner.starts_with(open.as_str()) && inner.trim_matches(['`', '~']).is_empty() => fence = None,
            None if marks.len() >= 3 => fence = Some(marks),
            _ => {}
        }
        if fence.is_none() {
            let opens = inner.rfind("<!--");
            let closes = inner.rfind("-->");
            is_comment = match (opens, closes) {
                (Some(opens), Some(closes)) => opens > closes,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => is_comment,
            };
        }
    }
    items
}

fn joined(items: impl Iterator<Item = Item>) -> String {
    let mut text = String::new();
    let mut last_is_bullet = false;
    for item in items {
        let bullet = is_bullet(&item.text);
        if !text.is_empty() {
            let is_list = bullet && last_is_bullet && !item.has_gap;
            text.push_str(if is_list { "\n" } else { "\n\n" });
        }
        text.push_str(&item.text);
        last_is_bullet = bullet;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_both_sides_stand_in_the_order_of_time() {
        let base = "- 2026-11-20T09:00:00Z ada created";
        let one = format!("{base}\n- 2026-11-20T09:05:00Z ada one\n  more of it");
        let other = format!("{base}\n- 2026-11-20T09:03:00Z bo two");
        let wanted = format!("{base}\n- 2026-11-20T09:03:00Z bo two\n- 2026-11-20T09:05:00Z ada one\n  more of it");
        assert_eq!(merged_items(Kind::Entries, base, &one, &other), wanted);
        assert_eq!(merged_items(Kind::Entries, base, &other, &one), wanted);
    }

    #[test]
    fn entries_are_never_removed_and_an_answer_stays_with_its_question() {
        let base = "- [ ] 2026-11-20T09:00:00Z bo (needs input): why?\n- 2026-11-20T09:00:01Z bo remark";
        let one = "- [x] 2026-11-20T09:00:00Z bo (needs input): why?\n  - 2026-11-20T09:09:00Z ada: so\n- 2026-11-20T09:00:01Z bo remark";
        let other = "- [ ] 2026-11-20T09:00:00Z bo (needs input): why?";
        assert_eq!(merged_items(Kind::Entries, base, one, other), one);
    }

    #[test]
    fn a_tick_a_new_criterion_and_a_removed_one_all_count() {
        let base = "- [ ] a\n- [ ] b\n- [ ] c";
        let one = "- [x] a\n- [ ] b";
        let other = "- [ ] a\n- [ ] b\n- [ ] c\n- [ ] d";
        assert_eq!(merged_items(Kind::Words, base, one, other), "- [x] a\n- [ ] b\n- [ ] d");
    }

    #[test]
    fn a_paragraph_that_both_have_rewritten_is_kept_twice_rather_than_lost() {
        let merged = merged_items(Kind::Words, "First.\n\nOld.", "First.\n\nMine.", "First.\n\nTheirs.");
        assert_eq!(merged, "First.\n\nMine.\n\nTheirs.");
    }

    #[test]
    fn fences_and_comments_are_not_torn() {
        let base = "Text.\n\n```\na\n\n- b\n```\n\n<!-- c\n\n- d -->";
        let one = format!("{base}\n\nOne.");
        let other = format!("{base}\n\nOther.");
        assert_eq!(merged_items(Kind::Words, base, &one, &other), format!("{base}\n\nOne.\n\nOther."));
    }
}
