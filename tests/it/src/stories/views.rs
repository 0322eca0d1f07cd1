//! Lists of conversations as users find them, and what they have read.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{ACME, World};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Two teams, an agent of each, and Ben, who is in none.
const TEAMS: &str = r#"
[[workspace.group]]
id = "sales"
name = "Sales"
accounts = ["wa1"]

[[workspace.group]]
id = "support"
name = "Support"

[[workspace.user]]
id = "sam"
name = "Sam"
email = "sam@acme.test"
role = "agent"
groups = ["sales"]

[[workspace.user]]
id = "sue"
name = "Sue"
email = "sue@acme.test"
role = "agent"
groups = ["support"]
"#;

async fn with(rules: &str, more: &str) -> World {
    let file = ACME.replace("status_preset = \"five\"", rules);
    let file = file.replacen("[[workspace.user]]", &format!("{more}\n[[workspace.user]]"), 1);
    World::with(&file, 1).await
}

impl World {
    /// Somebody writes, and it is in the one conversation that Ada had not seen before.
    async fn written(&mut self, account: &str, address: &str) -> String {
        let before = self.view("ada", "view=all&limit=100").await;
        self.simulator.phone(account, address).writes("Hello").await;
        self.settle().await;
        let after = self.view("ada", "view=all&limit=100").await;
        after.into_iter().find(|id| !before.contains(id)).unwrap()
    }

    async fn listed(&mut self, user: &str, query: &str) -> Vec<Value> {
        let path = format!("/v1/conversations?{query}");
        let answered = self.request(user, Method::GET, &path, None, None).await;
        assert_eq!(answered.status, StatusCode::OK, "{user} {query}: {}", answered.body);
        answered.body["items"].as_array().unwrap().clone()
    }

    async fn denied(&mut self, user: &str, query: &str) -> (StatusCode, Value) {
        let path = format!("/v1/conversations?{query}");
        let answered = self.request(user, Method::GET, &path, None, None).await;
        (answered.status, answered.body)
    }

    async fn unread(&mut self, user: &str, id: &str) -> bool {
        let path = format!("/v1/conversations/{id}");
        let answered = self.request(user, Method::GET, &path, None, None).await;
        answered.body["unread"].as_bool().unwrap()
    }
}

/// R108-R110, R149, C07: what is open is in one of two tabs, Inactive for fifteen days; what is
/// closed has a list of its own.
#[tokio::test]
async fn open_ones_are_in_one_of_two_tabs_and_closed_ones_in_neither() {
    let mut world = World::new().await;
    let old = world.written("wa1", "+16505550001").await;
    world.pass(HOUR * 25).await;
    let new = world.written("wa1", "+16505550002").await;
    let done = world.written("wa1", "+16505550003").await;
    world.did("ben", &done, "close", json!({})).await;
    assert_eq!(world.view("ben", "view=all").await, [new.as_str(), &old]);
    assert_eq!(world.view("ben", "view=active").await, [new.as_str()]);
    assert_eq!(world.view("ben", "view=inactive").await, [old.as_str()]);
    assert_eq!(world.view("ben", "view=closed").await, [done.as_str()]);
    assert_eq!(world.view("ben", "status=inactive").await, [old.as_str()]);
    assert_eq!(world.view("ben", "status=resolved").await, [done.as_str()]);
    assert_eq!(world.view("ben", "status=new").await, [new.as_str()]);
    world.pass(HOUR * 24 * 15).await;
    assert_eq!(world.view("ben", "view=inactive").await, [new.as_str()], "fifteen days long");
    assert_eq!(world.view("ben", "view=all").await, [new.as_str(), &old], "but it is there");
}

/// R112, C16: a team's conversations stand in its inbox, assigned or not, and in nobody else's.
#[tokio::test]
async fn a_team_has_an_inbox_that_assigned_conversations_stay_in() {
    let mut world = with("preset = \"converso\"", TEAMS).await;
    let sold = world.written("wa1", "+16505550001").await;
    let open = world.written("tg1", "3527065").await;
    assert_eq!(world.view("sam", "view=team&group=sales").await, [sold.as_str()]);
    assert_eq!(world.view("sam", "view=team").await.len(), 2, "its own, and those of no group");
    assert_eq!(world.view("sue", "view=team").await, [open.as_str()]);
    assert!(world.view("sue", "view=all&group=sales").await.is_empty());
    assert_eq!(world.view("sue", "view=all").await, [open.as_str()]);
    world.did("ada", &sold, "assign", json!({ "assignees": ["sam"], "group": "sales" })).await;
    assert_eq!(world.view("sam", "view=team&group=sales").await, [sold.as_str()]);
    assert_eq!(world.view("sam", "view=my_inbox").await, [sold.as_str()]);
    world.did("ada", &sold, "assign", json!({ "assignees": [], "group": "support" })).await;
    assert!(world.view("sam", "view=team&group=sales").await.is_empty(), "it has moved");
    assert_eq!(world.view("sue", "view=team&group=support").await, [sold.as_str()]);
}

/// C16: where the workspace wants it, what is assigned leaves the team's inbox.
#[tokio::test]
async fn a_team_s_inbox_may_hide_what_is_assigned() {
    let mut world = with("preset = \"converso\"\nteam_hides_assigned = true", TEAMS).await;
    let id = world.written("wa1", "+16505550001").await;
    assert_eq!(world.view("sam", "view=team&group=sales").await, [id.as_str()]);
    world.did("sam", &id, "assign", json!({ "assignees": ["sam"] })).await;
    assert!(world.view("sam", "view=team&group=sales").await.is_empty());
    assert_eq!(world.view("sam", "view=mine").await, [id.as_str()]);
}

/// R109, R113, R114, R122, C12: what one has begun is Sent and Mine, and in the inbox only once the
/// contact has written; snoozed it is out of it; answering does not move Sent, writing does.
#[tokio::test]
async fn my_inbox_is_what_i_have_to_do_and_sent_is_what_i_wrote() {
    let mut world = World::new().await;
    let template = json!({
        "type": "template", "name": "we_have_news", "language": "en", "parameters": ["you"],
    });
    let body = json!({ "account": "wa1", "to": "+16505550001", "content": template });
    let begun = world.request("ben", Method::POST, "/v1/conversations", Some(body), None).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.body);
    world.settle().await;
    let id = world.only().await;
    assert_eq!(world.view("ben", "view=mine").await, [id.as_str()]);
    assert_eq!(world.view("ben", "view=sent").await, [id.as_str()]);
    assert!(world.view("ben", "view=my_inbox").await.is_empty(), "nobody has written to him");
    world.simulator.phone("wa1", "+16505550001").writes("News?").await;
    world.settle().await;
    assert_eq!(world.view("ben", "view=my_inbox").await, [id.as_str()]);

    world.pass(HOUR).await;
    let other = world.written("wa1", "+16505550002").await;
    world.said("ben", &other, "Hello").await;
    assert_eq!(world.view("ben", "view=sent").await, [other.as_str(), &id], "the latest first");
    assert_eq!(world.view("ben", "view=my_inbox").await, [id.as_str(), &other], "waiting first");
    world.pass(HOUR).await;
    world.said("ben", &id, "Yes").await;
    world.simulator.phone("wa1", "+16505550002").writes("Thanks").await;
    world.settle().await;
    assert_eq!(world.view("ben", "view=sent").await, [id.as_str(), &other]);

    let until = (world.now() + HOUR).to_string();
    world.did("ben", &id, "snooze", json!({ "until": until })).await;
    assert_eq!(world.view("ben", "view=my_inbox").await, [other.as_str()]);
    assert_eq!(world.view("ben", "view=snoozed").await, [id.as_str()]);
    assert_eq!(world.view("ben", "view=mine").await.len(), 2, "and still his");
    assert!(world.view("ada", "view=sent").await.is_empty());
}

/// R115, R119: one list for each account; R147, R148: for each campaign and label.
#[tokio::test]
async fn lists_are_narrowed_down_by_account_campaign_and_label() {
    let mut world = World::new().await;
    let sms = world.written("sms1", "+16505550001").await;
    world.campaign("spring-sale").await;
    let answered = world.written("wa1", crate::world::ADA).await;
    assert_eq!(world.view("ben", "account=sms1").await, [sms.as_str()]);
    assert_eq!(world.view("ben", "account=wa1").await, [answered.as_str()]);
    assert!(world.view("ben", "account=tg1").await.is_empty());
    assert_eq!(world.view("ben", "campaign=spring-sale").await, [answered.as_str()]);
    assert_eq!(world.view("ben", "label=spring").await, [answered.as_str()], "the campaign's");
    world.did("ben", &sms, "labels", json!({ "add": ["vip"] })).await;
    assert_eq!(world.view("ben", "label=vip").await, [sms.as_str()]);
    world.did("ada", &sms, "assign", json!({ "assignees": ["ben"] })).await;
    assert_eq!(world.view("ben", "view=mine&account=sms1").await, [sms.as_str()]);
    assert_eq!(world.view("ada", "assignee=ben").await, [sms.as_str()]);
    assert_eq!(world.view("ben", "view=unassigned").await, [answered.as_str()]);
}

/// R139, R140: unreplied is what waits for a human, the longest first, and is told apart from the
/// rest in one list.
#[tokio::test]
async fn those_who_wait_the_longest_come_first() {
    let mut world = World::new().await;
    let first = world.written("wa1", "+16505550001").await;
    world.pass(HOUR).await;
    let second = world.written("wa1", "+16505550002").await;
    world.pass(HOUR).await;
    let third = world.written("wa1", "+16505550003").await;
    assert_eq!(world.listed("ben", "view=unreplied").await[0]["unreplied"], 1);
    assert_eq!(world.view("ben", "view=unreplied").await, [first.as_str(), &second, &third]);
    world.said("ben", &second, "Here I am").await;
    assert_eq!(world.view("ben", "view=unreplied").await, [first.as_str(), &third]);
    assert_eq!(world.view("ben", "sort=oldest_waiting").await, [first.as_str(), &third]);
    let all = world.view("ben", "sort=unreplied_first").await;
    assert_eq!(all, [first.as_str(), &third, &second]);
    let mut paged = Vec::new();
    let mut path = "/v1/conversations?sort=unreplied_first&limit=1".to_owned();
    loop {
        let page = world.get(&path).await;
        paged.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/conversations?sort=unreplied_first&limit=1&cursor={next}");
    }
    assert_eq!(json!(paged), json!(all), "page by page");
}

/// R120, R121, R144, R145, C25: an admin looks into another's inbox, sees what is unread there,
/// reads without reading for them, and changes that only on purpose.
#[tokio::test]
async fn an_admin_reads_in_others_inboxes_without_reading_for_them() {
    let mut world = World::new().await;
    let id = world.written("wa1", "+16505550001").await;
    world.did("ada", &id, "assign", json!({ "assignees": ["ben"] })).await;
    let (status, denied) = world.denied("ben", "view=my_inbox&user=ada").await;
    assert_eq!((status, &denied["permission"]), (StatusCode::FORBIDDEN, &json!("inbox.others")));
    world.did("ada", &id, "read", json!({})).await;
    assert!(!world.unread("ada", &id).await);
    assert!(world.unread("ben", &id).await);
    let his = world.listed("ada", "view=my_inbox&user=ben").await;
    assert_eq!((his.len(), &his[0]["unread"]), (1, &json!(true)), "as it is to him");

    let wanted = json!({ "user": "ben", "read": true });
    let asked = world.refused("ada", &id, "read-override", wanted.clone()).await;
    assert_eq!((&asked["type"], &asked["user"]), (&json!("not-confirmed"), &json!("ben")));
    assert!(world.unread("ben", &id).await);
    let mut confirmed = wanted;
    confirmed["confirm"] = json!(true);
    let denied = world.refused("ben", &id, "read-override", confirmed.clone()).await;
    assert_eq!(denied["permission"], "read.override");
    let read = world.did("ada", &id, "read-override", confirmed.clone()).await;
    assert_eq!(read["unread"], false, "as it is to him now");
    assert!(!world.unread("ben", &id).await);
    confirmed["read"] = json!(false);
    world.did("ada", &id, "read-override", confirmed).await;
    assert!(world.unread("ben", &id).await);
    let audit = world.get("/v1/audit").await;
    let done = |entry: &&Value| entry["action"] == "read.override" && entry["subject"] == json!(id);
    assert_eq!(audit["items"].as_array().unwrap().iter().filter(done).count(), 2);
}

/// R141, R142, R143: unread is each user's own, covers what is nobody's, and is marked for one or
/// for many.
#[tokio::test]
async fn everybody_reads_for_themselves() {
    let mut world = World::new().await;
    let first = world.written("wa1", "+16505550001").await;
    world.pass(HOUR).await;
    let second = world.written("wa1", "+16505550002").await;
    assert_eq!(world.view("ben", "view=unread").await, [second.as_str(), &first]);
    world.did("ben", &first, "read", json!({})).await;
    assert_eq!(world.view("ben", "view=unread").await, [second.as_str()]);
    assert_eq!(world.view("ada", "view=unread").await.len(), 2, "hers is hers");
    world.did("ben", &first, "read", json!({ "seq": 1 })).await;
    assert!(!world.unread("ben", &first).await, "what was read stays read");
    world.did("ben", &first, "unread", json!({})).await;
    assert!(world.unread("ben", &first).await, "unless one wants it otherwise");

    let many = json!({ "ids": [first, second, "cv_00000000000000000000000000"] });
    for (mark, unread) in [("read", 0), ("unread", 2)] {
        let path = format!("/v1/conversations/{mark}");
        let marked = world.request("ben", Method::POST, &path, Some(many.clone()), None).await;
        assert_eq!(marked.status, StatusCode::OK, "{}", marked.body);
        assert_eq!(marked.body["marked"].as_array().unwrap().len(), 2);
        assert_eq!(marked.body["not_found"], json!(["cv_00000000000000000000000000"]));
        assert_eq!(world.view("ben", "unread=true").await.len(), unread, "{mark}");
    }
    world.did("ben", &first, "read", json!({})).await;
    world.simulator.phone("wa1", "+16505550001").writes("And?").await;
    world.did("ben", &second, "read", json!({})).await;
    assert_eq!(world.view("ben", "view=unread").await, [first.as_str()], "news is unread");
}

/// R015: tombstones are listed for whoever may delete, and for nobody else.
#[tokio::test]
async fn the_deleted_are_listed_for_who_may_delete() {
    let mut world = with("preset = \"converso\"", "").await;
    let id = world.written("wa1", "+16505550001").await;
    let path = format!("/v1/conversations/{id}");
    let gone = world.request("ada", Method::DELETE, &path, None, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    world.settle().await;
    assert!(world.view("ada", "view=all").await.is_empty());
    assert_eq!(world.view("ada", "view=deleted").await, [id.as_str()]);
    let (status, denied) = world.denied("ben", "view=deleted").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(denied["permission"], "conversation.delete");
}

/// R123: a saved view is a list like others.
#[tokio::test]
async fn a_saved_view_is_listed_by_its_name() {
    let mut world = World::new().await;
    let vip = world.written("wa1", "+16505550001").await;
    world.written("wa1", "+16505550002").await;
    world.did("ben", &vip, "labels", json!({ "set": ["vip"] })).await;
    let body =
        json!({ "name": "Important", "filter": { "label": "vip", "sort": "oldest_waiting" } });
    let put = world.request("ben", Method::PUT, "/v1/views/vips", Some(body), None).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.body);
    assert_eq!(world.view("ben", "saved=vips").await, [vip.as_str()]);
    assert_eq!(world.denied("ada", "saved=vips").await.0, StatusCode::NOT_FOUND, "it is his");
    let (status, problem) = world.denied("ben", "saved=vips&view=closed").await;
    assert_eq!((status, &problem["field"]), (StatusCode::BAD_REQUEST, &json!("saved")));
    let body =
        json!({ "name": "Nonsense", "filter": { "view": "closed", "sort": "oldest_waiting" } });
    let put = world.request("ben", Method::PUT, "/v1/views/none", Some(body), None).await;
    assert_eq!((put.status, &put.body["field"]), (StatusCode::BAD_REQUEST, &json!("filter.sort")));
}

/// What a list cannot be is told by the part that is wrong.
#[tokio::test]
async fn a_list_that_cannot_be_is_refused_by_name() {
    let mut world = World::new().await;
    for (query, field) in [
        ("view=everything", "view"),
        ("view=closed&sort=oldest_waiting", "sort"),
        ("view=all&user=ben", "user"),
        ("cursor=0029.cv_1", "cursor"),
        ("limit=101", "limit"),
        ("colour=blue", "colour"),
    ] {
        let (status, problem) = world.denied("ada", query).await;
        let found = (status, problem["field"].as_str());
        assert_eq!(found, (StatusCode::BAD_REQUEST, Some(field)), "{query}");
    }
}
