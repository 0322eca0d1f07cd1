//! The keys of contacts, and of what stands beside them.

use domain::conversation::Scope;
use domain::id::{AccountId, ContactId, ConversationId, WorkspaceId};
use domain::private::Address;
use jiff::Timestamp;

use super::{Key, timed};

pub(crate) fn contact_pk(workspace: &WorkspaceId, contact: ContactId) -> String {
    format!("W#{workspace}#CT#{contact}")
}

pub(crate) fn contact(workspace: &WorkspaceId, contact: ContactId) -> Key {
    Key::new(contact_pk(workspace, contact), "PROFILE")
}

pub(crate) const CONTACT_ADDRESS: &str = "AD#";

/// An address of a contact, found by the contact.
pub(crate) fn contact_address(
    workspace: &WorkspaceId,
    contact: ContactId,
    account: &AccountId,
    address: &Address,
) -> Key {
    let sk = format!("{CONTACT_ADDRESS}{account}#{}", address.reveal());
    Key::new(contact_pk(workspace, contact), sk)
}

/// The account and the address that the sort key of such a pointer names.
pub(crate) fn parse_contact_address(sk: &str) -> Option<(AccountId, Address)> {
    let (account, address) = sk.strip_prefix(CONTACT_ADDRESS)?.split_once('#')?;
    Some((account.parse().ok()?, Address::from(address)))
}

pub(crate) const QUARANTINED: &str = "Q#";

/// What a blocked contact has written.
pub(crate) fn quarantined(
    workspace: &WorkspaceId,
    contact: ContactId,
    at: Timestamp,
    content: &str,
) -> Key {
    let sk = format!("{QUARANTINED}{}", timed(at, content));
    Key::new(contact_pk(workspace, contact), sk)
}

/// What a contact is found by.
pub(crate) fn card(workspace: &WorkspaceId, contact: ContactId) -> Key {
    Key::new(contact_pk(workspace, contact), "CARD")
}

pub(crate) const CONTACT_CONVERSATION: &str = "CV#";

/// That there is, or was, a conversation with a contact.
pub(crate) fn contact_conversation(
    workspace: &WorkspaceId,
    contact: ContactId,
    conversation: ConversationId,
) -> Key {
    let sk = format!("{CONTACT_CONVERSATION}{conversation}");
    Key::new(contact_pk(workspace, contact), sk)
}

pub(crate) const MERGED_FROM: &str = "FROM#";

/// That a contact was merged into this one.
pub(crate) fn merged_from(workspace: &WorkspaceId, into: ContactId, from: ContactId) -> Key {
    Key::new(contact_pk(workspace, into), format!("{MERGED_FROM}{from}"))
}

/// What contacts are found by, of one shard of them.
pub(crate) fn found(workspace: &WorkspaceId, shard: u8) -> String {
    format!("W#{workspace}#CF#{shard}")
}

pub(crate) const OPEN: &str = "OPEN#";

/// The pointer to the one open conversation of a contact in a scope.
pub(crate) fn open(workspace: &WorkspaceId, contact: ContactId, scope: &Scope) -> Key {
    let scope = match scope {
        Scope::Contact => "OPEN#contact".to_owned(),
        Scope::Account(account) => format!("OPEN#account#{account}"),
        Scope::Internal => "OPEN#internal".to_owned(),
    };
    Key::new(contact_pk(workspace, contact), scope)
}
