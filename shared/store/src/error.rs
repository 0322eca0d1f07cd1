//! What can go wrong with the table: somebody else won, it is out of reach, or an item cannot be
//! read. Absence is `Option`, and what was done before is an answer.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use domain::not_done::NotDone;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Every try met somebody else's change. Trying again later helps.
    #[error("the item was changed by others each time it was tried")]
    Conflict,
    #[error("the table did not answer {operation}")]
    Unavailable {
        operation: &'static str,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An item that this version cannot read: a bug. Nothing is changed.
    #[error("the item {key} cannot be read: {problem}")]
    Corrupt { key: String, problem: String },
}

impl StoreError {
    pub(crate) fn corrupt(key: impl ToString, problem: impl ToString) -> Self {
        Self::Corrupt { key: key.to_string(), problem: problem.to_string() }
    }

    /// Whatever the SDK says of `operation` that is not an answer.
    pub(crate) fn unavailable<E>(operation: &'static str, error: SdkError<E>) -> Self
    where
        E: Error + Send + Sync + ProvideErrorMetadata + 'static,
    {
        Self::Unavailable { operation, source: Box::new(error) }
    }
}

/// The answer of a conditional write, or `None` if its condition did not hold.
pub(crate) fn if_held<T, E>(
    operation: &'static str,
    result: Result<T, SdkError<E>>,
) -> Result<Option<T>, StoreError>
where
    E: Error + Send + Sync + ProvideErrorMetadata + 'static,
{
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(None),
        Err(error) => Err(StoreError::unavailable(operation, error)),
    }
}

/// All of them stay on the queue: a conflict and an outage pass, and what cannot be read today may
/// be read by tomorrow's version. The queue's own limit ends it in the dead letters.
impl From<StoreError> for NotDone {
    fn from(error: StoreError) -> Self {
        Self::retry(error)
    }
}
