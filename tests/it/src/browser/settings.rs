//! Settings that change how one works.

use super::desk::{Desk, WRITE};

/// A snippet is written once, and put into an answer by its sign.
#[tokio::test]
async fn a_snippet_is_created_and_used() {
    let desk = Desk::open().await;
    let maria = desk.phone("whatsapp", "Maria Lopez").await;
    maria.writes("Where is my order?").await;
    let id = desk.conversation_of("Maria Lopez").await;
    let window = desk.window("Ada Moreau").await;
    window.goto(&format!("{}/settings/snippets/new", desk.host.origin)).await;
    window.find_with("textbox", "Shortcut").await.write("late").await;
    window
        .find_with("textbox", "Text")
        .await
        .write("Sorry for the wait, {{contact.first_name}}.")
        .await;
    window.press_button("Save").await;
    window.find_with("link", "/late").await;
    window.goto(&format!("{}/inbox/all/{id}", desk.host.origin)).await;
    window.find("textbox", WRITE).await.write("/lat").await;
    window.find_with("option", "/late").await;
    window.press("Enter").await;
    window.find("textbox", WRITE).await.holds("this.value === 'Sorry for the wait, Maria.'").await;
    window.press("Enter").await;
    maria.gets("Sorry for the wait, Maria.").await;
}

/// R099: the console says who would answer, and sends nothing.
#[tokio::test]
async fn the_console_tells_who_would_answer() {
    let desk = Desk::open().await;
    let window = desk.window("Ada Moreau").await;
    window.goto(&format!("{}/settings/test", desk.host.origin)).await;
    window.find_with("textbox", "").await.write("Where is my order?").await;
    window.press("Enter").await;
    let answer = window.find("region", "Where is my order?").await;
    answer.holds("this.innerText.length > 20").await;
}

/// R160: who may not manage a workspace does not find its settings.
#[tokio::test]
async fn an_agent_has_fewer_settings() {
    let desk = Desk::open().await;
    let window = desk.window("Ben Okafor").await;
    window.goto(&format!("{}/settings", desk.host.origin)).await;
    let settings = window.find("navigation", "Settings").await;
    settings.find_with("link", "Snippets").await;
    assert!(!settings.text().await.contains("Audit"));
    window.goto(&format!("{}/settings/audit", desk.host.origin)).await;
    window.find("navigation", "Settings").await;
    window.gone("heading", "Audit").await;
}
