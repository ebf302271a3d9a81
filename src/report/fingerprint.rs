//! A short hash that says "the same failure again", whatever numbers, addresses and durations are in it.

use super::failure::Failure;

/// What stands around a fingerprint in markdown.
const START: &str = "<!-- failure ";
const END: &str = " -->";

/// Returns eight hexadecimal digits that stay the same from one attempt to the next.
pub(super) fn fingerprint(failure: &Failure) -> String {
    let mut hash = Hash(0x811c_9dc5);
    hash.add_name(&failure.name);
    hash.add(0);
    hash.add_normal(&failure.message);
    hash.add(0);
    hash.add_normal(failure.place.as_ref().map_or("", |place| &place.file));
    format!("{:08x}", hash.0)
}

/// Returns the mark that carries a fingerprint at the end of a line.
pub(super) fn mark(fingerprint: &str) -> String {
    format!("{START}{fingerprint}{END}")
}

/// Reads the fingerprints that an earlier digest left in a text; what is quoted inside a fence does not count.
pub fn fingerprints_in(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fence = None;
    for line in markdown.lines().map(str::trim) {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(length) if ticks >= length && ticks == line.len() => fence = None,
            Some(_) => {}
            None if ticks >= 3 && !line[ticks..].contains('`') => fence = Some(ticks),
            None => found.extend(fingerprint_at_end(line)),
        }
    }
    found
}

fn fingerprint_at_end(line: &str) -> Option<String> {
    let (_, digits) = line.strip_prefix("- ")?.strip_suffix(END)?.rsplit_once(START)?;
    let valid = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    valid.then(|| digits.to_owned())
}

/// FNV-1a, 32 bits.
struct Hash(u32);

impl Hash {
    fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }

    /// Adds a name as it is: `test_1` is not `test_2`. Only a doctest's line and an object's address change by themselves.
    fn add_name(&mut self, name: &str) {
        let mut after_line = false;
        for word in name.split_whitespace() {
            self.add(b' ');
            if after_line || word.contains("0x") {
                self.add_normal(word);
            } else {
                word.bytes().for_each(|byte| self.add(byte));
            }
            after_line = word == "(line";
        }
    }

    /// Adds a text word by word: one with a digit in it counts as its letters, one that names a temporary path not at all.
    fn add_normal(&mut self, text: &str) {
        for word in text.split_whitespace() {
            self.add(b' ');
            if is_temporary(word) {
                self.add(b'~');
                continue;
            }
            for part in word.split_inclusive(|char: char| !char.is_ascii_alphanumeric()) {
                self.add_part(part);
            }
        }
    }

    fn add_part(&mut self, part: &str) {
        let word = part.trim_end_matches(|char: char| !char.is_ascii_alphanumeric());
        let is_hash = word.len() >= 6
            && word.bytes().all(|byte| byte.is_ascii_hexdigit())
            && word.bytes().any(|byte| byte.is_ascii_digit());
        let is_number = word.starts_with(|char: char| char.is_ascii_digit());
        if is_hash || is_number {
            self.add(b'0');
        } else {
            word.bytes().for_each(|byte| self.add(byte));
        }
        part[word.len()..].bytes().for_each(|byte| self.add(byte));
    }
}

fn is_temporary(word: &str) -> bool {
    ["/tmp/", "/var/folders/", "/var/tmp/", "/private/var/", "\\Temp\\", "/dev/shm/"]
        .iter()
        .any(|folder| word.contains(folder))
}

#[cfg(test)]
mod tests {
    use super::super::failure::Place;
    use super::*;

    fn of(name: &str, message: &str, file: &str, line: u32) -> String {
        let place = Some(Place { file: file.to_owned(), line, column: None });
        fingerprint(&Failure { name: name.to_owned(), message: message.to_owned(), place })
    }

    #[test]
    fn stays_the_same_for_numbers_addresses_paths_and_lines() {
        let one = of("a", "took 12ms at 0x7f3a in /tmp/x1: left 3 of deadbeef01", "src/a.rs", 3);
        let two = of("a", "took 9ms at 0x1 in /tmp/y/2: left 44 of 0badcafe99", "src/a.rs", 30);
        assert_eq!(one, two);
        assert_eq!(one.len(), 8);
    }

    #[test]
    fn knows_a_doctest_that_moved_and_tells_numbered_tests_apart() {
        assert_eq!(of("a.rs - f (line 3)", "x", "f", 1), of("a.rs - f (line 14)", "x", "f", 1));
        assert_eq!(of("t[<A at 0x7f1>]", "x", "f", 1), of("t[<A at 0x9b2>]", "x", "f", 1));
        assert_ne!(of("number 1", "x", "f", 1), of("number 2", "x", "f", 1));
    }

    #[test]
    fn differs_by_name_words_and_file() {
        let all = [of("a", "x", "f", 1), of("b", "x", "f", 1), of("a", "y", "f", 1), of("a", "x", "g", 1)];
        let different: std::collections::HashSet<&String> = all.iter().collect();
        assert_eq!(different.len(), 4);
    }

    #[test]
    fn reads_back_only_its_own_marks() {
        let text = "- `a` <!-- failure 0011aabb -->\n  ```text\n- x <!-- failure 11111111 -->\n  ```\n- b <!-- failure 22 -->\n<!-- failure 33333333 -->\n    - c: again <!-- failure 44444444 -->";
        assert_eq!(fingerprints_in(text), ["0011aabb", "44444444"]);
    }
}
