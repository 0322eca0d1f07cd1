//! Published FAQs: each publication is a version of the set as it was then, and one version serves.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::faq::{Engine, Faq};
use crate::id::{UserId, WorkspaceId};

/// A publication of a workspace's FAQs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqVersion {
    /// 1, 2, 3 …
    pub number: u32,
    /// The revision of the working set that it was taken of.
    pub revision: u32,
    pub state: VersionState,
    pub by: UserId,
    pub asked_at: Timestamp,
    pub faqs: usize,
    pub questions: usize,
}

/// How far a publication is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    /// What the matcher needs of it is being worked out.
    Preparing,
    Ready {
        at: Timestamp,
        engine: Engine,
    },
    Failed {
        at: Timestamp,
        reason: String,
    },
}

impl VersionState {
    pub fn is_ready(&self) -> bool {
        match self {
            Self::Ready { .. } => true,
            Self::Preparing | Self::Failed { .. } => false,
        }
    }

    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Ready { .. } => "ready",
            Self::Failed { .. } => "failed",
        }
    }
}

/// What is published, as one object: the FAQs in use, by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub version: u32,
    pub faqs: Vec<Faq>,
}

/// Where the snapshot of a version is kept.
pub fn snapshot_key(workspace: &WorkspaceId, version: u32) -> String {
    format!("faqs/{workspace}/{version}/faqs.json")
}
