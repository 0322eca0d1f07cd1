//! One script for each system the requirements come from, as its users would live it: the same
//! conversation under five ways of working.

mod clevertap;
mod conversedesk;
mod converso;
mod race;
mod ucal;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{ACME, Answered, World};

/// Ben and Cleo answer, Ada decides; programs answer and automate.
const USERS: &str = r#"
[[workspace.user]]
id = "cleo"
name = "Cleo"
email = "cleo@acme.test"
role = "agent"

[[workspace.user]]
id = "helper"
name = "Helper"
role = "agent"
kind = "ai"

[[workspace.user]]
id = "flow"
name = "Flow"
role = "agent"
kind = "bot"
"#;

/// A workspace of a preset, with what differs from it.
fn file(preset: &str, rules: &str, responders: &str) -> String {
    ACME.replace("status_preset = \"five\"", &format!("preset = \"{preset}\"\n{rules}"))
        .replace("welcome = \"Welcome to Acme.\"", responders)
        .replacen("[[workspace.account]]", &format!("{USERS}\n[[workspace.account]]"), 1)
}

impl World {
    /// A user does something to a conversation.
    pub(crate) async fn does(
        &mut self,
        user: &str,
        id: &str,
        action: &str,
        body: Value,
    ) -> Answered {
        let path = format!("/v1/conversations/{id}/{action}");
        let answered = self.request(user, Method::POST, &path, Some(body), None).await;
        self.settle().await;
        answered
    }

    /// A user does something to a conversation, and nothing speaks against it.
    pub(crate) async fn did(&mut self, user: &str, id: &str, action: &str, body: Value) -> Value {
        let answered = self.does(user, id, action, body).await;
        assert_eq!(answered.status, StatusCode::OK, "{user} {action}: {}", answered.body);
        answered.body
    }

    /// A user does something to a conversation, and is refused.
    pub(crate) async fn refused(
        &mut self,
        user: &str,
        id: &str,
        action: &str,
        body: Value,
    ) -> Value {
        let answered = self.does(user, id, action, body).await;
        assert!(answered.status.is_client_error(), "{user} {action}: {}", answered.body);
        answered.body
    }

    /// A user says something in a conversation.
    pub(crate) async fn says(&mut self, user: &str, id: &str, text: &str) -> Answered {
        let content = json!({ "content": { "type": "text", "text": text } });
        let answered = self.replies_with(user, id, content, None).await;
        self.settle().await;
        answered
    }

    /// A user says something in a conversation, and it is taken.
    pub(crate) async fn said(&mut self, user: &str, id: &str, text: &str) {
        let answered = self.says(user, id, text).await;
        assert_eq!(answered.status, StatusCode::ACCEPTED, "{user}: {}", answered.body);
    }

    pub(crate) async fn status_of(&mut self, id: &str) -> String {
        self.conversation(id).await["status"].as_str().unwrap().to_owned()
    }

    /// The ids that a user finds in a list.
    pub(crate) async fn view(&mut self, user: &str, query: &str) -> Vec<String> {
        let path = format!("/v1/conversations?{query}");
        let answered = self.request(user, Method::GET, &path, None, None).await;
        assert_eq!(answered.status, StatusCode::OK, "{user} {query}: {}", answered.body);
        let items = answered.body["items"].as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    /// A campaign writes to a phone by WhatsApp, with a template.
    pub(crate) async fn campaign(&mut self, name: &str) {
        let body = json!({
            "campaign": { "id": name, "name": name, "label": "spring" },
            "account": "wa1",
            "to": crate::world::ADA,
            "content": template(),
        });
        let path = "/v1/campaign-messages";
        let answered = self.request("ada", Method::POST, path, Some(body), None).await;
        assert_eq!(answered.status, StatusCode::ACCEPTED, "{}", answered.body);
        self.settle().await;
    }
}

fn template() -> Value {
    json!({
        "type": "template", "name": "we_have_news", "language": "en", "parameters": ["shoes"],
    })
}
