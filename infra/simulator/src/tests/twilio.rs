//! Twilio: forms in, forms out, what is refused, files.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::Value;

use super::{Got, MIA, Stage, bytes, json_of};
use crate::{Kind, Outcome, Receipts, Refusals};

const SMS: &str = "+15550100001";
const WHATSAPP: &str = "whatsapp:+15550100002";
const CALLBACK: &str = "https://desk.test/webhooks/sms?mid=cv_1%3A12";

fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

async fn send_as(stage: &Stage, pair: &str, fields: &[(&str, &str)]) -> (StatusCode, Value) {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post("/simulator/twilio/2010-04-01/Accounts/AC1/Messages.json")
        .header("authorization", basic(pair))
        .header("content-type", "application/x-www-form-urlencoded");
    stage.answer(request.body(Body::from(form)).unwrap()).await
}

async fn send(stage: &Stage, fields: &[(&str, &str)]) -> (StatusCode, Value) {
    send_as(stage, "AC1:t", fields).await
}

async fn text(stage: &Stage, text: &str) -> (StatusCode, Value) {
    let callback = ("StatusCallback", CALLBACK);
    send(stage, &[("To", MIA), ("From", SMS), ("Body", text), callback]).await
}

fn statuses(got: &[Got]) -> Vec<String> {
    got.iter().filter_map(|got| got.field("MessageStatus")).collect()
}

#[tokio::test]
async fn an_sms_is_a_signed_form() {
    let stage = Stage::new();
    let delivered = stage.simulator.phone("sms", MIA).writes("Grüße & so").await;
    stage.simulator.flush().await;
    let got = stage.desk.got_one();
    assert_eq!(got.path, "/webhooks/sms");
    assert_eq!(got.header("content-type"), "application/x-www-form-urlencoded; charset=UTF-8");
    assert_eq!(STANDARD.decode(got.header("x-twilio-signature")).unwrap().len(), 20);
    assert!(!got.header("i-twilio-idempotency-token").is_empty());
    for (name, value) in [
        ("MessageSid", delivered.id()),
        ("Body", "Grüße & so"),
        ("From", MIA),
        ("To", SMS),
        ("AccountSid", "AC1"),
        ("NumMedia", "0"),
    ] {
        assert_eq!(got.field(name).as_deref(), Some(value), "{name}");
    }
    assert!(got.field("MessageStatus").is_none() && got.field("OptOutType").is_none());
}

#[tokio::test]
async fn whatsapp_by_twilio_marks_its_addresses_and_has_more_to_tell() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("twa", MIA);
    let said = phone.writes("hello").await.id().to_owned();
    phone.sends_location(37.5, -122.25).await;
    phone.taps_button("confirm", "Confirm").await;
    phone.chooses_row("slot-3", "Tuesday").await;
    phone.quotes(&said, "that").await;
    phone.shares_ad_referral("more?").await;
    phone.sends_contact("Robin", "+15555550101").await;
    phone.sends_unknown().await;
    for outcome in [
        phone.edits(&said, "x").await.outcome,
        phone.deletes(&said).await.outcome,
        phone.reacts(&said, "👍").await.outcome,
    ] {
        assert_eq!(outcome, Outcome::NotReported);
    }
    stage.simulator.flush().await;
    let got = stage.desk.got();
    assert_eq!(got.len(), 8);
    let field = |place: usize, name: &str| got[place].field(name).unwrap_or_default();
    assert_eq!(field(0, "From"), format!("whatsapp:{MIA}"));
    assert_eq!(field(0, "To"), WHATSAPP);
    assert_eq!(
        (field(0, "ProfileName"), field(0, "WaId")),
        ("Mia Okafor".into(), "12025550143".into())
    );
    assert_eq!(field(0, "ExternalUserId"), phone.user_id());
    assert_eq!((field(1, "Latitude"), field(1, "Longitude")), ("37.5".into(), "-122.25".into()));
    assert_eq!(
        (field(2, "ButtonPayload"), field(2, "ButtonText")),
        ("confirm".into(), "Confirm".into())
    );
    assert_eq!((field(3, "ListId"), field(3, "ListTitle")), ("slot-3".into(), "Tuesday".into()));
    assert_eq!(field(4, "OriginalRepliedMessageSid"), said);
    assert_eq!(field(5, "ReferralSourceType"), "ad");
    assert_eq!(field(6, "MediaContentType0"), "text/vcard");
    assert_eq!((field(7, "MessageType"), field(7, "Body")), ("hologram".into(), String::new()));
}

#[tokio::test]
async fn an_sms_phone_has_text_and_files_and_nothing_else() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("sms", MIA);
    for outcome in [
        phone.reacts("SM1", "👍").await.outcome,
        phone.sends_location(1.0, 2.0).await.outcome,
        phone.taps_button("a", "b").await.outcome,
        phone.blocks().await.outcome,
    ] {
        assert!(matches!(outcome, Outcome::Impossible(_)));
    }
    let album = phone.sends_album(2).await;
    assert_eq!(album.provider_ids.len(), 1);
    assert!(album.id().starts_with("MM"));
    stage.simulator.flush().await;
    let got = stage.desk.got_one();
    assert_eq!(got.field("NumMedia").as_deref(), Some("2"));
    assert!(
        got.field("MediaUrl1")
            .unwrap()
            .starts_with("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM")
    );
}

#[tokio::test]
async fn an_accepted_sms_is_reported_to_the_address_it_named() {
    let stage = Stage::new();
    let (status, answer) = text(&stage, "it ships today").await;
    assert_eq!(status, 201);
    assert_eq!((&answer["status"], &answer["num_segments"]), (&"queued".into(), &"1".into()));
    let sid = answer["sid"].as_str().unwrap();
    assert_eq!(stage.simulator.phone("sms", MIA).inbox()[0].provider_id, sid);
    stage.simulator.flush().await;
    let got = stage.desk.got();
    assert_eq!(statuses(&got), ["queued", "sent", "delivered"]);
    for receipt in &got {
        assert_eq!(receipt.path, "/webhooks/sms?mid=cv_1%3A12");
        assert_eq!(receipt.field("MessageSid").as_deref(), Some(sid));
        assert_eq!(
            (receipt.field("From"), receipt.field("To")),
            (Some(SMS.into()), Some(MIA.into()))
        );
        assert!(!receipt.header("x-twilio-signature").is_empty());
    }
    stage.simulator.phone("sms", MIA).opens_chat();
    assert_eq!(stage.simulator.waiting(), 0);
}

#[tokio::test]
async fn whatsapp_by_twilio_is_read_when_the_chat_is_opened_and_needs_a_window() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("twa", MIA);
    let to = format!("whatsapp:{MIA}");
    let free =
        [("To", to.as_str()), ("From", WHATSAPP), ("Body", "hi"), ("StatusCallback", CALLBACK)];
    let (status, answer) = send(&stage, &free).await;
    assert_eq!((status.as_u16(), answer["code"].as_u64()), (400, Some(63016)));
    phone.writes("hello").await;
    assert_eq!(send(&stage, &free).await.0, 201);
    stage.simulator.flush().await;
    phone.opens_chat();
    stage.simulator.flush().await;
    assert_eq!(statuses(&stage.desk.got()), ["queued", "sent", "delivered", "read"]);
    stage.turn(SignedDuration::from_hours(24));
    assert_eq!(send(&stage, &free).await.1["code"], 63016);
    let template = [
        ("To", to.as_str()),
        ("From", WHATSAPP),
        ("ContentSid", "HX1"),
        ("ContentVariables", "{\"1\":\"Mia\"}"),
    ];
    assert_eq!(send(&stage, &template).await.0, 201);
    let seen = phone.inbox().pop().unwrap();
    assert_eq!(
        (seen.kind, seen.template.unwrap().parameters),
        (Kind::Template, vec!["Mia".to_owned()])
    );
    stage.simulator.set_refusals(Refusals::ByWebhook);
    assert_eq!(send(&stage, &free).await.0, 201);
    stage.simulator.flush().await;
    let got = stage.desk.got();
    assert_eq!(statuses(&got), ["queued", "failed"]);
    assert_eq!(got[1].field("ErrorCode").as_deref(), Some("63016"));
    assert!(got[0].field("ErrorCode").is_none());
}

#[tokio::test]
async fn stop_stops_until_start() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("sms", MIA);
    assert_eq!(text(&stage, "hi").await.0, 201);
    phone.writes("Stop").await;
    let (status, answer) = text(&stage, "still there?").await;
    assert_eq!((status.as_u16(), answer["code"].as_u64()), (400, Some(21610)));
    phone.writes("hello?").await;
    assert_eq!(text(&stage, "x").await.1["code"], 21610);
    phone.writes("START").await;
    assert_eq!(text(&stage, "x").await.0, 201);
    assert_eq!(phone.inbox().len(), 2);
    let mut service = super::account(
        "sms",
        "twilio_sms",
        &[("account_sid", "AC1"), ("messaging_service_sid", "MG1")],
        &[("auth_token", "t")],
    );
    service.webhook_url = "https://desk.test/webhooks/service".to_owned();
    stage.simulator.add_account(service);
    stage.simulator.flush().await;
    stage.desk.got();
    phone.writes("stop").await;
    stage.simulator.flush().await;
    assert_eq!(stage.desk.got_one().field("OptOutType").as_deref(), Some("STOP"));
}

#[tokio::test]
async fn a_phone_that_nobody_finds_is_told_of_by_a_callback() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("sms", MIA);
    phone.set_reachable(false);
    assert_eq!(text(&stage, "x").await.0, 201);
    assert!(phone.inbox().is_empty());
    stage.simulator.flush().await;
    let got = stage.desk.got();
    assert_eq!(statuses(&got), ["queued", "sent", "undelivered"]);
    assert_eq!(got[2].field("ErrorCode").as_deref(), Some("30003"));
}

#[tokio::test]
async fn without_receipts_or_without_an_address_nothing_is_told() {
    let stage = Stage::new();
    assert_eq!(send(&stage, &[("To", MIA), ("From", SMS), ("Body", "x")]).await.0, 201);
    stage.simulator.phone("sms", MIA).set_receipts(Receipts::None);
    assert_eq!(text(&stage, "x").await.0, 201);
    assert_eq!(stage.simulator.waiting(), 0);
    assert_eq!(stage.simulator.phone("sms", MIA).inbox().len(), 2);
}

#[tokio::test]
async fn what_twilio_does_not_take_is_refused_with_its_code() {
    let stage = Stage::new();
    let (to, from, body) = (("To", MIA), ("From", SMS), ("Body", "x"));
    let long = "x".repeat(1_601);
    let files = [("MediaUrl", "https://x/y"); 11];
    let to_whatsapp = ("To", "whatsapp:+12025550143");
    let mut too_many = vec![to, from];
    too_many.extend(files);
    for (fields, code) in [
        (vec![from, body], 21604),
        (vec![to, body], 21603),
        (vec![to, from], 21602),
        (vec![to, from, ("Body", &long)], 21617),
        (vec![("To", "hello"), from, body], 21211),
        (vec![to, ("From", "+15550109999"), body], 21606),
        (vec![to_whatsapp, from, body], 21910),
        (vec![to_whatsapp, ("From", "whatsapp:+15550109999"), body], 63007),
        (vec![to, ("MessagingServiceSid", "MG9"), body], 21606),
        (vec![to, from, ("ContentSid", "HX1"), ("ContentVariables", "[1]")], 21656),
        (too_many, 21623),
    ] {
        let (status, answer) = send(&stage, &fields).await;
        assert_eq!((status.as_u16(), answer["code"].as_u64()), (400, Some(code)), "{fields:?}");
        assert!(answer["more_info"].as_str().unwrap().ends_with(&code.to_string()));
    }
    assert!(stage.simulator.phone("sms", MIA).inbox().is_empty());
    assert_eq!(send(&stage, &[to, from, ("Body", &long[1..])]).await.0, 201);
}

#[tokio::test]
async fn a_wrong_credential_is_refused() {
    let stage = Stage::new();
    for pair in ["AC1:wrong", "AC2:t", "AC1:", "x"] {
        let (status, answer) =
            send_as(&stage, pair, &[("To", MIA), ("From", SMS), ("Body", "x")]).await;
        assert_eq!((status.as_u16(), answer["code"].as_u64()), (401, Some(20003)), "{pair}");
    }
}

#[tokio::test]
async fn several_files_and_a_place_are_written_down_and_shown() {
    let stage = Stage::new();
    let fields =
        [("To", MIA), ("From", SMS), ("MediaUrl", "https://x/a.pdf"), ("MediaUrl", "https://x/b")];
    assert_eq!(send(&stage, &fields).await.0, 201);
    assert_eq!(
        stage.simulator.requests()[0].body["MediaUrl"],
        serde_json::json!(["https://x/a.pdf", "https://x/b"])
    );
    let seen = stage.simulator.phone("sms", MIA).inbox().pop().unwrap();
    assert_eq!((seen.kind, seen.link.as_deref()), (Kind::Document, Some("https://x/a.pdf")));
    let action = ("PersistentAction", "geo:37.5,-122.25|Harbour");
    assert_eq!(
        send(&stage, &[("To", MIA), ("From", SMS), ("Body", "Harbour"), action]).await.0,
        201
    );
    let seen = stage.simulator.phone("sms", MIA).inbox().pop().unwrap();
    assert_eq!((seen.kind, seen.place), (Kind::Location, Some((37.5, -122.25))));
}

#[tokio::test]
async fn a_file_leads_with_the_credential_to_where_the_credential_is_one_too_many() {
    let stage = Stage::new();
    stage.simulator.set_chaos(crate::Chaos { media_missing: 1, ..crate::Chaos::default() });
    stage.simulator.phone("sms", MIA).sends_image(Some("look"), b"\x89PNG\r\n\x1a\n").await;
    stage.simulator.flush().await;
    let url = stage.desk.got_one().field("MediaUrl0").unwrap();
    let path = url.replace("https://api.twilio.com", "/simulator/twilio");
    let proof = basic("AC1:t");
    let proof = [("authorization", proof.as_str())];
    assert_eq!(stage.get(&path, &[]).await.status(), 401);
    assert_eq!(stage.get(&path, &proof).await.status(), 404);
    let led = stage.get(&path, &proof).await;
    assert_eq!(led.status(), 307);
    let there = led.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(stage.get(&there, &proof).await.status(), 400);
    let stored = stage.get(&there, &[]).await;
    assert_eq!(stored.headers()["content-type"], "image/png");
    assert_eq!(bytes(stored).await, b"\x89PNG\r\n\x1a\n");
    let unknown = path.replace("/ME", "/MX");
    assert_eq!(json_of(stage.get(&unknown, &proof).await).await["code"], 20404);
}
