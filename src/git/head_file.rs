//! HEAD and branches as git's `files` format keeps them, where they are what they usually are; else libgit2 reads them.

use anyhow::Result;

use super::head::Head;
use super::oid::Oid;
use super::packed_refs::{is_absent, packed_value};
use super::places::Places;

const BRANCHES: &str = "refs/heads/";

/// Reads HEAD; `None` when there is more to it than a branch or a commit.
pub(super) fn read(places: &Places) -> Result<Option<Head>> {
    let Ok(text) = fs_err::read_to_string(places.git_dir.join("HEAD")) else { return Ok(None) };
    let Some(line) = text.strip_suffix('\n') else { return Ok(None) };
    let Some(name) = line.strip_prefix("ref: ") else {
        return Ok(line.parse().ok().map(|commit| Head { commit: Some(commit), branch: None }));
    };
    let branch = name.strip_prefix(BRANCHES).map(str::to_owned);
    Ok(reference(places, name)?.map(|commit| Head { commit, branch }))
}

/// Reads what a branch points to; `None` when the name is no branch's, or its value no commit's.
pub(super) fn reference(places: &Places, name: &str) -> Result<Option<Option<Oid>>> {
    if !name.strip_prefix(BRANCHES).is_some_and(is_plain_name) {
        return Ok(None);
    }
    match fs_err::read_to_string(places.common_dir.join(name)) {
        Ok(text) => Ok(text.trim_end().parse().ok().map(Some)),
        // Packing writes the packed file before it removes the loose one: in this order nothing is missed.
        Err(error) if is_absent(error.kind()) => packed_value(&places.common_dir, name).map(Some),
        Err(_) => Ok(None),
    }
}

/// Whether what follows `refs/` or a folder there is the name of a ref without any doubt.
pub(super) fn is_plain_name(name: &str) -> bool {
    let is_common = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+#".contains(&byte);
    let is_part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    name.bytes().all(is_common) && !name.contains("..") && !name.ends_with('.') && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_may_lead_elsewhere_is_not_read() {
        for name in ["main", "task/t-7k3f9q", "v1.2", "a#b"] {
            assert!(is_plain_name(name), "{name}");
        }
        for name in ["", "../x", "a/../b", "/etc", "a//b", ".x", "a/.x", "x.lock", "a b", "a\0", "a\\b", "ä", "a."] {
            assert!(!is_plain_name(name), "{name}");
        }
    }

    #[test]
    fn a_plain_name_is_one_that_git_takes() {
        let pieces = ["a", "t-7", ".", "..", "/", ".lock", "-", "+", "#", "_", "@", " ", "é"];
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..10_000 {
            let name: String = (0..rng.usize(1..6)).map(|_| pieces[rng.usize(0..pieces.len())]).collect();
            let is_taken = git2::Reference::is_valid_name(&format!("refs/{name}"));
            assert!(is_taken || !is_plain_name(&name), "{name}");
        }
    }
}
