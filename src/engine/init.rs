//! `init`: make the board, find the tests, install the hooks; safe to run again.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use crate::git::Repository;
use crate::model::{Check, Identity};
use crate::store::{CONFIG, Store};

use super::detect::{test_commands, untracked_inputs};
use super::hook::{ATTRIBUTES, Installed};
use super::private::keep_out;
use super::workspace::{Clock, Places, Workspace};

/// What `init` did.
#[derive(Debug)]
pub struct Initialized {
    /// Files that it made.
    pub made: Vec<String>,
    /// The checks of the board now.
    pub checks: Vec<Check>,
    /// Each hook.
    pub hooks: Vec<(&'static str, Installed)>,
    /// Checks that were trusted because `init` itself wrote them.
    pub trusted: Vec<Check>,
    /// The board as it is now.
    pub workspace: Workspace,
}

/// What goes into git's own folder and settings.
#[derive(Clone, Copy, Debug)]
pub struct Extras {
    /// The hooks.
    pub hooks: bool,
    /// The driver that merges task files.
    pub merge_driver: bool,
    /// Nothing of it goes into the repository.
    pub is_private: bool,
    /// What shows diffs folds the board's files.
    pub is_folded: bool,
}

/// Makes a board in the checkout, or completes the one that is there.
pub fn init(
    repository: &Repository,
    identity: Identity,
    clock: Clock,
    places: Places,
    program: &Path,
    extras: Extras,
) -> Result<Initialized> {
    let store = Store::at(repository.work_dir());
    if store.exists() {
        store.must_be_sound()?;
    }
    if extras.is_private {
        keep_out(repository, &[])?;
    }
    let mut made = store.make()?;
    let mut wrote_config = false;
    if !store.has(CONFIG) {
        let checks = test_commands(repository.work_dir())?;
        let inputs = untracked_inputs(repository.work_dir(), &checks);
        let mut text = config_text(&checks, &inputs);
        if extras.is_private {
            // The words of failures would go with a task's file to nobody.
            text = text.replace("# feedback: file\n", "feedback: local\n");
        }
        made.extend(store.make_file(CONFIG, &text)?);
        wrote_config = true;
    }
    let workspace = Workspace::open(repository, identity, clock, places)?;
    let trusted = if wrote_config { workspace.trust()? } else { Vec::new() };
    if extras.merge_driver && workspace.want_merge_driver()? {
        made.push(ATTRIBUTES.to_owned());
    }
    if extras.is_folded && workspace.want_folded()? {
        made.push(ATTRIBUTES.to_owned());
    }
    let hooks = if extras.hooks { workspace.install_hooks(repository, program, false)? } else { Vec::new() };
    made.sort();
    Ok(Initialized { made, checks: workspace.config.checks.clone(), hooks, trusted, workspace })
}

/// The settings as `init` writes them, every key explained in place.
pub fn config_text(checks: &[Check], inputs: &[String]) -> String {
    let mut list = String::new();
    for check in checks {
        let run = serde_json::to_string(&check.run).expect("a text");
        let is_plain = check.run.chars().all(|c| c.is_ascii_alphanumeric() || " -_./".contains(c));
        let run = if is_plain { check.run.clone() } else { run };
        list.push_str(&format!("  - name: {}\n    run: {run}\n", check.name));
        if let Some(dir) = &check.dir {
            list.push_str(&format!("    dir: {dir}\n"));
        }
    }
    let checks = if checks.is_empty() { "checks: []\n".to_owned() } else { format!("checks:\n{list}") };
    let link = if inputs.is_empty() { "# link: []".to_owned() } else { format!("link: {}", json!(inputs)) };
    include_str!("../../templates/config.yaml").replace("@CHECKS@\n", &checks).replace("@LINK@", &link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::config_from;

    #[test]
    fn what_is_written_reads_as_the_defaults() {
        let check = Check {
            name: "tests".to_owned(),
            run: "pytest -k \"a: b\" # c".to_owned(),
            dir: Some("web".to_owned()),
            on: Default::default(),
            when: Vec::new(),
            timeout: Default::default(),
        };
        let config =
            config_from(config_text(std::slice::from_ref(&check), &["a/*/b".to_owned()]).as_bytes()).expect("settings");
        assert_eq!((config.checks, config.link), (vec![check], vec!["a/*/b".to_owned()]));
        assert_eq!(
            format!("{:?}", config_from(config_text(&[], &[]).as_bytes()).expect("settings")),
            format!("{:?}", crate::model::Config::default())
        );
    }
}
