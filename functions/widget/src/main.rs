//! The Lambda function behind the web chat.

use axum::middleware::map_request;
use platform::clock::{Now, now};
use platform::telemetry;
use widget::{Config, Deps};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let config = platform::config::from_process(Config::read)?;
    telemetry::init(config.log_level, telemetry::Sink::StandardOutput);
    let deps = Deps::connect(&config.aws.sdk_config(), &config);
    let stamp = async |request: axum::extract::Request| Now(now()).stamp(request);
    lambda_http::run(widget::router(deps).layer(map_request(stamp))).await
}
