//! The messaging providers, played in the same process.

use std::collections::BTreeMap;

use simulator::{Account, Simulator};

use crate::provision::{Provisioned, ProvisionedAccount};

/// Where the API of each played provider is, below the origin that serves the simulator.
pub fn api_bases(origin: &str) -> BTreeMap<String, String> {
    let base = |channel: &&dyn channels::Channel| {
        let path = Simulator::base_path(channel.name())?;
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
