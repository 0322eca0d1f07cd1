//! Files that customers sent, kept in memory until the desk has fetched them.

use std::collections::{BTreeMap, VecDeque};

use axum::body::Bytes;
use jiff::Timestamp;

use crate::chat::Kind;

/// What a customer attaches.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) kind: Kind,
    pub(crate) mime: String,
    pub(crate) name: Option<String>,
    pub(crate) bytes: Bytes,
    pub(crate) caption: Option<String>,
}

impl Attachment {
    /// Guesses the type from how the bytes begin, as a phone's gallery knows it.
    pub(crate) fn new(kind: Kind, bytes: &[u8], caption: Option<&str>) -> Self {
        let mime = known_mime(bytes).unwrap_or(match kind {
            Kind::Image => "image/jpeg",
            Kind::Video => "video/mp4",
            Kind::Audio | Kind::Voice => "audio/ogg",
            Kind::Sticker => "image/webp",
            Kind::Text
            | Kind::Document
            | Kind::Location
            | Kind::Contact
            | Kind::Buttons
            | Kind::List
            | Kind::Template
            | Kind::Answer
            | Kind::Unknown => "application/octet-stream",
        });
        Self {
            kind,
            mime: mime.to_owned(),
            name: None,
            bytes: Bytes::copy_from_slice(bytes),
            caption: caption.map(str::to_owned),
        }
    }
}

fn known_mime(bytes: &[u8]) -> Option<&'static str> {
    let begins = |with: &[u8]| bytes.starts_with(with);
    if begins(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if begins(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if begins(b"%PDF-") {
        Some("application/pdf")
    } else if begins(b"OggS") {
        Some("audio/ogg")
    } else if begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else {
        None
    }
}

/// A kept file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) account: String,
    pub(crate) mime: String,
    pub(crate) bytes: Bytes,
    pub(crate) kept_at: Timestamp,
    /// How many more times it is answered 404.
    missing: u32,
}

/// All files together; the oldest make room.
const BYTES_MAX: usize = 256 * 1024 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Files {
    by_id: BTreeMap<String, File>,
    oldest_first: VecDeque<String>,
    bytes: usize,
}

impl Files {
    pub(crate) fn keep(
        &mut self,
        id: &str,
        account: &str,
        attachment: &Attachment,
        missing: u32,
        now: Timestamp,
    ) {
        self.bytes += attachment.bytes.len();
        while self.bytes > BYTES_MAX {
            let Some(oldest) = self.oldest_first.pop_front() else { break };
            let gone = self.by_id.remove(&oldest);
            self.bytes -= gone.map_or(0, |file| file.bytes.len());
        }
        self.oldest_first.push_back(id.to_owned());
        let file = File {
            account: account.to_owned(),
            mime: attachment.mime.clone(),
            bytes: attachment.bytes.clone(),
            kept_at: now,
            missing,
        };
        self.by_id.insert(id.to_owned(), file);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&File> {
        self.by_id.get(id)
    }

    /// The file, unless chaos says that it is not there yet.
    pub(crate) fn fetch(&mut self, id: &str) -> Option<&File> {
        let file = self.by_id.get_mut(id)?;
        if file.missing > 0 {
            file.missing -= 1;
            return None;
        }
        Some(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(bytes: usize) -> Attachment {
        Attachment::new(Kind::Image, &vec![0; bytes], None)
    }

    #[test]
    fn a_type_is_known_by_how_the_bytes_begin() {
        let mime = |kind, bytes: &[u8]| Attachment::new(kind, bytes, None).mime;
        assert_eq!(mime(Kind::Image, b"\x89PNG\r\n\x1a\nx"), "image/png");
        assert_eq!(mime(Kind::Document, b"%PDF-1.7"), "application/pdf");
        assert_eq!(mime(Kind::Voice, b"OggSx"), "audio/ogg");
        assert_eq!(mime(Kind::Image, b"?"), "image/jpeg");
        assert_eq!(mime(Kind::Document, b"?"), "application/octet-stream");
    }

    #[test]
    fn the_oldest_files_make_room() {
        let mut files = Files::default();
        for id in ["a", "b", "c"] {
            files.keep(id, "acme", &image(BYTES_MAX / 2), 0, Timestamp::UNIX_EPOCH);
        }
        assert!(files.find("a").is_none());
        assert!(files.find("b").is_some() && files.find("c").is_some());
    }
}
