//! Finding conversations, and doing something with many.

use serde_json::json;

use super::desk::Desk;
use super::window::Window;

async fn busy_desk() -> (Desk, Window) {
    let desk = Desk::open().await;
    let people =
        [("whatsapp", "Maria Lopez"), ("telegram", "Jonas Weber"), ("telegram", "Aisha Khan")];
    for (account, name) in people {
        desk.phone(account, name).await.writes(&format!("This is {name}")).await;
        desk.conversation_of(name).await;
    }
    let window = desk.window("Ada Moreau").await;
    for (_, name) in people {
        window.find_with("link", name).await;
    }
    (desk, window)
}

/// What is looked for stands in the address, and so is there again after a reload.
#[tokio::test]
async fn a_filter_is_in_the_address() {
    let (desk, window) = busy_desk().await;
    let id = desk.conversation_of("Aisha Khan").await;
    desk.assign("ada", &id, "ben").await;
    window.press_button("Filter and sort").await;
    window.find("combobox", "Assigned to").await.choose("Ben Okafor").await;
    window.press_button("Done").await;
    window.gone("link", "Maria Lopez").await;
    window.find_with("link", "Aisha Khan").await;
    window.holds("location.search.includes('assignee=ben')").await;
    window.reload().await;
    window.find_with("link", "Aisha Khan").await;
    window.gone("link", "Jonas Weber").await;
    window.find_with("button", "Remove the filter").await.click().await;
    window.find_with("link", "Jonas Weber").await;
    window.holds("location.search === ''").await;
}

/// R124, R134: several conversations are assigned at once.
#[tokio::test]
async fn several_are_assigned_at_once() {
    let (desk, window) = busy_desk().await;
    window.press("j x j x").await;
    window.shows("2 selected").await;
    window.find_with("button", "Assign").await.click().await;
    let dialog = window.find_with("dialog", "Assign 2 conversations").await;
    dialog.find_with("checkbox", "Ben Okafor").await.click().await;
    dialog.find("button", "Assign").await.click().await;
    window.shows("Done with 2 conversations").await;
    let mut assigned = 0;
    for name in ["Maria Lopez", "Jonas Weber", "Aisha Khan"] {
        let id = desk.conversation_of(name).await;
        assigned += usize::from(desk.head(&id).await["assignees"] == json!(["ben"]));
    }
    assert_eq!(assigned, 2);
}
