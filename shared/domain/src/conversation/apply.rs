//! Folding an event into the state. Never refuses: what is in the log has happened.

use jiff::Timestamp;

use super::event::{
    Actor, Assigned, Claimed, Closed, ConsentHeard, Event, EventKind, Opened, OutKind, Outgoing,
    Received,
};
use super::machine::AUTOMATIC_WITHIN;
use super::{
    Assignee, Base, Conversation, Handler, Identity, LastIn, LastOut, LastSaid, Lease, Said,
    SetAside, Visibility, WaitingOn,
};
use crate::consent::{Consent, Topic};
use crate::id::{ConversationId, Seq, UserId, WorkspaceId};

/// The head stays small.
const SAID_MAX: usize = 12;

impl Conversation {
    /// The state that an opening event begins.
    pub fn begin(
        id: ConversationId,
        workspace: WorkspaceId,
        event: &Event,
        opened: &Opened,
    ) -> Self {
        let mut begun = Self {
            id,
            workspace,
            contact: opened.contact,
            contact_name: opened.contact_name.clone(),
            scope: opened.scope.clone(),
            base: opened.base,
            waiting_on: WaitingOn::Agent,
            handler: Handler::Nobody,
            assignees: Vec::new(),
            group: None,
            visibility: Visibility::Group,
            lease: None,
            epoch: 0,
            snoozed_until: None,
            labels: Vec::new(),
            campaign: None,
            last_campaign: None,
            unpaid: Vec::new(),
            blocked: false,
            answer_by: None,
            tried: Vec::new(),
            identities: Vec::new(),
            last_in: None,
            last_out: None,
            last_said: None,
            replier: None,
            held: Vec::new(),
            activity_expires_at: opened.activity_expires_at,
            clear_seq: Seq::ZERO,
            unreplied: 0,
            waiting_since: None,
            set_aside: None,
            answered_seq: Seq::ZERO,
            said: Vec::new(),
            passed_seq: Seq::ZERO,
            inbound_count: 0,
            seq: event.seq,
            episode: 0,
            opened_at: event.at,
            opened_by: opened.by.clone(),
            first_response_at: None,
        };
        begun.open(event, opened);
        begun
    }

    /// The state that a whole log leaves, from its opening on; `None` if it does not begin with one.
    pub fn replay(
        id: ConversationId,
        workspace: &WorkspaceId,
        events: impl IntoIterator<Item = Event>,
    ) -> Option<Self> {
        let mut events = events.into_iter();
        let first = events.next()?;
        let EventKind::Opened(opened) = &first.kind else { return None };
        let mut state = Self::begin(id, workspace.clone(), &first, opened);
        events.for_each(|event| state.apply(&event));
        Some(state)
    }

    /// The state after one more event.
    pub fn apply(&mut self, event: &Event) {
        self.seq = event.seq;
        match &event.kind {
            EventKind::Opened(opened) => self.open(event, opened),
            EventKind::Reopened { handler } => self.reopen(event, handler),
            EventKind::Received(received) => self.receive(event, received),
            EventKind::Queued(message) => {
                self.send(event, event.seq, message.kind, message.base, Some(message));
            }
            EventKind::Held { .. } => self.held.push(event.seq),
            EventKind::Released { held, kind, base, .. } => {
                self.held.retain(|seq| seq != held);
                self.send(event, *held, *kind, *base, None);
            }
            EventKind::Cancelled { held } => self.held.retain(|seq| seq != held),
            EventKind::Unanswered { message, .. } => {
                self.passed_seq = self.passed_seq.max(*message);
            }
            EventKind::Remarked(_) | EventKind::Noted { .. } | EventKind::AnswerMarked { .. } => {}
            EventKind::ConsentHeard(heard) => self.hear(event, heard),
            EventKind::Closed(closed) => self.close(event, closed),
            EventKind::StatusSet { base, waiting_on } => {
                (self.base, self.waiting_on) = (*base, *waiting_on);
            }
            EventKind::Snoozed { until } => self.snoozed_until = Some(*until),
            EventKind::Woken => self.wake(),
            EventKind::Assigned(assigned) => self.assign(event, assigned),
            EventKind::VisibilitySet { visibility, assignees } => {
                self.set_visibility(visibility, assignees);
            }
            EventKind::Claimed(claimed) => self.claim(event, claimed),
            EventKind::Unclaimed => self.lease = None,
            EventKind::HandedOff { .. } => self.hand_off(),
            EventKind::HandedBack { to } => self.hand_back(to),
            EventKind::Said { .. } => self.say(event),
            EventKind::Labelled { labels } => self.labels = labels.clone(),
            EventKind::InvoiceIssued { invoice } => self.unpaid.push(invoice.clone()),
            EventKind::InvoicePaid { invoice } => self.unpaid.retain(|one| one != invoice),
            EventKind::Blocked => self.blocked = true,
            EventKind::Unblocked => self.blocked = false,
            EventKind::Renamed { name } => self.contact_name = name.clone(),
            EventKind::Deleted => self.delete(event.at),
        }
    }

    fn open(&mut self, event: &Event, opened: &Opened) {
        self.base = opened.base;
        self.waiting_on = match opened.base {
            Base::Active => WaitingOn::Customer,
            Base::Unopened => WaitingOn::Nobody,
            Base::New | Base::Pending | Base::Resolved { .. } | Base::Deleted { .. } => {
                WaitingOn::Agent
            }
        };
        self.handler = opened.handler.clone();
        self.opened_by = opened.by.clone();
        if opened.contact_name.is_some() {
            self.contact_name = opened.contact_name.clone();
        }
        self.opened_at = event.at;
        self.activity_expires_at = self.activity_expires_at.max(opened.activity_expires_at);
        self.group = opened.group.clone();
        self.visibility = opened.visibility.clone();
        self.responsible(&opened.assignees, event.seq);
        if opened.replier.is_some() {
            self.replier = opened.replier.clone();
        }
        if opened.base != Base::Unopened {
            self.episode = self.episode.saturating_add(1);
        }
        if let Some(via) = &opened.via {
            let identity = self.identity_mut(via);
            identity.last_in_at = identity.last_in_at.max(opened.last_in_at);
            identity.consent = opened.consent.clone();
        }
    }

    fn reopen(&mut self, event: &Event, handler: &Handler) {
        self.episode = self.episode.saturating_add(1);
        self.opened_at = event.at;
        self.first_response_at = None;
        self.handler = handler.clone();
        let by_user = match event.actor {
            Actor::User(_) | Actor::Ai(_) | Actor::Bot(_) | Actor::System => true,
            Actor::Contact | Actor::Business | Actor::Responder(_) => false,
        };
        match self.set_aside.take().filter(|_| by_user) {
            Some(SetAside { unreplied, waiting_since }) => {
                self.unreplied = unreplied;
                self.waiting_since = Some(waiting_since);
            }
            None => self.clear(),
        }
        let waits = self.unreplied > 0 || !by_user;
        self.base = if waits { Base::Pending } else { Base::Active };
        self.waiting_on = if waits { WaitingOn::Agent } else { WaitingOn::Customer };
    }

    fn receive(&mut self, event: &Event, received: &Received) {
        self.base = received.base;
        self.waiting_on = WaitingOn::Agent;
        self.snoozed_until = None;
        self.inbound_count = self.inbound_count.saturating_add(1);
        self.unreplied = self.unreplied.saturating_add(1);
        self.waiting_since.get_or_insert(received.sent_at);
        self.activity_expires_at = received.activity_expires_at;
        if received.campaign.is_some() {
            self.campaign = received.campaign.clone();
        }
        self.last_in = Some(LastIn { seq: event.seq, at: received.sent_at });
        let identity = self.identity_mut(&received.via);
        identity.last_in_at = identity.last_in_at.max(Some(received.sent_at));
        self.use_last(&received.via);
    }

    fn send(
        &mut self,
        event: &Event,
        seq: Seq,
        kind: OutKind,
        base: Base,
        message: Option<&Outgoing>,
    ) {
        self.base = base;
        self.last_out = Some(LastOut { seq, at: event.at, by: event.actor.clone(), kind });
        if let Some(message) = message {
            self.identity_mut(&message.via);
            self.use_last(&message.via);
            if message.campaign.is_some() {
                self.last_campaign = message.campaign.clone();
            }
            if let Some(trigger) = message.answers {
                self.answered_seq = self.answered_seq.max(trigger);
            }
        }
        match kind {
            OutKind::Human | OutKind::Native => self.answered_by_human(event, message),
            OutKind::Ai => self.answered(),
            OutKind::Bot => self.answered_by_bot(event),
            OutKind::Auto => self.answered_by_responder(event),
            OutKind::Campaign => {}
        }
    }

    /// Nothing the contact has written waits for an answer any more.
    fn clear(&mut self) {
        self.clear_seq = self.last_in.map_or(self.clear_seq, |last| last.seq);
        self.unreplied = 0;
        self.waiting_since = None;
    }

    fn answered(&mut self) {
        self.clear();
        self.waiting_on = WaitingOn::Customer;
    }

    fn answered_by_human(&mut self, event: &Event, message: Option<&Outgoing>) {
        self.answered();
        self.taken_by_human();
        self.answer_by = None;
        self.first_response_at.get_or_insert(event.at);
        let Actor::User(user) = &event.actor else { return };
        self.replier = Some(user.clone());
        if self.assignees.is_empty() {
            self.responsible(std::slice::from_ref(user), event.seq);
        }
        if let Some(holds) = message.and_then(|message| message.holds) {
            let since = self.lease.as_ref().filter(|lease| lease.holder == *user);
            let since = since.map_or(event.at, |lease| lease.since);
            self.lease = Some(Lease { holder: user.clone(), since, until: holds.until });
            self.epoch = self.epoch.max(holds.epoch);
        }
    }

    /// L7: what a program was about to say is fenced off.
    fn taken_by_human(&mut self) {
        if self.handler.is_machine() {
            self.epoch = self.epoch.saturating_add(1);
        }
        self.handler = Handler::Human;
    }

    /// An automatic reply leaves the message unreplied: it still needs a human.
    fn answered_by_responder(&mut self, event: &Event) {
        if self.handler == Handler::Nobody {
            self.handler = Handler::Auto;
        }
        let Actor::Responder(responder) = event.actor else { return };
        let automatic = event.kind.outgoing().and_then(|message| message.automatic.as_ref());
        let quick_reply = automatic.and_then(|why| why.quick_reply.clone());
        let lately = |said: &Said| event.at.duration_since(said.at) < AUTOMATIC_WITHIN;
        let other = |said: &Said| (said.responder, &said.quick_reply) != (responder, &quick_reply);
        self.said.retain(|said| lately(said) || (other(said) && said.responder.has_periods()));
        self.said.push(Said { responder, quick_reply, at: event.at });
        let surplus = self.said.len().saturating_sub(SAID_MAX);
        self.said.drain(..surplus);
    }

    fn answered_by_bot(&mut self, event: &Event) {
        if let Actor::Bot(bot) = &event.actor {
            self.handler = Handler::Bot(bot.clone());
        }
    }

    fn hear(&mut self, event: &Event, heard: &ConsentHeard) {
        if heard.change.topic == Topic::Everything {
            self.identity_mut(&heard.via).consent = Consent::heard(&heard.change, event.at);
        }
    }

    fn close(&mut self, event: &Event, closed: &Closed) {
        self.base = Base::Resolved { closed_at: event.at, reason: closed.reason };
        self.waiting_on = WaitingOn::Nobody;
        self.handler = Handler::Nobody;
        self.lease = None;
        self.snoozed_until = None;
        self.answer_by = None;
        self.tried.clear();
        self.set_aside = self
            .waiting_since
            .map(|waiting_since| SetAside { unreplied: self.unreplied, waiting_since });
        self.unreplied = 0;
        self.waiting_since = None;
        if closed.unassigns {
            self.assignees.clear();
        }
    }

    fn wake(&mut self) {
        self.snoozed_until = None;
        self.base = Base::Pending;
        self.waiting_on = WaitingOn::Agent;
    }

    fn assign(&mut self, event: &Event, assigned: &Assigned) {
        if assigned.why == super::AssignedWhy::NotAnswered {
            let failed = self.assignees.iter().map(|assignee| assignee.user.clone());
            self.tried.extend(failed.collect::<Vec<UserId>>());
        }
        // Somebody is asked again: a new round.
        if assigned.assignees.iter().any(|user| self.tried.contains(user)) {
            self.tried.clear();
        }
        self.group = assigned.group.clone();
        self.answer_by = assigned.answer_by;
        self.responsible(&assigned.assignees, event.seq);
    }

    /// Names those who are responsible; to whom it is new, it is so since `seq`.
    fn responsible(&mut self, users: &[UserId], seq: Seq) {
        let since = |user: &UserId| {
            let before = self.assignees.iter().find(|assignee| assignee.user == *user);
            before.map_or(seq, |before| before.since)
        };
        self.assignees =
            users.iter().map(|user| Assignee { user: user.clone(), since: since(user) }).collect();
        self.nobody_has_to_answer();
    }

    /// Unless somebody is responsible.
    fn nobody_has_to_answer(&mut self) {
        if self.assignees.is_empty() {
            self.answer_by = None;
        }
    }

    fn set_visibility(&mut self, visibility: &Visibility, assignees: &[UserId]) {
        self.visibility = visibility.clone();
        let stays = |user: &UserId| assignees.contains(user);
        let is_named = |user: &UserId| match visibility {
            Visibility::Group => !self.is_assigned_to(user) || stays(user),
            Visibility::Only(users) => users.contains(user),
        };
        let blind = self.lease.as_ref().is_some_and(|lease| !is_named(&lease.holder));
        self.assignees.retain(|assignee| stays(&assignee.user));
        self.nobody_has_to_answer();
        if blind {
            self.lease = None;
            self.epoch = self.epoch.saturating_add(1);
        }
    }

    fn claim(&mut self, event: &Event, claimed: &Claimed) {
        self.taken_by_human();
        self.epoch = claimed.epoch.max(self.epoch);
        self.lease =
            Some(Lease { holder: claimed.by.clone(), since: event.at, until: claimed.until });
    }

    fn hand_off(&mut self) {
        self.taken_by_human();
        self.lease = None;
        self.base = Base::Pending;
        self.waiting_on = WaitingOn::Agent;
        self.restore_unreplied();
    }

    fn hand_back(&mut self, to: &Handler) {
        self.handler = to.clone();
        self.lease = None;
        self.epoch = self.epoch.saturating_add(1);
    }

    fn say(&mut self, event: &Event) {
        if let Actor::User(user) | Actor::Ai(user) | Actor::Bot(user) = &event.actor {
            self.last_said = Some(LastSaid { seq: event.seq, at: event.at, by: user.clone() });
        }
    }

    fn delete(&mut self, at: Timestamp) {
        self.base = Base::Deleted { deleted_at: at };
        self.waiting_on = WaitingOn::Nobody;
        self.handler = Handler::Nobody;
        self.lease = None;
        self.snoozed_until = None;
        self.answer_by = None;
        self.assignees.clear();
        self.held.clear();
        self.set_aside = None;
        self.contact_name = None;
        self.clear();
    }

    /// The way used last stands last.
    fn use_last(&mut self, via: &super::Via) {
        if let Some(place) = self.identities.iter().position(|known| known.via == *via) {
            let used = self.identities.remove(place);
            self.identities.push(used);
        }
    }

    fn identity_mut(&mut self, via: &super::Via) -> &mut Identity {
        let place = match self.identities.iter().position(|known| known.via == *via) {
            Some(place) => place,
            None => {
                let via = via.clone();
                self.identities.push(Identity { via, last_in_at: None, consent: Consent::Unasked });
                self.identities.len() - 1
            }
        };
        &mut self.identities[place]
    }
}
