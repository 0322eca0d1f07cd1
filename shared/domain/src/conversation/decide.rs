//! The transition table: a state and a command give events, or a refusal.
//!
//! Here is what all rows have in common; the rows themselves are in the files beside.

use jiff::Timestamp;

use super::access::ContactDefaults;
use super::claim::{self, ClaimBy};
use super::event::{Actor, EventKind, Opened, OpenedBy, Outgoing, Via};
use super::lifecycle::{self, Close, Open, Reopen};
use super::machine::{self, AutoSend, Handoff, PassTurn};
use super::ownership::{self, Assign};
use super::receive::{self, Echo, Receive, RemarkOn};
use super::send::{self, CampaignSend, Reply};
use super::work::{self, Note, SetStatus};
use super::{Base, Conversation, Handler, Refusal, Rule, Visibility};
use crate::account::RegisteredTemplate;
use crate::capabilities::Capabilities;
use crate::consent::{Consent, ConsentChange};
use crate::content::Content;
use crate::id::{ContactId, FaqId, InvoiceId, Seq, UserId};
use crate::private::Words;
use crate::rights::{Permission, Viewer};
use crate::window::after;
use crate::workspace::{ReopenGrace, UserKind, Workspace};

/// Something that wants to change a conversation.
#[derive(Debug, Clone, Copy)]
pub enum Command<'a> {
    Receive(&'a Receive<'a>),
    Echo(&'a Echo<'a>),
    Remark(&'a RemarkOn<'a>),
    HearConsent {
        via: &'a Via,
        change: &'a ConsentChange,
    },
    Reply(&'a Reply<'a>),
    AutoSend(&'a AutoSend<'a>),
    /// The responders have nothing to say.
    PassTurn(&'a PassTurn<'a>),
    /// Of an automatic answer.
    MarkAnswer {
        by: Viewer<'a>,
        message: Seq,
        faq: &'a FaqId,
        right: bool,
    },
    CampaignSend(&'a CampaignSend<'a>),
    Release {
        held: Seq,
        message: &'a Outgoing,
        by: &'a Actor,
    },
    Cancel {
        by: Viewer<'a>,
        held: Seq,
    },
    Open(&'a Open<'a>),
    SetStatus(&'a SetStatus<'a>),
    Close(&'a Close<'a>),
    Reopen(&'a Reopen<'a>),
    Delete {
        by: Viewer<'a>,
    },
    Block {
        by: Viewer<'a>,
    },
    Unblock {
        by: Viewer<'a>,
    },
    /// Of the contact.
    Rename {
        by: Viewer<'a>,
        name: &'a Words,
    },
    Snooze {
        by: Viewer<'a>,
        until: Timestamp,
    },
    /// By a user, or by time: then only if the snooze is still the one that was armed.
    Wake {
        by: Option<Viewer<'a>>,
    },
    Assign(&'a Assign<'a>),
    /// With the users who are responsible: of whom nothing is known here is left out.
    SetVisibility {
        by: Viewer<'a>,
        visibility: &'a Visibility,
        assignees: &'a [Viewer<'a>],
    },
    Claim(&'a ClaimBy<'a>),
    Unclaim {
        by: Viewer<'a>,
    },
    Handoff(&'a Handoff<'a>),
    /// To a program.
    HandBack {
        by: Viewer<'a>,
        to: &'a Handler,
    },
    Note(&'a Note<'a>),
    Say {
        by: Viewer<'a>,
        content: &'a Content,
    },
    Label {
        by: Viewer<'a>,
        labels: &'a [String],
    },
    IssueInvoice {
        by: Viewer<'a>,
        invoice: &'a InvoiceId,
    },
    PayInvoice {
        by: Viewer<'a>,
        invoice: &'a InvoiceId,
    },
}

impl<'a> Command<'a> {
    pub fn name(self) -> &'static str {
        match self {
            Self::Receive(_) => "an inbound message",
            Self::Echo(_) => "a message from the provider's app",
            Self::Remark(_) => "an edit, deletion or reaction",
            Self::HearConsent { .. } => "a change of consent",
            Self::Reply(_) => "a reply",
            Self::AutoSend(_) => "an automatic reply",
            Self::PassTurn(_) => "passing a turn",
            Self::MarkAnswer { .. } => "marking an answer",
            Self::CampaignSend(_) => "a campaign's message",
            Self::Release { .. } => "the release of a held message",
            Self::Cancel { .. } => "taking back a held message",
            Self::Open(_) => "opening",
            Self::SetStatus(_) => "setting the status",
            Self::Close(_) => "closing",
            Self::Reopen(_) => "reopening",
            Self::Delete { .. } => "deleting",
            Self::Block { .. } => "blocking",
            Self::Unblock { .. } => "unblocking",
            Self::Rename { .. } => "naming the contact",
            Self::Snooze { .. } => "snoozing",
            Self::Wake { .. } => "waking",
            Self::Assign(_) => "assigning",
            Self::SetVisibility { .. } => "setting the visibility",
            Self::Claim(_) => "claiming",
            Self::Unclaim { .. } => "giving a claim back",
            Self::Handoff(_) => "handing over to people",
            Self::HandBack { .. } => "handing back to a program",
            Self::Note(_) => "a note",
            Self::Say { .. } => "a message among users",
            Self::Label { .. } => "labelling",
            Self::IssueInvoice { .. } => "issuing an invoice",
            Self::PayInvoice { .. } => "paying an invoice",
        }
    }

    /// Whether it is about a contact rather than about a conversation: what was closed before, and
    /// who sees that, does not matter.
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other command names a conversation")]
    fn begins(self) -> bool {
        match self {
            Self::Open(_) | Self::CampaignSend(_) => true,
            Self::Reply(reply) => matches!(reply.to, super::To::Contact { .. }),
            _ => false,
        }
    }

    /// The user behind it and what they have to be allowed, unless nobody of ours is.
    pub fn needs(self) -> Option<(Viewer<'a>, Permission)> {
        match self {
            Self::Receive(_)
            | Self::Echo(_)
            | Self::Remark(_)
            | Self::HearConsent { .. }
            | Self::AutoSend(_)
            | Self::PassTurn(_)
            | Self::Release { .. } => None,
            Self::Reply(reply) => Some((reply.by, Permission::ConversationReply)),
            Self::CampaignSend(send) => Some((send.by, Permission::CampaignSend)),
            Self::MarkAnswer { by, .. }
            | Self::Cancel { by, .. }
            | Self::Unclaim { by }
            | Self::HandBack { by, .. } => Some((by, Permission::ConversationReply)),
            Self::Open(open) => open.by.map(|by| (by, Permission::ConversationReply)),
            Self::SetStatus(set) => Some((set.by, Permission::ConversationStatus)),
            Self::Close(close) => close.by.map(|by| (by, Permission::ConversationClose)),
            Self::Reopen(reopen) => Some((reopen.by, Permission::ConversationClose)),
            Self::Delete { by } => Some((by, Permission::ConversationRead)),
            Self::Block { by } | Self::Unblock { by } => Some((by, Permission::ContactBlock)),
            Self::Rename { by, .. } => Some((by, Permission::ContactEdit)),
            Self::Snooze { by, .. } | Self::Label { by, .. } => {
                Some((by, Permission::ConversationStatus))
            }
            Self::Wake { by } => by.map(|by| (by, Permission::ConversationStatus)),
            Self::Assign(assign) => assign.by.map(|by| (by, Permission::AssignSelf)),
            Self::SetVisibility { by, .. } => Some((by, Permission::ConversationVisibility)),
            Self::Claim(claim) => Some((claim.by, Permission::ConversationReply)),
            Self::Handoff(handoff) => Some((handoff.by, Permission::ConversationReply)),
            Self::Note(note) => Some((note.by, Permission::NoteWrite)),
            Self::Say { by, .. } => Some((by, Permission::InternalChat)),
            Self::IssueInvoice { by, .. } | Self::PayInvoice { by, .. } => {
                Some((by, Permission::InvoiceManage))
            }
        }
    }
}

/// The other side of a message.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    pub contact: ContactId,
    pub name: Option<&'a Words>,
    /// What the address has said about being written to.
    pub consent: &'a Consent,
    /// Whether the workspace has never heard of this contact before.
    pub is_new: bool,
    pub blocked: bool,
    /// What is laid down for new conversations with the contact.
    pub defaults: Option<&'a ContactDefaults>,
}

/// What a decision depends on beside the conversation.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub workspace: &'a Workspace,
    /// Of the channel the command comes or goes through.
    pub capabilities: &'a Capabilities,
    /// The templates registered for the account; `None` if Confab has not been told.
    pub templates: Option<&'a [RegisteredTemplate]>,
}

impl<'a> Facts<'a> {
    /// For a command that goes through no channel.
    pub fn of(workspace: &'a Workspace) -> Self {
        Self { workspace, capabilities: &Capabilities::NOTHING, templates: None }
    }
}

/// The events that follow a command, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Whether they begin a new conversation beside the one that was asked.
    pub begins: bool,
    pub events: Vec<Decided>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    pub actor: Actor,
    pub rule: Rule,
    pub kind: EventKind,
}

impl Decision {
    pub(super) fn here(events: Vec<Decided>) -> Self {
        Self { begins: false, events }
    }

    pub(super) fn anew(events: Vec<Decided>) -> Self {
        Self { begins: true, events }
    }
}

/// What a user has done.
pub(super) fn by_user(by: Viewer<'_>, rule: Rule, kind: EventKind) -> Decided {
    Decided { actor: actor(by), rule, kind }
}

pub(super) fn by_system(rule: Rule, kind: EventKind) -> Decided {
    Decided { actor: Actor::System, rule, kind }
}

pub(super) fn actor(by: Viewer<'_>) -> Actor {
    let id: UserId = by.user.id.clone();
    match by.user.kind {
        UserKind::Person => Actor::User(id),
        UserKind::Ai => Actor::Ai(id),
        UserKind::Bot => Actor::Bot(id),
    }
}

/// What happens to a conversation (`None`: there is none yet) at `now`.
///
/// # Errors
///
/// The refusal names the guard; nothing may change then.
pub fn decide(
    state: Option<&Conversation>,
    command: Command<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    if let Some((by, permission)) = command.needs() {
        let about = state.filter(|known| known.base.is_open() || !command.begins());
        guard_user(about, by, permission)?;
    }
    let existing = || on_existing(state, command);
    let open = || on_open(state, command);
    match command {
        Command::Receive(receive) => receive::decide_receive(state, receive, facts, now),
        Command::Echo(echo) => Ok(receive::decide_echo(state, echo, facts, now)),
        Command::Remark(remark) => existing().map(|_| receive::decide_remark(remark)),
        Command::HearConsent { via, change } => {
            existing().map(|_| receive::decide_consent(via, change))
        }
        Command::Reply(reply) => send::decide_reply(state, reply, facts, now),
        Command::AutoSend(auto) => machine::decide_auto(open()?, auto, facts, now),
        Command::PassTurn(pass) => machine::decide_pass(open()?, pass, now),
        Command::MarkAnswer { by, message, faq, right } => {
            existing().map(|_| machine::decide_mark(by, message, faq, right))
        }
        Command::CampaignSend(send) => send::decide_campaign(state, send, facts, now),
        Command::Release { held, message, by } => {
            send::decide_release(existing()?, held, message, by, facts, now)
        }
        Command::Cancel { by, held } => send::decide_cancel(existing()?, by, held),
        Command::Open(open) => lifecycle::decide_open(state, open, facts, now),
        Command::SetStatus(set) => work::decide_status(existing()?, set, facts),
        Command::Close(close) => lifecycle::decide_close(open()?, close, Rule::T40, facts, now),
        Command::Reopen(reopen) => lifecycle::decide_reopen(existing()?, reopen, facts),
        Command::Delete { by } => lifecycle::decide_delete(existing()?, by, facts),
        Command::Block { by } => lifecycle::decide_block(existing()?, by),
        Command::Unblock { by } => lifecycle::decide_unblock(existing()?, by),
        Command::Rename { by, name } => Ok(work::decide_rename(existing()?, by, name)),
        Command::Snooze { by, until } => work::decide_snooze(open()?, by, until, now),
        Command::Wake { by } => work::decide_wake(open()?, by, now),
        Command::Assign(assign) => ownership::decide_assign(open()?, assign, facts, now),
        Command::SetVisibility { by, visibility, assignees } => {
            ownership::decide_visibility(existing()?, by, visibility, assignees)
        }
        Command::Claim(claim) => claim::decide_claim(open()?, claim, facts, now),
        Command::Unclaim { by } => claim::decide_unclaim(open()?, by, now),
        Command::Handoff(handoff) => machine::decide_handoff(open()?, handoff),
        Command::HandBack { by, to } => machine::decide_hand_back(open()?, by, to),
        Command::Note(note) => work::decide_note(existing()?, note),
        Command::Say { by, content } => work::decide_say(open()?, by, content, command),
        Command::Label { by, labels } => work::decide_label(existing()?, by, labels),
        Command::IssueInvoice { by, invoice } => work::decide_issue(open()?, by, invoice),
        Command::PayInvoice { by, invoice } => work::decide_pay(existing()?, by, invoice),
    }
}

/// Guards V and Pm: the user sees the conversation, and may do this at all.
fn guard_user(
    state: Option<&Conversation>,
    by: Viewer<'_>,
    permission: Permission,
) -> Result<(), Refusal> {
    let blind = permission != Permission::CampaignSend
        && state.is_some_and(|known| known.base != Base::Unopened && !by.sees(known));
    if blind {
        return Err(Refusal::NotVisible);
    }
    if by.may(permission) { Ok(()) } else { Err(Refusal::NotPermitted(permission)) }
}

/// The conversation, unless there is none or it was deleted.
pub(super) fn on_existing<'a>(
    state: Option<&'a Conversation>,
    command: Command<'_>,
) -> Result<&'a Conversation, Refusal> {
    match state {
        None => Err(Refusal::NotAllowed { state: "absent", command: command.name() }),
        Some(conversation) => match conversation.base {
            Base::Deleted { .. } => Err(Refusal::Gone),
            Base::Unopened if command.needs().is_some() => {
                Err(Refusal::NotAllowed { state: "unopened", command: command.name() })
            }
            Base::Unopened | Base::New | Base::Active | Base::Pending | Base::Resolved { .. } => {
                Ok(conversation)
            }
        },
    }
}

/// The conversation, if it is open.
pub(super) fn on_open<'a>(
    state: Option<&'a Conversation>,
    command: Command<'_>,
) -> Result<&'a Conversation, Refusal> {
    let conversation = on_existing(state, command)?;
    match conversation.base {
        Base::Resolved { closed_at, .. } => Err(Refusal::Closed { closed_at }),
        Base::Unopened => Err(Refusal::NotAllowed { state: "unopened", command: command.name() }),
        Base::New | Base::Active | Base::Pending | Base::Deleted { .. } => Ok(conversation),
    }
}

/// Where a message of or to the contact belongs: T24, T80 and T81 start anew, T23 reopens.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    Here(&'a Conversation),
    Reopen(&'a Conversation),
    /// A campaign has written, and nobody has answered until now.
    Opens(&'a Conversation),
    Anew,
}

pub(super) fn place<'a>(
    state: Option<&'a Conversation>,
    grace: ReopenGrace,
    now: Timestamp,
) -> Place<'a> {
    let Some(conversation) = state else { return Place::Anew };
    match conversation.base {
        Base::New | Base::Active | Base::Pending => Place::Here(conversation),
        Base::Unopened => Place::Opens(conversation),
        Base::Deleted { .. } => Place::Anew,
        Base::Resolved { closed_at, .. } => {
            let reopens = match grace {
                ReopenGrace::Never => false,
                ReopenGrace::Always => true,
                ReopenGrace::Within(grace) => now < after(closed_at, grace),
            };
            if reopens { Place::Reopen(conversation) } else { Place::Anew }
        }
    }
}

/// Who opens a conversation, by which way, and since when its activity clock runs.
pub(super) struct Opening<'a> {
    pub(super) by: OpenedBy,
    pub(super) via: &'a Via,
    pub(super) party: &'a Party<'a>,
    pub(super) earlier: Option<&'a Conversation>,
    pub(super) base: Base,
    pub(super) since: Timestamp,
}

impl Opening<'_> {
    /// The event that begins the conversation: with what is laid down for the contact, in the group
    /// that has the account, handled by the AI agent if a customer opens it and there is one.
    pub(super) fn event(self, facts: &Facts<'_>) -> EventKind {
        let Workspace { rules, groups, .. } = facts.workspace;
        let defaults = self.party.defaults.cloned().unwrap_or_default();
        let of_account = || {
            let group = groups.iter().find(|group| group.accounts.contains(&self.via.account));
            group.map(|group| group.id.clone())
        };
        let handler = match (&self.by, &rules.ai_agent) {
            (OpenedBy::Contact, Some(ai)) => Handler::Ai(ai.clone()),
            _ => Handler::Nobody,
        };
        let assignees = match &self.by {
            OpenedBy::Contact => defaults.assignees,
            OpenedBy::User(_) | OpenedBy::Business | OpenedBy::Automation => Vec::new(),
        };
        EventKind::Opened(Opened {
            contact: self.party.contact,
            contact_name: self.party.name.cloned(),
            scope: rules.open_scope.of(&self.via.account),
            by: self.by,
            via: Some(self.via.clone()),
            consent: self.party.consent.clone(),
            activity_expires_at: after(self.since, rules.inactive_after),
            last_in_at: self.earlier.and_then(|earlier| earlier.last_in_by(self.via)),
            base: self.base,
            handler,
            group: defaults.group.or_else(of_account),
            visibility: defaults.visibility,
            assignees,
            replier: self.earlier.and_then(|earlier| earlier.replier.clone()),
        })
    }
}
