//! The test console, advice, and the settings of responders.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{Answered, World};

const COD: &str = "Do you have COD as a payment method?";

impl World {
    async fn tests(&mut self, body: Value) -> Answered {
        self.posts("ada", "/v1/responders/test", body).await
    }

    /// What would be answered to one text.
    async fn test(&mut self, text: &str) -> Value {
        let tested = self.tests(json!({ "texts": [text] })).await;
        assert_eq!(tested.status, StatusCode::OK, "{}", tested.body);
        tested.body["items"][0].clone()
    }

    async fn sets(&mut self, responders: Value) -> Answered {
        self.request("ada", Method::PUT, "/v1/responders", Some(responders), None).await
    }
}

async fn with_cod() -> World {
    let mut world = World::new().await;
    world.adds("cod", &[COD, "Can I pay after the delivery is completed?"], "Yes.").await;
    world.adds("hours", &["When do you open on Sundays?"], "At ten.").await;
    world.publish().await;
    world
}

/// R099, R100: a sentence is tried, and leads to the FAQ that matched and to its answer; nothing is
/// sent.
#[tokio::test]
async fn a_sentence_is_tried_and_leads_to_its_faq() {
    let mut world = with_cod().await;
    let tried = world.test("do you have COD as payment methood").await;
    assert_eq!((&tried["responder"], &tried["faq"]), (&json!("faq"), &json!("/v1/faqs/cod")));
    assert_eq!(tried["reply"]["text"], "Yes.");
    let matching = &tried["matching"];
    assert_eq!((&matching["verdict"], &matching["engine"]), (&json!("similar"), &json!("lexical")));
    let candidates = matching["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2, "with the runner-up");
    assert!(matching["margin"].as_f64().unwrap() > 0.0);
    assert!(tried["why"].as_str().unwrap().starts_with("`cod` is near enough"), "{tried}");
    let matched = world.get(tried["faq"].as_str().unwrap()).await;
    assert_eq!(matched["answer"]["text"], "Yes.");
    let silent = world.test("The weather is nice").await;
    assert_eq!((&silent["responder"], &silent["reply"]), (&Value::Null, &Value::Null));
    assert!(silent["why"].as_str().unwrap().contains("not sure enough"), "{silent}");
    assert_eq!(world.test("🙂🙂").await["why"], "there are no words to compare");
    assert!(world.conversations().await.is_empty());
    assert_eq!(world.get("/v1/responders/report").await["sums"]["unanswered"], 0);
}

/// R099: a whole file of sentences.
#[tokio::test]
async fn a_file_of_sentences_is_tried() {
    let mut world = with_cod().await;
    let token = world.token("ada").await;
    let request = Request::post("/v1/responders/test")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "text/plain; charset=utf-8")
        .body(Body::from(format!("{COD}\n\nwhen do you open on sunday?\r\n")))
        .unwrap();
    let tried = world.send(request).await;
    let faqs: Vec<&Value> =
        tried.body["items"].as_array().unwrap().iter().map(|i| &i["faq"]).collect();
    assert_eq!(faqs, ["/v1/faqs/cod", "/v1/faqs/hours"], "{}", tried.body);
}

/// The console answers as the chain would: by time, account and version.
#[tokio::test]
async fn the_console_knows_hours_accounts_and_versions() {
    let mut world = with_cod().await;
    let put = world
        .sets(json!({
            "faqs": true,
            "accounts": { "tg1": ["quick_reply"] },
            "offer": "Did you mean one of these?",
            "quick_replies": [{ "id": "here", "text": "We are here.", "during": "open" }],
            "welcome": "Welcome.",
        }))
        .await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.body);
    let responder = async |world: &mut World, body: Value| {
        let tested = world.tests(body).await;
        assert_eq!(tested.status, StatusCode::OK, "{}", tested.body);
        tested.body["items"][0]["responder"].clone()
    };
    assert_eq!(responder(&mut world, json!({ "texts": [COD] })).await, "faq");
    let on_telegram = json!({ "texts": [COD], "account": "tg1" });
    assert_eq!(responder(&mut world, on_telegram).await, "quick_reply");
    world.posts("ada", "/v1/faqs/cod/archive", json!({})).await;
    world.publish().await;
    let hours_only = world.tests(json!({ "texts": [COD] })).await;
    assert_eq!(hours_only.body["version"], 2);
    assert_eq!(responder(&mut world, json!({ "texts": [COD], "version": 1 })).await, "faq");
    for wrong in [
        json!({ "texts": [] }),
        json!({ "texts": ["x"], "version": 9 }),
        json!({ "texts": ["x"], "account": "nobodys" }),
        json!({ "texts": vec!["x"; 101] }),
        json!({ "texts": ["x".repeat(60_001)] }),
        json!({ "texts": ["x"], "else": 1 }),
    ] {
        assert_eq!(world.tests(wrong).await.status, StatusCode::BAD_REQUEST);
    }
}

/// A message of sixty thousand characters is answered like any other.
#[tokio::test]
async fn nothing_that_is_written_takes_long() {
    let mut world = with_cod().await;
    for text in ["x".repeat(60_000), "password ".repeat(6_600), "🙂".repeat(20_000)] {
        let tried = world.tests(json!({ "texts": [text] })).await;
        assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
    }
}

/// R103, R104: responders are set in one piece, and what is wrong is named.
#[tokio::test]
async fn responders_are_set_and_what_is_wrong_is_named() {
    let mut world = World::new().await;
    let custom = json!({ "custom": {
        "zone": "Europe/Berlin",
        "week": [["09:00-12:00", "13:00-17:00"], [], [], [], [], [], []],
        "days": { "2026-12-24": ["09:00-12:00"] },
    } });
    let responders = json!({
        "order": ["quick_reply", "faq", "away"],
        "sensitivity": "strict",
        "quick_replies": [{ "id": "mondays", "text": "We are here.", "during": custom }],
        "away": "We are away.",
    });
    let put = world.sets(responders.clone()).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.body);
    let kept = world.get("/v1/responders").await;
    assert_eq!(kept["order"], responders["order"]);
    assert_eq!(kept["quick_replies"], responders["quick_replies"]);
    let reply = |id: &str| json!({ "id": id, "text": "Hi", "during": "open" });
    for (wrong, field) in [
        (json!({ "order": ["faq", "faq"] }), "order"),
        (json!({ "order": ["oracle"] }), "order[0]"),
        (json!({ "accounts": { "nobodys": ["faq"] } }), "accounts"),
        (json!({ "quick_replies": [reply("a"), reply("a")] }), "quick_replies[1].id"),
        (
            json!({ "quick_replies": [{ "id": "a", "text": " ", "during": "open" }] }),
            "quick_replies[0].text",
        ),
        (json!({ "away": "x".repeat(4_097) }), "away"),
        (json!({ "humour": true }), "humour"),
    ] {
        let refused = world.sets(wrong).await;
        assert_eq!(
            (refused.status, refused.body["field"].as_str()),
            (StatusCode::BAD_REQUEST, Some(field)),
            "{}",
            refused.body
        );
    }
    assert_eq!(world.get("/v1/responders").await, kept, "a refusal changes nothing");
    let by_agent = world.request("ben", Method::PUT, "/v1/responders", Some(json!({})), None).await;
    assert_eq!(by_agent.status, StatusCode::FORBIDDEN);
}

/// R101, R102: authors are told what makes their FAQs hard to find, before and after publishing.
#[tokio::test]
async fn authors_are_advised() {
    let mut world = World::new().await;
    world
        .adds(
            "short",
            &["Refund?", "Return my money now please", "How do I get a refund for this?"],
            "Yes.",
        )
        .await;
    world.adds("spanish", &["¿Dónde está mi pedido que compré ayer por la mañana?"], "Yes.").await;
    let remarks = |listed: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let items = listed["items"].as_array().unwrap().iter();
        items.map(|item| (text(&item["faq"]), text(&item["remark"]))).collect()
    };
    let draft = world.get("/v1/faqs/advice").await;
    let told = remarks(&draft);
    for (faq, remark) in [("short", "short"), ("spanish", "language"), ("spanish", "few_questions")]
    {
        assert!(told.contains(&(faq.to_owned(), remark.to_owned())), "{faq} {remark}: {draft}");
    }
    assert!(!told.contains(&("short".to_owned(), "few_questions".to_owned())));
    let none = world.request("ada", Method::GET, "/v1/faqs/versions/1/advice", None, None).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    world.publish().await;
    assert_eq!(remarks(&world.get("/v1/faqs/versions/1/advice").await), told);
}
