//! A table of the provisioning file on its way to being understood.

use toml::{Table, Value};

/// A table on its way to being understood: what is asked for is taken out, and what is left over
/// at the end is a fault.
pub(super) struct Section<'f> {
    pub(super) at: String,
    pub(super) table: Table,
    pub(super) faults: &'f mut Vec<String>,
}

impl<'f> Section<'f> {
    pub(super) fn new(at: &str, table: Table, faults: &'f mut Vec<String>) -> Self {
        Self { at: at.to_owned(), table, faults }
    }

    pub(super) fn path(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }

    pub(super) fn fault(&mut self, key: &str, words: impl std::fmt::Display) {
        let path = self.path(key);
        self.faults.push(format!("{path}: {words}"));
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        match self.table.remove(key) {
            None => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.fault(key, "must be text");
                None
            }
        }
    }

    pub(super) fn needed(&mut self, key: &str) -> Option<String> {
        let there = self.table.contains_key(key);
        let text = self.text(key);
        if !there {
            self.fault(key, "is missing");
        }
        text
    }

    pub(super) fn parsed<T: std::str::FromStr>(
        &mut self,
        key: &str,
        text: Option<String>,
    ) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        match text?.parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.fault(key, error);
                None
            }
        }
    }

    pub(super) fn opt_flag(&mut self, key: &str) -> Option<bool> {
        match self.table.remove(key) {
            None => None,
            Some(Value::Boolean(flag)) => Some(flag),
            Some(_) => {
                self.fault(key, "must be true or false");
                None
            }
        }
    }

    /// A list of names.
    pub(super) fn names<T: std::str::FromStr>(&mut self, key: &str) -> Vec<T>
    where
        T::Err: std::fmt::Display,
    {
        let members = match self.table.remove(key) {
            None => return Vec::new(),
            Some(Value::Array(members)) => members,
            Some(_) => {
                self.fault(key, "must be a list of names");
                return Vec::new();
            }
        };
        let mut names = Vec::new();
        for member in members {
            if let Value::String(text) = member {
                names.extend(self.parsed::<T>(key, Some(text)));
            } else {
                self.fault(key, "must hold text only");
            }
        }
        names
    }

    pub(super) fn number(&mut self, key: &str) -> Option<i64> {
        match self.table.remove(key) {
            None => None,
            Some(Value::Integer(number)) if number >= 0 => Some(number),
            Some(_) => {
                self.fault(key, "must be a number of at least 0");
                None
            }
        }
    }

    pub(super) fn table(&mut self, key: &str) -> Option<Table> {
        match self.table.remove(key) {
            None => None,
            Some(Value::Table(table)) => Some(table),
            Some(_) => {
                self.fault(key, "must be a table");
                None
            }
        }
    }

    pub(super) fn tables(&mut self, key: &str) -> Vec<Table> {
        let mut tables = Vec::new();
        match self.table.remove(key) {
            None => {}
            Some(Value::Array(members)) => {
                for member in members {
                    if let Value::Table(table) = member {
                        tables.push(table);
                    } else {
                        self.fault(key, "must hold tables only");
                    }
                }
            }
            Some(_) => self.fault(key, format!("must be written as [[{key}]]")),
        }
        tables
    }

    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &str,
        text: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.fault(key, format!("must be one of {}", names.join(", ")));
        }
        found
    }

    pub(super) fn close(self) {
        for key in self.table.keys() {
            let path = self.path(key);
            self.faults.push(format!("{path}: nothing has this name here"));
        }
    }
}
