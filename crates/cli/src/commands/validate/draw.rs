//! Random scenarios, each out of a seed and its number.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use scenario::Scenario;

/// Requests that a scenario may take to be steady; those that take more are drawn anew.
const MOST_TO_SETTLE: f64 = 1e7;
/// Requests that are counted, at least.
const COUNTED: f64 = 2.5e6;

/// What makes a random scenario.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draw {
    pub(super) keys: f64,
    exponent: f64,
    pub(super) capacity: f64,
    churn_per_hour: f64,
    ttl_s: Option<f64>,
    pub(super) per_second: f64,
    precision: f64,
    recall: f64,
    horizon_s: f64,
    hit_latency_ms: f64,
    miss_penalty_ms: f64,
}

/// From when to when a run is counted, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    pub(super) from: f64,
    pub(super) until: f64,
}

impl Draw {
    /// The scenario of that number.
    pub(super) fn nth(seed: u64, nth: u64) -> Self {
        let mut luck = ChaCha8Rng::seed_from_u64(seed);
        luck.set_stream(nth);
        let mut between = |from: f64, to: f64| from + (to - from) * luck.random::<f64>();
        let mut draw = || {
            let mut log = |from: f64, to: f64| between(from.ln(), to.ln()).exp();
            let keys = log(1e3, 1e6).round();
            let share = log(0.005, 0.4);
            let per_second = short(log(0.1, 5000.0));
            let ttl = log(30.0, 86_400.0);
            let horizon_s = short(log(60.0, 1800.0));
            let hit_latency_ms = short(log(0.1, 5.0));
            let miss_penalty_ms = short(log(5.0, 500.0));
            Self {
                keys,
                exponent: short(between(0.5, 1.3)),
                capacity: (keys * share).round().max(1.0),
                churn_per_hour: short(between(0.0, 1.0).powi(2)),
                ttl_s: (between(0.0, 1.0) < 0.5).then_some(short(ttl)),
                per_second,
                precision: short(between(0.3, 1.0)),
                recall: short(between(0.3, 1.0)),
                horizon_s,
                hit_latency_ms,
                miss_penalty_ms,
            }
        };
        loop {
            let drawn = draw();
            if drawn.settles().is_some_and(|time| time * drawn.per_second <= MOST_TO_SETTLE) {
                return drawn;
            }
        }
    }

    /// When it is steady: when the cache is full or has expired, twice, and a few forecasts were made.
    fn settles(&self) -> Option<f64> {
        let scenario = self.scenario(&self.toml("demand", Span { from: 0.0, until: 1.0 }));
        let demand = scenario.strategies.first()?;
        let window = model::renewal::outcome(&scenario, demand).ok()?.window;
        let ttl = self.ttl_s.unwrap_or(f64::INFINITY);
        let forgets = window.min(ttl);
        let lives = if self.ttl_s.is_some() { 3.0 * ttl } else { 0.0 };
        Some((1.5 * forgets).max(lives).max(2.0 * self.horizon_s))
    }

    /// What is counted of a long run: whole periods of forecasts, and long enough for lives to end.
    pub(super) fn steady(&self) -> Span {
        let from = self.settles().unwrap_or(0.0);
        let from = (from / self.horizon_s).ceil() * self.horizon_s;
        let long = (COUNTED / self.per_second).max(self.ttl_s.unwrap_or(0.0));
        let counted = (long / self.horizon_s).ceil() * self.horizon_s;
        Span { from, until: from + counted }
    }

    /// How long a fetch takes, in seconds.
    pub(super) fn fetch(&self) -> f64 {
        self.miss_penalty_ms / 1000.0
    }

    /// When the copies expire that were fetched first behind an empty start, in seconds.
    pub(super) fn first_expiry(&self) -> f64 {
        self.ttl_s.map_or(f64::INFINITY, |ttl| self.fetch() + ttl)
    }

    /// The same with as many requests as came while it was counted, by chance: warm operations need not follow them.
    pub(super) fn with_requests(&self, requests: f64) -> Self {
        let Span { from, until } = self.steady();
        let came = requests / (until - from);
        Self { per_second: if came > 0.0 { came } else { self.per_second }, ..self.clone() }
    }

    /// Strategies that it has.
    pub(super) fn strategies(&self) -> &'static [&'static str] {
        const ALL: [&str; 5] = ["demand", "static", "predictive", "hybrid", "refresh-ahead"];
        if self.ttl_s.is_some() { &ALL } else { &ALL[..4] }
    }

    pub(super) fn scenario(&self, toml: &str) -> Scenario {
        Scenario::from_toml("drawn", toml)
            .unwrap_or_else(|problems| unreachable!("a scenario that was drawn is a valid one: {problems:?}"))
    }

    /// Everything steady.
    pub(super) fn steady_toml(&self) -> String {
        let strategies: Vec<String> =
            self.strategies().iter().map(|preset| format!("[[strategy]]\npreset = \"{preset}\"\n")).collect();
        self.text(&strategies.join("\n"), self.steady(), "")
    }

    /// One strategy from the beginning on.
    pub(super) fn toml(&self, preset: &str, span: Span) -> String {
        self.text(&format!("[[strategy]]\npreset = \"{preset}\"\n"), span, "")
    }

    /// One strategy from the beginning on, in intervals.
    pub(super) fn cold_toml(&self, preset: &str, until: f64, intervals: f64) -> String {
        // An interval is a millisecond at least.
        let every = format!("interval_s = {}\n", (until / intervals).max(0.001));
        self.text(&format!("[[strategy]]\npreset = \"{preset}\"\n"), Span { from: 0.0, until }, &every)
    }

    fn text(&self, strategies: &str, span: Span, more: &str) -> String {
        let Self { keys, exponent, capacity, churn_per_hour, per_second, precision, recall, .. } = self;
        let Self { horizon_s, hit_latency_ms, miss_penalty_ms, .. } = self;
        let ttl = self.ttl_s.map_or(String::new(), |ttl| format!("ttl_s = {ttl}\n"));
        format!(
            "[workload]\nrequest_rate_per_minute = \"{per_second}/s\"\nkeys = {keys}\nzipf_exponent = {exponent}\n\
             churn_per_hour = {churn_per_hour}\n\n\
             [cache]\ncapacity_items = {capacity}\nhit_latency_ms = {hit_latency_ms}\n{ttl}\n\
             [origin]\nmiss_penalty_ms = {miss_penalty_ms}\nwarm_cost_ms = {miss_penalty_ms}\n\n\
             [predictor]\nprecision = {precision}\nrecall = {recall}\nhorizon_s = {horizon_s}\n\n\
             {strategies}\n\
             [simulation]\nduration_s = {}\nmeasure_from_s = {}\n{more}",
            span.until, span.from
        )
    }
}

/// Three digits are enough to tell numbers apart that were drawn.
fn short(value: f64) -> f64 {
    let digits = 10f64.powf(2.0 - value.abs().log10().floor());
    (value * digits).round() / digits
}
