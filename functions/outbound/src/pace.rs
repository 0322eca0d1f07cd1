//! How fast an account may send.
//!
//! Each sandbox takes its share of the provider's published rate, so that all of them together
//! keep to it without asking one another. What is too early comes back later: the queue waits, not
//! the function.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::id::AccountId;
use jiff::{SignedDuration, Timestamp};

/// When each account may send again.
#[derive(Debug)]
pub struct Pace {
    /// How many sandboxes there may be.
    senders_max: u32,
    accounts: Mutex<HashMap<AccountId, Allowance>>,
}

#[derive(Debug, Clone, Copy)]
struct Allowance {
    /// When a second's worth of sends would be available again.
    full_at: Timestamp,
    /// Until when the provider has asked us to wait.
    closed_until: Timestamp,
}

impl Pace {
    pub fn new(senders_max: u32) -> Self {
        Self { senders_max: senders_max.max(1), accounts: Mutex::new(HashMap::new()) }
    }

    /// Takes one send from the account's allowance of `per_second`.
    ///
    /// # Errors
    ///
    /// How long to wait.
    pub fn admit(
        &self,
        account: &AccountId,
        per_second: u64,
        now: Timestamp,
    ) -> Result<(), SignedDuration> {
        let share = (per_second / u64::from(self.senders_max)).max(1);
        let cost = SignedDuration::from_nanos(
            1_000_000_000 / i64::try_from(share).unwrap_or(i64::MAX).max(1),
        );
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let allowance = accounts
            .entry(account.clone())
            .or_insert(Allowance { full_at: now, closed_until: now });
        if now < allowance.closed_until {
            return Err(allowance.closed_until.duration_since(now));
        }
        let full_at = allowance.full_at.max(now);
        let after = domain::window::after(full_at, cost);
        let over = after.duration_since(now) - SignedDuration::from_secs(1);
        if over > SignedDuration::ZERO {
            return Err(over.max(SignedDuration::from_secs(1)));
        }
        allowance.full_at = after;
        Ok(())
    }

    /// The provider has asked the account to wait.
    pub fn close(&self, account: &AccountId, until: Timestamp) {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let allowance = accounts
            .entry(account.clone())
            .or_insert(Allowance { full_at: until, closed_until: until });
        allowance.closed_until = allowance.closed_until.max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_000_000 + millis).unwrap()
    }

    #[test]
    fn a_second_holds_as_many_sends_as_the_share_and_no_more() {
        let pace = Pace::new(10);
        let account: AccountId = "wa1".parse().unwrap();
        let admitted = |now| (0..100).filter(|_| pace.admit(&account, 80, now).is_ok()).count();
        assert_eq!(admitted(at(0)), 8);
        assert_eq!(admitted(at(500)), 4);
        assert_eq!(admitted(at(10_000)), 8);
        let other: AccountId = "wa2".parse().unwrap();
        assert_eq!(pace.admit(&other, 80, at(0)), Ok(()));
    }

    #[test]
    fn a_slow_account_sends_one_and_says_how_long_to_wait() {
        let pace = Pace::new(10);
        let account: AccountId = "sms".parse().unwrap();
        assert_eq!(pace.admit(&account, 1, at(0)), Ok(()));
        assert_eq!(pace.admit(&account, 1, at(0)), Err(SignedDuration::from_secs(1)));
        assert_eq!(pace.admit(&account, 1, at(1_000)), Ok(()));
    }

    #[test]
    fn what_the_provider_asks_for_is_kept() {
        let pace = Pace::new(1);
        let account: AccountId = "tg".parse().unwrap();
        pace.close(&account, at(5_000));
        pace.close(&account, at(2_000));
        assert_eq!(pace.admit(&account, 30, at(0)), Err(SignedDuration::from_secs(5)));
        assert_eq!(pace.admit(&account, 30, at(5_000)), Ok(()));
    }
}
