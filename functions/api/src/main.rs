//! The Lambda function behind the API.

use api::{Config, Deps};
use axum::middleware::map_request;
use faqs::Language;
use platform::clock::{Now, now};
use platform::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let config = platform::config::from_process(Config::read)?;
    telemetry::init(config.log_level, telemetry::Sink::StandardOutput);
    let language = Language::of(config.model.as_deref());
    let deps = Deps::connect(&config.aws.sdk_config(), &config, language);
    let stamp = async |request: axum::extract::Request| Now(now()).stamp(request);
    lambda_http::run(api::router(deps).layer(map_request(stamp))).await
}
