//! Confab in one process, with played providers, a turned clock and faults on demand: what the
//! laptop runs, and what the stories are told in.

mod acts;
mod faults;
mod sockets;
mod transcript;
pub(crate) mod visitors;
mod webhooks;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn;
use axum::response::Response;
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use local::clock::Clock;
use local::confab::{Confab, Parts};
use local::played;
use local::provision::{apply, read};
use local::queues::{self, DeadLetter};
use serde_json::{Value, json};
use simulator::{Delivery, Phone, Simulator};
use tokio::net::TcpListener;
use tower::ServiceExt;

pub(crate) use acts::Act;
pub(crate) use faults::{FAULTS, Fault, Faults};
pub(crate) use sockets::Client;
pub(crate) use webhooks::{signed, webhook};

/// A workspace with an account of every channel, a welcome and a template.
pub(crate) const ACME: &str = include_str!("acme.toml");

/// A Friday morning in Berlin.
pub(crate) const START: &str = "2026-11-20T09:00:00Z";

pub(crate) const ADA: &str = "+16505551234";

pub(crate) struct World {
    pub(crate) confab: Arc<Confab>,
    pub(crate) simulator: Simulator,
    pub(crate) faults: Arc<Faults>,
    router: Router,
    tokens: BTreeMap<String, String>,
    /// Dead letters that the test expects.
    pub(crate) dead_expected: usize,
    pub(crate) parked_expected: bool,
}

/// An answer of the API.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(ACME, 1).await
    }

    /// A world of what a provisioning file says; the same seed plays the same chances.
    pub(crate) async fn with(file: &str, seed: u64) -> Self {
        Self::at(None, file, seed).await
    }

    /// A world that is known to providers under another address than it listens on.
    pub(crate) async fn at(public_url: Option<&str>, file: &str, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let faults = Arc::new(Faults::default());
        let parts = Parts {
            data: None,
            clock: Clock::turned(START.parse().unwrap()),
            public_url: public_url.unwrap_or(&own).parse().unwrap(),
            language: Default::default(),
            tap: Some(faults.clone()),
        };
        let confab = Arc::new(Confab::open(parts).await.unwrap());
        let clock = Arc::clone(&confab.clock);
        let simulator = Simulator::new(seed, Arc::new(move || clock.now()), Delivery::Manual);
        let provisioned = read(file).unwrap();
        let api_bases = played::api_bases(&own);
        apply(&confab.store, &confab.vault, &provisioned, &api_bases).await.unwrap();
        played::add_accounts(&simulator, &provisioned, &own);
        let router = router(&confab, &simulator, &faults);
        simulator.deliver_to(&own, router.clone());
        simulator.deliver_to(confab.public_url.as_str(), router.clone());
        let served = router.clone();
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, served).await });
        Self {
            confab,
            simulator,
            faults,
            router,
            tokens: BTreeMap::new(),
            dead_expected: 0,
            parked_expected: false,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.confab.clock.now()
    }

    pub(crate) fn phone(&self, account: &str) -> Phone {
        let address = if account == "tg1" { "3527065" } else { ADA };
        self.simulator.phone(account, address)
    }

    /// Lets everything that can happen now happen: webhooks, queues, receipts.
    pub(crate) async fn settle(&self) {
        loop {
            let posted = self.simulator.flush().await;
            let mut worked = false;
            for spec in &queues::ALL {
                while self.work_once(spec).await {
                    worked = true;
                }
            }
            self.tells().await;
            if posted == 0 && !worked {
                return;
            }
        }
    }

    /// Tells connected clients what has happened. Nothing is lost if that fails, so nothing does.
    async fn tells(&self) {
        let _beside = self.faults.pause();
        self.confab.tell_once().await.unwrap();
    }

    /// One batch of a queue. A function that dies leaves its records to come back.
    async fn work_once(&self, spec: &queues::Spec) -> bool {
        let died = self.faults.died();
        tokio::select! {
            worked = self.confab.work_once(spec) => worked.unwrap(),
            () = died => {
                self.confab.queues().recover().unwrap();
                true
            }
        }
    }

    /// Time passes, a minute at a time while anything waits, and the schedule runs.
    pub(crate) async fn pass(&self, duration: SignedDuration) {
        let until = self.now() + duration;
        while self.now() < until {
            let next = self
                .next_event()
                .unwrap_or(until)
                .clamp((self.now() + SignedDuration::from_secs(1)).min(until), until);
            self.confab.clock.set(next);
            self.settle().await;
            self.expire().await;
            self.settle().await;
        }
    }

    /// When something that waits comes back, or the schedule runs.
    fn next_event(&self) -> Option<Timestamp> {
        let parked =
            queues::ALL.iter().filter_map(|spec| self.confab.queues().next_at(spec).unwrap());
        let waiting = self.simulator.waiting() > 0;
        let soon = waiting.then(|| self.now() + SignedDuration::from_mins(1));
        parked.chain(soon).min()
    }

    async fn expire(&self) {
        let died = self.faults.died();
        tokio::select! {
            done = self.confab.expire() => assert!(done.is_ok() || self.faults.armed(), "{done:?}"),
            () = died => {}
        }
    }

    /// A request of an agent.
    pub(crate) async fn request(
        &mut self,
        user: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        key: Option<&str>,
    ) -> Answered {
        let token = self.token(user).await;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request) -> Answered {
        let (status, bytes) = self.send_raw(request).await;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answered { status, body }
    }

    /// An answer with its headers.
    pub(crate) async fn respond(&self, request: Request) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn send_raw(&self, request: Request) -> (StatusCode, Vec<u8>) {
        let response = self.respond(request).await;
        let status = response.status();
        (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
    }

    /// An answer that is no JSON document.
    pub(crate) async fn text(&mut self, user: &str, path: &str) -> String {
        let token = self.token(user).await;
        let request = Request::get(path).header("authorization", format!("Bearer {token}"));
        let (status, bytes) = self.send_raw(request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        String::from_utf8(bytes).unwrap()
    }

    pub(crate) async fn token(&mut self, user: &str) -> String {
        if let Some(token) = self.tokens.get(user) {
            return token.clone();
        }
        let _observing = self.faults.pause();
        let (workspace, id) = ("acme".parse().unwrap(), user.parse().unwrap());
        let day = SignedDuration::from_hours(24 * 365);
        let store = &self.confab.store;
        let made = local::deployed::make_token(store, &workspace, &id, day, self.now()).await;
        let token = made.unwrap();
        self.tokens.insert(user.to_owned(), token.clone());
        token
    }

    /// Looks at something, which nothing goes wrong with.
    pub(crate) async fn get(&mut self, path: &str) -> Value {
        let faults = Arc::clone(&self.faults);
        let _observing = faults.pause();
        let answered = self.request("ada", Method::GET, path, None, None).await;
        assert_eq!(answered.status, StatusCode::OK, "{path}: {}", answered.body);
        answered.body
    }

    /// All conversations there are, open ones first.
    pub(crate) async fn conversations(&mut self) -> Vec<Value> {
        let mut all = Vec::new();
        for view in ["all", "closed"] {
            let page = self.get(&format!("/v1/conversations?view={view}&limit=100")).await;
            all.extend(page["items"].as_array().unwrap().clone());
        }
        all
    }

    /// The id of the one conversation there is.
    pub(crate) async fn only(&mut self) -> String {
        let all = self.conversations().await;
        assert_eq!(all.len(), 1, "{all:#?}");
        all[0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn conversation(&mut self, id: &str) -> Value {
        self.get(&format!("/v1/conversations/{id}")).await
    }

    pub(crate) async fn events(&mut self, id: &str) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let after = events.len();
            let path = format!("/v1/conversations/{id}/events?after={after}");
            let page = self.get(&path).await;
            events.extend(page["items"].as_array().unwrap().clone());
            if page["next"].is_null() {
                return events;
            }
        }
    }

    /// An agent replies in the one conversation there is.
    pub(crate) async fn replies(&mut self, user: &str, text: &str) -> Answered {
        let id = self.only().await;
        let content = json!({ "content": { "type": "text", "text": text } });
        self.replies_with(user, &id, content, None).await
    }

    pub(crate) async fn replies_with(
        &mut self,
        user: &str,
        id: &str,
        body: Value,
        key: Option<&str>,
    ) -> Answered {
        let path = format!("/v1/conversations/{id}/messages");
        self.request(user, Method::POST, &path, Some(body), key).await
    }

    pub(crate) async fn closes(&mut self, user: &str) -> Answered {
        let id = self.only().await;
        let path = format!("/v1/conversations/{id}/close");
        self.request(user, Method::POST, &path, None, None).await
    }

    pub(crate) fn dead_letters(&self) -> Vec<DeadLetter> {
        self.confab.queues().dead_letters().unwrap()
    }

    /// What the bus was told: kind and detail.
    pub(crate) fn told(&self) -> Vec<(String, Value)> {
        self.confab.services.bus.told()
    }
}

/// A story must not end with work undone, unless it says so.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let counts = self.confab.queues().counts().unwrap();
        let dead = self.dead_letters();
        assert_eq!(counts.dead as usize, self.dead_expected, "dead letters: {dead:#?}");
        assert!(self.parked_expected || counts.pending == 0, "{} records left", counts.pending);
    }
}

fn router(confab: &Arc<Confab>, simulator: &Simulator, faults: &Arc<Faults>) -> Router {
    let (gateway, provider) = (Arc::clone(faults), Arc::clone(faults));
    let functions = confab.router().layer(from_fn(move |request: Request, next| {
        let gateway = Arc::clone(&gateway);
        async move { gateway.gateway(request, next).await }
    }));
    let providers = simulator.router().layer(from_fn(move |request: Request, next| {
        let provider = Arc::clone(&provider);
        async move { provider.provider(request, next).await }
    }));
    functions.merge(providers)
}
