//! Masks what must never be committed: values of secret-looking variables in all their spellings, and tokens known by shape.

use std::sync::{LazyLock, OnceLock};

use regex::{Captures, Regex};

use super::shapes::{ARMOUR, ARMOUR_END, ASSIGNED, KEYED, SHORTEST_TOKEN, TOKENS};
use super::spellings;

/// What stands in a secret's place.
pub(super) const MASK: &str = "***";

/// The shortest value that is taken for a secret.
const SHORTEST: usize = 6;

/// Words in the name of a variable whose value is a secret.
const WORDS: [&str; 19] = [
    "TOKEN",
    "TOKENS",
    "SECRET",
    "SECRETS",
    "PASSWORD",
    "PASSWD",
    "PASS",
    "PASSPHRASE",
    "PWD",
    "APIKEY",
    "KEY",
    "KEYS",
    "CREDENTIAL",
    "CREDENTIALS",
    "AUTH",
    "DSN",
    "PRIVATE",
    "PAT",
    "COOKIE",
];

/// Pieces that say as much wherever they stand in a name.
const PIECES: [&str; 8] = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "APIKEY", "API_KEY", "PRIVATEKEY", "CREDENTIAL"];

/// Values that a secret-looking variable may have without being a secret.
const TRIVIAL: [&str; 26] = [
    "false",
    "enabled",
    "disabled",
    "default",
    "production",
    "development",
    "staging",
    "testing",
    "localhost",
    "required",
    "optional",
    "unknown",
    "undefined",
    "public",
    "private",
    "always",
    "prompt",
    "keyring",
    "keychain",
    "osxkeychain",
    "manager",
    "username",
    "github",
    "gitlab",
    "inherit",
    "system",
];

/// Folders that a path begins with.
const FOLDERS: [&str; 22] = [
    "/bin/",
    "/dev/",
    "/etc/",
    "/home/",
    "/lib/",
    "/media/",
    "/mnt/",
    "/nix/",
    "/opt/",
    "/private/",
    "/proc/",
    "/root/",
    "/run/",
    "/sbin/",
    "/srv/",
    "/sys/",
    "/tmp/",
    "/usr/",
    "/var/",
    "/Users/",
    "/Applications/",
    "/Library/",
];

static KEYS: LazyLock<Regex> = LazyLock::new(|| compiled(&format!("{ARMOUR}|{ARMOUR_END}")));
static SHAPES: LazyLock<Regex> = LazyLock::new(|| compiled(&format!(r"(?-u:\b)(?:{})", TOKENS.join("|"))));
static AROUND: [OnceLock<Regex>; KEYED.len()] = [const { OnceLock::new() }; KEYED.len()];
static NAMED: LazyLock<Regex> = LazyLock::new(|| compiled(ASSIGNED.1));

fn compiled(shape: &str) -> Regex {
    Regex::new(shape).expect("the shapes are constants that a test compiles")
}

/// The values that must not be shown.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Every spelling of every value, the longest first.
    spellings: Vec<String>,
}

impl Secrets {
    /// Takes the secret-looking ones of some environment variables.
    pub fn new<'a>(environment: impl IntoIterator<Item = (&'a str, &'a str)>) -> Secrets {
        let mut spellings = Vec::new();
        for (name, value) in environment {
            let value = value.trim();
            if is_secret_name(name) && is_secret_value(value) {
                spellings::add(value, &mut spellings);
                value
                    .lines()
                    .map(str::trim)
                    .filter(|line| line.len() >= 16 && line.len() < value.len())
                    .for_each(|line| spellings::add(line, &mut spellings));
            }
            if let Some(password) = password_in_url(value).filter(|password| is_secret_value(password)) {
                spellings::add(password, &mut spellings);
            }
        }
        spellings.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        spellings.dedup();
        Secrets { spellings }
    }

    /// Returns the text with every secret in it replaced by `***`.
    pub fn mask(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for spelling in &self.spellings {
            if masked.contains(spelling) {
                masked = masked.replace(spelling, MASK);
            }
        }
        if masked.contains("...") || masked.contains('…') {
            for spelling in &self.spellings {
                masked = spellings::without_pieces(&masked, spelling);
            }
        }
        if masked.contains("PRIVATE KEY") {
            masked = KEYS.replace_all(&masked, MASK).into_owned();
        }
        let lower = masked.to_ascii_lowercase();
        let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        for ((words, shape), regex) in KEYED.iter().zip(&AROUND) {
            if holds(words) {
                let regex = regex.get_or_init(|| compiled(shape));
                masked = regex.replace_all(&masked, around).into_owned();
            }
        }
        if has_long_word(&masked) {
            masked = SHAPES.replace_all(&masked, MASK).into_owned();
        }
        if holds(ASSIGNED.0) {
            masked = NAMED.replace_all(&masked, assigned).into_owned();
        }
        masked
    }
}

/// Tells whether a text holds anything that is long enough for a token.
fn has_long_word(text: &str) -> bool {
    let ends = |char: char| !char.is_ascii_alphanumeric() && !"_-.+/=~$".contains(char);
    text.split(ends).any(|word| word.len() >= SHORTEST_TOKEN)
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Secrets({} spellings)", self.spellings.len())
    }
}

/// Masks all of a match but what stands before the secret, and the `@` behind it; `Basic authentication` is no secret.
fn around(found: &Captures<'_>) -> String {
    let end = if found[0].ends_with('@') { "@" } else { "" };
    let value = &found[0][found[1].len()..];
    if found[1].ends_with(' ') && value.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return found[0].to_owned();
    }
    format!("{}{MASK}{end}", &found[1])
}

/// Masks a value that a name promises to be a secret, if it looks like one.
fn assigned(found: &Captures<'_>) -> String {
    let value = &found[2];
    let letters = value.bytes().any(|byte| byte.is_ascii_alphabetic());
    let others = value.bytes().any(|byte| byte.is_ascii_digit());
    if letters && others && is_secret_value(value) && !value.contains("::") {
        format!("{}{MASK}", &found[1])
    } else {
        found[0].to_owned()
    }
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    PIECES.iter().any(|piece| name.contains(piece))
        || name.split(|char: char| !char.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
            && !matches!(name.as_str(), "PWD" | "OLDPWD")
}

fn is_secret_value(value: &str) -> bool {
    let number = value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':'));
    let shortest = if number { 8 } else { SHORTEST };
    let trivial = TRIVIAL.iter().any(|word| value.eq_ignore_ascii_case(word));
    value.chars().count() >= shortest && !trivial && !is_path(value)
}

fn is_path(value: &str) -> bool {
    let drive = value.as_bytes();
    let relative = ["~/", "./", "../", "file://", "$"].iter().any(|start| value.starts_with(start));
    let windows =
        drive.len() > 2 && drive[0].is_ascii_alphabetic() && drive[1] == b':' && matches!(drive[2], b'\\' | b'/');
    relative || windows || FOLDERS.iter().any(|folder| value.starts_with(folder))
}

/// Takes the password out of `scheme://user:password@host`.
fn password_in_url(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let (login, _) = rest.split(['/', '?']).next()?.rsplit_once('@')?;
    login.split_once(':').map(|(_, password)| password)
}
