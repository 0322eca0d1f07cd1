//! The page at `/phones` and its API.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::{MIA, Stage, bytes, json_of};

const WA: &str = "/phones/api/accounts/wa/phones";

async fn call(stage: &Stage, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let request =
        Request::builder().method(method).uri(path).header("content-type", "application/json");
    stage.answer(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn get(stage: &Stage, path: &str) -> Value {
    json_of(stage.get(path, &[]).await).await
}

#[tokio::test]
async fn the_page_and_what_it_needs_are_served_under_a_strict_policy() {
    let stage = Stage::new();
    for path in [
        "/phones",
        "/phones/style.css",
        "/phones/script.js",
        "/phones/sample.png",
        "/phones/sample.ogg",
    ] {
        let response = stage.get(path, &[]).await;
        assert_eq!(response.status(), 200, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'self';") && !policy.contains("unsafe"));
        assert!(!bytes(response).await.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn the_page_lists_accounts_and_their_phones() {
    let stage = Stage::new();
    let accounts = get(&stage, "/phones/api/accounts").await;
    let ids: Vec<&str> = accounts
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["wa", "tg", "sms", "twa"]);
    assert!(!accounts.to_string().contains("EAAtoken"));
    let phones = get(&stage, WA).await;
    assert_eq!(phones[0]["name"], "Mia Okafor");
    let (status, new) = call(&stage, "POST", WA, json!({ "name": "Zoë" })).await;
    assert_eq!((status.as_u16(), &new["name"]), (200, &json!("Zoë")));
    assert!(new["address"].as_str().unwrap().starts_with("+1"));
    let (_, known) = call(&stage, "POST", WA, json!({ "address": new["address"] })).await;
    assert_eq!((&known["address"], &known["name"]), (&new["address"], &json!("Zoë")));
    assert_eq!(call(&stage, "POST", WA, json!({ "address": "none" })).await.0.as_u16(), 400);
    assert_eq!(
        get(&stage, WA).await.as_array().unwrap().len(),
        phones.as_array().unwrap().len() + 1
    );
    assert_eq!(stage.get("/phones/api/accounts/none/phones", &[]).await.status(), 404);
}

#[tokio::test]
async fn what_is_done_on_the_page_reaches_the_desk_and_shows_as_changes() {
    let stage = Stage::new();
    let path = format!("{WA}/%2B12025550143");
    let did = call(
        &stage,
        "POST",
        &format!("{path}/gestures"),
        json!({ "do": "write", "text": "hello" }),
    )
    .await;
    assert_eq!(did.0, 200);
    let shown = get(&stage, &format!("{path}/messages?since=0")).await;
    assert_eq!(shown["messages"][0]["progress"], "waiting");
    let revision = shown["phone"]["revision"].as_u64().unwrap();
    assert_eq!(
        get(&stage, &format!("{path}/messages?since={revision}")).await["messages"],
        json!([])
    );
    stage.simulator.flush().await;
    assert_eq!(stage.desk.got_one().value()["messages"][0]["text"]["body"], "hello");
    let changed = get(&stage, &format!("{path}/messages?since={revision}")).await;
    assert_eq!(changed["messages"][0]["progress"], "arrived");
}

#[tokio::test]
async fn a_picture_sent_on_the_page_is_shown_as_one_and_other_files_are_not() {
    let stage = Stage::new();
    let path = format!("{WA}/%2B12025550143");
    let gestures = format!("{path}/gestures");
    let picture = json!({ "do": "image", "base64": "iVBORw0KGgo=", "caption": "look" });
    assert_eq!(call(&stage, "POST", &gestures, picture).await.0, 200);
    let page = json!({ "do": "document", "base64": "PGI+", "name": "x.html", "mime": "text/html" });
    assert_eq!(call(&stage, "POST", &gestures, page).await.0, 200);
    let shown = get(&stage, &format!("{path}/messages")).await;
    let kind = async |place: usize| {
        let file = shown["messages"][place]["file"].as_str().unwrap();
        let response = stage.get(&format!("/phones/api/files/{file}"), &[]).await;
        response.headers()["content-type"].to_str().unwrap().to_owned()
    };
    assert_eq!(kind(0).await, "image/png");
    assert_eq!(kind(1).await, "application/octet-stream");
    assert_eq!(stage.get("/phones/api/files/none", &[]).await.status(), 404);
}

#[tokio::test]
async fn looking_at_a_chat_reads_it() {
    let stage = Stage::new();
    stage.simulator.phone("wa", MIA).writes("hello").await;
    let text = json!({ "messaging_product": "whatsapp", "to": MIA, "text": { "body": "hi" } });
    let request = Request::post("/simulator/whatsapp/v25.0/106540352242922/messages")
        .header("authorization", "Bearer EAAtoken");
    stage.call(request.body(Body::from(text.to_string())).unwrap()).await;
    stage.simulator.flush().await;
    stage.desk.got();
    let path = format!("{WA}/%2B12025550143/messages");
    assert_eq!(get(&stage, &path).await["phone"]["unread"], 1);
    stage.simulator.flush().await;
    assert!(stage.desk.got().is_empty());
    assert_eq!(get(&stage, &format!("{path}?open=true")).await["phone"]["unread"], 0);
    stage.simulator.flush().await;
    assert_eq!(stage.desk.got_one().value()["statuses"][0]["status"], "read");
}

#[tokio::test]
async fn settings_and_chaos_are_set_and_shown() {
    let stage = Stage::new();
    let path = format!("{WA}/%2B12025550143");
    let settings = json!({ "receipts": "never_read", "reachable": false, "username": "mia" });
    assert_eq!(call(&stage, "PUT", &format!("{path}/settings"), settings).await.0, 200);
    let phone = get(&stage, &format!("{path}/messages")).await["phone"].clone();
    assert_eq!(phone["receipts"], "never_read");
    assert_eq!((&phone["reachable"], &phone["username"]), (&json!(false), &json!("mia")));
    let chaos = json!({ "duplicate": 0.3, "media_missing": 2 });
    assert_eq!(call(&stage, "PUT", "/phones/api/chaos", chaos).await.0, 200);
    let shown = get(&stage, "/phones/api/chaos").await;
    assert_eq!((&shown["duplicate"], &shown["media_missing"]), (&json!(0.3), &json!(2)));
    assert_eq!(stage.simulator.chaos().duplicate, 0.3);
}

#[tokio::test]
async fn what_a_phone_cannot_do_is_said_and_a_form_is_not_taken() {
    let stage = Stage::new();
    let sms = "/phones/api/accounts/sms/phones/%2B12025550143/gestures";
    let location = json!({ "do": "location", "latitude": 1.0, "longitude": 2.0 });
    let (status, answer) = call(&stage, "POST", sms, location).await;
    assert_eq!(status, 422);
    assert!(answer["error"].as_str().unwrap().contains("SMS"));
    // A form can be posted by any page on the web; JSON cannot.
    let foreign = Request::post(sms).header("content-type", "text/plain");
    let foreign = foreign.body(Body::from(json!({ "do": "write", "text": "x" }).to_string()));
    assert_eq!(stage.call(foreign.unwrap()).await.status(), 415);
}
