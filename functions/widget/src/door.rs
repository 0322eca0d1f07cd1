//! Which pages may ask, and whose visitor asks.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use channels::Channel;
use channels::webchat::{self, Visitor};
use domain::id::AccountId;
use jiff::Timestamp;
use platform::accounts::OpenAccount;
use platform::clock::Now;
use platform::cors;
use platform::problem::Problem;

use crate::Deps;
use crate::answer::Failed;

/// The web chat that a request is for.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) id: AccountId,
    pub(crate) open: Arc<OpenAccount>,
    pub(crate) now: Timestamp,
}

/// Lets requests through of pages that may show the widget, with the account they are for. Costs
/// one table read for each account and minute.
pub(crate) async fn admit(
    State(deps): State<Arc<Deps>>,
    Path(account): Path<String>,
    mut request: Request,
    next: Next,
) -> Response {
    let now = request.extensions().get().copied();
    let door = match Door::of(&deps, &account, now).await {
        Ok(door) => door,
        Err(failed) => return failed.into_response(),
    };
    let Some(origin) = cors::origin(request.headers()).map(str::to_owned) else {
        request.extensions_mut().insert(door);
        return next.run(request).await;
    };
    if !door.lets(&deps, &origin) {
        let detail = "this page is not among the allowed origins of the web chat";
        return Failed(Problem::new(StatusCode::FORBIDDEN, "foreign-origin", detail))
            .into_response();
    }
    let mut answer = if request.method() == Method::OPTIONS {
        let mut answer = StatusCode::NO_CONTENT.into_response();
        cors::let_ask(answer.headers_mut(), &origin, "content-type, confab-session");
        return answer;
    } else {
        request.extensions_mut().insert(door);
        next.run(request).await
    };
    cors::let_read(answer.headers_mut(), &origin);
    answer
}

impl Door {
    /// An account of another channel is none.
    pub(crate) async fn of(deps: &Deps, account: &str, now: Option<Now>) -> Result<Self, Failed> {
        let none = || Failed(Problem::not_found("web chat"));
        let Some(Now(now)) = now else { return Err(Failed(Problem::unavailable())) };
        let id: AccountId = account.parse().map_err(|_| none())?;
        let load =
            async |id: &AccountId| -> Result<_, Failed> { Ok(deps.store.account(id).await?) };
        let open = deps.accounts.get(&id, now, load).await?.ok_or_else(none)?;
        if open.account.channel != webchat::NAME {
            return Err(none());
        }
        Ok(Self { id, open, now })
    }

    fn lets(&self, deps: &Deps, origin: &str) -> bool {
        let pages = channels::by_name(webchat::NAME)
            .and_then(|chat: &dyn Channel| chat.pages(&self.open.account));
        pages.is_some_and(|pages| pages.allow(origin)) || origin == deps.public_url.as_str()
    }

    /// Whose session comes with the request.
    pub(crate) fn visitor(&self, deps: &Deps, headers: &HeaderMap) -> Result<Visitor, Failed> {
        let token = headers.get(webchat::SESSION).and_then(|token| token.to_str().ok());
        let token = token.ok_or_else(Failed::no_session)?;
        let secrets = &self.open.secrets;
        let visitor = webchat::visitor(token, self.id.as_str(), secrets, self.now)
            .map_err(|_| Failed::no_session())?;
        let name = (self.id.clone(), visitor.id.clone());
        deps.visitors.admit(&name, self.now).map_err(Failed::too_many)?;
        Ok(visitor)
    }
}
