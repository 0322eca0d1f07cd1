//! P13: CPU of an answer over five hundred questions, and of everything before the first.

use std::path::Path;
use std::sync::Arc;

use answers::{Matcher, Model, Set, Understanding};
use bench::Failed;
use bench::figure::Figure;
use domain::faq::Sensitivity;
use rustix::time::{ClockId, clock_gettime};

use super::asked::published;
use super::data::{Collections, Dice, first_labels, sample};
use crate::functions::median;

/// A hundred FAQs of five questions, asked as often.
const FAQS: usize = 100;
const QUESTIONS: usize = 5;
const ASKED: usize = 500;
const LOADED: usize = 9;

pub(super) fn measure(collections: &Collections, packed: &Path) -> Result<Vec<Figure>, Failed> {
    let all = collections.read("clinc150_train")?;
    let labels = first_labels(&all, FAQS);
    let known = |name: &str| -> Result<Vec<_>, Failed> {
        let texts = collections.read(name)?.into_iter();
        Ok(texts.filter(|text| labels.contains(&text.label)).collect())
    };
    let questions = sample(&known("clinc150_train")?, QUESTIONS, &mut Dice::with(0));
    let understanding = Understanding::Semantic(Arc::new(Model::open(packed)?));
    let matcher = published(&questions, &understanding)?;
    let texts = sample(&known("clinc150_test")?, ASKED / FAQS, &mut Dice::with(0));
    let ask = |text: &str| matcher.ask(text, Sensitivity::Balanced).candidates.len();
    texts.iter().take(20).for_each(|text| _ = ask(&text.text));
    let mut times: Vec<f64> = texts.iter().map(|text| cpu_ms(|| ask(&text.text)).0).collect();
    times.sort_by(f64::total_cmp);
    let [p50, p95, p99] = [50, 95, 99].map(|share| times[times.len() * share / 100]);

    let bytes = matcher.set().to_bytes()?;
    let (mut whole, mut model) = (Vec::new(), Vec::new());
    for _ in 0..LOADED {
        let (read, opened) = cpu_ms(|| Model::open(packed));
        let understanding = Understanding::Semantic(Arc::new(opened?));
        let (prepared, ready) =
            cpu_ms(|| Set::from_bytes(&bytes).map(|set| Matcher::new(set, understanding)));
        ready?;
        whole.push(read + prepared);
        model.push(read);
    }
    let what = "answer over 500 questions, CPU p99";
    let answer = Figure::at_most("P13", what, p99, "ms", [10.0, 3.0]);
    let what = "model and set of 500 questions loaded, CPU";
    let load = Figure::at_most("P13", what, median(&mut whole), "ms", [300.0, 50.0]);
    Ok(vec![
        answer.against(format!("p50 {p50:.2}, p95 {p95:.2}")),
        load.against(format!("model {:.1} ms, set {} bytes", median(&mut model), bytes.len())),
    ])
}

/// What this thread computes, in milliseconds.
fn cpu_ms<T>(what: impl FnOnce() -> T) -> (f64, T) {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
    };
    let before = now();
    let done = what();
    (now() - before, done)
}
