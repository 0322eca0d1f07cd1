//! Taking the words out of a deleted conversation. Its numbers, times and actors stay, so that the
//! log still is a log.

use domain::content::{Content, FileSource, Unsupported};
use domain::conversation::{Event, EventKind};
use domain::id::{ConversationId, Seq, WorkspaceId};
use domain::incoming::Remark;

use crate::event::EVENT;
use crate::item::json;
use crate::media::FILES;
use crate::{MediaState, Store, StoreError, StoredFile, keys};

/// How many events are read at a time.
const PAGE: usize = 100;

impl Store {
    /// Which stored files belong to this conversation?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn objects_of(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
    ) -> Result<Vec<String>, StoreError> {
        let log = self.log(workspace, conversation, Seq::ZERO, usize::MAX).await?;
        let mut objects = Vec::new();
        for logged in log {
            for file in logged.event.kind.files() {
                if let FileSource::Kept(object) = &file.source {
                    objects.push(object.reveal().clone());
                }
            }
            for StoredFile { state } in logged.files {
                if let MediaState::Ready { object, .. } = state {
                    objects.push(object);
                }
            }
        }
        Ok(objects)
    }

    /// Takes what was said, and which files there were, out of every event. Doing it again finds
    /// nothing more.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn purge(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        let mut after = Seq::ZERO;
        loop {
            let log = self.log(workspace, conversation, after, PAGE).await?;
            let Some(last) = log.last() else { return Ok(()) };
            after = last.event.seq;
            for logged in &log {
                if let Some(silent) = silenced(&logged.event) {
                    self.silence(workspace, conversation, &silent).await?;
                }
            }
        }
    }

    async fn silence(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
        event: &Event,
    ) -> Result<(), StoreError> {
        self.update_one(&keys::event(workspace, conversation, event.seq))
            .update_expression("SET #ev = :ev REMOVE #files")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#ev", EVENT)
            .expression_attribute_names("#files", FILES)
            .expression_attribute_values(":ev", json(event))
            .send()
            .await
            .map_err(|error| StoreError::unavailable("UpdateItem", error))?;
        Ok(())
    }
}

/// The event without what was said, if anything was.
fn silenced(event: &Event) -> Option<Event> {
    let nothing = || Content::Unsupported(Unsupported { kind: "deleted".to_owned(), raw: None });
    let mut silent = event.clone();
    match &mut silent.kind {
        EventKind::Opened(opened) => opened.contact_name = None,
        EventKind::Received(received) => {
            (received.content, received.referral) = (nothing(), None);
        }
        EventKind::Queued(message) | EventKind::Held { message, .. } => {
            message.content = nothing();
            let matching = message.automatic.as_mut().and_then(|why| why.matching.as_mut());
            if let Some(matching) = matching {
                matching.heard = None;
            }
        }
        EventKind::Unanswered { matching, .. } => matching.heard = None,
        EventKind::Noted { content, .. } | EventKind::Said { content } => *content = nothing(),
        EventKind::Remarked(remarked) => match &mut remarked.remark {
            Remark::Edited(content) => *content = nothing(),
            Remark::Deleted | Remark::Reacted(_) => {}
        },
        EventKind::Closed(closed) => (closed.category, closed.summary) = (None, None),
        EventKind::HandedOff { reason } => *reason = None,
        EventKind::Renamed { name } => *name = None,
        EventKind::Reopened { .. }
        | EventKind::Released { .. }
        | EventKind::Cancelled { .. }
        | EventKind::AnswerMarked { .. }
        | EventKind::ConsentHeard(_)
        | EventKind::StatusSet { .. }
        | EventKind::Snoozed { .. }
        | EventKind::Woken
        | EventKind::Assigned(_)
        | EventKind::VisibilitySet { .. }
        | EventKind::Claimed(_)
        | EventKind::Unclaimed
        | EventKind::HandedBack { .. }
        | EventKind::Labelled { .. }
        | EventKind::InvoiceIssued { .. }
        | EventKind::InvoicePaid { .. }
        | EventKind::Blocked
        | EventKind::Unblocked
        | EventKind::Deleted => {}
    }
    (silent != *event).then_some(silent)
}
