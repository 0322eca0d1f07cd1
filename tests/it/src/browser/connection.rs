//! A connection that goes and comes back.

use super::desk::{Desk, WRITE};

const MESSAGES: usize = 6;

/// What came in while the host was away is there once when it is back, and nothing is twice.
#[tokio::test]
async fn nothing_is_missing_or_twice_after_the_host_was_killed() {
    let mut desk = Desk::open().await;
    let maria = desk.phone("whatsapp", "Maria Lopez").await;
    maria.writes("message 0.").await;
    let id = desk.conversation_of("Maria Lopez").await;
    let window = desk.window("Ada Moreau").await;
    window.find_with("link", "Maria Lopez").await.click().await;
    window.find("region", "Conversation").await;
    for number in 1..MESSAGES {
        if number % 2 == 0 {
            desk = desk.killed_and_started().await;
        }
        // Written while the window has not found its way back yet.
        maria.writes(&format!("message {number}.")).await;
        desk.reaches(&id, number as u64 + 2).await;
    }
    for number in 0..MESSAGES {
        window.shows(&format!("message {number}.")).await;
    }
    let said = "[...document.querySelectorAll('article')].map((one) => one.innerText).join('\\n')";
    let said = window.evaluate(said).await;
    for number in 0..MESSAGES {
        let times = said.as_str().unwrap().matches(&format!("message {number}.")).count();
        assert_eq!(times, 1, "message {number} in {said}");
    }
    window.reload().await;
    window.shows(&format!("message {}.", MESSAGES - 1)).await;
}

/// Who opens a conversation while the host is away reads it as soon as it is back.
#[tokio::test]
async fn what_could_not_be_shown_is_shown_when_the_host_is_back() {
    let desk = Desk::open().await;
    desk.phone("whatsapp", "Maria Lopez").await.writes("Where is my order?").await;
    desk.conversation_of("Maria Lopez").await;
    let window = desk.window("Ada Moreau").await;
    window.find_with("link", "Maria Lopez").await;
    let read = async || {
        window.find_with("link", "Maria Lopez").await.click().await;
        window.shows("The server cannot be reached.").await;
        let offers = async || window.all_with("button", "Try again").await.pop();
        window.until("nothing can be tried again", offers).await;
    };
    let _desk = desk.killed(read).await;
    window.holds("document.querySelectorAll('article').length === 1").await;
    window.gone("button", "Try again").await;
    assert_eq!(window.faults(), Vec::<String>::new());
}

/// A part of the desk that does not come at the first time comes at the second.
#[tokio::test]
async fn a_part_that_did_not_come_is_asked_for_again() {
    let desk = Desk::open().await;
    desk.phone("whatsapp", "Maria Lopez").await.writes("Where is my order?").await;
    let window = desk.window_with("Maria Lopez").await;
    window.holds_back(&["*/dialogs/close.js"]).await;
    window.press("e").await;
    window.answers(&window.held_back().await, 404, "").await;
    window.lets_go(&window.held_back().await).await;
    window.find("dialog", "Close the conversation").await;
}

/// Who has the desk open while another is deployed is told so, loads it when they like, and has lost
/// nothing.
#[tokio::test]
async fn a_desk_that_was_deployed_anew_is_loaded_again() {
    let desk = Desk::open().await;
    desk.phone("whatsapp", "Maria Lopez").await.writes("Where is my order?").await;
    let window = desk.window_with("Maria Lopez").await;
    window.find("textbox", WRITE).await.write("Let me see").await;

    let _desk = desk.deployed_anew().await;
    window.shows("The desk has been renewed. What you have written is kept.").await;
    window.press_button("Dismiss").await;
    window.gone("button", "Load again").await;
    window.press_button("Close").await;
    window.shows("Load it again to go on").await;
    window.press_button("Load again").await;
    window.gone("button", "Load again").await;
    window.find("textbox", WRITE).await.holds("this.value === 'Let me see'").await;
    window.press_button("Close").await;
    window.find("dialog", "Close the conversation").await;
}
