//! The ledger: the fate of every warm operation, as counts that reconcile exactly.

use serde::Serialize;

/// Counters of every warm operation's fate.
///
/// Three identities hold for every run:
/// - planned = deduplicated + skipped_fresh + dropped_queue + over_budget + held_back + rate_limited
///   + unfinished_at_end + attempted
/// - attempted = filled + failed, and attempts = attempted + retries (finished operations only)
/// - filled = used + evicted_unused + expired_unused + overwritten_unused + mismatched + resident_unused_at_end
///
/// `late` counts operations whose key was asked for before the fill arrived; it is a subset, not a fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the documentation; the identities above define them")]
pub struct Ledger {
    pub planned: u64,
    pub deduplicated: u64,
    pub skipped_fresh: u64,
    pub dropped_queue: u64,
    pub over_budget: u64,
    pub attempted: u64,
    pub filled: u64,
    pub failed: u64,
    pub attempts: u64,
    pub retries: u64,
    pub used: u64,
    pub evicted_unused: u64,
    pub expired_unused: u64,
    pub overwritten_unused: u64,
    pub mismatched: u64,
    pub resident_unused_at_end: u64,
    pub held_back: u64,
    pub rate_limited: u64,
    pub unfinished_at_end: u64,
    pub late: u64,
}

impl Ledger {
    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Self) {
        let Self {
            planned,
            deduplicated,
            skipped_fresh,
            dropped_queue,
            over_budget,
            attempted,
            filled,
            failed,
            attempts,
            retries,
            used,
            evicted_unused,
            expired_unused,
            overwritten_unused,
            mismatched,
            resident_unused_at_end,
            held_back,
            rate_limited,
            unfinished_at_end,
            late,
        } = other;
        self.planned += planned;
        self.deduplicated += deduplicated;
        self.skipped_fresh += skipped_fresh;
        self.dropped_queue += dropped_queue;
        self.over_budget += over_budget;
        self.attempted += attempted;
        self.filled += filled;
        self.failed += failed;
        self.attempts += attempts;
        self.retries += retries;
        self.used += used;
        self.evicted_unused += evicted_unused;
        self.expired_unused += expired_unused;
        self.overwritten_unused += overwritten_unused;
        self.mismatched += mismatched;
        self.resident_unused_at_end += resident_unused_at_end;
        self.held_back += held_back;
        self.rate_limited += rate_limited;
        self.unfinished_at_end += unfinished_at_end;
        self.late += late;
    }

    /// Checks the identities.
    ///
    /// # Errors
    /// The first identity that does not hold, with both of its numbers.
    pub fn reconcile(&self) -> Result<(), String> {
        let Self { planned, attempted, attempts, filled, .. } = *self;
        let fates_of_planned = self.deduplicated
            + self.skipped_fresh
            + self.dropped_queue
            + self.over_budget
            + self.held_back
            + self.rate_limited
            + self.unfinished_at_end
            + attempted;
        let fates_of_filled = self.used
            + self.evicted_unused
            + self.expired_unused
            + self.overwritten_unused
            + self.mismatched
            + self.resident_unused_at_end;
        let identities = [
            ("planned", planned, fates_of_planned),
            ("attempted", attempted, filled + self.failed),
            ("attempts", attempts, attempted + self.retries),
            ("filled", filled, fates_of_filled),
        ];
        match identities.into_iter().find(|(_, count, fates)| count != fates) {
            None => Ok(()),
            Some((name, count, fates)) => {
                Err(format!("the ledger does not balance: {name} = {count}, but its fates add up to {fates}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_that_balances_reconciles_and_one_off_by_one_names_both_numbers() {
        let mut ledger = Ledger {
            planned: 10,
            deduplicated: 1,
            held_back: 2,
            attempted: 7,
            filled: 6,
            failed: 1,
            attempts: 9,
            retries: 2,
            used: 4,
            evicted_unused: 2,
            ..Ledger::default()
        };
        assert_eq!(ledger.reconcile(), Ok(()));
        ledger.used = 3;
        let message = ledger.reconcile().expect_err("unbalanced");
        assert_eq!(message, "the ledger does not balance: filled = 6, but its fates add up to 5");
    }
}
