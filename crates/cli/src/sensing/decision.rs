//! What is decided, and by how much.

use evaluation::{Better, Metric};

use crate::failure::Failure;

/// The strategy that is best in a scenario, held against the others; or one strategy's metric alone.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    strategies: Vec<String>,
    subject: usize,
    /// What it is held against; nothing where its metric alone is looked at.
    against: Vec<usize>,
    pub(crate) metric: Metric,
}

impl Decision {
    /// What is asked: a strategy's metric, or its lead over another; without a strategy it is that which is best in the scenario
    /// itself, and without another it is all others.
    pub(crate) fn of(
        strategies: &[String],
        own: &[Option<f64>],
        metric: Metric,
        strategy: Option<&str>,
        against: Option<&str>,
    ) -> Result<Self, Failure> {
        let place = |option: &str, name: &str| {
            strategies.iter().position(|known| known == name).ok_or_else(|| {
                let message = format!("{option} {name}: there is no such strategy");
                Failure::usage(&message, &format!("write one of {}", strategies.join(", ")))
            })
        };
        let subject = match strategy {
            Some(name) => place("--strategy", name)?,
            None => best(own, metric)?,
        };
        let against = match against {
            Some(name) => vec![place("--against", name)?],
            None if strategy.is_some() => vec![],
            None => (0..strategies.len()).filter(|nth| *nth != subject).collect(),
        };
        if against == [subject] {
            let message = format!("{} is held against itself", strategies[subject]);
            return Err(Failure::usage(&message, "name two strategies with --strategy and --against"));
        }
        Ok(Self { strategies: strategies.to_vec(), subject, against, metric })
    }

    /// All strategies, in the order of their values.
    pub(crate) fn strategies(&self) -> &[String] {
        &self.strategies
    }

    /// The strategy that it is about.
    pub(crate) fn strategy(&self) -> &str {
        &self.strategies[self.subject]
    }

    /// Whether it is one strategy's lead over the others.
    pub(crate) fn is_lead(&self) -> bool {
        !self.against.is_empty()
    }

    /// By how much the strategy is ahead of the best other, negative where it is behind; or its metric.
    pub(crate) fn value(&self, values: &[Option<f64>]) -> Option<f64> {
        let own = values[self.subject]?;
        if self.against.is_empty() {
            return Some(own);
        }
        let other = self.best_other(values).and_then(|nth| values[nth])?;
        Some(if self.metric.spec().better == Better::Higher { own - other } else { other - own })
    }

    /// The best of the others.
    pub(crate) fn rival(&self, values: &[Option<f64>]) -> Option<&str> {
        self.best_other(values).map(|nth| self.strategies[nth].as_str())
    }

    fn best_other(&self, values: &[Option<f64>]) -> Option<usize> {
        let better = self.metric.spec().better;
        let others = self.against.iter().map(|nth| (*nth, &values[*nth]));
        let known = others.filter_map(|(nth, value)| Some((nth, (*value)?)));
        known.min_by(|a, b| better.order(a.1, b.1)).map(|(nth, _)| nth)
    }
}

/// The strategy that is best in a scenario.
fn best(own: &[Option<f64>], metric: Metric) -> Result<usize, Failure> {
    let better = metric.spec().better;
    let known = own.iter().enumerate().filter_map(|(nth, value)| Some((nth, (*value)?)));
    known.min_by(|a, b| better.order(a.1, b.1)).map(|(nth, _)| nth).ok_or_else(|| {
        let message = format!("no strategy has {} in this scenario", metric.spec().title);
        Failure::usage(&message, "rank by another metric, or ask another --engine")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_is_positive_where_the_strategy_is_better() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let own = [Some(3.0), Some(2.0), None];
        let latency = Decision::of(&names, &own, Metric::ExpectedLatency, None, None).expect("decides");
        assert_eq!((latency.strategy(), latency.value(&own)), ("b", Some(1.0)));
        assert_eq!(latency.value(&[Some(3.0), Some(2.0), Some(0.5)]), Some(-1.5));
        assert_eq!(latency.rival(&[Some(3.0), Some(2.0), Some(0.5)]), Some("c"));
        assert_eq!(latency.value(&[Some(3.0), None, Some(0.5)]), None);
        let ratio = Decision::of(&names, &own, Metric::HitRatio, None, None).expect("decides");
        assert_eq!((ratio.strategy(), ratio.value(&own)), ("a", Some(1.0)));
        let alone = Decision::of(&names, &own, Metric::HitRatio, Some("b"), None).expect("knows it");
        assert_eq!(alone.value(&own), Some(2.0));
        let pair = Decision::of(&names, &own, Metric::HitRatio, Some("b"), Some("a")).expect("knows both");
        assert_eq!(pair.value(&[Some(3.0), Some(2.0), Some(9.0)]), Some(-1.0));
        for (strategy, against) in [(Some("d"), None), (None, Some("d")), (Some("a"), Some("a"))] {
            assert!(Decision::of(&names, &own, Metric::HitRatio, strategy, against).is_err());
        }
        assert!(Decision::of(&names, &[None, None, None], Metric::HitRatio, None, None).is_err());
    }
}
