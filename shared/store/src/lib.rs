//! The table.
//!
//! The only crate that knows DynamoDB. Every key is built in [`keys`], every item is written and
//! read in the module of its kind, and every access is a method named after the question it
//! answers. No rule lives here: whoever changes a conversation hands in the decision as a function,
//! which is asked again when somebody else was faster.
//!
//! - [`arrive`](Store::arrive): something comes from outside and finds its conversation by address.
//! - [`change`](Store::change): somebody changes a conversation they can name.
//! - [`delivery`](Store::claim): how far an outbound message has travelled.
//! - [`receipt`](Store::record_receipt): what providers report of it.
//! - [`due`](Store::due), [`lists`](Store::list): the sparse indexes.
//! - [`found`](Store::find_contacts): what contacts are found by.
//! - [`cursors`](Store::mark_read): how far users have read.
//! - [`projection`](Store::project): what follows each change; [`feed`](Store::feed) and
//!   [`tiles`](Store::tiles) are read from it.
//! - [`live`](Store::connect): who is connected, and what they watch.
//! - [`faqs`](Store::change_faqs): the FAQs of a workspace, and [versions](Store::begin_faq_version)
//!   of them.
//!
//! The chart of items and the table of access patterns are in the README beside this folder.

mod addresses;
mod api_keys;
mod arrive;
mod audit;
mod begin;
mod change;
mod claim;
mod commit;
mod consent;
mod contact;
mod contacts;
mod cursors;
mod delivery;
mod due;
mod error;
mod event;
mod faqs;
mod feed;
mod found;
mod head;
mod history;
mod import;
mod item;
mod keys;
mod lists;
mod live;
mod media;
mod merge;
mod notifications;
mod outcomes;
mod people;
mod places;
mod presence;
mod projection;
mod purge;
mod queue;
mod read;
mod receipt;
pub mod schema;
mod settings;
mod shelf;
mod tiles;
mod uploads;
mod users;

pub use api_keys::ApiKey;
pub use arrive::{Arrival, Arrived, Belongs, Dedupe, Found, NewIds};
pub use audit::{Audited, Deed, Entry, Hash, Tampered, Tip, Wrong, verify};
pub use begin::Begin;
pub use change::{Changed, CommandKey};
pub use claim::Renewed;
pub use commit::{Committed, DuePolicy};
pub use consent::{ConsentUpdate, Ledger, LedgerEntry};
pub use contact::KnownAddress;
pub use contacts::{Blocked, Contact, ContactPatch, Quarantine, Quarantined};
pub use delivery::{Claim, Claimed, Sending};
pub use due::{Due, DueWhat, SHARDS};
pub use error::StoreError;
pub use event::Logged;
pub use faqs::{
    Begun, FaqChanged, FaqImport, FaqsImported, FaqsPage, Importing, Serves, Versions, WorkingSet,
};
pub use feed::{Cursor, Feed};
pub use found::{FoundContact, FoundContacts, FoundPosition, Query};
pub use history::History;
pub use lists::{Asked, BadPosition, InList, Page, Position, Search};
pub use live::{Connected, Connection};
pub use media::{MediaState, StoredFile};
pub use merge::Merge;
pub use notifications::{Notifications, Notified};
pub use outcomes::{ASKED_MAX, Outcome, Outcomes, UNANSWERED_KEPT_FOR, UNANSWERED_MAX, Unanswered};
pub use presence::{Given, Present};
pub use projection::{FEED_SHARDS, PROJECTED_MAX, feed_shard};
pub use receipt::Recorded;
pub use settings::{AccountPut, Known, NoticeEntry};
pub use shelf::Shelf;
pub use tiles::{Difference, Tiles, Verified};
pub use uploads::{Upload, upload_id};
pub use users::UserPut;

use aws_sdk_dynamodb::Client;

/// The table of one deployment.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
}

impl Store {
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}
