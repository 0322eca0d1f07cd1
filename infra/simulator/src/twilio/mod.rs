//! Twilio's Messages resource, played: SMS and MMS, and WhatsApp by Twilio.
//!
//! | file | what |
//! | --- | --- |
//! | `gestures` | what a customer does, as forms |
//! | `webhook` | the signature and the address of all webhooks |
//! | `sends` | whether a send is accepted, and its answer |
//! | `receipts` | status callbacks |
//! | `keywords` | STOP, START and HELP |
//! | `media` | files, by an address that leads to another |
//!
//! <https://www.twilio.com/docs/messaging/api/message-resource>

mod gestures;
mod keywords;
mod media;
mod receipts;
mod refusal;
mod sends;
mod webhook;

use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use gestures::play;
pub(crate) use receipts::opened;
pub(crate) use webhook::again;

use crate::Simulator;
use crate::account::{Account, Channel};

pub(crate) const BASE_PATH: &str = "/simulator/twilio";

/// "Read timeout: 15000 ms", and no longer for all attempts together
/// (<https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>).
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

const API_VERSION: &str = "2010-04-01";

pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/2010-04-01/Accounts/{account}/Messages.json", post(sends::messages))
        .route(
            "/2010-04-01/Accounts/{account}/Messages/{message}/Media/{media}",
            get(media::redirect),
        )
        .route("/stored/{media}", get(media::stored))
}

/// What stands before an address: WhatsApp's are marked.
fn scheme(channel: Channel) -> &'static str {
    match channel {
        Channel::TwilioWhatsapp => "whatsapp:",
        Channel::TwilioSms | Channel::Whatsapp | Channel::Telegram => "",
    }
}

/// The number that customers write to. A messaging service has several; this is one of them.
fn own_number(account: &Account, channel: Channel) -> String {
    const OF_A_SERVICE: &str = "+15005550006";
    let number = account.setting("from").unwrap_or(OF_A_SERVICE);
    let bare = number.strip_prefix("whatsapp:").unwrap_or(number);
    format!("{}{bare}", scheme(channel))
}

/// How many segments an SMS takes: 160 letters of GSM 03.38 or 70 UTF-16 units, fewer when it is
/// cut (<https://www.twilio.com/docs/glossary/what-sms-character-limit>).
fn segments(text: &str) -> usize {
    const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
                       ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    /// These take two places.
    const EXTENDED: &str = "^{}\\[~]|€";
    let places = text.chars().try_fold(0, |places, letter| {
        if GSM.contains(letter) {
            Some(places + 1)
        } else {
            EXTENDED.contains(letter).then_some(places + 2)
        }
    });
    let (length, whole, cut) = match places {
        Some(places) => (places, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if length <= whole { 1 } else { usize::div_ceil(length, cut) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_and_rare_letters_take_more_segments() {
        for (text, expected) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            ("ł".repeat(70), 1),
            ("ł".repeat(71), 2),
            ("😀".repeat(35), 1),
            ("😀".repeat(36), 2),
        ] {
            assert_eq!(segments(&text), expected, "{text}");
        }
    }
}
