//! P14: how much each stage logs for a message at `info`.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use local::queues::{ANSWERS, CHANGES, INBOUND, OUTBOUND, RECEIPTS};
use platform::telemetry::{LevelFilter, lines};
use tracing::Dispatch;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::prelude::*;

use crate::Failed;
use crate::desk::{Desk, WORDS};
use crate::figure::Figure;

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Logged {
    pub lines: usize,
    pub bytes: usize,
}

/// Does some work and counts what it logs at `info`.
pub async fn logged<T>(work: impl Future<Output = T>) -> (T, Logged) {
    let counted = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let counting = Arc::clone(&counted);
    let layer = lines(LevelFilter::INFO, move |line| {
        counting.0.fetch_add(1, Ordering::Relaxed);
        counting.1.fetch_add(line.len(), Ordering::Relaxed);
    });
    let done = work.with_subscriber(Dispatch::new(tracing_subscriber::registry().with(layer)));
    let done = done.await;
    let (lines, bytes) = &*counted;
    let logged =
        Logged { lines: lines.load(Ordering::Relaxed), bytes: bytes.load(Ordering::Relaxed) };
    (done, logged)
}

const MESSAGES: usize = 20;

/// First messages that are welcomed, and the receipts of the welcomes.
pub async fn bytes() -> Result<Vec<Figure>, Failed> {
    let desk = Desk::open("[workspace.responders]\nwelcome = \"Welcome to the bench.\"").await?;
    let mut stages = Vec::new();
    let mut stage = |name, messages: usize, logged: Logged| {
        stages.push((name, logged.bytes as f64 / messages as f64));
    };
    for contact in 0..MESSAGES {
        desk.phone(contact).writes(WORDS).await;
    }
    let (taken, text) = logged(desk.simulator.flush()).await;
    stage("webhook, text", taken, text);
    for (name, queue) in [
        ("inbound, text", INBOUND),
        ("autoresponder", ANSWERS),
        ("outbound", OUTBOUND),
        ("projections", CHANGES),
    ] {
        let (done, lines) = logged(desk.works(&queue)).await;
        done?;
        stage(name, MESSAGES, lines);
    }
    let (taken, receipts) = logged(desk.simulator.flush()).await;
    stage("webhook, receipt", taken, receipts);
    let (done, lines) = logged(desk.works(&RECEIPTS)).await;
    done?;
    stage("inbound, receipt", taken, lines);
    if let Some((silent, _)) = stages.iter().find(|(_, bytes)| *bytes == 0.0) {
        return Err(format!("nothing was logged by {silent}").into());
    }
    let all: Vec<String> =
        stages.iter().map(|(name, bytes)| format!("{name} {bytes:.0}")).collect();
    let worst = stages.iter().max_by(|a, b| a.1.total_cmp(&b.1)).ok_or("no stages")?;
    let what = format!("log bytes for a message, the most of any stage: {}", worst.0);
    let figure = Figure::at_most("P14", what, worst.1, "bytes", [300.0, 200.0]);
    Ok(vec![figure.against(all.join(", "))])
}
