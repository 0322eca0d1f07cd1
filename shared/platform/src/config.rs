//! What a function reads from its environment: once, in `main`, with every fault at once.

use std::fmt;
use std::str::FromStr;

/// The environment, and what was wrong with it so far.
pub struct Env<'a> {
    read: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<String>,
    asked: Vec<&'static str>,
}

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} faults: {}", self.0.len(), self.0.join("; "))
    }
}

impl std::error::Error for Faults {}

impl<'a> Env<'a> {
    pub fn new(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { read, faults: Vec::new(), asked: Vec::new() }
    }

    /// A variable that has to be there, of any type that can be read from text.
    pub fn required<T: FromStr>(&mut self, name: &'static str) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        self.asked.push(name);
        match (self.read)(name).filter(|value| !value.is_empty()) {
            None => {
                self.faults.push(format!("{name} is missing"));
                None
            }
            Some(value) => match value.parse() {
                Ok(parsed) => Some(parsed),
                Err(error) => {
                    self.faults.push(format!("{name} {error}"));
                    None
                }
            },
        }
    }

    /// A variable that may be empty.
    pub fn optional<T: FromStr>(&mut self, name: &'static str) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        self.asked.push(name);
        let value = (self.read)(name).filter(|value| !value.is_empty())?;
        value.parse().map_err(|error| self.faults.push(format!("{name} {error}"))).ok()
    }

    /// A variable that the Lambda runtime sets or not, and the template never does.
    pub fn runtime(&mut self, name: &'static str) -> Option<String> {
        (self.read)(name).filter(|value| !value.is_empty())
    }

    /// The names asked for so far.
    pub fn asked(&self) -> &[&'static str] {
        &self.asked
    }

    /// The configuration, if nothing was wrong.
    ///
    /// # Errors
    ///
    /// All faults together.
    pub fn finish<T>(self, config: Option<T>) -> Result<T, Faults> {
        match config {
            Some(config) if self.faults.is_empty() => Ok(config),
            Some(_) | None => Err(Faults(self.faults)),
        }
    }
}

/// The process's own environment.
///
/// # Errors
///
/// All faults together.
pub fn from_process<T>(config: fn(&mut Env<'_>) -> Option<T>) -> Result<T, Faults> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let read = |name: &str| std::env::var(name).ok();
    let mut env = Env::new(&read);
    let config = config(&mut env);
    env.finish(config)
}

/// An address that has to be `http` or `https`, without its trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = url::Url::parse(text).map_err(|_| "is not an address")?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err("is not an http or https address");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("must not have a query or a fragment");
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

/// Whether channel accounts may name another address for their provider's API. Never on AWS: it
/// would let whoever edits an account point Confab anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiBase {
    Published,
    AnyAccounts,
}

impl FromStr for ApiBase {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "published" => Ok(Self::Published),
            "of-account" => Ok(Self::AnyAccounts),
            _ => Err("must be `published` or `of-account`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_told_together() {
        let read = |name: &str| match name {
            "A" => Some("x".to_owned()),
            "C" => Some("ftp://host".to_owned()),
            _ => None,
        };
        let mut env = Env::new(&read);
        let number = env.required::<u32>("A");
        let text = env.required::<String>("B");
        let url = env.required::<BaseUrl>("C");
        assert_eq!(env.asked(), ["A", "B", "C"]);
        let all = (|| Some((number?, text?, url?)))();
        let faults = env.finish(all).unwrap_err();
        assert_eq!(
            faults.to_string(),
            "the configuration has 3 faults: A invalid digit found in string; B is missing; \
             C is not an http or https address"
        );
    }
}
