//! Starting, and ending.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

use super::{Place, api, call, program};
use crate::world::ACME;

fn refused(options: &[&str]) -> (Option<i32>, Vec<String>) {
    let output = std::process::Command::new(program()).args(options).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), text.lines().map(str::to_owned).collect())
}

#[test]
fn every_fault_is_printed_at_once() {
    let (code, faults) = refused(&["--listen", "nowhere", "--clock", "broken", "--colour"]);
    assert_eq!(code, Some(2));
    assert_eq!(faults.len(), 3, "{faults:#?}");
    for (fault, word) in faults.iter().zip(["--listen", "--clock", "--colour"]) {
        assert!(fault.contains(word), "{fault}");
    }
}

#[test]
fn every_fault_of_a_configuration_is_printed_at_once() {
    let config = ACME
        .replace("time_zone = \"Europe/Berlin\"", "time_zone = \"Europe/Atlantis\"")
        .replace("channel = \"telegram\"", "channel = \"telepathy\"")
        .replace("app_secret = \"acme-app-secret\"", "");
    let place = Place::new(&config);
    let output = place.command(&[]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    for word in ["Europe/Atlantis", "telepathy", "app_secret"] {
        assert!(text.contains(word), "{text}");
    }
}

#[tokio::test]
async fn it_ends_when_asked_to_and_keeps_what_it_has() {
    let place = Place::new(ACME);
    let host = place.start(&[]).await;
    let token = host.token("ada").await;
    let body = json!({
        "account": "wa1",
        "to": "+16505551234",
        "content": { "type": "template", "name": "we_have_news", "language": "en",
            "parameters": ["Ada"] },
    });
    let request = api(&place.origin(), Method::POST, "/v1/conversations", &token);
    let started = call(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text);
    assert_eq!(host.settle().await["dead"], 0);
    assert!(host.terminate().await.success());

    let host = place.start(&[]).await;
    assert_eq!(host.logs(&token).await.len(), 1, "the token and the conversation are still there");
    assert!(host.terminate().await.success());
}

#[tokio::test]
async fn the_hours_of_a_turned_clock_pass_when_it_is_turned() {
    let place = Place::new(ACME);
    let host = place.start(&["--clock", "turned"]).await;
    let path = "phones/api/accounts/wa1/phones/+16505551234/gestures";
    let request = Request::post(format!("{}/{path}", place.origin()));
    let request = request.header("content-type", "application/json");
    let write = json!({ "do": "write", "text": "Hello" }).to_string();
    let written = host.call(request.body(Body::from(write)).unwrap()).await;
    assert!(written.status.is_success(), "{}", written.text);
    let token = host.token("ada").await;
    // The provider takes its time.
    while host.logs(&token).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    host.settle().await;
    let shown = async || host.get("/v1/conversations", &token).await["items"][0]["status"].clone();
    assert_eq!(shown().await, "new");
    host.advance(Duration::from_secs(25 * 3600)).await;
    assert_eq!(shown().await, "inactive");
    assert!(host.terminate().await.success());
}

#[tokio::test]
async fn there_is_a_page_that_says_where_things_are() {
    let place = Place::new(ACME);
    let host = place.start(&[]).await;
    for path in ["/", "/phones", "/healthz", "/v1/openapi.json"] {
        let request = Request::get(format!("{}{path}", place.origin()));
        let answered = host.call(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answered.status, StatusCode::OK, "{path}");
    }
    host.kill().await;
}
