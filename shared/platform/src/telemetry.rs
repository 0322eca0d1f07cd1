//! Log lines: flat JSON on standard output, a sentence with the ids in it and as fields.
//!
//! `{"time":…,"level":"INFO","message":"…","conversation.id":…}`. Fields of the enclosing spans come
//! along. Never content, names, addresses or secrets: their types have no way into a line.

use std::fmt::{self, Write as _};
use std::io::Write as _;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber, span};
pub use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

/// Where lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sink {
    /// Where Lambda reads them.
    StandardOutput,
    /// Where they are not in the way of what a program says.
    StandardError,
}

/// Starts logging at `level` and above; once for each process.
pub fn init(level: LevelFilter, sink: Sink) {
    // A log that cannot be written cannot be complained about.
    let lines = lines(level, move |line| {
        let _written = match sink {
            Sink::StandardOutput => std::io::stdout().write_all(line),
            Sink::StandardError => std::io::stderr().write_all(line),
        };
    });
    let started = tracing_subscriber::registry().with(lines).try_init();
    if started.is_err() {
        tracing::debug!("Logging had been started already");
    }
}

/// Hands each line at `level` and above to `write`, with its line feed.
pub fn lines<S>(
    level: LevelFilter,
    write: impl Fn(&[u8]) + Send + Sync + 'static,
) -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    JsonLines(write).with_filter(level)
}

struct JsonLines<W>(W);

/// The fields of a span, as they will stand in each of its lines.
struct Fields(Map<String, Value>);

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&[u8]) + 'static,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        let mut fields = Map::new();
        attributes.record(&mut Recorder(&mut fields));
        if let Some(span) = ctx.span(id) {
            span.extensions_mut().insert(Fields(fields));
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(&mut Recorder(&mut fields.0));
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut line = Map::new();
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        for span in ctx.event_scope(event).into_iter().flatten().collect::<Vec<_>>().iter().rev() {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.extend(fields.0.clone());
            }
        }
        event.record(&mut Recorder(&mut line));
        let mut text = Value::Object(line).to_string();
        text.push('\n');
        let Self(write) = self;
        write(text.as_bytes());
    }
}

struct Recorder<'a>(&'a mut Map<String, Value>);

impl Visit for Recorder<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        if write!(text, "{value:?}").is_ok() {
            self.0.insert(field.name().to_owned(), text.into());
        }
    }
}
