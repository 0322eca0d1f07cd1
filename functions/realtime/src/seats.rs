//! With whose eyes a connection sees.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::live::Party;
use domain::people::may_come_in;
use domain::rights::{Role, Viewer};
use domain::workspace::{User, Workspace};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use store::{Connection, StoreError};

use crate::Deps;

/// A user at a connection, with what they may do there.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    user: Arc<User>,
    workspace: Arc<Workspace>,
    role: Role,
}

impl Seat {
    pub(crate) fn viewer(&self) -> Viewer<'_> {
        let admins_see_restricted = self.workspace.rules.admins_see_restricted;
        Viewer { user: &self.user, role: &self.role, admins_see_restricted }
    }
}

impl Deps {
    /// The user at this connection; nobody if they may not come in, or not any more.
    pub(crate) async fn seat(
        &self,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<Option<Seat>, StoreError> {
        let Party::User { user, key, .. } = &connection.party else { return Ok(None) };
        if let Some(key) = key {
            let load = async |(workspace, key): &(_, String)| {
                Ok(self.store.api_key(workspace, key).await?.map(Arc::new))
            };
            let name = (connection.workspace.clone(), key.clone());
            let kept = self.keys.get(&name, now, load).await?;
            if !kept.is_some_and(|kept| kept.is_good(now)) {
                return Ok(None);
            }
        }
        let load = async |id: &_| Ok(self.store.workspace(id).await?.map(Arc::new));
        let workspace = self.workspaces.get(&connection.workspace, now, load).await?;
        let load =
            async |(workspace, user): &_| Ok(self.store.user(workspace, user).await?.map(Arc::new));
        let name = (connection.workspace.clone(), user.clone());
        let user = self.users.get(&name, now, load).await?.filter(|user| may_come_in(user));
        let (Some(workspace), Some(user)) = (workspace, user) else { return Ok(None) };
        let role = workspace.role(&user.role).map(|role| connection.party.role_of(role));
        Ok(role.map(|role| Seat { user, workspace, role }))
    }

    /// The users at these connections, by connection.
    pub(crate) async fn seats(
        &self,
        connections: &[Connection],
        now: Timestamp,
    ) -> Result<BTreeMap<String, Seat>, StoreError> {
        let asked: Vec<_> =
            connections.iter().map(|connection| self.seat(connection, now)).collect();
        let seats = try_join_all(asked).await?;
        let names = connections.iter().map(|connection| connection.id.clone());
        Ok(names.zip(seats).filter_map(|(id, seat)| Some((id, seat?))).collect())
    }
}
