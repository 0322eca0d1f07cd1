//! Receipts in every order, with every repetition, before and after our own record (T2).

use domain::conversation::Actor;
use domain::delivery::DeliveryStatus;
use domain::id::ProviderMessageId;
use domain::incoming::{Receipt, Reference};
use domain::job::EventName;
use jiff::SignedDuration;
use serde_json::Value;
use store::{Claim, Claimed};

use crate::world::World;

/// Something that is told of a message after it was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Our own record that the provider took it.
    Taken,
    Receipt(DeliveryStatus),
}

const TOLD: [Told; 5] = [
    Told::Taken,
    Told::Receipt(DeliveryStatus::Sent),
    Told::Receipt(DeliveryStatus::Delivered),
    Told::Receipt(DeliveryStatus::Read),
    Told::Receipt(DeliveryStatus::Failed),
];

/// Every subset with our own record in it, in every order.
fn orders() -> Vec<Vec<Told>> {
    let mut orders = Vec::new();
    for mask in 0..32_usize {
        let set: Vec<Told> = TOLD
            .iter()
            .enumerate()
            .filter(|(place, _)| mask >> place & 1 == 1)
            .map(|(_, told)| *told)
            .collect();
        if set.contains(&Told::Taken) {
            permute(&mut set.clone(), 0, &mut orders);
        }
    }
    orders
}

fn permute(told: &mut Vec<Told>, from: usize, orders: &mut Vec<Vec<Told>>) {
    if from == told.len() {
        orders.push(told.clone());
        return;
    }
    for place in from..told.len() {
        told.swap(from, place);
        permute(told, from + 1, orders);
        told.swap(from, place);
    }
}

/// Whether the provider hands back what we gave it, or only its own name for the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    ByReference,
    ByProvider,
}

async fn claimed(world: &mut World) -> (EventName, Claimed) {
    let id = world.only().await;
    let body = serde_json::json!({ "content": { "type": "text", "text": "Hi!" } });
    let accepted = world.replies_with("ada", &id, body, None).await;
    let seq = accepted.body["seq"].as_u64().unwrap();
    let message = EventName {
        workspace: "acme".parse().unwrap(),
        conversation: id.parse().unwrap(),
        seq: domain::id::Seq::new(u32::try_from(seq).unwrap()),
    };
    let claim = world.confab.store.claim(&message, world.now()).await.unwrap();
    let Claim::Granted(claimed) = claim else { panic!("{claim:?}") };
    assert_eq!(claimed.message.event.actor, Actor::User("ada".parse().unwrap()));
    (message, *claimed)
}

async fn tell(world: &World, message: &EventName, claimed: &Claimed, told: Told, named: Named) {
    let store = &world.confab.store;
    let provider_id = ProviderMessageId(format!("wamid.{}", message.seq));
    match told {
        Told::Taken => {
            let sending = &claimed.message;
            store.record_sent(message, 1, sending, &provider_id, world.now()).await.unwrap();
        }
        Told::Receipt(status) => {
            let reference = (named == Named::ByReference).then_some(Reference {
                conversation: message.conversation,
                seq: message.seq,
                attempt: 1,
            });
            let receipt =
                Receipt { provider_id, reference, status, failure: None, at: world.now() };
            let account = "wa1".parse().unwrap();
            store
                .record_receipt(&message.workspace, &account, &receipt, world.now())
                .await
                .unwrap();
        }
    }
}

/// What the lattice makes of a set.
fn expected(told: &[Told]) -> DeliveryStatus {
    told.iter().fold(DeliveryStatus::Sending, |kept, one| {
        kept.merge(match one {
            Told::Taken => DeliveryStatus::Sent,
            Told::Receipt(status) => *status,
        })
    })
}

#[tokio::test]
async fn every_order_and_repetition_ends_alike() {
    for named in [Named::ByReference, Named::ByProvider] {
        let mut world = World::new().await;
        world.phone("wa1").writes("Hello").await;
        world.settle().await;
        let orders = orders();
        assert_eq!(orders.len(), 1 + 4 * 2 + 6 * 6 + 4 * 24 + 120);
        for order in orders {
            let (message, claimed) = claimed(&mut world).await;
            for told in &order {
                tell(&world, &message, &claimed, *told, named).await;
                // Providers repeat themselves.
                tell(&world, &message, &claimed, *told, named).await;
            }
            let logged = world
                .confab
                .store
                .event(&message.workspace, message.conversation, message.seq)
                .await
                .unwrap()
                .unwrap();
            let latest = logged.delivery.unwrap().attempts.pop().unwrap();
            assert_eq!(latest.status, expected(&order), "{named:?} {order:?}");
            assert!(latest.provider_id.is_some(), "{named:?} {order:?}");
        }
        // The sends were claimed by the test: their records find nothing to do.
        world.pass(SignedDuration::from_mins(10)).await;
        let statuses = statuses(&mut world).await;
        assert!(!statuses.contains(&Value::from("sending")), "{statuses:?}");
    }
}

async fn statuses(world: &mut World) -> Vec<Value> {
    let id = world.only().await;
    let events = world.events(&id).await;
    events.into_iter().map(|event| event["delivery"]["status"].clone()).collect()
}

/// A receipt for an attempt that another has followed touches only its own.
#[tokio::test]
async fn an_old_receipt_touches_only_its_own_attempt() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let (message, claimed) = claimed(&mut world).await;
    let store = &world.confab.store;
    let failed = domain::delivery::Attempt::new(DeliveryStatus::Failed, world.now());
    assert!(store.begin_attempt(&message, &failed, 1, None, world.now()).await.unwrap());
    let second = store.claim(&message, world.now()).await.unwrap();
    assert!(matches!(second, Claim::Granted(_)));
    tell(&world, &message, &claimed, Told::Receipt(DeliveryStatus::Delivered), Named::ByReference)
        .await;
    let logged =
        store.event(&message.workspace, message.conversation, message.seq).await.unwrap().unwrap();
    let statuses: Vec<_> =
        logged.delivery.unwrap().attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(statuses, [DeliveryStatus::Delivered, DeliveryStatus::Sending]);
    world.settle().await;
}
