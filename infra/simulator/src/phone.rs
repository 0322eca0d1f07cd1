//! A customer's phone: what its owner does, and what it got.

use tokio::sync::oneshot;

use crate::account::Channel;
use crate::chat::{Chat, Kind, Place, Receipts, Seen};
use crate::files::Attachment;
use crate::gesture::{Delivered, Gesture, Outcome, Unposted};
use crate::outbox::{About, Attempt, Draft};
use crate::world::Scene;
use crate::{Delivery, Simulator, telegram, twilio, whatsapp};

/// One customer in a chat with one account. It costs nothing to make another of the same.
///
/// What a customer does is built as the provider builds it, signed as the provider signs it, and
/// posted: see [`Delivered`] for what is known when a method returns.
#[derive(Clone, Debug)]
pub struct Phone {
    simulator: Simulator,
    account: String,
    address: String,
}

/// What was begun: the ids of what was made, and whom to wait for.
pub(crate) struct Begun {
    provider_ids: Vec<String>,
    heard: Result<Vec<oneshot::Receiver<Attempt>>, Unposted>,
}

impl Phone {
    pub(crate) fn new(simulator: Simulator, account: String, address: String) -> Self {
        Self { simulator, account, address }
    }

    /// The number or the chat's number, as the simulator keeps it.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub async fn writes(&self, text: &str) -> Delivered {
        self.act(Gesture::Write(text.to_owned())).await
    }

    /// The type is guessed from how the bytes begin; JPEG if that says nothing.
    pub async fn sends_image(&self, caption: Option<&str>, bytes: &[u8]) -> Delivered {
        self.act(Gesture::Attach(Attachment::new(Kind::Image, bytes, caption))).await
    }

    /// Without a name of its own; see [`Self::sends_file`].
    pub async fn sends_document(&self, caption: Option<&str>, bytes: &[u8]) -> Delivered {
        self.sends_file("document", caption, bytes).await
    }

    pub async fn sends_file(&self, name: &str, caption: Option<&str>, bytes: &[u8]) -> Delivered {
        let mut attachment = Attachment::new(Kind::Document, bytes, caption);
        attachment.name = Some(name.to_owned());
        self.act(Gesture::Attach(attachment)).await
    }

    /// WhatsApp drops the caption of a sound.
    pub async fn sends_voice(&self, caption: Option<&str>, bytes: &[u8]) -> Delivered {
        self.act(Gesture::Attach(Attachment::new(Kind::Voice, bytes, caption))).await
    }

    /// This many pictures at once, each of other bytes. An MMS carries up to ten of them, other
    /// channels one each.
    pub async fn sends_album(&self, pictures: usize) -> Delivered {
        let picture = |number: usize| {
            let mut bytes = crate::phones::PICTURE.to_vec();
            // What follows the end of a PNG is not looked at.
            bytes.extend(number.to_be_bytes());
            Attachment::new(Kind::Image, &bytes, None)
        };
        self.act(Gesture::Album((1..=pictures).map(picture).collect())).await
    }

    pub async fn sends_location(&self, latitude: f64, longitude: f64) -> Delivered {
        let place = Place { latitude, longitude, name: None, address: None };
        self.act(Gesture::ShareLocation(place)).await
    }

    pub async fn sends_contact(&self, name: &str, phone: &str) -> Delivered {
        let (name, phone) = (name.to_owned(), phone.to_owned());
        self.act(Gesture::ShareContact { name, phone }).await
    }

    /// Presses a button. Telegram knows only those that are on the phone.
    pub async fn taps_button(&self, id: &str, title: &str) -> Delivered {
        self.act(Gesture::Tap { id: id.to_owned(), title: title.to_owned() }).await
    }

    /// Chooses a row of a list; at Telegram a row is a button.
    pub async fn chooses_row(&self, id: &str, title: &str) -> Delivered {
        self.act(Gesture::Choose { id: id.to_owned(), title: title.to_owned() }).await
    }

    pub async fn reacts(&self, provider_message_id: &str, emoji: &str) -> Delivered {
        let (target, emoji) = (provider_message_id.to_owned(), Some(emoji.to_owned()));
        self.act(Gesture::React { target, emoji }).await
    }

    pub async fn takes_reaction_back(&self, provider_message_id: &str) -> Delivered {
        let target = provider_message_id.to_owned();
        self.act(Gesture::React { target, emoji: None }).await
    }

    pub async fn edits(&self, provider_message_id: &str, text: &str) -> Delivered {
        let target = provider_message_id.to_owned();
        self.act(Gesture::Edit { target, text: text.to_owned() }).await
    }

    pub async fn deletes(&self, provider_message_id: &str) -> Delivered {
        self.act(Gesture::Delete { target: provider_message_id.to_owned() }).await
    }

    pub async fn quotes(&self, provider_message_id: &str, text: &str) -> Delivered {
        let target = provider_message_id.to_owned();
        self.act(Gesture::Quote { target, text: text.to_owned() }).await
    }

    /// Writes from an advertisement; at Telegram `text` is the payload of a deep link.
    pub async fn shares_ad_referral(&self, text: &str) -> Delivered {
        self.act(Gesture::ComeFromAd(text.to_owned())).await
    }

    /// A message of a type that nobody has heard of.
    pub async fn sends_unknown(&self) -> Delivered {
        self.act(Gesture::SendUnknown).await
    }

    /// Only Telegram tells. On WhatsApp what is sent from now on fails.
    pub async fn blocks(&self) -> Delivered {
        self.act(Gesture::Block).await
    }

    pub async fn unblocks(&self) -> Delivered {
        self.act(Gesture::Unblock).await
    }

    /// No more marketing, in WhatsApp's own settings.
    pub async fn stops_marketing(&self) -> Delivered {
        self.act(Gesture::StopMarketing).await
    }

    pub async fn resumes_marketing(&self) -> Delivered {
        self.act(Gesture::ResumeMarketing).await
    }

    /// The messages of the business that are on the phone, oldest first.
    pub fn inbox(&self) -> Vec<Seen> {
        let world = self.simulator.world();
        world.known_chat(&self.account, &self.address).map(Chat::inbox).unwrap_or_default()
    }

    /// Reads everything. WhatsApp reports what was unread, unless read receipts are off.
    pub fn opens_chat(&self) {
        let now = self.simulator.now();
        let world = &mut *self.simulator.world();
        let Some((account, channel)) = world.account(&self.account) else { return };
        let read = world.open(&self.account, &self.address);
        let scene = Scene { account: &account, channel, address: &self.address, now };
        let drafts = match channel {
            Channel::Whatsapp => whatsapp::opened(world, scene, &read),
            Channel::TwilioSms | Channel::TwilioWhatsapp => twilio::opened(world, scene, &read),
            Channel::Telegram => Vec::new(),
        };
        world.post(&account, channel, drafts, now);
    }

    pub fn set_name(&self, name: &str) {
        self.change(|chat| name.clone_into(&mut chat.name));
    }

    /// Whether the network finds the phone. A send to one it does not find is accepted and fails:
    /// 131026 on WhatsApp, 30003 by SMS, 63024 on WhatsApp by Twilio. Telegram refuses it.
    pub fn set_reachable(&self, reachable: bool) {
        self.change(|chat| chat.reachable = reachable);
    }

    pub fn set_receipts(&self, receipts: Receipts) {
        self.change(|chat| chat.receipts = receipts);
    }

    /// With a username WhatsApp hides the number and tells the business-scoped user id alone.
    pub fn set_username(&self, username: Option<&str>) {
        self.change(|chat| chat.username = username.map(str::to_owned));
    }

    /// The id by which WhatsApp names the customer to the business when the number is hidden.
    pub fn user_id(&self) -> String {
        whatsapp::user_id(&self.address)
    }

    /// Telegram buttons that were pressed and still spin: the ids of their queries.
    pub fn spinning(&self) -> Vec<String> {
        let world = self.simulator.world();
        let own = world.presses.iter().filter(|press| {
            press.account == self.account && press.address == self.address && !press.answered
        });
        own.map(|press| press.id.clone()).collect()
    }

    fn change(&self, change: impl FnOnce(&mut Chat)) {
        let world = &mut *self.simulator.world();
        let chat = world.chat(&self.account, &self.address);
        change(chat);
        chat.touch();
    }

    async fn act(&self, gesture: Gesture) -> Delivered {
        let Begun { provider_ids, heard } = self.begin(gesture);
        let outcome = match (heard, self.simulator.inner.delivery) {
            (Err(Unposted::NotReported), _) => Outcome::NotReported,
            (Err(Unposted::Impossible(why)), _) => Outcome::Impossible(why),
            (Ok(_), Delivery::Manual) => Outcome::Waiting,
            (Ok(heard), Delivery::Background) => first_attempts(heard).await,
        };
        Delivered { provider_ids, outcome }
    }

    /// Does it, and leaves what it leads to on its way.
    pub(crate) fn begin(&self, gesture: Gesture) -> Begun {
        let now = self.simulator.now();
        let world = &mut *self.simulator.world();
        let Some((account, channel)) = world.account(&self.account) else {
            let heard = Err(Unposted::Impossible("no such account"));
            return Begun { provider_ids: Vec::new(), heard };
        };
        let scene = Scene { account: &account, channel, address: &self.address, now };
        let played = match channel {
            Channel::Whatsapp => whatsapp::play(world, scene, gesture),
            Channel::Telegram => telegram::play(world, scene, gesture),
            Channel::TwilioSms | Channel::TwilioWhatsapp => twilio::play(world, scene, gesture),
        };
        let provider_ids = played.iter().flatten().filter_map(made).collect();
        let heard = played.map(|drafts| world.post(&account, channel, drafts, now));
        Begun { provider_ids, heard }
    }
}

impl Begun {
    /// Why it reaches nobody, if it does not.
    pub(crate) fn unposted(&self) -> Option<Unposted> {
        self.heard.as_ref().err().copied()
    }
}

fn made(draft: &Draft) -> Option<String> {
    match &draft.about {
        About::Message { id, .. } if !id.is_empty() => Some(id.clone()),
        About::Message { .. } | About::Status { .. } => None,
    }
}

async fn first_attempts(heard: Vec<oneshot::Receiver<Attempt>>) -> Outcome {
    let mut attempts = Vec::with_capacity(heard.len());
    for attempt in heard {
        match attempt.await {
            Ok(attempt) => attempts.push(attempt),
            // The simulator is gone, and its webhooks with it.
            Err(_) => return Outcome::Waiting,
        }
    }
    Outcome::Posted(attempts)
}
