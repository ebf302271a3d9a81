//! Which file system a folder lies on, as far as that decides whether other machines see the locks that are taken there.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

/// File systems whose files other machines, or the host of this one, have in use at the same time. What `flock` holds is held
/// against processes of this machine alone on some of them, depending on versions and options of the mount.
const SHARED: [&str; 20] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "fuse.ceph-fuse",
    "fuse.davfs2",
    "fuse.gcsfuse",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "gpfs",
    "lustre",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
];

/// Where a file system is mounted, and of which kind it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    pub place: PathBuf,
    pub kind: String,
}

impl Mount {
    /// The network file system that a folder lies on; `None` on any other, and where the system does not tell.
    pub fn shared(folder: &Path) -> Option<Mount> {
        let table = fs_err::read("/proc/self/mountinfo").ok()?;
        Mount::of(&table, folder).filter(|mount| SHARED.contains(&mount.kind.as_str()))
    }

    /// The mount of a folder by the table of proc(5): of those above it the nearest, of several at one place the last, which hides
    /// the others.
    fn of(table: &[u8], folder: &Path) -> Option<Mount> {
        let mounts = table.split(|byte| *byte == b'\n').filter_map(Mount::read);
        mounts.filter(|mount| folder.starts_with(&mount.place)).max_by_key(|mount| mount.place.components().count())
    }

    /// A line such as `36 35 98:0 / /mnt rw,noatime master:1 - ext3 /dev/root rw`.
    fn read(line: &[u8]) -> Option<Mount> {
        let mut words = line.split(|byte| *byte == b' ');
        let place = PathBuf::from(OsString::from_vec(unescaped(words.nth(4)?)));
        let kind = words.skip_while(|word| *word != b"-").nth(1)?;
        Some(Mount { place, kind: String::from_utf8_lossy(kind).into_owned() })
    }
}

/// Spaces, tabs, line ends and backslashes stand as three octal digits.
fn unescaped(word: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..3).filter(|_| *first == b'\\').and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[3..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,errors=remount-ro
36 27 0:44 / /share rw,relatime shared:20 master:3 - nfs4 files:/share rw,vers=4.2,local_lock=none
37 36 0:45 / /share/my\\040own rw - tmpfs tmpfs rw
40 27 0:50 / /mnt/away rw,nosuid,nodev - ext4 /dev/vdb rw
41 40 0:51 / /mnt/away rw,nosuid,nodev - fuse.sshfs bo@files:/ rw,user_id=0,group_id=0
";

    fn kind(folder: &str) -> Option<String> {
        Mount::of(TABLE.as_bytes(), Path::new(folder)).map(|mount| mount.kind)
    }

    #[test]
    fn the_nearest_mount_counts_and_of_several_the_last() {
        assert_eq!(kind("/srv/work").as_deref(), Some("ext4"));
        assert_eq!(kind("/share/ada/work").as_deref(), Some("nfs4"));
        assert_eq!(kind("/sharely").as_deref(), Some("ext4"));
        assert_eq!(kind("/share/my own/work").as_deref(), Some("tmpfs"));
        assert_eq!(kind("/mnt/away/work").as_deref(), Some("fuse.sshfs"));
        assert_eq!(Mount::of(b"", Path::new("/")), None);
        assert_eq!(Mount::of(b"nonsense\n1 2 3 4 /\n", Path::new("/")), None);
    }

    #[test]
    fn octal_digits_are_read_and_what_only_looks_like_them_stays() {
        assert_eq!(unescaped(b"a\\040b\\134c"), b"a b\\c");
        assert_eq!(unescaped(b"\\9 \\04"), b"\\9 \\04");
    }

    #[test]
    fn this_systems_own_table_is_read() {
        let table = fs_err::read("/proc/self/mountinfo").expect("a table");
        assert!(Mount::of(&table, Path::new("/")).is_some());
        assert_eq!(Mount::of(&table, Path::new("/proc/self")).expect("a mount").kind, "proc");
    }
}
