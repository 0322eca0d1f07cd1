//! The head: the state of a conversation, small, because it is written with every message.
//!
//! An item of up to 1 KB costs one write unit and of one byte more two; so the state is one JSON
//! text with short names. The names here are the table's own and never leave this file.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::consent::Consent;
use domain::conversation::{
    Actor, Assignee, Base, Campaign, CloseReason, Conversation, Handler, Identity, LastIn, LastOut,
    LastSaid, Lease, OpenedBy, OutKind, Said, Scope, SetAside, Via, Visibility, WaitingOn,
};
use domain::id::{
    AccountId, ContactId, ConversationId, GroupId, InvoiceId, QuickReplyId, Seq, UserId,
    WorkspaceId,
};
use domain::private::{Address, Words};
use domain::responder::ResponderKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item::{Attributes, Item, json, number, text, time};
use crate::{StoreError, due, keys, places};

/// A head as it was read: the state, and when the head asked to be looked at.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) conversation: Conversation,
    pub(crate) due_at: Option<Timestamp>,
}

pub(crate) const STATE: &str = "st";
pub(crate) const VERSION: &str = "v";
/// When the claim ends: beside the state, because it is prolonged without an event.
pub(crate) const LEASE: &str = "lx";

impl Head {
    pub(crate) fn attributes(&self) -> Attributes {
        let conversation = &self.conversation;
        let mut item = keys::head(&conversation.workspace, conversation.id).attributes();
        item.extend(places::of(conversation));
        let mut set = |name: &str, value: AttributeValue| item.insert(name.to_owned(), value);
        set(VERSION, number(conversation.seq));
        set(STATE, json(&State::from(conversation)));
        if let Some(lease) = &conversation.lease {
            set(LEASE, time(lease.until));
        }
        if let Some(due_at) = self.due_at {
            set(due::PARTITION, text(due::partition(conversation.id)));
            set(due::SORT, number(due_at.as_millisecond()));
        }
        item
    }

    pub(crate) fn read(item: &Item) -> Result<Self, StoreError> {
        let (pk, sk) = (item.text(keys::Key::PARTITION)?, item.text(keys::Key::SORT)?);
        let Some((workspace, id, None)) = keys::parse_conversation(pk, sk) else {
            return Err(item.corrupt("not the key of a head"));
        };
        let state: State = item.json(STATE)?;
        let lease = item.opt_time(LEASE);
        let conversation = state
            .into_conversation(workspace, id, Seq::new(item.number(VERSION)?), lease)
            .ok_or_else(|| item.corrupt("a time out of range"))?;
        Ok(Self { conversation, due_at: item.opt_time(due::SORT) })
    }
}

/// The stored form of a conversation; times in milliseconds since 1970.
#[derive(Serialize, Deserialize)]
struct State {
    #[serde(rename = "c")]
    contact: ContactId,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    contact_name: Option<Words>,
    #[serde(rename = "sc", default, skip_serializing_if = "is_contact")]
    scope: Scope,
    #[serde(rename = "b")]
    base: char,
    #[serde(rename = "ba", default, skip_serializing_if = "Option::is_none")]
    base_at: Option<i64>,
    #[serde(rename = "br", default, skip_serializing_if = "Option::is_none")]
    close_reason: Option<CloseReason>,
    #[serde(rename = "w")]
    waiting_on: WaitingOn,
    #[serde(rename = "h")]
    handler: Handler,
    #[serde(rename = "as", default, skip_serializing_if = "Vec::is_empty")]
    assignees: Vec<(UserId, Seq)>,
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    group: Option<GroupId>,
    #[serde(rename = "vi", default, skip_serializing_if = "is_group")]
    visibility: Visibility,
    #[serde(rename = "le", default, skip_serializing_if = "Option::is_none")]
    lease: Option<(UserId, i64)>,
    #[serde(rename = "ep", default, skip_serializing_if = "is_zero")]
    epoch: u32,
    #[serde(rename = "sn", default, skip_serializing_if = "Option::is_none")]
    snoozed_until: Option<i64>,
    #[serde(rename = "lb", default, skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
    #[serde(rename = "cp", default, skip_serializing_if = "Option::is_none")]
    campaign: Option<Campaign>,
    #[serde(rename = "lc", default, skip_serializing_if = "Option::is_none")]
    last_campaign: Option<Campaign>,
    #[serde(rename = "up", default, skip_serializing_if = "Vec::is_empty")]
    unpaid: Vec<InvoiceId>,
    #[serde(rename = "bl", default, skip_serializing_if = "std::ops::Not::not")]
    blocked: bool,
    #[serde(rename = "ab", default, skip_serializing_if = "Option::is_none")]
    answer_by: Option<i64>,
    #[serde(rename = "tr", default, skip_serializing_if = "Vec::is_empty")]
    tried: Vec<UserId>,
    #[serde(rename = "i")]
    identities: Vec<StoredIdentity>,
    #[serde(rename = "li", default, skip_serializing_if = "Option::is_none")]
    last_in: Option<(Seq, i64)>,
    #[serde(rename = "lo", default, skip_serializing_if = "Option::is_none")]
    last_out: Option<(Seq, i64, Actor, OutKind)>,
    #[serde(rename = "ls", default, skip_serializing_if = "Option::is_none")]
    last_said: Option<(Seq, i64, UserId)>,
    #[serde(rename = "rp", default, skip_serializing_if = "Option::is_none")]
    replier: Option<UserId>,
    #[serde(rename = "hl", default, skip_serializing_if = "Vec::is_empty")]
    held: Vec<Seq>,
    #[serde(rename = "x")]
    activity_expires_at: i64,
    #[serde(rename = "cs")]
    clear_seq: Seq,
    #[serde(rename = "u")]
    unreplied: u32,
    #[serde(rename = "ws", default, skip_serializing_if = "Option::is_none")]
    waiting_since: Option<i64>,
    #[serde(rename = "sa", default, skip_serializing_if = "Option::is_none")]
    set_aside: Option<(u32, i64)>,
    #[serde(rename = "an")]
    answered_seq: Seq,
    #[serde(rename = "sd", default, skip_serializing_if = "Vec::is_empty")]
    said: Vec<StoredSaid>,
    #[serde(rename = "ps", default, skip_serializing_if = "is_none_yet")]
    passed_seq: Seq,
    #[serde(rename = "ic")]
    inbound_count: u32,
    #[serde(rename = "e")]
    episode: u32,
    #[serde(rename = "o")]
    opened_at: i64,
    #[serde(rename = "ob")]
    opened_by: OpenedBy,
    #[serde(rename = "fr", default, skip_serializing_if = "Option::is_none")]
    first_response_at: Option<i64>,
}

/// A quick reply's name stands third.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredSaid {
    QuickReply(ResponderKind, i64, QuickReplyId),
    Other(ResponderKind, i64),
}

impl From<&Said> for StoredSaid {
    fn from(said: &Said) -> Self {
        let (responder, millis) = (said.responder, said.at.as_millisecond());
        match &said.quick_reply {
            Some(id) => Self::QuickReply(responder, millis, id.clone()),
            None => Self::Other(responder, millis),
        }
    }
}

impl StoredSaid {
    fn read(self) -> Option<Said> {
        let (responder, millis, quick_reply) = match self {
            Self::QuickReply(responder, millis, id) => (responder, millis, Some(id)),
            Self::Other(responder, millis) => (responder, millis, None),
        };
        Some(Said { responder, quick_reply, at: Timestamp::from_millisecond(millis).ok()? })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredIdentity {
    #[serde(rename = "k")]
    account: AccountId,
    #[serde(rename = "a")]
    address: Address,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    last_in_at: Option<i64>,
    #[serde(rename = "o", default, skip_serializing_if = "is_unasked")]
    consent: Consent,
}

fn is_contact(scope: &Scope) -> bool {
    *scope == Scope::Contact
}

fn is_group(visibility: &Visibility) -> bool {
    *visibility == Visibility::Group
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_none_yet(seq: &Seq) -> bool {
    *seq == Seq::ZERO
}

fn is_unasked(consent: &Consent) -> bool {
    *consent == Consent::Unasked
}

impl From<&Conversation> for State {
    fn from(from: &Conversation) -> Self {
        let millis = |at: Timestamp| at.as_millisecond();
        let (base, base_at) = match from.base {
            Base::Unopened => ('O', None),
            Base::New => ('N', None),
            Base::Active => ('A', None),
            Base::Pending => ('P', None),
            Base::Resolved { closed_at, .. } => ('R', Some(closed_at)),
            Base::Deleted { deleted_at } => ('D', Some(deleted_at)),
        };
        Self {
            contact: from.contact,
            contact_name: from.contact_name.clone(),
            scope: from.scope.clone(),
            base,
            base_at: base_at.map(millis),
            close_reason: match from.base {
                Base::Resolved { reason, .. } => Some(reason),
                Base::Unopened
                | Base::New
                | Base::Active
                | Base::Pending
                | Base::Deleted { .. } => None,
            },
            waiting_on: from.waiting_on,
            handler: from.handler.clone(),
            assignees: from.assignees.iter().map(|one| (one.user.clone(), one.since)).collect(),
            group: from.group.clone(),
            visibility: from.visibility.clone(),
            lease: from.lease.as_ref().map(|lease| (lease.holder.clone(), millis(lease.since))),
            epoch: from.epoch,
            snoozed_until: from.snoozed_until.map(millis),
            labels: from.labels.clone(),
            campaign: from.campaign.clone(),
            last_campaign: from.last_campaign.clone(),
            unpaid: from.unpaid.clone(),
            blocked: from.blocked,
            answer_by: from.answer_by.map(millis),
            tried: from.tried.clone(),
            identities: from.identities.iter().map(StoredIdentity::from).collect(),
            last_in: from.last_in.map(|last| (last.seq, millis(last.at))),
            last_out: from
                .last_out
                .as_ref()
                .map(|last| (last.seq, millis(last.at), last.by.clone(), last.kind)),
            last_said: from
                .last_said
                .as_ref()
                .map(|last| (last.seq, millis(last.at), last.by.clone())),
            replier: from.replier.clone(),
            held: from.held.clone(),
            activity_expires_at: millis(from.activity_expires_at),
            clear_seq: from.clear_seq,
            unreplied: from.unreplied,
            waiting_since: from.waiting_since.map(millis),
            set_aside: from.set_aside.map(|aside| (aside.unreplied, millis(aside.waiting_since))),
            answered_seq: from.answered_seq,
            said: from.said.iter().map(StoredSaid::from).collect(),
            passed_seq: from.passed_seq,
            inbound_count: from.inbound_count,
            episode: from.episode,
            opened_at: millis(from.opened_at),
            opened_by: from.opened_by.clone(),
            first_response_at: from.first_response_at.map(millis),
        }
    }
}

impl From<&Identity> for StoredIdentity {
    fn from(from: &Identity) -> Self {
        Self {
            account: from.via.account.clone(),
            address: from.via.address.clone(),
            last_in_at: from.last_in_at.map(|at| at.as_millisecond()),
            consent: from.consent.clone(),
        }
    }
}

impl State {
    /// `None` if a time is out of range or a letter unknown.
    fn into_conversation(
        self,
        workspace: WorkspaceId,
        id: ConversationId,
        seq: Seq,
        lease: Option<Timestamp>,
    ) -> Option<Conversation> {
        let at = |millis: i64| Timestamp::from_millisecond(millis).ok();
        Some(Conversation {
            id,
            workspace,
            contact: self.contact,
            contact_name: self.contact_name,
            scope: self.scope,
            base: match (self.base, self.base_at) {
                ('O', _) => Base::Unopened,
                ('N', _) => Base::New,
                ('A', _) => Base::Active,
                ('P', _) => Base::Pending,
                ('R', Some(closed_at)) => {
                    let reason = self.close_reason.unwrap_or(CloseReason::User);
                    Base::Resolved { closed_at: at(closed_at)?, reason }
                }
                ('D', Some(deleted_at)) => Base::Deleted { deleted_at: at(deleted_at)? },
                _ => return None,
            },
            waiting_on: self.waiting_on,
            handler: self.handler,
            assignees: self
                .assignees
                .into_iter()
                .map(|(user, since)| Assignee { user, since })
                .collect(),
            group: self.group,
            visibility: self.visibility,
            lease: match (self.lease, lease) {
                (Some((holder, since)), Some(until)) => {
                    Some(Lease { holder, since: at(since)?, until })
                }
                (None, _) | (_, None) => None,
            },
            epoch: self.epoch,
            snoozed_until: self.snoozed_until.and_then(at),
            labels: self.labels,
            campaign: self.campaign,
            last_campaign: self.last_campaign,
            unpaid: self.unpaid,
            blocked: self.blocked,
            answer_by: self.answer_by.and_then(at),
            tried: self.tried,
            identities: self
                .identities
                .into_iter()
                .map(|identity| Identity {
                    via: Via { account: identity.account, address: identity.address },
                    last_in_at: identity.last_in_at.and_then(at),
                    consent: identity.consent,
                })
                .collect(),
            last_in: match self.last_in {
                None => None,
                Some((seq, millis)) => Some(LastIn { seq, at: at(millis)? }),
            },
            last_out: match self.last_out {
                None => None,
                Some((seq, millis, by, kind)) => Some(LastOut { seq, at: at(millis)?, by, kind }),
            },
            last_said: match self.last_said {
                None => None,
                Some((seq, millis, by)) => Some(LastSaid { seq, at: at(millis)?, by }),
            },
            replier: self.replier,
            held: self.held,
            activity_expires_at: at(self.activity_expires_at)?,
            clear_seq: self.clear_seq,
            unreplied: self.unreplied,
            waiting_since: self.waiting_since.and_then(at),
            set_aside: match self.set_aside {
                None => None,
                Some((unreplied, since)) => Some(SetAside { unreplied, waiting_since: at(since)? }),
            },
            answered_seq: self.answered_seq,
            said: self.said.into_iter().filter_map(StoredSaid::read).collect(),
            passed_seq: self.passed_seq,
            inbound_count: self.inbound_count,
            seq,
            episode: self.episode,
            opened_at: at(self.opened_at)?,
            opened_by: self.opened_by,
            first_response_at: self.first_response_at.and_then(at),
        })
    }
}
