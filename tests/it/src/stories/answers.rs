//! The chain of responders: FAQs, quick replies, silence, on each channel.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use local::queues;
use serde_json::{Value, json};
use simulator::{Chaos, Phone};

use crate::world::{ACME, World};

const CHANNELS: [&str; 3] = ["wa1", "tg1", "sms1"];

/// Some channels are slow: one message in a second.
const A_MINUTE: SignedDuration = SignedDuration::from_mins(1);

const COD: &str = "Do you have COD as a payment method?";
const PASSWORD: &str = "How can I recover the password of my account?";

/// A workspace that answers, first by FAQs and then by a quick reply that always holds.
fn file(responders: &str) -> String {
    ACME.replace("welcome = \"Welcome to Acme.\"", &format!("faqs = true\n{responders}"))
}

const HERE: &str =
    "quick_reply = [{ id = \"here\", text = \"A colleague is on the way.\", during = \"open\" }]";

/// A world with two FAQs that answer.
async fn answering(responders: &str) -> World {
    let mut world = World::with(&file(responders), 1).await;
    world.adds("cod", &[COD, "Can I pay after the delivery is completed?"], "Yes, you can.").await;
    world.adds("password", &[PASSWORD], "Tap “Forgotten”, {{contact.first_name|friend}}.").await;
    world.publish().await;
    world
}

fn said(phone: &Phone) -> Vec<String> {
    phone.inbox().into_iter().filter_map(|seen| seen.text).collect()
}

impl World {
    pub(super) async fn publish(&mut self) -> Value {
        let asked = self.request("ada", Method::POST, "/v1/faqs/publish", None, None).await;
        assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.body);
        self.settle().await;
        let versions = self.get("/v1/faqs/versions").await;
        assert_eq!(versions["serving"], asked.body["number"], "{versions}");
        asked.body
    }

    async fn unreplied(&mut self) -> Value {
        let id = self.only().await;
        self.conversation(&id).await["unreplied"].clone()
    }
}

/// R091, R097, R104, R105, T13: the first of the order that has an answer gives it, and what it
/// answers is unreplied still.
#[tokio::test]
async fn faqs_first_then_the_quick_reply() {
    for channel in CHANNELS {
        let mut world = answering(HERE).await;
        let phone = world.phone(channel);
        phone.writes("do you have COD as a paymnet method").await;
        world.pass(A_MINUTE).await;
        phone.writes("My parcel is wet!").await;
        world.pass(A_MINUTE).await;
        phone.writes("And torn!").await;
        world.pass(A_MINUTE).await;
        assert_eq!(said(&phone), ["Yes, you can.", "A colleague is on the way."], "{channel}");
        assert_eq!(world.unreplied().await, 3, "{channel}");
    }
}

/// R104: the order is the workspace's to choose.
#[tokio::test]
async fn the_quick_reply_first_then_faqs() {
    for channel in CHANNELS {
        let order = format!("{HERE}\norder = [\"quick_reply\", \"faq\"]");
        let world = answering(&order).await;
        let phone = world.phone(channel);
        for _ in 0..2 {
            phone.writes(PASSWORD).await;
            world.pass(A_MINUTE).await;
        }
        let [first, second] = &said(&phone)[..] else { panic!("{channel}") };
        assert_eq!(first, "A colleague is on the way.", "{channel}");
        assert!(second.starts_with("Tap “Forgotten”"), "{channel}: {second}");
    }
}

/// A wrong answer is worse than none; why there was none can be seen.
#[tokio::test]
async fn nobody_answers_what_nobody_knows() {
    for channel in CHANNELS {
        let mut world = answering("").await;
        let phone = world.phone(channel);
        phone.writes("Where is the nearest airport?").await;
        world.settle().await;
        assert!(said(&phone).is_empty(), "{channel}");
        let id = world.only().await;
        let events = world.events(&id).await;
        let last = events.last().unwrap();
        assert_eq!((&last["type"], &last["rule"]), (&json!("unanswered"), &json!("Passed")));
        assert_eq!(last["message"], events[1]["id"]);
        assert_eq!(last["matching"]["verdict"], "unsure", "{last}");
        assert_eq!(last["matching"]["candidates"].as_array().unwrap().len(), 2);
        assert_eq!(world.unreplied().await, 1);
    }
}

/// What is answered over a human would be said twice.
#[tokio::test]
async fn a_human_who_is_faster_silences_the_chain() {
    for channel in CHANNELS {
        let mut world = answering(HERE).await;
        let phone = world.phone(channel);
        phone.writes(COD).await;
        world.simulator.flush().await;
        while world.confab.work_once(&queues::INBOUND).await.unwrap() {}
        let replied = world.replies("ben", "Of course.").await;
        assert_eq!(replied.status, StatusCode::ACCEPTED, "{channel}: {}", replied.body);
        world.settle().await;
        assert_eq!(said(&phone), ["Of course."], "{channel}");
    }
}

/// Two that ask at once get an answer each, once, however often the provider tells us.
#[tokio::test]
async fn each_question_is_answered_once_however_often_it_is_told() {
    for channel in CHANNELS {
        let world = answering(HERE).await;
        world.simulator.set_chaos(Chaos { duplicate: 1.0, ..Chaos::default() });
        let phone = world.phone(channel);
        phone.writes(COD).await;
        phone.writes(PASSWORD).await;
        world.settle().await;
        world.pass(SignedDuration::from_mins(10)).await;
        let said = said(&phone);
        assert_eq!((said.len(), said[0].as_str()), (2, "Yes, you can."), "{channel}: {said:?}");
        assert!(said[1].starts_with("Tap"), "{channel}: {said:?}");
    }
}

/// Two machines do not keep each other awake.
#[tokio::test]
async fn a_machine_that_answers_answers_gets_five() {
    let world = answering("").await;
    let phone = world.phone("wa1");
    for _ in 0..8 {
        phone.writes(COD).await;
        world.settle().await;
    }
    assert_eq!(phone.inbox().len(), 5);
    world.pass(SignedDuration::from_mins(10)).await;
    phone.writes(COD).await;
    world.settle().await;
    assert_eq!(phone.inbox().len(), 6);
}

/// Where nothing is sure enough, the nearest are offered, and what is chosen is answered.
#[tokio::test]
async fn what_is_chosen_of_an_offer_is_answered() {
    for (channel, offers) in [("wa1", true), ("tg1", true), ("sms1", false)] {
        let mut world = answering("offer = \"Did you mean one of these?\"").await;
        let phone = world.phone(channel);
        phone.writes("Something about my password").await;
        world.settle().await;
        assert_eq!(phone.inbox().len(), usize::from(offers), "{channel}");
        if offers {
            phone.chooses_row("faq:password", "How can I recover th…").await;
            world.settle().await;
            assert!(said(&phone).last().unwrap().starts_with("Tap"), "{channel}");
        }
        assert_eq!(world.unreplied().await, if offers { 2 } else { 1 });
    }
}

/// A new version answers at once, and so does the old one when it is gone back to.
#[tokio::test]
async fn a_version_answers_as_soon_as_it_serves() {
    let mut world = answering("").await;
    let phone = world.phone("wa1");
    world.adds("hours", &["When do you open on Sundays?"], "At ten.").await;
    phone.writes("When do you open on Sundays?").await;
    world.settle().await;
    assert!(said(&phone).is_empty(), "it is not published");
    world.publish().await;
    phone.writes("When do you open on Sundays?").await;
    world.settle().await;
    assert_eq!(said(&phone), ["At ten."]);
    let back = world.posts("ada", "/v1/faqs/versions/1/serve", json!({})).await;
    assert!(back.status.is_success(), "{}", back.body);
    phone.writes("When do you open on Sundays?").await;
    world.settle().await;
    assert_eq!(said(&phone).len(), 1);
}

/// Everything of a set is found again after it was written and read: an answer with a file goes as
/// a file where the channel has files, and as its address elsewhere.
#[tokio::test]
async fn an_answer_with_a_file_reaches_every_channel() {
    for (channel, as_text) in [("wa1", false), ("sms1", true)] {
        let mut world = World::with(&file(""), 1).await;
        let link = "https://cdn.test/menu.bin";
        let media = json!({ "url": link, "kind": "sticker" });
        let answer = json!({ "text": "Here it is.", "media": media });
        let menu =
            json!({ "id": "menu", "questions": ["Can I see the menu please?"], "answer": answer });
        let added = world.posts("ada", "/v1/faqs", menu).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
        world.publish().await;
        world.phone(channel).writes("Can I see the menu please?").await;
        world.settle().await;
        let id = world.only().await;
        let answer = world.events(&id).await.pop().unwrap();
        let content = &answer["content"];
        assert_eq!(content["type"], if as_text { "text" } else { "media" }, "{answer}");
        if as_text {
            assert_eq!(content["text"], format!("Here it is.\n\n{link}"));
        }
    }
}

/// Why a wrong answer was given can be told from what is stored; users say so, and the report
/// counts it.
#[tokio::test]
async fn what_came_of_answers_is_counted() {
    let mut world = answering("").await;
    let phone = world.phone("wa1");
    for text in
        [COD, "Can I pay afterwards?", "The weather is nice today", "the weather is nice today!"]
    {
        phone.writes(text).await;
        world.settle().await;
    }
    let id = world.only().await;
    let events = world.events(&id).await;
    let answer = events.iter().find(|event| event["kind"] == "auto").unwrap();
    let matching = &answer["automatic"]["matching"];
    assert_eq!((&matching["verdict"], &matching["version"]), (&json!("exact"), &json!(1)));
    assert_eq!(matching["candidates"][0]["link"], "/v1/faqs/cod");
    let mark = format!("/v1/messages/{}/mark", answer["id"].as_str().unwrap());
    for right in [true, false, false] {
        let marked = world.posts("ben", &mark, json!({ "right": right })).await;
        assert_eq!(marked.status, StatusCode::NO_CONTENT, "{}", marked.body);
        world.settle().await;
    }
    let inbound = format!("/v1/messages/{}/mark", events[1]["id"].as_str().unwrap());
    let refused = world.posts("ben", &inbound, json!({ "right": true })).await;
    assert_eq!(
        (refused.status, &refused.body["type"]),
        (StatusCode::CONFLICT, &json!("not-an-answer"))
    );
    world.replies("ben", "I am here now.").await;
    world.settle().await;
    let report = world.get("/v1/responders/report").await;
    let sums = &report["sums"];
    let answered = events.iter().filter(|event| event["kind"] == "auto").count();
    assert_eq!(sums["answered"], answered, "{report}");
    assert_eq!(sums["unanswered"], 4 - answered, "{report}");
    assert_eq!((&sums["right"], &sums["wrong"]), (&json!(0), &json!(1)), "the latest mark counts");
    assert_eq!(sums["handed_over"], 1);
    assert_eq!(report["days"].as_array().unwrap().len(), 1);
    let cod = report["faqs"].as_array().unwrap().iter().find(|faq| faq["faq"] == "cod").unwrap();
    assert_eq!((&cod["wrong"], &cod["right"]), (&json!(1), &json!(0)));
}

/// What is asked again and again leads to a related question, and is forgotten then.
#[tokio::test]
async fn what_nobody_answers_is_listed_by_how_often_it_is_asked() {
    let mut world = answering("").await;
    let phone = world.phone("wa1");
    for text in ["The weather is nice", "Is it raining there", "the weather is NICE!!"] {
        phone.writes(text).await;
        world.settle().await;
    }
    let listed = world.get("/v1/responders/unanswered").await;
    let items = listed["items"].as_array().unwrap();
    let of = |item: &Value| (item["times"].clone(), item["text"].as_str().unwrap().to_owned());
    assert_eq!(of(&items[0]), (json!(2), "the weather is NICE!!".to_owned()));
    assert_eq!(of(&items[1]), (json!(1), "Is it raining there".to_owned()));
    let asked = json!({ "question": "Is it raining there" });
    world.posts("ada", "/v1/faqs/cod/questions", asked).await;
    let path = format!("/v1/responders/unanswered/{}", items[1]["id"].as_str().unwrap());
    let forgotten = world.request("ada", Method::DELETE, &path, None, None).await;
    assert_eq!(forgotten.status, StatusCode::NO_CONTENT);
    assert_eq!(world.get("/v1/responders/unanswered").await["items"].as_array().unwrap().len(), 1);
    world.publish().await;
    phone.writes("Is it raining there").await;
    world.settle().await;
    assert_eq!(said(&phone), ["Yes, you can."]);
}
