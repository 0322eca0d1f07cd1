//! What comes in while the desk is open.

use super::desk::Desk;

/// R111, R140: a message is in the list and in the conversation by itself, and waits for an answer.
#[tokio::test]
async fn a_message_comes_in_without_a_reload() {
    let desk = Desk::open().await;
    let window = desk.window("Ada Moreau").await;
    window.shows("No conversations yet").await;
    let maria = desk.phone("whatsapp", "Maria Lopez").await;
    maria.writes("Where is my order?").await;
    let row = window.find_with("link", "Maria Lopez").await;
    row.holds("this.innerText.includes('Where is my order?')").await;
    row.click().await;
    let thread = window.find("region", "Conversation").await;
    thread.holds("this.innerText.includes('Where is my order?')").await;
    maria.writes("It is number 4821.").await;
    thread.holds("this.innerText.includes('It is number 4821.')").await;
    assert_eq!(window.faults(), Vec::<String>::new());
}

/// R137, R178: the tab says how much waits for whoever it is assigned to.
#[tokio::test]
async fn what_waits_is_told_on_the_tab() {
    let desk = Desk::open().await;
    let window = desk.window("Ada Moreau").await;
    let jonas = desk.phone("telegram", "Jonas Weber").await;
    jonas.writes("Do you ship to Switzerland?").await;
    let id = desk.conversation_of("Jonas Weber").await;
    desk.assign("ada", &id, "ada").await;
    window.holds("document.title.startsWith('(1)')").await;
}
