//! The status people see, derived from what is stored and the time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Base, Conversation};

/// Which vocabulary a workspace shows, and which moves happen by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusPreset {
    /// New, Active, Pending, Inactive, Resolved; everything moves by itself.
    Five,
    /// New, Pending, Closed with Active and Inactive as tabs; only *to New* moves by itself.
    Three,
    /// Open, Closed.
    OpenClosed,
}

/// A status as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownStatus {
    New,
    Active,
    Pending,
    Inactive,
    Resolved,
    Open,
    Closed,
    Deleted,
}

impl ShownStatus {
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Active,
        Self::Pending,
        Self::Inactive,
        Self::Resolved,
        Self::Open,
        Self::Closed,
        Self::Deleted,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Inactive => "inactive",
            Self::Resolved => "resolved",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Deleted => "deleted",
        }
    }
}

impl StatusPreset {
    /// The statuses that people may set.
    pub fn set_by_hand(self) -> &'static [ShownStatus] {
        match self {
            Self::Five => &[
                ShownStatus::New,
                ShownStatus::Active,
                ShownStatus::Pending,
                ShownStatus::Resolved,
            ],
            Self::Three => &[ShownStatus::New, ShownStatus::Pending, ShownStatus::Closed],
            Self::OpenClosed => &[ShownStatus::Open, ShownStatus::Closed],
        }
    }
}

impl Conversation {
    /// Open, and silent for longer than the workspace allows. Nothing is written when this comes
    /// true: it is true from the very instant.
    pub fn is_inactive(&self, now: Timestamp) -> bool {
        self.base.is_open() && now >= self.activity_expires_at
    }

    pub fn shown(&self, preset: StatusPreset, now: Timestamp) -> ShownStatus {
        match (preset, self.base) {
            (_, Base::Deleted { .. } | Base::Unopened) => ShownStatus::Deleted,
            (StatusPreset::Five, Base::Resolved { .. }) => ShownStatus::Resolved,
            (StatusPreset::Three | StatusPreset::OpenClosed, Base::Resolved { .. }) => {
                ShownStatus::Closed
            }
            (StatusPreset::OpenClosed, Base::New | Base::Active | Base::Pending) => {
                ShownStatus::Open
            }
            (StatusPreset::Five, Base::New | Base::Active | Base::Pending)
                if self.is_inactive(now) =>
            {
                ShownStatus::Inactive
            }
            (StatusPreset::Five | StatusPreset::Three, Base::New) => ShownStatus::New,
            (StatusPreset::Five | StatusPreset::Three, Base::Pending) => ShownStatus::Pending,
            (StatusPreset::Five, Base::Active) => ShownStatus::Active,
            (StatusPreset::Three, Base::Active) => ShownStatus::New,
        }
    }
}
