//! Counts what came of automatic answers.

use domain::bus::BusKind;
use domain::conversation::{Event, EventKind};
use domain::job::{Change, EventName};
use domain::not_done::NotDone;
use store::Outcome;

use crate::Deps;

/// Counts a change, if it is one that counts.
pub(crate) async fn count(deps: &Deps, change: &Change) -> Result<(), NotDone> {
    let detail = &change.detail;
    let Some(seq) = detail.seq else { return Ok(()) };
    let event =
        EventName { workspace: detail.workspace.clone(), conversation: detail.conversation, seq };
    if detail.takes_over {
        return Ok(deps.store.count_outcome(&event, detail.at, Outcome::TakenOver).await?);
    }
    if !detail.faqs_asked && change.kind != BusKind::AnswerMarked.as_str() {
        return Ok(());
    }
    let logged = deps.store.event(&event.workspace, event.conversation, seq).await?;
    let Some(outcome) = logged.as_ref().and_then(|logged| outcome(&logged.event)) else {
        return Ok(());
    };
    Ok(deps.store.count_outcome(&event, detail.at, outcome).await?)
}

fn outcome(event: &Event) -> Option<Outcome<'_>> {
    if let EventKind::AnswerMarked { message, faq, right } = &event.kind {
        return Some(Outcome::Marked { answer: *message, faq, right: *right });
    }
    let matching = event.kind.matching()?;
    Some(match matching.answer() {
        Some(answer) => Outcome::Answered(&answer.faq),
        None => Outcome::Unanswered(&matching.fingerprint),
    })
}
