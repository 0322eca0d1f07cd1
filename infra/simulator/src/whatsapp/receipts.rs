//! What WhatsApp tells about messages it accepted.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages/status>

use std::time::Duration;

use serde_json::{Value, json};

use crate::chat::{Bubble, Progress, Receipts};
use crate::outbox::{About, Draft};
use crate::world::{Scene, World, takes};

use super::gestures::draft;
use super::refusal::Refusal;
use super::webhook::contact;
use super::{message_id, user_id};

/// What is told at once about a message that the phone got. `read` follows when the chat is
/// opened, unless it is open.
pub(super) fn accepted(world: &mut World, scene: Scene<'_>, bubble: &Bubble) {
    let chat = world.chat(&scene.account.id, scene.address);
    let told: &[&'static str] = match chat.receipts {
        // "If the user has the chat open, only `read` is sent."
        Receipts::Automatic => {
            chat.change(&bubble.id, |bubble| bubble.progress = Progress::Read);
            &["sent", "read"]
        }
        Receipts::WhenOpened | Receipts::NeverRead => &["sent", "delivered"],
        Receipts::None => &[],
    };
    let mut drafts = Vec::with_capacity(told.len());
    for (step, status) in told.iter().enumerate() {
        // "`pricing` appears once (either delivered or read)."
        let priced = step == 1;
        let mut receipt = status_webhook(world, scene, bubble, status, priced, None);
        receipt.takes += Duration::from_millis(600 * step as u64);
        drafts.push(receipt);
    }
    world.post(scene.account, scene.channel, drafts, scene.now);
}

/// The message was accepted and goes nowhere.
pub(super) fn failed(world: &mut World, scene: Scene<'_>, bubble: &Bubble, why: &Refusal) {
    let receipt = status_webhook(world, scene, bubble, "failed", false, Some(why));
    world.post(scene.account, scene.channel, vec![receipt], scene.now);
}

/// The customer has opened the chat and read these.
pub(crate) fn opened(world: &mut World, scene: Scene<'_>, read: &[Bubble]) -> Vec<Draft> {
    let chat = world.chat(&scene.account.id, scene.address);
    match chat.receipts {
        Receipts::Automatic | Receipts::WhenOpened => {}
        Receipts::NeverRead | Receipts::None => return Vec::new(),
    }
    read.iter().map(|bubble| status_webhook(world, scene, bubble, "read", false, None)).collect()
}

fn status_webhook(
    world: &mut World,
    scene: Scene<'_>,
    bubble: &Bubble,
    status: &'static str,
    priced: bool,
    failure: Option<&Refusal>,
) -> Draft {
    let chat = world.chat(&scene.account.id, scene.address);
    let mut told = json!({
        "id": bubble.id,
        "status": status,
        "timestamp": scene.now.as_second().to_string(),
        "recipient_user_id": user_id(scene.address),
    });
    if chat.username.is_none() {
        told["recipient_id"] = json!(scene.address.trim_start_matches('+'));
    }
    if let Some(data) = &bubble.report_to {
        told["biz_opaque_callback_data"] = json!(data);
    }
    if priced {
        told["pricing"] = pricing(bubble);
    }
    let mut value = json!({ "statuses": [told] });
    match failure {
        Some(why) => value["statuses"][0]["errors"] = json!([error(why)]),
        // "`contacts` … on sent/delivered/read but omitted on failed."
        None => value["contacts"] = json!([contact(chat)]),
    }
    let mut receipt = draft(world, scene, "messages", value, String::new());
    receipt.takes = takes(&mut world.dice, 250, 500);
    receipt.about =
        About::Status { address: scene.address.to_owned(), id: bubble.id.clone(), status };
    receipt
}

fn pricing(bubble: &Bubble) -> Value {
    let category = bubble.category.as_deref().unwrap_or("service");
    let kind = if category == "service" { "free_customer_service" } else { "regular" };
    json!({
        "billable": category != "service",
        "pricing_model": "PMP",
        "category": category,
        "type": kind,
    })
}

fn error(why: &Refusal) -> Value {
    json!({
        "code": why.code,
        "title": why.title,
        "message": why.title,
        "error_data": { "details": why.details },
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    })
}

/// The customer stops or resumes marketing in WhatsApp's own settings.
pub(crate) fn user_preference(world: &mut World, scene: Scene<'_>, stop: bool) -> Draft {
    let chat = world.chat(&scene.account.id, scene.address);
    chat.marketing_stopped = stop;
    chat.touch();
    let verb = if stop { "stop" } else { "resume" };
    let mut preference = json!({
        "user_id": user_id(scene.address),
        "detail": format!("User requested to {verb} marketing messages"),
        "category": "marketing_messages",
        "value": verb,
        "timestamp": scene.now.as_second(),
    });
    if chat.username.is_none() {
        preference["wa_id"] = json!(scene.address.trim_start_matches('+'));
    }
    let value = json!({ "contacts": [contact(chat)], "user_preferences": [preference] });
    let id = message_id(&mut world.dice, scene.address, false);
    draft(world, scene, "user_preferences", value, id)
}
