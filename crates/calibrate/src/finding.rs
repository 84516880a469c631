//! What telemetry shows that whoever relies on a calibration has to know.

use evaluation::Severity;

/// What is known of a kind of finding.
#[derive(Debug, Clone, Copy)]
pub struct FindingSpec {
    /// Stable kebab-case name.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was found, one sentence.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

macro_rules! findings {
    ($($variant:ident = $code:literal, $severity:ident, $meaning:literal, $remedy:literal;)*) => {
        /// A named finding, in the order in which findings are listed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Finding {
            $(#[doc = $meaning] $variant,)*
        }

        impl Finding {
            /// Every finding, in listing order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What is known about it.
            pub const fn spec(self) -> FindingSpec {
                match self {
                    $(Self::$variant => FindingSpec {
                        code: $code, severity: Severity::$severity, meaning: $meaning, remedy: $remedy,
                    },)*
                }
            }
        }
    };
}

findings! {
    BacktestFailed = "backtest-failed", Warning,
        "What was fitted to the first part of a trace misses the hit ratio of the rest.",
        "decide by an engine that does not miss it, or play the trace itself (workload.trace)";
    Drift = "drift", Warning,
        "The two halves of the telemetry differ by more than chance gives: what was fitted to both is true of neither.",
        "calibrate on the time that is like the one to come, and again when that changes";
    ReuseUnsettled = "reuse-unsettled", Warning,
        "The hit ratio swings from one part of a trace to the next, as scans and loops make it do: what comes next cannot be told.",
        "play the trace itself (workload.trace), or record for longer";
    LittleReuse = "little-reuse", Warning,
        "Most requests are the first for their key: neither a larger cache nor warming what was asked for before helps these.",
        "expect little of warming here, unless something tells keys before they are first asked for";
    LawDoesNotFit = "law-does-not-fit", Note,
        "No Zipf law spreads requests over keys as they were found.",
        "keep the measured counts (workload.popularity_file) in place of workload.zipf_exponent";
    ChurnNotTold = "churn-not-told", Note,
        "How fast hot keys change cannot be told from these requests.",
        "record for longer, or state workload.churn_per_hour from what you know";
    ArtificialTimes = "artificial-times", Warning,
        "Times fall into a small part of each minute, hour or day: they were made up, rounded, or kept by a schedule.",
        "do not rely on rate and churn; leave times out (--map time=-) where they were made up";
    TimeGap = "time-gap", Warning,
        "Nothing was recorded for much of the time.",
        "calibrate on a stretch without a gap";
    ThinTelemetry = "thin-telemetry", Note,
        "There is so little of it that intervals are wide.",
        "record for longer";
    AnswersUnknown = "misses-unlike-demand", Note,
        "Capacity cannot be told from hits: the cache that wrote the log does not behave like LRU on these requests.",
        "state cache.capacity_items, and cache.policy where it is not lru";
}

/// A finding, with the numbers that tripped it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which.
    pub finding: Finding,
    /// The value found.
    pub observed: f64,
    /// The threshold that it passed.
    pub threshold: f64,
    /// What was found, with its numbers.
    pub message: String,
}

impl Finding {
    /// Raises it.
    pub fn raise(self, observed: f64, threshold: f64, message: impl Into<String>) -> Found {
        Found { finding: self, observed, threshold, message: message.into() }
    }

    /// The finding of that code.
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|finding| finding.spec().code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_a_unique_kebab_case_code() {
        let mut codes: Vec<_> = Finding::ALL.iter().map(|finding| finding.spec().code).collect();
        assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        assert!(Finding::ALL.iter().all(|finding| Finding::named(finding.spec().code) == Some(*finding)));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Finding::ALL.len());
    }
}
