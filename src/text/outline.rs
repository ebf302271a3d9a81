//! Reads markdown just far enough to know its top-level headings and how a piece of it ends.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A heading that stands in no list, quote or other block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) level: HeadingLevel,
    pub(super) title: String,
    /// Its whole lines.
    pub(super) range: Range<usize>,
    pub(super) is_underlined: bool,
}

impl Heading {
    /// Whether a section begins or ends at this heading.
    pub(super) fn is_border(&self) -> bool {
        self.level <= HeadingLevel::H2
    }
}

/// The kind of the last block of a piece of markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastBlock {
    None,
    Bullets,
    Numbers,
    Html,
    Other,
}

/// What a piece of markdown holds and whether something else can stand below it.
pub(super) struct Piece {
    /// Whether a code fence, a comment or other HTML is still open at its end.
    pub(super) is_open: bool,
    pub(super) has_border: bool,
    pub(super) last_block: LastBlock,
    /// Where its first block starts; nowhere if it has none that can be seen.
    pub(super) first_block: Option<usize>,
}

/// Returns the events of a markdown text with their places.
pub(super) fn events(markdown: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(markdown, Options::ENABLE_TASKLISTS).into_offset_iter()
}

/// Returns the top-level headings of a markdown text, one by one.
pub(super) fn headings(markdown: &str) -> impl Iterator<Item = Heading> {
    let mut depth = 0_usize;
    let mut current: Option<Heading> = None;
    events(markdown).filter_map(move |(event, range)| {
        match event {
            Event::Start(tag) => {
                if let (0, Tag::Heading { level, .. }) = (depth, &tag) {
                    current = Some(heading_at(markdown, *level, range));
                }
                depth += 1;
            }
            Event::End(end) => {
                depth -= 1;
                if depth == 0 && matches!(end, TagEnd::Heading(_)) {
                    return current.take();
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut current {
                    heading.title.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut current {
                    heading.title.push(' ');
                }
            }
            _ => (),
        }
        None
    })
}

/// Looks at a piece of markdown by reading it with a heading below it.
pub(super) fn examine(markdown: &str) -> Piece {
    let end = markdown.len() + 2;
    let probed = format!("{markdown}\n\n## end\n");
    let mut piece = Piece { is_open: true, has_border: false, last_block: LastBlock::None, first_block: None };
    let mut depth = 0_usize;
    for (event, range) in events(&probed) {
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth > 1 {
                    continue;
                }
                if range.start == end {
                    piece.is_open = false;
                    break;
                }
                piece.first_block.get_or_insert(range.start);
                piece.has_border |= matches!(
                    tag,
                    Tag::Heading { level, .. } if level <= HeadingLevel::H2
                );
                piece.last_block = match tag {
                    Tag::List(None) => LastBlock::Bullets,
                    Tag::List(Some(_)) => LastBlock::Numbers,
                    Tag::HtmlBlock => LastBlock::Html,
                    _ => LastBlock::Other,
                };
            }
            Event::End(_) => depth -= 1,
            Event::Rule if depth == 0 => {
                piece.first_block.get_or_insert(range.start);
                piece.last_block = LastBlock::Other;
            }
            _ => (),
        }
    }
    piece
}

/// Whether a top-level block or an item of a top-level list starts at an offset.
pub(super) fn has_block_at(markdown: &str, offset: usize) -> bool {
    let mut depth = 0_usize;
    for (event, range) in events(markdown) {
        let is_block = match event {
            Event::Start(tag) => {
                depth += 1;
                depth == 1 || depth == 2 && tag == Tag::Item
            }
            Event::End(_) => {
                depth -= 1;
                false
            }
            Event::Rule => depth == 0,
            _ => false,
        };
        if is_block && range.start == offset {
            return true;
        }
        if depth == 0 && range.start > offset {
            return false;
        }
    }
    false
}

/// The length of a text without the blank lines at its end; the last line keeps its line end.
pub(super) fn length_without_blank_end(text: &str) -> usize {
    let kept = text.trim_end_matches([' ', '\t', '\r', '\n']).len();
    match (kept, text[kept..].find('\n')) {
        (0, _) => 0,
        (_, Some(line_end)) => kept + line_end + 1,
        (_, None) => text.len(),
    }
}

fn heading_at(markdown: &str, level: HeadingLevel, range: Range<usize>) -> Heading {
    let start = markdown[..range.start].trim_end_matches(' ').len();
    let rest = &markdown[range.end..];
    let end = match markdown[..range.end].ends_with(['\n', '\r']) {
        true => range.end,
        false => range.end + rest.find('\n').map_or(rest.len(), |end| end + 1),
    };
    Heading { level, title: String::new(), is_underlined: !markdown[range].starts_with('#'), range: start..end }
}
