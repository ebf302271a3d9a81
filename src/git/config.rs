//! Git's configuration, as `git` itself sees it: libgit2 does not know all includes nor what the environment
//! adds. Plain files are read here, anything else is asked of `git`, which costs a process.

use std::collections::HashMap;

use anyhow::{Context, Result};

use super::config_files::{PlainSettings, plain_settings};
use super::repository::Repository;

/// All settings, the last value of each; `None` stands for a key without a value, which means true.
pub(super) type Settings = HashMap<String, Option<String>>;

impl Repository {
    /// Returns the value of a setting, read once for the life of this value and those that know its settings.
    pub fn config(&self, key: &str) -> Result<Option<String>> {
        let value = self.setting(key)?;
        Ok(value.map(|value| value.clone().unwrap_or_default()))
    }

    /// Returns a setting as yes or no; `None` when it is not set or is neither.
    pub fn config_bool(&self, key: &str) -> Result<Option<bool>> {
        Ok(self.setting(key)?.and_then(|value| truth(value.as_deref())))
    }

    /// Returns the name that the user gave to git.
    pub fn user_name(&self) -> Result<Option<String>> {
        Ok(self.config("user.name")?.filter(|name| !name.trim().is_empty()))
    }

    fn setting(&self, key: &str) -> Result<Option<&Option<String>>> {
        let key = canonical(key);
        let known = &self.known;
        let plain = known.plain.get_or_init(|| plain_settings(self.common_dir(), known.own.as_deref()));
        match plain {
            Some(PlainSettings { certain, doubtful }) if !doubtful.contains_key(&key) => Ok(certain.get(&key)),
            _ => Ok(self.listed()?.get(&key)),
        }
    }

    /// What git says.
    fn listed(&self) -> Result<&Settings> {
        if let Some(settings) = self.known.listed.get() {
            return Ok(settings);
        }
        // With no settings of ours, which would be listed too.
        let program = self.program_with(&[], ["config", "--list", "-z"]);
        let listed = program.output().context("reading git's configuration")?;
        Ok(self.known.listed.get_or_init(|| parsed(&String::from_utf8_lossy(&listed))))
    }
}

pub(super) fn parsed(listed: &str) -> Settings {
    let entries = listed.split_terminator('\0');
    entries
        .map(|entry| match entry.split_once('\n') {
            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
            None => (entry.to_owned(), None),
        })
        .collect()
}

/// Lowers the case of section and name; what stands between them is case-sensitive.
fn canonical(key: &str) -> String {
    match (key.find('.'), key.rfind('.')) {
        (Some(first), Some(last)) if first < last => {
            format!("{}{}{}", key[..first].to_lowercase(), &key[first..last], key[last..].to_lowercase())
        }
        _ => key.to_lowercase(),
    }
}

fn truth(value: Option<&str>) -> Option<bool> {
    let Some(value) = value else {
        return Some(true);
    };
    match value.to_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" | "" => Some(false),
        number => number.parse::<i64>().ok().map(|number| number != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::program::Program;
    use super::*;

    #[test]
    fn reads_keys_and_values_as_git_does() {
        let settings = parsed("user.name\nAda\nLovelace\0core.bare\0branch.Main.remote\norigin\0");
        assert_eq!(settings["user.name"].as_deref(), Some("Ada\nLovelace"));
        assert_eq!(truth(settings["core.bare"].as_deref()), Some(true));
        assert_eq!(settings[&canonical("Branch.Main.Remote")].as_deref(), Some("origin"));
        assert_eq!(truth(Some("OFF")), Some(false));
        assert_eq!(truth(Some("2")), Some(true));
        assert_eq!(truth(Some("perhaps")), None);
    }

    #[test]
    fn what_is_doubtful_is_asked_of_git_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| Program::in_directory(folder.path(), &[], arguments).output().unwrap();
        git(&["init", "-q"]);
        git(&["config", "user.name", "Ada"]);
        let repository = Repository::discover(folder.path()).unwrap();
        let one = |key: &str, value: &str| Settings::from([(key.to_owned(), Some(value.to_owned()))]);
        let (certain, doubtful) = (one("user.email", "as known"), one("user.name", "perhaps"));
        repository.known.plain.set(Some(PlainSettings { certain, doubtful })).unwrap();
        assert_eq!(repository.config("user.email").unwrap().as_deref(), Some("as known"));
        assert!(repository.known.listed.get().is_none());
        assert_eq!(repository.config("User.Name").unwrap().as_deref(), Some("Ada"));
        assert!(repository.known.listed.get().is_some());
    }
}
