//! A path for each action.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::conversation::{Command, Conversation, Facts};
use domain::id::ConversationId;
use platform::problem::Problem;
use serde::de::DeserializeOwned;
use serde_json::json;
use store::Changed;

use super::{
    Action, AssignBody, ClaimBody, CloseBody, HandBackBody, HandoffBody, InternalMessageBody,
    InvoiceBody, LabelsBody, NoteBody, Nothing, SnoozeBody, StatusBody, VisibilityBody, act,
};
use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::conversations::viewed;
use crate::view::{ConversationView, ProblemView};

/// An absent body is an empty one.
fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failed> {
    Ok(read(if bytes.is_empty() { b"{}" } else { bytes })?)
}

async fn done(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    headers: &HeaderMap,
    name: &str,
    action: &Action,
) -> Result<Json<ConversationView>, Failed> {
    let key = caller.command(headers, &[name, &id.to_string()])?;
    let after = act(deps, caller, id, key.as_ref(), action).await?;
    Ok(Json(viewed(deps, caller, &after).await?))
}

/// T80: deletes it, with what was said in it and its files. Its numbers stay in the log.
#[utoipa::path(
    delete,
    path = "/v1/conversations/{conversation}",
    params(("conversation" = String, Path, description = "A conversation")),
    responses(
        (status = 204, description = "It is gone"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn delete(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
) -> Result<StatusCode, Failed> {
    let command = Command::Delete { by: caller.viewer() };
    let workspace = &caller.workspace.id;
    let facts = Facts::of(&caller.workspace);
    let decide = |conversation: &Conversation| {
        domain::conversation::decide(Some(conversation), command, &facts, caller.now)
    };
    let changed = deps.store.change(workspace, id, None, caller.due(), caller.now, decide).await?;
    let committed = match changed {
        Changed::Committed(committed) => committed,
        Changed::Refused(refusal) => return Err(refusal.into()),
        Changed::Absent | Changed::Repeated { .. } | Changed::Unchanged => {
            return Err(Failed(Problem::not_found("conversation")));
        }
    };
    deps.audit(&caller, None, "conversation.delete", &id.to_string(), json!({})).await?;
    // The files first: what names them is needed until they are gone.
    for object in deps.store.objects_of(workspace, id).await? {
        deps.objects.delete(&object).await?;
    }
    deps.store.purge(workspace, id).await?;
    deps.finish(&caller, id, &committed.events).await?;
    Ok(StatusCode::NO_CONTENT)
}

macro_rules! actions {
    ($($(#[$doc:meta])* $method:ident $path:literal $name:ident => $action:ident($body:ty);)*) => {
        $(
            $(#[$doc])*
            #[utoipa::path(
                $method,
                path = $path,
                params(
                    ("conversation" = String, Path, description = "A conversation"),
                    ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
                ),
                request_body = $body,
                responses(
                    (status = 200, description = "The conversation as it is then", body = ConversationView),
                    (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
                ),
                security(("bearer" = [])),
            )]
            pub(crate) async fn $name(
                State(deps): State<Arc<Deps>>,
                caller: Caller,
                Named(id): Named<ConversationId>,
                headers: HeaderMap,
                bytes: Bytes,
            ) -> Result<Json<ConversationView>, Failed> {
                let action = Action::$action(body::<$body>(&bytes)?);
                done(&deps, &caller, id, &headers, stringify!($name), &action).await
            }
        )*
    };
}

actions! {
    /// Closes it, with the note that the workspace asks for.
    post "/v1/conversations/{conversation}/close" close => Close(CloseBody);
    /// Opens a closed one again, if nothing else is open with the contact.
    post "/v1/conversations/{conversation}/reopen" reopen => Reopen(Nothing);
    /// Sets the status; one that closes, closes it.
    post "/v1/conversations/{conversation}/status" status => Status(StatusBody);
    /// Takes it out of the inboxes until a time, or until the contact writes.
    post "/v1/conversations/{conversation}/snooze" snooze => Snooze(SnoozeBody);
    /// Ends a snooze.
    post "/v1/conversations/{conversation}/wake" wake => Wake(Nothing);
    /// Says who is responsible, and which group it belongs to.
    post "/v1/conversations/{conversation}/assign" assign => Assign(AssignBody);
    /// Says who sees it.
    post "/v1/conversations/{conversation}/visibility" visibility => Visibility(VisibilityBody);
    /// Sets, adds and removes labels.
    post "/v1/conversations/{conversation}/labels" labels => Labels(LabelsBody);
    /// Takes the exclusive right to reply.
    post "/v1/conversations/{conversation}/claim" claim => Claim(ClaimBody);
    /// Gives it back.
    delete "/v1/conversations/{conversation}/claim" unclaim => Unclaim(Nothing);
    /// A program gives the conversation to people.
    post "/v1/conversations/{conversation}/handoff" handoff => Handoff(HandoffBody);
    /// A person gives it to a program.
    post "/v1/conversations/{conversation}/hand-back" hand_back => HandBack(HandBackBody);
    /// Writes a private note.
    post "/v1/conversations/{conversation}/notes" note => Note(NoteBody);
    /// Writes to colleagues in an internal chat.
    post "/v1/conversations/{conversation}/internal-messages" internal_message => InternalMessage(InternalMessageBody);
    /// An invoice was issued in it, and keeps it open until it is paid.
    post "/v1/conversations/{conversation}/invoices" invoice => Invoice(InvoiceBody);
    /// An invoice was paid.
    post "/v1/conversations/{conversation}/invoices/paid" invoice_paid => InvoicePaid(InvoiceBody);
}
