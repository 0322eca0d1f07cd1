//! SMS, MMS and WhatsApp by Twilio's Messaging API.

mod errors;
mod inbound;
mod outbound;
mod signature;

use domain::account::Secrets;
use domain::capabilities::{Capabilities, ChoiceLimits, FileLimit, Limit, Receipts};
use domain::consent::Keywords;
use domain::content::{ContentKind, FileKind};
use domain::delivery::SendFailure;
use domain::window::WindowPolicy;
use http::{Request, Response};
use jiff::SignedDuration;

use crate::{
    Acknowledgement, Channel, Fetch, FetchFailure, FetchStep, Need, NeedKind, Outcome, Parsed,
    Part, Presence, Rejected, Send, Unreadable, UnverifiedWebhook, VerifiedWebhook, cannot_carry,
    secret_of,
};

/// One account type of Twilio's; the two differ in addresses and in what they can carry.
pub(crate) struct Twilio {
    name: &'static str,
    /// What stands before an address of this kind.
    scheme: &'static str,
    capabilities: &'static Capabilities,
}

pub(crate) static SMS: Twilio =
    Twilio { name: "twilio_sms", scheme: "", capabilities: &SMS_CAPABILITIES };

pub(crate) static WHATSAPP: Twilio =
    Twilio { name: "twilio_whatsapp", scheme: "whatsapp:", capabilities: &WHATSAPP_CAPABILITIES };

const MESSAGE: &str = "https://www.twilio.com/docs/messaging/api/message-resource";
const MMS: &str = "https://www.twilio.com/docs/messaging/guides/accepted-mime-types";
const WHATSAPP_FILES: &str =
    "https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages";
const WHATSAPP_FAQ: &str = "https://www.twilio.com/docs/whatsapp/best-practices-and-faqs";
const SMS_RATE: &str = "https://help.twilio.com/articles/115002943027-Understanding-Twilio-Rate-Limits-and-Message-Queues";
const WINDOW: &str = "https://www.twilio.com/docs/whatsapp/key-concepts#the-24-hour-window";

const MB: u64 = 1024 * 1024;

/// Repeat up to five times, within 15 seconds, whatever went wrong: without it only a connection
/// that failed is tried again, once.
/// <https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>
const REPEATS: &str = "#rc=5&rp=all";

const fn file(kind: FileKind, bytes_max: u64, source: &'static str) -> FileLimit {
    FileLimit { kind, bytes_max: Limit { value: bytes_max, source } }
}

static SMS_CAPABILITIES: Capabilities = Capabilities {
    window: WindowPolicy::Unlimited,
    sends: &[ContentKind::Text, ContentKind::Media, ContentKind::Template],
    text_chars_max: Limit { value: 1_600, source: MESSAGE },
    caption_chars_max: Limit { value: 1_600, source: MESSAGE },
    files_max: Limit { value: 10, source: MESSAGE },
    files: &[
        file(FileKind::Image, 5 * MB, MMS),
        file(FileKind::Video, 5 * MB, MMS),
        file(FileKind::Audio, 5 * MB, MMS),
        file(FileKind::Voice, 5 * MB, MMS),
        file(FileKind::Document, 5 * MB, MMS),
    ],
    buttons_max: Limit { value: 0, source: MESSAGE },
    rows_max: Limit { value: 0, source: MESSAGE },
    choices: ChoiceLimits::NONE,
    // What one US long code sends; Twilio itself queues what comes faster, for ten hours.
    sends_per_second: Limit { value: 1, source: SMS_RATE },
    receipts: Receipts::Delivered,
    keywords: Keywords {
        out: &["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"],
        back_in: &["START", "YES", "UNSTOP"],
    },
};

static WHATSAPP_CAPABILITIES: Capabilities = Capabilities {
    window: WindowPolicy::Within { open_for: SignedDuration::from_hours(24), source: WINDOW },
    sends: &[ContentKind::Text, ContentKind::Media, ContentKind::Location, ContentKind::Template],
    text_chars_max: Limit { value: 1_600, source: MESSAGE },
    caption_chars_max: Limit { value: 1_600, source: MESSAGE },
    files_max: Limit { value: 1, source: WHATSAPP_FILES },
    files: &[
        file(FileKind::Image, 16 * MB, WHATSAPP_FILES),
        file(FileKind::Video, 16 * MB, WHATSAPP_FILES),
        file(FileKind::Audio, 16 * MB, WHATSAPP_FILES),
        file(FileKind::Voice, 16 * MB, WHATSAPP_FILES),
        file(FileKind::Document, 16 * MB, WHATSAPP_FILES),
        file(FileKind::Sticker, 16 * MB, WHATSAPP_FILES),
    ],
    buttons_max: Limit { value: 0, source: MESSAGE },
    rows_max: Limit { value: 0, source: MESSAGE },
    choices: ChoiceLimits::NONE,
    sends_per_second: Limit { value: 80, source: WHATSAPP_FAQ },
    receipts: Receipts::DeliveredAndRead,
    keywords: Keywords { out: &["STOP", "UNSUBSCRIBE"], back_in: &["START", "UNSTOP"] },
};

const SENDER: &str = "sender";

const fn setting(key: &'static str, presence: Presence) -> Need {
    Need { key, kind: NeedKind::Setting, presence }
}

const fn secret(key: &'static str, presence: Presence) -> Need {
    Need { key, kind: NeedKind::Secret, presence }
}

static NEEDS: [Need; 5] = [
    setting("account_sid", Presence::Required),
    setting("from", Presence::OneOf(SENDER)),
    setting("messaging_service_sid", Presence::OneOf(SENDER)),
    secret("auth_token", Presence::Required),
    secret("secondary_auth_token", Presence::Optional),
];

impl Channel for Twilio {
    fn name(&self) -> &'static str {
        self.name
    }

    fn capabilities(&self) -> &'static Capabilities {
        self.capabilities
    }

    fn needs(&self) -> &'static [Need] {
        &NEEDS
    }

    fn webhook_options(&self) -> &'static str {
        REPEATS
    }

    fn set_up(&self) -> &'static str {
        include_str!("docs.md")
    }

    fn verify<'a>(
        &self,
        webhook: UnverifiedWebhook<'a>,
        secrets: &Secrets,
    ) -> Result<VerifiedWebhook<'a>, Rejected> {
        let tokens = ["auth_token", "secondary_auth_token"];
        let mut tokens = tokens.iter().filter_map(|key| secret_of(secrets, key)).peekable();
        if tokens.peek().is_none() {
            return Err(Rejected::NoSecret);
        }
        let given = webhook.header("x-twilio-signature")?;
        if tokens.any(|token| signature::matches(&webhook, given, token)) {
            Ok(webhook.verified())
        } else {
            Err(Rejected::BadSignature)
        }
    }

    fn parts(&self, webhook: &VerifiedWebhook<'_>) -> Vec<Part> {
        vec![inbound::part(webhook.body(), webhook.query())]
    }

    /// An empty answer in Twilio's markup: anything in it would be sent to the contact.
    fn acknowledgement(&self, _webhook: &VerifiedWebhook<'_>) -> Acknowledgement {
        Acknowledgement { content_type: "text/xml", body: "<Response/>".to_owned() }
    }

    fn parse(&self, part: &str) -> Result<Parsed, Unreadable> {
        inbound::parse(part)
    }

    fn request(&self, send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
        // The two kinds of account share one API, which would take for SMS what only WhatsApp shows.
        if !self.capabilities.sends.contains(&send.content.kind()) {
            return Err(cannot_carry(send.content));
        }
        outbound::request(self.scheme, send)
    }

    fn outcome(&self, _send: &Send<'_>, response: &Response<Vec<u8>>) -> Outcome {
        outbound::outcome(response)
    }

    fn fetch(&self, fetch: &Fetch<'_>) -> Result<FetchStep, FetchFailure> {
        outbound::fetch(fetch)
    }

    fn located(
        &self,
        _fetch: &Fetch<'_>,
        _response: &Response<Vec<u8>>,
    ) -> Result<FetchStep, FetchFailure> {
        Err(FetchFailure::never("Twilio's files are where their addresses say"))
    }
}
