//! The Lambda function behind the routing queue.

use std::convert::Infallible;

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use platform::clock::now;
use platform::telemetry;
use router::{Config, Deps};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let config = platform::config::from_process(Config::read)?;
    telemetry::init(config.log_level, telemetry::Sink::StandardOutput);
    let deps = Deps::connect(&config.aws.sdk_config(), &config);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        Ok::<_, Infallible>(router::handle(&deps, event.payload, now()).await)
    }))
    .await
}
