//! What a customer can do on the phone, and what becomes of it.

use crate::chat::Place;
use crate::files::Attachment;
use crate::outbox::{Attempt, Draft};

#[derive(Clone, Debug)]
pub(crate) enum Gesture {
    Write(String),
    Quote {
        target: String,
        text: String,
    },
    Attach(Attachment),
    Album(Vec<Attachment>),
    ShareLocation(Place),
    ShareContact {
        name: String,
        phone: String,
    },
    Tap {
        id: String,
        title: String,
    },
    Choose {
        id: String,
        title: String,
    },
    /// No emoji takes a reaction back.
    React {
        target: String,
        emoji: Option<String>,
    },
    Edit {
        target: String,
        text: String,
    },
    Delete {
        target: String,
    },
    /// Writes from an advertisement that led into the chat.
    ComeFromAd(String),
    SendUnknown,
    Block,
    Unblock,
    StopMarketing,
    ResumeMarketing,
}

/// Why a gesture reaches nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unposted {
    /// It happens on the phone, and the provider tells nobody.
    NotReported,
    /// A phone of this channel cannot do it.
    Impossible(&'static str),
}

/// The webhooks a gesture leads to.
pub(crate) type Played = Result<Vec<Draft>, Unposted>;

/// What became of something a customer did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The provider's ids of what was made, in order: one, or one for each picture of an album.
    pub provider_ids: Vec<String>,
    pub outcome: Outcome,
}

impl Delivered {
    /// The provider's id of what was made; empty if nothing was.
    pub fn id(&self) -> &str {
        self.provider_ids.first().map_or("", String::as_str)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Webhooks wait in the outbox for [`flush`](crate::Simulator::flush), or longer than anybody
    /// cared to wait.
    Waiting,
    /// What came of the first attempt to post each webhook.
    Posted(Vec<Attempt>),
    /// It happened on the phone, and the provider tells nobody: Telegram, for one, reports no
    /// deletions.
    NotReported,
    /// Phones of this channel cannot do it.
    Impossible(&'static str),
}
