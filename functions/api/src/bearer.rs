//! Whom a bearer token names: a person who has signed in, or a machine with a key.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use domain::id::{UserId, WorkspaceId};
use jiff::Timestamp;
use platform::auth::{self, Token};
use platform::batch::chain;
use platform::oidc::Refused;
use platform::problem::Problem;
use store::ApiKey;
use tracing::{info, warn};

use crate::Deps;
use crate::answer::Failed;

/// Which of their workspaces a person who has signed in means.
const WORKSPACE: &str = "confab-workspace";

/// Whom a token names, and how far it reaches.
#[derive(Debug)]
pub(crate) struct Bearer {
    pub(crate) workspace: WorkspaceId,
    pub(crate) user: UserId,
    /// The key they call with, if it is one.
    pub(crate) key: Option<ApiKey>,
}

impl Bearer {
    /// Whose requests are counted together.
    pub(crate) fn name(&self) -> (WorkspaceId, String) {
        let name = match &self.key {
            Some(key) => format!("key {}", key.id),
            None => format!("user {}", self.user),
        };
        (self.workspace.clone(), name)
    }
}

impl Deps {
    /// Which user of which workspace calls?
    pub(crate) async fn bearer(
        &self,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Bearer, Failed> {
        let text = bearer(headers).ok_or_else(Problem::unauthorized)?;
        if text.starts_with(auth::PREFIX) {
            let token = text.parse().map_err(|_| Problem::unauthorized())?;
            let key = self.key(&token, now).await?;
            let (workspace, user) = (key.workspace.clone(), key.user.clone());
            return Ok(Bearer { workspace, user, key: Some(key) });
        }
        let (workspace, user) = self.signed_in(text, headers, now).await?;
        Ok(Bearer { workspace, user, key: None })
    }

    /// The key of a machine, if it is one of ours and in force.
    async fn key(&self, token: &Token, now: Timestamp) -> Result<ApiKey, Failed> {
        let name = (token.workspace.clone(), token.key.clone());
        let load =
            async |(workspace, id): &(WorkspaceId, String)| self.store.api_key(workspace, id).await;
        let kept = self.keys.get(&name, now, load).await?;
        let valid = kept.filter(|kept| token.matches(&kept.hash) && kept.is_good(now));
        let mut key = valid.ok_or_else(Problem::unauthorized)?;
        if key.use_is_news(now) {
            // A request does not fail because nobody could write down that it came.
            if let Err(failed) = self.store.note_use(&key, now).await {
                warn!("The use of an API key was not noted: {}", chain(&failed));
            }
            key.last_used_at = Some(now);
            self.keys.keep(name, Some(key.clone()), now);
        }
        Ok(key)
    }

    /// The user with the e-mail that the issuer says is the bearer's, in the workspace they mean.
    async fn signed_in(
        &self,
        token: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<(WorkspaceId, UserId), Failed> {
        let identity = self.sign_in.identify(token, now).await.map_err(refused)?;
        let workspace = match headers.get(WORKSPACE) {
            None => identity.workspace.ok_or_else(|| {
                let detail = "names the workspace, if the token does not";
                Problem::bad_request("Confab-Workspace", detail)
            })?,
            Some(value) => {
                let named = value.to_str().ok().and_then(|name| name.parse().ok());
                named.ok_or_else(Problem::unauthorized)?
            }
        };
        let load = async |(workspace, email): &(WorkspaceId, _)| {
            let email: &domain::private::Private<String> = email;
            self.store.user_by_email(workspace, email.reveal()).await
        };
        let user = self.emails.get(&(workspace.clone(), identity.email), now, load).await?;
        Ok((workspace, user.ok_or_else(Problem::unauthorized)?))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A stranger is told nothing; the log says why a token was not believed.
fn refused(why: Refused) -> Failed {
    if why == Refused::KeysOutOfReach {
        return Failed(Problem::unavailable());
    }
    info!("A token was not believed: {why}");
    Failed(Problem::unauthorized())
}
