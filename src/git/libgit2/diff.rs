//! Differences between two trees: as text, and counted.

use anyhow::Result;

use crate::git::line_counts::LineCount;
use crate::git::oid::Oid;

/// Returns the difference as text.
pub(super) fn patch(repository: &git2::Repository, old: Option<Oid>, new: Oid) -> Result<String> {
    let mut text = String::new();
    diff(repository, old, new)?.print(git2::DiffFormat::Patch, |_, _, line| {
        if matches!(line.origin(), '+' | '-' | ' ') {
            text.push(line.origin());
        }
        text.push_str(&String::from_utf8_lossy(line.content()));
        true
    })?;
    Ok(text)
}

/// Counts the lines that differ, file by file.
pub(super) fn line_counts(repository: &git2::Repository, old: Option<Oid>, new: Oid) -> Result<Vec<LineCount>> {
    let diff = diff(repository, old, new)?;
    let mut counts = Vec::new();
    for (index, delta) in diff.deltas().enumerate() {
        let name = delta.new_file().path_bytes().or(delta.old_file().path_bytes()).unwrap_or_default();
        let stats = git2::Patch::from_diff(&diff, index)?.map(|patch| patch.line_stats()).transpose()?;
        counts.push(LineCount {
            path: String::from_utf8_lossy(name).into_owned(),
            lines: stats.map(|(_, added, removed)| (added, removed)),
        });
    }
    Ok(counts)
}

fn diff(repository: &git2::Repository, old: Option<Oid>, new: Oid) -> Result<git2::Diff<'_>> {
    let find = |tree: Oid| -> Result<git2::Tree<'_>> { Ok(repository.find_tree(tree.to_git2()?)?) };
    let old = old.map(find).transpose()?;
    Ok(repository.diff_tree_to_tree(old.as_ref(), Some(&find(new)?), None)?)
}
