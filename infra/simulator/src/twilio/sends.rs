//! Whether Twilio accepts a message, and its answer.
//!
//! <https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::Simulator;
use crate::account::{Account, Channel};
use crate::chat::{Author, Bubble, Kind, Place, SeenTemplate};
use crate::sends::{Call, Reply, Verdict, answer, form_value, send};
use crate::whatsapp::user_id;
use crate::world::{Refusals, Scene, World};

use super::receipts::{accepted, failed};
use super::refusal::{self, Refusal, unwell};
use super::{API_VERSION, BASE_PATH, own_number, scheme, segments};

const BODY_CHARS_MAX: usize = 1_600;
const FILES_MAX: usize = 10;

pub(super) async fn messages(
    State(simulator): State<Simulator>,
    OriginalUri(uri): OriginalUri,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let now = simulator.now();
    let world = &mut *simulator.world();
    let form = Form::read(&body);
    let proof = proven(world, &headers, &sid);
    let sender = proof.and_then(|()| sender(world, &sid, &form));
    let call = Call {
        account: sender.as_ref().ok().map(|(account, _)| account.id.clone()),
        path: uri.path().to_owned(),
        body: form_value(&body),
        at: now,
    };
    if proof.is_err() {
        return answer(world, call, refusal::AUTHENTICATE.reply());
    }
    let unwell = unwell(world.gremlin.chaos.retry_after_seconds);
    send(world, call, unwell, |world| {
        let judged =
            sender.and_then(|(account, channel)| judge(world, &account, channel, &form, now));
        judged.unwrap_or_else(|refusal| Verdict::Refused(refusal.reply()))
    })
}

/// Whether the credential is that of the account in the path.
pub(super) fn proven(world: &World, headers: &HeaderMap, sid: &str) -> Result<(), Refusal> {
    let claimed = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .and_then(|pair| String::from_utf8(pair).ok());
    let (user, password) =
        claimed.as_deref().and_then(|pair| pair.split_once(':')).ok_or(refusal::AUTHENTICATE)?;
    let found = world.account_where(|account, _| {
        user == sid
            && account.setting("account_sid") == Some(sid)
            && account.is_secret("auth_token", password)
    });
    found.map(|_| ()).ok_or(refusal::AUTHENTICATE)
}

/// The fields of a call; only `MediaUrl` is repeated.
struct Form {
    fields: BTreeMap<String, String>,
    files: Vec<String>,
}

impl Form {
    fn read(body: &[u8]) -> Self {
        let mut form = Self { fields: BTreeMap::new(), files: Vec::new() };
        for (name, value) in form_urlencoded::parse(body).into_owned() {
            if name == "MediaUrl" {
                form.files.push(value);
            } else {
                form.fields.insert(name, value);
            }
        }
        form
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Which of the account's numbers, or which service, it is sent from.
fn sender(world: &World, sid: &str, form: &Form) -> Result<(Arc<Account>, Channel), Refusal> {
    let to = form.get("To").ok_or(refusal::NO_TO)?;
    let whatsapp = to.starts_with("whatsapp:");
    let channel = if whatsapp { Channel::TwilioWhatsapp } else { Channel::TwilioSms };
    let own = |account: &Account, known: Channel| {
        known == channel && account.setting("account_sid") == Some(sid)
    };
    if let Some(service) = form.get("MessagingServiceSid") {
        let found = world.account_where(|account, known| {
            own(account, known) && account.setting("messaging_service_sid") == Some(service)
        });
        return found.ok_or(refusal::FOREIGN_FROM);
    }
    let from = form.get("From").ok_or(refusal::NO_FROM)?;
    if from.starts_with("whatsapp:") != whatsapp {
        return Err(refusal::MIXED_CHANNELS);
    }
    let found = world.account_where(|account, known| {
        own(account, known)
            && account.setting("from").is_some()
            && own_number(account, known) == from
    });
    found.ok_or(if whatsapp { refusal::NO_CHANNEL } else { refusal::FOREIGN_FROM })
}

fn judge(
    world: &mut World,
    account: &Arc<Account>,
    channel: Channel,
    form: &Form,
    now: Timestamp,
) -> Result<Verdict, Refusal> {
    let address = address(world, account, channel, form.get("To").unwrap_or_default())?;
    let scene = Scene { account, channel, address: &address, now };
    let mut bubble = content(world, scene, form)?;
    bubble.id = format!(
        "{}{}",
        if form.files.is_empty() || channel == Channel::TwilioWhatsapp { "SM" } else { "MM" },
        world.dice.hex(32),
    );
    let chat = world.chat(&account.id, &address);
    if chat.opted_out {
        return Err(refusal::OPTED_OUT);
    }
    let window_closed = channel == Channel::TwilioWhatsapp
        && bubble.kind != Kind::Template
        && !chat.window_is_open(now);
    let verdict = Verdict::Accepted { id: bubble.id.clone(), reply: created(scene, form, &bubble) };
    if window_closed {
        match world.refusals {
            Refusals::InAnswer => return Err(refusal::WINDOW_CLOSED),
            Refusals::ByWebhook => failed(world, scene, &bubble, &refusal::WINDOW_CLOSED),
        }
        return Ok(verdict);
    }
    deliver(world, scene, &bubble);
    Ok(verdict)
}

fn deliver(world: &mut World, scene: Scene<'_>, bubble: &Bubble) {
    let chat = world.chat(&scene.account.id, scene.address);
    if chat.reachable && !chat.blocked {
        chat.show(bubble.clone());
        accepted(world, scene, bubble);
    } else if scene.channel == Channel::TwilioSms {
        failed(world, scene, bubble, &refusal::UNREACHABLE);
    } else {
        failed(world, scene, bubble, &refusal::NOT_ON_WHATSAPP);
    }
}

/// A phone number in E.164 or, by SMS, a short code; on WhatsApp also a known user's id.
fn address(
    world: &World,
    account: &Account,
    channel: Channel,
    to: &str,
) -> Result<String, Refusal> {
    let bare = to.strip_prefix(scheme(channel)).unwrap_or(to);
    if bare.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    }) {
        return Ok(bare.to_owned());
    }
    if channel == Channel::TwilioSms {
        return Err(refusal::INVALID_TO);
    }
    let mut chats = world.chats.values();
    let known = chats.find(|chat| chat.account == account.id && user_id(&chat.address) == bare);
    known.map(|chat| chat.address.clone()).ok_or(refusal::INVALID_TO)
}

/// The message, as the phone will show it, without its id.
fn content(world: &World, scene: Scene<'_>, form: &Form) -> Result<Bubble, Refusal> {
    let mut bubble = Bubble::new(Author::Desk, "", Kind::Text, scene.now);
    bubble.report_to = form.get("StatusCallback").map(str::to_owned);
    if let Some(content_sid) = form.get("ContentSid") {
        bubble.kind = Kind::Template;
        bubble.template = Some(template(world, scene.account, content_sid, form)?);
        return Ok(bubble);
    }
    if form.files.len() > FILES_MAX {
        return Err(refusal::TOO_MANY_FILES);
    }
    bubble.text = form.get("Body").map(str::to_owned);
    bubble.link = form.files.first().cloned();
    bubble.place = form.get("PersistentAction").and_then(place);
    bubble.kind = match (&bubble.link, &bubble.place) {
        (Some(link), _) => kind_of(link),
        (None, Some(_)) => Kind::Location,
        (None, None) => Kind::Text,
    };
    match &bubble.text {
        None if bubble.link.is_none() => Err(refusal::NO_BODY),
        Some(text) if text.chars().count() > BODY_CHARS_MAX => Err(refusal::TOO_LONG),
        Some(_) | None => Ok(bubble),
    }
}

fn template(
    world: &World,
    account: &Account,
    content_sid: &str,
    form: &Form,
) -> Result<SeenTemplate, Refusal> {
    let variables = form.get("ContentVariables").unwrap_or("{}");
    let variables: BTreeMap<String, Value> =
        serde_json::from_str(variables).map_err(|_| refusal::INVALID_VARIABLES)?;
    let parameters: Vec<String> = variables
        .iter()
        .map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if name.parse::<u32>().is_ok() { text } else { format!("{name}={text}") }
        })
        .collect();
    if let Some(approved) = world.templates_of(&account.id) {
        let known = approved.iter().find(|known| known.name == content_sid);
        let known = known.ok_or(refusal::NO_SUCH_CONTENT)?;
        if known.parameters != parameters.len() {
            return Err(refusal::INVALID_VARIABLES);
        }
    }
    Ok(SeenTemplate { name: content_sid.to_owned(), language: None, parameters })
}

/// `geo:37.7,-122.2|label` (<https://www.twilio.com/docs/whatsapp/tutorial/send-whatsapp-location-messages>).
fn place(action: &str) -> Option<Place> {
    let (point, label) = match action.strip_prefix("geo:")?.split_once('|') {
        Some((point, label)) => (point, Some(label.to_owned())),
        None => (action.strip_prefix("geo:")?, None),
    };
    let (latitude, longitude) = point.split_once(',')?;
    Some(Place {
        latitude: latitude.trim().parse().ok()?,
        longitude: longitude.trim().parse().ok()?,
        name: label,
        address: None,
    })
}

/// Twilio asks the address what is there; here its ending has to do.
fn kind_of(link: &str) -> Kind {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    match path.rsplit('.').next().unwrap_or_default() {
        "mp4" | "3gp" => Kind::Video,
        "ogg" | "oga" | "mp3" | "amr" | "m4a" => Kind::Audio,
        "pdf" | "txt" | "vcf" => Kind::Document,
        _ => Kind::Image,
    }
}

fn created(scene: Scene<'_>, form: &Form, bubble: &Bubble) -> Reply {
    let account = scene.account.setting("account_sid").unwrap_or_default();
    let uri = format!("/{API_VERSION}/Accounts/{account}/Messages/{}", bubble.id);
    let date = scene.now.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    let message = json!({
        "account_sid": account,
        "api_version": API_VERSION,
        "body": bubble.text.as_deref().unwrap_or_default(),
        "date_created": date,
        "date_sent": null,
        "date_updated": date,
        "direction": "outbound-api",
        "error_code": null,
        "error_message": null,
        "from": form.get("From"),
        "messaging_service_sid": form.get("MessagingServiceSid"),
        "num_media": form.files.len().to_string(),
        "num_segments": segments(bubble.text.as_deref().unwrap_or_default()).to_string(),
        "price": null,
        "price_unit": null,
        "sid": bubble.id,
        "status": if form.get("MessagingServiceSid").is_some() { "accepted" } else { "queued" },
        "subresource_uris": { "media": format!("{uri}/Media.json") },
        "to": form.get("To"),
        "uri": format!("{uri}.json"),
    });
    Reply::new(201, message)
}

/// What the address of a stored file begins with.
pub(super) fn stored_path(media: &str) -> String {
    format!("{BASE_PATH}/stored/{media}")
}
