//! Folding an event into the state. Never refuses: what is in the log has happened.

use super::event::{Actor, ConsentHeard, Event, EventKind, Opened, OutKind, Outgoing, Received};
use super::{Base, Conversation, Handler, Identity, LastIn, LastOut, Said, WaitingOn};
use crate::consent::{Consent, Topic};
use crate::id::{ConversationId, Seq, WorkspaceId};

impl Conversation {
    /// The state that an opening event begins.
    pub fn begin(
        id: ConversationId,
        workspace: WorkspaceId,
        event: &Event,
        opened: &Opened,
    ) -> Self {
        Self {
            id,
            workspace,
            contact: opened.contact,
            contact_name: opened.contact_name.clone(),
            scope: opened.scope.clone(),
            base: Base::New,
            waiting_on: WaitingOn::Agent,
            handler: Handler::Nobody,
            assignees: Vec::new(),
            identities: vec![Identity {
                via: opened.via.clone(),
                last_in_at: opened.last_in_at,
                consent: opened.consent.clone(),
            }],
            last_in: None,
            last_out: None,
            activity_expires_at: opened.activity_expires_at,
            clear_seq: Seq::ZERO,
            unreplied: 0,
            waiting_since: None,
            answered_seq: Seq::ZERO,
            said: Vec::new(),
            inbound_count: 0,
            seq: event.seq,
            episode: 1,
            opened_at: event.at,
            opened_by: opened.by.clone(),
            first_response_at: None,
        }
    }

    /// The state after one more event.
    pub fn apply(&mut self, event: &Event) {
        self.seq = event.seq;
        match &event.kind {
            EventKind::Opened(_) => {}
            EventKind::Reopened => self.reopen(event),
            EventKind::Received(received) => self.receive(event, received),
            EventKind::Queued(message) => {
                self.send(event, event.seq, message.kind, message.base, Some(message))
            }
            EventKind::Released { held, kind, base, .. } => {
                self.send(event, *held, *kind, *base, None);
            }
            EventKind::Held { .. } | EventKind::Remarked(_) => {}
            EventKind::ConsentHeard(heard) => self.hear(event, heard),
            EventKind::Closed(_) => self.close(event),
        }
    }

    fn reopen(&mut self, event: &Event) {
        self.episode = self.episode.saturating_add(1);
        self.opened_at = event.at;
        self.first_response_at = None;
        self.base = Base::Pending;
    }

    fn receive(&mut self, event: &Event, received: &Received) {
        self.base = received.base;
        self.waiting_on = WaitingOn::Agent;
        self.inbound_count = self.inbound_count.saturating_add(1);
        self.unreplied = self.unreplied.saturating_add(1);
        self.waiting_since.get_or_insert(received.sent_at);
        self.activity_expires_at = received.activity_expires_at;
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
        }
        match kind {
            OutKind::Human | OutKind::Native => self.answered_by_human(event),
            OutKind::Auto => self.answered_by_responder(event, message),
            OutKind::Campaign => {}
        }
    }

    fn answered_by_human(&mut self, event: &Event) {
        self.clear_seq = self.last_in.map_or(self.clear_seq, |last| last.seq);
        self.unreplied = 0;
        self.waiting_since = None;
        self.waiting_on = WaitingOn::Customer;
        self.handler = Handler::Human;
        self.first_response_at.get_or_insert(event.at);
        if let Actor::User(user) = &event.actor
            && self.assignees.is_empty()
        {
            self.assignees.push(user.clone());
        }
    }

    /// An automatic reply leaves the message unreplied: it still needs a human.
    fn answered_by_responder(&mut self, event: &Event, message: Option<&Outgoing>) {
        if self.handler == Handler::Nobody {
            self.handler = Handler::Auto;
        }
        if let Some(trigger) = message.and_then(|message| message.answers) {
            self.answered_seq = self.answered_seq.max(trigger);
        }
        if let Actor::Responder(responder) = event.actor {
            self.said.retain(|said| said.responder != responder);
            self.said.push(Said { responder, at: event.at });
        }
    }

    fn hear(&mut self, event: &Event, heard: &ConsentHeard) {
        if heard.change.topic == Topic::Everything {
            self.identity_mut(&heard.via).consent = Consent::heard(&heard.change, event.at);
        }
    }

    fn close(&mut self, event: &Event) {
        self.base = Base::Resolved { closed_at: event.at };
        self.waiting_on = WaitingOn::Nobody;
        self.handler = Handler::Nobody;
        self.clear_seq = self.last_in.map_or(self.clear_seq, |last| last.seq);
        self.unreplied = 0;
        self.waiting_since = None;
    }

    /// The way used last stands last.
    fn use_last(&mut self, via: &super::Via) {
        if let Some(place) = self.identities.iter().position(|known| known.via == *via) {
            let used = self.identities.remove(place);
            self.identities.push(used);
        }
    }
}
