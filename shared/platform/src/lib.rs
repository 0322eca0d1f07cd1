//! The rest of AWS, and the way to providers: everything a function needs that is neither a rule
//! nor the table.
//!
//! - [`aws`]: one configuration, one client for each service.
//! - [`batch`]: a batch of queue records, one by one, and what becomes of those that fail.
//! - [`queue`], [`bus`], [`hand_on`]: handing on.
//! - [`secrets`], [`accounts`], [`cache`]: channel accounts with their secrets, kept for a minute.
//! - [`http`], [`reach`]: requests to providers, and where a request may go.
//! - [`objects`]: files. [`config`], [`telemetry`], [`clock`]: what a function reads and says.
//! - [`auth`], [`oidc`], [`pace`], [`problem`]: who calls the API, how often, and how it says no.
//! - [`ticket`], [`push`]: who is connected, and how they are told.
//! - [`cors`]: what browsers are told of pages that are not ours.

pub mod accounts;
pub mod auth;
pub mod aws;
pub mod batch;
pub mod bus;
pub mod cache;
pub mod clock;
pub mod config;
pub mod cors;
pub mod hand_on;
pub mod http;
pub mod objects;
pub mod oidc;
pub mod pace;
pub mod problem;
pub mod push;
pub mod queue;
pub mod reach;
pub mod secrets;
pub mod telemetry;
pub mod ticket;
