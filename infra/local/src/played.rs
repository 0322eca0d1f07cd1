//! The messaging providers, played in the same process.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use simulator::{Account, Simulator};

use crate::provision::{Provisioned, ProvisionedAccount};

/// Where the API of each played provider is, below the origin that serves the simulator. Of the web
/// chat we are the provider ourselves.
pub fn api_bases(origin: &str) -> BTreeMap<String, String> {
    let base = |channel: &&dyn channels::Channel| {
        let path = match channel.name() {
            channels::webchat::NAME => "",
            other => Simulator::base_path(other)?,
        };
        Some((channel.name().to_owned(), format!("{origin}{path}")))
    };
    channels::ALL.iter().filter_map(base).collect()
}

/// Makes the accounts known to the players, unless an account says itself where its API is.
pub fn add_accounts(simulator: &Simulator, provisioned: &Provisioned, public_url: &str) {
    for known in provisioned.workspaces.iter().flat_map(|workspace| &workspace.accounts) {
        if known.account.api_base.is_none() {
            simulator.add_account(played(known, public_url));
        }
    }
}

fn played(known: &ProvisionedAccount, public_url: &str) -> Account {
    let ProvisionedAccount { account, secrets, .. } = known;
    let options = channels::by_name(&account.channel).map_or("", |known| known.webhook_options());
    let secret = |name: &str| (name.to_owned(), secrets.get(name).unwrap_or_default().to_owned());
    Account {
        id: account.id.to_string(),
        channel: account.channel.clone(),
        name: account.name.clone(),
        webhook_url: format!("{public_url}/webhooks/{}{options}", account.id),
        settings: account.settings.clone(),
        secrets: secrets.names().map(secret).collect(),
    }
}

/// How often the phones are looked at, to keep what is new on them.
const LOOK: Duration = Duration::from_secs(1);

/// Gives the phones back what they had when the host was last running, if that can be read.
///
/// # Errors
///
/// If the file is there and holds no phones.
pub fn recall(simulator: &Simulator, file: &Path) -> io::Result<()> {
    match std::fs::read_to_string(file) {
        Ok(kept) => simulator.restore(&kept).map_err(io::Error::from),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Keeps what is on the phones in a file, until it is dropped.
///
/// # Errors
///
/// If the file cannot be written.
pub async fn remember(simulator: &Simulator, file: &Path) -> io::Result<()> {
    let mut kept = String::new();
    loop {
        tokio::time::sleep(LOOK).await;
        let now = simulator.snapshot();
        if now != kept {
            let new = file.with_extension("new");
            tokio::fs::write(&new, &now).await?;
            tokio::fs::rename(&new, file).await?;
            kept = now;
        }
    }
}
