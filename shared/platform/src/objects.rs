//! Files in object storage.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use domain::content::{Content, FileSource};
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

/// An address at which a file can be laid down, and the headers it has to come with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laying {
    pub url: String,
    pub headers: Vec<(String, String)>,
}

impl Objects {
    /// How long an address for a download works.
    pub const DOWNLOAD_WITHIN: SignedDuration = SignedDuration::from_mins(5);
    /// How long an address for an upload works: as long as a large file takes on a slow line.
    pub const UPLOAD_WITHIN: SignedDuration = SignedDuration::from_mins(15);

    /// How long a provider may take to fetch a file that it was sent.
    pub const PROVIDER_WITHIN: SignedDuration = SignedDuration::from_hours(1);

    pub fn connect(sdk: &SdkConfig, bucket: impl Into<String>) -> Self {
        // At an endpoint that is not AWS's there is no host for each bucket.
        let config = Builder::from(sdk)
            .force_path_style(sdk.endpoint_url().is_some())
            // Whoever lays a file down has no checksum of the SDK's to send with it.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .build();
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

    /// Keeps what is under one key under another, too. `false` if there is nothing.
    ///
    /// # Errors
    ///
    /// If the storage is out of reach.
    pub async fn copy(&self, from: &str, to: &str) -> Result<bool, ObjectsError> {
        let source = format!("{}/{from}", self.bucket);
        let copy = self.client.copy_object().bucket(&self.bucket).key(to).copy_source(source);
        match copy.send().await {
            Ok(_) => Ok(true),
            // Who may not list a bucket is told that it is forbidden.
            Err(error) => match error.raw_response().map(|answer| answer.status().as_u16()) {
                Some(403 | 404) => Ok(false),
                Some(_) | None => Err(ObjectsError(Box::new(error))),
            },
        }
    }

    /// An address at which a file of just this type and size can be laid down for a quarter of an
    /// hour from `at`; the same for the same time.
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
    ) -> Result<Laying, ObjectsError> {
        let bytes = i64::try_from(bytes).map_err(|error| ObjectsError(Box::new(error)))?;
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(mime)
            .content_length(bytes)
            .presigned(within(Self::UPLOAD_WITHIN, at)?)
            .await
            .map_err(|error| ObjectsError(Box::new(error)))?;
        let header = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let headers = request.headers().map(header).collect();
        Ok(Laying { url: request.uri().to_owned(), headers })
    }

    /// An address at which a provider can fetch a file for an hour.
    ///
    /// # Errors
    ///
    /// If no address can be made.
    pub async fn provider_url(&self, key: &str) -> Result<String, ObjectsError> {
        self.fetch_url_at(key, Self::PROVIDER_WITHIN, crate::clock::now()).await
    }

    /// The content with an address, that works for an hour, for each file in our own keeping.
    ///
    /// # Errors
    ///
    /// If no address can be made.
    pub async fn addressed(&self, content: &Content) -> Result<Content, ObjectsError> {
        let mut content = content.clone();
        if let Content::Media(media) = &mut content {
            for file in &mut media.files {
                if let FileSource::Kept(object) = &file.source {
                    let address = self.provider_url(object.reveal()).await?;
                    file.source = FileSource::Link(address.into());
                }
            }
        }
        Ok(content)
    }

    /// An address at which the file can be downloaded for five minutes.
    ///
    /// # Errors
    ///
    /// If no address can be made.
    pub async fn download_url(&self, key: &str) -> Result<String, ObjectsError> {
        self.fetch_url_at(key, Self::DOWNLOAD_WITHIN, crate::clock::now()).await
    }

    /// The address that is signed at `at` and works for so long; the same for the same
    /// time. Always as an attachment: what people send must not run as a page of ours.
    ///
    /// # Errors
    ///
    /// If no address can be made.
    pub async fn fetch_url_at(
        &self,
        key: &str,
        works: SignedDuration,
        at: Timestamp,
    ) -> Result<String, ObjectsError> {
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .response_content_disposition("attachment")
            .presigned(within(works, at)?)
            .await
            .map_err(|error| ObjectsError(Box::new(error)))?;
        Ok(request.uri().to_owned())
    }
}

fn within(works: SignedDuration, at: Timestamp) -> Result<PresigningConfig, ObjectsError> {
    PresigningConfig::builder()
        .start_time(SystemTime::from(at))
        .expires_in(Duration::try_from(works).unwrap_or_default())
        .build()
        .map_err(|error| ObjectsError(Box::new(error)))
}
