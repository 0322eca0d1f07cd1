//! `kill -9` at any moment (T9): nothing that was acknowledged is lost, and nothing is doubled.
//!
//! Ten kills; `CONFAB_KILLS=100` for as many. The providers live in the test and so survive.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use local::played;
use local::provision::read;
use platform::clock::now;
use serde_json::{Value, json};
use simulator::{Delivery, Simulator};
use tokio::net::TcpListener;

use super::{Host, Place, api, call};
use crate::world::ACME;

const KILLS: usize = 10;
const CUSTOMERS: usize = 4;

/// What the agents' client knows to be accepted: the text, by its key.
type Accepted = BTreeMap<String, String>;

struct Load {
    simulator: Simulator,
    /// How far the providers' clock is ahead: they try again sooner than they would.
    ahead: Arc<AtomicI64>,
    written: usize,
    wanted: usize,
    accepted: Accepted,
}

impl Load {
    /// Customers write and agents answer until the host is killed, whatever it is doing then.
    async fn run(&mut self, host: Host, token: &str, moment: Duration) {
        let (origin, killed) = (host.origin.clone(), AtomicBool::new(false));
        let kill = async {
            tokio::time::sleep(moment).await;
            host.kill().await;
            killed.store(true, Ordering::Relaxed);
        };
        let work = async {
            while !killed.load(Ordering::Relaxed) {
                self.customer_writes().await;
                self.agents_answer(&origin, token).await;
            }
        };
        tokio::join!(kill, work);
    }

    async fn customer_writes(&mut self) {
        let number = self.written;
        self.written += 1;
        let (account, address) = match number % CUSTOMERS {
            0 => ("wa1", "+16505551234"),
            1 => ("tg1", "3527065"),
            2 => ("wa1", "+16505557890"),
            _ => ("tg1", "3527066"),
        };
        self.simulator.phone(account, address).writes(&format!("customer {number}")).await;
        self.post().await;
    }

    /// Posts what waits. What was not taken is tried again when the provider would.
    async fn post(&self) {
        self.ahead.fetch_add(1_000, Ordering::Relaxed);
        self.simulator.flush().await;
    }

    /// An answer in each conversation; a client asks again, with the same key, until it hears.
    async fn agents_answer(&mut self, origin: &str, token: &str) {
        let list = api(origin, Method::GET, "/v1/conversations?view=all&limit=100", token);
        let Some(page) = call(list.body(Body::empty()).unwrap()).await else { return };
        for conversation in page.body["items"].as_array().into_iter().flatten() {
            let text = format!("agent {}", self.wanted);
            self.wanted += 1;
            let path =
                format!("/v1/conversations/{}/messages", conversation["id"].as_str().unwrap());
            let body = json!({ "content": { "type": "text", "text": text } }).to_string();
            for _ in 0..2 {
                let request = api(origin, Method::POST, &path, token);
                let request = request.header("idempotency-key", &text);
                let answered = call(request.body(Body::from(body.clone())).unwrap()).await;
                if answered.is_some_and(|answered| answered.status == StatusCode::ACCEPTED) {
                    self.accepted.insert(text.clone(), text.clone());
                    break;
                }
            }
        }
    }
}

/// Played providers in this process, and the configuration that leads to them.
async fn providers() -> (Load, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let ahead = Arc::new(AtomicI64::new(0));
    let shift = Arc::clone(&ahead);
    let clock =
        move || -> Timestamp { now() + SignedDuration::from_millis(shift.load(Ordering::Relaxed)) };
    let simulator = Simulator::new(7, Arc::new(clock), Delivery::Manual);
    let router = simulator.router();
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut config = ACME.to_owned();
    for (channel, base) in played::api_bases(&origin) {
        let line = format!("channel = \"{channel}\"\n");
        config = config.replace(&line, &format!("{line}api_base = \"{base}\"\n"));
    }
    let load = Load { simulator, ahead, written: 0, wanted: 0, accepted: Accepted::new() };
    (load, config)
}

/// How often each text of a kind is in the logs.
fn counted(logs: &[Vec<Value>], direction: &str, prefix: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for event in logs.iter().flatten() {
        let text = event["content"]["text"].as_str().unwrap_or_default();
        if event["direction"] == direction && text.starts_with(prefix) {
            *counts.entry(text.to_owned()).or_default() += 1;
        }
    }
    counts
}

fn status_of<'a>(logs: &'a [Vec<Value>], text: &str) -> &'a Value {
    let mut events = logs.iter().flatten();
    &events.find(|event| event["content"]["text"] == text).unwrap()["delivery"]["status"]
}

async fn check(load: &Load, host: &Host, token: &str) {
    let logs = host.logs(token).await;
    let customers = counted(&logs, "inbound", "customer ");
    // Providers post until they are heard: in the end everything was acknowledged.
    assert_eq!(customers.len(), load.written, "something is lost");
    assert!(customers.values().all(|times| *times == 1), "{customers:#?}");
    let agents = counted(&logs, "outbound", "agent ");
    assert!(agents.values().all(|times| *times == 1), "{agents:#?}");
    for text in load.accepted.keys() {
        assert!(agents.contains_key(text), "{text} was accepted and is lost");
    }
    let mut got: Vec<String> = Vec::new();
    for (account, address) in
        [("wa1", "+16505551234"), ("tg1", "3527065"), ("wa1", "+16505557890"), ("tg1", "3527066")]
    {
        let inbox = load.simulator.phone(account, address).inbox();
        let texts: Vec<String> = inbox.into_iter().filter_map(|seen| seen.text).collect();
        let welcomes = texts.iter().filter(|text| *text == "Welcome to Acme.").count();
        assert!(welcomes <= 1, "{address} was welcomed {welcomes} times");
        got.extend(texts.into_iter().filter(|text| text.starts_with("agent ")));
    }
    let sent = got.len();
    got.sort();
    got.dedup();
    assert_eq!(got.len(), sent, "a phone got something twice");
    for text in agents.keys().filter(|text| !got.contains(text)) {
        let status = status_of(&logs, text);
        assert_eq!(status, "unknown", "{text} is not on the phone");
    }
}

#[expect(clippy::disallowed_methods, reason = "how often, for whoever runs the test")]
fn kills() -> usize {
    std::env::var("CONFAB_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_by_kill_minus_nine() {
    let (mut load, config) = providers().await;
    let place = Place::new(&config);
    let provisioned = read(ACME).unwrap();
    played::add_accounts(&load.simulator, &provisioned, &place.origin());
    let mut token = None;
    for kill in 0..kills() {
        let host = place.start(&[]).await;
        let known = match &token {
            Some(known) => String::clone(known),
            None => host.token("ada").await,
        };
        let moment = Duration::from_millis(150 + (kill as u64 * 397) % 1_300);
        load.run(host, &known, moment).await;
        token = Some(known);
    }
    let token = token.unwrap();
    let host = place.start(&["--clock", "turned"]).await;
    // What waits is posted; the schedule hands on what a kill kept from it; a backlog goes out at
    // its account's pace, and its receipts come in.
    let mut quiet = 0;
    while quiet < 3 {
        load.post().await;
        host.advance(Duration::from_secs(120)).await;
        let counts = host.settle().await;
        assert_eq!(counts["dead"], 0, "{}", place.log());
        let waits = counts["pending"] != 0 || load.simulator.waiting() > 0;
        quiet = if waits { 0 } else { quiet + 1 };
    }
    assert!(load.written > CUSTOMERS && !load.accepted.is_empty());
    check(&load, &host, &token).await;
    assert!(host.terminate().await.success());
}
