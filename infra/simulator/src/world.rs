//! Everything the providers and the phones know.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::account::{Account, Channel};
use crate::chaos::{Fault, Gremlin};
use crate::chat::{Bubble, Chat, Progress};
use crate::dice::Dice;
use crate::files::Files;
use crate::outbox::{Attempt, Draft, Outbox, Posting};

/// Logs keep this many entries; the oldest go first.
const LOG_MAX: usize = 10_000;

/// One call of a send API, as it arrived and as it was answered.
#[derive(Clone, Debug)]
pub struct SentRequest {
    /// None if the call names no account that is known, or proves nothing.
    pub account: Option<String>,
    pub method: String,
    /// The whole path; a token in it is masked.
    pub path: String,
    /// The JSON; of a form the fields, repeated ones as a list.
    pub body: Value,
    /// What it was answered with. None if the connection was dropped.
    pub status: Option<u16>,
    pub fault: Fault,
    /// The provider's id of the message, if the call was accepted.
    pub provider_id: Option<String>,
    pub at: Timestamp,
}

/// How a provider says no to what only it can judge: a closed window, a customer who stopped
/// marketing. Both happen: "errors come synchronously or only by webhook".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refusals {
    /// In the answer to the send.
    #[default]
    InAnswer,
    /// The send is accepted; a webhook tells that it failed.
    ByWebhook,
}

/// A template that a provider has approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The name; at Twilio the `ContentSid`.
    pub name: String,
    /// At Twilio a template has but one.
    pub language: String,
    /// How many parameters its body has.
    pub parameters: usize,
    /// `marketing`, `utility` or `authentication`.
    pub category: String,
}

/// A pressed Telegram button, which spins until the bot answers.
#[derive(Clone, Debug)]
pub(crate) struct Press {
    pub(crate) account: String,
    pub(crate) address: String,
    pub(crate) id: String,
    pub(crate) answered: bool,
}

/// Who does something, and when.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) account: &'a Arc<Account>,
    pub(crate) channel: Channel,
    pub(crate) address: &'a str,
    pub(crate) now: Timestamp,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) accounts: Vec<(Arc<Account>, Channel)>,
    pub(crate) chats: BTreeMap<(String, String), Chat>,
    pub(crate) files: Files,
    pub(crate) gremlin: Gremlin,
    /// For ids. Rolled from the seed and the hour of birth: a simulator that is started anew must
    /// not give out ids that a desk with a memory has seen.
    pub(crate) dice: Dice,
    pub(crate) outbox: Outbox,
    pub(crate) requests: VecDeque<SentRequest>,
    pub(crate) postings: VecDeque<Posting>,
    pub(crate) templates: BTreeMap<String, Vec<Template>>,
    pub(crate) presses: VecDeque<Press>,
    pub(crate) refusals: Refusals,
    /// The number of Telegram's last update.
    pub(crate) last_update: i64,
}

impl World {
    pub(crate) fn new(seed: u64, now: Timestamp, changed: mpsc::UnboundedSender<()>) -> Self {
        let born = u64::try_from(now.as_microsecond()).unwrap_or_default();
        Self {
            accounts: Vec::new(),
            chats: BTreeMap::new(),
            files: Files::default(),
            gremlin: Gremlin::new(seed),
            dice: Dice::new(seed ^ born),
            outbox: Outbox::new(changed),
            requests: VecDeque::new(),
            postings: VecDeque::new(),
            templates: BTreeMap::new(),
            presses: VecDeque::new(),
            refusals: Refusals::default(),
            last_update: 0,
        }
    }

    pub(crate) fn account(&self, id: &str) -> Option<(Arc<Account>, Channel)> {
        let found = self.accounts.iter().find(|(account, _)| account.id == id);
        found.map(|(account, channel)| (Arc::clone(account), *channel))
    }

    /// The first account of this channel that satisfies this.
    pub(crate) fn account_where(
        &self,
        matches: impl Fn(&Account, Channel) -> bool,
    ) -> Option<(Arc<Account>, Channel)> {
        let found = self.accounts.iter().find(|(account, channel)| matches(account, *channel));
        found.map(|(account, channel)| (Arc::clone(account), *channel))
    }

    pub(crate) fn known_chat(&self, account: &str, address: &str) -> Option<&Chat> {
        self.chats.get(&(account.to_owned(), address.to_owned()))
    }

    /// The chat; a new one if there is none.
    pub(crate) fn chat(&mut self, account: &str, address: &str) -> &mut Chat {
        self.chats
            .entry((account.to_owned(), address.to_owned()))
            .or_insert_with(|| Chat::new(account, address, crate::people::name_of(address)))
    }

    /// A template, if it may be sent: one that is registered or, of an account without registered
    /// templates, any.
    pub(crate) fn templates_of(&self, account: &str) -> Option<&[Template]> {
        self.templates.get(account).map(Vec::as_slice)
    }

    /// The customer says something: it shows on the phone and opens the window.
    pub(crate) fn say(&mut self, scene: Scene<'_>, bubble: Bubble) {
        let chat = self.chat(&scene.account.id, scene.address);
        chat.wrote_at = Some(scene.now);
        chat.show(bubble);
    }

    pub(crate) fn post(
        &mut self,
        account: &Arc<Account>,
        channel: Channel,
        drafts: Vec<Draft>,
        now: Timestamp,
    ) -> Vec<oneshot::Receiver<Attempt>> {
        self.outbox.put(account, channel, drafts, &mut self.gremlin, now)
    }

    pub(crate) fn log_request(&mut self, request: SentRequest) {
        if self.requests.len() == LOG_MAX {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    pub(crate) fn log_posting(&mut self, posting: Posting) {
        if self.postings.len() == LOG_MAX {
            self.postings.pop_front();
        }
        self.postings.push_back(posting);
    }

    pub(crate) fn log_press(&mut self, press: Press) {
        if self.presses.len() == LOG_MAX {
            self.presses.pop_front();
        }
        self.presses.push_back(press);
    }

    /// The customer looks at the chat. Returns the messages that are read now.
    pub(crate) fn open(&mut self, account: &str, address: &str) -> Vec<Bubble> {
        let chat = self.chat(account, address);
        let unread: Vec<Bubble> = chat.unread().cloned().collect();
        for bubble in &unread {
            chat.change(&bubble.id, |bubble| bubble.progress = Progress::Read);
        }
        unread
    }
}

/// How long real providers take, roughly, in the background.
pub(crate) fn takes(dice: &mut Dice, from_ms: u64, to_ms: u64) -> Duration {
    Duration::from_millis(from_ms + dice.below(to_ms.saturating_sub(from_ms)))
}
