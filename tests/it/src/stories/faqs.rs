//! FAQs: what an operator does with them before they answer anybody.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::rights::call;
use crate::world::{Answered, World};

const COD: &str = "Do you have COD as a payment method?";
const LATER: &str = "Can I pay after the delivery is completed?";

pub(super) fn faq(id: &str, questions: &[&str], answer: &str) -> Value {
    json!({ "id": id, "questions": questions, "answer": { "text": answer } })
}

impl World {
    pub(crate) async fn posts(&mut self, user: &str, path: &str, body: Value) -> Answered {
        self.request(user, Method::POST, path, Some(body), None).await
    }

    pub(crate) async fn adds(&mut self, id: &str, questions: &[&str], answer: &str) -> Value {
        let added = self.posts("ada", "/v1/faqs", faq(id, questions, answer)).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
        added.body
    }

    async fn rewrites(&mut self, id: &str, revision: u32, answer: &str) -> Answered {
        let body = json!({ "revision": revision, "kind": "general", "questions": [COD],
            "answer": { "text": answer } });
        self.request("ada", Method::PUT, &format!("/v1/faqs/{id}"), Some(body), None).await
    }

    pub(super) async fn faq_ids(&mut self, query: &str) -> Vec<String> {
        let page = self.get(&format!("/v1/faqs{query}")).await;
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    pub(super) async fn audited(&mut self) -> Vec<(String, String)> {
        let audit = self.get("/v1/audit?limit=100").await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let entries = audit["items"].as_array().unwrap().iter().rev();
        entries.map(|entry| (text(&entry["action"]), text(&entry["subject"]))).collect()
    }
}

pub(super) fn conflict(answered: &Answered, kind: &str) {
    assert_eq!(answered.status, StatusCode::CONFLICT, "{}", answered.body);
    assert_eq!(answered.body["type"], kind, "{}", answered.body);
}

/// R092, R094, R095: FAQs are added one by one, each of a type, listed, viewed and edited.
#[tokio::test]
async fn faqs_are_added_listed_viewed_and_edited() {
    let mut world = World::new().await;
    let added =
        world.adds("cod", &[COD, LATER], "Yes, {{contact.first_name|dear customer}}.").await;
    assert_eq!((&added["kind"], &added["revision"]), (&json!("general"), &json!(1)));
    for (kind, question) in [("greeting", "Hi"), ("closing", "Bye"), ("filler", "Hm")] {
        let body = json!({ "kind": kind, "questions": [question], "answer": { "text": "!" } });
        assert_eq!(world.posts("ada", "/v1/faqs", body).await.body["id"], question.to_lowercase());
    }
    assert_eq!(world.faq_ids("").await, ["bye", "cod", "hi", "hm"]);
    assert_eq!(world.faq_ids("?kind=closing").await, ["bye"]);
    let page = world.get("/v1/faqs?limit=3").await;
    assert_eq!(page["next"], "hm");
    assert_eq!(world.faq_ids("?limit=3&cursor=hm").await, ["hm"]);
    let edited = world.rewrites("cod", 1, "Yes, at the door.").await;
    assert_eq!(edited.status, StatusCode::OK, "{}", edited.body);
    assert_eq!(world.get("/v1/faqs/cod").await, edited.body);
    assert_eq!(edited.body["answer"], json!({ "text": "Yes, at the door.", "media": null }));
    assert_eq!((&edited.body["revision"], &edited.body["changed_by"]), (&json!(2), &json!("ada")));
    conflict(&world.posts("ada", "/v1/faqs", faq("cod", &["Other?"], "No.")).await, "exists");
    let read = world.request("ben", Method::GET, "/v1/faqs/cod", None, None).await;
    assert_eq!(read.status, StatusCode::OK, "agents read what will be answered");
    let refused = world.posts("ben", "/v1/faqs", faq("x", &["X?"], "X")).await;
    assert_eq!(
        (refused.status, &refused.body["permission"]),
        (StatusCode::FORBIDDEN, &json!("faq.manage"))
    );
    let entries = world.audited().await;
    assert_eq!(entries.len(), 5);
    assert_eq!(entries[4], ("faq.change".to_owned(), "cod".to_owned()));
}

/// R096: no FAQ without a question; what is wrong with one is named.
#[tokio::test]
async fn what_is_wrong_with_an_faq_is_named() {
    let mut world = World::new().await;
    let link = |url: &str| json!({ "media": { "url": url } });
    for (field, body) in [
        ("questions", json!({ "answer": { "text": "x" } })),
        ("questions", json!({ "questions": [], "answer": { "text": "x" } })),
        ("questions[1]", faq("a", &["Is it?", " "], "x")),
        ("questions[1]", faq("a", &["Is it?", "is it"], "x")),
        ("answer", json!({ "questions": ["Is it?"] })),
        ("answer.text", json!({ "questions": ["Is it?"], "answer": {} })),
        ("answer.text", faq("a", &["Is it?"], "Hi {{contact.age}}")),
        ("answer.text", faq("a", &["Is it?"], "Hi {{contact.name}")),
        ("answer.media", json!({ "questions": ["Is it?"], "answer": link("file:///etc") })),
        (
            "answer.media.kind",
            json!({ "questions": ["Is it?"], "answer":
            { "media": { "url": "https://acme.test/a.png", "kind": "hologram" } } }),
        ),
        ("kind", json!({ "kind": "joke", "questions": ["Is it?"], "answer": { "text": "x" } })),
        ("id", faq("a b", &["Is it?"], "x")),
        ("colour", json!({ "colour": "red" })),
    ] {
        let refused = world.posts("ada", "/v1/faqs", body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
        assert_eq!(refused.body["field"], field, "{}", refused.body);
    }
    assert_eq!(world.faq_ids("").await, Vec::<String>::new());
    let body = json!({ "questions": ["Where?"], "answer": link("https://acme.test/map.PNG?v=2") });
    let added = world.posts("ada", "/v1/faqs", body).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    assert_eq!(added.body["answer"]["media"]["kind"], "image");
}

/// R098: related questions are added, such as what customers asked in vain; no two FAQs have one.
#[tokio::test]
async fn related_questions_are_one_faq_s() {
    let mut world = World::new().await;
    world.adds("cod", &[COD], "Yes.").await;
    world.adds("hours", &["When are you open?"], "Always.").await;
    let asks = |question: &str| json!({ "question": question });
    let asked = world.posts("ada", "/v1/faqs/cod/questions", asks(LATER)).await;
    assert_eq!(asked.body["questions"], json!([COD, LATER]), "{}", asked.body);
    let again = world
        .posts("ada", "/v1/faqs/cod/questions", asks("can i pay after the delivery is completed"))
        .await;
    assert_eq!(again.body, asked.body, "it has that one");
    let refused = world.posts("ada", "/v1/faqs/hours/questions", asks(LATER)).await;
    conflict(&refused, "equal-question");
    assert_eq!(refused.body["faq"], "cod");
    let refused = world.posts("ada", "/v1/faqs", faq("pay", &["Pay?", LATER], "No.")).await;
    conflict(&refused, "equal-question");
    assert_eq!(
        (&refused.body["faq"], &refused.body["field"]),
        (&json!("cod"), &json!("questions[1]"))
    );
}

/// R094: an archived FAQ is out of the way, gives its questions up, and comes back.
#[tokio::test]
async fn an_faq_is_archived_and_restored() {
    let mut world = World::new().await;
    world.adds("cod", &[COD], "Yes.").await;
    world.adds("hours", &["When?"], "Always.").await;
    let archived = world.posts("ada", "/v1/faqs/cod/archive", json!({})).await;
    assert_eq!((&archived.body["archived"], &archived.body["revision"]), (&json!(true), &json!(2)));
    let again = world.posts("ada", "/v1/faqs/cod/archive", json!({})).await;
    assert_eq!(again.body, archived.body);
    assert_eq!(world.faq_ids("").await, ["hours"]);
    assert_eq!(world.faq_ids("?archived=true").await, ["cod"]);
    conflict(&world.posts("ada", "/v1/faqs", faq("cod", &["New?"], "No.")).await, "exists");
    world.adds("pay", &[COD], "No.").await;
    let refused = world.posts("ada", "/v1/faqs/cod/restore", json!({})).await;
    conflict(&refused, "equal-question");
    assert_eq!(refused.body["faq"], "pay");
    world.posts("ada", "/v1/faqs/pay/archive", json!({})).await;
    let restored = world.posts("ada", "/v1/faqs/cod/restore", json!({})).await;
    assert_eq!(restored.body["archived"], false, "{}", restored.body);
    assert_eq!(world.faq_ids("").await, ["cod", "hours"]);
    let nothing = world.posts("ada", "/v1/faqs/none/archive", json!({})).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

/// Of two who saw the same, the second is told; of two at once, both are done or told.
#[tokio::test]
async fn no_change_is_lost_to_another() {
    let mut world = World::new().await;
    world.adds("cod", &[COD], "Yes.").await;
    assert_eq!(world.rewrites("cod", 1, "Yes, ma'am.").await.status, StatusCode::OK);
    let refused = world.rewrites("cod", 1, "No.").await;
    conflict(&refused, "changed-meanwhile");
    assert_eq!(refused.body["revision"], 2);
    let statuses = world.race(&["Same?", "same", "Other?", "Another?"]).await;
    assert_eq!(statuses, [201, 201, 201, 409], "one of the equal ones is refused");
    let many: Vec<String> = (0..12).map(|n| format!("Is it {n}?")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let statuses = world.race(&many).await;
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    let kept = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!(world.faq_ids("").await.len(), 4 + kept, "what was told is true");
    assert!(kept > 1);
}

impl World {
    /// Adds an FAQ of each question, all at once. Returns how they were answered, in order.
    async fn race(&mut self, questions: &[&str]) -> Vec<u16> {
        let token = self.token("ada").await;
        self.faults.interleave(true);
        let answers = questions.iter().enumerate().map(|(n, question)| {
            let body = faq(&format!("f{}-{n}", questions.len()), &[question], "Yes.");
            let (world, token) = (&*self, &token);
            async move { call(world, token, &Method::POST, "/v1/faqs", &body).await }
        });
        let answers = futures_util::future::join_all(answers).await;
        self.faults.interleave(false);
        let mut statuses: Vec<u16> = answers.iter().map(|one| one.status.as_u16()).collect();
        statuses.sort_unstable();
        statuses
    }
}

/// A command whose answer was lost is asked for again, and done once.
#[tokio::test]
async fn the_same_command_twice_is_once() {
    let mut world = World::new().await;
    let mut answers = Vec::new();
    for _time in 0..2 {
        let body = Some(faq("cod", &[COD], "Yes."));
        let added = world.request("ada", Method::POST, "/v1/faqs", body, Some("once")).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
        answers.push(added.body);
        let body = json!({ "revision": 1, "kind": "filler", "questions": [COD],
            "answer": { "text": "Yes!" } });
        let path = "/v1/faqs/cod";
        let put = world.request("ada", Method::PUT, path, Some(body), Some("twice")).await;
        assert_eq!((put.status, &put.body["revision"]), (StatusCode::OK, &json!(2)));
    }
    assert_eq!((&answers[0]["revision"], &answers[1]["revision"]), (&json!(1), &json!(2)));
    assert_eq!(world.audited().await.len(), 2);
}
