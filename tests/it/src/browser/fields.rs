//! Fields of contacts: defined in the settings, filled in beside the conversation.

use axum::http::Method;
use serde_json::{Value, json};

use super::desk::Desk;
use super::window::{PHONE, Window};

/// What would be executed if it were more than words.
const WORDS: &str = "<img src=x onerror=executed(1)>";

impl Desk {
    pub(super) async fn has_fields(&self, items: Value) {
        let body = json!({ "items": items });
        self.asks("ada", Method::PUT, "/v1/contact-fields", body).await;
    }

    /// What stands in the fields of whom a conversation is with.
    async fn fields_of(&self, conversation: &str) -> Value {
        let contact = self.head(conversation).await["contact"]["id"].take();
        let path = format!("/v1/contacts/{}", contact.as_str().unwrap());
        self.asks("ada", Method::GET, &path, Value::Null).await["fields"].take()
    }
}

/// Waits until a field that is left has been kept.
async fn kept(desk: &Desk, window: &Window, conversation: &str, fields: Value) {
    let there = async || (desk.fields_of(conversation).await == fields).then_some(());
    window.until(&format!("not kept: {fields}"), there).await;
}

/// R156: an admin defines a field, an agent fills it in, and it is there for everybody.
#[tokio::test]
async fn a_field_is_defined_and_filled_in() {
    let desk = Desk::open().await;
    desk.phone("whatsapp", "Maria Lopez").await.writes("Hello").await;
    let id = desk.conversation_of("Maria Lopez").await;
    let ada = desk.window("Ada Moreau").await;
    ada.goto(&format!("{}/settings/fields", desk.host.origin)).await;
    ada.press_button("Add a field").await;
    ada.find("textbox", "Name").await.write("Plan").await;
    ada.find("combobox", "Kind").await.choose("Choice of several").await;
    ada.find("textbox", "Choices").await.write("Free\n Pro \n\nTeam").await;
    ada.press_button("Add a field").await;
    let second = ada.find("group", "Field 2").await;
    second.find("textbox", "Name").await.write("Size").await;
    ada.find("group", "Size").await.find("combobox", "Kind").await.choose("Number").await;
    ada.press_button("Size: further up").await;
    ada.press_button("Save").await;
    ada.gone("button", "Save").await;
    let defined = desk.asks("ben", Method::GET, "/v1/contact-fields", Value::Null).await;
    let expected = json!([
        { "id": "size", "name": "Size", "kind": "number" },
        { "id": "plan", "name": "Plan", "kind": "choice", "choices": ["Free", "Pro", "Team"] },
    ]);
    assert_eq!(defined["items"], expected);

    let ben = desk.window("Ben Okafor").await;
    let here = format!("{}/inbox/all/{id}", desk.host.origin);
    ben.goto(&here).await;
    ben.press_button("Contact").await;
    ben.find("combobox", "Plan").await.choose("Pro").await;
    kept(&desk, &ben, &id, json!({ "plan": "Pro" })).await;
    ben.find("textbox", "Size").await.write("4.50").await;
    ben.press("Tab").await;
    kept(&desk, &ben, &id, json!({ "plan": "Pro", "size": "4.50" })).await;
    ben.reload().await;
    ben.press_button("Contact").await;
    ben.find("combobox", "Plan").await.holds("this.value === 'Pro'").await;
    ben.find("textbox", "Size").await.holds("this.value === '4.50'").await;

    ada.press_button("Remove Plan").await;
    ada.find("dialog", "Remove the field “Plan”?")
        .await
        .find("button", "Remove")
        .await
        .click()
        .await;
    ada.gone("group", "Plan").await;
    ada.press_button("Save").await;
    ada.gone("button", "Save").await;
    assert_eq!(desk.fields_of(&id).await, json!({ "size": "4.50" }));
}

/// R156, S7: what cannot stand in a field is said beside it and stays as it was typed; what
/// stands in one is words.
#[tokio::test]
async fn what_is_typed_into_a_field_stays_and_is_words() {
    let desk = Desk::open().await;
    desk.has_fields(json!([
        { "id": "note", "name": WORDS, "kind": "text" },
        { "id": "site", "name": "Website", "kind": "url" },
        { "id": "vip", "name": "VIP", "kind": "check" },
        { "id": "plan", "name": "Plan", "kind": "choice", "choices": [WORDS] },
    ]))
    .await;
    desk.phone("whatsapp", "Maria Lopez").await.writes("Hello").await;
    let id = desk.conversation_of("Maria Lopez").await;
    let window = desk.window_of("Ben Okafor", PHONE).await;
    window.goto(&format!("{}/inbox/all/{id}", desk.host.origin)).await;
    window.press_button("Contact").await;
    let site = window.find("textbox", "Website").await;
    site.write("javascript:executed(2)").await;
    window.press("Enter").await;
    window.find_with("alert", "").await.holds("this.innerText.includes('https://')").await;
    site.holds("this.getAttribute('aria-invalid') === 'true'").await;
    assert_eq!(site.value().await, "javascript:executed(2)");
    assert_eq!(desk.fields_of(&id).await, json!({}));
    window.press("Escape").await;
    window.gone("alert", "").await;
    assert_eq!(site.value().await, "");
    site.write("https://maria.test").await;
    window.find("textbox", WORDS).await.write(WORDS).await;
    window.find("checkbox", "VIP").await.click().await;
    window.find("combobox", "Plan").await.choose(WORDS).await;
    let all = json!({ "note": WORDS, "site": "https://maria.test", "vip": true, "plan": WORDS });
    kept(&desk, &window, &id, all).await;
    window.reload().await;
    window.press_button("Contact").await;
    window.find("textbox", WORDS).await.holds("this.value.startsWith('<img')").await;
    window.find("checkbox", "VIP").await.holds("this.checked").await;
    let link = window.find("link", "Open Website").await;
    link.holds("this.href === 'https://maria.test/' && this.rel.includes('noopener')").await;
    let widths = "document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(window.evaluate(widths).await, true);
    let witness = window.evaluate("witness").await;
    assert_eq!(witness, json!({ "executed": [], "refused": [] }));
}

/// R156, R163: whoever may not change contacts reads what is known of them, and nothing else.
#[tokio::test]
async fn who_may_not_change_a_contact_reads_its_fields() {
    let desk = Desk::open().await;
    desk.has_fields(json!([
        { "id": "site", "name": "Website", "kind": "url" },
        { "id": "vip", "name": "VIP", "kind": "check" },
        { "id": "note", "name": "Note", "kind": "text" },
    ]))
    .await;
    desk.phone("whatsapp", "Maria Lopez").await.writes("Hello").await;
    let id = desk.conversation_of("Maria Lopez").await;
    let contact = desk.head(&id).await["contact"]["id"].take();
    let path = format!("/v1/contacts/{}", contact.as_str().unwrap());
    let known = json!({ "fields": { "site": "https://maria.test/", "vip": false } });
    desk.asks("ben", Method::PATCH, &path, known).await;
    let reader = json!({ "name": "Reader", "sees": "all", "permissions": ["conversation.read"] });
    desk.asks("ada", Method::PUT, "/v1/roles/reader", reader).await;
    desk.asks("ada", Method::PATCH, "/v1/users/ben", json!({ "role": "reader" })).await;
    let window = desk.window("Ben Okafor").await;
    window.goto(&format!("{}/inbox/all/{id}", desk.host.origin)).await;
    window.press_button("Contact").await;
    let panel = window.find("complementary", "Contact").await;
    panel.find("link", "https://maria.test/").await;
    panel.holds("this.innerText.includes('VIP\\nNo')").await;
    assert!(!panel.text().await.contains("Note"));
    assert!(window.all_with("textbox", "Website").await.is_empty());
}
