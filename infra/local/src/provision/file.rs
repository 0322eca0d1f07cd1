//! The provisioning file: what it may say, and every fault in it at once.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::{ChannelAccount, RegisteredTemplate, Secrets};
use domain::calendar::{Calendar, Span, Zone};
use domain::id::{AccountId, GroupId, RoleId, UserId, WorkspaceId};
use domain::private::Secret;
use domain::workspace::{Group, User, UserKind, Workspace};
use jiff::civil::Date;
use toml::{Table, Value};

use super::rules;
use super::section::Section;

/// What a file asks for.
#[derive(Debug, Default)]
pub struct Provisioned {
    pub workspaces: Vec<ProvisionedWorkspace>,
}

#[derive(Debug)]
pub struct ProvisionedWorkspace {
    pub workspace: Workspace,
    pub users: Vec<User>,
    pub accounts: Vec<ProvisionedAccount>,
}

#[derive(Debug)]
pub struct ProvisionedAccount {
    pub account: ChannelAccount,
    pub secrets: Secrets,
}

/// Reads a file.
///
/// # Errors
///
/// Every fault, each with the place it is at.
pub fn read(text: &str) -> Result<Provisioned, Vec<String>> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        vec![format!("not TOML: {}", error.to_string().trim_end())]
    })?;
    let mut faults = Vec::new();
    let mut root = Section::new("", table, &mut faults);
    let sections = root.tables("workspace");
    root.close();
    let mut provisioned = Provisioned::default();
    let mut accounts = BTreeSet::new();
    let mut workspaces = BTreeSet::new();
    for (place, section) in sections.into_iter().enumerate() {
        let at = format!("workspace[{place}]");
        let Some(read) = workspace(Section::new(&at, section, &mut faults)) else { continue };
        if !workspaces.insert(read.workspace.id.clone()) {
            faults.push(format!("{at}.id: `{}` stands twice", read.workspace.id));
        }
        for provisioned in &read.accounts {
            if !accounts.insert(provisioned.account.id.clone()) {
                faults.push(format!("{at}.account: `{}` stands twice", provisioned.account.id));
            }
        }
        provisioned.workspaces.push(read);
    }
    if faults.is_empty() { Ok(provisioned) } else { Err(faults) }
}

fn workspace(mut section: Section<'_>) -> Option<ProvisionedWorkspace> {
    let id = section.needed("id");
    let id: Option<WorkspaceId> = section.parsed("id", id);
    let name = section.needed("name");
    let zone = section.text("time_zone").unwrap_or_else(|| "UTC".to_owned());
    let zone: Option<Zone> = section.parsed("time_zone", Some(zone));
    let (preset, rules) = rules::read(&mut section);
    let hours = section.table("hours");
    let responders = section.table("responders");
    let (users, accounts) = (section.tables("user"), section.tables("account"));
    let groups = section.tables("group");
    let opt_out_words = section.names("opt_out_words");
    let opt_in_words = section.names("opt_in_words");
    let Section { at, table, faults } = section;
    Section::new(&at, table, faults).close();
    let zone = zone.unwrap_or_else(Zone::utc);
    let hours =
        hours.map(|hours| calendar(Section::new(&format!("{at}.hours"), hours, faults), &zone));
    let responders = responders.map(|responders| {
        super::responders::read(
            Section::new(&format!("{at}.responders"), responders, faults),
            &zone,
        )
    });
    let groups: Vec<Option<Group>> = numbered(&at, "group", groups)
        .map(|(at, table)| group(Section::new(&at, table, faults), &zone))
        .collect();
    let users: Vec<Option<User>> = numbered(&at, "user", users)
        .map(|(at, table)| user(Section::new(&at, table, faults)))
        .collect();
    let workspace = id.clone();
    let accounts: Vec<Option<ProvisionedAccount>> = numbered(&at, "account", accounts)
        .map(|(at, table)| account(Section::new(&at, table, faults), workspace.as_ref()))
        .collect();
    let workspace = Workspace {
        rules,
        hours,
        responders: responders.unwrap_or_default(),
        groups: groups.into_iter().flatten().collect(),
        opt_out_words,
        opt_in_words,
        ..Workspace::new(id?, name?, zone, preset)
    };
    let users: Vec<User> = users.into_iter().flatten().collect();
    faults.extend(strangers(&at, &workspace, &users));
    Some(ProvisionedWorkspace {
        workspace,
        users,
        accounts: accounts.into_iter().flatten().collect(),
    })
}

/// What a user's role and groups, and the AI agent, name has to be there.
fn strangers(at: &str, workspace: &Workspace, users: &[User]) -> Vec<String> {
    let mut faults = Vec::new();
    for (place, user) in users.iter().enumerate() {
        if workspace.role(&user.role).is_none() {
            let roles: Vec<&str> = workspace.roles.iter().map(|role| role.id.as_str()).collect();
            faults.push(format!("{at}.user[{place}].role: must be one of {}", roles.join(", ")));
        }
        for group in user.groups.iter().filter(|group| workspace.group(group).is_none()) {
            faults.push(format!("{at}.user[{place}].groups: there is no group `{group}`"));
        }
    }
    let ai = workspace.rules.ai_agent.as_ref();
    let is_ai = |user: &User| Some(&user.id) == ai && user.kind == UserKind::Ai;
    if ai.is_some() && !users.iter().any(is_ai) {
        faults.push(format!("{at}.ai_agent: must be a user of kind \"ai\""));
    }
    faults
}

fn numbered<'a>(
    at: &'a str,
    what: &'a str,
    tables: Vec<Table>,
) -> impl Iterator<Item = (String, Table)> + 'a {
    tables
        .into_iter()
        .enumerate()
        .map(move |(place, table)| (format!("{at}.{what}[{place}]"), table))
}

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// `monday = ["09:00-17:00"]` …, and `[….days]` with `2026-12-25 = []`.
pub(super) fn calendar(mut section: Section<'_>, zone: &Zone) -> Calendar {
    let week = DAYS.map(|day| {
        let value = section.table.remove(day);
        spans(&mut section, day, value)
    });
    let mut days = BTreeMap::new();
    for (date, value) in section.table("days").unwrap_or_default() {
        let key = format!("days.{date}");
        let spans = spans(&mut section, &key, Some(value));
        if let Some(date) = section.parsed::<Date>(&key, Some(date)) {
            days.insert(date, spans);
        }
    }
    section.close();
    Calendar { zone: zone.clone(), week, days }
}

fn spans(section: &mut Section<'_>, key: &str, value: Option<Value>) -> Vec<Span> {
    let members = match value {
        None => return Vec::new(),
        Some(Value::Array(members)) => members,
        Some(_) => {
            section.fault(key, "must be a list of spans");
            return Vec::new();
        }
    };
    let mut spans = Vec::new();
    for member in members {
        if let Value::String(text) = member {
            spans.extend(section.parsed::<Span>(key, Some(text)));
        } else {
            section.fault(key, "must hold text such as \"09:00-17:00\" only");
        }
    }
    spans
}

fn user(mut section: Section<'_>) -> Option<User> {
    let id = section.needed("id");
    let id: Option<UserId> = section.parsed("id", id);
    let name = section.needed("name");
    let email = section.text("email").unwrap_or_default();
    let role = section.text("role").unwrap_or_else(|| "agent".to_owned());
    let role: Option<RoleId> = section.parsed("role", Some(role));
    let kind = section.text("kind").unwrap_or_else(|| "person".to_owned());
    let kinds = [("person", UserKind::Person), ("ai", UserKind::Ai), ("bot", UserKind::Bot)];
    let kind = section.choice("kind", &kind, &kinds);
    let groups = section.names::<GroupId>("groups");
    let licensed = section.opt_flag("licensed").unwrap_or(true);
    section.close();
    Some(User {
        id: id?,
        name: name?,
        email,
        role: role?,
        kind: kind?,
        groups: groups.into_iter().collect(),
        active: true,
        licensed,
    })
}

/// A team, with hours of its own and the accounts whose conversations it gets.
fn group(mut section: Section<'_>, zone: &Zone) -> Option<Group> {
    let id = section.needed("id");
    let id: Option<GroupId> = section.parsed("id", id);
    let name = section.needed("name");
    let accounts = section.names::<AccountId>("accounts");
    let hours = section.table("hours");
    let Section { at, table, faults } = section;
    Section::new(&at, table, faults).close();
    let hours =
        hours.map(|hours| calendar(Section::new(&format!("{at}.hours"), hours, faults), zone));
    Some(Group { id: id?, name: name?, hours, accounts: accounts.into_iter().collect() })
}

fn account(
    mut section: Section<'_>,
    workspace: Option<&WorkspaceId>,
) -> Option<ProvisionedAccount> {
    let id = section.needed("id");
    let id: Option<AccountId> = section.parsed("id", id);
    let channel = section.needed("channel");
    let channel = channel.and_then(|name| {
        let found = channels::by_name(&name);
        if found.is_none() {
            let names: Vec<&str> = channels::ALL.iter().map(|channel| channel.name()).collect();
            section.fault("channel", format!("`{name}` is not one of {}", names.join(", ")));
        }
        found
    });
    let name = section.text("name");
    let api_base = section.text("api_base");
    let api_base = api_base
        .and_then(|base| section.parsed::<platform::config::BaseUrl>("api_base", Some(base)));
    let (settings, secrets) = (section.table("settings"), section.table("secrets"));
    let templates = section.table.contains_key("template").then(|| section.tables("template"));
    let Section { at, table, faults } = section;
    Section::new(&at, table, faults).close();
    let settings = strings(&format!("{at}.settings"), settings.unwrap_or_default(), faults);
    let secrets = strings(&format!("{at}.secrets"), secrets.unwrap_or_default(), faults);
    let secrets = secrets.into_iter().map(|(name, secret)| (name, Secret::new(secret))).collect();
    if let Some(channel) = channel {
        let wrong = channels::faults(channel, &settings, &secrets);
        faults.extend(wrong.iter().map(|one| format!("{at}.{}: {}", one.field, one.problem)));
    }
    let templates = templates.map(|templates| {
        numbered(&at, "template", templates)
            .filter_map(|(at, table)| template(&at, table, faults))
            .collect()
    });
    let id = id?;
    Some(ProvisionedAccount {
        account: ChannelAccount {
            workspace: workspace?.clone(),
            channel: channel?.name().to_owned(),
            name: name.unwrap_or_else(|| id.to_string()),
            settings,
            api_base: api_base.map(|base| base.as_str().to_owned()),
            templates,
            id,
        },
        secrets,
    })
}

fn template(at: &str, table: Table, faults: &mut Vec<String>) -> Option<RegisteredTemplate> {
    Value::Table(table)
        .try_into()
        .map_err(|error: toml::de::Error| {
            faults.push(format!("{at}: {}", error.to_string().trim_end()));
        })
        .ok()
}

fn strings(at: &str, table: Table, faults: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut strings = BTreeMap::new();
    for (key, value) in table {
        if let Value::String(text) = value {
            strings.insert(key, text);
        } else {
            faults.push(format!("{at}.{key}: must be text"));
        }
    }
    strings
}
