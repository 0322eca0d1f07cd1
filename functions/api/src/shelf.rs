//! What snippets and saved views have in common: they are a user's own, or shared by those who may.

use axum::http::HeaderMap;
use domain::id::KeptId;
use domain::kept::Kept;
use domain::rights::Permission;
use platform::problem::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use store::Shelf;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::Caller;

/// A kind of thing that is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) shelf: Shelf,
    pub(crate) name: &'static str,
    /// What it takes to share one, or to change one that is shared.
    pub(crate) sharing: Permission,
}

/// Of the caller's own, or shared.
pub(crate) async fn find<T: DeserializeOwned>(
    deps: &Deps,
    caller: &Caller,
    kind: Kind,
    id: &KeptId,
) -> Result<Kept<T>, Failed> {
    let kept = deps.store.kept(&caller.workspace.id, &caller.user.id, kind.shelf, id).await?;
    Ok(kept.ok_or_else(|| Problem::not_found(kind.name))?)
}

pub(crate) async fn all<T: DeserializeOwned>(
    deps: &Deps,
    caller: &Caller,
    kind: Kind,
) -> Result<Vec<Kept<T>>, Failed> {
    Ok(deps.store.all_kept(&caller.workspace.id, &caller.user.id, kind.shelf).await?)
}

/// Keeps something in place of what the caller had under its name.
pub(crate) async fn put<T: Serialize + DeserializeOwned>(
    deps: &Deps,
    caller: &Caller,
    kind: Kind,
    headers: &HeaderMap,
    kept: Kept<T>,
) -> Result<Kept<T>, Failed> {
    let (workspace, user) = (&caller.workspace.id, &caller.user.id);
    let before: Option<Kept<T>> = deps.store.kept(workspace, user, kind.shelf, &kept.id).await?;
    let before = before.filter(|before| before.shared);
    let public = kept.shared || before.is_some();
    if public {
        caller.may(kind.sharing)?;
    }
    let owner = before.filter(|_| kept.shared).map_or(kept.owner, |before| before.owner);
    let kept = Kept { owner, ..kept };
    deps.store.keep(workspace, user, kind.shelf, &kept).await?;
    if public {
        let detail = json!({ "shared": kept.shared });
        write_down(deps, caller, kind, headers, "put", &kept.id, detail).await?;
    }
    Ok(kept)
}

/// Throws away the caller's own, or else what is shared under this name.
pub(crate) async fn remove<T: DeserializeOwned>(
    deps: &Deps,
    caller: &Caller,
    kind: Kind,
    headers: &HeaderMap,
    id: &KeptId,
) -> Result<(), Failed> {
    let (workspace, user) = (&caller.workspace.id, &caller.user.id);
    let before: Option<Kept<T>> = deps.store.kept(workspace, user, kind.shelf, id).await?;
    let Some(before) = before else { return Ok(()) };
    if before.shared {
        caller.may(kind.sharing)?;
    }
    deps.store.throw_away(workspace, user, kind.shelf, id, before.shared).await?;
    if before.shared {
        write_down(deps, caller, kind, headers, "delete", id, json!({})).await?;
    }
    Ok(())
}

async fn write_down(
    deps: &Deps,
    caller: &Caller,
    kind: Kind,
    headers: &HeaderMap,
    done: &str,
    id: &KeptId,
    detail: serde_json::Value,
) -> Result<(), Failed> {
    let command = caller.command(headers, &[kind.name, done, id.as_str()])?;
    let action = format!("{}.shared.{done}", kind.name);
    deps.audit(caller, command.as_ref(), &action, id.as_str(), detail).await
}
