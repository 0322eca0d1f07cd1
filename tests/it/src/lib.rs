//! The tests that need more than one crate, in one binary.
//!
//! - [`tidy`]: the rules of the house. [`template`]: what is deployed.
//! - [`events`]: the sample invocations, handed to the functions.
//! - [`host`]: the laptop host as a program: started, killed, fed.
//! - [`browser`]: the desk, in a browser.
//! - [`requirements`]: which test proves which of them.
//! - [`counts`]: what is counted, as the bench counts it.
//! - [`lists`]: every view of every viewer, after random histories.
//! - [`world`]: Confab in one process with played providers; [`stories`] and [`faults`] happen in it.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod counts;
#[cfg(test)]
mod events;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod host;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod requirements;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod template;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod world;

#[cfg(test)]
fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
