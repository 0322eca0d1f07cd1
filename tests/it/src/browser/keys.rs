//! A keyboard.

use serde_json::json;

use super::window::Window;

/// Control, as the browser counts modifiers.
const CONTROL: u8 = 2;
const SHIFT: u8 = 8;

/// A key that is no letter: what it is called, its number, and what it writes.
const NAMED: [(&str, u8, &str); 10] = [
    ("Enter", 13, "\r"),
    ("Tab", 9, ""),
    ("Escape", 27, ""),
    ("Backspace", 8, ""),
    ("Space", 32, " "),
    ("ArrowUp", 38, ""),
    ("ArrowDown", 40, ""),
    ("ArrowLeft", 37, ""),
    ("ArrowRight", 39, ""),
    ("End", 35, ""),
];

impl Window {
    /// Writes where the cursor is.
    pub(super) async fn write(&self, text: &str) {
        self.ask("Input.insertText", json!({ "text": text })).await;
    }

    /// Presses keys, one after the other: `g i`, `Control+Enter`, `Shift+Tab`, `?`.
    pub(super) async fn press(&self, keys: &str) {
        for key in keys.split(' ') {
            self.press_one(key).await;
        }
    }

    async fn press_one(&self, keys: &str) {
        let control = keys.strip_prefix("Control+");
        let shift = keys.strip_prefix("Shift+");
        let key = control.or(shift).unwrap_or(keys);
        let named = NAMED.iter().find(|(name, ..)| *name == key);
        let (name, number, text) = match named {
            Some(&("Space", number, text)) => (" ", number, text),
            Some(&(name, number, text)) => (name, number, text),
            None => (key, key.as_bytes()[0].to_ascii_uppercase(), key),
        };
        let modifiers = control.map_or(0, |_| CONTROL) + shift.map_or(0, |_| SHIFT);
        let text = if control.is_some() { "" } else { text };
        let event = |kind: &str| {
            json!({
                "type": kind, "key": name, "windowsVirtualKeyCode": number, "text": text,
                "modifiers": modifiers,
            })
        };
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        self.ask("Input.dispatchKeyEvent", event(down)).await;
        let up = json!({
            "type": "keyUp", "key": name, "windowsVirtualKeyCode": number, "modifiers": modifiers,
        });
        self.ask("Input.dispatchKeyEvent", up).await;
    }
}
