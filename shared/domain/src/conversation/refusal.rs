//! Why a command changed nothing, with what the client needs to show or to offer instead.

use jiff::Timestamp;

use super::{Actor, ShownStatus};
use crate::capabilities::CannotCarry;
use crate::consent::ConsentSource;
use crate::id::{AccountId, ConversationId, InvoiceId, Seq, UserId};
use crate::rights::Permission;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a conversation that is {state} does not take {command}")]
    NotAllowed { state: &'static str, command: &'static str },
    #[error("the conversation is closed; reopen it or start a new one")]
    Closed { closed_at: Timestamp },
    #[error("the conversation was deleted")]
    Gone,
    #[error("another conversation with this contact is open")]
    OtherOpen { conversation: ConversationId },
    /// For whom the conversation does not exist.
    #[error("there is no such conversation")]
    NotVisible,
    #[error("this needs the permission `{}`", .0.as_str())]
    NotPermitted(Permission),
    #[error("the customer service window closed at {closed_at}; only a template may be sent")]
    WindowClosed { closed_at: Timestamp, templates: Vec<String> },
    #[error("the contact has not written yet; only a template may be sent")]
    WindowNeverOpened { templates: Vec<String> },
    #[error("no approved template `{name}` in `{language}` is registered")]
    TemplateNotRegistered { name: String, language: String, templates: Vec<String> },
    #[error("the template has {registered} parameters, {given} were given")]
    TemplateParameters { registered: usize, given: usize },
    #[error("the contact opted out at {at} ({source_of_wish})")]
    OptedOut { at: Timestamp, source_of_wish: ConsentSource },
    #[error("the contact is blocked")]
    Blocked,
    #[error("closed until {opens_at}")]
    OutsideHours { opens_at: Timestamp },
    #[error("a colleague answered meanwhile")]
    ColleagueAnswered { seq: Seq, by: Actor },
    #[error("`{by}` has the conversation until {until}")]
    HeldBy { by: UserId, since: Timestamp, until: Timestamp },
    #[error("the claim has passed to somebody else")]
    Fenced { epoch: u32, holder: Option<UserId> },
    #[error("only those who are assigned answer here")]
    NotAssigned { assignees: Vec<UserId> },
    #[error("it is somebody else's to answer")]
    NotHandler,
    #[error(transparent)]
    CannotCarry(#[from] CannotCarry),
    #[error("this conversation does not reach the contact through `{account}`")]
    NotReachable { account: AccountId },
    #[error("this message has been answered already")]
    TurnTaken,
    #[error("responders say at most {max} things to a conversation within ten minutes")]
    TooManyAutomatic { max: usize },
    #[error("a person is handling the conversation")]
    HumanHandles,
    #[error("`{}` is no status of this workspace", .status.as_str())]
    NotInPreset { status: ShownStatus, allowed: &'static [ShownStatus] },
    #[error("invoices are unpaid")]
    UnpaidInvoices { invoices: Vec<InvoiceId> },
    #[error("`{missing}` is asked for on closing")]
    ClosingNote { missing: &'static str },
    #[error("only assignees and those who may close any conversation close this one")]
    NotYours { assignees: Vec<UserId> },
    #[error("`{user}` cannot see the conversation")]
    CannotSee { user: UserId },
    #[error("at most {max} users are responsible for a conversation")]
    TooManyAssignees { max: usize },
    #[error("`{user}` has {open} open conversations, and gets no more")]
    OverCap { user: UserId, open: usize },
    #[error("must be in the future")]
    NotInFuture,
    #[error("conversations are not deleted in this workspace")]
    DeletionOff,
    #[error("the message is not held any more")]
    NotHeld,
    #[error("at most {max} labels of 1 to 50 characters")]
    BadLabels { max: usize },
}
