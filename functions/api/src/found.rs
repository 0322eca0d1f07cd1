//! Finding contacts, and the conversations there have been with one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::conversation::{Base, Conversation};
use domain::id::{ContactId, ConversationId};
use domain::private::Words;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use store::{BadPosition, FoundContact, FoundPosition, InList, Query};
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller, Named};
use crate::contacts;
use crate::conversations::viewed_in_list;
use crate::paging::{Limit, PageQuery};
use crate::view::{ConversationView, Listed, ProblemView};

const CHARS_MAX: usize = 100;

/// What a query looks for.
pub(crate) enum Sought {
    Everything,
    /// There are no words in it.
    Nothing,
    Found(Query),
}

/// Reads a query; one of spaces is none.
pub(crate) fn sought(words: Option<&Words>) -> Result<Sought, Problem> {
    let words = words.map(|words| words.reveal().trim()).unwrap_or_default();
    if words.chars().count() > CHARS_MAX {
        let detail = format!("must have 1 to {CHARS_MAX} characters");
        return Err(Problem::bad_request("q", detail));
    }
    if words.is_empty() {
        return Ok(Sought::Everything);
    }
    Ok(Query::read(words).map_or(Sought::Nothing, Sought::Found))
}

/// A contact, as it is found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundContactView {
    id: String,
    #[schema(value_type = Option<String>)]
    name: Option<Words>,
    addresses: Vec<FoundAddressView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundAddressView {
    account: String,
    channel: Option<&'static str>,
    #[schema(value_type = String)]
    address: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindQuery {
    #[serde(default)]
    q: Option<Words>,
    #[serde(default)]
    limit: Limit,
    #[serde(default)]
    cursor: Option<String>,
}

/// R070, R153: contacts by name.
#[utoipa::path(
    get,
    path = "/v1/contacts",
    params(
        ("q" = Option<String>, Query, description = "Only those whose name or address has words that begin so: a telephone number with or without its country code. 1 to 100 characters"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of contacts, by name, or by the word that was found", body = Listed<FoundContactView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<FindQuery>,
) -> Result<Json<Listed<FoundContactView>>, Failed> {
    let FindQuery { q, limit, cursor } = query;
    let query = match sought(q.as_ref())? {
        Sought::Everything => None,
        Sought::Nothing => return Ok(Json(Listed { items: Vec::new(), next: None })),
        Sought::Found(query) => Some(query),
    };
    let from: Option<FoundPosition> = cursor
        .map(|cursor| cursor.parse())
        .transpose()
        .map_err(|bad: BadPosition| Problem::bad_request("cursor", bad.to_string()))?;
    let limit = limit.0;
    let workspace = &caller.workspace.id;
    let page = deps.store.find_contacts(workspace, query.as_ref(), from.as_ref(), limit).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for contact in page.items {
        items.push(viewed(&deps, &caller, contact).await?);
    }
    Ok(Json(Listed { items, next: page.next.map(|next| next.to_string()) }))
}

async fn viewed(
    deps: &Deps,
    caller: &Caller,
    contact: FoundContact,
) -> Result<FoundContactView, Failed> {
    let mut addresses = Vec::with_capacity(contact.addresses.len());
    for via in contact.addresses {
        let account = deps.account(&via.account, caller.now).await?;
        let channel = account.and_then(|account| channels::by_name(&account.channel));
        addresses.push(FoundAddressView {
            account: via.account.to_string(),
            channel: channel.map(|channel| channel.name()),
            address: via.address,
        });
    }
    Ok(FoundContactView { id: contact.id.to_string(), name: contact.name, addresses })
}

/// R152: what there has been with a contact, also what is closed.
#[utoipa::path(
    get,
    path = "/v1/contacts/{contact}/conversations",
    params(
        ("contact" = String, Path, description = "A contact"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "The conversations with the contact that the user may see, also closed ones, the latest to begin first. A page may be short and still have a next", body = Listed<ConversationView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn conversations(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ContactId>,
    Asked(query): Asked<PageQuery<ConversationId>>,
) -> Result<Json<Listed<ConversationView>>, Failed> {
    contacts::found(&deps, &caller, id).await?;
    let limit = query.limit.0;
    let workspace = &caller.workspace.id;
    let page = deps.store.history(workspace, id, query.cursor, limit).await?;
    let next = page.next.map(|next| next.to_string());
    let found = match page.conversations.as_slice() {
        [] => Vec::new(),
        some => deps.store.conversations(workspace, some).await?,
    };
    let shown = |conversation: &Conversation| {
        caller.finds(conversation) && !matches!(conversation.base, Base::Deleted { .. })
    };
    let seen: Vec<Conversation> = found.into_iter().flatten().filter(shown).collect();
    let ids: Vec<ConversationId> = seen.iter().map(|conversation| conversation.id).collect();
    let cursors = deps.store.read_cursors(workspace, &caller.user.id, &ids).await?;
    let entries = seen.into_iter().zip(cursors);
    let entries: Vec<InList> =
        entries.map(|(conversation, read_to)| InList { conversation, read_to }).collect();
    let items = viewed_in_list(&deps, &caller, &caller.user.id, &entries).await?;
    Ok(Json(Listed { items, next }))
}
