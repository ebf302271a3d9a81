//! The documents that programs read, as types: what they look like is written down from here, in `docs/json/`. They only ever grow.

mod board;
mod brief;
mod checks;
mod document;
mod error;
mod event;
mod import;
mod retro;
#[cfg(test)]
mod schemas_test;
mod setup;
mod show;
mod standing;
mod stats;
mod sync;
mod task;
mod tasks;
mod upkeep;
mod verify;
mod watch;
mod words;

pub use board::{BoardDocument, BoardTwin, CardTwin, ColumnTwin};
pub use brief::{BriefDocument, brief_document};
pub use checks::{CheckDocument, ConfigDocument, RunTwin, TrustDocument, TrustTwin, check_document};
pub use document::{Document, document_value};
pub use error::{ErrorDocument, error_document};
pub use event::{BatchDocument, BatchTwin, EventDocument, event_document};
pub use import::{
    BroughtTwin, ConflictTwin, ExportDocument, ExportLine, ExportTwin, GoneTwin, ImportDocument, ImportTwin,
    OddityTwin, UpdatedTwin,
};
pub use retro::{OneOrAll, RetroDocument, RetroListTwin, RetroTwin, retro_document, retro_twin};
pub use setup::{SetupDocument, SetupPartTwin, SetupStepTwin, SetupTwin};
pub use show::{CommitTwin, ShowDocument, show_document};
pub use standing::{InboxDocument, InboxItemTwin, InboxTwin, StatusDocument, StatusRetro, StatusTwin};
pub use stats::{StatsDocument, stats_document};
pub use sync::{GaveWayTwin, SyncDocument, SyncTwin};
pub use task::{TaskTwin, task_twin};
pub use tasks::{PassedOver, TasksDocument, tasks_document};
pub use upkeep::{
    ArchiveDocument, ArchiveTwin, ArchivedTwin, DoctorDocument, DoctorTwin, HookTwin, HooksDocument, HooksTwin,
    InitDocument, InitTwin, KeptTwin, LogDocument, LogTwin, ManDocument, ManTwin, ProbedTwin, ResolveDocument,
    ResolveTwin, ResolvedTwin, SettlerTwin, UninstallDocument, UninstallTwin,
};
pub use verify::{ProofTwin, VerifiedTwin, VerifyDocument, VerifyTwin};
pub use watch::{HappenedTwin, WatchDocument, WatchingTwin};
pub use words::{
    CompletionsDocument, CompletionsTwin, HelpDocument, HelpTwin, PromptDocument, PromptTwin, TourCommand,
    TourDocument, TourStep, TourTwin,
};
