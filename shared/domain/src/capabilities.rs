//! What a channel can do, as data. The values stand with each channel, a link beside each limit.

use crate::consent::Keywords;
use crate::content::{Choices, Content, ContentKind, File, FileKind};
use crate::window::WindowPolicy;

/// A number a provider publishes, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub value: u64,
    pub source: &'static str,
}

impl Limit {
    const NONE: Self = Self { value: 0, source: "" };
}

/// What one channel can carry, and how fast.
#[derive(Debug, Clone, Copy)]
pub struct Capabilities {
    pub window: WindowPolicy,
    /// The contents `request` can encode; everything else is refused before it is accepted.
    pub sends: &'static [ContentKind],
    pub text_chars_max: Limit,
    pub caption_chars_max: Limit,
    /// Files in one message.
    pub files_max: Limit,
    /// Kinds of file and their sizes, in both directions.
    pub files: &'static [FileLimit],
    pub buttons_max: Limit,
    pub rows_max: Limit,
    pub choices: ChoiceLimits,
    /// Messages the whole account may send in a second.
    pub sends_per_second: Limit,
    /// Which receipts the channel gives.
    pub receipts: Receipts,
    pub keywords: Keywords,
}

/// How long the parts of a choice may be; `None` where the provider publishes no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChoiceLimits {
    pub button_chars_max: Option<Limit>,
    pub row_chars_max: Option<Limit>,
    pub description_chars_max: Option<Limit>,
    pub id_bytes_max: Option<Limit>,
}

impl ChoiceLimits {
    pub const NONE: Self = Self {
        button_chars_max: None,
        row_chars_max: None,
        description_chars_max: None,
        id_bytes_max: None,
    };
}

/// The largest file of one kind.
#[derive(Debug, Clone, Copy)]
pub struct FileLimit {
    pub kind: FileKind,
    pub bytes_max: Limit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipts {
    /// What the provider answers to the send is all there ever is.
    None,
    Delivered,
    DeliveredAndRead,
}

/// Why a channel cannot carry a content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotCarry {
    #[error("this channel cannot carry {0}")]
    Kind(ContentKind),
    #[error("this channel cannot carry a file of kind {0}")]
    FileKind(FileKind),
    #[error("{what} may have at most {max} characters, this has {given}")]
    TooLong { what: &'static str, max: u64, given: u64 },
    #[error("at most {max} {what} fit into a message, this has {given}")]
    TooMany { what: &'static str, max: u64, given: u64 },
    #[error("the file may have at most {max} bytes, this has {given}")]
    TooLarge { max: u64, given: u64 },
    #[error("{0} must not be empty")]
    Empty(&'static str),
}

impl Capabilities {
    /// For commands that send nothing.
    pub const NOTHING: Self = Self {
        window: WindowPolicy::Unlimited,
        sends: &[],
        text_chars_max: Limit::NONE,
        caption_chars_max: Limit::NONE,
        files_max: Limit::NONE,
        files: &[],
        buttons_max: Limit::NONE,
        rows_max: Limit::NONE,
        choices: ChoiceLimits::NONE,
        sends_per_second: Limit::NONE,
        receipts: Receipts::None,
        keywords: Keywords::NONE,
    };

    /// Whether the channel can carry `content`; providers count in characters, not bytes.
    pub fn check(&self, content: &Content) -> Result<(), CannotCarry> {
        if !self.sends.contains(&content.kind()) {
            return Err(CannotCarry::Kind(content.kind()));
        }
        match content {
            Content::Text(text) => short("the text", text.text.reveal(), self.text_chars_max),
            Content::Media(media) => {
                if let Some(caption) = &media.caption {
                    short("the caption", caption.reveal(), self.caption_chars_max)?;
                }
                few("files", media.files.len(), self.files_max)?;
                media.files.iter().try_for_each(|file| self.check_file(file))
            }
            Content::Interactive(interactive) => {
                short("the text", interactive.body.reveal(), self.text_chars_max)?;
                self.check_choices(&interactive.choices)
            }
            Content::Contacts(contacts) => not_empty("contacts", contacts.cards.len()),
            Content::Location(_)
            | Content::Template(_)
            | Content::Answer(_)
            | Content::Unsupported(_) => Ok(()),
        }
    }

    fn check_choices(&self, choices: &Choices) -> Result<(), CannotCarry> {
        let (choices, what, max) = match choices {
            Choices::Buttons(buttons) => {
                few("buttons", buttons.len(), self.buttons_max)?;
                (buttons, "the title of a button", self.choices.button_chars_max)
            }
            Choices::List { rows, .. } => {
                few("rows", rows.len(), self.rows_max)?;
                (rows, "the title of a row", self.choices.row_chars_max)
            }
        };
        for choice in choices {
            within(what, choice.title.reveal().chars().count(), max)?;
            let description =
                choice.description.as_ref().map_or(0, |words| words.reveal().chars().count());
            within("the description of a row", description, self.choices.description_chars_max)?;
            within("the id of a choice, in bytes,", choice.id.len(), self.choices.id_bytes_max)?;
        }
        Ok(())
    }

    fn check_file(&self, file: &File) -> Result<(), CannotCarry> {
        let max = self.bytes_max(file.kind).ok_or(CannotCarry::FileKind(file.kind))?;
        match file.bytes {
            Some(given) if given > max => Err(CannotCarry::TooLarge { max, given }),
            Some(_) | None => Ok(()),
        }
    }

    /// The largest file of a kind, in bytes; `None` if the channel knows no such kind.
    pub fn bytes_max(&self, kind: FileKind) -> Option<u64> {
        self.files.iter().find(|limit| limit.kind == kind).map(|limit| limit.bytes_max.value)
    }
}

fn short(what: &'static str, text: &str, max: Limit) -> Result<(), CannotCarry> {
    let given = text.chars().count() as u64;
    if text.trim().is_empty() {
        Err(CannotCarry::Empty(what))
    } else if given > max.value {
        Err(CannotCarry::TooLong { what, max: max.value, given })
    } else {
        Ok(())
    }
}

fn within(what: &'static str, given: usize, max: Option<Limit>) -> Result<(), CannotCarry> {
    match max.map(|max| (max.value, given as u64)) {
        Some((max, given)) if given > max => Err(CannotCarry::TooLong { what, max, given }),
        Some(_) | None => Ok(()),
    }
}

fn few(what: &'static str, given: usize, max: Limit) -> Result<(), CannotCarry> {
    not_empty(what, given)?;
    let given = given as u64;
    if given > max.value {
        Err(CannotCarry::TooMany { what, max: max.value, given })
    } else {
        Ok(())
    }
}

fn not_empty(what: &'static str, given: usize) -> Result<(), CannotCarry> {
    if given == 0 { Err(CannotCarry::Empty(what)) } else { Ok(()) }
}
