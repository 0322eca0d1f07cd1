//! Items: writing attributes, and reading them with an error that names the item.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::keys::Key;

pub(crate) type Attributes = HashMap<String, AttributeValue>;

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(crate) fn bytes(value: Vec<u8>) -> AttributeValue {
    AttributeValue::B(Blob::new(value))
}

pub(crate) fn time(at: Timestamp) -> AttributeValue {
    number(at.as_millisecond())
}

/// Epoch seconds, as the table's own expiry reads them.
pub(crate) fn expiry(at: Timestamp) -> AttributeValue {
    number(at.as_second())
}

/// A value as JSON text. All values stored so are our own and serialise.
pub(crate) fn json(value: &impl Serialize) -> AttributeValue {
    text(serde_json::to_string(value).expect("our own values have string keys only"))
}

/// An item as it was read.
#[derive(Debug)]
pub(crate) struct Item(Attributes);

impl Item {
    pub(crate) fn new(attributes: Attributes) -> Self {
        Self(attributes)
    }

    /// Whose item this is, for error messages.
    fn name(&self) -> String {
        let part = |name| self.opt_text(name).unwrap_or("?");
        format!("{} / {}", part(Key::PARTITION), part(Key::SORT))
    }

    pub(crate) fn corrupt(&self, problem: impl ToString) -> StoreError {
        StoreError::corrupt(self.name(), problem)
    }

    fn missing(&self, name: &str) -> StoreError {
        self.corrupt(format!("no usable `{name}`"))
    }

    pub(crate) fn opt_text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, StoreError> {
        self.opt_text(name).ok_or_else(|| self.missing(name))
    }

    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<T, StoreError> {
        self.text(name)?.parse().map_err(|_| self.missing(name))
    }

    pub(crate) fn opt_parsed<T: std::str::FromStr>(
        &self,
        name: &str,
    ) -> Result<Option<T>, StoreError> {
        match self.opt_text(name) {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| self.missing(name)),
        }
    }

    pub(crate) fn opt_number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.0.get(name).and_then(|value| value.as_n().ok()).and_then(|digits| digits.parse().ok())
    }

    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<T, StoreError> {
        self.opt_number(name).ok_or_else(|| self.missing(name))
    }

    /// Whether something holds; what is absent does not.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(|value| value.as_bool().ok()).copied().unwrap_or(false)
    }

    pub(crate) fn opt_time(&self, name: &str) -> Option<Timestamp> {
        self.opt_number(name).and_then(|millis| Timestamp::from_millisecond(millis).ok())
    }

    pub(crate) fn time(&self, name: &str) -> Result<Timestamp, StoreError> {
        self.opt_time(name).ok_or_else(|| self.missing(name))
    }

    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let blob = self.0.get(name).and_then(|value| value.as_b().ok());
        blob.map(|blob| blob.as_ref().to_vec()).ok_or_else(|| self.missing(name))
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, StoreError> {
        serde_json::from_str(self.text(name)?)
            .map_err(|error| self.corrupt(format!("`{name}`: {error}")))
    }

    pub(crate) fn opt_json<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<T>, StoreError> {
        match self.opt_text(name) {
            None => Ok(None),
            Some(_) => self.json(name).map(Some),
        }
    }

    /// The attributes whose names begin so, by what follows.
    pub(crate) fn beginning<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a AttributeValue)> {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value)))
    }

    /// A list whose members are items themselves.
    pub(crate) fn list(&self, name: &str) -> Vec<Self> {
        self.0
            .get(name)
            .and_then(|value| value.as_l().ok())
            .into_iter()
            .flatten()
            .filter_map(|member| member.as_m().ok())
            .map(|member| Self(member.clone()))
            .collect()
    }
}
