//! Admins manage who works in a workspace, what they may do, and the keys of machines.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::map_request;
use futures_util::future::join_all;
use jiff::SignedDuration;
use platform::clock::Now;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::rights::{call, filled};
use crate::world::World;

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

async fn ask(world: &mut World, user: &str, method: Method, path: &str, body: Value) -> Value {
    let answered = world.request(user, method.clone(), path, Some(body), None).await;
    assert!(answered.status.is_success(), "{user} {method} {path}: {}", answered.body);
    answered.body
}

/// What was refused, by its type.
async fn refused(
    world: &mut World,
    user: &str,
    method: Method,
    path: &str,
    body: Value,
) -> (u16, String) {
    let answered = world.request(user, method.clone(), path, Some(body), None).await;
    assert!(answered.status.is_client_error(), "{user} {method} {path}: {}", answered.body);
    (answered.status.as_u16(), answered.body["type"].as_str().unwrap().to_owned())
}

fn a_minute_passes(world: &World) {
    world.confab.clock.set(world.now() + SignedDuration::from_secs(61));
}

/// R160, R165: an admin invites a user, gives them the role of an agent, and they work.
#[tokio::test]
async fn an_admin_makes_a_user_an_agent() {
    let mut world = World::new().await;
    let body = json!({ "name": "Cleo", "email": "Cleo@acme.test", "role": "member" });
    let cleo = ask(&mut world, "ada", POST, "/v1/users", body.clone()).await;
    assert_eq!(cleo["id"], "cleo");
    let again = refused(&mut world, "ada", POST, "/v1/users", body).await;
    assert_eq!(again, (409, "email-taken".to_owned()));
    let list = "/v1/conversations";
    let kept_out = refused(&mut world, "cleo", GET, list, Value::Null).await;
    assert_eq!(kept_out, (403, "forbidden".to_owned()));
    ask(&mut world, "ada", PATCH, "/v1/users/cleo", json!({ "role": "agent" })).await;
    ask(&mut world, "cleo", GET, list, Value::Null).await;
    let me = ask(&mut world, "cleo", GET, "/v1/me", Value::Null).await;
    assert_eq!((&me["user"]["name"], &me["workspace"]["id"]), (&json!("Cleo"), &json!("acme")));
    let may: Vec<&str> =
        me["permissions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(may.contains(&"conversation.reply") && !may.contains(&"users.manage"));

    let audit = ask(&mut world, "ada", GET, "/v1/audit", Value::Null).await;
    let deeds = audit["items"].as_array().unwrap().iter();
    let deeds: Vec<_> = deeds.map(|deed| (&deed["action"], &deed["subject"])).collect();
    let (invited, changed) = (json!("user.invite"), json!("user.change"));
    assert_eq!(deeds, [(&changed, &json!("cleo")), (&invited, &json!("cleo"))]);

    let cleo2 = json!({ "name": "C", "email": "cleo@other.test", "role": "agent" });
    assert_eq!(ask(&mut world, "ada", POST, "/v1/users", cleo2).await["id"], "cleo-2");
    for (body, kind) in [
        (json!({ "name": "X", "email": "x@acme.test", "role": "king" }), "no-such-role"),
        (json!({ "name": "", "email": "x@acme.test", "role": "agent" }), "bad-request"),
        (json!({ "name": "X", "email": "x", "role": "agent" }), "bad-request"),
        (json!({ "name": "X", "role": "agent" }), "bad-request"),
        (json!({ "id": "ben", "name": "X", "email": "x@a.test", "role": "agent" }), "exists"),
        (json!({ "name": "X", "email": "x@a.test", "role": "agent", "age": 7 }), "bad-request"),
    ] {
        let (_, told) = refused(&mut world, "ada", POST, "/v1/users", body.clone()).await;
        assert_eq!(told, kind, "{body}");
    }
}

/// R162, R164: without a licence, or when made inactive, one is shut out within a minute, with a
/// key and with a sign-in, and comes back when that is undone.
#[tokio::test]
async fn whoever_is_inactive_or_without_a_licence_does_not_come_in() {
    let mut world = World::new().await;
    let (workspace, id) = ("acme".parse().unwrap(), "ben".parse().unwrap());
    let user = world.confab.store.user(&workspace, &id).await.unwrap().unwrap();
    let bearer = local::issuer::Bearer { workspace, user, nonce: None };
    let signed = world.confab.issuer.token(&bearer, world.now()).unwrap();
    let key = world.token("ben").await;
    let out = [("active", StatusCode::UNAUTHORIZED), ("licensed", StatusCode::FORBIDDEN)];
    for (switch, shut_out) in out {
        for (on, status) in [(false, shut_out), (true, StatusCode::OK)] {
            ask(&mut world, "ada", PATCH, "/v1/users/ben", json!({ switch: on })).await;
            a_minute_passes(&world);
            for token in [&key, &signed] {
                let me = call(&world, token, &GET, "/v1/me", &Value::Null).await;
                assert_eq!(me.status, status, "{switch}: {on}");
            }
            for (method, path, needs) in api::routes() {
                if !on && needs != api::Needs::Nothing {
                    let path = filled(&path, &|_| "none".to_owned());
                    let shut = call(&world, &key, &method, &path, &Value::Null).await;
                    assert_eq!(shut.status, shut_out, "{switch}: {method} {path}");
                }
            }
        }
    }
}

/// R163, R165: groups and roles are the workspace's own; what is in use stays.
#[tokio::test]
async fn groups_and_roles_are_made_changed_and_ended() {
    let mut world = World::new().await;
    let sales = json!({ "name": "Sales", "accounts": ["wa1"] });
    ask(&mut world, "ada", PUT, "/v1/groups/sales", sales).await;
    ask(&mut world, "ada", PATCH, "/v1/users/ben", json!({ "groups": ["sales"] })).await;
    let me = ask(&mut world, "ben", GET, "/v1/me", Value::Null).await;
    assert_eq!(me["groups"][0]["name"], "Sales");
    let in_use = refused(&mut world, "ada", DELETE, "/v1/groups/sales", Value::Null).await;
    assert_eq!(in_use, (409, "in-use".to_owned()));
    ask(&mut world, "ada", PATCH, "/v1/users/ben", json!({ "groups": [] })).await;
    ask(&mut world, "ada", DELETE, "/v1/groups/sales", Value::Null).await;
    let gone = refused(&mut world, "ada", GET, "/v1/groups/sales", Value::Null).await;
    assert_eq!(gone.0, 404);

    let reader = json!({ "name": "Reader", "sees": "own", "permissions": ["conversation.read"] });
    ask(&mut world, "ada", PUT, "/v1/roles/reader", reader.clone()).await;
    ask(&mut world, "ada", PATCH, "/v1/users/ben", json!({ "role": "reader" })).await;
    let close = "/v1/conversations/cv_01ARZ3NDEKTSV4RRFFQ69G5FAV/close";
    assert_eq!(refused(&mut world, "ben", POST, close, json!({})).await.0, 403);
    let ended = refused(&mut world, "ada", DELETE, "/v1/roles/reader", Value::Null).await;
    assert_eq!(ended, (409, "in-use".to_owned()));
    let unknown = json!({ "name": "R", "sees": "own", "permissions": ["conversation.fly"] });
    let told = refused(&mut world, "ada", PUT, "/v1/roles/reader", unknown).await;
    assert_eq!(told, (400, "bad-request".to_owned()));
}

/// R165: nobody gives what they do not have, to a user, a role or a key.
#[tokio::test]
async fn a_manager_of_users_cannot_make_an_admin() {
    let mut world = World::new().await;
    let permissions = json!(["conversation.read", "users.manage", "roles.manage", "keys.manage"]);
    let hr = json!({ "name": "HR", "sees": "all", "permissions": permissions });
    ask(&mut world, "ada", PUT, "/v1/roles/hr", hr).await;
    ask(&mut world, "ada", PATCH, "/v1/users/ben", json!({ "role": "hr" })).await;
    let forbidden = (403, "forbidden".to_owned());
    for (method, path, body) in [
        (PATCH, "/v1/users/ben", json!({ "role": "admin" })),
        (PATCH, "/v1/users/ada", json!({ "email": "ben+ada@acme.test" })),
        (PATCH, "/v1/users/ada", json!({ "active": false })),
        (POST, "/v1/users", json!({ "name": "M", "email": "m@acme.test", "role": "admin" })),
        (
            PUT,
            "/v1/roles/hr",
            json!({ "name": "HR", "sees": "all", "permissions": ["settings.manage"] }),
        ),
        (POST, "/v1/keys", json!({ "name": "k", "scopes": ["settings.manage"] })),
    ] {
        assert_eq!(
            refused(&mut world, "ben", method, path, body.clone()).await,
            forbidden,
            "{body}"
        );
    }
    let reader = json!({ "name": "Reader", "sees": "own", "permissions": ["conversation.read"] });
    ask(&mut world, "ben", PUT, "/v1/roles/reader", reader).await;
}

/// R160: the last admin stays, also when two admins send each other away at the same moment.
#[tokio::test]
async fn the_last_admin_stays() {
    let mut world = World::new().await;
    for change in
        [json!({ "active": false }), json!({ "role": "agent" }), json!({ "licensed": false })]
    {
        let told = refused(&mut world, "ada", PATCH, "/v1/users/ada", change).await;
        assert_eq!(told, (409, "last-admin".to_owned()));
    }
    ask(&mut world, "ada", PATCH, "/v1/users/ben", json!({ "role": "admin" })).await;
    let (ada, ben) = (world.token("ada").await, world.token("ben").await);
    let down = json!({ "role": "agent" });
    let (by_ada, by_ben) = tokio::join!(
        call(&world, &ada, &PATCH, "/v1/users/ben", &down),
        call(&world, &ben, &PATCH, "/v1/users/ada", &down),
    );
    let statuses = [by_ada.status, by_ben.status];
    assert!(statuses.iter().filter(|status| status.is_success()).count() >= 1, "{statuses:?}");
    let users = world.confab.store.users(&"acme".parse().unwrap()).await.unwrap();
    let admins = users.iter().filter(|user| user.role.as_str() == "admin").count();
    assert_eq!(admins, 1, "{statuses:?}: {} {}", by_ada.body, by_ben.body);
}

/// R161: many at once change the same settings, none loses a change, none sees a failure of ours.
#[tokio::test]
async fn changes_at_the_same_time_are_all_kept_or_told() {
    let mut world = World::new().await;
    let ada = world.token("ada").await;
    let bodies: Vec<(String, Value)> = (0..12)
        .map(|number| (format!("/v1/groups/g{number}"), json!({ "name": format!("G{number}") })))
        .collect();
    let all = bodies.iter().map(|(path, body)| call(&world, &ada, &PUT, path, body));
    let answered = join_all(all).await;
    assert!(answered.iter().all(|one| !one.status.is_server_error()));
    let done = answered.iter().filter(|one| one.status.is_success()).count();
    let workspace = world.confab.store.workspace(&"acme".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((workspace.groups.len(), workspace.revision as usize), (done, done));
}

/// What people have changed is not undone when the same file is put down again.
#[tokio::test]
async fn a_file_that_says_nothing_new_changes_nothing() {
    let mut world = World::new().await;
    ask(&mut world, "ada", PUT, "/v1/groups/sales", json!({ "name": "Sales" })).await;
    ask(&mut world, "ada", PATCH, "/v1/users/ben", json!({ "role": "manager" })).await;
    let role = async |world: &World| {
        let store = &world.confab.store;
        let user = store.user(&"acme".parse().unwrap(), &"ben".parse().unwrap()).await;
        user.unwrap().unwrap().role.to_string()
    };
    let file = crate::world::ACME.to_owned();
    let put_down = async |world: &World, file: &str| {
        let provisioned = local::provision::read(file).unwrap();
        let bases = std::collections::BTreeMap::new();
        let (store, vault) = (&world.confab.store, &world.confab.vault);
        local::provision::apply(store, vault, &provisioned, &bases).await.unwrap();
    };
    put_down(&world, &file).await;
    assert_eq!(role(&world).await, "manager");
    let acme = "acme".parse().unwrap();
    let workspace = world.confab.store.workspace(&acme).await.unwrap().unwrap();
    assert_eq!(workspace.groups.len(), 1);
    put_down(&world, &file.replace("name = \"Ben\"", "name = \"Benjamin\"")).await;
    assert_eq!(role(&world).await, "agent", "the file says something new of ben");
}

/// The settings: what is given changes, what is wrong is named.
#[tokio::test]
async fn settings_are_changed_switch_by_switch() {
    let mut world = World::new().await;
    let path = "/v1/workspace";
    let before = ask(&mut world, "ada", GET, path, Value::Null).await;
    let change = json!({
        "name": "Acme Ltd",
        "time_zone": "Europe/Paris",
        "rules": { "lock": "off", "routing": { "last_replier": true } },
        "hours": { "zone": "Europe/Paris", "week": [["09:00-17:00"], [], [], [], [], [], []] },
    });
    let after = ask(&mut world, "ada", PATCH, path, change).await;
    assert_eq!((&after["name"], &after["time_zone"]), (&json!("Acme Ltd"), &json!("Europe/Paris")));
    assert_eq!(after["rules"]["lock"], "off");
    assert_eq!(after["rules"]["routing"]["last_replier"], true);
    assert_eq!(after["rules"]["claim_for"], before["rules"]["claim_for"]);
    assert_eq!(after["hours"]["week"][0][0], "09:00-17:00");
    let open = ask(&mut world, "ada", PATCH, path, json!({ "hours": null })).await;
    assert_eq!((&open["hours"], &open["name"]), (&Value::Null, &json!("Acme Ltd")));
    for (change, field) in [
        (json!({ "colour": "red" }), "colour"),
        (json!({ "rules": { "colour": "red" } }), "rules.colour"),
        (json!({ "rules": { "lock": "tight" } }), "rules.lock"),
        (json!({ "rules": { "routing": { "luck": 1 } } }), "rules.routing.luck"),
        (json!({ "rules": { "assignees_max": 0 } }), "rules.assignees_max"),
        (json!({ "rules": { "claim_for": "PT0S" } }), "rules.claim_for"),
        (json!({ "time_zone": "Mars/Olympus" }), "time_zone"),
        (json!({ "name": " " }), "name"),
    ] {
        let answered = world.request("ada", PATCH, path, Some(change.clone()), None).await;
        assert_eq!(answered.status, StatusCode::BAD_REQUEST, "{change}");
        assert_eq!(answered.body["field"], field, "{change}: {}", answered.body);
    }
}

/// S12: a machine's key reaches as far as its scopes and its user, until it is revoked or expires.
#[tokio::test]
async fn a_key_reaches_as_far_as_it_was_made_to() {
    let mut world = World::new().await;
    let wanted =
        json!({ "name": "Reports", "scopes": ["conversation.read"], "expires_in_days": 1 });
    let made = ask(&mut world, "ada", POST, "/v1/keys", wanted).await;
    let (id, token) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    let list = "/v1/conversations";
    let get = async |world: &World, path: &str| {
        call(world, token, &GET, path, &Value::Null).await.status.as_u16()
    };
    assert_eq!(get(&world, list).await, 200);
    assert_eq!(get(&world, "/v1/accounts").await, 403);
    let me = call(&world, token, &GET, "/v1/me", &Value::Null).await.body;
    assert_eq!(me["permissions"], json!(["conversation.read"]));

    let keys = ask(&mut world, "ada", GET, "/v1/keys", Value::Null).await;
    let shown = keys["items"].as_array().unwrap().iter().find(|key| key["id"] == id).unwrap();
    assert_eq!(shown["name"], "Reports");
    assert!(!keys.to_string().contains(token.rsplit('_').next().unwrap()), "the secret is shown");

    let path = format!("/v1/keys/{id}");
    ask(&mut world, "ada", DELETE, &path, Value::Null).await;
    a_minute_passes(&world);
    assert_eq!(get(&world, list).await, 401);
    assert_eq!(refused(&mut world, "ada", DELETE, &path, Value::Null).await.0, 404);

    let wanted = json!({ "name": "A day", "expires_in_days": 1 });
    let made = ask(&mut world, "ada", POST, "/v1/keys", wanted).await;
    let token = made["token"].as_str().unwrap();
    let get = async |world: &World| call(world, token, &GET, list, &Value::Null).await.status;
    assert_eq!(get(&world).await, StatusCode::OK);
    world.confab.clock.set(world.now() + SignedDuration::from_hours(24));
    assert_eq!(get(&world).await, StatusCode::UNAUTHORIZED);
}

/// A key that may make keys makes none that may do more, and none as another person.
#[tokio::test]
async fn a_key_makes_no_stronger_key() {
    let mut world = World::new().await;
    let wanted = json!({ "name": "K", "scopes": ["keys.manage", "note.write"] });
    let made = ask(&mut world, "ada", POST, "/v1/keys", wanted).await;
    let token = made["token"].as_str().unwrap();
    let made = async |world: &World, body: Value| {
        call(world, token, &POST, "/v1/keys", &body).await.status.as_u16()
    };
    assert_eq!(made(&world, json!({ "name": "k", "scopes": ["note.write"] })).await, 201);
    assert_eq!(made(&world, json!({ "name": "k", "scopes": ["users.manage"] })).await, 403);
    assert_eq!(made(&world, json!({ "name": "k", "user": "ben" })).await, 422);
    let bot = json!({ "id": "bot", "name": "Bot", "kind": "bot", "role": "agent" });
    ask(&mut world, "ada", POST, "/v1/users", bot).await;
    assert_eq!(made(&world, json!({ "name": "k", "user": "bot" })).await, 403);
    let ours = json!({ "name": "Bot's", "user": "bot" });
    let key = ask(&mut world, "ada", POST, "/v1/keys", ours).await;
    let me = call(&world, key["token"].as_str().unwrap(), &GET, "/v1/me", &Value::Null).await;
    assert_eq!(me.body["user"]["kind"], "bot");
}

/// A token that asks too often is told when to come again; others are served.
#[tokio::test]
async fn whoever_asks_too_often_is_told_to_wait() {
    let mut world = World::new().await;
    let tokens = [world.token("ada").await, world.token("ben").await];
    let mut config = world.confab.api_config();
    config.limit = api::Limit { per_second: 2, at_once: 3 };
    let clock = std::sync::Arc::clone(&world.confab.clock);
    let stamp = move |request: Request| std::future::ready(Now(clock.now()).stamp(request));
    let router =
        api::router(api::Deps::connect(&world.confab.sdk, &config, world.confab.language.clone()));
    let router = router.layer(map_request(stamp));
    let ask = async |token: &str| {
        let request = Request::get("/v1/me").header("authorization", format!("Bearer {token}"));
        let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().parse());
        (answer.status().as_u16(), wait.map(Result::<u32, _>::unwrap))
    };
    for _request in 0..3 {
        assert_eq!(ask(&tokens[0]).await, (200, None));
    }
    assert_eq!(ask(&tokens[0]).await, (429, Some(1)));
    assert_eq!(ask(&tokens[1]).await, (200, None));
    world.confab.clock.set(world.now() + SignedDuration::from_millis(500));
    assert_eq!(ask(&tokens[0]).await, (200, None));
    assert_eq!(ask(&tokens[0]).await, (429, Some(1)));
}
