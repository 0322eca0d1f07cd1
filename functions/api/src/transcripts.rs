//! What was said in a conversation, as a text to take along.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use domain::content::{Choices, Content, File, Parameter};
use domain::conversation::{Actor, Conversation, EventKind};
use domain::id::{ConversationId, MessageId, Seq, UserId};
use domain::incoming::Remark;
use domain::private::Words;
use domain::rights::Permission;
use domain::workspace::Workspace;
use serde::Deserialize;
use serde_json::json;
use store::Logged;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller, Named};
use crate::conversations::found;
use crate::view::ProblemView;

/// So much of a log is written. The rest can be read from the log itself.
const EVENTS_MAX: u32 = 10_000;
/// A function answers with 6 MB at most
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const BYTES_MAX: usize = 5_000_000;
/// How much of the log is read at a time.
const PAGE: usize = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TranscriptQuery {
    #[serde(default, rename = "format")]
    _format: Format,
    #[serde(default)]
    notes: Notes,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Txt,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum Notes {
    #[serde(rename = "true")]
    With,
    #[default]
    #[serde(rename = "false")]
    Without,
}

/// R180 to R182: what was said, who said it and when, with a symbol for each file and the place
/// where it is got.
#[utoipa::path(
    get,
    path = "/v1/conversations/{conversation}/transcript",
    params(
        ("conversation" = String, Path, description = "A conversation. Who is not assigned to it needs the permission transcript.export"),
        ("format" = Option<String>, Query, description = "txt"),
        ("notes" = Option<bool>, Query, description = "true: with private notes"),
    ),
    responses(
        (status = 200, description = "Plain text, the times in the workspace's zone; of a very long conversation the first 10,000 events, and a last line that says so", content_type = "text/plain", body = String),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
    Asked(query): Asked<TranscriptQuery>,
) -> Result<([(HeaderName, String); 2], String), Failed> {
    let conversation = found(&deps, &caller, id).await?;
    if !conversation.is_assigned_to(&caller.user.id) {
        caller.may(Permission::TranscriptExport)?;
    }
    let workspace = &caller.workspace;
    let users = deps.store.users(&workspace.id).await?;
    let names = users.into_iter().map(|user| (user.id, user.name)).collect();
    let mut transcript =
        Transcript { workspace, conversation: &conversation, names, text: String::new() };
    transcript.begin();
    let mut after = Seq::ZERO;
    while after < conversation.seq {
        if after.get() >= EVENTS_MAX || transcript.text.len() >= BYTES_MAX {
            let _ =
                writeln!(transcript.text, "\n(The conversation goes on. This is its beginning.)");
            break;
        }
        let log = deps.store.log(&workspace.id, id, after, PAGE).await?;
        let Some(last) = log.last() else { break };
        after = last.event.seq;
        for logged in &log {
            transcript.write(logged, query.notes);
        }
    }
    let detail = json!({ "notes": query.notes == Notes::With });
    deps.audit(&caller, None, "transcript.export", &id.to_string(), detail).await?;
    let file = format!("attachment; filename=\"{id}.txt\"");
    let headers =
        [(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, file)];
    Ok((headers, transcript.text))
}

/// A text that is being written.
struct Transcript<'a> {
    workspace: &'a Workspace,
    conversation: &'a Conversation,
    names: BTreeMap<UserId, String>,
    text: String,
}

impl Transcript<'_> {
    fn begin(&mut self) {
        let Conversation { id, identities, .. } = self.conversation;
        let addresses: Vec<&str> =
            identities.iter().map(|one| one.via.address.reveal().as_str()).collect();
        let (who, where_) = (one_line(&self.contact()), one_line(&addresses.join(", ")));
        let (name, zone) = (&self.workspace.name, self.workspace.zone.name());
        let _ = writeln!(self.text, "{name}: conversation {id} with {who} ({where_})");
        let _ = writeln!(self.text, "Times are those of {zone}.\n");
    }

    fn contact(&self) -> String {
        let name = self.conversation.contact_name.as_ref();
        name.map_or_else(|| "the contact".to_owned(), |name| name.reveal().clone())
    }

    fn write(&mut self, logged: &Logged, notes: Notes) {
        let event = &logged.event;
        let id = MessageId { conversation: self.conversation.id, seq: event.seq };
        let Some((what, lines)) = told(&event.kind, id, notes) else { return };
        let at = self.workspace.zone.shows(event.at).strftime("%Y-%m-%d %H:%M:%S");
        let who = one_line(&self.actor(&event.actor));
        let _ = writeln!(self.text, "{at}  {who}{what}");
        // Nobody who writes several lines writes as somebody else.
        for line in lines.iter().flat_map(|lines| lines.lines()) {
            let _ = writeln!(self.text, "    {line}");
        }
    }

    fn actor(&self, actor: &Actor) -> String {
        let name = |user: &UserId| self.names.get(user).cloned().unwrap_or(user.to_string());
        match actor {
            Actor::Contact => self.contact(),
            Actor::User(user) => name(user),
            Actor::Ai(user) | Actor::Bot(user) => format!("{} (a program)", name(user)),
            Actor::Responder(_) => format!("{} (automatic)", self.workspace.name),
            Actor::Business => format!("{} (in the provider's app)", self.workspace.name),
            Actor::System => "Confab".to_owned(),
        }
    }
}

/// Names stand in one line, so that none of them looks like an entry.
fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an event adds behind who caused it, and below that.
#[expect(clippy::wildcard_enum_match_arm, reason = "nothing is said in the others")]
fn told(kind: &EventKind, id: MessageId, notes: Notes) -> Option<(&'static str, Vec<String>)> {
    Some(match kind {
        EventKind::Noted { content, .. } if notes == Notes::With => {
            (" (private note)", content_lines(content, id))
        }
        EventKind::Remarked(remarked) => match &remarked.remark {
            Remark::Edited(content) => (" changed a message", content_lines(content, id)),
            Remark::Deleted => (" deleted a message", Vec::new()),
            Remark::Reacted(emoji) => (" reacted", vec![json!(emoji).to_string()]),
        },
        EventKind::Closed(_) => (" closed the conversation", Vec::new()),
        EventKind::Reopened { .. } => (" reopened the conversation", Vec::new()),
        said => ("", content_lines(said.said()?, id)),
    })
}

fn content_lines(content: &Content, id: MessageId) -> Vec<String> {
    let own = |words: &Words| words.reveal().clone();
    match content {
        Content::Text(text) => vec![own(&text.text)],
        Content::Media(media) => {
            let files = media.files.iter().enumerate();
            let files = files.map(|(place, file)| symbol(file, id, place));
            media.caption.iter().map(own).chain(files).collect()
        }
        Content::Location(place) => {
            let name = place.name.as_ref().or(place.address.as_ref()).map(own).unwrap_or_default();
            let (north, east) = (place.latitude.reveal(), place.longitude.reveal());
            vec![format!("[location: {name} {north}, {east}]")]
        }
        Content::Contacts(contacts) => {
            let card = |name: &Words| format!("[contact: {}]", name.reveal());
            contacts.cards.iter().map(|one| card(&one.name)).collect()
        }
        Content::Interactive(offer) => {
            let (Choices::Buttons(choices) | Choices::List { rows: choices, .. }) = &offer.choices;
            let choices =
                choices.iter().map(|choice| format!("[choice: {}]", choice.title.reveal()));
            std::iter::once(own(&offer.body)).chain(choices).collect()
        }
        Content::Answer(answer) => vec![own(&answer.title)],
        Content::Template(template) => {
            let filled = template.parameters.iter().map(|parameter| match parameter {
                Parameter::Placed(words) | Parameter::Named { text: words, .. } => own(words),
            });
            std::iter::once(format!("[template: {}]", template.name)).chain(filled).collect()
        }
        Content::Unsupported(unsupported) => vec![format!("[{}]", unsupported.kind)],
    }
}

/// R182: `[image: map.png]` and where the file is got.
fn symbol(file: &File, id: MessageId, place: usize) -> String {
    let name = file.name.as_ref().map(|name| format!(": {}", one_line(name.reveal())));
    format!("[{}{}] /v1/messages/{id}/files/{place}", file.kind, name.unwrap_or_default())
}
