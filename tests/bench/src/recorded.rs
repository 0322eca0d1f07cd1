//! What AWS would answer the webhook function, recorded from the services played on the laptop.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use local::aws::{Answer, Call, Lost, Tap};
use local::clock::Clock;
use local::confab::{Confab, Parts};
use local::provision::{apply, read};
use serde_json::json;
use sha2::Sha256;

const SECRET: &str = "bench-app-secret";

/// A signed webhook, and the answers it needs.
pub(crate) struct Recordings {
    pub(crate) body: String,
    pub(crate) signature: String,
    account: String,
    data_key: String,
}

impl Recordings {
    /// The environment of the function that answers itself.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = crate::functions::environment("webhook");
        variables.push(("RECORDED_ACCOUNT", self.account.clone()));
        variables.push(("RECORDED_DATA_KEY", self.data_key.clone()));
        variables
    }
}

/// Keeps the latest answer of each service.
#[derive(Debug, Default)]
struct Recorder(Mutex<BTreeMap<&'static str, String>>);

impl Tap for Recorder {
    fn call<'a>(
        &'a self,
        call: Call,
        service: &'a (dyn Fn(Call) -> Answer + Send + Sync),
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Lost>> + Send + 'a>> {
        Box::pin(async move {
            let name = call.service;
            let answer = service(call);
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(name, answer.body.clone());
            Ok(answer)
        })
    }
}

pub(crate) async fn record() -> Result<Recordings, Box<dyn std::error::Error>> {
    let recorder = Arc::new(Recorder::default());
    let confab = Confab::open(Parts {
        data: None,
        clock: Clock::turned(Timestamp::UNIX_EPOCH),
        public_url: "http://127.0.0.1:1".parse()?,
        tap: Some(recorder.clone()),
    })
    .await?;
    let provisioned = read(WORKSPACE).map_err(|faults| faults.join("; "))?;
    apply(&confab.store, &confab.vault, &provisioned, &BTreeMap::new()).await?;
    let stored = confab.store.account(&"wa1".parse()?).await?.ok_or("no account")?;
    confab.vault.open(&stored.account.workspace, &stored.account.id, &stored.sealed).await?;
    let kept = recorder.0.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = |service: &str| kept.get(service).cloned().ok_or("nothing was recorded");
    let body = body();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?;
    mac.update(body.as_bytes());
    Ok(Recordings {
        signature: format!("sha256={}", hex::encode(mac.finalize().into_bytes())),
        body,
        account: answer("dynamodb")?,
        data_key: answer("kms")?,
    })
}

pub(crate) const WORKSPACE: &str = r#"
[[workspace]]
id = "bench"
name = "Bench"
[[workspace.account]]
id = "wa1"
channel = "whatsapp"
[workspace.account.settings]
phone_number_id = "106540352242922"
[workspace.account.secrets]
app_secret = "bench-app-secret"
verify_token = "bench-verify-token"
access_token = "bench-access-token"
"#;

/// A WhatsApp text whose webhook has 2 KB.
fn body() -> String {
    let words = "Does it come in another color? ".repeat(48);
    json!({
        "object": "whatsapp_business_account",
        "entry": [{
            "id": "102290129340398",
            "changes": [{
                "value": {
                    "messaging_product": "whatsapp",
                    "metadata": {
                        "display_phone_number": "15550783881",
                        "phone_number_id": "106540352242922",
                    },
                    "contacts": [{
                        "profile": { "name": "Sheena Nelson" },
                        "wa_id": "16505551234",
                    }],
                    "messages": [{
                        "from": "16505551234",
                        "id": "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
                        "timestamp": "1749416383",
                        "type": "text",
                        "text": { "body": words },
                    }],
                },
                "field": "messages",
            }],
        }],
    })
    .to_string()
}
