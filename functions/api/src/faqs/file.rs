//! FAQs from a file and into one.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use domain::faq_set::By;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{CommandKey, FaqImport, FaqsImported, Importing, WorkingSet};
use utoipa::ToSchema;

use super::being_imported;
use super::sheet::{self, ROWS_MAX, Sheet, Wrong};
use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller};
use crate::view::ProblemView;

/// All words of a set, in UTF-16. A Lambda function is called with at most 6 MB, a third of which
/// is left for the encoding of bytes that are no text
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
pub(crate) const FILE_BYTES_MAX: usize = 4_000_000;

/// A file with more faults than this is told of the first.
const WRONG_TOLD_MAX: usize = 500;

/// What an import would do, or has done.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct ImportView {
    /// Whether it was written.
    applied: bool,
    added: usize,
    changed: usize,
    unchanged: usize,
    /// What is wrong, by row, at most 500; with anything wrong nothing can be applied.
    errors: Vec<RowView>,
    /// Each FAQ of the file, where it was only looked at.
    items: Vec<ItemView>,
    /// To be given as `apply` to have just this written; `null` if something is wrong.
    digest: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct RowView {
    /// As a spreadsheet counts: the heading is row 1. `null` if it is the whole file.
    row: Option<usize>,
    field: &'static str,
    detail: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct ItemView {
    /// The row it begins in.
    row: usize,
    faq: String,
    /// `added`, `changed` or `unchanged`.
    result: &'static str,
}

impl From<Wrong> for RowView {
    fn from(Wrong { row, field, detail }: Wrong) -> Self {
        Self { row, field, detail }
    }
}

impl From<Importing> for ImportView {
    fn from(done: Importing) -> Self {
        let Importing { added, changed, unchanged, .. } = done;
        Self { applied: true, added, changed, unchanged, ..Self::default() }
    }
}

/// A file that is saved and not shown.
type Attachment<T> = ([(HeaderName, &'static str); 2], T);

fn attachment<T>(name: &'static str, body: T) -> Attachment<T> {
    ([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, name)], body)
}

#[utoipa::path(
    get,
    path = "/v1/faqs/sample.csv",
    responses(
        (status = 200, description = "A file to begin with: a row for each question, one row of each FAQ with its answer", content_type = "text/csv", body = String),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn sample() -> Attachment<&'static str> {
    attachment("attachment; filename=\"faqs-sample.csv\"", include_str!("sample.csv"))
}

#[utoipa::path(
    get,
    path = "/v1/faqs/export",
    responses(
        (status = 200, description = "All FAQs in use, as they can be imported. What a spreadsheet would take for a formula has an apostrophe before it, which an import takes away", content_type = "text/csv", body = String),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn export(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Attachment<Vec<u8>>, Failed> {
    let working = deps.store.working_set(&caller.workspace.id).await?;
    let file = sheet::written(working.set.in_use()).map_err(|_| Problem::unavailable())?;
    Ok(attachment("attachment; filename=\"faqs.csv\"", file))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportQuery {
    #[serde(default)]
    apply: Option<String>,
}

/// Each FAQ of the file takes the place of the one with its id, with all its questions; FAQs that
/// are not in the file stay. Without `apply` nothing is written.
///
/// Up to 97 changes are written together or not at all. Of more, a part may be written if the
/// connection breaks: the same request goes on with the rest.
#[utoipa::path(
    post,
    path = "/v1/faqs/import",
    params(("apply" = Option<String>, Query, description = "The `digest` of a look at the same file: writes it, if the FAQs still are as they were then")),
    request_body(
        description = "At most 10,000 rows and 4 MB of UTF-8 or UTF-16, separated by commas, semicolons or tabs, with the columns question, answer, and if wanted id, kind, media, media_kind, media_name. A row without an answer is one more question of the row above, or of the FAQ whose id it has",
        content_type = "text/csv",
        content = String,
    ),
    responses(
        (status = 200, description = "What the import would do, or has done", body = ImportView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn import(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<ImportQuery>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ImportView>, Failed> {
    let text = sheet::decoded(&body.map_err(too_large)?)?;
    let sheet = Sheet::read(&text)?;
    let name = CommandKey::new(&[&text]);
    let by = By { user: &caller.user.id, at: caller.now };
    let import = FaqImport { body: &name, entries: &sheet.entries, by };
    let Some(digest) = query.apply else {
        let working = deps.store.working_set(&caller.workspace.id).await?;
        let digest = working.digest(&import);
        return Ok(Json(looked_at(sheet, &working, by, digest)));
    };
    if !sheet.wrong.is_empty() {
        return Err(refused(sheet));
    }
    let deed = |importing: &Importing| {
        let Importing { added, changed, unchanged, .. } = importing;
        let detail = json!({ "added": added, "changed": changed, "unchanged": unchanged });
        caller.deed("faq.import", "faqs", detail)
    };
    match deps.store.import_faqs(&caller.workspace.id, &import, &digest, deed).await? {
        FaqsImported::Done(done) => Ok(Json(done.into())),
        FaqsImported::Stale => Err(stale()),
        FaqsImported::Importing => Err(being_imported()),
        FaqsImported::Refused(faults) => {
            let mut sheet = sheet;
            sheet.blame(faults);
            Err(refused(sheet))
        }
    }
}

/// What an import of these FAQs would do.
fn looked_at(mut sheet: Sheet, working: &WorkingSet, by: By<'_>, digest: String) -> ImportView {
    let mut view = ImportView::default();
    for (place, (id, wording)) in sheet.entries.iter().enumerate() {
        let (result, count) = match working.set.get(id) {
            None => ("added", &mut view.added),
            Some(faq) if faq.says(wording) => ("unchanged", &mut view.unchanged),
            Some(_) => ("changed", &mut view.changed),
        };
        *count += 1;
        view.items.push(ItemView { row: sheet.row(place), faq: id.to_string(), result });
    }
    if let Err(faults) = working.set.imported(&sheet.entries, by) {
        sheet.blame(faults);
    }
    view.digest = sheet.wrong.is_empty().then_some(digest);
    view.errors = told(sheet);
    view
}

fn told(sheet: Sheet) -> Vec<RowView> {
    sheet.wrong.into_iter().take(WRONG_TOLD_MAX).map(RowView::from).collect()
}

fn refused(sheet: Sheet) -> Failed {
    let detail = "the file has errors; nothing was written";
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not-importable", detail);
    Failed(problem.with("errors", json!(told(sheet))))
}

fn stale() -> Failed {
    let detail = "the file or the FAQs are not those that were looked at; look again";
    Failed(Problem::new(StatusCode::CONFLICT, "changed-meanwhile", detail))
}

fn too_large(_rejection: BytesRejection) -> Problem {
    let detail = format!("a file has at most {FILE_BYTES_MAX} bytes and {ROWS_MAX} rows");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
}
