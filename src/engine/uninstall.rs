//! `uninstall`: takes everything out of a clone that is not the board itself.

use anyhow::Result;

use super::private::let_in;
use super::workspace::Workspace;

impl Workspace {
    /// Takes out the hooks, the trust, what git was told to leave out, the private worktree and all that is kept in git's own folders.
    /// The tasks stay: their files, and the refs that may have later words of them. Says what went.
    pub fn uninstall(&self) -> Result<Vec<String>> {
        let repository = self.repository()?;
        let mut gone: Vec<String> =
            self.uninstall_hooks(&repository)?.iter().map(|path| path.display().to_string()).collect();
        let place = self.private_place();
        if repository.remove_private_worktree(&place)? {
            gone.push(place.display().to_string());
        }
        if let_in(&repository)? {
            gone.push(self.common_dir.join("info/exclude").display().to_string());
        }
        if self.distrust()? {
            gone.push("the trust in its checks".to_owned());
        }
        let mut folders = vec![self.common_dir.join("mcp")];
        let linked = fs_err::read_dir(self.common_dir.join("worktrees")).into_iter().flatten().flatten();
        folders.extend(linked.map(|entry| entry.path().join("mcp")));
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            fs_err::remove_dir_all(folder)?;
            gone.push(folder.display().to_string());
        }
        Ok(gone)
    }
}
