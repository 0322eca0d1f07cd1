//! The rules of customer conversations.
//!
//! Everything here is a synchronous function of values: no clock, no randomness, no input or
//! output, no provider's name. A rule takes the state, a command, the facts it depends on and the
//! time, and returns events or a refusal.
//!
//! - [`conversation`]: the state, the transition table, the log.
//! - [`delivery`], [`window`], [`consent`], [`calendar`], [`capabilities`]: the rules it leans on.
//! - [`responder`]: what answers when nobody has. [`faq`]: questions with answers; [`faq_set`]: all
//!   of a workspace; [`faq_version`]: what is published of them. [`variables`]: what is filled in.
//! - [`notifications`]: who is told of what. [`kept`]: what users keep in the desk.
//! - [`incoming`], [`content`]: what channels hear and say, in one vocabulary.
//! - [`job`], [`bus`]: what stages ask of one another, and what the world is told.
//! - [`rights`]: what a user may do, and whose conversations they see; [`people`]: who may be
//!   made what, and by whom.
//! - [`listing`]: the lists conversations stand in. [`live`]: what connected clients are told.
//! - [`tiles`]: what the desk counts for them. [`routing`]: whom a conversation goes to.
//! - [`contact_field`]: what a workspace wants to know of its contacts.
//! - [`id`], [`private`], [`account`], [`workspace`]: names, values that must not be logged,
//!   settings.

pub mod account;
pub mod bus;
pub mod calendar;
pub mod capabilities;
pub mod consent;
pub mod contact_field;
pub mod content;
pub mod conversation;
pub mod delivery;
pub mod faq;
pub mod faq_set;
pub mod faq_version;
pub mod id;
pub mod incoming;
pub mod job;
pub mod kept;
pub mod listing;
pub mod live;
pub mod not_done;
pub mod notifications;
pub mod people;
pub mod private;
pub mod responder;
pub mod rights;
pub mod routing;
pub mod tiles;
pub mod variables;
pub mod window;
pub mod workspace;
