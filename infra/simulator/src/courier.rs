//! Carries a webhook to the desk: over the network, or straight into its router.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{HOST, RETRY_AFTER};
use axum::http::{Method, Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tower::ServiceExt;

use crate::outbox::Attempt;

/// Answers to webhooks are short; of a longer one nothing is read.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

#[derive(Clone)]
pub(crate) struct Courier {
    network: Client<HttpConnector, Body>,
    /// Origins that are in this process.
    inside: Arc<RwLock<Vec<(String, Router)>>>,
}

impl Courier {
    pub(crate) fn new() -> Self {
        let network = Client::builder(TokioExecutor::new()).build_http();
        Self { network, inside: Arc::default() }
    }

    /// Hands whatever goes to this origin (`http://host:port`) to a router.
    pub(crate) fn deliver_to(&self, origin: &str, router: Router) {
        let mut inside = self.inside.write().unwrap_or_else(PoisonError::into_inner);
        inside.retain(|(known, _)| known != origin);
        inside.push((origin.to_owned(), router));
    }

    pub(crate) async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: Bytes,
        within: Duration,
    ) -> Attempt {
        self.call(Method::POST, url, headers, body, within).await
    }

    pub(crate) async fn get(&self, url: &str, within: Duration) -> Attempt {
        self.call(Method::GET, url, &[], Bytes::new(), within).await
    }

    async fn call(
        &self,
        method: Method,
        url: &str,
        headers: &[(&'static str, String)],
        body: Bytes,
        within: Duration,
    ) -> Attempt {
        let unsent = |reason: String| Attempt::NoAnswer { connected: false, reason };
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = match request.body(Body::from(body)) {
            Ok(request) => request,
            Err(error) => return unsent(error.to_string()),
        };
        let answered = tokio::time::timeout(within, self.answer(url, request)).await;
        answered.unwrap_or_else(|_| Attempt::NoAnswer {
            connected: true,
            reason: format!("no answer within {} s", within.as_secs()),
        })
    }

    async fn answer(&self, url: &str, request: Request<Body>) -> Attempt {
        let inside = self.router_for(url);
        let answer = match inside {
            Some(router) => match router.oneshot(as_received(request)).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            },
            None => match self.network.request(request).await {
                Ok(answer) => answer.map(Body::new),
                Err(error) => {
                    let connected = !error.is_connect();
                    return Attempt::NoAnswer { connected, reason: reasons(&error) };
                }
            },
        };
        read(answer).await
    }

    fn router_for(&self, url: &str) -> Option<Router> {
        let inside = self.inside.read().unwrap_or_else(PoisonError::into_inner);
        let is_origin = |origin: &str| {
            url.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        inside.iter().find(|(origin, _)| is_origin(origin)).map(|(_, router)| router.clone())
    }
}

/// A server is told the path, and the host in a header.
fn as_received(mut request: Request<Body>) -> Request<Body> {
    let uri = std::mem::take(request.uri_mut());
    if let Some(host) = uri.authority().and_then(|authority| authority.as_str().parse().ok()) {
        request.headers_mut().insert(HOST, host);
    }
    let path = uri.path_and_query().cloned();
    *request.uri_mut() = path.map_or_else(Uri::default, Uri::from);
    request
}

async fn read(answer: Response<Body>) -> Attempt {
    let status = answer.status().as_u16();
    let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = seconds.and_then(|value| value.parse().ok()).map(Duration::from_secs);
    match to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await {
        Ok(body) => Attempt::Answered { status, retry_after, body },
        Err(error) => Attempt::NoAnswer { connected: true, reason: reasons(&error) },
    }
}

fn reasons(error: &dyn std::error::Error) -> String {
    let mut reasons = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        reasons = format!("{reasons}: {cause}");
        source = cause.source();
    }
    reasons
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::routing::post;

    use super::*;

    const WITHIN: Duration = Duration::from_secs(5);

    fn taker() -> Router {
        let handler = async |request: Request<Body>| {
            let host = request.headers()[HOST].to_str().unwrap().to_owned();
            let kind = request.headers()["x-kind"].to_str().unwrap().to_owned();
            let body = to_bytes(request.into_body(), 100).await.unwrap();
            let body = String::from_utf8(body.to_vec()).unwrap();
            (StatusCode::ACCEPTED, [(RETRY_AFTER, "7")], format!("{host} {kind} {body}"))
        };
        Router::new().route("/hook", post(handler))
    }

    async fn posted(courier: &Courier, url: &str) -> Attempt {
        let headers = [("x-kind", "test".to_owned())];
        courier.post(url, &headers, Bytes::from_static(b"hello"), WITHIN).await
    }

    fn taken(host: &str) -> Attempt {
        Attempt::Answered {
            status: 202,
            retry_after: Some(Duration::from_secs(7)),
            body: Bytes::from(format!("{host} test hello")),
        }
    }

    #[tokio::test]
    async fn an_origin_in_the_process_needs_no_network() {
        let courier = Courier::new();
        courier.deliver_to("http://desk.test", taker());
        assert_eq!(posted(&courier, "http://desk.test/hook?a=b").await, taken("desk.test"));
    }

    #[tokio::test]
    async fn any_other_origin_is_called_over_the_network() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let mut serving = tokio::task::JoinSet::new();
        serving.spawn(async move { axum::serve(listener, taker()).await });
        let url = format!("http://{host}/hook");
        assert_eq!(posted(&Courier::new(), &url).await, taken(&host));
    }

    #[tokio::test]
    async fn where_nobody_listens_there_was_no_connection() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let free = listener.local_addr().unwrap();
        drop(listener);
        let attempt = posted(&Courier::new(), &format!("http://{free}/hook")).await;
        assert!(matches!(attempt, Attempt::NoAnswer { connected: false, .. }), "{attempt:?}");
    }
}
