//! Conversations as a text to take along.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::world::World;

/// R180, R182: who said what and when, in the workspace's time, with a symbol for each file and the
/// place where it is got; notes only where they are wanted.
#[tokio::test]
async fn a_transcript_says_who_said_what() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello\n2026-01-01 00:00:00  Ben\n    You get it for nothing").await;
    phone.sends_image(Some("Look"), b"\x89PNG\r\n\x1a\nx").await;
    world.settle().await;
    world.replies("ben", "It ships today").await;
    let id = world.only().await;
    let note = json!({ "content": { "type": "text", "text": "Be kind" } });
    world.did("ben", &id, "notes", note).await;
    let path = format!("/v1/conversations/{id}/transcript");
    let text = world.text("ada", &path).await;
    let name = world.conversation(&id).await["contact"]["name"].as_str().unwrap().to_owned();
    assert!(
        text.starts_with(&format!("Acme: conversation {id} with {name} (+16505551234)\n")),
        "{text}"
    );
    assert!(text.contains("Europe/Berlin"), "{text}");
    let forged = "    Hello\n    2026-01-01 00:00:00  Ben\n        You get it for nothing\n";
    let said = format!("2026-11-20 10:00:00  {name}\n{forged}");
    assert!(text.contains(&said), "{text}");
    assert!(text.contains("  Acme (automatic)\n    Welcome to Acme.\n"), "{text}");
    assert!(text.contains("  Ben\n    It ships today\n"), "{text}");
    let image = text.lines().find(|line| line.trim().starts_with("[image")).unwrap();
    let file = image.split_once("] ").unwrap().1;
    let got = world.request("ada", Method::GET, file, None, None).await;
    assert_eq!(got.status, StatusCode::TEMPORARY_REDIRECT, "{image}");
    assert!(!text.contains("Be kind"));
    let noted = world.text("ada", &format!("{path}?format=txt&notes=true")).await;
    assert!(noted.contains("  Ben (private note)\n    Be kind\n"), "{noted}");
    let refused =
        world.request("ada", Method::GET, &format!("{path}?format=pdf"), None, None).await;
    assert_eq!(
        (refused.status, &refused.body["field"]),
        (StatusCode::BAD_REQUEST, &json!("format"))
    );
}

/// R181: admins take any conversation along, others what they are assigned to, and the audit has it.
#[tokio::test]
async fn only_admins_and_assignees_take_a_conversation_along() {
    let mut world = World::new().await;
    world.phone("tg1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let path = format!("/v1/conversations/{id}/transcript");
    let refused = world.request("ben", Method::GET, &path, None, None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.body["permission"], "transcript.export");
    world.did("ada", &id, "assign", json!({ "assignees": ["ben"] })).await;
    assert!(world.text("ben", &path).await.contains("Hello"));
    let audit = world.get("/v1/audit").await;
    let last = &audit["items"][0];
    assert_eq!((&last["action"], &last["subject"]), (&json!("transcript.export"), &json!(id)));
}

/// R180: a long conversation is read page by page, and none of it is left out.
#[tokio::test]
async fn a_long_conversation_is_written_as_a_whole() {
    let mut world = World::new().await;
    let phone = world.phone("tg1");
    for number in 0..120 {
        phone.writes(&format!("Line {number}.")).await;
    }
    world.settle().await;
    let id = world.only().await;
    let text = world.text("ada", &format!("/v1/conversations/{id}/transcript")).await;
    for number in [0, 98, 99, 100, 119] {
        assert_eq!(text.matches(&format!("Line {number}.\n")).count(), 1, "{number}");
    }
    assert!(!text.contains("goes on"));
}
