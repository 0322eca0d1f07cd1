//! Variables in what is answered by itself: `{{contact.first_name|there}}`.
//!
//! What stands behind the `|` is said where the value is not known. There is no way to say `{{`
//! itself.

use crate::content::{Content, Media};
use crate::private::Words;

/// Something that is known when a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    ContactName,
    /// The first word of the name.
    ContactFirstName,
    WorkspaceName,
}

impl Variable {
    pub const ALL: [Self; 3] = [Self::ContactName, Self::ContactFirstName, Self::WorkspaceName];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContactName => "contact.name",
            Self::ContactFirstName => "contact.first_name",
            Self::WorkspaceName => "workspace.name",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variable| variable.as_str() == name)
    }
}

/// Why a text cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadVariable {
    #[error("has no variable `{0}`; there are {known}", known = known())]
    Unknown(String),
    #[error("has `{{{{` without `}}}}`")]
    Unclosed,
}

fn known() -> String {
    Variable::ALL.map(Variable::as_str).join(", ")
}

/// What the variables stand for in one message.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    /// The contact's name, where it is known.
    pub contact: Option<&'a Words>,
    pub workspace: &'a str,
}

/// A name takes no more of a message than this: contacts choose theirs themselves.
const VALUE_CHARS_MAX: usize = 100;

impl Values<'_> {
    /// The value on one line; `None` where it is not known.
    fn of(&self, variable: Variable) -> Option<String> {
        let contact = self.contact.map_or("", |name| name.reveal());
        let value = match variable {
            Variable::ContactName => contact,
            Variable::ContactFirstName => contact.split_whitespace().next().unwrap_or_default(),
            Variable::WorkspaceName => self.workspace,
        };
        let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String = line.chars().filter(|c| !c.is_control()).take(VALUE_CHARS_MAX).collect();
        (!line.is_empty()).then_some(line)
    }
}

enum Piece<'a> {
    Text(&'a str),
    Slot { whole: &'a str, name: &'a str, otherwise: &'a str },
    Unclosed(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        pieces.push(Piece::Text(&rest[..open]));
        rest = &rest[open..];
        let Some(close) = rest.find("}}") else {
            pieces.push(Piece::Unclosed(rest));
            return pieces;
        };
        let inside = &rest[2..close];
        let (name, otherwise) = inside.split_once('|').unwrap_or((inside, ""));
        let whole = &rest[..close + 2];
        pieces.push(Piece::Slot { whole, name: name.trim(), otherwise: otherwise.trim() });
        rest = &rest[close + 2..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// Whether all variables of a text are known.
///
/// # Errors
///
/// The first that is not.
pub fn check(text: &str) -> Result<(), BadVariable> {
    for piece in pieces(text) {
        match piece {
            Piece::Unclosed(_) => return Err(BadVariable::Unclosed),
            Piece::Slot { name, .. } if Variable::named(name).is_none() => {
                return Err(BadVariable::Unknown(name.to_owned()));
            }
            Piece::Text(_) | Piece::Slot { .. } => {}
        }
    }
    Ok(())
}

/// The text with its variables filled in. What is no variable stays as it stands, and values are
/// not looked into.
pub fn fill(text: &str, values: &Values<'_>) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) | Piece::Unclosed(text) => filled.push_str(text),
            Piece::Slot { whole, name, otherwise } => match Variable::named(name) {
                None => filled.push_str(whole),
                Some(variable) => match values.of(variable) {
                    Some(value) => filled.push_str(&value),
                    None => filled.push_str(otherwise),
                },
            },
        }
    }
    filled
}

/// A content with the variables of its words filled in.
pub fn filled(content: &Content, values: &Values<'_>) -> Content {
    let fill = |words: &Words| Words::new(fill(words.reveal(), values));
    match content {
        Content::Text(text) => Content::text(fill(&text.text)),
        Content::Media(media) => Content::Media(Media {
            caption: media.caption.as_ref().map(fill),
            files: media.files.clone(),
        }),
        Content::Location(_)
        | Content::Contacts(_)
        | Content::Interactive(_)
        | Content::Answer(_)
        | Content::Template(_)
        | Content::Unsupported(_) => content.clone(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(text: &str, contact: Option<&str>) -> String {
        let contact = contact.map(Words::from);
        fill(text, &Values { contact: contact.as_ref(), workspace: "Acme" })
    }

    #[test]
    fn variables_become_what_they_stand_for() {
        let text = "Hi {{contact.first_name|there}}, this is {{ workspace.name }}.";
        assert_eq!(filled(text, Some("Ada King")), "Hi Ada, this is Acme.");
        assert_eq!(filled(text, None), "Hi there, this is Acme.");
        assert_eq!(filled(text, Some("  ")), "Hi there, this is Acme.");
        assert_eq!(filled("{{contact.name}}!", None), "!");
        assert_eq!(
            filled("{{contact.name}}", Some("A\nb {{workspace.name}}")),
            "A b {{workspace.name}}"
        );
        assert_eq!(filled("{{contact.name}}", Some(&"x".repeat(500))).len(), VALUE_CHARS_MAX);
    }

    #[test]
    fn what_is_no_variable_is_named() {
        assert_eq!(check("{{contact.name|}} {{workspace.name}} }} {"), Ok(()));
        assert_eq!(check("{{contact.nam}}"), Err(BadVariable::Unknown("contact.nam".to_owned())));
        assert_eq!(check("{{}}"), Err(BadVariable::Unknown(String::new())));
        assert_eq!(check("{{contact.name}"), Err(BadVariable::Unclosed));
        assert_eq!(BadVariable::Unclosed.to_string(), "has `{{` without `}}`");
    }

    proptest! {
        #[test]
        fn text_without_variables_is_left_alone(text in "[^{]{0,80}", name: String) {
            prop_assert_eq!(check(&text), Ok(()));
            prop_assert_eq!(filled(&text, Some(&name)), text);
        }

        #[test]
        fn any_text_is_filled_or_refused(text in "[a-z {}|.]{0,60}", name: String) {
            let full = filled(&text, Some(&name));
            if check(&text).is_err() {
                prop_assert!(full.contains("{{"));
            }
        }

        #[test]
        fn what_passes_the_check_has_no_variable_left(
            before in "[^{}]{0,20}", otherwise in "[^{}|]{0,20}", after in "[^{}]{0,20}",
            which in 0..3usize, name in proptest::option::of("[^{}]{0,20}"),
        ) {
            let variable = Variable::ALL[which].as_str();
            let text = format!("{before}{{{{{variable}|{otherwise}}}}}{after}");
            prop_assert_eq!(check(&text), Ok(()));
            let full = filled(&text, name.as_deref());
            prop_assert!(full.starts_with(&before) && full.ends_with(&after));
            prop_assert!(!full.contains("{{"));
        }
    }
}
