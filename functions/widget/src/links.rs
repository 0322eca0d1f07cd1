//! Links that open a chat, and their QR codes.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use platform::problem::Problem;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;

use crate::Deps;
use crate::answer::Failed;
use crate::pages::{Asset, JAVASCRIPT, page};

/// What a code may lead to: chats, and nothing that somebody else chose in our name.
const SCHEMES: [&str; 7] = [
    "https://wa.me/",
    "https://t.me/",
    "https://m.me/",
    "https://ig.me/m/",
    "sms:",
    "tel:",
    "mailto:",
];
/// More does not fit into a code that a phone reads from a poster.
const TEXT_BYTES_MAX: usize = 600;

static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new(JAVASCRIPT, include_str!("../web/links.js")));

pub(crate) fn router() -> Router<Arc<Deps>> {
    Router::new()
        .route("/widget/links", get(async || page(include_str!("../web/links.html").to_owned())))
        .route("/widget/links.js", get(async |headers: HeaderMap| SCRIPT.answer(&headers)))
        .route("/widget/qr.svg", get(code))
}

#[derive(Deserialize)]
struct Asked {
    text: String,
}

async fn code(
    State(deps): State<Arc<Deps>>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let own = format!("{}/widget/try/", deps.public_url.as_str());
    let leads =
        SCHEMES.into_iter().chain([own.as_str()]).any(|start| asked.text.starts_with(start));
    if !leads || asked.text.len() > TEXT_BYTES_MAX || asked.text.contains(char::is_control) {
        return Err(Failed(Problem::bad_request("text", "is not a link to a chat")));
    }
    let svg = drawn(&asked.text)
        .ok_or_else(|| Failed(Problem::new(StatusCode::BAD_REQUEST, "too-long", "does not fit")))?;
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (CACHE_CONTROL, "public, max-age=86400"),
    ];
    Ok((headers, svg).into_response())
}

fn drawn(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    Some(code.render::<svg::Color<'_>>().min_dimensions(320, 320).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_without_a_word_of_what_it_says() {
        let svg =
            drawn("https://wa.me/15550100001?text=%3Cscript%3Ealert(1)%3C%2Fscript%3E").unwrap();
        assert!(svg.starts_with("<?xml") && !svg.contains("script"), "{svg}");
        assert!(drawn(&"x".repeat(TEXT_BYTES_MAX)).is_some());
    }
}
