//! Waiting for what happens by itself.

use std::time::{Duration, Instant};

/// Long enough for a queue to bring a record back; far longer than anything takes that goes well.
const WITHIN: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Looks until there is something to see.
///
/// # Panics
///
/// If there never is.
pub(crate) async fn eventually<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(began.elapsed() < WITHIN, "waited for {} s: {what}", WITHIN.as_secs());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
