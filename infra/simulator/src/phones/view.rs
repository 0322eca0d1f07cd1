//! What the page is shown.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::account::{Account, Channel};
use crate::chaos::Chaos;
use crate::chat::{Bubble, Chat};

pub(super) fn account(account: &Account, channel: Channel) -> Value {
    json!({
        "id": account.id,
        "channel": channel,
        "name": account.name,
        "can": can(channel),
    })
}

/// The gestures that phones of a channel have.
fn can(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Whatsapp => &[
            "location",
            "contact",
            "voice",
            "quote",
            "react",
            "edit",
            "delete",
            "ad",
            "unknown",
            "block",
            "marketing",
            "receipts",
            "username",
        ],
        Channel::Telegram => &[
            "location", "contact", "voice", "quote", "react", "edit", "delete", "ad", "unknown",
            "block",
        ],
        Channel::TwilioWhatsapp => &[
            "location", "contact", "voice", "quote", "ad", "unknown", "block", "receipts",
            "username",
        ],
        Channel::TwilioSms => &["receipts"],
    }
}

pub(super) fn phone(chat: &Chat, now: Timestamp) -> Value {
    json!({
        "address": chat.address,
        "name": chat.name,
        "unread": chat.unread().count(),
        "revision": chat.revision,
        "blocked": chat.blocked,
        "opted_out": chat.opted_out,
        "marketing_stopped": chat.marketing_stopped,
        "reachable": chat.reachable,
        "receipts": chat.receipts,
        "username": chat.username,
        "typing": chat.typing_until.is_some_and(|until| until > now),
        "last": chat.bubbles.back().map(|bubble| bubble.at),
    })
}

pub(super) fn bubble(bubble: &Bubble, spins: bool) -> Value {
    json!({
        "id": bubble.id,
        "by": bubble.by,
        "kind": bubble.kind,
        "at": bubble.at,
        "text": bubble.text,
        "file": bubble.file,
        "link": bubble.link,
        "place": bubble.place,
        "buttons": bubble.buttons,
        "template": bubble.template,
        "quoted": bubble.quoted,
        "progress": bubble.progress,
        "edited": bubble.edited,
        "deleted": bubble.deleted,
        "desk_reaction": bubble.desk_reaction,
        "own_reaction": bubble.own_reaction,
        "spins": spins,
    })
}

pub(super) fn chaos(chaos: &Chaos) -> Value {
    json!({
        "duplicate": chaos.duplicate,
        "reorder": chaos.reorder,
        "batch": chaos.batch,
        "delay": chaos.delay,
        "too_many_requests": chaos.too_many_requests,
        "error_before": chaos.error_before,
        "error_after": chaos.error_after,
        "drop_connection_before": chaos.drop_connection_before,
        "drop_connection_after": chaos.drop_connection_after,
        "media_missing": chaos.media_missing,
    })
}
