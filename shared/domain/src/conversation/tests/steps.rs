//! What can happen to a conversation, one step for each command.

use super::*;
use crate::rights::Viewer;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    Receive,
    ReceiveCampaignAnswer,
    ReceiveBlocked,
    Stop,
    Start,
    Reply(&'static str),
    Template,
    StartChat,
    Auto,
    Pass,
    Mark,
    Echo,
    Campaign,
    Cancel,
    OptOut,
    React,
    Open,
    Welcome,
    Status(ShownStatus),
    Close,
    CloseBy(CloseReason),
    Reopen,
    /// While another conversation is open in the scope.
    ReopenTaken,
    Delete(&'static str),
    Block,
    Unblock,
    Rename,
    Snooze,
    Wake,
    TimeWakes,
    Assign(&'static [&'static str]),
    Restrict(&'static [&'static str]),
    Unrestrict,
    Claim(&'static str),
    Steal(&'static str),
    Unclaim(&'static str),
    Handoff,
    HandBack,
    Note,
    Say,
    Label,
    Invoice,
    Pay,
    Wait(i64),
}

/// Each command, once or in the forms that differ.
pub(super) const STEPS: [Step; 50] = [
    Step::Receive,
    Step::ReceiveCampaignAnswer,
    Step::ReceiveBlocked,
    Step::Stop,
    Step::Start,
    Step::Reply("ada"),
    Step::Reply("ben"),
    Step::Reply("ai1"),
    Step::Reply("bot1"),
    Step::Template,
    Step::StartChat,
    Step::Auto,
    Step::Pass,
    Step::Echo,
    Step::Campaign,
    Step::Cancel,
    Step::OptOut,
    Step::React,
    Step::Open,
    Step::Welcome,
    Step::Status(ShownStatus::New),
    Step::Status(ShownStatus::Active),
    Step::Status(ShownStatus::Pending),
    Step::Status(ShownStatus::Resolved),
    Step::Status(ShownStatus::Open),
    Step::Close,
    Step::CloseBy(CloseReason::Automation),
    Step::CloseBy(CloseReason::Merged),
    Step::CloseBy(CloseReason::Idle),
    Step::Reopen,
    Step::ReopenTaken,
    Step::Delete("admin1"),
    Step::Delete("ada"),
    Step::Block,
    Step::Unblock,
    Step::Rename,
    Step::Snooze,
    Step::Wake,
    Step::TimeWakes,
    Step::Assign(&["ben"]),
    Step::Assign(&["ada", "ben"]),
    Step::Assign(&[]),
    Step::Restrict(&["ada"]),
    Step::Unrestrict,
    Step::Claim("ada"),
    Step::Steal("admin1"),
    Step::Unclaim("ada"),
    Step::Handoff,
    Step::HandBack,
    Step::Note,
];

/// Commands that are not in a random history, but in the table.
pub(super) const MORE: [Step; 5] = [Step::Mark, Step::Say, Step::Label, Step::Invoice, Step::Pay];

fn last_in(log: &Log) -> Seq {
    let last = log.state.as_ref().and_then(|state| state.last_in);
    last.map_or(Seq::ZERO, |last| last.seq)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`one` has the others")]
pub(super) fn take(log: &mut Log, step: Step) -> Result<Vec<Event>, Refusal> {
    let campaign = Some(Quoted { seq: None, kind: Some(OutKind::Campaign) });
    match step {
        Step::Receive => log.hears_from(false, "hello", None),
        Step::ReceiveCampaignAnswer => log.hears_from(false, "yes", campaign),
        Step::ReceiveBlocked => log.hears_from(true, "hello", None),
        Step::Stop => log.hears_from(false, "stop", None),
        Step::Start => log.hears_from(false, "start", None),
        Step::Reply(user) => log.replies(user, &text()),
        Step::Template => log.replies("ben", &template("hello")),
        Step::StartChat => log.starts(&template("hello")),
        Step::Auto => log.auto(last_in(log)),
        Step::Pass => log.passes(last_in(log)),
        Step::Mark => log.marks(Seq::new(2)),
        Step::Echo => Ok(log.echoes()),
        Step::Campaign => log.campaigns(),
        Step::OptOut => log.hears(Wish::Out),
        Step::React => log.reacts(),
        Step::Open => log.opens(Some("ada")),
        Step::Welcome => log.opens(None),
        Step::Close => log.closes(),
        Step::CloseBy(reason) => log.closes_for(reason),
        Step::Wait(hours) => {
            log.wait(hours);
            Ok(Vec::new())
        }
        Step::Assign(users) => log.assigns(users),
        Step::Restrict(users) => {
            let users = users.iter().map(|user| named(user)).collect();
            log.shows_to(&Visibility::Only(users))
        }
        Step::Unrestrict => log.shows_to(&Visibility::Group),
        by_one_user => one(log, by_one_user),
    }
}

/// What one user does.
#[expect(clippy::wildcard_enum_match_arm, reason = "`take` has the others")]
#[expect(clippy::unwrap_in_result, reason = "the names here are right")]
fn one(log: &mut Log, step: Step) -> Result<Vec<Event>, Refusal> {
    let name = match step {
        Step::Delete(user) | Step::Claim(user) | Step::Steal(user) | Step::Unclaim(user) => user,
        Step::Block | Step::Unblock => "admin1",
        Step::Handoff => "ai1",
        _ => "ada",
    };
    let seat = log.seat(name);
    let by = seat.viewer();
    let now = log.now;
    let held = log.state.as_ref().and_then(|state| state.held.first().copied());
    let other = ConversationId::new(now, [77; 10]);
    let content = text();
    let handler = Handler::Ai(named("ai1"));
    let invoice = "inv-1".parse().unwrap();
    let called = Words::from("Maria");
    let reopen = |other_open| Reopen { by, other_open };
    let claim = |steal| ClaimBy { by, steal };
    log.run(match step {
        Step::Cancel => Command::Cancel { by, held: held.unwrap_or(Seq::ZERO) },
        Step::Status(status) => return set_status(log, by, status),
        Step::Reopen => return log.run(Command::Reopen(&reopen(None))),
        Step::ReopenTaken => return log.run(Command::Reopen(&reopen(Some(other)))),
        Step::Delete(_) => Command::Delete { by },
        Step::Block => Command::Block { by },
        Step::Unblock => Command::Unblock { by },
        Step::Rename => Command::Rename { by, name: &called },
        Step::Snooze => Command::Snooze { by, until: now + SignedDuration::from_hours(30) },
        Step::Wake => Command::Wake { by: Some(by) },
        Step::TimeWakes => Command::Wake { by: None },
        Step::Claim(_) => return log.run(Command::Claim(&claim(Steal::No))),
        Step::Steal(_) => return log.run(Command::Claim(&claim(Steal::Yes))),
        Step::Unclaim(_) => Command::Unclaim { by },
        Step::Handoff => return log.run(Command::Handoff(&Handoff { by, reason: None })),
        Step::HandBack => Command::HandBack { by, to: &handler },
        Step::Note => {
            let note = Note { by, content: &content, mentions: &[] };
            return log.run(Command::Note(&note));
        }
        Step::Say => Command::Say { by, content: &content },
        Step::Label => {
            let labels = ["vip".to_owned()];
            return log.run(Command::Label { by, labels: &labels });
        }
        Step::Invoice => Command::IssueInvoice { by, invoice: &invoice },
        Step::Pay => Command::PayInvoice { by, invoice: &invoice },
        other => unreachable!("{other:?} is not one user's"),
    })
}

fn set_status(log: &mut Log, by: Viewer<'_>, status: ShownStatus) -> Result<Vec<Event>, Refusal> {
    let set = SetStatus {
        by,
        status,
        waiting_on: None,
        category: None,
        summary: None,
        other_open: None,
        now: log.now,
    };
    log.run(Command::SetStatus(&set))
}

impl Log {
    /// A contact writes, who may be blocked.
    fn hears_from(
        &mut self,
        blocked: bool,
        text: &str,
        quoted: Option<Quoted>,
    ) -> Result<Vec<Event>, Refusal> {
        self.messages += 1;
        let blocked = blocked || self.state.as_ref().is_some_and(|state| state.blocked);
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
        let sender = Party { is_new: self.begun == 0, blocked, ..party() };
        let receive = Receive { account: &account, message: &message, sender: &sender, quoted };
        self.run(Command::Receive(&receive))
    }

    fn campaigns(&mut self) -> Result<Vec<Event>, Refusal> {
        let seat = self.seat("admin1");
        let campaign = Campaign { id: "spring".to_owned(), name: "Spring".to_owned(), label: None };
        let (via, party, content) = (via(), party(), template("hello"));
        let send = CampaignSend {
            by: seat.viewer(),
            campaign: &campaign,
            content: &content,
            via: &via,
            party: &party,
        };
        self.run(Command::CampaignSend(&send))
    }

    fn opens(&mut self, user: Option<&str>) -> Result<Vec<Event>, Refusal> {
        let seat = user.map(|user| self.seat(user));
        let (via, party) = (via(), party());
        let what = OpenedFor::Contact { via: &via, party: &party };
        let by = seat.as_ref().map(Seat::viewer);
        self.run(Command::Open(&Open { by, what }))
    }

    fn closes_for(&mut self, reason: CloseReason) -> Result<Vec<Event>, Refusal> {
        self.run(Command::Close(&Close { by: None, reason, category: None, summary: None }))
    }

    fn assigns(&mut self, users: &[&str]) -> Result<Vec<Event>, Refusal> {
        let seats: Vec<Seat> = users.iter().map(|user| self.seat(user)).collect();
        let to: Vec<Candidate<'_>> =
            seats.iter().map(|seat| Candidate { viewer: seat.viewer(), open: 0 }).collect();
        let by = self.seat("ada");
        self.run(Command::Assign(&Assign {
            by: Some(by.viewer()),
            to: &to,
            group: Group::AsItIs,
            why: AssignedWhy::Chosen,
            force: false,
        }))
    }

    pub(super) fn shows_to(&mut self, visibility: &Visibility) -> Result<Vec<Event>, Refusal> {
        let by = self.seat("ada");
        let names = self.state.iter().flat_map(|state| &state.assignees);
        let seats: Vec<Seat> = names.map(|assignee| self.seat(assignee.user.as_str())).collect();
        let assignees: Vec<Viewer<'_>> = seats.iter().map(Seat::viewer).collect();
        self.run(Command::SetVisibility { by: by.viewer(), visibility, assignees: &assignees })
    }
}
