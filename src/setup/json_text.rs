//! JSON as text, comments and trailing commas allowed: finds where things stand, so that an edit can leave all other bytes alone.

use std::ops::Range;

/// How deep values may be nested.
const DEPTH: usize = 64;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its bytes, from the first to behind the last.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An object's members: key, where the key begins, value.
    Object(Vec<(String, usize, Node)>),
    /// An array's elements.
    Array(Vec<Node>),
    /// Anything else.
    Scalar,
}

impl Node {
    /// The value of a key.
    pub fn member(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Object(members) => members.iter().find(|(name, ..)| name == key).map(|(.., value)| value),
            _ => None,
        }
    }

    /// Where the parts of an object or array begin and end, keys with them.
    pub fn parts(&self) -> Vec<Range<usize>> {
        match &self.kind {
            Kind::Object(members) => members.iter().map(|(_, start, value)| *start..value.span.end).collect(),
            Kind::Array(elements) => elements.iter().map(|element| element.span.clone()).collect(),
            Kind::Scalar => Vec::new(),
        }
    }
}

/// Reads a text that holds one value; says what is wrong otherwise.
pub fn parse(text: &str) -> Result<Node, String> {
    let mut reader = Reader { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 } };
    reader.skip();
    let node = reader.value(0)?;
    reader.skip();
    if reader.at == text.len() { Ok(node) } else { Err(reader.wrong("something follows the value")) }
}

/// A value as `serde_json` reads it; `None` when there are comments or trailing commas in it.
pub fn value(text: &str, node: &Node) -> Option<serde_json::Value> {
    serde_json::from_str(&text[node.span.clone()]).ok()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn wrong(&self, what: &str) -> String {
        let line = self.text[..self.at.min(self.text.len())].lines().count().max(1);
        format!("line {line}: {what}")
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips blanks and comments.
    fn skip(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            self.at += blank;
            let rest = &self.text[self.at..];
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(comment) = rest.strip_prefix("/*") {
                self.at += comment.find("*/").map_or(rest.len(), |end| end + 4);
            } else {
                return;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, String> {
        if depth > DEPTH {
            return Err(self.wrong("it is nested too deep"));
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => {
                self.string()?;
                Kind::Scalar
            }
            _ => {
                let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
                let length = self.text[start..].find(|c| !word(c)).unwrap_or(self.text.len() - start);
                if length == 0 {
                    return Err(self.wrong("a value is missing"));
                }
                self.at += length;
                Kind::Scalar
            }
        };
        Ok(Node { span: start..self.at, kind })
    }

    fn string(&mut self) -> Result<String, String> {
        let start = self.at;
        let mut is_escaped = false;
        for (at, c) in self.text[start + 1..].char_indices() {
            match c {
                '\n' => break,
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => {
                    self.at = start + at + 2;
                    let text = &self.text[start..self.at];
                    return serde_json::from_str(text).map_err(|_| self.wrong("a string cannot be read"));
                }
                _ => {}
            }
        }
        Err(self.wrong("a string has no end"))
    }

    fn object(&mut self, depth: usize) -> Result<Kind, String> {
        let mut members: Vec<(String, usize, Node)> = Vec::new();
        self.at += 1;
        loop {
            self.skip();
            let start = self.at;
            match self.peek() {
                Some(b'}') => break,
                Some(b'"') => {}
                _ => return Err(self.wrong("a key is missing")),
            }
            let key = self.string()?;
            if members.iter().any(|(known, ..)| *known == key) {
                return Err(self.wrong(&format!("the key {key} stands there twice")));
            }
            self.skip();
            if self.peek() != Some(b':') {
                return Err(self.wrong("a colon is missing"));
            }
            self.at += 1;
            self.skip();
            let value = self.value(depth + 1)?;
            members.push((key, start, value));
            if !self.comma(b'}')? {
                break;
            }
        }
        self.at += 1;
        Ok(Kind::Object(members))
    }

    fn array(&mut self, depth: usize) -> Result<Kind, String> {
        let mut elements = Vec::new();
        self.at += 1;
        loop {
            self.skip();
            if self.peek() == Some(b']') {
                break;
            }
            elements.push(self.value(depth + 1)?);
            if !self.comma(b']')? {
                break;
            }
        }
        self.at += 1;
        Ok(Kind::Array(elements))
    }

    /// Skips a comma; false when the end comes instead.
    fn comma(&mut self, end: u8) -> Result<bool, String> {
        self.skip();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(found) if found == end => Ok(false),
            _ => Err(self.wrong("a comma or an end is missing")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_things_stand() {
        let text = "// c\n{ \"a\": [1, {\"b\": \"x\\\"}\"},], /* } */ \"c\": null }\n";
        let node = parse(text).expect("JSON");
        assert_eq!(&text[node.member("a").expect("a").span.clone()], "[1, {\"b\": \"x\\\"}\"},]");
        assert_eq!(&text[node.parts()[1].clone()], "\"c\": null");
        let deep = "[".repeat(10_000);
        for broken in ["", "{", "{\"a\" 1}", "{\"a\":1,\"a\":2}", "{} {}", "\"x", "[1 2]", "{a: 1}", &deep] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }
}
