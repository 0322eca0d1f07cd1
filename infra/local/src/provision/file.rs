//! The provisioning file: what it may say, and every fault in it at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use channels::{Channel, NeedKind, Presence};
use domain::account::{ChannelAccount, RegisteredTemplate, Secrets};
use domain::calendar::{Calendar, Span, Zone};
use domain::conversation::StatusPreset;
use domain::id::{AccountId, UserId, WorkspaceId};
use domain::private::{Secret, Words};
use domain::responder::{QuickReply, QuickReplyHours, Responders};
use domain::workspace::{OpenScope, ReopenGrace, Role, Rules, User, Workspace};
use jiff::SignedDuration;
use jiff::civil::Date;
use toml::{Table, Value};

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

/// A table on its way to being understood: what is asked for is taken out, and what is left over
/// at the end is a fault.
struct Section<'f> {
    at: String,
    table: Table,
    faults: &'f mut Vec<String>,
}

impl<'f> Section<'f> {
    fn new(at: &str, table: Table, faults: &'f mut Vec<String>) -> Self {
        Self { at: at.to_owned(), table, faults }
    }

    fn path(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }

    fn fault(&mut self, key: &str, words: impl std::fmt::Display) {
        let path = self.path(key);
        self.faults.push(format!("{path}: {words}"));
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.table.remove(key) {
            None => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.fault(key, "must be text");
                None
            }
        }
    }

    fn needed(&mut self, key: &str) -> Option<String> {
        let there = self.table.contains_key(key);
        let text = self.text(key);
        if !there {
            self.fault(key, "is missing");
        }
        text
    }

    fn parsed<T: std::str::FromStr>(&mut self, key: &str, text: Option<String>) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        match text?.parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.fault(key, error);
                None
            }
        }
    }

    fn flag(&mut self, key: &str) -> bool {
        match self.table.remove(key) {
            None => false,
            Some(Value::Boolean(flag)) => flag,
            Some(_) => {
                self.fault(key, "must be true or false");
                false
            }
        }
    }

    fn number(&mut self, key: &str) -> Option<i64> {
        match self.table.remove(key) {
            None => None,
            Some(Value::Integer(number)) if number >= 0 => Some(number),
            Some(_) => {
                self.fault(key, "must be a number of at least 0");
                None
            }
        }
    }

    fn table(&mut self, key: &str) -> Option<Table> {
        match self.table.remove(key) {
            None => None,
            Some(Value::Table(table)) => Some(table),
            Some(_) => {
                self.fault(key, "must be a table");
                None
            }
        }
    }

    fn tables(&mut self, key: &str) -> Vec<Table> {
        let mut tables = Vec::new();
        match self.table.remove(key) {
            None => {}
            Some(Value::Array(members)) => {
                for member in members {
                    if let Value::Table(table) = member {
                        tables.push(table);
                    } else {
                        self.fault(key, "must hold tables only");
                    }
                }
            }
            Some(_) => self.fault(key, format!("must be written as [[{key}]]")),
        }
        tables
    }

    fn choice<T: Copy>(&mut self, key: &str, text: &str, choices: &[(&str, T)]) -> Option<T> {
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.fault(key, format!("must be one of {}", names.join(", ")));
        }
        found
    }

    fn close(self) {
        for key in self.table.keys() {
            let path = self.path(key);
            self.faults.push(format!("{path}: nothing has this name here"));
        }
    }
}

const PRESETS: [(&str, StatusPreset); 3] = [
    ("five", StatusPreset::Five),
    ("three", StatusPreset::Three),
    ("open_closed", StatusPreset::OpenClosed),
];

const ROLES: [(&str, Role); 3] =
    [("admin", Role::Admin), ("manager", Role::Manager), ("agent", Role::Agent)];

fn workspace(mut section: Section<'_>) -> Option<ProvisionedWorkspace> {
    let id = section.needed("id");
    let id: Option<WorkspaceId> = section.parsed("id", id);
    let name = section.needed("name");
    let zone = section.text("time_zone").unwrap_or_else(|| "UTC".to_owned());
    let zone: Option<Zone> = section.parsed("time_zone", Some(zone));
    let preset = section.text("status_preset").unwrap_or_else(|| "five".to_owned());
    let preset = section.choice("status_preset", &preset, &PRESETS);
    let rules = rules(&mut section, preset.unwrap_or(StatusPreset::Five));
    let hours = section.table("hours");
    let responders = section.table("responders");
    let (users, accounts) = (section.tables("user"), section.tables("account"));
    let Section { at, table, faults } = section;
    Section::new(&at, table, faults).close();
    let zone = zone.unwrap_or_else(Zone::utc);
    let hours =
        hours.map(|hours| calendar(Section::new(&format!("{at}.hours"), hours, faults), &zone));
    let responders = responders.map(|responders| {
        self::responders(Section::new(&format!("{at}.responders"), responders, faults), &zone)
    });
    let users: Vec<Option<User>> = numbered(&at, "user", users)
        .map(|(at, table)| user(Section::new(&at, table, faults)))
        .collect();
    let workspace = id.clone();
    let accounts: Vec<Option<ProvisionedAccount>> = numbered(&at, "account", accounts)
        .map(|(at, table)| account(Section::new(&at, table, faults), workspace.as_ref()))
        .collect();
    Some(ProvisionedWorkspace {
        workspace: Workspace {
            id: id?,
            name: name?,
            zone,
            rules,
            hours,
            responders: responders.unwrap_or_default(),
        },
        users: users.into_iter().flatten().collect(),
        accounts: accounts.into_iter().flatten().collect(),
    })
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

fn rules(section: &mut Section<'_>, preset: StatusPreset) -> Rules {
    let mut rules = Rules::of(preset);
    if let Some(hours) = section.number("reopen_grace_hours") {
        rules.reopen_grace = match hours {
            0 => ReopenGrace::Never,
            hours => ReopenGrace::Within(SignedDuration::from_hours(hours.min(87_600))),
        };
    }
    if let Some(scope) = section.text("open_scope") {
        let scopes = [
            ("contact", OpenScope::Contact),
            ("contact_and_account", OpenScope::ContactAndAccount),
        ];
        rules.open_scope =
            section.choice("open_scope", &scope, &scopes).unwrap_or(rules.open_scope);
    }
    rules.hold_outside_hours = section.flag("hold_outside_hours");
    rules
}

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// `monday = ["09:00-17:00"]` …, and `[….days]` with `2026-12-25 = []`.
fn calendar(mut section: Section<'_>, zone: &Zone) -> Calendar {
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

fn responders(mut section: Section<'_>, zone: &Zone) -> Responders {
    let welcome = section.text("welcome").map(Words::new);
    let away = section.text("away").map(Words::new);
    let quick_reply = section.table("quick_reply");
    let Section { at, table, faults } = section;
    Section::new(&at, table, faults).close();
    let quick_reply = quick_reply
        .and_then(|table| quick(Section::new(&format!("{at}.quick_reply"), table, faults), zone));
    Responders { quick_reply, away, welcome }
}

/// `text` with `during = "open"`, `"closed"`, or `"custom"` and `[….hours]`.
fn quick(mut section: Section<'_>, zone: &Zone) -> Option<QuickReply> {
    let text = section.needed("text").map(Words::new);
    let during = section.text("during").unwrap_or_else(|| "closed".to_owned());
    let during =
        section.choice("during", &during, &[("open", 'o'), ("closed", 'c'), ("custom", 'x')]);
    let hours = section.table("hours");
    if during == Some('x') && hours.is_none() {
        section.fault("hours", "is missing");
    }
    let Section { at, table, faults } = section;
    Section::new(&at, table, faults).close();
    let own =
        hours.map(|hours| calendar(Section::new(&format!("{at}.hours"), hours, faults), zone));
    let during = match (during?, own) {
        ('x', own) => QuickReplyHours::Custom(own?),
        ('o', _) => QuickReplyHours::Open,
        _ => QuickReplyHours::Closed,
    };
    Some(QuickReply { text: text?, during })
}

fn user(mut section: Section<'_>) -> Option<User> {
    let id = section.needed("id");
    let id: Option<UserId> = section.parsed("id", id);
    let name = section.needed("name");
    let email = section.text("email").unwrap_or_default();
    let role = section.text("role").unwrap_or_else(|| "agent".to_owned());
    let role = section.choice("role", &role, &ROLES);
    section.close();
    Some(User { id: id?, name: name?, email, role: role? })
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
    if let Some(channel) = channel {
        check_needs(&at, channel, &settings, &secrets, faults);
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
        secrets: secrets.into_iter().map(|(name, secret)| (name, Secret::new(secret))).collect(),
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

fn check_needs(
    at: &str,
    channel: &dyn Channel,
    settings: &BTreeMap<String, String>,
    secrets: &BTreeMap<String, String>,
    faults: &mut Vec<String>,
) {
    let mut groups: HashMap<&str, (bool, Vec<&str>)> = HashMap::new();
    for need in channel.needs() {
        let (kind, given) = match need.kind {
            NeedKind::Setting => ("settings", settings),
            NeedKind::Secret => ("secrets", secrets),
        };
        let there = given.get(need.key).is_some_and(|value| !value.is_empty());
        match need.presence {
            Presence::Required if !there => {
                faults.push(format!("{at}.{kind}.{}: is missing", need.key));
            }
            Presence::Required | Presence::Optional => {}
            Presence::OneOf(group) => {
                let (any, keys) = groups.entry(group).or_default();
                *any |= there;
                keys.push(need.key);
            }
        }
    }
    for (any, keys) in groups.into_values() {
        if !any {
            faults.push(format!("{at}.settings: one of {} is needed", keys.join(", ")));
        }
    }
    for (kind, given, wanted) in
        [("settings", settings, NeedKind::Setting), ("secrets", secrets, NeedKind::Secret)]
    {
        for key in given.keys() {
            let known =
                channel.needs().iter().any(|need| need.kind == wanted && need.key == key.as_str());
            if !known {
                faults.push(format!("{at}.{kind}.{key}: the channel has no such key"));
            }
        }
    }
}
