//! Words that are made to break pages: endless, towering, turned around.

use axum::http::Method;
use serde_json::json;

use super::desk::Desk;
use super::window::{LAPTOP, PHONE, Size};

/// As many as the channel takes, and as a colleague can write.
const CHARACTERS: usize = 4_000;
const NOTE_CHARACTERS: usize = 10_000;

/// Letters under towers of marks.
fn zalgo(text: &str) -> String {
    text.chars()
        .flat_map(|letter| std::iter::once(letter).chain(MARKS.chars().cycle().take(40)))
        .collect()
}

const MARKS: &str = "\u{30d}\u{30e}\u{304}\u{305}\u{33f}\u{311}\u{306}\u{316}\u{317}\u{318}\u{319}";

fn hostile() -> Vec<String> {
    vec![
        "W".repeat(CHARACTERS),
        format!("https://example.com/{}", "a".repeat(CHARACTERS - 100)),
        zalgo("He comes"),
        format!("\u{202e}{}\u{202e}\u{2067}\u{2066}", "turned around ".repeat(20)),
        "\u{202e}\u{202e}\u{202e}".repeat(50),
        "\u{fdfd}".repeat(200),
        "a\n".repeat(500),
        "👩‍👩‍👧‍👦".repeat(300),
        "\u{200b}\u{200d}\u{2060}\u{feff}".repeat(100),
    ]
}

/// No message makes the page wider than the window, or turns what is around it.
#[tokio::test]
async fn nothing_is_wider_than_the_window() {
    let desk = Desk::open().await;
    let name = format!("\u{202e}{}{}", zalgo("Zoe"), "W".repeat(60));
    let phone = desk.phone("telegram", &name).await;
    for words in hostile() {
        phone.writes(&words).await;
    }
    let document = json!({ "do": "document", "base64": "PGI+", "name": "W".repeat(200), "mime": "text/plain" });
    phone.does(document).await;
    let id = desk.only_conversation().await;
    let note = json!({ "content": { "type": "text", "text": "W".repeat(NOTE_CHARACTERS) } });
    desk.asks("ada", Method::POST, &format!("/v1/conversations/{id}/notes"), note).await;
    phone.writes("The end.").await;
    let window = desk.window("Ada Moreau").await;
    window.goto(&format!("{}/inbox/all/{id}", desk.host.origin)).await;
    let sizes = [LAPTOP, PHONE, Size(2560, 1440), Size(3840, 2160)];
    for size in sizes {
        window.resize(size).await;
        window.shows("The end.").await;
        let widths = "[document.documentElement.scrollWidth, innerWidth]";
        let widths = window.evaluate(widths).await;
        assert!(widths[0].as_u64() <= widths[1].as_u64(), "{size:?}: {widths}");
        let hidden = window.evaluate(OUTSIDE).await;
        assert_eq!(hidden, json!([]), "{size:?}");
    }
}

/// What is drawn to the right of the window, or to its left, and cannot be scrolled to.
const OUTSIDE: &str = "[...document.querySelectorAll('main article, main header, main form, main textarea')]
  .filter((one) => one.checkVisibility())
  .filter((one) => { const box = one.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1; })
  .map((one) => one.outerHTML.slice(0, 120))";
