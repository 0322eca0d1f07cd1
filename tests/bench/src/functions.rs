//! What functions cost beside an empty one: CPU for an event, and for a start.

use std::path::{Path, PathBuf};

use axum::body::Bytes;
use bench::Failed;
use bench::figure::Figure;
use bench::sizes::FUNCTIONS;
use serde_json::{Value, json};

use crate::runtime_api::Function;

/// Events handed to a function before anything is counted, and those that count.
const WARM_UP: usize = 500;
const COUNTED: usize = 5_000;
/// Each pair is measured this often; the median counts.
const ROUNDS: usize = 5;

/// Builds the release bootstraps, if they are not built: the functions by themselves, so that
/// nothing the bench needs of a dependency gets into them.
pub(crate) fn build() -> Result<PathBuf, Failed> {
    let functions = FUNCTIONS.iter().flat_map(|function| ["-p", function]);
    bench::build(&functions.collect::<Vec<_>>())?;
    bench::build(&["-p", "bench", "--bins"])
}

/// P1: CPU of a webhook of 2 KB, every call to AWS answered on the spot, beside an empty function.
pub(crate) async fn cpu(binaries: &Path) -> Result<Vec<Figure>, Failed> {
    let recordings = crate::recorded::record().await?;
    let event = webhook_event(&recordings.body, &recordings.signature);
    let mut ratios = Vec::new();
    let mut last = (0.0, 0.0);
    for _ in 0..ROUNDS {
        let hello = per_event(&binaries.join("hello"), &[], &event).await?;
        let variables = recordings.variables();
        let webhook = per_event(&binaries.join("webhook_stubbed"), &variables, &event).await?;
        ratios.push(webhook / hello);
        last = (webhook, hello);
    }
    let what = "webhook CPU per 2 KB WhatsApp text, calls to AWS answered on the spot";
    let reference = format!("webhook {:.1} us, hello {:.1} us", last.0 / 1e3, last.1 / 1e3);
    let figure = Figure::at_most("P1", what, median(&mut ratios), "x hello", [2.0, 1.5]);
    Ok(vec![figure.against(reference)])
}

/// Nanoseconds of CPU for one event.
async fn per_event(
    program: &Path,
    variables: &[(&str, String)],
    event: &Bytes,
) -> Result<f64, Failed> {
    let mut function = Function::start(program, variables).await?;
    for _ in 0..WARM_UP {
        function.invoke(event).await?;
    }
    let before = function.cpu_ns();
    for _ in 0..COUNTED {
        function.invoke(event).await?;
    }
    let used = function.cpu_ns() - before;
    function.stop().await?;
    Ok(used as f64 / COUNTED as f64)
}

/// The event of API Gateway for a signed webhook.
pub(crate) fn webhook_event(body: &str, signature: &str) -> Bytes {
    let event: Value = json!({
        "version": "2.0",
        "routeKey": "POST /webhooks/{account}",
        "rawPath": "/webhooks/wa1",
        "rawQueryString": "",
        "headers": {
            "content-type": "application/json",
            "content-length": body.len().to_string(),
            "host": "abcdefghij.execute-api.eu-central-1.amazonaws.com",
            "user-agent": "facebookexternalua",
            "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            "x-forwarded-for": "173.252.127.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            "x-hub-signature-256": signature,
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": "abcdefghij.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "abcdefghij",
            "http": {
                "method": "POST",
                "path": "/webhooks/wa1",
                "protocol": "HTTP/1.1",
                "sourceIp": "173.252.127.1",
                "userAgent": "facebookexternalua",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "POST /webhooks/{account}",
            "stage": "$default",
            "time": "21/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1_795_255_200_000_u64,
        },
        "pathParameters": { "account": "wa1" },
        "body": body,
        "isBase64Encoded": false,
    });
    Bytes::from(event.to_string())
}

/// P2: CPU from the start of the process to its first question for work.
pub(crate) async fn start(binaries: &Path) -> Result<Vec<Figure>, Failed> {
    let mut figures = Vec::new();
    let mut worst: (f64, &str) = (0.0, "");
    for function in FUNCTIONS {
        let mut ratios = Vec::new();
        let mut last = (0.0, 0.0);
        for _ in 0..ROUNDS * 2 {
            let hello = started(&binaries.join("hello"), "hello").await?;
            let own = started(&binaries.join(function), function).await?;
            ratios.push(own / hello);
            last = (own, hello);
        }
        let ratio = median(&mut ratios);
        if function == "webhook" {
            let what = "webhook: process start to first question for work, CPU";
            let reference = format!("webhook {:.2} ms, hello {:.2} ms", last.0 / 1e6, last.1 / 1e6);
            let figure = Figure::at_most("P2", what, ratio, "x hello", [3.0, 2.0]);
            figures.push(figure.against(reference));
        }
        if ratio > worst.0 {
            worst = (ratio, function);
        }
    }
    let what = format!("{}, the slowest to start", worst.1);
    figures.push(Figure::at_most("P2", what, worst.0, "x hello", [6.0, 4.0]));
    Ok(figures)
}

async fn started(program: &Path, name: &str) -> Result<f64, Failed> {
    let function = Function::start(program, &environment(name)).await?;
    let used = function.cpu_ns();
    function.stop().await?;
    Ok(used as f64)
}

/// What the template would give a function, leading nowhere.
pub(crate) fn environment(function: &str) -> Vec<(&'static str, String)> {
    let queue = |name: &str| format!("https://sqs.eu-central-1.amazonaws.com/0/{name}");
    let mut variables = vec![("LOG_LEVEL", "info".to_owned()), ("TABLE", "bench".to_owned())];
    let mut set = |name, value: String| variables.push((name, value));
    for (name, value) in [
        ("INBOUND_QUEUE", queue("inbound.fifo")),
        ("INBOUND_DEAD_LETTERS", queue("inbound-dead.fifo")),
        ("RECEIPTS_QUEUE", queue("receipts")),
        ("RECEIPTS_DEAD_LETTERS", queue("receipts-dead")),
        ("ANSWERS_QUEUE", queue("answers.fifo")),
        ("ANSWERS_DEAD_LETTERS", queue("answers-dead.fifo")),
        ("OUTBOUND_QUEUE", queue("outbound.fifo")),
        ("OUTBOUND_DEAD_LETTERS", queue("outbound-dead.fifo")),
        ("MEDIA_QUEUE", queue("media")),
        ("MEDIA_DEAD_LETTERS", queue("media-dead")),
        ("CHANGES_QUEUE", queue("changes")),
        ("ROUTING_QUEUE", queue("routing.fifo")),
        ("ROUTING_DEAD_LETTERS", queue("routing-dead.fifo")),
        ("CHANGES_DEAD_LETTERS", queue("changes-dead")),
        ("PUBLISHING_QUEUE", queue("publishing")),
        ("PUBLISHING_DEAD_LETTERS", queue("publishing-dead")),
        ("BUS", "bench".to_owned()),
        ("KEY", "arn:aws:kms:eu-central-1:0:key/bench".to_owned()),
        ("OBJECTS", "bench".to_owned()),
        ("PUBLIC_URL", "https://confab.example".to_owned()),
        ("DESK_URL", "https://desk.confab.example".to_owned()),
        ("REALTIME_URL", "wss://live.confab.example/live".to_owned()),
        ("PUSH_URL", "https://live.confab.example/live".to_owned()),
        ("SPEAKS_TO", "https://live.confab.example".to_owned()),
        ("OIDC_ISSUER", "https://people.confab.example".to_owned()),
        ("OIDC_AUDIENCE", "bench".to_owned()),
        ("API_BASE", "published".to_owned()),
        ("REQUESTS_PER_SECOND", "20".to_owned()),
        ("REQUESTS_AT_ONCE", "100".to_owned()),
        ("VISITOR_REQUESTS_PER_SECOND", "5".to_owned()),
        ("VISITOR_REQUESTS_AT_ONCE", "60".to_owned()),
        ("SENDERS_MAX", "10".to_owned()),
        ("RECEIVES_MAX", "10".to_owned()),
    ] {
        if function != "hello" {
            set(name, value);
        }
    }
    variables
}

pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
