//! Puts the parts into the files of a repository, and takes them out again. Never outside of it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::store::write_durably;

use super::agents::{AGENTS, Agent, Files};
use super::part::{Part, Removed, State};

/// Longer files are nobody's settings.
const LIMIT: u64 = 1024 * 1024;

/// The files of one repository.
#[derive(Clone, Debug)]
pub struct Setup {
    root: PathBuf,
    /// The command that starts us.
    program: String,
}

/// What became of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// For which agent.
    pub agent: &'static str,
    /// What it is.
    pub what: &'static str,
    /// The file, below the top of the repository.
    pub file: String,
    /// A word for it: `written`, `updated`, `current`, `missing`, `stale`, `changed`, `unfit`, `removed`, `absent`.
    pub state: &'static str,
    /// Why, where that is not plain.
    pub why: Option<String>,
}

/// A file as it was found.
struct Found {
    path: PathBuf,
    text: Option<String>,
}

impl Files for Setup {
    fn text(&self, path: &str) -> Option<String> {
        self.read(path).ok()?.ok()?.text
    }
}

impl Setup {
    /// The files below the top of a repository.
    pub fn at(root: &Path, program: &str) -> Setup {
        // Links below it are compared with where it really lies.
        let root = fs_err::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        Setup { root, program: program.to_owned() }
    }

    /// The agents that leave traces here.
    pub fn found(&self) -> Vec<&'static Agent> {
        let is_there = |path: &str| self.root.join(path).symlink_metadata().is_ok();
        AGENTS.iter().filter(|agent| agent.traces.iter().any(|path| is_there(path))).collect()
    }

    /// The parts of an agent, for reading.
    pub fn parts(&self, agent: &Agent) -> Vec<Part> {
        agent.parts(self, &self.program)
    }

    /// Says how each part stands.
    pub fn check(&self, agents: &[&'static Agent]) -> Result<Vec<Report>> {
        let mut reports = Vec::new();
        for agent in agents {
            for part in self.parts(agent) {
                let state = self.state(&part)?;
                reports.push(report(agent, &part, state_word(&state), state));
            }
        }
        Ok(reports)
    }

    /// Puts in what is missing and brings up to date what is old; what somebody changed only by force.
    pub fn install(&self, agents: &[&'static Agent], is_forced: bool) -> Result<Vec<Report>> {
        let mut reports = Vec::new();
        for agent in agents {
            for part in self.parts(agent) {
                let state = self.state(&part)?;
                let word = match &state {
                    State::Missing => "written",
                    State::Stale => "updated",
                    State::Changed if is_forced => "updated",
                    state => {
                        reports.push(report(agent, &part, state_word(state), state.clone()));
                        continue;
                    }
                };
                let Ok(found) = self.read(&part.file)? else { continue };
                match part.put(found.text.as_deref()) {
                    Ok(text) => {
                        write(&found.path, &text)?;
                        reports.push(report(agent, &part, word, State::Current));
                    }
                    Err(why) => reports.push(report(agent, &part, "unfit", State::Unfit(why))),
                }
            }
        }
        Ok(reports)
    }

    /// Takes everything out again, last first; what somebody changed only by force.
    pub fn remove(&self, agents: &[&'static Agent], is_forced: bool) -> Result<Vec<Report>> {
        let mut reports = Vec::new();
        for agent in agents.iter().rev() {
            let mut parts = self.parts(agent);
            parts.extend(agent.elsewhere(&parts));
            let asked_for = self.parts(agent).len();
            for (index, part) in parts.iter().enumerate().rev() {
                let is_elsewhere = index >= asked_for;
                let state = self.state(part)?;
                let Ok(found) = self.read(&part.file)? else { continue };
                if matches!(state, State::Changed) && !is_forced {
                    reports.push(report(agent, part, "changed", state));
                    continue;
                }
                let word = match found.text.as_deref().map_or(Removed::NotThere, |text| part.take(text)) {
                    Removed::NotThere if is_elsewhere => continue,
                    Removed::NotThere => "absent",
                    Removed::Text(text) => {
                        write(&found.path, &text)?;
                        "removed"
                    }
                    Removed::File => {
                        self.delete(&found.path)?;
                        "removed"
                    }
                };
                reports.push(report(agent, part, word, State::Missing));
            }
        }
        reports.reverse();
        Ok(reports)
    }

    fn state(&self, part: &Part) -> Result<State> {
        Ok(match self.read(&part.file)? {
            Ok(found) => part.look(found.text.as_deref()),
            Err(why) => State::Unfit(why),
        })
    }

    /// A file's text, or why it is none that may be changed. Links are followed, but never out of the repository.
    fn read(&self, file: &str) -> Result<Result<Found, String>> {
        let path = self.root.join(file);
        let real = match fs_err::canonicalize(&path) {
            Ok(real) => real,
            Err(_) if path.symlink_metadata().is_ok() => return Ok(Err("it is a link that leads nowhere".to_owned())),
            Err(_) => {
                let mut above = path.parent();
                while let Some(folder) = above.filter(|folder| folder.symlink_metadata().is_err()) {
                    above = folder.parent();
                }
                let above = above.map(fs_err::canonicalize).transpose()?.unwrap_or_default();
                return Ok(match above.starts_with(&self.root) && above.is_dir() {
                    true => Ok(Found { path, text: None }),
                    false => Err("its folder lies outside the repository".to_owned()),
                });
            }
        };
        if !real.starts_with(&self.root) || real.starts_with(self.root.join(".git")) {
            return Ok(Err("it is a link that leads out of the repository".to_owned()));
        }
        let metadata = fs_err::metadata(&real)?;
        if !metadata.is_file() {
            return Ok(Err("it is no regular file".to_owned()));
        }
        if metadata.len() > LIMIT {
            return Ok(Err("it is larger than 1 MiB".to_owned()));
        }
        match String::from_utf8(fs_err::read(&real)?) {
            Ok(text) => Ok(Ok(Found { path: real, text: Some(text) })),
            Err(_) => Ok(Err("it is not UTF-8".to_owned())),
        }
    }

    /// Deletes a file that was made for a part, and the folders that are empty then.
    fn delete(&self, path: &Path) -> Result<()> {
        fs_err::remove_file(path)?;
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.root && folder.starts_with(&self.root)) {
            // One that holds something is not removed.
            if fs_err::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }
}

/// Writes a file whole or not at all, with the permissions that it had.
fn write(path: &Path, text: &str) -> Result<()> {
    let permissions = match fs_err::metadata(path) {
        Ok(metadata) => Some(metadata.permissions()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    write_durably(path, text.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
    if let Some(permissions) = permissions {
        fs_err::set_permissions(path, permissions)?;
    }
    Ok(())
}

fn state_word(state: &State) -> &'static str {
    match state {
        State::Missing => "missing",
        State::Current => "current",
        State::Stale => "stale",
        State::Changed => "changed",
        State::Unfit(_) => "unfit",
    }
}

fn report(agent: &'static Agent, part: &Part, state: &'static str, found: State) -> Report {
    let why = match found {
        State::Unfit(why) => Some(why),
        _ => None,
    };
    Report { agent: agent.name, what: part.what, file: part.file.clone(), state, why }
}
