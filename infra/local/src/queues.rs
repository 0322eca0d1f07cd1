//! Queues as SQS has them, durable in one SQLite file: groups that stay in order, repeated jobs
//! recognised for five minutes, records that come back when nobody finished them, dead letters.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::window::after;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tokio::sync::Notify;

use crate::clock::Clock;

/// A queue, as the template makes it on AWS; a test compares the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    pub name: &'static str,
    pub kind: Kind,
    /// A record received this often goes to the dead letters.
    pub receives_max: u32,
    /// How long a received record stays hidden, in seconds.
    pub visibility_s: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Fifo,
    Standard,
}

pub const INBOUND: Spec =
    Spec { name: "inbound", kind: Kind::Fifo, receives_max: 10, visibility_s: 180 };
pub const RECEIPTS: Spec =
    Spec { name: "receipts", kind: Kind::Standard, receives_max: 10, visibility_s: 180 };
pub const ANSWERS: Spec =
    Spec { name: "answers", kind: Kind::Fifo, receives_max: 10, visibility_s: 180 };
pub const OUTBOUND: Spec =
    Spec { name: "outbound", kind: Kind::Fifo, receives_max: 200, visibility_s: 360 };
pub const MEDIA: Spec =
    Spec { name: "media", kind: Kind::Standard, receives_max: 10, visibility_s: 720 };

pub const CHANGES: Spec =
    Spec { name: "changes", kind: Kind::Standard, receives_max: 20, visibility_s: 180 };
pub const ROUTING: Spec =
    Spec { name: "routing", kind: Kind::Fifo, receives_max: 10, visibility_s: 180 };
pub const PUBLISHING: Spec =
    Spec { name: "publishing", kind: Kind::Standard, receives_max: 5, visibility_s: 720 };

/// In the order of a message's path.
pub const ALL: [Spec; 8] =
    [INBOUND, RECEIPTS, ANSWERS, PUBLISHING, OUTBOUND, MEDIA, CHANGES, ROUTING];

/// What the name of a queue's dead letters ends in.
const DEAD: &str = "-dead";

/// SQS recognises a repeated job for five minutes.
const REPEATED_FOR: SignedDuration = SignedDuration::from_mins(5);

/// The largest record of SQS.
const BYTES_MAX: usize = 1024 * 1024;

impl Spec {
    pub fn url(&self) -> String {
        format!("http://queues.local/{}", self.name)
    }

    pub fn dead_url(&self) -> String {
        format!("{}{DEAD}", self.url())
    }
}

/// All queues.
#[derive(Debug)]
pub struct Queues {
    db: Mutex<Connection>,
    clock: Arc<Clock>,
    /// Something may have become visible.
    pub changed: Notify,
}

/// A job on its way onto a queue.
#[derive(Debug, Clone)]
pub struct NewRecord<'a> {
    pub queue: &'a str,
    pub body: &'a str,
    pub group: Option<&'a str>,
    pub deduplication: Option<&'a str>,
    pub reason: Option<&'a str>,
}

/// A record that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub id: i64,
    pub receipt: String,
    pub body: String,
    pub group: Option<String>,
    pub receives: u32,
}

/// A record that nobody could finish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    pub queue: String,
    pub body: String,
    pub reason: Option<String>,
    pub receives: u32,
}

/// How many records there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Parked: they come back later.
    pub pending: u64,
    pub dead: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum QueuesError {
    #[error("the queues' file cannot be used")]
    Sqlite(#[from] rusqlite::Error),
    #[error("there is no queue `{0}`")]
    NoSuchQueue(String),
    #[error("a record may have at most {BYTES_MAX} bytes")]
    TooLarge,
    #[error("a FIFO queue needs a group and a deduplication id")]
    NoOrder,
}

impl Queues {
    /// Opens the queues of a file, or of memory. What was being worked on when the last process
    /// ended comes back at once.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn open(file: Option<&Path>, clock: Arc<Clock>) -> Result<Self, QueuesError> {
        let db = match file {
            Some(file) => Connection::open(file)?,
            None => Connection::open_in_memory()?,
        };
        // A process that is killed loses nothing that was written; a machine that loses power may.
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.execute_batch(
            "CREATE TABLE IF NOT EXISTS record (
                 id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, grp TEXT,
                 body TEXT NOT NULL, reason TEXT, visible_at INTEGER NOT NULL,
                 receives INTEGER NOT NULL DEFAULT 0, worked_on INTEGER NOT NULL DEFAULT 0);
             CREATE INDEX IF NOT EXISTS record_visible ON record (queue, visible_at);
             CREATE INDEX IF NOT EXISTS record_group ON record (queue, grp, visible_at);
             CREATE TABLE IF NOT EXISTS repeated (
                 queue TEXT NOT NULL, deduplication TEXT NOT NULL, until INTEGER NOT NULL,
                 PRIMARY KEY (queue, deduplication)) WITHOUT ROWID;
             ",
        )?;
        let queues = Self { db: Mutex::new(db), clock, changed: Notify::new() };
        queues.recover()?;
        Ok(queues)
    }

    /// What was being worked on when a process died comes back at once.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn recover(&self) -> Result<(), QueuesError> {
        self.db()
            .execute("UPDATE record SET visible_at = 0, worked_on = 0 WHERE worked_on = 1", [])?;
        self.changed.notify_waiters();
        Ok(())
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts records on their queues, all or none.
    ///
    /// # Errors
    ///
    /// If one of them is not a record of its queue.
    pub fn send(&self, records: &[NewRecord<'_>]) -> Result<(), QueuesError> {
        let now = self.clock.now();
        let mut db = self.db();
        let transaction = db.transaction()?;
        for record in records {
            let spec = spec(record.queue)?;
            if record.body.len() > BYTES_MAX {
                return Err(QueuesError::TooLarge);
            }
            if spec.kind == Kind::Fifo && (record.group.is_none() || record.deduplication.is_none())
            {
                return Err(QueuesError::NoOrder);
            }
            if let Some(deduplication) = record.deduplication
                && !first_time(&transaction, record.queue, deduplication, now)?
            {
                continue;
            }
            transaction.execute(
                "INSERT INTO record (queue, grp, body, reason, visible_at) VALUES (?, ?, ?, ?, ?)",
                params![record.queue, record.group, record.body, record.reason, millis(now)],
            )?;
        }
        transaction.commit()?;
        drop(db);
        self.changed.notify_waiters();
        Ok(())
    }

    /// Receives up to `max` records that are visible, and none of a group of which one is not: it
    /// is being worked on, or was deferred.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn receive(&self, spec: &Spec, max: usize) -> Result<Vec<Record>, QueuesError> {
        let now = self.clock.now();
        let mut db = self.db();
        let transaction = db.transaction()?;
        let mut records = {
            let mut visible = transaction.prepare_cached(
                "SELECT id, body, grp, receives FROM record r
                 WHERE queue = ?1 AND visible_at <= ?2 AND NOT EXISTS (
                     SELECT 1 FROM record b WHERE b.queue = ?1 AND b.grp = r.grp
                     AND b.visible_at > ?2)
                 ORDER BY id LIMIT ?3",
            )?;
            let rows = visible.query_map(params![spec.name, millis(now), max as i64], read)?;
            rows.collect::<Result<Vec<_>, _>>()?
        };
        let hidden_until = millis(after(now, SignedDuration::from_secs(spec.visibility_s)));
        records.retain(|record| record.receives < spec.receives_max);
        {
            let mut hide = transaction.prepare_cached(
                "UPDATE record SET visible_at = ?, receives = ?, worked_on = 1 WHERE id = ?",
            )?;
            for record in &mut records {
                record.receives += 1;
                hide.execute(params![hidden_until, record.receives, record.id])?;
            }
            // What was received too often without an end goes to the dead letters.
            let mut bury = transaction.prepare_cached(
                "UPDATE record SET queue = queue || ?1, reason = 'received too often', worked_on = 0
                 WHERE queue = ?2 AND receives >= ?3 AND worked_on = 0 AND visible_at <= ?4",
            )?;
            bury.execute(params![DEAD, spec.name, spec.receives_max, millis(now)])?;
        }
        transaction.commit()?;
        Ok(records)
    }

    /// Nobody works on the records of a batch any more: those that are done go, the others come
    /// back at their time.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn finish(
        &self,
        batch: &[Record],
        done: impl Fn(&Record) -> bool,
    ) -> Result<(), QueuesError> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        {
            let mut delete = transaction.prepare_cached("DELETE FROM record WHERE id = ?")?;
            let mut let_go =
                transaction.prepare_cached("UPDATE record SET worked_on = 0 WHERE id = ?")?;
            for record in batch {
                let end = if done(record) { &mut delete } else { &mut let_go };
                end.execute([record.id])?;
            }
        }
        transaction.commit()?;
        drop(db);
        self.changed.notify_waiters();
        Ok(())
    }

    /// The record comes back after `delay`.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn defer(&self, id: i64, delay: SignedDuration) -> Result<(), QueuesError> {
        let at = millis(after(self.clock.now(), delay));
        self.db().execute("UPDATE record SET visible_at = ? WHERE id = ?", params![at, id])?;
        Ok(())
    }

    /// When the next record of this queue can be received; `None` if there is none. A group can
    /// when the last of it is visible.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn next_at(&self, spec: &Spec) -> Result<Option<Timestamp>, QueuesError> {
        let next: Option<i64> = self.db().query_row(
            "SELECT MIN(at) FROM (SELECT MAX(visible_at) AS at FROM record WHERE queue = ?
             GROUP BY COALESCE(grp, id) HAVING MAX(worked_on) = 0)",
            [spec.name],
            |row| row.get(0),
        )?;
        Ok(next.and_then(|next| Timestamp::from_millisecond(next).ok()))
    }

    /// Whether anything can be received or is being worked on.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn busy(&self) -> Result<bool, QueuesError> {
        let now = millis(self.clock.now());
        let found: Option<i64> = self
            .db()
            .query_row(
                "SELECT 1 FROM record WHERE queue NOT LIKE ?1 GROUP BY queue, COALESCE(grp, id)
                 HAVING MAX(visible_at) <= ?2 OR MAX(worked_on) = 1 LIMIT 1",
                params![format!("%{DEAD}"), now],
                |row| row.get(0),
            )
            .optional()?;
        Ok(found.is_some())
    }

    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn counts(&self) -> Result<Counts, QueuesError> {
        let db = self.db();
        let count = |not: &str| {
            let sql = format!("SELECT COUNT(*) FROM record WHERE queue {not} LIKE ?");
            db.query_row(&sql, [format!("%{DEAD}")], |row| row.get::<_, i64>(0))
        };
        let (pending, dead) = (count("NOT")?, count("")?);
        Ok(Counts {
            pending: u64::try_from(pending).unwrap_or(0),
            dead: u64::try_from(dead).unwrap_or(0),
        })
    }

    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn dead_letters(&self) -> Result<Vec<DeadLetter>, QueuesError> {
        let db = self.db();
        let mut dead = db.prepare(
            "SELECT queue, body, reason, receives FROM record WHERE queue LIKE ? ORDER BY id",
        )?;
        let rows = dead.query_map([format!("%{DEAD}")], |row| {
            Ok(DeadLetter {
                queue: row.get(0)?,
                body: row.get(1)?,
                reason: row.get(2)?,
                receives: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?)
    }

    /// Puts all dead letters back on the queues they came from. Returns how many.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn redrive(&self) -> Result<usize, QueuesError> {
        let moved = self.db().execute(
            "UPDATE record SET queue = substr(queue, 1, length(queue) - ?1), reason = NULL,
                 receives = 0, visible_at = 0, worked_on = 0 WHERE queue LIKE ?2",
            params![DEAD.len() as i64, format!("%{DEAD}")],
        )?;
        self.changed.notify_waiters();
        Ok(moved)
    }
}

fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Record> {
    let id: i64 = row.get(0)?;
    Ok(Record {
        id,
        receipt: id.to_string(),
        body: row.get(1)?,
        group: row.get(2)?,
        receives: row.get(3)?,
    })
}

/// A queue or its dead letters, by the end of its URL.
fn spec(name: &str) -> Result<&'static Spec, QueuesError> {
    let living = name.strip_suffix(DEAD).unwrap_or(name);
    ALL.iter()
        .find(|spec| spec.name == living)
        .ok_or_else(|| QueuesError::NoSuchQueue(name.to_owned()))
}

fn first_time(
    db: &Connection,
    queue: &str,
    deduplication: &str,
    now: Timestamp,
) -> Result<bool, QueuesError> {
    db.execute("DELETE FROM repeated WHERE until <= ?", [millis(now)])?;
    let added = db.execute(
        "INSERT OR IGNORE INTO repeated (queue, deduplication, until) VALUES (?, ?, ?)",
        params![queue, deduplication, millis(after(now, REPEATED_FOR))],
    )?;
    Ok(added == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queues() -> (Queues, Arc<Clock>) {
        let clock = Arc::new(Clock::turned("2026-11-20T09:00:00Z".parse().unwrap()));
        (Queues::open(None, Arc::clone(&clock)).unwrap(), clock)
    }

    fn send(queues: &Queues, group: &str, body: &str) {
        let record = NewRecord {
            queue: OUTBOUND.name,
            body,
            group: Some(group),
            deduplication: Some(body),
            reason: None,
        };
        queues.send(&[record]).unwrap();
    }

    fn bodies(records: &[Record]) -> Vec<&str> {
        records.iter().map(|record| record.body.as_str()).collect()
    }

    #[test]
    fn a_group_waits_for_each_of_its_records_and_for_no_other_group() {
        let (queues, clock) = queues();
        send(&queues, "a", "a1");
        send(&queues, "a", "a2");
        send(&queues, "b", "b1");
        let first = queues.receive(&OUTBOUND, 10).unwrap();
        assert_eq!(bodies(&first), ["a1", "a2", "b1"]);
        send(&queues, "a", "a3");
        assert!(queues.receive(&OUTBOUND, 10).unwrap().is_empty());
        // a1 is deferred, a2 is left to the queue's own time, b1 is done.
        queues.defer(first[0].id, SignedDuration::from_secs(1)).unwrap();
        queues.finish(&first, |record| record.body == "b1").unwrap();
        clock.set(after(clock.now(), SignedDuration::from_secs(1)));
        assert!(!queues.busy().unwrap(), "nothing can be done now");
        let hidden = SignedDuration::from_secs(OUTBOUND.visibility_s - 1);
        assert_eq!(queues.next_at(&OUTBOUND).unwrap(), Some(after(clock.now(), hidden)));
        clock.set(after(clock.now(), hidden));
        assert!(queues.busy().unwrap());
        assert_eq!(bodies(&queues.receive(&OUTBOUND, 10).unwrap()), ["a1", "a2", "a3"]);
    }

    #[test]
    fn the_same_record_within_five_minutes_is_one() {
        let (queues, clock) = queues();
        send(&queues, "a", "a1");
        send(&queues, "a", "a1");
        assert_eq!(queues.counts().unwrap().pending, 1);
        clock.set(after(clock.now(), SignedDuration::from_mins(6)));
        send(&queues, "a", "a1");
        assert_eq!(queues.counts().unwrap().pending, 2);
    }
}
