//! Who acts: an actor's name, and the session in which it works.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a person or an agent, as a slug: `a-z 0-9 . _ -`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Actor(String);

impl Actor {
    /// Makes an actor of any name by slugging it; `None` when nothing is left of the name.
    pub fn named(name: &str) -> Option<Actor> {
        let mut slug = String::new();
        for c in name.trim().chars().flat_map(char::to_lowercase) {
            if c.is_alphanumeric() || matches!(c, '.' | '_') {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
            if slug.len() >= 60 {
                break;
            }
        }
        let slug = slug.trim_end_matches(['-', '.']);
        (!slug.is_empty()).then(|| Actor(slug.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Actor {
    fn from(name: String) -> Actor {
        Actor::named(&name).unwrap_or_else(|| Actor("unknown".to_owned()))
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> String {
        actor.0
    }
}

/// An actor in a session: two agents of one name in two worktrees are two holders.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Holder {
    /// Who.
    pub actor: Actor,
    /// Where, as given by `MCP_SESSION`, else the path of the worktree.
    pub session: String,
    /// Which clone of the repository that is in, where it is known: a path may be the same on two machines. In a cell it stands
    /// beside the holder.
    #[serde(skip)]
    pub clone_id: Option<String>,
}

impl Holder {
    /// Whether both are one actor in one session. Only clones that are known to differ tell them apart.
    pub fn is_same(&self, other: &Holder) -> bool {
        let clones = self.clone_id.as_ref().zip(other.clone_id.as_ref());
        self.actor == other.actor && self.session == other.session && clones.is_none_or(|(one, other)| one == other)
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.actor.fmt(f)
    }
}

/// Who runs the present command.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The actor and its session.
    pub holder: Holder,
    /// Whether it is a person, to whom some limits do not apply.
    pub is_person: bool,
}

impl Identity {
    /// For what neither writes a name nor decides by one.
    pub fn nobody() -> Identity {
        let actor = Actor("nobody".to_owned());
        Identity { holder: Holder { actor, session: String::new(), clone_id: None }, is_person: false }
    }

    /// The actor's name.
    pub fn actor(&self) -> &Actor {
        &self.holder.actor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_path_on_two_machines_makes_two_holders() {
        let actor = Actor::named("ada").expect("a name");
        let holder = |clone: Option<&str>| Holder {
            actor: actor.clone(),
            session: "~/app".to_owned(),
            clone_id: clone.map(str::to_owned),
        };
        assert!(holder(Some("a")).is_same(&holder(Some("a"))));
        assert!(!holder(Some("a")).is_same(&holder(Some("b"))));
        // Claims of old do not tell their clone.
        assert!(holder(Some("a")).is_same(&holder(None)));
    }

    #[test]
    fn names_become_slugs() {
        let slug = |name| Actor::named(name).map(String::from);
        assert_eq!(slug("Ada Lovelace").as_deref(), Some("ada-lovelace"));
        assert_eq!(slug("  claude_code.2 ").as_deref(), Some("claude_code.2"));
        assert_eq!(slug("李雷").as_deref(), Some("李雷"));
        assert_eq!(slug("\u{1b}]0;x\u{7}").as_deref(), Some("0-x"));
        assert_eq!(slug("--"), None);
    }
}
