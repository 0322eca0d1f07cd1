//! When a workspace is open.
//!
//! Hours are local: they follow the clock on the wall through daylight saving, in the workspace's
//! own time zone.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// A zone of the IANA database, by name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone of the IANA database, such as `Europe/Berlin`")]
pub struct NoSuchZone(String);

impl Zone {
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What its clocks show then.
    pub fn shows(&self, at: Timestamp) -> DateTime {
        at.to_zoned(self.0.clone()).datetime()
    }
}

impl std::str::FromStr for Zone {
    type Err = NoSuchZone;

    fn from_str(name: &str) -> Result<Self, NoSuchZone> {
        TimeZone::get(name).map(Self).map_err(|_| NoSuchZone(name.to_owned()))
    }
}

impl TryFrom<String> for Zone {
    type Error = NoSuchZone;

    fn try_from(name: String) -> Result<Self, NoSuchZone> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

impl std::fmt::Debug for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Part of a day, from a minute (included) to a minute (excluded), counted from midnight.
///
/// Hours past midnight are written as a second span on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    from: u16,
    to: u16,
}

const MINUTES_OF_DAY: u16 = 24 * 60;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a span of a day such as `09:00-17:30`")]
pub struct BadSpan(String);

impl std::str::FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let bad = || BadSpan(text.to_owned());
        let (from, to) = text.split_once('-').ok_or_else(bad)?;
        let (from, to) = (minute(from).ok_or_else(bad)?, minute(to).ok_or_else(bad)?);
        if from < to && to <= MINUTES_OF_DAY { Ok(Self { from, to }) } else { Err(bad()) }
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60).then_some(hours * 60 + minutes)
}

impl TryFrom<String> for Span {
    type Error = BadSpan;

    fn try_from(text: String) -> Result<Self, BadSpan> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        let Span { from, to } = span;
        format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// Opening hours by weekday, with days that are different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub zone: Zone,
    /// Open spans from Monday to Sunday.
    pub week: [Vec<Span>; 7],
    /// Open spans of single dates, holidays with none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days: BTreeMap<Date, Vec<Span>>,
}

/// A calendar is asked this many days forward and back; beyond that nothing is planned.
const HORIZON_DAYS: i64 = 370;

impl Calendar {
    fn spans(&self, date: Date) -> &[Span] {
        self.days.get(&date).unwrap_or(&self.week[weekday_place(date.weekday())])
    }

    pub fn is_open(&self, now: Timestamp) -> bool {
        let local = now.to_zoned(self.zone.0.clone());
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        self.spans(local.date()).iter().any(|span| (span.from..span.to).contains(&minute))
    }

    /// The next instant from `now` on at which the workspace is open; `None` if it never opens.
    pub fn next_opening(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_open(now) {
            return Some(now);
        }
        let today = now.to_zoned(self.zone.0.clone()).date();
        (0..HORIZON_DAYS).find_map(|days| {
            let date = today.checked_add(days.days()).ok()?;
            let starts = self.spans(date).iter().filter_map(|span| self.instant(date, span.from));
            starts.filter(|start| *start > now).min()
        })
    }

    /// When the closed period that `now` lies in began: the name of that period. `None` if the
    /// workspace is open, or has not been open within the last year.
    pub fn closed_since(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_open(now) {
            return None;
        }
        let today = now.to_zoned(self.zone.0.clone()).date();
        (0..HORIZON_DAYS).find_map(|days| {
            let date = today.checked_sub(days.days()).ok()?;
            let ends = self.spans(date).iter().filter_map(|span| self.instant(date, span.to));
            ends.filter(|end| *end <= now).max()
        })
    }

    /// When the open period that `now` lies in began; `None` if the workspace is closed.
    pub fn open_since(&self, now: Timestamp) -> Option<Timestamp> {
        let local = now.to_zoned(self.zone.0.clone());
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        let span =
            self.spans(local.date()).iter().find(|span| (span.from..span.to).contains(&minute))?;
        self.instant(local.date(), span.from)
    }

    fn instant(&self, date: Date, minute: u16) -> Option<Timestamp> {
        let (date, minute) =
            if minute == MINUTES_OF_DAY { (date.tomorrow().ok()?, 0) } else { (date, minute) };
        let hour = i8::try_from(minute / 60).ok()?;
        let minute = i8::try_from(minute % 60).ok()?;
        let local = date.at(hour, minute, 0, 0);
        self.zone.0.to_ambiguous_timestamp(local).compatible().ok()
    }
}

fn weekday_place(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Calendar {
        let weekday = vec!["09:00-12:30".parse().unwrap(), "13:30-17:00".parse().unwrap()];
        Calendar {
            zone: "Europe/Berlin".parse().unwrap(),
            week: [
                weekday.clone(),
                weekday.clone(),
                weekday.clone(),
                weekday.clone(),
                weekday,
                vec![],
                vec![],
            ],
            days: BTreeMap::from([("2026-12-25".parse().unwrap(), vec![])]),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn hours_are_those_of_the_clock_on_the_wall() {
        let calendar = berlin();
        for (now, open) in [
            ("2026-11-20T07:59:59Z", false),
            ("2026-11-20T08:00:00Z", true),
            ("2026-11-20T11:30:00Z", false),
            ("2026-11-20T12:30:00Z", true),
            ("2026-11-20T16:00:00Z", false),
            // Summer time: nine o'clock comes an hour earlier in UTC.
            ("2026-07-20T07:00:00Z", true),
            ("2026-11-21T10:00:00Z", false),
            ("2026-12-25T10:00:00Z", false),
        ] {
            assert_eq!(calendar.is_open(at(now)), open, "{now}");
        }
    }

    #[test]
    fn the_next_opening_skips_nights_weekends_holidays_and_follows_daylight_saving() {
        let calendar = berlin();
        for (now, opening) in [
            ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"),
            ("2026-11-20T11:45:00Z", "2026-11-20T12:30:00Z"),
            ("2026-11-20T16:00:00Z", "2026-11-23T08:00:00Z"),
            ("2026-12-24T17:00:00Z", "2026-12-28T08:00:00Z"),
            // The clocks go forward on the night to 29 March 2026.
            ("2026-03-27T17:00:00Z", "2026-03-30T07:00:00Z"),
        ] {
            assert_eq!(calendar.next_opening(at(now)), Some(at(opening)), "{now}");
        }
    }

    #[test]
    fn a_closed_period_has_one_name_from_its_first_to_its_last_minute() {
        let calendar = berlin();
        let friday_evening = calendar.closed_since(at("2026-11-20T16:00:00Z"));
        assert_eq!(friday_evening, Some(at("2026-11-20T16:00:00Z")));
        assert_eq!(calendar.closed_since(at("2026-11-23T07:59:59Z")), friday_evening);
        assert_eq!(calendar.closed_since(at("2026-11-23T08:00:00Z")), None);
        let noon = calendar.closed_since(at("2026-11-23T12:00:00Z"));
        assert_eq!(noon, Some(at("2026-11-23T11:30:00Z")));
    }

    #[test]
    fn a_workspace_that_never_opens_has_no_next_opening() {
        let calendar = Calendar { week: Default::default(), days: BTreeMap::new(), ..berlin() };
        assert_eq!(calendar.next_opening(at("2026-11-20T10:00:00Z")), None);
        assert_eq!(calendar.closed_since(at("2026-11-20T10:00:00Z")), None);
    }

    #[test]
    fn a_span_may_end_at_midnight_and_nonsense_is_refused() {
        assert_eq!(String::from("00:00-24:00".parse::<Span>().unwrap()), "00:00-24:00");
        for text in
            ["", "9-17", "09:00", "17:00-09:00", "09:00-24:01", "09:60-10:00", "09:00-09:00"]
        {
            assert!(text.parse::<Span>().is_err(), "{text:?}");
        }
        assert!("Mars/Olympus".parse::<Zone>().is_err());
    }

    #[test]
    fn a_day_and_night_service_is_always_open() {
        let always: Vec<Span> = vec!["00:00-24:00".parse().unwrap()];
        let calendar = Calendar {
            week: std::array::from_fn(|_| always.clone()),
            days: BTreeMap::new(),
            ..berlin()
        };
        assert!(calendar.is_open(at("2026-03-29T01:30:00Z")));
        assert!(calendar.is_open(at("2026-11-20T23:00:00Z")));
    }
}
