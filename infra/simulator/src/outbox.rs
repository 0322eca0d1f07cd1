//! Webhooks on their way: in which order they go, and what happens to those that were not taken.
//!
//! Each provider says itself when a webhook counts as taken and how it tries again; see
//! `again` in its module.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::account::{Account, Channel};
use crate::chaos::Gremlin;

/// What a webhook tells the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A customer did something; the provider's id of it.
    Message { address: String, id: String },
    /// How far a message of the desk's has come, in the provider's word.
    Status { address: String, id: String, status: &'static str },
}

/// What came of posting a webhook once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    Answered {
        status: u16,
        retry_after: Option<Duration>,
        body: Bytes,
    },
    /// Nobody listened, or nobody answered in time.
    NoAnswer {
        connected: bool,
        reason: String,
    },
}

impl Attempt {
    /// Whether it was answered with a status of 200 to 299.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Answered { status: 200..=299, .. })
    }

    pub(crate) fn outline(&self) -> String {
        match self {
            Self::Answered { status, .. } => format!("answered {status}"),
            Self::NoAnswer { reason, .. } => reason.clone(),
        }
    }
}

/// What the provider does after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Taken,
    /// Tries again, after this long.
    Again(Duration),
    /// Drops it for good.
    GivenUp,
}

/// One attempt to post a webhook.
#[derive(Clone, Debug)]
pub struct Posting {
    pub account: String,
    pub about: Vec<About>,
    pub body: Bytes,
    /// The first is 1.
    pub attempt: u32,
    pub answer: Attempt,
    pub then: Then,
}

/// A webhook before it is put into the outbox.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) about: About,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    /// How long it takes a real provider to send it.
    pub(crate) takes: Duration,
}

#[derive(Debug)]
pub(crate) struct Webhook {
    /// Grows: what happened first has the smaller one.
    pub(crate) number: u64,
    pub(crate) account: Arc<Account>,
    pub(crate) channel: Channel,
    /// What must be taken before anything later of the same lane is sent.
    lane: Option<String>,
    pub(crate) about: Vec<About>,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    pub(crate) attempts: u32,
    pub(crate) queued_at: Timestamp,
    /// By the clock of the simulator; only `flush` looks at it.
    held_until: Timestamp,
    /// Of real time; only the background looks at it.
    ready_at: Instant,
    waiting: Vec<oneshot::Sender<Attempt>>,
}

impl Webhook {
    /// Tells whoever waits for the first attempt.
    pub(crate) fn tell(&mut self, attempt: &Attempt) {
        for waiting in self.waiting.drain(..) {
            // Whoever does not wait any more does not want to know.
            let _unheard = waiting.send(attempt.clone());
        }
    }

    pub(crate) fn postpone(&mut self, by: Duration) {
        self.ready_at = Instant::now() + by;
    }
}

/// Real networks let one webhook overtake another by about as much.
const OVERTAKEN_BY_MS: u64 = 2_000;

#[derive(Debug)]
pub(crate) struct Outbox {
    waiting: Vec<Webhook>,
    /// Has the background look again. It ends when this is dropped.
    changed: mpsc::UnboundedSender<()>,
    /// Lanes in which a webhook is being posted.
    busy: BTreeSet<String>,
    last_number: u64,
}

impl Outbox {
    pub(crate) fn new(changed: mpsc::UnboundedSender<()>) -> Self {
        Self { waiting: Vec::new(), changed, busy: BTreeSet::new(), last_number: 0 }
    }

    fn tell(&self) {
        // Nobody listens if webhooks are delivered by hand.
        let _unheard = self.changed.send(());
    }

    /// Puts webhooks in. The receivers hear of the first attempts.
    pub(crate) fn put(
        &mut self,
        account: &Arc<Account>,
        channel: Channel,
        drafts: Vec<Draft>,
        gremlin: &mut Gremlin,
        now: Timestamp,
    ) -> Vec<oneshot::Receiver<Attempt>> {
        let mut heard = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let (told, hears) = oneshot::channel();
            heard.push(hears);
            let copy = gremlin.duplicates().then(|| draft.clone());
            self.put_one(account, channel, draft, vec![told], gremlin, now);
            if let Some(copy) = copy {
                self.put_one(account, channel, copy, Vec::new(), gremlin, now);
            }
        }
        self.tell();
        heard
    }

    fn put_one(
        &mut self,
        account: &Arc<Account>,
        channel: Channel,
        draft: Draft,
        waiting: Vec<oneshot::Sender<Attempt>>,
        gremlin: &mut Gremlin,
        now: Timestamp,
    ) {
        self.last_number += 1;
        let late = gremlin.lateness();
        let overtaken = if gremlin.chaos.reorder > 0.0 && gremlin.overtaken() {
            Duration::from_millis(gremlin.below(OVERTAKEN_BY_MS))
        } else {
            Duration::ZERO
        };
        let lane = match channel {
            Channel::Telegram => {
                let (About::Message { address, .. } | About::Status { address, .. }) = &draft.about;
                Some(format!("{} {address}", account.id))
            }
            Channel::Whatsapp | Channel::TwilioSms | Channel::TwilioWhatsapp => None,
        };
        self.waiting.push(Webhook {
            number: self.last_number,
            account: Arc::clone(account),
            channel,
            lane,
            about: vec![draft.about],
            url: draft.url,
            headers: draft.headers,
            body: draft.body,
            attempts: 0,
            queued_at: now,
            held_until: now.checked_add(late).unwrap_or(now),
            ready_at: Instant::now() + draft.takes + late + overtaken,
            waiting,
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn pending_of(&self, account: &str) -> usize {
        self.waiting.iter().filter(|webhook| webhook.account.id == account).count()
    }

    /// Takes out everything that is not held, in the order in which it goes.
    pub(crate) fn take_due(&mut self, gremlin: &mut Gremlin, now: Timestamp) -> Vec<Webhook> {
        let held: BTreeSet<String> = self
            .waiting
            .iter()
            .filter(|webhook| webhook.held_until > now)
            .filter_map(|webhook| webhook.lane.clone())
            .collect();
        let is_held = |webhook: &Webhook| {
            webhook.held_until > now
                || webhook.lane.as_ref().is_some_and(|lane| held.contains(lane))
        };
        let (kept, mut due): (Vec<_>, Vec<_>) = self.waiting.drain(..).partition(is_held);
        self.waiting = kept;
        gremlin.shuffle(&mut due);
        in_lane_order(&mut due);
        batched(due, gremlin)
    }

    pub(crate) fn put_back(&mut self, webhooks: Vec<Webhook>) {
        self.waiting.splice(..0, webhooks);
        self.tell();
    }

    /// Takes out what is to be posted by now, one of each lane, and says when to look again.
    pub(crate) fn take_ready(&mut self, now: Instant) -> (Vec<Webhook>, Option<Instant>) {
        let mut first: BTreeMap<String, u64> = BTreeMap::new();
        for webhook in &self.waiting {
            if let Some(lane) = &webhook.lane {
                let number = first.entry(lane.clone()).or_insert(webhook.number);
                *number = webhook.number.min(*number);
            }
        }
        let may_go = |webhook: &Webhook| {
            webhook.lane.as_ref().is_none_or(|lane| {
                first.get(lane) == Some(&webhook.number) && !self.busy.contains(lane)
            })
        };
        let (ready, kept): (Vec<_>, Vec<_>) =
            self.waiting.drain(..).partition(|webhook| may_go(webhook) && webhook.ready_at <= now);
        let next = kept.iter().filter(|webhook| may_go(webhook)).map(|kept| kept.ready_at).min();
        self.waiting = kept;
        self.busy.extend(ready.iter().filter_map(|webhook| webhook.lane.clone()));
        (ready, next)
    }

    /// Ends what `take_ready` began.
    pub(crate) fn let_go(&mut self, lane: Option<&str>) {
        if let Some(lane) = lane {
            self.busy.remove(lane);
        }
        self.tell();
    }
}

impl Webhook {
    pub(crate) fn lane(&self) -> Option<&str> {
        self.lane.as_deref()
    }
}

/// Within a lane what happened first goes first, wherever the lane's turns are.
fn in_lane_order(due: &mut [Webhook]) {
    let lanes: BTreeSet<String> = due.iter().filter_map(|webhook| webhook.lane.clone()).collect();
    for lane in lanes {
        let turns: Vec<usize> = (0..due.len())
            .filter(|turn| due[*turn].lane.as_deref() == Some(lane.as_str()))
            .collect();
        for (sorted, turn) in turns.iter().enumerate() {
            let first = turns[sorted..].iter().copied().min_by_key(|turn| due[*turn].number);
            due.swap(*turn, first.unwrap_or(*turn));
        }
    }
}

/// Lets WhatsApp's webhooks ride together.
fn batched(due: Vec<Webhook>, gremlin: &mut Gremlin) -> Vec<Webhook> {
    let mut batched: Vec<Webhook> = Vec::with_capacity(due.len());
    for mut webhook in due {
        let rides = webhook.channel == Channel::Whatsapp && gremlin.batches();
        let before = batched.last_mut().filter(|before| {
            before.channel == Channel::Whatsapp && before.account.id == webhook.account.id
        });
        match before {
            Some(before) if rides => {
                let together =
                    crate::whatsapp::together(&webhook.account, &before.body, &webhook.body);
                (before.headers, before.body) = together;
                before.about.append(&mut webhook.about);
                before.waiting.append(&mut webhook.waiting);
            }
            Some(_) | None => batched.push(webhook),
        }
    }
    batched
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::chaos::Chaos;

    fn account(channel: &str) -> Arc<Account> {
        Arc::new(Account {
            id: "a".to_owned(),
            channel: channel.to_owned(),
            name: "A".to_owned(),
            webhook_url: "http://127.0.0.1:1/".to_owned(),
            settings: BTreeMap::new(),
            secrets: BTreeMap::new(),
        })
    }

    fn draft(address: &str, id: u32) -> Draft {
        Draft {
            about: About::Message { address: address.to_owned(), id: id.to_string() },
            url: "http://127.0.0.1:1/".to_owned(),
            headers: Vec::new(),
            body: Bytes::from_static(b"{\"object\":\"x\",\"entry\":[{}]}"),
            takes: Duration::ZERO,
        }
    }

    fn order(channel: Channel, chaos: Chaos, seed: u64) -> Vec<Vec<About>> {
        let mut gremlin = Gremlin::new(seed);
        gremlin.set(chaos);
        let mut outbox = Outbox::new(mpsc::unbounded_channel().0);
        let now = Timestamp::UNIX_EPOCH;
        for id in 0..12 {
            let address = ["1", "2"][id as usize % 2];
            let name = if channel == Channel::Telegram { "telegram" } else { "whatsapp" };
            outbox.put(&account(name), channel, vec![draft(address, id)], &mut gremlin, now);
        }
        outbox.take_due(&mut gremlin, now).into_iter().map(|webhook| webhook.about).collect()
    }

    fn ids(order: &[Vec<About>], of: &str) -> Vec<u32> {
        order
            .iter()
            .flatten()
            .filter_map(|about| match about {
                About::Message { address, id } if address == of => id.parse().ok(),
                About::Message { .. } | About::Status { .. } => None,
            })
            .collect()
    }

    #[test]
    fn without_chaos_webhooks_go_in_the_order_of_what_happened() {
        let order = order(Channel::Whatsapp, Chaos::default(), 1);
        assert_eq!(order.len(), 12);
        assert_eq!(ids(&order, "1"), [0, 2, 4, 6, 8, 10]);
    }

    #[test]
    fn a_seed_repeats_an_order_and_another_shuffles_otherwise() {
        let chaos = Chaos { reorder: 0.7, duplicate: 0.3, ..Chaos::default() };
        let shuffled = |seed| order(Channel::Whatsapp, chaos.clone(), seed);
        assert_eq!(shuffled(5), shuffled(5));
        assert_ne!(shuffled(5), shuffled(6));
        assert_ne!(ids(&shuffled(5), "1"), [0, 2, 4, 6, 8, 10]);
    }

    #[test]
    fn telegram_keeps_the_order_of_each_chat_whatever_happens() {
        for seed in 0..20 {
            let chaos = Chaos { reorder: 1.0, ..Chaos::default() };
            let order = order(Channel::Telegram, chaos, seed);
            assert_eq!(ids(&order, "1"), [0, 2, 4, 6, 8, 10], "seed {seed}");
            assert_eq!(ids(&order, "2"), [1, 3, 5, 7, 9, 11], "seed {seed}");
        }
    }

    #[test]
    fn webhooks_of_whatsapp_may_ride_together_and_telegrams_do_not() {
        let chaos = Chaos { batch: 1.0, ..Chaos::default() };
        assert_eq!(order(Channel::Whatsapp, chaos.clone(), 1).len(), 1);
        assert_eq!(order(Channel::Telegram, chaos, 1).len(), 12);
    }

    #[test]
    fn a_late_webhook_is_held_until_the_clock_passes() {
        let mut gremlin = Gremlin::new(2);
        gremlin.set(Chaos { delay: 1.0, ..Chaos::default() });
        let mut outbox = Outbox::new(mpsc::unbounded_channel().0);
        let now = Timestamp::UNIX_EPOCH;
        outbox.put(&account("whatsapp"), Channel::Whatsapp, vec![draft("1", 1)], &mut gremlin, now);
        assert!(outbox.take_due(&mut gremlin, now).is_empty());
        assert_eq!(outbox.len(), 1);
        let later = now.checked_add(Duration::from_secs(30)).unwrap();
        assert_eq!(outbox.take_due(&mut gremlin, later).len(), 1);
    }

    #[test]
    fn what_is_not_taken_holds_up_its_own_chat_only() {
        let mut gremlin = Gremlin::new(1);
        let mut outbox = Outbox::new(mpsc::unbounded_channel().0);
        let now = Timestamp::UNIX_EPOCH;
        for (address, id) in [("1", 1), ("1", 2), ("2", 3)] {
            let drafts = vec![draft(address, id)];
            outbox.put(&account("telegram"), Channel::Telegram, drafts, &mut gremlin, now);
        }
        let (mut ready, _) = outbox.take_ready(Instant::now());
        assert_eq!(ready.iter().map(|webhook| webhook.number).collect::<Vec<_>>(), [1, 3]);
        let mut failed = ready.remove(0);
        failed.postpone(Duration::from_secs(60));
        outbox.let_go(failed.lane());
        outbox.put_back(vec![failed]);
        let (ready, next) = outbox.take_ready(Instant::now());
        assert!(ready.is_empty());
        assert!(next.is_some());
    }
}
