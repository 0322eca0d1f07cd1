//! What a sandbox keeps for a while: small answers that are asked for with every message.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Answers by question, each for a limited time. Absence is an answer too.
#[derive(Debug)]
pub struct Cache<K, V> {
    keep_for: SignedDuration,
    entries_max: usize,
    entries: Mutex<HashMap<K, Entry<V>>>,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    until: Timestamp,
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    pub fn new(keep_for: SignedDuration, entries_max: usize) -> Self {
        Self { keep_for, entries_max, entries: Mutex::new(HashMap::new()) }
    }

    /// The answer that is kept, or the one `load` gives.
    ///
    /// # Errors
    ///
    /// Those of `load`; they are not kept.
    pub async fn get<E>(
        &self,
        key: &K,
        now: Timestamp,
        load: impl AsyncFnOnce(&K) -> Result<V, E>,
    ) -> Result<V, E> {
        if let Some(value) = self.kept(key, now) {
            return Ok(value);
        }
        let value = load(key).await?;
        self.keep(key.clone(), value.clone(), now);
        Ok(value)
    }

    fn kept(&self, key: &K, now: Timestamp) -> Option<V> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(key).filter(|entry| now < entry.until).map(|entry| entry.value.clone())
    }

    /// Keeps an answer that is known without asking.
    pub fn keep(&self, key: K, value: V, now: Timestamp) {
        let until = domain::window::after(now, self.keep_for);
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= self.entries_max {
            entries.retain(|_, entry| now < entry.until);
        }
        // A flood of questions nobody asks twice must not fill the memory.
        if entries.len() >= self.entries_max {
            entries.clear();
        }
        entries.insert(key, Entry { value, until });
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn an_answer_is_kept_until_it_expires_and_the_cache_stays_small() {
        let cache: Cache<u32, u32> = Cache::new(SignedDuration::from_secs(60), 10);
        let asked = AtomicUsize::new(0);
        let start = Timestamp::UNIX_EPOCH;
        let get = async |key: u32, seconds: i64| {
            let now = start + SignedDuration::from_secs(seconds);
            let load = async |key: &u32| {
                asked.fetch_add(1, Ordering::Relaxed);
                Ok::<_, Infallible>(key * 2)
            };
            cache.get(&key, now, load).await.unwrap()
        };
        assert_eq!((get(1, 0).await, get(1, 59).await), (2, 2));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        get(1, 60).await;
        assert_eq!(asked.load(Ordering::Relaxed), 2);
        for key in 0..1_000 {
            get(key, 61).await;
        }
        assert!(cache.entries.lock().unwrap().len() <= 10);
    }
}
