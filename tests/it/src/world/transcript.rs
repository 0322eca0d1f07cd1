//! A conversation as people would tell it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::World;

impl World {
    /// Every conversation's log, a line for each event, with the ticks of each message.
    pub(crate) async fn transcript(&mut self) -> String {
        let mut lines = Vec::new();
        for conversation in self.conversations().await {
            let id = conversation["id"].as_str().unwrap().to_owned();
            lines.push(format!(
                "-- {} unreplied {} waiting on {}",
                text(&conversation["status"]),
                conversation["unreplied"],
                text(&conversation["waiting_on"]),
            ));
            for event in self.events(&id).await {
                lines.push(line(&event));
            }
        }
        lines.join("\n")
    }
}

fn line(event: &Value) -> String {
    let at: Timestamp = text(&event["at"]).parse().unwrap();
    let at = at.to_zoned(TimeZone::UTC).strftime("%a %H:%M").to_string().to_lowercase();
    let who = match text(&event["actor"]["kind"]) {
        "contact" => "contact",
        _ => event["actor"]["id"].as_str().unwrap_or("business"),
    };
    let what = match text(&event["type"]) {
        "message" => message(event),
        "reacted" => format!("reacted {}", event["emoji"].as_str().unwrap_or("no more")),
        "edited" => format!("edited: {}", content(&event["content"])),
        other => other.to_owned(),
    };
    format!("{at}  {who:<8} {} {what}", text(&event["rule"]))
}

fn message(event: &Value) -> String {
    let said = content(&event["content"]);
    let quoted = if event["quotes"].is_null() { "" } else { " (quoting)" };
    match text(&event["direction"]) {
        "inbound" => format!("> {said}{quoted}"),
        _ => {
            let delivery = &event["delivery"];
            let failure = delivery["failure"]["kind"].as_str();
            let failure = failure.map_or(String::new(), |kind| format!(": {kind}"));
            format!("< {said}{quoted} [{}{failure}]", text(&delivery["status"]))
        }
    }
}

fn content(content: &Value) -> String {
    match text(&content["type"]) {
        "text" => text(&content["text"]).to_owned(),
        "media" => {
            let files = content["files"].as_array().unwrap();
            let each = files.iter().map(|file| {
                let state = file["state"].as_str().unwrap_or("sent");
                format!("{} {state}", text(&file["kind"]))
            });
            let caption = content["caption"].as_str().unwrap_or("");
            format!("[{}] {caption}", each.collect::<Vec<_>>().join(", "))
        }
        "answer" => format!("({})", text(&content["title"])),
        "template" => format!("template {}", text(&content["name"])),
        "unsupported" => format!("[unsupported: {}]", text(&content["kind"])),
        other => format!("[{other}]"),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}
