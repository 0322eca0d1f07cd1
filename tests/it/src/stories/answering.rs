//! A customer writes, and is answered: the main job.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use crate::world::World;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn a_first_message_is_welcomed_answered_and_read() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Where is my order?").await;
    world.settle().await;
    world.pass(HOUR).await;
    assert_eq!(world.replies("ben", "It ships today.").await.status, StatusCode::ACCEPTED);
    world.settle().await;
    phone.opens_chat();
    world.settle().await;
    phone.writes("Thank you!").await;
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- pending unreplied 1 waiting on agent
    fri 09:00  contact  T01 opened
    fri 09:00  contact  T01 > Where is my order?
    fri 09:00  welcome  T13 < Welcome to Acme. [read]
    fri 10:00  ben      T10 < It ships today. [read]
    fri 10:00  contact  T21 > Thank you!
    ");
    let got: Vec<String> = phone.inbox().into_iter().filter_map(|seen| seen.text).collect();
    assert_eq!(got, ["Welcome to Acme.", "It ships today."]);
}

#[tokio::test]
async fn after_a_day_of_silence_it_is_inactive_and_only_a_template_goes() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Do you have it in green?").await;
    world.settle().await;
    world.pass(SignedDuration::from_hours(25)).await;
    let id = world.only().await;
    let conversation = world.conversation(&id).await;
    assert_eq!(conversation["status"], "inactive");
    assert_eq!(conversation["base"], "new");
    assert_eq!(conversation["window"]["state"], "closed");
    let inactive = world.get("/v1/conversations?view=inactive").await;
    assert_eq!(inactive["items"].as_array().unwrap().len(), 1);
    let active = world.get("/v1/conversations?view=active").await;
    assert_eq!(active["items"].as_array().unwrap().len(), 0);
    let told = world.told();
    let fallen = told.iter().filter(|(kind, _)| kind == "conversation.inactive.v1").count();
    assert_eq!(fallen, 1);

    let refused = world.replies("ada", "Yes, we do.").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.body["type"], "window-closed");
    assert_eq!(refused.body["closed_at"], "2026-11-21T09:00:00Z");
    let before = world.events(&id).await.len();
    let unknown = json!({ "content": { "type": "template", "name": "nope", "language": "en" } });
    let refused = world.replies_with("ada", &id, unknown, None).await;
    assert_eq!(refused.body["type"], "template-not-registered");
    assert_eq!(world.events(&id).await.len(), before, "a refusal changes nothing");

    let template = json!({ "content": {
        "type": "template", "name": "we_have_news", "language": "en", "parameters": ["Sheena"],
    } });
    let accepted = world.replies_with("ada", &id, template, None).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.body);
    world.settle().await;
    let seen = phone.inbox().pop().unwrap();
    assert_eq!(seen.template.unwrap().name, "we_have_news");
    assert_eq!(world.conversation(&id).await["status"], "inactive", "the window stays closed");
    phone.writes("Great").await;
    world.settle().await;
    assert_eq!(world.conversation(&id).await["status"], "pending");
}

#[tokio::test]
async fn a_closed_conversation_reopens_under_preset_five() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let closed = world.closes("ada").await;
    assert_eq!((closed.status, &closed.body["status"]), (StatusCode::OK, &json!("resolved")));
    let refused = world.replies("ada", "Anything else?").await;
    assert_eq!((refused.status, &refused.body["type"]), (StatusCode::CONFLICT, &json!("closed")));
    world.pass(HOUR).await;
    phone.writes("One more thing").await;
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- pending unreplied 1 waiting on agent
    fri 09:00  contact  T01 opened
    fri 09:00  contact  T01 > Hello
    fri 09:00  welcome  T13 < Welcome to Acme. [delivered]
    fri 09:00  ada      T40 closed
    fri 10:00  contact  T23 reopened
    fri 10:00  contact  T23 > One more thing
    ");
}

#[tokio::test]
async fn without_grace_a_new_conversation_begins() {
    let file = crate::world::ACME.replace("\"five\"", "\"open_closed\"");
    let mut world = World::with(&file, 1).await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    world.closes("ada").await;
    phone.writes("Me again").await;
    world.settle().await;
    let all = world.conversations().await;
    let statuses: Vec<_> = all.iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["open", "closed"]);
    assert_eq!(all[0]["contact"]["id"], all[1]["contact"]["id"], "it is the same contact");
    let welcomes = phone.inbox().len();
    assert_eq!(welcomes, 1, "only the very first message is welcomed");
}

#[tokio::test]
async fn an_agent_writes_first_with_a_template() {
    let mut world = World::new().await;
    let start = |content| json!({ "account": "wa1", "to": crate::world::ADA, "content": content });
    let text = json!({ "type": "text", "text": "Hello!" });
    let method = axum::http::Method::POST;
    let path = "/v1/conversations";
    let refused = world.request("ada", method.clone(), path, Some(start(text)), Some("k1")).await;
    assert_eq!(refused.body["type"], "window-closed");
    let template = json!({
        "type": "template", "name": "we_have_news", "language": "en", "parameters": ["Sheena"],
    });
    for _ in 0..2 {
        let body = Some(start(template.clone()));
        let accepted = world.request("ada", method.clone(), path, body, Some("k2")).await;
        assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.body);
    }
    world.settle().await;
    assert_eq!(world.phone("wa1").inbox().len(), 1, "the same command twice is once");
    let other = world.request("ben", method, path, Some(start(template)), Some("k3")).await;
    assert_eq!(other.body["type"], "other-open");
    world.phone("wa1").writes("Who is this?").await;
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- pending unreplied 1 waiting on agent
    fri 09:00  ada      T03 opened
    fri 09:00  ada      T03 < template we_have_news [delivered]
    fri 09:00  contact  T21 > Who is this?
    ");
}

#[tokio::test]
async fn nothing_is_answered_over_a_colleague() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let seq = world.conversation(&id).await["seq"].clone();
    let say =
        |text: &str| json!({ "content": { "type": "text", "text": text }, "expected_seq": seq });
    let first = world.replies_with("ada", &id, say("Hi!"), None).await;
    assert_eq!(first.status, StatusCode::ACCEPTED);
    let second = world.replies_with("ben", &id, say("Hello!"), None).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert_eq!(second.body["type"], "colleague-answered");
    assert_eq!(second.body["by"], json!({ "kind": "user", "id": "ada" }));
    world.settle().await;
    assert_eq!(world.phone("wa1").inbox().len(), 2, "the welcome and one answer");
}

#[tokio::test]
async fn who_opts_out_gets_nothing_until_they_opt_in() {
    let mut world = World::new().await;
    let phone = world.phone("sms1");
    phone.writes("Hello").await;
    phone.writes("STOP").await;
    world.settle().await;
    let refused = world.replies("ada", "Sorry to see you go.").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.body["type"], "opted-out");
    phone.writes("START").await;
    world.settle().await;
    let accepted = world.replies("ada", "Welcome back.").await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED);
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- active unreplied 0 waiting on customer
    fri 09:00  contact  T01 opened
    fri 09:00  contact  T01 > Hello
    fri 09:00  contact  T22 > STOP
    fri 09:00  contact  Consent consent
    fri 09:00  contact  T22 > START
    fri 09:00  contact  Consent consent
    fri 09:00  ada      T10 < Welcome back. [delivered]
    ");
}

#[tokio::test]
async fn what_was_accepted_before_an_opt_out_is_not_sent_after_it() {
    let mut world = World::new().await;
    let phone = world.phone("sms1");
    phone.writes("Hello").await;
    world.settle().await;
    let sent = phone.inbox().len();
    // The provider asks for patience; meanwhile the contact opts out.
    world.simulator.set_chaos(simulator::Chaos {
        script: vec![simulator::Fault::TooManyRequests],
        ..simulator::Chaos::default()
    });
    assert_eq!(world.replies("ada", "On its way.").await.status, StatusCode::ACCEPTED);
    world.settle().await;
    phone.writes("STOP").await;
    world.settle().await;
    world.pass(SignedDuration::from_mins(10)).await;
    assert_eq!(phone.inbox().len(), sent);
    let id = world.only().await;
    let events = world.events(&id).await;
    let reply = events.iter().find(|event| event["content"]["text"] == "On its way.").unwrap();
    assert_eq!(reply["delivery"]["status"], "failed");
    assert_eq!(reply["delivery"]["failure"]["kind"], "opted_out");
}
