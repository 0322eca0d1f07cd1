//! Who may call what: every role at every route, and every route with another workspace's names.

use std::collections::BTreeMap;

use api::Needs;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use domain::rights::{Sees, roles};
use domain::workspace::Preset;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{ACME, Answered, World};

/// A workspace for each preset, with a user of each of its roles.
fn presets() -> String {
    let mut file = String::new();
    for (name, preset) in Preset::ALL {
        file += &format!("[[workspace]]\nid = \"{name}\"\nname = \"A\"\npreset = \"{name}\"\n");
        for role in roles(preset) {
            let id = role.id;
            file += &format!("[[workspace.user]]\nid = \"{id}\"\nname = \"N\"\nrole = \"{id}\"\n");
        }
    }
    file
}

pub(super) async fn token(world: &World, workspace: &str, user: &str) -> String {
    let (workspace, user) = (workspace.parse().unwrap(), user.parse().unwrap());
    let day = SignedDuration::from_hours(24);
    let store = &world.confab.store;
    local::deployed::make_token(store, &workspace, &user, day, world.now()).await.unwrap()
}

pub(super) async fn call(
    world: &World,
    token: &str,
    method: &Method,
    path: &str,
    body: &Value,
) -> Answered {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"));
    world.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// The path with a name for each of its parts.
pub(super) fn filled(path: &str, names: &dyn Fn(&str) -> String) -> String {
    let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => names(name),
        None => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// R159, R162, R163, R164, R165 (S5): a route is closed to exactly the roles that lack what it
/// needs, whatever is asked of it.
#[tokio::test]
async fn each_role_reaches_the_routes_it_has_a_right_to_and_no_others() {
    let world = World::with(&presets(), 1).await;
    let mut calls = 0;
    for (workspace, preset) in Preset::ALL {
        for role in roles(preset) {
            let token = token(&world, workspace, role.id.as_str()).await;
            for (method, path, needs) in api::routes() {
                let path = filled(&path, &|_| "none".to_owned());
                let answered = call(&world, &token, &method, &path, &json!({ "?": 1 })).await;
                let at = format!("{workspace}: {} {method} {path}: {}", role.id, answered.body);
                assert_ne!(answered.status, StatusCode::UNAUTHORIZED, "{at}");
                assert!(!answered.status.is_server_error(), "{at}");
                if let Some(permission) = needs.lacking(&role) {
                    assert_eq!(answered.status, StatusCode::FORBIDDEN, "{at}");
                    assert_eq!(answered.body["type"], "forbidden", "{at}");
                    assert_eq!(answered.body["permission"], permission.as_str(), "{at}");
                } else {
                    assert_ne!(answered.status, StatusCode::FORBIDDEN, "{at}");
                }
                calls += 1;
            }
        }
    }
    assert!(calls > 1_000, "{calls}");
}

/// R159, R162: admins and agents reach conversations; members, creators and approvers do not.
#[tokio::test]
async fn whoever_is_no_agent_and_no_admin_is_kept_from_conversations() {
    let world = World::with(&presets(), 1).await;
    for (role, status) in [
        ("admin", StatusCode::OK),
        ("agent", StatusCode::OK),
        ("member", StatusCode::FORBIDDEN),
        ("creator", StatusCode::FORBIDDEN),
        ("approver", StatusCode::FORBIDDEN),
    ] {
        let token = token(&world, "clevertap5", role).await;
        let list = call(&world, &token, &Method::GET, "/v1/conversations", &Value::Null).await;
        assert_eq!(list.status, status, "{role}");
        let me = call(&world, &token, &Method::GET, "/v1/me", &Value::Null).await;
        assert_eq!((me.status, &me.body["role"]["id"]), (StatusCode::OK, &json!(role)));
    }
}

const GLOBEX: &str = r#"
[[workspace]]
id = "globex"
name = "Globex"
[[workspace.user]]
id = "boss"
name = "Boss"
email = "boss@globex.test"
role = "admin"
[[workspace.user]]
id = "bot"
name = "Bot"
kind = "bot"
role = "agent"
"#;

/// S4: another workspace's things are answered as things that do not exist, letter for letter, and
/// nothing of it changes.
#[tokio::test]
async fn another_workspace_s_things_are_as_if_they_did_not_exist() {
    let mut world = World::with(&format!("{ACME}{GLOBEX}"), 1).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let message = world.events(&id).await[1]["id"].as_str().unwrap().to_owned();
    let ada = world.token("ada").await;
    let group = json!({ "name": "Sales", "accounts": ["wa1"] });
    let made = call(&world, &ada, &Method::PUT, "/v1/groups/sales", &group).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let role = json!({ "name": "Acme's own", "sees": "own", "permissions": ["note.write"] });
    let made = call(&world, &ada, &Method::PUT, "/v1/roles/acmes", &role).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let keys = call(&world, &ada, &Method::GET, "/v1/keys", &Value::Null).await;
    let key = keys.body["items"][0]["id"].as_str().unwrap().to_owned();

    let contact = world.conversation(&id).await["contact"]["id"].as_str().unwrap().to_owned();
    let snippet = json!({ "shortcut": "hi", "text": "Hello", "shared": true });
    let made = call(&world, &ada, &Method::PUT, "/v1/snippets/hello", &snippet).await;
    assert!(made.status.is_success(), "{}", made.body);
    let view = json!({ "name": "Mine", "shared": true, "filter": {} });
    let made = call(&world, &ada, &Method::PUT, "/v1/views/mine", &view).await;
    assert!(made.status.is_success(), "{}", made.body);

    let faq = json!({ "id": "hours", "questions": ["When?"], "answer": { "text": "Always." } });
    let made = call(&world, &ada, &Method::POST, "/v1/faqs", &faq).await;
    assert!(made.status.is_success(), "{}", made.body);

    let theirs = BTreeMap::from([
        ("conversation", (id.clone(), "cv_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned())),
        ("message", (message, "ms_01ARZ3NDEKTSV4RRFFQ69G5FAV-2".to_owned())),
        ("file", ("0".to_owned(), "0".to_owned())),
        ("contact", (contact, "ct_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned())),
        ("snippet", ("hello".to_owned(), "none".to_owned())),
        ("view", ("mine".to_owned(), "none".to_owned())),
        ("unanswered", ("0".repeat(16), "1".repeat(16))),
        ("faq", ("hours".to_owned(), "none".to_owned())),
        ("version", ("1".to_owned(), "2".to_owned())),
        ("account", ("wa1".to_owned(), "nobodys".to_owned())),
        ("user", ("ben".to_owned(), "nobody".to_owned())),
        ("group", ("sales".to_owned(), "none".to_owned())),
        ("role", ("acmes".to_owned(), "none".to_owned())),
        ("key", (key, "0000000000000000".to_owned())),
    ]);
    let before = snapshot(&world, &ada).await;
    let boss = token(&world, "globex", "boss").await;
    for (method, path, _) in api::routes() {
        // A name that is put down is the workspace's own, whoever else has it too; of accounts,
        // whose names all workspaces share, `stories/connecting` tells.
        let own = ["{group}", "{role}", "{snippet}", "{view}", "{account}"];
        let own = own.iter().any(|own| path.ends_with(own));
        if !path.contains('{') || (method == Method::PUT && own) {
            continue;
        }
        let body = body(&path);
        let known = filled(&path, &|part| named(&theirs, part).0.clone());
        let unknown = filled(&path, &|part| named(&theirs, part).1.clone());
        let known = call(&world, &boss, &method, &known, &body).await;
        let unknown = call(&world, &boss, &method, &unknown, &body).await;
        assert_eq!((known.status, &known.body), (unknown.status, &unknown.body), "{method} {path}");
        let removed = method == Method::DELETE && known.status == StatusCode::NO_CONTENT;
        assert!(
            removed || known.status == StatusCode::NOT_FOUND,
            "{method} {path}: {}",
            known.body
        );
    }
    assert_eq!(snapshot(&world, &ada).await, before);
}

fn named<'a>(theirs: &'a BTreeMap<&str, (String, String)>, part: &str) -> &'a (String, String) {
    theirs.get(part).unwrap_or_else(|| panic!("what is acme's `{part}`?"))
}

/// A body that the route takes, so that it gets as far as the name in its path.
fn body(path: &str) -> Value {
    let content = json!({ "type": "text", "text": "x" });
    match path.rsplit('/').next().unwrap_or_default() {
        "messages" | "notes" | "internal-messages" => json!({ "content": content }),
        "status" => json!({ "status": "resolved" }),
        "snooze" => json!({ "until": "2030-01-01T00:00:00Z" }),
        "assign" => json!({ "assignees": ["boss"] }),
        "visibility" => json!({ "users": ["boss"] }),
        "labels" => json!({ "add": ["x"] }),
        "merge" => json!({ "into": "ct_00000000000000000000000000" }),
        "read-override" => json!({ "user": "boss", "read": true, "confirm": true }),
        "read" | "unread" if !path.contains('{') => {
            json!({ "ids": ["cv_00000000000000000000000000"] })
        }
        "hand-back" => json!({ "to": "bot" }),
        "renew" => json!({ "epoch": 1 }),
        "invoices" | "paid" => json!({ "invoice": "i1" }),
        "draft" => json!({ "text": "x" }),
        "mark" => json!({ "right": true }),
        "{faq}" => {
            json!({ "revision": 1, "kind": "general", "questions": ["?"], "answer": { "text": "!" } })
        }
        "questions" => json!({ "question": "Until when?" }),
        "{user}" | "{contact}" => json!({ "name": "Taken over" }),
        _ => json!({}),
    }
}

/// All that a workspace is, but for when its keys were used.
async fn snapshot(world: &World, token: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let lists = ["users", "groups", "roles", "workspace", "conversations", "snippets", "views"];
    for path in lists.into_iter().chain(["faqs"]).map(|list| format!("/v1/{list}")) {
        all.push(call(world, token, &Method::GET, &path, &Value::Null).await.body);
    }
    let keys = world.confab.store.api_keys(&"acme".parse().unwrap()).await.unwrap();
    all.push(keys.iter().map(|key| key.id.clone()).collect());
    all
}

/// S4: names of another workspace in a body, and its name in the header.
#[tokio::test]
async fn another_workspace_s_names_do_not_count_in_a_body_or_a_header() {
    let world = World::with(&format!("{ACME}{GLOBEX}"), 1).await;
    let boss = token(&world, "globex", "boss").await;
    let text = json!({ "type": "text", "text": "x" });
    let start = json!({ "account": "wa1", "to": "+16505551234", "content": text });
    let rules = json!({ "rules": { "ai_agent": "ben" } });
    let cases = [
        (Method::POST, "/v1/conversations", start, StatusCode::UNPROCESSABLE_ENTITY),
        (
            Method::PUT,
            "/v1/groups/sales",
            json!({ "name": "S", "accounts": ["wa1"] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            Method::POST,
            "/v1/keys",
            json!({ "name": "k", "user": "ben" }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (Method::PATCH, "/v1/workspace", rules, StatusCode::UNPROCESSABLE_ENTITY),
    ];
    for (method, path, body, status) in cases {
        let answered = call(&world, &boss, &method, path, &body).await;
        assert_eq!(answered.status, status, "{method} {path}: {}", answered.body);
    }
    let store = &world.confab.store;
    let (workspace, id) = ("globex".parse().unwrap(), "boss".parse().unwrap());
    let user = store.user(&workspace, &id).await.unwrap().unwrap();
    let bearer = local::issuer::Bearer { workspace, user, nonce: None };
    let signed = world.confab.issuer.token(&bearer, world.now()).unwrap();
    for (method, path, needs) in api::routes() {
        let request = Request::builder()
            .method(&method)
            .uri(filled(&path, &|_| "x".to_owned()))
            .header("authorization", format!("Bearer {signed}"))
            .header("confab-workspace", "acme");
        let answered = world.send(request.body(Body::empty()).unwrap()).await;
        let shut = answered.status == StatusCode::UNAUTHORIZED;
        assert_eq!(shut, needs != Needs::Nothing, "{method} {path}: {}", answered.body);
    }
}

/// What the presets say of their roles holds for those who see nothing.
#[test]
fn whoever_may_not_read_conversations_is_shown_none() {
    for (name, preset) in Preset::ALL {
        for role in roles(preset) {
            let reads = role.may(domain::rights::Permission::ConversationRead);
            assert_eq!(reads, role.sees != Sees::Nothing, "{name}: {}", role.id);
        }
    }
}
