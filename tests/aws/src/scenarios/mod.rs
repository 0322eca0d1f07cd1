//! What happens to a deployment, one thing after the other.

pub(crate) mod conversations;
pub(crate) mod desk;
pub(crate) mod doors;
pub(crate) mod faqs;
pub(crate) mod files;
pub(crate) mod live;
pub(crate) mod permissions;
pub(crate) mod tickets;
pub(crate) mod webchat;
