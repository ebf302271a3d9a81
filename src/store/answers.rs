//! Reading `.mcp/answers.yaml`: questions that come again and again, with their answers.

use anyhow::Result;
use regex::RegexBuilder;
use serde::Deserialize;

use crate::model::Refusal;
use crate::text::read_yaml;

use super::board::Store;
use super::file::Sighted;

/// The file of standing answers.
pub const ANSWERS: &str = ".mcp/answers.yaml";
/// From here on an answer is given without asking anybody.
const SURE: f64 = 0.8;

/// An answer that stands.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingAnswer {
    /// A regular expression that the question must match somewhere, without regard to case.
    pub pattern: String,
    /// What is answered.
    pub answer: String,
    /// From 0 to 1; below 0.8 it is only proposed.
    #[serde(default = "certain")]
    pub confidence: f64,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Answers {
    #[serde(default)]
    answers: Vec<StandingAnswer>,
}

fn certain() -> f64 {
    1.0
}

impl StandingAnswer {
    /// Whether it is given without asking anybody.
    pub fn is_sure(&self) -> bool {
        self.confidence >= SURE
    }
}

impl Store {
    /// The standing answer to a question: of those that match the one with the highest confidence, the first of equals.
    pub fn standing_answer(&self, question: &str) -> Result<Option<StandingAnswer>> {
        let text = match self.sight(ANSWERS)? {
            Sighted::Missing => return Ok(None),
            Sighted::Refused(why) => return Err(bad(ANSWERS.to_owned(), format!("it is {why}"), None)),
            Sighted::Bytes(bytes) => {
                String::from_utf8(bytes).map_err(|_| bad(ANSWERS.to_owned(), "not UTF-8".to_owned(), None))?
            }
        };
        let answers: Answers = read_yaml(&text).map_err(|problem| {
            bad(format!("{ANSWERS}:{}:{}", problem.line, problem.column), problem.message, problem.hint)
        })?;
        let mut best: Option<StandingAnswer> = None;
        for answer in answers.answers {
            if !(0.0..=1.0).contains(&answer.confidence) {
                let message = format!("the confidence of `{}` is not between 0 and 1", answer.pattern);
                return Err(bad(ANSWERS.to_owned(), message, None));
            }
            let pattern = RegexBuilder::new(&answer.pattern).case_insensitive(true).build();
            let pattern = pattern.map_err(|_| {
                let hint = Some("escape its signs, or mend the brackets".to_owned());
                bad(ANSWERS.to_owned(), format!("`{}` is not a regular expression", answer.pattern), hint)
            })?;
            let is_better = best.as_ref().is_none_or(|best| answer.confidence > best.confidence);
            if is_better && pattern.is_match(question) {
                best = Some(answer);
            }
        }
        Ok(best)
    }
}

fn bad(place: String, message: String, hint: Option<String>) -> anyhow::Error {
    Refusal::BadFile { task: None, place, message, hint }.into()
}
