//! How far a scalar goes in YAML: quoted, plain, literal or folded.

use super::layout::Style;
use super::scan::{Flaw, Scanner, flaw, tab};

impl Scanner<'_> {
    pub(super) fn quoted(&mut self, quote: u8) -> Result<(), Flaw> {
        let start = self.at;
        let style = match quote {
            b'"' => Style::Double,
            _ => Style::Single,
        };
        self.begin_token(style, start);
        self.offer_key(start, false);
        self.at += 1;
        loop {
            match self.byte(0) {
                None => return Err(flaw(start, "this quote is never closed", "close it")),
                Some(b'\n') => {
                    self.skip_break();
                }
                Some(b'\\') if quote == b'"' && self.byte(1) != Some(b'\n') => self.at += 2,
                Some(b'\'') if quote == b'\'' && self.byte(1) == Some(b'\'') => self.at += 2,
                Some(byte) if byte == quote => break,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        self.finish_scalar(start, self.at);
        Ok(())
    }

    pub(super) fn plain(&mut self) {
        let start = self.at;
        self.begin_token(Style::Plain, start);
        self.offer_key(start, false);
        let in_flow = !self.open.is_empty();
        let least = self.least_column();
        let mut has_broken = false;
        let mut end = start;
        while self.byte(0) != Some(b'#') {
            while !self.is_blank(0) {
                let byte = self.byte(0).unwrap_or(b' ');
                let is_flow_mark = in_flow && b",[]{}".contains(&byte);
                let ends_flow_key = in_flow && matches!(self.byte(1), Some(b',' | b'?' | b'[' | b']' | b'{' | b'}'));
                if is_flow_mark || byte == b':' && (self.is_blank(1) || ends_flow_key) {
                    break;
                }
                self.at += 1;
                end = self.at;
            }
            if !self.is_blank(0) || self.byte(0).is_none() || self.byte(0) == Some(b':') {
                break;
            }
            loop {
                match self.byte(0) {
                    Some(b' ' | b'\t') => self.at += 1,
                    Some(b'\r' | b'\n') => {
                        self.skip_break();
                        has_broken = true;
                    }
                    _ => break,
                }
            }
            if !in_flow && has_broken && self.column() < least {
                break;
            }
        }
        self.finish_scalar(start, end);
        self.may_start_key = has_broken && !in_flow;
    }

    /// Reads a literal or folded block scalar.
    pub(super) fn block_text(&mut self) -> Result<(), Flaw> {
        let start = self.at;
        self.begin_token(Style::Text, start);
        self.candidate = None;
        self.at += 1;
        let least = self.least_column();
        let mut indent = 0;
        let mut keeps_blank_lines = false;
        while let Some(mark @ (b'+' | b'-' | b'0'..=b'9')) = self.byte(0) {
            match mark {
                b'+' => keeps_blank_lines = true,
                b'-' => (),
                digit => indent = least.saturating_sub(1) + usize::from(digit - b'0'),
            }
            self.at += 1;
        }
        let mut end = self.at;
        self.skip_line_rest();
        self.skip_break();
        self.skip_blank_lines(&mut indent, least)?;
        while self.column() == indent && self.byte(0).is_some() {
            self.skip_line_rest();
            end = self.at;
            if !self.skip_break() {
                break;
            }
            self.skip_blank_lines(&mut indent, least)?;
        }
        if keeps_blank_lines && self.line_start > end {
            end = self.line_start;
        }
        self.end_token(start, end);
        self.may_start_key = true;
        Ok(())
    }

    /// Steps over blank lines and the indent of the next line, finding the indent when it is 0.
    fn skip_blank_lines(&mut self, indent: &mut usize, least: usize) -> Result<(), Flaw> {
        let mut widest = 0;
        loop {
            while (*indent == 0 || self.column() < *indent) && self.byte(0) == Some(b' ') {
                self.at += 1;
            }
            widest = widest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.byte(0) == Some(b'\t') {
                return Err(tab(self.at));
            }
            if !matches!(self.byte(0), Some(b'\r' | b'\n')) {
                break;
            }
            self.skip_break();
        }
        if *indent == 0 {
            *indent = widest.max(least).max(1);
        }
        Ok(())
    }

    fn finish_scalar(&mut self, start: usize, end: usize) {
        if self.open.is_empty() {
            if let Some(candidate) = &mut self.candidate {
                candidate.end = end;
            }
            self.may_start_key = false;
            self.end_token(start, end);
        }
    }
}
