//! Every payload that a provider's documents show goes through the running host with a correct
//! signature and is in its conversation; each of them tampered with is refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use channels::{Channel, UnverifiedWebhook};
use domain::account::{ChannelAccount, Secrets};
use domain::content::Content;
use domain::incoming::Incoming;
use domain::job::InboundJob;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;

use super::{Host, Place};

/// The accounts that the payloads are addressed to.
const FOLDERS: [&str; 4] = ["whatsapp", "telegram", "twilio/sms", "twilio/whatsapp"];

struct Folder {
    path: PathBuf,
    account: ChannelAccount,
    secrets: Secrets,
    content_type: String,
    signature: String,
    channel: &'static dyn Channel,
}

impl Folder {
    fn read(name: &str) -> Self {
        let (channel, rest) = name.split_once('/').unwrap_or((name, ""));
        let path = crate::root().join(format!("shared/channels/src/{channel}/fixtures/{rest}"));
        let known: Value =
            serde_json::from_slice(&fs::read(path.join("account.json")).unwrap()).unwrap();
        let account: ChannelAccount = serde_json::from_value(known["account"].clone()).unwrap();
        Self {
            path,
            channel: channels::by_name(&account.channel).unwrap(),
            account,
            secrets: serde_json::from_value(known["secrets"].clone()).unwrap(),
            content_type: known["content_type"].as_str().unwrap().to_owned(),
            signature: known["signature"].as_str().unwrap().to_owned(),
        }
    }

    fn provisioning(&self) -> String {
        let quoted = |names: Vec<(String, String)>| -> String {
            names.iter().map(|(name, value)| format!("{name} = {}\n", json!(value))).collect()
        };
        let settings = self.account.settings.clone().into_iter().collect();
        let secret = |name: &str| (name.to_owned(), self.secrets.get(name).unwrap().to_owned());
        let secrets = self.secrets.names().map(secret).collect();
        format!(
            "[[workspace.account]]\nid = \"{}\"\nchannel = \"{}\"\n[workspace.account.settings]\n\
             {}[workspace.account.secrets]\n{}",
            self.account.id,
            self.account.channel,
            quoted(settings),
            quoted(secrets)
        )
    }

    /// The payloads, with the query of those that have one.
    fn payloads(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<PathBuf> =
            fs::read_dir(&self.path).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let is_payload = |path: &Path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            matches!(extension, Some("json" | "form")) && !path.ends_with("account.json")
        };
        files
            .into_iter()
            .filter(|path| is_payload(path))
            .map(|path| {
                let query = fs::read_to_string(path.with_extension("query")).unwrap_or_default();
                (query.trim().to_owned(), fs::read(path).unwrap().trim_ascii_end().to_vec())
            })
            .collect()
    }

    fn headers(&self, url: &str, body: &[u8]) -> HeaderMap {
        let secret = |name: &str| self.secrets.get(name).unwrap();
        let (name, value) = match self.signature.as_str() {
            "hub_sha256" => {
                let mut mac =
                    Hmac::<Sha256>::new_from_slice(secret("app_secret").as_bytes()).unwrap();
                mac.update(body);
                let value = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
                ("x-hub-signature-256", value)
            }
            "telegram_secret" => {
                ("x-telegram-bot-api-secret-token", secret("secret_token").to_owned())
            }
            _ => {
                let mut form: Vec<_> = form_urlencoded::parse(body).into_owned().collect();
                form.sort();
                let mut mac =
                    Hmac::<Sha1>::new_from_slice(secret("auth_token").as_bytes()).unwrap();
                mac.update(url.as_bytes());
                form.iter().for_each(|(name, value)| {
                    mac.update(name.as_bytes());
                    mac.update(value.as_bytes());
                });
                ("x-twilio-signature", STANDARD.encode(mac.finalize().into_bytes()))
            }
        };
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers.insert("content-type", self.content_type.parse().unwrap());
        headers
    }

    /// The customers' messages in a payload: the provider's name, and what should be seen of each.
    fn messages(&self, url: &str, headers: &HeaderMap, body: &[u8]) -> Vec<(String, String)> {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let webhook = UnverifiedWebhook { url, headers, body, at };
        let verified = self.channel.verify(webhook, &self.secrets).unwrap();
        let own_id = self.channel.own_id(&self.account);
        let mut messages = Vec::new();
        for part in self.channel.parts(&verified) {
            let job = part.into_job(self.account.id.clone(), jiff::Timestamp::UNIX_EPOCH);
            let InboundJob::WebhookV1(part) = job;
            let Ok(parsed) = self.channel.parse(part.body.reveal()) else { continue };
            let elsewhere = parsed.addressed_to.is_some_and(|to| Some(to.as_str()) != own_id);
            for item in parsed.items.into_iter().filter(|_| !elsewhere) {
                if let Incoming::Message(message) = item {
                    messages.push((message.id.0, outline(&message.content)));
                }
            }
        }
        messages
    }
}

/// What tells a message from others, as the API shows it.
fn outline(content: &Content) -> String {
    let content = serde_json::to_value(content).unwrap();
    outline_of(&content)
}

fn outline_of(content: &Value) -> String {
    let words = ["text", "caption"].iter().find_map(|name| content[*name].as_str());
    format!("{} {}", content["type"].as_str().unwrap(), words.unwrap_or_default())
}

async fn post(host: &Host, path: &str, headers: HeaderMap, body: Vec<u8>) -> StatusCode {
    let mut request =
        Request::post(format!("{}{path}", host.origin)).body(Body::from(body)).unwrap();
    request.headers_mut().extend(headers);
    host.call(request).await.status
}

/// One character of what is signed is another; where nothing is signed, one of the password.
fn tampered(folder: &Folder, headers: &HeaderMap, body: &[u8]) -> (HeaderMap, Vec<u8>) {
    let (mut headers, mut body) = (headers.clone(), body.to_vec());
    if folder.signature == "telegram_secret" {
        let wrong = format!("{}x", folder.secrets.get("secret_token").unwrap());
        headers.insert("x-telegram-bot-api-secret-token", HeaderValue::from_str(&wrong).unwrap());
    } else if let Some(place) = body.iter().rposition(u8::is_ascii_alphanumeric) {
        body[place] = if body[place] == b'7' { b'8' } else { b'7' };
    } else {
        body.extend_from_slice(b"a=b");
    }
    (headers, body)
}

/// What the customers of all accounts have said, as the API shows it, sorted.
async fn said(host: &Host, token: &str) -> Vec<String> {
    let mut said = Vec::new();
    for log in host.logs(token).await {
        for event in log {
            if event["type"] == "message" && event["direction"] == "inbound" {
                said.push(outline_of(&event["content"]));
            }
        }
    }
    said.sort();
    said
}

#[tokio::test]
async fn every_documented_payload_is_in_its_conversation_and_no_tampered_one() {
    let folders: Vec<Folder> = FOLDERS.iter().map(|name| Folder::read(name)).collect();
    let accounts: String = folders.iter().map(Folder::provisioning).collect();
    let user = "[[workspace]]\nid = \"acme\"\nname = \"Acme\"\n[[workspace.user]]\nid = \"ada\"\n\
                name = \"Ada\"\nemail = \"ada@acme.test\"\nrole = \"admin\"\n";
    let place = Place::new(&format!("{user}{accounts}"));
    let host = place.start(&[]).await;
    let token = host.token("ada").await;
    let (mut names, mut expected, mut payloads) = (BTreeSet::new(), Vec::new(), 0);
    for folder in &folders {
        for (query, body) in folder.payloads() {
            payloads += 1;
            let mark = if query.is_empty() { "" } else { "?" };
            let path = format!("/webhooks/{}{mark}{query}", folder.account.id);
            let url = format!("{}{path}", place.origin());
            let headers = folder.headers(&url, &body);
            let (forged, other) = tampered(folder, &headers, &body);
            assert_eq!(post(&host, &path, forged, other).await, StatusCode::UNAUTHORIZED, "{path}");
            for (name, outline) in folder.messages(&url, &headers, &body) {
                if names.insert((folder.account.id.clone(), name)) {
                    expected.push(outline);
                }
            }
            assert_eq!(post(&host, &path, headers, body).await, StatusCode::OK, "{path}");
        }
    }
    assert!(payloads > 120, "{payloads}");
    assert!(expected.len() > 60, "{}", expected.len());
    assert_eq!(host.settle().await["dead"], 0, "{}", place.log());
    expected.sort();
    assert_eq!(said(&host, &token).await, expected);
    host.kill().await;
}
