//! The chat on a customer's own web page, of which Confab is the provider.
//!
//! What a visitor writes comes in through the account's webhook like everything else; a session
//! ([`visitor`]) proves who writes. The widget, its sessions and its files are the function
//! `widget`.

mod errors;
mod inbound;
mod outbound;
mod token;
mod visitor;

use domain::account::{ChannelAccount, Secrets};
use domain::capabilities::{Capabilities, ChoiceLimits, FileLimit, Limit, Receipts};
use domain::consent::Keywords;
use domain::content::{ContentKind, FileKind};
use domain::delivery::SendFailure;
use domain::window::WindowPolicy;
use http::{Request, Response};

use crate::webhook::fingerprint;
use crate::{
    Channel, Fetch, FetchFailure, FetchStep, Need, NeedKind, Origins, Outcome, Parsed, Part,
    Presence, Rejected, Send, Unreadable, UnverifiedWebhook, VerifiedWebhook, secret_of,
};

pub use inbound::own_name;
pub use outbound::{delivered, delivery_name, upload_key};
pub use visitor::{Identity, SESSIONS_LAST, Visitor, identity, is_name, session, visitor};

pub(crate) struct WebChat;

pub const NAME: &str = "webchat";
/// The header with a visitor's session.
pub const SESSION: &str = "confab-session";
/// The header that proves that a delivery is ours.
pub const SIGNATURE: &str = "confab-signature";
/// The type of message, and the answer's id, by which a visitor says who they are.
pub const DETAILS: &str = "details";

const SECRET: &str = "identity_secret";

/// Ours to choose: what a person reads, and what a phone sends, without waiting long.
const OURS: &str = "docs/widget.md";
pub const FILE_BYTES_MAX: u64 = 20 * 1024 * 1024;
/// A message, a form, some receipts; nobody types more.
const BODY_BYTES_MAX: usize = 64 * 1024;

const fn file(kind: FileKind) -> FileLimit {
    FileLimit { kind, bytes_max: Limit { value: FILE_BYTES_MAX, source: OURS } }
}

static CAPABILITIES: Capabilities = Capabilities {
    window: WindowPolicy::Unlimited,
    sends: &[ContentKind::Text, ContentKind::Media, ContentKind::Interactive],
    text_chars_max: Limit { value: 8_000, source: OURS },
    caption_chars_max: Limit { value: 2_000, source: OURS },
    files_max: Limit { value: 10, source: OURS },
    files: &[
        file(FileKind::Image),
        file(FileKind::Video),
        file(FileKind::Audio),
        file(FileKind::Voice),
        file(FileKind::Document),
        file(FileKind::Sticker),
    ],
    buttons_max: Limit { value: 10, source: OURS },
    rows_max: Limit { value: 20, source: OURS },
    choices: ChoiceLimits {
        id_bytes_max: Some(Limit { value: 256, source: OURS }),
        ..ChoiceLimits::NONE
    },
    sends_per_second: Limit { value: 100, source: OURS },
    receipts: Receipts::DeliveredAndRead,
    keywords: Keywords::NONE,
};

const fn option(key: &'static str) -> Need {
    Need { key, kind: NeedKind::Setting, presence: Presence::Optional }
}

impl Channel for WebChat {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn needs(&self) -> &'static [Need] {
        const {
            &[
                Need {
                    key: "allowed_origins",
                    kind: NeedKind::Setting,
                    presence: Presence::Required,
                },
                Need { key: SECRET, kind: NeedKind::Secret, presence: Presence::Required },
                option("title"),
                option("greeting"),
                option("colour"),
                option("position"),
                option("ask_name"),
                option("ask_email"),
                option("offline"),
            ]
        }
    }

    fn set_up(&self) -> &'static str {
        include_str!("docs.md")
    }

    fn pages(&self, account: &ChannelAccount) -> Option<Origins> {
        Some(Origins::of(account.setting("allowed_origins")))
    }

    /// The session proves who it is from, and each of our messages it names was told to them. The
    /// body itself is not signed: whoever has the session may write what they like.
    fn verify<'a>(
        &self,
        webhook: UnverifiedWebhook<'a>,
        secrets: &Secrets,
    ) -> Result<VerifiedWebhook<'a>, Rejected> {
        let secret = secret_of(secrets, SECRET).ok_or(Rejected::NoSecret)?;
        let session = webhook.header(SESSION)?;
        let visitor = visitor(session, webhook.account(), secrets, webhook.at)?;
        let written_by = inbound::visitor(webhook.body);
        let named = inbound::named_of_ours(webhook.body);
        let genuine = webhook.body.len() <= BODY_BYTES_MAX
            && written_by.as_ref() == Some(&visitor)
            && named.iter().all(|name| outbound::is_told(name, &visitor, secret));
        genuine.then(|| webhook.verified()).ok_or(Rejected::BadSignature)
    }

    fn parts(&self, webhook: &VerifiedWebhook<'_>) -> Vec<Part> {
        inbound::parts(webhook.body())
    }

    fn parse(&self, part: &str) -> Result<Parsed, Unreadable> {
        inbound::parse(part)
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
        _fetch: &Fetch<'_>,
        _response: &Response<Vec<u8>>,
    ) -> Result<FetchStep, FetchFailure> {
        Err(FetchFailure::never("what visitors upload is not asked for elsewhere"))
    }
}

/// What a message calls a visitor's upload: nobody else's, whatever the message says.
fn upload_handle(visitor: &Visitor, upload: &str) -> Option<String> {
    let plain = upload.len() == 32 && upload.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| format!("{}/{upload}", fingerprint(&[visitor.id.reveal()])))
}
