//! How far an outbound message has travelled.
//!
//! A status never moves back within an attempt: what is kept is the furthest heard. `Failed` stands
//! below `Delivered` because a message can fail on one device and still reach another. Providers
//! report late, twice and out of order; with this rule none of that matters.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::ProviderMessageId;

/// The lattice. The order of the variants is the rank; `max` is the merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Kept back until the workspace opens.
    Held,
    /// Accepted by Confab, not yet claimed for sending.
    Queued,
    /// Claimed; the provider may or may not have been called.
    Sending,
    /// The provider was called and its answer never came. Never sent again blindly.
    Unknown,
    /// The provider took it.
    Sent,
    Failed,
    Delivered,
    Read,
    /// Taken back by a person before it was claimed. No receipt can come after it.
    Cancelled,
}

impl DeliveryStatus {
    pub const ALL: [Self; 9] = [
        Self::Held,
        Self::Queued,
        Self::Sending,
        Self::Unknown,
        Self::Sent,
        Self::Failed,
        Self::Delivered,
        Self::Read,
        Self::Cancelled,
    ];

    /// The merge of two reports about one attempt.
    pub fn merge(self, heard: Self) -> Self {
        self.max(heard)
    }

    /// The place in the lattice, as the table stores and compares it.
    pub fn rank(self) -> u8 {
        self as u8
    }

    pub fn of_rank(rank: u8) -> Option<Self> {
        Self::ALL.get(usize::from(rank)).copied()
    }
}

/// Why a message was not delivered, for the agent and for reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_code: Option<String>,
    /// A sentence without personal data.
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The provider or the way to it is in trouble.
    Unavailable,
    RateLimited,
    /// This contact cannot be reached on this channel.
    Unreachable,
    OptedOut,
    WindowClosed,
    Template,
    /// The provider refuses what the message says or carries.
    Content,
    /// The channel account itself is broken: token, billing, registration.
    Account,
    /// A guard refused at the moment of sending.
    Guard,
    GaveUp,
}

impl FailureKind {
    pub const ALL: [Self; 10] = [
        Self::Unavailable,
        Self::RateLimited,
        Self::Unreachable,
        Self::OptedOut,
        Self::WindowClosed,
        Self::Template,
        Self::Content,
        Self::Account,
        Self::Guard,
        Self::GaveUp,
    ];

    /// What the agent can do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Unavailable | Self::GaveUp => "Send it again later.",
            Self::RateLimited => "Send it again in a few minutes.",
            Self::Unreachable => "Reach the contact on another channel.",
            Self::OptedOut => "The contact has to opt in again before anything may be sent.",
            Self::WindowClosed => "Send an approved template.",
            Self::Template => "Correct the template or its parameters.",
            Self::Content => "Change the message.",
            Self::Account => "Ask an administrator to look at the channel account.",
            Self::Guard => "See the reason; nothing was sent.",
        }
    }
}

/// A provider's refusal, with the answer to "try again?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendFailure {
    pub failure: Failure,
    pub retry: Retry,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    Never,
    /// After the time the provider asks for, or after Confab's own back-off.
    After(Option<SignedDuration>),
}

/// One try at sending a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub status: DeliveryStatus,
    /// When the status was reached: the provider's time for receipts, else ours.
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<ProviderMessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

impl Attempt {
    pub fn new(status: DeliveryStatus, at: Timestamp) -> Self {
        Self { status, at, provider_id: None, failure: None }
    }
}

/// All tries at sending a message, the latest last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub attempts: Vec<Attempt>,
    /// When a held message goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_at: Option<Timestamp>,
}

impl Delivery {
    pub fn queued(at: Timestamp) -> Self {
        Self { attempts: vec![Attempt::new(DeliveryStatus::Queued, at)], release_at: None }
    }

    pub fn held(at: Timestamp, release_at: Timestamp) -> Self {
        Self {
            attempts: vec![Attempt::new(DeliveryStatus::Held, at)],
            release_at: Some(release_at),
        }
    }

    /// A message that went out without us, typed by the business into the provider's own app.
    pub fn sent_elsewhere(at: Timestamp, provider_id: ProviderMessageId) -> Self {
        Self {
            attempts: vec![Attempt {
                provider_id: Some(provider_id),
                ..Attempt::new(DeliveryStatus::Sent, at)
            }],
            release_at: None,
        }
    }

    /// The number of the latest attempt, from 1.
    pub fn attempt(&self) -> usize {
        self.attempts.len()
    }

    pub fn latest(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// The attempt whose status stands for the message: the latest, unless an earlier one is known
    /// to have reached the contact.
    pub fn decisive(&self) -> Option<&Attempt> {
        let reached = |attempt: &&Attempt| {
            matches!(attempt.status, DeliveryStatus::Delivered | DeliveryStatus::Read)
        };
        self.attempts
            .iter()
            .filter(reached)
            .max_by_key(|attempt| attempt.status)
            .or(self.attempts.last())
    }
}

/// After this many attempts, or this long after it was queued, a message fails for good.
pub const ATTEMPTS_MAX: usize = 12;
pub const QUEUED_FOR_MAX: SignedDuration = SignedDuration::from_hours(24);

/// The longest wait between two attempts, unless the provider asks for more.
const BACK_OFF_MAX: SignedDuration = SignedDuration::from_mins(5);

/// How long to wait before the attempt after `attempt` (from 1), or `None` to give up.
pub fn wait_before_next(
    attempt: usize,
    retry: Retry,
    queued_at: Timestamp,
    now: Timestamp,
) -> Option<SignedDuration> {
    let asked = match retry {
        Retry::Never => return None,
        Retry::After(asked) => asked,
    };
    if attempt >= ATTEMPTS_MAX || now.duration_since(queued_at) >= QUEUED_FOR_MAX {
        return None;
    }
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX).min(16);
    let own = SignedDuration::from_secs(1_i64 << doublings).min(BACK_OFF_MAX);
    Some(asked.unwrap_or(own))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn status() -> impl Strategy<Value = DeliveryStatus> {
        select(DeliveryStatus::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn merging_is_commutative(a in status(), b in status()) {
            prop_assert_eq!(a.merge(b), b.merge(a));
        }

        #[test]
        fn merging_is_associative(a in status(), b in status(), c in status()) {
            prop_assert_eq!(a.merge(b).merge(c), a.merge(b.merge(c)));
        }

        #[test]
        fn merging_is_idempotent(a in status()) {
            prop_assert_eq!(a.merge(a), a);
        }

        /// Invariant 18: monotone in rank, and every permutation of receipts agrees.
        #[test]
        fn any_order_and_repetition_of_receipts_gives_one_result(
            mut heard in proptest::collection::vec(status(), 1..8), seed: u64,
        ) {
            let fold = |all: &[DeliveryStatus]| {
                all.iter().fold(DeliveryStatus::Held, |kept, one| {
                    let merged = kept.merge(*one);
                    assert!(merged.rank() >= kept.rank());
                    merged
                })
            };
            let in_order = fold(&heard);
            let places = heard.len();
            heard.rotate_left(usize::try_from(seed % 7).unwrap() % places);
            heard.extend_from_within(..);
            heard.reverse();
            prop_assert_eq!(fold(&heard), in_order);
        }
    }

    #[test]
    fn a_rank_names_its_status() {
        for status in DeliveryStatus::ALL {
            assert_eq!(DeliveryStatus::of_rank(status.rank()), Some(status));
        }
        assert_eq!(DeliveryStatus::of_rank(9), None);
    }

    #[test]
    fn a_late_sent_does_not_revive_a_failed_and_a_real_delivered_beats_it() {
        use DeliveryStatus::{Delivered, Failed, Sent, Unknown};
        assert_eq!(Failed.merge(Sent), Failed);
        assert_eq!(Failed.merge(Delivered), Delivered);
        assert_eq!(Unknown.merge(Sent), Sent);
    }

    #[test]
    fn an_earlier_attempt_that_arrived_after_all_decides() {
        let at = Timestamp::UNIX_EPOCH;
        let delivery = Delivery {
            attempts: vec![
                Attempt::new(DeliveryStatus::Delivered, at),
                Attempt::new(DeliveryStatus::Failed, at),
            ],
            release_at: None,
        };
        assert_eq!(delivery.decisive().unwrap().status, DeliveryStatus::Delivered);
    }

    #[test]
    fn waiting_doubles_up_to_five_minutes_and_ends() {
        let start = Timestamp::UNIX_EPOCH;
        let wait = |attempt| wait_before_next(attempt, Retry::After(None), start, start);
        assert_eq!(wait(1), Some(SignedDuration::from_secs(1)));
        assert_eq!(wait(4), Some(SignedDuration::from_secs(8)));
        assert_eq!(wait(11), Some(SignedDuration::from_mins(5)));
        assert_eq!(wait(12), None);
        let asked = Retry::After(Some(SignedDuration::from_secs(3600)));
        assert_eq!(wait_before_next(1, asked, start, start), Some(SignedDuration::from_hours(1)));
        assert_eq!(wait_before_next(1, Retry::Never, start, start), None);
        let a_day_later = start + SignedDuration::from_hours(24);
        assert_eq!(wait_before_next(1, asked, start, a_day_later), None);
    }
}
