//! What comes from outside: contacts' messages, what the business wrote in the provider's own app,
//! edits and reactions, wishes about being written to.

use jiff::{SignedDuration, Timestamp};

use super::decide::{Decided, Decision, Facts, Opening, Party, Place, place};
use super::event::{
    Actor, Campaign, ConsentHeard, EventKind, OpenedBy, OutKind, Outgoing, Quote, Received,
    Remarked, ReplyTo, Via,
};
use super::send::answered;
use super::{Base, Conversation, Handler, Refusal, Rule, StatusPreset};
use crate::consent::{ConsentChange, ConsentSource, Topic};
use crate::content::Content;
use crate::id::{AccountId, Seq};
use crate::incoming::{IncomingEcho, IncomingMessage, IncomingRemark, Remark, Remarker};
use crate::window::after;

/// A contact's message, with what the table knows about who wrote it.
#[derive(Debug, Clone, Copy)]
pub struct Receive<'a> {
    pub account: &'a AccountId,
    pub message: &'a IncomingMessage,
    pub sender: &'a Party<'a>,
    /// The message it quotes, if that is known.
    pub quoted: Option<Quoted>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted {
    /// Its number, if it is in this conversation.
    pub seq: Option<Seq>,
    /// Its kind, if it was outbound.
    pub kind: Option<OutKind>,
}

#[derive(Debug, Clone, Copy)]
pub struct RemarkOn<'a> {
    pub via: &'a Via,
    pub remark: &'a IncomingRemark,
    /// The number of the message remarked on, if it is in this conversation.
    pub target: Option<Seq>,
    /// What that message says, if it is known.
    pub before: Option<&'a Content>,
}

/// The business wrote from the provider's own app.
#[derive(Debug, Clone, Copy)]
pub struct Echo<'a> {
    pub account: &'a AccountId,
    pub echo: &'a IncomingEcho,
    pub receiver: &'a Party<'a>,
}

/// T01, T02, T07, T20 to T25.
pub(super) fn decide_receive(
    state: Option<&Conversation>,
    receive: &Receive<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    if receive.sender.blocked {
        return Err(Refusal::Blocked);
    }
    let message = receive.message;
    let via = Via { account: receive.account.clone(), address: message.from.address.clone() };
    let by_contact = |rule, kind| Decided { actor: Actor::Contact, rule, kind };
    let place = place(state, facts.workspace.rules.reopen_grace, now);
    let known = match place {
        Place::Here(known) | Place::Reopen(known) | Place::Opens(known) => Some(known),
        Place::Anew => None,
    };
    let reply_to = reply_to(known, receive);
    let (rule, base) = moved(place, reply_to, facts.workspace.rules.preset);
    let sent_at = plausible(message.sent_at, now);
    let mut events = Vec::with_capacity(3);
    match place {
        Place::Here(_) => {}
        Place::Reopen(_) => {
            let handler = facts.workspace.rules.ai_agent.clone();
            let handler = handler.map_or(Handler::Nobody, Handler::Ai);
            events.push(by_contact(rule, EventKind::Reopened { handler }));
        }
        Place::Opens(_) | Place::Anew => {
            let opening = Opening {
                by: OpenedBy::Contact,
                via: &via,
                party: receive.sender,
                earlier: state,
                base: Base::New,
                since: sent_at,
            };
            events.push(by_contact(rule, opening.event(facts)));
        }
    }
    let expires_at = after(sent_at, facts.workspace.rules.inactive_after);
    let earlier = known.map(|known| known.activity_expires_at);
    events.push(by_contact(
        rule,
        EventKind::Received(Received {
            via: via.clone(),
            provider_id: message.id.clone(),
            sent_at,
            content: message.content.clone(),
            quotes: message.quotes.as_ref().map(|quoted| Quote {
                provider_id: quoted.clone(),
                seq: receive.quoted.and_then(|quoted| quoted.seq),
            }),
            referral: message.referral.clone(),
            forwarded: message.forwarded,
            automatic: message.automatic,
            reply_to,
            campaign: campaign(reply_to, known),
            base,
            activity_expires_at: earlier.map_or(expires_at, |earlier| earlier.max(expires_at)),
        }),
    ));
    if let Some(change) = wish(message, facts) {
        events
            .push(by_contact(Rule::Consent, EventKind::ConsentHeard(ConsentHeard { via, change })));
    }
    let begins = matches!(place, Place::Anew);
    Ok(Decision { begins, events })
}

/// Providers repeat a webhook for at most this long (Meta says seven days,
/// <https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview>).
const DELIVERED_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The provider's word for when a message was written, where that can be true: not in the future,
/// and not longer ago than providers try to deliver. Else it was written now.
fn plausible(sent_at: Timestamp, now: Timestamp) -> Timestamp {
    if sent_at > now || now.duration_since(sent_at) > DELIVERED_WITHIN { now } else { sent_at }
}

fn reply_to(known: Option<&Conversation>, receive: &Receive<'_>) -> ReplyTo {
    let quoted = receive.quoted.and_then(|quoted| quoted.kind);
    let last = known.and_then(|known| known.last_out.as_ref()).map(|last| last.kind);
    match (quoted, last) {
        (Some(OutKind::Campaign), _) | (_, Some(OutKind::Campaign)) => ReplyTo::Campaign,
        (_, Some(OutKind::Human | OutKind::Native | OutKind::Ai)) => ReplyTo::Agent,
        (_, Some(OutKind::Auto | OutKind::Bot)) => ReplyTo::Auto,
        (_, None) if receive.sender.is_new => ReplyTo::First,
        (_, None) => ReplyTo::Nothing,
    }
}

/// R195: the campaign whose message came last.
fn campaign(reply_to: ReplyTo, known: Option<&Conversation>) -> Option<Campaign> {
    known.filter(|_| reply_to == ReplyTo::Campaign).and_then(|known| known.last_campaign.clone())
}

/// T01, T02, T20-T23: the rule and the status after it.
fn moved(place: Place<'_>, reply_to: ReplyTo, preset: StatusPreset) -> (Rule, Base) {
    let campaign = reply_to == ReplyTo::Campaign;
    match place {
        Place::Reopen(_) => (Rule::T23, if campaign { Base::New } else { Base::Pending }),
        Place::Anew | Place::Opens(_) => (if campaign { Rule::T02 } else { Rule::T01 }, Base::New),
        Place::Here(_) if campaign => (Rule::T20, Base::New),
        Place::Here(open) if open.base == Base::New => (Rule::T22, Base::New),
        Place::Here(open) => (
            Rule::T21,
            match preset {
                StatusPreset::Five | StatusPreset::OpenClosed => Base::Pending,
                StatusPreset::Three => open.base,
            },
        ),
    }
}

/// An opt-out or opt-in in a message: the channel's own word, else the keywords.
pub fn wish(message: &IncomingMessage, facts: &Facts<'_>) -> Option<ConsentChange> {
    message.consent.clone().or_else(|| {
        let own = facts.workspace.consent_words();
        let wish = facts.capabilities.keywords.wish(&own, message.content.words()?)?;
        Some(ConsentChange { topic: Topic::Everything, wish, source: ConsentSource::Keyword })
    })
}

/// Some providers tell of an edit when nothing that can be seen has changed; that is none.
pub(super) fn decide_remark(on: &RemarkOn<'_>) -> Decision {
    if let (Remark::Edited(after), Some(before)) = (&on.remark.remark, on.before)
        && after == before
    {
        return Decision::here(Vec::new());
    }
    let actor = match on.remark.by {
        Remarker::Contact => Actor::Contact,
        Remarker::Business => Actor::Business,
    };
    Decision::here(vec![Decided {
        actor,
        rule: Rule::Noted,
        kind: EventKind::Remarked(Remarked {
            via: on.via.clone(),
            by: on.remark.by,
            target: Quote { provider_id: on.remark.target.clone(), seq: on.target },
            remark: on.remark.remark.clone(),
        }),
    }])
}

pub(super) fn decide_consent(via: &Via, change: &ConsentChange) -> Decision {
    Decision::here(vec![Decided {
        actor: Actor::Contact,
        rule: Rule::Consent,
        kind: EventKind::ConsentHeard(ConsentHeard { via: via.clone(), change: change.clone() }),
    }])
}

/// T08 and T11: it has been sent, so nothing can refuse it.
pub(super) fn decide_echo(
    state: Option<&Conversation>,
    echo: &Echo<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Decision {
    let via = Via { account: echo.account.clone(), address: echo.echo.to.clone() };
    let by_business = |rule, kind| Decided { actor: Actor::Business, rule, kind };
    let message = |base, takes_over| {
        EventKind::Queued(Outgoing {
            via: via.clone(),
            kind: OutKind::Native,
            content: echo.echo.content.clone(),
            quotes: echo
                .echo
                .quotes
                .as_ref()
                .map(|quoted| Quote { provider_id: quoted.clone(), seq: None }),
            base,
            answers: None,
            automatic: None,
            takes_over,
            campaign: None,
            holds: None,
        })
    };
    let opening = |begins| {
        let opens = facts.workspace.rules.echo_opens;
        let base = if opens { Base::Active } else { Base::Unopened };
        let opening = Opening {
            by: OpenedBy::Business,
            via: &via,
            party: echo.receiver,
            earlier: state,
            base,
            since: now,
        };
        let events = vec![
            by_business(Rule::T08, opening.event(facts)),
            by_business(Rule::T08, message(base, false)),
        ];
        Decision { begins, events }
    };
    match place(state, facts.workspace.rules.reopen_grace, now) {
        Place::Here(open) => {
            let message = message(answered(open.base, facts), open.handler == Handler::Auto);
            Decision::here(vec![by_business(Rule::T11, message)])
        }
        Place::Reopen(_) => Decision::here(vec![
            by_business(Rule::T23, EventKind::Reopened { handler: Handler::Nobody }),
            by_business(Rule::T11, message(Base::Active, false)),
        ]),
        Place::Opens(_) => opening(false),
        Place::Anew => opening(true),
    }
}
