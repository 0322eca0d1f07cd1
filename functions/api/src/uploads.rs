//! Files that users send: laid down first, at an address that takes just that file, then named in
//! what they say.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use domain::content::{File, FileKind, FileSource};
use domain::id::{UploadId, UserId, WorkspaceId};
use domain::private::Words;
use platform::objects::{Laying, Objects};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use store::Upload;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, read};
use crate::view::ProblemView;

/// No file is larger: most channels take 16 MB of what is not a document.
pub const UPLOAD_BYTES_MAX: usize = 16 * 1024 * 1024;

const NAME_CHARS_MAX: usize = 200;

/// What may be sent, and as what. Nothing that a browser would run.
const TYPES: [(&str, FileKind); 22] = [
    ("image/jpeg", FileKind::Image),
    ("image/png", FileKind::Image),
    ("image/webp", FileKind::Image),
    ("image/gif", FileKind::Image),
    ("video/mp4", FileKind::Video),
    ("video/3gpp", FileKind::Video),
    ("video/quicktime", FileKind::Video),
    ("audio/aac", FileKind::Audio),
    ("audio/amr", FileKind::Audio),
    ("audio/mp4", FileKind::Audio),
    ("audio/mpeg", FileKind::Audio),
    ("audio/ogg", FileKind::Audio),
    ("application/pdf", FileKind::Document),
    ("application/zip", FileKind::Document),
    ("application/msword", FileKind::Document),
    ("application/vnd.ms-excel", FileKind::Document),
    ("application/vnd.ms-powerpoint", FileKind::Document),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", FileKind::Document),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FileKind::Document),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        FileKind::Document,
    ),
    ("text/csv", FileKind::Document),
    ("text/plain", FileKind::Document),
];

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadBody {
    /// What it is called; the contact sees it where the channel shows names.
    #[schema(value_type = String)]
    name: Words,
    /// Its media type, such as `image/png`.
    mime: String,
    /// Its size.
    bytes: u64,
}

/// Where a file is to be put.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadView {
    /// What a message, a note or an internal message calls the file.
    upload: String,
    url: String,
    /// `PUT`.
    method: &'static str,
    /// Headers that have to be sent with it.
    headers: BTreeMap<String, String>,
    /// Until then it can be put there; it has to be sent within a day.
    expires_at: String,
}

/// R059, R061, R168: asks for a place for a file that is to be sent.
#[utoipa::path(
    post,
    path = "/v1/uploads",
    request_body = UploadBody,
    responses(
        (status = 201, description = "Where to put the file: of this type and this size, for a quarter of an hour", body = UploadView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn begin(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<(StatusCode, Json<UploadView>), Failed> {
    let UploadBody { name, mime, bytes } = read(&body)?;
    let kind = TYPES.iter().find(|(known, _)| *known == mime).map(|(_, kind)| *kind);
    let Some(kind) = kind else {
        let detail = "files of this type are not sent";
        return Err(Failed(Problem::bad_request("mime", detail)));
    };
    if !(1..=UPLOAD_BYTES_MAX as u64).contains(&bytes) {
        let detail = format!("must be 1 to {UPLOAD_BYTES_MAX}");
        return Err(Failed(Problem::bad_request("bytes", detail)));
    }
    if !(1..=NAME_CHARS_MAX).contains(&name.reveal().trim().chars().count()) {
        let detail = format!("must have 1 to {NAME_CHARS_MAX} characters");
        return Err(Failed(Problem::bad_request("name", detail)));
    }
    let (workspace, user, now) = (&caller.workspace.id, &caller.user.id, caller.now);
    let parts = [workspace.as_str(), user.as_str(), name.reveal(), &mime, &bytes.to_string()];
    let id = store::upload_id(now, &parts);
    let upload = Upload { at: now, kind, mime, name, bytes };
    deps.store.put_upload(workspace, user, id, &upload).await?;
    let at = platform::clock::now();
    let key = laid_down(workspace, user, id);
    let Laying { url, headers } = deps.objects.upload_url_at(&key, &upload.mime, bytes, at).await?;
    let view = UploadView {
        upload: id.to_string(),
        url,
        method: "PUT",
        headers: headers.into_iter().collect(),
        expires_at: domain::window::after(at, Objects::UPLOAD_WITHIN).to_string(),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Names of ours only: what people call files is in no key.
fn laid_down(workspace: &WorkspaceId, user: &UserId, id: UploadId) -> String {
    format!("uploads/{workspace}/{user}/{id}")
}

/// Keeps a file that the caller has laid down, for good: each message that names it has a copy of
/// its own. A file that stands elsewhere is left there.
pub(crate) async fn keep(deps: &Deps, caller: &Caller, file: &mut File) -> Result<(), Failed> {
    let FileSource::Kept(named) = &file.source else { return Ok(()) };
    let id: Result<UploadId, _> = named.reveal().parse();
    let id = id.map_err(|_| Problem::not_found("upload"))?;
    let (workspace, user, now) = (&caller.workspace.id, &caller.user.id, caller.now);
    let upload = deps.store.upload(workspace, user, id, now).await?;
    let upload = upload.ok_or_else(|| not_there("there is no such upload, or it has expired"))?;
    if !fits(file.kind, &upload) {
        let detail = format!("a file of type {} is no {}", upload.mime, file.kind);
        return Err(Failed(Problem::bad_request("content.files.kind", detail)));
    }
    // No two copies are made in the same nanosecond, whatever the time is turned to.
    let object = format!("files/{workspace}/{id}-{}", platform::clock::now().as_nanosecond());
    if !deps.objects.copy(&laid_down(workspace, user, id), &object).await? {
        return Err(Failed(not_there("the file has not been put there yet")));
    }
    file.source = FileSource::Kept(object.into());
    file.mime = Some(upload.mime);
    file.bytes = Some(upload.bytes);
    file.name.get_or_insert(upload.name);
    Ok(())
}

fn not_there(detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no-such-upload", detail)
        .with("field", "content.files.upload")
}

/// Whether a file may be sent as this: anything as a document, sound as a voice message.
fn fits(kind: FileKind, upload: &Upload) -> bool {
    kind == upload.kind
        || kind == FileKind::Document
        || (kind == FileKind::Voice && upload.kind == FileKind::Audio)
        || (kind == FileKind::Sticker && upload.mime == "image/webp")
}
