//! The accounts a business has with providers.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One account of a business with a provider.
#[derive(Clone)]
pub struct Account {
    pub id: String,
    /// `whatsapp`, `telegram`, `twilio_sms` or `twilio_whatsapp`.
    pub channel: String,
    pub name: String,
    /// Where the provider posts what happens. A fragment (`#rc=3&rp=all`) is read as Twilio's
    /// connection overrides.
    pub webhook_url: String,
    /// `phone_number_id`, `business_account_id` (WhatsApp); `account_sid`, `from`,
    /// `messaging_service_sid` (Twilio).
    pub settings: BTreeMap<String, String>,
    /// `app_secret`, `verify_token`, `access_token` (WhatsApp); `bot_token`, `secret_token`
    /// (Telegram); `auth_token` (Twilio).
    pub secrets: BTreeMap<String, String>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl Account {
    pub(crate) fn setting(&self, key: &str) -> Option<&str> {
        self.settings.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A secret that is not there is empty, and proves nothing.
    pub(crate) fn secret(&self, key: &str) -> &str {
        self.secrets.get(key).map_or("", String::as_str)
    }

    /// Whether this is the secret. An empty one never is.
    pub(crate) fn is_secret(&self, key: &str, claimed: &str) -> bool {
        let known = self.secret(key);
        !known.is_empty() && known == claimed
    }

    /// The webhook's address as the provider calls and signs it: without the fragment.
    pub(crate) fn called_url(&self) -> &str {
        self.webhook_url.split('#').next().unwrap_or_default()
    }
}

/// The ways to customers that are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    Whatsapp,
    Telegram,
    TwilioSms,
    TwilioWhatsapp,
}

impl Channel {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "whatsapp" => Some(Self::Whatsapp),
            "telegram" => Some(Self::Telegram),
            "twilio_sms" => Some(Self::TwilioSms),
            "twilio_whatsapp" => Some(Self::TwilioWhatsapp),
            _ => None,
        }
    }

    pub(crate) fn base_path(self) -> &'static str {
        match self {
            Self::Whatsapp => crate::whatsapp::BASE_PATH,
            Self::Telegram => crate::telegram::BASE_PATH,
            Self::TwilioSms | Self::TwilioWhatsapp => crate::twilio::BASE_PATH,
        }
    }

    /// The form in which an address of this channel is kept.
    ///
    /// E.164 with its plus, or Telegram's number of the chat.
    pub(crate) fn address(self, raw: &str) -> String {
        let raw = raw.strip_prefix("whatsapp:").unwrap_or(raw).trim();
        match self {
            Self::Telegram => raw.to_owned(),
            Self::Whatsapp | Self::TwilioSms | Self::TwilioWhatsapp => {
                let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
                format!("+{digits}")
            }
        }
    }
}
