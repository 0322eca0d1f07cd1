//! What users are told, and how they choose it.

use axum::http::{Method, StatusCode};
use domain::id::Seq;
use domain::notifications::{Notification, Occasion};
use serde_json::{Value, json};

use crate::world::{ACME, World};

/// R174, R175, R177, R179: each user's own choice, with the accounts it is for.
#[tokio::test]
async fn a_user_chooses_how_to_be_told() {
    let mut world = World::new().await;
    let path = "/v1/me/notifications";
    let default = json!({ "email": "default", "accounts": "all", "desktop": true,
        "digest_minutes": null });
    assert_eq!(world.get(path).await, default);
    let chosen = json!({ "email": "on", "accounts": { "only": ["sms1", "wa1"] },
        "desktop": false, "digest_minutes": 30 });
    let put = world.request("ada", Method::PUT, path, Some(chosen.clone()), None).await;
    assert_eq!((put.status, &put.body), (StatusCode::OK, &chosen));
    assert_eq!(world.get(path).await, chosen);
    let other = world.request("ben", Method::GET, path, None, None).await;
    assert_eq!(other.body, default, "it is Ada's choice alone");
    for (field, wrong) in [
        ("email", json!({ "email": "maybe" })),
        ("accounts", json!({ "accounts": { "only": ["nope"] } })),
        ("digest_minutes", json!({ "digest_minutes": 1_441 })),
        ("sms", json!({ "sms": true })),
    ] {
        let refused = world.request("ada", Method::PUT, path, Some(wrong), None).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{field}");
        assert_eq!(refused.body["field"], field, "{}", refused.body);
    }
}

/// R177: only users with a licence reach the setting.
#[tokio::test]
async fn the_setting_is_for_who_has_a_licence() {
    let mut world = World::with(ACME, 1).await;
    let acme = "acme".parse().unwrap();
    let store = &world.confab.store;
    let mut ben = store.user(&acme, &"ben".parse().unwrap()).await.unwrap().unwrap();
    ben.licensed = false;
    store.put_user(&acme, &ben).await.unwrap();
    for (method, body) in [(Method::GET, None), (Method::PUT, Some(json!({ "email": "on" })))] {
        let refused = world.request("ben", method, "/v1/me/notifications", body, None).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(refused.body["type"], "not-licensed");
    }
}

/// R179: the list of what one was told, each event once, and what of it one has seen.
#[tokio::test]
async fn the_centre_keeps_what_a_user_was_told() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let (acme, ada) = ("acme".parse().unwrap(), "ada".parse().unwrap());
    let conversation = world.only().await.parse().unwrap();
    let at = world.now();
    for seq in [2, 3, 4, 3, 2] {
        let (occasion, seq) = (Occasion::Inbound, Seq::new(seq));
        let notification = Notification { at, occasion, conversation, seq };
        world.confab.store.notify(&acme, &ada, &notification).await.unwrap();
    }
    let first = world.get("/v1/me/notifications/list?limit=2").await;
    let next = first["next"].as_str().unwrap().to_owned();
    let rest = world.get(&format!("/v1/me/notifications/list?limit=2&cursor={next}")).await;
    let seqs = |page: &Value| -> Vec<u64> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["seq"].as_u64().unwrap()).collect()
    };
    let mut all = seqs(&first);
    all.extend(seqs(&rest));
    all.sort_unstable();
    assert_eq!(all, [2, 3, 4]);
    let seen = json!({ "ids": [first["items"][0]["id"], "0000000000000-gone"] });
    let path = "/v1/me/notifications/read";
    let marked = world.request("ada", Method::POST, path, Some(seen), None).await;
    assert_eq!(marked.status, StatusCode::NO_CONTENT);
    let list = world.get("/v1/me/notifications/list").await;
    let read = list["items"].as_array().unwrap().iter().filter(|item| !item["read_at"].is_null());
    assert_eq!(read.count(), 1);
    assert_eq!(list["next"], Value::Null);
    let other = world.request("ben", Method::GET, "/v1/me/notifications/list", None, None).await;
    assert_eq!(other.body["items"], json!([]));
}
