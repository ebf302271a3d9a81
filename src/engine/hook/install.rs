//! Installing the hooks where git looks for them, beside whatever is there; and taking all of it out again.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::git::Repository;

use super::super::private::{is_private, keep_out};
use super::super::workspace::Workspace;
use super::company::{MADE, MARK, Way, is_called, job, line, text_of, way, with_line, without_line};
use super::driver::DRIVER;
use super::proof::Reached;

/// The hooks that we have.
pub const HOOKS: &[&str] =
    &["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-merge", "post-checkout", "post-rewrite"];

/// What became of one hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Installed {
    /// It is there now.
    Written,
    /// It was there already, the same.
    Current,
    /// Something else is there and was left alone; this has to go into that file.
    Foreign {
        /// Whose it is: `you`, or the name of a manager.
        of: &'static str,
        /// The file that is to call ours.
        path: PathBuf,
        /// What calls it.
        call: String,
    },
    /// It is not there.
    Missing,
}

/// What came of installing.
#[derive(Debug)]
pub struct Installing {
    /// Each hook.
    pub hooks: Vec<(&'static str, Installed)>,
    /// Whether git reaches our pre-commit hook, if that was tried.
    pub reached: Option<Reached>,
}

/// The script of one hook.
pub fn shim(hook: &str, program: &Path) -> String {
    let program = program.display().to_string().replace('\'', r"'\''");
    include_str!("../../../hooks/shim.sh").replace("@HOOK@", hook).replace("@MCP@", &program)
}

/// The same for a folder that comes to others with the repository.
fn shared_shim(hook: &str) -> String {
    format!("#!/bin/sh\n{MARK}: hands git's {hook} to mcp, where that is installed.\n{}\n", line(hook))
}

impl Workspace {
    /// Writes our hooks where there is none; changes nothing that is not ours, but for a line of ours with `append`.
    pub fn install_hooks(
        &self,
        repository: &Repository,
        program: &Path,
        append: bool,
    ) -> Result<Vec<(&'static str, Installed)>> {
        let folder = repository.hooks_dir()?;
        fs_err::create_dir_all(&folder)?;
        if is_private(repository)? {
            let mut own = Vec::new();
            for hook in HOOKS {
                if let Way::File { path, is_shared: true } = way(repository, &folder, hook)? {
                    own.extend(path.strip_prefix(repository.work_dir()).map(|path| path.display().to_string()));
                }
            }
            keep_out(repository, &own)?;
        }
        let mut results = Vec::new();
        let mut jobs = Vec::new();
        for hook in HOOKS {
            let script = shim(hook, program);
            // What lines in files of others call; where it is not there they do nothing.
            write_hook(&self.own_hooks().join(hook), &script)?;
            let installed = match way(repository, &folder, hook)? {
                Way::File { path, is_shared: false } => write_hook(&path, &script)?,
                Way::File { path, is_shared: true } => write_hook(&path, &shared_shim(hook))?,
                Way::Line { path, of } => match text_of(&path)? {
                    Some(text) if is_called(&text, hook) => Installed::Current,
                    text if append => {
                        put_line(&path, text, hook, *hook == "pre-commit")?;
                        Installed::Written
                    }
                    _ => Installed::Foreign { of, path, call: line(hook) },
                },
                Way::Job { path } => {
                    jobs.push((*hook, path));
                    continue;
                }
                Way::Program { path } => {
                    let call = format!("\"$(git rev-parse --git-common-dir)/mcp/hooks/{hook}\"");
                    Installed::Foreign { of: "program", path, call }
                }
            };
            results.push((*hook, installed));
        }
        results.extend(self.install_jobs(&jobs, append)?);
        results.sort_by_key(|(hook, _)| HOOKS.iter().position(|known| known == hook));
        self.install_merge_driver(repository, program)?;
        Ok(results)
    }

    /// The same, and tries whether git reaches ours.
    pub fn install_and_try_hooks(&self, repository: &Repository, program: &Path, append: bool) -> Result<Installing> {
        let hooks = self.install_hooks(repository, program, append)?;
        if matches!(&hooks[0].1, Installed::Foreign { .. }) {
            return Ok(Installing { hooks, reached: None });
        }
        let mut reached = self.try_hook(repository, HOOKS[0])?;
        let folder = repository.hooks_dir()?;
        if let (Reached::No(0), Way::Line { path, .. }) = (&reached, way(repository, &folder, HOOKS[0])?)
            && hooks[0].1 == Installed::Written
            && let Some(text) = text_of(&path)?.and_then(|text| without_line(&text, HOOKS[0]))
        {
            // The script ends before its last line: ours goes first.
            fs_err::write(&path, with_line(&text, HOOKS[0], false))?;
            reached = self.try_hook(repository, HOOKS[0])?;
        }
        Ok(Installing { hooks, reached: Some(reached) })
    }

    /// Gives lefthook our jobs, in a file of settings that is this clone's own.
    fn install_jobs(&self, jobs: &[(&'static str, PathBuf)], append: bool) -> Result<Vec<(&'static str, Installed)>> {
        let Some((_, path)) = jobs.first() else { return Ok(Vec::new()) };
        let wanted: String = jobs.iter().map(|(hook, _)| job(hook)).collect();
        let wanted = format!("{MADE}{wanted}");
        let found = text_of(path)?;
        let is_ours = found.as_ref().is_none_or(|found| found.starts_with(MADE));
        if append && is_ours && found.as_ref() != Some(&wanted) {
            fs_err::write(path, &wanted)?;
            return Ok(jobs.iter().map(|(hook, _)| (*hook, Installed::Written)).collect());
        }
        let state = |hook: &str| match self.is_job(path, hook)? {
            true => anyhow::Ok(Installed::Current),
            false => Ok(Installed::Foreign { of: "lefthook", path: path.clone(), call: job(hook) }),
        };
        jobs.iter().map(|(hook, _)| Ok((*hook, state(hook)?))).collect()
    }

    /// Whether lefthook's settings have our job, its own or those that all share.
    fn is_job(&self, path: &Path, hook: &str) -> Result<bool> {
        for name in ["lefthook-local.yml", "lefthook.yml", ".lefthook.yml", "lefthook.yaml"] {
            if text_of(&path.with_file_name(name))?.is_some_and(|text| is_called(&text, hook)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Says of each hook whether git would reach ours.
    pub fn installed_hooks(&self, repository: &Repository) -> Result<Vec<(&'static str, Installed)>> {
        let folder = repository.hooks_dir()?;
        let state = |hook: &'static str| -> Result<Installed> {
            let is_there = is_executable(&self.own_hooks().join(hook));
            Ok(match way(repository, &folder, hook)? {
                Way::File { path, is_shared } => match is_executable(&path) && (!is_shared || is_there) {
                    true => Installed::Current,
                    false => Installed::Missing,
                },
                Way::Line { path, of } => match text_of(&path)?.is_some_and(|text| is_called(&text, hook)) {
                    true if is_there => Installed::Current,
                    true => Installed::Missing,
                    false => Installed::Foreign { of, path, call: line(hook) },
                },
                Way::Job { path } => match self.is_job(&path, hook)? {
                    true if is_there => Installed::Current,
                    true => Installed::Missing,
                    false => Installed::Foreign { of: "lefthook", path, call: job(hook) },
                },
                Way::Program { path } => {
                    let call = format!("\"$(git rev-parse --git-common-dir)/mcp/hooks/{hook}\"");
                    match fs_err::read(&path).is_ok_and(|bytes| is_called(&String::from_utf8_lossy(&bytes), hook)) {
                        true => Installed::Current,
                        false => Installed::Foreign { of: "program", path, call },
                    }
                }
            })
        };
        HOOKS.iter().map(|hook| Ok((*hook, state(hook)?))).collect()
    }

    /// The folder in which hooks of ours lie although git looks in another by now.
    pub(in super::super) fn shadowed_hooks(&self, repository: &Repository) -> Result<Option<PathBuf>> {
        let (now, usual) = (repository.hooks_dir()?, repository.common_dir().join("hooks"));
        let is_same = fs_err::canonicalize(&now).ok() == fs_err::canonicalize(&usual).ok();
        let is_ours = || anyhow::Ok(text_of(&usual.join(HOOKS[0]))?.is_some_and(|text| text.contains(MARK)));
        Ok(if !is_same && is_ours()? { Some(usual) } else { None })
    }

    /// The program that our hooks start first, if it is not there any more.
    pub(in super::super) fn lost_program(&self, repository: &Repository) -> Result<Option<PathBuf>> {
        for folder in [repository.hooks_dir()?, self.own_hooks()] {
            let text = text_of(&folder.join(HOOKS[0]))?.filter(|text| text.contains(MARK)).unwrap_or_default();
            let Some(named) = text.lines().find_map(|line| line.strip_prefix("mcp='")?.strip_suffix('\'')) else {
                continue;
            };
            let program = PathBuf::from(named.replace(r"'\''", "'"));
            if !is_executable(&program) {
                return Ok(Some(program));
            }
        }
        Ok(None)
    }

    /// Takes out our hooks, lines and jobs, and nothing else; says from where.
    pub fn uninstall_hooks(&self, repository: &Repository) -> Result<Vec<PathBuf>> {
        let mut changed = Vec::new();
        // Also where git looked before somebody changed that.
        let mut folders = vec![repository.hooks_dir()?, repository.common_dir().join("hooks")];
        folders.dedup();
        for folder in &folders {
            for hook in HOOKS {
                // Managers give the hook that was there before them another name.
                for end in ["", ".legacy", ".old"] {
                    taken_out(&folder.join(format!("{hook}{end}")), hook, &mut changed)?;
                }
                if let Some(own) = folder.parent().filter(|_| folder.ends_with("_")) {
                    taken_out(&own.join(hook), hook, &mut changed)?;
                }
            }
        }
        let jobs = repository.work_dir().join("lefthook-local.yml");
        if text_of(&jobs)?.is_some_and(|text| text.starts_with(MADE)) {
            fs_err::remove_file(&jobs)?;
            changed.push(jobs);
        }
        let own = self.own_hooks();
        if own.exists() {
            fs_err::remove_dir_all(own)?;
        }
        if self.wants_merge_driver() {
            repository.unset_merge_driver(DRIVER)?;
        }
        Ok(changed)
    }

    /// Where our hooks lie for those who call them from files of their own.
    fn own_hooks(&self) -> PathBuf {
        self.common_dir.join("mcp/hooks")
    }
}

/// Puts our line into a script, or makes one of it.
fn put_line(path: &Path, text: Option<String>, hook: &str, is_last: bool) -> Result<()> {
    let text = text.unwrap_or_else(|| MADE.to_owned());
    Ok(fs_err::write(path, with_line(&text, hook, is_last || text == MADE))?)
}

/// Removes a file of ours, or our line from one of others.
fn taken_out(path: &Path, hook: &str, changed: &mut Vec<PathBuf>) -> Result<()> {
    let Some(text) = text_of(path)? else { return Ok(()) };
    let rest = match text.contains(MARK) {
        true => MADE.to_owned(),
        false => match without_line(&text, hook) {
            Some(rest) => rest,
            None => return Ok(()),
        },
    };
    match rest == MADE {
        true => fs_err::remove_file(path)?,
        // In place: the file keeps its mode, and whatever links to it.
        false => fs_err::write(path, rest)?,
    }
    changed.push(path.to_owned());
    Ok(())
}

fn write_hook(path: &Path, script: &str) -> Result<Installed> {
    if text_of(path)?.as_deref() == Some(script) && is_executable(path) {
        return Ok(Installed::Current);
    }
    if let Some(folder) = path.parent() {
        fs_err::create_dir_all(folder)?;
    }
    fs_err::write(path, script)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(Installed::Written)
}

fn is_executable(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs_err::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    path.exists()
}
