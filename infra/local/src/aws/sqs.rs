//! SQS, in front of the durable queues. Receiving is not among its operations: on AWS Lambda does
//! that, and here the workers do.

use http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Call};
use crate::queues::{NewRecord, Queues, QueuesError};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    #[serde(default)]
    id: String,
    message_body: String,
    #[serde(default)]
    message_group_id: Option<String>,
    #[serde(default)]
    message_deduplication_id: Option<String>,
    #[serde(default)]
    message_attributes: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    queue_url: String,
    entries: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    queue_url: String,
    #[serde(flatten)]
    message: Message,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Visibility {
    id: String,
    receipt_handle: String,
    visibility_timeout: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Visibilities {
    entries: Vec<Visibility>,
}

pub(super) fn answer(queues: &Queues, call: &Call) -> Answer {
    match call.operation.as_str() {
        "SendMessage" => with(&call.body, |one: One| {
            queues.send(&[record(&one.queue_url, &one.message)])?;
            Ok(json!({ "MessageId": "sent", "MD5OfMessageBody": "" }))
        }),
        "SendMessageBatch" => with(&call.body, |batch: Batch| {
            let records: Vec<NewRecord<'_>> =
                batch.entries.iter().map(|entry| record(&batch.queue_url, entry)).collect();
            queues.send(&records)?;
            let taken: Vec<Value> = batch
                .entries
                .iter()
                .map(|entry| json!({ "Id": entry.id, "MessageId": "sent", "MD5OfMessageBody": "" }))
                .collect();
            Ok(json!({ "Successful": taken, "Failed": [] }))
        }),
        "ChangeMessageVisibilityBatch" => with(&call.body, |batch: Visibilities| {
            for change in &batch.entries {
                if let Ok(id) = change.receipt_handle.parse() {
                    queues.defer(id, SignedDuration::from_secs(change.visibility_timeout))?;
                }
            }
            let changed = batch.entries.iter().map(|change| json!({ "Id": change.id }));
            Ok(json!({ "Successful": changed.collect::<Vec<_>>(), "Failed": [] }))
        }),
        other => {
            let words = format!("nobody here uses {other}");
            Answer::error(StatusCode::BAD_REQUEST, "UnsupportedOperation", &words)
        }
    }
}

fn record<'a>(url: &'a str, message: &'a Message) -> NewRecord<'a> {
    NewRecord {
        queue: url.rsplit('/').next().unwrap_or_default(),
        body: &message.message_body,
        group: message.message_group_id.as_deref(),
        deduplication: message.message_deduplication_id.as_deref(),
        reason: message.message_attributes["reason"]["StringValue"].as_str(),
    }
}

fn with<T: for<'a> Deserialize<'a>>(
    body: &[u8],
    run: impl FnOnce(T) -> Result<Value, QueuesError>,
) -> Answer {
    let request = match serde_json::from_slice(body) {
        Ok(request) => request,
        Err(error) => {
            let words = error.to_string();
            return Answer::error(StatusCode::BAD_REQUEST, "SerializationException", &words);
        }
    };
    match run(request) {
        Ok(answer) => Answer::ok(&answer),
        Err(error) => {
            Answer::error(StatusCode::BAD_REQUEST, "InvalidParameterValue", &error.to_string())
        }
    }
}
