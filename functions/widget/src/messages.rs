//! What was said between a visitor and us.
//!
//! Only that: of the conversation it stands in, a visitor learns of no note, no other channel, no
//! message that was not sent.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use channels::webchat::Visitor;
use domain::conversation::Actor;
use domain::delivery::DeliveryStatus;
use domain::id::{ConversationId, Seq, UserId, WorkspaceId};
use domain::private::Address;
use jiff::SignedDuration;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use store::{Logged, StoreError};

use crate::Deps;
use crate::answer::Failed;
use crate::door::Door;
use crate::said::{Message, Of, read};

/// Of a log, at most so many entries are looked at in one answer.
const ENTRIES_MAX: usize = 200;
/// A widget that comes to a long conversation begins so far back.
const BACK_MAX: u32 = 600;
/// Messages that may still be sent and are looked at again.
const WAITING_MAX: usize = 20;
/// Whoever sends a failed message again does it soon.
const FAILED_WAITS: SignedDuration = SignedDuration::from_hours(24);

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    after: Option<String>,
}

/// How far a widget has read: all up to a number, but for messages that were not sent by then.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    conversation: ConversationId,
    seq: Seq,
    waiting: Vec<Seq>,
}

/// `cv_…~12~7.9`
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting: Vec<String> = self.waiting.iter().map(Seq::to_string).collect();
        write!(f, "{}~{}~{}", self.conversation, self.seq, waiting.join("."))
    }
}

impl FromStr for Place {
    type Err = Failed;

    fn from_str(text: &str) -> Result<Self, Failed> {
        let bad = || Failed(Problem::bad_request("after", "is not what `next` was"));
        let mut parts = text.split('~');
        let (Some(conversation), Some(seq), Some(waiting), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(bad());
        };
        let number = |text: &str| text.parse().map(Seq::new).map_err(|_| bad());
        let waiting = waiting.split('.').filter(|text| !text.is_empty()).map(number);
        let waiting: Vec<Seq> = waiting.collect::<Result<_, _>>()?;
        if waiting.len() > WAITING_MAX {
            return Err(bad());
        }
        Ok(Self {
            conversation: conversation.parse().map_err(|_| bad())?,
            seq: number(seq)?,
            waiting,
        })
    }
}

#[derive(Serialize)]
struct Page {
    items: Vec<Message>,
    /// What to ask after next time; absent if nothing was ever said.
    next: Option<String>,
    /// Whether there is more already.
    more: bool,
}

pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    Extension(door): Extension<Door>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failed> {
    let visitor = door.visitor(&deps, &headers)?;
    let after: Option<Place> = asked.after.as_deref().map(str::parse).transpose()?;
    let Some((_, conversation)) = last_used(&deps, &door, &visitor).await? else {
        return Ok(Json(Page { items: Vec::new(), next: None, more: false }));
    };
    let place = match after.filter(|place| place.conversation == conversation) {
        Some(place) => place,
        None => beginning(&deps, &door, conversation).await?,
    };
    Ok(Json(page(&deps, &door, &visitor, place).await?))
}

/// The visitor's address that was used, and the conversation it was last used in.
pub(crate) async fn last_used<'v>(
    deps: &Deps,
    door: &Door,
    visitor: &'v Visitor,
) -> Result<Option<(&'v Address, ConversationId)>, StoreError> {
    for address in std::iter::once(&visitor.id).chain(&visitor.was) {
        let known = deps.store.address(&door.open.account.workspace, &door.id, address).await?;
        if let Some(conversation) = known.and_then(|known| known.conversation) {
            return Ok(Some((address, conversation)));
        }
    }
    Ok(None)
}

async fn beginning(
    deps: &Deps,
    door: &Door,
    conversation: ConversationId,
) -> Result<Place, StoreError> {
    let head = deps.store.conversation(&door.open.account.workspace, conversation).await?;
    let last = head.map_or(0, |head| head.seq.get());
    Ok(Place { conversation, seq: Seq::new(last.saturating_sub(BACK_MAX)), waiting: Vec::new() })
}

async fn page(deps: &Deps, door: &Door, visitor: &Visitor, place: Place) -> Result<Page, Failed> {
    let workspace = &door.open.account.workspace;
    let Place { conversation, seq, waiting } = place;
    let mut entries = Vec::new();
    for seq in waiting {
        entries.extend(deps.store.event(workspace, conversation, seq).await?);
    }
    let log = deps.store.log(workspace, conversation, seq, ENTRIES_MAX).await?;
    let (more, last) = (log.len() == ENTRIES_MAX, log.last().map_or(seq, |last| last.event.seq));
    entries.extend(log);
    let mut next = Place { conversation, seq: last, waiting: Vec::new() };
    let of = Of { door, visitor, conversation };
    let mut items = Vec::new();
    for logged in &entries {
        let shown = match logged.event.kind.outgoing().filter(|_| of.concerns(logged)) {
            Some(outgoing) => Some(deps.objects.addressed(&outgoing.content).await?),
            None => None,
        };
        if let Some(mut message) = read(&of, logged, shown.as_ref()) {
            message.name = name(deps, door, logged).await?;
            items.push(message);
        } else if of.concerns(logged) && may_be_sent(logged, door) {
            next.waiting.push(logged.event.seq);
        }
    }
    let older = next.waiting.len().saturating_sub(WAITING_MAX);
    next.waiting.drain(..older);
    Ok(Page { items, next: Some(next.to_string()), more })
}

fn may_be_sent(logged: &Logged, door: &Door) -> bool {
    let Some(latest) = logged.delivery.as_ref().and_then(|delivery| delivery.latest()) else {
        return false;
    };
    match latest.status {
        DeliveryStatus::Held | DeliveryStatus::Queued | DeliveryStatus::Sending => true,
        DeliveryStatus::Failed => door.now.duration_since(latest.at) < FAILED_WAITS,
        DeliveryStatus::Unknown
        | DeliveryStatus::Sent
        | DeliveryStatus::Delivered
        | DeliveryStatus::Read
        | DeliveryStatus::Cancelled => false,
    }
}

/// What the user is called who wrote to the visitor; programs of ours have no name to tell.
async fn name(deps: &Deps, door: &Door, logged: &Logged) -> Result<Option<String>, StoreError> {
    let (Actor::User(user) | Actor::Ai(user) | Actor::Bot(user)) = &logged.event.actor else {
        return Ok(None);
    };
    let load = async |(workspace, user): &(WorkspaceId, UserId)| -> Result<_, StoreError> {
        Ok(deps.store.user(workspace, user).await?.map(|user| user.name))
    };
    let named = (door.open.account.workspace.clone(), user.clone());
    deps.names.get(&named, door.now, load).await
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_place_is_read_back_and_nonsense_is_refused() {
        let conversation = ConversationId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        for waiting in [vec![], vec![Seq::new(7)], vec![Seq::new(7), Seq::new(9)]] {
            let place = Place { conversation, seq: Seq::new(12), waiting };
            assert_eq!(place.to_string().parse::<Place>().unwrap(), place);
        }
        let many = vec!["1"; WAITING_MAX + 1].join(".");
        for bad in [
            String::new(),
            "cv_1~2~".to_owned(),
            format!("{conversation}~12"),
            format!("{conversation}~x~"),
            format!("{conversation}~-1~"),
            format!("{conversation}~12~7~9"),
            format!("{conversation}~12~a"),
            format!("{conversation}~12~{many}"),
        ] {
            assert!(bad.parse::<Place>().is_err(), "{bad}");
        }
    }
}
