//! Nonsense, at every door.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, signed, webhook};

#[tokio::test]
async fn a_stranger_learns_nothing_from_a_webhook() {
    let world = World::new().await;
    let forged = world.send(webhook("wa1", "sha256=00", "{}")).await;
    let unknown = world.send(webhook("nobody", "sha256=00", "{}")).await;
    let nonsense = world.send(webhook("a%23b", "sha256=00", "{}")).await;
    for answered in [&forged, &unknown, &nonsense] {
        assert_eq!((answered.status, &answered.body), (StatusCode::UNAUTHORIZED, &Value::Null));
    }
}

#[tokio::test]
async fn a_webhook_over_the_limit_is_too_large() {
    let world = World::new().await;
    let answered = world.send(signed(&"x".repeat(3 * 1024 * 1024 + 1))).await;
    assert_eq!(answered.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn when_the_queue_refuses_the_provider_is_told_to_come_again() {
    let mut world = World::new().await;
    let throttled = local::aws::Answer::error(
        StatusCode::BAD_REQUEST,
        "com.amazonaws.sqs#RequestThrottled",
        "slow down",
    );
    world.faults.refuse("SendMessage", throttled, 1);
    let body = include_str!("../../../../shared/channels/src/whatsapp/fixtures/text.json");
    assert_eq!(world.send(signed(body)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.conversations().await.len(), 0);
    assert_eq!(world.send(signed(body)).await.status, StatusCode::OK);
    world.settle().await;
    assert_eq!(world.conversations().await.len(), 1);
}

#[tokio::test]
async fn the_handshake_wants_the_token() {
    let world = World::new().await;
    let ask = |token: &str| {
        let query = format!("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}");
        Request::get(format!("/webhooks/wa1?{query}")).body(Body::empty()).unwrap()
    };
    let right = world.send(ask("acme-verify-token")).await;
    assert_eq!((right.status, right.body), (StatusCode::OK, json!(1158201444)));
    assert_eq!(world.send(ask("guess")).await.status, StatusCode::UNAUTHORIZED);
    assert!(world.simulator.handshake("wa1").await);
}

#[tokio::test]
async fn a_signed_body_that_is_no_json_lies_among_the_dead_letters_with_its_reason() {
    let mut world = World::new().await;
    assert_eq!(world.send(signed("{\"entry\": [")).await.status, StatusCode::OK);
    world.settle().await;
    let dead = world.dead_letters();
    assert_eq!(dead.len(), 1);
    assert!(dead[0].reason.as_ref().unwrap().contains("not JSON"), "{dead:?}");
    world.dead_expected = 1;
}

#[tokio::test]
async fn what_nobody_understands_is_kept_with_the_account() {
    let mut world = World::new().await;
    for body in [
        json!({ "entry": [{ "id": "1", "changes": [{ "field": "account_update", "value": {
            "event": "VERIFIED_ACCOUNT" } }] }] }),
        json!({ "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": {
            "metadata": { "phone_number_id": "999" },
            "messages": [{ "from": "16505551234", "id": "wamid.X", "timestamp": "1749416383",
                "type": "text", "text": { "body": "for another number" } }] } }] }] }),
        json!([1, 2, 3]),
    ] {
        assert_eq!(world.send(signed(&body.to_string())).await.status, StatusCode::OK);
    }
    world.settle().await;
    assert_eq!(world.conversations().await.len(), 0);
    let notices = world.get("/v1/accounts/wa1/notices").await;
    let mut kinds: Vec<_> = notices["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|notice| notice["kind"].as_str().unwrap())
        .collect();
    kinds.sort_unstable();
    insta::assert_snapshot!(kinds.join("\n"), @"
    account_update
    addressed to an unknown account
    unknown
    ");
}

#[tokio::test]
async fn the_api_names_what_is_wrong() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let text = |text: &str| json!({ "content": { "type": "text", "text": text } });
    let cases = [
        (json!({}), 400, "content"),
        (json!({ "content": { "type": "text" } }), 400, "content.text"),
        (json!({ "content": { "type": "text", "text": "x", "bold": true } }), 400, "content.bold"),
        (json!({ "content": { "type": "song" } }), 400, "content.type"),
        (json!({ "content": { "type": "text", "text": 7 } }), 400, "content.text"),
        (
            json!({ "content": { "type": "location", "latitude": 91.0, "longitude": 0.0 } }),
            400,
            "content.latitude",
        ),
        (json!({ "content": { "type": "interactive", "body": "x" } }), 400, "content.buttons"),
        (
            json!({ "content": { "type": "media", "files": [{ "kind": "image", "url": "x" }] } }),
            400,
            "content.files.url",
        ),
        (
            json!({ "content": { "type": "text", "text": "x" }, "exepcted_seq": 1 }),
            400,
            "exepcted_seq",
        ),
        (json!({ "content": { "type": "text", "text": "x" }, "account": "a b" }), 400, "account"),
        (json!({ "content": { "type": "text", "text": "x" }, "account": "nope" }), 422, "account"),
        (text(&"x".repeat(4097)), 422, "content"),
        (text("  "), 422, "content"),
    ];
    let before = world.events(&id).await.len();
    for (body, status, field) in cases {
        let answered = world.replies_with("ada", &id, body.clone(), None).await;
        assert_eq!(answered.status.as_u16(), status, "{body}: {}", answered.body);
        assert_eq!(answered.body["field"], field, "{body}: {}", answered.body);
        assert_eq!(answered.body["status"], status);
    }
    for query in ["limit=0", "limit=x", "after=-1", "colour=green"] {
        let path = format!("/v1/conversations/{id}/events?{query}");
        let answered = world.request("ada", Method::GET, &path, None, None).await;
        assert_eq!(answered.status, StatusCode::BAD_REQUEST, "{query}");
        let name = query.split('=').next().unwrap();
        assert_eq!(answered.body["field"], name, "{}", answered.body);
    }
    assert_eq!(world.events(&id).await.len(), before, "nothing has changed");
}

#[tokio::test]
async fn who_is_not_let_in_is_told_so_and_nothing_else() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    for token in ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer confab_acme_0011223344556677_0"] {
        let request = Request::get(format!("/v1/conversations/{id}"))
            .header("authorization", token)
            .body(Body::empty())
            .unwrap();
        let answered = world.send(request).await;
        assert_eq!(answered.status, StatusCode::UNAUTHORIZED, "{token}");
        assert_eq!(answered.body["type"], "unauthorized");
    }
    for path in ["/v1/nothing", "/v1/conversations/x", "/v1/conversations/cv_0/events"] {
        let answered = world.request("ada", Method::GET, path, None, None).await;
        assert_eq!(answered.status, StatusCode::NOT_FOUND, "{path}");
    }
    let answered = world.request("ada", Method::DELETE, "/v1/conversations", None, None).await;
    assert_eq!(answered.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn another_workspace_s_conversations_do_not_exist() {
    let other = r#"
[[workspace]]
id = "other"
name = "Other"
[[workspace.user]]
id = "ada"
name = "Ada"
"#;
    let mut world = World::with(&format!("{}{other}", crate::world::ACME), 1).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let message = world.events(&id).await[1]["id"].as_str().unwrap().to_owned();
    let token = local::deployed::make_token(
        &world.confab.store,
        &"other".parse().unwrap(),
        &"ada".parse().unwrap(),
        jiff::SignedDuration::from_hours(1),
        world.now(),
    )
    .await
    .unwrap();
    for (method, path) in [
        (Method::GET, format!("/v1/conversations/{id}")),
        (Method::GET, format!("/v1/conversations/{id}/events")),
        (Method::POST, format!("/v1/conversations/{id}/close")),
        (Method::POST, format!("/v1/conversations/{id}/messages")),
        (Method::POST, format!("/v1/messages/{message}/send-again")),
        (Method::GET, format!("/v1/messages/{message}/files/0")),
        (Method::GET, "/v1/accounts/wa1/notices".to_owned()),
    ] {
        let body = if path.ends_with("messages") {
            r#"{"content":{"type":"text","text":"x"}}"#
        } else {
            ""
        };
        let request = Request::builder()
            .method(method)
            .uri(&path)
            .header("authorization", format!("Bearer {token}"))
            .body(Body::from(body))
            .unwrap();
        assert_eq!(world.send(request).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
