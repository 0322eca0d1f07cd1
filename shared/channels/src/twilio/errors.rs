//! What Twilio's error codes mean.
//!
//! <https://www.twilio.com/docs/api/errors>, and for WhatsApp
//! <https://www.twilio.com/docs/whatsapp/error-code-mapping>.

use domain::delivery::{FailureKind, Retry, SendFailure};

const LATER: Retry = Retry::After(None);

pub(super) fn failure(code: Option<i64>) -> SendFailure {
    let (kind, retry, detail) =
        code.map_or((FailureKind::Unreachable, Retry::Never, "Twilio gives no reason"), meaning);
    crate::failure(kind, retry, code.map(|code| code.to_string()), detail)
}

fn meaning(code: i64) -> (FailureKind, Retry, &'static str) {
    use FailureKind as Kind;
    match code {
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
        _ => (Kind::Content, Retry::Never, "Twilio refuses the message"),
    }
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
                let failed = failure(Some(*code));
                assert_eq!(failed.failure.kind, *kind, "{code}");
                assert_eq!(failed.retry != Retry::Never, *again, "{code}");
            }
        }
        assert_eq!(failure(None).retry, Retry::Never);
    }
}
