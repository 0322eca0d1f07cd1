//! JSON as providers send it.

use serde_json::Value;

use crate::Unreadable;

/// Reads JSON, and forgives half an emoji: who cuts a name after so many UTF-16 units leaves the
/// first half of a pair, which is no character. It becomes the replacement character, because a
/// message must not be lost for it.
pub(crate) fn read(text: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text)
        .or_else(|error| serde_json::from_str(&mended(text)).map_err(|_| error))
        .map_err(|error| Unreadable(format!("not JSON: {error}")))
}

/// The text with every escaped half of a pair replaced that has no other half.
fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('\\') {
        let (before, escape) = rest.split_at(place);
        mended.push_str(before);
        let length = match half(escape) {
            Some(Half::First) if half(&escape[6..]) == Some(Half::Second) => 12,
            Some(Half::First | Half::Second) => 6,
            None => escape.chars().take(2).map(char::len_utf8).sum(),
        };
        let (escape, after) = escape.split_at(length);
        mended.push_str(if length == 6 { "\\ufffd" } else { escape });
        rest = after;
    }
    mended + rest
}

#[derive(PartialEq, Eq)]
enum Half {
    First,
    Second,
}

/// Which half of a pair a text begins with, as an escape.
fn half(text: &str) -> Option<Half> {
    let unit = u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()?;
    match unit {
        0xd800..=0xdbff => Some(Half::First),
        0xdc00..=0xdfff => Some(Half::Second),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_emoji_is_replaced_and_whole_ones_stay() {
        for (text, read) in [
            (r#""Nic \ud83d""#, "Nic \u{fffd}"),
            (r#""\ude00 Nic""#, "\u{fffd} Nic"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\n\\ud83d\\\ud83d""#, "\u{fffd}\n\\ud83d\\\u{fffd}"),
            (r#""\uD83D""#, "\u{fffd}"),
            (r#""\ud83d\ude00 \u00e4 ä\\""#, "😀 ä ä\\"),
        ] {
            assert_eq!(super::read(text), Ok(Value::from(read)), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for text in ["", "\"", "\"\\", "\"\\u", "\"\\ud83", "\"\\ud83d", "\\", "\\ä", "{\"a\":}"] {
            assert!(super::read(text).is_err(), "{text:?}");
        }
    }
}
