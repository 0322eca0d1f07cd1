//! What users do to conversations beside answering: one at a time by a path, many at once in bulk.
//!
//! Each action is a body, and a body becomes a command of the domain. All of them answer with the
//! conversation as it is then.

mod bodies;
mod bulk;
mod claim;
mod ownership;
pub(crate) mod routes;

pub(crate) use bodies::*;
pub(crate) use bulk::*;
pub(crate) use claim::*;
pub(crate) use ownership::users;
pub(crate) use routes::*;

use domain::conversation::{
    Close, CloseReason, Command, Conversation, Decision, Facts, Handler, Handoff, Note, Refusal,
    Reopen, SetStatus, decide,
};
use domain::id::ConversationId;
use domain::rights::Viewer;
use domain::workspace::UserKind;
use platform::problem::Problem;
use serde_json::json;
use store::{Changed, CommandKey};

use crate::Deps;
use crate::answer::Failed;
use crate::caller::Caller;
use crate::content;
use crate::conversations::found;

/// Does something to a conversation.
pub(crate) async fn act(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    key: Option<&CommandKey>,
    action: &Action,
) -> Result<Conversation, Failed> {
    let by = caller.viewer();
    let simple = |command| deps.run(caller, id, key, command);
    match action {
        Action::Close(body) => close(deps, caller, id, key, body).await,
        Action::Reopen(Nothing {}) => reopen(deps, caller, id, key).await,
        Action::Status(body) => set_status(deps, caller, id, key, body).await,
        Action::Snooze(body) => simple(Command::Snooze { by, until: body.until }).await,
        Action::Wake(Nothing {}) => simple(Command::Wake { by: Some(by) }).await,
        Action::Assign(body) => ownership::assign(deps, caller, id, key, body).await,
        Action::Visibility(body) => ownership::set_visibility(deps, caller, id, key, body).await,
        Action::Labels(body) => label(deps, caller, id, key, body).await,
        Action::Claim(body) => {
            let claimed = simple(Command::Claim(&body.claim(by))).await?;
            if body.steal {
                deps.audit(caller, key, "claim.steal", &id.to_string(), json!({})).await?;
            }
            Ok(claimed)
        }
        Action::Unclaim(Nothing {}) => simple(Command::Unclaim { by }).await,
        Action::Handoff(body) => {
            let handoff = Handoff { by, reason: body.reason.as_ref() };
            simple(Command::Handoff(&handoff)).await
        }
        Action::HandBack(body) => hand_back(deps, caller, id, key, body).await,
        Action::Note(body) => note(deps, caller, id, key, body).await,
        Action::InternalMessage(body) => {
            let content = content::read(deps, caller, body.content.clone()).await?;
            simple(Command::Say { by, content: &content }).await
        }
        Action::Invoice(body) => simple(Command::IssueInvoice { by, invoice: &body.invoice }).await,
        Action::InvoicePaid(body) => {
            simple(Command::PayInvoice { by, invoice: &body.invoice }).await
        }
    }
}

impl Deps {
    /// Decides a command that depends on nothing but the conversation and the workspace, and
    /// commits what follows.
    pub(crate) async fn run(
        &self,
        caller: &Caller,
        id: ConversationId,
        key: Option<&CommandKey>,
        command: Command<'_>,
    ) -> Result<Conversation, Failed> {
        let facts = Facts::of(&caller.workspace);
        self.commit(caller, id, key, |conversation| {
            decide(Some(conversation), command, &facts, caller.now)
        })
        .await
    }

    /// Commits what a decision says, hands it on, and answers with the conversation after it.
    pub(crate) async fn commit(
        &self,
        caller: &Caller,
        id: ConversationId,
        key: Option<&CommandKey>,
        decide: impl Fn(&Conversation) -> Result<Decision, Refusal>,
    ) -> Result<Conversation, Failed> {
        let workspace = &caller.workspace.id;
        let (due, now) = (caller.due(), caller.now);
        match self.store.change(workspace, id, key, due, now, decide).await? {
            Changed::Committed(committed) => {
                self.finish(caller, id, &committed.events).await?;
                Ok(committed.conversation)
            }
            Changed::Repeated { first, last } => {
                self.repeat(caller, id, first, last).await?;
                found(self, caller, id).await
            }
            Changed::Unchanged => found(self, caller, id).await,
            Changed::Refused(refusal) => Err(refusal.into()),
            Changed::Absent => Err(Failed(Problem::not_found("conversation"))),
        }
    }
}

async fn close(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    key: Option<&CommandKey>,
    body: &CloseBody,
) -> Result<Conversation, Failed> {
    body.check()?;
    let by = caller.viewer();
    let person = by.user.kind == UserKind::Person;
    let reason = match body.reason {
        None if person => CloseReason::User,
        None | Some(CloseReasonBody::Automation) => CloseReason::Automation,
        Some(CloseReasonBody::Dialogflow) => CloseReason::Dialogflow,
    };
    let (category, summary) = (body.category.as_deref(), body.summary.as_ref());
    let close = Close { by: Some(by), reason, category, summary };
    deps.run(caller, id, key, Command::Close(&close)).await
}

/// T50. What else is open in the scope is looked up each time: somebody may be faster.
async fn reopen(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    key: Option<&CommandKey>,
) -> Result<Conversation, Failed> {
    let other_open = other_open(deps, caller, id).await?;
    let reopen = Reopen { by: caller.viewer(), other_open };
    deps.run(caller, id, key, Command::Reopen(&reopen)).await
}

/// The conversation that stands in the way of reopening this one.
async fn other_open(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
) -> Result<Option<ConversationId>, Failed> {
    let conversation = found(deps, caller, id).await?;
    if conversation.base.is_open() {
        return Ok(None);
    }
    let (workspace, contact) = (&caller.workspace.id, conversation.contact);
    Ok(deps.store.open_conversation(workspace, contact, &conversation.scope).await?)
}

async fn set_status(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    key: Option<&CommandKey>,
    body: &StatusBody,
) -> Result<Conversation, Failed> {
    let note = &body.close;
    note.check()?;
    let set = SetStatus {
        by: caller.viewer(),
        status: body.status,
        waiting_on: body.waiting_on.map(Into::into),
        category: note.category.as_deref(),
        summary: note.summary.as_ref(),
        other_open: other_open(deps, caller, id).await?,
        now: caller.now,
    };
    deps.run(caller, id, key, Command::SetStatus(&set)).await
}

async fn label(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    key: Option<&CommandKey>,
    body: &LabelsBody,
) -> Result<Conversation, Failed> {
    let facts = Facts::of(&caller.workspace);
    let by = caller.viewer();
    deps.commit(caller, id, key, |conversation| {
        let mut labels = match &body.set {
            Some(labels) => labels.clone(),
            None => conversation.labels.clone(),
        };
        labels.extend(body.add.iter().cloned());
        labels.retain(|label| !body.remove.contains(label));
        let command = Command::Label { by, labels: &labels };
        decide(Some(conversation), command, &facts, caller.now)
    })
    .await
}

async fn hand_back(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    key: Option<&CommandKey>,
    body: &HandBackBody,
) -> Result<Conversation, Failed> {
    let to = match body.to.as_ref().or(caller.workspace.rules.ai_agent.as_ref()) {
        None => None,
        Some(id) => deps.store.user(&caller.workspace.id, id).await?,
    };
    let to = to.filter(|user| user.active).and_then(|user| match user.kind {
        UserKind::Person => None,
        UserKind::Ai => Some(Handler::Ai(user.id)),
        UserKind::Bot => Some(Handler::Bot(user.id)),
    });
    let to = to.ok_or_else(|| Problem::bad_request("to", "must be a program of this workspace"))?;
    deps.run(caller, id, key, Command::HandBack { by: caller.viewer(), to: &to }).await
}

async fn note(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    key: Option<&CommandKey>,
    body: &NoteBody,
) -> Result<Conversation, Failed> {
    let content = content::read(deps, caller, body.content.clone()).await?;
    let users = ownership::users(deps, caller, "mentions", &body.mentions).await?;
    let mentions: Vec<Viewer<'_>> =
        users.iter().filter_map(|user| Viewer::of(&caller.workspace, user)).collect();
    let note = Note { by: caller.viewer(), content: &content, mentions: &mentions };
    deps.run(caller, id, key, Command::Note(&note)).await
}
