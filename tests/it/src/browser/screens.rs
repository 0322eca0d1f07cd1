//! Every screen, light and dark, on a laptop and on a phone: as somebody has approved it, and
//! without a barrier for anybody.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::desk::{Desk, sign_in};
use super::pictures::compared;
use super::window::{LAPTOP, PHONE, Size, Window};

/// A Friday morning in Berlin, in November.
const MORNING: &str = "2026-11-20T09:41:00Z";

const THEMES: [&str; 2] = ["light", "dark"];
const SIZES: [(&str, Size); 2] = [("laptop", LAPTOP), ("phone", PHONE)];

/// What is wrong with a screen, in all its looks.
async fn looked_at(window: &Window, screen: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (on, size) in SIZES {
        window.resize(size).await;
        for theme in THEMES {
            window.prefers(theme, "reduce").await;
            rested(window).await;
            let look = format!("{screen}-{on}-{theme}");
            wrong.extend(compared(window, &look).await);
            wrong
                .extend(window.barriers().await.iter().map(|barrier| format!("{look}: {barrier}")));
        }
    }
    wrong
}

async fn window(desk: &Desk) -> Window {
    let window = Window::open(LAPTOP).await;
    window.stop_the_clock(MORNING).await;
    window.goto(&desk.host.origin).await;
    window
}

#[tokio::test]
async fn the_page_to_sign_in_at() {
    let desk = Desk::open().await;
    let window = window(&desk).await;
    window.find("button", "Sign in").await;
    assert_eq!(looked_at(&window, "sign-in").await, Vec::<String>::new());
    window.press_button("Sign in").await;
    window.find("button", "Ada Moreau").await;
    assert_eq!(looked_at(&window, "who-on-a-laptop").await, Vec::<String>::new());
}

/// Where, from which number, who, and what.
const PEOPLE: [[&str; 4]; 6] = [
    ["whatsapp", "+13285550107", "Maria Lopez", "Hi! My order #4821 has not arrived yet."],
    ["telegram", "284310577", "Jonas Weber", "Do you ship to Switzerland?"],
    ["whatsapp", "+12065550118", "Chen Wei", "The blue one is out of stock? When will it be back?"],
    ["telegram", "618204933", "Olivia Brown", "Thanks for the quick help yesterday!"],
    ["whatsapp", "+14155550162", "محمد العلي", "مرحبا، هل يمكنني تغيير عنوان التوصيل؟"],
    ["telegram", "905127746", "Fatima Zahra", "Is there a discount for students?"],
];

/// A morning's conversations, some of them answered; and Ada before them.
async fn morning() -> (Desk, Window) {
    let desk = Desk::with(&["--clock", "turned"]).await;
    desk.turn(MORNING).await;
    for [account, number, name, words] in PEOPLE {
        desk.phone_with(account, name, number).await.writes(words).await;
        desk.conversation_of(name).await;
        desk.host.advance(Duration::from_secs(7 * 60)).await;
    }
    let maria = desk.conversation_of("Maria Lopez").await;
    let say = async |user: &str, path: &str, body: Value| {
        desk.asks(user, Method::POST, &format!("/v1/conversations/{maria}/{path}"), body).await;
        desk.host.advance(Duration::from_secs(90)).await;
    };
    let words = |text: &str| json!({ "content": { "type": "text", "text": text } });
    say("ada", "messages", words("Hello Maria, I am sorry. I am looking into it now.")).await;
    say("ada", "notes", words("The carrier says it is at the depot. @ben can you call them?"))
        .await;
    say("ada", "labels", json!({ "add": ["delivery"] })).await;
    say("ben", "messages", words("It will be with you before six tonight.")).await;
    let jonas = desk.conversation_of("Jonas Weber").await;
    desk.assign("ada", &jonas, "ben").await;
    desk.host.settle().await;
    let window = window(&desk).await;
    sign_in(&window, "Ada Moreau").await;
    window.goto(&format!("{}/inbox/all/{maria}", desk.host.origin)).await;
    window.shows("It will be with you before six tonight.").await;
    (desk, window)
}

/// Lets what moves come to rest.
async fn rested(window: &Window) {
    window.holds("document.getAnimations().every((one) => one.playState !== 'running')").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
}

#[tokio::test]
async fn the_inbox_and_a_conversation() {
    let (desk, window) = morning().await;
    let mut wrong = looked_at(&window, "conversation").await;
    window.goto(&format!("{}/inbox/all", desk.host.origin)).await;
    window.find_with("link", "Fatima Zahra").await;
    wrong.extend(looked_at(&window, "inbox").await);
    window.goto(&format!("{}/dashboard", desk.host.origin)).await;
    window.find_with("heading", "Ada").await;
    wrong.extend(looked_at(&window, "dashboard").await);
    assert_eq!(wrong, Vec::<String>::new());
}

/// A field of each kind.
fn fields() -> Value {
    json!([
        { "id": "plan", "name": "Plan", "kind": "choice", "choices": ["Free", "Pro"] },
        { "id": "customer", "name": "Customer number", "kind": "text" },
        { "id": "orders", "name": "Orders a year", "kind": "number" },
        { "id": "birthday", "name": "Birthday", "kind": "date" },
        { "id": "vip", "name": "Goes first", "kind": "check" },
        { "id": "shop", "name": "Their shop", "kind": "url" },
    ])
}

/// R156: what is known of a contact stands below its name.
#[tokio::test]
async fn the_fields_of_a_contact() {
    let (desk, window) = morning().await;
    desk.has_fields(fields()).await;
    let maria = desk.conversation_of("Maria Lopez").await;
    let contact = desk.head(&maria).await["contact"]["id"].take();
    let known = json!({ "plan": "Pro", "customer": "K-4711", "orders": "12.5",
        "birthday": "1990-02-28", "vip": true, "shop": "https://lopez.test/shop" });
    let path = format!("/v1/contacts/{}", contact.as_str().unwrap());
    desk.asks("ben", Method::PATCH, &path, json!({ "fields": known })).await;
    window.press_button("Contact").await;
    window.find("textbox", "Customer number").await;
    let wrong = looked_at(&window, "fields").await;
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_asked_in_between() {
    let (_desk, window) = morning().await;
    let mut wrong = Vec::new();
    for (keys, dialog, screen) in [
        ("c", "New conversation", "begin"),
        ("?", "Keyboard shortcuts", "keys"),
        ("e", "Close the conversation", "close"),
        ("a", "Who is responsible", "assign"),
    ] {
        window.resize(LAPTOP).await;
        window.press(keys).await;
        window.find("dialog", dialog).await;
        wrong.extend(looked_at(&window, screen).await);
        window.press("Escape").await;
        window.gone("dialog", dialog).await;
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The sections of the settings whose page is the same each time.
const SETTINGS: [&str; 13] = [
    "profile",
    "workspace",
    "rules",
    "accounts",
    "fields",
    "users",
    "groups",
    "roles",
    "responders",
    "faqs",
    "test",
    "snippets",
    "keys",
];

#[tokio::test]
async fn all_settings() {
    let desk = Desk::with(&["--clock", "turned"]).await;
    desk.turn(MORNING).await;
    desk.has_fields(fields()).await;
    let window = window(&desk).await;
    sign_in(&window, "Ada Moreau").await;
    let mut wrong = Vec::new();
    for section in SETTINGS {
        window.resize(LAPTOP).await;
        window.goto(&format!("{}/settings/{section}", desk.host.origin)).await;
        window
            .holds("!!document.querySelector('main h1') && !document.querySelector('.spinner')")
            .await;
        wrong.extend(looked_at(&window, &format!("settings-{section}")).await);
    }
    assert_eq!(wrong, Vec::<String>::new());
}
