//! What a customer does, as Twilio tells it: a form for each message.
//!
//! <https://www.twilio.com/docs/messaging/guides/webhook-request>

use axum::body::Bytes;
use serde_json::json;

use crate::account::Channel;
use crate::chat::{Author, Bubble, Kind, Place};
use crate::files::Attachment;
use crate::gesture::{Gesture, Played, Unposted};
use crate::outbox::{About, Draft};
use crate::whatsapp::user_id;
use crate::world::{Scene, World};

use super::keywords::Keyword;
use super::webhook::{Form, draft, owned};
use super::{API_VERSION, own_number, scheme, segments};

pub(crate) fn play(world: &mut World, scene: Scene<'_>, gesture: Gesture) -> Played {
    let whatsapp = scene.channel == Channel::TwilioWhatsapp;
    let only_whatsapp = if whatsapp { Ok(()) } else { Err(SMS_CANNOT) };
    let draft = match gesture {
        Gesture::Write(text) => written(world, scene, text, Vec::new()),
        Gesture::Quote { target, text } => {
            only_whatsapp?;
            quoting(world, scene, &target, text)
        }
        Gesture::Attach(attachment) => {
            let kind = message_type(attachment.kind);
            attached(world, scene, &[attachment], kind)
        }
        // An MMS carries several files; WhatsApp sends one message for each.
        Gesture::Album(attachments) if whatsapp => {
            let each = attachments.into_iter();
            return Ok(each
                .map(|one| {
                    let kind = message_type(one.kind);
                    attached(world, scene, &[one], kind)
                })
                .collect());
        }
        Gesture::Album(attachments) => attached(world, scene, &attachments, "mms"),
        Gesture::ShareLocation(place) => {
            only_whatsapp?;
            location(world, scene, place)
        }
        Gesture::ShareContact { name, phone } => card(world, scene, &name, &phone),
        Gesture::Tap { id, title } => {
            only_whatsapp?;
            tapped(world, scene, &id, title, true)
        }
        Gesture::Choose { id, title } => {
            only_whatsapp?;
            tapped(world, scene, &id, title, false)
        }
        Gesture::React { target, emoji } => {
            only_whatsapp?;
            let chat = world.chat(&scene.account.id, scene.address);
            chat.change(&target, |bubble| bubble.own_reaction = emoji);
            return Err(Unposted::NotReported);
        }
        Gesture::Edit { target, text } => {
            only_whatsapp?;
            let chat = world.chat(&scene.account.id, scene.address);
            chat.change(&target, |bubble| {
                bubble.text = Some(text);
                bubble.edited = true;
            });
            return Err(Unposted::NotReported);
        }
        Gesture::Delete { target } => {
            only_whatsapp?;
            let chat = world.chat(&scene.account.id, scene.address);
            chat.change(&target, |bubble| bubble.deleted = true);
            return Err(Unposted::NotReported);
        }
        Gesture::ComeFromAd(text) => {
            only_whatsapp?;
            let referral = from_ad(world.dice.hex(24));
            written(world, scene, text, referral)
        }
        Gesture::SendUnknown => {
            only_whatsapp?;
            unknown(world, scene)
        }
        Gesture::Block | Gesture::Unblock => {
            only_whatsapp?;
            let chat = world.chat(&scene.account.id, scene.address);
            chat.blocked = matches!(gesture, Gesture::Block);
            chat.touch();
            return Err(Unposted::NotReported);
        }
        Gesture::StopMarketing | Gesture::ResumeMarketing => {
            return Err(Unposted::Impossible("Twilio reports no such setting"));
        }
    };
    Ok(vec![draft])
}

const SMS_CANNOT: Unposted = Unposted::Impossible("an SMS carries text and files, nothing else");

/// A form with what every message has, then what this one has.
fn message(
    world: &mut World,
    scene: Scene<'_>,
    sid: &str,
    message_type: &str,
    mut more: Form,
) -> Draft {
    for (name, none) in [("Body", ""), ("NumMedia", "0")] {
        if !more.iter().any(|(known, _)| *known == name) {
            more.push((name, none.to_owned()));
        }
    }
    let form = envelope(world, scene, sid, message_type).into_iter().chain(more).collect();
    let about = About::Message { address: scene.address.to_owned(), id: sid.to_owned() };
    draft(world, scene, scene.account.called_url(), &owned(form), about)
}

fn envelope(world: &mut World, scene: Scene<'_>, sid: &str, message_type: &str) -> Form {
    let chat = world.chat(&scene.account.id, scene.address);
    let (name, username) = (chat.name.clone(), chat.username.clone());
    let mut form = vec![
        ("SmsMessageSid", sid.to_owned()),
        ("SmsSid", sid.to_owned()),
        ("MessageSid", sid.to_owned()),
        ("SmsStatus", "received".to_owned()),
        ("AccountSid", scene.account.setting("account_sid").unwrap_or_default().to_owned()),
        ("ApiVersion", API_VERSION.to_owned()),
        ("To", own_number(scene.account, scene.channel)),
        ("NumSegments", "1".to_owned()),
    ];
    if let Some(service) = scene.account.setting("messaging_service_sid") {
        form.push(("MessagingServiceSid", service.to_owned()));
    }
    let from = format!("{}{}", scheme(scene.channel), scene.address);
    if scene.channel == Channel::TwilioSms {
        form.push(("From", from));
        // Where the numbers are registered; not where anybody is.
        for name in ["ToCity", "ToState", "ToZip", "FromCity", "FromState", "FromZip"] {
            form.push((name, String::new()));
        }
        form.push(("ToCountry", "US".to_owned()));
        form.push(("FromCountry", "US".to_owned()));
        return form;
    }
    let user_id = user_id(scene.address);
    let wa_id = scene.address.trim_start_matches('+').to_owned();
    let context = match &username {
        Some(username) => json!({ "ProfileName": name, "Username": username }),
        None => json!({ "ProfileName": name, "WaId": wa_id }),
    };
    let metadata = json!({ "type": "whatsapp", "data": { "context": context } });
    form.push(("ChannelMetadata", metadata.to_string()));
    form.push(("MessageType", message_type.to_owned()));
    form.push(("ProfileName", name));
    form.push(("ReferralNumMedia", "0".to_owned()));
    if username.is_some() {
        form.push(("From", format!("whatsapp:{user_id}")));
    } else {
        form.push(("From", from));
        form.push(("WaId", wa_id));
    }
    form.push(("ExternalUserId", user_id));
    form
}

fn new_sid(world: &mut World, prefix: &str) -> String {
    format!("{prefix}{}", world.dice.hex(32))
}

fn bubble(scene: Scene<'_>, sid: &str, kind: Kind) -> Bubble {
    Bubble::new(Author::Customer, sid, kind, scene.now)
}

fn written(world: &mut World, scene: Scene<'_>, text: String, mut more: Form) -> Draft {
    let sid = new_sid(world, "SM");
    let said = Bubble { text: Some(text.clone()), ..bubble(scene, &sid, Kind::Text) };
    world.say(scene, said);
    if scene.channel == Channel::TwilioSms
        && let Some(keyword) = Keyword::of(&text)
    {
        obey(world, scene, keyword);
        // Only Advanced Opt-Out, which a messaging service has, says what it did.
        if scene.account.setting("messaging_service_sid").is_some() {
            more.push(("OptOutType", keyword.opt_out_type().to_owned()));
        }
    }
    let mut form = vec![("Body", text.clone())];
    form.append(&mut more);
    let mut draft = message(world, scene, &sid, "text", form);
    draft.takes += std::time::Duration::from_millis(10 * segments(&text) as u64);
    draft
}

/// Twilio itself stops, resumes and answers.
fn obey(world: &mut World, scene: Scene<'_>, keyword: Keyword) {
    let sid = new_sid(world, "SM");
    let chat = world.chat(&scene.account.id, scene.address);
    match keyword {
        Keyword::Stop => chat.opted_out = true,
        Keyword::Start => chat.opted_out = false,
        Keyword::Help => {}
    }
    let mut answer = Bubble::new(Author::Provider, sid, Kind::Text, scene.now);
    answer.text = Some(keyword.confirmation().to_owned());
    chat.show(answer);
}

fn quoting(world: &mut World, scene: Scene<'_>, target: &str, text: String) -> Draft {
    let original = original(world, scene, target);
    let draft = written(world, scene, text, original);
    let About::Message { id, .. } = &draft.about else { return draft };
    let quoted = Some(target.to_owned());
    world.chat(&scene.account.id, scene.address).change(id, |bubble| bubble.quoted = quoted);
    draft
}

/// Which message is replied to, and whose it was.
fn original(world: &mut World, scene: Scene<'_>, target: &str) -> Form {
    let chat = world.chat(&scene.account.id, scene.address);
    let own = chat.find(target).is_some_and(|quoted| quoted.by == Author::Customer);
    let sender = if own {
        format!("{}{}", scheme(scene.channel), scene.address)
    } else {
        own_number(scene.account, scene.channel)
    };
    vec![("OriginalRepliedMessageSid", target.to_owned()), ("OriginalRepliedMessageSender", sender)]
}

fn message_type(kind: Kind) -> &'static str {
    match kind {
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
    }
}

/// The address of a file names the account and the message it belongs to.
fn attached(
    world: &mut World,
    scene: Scene<'_>,
    attachments: &[Attachment],
    message_type: &str,
) -> Draft {
    const URLS: [&str; 10] = [
        "MediaUrl0",
        "MediaUrl1",
        "MediaUrl2",
        "MediaUrl3",
        "MediaUrl4",
        "MediaUrl5",
        "MediaUrl6",
        "MediaUrl7",
        "MediaUrl8",
        "MediaUrl9",
    ];
    const TYPES: [&str; 10] = [
        "MediaContentType0",
        "MediaContentType1",
        "MediaContentType2",
        "MediaContentType3",
        "MediaContentType4",
        "MediaContentType5",
        "MediaContentType6",
        "MediaContentType7",
        "MediaContentType8",
        "MediaContentType9",
    ];
    let sms = scene.channel == Channel::TwilioSms;
    let sid = new_sid(world, if sms { "MM" } else { "SM" });
    let account = scene.account.setting("account_sid").unwrap_or_default();
    let mut form = vec![("NumMedia", attachments.len().min(URLS.len()).to_string())];
    let caption = attachments.iter().find_map(|attachment| attachment.caption.clone());
    form.push(("Body", caption.clone().unwrap_or_default()));
    let mut first = None;
    for ((attachment, url), kind) in attachments.iter().zip(URLS).zip(TYPES) {
        let file = new_sid(world, "ME");
        let missing = world.gremlin.chaos.media_missing;
        world.files.keep(&file, &scene.account.id, attachment, missing, scene.now);
        let path = format!("/{API_VERSION}/Accounts/{account}/Messages/{sid}/Media/{file}");
        form.push((url, format!("https://api.twilio.com{path}")));
        form.push((kind, attachment.mime.clone()));
        first.get_or_insert((file, attachment.kind));
    }
    let (file, kind) = first.map_or((None, Kind::Document), |(file, kind)| (Some(file), kind));
    world.say(scene, Bubble { text: caption, file, ..bubble(scene, &sid, kind) });
    message(world, scene, &sid, message_type, form)
}

/// A contact comes as a file.
fn card(world: &mut World, scene: Scene<'_>, name: &str, phone: &str) -> Draft {
    let lines =
        ["BEGIN:VCARD", "VERSION:3.0", &format!("FN:{name}"), &format!("TEL:{phone}"), "END:VCARD"];
    let attachment = Attachment {
        kind: Kind::Contact,
        mime: "text/vcard".to_owned(),
        name: None,
        bytes: Bytes::from(lines.join("\r\n")),
        caption: None,
    };
    attached(world, scene, &[attachment], "contacts")
}

fn location(world: &mut World, scene: Scene<'_>, place: Place) -> Draft {
    let sid = new_sid(world, "SM");
    let mut form =
        vec![("Latitude", place.latitude.to_string()), ("Longitude", place.longitude.to_string())];
    if let Some(name) = &place.name {
        form.push(("Label", name.clone()));
    }
    if let Some(address) = &place.address {
        form.push(("Address", address.clone()));
    }
    world.say(scene, Bubble { place: Some(place), ..bubble(scene, &sid, Kind::Location) });
    message(world, scene, &sid, "location", form)
}

fn tapped(
    world: &mut World,
    scene: Scene<'_>,
    chosen: &str,
    title: String,
    is_button: bool,
) -> Draft {
    let sid = new_sid(world, "SM");
    let (id_field, title_field, kind) = if is_button {
        ("ButtonPayload", "ButtonText", "button")
    } else {
        ("ListId", "ListTitle", "interactive")
    };
    let mut form =
        vec![("Body", title.clone()), (id_field, chosen.to_owned()), (title_field, title.clone())];
    let chat = world.chat(&scene.account.id, scene.address);
    let quoted = chat.offering(chosen).map(|offering| offering.id.clone());
    if let Some(target) = &quoted {
        form.append(&mut original(world, scene, target));
    }
    world.say(scene, Bubble { text: Some(title), quoted, ..bubble(scene, &sid, Kind::Answer) });
    message(world, scene, &sid, kind, form)
}

fn from_ad(click: String) -> Form {
    let own = |text: &str| text.to_owned();
    vec![
        ("ReferralSourceUrl", own("https://fb.me/3cr4Wqqkv")),
        ("ReferralSourceId", own("120226305854810726")),
        ("ReferralSourceType", own("ad")),
        ("ReferralHeadline", own("Chat with us")),
        ("ReferralBody", own("Summer Succulents are here!")),
        ("ReferralCtwaClid", format!("Aff-{click}")),
    ]
}

fn unknown(world: &mut World, scene: Scene<'_>) -> Draft {
    let sid = new_sid(world, "SM");
    world.say(scene, bubble(scene, &sid, Kind::Unknown));
    message(world, scene, &sid, "hologram", Vec::new())
}
