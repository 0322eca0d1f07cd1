//! A shop's desk: the host with its played phones, and people who sign in to it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use bench::lists::conversations_of;
use local::clock::Clock;
use local::confab::{Confab, Parts};
use platform::clock::now;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::window::{LAPTOP, Size, Window};
use crate::host::{Answered, Host, Place, api, call};

/// What the field to answer in is called.
pub(super) const WRITE: &str = "Write a reply… ( / for snippets )";

const SHOP: &str = include_str!("shop.toml");
const HEARD_WITHIN: Duration = Duration::from_secs(60);
/// For a thousand messages.
const LONG_WITHIN: Duration = Duration::from_secs(120);
/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Where to serve the desk's files from, for whoever changes them while testing: a folder, in place
/// of what is packed into the host.
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
fn folder_of_files() -> Option<String> {
    std::env::var("CONFAB_DESK").ok()
}

pub(super) struct Desk {
    pub(super) place: Place,
    pub(super) host: Host,
}

/// A customer's phone at one of the shop's accounts.
pub(super) struct Phone {
    at: String,
}

impl Desk {
    pub(super) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With more options for the host.
    pub(super) async fn with(options: &[&str]) -> Self {
        Self::started(SHOP, options).await
    }

    /// With a rule of the workspace's, as its configuration writes it.
    pub(super) async fn of_rules(rule: &str) -> Self {
        let named = "status_preset = \"five\"\n";
        Self::started(&SHOP.replace(named, &format!("{named}{rule}\n")), &[]).await
    }

    /// With a channel account more.
    pub(super) async fn with_account(account: &str) -> Self {
        Self::started(&format!("{SHOP}{account}"), &[]).await
    }

    /// With so many conversations that came to be elsewhere.
    pub(super) async fn filled(conversations: usize) -> Self {
        let place = Place::new(SHOP);
        let data = place.data();
        let confab = Confab::open(Parts {
            data: Some(&data),
            clock: Clock::Real,
            public_url: place.origin().parse().unwrap(),
            tap: None,
            language: Default::default(),
        });
        let (shop, whatsapp) = ("shop".parse().unwrap(), "whatsapp".parse().unwrap());
        let all = conversations_of(&shop, &whatsapp, conversations, now()).unwrap();
        confab.await.unwrap().store.import(&all).await.unwrap();
        Self::at(place, &[]).await
    }

    async fn started(config: &str, options: &[&str]) -> Self {
        Self::at(Place::new(config), options).await
    }

    async fn at(place: Place, options: &[&str]) -> Self {
        let mut options = options.to_vec();
        let folder = folder_of_files();
        options.extend(folder.iter().flat_map(|folder| ["--desk", folder]));
        let host = place.start(&options).await;
        Self { place, host }
    }

    /// Kills the host and starts it again, at the same address, with all it had kept.
    pub(super) async fn killed_and_started(self) -> Self {
        self.killed(async || {}).await
    }

    /// As above, with something that is done while there is no host.
    pub(super) async fn killed(self, meanwhile: impl AsyncFnOnce()) -> Self {
        let Self { place, host } = self;
        host.kill().await;
        meanwhile().await;
        Self::at(place, &[]).await
    }

    /// The same workspace with a desk of another version: the one of the folder, not the one that is
    /// packed, or the other way round.
    pub(super) async fn deployed_anew(self) -> Self {
        let Self { place, host } = self;
        host.kill().await;
        let folder = crate::root().join("functions/desk/web").display().to_string();
        let options = if folder_of_files().is_none() { vec!["--desk", &folder] } else { vec![] };
        let host = place.start(&options).await;
        Self { place, host }
    }

    /// Turns the host's clock, which has to be one that is turned.
    pub(super) async fn turn(&self, to: &str) {
        post(&format!("{}/dev/clock", self.host.origin), json!({ "set": to })).await;
    }

    /// A window in which somebody has signed in.
    pub(super) async fn window(&self, name: &str) -> Window {
        self.window_of(name, LAPTOP).await
    }

    pub(super) async fn window_of(&self, name: &str, size: Size) -> Window {
        let window = Window::open(size).await;
        window.goto(&self.host.origin).await;
        sign_in(&window, name).await;
        window
    }

    /// A window of Ada's, with a contact's conversation before her and room to answer.
    pub(super) async fn window_with(&self, contact: &str) -> Window {
        let id = self.conversation_of(contact).await;
        let window = self.window("Ada Moreau").await;
        window.goto(&format!("{}/inbox/all/{id}", self.host.origin)).await;
        window.find("textbox", WRITE).await;
        window
    }

    /// A customer's phone, which has that name.
    pub(super) async fn phone(&self, account: &str, name: &str) -> Phone {
        self.phone_of(account, json!({ "name": name })).await
    }

    /// A customer's phone, which has that name and that number.
    pub(super) async fn phone_with(&self, account: &str, name: &str, number: &str) -> Phone {
        self.phone_of(account, json!({ "name": name, "address": number })).await
    }

    async fn phone_of(&self, account: &str, of: Value) -> Phone {
        let phones = format!("{}/phones/api/accounts/{account}/phones", self.host.origin);
        let made = post(&phones, of).await.body;
        Phone { at: format!("{phones}/{}", escaped(made["address"].as_str().unwrap())) }
    }

    /// Asks the API as somebody, who must be allowed.
    pub(super) async fn asks(&self, user: &str, method: Method, path: &str, body: Value) -> Value {
        let token = self.host.token_in("shop", user).await;
        let request = api(&self.host.origin, method, path, &token);
        let answered = self.host.call(request.body(Body::from(body.to_string())).unwrap()).await;
        assert!(answered.status.is_success(), "{path}: {}", answered.text);
        answered.body
    }

    pub(super) async fn head(&self, conversation: &str) -> Value {
        let path = format!("/v1/conversations/{conversation}");
        self.asks("ada", Method::GET, &path, Value::Null).await
    }

    pub(super) async fn assign(&self, user: &str, conversation: &str, to: &str) {
        let path = format!("/v1/conversations/{conversation}/assign");
        self.asks(user, Method::POST, &path, json!({ "assignees": [to] })).await;
    }

    /// Who has a conversation to themselves, once somebody has.
    pub(super) async fn claim_of(&self, conversation: &str) -> String {
        let by = async || match self.head(conversation).await["claim"]["by"].as_str() {
            Some(by) => Ok(by.to_owned()),
            None => Err(format!("nobody has {conversation}")),
        };
        in_time(HEARD_WITHIN, by).await
    }

    /// Waits until a conversation's log is that long, for each thousand of it.
    pub(super) async fn reaches(&self, conversation: &str, length: u64) {
        let within = LONG_WITHIN * u32::try_from(length / 1_000 + 1).unwrap();
        let reached = async || match self.head(conversation).await["seq"].as_u64() {
            seq if seq >= Some(length) => Ok(()),
            seq => Err(format!("only {seq:?} of {length}")),
        };
        in_time(within, reached).await;
    }

    /// All conversations, of a hundred at most.
    async fn conversations(&self) -> Vec<Value> {
        let path = "/v1/conversations?limit=100";
        let page = self.asks("ada", Method::GET, path, Value::Null).await;
        page["items"].as_array().unwrap().clone()
    }

    /// The conversation that there is, once there is one.
    pub(super) async fn only_conversation(&self) -> String {
        self.found(|_| true).await
    }

    /// Waits until there are so many conversations.
    pub(super) async fn has_conversations(&self, count: usize) {
        let there = async || match self.conversations().await.len() {
            there if there == count => Ok(()),
            there => Err(format!("there are {there} conversations of {count}")),
        };
        in_time(LONG_WITHIN, there).await;
    }

    pub(super) async fn closed_conversation(&self) -> String {
        let path = "/v1/conversations?view=closed";
        let page = self.asks("ada", Method::GET, path, Value::Null).await;
        page["items"][0]["id"].as_str().expect("a closed conversation").to_owned()
    }

    /// The conversation of a contact, once there is one.
    pub(super) async fn conversation_of(&self, name: &str) -> String {
        self.found(|item| item["contact"]["name"] == name).await
    }

    pub(super) async fn found(&self, fits: impl Fn(&Value) -> bool) -> String {
        let found = async || {
            let all = self.conversations().await;
            match all.iter().find(|item| fits(item)) {
                Some(found) => Ok(found["id"].as_str().unwrap().to_owned()),
                None => Err(format!("there is no such conversation: {all:#?}")),
            }
        };
        in_time(HEARD_WITHIN, found).await
    }
}

/// What is there in time; until then `look` says what is the matter.
async fn in_time<T>(within: Duration, look: impl AsyncFn() -> Result<T, String>) -> T {
    let begun = Instant::now();
    loop {
        match look().await {
            Ok(there) => return there,
            Err(matter) => assert!(begun.elapsed() < within, "{matter}"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Says who one is, where one is asked.
pub(super) async fn sign_in(window: &Window, name: &str) {
    window.press_button("Sign in").await;
    window.press_button(name).await;
    window.find("navigation", "Menu").await;
}

/// Says who one is once more, after a session is over.
pub(super) async fn sign_in_again(window: &Window, name: &str) {
    window.press_button("Sign in again").await;
    window.press_button(name).await;
    window.find("navigation", "Menu").await;
}

/// As part of an address.
pub(super) fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub(super) async fn post(address: &str, body: Value) -> Answered {
    let request = Request::post(address).header("content-type", "application/json");
    let answered = call(request.body(Body::from(body.to_string())).unwrap()).await;
    let answered = answered.unwrap_or_else(|| panic!("{address} was not answered"));
    assert!(answered.status.is_success(), "{address}: {}", answered.text);
    answered
}

impl Phone {
    pub(super) async fn does(&self, gesture: Value) {
        post(&format!("{}/gestures", self.at), gesture).await;
    }

    pub(super) async fn writes(&self, text: &str) {
        self.does(json!({ "do": "write", "text": text })).await;
    }

    /// What is set on the phone: `receipts`, `reachable`.
    pub(super) async fn set(&self, settings: Value) {
        let request = Request::put(format!("{}/settings", self.at));
        let request = request.header("content-type", "application/json");
        let answered = call(request.body(Body::from(settings.to_string())).unwrap()).await.unwrap();
        assert!(answered.status.is_success(), "{}", answered.text);
    }

    /// The customer looks at the chat.
    pub(super) async fn looks(&self) {
        self.messages(true).await;
    }

    async fn messages(&self, open: bool) -> Vec<Value> {
        let address = format!("{}/messages?open={open}", self.at);
        let answered = call(Request::get(address).body(Body::empty()).unwrap()).await.unwrap();
        answered.body["messages"].as_array().unwrap().clone()
    }

    /// What the desk has sent to it; of templates, all that is known.
    pub(super) async fn inbox(&self) -> Vec<String> {
        let messages = self.messages(false).await;
        let theirs = messages.iter().filter(|message| message["by"] == "desk");
        let words = |message: &Value| match message["text"].as_str().filter(|text| !text.is_empty())
        {
            Some(text) => text.to_owned(),
            None => message["template"].to_string(),
        };
        theirs.map(words).collect()
    }

    /// Waits until the phone has got this text.
    pub(super) async fn gets(&self, text: &str) {
        let got = async || {
            let inbox = self.inbox().await;
            let got = inbox.iter().any(|got| got.contains(text));
            got.then_some(()).ok_or_else(|| format!("{text:?} is not in {inbox:?}"))
        };
        in_time(HEARD_WITHIN, got).await;
    }
}
