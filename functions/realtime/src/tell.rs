//! What has happened, told to whoever may know.

use std::collections::{BTreeMap, BTreeSet};

use domain::bus::{BusKind, Detail, PresenceDetail};
use domain::conversation::Conversation;
use domain::id::{ConversationId, WorkspaceId};
use domain::live::{self, CHANGES_MAX, Frame, Item, concerns_visitors, told};
use jiff::Timestamp;
use platform::batch::chain;
use store::{Connection, StoreError};
use tracing::warn;

use crate::Deps;
use crate::invocation::{Told, ToldDetail};

/// Heads are read so many at a time.
const HEADS_MAX: usize = 100;

/// What has happened in one workspace.
#[derive(Default)]
struct Happened<'a> {
    changes: Vec<Change<'a>>,
    presences: Vec<&'a PresenceDetail>,
}

struct Change<'a> {
    kind: Option<BusKind>,
    name: &'a str,
    detail: &'a Detail,
}

impl Change<'_> {
    fn item(&self) -> Item {
        Item {
            conversation: self.detail.conversation,
            seq: self.detail.seq,
            kind: self.name.to_owned(),
            status: self.detail.status,
        }
    }
}

/// Tells connected clients of all this: each of what it may know, in as few frames as it takes.
///
/// # Errors
///
/// If the table is out of reach.
pub async fn tell(deps: &Deps, all: &[Told], now: Timestamp) -> Result<(), StoreError> {
    let mut workspaces: BTreeMap<&WorkspaceId, Happened<'_>> = BTreeMap::new();
    for told in all {
        match &told.detail {
            ToldDetail::Presence(presence) => {
                workspaces.entry(&presence.workspace).or_default().presences.push(presence);
            }
            ToldDetail::Change(detail) => {
                let change = Change { kind: told.known(), name: &told.kind, detail };
                workspaces.entry(&detail.workspace).or_default().changes.push(change);
            }
        }
    }
    for (workspace, happened) in workspaces {
        tell_workspace(deps, workspace, &happened, now).await?;
    }
    Ok(())
}

async fn tell_workspace(
    deps: &Deps,
    workspace: &WorkspaceId,
    happened: &Happened<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let connected = deps.store.connected(workspace, now).await?;
    if connected.users.is_empty() && !connected.visitors {
        return Ok(());
    }
    let heads = heads(deps, workspace, &happened.changes).await?;
    tell_users(deps, &connected.users, happened, &heads, now).await?;
    if connected.visitors {
        tell_visitors(deps, workspace, &happened.changes, &heads, now).await?;
    }
    Ok(())
}

type Heads = BTreeMap<ConversationId, Conversation>;

/// The conversations as they are now: after the changes, or later.
async fn heads(
    deps: &Deps,
    workspace: &WorkspaceId,
    changes: &[Change<'_>],
) -> Result<Heads, StoreError> {
    let ids: BTreeSet<ConversationId> =
        changes.iter().map(|change| change.detail.conversation).collect();
    let ids: Vec<ConversationId> = ids.into_iter().collect();
    let mut heads = Heads::new();
    for some in ids.chunks(HEADS_MAX) {
        let read = deps.store.conversations(workspace, some).await?;
        heads.extend(read.into_iter().flatten().map(|head| (head.id, head)));
    }
    Ok(heads)
}

async fn tell_users(
    deps: &Deps,
    connections: &[Connection],
    happened: &Happened<'_>,
    heads: &Heads,
    now: Timestamp,
) -> Result<(), StoreError> {
    let seats = deps.seats(connections, now).await?;
    let mut posts = Vec::new();
    for connection in connections {
        let Some(seat) = seats.get(&connection.id) else {
            deps.close(connection).await;
            continue;
        };
        let (mut items, mut gone) = (Vec::new(), BTreeSet::new());
        for change in &happened.changes {
            let id = change.detail.conversation;
            match told(&seat.viewer(), &connection.watch, id, heads.get(&id), change.kind) {
                Some(live::Told::Changed) => items.push(change.item()),
                Some(live::Told::Gone) => {
                    gone.insert(id);
                }
                None => {}
            }
        }
        let presences = happened
            .presences
            .iter()
            .map(|one| Frame::Presence { user: one.user.clone(), presence: one.presence });
        posts.extend(presences.map(|frame| (connection, frame)));
        posts.extend(in_frames(items).map(|frame| (connection, frame)));
        if !gone.is_empty() {
            unwatch(deps, connection, &gone).await;
            posts.push((connection, Frame::Gone { conversations: gone }));
        }
    }
    deps.post_all(posts).await;
    Ok(())
}

fn in_frames(items: Vec<Item>) -> impl Iterator<Item = Frame> {
    let chunks: Vec<Vec<Item>> = items.chunks(CHANGES_MAX).map(<[Item]>::to_vec).collect();
    chunks.into_iter().map(|items| Frame::Changes { items })
}

/// That a conversation is gone is told once: what happens in it then is nobody's to know. If the
/// client has said meanwhile what else it watches, that was looked at with the same eyes.
async fn unwatch(deps: &Deps, connection: &Connection, gone: &BTreeSet<ConversationId>) {
    let left = connection.watch.clone().keeping(|id| !gone.contains(&id));
    if let Err(failed) = deps.store.unwatch(connection, &left).await {
        warn!("What is gone is still watched: {}", chain(&failed));
    }
}

async fn tell_visitors(
    deps: &Deps,
    workspace: &WorkspaceId,
    changes: &[Change<'_>],
    heads: &Heads,
    now: Timestamp,
) -> Result<(), StoreError> {
    for head in heads.values() {
        let about = changes.iter().filter(|change| {
            change.detail.conversation == head.id && concerns_visitors(change.kind)
        });
        let items: Vec<Item> = about.map(Change::item).collect();
        if items.is_empty() {
            continue;
        }
        for identity in &head.identities {
            let (account, address) = (&identity.via.account, &identity.via.address);
            let there = deps.store.visitor_connected(workspace, account, address, now).await?;
            let frames = in_frames(items.clone());
            let posts = frames.flat_map(|frame| there.iter().map(move |one| (one, frame.clone())));
            deps.post_all(posts.collect()).await;
        }
    }
    Ok(())
}
