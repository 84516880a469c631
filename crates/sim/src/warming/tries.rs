//! How a warm operation's tries end, and the operation with the last of them.

use trace::synthetic::Nanos;

use crate::warming::events::Event;
use crate::warming::fetches::{Fetch, Purpose};
use crate::warming::world::World;

impl World {
    /// A warm operation's fetch has brought its key, or has not.
    pub(crate) fn end_warm(&mut self, fetch: u32, now: Nanos) {
        let Fetch { key, purpose, fails, .. } = *self.fetches.get(fetch);
        if fails {
            return self.fail_warm(fetch, now);
        }
        self.heed(fetch, false, now);
        if !self.measure(fetch, now) {
            self.answer(fetch, now, false);
            return self.end_try(fetch, now);
        }
        if self.setup.budget.only_if_absent && self.contents.holds(key) {
            self.answer(fetch, now, false);
            return self.end_operation(key, tries(purpose), false, now);
        }
        self.ledger.filled += 1;
        let (known, right) = (!self.selectors.aliases.are(key), self.warmer.is_right());
        let useful = known && right;
        self.fill(fetch, now, useful);
        self.selectors.warmed(key, now);
        if self.answer(fetch, now, false) && useful {
            self.joined += u64::from(self.contents.use_up(key));
        }
        self.ledger.mismatched += u64::from(!useful);
        if known && !right {
            self.contents.spoil(key);
        }
        self.end_operation(key, tries(purpose), true, now);
    }

    /// A try has failed.
    pub(crate) fn fail_warm(&mut self, fetch: u32, now: Nanos) {
        self.answer(fetch, now, true);
        self.heed(fetch, true, now);
        self.end_try(fetch, now);
    }

    /// A try was in vain: another follows, or the operation has failed.
    fn end_try(&mut self, fetch: u32, now: Nanos) {
        let Fetch { key, purpose, .. } = *self.fetches.get(fetch);
        let tried = tries(purpose);
        let last = self.warmer.is_stopped() || self.rails.is_latched();
        if tried > self.setup.budget.retries || last {
            return self.end_operation(key, tried, false, now);
        }
        self.warmer.pause_for_another();
        let again = self.fetches.begin(key, Purpose::Warm { failed: tried });
        let pause = self.setup.budget.backoff as f64 * 2.0_f64.powi(tried as i32 - 1);
        let jitter = self.setup.budget.backoff_jitter * self.warmer.luck();
        let pause = (pause * (1.0 + jitter)).round() as Nanos;
        self.schedule(now.saturating_add(pause), Event::Retry(again));
    }

    /// The pause ahead of another try is over.
    pub(crate) fn retry(&mut self, fetch: u32, now: Nanos) {
        self.warmer.try_anew(fetch);
        if self.rails.is_latched() {
            self.give_up(fetch, now);
        }
        self.go_on_warming(now);
    }

    /// An operation that had begun is finished.
    fn end_operation(&mut self, key: u32, tries: u32, filled: bool, now: Nanos) {
        self.ledger.attempted += 1;
        self.ledger.attempts += u64::from(tries);
        self.ledger.retries += u64::from(tries) - 1;
        self.ledger.failed += u64::from(!filled);
        if let Some(next) = self.warmer.end(key, now) {
            self.wake_warmer(next);
        }
    }

    /// The next fetch to be sent anew is not sent: that try was none, and its operation has failed.
    pub(crate) fn give_up(&mut self, fetch: u32, now: Nanos) {
        self.warmer.drop_again();
        let Fetch { key, purpose, .. } = *self.fetches.get(fetch);
        self.fetches.release(fetch);
        self.end_operation(key, tries(purpose) - 1, false, now);
    }
}

/// Tries of a warm operation, the one at hand included.
fn tries(purpose: Purpose) -> u32 {
    match purpose {
        Purpose::Warm { failed } => failed + 1,
        Purpose::Demand | Purpose::Elsewhere => 1,
    }
}
