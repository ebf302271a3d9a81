//! Installing the hooks where git looks for them, beside whatever is there.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::git::Repository;

use super::super::workspace::Workspace;
use super::driver::DRIVER;

/// The hooks that we have.
pub const HOOKS: &[&str] =
    &["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-merge", "post-checkout", "post-rewrite"];
/// By this line a shim is known as ours.
const MARK: &str = "# mcp-handoff hook";

/// What became of one hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Installed {
    /// It is there now.
    Written,
    /// It was there already, the same.
    Current,
    /// Somebody else's hook is there and was left alone; this line calls ours from it.
    Foreign { line: String },
    /// It is not there.
    Missing,
}

/// The script of one hook.
pub fn shim(hook: &str, program: &Path) -> String {
    let program = program.display().to_string().replace('\'', r"'\''");
    include_str!("../../../hooks/shim.sh").replace("@HOOK@", hook).replace("@MCP@", &program)
}

impl Workspace {
    /// Writes our hooks where there is none; changes nothing that is not ours.
    pub fn install_hooks(&self, repository: &Repository, program: &Path) -> Result<Vec<(&'static str, Installed)>> {
        let folder = repository.hooks_dir()?;
        fs_err::create_dir_all(&folder)?;
        let mut results = Vec::new();
        for hook in HOOKS {
            let path = folder.join(hook);
            let script = shim(hook, program);
            let installed = match fs_err::read_to_string(&path) {
                Ok(found) if found == script => Installed::Current,
                Ok(found) if !found.contains(MARK) => Installed::Foreign { line: call(hook, program) },
                Ok(_) => write_hook(&path, &script)?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => write_hook(&path, &script)?,
                Err(_) => Installed::Foreign { line: call(hook, program) },
            };
            results.push((*hook, installed));
        }
        self.install_merge_driver(repository, program)?;
        Ok(results)
    }

    /// Says of each hook whether git would reach ours.
    pub fn installed_hooks(&self, repository: &Repository, program: &Path) -> Result<Vec<(&'static str, Installed)>> {
        let folder = repository.hooks_dir()?;
        Ok(HOOKS.iter().map(|hook| (*hook, look(&folder.join(hook), hook, program))).collect())
    }

    /// Removes our hooks and nothing else; says which.
    pub fn uninstall_hooks(&self, repository: &Repository) -> Result<Vec<PathBuf>> {
        let folder = repository.hooks_dir()?;
        let mut removed = Vec::new();
        for hook in HOOKS {
            let path = folder.join(hook);
            if fs_err::read_to_string(&path).is_ok_and(|found| found.contains(MARK)) {
                fs_err::remove_file(&path)?;
                removed.push(path);
            }
        }
        if self.wants_merge_driver() {
            repository.unset_merge_driver(DRIVER)?;
        }
        Ok(removed)
    }
}

fn look(path: &Path, hook: &str, program: &Path) -> Installed {
    let Ok(found) = fs_err::read_to_string(path) else { return Installed::Missing };
    let calls_ours = found.contains(MARK) || found.contains(&format!("hook {hook}"));
    match calls_ours && is_executable(path) {
        true => Installed::Current,
        false if calls_ours => Installed::Missing,
        false => Installed::Foreign { line: call(hook, program) },
    }
}

fn call(hook: &str, program: &Path) -> String {
    format!("'{}' hook {hook} \"$@\" || exit 1", program.display().to_string().replace('\'', r"'\''"))
}

fn write_hook(path: &Path, script: &str) -> Result<Installed> {
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
