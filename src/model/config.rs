//! The board's settings, typed; read strictly, so that a misspelt key is an error and never silence.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use super::actor::Actor;
use super::time::parse_duration;

/// `.mcp/config.yaml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Config {
    /// Of this format; 1.
    pub version: u32,
    /// What must pass.
    pub checks: Vec<Check>,
    /// Where a task goes when a commit passes.
    pub on_success: OnSuccess,
    /// Where a task goes when a commit fails.
    pub on_failure: OnFailure,
    /// Failing trees in a row after which an agent's task fails.
    pub max_attempts: u32,
    /// Where checks run.
    pub isolate: Isolate,
    /// Whether the other checks stop as soon as one has failed.
    pub fail_fast: bool,
    /// Untracked inputs that the private worktree needs.
    pub link: Vec<String>,
    /// Where the words of failures go.
    pub feedback: FeedbackTo,
    /// About reviews.
    pub review: ReviewConfig,
    /// What ends a task.
    pub complete_on: CompleteOn,
    /// Who may do what; who is not named may do everything.
    pub workers: BTreeMap<Actor, Worker>,
    /// About retrospectives.
    pub retro: RetroConfig,
    /// About claims.
    pub claims: ClaimsConfig,
    /// About commits of the board itself.
    pub board: BoardConfig,
    /// About the commit hook.
    pub hooks: HooksConfig,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            version: 1,
            checks: Vec::new(),
            on_success: OnSuccess::Review,
            on_failure: OnFailure::Ready,
            max_attempts: 5,
            isolate: Isolate::Auto,
            fail_fast: false,
            link: Vec::new(),
            feedback: FeedbackTo::File,
            review: ReviewConfig::default(),
            complete_on: CompleteOn::Command,
            workers: BTreeMap::new(),
            retro: RetroConfig::default(),
            claims: ClaimsConfig::default(),
            board: BoardConfig::default(),
            hooks: HooksConfig::default(),
        }
    }
}

/// One command that must pass.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    /// A short word.
    pub name: String,
    /// The command line, run by the shell.
    pub run: String,
    /// Where, below the top of the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dir: Option<String>,
    /// From which moment on it is asked for.
    #[serde(default)]
    pub on: Stage,
    /// Globs: skipped while nothing that they match has changed since it last passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<String>,
    /// After which it counts as failed.
    #[serde(default)]
    pub timeout: Span,
}

/// The moment from which a check is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Stage {
    /// At every commit of a task.
    #[default]
    Commit,
    /// When it goes to review.
    Review,
    /// When it is completed.
    Complete,
}

/// A length of time in configuration, such as `10m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "String"))]
pub struct Span(pub Duration);

impl Default for Span {
    fn default() -> Span {
        Span(Duration::from_secs(600))
    }
}

impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}s", self.0.as_secs()))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a duration such as 90s, 10m or 2h")]
        enum Text {
            Seconds(u64),
            Words(String),
        }
        match Text::deserialize(deserializer)? {
            Text::Seconds(seconds) => Ok(Span(Duration::from_secs(seconds))),
            Text::Words(words) => parse_duration(&words)
                .map(Span)
                .ok_or_else(|| serde::de::Error::custom(format!("`{words}` is not a duration such as 90s, 10m or 2h"))),
        }
    }
}

/// Where a task goes when a commit passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum OnSuccess {
    /// To `review/`.
    Review,
    /// It stays.
    InProgress,
}

/// Where a task goes when a commit fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum OnFailure {
    /// Back to `ready/`, kept for its holder.
    Ready,
    /// It stays.
    InProgress,
}

/// Where checks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Isolate {
    /// In place when the working tree is exactly what would be committed, else in the private worktree.
    Auto,
    /// Always in the private worktree.
    Worktree,
    /// Always in place.
    None,
}

/// Where the words of failures go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FeedbackTo {
    /// Into the task file.
    File,
    /// Into the git dir; the file gets one line.
    Local,
}

/// What ends a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum CompleteOn {
    /// The command `complete`.
    Command,
    /// Being in `review/` on the default branch.
    Merge,
}

/// About reviews.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReviewConfig {
    /// When an approval is needed.
    pub approval: Approval,
}

/// When `complete` needs an approval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Approval {
    /// As soon as the board knows a second worker.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What one worker may do.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Worker {
    /// None named means all.
    pub roles: Vec<Role>,
    /// Capabilities, matched against a task's `needs`; absent means all.
    pub can: Option<Vec<String>>,
    /// How many tasks it may hold at once.
    pub limit: Option<usize>,
}

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Role {
    /// Pending to ready.
    Prepare,
    /// Ready to review.
    Implement,
    /// Review to done.
    Review,
}

/// About retrospectives.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RetroConfig {
    /// Done tasks per retrospective; 0 means never.
    pub every: usize,
    /// Who takes part; nobody named means those who worked on the tasks.
    pub participants: Vec<Actor>,
}

impl Default for RetroConfig {
    fn default() -> RetroConfig {
        RetroConfig { every: 3, participants: Vec::new() }
    }
}

/// About claims.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ClaimsConfig {
    /// The remote whose server settles claims between clones.
    pub remote: Option<String>,
    /// How long a holder is believed to be at work after the last sign of it.
    pub lease: Span,
    /// The folder of the worktrees that claims make, from the top of the main checkout; unset: beside it.
    pub worktrees: Option<String>,
}

impl Default for ClaimsConfig {
    fn default() -> ClaimsConfig {
        ClaimsConfig { remote: None, lease: Span(Duration::from_secs(7200)), worktrees: None }
    }
}

/// About commits of the board itself.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BoardConfig {
    /// Which verbs commit the paths that they touched.
    pub commit: BoardCommit,
}

/// Which verbs commit the paths that they touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum BoardCommit {
    /// Those that end a task.
    #[default]
    End,
    /// All.
    All,
    /// None.
    Never,
}

/// About the commit hook.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HooksConfig {
    /// Refuse commits that change code and belong to no task.
    pub require_task: bool,
}

impl Config {
    /// What is wrong with values that are well-formed by themselves, as `(key, message)`.
    pub fn mistake(&self) -> Option<(String, String)> {
        if self.version != 1 {
            return Some((
                "version".to_owned(),
                format!("version {} is not one that this program knows; a newer mcp may", self.version),
            ));
        }
        for (index, check) in self.checks.iter().enumerate() {
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if check.name.is_empty() || !check.name.chars().all(is_word) {
                let message = format!("a check's name is made of a-z 0-9 - _ . but this is `{}`", check.name);
                return Some(("checks".to_owned(), message));
            }
            if check.run.trim().is_empty() {
                return Some(("checks".to_owned(), format!("the check `{}` has an empty `run`", check.name)));
            }
            if self.checks[..index].iter().any(|other| other.name == check.name) {
                return Some(("checks".to_owned(), format!("two checks are called `{}`", check.name)));
            }
            if check.dir.as_deref().is_some_and(leads_outside) {
                return Some((
                    "checks".to_owned(),
                    format!("the `dir` of `{}` leads out of the repository", check.name),
                ));
            }
        }
        let leads_out = self.link.iter().find(|link| leads_outside(link));
        leads_out.map(|link| ("link".to_owned(), format!("`{link}` leads out of the repository")))
    }

    /// Whether this worker may do that kind of work.
    pub fn may(&self, actor: &Actor, role: Role) -> bool {
        self.workers.get(actor).is_none_or(|worker| worker.roles.is_empty() || worker.roles.contains(&role))
    }

    /// The capabilities among `needs` that this worker lacks.
    pub fn lacking<'a>(&self, actor: &Actor, needs: &'a [String]) -> Vec<&'a str> {
        let Some(can) = self.workers.get(actor).and_then(|worker| worker.can.as_ref()) else { return Vec::new() };
        needs.iter().filter(|need| !can.contains(need)).map(String::as_str).collect()
    }
}

fn leads_outside(path: &str) -> bool {
    path.starts_with(['/', '~', '\\']) || path.split(['/', '\\']).any(|part| part == ".." || part == ".git")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_who_are_not_named_may_do_everything() {
        let mut config = Config::default();
        let (ada, bo) = (Actor::named("ada").expect("a name"), Actor::named("bo").expect("a name"));
        let worker = Worker { roles: vec![Role::Review], can: Some(vec!["web".to_owned()]), limit: None };
        config.workers.insert(bo.clone(), worker);
        let needs = ["rust".to_owned(), "web".to_owned()];
        assert!(config.may(&ada, Role::Implement) && config.lacking(&ada, &needs).is_empty());
        assert!(!config.may(&bo, Role::Implement) && config.may(&bo, Role::Review));
        assert_eq!(config.lacking(&bo, &needs), ["rust"]);
    }

    #[test]
    fn paths_never_lead_out_of_the_repository() {
        for path in ["../x", "/etc", "a/../../b", "~/x", ".git/hooks", "a\\..\\b"] {
            assert!(leads_outside(path), "{path}");
        }
        assert!(!leads_outside("web/a..b"));
    }
}
