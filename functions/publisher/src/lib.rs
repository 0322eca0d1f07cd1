//! Computes once what it takes to find a workspace's FAQs, and lets that version answer.
//!
//! A version that is computed twice is the same, so a job that runs again does no harm.

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use domain::job::PublishJob;
use domain::not_done::NotDone;
use faqs::{Faqs, Language};
use jiff::Timestamp;
use platform::aws::SdkConfig;
use platform::batch::{self, Source};
use platform::objects::Objects;
use platform::queue::Queue;
use store::Store;
use tracing::info;

mod config;

pub use config::Config;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub publishing: Source,
    faqs: Faqs,
}

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config, language: Language) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            publishing: Source {
                queue: queue(&config.publishing),
                dead_letters: queue(&config.publishing_dead),
                receives_max: config.receives_max,
            },
            faqs: Faqs::new(Objects::connect(sdk, &config.objects), language),
        }
    }
}

pub async fn handle(deps: &Deps, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
    batch::each(batch, &deps.publishing, async |job: PublishJob, _received| {
        publish(deps, job, now).await
    })
    .await
}

async fn publish(deps: &Deps, job: PublishJob, now: Timestamp) -> Result<(), NotDone> {
    let PublishJob::PublishFaqsV1 { workspace, version } = job;
    let serving = deps.store.faq_versions_known(&workspace).await?.serving;
    let computed = deps.faqs.compute(&workspace, version, serving).await;
    let engine = match computed.map_err(NotDone::from) {
        Ok(engine) => engine,
        Err(NotDone::Reject { reason }) => {
            deps.store.faq_version_failed(&workspace, version, &reason, now).await?;
            return Err(NotDone::Reject { reason });
        }
        Err(later) => return Err(later),
    };
    let serves = deps.store.faq_version_ready(&workspace, version, engine, now).await?;
    let found_by = engine.as_str();
    info!(
        version,
        found_by,
        serves,
        "Published version {version} of the FAQs of {workspace}, found by {found_by}"
    );
    Ok(())
}
