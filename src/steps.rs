//! Dying on purpose after the n-th step of a change: for the tests, which show that a crash between any two steps loses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the steps of the changes that one run of the program makes; by default it does nothing at all.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    left: Option<Arc<AtomicU64>>,
}

impl Steps {
    /// The process is to die, as by a crash, right after this step, counted from 1.
    pub fn dying_after(step: u64) -> Steps {
        Steps { left: Some(Arc::new(AtomicU64::new(step))) }
    }

    /// Says that one more step is done. Stands after every single effect on disk or git of a change.
    pub fn done(&self) {
        if let Some(left) = &self.left
            && left.fetch_sub(1, Ordering::SeqCst) == 1
        {
            std::process::abort();
        }
    }
}
