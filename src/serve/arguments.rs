//! The arguments of the tools, as they come in: read strictly, so that a misspelt one is an error and never silence.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::{Priority, Refusal, State};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Next {
    pub explain: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brief {
    pub id: Option<String>,
    pub budget: Option<usize>,
    pub files: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct One {
    pub id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    pub words: Option<String>,
    pub states: Vec<State>,
    pub limit: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Create {
    pub title: String,
    pub goal: Option<String>,
    pub criteria: Vec<String>,
    pub priority: Option<Priority>,
    pub kind: Option<String>,
    pub labels: Vec<String>,
    pub depends_on: Vec<String>,
    pub needs: Vec<String>,
    pub parent: Option<String>,
    pub body: Option<String>,
    pub ready: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prepare {
    pub id: String,
    pub sections: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Claim {
    pub id: Option<String>,
    pub branch: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Update {
    pub id: String,
    pub check: Vec<usize>,
    pub uncheck: Vec<usize>,
    pub set: BTreeMap<String, String>,
    pub note: Option<String>,
    pub ask: Option<String>,
    pub answer: Option<String>,
    pub question: Option<usize>,
    pub block: Option<String>,
    pub unblock: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Checks {
    pub staged: bool,
    pub all: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewAction {
    Request,
    Approve,
    Reject,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    pub id: String,
    pub action: ReviewAction,
    pub message: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndAction {
    Release,
    Fail,
    Retry,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    pub id: String,
    pub action: EndAction,
    #[serde(default)]
    pub reason: String,
}

/// Reads the arguments of a tool; null stands for one that is not given.
pub fn read<T: DeserializeOwned>(tool: &str, mut arguments: Map<String, Value>) -> Result<T> {
    arguments.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(arguments)).map_err(|error| {
        let hint = Some("`tools/list` has the schema of its arguments".to_owned());
        Refusal::BadInput { message: format!("{tool}: {error}"), hint }.into()
    })
}

/// Takes out the argument that every tool has.
pub fn take_project_root(tool: &str, arguments: &mut Map<String, Value>) -> Result<Option<String>> {
    match arguments.remove("project_root") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(path)) if std::path::Path::new(&path).is_absolute() => Ok(Some(path)),
        Some(_) => {
            let hint = Some("such as \"/srv/project\"".to_owned());
            let message = format!("{tool}: project_root is an absolute path");
            Err(Refusal::BadInput { message, hint }.into())
        }
    }
}
