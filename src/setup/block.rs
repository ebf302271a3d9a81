//! Lines of ours between two marks in somebody's text: put in at the end, brought up to date in place, taken out byte for byte.

use sha2::{Digest as _, Sha256};

use super::part::{Removed, State};

/// Lines between marks.
#[derive(Clone, Debug)]
pub struct Block {
    /// For whom it is there: several agents read the same file.
    pub agent: &'static str,
    /// How a line becomes a comment: what stands before it and behind it.
    pub comment: (&'static str, &'static str),
    /// What stands above the marks in a file that is ours alone; empty for a block in somebody's file.
    pub head: String,
    /// The lines, each with its line break.
    pub text: String,
    /// Beginnings of lines that say that somebody has written the same by hand.
    pub rivals: Vec<&'static str>,
}

const BEGIN: &str = "mcp-handoff begin";
const END: &str = "mcp-handoff end";

/// A block as it was found.
struct Found<'a> {
    agents: Vec<&'a str>,
    sum: &'a str,
    pad: usize,
    is_new: bool,
    /// From the first byte of the first mark to behind the last one's line break.
    span: std::ops::Range<usize>,
    inner: String,
    head: String,
}

impl Block {
    /// How the block stands in a file.
    pub fn look(&self, text: Option<&str>) -> State {
        let Some(text) = text else { return State::Missing };
        match self.find(text) {
            None if text.contains(BEGIN) => State::Changed,
            None if !self.head.is_empty() => State::Unfit("it is somebody else's file".to_owned()),
            None => {
                match self.rivals.iter().find(|rival| text.lines().any(|line| line.trim_start().starts_with(**rival))) {
                    Some(rival) => State::Unfit(format!("it has `{rival}` already")),
                    None => State::Missing,
                }
            }
            Some(found) if found.sum != sum(&found.head, &found.inner) => State::Changed,
            Some(found) if !found.agents.contains(&self.agent) => State::Missing,
            Some(found) if found.inner != self.text || found.head != self.head => State::Stale,
            Some(_) => State::Current,
        }
    }

    /// The file with the block in it.
    pub fn put(&self, text: Option<&str>) -> Result<String, String> {
        let Some(text) = text else {
            return Ok(format!("{}{}", self.head, self.marked(&[self.agent], 0, true, "\n")));
        };
        let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
        if let Some(found) = self.find(text) {
            let mut agents = found.agents.clone();
            if !agents.contains(&self.agent) {
                agents.push(self.agent);
                agents.sort_unstable();
            }
            let block = self.marked(&agents, found.pad, found.is_new, eol);
            if !self.head.is_empty() {
                return Ok(format!("{}{block}{}", self.head, &text[found.span.end..]));
            }
            return Ok(format!("{}{block}{}", &text[..found.span.start], &text[found.span.end..]));
        }
        let pad = match text {
            "" => 0,
            text if !text.ends_with('\n') => 2,
            text if text.ends_with(&format!("{eol}{eol}")) || text.trim().is_empty() => 0,
            _ => 1,
        };
        Ok(format!("{text}{}{}", eol.repeat(pad), self.marked(&[self.agent], pad, false, eol)))
    }

    /// The file without the block, or without this agent among those for whom it is there.
    pub fn take(&self, text: &str) -> Removed {
        let Some(found) = self.find(text).filter(|found| found.agents.contains(&self.agent)) else {
            return Removed::NotThere;
        };
        let eol = if text[found.span.clone()].contains("\r\n") { "\r\n" } else { "\n" };
        let others: Vec<_> = found.agents.iter().copied().filter(|agent| *agent != self.agent).collect();
        if !others.is_empty() {
            let mark = self.mark(&others, found.sum, found.pad, found.is_new);
            let first = &text[found.span.start..];
            let end = first.find('\n').map_or(first.len(), |end| end + 1);
            return Removed::Text(format!("{}{mark}{eol}{}", &text[..found.span.start], &first[end..]));
        }
        let (before, behind) = (&text[..found.span.start], &text[found.span.end..]);
        if behind.is_empty() && found.is_new && before == found.head {
            return Removed::File;
        }
        let mut before = before;
        // What somebody has written behind the block must not run into what stands before it.
        if behind.is_empty() {
            for _ in 0..found.pad {
                before = before.strip_suffix(eol).unwrap_or(before);
            }
        }
        Removed::Text(format!("{before}{behind}"))
    }

    fn marked(&self, agents: &[&str], pad: usize, is_new: bool, eol: &str) -> String {
        let mark = self.mark(agents, &sum(&self.head, &self.text), pad, is_new);
        let end = format!("{}{END}{}", self.comment.0, self.comment.1);
        format!("{mark}{eol}{}{end}{eol}", self.text.replace('\n', eol))
    }

    fn mark(&self, agents: &[&str], sum: &str, pad: usize, is_new: bool) -> String {
        let new = if is_new { " new" } else { "" };
        let (before, behind) = self.comment;
        format!("{before}{BEGIN} for={} sum={sum} pad={pad}{new} (kept by `mcp setup`){behind}", agents.join(","))
    }

    fn find<'a>(&self, text: &'a str) -> Option<Found<'a>> {
        let lines = || {
            text.split_inclusive('\n').scan(0, |at, line| {
                let start = *at;
                *at += line.len();
                Some((start, line))
            })
        };
        let is_mark = |line: &str, word: &str| {
            line.trim_end().strip_prefix(self.comment.0).is_some_and(|rest| rest.starts_with(word))
        };
        let mut begins = lines().filter(|(_, line)| is_mark(line, BEGIN));
        let (start, first) = begins.next()?;
        // Two of them: somebody has copied one, and which is ours cannot be told.
        if begins.next().is_some() {
            return None;
        }
        let (end, last) = lines().find(|(at, line)| *at > start && is_mark(line, END))?;
        let word = |name: &str| first.split(' ').find_map(|word| word.trim().strip_prefix(name));
        Some(Found {
            agents: word("for=")?.split(',').collect(),
            sum: word("sum=")?,
            pad: word("pad=")?.parse().ok().filter(|pad| *pad <= 2)?,
            is_new: first.split(' ').any(|word| word == "new"),
            span: start..end + last.len(),
            inner: text[start + first.len()..end].replace("\r\n", "\n"),
            head: if self.head.is_empty() { String::new() } else { text[..start].to_owned() },
        })
    }
}

/// The beginning of the SHA-256 of what is ours.
fn sum(head: &str, inner: &str) -> String {
    let digest = Sha256::digest(format!("{head}{inner}"));
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
