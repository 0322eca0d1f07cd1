//! Coming in with a ticket, and leaving.

use domain::live::{Party, Watch};
use jiff::Timestamp;
use platform::ticket::Ticket;
use store::{Connection, StoreError};
use tracing::info;

use crate::Deps;
use crate::invocation::{Answer, SocketEvent};

/// Lets in whoever has a ticket. A user's has to come from a page of ours, if it comes from a page.
pub(crate) async fn enter(
    deps: &Deps,
    event: &SocketEvent,
    now: Timestamp,
) -> Result<Answer, StoreError> {
    let Some(Ok(ticket)) = event.ticket().map(str::parse::<Ticket>) else {
        return Ok(Answer::UNAUTHORIZED);
    };
    let redeemed = deps.store.redeem_ticket(&ticket.workspace, &ticket.hash(), now).await?;
    let Some(party) = redeemed else { return Ok(Answer::UNAUTHORIZED) };
    let connection = Connection {
        id: event.connection().to_owned(),
        workspace: ticket.workspace,
        party,
        watch: Watch::default(),
        since: now,
    };
    match &connection.party {
        Party::User { .. } => {
            let foreign = |told: &str| !deps.origins.iter().any(|origin| origin.is(told));
            if event.origin().is_some_and(foreign) {
                info!("A ticket was shown from a page of somebody else");
                return Ok(Answer::FORBIDDEN);
            }
            if deps.seat(&connection, now).await?.is_none() {
                return Ok(Answer::FORBIDDEN);
            }
        }
        Party::Visitor { .. } => {}
    }
    deps.store.connect(&connection).await?;
    Ok(Answer::DONE)
}

/// Forgets a connection that is closed, and tells those who look at the same thing.
pub(crate) async fn leave(
    deps: &Deps,
    event: &SocketEvent,
    now: Timestamp,
) -> Result<Answer, StoreError> {
    deps.pace.forget(event.connection());
    let Some(connection) = deps.store.connection(event.connection()).await? else {
        return Ok(Answer::DONE);
    };
    deps.store.disconnect(&connection).await?;
    if let Some(open) = connection.watch.open {
        let mut users = deps.store.connected(&connection.workspace, now).await?.users;
        users.retain(|other| other.id != connection.id);
        deps.tell_viewing(&connection.workspace, &[open], &users, now).await?;
    }
    Ok(Answer::DONE)
}
