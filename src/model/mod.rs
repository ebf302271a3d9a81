//! The nouns and the rules, pure: no I/O, no clock, no environment.

mod actor;
mod brief;
mod carried;
mod catalog;
mod change;
mod claim;
mod config;
mod entry;
mod evidence;
mod front;
mod front_plain;
mod gates;
mod happening;
mod history;
mod id;
mod merge;
mod merge_items;
mod next;
mod order;
mod problem;
mod put_back;
mod query;
mod query_text;
mod query_words;
mod refusal;
mod retro;
mod retro_facts;
mod retro_id;
mod sections;
mod settle;
mod state;
mod stats;
mod task;
mod time;
mod truth;

pub use actor::{Actor, Holder, Identity};
pub use brief::{BriefFacts, FileChange, LinkedTask, Place as WorkPlace};
pub use carried::{Carried, carried, carry};
pub use catalog::{Catalog, Filing, Place};
pub use change::{Change, Edit, Event, HolderChange, Setting, Work, apply_again, apply_all};
pub use claim::Claim;
pub use config::{
    Approval, BoardCommit, Check, ClaimsConfig, CompleteOn, Config, FeedbackTo, Isolate, OnFailure, OnSuccess, Role,
    Stage, Worker,
};
pub use entry::{Entry, first_line, one_line};
pub use evidence::{Evidence, Outcome, code_span, flat_command};
pub use front::{Blocked, EvidencePolicy, Front, Phase, Priority};
pub use gates::{cycle, missing_for_done, missing_for_ready, needs_approval};
pub use happening::{Happening, Sighting, happenings};
pub use history::{Deed, History, Moment, said};
pub use id::{TaskId, slug};
pub use merge::{MERGE_NOTES, Side, is_mergeable, merged};
pub use next::{Lapse, Offer, Ranking, Step, Waits, held_by, how, rank};
pub use order::{Group, Order, groups};
pub use problem::BoardProblem;
pub use put_back::put_back;
pub use query::{Ask, Key, Query, Surroundings, Term, Trait, Wanted};
pub use refusal::Refusal;
pub use retro::{
    FACTS, FOLLOW_UP, PLAN, Part, RETRO_KEYS, RETRO_ORDER, Remark, Retro, RetroFront, TOTALS, tasks_at_a_glance,
};
pub use retro_facts::{TaskFacts, facts_text, totals_text, workers_of};
pub use retro_id::RetroId;
pub use sections::{
    CRITERIA, DONE, ERRORS, EVIDENCE, FILES, GOAL, KEYS, LOG, NOTES, ORDER, QUESTIONS, READY, REVIEW, VALIDATION,
    is_placeholder, without_comments,
};
pub use settle::{Settled, Telling, Whose, settled};
pub use state::State;
pub use stats::{Aging, Flow, Stats, Sum, flow};
pub use task::{Criterion, Task};
pub use time::{Timestamp, parse_duration, span};
pub use truth::{Sight, Truth, truth};
