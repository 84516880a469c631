//! What the rows of a sweep say: who wins where, at which value one strategy begins to beat another, and what is beaten by
//! nothing.

mod break_even;
mod pareto;
mod winners;

use evaluation::{Better, Metric};
use frames::{Kind, Table, Values};
use plots::Chart;

pub(crate) use winners::{Winners, winner_map};

use break_even::BreakEvens;
use pareto::Pareto;
use winners::WinnerMap;

/// Something that is found as rows come by, in their order.
trait Finder {
    /// Takes more rows.
    fn see(&mut self, rows: &Rows<'_>);

    /// What was found in all of them.
    fn told(&self, winners: &Winners) -> Told;
}

/// A finding: sentences, and a table with a picture where there is one.
pub(crate) struct Told {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) sentences: Vec<String>,
    /// Nothing where there are no rows.
    pub(crate) table: Table,
    pub(crate) chart: Option<Chart>,
}

/// All findings of a sweep.
pub(crate) struct Findings {
    pub(crate) winners: Winners,
    finders: Vec<Box<dyn Finder + Send>>,
}

impl Findings {
    /// Who is best, and nothing else.
    pub(crate) fn brief(strategies: &[String]) -> Self {
        Self { winners: Winners::of(strategies), finders: vec![] }
    }

    /// For strategies that are ranked by a metric; `between` names two whose break-even is looked for.
    pub(crate) fn of(strategies: &[String], objective: Metric, between: Option<(String, String)>) -> Self {
        let known = |name: &str| strategies.iter().any(|strategy| strategy == name);
        let usual = ("predictive".to_owned(), "static".to_owned());
        let between = between.or_else(|| Some(usual).filter(|(one, other)| known(one) && known(other)));
        let mut finders: Vec<Box<dyn Finder + Send>> = vec![Box::new(WinnerMap::of(strategies, objective))];
        if let Some((one, other)) = between {
            finders.push(Box::new(BreakEvens::of(one, other, objective)));
        }
        finders.push(Box::new(Pareto::of(strategies)));
        Self { finders, ..Self::brief(strategies) }
    }

    /// Takes more rows.
    pub(crate) fn see(&mut self, table: &Table) {
        let Some(rows) = Rows::of(table) else { return };
        self.winners.see(&rows);
        self.finders.iter_mut().for_each(|finder| finder.see(&rows));
    }

    /// What was found.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.finders.iter().map(|finder| finder.told(&self.winners)).collect()
    }
}

/// Rows of a sweep by the meaning of their columns.
struct Rows<'t> {
    table: &'t Table,
    points: &'t Values,
    strategies: &'t Values,
    ranks: &'t Values,
    /// Name and values of what is varied.
    keys: Vec<(&'t str, &'t Values)>,
}

impl<'t> Rows<'t> {
    fn of(table: &'t Table) -> Option<Self> {
        let columns = table.columns().iter();
        let keys = columns.skip(1).take_while(|column| column.name != "strategy");
        let keys = keys.map(|column| (column.name.as_str(), &column.values)).collect();
        let (points, strategies) = (table.get("point")?, table.get("strategy")?);
        Some(Self { table, points, strategies, ranks: table.get("rank")?, keys })
    }

    fn len(&self) -> usize {
        self.table.rows()
    }

    /// The rows of each point.
    fn by_point(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let point = self.points.count(from).filter(|_| from < self.len())?;
            let until =
                (from..self.len()).find(|row| self.points.count(*row) != Some(point)).unwrap_or(self.len());
            Some(std::mem::replace(&mut from, until)..until)
        })
    }

    fn strategy(&self, row: usize) -> &str {
        self.strategies.text(row).unwrap_or_default()
    }

    fn metric(&self, row: usize, metric: Metric) -> Option<f64> {
        self.table.get(metric.name())?.number(row)
    }

    /// A value as it is written.
    fn shown(values: &Values, row: usize) -> String {
        match values.kind() {
            Kind::Text => values.text(row).unwrap_or_default().to_owned(),
            Kind::Number | Kind::Count => values.number(row).map_or(String::new(), |value| value.to_string()),
        }
    }
}

/// By how much one value is better than another.
fn lead(metric: Metric, one: f64, other: f64) -> f64 {
    if metric.spec().better == Better::Higher { one - other } else { other - one }
}

/// A number that sorts, for maps by values.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sorted(f64);

impl Eq for Sorted {}

impl Ord for Sorted {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Sorted {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// All findings as one text, with the names of the files that hold them.
pub(crate) fn text(command: &str, points: u64, told: &[Told]) -> String {
    let mut out =
        format!("# What a sweep found\n\n`{command}`\n\n{} points.\n", report::sheet::grouped(points));
    for finding in told {
        out.push_str(&format!("\n## {}\n\n{}\n", finding.title, finding.sentences.join(" ")));
        if finding.chart.is_some() {
            out.push_str(&format!("\n![{}]({}.svg)\n", finding.title, finding.name));
        }
        if finding.table.rows() > 0 {
            out.push_str(&format!("\n[Data]({}.csv)\n", finding.name));
        }
    }
    out
}
