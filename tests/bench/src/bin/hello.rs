//! An empty function: what everything else is measured against.

use std::convert::Infallible;

use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::IgnoredAny;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    lambda_runtime::run(service_fn(async |_event: LambdaEvent<IgnoredAny>| {
        Ok::<_, Infallible>("hello")
    }))
    .await
}
