//! Telegram's Bot API, played.
//!
//! | file | what |
//! | --- | --- |
//! | `gestures` | what a customer does, as updates |
//! | `entities` | chats, users and messages, as updates and answers write them |
//! | `methods` | the methods a bot calls, and their answers |
//! | `content` | what a message of a bot may contain |
//! | `media` | files by id, then by path |
//!
//! <https://core.telegram.org/bots/api>

mod content;
mod entities;
mod gestures;
mod media;
mod methods;

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{any, get};
use jiff::{SignedDuration, Timestamp};

pub(crate) use gestures::play;
pub(crate) use methods::answered_webhook;

use crate::Simulator;
use crate::delivery::backoff;
use crate::outbox::{Attempt, Then};

pub(crate) const BASE_PATH: &str = "/simulator/telegram";

/// The server's outbound connection idles out after 60 s
/// (tdlib/telegram-bot-api, `WebhookActor.cpp`).
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// An update is dropped a day after the message it tells of, with the server's own limits on
/// waiting (`Client.cpp`, `WebhookActor.cpp`).
const KEEPS_TRYING: SignedDuration = SignedDuration::from_hours(24);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);

/// Any 2xx counts as taken; `Retry-After` is honoured.
pub(crate) fn again(attempt: &Attempt, attempts: u32, age: SignedDuration) -> Then {
    if attempt.is_success() {
        return Then::Taken;
    }
    if age > KEEPS_TRYING {
        return Then::GivenUp;
    }
    match attempt {
        Attempt::Answered { retry_after: Some(after), .. } => {
            Then::Again((*after).min(RETRY_AFTER_MAX))
        }
        Attempt::Answered { .. } | Attempt::NoAnswer { .. } => {
            Then::Again(backoff(attempts, LONGEST_PAUSE))
        }
    }
}

pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/{bot}/{method}", any(methods::method))
        .route("/file/{bot}/{*path}", get(media::download))
}

/// The secret that a webhook carries, which is all the proof there is.
fn headers(secret: &str) -> Vec<(&'static str, String)> {
    let mut headers = vec![("content-type", "application/json".to_owned())];
    if !secret.is_empty() {
        headers.push(("x-telegram-bot-api-secret-token", secret.to_owned()));
    }
    headers
}

fn body(update: &serde_json::Value) -> Bytes {
    Bytes::from(update.to_string())
}

/// Numbers of messages and updates grow with time, so that those of a simulator that was started
/// anew are later than what a desk remembers.
fn next_number(last: i64, now: Timestamp) -> i64 {
    /// 1 January 2025.
    const BEGINNING: i64 = 1_735_689_600;
    (now.as_second() - BEGINNING).max(last) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, retry_after: Option<u64>) -> Attempt {
        let retry_after = retry_after.map(Duration::from_secs);
        Attempt::Answered { status, retry_after, body: Bytes::new() }
    }

    #[test]
    fn any_2xx_is_taken_and_all_else_is_tried_for_a_day() {
        let young = SignedDuration::ZERO;
        for status in [200, 202, 204] {
            assert_eq!(again(&answered(status, None), 1, young), Then::Taken);
        }
        for status in [301, 400, 403, 500] {
            let attempt = answered(status, None);
            assert_eq!(again(&attempt, 1, young), Then::Again(Duration::ZERO));
            assert_eq!(again(&attempt, 2, young), Then::Again(Duration::from_secs(2)));
            assert_eq!(again(&attempt, 50, young), Then::Again(Duration::from_secs(60)));
            assert_eq!(again(&attempt, 2, SignedDuration::from_hours(25)), Then::GivenUp);
        }
        let asked = |seconds| again(&answered(503, Some(seconds)), 1, young);
        assert_eq!(asked(30), Then::Again(Duration::from_secs(30)));
        assert_eq!(asked(99_999), Then::Again(Duration::from_secs(3600)));
    }

    #[test]
    fn numbers_grow_even_within_a_second_and_after_a_new_start() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let first = next_number(0, now);
        assert_eq!(next_number(first, now), first + 1);
        let later = Timestamp::from_second(1_800_000_100).unwrap();
        assert!(next_number(0, later) > first + 50);
    }

    #[test]
    fn a_webhook_carries_the_secret_as_it_is() {
        let carried = headers("a-secret_1");
        assert!(carried.contains(&("x-telegram-bot-api-secret-token", "a-secret_1".to_owned())));
        assert_eq!(headers("").len(), 1);
    }
}
