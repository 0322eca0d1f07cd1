//! People sign in, and come into the workspaces they have a user in.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use local::issuer::{self, Bearer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::UserPut;
use tower::ServiceExt;

use crate::world::{ACME, Answered, World};

const GLOBEX: &str = r#"
[[workspace]]
id = "globex"
name = "Globex"
[[workspace.user]]
id = "boss"
name = "<script>alert(1)</script>"
email = "ADA@acme.test"
role = "admin"
[[workspace.user]]
id = "nobody"
name = "Nobody"
"#;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const BACK: &str = "http://localhost:8080/?from=here";

async fn world() -> World {
    World::with(&format!("{ACME}{GLOBEX}"), 1).await
}

fn sign_in(world: &World) -> Router {
    let workspaces = ["acme", "globex"].map(|id| id.parse().unwrap());
    issuer::router(&world.confab, workspaces.into())
}

/// Status, where it leads, and what it says.
async fn ask(router: &Router, request: Request) -> (StatusCode, String, String) {
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let location = response.headers().get("location").map(|value| value.to_str().unwrap());
    let location = location.unwrap_or_default().to_owned();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, location, String::from_utf8(bytes.to_vec()).unwrap())
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn post(path: &str, pairs: &[(&str, &str)]) -> Request {
    Request::post(format!("/oidc{path}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form(pairs)))
        .unwrap()
}

fn asked(challenge: &str) -> Vec<(&str, &str)> {
    vec![
        ("response_type", "code"),
        ("client_id", "desk"),
        ("redirect_uri", BACK),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
        ("state", "a b&c"),
        ("nonce", "n-1"),
    ]
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// The same pairs with one changed.
fn with<'a>(
    pairs: &[(&'a str, &'a str)],
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let changed = |pair: &(&'a str, &'a str)| if pair.0 == name { (name, value) } else { *pair };
    pairs.iter().map(changed).collect()
}

async fn code(router: &Router, workspace: &str, user: &str) -> String {
    let challenge = challenge();
    let mut pairs = asked(&challenge);
    pairs.extend([("workspace", workspace), ("user", user)]);
    let (status, location, _) = ask(router, post("/authorize", &pairs)).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let rest = location.strip_prefix(&format!("{BACK}&code=")).unwrap();
    rest.strip_suffix("&state=a+b%26c").unwrap().to_owned()
}

fn exchange(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", "desk"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ]
}

/// Asks the API with a token, meaning a workspace.
async fn calls(world: &World, token: &str, workspace: Option<&str>) -> Answered {
    let mut request =
        Request::get("/v1/accounts").header("authorization", format!("Bearer {token}"));
    if let Some(workspace) = workspace {
        request = request.header("confab-workspace", workspace);
    }
    world.send(request.body(Body::empty()).unwrap()).await
}

/// R162: whoever has signed in comes in, and nobody else does.
#[tokio::test]
async fn one_signs_in_on_a_page_and_comes_into_the_workspace() {
    let world = world().await;
    let router = sign_in(&world);
    let challenge = challenge();
    let page = format!("/oidc/authorize?{}", form(&asked(&challenge)));
    let (status, _, page) = ask(&router, Request::get(page).body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("ada@acme.test") && page.contains("No password"), "{page}");
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    assert!(!page.contains("Nobody"), "without an e-mail one cannot sign in");

    let code = code(&router, "acme", "ada").await;
    let (status, _, body) = ask(&router, post("/token", &exchange(&code))).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    let token = body["id_token"].as_str().unwrap();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!((&claims["nonce"], &claims["aud"]), (&json!("n-1"), &json!("desk")));
    assert_eq!(calls(&world, token, None).await.status, StatusCode::OK);

    let (status, _, _) = ask(&router, post("/token", &exchange(&code))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "a code counts once");
}

#[tokio::test]
async fn a_code_without_its_proof_and_a_way_back_to_elsewhere_are_refused() {
    let world = world().await;
    let router = sign_in(&world);
    for (name, value) in [
        ("code_verifier", "another"),
        ("redirect_uri", "http://localhost:8080/"),
        ("client_id", "other"),
        ("grant_type", "refresh_token"),
        ("code", "guessed"),
    ] {
        let code = code(&router, "acme", "ada").await;
        let pairs = exchange(&code);
        let (status, _, _) = ask(&router, post("/token", &with(&pairs, name, value))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name}");
    }
    let challenge = challenge();
    for (name, value) in [
        ("redirect_uri", "https://evil.test/"),
        ("redirect_uri", "http://localhost:8080@evil.test/"),
        ("redirect_uri", "http://127.0.0.1.evil.test/"),
        ("redirect_uri", "/relative"),
        ("client_id", "other"),
        ("response_type", "token"),
        ("code_challenge_method", "plain"),
        ("code_challenge", ""),
    ] {
        let pairs = asked(&challenge);
        let pairs = with(&pairs, name, value);
        let request = Request::get(format!("/oidc/authorize?{}", form(&pairs)));
        let (status, _, _) = ask(&router, request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name} {value}");
    }
    let mut pairs = asked(&challenge);
    pairs.extend([("workspace", "acme"), ("user", "boss")]);
    let (status, _, _) = ask(&router, post("/authorize", &pairs)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "the boss is in another workspace");
}

/// S4, S12: one e-mail, two workspaces, and a third that does not exist for it.
#[tokio::test]
async fn the_workspace_is_the_one_that_is_named_if_one_is_at_home_there() {
    let world = world().await;
    let user = |workspace: &str, id: &str| {
        let (workspace, id) = (workspace.parse().unwrap(), id.parse().unwrap());
        let store = world.confab.store.clone();
        async move { (store.user(&workspace, &id).await.unwrap().unwrap(), workspace) }
    };
    let signed = |(user, workspace): (_, _)| {
        let bearer = Bearer { workspace, user, nonce: None };
        world.confab.issuer.token(&bearer, world.now()).unwrap()
    };
    let ada = signed(user("acme", "ada").await);
    let accounts = async |token: &str, workspace: Option<&str>| {
        let answered = calls(&world, token, workspace).await;
        (answered.status, answered.body["items"].as_array().map(Vec::len))
    };
    let at_acme = accounts(&ada, None).await;
    assert_eq!(at_acme.0, StatusCode::OK);
    assert!(at_acme.1 > Some(0));
    assert_eq!(accounts(&ada, Some("globex")).await, (StatusCode::OK, Some(0)));
    let ben = signed(user("acme", "ben").await);
    assert_eq!(accounts(&ben, None).await.0, StatusCode::OK);
    for nowhere in ["globex", "initech", "", "a b"] {
        assert_eq!(accounts(&ben, Some(nowhere)).await.0, StatusCode::UNAUTHORIZED, "{nowhere}");
    }
}

/// R164: an e-mail is one user's; who gives theirs up lets another have it.
#[tokio::test]
async fn an_e_mail_belongs_to_one_user_of_a_workspace() {
    let world = world().await;
    let store = &world.confab.store;
    let acme = "acme".parse().unwrap();
    let mut ada = store.user(&acme, &"ada".parse().unwrap()).await.unwrap().unwrap();
    let mut ben = store.user(&acme, &"ben".parse().unwrap()).await.unwrap().unwrap();
    ben.email = "Ada@ACME.test".to_owned();
    assert_eq!(store.put_user(&acme, &ben).await.unwrap(), UserPut::EmailTaken);
    let owner = async |email: &str| store.user_by_email(&acme, email).await.unwrap();
    assert_eq!(owner("ben@acme.test").await.as_ref(), Some(&ben.id), "nothing has changed");
    ada.email = "ada.lovelace@acme.test".to_owned();
    assert_eq!(store.put_user(&acme, &ada).await.unwrap(), UserPut::Done);
    assert_eq!(owner("ada@acme.test").await, None);
    assert_eq!(store.put_user(&acme, &ben).await.unwrap(), UserPut::Done);
    assert_eq!(owner("ADA@acme.test").await.as_ref(), Some(&ben.id));
    assert_eq!(owner("ben@acme.test").await, None);
    assert_eq!(store.users(&acme).await.unwrap(), [ada, ben]);
}

/// A key's use is written down, at most once an hour, and never in a request's way.
#[tokio::test]
async fn the_last_use_of_a_key_is_noted_by_the_hour() {
    let mut world = World::new().await;
    let acme = "acme".parse().unwrap();
    let start = world.now();
    for (minutes, noted) in [(0, 0), (59, 0), (60, 60), (100, 60), (121, 121)] {
        world.confab.clock.set(start + jiff::SignedDuration::from_mins(minutes));
        let answered = world.request("ada", Method::GET, "/v1/accounts", None, None).await;
        assert_eq!(answered.status, StatusCode::OK);
        let keys = world.confab.store.api_keys(&acme).await.unwrap();
        let at = start + jiff::SignedDuration::from_mins(noted);
        assert_eq!(keys[0].last_used_at, Some(at), "after {minutes} minutes");
    }
}
