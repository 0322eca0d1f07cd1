//! What the Bot API's errors mean. Telegram says that codes and descriptions may change; what it
//! promises are the HTTP-like numbers and `parameters`
//! (<https://core.telegram.org/bots/api#making-requests>).

use domain::delivery::{FailureKind, Retry, SendFailure};
use jiff::SignedDuration;
use serde_json::Value;

pub(super) fn failure(answer: &Value) -> SendFailure {
    let code = answer.get("error_code").and_then(Value::as_i64).unwrap_or(0);
    let description = answer.get("description").and_then(Value::as_str).unwrap_or("");
    let (kind, retry, detail) = match code {
        429 => (
            FailureKind::RateLimited,
            Retry::After(wait(answer)),
            "too many messages for the moment",
        ),
        401 => (FailureKind::Account, Retry::Never, "the bot token is not valid"),
        404 => (FailureKind::Account, Retry::Never, "Telegram does not know the bot"),
        403 => (FailureKind::Unreachable, Retry::Never, forbidden(description)),
        400 => bad_request(answer, description),
        500..=599 => {
            (FailureKind::Unavailable, Retry::After(None), "Telegram is in trouble for the moment")
        }
        _ => (FailureKind::Content, Retry::Never, "Telegram refuses the message"),
    };
    crate::failure(kind, retry, Some(code.to_string()), detail)
}

fn wait(answer: &Value) -> Option<SignedDuration> {
    let seconds = answer.pointer("/parameters/retry_after").and_then(Value::as_i64)?;
    // A day is longer than any message is kept; more would be nonsense.
    Some(SignedDuration::from_secs(seconds.clamp(0, 86_400)))
}

fn forbidden(description: &str) -> &'static str {
    if description.contains("blocked") {
        "the contact has blocked the bot"
    } else if description.contains("deactivated") {
        "the contact's account no longer exists"
    } else if description.contains("initiate") {
        "the contact has not started the bot"
    } else {
        "the bot may not write to this chat"
    }
}

fn bad_request(answer: &Value, description: &str) -> (FailureKind, Retry, &'static str) {
    if answer.pointer("/parameters/migrate_to_chat_id").is_some() {
        (FailureKind::Unreachable, Retry::Never, "the group has become a supergroup")
    } else if description.contains("chat not found") || description.contains("USER_ID_INVALID") {
        (FailureKind::Unreachable, Retry::Never, "Telegram does not know the chat")
    } else if description.contains("too long") {
        (FailureKind::Content, Retry::Never, "the message is too long")
    } else if description.contains("failed to get HTTP URL content")
        || description.contains("wrong type of the web page content")
    {
        (FailureKind::Content, Retry::Never, "Telegram cannot load the file")
    } else {
        (FailureKind::Content, Retry::Never, "Telegram refuses the message")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_error_has_its_kind_and_its_retry() {
        use FailureKind::{Account, Content, RateLimited, Unavailable, Unreachable};
        let never = Retry::Never;
        let later = Retry::After(None);
        let table = [
            (
                json!({"error_code": 403, "description": "Forbidden: bot was blocked by the user"}),
                Unreachable,
                never,
            ),
            (
                json!({"error_code": 403, "description": "Forbidden: user is deactivated"}),
                Unreachable,
                never,
            ),
            (
                json!({"error_code": 403, "description": "Forbidden: bot can't initiate conversation with a user"}),
                Unreachable,
                never,
            ),
            (
                json!({"error_code": 403, "description": "Forbidden: bot was kicked from the group chat"}),
                Unreachable,
                never,
            ),
            (
                json!({"error_code": 400, "description": "Bad Request: chat not found"}),
                Unreachable,
                never,
            ),
            (
                json!({"error_code": 400, "description": "Bad Request: message is too long"}),
                Content,
                never,
            ),
            (
                json!({"error_code": 400, "description": "Bad Request: group chat was upgraded", "parameters": {"migrate_to_chat_id": -100}}),
                Unreachable,
                never,
            ),
            (json!({"error_code": 401, "description": "Unauthorized"}), Account, never),
            (json!({"error_code": 404, "description": "Not Found"}), Account, never),
            (json!({"error_code": 409, "description": "Conflict"}), Content, never),
            (
                json!({"error_code": 500, "description": "Internal Server Error"}),
                Unavailable,
                later,
            ),
            (json!({"error_code": 502, "description": "Bad Gateway"}), Unavailable, later),
            (
                json!({"error_code": 429, "description": "Too Many Requests: retry after 5", "parameters": {"retry_after": 5}}),
                RateLimited,
                Retry::After(Some(SignedDuration::from_secs(5))),
            ),
            (json!({}), Content, never),
        ];
        for (answer, kind, retry) in table {
            let failed = failure(&answer);
            assert_eq!((failed.failure.kind, failed.retry), (kind, retry), "{answer}");
        }
    }
}
