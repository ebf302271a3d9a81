//! Looks over a markdown text that is no task file: its headings, its list items and boxes, its tables, its code.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A heading that stands in no other block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// 1 to 6.
    pub level: usize,
    /// As plain text.
    pub text: String,
    /// Its whole lines.
    pub range: Range<usize>,
    /// Written with a line below it, as text that is followed by a rule may be by accident.
    pub is_underlined: bool,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// How many lists it stands in; 1 is outermost.
    pub depth: usize,
    /// Whether its box is ticked, if it has one.
    pub is_checked: Option<bool>,
    /// Its first paragraph as plain text.
    pub text: String,
    /// All of it, from its bullet on.
    pub range: Range<usize>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub range: Range<usize>,
    pub head: Vec<String>,
    /// Each with the offset at which it starts.
    pub rows: Vec<(usize, Vec<String>)>,
}

/// What a markdown text holds, each in order.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    pub titles: Vec<Title>,
    pub items: Vec<Item>,
    pub tables: Vec<Table>,
    /// Code blocks and HTML, in which nothing is what it looks like.
    pub code: Vec<Range<usize>>,
}

impl Survey {
    /// Looks over a text.
    pub fn of(markdown: &str) -> Survey {
        let mut survey = Survey::default();
        let mut reader = Reader::default();
        let options = Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES;
        for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
            reader.take(markdown, event, range, &mut survey);
        }
        survey
    }

    /// Whether an offset lies in code.
    pub fn is_code(&self, offset: usize) -> bool {
        let after = self.code.partition_point(|range| range.end <= offset);
        self.code.get(after).is_some_and(|range| range.contains(&offset))
    }

    /// How many boxes there are, and how many of them are ticked.
    pub fn boxes(&self) -> (usize, usize) {
        let boxes = self.items.iter().filter_map(|item| item.is_checked);
        boxes.fold((0, 0), |(all, ticked), is_checked| (all + 1, ticked + usize::from(is_checked)))
    }
}

/// Where the reader is.
#[derive(Default)]
struct Reader {
    depth: usize,
    quotes: usize,
    /// Indices of the items that are open.
    open: Vec<usize>,
    /// Whether text belongs to the innermost item's first paragraph.
    is_in_item: bool,
    is_in_title: bool,
    cell: Option<String>,
    row: Vec<String>,
}

impl Reader {
    fn take(&mut self, markdown: &str, event: Event<'_>, range: Range<usize>, survey: &mut Survey) {
        match event {
            Event::Start(tag) => {
                self.start(markdown, &tag, range, survey);
                self.depth += 1;
            }
            Event::End(end) => {
                self.depth -= 1;
                self.end(end, &range, survey);
            }
            Event::TaskListMarker(is_checked) => {
                if let Some(item) = self.open.last().and_then(|index| survey.items.get_mut(*index)) {
                    item.is_checked.get_or_insert(is_checked);
                }
            }
            Event::Text(text) | Event::Code(text) => self.say(&text, survey),
            Event::SoftBreak | Event::HardBreak => self.say(" ", survey),
            Event::Html(_) => survey.code.push(range),
            _ => {}
        }
    }

    fn start(&mut self, markdown: &str, tag: &Tag<'_>, range: Range<usize>, survey: &mut Survey) {
        match tag {
            Tag::Heading { level, .. } if self.depth == 0 => {
                let end = markdown[range.end..].find('\n').map_or(markdown.len(), |end| range.end + end + 1);
                let end = if markdown[..range.end].ends_with('\n') { range.end } else { end };
                let is_underlined = !markdown[range.clone()].starts_with('#');
                let range = range.start..end;
                survey.titles.push(Title { level: *level as usize, text: String::new(), range, is_underlined });
                self.is_in_title = true;
            }
            Tag::Item if self.quotes == 0 => {
                let depth = self.open.len() + 1;
                self.open.push(survey.items.len());
                survey.items.push(Item { depth, is_checked: None, text: String::new(), range });
                self.is_in_item = true;
            }
            Tag::List(_) | Tag::Heading { .. } => self.is_in_item = false,
            Tag::CodeBlock(_) => {
                self.is_in_item = false;
                survey.code.push(range);
            }
            Tag::BlockQuote(_) => {
                self.is_in_item = false;
                self.quotes += 1;
            }
            Tag::Table(_) => survey.tables.push(Table { range, head: Vec::new(), rows: Vec::new() }),
            Tag::TableCell => self.cell = Some(String::new()),
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd, range: &Range<usize>, survey: &mut Survey) {
        match end {
            TagEnd::Heading(_) => self.is_in_title = false,
            TagEnd::Paragraph => self.is_in_item = false,
            TagEnd::Item if self.quotes == 0 => {
                self.open.pop();
                self.is_in_item = false;
            }
            TagEnd::BlockQuote(_) => self.quotes -= 1,
            TagEnd::TableCell => self.row.extend(self.cell.take().map(|cell| cell.trim().to_owned())),
            TagEnd::TableHead => {
                if let Some(table) = survey.tables.last_mut() {
                    table.head = std::mem::take(&mut self.row);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = survey.tables.last_mut() {
                    table.rows.push((range.start, std::mem::take(&mut self.row)));
                }
            }
            _ => {}
        }
    }

    fn say(&mut self, text: &str, survey: &mut Survey) {
        if let Some(cell) = &mut self.cell {
            cell.push_str(text);
        } else if self.is_in_title {
            survey.titles.last_mut().into_iter().for_each(|title| title.text.push_str(text));
        } else if self.is_in_item
            && let Some(item) = self.open.last().and_then(|index| survey.items.get_mut(*index))
        {
            item.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_items_boxes_titles_and_tables() {
        let text = "# A `b`\n\n- [x] one\n  more\n  - two\n  - [ ] three\n\n```\n# no\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
        let survey = Survey::of(text);
        assert_eq!(survey.titles.iter().map(|title| title.text.as_str()).collect::<Vec<_>>(), ["A b"]);
        let items: Vec<_> = survey.items.iter().map(|item| (item.depth, item.is_checked, item.text.as_str())).collect();
        assert_eq!(items, [(1, Some(true), "one more"), (2, None, "two"), (2, Some(false), "three")]);
        assert_eq!(survey.boxes(), (2, 1));
        assert!(survey.is_code(text.find("# no").unwrap()) && !survey.is_code(0));
        assert_eq!(survey.tables[0].head, ["a", "b"]);
        assert_eq!(survey.tables[0].rows[0].1, ["1", "2"]);
    }
}
