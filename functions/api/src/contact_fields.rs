//! The fields of contacts that a workspace defines, and what stands in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::contact_field::{self, BadFields, BadValue, ContactField, FieldKind, FieldValue};
use domain::id::FieldId;
use domain::people::{People, PeopleRefusal};
use domain::workspace::Workspace;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, read};
use crate::people::Doing;
use crate::view::{Listed, ProblemView};

/// A profile is read and written whole, and an item of the table holds 400 KB: so many values of
/// 500 characters are at most half of that.
const VALUES_MAX: usize = 100;

/// A field that every contact has, filled in or not.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactFieldView {
    /// What its values are found by. A field that comes back under its id has them again.
    #[schema(value_type = String)]
    id: FieldId,
    name: String,
    kind: KindName,
    /// What there is to choose from, of the kind `choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum KindName {
    Text,
    /// A decimal number, as text.
    Number,
    /// Such as `2026-01-31`.
    Date,
    Choice,
    /// `true` or `false`.
    Check,
    /// `https` or `http`.
    Url,
}

impl From<&ContactField> for ContactFieldView {
    fn from(field: &ContactField) -> Self {
        let (kind, choices) = match &field.kind {
            FieldKind::Text => (KindName::Text, Vec::new()),
            FieldKind::Number => (KindName::Number, Vec::new()),
            FieldKind::Date => (KindName::Date, Vec::new()),
            FieldKind::Choice { choices } => (KindName::Choice, choices.clone()),
            FieldKind::Check => (KindName::Check, Vec::new()),
            FieldKind::Url => (KindName::Url, Vec::new()),
        };
        Self { id: field.id.clone(), name: field.name.clone(), kind, choices }
    }
}

impl From<ContactFieldView> for ContactField {
    fn from(view: ContactFieldView) -> Self {
        let ContactFieldView { id, name, kind, choices } = view;
        let kind = match kind {
            KindName::Text => FieldKind::Text,
            KindName::Number => FieldKind::Number,
            KindName::Date => FieldKind::Date,
            KindName::Choice => FieldKind::Choice { choices },
            KindName::Check => FieldKind::Check,
            KindName::Url => FieldKind::Url,
        };
        Self { id, name, kind }
    }
}

fn listed(workspace: &Workspace) -> Listed<ContactFieldView> {
    let items = workspace.contact_fields.iter().map(ContactFieldView::from).collect();
    Listed { items, next: None }
}

#[utoipa::path(
    get,
    path = "/v1/contact-fields",
    responses(
        (status = 200, description = "The fields of contacts, in the order they are shown", body = Listed<ContactFieldView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(caller: Caller) -> Json<Listed<ContactFieldView>> {
    Json(listed(&caller.workspace))
}

/// All fields that there are to be, in the order they are to be shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactFieldsBody {
    items: Vec<ContactFieldView>,
}

/// R156, R212: in place of what there was, within a minute. What stands in a field that is left out
/// is not shown any more; what does not fit another kind or other choices neither.
#[utoipa::path(
    put,
    path = "/v1/contact-fields",
    request_body = ContactFieldsBody,
    responses(
        (status = 200, description = "The fields from now on", body = Listed<ContactFieldView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn put(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<Listed<ContactFieldView>>, Failed> {
    let ContactFieldsBody { items } = read(&body)?;
    let stray = |item: &ContactFieldView| {
        !item.choices.is_empty() && !matches!(item.kind, KindName::Choice)
    };
    if let Some(place) = items.iter().position(stray) {
        let field = format!("items[{place}].choices");
        return Err(Failed(Problem::bad_request(&field, "are of the kind `choice` alone")));
    }
    let fields: Vec<ContactField> = items.into_iter().map(ContactField::from).collect();
    contact_field::check(&fields).map_err(|BadFields { at, problem }| {
        Problem::bad_request(&format!("items{at}"), problem)
    })?;
    let decide = |mut people: People| -> Result<People, PeopleRefusal> {
        people.workspace.contact_fields = fields.clone();
        Ok(people)
    };
    let doing = Doing::to("contact_fields.change", caller.workspace.id.as_str(), &body);
    let people = deps.change_people(&caller, doing, decide).await?;
    Ok(Json(listed(&people.workspace)))
}

/// What is to stand in a contact's fields, if it may. `kept` stands there now, or did in fields
/// that the workspace no longer has: those keep theirs until it gets too much.
pub(crate) fn filled(
    workspace: &Workspace,
    kept: &BTreeMap<FieldId, FieldValue>,
    given: BTreeMap<String, Option<FieldValue>>,
) -> Result<BTreeMap<FieldId, Option<FieldValue>>, Problem> {
    let mut fields = BTreeMap::new();
    for (id, value) in given {
        let at = format!("fields.{id}");
        let Some(field) = workspace.contact_field(&id) else {
            return Err(Problem::bad_request(&at, "there is no such field"));
        };
        if let Some(value) = &value {
            fits(&field.kind, value).map_err(|bad| Problem::bad_request(&at, bad.to_string()))?;
        }
        fields.insert(field.id.clone(), value);
    }
    if kept.len() + fields.len() > VALUES_MAX {
        let left = kept.keys().filter(|id| workspace.contact_field(id.as_str()).is_none());
        fields.extend(left.map(|id| (id.clone(), None)));
    }
    Ok(fields)
}

/// What stands in the fields that the workspace has, and fits them.
pub(crate) fn shown(
    workspace: &Workspace,
    mut kept: BTreeMap<FieldId, FieldValue>,
) -> BTreeMap<FieldId, FieldValue> {
    kept.retain(|id, value| {
        let field = workspace.contact_field(id.as_str());
        field.is_some_and(|field| fits(&field.kind, value).is_ok())
    });
    kept
}

/// Whether a value may stand in a field: what the domain asks, and that an address can be read.
fn fits(kind: &FieldKind, value: &FieldValue) -> Result<(), BadValue> {
    kind.takes(value)?;
    if let (FieldKind::Url, FieldValue::Words(words)) = (kind, value) {
        Url::parse(words.reveal()).map_err(|_| BadValue::NotUrl)?;
    }
    Ok(())
}
