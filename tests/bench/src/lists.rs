//! P11: a page of each list over many conversations, beside the same page over few.

use std::time::Instant;

use axum::http::Method;
use domain::consent::Consent;
use domain::conversation::{
    Actor, Base, CloseReason, Conversation, Event, EventKind, Handler, LastIn, Opened, OpenedBy,
    Rule, Scope, Via, Visibility,
};
use domain::id::{AccountId, ContactId, ConversationId, Seq, WorkspaceId};
use jiff::{SignedDuration, Timestamp};

use crate::Failed;
use crate::desk::Desk;
use crate::figure::Figure;

/// A full page each, in any number of conversations from a thousand.
const LISTS: [(&str, &str); 14] = [
    ("all", "view=all"),
    ("active", "view=active"),
    ("inactive", "view=inactive"),
    ("closed", "view=closed"),
    ("snoozed", "view=snoozed"),
    ("mine", "view=mine"),
    ("my inbox", "view=my_inbox"),
    ("sent", "view=sent"),
    ("unassigned", "view=unassigned"),
    ("unreplied", "view=unreplied"),
    ("unread", "view=unread"),
    ("a group's", "view=all&group=sales"),
    ("an account's", "view=all&account=wa1"),
    ("a label's", "view=all&label=vip"),
];

const PAGE: usize = 50;
const ROUNDS: usize = 15;

const MUST: [f64; 2] = [2.0, 1.2];

/// Confab with conversations of all kinds.
pub struct Filled {
    desk: Desk,
    conversations: usize,
}

impl Filled {
    pub async fn with(conversations: usize) -> Result<Self, Failed> {
        let desk = Desk::open("").await?;
        let (workspace, account, now) = ("bench".parse()?, "wa1".parse()?, desk.now());
        let all = conversations_of(&workspace, &account, conversations, now)?;
        desk.confab.store.import(&all).await?;
        Ok(Self { desk, conversations })
    }

    /// A page, which has to be full.
    async fn page(&self, query: &str) -> Result<(), Failed> {
        let path = format!("/v1/conversations?{query}&limit={PAGE}");
        let page = self.desk.asks(Method::GET, &path, None).await?;
        match page["items"].as_array().map(Vec::len) {
            Some(PAGE) => Ok(()),
            found => Err(format!("{query} of {}: {found:?}", self.conversations).into()),
        }
    }

    /// What a page reads of the table, once the sandbox knows who asks.
    async fn units(&self, query: &str) -> Result<f64, Failed> {
        self.page(query).await?;
        self.desk.meter.take();
        self.page(query).await?;
        Ok(self.desk.meter.take().read_units)
    }

    /// How long a page takes, in milliseconds.
    async fn takes(&self, query: &str) -> Result<f64, Failed> {
        let begun = Instant::now();
        self.page(query).await?;
        Ok(begun.elapsed().as_secs_f64() * 1e3)
    }
}

/// P11, what is counted: the same however many conversations there are.
pub async fn units(few: &Filled, many: &Filled) -> Result<Figure, Failed> {
    let (mut worst, mut each) = (0.0_f64, Vec::new());
    for (name, query) in LISTS {
        let (of_few, of_many) = (few.units(query).await?, many.units(query).await?);
        worst = worst.max(of_many / of_few);
        each.push(format!("{name} {of_many}"));
    }
    let what = what("read units", few, many);
    Ok(Figure::at_most("P11", what, worst, "times", MUST).against(each.join(", ")))
}

/// P11, in time: the medians of pages that are read in turns.
pub async fn times(few: &Filled, many: &Filled) -> Result<Figure, Failed> {
    let (mut worst, mut each) = (0.0_f64, Vec::new());
    for (name, query) in LISTS {
        let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            of_few.push(few.takes(query).await?);
            of_many.push(many.takes(query).await?);
        }
        let ratio = middle(&mut of_many) / middle(&mut of_few);
        worst = worst.max(ratio);
        each.push(format!("{name} {ratio:.2} ({:.1} ms)", middle(&mut of_many)));
    }
    let what = what("time", few, many);
    Ok(Figure::at_most("P11", what, worst, "times", MUST).against(each.join(", ")))
}

fn what(of: &str, few: &Filled, many: &Filled) -> String {
    let (many, few) = (many.conversations, few.conversations);
    format!("{of} for a page of {PAGE}, over {many} conversations beside {few}, of the worst list")
}

fn middle(taken: &mut [f64]) -> f64 {
    taken.sort_by(f64::total_cmp);
    taken[taken.len() / 2]
}

/// Conversations of a thousand kinds: closed, snoozed, assigned, of a group, waiting or not.
///
/// # Errors
///
/// If there are more than can be counted.
pub fn conversations_of(
    workspace: &WorkspaceId,
    account: &AccountId,
    count: usize,
    now: Timestamp,
) -> Result<Vec<Conversation>, Failed> {
    (0..count).map(|number| conversation(workspace, account, number, now)).collect()
}

fn conversation(
    workspace: &WorkspaceId,
    account: &AccountId,
    number: usize,
    now: Timestamp,
) -> Result<Conversation, Failed> {
    let kind = number % 1_000;
    let mut entropy = [0; 10];
    entropy[..8].copy_from_slice(&(number as u64).to_be_bytes());
    // A week's, spread evenly.
    let age = SignedDuration::from_mins(i64::try_from(number * 7 % 10_080)?);
    let at = now - age;
    let via = Via { account: account.clone(), address: format!("+1{number}").as_str().into() };
    let ada = "ada".parse()?;
    let begun = kind.is_multiple_of(6);
    let opened = Opened {
        replier: None,
        contact: ContactId::new(at, entropy),
        contact_name: None,
        scope: Scope::Contact,
        by: if begun { OpenedBy::User(ada) } else { OpenedBy::Contact },
        via: Some(via),
        consent: Consent::Unasked,
        activity_expires_at: at + SignedDuration::from_hours(24),
        last_in_at: Some(at),
        base: Base::New,
        handler: Handler::Nobody,
        group: if kind.is_multiple_of(5) { Some("sales".parse()?) } else { None },
        visibility: Visibility::Group,
        assignees: if kind.is_multiple_of(3) { vec!["ada".parse()?] } else { Vec::new() },
    };
    let event = Event {
        seq: Seq::new(1),
        at,
        actor: Actor::Contact,
        rule: Rule::T01,
        kind: EventKind::Opened(opened.clone()),
    };
    let id = ConversationId::new(at, entropy);
    let mut conversation = Conversation::begin(id, workspace.clone(), &event, &opened);
    conversation.last_in = Some(LastIn { seq: Seq::new(1), at });
    conversation.inbound_count = 1;
    if kind.is_multiple_of(7) {
        conversation.labels = vec!["vip".to_owned()];
    }
    match kind % 8 {
        0 | 4 => {
            conversation.base = Base::Resolved { closed_at: at, reason: CloseReason::User };
        }
        1 => conversation.snoozed_until = Some(now + SignedDuration::from_hours(1)),
        3 | 6 => (conversation.unreplied, conversation.waiting_since) = (1, Some(at)),
        _ => {}
    }
    Ok(conversation)
}
