//! Every route with what it needs, in one table: the router is made of it, so that no handler is
//! reached past it, and so is `docs/rights.md`.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{MethodFilter, MethodRouter, on};
use domain::rights::Permission::*;

use crate::actions::routes as act;
use crate::admission::{Door, Needs, admit};
use crate::{
    Deps, accounts, actions, answer, api_keys, audit, begin, consents, contact_fields, contacts,
    conversations, drafts, faqs, feed, found, held, lists, merge, messages, notifications, openapi,
    people, presence, reading, realtime, responders, saved_views, settings, snippets, teams, tiles,
    transcripts, uploads,
};

struct Route {
    method: Method,
    path: String,
    needs: Needs,
    handler: MethodRouter<Arc<Deps>>,
}

impl Route {
    /// Takes bodies up to so many bytes; others take 2 MB.
    fn taking(self, bytes: usize) -> Self {
        Self { handler: self.handler.layer(DefaultBodyLimit::max(bytes)), ..self }
    }
}

fn route<H, T>(
    method: Method,
    path: impl Into<String>,
    needs: impl Into<Needs>,
    handler: H,
) -> Route
where
    H: Handler<T, Arc<Deps>>,
    T: 'static,
{
    let filter = MethodFilter::try_from(method.clone()).expect("a method that has a filter");
    Route { method, path: path.into(), needs: needs.into(), handler: on(filter, handler) }
}

/// Customers' conversations and internal chats are deleted by different people.
const DELETES: Needs = Needs::Any(&[ConversationDelete, InternalDelete]);
/// What a contact has told an agent, or a list.
const CONSENTS: Needs = Needs::Any(&[ConsentUpload, ContactEdit]);

/// Files are sent to contacts, put into notes and given to colleagues.
const UPLOADS: Needs = Needs::Any(&[ConversationReply, NoteWrite, InternalChat]);

/// A path below a conversation.
fn of(rest: &str) -> String {
    format!("/v1/conversations/{{conversation}}/{rest}")
}

const USER: &str = "/v1/users/{user}";
const GROUP: &str = "/v1/groups/{group}";
const ROLE: &str = "/v1/roles/{role}";

fn table() -> Vec<Route> {
    let conversations = of_conversations().into_iter().chain(of_actions());
    let about = conversations.chain(of_contacts()).chain(of_desks());
    about.chain(of_answers()).chain(of_faqs()).chain(of_people()).chain(of_settings()).collect()
}

fn of_conversations() -> Vec<Route> {
    let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
    vec![
        route(get.clone(), "/v1/conversations", ConversationRead, lists::list),
        route(post.clone(), "/v1/conversations", ConversationReply, begin::start),
        route(post.clone(), "/v1/conversations/open", ConversationReply, begin::open),
        route(post.clone(), "/v1/conversations/bulk", ConversationRead, actions::bulk),
        route(post.clone(), "/v1/conversations/read", ConversationRead, reading::read_all),
        route(post.clone(), "/v1/conversations/unread", ConversationRead, reading::unread_all),
        route(post.clone(), of("read"), ConversationRead, reading::read),
        route(post.clone(), of("unread"), ConversationRead, reading::unread),
        route(post.clone(), of("read-override"), ReadOverride, reading::override_read),
        route(post.clone(), "/v1/campaign-messages", CampaignSend, begin::campaign_message),
        route(post.clone(), "/v1/internal-chats", InternalChat, begin::internal_chat),
        route(
            get.clone(),
            "/v1/conversations/{conversation}",
            ConversationRead,
            conversations::get,
        ),
        route(delete, "/v1/conversations/{conversation}", DELETES, act::delete),
        route(get.clone(), of("events"), ConversationRead, conversations::events),
        route(get.clone(), of("transcript"), ConversationRead, transcripts::get),
        route(post.clone(), of("messages"), ConversationReply, messages::reply),
        route(post, "/v1/messages/{message}/send-again", ConversationReply, messages::send_again),
        route(Method::POST, "/v1/messages/{message}/cancel", ConversationReply, held::cancel),
        route(get.clone(), "/v1/messages/{message}/files/{file}", ConversationRead, messages::file),
        route(Method::POST, "/v1/uploads", UPLOADS, uploads::begin),
        route(get.clone(), "/v1/events", ConversationRead, feed::events),
        route(get, "/v1/tiles", ConversationRead, tiles::tiles),
    ]
}

fn of_actions() -> Vec<Route> {
    let post = || Method::POST;
    vec![
        route(post(), of("close"), ConversationClose, act::close),
        route(post(), of("reopen"), ConversationClose, act::reopen),
        route(post(), of("status"), ConversationStatus, act::status),
        route(post(), of("snooze"), ConversationStatus, act::snooze),
        route(post(), of("wake"), ConversationStatus, act::wake),
        route(post(), of("labels"), ConversationStatus, act::labels),
        route(post(), of("assign"), AssignSelf, act::assign),
        route(post(), of("visibility"), ConversationVisibility, act::visibility),
        route(post(), of("claim"), ConversationReply, act::claim),
        route(Method::DELETE, of("claim"), ConversationReply, act::unclaim),
        route(post(), of("claim/renew"), ConversationReply, actions::renew_claim),
        route(post(), of("handoff"), ConversationReply, act::handoff),
        route(post(), of("hand-back"), ConversationReply, act::hand_back),
        route(post(), of("notes"), NoteWrite, act::note),
        route(post(), of("internal-messages"), InternalChat, act::internal_message),
        route(post(), of("invoices"), InvoiceManage, act::invoice),
        route(post(), of("invoices/paid"), InvoiceManage, act::invoice_paid),
    ]
}

fn of_contacts() -> Vec<Route> {
    let (get, post) = (Method::GET, Method::POST);
    let contact = |rest: &str| format!("/v1/contacts/{{contact}}{rest}");
    vec![
        route(get.clone(), "/v1/contacts", ConversationRead, found::list),
        route(get.clone(), contact("/conversations"), ConversationRead, found::conversations),
        route(get.clone(), contact(""), ConversationRead, contacts::get),
        route(Method::PATCH, contact(""), ContactEdit, contacts::edit),
        route(post.clone(), contact("/block"), ContactBlock, contacts::block),
        route(post.clone(), contact("/merge"), ContactMerge, merge::merge),
        route(post.clone(), contact("/unblock"), ContactBlock, contacts::unblock),
        route(get.clone(), contact("/quarantine"), ContactBlock, contacts::quarantine),
        route(get, "/v1/consents", ConversationRead, consents::get),
        route(post, "/v1/consents", CONSENTS, consents::upload),
    ]
}

/// What users keep for themselves. Sharing it takes a permission that is asked for there.
fn of_desks() -> Vec<Route> {
    let (get, put, delete) = (Method::GET, Method::PUT, Method::DELETE);
    let (snippet, view) = ("/v1/snippets/{snippet}", "/v1/views/{view}");
    vec![
        route(get.clone(), of("draft"), ConversationRead, drafts::get),
        route(put.clone(), of("draft"), ConversationReply, drafts::put),
        route(delete.clone(), of("draft"), ConversationRead, drafts::remove),
        route(get.clone(), "/v1/snippets", ConversationRead, snippets::list),
        route(get.clone(), snippet, ConversationRead, snippets::get),
        route(put.clone(), snippet, ConversationRead, snippets::put),
        route(delete.clone(), snippet, ConversationRead, snippets::remove),
        route(get.clone(), "/v1/views", ConversationRead, saved_views::list),
        route(get.clone(), view, ConversationRead, saved_views::get),
        route(put.clone(), view, ConversationRead, saved_views::put),
        route(delete, view, ConversationRead, saved_views::remove),
        route(get.clone(), "/v1/me/notifications", Needs::SignIn, notifications::preferences),
        route(put, "/v1/me/notifications", Needs::SignIn, notifications::prefer),
        route(Method::POST, "/v1/realtime/tickets", Needs::SignIn, realtime::ticket),
        route(get, "/v1/me/notifications/list", Needs::SignIn, notifications::list),
        route(Method::POST, "/v1/me/notifications/read", Needs::SignIn, notifications::mark_read),
    ]
}

fn of_answers() -> Vec<Route> {
    let (get, post) = (Method::GET, Method::POST);
    let unanswered = "/v1/responders/unanswered";
    vec![
        route(get.clone(), "/v1/responders", ConversationRead, responders::get),
        route(Method::PUT, "/v1/responders", FaqManage, responders::put),
        route(post.clone(), "/v1/responders/test", FaqManage, responders::test),
        route(get.clone(), "/v1/responders/report", FaqManage, responders::report),
        route(get, unanswered, FaqManage, responders::unanswered),
        route(
            Method::DELETE,
            format!("{unanswered}/{{unanswered}}"),
            FaqManage,
            responders::forget_unanswered,
        ),
        route(post, "/v1/messages/{message}/mark", ConversationReply, responders::mark),
    ]
}

fn of_people() -> Vec<Route> {
    let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
    let (patch, delete) = (Method::PATCH, Method::DELETE);
    vec![
        route(get.clone(), "/v1/me", Needs::SignIn, people::me),
        route(put.clone(), "/v1/me/presence", Needs::SignIn, presence::say),
        route(get.clone(), "/v1/presence", Needs::SignIn, presence::list),
        route(get.clone(), "/v1/users", Needs::SignIn, people::list),
        route(post.clone(), "/v1/users", UsersManage, people::invite),
        route(get.clone(), USER, Needs::SignIn, people::get),
        route(patch, USER, UsersManage, people::change),
        route(get.clone(), "/v1/groups", Needs::SignIn, teams::groups),
        route(get.clone(), GROUP, Needs::SignIn, teams::group),
        route(put.clone(), GROUP, GroupsManage, teams::put_group),
        route(delete.clone(), GROUP, GroupsManage, teams::delete_group),
        route(get.clone(), "/v1/roles", Needs::SignIn, teams::roles),
        route(get.clone(), ROLE, Needs::SignIn, teams::role),
        route(put, ROLE, RolesManage, teams::put_role),
        route(delete.clone(), ROLE, RolesManage, teams::delete_role),
        route(get, "/v1/keys", KeysManage, api_keys::list),
        route(post, "/v1/keys", KeysManage, api_keys::make),
        route(delete, "/v1/keys/{key}", KeysManage, api_keys::revoke),
    ]
}

fn of_faqs() -> Vec<Route> {
    let (get, post) = (Method::GET, Method::POST);
    let faq = |rest: &str| format!("/v1/faqs/{{faq}}{rest}");
    vec![
        route(get.clone(), "/v1/faqs", ConversationRead, faqs::list),
        route(post.clone(), "/v1/faqs", FaqManage, faqs::create),
        route(get.clone(), "/v1/faqs/sample.csv", ConversationRead, faqs::file::sample),
        route(get.clone(), "/v1/faqs/export", ConversationRead, faqs::file::export),
        route(post.clone(), "/v1/faqs/import", FaqManage, faqs::file::import)
            .taking(faqs::file::FILE_BYTES_MAX),
        route(post.clone(), "/v1/faqs/publish", FaqManage, faqs::versions::publish),
        route(get.clone(), "/v1/faqs/versions", ConversationRead, faqs::versions::versions),
        route(post.clone(), "/v1/faqs/versions/{version}/serve", FaqManage, faqs::versions::serve),
        route(get.clone(), "/v1/faqs/advice", FaqManage, faqs::advice::advice),
        route(
            get.clone(),
            "/v1/faqs/versions/{version}/advice",
            FaqManage,
            faqs::advice::version_advice,
        ),
        route(get, faq(""), ConversationRead, faqs::get),
        route(Method::PUT, faq(""), FaqManage, faqs::put),
        route(post.clone(), faq("/archive"), FaqManage, faqs::archive),
        route(post.clone(), faq("/restore"), FaqManage, faqs::restore),
        route(post, faq("/questions"), FaqManage, faqs::ask),
    ]
}

fn of_settings() -> Vec<Route> {
    let (get, put, patch) = (Method::GET, Method::PUT, Method::PATCH);
    vec![
        route(get.clone(), "/v1/workspace", Needs::SignIn, settings::get),
        route(patch, "/v1/workspace", SettingsManage, settings::change),
        route(get.clone(), "/v1/contact-fields", Needs::SignIn, contact_fields::get),
        route(put.clone(), "/v1/contact-fields", SettingsManage, contact_fields::put),
        route(get.clone(), "/v1/accounts", AccountsRead, accounts::list),
        route(put, "/v1/accounts/{account}", AccountsManage, accounts::put)
            .taking(accounts::ACCOUNT_BYTES_MAX),
        route(get.clone(), "/v1/accounts/{account}/notices", AccountsRead, accounts::notices),
        route(get.clone(), "/v1/channels", Needs::SignIn, accounts::channels),
        route(get.clone(), "/v1/audit", AuditRead, audit::list),
        route(get, "/v1/openapi.json", Needs::Nothing, openapi::document),
    ]
}

/// Every route there is: its method, its path, what it needs.
pub fn routes() -> Vec<(Method, String, Needs)> {
    table().into_iter().map(|route| (route.method, route.path, route.needs)).collect()
}

/// Everything the API answers, each route behind its door.
pub fn router(deps: Deps) -> Router {
    let deps = Arc::new(deps);
    let mut router = Router::new();
    for Route { path, needs, handler, .. } in table() {
        let door = Door { deps: Arc::clone(&deps), needs };
        router = router.route(&path, handler.route_layer(from_fn_with_state(door, admit)));
    }
    router
        .fallback(answer::no_such_path)
        .method_not_allowed_fallback(answer::no_such_method)
        .layer(map_response(answer::as_it_says))
        .with_state(deps)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write;

    use domain::rights::{self, Permission, Role};
    use domain::workspace::Preset;

    use super::*;

    /// A route without a description, or the other way round.
    #[test]
    fn the_document_describes_the_routes_there_are() {
        let document = serde_json::to_value(openapi::openapi()).unwrap();
        let mut described = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                described.insert((method.to_uppercase(), path.clone()));
            }
        }
        let mut there: BTreeSet<(String, String)> =
            routes().into_iter().map(|(method, path, _)| (method.to_string(), path)).collect();
        assert_eq!(there.len(), routes().len(), "a route stands twice");
        there.remove(&("GET".to_owned(), "/v1/openapi.json".to_owned()));
        assert_eq!(described, there);
    }

    /// An FAQ that is called as a route is could not be reached.
    #[test]
    fn no_faq_is_called_as_a_route_is() {
        let beside: BTreeSet<String> = routes()
            .into_iter()
            .filter_map(|(_, path, _)| {
                let first = path.strip_prefix("/v1/faqs/")?.split('/').next()?.to_owned();
                (first != "{faq}").then_some(first)
            })
            .collect();
        assert_eq!(beside, faqs::ROUTES_BESIDE.map(str::to_owned).into());
    }

    /// R159, R163, R164, R165: who may call what, as it is checked in (`UPDATE=1` writes it).
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
    fn the_rights_that_are_checked_in_are_true() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rights.md");
        let matrix = matrix();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &matrix).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(kept, matrix, "docs/rights.md is not what the code gives");
    }

    fn matrix() -> String {
        let mut text = "# Who may call what\n\n\
            Each route needs one permission, and the roles that each preset begins with have it or \
            not.\nA workspace may change its roles. Which conversations a role shows is asked \
            beside this.\n\
            Generated from `functions/api/src/routes.rs` and `shared/domain/src/rights.rs`.\n"
            .to_owned();
        for (name, preset) in Preset::ALL {
            let roles = rights::roles(preset);
            let ids = roles.iter().map(|role| format!(" {} |", role.id)).collect::<String>();
            let rules = roles.iter().map(|_| " --- |").collect::<String>();
            write!(text, "\n## {name}\n\n| route | needs |{ids}\n| --- | --- |{rules}\n").unwrap();
            for (method, path, needs) in routes() {
                let (word, marks) = row(needs, &roles);
                writeln!(text, "| {method} `{path}` | {word} |{marks}").unwrap();
            }
            let sees = |role: &Role| {
                format!(" {} |", serde_json::to_value(role.sees).unwrap().as_str().unwrap())
            };
            let sees = roles.iter().map(sees).collect::<String>();
            writeln!(text, "| *conversations shown* | |{sees}").unwrap();
        }
        text
    }

    fn row(needs: Needs, roles: &[Role]) -> (String, String) {
        let names = |all: &[Permission]| {
            let names = all.iter().map(|one| format!("`{}`", one.as_str()));
            names.collect::<Vec<_>>().join(" or ")
        };
        let word = match needs {
            Needs::Nothing => "nothing".to_owned(),
            Needs::SignIn => "sign-in".to_owned(),
            Needs::Permission(permission) => names(&[permission]),
            Needs::Any(permissions) => names(permissions),
        };
        let mark = |role| if needs.lacking(role).is_none() { " yes |" } else { " |" };
        (word, roles.iter().map(mark).collect())
    }
}
