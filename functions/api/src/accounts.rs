//! Channel accounts, what providers say of them, and the channels there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use channels::Channel;
use domain::account::{ChannelAccount, RegisteredTemplate, Secrets, StoredAccount};
use domain::id::AccountId;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::json;
use store::{AccountPut, Known};
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::view::{self, AccountView, ChannelView, Listed, NoticeView, ProblemView};

#[utoipa::path(
    get,
    path = "/v1/accounts",
    responses(
        (status = 200, description = "The channel accounts of the workspace", body = Listed<AccountView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<Listed<AccountView>>, Failed> {
    let accounts = deps.store.accounts(&caller.workspace.id).await?;
    let view = |account| view::account(account, &deps.public_url);
    Ok(Json(Listed { items: accounts.iter().map(view).collect(), next: None }))
}

/// An account is one item of the table, which takes 400 KB.
pub(crate) const ACCOUNT_BYTES_MAX: usize = 256 * 1024;

const NAME_CHARS_MAX: usize = 200;
/// The provider's name for an account is part of a table key.
const OWN_ID_BYTES_MAX: usize = 256;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountBody {
    /// Of which channel it is; that stays as it is.
    channel: String,
    name: String,
    /// All there are, by the keys that the channel needs.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// Those that are new. One that is absent or empty stays as it is; none is ever shown.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    secrets: Secrets,
    /// All there are; if absent, the provider decides.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Object>>)]
    templates: Option<Vec<RegisteredTemplate>>,
}

impl AccountBody {
    /// The account as it is to be. Where its API is stays, which is said elsewhere.
    fn account(
        self,
        caller: &Caller,
        id: AccountId,
        before: Option<&StoredAccount>,
    ) -> ChannelAccount {
        let Self { channel, name, settings, templates, .. } = self;
        let api_base = before.and_then(|before| before.account.api_base.clone());
        let workspace = caller.workspace.id.clone();
        ChannelAccount { id, workspace, channel, name, settings, api_base, templates }
    }
}

/// Connects an account, or changes it. Functions that have looked for it lately know within a
/// minute.
#[utoipa::path(
    put,
    path = "/v1/accounts/{account}",
    params(("account" = String, Path, description = "A channel account")),
    request_body = AccountBody,
    responses(
        (status = 200, description = "The account", body = AccountView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn put(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<AccountId>,
    body: Bytes,
) -> Result<Json<AccountView>, Failed> {
    let mut body: AccountBody = read(&body)?;
    let given = std::mem::take(&mut body.secrets);
    let before = deps.store.account(&id).await?;
    if before.as_ref().is_some_and(|before| before.account.workspace != caller.workspace.id) {
        return Err(Failed(taken()));
    }
    let channel = channel_of(&body, before.as_ref())?;
    let known = match &before {
        Some(before) => deps.vault.open(&caller.workspace.id, &id, &before.sealed).await?,
        None => Secrets::default(),
    };
    let secrets = known.clone().renewed(&given);
    let account = body.account(&caller, id, before.as_ref());
    check(channel, &account, &secrets)?;
    let same = before.as_ref().is_some_and(|before| before.account == account);
    if !same || secrets != known {
        deps.change_account(&caller, before.as_ref(), &account, &secrets, &given).await?;
    }
    Ok(Json(view::account(&account, &deps.public_url)))
}

impl Deps {
    /// Seals the secrets and puts the account down. This sandbox knows at once.
    async fn change_account(
        &self,
        caller: &Caller,
        before: Option<&StoredAccount>,
        account: &ChannelAccount,
        secrets: &Secrets,
        given: &Secrets,
    ) -> Result<(), Failed> {
        let workspace = &caller.workspace.id;
        let sealed = self.vault.seal(workspace, &account.id, secrets).await?;
        let after = StoredAccount { account: account.clone(), sealed };
        let is_new = |name: &&str| given.get(name).is_some_and(|secret| !secret.is_empty());
        let deed = caller.deed(
            "account.put",
            account.id.as_str(),
            json!({
                "channel": account.channel,
                "name": account.name,
                "settings": account.settings,
                "templates": account.templates.as_ref().map(Vec::len),
                "secrets": given.names().filter(is_new).collect::<Vec<_>>(),
            }),
        );
        match self.store.change_account(before.map(known), known(&after), &deed).await? {
            AccountPut::Done => {}
            AccountPut::Taken => return Err(Failed(taken())),
            AccountPut::OwnIdTaken(other) => return Err(Failed(own_id_taken(account, &other))),
        }
        let ids = self.store.account_ids(workspace).await?;
        self.account_ids.keep(workspace.clone(), ids.into(), caller.now);
        let kept = Some(Arc::new(after.account));
        self.accounts.keep(account.id.clone(), kept, caller.now);
        Ok(())
    }
}

fn known(stored: &StoredAccount) -> Known<'_> {
    Known { stored, own_id: own_id(&stored.account) }
}

fn own_id(account: &ChannelAccount) -> Option<&str> {
    channels::by_name(&account.channel).and_then(|channel| channel.own_id(account))
}

/// The setting that holds the provider's name for the account.
fn own_id_field(account: &ChannelAccount) -> String {
    let own_id = own_id(account);
    let key = account.settings.iter().find(|(_, value)| Some(value.as_str()) == own_id);
    key.map_or("settings".to_owned(), |(key, _)| format!("settings.{key}"))
}

/// Ids stand in the addresses of webhooks, which all workspaces share.
fn taken() -> Problem {
    Problem::new(StatusCode::CONFLICT, "exists", "another workspace has an account of this id")
}

fn own_id_taken(account: &ChannelAccount, other: &AccountId) -> Problem {
    let detail = format!("`{other}` is connected to it already");
    Problem::new(StatusCode::CONFLICT, "exists", detail)
        .with("field", own_id_field(account))
        .with("account", other.as_str())
}

fn channel_of(
    body: &AccountBody,
    before: Option<&StoredAccount>,
) -> Result<&'static dyn Channel, Problem> {
    let there = before.map(|before| before.account.channel.as_str());
    if let Some(there) = there.filter(|there| *there != body.channel) {
        let detail = format!("the account is one of `{there}`, which it stays");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Problem::new(status, "channel-stays", detail).with("field", "channel"));
    }
    channels::by_name(&body.channel).ok_or_else(|| {
        let names: Vec<&str> = channels::ALL.iter().map(|channel| channel.name()).collect();
        Problem::bad_request("channel", format!("must be one of {}", names.join(", ")))
    })
}

/// What keeps the account from being what is asked for? The first of it.
fn check(
    channel: &dyn Channel,
    account: &ChannelAccount,
    secrets: &Secrets,
) -> Result<(), Problem> {
    if account.name.trim().is_empty() || account.name.chars().count() > NAME_CHARS_MAX {
        let detail = format!("must be 1 to {NAME_CHARS_MAX} characters");
        return Err(Problem::bad_request("name", detail));
    }
    if let Some(fault) = channels::faults(channel, &account.settings, secrets).first() {
        return Err(Problem::bad_request(&fault.field, fault.problem.as_str()));
    }
    if own_id(account).is_some_and(|own_id| own_id.len() > OWN_ID_BYTES_MAX) {
        let detail = format!("must be at most {OWN_ID_BYTES_MAX} bytes");
        return Err(Problem::bad_request(&own_id_field(account), detail));
    }
    let mut names = BTreeSet::new();
    for (at, template) in account.templates.iter().flatten().enumerate() {
        let wrong = |part: &str, detail: &str| {
            Err(Problem::bad_request(&format!("templates[{at}].{part}"), detail))
        };
        if template.name.trim().is_empty() {
            return wrong("name", "is missing");
        }
        if template.language.trim().is_empty() {
            return wrong("language", "is missing");
        }
        if !names.insert((&template.name, &template.language)) {
            return wrong("name", "stands twice in this language");
        }
    }
    Ok(())
}

const NOTICES_SHOWN: usize = 100;

#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/notices",
    params(("account" = String, Path, description = "A channel account")),
    responses(
        (status = 200, description = "What the provider has said about the account, newest first", body = Listed<NoticeView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn notices(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<AccountId>,
) -> Result<Json<Listed<NoticeView>>, Failed> {
    let account = deps.account(&id, caller.now).await?;
    let account = account.filter(|account| account.workspace == caller.workspace.id);
    let account = account.ok_or_else(|| Problem::not_found("account"))?;
    let notices = deps.store.notices(&account, NOTICES_SHOWN).await?;
    Ok(Json(Listed { items: notices.iter().map(view::notice).collect(), next: None }))
}

#[utoipa::path(
    get,
    path = "/v1/channels",
    responses(
        (status = 200, description = "The channels there are, what they need and can carry", body = Listed<ChannelView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn channels(_caller: Caller) -> Json<Listed<ChannelView>> {
    let items = channels::ALL.iter().map(|channel| view::channel(*channel)).collect();
    Json(Listed { items, next: None })
}
