//! Channel accounts that are connected and changed from the desk.

use axum::http::{Method, StatusCode};
use domain::account::Secrets;
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Phone;

use super::rights::call;
use crate::world::{Answered, World};

const ACME: &str = r#"
[[workspace]]
id = "acme"
name = "Acme"
[[workspace.user]]
id = "ada"
name = "Ada"
role = "admin"
[[workspace.user]]
id = "ben"
name = "Ben"
role = "agent"
"#;

/// Another workspace, with an account of its own.
pub(super) const GLOBEX: &str = r#"
[[workspace]]
id = "globex"
name = "Globex"
[[workspace.user]]
id = "boss"
name = "Boss"
role = "admin"
[[workspace.account]]
id = "theirs"
channel = "telegram"
[workspace.account.secrets]
bot_token = "1:globex-bot-token"
secret_token = "globex-secret-token"
"#;

const BOT_TOKEN: &str = "110201543:first-bot-token";
const SECRET_TOKEN: &str = "first-secret-token";

fn telegram() -> Value {
    let secrets = json!({ "bot_token": BOT_TOKEN, "secret_token": SECRET_TOKEN });
    json!({ "channel": "telegram", "name": "Shop", "secrets": secrets })
}

fn whatsapp(number: &str) -> Value {
    json!({
        "channel": "whatsapp",
        "name": "Shop",
        "settings": { "phone_number_id": number },
        "secrets": { "app_secret": "a", "verify_token": "v", "access_token": "t" },
    })
}

impl World {
    async fn puts_account(&mut self, user: &str, account: &str, body: Value) -> Answered {
        let path = format!("/v1/accounts/{account}");
        self.request(user, Method::PUT, &path, Some(body), None).await
    }

    /// The provider's side of what was connected.
    fn plays(&self, account: &Value) -> Phone {
        let secrets = [("bot_token", BOT_TOKEN), ("secret_token", SECRET_TOKEN)];
        let own = |(key, secret): (&str, &str)| (key.to_owned(), secret.to_owned());
        let id = account["id"].as_str().unwrap().to_owned();
        self.simulator.add_account(simulator::Account {
            id: id.clone(),
            channel: "telegram".to_owned(),
            name: "Shop".to_owned(),
            webhook_url: account["webhook"].as_str().unwrap().to_owned(),
            settings: Default::default(),
            secrets: secrets.map(own).into(),
        });
        self.simulator.phone(&id, "3527065")
    }

    async fn secrets(&self, account: &str) -> Secrets {
        let id = account.parse().unwrap();
        let stored = self.confab.store.account(&id).await.unwrap().unwrap();
        let workspace = &stored.account.workspace;
        self.confab.vault.open(workspace, &id, &stored.sealed).await.unwrap()
    }

    async fn deeds(&mut self) -> Vec<Value> {
        self.get("/v1/audit").await["items"].as_array().unwrap().clone()
    }
}

/// What customers write to an account that was connected a moment ago arrives, and still does when
/// it is called something else.
#[tokio::test]
async fn customers_reach_an_account_that_was_connected() {
    let mut world = World::with(&format!("{ACME}{GLOBEX}"), 1).await;
    let made = world.puts_account("ada", "shop", telegram()).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let webhook = format!("{}/webhooks/shop", world.confab.public_url.as_str());
    assert_eq!(made.body["webhook"], webhook);
    let phone = world.plays(&made.body);
    phone.writes("Hello").await;
    world.settle().await;
    let id = world.only().await;

    let renamed =
        json!({ "channel": "telegram", "name": "Shop 2", "secrets": { "bot_token": "" } });
    let renamed = world.puts_account("ada", "shop", renamed).await;
    assert_eq!(renamed.body["name"], "Shop 2", "{}", renamed.body);
    world.pass(SignedDuration::from_mins(2)).await;
    phone.writes("Still there?").await;
    world.settle().await;
    let said = world.events(&id).await;
    let said: Vec<&Value> = said.iter().map(|event| &event["content"]["text"]).collect();
    assert!(said.contains(&&json!("Hello")) && said.contains(&&json!("Still there?")), "{said:?}");
    let listed = world.get("/v1/accounts").await;
    assert_eq!(listed["items"], json!([renamed.body]));
}

/// A secret that is not given stays; a change of nothing is none.
#[tokio::test]
async fn what_is_not_given_anew_stays_secret_by_secret() {
    let mut world = World::with(&format!("{ACME}{GLOBEX}"), 1).await;
    world.puts_account("ada", "shop", telegram()).await;
    let named = |name: &str, secrets: Value| json!({ "channel": "telegram", "name": name, "secrets": secrets });
    world.puts_account("ada", "shop", named("Shop 2", json!({}))).await;
    let secrets = world.secrets("shop").await;
    assert_eq!(secrets.get("bot_token"), Some(BOT_TOKEN));
    assert_eq!(secrets.get("secret_token"), Some(SECRET_TOKEN));
    let other = json!({ "bot_token": "110201543:second", "secret_token": "" });
    world.puts_account("ada", "shop", named("Shop 2", other.clone())).await;
    let secrets = world.secrets("shop").await;
    assert_eq!(secrets.get("bot_token"), Some("110201543:second"));
    assert_eq!(secrets.get("secret_token"), Some(SECRET_TOKEN));
    assert_eq!(world.deeds().await.len(), 3);
    let again = world.puts_account("ada", "shop", named("Shop 2", other)).await;
    assert_eq!((again.status, world.deeds().await.len()), (StatusCode::OK, 3));
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let mut world = World::with(&format!("{ACME}{GLOBEX}"), 1).await;
    let with = |changes: Value| {
        let mut body = telegram();
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    let template = |name: &str| json!({ "name": name, "language": "en", "parameters": 1 });
    let twice = json!([template("hello"), template("hello")]);
    let cases = [
        (json!({ "channel": "pigeon" }), 400, "channel"),
        (json!({ "name": " " }), 400, "name"),
        (json!({ "name": "x".repeat(201) }), 400, "name"),
        (json!({ "settings": { "from": "+1" } }), 400, "settings.from"),
        (json!({ "secrets": { "bot_tokn": "x" } }), 400, "secrets.bot_tokn"),
        (json!({ "secrets": { "bot_token": "x" } }), 400, "secrets.secret_token"),
        (json!({ "templates": [template("")] }), 400, "templates[0].name"),
        (json!({ "templates": twice }), 400, "templates[1].name"),
        (json!({ "api_base": "https://elsewhere.test" }), 400, "api_base"),
    ];
    for (changes, status, field) in cases {
        let answered = world.puts_account("ada", "shop", with(changes.clone())).await;
        assert_eq!(answered.status, status, "{changes}: {}", answered.body);
        assert_eq!(answered.body["field"], field, "{changes}: {}", answered.body);
    }
    assert_eq!(world.get("/v1/accounts").await["items"], json!([]));
    let body = json!({ "name": "hello", "language": "en", "parameters": 1, "body": "Hi {{1}}" });
    let made = world.puts_account("ada", "shop", with(json!({ "templates": [body] }))).await;
    assert_eq!(made.body["templates"][0]["body"], "Hi {{1}}", "{}", made.body);
    let other = world.puts_account("ada", "shop", whatsapp("1")).await;
    assert_eq!((other.status.as_u16(), &other.body["field"]), (422, &json!("channel")));
}

/// An account has one workspace, and a number at the provider has one account in it, until it is
/// given up.
#[tokio::test]
async fn what_is_connected_already_is_refused() {
    let mut world = World::with(&format!("{ACME}{GLOBEX}"), 1).await;
    let before = world.secrets("theirs").await;
    let taken = world.puts_account("ada", "theirs", telegram()).await;
    assert_eq!((taken.status.as_u16(), &taken.body["type"]), (409, &json!("exists")));
    assert_eq!(world.secrets("theirs").await, before);

    world.puts_account("ada", "one", whatsapp("1")).await;
    let twice = world.puts_account("ada", "two", whatsapp("1")).await;
    assert_eq!((twice.status.as_u16(), &twice.body["type"]), (409, &json!("exists")));
    assert_eq!(twice.body["field"], "settings.phone_number_id", "{}", twice.body);
    assert_eq!(twice.body["account"], "one");
    for (account, number) in [("one", "2"), ("two", "1"), ("two", "3"), ("one", "1")] {
        let answered = world.puts_account("ada", account, whatsapp(number)).await;
        assert_eq!(answered.status, StatusCode::OK, "{account} {number}: {}", answered.body);
    }
}

/// S5: agents see accounts, and change none.
#[tokio::test]
async fn agents_connect_nothing() {
    let mut world = World::with(&format!("{ACME}{GLOBEX}"), 1).await;
    let refused = world.puts_account("ben", "shop", telegram()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    assert_eq!(refused.body["permission"], "accounts.manage");
    let ben = world.token("ben").await;
    let listed = call(&world, &ben, &Method::GET, "/v1/accounts", &Value::Null).await;
    assert_eq!((listed.status, &listed.body["items"]), (StatusCode::OK, &json!([])));
}

/// S10: the audit says which secrets were given, and nothing says what they are.
#[tokio::test]
async fn secrets_are_in_no_answer_and_not_in_the_audit() {
    let mut world = World::with(&format!("{ACME}{GLOBEX}"), 1).await;
    let mut said = vec![world.puts_account("ada", "shop", telegram()).await.body];
    let half = json!({ "channel": "telegram", "name": "", "secrets": { "bot_token": BOT_TOKEN } });
    said.push(world.puts_account("ada", "shop", half).await.body);
    said.push(world.get("/v1/accounts").await);
    let deeds = world.deeds().await;
    assert_eq!(deeds.len(), 1);
    assert_eq!(
        (&deeds[0]["action"], &deeds[0]["subject"]),
        (&json!("account.put"), &json!("shop"))
    );
    assert_eq!(deeds[0]["detail"]["secrets"], json!(["bot_token", "secret_token"]));
    said.extend(deeds);
    for said in said.iter().map(Value::to_string) {
        assert!(!said.contains(BOT_TOKEN) && !said.contains(SECRET_TOKEN), "{said}");
    }
}
