//! One row of a batch: where its nine numbers stand, and how its answers are written.

use csv::ByteRecord;
use evaluation::{Flag, Metric};
use model::screening::{Columns, Outcome, Outcomes};
use scenario::{Fraction, Millis, PerHour, PerMinute, Preset, Quantity};

/// Columns that a batch adds to those of its input.
pub(crate) const OUTPUT_COLUMNS: [&str; 7] = [
    "strategy",
    "rank",
    "expected_latency_ms",
    "ops_load_per_minute",
    "warm_coverage",
    "score",
    "risk_flags",
];

/// An input column: its name, and what its values may be.
type InputColumn = (&'static str, Reader);

/// Reads what stands in a field: a bare number, or one with a unit.
type Reader = fn(&[u8]) -> Result<f64, String>;

/// The nine numbers, in the order of [`Numbers`].
const INPUT_COLUMNS: [InputColumn; 9] = [
    ("request_rate_per_minute", read::<PerMinute>),
    ("hotset_fraction", read::<Fraction>),
    ("cache_capacity_fraction", read::<Fraction>),
    ("churn_per_hour", churn),
    ("hit_latency_ms", read::<Millis>),
    ("miss_penalty_ms", read::<Millis>),
    ("warm_cost_ms", read::<Millis>),
    ("predictive_recall", read::<Fraction>),
    ("predictive_precision", read::<Fraction>),
];

fn read<Q: Quantity>(field: &[u8]) -> Result<f64, String> {
    match fast_float2::parse::<f64, _>(field) {
        Ok(number) => Q::new(number).map(Q::get),
        Err(_) => Q::from_text(&String::from_utf8_lossy(field)).map(Q::get),
    }
}

fn churn(field: &[u8]) -> Result<f64, String> {
    let value = read::<PerHour>(field)?;
    if value <= 1.0 {
        Ok(value)
    } else {
        Err(format!("{value} is beyond the closed form, which ends at 1 per hour"))
    }
}

/// Where the nine numbers stand in a row, and the header of the answers.
pub(crate) struct Layout {
    at: [usize; 9],
    pub(crate) header: Vec<u8>,
}

/// Columns of numbers of a block of rows.
#[derive(Default)]
pub(crate) struct Numbers([Vec<f64>; 9]);

impl Numbers {
    pub(crate) fn columns(&self) -> Columns<'_> {
        let [rate, hotset, capacity, churn, hit, miss, warm, recall, precision] = &self.0;
        Columns {
            request_rate_per_minute: rate,
            hotset_fraction: hotset,
            cache_capacity_fraction: capacity,
            churn_per_hour: churn,
            hit_latency_ms: hit,
            miss_penalty_ms: miss,
            warm_cost_ms: warm,
            predictive_recall: recall,
            predictive_precision: precision,
        }
    }

    fn rate(&self, row: usize) -> f64 {
        self.0[0][row]
    }
}

impl Layout {
    /// Finds the columns; or says what is wrong with the header, and what to do about it.
    pub(crate) fn of(header: &ByteRecord) -> Result<Self, (String, String)> {
        let names: Vec<String> = header
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        let all: Vec<_> = INPUT_COLUMNS.iter().map(|(name, _)| *name).collect();
        let wanted = || format!("a batch needs the columns {}", all.join(", "));
        if names.iter().all(String::is_empty) {
            return Err(("the file is empty".to_owned(), wanted()));
        }
        let missing: Vec<_> =
            all.iter().copied().filter(|name| !names.iter().any(|one| one == name)).collect();
        if !missing.is_empty() {
            return Err((format!("the header has no column {}", missing.join(", ")), wanted()));
        }
        if let Some(twice) = names.iter().enumerate().find(|(nth, name)| names[..*nth].contains(name)) {
            return Err((
                format!("two columns are called `{}`", twice.1),
                "rename or drop one of them".to_owned(),
            ));
        }
        if let Some(taken) = names.iter().find(|name| OUTPUT_COLUMNS.contains(&name.as_str())) {
            let message = format!("the input has a column `{taken}`, which the answers need");
            return Err((message, "rename or drop it".to_owned()));
        }
        let at = all.iter().map(|name| names.iter().position(|one| one == name).unwrap_or_default());
        let at: Vec<usize> = at.collect();
        let mut line = vec![];
        let fields =
            names.iter().map(String::as_bytes).chain(OUTPUT_COLUMNS.iter().map(|name| name.as_bytes()));
        for (nth, field) in fields.enumerate() {
            if nth > 0 {
                line.push(b',');
            }
            write_field(field, &mut line);
        }
        line.push(b'\n');
        Ok(Self { at: at.try_into().unwrap_or_default(), header: line })
    }

    /// The numbers of a block; or the first row that is bad, and why.
    pub(crate) fn numbers<'r>(&self, block: &'r [ByteRecord]) -> Result<Numbers, (&'r ByteRecord, String)> {
        let mut numbers = Numbers::default();
        for ((column, at), (name, read)) in numbers.0.iter_mut().zip(self.at).zip(INPUT_COLUMNS) {
            column.reserve_exact(block.len());
            for record in block {
                let value = read(record[at].trim_ascii())
                    .map_err(|message| (record, format!("`{name}`: {message}")))?;
                column.push(value);
            }
        }
        Ok(numbers)
    }
}

/// The rows of a block with their answers, best first, as CSV.
pub(crate) fn write_answers(
    block: &[ByteRecord],
    numbers: &Numbers,
    outcomes: &[Outcomes; 3],
    presets: &[Preset; 3],
    objective: Metric,
) -> Vec<u8> {
    let better = objective.spec().better;
    let mut text = Vec::with_capacity(block.len() * 512);
    let mut carried = vec![];
    let mut buffer = zmij::Buffer::new();
    for (row, record) in block.iter().enumerate() {
        carried.clear();
        for field in record {
            write_field(field, &mut carried);
            carried.push(b',');
        }
        let rate = numbers.rate(row);
        let answers: [Outcome; 3] = std::array::from_fn(|strategy| outcomes[strategy].get(row));
        let keys = answers.each_ref().map(|outcome| outcome.get(objective, rate).unwrap_or(f64::NAN));
        let mut order = [0, 1, 2];
        order.sort_by(|a, b| better.order(keys[*a], keys[*b]));
        for (rank, strategy) in (b'1'..).zip(order) {
            let outcome = &answers[strategy];
            text.extend_from_slice(&carried);
            text.extend_from_slice(presets[strategy].name().as_bytes());
            text.extend_from_slice(&[b',', rank, b',']);
            for value in [outcome.latency_ms, outcome.ops_per_minute, outcome.coverage, outcome.score] {
                text.extend_from_slice(buffer.format(value).as_bytes());
                text.push(b',');
            }
            for (nth, flag) in outcome.flags.iter().map(Flag::code).enumerate() {
                if nth > 0 {
                    text.push(b';');
                }
                text.extend_from_slice(flag.as_bytes());
            }
            text.push(b'\n');
        }
    }
    text
}

/// A field as CSV, quoted where it must be.
fn write_field(field: &[u8], out: &mut Vec<u8>) {
    if !field.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(field);
        return;
    }
    out.push(b'"');
    for byte in field {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}
