//! Every key of the table.
//!
//! A key starts with the workspace, so that one leading-key condition isolates a tenant. Two kinds
//! do not: an account, because a webhook names nothing else, and what is due, because it is asked
//! for over all workspaces.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::{
    AccountId, ContactId, ConversationId, FaqId, KeptId, ProviderMessageId, Seq, UploadId, UserId,
    WorkspaceId,
};
use domain::private::Address;
use domain::tiles::TileKey;
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::item::{Attributes, text};

mod contacts;

pub(crate) use contacts::*;

/// Partition and sort key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    pub(crate) const PARTITION: &'static str = "pk";
    pub(crate) const SORT: &'static str = "sk";

    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    pub(crate) fn attributes(&self) -> Attributes {
        HashMap::from([
            (Self::PARTITION.to_owned(), text(&self.pk)),
            (Self::SORT.to_owned(), text(&self.sk)),
        ])
    }

    /// Whether an item, as it was read, stands under this key.
    pub(crate) fn names(&self, item: &Attributes) -> bool {
        let is = |name: &str, part: &str| matches!(item.get(name), Some(AttributeValue::S(value)) if value == part);
        is(Self::PARTITION, &self.pk) && is(Self::SORT, &self.sk)
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {}", self.pk, self.sk)
    }
}

fn workspace_pk(workspace: &WorkspaceId) -> String {
    format!("W#{workspace}")
}

/// The settings of a workspace, its users and its accounts, side by side.
pub(crate) fn workspace(workspace: &WorkspaceId) -> Key {
    Key::new(workspace_pk(workspace), "WORKSPACE")
}

pub(crate) fn user(workspace: &WorkspaceId, user: &UserId) -> Key {
    Key::new(workspace_pk(workspace), format!("{USER}{user}"))
}

pub(crate) const USER: &str = "USER#";

/// The user of a workspace who signs in with this e-mail, however it is capitalised.
pub(crate) fn email(workspace: &WorkspaceId, email: &str) -> Key {
    let email = email.to_lowercase();
    let email = if email.len() <= 512 { email } else { fingerprint(&email) };
    Key::new(workspace_pk(workspace), format!("EMAIL#{email}"))
}

pub(crate) const API_KEY: &str = "KEY#";

pub(crate) fn api_key(workspace: &WorkspaceId, id: &str) -> Key {
    Key::new(workspace_pk(workspace), format!("{API_KEY}{id}"))
}

pub(crate) const ACCOUNT_OF_WORKSPACE: &str = "ACCOUNT#";

pub(crate) fn account_of_workspace(workspace: &WorkspaceId, account: &AccountId) -> Key {
    Key::new(workspace_pk(workspace), format!("{ACCOUNT_OF_WORKSPACE}{account}"))
}

/// An account, found by nothing but its id.
pub(crate) fn account(account: &AccountId) -> Key {
    Key::new(format!("A#{account}"), "ACCOUNT")
}

/// The account that a provider knows by `own_id`.
pub(crate) fn own_id(workspace: &WorkspaceId, channel: &str, own_id: &str) -> Key {
    Key::new(workspace_pk(workspace), format!("OWN#{channel}#{own_id}"))
}

/// What providers have said about an account, newest last.
pub(crate) fn notices(workspace: &WorkspaceId, account: &AccountId) -> String {
    format!("W#{workspace}#AN#{account}")
}

pub(crate) fn notice(
    workspace: &WorkspaceId,
    account: &AccountId,
    at: Timestamp,
    content: &str,
) -> Key {
    Key::new(notices(workspace, account), format!("N#{}", timed(at, content)))
}

/// Sorts by time, and tells things of the same millisecond by what they are.
fn timed(at: Timestamp, content: &str) -> String {
    format!("{:013}-{}", at.as_millisecond().max(0), fingerprint(content))
}

pub(crate) fn address(workspace: &WorkspaceId, account: &AccountId, address: &Address) -> Key {
    Key::new(format!("W#{workspace}#AD#{account}#{}", address.reveal()), "AD")
}

/// What belongs to one user.
pub(crate) fn of_user(workspace: &WorkspaceId, user: &UserId) -> String {
    format!("W#{workspace}#US#{user}")
}

/// What all users of a workspace share.
pub(crate) fn shared(workspace: &WorkspaceId) -> String {
    format!("W#{workspace}#SH")
}

/// Something kept for a user or for all; `prefix` tells kinds apart.
pub(crate) fn shelved(pk: String, prefix: &str, id: &KeptId) -> Key {
    Key::new(pk, format!("{prefix}{id}"))
}

pub(crate) fn draft(workspace: &WorkspaceId, user: &UserId, conversation: ConversationId) -> Key {
    Key::new(of_user(workspace, user), format!("DRAFT#{conversation}"))
}

/// A file that a user has laid down to be sent.
pub(crate) fn upload(workspace: &WorkspaceId, user: &UserId, upload: UploadId) -> Key {
    Key::new(of_user(workspace, user), format!("UP#{upload}"))
}

pub(crate) fn notification_preferences(workspace: &WorkspaceId, user: &UserId) -> Key {
    Key::new(of_user(workspace, user), "TELL")
}

pub(crate) const NOTIFICATION: &str = "N#";

pub(crate) fn notification(
    workspace: &WorkspaceId,
    user: &UserId,
    at: Timestamp,
    content: &str,
) -> Key {
    notification_named(workspace, user, &timed(at, content))
}

pub(crate) fn notification_named(workspace: &WorkspaceId, user: &UserId, id: &str) -> Key {
    Key::new(of_user(workspace, user), format!("{NOTIFICATION}{id}"))
}

pub(crate) const LEDGER: &str = "CL#";

/// A word of an address about consent, beside the address.
pub(crate) fn ledger(address: &Key, at: Timestamp, content: &str) -> Key {
    let sk = format!("{LEDGER}{}", timed(at, content));
    Key::new(address.pk.clone(), sk)
}

pub(crate) fn reference(
    workspace: &WorkspaceId,
    account: &AccountId,
    id: &ProviderMessageId,
) -> Key {
    // Providers choose these names; a key holds 2,048 bytes.
    let id = if id.0.len() <= 512 { id.0.clone() } else { fingerprint(&id.0) };
    Key::new(format!("W#{workspace}#RF#{account}#{id}"), "RF")
}

pub(crate) fn command(workspace: &WorkspaceId, command: &str) -> Key {
    Key::new(format!("W#{workspace}#CM#{command}"), "CM")
}

/// The FAQs of a workspace, and what was published of them.
pub(crate) fn faqs(workspace: &WorkspaceId) -> String {
    format!("W#{workspace}#FAQS")
}

pub(crate) const FAQ: &str = "F#";

pub(crate) fn faq(workspace: &WorkspaceId, faq: &FaqId) -> Key {
    Key::new(faqs(workspace), format!("{FAQ}{faq}"))
}

/// All of them together: how often they have been changed, which version serves.
pub(crate) fn faq_set(workspace: &WorkspaceId) -> Key {
    Key::new(faqs(workspace), "SET")
}

pub(crate) const FAQ_VERSION: &str = "V#";

pub(crate) fn faq_version(workspace: &WorkspaceId, number: u32) -> Key {
    Key::new(faqs(workspace), format!("{FAQ_VERSION}{number:010}"))
}

/// The chain of privileged actions.
pub(crate) fn audit_pk(workspace: &WorkspaceId) -> String {
    format!("W#{workspace}#AU")
}

pub(crate) fn audit_sk(number: u64) -> String {
    format!("A#{number:020}")
}

pub(crate) fn audit_entry(workspace: &WorkspaceId, number: u64) -> Key {
    Key::new(audit_pk(workspace), audit_sk(number))
}

/// Tells a privileged action that was written down from one that was not.
pub(crate) fn audit_mark(workspace: &WorkspaceId, name: &str) -> Key {
    Key::new(format!("W#{workspace}#AM#{name}"), "AM")
}

pub(crate) fn conversation_pk(workspace: &WorkspaceId, conversation: ConversationId) -> String {
    format!("W#{workspace}#CV#{conversation}")
}

pub(crate) const HEAD: &str = "HEAD";

pub(crate) fn head(workspace: &WorkspaceId, conversation: ConversationId) -> Key {
    Key::new(conversation_pk(workspace, conversation), HEAD)
}

pub(crate) fn event_sk(seq: Seq) -> String {
    format!("E#{:010}", seq.get())
}

pub(crate) fn event(workspace: &WorkspaceId, conversation: ConversationId, seq: Seq) -> Key {
    Key::new(conversation_pk(workspace, conversation), event_sk(seq))
}

/// What one user has to do with a conversation.
pub(crate) fn seat(workspace: &WorkspaceId, conversation: ConversationId, user: &UserId) -> Key {
    Key::new(conversation_pk(workspace, conversation), format!("IN#{user}"))
}

/// That a user has begun a conversation or written in it.
pub(crate) fn sent(workspace: &WorkspaceId, conversation: ConversationId, user: &UserId) -> Key {
    Key::new(conversation_pk(workspace, conversation), format!("SENT#{user}"))
}

/// How far a user has read.
pub(crate) fn cursor(workspace: &WorkspaceId, conversation: ConversationId, user: &UserId) -> Key {
    Key::new(conversation_pk(workspace, conversation), format!("RD#{user}"))
}

/// What the feed and the tiles have of a conversation.
pub(crate) fn projection(workspace: &WorkspaceId, conversation: ConversationId) -> Key {
    Key::new(conversation_pk(workspace, conversation), "PROJ")
}

/// A ticket for one connection, by the hash of its secret.
pub(crate) fn ticket(workspace: &WorkspaceId, hash: &str) -> Key {
    Key::new(format!("W#{workspace}#TK#{hash}"), "TK")
}

/// A connection, found by nothing but its id: whoever passes frames on names nothing else.
pub(crate) fn connection_pointer(connection: &str) -> Key {
    Key::new(format!("CN#{connection}"), "CN")
}

/// All that are connected to a workspace.
pub(crate) fn connections(workspace: &WorkspaceId) -> String {
    format!("W#{workspace}#CN")
}

pub(crate) const USER_CONNECTION: &str = "U#";

pub(crate) fn user_connection(workspace: &WorkspaceId, connection: &str) -> Key {
    Key::new(connections(workspace), format!("{USER_CONNECTION}{connection}"))
}

/// That visitors are connected: it sorts before the users, and is read with them.
pub(crate) fn visitors_mark(workspace: &WorkspaceId) -> Key {
    Key::new(connections(workspace), format!("{USER_CONNECTION}!"))
}

/// What the sort keys of a visitor's connections begin with. The address is nobody's to read here.
pub(crate) fn visitor(account: &AccountId, address: &Address) -> String {
    format!("V#{}#", fingerprint(&format!("{account}#{}", address.reveal())))
}

pub(crate) fn visitor_connection(
    workspace: &WorkspaceId,
    account: &AccountId,
    address: &Address,
    connection: &str,
) -> Key {
    Key::new(connections(workspace), format!("{}{connection}", visitor(account, address)))
}

pub(crate) const PRESENCE: &str = "PRES#";

/// That what came of an event is counted.
pub(crate) fn counted(workspace: &WorkspaceId, conversation: ConversationId, seq: Seq) -> Key {
    let pk = conversation_pk(workspace, conversation);
    Key::new(pk, format!("COUNTED#{:08}", seq.get()))
}

/// What a user has said of an automatic answer.
pub(crate) fn marked(workspace: &WorkspaceId, conversation: ConversationId, answer: Seq) -> Key {
    let pk = conversation_pk(workspace, conversation);
    Key::new(pk, format!("MARKED#{:08}", answer.get()))
}

/// What came of automatic answers.
pub(crate) fn outcomes(workspace: &WorkspaceId) -> String {
    format!("W#{workspace}#OUTCOMES")
}

pub(crate) fn day(day: Date) -> String {
    format!("DAY#{day}")
}

pub(crate) fn outcomes_of_day(workspace: &WorkspaceId, on: Date, shard: u8) -> Key {
    Key::new(outcomes(workspace), format!("{}#{shard}", day(on)))
}

pub(crate) const FAQ_SUMS: &str = "FAQ#";

pub(crate) fn outcomes_of_faq(workspace: &WorkspaceId, faq: &FaqId, shard: u8) -> Key {
    Key::new(outcomes(workspace), format!("{FAQ_SUMS}{faq}#{shard}"))
}

pub(crate) const UNANSWERED: &str = "UNANSWERED#";

pub(crate) fn unanswered(workspace: &WorkspaceId, fingerprint: &str) -> Key {
    Key::new(outcomes(workspace), format!("{UNANSWERED}{fingerprint}"))
}

/// In the index of lists.
pub(crate) fn all_unanswered(workspace: &WorkspaceId) -> String {
    format!("W#{workspace}#UNANSWERED")
}

pub(crate) fn presence(workspace: &WorkspaceId, user: &UserId) -> Key {
    Key::new(workspace_pk(workspace), format!("{PRESENCE}{user}"))
}

/// The sums of a workspace's tiles, as far as the conversations of one shard add to them.
pub(crate) fn tiles(workspace: &WorkspaceId, shard: u8) -> String {
    format!("W#{workspace}#TL#{shard}")
}

pub(crate) fn tile(workspace: &WorkspaceId, shard: u8, tile: &TileKey) -> Key {
    Key::new(tiles(workspace, shard), tile.to_string())
}

/// What has happened to the conversations of one shard, page by page.
pub(crate) fn feed(workspace: &WorkspaceId, shard: u8) -> String {
    format!("W#{workspace}#FD#{shard}")
}

pub(crate) fn feed_page(workspace: &WorkspaceId, shard: u8, number: u64) -> Key {
    Key::new(feed(workspace, shard), format!("{FEED_PAGE}{number:016}"))
}

pub(crate) const FEED_PAGE: &str = "F#";

/// Sorts before all pages: where their numbers began last.
pub(crate) fn feed_base(workspace: &WorkspaceId, shard: u8) -> Key {
    Key::new(feed(workspace, shard), "BASE")
}

/// What a head or an event is, by its key: the two kinds of item in the indexes.
pub(crate) fn parse_conversation(
    pk: &str,
    sk: &str,
) -> Option<(WorkspaceId, ConversationId, Option<Seq>)> {
    let (workspace, conversation) = pk.strip_prefix("W#")?.split_once("#CV#")?;
    let seq = match sk {
        HEAD => None,
        _ => Some(Seq::new(sk.strip_prefix("E#")?.parse().ok()?)),
    };
    Some((workspace.parse().ok()?, conversation.parse().ok()?, seq))
}

/// Of long or private text, enough to tell it from other text.
pub(crate) fn fingerprint(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..16])
}

/// Which of `shards` a conversation belongs to: indexes are spread, so that no single partition
/// carries a workspace's, or all workspaces', whole traffic.
pub(crate) fn shard(conversation: ConversationId, shards: u8) -> u8 {
    shard_of(&conversation.to_string(), shards)
}

pub(crate) fn shard_of_contact(contact: ContactId, shards: u8) -> u8 {
    shard_of(&contact.to_string(), shards)
}

fn shard_of(id: &str, shards: u8) -> u8 {
    Sha256::digest(id)[0] % shards
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversation_keys_are_read_back() {
        let workspace: WorkspaceId = "acme".parse().unwrap();
        let conversation = ConversationId::new(Timestamp::UNIX_EPOCH, [3; 10]);
        let head = head(&workspace, conversation);
        assert_eq!(
            parse_conversation(&head.pk, &head.sk),
            Some((workspace.clone(), conversation, None))
        );
        let event = event(&workspace, conversation, Seq::new(7));
        assert_eq!(
            parse_conversation(&event.pk, &event.sk),
            Some((workspace, conversation, Some(Seq::new(7))))
        );
        assert_eq!(parse_conversation("W#acme#CT#x", "PROFILE"), None);
    }

    #[test]
    fn addresses_of_a_contact_are_read_back() {
        let (workspace, account) = ("acme".parse().unwrap(), "mail".parse().unwrap());
        let contact = ContactId::new(Timestamp::UNIX_EPOCH, [3; 10]);
        for address in ["+16505551234", "a#b@example.test", ""] {
            let address = Address::from(address);
            let key = contact_address(&workspace, contact, &account, &address);
            assert_eq!(parse_contact_address(&key.sk), Some((account.clone(), address)));
        }
    }

    #[test]
    fn events_sort_by_number() {
        assert!(event_sk(Seq::new(9)) < event_sk(Seq::new(10)));
        assert!(event_sk(Seq::new(u32::MAX - 1)) < event_sk(Seq::new(u32::MAX)));
    }
}
