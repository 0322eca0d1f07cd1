//! A file's address may lead astray: a redirect into a private network is not followed (S6).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use platform::http::{ProviderClient, RequestError};
use tokio::net::TcpListener;

/// Serves a router on loopback and says where.
async fn served(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn request(url: &str) -> axum::http::Request<Vec<u8>> {
    let request = axum::http::Request::get(url).header(AUTHORIZATION, "Bearer canary");
    request.body(Vec::new()).unwrap()
}

#[tokio::test]
async fn no_redirect_leads_into_a_private_network() {
    let touched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&touched);
    let trap = served(Router::new().fallback(move || {
        count.fetch_add(1, Ordering::Relaxed);
        async { "secret" }
    }))
    .await;
    let port = trap.rsplit(':').next().unwrap();
    let targets: Vec<String> = [
        format!("http://127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://0x7f.1:{port}/"),
        format!("https://0177.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://0.0.0.0:{port}/"),
        format!("//127.0.0.1:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://169.254.170.2/v2/credentials".to_owned(),
        "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
        "https://user:pass@127.0.0.1/".to_owned(),
    ]
    .into();
    let redirects = targets.clone();
    let provider = served(Router::new().route(
        "/{place}",
        get(async move |axum::extract::Path(place): axum::extract::Path<usize>| {
            (StatusCode::FOUND, [(LOCATION, redirects[place].clone())])
        }),
    ))
    .await;
    let client = ProviderClient::new();
    for (place, target) in targets.iter().enumerate() {
        let url = format!("{provider}/{place}");
        let outcome = client.download(request(&url), Some(&provider), 1_000).await;
        assert!(matches!(outcome, Err(RequestError::NotAllowed(_))), "{target}: {outcome:?}");
    }
    assert_eq!(touched.load(Ordering::Relaxed), 0, "somebody was called");
}

/// Shows the credentials that came along, after one redirect.
async fn shown(State(()): State<()>, headers: HeaderMap, request: Request) -> Response {
    let proof = headers.get(AUTHORIZATION).map_or("none", |value| value.to_str().unwrap());
    match request.uri().path() {
        "/first" => (StatusCode::FOUND, [(LOCATION, "/second")]).into_response(),
        "/round" => (StatusCode::FOUND, [(LOCATION, "/round")]).into_response(),
        _ => proof.to_owned().into_response(),
    }
}

#[tokio::test]
async fn credentials_go_to_the_first_address_only_and_a_circle_ends() {
    let provider = served(Router::new().fallback(shown).with_state(())).await;
    let client = ProviderClient::new();
    for (path, proof) in [("direct", "Bearer canary"), ("first", "none")] {
        let url = format!("{provider}/{path}");
        let answered = client.download(request(&url), Some(&provider), 1_000).await.unwrap();
        let platform::http::Downloaded::File(file) = answered else { panic!("{answered:?}") };
        assert_eq!(file.bytes, proof.as_bytes(), "{path}");
    }
    let url = format!("{provider}/round");
    let outcome = client.download(request(&url), Some(&provider), 1_000).await;
    assert!(matches!(outcome, Err(RequestError::NotAnswered(_))), "{outcome:?}");
}
