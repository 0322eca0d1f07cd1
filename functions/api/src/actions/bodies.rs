//! What an action is told.

use domain::conversation::{ClaimBy, ShownStatus, Steal, WaitingOn};
use domain::id::{GroupId, InvoiceId, UserId};
use domain::private::Words;
use domain::rights::Viewer;
use jiff::Timestamp;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::content::ContentBody;

/// An action by its name, as bulk commands give it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum Action {
    Close(CloseBody),
    Reopen(Nothing),
    Status(StatusBody),
    Snooze(SnoozeBody),
    Wake(Nothing),
    Assign(AssignBody),
    Visibility(VisibilityBody),
    Labels(LabelsBody),
    Claim(ClaimBody),
    Unclaim(Nothing),
    Handoff(HandoffBody),
    HandBack(HandBackBody),
    Note(NoteBody),
    InternalMessage(InternalMessageBody),
    Invoice(InvoiceBody),
    InvoicePaid(InvoiceBody),
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// What may be said on closing; the workspace may require it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseBody {
    #[serde(default)]
    pub(super) category: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(super) summary: Option<Words>,
    /// For programs.
    #[serde(default)]
    pub(super) reason: Option<CloseReasonBody>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CloseReasonBody {
    Automation,
    Dialogflow,
}

const NOTE_CHARS_MAX: usize = 2_000;

impl CloseBody {
    pub(super) fn check(&self) -> Result<(), Problem> {
        let summary = self.summary.as_ref().map_or(0, |words| words.reveal().chars().count());
        let category = self.category.as_ref().map_or(0, |words| words.chars().count());
        for (field, chars) in [("summary", summary), ("category", category)] {
            if chars > NOTE_CHARS_MAX {
                let detail = format!("must have at most {NOTE_CHARS_MAX} characters");
                return Err(Problem::bad_request(field, detail));
            }
        }
        Ok(())
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusBody {
    #[schema(value_type = String)]
    pub(super) status: ShownStatus,
    /// Who is waited for, if not who the status says.
    #[serde(default)]
    pub(super) waiting_on: Option<WaitingOnBody>,
    /// For a status that closes.
    #[serde(default)]
    pub(super) close: CloseBody,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WaitingOnBody {
    Agent,
    Customer,
    ThirdParty,
    Nobody,
}

impl From<WaitingOnBody> for WaitingOn {
    fn from(body: WaitingOnBody) -> Self {
        match body {
            WaitingOnBody::Agent => Self::Agent,
            WaitingOnBody::Customer => Self::Customer,
            WaitingOnBody::ThirdParty => Self::ThirdParty,
            WaitingOnBody::Nobody => Self::Nobody,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SnoozeBody {
    #[schema(value_type = String)]
    pub(super) until: Timestamp,
}

/// Who is responsible from now on, the first before all; nobody puts it back into the queue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignBody {
    /// As they are, if absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub(super) assignees: Option<Vec<UserId>>,
    /// The group it moves to; `null` for none, as it is if absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub(super) group: Option<Option<GroupId>>,
    /// Whether users get more than their share.
    #[serde(default)]
    pub(super) force: bool,
}

/// Tells `null` from absence.
pub(crate) fn given<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    value: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VisibilityBody {
    /// The users who see it; `null`: whoever sees its group.
    #[schema(value_type = Option<Vec<String>>)]
    pub(super) users: Option<Vec<UserId>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabelsBody {
    /// All labels from now on.
    #[serde(default)]
    pub(super) set: Option<Vec<String>>,
    #[serde(default)]
    pub(super) add: Vec<String>,
    #[serde(default)]
    pub(super) remove: Vec<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimBody {
    /// Whether to take it away from whoever has it.
    #[serde(default)]
    pub(super) steal: bool,
}

impl ClaimBody {
    pub(super) fn claim<'a>(&self, by: Viewer<'a>) -> ClaimBy<'a> {
        ClaimBy { by, steal: if self.steal { Steal::Yes } else { Steal::No } }
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandoffBody {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(super) reason: Option<Words>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandBackBody {
    /// The program; the workspace's AI agent if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(super) to: Option<UserId>,
}

/// A private note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteBody {
    #[schema(value_type = ContentBody)]
    pub(super) content: Map<String, Value>,
    /// Users who are to look at it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(super) mentions: Vec<UserId>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InternalMessageBody {
    #[schema(value_type = ContentBody)]
    pub(super) content: Map<String, Value>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvoiceBody {
    #[schema(value_type = String)]
    pub(super) invoice: InvoiceId,
}
