//! Answers that no other beats in latency and origin load alike.

use evaluation::Metric;
use frames::{Table, Values};
use plots::{Chart, Points, Series};
use report::sheet::grouped;

use super::{Finder, Rows, Told, Winners};

/// Sections of a scenario that are given, not chosen.
const GIVEN: [&str; 2] = ["workload.", "origin."];

const LATENCY: Metric = Metric::ExpectedLatency;
const LOAD: Metric = Metric::OriginLoad;

pub(super) struct Pareto {
    strategies: Vec<String>,
    keys: Vec<String>,
    /// By ascending latency, and so by descending load.
    front: Vec<Answer>,
    rows: u64,
}

struct Answer {
    latency: f64,
    load: f64,
    point: u64,
    strategy: usize,
    keys: Vec<String>,
}

impl Pareto {
    pub(super) fn of(strategies: &[String]) -> Self {
        Self { strategies: strategies.to_vec(), keys: vec![], front: vec![], rows: 0 }
    }

    /// Where an answer belongs; none where another is as good in both. The first of equals stays.
    fn place(&self, latency: f64, load: f64) -> Option<usize> {
        let nth = self.front.partition_point(|one| one.latency < latency);
        let beaten = self.front[..nth].last().is_some_and(|one| one.load <= load);
        let same = self.front.get(nth).is_some_and(|one| one.latency == latency && one.load <= load);
        (!beaten && !same).then_some(nth)
    }

    fn table(&self) -> Table {
        let mut table =
            Table::new().with("point", Values::Count(self.front.iter().map(|one| one.point).collect()));
        for (nth, key) in self.keys.iter().enumerate() {
            table =
                table.with(key, Values::Text(self.front.iter().map(|one| one.keys[nth].clone()).collect()));
        }
        let codes = self.front.iter().map(|one| one.strategy as u32).collect();
        let number =
            |of: fn(&Answer) -> f64| Values::Number(self.front.iter().map(|one| Some(of(one))).collect());
        table
            .with("strategy", Values::Label { names: self.strategies.clone(), codes })
            .with(LATENCY.name(), number(|one| one.latency))
            .with(LOAD.name(), number(|one| one.load))
    }

    fn chart(&self) -> Option<Chart> {
        let of = |nth: usize| -> Vec<(f64, f64)> {
            self.front.iter().filter(|one| one.strategy == nth).map(|one| (one.load, one.latency)).collect()
        };
        let series = self
            .strategies
            .iter()
            .enumerate()
            .map(|(nth, name)| Series { name: name.clone(), points: of(nth) });
        let series: Vec<Series> = series.filter(|series| !series.points.is_empty()).take(5).collect();
        (self.front.len() > 1).then(|| {
            Chart::Points(Points {
                title: "Latency against origin load: what nothing beats in both".to_owned(),
                x_label: "origin load, per minute".to_owned(),
                y_label: "expected latency, ms".to_owned(),
                series,
            })
        })
    }
}

impl Finder for Pareto {
    fn see(&mut self, rows: &Rows<'_>) {
        self.keys = rows.keys.iter().map(|(key, _)| (*key).to_owned()).collect();
        let (Some(latencies), Some(loads)) = (rows.table.get(LATENCY.name()), rows.table.get(LOAD.name()))
        else {
            return;
        };
        for row in 0..rows.len() {
            let (Some(latency), Some(load)) = (latencies.number(row), loads.number(row)) else { continue };
            self.rows += 1;
            let Some(nth) = self.place(latency, load) else { continue };
            let beaten = self.front[nth..].iter().take_while(|one| one.load >= load).count();
            let keys = rows.keys.iter().map(|(_, values)| Rows::shown(values, row)).collect();
            let strategy = self.strategies.iter().position(|name| name == rows.strategy(row)).unwrap_or(0);
            let point = rows.points.count(row).unwrap_or(0);
            self.front.splice(nth..nth + beaten, [Answer { latency, load, point, strategy, keys }]);
        }
    }

    fn told(&self, _: &Winners) -> Told {
        let show = |one: &Answer| {
            let strategy = &self.strategies[one.strategy];
            format!(
                "{} ms with {} fetches a minute ({strategy})",
                LATENCY.show(one.latency),
                LOAD.show(one.load)
            )
        };
        let rows = grouped(self.rows);
        let mut sentences = match &self.front[..] {
            [] => vec!["No answer has both.".to_owned()],
            [one] => vec![format!("Of {rows} answers one is best in both: {}.", show(one))],
            [fast, .., light] => vec![
                format!(
                    "Of {rows} answers, {} are bettered by none in both.",
                    grouped(self.front.len() as u64)
                ),
                format!("They reach from {} to {}.", show(fast), show(light)),
            ],
        };
        let given: Vec<&str> = self
            .keys
            .iter()
            .filter(|key| GIVEN.iter().any(|of| key.starts_with(of)))
            .map(String::as_str)
            .collect();
        if !given.is_empty() {
            sentences.push(format!(
                "Points differ in {}, which nobody chooses: where they do, the front compares loads rather than choices.",
                given.join(", ")
            ));
        }
        let title = "Latency against origin load".to_owned();
        Told { name: "pareto", title, sentences, table: self.table(), chart: self.chart() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(answers: &[(f64, f64)]) -> Table {
        let count = answers.len();
        Table::new()
            .with("point", Values::Count((0..count as u64).collect()))
            .with("strategy", Values::Text(vec!["a".to_owned(); count]))
            .with("rank", Values::Count(vec![1; count]))
            .with(LATENCY.name(), Values::Number(answers.iter().map(|one| Some(one.0)).collect()))
            .with(LOAD.name(), Values::Number(answers.iter().map(|one| Some(one.1)).collect()))
    }

    proptest! {
        /// Against the definition, pair by pair.
        #[test]
        fn the_front_is_what_no_other_beats(answers in prop::collection::vec((0u8..12, 0u8..12), 1..60)) {
            let answers: Vec<(f64, f64)> = answers.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).collect();
            let mut pareto = Pareto::of(&["a".to_owned()]);
            for part in answers.chunks(7) {
                let table = table(part);
                pareto.see(&Rows::of(&table).expect("has the columns"));
            }
            let beats = |one: &(f64, f64), other: &(f64, f64)| one.0 <= other.0 && one.1 <= other.1 && one != other;
            let mut front: Vec<(f64, f64)> =
                answers.iter().filter(|one| !answers.iter().any(|other| beats(other, one))).copied().collect();
            front.sort_by(|a, b| a.0.total_cmp(&b.0));
            front.dedup();
            let found: Vec<(f64, f64)> = pareto.front.iter().map(|one| (one.latency, one.load)).collect();
            prop_assert_eq!(found, front);
        }
    }
}
