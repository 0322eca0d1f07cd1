//! The customer service window: how long after a contact's message free text may be sent.
//!
//! Only messages of the contact move it. Each address of a conversation has its own.

use jiff::{SignedDuration, Timestamp};

/// A channel's rule for free-form messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowPolicy {
    /// Anything may be sent at any time.
    Unlimited,
    /// Free-form messages only within this long of the contact's last message.
    Within {
        open_for: SignedDuration,
        /// Where the provider says so.
        source: &'static str,
    },
}

/// Whether the window is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Unlimited,
    Open {
        closes_at: Timestamp,
    },
    Closed {
        closed_at: Timestamp,
    },
    /// The contact has never written to this address of ours.
    NeverOpened,
}

impl WindowPolicy {
    /// The window at `now`, given when the contact last wrote.
    ///
    /// It is closed from the very instant it ends: the provider's clock is not ours, and a message
    /// refused by it costs more than a template.
    pub fn at(self, last_in_at: Option<Timestamp>, now: Timestamp) -> Window {
        let open_for = match self {
            Self::Unlimited => return Window::Unlimited,
            Self::Within { open_for, .. } => open_for,
        };
        let Some(last_in_at) = last_in_at else {
            return Window::NeverOpened;
        };
        let ends_at = after(last_in_at, open_for);
        if now < ends_at {
            Window::Open { closes_at: ends_at }
        } else {
            Window::Closed { closed_at: ends_at }
        }
    }
}

impl Window {
    pub fn allows_free_form(self) -> bool {
        match self {
            Self::Unlimited | Self::Open { .. } => true,
            Self::Closed { .. } | Self::NeverOpened => false,
        }
    }
}

/// `at + duration`, staying at the end of time where that would be beyond it.
pub fn after(at: Timestamp, duration: SignedDuration) -> Timestamp {
    at.saturating_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: WindowPolicy =
        WindowPolicy::Within { open_for: SignedDuration::from_hours(24), source: "" };

    #[test]
    fn the_window_ends_at_the_very_second() {
        let wrote = Timestamp::from_second(1_000_000).unwrap();
        let ends = wrote + SignedDuration::from_hours(24);
        for (offset, open) in [(-61, true), (-1, true), (0, false), (1, false), (61, false)] {
            let now = ends + SignedDuration::from_secs(offset);
            assert_eq!(DAY.at(Some(wrote), now).allows_free_form(), open, "{offset}");
        }
    }

    #[test]
    fn who_never_wrote_gets_templates_only() {
        assert_eq!(DAY.at(None, Timestamp::UNIX_EPOCH), Window::NeverOpened);
        assert!(WindowPolicy::Unlimited.at(None, Timestamp::UNIX_EPOCH).allows_free_form());
    }
}
