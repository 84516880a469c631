//! A token bucket: so many a second on average, so many at once.

use trace::synthetic::Nanos;

use crate::warming::setup::Rate;

/// Tokens that flow in evenly, up to a brim; full at first.
///
/// Kept as the instant at which the bucket would be full again, so that nothing has to be updated while time passes
/// (the generic cell rate algorithm, ITU-T I.371).
#[derive(Debug, Clone)]
pub(crate) struct TokenBucket {
    /// Time that one token takes.
    each: f64,
    /// Time that all but one token take.
    slack: f64,
    full: f64,
}

impl TokenBucket {
    pub(crate) fn new(rate: Rate) -> Self {
        let each = 1e9 / rate.per_second;
        Self { each, slack: each * (rate.burst - 1.0), full: f64::NEG_INFINITY }
    }

    /// When there is a token, now or later.
    pub(crate) fn ready(&self, now: Nanos) -> Nanos {
        now.max((self.full - self.slack).ceil() as Nanos)
    }

    /// Takes a token.
    pub(crate) fn take(&mut self, now: Nanos) {
        self.full = self.full.max(now as f64) + self.each;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Nanos = 1_000_000_000;

    #[test]
    fn the_burst_goes_at_once_and_the_rest_at_the_rate() {
        let mut bucket = TokenBucket::new(Rate { per_second: 10.0, burst: 3.0 });
        let mut taken = vec![];
        let mut now = SECOND;
        for _ in 0..6 {
            now = bucket.ready(now);
            bucket.take(now);
            taken.push((now - SECOND) / 1_000_000);
        }
        // By hand: three tokens at once, then one every 100 ms.
        assert_eq!(taken, [0, 0, 0, 100, 200, 300]);
        // After a second without use it is full again.
        now += SECOND;
        let ready: Vec<Nanos> = (0..4)
            .map(|_| {
                let ready = bucket.ready(now);
                bucket.take(ready);
                (ready - now) / 1_000_000
            })
            .collect();
        assert_eq!(ready, [0, 0, 0, 100]);
    }
}
