//! What comes from contacts, and what the business sends from the provider's own app.

use domain::conversation::{
    Command, Echo, Facts, Handler, Receive, Refusal, RemarkOn, Via, decide, wish,
};
use domain::id::ProviderMessageId;
use domain::incoming::{
    AddressChange, IncomingConsent, IncomingEcho, IncomingMessage, IncomingRemark, Notice, Remark,
};
use domain::job::{FollowUps, Responding};
use domain::not_done::NotDone;
use domain::private::{Address, Words};
use jiff::Timestamp;
use store::{Arrival, Arrived, Belongs, ConsentUpdate, Dedupe, DuePolicy, NewIds, NoticeEntry};
use tracing::info;

use crate::{Deps, Place};

impl Place<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts {
            workspace: self.workspace,
            capabilities: self.channel.capabilities(),
            templates: self.account.templates.as_deref(),
        }
    }

    fn new_ids(&self, id: &ProviderMessageId) -> NewIds {
        NewIds::of(self.received_at, &[self.account.id.as_str(), &id.0])
    }
}

/// What all arrivals have in common.
fn arrival<'a>(
    place: &'a Place<'_>,
    scope: &'a domain::conversation::Scope,
    id: &'a ProviderMessageId,
    address: &'a Address,
) -> Arrival<'a> {
    Arrival {
        workspace: &place.workspace.id,
        account: &place.account.id,
        address,
        aliases: &[],
        name: None,
        scope,
        dedupe: Dedupe::Reference(id),
        about: None,
        belongs: Belongs::WithContact,
        new_ids: place.new_ids(id),
        due: DuePolicy::JobRepeats,
    }
}

pub(crate) async fn message(
    deps: &Deps,
    place: &Place<'_>,
    message: &IncomingMessage,
    now: Timestamp,
) -> Result<(), NotDone> {
    let scope = place.workspace.rules.open_scope.of(&place.account.id);
    let arrival = Arrival {
        aliases: &message.from.aliases,
        name: message.from.name.as_ref(),
        about: message.quotes.as_ref(),
        ..arrival(place, &scope, &message.id, &message.from.address)
    };
    let arrived = deps
        .store
        .arrive(&arrival, now, |found| {
            let sender = found.party();
            let account = &place.account.id;
            let receive = Receive { account, message, sender: &sender, quoted: found.about };
            decide(found.conversation, Command::Receive(&receive), &place.facts(), now)
        })
        .await?;
    if let Arrived::Refused(Refusal::Blocked) = arrived {
        return quarantine(deps, place, message).await;
    }
    finish(deps, place, arrived, "message").await
}

/// T07: what a blocked contact writes opens nothing and is kept apart. A wish not to be written to
/// counts all the same.
async fn quarantine(
    deps: &Deps,
    place: &Place<'_>,
    message: &IncomingMessage,
) -> Result<(), NotDone> {
    let workspace = &place.workspace.id;
    let via = Via { account: place.account.id.clone(), address: message.from.address.clone() };
    if let Some(change) = wish(message, &place.facts()) {
        let new_contact = place.new_ids(&message.id).contact;
        let update = ConsentUpdate {
            workspace,
            account: &via.account,
            address: &via.address,
            name: None,
            change: &change,
            at: message.sent_at.min(place.received_at),
            heard_at: place.received_at,
            by: None,
            note: None,
            new_contact,
        };
        deps.store.hear_consent(&update).await?;
    }
    let mut known = None;
    for address in std::iter::once(&via.address).chain(&message.from.aliases) {
        known = deps.store.address(workspace, &via.account, address).await?;
        if known.is_some() {
            break;
        }
    }
    let contact = known.ok_or_else(|| NotDone::retry("the blocked address is gone"))?.contact;
    deps.store.quarantine(workspace, contact, &via, message).await?;
    info!(contact.id = %contact, "Kept a message of the blocked {contact} apart");
    Ok(())
}

pub(crate) async fn echo(
    deps: &Deps,
    place: &Place<'_>,
    echo: &IncomingEcho,
    now: Timestamp,
) -> Result<(), NotDone> {
    let scope = place.workspace.rules.open_scope.of(&place.account.id);
    let arrival = arrival(place, &scope, &echo.id, &echo.to);
    let arrived = deps
        .store
        .arrive(&arrival, now, |found| {
            let receiver = found.party();
            let echo = Echo { account: &place.account.id, echo, receiver: &receiver };
            decide(found.conversation, Command::Echo(&echo), &place.facts(), now)
        })
        .await?;
    finish(deps, place, arrived, "echo").await
}

/// An edit, deletion or reaction stands in the conversation of its message. Without any, there is
/// nothing to stand in.
pub(crate) async fn remark(
    deps: &Deps,
    place: &Place<'_>,
    remark: &IncomingRemark,
    now: Timestamp,
) -> Result<(), NotDone> {
    let scope = place.workspace.rules.open_scope.of(&place.account.id);
    let arrival = Arrival {
        aliases: &remark.contact.aliases,
        about: Some(&remark.target),
        belongs: Belongs::WithAbout,
        ..arrival(place, &scope, &remark.id, &remark.contact.address)
    };
    let via = Via { account: place.account.id.clone(), address: remark.contact.address.clone() };
    let target = match remark.remark {
        Remark::Edited(_) => {
            let (workspace, account) = (&place.workspace.id, &place.account.id);
            deps.store.message_named(workspace, account, &remark.target).await?
        }
        Remark::Deleted | Remark::Reacted(_) => None,
    };
    let before = target.as_ref().and_then(|target| target.event.kind.content());
    let arrived = deps
        .store
        .arrive(&arrival, now, |found| {
            let target = found.about.and_then(|about| about.seq);
            let on = RemarkOn { via: &via, remark, target, before };
            decide(found.conversation, Command::Remark(&on), &place.facts(), now)
        })
        .await?;
    if let Arrived::Refused(refusal) = &arrived {
        let kind = format!("remark on an unknown message: {refusal}");
        return notice(deps, place, Notice { kind, raw: Words::default() }).await;
    }
    finish(deps, place, arrived, "remark").await
}

/// A wish that came without a message: kept with the address, and told in an open conversation.
pub(crate) async fn consent(
    deps: &Deps,
    place: &Place<'_>,
    consent: &IncomingConsent,
    now: Timestamp,
) -> Result<(), NotDone> {
    let ids = place.new_ids(&consent.id);
    let update = ConsentUpdate {
        workspace: &place.workspace.id,
        account: &place.account.id,
        address: &consent.from.address,
        name: consent.from.name.as_ref(),
        change: &consent.change,
        at: consent.at.min(place.received_at),
        heard_at: place.received_at,
        by: None,
        note: None,
        new_contact: ids.contact,
    };
    deps.store.hear_consent(&update).await?;
    let scope = place.workspace.rules.open_scope.of(&place.account.id);
    let arrival = arrival(place, &scope, &consent.id, &consent.from.address);
    let via = Via { account: place.account.id.clone(), address: consent.from.address.clone() };
    let arrived = deps
        .store
        .arrive(&arrival, now, |found| {
            let hear = Command::HearConsent { via: &via, change: &consent.change };
            decide(found.conversation, hear, &place.facts(), now)
        })
        .await?;
    match arrived {
        // Without a conversation the address alone knows.
        Arrived::Refused(_) => Ok(()),
        Arrived::Committed(_) | Arrived::Repeated { .. } | Arrived::Unchanged => {
            finish(deps, place, arrived, "consent").await
        }
    }
}

/// A contact who moved is the same contact.
pub(crate) async fn address_change(
    deps: &Deps,
    place: &Place<'_>,
    change: &AddressChange,
) -> Result<(), NotDone> {
    let (workspace, account) = (&place.workspace.id, &place.account.id);
    match deps.store.address(workspace, account, &change.from).await? {
        Some(known) => {
            deps.store.follow(workspace, account, &known, &change.to).await?;
            info!(account.id = %account, "A contact of {account} has moved");
            Ok(())
        }
        None => {
            let kind = "an unknown contact has moved".to_owned();
            notice(deps, place, Notice { kind, raw: Words::default() }).await
        }
    }
}

pub(crate) async fn notice(deps: &Deps, place: &Place<'_>, notice: Notice) -> Result<(), NotDone> {
    let account = &place.account.id;
    info!(account.id = %account, kind = notice.kind, "Kept a notice of {account}: {}", notice.kind);
    let entry = NoticeEntry { at: place.received_at, notice };
    Ok(deps.store.put_notice(place.account, &entry).await?)
}

/// Hands on what follows. What was committed before is handed on again only if an earlier run of
/// this very record may have died before it could: a webhook that the provider repeats is another
/// record, and its first one is looked after by the queue.
async fn finish(
    deps: &Deps,
    place: &Place<'_>,
    arrived: Arrived,
    what: &'static str,
) -> Result<(), NotDone> {
    let workspace = &place.workspace.id;
    let responders = place.workspace.responders.may_answer();
    let (conversation, events, human) = match arrived {
        Arrived::Committed(committed) => {
            let human = committed.conversation.handler == Handler::Human;
            (committed.conversation.id, committed.events, human)
        }
        Arrived::Repeated { conversation, first, last } if place.received.again() => {
            let events = deps.store.events(workspace, conversation, first, last).await?;
            (conversation, events, false)
        }
        Arrived::Repeated { conversation, .. } => {
            info!(conversation.id = %conversation, what, "Had this {what} of {conversation}");
            return Ok(());
        }
        Arrived::Refused(refusal) => {
            return Err(NotDone::reject(format!("the {what} was refused: {refusal}")));
        }
        Arrived::Unchanged => return Ok(()),
    };
    let responding = if responders && !human { Responding::Possible } else { Responding::No };
    let follow_ups = FollowUps::of(workspace, conversation, &events, responding).routed(
        place.workspace,
        conversation,
        &events,
    );
    deps.hand_on.send(&follow_ups).await?;
    let seq = events.last().map_or(0, |event| event.seq.get());
    info!(
        conversation.id = %conversation, seq, what,
        "Received a {what} in {conversation}"
    );
    Ok(())
}
