//! What all commands have in common: they are done once, and what they cause is handed on.

use axum::http::HeaderMap;
use domain::bus::BusEvent;
use domain::conversation::Event;
use domain::delivery::DeliveryStatus;
use domain::id::{ConversationId, Seq};
use domain::job::{EventName, FollowUps, Responding};
use jiff::SignedDuration;
use platform::problem::Problem;
use store::{CommandKey, DuePolicy, Logged};

use crate::Deps;
use crate::answer::Failed;
use crate::caller::Caller;

const HEADER: &str = "idempotency-key";
const KEY_CHARS_MAX: usize = 255;

/// What was committed and is still not handed on after this long is finished by others.
const HANDED_ON_WITHIN: SignedDuration = SignedDuration::from_secs(60);

impl Caller {
    /// The client's name for the command, if it gave one.
    pub(crate) fn command(
        &self,
        headers: &HeaderMap,
        what: &[&str],
    ) -> Result<Option<CommandKey>, Problem> {
        let Some(value) = headers.get(HEADER) else { return Ok(None) };
        let key = value.to_str().unwrap_or_default();
        if key.is_empty() || key.len() > KEY_CHARS_MAX {
            let detail = format!("must be 1 to {KEY_CHARS_MAX} visible characters");
            return Err(Problem::bad_request("Idempotency-Key", detail));
        }
        let mut parts = vec![self.user.id.as_str(), key];
        parts.extend(what);
        Ok(Some(CommandKey::new(&parts)))
    }

    pub(crate) fn due(&self) -> DuePolicy {
        DuePolicy::At(domain::window::after(self.now, HANDED_ON_WITHIN))
    }
}

impl Deps {
    /// Hands on what a command has caused, and says so where nobody else will: a send stays due
    /// until it is claimed, everything else until now.
    pub(crate) async fn finish(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        events: &[Event],
    ) -> Result<(), Failed> {
        let workspace = &caller.workspace.id;
        let follow_ups = FollowUps::of(workspace, conversation, events, Responding::Possible)
            .routed(&caller.workspace, conversation, events);
        self.hand_on.send(&follow_ups).await?;
        let DuePolicy::At(due_at) = caller.due() else { return Ok(()) };
        Ok(self.store.handed_on(workspace, conversation, events, due_at).await?)
    }

    /// What a command committed when it came first, handed on again as far as it may not have been.
    pub(crate) async fn repeat(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        first: Seq,
        last: Seq,
    ) -> Result<Vec<Logged>, Failed> {
        let before = Seq::new(first.get().saturating_sub(1));
        let count = (last.get() - before.get()) as usize;
        let log = self.store.log(&caller.workspace.id, conversation, before, count).await?;
        for logged in &log {
            let queued = logged.delivery.as_ref().and_then(|delivery| delivery.latest());
            if queued.is_some_and(|latest| latest.status == DeliveryStatus::Queued)
                && let Some(via) = logged.event.kind.via()
            {
                let message = EventName {
                    workspace: caller.workspace.id.clone(),
                    conversation,
                    seq: logged.event.seq,
                };
                let attempt = logged.delivery.as_ref().map_or(1, |delivery| delivery.attempt());
                let mut follow_ups = FollowUps::send(message, via.account.clone(), attempt);
                // Nobody else tells of it: a send that is claimed is no longer looked after.
                let workspace = &caller.workspace.id;
                follow_ups.told = vec![BusEvent::of(workspace, conversation, &logged.event)];
                self.hand_on.send(&follow_ups).await?;
            }
        }
        Ok(log)
    }
}
