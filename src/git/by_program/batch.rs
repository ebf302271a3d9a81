//! One `git cat-file` that stays, and is asked for object after object; it ends with us, for its input is then closed.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::git::backend::{Kind, Object};
use crate::git::oid::Oid;
use crate::git::places::Places;
use crate::git::program::TIME_LIMIT;

/// The child, started when it is first asked.
#[derive(Debug, Default)]
pub(super) struct Batch {
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    questions: ChildStdin,
    answers: Receiver<Vec<u8>>,
    /// What came and was not read yet.
    unread: Vec<u8>,
    /// How much of it has been read.
    read: usize,
}

impl Batch {
    /// Returns an object.
    pub(super) fn object(&self, places: &Places, oid: Oid) -> Result<Option<Object>> {
        Ok(self.ask(places, &oid.to_string())?.map(|(_, object)| object))
    }

    /// Returns the id of what a revision names.
    pub(super) fn resolve(&self, places: &Places, revision: &str) -> Result<Option<Oid>> {
        if revision.contains('\n') {
            return Ok(None);
        }
        match self.ask(places, revision) {
            Ok(found) => Ok(found.map(|(oid, _)| oid)),
            // Some revisions end the child, such as `@{u}` where nothing is upstream.
            Err(_) => {
                let call = ["rev-parse", "--verify", "--quiet", "--end-of-options", revision];
                let answer = super::asking(places, call).answer()?;
                Ok(String::from_utf8_lossy(&answer.stdout).trim().parse().ok().filter(|_| answer.code == Some(0)))
            }
        }
    }

    fn ask(&self, places: &Places, name: &str) -> Result<Option<(Oid, Object)>> {
        let mut slot = self.running.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // What was begun with a child that failed is lost: another one is asked anew, once.
        if let Some(mut running) = slot.take()
            && let Ok(answer) = running.ask(name)
        {
            *slot = Some(running);
            return Ok(answer);
        }
        let mut running = Running::start(places)?;
        let answer = running.ask(name).with_context(|| format!("asking git for `{}`", name.escape_debug()))?;
        *slot = Some(running);
        Ok(answer)
    }
}

impl Running {
    fn start(places: &Places) -> Result<Self> {
        let mut child =
            super::asking(places, ["-c", "core.warnAmbiguousRefs=false", "cat-file", "--batch"]).started()?;
        let questions = child.stdin.take().context("git has no input")?;
        let mut pipe = child.stdout.take().context("git has no output")?;
        let (sender, answers) = channel();
        // In a thread of its own, so that waiting has an end.
        thread::spawn(move || {
            let mut piece = vec![0; 1 << 16];
            while let Ok(length @ 1..) = pipe.read(&mut piece) {
                if sender.send(piece[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, questions, answers, unread: Vec::new(), read: 0 })
    }

    fn ask(&mut self, name: &str) -> Result<Option<(Oid, Object)>> {
        self.questions.write_all(format!("{name}\n").as_bytes())?;
        let header = self.line()?;
        // `id kind size`, or the name and why there is none; only those words are in the answer to an id.
        let mut words = header.rsplitn(3, ' ');
        let (size, kind, oid) = (words.next().unwrap_or_default(), words.next(), words.next());
        if matches!(size, "missing" | "ambiguous" | "submodule") {
            return Ok(None);
        }
        let (Some(kind), Some(Ok(oid)), Ok(size)) = (kind.and_then(kind_of), oid.map(str::parse), size.parse()) else {
            bail!("git answered `{}`", header.escape_debug());
        };
        let bytes = self.take(size)?;
        self.take(1)?;
        Ok(Some((oid, Object { kind, bytes })))
    }

    fn line(&mut self) -> Result<String> {
        loop {
            if let Some(length) = self.unread[self.read..].iter().position(|&byte| byte == b'\n') {
                let line = self.take(length)?;
                self.take(1)?;
                return Ok(String::from_utf8_lossy(&line).into_owned());
            }
            self.wait()?;
        }
    }

    fn take(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.unread.len() - self.read < length {
            self.wait()?;
        }
        let taken = self.unread[self.read..self.read + length].to_vec();
        self.read += length;
        if self.read == self.unread.len() {
            self.unread.clear();
            self.read = 0;
        }
        Ok(taken)
    }

    fn wait(&mut self) -> Result<()> {
        match self.answers.recv_timeout(TIME_LIMIT) {
            Ok(piece) => self.unread.extend(piece),
            Err(error) => bail!("`git cat-file` gave no whole answer: {error}"),
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It only reads: nothing is lost.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn kind_of(word: &str) -> Option<Kind> {
    [Kind::Blob, Kind::Tree, Kind::Commit, Kind::Tag].into_iter().find(|kind| kind.word() == word)
}
