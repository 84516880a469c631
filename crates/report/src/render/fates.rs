//! The ledger of a strategy in one sentence, as sums that a reader can check.

use evaluation::{Evaluation, Identity, Ledger};

use crate::Section;
use crate::sheet::grouped;

/// Strategies that planned any warm operation, each with what became of those.
pub(super) fn fates(section: &Section) -> impl Iterator<Item = (&str, String)> {
    section.evaluations.iter().filter_map(|answer: &Evaluation| {
        let ledger = answer.ledger.filter(|ledger| ledger.planned > 0)?;
        Some((answer.strategy.as_str(), sentence(&ledger)))
    })
}

fn sentence(ledger: &Ledger) -> String {
    let mut sums: Vec<String> = ledger.identities().iter().filter_map(sum).collect();
    if ledger.late > 0 {
        sums.push(format!("{} late", grouped(ledger.late)));
    }
    sums.join("; ")
}

/// A count and its parts that are not 0; none where there is nothing to add up.
fn sum(identity: &Identity) -> Option<String> {
    let parts: Vec<String> = identity
        .parts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{} {}", grouped(*count), name.replace('_', " ")))
        .collect();
    let told = identity.count > 0 && !(parts.len() == 1 && identity.name.starts_with("attempt"));
    told.then(|| format!("{} {} = {}", grouped(identity.count), identity.name, parts.join(" + ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_leaves_out_what_did_not_happen() {
        let mut ledger = Ledger {
            planned: 1_500,
            skipped_fresh: 300,
            attempted: 1_200,
            filled: 1_200,
            attempts: 1_200,
            used: 1_000,
            evicted_unused: 200,
            ..Ledger::default()
        };
        assert_eq!(
            sentence(&ledger),
            "1,500 planned = 300 skipped fresh + 1,200 attempted; 1,200 filled = 1,000 used + 200 evicted unused"
        );
        (ledger.failed, ledger.filled, ledger.used, ledger.late) = (100, 1_100, 900, 7);
        (ledger.attempts, ledger.retries) = (1_210, 10);
        assert_eq!(
            sentence(&ledger),
            "1,500 planned = 300 skipped fresh + 1,200 attempted; 1,200 attempted = 1,100 filled + 100 failed; \
             1,210 attempts = 1,200 attempted + 10 retries; 1,100 filled = 900 used + 200 evicted unused; 7 late"
        );
    }
}
