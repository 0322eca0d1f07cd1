//! The Lambda function behind the desk.

use desk::{Config, Files};
use platform::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let config = platform::config::from_process(Config::read)?;
    telemetry::init(config.log_level, telemetry::Sink::StandardOutput);
    lambda_http::run(desk::router(config.tells, Files::packed())).await
}
