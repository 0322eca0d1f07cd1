//! One configuration for all clients.
//!
//! A Lambda's region and credentials are environment variables, so nothing searches for them. TLS
//! is `ring` with the few roots that sign AWS's own endpoints: loading a whole root store costs
//! more than everything else a cold start does.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
pub use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::config::Env;

/// Where AWS is and who we are there.
#[derive(Debug, Clone)]
pub struct Surroundings {
    pub region: String,
    pub credentials: Credentials,
    /// Another endpoint for every service; for the emulator.
    pub endpoint: Option<String>,
}

/// A call is given up after this, and then counts as an outage.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// Tries of one call, the first included. More would only pile up in an outage: the queue retries.
const ATTEMPTS: u32 = 2;

impl Surroundings {
    /// As the Lambda runtime gives them.
    pub fn from_env(env: &mut Env<'_>) -> Option<Self> {
        let region = env.required("AWS_REGION");
        let key = env.required::<String>("AWS_ACCESS_KEY_ID");
        let secret = env.required::<String>("AWS_SECRET_ACCESS_KEY");
        let token = env.runtime("AWS_SESSION_TOKEN");
        let endpoint = env.runtime("AWS_ENDPOINT_URL");
        Some(Self {
            region: region?,
            credentials: Credentials::from_keys(key?, secret?, token),
            endpoint,
        })
    }

    /// The configuration of every client.
    pub fn sdk_config(&self) -> SdkConfig {
        let http = match &self.endpoint {
            Some(endpoint) if endpoint.starts_with("http://") => Builder::new().build_http(),
            Some(_) | None => https(),
        };
        sdk_config(self, http, ATTEMPTS)
    }
}

/// The configuration of every client, over a given way of making requests.
pub fn sdk_config(surroundings: &Surroundings, http: SharedHttpClient, attempts: u32) -> SdkConfig {
    let credentials = SharedCredentialsProvider::new(surroundings.credentials.clone());
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(surroundings.region.clone()))
        .credentials_provider(credentials)
        .http_client(http)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::standard().with_max_attempts(attempts))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .build(),
        );
    config.set_endpoint_url(surroundings.endpoint.clone());
    config.build()
}

/// Amazon's own roots (<https://www.amazontrust.com/repository/>), which sign all its endpoints. A
/// whole root store would be an eighth of a megabyte in every function, and looking these up in it
/// a good part of a cold start; a test holds them against it.
const ROOTS: &str = include_str!("aws-roots.pem");

fn https() -> SharedHttpClient {
    let context = TlsContext::builder()
        .with_trust_store(TrustStore::empty().with_pem_certificate(ROOTS))
        .build()
        .expect("certificates of a root store parse");
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_https()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// The certificates of a root store that carry the name of one of Amazon's roots.
    fn of_amazon() -> Vec<&'static [u8]> {
        let names: [&[u8]; 2] =
            [b"Amazon Root CA", b"Starfield Services Root Certificate Authority"];
        let named = |certificate: &&[u8]| {
            names.iter().any(|name| certificate.windows(name.len()).any(|part| part == *name))
        };
        webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(AsRef::as_ref).filter(named).collect()
    }

    #[test]
    fn the_roots_of_aws_are_all_there_and_as_root_stores_have_them() {
        let lines = ROOTS.lines().filter(|line| !line.starts_with('#'));
        let text: String = lines.collect();
        let mut ours: Vec<Vec<u8>> = text
            .split_inclusive("-----END CERTIFICATE-----")
            .map(|pem| {
                let pem = pem.strip_prefix("-----BEGIN CERTIFICATE-----").unwrap();
                STANDARD.decode(pem.strip_suffix("-----END CERTIFICATE-----").unwrap()).unwrap()
            })
            .collect();
        let mut known = of_amazon();
        ours.sort();
        known.sort();
        assert_eq!(ours, known);
        assert_eq!(ours.len(), 5);
        let _client = https();
    }
}
