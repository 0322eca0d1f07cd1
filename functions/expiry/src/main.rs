//! The Lambda function behind the schedule.

use expiry::{Config, Deps};
use lambda_runtime::{LambdaEvent, service_fn};
use platform::clock::now;
use platform::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let config = platform::config::from_process(Config::read)?;
    telemetry::init(config.log_level, telemetry::Sink::StandardOutput);
    let deps = Deps::connect(&config.aws.sdk_config(), &config);
    // What the schedule says of itself does not matter: the time does.
    lambda_runtime::run(service_fn(async |_tick: LambdaEvent<serde::de::IgnoredAny>| {
        Ok::<(), lambda_runtime::Error>(expiry::handle(&deps, now()).await?)
    }))
    .await
}
