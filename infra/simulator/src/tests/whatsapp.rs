//! WhatsApp: envelopes, receipts, the window, what is refused, files.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Got, MIA, Stage, bytes, json_of};
use crate::{Kind, Outcome, Receipts, Refusals, Template};

const BEARER: (&str, &str) = ("authorization", "Bearer EAAtoken");

async fn send_with(stage: &Stage, token: &str, number: &str, body: Value) -> (StatusCode, Value) {
    let request = Request::post(format!("/simulator/whatsapp/v25.0/{number}/messages"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    stage.answer(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn send(stage: &Stage, to: &str, more: Value) -> (StatusCode, Value) {
    let mut body = json!({ "messaging_product": "whatsapp", "to": to });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    send_with(stage, "EAAtoken", "106540352242922", body).await
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": { "body": text } })
}

fn template(name: &str, parameters: &[&str]) -> Value {
    let parameters: Value =
        parameters.iter().map(|text| json!({ "type": "text", "text": text })).collect();
    let components = json!([{ "type": "body", "parameters": parameters }]);
    json!({ "type": "template", "template": {
        "name": name, "language": { "code": "en" }, "components": components,
    } })
}

async fn started() -> Stage {
    let stage = Stage::new();
    stage.simulator.phone("wa", MIA).writes("hello").await;
    stage.simulator.flush().await;
    stage.desk.got();
    stage
}

fn code(answer: &Value) -> u64 {
    answer["error"]["code"].as_u64().unwrap_or_default()
}

fn statuses(got: &[Got]) -> Vec<String> {
    let status = |got: &Got| got.value()["statuses"][0]["status"].as_str().unwrap().to_owned();
    got.iter().map(status).collect()
}

#[tokio::test]
async fn a_text_comes_in_metas_envelope_signed_over_its_escaped_bytes() {
    let stage = Stage::new();
    let delivered = stage.simulator.phone("wa", "+33639980142").writes("Grüße 😀 a/b").await;
    assert_eq!(delivered.outcome, Outcome::Waiting);
    assert_eq!(stage.simulator.flush().await, 1);
    let got = stage.desk.got_one();
    assert_eq!(got.path, "/webhooks/wa");
    assert!(got.body.is_ascii());
    assert!(got.body.contains("Gr\\u00fc\\u00dfe \\ud83d\\ude00 a\\/b"), "{}", got.body);
    assert!(got.header("x-hub-signature-256").starts_with("sha256="));
    assert_eq!(got.header("x-hub-signature-256").len(), "sha256=".len() + 64);
    let value = got.value();
    assert_eq!(value["metadata"]["phone_number_id"], "106540352242922");
    assert_eq!(value["contacts"][0]["profile"]["name"], "Léo Martin");
    let message = &value["messages"][0];
    assert_eq!(message["from"], "33639980142");
    assert_eq!(message["id"], delivered.id());
    assert_eq!(message["timestamp"], "1795255200");
    assert_eq!(message["text"]["body"], "Grüße 😀 a/b");
}

#[tokio::test]
async fn every_gesture_has_its_type() {
    let stage = started().await;
    let phone = stage.simulator.phone("wa", MIA);
    let buttons = json!([{ "type": "reply", "reply": { "id": "y", "title": "Yes" } }]);
    let offer = json!({ "type": "interactive", "interactive": {
        "type": "button", "body": { "text": "?" }, "action": { "buttons": buttons },
    } });
    assert_eq!(send(&stage, MIA, offer).await.0, 200);
    stage.simulator.flush().await;
    stage.desk.got();
    let offered = phone.inbox()[0].provider_id.clone();

    phone.sends_image(Some("look"), b"\xff\xd8\xff...").await;
    phone.sends_file("a.pdf", None, b"%PDF-1.7").await;
    phone.sends_voice(None, b"OggS").await;
    phone.sends_location(37.5, -122.25).await;
    phone.sends_contact("Robin", "+1 555-555-0101").await;
    phone.taps_button("y", "Yes").await;
    phone.chooses_row("slot", "Tuesday").await;
    phone.reacts(&offered, "👍").await;
    phone.takes_reaction_back(&offered).await;
    phone.quotes(&offered, "this one").await;
    phone.shares_ad_referral("tell me more").await;
    phone.sends_unknown().await;
    stage.simulator.flush().await;

    let told: Vec<Value> =
        stage.desk.got().iter().map(|got| got.value()["messages"][0].clone()).collect();
    let kinds: Vec<&str> = told.iter().map(|message| message["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "image",
            "document",
            "audio",
            "location",
            "contacts",
            "interactive",
            "interactive",
            "reaction",
            "reaction",
            "text",
            "text",
            "hologram",
        ]
    );
    assert_eq!(told[0]["image"]["caption"], "look");
    assert_eq!(told[1]["document"]["filename"], "a.pdf");
    assert_eq!(told[2]["audio"]["voice"], true);
    assert_eq!(told[2]["audio"]["mime_type"], "audio/ogg; codecs=opus");
    assert_eq!(told[3]["location"]["latitude"], 37.5);
    assert_eq!(told[4]["contacts"][0]["phones"][0]["wa_id"], "15555550101");
    assert_eq!(told[5]["interactive"]["button_reply"], json!({ "id": "y", "title": "Yes" }));
    assert_eq!(told[5]["context"], json!({ "from": "15550783881", "id": offered }));
    assert_eq!(told[6]["interactive"]["list_reply"]["id"], "slot");
    assert_eq!(told[7]["reaction"], json!({ "message_id": offered, "emoji": "👍" }));
    assert_eq!(told[8]["reaction"]["emoji"], "");
    assert_eq!(told[9]["context"]["id"], offered);
    assert_eq!(told[10]["referral"]["source_type"], "ad");
}

#[tokio::test]
async fn an_edit_and_a_deletion_have_ids_of_their_own() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("wa", MIA);
    let said = phone.writes("helo").await.id().to_owned();
    let edit = phone.edits(&said, "hello").await.id().to_owned();
    let deletion = phone.deletes(&said).await.id().to_owned();
    assert!(said != edit && edit != deletion);
    stage.simulator.flush().await;
    let got = stage.desk.got();
    let edited = &got[1].value()["messages"][0];
    assert_eq!(edited["id"], edit);
    assert_eq!(edited["edit"]["original_message_id"], said);
    assert_eq!(edited["edit"]["message"]["text"]["body"], "hello");
    let deleted = &got[2].value()["messages"][0];
    assert_eq!(deleted["revoke"]["original_message_id"], said);
}

#[tokio::test]
async fn an_album_is_one_message_for_each_picture() {
    let stage = Stage::new();
    let delivered = stage.simulator.phone("wa", MIA).sends_album(3).await;
    assert_eq!(delivered.provider_ids.len(), 3);
    assert_eq!(stage.simulator.flush().await, 3);
}

#[tokio::test]
async fn an_accepted_send_is_on_the_phone_and_told_to_be_sent_and_delivered_then_read() {
    let stage = started().await;
    let mut body = text("it ships today");
    body["biz_opaque_callback_data"] = json!("cv_1:12:1");
    let (status, answer) = send(&stage, MIA, body).await;
    assert_eq!(status, 200);
    assert_eq!(answer["contacts"][0], json!({ "input": MIA, "wa_id": "12025550143" }));
    let id = answer["messages"][0]["id"].as_str().unwrap();

    let phone = stage.simulator.phone("wa", MIA);
    let inbox = phone.inbox();
    assert_eq!(inbox.len(), 1);
    assert_eq!((inbox[0].provider_id.as_str(), inbox[0].kind), (id, Kind::Text));
    assert_eq!(inbox[0].text.as_deref(), Some("it ships today"));

    stage.simulator.flush().await;
    let got = stage.desk.got();
    assert_eq!(statuses(&got), ["sent", "delivered"]);
    for receipt in &got {
        let status = &receipt.value()["statuses"][0];
        assert_eq!(status["id"], id);
        assert_eq!(status["recipient_id"], "12025550143");
        assert_eq!(status["biz_opaque_callback_data"], "cv_1:12:1");
    }
    assert!(got[0].value()["statuses"][0]["pricing"].is_null());
    assert_eq!(got[1].value()["statuses"][0]["pricing"]["category"], "service");

    phone.opens_chat();
    phone.opens_chat();
    stage.simulator.flush().await;
    assert_eq!(statuses(&stage.desk.got()), ["read"]);
}

#[tokio::test]
async fn what_is_told_depends_on_the_phone() {
    for (receipts, told, opened) in [
        (Receipts::Automatic, &["sent", "read"][..], &[][..]),
        (Receipts::WhenOpened, &["sent", "delivered"], &["read"]),
        (Receipts::NeverRead, &["sent", "delivered"], &[]),
        (Receipts::None, &[], &[]),
    ] {
        let stage = started().await;
        let phone = stage.simulator.phone("wa", MIA);
        phone.set_receipts(receipts);
        send(&stage, MIA, text("x")).await;
        stage.simulator.flush().await;
        assert_eq!(statuses(&stage.desk.got()), told, "{receipts:?}");
        phone.opens_chat();
        stage.simulator.flush().await;
        assert_eq!(statuses(&stage.desk.got()), opened, "{receipts:?}");
        assert_eq!(phone.inbox().len(), 1);
    }
}

#[tokio::test]
async fn a_phone_that_nobody_finds_gets_nothing_and_the_desk_hears_of_it_later() {
    let stage = started().await;
    let phone = stage.simulator.phone("wa", MIA);
    phone.set_reachable(false);
    assert_eq!(send(&stage, MIA, text("x")).await.0, 200);
    assert!(phone.inbox().is_empty());
    stage.simulator.flush().await;
    let got = stage.desk.got_one();
    let status = &got.value()["statuses"][0];
    assert_eq!(status["status"], "failed");
    assert_eq!(status["errors"][0]["code"], 131_026);
    assert!(got.value()["contacts"].is_null());
}

#[tokio::test]
async fn outside_the_window_only_templates_go() {
    let stage = started().await;
    stage.turn(SignedDuration::from_secs(86_399));
    assert_eq!(send(&stage, MIA, text("in time")).await.0, 200);
    stage.turn(SignedDuration::from_secs(1));
    let (status, answer) = send(&stage, MIA, text("late")).await;
    assert_eq!((status.as_u16(), code(&answer)), (400, 131_047));
    assert_eq!(send(&stage, MIA, template("news", &["a"])).await.0, 200);
    let inbox = stage.simulator.phone("wa", MIA).inbox();
    assert_eq!(inbox.len(), 2);
    let seen = inbox[1].template.as_ref().unwrap();
    assert_eq!((seen.name.as_str(), seen.parameters.as_slice()), ("news", &["a".to_owned()][..]));
    let requests = stage.simulator.requests();
    let answered: Vec<_> = requests.iter().map(|request| request.status).collect();
    assert_eq!(answered, [Some(200), Some(400), Some(200)]);
    assert!(requests[1].provider_id.is_none());
    assert_eq!(requests[1].body["text"]["body"], "late");
    assert_eq!(requests[1].account.as_deref(), Some("wa"));
}

#[tokio::test]
async fn a_closed_window_may_also_be_told_by_webhook() {
    let stage = Stage::new();
    stage.simulator.set_refusals(Refusals::ByWebhook);
    assert_eq!(send(&stage, MIA, text("out of the blue")).await.0, 200);
    stage.simulator.flush().await;
    let status = &stage.desk.got_one().value()["statuses"][0];
    assert_eq!(status["errors"][0]["code"], 131_047);
    assert!(stage.simulator.phone("wa", MIA).inbox().is_empty());
}

#[tokio::test]
async fn templates_are_those_that_were_approved() {
    let stage = started().await;
    let known = |name: &str, category: &str| Template {
        name: name.to_owned(),
        language: "en".to_owned(),
        parameters: 1,
        category: category.to_owned(),
    };
    let approved = vec![known("news", "marketing"), known("ready", "utility")];
    stage.simulator.set_templates("wa", approved);
    let refused = async |body| code(&send(&stage, MIA, body).await.1);
    assert_eq!(refused(template("news", &["a"])).await, 0);
    assert_eq!(refused(template("other", &["a"])).await, 132_001);
    assert_eq!(refused(template("news", &[])).await, 132_000);
    stage.simulator.phone("wa", MIA).stops_marketing().await;
    assert_eq!(refused(template("news", &["a"])).await, 131_050);
    assert_eq!(refused(template("ready", &["a"])).await, 0);
    stage.simulator.phone("wa", MIA).resumes_marketing().await;
    assert_eq!(refused(template("news", &["a"])).await, 0);
    stage.simulator.flush().await;
    let wishes: Vec<Value> = stage
        .desk
        .got()
        .iter()
        .map(|got| got.value()["user_preferences"][0]["value"].clone())
        .filter(|wish| !wish.is_null())
        .collect();
    assert_eq!(wishes, ["stop", "resume"]);
}

#[tokio::test]
async fn what_the_api_does_not_take_is_refused_with_metas_code() {
    let stage = started().await;
    let long = "x".repeat(4_097);
    let button = |id: &str| json!({ "type": "reply", "reply": { "id": id, "title": "t" } });
    let offer = |buttons: Value| {
        json!({ "type": "interactive", "interactive": {
            "type": "button", "body": { "text": "?" }, "action": { "buttons": buttons },
        } })
    };
    for (body, status, expected) in [
        (text(&long), 400, 100),
        (text(""), 400, 131_008),
        (json!({ "type": "text" }), 400, 131_008),
        (json!({ "type": "fax", "fax": {} }), 400, 131_051),
        (json!({ "type": "image", "image": {} }), 400, 131_008),
        (json!({ "type": "audio", "audio": { "link": "x", "caption": "y" } }), 400, 100),
        (offer(json!([])), 400, 131_009),
        (offer(json!([button("a"), button("b"), button("c"), button("d")])), 400, 131_009),
        (offer(json!([button("a"), button("a")])), 400, 131_009),
        (json!({ "type": "text", "text": { "body": "x" }, "to": "12" }), 400, 131_009),
        (json!({ "type": "text", "text": { "body": "x" }, "messaging_product": "x" }), 400, 100),
    ] {
        let (answered, answer) = send(&stage, MIA, body.clone()).await;
        assert_eq!((answered.as_u16(), code(&answer)), (status, expected), "{body}");
    }
    assert_eq!(send(&stage, MIA, text(&long[1..])).await.0, 200);
    assert_eq!(stage.simulator.phone("wa", MIA).inbox().len(), 1);
}

#[tokio::test]
async fn a_wrong_token_and_a_foreign_number_are_refused() {
    let stage = started().await;
    let mut body = text("x");
    body["messaging_product"] = json!("whatsapp");
    body["to"] = json!(MIA);
    let (status, answer) = send_with(&stage, "wrong", "106540352242922", body.clone()).await;
    assert_eq!((status.as_u16(), code(&answer)), (401, 190));
    let (status, answer) = send_with(&stage, "EAAtoken", "1", body).await;
    assert_eq!((status.as_u16(), code(&answer)), (400, 100));
    let accounts: Vec<_> =
        stage.simulator.requests().into_iter().map(|request| request.account).collect();
    assert_eq!(accounts, [None, None]);
}

#[tokio::test]
async fn a_hidden_number_is_told_and_reached_by_its_user_id() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("wa", MIA);
    phone.set_username(Some("mia.o"));
    phone.writes("hello").await;
    stage.simulator.flush().await;
    let value = stage.desk.got_one().value();
    assert!(value["contacts"][0]["wa_id"].is_null());
    assert!(value["messages"][0]["from"].is_null());
    assert_eq!(value["contacts"][0]["profile"]["username"], "mia.o");
    assert_eq!(value["messages"][0]["from_user_id"], phone.user_id());
    let mut body = text("hi");
    body["messaging_product"] = json!("whatsapp");
    body["recipient"] = json!(phone.user_id());
    assert_eq!(send_with(&stage, "EAAtoken", "106540352242922", body).await.0, 200);
    assert_eq!(phone.inbox().len(), 1);
    stage.simulator.flush().await;
    let status = &stage.desk.got()[0].value()["statuses"][0];
    assert!(status["recipient_id"].is_null());
    assert_eq!(status["recipient_user_id"], phone.user_id());
}

#[tokio::test]
async fn a_file_is_located_by_its_id_and_fetched_where_that_leads_with_the_token() {
    let stage = Stage::new();
    stage.simulator.set_chaos(crate::Chaos { media_missing: 2, ..crate::Chaos::default() });
    stage.simulator.phone("wa", MIA).sends_image(None, b"\x89PNG\r\n\x1a\nbytes").await;
    stage.simulator.flush().await;
    let image = stage.desk.got_one().value()["messages"][0]["image"].clone();
    let locate = format!("/simulator/whatsapp/v25.0/{}", image["id"].as_str().unwrap());
    assert_eq!(stage.get(&locate, &[]).await.status(), 401);
    let found = json_of(stage.get(&locate, &[BEARER]).await).await;
    assert_eq!(found["sha256"], image["sha256"]);
    assert_eq!((&found["mime_type"], &found["file_size"]), (&json!("image/png"), &json!(13)));
    let url = found["url"].as_str().unwrap();
    let path = url.strip_prefix("http://127.0.0.1:9999").unwrap();
    assert!(path.starts_with("/simulator/whatsapp/"));
    assert_eq!(stage.get(path, &[]).await.status(), 401);
    for expected in [404, 404, 200] {
        assert_eq!(stage.get(path, &[BEARER]).await.status(), expected);
    }
    let there = stage.get(path, &[BEARER]).await;
    assert_eq!(there.headers()["content-type"], "image/png");
    assert_eq!(bytes(there).await, b"\x89PNG\r\n\x1a\nbytes");
    stage.turn(SignedDuration::from_mins(5));
    assert_eq!(stage.get(path, &[BEARER]).await.status(), 404);
    assert_eq!(stage.get(&locate, &[BEARER]).await.status(), 200);
    stage.turn(SignedDuration::from_hours(7 * 24));
    assert_eq!(stage.get(&locate, &[BEARER]).await.status(), 400);
}

#[tokio::test]
async fn marking_as_read_turns_the_customers_ticks_and_sends_nothing() {
    let stage = Stage::new();
    let id = stage.simulator.phone("wa", MIA).writes("hello?").await.id().to_owned();
    stage.simulator.flush().await;
    stage.desk.got();
    let body = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": id });
    let (status, answer) = send_with(&stage, "EAAtoken", "106540352242922", body).await;
    assert_eq!((status.as_u16(), answer), (200, json!({ "success": true })));
    assert_eq!(stage.simulator.waiting(), 0);
    assert!(stage.simulator.requests()[0].provider_id.is_none());
}

#[tokio::test]
async fn the_handshake_wants_the_challenge_and_nothing_else() {
    let stage = Stage::new();
    stage.desk.answers.lock().unwrap().push_back((200, "no".to_owned()));
    assert!(!stage.simulator.handshake("wa").await);
    let got = stage.desk.got_one();
    assert!(got.path.contains("hub.mode=subscribe&hub.challenge="), "{}", got.path);
    assert!(got.path.ends_with("&hub.verify_token=v+t"), "{}", got.path);
    let echo = |request: Request<Body>| async move {
        let query = request.uri().query().unwrap_or_default().to_owned();
        form_urlencoded::parse(query.as_bytes())
            .find_map(|(name, value)| (name == "hub.challenge").then(|| value.into_owned()))
            .unwrap_or_default()
    };
    stage.simulator.deliver_to(super::DESK, axum::Router::new().fallback(echo));
    assert!(stage.simulator.handshake("wa").await);
}
