//! The simulator from outside: its router, its phones, and a desk that writes down what it is told.

mod background;
mod faults;
mod phones;
mod telegram;
mod twilio;
mod whatsapp;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tower::ServiceExt;

use crate::{Account, Delivery, Simulator};

const DESK: &str = "https://desk.test";

/// A webhook as the desk got it.
#[derive(Clone, Debug)]
struct Got {
    path: String,
    headers: HeaderMap,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// WhatsApp's `value`, of the first change.
    fn value(&self) -> Value {
        self.json()["entry"][0]["changes"][0]["value"].clone()
    }

    fn field(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.body.as_bytes())
            .find_map(|(known, value)| (known == name).then(|| value.into_owned()))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Answers what it is told to, in order, then 200 with nothing.
#[derive(Clone, Default)]
struct Desk {
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
}

impl Desk {
    fn router(&self) -> Router {
        let desk = self.clone();
        Router::new().fallback(async move |request: Request<Body>| desk.take(request).await)
    }

    async fn take(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        self.got.lock().unwrap().push(Got {
            path: parts.uri.to_string(),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        let (status, body) = self.answers.lock().unwrap().pop_front().unwrap_or_default();
        let status = if status == 0 { 200 } else { status };
        Response::builder().status(status).body(Body::from(body)).unwrap()
    }

    fn will_answer(&self, statuses: &[u16]) {
        let answers = statuses.iter().map(|status| (*status, String::new()));
        self.answers.lock().unwrap().extend(answers);
    }

    /// What came since the last question.
    fn got(&self) -> Vec<Got> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }

    fn got_one(&self) -> Got {
        let mut got = self.got();
        assert_eq!(got.len(), 1, "{got:?}");
        got.remove(0)
    }
}

struct Stage {
    simulator: Simulator,
    desk: Desk,
    clock: Arc<Mutex<Timestamp>>,
}

impl Stage {
    fn new() -> Self {
        Self::with(1, Delivery::Manual)
    }

    fn with(seed: u64, delivery: Delivery) -> Self {
        let clock = Arc::new(Mutex::new(Timestamp::from_second(1_795_255_200).unwrap()));
        let hand = Arc::clone(&clock);
        let simulator = Simulator::new(seed, Arc::new(move || *hand.lock().unwrap()), delivery);
        let desk = Desk::default();
        simulator.deliver_to(DESK, desk.router());
        for account in accounts() {
            simulator.add_account(account);
        }
        Self { simulator, desk, clock }
    }

    fn turn(&self, by: SignedDuration) {
        let mut now = self.clock.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }

    async fn call(&self, request: Request<Body>) -> Response<Body> {
        self.simulator.router().oneshot(request).await.unwrap()
    }

    async fn answer(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.call(request).await;
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = Request::builder().uri(path).header("host", "127.0.0.1:9999");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.call(request.body(Body::empty()).unwrap()).await
    }
}

async fn bytes(response: Response<Body>) -> Vec<u8> {
    to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
}

async fn json_of(response: Response<Body>) -> Value {
    serde_json::from_slice(&bytes(response).await).unwrap()
}

fn account(
    id: &str,
    channel: &str,
    settings: &[(&str, &str)],
    secrets: &[(&str, &str)],
) -> Account {
    let owned = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    Account {
        id: id.to_owned(),
        channel: channel.to_owned(),
        name: "Acme".to_owned(),
        webhook_url: format!("{DESK}/webhooks/{id}"),
        settings: owned(settings),
        secrets: owned(secrets),
    }
}

fn accounts() -> [Account; 5] {
    let whatsapp = [("app_secret", "s"), ("verify_token", "v t"), ("access_token", "EAAtoken")];
    let sid = ("account_sid", "AC1");
    [
        account("wa", "whatsapp", &[("phone_number_id", "106540352242922")], &whatsapp),
        account("tg", "telegram", &[], &[("bot_token", "110:abc"), ("secret_token", "tg-secret")]),
        account("sms", "twilio_sms", &[sid, ("from", "+15550100001")], &[("auth_token", "t")]),
        account("twa", "twilio_whatsapp", &[sid, ("from", "+15550100002")], &[("auth_token", "t")]),
        account("mail", "email", &[("address", "desk@acme.test")], &[]),
    ]
}

const MIA: &str = "+12025550143";
const MIA_TG: &str = "700100101";
