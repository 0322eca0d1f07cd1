//! A window of the browser: a page with storage of its own, as a person has it before them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

use super::chromium::{Chromium, folder};

/// How long what is waited for may take, on a machine that is busy.
const SEEN_WITHIN: Duration = Duration::from_secs(60);
/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// Width and height, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size(pub(super) u32, pub(super) u32);

pub(super) const LAPTOP: Size = Size(1280, 800);
pub(super) const PHONE: Size = Size(400, 800);

pub(super) struct Window {
    chromium: &'static Chromium,
    context: String,
    session: String,
    events: Mutex<Events>,
}

struct Events {
    coming: UnboundedReceiver<Value>,
    heard: Vec<Value>,
}

/// In every page before anything else: what the page's policy refuses is counted, and whatever
/// asks for attention as an injected script would.
const WITNESS: &str = "
globalThis.witness = { refused: [], executed: [] };
addEventListener('securitypolicyviolation', (event) => {
  witness.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
}, true);
globalThis.executed = (what) => witness.executed.push(String(what));
for (const name of ['alert', 'confirm', 'prompt', 'print']) {
  globalThis[name] = (what) => void witness.executed.push(`${name} ${what}`);
}";

impl Window {
    /// A new window, which shows nothing yet.
    pub(super) async fn open(size: Size) -> Self {
        let chromium = Chromium::shared();
        let ask = async |method: &str, parameters| {
            chromium.ask(None, method, parameters).await.unwrap_or_else(|error| panic!("{error}"))
        };
        let made = ask("Target.createBrowserContext", json!({ "disposeOnDetach": true })).await;
        let context = made["browserContextId"].as_str().unwrap().to_owned();
        let new = json!({ "url": "about:blank", "browserContextId": context });
        let target = ask("Target.createTarget", new).await["targetId"].clone();
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = ask("Target.attachToTarget", attach).await;
        let session = attached["sessionId"].as_str().unwrap().to_owned();
        let events = Events { coming: chromium.events(&session), heard: Vec::new() };
        let window = Self { chromium, context, session, events: Mutex::new(events) };
        for domain in ["Page", "Runtime", "Network", "Log", "DOM"] {
            window.ask(&format!("{domain}.enable"), json!({})).await;
        }
        window.ask("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        window.before_each_page(WITNESS).await;
        window.resize(size).await;
        window
    }

    /// Asks the browser about this window.
    pub(super) async fn ask(&self, method: &str, parameters: Value) -> Value {
        self.try_ask(method, parameters).await.unwrap_or_else(|error| panic!("{error}"))
    }

    pub(super) async fn try_ask(&self, method: &str, parameters: Value) -> Result<Value, String> {
        self.chromium.ask(Some(&self.session), method, parameters).await
    }

    pub(super) async fn before_each_page(&self, script: &str) {
        let source = json!({ "source": script });
        self.ask("Page.addScriptToEvaluateOnNewDocument", source).await;
    }

    /// From the next page on it is this time, and stays it.
    pub(super) async fn stop_the_clock(&self, at: &str) {
        let script = format!(
            "{{
              const at = Date.parse('{at}');
              const Real = Date;
              globalThis.Date = class extends Real {{
                constructor(...parts) {{ parts.length ? super(...parts) : super(at); }}
                static now() {{ return at; }}
              }};
            }}"
        );
        self.before_each_page(&script).await;
    }

    pub(super) async fn resize(&self, Size(width, height): Size) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Light or dark, and whether things may move: what the person's system says of it.
    pub(super) async fn prefers(&self, scheme: &str, motion: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ]);
        self.ask("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Its pages may tell of things on the desktop.
    pub(super) async fn may_notify(&self) {
        let context = &self.context;
        let granted = json!({ "permissions": ["notifications"], "browserContextId": context });
        self.chromium.ask(None, "Browser.grantPermissions", granted).await.unwrap();
    }

    pub(super) async fn offline(&self, offline: bool) {
        let conditions = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.ask("Network.emulateNetworkConditions", conditions).await;
    }

    /// From now on requests to such addresses wait for [`Self::lets_go`] or [`Self::answers`].
    pub(super) async fn holds_back(&self, addresses: &[&str]) {
        let pattern = |address| json!({ "urlPattern": address });
        let patterns: Value = addresses.iter().map(pattern).collect();
        self.ask("Fetch.enable", json!({ "patterns": patterns })).await;
        // The page is told a moment after the answer.
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    /// The next request that waits.
    pub(super) async fn held_back(&self) -> String {
        let seen = std::cell::RefCell::new(None);
        let waits = async || {
            let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
            while let Ok(event) = events.coming.try_recv() {
                if event["method"] == "Fetch.requestPaused" {
                    seen.replace(event["params"]["requestId"].as_str().map(str::to_owned));
                }
                events.heard.push(event);
            }
            seen.take()
        };
        self.until("nothing was asked for", waits).await
    }

    pub(super) async fn lets_go(&self, request: &str) {
        self.ask("Fetch.continueRequest", json!({ "requestId": request })).await;
    }

    /// Whatever waits goes on, and nothing waits from now on.
    pub(super) async fn lets_all_go(&self) {
        self.ask("Fetch.disable", json!({})).await;
    }

    /// Answers in the server's place.
    pub(super) async fn answers(&self, request: &str, status: u16, body: &str) {
        let answer = json!({
            "requestId": request, "responseCode": status, "body": STANDARD.encode(body),
            "responseHeaders": [{ "name": "content-type", "value": "application/problem+json" }],
        });
        self.ask("Fetch.fulfillRequest", answer).await;
    }

    pub(super) async fn goto(&self, address: &str) {
        let went = self.ask("Page.navigate", json!({ "url": address })).await;
        assert!(went["errorText"].is_null(), "{address}: {}", went["errorText"]);
    }

    pub(super) async fn reload(&self) {
        self.ask("Page.reload", json!({})).await;
    }

    /// What an expression is, in the page.
    pub(super) async fn evaluate(&self, expression: &str) -> Value {
        self.try_evaluate(expression).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// As above; a page that is just left is an error, too.
    pub(super) async fn try_evaluate(&self, expression: &str) -> Result<Value, String> {
        let asked =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut said = self.try_ask("Runtime.evaluate", asked).await?;
        match said["exceptionDetails"]["exception"]["description"].as_str() {
            Some(thrown) => Err(format!("{expression}: {thrown}")),
            None => Ok(said["result"]["value"].take()),
        }
    }

    /// Waits until `look` sees something. `what` is said if it never does.
    pub(super) async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            if begun.elapsed() > SEEN_WITHIN {
                self.give_up(what).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Ends the test, with all that helps to see why.
    async fn give_up(&self, what: &str) -> ! {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("window").replace("::", "-");
        let picture = folder().join(format!("{name}.png"));
        std::fs::write(&picture, self.picture().await).unwrap();
        let text = self.try_evaluate("location.href + '\\n' + document.body.innerText").await;
        let text = text.unwrap_or_default();
        panic!(
            "{what}\nSeen in {}:\n{}\nFaults: {:#?}",
            picture.display(),
            text.as_str().unwrap_or_default(),
            self.faults()
        );
    }

    /// Waits until an expression is true in the page.
    pub(super) async fn holds(&self, expression: &str) {
        let holds = async || {
            let seen = self.try_evaluate(expression).await;
            seen.is_ok_and(|seen| seen == Value::Bool(true)).then_some(())
        };
        self.until(&format!("not so: {expression}"), holds).await;
    }

    /// Waits until the page shows these words, in whatever direction they stand.
    pub(super) async fn shows(&self, words: &str) {
        let text = "document.body.innerText.replace(/[\\u2066-\\u2069]/g, '')";
        self.holds(&format!("{text}.includes({})", json!(words))).await;
    }

    /// The page as it is seen, as PNG.
    pub(super) async fn picture(&self) -> Vec<u8> {
        let taken = self.ask("Page.captureScreenshot", json!({ "format": "png" })).await;
        STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()
    }

    /// All the browser has told of this window so far.
    pub(super) fn events(&self) -> Vec<Value> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        while let Ok(event) = events.coming.try_recv() {
            events.heard.push(event);
        }
        events.heard.clone()
    }

    /// What went wrong in the page: thrown and caught by nobody, or refused by its policy.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for event in self.events() {
            let parameters = &event["params"];
            let thrown = &parameters["exceptionDetails"];
            let logged = &parameters["entry"];
            if event["method"] == "Runtime.exceptionThrown" {
                faults.push(thrown["exception"]["description"].to_string());
            } else if event["method"] == "Log.entryAdded" && logged["source"] == "security" {
                faults.push(logged["text"].to_string());
            }
        }
        faults
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.chromium.forget(&self.context, &self.session);
    }
}
