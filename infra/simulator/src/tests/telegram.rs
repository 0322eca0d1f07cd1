//! Telegram: updates, methods, what is refused, files.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::{MIA_TG, Stage, bytes, json_of};
use crate::{Kind, Outcome};

async fn call_as(stage: &Stage, bot: &str, method: &str, body: Value) -> (StatusCode, Value) {
    let request = Request::post(format!("/simulator/telegram/{bot}/{method}"))
        .header("content-type", "application/json");
    stage.answer(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn call(stage: &Stage, method: &str, body: Value) -> (StatusCode, Value) {
    call_as(stage, "bot110:abc", method, body).await
}

async fn says(stage: &Stage, text: &str) -> (StatusCode, Value) {
    call(stage, "sendMessage", json!({ "chat_id": 700_100_101, "text": text })).await
}

async fn started() -> Stage {
    let stage = Stage::new();
    stage.simulator.phone("tg", MIA_TG).writes("/start").await;
    stage.simulator.flush().await;
    stage.desk.got();
    stage
}

fn description(answer: &Value) -> &str {
    answer["description"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_text_is_an_update_with_the_secret_and_numbers_that_grow() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("tg", MIA_TG);
    let first = phone.writes("Grüße").await;
    phone.writes("again").await;
    stage.simulator.flush().await;
    let got = stage.desk.got();
    assert_eq!(got[0].header("x-telegram-bot-api-secret-token"), "tg-secret");
    let (one, two) = (got[0].json(), got[1].json());
    assert_eq!(one["message"]["text"], "Grüße");
    assert_eq!(one["message"]["message_id"].to_string(), first.id());
    assert_eq!(one["message"]["chat"]["id"], 700_100_101);
    assert_eq!(one["message"]["from"]["is_bot"], false);
    assert_eq!(one["message"]["date"], 1_795_255_200);
    assert!(two["update_id"].as_i64() > one["update_id"].as_i64());
    assert!(two["message"]["message_id"].as_i64() > one["message"]["message_id"].as_i64());
}

#[tokio::test]
async fn every_gesture_has_its_update() {
    let stage = started().await;
    let phone = stage.simulator.phone("tg", MIA_TG);
    let (_, answer) = says(&stage, "Is it this address?").await;
    let asked = answer["result"]["message_id"].to_string();
    let own = phone.quotes(&asked, "yes").await.id().to_owned();
    phone.edits(&own, "yes!").await;
    phone.reacts(&asked, "👍").await;
    phone.takes_reaction_back(&asked).await;
    phone.sends_album(2).await;
    phone.sends_voice(None, b"OggS").await;
    phone.sends_file("a.pdf", Some("the receipt"), b"%PDF").await;
    phone.sends_location(1.5, 2.5).await;
    phone.sends_contact("Robin", "+15555550101").await;
    phone.shares_ad_referral("summer").await;
    phone.sends_unknown().await;
    assert_eq!(phone.deletes(&own).await.outcome, Outcome::NotReported);
    assert!(matches!(phone.stops_marketing().await.outcome, Outcome::Impossible(_)));
    stage.simulator.flush().await;
    let got: Vec<Value> = stage.desk.got().iter().map(super::Got::json).collect();
    assert_eq!(got.len(), 12);
    assert_eq!(got[0]["message"]["reply_to_message"]["text"], "Is it this address?");
    assert_eq!(got[0]["message"]["reply_to_message"]["from"]["id"], 110);
    assert_eq!(got[1]["edited_message"]["message_id"].to_string(), own);
    assert_eq!(got[1]["edited_message"]["text"], "yes!");
    assert_eq!(got[2]["message_reaction"]["new_reaction"][0]["emoji"], "👍");
    assert_eq!(got[3]["message_reaction"]["old_reaction"][0]["emoji"], "👍");
    assert_eq!(got[3]["message_reaction"]["new_reaction"], json!([]));
    let group = &got[4]["message"]["media_group_id"];
    assert!(group.is_string());
    assert_eq!(group, &got[5]["message"]["media_group_id"]);
    assert_eq!(got[4]["message"]["photo"].as_array().unwrap().len(), 3);
    assert_eq!(got[6]["message"]["voice"]["mime_type"], "audio/ogg");
    assert_eq!(got[7]["message"]["document"]["file_name"], "a.pdf");
    assert_eq!(got[7]["message"]["caption"], "the receipt");
    assert_eq!(got[8]["message"]["location"]["latitude"], 1.5);
    assert_eq!(got[9]["message"]["contact"]["first_name"], "Robin");
    assert!(got[9]["message"]["text"].is_null());
    assert_eq!(got[10]["message"]["text"], "/start summer");
    assert_eq!(got[10]["message"]["entities"][0]["length"], 6);
    assert!(got[11]["message"]["hologram"].is_object());
}

#[tokio::test]
async fn a_message_of_the_bot_is_on_the_phone_and_nothing_is_reported_of_it() {
    let stage = started().await;
    let keyboard = json!([[{ "text": "Yes", "callback_data": "y" }]]);
    let body = json!({
        "chat_id": "700100101", "text": "?", "reply_markup": { "inline_keyboard": keyboard },
    });
    let (status, answer) = call(&stage, "sendMessage", body).await;
    assert_eq!(status, 200);
    assert_eq!(answer["ok"], true);
    let inbox = stage.simulator.phone("tg", MIA_TG).inbox();
    assert_eq!(inbox[0].provider_id, answer["result"]["message_id"].to_string());
    assert_eq!((inbox[0].kind, inbox[0].buttons[0].id.as_str()), (Kind::Buttons, "y"));
    stage.simulator.phone("tg", MIA_TG).opens_chat();
    assert_eq!(stage.simulator.waiting(), 0);
}

#[tokio::test]
async fn a_pressed_button_spins_until_the_answer_to_the_webhook_or_a_call_stops_it() {
    let stage = started().await;
    let phone = stage.simulator.phone("tg", MIA_TG);
    let buttons = json!([[{ "text": "Yes", "callback_data": "y" }]]);
    let markup = json!({ "inline_keyboard": buttons });
    call(
        &stage,
        "sendMessage",
        json!({ "chat_id": 700_100_101, "text": "?", "reply_markup": markup }),
    )
    .await;
    assert!(matches!(phone.taps_button("n", "No").await.outcome, Outcome::Impossible(_)));

    let first = phone.taps_button("y", "Yes").await.id().to_owned();
    let answer = json!({ "method": "answerCallbackQuery", "callback_query_id": first });
    stage.desk.answers.lock().unwrap().push_back((200, answer.to_string()));
    assert_eq!(phone.spinning(), std::slice::from_ref(&first));
    stage.simulator.flush().await;
    assert!(phone.spinning().is_empty());
    let query = stage.desk.got_one().json()["callback_query"].clone();
    assert_eq!((query["data"].as_str(), query["id"].as_str()), (Some("y"), Some(first.as_str())));
    assert_eq!(query["message"]["text"], "?");

    let second = phone.taps_button("y", "Yes").await.id().to_owned();
    stage.simulator.flush().await;
    assert_eq!(phone.spinning(), std::slice::from_ref(&second));
    let answer = json!({ "callback_query_id": second });
    assert_eq!(call(&stage, "answerCallbackQuery", answer).await.0, 200);
    assert!(phone.spinning().is_empty());
    let unknown = call(&stage, "answerCallbackQuery", json!({ "callback_query_id": "1" })).await;
    assert_eq!(unknown.0, 400);
}

#[tokio::test]
async fn a_message_in_the_answer_to_a_webhook_is_sent() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("tg", MIA_TG);
    let answer = json!({ "method": "sendMessage", "chat_id": 700_100_101, "text": "hi" });
    stage.desk.answers.lock().unwrap().push_back((200, answer.to_string()));
    phone.writes("hello").await;
    stage.simulator.flush().await;
    assert_eq!(phone.inbox()[0].text.as_deref(), Some("hi"));
    assert!(stage.simulator.requests()[0].path.contains("in the answer to a webhook"));
}

#[tokio::test]
async fn a_bot_writes_only_to_those_who_began_and_did_not_block_it() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("tg", MIA_TG);
    let (status, answer) = says(&stage, "x").await;
    assert_eq!((status.as_u16(), description(&answer)), (400, "Bad Request: chat not found"));
    phone.set_name("Mia");
    let (status, answer) = says(&stage, "x").await;
    let not_begun = "Forbidden: bot can't initiate conversation with a user";
    assert_eq!((status.as_u16(), description(&answer)), (403, not_begun));
    phone.writes("/start").await;
    assert_eq!(says(&stage, "x").await.0, 200);
    phone.blocks().await;
    let (status, answer) = says(&stage, "x").await;
    let blocked = "Forbidden: bot was blocked by the user";
    assert_eq!((status.as_u16(), description(&answer)), (403, blocked));
    phone.unblocks().await;
    assert_eq!(says(&stage, "x").await.0, 200);
    phone.set_reachable(false);
    assert_eq!(description(&says(&stage, "x").await.1), "Forbidden: user is deactivated");
    stage.simulator.flush().await;
    let members: Vec<Value> = stage
        .desk
        .got()
        .iter()
        .map(|got| got.json()["my_chat_member"]["new_chat_member"]["status"].clone())
        .filter(|status| !status.is_null())
        .collect();
    assert_eq!(members, ["kicked", "member"]);
}

#[tokio::test]
async fn whoever_writes_to_a_blocked_bot_unblocks_it_first() {
    let stage = started().await;
    let phone = stage.simulator.phone("tg", MIA_TG);
    phone.blocks().await;
    phone.writes("back again").await;
    stage.simulator.flush().await;
    let got: Vec<Value> = stage.desk.got().iter().map(super::Got::json).collect();
    assert_eq!(got[1]["my_chat_member"]["new_chat_member"]["status"], "member");
    assert_eq!(got[2]["message"]["text"], "back again");
}

#[tokio::test]
async fn what_the_api_does_not_take_is_refused_with_telegrams_words() {
    let stage = started().await;
    let chat = 700_100_101;
    let data = |data: String| {
        let keyboard = json!([[{ "text": "x", "callback_data": data }]]);
        let markup = json!({ "inline_keyboard": keyboard });
        json!({ "chat_id": chat, "text": "x", "reply_markup": markup })
    };
    let quoting = json!({ "chat_id": chat, "text": "x", "reply_parameters": { "message_id": 9 } });
    for (method, body, status, words) in [
        ("sendMessage", json!({ "chat_id": chat }), 400, "message text is empty"),
        (
            "sendMessage",
            json!({ "chat_id": chat, "text": "x".repeat(4_097) }),
            400,
            "message is too long",
        ),
        ("sendMessage", json!({ "text": "x" }), 400, "chat_id is empty"),
        ("sendMessage", data(String::new()), 400, "BUTTON_DATA_INVALID"),
        ("sendMessage", data("é".repeat(33)), 400, "BUTTON_DATA_INVALID"),
        ("sendMessage", quoting, 400, "message to be replied not found"),
        (
            "sendPhoto",
            json!({ "chat_id": chat, "photo": "https://x/y", "caption": "x".repeat(1_025) }),
            400,
            "message caption is too long",
        ),
        ("sendPhoto", json!({ "chat_id": chat }), 400, "there is no file"),
        ("sendHologram", json!({ "chat_id": chat }), 404, "method not found"),
        ("forgetMe", json!({}), 404, "method not found"),
    ] {
        let (answered, answer) = call(&stage, method, body).await;
        assert_eq!(answered, status, "{method} {words}");
        assert_eq!(answer["error_code"], status);
        assert!(description(&answer).contains(words), "{answer}");
    }
    assert!(stage.simulator.phone("tg", MIA_TG).inbox().is_empty());
    assert_eq!(says(&stage, &"x".repeat(4_096)).await.0, 200);
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized_and_what_is_none_is_not_found() {
    let stage = started().await;
    let body = json!({ "chat_id": 700_100_101, "text": "x" });
    assert_eq!(call_as(&stage, "bot110:abd", "sendMessage", body.clone()).await.0, 401);
    assert_eq!(call_as(&stage, "botabc", "sendMessage", body.clone()).await.0, 404);
    assert_eq!(call_as(&stage, "110:abc", "sendMessage", body).await.0, 404);
    for request in stage.simulator.requests() {
        assert!(request.account.is_none() && !request.path.contains("110"), "{request:?}");
    }
}

#[tokio::test]
async fn a_file_is_found_by_its_id_and_downloaded_by_its_path() {
    let stage = Stage::new();
    stage.simulator.set_chaos(crate::Chaos { media_missing: 1, ..crate::Chaos::default() });
    stage.simulator.phone("tg", MIA_TG).sends_image(None, b"picture").await;
    stage.simulator.flush().await;
    let update = stage.desk.got_one().json();
    let id = update["message"]["photo"][2]["file_id"].as_str().unwrap();
    let ask = format!("/simulator/telegram/bot110:abc/getFile?file_id={id}");
    let found = json_of(stage.get(&ask, &[]).await).await;
    assert_eq!(found["result"]["file_size"], 7);
    let path = found["result"]["file_path"].as_str().unwrap();
    let there = format!("/simulator/telegram/file/bot110:abc/{path}");
    assert_eq!(stage.get(&there, &[]).await.status(), 404);
    assert_eq!(bytes(stage.get(&there, &[]).await).await, b"picture");
    let foreign = format!("/simulator/telegram/file/bot110:x/{path}");
    assert_eq!(stage.get(&foreign, &[]).await.status(), 401);
}

#[tokio::test]
async fn a_file_of_more_than_twenty_megabytes_is_too_big() {
    let stage = Stage::new();
    let phone = stage.simulator.phone("tg", MIA_TG);
    phone.sends_file("a.bin", None, &vec![0; 20 * 1024 * 1024 + 1]).await;
    stage.simulator.flush().await;
    let update = stage.desk.got_one().json();
    let id = update["message"]["document"]["file_id"].as_str().unwrap();
    let (status, answer) = call(&stage, "getFile", json!({ "file_id": id })).await;
    assert_eq!((status.as_u16(), description(&answer)), (400, "Bad Request: file is too big"));
}

#[tokio::test]
async fn forms_and_queries_are_understood_too() {
    let stage = started().await;
    let request = Request::post("/simulator/telegram/bot110:abc/sendmessage?chat_id=700100101")
        .header("content-type", "application/x-www-form-urlencoded");
    let form = "text=hi&reply_markup=%7B%22inline_keyboard%22%3A%5B%5B%7B%22text%22%3A%22Y%22%2C%22callback_data%22%3A%22y%22%7D%5D%5D%7D";
    let (status, _) = stage.answer(request.body(Body::from(form)).unwrap()).await;
    assert_eq!(status, 200);
    assert_eq!(stage.simulator.phone("tg", MIA_TG).inbox()[0].buttons[0].title, "Y");
}

#[tokio::test]
async fn an_album_of_the_bot_is_several_messages() {
    let stage = started().await;
    let photo = |link: &str| json!({ "type": "photo", "media": link, "caption": "c" });
    let body =
        json!({ "chat_id": 700_100_101, "media": [photo("https://x/1"), photo("https://x/2")] });
    let (status, answer) = call(&stage, "sendMediaGroup", body).await;
    assert_eq!((status.as_u16(), answer["result"].as_array().unwrap().len()), (200, 2));
    assert_eq!(stage.simulator.phone("tg", MIA_TG).inbox()[1].link.as_deref(), Some("https://x/2"));
    let one = json!({ "chat_id": 700_100_101, "media": [photo("https://x/1")] });
    assert_eq!(call(&stage, "sendMediaGroup", one).await.0, 400);
}
