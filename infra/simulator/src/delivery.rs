//! Posts webhooks: in the background with small delays, or all at once when told.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tracing::warn;

use crate::Inner;
use crate::account::Channel;
use crate::chat::Progress;
use crate::courier::Courier;
use crate::outbox::{About, Attempt, Posting, Then, Webhook};
use crate::world::World;
use crate::{telegram, twilio, whatsapp};

/// How many times one `flush` posts a webhook that is not taken. What is left waits for the next.
const ATTEMPTS_PER_FLUSH: usize = 3;

/// Nothing is due: look again when something changed, or then.
const IDLE: Duration = Duration::from_secs(3600);

/// How long a provider waits for an answer.
fn patience(channel: Channel) -> Duration {
    match channel {
        Channel::Whatsapp => whatsapp::PATIENCE,
        Channel::Telegram => telegram::PATIENCE,
        Channel::TwilioSms | Channel::TwilioWhatsapp => twilio::PATIENCE,
    }
}

/// Whether the provider counts this as taken, and if not what it does next.
fn judge(webhook: &Webhook, attempt: &Attempt, now: Timestamp) -> Then {
    let age = now.duration_since(webhook.queued_at);
    match webhook.channel {
        Channel::Whatsapp => whatsapp::again(attempt, webhook.attempts, age),
        Channel::Telegram => telegram::again(attempt, webhook.attempts, age),
        Channel::TwilioSms | Channel::TwilioWhatsapp => {
            twilio::again(attempt, webhook.attempts, &webhook.account.webhook_url)
        }
    }
}

/// Posts everything that is not held. Returns how many requests were taken.
pub(crate) async fn flush(inner: &Inner) -> usize {
    let mut round = {
        let now = inner.now();
        let world = &mut *inner.world();
        world.outbox.take_due(&mut world.gremlin, now)
    };
    let mut taken = 0;
    for _ in 0..ATTEMPTS_PER_FLUSH {
        let mut left = Vec::new();
        let mut blocked = BTreeSet::new();
        for mut webhook in round {
            if webhook.lane().is_some_and(|lane| blocked.contains(lane)) {
                left.push(webhook);
                continue;
            }
            let attempt = post(&inner.courier, &webhook).await;
            match settle(inner, &mut webhook, attempt) {
                Then::Taken => taken += 1,
                Then::GivenUp => {}
                Then::Again(_) => {
                    blocked.extend(webhook.lane().map(str::to_owned));
                    left.push(webhook);
                }
            }
        }
        round = left;
        if round.is_empty() {
            break;
        }
    }
    inner.world().outbox.put_back(round);
    taken
}

async fn post(courier: &Courier, webhook: &Webhook) -> Attempt {
    let patience = patience(webhook.channel);
    courier.post(&webhook.url, &webhook.headers, webhook.body.clone(), patience).await
}

/// Writes down what came of an attempt.
fn settle(inner: &Inner, webhook: &mut Webhook, attempt: Attempt) -> Then {
    let now = inner.now();
    webhook.attempts += 1;
    let then = judge(webhook, &attempt, now);
    let world = &mut *inner.world();
    mark(world, webhook, then);
    if let Attempt::Answered { body, .. } = &attempt
        && then == Then::Taken
        && webhook.channel == Channel::Telegram
    {
        telegram::answered_webhook(world, &webhook.account, body, now);
    }
    if then == Then::GivenUp {
        warn!(account.id = %webhook.account.id, "A webhook was dropped: {}", attempt.outline());
    }
    webhook.tell(&attempt);
    world.log_posting(Posting {
        account: webhook.account.id.clone(),
        about: webhook.about.clone(),
        body: webhook.body.clone(),
        attempt: webhook.attempts,
        answer: attempt,
        then,
    });
    then
}

/// The customer sees on the phone whether what was written arrived.
fn mark(world: &mut World, webhook: &Webhook, then: Then) {
    let progress = match then {
        Then::Taken => Progress::Arrived,
        Then::GivenUp => Progress::Refused,
        Then::Again(_) => return,
    };
    for about in &webhook.about {
        let About::Message { address, id } = about else { continue };
        world.chat(&webhook.account.id, address).change(id, |bubble| {
            // What was taken once has arrived, whatever becomes of a repetition.
            if bubble.progress < Progress::Arrived {
                bubble.progress = progress;
            }
        });
    }
}

/// Delivers until the simulator is gone.
pub(crate) async fn run(inner: Weak<Inner>, mut changes: mpsc::UnboundedReceiver<()>) {
    let mut underway = JoinSet::new();
    loop {
        let next = {
            let Some(inner) = inner.upgrade() else { return };
            let (ready, next) = inner.world().outbox.take_ready(Instant::now());
            for webhook in ready {
                underway.spawn(carry(Arc::downgrade(&inner), inner.courier.clone(), webhook));
            }
            next.unwrap_or_else(|| Instant::now() + IDLE)
        };
        tokio::select! {
            change = changes.recv() => if change.is_none() { return },
            () = sleep_until(next) => {}
            Some(_) = underway.join_next(), if !underway.is_empty() => {}
        }
    }
}

async fn carry(inner: Weak<Inner>, courier: Courier, mut webhook: Webhook) {
    let attempt = post(&courier, &webhook).await;
    let Some(inner) = inner.upgrade() else { return };
    let then = settle(&inner, &mut webhook, attempt);
    let outbox = &mut inner.world().outbox;
    outbox.let_go(webhook.lane());
    if let Then::Again(after) = then {
        webhook.postpone(after);
        outbox.put_back(vec![webhook]);
    }
}

/// Doubles from a second on, up to a limit; the first is immediate.
pub(crate) fn backoff(attempts: u32, most: Duration) -> Duration {
    match attempts {
        0 | 1 => Duration::ZERO,
        _ => Duration::from_secs(1 << attempts.saturating_sub(1).min(16)).min(most),
    }
}
