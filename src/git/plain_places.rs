//! Finding a repository without opening it: only where its layout is the plain one, in which there is nothing to doubt; else
//! whoever opens it says where its parts are.

use std::path::{Path, PathBuf};

use super::config::Settings;
use super::config_files::plain_file;
use super::places::Places;

/// Says where the parts of the repository around a folder are, with the settings of its own file; `None` in doubt.
pub(super) fn plain_places(start: &Path) -> Option<(Places, Settings)> {
    let start = fs_err::canonicalize(start).ok()?;
    let home = Home::of(&start)?;
    for folder in start.ancestors() {
        let dot_git = folder.join(".git");
        let Ok(found) = dot_git.symlink_metadata() else {
            // Perhaps inside of a git dir.
            if folder.join("HEAD").symlink_metadata().is_ok() {
                return None;
            }
            continue;
        };
        let (git_dir, common_dir) = match found.is_dir() {
            true => (dot_git.clone(), dot_git),
            false if found.is_file() => linked(folder, &dot_git)?,
            false => return None,
        };
        let is_whole = git_dir.join("HEAD").is_file()
            && common_dir.join("objects").is_dir()
            && common_dir.join("refs").is_dir()
            && (git_dir != common_dir || !git_dir.join("commondir").exists());
        if !is_whole || ![folder, git_dir.as_path(), common_dir.as_path()].into_iter().all(|place| home.has(place)) {
            return None;
        }
        let own = plain_file(&common_dir.join("config"))?;
        if !is_plain_layout(&own) {
            return None;
        }
        let index_file = git_dir.join("index");
        return Some((Places { work_dir: folder.to_owned(), git_dir, common_dir, index_file, width: 20 }, own));
    }
    None
}

/// Where git keeps what belongs to a linked work tree, and what all share, if each of them names the other.
fn linked(folder: &Path, dot_git: &Path) -> Option<(PathBuf, PathBuf)> {
    let text = fs_err::read_to_string(dot_git).ok()?;
    let git_dir = straight(Path::new(text.strip_suffix('\n')?.strip_prefix("gitdir: ")?))?;
    let back = fs_err::read_to_string(git_dir.join("gitdir")).ok()?;
    if Path::new(back.strip_suffix('\n')?) != folder.join(".git") {
        return None;
    }
    let common = fs_err::read_to_string(git_dir.join("commondir")).ok()?;
    let common_dir = fs_err::canonicalize(git_dir.join(common.strip_suffix('\n')?)).ok()?;
    Some((git_dir, common_dir))
}

/// A path that leads where it says, over no link.
fn straight(path: &Path) -> Option<PathBuf> {
    fs_err::canonicalize(path).ok().filter(|found| found == path)
}

/// Whether a repository is of the format that everybody reads, with its parts where they usually are.
fn is_plain_layout(own: &Settings) -> bool {
    let is = |key: &str, usual: &str| own.get(key).is_none_or(|value| value.as_deref() == Some(usual));
    is("core.repositoryformatversion", "0")
        && is("core.bare", "false")
        && !own.keys().any(|key| key.starts_with("extensions.") || key == "core.worktree")
}

/// The user and the file system of the folder that we start from: others are asked whether they are safe.
struct Home {
    user: u32,
    device: u64,
}

#[cfg(unix)]
impl Home {
    fn of(start: &Path) -> Option<Home> {
        use std::os::unix::fs::MetadataExt as _;
        let user = rustix::process::geteuid().as_raw();
        Some(Home { user, device: fs_err::metadata(start).ok()?.dev() })
    }

    fn has(&self, folder: &Path) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        fs_err::metadata(folder).is_ok_and(|found| found.uid() == self.user && found.dev() == self.device)
    }
}

#[cfg(not(unix))]
impl Home {
    fn of(_: &Path) -> Option<Home> {
        None
    }

    fn has(&self, _: &Path) -> bool {
        self.user == 0 && self.device == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::program::Program;
    use super::*;

    fn git(folder: &Path, line: &str) {
        Program::in_directory(folder, &[], line.split(' ')).output().unwrap();
    }

    /// A repository with a linked work tree.
    fn repository() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let top = fs_err::canonicalize(folder.path()).unwrap().join("top");
        git(folder.path(), "init -q -b main top");
        git(&top, "-c user.name=Ada -c user.email=ada@example.org commit -q --allow-empty -m first");
        git(&top, "worktree add -q ../linked");
        (folder, top)
    }

    #[test]
    fn finds_what_libgit2_finds() {
        let (_folder, top) = repository();
        fs_err::create_dir_all(top.join("a/b")).unwrap();
        for start in [top.clone(), top.join("a/b"), top.join("../linked")] {
            let (found, _) = plain_places(&start).unwrap();
            let oracle = git2::Repository::discover(&start).unwrap();
            let plain = |path: &Path| path.components().collect::<PathBuf>();
            assert_eq!(found.work_dir, plain(oracle.workdir().unwrap()));
            assert_eq!(found.git_dir, plain(oracle.path()));
            assert_eq!(found.common_dir, plain(oracle.commondir()));
        }
    }

    #[test]
    fn leaves_to_others_what_is_not_plain() {
        for line in [
            "config core.bare true",
            "config core.worktree ..",
            "config core.repositoryformatversion 1",
            "config extensions.preciousObjects true",
            "config include.path more",
        ] {
            let (_folder, top) = repository();
            git(&top, line);
            assert!(plain_places(&top).is_none(), "{line}");
        }
        let (folder, top) = repository();
        assert!(plain_places(folder.path()).is_none());
        assert!(plain_places(&top.join(".git/refs")).is_none());
        fs_err::rename(folder.path().join("linked"), folder.path().join("moved")).unwrap();
        assert!(plain_places(&folder.path().join("moved")).is_none());
        fs_err::remove_file(top.join(".git/HEAD")).unwrap();
        assert!(plain_places(&top).is_none());
    }
}
