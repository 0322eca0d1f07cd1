//! The API's own description, generated from its routes.

use std::io::Read as _;

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use platform::problem::Problem;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::answer::Failed;
use crate::{
    accounts, actions, api_keys, audit, begin, consents, contact_fields, contacts, conversations,
    drafts, faqs, feed, found, held, lists, merge, messages, notifications, people, presence,
    reading, realtime, responders, saved_views, settings, snippets, teams, tiles, transcripts,
    uploads,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Confab",
        description = "Commands and queries of agents, the desk and integrations.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(),
    ),
    paths(
        lists::list,
        conversations::get,
        conversations::events,
        reading::read,
        reading::unread,
        reading::read_all,
        reading::unread_all,
        reading::override_read,
        actions::close,
        actions::delete,
        actions::reopen,
        actions::status,
        actions::snooze,
        actions::wake,
        actions::assign,
        actions::visibility,
        actions::labels,
        actions::claim,
        actions::renew_claim,
        actions::unclaim,
        actions::handoff,
        actions::hand_back,
        actions::note,
        actions::internal_message,
        actions::invoice,
        actions::invoice_paid,
        actions::bulk,
        merge::merge,
        begin::start,
        begin::campaign_message,
        begin::open,
        begin::internal_chat,
        messages::reply,
        messages::send_again,
        messages::file,
        uploads::begin,
        transcripts::get,
        feed::events,
        tiles::tiles,
        presence::say,
        presence::list,
        realtime::ticket,
        accounts::list,
        accounts::put,
        accounts::notices,
        accounts::channels,
        audit::list,
        consents::get,
        consents::upload,
        found::list,
        found::conversations,
        contacts::get,
        contacts::edit,
        contacts::block,
        contacts::unblock,
        contacts::quarantine,
        contact_fields::get,
        contact_fields::put,
        held::cancel,
        drafts::get,
        drafts::put,
        drafts::remove,
        notifications::preferences,
        notifications::prefer,
        notifications::list,
        notifications::mark_read,
        saved_views::list,
        saved_views::get,
        saved_views::put,
        saved_views::remove,
        snippets::list,
        snippets::get,
        snippets::put,
        snippets::remove,
        people::me,
        people::list,
        people::invite,
        people::get,
        people::change,
        teams::groups,
        teams::group,
        teams::put_group,
        teams::delete_group,
        teams::roles,
        teams::role,
        teams::put_role,
        teams::delete_role,
        api_keys::list,
        api_keys::make,
        api_keys::revoke,
        faqs::list,
        faqs::create,
        faqs::file::sample,
        faqs::file::export,
        faqs::file::import,
        faqs::get,
        faqs::put,
        faqs::archive,
        faqs::restore,
        faqs::ask,
        faqs::versions::publish,
        faqs::versions::versions,
        faqs::versions::serve,
        faqs::advice::advice,
        faqs::advice::version_advice,
        responders::get,
        responders::put,
        responders::test,
        responders::mark,
        responders::report,
        responders::unanswered,
        responders::forget_unanswered,
        settings::get,
        settings::change,
    ),
    modifiers(&Bearer),
)]
struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// The OpenAPI document.
pub fn openapi() -> Document {
    Api::openapi()
}

/// The document that is checked in, packed: what would make it from the routes is a megabyte of code,
/// and stays out of the function.
const DOCUMENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));

pub(crate) async fn document(headers: HeaderMap) -> Result<Response, Failed> {
    let takes = headers.get(ACCEPT_ENCODING).and_then(|takes| takes.to_str().ok());
    let common = [(CONTENT_TYPE, "application/json"), (VARY, "accept-encoding")];
    if takes.is_some_and(|takes| takes.contains("gzip")) {
        return Ok((common, [(CONTENT_ENCODING, "gzip")], DOCUMENT).into_response());
    }
    let mut plain = String::new();
    let read = GzDecoder::new(DOCUMENT).read_to_string(&mut plain);
    read.map_err(|_| Problem::unavailable())?;
    Ok((common, plain).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever takes it packed has the same as whoever does not.
    #[tokio::test]
    async fn the_document_is_the_one_that_is_checked_in() {
        let kept = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json"));
        for takes in [None, Some("gzip, br")] {
            let mut headers = HeaderMap::new();
            headers.extend(takes.map(|takes| (ACCEPT_ENCODING, takes.parse().unwrap())));
            let answer = document(headers).await.unwrap();
            assert_eq!(answer.headers().get(CONTENT_ENCODING).is_some(), takes.is_some());
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            let mut plain = String::new();
            match takes {
                None => plain.push_str(std::str::from_utf8(&body).unwrap()),
                Some(_) => {
                    GzDecoder::new(&body[..]).read_to_string(&mut plain).unwrap();
                }
            }
            assert_eq!(plain, kept);
        }
    }

    /// The document that is checked in is the one the code gives (`UPDATE=1` writes it).
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
    fn the_document_that_is_checked_in_is_true() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        let document = openapi().to_pretty_json().unwrap() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &document).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(kept, document, "docs/openapi.json is not what the code gives");
    }
}
