//! Two people at one desk, each in a window of their own.

use super::desk::{Desk, WRITE};
use super::window::Window;

async fn opened(desk: &Desk, window: &Window, id: &str) {
    window.goto(&format!("{}/inbox/all/{id}", desk.host.origin)).await;
    window.find("region", "Write").await;
}

async fn claims(window: &Window) {
    let head = window.find_with("region", "Conversation with").await;
    head.find("button", "More").await.click().await;
    window.find("menuitem", "Claim for me").await.click().await;
}

/// R125: of two who claim at once one has it, and both see who.
#[tokio::test]
async fn one_of_two_gets_the_claim() {
    let desk = Desk::of_rules("lock_mode = \"exclusive_claim\"").await;
    desk.phone("whatsapp", "Maria Lopez").await.writes("Where is my order?").await;
    let id = desk.conversation_of("Maria Lopez").await;
    let (ada, ben) = tokio::join!(desk.window("Ada Moreau"), desk.window("Ben Okafor"));
    tokio::join!(opened(&desk, &ada, &id), opened(&desk, &ben, &id));
    tokio::join!(claims(&ada), claims(&ben));
    let claim = desk.claim_of(&id).await;
    let (winner, loser) = if claim == "ada" { (&ada, &ben) } else { (&ben, &ada) };
    winner.shows("You have this conversation to yourself").await;
    let name = if claim == "ada" { "Ada Moreau" } else { "Ben Okafor" };
    loser.shows(&format!("{name} has this conversation")).await;
    winner.find("textbox", WRITE).await;
    assert!(loser.all_with("textbox", WRITE).await.is_empty());
}

/// R127, R128, R135, R179: a conversation that is given to a colleague is theirs at once, and they are told.
#[tokio::test]
async fn a_transfer_shows_there_and_is_told() {
    let desk = Desk::open().await;
    desk.phone("whatsapp", "Maria Lopez").await.writes("Where is my order?").await;
    let id = desk.conversation_of("Maria Lopez").await;
    let (ada, ben) = tokio::join!(desk.window("Ada Moreau"), desk.window("Ben Okafor"));
    ben.goto(&format!("{}/inbox/mine", desk.host.origin)).await;
    ben.shows("All done").await;
    opened(&desk, &ada, &id).await;
    ada.find_with("region", "Conversation with").await.find("button", "Assign").await.click().await;
    let dialog = ada.find("dialog", "Who is responsible").await;
    dialog.find_with("checkbox", "Ben Okafor").await.click().await;
    dialog.find("button", "Assign").await.click().await;
    ada.shows("Ada Moreau assigned Ben Okafor").await;
    ben.find_with("link", "Maria Lopez").await;
    ben.find_with("button", "Alerts: 1 not seen").await.click().await;
    ben.shows("Assigned to you").await;
}

/// R153: a customer whom somebody names is called so in every window, without a reload.
#[tokio::test]
async fn a_name_shows_in_every_window() {
    let desk = Desk::open().await;
    desk.phone("sms", "").await.writes("Where is my order?").await;
    let id = desk.only_conversation().await;
    let (ada, ben) = tokio::join!(desk.window("Ada Moreau"), desk.window("Ben Okafor"));
    tokio::join!(opened(&desk, &ada, &id), opened(&desk, &ben, &id));
    tokio::join!(ada.press_button("Contact"), ben.press_button("Contact"));
    ben.find("button", "Save as contact").await;
    ada.press_button("Save as contact").await;
    ada.find("textbox", "Name").await.write("Maria Lopez").await;
    ada.press_button("Save").await;
    ben.find_with("link", "Maria Lopez").await;
    ben.find_with("region", "Conversation with Maria Lopez").await;
    let panel = ben.find("complementary", "Contact").await;
    panel.holds("this.innerText.includes('Maria Lopez')").await;
    ben.shows("Ada Moreau named the contact Maria Lopez").await;
    ada.find_with("link", "Maria Lopez").await;
}

/// R167: colleagues write to each other beside the customers' conversations.
#[tokio::test]
async fn colleagues_chat() {
    let desk = Desk::open().await;
    let (ada, ben) = tokio::join!(desk.window("Ada Moreau"), desk.window("Ben Okafor"));
    ben.goto(&format!("{}/inbox/internal", desk.host.origin)).await;
    ada.press("c").await;
    let dialog = ada.find("dialog", "New conversation").await;
    dialog.find("radio", "Colleague").await.click().await;
    dialog.find_with("radio", "Ben Okafor").await.click().await;
    dialog.find("textbox", "Message").await.write("Lunch at noon?").await;
    dialog.find("button", "Send").await.click().await;
    ben.find_with("link", "Ada Moreau").await.click().await;
    ben.find_with("region", "Conversation with")
        .await
        .holds("this.innerText.includes('Lunch at noon?')")
        .await;
    ben.find_with("textbox", "Write").await.write("Gladly.").await;
    ben.press("Enter").await;
    ada.shows("Gladly.").await;
}
