//! The verdict in one sentence: which strategy is best, by how much.

use evaluation::{Difference, Engine, Estimate, Evaluation, Metric};

use super::shown;
use crate::Section;

/// Groups of strategies behind the best that are told by name.
const MOST_TOLD: usize = 4;

/// `By latency, predictive is best at 59.1 ms; static follows with 72.0 ms (+21.8%), then demand with 80.4 ms (+36.1%).`
pub(super) fn verdict_sentence(section: &Section, objective: Metric) -> String {
    let Some(verdict) = Verdict::of(section, objective) else {
        return format!("No strategy has an answer for {}.", objective.spec().title);
    };
    let engines = Engine::ALL.iter().copied().filter(|engine| *engine != verdict.engine);
    let others = engines.filter_map(|engine| Verdict::among(section, objective, engine));
    // One strategy on its own is no ranking, unless there is no other.
    let others = others.filter(|other| other.compares() || !verdict.compares());
    let others: Vec<String> = others.map(|other| other.in_short()).collect();
    let said = match others.is_empty() {
        true => String::new(),
        false => format!(" So says {}; first for {}.", verdict.engine, others.join(", for ")),
    };
    format!("{}{said}", verdict.sentence())
}

/// What an engine says of the strategies by a metric.
pub(super) struct Verdict<'a> {
    objective: Metric,
    engine: Engine,
    /// The best, and those that cannot be told from it.
    level: Vec<Answer<'a>>,
    /// All others, best first.
    others: Vec<Answer<'a>>,
}

type Answer<'a> = (&'a Evaluation, Estimate);

/// A strategy and its value.
type Named<'a> = (&'a str, Estimate);

impl<'a> Verdict<'a> {
    /// Of the engine that answers for most strategies; of equals the one that assumes least.
    pub(super) fn of(section: &'a Section, objective: Metric) -> Option<Self> {
        let known = |answer: &&Evaluation| answer.get(objective).is_some();
        let count = |engine: &Engine| {
            section.evaluations.iter().filter(known).filter(|answer| answer.engine == *engine).count()
        };
        let engine = Engine::ALL.iter().copied().max_by_key(count)?;
        Self::among(section, objective, engine)
    }

    fn among(section: &'a Section, objective: Metric, engine: Engine) -> Option<Self> {
        let own = section.evaluations.iter().filter(|answer| answer.engine == engine);
        let answers = own.filter_map(|answer| Some((answer, answer.get(objective)?)));
        let answers: Vec<Answer<'a>> = answers.collect();
        let best = *answers.first()?;
        let named = |(answer, found): Answer<'a>| (&*answer.strategy, found);
        let level =
            |other: &Answer<'a>| are_level(&section.differences, objective, named(best), named(*other));
        let (level, others) = answers.into_iter().partition(level);
        Some(Self { objective, engine, level, others })
    }

    /// Whether an answer is among the best.
    pub(super) fn leads(&self, answer: &Evaluation) -> bool {
        self.level.iter().any(|(one, _)| std::ptr::eq(*one, answer))
    }

    /// Whether a strategy is among the best.
    pub(super) fn names_best(&self, strategy: &str) -> bool {
        self.level.iter().any(|(one, _)| one.strategy == strategy)
    }

    fn best(&self) -> Estimate {
        self.level[0].1
    }

    fn sentence(&self) -> String {
        let (objective, best) = (self.objective, self.best());
        let shown: Vec<String> = self.level.iter().map(|(_, found)| objective.show(found.value)).collect();
        let same = shown.iter().all(|one| *one == shown[0]);
        let verdict = match (&self.level[..], same) {
            ([_], _) => format!("is best at {}", amount(objective, best)),
            (_, true) => format!("are best at {} each", amount(objective, best)),
            (_, false) => {
                let values = with_unit(objective, &list(&shown));
                format!("are best at {values}, and nothing tells them apart")
            }
        };
        let mut sentence = format!("By {}, {} {verdict}", objective.spec().title, self.names());
        let shown = |answer: &Answer<'_>| objective.show(answer.1.value);
        let groups: Vec<&[Answer<'_>]> =
            self.others.chunk_by(|one, next| shown(one) == shown(next)).collect();
        for (nth, group) in groups.iter().enumerate().take(MOST_TOLD) {
            let (value, best) = (group[0].1.value, best.value);
            let change = match best == 0.0 {
                true => String::new(),
                false => format!(" ({:+.1}%)", 100.0 * (value - best) / best),
            };
            let (several, each) = if group.len() > 1 { ("", " each") } else { ("s", "") };
            let [follows, verb] = match nth {
                0 => ["; ", &format!(" follow{several}")],
                _ => [", then ", ""],
            };
            let value = with_unit(objective, &shown(&group[0]));
            sentence.push_str(&format!("{follows}{}{verb} with {value}{each}{change}", names(group)));
        }
        let untold: usize = groups.iter().skip(MOST_TOLD).map(|group| group.len()).sum();
        if untold > 0 {
            sentence.push_str(&format!(", and {untold} more behind them"));
        }
        sentence.push('.');
        sentence
    }

    /// `renewal static at 38.0 ms`.
    fn in_short(&self) -> String {
        format!("{} {} at {}", self.engine, self.names(), amount(self.objective, self.best()))
    }

    fn names(&self) -> String {
        names(&self.level)
    }

    /// Whether it has weighed anything.
    fn compares(&self) -> bool {
        self.level.len() + self.others.len() > 1
    }
}

/// Whether nothing tells a strategy from the best: both are shown as the same number, or the interval of their difference
/// holds 0. On the same requests that is the difference of pairs, where it is known; else of independent means, which is
/// wider.
fn are_level(differences: &[Difference], objective: Metric, best: Named<'_>, other: Named<'_>) -> bool {
    if objective.show(best.1.value) == objective.show(other.1.value) {
        return true;
    }
    let (Some(one), Some(two)) = (best.1.half_width, other.1.half_width) else { return false };
    let pair = differences.iter().find(|pair| {
        let pair = (&*pair.strategy, &*pair.from);
        pair == (best.0, other.0) || pair == (other.0, best.0)
    });
    let apart = Estimate { value: other.1.value - best.1.value, half_width: Some(one.hypot(two)) };
    let difference = pair.and_then(|pair| pair.get(objective)).unwrap_or(apart);
    difference.half_width.is_some_and(|width| difference.value.abs() <= width)
}

/// The strategies of some answers.
fn names(answers: &[Answer<'_>]) -> String {
    list(&answers.iter().map(|(answer, _)| answer.strategy.clone()).collect::<Vec<_>>())
}

/// `a, b and c`.
fn list(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// A value with its half-width and unit: `59.1 ms`, `0.55`, `5.30 ± 0.1 per minute`.
fn amount(metric: Metric, found: Estimate) -> String {
    with_unit(metric, &shown(metric, found))
}

fn with_unit(metric: Metric, value: &str) -> String {
    match metric.spec().unit {
        "" => value.to_owned(),
        "/min" => format!("{value} per minute"),
        unit => format!("{value} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATENCY: Metric = Metric::ExpectedLatency;

    fn about(value: f64, half_width: f64) -> Estimate {
        Estimate { value, half_width: Some(half_width) }
    }

    #[test]
    fn formulas_are_level_where_they_show_the_same_number() {
        let level =
            |one, two| are_level(&[], LATENCY, ("a", Estimate::exact(one)), ("b", Estimate::exact(two)));
        assert!(level(38.01, 38.04));
        assert!(!level(38.04, 38.06));
    }

    #[test]
    fn means_are_level_where_the_interval_of_their_difference_holds_nothing() {
        // 3 and 4 make 5 where they are independent.
        assert!(are_level(&[], LATENCY, ("a", about(10.0, 3.0)), ("b", about(15.0, 4.0))));
        assert!(!are_level(&[], LATENCY, ("a", about(10.0, 3.0)), ("b", about(15.1, 4.0))));
    }

    #[test]
    fn pairs_tell_apart_what_means_alone_do_not() {
        let pair = |value, width| {
            let metrics = vec![(LATENCY, about(value, width))];
            let (strategy, from) = ("a".to_owned(), "b".to_owned());
            [Difference { strategy, from, metrics, variance_ratio: None }]
        };
        let means = [("a", about(10.0, 3.0)), ("b", about(11.0, 4.0))];
        let level = |pairs: &[Difference], [one, two]: [Named<'_>; 2]| are_level(pairs, LATENCY, one, two);
        assert!(level(&[], means));
        assert!(!level(&pair(-1.0, 0.5), means));
        assert!(level(&pair(-1.0, 1.5), means));
        let [one, two] = means;
        assert!(!level(&pair(-1.0, 0.5), [two, one]), "in either order");
    }
}
