//! What was written and not yet sent is never lost.

use std::time::Duration;

use serde_json::json;

use super::desk::{Desk, Phone, WRITE, sign_in_again};
use super::window::Window;

/// Longer than a session lasts.
const SESSION_IS_OVER: Duration = Duration::from_secs(401 * 24 * 3600);

async fn writing(desk: &Desk) -> (Window, Phone) {
    let maria = desk.phone("telegram", "Maria Lopez").await;
    maria.writes("Where is my order?").await;
    let window = desk.window_with("Maria Lopez").await;
    window.find("textbox", WRITE).await.write("It comes on").await;
    (window, maria)
}

async fn draft(window: &Window) -> String {
    window.find("textbox", WRITE).await.value().await
}

/// A reload, and a look elsewhere.
#[tokio::test]
async fn a_draft_is_there_again() {
    let desk = Desk::open().await;
    let (window, _) = writing(&desk).await;
    window.reload().await;
    assert_eq!(draft(&window).await, "It comes on");
    window.find_with("link", "Dashboard").await.click().await;
    window.holds("location.pathname === '/dashboard'").await;
    window.evaluate("history.back()").await;
    assert_eq!(draft(&window).await, "It comes on");
}

/// Without a network what is sent waits, and goes out by itself, once, when the network is back.
#[tokio::test]
async fn offline_and_back() {
    let desk = Desk::open().await;
    let (window, maria) = writing(&desk).await;
    window.offline(true).await;
    window.find("textbox", WRITE).await.write(" Friday.").await;
    window.press("Enter").await;
    window.shows("Not sent.").await;
    maria.writes("Are you there?").await;
    assert_eq!(maria.inbox().await, Vec::<String>::new());
    window.offline(false).await;
    window.shows("Are you there?").await;
    maria.gets("It comes on Friday.").await;
    assert_eq!(maria.inbox().await.len(), 1);
}

/// A server that fails leaves the words where they are, and trying again sends them once.
#[tokio::test]
async fn a_server_error_keeps_what_was_written() {
    let desk = Desk::open().await;
    let (window, maria) = writing(&desk).await;
    window.holds_back(&["*/messages"]).await;
    window.press("Enter").await;
    let held = window.held_back().await;
    let sorry = json!({ "type": "unavailable", "title": "Unavailable", "status": 503 });
    window.answers(&held, 503, &sorry.to_string()).await;
    window.shows("Not sent.").await;
    window.shows("It comes on").await;
    window.lets_all_go().await;
    window.press_button("Try again").await;
    maria.gets("It comes on").await;
    assert_eq!(maria.inbox().await.len(), 1);
}

/// A session that is over is begun again where one was, with the draft as it was.
#[tokio::test]
async fn an_expired_session_keeps_the_draft() {
    let desk = Desk::with(&["--clock", "turned"]).await;
    let (window, _) = writing(&desk).await;
    let before = window.evaluate("location.pathname").await;
    desk.host.advance(SESSION_IS_OVER).await;
    window.shows("You were signed out. What you have written is kept.").await;
    sign_in_again(&window, "Ada Moreau").await;
    assert_eq!(window.evaluate("location.pathname").await, before);
    window.holds("Object.values({ ...localStorage }).join().includes('It comes on')").await;
}
