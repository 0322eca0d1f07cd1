//! What clients say.

use std::collections::BTreeSet;

use domain::id::ConversationId;
use domain::live::{Asked, FRAME_BYTES_MAX, Frame, Party, Watch, sees};
use jiff::Timestamp;
use store::{Connection, StoreError};
use tracing::info;

use crate::Deps;
use crate::invocation::{Answer, SocketEvent};
use crate::seats::Seat;

/// Heads are read so many at a time.
const HEADS_MAX: usize = 100;

/// Does what a frame asks for. Who may not come in any more, or says too much, is put out.
pub(crate) async fn hear(
    deps: &Deps,
    event: &SocketEvent,
    now: Timestamp,
) -> Result<Answer, StoreError> {
    let Some(connection) = deps.store.connection(event.connection()).await? else {
        deps.close_unknown(event.connection()).await;
        return Ok(Answer::DONE);
    };
    if deps.pace.exceeded(&connection.id, now) {
        info!(connection.id, "A connection says too much and is closed");
        deps.close(&connection).await;
        return Ok(Answer::DONE);
    }
    match asked(&event.frame()) {
        Err(detail) => complain(deps, &connection, detail).await,
        Ok(Asked::Ping) => {
            deps.post(&connection, &Frame::Pong).await;
        }
        Ok(Asked::Watch(watch)) => {
            if let Some(seat) = seated(deps, &connection, now).await? {
                replace(deps, connection, &seat, watch, now).await?;
            }
        }
        Ok(Asked::Typing { conversation }) => {
            if let Some(seat) = seated(deps, &connection, now).await? {
                typing(deps, &connection, &seat, conversation, now).await?;
            }
        }
    }
    Ok(Answer::DONE)
}

fn asked(frame: &[u8]) -> Result<Asked, String> {
    if frame.len() > FRAME_BYTES_MAX {
        return Err(format!("a frame has at most {FRAME_BYTES_MAX} bytes"));
    }
    serde_json::from_slice(frame).map_err(|error| format!("not understood: {error}"))
}

async fn complain(deps: &Deps, connection: &Connection, detail: String) {
    deps.post(connection, &Frame::Error { detail }).await;
}

/// The user who speaks, if users only may say such things and they still may come in.
async fn seated(
    deps: &Deps,
    connection: &Connection,
    now: Timestamp,
) -> Result<Option<Seat>, StoreError> {
    match connection.party {
        Party::Visitor { .. } => {
            complain(deps, connection, "visitors listen".to_owned()).await;
            Ok(None)
        }
        Party::User { .. } => {
            let seat = deps.seat(connection, now).await?;
            if seat.is_none() {
                deps.close(connection).await;
            }
            Ok(seat)
        }
    }
}

/// Keeps of a watch what the user sees, and says what they do not: what is hidden from them and what
/// does not exist is all one.
async fn replace(
    deps: &Deps,
    mut connection: Connection,
    seat: &Seat,
    watch: Watch,
    now: Timestamp,
) -> Result<(), StoreError> {
    let named: Vec<ConversationId> = watch.named().into_iter().collect();
    let mut seen = BTreeSet::new();
    for some in named.chunks(HEADS_MAX) {
        let heads = deps.store.conversations(&connection.workspace, some).await?;
        let viewer = seat.viewer();
        let heads = heads.iter().flatten().filter(|head| sees(&viewer, head));
        seen.extend(heads.map(|head| head.id));
    }
    let before = connection.watch;
    connection.watch = watch.keeping(|id| seen.contains(&id));
    if connection.watch != before && !deps.store.watch(&connection).await? {
        deps.close_unknown(&connection.id).await;
        return Ok(());
    }
    let gone: BTreeSet<ConversationId> =
        named.into_iter().filter(|id| !seen.contains(id)).collect();
    if !gone.is_empty() {
        deps.post(&connection, &Frame::Gone { conversations: gone }).await;
    }
    if connection.watch.open != before.open {
        let moved: Vec<ConversationId> =
            before.open.into_iter().chain(connection.watch.open).collect();
        let workspace = connection.workspace.clone();
        let mut users = deps.store.connected(&workspace, now).await?.users;
        // The table may not say yet what was written a moment ago.
        users.retain(|other| other.id != connection.id);
        users.push(connection);
        deps.tell_viewing(&workspace, &moved, &users, now).await?;
    }
    Ok(())
}

/// Tells those who look at a conversation that somebody writes in it.
async fn typing(
    deps: &Deps,
    connection: &Connection,
    seat: &Seat,
    id: ConversationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let head = deps.store.conversation(&connection.workspace, id).await?;
    let Some(head) = head.filter(|head| sees(&seat.viewer(), head)) else {
        complain(deps, connection, "there is no such conversation".to_owned()).await;
        return Ok(());
    };
    let mut users = deps.store.connected(&connection.workspace, now).await?.users;
    let own = connection.party.user();
    users.retain(|other| other.party.user() != own && other.watch.names(id));
    let seats = deps.seats(&users, now).await?;
    let watching = users
        .iter()
        .filter(|other| seats.get(&other.id).is_some_and(|seat| sees(&seat.viewer(), &head)));
    let user = seat.viewer().user.id.clone();
    let frame = Frame::Typing { conversation: id, user };
    deps.post_all(watching.map(|other| (other, frame.clone())).collect()).await;
    Ok(())
}
