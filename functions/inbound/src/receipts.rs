//! How far our messages have travelled, as providers report it.

use domain::bus::BusEvent;
use domain::delivery::DeliveryStatus;
use domain::incoming::Receipt;
use domain::not_done::NotDone;
use jiff::Timestamp;
use store::Recorded;
use tracing::{info, warn};

use crate::{Deps, Place};

/// Raises a message's status and tells the bus if that was news. Running it again raises nothing
/// and tells nothing, so the bus is told first of what was raised by a run that died: a record that
/// came again tells what it reports whether or not it is news.
pub(crate) async fn receipt(
    deps: &Deps,
    place: &Place<'_>,
    receipt: &Receipt,
    now: Timestamp,
) -> Result<(), NotDone> {
    let (workspace, account) = (&place.workspace.id, &place.account.id);
    let recorded = deps.store.record_receipt(workspace, account, receipt, now).await?;
    let (message, attempt, status) = match recorded {
        Recorded::Raised { message, attempt, status } => (message, attempt, status),
        Recorded::Unchanged { message, attempt } if place.received.again() => {
            (message, attempt, receipt.status)
        }
        Recorded::Unchanged { .. } | Recorded::Early => return Ok(()),
    };
    deps.hand_on
        .bus
        .tell(&[BusEvent::delivery(&message, attempt, status, receipt.at.min(now))])
        .await?;
    let (conversation, seq) = (message.conversation, message.seq.get());
    if status == DeliveryStatus::Failed {
        let code = receipt.failure.as_ref().and_then(|failure| failure.provider_code.as_deref());
        warn!(conversation.id = %conversation, seq, code, "Message {seq} of {conversation} failed");
    } else {
        let status = format!("{status:?}").to_lowercase();
        info!(conversation.id = %conversation, seq, status, "Message {seq} is {status}");
    }
    Ok(())
}
