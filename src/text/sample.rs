//! Makes awkward documents of pieces whose borders and values are known without parsing.
//!
//! Long because of its lists of awkward lines.

use fastrand::Rng;
use serde_yaml::{Mapping, Value};

/// A key with its own lines, or lines that belong to no key.
#[derive(Debug, Clone)]
pub(super) struct FrontPiece {
    pub(super) key: Option<String>,
    pub(super) lines: String,
    pub(super) value: Value,
    /// What has to stay on the line of the key when its value changes.
    pub(super) comment: Option<&'static str>,
    is_text: bool,
    keeps_blank: bool,
}

#[derive(Debug, Clone)]
pub(super) struct SectionPiece {
    pub(super) title: String,
    pub(super) heading: String,
    pub(super) content: String,
    pub(super) blank: String,
    /// Whether its content leaves something open to the end of the text.
    pub(super) is_open: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) mark: &'static str,
    pub(super) open: String,
    pub(super) front: Vec<FrontPiece>,
    pub(super) close: String,
    pub(super) preamble: String,
    pub(super) sections: Vec<SectionPiece>,
}

/// How lines end: always alike, or one way or the other.
#[derive(Clone, Copy)]
pub(super) enum LineEnds {
    Lf,
    Crlf,
    Mixed,
}

impl LineEnds {
    fn apply(self, rng: &mut Rng, text: &str) -> String {
        let lines = text.split_inclusive('\n').map(|line| {
            let is_crlf = match self {
                LineEnds::Lf => false,
                LineEnds::Crlf => true,
                LineEnds::Mixed => rng.bool(),
            };
            match line.strip_suffix('\n') {
                Some(start) if is_crlf => format!("{start}\r\n"),
                _ => line.to_owned(),
            }
        });
        lines.collect()
    }
}

impl Sample {
    pub(super) fn text(&self) -> String {
        let mut text = self.front_text();
        text.push_str(&self.preamble);
        for section in &self.sections {
            text.push_str(&section.heading);
            text.push_str(&section.content);
            text.push_str(&section.blank);
        }
        text
    }

    pub(super) fn front_text(&self) -> String {
        let mut text = format!("{}{}", self.mark, self.open);
        for piece in &self.front {
            text.push_str(&piece.lines);
        }
        text + &self.close
    }

    pub(super) fn values(&self) -> Mapping {
        let keyed = self.front.iter().filter_map(|piece| {
            let key = piece.key.clone()?;
            Some((Value::from(key), piece.value.clone()))
        });
        keyed.collect()
    }

    pub(super) fn random(rng: &mut Rng) -> Sample {
        let ends = match rng.u8(0..4) {
            0 | 1 => LineEnds::Lf,
            2 => LineEnds::Crlf,
            _ => LineEnds::Mixed,
        };
        let has_front = rng.u8(0..12) > 0;
        let (open, close) = match has_front {
            true => ("---\n", choice(rng, &["---\n", "---\n", "--- \n", "...\n"])),
            false => ("", ""),
        };
        let mut sample = Sample {
            mark: if rng.u8(0..8) == 0 { "\u{feff}" } else { "" },
            open: ends.apply(rng, open),
            front: if has_front { random_front(rng, ends) } else { Vec::new() },
            close: ends.apply(rng, close),
            preamble: random_preamble(rng, ends),
            sections: random_sections(rng, ends),
        };
        if rng.u8(0..5) == 0 {
            sample.drop_final_line_end();
        }
        sample
    }

    fn drop_final_line_end(&mut self) {
        let last = match self.sections.last_mut() {
            Some(section) => match (&section.blank[..], &section.content[..]) {
                ("", "") => &mut section.heading,
                ("", _) => &mut section.content,
                _ => &mut section.blank,
            },
            None if self.preamble.is_empty() => &mut self.close,
            None => &mut self.preamble,
        };
        let kept = last.trim_end_matches('\n').trim_end_matches('\r').len();
        last.truncate(kept);
    }
}

pub(super) const KEYS: [&str; 16] = [
    "id",
    "title",
    "priority",
    "labels",
    "rev",
    "depends on",
    "größe",
    "x-odd",
    "true",
    "12",
    "status",
    "a.b",
    "assignee",
    "null",
    "quoted",
    "branch",
];

/// The ways to write a value: own lines with `K` for the key, the value as YAML, a comment.
const VALUES: [(&str, &str, Option<&str>); 36] = [
    ("K: word\n", "word", None),
    ("K: word   # P0..P2\n", "word", Some("   # P0..P2")),
    ("K:   spaced out  \n", "spaced out", None),
    ("K:\ttabbed\n", "tabbed", None),
    ("K: 'it''s # x' # c\n", "\"it's # x\"", Some(" # c")),
    ("K: \"a: \\\"b\\\" \\x1b \\\\\"\n", "\"a: \\\"b\\\" \\x1b \\\\\"", None),
    ("K: http://x.y/z#w?a=b&c\n", "'http://x.y/z#w?a=b&c'", None),
    ("K: 12 # n\n", "12", Some(" # n")),
    ("K: 1.5\n", "1.5", None),
    ("K: true\n", "true", None),
    ("K:\n", "null", None),
    ("K:   # nothing\n", "null", Some("   # nothing")),
    ("K: ~\n", "null", None),
    ("K: one\n  two &no *no\n\n  [three\n", "\"one two &no *no\\n[three\"", None),
    ("K: \"one\n  two\\\n  - x # no\n  id: y\" # c\n", "\"one two- x # no id: y\"", Some(" # c")),
    ("K: 'one\n\n  title: two'\n", "\"one\\ntitle: two\"", None),
    ("K:\n  below # c\n", "below", None),
    ("K: [a, 'b, c', \"d]\"] # list\n", "[a, 'b, c', 'd]']", Some(" # list")),
    ("K: [] # e\n", "[]", Some(" # e")),
    ("K: [\n  a, # id: x\n\n  b\n  ]\n", "[a, b]", None),
    ("K: [a,\nb]\n", "[a, b]", None),
    ("K:\n- a\n- b\n", "[a, b]", None),
    ("K: # c\n  - a # why\n  # no\n\n  - 'b'\n", "[a, b]", Some(" # c")),
    ("K:\n    - \"a\"\n    - b: 1\n      c: [x, {y: z}]\n    - - d\n", "[a, {b: 1, c: [x, {y: z}]}, [d]]", None),
    ("K:\n  a: 1\n  # no\n  'b': [x]\n", "{a: 1, b: [x]}", None),
    ("K: {a: 1, \"b\": 'c, }'} # m\n", "{a: 1, b: 'c, }'}", Some(" # m")),
    ("K:\n  a:\n    b:\n    - c\n", "{a: {b: [c]}}", None),
    (
        "K: |\n  id: fake\n  # no comment\n\n  &a *b !c [[[ {{{\n",
        "\"id: fake\\n# no comment\\n\\n&a *b !c [[[ {{{\\n\"",
        None,
    ),
    ("K: |- # lit\n    a\n      b\n", "\"a\\n  b\"", Some(" # lit")),
    ("K: >-\n  folded\n  text: x\n", "\"folded text: x\"", None),
    ("K: |+\n  kept\n\n\n", "\"kept\\n\\n\\n\"", None),
    ("K: |2-\n    a\n   b\n", "\"  a\\n b\"", None),
    ("K: >\n\n  x\n  - y\n", "\"\\nx - y\\n\"", None),
    ("K: 2026-11-20T09:12:03Z\n", "'2026-11-20T09:12:03Z'", None),
    ("K: -x - y ? z :w, [a]\n", "'-x - y ? z :w, [a]'", None),
    ("K: größe 日本 👩‍🚀 # ü\n", "größe 日本 👩‍🚀", Some(" # ü")),
];

fn random_front(rng: &mut Rng, ends: LineEnds) -> Vec<FrontPiece> {
    let indent = if rng.u8(0..15) == 0 { "  " } else { "" };
    let mut keys = KEYS.to_vec();
    rng.shuffle(&mut keys);
    keys.truncate(rng.usize(0..9));
    let mut front: Vec<FrontPiece> = Vec::new();
    for key in keys {
        push_fillers(rng, ends, &mut front);
        let (lines, value, comment) = loop {
            let found = choice(rng, &VALUES);
            // Explicit indents count from the key, so they do not move with it.
            if indent.is_empty() || !found.0.contains("|2") {
                break found;
            }
        };
        let written = match key {
            "true" | "12" | "null" | "quoted" => format!("\"{key}\""),
            "größe" if rng.bool() => format!("'{key}'"),
            _ => key.to_owned(),
        };
        let lines = lines.replacen('K', &written, 1);
        let indented = lines.split_inclusive('\n').map(|line| match line.trim() {
            "" => line.to_owned(),
            _ => format!("{indent}{line}"),
        });
        let lines: String = indented.collect();
        front.push(FrontPiece {
            key: Some(key.to_owned()),
            is_text: lines.contains(": |") || lines.contains(": >"),
            keeps_blank: lines.contains("|+"),
            lines: ends.apply(rng, &lines),
            value: serde_yaml::from_str(value).unwrap(),
            comment,
        });
    }
    push_fillers(rng, ends, &mut front);
    if rng.u16(0..3000) == 0 {
        let long = "# a long comment that goes on and on for sixty bytes or more.\n".repeat(950);
        front.push(filler(ends.apply(rng, &long)));
    }
    front
}

fn push_fillers(rng: &mut Rng, ends: LineEnds, front: &mut Vec<FrontPiece>) {
    for _ in 0..rng.u8(0..3) {
        let last = front.last();
        let is_below_text = last.is_some_and(|last| last.is_text);
        let keeps_blank = last.is_some_and(|last| last.keeps_blank);
        let lines = match (is_below_text, keeps_blank) {
            (_, true) => "# id: no\n",
            (true, _) => choice(rng, &["\n", "# title: no\n"]),
            _ => choice(rng, &["\n", "   \n", "# comment: no\n", "  # - [in: dented\n", "#\n"]),
        };
        let mut piece = filler(ends.apply(rng, lines));
        piece.is_text = is_below_text && lines.trim().is_empty();
        front.push(piece);
    }
}

pub(super) fn filler(lines: String) -> FrontPiece {
    FrontPiece { key: None, lines, value: Value::Null, comment: None, is_text: false, keeps_blank: false }
}

pub(super) const TITLES: [&str; 8] =
    ["Goal", "Acceptance criteria", "Files affected", "Notes & more", "Review feedback", "Evidence", "Log", "Ünknown"];

/// Blocks of markdown; what holds `real` is a check box, what holds `fake` is none.
const BLOCKS: [&str; 24] = [
    "Some text\nof two lines\n",
    "- [ ] real one\n- [x] real two\n  more\n  - [ ] real three\n\n    text\n",
    "* [X] real\n* plain\n",
    "1. [ ] real\n2) other\n",
    "```\n## Fake\n- [ ] fake\n```\n",
    "~~~~md\n```\n## Fake\n~~~\n- [x] fake\n~~~~\n",
    "- item\n  ```\n  ## Fake\n  - [ ] fake\n  ```\n",
    "<!--\n## Fake\n- [ ] fake\n\nFake\n---\n-->\n",
    "<!-- AC:BEGIN -->\n- [x] real #1\n<!-- AC:END -->\n",
    "> ## Fake\n> - [ ] fake\n",
    "- item\n\n  ## Fake\n  text\n",
    "Code:\n\n    ## Fake\n    - [ ] fake\n",
    "### Sub heading\ntext\n",
    "| a | b |\n|---|---|\n| - [ ] fake | x |\n",
    "A `## fake` and `- [ ] fake` [link](x) ## Fake\n",
    "<div>\n## Fake\n- [ ] fake\n</div>\n",
    "<details>\n\n- [ ] real\n\n</details>\n",
    "- 2026-11-20T09:12:03Z ada created\n- 2026-11-20T09:13:03Z ada moved\n",
    "* * *\n",
    "hard  \nbreak\\\nnext\n",
    "[ref]: http://x.y 'z'\n",
    "Größe 日本 👩‍🚀 \u{a0}\n",
    "#no heading\n\n####### neither\n",
    "<script>\n## Fake\n\n- [ ] fake\n</script>\n",
];

fn random_preamble(rng: &mut Rng, ends: LineEnds) -> String {
    let text = choice(
        rng,
        &["", "\n", "# Title\n\n", "\n# Title\nintro\n", "Intro\n- [ ] outside\n\n", "Big\n===\n\n<!-- x -->\n\n"],
    );
    ends.apply(rng, text)
}

fn random_sections(rng: &mut Rng, ends: LineEnds) -> Vec<SectionPiece> {
    let mut sections: Vec<SectionPiece> = Vec::new();
    let is_spaced = rng.bool();
    let count = rng.usize(0..7);
    for index in 0..count {
        let title = choice(rng, &TITLES);
        let is_apart = sections.last().is_some_and(|last| !last.blank.is_empty());
        let is_below_nothing = sections.last().is_some_and(|last| last.content.is_empty());
        let shouted = title.to_uppercase();
        let heading = match rng.u8(0..10) {
            0 if is_apart => format!("{title}\n---\n"),
            1 if is_apart => format!("{title} \n-\n"),
            2 => format!("##  {title}  ##\n"),
            3 if is_below_nothing => format!("   ## {title}\n"),
            4 => format!("## {shouted}\n"),
            _ => format!("## {title}\n"),
        };
        let mut content = String::new();
        for _ in 0..rng.u8(0..4) {
            if !content.is_empty() || is_spaced {
                content.push('\n');
            }
            content.push_str(choice(rng, &BLOCKS));
        }
        let is_open = index + 1 == count && rng.u8(0..40) == 0;
        if is_open {
            content.push_str(choice(rng, &["\n```sh\n# open\n", "\n<!-- open\n", "\n<pre>\n"]));
        }
        let ends_in_html = content.ends_with("</div>\n") || content.ends_with("</details>\n");
        let blank = match rng.u8(0..6) {
            _ if is_open => "",
            0 => "\n\n",
            1 => "  \n",
            2 if !is_spaced && !ends_in_html => "",
            _ if is_spaced || ends_in_html => "\n",
            _ => "",
        };
        sections.push(SectionPiece {
            title: title.to_owned(),
            heading: ends.apply(rng, &heading),
            content: ends.apply(rng, &content),
            blank: ends.apply(rng, blank),
            is_open,
        });
    }
    sections
}

pub(super) fn choice<T: Copy>(rng: &mut Rng, items: &[T]) -> T {
    items[rng.usize(0..items.len())]
}
