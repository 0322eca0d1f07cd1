//! What users do to a conversation beside answering: status, snooze, notes, labels, invoices.

use jiff::Timestamp;

use super::decide::{Decided, Decision, Facts, by_system, by_user};
use super::event::{CloseReason, EventKind};
use super::lifecycle::{Close, Reopen, decide_close, decide_reopen};
use super::{Base, Command, Conversation, Refusal, Rule, Scope, ShownStatus, WaitingOn};
use crate::content::Content;
use crate::id::{ConversationId, InvoiceId, UserId};
use crate::private::Words;
use crate::rights::Viewer;

/// A user sets the status.
#[derive(Debug, Clone, Copy)]
pub struct SetStatus<'a> {
    pub by: Viewer<'a>,
    pub status: ShownStatus,
    /// Who is waited for, if not who the status says.
    pub waiting_on: Option<WaitingOn>,
    /// For a status that closes.
    pub category: Option<&'a str>,
    pub summary: Option<&'a Words>,
    /// For a status that reopens: the conversation that is open in the same scope, if any.
    pub other_open: Option<ConversationId>,
    pub now: Timestamp,
}

/// A private note.
#[derive(Debug, Clone, Copy)]
pub struct Note<'a> {
    pub by: Viewer<'a>,
    pub content: &'a Content,
    /// Who is to look at it.
    pub mentions: &'a [Viewer<'a>],
}

/// A conversation has at most this many labels: they stand in its head.
pub const LABELS_MAX: usize = 20;
const LABEL_CHARS_MAX: usize = 50;

/// T30, T31 and, from closed, T50.
pub(super) fn decide_status(
    conversation: &Conversation,
    set: &SetStatus<'_>,
    facts: &Facts<'_>,
) -> Result<Decision, Refusal> {
    let allowed = facts.workspace.rules.preset.set_by_hand();
    if !allowed.contains(&set.status) {
        return Err(Refusal::NotInPreset { status: set.status, allowed });
    }
    let base = match set.status {
        ShownStatus::New => Base::New,
        ShownStatus::Active => Base::Active,
        ShownStatus::Pending => Base::Pending,
        ShownStatus::Open if conversation.base.is_open() => conversation.base,
        ShownStatus::Open => return reopen(conversation, set, facts),
        ShownStatus::Resolved | ShownStatus::Closed if !conversation.base.is_open() => {
            return Ok(Decision::here(Vec::new()));
        }
        ShownStatus::Resolved
        | ShownStatus::Closed
        | ShownStatus::Inactive
        | ShownStatus::Deleted => {
            let close = Close {
                by: Some(set.by),
                reason: CloseReason::User,
                category: set.category,
                summary: set.summary,
            };
            return decide_close(conversation, &close, Rule::T31, facts, set.now);
        }
    };
    let waiting_on = set.waiting_on.unwrap_or(match base {
        Base::Active => WaitingOn::Customer,
        Base::Unopened
        | Base::New
        | Base::Pending
        | Base::Resolved { .. }
        | Base::Deleted { .. } => WaitingOn::Agent,
    });
    if conversation.base == base && conversation.waiting_on == waiting_on {
        return Ok(Decision::here(Vec::new()));
    }
    let mut decision = if conversation.base.is_open() {
        Decision::here(Vec::new())
    } else {
        reopen(conversation, set, facts)?
    };
    let status = EventKind::StatusSet { base, waiting_on };
    decision.events.push(by_user(set.by, Rule::T30, status));
    Ok(decision)
}

fn reopen(
    conversation: &Conversation,
    set: &SetStatus<'_>,
    facts: &Facts<'_>,
) -> Result<Decision, Refusal> {
    let reopen = Reopen { by: set.by, other_open: set.other_open };
    decide_reopen(conversation, &reopen, facts)
}

/// T32.
pub(super) fn decide_snooze(
    open: &Conversation,
    by: Viewer<'_>,
    until: Timestamp,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    if until <= now {
        return Err(Refusal::NotInFuture);
    }
    if open.snoozed_until == Some(until) {
        return Ok(Decision::here(Vec::new()));
    }
    Ok(Decision::here(vec![by_user(by, Rule::T32, EventKind::Snoozed { until })]))
}

/// T33.
pub(super) fn decide_wake(
    open: &Conversation,
    by: Option<Viewer<'_>>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let Some(until) = open.snoozed_until else { return Ok(Decision::here(Vec::new())) };
    match by {
        Some(by) => Ok(Decision::here(vec![by_user(by, Rule::T33, EventKind::Woken)])),
        None if now < until => Ok(Decision::here(Vec::new())),
        None => Ok(Decision::here(vec![by_system(Rule::T33, EventKind::Woken)])),
    }
}

/// T75.
pub(super) fn decide_note(
    conversation: &Conversation,
    note: &Note<'_>,
) -> Result<Decision, Refusal> {
    if let Some(blind) = note.mentions.iter().find(|viewer| !viewer.sees(conversation)) {
        return Err(Refusal::CannotSee { user: blind.user.id.clone() });
    }
    let mentions: Vec<UserId> = note.mentions.iter().map(|viewer| viewer.user.id.clone()).collect();
    let kind = EventKind::Noted { content: note.content.clone(), mentions };
    Ok(Decision::here(vec![by_user(note.by, Rule::T75, kind)]))
}

/// R167: users write to one another.
pub(super) fn decide_say(
    open: &Conversation,
    by: Viewer<'_>,
    content: &Content,
    command: Command<'_>,
) -> Result<Decision, Refusal> {
    if open.scope != Scope::Internal {
        let state = "with a customer";
        return Err(Refusal::NotAllowed { state, command: command.name() });
    }
    let kind = EventKind::Said { content: content.clone() };
    Ok(Decision::here(vec![by_user(by, Rule::Internal, kind)]))
}

impl Decision {
    /// The first message of a chat that this opens.
    pub fn say(&mut self, by: Viewer<'_>, content: &Content) {
        let kind = EventKind::Said { content: content.clone() };
        self.events.push(by_user(by, Rule::Internal, kind));
    }
}

pub(super) fn decide_label(
    conversation: &Conversation,
    by: Viewer<'_>,
    labels: &[String],
) -> Result<Decision, Refusal> {
    let mut labels: Vec<String> = labels.iter().map(|label| label.trim().to_owned()).collect();
    labels.sort_unstable();
    labels.dedup();
    let fits = |label: &String| (1..=LABEL_CHARS_MAX).contains(&label.chars().count());
    if labels.len() > LABELS_MAX || !labels.iter().all(fits) {
        return Err(Refusal::BadLabels { max: LABELS_MAX });
    }
    if labels == conversation.labels {
        return Ok(Decision::here(Vec::new()));
    }
    Ok(Decision::here(vec![by_user(by, Rule::Labelled, EventKind::Labelled { labels })]))
}

/// The contact's name: nothing else moves by it.
pub(super) fn decide_rename(conversation: &Conversation, by: Viewer<'_>, name: &Words) -> Decision {
    if conversation.contact_name.as_ref() == Some(name) {
        return Decision::here(Vec::new());
    }
    let kind = EventKind::Renamed { name: Some(name.clone()) };
    Decision::here(vec![by_user(by, Rule::Renamed, kind)])
}

/// T77.
pub(super) fn decide_issue(
    open: &Conversation,
    by: Viewer<'_>,
    invoice: &InvoiceId,
) -> Result<Decision, Refusal> {
    if open.unpaid.contains(invoice) {
        return Ok(Decision::here(Vec::new()));
    }
    one(by, EventKind::InvoiceIssued { invoice: invoice.clone() })
}

pub(super) fn decide_pay(
    conversation: &Conversation,
    by: Viewer<'_>,
    invoice: &InvoiceId,
) -> Result<Decision, Refusal> {
    if !conversation.unpaid.contains(invoice) {
        return Ok(Decision::here(Vec::new()));
    }
    one(by, EventKind::InvoicePaid { invoice: invoice.clone() })
}

fn one(by: Viewer<'_>, kind: EventKind) -> Result<Decision, Refusal> {
    let decided: Decided = by_user(by, Rule::T77, kind);
    Ok(Decision::here(vec![decided]))
}
