//! The web chat on a shop's page, under a policy as strict as a shop's may be, and the desk that
//! answers.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use super::desk::{Desk, WRITE};
use super::element::Element;
use super::window::{LAPTOP, Window};

/// A web chat that asks for a name.
const CHAT: &str = r#"
[[workspace.account]]
id = "web"
channel = "webchat"
name = "Shop on its page"
[workspace.account.settings]
allowed_origins = "https://shop.example"
title = "Ask the shop"
greeting = "Good day!"
ask_name = "required"
[workspace.account.secrets]
identity_secret = "shop-identity-secret"
"#;

const SAY: &str = "Write a message…";

/// A desk, and the browser of a visitor who has opened the chat on the shop's page and said who they
/// are.
pub(super) async fn visited(name: &str) -> (Desk, Window) {
    let desk = Desk::with_account(CHAT).await;
    let visitor = Window::open(LAPTOP).await;
    visitor.goto(&format!("{}/widget/try/web", desk.host.origin)).await;
    visitor.press_button("Chat with us").await;
    visitor.find("textbox", "Your name").await.write(name).await;
    visitor.press_button("Start the chat").await;
    visitor.find("textbox", SAY).await;
    (desk, visitor)
}

pub(super) async fn says(window: &Window, text: &str) {
    window.find("textbox", SAY).await.write(text).await;
    window.press("Enter").await;
}

/// What is in the chat is in a shadow of the page, which its own text has nothing of.
async fn log(window: &Window) -> Element<'_> {
    window.find("log", "Messages").await
}

pub(super) async fn reads(window: &Window, text: &str) {
    log(window).await.holds(&format!("this.innerText.includes({})", json!(text))).await;
}

/// Posts as a widget does that has this session.
pub(super) async fn posts(desk: &Desk, session: &str, said: Value) {
    let request = Request::post(format!("{}/webhooks/web", desk.host.origin));
    let request = request.header("confab-session", session).body(Body::from(said.to_string()));
    let answered = desk.host.call(request.unwrap()).await;
    assert!(answered.status.is_success(), "{}", answered.text);
}

async fn answers(agent: &Window, text: &str) {
    agent.find("textbox", WRITE).await.write(text).await;
    agent.press("Enter").await;
}

async fn marked(agent: &Window, text: &str, mark: &str) {
    let said = format!("[...document.querySelectorAll('article')].some((one) =>
      one.innerText.includes({}) && one.querySelector('svg[role=img]')?.getAttribute('aria-label') === {})",
      json!(text), json!(mark));
    agent.holds(&said).await;
}

/// R045, R046: a visitor writes, is answered before their eyes and has read it; a file goes one way
/// and a button the other.
#[tokio::test]
async fn a_visitor_and_an_agent_talk() {
    let (desk, visitor) = visited("Robin").await;
    reads(&visitor, "Good day!").await;
    says(&visitor, "Is the lamp in stock?").await;
    let agent = desk.window_with("Robin").await;
    agent.shows("Is the lamp in stock?").await;
    answers(&agent, "It is. Shall we keep one?").await;
    reads(&visitor, "It is. Shall we keep one?").await;
    reads(&visitor, "Ada Moreau").await;
    marked(&agent, "It is. Shall we keep one?", "Read").await;
    visitor
        .find("textbox", SAY)
        .await
        .is("function () {
      const files = new DataTransfer();
      files.items.add(new File(['a list'], 'sizes.txt', { type: 'text/plain' }));
      this.dispatchEvent(new ClipboardEvent('paste', { clipboardData: files, cancelable: true }));
    }")
        .await;
    agent.shows("sizes.txt").await;
    assert_eq!((visitor.faults(), agent.faults()), (vec![], vec![]));
    let told = visitor.events().iter().any(|event| {
        let frame = event["params"]["response"]["payloadData"].as_str();
        event["method"] == "Network.webSocketFrameReceived"
            && frame.is_some_and(|frame| frame.contains("changes"))
    });
    assert!(told, "the answer was not told but asked for");
}

/// Who uses no mouse begins, writes, closes and opens again, with the cursor where they write.
#[tokio::test]
async fn a_visitor_needs_no_mouse() {
    let desk = Desk::with_account(CHAT).await;
    let visitor = Window::open(LAPTOP).await;
    visitor.goto(&format!("{}/widget/try/web", desk.host.origin)).await;
    visitor.find("button", "Chat with us").await.is("function () { this.focus(); }").await;
    visitor.press("Enter").await;
    visitor.find("textbox", "Your name").await;
    visitor.write("Robin").await;
    visitor.press("Enter").await;
    for words in ["Is the lamp in stock?", "And the shade?"] {
        visitor.find("textbox", SAY).await;
        visitor.write(words).await;
        visitor.press("Enter").await;
        reads(&visitor, words).await;
        visitor.press("Escape").await;
        visitor.gone("textbox", SAY).await;
        visitor.press("Enter").await;
    }
    desk.conversation_of("Robin").await;
}

/// What is said to a closed chat waits on its button; a page that is loaded anew is where it was.
#[tokio::test]
async fn an_answer_waits_until_it_is_read() {
    let (desk, visitor) = visited("Robin").await;
    says(&visitor, "Is the lamp in stock?").await;
    let agent = desk.window_with("Robin").await;
    visitor
        .find("dialog", "Ask the shop")
        .await
        .find("button", "Close the chat")
        .await
        .click()
        .await;
    answers(&agent, "It is.").await;
    visitor.find("button", "Chat with us, 1 unread").await;
    marked(&agent, "It is.", "Delivered").await;
    visitor.reload().await;
    visitor.find("button", "Chat with us, 1 unread").await.click().await;
    reads(&visitor, "Is the lamp in stock?").await;
    reads(&visitor, "It is.").await;
    marked(&agent, "It is.", "Read").await;
    visitor.reload().await;
    reads(&visitor, "It is.").await;
    visitor.press_button("Be somebody new").await;
    log(&visitor).await.holds("!this.innerText.includes('It is.')").await;
}

/// What is written without a network is sent once there is one, once.
#[tokio::test]
async fn what_is_written_offline_is_sent_later() {
    let (desk, visitor) = visited("Robin").await;
    says(&visitor, "First").await;
    let id = desk.conversation_of("Robin").await;
    visitor.offline(true).await;
    says(&visitor, "Second").await;
    visitor.find("status", "").await.holds("this.innerText.startsWith('You are offline')").await;
    log(&visitor).await.find("image", "Waiting to be sent").await;
    visitor.offline(false).await;
    let agent = desk.window_with("Robin").await;
    agent.shows("Second").await;
    visitor.gone("image", "Waiting to be sent").await;
    let events =
        desk.asks("ada", Method::GET, &format!("/v1/conversations/{id}/events"), Value::Null).await;
    let texts = events["items"].as_array().unwrap().iter();
    let texts: Vec<&str> = texts.filter_map(|event| event["content"]["text"].as_str()).collect();
    assert_eq!(texts, ["First", "Second"]);
}

/// S7: what is said on either side is words on the other.
#[tokio::test]
async fn what_is_said_in_a_chat_is_not_done() {
    let (desk, visitor) = visited("<img src=x onerror=executed(1)>").await;
    let payloads = super::injection::payloads();
    let some: Vec<&String> = payloads.iter().filter(|one| one.trim() == *one).step_by(9).collect();
    for payload in &some {
        says(&visitor, payload).await;
    }
    let agent = desk.window_with("<img src=x onerror=executed(1)>").await;
    answers(&agent, some[1]).await;
    answers(&agent, "<svg onload=executed(2)>").await;
    answers(&agent, "That was all.").await;
    reads(&visitor, "<svg onload=executed(2)>").await;
    reads(&visitor, "That was all.").await;
    for window in [&visitor, &agent] {
        super::injection::nothing_happened(window).await;
    }
}
