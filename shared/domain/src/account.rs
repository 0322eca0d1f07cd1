//! A channel account: one of our addresses on one channel, also called Sender ID.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, WorkspaceId};
use crate::private::Secret;

/// What is known about an account without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelAccount {
    pub id: AccountId,
    pub workspace: WorkspaceId,
    /// The channel's name, such as `whatsapp`.
    pub channel: String,
    /// What people call it.
    pub name: String,
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Where the provider's API is, if not where it publishes it. For the laptop and for tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_base: Option<String>,
    /// The templates registered with the provider; `None` if Confab has not been told, and then
    /// the provider decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<Vec<RegisteredTemplate>>,
}

impl ChannelAccount {
    /// A setting, empty if it is absent; provisioning has checked that required ones are there.
    pub fn setting(&self, key: &str) -> &str {
        self.settings.get(key).map_or("", String::as_str)
    }
}

/// The secrets of an account, by the names its channel gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secrets(BTreeMap<String, Secret>);

impl Secrets {
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|secret| secret.reveal().as_str())
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// These with others in their places. An empty one takes no place: what is there stays.
    #[must_use]
    pub fn renewed(mut self, others: &Self) -> Self {
        let given = others.0.iter().filter(|(_, secret)| !secret.reveal().is_empty());
        self.0.extend(given.map(|(key, secret)| (key.clone(), secret.clone())));
        self
    }
}

impl FromIterator<(String, Secret)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (String, Secret)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Secrets under envelope encryption: a data key encrypted by the key service, and the secrets
/// encrypted by the data key.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sealed {
    pub data_key: Vec<u8>,
    pub nonce: Vec<u8>,
    pub secrets: Vec<u8>,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed")
    }
}

/// An account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAccount {
    pub account: ChannelAccount,
    pub sealed: Sealed,
}

/// A message text the provider has on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisteredTemplate {
    pub name: String,
    pub language: String,
    #[serde(default)]
    pub approval: Approval,
    #[serde(default)]
    pub category: TemplateCategory,
    /// How many placeholders its body has.
    #[serde(default)]
    pub parameters: usize,
    /// Its words with `{{1}}`, `{{2}}` …, to be shown before it is sent; the provider sends its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    #[default]
    Approved,
    Pending,
    Rejected,
    Paused,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateCategory {
    #[default]
    Utility,
    Marketing,
    Authentication,
}
