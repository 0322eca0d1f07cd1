//! The webhook function with every call to AWS answered on the spot: what is left is its own work.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use axum::middleware::map_request;
use platform::aws::sdk_config;
use platform::clock::{Now, now};
use platform::telemetry;
use webhook::{Config, Deps};

/// Answers with what was recorded from the services played on the laptop.
#[derive(Debug, Clone)]
struct Recorded {
    account: String,
    data_key: String,
}

impl HttpClient for Recorded {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Recorded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = match target.split('.').next() {
            Some("DynamoDB_20120810") => self.account.clone(),
            Some("TrentService") => self.data_key.clone(),
            _ => r#"{"MessageId":"sent","MD5OfMessageBody":""}"#.to_owned(),
        };
        let ok = http::StatusCode::OK.into();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(ok, SdkBody::from(body))))
    }
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "the bench hands the recordings over so")]
async fn main() -> Result<(), lambda_http::Error> {
    let config = platform::config::from_process(Config::read)?;
    telemetry::init(config.log_level, telemetry::Sink::StandardOutput);
    let recorded = Recorded {
        account: std::env::var("RECORDED_ACCOUNT")?,
        data_key: std::env::var("RECORDED_DATA_KEY")?,
    };
    let sdk = sdk_config(&config.aws, SharedHttpClient::new(recorded), 1);
    let stamp = async |request: axum::extract::Request| Now(now()).stamp(request);
    lambda_http::run(webhook::router(Deps::connect(&sdk, &config)).layer(map_request(stamp))).await
}
