//! Publishing FAQs: versions, which of them answers, and going back.

use axum::http::{Method, StatusCode};
use domain::faq::Engine;
use domain::faq_version::Snapshot;
use local::queues;
use serde_json::{Value, json};

use super::faqs::conflict;
use crate::world::{Answered, Fault, World};

impl World {
    async fn publishes(&mut self, key: Option<&str>) -> Answered {
        self.request("ada", Method::POST, "/v1/faqs/publish", Some(json!({})), key).await
    }

    /// The number of a new version.
    async fn published(&mut self) -> u32 {
        let published = self.publishes(None).await;
        assert_eq!(published.status, StatusCode::ACCEPTED, "{}", published.body);
        assert_eq!(published.body["state"], "preparing");
        u32::try_from(published.body["number"].as_u64().unwrap()).unwrap()
    }

    async fn asks(&mut self, question: &str) {
        let body = json!({ "question": question });
        let asked = self.posts("ada", "/v1/faqs/cod/questions", body).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    }

    async fn serves(&mut self, version: u32) -> Answered {
        self.posts("ada", &format!("/v1/faqs/versions/{version}/serve"), json!({})).await
    }

    /// What the function that prepares versions does when it has.
    async fn prepared(&self, version: u32) -> bool {
        let (store, workspace) = (&self.confab.store, "acme".parse().unwrap());
        store.faq_version_ready(&workspace, version, Engine::Lexical, self.now()).await.unwrap()
    }

    async fn serving(&mut self) -> Value {
        self.get("/v1/faqs/versions").await["serving"].clone()
    }

    /// Jobs that were handed on, taken off their queue.
    fn jobs(&self) -> Vec<Value> {
        let queues = self.confab.queues();
        let records = queues.receive(&queues::PUBLISHING, 10).unwrap();
        queues.finish(&records, |_| true).unwrap();
        records.iter().map(|record| serde_json::from_str(&record.body).unwrap()).collect()
    }

    fn snapshot(&self, version: u32) -> Option<Snapshot> {
        let key = format!("faqs/acme/{version}/faqs.json");
        let bytes = self.confab.services.objects.read(&key)?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }
}

/// R094: what is in use is published as it is then, as a numbered version; what is archived is not.
#[tokio::test]
async fn what_is_in_use_is_published() {
    let mut world = World::new().await;
    conflict(&world.publishes(None).await, "nothing-to-publish");
    world.adds("cod", &["COD?", "Cash?"], "Yes.").await;
    world.adds("old", &["Old?"], "Yes.").await;
    world.posts("ada", "/v1/faqs/old/archive", json!({})).await;
    assert_eq!(world.published().await, 1);
    assert_eq!(
        world.jobs(),
        [json!({ "job": "publish-faqs.v1", "workspace": "acme", "version": 1 })]
    );
    let snapshot = world.snapshot(1).unwrap();
    let ids: Vec<&str> = snapshot.faqs.iter().map(|faq| faq.id.as_str()).collect();
    assert_eq!((snapshot.version, ids), (1, vec!["cod"]));
    assert_eq!(world.published().await, 1, "nothing has changed, and it is not prepared yet");
    assert_eq!(world.jobs().len(), 1, "whoever asks again may have a reason");
    assert!(world.serving().await.is_null());
    world.asks("Can I pay later?").await;
    assert_eq!(world.published().await, 2);
    assert_eq!(world.snapshot(1).unwrap(), snapshot, "what was published stays what it was");
    assert!(world.prepared(1).await && world.prepared(2).await);
    let versions = world.get("/v1/faqs/versions").await;
    assert_eq!(versions["serving"], 2);
    let items: Vec<(&Value, &Value, &Value)> = versions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["number"], &item["serving"], &item["questions"]))
        .collect();
    assert_eq!(
        items,
        [(&json!(2), &json!(true), &json!(3)), (&json!(1), &json!(false), &json!(2))]
    );
    assert_eq!(
        (&versions["items"][0]["state"], &versions["items"][0]["engine"]),
        (&json!("ready"), &json!("lexical"))
    );
    assert_eq!(world.published().await, 3, "once it is prepared, it is published anew");
    let page = world.get("/v1/faqs/versions?limit=2").await;
    let rest = format!("/v1/faqs/versions?cursor={}", page["next"].as_str().unwrap());
    assert_eq!(world.get(&rest).await["items"][0]["number"], 1);
    let entries = world.audited().await;
    assert_eq!(entries.iter().filter(|(action, _)| action == "faq.publish").count(), 3);
    world.jobs();
}

/// What is published is prepared, and then serves without anybody's doing.
#[tokio::test]
async fn what_is_published_is_prepared_and_serves() {
    let mut world = World::new().await;
    world.adds("cod", &["Do you have COD as a payment method?"], "Yes.").await;
    for version in 1..=2 {
        assert_eq!(world.published().await, version);
        world.settle().await;
        let versions = world.get("/v1/faqs/versions").await;
        assert_eq!(
            (&versions["serving"], &versions["items"][0]["state"]),
            (&json!(version), &json!("ready"))
        );
    }
    assert_eq!(world.serves(1).await.status, StatusCode::OK);
    world.settle().await;
    assert_eq!(world.serving().await, 1);
}

/// A version serves when it is ready, unless a later one does, or another was chosen since.
#[tokio::test]
async fn the_latest_serves_unless_another_was_chosen() {
    let mut world = World::new().await;
    world.adds("cod", &["COD?"], "Yes.").await;
    for (version, question) in [(1, "Cash?"), (2, "Cheque?"), (3, "Card?"), (4, "Coins?")] {
        assert_eq!(world.published().await, version);
        world.asks(question).await;
    }
    assert!(world.prepared(2).await);
    assert!(!world.prepared(1).await, "a later one serves");
    assert_eq!(world.serving().await, 2);
    conflict(&world.serves(3).await, "not-ready");
    assert_eq!(world.serves(9).await.status, StatusCode::NOT_FOUND);
    let chosen = world.serves(1).await;
    assert_eq!((chosen.status, &chosen.body["serving"]), (StatusCode::OK, &json!(true)));
    assert!(!world.prepared(3).await && !world.prepared(4).await, "they were asked for before");
    assert_eq!(world.serving().await, 1);
    assert_eq!(world.serves(4).await.status, StatusCode::OK, "and forward again");
    assert_eq!(world.serves(1).await.status, StatusCode::OK);
    assert_eq!(world.serves(4).await.status, StatusCode::OK);
    assert_eq!(world.serving().await, 4);
    assert_eq!(world.published().await, 5);
    assert!(world.prepared(5).await && world.prepared(5).await, "a repeated job changes nothing");
    assert_eq!(world.serving().await, 5);
    let refused = world.request("ben", Method::POST, "/v1/faqs/versions/1/serve", None, None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let chosen = world.audited().await.into_iter().filter(|(action, _)| action == "faq.serve");
    assert_eq!(chosen.map(|(_, version)| version).collect::<Vec<_>>(), ["1", "4", "1", "4"]);
    world.jobs();
}

/// A version that failed says why, and never serves.
#[tokio::test]
async fn a_version_that_failed_says_why() {
    let mut world = World::new().await;
    world.adds("cod", &["COD?"], "Yes.").await;
    assert_eq!(world.published().await, 1);
    let (store, workspace) = (&world.confab.store, "acme".parse().unwrap());
    store.faq_version_failed(&workspace, 1, "there is no model", world.now()).await.unwrap();
    assert!(!world.prepared(1).await);
    let versions = world.get("/v1/faqs/versions").await;
    let failed = &versions["items"][0];
    assert_eq!(
        (&failed["state"], &failed["reason"]),
        (&json!("failed"), &json!("there is no model"))
    );
    assert!(versions["serving"].is_null());
    conflict(&world.serves(1).await, "not-ready");
    assert_eq!(world.published().await, 2, "it can be tried again");
    world.jobs();
}

/// Whoever asks again for what they have not heard of gets one version, one snapshot, a job.
#[tokio::test]
async fn a_publication_that_dies_is_asked_for_again() {
    let mut effect = 0;
    loop {
        let mut world = World::new().await;
        world.adds("cod", &["COD?"], "Yes.").await;
        world.faults.count();
        world.faults.arm(effect, [Fault::CrashBefore, Fault::CrashAfter][effect % 2]);
        let first = world.publishes(Some("once")).await;
        let effects = world.faults.end();
        world.jobs();
        if first.status == StatusCode::ACCEPTED {
            assert!(effect > 6, "{effects:?}");
            return;
        }
        let again = world.publishes(Some("once")).await;
        assert_eq!((again.status, &again.body["number"]), (StatusCode::ACCEPTED, &json!(1)));
        assert_eq!(world.jobs().len(), 1, "{effects:?}");
        assert!(world.snapshot(1).is_some());
        assert!(world.prepared(1).await);
        let third = world.publishes(Some("once")).await;
        assert_eq!((&third.body["number"], &third.body["state"]), (&json!(1), &json!("ready")));
        assert_eq!(world.jobs().len(), 0, "it is the same command still");
        effect += 1;
    }
}
