//! FAQs as a spreadsheet: a row for each question.
//!
//! The rows of one FAQ have the same id, and one of them has the answer. A row without an id
//! belongs to the row above it if it has no answer, and begins an FAQ of its own if it has one. A
//! file may be separated by commas, semicolons or tabs, whichever its first line has most of.

use std::collections::HashMap;

use csv::{QuoteStyle, ReaderBuilder, StringRecord, Terminator, Trim, WriterBuilder};
use domain::content::{File, FileKind, FileSource};
use domain::faq::{Faq, FaqKind};
use domain::faq_set::{FaqRefusal, Fault, Part, QUESTIONS_MAX, SET_QUESTIONS_MAX, Wording};
use domain::id::FaqId;
use platform::problem::Problem;

use super::bodies::linked;
use super::is_free_of_routes;

/// The columns there are; only `question` and `answer` are needed.
const COLUMNS: [&str; 7] =
    ["id", "kind", "question", "answer", "media", "media_kind", "media_name"];
const NEEDED: [&str; 2] = ["question", "answer"];

/// Each row is a question, so a longer file does not fit whatever is in it.
pub(super) const ROWS_MAX: usize = SET_QUESTIONS_MAX;

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) entries: Vec<(FaqId, Wording)>,
    /// The row of each question of each entry.
    rows: Vec<Vec<usize>>,
    pub(super) wrong: Vec<Wrong>,
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    /// As a spreadsheet counts: the heading is row 1. `None` if it is the whole file.
    pub(super) row: Option<usize>,
    pub(super) field: &'static str,
    pub(super) detail: String,
}

impl Wrong {
    fn at(row: usize, field: &'static str, detail: impl Into<String>) -> Self {
        Self { row: Some(row), field, detail: detail.into() }
    }
}

impl Sheet {
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        let separator = separator(text);
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .trim(Trim::All)
            .from_reader(text.as_bytes());
        let broken = |error: csv::Error| Problem::bad_request("body", error.to_string());
        let headings = headings(reader.headers().map_err(broken)?)?;
        let mut rows = Rows::default();
        for (place, record) in reader.records().enumerate() {
            if place == ROWS_MAX {
                let detail = format!("a file has at most {ROWS_MAX} rows");
                return Err(Problem::bad_request("body", detail));
            }
            rows.add(place + 2, &headings, &record.map_err(broken)?);
        }
        Ok(rows.read())
    }

    /// What the FAQs that are there have against this file.
    pub(super) fn blame(&mut self, faults: Vec<Fault>) {
        for Fault { entry, refusal } in faults {
            let rows = entry.and_then(|entry| self.rows.get(entry));
            let (field, row) = match (&refusal, rows) {
                (FaqRefusal::EqualQuestion { part: Part::Question(place), .. }, Some(rows)) => {
                    ("question", rows.get(*place))
                }
                (_, Some(rows)) => ("id", rows.first()),
                (_, None) => ("body", None),
            };
            self.wrong.push(Wrong { row: row.copied(), field, detail: refusal.to_string() });
        }
        self.wrong.sort_by_key(|wrong| wrong.row);
    }

    /// The row an entry begins in.
    pub(super) fn row(&self, entry: usize) -> usize {
        self.rows.get(entry).and_then(|rows| rows.first()).copied().unwrap_or_default()
    }
}

fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// The column in each place.
fn headings(record: &StringRecord) -> Result<Vec<&'static str>, Problem> {
    let mut headings = Vec::new();
    for name in record {
        let lower = name.to_lowercase();
        let Some(column) = COLUMNS.into_iter().find(|column| *column == lower) else {
            let detail = format!("unknown column `{name}`, expected {}", COLUMNS.join(", "));
            return Err(Problem::bad_request("body", detail));
        };
        if headings.contains(&column) {
            return Err(Problem::bad_request(
                "body",
                format!("the column `{column}` stands twice"),
            ));
        }
        headings.push(column);
    }
    match NEEDED.into_iter().find(|needed| !headings.contains(needed)) {
        None => Ok(headings),
        Some(needed) => {
            Err(Problem::bad_request("body", format!("the column `{needed}` is needed")))
        }
    }
}

/// The rows of one FAQ.
#[derive(Debug)]
struct Group {
    id: FaqId,
    questions: Vec<(String, usize)>,
    /// `kind`, `answer`, `media`, `media_kind`, `media_name`: once, or the same in each row.
    shared: HashMap<&'static str, (String, usize)>,
}

impl Group {
    fn first_row(&self) -> usize {
        self.questions.first().map_or(0, |(_, row)| *row)
    }

    fn text(&self, column: &str) -> &str {
        self.shared.get(column).map_or("", |(text, _)| text)
    }

    /// The row that says this of the FAQ.
    fn row(&self, column: &str) -> usize {
        self.shared.get(column).map_or_else(|| self.first_row(), |(_, row)| *row)
    }

    fn wording(&self) -> Result<Wording, Wrong> {
        let kind = match self.text("kind") {
            "" => FaqKind::General,
            text => kind_named(text).ok_or_else(|| {
                let kinds = FaqKind::ALL.map(FaqKind::as_str).join(", ");
                Wrong::at(self.row("kind"), "kind", format!("must be one of {kinds}"))
            })?,
        };
        let questions: Vec<String> = self.questions.iter().map(|(text, _)| text.clone()).collect();
        let file = self.file()?;
        let wording = Wording::new(kind, &questions, self.text("answer"), file);
        wording.map_err(|refusal| self.wrong(&refusal))
    }

    fn file(&self) -> Result<Option<File>, Wrong> {
        let (url, name) = (self.text("media"), self.text("media_name"));
        if url.is_empty() {
            return Ok(None);
        }
        let kind = match self.text("media_kind") {
            "" => None,
            text => Some(file_kind_named(text).ok_or_else(|| {
                Wrong::at(
                    self.row("media_kind"),
                    "media_kind",
                    format!("there is no kind `{text}`"),
                )
            })?),
        };
        let name = (!name.is_empty()).then(|| name.into());
        linked(kind, url.into(), name).map(Some).map_err(|refusal| self.wrong(&refusal))
    }

    /// A refusal at the row it is about.
    fn wrong(&self, refusal: &FaqRefusal) -> Wrong {
        let row_of = |place: usize| self.questions.get(place).map(|(_, row)| *row);
        let (field, row) = match refusal {
            FaqRefusal::Invalid { part: Part::Question(place), .. } => ("question", row_of(*place)),
            FaqRefusal::Invalid { part: Part::Text, .. } => ("answer", Some(self.row("answer"))),
            FaqRefusal::Invalid { part: Part::Media, .. } => ("media", Some(self.row("media"))),
            FaqRefusal::TooMany { .. } => ("question", row_of(QUESTIONS_MAX)),
            FaqRefusal::Invalid { part: Part::Questions, .. }
            | FaqRefusal::NotFound
            | FaqRefusal::Exists { .. }
            | FaqRefusal::Stale { .. }
            | FaqRefusal::Archived { .. }
            | FaqRefusal::EqualQuestion { .. }
            | FaqRefusal::Clash { .. }
            | FaqRefusal::Empty => ("id", Some(self.first_row())),
        };
        Wrong { row, field, detail: refusal.to_string() }
    }
}

/// `Greetings` is what some call a greeting.
fn kind_named(text: &str) -> Option<FaqKind> {
    let lower = text.to_lowercase();
    let name = lower.strip_suffix('s').unwrap_or(&lower);
    FaqKind::ALL.into_iter().find(|kind| kind.as_str() == name)
}

fn file_kind_named(text: &str) -> Option<FileKind> {
    let lower = text.to_lowercase();
    FileKind::ALL.into_iter().find(|kind| kind.as_str() == lower)
}

/// The rows read so far.
#[derive(Debug, Default)]
struct Rows {
    groups: Vec<Group>,
    places: HashMap<FaqId, usize>,
    /// The FAQ of the row above.
    above: Option<usize>,
    wrong: Vec<Wrong>,
}

impl Rows {
    fn add(&mut self, row: usize, headings: &[&'static str], record: &StringRecord) {
        if record.iter().all(str::is_empty) {
            self.above = None;
            return;
        }
        if record.iter().skip(headings.len()).any(|cell| !cell.is_empty()) {
            let detail = "there is a cell without a heading: is a quotation mark missing?";
            self.wrong.push(Wrong::at(row, "question", detail));
            return;
        }
        let mut cells: HashMap<&'static str, &str> =
            headings.iter().copied().zip(record.iter().map(restored)).collect();
        cells.retain(|_, cell| !cell.is_empty());
        match self.group_of(row, &cells) {
            Ok(place) => {
                self.above = Some(place);
                self.extend(place, row, &cells);
            }
            Err(wrong) => {
                self.above = None;
                self.wrong.push(wrong);
            }
        }
    }

    /// The place of the FAQ that a row belongs to.
    fn group_of(&mut self, row: usize, cells: &HashMap<&str, &str>) -> Result<usize, Wrong> {
        let Some(question) = cells.get("question") else {
            return Err(Wrong::at(row, "question", "a question is needed"));
        };
        let answers = cells.contains_key("answer") || cells.contains_key("media");
        let id = match cells.get("id") {
            Some(id) => id
                .parse()
                .map_err(|bad: domain::id::BadId| Wrong::at(row, "id", bad.to_string()))?,
            None if answers => domain::faq::id_of(question),
            None => {
                let detail = "a question has an answer, the id of one that has, or stands below it";
                return self.above.ok_or_else(|| Wrong::at(row, "answer", detail));
            }
        };
        if !is_free_of_routes(&id) {
            let detail = format!("`{id}` is a part of the API and names no FAQ");
            return Err(Wrong::at(row, "id", detail));
        }
        let next = self.groups.len();
        let place = *self.places.entry(id.clone()).or_insert(next);
        if place == next {
            self.groups.push(Group { id, questions: Vec::new(), shared: HashMap::new() });
        }
        Ok(place)
    }

    fn extend(&mut self, place: usize, row: usize, cells: &HashMap<&'static str, &str>) {
        let group = &mut self.groups[place];
        for (column, cell) in cells {
            match (*column, group.shared.get(column)) {
                ("id", _) => {}
                ("question", _) => group.questions.push(((*cell).to_owned(), row)),
                (_, None) => {
                    group.shared.insert(column, ((*cell).to_owned(), row));
                }
                (_, Some((text, first))) if text != cell => {
                    let detail = format!("row {first} says something else of the same FAQ");
                    self.wrong.push(Wrong::at(row, column, detail));
                }
                (_, Some(_)) => {}
            }
        }
    }

    fn read(self) -> Sheet {
        let mut sheet = Sheet { wrong: self.wrong, ..Sheet::default() };
        for group in self.groups {
            match group.wording() {
                Ok(wording) => {
                    sheet.rows.push(group.questions.iter().map(|(_, row)| *row).collect());
                    sheet.entries.push((group.id, wording));
                }
                Err(wrong) => sheet.wrong.push(wrong),
            }
        }
        if sheet.entries.is_empty() && sheet.wrong.is_empty() {
            let detail = "there is no FAQ in it".to_owned();
            sheet.wrong.push(Wrong { row: None, field: "body", detail });
        }
        sheet.wrong.sort_by_key(|wrong| wrong.row);
        sheet
    }
}

/// The FAQs as a file that can be read back: UTF-8, with the mark by which spreadsheets know that.
pub(super) fn written<'a>(faqs: impl Iterator<Item = &'a Faq>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(COLUMNS)?;
    for faq in faqs {
        let file = faq.answer.files().first();
        let url = file.map_or("", |file| {
            let (FileSource::Link(url) | FileSource::Handle(url) | FileSource::Kept(url)) =
                &file.source;
            url.reveal()
        });
        let kind = file.map_or("", |file| file.kind.as_str());
        let name = file.and_then(|file| file.name.as_ref()).map_or("", |name| name.reveal());
        let answer = [faq.answer.words().unwrap_or_default(), url, kind, name];
        for (place, question) in faq.questions.iter().enumerate() {
            let answer = if place == 0 { answer } else { [""; 4] };
            let cells = [faq.id.as_str(), faq.kind.as_str(), question].into_iter().chain(answer);
            writer.write_record(cells.map(defused))?;
        }
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// Spreadsheets take a cell that begins so for a formula, and what it says for an order
/// (<https://owasp.org/www-community/attacks/CSV_Injection>). Spaces never begin one of ours.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@'])
}

/// What a spreadsheet shows and does not calculate.
fn defused(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// What was written before it was [`defused`].
fn restored(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| is_formula(cell)).unwrap_or(cell)
}

/// The text of a file: UTF-8, or UTF-16 with its mark, as spreadsheets write *Unicode text*. Older
/// encodings do not say which they are, and a wrong guess would be said to customers.
pub(super) fn decoded(body: &[u8]) -> Result<String, Problem> {
    let units = |read: fn([u8; 2]) -> u16| -> Option<Vec<u16>> {
        let (pairs, rest) = body[2..].as_chunks::<2>();
        rest.is_empty().then(|| pairs.iter().map(|pair| read(*pair)).collect())
    };
    let wide = |units: Option<Vec<u16>>| units.and_then(|units| String::from_utf16(&units).ok());
    let text = match body {
        [0xff, 0xfe, ..] => wide(units(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => wide(units(u16::from_be_bytes)),
        _ => {
            let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
            std::str::from_utf8(body).ok().map(str::to_owned)
        }
    };
    match text {
        Some(text) if !text.contains('\0') => Ok(text),
        Some(_) | None => {
            let before = std::str::from_utf8(body).map_or_else(|bad| bad.valid_up_to(), |_| 0);
            let line = body[..before].iter().filter(|byte| **byte == b'\n').count() + 1;
            let detail = format!(
                "line {line} is not UTF-8: save the file as `CSV UTF-8`, or as Unicode text"
            );
            Err(Problem::bad_request("body", detail))
        }
    }
}
