//! The page's own API: JSON, for this machine.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Simulator;
use crate::account::{Account, Channel};
use crate::chaos::Chaos;
use crate::chat::{Kind, Place, Receipts};
use crate::files::Attachment;
use crate::gesture::{Gesture, Unposted};
use crate::people::people;
use crate::world::World;

use super::view;

type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn refused(status: StatusCode, why: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "error": why })))
}

fn known(world: &World, id: &str) -> Result<(Arc<Account>, Channel), (StatusCode, Json<Value>)> {
    world.account(id).ok_or_else(|| refused(StatusCode::NOT_FOUND, "no such account"))
}

pub(super) async fn accounts(State(simulator): State<Simulator>) -> Json<Value> {
    let world = simulator.world();
    let accounts = world.accounts.iter();
    accounts.map(|(account, channel)| view::account(account, *channel)).collect::<Value>().into()
}

/// Everybody who is there from the start, then everybody else.
pub(super) async fn phones(
    State(simulator): State<Simulator>,
    Path(account): Path<String>,
) -> Answer {
    let now = simulator.now();
    let world = &mut *simulator.world();
    let (_, channel) = known(world, &account)?;
    let mut shown: Vec<Value> =
        people(channel).map(|address| view::phone(world.chat(&account, address), now)).collect();
    let others = world.chats.values().filter(|chat| {
        chat.account == account && !people(channel).any(|known| known == chat.address)
    });
    shown.extend(others.map(|chat| view::phone(chat, now)));
    Ok(Json(Value::Array(shown)))
}

#[derive(Deserialize)]
pub(super) struct NewPhone {
    #[serde(default)]
    name: String,
    /// Somebody's number, or their chat's; a new one if nothing is said.
    address: Option<String>,
}

/// A number that nobody has at an account.
fn free_address(world: &mut World, account: &str, channel: Channel) -> String {
    loop {
        let address = match channel {
            Channel::Telegram => world.dice.digits(9),
            // 555-01xx is kept free for stories, in every area.
            Channel::Whatsapp | Channel::TwilioSms | Channel::TwilioWhatsapp => {
                let area = 201 + world.dice.below(780);
                format!("+1{area}55501{:02}", world.dice.below(100))
            }
        };
        let owned = people(channel).any(|known| known == address);
        if !owned && !world.chats.contains_key(&(account.to_owned(), address.clone())) {
            return address;
        }
    }
}

pub(super) async fn new_phone(
    State(simulator): State<Simulator>,
    Path(account): Path<String>,
    Json(NewPhone { name, address }): Json<NewPhone>,
) -> Answer {
    let now = simulator.now();
    let world = &mut *simulator.world();
    let (_, channel) = known(world, &account)?;
    let address = match address {
        Some(address) if address.bytes().any(|byte| byte.is_ascii_digit()) => {
            channel.address(&address)
        }
        Some(_) => return Err(refused(StatusCode::BAD_REQUEST, "an address has digits")),
        None => free_address(world, &account, channel),
    };
    let chat = world.chat(&account, &address);
    if !name.trim().is_empty() {
        name.trim().clone_into(&mut chat.name);
    }
    chat.touch();
    Ok(Json(view::phone(chat, now)))
}

#[derive(Deserialize)]
pub(super) struct Since {
    #[serde(default)]
    since: u64,
    /// Whether the page shows the chat to somebody.
    #[serde(default)]
    open: bool,
}

/// What changed after a revision of the chat.
pub(super) async fn messages(
    State(simulator): State<Simulator>,
    Path((account, address)): Path<(String, String)>,
    Query(Since { since, open }): Query<Since>,
) -> Answer {
    known(&simulator.world(), &account)?;
    let phone = simulator.phone(&account, &address);
    if open {
        phone.opens_chat();
    }
    let spinning = phone.spinning();
    let now = simulator.now();
    let world = &mut *simulator.world();
    let chat = world.chat(&account, phone.address());
    let changed = chat.bubbles.iter().filter(|bubble| bubble.revision > since);
    let bubbles: Vec<Value> =
        changed.map(|bubble| view::bubble(bubble, spinning.contains(&bubble.id))).collect();
    Ok(Json(json!({ "phone": view::phone(chat, now), "messages": bubbles, "spinning": spinning })))
}

/// What somebody does on the page.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Done {
    Write { text: String },
    Quote { target: String, text: String },
    Image { base64: String, caption: Option<String> },
    Document { base64: String, name: String, mime: Option<String> },
    Voice { base64: String },
    Location { latitude: f64, longitude: f64, name: Option<String> },
    Contact { name: String, phone: String },
    Tap { id: String, title: String },
    Choose { id: String, title: String },
    React { target: String, emoji: Option<String> },
    Edit { target: String, text: String },
    Delete { target: String },
    Ad { text: String },
    Unknown,
    Block,
    Unblock,
    StopMarketing,
    ResumeMarketing,
}

impl Done {
    fn gesture(self) -> Result<Gesture, (StatusCode, Json<Value>)> {
        Ok(match self {
            Self::Write { text } => Gesture::Write(text),
            Self::Quote { target, text } => Gesture::Quote { target, text },
            Self::Image { base64, caption } => {
                let caption = caption.filter(|caption| !caption.is_empty());
                Gesture::Attach(Attachment::new(Kind::Image, &read(&base64)?, caption.as_deref()))
            }
            Self::Document { base64, name, mime } => {
                let mut file = Attachment::new(Kind::Document, &read(&base64)?, None);
                file.name = Some(name);
                file.mime = mime.filter(|mime| !mime.is_empty()).unwrap_or(file.mime);
                Gesture::Attach(file)
            }
            Self::Voice { base64 } => {
                Gesture::Attach(Attachment::new(Kind::Voice, &read(&base64)?, None))
            }
            Self::Location { latitude, longitude, name } => {
                Gesture::ShareLocation(Place { latitude, longitude, name, address: None })
            }
            Self::Contact { name, phone } => Gesture::ShareContact { name, phone },
            Self::Tap { id, title } => Gesture::Tap { id, title },
            Self::Choose { id, title } => Gesture::Choose { id, title },
            Self::React { target, emoji } => Gesture::React { target, emoji },
            Self::Edit { target, text } => Gesture::Edit { target, text },
            Self::Delete { target } => Gesture::Delete { target },
            Self::Ad { text } => Gesture::ComeFromAd(text),
            Self::Unknown => Gesture::SendUnknown,
            Self::Block => Gesture::Block,
            Self::Unblock => Gesture::Unblock,
            Self::StopMarketing => Gesture::StopMarketing,
            Self::ResumeMarketing => Gesture::ResumeMarketing,
        })
    }
}

fn read(base64: &str) -> Result<Bytes, (StatusCode, Json<Value>)> {
    let bytes = STANDARD.decode(base64);
    bytes.map(Bytes::from).map_err(|_| refused(StatusCode::BAD_REQUEST, "the file is not base64"))
}

pub(super) async fn gesture(
    State(simulator): State<Simulator>,
    Path((account, address)): Path<(String, String)>,
    Json(done): Json<Done>,
) -> Answer {
    known(&simulator.world(), &account)?;
    let begun = simulator.phone(&account, &address).begin(done.gesture()?);
    match begun.unposted() {
        None => Ok(Json(json!({}))),
        Some(Unposted::NotReported) => {
            let note = "Done on the phone. The provider does not report this to the desk.";
            Ok(Json(json!({ "note": note })))
        }
        Some(Unposted::Impossible(why)) => Err(refused(StatusCode::UNPROCESSABLE_ENTITY, why)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    receipts: Option<Receipts>,
    reachable: Option<bool>,
    /// Empty: none.
    username: Option<String>,
}

pub(super) async fn settings(
    State(simulator): State<Simulator>,
    Path((account, address)): Path<(String, String)>,
    Json(settings): Json<Settings>,
) -> Answer {
    known(&simulator.world(), &account)?;
    let phone = simulator.phone(&account, &address);
    if let Some(receipts) = settings.receipts {
        phone.set_receipts(receipts);
    }
    if let Some(reachable) = settings.reachable {
        phone.set_reachable(reachable);
    }
    if let Some(username) = settings.username {
        phone.set_username(Some(username.trim()).filter(|username| !username.is_empty()));
    }
    Ok(Json(json!({})))
}

pub(super) async fn chaos(State(simulator): State<Simulator>) -> Json<Value> {
    Json(view::chaos(&simulator.chaos()))
}

/// Probabilities; what is left out does not happen.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
pub(super) struct SetChaos {
    duplicate: f64,
    reorder: f64,
    batch: f64,
    delay: f64,
    too_many_requests: f64,
    error_before: f64,
    error_after: f64,
    drop_connection_before: f64,
    drop_connection_after: f64,
    media_missing: u32,
}

pub(super) async fn set_chaos(
    State(simulator): State<Simulator>,
    Json(set): Json<SetChaos>,
) -> Json<Value> {
    let chaos = Chaos {
        duplicate: set.duplicate,
        reorder: set.reorder,
        batch: set.batch,
        delay: set.delay,
        too_many_requests: set.too_many_requests,
        error_before: set.error_before,
        error_after: set.error_after,
        drop_connection_before: set.drop_connection_before,
        drop_connection_after: set.drop_connection_after,
        media_missing: set.media_missing,
        ..Chaos::default()
    };
    let shown = view::chaos(&chaos);
    simulator.set_chaos(chaos);
    Json(shown)
}

/// A file a customer sent. Only pictures and sound are shown as what they are.
pub(super) async fn file(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
) -> Response<Body> {
    let world = simulator.world();
    let Some(file) = world.files.find(&id) else {
        let mut missing = Response::new(Body::empty());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        return missing;
    };
    const SHOWN: [&str; 5] = ["image/png", "image/jpeg", "image/webp", "image/gif", "audio/ogg"];
    let shown = SHOWN.iter().find(|mime| **mime == file.mime);
    let mut response = Response::new(Body::from(file.bytes.clone()));
    let headers = response.headers_mut();
    let mime = shown.copied().unwrap_or("application/octet-stream");
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if shown.is_none() {
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    response
}
