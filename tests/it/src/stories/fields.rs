//! Fields of contacts: what a workspace wants to know, and what is filled in.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::rights::{call, token};
use crate::world::{ACME, ADA, Answered, World};

const FIELDS: &str = "/v1/contact-fields";

/// A field of each kind.
fn each_kind() -> Value {
    json!([
        { "id": "note", "name": "Note", "kind": "text" },
        { "id": "height", "name": "Height", "kind": "number" },
        { "id": "birthday", "name": "Birthday", "kind": "date" },
        { "id": "plan", "name": "Plan", "kind": "choice", "choices": ["Free", "Pro"] },
        { "id": "vip", "name": "VIP", "kind": "check" },
        { "id": "web.site", "name": "Website", "kind": "url" },
    ])
}

impl World {
    /// A world with a field of each kind, and a contact who has written.
    async fn with_fields() -> (Self, String) {
        let mut world = Self::new().await;
        let defined = world.defines("ada", each_kind()).await;
        assert_eq!(defined.status, StatusCode::OK, "{}", defined.body);
        let contact = world.writes_to("wa1", ADA).await;
        (world, contact)
    }

    /// Somebody writes. Returns the contact.
    async fn writes_to(&mut self, account: &str, address: &str) -> String {
        self.simulator.phone(account, address).writes("Hello").await;
        self.settle().await;
        let found = self.get(&format!("/v1/contacts?q={}", address.replace('+', "%2B"))).await;
        found["items"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn defines(&mut self, user: &str, items: Value) -> Answered {
        self.request(user, Method::PUT, FIELDS, Some(json!({ "items": items })), None).await
    }

    async fn fills(&mut self, user: &str, contact: &str, fields: Value) -> Answered {
        let path = format!("/v1/contacts/{contact}");
        let body = json!({ "fields": fields });
        self.request(user, Method::PATCH, &path, Some(body), None).await
    }

    async fn fields(&mut self, contact: &str) -> Value {
        self.get(&format!("/v1/contacts/{contact}")).await["fields"].clone()
    }
}

/// R156, R212 (M028, M076, M108): an admin says what is to be known of contacts, agents fill it in
/// and clear it, and the audit has who defined what.
#[tokio::test]
async fn what_a_workspace_wants_to_know_is_filled_in() {
    let (mut world, contact) = World::with_fields().await;
    let read = world.request("ben", Method::GET, FIELDS, None, None).await;
    assert_eq!(read.body["items"], each_kind(), "in the order they were given");
    let audit = world.get("/v1/audit").await;
    let entry = &audit["items"][0];
    assert_eq!(
        (&entry["action"], &entry["actor"]),
        (&json!("contact_fields.change"), &json!("ada"))
    );
    assert_eq!(world.fields(&contact).await, json!({}));
    let values = json!({
        "note": "Likes <b>tea</b>", "height": "1.80", "birthday": "1815-12-10", "plan": "Pro",
        "vip": true, "web.site": "https://ada.test/?q=1",
    });
    let filled = world.fills("ben", &contact, values.clone()).await;
    assert_eq!(filled.status, StatusCode::OK, "{}", filled.body);
    assert_eq!(filled.body["fields"], values);
    // What is absent stays, `null` clears, and clearing what is clear is no mistake.
    let cleared = json!({ "note": null, "plan": null, "vip": false });
    for _ in 0..2 {
        world.fills("ben", &contact, cleared.clone()).await;
        let left = json!({
            "height": "1.80", "birthday": "1815-12-10", "vip": false,
            "web.site": "https://ada.test/?q=1",
        });
        assert_eq!(world.fields(&contact).await, left);
    }
}

/// R156: what does not fit is refused by its field, and nothing of the request is kept.
#[tokio::test]
async fn what_does_not_fit_is_refused_by_its_field() {
    let (mut world, contact) = World::with_fields().await;
    for (id, value) in [
        ("note", json!("")),
        ("note", json!("two\nlines")),
        ("note", json!("x".repeat(501))),
        ("note", json!(true)),
        ("note", json!(["a"])),
        ("height", json!(1.8)),
        ("height", json!("1,80")),
        ("height", json!("tall")),
        ("birthday", json!("10.12.1815")),
        ("birthday", json!("1815-02-30")),
        ("plan", json!("Enterprise")),
        ("plan", json!("pro")),
        ("vip", json!("true")),
        ("vip", json!(1)),
        ("web.site", json!("javascript:alert(1)")),
        ("web.site", json!("https://")),
        ("web.site", json!("http://[::1")),
        ("colour", json!("red")),
        ("", json!("x")),
        ("note.deeper", json!("x")),
    ] {
        let mut fields = json!({ "birthday": "1815-12-10" });
        fields[id] = value.clone();
        let refused = world.fills("ben", &contact, fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{id}: {value}");
        assert_eq!(refused.body["field"], format!("fields.{id}"), "{value}: {}", refused.body);
        assert_eq!(world.fields(&contact).await, json!({}));
    }
    let nobody = "ct_7ZZZZZZZZZZZZZZZZZZZZZZZZZ";
    let refused = world.fills("ben", nobody, json!({ "vip": true })).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

/// R156: definitions that could not be shown or kept are refused by their place.
#[tokio::test]
async fn definitions_that_make_no_sense_are_refused() {
    let (mut world, _) = World::with_fields().await;
    let field = |id: &str, kind: &str| json!({ "id": id, "name": id, "kind": kind });
    let choice =
        |choices: Value| json!({ "id": "a", "name": "A", "kind": "choice", "choices": choices });
    let many: Vec<Value> = (0..51).map(|number| field(&format!("f{number}"), "text")).collect();
    for (at, items) in [
        ("items", json!(many)),
        ("items[0].id", json!([field("a b", "text")])),
        ("items[0].kind", json!([field("a", "colour")])),
        ("items[1].id", json!([field("a", "text"), field("a", "date")])),
        ("items[0].name", json!([{ "id": "a", "name": " ", "kind": "text" }])),
        ("items[0].name", json!([{ "id": "a", "kind": "text" }])),
        ("items[0].choices", json!([field("a", "choice")])),
        ("items[0].choices", json!([choice(json!(["Free", "Free"]))])),
        ("items[0].choices", json!([{ "id": "a", "name": "A", "kind": "text", "choices": ["x"] }])),
        ("items[0].colour", json!([{ "id": "a", "name": "A", "kind": "text", "colour": "red" }])),
    ] {
        let refused = world.defines("ada", items).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{at}");
        assert_eq!(refused.body["field"], at, "{}", refused.body);
    }
    let refused = world.defines("ben", json!([])).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.body["permission"], "settings.manage");
    let read = world.request("ben", Method::GET, FIELDS, None, None).await;
    assert_eq!(read.body["items"], each_kind(), "nothing has changed");
}

/// R156: what stands in a field that is gone is not shown, and there again when the field is; what
/// does not fit what the field became is not shown either.
#[tokio::test]
async fn a_field_that_comes_back_has_its_values_again() {
    let (mut world, contact) = World::with_fields().await;
    let values = json!({ "note": "12", "plan": "Pro" });
    world.fills("ben", &contact, values.clone()).await;
    world.defines("ada", json!([])).await;
    assert_eq!(world.fields(&contact).await, json!({}));
    let refused = world.fills("ben", &contact, json!({ "note": "x" })).await;
    assert_eq!(refused.body["field"], "fields.note");
    let other = json!([
        { "id": "note", "name": "Number", "kind": "number" },
        { "id": "plan", "name": "Plan", "kind": "choice", "choices": ["Free", "Team"] },
    ]);
    world.defines("ada", other).await;
    assert_eq!(world.fields(&contact).await, json!({ "note": "12" }));
    world.defines("ada", each_kind()).await;
    assert_eq!(world.fields(&contact).await, values);
}

/// R156: what stood in fields that are gone is let go of before a contact becomes too large.
#[tokio::test]
async fn values_of_fields_that_are_gone_do_not_pile_up() {
    let mut world = World::new().await;
    let contact = world.writes_to("wa1", ADA).await;
    let many = |turn: usize| -> (Vec<Value>, Value) {
        let ids: Vec<String> = (0..50).map(|number| format!("f{turn}-{number}")).collect();
        let fields = ids.iter().map(|id| json!({ "id": id, "name": id, "kind": "text" }));
        let values = ids.iter().map(|id| (id.clone(), json!("🦀".repeat(500)))).collect();
        (fields.collect(), Value::Object(values))
    };
    for turn in 0..5 {
        let (fields, values) = many(turn);
        world.defines("ada", json!(fields)).await;
        let filled = world.fills("ben", &contact, values.clone()).await;
        assert_eq!(filled.status, StatusCode::OK, "{turn}: {}", filled.body["type"]);
        assert_eq!(filled.body["fields"], values);
    }
    for (turn, kept) in [(3, 0), (4, 50)] {
        world.defines("ada", json!(many(turn).0)).await;
        assert_eq!(world.fields(&contact).await.as_object().unwrap().len(), kept, "{turn}");
    }
}

/// Files do not speak of fields, so a file that says something new takes none away.
#[tokio::test]
async fn a_file_that_says_something_new_leaves_the_fields() {
    let (mut world, _) = World::with_fields().await;
    let file = ACME.replace("name = \"Acme\"", "name = \"Acme Ltd\"");
    let provisioned = local::provision::read(&file).unwrap();
    let (store, vault) = (&world.confab.store, &world.confab.vault);
    local::provision::apply(store, vault, &provisioned, &BTreeMap::new()).await.unwrap();
    let workspace = store.workspace(&"acme".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(workspace.name, "Acme Ltd");
    let read = world.request("ben", Method::GET, FIELDS, None, None).await;
    assert_eq!((&read.body["items"], workspace.contact_fields.len()), (&each_kind(), 6));
}

/// R156: another workspace's contact is not there to be filled in, and whoever may not change
/// contacts fills in none.
#[tokio::test]
async fn only_who_may_change_a_contact_fills_it_in() {
    let globex = "
        [[workspace]]\nid = \"globex\"\nname = \"Globex\"
        [[workspace.user]]\nid = \"boss\"\nname = \"Boss\"\nemail = \"boss@globex.test\"
        role = \"admin\"
    ";
    let mut world = World::with(&format!("{ACME}{globex}"), 1).await;
    world.defines("ada", each_kind()).await;
    let contact = world.writes_to("wa1", ADA).await;
    let boss = token(&world, "globex", "boss").await;
    let own = json!({ "items": each_kind() });
    let defined = call(&world, &boss, &Method::PUT, FIELDS, &own).await;
    assert_eq!(defined.status, StatusCode::OK, "{}", defined.body);
    let path = format!("/v1/contacts/{contact}");
    let body = json!({ "fields": { "vip": true } });
    let refused = call(&world, &boss, &Method::PATCH, &path, &body).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let reader = json!({ "name": "Reader", "sees": "all", "permissions": ["conversation.read"] });
    world.request("ada", Method::PUT, "/v1/roles/reader", Some(reader), None).await;
    let role = Some(json!({ "role": "reader" }));
    world.request("ada", Method::PATCH, "/v1/users/ben", role, None).await;
    let refused = world.fills("ben", &contact, json!({ "vip": true })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.body["permission"], "contact.edit");
    assert_eq!(world.fields(&contact).await, json!({}));
}

/// R156, R161: users who fill in different fields at the same moment lose nothing to each other.
#[tokio::test]
async fn fields_are_filled_in_side_by_side() {
    let (mut world, contact) = World::with_fields().await;
    let (ada, ben) = (world.token("ada").await, world.token("ben").await);
    let path = format!("/v1/contacts/{contact}");
    for turn in 0..8 {
        let by_ada = json!({ "fields": { "height": turn.to_string() }, "name": "Ada" });
        let by_ben = json!({ "fields": { "note": format!("turn {turn}") } });
        let (one, other) = tokio::join!(
            call(&world, &ada, &Method::PATCH, &path, &by_ada),
            call(&world, &ben, &Method::PATCH, &path, &by_ben),
        );
        assert_eq!((one.status, other.status), (StatusCode::OK, StatusCode::OK));
        let both = json!({ "height": turn.to_string(), "note": format!("turn {turn}") });
        assert_eq!(world.fields(&contact).await, both);
    }
    world.settle().await;
}

/// R156, R157: a merged contact's values stand in the fields that the other has nothing in, as far
/// as they were shown.
#[tokio::test]
async fn a_merge_keeps_what_is_known_of_both() {
    let (mut world, ada) = World::with_fields().await;
    let twin = world.writes_to("twa1", "+491701234567").await;
    world.fills("ben", &ada, json!({ "note": "Ada's", "vip": false })).await;
    let theirs = json!({ "note": "the twin's", "vip": true, "plan": "Pro", "height": "1.7" });
    world.fills("ben", &twin, theirs).await;
    let mut fewer = each_kind();
    fewer.as_array_mut().unwrap().retain(|field| field["id"] != "height");
    world.defines("ada", fewer).await;
    let path = format!("/v1/contacts/{twin}/merge");
    let into = Some(json!({ "into": ada }));
    let merged = world.request("ada", Method::POST, &path, into, None).await;
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.body);
    let both = json!({ "note": "Ada's", "vip": false, "plan": "Pro" });
    assert_eq!(merged.body["fields"], both);
    world.defines("ada", each_kind()).await;
    assert_eq!(world.fields(&ada).await, both, "what nobody saw has not come along");
    world.settle().await;
}
