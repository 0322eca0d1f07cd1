//! What the widget function's refusals mean.

use domain::delivery::{FailureKind, Retry, SendFailure};
use http::StatusCode;
use serde_json::Value;

/// A refusal of ours says what it is in `type`; see `platform::problem`.
pub(super) fn failure(status: StatusCode, problem: &Value) -> SendFailure {
    let code = problem.get("type").and_then(Value::as_str).map(str::to_owned);
    let (kind, retry, detail) = match status.as_u16() {
        401 | 403 => (FailureKind::Account, Retry::Never, "the account has another secret now"),
        404 => (FailureKind::Account, Retry::Never, "there is no such web chat"),
        413 => (FailureKind::Content, Retry::Never, "the message is too large"),
        429 => (FailureKind::RateLimited, Retry::After(None), "too many messages for the moment"),
        500..=599 => (
            FailureKind::Unavailable,
            Retry::After(None),
            "the web chat is in trouble for the moment",
        ),
        _ => (FailureKind::Content, Retry::Never, "the web chat refuses the message"),
    };
    crate::failure(kind, retry, code, detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_refusal_has_its_kind_and_its_retry() {
        use FailureKind::{Account, Content, RateLimited, Unavailable};
        let (never, later) = (Retry::Never, Retry::After(None));
        for (status, kind, retry) in [
            (400, Content, never),
            (401, Account, never),
            (404, Account, never),
            (413, Content, never),
            (429, RateLimited, later),
            (500, Unavailable, later),
            (503, Unavailable, later),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let failed = failure(status, &json!({ "type": "so" }));
            assert_eq!((failed.failure.kind, failed.retry), (kind, retry), "{status}");
            assert_eq!(failed.failure.provider_code.as_deref(), Some("so"));
        }
    }
}
