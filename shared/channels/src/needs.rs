//! What is wrong with the settings and secrets of an account, by what its channel needs.

use std::collections::BTreeMap;

use domain::account::Secrets;

use crate::{Channel, Need, NeedKind, Presence};

/// A setting or a secret that is missing, or that the channel has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Such as `settings.from` or `secrets.auth_token`.
    pub field: String,
    pub problem: String,
}

fn field(kind: NeedKind, key: &str) -> String {
    match kind {
        NeedKind::Setting => format!("settings.{key}"),
        NeedKind::Secret => format!("secrets.{key}"),
    }
}

/// What keeps an account with these from working? A misspelt key comes before the one it leaves
/// missing.
pub fn faults(
    channel: &dyn Channel,
    settings: &BTreeMap<String, String>,
    secrets: &Secrets,
) -> Vec<Fault> {
    let needs = channel.needs();
    let is_there = |need: &Need| {
        let given = match need.kind {
            NeedKind::Setting => settings.get(need.key).map(String::as_str),
            NeedKind::Secret => secrets.get(need.key),
        };
        given.is_some_and(|given| !given.is_empty())
    };
    let given = settings.keys().map(|key| (NeedKind::Setting, key.as_str()));
    let given = given.chain(secrets.names().map(|key| (NeedKind::Secret, key)));
    let strange = given
        .filter(|(kind, key)| !needs.iter().any(|need| need.kind == *kind && need.key == *key));
    let mut faults: Vec<Fault> = strange
        .map(|(kind, key)| Fault {
            field: field(kind, key),
            problem: "the channel has no such key".to_owned(),
        })
        .collect();
    let mut groups: BTreeMap<&str, Vec<&Need>> = BTreeMap::new();
    for need in needs {
        match need.presence {
            Presence::Required if !is_there(need) => faults.push(Fault {
                field: field(need.kind, need.key),
                problem: "is missing".to_owned(),
            }),
            Presence::Required | Presence::Optional => {}
            Presence::OneOf(group) => groups.entry(group).or_default().push(need),
        }
    }
    for group in groups.values().filter(|group| !group.iter().any(|need| is_there(need))) {
        let keys: Vec<&str> = group.iter().map(|need| need.key).collect();
        let first = group.first().map(|need| field(need.kind, need.key));
        faults.extend(first.map(|field| Fault {
            field,
            problem: format!("one of {} is needed", keys.join(", ")),
        }));
    }
    faults
}

#[cfg(test)]
mod tests {
    use domain::private::Secret;

    use super::*;

    fn of(channel: &str, settings: &[(&str, &str)], secrets: &[(&str, &str)]) -> Vec<String> {
        let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let secrets = secrets.iter().map(|(key, value)| ((*key).to_owned(), Secret::from(*value)));
        let channel = crate::by_name(channel).unwrap();
        let faults = faults(channel, &settings.collect(), &secrets.collect());
        faults.into_iter().map(|fault| format!("{}: {}", fault.field, fault.problem)).collect()
    }

    #[test]
    fn what_is_missing_and_what_is_strange_is_named() {
        let whole = [("bot_token", "x"), ("secret_token", "y")];
        assert_eq!(of("telegram", &[], &whole), [""; 0]);
        assert_eq!(
            of("telegram", &[("bot_token", "x")], &[("bot_tokn", "x"), ("secret_token", "")]),
            [
                "settings.bot_token: the channel has no such key",
                "secrets.bot_tokn: the channel has no such key",
                "secrets.bot_token: is missing",
                "secrets.secret_token: is missing",
            ]
        );
    }

    #[test]
    fn one_of_a_group_is_enough() {
        let (sid, token) = (("account_sid", "AC1"), [("auth_token", "x")]);
        assert_eq!(
            of("twilio_sms", &[sid], &token),
            ["settings.from: one of from, messaging_service_sid is needed"]
        );
        assert_eq!(of("twilio_sms", &[sid, ("messaging_service_sid", "MG1")], &token), [""; 0]);
    }
}
