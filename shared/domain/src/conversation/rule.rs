//! The rows of the transition table (domain model, section 5): each event names the one it comes
//! from.

use serde::{Deserialize, Serialize};

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The row of the transition table that an event comes from.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Rule {
            $($(#[$doc])* $name,)*
        }

        impl Rule {
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

rules! {
    /// A contact's message opens a conversation.
    T01,
    /// An answer to a campaign opens one.
    T02,
    /// A user writes first.
    T03,
    /// A user or a program opens one without a message.
    T04,
    /// A channel's welcome event opens one.
    T05,
    /// A campaign writes where nothing is open.
    T06,
    /// The business writes first, from the provider's own app.
    T08,
    /// A user answers.
    T10,
    /// The business answers from the provider's own app.
    T11,
    /// An AI agent that handles the conversation answers.
    T12,
    /// A responder or a bot answers.
    T13,
    /// The responders were asked and have no answer.
    Passed,
    /// A user says what an automatic answer was worth.
    Marked,
    /// A campaign writes into an open conversation.
    T14,
    /// An answer to a campaign, in an open conversation.
    T20,
    /// A contact's message to a conversation that is being worked on.
    T21,
    /// A further message before anybody has answered.
    T22,
    /// A contact's message within the grace of closing reopens.
    T23,
    /// The status is set by hand.
    T30,
    /// It is set to closed by hand.
    T31,
    T32,
    /// A snooze ends by time or by hand.
    T33,
    /// A user closes.
    T40,
    /// A program closes.
    T41,
    /// The contact was merged into another.
    T42,
    /// Nobody has said anything for long, and the customer is who is waited for.
    T43,
    /// The contact was blocked.
    T44,
    /// A user reopens.
    T50,
    /// A user's message waits for opening hours.
    T64,
    /// A held message is taken back.
    Cancelled,
    /// A program gives the conversation to people.
    T70,
    /// A person gives it to a program.
    T71,
    T72,
    /// Nobody is responsible any more.
    T73,
    T74,
    T75,
    T77,
    T80,
    /// A claim is taken.
    L1,
    /// A claim is taken away.
    L5,
    /// A claim is given back.
    L6,
    /// Edits, deletions and reactions: noted, nothing moves.
    Noted,
    /// A contact's wish about being written to.
    Consent,
    Labelled,
    /// A user calls the contact otherwise.
    Renamed,
    /// Users write to one another.
    Internal,
}
