//! WhatsApp's Cloud API by Meta, played.
//!
//! | file | what |
//! | --- | --- |
//! | `gestures` | what a customer does, as webhooks |
//! | `webhook` | the envelope and the signature of all webhooks |
//! | `content` | what a send may contain |
//! | `sends` | whether a send is accepted, and its answer |
//! | `receipts` | what is told about accepted sends |
//! | `media` | files by id, then by address |
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api>

mod content;
mod gestures;
mod media;
mod receipts;
mod refusal;
mod sends;
mod webhook;

use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use jiff::SignedDuration;

pub(crate) use gestures::play;
pub(crate) use receipts::opened;
pub(crate) use webhook::{handshake_url, together};

use crate::delivery::backoff;
use crate::outbox::{Attempt, Then};
use crate::{Simulator, dice::Dice};

pub(crate) const BASE_PATH: &str = "/simulator/whatsapp";

/// Meta does not say how long it waits; its recommendation is a median of 250 ms.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// "Decreasing frequency … for up to 7 days"
/// (<https://developers.facebook.com/docs/graph-api/webhooks/getting-started>).
const KEEPS_TRYING: SignedDuration = SignedDuration::from_hours(7 * 24);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Only 200 counts as taken.
pub(crate) fn again(attempt: &Attempt, attempts: u32, age: SignedDuration) -> Then {
    if matches!(attempt, Attempt::Answered { status: 200, .. }) {
        return Then::Taken;
    }
    if age > KEEPS_TRYING {
        return Then::GivenUp;
    }
    Then::Again(backoff(attempts, LONGEST_PAUSE))
}

pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/{version}/{number}/messages", post(sends::messages))
        .route("/{version}/{media}", get(media::locate))
        .route("/files/{media}", get(media::download))
}

/// An id as WhatsApp writes them: the number of whoever wrote, and something random.
fn message_id(dice: &mut Dice, address: &str, by_business: bool) -> String {
    use base64::Engine;
    let digits = address.trim_start_matches('+').as_bytes();
    let random = dice.hex(if by_business { 18 } else { 20 }).to_uppercase();
    let mut id = vec![0x1c, 0x18, u8::try_from(digits.len()).unwrap_or(u8::MAX)];
    id.extend(digits);
    id.extend([0x15, 0x02, 0x00, if by_business { 0x11 } else { 0x12 }, 0x18]);
    id.push(if by_business { 18 } else { 20 });
    id.extend(random.bytes());
    id.push(0);
    format!("wamid.{}", base64::engine::general_purpose::STANDARD.encode(id))
}

/// The id of a customer within a business, which stays when the number is hidden: a country, a
/// dot, digits
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids>).
pub(crate) fn user_id(address: &str) -> String {
    const COUNTRIES: [(&str, &str); 4] =
        [("+33", "FR"), ("+34", "ES"), ("+44", "GB"), ("+49", "DE")];
    let country = COUNTRIES.iter().find(|(prefix, _)| address.starts_with(prefix));
    // FNV-1a: the same number always has the same id.
    let hash = address.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{}.{hash:020}", country.map_or("US", |(_, code)| code))
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;

    use super::*;

    fn answered(status: u16) -> Attempt {
        Attempt::Answered { status, retry_after: None, body: Bytes::new() }
    }

    #[test]
    fn only_200_is_taken_and_all_else_is_tried_for_seven_days() {
        let days = SignedDuration::from_hours;
        assert_eq!(again(&answered(200), 1, days(0)), Then::Taken);
        for status in [201, 204, 302, 400, 401, 500] {
            assert_eq!(again(&answered(status), 1, days(0)), Then::Again(Duration::ZERO));
            assert_eq!(again(&answered(status), 3, days(0)), Then::Again(Duration::from_secs(4)));
            assert_eq!(again(&answered(status), 90, days(169)), Then::GivenUp);
        }
    }

    #[test]
    fn ids_look_like_whatsapps() {
        let id = message_id(&mut Dice::new(1), "+16505551234", false);
        assert!(id.starts_with("wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQ"), "{id}");
        let id = message_id(&mut Dice::new(1), "+16505551234", true);
        assert!(id.starts_with("wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI"), "{id}");
        assert!(user_id("+447700900142").starts_with("GB."));
        assert_eq!(user_id("+16505551234"), user_id("+16505551234"));
    }
}
