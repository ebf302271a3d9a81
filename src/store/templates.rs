//! Task templates: built in, and the board's own over them.

use anyhow::Result;

use crate::model::Refusal;

use super::board::Store;
use super::file::Sighted;

/// The built-in kinds of task.
pub const KINDS: &[&str] = &["feature", "bug", "chore", "docs", "tdd", "research", "ops"];

/// The built-in template of a kind.
pub fn built_in(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "feature" => include_str!("../../templates/feature.md"),
        "bug" => include_str!("../../templates/bug.md"),
        "chore" => include_str!("../../templates/chore.md"),
        "docs" => include_str!("../../templates/docs.md"),
        "tdd" => include_str!("../../templates/tdd.md"),
        "research" => include_str!("../../templates/research.md"),
        "ops" => include_str!("../../templates/ops.md"),
        _ => return None,
    })
}

/// The template of a retrospective.
pub const RETRO_TEMPLATE: &str = include_str!("../../templates/retro.md");

impl Store {
    /// The template of a kind: the board's own, else the built-in one.
    pub fn template(&self, kind: &str) -> Result<String> {
        let is_word = !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let path = format!(".mcp/templates/{kind}.md");
        if is_word {
            match self.sight(&path)? {
                Sighted::Bytes(bytes) => {
                    let text = String::from_utf8(bytes);
                    return text.map_err(|_| bad(format!("{path} is not UTF-8"), None));
                }
                Sighted::Refused(why) => return Err(bad(format!("{path} is {why}"), None)),
                Sighted::Missing => {}
            }
        }
        match built_in(kind) {
            Some(template) => Ok(template.to_owned()),
            None => {
                let kinds = self.kinds()?;
                let near = crate::text::suggestion(kind, kinds.iter().map(String::as_str));
                let kinds = kinds.join(", ");
                let hint =
                    near.map_or_else(|| format!("the kinds are {kinds}"), |near| format!("did you mean `{near}`?"));
                Err(bad(format!("there is no template for the kind `{kind}`"), Some(hint)))
            }
        }
    }
}

impl Store {
    /// The kinds that a task can have: the built-in ones, then the board's own.
    pub fn kinds(&self) -> Result<Vec<String>> {
        let own = self.own_templates()?;
        Ok(KINDS.iter().map(|kind| (*kind).to_owned()).chain(own).collect())
    }

    /// The kinds for which the board has a template that is not built in, sorted.
    fn own_templates(&self) -> Result<Vec<String>> {
        let folder = self.root().join(".mcp/templates");
        let listing = match fs_err::read_dir(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            listing => listing?,
        };
        let mut kinds = Vec::new();
        for entry in listing {
            let name = entry?.file_name().to_string_lossy().into_owned();
            kinds.extend(name.strip_suffix(".md").filter(|kind| !KINDS.contains(kind)).map(str::to_owned));
        }
        kinds.sort();
        Ok(kinds)
    }
}

fn bad(message: String, hint: Option<String>) -> anyhow::Error {
    Refusal::BadInput { message, hint }.into()
}
