//! The audit: reading it, taking it along, and writing into it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{CommandKey, Deed, Entry};
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller};
use crate::paging::Limit;
use crate::view::{Listed, ProblemView};

/// A privileged action. Its hash covers the hash of the one before it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryView {
    workspace: String,
    number: u64,
    at: String,
    /// The user who did it.
    actor: String,
    /// Such as `consent.upload`.
    action: String,
    subject: String,
    /// `null` if it was erased; the chain holds all the same.
    detail: Option<Value>,
    detail_hash: String,
    previous: String,
    hash: String,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        Self {
            workspace: entry.workspace.to_string(),
            number: entry.number,
            at: entry.at.to_string(),
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            detail: entry.detail,
            detail_hash: entry.detail_hash.to_string(),
            previous: entry.previous.to_string(),
            hash: entry.hash.to_string(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditQuery {
    #[serde(default)]
    cursor: Option<Before>,
    #[serde(default)]
    limit: Limit,
    #[serde(default)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Before(u64);

impl TryFrom<String> for Before {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self).map_err(|_| "must be the number of an entry")
    }
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Json,
    /// An entry on each line, as `confab verify-audit` reads them.
    Jsonl,
}

#[utoipa::path(
    get,
    path = "/v1/audit",
    params(
        ("cursor" = Option<String>, Query, description = "The `next` of the page before: only entries with smaller numbers"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("format" = Option<String>, Query, description = "json, or jsonl: an entry on each line, for `confab verify-audit`"),
    ),
    responses(
        (status = 200, description = "Privileged actions, newest first", body = Listed<EntryView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<AuditQuery>,
) -> Result<Response, Failed> {
    let limit = query.limit.0;
    let before = query.cursor.map(|before| before.0);
    let entries = deps.store.audit_log(&caller.workspace.id, before, limit).await?;
    // The first entry has the number 1, so there is a next page behind every other one.
    let next = entries.last().filter(|entry| entry.number > 1).map(|last| last.number.to_string());
    match query.format {
        Format::Json => {
            let items: Vec<EntryView> = entries.into_iter().map(EntryView::from).collect();
            Ok(Json(Listed { items, next }).into_response())
        }
        Format::Jsonl => {
            let lines: Result<Vec<String>, _> = entries.iter().map(serde_json::to_string).collect();
            let lines = lines.map_err(|_| Problem::unavailable())?;
            let text: String = lines.into_iter().map(|line| line + "\n").collect();
            Ok(([(CONTENT_TYPE, "application/x-ndjson")], text).into_response())
        }
    }
}

impl Caller {
    /// A privileged action of the caller. `subject` stays for ever, so it is an id and nobody's
    /// address; `detail` holds no secret.
    pub(crate) fn deed(&self, action: &str, subject: &str, detail: Value) -> Deed {
        Deed {
            at: self.now,
            actor: self.user.id.to_string(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail,
        }
    }

    /// The name under which a deed is written once: of its command, or else of all that it is.
    pub(crate) fn audit_name(&self, command: Option<&CommandKey>, deed: &Deed) -> CommandKey {
        if let Some(command) = command {
            return CommandKey::new(&["audit", &deed.action, command.as_str()]);
        }
        let (at, detail) = (deed.at.as_millisecond().to_string(), deed.detail.to_string());
        CommandKey::new(&["audit", &deed.action, &deed.actor, &deed.subject, &at, &detail])
    }
}

impl Deps {
    /// Writes down a privileged action of the caller, once for each command.
    pub(crate) async fn audit(
        &self,
        caller: &Caller,
        command: Option<&CommandKey>,
        action: &str,
        subject: &str,
        detail: Value,
    ) -> Result<(), Failed> {
        let deed = caller.deed(action, subject, detail);
        let name = caller.audit_name(command, &deed);
        self.store.audit(&caller.workspace.id, &name, deed).await?;
        Ok(())
    }
}
