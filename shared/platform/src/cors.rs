//! What browsers are told when a page of somebody else calls us.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, RETRY_AFTER, VARY,
};
use http::{HeaderMap, HeaderValue};

/// As long as browsers believe it at all.
const REMEMBERED_S: &str = "7200";

/// The page that a browser says it calls for.
pub fn origin(headers: &HeaderMap) -> Option<&str> {
    headers.get(ORIGIN).and_then(|origin| origin.to_str().ok())
}

/// Lets a page read the answer. Whether it may is for the caller to have asked.
pub fn let_read(answer: &mut HeaderMap, origin: &str) {
    if let Ok(origin) = HeaderValue::try_from(origin) {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from(RETRY_AFTER));
        answer.append(VARY, HeaderValue::from(ORIGIN));
    }
}

/// Lets a page ask with these headers.
pub fn let_ask(answer: &mut HeaderMap, origin: &str, headers: &'static str) {
    let_read(answer, origin);
    let methods = HeaderValue::from_static("GET, POST, PUT");
    answer.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(headers));
    answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(REMEMBERED_S));
}
