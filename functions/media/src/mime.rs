//! Under which media type a file is kept.

use domain::content::FileKind;

/// The claimed type if it is one of the kind's, without parameters; else bytes. A browser that is
/// handed a page as an image must not find out.
pub(crate) fn chosen(claimed: Option<&str>, kind: FileKind) -> String {
    let bytes = "application/octet-stream";
    let Some(claimed) = claimed else { return bytes.to_owned() };
    let bare = claimed.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_type = bare.split('/').count() == 2
        && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-_".contains(&b));
    let top = bare.split('/').next().unwrap_or_default();
    let fits = match kind {
        FileKind::Image | FileKind::Sticker => top == "image" && bare != "image/svg+xml",
        FileKind::Video => top == "video",
        FileKind::Audio | FileKind::Voice => top == "audio",
        FileKind::Document => !runs(&bare),
    };
    if is_type && fits { bare } else { bytes.to_owned() }
}

/// Types that a browser would run as a page.
fn runs(mime: &str) -> bool {
    ["html", "xml", "script", "svg", "xsl"].iter().any(|word| mime.contains(word))
        && !mime.contains("openxmlformats")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_types_of_the_kind_that_do_not_run_are_kept() {
        for (claimed, kind, kept) in [
            (Some("image/jpeg"), FileKind::Image, "image/jpeg"),
            (Some("IMAGE/PNG; x=1"), FileKind::Image, "image/png"),
            (Some("text/html"), FileKind::Image, "application/octet-stream"),
            (Some("image/svg+xml"), FileKind::Image, "application/octet-stream"),
            (Some("audio/ogg; codecs=opus"), FileKind::Voice, "audio/ogg"),
            (Some("application/pdf"), FileKind::Document, "application/pdf"),
            (Some("text/html"), FileKind::Document, "application/octet-stream"),
            (Some("application/xhtml+xml"), FileKind::Document, "application/octet-stream"),
            (
                Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
                FileKind::Document,
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (Some("image/png\r\nx: y"), FileKind::Image, "application/octet-stream"),
            (None, FileKind::Video, "application/octet-stream"),
        ] {
            assert_eq!(chosen(claimed, kind), kept, "{claimed:?} {kind}");
        }
    }
}
