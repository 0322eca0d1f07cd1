//! Files that users lay down to be sent, until they are.

use domain::content::FileKind;
use domain::id::{UploadId, UserId, WorkspaceId};
use domain::private::Words;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::arrive::TTL;
use crate::item::{expiry, json};
use crate::{NewIds, Store, StoreError, keys};

/// What a file is said to be. It can be nothing else: the address to lay it down at is signed for
/// this type and this size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub at: Timestamp,
    pub kind: FileKind,
    pub mime: String,
    pub name: Words,
    pub bytes: u64,
}

impl Upload {
    /// What nobody has sent goes after a day, here and where the file is.
    pub const LASTS: SignedDuration = SignedDuration::from_hours(24);
}

/// The name of an upload, made of what makes it the same.
pub fn upload_id(at: Timestamp, parts: &[&str]) -> UploadId {
    UploadId::new(at, NewIds::entropy("upload", parts))
}

const BODY: &str = "body";

impl Store {
    /// Notes that a user lays down a file, for a day.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn put_upload(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        id: UploadId,
        upload: &Upload,
    ) -> Result<(), StoreError> {
        let mut item = keys::upload(workspace, user, id).attributes();
        item.insert(BODY.to_owned(), json(upload));
        item.insert(TTL.to_owned(), expiry(domain::window::after(upload.at, Upload::LASTS)));
        self.put(item).await
    }

    /// What has this user laid down by this name?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn upload(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        id: UploadId,
        now: Timestamp,
    ) -> Result<Option<Upload>, StoreError> {
        let item = self.get(&keys::upload(workspace, user, id)).await?;
        let upload: Option<Upload> = item.map(|item| item.json(BODY)).transpose()?;
        Ok(upload.filter(|upload| now < domain::window::after(upload.at, Upload::LASTS)))
    }
}
