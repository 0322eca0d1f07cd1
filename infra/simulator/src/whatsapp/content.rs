//! What a send to the Cloud API may contain.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>

use jiff::Timestamp;
use serde_json::Value;

use crate::chat::{Author, Bubble, Button, Kind, Place, SeenTemplate};

use super::refusal::Refusal;

const TEXT_CHARS_MAX: usize = 4_096;
const CAPTION_CHARS_MAX: usize = 1_024;
/// Above buttons; above a list it may be as long as a text
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages>).
const BUTTONS_BODY_CHARS_MAX: usize = 1_024;
const BUTTONS_MAX: usize = 3;
const BUTTON_TITLE_CHARS_MAX: usize = 20;
const BUTTON_ID_CHARS_MAX: usize = 256;
/// <https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-list-messages>.
const ROWS_MAX: usize = 10;
const ROW_TITLE_CHARS_MAX: usize = 24;
const ROW_DESCRIPTION_CHARS_MAX: usize = 72;
const ROW_ID_CHARS_MAX: usize = 200;

/// The message of this call, as the phone will show it, without its id.
pub(super) fn bubble(call: &Value, now: Timestamp) -> Result<Bubble, Refusal> {
    // Without a type Meta takes it for a text.
    let kind = call.get("type").and_then(Value::as_str).unwrap_or("text");
    let blank = |kind| Bubble::new(Author::Desk, "", kind, now);
    let object = call.get(kind).ok_or_else(|| Refusal::missing(kind))?;
    let mut bubble = match kind {
        "text" => {
            let text = required(object, "/body", "text['body']", TEXT_CHARS_MAX)?;
            Bubble { text: Some(text), ..blank(Kind::Text) }
        }
        "image" => media(object, blank(Kind::Image))?,
        "video" => media(object, blank(Kind::Video))?,
        "document" => media(object, blank(Kind::Document))?,
        "audio" => uncaptioned(object, blank(Kind::Audio))?,
        "sticker" => uncaptioned(object, blank(Kind::Sticker))?,
        "location" => Bubble { place: Some(place(object)?), ..blank(Kind::Location) },
        "contacts" => Bubble { text: Some(contacts(object)?), ..blank(Kind::Contact) },
        "interactive" => interactive(object, blank(Kind::Buttons))?,
        "template" => template(object, blank(Kind::Template))?,
        unknown => return Err(Refusal::unsupported_type(unknown)),
    };
    let text_at = |pointer: &str| call.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    bubble.quoted = text_at("/context/message_id");
    bubble.report_to = text_at("/biz_opaque_callback_data");
    Ok(bubble)
}

fn optional(object: &Value, pointer: &str) -> Option<String> {
    let text = object.pointer(pointer).and_then(Value::as_str)?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn required(object: &Value, pointer: &str, name: &str, most: usize) -> Result<String, Refusal> {
    let text = optional(object, pointer).ok_or_else(|| Refusal::missing(name))?;
    within(&text, name, most)?;
    Ok(text)
}

fn within(text: &str, name: &str, most: usize) -> Result<(), Refusal> {
    if text.chars().count() > most {
        let details = format!("Param {name} must be at most {most} characters long.");
        return Err(Refusal::parameter(details));
    }
    Ok(())
}

fn media(object: &Value, bubble: Bubble) -> Result<Bubble, Refusal> {
    let link = optional(object, "/link").or_else(|| optional(object, "/id"));
    let link = link.ok_or_else(|| Refusal::missing("link"))?;
    let caption = optional(object, "/caption");
    if let Some(caption) = &caption {
        within(caption, "caption", CAPTION_CHARS_MAX)?;
    }
    Ok(Bubble { link: Some(link), text: caption, ..bubble })
}

fn uncaptioned(object: &Value, bubble: Bubble) -> Result<Bubble, Refusal> {
    if object.get("caption").is_some() {
        return Err(Refusal::parameter("Unexpected key \"caption\" on this type of media."));
    }
    media(object, bubble)
}

fn place(object: &Value) -> Result<Place, Refusal> {
    let degrees = |name: &str| {
        // Meta takes numbers and their spelling.
        let value = object.get(name).ok_or_else(|| Refusal::missing(name))?;
        let spelt = || value.as_str().and_then(|text| text.parse().ok());
        value.as_f64().or_else(spelt).ok_or_else(|| Refusal::value(format!("{name} is no number")))
    };
    Ok(Place {
        latitude: degrees("latitude")?,
        longitude: degrees("longitude")?,
        name: optional(object, "/name"),
        address: optional(object, "/address"),
    })
}

fn contacts(object: &Value) -> Result<String, Refusal> {
    let cards = object.as_array().filter(|cards| !cards.is_empty());
    let cards = cards.ok_or_else(|| Refusal::missing("contacts"))?;
    let names: Vec<String> = cards
        .iter()
        .map(|card| {
            optional(card, "/name/formatted_name")
                .ok_or_else(|| Refusal::missing("contacts['name']['formatted_name']"))
        })
        .collect::<Result<_, _>>()?;
    Ok(names.join(", "))
}

fn interactive(object: &Value, bubble: Bubble) -> Result<Bubble, Refusal> {
    let kind = optional(object, "/type").ok_or_else(|| Refusal::missing("interactive['type']"))?;
    let (kind, buttons, body_max) = match kind.as_str() {
        "button" => (Kind::Buttons, buttons(object)?, BUTTONS_BODY_CHARS_MAX),
        "list" => (Kind::List, rows(object)?, TEXT_CHARS_MAX),
        unknown => return Err(Refusal::value(format!("interactive type {unknown}"))),
    };
    let mut ids: Vec<&str> = buttons.iter().map(|button| button.id.as_str()).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Refusal::value("Duplicated ids of buttons or rows"));
    }
    let mut text = required(object, "/body/text", "interactive['body']['text']", body_max)?;
    if let Some(footer) = optional(object, "/footer/text") {
        text = format!("{text}\n\n{footer}");
    }
    Ok(Bubble { kind, text: Some(text), buttons, ..bubble })
}

fn buttons(object: &Value) -> Result<Vec<Button>, Refusal> {
    let listed = object.pointer("/action/buttons").and_then(Value::as_array);
    let listed = listed.map_or(&[][..], Vec::as_slice);
    if !(1..=BUTTONS_MAX).contains(&listed.len()) {
        let details = format!("Invalid buttons count. Min allowed buttons: 1, Max: {BUTTONS_MAX}");
        return Err(Refusal::value(details));
    }
    listed
        .iter()
        .map(|button| {
            Ok(Button {
                id: required(button, "/reply/id", "button id", BUTTON_ID_CHARS_MAX)?,
                title: required(button, "/reply/title", "button title", BUTTON_TITLE_CHARS_MAX)?,
                description: None,
            })
        })
        .collect()
}

fn rows(object: &Value) -> Result<Vec<Button>, Refusal> {
    required(object, "/action/button", "action['button']", BUTTON_TITLE_CHARS_MAX)?;
    let sections = object.pointer("/action/sections").and_then(Value::as_array);
    let sections = sections.map_or(&[][..], Vec::as_slice);
    let rows: Vec<&Value> = sections
        .iter()
        .filter_map(|section| section.get("rows").and_then(Value::as_array))
        .flatten()
        .collect();
    if !(1..=ROWS_MAX).contains(&rows.len()) {
        let details = format!("Total row count exceed max allowed count: {ROWS_MAX}");
        return Err(Refusal::value(details));
    }
    rows.into_iter()
        .map(|row| {
            let description = optional(row, "/description");
            if let Some(description) = &description {
                within(description, "row description", ROW_DESCRIPTION_CHARS_MAX)?;
            }
            Ok(Button {
                id: required(row, "/id", "row id", ROW_ID_CHARS_MAX)?,
                title: required(row, "/title", "row title", ROW_TITLE_CHARS_MAX)?,
                description,
            })
        })
        .collect()
}

fn template(object: &Value, bubble: Bubble) -> Result<Bubble, Refusal> {
    let name = required(object, "/name", "template['name']", 512)?;
    let language = required(object, "/language/code", "template['language']['code']", 16)?;
    let components = object.get("components").and_then(Value::as_array);
    let components = components.map_or(&[][..], Vec::as_slice);
    let of = |kind: &str| {
        let component = components
            .iter()
            .find(|component| component.get("type").and_then(Value::as_str) == Some(kind));
        let parameters = component.and_then(|component| component.get("parameters"));
        parameters.and_then(Value::as_array).map_or(&[][..], Vec::as_slice)
    };
    let parameters = of("body")
        .iter()
        .map(|parameter| {
            let text = optional(parameter, "/text").ok_or_else(|| Refusal::missing("text"))?;
            Ok(match optional(parameter, "/parameter_name") {
                Some(name) => format!("{name}={text}"),
                None => text,
            })
        })
        .collect::<Result<_, Refusal>>()?;
    let header = of("header").first();
    let link = header.and_then(|header| {
        ["image", "video", "document"]
            .iter()
            .find_map(|kind| optional(header, &format!("/{kind}/link")))
    });
    let text = header.and_then(|header| optional(header, "/text"));
    let template = SeenTemplate { name, language: Some(language), parameters };
    Ok(Bubble { template: Some(template), link, text, ..bubble })
}
