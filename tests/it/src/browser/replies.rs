//! Answering customers.

use axum::http::Method;
use serde_json::{Value, json};

use super::desk::{Desk, WRITE};
use super::window::Window;

/// Keeps what the marks beside messages have said, in order.
const WATCH_TICKS: &str = "globalThis.ticks = [];
const look = () => {
  for (const mark of document.querySelectorAll('article svg[role=img]')) {
    const said = mark.getAttribute('aria-label');
    if (ticks.at(-1) !== said) ticks.push(said);
  }
};
new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });";

/// How far a message may have come, in order; the first two are one clock.
const RANKS: [&str; 5] = ["Waiting to be sent", "Being sent", "Sent", "Delivered", "Read"];

/// Waits until the one message of Ada's is marked so.
async fn marked(window: &Window, mark: &str) {
    window.find_with("article", "Ada Moreau").await.find("image", mark).await;
}

/// Clock, one tick, two, two blue ones, as the message travels.
#[tokio::test]
async fn a_reply_travels_before_ones_eyes() {
    let desk = Desk::open().await;
    let maria = desk.phone("whatsapp", "Maria Lopez").await;
    maria.writes("Where is my order?").await;
    let window = desk.window_with("Maria Lopez").await;
    window.evaluate(WATCH_TICKS).await;
    window.find("textbox", WRITE).await.write("I am looking.").await;
    window.press("Enter").await;
    maria.gets("I am looking.").await;
    marked(&window, "Delivered").await;
    maria.looks().await;
    marked(&window, "Read").await;
    let ticks = window.evaluate("ticks").await;
    let first = ticks[0].as_str().unwrap();
    assert!(["Being sent", "Waiting to be sent"].contains(&first), "{ticks}");
    let rank = |tick: &Value| {
        let rank = RANKS.iter().position(|rank| tick == rank);
        rank.unwrap_or_else(|| panic!("{ticks}")).saturating_sub(1)
    };
    let ranks: Vec<usize> = ticks.as_array().unwrap().iter().map(rank).collect();
    assert!(ranks.is_sorted() && ranks.ends_with(&[2, 3]), "{ticks}");
    assert_eq!(window.faults(), Vec::<String>::new());
}

/// What was not sent says why, and can be sent again.
#[tokio::test]
async fn a_failure_says_its_cause() {
    let desk = Desk::open().await;
    let jonas = desk.phone("whatsapp", "Jonas Weber").await;
    jonas.writes("Do you ship to Switzerland?").await;
    let window = desk.window_with("Jonas Weber").await;
    jonas.set(json!({ "reachable": false })).await;
    window.find("textbox", WRITE).await.write("Yes, we do.").await;
    window.press("Enter").await;
    marked(&window, "Not sent").await;
    window.shows("The contact cannot be reached here.").await;
    window.shows("Use another channel.").await;
    jonas.set(json!({ "reachable": true })).await;
    window.press_button("Send again").await;
    jonas.gets("Yes, we do.").await;
}

/// R078, R079, R081: a closed window takes templates alone, with their parameters as a form.
#[tokio::test]
async fn after_the_window_only_a_template_is_sent() {
    let desk = Desk::with(&["--clock", "turned"]).await;
    let maria = desk.phone("whatsapp", "Maria Lopez").await;
    maria.writes("Where is my order?").await;
    let window = desk.window_with("Maria Lopez").await;
    desk.host.advance(std::time::Duration::from_secs(25 * 3600)).await;
    window.reload().await;
    window.shows("More than 24 hours have passed since the contact wrote.").await;
    window.press_button("Choose a template").await;
    window.find("textbox", "Value 1").await.write("Maria").await;
    window.press_button("Send template").await;
    maria.gets("we_have_news").await;
    marked(&window, "Delivered").await;
}

/// R166: a note is for colleagues, and never on the phone.
#[tokio::test]
async fn a_note_is_not_on_the_phone() {
    let desk = Desk::open().await;
    let maria = desk.phone("whatsapp", "Maria Lopez").await;
    maria.writes("Where is my order?").await;
    let window = desk.window_with("Maria Lopez").await;
    let writing = window.find("region", "Write").await;
    writing.find("button", "Note").await.click().await;
    window.find_with("textbox", "Write a note").await.write("She has called twice.").await;
    window.press_button("Add note").await;
    let note = window.find_with("article", "Private note of Ada Moreau").await;
    note.holds("this.innerText.includes('She has called twice.')").await;
    writing.find("button", "Reply").await.click().await;
    window.find("textbox", WRITE).await.write("It comes today.").await;
    window.press("Enter").await;
    maria.gets("It comes today.").await;
    assert_eq!(maria.inbox().await, ["It comes today."]);
}

/// A colleague's answer that came first is shown before one's own goes out.
#[tokio::test]
async fn a_colleague_has_answered_meanwhile() {
    let desk = Desk::open().await;
    let maria = desk.phone("whatsapp", "Maria Lopez").await;
    maria.writes("Where is my order?").await;
    let window = desk.window_with("Maria Lopez").await;
    window.holds_back(&["*/messages"]).await;
    window.find("textbox", WRITE).await.write("It is on its way.").await;
    window.press("Enter").await;
    let held = window.held_back().await;
    let id = desk.conversation_of("Maria Lopez").await;
    let path = format!("/v1/conversations/{id}/messages");
    let answer = json!({ "content": { "type": "text", "text": "It has arrived." } });
    desk.asks("ben", Method::POST, &path, answer).await;
    window.lets_go(&held).await;
    let alert = window.find_with("alert", "").await;
    alert.holds("/Ben Okafor.* answered meanwhile/.test(this.innerText)").await;
    assert_eq!(window.find("textbox", WRITE).await.value().await, "It is on its way.");
    maria.gets("It has arrived.").await;
    assert_eq!(maria.inbox().await, ["It has arrived."]);
    window.lets_all_go().await;
    window.press_button("Send anyway").await;
    maria.gets("It is on its way.").await;
}

/// R028: closing asks for what the workspace wants to know.
#[tokio::test]
async fn closing_asks_for_category_and_summary() {
    let desk = Desk::open().await;
    desk.phone("whatsapp", "Maria Lopez").await.writes("Where is my order?").await;
    let window = desk.window_with("Maria Lopez").await;
    window
        .find("region", "Conversation with Maria Lopez")
        .await
        .find("button", "Close")
        .await
        .click()
        .await;
    let dialog = window.find("dialog", "Close the conversation").await;
    dialog.find_with("combobox", "Category").await.write("Delivery").await;
    dialog.find_with("textbox", "Summary").await.write("It had been left with a neighbour.").await;
    dialog.find("button", "Close conversation").await.click().await;
    window.shows("Ada Moreau closed the conversation").await;
    window.shows("It had been left with a neighbour.").await;
    let id = desk.closed_conversation().await;
    assert_eq!(desk.head(&id).await["status"], "resolved");
}
