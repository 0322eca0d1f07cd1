//! AWS, played inside the process.
//!
//! The functions use the real SDK; its HTTP client is this one, which never opens a connection. It
//! answers in the services' own protocols, so what runs here is what runs there.

mod events;
mod keys;
mod objects;
mod sockets;
mod sqs;
mod table;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::StatusCode;
use serde_json::{Value, json};

pub use events::{BusLog, is_change};
pub(crate) use keys::write_private;
pub use keys::{KeyFile, KeyFileError};
pub use objects::Folder;
pub(crate) use objects::key_of;
pub use sockets::Sockets;
pub use table::Table;

use crate::queues::Queues;

/// A call on its way to a service.
#[derive(Debug, Clone)]
pub struct Call {
    /// `dynamodb`, `sqs`, `events`, `kms`, `execute-api` or `s3`.
    pub service: &'static str,
    pub operation: String,
    pub path: String,
    pub body: Vec<u8>,
}

impl Call {
    /// The services are told apart by the target their protocols name; the gateway and S3 name none.
    pub fn new(target: &str, method: &str, path: &str, body: Vec<u8>) -> Self {
        let (prefix, operation) = target.split_once('.').unwrap_or(("", target));
        let service = match prefix {
            "DynamoDB_20120810" => "dynamodb",
            "AmazonSQS" => "sqs",
            "AWSEvents" => "events",
            "TrentService" => "kms",
            _ if path.contains(sockets::CONNECTIONS) => "execute-api",
            _ => "s3",
        };
        let operation = if matches!(service, "execute-api" | "s3") { method } else { operation };
        Self { service, operation: operation.to_owned(), path: path.to_owned(), body }
    }
}

/// What S3 tells from a PUT by a header; the source stands in the body here.
const COPY: &str = "COPY";

/// A service's answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Vec<u8>,
}

impl Answer {
    fn ok(body: &Value) -> Self {
        Self { status: StatusCode::OK, body: body.to_string().into_bytes() }
    }

    pub fn error(status: StatusCode, kind: &str, message: &str) -> Self {
        let body = json!({ "__type": kind, "message": message });
        Self { status, body: body.to_string().into_bytes() }
    }
}

/// Stands between the SDK and the services, to watch or to disturb.
pub trait Tap: std::fmt::Debug + Send + Sync {
    /// Lets a call through to `service`, or does not, and passes its answer on, or does not.
    fn call<'a>(
        &'a self,
        call: Call,
        service: &'a (dyn Fn(Call) -> Answer + Send + Sync),
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Lost>> + Send + 'a>>;
}

/// The answer never came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer was lost")]
pub struct Lost;

/// All services of a laptop.
#[derive(Debug)]
pub struct Services {
    pub table: Table,
    pub queues: Arc<Queues>,
    pub bus: BusLog,
    pub keys: KeyFile,
    pub objects: Folder,
    pub sockets: Sockets,
}

impl Services {
    /// Carries out a call, as the service would.
    pub fn answer(&self, call: Call) -> Answer {
        match call.service {
            "dynamodb" => self.table.answer(&call),
            "sqs" => sqs::answer(&self.queues, &call),
            "events" => self.bus.answer(&self.queues, &call),
            "kms" => self.keys.answer(&call),
            "execute-api" => self.sockets.answer(&call),
            _ => self.objects.answer(&call),
        }
    }
}

/// The SDK's way to the services.
#[derive(Debug, Clone)]
pub struct Inside {
    services: Arc<Services>,
    tap: Option<Arc<dyn Tap>>,
}

impl Inside {
    pub fn new(services: Arc<Services>, tap: Option<Arc<dyn Tap>>) -> Self {
        Self { services, tap }
    }
}

impl HttpClient for Inside {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Inside {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let call = read(request);
            let answer = match &this.tap {
                None => this.services.answer(call),
                Some(tap) => {
                    let service = |call| this.services.answer(call);
                    let answered = tap.call(call, &service).await;
                    answered.map_err(|lost| ConnectorError::timeout(Box::new(lost)))?
                }
            };
            Ok(HttpResponse::new(answer.status.into(), SdkBody::from(answer.body)))
        })
    }
}

fn read(request: HttpRequest) -> Call {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let body = request.body().bytes().unwrap_or_default().to_vec();
    match request.headers().get("x-amz-copy-source") {
        Some(source) => Call::new(target, COPY, request.uri(), source.as_bytes().to_vec()),
        None => Call::new(target, request.method(), request.uri(), body),
    }
}
