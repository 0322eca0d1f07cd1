//! P8: what a million turns cost on AWS, as counted requests times a checked-in list of prices.
//!
//! A turn is a text in a conversation that goes on, the autoresponder's reply to it, and the three
//! receipts of that reply. Requests, units, events and bytes are counted. What cannot be counted
//! here is assumed, against us: the constants below say what.

use std::collections::BTreeMap;

use axum::http::Method;
use local::live::Socket;
use local::queues::{self, ANSWERS, CHANGES, INBOUND, Kind, OUTBOUND, RECEIPTS};
use serde::Deserialize;

use crate::Failed;
use crate::desk::{Desk, WORDS};
use crate::figure::Figure;
use crate::logs::{Logged, logged};
use crate::meter::Spent;

const PRICES: &str = include_str!("../prices.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    usd: f64,
    #[serde(rename = "for")]
    per: f64,
    #[serde(rename = "source")]
    _source: String,
}

/// What the list names, and how much of it there was.
type Amounts = BTreeMap<&'static str, f64>;

/// Turns in a second, with a million of them spread evenly over thirty days.
const TURNS_PER_S: f64 = 1_000_000.0 / (30.0 * 24.0 * 3_600.0);

/// How long receipts wait for others, as in the template.
const RECEIPTS_WINDOW_S: f64 = 2.0;

/// Changes wait for a second: the text and the automatic reply to it are followed together.
const CHANGES_OF_A_TURN: f64 = 2.0;

/// How many records a batch holds: the first receipt, and those that come while it waits; the
/// changes of a turn. On other queues nothing waits: each job is received, worked on and deleted
/// alone.
fn batch(queue: &str) -> f64 {
    if queue == RECEIPTS.name {
        1.0 + 3.0 * TURNS_PER_S * RECEIPTS_WINDOW_S
    } else if queue == CHANGES.name {
        CHANGES_OF_A_TURN
    } else {
        1.0
    }
}

/// As in the template.
const MEMORY_GB: f64 = 0.25;

/// A function's own work in an event at that memory, which is a seventh of a processor: P1 measures
/// a fifth of a millisecond on a whole one.
const OWN_S: f64 = 0.002;

/// A call to AWS from inside its region, answered.
const CALL_S: f64 = 0.008;

/// A call to a provider.
const PROVIDER_S: f64 = 0.2;

/// Lambda itself is asked to write nothing about an invocation that went well. What CloudWatch adds to the bytes of each line
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>).
const LINE_BYTES: f64 = 26.0;

/// In how many turns what is cached is asked for again: settings after a minute, the key that opens
/// secrets after fifteen.
fn turns_per_cache(name: &str) -> f64 {
    let minutes = if name == "key_request" { 15.0 } else { 1.0 };
    TURNS_PER_S * 60.0 * minutes
}

/// Once in each day from eight to six, so that every day has its turn.
const RESPONDERS: &str = r#"
[[workspace.responders.quick_reply]]
id = "here"
text = "We are here and will be with you shortly."
during = "custom"
[workspace.responders.quick_reply.hours]
monday = ["08:00-18:00"]
tuesday = ["08:00-18:00"]
wednesday = ["08:00-18:00"]
thursday = ["08:00-18:00"]
friday = ["08:00-18:00"]
saturday = ["08:00-18:00"]
sunday = ["08:00-18:00"]
"#;

const CONTACTS: usize = 20;

/// Until the same time of the next day, but an hour.
const NEXT_DAY_S: i64 = 23 * 3_600;

/// P8.
pub async fn million_turns() -> Result<Vec<Figure>, Failed> {
    let prices: BTreeMap<String, Price> = toml::from_str(PRICES)?;
    let desk = Desk::open(RESPONDERS).await?;
    for contact in 0..=CONTACTS {
        turn(&desk, contact).await?;
    }
    desk.pass(NEXT_DAY_S);
    let cold = turn(&desk, 0).await?;
    let mut warm = Amounts::new();
    for contact in 1..=CONTACTS {
        for (name, amount) in turn(&desk, contact).await? {
            *warm.entry(name).or_default() += amount / CONTACTS as f64;
        }
    }
    desk.pass(NEXT_DAY_S);
    let _socket = connect(&desk).await?;
    // Who is connected is looked up once, and then known for a while.
    turn(&desk, 0).await?;
    let watched = turn(&desk, 1).await?;
    let usd = |amounts: &Amounts| -> f64 {
        let of = |(name, price): (&String, &Price)| of(amounts, name) * price.usd / price.per * 1e6;
        prices.iter().map(of).sum()
    };
    let listener = usd(&watched) - usd(&warm);
    let frames = of(&watched, "socket_frame");
    let mut parts: Vec<(&str, f64)> = Vec::new();
    for (name, price) in &prices {
        let (warm, cold) = (of(&warm, name), of(&cold, name));
        let amount = warm + (cold - warm) / turns_per_cache(name);
        parts.push((name, amount * price.usd / price.per * 1e6));
    }
    if let Some(unknown) = warm.keys().find(|name| !prices.contains_key(**name)) {
        return Err(format!("`{unknown}` has no price").into());
    }
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let total: f64 = parts.iter().map(|(_, usd)| usd).sum();
    let detail: Vec<String> = parts
        .iter()
        .map(|(name, usd)| format!("{name} {usd:.2} ({:.2} each turn)", of(&warm, name)))
        .collect();
    let what = "us-east-1 list prices for a million turns: inbound, autoreply, three receipts; \
                every batch holds one record, of receipts three, of changes two";
    let detail = format!(
        "{}; the first user who is connected and watches everything adds {listener:.2}, of it \
         {frames} frames each turn, which each further user adds",
        detail.join(", ")
    );
    Ok(vec![Figure::at_most("P8", what, total, "$", [30.0, 12.0]).against(detail)])
}

fn of(amounts: &Amounts, name: &str) -> f64 {
    amounts.get(name).copied().unwrap_or(0.0)
}

/// One turn, from the customer's text to the receipt that the reply was read.
async fn turn(desk: &Desk, contact: usize) -> Result<Amounts, Failed> {
    desk.meter.take();
    let sends = desk.sends();
    let (webhooks, written) = logged(async {
        desk.phone(contact).writes(WORDS).await;
        let mut webhooks = desk.simulator.flush().await;
        for queue in [&INBOUND, &ANSWERS, &CHANGES, &OUTBOUND] {
            desk.works(queue).await?;
        }
        webhooks += desk.simulator.flush().await;
        desk.phone(contact).opens_chat();
        webhooks += desk.simulator.flush().await;
        desk.works(&RECEIPTS).await?;
        tell(desk).await?;
        Ok::<_, Failed>(webhooks)
    })
    .await;
    let (webhooks, sends) = (webhooks?, desk.sends() - sends);
    if (webhooks, sends) != (4, 1) {
        return Err(format!("not a turn: {webhooks} webhooks and {sends} sends").into());
    }
    Ok(amounts(webhooks as f64, &desk.meter.take(), written))
}

/// Has connected clients told of each event of the bus.
async fn tell(desk: &Desk) -> Result<(), Failed> {
    for event in desk.confab.services.bus.take_live() {
        Box::pin(desk.confab.invoke(serde_json::from_str(&event)?)).await;
    }
    Ok(())
}

/// A user's client connects and watches everything. Its frames fill its room and nobody reads them,
/// so it hears of a few turns and no more.
async fn connect(desk: &Desk) -> Result<Socket, Failed> {
    let made = desk.asks(Method::POST, "/v1/realtime/tickets", None).await?;
    let ticket = made["ticket"].as_str().ok_or("no ticket")?;
    let opened = desk.confab.connect(&format!("ticket={ticket}"), None).await;
    let socket = opened.map_err(|status| format!("not let in: {status}"))?;
    desk.confab.frame(&socket.connection, r#"{"type":"watch","lists":"all"}"#).await;
    Ok(socket)
}

fn batches(queue: &str, jobs: u32) -> f64 {
    f64::from(jobs) / batch(queue)
}

fn amounts(webhooks: f64, spent: &Spent, written: Logged) -> Amounts {
    let requests = |kind: Kind| -> f64 {
        let of_kind = queues::ALL.iter().filter(|queue| queue.kind == kind);
        let sent = of_kind.filter_map(|queue| Some((queue.name, spent.queues.get(queue.name)?)));
        // Each batch is received by one request and deleted by another.
        sent.map(|(queue, sent)| f64::from(sent.requests) + batches(queue, sent.jobs) * 2.0).sum()
    };
    let worked: f64 = spent.queues.iter().map(|(queue, sent)| batches(queue, sent.jobs)).sum();
    // Each event of the bus is told to connected clients by an invocation of its own: there is no
    // queue between.
    let invocations = webhooks + worked + f64::from(spent.told);
    let calls: u32 = spent.calls.values().sum();
    let seconds = invocations * OWN_S + f64::from(calls) * CALL_S + PROVIDER_S;
    let log_bytes = written.bytes as f64 + written.lines as f64 * LINE_BYTES;
    Amounts::from([
        ("http_api_request", webhooks),
        ("invocation", invocations),
        ("gb_second", seconds * MEMORY_GB),
        ("fifo_request", requests(Kind::Fifo)),
        ("standard_request", requests(Kind::Standard)),
        ("write_unit", spent.write_units),
        ("read_unit", spent.read_units),
        ("bus_event", f64::from(spent.told)),
        ("key_request", spent.calls_of("kms")),
        ("log_byte", log_bytes),
        ("socket_frame", spent.calls_of("execute-api")),
    ])
}
