//! Values that must not reach a log: what people write, their names and addresses, and secrets.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value whose `Debug` says nothing and which has no `Display`, so that no log line, error or
/// panic message can carry it by accident. Reading it takes the word `reveal`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(T);

impl<T> Private<T> {
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    pub const fn reveal(&self) -> &T {
        &self.0
    }

    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Private<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// What people write and what they are called.
pub type Words = Private<String>;

/// What a provider calls a contact on one channel account: a phone number, a chat id.
///
/// Phone numbers are in E.164 with the plus sign, whatever the provider writes, so that the same
/// number on two channels reads the same.
pub type Address = Private<String>;

/// A key, a password or a token.
pub type Secret = Private<String>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_private_is_written_by_debug() {
        let address = Address::from("+16505551234");
        assert_eq!(format!("{address:?} {:?}", Some(&address)), "… Some(…)");
    }
}
