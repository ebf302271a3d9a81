//! Trees as git stores them: taken apart, and put together.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::oid::Oid;

pub(super) const FILE: u32 = 0o100_644;
pub(super) const EXECUTABLE: u32 = 0o100_755;
pub(super) const LINK: u32 = 0o120_000;
const TREE: u32 = 0o040_000;
const SUBMODULE: u32 = 0o160_000;

/// A tree, by its bytes.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) oid: Oid,
    bytes: Vec<u8>,
}

/// What a tree has under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) mode: u32,
    pub(super) oid: Oid,
}

impl Entry {
    pub(super) fn tree(oid: Oid) -> Self {
        Self { mode: TREE, oid }
    }

    pub(super) fn is_tree(self) -> bool {
        self.mode == TREE
    }

    /// Whether it is a blob: a file or a symbolic link.
    pub(super) fn is_blob(self) -> bool {
        !self.is_tree() && self.mode != SUBMODULE
    }

    pub(super) fn is_regular_file(self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

impl Tree {
    /// Takes over the bytes of a tree, which must be whole.
    pub(super) fn new(oid: Oid, bytes: Vec<u8>) -> Result<Self> {
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            rest = first(rest, oid.width()).with_context(|| format!("tree {oid} is damaged"))?.1;
        }
        Ok(Self { oid, bytes })
    }

    /// The entries with their names, in the order in which git keeps them.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&[u8], Entry)> {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || {
            let found;
            (found, rest) = first(rest, self.oid.width())?;
            Some(found)
        })
    }

    /// What it has under a name.
    pub(super) fn get(&self, name: &[u8]) -> Option<Entry> {
        self.entries().find(|(found, _)| *found == name).map(|(_, entry)| entry)
    }
}

type Named<'bytes> = (&'bytes [u8], Entry);

/// Takes the first entry off: `mode name NUL id`, the mode in octal digits and the id in bytes.
fn first(bytes: &[u8], width: usize) -> Option<(Named<'_>, &[u8])> {
    let space = bytes.iter().position(|&byte| byte == b' ')?;
    let mode = bytes[..space].iter().try_fold(0_u32, |mode, digit| match digit {
        b'0'..=b'7' => mode.checked_mul(8)?.checked_add(u32::from(digit - b'0')),
        _ => None,
    })?;
    let named = &bytes[space + 1..];
    let end = named.iter().position(|&byte| byte == 0)?;
    let (oid, rest) = named[end + 1..].split_at_checked(width)?;
    Some(((&named[..end], Entry { mode, oid: Oid::from_bytes(oid) }), rest))
}

/// A tree that is being made.
#[derive(Debug, Default)]
pub(super) struct NewTree {
    // Trees are sorted as if their names ended in a slash.
    entries: BTreeMap<Vec<u8>, Entry>,
}

impl NewTree {
    /// Starts with what another one has.
    pub(super) fn from(tree: &Tree) -> Self {
        Self { entries: tree.entries().map(|(name, entry)| (key(name, entry), entry)).collect() }
    }

    /// What stands under a name.
    pub(super) fn get(&self, name: &[u8]) -> Option<Entry> {
        let as_tree = [name, b"/"].concat();
        self.entries.get(name).or_else(|| self.entries.get(&as_tree)).copied()
    }

    /// Puts something under a name, in the place of what was there.
    pub(super) fn insert(&mut self, name: &[u8], entry: Entry) {
        self.remove(name);
        self.entries.insert(key(name, entry), entry);
    }

    /// Takes out what is under a name.
    pub(super) fn remove(&mut self, name: &[u8]) {
        self.entries.remove(name);
        self.entries.remove(&[name, b"/"].concat());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns it as git stores it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (key, entry) in &self.entries {
            let name = if entry.is_tree() { &key[..key.len() - 1] } else { key };
            bytes.extend(format!("{:o} ", entry.mode).into_bytes());
            bytes.extend([name, b"\0", entry.oid.bytes()].concat());
        }
        bytes
    }
}

/// Returns what an entry is sorted by.
pub(super) fn key(name: &[u8], entry: Entry) -> Vec<u8> {
    let end: &[u8] = if entry.is_tree() { b"/" } else { b"" };
    [name, end].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(digit: char, digits: usize) -> Oid {
        digit.to_string().repeat(digits).parse().unwrap()
    }

    #[test]
    fn comes_back_as_it_was_made_with_ids_of_either_length() {
        for digits in [40, 64] {
            let mut new = NewTree::default();
            for (name, mode) in [("b", FILE), ("a", TREE), ("a.txt", EXECUTABLE), ("a-b", FILE), ("link", 0o120_000)] {
                new.insert(name.as_bytes(), Entry { mode, oid: oid('7', digits) });
            }
            let tree = Tree::new(oid('1', digits), new.bytes()).unwrap();
            let names: Vec<_> = tree.entries().map(|(name, _)| String::from_utf8_lossy(name).into_owned()).collect();
            assert_eq!(names, ["a-b", "a.txt", "a", "b", "link"]);
            assert!(tree.get(b"a").unwrap().is_tree() && tree.get(b"a.txt").unwrap().is_regular_file());
            assert!(!tree.get(b"link").unwrap().is_regular_file() && tree.get(b"c").is_none());
            assert_eq!(NewTree::from(&tree).bytes(), new.bytes());
        }
    }

    #[test]
    fn one_name_has_one_entry() {
        let mut new = NewTree::default();
        new.insert(b"a", Entry { mode: FILE, oid: oid('1', 40) });
        new.insert(b"a", Entry::tree(oid('2', 40)));
        assert_eq!(new.get(b"a"), Some(Entry::tree(oid('2', 40))));
        new.remove(b"a");
        assert!(new.is_empty());
    }

    #[test]
    fn refuses_what_is_damaged() {
        let whole = [b"100644 a\0".as_slice(), &[7; 20]].concat();
        for length in 1..whole.len() {
            assert!(Tree::new(oid('1', 40), whole[..length].to_vec()).is_err(), "{length}");
        }
        assert!(Tree::new(oid('1', 64), whole).is_err());
        assert!(Tree::new(oid('1', 40), [b"10064x a\0".as_slice(), &[7; 20]].concat()).is_err());
    }
}
