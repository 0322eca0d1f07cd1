//! What would be answered: the responders' own decision, and nothing is sent.

use std::sync::Arc;

use answers::{Gate, Matcher};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use domain::capabilities::Capabilities;
use domain::faq::{Matching, Verdict};
use domain::id::{AccountId, ConversationId, MessageId, Seq};
use domain::responder;
use domain::variables::{Values, filled};
use jiff::Timestamp;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, read};
use crate::view::matching::matching as matching_view;
use crate::view::{self, ProblemView};

/// A sentence takes some tens of milliseconds on the smallest of processors, and an answer has to
/// come within half a minute.
const TEXTS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 60_000;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestBody {
    /// What a contact writes; at most 100.
    texts: Vec<String>,
    /// Where; the workspace's own order holds if absent, and no choices are offered.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    account: Option<AccountId>,
    /// When; now if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    at: Option<Timestamp>,
    /// The version of the FAQs; the one that serves if absent.
    #[serde(default)]
    version: Option<u32>,
    /// Whether the contact has never written before.
    #[serde(default)]
    first: bool,
}

/// What would be answered to one text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TestView {
    text: String,
    /// `faq`, `quick_reply`, `away` or `welcome`; nobody if `null`.
    responder: Option<&'static str>,
    /// Which quick reply.
    quick_reply: Option<String>,
    reply: Option<Value>,
    /// The FAQ that is answered with, where it can be looked at.
    faq: Option<String>,
    /// What the FAQs made of it; `null` if they are not asked.
    matching: Option<Value>,
    why: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TestedView {
    /// The version of the FAQs that was asked.
    version: Option<u32>,
    items: Vec<TestView>,
}

/// The texts as JSON, or a text on each line of `text/plain`.
fn asked(headers: &HeaderMap, body: &[u8]) -> Result<TestBody, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_plain = kind.split(';').next().is_some_and(|kind| kind.trim() == "text/plain");
    let body = if is_plain {
        let text =
            std::str::from_utf8(body).map_err(|_| Problem::bad_request("body", "must be UTF-8"))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        TestBody { texts: lines.map(str::to_owned).collect(), ..TestBody::default() }
    } else {
        read(body)?
    };
    if !(1..=TEXTS_MAX).contains(&body.texts.len()) {
        return Err(Problem::bad_request("texts", format!("must be 1 to {TEXTS_MAX}")));
    }
    if body.texts.iter().any(|text| text.chars().count() > TEXT_CHARS_MAX) {
        let detail = format!("a text has at most {TEXT_CHARS_MAX} characters");
        return Err(Problem::bad_request("texts", detail));
    }
    Ok(body)
}

/// What is asked: the responders as they are, and the FAQs of a version.
struct Console<'a> {
    caller: &'a Caller,
    body: &'a TestBody,
    matcher: Option<Arc<Matcher>>,
    capabilities: &'static Capabilities,
}

#[utoipa::path(
    post,
    path = "/v1/responders/test",
    request_body(content = TestBody, description = "Or, as `text/plain`, a text on each line"),
    responses(
        (status = 200, description = "What would be answered to each; nothing is sent or counted", body = TestedView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn test(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<TestedView>, Failed> {
    let body = asked(&headers, &body)?;
    let capabilities = match &body.account {
        None => &Capabilities::NOTHING,
        Some(id) => {
            let account = deps.account(id, caller.now).await?;
            let own = account.filter(|account| account.workspace == caller.workspace.id);
            let channel = own.and_then(|account| channels::by_name(&account.channel));
            let missing = || Problem::bad_request("account", "there is no such account");
            channel.ok_or_else(missing)?.capabilities()
        }
    };
    let workspace = &caller.workspace.id;
    let serving = deps.store.faq_versions_known(workspace).await?.serving;
    let version = body.version.or(serving);
    if let Some(version) = body.version {
        let known = deps.store.faq_version(workspace, version).await?;
        if !known.is_some_and(|known| known.state.is_ready()) {
            return Err(Failed(Problem::bad_request(
                "version",
                "no version of this number is ready",
            )));
        }
    }
    let matcher = match version {
        None => None,
        Some(version) => Some(deps.published.matcher(workspace, version, caller.now).await?),
    };
    let console = Console { caller: &caller, body: &body, matcher, capabilities };
    let items = body.texts.iter().map(|text| console.ask(text)).collect();
    Ok(Json(TestedView { version, items }))
}

impl Console<'_> {
    fn ask(&self, text: &str) -> TestView {
        let Self { caller, body, capabilities, .. } = self;
        let responders = &caller.workspace.responders;
        let asks = responders.asks_faqs(body.account.as_ref()) || body.version.is_some();
        let matcher = self.matcher.as_ref().filter(|_| asks);
        let matching = matcher.map(|matcher| matcher.ask(text, responders.sensitivity));
        let best = matching.as_ref().and_then(Matching::answer);
        let values = Values { contact: None, workspace: &caller.workspace.name };
        let faq = best.zip(matcher).and_then(|(best, matcher)| matcher.set().faq(&best.faq));
        let answer = faq.map(|faq| filled(&faq.answer, &values));
        let turn = responders.turn(&responder::Asked {
            conversation: None,
            account: body.account.as_ref(),
            first_ever: body.first,
            hours: caller.workspace.hours.as_ref(),
            matching: matching.as_ref(),
            answer: answer.as_ref(),
            capabilities,
            now: body.at.unwrap_or(caller.now),
        });
        let nowhere = MessageId {
            conversation: ConversationId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            seq: Seq::ZERO,
        };
        let gate = matcher.map(|matcher| matcher.gate(responders.sensitivity));
        TestView {
            text: text.to_owned(),
            responder: turn.as_ref().map(|turn| turn.responder.as_str()),
            quick_reply: turn
                .as_ref()
                .and_then(|turn| turn.quick_reply.as_ref())
                .map(ToString::to_string),
            reply: turn.as_ref().map(|turn| view::content(nowhere, &turn.content, &[])),
            faq: best.map(|best| format!("/v1/faqs/{}", best.faq)),
            why: why(matching.as_ref().zip(gate)),
            matching: matching.as_ref().map(matching_view),
        }
    }
}

/// Why an FAQ answers, or none does.
fn why(asked: Option<(&Matching, Gate)>) -> String {
    let Some((matching, gate)) = asked else {
        return "FAQs are not asked: none are published, or they are switched off".to_owned();
    };
    let Some(best) = matching.candidates.first() else {
        return "there are no words to compare".to_owned();
    };
    let (faq, likeness) = (&best.faq, view::matching::decimal(best.likeness));
    let margin = view::matching::decimal(matching.margin);
    let near = format!("likeness {likeness:.2} of {:.2}", gate.likeness);
    let far = format!("margin {margin:.2} of {:.2}", gate.margin);
    match matching.verdict {
        Verdict::Exact => format!("it is a question of `{faq}`"),
        Verdict::Similar => {
            format!("`{faq}` is near enough, and the others are far: {near}, {far}")
        }
        Verdict::Unsure => format!("`{faq}` is the nearest and not sure enough: {near}, {far}"),
        Verdict::Nothing => "there are no words to compare".to_owned(),
    }
}
