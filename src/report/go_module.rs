//! Where go packages lie below their module: go test names a log's file without its folder.

use super::roots::{Roots, is_foreign};

/// Where the folders of packages lie below the module, as far as the output tells.
pub(super) struct Module<'a> {
    prefix: Option<&'a str>,
}

impl<'a> Module<'a> {
    /// Learns the module's name from a package whose folder is known, or from what all packages share.
    pub(super) fn of(lines: &[&'a str], roots: &Roots<'_>) -> Module<'a> {
        let known =
            lines.windows(2).filter(|pair| pair[1].starts_with('\t') && pair[0].ends_with(')')).find_map(|pair| {
                let file = roots.place(pair[1].trim().split(" +0x").next()?)?.file;
                if is_foreign(&file) || file.starts_with('/') {
                    return None;
                }
                let function = pair[0].rfind('/').map_or(0, |at| at + 1);
                let package = &pair[0][..function + pair[0][function..].find('.')?];
                let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
                Some(if folder.is_empty() { package } else { package.strip_suffix(folder)?.strip_suffix('/')? })
            });
        let packages = || lines.iter().filter_map(|line| package_of(line));
        let shared = || {
            let first = packages().next()?;
            let shared = packages().fold(first, |shared, other| common(shared, other));
            packages().any(|package| package != first).then_some(shared)
        };
        Module { prefix: known.or_else(shared) }
    }

    pub(super) fn folder(&self, package: &'a str) -> String {
        let inside =
            self.prefix.and_then(|prefix| package.strip_prefix(prefix)).and_then(|rest| rest.strip_prefix('/'));
        inside.unwrap_or("").to_owned()
    }
}

fn package_of(line: &str) -> Option<&str> {
    let rest = ["FAIL\t", "ok  \t", "?   \t"].iter().find_map(|start| line.strip_prefix(start))?;
    rest.split(['\t', ' ']).next().filter(|package| !package.is_empty())
}

/// Returns the folders that two paths share.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let length = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let ends = |path: &str| path.len() == length || path.as_bytes().get(length) == Some(&b'/');
    if ends(one) && ends(other) {
        &one[..length]
    } else {
        one.get(..length).and_then(|shared| shared.rfind('/')).map_or("", |at| &one[..at])
    }
}
