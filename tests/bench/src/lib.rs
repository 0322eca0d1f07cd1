//! The project's figures: what has to be reached, and how it is measured.
//!
//! - [`figure`]: one figure beside what it has to reach.
//! - [`desk`], [`meter`], [`webhooks`]: Confab in one process, and what it asks of AWS.
//! - [`counts`], [`bill`], [`logs`]: what is counted. Counts are the same every time: the bench
//!   prints them and the tests hold them, from here.
//! - [`lists`]: pages over many conversations, counted and timed.
//! - [`sizes`]: of the bootstraps, whoever has built them.
//!
//! What takes time is measured by the binary alone.

pub mod bill;
pub mod counts;
pub mod desk;
pub mod figure;
pub mod lists;
pub mod logs;
pub mod meter;
pub mod sizes;
pub mod webhooks;

/// Why something could not be measured.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;
