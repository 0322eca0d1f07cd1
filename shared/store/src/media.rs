//! Where the files of inbound messages are. A message is visible before its files are.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::job::EventName;

use crate::error::if_held;
use crate::item::{Attributes, Item, number, text};
use crate::{Store, StoreError, keys};

pub(crate) const FILES: &str = "md";

/// One file of an inbound message, in Confab's keeping or on the way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    pub state: MediaState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaState {
    /// On the way; `problem` says why the last try failed, if one did.
    Pending { problem: Option<String> },
    /// In object storage under `object`.
    Ready { object: String, bytes: u64, mime: String },
    /// Not to be had.
    Failed { problem: String },
}

const STATE: &str = "s";
const OBJECT: &str = "k";
const BYTES: &str = "b";
const MIME: &str = "m";
const PROBLEM: &str = "e";

impl StoredFile {
    pub(crate) fn pending() -> Self {
        Self { state: MediaState::Pending { problem: None } }
    }

    pub(crate) fn attributes(&self) -> Attributes {
        let pairs: Vec<(&str, AttributeValue)> = match &self.state {
            MediaState::Pending { problem: None } => vec![(STATE, text("pending"))],
            MediaState::Pending { problem: Some(problem) } => {
                vec![(STATE, text("pending")), (PROBLEM, text(problem))]
            }
            MediaState::Ready { object, bytes, mime } => vec![
                (STATE, text("ready")),
                (OBJECT, text(object)),
                (BYTES, number(bytes)),
                (MIME, text(mime)),
            ],
            MediaState::Failed { problem } => {
                vec![(STATE, text("failed")), (PROBLEM, text(problem))]
            }
        };
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    pub(crate) fn read(item: &Item) -> Result<Self, StoreError> {
        let problem = || item.opt_text(PROBLEM).map(str::to_owned);
        let state = match item.text(STATE)? {
            "pending" => MediaState::Pending { problem: problem() },
            "ready" => MediaState::Ready {
                object: item.text(OBJECT)?.to_owned(),
                bytes: item.number(BYTES)?,
                mime: item.text(MIME)?.to_owned(),
            },
            "failed" => MediaState::Failed { problem: problem().unwrap_or_default() },
            other => return Err(item.corrupt(format!("an unknown media state `{other}`"))),
        };
        Ok(Self { state })
    }
}

impl Store {
    /// Puts down what became of a file. What is ready stays ready.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn record_file(
        &self,
        message: &EventName,
        file: usize,
        state: &MediaState,
    ) -> Result<(), StoreError> {
        let key = keys::event(&message.workspace, message.conversation, message.seq);
        let value = AttributeValue::M(StoredFile { state: state.clone() }.attributes());
        let result = self
            .update_one(&key)
            .update_expression(format!("SET #md[{file}] = :file"))
            .condition_expression(format!("attribute_exists(pk) AND #md[{file}].#s <> :ready"))
            .expression_attribute_names("#md", FILES)
            .expression_attribute_names("#s", STATE)
            .expression_attribute_values(":file", value)
            .expression_attribute_values(":ready", text("ready"))
            .send()
            .await;
        if_held("UpdateItem", result).map(|_held| ())
    }
}
