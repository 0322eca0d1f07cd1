//! What a customer does on Telegram, as updates.
//!
//! <https://core.telegram.org/bots/api#update>

use serde_json::{Value, json};

use crate::chat::{Author, Bubble, Chat, Kind, Place};
use crate::files::Attachment;
use crate::gesture::{Gesture, Played, Unposted};
use crate::outbox::{About, Draft};
use crate::world::{Press, Scene, World, takes};

use super::entities::{self, private_chat, user};
use super::{body, headers, next_number};

pub(crate) fn play(world: &mut World, scene: Scene<'_>, gesture: Gesture) -> Played {
    if scene.address.parse::<i64>().is_err() {
        return Err(Unposted::Impossible("a Telegram chat has a number"));
    }
    match gesture {
        Gesture::Write(text) => Ok(written(world, scene, text, None)),
        Gesture::Quote { target, text } => Ok(written(world, scene, text, Some(target))),
        Gesture::Attach(attachment) => Ok(attached(world, scene, &[attachment], None)),
        Gesture::Album(attachments) => {
            let group = world.dice.digits(17);
            Ok(attached(world, scene, &attachments, Some(&group)))
        }
        Gesture::ShareLocation(place) => Ok(location(world, scene, place)),
        Gesture::ShareContact { name, phone } => Ok(contact(world, scene, &name, &phone)),
        Gesture::Tap { id, title } | Gesture::Choose { id, title } => {
            pressed(world, scene, &id, title)
        }
        Gesture::React { target, emoji } => reacted(world, scene, &target, emoji),
        Gesture::Edit { target, text } => edited(world, scene, &target, text),
        Gesture::Delete { target } => {
            let chat = world.chat(&scene.account.id, scene.address);
            chat.change(&target, |bubble| bubble.deleted = true);
            Err(Unposted::NotReported)
        }
        // A link `t.me/bot?start=payload` is what an advertisement leads to.
        Gesture::ComeFromAd(payload) => {
            Ok(written(world, scene, format!("/start {payload}"), None))
        }
        Gesture::SendUnknown => Ok(unknown(world, scene)),
        Gesture::Block => Ok(vec![membership(world, scene, true)]),
        Gesture::Unblock => Ok(vec![membership(world, scene, false)]),
        Gesture::StopMarketing | Gesture::ResumeMarketing => {
            Err(Unposted::Impossible("Telegram has no setting for marketing"))
        }
    }
}

fn chat<'w>(world: &'w mut World, scene: Scene<'_>) -> &'w mut Chat {
    world.chat(&scene.account.id, scene.address)
}

fn update(world: &mut World, scene: Scene<'_>, kind: &str, content: Value, id: String) -> Draft {
    world.last_update = next_number(world.last_update, scene.now);
    let mut update = json!({ "update_id": world.last_update });
    update[kind] = content;
    Draft {
        about: About::Message { address: scene.address.to_owned(), id },
        url: scene.account.called_url().to_owned(),
        headers: headers(scene.account.secret("secret_token")),
        body: body(&update),
        takes: takes(&mut world.dice, 30, 150),
    }
}

/// Whoever writes to a bot they blocked unblocks it first: the app asks for that.
fn unblocking(world: &mut World, scene: Scene<'_>) -> Vec<Draft> {
    if chat(world, scene).blocked { vec![membership(world, scene, false)] } else { Vec::new() }
}

/// Numbers the message, shows it, and tells of it with what else it has.
fn say(world: &mut World, scene: Scene<'_>, bubble: Bubble, more: Value) -> Draft {
    let chat = chat(world, scene);
    chat.last_number = next_number(chat.last_number, scene.now);
    let bubble = Bubble { id: chat.last_number.to_string(), ..bubble };
    let mut message = entities::message(scene.account, chat, &bubble);
    if let Some(target) = &bubble.quoted
        && let Some(quoted) = chat.find(target)
    {
        message["reply_to_message"] = entities::message(scene.account, chat, quoted);
    }
    if let (Some(message), Value::Object(more)) = (message.as_object_mut(), more) {
        message.extend(more);
    }
    let id = bubble.id.clone();
    world.say(scene, bubble);
    update(world, scene, "message", message, id)
}

fn bubble(scene: Scene<'_>, kind: Kind) -> Bubble {
    Bubble::new(Author::Customer, "", kind, scene.now)
}

fn written(
    world: &mut World,
    scene: Scene<'_>,
    text: String,
    quoted: Option<String>,
) -> Vec<Draft> {
    let mut drafts = unblocking(world, scene);
    let command = text.starts_with('/').then(|| {
        let length = text.split(' ').next().unwrap_or_default().encode_utf16().count();
        json!({ "entities": [{ "type": "bot_command", "offset": 0, "length": length }] })
    });
    let said = Bubble { text: Some(text), quoted, ..bubble(scene, Kind::Text) };
    drafts.push(say(world, scene, said, command.unwrap_or_default()));
    drafts
}

/// "Albums arrive as N separate updates sharing `media_group_id`."
fn attached(
    world: &mut World,
    scene: Scene<'_>,
    attachments: &[Attachment],
    group: Option<&str>,
) -> Vec<Draft> {
    let mut drafts = unblocking(world, scene);
    for attachment in attachments {
        let file = format!("AgACAgIAAxkBAAI{}", world.dice.hex(24));
        let missing = world.gremlin.chaos.media_missing;
        world.files.keep(&file, &scene.account.id, attachment, missing, scene.now);
        let mut more = json!({});
        let (key, object) = described(attachment, &file);
        more[key] = object;
        if let Some(group) = group {
            more["media_group_id"] = json!(group);
        }
        let text = attachment.caption.clone();
        let said = Bubble { text, file: Some(file), ..bubble(scene, attachment.kind) };
        drafts.push(say(world, scene, said, more));
    }
    drafts
}

/// A file as a message describes it. Photos come in sizes, which all lead to the same bytes here.
fn described(attachment: &Attachment, file: &str) -> (&'static str, Value) {
    let size = attachment.bytes.len();
    let named = |more: Value| {
        let mut object = json!({
            "file_id": file,
            "file_unique_id": entities::unique(file),
            "file_size": size,
        });
        if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
            object.extend(more);
        }
        object
    };
    let mime = &attachment.mime;
    match attachment.kind {
        Kind::Image => {
            let sized =
                |width: u32, height: u32| named(json!({ "width": width, "height": height }));
            ("photo", json!([sized(90, 67), sized(320, 240), sized(1280, 960)]))
        }
        Kind::Video => {
            let shape = json!({ "width": 640, "height": 480, "duration": 3, "mime_type": mime });
            ("video", named(shape))
        }
        Kind::Audio => ("audio", named(json!({ "duration": 3, "mime_type": mime }))),
        Kind::Voice => ("voice", named(json!({ "duration": 3, "mime_type": mime }))),
        Kind::Sticker => {
            let shape = json!({
                "type": "regular", "width": 512, "height": 512,
                "is_animated": false, "is_video": false,
            });
            ("sticker", named(shape))
        }
        Kind::Text
        | Kind::Document
        | Kind::Location
        | Kind::Contact
        | Kind::Buttons
        | Kind::List
        | Kind::Template
        | Kind::Answer
        | Kind::Unknown => {
            let name = attachment.name.as_deref().unwrap_or("file");
            ("document", named(json!({ "file_name": name, "mime_type": mime })))
        }
    }
}

fn location(world: &mut World, scene: Scene<'_>, place: Place) -> Vec<Draft> {
    let mut drafts = unblocking(world, scene);
    let coordinates = json!({ "latitude": place.latitude, "longitude": place.longitude });
    let more = match &place.name {
        Some(name) => json!({
            "venue": { "location": coordinates, "title": name, "address": place.address },
        }),
        None => json!({}),
    };
    let said = Bubble { place: Some(place), ..bubble(scene, Kind::Location) };
    drafts.push(say(world, scene, said, more));
    drafts
}

fn contact(world: &mut World, scene: Scene<'_>, name: &str, phone: &str) -> Vec<Draft> {
    let mut drafts = unblocking(world, scene);
    let more = json!({ "contact": { "phone_number": phone, "first_name": name } });
    let said = bubble(scene, Kind::Contact);
    drafts.push(say(world, scene, said, more));
    let id = chat(world, scene).last_number.to_string();
    let text = Some(format!("{name}, {phone}"));
    chat(world, scene).change(&id, |bubble| bubble.text = text);
    drafts
}

fn unknown(world: &mut World, scene: Scene<'_>) -> Vec<Draft> {
    let mut drafts = unblocking(world, scene);
    let more = json!({ "hologram": { "file_id": "AgHologram", "frames": 12 } });
    drafts.push(say(world, scene, bubble(scene, Kind::Unknown), more));
    drafts
}

/// "Until you answer, Telegram clients display a progress bar": the button spins.
fn pressed(world: &mut World, scene: Scene<'_>, button: &str, title: String) -> Played {
    let id = world.dice.digits(19);
    let instance = world.dice.digits(18);
    let chat = chat(world, scene);
    let offering = chat.offering(button).ok_or(Unposted::Impossible("no such button is there"))?;
    let query = json!({
        "id": id,
        "from": user(chat),
        "message": entities::message(scene.account, chat, offering),
        "chat_instance": instance,
        "data": button,
    });
    let quoted = Some(offering.id.clone());
    let answer = Bubble { id: id.clone(), ..bubble(scene, Kind::Answer) };
    world.say(scene, Bubble { text: Some(title), quoted, ..answer });
    world.log_press(Press {
        account: scene.account.id.clone(),
        address: scene.address.to_owned(),
        id: id.clone(),
        answered: false,
    });
    Ok(vec![update(world, scene, "callback_query", query, id)])
}

fn reacted(world: &mut World, scene: Scene<'_>, target: &str, emoji: Option<String>) -> Played {
    let chat = chat(world, scene);
    let bubble = chat.find(target).ok_or(Unposted::Impossible("no such message is there"))?;
    let kinds = |emoji: &Option<String>| -> Value {
        emoji.iter().map(|emoji| json!({ "type": "emoji", "emoji": emoji })).collect()
    };
    let reaction = json!({
        "chat": private_chat(chat),
        "message_id": entities::number(target),
        "user": user(chat),
        "date": scene.now.as_second(),
        "old_reaction": kinds(&bubble.own_reaction),
        "new_reaction": kinds(&emoji),
    });
    chat.change(target, |bubble| bubble.own_reaction = emoji);
    Ok(vec![update(world, scene, "message_reaction", reaction, target.to_owned())])
}

/// An edited message keeps its number.
fn edited(world: &mut World, scene: Scene<'_>, target: &str, text: String) -> Played {
    let chat = chat(world, scene);
    let known = chat.change(target, |bubble| {
        bubble.text = Some(text);
        bubble.edited = true;
    });
    let bubble = chat.find(target).filter(|_| known);
    let bubble = bubble.ok_or(Unposted::Impossible("no such message is there"))?;
    let mut message = entities::message(scene.account, chat, bubble);
    message["edit_date"] = json!(scene.now.as_second());
    Ok(vec![update(world, scene, "edited_message", message, target.to_owned())])
}

fn membership(world: &mut World, scene: Scene<'_>, blocks: bool) -> Draft {
    let chat = chat(world, scene);
    chat.blocked = blocks;
    chat.touch();
    let status = |blocked: bool| if blocked { "kicked" } else { "member" };
    let mut member = json!({ "user": entities::bot(scene.account), "status": status(blocks) });
    if blocks {
        member["until_date"] = json!(0);
    }
    let changed = json!({
        "chat": private_chat(chat),
        "from": user(chat),
        "date": scene.now.as_second(),
        "old_chat_member": { "user": entities::bot(scene.account), "status": status(!blocks) },
        "new_chat_member": member,
    });
    update(world, scene, "my_chat_member", changed, String::new())
}
