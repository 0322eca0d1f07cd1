//! The Lambda function behind the answers queue.

use std::convert::Infallible;

use autoresponder::{Config, Deps};
use aws_lambda_events::sqs::SqsEvent;
use faqs::Language;
use lambda_runtime::{LambdaEvent, service_fn};
use platform::clock::now;
use platform::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let config = platform::config::from_process(Config::read)?;
    telemetry::init(config.log_level, telemetry::Sink::StandardOutput);
    let language = Language::of(config.model.as_deref());
    let deps = Deps::connect(&config.aws.sdk_config(), &config, language);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        Ok::<_, Infallible>(autoresponder::handle(&deps, event.payload, now()).await)
    }))
    .await
}
