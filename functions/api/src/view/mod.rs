//! What clients see: a vocabulary of its own, so that neither the domain nor the table is bound to
//! it. What a provider calls a file, and how to fetch it, stays inside.

mod event;
mod last;
pub(crate) mod matching;
mod people;

use channels::{Channel, NeedKind, Presence};
use domain::account::ChannelAccount;
use domain::capabilities::{Limit, Receipts};
use domain::consent::Consent;
use domain::conversation::{Base, Conversation, Identity, Scope, StatusPreset, Via, Visibility};
use domain::private::Words;
use domain::window::{Window, WindowPolicy};
use jiff::Timestamp;
use platform::config::BaseUrl;
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Logged, NoticeEntry};
use utoipa::ToSchema;

pub(crate) use event::{EventView, actor, content, event, provider_id};
pub(crate) use last::LastMessageView;
pub(crate) use people::{
    GroupView, KeyView, MeView, NewKeyView, RoleView, UserView, WorkspaceView, group, key, me,
    role, user, workspace,
};

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
    /// Where the next page begins; a page may be short and still have a next.
    pub(crate) next: Option<String>,
}

/// Why something was not done. What else it has depends on its type.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemView {
    /// What problems are told apart by, such as `window-closed`.
    r#type: String,
    title: String,
    status: u16,
    detail: String,
}

/// A conversation as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationView {
    id: String,
    /// As the workspace's preset shows it.
    status: &'static str,
    /// As it is stored: `new`, `active`, `pending`, `resolved`.
    base: &'static str,
    waiting_on: Value,
    handler: Value,
    unreplied: u32,
    /// Whether there is something in it that the user has not read.
    unread: bool,
    waiting_since: Option<String>,
    /// The first of them before all.
    assignees: Vec<String>,
    group: Option<String>,
    /// `null`: whoever sees its group; else the users who see it.
    visibility: Option<Vec<String>>,
    /// Who has it to themselves, and until when.
    claim: Option<ClaimView>,
    /// What a reply may name, so that it fails if somebody else has taken over since.
    epoch: u32,
    snoozed_until: Option<String>,
    labels: Vec<String>,
    /// The campaign it answers: `id`, `name`, `label`.
    campaign: Value,
    unpaid_invoices: Vec<String>,
    blocked: bool,
    /// Whether it is a chat among users.
    internal: bool,
    contact: ContactView,
    /// The number of the latest event.
    seq: u32,
    episode: u32,
    inbound_count: u32,
    last_message: Option<LastMessageView>,
    /// When anybody has last written; when it was opened, if nobody has.
    last_activity_at: String,
    opened_at: String,
    closed_at: Option<String>,
    activity_expires_at: String,
    /// The customer service window of the address used last.
    window: Option<WindowView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimView {
    by: String,
    since: String,
    until: String,
}

pub(crate) fn visibility(visibility: &Visibility) -> Option<Vec<String>> {
    match visibility {
        Visibility::Group => None,
        Visibility::Only(users) => Some(users.iter().map(ToString::to_string).collect()),
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactView {
    id: String,
    name: Option<String>,
    addresses: Vec<AddressView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddressView {
    account: String,
    channel: Option<&'static str>,
    address: String,
    window: Option<WindowView>,
    opted_out_at: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WindowView {
    /// `open`, `closed`, `never_opened` or `unlimited`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    closes_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<String>,
}

/// `channels` are those of the identities, in their order; `last` is what was said last.
pub(crate) fn conversation(
    conversation: &Conversation,
    channels: &[Option<&'static dyn Channel>],
    last: Option<&Logged>,
    unread: bool,
    preset: StatusPreset,
    now: Timestamp,
) -> ConversationView {
    let addresses: Vec<AddressView> = conversation
        .identities
        .iter()
        .zip(channels)
        .map(|(identity, channel)| address(identity, *channel, now))
        .collect();
    let closed_at = match conversation.base {
        Base::Resolved { closed_at, .. } => Some(closed_at.to_string()),
        Base::Deleted { deleted_at } => Some(deleted_at.to_string()),
        Base::Unopened | Base::New | Base::Active | Base::Pending => None,
    };
    ConversationView {
        id: conversation.id.to_string(),
        status: conversation.shown(preset, now).as_str(),
        base: conversation.base.as_str(),
        waiting_on: json!(conversation.waiting_on),
        handler: json!(conversation.handler),
        unreplied: conversation.unreplied,
        unread,
        waiting_since: conversation.waiting_since.map(|at| at.to_string()),
        assignees: conversation.assignees.iter().map(|one| one.user.to_string()).collect(),
        group: conversation.group.as_ref().map(ToString::to_string),
        visibility: visibility(&conversation.visibility),
        claim: conversation.live_lease(now).map(|lease| ClaimView {
            by: lease.holder.to_string(),
            since: lease.since.to_string(),
            until: lease.until.to_string(),
        }),
        epoch: conversation.epoch,
        snoozed_until: conversation.snoozed_until.map(|until| until.to_string()),
        labels: conversation.labels.clone(),
        campaign: json!(conversation.campaign),
        unpaid_invoices: conversation.unpaid.iter().map(ToString::to_string).collect(),
        blocked: conversation.blocked,
        internal: conversation.scope == Scope::Internal,
        window: addresses.last().and_then(|address| address.window.clone()),
        contact: ContactView {
            id: conversation.contact.to_string(),
            name: conversation.contact_name.as_ref().map(shown),
            addresses,
        },
        seq: conversation.seq.get(),
        episode: conversation.episode,
        inbound_count: conversation.inbound_count,
        last_message: last.and_then(last::last_message),
        last_activity_at: conversation.last_activity_at().to_string(),
        opened_at: conversation.opened_at.to_string(),
        closed_at,
        activity_expires_at: conversation.activity_expires_at.to_string(),
    }
}

fn shown(words: &Words) -> String {
    words.reveal().clone()
}

fn address(
    identity: &Identity,
    channel: Option<&'static dyn Channel>,
    now: Timestamp,
) -> AddressView {
    let Via { account, address } = &identity.via;
    let policy = channel.map(|channel| channel.capabilities().window);
    AddressView {
        account: account.to_string(),
        channel: channel.map(|channel| channel.name()),
        address: address.reveal().clone(),
        window: policy.map(|policy| window(policy.at(identity.last_in_at, now))),
        opted_out_at: match identity.consent {
            Consent::OptedOut { at, .. } => Some(at.to_string()),
            Consent::Unasked | Consent::OptedIn { .. } => None,
        },
    }
}

fn window(window: Window) -> WindowView {
    let (state, closes_at, closed_at) = match window {
        Window::Unlimited => ("unlimited", None, None),
        Window::Open { closes_at } => ("open", Some(closes_at), None),
        Window::Closed { closed_at } => ("closed", None, Some(closed_at)),
        Window::NeverOpened => ("never_opened", None, None),
    };
    let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
    WindowView { state, closes_at: text(closes_at), closed_at: text(closed_at) }
}

/// A channel account, without anything secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountView {
    id: String,
    channel: String,
    name: String,
    settings: Value,
    templates: Value,
    /// The address to be entered with the provider.
    webhook: String,
}

pub(crate) fn account(account: &ChannelAccount, public_url: &BaseUrl) -> AccountView {
    let channel = channels::by_name(&account.channel);
    let options = channel.map_or("", |channel| channel.webhook_options());
    AccountView {
        id: account.id.to_string(),
        channel: account.channel.clone(),
        name: account.name.clone(),
        settings: json!(account.settings),
        templates: json!(account.templates),
        webhook: format!("{}/webhooks/{}{options}", public_url.as_str(), account.id),
    }
}

/// What a provider said about an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeView {
    at: String,
    kind: String,
    #[schema(value_type = String)]
    raw: Words,
}

pub(crate) fn notice(entry: &NoticeEntry) -> NoticeView {
    NoticeView {
        at: entry.at.to_string(),
        kind: entry.notice.kind.clone(),
        raw: entry.notice.raw.clone(),
    }
}

/// A channel: what it needs, what it can carry, and how to set it up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelView {
    name: &'static str,
    needs: Value,
    capabilities: Value,
    /// Markdown.
    set_up: &'static str,
}

pub(crate) fn channel(channel: &dyn Channel) -> ChannelView {
    let needs: Vec<Value> = channel
        .needs()
        .iter()
        .map(|need| {
            let kind = match need.kind {
                NeedKind::Setting => "setting",
                NeedKind::Secret => "secret",
            };
            let presence = match need.presence {
                Presence::Required => "required",
                Presence::Optional => "optional",
                Presence::OneOf(_) => "one_of",
            };
            json!({ "key": need.key, "kind": kind, "presence": presence })
        })
        .collect();
    ChannelView {
        name: channel.name(),
        needs: Value::Array(needs),
        capabilities: capabilities(channel),
        set_up: channel.set_up(),
    }
}

fn capabilities(channel: &dyn Channel) -> Value {
    let can = channel.capabilities();
    let limit = |limit: Limit| json!({ "value": limit.value, "source": limit.source });
    let window_hours = match can.window {
        WindowPolicy::Unlimited => Value::Null,
        WindowPolicy::Within { open_for, source } => {
            json!({ "value": open_for.as_hours(), "source": source })
        }
    };
    let files: Map<String, Value> = can
        .files
        .iter()
        .map(|file| (file.kind.as_str().to_owned(), limit(file.bytes_max)))
        .collect();
    json!({
        "sends": can.sends,
        "window_hours": window_hours,
        "text_chars_max": limit(can.text_chars_max),
        "caption_chars_max": limit(can.caption_chars_max),
        "files_max": limit(can.files_max),
        "file_bytes_max": files,
        "buttons_max": limit(can.buttons_max),
        "rows_max": limit(can.rows_max),
        "button_chars_max": can.choices.button_chars_max.map(limit),
        "row_chars_max": can.choices.row_chars_max.map(limit),
        "description_chars_max": can.choices.description_chars_max.map(limit),
        "choice_id_bytes_max": can.choices.id_bytes_max.map(limit),
        "sends_per_second": limit(can.sends_per_second),
        "receipts": match can.receipts {
            Receipts::None => json!([]),
            Receipts::Delivered => json!(["delivered"]),
            Receipts::DeliveredAndRead => json!(["delivered", "read"]),
        },
    })
}
