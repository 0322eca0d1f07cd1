//! One figure, one JSON line.

use serde::Serialize;

/// A measured figure beside what it has to reach.
#[derive(Debug, Serialize)]
pub struct Figure {
    id: &'static str,
    what: String,
    value: f64,
    unit: &'static str,
    /// What it was measured against, in the same run.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    must: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moonshot: Option<f64>,
    ok: bool,
}

impl Figure {
    /// A figure that has to be at most `must`.
    pub fn at_most(
        id: &'static str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        [must, moonshot]: [f64; 2],
    ) -> Self {
        Self::new(id, what, value, unit, [must, moonshot], |value| value <= must)
    }

    /// A figure that has to be at least `must`.
    pub fn at_least(
        id: &'static str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        [must, moonshot]: [f64; 2],
    ) -> Self {
        Self::new(id, what, value, unit, [must, moonshot], |value| value >= must)
    }

    /// A figure of which nothing is asked.
    pub fn of(id: &'static str, what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        let (value, what) = (rounded(value), what.into());
        Self { id, what, value, unit, reference: None, must: None, moonshot: None, ok: true }
    }

    fn new(
        id: &'static str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        [must, moonshot]: [f64; 2],
        holds: impl Fn(f64) -> bool,
    ) -> Self {
        let value = rounded(value);
        let what = what.into();
        let (ok, must, moonshot) = (holds(value), Some(must), Some(moonshot));
        Self { id, what, value, unit, reference: None, must, moonshot, ok }
    }

    /// What it was measured against, or consists of.
    pub fn against(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// Whether it is what it has to be.
    pub fn holds(&self) -> bool {
        self.ok
    }

    pub fn value(&self) -> f64 {
        self.value
    }

    #[expect(clippy::print_stdout, reason = "printing figures is what the bench is for")]
    pub fn print(&self) {
        println!("{}", serde_json::to_string(self).unwrap_or_default());
    }
}

/// Three digits behind the point say more than any of these measurements know.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
