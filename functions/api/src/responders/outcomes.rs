//! What came of automatic answers, and what is asked again and again without one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::conversation::Base;
use domain::id::MessageId;
use domain::job::EventName;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use store::Outcomes;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller, Named};
use crate::view::{Listed, ProblemView};

/// Sums over a time.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct OutcomesView {
    /// Messages that an FAQ has answered.
    answered: i64,
    /// Messages for which none was sure enough.
    unanswered: i64,
    /// Answers that users have marked, by their latest mark.
    right: i64,
    wrong: i64,
    /// Conversations that a person took from the responders.
    handed_over: i64,
}

impl From<Outcomes> for OutcomesView {
    fn from(sums: Outcomes) -> Self {
        let Outcomes { answered, unanswered, right, wrong, taken_over } = sums;
        Self { answered, unanswered, right, wrong, handed_over: taken_over }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayView {
    /// A day of UTC on which something came.
    day: String,
    #[serde(flatten)]
    sums: OutcomesView,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FaqOutcomesView {
    faq: String,
    answered: i64,
    right: i64,
    wrong: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportView {
    from: String,
    to: String,
    sums: OutcomesView,
    days: Vec<DayView>,
    /// Since there are any, those that answer most first.
    faqs: Vec<FaqOutcomesView>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportQuery {
    #[serde(default)]
    from: Option<Date>,
    #[serde(default)]
    to: Option<Date>,
}

/// Thirty days unless it is asked otherwise.
const DAYS: i64 = 30;
const DAYS_MAX: i32 = 366;

#[utoipa::path(
    get,
    path = "/v1/responders/report",
    params(
        ("from" = Option<String>, Query, description = "The first day, of UTC; thirty days before `to` if absent"),
        ("to" = Option<String>, Query, description = "The last day; today if absent"),
    ),
    responses(
        (status = 200, description = "What came of automatic answers; it follows what happens within seconds", body = ReportView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn report(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<ReportQuery>,
) -> Result<Json<ReportView>, Failed> {
    let today = caller.now.to_zoned(TimeZone::UTC).date();
    let to = query.to.unwrap_or(today);
    let from = query.from.or_else(|| to.checked_sub((DAYS - 1).days()).ok()).unwrap_or(to);
    let days = to.since(from).map_or(DAYS_MAX, |span| span.get_days());
    if !(0..DAYS_MAX).contains(&days) {
        let detail = format!("must be the first of at most {DAYS_MAX} days");
        return Err(Failed(Problem::bad_request("from", detail)));
    }
    let workspace = &caller.workspace.id;
    let by_day = deps.store.outcomes_by_day(workspace, (from, to)).await?;
    let by_faq = deps.store.outcomes_by_faq(workspace).await?;
    let mut faqs: Vec<FaqOutcomesView> = by_faq
        .into_iter()
        .map(|(faq, Outcomes { answered, right, wrong, .. })| FaqOutcomesView {
            faq: faq.to_string(),
            answered,
            right,
            wrong,
        })
        .collect();
    faqs.sort_by_key(|sums| -sums.answered);
    let all = by_day.values().copied().sum::<Outcomes>();
    let day = |(day, sums): (Date, Outcomes)| DayView { day: day.to_string(), sums: sums.into() };
    Ok(Json(ReportView {
        from: from.to_string(),
        to: to.to_string(),
        sums: all.into(),
        days: by_day.into_iter().map(day).collect(),
        faqs,
    }))
}

/// What nobody has answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnansweredView {
    /// What it is called: the same for all messages that say the same.
    id: String,
    times: u64,
    last_at: String,
    /// As it was asked last.
    text: String,
    /// The message that asked it.
    message: String,
}

#[utoipa::path(
    get,
    path = "/v1/responders/unanswered",
    responses(
        (status = 200, description = "What is asked most often without an answer, at most 100, the most frequent first; only what the caller may see, and for 90 days after it was asked last", body = Listed<UnansweredView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn unanswered(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<Listed<UnansweredView>>, Failed> {
    let mut items = Vec::new();
    for one in deps.store.unanswered(&caller.workspace.id).await? {
        for asked in &one.asked {
            if let Some((message, text)) = said(&deps, &caller, asked).await? {
                items.push(UnansweredView {
                    id: one.fingerprint,
                    times: one.times,
                    last_at: one.last_at.to_string(),
                    text,
                    message: message.to_string(),
                });
                break;
            }
        }
    }
    Ok(Json(Listed { items, next: None }))
}

/// What a contact said, if the caller sees it. `asked` names the event that says it was not
/// answered, or the reply that was given in place of an answer.
async fn said(
    deps: &Deps,
    caller: &Caller,
    asked: &EventName,
) -> Result<Option<(MessageId, String)>, Failed> {
    let EventName { workspace, conversation, seq } = asked;
    let known = deps.store.conversation(workspace, *conversation).await?;
    let seen = known.is_some_and(|conversation| {
        caller.viewer().sees(&conversation) && !matches!(conversation.base, Base::Deleted { .. })
    });
    if !seen {
        return Ok(None);
    }
    let Some(logged) = deps.store.event(workspace, *conversation, *seq).await? else {
        return Ok(None);
    };
    let Some(message) = logged.event.kind.passed().or(logged.event.kind.answers()) else {
        return Ok(None);
    };
    let logged = deps.store.event(workspace, *conversation, message).await?;
    let received = logged.as_ref().and_then(|logged| logged.event.kind.received());
    let words = received.and_then(|received| received.content.words()).map(str::to_owned);
    let id = MessageId { conversation: *conversation, seq: message };
    Ok(words.map(|words| (id, words)))
}

/// It has an answer now, or needs none.
#[utoipa::path(
    delete,
    path = "/v1/responders/unanswered/{unanswered}",
    params(("unanswered" = String, Path, description = "What nobody has answered")),
    responses(
        (status = 204, description = "It is forgotten until it is asked again"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn forget_unanswered(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(Fingerprint(id)): Named<Fingerprint>,
) -> Result<StatusCode, Failed> {
    deps.store.forget_unanswered(&caller.workspace.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Of what was asked.
#[derive(Debug)]
pub(crate) struct Fingerprint(String);

/// It has 16 hexadecimal digits.
#[derive(Debug)]
pub(crate) struct NoFingerprint;

impl std::str::FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits { Ok(Self(text.to_owned())) } else { Err(NoFingerprint) }
    }
}
