//! P3: the size of the bootstraps that are deployed.
//!
//! Whoever has built them for release asks here whether they are small enough.

use std::path::Path;

use crate::Failed;
use crate::figure::Figure;

pub const FUNCTIONS: [&str; 13] = [
    "webhook",
    "inbound",
    "autoresponder",
    "outbound",
    "media",
    "projections",
    "router",
    "expiry",
    "api",
    "publisher",
    "realtime",
    "widget",
    "desk",
];

/// P3, of the stripped bootstraps in a folder, each in a file of its function's name.
///
/// # Errors
///
/// If one of them is not there.
pub fn figures(bootstraps: &Path) -> Result<Vec<Figure>, Failed> {
    let mut sizes = Vec::new();
    for function in FUNCTIONS {
        sizes.push((function, std::fs::metadata(bootstraps.join(function))?.len() as f64 / 1e6));
    }
    let all: Vec<String> = sizes.iter().map(|(name, size)| format!("{name} {size:.3}")).collect();
    let webhook = sizes.iter().find(|(name, _)| *name == "webhook").ok_or("no webhook")?;
    let largest = sizes.iter().max_by(|a, b| a.1.total_cmp(&b.1)).ok_or("no functions")?;
    let what = format!("{}, the largest, stripped", largest.0);
    Ok(vec![
        Figure::at_most("P3", "webhook, stripped", webhook.1, "MB", [6.0, 2.5]),
        Figure::at_most("P3", what, largest.1, "MB", [10.0, 6.0]).against(all.join(", ")),
    ])
}
