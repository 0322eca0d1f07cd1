//! Files that users send.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use local::confab::BUCKET;
use platform::objects::Objects;
use serde_json::{Value, json};

use crate::world::{Answered, World};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot really a picture";

impl World {
    async fn asks_to_lay_down(
        &mut self,
        user: &str,
        name: &str,
        mime: &str,
        bytes: usize,
    ) -> Answered {
        let body = json!({ "name": name, "mime": mime, "bytes": bytes });
        self.request(user, Method::POST, "/v1/uploads", Some(body), None).await
    }

    /// A file is laid down as the desk does it, past the address that the host serves.
    async fn lays_down(&mut self, user: &str, name: &str) -> String {
        let place = self.asks_to_lay_down(user, name, "image/png", PNG.len()).await;
        assert_eq!(place.status, StatusCode::CREATED, "{}", place.body);
        let upload = place.body["upload"].as_str().unwrap().to_owned();
        let key = format!("uploads/acme/{user}/{upload}");
        assert!(place.body["url"].as_str().unwrap().contains(&key), "{}", place.body);
        let objects = Objects::connect(&self.confab.sdk, BUCKET);
        objects.put(&key, "image/png", PNG.to_vec()).await.unwrap();
        upload
    }

    async fn sends(&mut self, user: &str, id: &str, file: Value) -> Answered {
        let content = json!({ "type": "media", "files": [file] });
        let answered = self.replies_with(user, id, json!({ "content": content }), None).await;
        self.settle().await;
        answered
    }

    async fn greeted(&mut self) -> String {
        self.phone("wa1").writes("Hello").await;
        self.settle().await;
        self.only().await
    }

    /// The addresses that files stand at now, in our own keeping.
    async fn kept(&mut self, id: &str) -> Vec<String> {
        let (workspace, id) = ("acme".parse().unwrap(), id.parse().unwrap());
        self.confab.store.objects_of(&workspace, id).await.unwrap()
    }
}

/// R059, R061: a file that was laid down is sent; the provider gets an address of it, the desk
/// another, and what it is called is in neither.
#[tokio::test]
async fn a_file_that_was_laid_down_is_sent() {
    let mut world = World::new().await;
    let id = world.greeted().await;
    let name = "../../évil \"name\".png";
    let upload = world.lays_down("ben", name).await;
    let sent = world.sends("ben", &id, json!({ "kind": "image", "upload": upload })).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    let message = world.events(&id).await.pop().unwrap();
    assert_eq!(message["delivery"]["status"], "delivered", "{message}");
    let file = &message["content"]["files"][0];
    assert_eq!((&file["name"], &file["bytes"]), (&json!(name), &json!(PNG.len())));
    let got = world.request("ada", Method::GET, file["url"].as_str().unwrap(), None, None).await;
    assert_eq!(got.status, StatusCode::TEMPORARY_REDIRECT);
    let kept = world.kept(&id).await;
    let [object] = kept.as_slice() else { panic!("{kept:?}") };
    assert!(object.starts_with(&format!("files/acme/{upload}")), "{object}");
    let objects = Objects::connect(&world.confab.sdk, BUCKET);
    assert_eq!(objects.get(object).await.unwrap(), PNG);
}

/// R061, R168: notes and internal chats have files, too.
#[tokio::test]
async fn notes_and_colleagues_get_files() {
    let mut world = World::new().await;
    let id = world.greeted().await;
    let upload = world.lays_down("ben", "map.png").await;
    let file = json!({ "kind": "document", "upload": upload });
    let content = json!({ "type": "media", "files": [file] });
    world.did("ben", &id, "notes", json!({ "content": content })).await;
    let note = world.events(&id).await.pop().unwrap();
    let url = note["content"]["files"][0]["url"].as_str().unwrap().to_owned();
    let got = world.request("ada", Method::GET, &url, None, None).await;
    assert_eq!(got.status, StatusCode::TEMPORARY_REDIRECT, "{note}");

    let said = json!({ "members": ["ada"], "content": content });
    let chat = world.request("ben", Method::POST, "/v1/internal-chats", Some(said), None).await;
    assert_eq!(chat.status, StatusCode::OK, "{}", chat.body);
    world.settle().await;
    let chat = chat.body["id"].as_str().unwrap().to_owned();
    let said = world.events(&chat).await.pop().unwrap();
    let url = said["content"]["files"][0]["url"].as_str().unwrap().to_owned();
    let got = world.request("ada", Method::GET, &url, None, None).await;
    assert_eq!(got.status, StatusCode::TEMPORARY_REDIRECT, "{said}");
    assert_ne!(world.kept(&id).await, world.kept(&chat).await, "each has a copy of its own");
}

/// R059: what is not there, is somebody else's, has expired or is something else is not sent, and the
/// reason is told.
#[tokio::test]
async fn a_file_is_sent_by_whoever_laid_it_down_once_it_is_there() {
    let mut world = World::new().await;
    let id = world.greeted().await;
    let place = world.asks_to_lay_down("ben", "a.png", "image/png", 9).await;
    let awaited = place.body["upload"].as_str().unwrap().to_owned();
    let there = world.lays_down("ben", "b.png").await;
    let nobody_s = "up_00000000000000000000000000";
    for (user, file, kind, field) in [
        (
            "ben",
            json!({ "kind": "image", "upload": awaited }),
            "no-such-upload",
            "content.files.upload",
        ),
        (
            "ada",
            json!({ "kind": "image", "upload": there }),
            "no-such-upload",
            "content.files.upload",
        ),
        (
            "ben",
            json!({ "kind": "image", "upload": nobody_s }),
            "no-such-upload",
            "content.files.upload",
        ),
        ("ben", json!({ "kind": "video", "upload": there }), "bad-request", "content.files.kind"),
        ("ben", json!({ "kind": "image" }), "bad-request", "content.files.url"),
        (
            "ben",
            json!({ "kind": "image", "upload": there, "url": "https://a.test/b" }),
            "bad-request",
            "content.files.url",
        ),
    ] {
        let refused = world.sends(user, &id, file.clone()).await;
        assert_eq!(
            (&refused.body["type"], &refused.body["field"]),
            (&json!(kind), &json!(field)),
            "{file}"
        );
    }
    world.pass(SignedDuration::from_hours(23)).await;
    let sent = world.sends("ben", &id, json!({ "kind": "image", "upload": there })).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    world.pass(SignedDuration::from_hours(2)).await;
    let late = world.sends("ben", &id, json!({ "kind": "image", "upload": there })).await;
    assert_eq!(late.body["type"], "no-such-upload");
}

/// R059: no place is given for what is too large, is of a type that browsers run, or has no name.
#[tokio::test]
async fn what_may_not_be_sent_gets_no_place() {
    let mut world = World::new().await;
    for (name, mime, bytes, field) in [
        ("a.html", "text/html", 10, "mime"),
        ("a.svg", "image/svg+xml", 10, "mime"),
        ("a.png", "image/png; x=y", 10, "mime"),
        ("a.png", "image/png", 0, "bytes"),
        ("a.png", "image/png", 16 * 1024 * 1024 + 1, "bytes"),
        (" ", "image/png", 10, "name"),
    ] {
        let refused = world.asks_to_lay_down("ben", name, mime, bytes).await;
        assert_eq!(
            (refused.status, &refused.body["field"]),
            (StatusCode::BAD_REQUEST, &json!(field))
        );
    }
    // What one channel takes another does not.
    let id = world.greeted().await;
    let place = world.asks_to_lay_down("ben", "a.png", "image/png", 6 * 1024 * 1024).await;
    let upload = place.body["upload"].as_str().unwrap().to_owned();
    let objects = Objects::connect(&world.confab.sdk, BUCKET);
    objects.put(&format!("uploads/acme/ben/{upload}"), "image/png", PNG.to_vec()).await.unwrap();
    let refused = world.sends("ben", &id, json!({ "kind": "image", "upload": upload })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
}
