//! Who is told of what happens in their conversations, and by which way.

use std::collections::BTreeSet;
use std::num::NonZeroU16;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversation::{Actor, Conversation, Event, EventKind, Handler};
use crate::id::{AccountId, ConversationId, Seq, UserId};

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
    /// A colleague wrote in a chat they are in.
    Said,
}

impl Occasion {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Assigned => "assigned",
            Self::Mentioned => "mentioned",
            Self::Said => "said",
        }
    }
}

/// Whom does an event concern, and why? `after` is the conversation with the event in it. Nobody is
/// told of what they did themselves; whether they may see the conversation is asked elsewhere.
pub fn concerned<'a>(event: &'a Event, after: &'a Conversation) -> Vec<(&'a UserId, Occasion)> {
    let author = match &event.actor {
        Actor::User(user) | Actor::Ai(user) | Actor::Bot(user) => Some(user),
        Actor::Contact | Actor::Responder(_) | Actor::Business | Actor::System => None,
    };
    let assignees = || after.assignees.iter();
    let mut concerned: Vec<(&UserId, Occasion)> = assignees()
        .filter(|assignee| assignee.since == event.seq)
        .map(|assignee| (&assignee.user, Occasion::Assigned))
        .collect();
    let all = |occasion| assignees().map(move |assignee| (&assignee.user, occasion));
    if let EventKind::Received(_) = &event.kind {
        concerned.extend(all(Occasion::Inbound));
    }
    if let EventKind::Said { .. } = &event.kind {
        concerned.extend(all(Occasion::Said));
    }
    if let EventKind::Noted { mentions, .. } = &event.kind {
        concerned.extend(mentions.iter().map(|user| (user, Occasion::Mentioned)));
    }
    concerned.retain(|(user, _)| Some(*user) != author);
    concerned
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
    use crate::consent::Consent;
    use crate::content::{Content, Text};
    use crate::conversation::{
        Assigned, AssignedWhy, Base, Opened, OpenedBy, Received, ReplyTo, Rule, Scope, Via,
        Visibility,
    };
    use crate::id::{ContactId, ProviderMessageId};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// R173, R178: assignees are told of what comes in, and whoever is given or named in something
    /// of that; nobody of their own doings.
    #[test]
    fn an_event_concerns_those_it_is_meant_for() {
        let user = |id: &str| -> UserId { id.parse().unwrap() };
        let opened = Opened {
            contact: ContactId::new(at(0), [1; 10]),
            contact_name: None,
            scope: Scope::Contact,
            by: OpenedBy::Contact,
            via: None,
            consent: Consent::Unasked,
            activity_expires_at: at(100),
            last_in_at: None,
            base: Base::New,
            handler: Handler::Nobody,
            group: None,
            visibility: Visibility::Group,
            assignees: vec![user("ada"), user("ben")],
            replier: None,
        };
        let event = |seq, actor, kind| Event {
            seq: Seq::new(seq),
            at: at(1),
            actor,
            rule: Rule::T01,
            kind,
        };
        let told = |event: &Event, after: &Conversation| -> Vec<String> {
            let concerned = concerned(event, after).into_iter();
            concerned.map(|(user, occasion)| format!("{user} {}", occasion.as_str())).collect()
        };
        let ada = || Actor::User(user("ada"));
        let opening = event(1, ada(), EventKind::Opened(opened.clone()));
        let id = ConversationId::new(at(0), [2; 10]);
        let mut chat = Conversation::begin(id, "acme".parse().unwrap(), &opening, &opened);
        assert_eq!(told(&opening, &chat), ["ben assigned"], "Ada did it herself");
        let content = || Content::Text(Text { text: "Look!".into() });
        let mentions = vec![user("ada"), user("cy")];
        let noted = event(2, ada(), EventKind::Noted { content: content(), mentions });
        chat.apply(&noted);
        assert_eq!(told(&noted, &chat), ["cy mentioned"]);
        let said = event(3, ada(), EventKind::Said { content: content() });
        chat.apply(&said);
        assert_eq!(told(&said, &chat), ["ben said"]);
        let received = event(
            4,
            Actor::Contact,
            EventKind::Received(Received {
                via: Via { account: account("wa1"), address: "+1".into() },
                provider_id: ProviderMessageId("m1".to_owned()),
                sent_at: at(1),
                content: content(),
                quotes: None,
                referral: None,
                forwarded: false,
                automatic: false,
                reply_to: ReplyTo::First,
                campaign: None,
                base: Base::New,
                activity_expires_at: at(100),
            }),
        );
        chat.apply(&received);
        assert_eq!(told(&received, &chat), ["ada inbound", "ben inbound"]);
        let assigned = event(
            5,
            ada(),
            EventKind::Assigned(Assigned {
                assignees: vec![user("ben"), user("cy")],
                group: None,
                why: AssignedWhy::Chosen,
                answer_by: None,
            }),
        );
        chat.apply(&assigned);
        assert_eq!(told(&assigned, &chat), ["cy assigned"], "Ben had it before");
    }

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
