//! An origin.

use std::sync::Arc;

use trace::synthetic::Nanos;

/// What answers misses and warm operations.
#[derive(Debug, Clone, PartialEq)]
pub struct OriginSetup {
    /// Fetches that it works on at a time; none for any number.
    pub servers: Option<u32>,
    /// Time that it works on a miss.
    pub demand: Service,
    /// Time that it works on a warm operation.
    pub warm: Service,
    /// Times that empirical ones are drawn from, in multiples of their mean.
    pub times: Arc<[f64]>,
    /// Most fetches that it begins, on average and at once.
    pub cap: Option<Rate>,
    /// Share of the fetches that fail.
    pub failure_share: f64,
    /// When whoever waits gives up; the origin works on.
    pub timeout: Option<Nanos>,
    /// When it is slow.
    pub slow: Vec<Slow>,
    /// Whether requests for a key that is being fetched wait for that fetch, in its place: behind all demand where that
    /// is a warm operation's.
    pub coalesce: bool,
}

impl OriginSetup {
    /// Most fetches that it can begin in one second under its cap: the burst, and what flows in until the second is over.
    pub fn most_a_second(&self) -> Option<u64> {
        self.cap.map(|cap| (cap.burst.floor() + cap.per_second.ceil() - 1.0) as u64)
    }

    /// One that answers any number of fetches after `mean`, never fails and coalesces.
    pub fn idle(mean: Nanos) -> Self {
        let service = Service { mean, shape: Shape::Constant };
        Self {
            servers: None,
            demand: service,
            warm: service,
            times: Arc::default(),
            cap: None,
            failure_share: 0.0,
            timeout: None,
            slow: vec![],
            coalesce: true,
        }
    }
}

/// How long a fetch takes, without waiting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Service {
    /// Mean time.
    pub mean: Nanos,
    /// How it varies.
    pub shape: Shape,
}

/// A distribution of times about their mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Always the mean.
    Constant,
    /// Exponential.
    Exponential,
    /// Log-normal, with this coefficient of variation.
    LogNormal(f64),
    /// One of the origin's times, times a log-normal factor of mean 1 with this coefficient of variation.
    Empirical(f64),
}

/// Origin that takes longer for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slow {
    /// When that begins.
    pub from: Nanos,
    /// When that ends.
    pub until: Nanos,
    /// How many times as long fetches take that begin in between.
    pub factor: f64,
}

/// So many a second, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// A second.
    pub per_second: f64,
    /// At once, 1 or more.
    pub burst: f64,
}
