//! At which value of a key one strategy begins to beat another, as the others vary.

use std::collections::BTreeMap;

use evaluation::Metric;
use frames::{Kind, Table, Values};
use plots::{Chart, Lines, Series};
use report::sheet::{counted, grouped};

use super::{Finder, Rows, Sorted, Told, Winners, lead};

/// Values that are held at most.
const MOST_VALUES: usize = 4_000_000;
/// Lines of a picture at most.
const MOST_LINES: usize = 5;
/// The key along which break-evens are looked for, where it is varied.
const USUAL: &str = "predictor.precision";

pub(super) struct BreakEvens {
    strategy: String,
    against: String,
    objective: Metric,
    /// The key along which they lie, and the others.
    along: Option<String>,
    others: Vec<String>,
    /// Of each combination of the others, as written, and as numbers where they are: the lead at each value.
    leads: BTreeMap<Combination, Leads>,
    held: usize,
}

/// A value as a number, where it is one, and as it is written.
type Written = (Option<Sorted>, String);
/// Values of the other keys.
type Combination = Vec<Written>;
/// The lead at each value of the key along which break-evens lie.
type Leads = Vec<(f64, f64)>;
/// What was found for a combination.
type Found<'a> = (&'a Combination, Wins);

/// Where along a key one strategy beats the other.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wins {
    Always,
    Never,
    Above(f64),
    Below(f64),
    Several(f64),
}

impl Wins {
    /// From leads by ascending value; equal is no lead.
    fn of(leads: &[(f64, f64)]) -> Self {
        let wins = |nth: usize| leads[nth].1 > 0.0;
        let changes: Vec<usize> = (1..leads.len()).filter(|nth| wins(*nth) != wins(nth - 1)).collect();
        let at = |nth: usize| {
            let ((x, a), (y, b)) = (leads[nth - 1], leads[nth]);
            if a == b { y } else { x + (y - x) * a / (a - b) }
        };
        match changes[..] {
            [] if leads.is_empty() || !wins(0) => Self::Never,
            [] => Self::Always,
            [one] if wins(one) => Self::Above(at(one)),
            [one] => Self::Below(at(one)),
            [first, ..] => Self::Several(at(first)),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Above(_) => "above",
            Self::Below(_) => "below",
            Self::Several(_) => "several stretches",
        }
    }

    fn value(self) -> Option<f64> {
        match self {
            Self::Above(at) | Self::Below(at) | Self::Several(at) => Some(at),
            Self::Always | Self::Never => None,
        }
    }
}

impl BreakEvens {
    pub(super) fn of(strategy: String, against: String, objective: Metric) -> Self {
        let (along, others, leads) = (None, vec![], BTreeMap::new());
        Self { strategy, against, objective, along, others, leads, held: 0 }
    }

    fn found(&self) -> Vec<Found<'_>> {
        let each = self.leads.iter().map(|(others, leads)| {
            let mut leads = leads.clone();
            leads.sort_by(|a, b| a.0.total_cmp(&b.0));
            (others, Wins::of(&leads))
        });
        each.collect()
    }

    fn table(&self, found: &[Found<'_>]) -> Table {
        let Some(along) = &self.along else { return Table::new() };
        let mut table = Table::new();
        for (nth, key) in self.others.iter().enumerate() {
            let numbers: Option<Vec<Option<f64>>> =
                found.iter().map(|(others, _)| others[nth].0.map(|one| Some(one.0))).collect();
            let texts = || Values::Text(found.iter().map(|(others, _)| others[nth].1.clone()).collect());
            table = table.with(key, numbers.map_or_else(texts, Values::Number));
        }
        let wins = found.iter().map(|(_, wins)| wins.name().to_owned()).collect();
        let at = found.iter().map(|(_, wins)| wins.value()).collect();
        table.with("wins", Values::Text(wins)).with(along, Values::Number(at))
    }

    /// Break-evens over the first of the other keys that is a number, a line for some values of the second.
    fn chart(&self, found: &[Found<'_>]) -> Option<Chart> {
        let along = self.along.as_ref()?;
        let x =
            (0..self.others.len()).find(|nth| found.iter().all(|(others, _)| others[*nth].0.is_some()))?;
        let line = (0..self.others.len()).find(|nth| *nth != x);
        if self.others.len() > 2 {
            return None;
        }
        let mut lines: BTreeMap<Written, Vec<(f64, f64)>> = BTreeMap::new();
        for (others, wins) in found {
            let name = line.map_or((None, self.strategy.clone()), |nth| others[nth].clone());
            if let (Some(x), Some(y)) = (others[x].0, wins.value()) {
                lines.entry(name).or_default().push((x.0, y));
            }
        }
        lines.retain(|_, points| points.len() > 1);
        let every = lines.len().div_ceil(MOST_LINES).max(1);
        let name =
            |value: String| line.map_or(value.clone(), |nth| format!("{} {value}", last(&self.others[nth])));
        let series: Vec<Series> = lines
            .into_iter()
            .step_by(every)
            .map(|((_, value), points)| Series { name: name(value), points })
            .collect();
        let range = series.iter().flat_map(|one| &one.points).map(|point| point.0);
        let (low, high) = range.fold((f64::INFINITY, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)));
        (!series.is_empty()).then(|| {
            Chart::Lines(Lines {
                title: format!("Where {} begins to beat {}", self.strategy, self.against),
                x_label: self.others[x].clone(),
                y_label: format!("break-even {along}, by {}", self.objective.spec().title),
                log_x: low > 0.0 && high > 20.0 * low,
                series,
                marks: vec![],
                shades: vec![],
            })
        })
    }
}

/// The last part of a key.
fn last(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

impl Finder for BreakEvens {
    fn see(&mut self, rows: &Rows<'_>) {
        let number = |(_, values): &&(&str, &Values)| values.kind() == Kind::Number;
        let usual = rows.keys.iter().find(|(key, _)| *key == USUAL).filter(number);
        let Some((along, values)) = usual.or_else(|| rows.keys.iter().find(number)) else { return };
        self.along.get_or_insert_with(|| (*along).to_owned());
        let others: Vec<_> = rows.keys.iter().filter(|(key, _)| key != along).collect();
        self.others = others.iter().map(|(key, _)| (*key).to_owned()).collect();
        for point in rows.by_point() {
            let of = |name: &str| {
                point
                    .clone()
                    .find(|row| rows.strategy(*row) == name)
                    .and_then(|row| rows.metric(row, self.objective))
            };
            let (Some(one), Some(other)) = (of(&self.strategy), of(&self.against)) else { continue };
            let Some(value) = values.number(point.start).filter(|_| self.held < MOST_VALUES) else {
                continue;
            };
            let written = |(_, values): &&(&str, &Values)| {
                (values.number(point.start).map(Sorted), Rows::shown(values, point.start))
            };
            let combination = others.iter().map(written).collect();
            self.leads.entry(combination).or_default().push((value, lead(self.objective, one, other)));
            self.held += 1;
        }
    }

    fn told(&self, _: &Winners) -> Told {
        let found = self.found();
        let Self { strategy, against, .. } = self;
        let along = self.along.as_deref().unwrap_or_default();
        let count = |wanted: fn(&Wins) -> bool| found.iter().filter(|(_, wins)| wanted(wins)).count() as u64;
        let mut at: Vec<f64> = found.iter().filter_map(|(_, wins)| wins.value()).collect();
        at.sort_by(f64::total_cmp);
        let mut sentences = vec![];
        let combinations = counted(found.len() as u64, "combination");
        let (always, never) = (count(|wins| *wins == Wins::Always), count(|wins| *wins == Wins::Never));
        sentences.push(format!(
            "Along {along}, by {}: of {combinations} of the other keys {strategy} beats {against} everywhere in {}, nowhere in {}.",
            self.objective.spec().title,
            grouped(always),
            grouped(never)
        ));
        if let [low, .., high] = at[..] {
            let middle = at[at.len() / 2];
            sentences.push(format!("In the others it begins or ends between {low:.3} and {high:.3}, by the median at {middle:.3}."));
        } else if let [only] = at[..] {
            sentences.push(format!("In the other it begins or ends at {only:.3}."));
        }
        if self.held >= MOST_VALUES {
            sentences.push(format!("Only the first {} points were looked at.", grouped(MOST_VALUES as u64)));
        }
        let title = format!("Where {strategy} begins to beat {against}");
        Told { name: "break-evens", title, sentences, table: self.table(&found), chart: self.chart(&found) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_sign_is_a_break_even_between_its_neighbours() {
        assert_eq!(Wins::of(&[(0.0, -1.0), (1.0, 3.0)]), Wins::Above(0.25));
        assert_eq!(Wins::of(&[(0.0, 3.0), (1.0, -1.0)]), Wins::Below(0.75));
        assert_eq!(Wins::of(&[(0.0, 3.0), (1.0, 1.0)]), Wins::Always);
        assert_eq!(Wins::of(&[(0.0, 0.0), (1.0, 0.0)]), Wins::Never);
        assert_eq!(Wins::of(&[(0.0, 0.0), (1.0, 2.0)]), Wins::Above(0.0));
        assert_eq!(Wins::of(&[(0.0, -1.0), (1.0, 1.0), (2.0, -1.0)]), Wins::Several(0.5));
    }
}
