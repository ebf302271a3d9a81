//! Markdown as a list of blocks for showing: what stands in which list or quote, and which words are marked how.
//! Long, since the parser has that many kinds of events.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A piece of text that is marked the same throughout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The words; a line break where the author made one on purpose.
    pub text: String,
    /// `**strong**`.
    pub is_strong: bool,
    /// `*emphasis*`.
    pub is_emphasis: bool,
    /// `` `code` ``.
    pub is_code: bool,
    /// `~~struck~~`.
    pub is_struck: bool,
    /// Where it leads, if it is a link.
    pub link: Option<String>,
}

/// What a block holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A heading of a level from 1 to 6.
    Heading(u8, Vec<Span>),
    /// A paragraph, or the text of an item.
    Text(Vec<Span>),
    /// Code, line by line as it stands there.
    Code(String),
    /// A table: rows of cells, the head first.
    Table(Vec<Vec<Vec<Span>>>),
    /// HTML, which is shown as it stands there.
    Html(String),
    /// A line across.
    Rule,
}

/// One block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// In how many quotes it stands.
    pub quotes: usize,
    /// How many columns the lists around it push it to the right.
    pub indent: usize,
    /// What stands in front of it, if it begins an item: `- `, `2. `, `[x] `.
    pub marker: Option<String>,
    /// Whether it follows the block above without an empty line.
    pub is_tight: bool,
    /// What it holds.
    pub content: Content,
}

/// Reads markdown into blocks.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let options = Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, options) {
        reader.take(event);
    }
    reader.flush();
    reader.blocks
}

/// A list that is open.
struct List {
    number: Option<u64>,
    /// Columns of its items' markers.
    width: usize,
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    quotes: usize,
    lists: Vec<List>,
    marker: Option<String>,
    spans: Vec<Span>,
    style: Span,
    heading: Option<u8>,
    code: Option<String>,
    html: Option<String>,
    rows: Option<Vec<Vec<Vec<Span>>>>,
    is_in_item: bool,
    is_loose: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match (&mut self.code, &mut self.html) {
                (Some(code), _) => code.push_str(&text),
                (_, Some(html)) => html.push_str(&text),
                _ => self.add(&text),
            },
            Event::Code(text) => {
                self.style.is_code = true;
                self.add(&text);
                self.style.is_code = false;
            }
            Event::Html(text) => self.html.get_or_insert_default().push_str(&text),
            // Comments within a line are notes of programs.
            Event::InlineHtml(text) if text.starts_with("<!--") => {}
            Event::InlineHtml(text) => self.add(&text),
            Event::SoftBreak => self.add(" "),
            Event::HardBreak => self.add("\n"),
            Event::Rule => self.push(Content::Rule),
            Event::TaskListMarker(is_checked) => {
                let mark = if is_checked { "[x] " } else { "[ ] " };
                self.widen(mark);
            }
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.flush(),
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(level as u8);
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::List(number) => {
                self.flush();
                self.is_loose |= self.lists.is_empty();
                self.lists.push(List { number, width: 2 });
            }
            Tag::Item => {
                self.flush();
                let Some(list) = self.lists.last_mut() else { return };
                let marker = match &mut list.number {
                    Some(number) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    None => "- ".to_owned(),
                };
                list.width = marker.len();
                self.marker = Some(marker);
                self.is_in_item = true;
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                // The language says nothing that the code does not.
                let (CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) = kind;
                self.code = Some(String::new());
            }
            Tag::HtmlBlock => {
                self.flush();
                self.html = Some(String::new());
            }
            Tag::Table(_) => {
                self.flush();
                self.rows = Some(Vec::new());
            }
            Tag::TableHead | Tag::TableRow => self.rows.get_or_insert_default().push(Vec::new()),
            Tag::Emphasis => self.style.is_emphasis = true,
            Tag::Strong => self.style.is_strong = true,
            Tag::Strikethrough => self.style.is_struck = true,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.style.link = Some(dest_url.into_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.flush();
                self.is_loose = true;
            }
            TagEnd::Heading(_) => {
                let level = self.heading.take().unwrap_or(1);
                let spans = std::mem::take(&mut self.spans);
                self.push(Content::Heading(level, spans));
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes -= 1;
            }
            TagEnd::Item => {
                if self.marker.is_some() && self.spans.is_empty() {
                    self.push(Content::Text(Vec::new()));
                }
                self.flush();
                self.is_loose = false;
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                self.is_in_item = !self.lists.is_empty();
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.push(Content::Code(code));
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                self.push(Content::Html(html));
            }
            TagEnd::TableCell => {
                let spans = std::mem::take(&mut self.spans);
                if let Some(row) = self.rows.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(spans);
                }
            }
            TagEnd::Table => {
                let rows = self.rows.take().unwrap_or_default();
                self.push(Content::Table(rows));
            }
            TagEnd::Emphasis => self.style.is_emphasis = false,
            TagEnd::Strong => self.style.is_strong = false,
            TagEnd::Strikethrough => self.style.is_struck = false,
            TagEnd::Link | TagEnd::Image => self.style.link = None,
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        match self.spans.last_mut() {
            Some(last) if (Span { text: String::new(), ..last.clone() }) == self.style => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), ..self.style.clone() }),
        }
    }

    /// Puts a box behind the bullet of an item; its text begins behind both.
    fn widen(&mut self, mark: &str) {
        if let Some(marker) = &mut self.marker {
            marker.push_str(mark);
        }
    }

    fn flush(&mut self) {
        if !self.spans.is_empty() {
            let spans = std::mem::take(&mut self.spans);
            self.push(Content::Text(spans));
        }
    }

    fn push(&mut self, content: Content) {
        let marker = self.marker.take();
        // The marker's own columns belong to the item's text, except in the line that it begins.
        let depth = self.lists.len();
        let outer: usize = self.lists.iter().take(depth.saturating_sub(1)).map(|list| list.width).sum();
        let own = self.lists.last().map_or(0, |list| list.width);
        let indent = if marker.is_some() { outer } else { outer + own };
        let is_tight = self.is_in_item
            && !self.is_loose
            && !self.blocks.is_empty()
            && depth > 0
            && (marker.is_none() || self.blocks.last().is_some_and(|block| block.marker.is_some() || block.indent > 0));
        self.blocks.push(Block { quotes: self.quotes, indent, marker, is_tight, content });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks in a line each.
    fn told(markdown: &str) -> Vec<String> {
        let words = |spans: &[Span]| {
            let mark = |span: &Span| match (span.is_code, span.is_strong, &span.link) {
                (true, ..) => format!("`{}`", span.text),
                (_, true, _) => format!("*{}*", span.text),
                (.., Some(link)) => format!("[{}]({link})", span.text),
                _ => span.text.clone(),
            };
            spans.iter().map(mark).collect::<String>()
        };
        let told = |block: &Block| {
            let content = match &block.content {
                Content::Heading(level, spans) => format!("h{level} {}", words(spans)),
                Content::Text(spans) => words(spans),
                Content::Code(code) => format!("code {code:?}"),
                Content::Table(rows) => format!("table of {}", rows.len()),
                Content::Html(html) => format!("html {html:?}"),
                Content::Rule => "rule".to_owned(),
            };
            let tight = if block.is_tight { "" } else { "/ " };
            let marker = block.marker.as_deref().unwrap_or_default();
            format!("{tight}{}{}{marker}{content}", ">".repeat(block.quotes), ".".repeat(block.indent))
        };
        blocks(markdown).iter().map(told).collect()
    }

    #[test]
    fn blocks_know_where_they_stand() {
        let markdown = "# One\ntext **b** `c` [l](u)\nmore\n\n- a\n- [x] b\n  1. c\n\n     d\n- e\n\n> q\n\n---\n```sh\nx\n y\n```\n<!-- note -->\n\n|a|b|\n|-|-|\n|1|2|\n";
        insta::assert_debug_snapshot!(told(markdown), @r#"
        [
            "/ h1 One",
            "/ text *b* `c` [l](u) more",
            "/ - a",
            "- [x] b",
            "..1. c",
            "/ .....d",
            "- e",
            "/ >q",
            "/ rule",
            "/ code \"x\\n y\\n\"",
            "/ html \"<!-- note -->\\n\"",
            "/ table of 2",
        ]
        "#);
    }

    #[test]
    fn nothing_that_is_said_is_lost() {
        for markdown in ["a\\\nb", "- \n- x", "> - a\n>   > b", "![alt](x.png)", "<b>x</b>", "a <!-- n --> b", "~~x~~"]
        {
            assert!(!blocks(markdown).is_empty(), "{markdown}");
        }
    }
}
