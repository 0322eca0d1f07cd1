//! Fifty pictures at once, five times over, in any order, with deaths on the way; and three who
//! answer.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::file;
use crate::world::{FAULTS, World, signed};

/// R004, R125, R161, C13, T01, T22, L1, L7: script 6 of the domain model; invariants 1, 3, 5, 6, 9.
#[tokio::test]
async fn an_album_under_fire_is_one_conversation_with_one_reply() {
    let rules = "ai_agent = \"helper\"";
    let mut world = World::with(&file("clevertap5", rules, ""), 7).await;
    world.phone("wa1").sends_album(50).await;
    let bodies: Vec<String> = world
        .simulator
        .postings()
        .iter()
        .map(|posting| String::from_utf8(posting.body.clone().into()).unwrap())
        .collect();
    world.faults.count();
    for round in 0..5_usize {
        // Each round in another order, and each body perhaps met by a death on the way.
        for place in 0..bodies.len() {
            let body = &bodies[(place * 17 + round * 11) % bodies.len()];
            let fault = FAULTS[(place + round) % FAULTS.len()];
            let effect = world.faults.seen() + (place * 7 + round) % 23;
            world.faults.arm(effect, fault);
            let _perhaps = world.send(signed(body)).await;
            if place % 5 == 0 {
                world.settle().await;
            }
        }
    }
    world.faults.end();
    for body in &bodies {
        assert_eq!(world.send(signed(body)).await.status, StatusCode::OK);
    }
    world.settle().await;
    world.pass(jiff::SignedDuration::from_mins(30)).await;

    let id = world.only().await;
    let conversation = world.conversation(&id).await;
    assert_eq!(conversation["inbound_count"], 50);
    assert_eq!(conversation["handler"], json!({ "ai": "helper" }));
    let events = world.events(&id).await;
    assert_eq!(events.len(), 51, "the opening and fifty messages");
    for (place, event) in events.iter().enumerate() {
        assert_eq!(event["seq"], place + 1, "without a gap");
    }
    let told: std::collections::BTreeSet<&str> =
        events.iter().filter_map(|event| event["provider_id"].as_str()).collect();
    assert_eq!(told.len(), 50, "each once");

    one_of_three_answers(&mut world, &id, events.len()).await;
}

/// Two agents and an AI agent answer what they all have seen.
async fn one_of_three_answers(world: &mut World, id: &str, seen: usize) {
    let mut requests = Vec::new();
    for user in ["ben", "helper", "cleo"] {
        let token = world.token(user).await;
        let body = json!({
            "content": { "type": "text", "text": format!("{user} answers") },
            "expected_seq": seen,
        });
        let request = Request::post(format!("/v1/conversations/{id}/messages"))
            .header("authorization", format!("Bearer {token}"))
            .body(Body::from(body.to_string()));
        requests.push(request.unwrap());
    }
    let [ben, helper, cleo] = requests.try_into().expect("three");
    let (ben, helper, cleo) = tokio::join!(world.send(ben), world.send(helper), world.send(cleo));
    let answers = [ben, helper, cleo];
    let taken = answers.iter().filter(|answer| answer.status == StatusCode::ACCEPTED).count();
    assert_eq!(taken, 1, "{answers:#?}");
    for refused in answers.iter().filter(|answer| answer.status != StatusCode::ACCEPTED) {
        assert_eq!(refused.status, StatusCode::CONFLICT, "{refused:?}");
        let reasons = ["colleague-answered", "held-by", "human-handles", "not-handler"];
        assert!(reasons.iter().any(|reason| refused.body["type"] == *reason), "{refused:?}");
    }
    world.settle().await;
    let texts: Vec<Value> =
        world.phone("wa1").inbox().into_iter().map(|seen| json!(seen.text)).collect();
    assert_eq!(texts.len(), 1, "one reply on the phone: {texts:?}");
}
