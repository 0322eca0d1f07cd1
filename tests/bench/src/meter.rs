//! Counts what the functions ask of AWS, under the SDK's HTTP client.
//!
//! The embedded table says what each call consumed, as DynamoDB does when it is asked to; a test
//! holds what it says against the documented rules. Of a write whose condition failed it says
//! nothing, while DynamoDB charges for the item that stood in the way: that is computed here.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use dynoxide::types::{item_size, write_capacity_units};
use local::aws::{Answer, Call, Lost, Tap, is_change};
use local::queues::CHANGES;
use serde_json::{Value, json};

/// What a stretch of work has asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spent {
    /// Calls by service.
    pub calls: BTreeMap<&'static str, u32>,
    pub read_units: f64,
    pub write_units: f64,
    /// By queue.
    pub queues: BTreeMap<String, Sent>,
    /// Events told to the bus.
    pub told: u32,
    /// Transactions that were called off. What they cost is not counted, so there must be none.
    pub called_off: u32,
}

/// What was put on a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub requests: u32,
    pub jobs: u32,
}

impl Spent {
    pub fn calls_of(&self, service: &str) -> f64 {
        self.calls.get(service).copied().unwrap_or(0).into()
    }

    /// Reads and writes together.
    pub fn units(&self) -> f64 {
        self.read_units + self.write_units
    }
}

/// Stands between the SDK and the services and counts.
#[derive(Debug, Default)]
pub struct Meter(Mutex<Spent>);

impl Meter {
    fn spent(&self) -> MutexGuard<'_, Spent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was counted since the last time.
    pub fn take(&self) -> Spent {
        std::mem::take(&mut self.spent())
    }

    /// Does some work that does not count.
    pub async fn aside<T>(&self, work: impl Future<Output = T>) -> T {
        let counted = self.take();
        let done = work.await;
        *self.spent() = counted;
        done
    }

    fn note(&self, call: &Call, answer: &Answer, service: &(dyn Fn(Call) -> Answer + Send + Sync)) {
        let request = read(&call.body);
        let mut spent = self.spent();
        *spent.calls.entry(call.service).or_default() += 1;
        match call.service {
            "dynamodb" => note_table(&mut spent, call, &request, answer, service),
            "sqs" => note_queue(&mut spent, call, &request),
            "events" => note_bus(&mut spent, &request),
            _ => {}
        }
    }
}

impl Tap for Meter {
    fn call<'a>(
        &'a self,
        call: Call,
        service: &'a (dyn Fn(Call) -> Answer + Send + Sync),
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Lost>> + Send + 'a>> {
        Box::pin(async move {
            let call = if call.service == "dynamodb" { asking_what_it_costs(call) } else { call };
            let answer = service(call.clone());
            self.note(&call, &answer, service);
            Ok(answer)
        })
    }
}

fn asking_what_it_costs(call: Call) -> Call {
    let mut request = read(&call.body);
    if call.operation != "CreateTable" {
        request["ReturnConsumedCapacity"] = json!("TOTAL");
    }
    Call { body: request.to_string().into_bytes(), ..call }
}

fn note_table(
    spent: &mut Spent,
    call: &Call,
    request: &Value,
    answer: &Answer,
    service: &(dyn Fn(Call) -> Answer + Send + Sync),
) {
    let told = read(&answer.body);
    if let "GetItem" | "BatchGetItem" | "Query" = call.operation.as_str() {
        spent.read_units += consumed(&told["ConsumedCapacity"]);
    } else if answer.status.is_success() {
        spent.write_units += consumed(&told["ConsumedCapacity"]);
    } else if call.operation == "TransactWriteItems" {
        spent.called_off += 1;
    } else {
        spent.write_units += in_the_way(request, service);
    }
}

/// One table's units, or those of each.
fn consumed(capacity: &Value) -> f64 {
    let each = capacity.as_array().map_or(std::slice::from_ref(capacity), Vec::as_slice);
    each.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum()
}

/// A failed condition costs as much as writing the item it was asked of, and at least one unit
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>).
fn in_the_way(request: &Value, service: &(dyn Fn(Call) -> Answer + Send + Sync)) -> f64 {
    let get = json!({
        "TableName": request["TableName"], "Key": request["Key"], "ConsistentRead": true,
    });
    let call = Call::new("DynamoDB_20120810.GetItem", "POST", "/", get.to_string().into_bytes());
    let item = read(&service(call).body)["Item"].take();
    let item: dynoxide::Item = serde_json::from_value(item).unwrap_or_default();
    write_capacity_units(item_size(&item))
}

fn note_queue(spent: &mut Spent, call: &Call, request: &Value) {
    let url = request["QueueUrl"].as_str().unwrap_or_default();
    let name = url.rsplit('/').next().unwrap_or_default().to_owned();
    let sent = spent.queues.entry(name).or_default();
    sent.requests += 1;
    if call.operation.starts_with("SendMessage") {
        sent.jobs += length(&request["Entries"]).max(1);
    }
}

/// The bus itself puts changes on their queue, each with a request of its own.
fn note_bus(spent: &mut Spent, request: &Value) {
    spent.told += length(&request["Entries"]);
    for _change in request["Entries"].as_array().into_iter().flatten().filter(|one| is_change(one))
    {
        let sent = spent.queues.entry(CHANGES.name.to_owned()).or_default();
        sent.requests += 1;
        sent.jobs += 1;
    }
}

fn length(list: &Value) -> u32 {
    list.as_array().map_or(0, |list| u32::try_from(list.len()).unwrap_or(u32::MAX))
}

fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}
