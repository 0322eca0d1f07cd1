//! Fetches the files of inbound messages into Confab's own keeping.
//!
//! The message has been visible all along; this puts down where its file is, or why it is not.
//! What a file is said to be is not believed: it is kept under a name of ours, of limited size, and
//! only ever served as a download.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use channels::{Channel, Fetch, FetchFailure, FetchStep};
use domain::bus::BusEvent;
use domain::content::{File, FileSource};
use domain::delivery::Retry;
use domain::id::AccountId;
use domain::job::{EventName, MediaJob};
use domain::not_done::NotDone;
use jiff::Timestamp;
use platform::accounts::{Accounts, OpenAccount};
use platform::aws::SdkConfig;
use platform::batch::{self, Received, Source};
use platform::bus::Bus;
use platform::http::{Download, Downloaded, ProviderClient, RequestError};
use platform::objects::{Objects, ObjectsError};
use platform::queue::Queue;
use platform::secrets::Vault;
use store::{MediaState, Store};
use tracing::{info, warn};

mod config;
mod mime;

pub use config::Config;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub accounts: Accounts,
    pub objects: Objects,
    pub bus: Bus,
    pub media: Source,
    pub http: ProviderClient,
}

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        let vault = Vault::new(aws_sdk_kms::Client::new(sdk), &config.key);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            accounts: Accounts::new(vault, config.api_base),
            objects: Objects::connect(sdk, &config.objects),
            bus: Bus::new(aws_sdk_eventbridge::Client::new(sdk), &config.bus),
            media: Source {
                queue: queue(&config.media),
                dead_letters: queue(&config.media_dead),
                receives_max: config.receives_max,
            },
            http: ProviderClient::new(),
        }
    }
}

pub async fn handle(deps: &Deps, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
    batch::each(batch, &deps.media, async |job: MediaJob, received| {
        process(deps, job, received, now).await
    })
    .await
}

async fn process(
    deps: &Deps,
    job: MediaJob,
    received: Received,
    now: Timestamp,
) -> Result<(), NotDone> {
    let MediaJob::FetchV1 { message, file } = job;
    let EventName { workspace, conversation, seq } = &message;
    let logged = deps.store.event(workspace, *conversation, *seq).await?;
    let Some(logged) = logged else {
        return Err(NotDone::reject("there is no such message"));
    };
    match logged.files.get(file).map(|stored| &stored.state) {
        Some(MediaState::Pending { .. }) => {}
        Some(MediaState::Ready { .. } | MediaState::Failed { .. }) => return Ok(()),
        None => return Err(NotDone::reject("the message has no such file")),
    }
    let (Some(via), Some(wanted)) = (logged.event.kind.via(), logged.event.kind.file(file)) else {
        return Err(NotDone::reject("the message has no such file"));
    };
    let fetched = match open(deps, &via.account, now).await? {
        None => Err(FetchFailure {
            retry: Retry::Never,
            detail: "the channel account does not exist".to_owned(),
        }),
        Some((channel, open)) => fetch(deps, channel, &open, wanted).await,
    };
    match fetched {
        Ok(download) => keep(deps, &message, file, wanted, download, now).await,
        Err(failure) => give_back(deps, &message, file, failure, received, now).await,
    }
}

async fn open(
    deps: &Deps,
    account: &AccountId,
    now: Timestamp,
) -> Result<Option<(&'static dyn Channel, Arc<OpenAccount>)>, NotDone> {
    let load = async |id: &AccountId| -> Result<_, NotDone> { Ok(deps.store.account(id).await?) };
    let open = deps.accounts.get(account, now, load).await?;
    Ok(open.and_then(|open| Some((channels::by_name(&open.account.channel)?, open))))
}

/// Asks the provider where the file is, if it has to be asked, and downloads it.
async fn fetch(
    deps: &Deps,
    channel: &dyn Channel,
    open: &OpenAccount,
    file: &File,
) -> Result<Download, FetchFailure> {
    let OpenAccount { account, secrets } = open;
    let own = account.api_base.as_deref();
    let never = |detail: &str| FetchFailure { retry: Retry::Never, detail: detail.to_owned() };
    let FileSource::Handle(handle) = &file.source else {
        return Err(never("the file is not an inbound one"));
    };
    let bytes_max = channel
        .capabilities()
        .bytes_max(file.kind)
        .ok_or_else(|| never("the channel knows no such kind of file"))?;
    if file.bytes.is_some_and(|bytes| bytes > bytes_max) {
        return Err(never("the file is larger than the channel allows"));
    }
    let fetch = Fetch { account, secrets, handle: handle.reveal() };
    let download = match channel.fetch(&fetch)? {
        FetchStep::Download(request) => request,
        FetchStep::Kept(key) => return uploaded(deps, &key, bytes_max).await,
        FetchStep::Locate(request) => {
            let answer = deps.http.call(request, own).await.map_err(unanswered)?;
            match channel.located(&fetch, &answer)? {
                FetchStep::Download(request) => request,
                FetchStep::Locate(_) | FetchStep::Kept(_) => {
                    return Err(never("the provider does not find the file"));
                }
            }
        }
    };
    match deps.http.download(download, own, bytes_max).await.map_err(unanswered)? {
        Downloaded::File(download) => Ok(download),
        Downloaded::Answered(status) => Err(FetchFailure::of_status(status)),
    }
}

/// What was uploaded to our own storage, which is its message's from now on.
async fn uploaded(deps: &Deps, key: &str, bytes_max: u64) -> Result<Download, FetchFailure> {
    let later = |error: ObjectsError| FetchFailure {
        retry: Retry::After(None),
        detail: batch::chain(&error),
    };
    let bytes = deps.objects.get(key).await.map_err(later)?;
    if bytes.len() as u64 > bytes_max {
        let detail = "the file is larger than the channel allows".to_owned();
        return Err(FetchFailure { retry: Retry::Never, detail });
    }
    Ok(Download { mime: None, bytes })
}

fn unanswered(error: RequestError) -> FetchFailure {
    let retry = match error {
        RequestError::NotSent(_) | RequestError::NotAnswered(_) => Retry::After(None),
        RequestError::NotAllowed(_) | RequestError::TooLarge { .. } => Retry::Never,
    };
    FetchFailure { retry, detail: batch::chain(&error) }
}

/// The file first, then where it is: a run that dies in between is repeated and writes the same.
async fn keep(
    deps: &Deps,
    message: &EventName,
    file: usize,
    wanted: &File,
    download: Download,
    now: Timestamp,
) -> Result<(), NotDone> {
    let EventName { workspace, conversation, seq } = message;
    let object = format!("files/{workspace}/{conversation}/{:010}/{file}", seq.get());
    let mime = mime::chosen(wanted.mime.as_deref().or(download.mime.as_deref()), wanted.kind);
    let bytes = download.bytes.len() as u64;
    deps.objects.put(&object, &mime, download.bytes).await?;
    settle(deps, message, file, &MediaState::Ready { object, bytes, mime }, now).await?;
    info!(
        conversation.id = %conversation, seq = seq.get(), file, bytes,
        "Fetched a file of message {seq} of {conversation}"
    );
    Ok(())
}

/// Shows why the file is not there, and comes back while that can help.
async fn give_back(
    deps: &Deps,
    message: &EventName,
    file: usize,
    failure: FetchFailure,
    received: Received,
    now: Timestamp,
) -> Result<(), NotDone> {
    let FetchFailure { retry, detail } = failure;
    let (conversation, seq) = (message.conversation, message.seq.get());
    if let Retry::After(after) = retry
        && received.times < deps.media.receives_max
    {
        let state = MediaState::Pending { problem: Some(detail.clone()) };
        deps.store.record_file(message, file, &state).await?;
        return Err(NotDone::Retry { after, source: detail.into() });
    }
    warn!(
        conversation.id = %conversation, seq, file,
        "A file of message {seq} of {conversation} is not to be had: {detail}"
    );
    settle(deps, message, file, &MediaState::Failed { problem: detail }, now).await
}

async fn settle(
    deps: &Deps,
    message: &EventName,
    file: usize,
    state: &MediaState,
    now: Timestamp,
) -> Result<(), NotDone> {
    deps.store.record_file(message, file, state).await?;
    deps.bus.tell(&[BusEvent::file(message, file, now)]).await?;
    Ok(())
}
