//! Which strategy is best where.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use evaluation::Metric;
use frames::{Kind, Table, Values};
use plots::{Chart, Map};
use report::sheet::grouped;

use super::{Finder, Rows, Sorted, Told};
use crate::failure::Failure;
use crate::sweeping::{Asked, Blocks, answer_in_order};

/// Cells of a map at most.
const MOST_CELLS: usize = 40_000;
/// In place of a strategy.
const NONE: &str = "none has an answer";

/// At how many points each strategy is best.
pub(crate) struct Winners {
    strategies: Vec<(String, u64)>,
    points: u64,
}

impl Winners {
    pub(crate) fn of(strategies: &[String]) -> Self {
        Self { strategies: strategies.iter().map(|name| (name.clone(), 0)).collect(), points: 0 }
    }

    /// Counts those of some points.
    pub(super) fn see(&mut self, rows: &Rows<'_>) {
        self.points += (rows.len() / self.strategies.len().max(1)) as u64;
        for row in (0..rows.len()).filter(|row| rows.ranks.count(*row) == Some(1)) {
            let won = self.strategies.iter_mut().find(|(name, _)| name == rows.strategy(row));
            if let Some((_, won)) = won {
                *won += 1;
            }
        }
    }

    /// How many points there were.
    pub(crate) fn points(&self) -> u64 {
        self.points
    }

    pub(crate) fn summary(&self, objective: Metric, path: &Path) -> String {
        let title = objective.spec().title;
        let mut text = format!("{} points in {}; best by {title}:\n", grouped(self.points), path.display());
        for (name, won) in &self.strategies {
            text.push_str(&format!(
                "  {name:<20} {:>11} points {:>6.2} %\n",
                grouped(*won),
                self.percent(*won)
            ));
        }
        if self.open() > 0 {
            let (name, open) = (NONE, self.open());
            text.push_str(&format!(
                "  {name:<20} {:>11} points {:>6.2} %\n",
                grouped(open),
                self.percent(open)
            ));
        }
        text
    }

    fn percent(&self, count: u64) -> f64 {
        100.0 * count as f64 / self.points as f64
    }

    /// Points at which no strategy has an answer.
    fn open(&self) -> u64 {
        self.points - self.strategies.iter().map(|(_, won)| won).sum::<u64>()
    }

    /// The same in a sentence, the most frequent first.
    fn sentence(&self, objective: Metric) -> String {
        let mut ranked: Vec<_> = self.strategies.iter().filter(|(_, won)| *won > 0).collect();
        ranked.sort_by_key(|(_, won)| std::cmp::Reverse(*won));
        let each = ranked.iter().map(|(name, won)| format!("{name} at {:.2} %", self.percent(*won)));
        let mut text =
            format!("By {} is best: {}.", objective.spec().title, each.collect::<Vec<_>>().join(", "));
        if self.open() > 0 {
            text.push_str(&format!(" No strategy has an answer at {:.2} %.", self.percent(self.open())));
        }
        text
    }
}

/// Asks everywhere: the map of a sweep over two keys, where its values make one up.
pub(crate) fn winner_map(asked: &dyn Asked, objective: Metric) -> Result<Option<Map>, Failure> {
    let mut map = WinnerMap::of(asked.strategies(), objective);
    answer_in_order(asked, Blocks::of(asked.points().count, asked.engine()), |_, table| {
        if let Some(rows) = Rows::of(&table) {
            map.see(&rows);
        }
        Ok(())
    })?;
    Ok(map.map())
}

/// The winners over the first two keys that are numbers.
pub(super) struct WinnerMap {
    names: Vec<String>,
    objective: Metric,
    keys: Option<[String; 2]>,
    /// Of each cell how often each strategy wins there.
    cells: BTreeMap<[Sorted; 2], Vec<u64>>,
}

impl WinnerMap {
    pub(super) fn of(strategies: &[String], objective: Metric) -> Self {
        let names = strategies.to_vec();
        Self { names, objective, keys: None, cells: BTreeMap::new() }
    }

    /// The most frequent winner of each cell; of equals the one named first, and behind all names where none has an answer.
    fn winners(&self) -> Vec<usize> {
        let most = |counts: &Vec<u64>| {
            let best = counts.iter().copied().max().filter(|most| *most > 0);
            counts.iter().position(|count| Some(*count) == best).unwrap_or(self.names.len())
        };
        self.cells.values().map(most).collect()
    }

    fn table(&self) -> Table {
        let Some([x, y]) = &self.keys else { return Table::new() };
        let number =
            |which: usize| Values::Number(self.cells.keys().map(|cell| Some(cell[which].0)).collect());
        let codes = self.winners().into_iter().map(|nth| nth as u32).collect();
        let shares = self.cells.values().map(|counts| {
            let all: u64 = counts.iter().sum();
            (all > 0).then(|| counts.iter().copied().max().unwrap_or(0) as f64 / all as f64)
        });
        Table::new()
            .with(x, number(0))
            .with(y, number(1))
            .with("winner", Values::Label { names: self.categories(), codes })
            .with("share", Values::Number(shares.collect()))
    }

    /// The names, and what a cell has where none has an answer.
    fn categories(&self) -> Vec<String> {
        self.names.iter().cloned().chain([NONE.to_owned()]).collect()
    }

    /// Where cells make up an even grid.
    fn map(&self) -> Option<Map> {
        let keys = self.keys.as_ref()?;
        let values = |which: usize| -> Vec<f64> {
            self.cells
                .keys()
                .map(|cell| cell[which])
                .collect::<BTreeSet<_>>()
                .into_iter()
                .map(|one| one.0)
                .collect()
        };
        let (xs, ys) = (values(0), values(1));
        if xs.len() * ys.len() != self.cells.len() || !Map::takes(&xs) || !Map::takes(&ys) {
            return None;
        }
        let winners = self.winners();
        // Cells are sorted by x first; a map wants rows of equal y.
        let count = ys.len();
        let cells = (0..count)
            .flat_map(|y| (0..xs.len()).map(move |x| x * count + y))
            .map(|nth| winners[nth])
            .collect();
        Some(Map {
            title: format!("Best by {}", self.objective.spec().title),
            x_label: keys[0].clone(),
            y_label: keys[1].clone(),
            cells,
            categories: self.categories(),
            point: None,
            xs,
            ys,
        })
    }
}

impl Finder for WinnerMap {
    fn see(&mut self, rows: &Rows<'_>) {
        let numbers: Vec<_> = rows.keys.iter().filter(|(_, values)| values.kind() == Kind::Number).collect();
        let [(x, xs), (y, ys), ..] = numbers[..] else { return };
        self.keys.get_or_insert_with(|| [(*x).to_owned(), (*y).to_owned()]);
        for point in rows.by_point() {
            let (Some(x), Some(y)) = (xs.number(point.start), ys.number(point.start)) else { continue };
            let first = point.into_iter().find(|row| rows.ranks.count(*row) == Some(1));
            let winner = first.and_then(|row| self.names.iter().position(|name| name == rows.strategy(row)));
            let cell = [Sorted(x), Sorted(y)];
            if self.cells.len() >= MOST_CELLS && !self.cells.contains_key(&cell) {
                continue;
            }
            let counts = self.cells.entry(cell).or_insert_with(|| vec![0; self.names.len()]);
            if let Some(winner) = winner {
                counts[winner] += 1;
            }
        }
    }

    fn told(&self, winners: &Winners) -> Told {
        let mut sentences = vec![winners.sentence(self.objective)];
        let chart = self.map().map(Chart::Map);
        if let Some([x, y]) = &self.keys
            && winners.points > self.cells.len() as u64
            && chart.is_some()
        {
            sentences.push(format!("The map is over {x} and {y}; where several points share a cell, the most frequent winner has it."));
        }
        if self.cells.len() > 1 && chart.is_none() {
            sentences.push(
                "There is no map: the values of the first two keys make up no grid of even steps or factors."
                    .to_owned(),
            );
        }
        if self.cells.len() >= MOST_CELLS {
            sentences.push(format!(
                "There are more than {} cells; the others are left out.",
                grouped(MOST_CELLS as u64)
            ));
        }
        Told { name: "winners", title: "Who wins where".to_owned(), sentences, table: self.table(), chart }
    }
}
