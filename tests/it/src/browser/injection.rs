//! S7: what customers write, are called and name their files is words, wherever the desk shows it.

use std::time::Duration;

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::desk::{Desk, post};
use super::widget;
use super::window::Window;

/// As the file says.
pub(super) fn payloads() -> Vec<String> {
    let lines = include_str!("payloads.txt").lines();
    let lines = lines.filter(|line| !line.starts_with("# ") && *line != "#");
    let written = [("\\n", "\n"), ("\\t", "\t"), ("\\r", "\r"), ("\\0", "\0")];
    let read = |line: &str| {
        written.iter().fold(line.to_owned(), |line, (written, read)| line.replace(written, read))
    };
    lines.map(read).collect()
}

const PAYLOADS_MIN: usize = 200;

/// A picture of one pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// What somebody with that to say does on their phone.
fn gestures(payload: &str) -> [Value; 4] {
    let page = STANDARD.encode(payload);
    [
        json!({ "do": "write", "text": payload }),
        json!({ "do": "image", "base64": PIXEL, "caption": payload }),
        json!({ "do": "document", "base64": page, "name": payload, "mime": "text/html" }),
        json!({ "do": "contact", "name": payload, "phone": "+15550100" }),
    ]
}

/// Nothing was executed, and nothing was even stopped by the page's policy: nobody tried.
pub(super) async fn nothing_happened(window: &Window) {
    let witness = window.evaluate("witness").await;
    assert_eq!(witness, json!({ "executed": [], "refused": [] }));
    assert_eq!(window.faults(), Vec::<String>::new());
}

/// Reads a conversation from its end to its beginning, and moves the mouse over all of it.
async fn read_through(window: &Window) {
    let script = "(async () => {
      const box = [...document.querySelectorAll('*')].filter((one) => one.scrollHeight > one.clientHeight + 40
        && /auto|scroll/.test(getComputedStyle(one).overflowY)).sort((one, other) => other.scrollHeight - one.scrollHeight)[0];
      if (!box) return 0;
      let steps = 0;
      for (let still = 0; still < 8 && steps < 600; steps++) {
        const before = box.scrollTop;
        box.scrollTop -= box.clientHeight * 0.9;
        for (const one of box.querySelectorAll('*')) {
          for (const kind of ['mouseover', 'mouseenter', 'pointerenter', 'focusin']) one.dispatchEvent(new MouseEvent(kind));
        }
        await new Promise((drawn) => setTimeout(drawn, 30));
        still = box.scrollTop === before ? still + 1 : 0;
      }
      return steps;
    })()";
    assert!(window.evaluate(script).await.as_u64() > Some(0), "there was nothing to read");
}

/// Each payload as text, caption, file name and name on a card, in one conversation.
#[tokio::test]
async fn what_is_said_is_not_done() {
    let payloads = payloads();
    assert!(payloads.len() >= PAYLOADS_MIN, "{}", payloads.len());
    let desk = Desk::open().await;
    let phone = desk.phone("telegram", "<img src=x onerror=executed(1)>").await;
    for payload in &payloads {
        for gesture in gestures(payload) {
            phone.does(gesture).await;
        }
    }
    let all = payloads.len() * 4;
    let id = desk.conversation_of("<img src=x onerror=executed(1)>").await;
    desk.reaches(&id, all as u64 + 1).await;
    let window = desk.window("Ada Moreau").await;
    window.goto(&format!("{}/inbox/all/{id}", desk.host.origin)).await;
    window.holds("document.querySelectorAll('article').length > 5").await;
    read_through(&window).await;
    nothing_happened(&window).await;
    taken_along(&desk, &window, &id, &payloads).await;
    window.goto(&format!("{}/print/{id}", desk.host.origin)).await;
    window.shows(payloads.last().unwrap().trim_matches(['a', '\u{200d}'])).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    nothing_happened(&window).await;
}

/// The transcript is a file of plain text, which no browser is to take for anything else.
async fn taken_along(desk: &Desk, window: &Window, id: &str, payloads: &[String]) {
    let path = format!("/v1/conversations/{id}/transcript?format=txt");
    let token = desk.host.token_in("shop", "ada").await;
    let asked = format!(
        "fetch({}, {{ headers: {{ authorization: 'Bearer {token}' }} }}).then(async (answer) => ({{
          mime: answer.headers.get('content-type'),
          sniff: answer.headers.get('x-content-type-options'),
          kept: answer.headers.get('content-disposition'),
          text: await answer.text(),
        }}))",
        json!(path)
    );
    let got = window.evaluate(&asked).await;
    assert_eq!(got["mime"], "text/plain; charset=utf-8");
    assert_eq!(got["sniff"], "nosniff");
    assert!(got["kept"].as_str().unwrap().starts_with("attachment;"), "{}", got["kept"]);
    let text = got["text"].as_str().unwrap();
    for payload in payloads.iter().filter(|one| !one.contains(char::is_control)) {
        assert!(text.contains(payload.trim()), "{payload} is not in the transcript");
    }
}

const BUTTONS_MAX: usize = 10;

/// Each payload as what a button says, offered by us and pressed by a visitor, on both their screens.
#[tokio::test]
async fn what_a_button_says_is_not_done() {
    let payloads = payloads();
    let (desk, visitor) = widget::visited("Robin").await;
    widget::says(&visitor, "Hello").await;
    let id = desk.conversation_of("Robin").await;
    let path = format!("/v1/conversations/{id}/messages");
    for some in payloads.chunks(BUTTONS_MAX) {
        let button = |(number, title)| json!({ "id": format!("b{number}"), "title": title });
        let buttons: Vec<Value> = some.iter().enumerate().map(button).collect();
        let offer = json!({ "type": "interactive", "body": some[0], "buttons": buttons });
        desk.asks("ada", Method::POST, &path, json!({ "content": offer })).await;
    }
    let begun = post(&format!("{}/widget/web/sessions", desk.host.origin), json!({})).await;
    for (number, payload) in payloads.iter().enumerate() {
        let pressed = json!({
            "id": format!("m{number}"), "type": "choice", "choice": payload, "title": payload,
        });
        let said = json!({ "visitor": begun.body["visitor"], "messages": [pressed] });
        widget::posts(&desk, begun.body["token"].as_str().unwrap(), said).await;
    }
    let pressing = desk.found(|item| item["id"] != id.as_str()).await;
    desk.reaches(&pressing, payloads.len() as u64 + 1).await;
    let last = payloads.last().unwrap().trim_matches(['a', '\u{200d}']);
    widget::reads(&visitor, last).await;
    nothing_happened(&visitor).await;
    let window = desk.window("Ada Moreau").await;
    for conversation in [id, pressing] {
        window.goto(&format!("{}/inbox/all/{conversation}", desk.host.origin)).await;
        window.holds("document.querySelectorAll('article').length > 1").await;
        read_through(&window).await;
        nothing_happened(&window).await;
    }
}

/// Desktop notifications as they are made, of a page that nobody looks at.
const NOTIFIED: &str = "
globalThis.notified = [];
globalThis.Notification = class extends Notification {
  constructor(title, more) { super(title, more); notified.push(`${title}: ${more.body}`); }
};
Object.defineProperty(Document.prototype, 'hidden', { get: () => true });
localStorage.setItem('confab.desktop', 'on');";

/// What somebody is called is words on the desktop, too.
#[tokio::test]
async fn a_notification_says_what_it_says() {
    let desk = Desk::open().await;
    let window = desk.window("Ada Moreau").await;
    window.may_notify().await;
    window.before_each_page(NOTIFIED).await;
    window.goto(&format!("{}/dashboard", desk.host.origin)).await;
    window.find("navigation", "Menu").await;
    let payloads = payloads();
    for payload in payloads.iter().filter(|one| one.trim() == *one).step_by(40) {
        let phone = desk.phone("telegram", payload).await;
        phone.writes(payload).await;
        let id = desk.conversation_of(payload).await;
        desk.assign("ben", &id, "ada").await;
        let named = json!(format!("{payload}: "));
        window.holds(&format!("notified.some((one) => one.startsWith({named}))")).await;
    }
    nothing_happened(&window).await;
}

/// Each payload as the name of somebody who writes it, so in the list, its titles and its menus.
#[tokio::test]
async fn what_somebody_is_called_is_not_done() {
    let payloads = payloads();
    let desk = Desk::open().await;
    let names: Vec<&String> = payloads.iter().step_by(3).collect();
    for name in &names {
        desk.phone("telegram", name).await.writes(name).await;
    }
    desk.has_conversations(names.len()).await;
    let window = desk.window("Ada Moreau").await;
    // A list that has just come still moves.
    let row = async || window.all_with("link", "executed").await.first()?.try_click().await;
    window.until("there is no name to read that is code", row).await;
    window.find("region", "Conversation").await;
    for _ in names {
        window.press("Escape j Enter").await;
        window.holds("location.pathname.split('/').length === 4").await;
    }
    nothing_happened(&window).await;
}
