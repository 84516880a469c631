//! The ledger: the fate of every warm operation, as counts that reconcile exactly.

use serde::Serialize;

macro_rules! counters {
    ($(#[$doc:meta])* pub struct $name:ident { $($counter:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
        #[expect(missing_docs, reason = "the names are the documentation; the identities above define them")]
        pub struct $name {
            $(pub $counter: u64,)*
        }

        impl $name {
            /// Adds the counts of another run.
            pub fn add(&mut self, other: &Self) {
                $(self.$counter += other.$counter;)*
            }
        }
    };
}

counters! {
    /// Counters of every warm operation's fate.
    ///
    /// Four identities hold for every run:
    /// - planned = deduplicated + skipped_fresh + dropped_queue + over_budget + held_back + rate_limited
    ///   + unfinished_at_end + attempted
    /// - attempted = filled + failed
    /// - attempts = attempted + retries (finished operations only)
    /// - filled = used + evicted_unused + expired_unused + overwritten_unused + mismatched + resident_unused_at_end
    ///
    /// `late` counts operations whose key was asked for before the fill arrived; it is a subset, not a fate.
    pub struct Ledger {
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
    }
}

/// A count and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Name of the count.
    pub name: &'static str,
    /// The count.
    pub count: u64,
    /// The counts that add up to it, with their names.
    pub parts: Vec<(&'static str, u64)>,
}

macro_rules! identity {
    ($ledger:ident: $whole:ident = $($part:ident)+) => {
        Identity {
            name: stringify!($whole),
            count: $ledger.$whole,
            parts: vec![$((stringify!($part), $ledger.$part)),+],
        }
    };
}

impl Ledger {
    /// What became of the planned operations, in six sums that add up to them.
    pub fn fates(&self) -> [(&'static str, u64); 6] {
        let unused = self.evicted_unused + self.expired_unused + self.overwritten_unused;
        [
            ("used", self.used),
            ("not used", unused + self.resident_unused_at_end + self.mismatched),
            ("failed", self.failed),
            ("not needed", self.deduplicated + self.skipped_fresh),
            ("held back", self.dropped_queue + self.over_budget + self.held_back + self.rate_limited),
            ("unfinished", self.unfinished_at_end),
        ]
    }

    /// The identities, each with its numbers.
    pub fn identities(&self) -> [Identity; 4] {
        [
            identity!(self: planned = deduplicated skipped_fresh dropped_queue over_budget held_back
                rate_limited unfinished_at_end attempted),
            identity!(self: attempted = filled failed),
            identity!(self: attempts = attempted retries),
            identity!(self: filled = used evicted_unused expired_unused overwritten_unused mismatched
                resident_unused_at_end),
        ]
    }

    /// Checks the identities.
    ///
    /// # Errors
    /// The first identity that does not hold, with both of its numbers.
    pub fn reconcile(&self) -> Result<(), String> {
        for Identity { name, count, parts } in self.identities() {
            let sum: u64 = parts.iter().map(|(_, part)| part).sum();
            if sum != count {
                return Err(format!(
                    "the ledger does not balance: {name} = {count}, but its fates add up to {sum}"
                ));
            }
        }
        Ok(())
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
        assert_eq!(
            ledger.fates().map(|(_, count)| count),
            [4, 2, 1, 1, 2, 0],
            "they add up to what was planned"
        );
        ledger.used = 3;
        let message = ledger.reconcile().expect_err("unbalanced");
        assert_eq!(message, "the ledger does not balance: filled = 6, but its fates add up to 5");
    }
}
