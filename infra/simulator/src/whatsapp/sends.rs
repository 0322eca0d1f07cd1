//! Whether the Cloud API accepts a send, and its answer.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::Simulator;
use crate::account::{Account, Channel};
use crate::chat::{Bubble, Kind};
use crate::sends::{Call, Reply, Verdict, answer, send};
use crate::world::{Refusals, Scene, World};

use super::content::bubble;
use super::receipts::{accepted, failed};
use super::refusal::{Refusal, unwell};
use super::{message_id, user_id};

/// How long "typing …" shows unless a message comes first
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators>).
const TYPING: SignedDuration = SignedDuration::from_secs(25);

pub(super) async fn messages(
    State(simulator): State<Simulator>,
    OriginalUri(uri): OriginalUri,
    Path((_version, number)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let now = simulator.now();
    let world = &mut *simulator.world();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let account = proven(world, &headers, &number);
    let call = Call {
        account: account.as_ref().ok().map(|account| account.id.clone()),
        path: uri.path().to_owned(),
        body: body.clone(),
        at: now,
    };
    let account = match account {
        Ok(account) => account,
        Err(refusal) => return answer(world, call, refusal.reply()),
    };
    if body.get("status").is_some() {
        let reply = mark_read(world, &account, &body, now);
        return answer(world, call, reply);
    }
    send(world, call, unwell(), |world| {
        judge(world, &account, &body, now)
            .unwrap_or_else(|refusal| Verdict::Refused(refusal.reply()))
    })
}

/// The account whose token this is, if the number is its own.
pub(super) fn proven(
    world: &World,
    headers: &HeaderMap,
    number: &str,
) -> Result<Arc<Account>, Refusal> {
    let account = bearer(world, headers)?;
    let own = |account: &Account, channel: Channel| {
        channel == Channel::Whatsapp && account.setting("phone_number_id") == Some(number)
    };
    // One token may serve several numbers.
    let found = world.account_where(|known, channel| {
        own(known, channel) && known.secret("access_token") == account.secret("access_token")
    });
    found.map(|(account, _)| account).ok_or_else(|| Refusal::no_such_object(number))
}

/// An account that has this token.
pub(super) fn bearer(world: &World, headers: &HeaderMap) -> Result<Arc<Account>, Refusal> {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    let found = world.account_where(|account, channel| {
        channel == Channel::Whatsapp && account.is_secret("access_token", token)
    });
    found.map(|(account, _)| account).ok_or_else(Refusal::token)
}

/// The desk has read what the customer wrote, and may be typing.
fn mark_read(world: &mut World, account: &Arc<Account>, body: &Value, now: Timestamp) -> Reply {
    let id = body.get("message_id").and_then(Value::as_str).unwrap_or_default();
    let chat =
        world.chats.values_mut().find(|chat| chat.account == account.id && chat.find(id).is_some());
    let Some(chat) = chat else { return Refusal::no_such_object(id).reply() };
    chat.desk_read(id);
    if body.get("typing_indicator").is_some() {
        chat.typing_until = now.checked_add(TYPING).ok();
        chat.touch();
    }
    Reply::new(200, json!({ "success": true }))
}

fn judge(
    world: &mut World,
    account: &Arc<Account>,
    body: &Value,
    now: Timestamp,
) -> Result<Verdict, Refusal> {
    if body.get("messaging_product").and_then(Value::as_str) != Some("whatsapp") {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    let recipient = recipient(world, account, body)?;
    let scene = Scene { account, channel: Channel::Whatsapp, address: &recipient.address, now };
    let id = message_id(&mut world.dice, scene.address, true);
    let reply = reply(&recipient, &id);
    if body.get("type").and_then(Value::as_str) == Some("reaction") {
        react(world, scene, body)?;
        return Ok(Verdict::Accepted { id, reply });
    }
    let mut bubble = bubble(body, now)?;
    bubble.id.clone_from(&id);
    bubble.category = Some(category(world, account, &bubble)?);
    match unwanted(world, scene, &bubble) {
        Some(refusal) => match world.refusals {
            Refusals::InAnswer => return Err(refusal),
            Refusals::ByWebhook => failed(world, scene, &bubble, &refusal),
        },
        None => deliver(world, scene, bubble),
    }
    Ok(Verdict::Accepted { id, reply })
}

fn deliver(world: &mut World, scene: Scene<'_>, bubble: Bubble) {
    let chat = world.chat(&scene.account.id, scene.address);
    if chat.blocked || !chat.reachable {
        failed(world, scene, &bubble, &Refusal::undeliverable());
        return;
    }
    chat.show(bubble.clone());
    accepted(world, scene, &bubble);
}

struct Recipient {
    address: String,
    /// As the caller wrote it.
    input: String,
}

/// `to` wins over `recipient` when both are there
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids>).
fn recipient(world: &World, account: &Account, body: &Value) -> Result<Recipient, Refusal> {
    let given = |name: &str| body.get(name).and_then(Value::as_str).filter(|to| !to.is_empty());
    if let Some(input) = given("to") {
        let address = Channel::Whatsapp.address(input);
        // E.164: 15 digits at most; the shortest subscriber numbers have 7.
        if !(8..=16).contains(&address.len()) {
            return Err(Refusal::value("to is not a phone number"));
        }
        return Ok(Recipient { address, input: input.to_owned() });
    }
    let input = given("recipient").ok_or_else(|| Refusal::missing("to"))?;
    let mut chats = world.chats.values();
    let known = chats.find(|chat| chat.account == account.id && user_id(&chat.address) == input);
    let known = known.ok_or_else(|| Refusal::value("recipient is not a user of this business"))?;
    Ok(Recipient { address: known.address.clone(), input: input.to_owned() })
}

fn reply(recipient: &Recipient, id: &str) -> Reply {
    let mut contact = json!({ "input": recipient.input });
    if user_id(&recipient.address) == recipient.input {
        contact["user_id"] = json!(recipient.input);
    } else {
        contact["wa_id"] = json!(recipient.address.trim_start_matches('+'));
    }
    let answer = json!({
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{ "id": id, "message_status": "accepted" }],
    });
    Reply::new(200, answer)
}

fn react(world: &mut World, scene: Scene<'_>, body: &Value) -> Result<(), Refusal> {
    let text_at = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let target = text_at("/reaction/message_id").ok_or_else(|| Refusal::missing("message_id"))?;
    let emoji = text_at("/reaction/emoji").filter(|emoji| !emoji.is_empty()).map(str::to_owned);
    let chat = world.chat(&scene.account.id, scene.address);
    if !chat.window_is_open(scene.now) {
        return Err(Refusal::window_closed());
    }
    chat.change(target, |bubble| bubble.desk_reaction = emoji);
    Ok(())
}

/// What Meta charges it as; of a template that the account has, and fills in right.
fn category(world: &World, account: &Account, bubble: &Bubble) -> Result<String, Refusal> {
    let Some(template) = &bubble.template else { return Ok("service".to_owned()) };
    // Meta judges what a template is by its wording, which is not known of others.
    let Some(approved) = world.templates_of(&account.id) else { return Ok("marketing".to_owned()) };
    let language = template.language.as_deref().unwrap_or_default();
    let known = approved
        .iter()
        .find(|known| known.name == template.name && known.language == language)
        .ok_or_else(|| Refusal::no_such_template(&template.name, language))?;
    if known.parameters != template.parameters.len() {
        return Err(Refusal::template_parameters(template.parameters.len(), known.parameters));
    }
    Ok(known.category.clone())
}

/// Why the customer may not be sent this now.
fn unwanted(world: &mut World, scene: Scene<'_>, bubble: &Bubble) -> Option<Refusal> {
    let chat = world.chat(&scene.account.id, scene.address);
    if bubble.kind != Kind::Template {
        return (!chat.window_is_open(scene.now)).then(Refusal::window_closed);
    }
    let marketing = bubble.category.as_deref() == Some("marketing");
    (marketing && chat.marketing_stopped).then(Refusal::marketing_stopped)
}
