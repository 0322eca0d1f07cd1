//! What has happened in the workspace, for clients that follow it: nothing is missed between one
//! answer and the next, however long that takes, up to a month.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use store::Cursor;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller};
use crate::paging::{LIMIT_MAX, Limit};
use crate::view::{self, EventView, ProblemView};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedQuery {
    #[serde(default)]
    after: After,
    #[serde(default)]
    limit: Option<Limit>,
}

/// From where on.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(try_from = "String")]
enum After {
    /// What happens from this moment on.
    #[default]
    Now,
    /// The oldest that is kept.
    Start,
    Cursor(Cursor),
}

impl TryFrom<String> for After {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "start" {
            return Ok(Self::Start);
        }
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| NO_CURSOR)?;
        serde_json::from_slice(&json).map(Self::Cursor).map_err(|_| NO_CURSOR)
    }
}

const NO_CURSOR: &str = "must be `start` or the `next` of an answer";

fn encoded(cursor: &Cursor) -> String {
    let json = serde_json::to_vec(cursor).expect("a cursor is numbers");
    URL_SAFE_NO_PAD.encode(json)
}

/// An event of any conversation that the caller sees.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FedEvent {
    conversation: String,
    #[serde(flatten)]
    event: EventView,
}

/// What has happened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedView {
    /// In the order of their numbers within each conversation.
    items: Vec<FedEvent>,
    /// Where to go on; there is always such a place.
    next: String,
    /// Whether there is more already. An answer may hold nothing and still have more behind it.
    more: bool,
}

#[utoipa::path(
    get,
    path = "/v1/events",
    params(
        ("after" = Option<String>, Query, description = "The `next` of an answer; `start` for the oldest event that is kept; if absent, nothing but where the feed ends now"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 100 if absent"),
    ),
    responses(
        (status = 200, description = "What has happened since in the conversations that the caller sees", body = FeedView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn events(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<FeedQuery>,
) -> Result<Json<FeedView>, Failed> {
    let workspace = &caller.workspace.id;
    let from = match query.after {
        After::Cursor(cursor) => cursor,
        After::Start => Cursor::default(),
        After::Now => {
            let next = encoded(&deps.store.feed_end(workspace).await?);
            return Ok(Json(FeedView { items: Vec::new(), next, more: false }));
        }
    };
    let limit = query.limit.map_or(LIMIT_MAX, |limit| limit.0);
    let viewer = caller.viewer();
    let sees = |conversation: &_| viewer.sees(conversation);
    let feed = deps.store.feed(workspace, &from, limit, sees).await?;
    let items = feed.events.iter().map(|(conversation, logged)| FedEvent {
        conversation: conversation.to_string(),
        event: view::event(*conversation, logged),
    });
    Ok(Json(FeedView { items: items.collect(), next: encoded(&feed.next), more: feed.more }))
}
