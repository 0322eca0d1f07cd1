//! The tiles of the desk: what they count, for whom, and that they are right whatever happens.

use axum::http::{Method, StatusCode};
use domain::id::{ConversationId, UserId};
use domain::rights::Viewer;
use jiff::SignedDuration;
use local::aws::Answer;
use local::queues::{CHANGES, NewRecord};
use proptest::prelude::*;
use serde_json::{Value, json};
use store::Cursor;

use crate::world::{ACME, Act, Fault, World};

/// Ada sees everything, Ben and Cy sell, Dee helps.
pub(super) fn teams() -> String {
    let people = r#"
[[workspace.group]]
id = "sales"
name = "Sales"

[[workspace.group]]
id = "help"
name = "Help"

[[workspace.user]]
id = "cy"
name = "Cy"
email = "cy@acme.test"
role = "agent"
groups = ["sales"]

[[workspace.user]]
id = "dee"
name = "Dee"
email = "dee@acme.test"
role = "agent"
groups = ["help"]

[[workspace.user]]
id = "ada""#;
    ACME.replace("status_preset = \"five\"", "preset = \"ucal\"")
        .replace("role = \"agent\"", "role = \"agent\"\ngroups = [\"sales\"]")
        .replace("[[workspace.user]]\nid = \"ada\"", people.trim_start())
}

impl World {
    /// Everything that was committed is handed on and followed.
    pub(super) async fn catches_up(&self) {
        self.confab.expire().await.unwrap();
        self.settle().await;
    }

    /// A user's tiles: mine, my unreplied, unassigned, unreplied.
    async fn tiles(&mut self, user: &str) -> [Value; 4] {
        let answered = self.request(user, Method::GET, "/v1/tiles", None, None).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
        ["assigned_to_me", "my_unreplied", "unassigned", "unreplied"]
            .map(|tile| answered.body[tile]["count"].clone())
    }

    async fn writes(&self, contact: usize, text: &str) {
        let phone = self.simulator.phone("wa1", &format!("+1650555200{contact}"));
        phone.writes(text).await;
        self.settle().await;
    }
}

/// R183-R187: what is counted, and for whom.
#[tokio::test]
async fn each_tile_counts_what_its_user_sees() {
    let mut world = World::with(&teams(), 1).await;
    world.writes(1, "Hello").await;
    world.writes(1, "Anybody?").await;
    let id = world.only().await;
    for user in ["ada", "ben", "dee"] {
        assert_eq!(world.tiles(user).await, [0, 0, 1, 2].map(Value::from), "{user}");
    }
    world.acts("ada", &id, &Act::Move(Some("sales"))).await;
    world.acts("ada", &id, &Act::Assign(vec!["ben"])).await;
    world.catches_up().await;
    assert_eq!(world.tiles("ada").await, [0, 0, 0, 2].map(Value::from));
    assert_eq!(world.tiles("ben").await, [1, 2, 0, 2].map(Value::from));
    assert_eq!(world.tiles("dee").await, [0, 0, 0, 0].map(Value::from));
    world.acts("ada", &id, &Act::Restrict(Some(vec!["ben"]))).await;
    world.catches_up().await;
    assert_eq!(world.tiles("cy").await, [0, 0, 0, 0].map(Value::from), "R130");
    assert_eq!(world.tiles("ben").await, [1, 2, 0, 2].map(Value::from));
    world.replies("ben", "Here I am.").await;
    world.settle().await;
    assert_eq!(world.tiles("ben").await, [1, 0, 0, 0].map(Value::from));
    world.acts("ben", &id, &Act::Close).await;
    world.catches_up().await;
    assert_eq!(world.tiles("ben").await, [0, 0, 0, 0].map(Value::from));
}

/// R188: each tile opens the list that adds up to it.
#[tokio::test]
async fn each_tile_leads_to_the_list_it_counts() {
    let mut world = World::with(&teams(), 1).await;
    for (contact, texts) in [(1, 1), (2, 2), (3, 3)] {
        for _ in 0..texts {
            world.writes(contact, "Hello").await;
        }
    }
    let mut all = world.conversations().await;
    all.sort_by_key(|one| one["unreplied"].as_u64());
    for mine in &all[..2] {
        world.acts("ada", mine["id"].as_str().unwrap(), &Act::Assign(vec!["ben"])).await;
    }
    world.catches_up().await;
    assert_eq!(world.tiles("ben").await, [2, 3, 1, 6].map(Value::from));
    let tiles = world.request("ben", Method::GET, "/v1/tiles", None, None).await.body;
    for (tile, conversations, unreplied) in [
        ("assigned_to_me", 2, 3),
        ("my_unreplied", 2, 3),
        ("unassigned", 1, 3),
        ("unreplied", 3, 6),
    ] {
        let list = tiles[tile]["list"].as_str().unwrap();
        let listed = world.request("ben", Method::GET, list, None, None).await;
        assert_eq!(listed.status, StatusCode::OK, "{tile}: {}", listed.body);
        let items = listed.body["items"].as_array().unwrap();
        let sum: u64 = items.iter().map(|one| one["unreplied"].as_u64().unwrap()).sum();
        assert_eq!((items.len(), sum), (conversations, unreplied), "{tile}");
    }
}

/// A tile has no place for those who see only what is theirs.
#[tokio::test]
async fn whoever_sees_only_their_own_has_no_tiles_of_the_group() {
    let file = ACME.replace("status_preset = \"five\"", "preset = \"conversedesk\"");
    let mut world = World::with(&file, 1).await;
    world.writes(1, "Hello").await;
    let [mine, my_unreplied, unassigned, unreplied] = world.tiles("ben").await;
    assert_eq!([mine, my_unreplied], [0, 0].map(Value::from));
    assert_eq!([unassigned, unreplied], [Value::Null, Value::Null]);
}

/// One thing that happens in a random run.
#[derive(Debug, Clone)]
enum Step {
    Writes(usize),
    Replies(usize),
    Acts(usize, Act),
    /// A change is told once more.
    Again(usize),
    /// Everything is followed, with a process that dies at some effect.
    Dies(usize, Fault),
    /// Somebody else is faster.
    Races,
    Follows,
    Polls(usize),
}

const CONTACTS: usize = 4;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let some = || proptest::sample::subsequence(vec!["ada", "ben", "cy", "dee"], 0..=3);
    let group = proptest::option::of(proptest::sample::select(vec!["sales", "help"]));
    let act = prop_oneof![
        4 => proptest::sample::select(vec!["ada", "ben", "cy"]).prop_map(|one| Act::Assign(vec![one])),
        1 => Just(Act::Assign(Vec::new())),
        2 => group.prop_map(Act::Move),
        2 => proptest::option::of(some()).prop_map(Act::Restrict),
        2 => Just(Act::Close),
        1 => Just(Act::Reopen),
    ];
    let fault = proptest::sample::select(crate::world::FAULTS.to_vec());
    let step = prop_oneof![
        4 => (0..CONTACTS).prop_map(Step::Writes),
        2 => (0..CONTACTS).prop_map(Step::Replies),
        8 => (0..CONTACTS, act).prop_map(|(place, act)| Step::Acts(place, act)),
        2 => (0..CONTACTS).prop_map(Step::Again),
        2 => (0usize..12, fault).prop_map(|(effect, fault)| Step::Dies(effect, fault)),
        1 => Just(Step::Races),
        2 => Just(Step::Follows),
        2 => (1usize..6).prop_map(Step::Polls),
    ];
    proptest::collection::vec(step, 10..40)
}

/// A reader of the feed, who sees everything.
#[derive(Default)]
struct Reader {
    from: Cursor,
    read: Vec<(ConversationId, u32)>,
}

impl Reader {
    /// Returns whether there was more.
    async fn polls(&mut self, world: &World, limit: usize) -> bool {
        let _observing = world.faults.pause();
        let acme = "acme".parse().unwrap();
        let feed = world.confab.store.feed(&acme, &self.from, limit, |_| true).await.unwrap();
        assert!(feed.events.len() <= limit);
        self.read.extend(feed.events.iter().map(|(id, logged)| (*id, logged.event.seq.get())));
        self.from = feed.next;
        feed.more
    }
}

async fn take(world: &mut World, reader: &mut Reader, step: &Step) {
    let all = world.conversations().await;
    let id = |place: usize| {
        let one = all.get(place % all.len().max(1));
        one.map(|one| one["id"].as_str().unwrap().to_owned())
    };
    match step {
        Step::Writes(contact) => world.writes(*contact, "Hello").await,
        Step::Replies(place) => {
            if let Some(id) = id(*place) {
                let body = json!({ "content": { "type": "text", "text": "Yes." } });
                world.replies_with("ada", &id, body, None).await;
            }
        }
        Step::Acts(place, act) => {
            if let Some(id) = id(*place) {
                world.acts("ada", &id, act).await;
            }
        }
        Step::Again(place) => {
            if let Some(id) = id(*place) {
                tell_again(world, &id);
            }
        }
        Step::Dies(effect, fault) => {
            world.faults.count();
            world.faults.arm(*effect, *fault);
            world.pass(SignedDuration::from_mins(1)).await;
            world.faults.end();
        }
        Step::Races => {
            let lost = json!({
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "message": "lost",
                "CancellationReasons": [{ "Code": "TransactionConflict" }],
            });
            let status = StatusCode::BAD_REQUEST;
            world.faults.refuse(
                "TransactWriteItems",
                Answer { status, body: lost.to_string().into_bytes() },
                2,
            );
        }
        Step::Follows => world.catches_up().await,
        Step::Polls(limit) => {
            reader.polls(world, *limit).await;
        }
    }
}

pub(super) fn tell_again(world: &World, conversation: &str) {
    let detail = json!({ "id": "again", "at": world.now(), "workspace": "acme", "conversation": conversation });
    let body = json!({ "detail": detail }).to_string();
    let queue = CHANGES.name;
    let record = NewRecord { queue, body: &body, group: None, deduplication: None, reason: None };
    world.confab.queues().send(&[record]).unwrap();
}

/// Invariant 24 for the tiles and the feed: the sums are what the logs say and what each user's
/// lists would add up to; the feed has told every event once and in order.
async fn hold(world: &mut World, reader: &mut Reader) {
    world.pass(SignedDuration::from_mins(10)).await;
    let acme = "acme".parse().unwrap();
    let store = world.confab.store.clone();
    let verified = store.verify_tiles(&acme).await.unwrap();
    assert_eq!(verified.differences, [], "of {} conversations", verified.conversations);
    let workspace = store.workspace(&acme).await.unwrap().unwrap();
    let mut heads = Vec::new();
    for one in world.conversations().await {
        let id = one["id"].as_str().unwrap().parse().unwrap();
        heads.push(store.conversation(&acme, id).await.unwrap().unwrap());
    }
    for user in ["ada", "ben", "cy", "dee"] {
        let id: UserId = user.parse().unwrap();
        let known = store.user(&acme, &id).await.unwrap().unwrap();
        let viewer = Viewer::of(&workspace, &known).unwrap();
        let open = heads.iter().filter(|one| one.base.is_open());
        let (mut mine, mut seen) = ([0, 0], [0, 0]);
        for one in open {
            assert!(one.unreplied <= one.inbound_count, "7");
            if one.is_assigned_to(&id) {
                mine = [mine[0] + 1, mine[1] + one.unreplied];
            }
            if viewer.sees(one) {
                seen = [seen[0] + u32::from(one.assignees.is_empty()), seen[1] + one.unreplied];
            }
        }
        let expected = [mine[0], mine[1], seen[0], seen[1]].map(Value::from);
        assert_eq!(world.tiles(user).await, expected, "{user}");
    }
    while reader.polls(world, 100).await {}
    for head in &heads {
        let read = reader.read.iter().filter(|(id, _)| *id == head.id).map(|(_, seq)| *seq);
        assert_eq!(read.collect::<Vec<_>>(), (1..=head.seq.get()).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Invariants 7 and 24, R183: repeated, reordered, raced and cut off, the sums are exact and
    /// the feed is whole.
    #[test]
    fn the_tiles_and_the_feed_are_what_the_logs_say(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::with(&teams(), 1).await;
            let mut reader = Reader::default();
            for step in &steps {
                take(&mut world, &mut reader, step).await;
            }
            hold(&mut world, &mut reader).await;
        });
    }
}
