//! What the Cloud API's error codes mean.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>, as of May 2026.

use domain::delivery::{FailureKind, Retry, SendFailure};
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::Value;

const LATER: Retry = Retry::After(None);

/// One message in six seconds to the same person.
const PAIR_RATE: Retry = Retry::After(Some(SignedDuration::from_secs(6)));

/// Reads an error object: of an answer, which has a status, or of a webhook, which has none.
pub(super) fn failure(error: &Value, status: Option<StatusCode>) -> SendFailure {
    let code = error.get("code").and_then(Value::as_i64);
    let transient = error.get("is_transient").and_then(Value::as_bool).unwrap_or(false);
    let (kind, retry, detail) = match code.and_then(meaning) {
        Some((kind, Retry::Never, detail)) if transient => (kind, LATER, detail),
        Some(listed) => listed,
        None if transient => {
            (FailureKind::Unavailable, LATER, "WhatsApp is in trouble for the moment")
        }
        None => {
            let (kind, retry) = crate::unlisted(status);
            let detail =
                code.map_or("WhatsApp gives no reason", |_| "WhatsApp refuses the message");
            (kind, retry, detail)
        }
    };
    crate::failure(kind, retry, code.map(|code| code.to_string()), detail)
}

fn meaning(code: i64) -> Option<(FailureKind, Retry, &'static str)> {
    use FailureKind as Kind;
    let listed = match code {
        1 | 2 | 131_000 | 131_016 | 133_004 | 2_494_100 => {
            (Kind::Unavailable, LATER, "WhatsApp is in trouble for the moment")
        }
        131_057 => (Kind::Unavailable, LATER, "the number is under maintenance at WhatsApp"),
        4 | 80_007 | 130_429 => (Kind::RateLimited, LATER, "too many messages for this account"),
        131_056 => (Kind::RateLimited, PAIR_RATE, "too many messages to this contact"),
        131_026 => (
            Kind::Unreachable,
            Retry::Never,
            "the contact has no WhatsApp, an old version of it, or has blocked the business",
        ),
        131_021 => (Kind::Unreachable, Retry::Never, "the contact is the business itself"),
        130_403 => (Kind::Unreachable, Retry::Never, "the business has blocked the contact"),
        130_497 => (Kind::Unreachable, Retry::Never, "not allowed in the contact's country"),
        131_062 | 131_063 => {
            (Kind::Unreachable, Retry::Never, "this message cannot go to a user id")
        }
        131_049 => (
            Kind::Unreachable,
            Retry::Never,
            "Meta chose not to deliver it; wait a day before trying this contact again",
        ),
        130_472 => {
            (Kind::Unreachable, Retry::Never, "the contact is part of an experiment of Meta")
        }
        131_050 => (Kind::OptedOut, Retry::Never, "the contact has stopped marketing messages"),
        131_047 => (
            Kind::WindowClosed,
            Retry::Never,
            "more than 24 hours since the contact's last message",
        ),
        132_000 | 132_001 | 132_005 | 132_007 | 132_008 | 132_012 => {
            (Kind::Template, Retry::Never, "the template does not match what is registered")
        }
        132_015 | 132_016 => {
            (Kind::Template, Retry::Never, "the template is paused or disabled for its quality")
        }
        132_068 | 132_069 => (Kind::Template, Retry::Never, "the flow is blocked or throttled"),
        131_051 => (Kind::Content, Retry::Never, "WhatsApp does not know this kind of message"),
        131_052 | 131_053 => (Kind::Content, Retry::Never, "WhatsApp cannot load the file"),
        100 | 131_008 | 131_009 => {
            (Kind::Content, Retry::Never, "a field is missing or has a wrong value")
        }
        0 | 3 | 10 | 190 | 200..=299 | 131_005 => {
            (Kind::Account, Retry::Never, "the access token is not valid or not allowed to send")
        }
        131_042 => (Kind::Account, Retry::Never, "there is a problem with the account's billing"),
        368 | 131_031 | 131_037 | 131_045 | 131_048 | 131_064 | 133_010 => {
            (Kind::Account, Retry::Never, "the number is restricted, locked or not registered")
        }
        _ => return None,
    };
    Some(listed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_published_code_has_its_kind_and_its_retry() {
        use FailureKind::{
            Account, Content, OptedOut, RateLimited, Template, Unavailable, Unreachable,
            WindowClosed,
        };
        let table: &[(&[i64], FailureKind, bool)] = &[
            (&[1, 2, 131_000, 131_016, 131_057, 133_004, 2_494_100], Unavailable, true),
            (&[4, 80_007, 130_429, 131_056], RateLimited, true),
            (
                &[131_026, 131_049, 130_472, 130_403, 130_497, 131_021, 131_062, 131_063],
                Unreachable,
                false,
            ),
            (&[131_050], OptedOut, false),
            (&[131_047], WindowClosed, false),
            (
                &[
                    132_000, 132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016,
                    132_068, 132_069,
                ],
                Template,
                false,
            ),
            (&[100, 131_008, 131_009, 131_051, 131_052, 131_053, 999_999], Content, false),
            (
                &[
                    0, 3, 10, 190, 200, 299, 368, 131_005, 131_031, 131_037, 131_042, 131_045,
                    131_048, 131_064, 133_010,
                ],
                Account,
                false,
            ),
        ];
        for (codes, kind, again) in table {
            for code in *codes {
                let failed = failure(&json!({"code": code}), None);
                assert_eq!(failed.failure.kind, *kind, "{code}");
                assert_eq!(failed.retry != Retry::Never, *again, "{code}");
            }
        }
    }

    #[test]
    fn what_whatsapp_calls_transient_is_tried_again() {
        let failed = failure(&json!({"code": 999, "is_transient": true}), None);
        assert_eq!((failed.failure.kind, failed.retry), (FailureKind::Unavailable, LATER));
        let failed = failure(&json!({"code": 131_026, "is_transient": true}), None);
        assert_eq!((failed.failure.kind, failed.retry), (FailureKind::Unreachable, LATER));
    }

    #[test]
    fn a_code_nobody_lists_is_judged_by_the_status_it_came_with() {
        let judged = |status: u16| {
            let failed = failure(&json!({"code": 999}), StatusCode::from_u16(status).ok());
            (failed.failure.kind, failed.retry)
        };
        assert_eq!(judged(400), (FailureKind::Content, Retry::Never));
        assert_eq!(judged(429), (FailureKind::RateLimited, LATER));
        assert_eq!(judged(500), (FailureKind::Unavailable, LATER));
    }
}
