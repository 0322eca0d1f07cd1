//! The page that plays the customers' phones, and the API it lives on.

mod api;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use axum::routing::{get, post};

use crate::Simulator;

/// A parcel at a door, with a hole in it.
pub(crate) const PICTURE: &[u8] = include_bytes!("sample.png");

/// Sixteen megabytes, the most WhatsApp carries in a picture, as base64.
const BODY_BYTES_MAX: usize = 24 * 1024 * 1024;

pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/phones", get(page))
        .route("/phones/style.css", get(style))
        .route("/phones/script.js", get(script))
        .route("/phones/sample.png", get(picture))
        .route("/phones/sample.ogg", get(voice))
        .route("/phones/api/accounts", get(api::accounts))
        .route("/phones/api/chaos", get(api::chaos).put(api::set_chaos))
        .route("/phones/api/accounts/{account}/phones", get(api::phones).post(api::new_phone))
        .route("/phones/api/accounts/{account}/phones/{address}/messages", get(api::messages))
        .route(
            "/phones/api/accounts/{account}/phones/{address}/gestures",
            post(api::gesture).layer(DefaultBodyLimit::max(BODY_BYTES_MAX)),
        )
        .route(
            "/phones/api/accounts/{account}/phones/{address}/settings",
            axum::routing::put(api::settings),
        )
        .route("/phones/api/files/{file}", get(api::file))
}

const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn embedded(kind: &'static str, bytes: &'static [u8]) -> impl IntoResponse {
    let headers: [(HeaderName, &'static str); 4] = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, bytes)
}

async fn page() -> impl IntoResponse {
    embedded("text/html; charset=utf-8", include_bytes!("page.html"))
}

async fn style() -> impl IntoResponse {
    embedded("text/css; charset=utf-8", include_bytes!("style.css"))
}

async fn script() -> impl IntoResponse {
    embedded("text/javascript; charset=utf-8", include_bytes!("script.js"))
}

async fn picture() -> impl IntoResponse {
    embedded("image/png", PICTURE)
}

async fn voice() -> impl IntoResponse {
    embedded("audio/ogg", include_bytes!("sample.ogg"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_has_no_inline_script_or_style_and_no_way_to_write_markup() {
        let page = include_str!("page.html");
        for forbidden in
            ["<style", " style=", "onclick", "onload", "javascript:", "http://", "https://"]
        {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert_eq!(page.matches("<script").count(), 1);
        let script = include_str!("script.js");
        for forbidden in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", ".style"]
        {
            assert!(!script.contains(forbidden), "{forbidden}");
        }
    }
}
