//! Twilio's status callbacks: a form for each status, to the address the send named.
//!
//! <https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks>

use std::time::Duration;

use crate::account::Channel;
use crate::chat::{Bubble, Progress, Receipts};
use crate::outbox::{About, Draft};
use crate::whatsapp::user_id;
use crate::world::{Scene, World, takes};

use super::refusal::Refusal;
use super::webhook::{draft, owned};
use super::{API_VERSION, own_number, scheme};

/// Tells what happens to a message that the phone got.
pub(super) fn accepted(world: &mut World, scene: Scene<'_>, bubble: &Bubble) {
    let chat = world.chat(&scene.account.id, scene.address);
    let told: &[&'static str] = match (chat.receipts, scene.channel) {
        (Receipts::None, _) => &[],
        (Receipts::Automatic, Channel::TwilioWhatsapp) => &["queued", "sent", "delivered", "read"],
        // "SMS never `read`."
        (Receipts::Automatic | Receipts::WhenOpened | Receipts::NeverRead, _) => {
            &["queued", "sent", "delivered"]
        }
    };
    if chat.receipts == Receipts::Automatic {
        chat.change(&bubble.id, |bubble| bubble.progress = Progress::Read);
    }
    post(world, scene, bubble, told, None);
}

/// The message was accepted and does not arrive.
pub(super) fn failed(world: &mut World, scene: Scene<'_>, bubble: &Bubble, why: &Refusal) {
    // The network was asked and could not, or Twilio itself did not.
    let told: &[&'static str] = match scene.channel {
        Channel::TwilioSms => &["queued", "sent", "undelivered"],
        Channel::TwilioWhatsapp | Channel::Whatsapp | Channel::Telegram => &["queued", "failed"],
    };
    post(world, scene, bubble, told, Some(why));
}

fn post(
    world: &mut World,
    scene: Scene<'_>,
    bubble: &Bubble,
    told: &[&'static str],
    why: Option<&Refusal>,
) {
    let drafts: Vec<Draft> = told
        .iter()
        .enumerate()
        .filter_map(|(step, status)| {
            let mut receipt = callback(world, scene, bubble, status, why)?;
            receipt.takes += Duration::from_millis(400 * step as u64);
            Some(receipt)
        })
        .collect();
    world.post(scene.account, scene.channel, drafts, scene.now);
}

/// The customer has opened the chat and read these.
pub(crate) fn opened(world: &mut World, scene: Scene<'_>, read: &[Bubble]) -> Vec<Draft> {
    let chat = world.chat(&scene.account.id, scene.address);
    let tells = match (scene.channel, chat.receipts) {
        (Channel::TwilioWhatsapp, Receipts::Automatic | Receipts::WhenOpened) => true,
        (Channel::TwilioWhatsapp, Receipts::NeverRead | Receipts::None)
        | (Channel::TwilioSms | Channel::Whatsapp | Channel::Telegram, _) => false,
    };
    if !tells {
        return Vec::new();
    }
    read.iter().filter_map(|bubble| callback(world, scene, bubble, "read", None)).collect()
}

/// Nothing if the send named no address.
fn callback(
    world: &mut World,
    scene: Scene<'_>,
    bubble: &Bubble,
    status: &'static str,
    why: Option<&Refusal>,
) -> Option<Draft> {
    let url = bubble.report_to.as_deref()?;
    let chat = world.chat(&scene.account.id, scene.address);
    let to = match &chat.username {
        Some(_) => user_id(scene.address),
        None => scene.address.to_owned(),
    };
    let mut form = vec![
        ("SmsSid", bubble.id.clone()),
        ("MessageSid", bubble.id.clone()),
        ("SmsStatus", status.to_owned()),
        ("MessageStatus", status.to_owned()),
        ("AccountSid", scene.account.setting("account_sid").unwrap_or_default().to_owned()),
        ("ApiVersion", API_VERSION.to_owned()),
        ("From", own_number(scene.account, scene.channel)),
        ("To", format!("{}{to}", scheme(scene.channel))),
    ];
    if let Some(service) = scene.account.setting("messaging_service_sid") {
        form.push(("MessagingServiceSid", service.to_owned()));
    }
    if scene.channel == Channel::TwilioWhatsapp {
        form.push(("ChannelPrefix", "whatsapp".to_owned()));
        form.push(("ChannelInstallSid", "XE00000000000000000000000000000000".to_owned()));
    }
    if status == "delivered" && scene.channel == Channel::TwilioSms {
        form.push(("RawDlrDoneDate", scene.now.strftime("%y%m%d%H%M").to_string()));
    }
    if let Some(why) = why.filter(|_| matches!(status, "failed" | "undelivered")) {
        form.push(("ErrorCode", why.code.to_string()));
        form.push(("ChannelStatusMessage", why.message.to_owned()));
    }
    let about = About::Status { address: scene.address.to_owned(), id: bubble.id.clone(), status };
    let mut receipt = draft(world, scene, url, &owned(form), about);
    receipt.takes = takes(&mut world.dice, 250, 500);
    Some(receipt)
}
