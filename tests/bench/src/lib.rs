//! The project's figures: what has to be reached, and how it is measured.
//!
//! - [`figure`]: one figure beside what it has to reach.
//! - [`desk`], [`meter`], [`webhooks`]: Confab in one process, and what it asks of AWS.
//! - [`counts`], [`bill`], [`logs`]: what is counted. Counts are the same every time: the bench
//!   prints them and the tests hold them, from here.
//! - [`lists`]: pages over many conversations, counted and timed.
//! - [`screens`]: the desk, by its browser tests.
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
pub mod screens;
pub mod sizes;
pub mod webhooks;

use std::path::PathBuf;
use std::process::Command;

/// Cargo, as from a shell. Of what it tells the programs it runs, some is what crates are built
/// anew for when they see it changed.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    let told = ["CARGO_PKG_", "CARGO_MANIFEST_"];
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| told.iter().any(|start| name.starts_with(start))) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Builds packages for release, if they are not built. Says where the programs are.
///
/// # Errors
///
/// If they do not build.
pub fn build(packages: &[&str]) -> Result<PathBuf, Failed> {
    let mut cargo = cargo();
    cargo.args(["build", "--release", "--quiet"]).args(packages);
    if !cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status()?.success() {
        return Err(format!("{} does not build", packages.join(" ")).into());
    }
    let own = std::env::current_exe()?;
    Ok(own.parent().ok_or("no folder of binaries")?.to_owned())
}

/// Why something could not be measured.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;
