//! What is counted has to stay what it has to be (P5 to P8, P11, P14). The figures and how they are
//! counted are the bench's.

use bench::figure::Figure;
use bench::lists::{self, Filled};
use bench::meter::Meter;
use bench::{Failed, bill, counts, logs};
use local::aws::{Call, Tap};
use serde_json::{Value, json};

use crate::world::World;

fn hold(figures: Result<Vec<Figure>, Failed>) {
    for figure in figures.unwrap() {
        assert!(figure.holds(), "{figure:#?}");
    }
}

#[tokio::test]
async fn an_inbound_text_costs_the_table_no_more_than_it_may() {
    hold(counts::inbound().await);
}

#[tokio::test]
async fn a_webhook_that_comes_again_costs_next_to_nothing_and_sends_nothing() {
    hold(counts::duplicates().await);
}

#[tokio::test]
async fn a_send_and_its_receipts_cost_the_table_no_more_than_they_may() {
    hold(counts::sends().await);
}

/// It has to be 30 dollars and is not yet: of 38.3 the table's writes are 14, the bus 5, FIFO queues
/// 4.5 and the gateway 4; the feed, the tiles and looking for whom a message concerns are 6 of it,
/// telling connected clients, where there are none, is 1.5. It must not grow meanwhile.
#[tokio::test]
async fn a_million_turns_cost_more_than_they_may_but_no_more_than_they_did() {
    let figures = bill::million_turns().await.unwrap();
    let [bill] = figures.as_slice() else { panic!("{figures:#?}") };
    assert!(!bill.holds(), "it holds: hold it like the others: {bill:#?}");
    assert!(bill.value() <= 38.4, "{bill:#?}");
}

#[tokio::test]
async fn no_stage_logs_more_than_it_may() {
    hold(logs::bytes().await);
}

/// P11, as far as it is counted: a page reads as much of many conversations as of few.
#[tokio::test]
async fn a_page_of_any_list_reads_the_same_however_many_conversations_there_are() {
    let (few, many) = (Filled::with(1_000).await.unwrap(), Filled::with(4_000).await.unwrap());
    hold(lists::units(&few, &many).await.map(|figure| vec![figure]));
}

const TABLE: &str = "confab";

/// What one call consumes, reads and writes.
async fn units(world: &World, operation: &str, request: Value) -> (f64, f64) {
    let meter = Meter::default();
    let target = format!("DynamoDB_20120810.{operation}");
    let call = Call::new(&target, "POST", "/", request.to_string().into_bytes());
    let service = |call| world.confab.services.answer(call);
    meter.call(call, &service).await.unwrap();
    let spent = meter.take();
    assert_eq!(spent.calls_of("dynamodb"), 1.0);
    (spent.read_units, spent.write_units)
}

fn item(key: &str, bytes: usize) -> Value {
    json!({ "pk": { "S": key }, "sk": { "S": "x" }, "b": { "S": "x".repeat(bytes) } })
}

fn key(key: &str) -> Value {
    json!({ "pk": { "S": key }, "sk": { "S": "x" } })
}

/// The embedded table's word is taken for what things cost on AWS, so it is held against
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>.
#[tokio::test]
async fn the_embedded_table_charges_for_reads_as_documented() {
    let world = World::new().await;
    let put = json!({ "TableName": TABLE, "Item": item("small", 500) });
    assert_eq!(units(&world, "PutItem", put).await, (0.0, 1.0));
    let put = json!({ "TableName": TABLE, "Item": item("large", 5_000) });
    assert_eq!(units(&world, "PutItem", put).await, (0.0, 5.0));
    for (name, strong, expected) in [
        ("small", true, 1.0),
        ("small", false, 0.5),
        ("large", true, 2.0),
        ("large", false, 1.0),
        ("absent", true, 1.0),
        ("absent", false, 0.5),
    ] {
        let get = json!({ "TableName": TABLE, "Key": key(name), "ConsistentRead": strong });
        assert_eq!(units(&world, "GetItem", get).await, (expected, 0.0), "{name} {strong}");
    }
    let keys = json!({ "ConsistentRead": false, "Keys": [key("small"), key("absent")] });
    let batch = json!({ "RequestItems": { TABLE: keys } });
    assert_eq!(units(&world, "BatchGetItem", batch).await, (1.0, 0.0));
}

#[tokio::test]
async fn the_embedded_table_charges_for_writes_as_documented() {
    let world = World::new().await;
    let listed = |sort: &str, bytes: usize| {
        let mut item = item("head", bytes);
        item["lk"] = json!({ "S": "list" });
        item["ls"] = json!({ "S": sort });
        item
    };
    let transaction =
        |item: Value| json!({ "TransactItems": [{ "Put": { "TableName": TABLE, "Item": item } }] });
    // Two for each KB; one more for the new entry of the index.
    let first = units(&world, "TransactWriteItems", transaction(listed("1", 1_500))).await;
    assert_eq!(first, (0.0, 5.0));
    // The larger of before and after counts; the index is as it was.
    let shorter = units(&world, "TransactWriteItems", transaction(listed("1", 500))).await;
    assert_eq!(shorter, (0.0, 4.0));
    // An entry of an index that moves is removed and added.
    let moved = units(&world, "TransactWriteItems", transaction(listed("2", 500))).await;
    assert_eq!(moved, (0.0, 4.0));
    let leaves = json!({
        "TableName": TABLE, "Key": key("head"), "UpdateExpression": "REMOVE lk, ls",
    });
    assert_eq!(units(&world, "UpdateItem", leaves).await, (0.0, 2.0));
}

/// What the embedded table says nothing of, the meter computes.
#[tokio::test]
async fn a_write_whose_condition_failed_is_charged_for_what_stood_in_the_way() {
    let world = World::new().await;
    for (name, bytes, expected) in [("small", 500, 1.0), ("large", 2_500, 3.0)] {
        let put = json!({ "TableName": TABLE, "Item": item(name, bytes) });
        units(&world, "PutItem", put).await;
        let update = |name: &str| {
            json!({
                "TableName": TABLE,
                "Key": key(name),
                "UpdateExpression": "SET a = :a",
                "ConditionExpression": "c = :a",
                "ExpressionAttributeValues": { ":a": { "S": "a" } },
            })
        };
        assert_eq!(units(&world, "UpdateItem", update(name)).await, (0.0, expected));
        assert_eq!(units(&world, "UpdateItem", update("absent")).await, (0.0, 1.0));
    }
}
