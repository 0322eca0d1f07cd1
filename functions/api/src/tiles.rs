//! The four tiles of the desk, each with the list it stands for.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::tiles::has_group_tiles;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::Caller;
use crate::view::ProblemView;

/// One tile.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TileView {
    count: i64,
    /// The list that shows what is counted.
    list: &'static str,
}

/// A user's four tiles. They follow what happens within seconds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TilesView {
    /// Open conversations that the caller is assigned to.
    assigned_to_me: TileView,
    /// Unreplied messages in them.
    my_unreplied: TileView,
    /// Open conversations that nobody is assigned to; `null` for those who see only their own.
    unassigned: Option<TileView>,
    /// Unreplied messages in all open conversations the caller sees; `null` likewise.
    unreplied: Option<TileView>,
}

#[utoipa::path(
    get,
    path = "/v1/tiles",
    responses(
        (status = 200, description = "What the caller has to do, and their groups", body = TilesView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn tiles(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<TilesView>, Failed> {
    let viewer = caller.viewer();
    let tiles = deps.store.tiles(&caller.workspace.id, &viewer).await?;
    let tile = |count, list| TileView { count, list };
    let of_groups = |count, list| has_group_tiles(&viewer).then(|| tile(count, list));
    let (mine, group) = (tiles.mine, tiles.group);
    Ok(Json(TilesView {
        assigned_to_me: tile(mine.conversations, "/v1/conversations?view=mine"),
        my_unreplied: tile(mine.unreplied, "/v1/conversations?view=mine&sort=oldest_waiting"),
        unassigned: of_groups(group.conversations, "/v1/conversations?view=unassigned"),
        unreplied: of_groups(group.unreplied, "/v1/conversations?view=unreplied"),
    }))
}
