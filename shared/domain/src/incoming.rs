//! What a webhook tells us, in our own words. Every channel's parser returns these.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::consent::ConsentChange;
use crate::content::{Content, Referral};
use crate::delivery::{DeliveryStatus, Failure};
use crate::id::{ConversationId, ProviderMessageId, Seq};
use crate::private::{Address, Words};

/// One thing a webhook told us.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    Message(IncomingMessage),
    Remark(IncomingRemark),
    Echo(IncomingEcho),
    Receipt(Receipt),
    Consent(IncomingConsent),
    AddressChange(AddressChange),
    Notice(Notice),
}

/// Who wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Sender {
    pub address: Address,
    /// Other names the same webhook gives for the same person.
    pub aliases: Vec<Address>,
    /// As they call themselves on the channel.
    pub name: Option<Words>,
}

/// A contact writes.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingMessage {
    pub id: ProviderMessageId,
    pub from: Sender,
    /// When the provider says it was written.
    pub sent_at: Timestamp,
    pub content: Content,
    pub quotes: Option<ProviderMessageId>,
    pub referral: Option<Referral>,
    pub forwarded: bool,
    /// Whether a machine wrote it, as far as the provider tells: another bot, an out-of-office mail.
    pub automatic: bool,
    /// Set where the channel hears an opt-out itself, and then the keyword list is not asked.
    pub consent: Option<ConsentChange>,
}

/// A contact, or the business in the provider's own app, changes something about a message that
/// was sent before.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingRemark {
    /// The remark's own id: a provider repeats remarks too.
    pub id: ProviderMessageId,
    /// The contact's address, whoever remarks.
    pub contact: Sender,
    pub by: Remarker,
    pub target: ProviderMessageId,
    pub at: Timestamp,
    pub remark: Remark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remarker {
    Contact,
    Business,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    Edited(Content),
    Deleted,
    /// Replaces the remarker's earlier reaction; `None` takes it away.
    Reacted(Option<Words>),
}

/// The business wrote from the provider's own app.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingEcho {
    pub id: ProviderMessageId,
    pub to: Address,
    pub sent_at: Timestamp,
    pub content: Content,
    pub quotes: Option<ProviderMessageId>,
}

/// A contact changes what may be sent to them, other than by a message.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingConsent {
    pub id: ProviderMessageId,
    pub from: Sender,
    pub at: Timestamp,
    pub change: ConsentChange,
}

/// A contact moved to another number or user id.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressChange {
    pub id: ProviderMessageId,
    pub from: Address,
    pub to: Address,
    pub at: Timestamp,
}

/// A provider reports how far a message has travelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    pub provider_id: ProviderMessageId,
    /// What we gave the provider to carry, where it hands that back.
    pub reference: Option<Reference>,
    pub status: DeliveryStatus,
    pub failure: Option<Failure>,
    pub at: Timestamp,
}

/// Something about the account rather than about a contact, or a part nobody could place: kept and
/// shown with the channel account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    pub kind: String,
    /// The part of the webhook, shortened.
    pub raw: Words,
}

impl Notice {
    pub fn new(kind: impl Into<String>, raw: &str) -> Self {
        let shortened: String = raw.chars().take(crate::content::RAW_CHARS_MAX).collect();
        Self { kind: kind.into(), raw: Words::new(shortened) }
    }
}

/// One attempt at one message, as providers carry it for us: `cv_…:12:1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference {
    pub conversation: ConversationId,
    pub seq: Seq,
    /// From 1.
    pub attempt: usize,
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.conversation, self.seq, self.attempt)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("must be a conversation, a number and an attempt, with colons between")]
pub struct BadReference;

impl std::str::FromStr for Reference {
    type Err = BadReference;

    fn from_str(text: &str) -> Result<Self, BadReference> {
        let mut parts = text.split(':');
        let (Some(conversation), Some(seq), Some(attempt), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadReference);
        };
        let attempt: usize = attempt.parse().map_err(|_| BadReference)?;
        if attempt == 0 {
            return Err(BadReference);
        }
        Ok(Self {
            conversation: conversation.parse().map_err(|_| BadReference)?,
            seq: Seq::new(seq.parse().map_err(|_| BadReference)?),
            attempt,
        })
    }
}

impl TryFrom<String> for Reference {
    type Error = BadReference;

    fn try_from(text: String) -> Result<Self, BadReference> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_survives_its_text_and_nonsense_is_refused() {
        let reference = Reference {
            conversation: ConversationId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            seq: Seq::new(12),
            attempt: 2,
        };
        assert_eq!(reference.to_string().parse::<Reference>().unwrap(), reference);
        for text in
            ["", "cv_1:2:3", "a:b:c", &format!("{reference}:4"), "cv_0000000000000000000000000::0"]
        {
            assert!(text.parse::<Reference>().is_err(), "{text:?}");
        }
        let zeroth = reference.to_string().replace(":2", ":0");
        assert!(zeroth.parse::<Reference>().is_err());
    }
}
