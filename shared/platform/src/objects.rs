//! Files in object storage.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use domain::not_done::NotDone;
use jiff::{SignedDuration, Timestamp};

/// A bucket.
#[derive(Debug, Clone)]
pub struct Objects {
    client: Client,
    bucket: String,
}

#[derive(Debug, thiserror::Error)]
#[error("the object storage did not answer")]
pub struct ObjectsError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl From<ObjectsError> for NotDone {
    fn from(error: ObjectsError) -> Self {
        Self::retry(error)
    }
}

impl Objects {
    /// How long an address for a download works.
    pub const DOWNLOAD_WITHIN: SignedDuration = SignedDuration::from_mins(5);
    /// How long an address for an upload works: as long as a large file takes on a slow line.
    pub const UPLOAD_WITHIN: SignedDuration = SignedDuration::from_mins(15);

    pub fn connect(sdk: &SdkConfig, bucket: impl Into<String>) -> Self {
        // At an endpoint that is not AWS's there is no host for each bucket.
        let config = Builder::from(sdk).force_path_style(sdk.endpoint_url().is_some()).build();
        Self { client: Client::from_conf(config), bucket: bucket.into() }
    }

    /// Keeps a file under `key`. The same key twice is the same file.
    ///
    /// # Errors
    ///
    /// If the storage is out of reach.
    pub async fn put(&self, key: &str, mime: &str, bytes: Vec<u8>) -> Result<(), ObjectsError> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(mime)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|error| ObjectsError(Box::new(error)))?;
        Ok(())
    }

    /// The bytes that are kept under `key`.
    ///
    /// # Errors
    ///
    /// If the storage is out of reach, or there are none: who may not list a bucket is not told
    /// the difference.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, ObjectsError> {
        let got = self.client.get_object().bucket(&self.bucket).key(key).send().await;
        let file = got.map_err(|error| ObjectsError(Box::new(error)))?;
        let bytes = file.body.collect().await.map_err(|error| ObjectsError(Box::new(error)))?;
        Ok(bytes.to_vec())
    }

    /// Removes a file. One that is gone already is removed.
    ///
    /// # Errors
    ///
    /// If the storage is out of reach.
    pub async fn delete(&self, key: &str) -> Result<(), ObjectsError> {
        self.client
            .delete_object()
            .bucket(&self.bucket)
            .key(key)
            .send()
            .await
            .map_err(|error| ObjectsError(Box::new(error)))?;
        Ok(())
    }

    /// An address at which the file can be downloaded for five minutes. Always as an attachment:
    /// what contacts send must not run as a page of ours.
    ///
    /// # Errors
    ///
    /// If no address can be made.
    pub async fn download_url(&self, key: &str) -> Result<String, ObjectsError> {
        self.download_url_at(key, crate::clock::now()).await
    }

    /// The address that a download signed at `at` has; the same for the same time.
    ///
    /// # Errors
    ///
    /// If no address can be made.
    pub async fn download_url_at(&self, key: &str, at: Timestamp) -> Result<String, ObjectsError> {
        let expiry = PresigningConfig::builder()
            .start_time(SystemTime::from(at))
            .expires_in(Duration::try_from(Self::DOWNLOAD_WITHIN).unwrap_or_default())
            .build()
            .map_err(|error| ObjectsError(Box::new(error)))?;
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .response_content_disposition("attachment")
            .presigned(expiry)
            .await
            .map_err(|error| ObjectsError(Box::new(error)))?;
        Ok(request.uri().to_owned())
    }

    /// An address to which a file of this type and length can be put for a quarter of an hour.
    ///
    /// # Errors
    ///
    /// If no address can be made.
    pub async fn upload_url(
        &self,
        key: &str,
        mime: &str,
        bytes: u64,
    ) -> Result<String, ObjectsError> {
        self.upload_url_at(key, mime, bytes, crate::clock::now()).await
    }

    /// The address that an upload signed at `at` has; the same for the same time.
    ///
    /// # Errors
    ///
    /// If no address can be made.
    pub async fn upload_url_at(
        &self,
        key: &str,
        mime: &str,
        bytes: u64,
        at: Timestamp,
    ) -> Result<String, ObjectsError> {
        let expiry = PresigningConfig::builder()
            .start_time(SystemTime::from(at))
            .expires_in(Duration::try_from(Self::UPLOAD_WITHIN).unwrap_or_default())
            .build()
            .map_err(|error| ObjectsError(Box::new(error)))?;
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(mime)
            .content_length(i64::try_from(bytes).unwrap_or(i64::MAX))
            .presigned(expiry)
            .await
            .map_err(|error| ObjectsError(Box::new(error)))?;
        Ok(request.uri().to_owned())
    }
}
