//! The time, read at the edge and nowhere deeper.

use jiff::Timestamp;

/// The time at which a request came, as an extension of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now(pub Timestamp);

impl Now {
    /// Puts the time on a request.
    pub fn stamp<B>(self, mut request: http::Request<B>) -> http::Request<B> {
        request.extensions_mut().insert(self);
        request
    }
}

/// The time, in whole milliseconds: what is stored and read back is the same.
pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    let exact = Timestamp::now();
    Timestamp::from_millisecond(exact.as_millisecond()).unwrap_or(exact)
}
