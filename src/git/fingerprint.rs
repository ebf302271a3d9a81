//! Whether an index file is still the one that was read: by the hash of all of it, which git writes at its end.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// As much of the hash as tells one index from another, whichever hash it is.
const LENGTH: usize = 20;

/// What tells an index file from any other; `None` when it has no hash (`index.skipHash`) or cannot be read.
pub fn fingerprint(index: &Path) -> Option<Vec<u8>> {
    let mut file = fs_err::File::open(index).ok()?;
    let end = file.seek(SeekFrom::End(-(LENGTH as i64))).ok()?;
    let mut mark = end.to_be_bytes().to_vec();
    file.read_to_end(&mut mark).ok()?;
    let hash = &mark[size_of::<u64>()..];
    (hash.len() == LENGTH && hash.iter().any(|byte| *byte != 0)).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_index_has_one_fingerprint_and_one_without_a_hash_has_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let written = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs_err::write(&path, bytes).expect("written");
            fingerprint(&path)
        };
        let one = written("one", &[7; 60]);
        assert!(one.is_some());
        assert_eq!(written("same", &[7; 60]), one);
        assert_ne!(written("longer", &[7; 61]), one);
        assert_ne!(written("other", &[[7; 59].as_slice(), &[8]].concat()), one);
        assert_eq!(written("unhashed", &[[7; 40].as_slice(), &[0; 20]].concat()), None);
        assert_eq!(written("short", &[7; 19]), None);
        assert_eq!(fingerprint(&folder.path().join("none")), None);
    }
}
