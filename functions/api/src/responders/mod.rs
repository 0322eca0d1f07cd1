//! What answers when nobody has: the settings of the responders, what came of their answers, and
//! what they have no answer to.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::id::QuickReplyId;
use domain::people::{People, PeopleRefusal};
use domain::private::Words;
use domain::responder::{QUICK_REPLIES_MAX, Responders};
use domain::workspace::Workspace;
use platform::problem::Problem;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, read};
use crate::people::Doing;
use crate::view::ProblemView;

mod console;
mod marks;
mod outcomes;

pub(crate) use console::*;
pub(crate) use marks::*;
pub(crate) use outcomes::*;

/// What every channel can carry in one message.
const TEXT_CHARS_MAX: usize = 4_096;

#[utoipa::path(
    get,
    path = "/v1/responders",
    responses(
        (status = 200, description = "The responders: `order`, orders of single `accounts`, `faqs`, `sensitivity`, `offer`, `quick_replies`, `away`, `welcome`", body = Object),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(caller: Caller) -> Json<Responders> {
    Json(caller.workspace.responders.clone())
}

/// In place of what there was. In use within a minute.
#[utoipa::path(
    put,
    path = "/v1/responders",
    request_body = Object,
    responses(
        (status = 200, description = "The responders from now on", body = Object),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn put(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<Responders>, Failed> {
    let responders: Responders = read(&body)?;
    check(&responders)?;
    let accounts = deps.account_ids(&caller.workspace.id, caller.now).await?;
    if let Some(stranger) = responders.accounts.keys().find(|id| !accounts.contains(id)) {
        let detail = format!("there is no account `{stranger}`");
        return Err(Failed(Problem::bad_request("accounts", detail)));
    }
    let decide = |people: People| -> Result<People, PeopleRefusal> {
        let workspace = people.workspace.clone();
        people.with_settings(Workspace { responders: responders.clone(), ..workspace })
    };
    let doing = Doing::to("responders.change", caller.workspace.id.as_str(), &body);
    let people = deps.change_people(&caller, doing, decide).await?;
    Ok(Json(people.workspace.responders))
}

fn check(responders: &Responders) -> Result<(), Problem> {
    let fits = |field: &str, words: &Words| {
        let length = words.reveal().trim().chars().count();
        if (1..=TEXT_CHARS_MAX).contains(&length) {
            return Ok(());
        }
        Err(Problem::bad_request(field, format!("must have 1 to {TEXT_CHARS_MAX} characters")))
    };
    let said = [
        ("offer", &responders.offer),
        ("away", &responders.away),
        ("welcome", &responders.welcome),
    ];
    for (field, words) in said {
        words.as_ref().map_or(Ok(()), |words| fits(field, words))?;
    }
    let replies = &responders.quick_replies;
    if replies.len() > QUICK_REPLIES_MAX {
        let detail = format!("must be at most {QUICK_REPLIES_MAX}");
        return Err(Problem::bad_request("quick_replies", detail));
    }
    let mut names: BTreeSet<&QuickReplyId> = BTreeSet::new();
    for (place, reply) in replies.iter().enumerate() {
        fits(&format!("quick_replies[{place}].text"), &reply.text)?;
        if !names.insert(&reply.id) {
            let field = format!("quick_replies[{place}].id");
            return Err(Problem::bad_request(&field, "another has this name"));
        }
    }
    Ok(())
}
