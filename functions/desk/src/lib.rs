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
use serde::Serialize;

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
    let speaks_to = tells.origins();
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

/// What an application is told: one that is open for a whole day learns that there is another by now.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    tells: &'a Tells,
    version: &'a str,
}

async fn config(State(desk): State<Arc<Desk>>) -> Response {
    let told = Told { tells: &desk.tells, version: desk.files.version() };
    ([(CACHE_CONTROL, NEVER)], Json(told)).into_response()
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
        for path in self.ending(".css").iter().filter(|path| !LATER.contains(&path.as_str())) {
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
const FIRST: [&str; 6] = ["inbox/", "lib/", "shell/", "strings/", "ui/", "vendor/"];
/// What is needed only now and then, and asked for by what needs it.
const LATER: [&str; 6] = [
    "css/contact.css",
    "css/conversation.css",
    "css/dashboard.css",
    "css/print.css",
    "css/settings.css",
    "vendor/oauth4webapi.js",
];

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use axum::body::Body;
    use axum::http::Request;
    use axum::http::header::{IF_NONE_MATCH, LOCATION};
    use flate2::read::GzDecoder;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    fn tells() -> Tells {
        Tells {
            issuer: "https://id.test/pool".to_owned(),
            client_id: "desk".to_owned(),
            scope: SCOPE,
            laptop: false,
            speaks_to: vec!["wss://live.test".to_owned()],
        }
    }

    async fn asked(files: Files, path: &str, accepts: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        let request = Request::get(path).header(ACCEPT_ENCODING, accepts).body(Body::empty());
        let answer = router(tells(), files).oneshot(request.unwrap()).await.unwrap();
        let (head, body) = answer.into_parts();
        (head.status, head.headers, body.collect().await.unwrap().to_bytes().to_vec())
    }

    async fn page_text() -> String {
        String::from_utf8(asked(Files::packed(), "/", "").await.2).unwrap()
    }

    fn addresses(page: &str) -> Vec<&str> {
        page.split('"').filter(|part| part.starts_with("/assets/")).collect()
    }

    #[tokio::test]
    async fn each_address_of_the_application_is_its_page() {
        for path in ["/", "/dashboard", "/inbox/mine/cv_1", "/settings/users/ada", "/print/cv_1"] {
            let (status, headers, body) = asked(Files::packed(), path, "gzip").await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert_eq!(headers[CACHE_CONTROL], "no-cache", "{path}");
            assert_eq!(body, page_text().await.into_bytes(), "{path}");
        }
        for path in ["/wp-login.php", "/assets/x/app.js", "/inbox.html", "/v2"] {
            let (status, headers, _) = asked(Files::packed(), path, "gzip").await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert!(!headers.contains_key(LOCATION) && !headers.contains_key(IF_NONE_MATCH));
        }
    }

    /// S7: nothing is executed that is not a file of ours.
    #[tokio::test]
    async fn the_page_allows_nothing_inline() {
        let (_, headers, body) = asked(Files::packed(), "/", "").await;
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "style-src 'self';",
            "connect-src 'self' https://id.test wss://live.test;",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(policy.contains(part), "{part} is missing in {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        let page = String::from_utf8(body).unwrap();
        assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains(" on"));
        for script in page.split("<script").skip(1) {
            assert!(script.starts_with(" type=\"module\" src=\"/assets/"), "{script}");
        }
    }

    /// What the page names is there, and may be kept for ever.
    #[tokio::test]
    async fn what_the_page_names_is_there_and_never_changes() {
        let page = page_text().await;
        let named = addresses(&page);
        assert!(named.iter().any(|path| path.ends_with("/app.js")));
        for path in named {
            let (status, headers, packed) = asked(Files::packed(), path, "br, gzip").await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert_eq!(headers[CACHE_CONTROL], "public, max-age=31536000, immutable", "{path}");
            assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
            let (_, plain_headers, plain) = asked(Files::packed(), path, "").await;
            assert!(!plain_headers.contains_key(CONTENT_ENCODING), "{path}");
            let mut unpacked = Vec::new();
            match headers.get(CONTENT_ENCODING) {
                Some(_) => drop(GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked)),
                None => unpacked = packed,
            }
            assert_eq!(unpacked, plain, "{path}");
        }
    }

    /// While the desk is being written it comes from a folder, and nothing beside the folder does.
    #[tokio::test]
    async fn a_folder_is_not_left() {
        let folder = || Files::Folder(concat!(env!("CARGO_MANIFEST_DIR"), "/web").into());
        let (status, headers, body) = asked(folder(), "/assets/folder/app.js", "gzip").await;
        assert_eq!((status, &headers[CACHE_CONTROL]), (StatusCode::OK, &NEVER.parse().unwrap()));
        assert!(!body.is_empty());
        for path in
            ["../Cargo.toml", "%2e%2e/tsconfig.json", "lib/../../tsconfig.json", "%2Fetc/x.js"]
        {
            let (status, ..) = asked(folder(), &format!("/assets/folder/{path}"), "").await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn the_application_is_told_who_signs_people_in() {
        let (_, headers, body) = asked(Files::packed(), "/config.json", "").await;
        assert_eq!(headers[CACHE_CONTROL], "no-store");
        let told: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let expected = serde_json::json!({
            "issuer": "https://id.test/pool", "client_id": "desk", "scope": SCOPE, "laptop": false,
            "version": Files::packed().version(),
        });
        assert_eq!(told, expected);
    }
}
