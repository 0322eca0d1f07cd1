//! What goes wrong: at the send APIs, on the way of webhooks, with files.

use std::collections::VecDeque;
use std::time::Duration;

use crate::dice::Dice;

/// How often what goes wrong. Probabilities are from 0 to 1; without any, nothing goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Chaos {
    /// A webhook is posted a second time, though it was taken.
    pub duplicate: f64,
    /// A webhook is overtaken by later ones. Telegram's never are within a chat: the Bot API
    /// server posts a chat's updates one after the other.
    pub reorder: f64,
    /// A WhatsApp webhook rides in one request with the one before it; Meta sends up to 1000
    /// updates together.
    pub batch: f64,
    /// A webhook is late, by up to `delay_max`: of real time in the background, of the clock's if
    /// webhooks wait for [`flush`](crate::Simulator::flush).
    pub delay: f64,
    pub delay_max: Duration,
    /// A send is answered 429 with the provider's own body.
    pub too_many_requests: f64,
    /// What such an answer tells the sender to wait, where the provider says so.
    pub retry_after_seconds: u32,
    /// A send is not accepted and answered with the provider's own 5xx body.
    pub error_before: f64,
    /// A send is accepted and answered with a bare 502.
    pub error_after: f64,
    /// The connection is dropped, and the send not accepted.
    pub drop_connection_before: f64,
    /// The send is accepted, and the connection dropped.
    pub drop_connection_after: f64,
    /// How many times a file answers 404 before it answers 200.
    pub media_missing: u32,
    /// Exactly what happens to the next sends, in order; chance begins after it.
    pub script: Vec<Fault>,
}

impl Default for Chaos {
    fn default() -> Self {
        Self {
            duplicate: 0.0,
            reorder: 0.0,
            batch: 0.0,
            delay: 0.0,
            delay_max: Duration::from_secs(30),
            too_many_requests: 0.0,
            retry_after_seconds: 5,
            error_before: 0.0,
            error_after: 0.0,
            drop_connection_before: 0.0,
            drop_connection_after: 0.0,
            media_missing: 0,
            script: Vec::new(),
        }
    }
}

/// What goes wrong with one send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: the send is judged on its merits.
    None,
    /// 429, not accepted.
    TooManyRequests,
    /// The provider's own 5xx, not accepted.
    ErrorBefore,
    /// Accepted, then a bare 502.
    ErrorAfter,
    /// No answer, not accepted.
    DropBefore,
    /// Accepted, no answer.
    DropAfter,
}

/// Chaos at work.
#[derive(Debug)]
pub(crate) struct Gremlin {
    pub(crate) chaos: Chaos,
    script: VecDeque<Fault>,
    dice: Dice,
}

impl Gremlin {
    pub(crate) fn new(seed: u64) -> Self {
        Self { chaos: Chaos::default(), script: VecDeque::new(), dice: Dice::new(seed) }
    }

    pub(crate) fn set(&mut self, chaos: Chaos) {
        self.script = chaos.script.iter().copied().collect();
        self.chaos = chaos;
    }

    /// What happens to the next send.
    pub(crate) fn fault(&mut self) -> Fault {
        if let Some(scripted) = self.script.pop_front() {
            return scripted;
        }
        let chaos = &self.chaos;
        let rolled = [
            (chaos.drop_connection_before, Fault::DropBefore),
            (chaos.too_many_requests, Fault::TooManyRequests),
            (chaos.error_before, Fault::ErrorBefore),
            (chaos.error_after, Fault::ErrorAfter),
            (chaos.drop_connection_after, Fault::DropAfter),
        ]
        .map(|(probability, fault)| self.dice.happens(probability).then_some(fault));
        rolled.into_iter().flatten().next().unwrap_or(Fault::None)
    }

    /// How late the next webhook is.
    pub(crate) fn lateness(&mut self) -> Duration {
        let late = self.dice.happens(self.chaos.delay);
        let most = u64::try_from(self.chaos.delay_max.as_millis()).unwrap_or(u64::MAX);
        let by = self.dice.below(most.saturating_add(1));
        if late { Duration::from_millis(by) } else { Duration::ZERO }
    }

    pub(crate) fn duplicates(&mut self) -> bool {
        self.dice.happens(self.chaos.duplicate)
    }

    pub(crate) fn batches(&mut self) -> bool {
        self.dice.happens(self.chaos.batch)
    }

    pub(crate) fn overtaken(&mut self) -> bool {
        self.dice.happens(self.chaos.reorder)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.dice.below(end)
    }

    /// Lets some be overtaken by others.
    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for place in 0..all.len() {
            let overtaken = self.overtaken();
            let later = self.dice.below((all.len() - place) as u64) as usize;
            if overtaken {
                all.swap(place, place + later);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(seed: u64, chaos: &Chaos) -> Vec<Fault> {
        let mut gremlin = Gremlin::new(seed);
        gremlin.set(chaos.clone());
        (0..50).map(|_| gremlin.fault()).collect()
    }

    #[test]
    fn nothing_goes_wrong_unless_asked_for() {
        assert!(faults(1, &Chaos::default()).iter().all(|fault| *fault == Fault::None));
    }

    #[test]
    fn a_seed_repeats_its_faults() {
        let chaos = Chaos { error_after: 0.3, too_many_requests: 0.3, ..Chaos::default() };
        assert_eq!(faults(4, &chaos), faults(4, &chaos));
        assert_ne!(faults(4, &chaos), faults(5, &chaos));
    }

    #[test]
    fn one_probability_leaves_what_else_happens_alone() {
        let few = Chaos { error_after: 0.3, ..Chaos::default() };
        let more = Chaos { too_many_requests: 0.3, ..few.clone() };
        for (few, more) in faults(4, &few).into_iter().zip(faults(4, &more)) {
            assert!(few == more || more == Fault::TooManyRequests, "{few:?} {more:?}");
        }
    }

    #[test]
    fn the_script_comes_first() {
        let script = vec![Fault::DropAfter, Fault::None, Fault::TooManyRequests];
        let chaos = Chaos { script: script.clone(), ..Chaos::default() };
        let faults = faults(1, &chaos);
        assert_eq!(faults[..3], script);
        assert!(faults[3..].iter().all(|fault| *fault == Fault::None));
    }

    #[test]
    fn shuffling_keeps_everything() {
        let mut gremlin = Gremlin::new(3);
        gremlin.set(Chaos { reorder: 1.0, ..Chaos::default() });
        let mut all: Vec<u8> = (0..20).collect();
        gremlin.shuffle(&mut all);
        assert_ne!(all, (0..20).collect::<Vec<_>>());
        all.sort_unstable();
        assert_eq!(all, (0..20).collect::<Vec<_>>());
    }
}
