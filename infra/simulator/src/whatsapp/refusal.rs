//! How the Cloud API says no.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>

use serde_json::json;

use crate::sends::{Reply, Unwell};

/// One of Meta's errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: u32,
    pub(super) title: &'static str,
    pub(super) details: String,
}

impl Refusal {
    fn new(status: u16, code: u32, title: &'static str, details: impl Into<String>) -> Self {
        Self { status, code, title, details: details.into() }
    }

    pub(super) fn parameter(details: impl Into<String>) -> Self {
        Self::new(400, 100, "Invalid parameter", details)
    }

    pub(super) fn missing(name: &str) -> Self {
        let details = format!("The parameter {name} is required.");
        Self::new(400, 131_008, "Required parameter is missing", details)
    }

    pub(super) fn value(details: impl Into<String>) -> Self {
        Self::new(400, 131_009, "Parameter value is not valid", details)
    }

    pub(super) fn token() -> Self {
        Self::new(401, 190, "Invalid OAuth access token", "Cannot parse access token")
    }

    pub(super) fn no_such_object(id: &str) -> Self {
        let details = format!(
            "Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, \
             or does not support this operation"
        );
        Self::new(400, 100, "Unsupported request", details)
    }

    pub(super) fn unsupported_type(kind: &str) -> Self {
        Self::new(
            400,
            131_051,
            "Unsupported message type",
            format!("Type {kind} is not supported."),
        )
    }

    pub(super) fn window_closed() -> Self {
        let details = "Message failed to send because more than 24 hours have passed since the \
                       customer last replied to this number.";
        Self::new(400, 131_047, "Re-engagement message", details)
    }

    pub(super) fn marketing_stopped() -> Self {
        let details = "The user has stopped receiving marketing messages from this business.";
        Self::new(400, 131_050, "User has stopped marketing messages", details)
    }

    pub(super) fn undeliverable() -> Self {
        let details = "Message undeliverable: the number is not on WhatsApp, is blocked, or has \
                       an old version.";
        Self::new(400, 131_026, "Message undeliverable", details)
    }

    pub(super) fn no_such_template(name: &str, language: &str) -> Self {
        let details = format!("template name ({name}) does not exist in {language}");
        Self::new(404, 132_001, "Template name does not exist in the translation", details)
    }

    pub(super) fn template_parameters(given: usize, expected: usize) -> Self {
        let details = format!(
            "body: number of localizable_params ({given}) does not match the expected number of \
             params ({expected})"
        );
        Self::new(400, 132_000, "Number of parameters does not match", details)
    }

    pub(super) fn reply(&self) -> Reply {
        let error = json!({
            "message": format!("(#{}) {}", self.code, self.title),
            "type": "OAuthException",
            "code": self.code,
            "error_data": { "messaging_product": "whatsapp", "details": self.details },
            "fbtrace_id": "ASimulated0Trace0Id",
        });
        Reply::new(self.status, json!({ "error": error }))
    }
}

/// Meta names no time to wait: it asks for a growing one.
pub(super) fn unwell() -> Unwell {
    let details = "Message failed to send because there were too many messages sent from this \
                   phone number in a short period of time.";
    Unwell {
        too_many_requests: Refusal::new(429, 130_429, "Rate limit hit", details).reply(),
        error: Refusal::new(500, 131_000, "Something went wrong", "Try again later.").reply(),
    }
}
