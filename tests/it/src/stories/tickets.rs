//! Conversations as tickets: claims, bulk, reopening, notes, colleagues.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{ACME, Fault, World};

async fn with(rules: &str) -> (World, String) {
    let file = ACME.replace("status_preset = \"five\"", rules);
    let mut world = World::with(&file, 1).await;
    world.phone("tg1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    (world, id)
}

async fn of(world: &mut World, user: &str, method: Method, path: &str, body: Value) -> Value {
    let body = Some(body).filter(|body| !body.is_null());
    let answered = world.request(user, method, path, body, None).await;
    assert!(answered.status.is_success(), "{user} {path}: {}", answered.body);
    world.settle().await;
    answered.body
}

/// R125, C13, L1-L6: whoever claims first has it alone; a claim ends by itself, is prolonged, given
/// back, and taken away only by who may; what was sent under an old one is fenced off.
#[tokio::test]
async fn a_claim_is_exclusive_and_ends_by_itself() {
    let (mut world, id) = with("preset = \"clevertap5\"").await;
    let claimed = world.did("ben", &id, "claim", json!({})).await;
    let epoch = claimed["epoch"].clone();
    assert_eq!(claimed["claim"]["by"], "ben");
    let held = world.refused("ada", &id, "claim", json!({})).await;
    assert_eq!((&held["type"], &held["by"]), (&json!("held-by"), &json!("ben")));
    assert_eq!(held["until"], claimed["claim"]["until"]);
    assert_eq!(world.says("ada", &id, "Mine!").await.body["type"], "held-by");

    world.pass(SignedDuration::from_secs(100)).await;
    let renewed = world.did("ben", &id, "claim/renew", json!({ "epoch": epoch })).await;
    assert_eq!(renewed["seq"], claimed["seq"], "which is no event");
    world.pass(SignedDuration::from_secs(100)).await;
    assert_eq!(world.refused("ada", &id, "claim", json!({})).await["type"], "held-by");
    world.pass(SignedDuration::from_secs(30)).await;
    let free = world.did("ada", &id, "claim", json!({})).await;
    assert_eq!(free["claim"]["by"], "ada");

    let late = json!({ "content": { "type": "text", "text": "Late" }, "epoch": epoch });
    let fenced = world.replies_with("ben", &id, late, None).await;
    assert_eq!((&fenced.body["type"], &fenced.body["by"]), (&json!("fenced"), &json!("ada")));
    let fenced = world.refused("ben", &id, "claim/renew", json!({ "epoch": epoch })).await;
    assert_eq!(fenced["type"], "fenced");
    let denied = world.refused("ben", &id, "claim", json!({ "steal": true })).await;
    assert_eq!(
        (&denied["type"], &denied["permission"]),
        (&json!("forbidden"), &json!("conversation.steal"))
    );
    let path = format!("/v1/conversations/{id}/claim");
    of(&mut world, "ada", Method::DELETE, &path, Value::Null).await;
    world.did("ben", &id, "claim", json!({})).await;
    let stolen = world.did("ada", &id, "claim", json!({ "steal": true })).await;
    assert_eq!(stolen["claim"]["by"], "ada");
    let last = world.events(&id).await.pop().unwrap();
    assert_eq!((&last["rule"], &last["from"]), (&json!("L5"), &json!("ben")));
}

/// R124, R134: the same for many, each with its own answer.
#[tokio::test]
async fn many_at_once_are_each_done_or_refused() {
    let (mut world, first) = with("status_preset = \"open_closed\"").await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let mut ids = world.view("ada", "view=all").await;
    assert_eq!(ids.len(), 2);
    world.did("ada", &first, "invoices", json!({ "invoice": "inv-1" })).await;
    ids.push("cv_00000000000000000000000000".to_owned());
    let body = json!({ "ids": ids, "do": { "action": "assign", "assignees": ["ben"] } });
    let done = of(&mut world, "ada", Method::POST, "/v1/conversations/bulk", body).await;
    let problems: Vec<&Value> =
        done["items"].as_array().unwrap().iter().map(|item| &item["problem"]["type"]).collect();
    assert_eq!(problems, [&Value::Null, &Value::Null, &json!("not-found")]);
    assert_eq!(world.view("ben", "view=mine").await.len(), 2);
    let body = json!({ "ids": ids, "do": { "action": "close" } });
    let done = of(&mut world, "ada", Method::POST, "/v1/conversations/bulk", body).await;
    let item = |id: &str| {
        let items = done["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == id).unwrap()["problem"].clone()
    };
    assert_eq!(item(&first)["invoices"], json!(["inv-1"]));
    assert_eq!(world.view("ben", "view=mine").await, [first.as_str()]);
    let body = json!({ "ids": ids, "do": { "action": "close", "colour": "red" } });
    let wrong =
        world.request("ada", Method::POST, "/v1/conversations/bulk", Some(body), None).await;
    assert_eq!(
        (wrong.status, &wrong.body["field"]),
        (StatusCode::BAD_REQUEST, &json!("do.colour"))
    );
}

/// R002, R030, R038, R149, T50: what was unreplied on closing is so again on reopening, and what is
/// written later joins.
#[tokio::test]
async fn a_reopened_conversation_goes_on() {
    let (mut world, id) = with("status_preset = \"open_closed\"").await;
    world.did("ben", &id, "close", json!({ "summary": "Too soon." })).await;
    assert_eq!(world.view("ben", "view=closed&status=closed").await, [id.as_str()]);
    assert!(world.view("ben", "view=all&status=open").await.is_empty());
    assert_eq!(world.conversation(&id).await["unreplied"], 0, "nothing waits in a closed one");
    let open = world.did("ben", &id, "reopen", json!({})).await;
    assert_eq!((&open["status"], &open["unreplied"]), (&json!("open"), &json!(1)));
    assert_eq!((&open["base"], &open["episode"]), (&json!("pending"), &json!(2)));
    assert_eq!(world.view("ben", "view=all&status=open").await, [id.as_str()]);
    world.phone("tg1").writes("Thanks for reopening").await;
    world.settle().await;
    assert_eq!(world.only().await, id);
    assert_eq!(world.conversation(&id).await["inbound_count"], 2);
}

/// R166, R172, C25, T75: a note changes nothing but the log, and mentions only who may see it.
#[tokio::test]
async fn a_note_is_for_colleagues_alone() {
    let (mut world, id) = with("status_preset = \"five\"").await;
    let before = world.conversation(&id).await;
    let seen = world.phone("tg1").inbox().len();
    let note = json!({ "content": { "type": "text", "text": "VIP" }, "mentions": ["ben"] });
    let after = world.did("ada", &id, "notes", note.clone()).await;
    for same in ["status", "unreplied", "waiting_on", "handler", "activity_expires_at"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    let last = world.events(&id).await.pop().unwrap();
    assert_eq!((&last["type"], &last["mentions"]), (&json!("note"), &json!(["ben"])));
    assert_eq!(world.phone("tg1").inbox().len(), seen);
    world.did("ada", &id, "visibility", json!({ "users": ["ada"] })).await;
    let blind = world.refused("ada", &id, "notes", note).await;
    assert_eq!((&blind["type"], &blind["user"]), (&json!("cannot-see"), &json!("ben")));
    let nobody = json!({ "content": { "type": "text", "text": "?" }, "mentions": ["zoe"] });
    assert_eq!(world.refused("ada", &id, "notes", nobody).await["field"], "mentions");
}

fn chat(members: &[&str], text: &str) -> Value {
    json!({ "members": members, "content": { "type": "text", "text": text } })
}

/// R167, R169-R171, C31: colleagues write to one another, two at a time, and to themselves; others
/// see nothing of it, and only who may deletes it.
#[tokio::test]
async fn colleagues_have_chats_of_their_own() {
    let rules = "status_preset = \"five\"";
    let file = ACME.replace("status_preset = \"five\"", rules).replacen(
        "[[workspace.account]]",
        "[[workspace.user]]\nid = \"cleo\"\nname = \"Cleo\"\n\n[[workspace.account]]",
        1,
    );
    let mut world = World::with(&file, 1).await;
    let path = "/v1/internal-chats";
    let first = of(&mut world, "ben", Method::POST, path, chat(&["cleo"], "Lunch?")).await;
    let id = first["id"].as_str().unwrap().to_owned();
    assert_eq!((&first["internal"], &first["visibility"]), (&json!(true), &json!(["ben", "cleo"])));
    let again = of(&mut world, "cleo", Method::POST, path, chat(&["ben"], "Yes")).await;
    assert_eq!(again["id"], first["id"], "the same two have one chat");
    world.did("cleo", &id, "internal-messages", chat_message("At noon")).await;
    world.did("ben", &id, "notes", json!({ "content": { "type": "text", "text": "Pizza" } })).await;
    for user in ["ben", "cleo"] {
        assert_eq!(world.view(user, "view=my_inbox").await, [id.as_str()], "{user}");
    }
    let hidden = format!("/v1/conversations/{id}");
    let hidden = world.request("ada", Method::GET, &hidden, None, None).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND, "not even for an admin");
    let own = of(&mut world, "ben", Method::POST, path, chat(&[], "Buy milk")).await;
    assert_ne!(own["id"], first["id"]);
    let group = world.request("ben", Method::POST, path, Some(chat(&["ada", "cleo"], "All")), None);
    assert_eq!(group.await.body["type"], "group-chat-off");
    let path = format!("/v1/conversations/{id}");
    let denied = world.request("ben", Method::DELETE, &path, None, None).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    let shared =
        of(&mut world, "ada", Method::POST, "/v1/internal-chats", chat(&["ben"], "Hi")).await;
    let path = format!("/v1/conversations/{}", shared["id"].as_str().unwrap());
    of(&mut world, "ada", Method::DELETE, &path, Value::Null).await;
}

fn chat_message(text: &str) -> Value {
    json!({ "content": { "type": "text", "text": text } })
}

/// T24, T02, R195, R196: where closed conversations stay closed, the answer to a campaign begins a
/// new one that knows the campaign.
#[tokio::test]
async fn a_campaign_to_a_customer_of_old_opens_nothing_until_it_is_answered() {
    let file = ACME.replace("status_preset = \"five\"", "status_preset = \"open_closed\"");
    let mut world = World::with(&file, 1).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    world.did("ada", &id, "close", json!({})).await;
    world.campaign("autumn").await;
    assert!(world.view("ada", "view=all").await.is_empty());
    world.phone("wa1").writes("Tell me more").await;
    world.settle().await;
    let next = world.view("ada", "view=all").await.pop().unwrap();
    assert_ne!(next, id);
    let conversation = world.conversation(&next).await;
    assert_eq!(
        (&conversation["campaign"]["id"], &conversation["base"]),
        (&json!("autumn"), &json!("new"))
    );
    let events = world.events(&next).await;
    let rules: Vec<&str> = events.iter().map(|event| event["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["T06", "T06", "T02", "T02"], "with what it answers");
}

/// T32, T33: what is snoozed comes back when the customer writes.
#[tokio::test]
async fn a_snooze_ends_when_the_customer_writes() {
    let (mut world, id) = with("status_preset = \"five\"").await;
    let past = json!({ "until": "2020-01-01T00:00:00Z" });
    assert_eq!(world.refused("ben", &id, "snooze", past).await["type"], "not-in-future");
    let until = world.now() + SignedDuration::from_hours(72);
    let snoozed = world.did("ben", &id, "snooze", json!({ "until": until })).await;
    assert_eq!(snoozed["unreplied"], 1, "it still is unreplied");
    world.phone("tg1").writes("Now I know").await;
    world.settle().await;
    assert!(world.conversation(&id).await["snoozed_until"].is_null());
}

/// R041, T80: whoever dies while deleting, what was said and the files are gone in the end.
#[tokio::test]
async fn what_is_deleted_is_gone_however_often_one_dies_meanwhile() {
    let file =
        ACME.replace("status_preset = \"five\"", "status_preset = \"five\"\nallow_delete = true");
    for effect in 0.. {
        let mut world = World::with(&file, 1).await;
        world.phone("wa1").sends_image(Some("a secret"), b"\xff\xd8\xff and so on").await;
        world.settle().await;
        let id = world.only().await;
        let (acme, conversation) = ("acme".parse().unwrap(), id.parse().unwrap());
        let objects = world.confab.store.objects_of(&acme, conversation).await.unwrap();
        assert_eq!(objects.len(), 1, "the picture is there");
        assert!(world.confab.services.objects.read(&objects[0]).is_some(), "under its name");
        world.token("ada").await;
        world.faults.count();
        world.faults.arm(effect, Fault::CrashAfter);
        let path = format!("/v1/conversations/{id}");
        let answered = world.request("ada", Method::DELETE, &path, None, None).await;
        let effects = world.faults.end().len();
        world.pass(SignedDuration::from_mins(5)).await;
        if !answered.status.is_success() {
            world.request("ada", Method::DELETE, &path, None, None).await;
            world.settle().await;
        }
        let log = world.confab.store.log(&acme, conversation, domain::id::Seq::ZERO, 100).await;
        let said = serde_json::to_string(
            &log.unwrap().iter().map(|logged| &logged.event).collect::<Vec<_>>(),
        );
        assert!(!said.unwrap().contains("a secret"), "effect {effect}");
        assert!(world.confab.services.objects.read(&objects[0]).is_none(), "effect {effect}");
        if effect >= effects {
            assert!(effects > 5, "{effects} effects");
            return;
        }
    }
}
