//! Branches: finding, making, switching.

use anyhow::{Context, Result, bail};

use super::oid::Oid;
use super::repository::Repository;

impl Repository {
    /// Returns the commit at the tip of a local branch.
    pub fn branch_commit(&self, branch: &str) -> Result<Option<Oid>> {
        let found = self.backend.reference(&format!("refs/heads/{branch}"));
        found.with_context(|| format!("reading branch `{}`", branch.escape_debug()))
    }

    /// Returns the commits at the tips of all branches, the remotes' among them.
    pub fn branch_tips(&self) -> Result<Vec<Oid>> {
        let format = "--format=%(objecttype) %(objectname)";
        let listed = self.program(["for-each-ref", format, "refs/heads", "refs/remotes"]).output();
        let listed = listed.context("listing the branches")?;
        let listed = String::from_utf8_lossy(&listed);
        let tips = listed.lines().filter_map(|line| line.strip_prefix("commit ")?.parse().ok());
        Ok(tips.collect())
    }

    /// Makes a branch; one of that name is an error.
    pub fn create_branch(&self, name: &str, at: Oid) -> Result<()> {
        check_name(name)?;
        let made = self.program(["branch", "--no-track", "--", name, &at.to_string()]).output();
        made.map(drop).with_context(|| format!("making branch `{}`", name.escape_debug()))
    }

    /// Switches this work tree to a branch, made here if so asked; the user's hooks run, and git keeps local
    /// changes or refuses.
    pub fn switch(&self, branch: &str, create: bool) -> Result<()> {
        check_name(branch)?;
        let how: &[&str] = if create {
            &["switch", "--quiet", "--no-track", "--create"]
        } else {
            &["switch", "--quiet", "--no-guess"]
        };
        let switched = self.program_with(&[], how.iter().chain([&branch])).output();
        switched.map(drop).with_context(|| format!("switching to branch `{}`", branch.escape_debug()))
    }
}

/// Whether git would take this as the name of a branch.
pub fn is_branch_name(branch: &str) -> bool {
    git2::Branch::name_is_valid(branch).unwrap_or(false)
}

/// Refuses what git would refuse, and above all what it would take for an option.
fn check_name(branch: &str) -> Result<()> {
    if !is_branch_name(branch) {
        bail!("`{}` is not a name for a branch", branch.escape_debug());
    }
    Ok(())
}
