//! The transition table: row by row, as a whole, and under random histories.

mod histories;
mod matrix;
mod responders;
mod routing;
mod rows;
mod steps;
mod visibility;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::account::{Approval, RegisteredTemplate, TemplateCategory};
use crate::capabilities::{Capabilities, ChoiceLimits, FileLimit, Limit, Receipts};
use crate::consent::{ConsentChange, ConsentSource, Keywords, Topic, Wish};
use crate::content::{Content, ContentKind, FileKind, Template};
use crate::faq::{Engine, Matching, Sensitivity, Thousandths, Verdict};
use crate::id::{FaqId, ProviderMessageId};
use crate::incoming::{IncomingEcho, IncomingMessage, IncomingRemark, Remark, Remarker, Sender};
use crate::rights::Viewer;
use crate::window::WindowPolicy;
use crate::workspace::{Preset, Rules, User, UserKind, Workspace};

const fn limit(value: u64) -> Limit {
    Limit { value, source: "" }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

static CAPABILITIES: Capabilities = Capabilities {
    window: WindowPolicy::Within { open_for: DAY, source: "" },
    sends: &[ContentKind::Text, ContentKind::Template],
    text_chars_max: limit(100),
    caption_chars_max: limit(10),
    files_max: limit(1),
    files: &[FileLimit { kind: FileKind::Image, bytes_max: limit(1_000) }],
    buttons_max: limit(3),
    rows_max: limit(10),
    choices: ChoiceLimits::NONE,
    sends_per_second: limit(80),
    receipts: Receipts::DeliveredAndRead,
    keywords: Keywords { out: &["STOP"], back_in: &["START"] },
};

fn start() -> Timestamp {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn workspace(preset: StatusPreset) -> Workspace {
    let zone = crate::calendar::Zone::utc();
    let name = "Acme".to_owned();
    Workspace {
        rules: Rules::of(preset),
        ..Workspace::new("acme".parse().unwrap(), name, zone, Preset::Clevertap5)
    }
}

/// A user of the role that their name begins with, else an agent: `admin1`, `bot1`, `ada`.
fn user(name: &str) -> User {
    let kind = match name {
        _ if name.starts_with("ai") => UserKind::Ai,
        _ if name.starts_with("bot") => UserKind::Bot,
        _ => UserKind::Person,
    };
    let role = if name.starts_with("admin") { "admin" } else { "agent" };
    User {
        id: named(name),
        name: name.to_owned(),
        email: String::new(),
        role: role.parse().unwrap(),
        kind,
        groups: std::collections::BTreeSet::new(),
        active: true,
        licensed: true,
    }
}

fn registered() -> Vec<RegisteredTemplate> {
    vec![RegisteredTemplate {
        name: "hello".to_owned(),
        language: "en".to_owned(),
        approval: Approval::Approved,
        category: TemplateCategory::Utility,
        parameters: 0,
        body: None,
    }]
}

/// A conversation under test: its log and its state.
struct Log {
    workspace: Workspace,
    now: Timestamp,
    state: Option<Conversation>,
    events: Vec<Event>,
    /// How many conversations have begun.
    begun: u8,
    messages: u32,
}

impl Log {
    fn new(preset: StatusPreset) -> Self {
        Self {
            workspace: workspace(preset),
            now: start(),
            state: None,
            events: Vec::new(),
            begun: 0,
            messages: 0,
        }
    }

    fn state(&self) -> &Conversation {
        self.state.as_ref().expect("a conversation")
    }

    fn shown(&self) -> ShownStatus {
        self.state().shown(self.workspace.rules.preset, self.now)
    }

    fn wait(&mut self, hours: i64) -> &mut Self {
        self.now += SignedDuration::from_hours(hours);
        self
    }

    fn run(&mut self, command: Command<'_>) -> Result<Vec<Event>, Refusal> {
        let templates = registered();
        let facts = Facts {
            workspace: &self.workspace,
            capabilities: &CAPABILITIES,
            templates: Some(&templates),
        };
        let decision = decide(self.state.as_ref(), command, &facts, self.now)?;
        if decision.begins {
            self.begun += 1;
            self.state = None;
            self.events.clear();
        }
        let mut added = Vec::new();
        for decided in decision.events {
            let seq = self.state.as_ref().map_or(Seq::ZERO, |state| state.seq).next();
            let event = Event {
                seq,
                at: self.now,
                actor: decided.actor,
                rule: decided.rule,
                kind: decided.kind,
            };
            match (&mut self.state, &event.kind) {
                (Some(state), _) => state.apply(&event),
                (state @ None, EventKind::Opened(opened)) => {
                    let id = ConversationId::new(self.now, [self.begun; 10]);
                    *state =
                        Some(Conversation::begin(id, self.workspace.id.clone(), &event, opened));
                }
                (None, other) => panic!("{other:?} before the opening"),
            }
            added.push(event);
        }
        self.events.extend(added.iter().cloned());
        Ok(added)
    }

    /// A user at their desk.
    fn seat(&self, name: &str) -> Seat {
        Seat { workspace: self.workspace.clone(), user: user(name) }
    }

    fn receives(&mut self, text: &str) -> Vec<Event> {
        self.receives_quoting(text, None)
    }

    fn receives_quoting(&mut self, text: &str, quoted: Option<Quoted>) -> Vec<Event> {
        self.messages += 1;
        let is_new = self.begun == 0;
        let message = IncomingMessage {
            id: ProviderMessageId(format!("m{}", self.messages)),
            from: Sender { address: "+1".into(), aliases: Vec::new(), name: None },
            sent_at: self.now,
            content: Content::text(text),
            quotes: None,
            referral: None,
            forwarded: false,
            automatic: false,
            consent: None,
        };
        let account = account();
        let sender = Party { is_new, ..party() };
        let receive = Receive { account: &account, message: &message, sender: &sender, quoted };
        self.run(Command::Receive(&receive)).expect("a contact is never refused")
    }

    fn replies(&mut self, user: &str, content: &Content) -> Result<Vec<Event>, Refusal> {
        self.replies_having_seen(user, content, None)
    }

    fn replies_having_seen(
        &mut self,
        user: &str,
        content: &Content,
        expected_seq: Option<Seq>,
    ) -> Result<Vec<Event>, Refusal> {
        let to = To::Conversation { account: None };
        let seat = self.seat(user);
        let by = seat.viewer();
        let reply = Reply { by, content, quotes: None, expected_seq, epoch: None, to };
        self.run(Command::Reply(&reply))
    }

    fn starts(&mut self, content: &Content) -> Result<Vec<Event>, Refusal> {
        let (via, party) = (via(), party());
        let to = To::Contact { via: &via, party: &party };
        let seat = self.seat("ada");
        let by = seat.viewer();
        let reply = Reply { by, content, quotes: None, expected_seq: None, epoch: None, to };
        self.run(Command::Reply(&reply))
    }

    fn auto(&mut self, trigger: Seq) -> Result<Vec<Event>, Refusal> {
        self.says_automatically(ResponderKind::Welcome, trigger, &Automatic::default())
    }

    fn says_automatically(
        &mut self,
        responder: ResponderKind,
        trigger: Seq,
        why: &Automatic,
    ) -> Result<Vec<Event>, Refusal> {
        let content = &Content::text("hi");
        self.run(Command::AutoSend(&AutoSend { responder, trigger, content, why }))
    }

    fn passes(&mut self, trigger: Seq) -> Result<Vec<Event>, Refusal> {
        let matching = &matching();
        self.run(Command::PassTurn(&PassTurn { trigger, matching }))
    }

    fn marks(&mut self, message: Seq) -> Result<Vec<Event>, Refusal> {
        let (seat, faq) = (self.seat("ada"), &returns());
        self.run(Command::MarkAnswer { by: seat.viewer(), message, faq, right: false })
    }

    fn echoes(&mut self) -> Vec<Event> {
        let echo = IncomingEcho {
            id: ProviderMessageId("e".to_owned()),
            to: "+1".into(),
            sent_at: self.now,
            content: Content::text("from the phone"),
            quotes: None,
        };
        let account = account();
        let receiver = party();
        self.run(Command::Echo(&Echo { account: &account, echo: &echo, receiver: &receiver }))
            .expect("what was sent cannot be refused")
    }

    fn closes(&mut self) -> Result<Vec<Event>, Refusal> {
        let seat = self.seat("ada");
        self.run(Command::Close(&Close {
            by: Some(seat.viewer()),
            reason: CloseReason::User,
            category: None,
            summary: None,
        }))
    }

    fn hears(&mut self, wish: Wish) -> Result<Vec<Event>, Refusal> {
        let change =
            ConsentChange { topic: Topic::Everything, wish, source: ConsentSource::Provider };
        self.run(Command::HearConsent { via: &via(), change: &change })
    }

    fn reacts(&mut self) -> Result<Vec<Event>, Refusal> {
        let remark = IncomingRemark {
            id: ProviderMessageId("r".to_owned()),
            contact: Sender { address: "+1".into(), aliases: Vec::new(), name: None },
            by: Remarker::Contact,
            target: ProviderMessageId("m1".to_owned()),
            at: self.now,
            remark: Remark::Reacted(Some("👍".into())),
        };
        self.run(Command::Remark(&RemarkOn {
            via: &via(),
            remark: &remark,
            target: None,
            before: None,
        }))
    }
}

/// A user of the workspace as it is now.
struct Seat {
    workspace: Workspace,
    user: User,
}

impl Seat {
    fn viewer(&self) -> Viewer<'_> {
        Viewer::of(&self.workspace, &self.user).unwrap()
    }
}

fn returns() -> FaqId {
    "returns".parse().unwrap()
}

fn matching() -> Matching {
    Matching {
        set: 1,
        engine: Engine::Lexical,
        sensitivity: Sensitivity::Balanced,
        verdict: Verdict::Unsure,
        candidates: Vec::new(),
        margin: Thousandths(0),
        heard: None,
        fingerprint: "0".repeat(16),
        language: None,
    }
}

fn party() -> Party<'static> {
    Party {
        contact: contact(),
        name: None,
        consent: &Consent::Unasked,
        is_new: false,
        blocked: false,
        defaults: None,
    }
}

fn named(user: &str) -> UserId {
    user.parse().unwrap()
}

fn account() -> crate::id::AccountId {
    "wa1".parse().unwrap()
}

fn contact() -> ContactId {
    ContactId::new(start(), [9; 10])
}

fn via() -> Via {
    Via { account: account(), address: "+1".into() }
}

fn text() -> Content {
    Content::text("it ships today")
}

fn template(name: &str) -> Content {
    Content::Template(Template {
        name: name.to_owned(),
        language: "en".to_owned(),
        parameters: Vec::new(),
        header: None,
    })
}

fn rules(events: &[Event]) -> Vec<Rule> {
    events.iter().map(|event| event.rule).collect()
}
