//! Requests to providers.
//!
//! What matters is whether a request that failed may have been carried out. One that never left is
//! safe to repeat; one that left and was not answered is not.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{AUTHORIZATION, LOCATION};
use http::{HeaderMap, Request, Response};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use rustls::{ClientConfig, RootCertStore};

use crate::reach::{self, Unreachable};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Providers answer a send within a second or two; a function lives for thirty.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// Answers of send APIs are small.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;
/// A file passes at most this many addresses.
const REDIRECTS_MAX: usize = 3;

/// The way to providers.
#[derive(Debug, Clone)]
pub struct ProviderClient {
    /// Connects to public addresses only.
    public: Client,
    /// For the origin an account names itself.
    own: Client,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The request never left.
    #[error("the request was not made")]
    NotSent(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It left, and what became of it is not known.
    #[error("the request was not answered")]
    NotAnswered(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the request may not be made: {0}")]
    NotAllowed(#[from] Unreachable),
    #[error("the answer has more than {max} bytes")]
    TooLarge { max: u64 },
}

/// A downloaded file.
#[derive(Debug)]
pub struct Download {
    pub mime: Option<String>,
    pub bytes: Vec<u8>,
}

/// What came of a download.
#[derive(Debug)]
pub enum Downloaded {
    File(Download),
    Answered(http::StatusCode),
}

impl ProviderClient {
    pub fn new() -> Self {
        let client = || {
            Client::builder()
                .tls_backend_preconfigured(tls())
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(ANSWER_TIMEOUT)
                .redirect(Policy::none())
                .no_proxy()
        };
        let public = client().dns_resolver(Arc::new(PublicOnly)).build();
        let own = client().build();
        Self {
            public: public.expect("a client without files or variables can be built"),
            own: own.expect("a client without files or variables can be built"),
        }
    }

    /// Makes one request and reads the whole answer. `own` is the origin that the account names
    /// for its provider, if it may.
    ///
    /// # Errors
    ///
    /// See [`RequestError`]: it says whether the request may have been carried out.
    pub async fn call(
        &self,
        request: Request<Vec<u8>>,
        own: Option<&str>,
    ) -> Result<Response<Vec<u8>>, RequestError> {
        let mut answer = self.start(request, own).await?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let body = read(answer, ANSWER_BYTES_MAX).await?;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// Downloads a file of at most `bytes_max`, following redirects. Credentials go to the first
    /// address only: stores that providers redirect to refuse a second proof.
    ///
    /// # Errors
    ///
    /// See [`RequestError`].
    pub async fn download(
        &self,
        request: Request<Vec<u8>>,
        own: Option<&str>,
        bytes_max: u64,
    ) -> Result<Downloaded, RequestError> {
        let mut url = reach::check(&request.uri().to_string(), own)?;
        let mut headers = request.headers().clone();
        for _hop in 0..=REDIRECTS_MAX {
            let mut next = Request::new(Vec::new());
            *next.uri_mut() = url.as_str().parse().map_err(|_| Unreachable::NotAnAddress)?;
            *next.headers_mut() = headers.clone();
            let answer = self.start(next, own).await?;
            if !answer.status().is_redirection() {
                return finish(answer, bytes_max).await;
            }
            url = redirect_target(&url, answer.headers())?;
            headers.remove(AUTHORIZATION);
        }
        Err(RequestError::NotAnswered("too many redirects".into()))
    }

    async fn start(
        &self,
        request: Request<Vec<u8>>,
        own: Option<&str>,
    ) -> Result<reqwest::Response, RequestError> {
        let url = reach::check(&request.uri().to_string(), own)?;
        let is_own = own
            .and_then(|own| Url::parse(own).ok())
            .is_some_and(|own| own.origin() == url.origin());
        let client = if is_own { &self.own } else { &self.public };
        let (parts, body) = request.into_parts();
        let answer =
            client.request(parts.method, url).headers(parts.headers).body(body).send().await;
        answer.map_err(|error| {
            // The address may hold a token.
            let error = error.without_url();
            if error.is_connect() || error.is_builder() {
                RequestError::NotSent(Box::new(error))
            } else {
                RequestError::NotAnswered(Box::new(error))
            }
        })
    }
}

impl Default for ProviderClient {
    fn default() -> Self {
        Self::new()
    }
}

fn redirect_target(from: &Url, headers: &HeaderMap) -> Result<Url, RequestError> {
    let target = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let target = target.and_then(|target| from.join(target).ok());
    target.ok_or_else(|| RequestError::NotAnswered("a redirect to nowhere".into()))
}

async fn finish(answer: reqwest::Response, bytes_max: u64) -> Result<Downloaded, RequestError> {
    if !answer.status().is_success() {
        return Ok(Downloaded::Answered(answer.status()));
    }
    let mime = answer
        .headers()
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let bytes = read(answer, bytes_max).await?;
    Ok(Downloaded::File(Download { mime, bytes }))
}

/// Reads a body piece by piece, and no further than allowed, whatever length it claims.
async fn read(mut answer: reqwest::Response, bytes_max: u64) -> Result<Vec<u8>, RequestError> {
    if answer.content_length().is_some_and(|length| length > bytes_max) {
        return Err(RequestError::TooLarge { max: bytes_max });
    }
    let mut body = Vec::new();
    loop {
        let piece = answer
            .chunk()
            .await
            .map_err(|error| RequestError::NotAnswered(Box::new(error.without_url())))?;
        let Some(piece) = piece else { return Ok(body) };
        if (body.len() + piece.len()) as u64 > bytes_max {
            return Err(RequestError::TooLarge { max: bytes_max });
        }
        body.extend_from_slice(&piece);
    }
}

fn tls() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .expect("ring supports the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Resolves a name to its public addresses only: a name that leads into a private network, now or
/// at the second question, leads nowhere.
#[derive(Debug)]
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let all = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> =
                all.filter(|address| reach::is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(Unreachable::NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name may lead to a private address only when it is connected to.
    #[tokio::test]
    async fn a_name_that_leads_home_leads_nowhere() {
        let name = "localhost".parse().unwrap();
        assert!(PublicOnly.resolve(name).await.is_err());
    }
}
