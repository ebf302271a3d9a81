//! Reading `.mcp/config.yaml`, strictly.

use anyhow::Result;

use crate::model::{Config, Refusal};
use crate::text::read_yaml;

use super::board::Store;
use super::file::Sighted;

/// The file of the board's settings.
pub const CONFIG: &str = ".mcp/config.yaml";

impl Store {
    /// The settings; what a board without the file has is the default.
    pub fn config(&self) -> Result<Config> {
        match self.sight(CONFIG)? {
            Sighted::Missing => Ok(Config::default()),
            Sighted::Refused(why) => {
                let hint = Some("put a regular file in its place".to_owned());
                Err(Refusal::BadConfig { place: CONFIG.to_owned(), message: format!("it is {why}"), hint }.into())
            }
            Sighted::Bytes(bytes) => config_from(&bytes),
        }
    }
}

/// Reads settings from bytes, such as those in the index.
pub fn config_from(bytes: &[u8]) -> Result<Config> {
    let refuse = |place: String, message: String, hint: Option<String>| Refusal::BadConfig { place, message, hint };
    let text = std::str::from_utf8(bytes)
        .map_err(|error| refuse(CONFIG.to_owned(), format!("not UTF-8 after byte {}", error.valid_up_to()), None))?;
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Config::default());
    }
    let config: Config = read_yaml(text).map_err(|problem| {
        // What the reader calls by its Rust name has a plainer one.
        let message = problem.message.replace("expected u32", "expected a whole number");
        refuse(format!("{CONFIG}:{}:{}", problem.line, problem.column), message, problem.hint)
    })?;
    if let Some((key, message)) = config.mistake() {
        let line = text.lines().position(|line| line.starts_with(&format!("{key}:"))).map_or(1, |index| index + 1);
        return Err(refuse(format!("{CONFIG}:{line}:1"), message, None).into());
    }
    Ok(config)
}

/// The settings with the remote that settles claims named in them, and nothing else changed; `None` where they are laid out in
/// another way than `init` does.
pub fn with_claims_remote(bytes: &[u8], remote: &str) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let wanted = crate::model::Config { claims: named(&config_from(bytes).ok()?, remote), ..config_from(bytes).ok()? };
    let is_claims = |line: &&str| {
        line.split('#').next().is_some_and(|line| line.trim_end() == "claims:" || line.starts_with("claims: {"))
    };
    let changed = match text.lines().find(is_claims) {
        None if !text.lines().any(|line| line.starts_with("claims")) => {
            let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            format!("{text}{end}\nclaims: {{ remote: {remote} }}\n")
        }
        None => return None,
        Some(line) => {
            let new = match (line.find("remote:"), line.find('{')) {
                (Some(at), Some(_)) => {
                    let value = at + "remote:".len();
                    let end = line[value..].find([',', '}']).map(|end| value + end)?;
                    let gap = if line[end..].starts_with('}') { " " } else { "" };
                    format!("{} {remote}{gap}{}", &line[..value], &line[end..])
                }
                (None, Some(brace)) => {
                    let rest = line[brace + 1..].trim_start();
                    let comma = if rest.starts_with('}') { " " } else { ", " };
                    format!("{} remote: {remote}{comma}{rest}", &line[..=brace])
                }
                (_, None) => format!("{line}\n  remote: {remote}"),
            };
            text.replacen(line, &new, 1)
        }
    };
    let read = config_from(changed.as_bytes()).ok()?;
    (format!("{read:?}") == format!("{wanted:?}")).then_some(changed)
}

fn named(config: &Config, remote: &str) -> crate::model::ClaimsConfig {
    crate::model::ClaimsConfig { remote: Some(remote.to_owned()), ..config.claims.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let error = config_from(text.as_bytes()).expect_err("a refusal");
        let refusal = error.downcast_ref::<Refusal>().expect("a refusal").clone();
        format!("{refusal} | {}", refusal.hint().unwrap_or_default())
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_place_and_the_right_one() {
        insta::assert_snapshot!(refusal("version: 1\nmax_atempts: 3\n"), @".mcp/config.yaml:2:1: unknown key `max_atempts` | did you mean `max_attempts`?");
        insta::assert_snapshot!(refusal("retro:\n  evry: 3\n"), @".mcp/config.yaml:2:3: unknown key `evry` in `retro` | did you mean `every`?");
    }

    #[test]
    fn values_are_checked_too() {
        insta::assert_snapshot!(refusal("version: 2\n"), @".mcp/config.yaml:1:1: version 2 is not one that this program knows; a newer mcp may | ");
        insta::assert_snapshot!(refusal("checks:\n  - name: a b\n    run: x\n"), @".mcp/config.yaml:1:1: a check's name is made of a-z 0-9 - _ . but this is `a b` | ");
        insta::assert_snapshot!(refusal("link: [../x]\n"), @".mcp/config.yaml:1:1: `../x` leads out of the repository | ");
        insta::assert_snapshot!(refusal("claims: { lease: soon }\n"), @".mcp/config.yaml:1:9: `claims`: `soon` is not a duration such as 90s, 10m or 2h | ");
    }

    #[test]
    fn the_remote_that_settles_claims_is_named_and_nothing_else_changed() {
        for (text, wanted) in [
            (
                "version: 1\nclaims: { remote: null, lease: 2h }  # ours\n",
                "version: 1\nclaims: { remote: hub, lease: 2h }  # ours\n",
            ),
            ("claims: { lease: 1h }\n", "claims: { remote: hub, lease: 1h }\n"),
            ("claims: { remote: old }\n", "claims: { remote: hub }\n"),
            ("claims:\n  lease: 1h\n", "claims:\n  remote: hub\n  lease: 1h\n"),
            ("version: 1\n# claims: none\n", "version: 1\n# claims: none\n\nclaims: { remote: hub }\n"),
        ] {
            assert_eq!(with_claims_remote(text.as_bytes(), "hub").as_deref(), Some(wanted));
        }
        for text in ["claims:\n  remote: old\n", "claims: {lease: 1h,\n  remote: old}\n", "claims: [\n"] {
            assert_eq!(with_claims_remote(text.as_bytes(), "hub"), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        let config = config_from(b"# nothing but a comment\n").expect("the defaults");
        assert_eq!((config.max_attempts, config.retro.every), (5, 3));
        let config = config_from(b"checks:\n  - name: t\n    run: cargo test\n").expect("settings");
        assert_eq!(config.checks[0].timeout.0.as_secs(), 600);
    }
}
