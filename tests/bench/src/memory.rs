//! P4: the most memory a function has had after a thousand events.
//!
//! The bootstraps that are deployed run one after the other over AWS played behind HTTP, each on
//! what the one before it has left on the queues; without TLS, which is the one thing missing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use bench::Failed;
use bench::desk::{WORDS, workspace};
use bench::figure::Figure;
use bench::webhooks::{signature, text};
use local::aws::Call;
use local::clock::Clock;
use local::confab::{Confab, Parts};
use local::provision::{apply, read};
use local::queues::{ALL, ANSWERS, INBOUND, OUTBOUND, Record, Spec};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::functions::{environment, webhook_event};
use crate::runtime_api::Function;

const EVENTS: usize = 1_000;

/// Slower than the pace of a WhatsApp account, 80 a second.
const BETWEEN_SENDS: Duration = Duration::from_millis(14);

const RESPONDERS: &str = "[workspace.responders]\nwelcome = \"Welcome to the bench.\"";

/// P4, of the functions that messages pass through and of the schedule's.
pub(crate) async fn measure(binaries: &Path) -> Result<Figure, Failed> {
    let cloud = Cloud::open().await?;
    let mut peaks = vec![("webhook", cloud.webhook(binaries).await?)];
    for (name, queue, wait) in [
        ("inbound", INBOUND, Duration::ZERO),
        ("autoresponder", ANSWERS, Duration::ZERO),
        ("outbound", OUTBOUND, BETWEEN_SENDS),
    ] {
        peaks.push((name, cloud.worker(binaries, name, &queue, wait).await?));
    }
    peaks.push(("expiry", cloud.schedule(binaries).await?));
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let all: Vec<String> =
        peaks.iter().map(|(name, peak)| format!("{name} {:.1}", megabytes(*peak))).collect();
    let (name, peak) = peaks.iter().max_by_key(|(_, peak)| *peak).ok_or("no functions")?;
    let what = format!("peak memory after {EVENTS:?} events, the most of any: {name}");
    Ok(Figure::at_most("P4", what, megabytes(*peak), "MB", [32.0, 16.0]).against(all.join(", ")))
}

/// AWS and a provider, played behind one address.
struct Cloud {
    confab: Arc<Confab>,
    address: String,
}

impl Cloud {
    async fn open() -> Result<Self, Failed> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let confab = Arc::new(
            Confab::open(Parts {
                data: None,
                clock: Clock::Real,
                public_url: address.parse()?,
                language: Default::default(),
                tap: None,
            })
            .await?,
        );
        let provisioned = read(&workspace(RESPONDERS)).map_err(|faults| faults.join("; "))?;
        let bases = BTreeMap::from([("whatsapp".to_owned(), address.clone())]);
        apply(&confab.store, &confab.vault, &provisioned, &bases).await?;
        let router = router(Arc::clone(&confab));
        #[expect(clippy::disallowed_methods, reason = "ends with the bench")]
        tokio::task::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { confab, address })
    }

    async fn start(&self, binaries: &Path, name: &str) -> Result<Function, Failed> {
        let mut variables = environment(name);
        for (variable, value) in [
            ("AWS_ENDPOINT_URL", self.address.clone()),
            ("TABLE", "confab".to_owned()),
            ("API_BASE", "of-account".to_owned()),
            ("SENDERS_MAX", "1".to_owned()),
        ] {
            variables.push((variable, value));
        }
        let queues = ALL.iter().flat_map(|queue| {
            let name = queue.name.to_uppercase();
            [
                (format!("{name}_QUEUE"), queue.url()),
                (format!("{name}_DEAD_LETTERS"), queue.dead_url()),
            ]
        });
        let queues: Vec<(String, String)> = queues.collect();
        let mut all: Vec<(&str, String)> = variables;
        all.extend(queues.iter().map(|(name, url)| (name.as_str(), url.clone())));
        Function::start(&binaries.join(name), &all).await
    }

    /// A thousand contacts write, through the webhook function.
    async fn webhook(&self, binaries: &Path) -> Result<u64, Failed> {
        let mut function = self.start(binaries, "webhook").await?;
        for number in 0..EVENTS {
            let body = text(number, number, self.confab.clock.now(), WORDS);
            let answer = function.invoke(&webhook_event(&body, &signature(&body))).await?;
            let answer: Value = serde_json::from_slice(&answer)?;
            if answer["statusCode"] != 200 {
                return Err(format!("the webhook function answered {answer}").into());
            }
        }
        ended(function).await
    }

    /// Whatever is on a queue, a record at a time.
    async fn worker(
        &self,
        binaries: &Path,
        name: &str,
        queue: &Spec,
        wait: Duration,
    ) -> Result<u64, Failed> {
        let mut function = self.start(binaries, name).await?;
        let mut done = 0;
        loop {
            let records = self.confab.queues().receive(queue, 10)?;
            if records.is_empty() {
                break;
            }
            for record in &records {
                let answer = function.invoke(&sqs_event(queue, record)).await?;
                let answer: Value = serde_json::from_slice(&answer)?;
                if answer != json!({ "batchItemFailures": [] }) {
                    return Err(format!("{name} answered {answer}").into());
                }
                done += 1;
                tokio::time::sleep(wait).await;
            }
            self.confab.queues().finish(&records, |_done| true)?;
        }
        if done != EVENTS {
            return Err(format!("{name} had {done} records").into());
        }
        ended(function).await
    }

    async fn schedule(&self, binaries: &Path) -> Result<u64, Failed> {
        let mut function = self.start(binaries, "expiry").await?;
        for _ in 0..EVENTS {
            function.invoke(&Bytes::from_static(b"{}")).await?;
        }
        ended(function).await
    }
}

async fn ended(function: Function) -> Result<u64, Failed> {
    let peak = function.peak_bytes();
    function.stop().await?;
    Ok(peak)
}

/// Calls that name a target are for AWS; all others are sends, which the provider takes.
fn router(confab: Arc<Confab>) -> Router {
    Router::new().fallback(
        async move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
            let Some(target) = target else { return taken(&body) };
            let call = Call::new(target, method.as_str(), &uri.to_string(), body.to_vec());
            let answer = confab.services.answer(call);
            (answer.status, answer.body).into_response()
        },
    )
}

/// As WhatsApp takes a message. Its name is made of where it goes: everybody is written to once.
fn taken(body: &[u8]) -> Response {
    let send: Value = serde_json::from_slice(body).unwrap_or_default();
    let to = send["to"].as_str().unwrap_or_default();
    let answer = json!({
        "messaging_product": "whatsapp",
        "contacts": [{ "input": to, "wa_id": to }],
        "messages": [{ "id": format!("wamid.{to}") }],
    });
    answer.to_string().into_response()
}

/// The event of SQS for one record.
fn sqs_event(queue: &Spec, record: &Record) -> Bytes {
    let group = record.group.as_deref();
    let event = json!({ "Records": [{
        "messageId": record.receipt,
        "receiptHandle": record.receipt,
        "body": record.body,
        "attributes": { "ApproximateReceiveCount": "1", "MessageGroupId": group },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:eu-central-1:0:{}", queue.name),
        "awsRegion": "eu-central-1",
    }] });
    Bytes::from(event.to_string())
}
