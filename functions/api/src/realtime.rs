//! Tickets for live connections: whoever may call the API may have changes told as they happen.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::live::{Party, TICKET_GOOD_FOR};
use domain::window::after;
use platform::problem::Problem;
use platform::ticket::Ticket;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::Caller;
use crate::view::ProblemView;

/// Lets in once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketView {
    ticket: String,
    /// Where to connect, as a WebSocket, with `?ticket=` and the ticket behind it.
    url: String,
    expires_at: String,
}

#[utoipa::path(
    post,
    path = "/v1/realtime/tickets",
    responses(
        (status = 201, description = "A ticket for one connection, within half a minute", body = TicketView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn ticket(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<(StatusCode, Json<TicketView>), Failed> {
    let workspace = &caller.workspace;
    let ticket = Ticket::generate(workspace.id.clone()).map_err(|_| Problem::unavailable())?;
    // A key that reaches less far than its user makes connections that reach no further.
    let whole = workspace.role(&caller.user.role).map(|role| &role.permissions);
    let reaches = &caller.role.permissions;
    let within = (whole != Some(reaches)).then(|| reaches.clone());
    let key = caller.key.as_deref().map(str::to_owned);
    let party = Party::User { user: caller.user.id.clone(), within, key };
    let until = after(caller.now, TICKET_GOOD_FOR);
    deps.store.put_ticket(&workspace.id, &ticket.hash(), &party, until).await?;
    let (url, expires_at) = (deps.realtime_url.clone(), until.to_string());
    Ok((StatusCode::CREATED, Json(TicketView { ticket: ticket.reveal(), url, expires_at })))
}
