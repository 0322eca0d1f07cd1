//! P9: how fast the laptop takes webhooks, beside how fast its table takes the same transactions.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::http::StatusCode;
use bench::Failed;
use bench::desk::{START, WORDS, workspace};
use bench::figure::Figure;
use bench::webhooks::{signed, text};
use local::aws::{Answer, Call, Lost, Tap};
use local::clock::Clock;
use local::confab::{Confab, Parts};
use local::provision::{apply, read};
use local::queues::INBOUND;
use tower::ServiceExt;

use crate::functions::median;

const MESSAGES: usize = 2_000;
const CONVERSATIONS: usize = 50;
/// So many webhooks come at once, and the worker takes them in one batch.
const AT_ONCE: usize = 10;
const ROUNDS: usize = 5;

/// Keeps the transactions.
#[derive(Debug, Default)]
struct Recorder(Mutex<Vec<Call>>);

impl Recorder {
    fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Tap for Recorder {
    fn call<'a>(
        &'a self,
        call: Call,
        service: &'a (dyn Fn(Call) -> Answer + Send + Sync),
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Lost>> + Send + 'a>> {
        Box::pin(async move {
            if call.operation == "TransactWriteItems" {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).push(call.clone());
            }
            Ok(service(call))
        })
    }
}

/// P9, in memory and in a file. In a file is how the laptop is used, and what counts.
pub(crate) async fn measure() -> Result<Figure, Failed> {
    let recorder = Arc::new(Recorder::default());
    let confab = open(None, Some(recorder.clone())).await?;
    // What opening wrote is not of any message.
    recorder.take();
    take(&confab).await?;
    let transactions = recorder.take();
    if transactions.len() != MESSAGES {
        return Err(format!("{} transactions for {MESSAGES} messages", transactions.len()).into());
    }
    let folder = Folder::new();
    let (in_memory, _) = share(&transactions, None).await?;
    let (in_file, rates) = share(&transactions, Some(&folder)).await?;
    let what = "laptop, webhook to stored, of the table's own rate of the same transactions";
    Ok(Figure::at_least("P9", what, in_file * 100.0, "%", [50.0, 80.0]).against(format!(
        "in a file {:.0} messages/s, the table {:.0}/s; in memory {:.1} %",
        rates.0,
        rates.1,
        in_memory * 100.0
    )))
}

/// The median share, and the last round's rates.
async fn share(
    transactions: &[Call],
    folder: Option<&Folder>,
) -> Result<(f64, (f64, f64)), Failed> {
    let mut shares = Vec::new();
    let mut rates = (0.0, 0.0);
    for round in 0..ROUNDS {
        let data = |what: &str| folder.map(|Folder(path)| path.join(format!("{what}-{round}")));
        let confab = open(data("whole").as_deref(), None).await?;
        let whole = take(&confab).await?;
        let confab = open(data("table").as_deref(), None).await?;
        let alone = write(&confab, transactions)?;
        shares.push(whole / alone);
        rates = (whole, alone);
    }
    Ok((median(&mut shares), rates))
}

async fn open(data: Option<&Path>, tap: Option<Arc<dyn Tap>>) -> Result<Confab, Failed> {
    let clock = Clock::turned(START.parse()?);
    let confab = Confab::open(Parts {
        data,
        clock,
        public_url: "http://127.0.0.1:1".parse()?,
        language: Default::default(),
        tap,
    })
    .await?;
    let provisioned = read(&workspace("")).map_err(|faults| faults.join("; "))?;
    apply(&confab.store, &confab.vault, &provisioned, &Default::default()).await?;
    Ok(confab)
}

/// Takes all webhooks, and works on them until they are stored. Returns messages in a second.
async fn take(confab: &Confab) -> Result<f64, Failed> {
    let router = confab.router();
    let bodies: Vec<String> = (0..MESSAGES)
        .map(|number| text(number % CONVERSATIONS, number, confab.clock.now(), WORDS))
        .collect();
    let begun = Instant::now();
    for bodies in bodies.chunks(AT_ONCE) {
        for body in bodies {
            let answer = router.clone().oneshot(signed(body)).await?;
            if answer.status() != StatusCode::OK {
                return Err(format!("a webhook was answered {}", answer.status()).into());
            }
        }
        while confab.work_once(&INBOUND).await? {}
    }
    Ok(MESSAGES as f64 / begun.elapsed().as_secs_f64())
}

/// Writes the same transactions into a table of its own. Returns transactions in a second.
fn write(confab: &Confab, transactions: &[Call]) -> Result<f64, Failed> {
    let calls = transactions.to_vec();
    let begun = Instant::now();
    for call in calls {
        let answer = confab.services.answer(call);
        if answer.status != StatusCode::OK {
            return Err(format!(
                "a transaction was refused: {}",
                String::from_utf8_lossy(&answer.body)
            )
            .into());
        }
    }
    Ok(transactions.len() as f64 / begun.elapsed().as_secs_f64())
}

/// A folder that goes with its value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("confab-bench-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is the system's to remove.
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}
