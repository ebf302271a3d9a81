//! What a test runner printed, as failures with places: text in, values and text out; nothing here runs, reads or writes anything.

mod cargo_test;
mod clean;
mod digest;
mod eslint;
mod failure;
mod fingerprint;
#[cfg(test)]
mod fixtures;
mod format;
mod go_module;
mod go_test;
mod jest;
mod junit;
mod mocha;
mod nextest;
mod node;
mod node_spec;
mod node_tap;
mod pytest;
mod pytest_summary;
mod quote;
mod redact;
mod roots;
mod rustc;
mod shapes;
mod spellings;
mod tail;
mod tap;
mod tsc;
mod unittest;
mod vitest;

pub use self::clean::clean;
pub use self::digest::{Digest, Limits, digest};
pub use self::failure::{Failure, Place, Report};
pub use self::fingerprint::fingerprints_in;
pub use self::format::read;
pub use self::redact::Secrets;

#[cfg(test)]
mod hostile_test;
#[cfg(test)]
mod runners_test;
#[cfg(test)]
mod secrets_test;
#[cfg(test)]
mod three_hundred_test;
