//! Task ids: `t-` and six random characters that are hard to mistake for one another.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The characters of an id: no vowels (no words), none of `0 1 l` that look alike.
pub const ALPHABET: &[u8; 28] = b"23456789bcdfghjkmnpqrstvwxyz";
const LENGTH: usize = 6;
const PREFIX: &str = "t-";
const WHOLE: usize = PREFIX.len() + LENGTH;

/// The identity of a task, for ever; never reused.
///
/// Eight bytes without a pointer: a board has thousands, and every listing makes them all.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("pattern" = "^t-[23456789bcdfghjkmnpqrstvwxyz]{6}$")))]
pub struct TaskId([u8; WHOLE]);

impl TaskId {
    /// Makes an id from random bytes; `None` when too many of them had to be passed over to stay uniform.
    pub fn from_random(bytes: &[u8]) -> Option<TaskId> {
        let usable = 256 - 256 % ALPHABET.len();
        let mut text = String::from(PREFIX);
        let letters = bytes.iter().filter(|&&byte| usize::from(byte) < usable);
        text.extend(letters.take(LENGTH).map(|&byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()])));
        TaskId::parse(&text)
    }

    /// Reads a whole id, exactly as it stands in file names.
    pub fn parse(text: &str) -> Option<TaskId> {
        let bytes: [u8; WHOLE] = text.as_bytes().try_into().ok()?;
        let tail = bytes.strip_prefix(PREFIX.as_bytes())?;
        tail.iter().all(|&byte| is_letter(byte)).then_some(TaskId(bytes))
    }

    /// Splits a file name `<id>.md` or `<id>-<slug>.md` into the id and the rest.
    pub fn of_file_name(name: &str) -> Option<TaskId> {
        let stem = name.strip_suffix(".md")?;
        let id = TaskId::parse(stem.get(..WHOLE)?)?;
        let rest = &stem[WHOLE..];
        (rest.is_empty() || rest.starts_with('-')).then_some(id)
    }

    /// Finds an id inside longer text such as a branch name, standing between other characters than its own.
    pub fn find_in(text: &str) -> Option<TaskId> {
        text.match_indices(PREFIX).find_map(|(start, _)| {
            let end = start + WHOLE;
            let starts_word = !text[..start].ends_with(|c: char| c.is_ascii_alphanumeric());
            let ends_word = !text.get(end..)?.starts_with(|c: char| c.is_ascii_alphanumeric());
            let id = TaskId::parse(text.get(start..end)?)?;
            (starts_word && ends_word).then_some(id)
        })
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("an id is made of ASCII letters")
    }

    /// The six characters without the `t-`.
    pub fn tail(&self) -> &str {
        &self.as_str()[PREFIX.len()..]
    }

    /// Whether `word`, as a person types it, could mean this id: a prefix of three characters or more, with or without `t-`.
    pub fn is_meant_by(&self, word: &str) -> bool {
        let word = word.to_ascii_lowercase();
        let tail = word.strip_prefix(PREFIX).unwrap_or(&word);
        tail.len() >= 3 && self.tail().starts_with(tail)
    }
}

impl Ord for TaskId {
    /// As their letters, which are compared at once as one number.
    fn cmp(&self, other: &TaskId) -> Ordering {
        u64::from_be_bytes(self.0).cmp(&u64::from_be_bytes(other.0))
    }
}

impl PartialOrd for TaskId {
    fn partial_cmp(&self, other: &TaskId) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for TaskId {
    type Error = String;

    fn try_from(text: String) -> Result<TaskId, String> {
        TaskId::parse(&text).ok_or_else(|| format!("`{text}` is not a task id"))
    }
}

impl From<TaskId> for String {
    fn from(id: TaskId) -> String {
        id.as_str().to_owned()
    }
}

fn is_letter(byte: u8) -> bool {
    // The alphabet, said so that it costs no search.
    matches!(byte, b'2'..=b'9' | b'b'..=b'z') && !matches!(byte, b'e' | b'i' | b'l' | b'o' | b'u')
}

/// The readable part of a file name, made once from the title: at most 50 characters of `a-z 0-9 -`.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if let Some(plain) = without_marks(c) {
            slug.push_str(plain);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    if slug.len() > 50 {
        let cut = slug[..50].rfind('-').filter(|&cut| cut >= 20).unwrap_or(50);
        slug.truncate(cut);
    }
    slug.trim_end_matches('-').to_owned()
}

/// How letters of Latin script with marks are written without: what is left of a title stays readable.
fn without_marks(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ő' => "o",
        'ö' | 'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_whole_ids() {
        assert!(TaskId::parse("t-7k3f9q").is_some());
        for wrong in ["t-7k3f9", "t-7k3f9qq", "T-7k3f9q", "t-7k3f9a", "x-7k3f9q", "t-../../", "", "t-7k3f9é"] {
            assert_eq!(TaskId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn letters_are_those_of_the_alphabet() {
        for byte in 0..=u8::MAX {
            assert_eq!(is_letter(byte), ALPHABET.contains(&byte), "{byte}");
        }
    }

    #[test]
    fn are_in_the_order_of_their_letters() {
        let ids =
            ["t-zzzzzz", "t-2zzzzz", "t-222222", "t-223222", "t-22222z"].map(|id| TaskId::parse(id).expect("an id"));
        for one in &ids {
            for other in &ids {
                assert_eq!(one.cmp(other), one.as_str().cmp(other.as_str()), "{one} {other}");
            }
        }
    }

    #[test]
    fn is_found_in_branch_names_as_a_word_only() {
        let id = TaskId::parse("t-7k3f9q");
        assert_eq!(TaskId::find_in("task/t-7k3f9q"), id);
        assert_eq!(TaskId::find_in("ada/t-7k3f9q-retry"), id);
        assert_eq!(TaskId::find_in("start-7k3f9q"), None);
        assert_eq!(TaskId::find_in("t-7k3f9qz"), None);
        assert_eq!(TaskId::find_in("tät-7k3f9"), None);
    }

    #[test]
    fn file_names_carry_ids() {
        assert_eq!(TaskId::of_file_name("t-7k3f9q-retry.md"), TaskId::parse("t-7k3f9q"));
        assert_eq!(TaskId::of_file_name("t-7k3f9q.md"), TaskId::parse("t-7k3f9q"));
        assert_eq!(TaskId::of_file_name("t-7k3f9qretry.md"), None);
        assert_eq!(TaskId::of_file_name("notes.md"), None);
    }

    #[test]
    fn three_characters_are_enough_to_mean_it() {
        let id = TaskId::parse("t-7k3f9q").expect("a whole id");
        for word in ["7k3", "t-7k3", "7K3F", "t-7k3f9q"] {
            assert!(id.is_meant_by(word), "{word}");
        }
        for word in ["7k", "t-7k", "k3f", "t-7k3f9qx"] {
            assert!(!id.is_meant_by(word), "{word}");
        }
    }

    #[test]
    fn slugs_are_safe_in_any_file_system() {
        assert_eq!(slug("Retry health checks, with back-off!"), "retry-health-checks-with-back-off");
        assert_eq!(slug("../../etc/passwd $(touch x)"), "etc-passwd-touch-x");
        assert_eq!(slug("健康检查"), "");
        assert_eq!(slug("Grüße an François, Łódź"), "gruesse-an-francois-lodz");
        assert!(slug(&"word ".repeat(40)).len() <= 50);
    }
}
