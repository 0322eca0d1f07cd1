//! Consent: what contacts say themselves, what is brought along, and whose word counts.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{ADA, Answered, World};

fn line(wish: &str, source: &str) -> Value {
    json!({ "account": "wa1", "address": ADA, "wish": wish, "source": source })
}

impl World {
    async fn uploads(&mut self, user: &str, items: Value) -> Answered {
        let body = json!({ "items": items });
        self.request(user, Method::POST, "/v1/consents", Some(body), None).await
    }

    async fn uploads_csv(&mut self, user: &str, csv: &str) -> Answered {
        let token = self.token(user).await;
        let request = Request::post("/v1/consents")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "text/csv; charset=utf-8")
            .body(Body::from(csv.to_owned()));
        self.send(request.unwrap()).await
    }

    async fn consent(&mut self, account: &str) -> Value {
        let address = ADA.replace('+', "%2B");
        self.get(&format!("/v1/consents?account={account}&address={address}")).await
    }
}

fn results(answered: &Answered) -> Vec<&str> {
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
    let items = answered.body["items"].as_array().unwrap().iter();
    items.map(|item| item["result"].as_str().unwrap()).collect()
}

/// R084: consents are uploaded before the business writes first; each line is answered.
#[tokio::test]
async fn consents_are_brought_along_as_json_or_csv() {
    let mut world = World::new().await;
    let early = "2026-01-05T10:00:00Z";
    let answered = world
        .uploads(
            "ada",
            json!([
                { "account": "wa1", "address": ADA, "wish": "in", "at": early, "note": "fair" },
                { "account": "nope", "address": ADA, "wish": "in" },
                { "account": "wa1", "address": ADA, "wish": "maybe" },
                { "account": "wa1", "address": " ", "wish": "in" },
                { "account": "wa1", "address": ADA, "wish": "in", "colour": "red" },
                { "account": "wa1", "address": ADA, "wish": "out", "at": "2030-01-01T00:00:00Z" },
                { "account": "wa1", "address": ADA, "wish": "in", "source": "keyword" },
            ]),
        )
        .await;
    let invalid = "invalid";
    assert_eq!(results(&answered), ["done", invalid, invalid, invalid, invalid, invalid, invalid]);
    let fields: Vec<&Value> =
        answered.body["items"].as_array().unwrap().iter().map(|item| &item["field"]).collect();
    assert_eq!(fields[1..], ["account", "wish", "address", "colour", "at", "source"]);
    assert!(fields[0].is_null());
    let known = world.consent("wa1").await;
    assert_eq!(
        known["everything"],
        json!({ "state": "opted_in", "at": early, "source": "upload" })
    );
    assert_eq!(known["items"].as_array().unwrap().len(), 1);
    assert_eq!(known["items"][0]["note"], "fair");
    assert_eq!(known["items"][0]["by"], "ada");

    let csv = format!(
        "account,address,wish,source,at\n\
         wa1,{ADA},in,upload,{early}\n\
         sms1,\"{ADA}\",out,automation,\n\
         sms1,{ADA}\n"
    );
    let answered = world.uploads_csv("ada", &csv).await;
    assert_eq!(results(&answered), ["superseded", "done", "invalid"]);
    assert_eq!(world.consent("sms1").await["everything"]["source"], "automation");
    let answered = world.uploads_csv("ada", "account,adress\nwa1,x\n").await;
    assert_eq!(answered.status, StatusCode::BAD_REQUEST);
    assert_eq!(answered.body["field"], "adress");
}

/// R085: only the contact lifts what the contact has set, and each word is in the ledger.
#[tokio::test]
async fn nobody_opts_in_who_opted_out_themselves() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    phone.writes("Abmelden").await;
    world.settle().await;
    world.pass(SignedDuration::from_mins(1)).await;
    let answered = world.uploads("ada", json!([line("in", "upload"), line("in", "agent")])).await;
    assert_eq!(results(&answered), ["refused", "refused"]);
    assert_eq!(answered.body["items"][0]["opted_out_by"], "keyword");
    // Who is reported to be out, and is, is not out by report: nobody could lift that either.
    let answered = world.uploads("ada", json!([line("out", "agent")])).await;
    assert_eq!(results(&answered), ["superseded"]);
    let refused = world.replies("ada", "Are you sure?").await;
    assert_eq!(refused.body["type"], "opted-out");
    phone.writes("UNSTOP").await;
    world.settle().await;
    let known = world.consent("wa1").await;
    assert_eq!(known["everything"]["state"], "opted_in");
    let words: Vec<_> =
        known["items"].as_array().unwrap().iter().map(|word| &word["wish"]).collect();
    assert_eq!(words, ["in", "out"], "newest first, and nothing that did not count");
    assert_eq!(world.replies("ada", "Welcome back!").await.status, StatusCode::ACCEPTED);
    world.settle().await;
}

/// R085: an opt-out that is uploaded stops an open conversation, and messages that wait in it.
#[tokio::test]
async fn an_uploaded_opt_out_reaches_the_open_conversation() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let inbox = phone.inbox().len();
    let accepted = world.replies("ada", "Just in time?").await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED);
    let answered = world.uploads("ada", json!([line("out", "upload")])).await;
    assert_eq!(results(&answered), ["done"]);
    world.settle().await;
    assert_eq!(phone.inbox().len(), inbox, "it had not gone out yet");
    let refused = world.replies("ada", "One more thing").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        (&refused.body["type"], &refused.body["source"]),
        (&json!("opted-out"), &json!("upload"))
    );
    // What an upload has set, a later one lifts.
    world.pass(SignedDuration::from_mins(1)).await;
    let answered = world.uploads("ada", json!([line("in", "automation")])).await;
    assert_eq!(results(&answered), ["done"]);
    assert_eq!(world.replies("ada", "One more thing").await.status, StatusCode::ACCEPTED);
    world.settle().await;
    assert_eq!(phone.inbox().len(), inbox + 1);
}

/// R084, R087: before anybody has written, an opted-out address gets no first message, and what a
/// workflow was told counts like what was uploaded.
#[tokio::test]
async fn who_is_known_to_be_out_is_not_written_to_first() {
    let mut world = World::new().await;
    world.uploads("ada", json!([line("out", "automation")])).await;
    let template = json!({ "account": "wa1", "to": ADA, "content": { "type": "template",
        "name": "we_have_news", "language": "en", "parameters": ["x"] } });
    let (path, body) = ("/v1/conversations", Some(template));
    let refused = world.request("ada", Method::POST, path, body.clone(), None).await;
    assert_eq!(refused.body["type"], "opted-out", "{}", refused.body);
    world.pass(SignedDuration::from_mins(1)).await;
    world.uploads("ada", json!([line("in", "automation")])).await;
    let accepted = world.request("ada", Method::POST, path, body, None).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.body);
    world.settle().await;
}

/// R084: a dry run says the same and writes nothing.
#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let mut world = World::new().await;
    world.phone("wa1").writes("STOP").await;
    world.settle().await;
    let items = json!([line("in", "upload"), { "account": "sms1", "address": ADA, "wish": "in" }]);
    let body = json!({ "items": items });
    let path = "/v1/consents?dry_run=true";
    let answered = world.request("ada", Method::POST, path, Some(body), None).await;
    assert_eq!(results(&answered), ["refused", "done"]);
    assert_eq!(answered.body["dry_run"], true);
    let path = format!("/v1/consents?account=sms1&address={}", ADA.replace('+', "%2B"));
    let unknown = world.request("ada", Method::GET, &path, None, None).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get("/v1/audit").await["items"], json!([]));
}

/// R084: the same upload twice is one upload, and it is in the audit once, by numbers only.
#[tokio::test]
async fn a_repeated_upload_is_one() {
    let mut world = World::new().await;
    for expected in ["done", "superseded"] {
        let body = json!({ "items": [line("in", "upload")] });
        let answered =
            world.request("ada", Method::POST, "/v1/consents", Some(body), Some("once")).await;
        assert_eq!(results(&answered), [expected]);
        world.pass(SignedDuration::from_mins(5)).await;
    }
    assert_eq!(world.consent("wa1").await["items"].as_array().unwrap().len(), 1);
    let audit = world.get("/v1/audit").await;
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
    assert_eq!(audit["items"][0]["action"], "consent.upload");
    assert!(!audit.to_string().contains(&ADA[1..]), "an audit stays for ever");
}

/// R084: who may do what, and how much at once.
#[tokio::test]
async fn an_agent_puts_down_what_was_said_to_them_and_no_lists() {
    let mut world = World::new().await;
    let refused = world.uploads("ben", json!([line("out", "agent"), line("in", "upload")])).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.body["permission"], "consent.upload");
    let answered = world.uploads("ben", json!([line("out", "agent")])).await;
    assert_eq!(results(&answered), ["done"]);
    let many: Vec<Value> = (0..=1_000).map(|_| line("out", "agent")).collect();
    let refused = world.uploads("ada", json!(many)).await;
    assert_eq!(
        (refused.status, &refused.body["field"]),
        (StatusCode::BAD_REQUEST, &json!("items"))
    );
}

/// R085: a workspace has words of its own, and each language its words, on every channel.
#[tokio::test]
async fn a_workspace_has_words_of_its_own() {
    let words =
        "status_preset = \"five\"\nopt_out_words = [\"alto\"]\nopt_in_words = [\"otra vez\"]";
    let file = crate::world::ACME.replace("status_preset = \"five\"", words);
    let mut world = World::with(&file, 1).await;
    let phone = world.phone("tg1");
    for (text, status) in [
        ("Alto!", StatusCode::UNPROCESSABLE_ENTITY),
        ("otra vez", StatusCode::ACCEPTED),
        ("Désinscrire", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        phone.writes(text).await;
        world.settle().await;
        assert_eq!(world.replies("ada", "Hello").await.status, status, "{text}");
        world.pass(SignedDuration::from_secs(1)).await;
    }
}
