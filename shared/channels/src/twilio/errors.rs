//! What Twilio's error codes mean.
//!
//! <https://www.twilio.com/docs/api/errors>, and for WhatsApp
//! <https://www.twilio.com/docs/whatsapp/error-code-mapping>.

use domain::delivery::{FailureKind, Retry, SendFailure};
use http::StatusCode;

const LATER: Retry = Retry::After(None);

/// Reads a code: of an answer, which has a status, or of a status callback, which has none and at
/// times no code either.
pub(super) fn failure(code: Option<i64>, status: Option<StatusCode>) -> SendFailure {
    let (kind, retry, detail) = match code {
        None => (FailureKind::Unreachable, Retry::Never, "Twilio gives no reason"),
        Some(code) => meaning(code).unwrap_or_else(|| {
            let (kind, retry) = crate::unlisted(status);
            (kind, retry, "Twilio refuses the message")
        }),
    };
    crate::failure(kind, retry, code.map(|code| code.to_string()), detail)
}

fn meaning(code: i64) -> Option<(FailureKind, Retry, &'static str)> {
    use FailureKind as Kind;
    let listed = match code {
        20_429 | 14_107 | 63_018 => (Kind::RateLimited, LATER, "too many messages at once"),
        21_611 | 30_001 => (Kind::RateLimited, LATER, "Twilio's queue for this sender is full"),
        20_500 | 20_503 => (Kind::Unavailable, LATER, "Twilio is in trouble for the moment"),
        30_022 => (Kind::RateLimited, LATER, "the registered campaign's rate is exceeded"),
        21_610 => (Kind::OptedOut, Retry::Never, "the contact has opted out with STOP"),
        21_211 | 21_614 => (Kind::Unreachable, Retry::Never, "not a mobile number"),
        30_003 => (Kind::Unreachable, Retry::Never, "the phone is off or out of reach"),
        30_004 => (Kind::Unreachable, Retry::Never, "the contact does not take such messages"),
        30_005 => (Kind::Unreachable, Retry::Never, "the number does not exist"),
        30_006 => (Kind::Unreachable, Retry::Never, "a landline, or a carrier out of reach"),
        63_003 | 63_024 => (Kind::Unreachable, Retry::Never, "the contact has no WhatsApp"),
        63_032 => (Kind::Unreachable, Retry::Never, "the contact is part of an experiment of Meta"),
        63_049 => (Kind::Unreachable, Retry::Never, "Meta chose not to deliver it"),
        63_016 => (
            Kind::WindowClosed,
            Retry::Never,
            "more than 24 hours since the contact's last message",
        ),
        21_617 => (Kind::Content, Retry::Never, "the message is too long"),
        30_007 => (Kind::Content, Retry::Never, "the carrier filtered the message"),
        21_408 | 21_606 | 21_612 => {
            (Kind::Account, Retry::Never, "this sender may not send to this number")
        }
        30_034 => (Kind::Account, Retry::Never, "the sender is not registered for A2P 10DLC"),
        20_003 => (Kind::Account, Retry::Never, "the account's credentials are not valid"),
        _ => return None,
    };
    Some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_published_code_has_its_kind_and_its_retry() {
        use FailureKind::{
            Account, Content, OptedOut, RateLimited, Unavailable, Unreachable, WindowClosed,
        };
        let table: &[(&[i64], FailureKind, bool)] = &[
            (&[20_429, 14_107, 63_018, 21_611, 30_001, 30_022], RateLimited, true),
            (&[20_500, 20_503], Unavailable, true),
            (&[21_610], OptedOut, false),
            (
                &[21_211, 21_614, 30_003, 30_004, 30_005, 30_006, 63_003, 63_024, 63_032, 63_049],
                Unreachable,
                false,
            ),
            (&[63_016], WindowClosed, false),
            (&[21_617, 30_007, 12_345], Content, false),
            (&[21_408, 21_606, 21_612, 30_034, 20_003], Account, false),
        ];
        for (codes, kind, again) in table {
            for code in *codes {
                let failed = failure(Some(*code), None);
                assert_eq!(failed.failure.kind, *kind, "{code}");
                assert_eq!(failed.retry != Retry::Never, *again, "{code}");
            }
        }
        assert_eq!(failure(None, None).retry, Retry::Never);
    }

    #[test]
    fn a_code_nobody_lists_is_judged_by_the_status_it_came_with() {
        let judged = |status: u16| {
            let failed = failure(Some(99_999), StatusCode::from_u16(status).ok());
            (failed.failure.kind, failed.retry)
        };
        assert_eq!(judged(400), (FailureKind::Content, Retry::Never));
        assert_eq!(judged(429), (FailureKind::RateLimited, LATER));
        assert_eq!(judged(500), (FailureKind::Unavailable, LATER));
    }
}
