//! The name of a git object.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use sha2::{Digest as _, Sha256};

use super::backend::Kind;

/// The id of a git object, of either hash that git knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid {
    // Unused bytes stay zero, so that the derived comparisons hold.
    bytes: [u8; 32],
    length: u8,
}

impl Oid {
    /// Returns the first eight digits, for people.
    pub fn short(&self) -> String {
        self.to_string().chars().take(8).collect()
    }

    /// Returns the id as lower case hexadecimal.
    fn hex(&self) -> String {
        let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
        self.bytes().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    /// Takes over an id from libgit2.
    pub(super) fn from_git2(oid: git2::Oid) -> Self {
        Self::from_bytes(oid.as_bytes())
    }

    /// Hands the id to libgit2, which knows 20 bytes only.
    pub(super) fn to_git2(self) -> Result<git2::Oid> {
        git2::Oid::from_bytes(self.bytes())
            .with_context(|| format!("object id {self} is of a kind that libgit2 does not know"))
    }

    /// Takes over the bytes of an id: 20 or 32.
    pub(super) fn from_bytes(raw: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Self { bytes, length: raw.len() as u8 }
    }

    /// Returns the id that an object of this kind gets, in so many bytes.
    pub(super) fn of(kind: Kind, bytes: &[u8], width: usize) -> Result<Self> {
        if width == 20 {
            let kind = git2::ObjectType::from_str(kind.word()).context("a kind of object")?;
            return Ok(Self::from_git2(git2::Oid::hash_object(kind, bytes)?));
        }
        let header = format!("{} {}\0", kind.word(), bytes.len());
        Ok(Self::from_bytes(&Sha256::new().chain_update(header).chain_update(bytes).finalize()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Returns how many bytes it has.
    pub(super) fn width(&self) -> usize {
        self.length.into()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.hex())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Oid({})", self.hex())
    }
}

impl FromStr for Oid {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let digits = text.as_bytes();
        if !matches!(digits.len(), 40 | 64) || !digits.iter().all(u8::is_ascii_hexdigit) {
            bail!("`{}` is not an object id", text.escape_debug());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = (nibble(pair[0]) << 4) | nibble(pair[1]);
        }
        Ok(Self { bytes, length: (digits.len() / 2) as u8 })
    }
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.to_ascii_lowercase() - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was_written() {
        for text in ["0123456789abcdef0123456789abcdef01234567", &"a1".repeat(32)] {
            let oid: Oid = text.parse().unwrap();
            assert_eq!(oid.to_string(), text);
            assert_eq!(oid.short(), text[..8]);
        }
    }

    #[test]
    fn knows_the_id_of_an_object_as_git_does() {
        for id in [
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
            "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
        ] {
            assert_eq!(Oid::of(Kind::Blob, b"", id.len() / 2).unwrap().to_string(), id);
        }
    }

    #[test]
    fn refuses_what_is_no_id() {
        for text in ["", "0123", &"g".repeat(40), &"é".repeat(20)] {
            assert!(text.parse::<Oid>().is_err(), "{text}");
        }
    }
}
