//! Twilio's webhooks: a form for a message, a form for a status.
//!
//! <https://www.twilio.com/docs/messaging/guides/webhook-request>

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::consent::{ConsentChange, ConsentSource, Topic, Wish};
use domain::content::{
    Answer, Content, File, FileKind, FileSource, Location, Media, Referral, Unsupported,
};
use domain::delivery::DeliveryStatus;
use domain::id::ProviderMessageId;
use domain::incoming::{Incoming, IncomingMessage, Notice, Receipt, Sender};
use domain::private::{Address, Private, Words};
use jiff::Timestamp;

use super::errors;
use crate::{Lane, Parsed, Part, Unreadable};

type Form<'a> = BTreeMap<Cow<'a, str>, Cow<'a, str>>;

/// Our own parameter in a status callback's address; Twilio's signature covers it.
pub(super) const REFERENCE: &str = "mid";

/// A name no parameter of Twilio's has, for what the address of the callback carried.
const CARRIED: &str = "confab.reference";

pub(super) fn part(body: &[u8], query: &str) -> Part {
    let form = read(body);
    let text = String::from_utf8_lossy(body);
    if !is_status(&form) {
        return Part::new(Lane::Messages, form.get("From").map_or("", Cow::as_ref), text);
    }
    let to = form.get("To").map_or("", Cow::as_ref);
    let reference = form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == REFERENCE).then(|| value.into_owned()));
    let text = match reference {
        Some(reference) => {
            let mut carried = form_urlencoded::Serializer::new(String::new());
            carried.append_pair(CARRIED, &reference);
            format!("{text}&{}", carried.finish())
        }
        None => text.into_owned(),
    };
    Part::new(Lane::Receipts, to, text)
}

/// The last of a repeated name counts: ours stands last.
fn read(body: &[u8]) -> Form<'_> {
    form_urlencoded::parse(body).collect()
}

fn is_status(form: &Form<'_>) -> bool {
    form.get("MessageStatus").is_some_and(|status| !matches!(&**status, "receiving" | "received"))
}

pub(super) fn parse(part: &str) -> Result<Parsed, Unreadable> {
    let form = read(part.as_bytes());
    let sid = value(&form, "MessageSid").or_else(|| value(&form, "SmsSid"));
    let Some(sid) = sid else {
        return Ok(Parsed::of(vec![Incoming::Notice(Notice::new("form", part))]));
    };
    let id = ProviderMessageId(sid.to_owned());
    let item = if is_status(&form) { status(&form, id) } else { message(&form, id) };
    Ok(Parsed::of(vec![item.unwrap_or_else(|| Incoming::Notice(Notice::new("form", part)))]))
}

fn value<'a>(form: &'a Form<'_>, name: &str) -> Option<&'a str> {
    form.get(name).map(Cow::as_ref).filter(|value| !value.is_empty())
}

fn owned(form: &Form<'_>, name: &str) -> Option<String> {
    value(form, name).map(str::to_owned)
}

/// Twilio writes phone numbers in E.164 itself; bare digits are a short code, and stay one.
fn address(raw: &str) -> Address {
    Address::from(raw.strip_prefix("whatsapp:").unwrap_or(raw))
}

fn message(form: &Form<'_>, id: ProviderMessageId) -> Option<Incoming> {
    let address = address(value(form, "From")?);
    // A sender without a number is addressed by the user id itself.
    let user_id =
        value(form, "ExternalUserId").map(Address::from).filter(|user_id| *user_id != address);
    let from = Sender {
        address,
        aliases: user_id.into_iter().collect(),
        name: value(form, "ProfileName").map(Words::from),
    };
    Some(Incoming::Message(IncomingMessage {
        id,
        from,
        // Twilio does not say when a message was written.
        sent_at: Timestamp::MAX,
        content: content(form),
        quotes: owned(form, "OriginalRepliedMessageSid").map(ProviderMessageId),
        referral: referral(form),
        automatic: false,
        forwarded: value(form, "Forwarded") == Some("true")
            || value(form, "FrequentlyForwarded") == Some("true"),
        consent: wish(form),
    }))
}

/// `OptOutType` is Twilio's own word, custom keywords included
/// (<https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out>).
fn wish(form: &Form<'_>) -> Option<ConsentChange> {
    let wish = match value(form, "OptOutType")? {
        "STOP" => Wish::Out,
        "START" => Wish::In,
        _ => return None,
    };
    Some(ConsentChange { topic: Topic::Everything, wish, source: ConsentSource::Provider })
}

fn content(form: &Form<'_>) -> Content {
    let body = value(form, "Body").map(Words::from);
    if let Some(title) = value(form, "ButtonText").or_else(|| value(form, "ListTitle")) {
        let id = owned(form, "ButtonPayload").or_else(|| owned(form, "ListId"));
        return Content::Answer(Answer { id, title: Words::from(title), form: None });
    }
    if let Some(location) = location(form) {
        return location;
    }
    let files = files(form);
    if !files.is_empty() {
        return Content::Media(Media { caption: body, files });
    }
    match body {
        Some(body) => Content::text(body),
        None => Content::Unsupported(Unsupported::new(
            value(form, "MessageType").unwrap_or("empty").to_owned(),
            &form.iter().map(|(name, value)| format!("{name}={value}\n")).collect::<String>(),
        )),
    }
}

fn location(form: &Form<'_>) -> Option<Content> {
    let degrees =
        |name| value(form, name)?.parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    Some(Content::Location(Location {
        latitude: Private::new(degrees("Latitude")?),
        longitude: Private::new(degrees("Longitude")?),
        name: value(form, "Label").map(Words::from),
        address: value(form, "Address").map(Words::from),
    }))
}

/// Twilio carries at most ten files in a message.
const FILES_MAX: usize = 10;

fn files(form: &Form<'_>) -> Vec<File> {
    (0..FILES_MAX)
        .map_while(|place| {
            let url = value(form, &format!("MediaUrl{place}"))?;
            let mime = value(form, &format!("MediaContentType{place}"));
            Some(File {
                kind: mime.map_or(FileKind::Document, FileKind::of_mime),
                mime: mime.map(str::to_owned),
                name: None,
                bytes: None,
                source: FileSource::Handle(Words::from(url)),
            })
        })
        .collect()
}

fn referral(form: &Form<'_>) -> Option<Referral> {
    let (id, url) = (owned(form, "ReferralSourceId"), owned(form, "ReferralSourceUrl"));
    let click_id = owned(form, "ReferralCtwaClid");
    if id.is_none() && url.is_none() && click_id.is_none() {
        return None;
    }
    Some(Referral {
        source: owned(form, "ReferralSourceType").unwrap_or_else(|| "ad".to_owned()),
        id,
        url,
        headline: owned(form, "ReferralHeadline"),
        body: owned(form, "ReferralBody"),
        click_id,
    })
}

/// Each status is a request of its own, in no order
/// (<https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks>).
fn status(form: &Form<'_>, provider_id: ProviderMessageId) -> Option<Incoming> {
    let status = match value(form, "MessageStatus")? {
        // Twilio has it: whatever happens next, sending it again would be wrong.
        "accepted" | "scheduled" | "queued" | "sending" | "sent" | "partially_delivered" => {
            DeliveryStatus::Sent
        }
        "delivered" => DeliveryStatus::Delivered,
        "read" => DeliveryStatus::Read,
        "undelivered" | "failed" | "canceled" => DeliveryStatus::Failed,
        _ => return None,
    };
    let code = value(form, "ErrorCode").and_then(|code| code.parse().ok());
    Some(Incoming::Receipt(Receipt {
        provider_id,
        reference: value(form, CARRIED).and_then(|reference| reference.parse().ok()),
        status,
        failure: (status == DeliveryStatus::Failed).then(|| errors::failure(code, None).failure),
        at: Timestamp::MAX,
    }))
}
