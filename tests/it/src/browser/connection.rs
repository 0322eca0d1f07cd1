//! A connection that goes and comes back.

use super::desk::Desk;

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
    window.shows("message 0.").await;
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
