//! What AWS would answer the webhook function, recorded from the services played on the laptop.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bench::Failed;
use bench::desk::workspace;
use bench::webhooks::{signature, text};
use jiff::Timestamp;
use local::aws::{Answer, Call, Lost, Tap};
use local::clock::Clock;
use local::confab::{Confab, Parts};
use local::provision::{apply, read};

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
            kept.insert(name, String::from_utf8_lossy(&answer.body).into_owned());
            Ok(answer)
        })
    }
}

pub(crate) async fn record() -> Result<Recordings, Failed> {
    let recorder = Arc::new(Recorder::default());
    let confab = Confab::open(Parts {
        data: None,
        clock: Clock::turned(Timestamp::UNIX_EPOCH),
        public_url: "http://127.0.0.1:1".parse()?,
        language: Default::default(),
        tap: Some(recorder.clone()),
    })
    .await?;
    let provisioned = read(&workspace("")).map_err(|faults| faults.join("; "))?;
    apply(&confab.store, &confab.vault, &provisioned, &BTreeMap::new()).await?;
    let stored = confab.store.account(&"wa1".parse()?).await?.ok_or("no account")?;
    confab.vault.open(&stored.account.workspace, &stored.account.id, &stored.sealed).await?;
    let kept = recorder.0.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = |service: &str| kept.get(service).cloned().ok_or("nothing was recorded");
    let body = body();
    Ok(Recordings {
        signature: signature(&body),
        body,
        account: answer("dynamodb")?,
        data_key: answer("kms")?,
    })
}

/// A WhatsApp text whose webhook has 2 KB.
fn body() -> String {
    text(0, 0, Timestamp::UNIX_EPOCH, &"Does it come in another color? ".repeat(48))
}
