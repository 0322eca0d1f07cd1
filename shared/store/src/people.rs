//! A workspace with its users, read and changed together: rules about who may be what look at all of
//! them, so no two changes happen side by side.

use domain::id::WorkspaceId;
use domain::people::People;
use domain::workspace::{User, Workspace};

use crate::audit::{Audited, Deed};
use crate::commit::{TRIES_MAX, Written};
use crate::item::{Item, json};
use crate::settings::BODY;
use crate::users::{DESCRIBED, described, replaced};
use crate::{CommandKey, Store, StoreError, keys};

impl Store {
    /// Puts a workspace down as a file describes it, unless it described it so before: what others
    /// have changed since stays. So do fields of contacts, of which files do not speak.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn put_workspace(&self, workspace: &Workspace) -> Result<(), StoreError> {
        let key = keys::workspace(&workspace.id);
        for _try in 0..TRIES_MAX {
            let before = self.get(&key).await?;
            let described = described(workspace);
            if before.as_ref().and_then(|before| before.opt_text(DESCRIBED)) == Some(&described) {
                return Ok(());
            }
            let kept: Option<Workspace> =
                before.as_ref().map(|before| before.json(BODY)).transpose()?;
            let mut after = workspace.clone();
            if let Some(kept) = kept {
                after.revision = kept.revision + 1;
                after.contact_fields = kept.contact_fields;
            }
            let after = json(&after);
            let item = replaced(&self.table, &key, before.as_ref(), after, Some(described))?;
            if let Written::Done = self.write(vec![item], false).await? {
                return Ok(());
            }
        }
        Err(StoreError::Conflict)
    }

    /// Changes a workspace, its users or both, by a decision on all of them as they are, and writes
    /// it down with them. What was decided is returned as it is kept.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or others were faster each time; inside, why not.
    pub async fn change_people<R>(
        &self,
        id: &WorkspaceId,
        decide: impl Fn(People) -> Result<(People, Deed), R>,
    ) -> Result<Result<People, R>, StoreError> {
        let key = keys::workspace(id);
        for _try in 0..TRIES_MAX {
            let item = self.get(&key).await?;
            let item = item.ok_or_else(|| StoreError::corrupt(&key, "it is gone"))?;
            let workspace: Workspace = item.json(BODY)?;
            let user_items = self.user_items_of(id).await?;
            let users: Vec<User> =
                user_items.iter().map(|item| item.json(BODY)).collect::<Result<_, _>>()?;
            let before = People { workspace, users };
            let (mut after, deed) = match decide(before.clone()) {
                Err(refused) => return Ok(Err(refused)),
                Ok((after, _)) if after == before => return Ok(Ok(after)),
                Ok(decided) => decided,
            };
            // Every change moves the workspace on, so that of two at once one is decided again.
            after.workspace.revision = before.workspace.revision + 1;
            let mut items =
                vec![replaced(&self.table, &key, Some(&item), json(&after.workspace), None)?];
            for user in after.users.iter().filter(|user| !before.users.contains(user)) {
                let place = before.users.iter().position(|known| known.id == user.id);
                let known: Option<&Item> = place.map(|place| &user_items[place]);
                items.extend(self.user_items(id, known, user, None)?);
            }
            // A revision comes once, so it names what was done.
            let name = CommandKey::new(&["people", &after.workspace.revision.to_string()]);
            if let Some(Audited::Done) = self.do_audited(id, &name, &deed, &items).await? {
                return Ok(Ok(after));
            }
        }
        Err(StoreError::Conflict)
    }
}
