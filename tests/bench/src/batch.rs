//! P12: a batch of sends to a slow provider.

use std::time::{Duration, Instant};

use bench::Failed;
use bench::desk::{Desk, WORDS};
use bench::figure::Figure;
use local::queues::{INBOUND, OUTBOUND};

use crate::functions::median;

/// As many as one batch of a FIFO queue holds.
const SENDS: usize = 10;
const PROVIDER_TAKES: Duration = Duration::from_millis(200);
const ROUNDS: usize = 5;

/// P12: ten sends of ten conversations in one batch, in milliseconds on the clock on the wall.
pub(crate) async fn measure() -> Result<Figure, Failed> {
    let desk = Desk::with_slow_provider("", PROVIDER_TAKES).await?;
    for contact in 0..SENDS {
        desk.phone(contact).writes(WORDS).await;
    }
    desk.simulator.flush().await;
    desk.works(&INBOUND).await?;
    let conversations = desk.conversations().await?;
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        for conversation in &conversations {
            desk.replies(conversation).await?;
        }
        let before = desk.sends();
        let begun = Instant::now();
        desk.confab.work_once(&OUTBOUND).await?;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
        if desk.sends() - before != SENDS {
            return Err(format!("{} sends", desk.sends() - before).into());
        }
        // The account's pace allows the next ten.
        desk.pass(1);
    }
    let first = took.first().copied().unwrap_or(f64::NAN);
    let what = "ten sends of ten conversations in one batch, the provider takes 200 ms";
    Ok(Figure::at_most("P12", what, median(&mut took), "ms", [400.0, 230.0])
        .against(format!("{first:.0} ms with ten new connections")))
}
