//! How Twilio says no.
//!
//! <https://www.twilio.com/docs/api/errors>

use serde_json::json;

use crate::sends::{Reply, Unwell};

/// One of Twilio's errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: u32,
    pub(super) message: &'static str,
}

const fn refusal(status: u16, code: u32, message: &'static str) -> Refusal {
    Refusal { status, code, message }
}

pub(super) const AUTHENTICATE: Refusal = refusal(401, 20003, "Authenticate");
pub(super) const INVALID_TO: Refusal =
    refusal(400, 21211, "The 'To' number is not a valid phone number.");
pub(super) const NO_BODY: Refusal = refusal(400, 21602, "Message body is required.");
pub(super) const NO_FROM: Refusal = refusal(400, 21603, "A 'From' phone number is required.");
pub(super) const NO_TO: Refusal = refusal(400, 21604, "A 'To' phone number is required.");
pub(super) const FOREIGN_FROM: Refusal = refusal(
    400,
    21606,
    "The From phone number is not a valid, SMS-capable inbound phone number or short code for \
     your account.",
);
pub(super) const OPTED_OUT: Refusal =
    refusal(400, 21610, "Attempt to send to unsubscribed recipient");
pub(super) const TOO_LONG: Refusal =
    refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit");
pub(super) const TOO_MANY_FILES: Refusal =
    refusal(400, 21623, "Number of media files exceeds allowed limit");
pub(super) const NO_SUCH_CONTENT: Refusal = refusal(400, 21655, "The ContentSid is Invalid");
pub(super) const INVALID_VARIABLES: Refusal =
    refusal(400, 21656, "The Content Variables Parameter is invalid");
pub(super) const MIXED_CHANNELS: Refusal =
    refusal(400, 21910, "Invalid From and To pair. From and To should be of the same channel");
pub(super) const UNREACHABLE: Refusal = refusal(400, 30003, "Unreachable destination handset");
pub(super) const NO_CHANNEL: Refusal =
    refusal(400, 63007, "Twilio could not find a Channel with the specified From address");
pub(super) const WINDOW_CLOSED: Refusal = refusal(
    400,
    63016,
    "Failed to send freeform message because you are outside the allowed window. Please use a \
     Template.",
);
pub(super) const NOT_ON_WHATSAPP: Refusal = refusal(400, 63024, "Invalid message recipient");

impl Refusal {
    pub(super) fn reply(&self) -> Reply {
        let error = json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status,
        });
        Reply::new(self.status, error)
    }
}

pub(super) fn unwell(retry_after_seconds: u32) -> Unwell {
    let mut too_many_requests = refusal(429, 20429, "Too Many Requests").reply();
    too_many_requests.retry_after_seconds = Some(retry_after_seconds);
    Unwell { too_many_requests, error: refusal(503, 20503, "Service unavailable").reply() }
}
