//! Who is told of what happens in their conversations, and by which way.

use std::collections::BTreeSet;
use std::num::NonZeroU16;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversation::Handler;
use crate::id::{AccountId, ConversationId, Seq};

/// Why a user is told of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// The contact wrote in a conversation of theirs.
    Inbound,
    /// A conversation was given to them.
    Assigned,
    /// A colleague named them in a note.
    Mentioned,
}

impl Occasion {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Assigned => "assigned",
            Self::Mentioned => "mentioned",
        }
    }
}

/// What a user has chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    pub email: EmailChoice,
    /// The accounts that e-mail is sent for.
    pub accounts: Accounts,
    /// Whether the desk shows what happens while it is open.
    pub desktop: bool,
    /// Collects e-mail for so long instead of sending each at once.
    pub digest_minutes: Option<NonZeroU16>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            email: EmailChoice::Default,
            accounts: Accounts::All,
            desktop: true,
            digest_minutes: None,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailChoice {
    On,
    Off,
    /// As the workspace has it.
    #[default]
    Default,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accounts {
    All,
    Only(BTreeSet<AccountId>),
}

impl Accounts {
    fn hold(&self, account: &AccountId) -> bool {
        match self {
            Self::All => true,
            Self::Only(accounts) => accounts.contains(account),
        }
    }
}

/// What a user may be told of.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub occasion: Occasion,
    pub account: &'a AccountId,
    pub handler: &'a Handler,
    /// Whether the workspace sends e-mail to who has not chosen.
    pub email_by_default: bool,
    /// Whether a licence for the desk is bought for the user.
    pub licensed: bool,
}

/// By which ways a user is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ways {
    /// In the list of what they were told.
    pub centre: bool,
    pub desktop: bool,
    pub email: Option<Email>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Email {
    Now,
    /// With all else of as many minutes.
    Digest(NonZeroU16),
}

/// By which ways does a user with these preferences want to be told?
///
/// E-mail is for what contacts write, and not while a program answers them. Whoever has no licence
/// cannot come in to see anything, and is told nothing.
pub fn ways(told: &Told<'_>, preferences: &Preferences) -> Ways {
    if !told.licensed {
        return Ways::default();
    }
    let wanted = match preferences.email {
        EmailChoice::On => true,
        EmailChoice::Off => false,
        EmailChoice::Default => told.email_by_default,
    };
    let answered = told.handler.is_machine();
    let inbound = told.occasion == Occasion::Inbound;
    let emailed = inbound && wanted && !answered && preferences.accounts.hold(told.account);
    Ways {
        centre: true,
        desktop: preferences.desktop,
        email: emailed.then(|| preferences.digest_minutes.map_or(Email::Now, Email::Digest)),
    }
}

/// What a user was told: an event that concerns them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub at: Timestamp,
    pub occasion: Occasion,
    pub conversation: ConversationId,
    pub seq: Seq,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> AccountId {
        id.parse().unwrap()
    }

    fn preferring(change: impl FnOnce(&mut Preferences)) -> Preferences {
        let mut preferences = Preferences::default();
        change(&mut preferences);
        preferences
    }

    /// The e-mail of an inbound message on `wa1` to a licensed user.
    fn email(default: bool, handler: Handler, preferences: &Preferences) -> Option<Email> {
        let account = account("wa1");
        let told = Told {
            occasion: Occasion::Inbound,
            account: &account,
            handler: &handler,
            email_by_default: default,
            licensed: true,
        };
        ways(&told, preferences).email
    }

    /// R173, R174: each inbound message, by the workspace's default unless the user has chosen.
    #[test]
    fn email_follows_the_workspace_until_the_user_chooses() {
        let chosen = |email| preferring(|preferences| preferences.email = email);
        for (default, choice, wanted) in [
            (true, EmailChoice::Default, Some(Email::Now)),
            (false, EmailChoice::Default, None),
            (false, EmailChoice::On, Some(Email::Now)),
            (true, EmailChoice::Off, None),
        ] {
            assert_eq!(email(default, Handler::Nobody, &chosen(choice)), wanted, "{choice:?}");
        }
    }

    /// R175: all accounts unless the user picks some.
    #[test]
    fn email_is_for_the_accounts_that_were_picked() {
        let only = |id: &str| {
            preferring(|preferences| preferences.accounts = Accounts::Only([account(id)].into()))
        };
        assert_eq!(email(true, Handler::Human, &Preferences::default()), Some(Email::Now));
        assert_eq!(email(true, Handler::Human, &only("wa1")), Some(Email::Now));
        assert_eq!(email(true, Handler::Human, &only("tg1")), None);
    }

    /// R176: no e-mail while a program answers.
    #[test]
    fn no_email_while_a_bot_is_at_it() {
        let bot = || "bot".parse().unwrap();
        for (handler, wanted) in [
            (Handler::Bot(bot()), None),
            (Handler::Ai(bot()), None),
            // A welcome is no answer.
            (Handler::Auto, Some(Email::Now)),
            (Handler::Human, Some(Email::Now)),
        ] {
            assert_eq!(email(true, handler, &Preferences::default()), wanted);
        }
    }

    /// R177: only who has a licence is told anything.
    #[test]
    fn who_has_no_licence_is_told_nothing() {
        let account = account("wa1");
        for occasion in [Occasion::Inbound, Occasion::Assigned, Occasion::Mentioned] {
            let told = Told {
                occasion,
                account: &account,
                handler: &Handler::Nobody,
                email_by_default: true,
                licensed: false,
            };
            assert_eq!(ways(&told, &Preferences::default()), Ways::default());
        }
    }

    /// R178, R179: the desk shows assignments and what comes in, unless it is switched off.
    #[test]
    fn the_desk_shows_what_happens_unless_switched_off() {
        let account = account("wa1");
        let quiet = preferring(|preferences| preferences.desktop = false);
        for occasion in [Occasion::Inbound, Occasion::Assigned, Occasion::Mentioned] {
            let told = Told {
                occasion,
                account: &account,
                handler: &Handler::Human,
                email_by_default: false,
                licensed: true,
            };
            let shown = ways(&told, &Preferences::default());
            assert_eq!(shown, Ways { centre: true, desktop: true, email: None });
            assert_eq!(ways(&told, &quiet), Ways { centre: true, desktop: false, email: None });
        }
    }

    #[test]
    fn email_can_be_collected() {
        let minutes = NonZeroU16::new(30);
        let digest = preferring(|preferences| preferences.digest_minutes = minutes);
        assert_eq!(email(true, Handler::Nobody, &digest), minutes.map(Email::Digest));
    }

    /// An unknown field is an error that names it.
    #[test]
    fn preferences_are_read_strictly() {
        let read = |text| serde_json::from_str::<Preferences>(text);
        assert_eq!(read("{}").unwrap(), Preferences::default());
        let some = r#"{"email":"on","accounts":{"only":["wa1"]},"digest_minutes":15}"#;
        assert_eq!(read(some).unwrap().accounts, Accounts::Only([account("wa1")].into()));
        assert!(read(r#"{"sms":true}"#).unwrap_err().to_string().contains("sms"));
        assert!(read(r#"{"digest_minutes":0}"#).is_err());
    }
}
