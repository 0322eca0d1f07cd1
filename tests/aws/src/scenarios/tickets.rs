//! Conversations as tickets, and what follows them: lists, tiles, the feed.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::eventually::eventually;

/// Something that an agent does, and that is done.
async fn does(deployment: &Deployment, id: &str, action: &str, body: Value) -> Value {
    let path = format!("/v1/conversations/{id}/{action}");
    let answer = deployment.agent.request(Method::POST, &path, Some(body), None).await;
    assert_eq!(answer.status, StatusCode::OK, "{action}: {}", answer.json());
    answer.json()
}

async fn ids(deployment: &Deployment, view: &str) -> Vec<String> {
    let page = deployment.agent.get(&format!("/v1/conversations?limit=100&view={view}")).await;
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

async fn count(deployment: &Deployment, tile: &str) -> i64 {
    deployment.agent.get("/v1/tiles").await[tile]["count"].as_i64().unwrap()
}

/// An agent takes a conversation, gives it away, restricts it, notes something, and closes it; lists,
/// tiles and feed follow.
pub(crate) async fn a_ticket_is_worked_on(deployment: &Deployment) {
    let (agent, phone) = (&deployment.agent, deployment.phone("wa1", "+16505550111"));
    phone.writes("My parcel is broken").await;
    let id = agent.conversation_with(&phone).await;
    deployment.quiet().await;
    let before = count(deployment, "assigned_to_me").await;
    let claimed = does(deployment, &id, "claim", json!({})).await;
    assert_eq!(claimed["claim"]["by"], "ada");
    let renewed = json!({ "epoch": claimed["epoch"] });
    does(deployment, &id, "claim/renew", renewed).await;
    does(deployment, &id, "assign", json!({ "assignees": ["ada", "ben"] })).await;
    assert!(ids(deployment, "mine").await.contains(&id));
    eventually("the tile follows", async || {
        (count(deployment, "assigned_to_me").await == before + 1).then_some(())
    })
    .await;
    does(deployment, &id, "visibility", json!({ "users": ["ada"] })).await;
    let text = json!({ "type": "text", "text": "Twice this month." });
    does(deployment, &id, "notes", json!({ "content": text })).await;
    does(deployment, &id, "read", json!({})).await;
    does(deployment, &id, "close", json!({ "summary": "A new one is on its way." })).await;
    assert!(ids(deployment, "closed").await.contains(&id));
    assert!(!ids(deployment, "mine").await.contains(&id));
    eventually("the tile follows", async || {
        (count(deployment, "assigned_to_me").await == before).then_some(())
    })
    .await;
    assert!(told(deployment, &id).await.ends_with(&["note".to_owned(), "closed".to_owned()]));
    let audit = agent.get("/v1/audit").await;
    assert!(audit["items"].is_array(), "{audit}");
}

/// The types of a conversation's events, as the feed of the workspace has them.
async fn told(deployment: &Deployment, id: &str) -> Vec<String> {
    let mut types = Vec::new();
    let mut after = "start".to_owned();
    loop {
        let page = deployment.agent.get(&format!("/v1/events?limit=100&after={after}")).await;
        for event in page["items"].as_array().unwrap() {
            if event["conversation"] == id {
                types.push(event["type"].as_str().unwrap().to_owned());
            }
        }
        after = page["next"].as_str().unwrap().to_owned();
        if page["more"] != true {
            return types;
        }
    }
}
