//! What a customer does on WhatsApp, as webhooks.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::chat::{Author, Bubble, Kind, Place};
use crate::files::Attachment;
use crate::gesture::{Gesture, Played, Unposted};
use crate::outbox::{About, Draft};
use crate::world::{Scene, World, takes};

use super::receipts::user_preference;
use super::webhook::{body, contact, own_number, signed};
use super::{message_id, user_id};

pub(crate) fn play(world: &mut World, scene: Scene<'_>, gesture: Gesture) -> Played {
    let draft = match gesture {
        Gesture::Write(text) => written(world, scene, text, None),
        Gesture::Quote { target, text } => written(world, scene, text, Some(target)),
        Gesture::Attach(attachment) => attached(world, scene, &attachment),
        Gesture::Album(attachments) => {
            let each = attachments.iter();
            return Ok(each.map(|attachment| attached(world, scene, attachment)).collect());
        }
        Gesture::ShareLocation(place) => location(world, scene, place),
        Gesture::ShareContact { name, phone } => shared_contact(world, scene, &name, &phone),
        Gesture::Tap { id, title } => tapped(world, scene, &id, &title, "button_reply"),
        Gesture::Choose { id, title } => tapped(world, scene, &id, &title, "list_reply"),
        Gesture::React { target, emoji } => reacted(world, scene, &target, emoji),
        Gesture::Edit { target, text } => edited(world, scene, &target, &text),
        Gesture::Delete { target } => deleted(world, scene, &target),
        Gesture::ComeFromAd(text) => from_ad(world, scene, text),
        Gesture::SendUnknown => unknown(world, scene),
        Gesture::Block => return blocked(world, scene, true),
        Gesture::Unblock => return blocked(world, scene, false),
        Gesture::StopMarketing => user_preference(world, scene, true),
        Gesture::ResumeMarketing => user_preference(world, scene, false),
    };
    Ok(vec![draft])
}

/// Signs and addresses one change.
pub(super) fn draft(
    world: &mut World,
    scene: Scene<'_>,
    field: &str,
    value: Value,
    id: String,
) -> Draft {
    let body = body(scene.account, field, value);
    Draft {
        about: About::Message { address: scene.address.to_owned(), id },
        url: scene.account.called_url().to_owned(),
        headers: signed(scene.account, &body),
        body,
        takes: takes(&mut world.dice, 60, 250),
    }
}

/// One message: `message` holds its type and what that type has.
fn message(world: &mut World, scene: Scene<'_>, id: String, mut message: Value) -> Draft {
    let chat = world.chat(&scene.account.id, scene.address);
    message["id"] = json!(id);
    message["timestamp"] = json!(scene.now.as_second().to_string());
    message["from_user_id"] = json!(user_id(scene.address));
    if chat.username.is_none() {
        message["from"] = json!(scene.address.trim_start_matches('+'));
    }
    let value = json!({ "contacts": [contact(chat)], "messages": [message] });
    draft(world, scene, "messages", value, id)
}

fn new_id(world: &mut World, scene: Scene<'_>) -> String {
    message_id(&mut world.dice, scene.address, false)
}

fn bubble(scene: Scene<'_>, id: &str, kind: Kind) -> Bubble {
    Bubble::new(Author::Customer, id, kind, scene.now)
}

/// Whom a quoted message is from, and which it is.
fn context(world: &mut World, scene: Scene<'_>, target: &str) -> Value {
    let chat = world.chat(&scene.account.id, scene.address);
    let own = chat.find(target).is_some_and(|quoted| quoted.by == Author::Customer);
    let from = if own { scene.address.trim_start_matches('+') } else { own_number(scene.account) };
    json!({ "from": from, "id": target })
}

fn written(world: &mut World, scene: Scene<'_>, text: String, quoted: Option<String>) -> Draft {
    let id = new_id(world, scene);
    let mut said = json!({ "type": "text", "text": { "body": text } });
    if let Some(target) = &quoted {
        said["context"] = context(world, scene, target);
    }
    world.say(scene, Bubble { text: Some(text), quoted, ..bubble(scene, &id, Kind::Text) });
    message(world, scene, id, said)
}

fn attached(world: &mut World, scene: Scene<'_>, attachment: &Attachment) -> Draft {
    let id = new_id(world, scene);
    let file = world.dice.digits(16);
    let missing = world.gremlin.chaos.media_missing;
    world.files.keep(&file, &scene.account.id, attachment, missing, scene.now);
    let key = match attachment.kind {
        Kind::Image => "image",
        Kind::Video => "video",
        Kind::Audio | Kind::Voice => "audio",
        Kind::Sticker => "sticker",
        Kind::Text
        | Kind::Document
        | Kind::Location
        | Kind::Contact
        | Kind::Buttons
        | Kind::List
        | Kind::Template
        | Kind::Answer
        | Kind::Unknown => "document",
    };
    let voice = attachment.kind == Kind::Voice;
    let mime = match attachment.mime.as_str() {
        "audio/ogg" if voice => "audio/ogg; codecs=opus",
        mime => mime,
    };
    let mut object = json!({
        "id": file,
        "mime_type": mime,
        "sha256": STANDARD.encode(Sha256::digest(&attachment.bytes)),
        "url": format!("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid={file}"),
    });
    if voice {
        object["voice"] = json!(true);
    }
    if let Some(name) = &attachment.name {
        object["filename"] = json!(name);
    }
    let text = attachment.caption.clone().filter(|_| !matches!(key, "audio" | "sticker"));
    if let Some(caption) = &text {
        object["caption"] = json!(caption);
    }
    world.say(scene, Bubble { text, file: Some(file), ..bubble(scene, &id, attachment.kind) });
    let mut said = json!({ "type": key });
    said[key] = object;
    message(world, scene, id, said)
}

fn location(world: &mut World, scene: Scene<'_>, place: Place) -> Draft {
    let id = new_id(world, scene);
    let mut object = json!({ "latitude": place.latitude, "longitude": place.longitude });
    if let Some(name) = &place.name {
        object["name"] = json!(name);
    }
    if let Some(address) = &place.address {
        object["address"] = json!(address);
    }
    world.say(scene, Bubble { place: Some(place), ..bubble(scene, &id, Kind::Location) });
    message(world, scene, id, json!({ "type": "location", "location": object }))
}

fn shared_contact(world: &mut World, scene: Scene<'_>, name: &str, phone: &str) -> Draft {
    let id = new_id(world, scene);
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let card = json!({
        "name": { "formatted_name": name, "first_name": name },
        "phones": [{ "phone": phone, "wa_id": digits, "type": "CELL" }],
    });
    let text = Some(format!("{name}, {phone}"));
    world.say(scene, Bubble { text, ..bubble(scene, &id, Kind::Contact) });
    message(world, scene, id, json!({ "type": "contacts", "contacts": [card] }))
}

/// A template's quick reply comes as another type than a button in a free message.
fn tapped(world: &mut World, scene: Scene<'_>, chosen: &str, title: &str, reply: &str) -> Draft {
    let id = new_id(world, scene);
    let chat = world.chat(&scene.account.id, scene.address);
    let (quoted, description, is_template) = match chat.offering(chosen) {
        Some(offering) => {
            let button = offering.buttons.iter().find(|button| button.id == chosen);
            let description = button.and_then(|button| button.description.clone());
            (Some(offering.id.clone()), description, offering.kind == Kind::Template)
        }
        None => (None, None, false),
    };
    let mut said = if is_template {
        json!({ "type": "button", "button": { "payload": chosen, "text": title } })
    } else {
        let mut choice = json!({ "id": chosen, "title": title });
        if let Some(description) = description {
            choice["description"] = json!(description);
        }
        let mut interactive = json!({ "type": reply });
        interactive[reply] = choice;
        json!({ "type": "interactive", "interactive": interactive })
    };
    if let Some(target) = &quoted {
        said["context"] = context(world, scene, target);
    }
    let text = Some(title.to_owned());
    world.say(scene, Bubble { text, quoted, ..bubble(scene, &id, Kind::Answer) });
    message(world, scene, id, said)
}

fn reacted(world: &mut World, scene: Scene<'_>, target: &str, emoji: Option<String>) -> Draft {
    let id = new_id(world, scene);
    let said = json!({
        "type": "reaction",
        "reaction": { "message_id": target, "emoji": emoji.clone().unwrap_or_default() },
    });
    let chat = world.chat(&scene.account.id, scene.address);
    chat.change(target, |bubble| bubble.own_reaction = emoji);
    message(world, scene, id, said)
}

fn edited(world: &mut World, scene: Scene<'_>, target: &str, text: &str) -> Draft {
    let id = new_id(world, scene);
    let chat = world.chat(&scene.account.id, scene.address);
    chat.change(target, |bubble| {
        bubble.text = Some(text.to_owned());
        bubble.edited = true;
    });
    let edit = json!({
        "original_message_id": target,
        "message": { "type": "text", "text": { "body": text } },
    });
    message(world, scene, id, json!({ "type": "edit", "edit": edit }))
}

fn deleted(world: &mut World, scene: Scene<'_>, target: &str) -> Draft {
    let id = new_id(world, scene);
    let chat = world.chat(&scene.account.id, scene.address);
    chat.change(target, |bubble| bubble.deleted = true);
    let revoke = json!({ "original_message_id": target });
    message(world, scene, id, json!({ "type": "revoke", "revoke": revoke }))
}

/// Meta's own sample of somebody who came by an advertisement.
fn from_ad(world: &mut World, scene: Scene<'_>, text: String) -> Draft {
    let id = new_id(world, scene);
    let said = json!({
        "type": "text",
        "text": { "body": text },
        "referral": {
            "source_url": "https://fb.me/3cr4Wqqkv",
            "source_id": "120226305854810726",
            "source_type": "ad",
            "body": "Summer Succulents are here!",
            "headline": "Chat with us",
            "media_type": "image",
            "image_url": "https://scontent.xx.fbcdn.net/v/t45.1",
            "ctwa_clid": format!("Aff-{}", world.dice.hex(24)),
            "welcome_message": { "text": "Hi there! Let us know how we can help!" },
        },
    });
    world.say(scene, Bubble { text: Some(text), ..bubble(scene, &id, Kind::Text) });
    message(world, scene, id, said)
}

fn unknown(world: &mut World, scene: Scene<'_>) -> Draft {
    let id = new_id(world, scene);
    world.say(scene, bubble(scene, &id, Kind::Unknown));
    let said =
        json!({ "type": "hologram", "hologram": { "id": world.dice.digits(16), "frames": 12 } });
    message(world, scene, id, said)
}

fn blocked(world: &mut World, scene: Scene<'_>, blocked: bool) -> Played {
    let chat = world.chat(&scene.account.id, scene.address);
    chat.blocked = blocked;
    chat.touch();
    Err(Unposted::NotReported)
}
