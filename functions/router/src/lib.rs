//! Gives what waits in the queue to whoever can take it.
//!
//! A workspace's pulls are in one group of the queue, so that there is one at a time and nothing is
//! given twice. Each pull looks at all that waits, the longest waiting first, whatever asked for it:
//! what is asked twice, or too late, finds nothing left to do.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use domain::conversation::{
    Assign, AssignedWhy, Candidate, Command, Conversation, Decision, Event, Facts, Group, Refusal,
    decide,
};
use domain::id::{ConversationId, UserId, WorkspaceId};
use domain::job::{FollowUps, Responding, RoutingJob};
use domain::not_done::NotDone;
use domain::rights::Viewer;
use domain::routing::{self, Chosen, Round};
use domain::window::after;
use domain::workspace::{User, Workspace};
use jiff::{SignedDuration, Timestamp};
use platform::aws::SdkConfig;
use platform::batch::{self, Source};
use platform::bus::Bus;
use platform::cache::Cache;
use platform::hand_on::HandOn;
use platform::queue::Queue;
use store::{Changed, DuePolicy, Store};
use tracing::info;

mod config;
mod desk;

pub use config::Config;
use desk::Desk;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub hand_on: HandOn,
    pub routing: Source,
    workspaces: Cache<WorkspaceId, Option<Arc<Workspace>>>,
}

/// Changed settings are in use after at most this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 1_000;

/// What was committed and is still not handed on after this long is handed on by the schedule.
const HANDED_ON_WITHIN: SignedDuration = SignedDuration::from_secs(60);

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        let bus = Bus::new(aws_sdk_eventbridge::Client::new(sdk), &config.bus);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            hand_on: HandOn::tells(bus),
            routing: Source {
                queue: queue(&config.routing),
                dead_letters: queue(&config.routing_dead),
                receives_max: config.receives_max,
            },
            workspaces: Cache::new(KEPT_FOR, KEPT_MAX),
        }
    }
}

pub async fn handle(deps: &Deps, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
    batch::each(batch, &deps.routing, async |job: RoutingJob, _received| {
        process(deps, job, now).await
    })
    .await
}

async fn process(deps: &Deps, job: RoutingJob, now: Timestamp) -> Result<(), NotDone> {
    let RoutingJob::RouteV1 { workspace, conversation, reopened, .. } = job;
    let load = async |id: &WorkspaceId| -> Result<_, NotDone> {
        Ok(deps.store.workspace(id).await?.map(Arc::new))
    };
    let workspace = deps.workspaces.get(&workspace, now, load).await?;
    let workspace = workspace.ok_or_else(|| NotDone::reject("the workspace does not exist"))?;
    if !workspace.rules.routing.chooses() {
        return Ok(());
    }
    let desk = Desk::read(&deps.store, &workspace, now).await?;
    let mut pull = Pull { deps, workspace: &workspace, desk, now };
    let mut about = None;
    if let Some(id) = conversation {
        about = deps.store.conversation(&workspace.id, id).await?;
    }
    if reopened && let Some(conversation) = about.as_mut() {
        pull.keep(conversation).await?;
    }
    pull.run(about).await
}

/// One pull.
struct Pull<'a> {
    deps: &'a Deps,
    workspace: &'a Workspace,
    desk: Desk<'a>,
    now: Timestamp,
}

impl Pull<'_> {
    /// A conversation that is open again stays with those who can still take it.
    async fn keep(&mut self, conversation: &mut Conversation) -> Result<(), NotDone> {
        if !conversation.base.is_open() || conversation.assignees.is_empty() {
            return Ok(());
        }
        let routing = &self.workspace.rules.routing;
        let Some(chosen) = routing::kept(conversation, routing, &self.desk.candidates()) else {
            return Ok(());
        };
        let before = conversation.assignees.clone();
        let same = move |state: &Conversation| state.base.is_open() && state.assignees == before;
        if let Some(after) = self.assign(conversation.id, &chosen, same).await? {
            *conversation = after;
        }
        Ok(())
    }

    /// Everything that waits, in its order; `about` may be too new to be in the list.
    async fn run(&mut self, about: Option<Conversation>) -> Result<(), NotDone> {
        let mut queue = self.deps.store.unassigned(&self.workspace.id).await?;
        if let Some(about) = &about {
            queue.retain(|one| one.id != about.id);
            queue.extend(Some(about.clone()).filter(routing::waits));
            routing::in_order(&mut queue);
        }
        let routing = &self.workspace.rules.routing;
        for conversation in queue {
            let is_about = about.as_ref().is_some_and(|about| about.id == conversation.id);
            let round = if is_about { Round::Next } else { Round::Again };
            let candidates = self.desk.candidates();
            let Some(chosen) = routing::choose(&conversation, routing, &candidates, round) else {
                continue;
            };
            self.give(&conversation, &chosen).await?;
        }
        Ok(())
    }

    async fn give(&mut self, to_give: &Conversation, chosen: &Chosen) -> Result<(), NotDone> {
        let (id, seq) = (to_give.id, to_give.seq.next());
        for user in &chosen.users {
            let given = self.desk.give(user, id, seq, self.now);
            self.deps.store.note_chosen(&self.workspace.id, user, given, self.now).await?;
        }
        self.assign(id, chosen, routing::waits).await?;
        Ok(())
    }

    /// Commits and hands on, unless the conversation is no longer what the choice was made for.
    async fn assign(
        &self,
        id: ConversationId,
        chosen: &Chosen,
        still: impl Fn(&Conversation) -> bool,
    ) -> Result<Option<Conversation>, NotDone> {
        let users: Vec<&User> = chosen.users.iter().filter_map(|id| self.desk.user(id)).collect();
        let candidates: Vec<Candidate<'_>> = users
            .iter()
            .filter_map(|user| Viewer::of(self.workspace, user))
            .map(|viewer| Candidate { viewer, open: 0 })
            .collect();
        let decided = |state: &Conversation| {
            if !still(state) {
                return Ok(Decision { begins: false, events: Vec::new() });
            }
            assigned(state, &candidates, chosen.why, self.workspace, self.now)
        };
        let (store, workspace) = (&self.deps.store, &self.workspace.id);
        let due_at = after(self.now, HANDED_ON_WITHIN);
        let policy = DuePolicy::At(due_at);
        match store.change(workspace, id, None, policy, self.now, decided).await? {
            Changed::Committed(committed) => {
                self.hand_on(id, &committed.events, due_at).await?;
                let (to, why) = (names(&chosen.users), chosen.why.as_str());
                info!(conversation.id = %id, why, "Gave {id} to {to}");
                Ok(Some(committed.conversation))
            }
            // Somebody else has decided meanwhile, and asked for what follows from that.
            Changed::Refused(_)
            | Changed::Unchanged
            | Changed::Absent
            | Changed::Repeated { .. } => Ok(None),
        }
    }

    async fn hand_on(
        &self,
        conversation: ConversationId,
        events: &[Event],
        due_at: Timestamp,
    ) -> Result<(), NotDone> {
        let workspace = &self.workspace.id;
        let follow_ups = FollowUps::of(workspace, conversation, events, Responding::No);
        self.deps.hand_on.send(&follow_ups).await?;
        Ok(self.deps.store.handed_on(workspace, conversation, events, due_at).await?)
    }
}

fn assigned(
    state: &Conversation,
    to: &[Candidate<'_>],
    why: AssignedWhy,
    workspace: &Workspace,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let assign = Assign { by: None, to, group: Group::AsItIs, why, force: true };
    decide(Some(state), Command::Assign(&assign), &Facts::of(workspace), now)
}

fn names(users: &[UserId]) -> String {
    let names: Vec<&str> = users.iter().map(UserId::as_str).collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
