//! Consents: bringing them along, and seeing what an address has said.

mod lines;

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::consent::{Consent, ConsentChange, Hearing, Topic, Wish};
use domain::conversation::{Command, Conversation, Decision, Facts, Via, decide};
use domain::id::{AccountId, ContactId, ConversationId};
use domain::private::{Address, Words};
use domain::rights::Permission;
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Changed, ConsentUpdate, KnownAddress, LedgerEntry, NewIds};
use utoipa::ToSchema;

use self::lines::{Line, Source};
use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller};
use crate::paging::Limit;
use crate::view::ProblemView;

pub(crate) use lines::UploadBody;

/// What became of an upload, line by line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadedView {
    /// Whether nothing was written.
    dry_run: bool,
    done: usize,
    items: Vec<LineView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineView {
    /// 1 for the first line, or the first one below the heading.
    line: usize,
    /// `done`; `superseded`: it was known, or what is known is newer; `refused`: the contact has
    /// opted out, and only the contact lifts that; `invalid`.
    result: &'static str,
    /// What is wrong, and the field it is wrong in.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Since when the contact is opted out, and how that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    opted_out_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opted_out_by: Option<&'static str>,
}

impl LineView {
    fn of(line: usize, result: &'static str) -> Self {
        Self { line, result, field: None, detail: None, opted_out_at: None, opted_out_by: None }
    }

    fn invalid(line: usize, field: &str, detail: impl Into<String>) -> Self {
        let (field, detail) = (Some(field.to_owned()), Some(detail.into()));
        Self { field, detail, ..Self::of(line, "invalid") }
    }

    fn heard(line: usize, hearing: &Hearing) -> Self {
        match hearing {
            Hearing::Counts(_) => Self::of(line, "done"),
            Hearing::Superseded => Self::of(line, "superseded"),
            Hearing::ContactOptedOut { at, source } => Self {
                detail: Some("the contact opted out, and only the contact lifts that".to_owned()),
                opted_out_at: Some(at.to_string()),
                opted_out_by: Some(source.as_str()),
                ..Self::of(line, "refused")
            },
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadQuery {
    #[serde(default)]
    dry_run: DryRun,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum DryRun {
    #[default]
    #[serde(rename = "false")]
    No,
    #[serde(rename = "true")]
    Yes,
}

/// Lines that are worked on at the same time.
const AT_ONCE: usize = 16;

#[utoipa::path(
    post,
    path = "/v1/consents",
    params(
        ("dry_run" = Option<bool>, Query, description = "true: says what would be done, and writes nothing"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    request_body(
        description = "At most 1,000 consents; or the same as `text/csv`, with the columns account, address, wish, and if wanted source, at, topic, note",
        content = UploadBody,
    ),
    responses(
        (status = 200, description = "What became of each line", body = UploadedView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn upload(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<UploadQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<UploadedView>, Failed> {
    let lines = lines::read(&headers, &body)?;
    for line in lines.iter().flatten() {
        caller.may(match line.source {
            Source::Agent => Permission::ContactEdit,
            Source::Upload | Source::Automation => Permission::ConsentUpload,
        })?;
    }
    let dry_run = query.dry_run == DryRun::Yes;
    let command = caller.command(&headers, &["consents"])?;
    let given_at = match &command {
        Some(command) if !dry_run => {
            deps.store.first_given(&caller.workspace.id, command, caller.now).await?
        }
        Some(_) | None => caller.now,
    };
    let (deps, caller) = (&*deps, &caller);
    let items: Vec<Result<LineView, Failed>> = stream::iter(lines.into_iter().zip(1..))
        .map(|(line, number)| async move {
            match line {
                Ok(line) => hear(deps, caller, &line, number, given_at, dry_run).await,
                Err(wrong) => Ok(LineView::invalid(number, &wrong.field, wrong.detail)),
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let items = items.into_iter().collect::<Result<Vec<_>, _>>()?;
    let done = items.iter().filter(|item| item.result == "done").count();
    if !dry_run {
        let detail = json!({ "lines": items.len(), "done": done });
        deps.audit(caller, command.as_ref(), "consent.upload", "consents", detail).await?;
    }
    Ok(Json(UploadedView { dry_run, done, items }))
}

/// One line: the address hears it, and then the conversations that write to the address.
async fn hear(
    deps: &Deps,
    caller: &Caller,
    line: &Line,
    number: usize,
    given_at: Timestamp,
    dry_run: bool,
) -> Result<LineView, Failed> {
    let at = line.at.unwrap_or(given_at);
    if at > caller.now {
        return Ok(LineView::invalid(number, "at", "is in the future"));
    }
    let workspace = &caller.workspace.id;
    let account = deps.account(&line.via.account, caller.now).await?;
    if account.is_none_or(|account| account.workspace != *workspace) {
        return Ok(LineView::invalid(number, "account", "there is no such account"));
    }
    let change = line.change();
    let Via { account, address } = &line.via;
    if dry_run {
        let known = deps.store.address(workspace, account, address).await?;
        let known = known.as_ref().map_or(&Consent::Unasked, |known| known.on(line.topic));
        return Ok(LineView::heard(number, &known.hearing(&change, at)));
    }
    let new_contact = new_contact(given_at, &line.via);
    let update = ConsentUpdate {
        workspace,
        account,
        address,
        name: None,
        change: &change,
        at,
        heard_at: caller.now,
        by: Some(&caller.user.id),
        note: line.note.as_ref(),
        new_contact,
    };
    let hearing = deps.store.hear_consent(&update).await?;
    if line.topic == Topic::Everything {
        tell_conversations(deps, caller, &line.via).await?;
    }
    Ok(LineView::heard(number, &hearing))
}

/// The same upload names the same new contact.
fn new_contact(at: Timestamp, via: &Via) -> ContactId {
    NewIds::of(at, &["consent", via.account.as_str(), via.address.reveal()]).contact
}

/// A conversation has a copy of what its addresses have said, because its head is all that a
/// message looks at. Here the copies follow; whatever died in between, the next upload repairs.
async fn tell_conversations(deps: &Deps, caller: &Caller, via: &Via) -> Result<(), Failed> {
    let workspace = &caller.workspace.id;
    let Some(known) = deps.store.address(workspace, &via.account, &via.address).await? else {
        return Ok(());
    };
    let Some(change) = word(&known.consent) else { return Ok(()) };
    for conversation in conversations(deps, caller, via, &known).await? {
        tell(deps, caller, conversation, via, &change).await?;
    }
    Ok(())
}

/// The latest conversation of an address, and the one that is open with its contact.
async fn conversations(
    deps: &Deps,
    caller: &Caller,
    via: &Via,
    known: &KnownAddress,
) -> Result<Vec<ConversationId>, Failed> {
    let scope = caller.workspace.rules.open_scope.of(&via.account);
    let open = deps.store.open_conversation(&caller.workspace.id, known.contact, &scope).await?;
    let open = open.filter(|open| known.conversation != Some(*open));
    Ok(known.conversation.into_iter().chain(open).collect())
}

async fn tell(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    via: &Via,
    change: &ConsentChange,
) -> Result<(), Failed> {
    let facts = Facts::of(&caller.workspace);
    let knows = |conversation: &Conversation| {
        conversation
            .identity_by(via)
            .is_none_or(|identity| word(&identity.consent).as_ref() == Some(change))
    };
    let changed = deps
        .store
        .change(&caller.workspace.id, id, None, caller.due(), caller.now, |conversation| {
            if knows(conversation) {
                return Ok(Decision { begins: false, events: Vec::new() });
            }
            let hear = Command::HearConsent { via, change };
            decide(Some(conversation), hear, &facts, caller.now)
        })
        .await?;
    match changed {
        Changed::Committed(committed) => deps.finish(caller, id, &committed.events).await,
        Changed::Refused(refusal) => Err(refusal.into()),
        Changed::Repeated { .. } | Changed::Absent | Changed::Unchanged => Ok(()),
    }
}

/// The word that a consent rests on.
fn word(consent: &Consent) -> Option<ConsentChange> {
    let (wish, source) = match *consent {
        Consent::Unasked => return None,
        Consent::OptedIn { source, .. } => (Wish::In, source),
        Consent::OptedOut { source, .. } => (Wish::Out, source),
    };
    Some(ConsentChange { topic: Topic::Everything, wish, source })
}

/// What an address has said about being written to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsentView {
    account: String,
    address: String,
    contact: String,
    /// What counts now.
    everything: StateView,
    /// What counts for marketing templates, beside that.
    marketing: StateView,
    /// All that was said, newest first.
    items: Vec<WordView>,
    next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StateView {
    /// `unasked`, `opted_in` or `opted_out`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
}

impl From<&Consent> for StateView {
    fn from(consent: &Consent) -> Self {
        match consent {
            Consent::Unasked => Self { state: "unasked", at: None, source: None },
            Consent::OptedIn { at, source } => {
                Self { state: "opted_in", at: Some(at.to_string()), source: Some(source.as_str()) }
            }
            Consent::OptedOut { at, source } => {
                Self { state: "opted_out", at: Some(at.to_string()), source: Some(source.as_str()) }
            }
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WordView {
    /// When it was said.
    at: String,
    /// When we heard of it.
    heard_at: String,
    /// `everything` or `marketing`.
    topic: serde_json::Value,
    /// `in` or `out`.
    wish: serde_json::Value,
    source: &'static str,
    /// The user who put it down.
    by: Option<String>,
    #[schema(value_type = Option<String>)]
    note: Option<Words>,
}

impl From<LedgerEntry> for WordView {
    fn from(entry: LedgerEntry) -> Self {
        Self {
            at: entry.at.to_string(),
            heard_at: entry.heard_at.to_string(),
            topic: json!(entry.change.topic),
            wish: json!(entry.change.wish),
            source: entry.change.source.as_str(),
            by: entry.by.map(|by| by.to_string()),
            note: entry.note,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentQuery {
    account: AccountId,
    address: Address,
    #[serde(default)]
    limit: Limit,
    #[serde(default)]
    cursor: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/consents",
    params(
        ("account" = String, Query, description = "A channel account"),
        ("address" = String, Query, description = "As the channel names the contact: a phone number in E.164, a chat id"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "What counts for an address, and all it has said", body = ConsentView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<ConsentQuery>,
) -> Result<Json<ConsentView>, Failed> {
    let workspace = &caller.workspace.id;
    let ConsentQuery { account, address, limit, cursor } = query;
    let known = deps.store.address(workspace, &account, &address).await?;
    let known = known.ok_or_else(|| Problem::not_found("address"))?;
    let limit = limit.0;
    let ledger =
        deps.store.consent_ledger(workspace, &account, &address, cursor.as_deref(), limit).await?;
    Ok(Json(ConsentView {
        account: account.to_string(),
        address: address.into_revealed(),
        contact: known.contact.to_string(),
        everything: StateView::from(&known.consent),
        marketing: StateView::from(&known.marketing),
        items: ledger.entries.into_iter().map(WordView::from).collect(),
        next: ledger.next,
    }))
}
