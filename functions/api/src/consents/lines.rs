//! The lines of an upload, as JSON or CSV. A line that cannot be read is told as such beside the
//! others.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use domain::consent::{ConsentChange, ConsentSource, Topic, Wish};
use domain::conversation::Via;
use domain::id::AccountId;
use domain::private::{Address, Words};
use jiff::Timestamp;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::caller::{field_of, read as read_json};

/// Consents that were given elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadBody {
    #[schema(value_type = Vec<LineBody>)]
    items: Vec<Value>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineBody {
    #[schema(value_type = String)]
    account: AccountId,
    /// As the channel names the contact: a phone number in E.164, a chat id.
    #[schema(value_type = String)]
    address: Address,
    /// `in` or `out`.
    #[schema(value_type = String)]
    wish: Wish,
    /// `upload`, `agent` or `automation`; `upload` if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    source: Source,
    /// When it was said; now if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    at: Option<Timestamp>,
    /// `everything` or `marketing`; `everything` if absent.
    #[serde(default = "everything")]
    #[schema(value_type = Option<String>)]
    topic: Topic,
    /// Where it comes from, in words.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    note: Option<Words>,
}

fn everything() -> Topic {
    Topic::Everything
}

/// Who may be said to have said it through the API: what contacts and providers say, channels hear.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    #[default]
    Upload,
    Agent,
    Automation,
}

/// A line that can be read.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) via: Via,
    wish: Wish,
    pub(super) source: Source,
    pub(super) at: Option<Timestamp>,
    pub(super) topic: Topic,
    pub(super) note: Option<Words>,
}

impl Line {
    pub(super) fn change(&self) -> ConsentChange {
        let source = match self.source {
            Source::Upload => ConsentSource::Upload,
            Source::Agent => ConsentSource::Agent,
            Source::Automation => ConsentSource::Automation,
        };
        ConsentChange { topic: self.topic, wish: self.wish, source }
    }
}

/// What is wrong with a line.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) field: String,
    pub(super) detail: String,
}

impl Wrong {
    fn new(field: &str, detail: impl Into<String>) -> Self {
        Self { field: field.to_owned(), detail: detail.into() }
    }
}

const LINES_MAX: usize = 1_000;
const ADDRESS_CHARS_MAX: usize = 256;
const NOTE_CHARS_MAX: usize = 500;

/// All lines, each read or wrong.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Vec<Result<Line, Wrong>>, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_csv = kind.split(';').next().is_some_and(|kind| kind.trim() == "text/csv");
    let lines = if is_csv {
        csv_lines(body)?
    } else {
        let UploadBody { items } = read_json(body)?;
        items.into_iter().map(Ok).collect()
    };
    if lines.len() > LINES_MAX {
        return Err(Problem::bad_request("items", format!("must be at most {LINES_MAX}")));
    }
    Ok(lines.into_iter().map(|line| line.and_then(line_of)).collect())
}

/// Each record of a CSV as the object it stands for; an empty cell is an absent field.
fn csv_lines(body: &[u8]) -> Result<Vec<Result<Value, Wrong>>, Problem> {
    const COLUMNS: [&str; 7] = ["account", "address", "wish", "source", "at", "topic", "note"];
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(body);
    let headings =
        reader.headers().map_err(|error| Problem::bad_request("body", error.to_string()))?;
    let headings: Vec<String> = headings.iter().map(str::to_owned).collect();
    if let Some(unknown) = headings.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
        let detail = format!("unknown column, expected {}", COLUMNS.join(", "));
        return Err(Problem::bad_request(unknown, detail));
    }
    let object = |record: csv::StringRecord| {
        let cells = headings.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty());
        let members: Map<String, Value> =
            cells.map(|(name, cell)| (name.clone(), cell.into())).collect();
        Value::Object(members)
    };
    let records = reader.records().take(LINES_MAX + 1);
    Ok(records
        .map(|record| record.map(object).map_err(|error| Wrong::new("line", error.to_string())))
        .collect())
}

fn line_of(value: Value) -> Result<Line, Wrong> {
    let body: LineBody = serde_path_to_error::deserialize(value).map_err(|error| Wrong {
        field: field_of("", &error),
        detail: error.inner().to_string(),
    })?;
    let LineBody { account, address, wish, source, at, topic, note } = body;
    let chars = address.reveal().chars().count();
    if address.reveal().trim().is_empty() || chars > ADDRESS_CHARS_MAX {
        let detail = format!("must have 1 to {ADDRESS_CHARS_MAX} characters");
        return Err(Wrong::new("address", detail));
    }
    if note.as_ref().is_some_and(|note| note.reveal().chars().count() > NOTE_CHARS_MAX) {
        return Err(Wrong::new("note", format!("must have at most {NOTE_CHARS_MAX} characters")));
    }
    Ok(Line { via: Via { account, address }, wish, source, at, topic, note })
}
