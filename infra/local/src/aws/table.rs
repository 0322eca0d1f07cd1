//! DynamoDB, by the embedded table.

use std::path::Path;

use dynoxide::{Database, DynoxideError};
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Answer, Call};

/// The embedded table.
#[derive(Clone)]
pub struct Table(Database);

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Table")
    }
}

impl Table {
    /// Opens the table of a file, or of memory.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn open(file: Option<&Path>) -> Result<Self, DynoxideError> {
        match file {
            Some(file) => Database::new(&file.to_string_lossy()).map(Self),
            None => Database::memory().map(Self),
        }
    }

    pub(super) fn answer(&self, call: &Call) -> Answer {
        let Self(db) = self;
        let body = &call.body;
        match call.operation.as_str() {
            "GetItem" => run(body, |request| db.get_item(request)),
            "BatchGetItem" => run(body, |request| db.batch_get_item(request)),
            "Query" => run(body, |request| db.query(request)),
            "PutItem" => run(body, |request| db.put_item(request)),
            "DeleteItem" => run(body, |request| db.delete_item(request)),
            "UpdateItem" => run(body, |request| db.update_item(request)),
            "TransactWriteItems" => run(body, |request| db.transact_write_items(request)),
            "CreateTable" => run(body, |request| db.create_table(request)),
            other => Answer::error(
                StatusCode::BAD_REQUEST,
                "UnknownOperationException",
                &format!("the store does not use {other}"),
            ),
        }
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Answer {
    let request: Q = match serde_json::from_slice(body) {
        Ok(request) => request,
        Err(error) => {
            let words = error.to_string();
            return Answer::error(StatusCode::BAD_REQUEST, "SerializationException", &words);
        }
    };
    match operation(request) {
        Ok(answer) => match serde_json::to_vec(&answer) {
            Ok(body) => Answer { status: StatusCode::OK, body },
            Err(error) => Answer::error(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                &error.to_string(),
            ),
        },
        Err(error) => Answer {
            status: StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::BAD_REQUEST),
            body: error.to_json().into_bytes(),
        },
    }
}
