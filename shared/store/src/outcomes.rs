//! What came of automatic answers: sums by day and by FAQ, and what nobody has answered, by how
//! often it was asked.
//!
//! A sum changes in one transaction with a mark beside the log that says so, so that telling the
//! same thing twice counts once. Sums are spread like those of the tiles.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::id::{FaqId, Seq, WorkspaceId};
use domain::job::EventName;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::arrive::TTL;
use crate::commit::{ABSENT, TRIES_MAX, Written, put, put_item, update, update_item};
use crate::item::{Item, expiry, json, number, text};
use crate::keys::Key;
use crate::places::LISTS;
use crate::read::Consistency;
use crate::{Store, StoreError, feed_shard, keys};

/// Something that came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// An FAQ answered.
    Answered(&'a FaqId),
    /// None was sure enough; the text is the fingerprint of what was asked.
    Unanswered(&'a str),
    /// A user says of the answer with this number whether it was right.
    Marked { answer: Seq, faq: &'a FaqId, right: bool },
    /// A person took the conversation from the responders.
    TakenOver,
}

/// Sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    pub answered: i64,
    pub unanswered: i64,
    pub right: i64,
    pub wrong: i64,
    pub taken_over: i64,
}

/// What nobody has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    pub fingerprint: String,
    pub times: u64,
    pub last_at: Timestamp,
    /// The latest messages that ask it, at most [`ASKED_MAX`], the latest first.
    pub asked: Vec<EventName>,
}

pub const ASKED_MAX: usize = 3;

/// What nobody has asked for so long is forgotten.
pub const UNANSWERED_KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Longer than a queue keeps what it has to tell.
const MARKS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// So many of the most frequent are listed.
pub const UNANSWERED_MAX: usize = 100;

const FIELDS: [&str; 5] = ["an", "un", "ri", "wr", "to"];
const RIGHT: &str = "r";
const SEQ: &str = "n";
const DAY: &str = "d";
const TIMES: &str = "n";
const LAST_AT: &str = "at";
const ASKED: &str = "as";

impl Outcomes {
    const NONE: Self = Self { answered: 0, unanswered: 0, right: 0, wrong: 0, taken_over: 0 };

    fn marked(right: bool, by: i64) -> Self {
        if right { Self { right: by, ..Self::NONE } } else { Self { wrong: by, ..Self::NONE } }
    }

    fn fields(self) -> [i64; 5] {
        [self.answered, self.unanswered, self.right, self.wrong, self.taken_over]
    }

    fn add(&mut self, item: &Item) {
        let of = |name: &str| item.opt_number(name).unwrap_or(0);
        let [an, un, ri, wr, to] = FIELDS.map(of);
        self.answered += an;
        self.unanswered += un;
        self.right += ri;
        self.wrong += wr;
        self.taken_over += to;
    }

    fn added_to(self, table: &str, key: &Key) -> Result<TransactWriteItem, StoreError> {
        let named = FIELDS.iter().zip(self.fields()).filter(|(_, by)| *by != 0);
        let mut add = update(table, key);
        let mut words = Vec::new();
        for (name, by) in named {
            words.push(format!("#{name} :{name}"));
            add = add
                .expression_attribute_names(format!("#{name}"), *name)
                .expression_attribute_values(format!(":{name}"), number(by));
        }
        update_item(add.update_expression(format!("ADD {}", words.join(", "))))
    }
}

impl std::iter::Sum for Outcomes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::NONE, |a, b| Self {
            answered: a.answered + b.answered,
            unanswered: a.unanswered + b.unanswered,
            right: a.right + b.right,
            wrong: a.wrong + b.wrong,
            taken_over: a.taken_over + b.taken_over,
        })
    }
}

/// Sums are by the day of UTC.
fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl Store {
    /// Counts what came of a question, once for each event.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, or others were faster each time.
    pub async fn count_outcome(
        &self,
        event: &EventName,
        at: Timestamp,
        outcome: Outcome<'_>,
    ) -> Result<(), StoreError> {
        for _try in 0..TRIES_MAX {
            let items = match outcome {
                Outcome::Marked { answer, faq, right } => {
                    let mark = Mark { answer, faq, right };
                    self.marked(event, at, mark).await?
                }
                Outcome::Answered(faq) => Some(self.answered(event, at, faq)?),
                Outcome::Unanswered(fingerprint) => {
                    Some(self.unanswered_once_more(event, at, fingerprint).await?)
                }
                Outcome::TakenOver => {
                    let by = Outcomes { taken_over: 1, ..Outcomes::NONE };
                    Some(vec![self.once(event, at)?, self.on_day(event, day(at), by)?])
                }
            };
            let Some(items) = items else { return Ok(()) };
            // A mark is written over by a later one, and so is no sign of a repetition.
            let once = !matches!(outcome, Outcome::Marked { .. });
            match self.write(items, once).await? {
                Written::Done | Written::Repeated => return Ok(()),
                Written::Lost => {}
            }
        }
        Err(StoreError::Conflict)
    }

    fn answered(
        &self,
        event: &EventName,
        at: Timestamp,
        faq: &FaqId,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let by = Outcomes { answered: 1, ..Outcomes::NONE };
        Ok(vec![
            self.once(event, at)?,
            self.on_day(event, day(at), by)?,
            self.on_faq(event, faq, by)?,
        ])
    }

    /// That this event is counted.
    fn once(&self, event: &EventName, at: Timestamp) -> Result<TransactWriteItem, StoreError> {
        let mut item = keys::counted(&event.workspace, event.conversation, event.seq).attributes();
        item.insert(TTL.to_owned(), expiry(domain::window::after(at, MARKS_KEPT_FOR)));
        put_item(put(&self.table, item).condition_expression(ABSENT))
    }

    fn on_day(
        &self,
        event: &EventName,
        day: Date,
        by: Outcomes,
    ) -> Result<TransactWriteItem, StoreError> {
        let shard = feed_shard(event.conversation);
        by.added_to(&self.table, &keys::outcomes_of_day(&event.workspace, day, shard))
    }

    fn on_faq(
        &self,
        event: &EventName,
        faq: &FaqId,
        by: Outcomes,
    ) -> Result<TransactWriteItem, StoreError> {
        let shard = feed_shard(event.conversation);
        by.added_to(&self.table, &keys::outcomes_of_faq(&event.workspace, faq, shard))
    }

    /// What changes when an answer is marked, by the mark that counts now; `None` if a later one
    /// does.
    async fn marked(
        &self,
        event: &EventName,
        at: Timestamp,
        mark: Mark<'_>,
    ) -> Result<Option<Vec<TransactWriteItem>>, StoreError> {
        let key = keys::marked(&event.workspace, event.conversation, mark.answer);
        let before = self.get(&key).await?;
        let mut item = key.attributes();
        item.insert(RIGHT.to_owned(), number(i32::from(mark.right)));
        item.insert(SEQ.to_owned(), number(event.seq));
        item.insert(DAY.to_owned(), text(day(at).to_string()));
        let put = put(&self.table, item);
        let by = Outcomes::marked(mark.right, 1);
        let Some(before) = before else {
            return Ok(Some(vec![
                put_item(put.condition_expression(ABSENT))?,
                self.on_day(event, day(at), by)?,
                self.on_faq(event, mark.faq, by)?,
            ]));
        };
        let (right, seq): (i32, u32) = (before.number(RIGHT)?, before.number(SEQ)?);
        if seq >= event.seq.get() {
            return Ok(None);
        }
        let unchanged = put
            .condition_expression("#n = :n")
            .expression_attribute_names("#n", SEQ)
            .expression_attribute_values(":n", number(seq));
        let mut items = vec![put_item(unchanged)?];
        let (was_right, on) = (right == 1, before.parsed(DAY)?);
        if was_right != mark.right {
            let back = Outcomes::marked(was_right, -1);
            let turned =
                Outcomes { right: back.right + by.right, wrong: back.wrong + by.wrong, ..by };
            if on == day(at) {
                items.push(self.on_day(event, on, turned)?);
            } else {
                items.push(self.on_day(event, on, back)?);
                items.push(self.on_day(event, day(at), by)?);
            }
            items.push(self.on_faq(event, mark.faq, turned)?);
        }
        Ok(Some(items))
    }

    async fn unanswered_once_more(
        &self,
        event: &EventName,
        at: Timestamp,
        fingerprint: &str,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let workspace = &event.workspace;
        let key = keys::unanswered(workspace, fingerprint);
        let before = self.get(&key).await?.map(|item| unanswered(&item)).transpose()?;
        let times = before.as_ref().map_or(0, |before| before.times);
        let mut asked = vec![event.clone()];
        asked.extend(before.iter().flat_map(|before| before.asked.clone()));
        asked.truncate(ASKED_MAX);
        let mut item = key.attributes();
        item.insert(TIMES.to_owned(), number(times + 1));
        item.insert(LAST_AT.to_owned(), text(at.to_string()));
        item.insert(ASKED.to_owned(), json(&asked));
        item.insert(LISTS.partition.to_owned(), text(keys::all_unanswered(workspace)));
        item.insert(LISTS.sort.to_owned(), text(format!("{:010}#{fingerprint}", times + 1)));
        item.insert(TTL.to_owned(), expiry(domain::window::after(at, UNANSWERED_KEPT_FOR)));
        let put = put(&self.table, item);
        let put = match times {
            0 => put.condition_expression(ABSENT),
            times => put
                .condition_expression("#n = :n")
                .expression_attribute_names("#n", TIMES)
                .expression_attribute_values(":n", number(times)),
        };
        let by = Outcomes { unanswered: 1, ..Outcomes::NONE };
        Ok(vec![self.once(event, at)?, put_item(put)?, self.on_day(event, day(at), by)?])
    }

    /// What came of the questions of these days, from the first to the last, both included? Days on
    /// which nothing did are absent.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn outcomes_by_day(
        &self,
        workspace: &WorkspaceId,
        days: (Date, Date),
    ) -> Result<BTreeMap<Date, Outcomes>, StoreError> {
        let pk = keys::outcomes(workspace);
        let (from, to) = (keys::day(days.0), format!("{}~", keys::day(days.1)));
        let mut sums: BTreeMap<Date, Outcomes> = BTreeMap::new();
        for item in self.all_between(&pk, &from, &to).await? {
            let sort = item.text(Key::SORT)?;
            let day = sort.split('#').nth(1).and_then(|day| day.parse().ok());
            let day: Date = day.ok_or_else(|| item.corrupt("not the sums of a day"))?;
            sums.entry(day).or_default().add(&item);
        }
        Ok(sums)
    }

    /// What came of each FAQ, since there are any?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn outcomes_by_faq(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<BTreeMap<FaqId, Outcomes>, StoreError> {
        let pk = keys::outcomes(workspace);
        let mut sums: BTreeMap<FaqId, Outcomes> = BTreeMap::new();
        for item in self.all_between(&pk, keys::FAQ_SUMS, &format!("{}~", keys::FAQ_SUMS)).await? {
            let sort = item.text(Key::SORT)?;
            let faq = sort.split('#').nth(1).and_then(|faq| faq.parse().ok());
            let faq: FaqId = faq.ok_or_else(|| item.corrupt("not the sums of an FAQ"))?;
            sums.entry(faq).or_default().add(&item);
        }
        Ok(sums)
    }

    /// What is asked most often and answered by nobody? At most [`UNANSWERED_MAX`], the most
    /// frequent first.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn unanswered(&self, workspace: &WorkspaceId) -> Result<Vec<Unanswered>, StoreError> {
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(LISTS.name)
            .key_condition_expression("#p = :p")
            .expression_attribute_names("#p", LISTS.partition)
            .expression_attribute_values(":p", text(keys::all_unanswered(workspace)))
            .scan_index_forward(false)
            .limit(i32::try_from(UNANSWERED_MAX).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| StoreError::unavailable("Query", error))?;
        let items = page.items.unwrap_or_default().into_iter().map(Item::new);
        let named = items.map(|item| Ok(keys::unanswered(workspace, fingerprint(&item)?)));
        let named: Vec<Key> = named.collect::<Result<_, StoreError>>()?;
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let read = self.get_all(&named, Consistency::Eventual).await?;
        read.into_iter().flatten().map(|item| unanswered(&item)).collect()
    }

    /// Forgets that nobody has answered this.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn forget_unanswered(
        &self,
        workspace: &WorkspaceId,
        fingerprint: &str,
    ) -> Result<(), StoreError> {
        let key = keys::unanswered(workspace, fingerprint);
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .send()
            .await
            .map_err(|error| StoreError::unavailable("DeleteItem", error))?;
        Ok(())
    }

    /// All items of a stretch that is known to be short enough.
    async fn all_between(&self, pk: &str, from: &str, to: &str) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| StoreError::unavailable("Query", error))?;
            items.extend(page.items.unwrap_or_default().into_iter().map(Item::new));
        }
        Ok(items)
    }
}

#[derive(Clone, Copy)]
struct Mark<'a> {
    answer: Seq,
    faq: &'a FaqId,
    right: bool,
}

fn fingerprint(item: &Item) -> Result<&str, StoreError> {
    let name = item.text(Key::SORT)?.strip_prefix(keys::UNANSWERED);
    name.ok_or_else(|| item.corrupt("not what nobody has answered"))
}

fn unanswered(item: &Item) -> Result<Unanswered, StoreError> {
    Ok(Unanswered {
        fingerprint: fingerprint(item)?.to_owned(),
        times: item.number(TIMES)?,
        last_at: item.parsed(LAST_AT)?,
        asked: item.json(ASKED)?,
    })
}
