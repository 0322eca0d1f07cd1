//! Serves the desk: static files, and one page for every address of the application.
//!
//! Nothing here knows who asks. All that is personal comes from the API, to which the application
//! brings its user's token.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

mod config;
mod files;

pub use config::{Config, SCOPE, Tells};
pub use files::Files;

struct Desk {
    tells: Tells,
    files: Files,
    policy: String,
}

/// Addresses of the application: each is answered with its page, which then shows what the address
/// names.
const PAGES: [&str; 7] = [
    "/",
    "/dashboard",
    "/inbox",
    "/inbox/{*rest}",
    "/settings",
    "/settings/{*rest}",
    "/print/{*rest}",
];

/// Everything the desk's own address answers.
pub fn router(tells: Tells, files: Files) -> Router {
    let policy = policy(&tells);
    let desk = Arc::new(Desk { tells, files, policy });
    let mut router = Router::new()
        .route("/config.json", get(config))
        .route("/assets/{version}/{*path}", get(asset));
    for path in PAGES {
        router = router.route(path, get(page));
    }
    router.with_state(desk)
}

/// What the page may load and speak to: its own origin, and what the desk is told of.
fn policy(tells: &Tells) -> String {
    let speaks_to = tells.speaks_to.join(" ");
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
         img-src 'self' blob: data: {speaks_to}; media-src 'self' blob: {speaks_to}; \
         connect-src 'self' {speaks_to}; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const NEVER: &str = "no-store";
/// Kept, and asked for again each time: a deployment is seen at the next load.
const ASKED_AGAIN: &str = "no-cache";
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

async fn config(State(desk): State<Arc<Desk>>) -> Response {
    ([(CACHE_CONTROL, NEVER)], Json(&desk.tells)).into_response()
}

async fn page(State(desk): State<Arc<Desk>>) -> Response {
    let Some(page) = desk.files.page() else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (CONTENT_SECURITY_POLICY, desk.policy.as_str()),
        (CACHE_CONTROL, ASKED_AGAIN),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), payment=()"),
    ];
    (headers, Html(page)).into_response()
}

async fn asset(
    State(desk): State<Arc<Desk>>,
    Path((version, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let gzip = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let gzip = gzip.is_some_and(|accepted| accepted.contains("gzip"));
    let found = desk.files.find(&path, gzip).filter(|_| version == desk.files.version());
    let (Some(file), Some(kind)) = (found, kind(&path)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = if desk.files.immutable() { FOR_EVER } else { NEVER };
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, kept),
        (VARY, "accept-encoding"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let encoding = file.gzip.then_some([(CONTENT_ENCODING, "gzip")]);
    (headers, encoding, file.bytes.into_owned()).into_response()
}

fn kind(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

impl Files {
    /// The page, with the names its files have now. What the first screen needs is asked for at once.
    fn page(&self) -> Option<String> {
        let page = self.find("index.html", false)?;
        let page = String::from_utf8(page.bytes.into_owned()).ok()?;
        let version = self.version();
        let mut styles = String::new();
        for path in self.ending(".css") {
            let _written =
                writeln!(styles, "<link rel=\"stylesheet\" href=\"/assets/{version}/{path}\">");
        }
        let mut preloads = String::new();
        let first = |path: &&String| FIRST.iter().any(|folder| path.starts_with(folder));
        for path in
            self.ending(".js").iter().filter(first).filter(|path| !LATER.contains(&path.as_str()))
        {
            let _written = writeln!(
                preloads,
                "<link rel=\"modulepreload\" href=\"/assets/{version}/{path}\">"
            );
        }
        Some(
            page.replace("{styles}", styles.trim_end())
                .replace("{preloads}", preloads.trim_end())
                .replace("{version}", version),
        )
    }
}

/// The folders of the first screen.
const FIRST: [&str; 8] =
    ["contact/", "conversation/", "inbox/", "lib/", "shell/", "strings/", "ui/", "vendor/"];
/// What is in them and needed only now and then.
const LATER: [&str; 1] = ["vendor/oauth4webapi.js"];
