//! Lists of conversations.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::conversation::ShownStatus;
use domain::id::{AccountId, GroupId, KeptId, UserId};
use domain::listing::{Listing, Order, View};
use domain::private::Words;
use domain::workspace::User;
use platform::problem::Problem;
use serde::Deserialize;
use store::{Position, Query, Search};

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller};
use crate::conversations::viewed_in_list;
use crate::found::{Sought, sought};
use crate::paging::Limit;
use crate::saved_views;
use crate::view::{ConversationView, Listed, ProblemView};

/// What a list is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    #[serde(default)]
    view: View,
    #[serde(default)]
    user: Option<UserId>,
    #[serde(default)]
    group: Option<GroupId>,
    #[serde(default)]
    account: Option<AccountId>,
    #[serde(default)]
    status: Option<ShownStatus>,
    #[serde(default)]
    assignee: Option<UserId>,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    campaign: Option<String>,
    #[serde(default)]
    unread: Option<Flag>,
    #[serde(default)]
    sort: Option<Order>,
    #[serde(default)]
    saved: Option<KeptId>,
    #[serde(default)]
    q: Option<Words>,
    #[serde(default)]
    limit: Limit,
    #[serde(default)]
    cursor: Option<String>,
}

/// Yes or no in a query.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Flag {
    True,
    False,
}

#[utoipa::path(
    get,
    path = "/v1/conversations",
    params(
        ("view" = Option<String>, Query, description = "all (open, or of the status asked for; if absent), active, inactive, closed, snoozed, mine, my_inbox, sent, unassigned, team, unreplied, unread, internal, deleted"),
        ("user" = Option<String>, Query, description = "Whose, of mine, my_inbox and sent; the caller's if absent. Others' take the permission inbox.others"),
        ("group" = Option<String>, Query, description = "Only those of this group"),
        ("account" = Option<String>, Query, description = "Only those that came by this account last"),
        ("status" = Option<String>, Query, description = "Only those shown with this status"),
        ("assignee" = Option<String>, Query, description = "Only those that this user is assigned to"),
        ("label" = Option<String>, Query, description = "Only those with this label, or whose campaign has it"),
        ("campaign" = Option<String>, Query, description = "Only those that answer the campaign of this id or name"),
        ("unread" = Option<bool>, Query, description = "true: only those with something that the user has not read"),
        ("sort" = Option<String>, Query, description = "newest_activity; oldest_waiting (only those that wait, the longest first); unreplied_first (those that wait, then the others). If absent: my_inbox unreplied_first, unreplied oldest_waiting, others newest_activity"),
        ("saved" = Option<String>, Query, description = "A saved view, in place of all of the above"),
        ("q" = Option<String>, Query, description = "Only those with a contact, or in an internal chat with a colleague, whose name or address has words that begin so, or whose latest message says this. 1 to 100 characters"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of conversations. One page looks at 500 conversations at most, so with q, status, assignee, label, campaign or unread it may be short, or empty, and still have a next", body = Listed<ConversationView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<Listed<ConversationView>>, Failed> {
    let limit = query.limit.0;
    let cursor = query.cursor.clone();
    let saved = query.saved.clone();
    let sought = sought(query.q.as_ref())?;
    let asked = query.listing();
    let listing = match saved {
        None => asked,
        Some(_) if asked != Listing::default() => {
            let detail = "a saved view says by itself what is listed";
            return Err(Failed(Problem::bad_request("saved", detail)));
        }
        Some(id) => saved_views::find(&deps, &caller, &id).await?.what.filter,
    };
    let wanted = Wanted { listing: &listing, sought, cursor: cursor.as_deref(), limit };
    page(&deps, &caller, wanted).await.map(Json)
}

/// A page, as it is asked for.
struct Wanted<'a> {
    listing: &'a Listing,
    sought: Sought,
    cursor: Option<&'a str>,
    limit: usize,
}

impl ListQuery {
    fn listing(self) -> Listing {
        Listing {
            view: self.view,
            user: self.user,
            group: self.group,
            account: self.account,
            status: self.status,
            assignee: self.assignee,
            label: self.label,
            campaign: self.campaign,
            unread: matches!(self.unread, Some(Flag::True)),
            sort: self.sort,
        }
    }
}

/// A page of a list, however it was asked for.
async fn page(
    deps: &Deps,
    caller: &Caller,
    wanted: Wanted<'_>,
) -> Result<Listed<ConversationView>, Failed> {
    let Wanted { listing, sought, cursor, limit } = wanted;
    listing.check().map_err(|bad| Problem::bad_request(bad.field(), bad.to_string()))?;
    let from: Option<Position> = cursor
        .map(str::parse)
        .transpose()
        .map_err(|bad: store::BadPosition| Problem::bad_request("cursor", bad.to_string()))?;
    let (viewer, now) = (caller.viewer(), caller.now);
    caller.may(listing.permission(&viewer))?;
    let workspace = &caller.workspace;
    let accounts = deps.account_ids(&workspace.id, now).await?;
    let query = match &sought {
        Sought::Everything => None,
        Sought::Nothing => return Ok(Listed { items: Vec::new(), next: None }),
        Sought::Found(query) => Some(query),
    };
    let users = match query {
        None => Vec::new(),
        Some(_) => deps.store.users(&workspace.id).await?,
    };
    let search = match query {
        None => None,
        Some(query) => Some(search(deps, caller, query, &users).await?),
    };
    let search = search.as_ref();
    let asked = store::Asked { listing, viewer, workspace, accounts: &accounts, search, now };
    let page = deps.store.list(&asked, from.as_ref(), limit).await?;
    let user = listing.user(&viewer);
    let items = viewed_in_list(deps, caller, user, &page.entries).await?;
    Ok(Listed { items, next: page.next.map(|next| next.to_string()) })
}

/// So many contacts are found by what they are called now; others by what they were called when
/// their conversation began.
const CONTACTS_FOUND_MAX: usize = 100;

async fn search<'a>(
    deps: &Deps,
    caller: &Caller,
    query: &'a Query,
    users: &'a [User],
) -> Result<Search<'a>, Failed> {
    let workspace = &caller.workspace.id;
    let found = deps.store.find_contacts(workspace, Some(query), None, CONTACTS_FOUND_MAX).await?;
    let contacts = found.items.into_iter().map(|contact| contact.id).collect();
    Ok(Search { query, contacts, users })
}
