//! The command line as it was typed, made into what clap takes: texts may begin with `-`.

use std::ffi::OsString;

use crate::model::Query;

/// The commands that take a query.
const ASKING: &[&str] = &["list", "search", "board", "stats", "archive"];

/// The flags that take several texts; those that take one say so themselves.
const TELLING: &[&str] = &["--ac", "--well", "--improve", "--action"];

/// The words with what begins with `-` and is no flag written so that clap does not take it for one.
pub fn as_meant(words: Vec<OsString>) -> Vec<OsString> {
    with_texts(with_negations(words))
}

/// `-blocked` and `-label:api` of a query are written `!blocked` and `!label:api`.
fn with_negations(mut words: Vec<OsString>) -> Vec<OsString> {
    let Some(command) = words.iter().position(|word| ASKING.iter().any(|name| word == name)) else {
        return words;
    };
    for word in words.iter_mut().skip(command + 1).take_while(|word| *word != "--") {
        if let Some(rest) = word.to_str().filter(|word| Query::is_negation(word)).map(|word| format!("!{}", &word[1..]))
        {
            *word = rest.into();
        }
    }
    words
}

/// `--ac one "- two"` is written `--ac=one --ac=- two`.
fn with_texts(words: Vec<OsString>) -> Vec<OsString> {
    let mut meant: Vec<OsString> = Vec::with_capacity(words.len());
    let mut flag: Option<&str> = None;
    // The flag is the last of what is meant, and has no text yet.
    let mut is_bare = false;
    let mut rest = words.into_iter();
    for word in rest.by_ref() {
        let text = word.to_str().unwrap_or_default();
        let is_text = !text.starts_with('-') || text.starts_with("- ") || is_bare && !is_flag(text);
        if let Some(name) = flag.filter(|_| is_text) {
            if is_bare {
                meant.pop();
            }
            let mut told = OsString::from(format!("{name}="));
            told.push(&word);
            meant.push(told);
            is_bare = false;
            continue;
        }
        flag = TELLING.iter().find(|name| text == **name).copied();
        is_bare = flag.is_some();
        meant.push(word);
        if meant.last().is_some_and(|word| word == "--") {
            break;
        }
    }
    meant.extend(rest);
    meant
}

/// `--ready`, which after `--ac` is a text that was forgotten, not a text.
fn is_flag(text: &str) -> bool {
    let name = text.strip_prefix("--").unwrap_or_default();
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_may_begin_as_flags_do() {
        for (typed, meant) in [
            ("create|t|--ac|- a|- b|c|--ready", "create|t|--ac=- a|--ac=- b|--ac=c|--ready"),
            ("create|t|--ac|-1 is odd|-l|net", "create|t|--ac=-1 is odd|-l|net"),
            ("create|t|--ac|--ready", "create|t|--ac|--ready"),
            ("create|--ac|a|--|--ac|- b", "create|--ac=a|--|--ac|- b"),
            ("retro|add|--well|-w|--improve|- i", "retro|add|--well=-w|--improve=- i"),
            ("split|t|- part", "split|t|- part"),
            ("list|-blocked", "list|!blocked"),
        ] {
            let words = as_meant(typed.split('|').map(OsString::from).collect());
            let words: Vec<_> = words.iter().filter_map(|word| word.to_str()).collect();
            assert_eq!(words.join("|"), meant, "{typed}");
        }
    }
}
