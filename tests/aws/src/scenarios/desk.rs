//! The desk's files, through API Gateway.

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_SECURITY_POLICY};
use axum::http::{Request, StatusCode};

use crate::deployment::Deployment;
use crate::http::{get, send};

/// The application is at the API's own address, packed, and knows who signs people in; what is the
/// API's stays the API's.
pub(crate) async fn the_desk_is_served(deployment: &Deployment) {
    let at = |path: &str| format!("{}{path}", deployment.public_url);
    for path in ["/", "/inbox/mine", "/settings/users"] {
        let page = get(&at(path)).await.unwrap();
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let policy = page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        let text = String::from_utf8(page.body.to_vec()).unwrap();
        let script = text.split('"').find(|part| part.ends_with("/app.js")).unwrap();
        let request = Request::get(at(script)).header(ACCEPT_ENCODING, "gzip");
        let script = send(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(script.status, StatusCode::OK, "{path}");
        assert_eq!(script.headers[CONTENT_ENCODING], "gzip", "{path}");
        assert_eq!(script.body[..2], [0x1f, 0x8b], "{path}: what is packed comes whole");
    }
    let told = get(&at("/config.json")).await.unwrap().json();
    assert!(told["issuer"].as_str().unwrap().starts_with("https://cognito-idp."), "{told}");
    assert!(!told["client_id"].as_str().unwrap().is_empty(), "{told}");
    let api = get(&at("/v1/me")).await.unwrap();
    assert_eq!(api.status, StatusCode::UNAUTHORIZED);
    assert_eq!(api.json()["type"], "unauthorized", "{:?}", api.body);
    assert_eq!(get(&at("/nothing/here")).await.unwrap().status, StatusCode::NOT_FOUND);
}
