//! What happens to conversations, at random, through the real store.

use std::collections::BTreeSet;

use domain::content::Content;
use domain::conversation::{
    Assign, AssignedWhy, Campaign, CampaignSend, Candidate, Close, CloseReason, Command,
    Conversation, Decision, Facts, Group, Open, OpenedFor, Receive, Refusal, Reopen, Reply, Scope,
    To, Via, Visibility, decide,
};
use domain::id::{AccountId, ConversationId, ProviderMessageId, UserId};
use domain::incoming::{IncomingMessage, Sender};
use domain::rights::{Permission, Role, Sees, Viewer};
use domain::workspace::{Group as Team, Preset, Rules, User, UserKind, Workspace};
use jiff::{SignedDuration, Timestamp};
use local::clock::Clock;
use local::confab::{Confab, Parts};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use store::{
    Arrival, Begin, Belongs, CommandKey, Dedupe, DuePolicy, Found, NewIds, Store, StoreError,
};

pub(super) const ACCOUNTS: [&str; 2] = ["tg1", "tg2"];
const CONTACTS: usize = 5;

/// Users by what they see: all and what is restricted; all; their teams'; that and what is
/// restricted; their own; nothing.
const USERS: [(&str, &str, &[&str]); 6] = [
    ("ada", "admin", &[]),
    ("ben", "agent", &[]),
    ("tess", "team", &["sales"]),
    ("theo", "team-admin", &["support"]),
    ("olga", "own", &[]),
    ("nora", "nothing", &["sales"]),
];

/// Something that happens.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Receives {
        contact: usize,
        account: &'static str,
    },
    Starts {
        contact: usize,
        account: &'static str,
        by: &'static str,
    },
    Campaign {
        contact: usize,
        account: &'static str,
    },
    Chats {
        members: Vec<&'static str>,
        by: &'static str,
    },
    /// To a conversation there is, by a user.
    Acts {
        which: Index,
        by: &'static str,
        act: Act,
    },
    Passes {
        minutes: i64,
    },
}

#[derive(Debug, Clone)]
pub(super) enum Act {
    Replies,
    Says,
    Assigns { to: Vec<&'static str>, group: Option<&'static str> },
    Restricts { to: Option<Vec<&'static str>> },
    Snoozes { minutes: i64 },
    Wakes,
    Labels { labels: Vec<&'static str> },
    Closes,
    Reopens,
    Deletes,
    Reads,
    Unreads,
}

fn users(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(USERS.map(|(name, _, _)| name).to_vec(), 0..=most)
}

fn act() -> impl Strategy<Value = Act> {
    let group = || proptest::option::of(select(vec!["sales", "support"]));
    prop_oneof![
        4 => Just(Act::Replies),
        2 => Just(Act::Says),
        4 => (users(2), group()).prop_map(|(to, group)| Act::Assigns { to, group }),
        2 => proptest::option::of(users(3)).prop_map(|to| Act::Restricts { to }),
        1 => (1i64..3_000).prop_map(|minutes| Act::Snoozes { minutes }),
        1 => Just(Act::Wakes),
        1 => subsequence(vec!["vip", "late"], 0..=2).prop_map(|labels| Act::Labels { labels }),
        2 => Just(Act::Closes),
        1 => Just(Act::Reopens),
        1 => Just(Act::Deletes),
        2 => Just(Act::Reads),
        1 => Just(Act::Unreads),
    ]
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let by = || select(USERS.map(|(name, _, _)| name).to_vec());
    let account = || select(ACCOUNTS.to_vec());
    prop_oneof![
        4 => (0..CONTACTS, account())
            .prop_map(|(contact, account)| Step::Receives { contact, account }),
        1 => (0..CONTACTS, account(), by())
            .prop_map(|(contact, account, by)| Step::Starts { contact, account, by }),
        1 => (0..CONTACTS, account())
            .prop_map(|(contact, account)| Step::Campaign { contact, account }),
        1 => (users(3), by()).prop_map(|(members, by)| Step::Chats { members, by }),
        9 => (any::<Index>(), by(), act()).prop_map(|(which, by, act)| Step::Acts { which, by, act }),
        3 => prop_oneof![0i64..4, 100i64..2_000, 20_000i64..24_000]
            .prop_map(|minutes| Step::Passes { minutes }),
    ]
}

/// A workspace with all kinds of users, and a table of its own.
pub(super) struct Desk {
    _confab: Confab,
    pub(super) store: Store,
    pub(super) workspace: Workspace,
    pub(super) accounts: Vec<AccountId>,
    pub(super) users: Vec<User>,
    pub(super) now: Timestamp,
    ids: BTreeSet<ConversationId>,
    steps: usize,
}

impl Desk {
    pub(super) async fn open() -> Self {
        let now: Timestamp = crate::world::START.parse().unwrap();
        let parts = Parts {
            data: None,
            clock: Clock::turned(now),
            public_url: "http://localhost:1".parse().unwrap(),
            language: Default::default(),
            tap: None,
        };
        let confab = Confab::open(parts).await.unwrap();
        Self {
            store: confab.store.clone(),
            _confab: confab,
            workspace: workspace(),
            accounts: ACCOUNTS.iter().map(|id| id.parse().unwrap()).collect(),
            users: USERS.iter().map(user).collect(),
            now,
            ids: BTreeSet::new(),
            steps: 0,
        }
    }

    /// All there are, those included that nobody sees.
    pub(super) async fn conversations(&self) -> Vec<Conversation> {
        let ids: Vec<ConversationId> = self.ids.iter().copied().collect();
        let mut conversations = Vec::new();
        for ids in ids.chunks(100) {
            let some = self.store.conversations(&self.workspace.id, ids).await.unwrap();
            conversations.extend(some.into_iter().flatten());
        }
        assert_eq!(conversations.len(), self.ids.len());
        conversations
    }

    fn viewer(&self, name: &str) -> Viewer<'_> {
        let user = self.users.iter().find(|user| user.id.as_str() == name).unwrap();
        Viewer::of(&self.workspace, user).unwrap()
    }

    fn facts(&self) -> Facts<'_> {
        let capabilities = channels::by_name("telegram").unwrap().capabilities();
        Facts { capabilities, ..Facts::of(&self.workspace) }
    }

    pub(super) async fn take(&mut self, step: Step) {
        self.steps += 1;
        match step {
            Step::Passes { minutes } => self.now += SignedDuration::from_mins(minutes),
            Step::Receives { contact, account } => self.receives(contact, account).await,
            Step::Starts { contact, account, by } => self.starts(contact, account, by).await,
            Step::Campaign { contact, account } => self.campaign(contact, account).await,
            Step::Chats { members, by } => self.chats(&members, by).await,
            Step::Acts { which, by, act } => {
                let ids: Vec<ConversationId> = self.ids.iter().copied().collect();
                if !ids.is_empty() {
                    self.acts(ids[which.index(ids.len())], by, &act).await;
                }
            }
        }
    }

    /// Something comes from a contact, or goes to one.
    async fn arrives(
        &mut self,
        contact: usize,
        account: &str,
        decide: impl Fn(&Self, &Via, &Found<'_>) -> Result<Decision, Refusal>,
    ) {
        let account: AccountId = account.parse().unwrap();
        let via = Via { account, address: format!("{contact}").as_str().into() };
        let name = ProviderMessageId(format!("m{}", self.steps));
        let (address, account) = (&via.address, &via.account);
        let scope = self.workspace.rules.open_scope.of(account);
        let arrival = Arrival {
            workspace: &self.workspace.id,
            account,
            address,
            aliases: &[],
            name: None,
            scope: &scope,
            dedupe: Dedupe::Reference(&name),
            about: None,
            belongs: Belongs::WithContact,
            new_ids: NewIds::of(self.now, &[&name.0]),
            due: DuePolicy::JobRepeats,
        };
        let decide = |found: &Found<'_>| decide(self, &via, found);
        if let store::Arrived::Committed(committed) =
            self.store.arrive(&arrival, self.now, decide).await.unwrap()
        {
            self.ids.insert(committed.conversation.id);
        }
    }

    async fn receives(&mut self, contact: usize, account: &str) {
        let message = IncomingMessage {
            id: ProviderMessageId(format!("m{}", self.steps)),
            from: Sender {
                address: format!("{contact}").as_str().into(),
                aliases: Vec::new(),
                name: None,
            },
            sent_at: self.now,
            content: Content::text("hello"),
            quotes: None,
            referral: None,
            forwarded: false,
            automatic: false,
            consent: None,
        };
        let decide = |desk: &Self, via: &Via, found: &Found<'_>| {
            let (sender, quoted) = (found.party(), found.about);
            let account = &via.account;
            let receive = Receive { account, message: &message, sender: &sender, quoted };
            decide(found.conversation, Command::Receive(&receive), &desk.facts(), desk.now)
        };
        self.arrives(contact, account, decide).await;
    }

    async fn starts(&mut self, contact: usize, account: &str, by: &str) {
        let decide = |desk: &Self, via: &Via, found: &Found<'_>| {
            let party = found.party();
            let reply = Reply {
                by: desk.viewer(by),
                content: &Content::text("we have news"),
                quotes: None,
                expected_seq: None,
                epoch: None,
                to: To::Contact { via, party: &party },
            };
            decide(found.conversation, Command::Reply(&reply), &desk.facts(), desk.now)
        };
        self.arrives(contact, account, decide).await;
    }

    async fn campaign(&mut self, contact: usize, account: &str) {
        let label = Some("vip".to_owned());
        let campaign = Campaign { id: "c1".to_owned(), name: "Spring".to_owned(), label };
        let decide = |desk: &Self, via: &Via, found: &Found<'_>| {
            let send = CampaignSend {
                by: desk.viewer("ada"),
                campaign: &campaign,
                content: &Content::text("spring is here"),
                via,
                party: &found.party(),
            };
            decide(found.conversation, Command::CampaignSend(&send), &desk.facts(), desk.now)
        };
        self.arrives(contact, account, decide).await;
    }

    async fn chats(&mut self, members: &[&str], by: &str) {
        let mut members: BTreeSet<UserId> =
            members.iter().map(|name| name.parse().unwrap()).collect();
        members.insert(by.parse().unwrap());
        let name = format!("chat{}", self.steps);
        let NewIds { contact, conversation } = NewIds::of(self.now, &[&name]);
        let begin = Begin {
            workspace: &self.workspace.id,
            contact,
            scope: &Scope::Internal,
            command: &CommandKey::new(&[&name]),
            new_id: conversation,
            due: DuePolicy::JobRepeats,
        };
        let what = OpenedFor::Users { members: &members, contact };
        let open = Open { by: Some(self.viewer(by)), what };
        let decide = |state: Option<&Conversation>| {
            decide(state, Command::Open(&open), &self.facts(), self.now)
        };
        let begun = self.store.begin(&begin, self.now, decide).await.unwrap();
        if let store::Arrived::Committed(_) = begun {
            self.ids.insert(conversation);
        }
    }

    async fn acts(&self, id: ConversationId, by: &str, act: &Act) {
        let (workspace, user) = (&self.workspace.id, &self.viewer(by).user.id);
        let conversation = self.store.conversation(workspace, id).await.unwrap().unwrap();
        if let Act::Reads = act {
            self.store.mark_read(&conversation, user, conversation.seq).await.unwrap();
        } else if let Act::Unreads = act {
            self.store.mark_unread(&conversation, user).await.unwrap();
        } else {
            let decide = |state: &Conversation| self.decides(state, by, act);
            let due = DuePolicy::JobRepeats;
            let changed = self.store.change(workspace, id, None, due, self.now, decide).await;
            // Reopening where another one is open with the contact never gets anywhere.
            assert!(matches!(changed, Ok(_) | Err(StoreError::Conflict)), "{changed:?}");
        }
    }

    fn decides(&self, state: &Conversation, by: &str, act: &Act) -> Result<Decision, Refusal> {
        let by = self.viewer(by);
        let run = |command: Command<'_>| decide(Some(state), command, &self.facts(), self.now);
        let content = Content::text("it ships today");
        match act {
            Act::Replies => {
                let to = To::Conversation { account: None };
                let content = &content;
                let (quotes, expected_seq, epoch) = (None, None, None);
                run(Command::Reply(&Reply { by, content, quotes, expected_seq, epoch, to }))
            }
            Act::Says => run(Command::Say { by, content: &content }),
            Act::Assigns { to, group } => {
                let group = group.map(|group| group.parse().unwrap());
                let to: Vec<Candidate<'_>> = to
                    .iter()
                    .map(|name| Candidate { viewer: self.viewer(name), open: 0 })
                    .collect();
                run(Command::Assign(&Assign {
                    by: Some(by),
                    to: &to,
                    group: group.as_ref().map_or(Group::None, Group::Of),
                    why: AssignedWhy::Chosen,
                    force: false,
                }))
            }
            Act::Restricts { to } => {
                let visibility = match to {
                    None => Visibility::Group,
                    Some(to) => {
                        Visibility::Only(to.iter().map(|name| name.parse().unwrap()).collect())
                    }
                };
                let viewers =
                    self.users.iter().filter_map(|user| Viewer::of(&self.workspace, user));
                let assignees = &viewers.collect::<Vec<_>>();
                run(Command::SetVisibility { by, visibility: &visibility, assignees })
            }
            Act::Snoozes { minutes } => {
                run(Command::Snooze { by, until: self.now + SignedDuration::from_mins(*minutes) })
            }
            Act::Wakes => run(Command::Wake { by: Some(by) }),
            Act::Labels { labels } => {
                let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
                run(Command::Label { by, labels: &labels })
            }
            Act::Closes => run(Command::Close(&Close {
                by: Some(by),
                reason: CloseReason::User,
                category: None,
                summary: None,
            })),
            Act::Reopens => run(Command::Reopen(&Reopen { by, other_open: None })),
            Act::Deletes => run(Command::Delete { by }),
            Act::Reads | Act::Unreads => unreachable!("no change of the conversation"),
        }
    }
}

fn workspace() -> Workspace {
    let zone = "Europe/Berlin".parse().unwrap();
    let mut workspace =
        Workspace::new("acme".parse().unwrap(), "Acme".to_owned(), zone, Preset::Converso);
    workspace.rules = Rules {
        admins_see_restricted: true,
        assignees_max: 3,
        internal_group_chat: true,
        ..workspace.rules
    };
    let role = |id: &str, sees, without: &[Permission]| Role {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        sees,
        permissions: Permission::ALL.iter().copied().filter(|one| !without.contains(one)).collect(),
    };
    let not_admin = [
        Permission::ConversationSeeRestricted,
        Permission::ConversationDelete,
        Permission::InboxOthers,
    ];
    workspace.roles = vec![
        role("admin", Sees::All, &[]),
        role("agent", Sees::All, &not_admin),
        role("team", Sees::Team, &not_admin),
        role("team-admin", Sees::Team, &[]),
        role("own", Sees::Own, &not_admin),
        role("nothing", Sees::Nothing, &[not_admin, [Permission::ConversationReply; 3]].concat()),
    ];
    let team = |id: &str| Team {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        hours: None,
        accounts: BTreeSet::new(),
    };
    workspace.groups = vec![team("sales"), team("support")];
    workspace
}

fn user(&(name, role, groups): &(&str, &str, &[&str])) -> User {
    User {
        id: name.parse().unwrap(),
        name: name.to_owned(),
        email: String::new(),
        role: role.parse().unwrap(),
        kind: UserKind::Person,
        groups: groups.iter().map(|group| group.parse().unwrap()).collect(),
        active: true,
        licensed: true,
    }
}
