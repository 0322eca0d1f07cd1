//! Tickets for live connections, so that a visitor hears of an answer as it is given.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use domain::live::{Party, TICKET_GOOD_FOR};
use domain::window::after;
use jiff::Timestamp;
use platform::problem::Problem;
use platform::ticket::Ticket;
use serde::Serialize;

use crate::Deps;
use crate::answer::Failed;
use crate::door::Door;
use crate::messages::last_used;

/// Lets in once.
#[derive(Serialize)]
struct Made {
    ticket: String,
    /// Where to connect, as a WebSocket, with `?ticket=` and the ticket behind it.
    url: String,
    expires_at: Timestamp,
}

pub(crate) async fn make(
    State(deps): State<Arc<Deps>>,
    Extension(door): Extension<Door>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failed> {
    let visitor = door.visitor(&deps, &headers)?;
    let workspace = &door.open.account.workspace;
    // What is said in a conversation is told to the addresses that it is known to be with.
    let address = match last_used(&deps, &door, &visitor).await? {
        Some((address, _)) => address.clone(),
        None => visitor.id.clone(),
    };
    let ticket = Ticket::generate(workspace.clone()).map_err(|_| Failed(Problem::unavailable()))?;
    let party = Party::Visitor { account: door.id.clone(), address };
    let expires_at = after(door.now, TICKET_GOOD_FOR);
    deps.store.put_ticket(workspace, &ticket.hash(), &party, expires_at).await?;
    let (ticket, url) = (ticket.reveal(), deps.realtime_url.clone());
    Ok((StatusCode::CREATED, Json(Made { ticket, url, expires_at })))
}
