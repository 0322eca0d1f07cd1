//! Two contacts turn out to be one (domain model, section 13).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::conversation::{Close, CloseReason, Command, Conversation, Facts, decide};
use domain::id::{ContactId, ConversationId};
use domain::rights::Permission;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::json;
use store::{Contact, ContactPatch, Merge};
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::contact_fields::shown;
use crate::contacts::{ContactDetailView, called, found};
use crate::view::ProblemView;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeBody {
    /// The contact that stays.
    #[schema(value_type = String)]
    into: ContactId,
}

/// R034, R157: merges the contact into another. Its addresses lead there from now on, its open
/// conversation closes, and what is owed and labelled in that moves to the other's open one. The
/// name is that of the contact that stays, or of the other if it has none.
#[utoipa::path(
    post,
    path = "/v1/contacts/{contact}/merge",
    params(
        ("contact" = String, Path, description = "The contact that goes"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    request_body = MergeBody,
    responses(
        (status = 200, description = "The contact that stays, as it is then", body = ContactDetailView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn merge(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ContactId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<ContactDetailView>, Failed> {
    caller.may(Permission::ContactMerge)?;
    let MergeBody { into } = read(&body)?;
    if into == id {
        return Err(Failed(Problem::bad_request("into", "must be another contact")));
    }
    let command = caller.command(&headers, &["merge", &id.to_string()])?;
    let mut from = found(&deps, &caller, id).await?;
    // What nobody sees any more does not come along.
    from.fields = shown(&caller.workspace, from.fields);
    let into = found(&deps, &caller, into).await?;
    if from.addresses.len() > Merge::ADDRESSES_MAX {
        let detail = format!("a contact of more than {} addresses", Merge::ADDRESSES_MAX);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Failed(Problem::new(status, "too-many-addresses", detail)));
    }
    let open = open_with(&deps, &caller, &into).await?.into_iter().next();
    // Each step can be repeated: whoever died in between finishes when the command comes again.
    for conversation in open_with(&deps, &caller, &from).await? {
        if let Some(survivor) = &open {
            inherit(&deps, &caller, &conversation, survivor.id).await?;
        }
        close(&deps, &caller, conversation.id).await?;
    }
    let deed = caller.deed("contact.merge", &id.to_string(), json!({ "into": into.id }));
    let name = caller.audit_name(command.as_ref(), &deed);
    let open = open.map(|open| open.id);
    let merge = Merge { workspace: &caller.workspace.id, from: &from, into: &into, open };
    deps.store.merge_contacts(&merge, &name, &deed).await?;
    if from.name != into.name {
        // Of two names there is one left, for the addresses of both.
        let name = into.name.or(from.name);
        let patch = ContactPatch { name, ..ContactPatch::default() };
        deps.store.set_contact(&caller.workspace.id, into.id, &patch).await?;
    }
    called(&deps, &caller, into.id).await
}

/// The open conversations with a contact that the caller sees.
async fn open_with(
    deps: &Deps,
    caller: &Caller,
    contact: &Contact,
) -> Result<Vec<Conversation>, Failed> {
    let mut open = Vec::new();
    for id in deps.store.conversations_of(&caller.workspace.id, contact).await? {
        let conversation = deps.store.conversation(&caller.workspace.id, id).await?;
        open.extend(conversation.filter(|conversation| {
            conversation.base.is_open()
                && conversation.contact == contact.id
                && caller.viewer().sees(conversation)
        }));
    }
    Ok(open)
}

/// What is owed and labelled moves along.
async fn inherit(
    deps: &Deps,
    caller: &Caller,
    from: &Conversation,
    into: ConversationId,
) -> Result<(), Failed> {
    let by = caller.viewer();
    for invoice in &from.unpaid {
        deps.run(caller, into, None, Command::IssueInvoice { by, invoice }).await?;
    }
    let facts = Facts::of(&caller.workspace);
    deps.commit(caller, into, None, |conversation| {
        let mut labels = conversation.labels.clone();
        labels.extend(from.labels.iter().cloned());
        let command = Command::Label { by, labels: &labels };
        decide(Some(conversation), command, &facts, caller.now)
    })
    .await?;
    Ok(())
}

/// T42.
async fn close(deps: &Deps, caller: &Caller, id: ConversationId) -> Result<(), Failed> {
    let close = Close {
        by: Some(caller.viewer()),
        reason: CloseReason::Merged,
        category: None,
        summary: None,
    };
    deps.run(caller, id, None, Command::Close(&close)).await?;
    Ok(())
}
