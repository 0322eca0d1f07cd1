//! Versions of a workspace's FAQs: a publication is numbered, prepared by others, and serves when it
//! is ready, unless a later one does or somebody has chosen another since it was asked for.

use domain::faq::{Engine, Faq};
use domain::faq_set::{By, FaqRefusal};
use domain::faq_version::{FaqVersion, VersionState};
use domain::id::WorkspaceId;
use jiff::Timestamp;

use super::{BODY, WorkingSet};
use crate::audit::{Audited, Deed};
use crate::commit::{ABSENT, TRIES_MAX, put, put_item, update, update_item};
use crate::error::if_held;
use crate::item::{Item, json, number, text};
use crate::{CommandKey, Store, StoreError, keys};

const LATEST: &str = "la";
const SERVING: &str = "sv";
/// Versions up to this number do not begin to serve by themselves.
const PAST: &str = "pa";
/// How often somebody has chosen.
const CHOICES: &str = "ch";

/// Which versions of a workspace's FAQs there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Versions {
    /// The number of the last one; 0 if there is none.
    pub latest: u32,
    /// The one that answers.
    pub serving: Option<u32>,
    choices: u32,
}

impl Versions {
    pub(super) fn read(item: &Item) -> Self {
        Self {
            latest: item.opt_number(LATEST).unwrap_or(0),
            serving: item.opt_number(SERVING),
            choices: item.opt_number(CHOICES).unwrap_or(0),
        }
    }
}

/// What became of asking for a publication.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// To be prepared. It may have been asked for before, and nobody has prepared it yet.
    Preparing {
        version: FaqVersion,
        faqs: Vec<Faq>,
    },
    /// The same command was done before; this is the latest version.
    Repeated(FaqVersion),
    Refused(FaqRefusal),
    /// An import is being written, which takes seconds.
    Importing,
}

/// What became of choosing a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serves {
    Done,
    /// There is no such version.
    Absent,
    NotReady,
}

impl Store {
    /// Which versions does this workspace have, and which serves?
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn faq_versions_known(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Versions, StoreError> {
        let item = self.get(&keys::faq_set(workspace)).await?;
        Ok(item.map(|item| Versions::read(&item)).unwrap_or_default())
    }

    /// What is this version?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn faq_version(
        &self,
        workspace: &WorkspaceId,
        number: u32,
    ) -> Result<Option<FaqVersion>, StoreError> {
        let item = self.get(&keys::faq_version(workspace, number)).await?;
        item.map(|item| item.json(BODY)).transpose()
    }

    /// What was published, newest first? `from` is where an earlier page ended.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn faq_versions(
        &self,
        workspace: &WorkspaceId,
        from: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<FaqVersion>, Option<String>), StoreError> {
        let pk = keys::faqs(workspace);
        let (items, next) = self.newest(&pk, keys::FAQ_VERSION, from, limit).await?;
        let versions = items.iter().map(|item| item.json(BODY)).collect::<Result<_, _>>()?;
        Ok((versions, next))
    }

    /// Puts down a new version of the FAQs as they are, to be prepared. One that is of the same
    /// FAQs and not prepared yet is returned again.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or others were faster each time.
    pub async fn begin_faq_version(
        &self,
        workspace: &WorkspaceId,
        command: Option<&CommandKey>,
        by: By<'_>,
        deed: impl Fn(&FaqVersion) -> Deed,
    ) -> Result<Begun, StoreError> {
        for _try in 0..TRIES_MAX {
            let working = self.working_set(workspace).await?;
            if working.is_being_imported(by.at) {
                return Ok(Begun::Importing);
            }
            if let Some(latest) = self.faq_version(workspace, working.versions.latest).await? {
                if latest.state == VersionState::Preparing && latest.revision == working.revision {
                    return Ok(preparing(latest, &working));
                }
                if let Some(command) = command
                    && self.was_audited(workspace, command).await?
                {
                    return Ok(Begun::Repeated(latest));
                }
            }
            if let Err(refusal) = working.set.publishable() {
                return Ok(Begun::Refused(refusal));
            }
            let version = next_version(&working, by);
            if self.put_version(workspace, command, &version, deed(&version)).await? {
                return Ok(preparing(version, &working));
            }
        }
        Err(StoreError::Conflict)
    }

    /// Returns whether the FAQs and their versions still were what this is the next one of.
    async fn put_version(
        &self,
        workspace: &WorkspaceId,
        command: Option<&CommandKey>,
        version: &FaqVersion,
        deed: Deed,
    ) -> Result<bool, StoreError> {
        let mut item = keys::faq_version(workspace, version.number).attributes();
        item.insert(BODY.to_owned(), json(version));
        let set = update(&self.table, &keys::faq_set(workspace))
            .update_expression("SET #la = :la")
            .condition_expression("#rv = :rv")
            .expression_attribute_names("#la", LATEST)
            .expression_attribute_names("#rv", super::REVISION)
            .expression_attribute_values(":la", number(version.number))
            .expression_attribute_values(":rv", number(version.revision));
        let items =
            [update_item(set)?, put_item(put(&self.table, item).condition_expression(ABSENT))?];
        let name = CommandKey::new(&["faqs", "publish", &version.number.to_string()]);
        let name = command.unwrap_or(&name);
        Ok(self.do_audited(workspace, name, &deed, &items).await? == Some(Audited::Done))
    }

    /// A version is prepared: it serves from now on, unless a later one does or another was chosen
    /// since. Returns whether it serves.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, or there is no such version.
    pub async fn faq_version_ready(
        &self,
        workspace: &WorkspaceId,
        version: u32,
        engine: Engine,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let state = VersionState::Ready { at: now, engine };
        let settled = self.settle_version(workspace, version, state).await?;
        if !matches!(settled, VersionState::Ready { .. }) {
            return Ok(false);
        }
        let served = self
            .update_one(&keys::faq_set(workspace))
            .update_expression("SET #sv = :n, #pa = :n")
            .condition_expression("attribute_not_exists(#pa) OR #pa < :n")
            .expression_attribute_names("#sv", SERVING)
            .expression_attribute_names("#pa", PAST)
            .expression_attribute_values(":n", number(version))
            .send()
            .await;
        if_held("UpdateItem", served)?;
        Ok(self.faq_versions_known(workspace).await?.serving == Some(version))
    }

    /// A version cannot be prepared, and why.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, or there is no such version.
    pub async fn faq_version_failed(
        &self,
        workspace: &WorkspaceId,
        version: u32,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let state = VersionState::Failed { at: now, reason: reason.to_owned() };
        self.settle_version(workspace, version, state).await.map(|_settled| ())
    }

    /// A version that is settled stays what it is, whoever comes later. Returns what it is.
    async fn settle_version(
        &self,
        workspace: &WorkspaceId,
        version: u32,
        state: VersionState,
    ) -> Result<VersionState, StoreError> {
        let key = keys::faq_version(workspace, version);
        for _try in 0..TRIES_MAX {
            let Some(item) = self.get(&key).await? else {
                return Err(StoreError::corrupt(&key, "there is no such version"));
            };
            let before: FaqVersion = item.json(BODY)?;
            if before.state != VersionState::Preparing {
                return Ok(before.state);
            }
            let after = FaqVersion { state: state.clone(), ..before };
            let settled = self
                .update_one(&key)
                .update_expression("SET #b = :after")
                .condition_expression("#b = :before")
                .expression_attribute_names("#b", BODY)
                .expression_attribute_values(":before", text(item.text(BODY)?))
                .expression_attribute_values(":after", json(&after))
                .send()
                .await;
            if if_held("UpdateItem", settled)?.is_some() {
                return Ok(state);
            }
        }
        Err(StoreError::Conflict)
    }

    /// Lets a version serve that is ready, whatever serves now. Versions that were asked for
    /// before do not begin to serve by themselves any more.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or others were faster each time.
    pub async fn serve_faq_version(
        &self,
        workspace: &WorkspaceId,
        version: u32,
        command: Option<&CommandKey>,
        deed: Deed,
    ) -> Result<Serves, StoreError> {
        match self.faq_version(workspace, version).await?.map(|version| version.state) {
            None => return Ok(Serves::Absent),
            Some(VersionState::Preparing | VersionState::Failed { .. }) => {
                return Ok(Serves::NotReady);
            }
            Some(VersionState::Ready { .. }) => {}
        }
        for _try in 0..TRIES_MAX {
            let Versions { choices, .. } = self.faq_versions_known(workspace).await?;
            let chosen = (choices + 1).to_string();
            let set = update(&self.table, &keys::faq_set(workspace))
                .update_expression("SET #sv = :n, #pa = #la, #ch = :ch")
                .condition_expression("attribute_not_exists(#ch) OR #ch = :seen")
                .expression_attribute_names("#sv", SERVING)
                .expression_attribute_names("#pa", PAST)
                .expression_attribute_names("#la", LATEST)
                .expression_attribute_names("#ch", CHOICES)
                .expression_attribute_values(":n", number(version))
                .expression_attribute_values(":ch", number(choices + 1))
                .expression_attribute_values(":seen", number(choices));
            // A choice has a number, so it names what was done, by us or by who was faster.
            let name = CommandKey::new(&["faqs", "serve", &chosen]);
            let items = [update_item(set)?];
            let name = command.unwrap_or(&name);
            match self.do_audited(workspace, name, &deed, &items).await? {
                Some(Audited::Done) => return Ok(Serves::Done),
                Some(Audited::Repeated) if command.is_some() => return Ok(Serves::Done),
                Some(Audited::Repeated) | None => {}
            }
        }
        Err(StoreError::Conflict)
    }
}

fn preparing(version: FaqVersion, working: &WorkingSet) -> Begun {
    Begun::Preparing { version, faqs: working.set.in_use().cloned().collect() }
}

fn next_version(working: &WorkingSet, by: By<'_>) -> FaqVersion {
    FaqVersion {
        number: working.versions.latest + 1,
        revision: working.revision,
        state: VersionState::Preparing,
        by: by.user.clone(),
        asked_at: by.at,
        faqs: working.set.in_use().count(),
        questions: working.set.in_use().map(|faq| faq.questions.len()).sum(),
    }
}
