//! What is decided, and by how much.

use evaluation::{Better, Metric};

use crate::failure::Failure;

/// The strategy that is best in a scenario, held against the others; or one strategy's metric alone.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    strategies: Vec<String>,
    subject: usize,
    /// Whether others are what it is held against.
    against: bool,
    pub(crate) metric: Metric,
}

impl Decision {
    /// Between all strategies, by their values in the scenario itself.
    pub(crate) fn between(
        strategies: &[String],
        own: &[Option<f64>],
        metric: Metric,
    ) -> Result<Self, Failure> {
        let better = metric.spec().better;
        let known = own.iter().enumerate().filter_map(|(nth, value)| Some((nth, (*value)?)));
        let Some((subject, _)) = known.min_by(|a, b| better.order(a.1, b.1)) else {
            let message = format!("no strategy has {} in this scenario", metric.spec().title);
            return Err(Failure::usage(&message, "rank by another metric, or ask another --engine"));
        };
        Ok(Self { strategies: strategies.to_vec(), subject, against: strategies.len() > 1, metric })
    }

    /// Of one strategy's metric alone.
    pub(crate) fn of(strategies: &[String], name: &str, metric: Metric) -> Result<Self, Failure> {
        match strategies.iter().position(|known| known == name) {
            Some(subject) => Ok(Self { strategies: strategies.to_vec(), subject, against: false, metric }),
            None => {
                let message = format!("--strategy {name}: there is no such strategy");
                Err(Failure::usage(&message, &format!("write one of {}", strategies.join(", "))))
            }
        }
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
        self.against
    }

    /// By how much the strategy is ahead of the best other, negative where it is behind; or its metric.
    pub(crate) fn value(&self, values: &[Option<f64>]) -> Option<f64> {
        let own = values[self.subject]?;
        if !self.against {
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
        let others = values.iter().enumerate().filter(|(nth, _)| *nth != self.subject);
        let known = others.filter_map(|(nth, value)| Some((nth, (*value)?)));
        known.min_by(|a, b| better.order(a.1, b.1)).map(|(nth, _)| nth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_is_positive_where_the_strategy_is_better() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let own = [Some(3.0), Some(2.0), None];
        let latency = Decision::between(&names, &own, Metric::ExpectedLatency).expect("decides");
        assert_eq!((latency.strategy(), latency.value(&own)), ("b", Some(1.0)));
        assert_eq!(latency.value(&[Some(3.0), Some(2.0), Some(0.5)]), Some(-1.5));
        assert_eq!(latency.rival(&[Some(3.0), Some(2.0), Some(0.5)]), Some("c"));
        assert_eq!(latency.value(&[Some(3.0), None, Some(0.5)]), None);
        let ratio = Decision::between(&names, &own, Metric::HitRatio).expect("decides");
        assert_eq!((ratio.strategy(), ratio.value(&own)), ("a", Some(1.0)));
        let alone = Decision::of(&names, "b", Metric::HitRatio).expect("knows it");
        assert_eq!(alone.value(&own), Some(2.0));
        assert!(Decision::of(&names, "d", Metric::HitRatio).is_err());
        assert!(Decision::between(&names, &[None, None, None], Metric::HitRatio).is_err());
    }
}
