//! The messaging providers, played: for tests, and for a newcomer's laptop.
//!
//! A second implementation of what the providers document, made from their public documents alone:
//! nothing here is shared with the desk it plays against, its signatures included.
//!
//! | where | what |
//! | --- | --- |
//! | `lib` | [`Simulator`]: the way in |
//! | `phone` | [`Phone`]: what a customer does, and what the phone got |
//! | `whatsapp`, `telegram`, `twilio` | one provider each: its webhooks, send API, receipts, media |
//! | `phones` | the page at `/phones`, and the API it lives on |
//! | `world` | everything the providers and the phones know |
//! | `chat` | one customer's chat: bubbles, the 24-hour window, consent |
//! | `gesture` | what a customer can do, as a value |
//! | `sends` | one call of a send API: faults around the provider's own judgement |
//! | `outbox`, `delivery`, `courier` | webhooks: their order, their retries, their way |
//! | `chaos`, `dice` | what goes wrong, and the chance a seed repeats |
//! | `files` | what customers attached, kept in memory |
//! | `people` | customers who are there from the start |
//!
//! Nothing here reads a clock but for the pauses of [`Delivery::Background`], and nothing is
//! written to a disk.

mod account;
mod chaos;
mod chat;
mod courier;
mod delivery;
mod dice;
mod files;
mod gesture;
mod outbox;
mod people;
mod phone;
mod phones;
mod sends;
mod telegram;
#[cfg(test)]
mod tests;
mod twilio;
mod whatsapp;
mod world;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tracing::debug;

pub use account::Account;
pub use chaos::{Chaos, Fault};
pub use chat::{Button, Kind, Receipts, Seen, SeenTemplate};
pub use gesture::{Delivered, Outcome};
pub use outbox::{About, Attempt, Posting, Then};
pub use phone::Phone;
pub use sends::ConnectionDropped;
pub use world::{Refusals, SentRequest, Template};

use account::Channel;
use chat::Chat;
use courier::Courier;
use world::World;

/// Where the time comes from.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How webhooks, receipts too, get to the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A task posts them, with small realistic delays, and tries again as the provider does.
    Background,
    /// They wait for [`Simulator::flush`].
    Manual,
}

/// The providers, and the phones of their customers. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Simulator {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    world: Mutex<World>,
    now: Now,
    delivery: Delivery,
    courier: Courier,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("delivery", &self.delivery).finish_non_exhaustive()
    }
}

impl Inner {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.now)()
    }
}

/// What [`Simulator::snapshot`] keeps.
#[derive(Serialize, Deserialize)]
struct Snapshot {
    chats: Vec<Chat>,
    last_update: i64,
}

impl Simulator {
    /// The same seed and the same clock repeat everything, as long as calls come in the same
    /// order.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime, if `delivery` is [`Delivery::Background`].
    pub fn new(seed: u64, now: Now, delivery: Delivery) -> Self {
        let (changed, changes) = mpsc::unbounded_channel();
        let world = Mutex::new(World::new(seed, now(), changed));
        let inner = Arc::new(Inner { world, now, delivery, courier: Courier::new() });
        match delivery {
            Delivery::Background => in_background(delivery::run(Arc::downgrade(&inner), changes)),
            Delivery::Manual => {}
        }
        Self { inner }
    }

    /// Opens an account, or changes the one with this id. An account of a channel that is not
    /// played is ignored.
    pub fn add_account(&self, account: Account) {
        let Some(channel) = Channel::named(&account.channel) else {
            debug!(account.id = %account.id, "No provider is played for {}", account.channel);
            return;
        };
        let world = &mut *self.world();
        let account = Arc::new(account);
        match world.accounts.iter_mut().find(|(known, _)| known.id == account.id) {
            Some(known) => *known = (account, channel),
            None => world.accounts.push((account, channel)),
        }
    }

    /// The templates a provider has approved for this account. Of an account without a list, any
    /// template is accepted, and WhatsApp's count as marketing.
    pub fn set_templates(&self, account_id: &str, templates: Vec<Template>) {
        self.world().templates.insert(account_id.to_owned(), templates);
    }

    /// How closed windows and stopped marketing are told.
    pub fn set_refusals(&self, refusals: Refusals) {
        self.world().refusals = refusals;
    }

    /// The path that an account's `api_base` ends in, below the address of [`Self::router`]. None
    /// for a channel that is not played.
    pub fn base_path(channel: &str) -> Option<&'static str> {
        Channel::named(channel).map(Channel::base_path)
    }

    /// The send APIs and media under `/simulator/…`, the page under `/phones`, its API under
    /// `/phones/api/…`.
    pub fn router(&self) -> Router {
        Router::new()
            .nest(whatsapp::BASE_PATH, whatsapp::router())
            .nest(telegram::BASE_PATH, telegram::router())
            .nest(twilio::BASE_PATH, twilio::router())
            .merge(phones::router())
            .with_state(self.clone())
    }

    /// Webhooks to addresses of this origin (`http://host:port`) go straight into a router,
    /// without a network.
    pub fn deliver_to(&self, origin: &str, router: Router) {
        self.inner.courier.deliver_to(origin, router);
    }

    /// A customer's phone: an E.164 number for WhatsApp and SMS, a number of a chat for Telegram.
    pub fn phone(&self, account_id: &str, address: &str) -> Phone {
        let channel = self.world().account(account_id).map(|(_, channel)| channel);
        let address = channel.map_or_else(|| address.to_owned(), |known| known.address(address));
        Phone::new(self.clone(), account_id.to_owned(), address)
    }

    /// What goes wrong from now on; what was set before is forgotten.
    pub fn set_chaos(&self, chaos: Chaos) {
        self.world().gremlin.set(chaos);
    }

    pub fn chaos(&self) -> Chaos {
        self.world().gremlin.chaos.clone()
    }

    /// Posts everything in the outbox that chaos does not hold back, in chaos' order. Returns how
    /// many requests were taken, repetitions included.
    ///
    /// What is not taken is posted up to three times, as far as the provider would try again,
    /// without waiting in between. After that it stays in the outbox for the next call, until the
    /// provider would give up; [`Self::postings`] tells which were.
    pub async fn flush(&self) -> usize {
        delivery::flush(&self.inner).await
    }

    /// How many webhooks are in the outbox.
    pub fn waiting(&self) -> usize {
        self.world().outbox.len()
    }

    /// Every attempt to post a webhook, oldest first; the last 10,000.
    pub fn postings(&self) -> Vec<Posting> {
        self.world().postings.iter().cloned().collect()
    }

    /// Every call of a send API, accepted or not, oldest first; the last 10,000. Among them are
    /// those that send no message (read, typing, an answered button) and those that Telegram was
    /// asked for in the answer to a webhook; questions and files are not.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.world().requests.iter().cloned().collect()
    }

    /// Meta's question whether an account's webhook is ours: true if it is answered with 200 and
    /// the challenge alone.
    pub async fn handshake(&self, account_id: &str) -> bool {
        let (url, challenge) = {
            let world = &mut *self.world();
            let challenge = world.dice.digits(10);
            let Some((account, Channel::Whatsapp)) = world.account(account_id) else {
                return false;
            };
            (whatsapp::handshake_url(&account, &challenge), challenge)
        };
        let attempt = self.inner.courier.get(&url, Duration::from_secs(20)).await;
        matches!(attempt, Attempt::Answered { status: 200, body, .. } if body == challenge)
    }

    /// The chats, to keep them while a laptop is off. Files, logs and webhooks on their way are
    /// not in it.
    pub fn snapshot(&self) -> String {
        let world = self.world();
        let chats = world.chats.values().cloned().collect();
        let snapshot = Snapshot { chats, last_update: world.last_update };
        serde_json::to_string(&snapshot).expect("chats have nothing that JSON cannot hold")
    }

    /// Takes back the chats of a [`Self::snapshot`].
    ///
    /// # Errors
    ///
    /// If it is not one.
    pub fn restore(&self, snapshot: &str) -> Result<(), serde_json::Error> {
        let Snapshot { chats, last_update } = serde_json::from_str(snapshot)?;
        let world = &mut *self.world();
        world.last_update = last_update;
        let keyed =
            chats.into_iter().map(|chat| ((chat.account.clone(), chat.address.clone()), chat));
        world.chats = keyed.collect();
        Ok(())
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.inner.world()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.now()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "on a laptop nothing freezes; the task ends when the simulator is dropped"
)]
fn in_background(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}
