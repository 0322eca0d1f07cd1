//! Which page of a list is wanted.

use serde::Deserialize;

/// How many entries there are to be in a page. A number in a query is text.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Limit(pub(crate) usize);

const LIMIT_DEFAULT: usize = 50;
pub(crate) const LIMIT_MAX: usize = 100;

impl Default for Limit {
    fn default() -> Self {
        Self(LIMIT_DEFAULT)
    }
}

impl TryFrom<String> for Limit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(limit @ 1..=LIMIT_MAX) => Ok(Self(limit)),
            Ok(_) | Err(_) => Err(format!("must be a number from 1 to {LIMIT_MAX}")),
        }
    }
}

/// The query of a list that is asked for nothing but a page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery<C = String> {
    #[serde(default)]
    pub(crate) limit: Limit,
    /// The `next` of the page before.
    pub(crate) cursor: Option<C>,
}
