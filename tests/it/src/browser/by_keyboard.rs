//! The desk without a mouse.

use super::desk::{Desk, WRITE};
use super::window::{LAPTOP, Window};

/// Goes on with Tab until what has the focus is called so.
async fn tab_to(window: &Window, name: &str) {
    for _ in 0..60 {
        let script =
            "(document.activeElement?.innerText || document.activeElement?.ariaLabel || '').trim()";
        let at = window.evaluate(script).await;
        if at.as_str().is_some_and(|at| at.starts_with(name)) {
            return;
        }
        window.press("Tab").await;
    }
    panic!("Tab does not lead to {name}");
}

/// From the page to sign in at to an answer on a phone.
#[tokio::test]
async fn from_signing_in_to_a_sent_reply() {
    let desk = Desk::open().await;
    let maria = desk.phone("whatsapp", "Maria Lopez").await;
    maria.writes("Where is my order?").await;
    desk.conversation_of("Maria Lopez").await;
    let window = Window::open(LAPTOP).await;
    window.goto(&desk.host.origin).await;
    window.find("button", "Sign in").await;
    window.press("Enter").await;
    window.find("button", "Ben Okafor").await;
    tab_to(&window, "Ben Okafor").await;
    window.press("Enter").await;
    window.find("navigation", "Menu").await;
    window.find_with("link", "Maria Lopez").await;
    window.press("j Enter").await;
    window.find("textbox", WRITE).await;
    window.press("r").await;
    window.holds("document.activeElement?.tagName === 'TEXTAREA'").await;
    window.press("O n Space i t s Space w a y Enter").await;
    maria.gets("On its way").await;
    window.press("Escape ?").await;
    window.find("dialog", "Keyboard shortcuts").await;
    window.press("Escape").await;
    window.gone("dialog", "Keyboard shortcuts").await;
}

/// The palette leads to a list, a conversation, a screen.
#[tokio::test]
async fn the_palette_leads_anywhere() {
    let desk = Desk::open().await;
    let window = desk.window("Ada Moreau").await;
    window.press("Control+k").await;
    window.find("dialog", "Go to or do").await;
    window.write("unassigned").await;
    window.find_with("option", "Unassigned").await;
    window.press("Enter").await;
    window.holds("location.pathname === '/inbox/unassigned'").await;
    window.press("g d").await;
    window.holds("location.pathname === '/dashboard'").await;
}
