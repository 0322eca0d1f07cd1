//! All functions in one process: the same handlers that run on AWS, over services played inside.

use std::path::Path;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use axum::Router;
use axum::extract::Request;
use axum::middleware::map_request;
use dynoxide::DynoxideError;
use faqs::Language;
use platform::aws::{SdkConfig, Surroundings, sdk_config};
use platform::clock::Now;
use platform::config::{ApiBase, BaseUrl};
use platform::pace::Limit;
use platform::secrets::Vault;
use platform::telemetry::LevelFilter;
use store::{Store, StoreError};

use crate::aws::{BusLog, Folder, Inside, KeyFile, KeyFileError, Services, Sockets, Table, Tap};
use crate::clock::Clock;
use crate::issuer::{Issuer, IssuerError};
use crate::live;
use crate::queues::{self, Queues, QueuesError, Record, Spec};

const TABLE: &str = "confab";
/// Where files are kept.
pub const BUCKET: &str = "confab-files";
const BUS: &str = "confab";
const KEY: &str = "local";

/// Where object storage, and everything else of AWS, pretends to be, below the public address.
pub const OBJECTS_PATH: &str = "/objects";

/// Scripts hurry, and a clock that is turned does not move between their requests.
const UNHURRIED: Limit = Limit { per_second: 1_000_000, at_once: 1_000_000 };

/// Confab in one process.
#[derive(Debug)]
pub struct Confab {
    pub clock: Arc<Clock>,
    pub services: Arc<Services>,
    pub sdk: SdkConfig,
    pub store: Store,
    pub vault: Vault,
    pub public_url: BaseUrl,
    pub issuer: Issuer,
    inbound: inbound::Deps,
    autoresponder: autoresponder::Deps,
    outbound: outbound::Deps,
    media: media::Deps,
    expiry: expiry::Deps,
    projections: projections::Deps,
    router: router::Deps,
    publisher: publisher::Deps,
    pub(crate) realtime: realtime::Deps,
    /// What FAQs are understood with.
    pub language: Language,
}

/// What a process is made of.
#[derive(Debug)]
pub struct Parts<'a> {
    /// Where everything durable is; nothing is durable if absent.
    pub data: Option<&'a Path>,
    pub clock: Clock,
    pub public_url: BaseUrl,
    pub tap: Option<Arc<dyn Tap>>,
    pub language: Language,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the data folder cannot be used")]
    Folder(#[from] std::io::Error),
    #[error("the table cannot be used")]
    Table(#[from] DynoxideError),
    #[error(transparent)]
    Queues(#[from] QueuesError),
    #[error(transparent)]
    Key(#[from] KeyFileError),
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    #[error("the table cannot be used")]
    Store(#[from] StoreError),
}

impl Confab {
    /// # Errors
    ///
    /// If the data folder cannot be used.
    pub async fn open(parts: Parts<'_>) -> Result<Self, OpenError> {
        let Parts { data, clock, public_url, tap, language } = parts;
        if let Some(data) = data {
            std::fs::create_dir_all(data)?;
        }
        let file = |name: &str| data.map(|data| data.join(name));
        let clock = Arc::new(clock);
        let queues = Queues::open(file("queues.sqlite").as_deref(), Arc::clone(&clock))?;
        let services = Arc::new(Services {
            table: Table::open(file("table.sqlite").as_deref())?,
            queues: Arc::new(queues),
            bus: BusLog::default(),
            keys: KeyFile::open(file("key").as_deref())?,
            objects: Folder::new(file("objects")),
            sockets: Sockets::default(),
        });
        let surroundings = Surroundings {
            region: "local".to_owned(),
            credentials: Credentials::from_keys("local", "local", None),
            // The SDK puts a bucket right behind it.
            endpoint: Some(format!("{}{OBJECTS_PATH}/", public_url.as_str())),
        };
        let inside = Inside::new(Arc::clone(&services), tap);
        let sdk = sdk_config(&surroundings, SharedHttpClient::new(inside), 1);
        let store = Store::new(aws_sdk_dynamodb::Client::new(&sdk), TABLE);
        store.create().await?;
        let vault = Vault::new(aws_sdk_kms::Client::new(&sdk), KEY);
        Ok(Self {
            inbound: inbound::Deps::connect(&sdk, &inbound_config(&surroundings)),
            autoresponder: autoresponder::Deps::connect(
                &sdk,
                &answers_config(&surroundings),
                language.clone(),
            ),
            publisher: publisher::Deps::connect(
                &sdk,
                &publishing_config(&surroundings),
                language.clone(),
            ),
            outbound: outbound::Deps::connect(&sdk, &outbound_config(&surroundings, &public_url)),
            media: media::Deps::connect(&sdk, &media_config(&surroundings)),
            expiry: expiry::Deps::connect(&sdk, &expiry_config(&surroundings)),
            projections: projections::Deps::connect(&sdk, &changes_config(&surroundings)),
            router: router::Deps::connect(&sdk, &routing_config(&surroundings)),
            realtime: realtime::Deps::connect(&sdk, &live_config(&surroundings, &public_url)),
            language,
            clock,
            services,
            sdk,
            store,
            vault,
            issuer: Issuer::open(file("issuer.key").as_deref(), &public_url)?,
            public_url,
        })
    }

    /// What answers over HTTP: the webhooks, the API and the web chat, at the time the clock shows.
    pub fn router(&self) -> Router {
        let webhook = webhook::Config {
            table: TABLE.to_owned(),
            inbound: queues::INBOUND.url(),
            receipts: queues::RECEIPTS.url(),
            key: KEY.to_owned(),
            public_url: self.public_url.clone(),
            api_base: ApiBase::AnyAccounts,
            visitors: UNHURRIED,
            log_level: LevelFilter::INFO,
            aws: self.surroundings(),
        };
        let api = self.api_config();
        let widget = self.widget_config();
        let keys = self.issuer.keys();
        let clock = Arc::clone(&self.clock);
        let stamp = move |request: Request| std::future::ready(Now(clock.now()).stamp(request));
        webhook::router(webhook::Deps::connect(&self.sdk, &webhook))
            .merge(api::router(self.api(&api).trusting(keys, &api)))
            .merge(widget::router(widget::Deps::connect(&self.sdk, &widget)))
            .layer(map_request(stamp))
    }

    fn api(&self, config: &api::Config) -> api::Deps {
        api::Deps::connect(&self.sdk, config, self.language.clone())
    }

    /// What the API reads from its environment elsewhere.
    pub fn api_config(&self) -> api::Config {
        api::Config {
            table: TABLE.to_owned(),
            outbound: queues::OUTBOUND.url(),
            routing: queues::ROUTING.url(),
            publishing: queues::PUBLISHING.url(),
            bus: BUS.to_owned(),
            objects: BUCKET.to_owned(),
            key: KEY.to_owned(),
            public_url: self.public_url.clone(),
            realtime_url: live::address(&self.public_url),
            model: None,
            trust: self.issuer.trust(),
            limit: UNHURRIED,
            log_level: LevelFilter::INFO,
            aws: self.surroundings(),
        }
    }

    /// What the widget reads from its environment elsewhere.
    pub fn widget_config(&self) -> widget::Config {
        widget::Config {
            table: TABLE.to_owned(),
            key: KEY.to_owned(),
            objects: BUCKET.to_owned(),
            public_url: self.public_url.clone(),
            realtime_url: live::address(&self.public_url),
            api_base: ApiBase::AnyAccounts,
            visitors: UNHURRIED,
            log_level: LevelFilter::INFO,
            aws: self.surroundings(),
        }
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings {
            region: "local".to_owned(),
            credentials: Credentials::from_keys("local", "local", None),
            endpoint: None,
        }
    }

    pub fn queues(&self) -> &Queues {
        &self.services.queues
    }

    /// Receives one batch of a queue and has its function work on it. Returns whether there was
    /// anything.
    ///
    /// # Errors
    ///
    /// If the queues cannot be used.
    pub async fn work_once(&self, spec: &Spec) -> Result<bool, QueuesError> {
        let records = self.queues().receive(spec, BATCH_MAX)?;
        if records.is_empty() {
            return Ok(false);
        }
        let response = self.hand(spec, event(spec, &records)).await;
        let failed: Vec<&str> = response
            .batch_item_failures
            .iter()
            .map(|failure| failure.item_identifier.as_str())
            .collect();
        self.queues().finish(&records, |record| !failed.contains(&record.receipt.as_str()))?;
        Ok(true)
    }

    /// Hands a batch of a queue to its function.
    pub async fn hand(&self, spec: &Spec, event: SqsEvent) -> SqsBatchResponse {
        let now = self.clock.now();
        match spec.name {
            "receipts" => inbound::handle(&self.inbound, &self.inbound.receipts, event, now).await,
            "answers" => autoresponder::handle(&self.autoresponder, event, now).await,
            "outbound" => outbound::handle(&self.outbound, event, now).await,
            "media" => media::handle(&self.media, event, now).await,
            "publishing" => publisher::handle(&self.publisher, event, now).await,
            "routing" => router::handle(&self.router, event, now).await,
            "changes" => projections::handle(&self.projections, event, now).await,
            _ => inbound::handle(&self.inbound, &self.inbound.inbound, event, now).await,
        }
    }

    /// Does what is due.
    ///
    /// # Errors
    ///
    /// If the table cannot be used.
    pub async fn expire(&self) -> Result<(), StoreError> {
        expiry::handle(&self.expiry, self.clock.now()).await
    }
}

/// Lambda hands a function at most ten records of a FIFO queue.
const BATCH_MAX: usize = 10;

fn event(spec: &Spec, records: &[Record]) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = records
        .iter()
        .map(|record| {
            let mut message = SqsMessage::default();
            message.message_id = Some(record.receipt.clone());
            message.receipt_handle = Some(record.receipt.clone());
            message.body = Some(record.body.clone());
            message.event_source_arn = Some(format!("arn:aws:sqs:local:0:{}", spec.name));
            message
                .attributes
                .insert("ApproximateReceiveCount".to_owned(), record.receives.to_string());
            if let Some(group) = &record.group {
                message.attributes.insert("MessageGroupId".to_owned(), group.clone());
            }
            message
        })
        .collect();
    event
}

fn inbound_config(aws: &Surroundings) -> inbound::Config {
    inbound::Config {
        aws: aws.clone(),
        table: TABLE.to_owned(),
        inbound: queues::INBOUND.url(),
        inbound_dead: queues::INBOUND.dead_url(),
        receipts: queues::RECEIPTS.url(),
        receipts_dead: queues::RECEIPTS.dead_url(),
        answers: queues::ANSWERS.url(),
        media: queues::MEDIA.url(),
        routing: queues::ROUTING.url(),
        bus: BUS.to_owned(),
        receives_max: queues::INBOUND.receives_max,
        log_level: LevelFilter::INFO,
    }
}

fn answers_config(aws: &Surroundings) -> autoresponder::Config {
    autoresponder::Config {
        aws: aws.clone(),
        table: TABLE.to_owned(),
        answers: queues::ANSWERS.url(),
        answers_dead: queues::ANSWERS.dead_url(),
        outbound: queues::OUTBOUND.url(),
        bus: BUS.to_owned(),
        objects: BUCKET.to_owned(),
        model: None,
        receives_max: queues::ANSWERS.receives_max,
        log_level: LevelFilter::INFO,
    }
}

fn publishing_config(aws: &Surroundings) -> publisher::Config {
    publisher::Config {
        aws: aws.clone(),
        table: TABLE.to_owned(),
        publishing: queues::PUBLISHING.url(),
        publishing_dead: queues::PUBLISHING.dead_url(),
        objects: BUCKET.to_owned(),
        model: None,
        receives_max: queues::PUBLISHING.receives_max,
        log_level: LevelFilter::INFO,
    }
}

fn outbound_config(aws: &Surroundings, public_url: &BaseUrl) -> outbound::Config {
    outbound::Config {
        aws: aws.clone(),
        table: TABLE.to_owned(),
        outbound: queues::OUTBOUND.url(),
        outbound_dead: queues::OUTBOUND.dead_url(),
        bus: BUS.to_owned(),
        key: KEY.to_owned(),
        objects: BUCKET.to_owned(),
        public_url: public_url.clone(),
        api_base: ApiBase::AnyAccounts,
        senders_max: 1,
        receives_max: queues::OUTBOUND.receives_max,
        log_level: LevelFilter::INFO,
    }
}

fn media_config(aws: &Surroundings) -> media::Config {
    media::Config {
        aws: aws.clone(),
        table: TABLE.to_owned(),
        media: queues::MEDIA.url(),
        media_dead: queues::MEDIA.dead_url(),
        bus: BUS.to_owned(),
        key: KEY.to_owned(),
        objects: BUCKET.to_owned(),
        api_base: ApiBase::AnyAccounts,
        receives_max: queues::MEDIA.receives_max,
        log_level: LevelFilter::INFO,
    }
}

fn expiry_config(aws: &Surroundings) -> expiry::Config {
    expiry::Config {
        aws: aws.clone(),
        table: TABLE.to_owned(),
        outbound: queues::OUTBOUND.url(),
        routing: queues::ROUTING.url(),
        bus: BUS.to_owned(),
        objects: BUCKET.to_owned(),
        log_level: LevelFilter::INFO,
    }
}

fn changes_config(aws: &Surroundings) -> projections::Config {
    projections::Config {
        aws: aws.clone(),
        table: TABLE.to_owned(),
        changes: queues::CHANGES.url(),
        changes_dead: queues::CHANGES.dead_url(),
        receives_max: queues::CHANGES.receives_max,
        log_level: LevelFilter::INFO,
    }
}

fn live_config(aws: &Surroundings, public_url: &BaseUrl) -> realtime::Config {
    realtime::Config {
        aws: aws.clone(),
        table: TABLE.to_owned(),
        push_url: live::gateway(),
        origins: live::origins(public_url),
        log_level: LevelFilter::INFO,
    }
}

fn routing_config(aws: &Surroundings) -> router::Config {
    router::Config {
        aws: aws.clone(),
        table: TABLE.to_owned(),
        routing: queues::ROUTING.url(),
        routing_dead: queues::ROUTING.dead_url(),
        bus: BUS.to_owned(),
        receives_max: queues::ROUTING.receives_max,
        log_level: LevelFilter::INFO,
    }
}
