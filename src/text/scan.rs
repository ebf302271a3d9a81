//! One linear pass over YAML: finds the top-level keys and refuses what could hurt a parser.
//!
//! Long because it is one machine with one state.
//! It takes the same decisions as libyaml about where quotes, comments and block scalars end,
//! so that nothing hidden from it is seen by the parser.

use std::collections::HashSet;

use super::layout::{Entry, Layout, Shape, Style};

const DEEPEST: usize = 8;

/// What the scan refuses, at an offset of the scanned text.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) at: usize,
    pub(super) message: String,
    pub(super) hint: String,
}

/// Finds the top-level entries of a YAML text, or the first thing that is not accepted.
pub(super) fn scan(yaml: &str) -> Result<Layout, Flaw> {
    let mut scanner = Scanner {
        text: yaml,
        at: 0,
        line_start: 0,
        levels: Vec::new(),
        open: Vec::new(),
        may_start_key: true,
        candidate: None,
        layout: Layout { shape: Shape::Empty, entries: Vec::new() },
    };
    scanner.run()?;
    Ok(scanner.layout)
}

/// A block collection that is open, with the keys seen in it.
pub(super) struct Level {
    pub(super) column: usize,
    keys: HashSet<String>,
}

/// A token that is a key if a colon follows on its line.
pub(super) struct Candidate {
    start: usize,
    pub(super) end: usize,
    line_start: usize,
    is_flow: bool,
}

/// A place in a text, with what is open there.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) line_start: usize,
    pub(super) levels: Vec<Level>,
    /// The offsets of the brackets that are open.
    pub(super) open: Vec<usize>,
    pub(super) may_start_key: bool,
    pub(super) candidate: Option<Candidate>,
    layout: Layout,
}

impl Scanner<'_> {
    fn run(&mut self) -> Result<(), Flaw> {
        loop {
            self.skip_to_token()?;
            let Some(byte) = self.byte(0) else {
                break;
            };
            if self.open.is_empty() {
                let column = self.column();
                while self.levels.last().is_some_and(|top| top.column > column) {
                    self.levels.pop();
                }
            }
            let in_flow = !self.open.is_empty();
            match byte {
                b'[' | b'{' => self.open_bracket()?,
                b']' | b'}' if in_flow => self.close_bracket(),
                b',' if in_flow => self.at += 1,
                b'-' if self.is_blank(1) => self.item()?,
                b'?' if in_flow || self.is_blank(1) => self.odd_key()?,
                b':' if in_flow || self.is_blank(1) => self.value()?,
                b'&' | b'*' | b'!' => return Err(self.forbidden(byte)),
                b'|' | b'>' if !in_flow => self.block_text()?,
                b'"' | b'\'' => self.quoted(byte)?,
                _ => self.plain(),
            }
        }
        match self.open.last() {
            Some(&at) => Err(flaw(at, "this bracket is never closed", "close it")),
            None => Ok(()),
        }
    }

    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
    }

    pub(super) fn column(&self) -> usize {
        self.at - self.line_start
    }

    /// The column of the innermost block collection, plus one; 0 outside of all.
    pub(super) fn least_column(&self) -> usize {
        self.levels.last().map_or(0, |top| top.column + 1)
    }

    pub(super) fn skip_line_rest(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// Steps over a line break, if one is here.
    pub(super) fn skip_break(&mut self) -> bool {
        if self.byte(0) == Some(b'\r') {
            self.at += 1;
        }
        if self.byte(0) != Some(b'\n') {
            return false;
        }
        self.at += 1;
        self.line_start = self.at;
        true
    }

    fn skip_to_token(&mut self) -> Result<(), Flaw> {
        loop {
            match self.byte(0) {
                Some(b' ') => self.at += 1,
                Some(b'\t') if !self.open.is_empty() || !self.may_start_key => self.at += 1,
                Some(b'\t') => return Err(tab(self.at)),
                Some(b'#') => self.skip_line_rest(),
                Some(b'\r' | b'\n') => {
                    self.skip_break();
                    if self.open.is_empty() {
                        self.may_start_key = true;
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    fn open_bracket(&mut self) -> Result<(), Flaw> {
        if self.open.is_empty() {
            self.begin_token(Style::Flow, self.at);
            self.offer_key(self.at, true);
            self.may_start_key = false;
        }
        self.open.push(self.at);
        self.check_depth()?;
        self.at += 1;
        Ok(())
    }

    fn close_bracket(&mut self) {
        let start = self.open.pop();
        self.at += 1;
        if self.open.is_empty() {
            if let Some(candidate) = &mut self.candidate {
                candidate.end = self.at;
            }
            self.end_token(start.unwrap_or(self.at), self.at);
        }
    }

    fn item(&mut self) -> Result<(), Flaw> {
        let start = self.at;
        if self.open.is_empty() {
            if self.may_start_key {
                self.roll(start)?;
            }
            self.begin_token(Style::List, start);
            let column = self.column();
            if let Some(last) = self.layout.entries.last_mut()
                && last.style == Style::List
                && (start == last.value || last.item_column == column)
            {
                last.item_column = column;
                last.items.push(start);
            }
            self.candidate = None;
            self.may_start_key = true;
        }
        self.at += 1;
        self.extend_entry(self.at);
        Ok(())
    }

    fn odd_key(&mut self) -> Result<(), Flaw> {
        if self.open.is_empty() {
            if self.may_start_key {
                self.roll(self.at)?;
            }
            self.note_odd_key();
            self.begin_token(Style::Map, self.at);
            self.candidate = None;
            self.may_start_key = true;
        }
        self.at += 1;
        self.extend_entry(self.at);
        Ok(())
    }

    fn value(&mut self) -> Result<(), Flaw> {
        let colon = self.at;
        self.at += 1;
        if !self.open.is_empty() {
            return Ok(());
        }
        let candidate = self.candidate.take();
        match candidate.filter(|candidate| candidate.line_start == self.line_start) {
            Some(key) => {
                self.roll(key.start)?;
                self.add_key(&key, colon + 1)?;
                self.may_start_key = false;
            }
            None => {
                if self.may_start_key {
                    self.roll(colon)?;
                }
                self.note_odd_key();
                self.may_start_key = true;
            }
        }
        self.extend_entry(self.at);
        Ok(())
    }

    /// Remembers the token that starts here as a possible key.
    pub(super) fn offer_key(&mut self, start: usize, is_flow: bool) {
        if !self.open.is_empty() {
            return;
        }
        self.candidate =
            self.may_start_key.then_some(Candidate { start, end: start, line_start: self.line_start, is_flow });
    }

    /// Opens a block collection at the column of an offset on this line, if it is deeper.
    fn roll(&mut self, start: usize) -> Result<(), Flaw> {
        let column = start - self.line_start;
        if self.levels.last().is_some_and(|top| top.column >= column) {
            return Ok(());
        }
        self.levels.push(Level { column, keys: HashSet::new() });
        self.check_depth()
    }

    fn check_depth(&self) -> Result<(), Flaw> {
        if self.levels.len() + self.open.len() <= DEEPEST {
            return Ok(());
        }
        let message = format!("nested more than {DEEPEST} levels deep");
        Err(flaw(self.at, message, "flatten it"))
    }

    fn add_key(&mut self, key: &Candidate, colon: usize) -> Result<(), Flaw> {
        if key.is_flow {
            self.note_odd_key();
            return Ok(());
        }
        let entry = Entry::new(&self.text[key.start..key.end], key.start, colon);
        let is_root = self.levels.len() == 1;
        if let Some(level) = self.levels.last_mut()
            && !level.keys.insert(entry.key.clone())
        {
            let message = format!("the key `{}` is there twice", entry.key);
            return Err(flaw(key.start, message, "keep one of them"));
        }
        if is_root {
            if self.layout.shape != Shape::OddMapping {
                self.layout.shape = Shape::Mapping;
            }
            self.layout.entries.push(entry);
        } else if let Some(last) = self.layout.entries.last_mut()
            && last.value == key.start
        {
            last.style = Style::Map;
        }
        Ok(())
    }

    fn note_odd_key(&mut self) {
        if self.levels.len() <= 1 {
            self.layout.shape = Shape::OddMapping;
        }
    }

    /// Whether a token that starts here is, or will be, a top-level key and no part of a value.
    fn is_at_root(&self, start: usize) -> bool {
        self.levels.len() <= 1
            && start >= self.line_start
            && self.levels.first().is_none_or(|root| root.column == start - self.line_start)
    }

    pub(super) fn begin_token(&mut self, style: Style, start: usize) {
        if !self.open.is_empty() {
            return;
        }
        if self.layout.shape == Shape::Empty {
            self.layout.shape = match style {
                Style::Flow if self.text[start..].starts_with('{') => Shape::OddMapping,
                _ => Shape::Other,
            };
        }
        if self.is_at_root(start) && style != Style::List {
            return;
        }
        if let Some(last) = self.layout.entries.last_mut()
            && last.style == Style::Empty
        {
            last.value = start;
            last.style = style;
        }
    }

    pub(super) fn end_token(&mut self, start: usize, end: usize) {
        if !self.is_at_root(start) {
            self.extend_entry(end);
        }
    }

    fn extend_entry(&mut self, end: usize) {
        if let Some(last) = self.layout.entries.last_mut()
            && self.open.is_empty()
        {
            last.end = last.end.max(end);
        }
    }

    fn forbidden(&self, byte: u8) -> Flaw {
        let (what, hint) = match byte {
            b'&' => ("an anchor (`&`)", "write the value out where it is needed, or quote it"),
            b'*' => ("an alias (`*`)", "write the value out, or quote it"),
            _ => ("a tag (`!`)", "leave the tag out, or quote the value"),
        };
        flaw(self.at, format!("{what} is not allowed here"), hint)
    }
}

pub(super) fn flaw(at: usize, message: impl Into<String>, hint: &str) -> Flaw {
    Flaw { at, message: message.into(), hint: hint.to_owned() }
}

pub(super) fn tab(at: usize) -> Flaw {
    flaw(at, "a tab cannot indent here", "indent with spaces")
}
