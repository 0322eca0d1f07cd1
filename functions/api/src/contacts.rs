//! Contacts: what is known of them, what is laid down for their conversations, blocking.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::contact_field::FieldValue;
use domain::conversation::{
    Audience, Command, ContactDefaults, Conversation, Facts, Refusal, Visibility, decide,
};
use domain::id::{ContactId, ConversationId, FieldId, GroupId, MessageId, Seq, UserId};
use domain::private::Words;
use domain::rights::Viewer;
use domain::workspace::Workspace;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Blocked, Changed, CommandKey, Contact, ContactPatch, Quarantined};
use utoipa::ToSchema;

use crate::Deps;
use crate::actions::{given, users};
use crate::answer::Failed;
use crate::caller::{Asked, Caller, Named, read};
use crate::consents::StateView;
use crate::contact_fields::{filled, shown};
use crate::paging::PageQuery;
use crate::view::{self, Listed, ProblemView};

/// A contact, with all its addresses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactDetailView {
    id: String,
    name: Option<String>,
    /// When we first heard of it.
    since: Option<String>,
    blocked: Option<BlockedView>,
    defaults: Option<DefaultsView>,
    /// What stands in its fields, by their ids: text, `true` or `false`. A field without a value is
    /// absent.
    #[schema(value_type = Object)]
    fields: BTreeMap<FieldId, FieldValue>,
    addresses: Vec<KnownAddressView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlockedView {
    at: String,
    by: String,
}

/// What is laid down for the conversations that the contact begins.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DefaultsView {
    assignees: Vec<String>,
    /// The users who see them; `null`: whoever sees their group.
    users: Option<Vec<String>>,
    group: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnownAddressView {
    account: String,
    address: String,
    /// What counts for being written to.
    consent: StateView,
}

impl ContactDetailView {
    pub(crate) fn new(workspace: &Workspace, contact: Contact) -> Self {
        Self {
            id: contact.id.to_string(),
            name: contact.name.map(Words::into_revealed),
            since: contact.since.map(|at| at.to_string()),
            blocked: contact
                .blocked
                .map(|Blocked { at, by }| BlockedView { at: at.to_string(), by: by.to_string() }),
            defaults: contact.defaults.map(DefaultsView::from),
            fields: shown(workspace, contact.fields),
            addresses: contact
                .addresses
                .into_iter()
                .map(|(via, known)| KnownAddressView {
                    account: via.account.to_string(),
                    address: via.address.into_revealed(),
                    consent: StateView::from(&known.consent),
                })
                .collect(),
        }
    }
}

impl From<ContactDefaults> for DefaultsView {
    fn from(defaults: ContactDefaults) -> Self {
        let names =
            |users: &mut dyn Iterator<Item = &UserId>| users.map(UserId::to_string).collect();
        Self {
            assignees: names(&mut defaults.assignees.iter()),
            users: match &defaults.visibility {
                Visibility::Group => None,
                Visibility::Only(users) => Some(names(&mut users.iter())),
            },
            group: defaults.group.map(|group| group.to_string()),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/contacts/{contact}",
    params(("contact" = String, Path, description = "A contact")),
    responses(
        (status = 200, description = "What is known of the contact", body = ContactDetailView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ContactId>,
) -> Result<Json<ContactDetailView>, Failed> {
    seen(&deps, &caller, id).await
}

pub(crate) async fn found(deps: &Deps, caller: &Caller, id: ContactId) -> Result<Contact, Failed> {
    let contact = deps.store.contact(&caller.workspace.id, id).await?;
    Ok(contact.ok_or_else(|| Problem::not_found("contact"))?)
}

/// The contact as it is now.
async fn seen(
    deps: &Deps,
    caller: &Caller,
    id: ContactId,
) -> Result<Json<ContactDetailView>, Failed> {
    let contact = found(deps, caller, id).await?;
    Ok(Json(ContactDetailView::new(&caller.workspace, contact)))
}

/// What is to be different; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactBody {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Option<Words>,
    /// `null` takes them away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DefaultsBody>)]
    defaults: Option<Option<DefaultsBody>>,
    /// What is to stand in some of its fields, by their ids: text, `true` or `false`; `null` clears
    /// a field. Numbers are text, so that they stay exact.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    fields: BTreeMap<String, Option<FieldValue>>,
}

/// What is laid down for the conversations that the contact begins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefaultsBody {
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    assignees: Vec<UserId>,
    /// The users who see them; absent: whoever sees their group.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    users: Option<Vec<UserId>>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    group: Option<GroupId>,
}

const NAME_CHARS_MAX: usize = 200;

/// R129, R133, R155, R156: names the contact, fills in its fields, and lays down who gets and who
/// sees what it begins. Its conversations that the caller sees have the name at once: the open
/// ones, and the last of each address.
#[utoipa::path(
    patch,
    path = "/v1/contacts/{contact}",
    params(("contact" = String, Path, description = "A contact")),
    request_body = ContactBody,
    responses(
        (status = 200, description = "The contact as it is then", body = ContactDetailView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn edit(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ContactId>,
    body: Bytes,
) -> Result<Json<ContactDetailView>, Failed> {
    let ContactBody { name, defaults, fields } = read(&body)?;
    let chars = name.as_ref().map(|name| name.reveal().trim().chars().count());
    if chars.is_some_and(|chars| !(1..=NAME_CHARS_MAX).contains(&chars)) {
        let detail = format!("must have 1 to {NAME_CHARS_MAX} characters");
        return Err(Failed(Problem::bad_request("name", detail)));
    }
    let defaults = match defaults {
        None => None,
        Some(None) => Some(None),
        Some(Some(body)) => Some(Some(laid_down(&deps, &caller, body).await?)),
    };
    let contact = found(&deps, &caller, id).await?;
    let fields = filled(&caller.workspace, &contact.fields, fields)?;
    let patch = ContactPatch { name, defaults, fields };
    deps.store.set_contact(&caller.workspace.id, id, &patch).await?;
    if patch.name.is_some() {
        return called(&deps, &caller, id).await;
    }
    seen(&deps, &caller, id).await
}

/// The contact as it is now, of whose name its conversations have heard: those that are open, and
/// the last of each address. Older ones keep the name that they were closed with.
///
/// Of users who name it at once, whoever was first tells the name of whoever was last too.
pub(crate) async fn called(
    deps: &Deps,
    caller: &Caller,
    id: ContactId,
) -> Result<Json<ContactDetailView>, Failed> {
    let by = caller.viewer();
    let mut contact = found(deps, caller, id).await?;
    while let Some(name) = &contact.name {
        for conversation in deps.store.conversations_of(&caller.workspace.id, &contact).await? {
            tell(deps, caller, conversation, Command::Rename { by, name }).await?;
        }
        let now = found(deps, caller, id).await?;
        if now.name == contact.name {
            break;
        }
        contact = now;
    }
    Ok(Json(ContactDetailView::new(&caller.workspace, contact)))
}

/// Defaults whose users and group are there, and whose assignees will see what they get.
async fn laid_down(
    deps: &Deps,
    caller: &Caller,
    body: DefaultsBody,
) -> Result<ContactDefaults, Failed> {
    let workspace = &caller.workspace;
    if body.group.as_ref().is_some_and(|group| workspace.group(group).is_none()) {
        return Err(Failed(Problem::bad_request("defaults.group", "no such group")));
    }
    if body.assignees.len() > workspace.rules.assignees_max {
        let max = workspace.rules.assignees_max;
        return Err(Refusal::TooManyAssignees { max }.into());
    }
    let visibility = match &body.users {
        None => Visibility::Group,
        Some(named) if named.is_empty() => {
            return Err(Failed(Problem::bad_request("defaults.users", "must name somebody")));
        }
        Some(named) => {
            let users = users(deps, caller, "defaults.users", named).await?;
            Visibility::Only(users.into_iter().map(|user| user.id).collect::<BTreeSet<_>>())
        }
    };
    let assignees = users(deps, caller, "defaults.assignees", &body.assignees).await?;
    let audience =
        Audience { visibility: &visibility, group: body.group.as_ref(), internal: false };
    for user in &assignees {
        let viewer = Viewer::of(workspace, user);
        if !viewer.is_some_and(|viewer| viewer.sees_audience(&audience, true)) {
            return Err(Refusal::CannotSee { user: user.id.clone() }.into());
        }
    }
    let assignees = assignees.into_iter().map(|user| user.id).collect();
    Ok(ContactDefaults { assignees, visibility, group: body.group })
}

/// R088: blocks the contact on all its addresses. What it writes from now on is kept apart, and what
/// is open with it is closed as spam unless something is owed.
#[utoipa::path(
    post,
    path = "/v1/contacts/{contact}/block",
    params(
        ("contact" = String, Path, description = "A contact"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    responses(
        (status = 200, description = "The contact as it is then", body = ContactDetailView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn block(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ContactId>,
    headers: HeaderMap,
) -> Result<Json<ContactDetailView>, Failed> {
    set_blocked(&deps, &caller, id, &headers, true).await
}

/// R088: lets the contact in again. What it wrote in between stays apart.
#[utoipa::path(
    post,
    path = "/v1/contacts/{contact}/unblock",
    params(
        ("contact" = String, Path, description = "A contact"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    responses(
        (status = 200, description = "The contact as it is then", body = ContactDetailView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn unblock(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ContactId>,
    headers: HeaderMap,
) -> Result<Json<ContactDetailView>, Failed> {
    set_blocked(&deps, &caller, id, &headers, false).await
}

async fn set_blocked(
    deps: &Deps,
    caller: &Caller,
    id: ContactId,
    headers: &HeaderMap,
    block: bool,
) -> Result<Json<ContactDetailView>, Failed> {
    let action = if block { "contact.block" } else { "contact.unblock" };
    let command = caller.command(headers, &[action, &id.to_string()])?;
    let contact = found(deps, caller, id).await?;
    if contact.blocked.is_some() != block {
        let deed = caller.deed(action, &id.to_string(), json!({}));
        let blocked = Blocked { at: caller.now, by: caller.user.id.clone() };
        let blocked = Some(&blocked).filter(|_| block);
        let name = caller.audit_name(command.as_ref(), &deed);
        deps.store.set_blocked(&caller.workspace.id, id, blocked, &name, &deed).await?;
    }
    let by = caller.viewer();
    let command = if block { Command::Block { by } } else { Command::Unblock { by } };
    // Whoever died in between finishes when the command is repeated.
    for conversation in deps.store.conversations_of(&caller.workspace.id, &contact).await? {
        tell(deps, caller, conversation, command).await?;
    }
    seen(deps, caller, id).await
}

/// T44: the conversation hears of what was done to its contact. One that the caller may not see, or
/// that was deleted, is left as it is: nothing is sent to a blocked contact from there either.
async fn tell(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    command: Command<'_>,
) -> Result<(), Failed> {
    let facts = Facts::of(&caller.workspace);
    let decided =
        |conversation: &Conversation| decide(Some(conversation), command, &facts, caller.now);
    let none: Option<&CommandKey> = None;
    let (workspace, due, now) = (&caller.workspace.id, caller.due(), caller.now);
    match deps.store.change(workspace, id, none, due, now, decided).await? {
        Changed::Committed(committed) => deps.finish(caller, id, &committed.events).await,
        Changed::Refused(_) | Changed::Repeated { .. } | Changed::Absent | Changed::Unchanged => {
            Ok(())
        }
    }
}

/// A message of a blocked contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuarantinedView {
    at: String,
    account: String,
    address: String,
    #[schema(value_type = Object)]
    content: Value,
}

impl From<Quarantined> for QuarantinedView {
    fn from(kept: Quarantined) -> Self {
        // It is in no conversation, and its files are not fetched.
        let conversation = ConversationId::new(kept.at, [0; 10]);
        let nowhere = MessageId { conversation, seq: Seq::ZERO };
        Self {
            at: kept.at.to_string(),
            account: kept.via.account.to_string(),
            address: kept.via.address.into_revealed(),
            content: view::content(nowhere, &kept.content, &[]),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/contacts/{contact}/quarantine",
    params(
        ("contact" = String, Path, description = "A contact"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "What the contact wrote while it was blocked, newest first, for 90 days", body = Listed<QuarantinedView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn quarantine(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ContactId>,
    Asked(query): Asked<PageQuery>,
) -> Result<Json<Listed<QuarantinedView>>, Failed> {
    found(&deps, &caller, id).await?;
    let limit = query.limit.0;
    let workspace = &caller.workspace.id;
    let page = deps.store.quarantined(workspace, id, query.cursor.as_deref(), limit).await?;
    let items = page.items.into_iter().map(QuarantinedView::from).collect();
    Ok(Json(Listed { items, next: page.next }))
}
