//! What a channel's folder holds for the suite: an account, recorded webhooks, recorded answers.

use std::fs;
use std::path::{Path, PathBuf};

use domain::account::{ChannelAccount, Secrets};
use domain::content::Content;
use domain::id::{ConversationId, ProviderMessageId, Seq};
use domain::incoming::Reference;
use domain::job::InboundJob;
use domain::private::{Address, Secret};
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use serde::Deserialize;

use super::Signature;
use crate::{ALL, Channel, Lane, Parsed, Part, Send, UnverifiedWebhook, VerifiedWebhook};

/// `account.json`.
#[derive(Clone, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) account: ChannelAccount,
    pub(crate) secrets: Secrets,
    /// Where the provider was told to send webhooks.
    pub(crate) url: String,
    content_type: String,
    pub(super) signature: Signature,
    pub(super) signing_secret: String,
    pub(crate) contact: Address,
    /// A contact with another sort of address: a user id, a group, a short code.
    pub(super) other_contact: Address,
    /// A message that can be quoted to `contact`.
    pub(super) quotable: ProviderMessageId,
}

pub(crate) struct Kit {
    pub(crate) channel: &'static dyn Channel,
    pub(super) folder: PathBuf,
    pub(crate) recorded: Recorded,
}

/// The kit of every channel.
pub(crate) fn kits() -> Vec<Kit> {
    ALL.iter().map(|channel| Kit::of(*channel)).collect()
}

impl Kit {
    pub(crate) fn of(channel: &'static dyn Channel) -> Self {
        let (folder, recorded) = accounts(&source())
            .into_iter()
            .map(|path| {
                let recorded: Recorded = serde_json::from_slice(&read(&path)).unwrap();
                (path.parent().unwrap().to_owned(), recorded)
            })
            .find(|(_, recorded)| recorded.account.channel == channel.name())
            .unwrap_or_else(|| panic!("no account.json for channel {}", channel.name()));
        Self { channel, folder, recorded }
    }

    pub(super) fn name(&self) -> &'static str {
        self.channel.name()
    }

    pub(super) fn signing_secret(&self) -> &str {
        self.recorded.secrets.get(&self.recorded.signing_secret).unwrap()
    }

    /// The account's secrets with another signing secret, or without one.
    pub(super) fn secrets_with(&self, signing_secret: Option<&str>) -> Secrets {
        let kept =
            self.recorded.secrets.names().filter(|name| *name != self.recorded.signing_secret);
        let kept = kept
            .map(|name| (name.to_owned(), Secret::from(self.recorded.secrets.get(name).unwrap())));
        let changed = signing_secret
            .map(|secret| (self.recorded.signing_secret.clone(), Secret::from(secret)));
        kept.chain(changed).collect()
    }

    /// The recorded webhooks, by name.
    pub(crate) fn recordings(&self) -> Vec<Recording> {
        let mut recordings: Vec<Recording> = files(&self.folder)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|kind| kind == "json" || kind == "form"))
            .filter(|path| path.file_name().is_some_and(|name| name != "account.json"))
            .map(|path| Recording::read(&path))
            .collect();
        recordings.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(!recordings.is_empty(), "{} has no recordings", self.name());
        recordings
    }

    pub(crate) fn recording(&self, name: &str) -> Recording {
        self.recordings().into_iter().find(|recording| recording.name == name).unwrap()
    }

    /// A recording as it arrives, signed by the suite.
    pub(crate) fn arrival(&self, recording: &Recording) -> Arrival {
        let url = match &recording.query {
            Some(query) => format!("{}?{query}", self.recorded.url),
            None => self.recorded.url.clone(),
        };
        self.signed(url, recording.body.clone())
    }

    pub(crate) fn signed(&self, url: String, body: Vec<u8>) -> Arrival {
        let value = self.recorded.signature.sign(self.signing_secret(), &url, &body);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, self.recorded.content_type.parse().unwrap());
        headers.insert(self.signature_header(), value.parse().unwrap());
        Arrival { url, headers, body }
    }

    pub(super) fn signature_header(&self) -> HeaderName {
        HeaderName::from_static(self.recorded.signature.header())
    }

    /// The parts of an arrival, verified as the webhook would.
    pub(crate) fn parts(&self, arrival: &Arrival) -> Vec<Part> {
        let verified = self
            .channel
            .verify(arrival.unverified(), &self.recorded.secrets)
            .unwrap_or_else(|rejected| panic!("{} rejects its own: {rejected:?}", self.name()));
        self.channel.parts(&verified)
    }

    /// What is read of a part that went over the queue.
    pub(crate) fn parsed(&self, part: Part) -> Parsed {
        self.channel.parse(&self.text(part)).unwrap()
    }

    pub(crate) fn text(&self, part: Part) -> String {
        let job = part.into_job(self.recorded.account.id.clone(), Timestamp::UNIX_EPOCH);
        let InboundJob::WebhookV1(part) = job;
        part.body.into_revealed()
    }

    /// Compares with the snapshot of this name in the channel's folder.
    pub(super) fn assert_snapshot(&self, name: &str, text: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&self.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, text));
    }

    /// A message to the recorded contact.
    pub(crate) fn send<'a>(&'a self, content: &'a Content) -> Send<'a> {
        Send {
            account: &self.recorded.account,
            secrets: &self.recorded.secrets,
            to: &self.recorded.contact,
            content,
            quotes: None,
            reference: &REFERENCE,
            webhook_url: &self.recorded.url,
        }
    }
}

static REFERENCE: std::sync::LazyLock<Reference> = std::sync::LazyLock::new(|| Reference {
    conversation: ConversationId::new(Timestamp::UNIX_EPOCH, [7; 10]),
    seq: Seq::new(12),
    attempt: 1,
});

/// One recorded webhook.
pub(crate) struct Recording {
    /// The name of its file.
    pub(crate) name: String,
    /// What Confab put into the address when it sent; in a file of the same name.
    query: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Recording {
    fn read(path: &Path) -> Self {
        let query = path.with_extension("query");
        Self {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            query: query.exists().then(|| String::from_utf8(read(&query)).unwrap()),
            body: read(path),
        }
    }
}

/// A request to a webhook, as it arrives.
#[derive(Clone)]
pub(crate) struct Arrival {
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Arrival {
    pub(crate) fn unverified(&self) -> UnverifiedWebhook<'_> {
        let at = Timestamp::UNIX_EPOCH;
        UnverifiedWebhook { url: &self.url, headers: &self.headers, body: &self.body, at }
    }

    /// As if verified, for bytes that no provider would sign.
    pub(super) fn believed(&self) -> VerifiedWebhook<'_> {
        self.unverified().verified()
    }

    pub(super) fn with_header(&self, name: &HeaderName, value: &HeaderValue) -> Self {
        let mut changed = self.clone();
        changed.headers.insert(name.clone(), value.clone());
        changed
    }
}

pub(super) fn lane_name(lane: Lane) -> &'static str {
    match lane {
        Lane::Messages => "messages",
        Lane::Receipts => "receipts",
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every `account.json` below a folder.
fn accounts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in files(folder) {
        if path.is_dir() {
            found.extend(accounts(&path));
        } else if path.file_name().is_some_and(|name| name == "account.json") {
            found.push(path);
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// A file without the newline that ends it: no provider sends that one.
pub(super) fn read(path: &Path) -> Vec<u8> {
    let mut bytes = fs::read(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    bytes
}
