//! A desk to measure at: Confab in one process with a turned clock, a meter under the SDK and
//! played providers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use jiff::{SignedDuration, Timestamp};
use local::clock::Clock;
use local::confab::{Confab, Parts};
use local::deployed::make_token;
use local::played;
use local::provision::{apply, read};
use local::queues::Spec;
use serde_json::{Value, json};
use simulator::{Delivery, Phone, Simulator};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::Failed;
use crate::meter::Meter;
use crate::webhooks::{address, signed};

/// A WhatsApp account and an agent; `responders` stand between.
const WORKSPACE: &str = r#"
[[workspace]]
id = "bench"
name = "Bench"
time_zone = "Europe/Berlin"
RESPONDERS
[[workspace.user]]
id = "ada"
name = "Ada"
email = "ada@bench.test"
role = "agent"
[[workspace.account]]
id = "wa1"
channel = "whatsapp"
[workspace.account.settings]
phone_number_id = "106540352242922"
[workspace.account.secrets]
app_secret = "bench-app-secret"
verify_token = "bench-verify-token"
access_token = "bench-access-token"
"#;

/// A workspace's provisioning file, with these responders.
pub fn workspace(responders: &str) -> String {
    WORKSPACE.replace("RESPONDERS", responders)
}

/// A Friday morning in Berlin.
pub const START: &str = "2026-11-20T09:00:00Z";

/// What customers write, and agents.
pub const WORDS: &str = "Hello, does the blue one come in another size, and when could I have it?";

pub struct Desk {
    pub confab: Arc<Confab>,
    pub meter: Arc<Meter>,
    pub simulator: Simulator,
    /// The functions behind HTTP, and the providers.
    pub router: Router,
    token: String,
}

impl Desk {
    pub async fn open(responders: &str) -> Result<Self, Failed> {
        Self::with_slow_provider(responders, Duration::ZERO).await
    }

    /// The provider answers after `wait`.
    pub async fn with_slow_provider(responders: &str, wait: Duration) -> Result<Self, Failed> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let own = format!("http://{}", listener.local_addr()?);
        let meter = Arc::new(Meter::default());
        let parts = Parts {
            data: None,
            clock: Clock::turned(START.parse()?),
            public_url: own.parse()?,
            language: Default::default(),
            tap: Some(meter.clone()),
        };
        let confab = Arc::new(Confab::open(parts).await?);
        let clock = Arc::clone(&confab.clock);
        let simulator = Simulator::new(1, Arc::new(move || clock.now()), Delivery::Manual);
        let provisioned = read(&workspace(responders)).map_err(|faults| faults.join("; "))?;
        apply(&confab.store, &confab.vault, &provisioned, &played::api_bases(&own)).await?;
        played::add_accounts(&simulator, &provisioned, &own);
        let slow = from_fn(move |request: Request, next: Next| async move {
            tokio::time::sleep(wait).await;
            next.run(request).await
        });
        let router = confab.router().merge(simulator.router().layer(slow));
        simulator.deliver_to(&own, router.clone());
        let served = router.clone();
        #[expect(clippy::disallowed_methods, reason = "ends with the runtime")]
        tokio::spawn(async move { axum::serve(listener, served).await });
        let (id, user) = ("bench".parse()?, "ada".parse()?);
        let year = SignedDuration::from_hours(365 * 24);
        let token = make_token(&confab.store, &id, &user, year, confab.clock.now()).await?;
        meter.take();
        Ok(Self { confab, meter, simulator, router, token })
    }

    pub fn now(&self) -> Timestamp {
        self.confab.clock.now()
    }

    /// Time passes; nothing but the clock moves.
    pub fn pass(&self, seconds: i64) {
        self.confab.clock.set(self.now() + SignedDuration::from_secs(seconds));
    }

    /// A provider posts a body, which must be taken.
    pub async fn posts(&self, body: &str) -> Result<(), Failed> {
        let answer = self.router.clone().oneshot(signed(body)).await?;
        match answer.status() {
            StatusCode::OK => Ok(()),
            status => Err(format!("a webhook was answered {status}").into()),
        }
    }

    /// A customer's phone, whose messages the provider knows, too.
    pub fn phone(&self, contact: usize) -> Phone {
        self.simulator.phone("wa1", &address(contact))
    }

    /// Works until the queue is empty.
    pub async fn works(&self, spec: &Spec) -> Result<(), Failed> {
        while self.confab.work_once(spec).await? {}
        Ok(())
    }

    /// An agent asks the API, which must not refuse.
    pub async fn asks(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Failed> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))?;
        let answer = self.router.clone().oneshot(request).await?;
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await?;
        if !status.is_success() {
            return Err(format!("{path} was answered {status}").into());
        }
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// The ids of all open conversations, at most a hundred.
    pub async fn conversations(&self) -> Result<Vec<String>, Failed> {
        let page = self.asks(Method::GET, "/v1/conversations?limit=100", None).await?;
        let items = page["items"].as_array().ok_or("not a list")?;
        Ok(items.iter().filter_map(|item| Some(item["id"].as_str()?.to_owned())).collect())
    }

    pub async fn replies(&self, conversation: &str) -> Result<(), Failed> {
        let path = format!("/v1/conversations/{conversation}/messages");
        let body = json!({ "content": { "type": "text", "text": WORDS } });
        self.asks(Method::POST, &path, Some(body)).await.map(|_accepted| ())
    }

    /// How many requests the provider has had.
    pub fn sends(&self) -> usize {
        self.simulator.requests().len()
    }
}
