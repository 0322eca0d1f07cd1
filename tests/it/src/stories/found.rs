//! Finding contacts, what there has been with them, and conversations by what they are about.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{ADA, World};

const GRACE: &str = "+491701234567";

/// As it stands in a query.
fn encoded(text: &str) -> String {
    text.replace('+', "%2B").replace(' ', "+")
}

impl World {
    /// Somebody writes, and a user calls them so. Returns the contact.
    async fn known(&mut self, account: &str, address: &str, name: &str) -> String {
        self.simulator.phone(account, address).writes("Hello").await;
        self.settle().await;
        let items = self.found("ada", address).await;
        let id = items[0]["id"].as_str().unwrap().to_owned();
        self.renamed(&id, name).await;
        id
    }

    async fn renamed(&mut self, contact: &str, name: &str) {
        let path = format!("/v1/contacts/{contact}");
        let body = Some(json!({ "name": name }));
        let answered = self.request("ben", Method::PATCH, &path, body, None).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
        self.settle().await;
    }

    async fn found(&mut self, user: &str, query: &str) -> Vec<Value> {
        let path = format!("/v1/contacts?q={}", encoded(query));
        let answered = self.request(user, Method::GET, &path, None, None).await;
        assert_eq!(answered.status, StatusCode::OK, "{query}: {}", answered.body);
        answered.body["items"].as_array().unwrap().clone()
    }

    /// The names of whom a query finds.
    async fn names(&mut self, query: &str) -> Vec<String> {
        let found = self.found("ben", query).await;
        found.iter().map(|contact| contact["name"].as_str().unwrap_or("-").to_owned()).collect()
    }

    async fn history(&mut self, user: &str, contact: &str) -> Vec<String> {
        let path = format!("/v1/contacts/{contact}/conversations");
        let answered = self.request(user, Method::GET, &path, None, None).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
        let items = answered.body["items"].as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// R070, R153: a contact is suggested by any word of its name and by its number, with or without the
/// country code; a new name takes the place of the old one.
#[tokio::test]
async fn a_contact_is_found_by_name_and_number() {
    let mut world = World::new().await;
    let ada = world.known("wa1", ADA, "Ada Lovelace").await;
    world.known("twa1", GRACE, "Grâce Hopper").await;
    for query in ["ada", "LOVE", "lace", "hop gra", "+1 650", "6505551", "0170", "+49 (0)170 12"] {
        let expected: &[&str] = match query {
            "lace" => &[],
            "hop gra" | "0170" | "+49 (0)170 12" => &["Grâce Hopper"],
            _ => &["Ada Lovelace"],
        };
        assert_eq!(world.names(query).await, expected, "{query}");
    }
    let found = world.found("ben", "ada").await;
    let wanted = json!({ "account": "wa1", "channel": "whatsapp", "address": ADA });
    assert!(found[0]["addresses"].as_array().unwrap().contains(&wanted), "{found:?}");
    assert_eq!(found[0]["id"], json!(ada));

    world.renamed(&ada, "Augusta King").await;
    assert!(world.names("ada").await.is_empty());
    assert_eq!(world.names("king").await, ["Augusta King"]);
    assert_eq!(world.names("650555").await, ["Augusta King"], "the number says the new name");
    assert!(world.names("?!").await.is_empty());
}

/// R153: all contacts, by name, page by page; nobody is in it twice, whatever their words.
#[tokio::test]
async fn contacts_are_listed_by_name() {
    let mut world = World::new().await;
    let names = ["Anna Annen", "Änne Zorn", "Zoe Anders", "Bo"];
    for (place, name) in names.iter().enumerate() {
        world.known("wa1", &format!("+1650555000{place}"), name).await;
    }
    for (query, expected) in [
        ("", vec!["Anna Annen", "Änne Zorn", "Bo", "Zoe Anders"]),
        ("q=an&", vec!["Zoe Anders", "Anna Annen", "Änne Zorn"]),
    ] {
        let (mut listed, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("/v1/contacts?{query}limit=1{cursor}")).await;
            let items = page["items"].as_array().unwrap().clone();
            assert!(items.len() <= 1);
            listed.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(listed, expected, "{query}");
    }
    for (query, field) in [("cursor=zz", "cursor"), ("limit=0", "limit"), ("x=1", "x")] {
        let path = format!("/v1/contacts?{query}");
        let refused = world.request("ben", Method::GET, &path, None, None).await;
        assert_eq!(
            (refused.status, &refused.body["field"]),
            (StatusCode::BAD_REQUEST, &json!(field))
        );
    }
    let long = format!("/v1/contacts?q={}", "a".repeat(101));
    let refused = world.request("ben", Method::GET, &long, None, None).await;
    assert_eq!(refused.body["field"], "q");
    // A page that ended elsewhere ends this one.
    let page = world.get("/v1/contacts?limit=3").await;
    let path = format!("/v1/contacts?q=an&cursor={}", page["next"].as_str().unwrap());
    assert!(world.get(&path).await["items"].as_array().unwrap().is_empty());
}

/// R153: who was never in a conversation is found, too: somebody brought their consent along.
#[tokio::test]
async fn a_contact_is_found_before_it_writes_and_once_it_has() {
    let mut world = World::new().await;
    let upload = json!({ "items": [{ "account": "wa1", "address": ADA, "wish": "in" }] });
    world.request("ada", Method::POST, "/v1/consents", Some(upload), None).await;
    let before = world.found("ben", "650555").await;
    assert_eq!(before.len(), 1);
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let after = world.found("ben", "650555").await;
    assert_eq!((after.len(), &after[0]["id"]), (1, &before[0]["id"]));
    let name = after[0]["name"].as_str().unwrap().to_owned();
    assert_eq!(world.names(&name).await, std::slice::from_ref(&name), "as the channel calls it");
}

/// R152: what there has been with a contact is found with what is closed; what somebody may not see
/// is not, and a merged contact's is the other's.
#[tokio::test]
async fn the_history_of_a_contact_has_what_is_closed() {
    let mut world = World::new().await;
    let contact = world.known("wa1", ADA, "Ada").await;
    let first = world.only().await;
    world.did("ben", &first, "close", json!({})).await;
    world.pass(SignedDuration::from_hours(24 * 8)).await;
    let template = json!({ "type": "template", "name": "we_have_news", "language": "en", "parameters": ["x"] });
    let body = json!({ "account": "wa1", "to": ADA, "content": template });
    let begun = world.request("ben", Method::POST, "/v1/conversations", Some(body), None).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.body);
    world.settle().await;
    let mut all = world.history("ben", &contact).await;
    assert!(all.contains(&first));

    world.pass(SignedDuration::from_hours(1)).await;
    let other = world.known("twa1", GRACE, "Ada again").await;
    let theirs = world.history("ben", &other).await;
    assert_eq!(theirs.len(), 1);
    let path = format!("/v1/contacts/{other}/merge");
    let into = Some(json!({ "into": contact }));
    let merged = world.request("ada", Method::POST, &path, into, None).await;
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.body);
    world.settle().await;
    all.splice(0..0, theirs.clone());
    assert_eq!(world.history("ben", &contact).await, all, "the latest first");
    assert_eq!(world.names("ada").await, ["Ada"], "there is one left");
    assert_eq!(world.names("0170").await, ["Ada"], "with the addresses of both");
    assert!(world.names("again").await.is_empty());

    world.did("ada", &theirs[0], "visibility", json!({ "users": ["ada"] })).await;
    assert!(!world.history("ben", &contact).await.contains(&theirs[0]));
    let nobody = "/v1/contacts/ct_7ZZZZZZZZZZZZZZZZZZZZZZZZZ/conversations";
    let refused = world.request("ben", Method::GET, nobody, None, None).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

/// R146, R151, R152: a list is searched by whom a conversation is with and by what was said last,
/// the closed one as well.
#[tokio::test]
async fn a_list_is_searched_by_name_number_and_latest_words() {
    let mut world = World::new().await;
    let contact = world.known("wa1", ADA, "Ada Lovelace").await;
    let ada = world.only().await;
    world.known("twa1", GRACE, "Grace Hopper").await;
    let all = world.view("ben", "view=all").await;
    let grace = all.into_iter().find(|id| *id != ada).unwrap();
    world.said("ben", &grace, "The parcel is on its way").await;
    for (query, expected) in [
        ("q=love", vec![&ada]),
        ("q=%2B49170", vec![&grace]),
        ("q=PARCEL+is", vec![&grace]),
        ("q=parcel&view=closed", vec![]),
        ("q=nobody", vec![]),
        ("q=%3F", vec![]),
        ("q=grace&account=twa1", vec![&grace]),
        ("q=grace&account=wa1", vec![]),
        ("q=grace&view=sent", vec![&grace]),
    ] {
        let found = world.view("ben", query).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    world.renamed(&contact, "Augusta King").await;
    assert_eq!(world.view("ben", "q=king").await, [ada.as_str()], "as it is called now");
    world.did("ben", &ada, "close", json!({})).await;
    assert_eq!(world.view("ben", "q=augusta&view=closed").await, [ada.as_str()]);
}

/// R146: an internal chat is found by the colleague it is with, not by oneself.
#[tokio::test]
async fn an_internal_chat_is_found_by_the_colleague() {
    let mut world = World::new().await;
    let said = json!({ "members": ["ada"], "content": { "type": "text", "text": "Look here" } });
    let begun = world.request("ben", Method::POST, "/v1/internal-chats", Some(said), None).await;
    let id = begun.body["id"].as_str().unwrap().to_owned();
    world.settle().await;
    assert_eq!(world.view("ben", "view=internal&q=ada").await, [id.as_str()]);
    assert!(world.view("ben", "view=internal&q=ben").await.is_empty());
    assert_eq!(world.view("ada", "view=my_inbox&q=ben").await, [id.as_str()]);
    assert_eq!(world.view("ada", "view=internal&q=look+here").await, [id.as_str()]);
}
