//! The custom domain in front of the API, as an operator would have one: providers and agents call
//! its address, and API Gateway is told for which API.
//!
//! The emulator tells APIs apart by the host alone, and nothing resolves its hosts. So this passes
//! each request on as it is, but for the `Host` header.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;

use crate::emulator::Emulator;
use crate::http::send;

/// The domain, and the API it is mapped to once there is one.
#[derive(Debug, Clone)]
pub(crate) struct CustomDomain {
    pub(crate) url: String,
    api: Arc<OnceLock<Api>>,
}

#[derive(Debug)]
struct Api {
    host: HeaderValue,
    gateway: String,
}

impl CustomDomain {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let domain = Self { url, api: Arc::default() };
        serve(listener, Router::new().fallback(pass_on).with_state(domain.clone()));
        domain
    }

    /// Maps the domain to an API.
    pub(crate) fn map(&self, emulator: &Emulator, api_id: &str) {
        let host = format!("{api_id}.execute-api.localhost:{}", emulator.port);
        let api = Api { host: host.parse().unwrap(), gateway: emulator.url() };
        self.api.set(api).expect("it is mapped once");
    }
}

async fn pass_on(State(domain): State<CustomDomain>, mut request: Request<Body>) -> Response {
    let Some(api) = domain.api.get() else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = Uri::try_from(format!("{}{path}", api.gateway)).unwrap();
    request.headers_mut().insert(HOST, api.host.clone());
    match send(request).await {
        Ok(answer) => (answer.status, answer.headers, answer.body).into_response(),
        Err(reason) => (StatusCode::BAD_GATEWAY, reason).into_response(),
    }
}

/// Serves until the test ends.
pub(crate) fn serve(listener: TcpListener, router: Router) {
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { axum::serve(listener, router).await });
}
