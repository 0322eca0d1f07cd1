//! The codecs of messaging channels.
//!
//! A channel is one folder: how a webhook is proven genuine, what it says, how a message is put to
//! the provider, what the provider's answers mean, what the channel can carry. Nothing outside that
//! folder knows a provider's name. Nothing in here does input or output: the caller does.
//!
//! Adding a channel: copy the nearest folder, add it to `channels!`; the conformance suite finds it.

mod telegram;
mod twilio;
pub mod webchat;
mod whatsapp;

#[cfg(test)]
mod conformance;
mod door;
mod json;
mod needs;
mod origins;
mod signature;
mod webhook;

use domain::account::{ChannelAccount, Secrets};
use domain::capabilities::Capabilities;
use domain::content::{Content, File, FileKind, FileSource, Media};
use domain::delivery::{Failure, FailureKind, Retry, SendFailure};
use domain::id::ProviderMessageId;
use domain::incoming::{Incoming, Reference};
use domain::private::Address;
use http::header::{HeaderValue, InvalidHeaderValue};
use http::{Request, Response, StatusCode};

pub use door::Door;
pub use needs::{Fault, faults};
pub use origins::Origins;
pub use webhook::{Acknowledgement, Lane, Part, Rejected, UnverifiedWebhook, VerifiedWebhook};

/// One way to reach a contact.
pub trait Channel: Sync {
    /// Its name in settings, addresses and logs.
    fn name(&self) -> &'static str;

    fn capabilities(&self) -> &'static Capabilities;

    /// What an account needs to work, for provisioning and for the set-up page.
    fn needs(&self) -> &'static [Need];

    /// How to connect an account, as Markdown.
    fn set_up(&self) -> &'static str;

    /// What follows the webhook's address where it is entered with the provider: how often a
    /// webhook that was not taken is to be repeated, where the provider lets us say so.
    fn webhook_options(&self) -> &'static str {
        ""
    }

    /// Whose pages call the webhook from a browser, where not a provider's server does.
    fn pages(&self, _account: &ChannelAccount) -> Option<Origins> {
        None
    }

    /// Answers the provider's set-up handshake, if it has one.
    fn challenge(&self, _query: &str, _secrets: &Secrets) -> Option<String> {
        None
    }

    /// Proves that the provider sent this, over the bytes as they came.
    ///
    /// # Errors
    ///
    /// The reason is for our log; whoever called learns nothing from it.
    fn verify<'a>(
        &self,
        webhook: UnverifiedWebhook<'a>,
        secrets: &Secrets,
    ) -> Result<VerifiedWebhook<'a>, Rejected>;

    /// Cuts a webhook into parts that can be worked on apart, each with the sender it belongs to.
    /// What cannot be cut comes back whole.
    fn parts(&self, webhook: &VerifiedWebhook<'_>) -> Vec<Part>;

    /// What the provider wants to hear when we have its webhook.
    fn acknowledgement(&self, _webhook: &VerifiedWebhook<'_>) -> Acknowledgement {
        Acknowledgement::EMPTY
    }

    /// Reads a part.
    ///
    /// # Errors
    ///
    /// Only if nothing in it can be read. What is readable but not understood comes back as a
    /// placeholder or a notice.
    fn parse(&self, part: &str) -> Result<Parsed, Unreadable>;

    /// The provider's name for our side of an account, where webhooks of several accounts may come
    /// to one address.
    fn own_id<'a>(&self, _account: &'a ChannelAccount) -> Option<&'a str> {
        None
    }

    /// The request that sends a message.
    ///
    /// # Errors
    ///
    /// If the channel cannot carry it, or the account lacks what it needs.
    fn request(&self, send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure>;

    /// What the provider's answer to that request means.
    fn outcome(&self, send: &Send<'_>, response: &Response<Vec<u8>>) -> Outcome;

    /// The first step towards the bytes of an inbound file.
    ///
    /// # Errors
    ///
    /// If the handle is not one of this channel's.
    fn fetch(&self, fetch: &Fetch<'_>) -> Result<FetchStep, FetchFailure>;

    /// The step after a [`FetchStep::Locate`] was answered.
    ///
    /// # Errors
    ///
    /// If the provider does not say where the file is.
    fn located(
        &self,
        fetch: &Fetch<'_>,
        response: &Response<Vec<u8>>,
    ) -> Result<FetchStep, FetchFailure>;
}

macro_rules! channels {
    ($($channel:expr),* $(,)?) => {
        /// Every channel there is.
        pub static ALL: &[&dyn Channel] = &[$(&$channel),*];
        static DOORS: &[&dyn Door] = &[$(&$channel),*];
    };
}

channels![whatsapp::WhatsApp, telegram::Telegram, twilio::SMS, twilio::WHATSAPP, webchat::WebChat,];

/// What takes the webhooks of the channel of this name.
pub fn door(name: &str) -> Option<&'static dyn Door> {
    DOORS.iter().copied().find(|door| door.name() == name)
}

pub fn by_name(name: &str) -> Option<&'static dyn Channel> {
    ALL.iter().copied().find(|channel| channel.name() == name)
}

/// A setting or a secret of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    pub key: &'static str,
    pub kind: NeedKind,
    pub presence: Presence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeedKind {
    Setting,
    Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Required,
    Optional,
    /// One of the needs with this name for the group has to be there.
    OneOf(&'static str),
}

/// What a part of a webhook says.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The provider's name for the account it is addressed to, if it says.
    pub addressed_to: Option<String>,
    pub items: Vec<Incoming>,
}

impl Parsed {
    fn of(items: Vec<Incoming>) -> Self {
        Self { addressed_to: None, items }
    }
}

/// A part of which nothing can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

/// A message on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Send<'a> {
    pub account: &'a ChannelAccount,
    pub secrets: &'a Secrets,
    pub to: &'a Address,
    pub content: &'a Content,
    pub quotes: Option<&'a ProviderMessageId>,
    /// What the provider is to carry for us, where it can.
    pub reference: &'a Reference,
    /// The address of the account's webhook, for providers that are told with each message.
    pub webhook_url: &'a str,
}

/// What became of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it.
    Accepted(ProviderMessageId),
    /// The provider did not take it.
    Failed(SendFailure),
    /// The answer does not say.
    Unknown(String),
}

/// An inbound file to be had from the provider.
#[derive(Debug, Clone, Copy)]
pub struct Fetch<'a> {
    pub account: &'a ChannelAccount,
    pub secrets: &'a Secrets,
    /// What the parser put down as the file's handle.
    pub handle: &'a str,
}

/// A step towards the bytes of a file.
pub enum FetchStep {
    /// Asks the provider where the file is; its answer goes to [`Channel::located`].
    Locate(Request<Vec<u8>>),
    /// Gets the file. The answer may redirect; credentials do not follow to another host.
    Download(Request<Vec<u8>>),
    /// The file is in our own storage already, under this name.
    Kept(String),
}

/// Without the request: some providers want the credential in the address.
impl std::fmt::Debug for FetchStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Locate(_) => "Locate",
            Self::Download(_) => "Download",
            Self::Kept(_) => "Kept",
        })
    }
}

/// Why a file cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchFailure {
    pub retry: Retry,
    /// A sentence without personal data.
    pub detail: String,
}

impl FetchFailure {
    fn never(detail: impl Into<String>) -> Self {
        Self { retry: Retry::Never, detail: detail.into() }
    }

    fn later(detail: impl Into<String>) -> Self {
        Self { retry: Retry::After(None), detail: detail.into() }
    }

    /// What a status other than success means for a file, the same for every provider: trouble on
    /// their side and files that are not there yet are worth another try.
    pub fn of_status(status: StatusCode) -> Self {
        let detail = format!("the provider answered {}", status.as_u16());
        if status.is_server_error() || matches!(status.as_u16(), 404 | 408 | 425 | 429) {
            Self::later(detail)
        } else {
            Self::never(detail)
        }
    }
}

fn failure(
    kind: FailureKind,
    retry: Retry,
    code: Option<String>,
    detail: impl Into<String>,
) -> SendFailure {
    SendFailure { failure: Failure { kind, provider_code: code, detail: detail.into() }, retry }
}

/// The account lacks something it cannot send without.
fn incomplete(what: &str) -> SendFailure {
    failure(FailureKind::Account, Retry::Never, None, format!("the account has no {what}"))
}

/// A content that should have been refused before it was accepted.
fn cannot_carry(content: &Content) -> SendFailure {
    unsendable(format!("this channel cannot carry {}", content.kind()))
}

/// A content of which something would be lost on the way.
fn unsendable(detail: impl Into<String>) -> SendFailure {
    failure(FailureKind::Content, Retry::Never, None, detail)
}

/// Words that a channel would drop: the agent is told rather than the words lost.
fn uncaptioned(kind: FileKind) -> SendFailure {
    unsendable(format!("this channel shows no caption with a file of kind {kind}"))
}

/// The one file of a message and the address the provider fetches it from.
fn linked(media: &Media) -> Result<(&File, &str), SendFailure> {
    match media.files.as_slice() {
        [file] => match &file.source {
            FileSource::Link(link) => Ok((file, link.reveal())),
            FileSource::Handle(_) | FileSource::Kept(_) => {
                Err(unsendable("the file has no address to fetch it from"))
            }
        },
        files => Err(unsendable(format!("one file fits into a message, not {}", files.len()))),
    }
}

/// What an answer without the provider's own words means. 408 and 503 say that the request was not
/// handled; any other server error may come from a gateway in front of a provider that took the
/// message.
fn wordless(status: StatusCode) -> Outcome {
    let code = Some(status.as_u16().to_string());
    let detail = format!("the provider answered {} without a reason", status.as_u16());
    let (kind, retry) = match status.as_u16() {
        429 => (FailureKind::RateLimited, Retry::After(None)),
        408 | 503 => (FailureKind::Unavailable, Retry::After(None)),
        401 | 403 => (FailureKind::Account, Retry::Never),
        400..=499 => (FailureKind::Content, Retry::Never),
        _ => return Outcome::Unknown(detail),
    };
    Outcome::Failed(failure(kind, retry, code, detail))
}

/// What a refusal means whose code the provider does not list: the status it came with says at
/// least whether the trouble is theirs. A refusal in a webhook comes without one.
fn unlisted(status: Option<StatusCode>) -> (FailureKind, Retry) {
    match status.map(|status| status.as_u16()) {
        Some(429) => (FailureKind::RateLimited, Retry::After(None)),
        Some(500..=599) => (FailureKind::Unavailable, Retry::After(None)),
        Some(_) | None => (FailureKind::Content, Retry::Never),
    }
}

/// A secret of the account. An empty one is none: whoever checks against it would believe anybody.
fn secret_of<'a>(secrets: &'a Secrets, key: &str) -> Option<&'a str> {
    secrets.get(key).filter(|secret| !secret.is_empty())
}

/// A header that carries a credential, so that the `Debug` of its request does not.
fn credential(value: String) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::try_from(value)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The address of a provider's API: the account's own, or the published one.
fn base<'a>(account: &'a ChannelAccount, published: &'a str) -> &'a str {
    account.api_base.as_deref().map_or(published, |base| base.trim_end_matches('/'))
}

/// A phone number in E.164 with its plus sign; anything else as it is.
fn e164(number: &str) -> Address {
    let digits = number.strip_prefix('+').unwrap_or(number);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        Address::new(format!("+{digits}"))
    } else {
        Address::from(number)
    }
}
