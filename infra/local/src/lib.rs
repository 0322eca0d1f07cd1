//! Confab in one process.
//!
//! - [`confab`]: the functions, wired over services played inside the process ([`aws`], [`queues`]).
//! - [`workers`]: what keeps it going. [`live`]: the gateway of sockets.
//! - [`provision`]: workspaces, users and accounts, from a file or for the demo.
//! - [`played`]: the messaging providers beside it.
//! - [`host`]: HTTP, and what only a laptop has (`/dev`).
//! - [`issuer`]: who signs in there.
//! - [`deployed`], [`audit`]: what an operator does to a deployment on AWS, and checks of it.
//! - [`options`], [`clock`]: how it is started, and what time it is there.

pub mod audit;
pub mod aws;
pub mod clock;
pub mod confab;
pub mod deployed;
pub mod host;
pub mod issuer;
pub mod live;
pub mod options;
pub mod played;
pub mod provision;
pub mod queues;
pub mod workers;
