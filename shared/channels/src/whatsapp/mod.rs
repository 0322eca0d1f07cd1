//! WhatsApp by Meta's Cloud API.

mod cut;
mod errors;
mod inbound;
mod outbound;

use domain::account::{ChannelAccount, Secrets};
use domain::capabilities::{Capabilities, ChoiceLimits, FileLimit, Limit, Receipts};
use domain::consent::Keywords;
use domain::content::{ContentKind, FileKind};
use domain::delivery::SendFailure;
use domain::window::WindowPolicy;
use http::{Request, Response};
use jiff::SignedDuration;

use crate::signature::{same, verify_hub_signature};
use crate::{
    Channel, Fetch, FetchFailure, FetchStep, Need, NeedKind, Outcome, Parsed, Part, Presence,
    Rejected, Send, Unreadable, UnverifiedWebhook, VerifiedWebhook, secret_of,
};

pub(crate) struct WhatsApp;

const SEND_TEXT: &str =
    "https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages#text-object";
const MEDIA: &str =
    "https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types";
const INTERACTIVE: &str = "https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#interactive-messages";
const BUTTONS: &str = "https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages";
const LISTS: &str =
    "https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-list-messages";
const THROUGHPUT: &str = "https://developers.facebook.com/docs/whatsapp/throughput";
const WINDOW: &str = "https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#customer-service-windows";

const fn file(kind: FileKind, bytes_max: u64) -> FileLimit {
    FileLimit { kind, bytes_max: Limit { value: bytes_max, source: MEDIA } }
}

const MB: u64 = 1024 * 1024;

static CAPABILITIES: Capabilities = Capabilities {
    window: WindowPolicy::Within { open_for: SignedDuration::from_hours(24), source: WINDOW },
    sends: &[
        ContentKind::Text,
        ContentKind::Media,
        ContentKind::Location,
        ContentKind::Contacts,
        ContentKind::Interactive,
        ContentKind::Template,
    ],
    text_chars_max: Limit { value: 4_096, source: SEND_TEXT },
    caption_chars_max: Limit { value: 1_024, source: MEDIA },
    files_max: Limit { value: 1, source: MEDIA },
    files: &[
        file(FileKind::Image, 5 * MB),
        file(FileKind::Video, 16 * MB),
        file(FileKind::Audio, 16 * MB),
        file(FileKind::Voice, 16 * MB),
        file(FileKind::Document, 100 * MB),
        file(FileKind::Sticker, 500 * 1024),
    ],
    buttons_max: Limit { value: 3, source: INTERACTIVE },
    rows_max: Limit { value: 10, source: INTERACTIVE },
    choices: ChoiceLimits {
        button_chars_max: Some(Limit { value: 20, source: BUTTONS }),
        row_chars_max: Some(Limit { value: 24, source: LISTS }),
        description_chars_max: Some(Limit { value: 72, source: LISTS }),
        id_bytes_max: Some(Limit { value: 200, source: LISTS }),
    },
    sends_per_second: Limit { value: 80, source: THROUGHPUT },
    receipts: Receipts::DeliveredAndRead,
    // WhatsApp's messaging policy asks businesses to respect a wish to opt out made in the chat.
    keywords: Keywords {
        out: &["STOP", "UNSUBSCRIBE"],
        back_in: &["START", "UNSTOP", "SUBSCRIBE"],
    },
};

const fn setting(key: &'static str, presence: Presence) -> Need {
    Need { key, kind: NeedKind::Setting, presence }
}

const fn secret(key: &'static str) -> Need {
    Need { key, kind: NeedKind::Secret, presence: Presence::Required }
}

static NEEDS: [Need; 5] = [
    setting("phone_number_id", Presence::Required),
    setting("business_account_id", Presence::Optional),
    secret("app_secret"),
    secret("verify_token"),
    secret("access_token"),
];

impl Channel for WhatsApp {
    fn name(&self) -> &'static str {
        "whatsapp"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn needs(&self) -> &'static [Need] {
        &NEEDS
    }

    fn set_up(&self) -> &'static str {
        include_str!("docs.md")
    }

    fn challenge(&self, query: &str, secrets: &Secrets) -> Option<String> {
        let value = |key: &str| {
            form_urlencoded::parse(query.as_bytes())
                .find_map(|(name, value)| (name == key).then(|| value.into_owned()))
        };
        let known = secret_of(secrets, "verify_token")?;
        let subscribes = value("hub.mode")? == "subscribe";
        (subscribes && same(&value("hub.verify_token")?, known))
            .then(|| value("hub.challenge"))
            .flatten()
    }

    fn verify<'a>(
        &self,
        webhook: UnverifiedWebhook<'a>,
        secrets: &Secrets,
    ) -> Result<VerifiedWebhook<'a>, Rejected> {
        let secret = secret_of(secrets, "app_secret").ok_or(Rejected::NoSecret)?;
        let header = webhook.header("x-hub-signature-256")?;
        verify_hub_signature(header, webhook.body, secret)?;
        Ok(webhook.verified())
    }

    fn parts(&self, webhook: &VerifiedWebhook<'_>) -> Vec<Part> {
        cut::parts(webhook.body())
    }

    fn parse(&self, part: &str) -> Result<Parsed, Unreadable> {
        inbound::parse(part)
    }

    fn own_id<'a>(&self, account: &'a ChannelAccount) -> Option<&'a str> {
        Some(account.setting("phone_number_id"))
    }

    fn request(&self, send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
        outbound::request(send)
    }

    fn outcome(&self, _send: &Send<'_>, response: &Response<Vec<u8>>) -> Outcome {
        outbound::outcome(response)
    }

    fn fetch(&self, fetch: &Fetch<'_>) -> Result<FetchStep, FetchFailure> {
        outbound::fetch(fetch)
    }

    fn located(
        &self,
        fetch: &Fetch<'_>,
        response: &Response<Vec<u8>>,
    ) -> Result<FetchStep, FetchFailure> {
        outbound::located(fetch, response)
    }
}

#[cfg(test)]
mod tests {
    use domain::private::Secret;

    use super::*;

    fn answer(query: &str, verify_token: Option<&str>) -> Option<String> {
        let token = verify_token.map(|token| ("verify_token".to_owned(), Secret::from(token)));
        WhatsApp.challenge(query, &token.into_iter().collect())
    }

    #[test]
    fn the_handshake_is_answered_with_the_challenge_as_it_came() {
        let ask = |challenge: &str| {
            format!("hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token=between+us")
        };
        let token = Some("between us");
        assert_eq!(answer(&ask("1158201444"), token).as_deref(), Some("1158201444"));
        assert_eq!(answer(&ask("007"), token).as_deref(), Some("007"));
        assert_eq!(answer(&ask("a%26b%3Dc"), token).as_deref(), Some("a&b=c"));
    }

    #[test]
    fn a_handshake_without_the_token_is_not_answered() {
        let right = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=between us";
        assert_eq!(answer(right, Some("between us")).as_deref(), Some("1"));
        for (query, token) in [
            (right, None),
            (right, Some("between you")),
            (right, Some("BETWEEN US")),
            ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=", Some("")),
            ("hub.mode=subscribe&hub.challenge=1", Some("")),
            ("hub.mode=subscribe&hub.challenge=1", Some("between us")),
            (
                "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=between us",
                Some("between us"),
            ),
            ("hub.challenge=1&hub.verify_token=between us", Some("between us")),
            ("hub.mode=subscribe&hub.verify_token=between us", Some("between us")),
            ("", Some("between us")),
        ] {
            assert_eq!(answer(query, token), None, "{query:?} {token:?}");
        }
    }
}
