//! Fields of contacts that a workspace defines, and what may stand in them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::FieldId;
use crate::private::{Private, Words};

/// A field that every contact of a workspace has, filled in or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactField {
    pub id: FieldId,
    pub name: String,
    #[serde(flatten)]
    pub kind: FieldKind,
}

/// What may stand in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Text,
    /// A decimal number, kept digit by digit.
    Number,
    /// A day of the calendar.
    Date,
    /// One of these.
    Choice { choices: Vec<String> },
    /// Yes or no.
    Check,
    /// An address on the web.
    Url,
}

/// What stands in a field of one contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "must be text, `true` or `false`")]
pub enum FieldValue {
    Check(Private<bool>),
    /// Of all other kinds, as text.
    Words(Words),
}

/// Fields stand in the workspace's one item, and their values in the contact's.
pub const FIELDS_MAX: usize = 50;
pub const NAME_CHARS_MAX: usize = 60;
pub const CHOICES_MAX: usize = 50;
/// The choices of all fields together: the workspace's item is read by every stage.
pub const CHOICES_IN_ALL_MAX: usize = 500;
pub const CHOICE_CHARS_MAX: usize = 60;
pub const VALUE_CHARS_MAX: usize = 500;
/// Enough for any amount, measure or number of a customer.
const NUMBER_CHARS_MAX: usize = 40;

/// Why something cannot stand in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadValue {
    #[error("must be text")]
    NotText,
    #[error("must be `true` or `false`")]
    NotCheck,
    #[error("must have 1 to {VALUE_CHARS_MAX} characters")]
    Length,
    #[error("must be one line")]
    NotOneLine,
    #[error("must be a decimal number such as -12.50")]
    NotNumber,
    #[error("must be a date such as 2026-01-31")]
    NotDate,
    #[error("must be one of the choices")]
    NoChoice,
    #[error("must be an address that begins with https:// or http://")]
    NotUrl,
}

/// What is wrong with the fields of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{at}` {problem}")]
pub struct BadFields {
    /// The part that is wrong, such as `[2].name`; empty for the fields as a whole.
    pub at: String,
    pub problem: String,
}

impl FieldKind {
    /// Whether a value may stand in a field of this kind.
    ///
    /// # Errors
    ///
    /// Why it may not.
    pub fn takes(&self, value: &FieldValue) -> Result<(), BadValue> {
        let text = match (self, value) {
            (Self::Check, FieldValue::Check(_)) => return Ok(()),
            (Self::Check, FieldValue::Words(_)) => return Err(BadValue::NotCheck),
            (_, FieldValue::Check(_)) => return Err(BadValue::NotText),
            (_, FieldValue::Words(words)) => words.reveal(),
        };
        if text.trim().is_empty() || text.chars().count() > VALUE_CHARS_MAX {
            return Err(BadValue::Length);
        }
        if text.chars().any(|char| char.is_control() || "\u{2028}\u{2029}".contains(char)) {
            return Err(BadValue::NotOneLine);
        }
        let (fits, bad) = match self {
            Self::Text | Self::Check => (true, BadValue::NotText),
            Self::Number => (is_decimal(text), BadValue::NotNumber),
            Self::Date => (is_date(text), BadValue::NotDate),
            Self::Choice { choices } => (choices.contains(text), BadValue::NoChoice),
            Self::Url => (leads_to_the_web(text), BadValue::NotUrl),
        };
        if fits { Ok(()) } else { Err(bad) }
    }
}

/// Digits with a sign and a point, or without.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= NUMBER_CHARS_MAX && digits(whole) && digits(part)
}

/// A day as ISO 8601 writes it, and in no other of its ways; its year is one that desks can show.
fn is_date(text: &str) -> bool {
    let date: Option<Date> = text.parse().ok();
    date.is_some_and(|date| date.year() > 0 && date.to_string() == text)
}

/// Nothing that a browser would run, and no file. Whether the rest is an address is asked of
/// whoever can read one.
fn leads_to_the_web(text: &str) -> bool {
    let rest = text.split_once("://").filter(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
    });
    rest.is_some_and(|(_, rest)| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

/// Whether a workspace may have these fields.
///
/// # Errors
///
/// The first thing that is wrong, and where.
pub fn check(fields: &[ContactField]) -> Result<(), BadFields> {
    let bad = |at: String, problem: String| Err(BadFields { at, problem });
    if fields.len() > FIELDS_MAX {
        return bad(String::new(), format!("must be at most {FIELDS_MAX}"));
    }
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut choices_left = CHOICES_IN_ALL_MAX;
    for (place, field) in fields.iter().enumerate() {
        if !ids.insert(&field.id) {
            return bad(format!("[{place}].id"), "another has this id".to_owned());
        }
        if !is_named(&field.name, NAME_CHARS_MAX) {
            let problem = format!("must have 1 to {NAME_CHARS_MAX} characters on one line");
            return bad(format!("[{place}].name"), problem);
        }
        if !names.insert(field.name.trim().to_lowercase()) {
            return bad(format!("[{place}].name"), "another has this name".to_owned());
        }
        let choices = of_kind(&field.kind);
        let left = choices.and_then(|choices| {
            let left = choices_left.checked_sub(choices);
            left.ok_or_else(|| format!("all fields have at most {CHOICES_IN_ALL_MAX} together"))
        });
        match left {
            Ok(left) => choices_left = left,
            Err(problem) => return bad(format!("[{place}].choices"), problem),
        }
    }
    Ok(())
}

fn is_named(name: &str, chars_max: usize) -> bool {
    !name.trim().is_empty() && name.chars().count() <= chars_max && !name.contains(char::is_control)
}

/// How many choices a kind has, or what is wrong with them.
fn of_kind(kind: &FieldKind) -> Result<usize, String> {
    let FieldKind::Choice { choices } = kind else { return Ok(0) };
    if !(1..=CHOICES_MAX).contains(&choices.len()) {
        return Err(format!("must be 1 to {CHOICES_MAX}"));
    }
    if choices.iter().any(|choice| !is_named(choice, CHOICE_CHARS_MAX)) {
        return Err(format!("must have 1 to {CHOICE_CHARS_MAX} characters on one line each"));
    }
    let different: BTreeSet<&str> = choices.iter().map(|choice| choice.trim()).collect();
    if different.len() < choices.len() {
        return Err("must differ from one another".to_owned());
    }
    Ok(choices.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field(id: &str, name: &str, kind: FieldKind) -> ContactField {
        ContactField { id: id.parse().unwrap(), name: name.to_owned(), kind }
    }

    fn of(choices: &[&str]) -> FieldKind {
        FieldKind::Choice { choices: choices.iter().map(|&choice| choice.to_owned()).collect() }
    }

    fn numbered(count: usize) -> FieldKind {
        FieldKind::Choice { choices: (0..count).map(|number| number.to_string()).collect() }
    }

    fn words(text: &str) -> FieldValue {
        FieldValue::Words(Words::from(text))
    }

    /// R156: what fits a field of each kind, and what does not.
    #[test]
    fn each_kind_takes_what_fits() {
        let long = "x".repeat(VALUE_CHARS_MAX);
        let digits = "9".repeat(NUMBER_CHARS_MAX);
        let plan = of(&["Free", "Pro"]);
        let table: [(FieldKind, &[&str], BadValue, &[&str]); 5] = [
            (
                FieldKind::Text,
                &["Gold", "<img src=x onerror=alert(1)>", "محمد", &long],
                BadValue::NotOneLine,
                &["a\nb", "a\u{2028}b", "\u{7}"],
            ),
            (
                FieldKind::Number,
                &["0", "-12.50", "007", "0.10", &digits],
                BadValue::NotNumber,
                &["1e5", "1,5", ".5", "5.", "-", "--1", "+1", " 1", "1 ", "NaN", "٣", "0x1"],
            ),
            (
                FieldKind::Date,
                &["2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31"],
                BadValue::NotDate,
                &["2026-02-29", "31.01.2026", "20260131", "2026-1-31", "2026-01-31T00:00", "today"],
            ),
            (plan, &["Free", "Pro"], BadValue::NoChoice, &["pro", "Pro ", "Enterprise"]),
            (
                FieldKind::Url,
                &["https://a.test/x?y#z", "http://a.test", "HTTPS://a.test"],
                BadValue::NotUrl,
                &["javascript:alert(1)", "a.test", "https://", "ftp://a.test", "https://a b"],
            ),
        ];
        for (kind, good, bad, wrong) in table {
            for text in good {
                assert_eq!(kind.takes(&words(text)), Ok(()), "{kind:?}: {text}");
            }
            for text in wrong {
                assert_eq!(kind.takes(&words(text)), Err(bad), "{kind:?}: {text}");
            }
            for text in ["", "   ", &(long.clone() + "x")] {
                assert_eq!(kind.takes(&words(text)), Err(BadValue::Length), "{kind:?}: {text}");
            }
            let yes = FieldValue::Check(true.into());
            assert_eq!(kind.takes(&yes), Err(BadValue::NotText), "{kind:?}");
            assert_eq!(FieldKind::Check.takes(&yes), Ok(()));
            assert_eq!(FieldKind::Check.takes(&words("yes")), Err(BadValue::NotCheck));
        }
    }

    #[test]
    fn what_is_wrong_with_fields_is_named() {
        let text = |id: &str, name: &str| field(id, name, FieldKind::Text);
        let long = "x".repeat(NAME_CHARS_MAX + 1);
        let many = |count: usize| -> Vec<ContactField> {
            (0..count).map(|at| text(&format!("f{at}"), &format!("Field {at}"))).collect()
        };
        assert_eq!(check(&many(FIELDS_MAX)), Ok(()));
        assert_eq!(check(&[field("plan", "Plan", numbered(CHOICES_MAX))]), Ok(()));
        let one = |kind: FieldKind| vec![text("a", "A"), field("plan", "Plan", kind)];
        let full = (0..11).map(|at| field(&format!("f{at}"), &at.to_string(), numbered(50)));
        for (fields, at) in [
            (many(FIELDS_MAX + 1), ""),
            (vec![text("a", "A"), text("a", "B")], "[1].id"),
            (vec![text("a", "Plan"), text("b", "plan ")], "[1].name"),
            (vec![text("a", " ")], "[0].name"),
            (vec![text("a", &long)], "[0].name"),
            (vec![text("a", "A\nB")], "[0].name"),
            (one(of(&[])), "[1].choices"),
            (one(of(&["Free", "Free "])), "[1].choices"),
            (one(of(&["Free", ""])), "[1].choices"),
            (one(of(&["Free", &long])), "[1].choices"),
            (one(numbered(CHOICES_MAX + 1)), "[1].choices"),
            (full.collect(), "[10].choices"),
        ] {
            assert_eq!(check(&fields).unwrap_err().at, at, "{fields:?}");
        }
    }

    /// Values are what a contact is known by: they are in no log.
    #[test]
    fn values_are_not_written_by_debug() {
        let values = [words("secret"), FieldValue::Check(true.into())];
        assert_eq!(format!("{values:?}"), "[Words(…), Check(…)]");
    }

    #[test]
    fn fields_and_values_survive_json() {
        let plan = field("plan", "Plan", of(&["Free"]));
        let json = r#"{"id":"plan","name":"Plan","kind":"choice","choices":["Free"]}"#;
        assert_eq!(serde_json::to_string(&plan).unwrap(), json);
        assert_eq!(serde_json::from_str::<ContactField>(json).unwrap(), plan);
        for (value, json) in
            [(words("1.50"), r#""1.50""#), (FieldValue::Check(false.into()), "false")]
        {
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
            assert_eq!(serde_json::from_str::<FieldValue>(json).unwrap(), value);
        }
        let refused = serde_json::from_str::<FieldValue>("1.5").unwrap_err().to_string();
        assert!(refused.contains("must be text, `true` or `false`"), "{refused}");
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_it_says(text in "[-+0-9.e ]{1,8}|[a-z:/]{1,12}") {
            if FieldKind::Number.takes(&words(&text)).is_ok() {
                prop_assert!(text.parse::<f64>().is_ok_and(f64::is_finite), "{text}");
            }
            if FieldKind::Url.takes(&words(&text)).is_ok() {
                prop_assert!(text.starts_with("http"), "{text}");
            }
        }
    }
}
