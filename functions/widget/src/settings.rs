//! What the widget looks like and says, from the account's settings.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::response::IntoResponse;
use domain::account::ChannelAccount;
use domain::id::WorkspaceId;
use serde::Serialize;

use crate::Deps;
use crate::answer::Failed;
use crate::door::Door;

#[derive(Serialize)]
pub(crate) struct Settings {
    title: String,
    greeting: String,
    /// `#rrggbb`.
    colour: String,
    position: &'static str,
    ask_name: Ask,
    ask_email: Ask,
    /// What is shown while nobody is there.
    offline: String,
    /// Whether the workspace is open now; it is always, without hours.
    open: bool,
}

/// Whether a visitor is asked before they write.
#[derive(Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Ask {
    No,
    Optional,
    Required,
}

impl Ask {
    fn of(setting: &str) -> Self {
        match setting {
            "optional" => Self::Optional,
            "required" => Self::Required,
            _ => Self::No,
        }
    }
}

const GREETING: &str = "Hello! How can we help?";
const OFFLINE: &str =
    "Nobody is here at the moment. Write to us, and we answer as soon as we are back.";
const COLOUR: &str = "#1d4ed8";

pub(crate) async fn show(
    State(deps): State<Arc<Deps>>,
    Extension(door): Extension<Door>,
) -> Result<impl IntoResponse, Failed> {
    Ok(Json(of(&deps, &door).await?))
}

pub(crate) async fn of(deps: &Deps, door: &Door) -> Result<Settings, Failed> {
    let account = &door.open.account;
    let load = async |id: &WorkspaceId| -> Result<_, Failed> {
        Ok(deps.store.workspace(id).await?.map(Arc::new))
    };
    let workspace = deps.workspaces.get(&account.workspace, door.now, load).await?;
    let hours = workspace.as_ref().and_then(|workspace| workspace.hours.as_ref());
    let open = hours.is_none_or(|hours| hours.is_open(door.now));
    Ok(read(account, open))
}

fn read(account: &ChannelAccount, open: bool) -> Settings {
    let or = |key: &str, otherwise: &str| match account.setting(key) {
        "" => otherwise.to_owned(),
        text => text.to_owned(),
    };
    let colour = or("colour", COLOUR);
    Settings {
        title: or("title", &account.name),
        greeting: or("greeting", GREETING),
        colour: if is_colour(&colour) { colour } else { COLOUR.to_owned() },
        position: if account.setting("position") == "left" { "left" } else { "right" },
        ask_name: Ask::of(account.setting("ask_name")),
        ask_email: Ask::of(account.setting("ask_email")),
        offline: or("offline", OFFLINE),
        open,
    }
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn account(settings: &[(&str, &str)]) -> ChannelAccount {
        let settings: BTreeMap<String, String> =
            settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        ChannelAccount {
            id: "web1".parse().unwrap(),
            workspace: "acme".parse().unwrap(),
            channel: "webchat".to_owned(),
            name: "Shop".to_owned(),
            settings,
            api_base: None,
            templates: None,
        }
    }

    #[test]
    fn what_is_not_set_or_makes_no_sense_has_a_default() {
        let plain = read(&account(&[]), true);
        assert_eq!((plain.title.as_str(), plain.colour.as_str()), ("Shop", COLOUR));
        assert!(plain.ask_name == Ask::No && plain.position == "right");
        for nonsense in ["red", "#12345", "#12345g", "#1234567", "#fff;x:url(//evil)"] {
            assert_eq!(read(&account(&[("colour", nonsense)]), true).colour, COLOUR);
        }
        let own = [("colour", "#00ff7F"), ("position", "left"), ("ask_email", "required")];
        let own = read(&account(&own), false);
        assert_eq!((own.colour.as_str(), own.position), ("#00ff7F", "left"));
        assert!(own.ask_email == Ask::Required && !own.open);
    }
}
