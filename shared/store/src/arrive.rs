//! Something comes from outside, by address: it finds or opens its conversation, once.
//!
//! The happy path is three requests: one batch of small reads (seen before? who is it?), the head,
//! and the transaction. What was seen before costs the first of them only.

use aws_sdk_dynamodb::types::TransactWriteItem;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use domain::consent::Consent;
use domain::conversation::{
    ContactDefaults, Conversation, Decision, Event, OutKind, Party, Quoted, Refusal, Scope,
};
use domain::id::{AccountId, ContactId, ConversationId, ProviderMessageId, Seq, WorkspaceId};
use domain::private::{Address, Words};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::commit::{CONVERSATION, Committed, DuePolicy, Plan, TRIES_MAX, Written, put, put_item};
use crate::contact::KnownAddress;
use crate::head::Head;
use crate::item::{Attributes, Item, expiry, json, number, text};
use crate::keys::Key;
use crate::read::Consistency;
use crate::{CommandKey, Store, StoreError, keys};

/// Something that arrives for, or goes out to, an address.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    pub workspace: &'a WorkspaceId,
    pub account: &'a AccountId,
    pub address: &'a Address,
    /// Other addresses of the same person, as the same webhook names them.
    pub aliases: &'a [Address],
    pub name: Option<&'a Words>,
    /// What there may be one open conversation per.
    pub scope: &'a Scope,
    pub dedupe: Dedupe<'a>,
    /// The message it quotes, or remarks on.
    pub about: Option<&'a ProviderMessageId>,
    pub belongs: Belongs,
    pub new_ids: NewIds,
    pub due: DuePolicy,
}

/// Which conversation it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// The contact's open one, or the latest.
    WithContact,
    /// The one of the message it is about, if that is known.
    WithAbout,
}

/// What tells a repetition.
#[derive(Debug, Clone, Copy)]
pub enum Dedupe<'a> {
    /// The provider's id, within the account.
    Reference(&'a ProviderMessageId),
    /// A client's command.
    Command(&'a CommandKey),
}

/// The names of what may come to be; the same for every repetition.
#[derive(Debug, Clone, Copy)]
pub struct NewIds {
    pub contact: ContactId,
    pub conversation: ConversationId,
}

impl NewIds {
    /// Names made of what makes the thing the same when it comes again.
    pub fn of(at: Timestamp, parts: &[&str]) -> Self {
        Self {
            contact: ContactId::new(at, Self::entropy("contact", parts)),
            conversation: ConversationId::new(at, Self::entropy("conversation", parts)),
        }
    }

    pub(crate) fn entropy(purpose: &str, parts: &[&str]) -> [u8; 10] {
        let mut hash = Sha256::new();
        for part in std::iter::once(&purpose).chain(parts) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut entropy = [0; 10];
        entropy.copy_from_slice(&hash.finalize()[..10]);
        entropy
    }
}

/// What the decision is made on.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    pub conversation: Option<&'a Conversation>,
    pub contact: ContactId,
    pub name: Option<&'a Words>,
    /// Whether there has never been a conversation with this contact.
    pub is_new: bool,
    pub consent: &'a Consent,
    pub blocked: bool,
    /// What is laid down for new conversations with the contact.
    pub defaults: Option<&'a ContactDefaults>,
    pub about: Option<Quoted>,
}

impl<'a> Found<'a> {
    /// The other side, as rules want to know it.
    pub fn party(&self) -> Party<'a> {
        Party {
            contact: self.contact,
            name: self.name,
            consent: self.consent,
            is_new: self.is_new,
            blocked: self.blocked,
            defaults: self.defaults,
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrived {
    Committed(Box<Committed>),
    /// It was committed before, as these events.
    Repeated {
        conversation: ConversationId,
        first: Seq,
        last: Seq,
    },
    Refused(Refusal),
    /// The decision was that nothing happens.
    Unchanged,
}

/// Providers repeat for up to seven days; this is well beyond.
const REFERENCES_LAST: SignedDuration = SignedDuration::from_hours(35 * 24);
pub(crate) const COMMANDS_LAST: SignedDuration = SignedDuration::from_hours(7 * 24);

const SEQ: &str = "sq";
const FIRST: &str = "f";
const LAST: &str = "l";
const KIND: &str = "k";
pub(crate) const TTL: &str = "ttl";

impl Store {
    /// Where does this belong, and what follows from it? `decide` is asked with what was found, and
    /// asked again if somebody else changed it meanwhile.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, an item cannot be read, or others were faster each time.
    pub async fn arrive(
        &self,
        arrival: &Arrival<'_>,
        now: Timestamp,
        decide: impl Fn(&Found<'_>) -> Result<Decision, Refusal>,
    ) -> Result<Arrived, StoreError> {
        for try_number in 0..TRIES_MAX {
            let consistency =
                if try_number == 0 { Consistency::Eventual } else { Consistency::Strong };
            let seen = self.look(arrival, consistency).await?;
            if let Some(repeated) = seen.repeated {
                return Ok(repeated);
            }
            let head = self.locate(arrival, &seen).await?;
            let found = seen.found(arrival, head.as_ref());
            let decision = match decide(&found) {
                Ok(decision) if decision.events.is_empty() => return Ok(Arrived::Unchanged),
                Ok(decision) => decision,
                Err(refusal) => return Ok(Arrived::Refused(refusal)),
            };
            let new_id = arrival.new_ids.conversation;
            let plan = Plan::new(head.as_ref(), decision, arrival.workspace, new_id, now)?;
            let mut items = self.items(arrival, &seen, &plan, now)?;
            items.extend(self.cards_of_arrival(arrival, &seen, &plan).await?);
            match self.write(items, true).await? {
                Written::Done => return Ok(Arrived::Committed(Box::new(plan.committed()))),
                Written::Repeated | Written::Lost => {}
            }
        }
        Err(StoreError::Conflict)
    }

    /// One batch of small reads.
    async fn look(
        &self,
        arrival: &Arrival<'_>,
        consistency: Consistency,
    ) -> Result<Seen, StoreError> {
        let Arrival { workspace, account, .. } = *arrival;
        let mut wanted = vec![
            arrival.dedupe.key(workspace, account),
            keys::address(workspace, account, arrival.address),
        ];
        wanted.extend(arrival.aliases.iter().map(|alias| keys::address(workspace, account, alias)));
        if let Some(about) = arrival.about {
            let key = keys::reference(workspace, account, about);
            if !wanted.contains(&key) {
                wanted.push(key);
            }
        }
        let mut items = self.get_all(&wanted, consistency).await?.into_iter();
        let repeated = items.next().flatten().as_ref().and_then(repeated).transpose()?;
        let known = items.next().flatten().map(|item| KnownAddress::read(&item)).transpose()?;
        let mut aliases = Vec::new();
        for _alias in arrival.aliases {
            let item = items.next().flatten();
            aliases.push(item.map(|item| KnownAddress::read(&item)).transpose()?);
        }
        let about = items.next().flatten().as_ref().and_then(About::read).transpose()?;
        Ok(Seen { repeated, known, aliases, about })
    }

    /// The head this belongs to: of the message it is about, or of the contact's open conversation,
    /// or of the latest one.
    async fn locate(&self, arrival: &Arrival<'_>, seen: &Seen) -> Result<Option<Head>, StoreError> {
        if let (Belongs::WithAbout, Some(about)) = (arrival.belongs, &seen.about) {
            return self.head(arrival.workspace, about.conversation).await;
        }
        let Some(known) = seen.first_known() else { return Ok(None) };
        let latest = match known.conversation {
            None => None,
            Some(conversation) => self.head(arrival.workspace, conversation).await?,
        };
        if latest.as_ref().is_some_and(|head| {
            head.conversation.base.is_open() && head.conversation.scope == *arrival.scope
        }) {
            return Ok(latest);
        }
        let pointer = keys::open(arrival.workspace, known.contact, arrival.scope);
        match self.get(&pointer).await? {
            None => Ok(latest),
            Some(pointer) => self.head(arrival.workspace, pointer.parsed(CONVERSATION)?).await,
        }
    }

    fn items(
        &self,
        arrival: &Arrival<'_>,
        seen: &Seen,
        plan: &Plan,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let echo = match arrival.dedupe {
            Dedupe::Reference(id) => Some(id),
            Dedupe::Command(_) => None,
        };
        let marker = arrival.dedupe.item(arrival.workspace, arrival.account, plan, now);
        let mut items = vec![put_item(unclaimed(put(&self.table, marker)))?];
        items.extend(plan.items(&self.table, arrival.due, echo)?);
        items.extend(self.address_items(arrival, seen, plan, now)?);
        Ok(items)
    }
}

/// What the first batch of reads found.
pub(crate) struct Seen {
    repeated: Option<Arrived>,
    pub(crate) known: Option<KnownAddress>,
    pub(crate) aliases: Vec<Option<KnownAddress>>,
    about: Option<About>,
}

impl Seen {
    /// The address itself, or else another name of the same person.
    pub(crate) fn first_known(&self) -> Option<&KnownAddress> {
        self.known.as_ref().or_else(|| self.aliases.iter().flatten().next())
    }

    pub(crate) fn is_new(&self) -> bool {
        self.first_known().is_none_or(|known| known.conversation.is_none())
    }

    fn found<'a>(&'a self, arrival: &Arrival<'a>, head: Option<&'a Head>) -> Found<'a> {
        let known = self.first_known();
        let conversation = head.map(|head| &head.conversation);
        Found {
            conversation,
            contact: known.map_or(arrival.new_ids.contact, |known| known.contact),
            name: called(arrival, known),
            is_new: self.is_new(),
            consent: known.map_or(&Consent::Unasked, |known| &known.consent),
            blocked: known.is_some_and(|known| known.blocked),
            defaults: known.and_then(|known| known.defaults.as_ref()),
            about: self.about.as_ref().map(|about| Quoted {
                seq: conversation
                    .filter(|conversation| conversation.id == about.conversation)
                    .map(|_| about.seq),
                kind: about.kind,
            }),
        }
    }
}

/// As a user calls the contact, or else as the contact does.
pub(crate) fn called<'a>(
    arrival: &Arrival<'a>,
    known: Option<&'a KnownAddress>,
) -> Option<&'a Words> {
    let name = known.and_then(|known| known.name.as_ref());
    let given = name.filter(|_| known.is_some_and(|known| known.named));
    given.or(arrival.name).or(name)
}

/// A message found by the provider's name for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    pub(crate) conversation: ConversationId,
    pub(crate) seq: Seq,
    pub(crate) kind: Option<OutKind>,
}

impl About {
    /// `None` for a name of which only a receipt has been heard so far.
    pub(crate) fn read(item: &Item) -> Option<Result<Self, StoreError>> {
        item.opt_text(CONVERSATION)?;
        Some((|| {
            Ok(Self {
                conversation: item.parsed(CONVERSATION)?,
                seq: Seq::new(item.number(SEQ)?),
                kind: item.opt_json(KIND)?,
            })
        })())
    }

    /// The attributes of a reference beside its key.
    pub(crate) fn attributes(&self, now: Timestamp) -> Attributes {
        let mut item = Attributes::from([
            (CONVERSATION.to_owned(), text(self.conversation.to_string())),
            (SEQ.to_owned(), number(self.seq)),
            (TTL.to_owned(), expiry(domain::window::after(now, REFERENCES_LAST))),
        ]);
        if let Some(kind) = self.kind {
            item.insert(KIND.to_owned(), json(&kind));
        }
        item
    }
}

impl Dedupe<'_> {
    fn key(&self, workspace: &WorkspaceId, account: &AccountId) -> Key {
        match self {
            Self::Reference(id) => keys::reference(workspace, account, id),
            Self::Command(command) => command.key(workspace),
        }
    }

    fn item(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        plan: &Plan,
        now: Timestamp,
    ) -> Attributes {
        let mut item = marker(self.key(workspace, account), plan, now);
        if let Self::Command(_) = self {
            let ttl = expiry(domain::window::after(now, COMMANDS_LAST));
            item.insert(TTL.to_owned(), ttl);
        }
        item
    }
}

/// The condition that nothing has become of this name yet; a receipt may have been heard of it.
pub(crate) fn unclaimed(put: PutBuilder) -> PutBuilder {
    put.condition_expression("attribute_not_exists(#cv)")
        .expression_attribute_names("#cv", CONVERSATION)
}

/// What tells repetitions of a change: the events it has become, and the message among them.
pub(crate) fn marker(key: Key, plan: &Plan, now: Timestamp) -> Attributes {
    let first = plan.events.first().map_or(Seq::ZERO, |event| event.seq);
    let last = plan.events.last().map_or(Seq::ZERO, |event| event.seq);
    let (seq, kind) = plan.events.iter().find_map(message_of).unwrap_or((last, None));
    let about = About { conversation: plan.after.conversation.id, seq, kind };
    let mut item = key.attributes();
    item.extend(about.attributes(now));
    item.insert(FIRST.to_owned(), number(first));
    item.insert(LAST.to_owned(), number(last));
    item
}

fn message_of(event: &Event) -> Option<(Seq, Option<OutKind>)> {
    if event.kind.received().is_some() {
        return Some((event.seq, None));
    }
    Some((event.seq, Some(event.kind.outgoing()?.kind)))
}

pub(crate) fn repeated(item: &Item) -> Option<Result<Arrived, StoreError>> {
    let about = match About::read(item)? {
        Ok(about) => about,
        Err(error) => return Some(Err(error)),
    };
    let number = |name| item.opt_number(name).map_or(about.seq, Seq::new);
    Some(Ok(Arrived::Repeated {
        conversation: about.conversation,
        first: number(FIRST),
        last: number(LAST),
    }))
}
