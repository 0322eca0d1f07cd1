//! Why a command changed nothing, with what the client needs to show or to offer instead.

use jiff::Timestamp;

use super::Actor;
use crate::capabilities::CannotCarry;
use crate::consent::ConsentSource;
use crate::id::{AccountId, ConversationId, Seq};

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
    #[error("the customer service window closed at {closed_at}; only a template may be sent")]
    WindowClosed { closed_at: Timestamp },
    #[error("the contact has not written yet; only a template may be sent")]
    WindowNeverOpened,
    #[error("no approved template `{name}` in `{language}` is registered")]
    TemplateNotRegistered { name: String, language: String },
    #[error("the template has {registered} parameters, {given} were given")]
    TemplateParameters { registered: usize, given: usize },
    #[error("the contact opted out at {at} ({source_of_wish})")]
    OptedOut { at: Timestamp, source_of_wish: ConsentSource },
    #[error("a colleague answered meanwhile")]
    ColleagueAnswered { seq: Seq, by: Actor },
    #[error(transparent)]
    CannotCarry(#[from] CannotCarry),
    #[error("this conversation does not reach the contact through `{account}`")]
    NotReachable { account: AccountId },
    #[error("this message has been answered already")]
    TurnTaken,
    #[error("a person is handling the conversation")]
    HumanHandles,
}
