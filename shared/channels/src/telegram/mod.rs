//! Telegram by its Bot API.

mod errors;
mod inbound;
mod outbound;

use domain::account::Secrets;
use domain::capabilities::{Capabilities, ChoiceLimits, FileLimit, Limit, Receipts};
use domain::consent::Keywords;
use domain::content::{ContentKind, FileKind};
use domain::delivery::SendFailure;
use domain::window::WindowPolicy;
use http::{Request, Response};

use crate::signature::same;
use crate::{
    Acknowledgement, Channel, Fetch, FetchFailure, FetchStep, Need, NeedKind, Outcome, Parsed,
    Part, Presence, Rejected, Send, Unreadable, UnverifiedWebhook, VerifiedWebhook, secret_of,
};

pub(crate) struct Telegram;

const SEND_MESSAGE: &str = "https://core.telegram.org/bots/api#sendmessage";
const SEND_PHOTO: &str = "https://core.telegram.org/bots/api#sendphoto";
const SENDING_FILES: &str = "https://core.telegram.org/bots/api#sending-files";
const KEYBOARD: &str = "https://core.telegram.org/bots/api#inlinekeyboardmarkup";
const RATES: &str =
    "https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this";

const CALLBACK: &str = "https://core.telegram.org/bots/api#inlinekeyboardbutton";
/// `callback_data` holds 1 to 64 bytes.
pub(super) const CALLBACK_BYTES_MAX: u64 = 64;

const fn file(kind: FileKind) -> FileLimit {
    // 20 MB for what bots download and for what Telegram fetches by address; photos 5 MB.
    let bytes_max = match kind {
        FileKind::Image => 5 * 1024 * 1024,
        FileKind::Video
        | FileKind::Audio
        | FileKind::Voice
        | FileKind::Document
        | FileKind::Sticker => 20 * 1024 * 1024,
    };
    FileLimit { kind, bytes_max: Limit { value: bytes_max, source: SENDING_FILES } }
}

static CAPABILITIES: Capabilities = Capabilities {
    window: WindowPolicy::Unlimited,
    sends: &[
        ContentKind::Text,
        ContentKind::Media,
        ContentKind::Location,
        ContentKind::Interactive,
    ],
    text_chars_max: Limit { value: 4_096, source: SEND_MESSAGE },
    caption_chars_max: Limit { value: 1_024, source: SEND_PHOTO },
    files_max: Limit { value: 1, source: SEND_PHOTO },
    files: &[
        file(FileKind::Image),
        file(FileKind::Video),
        file(FileKind::Audio),
        file(FileKind::Voice),
        file(FileKind::Document),
        file(FileKind::Sticker),
    ],
    buttons_max: Limit { value: 100, source: KEYBOARD },
    rows_max: Limit { value: 100, source: KEYBOARD },
    choices: ChoiceLimits {
        id_bytes_max: Some(Limit { value: CALLBACK_BYTES_MAX, source: CALLBACK }),
        ..ChoiceLimits::NONE
    },
    sends_per_second: Limit { value: 30, source: RATES },
    receipts: Receipts::None,
    // Telegram mandates no keywords; `/stop` is its users' habit, `/start` begins every chat.
    keywords: Keywords { out: &["/STOP"], back_in: &["/START"] },
};

impl Channel for Telegram {
    fn name(&self) -> &'static str {
        "telegram"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn needs(&self) -> &'static [Need] {
        &[
            Need { key: "bot_token", kind: NeedKind::Secret, presence: Presence::Required },
            Need { key: "secret_token", kind: NeedKind::Secret, presence: Presence::Required },
        ]
    }

    fn set_up(&self) -> &'static str {
        include_str!("docs.md")
    }

    /// Telegram signs nothing: the header is a password, sent with every request.
    fn verify<'a>(
        &self,
        webhook: UnverifiedWebhook<'a>,
        secrets: &Secrets,
    ) -> Result<VerifiedWebhook<'a>, Rejected> {
        let secret = secret_of(secrets, "secret_token").ok_or(Rejected::NoSecret)?;
        let given = webhook.header("x-telegram-bot-api-secret-token")?;
        if !same(given, secret) {
            return Err(Rejected::BadSignature);
        }
        Ok(webhook.verified())
    }

    fn parts(&self, webhook: &VerifiedWebhook<'_>) -> Vec<Part> {
        vec![inbound::part(webhook.body())]
    }

    fn acknowledgement(&self, webhook: &VerifiedWebhook<'_>) -> Acknowledgement {
        inbound::acknowledgement(webhook.body())
    }

    fn parse(&self, part: &str) -> Result<Parsed, Unreadable> {
        inbound::parse(part)
    }

    fn request(&self, send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
        outbound::request(send)
    }

    fn outcome(&self, send: &Send<'_>, response: &Response<Vec<u8>>) -> Outcome {
        outbound::outcome(send, response)
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
