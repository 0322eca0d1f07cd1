//! The settings of a workspace.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::calendar::{Calendar, Zone};
use domain::people::{People, PeopleRefusal};
use domain::workspace::{Rules, Workspace};
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::Deps;
use crate::actions::given;
use crate::answer::Failed;
use crate::caller::{Caller, bad, read};
use crate::people::Doing;
use crate::view::{self, ProblemView, WorkspaceView};

#[utoipa::path(
    get,
    path = "/v1/workspace",
    responses(
        (status = 200, description = "The settings of the workspace", body = WorkspaceView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(caller: Caller) -> Json<WorkspaceView> {
    Json(view::workspace(&caller.workspace))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkspaceBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    time_zone: Option<Zone>,
    /// The switches to be changed, by the names they are shown with.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    rules: Map<String, Value>,
    /// Opening hours; `null` is always open.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    hours: Option<Option<Calendar>>,
}

impl WorkspaceBody {
    fn apply(&self, workspace: &Workspace) -> Result<Workspace, Problem> {
        let mut workspace = workspace.clone();
        workspace.name = self.name.clone().unwrap_or(workspace.name);
        workspace.zone = self.time_zone.clone().unwrap_or(workspace.zone);
        workspace.rules = switched(&workspace.rules, &self.rules)?;
        if let Some(hours) = &self.hours {
            workspace.hours = hours.clone();
        }
        Ok(workspace)
    }
}

/// The rules with some switches changed.
fn switched(rules: &Rules, changes: &Map<String, Value>) -> Result<Rules, Problem> {
    let mut value = serde_json::to_value(rules).unwrap_or_default();
    merge(&mut value, changes, "rules")?;
    serde_path_to_error::deserialize(value).map_err(|error| bad("rules", &error))
}

/// Writes changes over what is there. A switch that has switches of its own keeps the others.
fn merge(value: &mut Value, changes: &Map<String, Value>, at: &str) -> Result<(), Problem> {
    for (name, change) in changes {
        let at = format!("{at}.{name}");
        let Some(known) = value.get_mut(name) else {
            return Err(Problem::bad_request(&at, "there is no such switch"));
        };
        if name == "routing"
            && let Value::Object(changes) = change
        {
            merge(known, changes, &at)?;
        } else {
            *known = change.clone();
        }
    }
    Ok(())
}

/// Changes what is given, and leaves the rest.
#[utoipa::path(
    patch,
    path = "/v1/workspace",
    request_body = WorkspaceBody,
    responses(
        (status = 200, description = "The settings of the workspace", body = WorkspaceView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn change(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<WorkspaceView>, Failed> {
    let changes: WorkspaceBody = read(&body)?;
    // What is wrong with the body itself is wrong with every state of the workspace.
    changes.apply(&caller.workspace)?;
    let decide = |people: People| -> Result<People, PeopleRefusal> {
        let changed = changes.apply(&people.workspace);
        let changed = changed.map_err(|_| PeopleRefusal::NotFound("switch"))?;
        people.with_settings(changed)
    };
    let doing = Doing::to("workspace.change", caller.workspace.id.as_str(), &body);
    let people = deps.change_people(&caller, doing, decide).await?;
    Ok(Json(view::workspace(&people.workspace)))
}
