//! The web chat: visitors of a shop's page, through the widget's own requests.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use platform::objects::Objects;
use platform::pace::Limit;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::world::visitors::{Page, SHOP, from, session, told};
use crate::world::{ACME, World};

const SECRET: &str = "acme-identity-secret";

fn texts(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["content"]["text"].as_str().unwrap_or("-")).collect()
}

/// A token as the shop's server signs it, by RFC 7515.
fn identity(claims: &Value, key: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use hmac::{Hmac, KeyInit, Mac};
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", part(r#"{"alg":"HS256"}"#), part(&claims.to_string()));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// R045, R046: what a visitor writes is in the inbox once, the answer is in the widget once, and
/// its ticks are in the inbox.
#[tokio::test]
async fn a_visitor_writes_and_is_answered() {
    let mut world = World::new().await;
    let mut page = Page::of(&world, json!({ "name": "Robin" })).await;
    assert!(page.reads(&world).await.is_empty());
    for _ in 0..3 {
        assert_eq!(page.writes(&world, "m1", "Is the lamp in stock?").await, StatusCode::OK);
    }
    let first = page.reads(&world).await;
    assert_eq!(texts(&first), ["Is the lamp in stock?", "Welcome to Acme."]);
    assert_eq!((first[0]["id"].as_str(), first[1]["from"].as_str()), (Some("m1"), Some("desk")));
    assert_eq!(world.replies("ada", "It is.").await.status, StatusCode::ACCEPTED);
    world.settle().await;
    let answer = page.reads(&world).await;
    assert_eq!(texts(&answer), ["It is."]);
    assert_eq!(answer[0]["name"], "Ada");
    assert!(page.reads(&world).await.is_empty(), "each is told once");
    for status in ["delivered", "read", "delivered"] {
        let receipts = json!({ "receipts": [{ "id": answer[0]["id"], "status": status }] });
        assert_eq!(page.posts(&world, receipts).await.status, StatusCode::OK);
        world.settle().await;
    }
    insta::assert_snapshot!(world.transcript().await, @"
    -- active unreplied 0 waiting on customer
    fri 09:00  contact  T01 opened
    fri 09:00  contact  T01 > Is the lamp in stock?
    fri 09:00  welcome  T13 < Welcome to Acme. [sent]
    fri 09:00  ada      T10 < It is. [read]
    ");
    let id = world.only().await;
    assert_eq!(world.conversation(&id).await["contact"]["name"], "Robin");
}

/// R045: an answer is told to its visitor as it is given, wherever they are; nobody else hears
/// of it, and nothing is said in it.
#[tokio::test]
async fn a_visitor_hears_of_an_answer_as_it_is_given() {
    let mut world = World::new().await;
    let mut page = Page::of(&world, json!({})).await;
    let mut early = page.listens(&world).await;
    page.writes(&world, "m1", "Is the lamp in stock?").await;
    page.reads(&world).await;
    early.hears();
    // Signed in afterwards: the conversation still knows them by their first name only.
    let soon = (world.now() + SignedDuration::from_mins(5)).as_second();
    let signed = identity(&json!({ "sub": "42", "exp": soon }), SECRET);
    let known =
        Page::of(&world, json!({ "visitor": page.token, "identity": signed.clone() })).await;
    let elsewhere = Page::of(&world, json!({ "identity": signed })).await;
    let stranger = Page::of(&world, json!({})).await;
    let known = known.listens(&world).await;
    let mut elsewhere = elsewhere.listens(&world).await;
    let mut stranger = stranger.listens(&world).await;
    assert_eq!(world.replies("ada", "It is.").await.status, StatusCode::ACCEPTED);
    world.settle().await;
    for mut told in [early, known] {
        let frames = told.hears();
        assert!(!frames.is_empty());
        for frame in frames {
            assert_eq!(frame["type"], "changes");
            assert!(!frame.to_string().contains("It is."), "{frame}");
        }
    }
    assert_eq!(texts(&page.reads(&world).await), ["It is."]);
    let id = world.only().await;
    let note = json!({ "content": { "type": "text", "text": "A difficult one." } });
    let path = format!("/v1/conversations/{id}/notes");
    world.request("ada", Method::POST, &path, Some(note), None).await;
    world.settle().await;
    for told in [&mut elsewhere, &mut stranger] {
        assert_eq!(told.hears(), Vec::<Value>::new());
    }
}

/// What is offered is taken by its button; who the visitor is stands in the log and not in the
/// widget; a file is fetched from where it was put.
#[tokio::test]
async fn choices_details_and_files_arrive() {
    let mut world = World::new().await;
    let mut page = Page::of(&world, json!({ "name": "Robin", "email": "r@robin.test" })).await;
    let details = json!({ "id": "d1", "type": "details" });
    let text = json!({ "id": "m1", "type": "text", "text": "Hello", "page": { "url": SHOP } });
    page.posts(&world, json!({ "messages": [text, details] })).await;
    world.settle().await;
    let id = world.only().await;
    let offer = json!({ "content": {
        "type": "interactive",
        "body": "Which colour?",
        "buttons": [{ "id": "r", "title": "Red" }, { "id": "g", "title": "Green" }],
    } });
    assert_eq!(world.replies_with("ada", &id, offer, None).await.status, StatusCode::ACCEPTED);
    world.settle().await;
    let items = page.reads(&world).await;
    assert_eq!(texts(&items), ["Hello", "Welcome to Acme.", "Which colour?"]);
    assert_eq!(items[2]["content"]["choices"][1]["title"], "Green");
    let taken = json!({
        "id": "m2", "type": "choice", "choice": "g", "title": "Green", "quotes": items[2]["id"],
    });
    page.posts(&world, json!({ "messages": [taken] })).await;
    let asked = json!({ "mime": "image/png", "bytes": 9 });
    let path = "/widget/web1/uploads";
    let begun = told(&world, from(SHOP, Method::POST, path, Some(&page.token), asked)).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.body);
    let url = begun.body["url"].as_str().unwrap();
    let key = url.split_once("/confab-files/").unwrap().1.split_once('?').unwrap().0;
    let objects = Objects::connect(&world.confab.sdk, "confab-files");
    objects.put(key, "image/png", b"a picture".to_vec()).await.unwrap();
    let file = json!({
        "upload": begun.body["upload"], "name": "lamp.png", "mime": "image/png", "bytes": 9,
    });
    let media = json!({ "id": "m3", "type": "media", "files": [file] });
    page.posts(&world, json!({ "messages": [media] })).await;
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- pending unreplied 2 waiting on agent
    fri 09:00  contact  T01 opened
    fri 09:00  contact  T01 > Hello
    fri 09:00  contact  T22 > (Robin, r@robin.test)
    fri 09:00  welcome  T13 < Welcome to Acme. [sent]
    fri 09:00  ada      T10 < [interactive] [sent]
    fri 09:00  contact  T21 > (Green) (quoting)
    fri 09:00  contact  T21 > [image ready] 
    ");
    let own = page.reads(&world).await;
    assert_eq!((&own[0]["quotes"], own.len()), (&items[2]["id"], 2));
    let events = world.events(&id).await;
    assert_eq!(events[1]["referral"]["url"], SHOP);
}

/// Notes, other visitors and other accounts are not seen, whatever is asked.
#[tokio::test]
async fn a_visitor_sees_what_was_said_to_them_and_nothing_else() {
    let mut world = World::new().await;
    let (mut robin, mut kim) =
        (Page::of(&world, json!({})).await, Page::of(&world, json!({})).await);
    robin.writes(&world, "m1", "I am Robin").await;
    let id = world.only().await;
    let note = json!({ "content": { "type": "text", "text": "A difficult one." } });
    let path = format!("/v1/conversations/{id}/notes");
    let noted = world.request("ada", Method::POST, &path, Some(note), None).await;
    assert!(noted.status.is_success(), "{}", noted.body);
    world.settle().await;
    assert_eq!(texts(&robin.reads(&world).await), ["I am Robin", "Welcome to Acme."]);
    assert!(kim.reads(&world).await.is_empty());
    // The same name of a message is another visitor's own.
    kim.writes(&world, "m1", "I am Kim").await;
    assert_eq!(texts(&kim.reads(&world).await), ["I am Kim", "Welcome to Acme."]);
    // Another's place in another's conversation leads to one's own.
    kim.next = robin.next.clone();
    assert_eq!(texts(&kim.reads(&world).await), ["I am Kim", "Welcome to Acme."]);
    assert!(robin.reads(&world).await.is_empty());
    assert_eq!(world.conversations().await.len(), 2);
}

/// A message that waits for opening hours is nobody's to see before.
#[tokio::test]
async fn what_is_not_sent_yet_is_seen_when_it_is() {
    let rules = "status_preset = \"five\"\nhold_outside_hours = true";
    let hours = "[workspace.hours]\nfriday = [\"09:00-12:00\"]\nmonday = [\"09:00-17:00\"]\n";
    let file = ACME.replace("status_preset = \"five\"", rules).replacen(
        "[[workspace.user]]",
        &format!("{hours}\n[[workspace.user]]"),
        1,
    );
    let mut world = World::with(&file, 1).await;
    let mut page = Page::of(&world, json!({})).await;
    page.writes(&world, "m1", "Hello").await;
    page.reads(&world).await;
    world.pass(SignedDuration::from_hours(3)).await;
    assert_eq!(world.replies("ada", "On Monday.").await.status, StatusCode::ACCEPTED);
    world.settle().await;
    assert!(page.reads(&world).await.is_empty());
    page.writes(&world, "m2", "Anybody?").await;
    assert_eq!(texts(&page.reads(&world).await), ["Anybody?"]);
    world.pass(SignedDuration::from_hours(72)).await;
    let later = page.reads(&world).await;
    assert!(texts(&later).contains(&"On Monday."), "{later:?}");
    assert!(page.reads(&world).await.is_empty());
}

/// A known customer is the same on another device; what they wrote before they signed in is
/// theirs, and whoever signs in after them finds nothing of it.
#[tokio::test]
async fn the_shop_s_own_server_says_who_a_visitor_is() {
    let mut world = World::new().await;
    let soon = (world.now() + SignedDuration::from_mins(5)).as_second();
    let claims = json!({ "sub": "42", "exp": soon, "name": "Robin" });
    let before = Page::of(&world, json!({})).await;
    before.writes(&world, "m1", "Before").await;
    let signed = identity(&claims, SECRET);
    let asked = json!({ "visitor": before.token, "identity": signed });
    let mut here = Page::of(&world, asked).await;
    assert_eq!(here.visitor["id"], "user:42");
    here.writes(&world, "m2", "Signed in").await;
    assert_eq!(world.conversations().await.len(), 1, "the same person");
    assert_eq!(texts(&here.reads(&world).await), ["Before", "Welcome to Acme.", "Signed in"]);
    let mut elsewhere = Page::of(&world, json!({ "identity": signed })).await;
    assert_eq!(texts(&elsewhere.reads(&world).await), ["Signed in"]);
    let other = identity(&json!({ "sub": "43", "exp": soon }), SECRET);
    let mut other = Page::of(&world, json!({ "visitor": here.token, "identity": other })).await;
    assert!(other.reads(&world).await.is_empty());
    // A sample that was once published elsewhere takes the message for the key.
    let swapped = identity(&claims, "42");
    let forged = [
        swapped,
        identity(&claims, "another"),
        identity(&json!({ "sub": "42" }), SECRET),
        identity(&json!({ "sub": "42", "exp": soon - 1_000 }), SECRET),
        identity(&json!({ "exp": soon }), SECRET),
        here.token.clone(),
        "x".to_owned(),
    ];
    for token in forged {
        let refused = session(&world, "web1", json!({ "identity": token })).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{token}");
        assert_eq!(refused.body["type"], "identity-refused");
    }
}

/// S4, S12: a session is of one visitor, one account and one month.
#[tokio::test]
async fn a_session_that_is_not_theirs_opens_nothing() {
    let two = ACME.find("[[workspace.account]]\nid = \"web1\"").unwrap();
    let file = format!("{ACME}\n{}", ACME[two..].replace("\"web1\"", "\"web2\""));
    let world = World::with(&file, 1).await;
    let page = Page::of(&world, json!({})).await;
    let mut tampered = page.token.clone();
    tampered.replace_range(tampered.len() - 3..tampered.len() - 2, "_");
    let messages = |account: &str, token: Option<&str>| {
        from(SHOP, Method::GET, &format!("/widget/{account}/messages"), token, json!(null))
    };
    for (account, token) in [
        ("web1", None),
        ("web1", Some("x")),
        ("web1", Some(tampered.as_str())),
        ("web2", Some(page.token.as_str())),
    ] {
        let refused = told(&world, messages(account, token)).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{account} {token:?}");
        assert_eq!(refused.headers["access-control-allow-origin"], SHOP);
    }
    // Written in another's name, or with a receipt for what they were never told.
    let mallory = Page { visitor: json!({ "id": "anon:00" }), token: page.token.clone(), ..page };
    assert_eq!(mallory.writes(&world, "m1", "Hello").await, StatusCode::UNAUTHORIZED);
    let page = Page::of(&world, json!({})).await;
    let guessed = "cv_00000000000W3GE1R70W3GE1R7:12:1.000000000000000000000000";
    let receipts = json!({ "receipts": [{ "id": guessed, "status": "read" }] });
    assert_eq!(page.posts(&world, receipts).await.status, StatusCode::UNAUTHORIZED);
    world.confab.clock.set(world.now() + SignedDuration::from_hours(30 * 24));
    assert_eq!(page.writes(&world, "m1", "Hello").await, StatusCode::UNAUTHORIZED);
    let late = told(&world, messages("web1", Some(page.token.as_str()))).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
}

/// A page that is not among the allowed ones is told nothing, and browsers are told so.
#[tokio::test]
async fn a_foreign_page_is_refused() {
    let world = World::new().await;
    let page = Page::of(&world, json!({})).await;
    let body = json!({ "visitor": page.visitor, "messages": [] });
    for (method, path, body) in [
        (Method::GET, "/widget/web1/settings", json!(null)),
        (Method::POST, "/widget/web1/sessions", json!({})),
        (Method::GET, "/widget/web1/messages", json!(null)),
        (Method::POST, "/widget/web1/tickets", json!({})),
        (Method::POST, "/webhooks/web1", body),
        (Method::OPTIONS, "/widget/web1/sessions", json!(null)),
        (Method::OPTIONS, "/webhooks/web1", json!(null)),
    ] {
        let ask = |origin| from(origin, method.clone(), path, Some(&page.token), body.clone());
        for foreign in ["https://evil.example", "https://shop.example.evil", "null"] {
            let refused = told(&world, ask(foreign)).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method} {path} {foreign}");
            assert!(!refused.headers.contains_key("access-control-allow-origin"));
        }
        let let_in = told(&world, ask(SHOP)).await;
        assert!(let_in.status.is_success(), "{method} {path}: {}", let_in.status);
        assert_eq!(let_in.headers["access-control-allow-origin"], SHOP);
    }
    // Providers' webhooks are no page's to call.
    let provider =
        told(&world, from(SHOP, Method::OPTIONS, "/webhooks/wa1", None, json!(null))).await;
    assert_eq!(provider.status, StatusCode::UNAUTHORIZED);
    assert!(!provider.headers.contains_key("access-control-allow-origin"));
    for account in ["wa1", "nobody", "-", "%2e%2e"] {
        let none = session(&world, account, json!({})).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "{account}");
    }
    world.settle().await;
}

/// S3: strangers cost one read of an account, and write nothing; a visitor who hurries is told to
/// wait.
#[tokio::test]
async fn floods_cost_little() {
    let world = World::new().await;
    let mut config = world.confab.widget_config();
    config.visitors = Limit { per_second: 2, at_once: 5 };
    let now = platform::clock::Now(world.now());
    let router = widget::router(widget::Deps::connect(&world.confab.sdk, &config));
    let ask = async |request: Request| router.clone().oneshot(now.stamp(request)).await.unwrap();
    world.faults.count();
    for _ in 0..100 {
        let request = from(SHOP, Method::GET, "/widget/web1/messages", Some("x"), json!(null));
        assert_eq!(ask(request).await.status(), StatusCode::UNAUTHORIZED);
    }
    let costs = world.faults.end();
    assert_eq!(costs.len(), 2, "the account and its key: {costs:?}");
    let page = Page::of(&world, json!({})).await;
    let request =
        || from(SHOP, Method::GET, "/widget/web1/messages", Some(&page.token), json!(null));
    for _ in 0..5 {
        assert_eq!(ask(request()).await.status(), StatusCode::OK);
    }
    let slowed = ask(request()).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(slowed.headers()["retry-after"], "1");
    let long = json!({ "name": "x".repeat(20_000) });
    let refused = ask(from(SHOP, Method::POST, "/widget/web1/sessions", None, long)).await;
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let text = json!({ "id": "m1", "type": "text", "text": "x".repeat(70_000) });
    assert!(!page.posts(&world, json!({ "messages": [text] })).await.status.is_success());
    let asked = json!({ "mime": "video/mp4", "bytes": 1_000_000_000 });
    let path = "/widget/web1/uploads";
    let refused = told(&world, from(SHOP, Method::POST, path, Some(&page.token), asked)).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// Nobody but our own sender names messages.
#[tokio::test]
async fn a_delivery_is_ours_or_refused() {
    let world = World::new().await;
    let body = json!({ "id": "x", "to": "anon:1", "content": { "type": "text", "text": "Buy" } });
    for signature in ["", "sha256=00", "sha256="] {
        let request = Request::post("/widget/web1/deliveries")
            .header("confab-signature", signature)
            .body(Body::from(body.to_string()));
        assert_eq!(told(&world, request.unwrap()).await.status, StatusCode::UNAUTHORIZED);
    }
}

/// R058: the widget is a script that any page may load, compressed and asked for again only when
/// it has changed; codes lead to chats and nowhere else.
#[tokio::test]
async fn pages_load_the_widget_and_codes_lead_to_chats() {
    let world = World::new().await;
    let get = async |path: &str, header: (&str, &str)| {
        let request = Request::get(path).header(header.0, header.1).body(Body::empty()).unwrap();
        world.respond(request).await
    };
    let script = get("/widget.js", ("accept-encoding", "gzip, br")).await;
    assert_eq!(script.headers()["content-encoding"], "gzip");
    // A page that is written in another set of characters reads the script in its own otherwise.
    assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
    let etag = script.headers()["etag"].to_str().unwrap().to_owned();
    let again = get("/widget.js", ("if-none-match", &etag)).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let plain = get("/widget.js", ("accept-encoding", "identity")).await;
    let plain = plain.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(plain, widget::script().as_bytes());
    let shop = get("/widget/try/web1", ("accept", "text/html")).await;
    let policy = shop.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(get("/widget/try/%22%3E", ("accept", "*/*")).await.status(), StatusCode::NOT_FOUND);
    for (text, drawn) in [
        ("https://wa.me/15550100001", true),
        ("sms:+15550100001?body=Hi", true),
        ("https://evil.example/", false),
        ("https://wa.me.evil.example/", false),
        ("javascript:alert(1)", false),
        ("", false),
    ] {
        let path = format!("/widget/qr.svg?text={}", text.replace('+', "%2B"));
        let answer = get(&path, ("accept", "*/*")).await;
        assert_eq!(answer.status().is_success(), drawn, "{text}");
    }
}
