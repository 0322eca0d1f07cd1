//! Searching in a list: by whom a conversation is with, and by what was said last.

use std::collections::BTreeSet;

use domain::conversation::{Conversation, Visibility};
use domain::id::{ContactId, UserId};
use domain::private::Words;
use domain::workspace::User;

use super::InList;
use crate::found::{Card, Query, words_of};
use crate::{Store, StoreError};

/// What is looked for in a list.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    pub query: &'a Query,
    /// The contacts that it finds, as they are called now.
    pub contacts: BTreeSet<ContactId>,
    /// All users of the workspace: internal chats are found by whom they are with.
    pub users: &'a [User],
}

impl Search<'_> {
    /// Whether it finds whom a conversation is with. `user` is whose list it is.
    fn finds_party(&self, conversation: &Conversation, user: &UserId) -> bool {
        if self.contacts.contains(&conversation.contact) {
            return true;
        }
        let addresses = conversation.identities.iter().map(|identity| identity.via.clone());
        let contact =
            Card { name: conversation.contact_name.clone(), addresses: addresses.collect() };
        self.query.begins(&contact.words()) || self.finds_colleague(conversation, user)
    }

    fn finds_colleague(&self, conversation: &Conversation, user: &UserId) -> bool {
        let audience = conversation.audience();
        let Visibility::Only(members) = audience.visibility else { return false };
        let others = self.users.iter().filter(|one| one.id != *user && members.contains(&one.id));
        let named = |other: &User| {
            let name = Words::from(other.name.as_str());
            self.query.begins(&words_of(Some(&name), &[]))
        };
        audience.internal && others.into_iter().any(named)
    }
}

impl Store {
    /// Those of a list that a search finds. What was said last is read only where whom it was said
    /// with is not what was looked for.
    pub(super) async fn found_in(
        &self,
        search: &Search<'_>,
        user: &UserId,
        entries: Vec<(String, InList)>,
    ) -> Result<Vec<(String, InList)>, StoreError> {
        let by_party: Vec<bool> = entries
            .iter()
            .map(|(_, entry)| search.finds_party(&entry.conversation, user))
            .collect();
        let rest: Vec<&Conversation> = entries
            .iter()
            .zip(&by_party)
            .filter(|(_, found)| !**found)
            .map(|((_, entry), _)| &entry.conversation)
            .collect();
        let Some(first) = rest.first() else { return Ok(entries) };
        let mut said = self.last_messages(&first.workspace, &rest).await?.into_iter();
        let mut found = Vec::with_capacity(entries.len());
        for (entry, by_party) in entries.into_iter().zip(by_party) {
            let mut in_text = || {
                let logged = said.next().flatten();
                let content = logged.as_ref().and_then(|logged| logged.event.kind.said());
                content
                    .and_then(|content| content.gist())
                    .is_some_and(|gist| search.query.stands_in(gist))
            };
            if by_party || in_text() {
                found.push(entry);
            }
        }
        Ok(found)
    }
}
