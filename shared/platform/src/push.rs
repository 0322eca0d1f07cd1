//! Telling connected clients: frames to sockets that a gateway holds.

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::error::ProvideErrorMetadata;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use aws_types::SdkConfig;

use crate::config::BaseUrl;

/// The gateway's way to its sockets.
#[derive(Debug, Clone)]
pub struct Push {
    client: Client,
}

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// The gateway has it.
    Taken,
    /// There is nobody any more.
    Gone,
}

#[derive(Debug, thiserror::Error)]
#[error("the gateway did not take a frame")]
pub struct PushError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Push {
    /// `gateway` is the address of the stage that holds the sockets.
    pub fn connect(sdk: &SdkConfig, gateway: &BaseUrl) -> Self {
        let config = Builder::from(sdk).endpoint_url(gateway.as_str()).build();
        Self { client: Client::from_conf(config) }
    }

    /// Sends a frame to a connection.
    ///
    /// # Errors
    ///
    /// If the gateway is out of reach or refuses, as it does when there are too many frames.
    pub async fn post(&self, connection: &str, frame: String) -> Result<Pushed, PushError> {
        let data = Blob::new(frame.into_bytes());
        let sent = self.client.post_to_connection().connection_id(connection).data(data).send();
        answered(sent.await.err())
    }

    /// Closes a connection.
    ///
    /// # Errors
    ///
    /// If the gateway is out of reach or refuses.
    pub async fn close(&self, connection: &str) -> Result<Pushed, PushError> {
        answered(self.client.delete_connection().connection_id(connection).send().await.err())
    }
}

fn answered<E>(failed: Option<E>) -> Result<Pushed, PushError>
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match failed {
        None => Ok(Pushed::Taken),
        Some(error) if error.code() == Some("GoneException") => Ok(Pushed::Gone),
        Some(error) => Err(PushError(Box::new(error))),
    }
}
