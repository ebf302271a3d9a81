//! Which variables of git's environment a child must not inherit.

/// What git exports to a hook whatever the hook runs; kept even when it is not set, so that the list can be
/// relied upon.
const LOCAL: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_EDITOR",
    "GIT_EXEC_PATH",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REFLOG_ACTION",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// How to reach other machines, where the user's own configuration is, and what to trace.
const KEPT: &[&str] =
    &["GIT_ASKPASS", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM", "GIT_TERMINAL_PROMPT"];
const KEPT_PREFIXES: &[&str] = &["GIT_SSH", "GIT_SSL_", "GIT_TRACE"];

/// Returns the names of the variables to drop from the environment of a command that may run git in another
/// repository.
///
/// Hooks inherit the place of the repository and of its index: a test suite that makes repositories of its
/// own would otherwise commit its fixtures to the user's branch.
pub fn scrubbed_environment() -> Vec<String> {
    let mut names: Vec<String> = LOCAL.iter().map(|&name| name.to_owned()).collect();
    let present = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names.extend(present.filter(|name| is_scrubbed(name)));
    names.sort();
    names.dedup();
    names
}

/// Whether a variable of this name is git's and not for children.
pub fn is_scrubbed(name: &str) -> bool {
    name.starts_with("GIT_") && !KEPT.contains(&name) && !KEPT_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether our own `git` children, which work on the same repository, keep a variable that others must not
/// see.
pub(super) fn is_kept_for_git(name: &str) -> bool {
    // `git -c key=value` and the identity reach a hook through these.
    name == "GIT_EXEC_PATH"
        || ["GIT_CONFIG_", "GIT_AUTHOR_", "GIT_COMMITTER_"].iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_the_place_of_the_repository_and_keeps_the_way_to_others() {
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_AUTHOR_DATE", "GIT_CONFIG_KEY_0", "GIT_EDITOR", "GIT_EXEC_PATH"]
        {
            assert!(is_scrubbed(name), "{name}");
        }
        for name in
            ["GIT_SSH_COMMAND", "GIT_SSL_NO_VERIFY", "GIT_CONFIG_GLOBAL", "GIT_TRACE2_EVENT", "PATH", "GITHUB_TOKEN"]
        {
            assert!(!is_scrubbed(name), "{name}");
        }
        assert!(LOCAL.iter().all(|name| is_scrubbed(name)));
    }
}
