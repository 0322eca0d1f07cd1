//! The Lambda function behind the sockets, and behind a rule of the bus.

use lambda_runtime::{LambdaEvent, service_fn};
use platform::clock::now;
use platform::telemetry;
use realtime::{Config, Deps, Invocation};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let config = platform::config::from_process(Config::read)?;
    telemetry::init(config.log_level, telemetry::Sink::StandardOutput);
    let deps = Deps::connect(&config.aws.sdk_config(), &config);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Invocation>| {
        realtime::handle(&deps, event.payload, now()).await.map_err(lambda_runtime::Error::from)
    }))
    .await
}
