//! Changing who works in a workspace, and what they may do.
//!
//! Two things never happen: a workspace is left without anybody who manages its users, and somebody
//! makes more of themselves, or of others, than they are.

use std::collections::BTreeSet;

use crate::id::{GroupId, RoleId, UserId};
use crate::rights::{Permission, Role, Viewer};
use crate::workspace::{ASSIGNEES_MAX, Group, User, UserKind, Workspace};

/// All that has to be looked at before it is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    pub workspace: Workspace,
    pub users: Vec<User>,
}

/// Users of a workspace are read together, so there is an end to them.
pub const USERS_MAX: usize = 1_000;
/// Groups and roles stand in the workspace's one item.
pub const GROUPS_MAX: usize = 200;
pub const ROLES_MAX: usize = 50;
pub const NAME_CHARS_MAX: usize = 200;
/// So much of an e-mail becomes the name of a user; a number comes behind it.
const NAMES_FROM_CHARS: usize = 40;
/// RFC 5321.
const EMAIL_CHARS_MAX: usize = 254;

/// Why people are not changed in this way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeopleRefusal {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("there is a user of this name already")]
    Exists { user: UserId },
    #[error("the e-mail is another user's")]
    EmailTaken { user: UserId },
    #[error("nobody would be left who manages users")]
    LastAdmin,
    #[error("this is beyond your own rights: it takes `{}`", .0.as_str())]
    Beyond(Permission),
    #[error("there is no role `{0}`")]
    NoSuchRole(RoleId),
    #[error("there is no group `{0}`")]
    NoSuchGroup(GroupId),
    #[error("there is no user `{0}`")]
    NoSuchUser(UserId),
    #[error("it still has users")]
    InUse { users: Vec<UserId> },
    #[error("`{field}` {problem}")]
    Invalid { field: &'static str, problem: String },
    #[error("a workspace has at most {max} {what}")]
    TooMany { what: &'static str, max: usize },
}

fn invalid(field: &'static str, problem: impl Into<String>) -> PeopleRefusal {
    PeopleRefusal::Invalid { field, problem: problem.into() }
}

/// What somebody would be given that whoever gives it does not have.
fn beyond(by: &Viewer<'_>, permissions: &BTreeSet<Permission>) -> Result<(), PeopleRefusal> {
    match permissions.iter().find(|permission| !by.may(**permission)) {
        None => Ok(()),
        Some(permission) => Err(PeopleRefusal::Beyond(*permission)),
    }
}

/// Puts a member at the place it is known at, or at the end if there still may be one more.
fn put<T>(
    members: &mut Vec<T>,
    known: Option<usize>,
    member: T,
    (what, max): (&'static str, usize),
) -> Result<(), PeopleRefusal> {
    match known {
        Some(place) => members[place] = member,
        None if members.len() >= max => return Err(PeopleRefusal::TooMany { what, max }),
        None => members.push(member),
    }
    Ok(())
}

fn named(name: &str) -> Result<(), PeopleRefusal> {
    let chars = name.trim().chars().count();
    if (1..=NAME_CHARS_MAX).contains(&chars) {
        return Ok(());
    }
    Err(invalid("name", format!("must have 1 to {NAME_CHARS_MAX} characters")))
}

fn is_email(text: &str) -> bool {
    let sides = text.rsplit_once('@');
    let filled = sides.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    filled
        && text.len() <= EMAIL_CHARS_MAX
        && !text.chars().any(|char| char.is_whitespace() || char.is_control())
}

/// Whether a user may come in: active, and with a licence if they are a person.
pub fn may_come_in(user: &User) -> bool {
    user.active && (user.licensed || user.kind != UserKind::Person)
}

impl People {
    pub fn user(&self, id: &UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == *id)
    }

    /// A name for a new user that nobody has: what stands before the `@` of their e-mail, with a
    /// number if that is taken.
    pub fn free_id(&self, email: &str) -> Option<UserId> {
        let local = email.split('@').next()?.to_lowercase();
        let local: String =
            local.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
        let local: String = local.chars().take(NAMES_FROM_CHARS).collect();
        let numbered = (2..=USERS_MAX + 1).map(|number| format!("{local}-{number}"));
        let mut names = std::iter::once(local.clone()).chain(numbered);
        names.find_map(|name| name.parse().ok().filter(|id| self.user(id).is_none()))
    }

    fn in_role(&self, role: &RoleId) -> Vec<UserId> {
        let users = self.users.iter().filter(|user| user.role == *role);
        users.map(|user| user.id.clone()).collect()
    }

    fn in_group(&self, group: &GroupId) -> Vec<UserId> {
        let users = self.users.iter().filter(|user| user.groups.contains(group));
        users.map(|user| user.id.clone()).collect()
    }

    /// Whether there is a person who can come in and manage users.
    fn has_admin(&self) -> bool {
        self.users.iter().any(|user| {
            let role = self.workspace.role(&user.role);
            let manages = role.is_some_and(|role| role.may(Permission::UsersManage));
            manages && user.kind == UserKind::Person && may_come_in(user)
        })
    }

    /// The same people after a change that must leave somebody to manage them.
    fn led(self) -> Result<Self, PeopleRefusal> {
        if self.has_admin() { Ok(self) } else { Err(PeopleRefusal::LastAdmin) }
    }

    /// A user, new or changed.
    ///
    /// # Errors
    ///
    /// Why the user cannot be so, or not by this user's hand.
    pub fn with_user(mut self, by: &Viewer<'_>, user: User) -> Result<Self, PeopleRefusal> {
        named(&user.name)?;
        let needs_email = user.kind == UserKind::Person;
        if (needs_email || !user.email.is_empty()) && !is_email(&user.email) {
            return Err(invalid("email", "is not an e-mail address"));
        }
        let same = |known: &&User| {
            known.id != user.id && known.email.to_lowercase() == user.email.to_lowercase()
        };
        if let Some(other) = self.users.iter().find(same).filter(|_| !user.email.is_empty()) {
            return Err(PeopleRefusal::EmailTaken { user: other.id.clone() });
        }
        let Some(role) = self.workspace.role(&user.role) else {
            return Err(PeopleRefusal::NoSuchRole(user.role));
        };
        if let Some(group) = user.groups.iter().find(|id| self.workspace.group(id).is_none()) {
            return Err(PeopleRefusal::NoSuchGroup(group.clone()));
        }
        beyond(by, &role.permissions)?;
        let known = self.users.iter().position(|known| known.id == user.id);
        // Whoever could change a stronger user's e-mail could sign in as them.
        let role = known.and_then(|place| self.workspace.role(&self.users[place].role));
        if let Some(role) = role {
            beyond(by, &role.permissions)?;
        }
        put(&mut self.users, known, user, ("users", USERS_MAX))?;
        self.led()
    }

    /// A role, new or changed.
    ///
    /// # Errors
    ///
    /// Why the role cannot be so, or not by this user's hand.
    pub fn with_role(mut self, by: &Viewer<'_>, role: Role) -> Result<Self, PeopleRefusal> {
        named(&role.name)?;
        beyond(by, &role.permissions)?;
        let roles = &mut self.workspace.roles;
        let known = roles.iter().position(|known| known.id == role.id);
        if let Some(place) = known {
            beyond(by, &roles[place].permissions)?;
        }
        put(roles, known, role, ("roles", ROLES_MAX))?;
        self.led()
    }

    /// # Errors
    ///
    /// If there is no such role, somebody has it, or it is more than this user's own.
    pub fn without_role(mut self, by: &Viewer<'_>, id: &RoleId) -> Result<Self, PeopleRefusal> {
        let role = self.workspace.role(id).ok_or(PeopleRefusal::NotFound("role"))?;
        beyond(by, &role.permissions)?;
        let users = self.in_role(id);
        if !users.is_empty() {
            return Err(PeopleRefusal::InUse { users });
        }
        self.workspace.roles.retain(|role| role.id != *id);
        Ok(self)
    }

    /// A group, new or changed.
    ///
    /// # Errors
    ///
    /// Why the group cannot be so.
    pub fn with_group(mut self, group: Group) -> Result<Self, PeopleRefusal> {
        named(&group.name)?;
        let groups = &mut self.workspace.groups;
        let known = groups.iter().position(|known| known.id == group.id);
        put(groups, known, group, ("groups", GROUPS_MAX))?;
        Ok(self)
    }

    /// # Errors
    ///
    /// If there is no such group, or somebody is in it.
    pub fn without_group(mut self, id: &GroupId) -> Result<Self, PeopleRefusal> {
        self.workspace.group(id).ok_or(PeopleRefusal::NotFound("group"))?;
        let users = self.in_group(id);
        if !users.is_empty() {
            return Err(PeopleRefusal::InUse { users });
        }
        self.workspace.groups.retain(|group| group.id != *id);
        Ok(self)
    }

    /// The workspace with other settings.
    ///
    /// # Errors
    ///
    /// Why they cannot be so.
    pub fn with_settings(mut self, changed: Workspace) -> Result<Self, PeopleRefusal> {
        named(&changed.name)?;
        let rules = &changed.rules;
        if !(1..=ASSIGNEES_MAX).contains(&rules.assignees_max) {
            let problem = format!("must be 1 to {ASSIGNEES_MAX}");
            return Err(invalid("rules.assignees_max", problem));
        }
        let durations = [
            ("rules.inactive_after", Some(rules.inactive_after)),
            ("rules.inactive_listed_for", Some(rules.inactive_listed_for)),
            ("rules.claim_for", Some(rules.claim_for)),
            ("rules.close_idle_after", rules.close_idle_after),
            ("rules.routing.first_reply_within", rules.routing.first_reply_within),
        ];
        let bad = durations
            .into_iter()
            .find(|(_, given)| given.is_some_and(|given| !given.is_positive()));
        if let Some((field, _)) = bad {
            return Err(invalid(field, "must be longer than nothing"));
        }
        if let Some(agent) = rules.ai_agent.as_ref().filter(|id| self.user(id).is_none()) {
            return Err(PeopleRefusal::NoSuchUser(agent.clone()));
        }
        self.workspace = changed;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Preset;

    fn user(id: &str, role: &str) -> User {
        User {
            id: id.parse().unwrap(),
            name: id.to_owned(),
            email: format!("{id}@acme.test"),
            role: role.parse().unwrap(),
            kind: UserKind::Person,
            groups: BTreeSet::new(),
            active: true,
            licensed: true,
        }
    }

    fn people() -> People {
        let zone = crate::calendar::Zone::utc();
        let workspace =
            Workspace::new("acme".parse().unwrap(), "Acme".to_owned(), zone, Preset::Clevertap5);
        People { workspace, users: vec![user("ada", "admin"), user("ben", "agent")] }
    }

    fn as_user<T>(id: &str, ask: impl FnOnce(People, &Viewer<'_>) -> T) -> T {
        let people = people();
        let viewer = people.user(&id.parse().unwrap()).unwrap();
        ask(people.clone(), &Viewer::of(&people.workspace, viewer).unwrap())
    }

    /// R160, R165: the last who manages users is not removed, by whatever way.
    #[test]
    fn somebody_is_left_who_manages_users() {
        let ways: [fn(&mut User); 4] = [
            |ada| ada.active = false,
            |ada| ada.licensed = false,
            |ada| ada.role = "agent".parse().unwrap(),
            |ada| {
                ada.kind = UserKind::Bot;
                ada.email.clear();
            },
        ];
        for way in ways {
            let mut ada = user("ada", "admin");
            way(&mut ada);
            let alone = as_user("ada", |people, by| people.with_user(by, ada.clone()));
            assert_eq!(alone, Err(PeopleRefusal::LastAdmin), "{ada:?}");
            let with_another = as_user("ada", |people, by| {
                people.with_user(by, user("cleo", "admin")).unwrap().with_user(by, ada.clone())
            });
            assert!(with_another.is_ok(), "{ada:?}");
        }
        let weaker = as_user("ada", |people, by| {
            let mut admin = people.workspace.role(&"admin".parse().unwrap()).unwrap().clone();
            admin.permissions.remove(&Permission::UsersManage);
            people.with_role(by, admin)
        });
        assert_eq!(weaker, Err(PeopleRefusal::LastAdmin));
    }

    /// R163, R165: nobody gives what they do not have, to themselves or to others.
    #[test]
    fn nobody_makes_more_of_anybody_than_they_are() {
        let beyond = |result: Result<People, PeopleRefusal>| {
            assert!(matches!(result, Err(PeopleRefusal::Beyond(_))), "{result:?}");
        };
        as_user("ben", |people, by| {
            beyond(people.clone().with_user(by, user("ben", "admin")));
            beyond(people.clone().with_user(by, user("cleo", "manager")));
            let mut ada = user("ada", "admin");
            ada.email = "ben2@acme.test".to_owned();
            beyond(people.clone().with_user(by, ada));
            beyond(people.clone().with_user(by, user("ada", "agent")));
            let admin = people.workspace.role(&"admin".parse().unwrap()).unwrap().clone();
            beyond(people.clone().with_role(by, Role { id: "agent".parse().unwrap(), ..admin }));
            beyond(people.clone().without_role(by, &"manager".parse().unwrap()));
            assert!(people.with_user(by, user("cleo", "agent")).is_ok());
        });
    }

    #[test]
    fn what_has_users_stays() {
        as_user("ada", |people, by| {
            let agent = "agent".parse().unwrap();
            let in_use = PeopleRefusal::InUse { users: vec!["ben".parse().unwrap()] };
            assert_eq!(people.clone().without_role(by, &agent), Err(in_use.clone()));
            assert!(people.clone().without_role(by, &"creator".parse().unwrap()).is_ok());
            let sales: GroupId = "sales".parse().unwrap();
            let group = Group {
                id: sales.clone(),
                name: "Sales".to_owned(),
                hours: None,
                accounts: BTreeSet::new(),
            };
            let mut ben = user("ben", "agent");
            ben.groups.insert(sales.clone());
            let refused = people.clone().with_user(by, ben.clone());
            assert_eq!(refused, Err(PeopleRefusal::NoSuchGroup(sales.clone())));
            let people = people.with_group(group).unwrap().with_user(by, ben).unwrap();
            assert_eq!(people.clone().without_group(&sales), Err(in_use));
            let people = people.with_user(by, user("ben", "agent")).unwrap();
            assert!(people.without_group(&sales).is_ok());
        });
    }

    #[test]
    fn nonsense_is_named() {
        as_user("ada", |people, by| {
            for email in ["", "ada", "@acme.test", "ada@", "a b@acme.test", "a@\nb"] {
                let cleo = User { email: email.to_owned(), ..user("cleo", "agent") };
                let refused = people.clone().with_user(by, cleo).unwrap_err();
                assert_eq!(refused, invalid("email", "is not an e-mail address"), "{email}");
            }
            let twin = User { email: "ADA@acme.test".to_owned(), ..user("cleo", "agent") };
            let taken = PeopleRefusal::EmailTaken { user: "ada".parse().unwrap() };
            assert_eq!(people.clone().with_user(by, twin), Err(taken));
            let bot = User { email: String::new(), kind: UserKind::Bot, ..user("bot", "agent") };
            assert!(people.clone().with_user(by, bot).is_ok());
            let nobody = people.clone().with_user(by, user("cleo", "king"));
            assert_eq!(nobody, Err(PeopleRefusal::NoSuchRole("king".parse().unwrap())));
            let mut changed = people.workspace.clone();
            changed.rules.ai_agent = "hal".parse().ok();
            let refused = people.clone().with_settings(changed);
            assert_eq!(refused, Err(PeopleRefusal::NoSuchUser("hal".parse().unwrap())));
            let mut changed = people.workspace.clone();
            changed.rules.assignees_max = ASSIGNEES_MAX + 1;
            assert!(people.with_settings(changed).is_err());
        });
    }
}
