//! One customer's chat with one account, as the phone shows it and as the provider counts it.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What is in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Image,
    Video,
    Audio,
    Voice,
    Document,
    Sticker,
    Location,
    Contact,
    /// Text with buttons to press.
    Buttons,
    /// Text with a list to choose from.
    List,
    Template,
    /// A pressed button or a chosen row.
    Answer,
    /// Something newer than whoever reads it.
    Unknown,
}

/// A button to press, or a row to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub id: String,
    pub title: String,
    pub description: Option<String>,
}

/// A template as it was filled in. Its wording is with the provider and not known here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenTemplate {
    /// The name; at Twilio the `ContentSid`.
    pub name: String,
    pub language: Option<String>,
    /// In order; a named one as `name=text`.
    pub parameters: Vec<String>,
}

/// A message of the business, as the phone got it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub provider_id: String,
    pub kind: Kind,
    /// The text, or the caption, or what stands above the buttons.
    pub text: Option<String>,
    pub buttons: Vec<Button>,
    pub template: Option<SeenTemplate>,
    /// Where the file was to be fetched from.
    pub link: Option<String>,
    /// Degrees: latitude, longitude.
    pub place: Option<(f64, f64)>,
    /// The provider's id of the message it quotes.
    pub quoted: Option<String>,
    pub at: Timestamp,
}

/// What the phone and its network tell about messages they got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipts {
    /// The chat is open: what comes is read at once. WhatsApp then reports `read` without
    /// `delivered`.
    Automatic,
    #[default]
    WhenOpened,
    /// The customer has read receipts turned off.
    NeverRead,
    /// Nothing is reported, not even that it was sent.
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Author {
    Customer,
    Desk,
    /// What the provider says by itself, such as the confirmation of a STOP.
    Provider,
}

/// How far a message has come, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    /// The desk's webhook has not taken it yet.
    Waiting,
    /// The provider gave up on the desk's webhook.
    Refused,
    /// It is where it was to go.
    Arrived,
    /// Whoever got it has read it.
    Read,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) name: Option<String>,
    pub(crate) address: Option<String>,
}

/// One message on the phone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bubble {
    pub(crate) id: String,
    /// The chat's revision when this last changed.
    pub(crate) revision: u64,
    pub(crate) by: Author,
    pub(crate) kind: Kind,
    pub(crate) at: Timestamp,
    pub(crate) text: Option<String>,
    /// A file kept here, by its id: what the customer sent.
    pub(crate) file: Option<String>,
    /// A file kept elsewhere, by its address: what the desk sent.
    pub(crate) link: Option<String>,
    pub(crate) place: Option<Place>,
    pub(crate) buttons: Vec<Button>,
    pub(crate) template: Option<SeenTemplate>,
    pub(crate) quoted: Option<String>,
    pub(crate) progress: Progress,
    pub(crate) edited: bool,
    pub(crate) deleted: bool,
    /// The other side's reaction and the customer's own.
    pub(crate) desk_reaction: Option<String>,
    pub(crate) own_reaction: Option<String>,
    /// Whom the provider tells about it: WhatsApp's callback data, Twilio's callback address.
    pub(crate) report_to: Option<String>,
    /// What it costs at WhatsApp: `service` or the template's category.
    pub(crate) category: Option<String>,
}

impl Bubble {
    pub(crate) fn new(by: Author, id: impl Into<String>, kind: Kind, at: Timestamp) -> Self {
        let progress = match by {
            Author::Customer => Progress::Waiting,
            Author::Desk | Author::Provider => Progress::Arrived,
        };
        Self {
            id: id.into(),
            revision: 0,
            by,
            kind,
            at,
            text: None,
            file: None,
            link: None,
            place: None,
            buttons: Vec::new(),
            template: None,
            quoted: None,
            progress,
            edited: false,
            deleted: false,
            desk_reaction: None,
            own_reaction: None,
            report_to: None,
            category: None,
        }
    }

    fn seen(&self) -> Seen {
        Seen {
            provider_id: self.id.clone(),
            kind: self.kind,
            text: self.text.clone(),
            buttons: self.buttons.clone(),
            template: self.template.clone(),
            link: self.link.clone(),
            place: self.place.as_ref().map(|place| (place.latitude, place.longitude)),
            quoted: self.quoted.clone(),
            at: self.at,
        }
    }
}

/// How long a customer's message lets a business answer freely on WhatsApp
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#customer-service-windows>).
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// A phone remembers this many messages of a chat.
const BUBBLES_MAX: usize = 2_000;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Chat {
    pub(crate) account: String,
    pub(crate) address: String,
    pub(crate) name: String,
    pub(crate) bubbles: VecDeque<Bubble>,
    /// Grows with every change.
    pub(crate) revision: u64,
    /// The customer's last message.
    pub(crate) wrote_at: Option<Timestamp>,
    pub(crate) blocked: bool,
    /// STOP by SMS.
    pub(crate) opted_out: bool,
    /// No marketing, in WhatsApp's own settings.
    pub(crate) marketing_stopped: bool,
    pub(crate) reachable: bool,
    pub(crate) receipts: Receipts,
    /// The customer took a username: WhatsApp tells the user id in place of the number.
    pub(crate) username: Option<String>,
    /// Telegram's number of the last message in this chat.
    pub(crate) last_number: i64,
    pub(crate) typing_until: Option<Timestamp>,
}

impl Chat {
    pub(crate) fn new(account: &str, address: &str, name: String) -> Self {
        Self {
            account: account.to_owned(),
            address: address.to_owned(),
            name,
            bubbles: VecDeque::new(),
            revision: 0,
            wrote_at: None,
            blocked: false,
            opted_out: false,
            marketing_stopped: false,
            reachable: true,
            receipts: Receipts::default(),
            username: None,
            last_number: 0,
            typing_until: None,
        }
    }

    pub(crate) fn touch(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    /// Puts a message under the others.
    pub(crate) fn show(&mut self, mut bubble: Bubble) {
        bubble.revision = self.touch();
        if bubble.by == Author::Desk {
            self.typing_until = None;
        }
        if self.bubbles.len() == BUBBLES_MAX {
            self.bubbles.pop_front();
        }
        self.bubbles.push_back(bubble);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Bubble> {
        self.bubbles.iter().rev().find(|bubble| bubble.id == id)
    }

    /// Changes a message, if it is there, and says whether it is.
    pub(crate) fn change(&mut self, id: &str, change: impl FnOnce(&mut Bubble)) -> bool {
        let revision = self.revision + 1;
        let Some(bubble) = self.bubbles.iter_mut().rev().find(|bubble| bubble.id == id) else {
            return false;
        };
        change(bubble);
        bubble.revision = revision;
        self.revision = revision;
        true
    }

    /// The message of the desk that offers this button.
    pub(crate) fn offering(&self, button: &str) -> Option<&Bubble> {
        self.bubbles.iter().rev().find(|bubble| {
            bubble.by == Author::Desk && bubble.buttons.iter().any(|offered| offered.id == button)
        })
    }

    /// Whether a business may write freely on WhatsApp.
    pub(crate) fn window_is_open(&self, now: Timestamp) -> bool {
        self.wrote_at.is_some_and(|wrote_at| now.duration_since(wrote_at) < WINDOW)
    }

    /// What the phone got, oldest first.
    pub(crate) fn inbox(&self) -> Vec<Seen> {
        let from_desk = |bubble: &&Bubble| bubble.by == Author::Desk;
        self.bubbles.iter().filter(from_desk).map(Bubble::seen).collect()
    }

    pub(crate) fn unread(&self) -> impl Iterator<Item = &Bubble> {
        self.bubbles
            .iter()
            .filter(|bubble| bubble.by == Author::Desk && bubble.progress < Progress::Read)
    }

    /// The desk has read everything up to this message of the customer's.
    pub(crate) fn desk_read(&mut self, id: &str) {
        let Some(place) = self.bubbles.iter().position(|bubble| bubble.id == id) else { return };
        let revision = self.touch();
        for bubble in self.bubbles.iter_mut().take(place + 1) {
            if bubble.by == Author::Customer && bubble.progress == Progress::Arrived {
                bubble.progress = Progress::Read;
                bubble.revision = revision;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_window_closes_24_hours_after_the_customers_last_message() {
        let mut chat = Chat::new("a", "+1", "Mia".to_owned());
        assert!(!chat.window_is_open(at(0)));
        chat.wrote_at = Some(at(100));
        assert!(chat.window_is_open(at(100 + 86_399)));
        assert!(!chat.window_is_open(at(100 + 86_400)));
    }

    #[test]
    fn a_change_shows_as_a_later_revision() {
        let mut chat = Chat::new("a", "+1", "Mia".to_owned());
        chat.show(Bubble::new(Author::Customer, "m1", Kind::Text, at(0)));
        chat.show(Bubble::new(Author::Desk, "m2", Kind::Text, at(1)));
        let before = chat.revision;
        assert!(chat.change("m1", |bubble| bubble.edited = true));
        assert!(chat.find("m1").unwrap().revision > before);
        assert!(chat.find("m2").unwrap().revision <= before);
        assert!(!chat.change("m9", |bubble| bubble.edited = true));
    }

    #[test]
    fn the_desk_reads_up_to_a_message_and_no_further() {
        let mut chat = Chat::new("a", "+1", "Mia".to_owned());
        for id in ["m1", "m2", "m3"] {
            let mut bubble = Bubble::new(Author::Customer, id, Kind::Text, at(0));
            bubble.progress = Progress::Arrived;
            chat.show(bubble);
        }
        chat.desk_read("m2");
        let read = |id| chat.find(id).unwrap().progress == Progress::Read;
        assert!(read("m1") && read("m2") && !read("m3"));
    }
}
