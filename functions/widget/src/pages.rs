//! The widget itself, and the page to try it on.

use std::io::Write;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use domain::id::AccountId;
use flate2::Compression;
use flate2::write::GzEncoder;
use ring::digest::{SHA256, digest};

/// The parts of the script in the order in which they lean on one another; no name of theirs is
/// seen by the page.
const SCRIPT: &str = concat!(
    "(()=>{\"use strict\";\n",
    include_str!("../web/words.js"),
    include_str!("../web/style.js"),
    include_str!("../web/kept.js"),
    include_str!("../web/wire.js"),
    include_str!("../web/parts.js"),
    include_str!("../web/thread.js"),
    include_str!("../web/panel.js"),
    include_str!("../web/start.js"),
    "})();\n",
);

/// The script as pages load it.
pub fn script() -> &'static str {
    SCRIPT
}

/// A file of ours, and what it takes to send it.
pub(crate) struct Asset {
    mime: &'static str,
    plain: &'static str,
    packed: Vec<u8>,
    etag: String,
}

impl Asset {
    pub(crate) fn new(mime: &'static str, plain: &'static str) -> Self {
        let hash = hex::encode(&digest(&SHA256, plain.as_bytes()).as_ref()[..12]);
        Self { mime, plain, packed: packed(plain.as_bytes()), etag: format!("\"{hash}\"") }
    }

    /// The file, or that the browser has it already. It is asked for again after five minutes, so
    /// that pages have a new widget soon.
    pub(crate) fn answer(&self, headers: &HeaderMap) -> Response {
        let has = |name: HeaderName, what: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .is_some_and(|v| v.contains(what))
        };
        let common = [
            (CACHE_CONTROL, "public, max-age=300, stale-while-revalidate=86400"),
            (VARY, "accept-encoding"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // Pages may load it with `crossorigin`, and from behind an embedder policy.
            (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
            (ETAG, self.etag.as_str()),
        ];
        if has(IF_NONE_MATCH, &self.etag) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        let typed = [(CONTENT_TYPE, self.mime)];
        if has(ACCEPT_ENCODING, "gzip") {
            return (common, typed, [(CONTENT_ENCODING, "gzip")], self.packed.clone())
                .into_response();
        }
        (common, typed, self.plain).into_response()
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("a vector takes whatever is written")
}

/// Pages may be written in any set of characters; a script that does not name its own is read in theirs.
pub(crate) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

static WIDGET: LazyLock<Asset> = LazyLock::new(|| Asset::new(JAVASCRIPT, SCRIPT));
static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("text/css; charset=utf-8", include_str!("../web/pages.css")));
static TRY: LazyLock<Asset> =
    LazyLock::new(|| Asset::new(JAVASCRIPT, include_str!("../web/try.js")));

pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/widget.js", get(async |headers: HeaderMap| WIDGET.answer(&headers)))
        .route("/widget/pages.css", get(async |headers: HeaderMap| STYLE.answer(&headers)))
        .route("/widget/try.js", get(async |headers: HeaderMap| TRY.answer(&headers)))
        .route("/widget/try/{account}", get(shop))
}

/// As strict as a shop's own may be: the widget has to work under it. Files go to the storage, and
/// changes come over a socket, which are at other addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self' https: wss:; img-src 'self' https: data: blob:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// A plain shop with the widget on it.
async fn shop(Path(account): Path<String>) -> Response {
    let Ok(account) = account.parse::<AccountId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    page(include_str!("../web/try.html").replace("ACCOUNT", account.as_str()))
}

pub(crate) fn page(html: String) -> Response {
    let mut answer = Html(html).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What issue 5 promises to pages that load the widget, in bytes.
    const PACKED_BYTES_MAX: usize = 15 * 1024;

    #[test]
    fn the_widget_stays_small() {
        let packed = WIDGET.packed.len();
        assert!(packed < PACKED_BYTES_MAX, "{packed} bytes compressed");
    }

    /// What a page's Trusted Types and its policy forbid is not in the script.
    #[test]
    fn the_widget_makes_nothing_of_text() {
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "srcdoc",
            "setAttribute(\"style",
            "javascript:",
            "DOMParser",
        ] {
            assert!(!SCRIPT.contains(word), "the widget has {word}");
        }
    }
}
