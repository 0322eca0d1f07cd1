//! How often one caller may call: a bucket of requests for each, in memory. Each sandbox counts for
//! itself, so the limit of all together is this one times how many run.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// What one caller may ask of one sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub per_second: u32,
    /// After a pause, so many at once.
    pub at_once: u32,
}

/// A flood of callers must not fill the memory.
const CALLERS_MAX: usize = 10_000;

/// The buckets of all callers, by what tells them apart.
#[derive(Debug)]
pub struct Pace<K> {
    /// What a request takes.
    cost: SignedDuration,
    /// What a full bucket holds.
    room: SignedDuration,
    /// When each caller's bucket will be full again.
    full_at: Mutex<HashMap<K, Timestamp>>,
}

impl<K: Eq + Hash + Clone> Pace<K> {
    pub fn new(limit: Limit) -> Self {
        let cost = SignedDuration::from_secs(1)
            / i32::try_from(limit.per_second).unwrap_or(i32::MAX).max(1);
        let room = cost * i32::try_from(limit.at_once).unwrap_or(i32::MAX).max(1);
        Self { cost, room, full_at: Mutex::default() }
    }

    /// Takes one request from a caller's bucket.
    ///
    /// # Errors
    ///
    /// How long to wait until there is one.
    pub fn admit(&self, caller: &K, now: Timestamp) -> Result<(), SignedDuration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= CALLERS_MAX {
            full_at.retain(|_, at| *at > now);
        }
        if full_at.len() >= CALLERS_MAX {
            full_at.clear();
        }
        let before = full_at.get(caller).copied().filter(|at| *at > now).unwrap_or(now);
        let after = domain::window::after(before, self.cost);
        let over = after.duration_since(now) - self.room;
        if over.is_positive() {
            return Err(over);
        }
        full_at.insert(caller.clone(), after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_may_hurry_for_a_while_and_others_are_not_slowed() {
        let pace = Pace::new(Limit { per_second: 10, at_once: 20 });
        let (ada, ben) = ("ada", "ben");
        let at = |millis| Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis);
        for request in 0..20 {
            assert_eq!(pace.admit(&ada, at(0)), Ok(()), "{request}");
        }
        assert_eq!(pace.admit(&ada, at(0)), Err(SignedDuration::from_millis(100)));
        assert_eq!(pace.admit(&ben, at(0)), Ok(()));
        assert_eq!(pace.admit(&ada, at(99)), Err(SignedDuration::from_millis(1)));
        assert_eq!(pace.admit(&ada, at(100)), Ok(()));
        assert!(pace.admit(&ada, at(100)).is_err(), "refusals cost nothing, requests do");
        let admitted = (0..1_000).filter(|_| pace.admit(&ada, at(10_000)).is_ok()).count();
        assert_eq!(admitted, 20, "a bucket holds no more, however long the pause");
    }

    #[test]
    fn a_flood_of_callers_does_not_fill_the_memory() {
        let pace = Pace::new(Limit { per_second: 1, at_once: 1 });
        for number in 0..3 * CALLERS_MAX {
            assert_eq!(pace.admit(&number, Timestamp::UNIX_EPOCH), Ok(()));
        }
        assert!(pace.full_at.lock().unwrap().len() <= CALLERS_MAX);
    }
}
