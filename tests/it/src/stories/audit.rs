//! The audit: one chain, whoever writes, checked without the deployment it comes from.

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use serde_json::json;
use store::{Audited, CommandKey, Deed, Entry, Store, verify};

use crate::world::World;

fn deed(world: &World, subject: &str) -> Deed {
    Deed {
        at: world.now(),
        actor: "ada".to_owned(),
        action: "user.deactivate".to_owned(),
        subject: subject.to_owned(),
        detail: json!({ "reason": "left", "number": 7 }),
    }
}

async fn written(store: &Store) -> Vec<Entry> {
    let mut entries = store.audit_log(&"acme".parse().unwrap(), None, 1_000).await.unwrap();
    entries.reverse();
    entries
}

/// Invariant 25: the chain holds under appends that race, and a repeated action is written once.
#[tokio::test]
async fn the_chain_holds_however_many_write_at_once() {
    let world = World::new().await;
    let store = &world.confab.store;
    let acme = "acme".parse().unwrap();
    let names: Vec<String> = (0..24).map(|number| format!("user{}", number % 20)).collect();
    let appends = names.iter().map(|name| {
        let deed = deed(&world, name);
        let acme = &acme;
        async move { store.audit(acme, &CommandKey::new(&["test", name]), deed).await.unwrap() }
    });
    let audited = join_all(appends).await;
    assert_eq!(audited.iter().filter(|audited| **audited == Audited::Done).count(), 20);
    let entries = written(store).await;
    assert_eq!(entries.len(), 20);
    assert_eq!(verify(&entries), Ok(store.audit_tip(&acme).await.unwrap()));
}

/// Invariant 25: erasing a detail keeps verification true.
#[tokio::test]
async fn an_erased_detail_leaves_the_chain_whole() {
    let world = World::new().await;
    let store = &world.confab.store;
    let acme = "acme".parse().unwrap();
    for name in ["ben", "cy", "dee"] {
        let key = CommandKey::new(&["test", name]);
        store.audit(&acme, &key, deed(&world, name)).await.unwrap();
    }
    store.erase_audit_detail(&acme, 2).await.unwrap();
    let entries = written(store).await;
    assert_eq!(entries[1].detail, None);
    assert!(entries[0].detail.is_some());
    assert_eq!(verify(&entries).unwrap().number, 3);
}

#[tokio::test]
async fn an_export_is_checked_offline_and_the_wrong_entry_named() {
    let mut world = World::new().await;
    let acme = "acme".parse().unwrap();
    for number in 0..7 {
        let key = CommandKey::new(&["test", &number.to_string()]);
        let deed = deed(&world, &format!("user{number}"));
        world.confab.store.audit(&acme, &key, deed).await.unwrap();
    }
    let first = world.get("/v1/audit?limit=4").await;
    let numbers = |page: &serde_json::Value| -> Vec<u64> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&first), [7, 6, 5, 4]);
    let rest = world.get("/v1/audit?limit=4&cursor=4").await;
    assert_eq!((numbers(&rest), &rest["next"]), (vec![3, 2, 1], &serde_json::Value::Null));
    let mut export = world.text("ada", "/v1/audit?format=jsonl&limit=4").await;
    export.push_str(&world.text("ada", "/v1/audit?format=jsonl&limit=4&cursor=4").await);
    let last: store::Hash = first["items"][0]["hash"].as_str().unwrap().parse().unwrap();
    let checked = local::audit::check(&export, Some(&last)).unwrap();
    assert_eq!(checked, format!("7 entries hold; they end in {last}"));
    let forged = export.replace("user3", "user9");
    assert_eq!(local::audit::check(&forged, None).unwrap_err(), "entry 4: is not what was written");
    let cut: String = export.lines().skip(1).map(|line| format!("{line}\n")).collect();
    assert!(local::audit::check(&cut, None).is_ok(), "nothing shows that the latest is missing");
    assert!(local::audit::check(&cut, Some(&last)).unwrap_err().contains("later ones are missing"));
    let nonsense = local::audit::check("{\"number\": 1}", None).unwrap_err();
    assert!(nonsense.starts_with("line 1 is no entry"), "{nonsense}");
}

#[tokio::test]
async fn who_may_not_read_the_audit_is_told_what_is_missing() {
    let mut world = World::new().await;
    let refused = world.request("ben", Method::GET, "/v1/audit", None, None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.body["permission"], "audit.read");
    for (query, field) in [("limit=0", "limit"), ("cursor=x", "cursor"), ("format=csv", "format")] {
        let path = format!("/v1/audit?{query}");
        let answered = world.request("ada", Method::GET, &path, None, None).await;
        assert_eq!(answered.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answered.body["field"], field);
    }
}
