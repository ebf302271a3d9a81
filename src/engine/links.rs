//! Untracked inputs that the private worktree borrows from the working tree, by symbolic links.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use globset::{Glob, GlobSet, GlobSetBuilder};

/// Links what the patterns match below `root` to the same places below `private`, and says whether any link is there.
pub(crate) fn link_inputs(root: &Path, private: &Path, patterns: &[String]) -> Result<bool> {
    let mut is_linked = false;
    for pattern in patterns {
        for source in expanded(root, pattern)? {
            let Ok(relative) = source.strip_prefix(root) else { continue };
            let target = private.join(relative);
            if target.symlink_metadata().is_ok_and(|metadata| !metadata.is_symlink()) {
                continue;
            }
            if target.symlink_metadata().is_err() {
                if let Some(folder) = target.parent() {
                    fs_err::create_dir_all(folder)?;
                }
                #[cfg(unix)]
                fs_err::os::unix::fs::symlink(&source, &target)?;
            }
            is_linked = true;
        }
    }
    Ok(is_linked)
}

/// Compiles globs over paths below the top of the repository.
pub(crate) fn globs(patterns: &[String]) -> Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).with_context(|| format!("reading the glob `{pattern}`"))?);
    }
    set.build().context("compiling globs")
}

/// The existing paths that a pattern means; each of its parts matches within one folder.
fn expanded(root: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let mut found = vec![root.to_owned()];
    for part in pattern.trim_end_matches('/').split('/') {
        let mut next = Vec::new();
        if !part.contains(['*', '?', '[', '{']) {
            next.extend(found.iter().map(|folder| folder.join(part)).filter(|path| path.exists()));
        } else {
            let glob = globs(&[part.to_owned()])?;
            for folder in &found {
                let Ok(entries) = fs_err::read_dir(folder) else { continue };
                let names = entries.flatten().map(|entry| entry.file_name());
                next.extend(names.filter(|name| glob.is_match(name) && name != ".git").map(|name| folder.join(name)));
            }
        }
        next.sort();
        found = next;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_expanded_part_by_part() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for path in ["packages/a/node_modules", "packages/b/node_modules", "packages/c", "node_modules"] {
            fs_err::create_dir_all(folder.path().join(path)).expect("a folder");
        }
        let found = expanded(folder.path(), "packages/*/node_modules").expect("found");
        let found: Vec<_> =
            found.iter().map(|path| path.strip_prefix(folder.path()).expect("below").display().to_string()).collect();
        assert_eq!(found, ["packages/a/node_modules", "packages/b/node_modules"]);
        assert!(expanded(folder.path(), "missing").expect("found").is_empty());
    }
}
