//! What keeps the laptop going: workers on each queue, and the schedule.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join_all, join3};
use platform::batch::chain;
use tokio::time::{sleep, timeout};
use tracing::error;

use crate::confab::Confab;
use crate::queues::{self, Counts, QueuesError, Spec};

/// Lambda starts more sandboxes as a queue fills; a laptop has this many workers for each.
const WORKERS_PER_QUEUE: usize = 4;

/// How often the schedule looks for what is due. On AWS it is a minute, the least there is.
const SCHEDULE: Duration = Duration::from_secs(10);

/// The longest a worker sleeps: a turned clock does not wake it.
const SLEEP_MAX: Duration = Duration::from_millis(500);

/// Changes that are no further apart are told together.
const TOGETHER: Duration = Duration::from_millis(20);

/// How often somebody who waits for quiet looks.
const LOOK: Duration = Duration::from_millis(2);

/// Works until it is dropped.
pub async fn run(confab: Arc<Confab>) {
    let workers = queues::ALL
        .iter()
        .flat_map(|spec| std::iter::repeat_n(spec, WORKERS_PER_QUEUE))
        .map(|spec| work(&confab, spec));
    Box::pin(join3(join_all(workers), keep_schedule(&confab), tell(&confab))).await;
}

async fn keep_schedule(confab: &Confab) {
    loop {
        if let Err(failed) = confab.expire().await {
            error!("The schedule failed: {}", chain(&failed));
        }
        sleep(SCHEDULE).await;
    }
}

/// Tells connected clients of what happens. What happens together is told together.
async fn tell(confab: &Confab) {
    loop {
        confab.services.bus.heard.notified().await;
        sleep(TOGETHER).await;
        if let Err(failed) = confab.tell_once().await {
            error!("Connected clients were not told: {}", chain(&failed));
        }
    }
}

async fn work(confab: &Confab, spec: &Spec) {
    loop {
        let changed = confab.queues().changed.notified();
        match confab.work_once(spec).await {
            Ok(true) => {}
            Ok(false) => {
                // Woken by whatever comes first: a new record, or one that becomes visible.
                let _woken = timeout(until_next(confab, spec), changed).await;
            }
            Err(failed) => {
                error!("The queue {} failed: {}", spec.name, chain(&failed));
                sleep(SLEEP_MAX).await;
            }
        }
    }
}

fn until_next(confab: &Confab, spec: &Spec) -> Duration {
    let Ok(Some(next)) = confab.queues().next_at(spec) else { return SLEEP_MAX };
    let wait = next.duration_since(confab.clock.now());
    Duration::try_from(wait).unwrap_or_default().clamp(Duration::from_millis(5), SLEEP_MAX)
}

/// Waits until nothing is visible and nobody works on anything.
///
/// # Errors
///
/// If the queues cannot be used.
pub async fn quiet(confab: &Confab) -> Result<Counts, QueuesError> {
    while confab.queues().busy()? {
        sleep(LOOK).await;
    }
    confab.queues().counts()
}
