//! What a contact is called: a new name reaches the conversations there are.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use domain::id::Seq;
use jiff::SignedDuration;
use serde_json::json;

use super::connecting::GLOBEX;
use crate::world::{ACME, ADA, Answered, Fault, World};

/// How many steps others take for one of what goes slowly: enough to read and to write in between.
const SLOWLY: usize = 6;

async fn slowly<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut turn = 0;
    let step = poll_fn(|context| {
        turn += 1;
        if turn % SLOWLY == 0 {
            return future.as_mut().poll(context);
        }
        context.waker().wake_by_ref();
        Poll::Pending
    });
    step.await
}

async fn after<T>(steps: usize, future: impl Future<Output = T>) -> T {
    for _turn in 0..steps * SLOWLY {
        tokio::task::yield_now().await;
    }
    future.await
}

impl World {
    /// Somebody writes, in the one conversation there is. Returns it and the contact.
    async fn somebody(&mut self, account: &str) -> (String, String) {
        self.phone(account).writes("Hello").await;
        self.settle().await;
        let id = self.only().await;
        let contact = self.conversation(&id).await["contact"]["id"].as_str().unwrap().to_owned();
        (id, contact)
    }

    async fn calls(&mut self, user: &str, contact: &str, name: &str) -> Answered {
        let path = format!("/v1/contacts/{contact}");
        self.request(user, Method::PATCH, &path, Some(json!({ "name": name })), None).await
    }

    async fn called(&mut self, contact: &str, name: &str) {
        let answered = self.calls("ben", contact, name).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
        assert_eq!(answered.body["name"], name);
        self.settle().await;
    }

    /// What Ben asks for to name a contact.
    async fn patch(&mut self, contact: &str, name: &str) -> Request {
        let token = self.token("ben").await;
        Request::patch(format!("/v1/contacts/{contact}"))
            .header("authorization", format!("Bearer {token}"))
            .body(Body::from(json!({ "name": name }).to_string()))
            .unwrap()
    }

    async fn name_in(&mut self, id: &str) -> String {
        let name = self.conversation(id).await["contact"]["name"].take();
        name.as_str().unwrap_or("-").to_owned()
    }
}

/// R146, R152, R153, R180: what users call a contact its conversations are called from then on, in
/// lists, heads, transcripts and searches; nothing else moves, and nobody is alerted.
#[tokio::test]
async fn a_new_name_reaches_the_conversations_there_are() {
    let mut world = World::new().await;
    let (id, contact) = world.somebody("sms1").await;
    world.did("ada", &id, "assign", json!({ "assignees": ["ben"] })).await;
    world.pass(SignedDuration::from_mins(5)).await;
    world.phone("tg1").writes("Hello, too").await;
    world.settle().await;
    let (order, mut head) = (world.view("ben", "view=all").await, world.conversation(&id).await);
    let alerts = world.get("/v1/me/notifications/list").await;
    let tiles = world.get("/v1/tiles").await;
    assert_eq!((order.len(), &head["contact"]["name"]), (2, &json!(null)));

    world.called(&contact, "Maria Lopez").await;
    let seq = head["seq"].as_u64().unwrap() + 1;
    (head["contact"]["name"], head["seq"]) = (json!("Maria Lopez"), json!(seq));
    assert_eq!(world.conversation(&id).await, head, "nothing else has moved");
    assert_eq!(world.view("ben", "view=all").await, order);
    assert_eq!(world.get("/v1/me/notifications/list").await, alerts);
    assert_eq!(world.get("/v1/tiles").await, tiles);
    let told = world.events(&id).await.pop().unwrap();
    assert_eq!(
        (&told["type"], &told["name"], &told["actor"]["id"]),
        (&json!("renamed"), &json!("Maria Lopez"), &json!("ben"))
    );
    world.called(&contact, "Maria Lopez").await;
    assert_eq!(world.conversation(&id).await["seq"], seq, "the same name is told once");

    world.called(&contact, "Carmen Rivera").await;
    for (query, expected) in [("q=rivera", vec![&id]), ("q=lopez", vec![]), ("q=maria", vec![])] {
        assert_eq!(world.view("ben", query).await.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let page = world.get("/v1/conversations?view=all").await.to_string();
    assert!(page.contains("Carmen Rivera") && !page.contains("Lopez"), "{page}");
    let text = world.text("ada", &format!("/v1/conversations/{id}/transcript")).await;
    assert!(text.starts_with(&format!("Acme: conversation {id} with Carmen Rivera (")), "{text}");
    assert!(text.contains("  Carmen Rivera\n    Hello\n") && !text.contains("Lopez"), "{text}");
    let bus = world.told();
    assert_eq!(bus.iter().filter(|(kind, _)| kind == "contact.renamed.v1").count(), 2);
    assert!(!format!("{bus:?}").contains("Rivera"), "the bus hears no names");
}

/// R153: also the conversation that is closed hears of the name, if it is the last of an address,
/// and one that only a campaign has written in has it when it opens.
#[tokio::test]
async fn a_name_is_there_when_the_contact_comes_back() {
    let mut world = World::new().await;
    let (id, contact) = world.somebody("sms1").await;
    world.did("ben", &id, "close", json!({})).await;
    world.called(&contact, "Maria Lopez").await;
    let closed = world.conversation(&id).await;
    assert_eq!(
        (&closed["base"], world.name_in(&id).await.as_str()),
        (&json!("resolved"), "Maria Lopez")
    );

    let mut world = World::new().await;
    world.campaign("autumn").await;
    let path = format!("/v1/contacts?q={}", ADA.replace('+', "%2B"));
    let contact = world.get(&path).await["items"][0]["id"].as_str().unwrap().to_owned();
    world.called(&contact, "Maria Lopez").await;
    world.phone("wa1").writes("Yes, please").await;
    world.settle().await;
    let id = world.only().await;
    assert_eq!(world.name_in(&id).await, "Maria Lopez");
}

/// R153: the same person has the name in one workspace alone, and whoever does not see a
/// conversation does not name its contact there.
#[tokio::test]
async fn a_name_stays_where_it_was_given() {
    let mut world = World::with(&format!("{ACME}{GLOBEX}"), 1).await;
    world.simulator.phone("theirs", "3527065").writes("Hello").await;
    let (id, contact) = world.somebody("tg1").await;
    world.called(&contact, "Maria Lopez").await;
    let (globex, theirs) = ("globex".parse().unwrap(), "theirs".parse().unwrap());
    let store = &world.confab.store;
    let known = store.address(&globex, &theirs, &"3527065".into()).await.unwrap().unwrap();
    let other = store.conversation(&globex, known.conversation.unwrap()).await.unwrap().unwrap();
    let name = other.contact_name.map(|name| name.reveal().clone());
    assert_eq!(known.name.map(|name| name.reveal().clone()), name);
    assert_ne!(name.as_deref(), Some("Maria Lopez"));

    world.did("ada", &id, "visibility", json!({ "users": ["ada"] })).await;
    world.called(&contact, "Carmen Rivera").await;
    assert_eq!(world.name_in(&id).await, "Maria Lopez", "Ben does not see it");
    assert_eq!(world.calls("ada", &contact, "Carmen Rivera").await.status, StatusCode::OK);
    world.settle().await;
    assert_eq!(world.name_in(&id).await, "Carmen Rivera");
}

/// R153: whatever goes on between a message and a name that come at once, the conversation that is
/// open in the end has the name: the one that was, and one that the message begins.
#[tokio::test]
async fn a_message_comes_while_its_contact_is_named() {
    for (preset, begins) in [("five", false), ("open_closed", true)] {
        let rules = format!("status_preset = \"{preset}\"");
        let mut world = World::with(&ACME.replace("status_preset = \"five\"", &rules), 1).await;
        let (mut id, contact) = world.somebody("sms1").await;
        let phone = world.phone("sms1");
        world.token("ben").await;
        for steps in 0..24 {
            if begins {
                world.did("ben", &id, "close", json!({})).await;
            }
            let name = format!("Maria {steps}");
            phone.writes("Are you there?").await;
            let patch = world.patch(&contact, &name).await;
            world.faults.interleave(true);
            let named = after(steps, world.send(patch));
            let (named, ()) = tokio::join!(named, slowly(world.settle()));
            world.faults.interleave(false);
            assert_eq!(named.status, StatusCode::OK, "{}", named.body);
            world.settle().await;
            let open = world.view("ben", "view=all").await;
            assert_eq!((open.len(), open[0] == id), (1, !begins));
            id = open[0].clone();
            assert_eq!(world.name_in(&id).await, name, "after {steps} steps");
        }
    }
}

/// R153: of two who name a contact at once, the conversation has the name that the contact has.
#[tokio::test]
async fn two_users_name_a_contact_at_once() {
    let mut world = World::new().await;
    let (id, contact) = world.somebody("sms1").await;
    for steps in 0..24 {
        let one = world.patch(&contact, &format!("Maria {steps}")).await;
        let other = world.patch(&contact, &format!("Carmen {steps}")).await;
        world.faults.interleave(true);
        let (one, other) = tokio::join!(slowly(world.send(one)), after(steps, world.send(other)));
        world.faults.interleave(false);
        assert!(one.status.is_success() && other.status.is_success(), "{one:?} {other:?}");
        world.settle().await;
        let known = world.get(&format!("/v1/contacts/{contact}")).await;
        assert_eq!(world.name_in(&id).await, known["name"], "after {steps} steps");
    }
}

/// R153: whoever dies while naming a contact finishes by doing it again, and it is told once.
#[tokio::test]
async fn a_name_is_told_once_however_often_one_dies_meanwhile() {
    for effect in 0.. {
        let mut world = World::new().await;
        let (id, contact) = world.somebody("sms1").await;
        world.token("ben").await;
        world.faults.count();
        world.faults.arm(effect, Fault::CrashAfter);
        let answered = world.calls("ben", &contact, "Maria Lopez").await;
        let effects = world.faults.end().len();
        world.pass(SignedDuration::from_mins(5)).await;
        if !answered.status.is_success() {
            world.called(&contact, "Maria Lopez").await;
        }
        let events = world.events(&id).await;
        let renamed = events.iter().filter(|event| event["type"] == "renamed").count();
        assert_eq!((renamed, world.name_in(&id).await.as_str()), (1, "Maria Lopez"), "{effect}");
        if effect >= effects {
            assert!(effects > 5, "{effects} effects");
            return;
        }
    }
}

/// R041: what is deleted keeps no name.
#[tokio::test]
async fn a_deleted_conversation_keeps_no_name() {
    let rules = "status_preset = \"five\"\nallow_delete = true";
    let mut world = World::with(&ACME.replace("status_preset = \"five\"", rules), 1).await;
    let (id, contact) = world.somebody("sms1").await;
    world.called(&contact, "Maria Lopez").await;
    let path = format!("/v1/conversations/{id}");
    let deleted = world.request("ada", Method::DELETE, &path, None, None).await;
    assert!(deleted.status.is_success(), "{}", deleted.body);
    world.settle().await;
    let (acme, conversation) = ("acme".parse().unwrap(), id.parse().unwrap());
    let log = world.confab.store.log(&acme, conversation, Seq::ZERO, 100).await.unwrap();
    let kept = log.iter().map(|logged| serde_json::to_string(&logged.event).unwrap());
    let kept = kept.collect::<Vec<_>>().join("\n");
    assert!(kept.contains("renamed") && !kept.contains("Maria"), "{kept}");
    world.called(&contact, "Carmen Rivera").await;
    let after = world.confab.store.log(&acme, conversation, Seq::ZERO, 100).await.unwrap();
    assert_eq!(after.len(), log.len(), "nor does it hear of another");
}

/// R157: of the names of two contacts that are merged one is left, the other's where the one that
/// stays has none, and all conversations go by it.
#[tokio::test]
async fn a_merge_leaves_one_name() {
    let mut world = World::new().await;
    let (id, stays) = world.somebody("sms1").await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let all = world.view("ben", "view=all").await;
    let other = all.iter().find(|one| **one != id).unwrap().clone();
    let goes = world.conversation(&other).await["contact"]["id"].as_str().unwrap().to_owned();
    world.called(&goes, "Maria Lopez").await;
    let path = format!("/v1/contacts/{goes}/merge");
    let into = Some(json!({ "into": stays }));
    let merged = world.request("ada", Method::POST, &path, into, None).await;
    assert_eq!((merged.status, &merged.body["name"]), (StatusCode::OK, &json!("Maria Lopez")));
    world.settle().await;
    assert_eq!(world.name_in(&id).await, "Maria Lopez");
    assert_eq!(world.view("ben", "q=maria").await, [id]);
    let found = world.get("/v1/contacts?q=maria").await;
    assert_eq!(found["items"][0]["id"], json!(stays));
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}
