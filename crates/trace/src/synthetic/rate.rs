//! How fast requests of the law come: the mean rate, by hour of the day, within bursts and between.

use rand::Rng;
use rand::rngs::ChaCha8Rng;

use crate::synthetic::SECOND;
use crate::synthetic::random::{Clock, exponential};
use crate::synthetic::spec::{Arrivals, Nanos, Spec};
use crate::synthetic::wall_clock::WallClock;

/// A stretch of time with one rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Segment {
    pub(super) start: Nanos,
    pub(super) end: Nanos,
    /// Nanoseconds from one request to the next, on average.
    pub(super) distance: f64,
}

/// Stretches with one rate each, an hour long at most so that times within one are precise; those in which nothing comes
/// are left out.
#[derive(Debug)]
pub(super) struct Rate {
    /// Nanoseconds from one request to the next while all factors are 1.
    distance: f64,
    hourly: [f64; 24],
    clock: WallClock,
    bursts: Option<Bursts>,
    at: Nanos,
}

impl Rate {
    pub(super) fn new(spec: &Spec, random: ChaCha8Rng) -> Self {
        let hourly = spec.hourly.unwrap_or([1.0; 24]);
        let mean = hourly.iter().sum::<f64>() / 24.0;
        let bursts = match spec.arrivals {
            Arrivals::Bursty { factor, share, mean_burst_s } => {
                Some(Bursts::new(factor, share, mean_burst_s * SECOND, random))
            }
            Arrivals::Poisson | Arrivals::Regular => None,
        };
        let hourly = hourly.map(|factor| factor / mean);
        Self { distance: SECOND / spec.rate_per_s, hourly, clock: spec.clock.clone(), bursts, at: 0 }
    }
}

impl Iterator for Rate {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        // Ends with time itself, and with nothing at once.
        while self.distance.is_finite() {
            let start = self.at;
            let mut factor = self.hourly[self.clock.hour(start)];
            let mut end = self.clock.hour_ends(start)?;
            if let Some(bursts) = &mut self.bursts {
                let (ends, burst) = bursts.at(start);
                factor *= burst;
                end = end.min(ends);
            }
            self.at = end;
            if factor > 0.0 {
                return Some(Segment { start, end, distance: self.distance / factor });
            }
        }
        None
    }
}

/// Bursts and pauses by turns.
#[derive(Debug)]
struct Bursts {
    random: ChaCha8Rng,
    clock: Clock,
    now: Turn,
    next: Turn,
    /// When the turn ends.
    ends: Nanos,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    factor: f64,
    /// Nanoseconds on average.
    lasts: f64,
}

impl Bursts {
    fn new(factor: f64, share: f64, lasts: f64, mut random: ChaCha8Rng) -> Self {
        let burst = Turn { factor, lasts };
        let pause = Turn {
            factor: ((1.0 - factor * share) / (1.0 - share)).max(0.0),
            lasts: lasts * (1.0 - share) / share,
        };
        // What is left of a turn at time 0 is distributed as a whole one: it has no memory.
        let within = random.next_u64() as f64 / u64::MAX as f64;
        let (now, next) = if within < share { (burst, pause) } else { (pause, burst) };
        let mut clock = Clock::new(0);
        let ends = clock.advance(now.lasts * exponential(random.next_u64()));
        Self { random, clock, now, next, ends }
    }

    /// When the turn of an instant ends, and its factor.
    fn at(&mut self, at: Nanos) -> (Nanos, f64) {
        while self.ends <= at {
            std::mem::swap(&mut self.now, &mut self.next);
            self.ends = self.clock.advance(self.now.lasts * exponential(self.random.next_u64()));
        }
        (self.ends, self.now.factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::random::{Purpose, stream};
    use crate::synthetic::{HOUR, Law};

    const HOUR_LONG: Nanos = HOUR as Nanos;

    fn rate(rate_per_s: f64, hourly: Option<[f64; 24]>, arrivals: Arrivals) -> Rate {
        let spec = Spec { arrivals, hourly, ..Spec::calm(Law::zipf(1, 0.0), rate_per_s) };
        Rate::new(&spec, stream(1, 0, Purpose::Bursts))
    }

    #[test]
    fn hours_go_by_the_clock_on_the_wall() {
        let mut hourly = [1.0; 24];
        hourly[8] = 25.0;
        let mut late = rate(10.0, Some(hourly), Arrivals::Poisson);
        late.clock = WallClock::new(vec![(0, 17 * HOUR_LONG / 2)]);
        let segments: Vec<Segment> = late.take(2).collect();
        // Their mean is 2: half an hour at 12.5 times the rate, then half of it.
        let expected = [(0, HOUR_LONG / 2, 8e6), (HOUR_LONG / 2, 3 * HOUR_LONG / 2, 2e8)];
        assert_eq!(segments, expected.map(|(start, end, distance)| Segment { start, end, distance }));
    }

    #[test]
    fn hours_are_relative_to_their_mean_and_an_hour_without_requests_is_left_out() {
        let mut hourly = [2.0; 24];
        (hourly[1], hourly[2]) = (0.0, 4.0);
        let segments: Vec<Segment> = rate(10.0, Some(hourly), Arrivals::Poisson).take(24).collect();
        let hours: Vec<Nanos> = segments.iter().map(|segment| segment.start / HOUR_LONG).collect();
        assert_eq!(hours[..3], [0, 2, 3]);
        assert_eq!(hours[22..], [23, 24]);
        assert!(segments.iter().all(|segment| segment.end - segment.start == HOUR_LONG));
        // Their mean is 2: a factor of 4 doubles the rate.
        assert_eq!([0, 1].map(|nth| segments[nth].distance), [1e8, 5e7]);
    }

    #[test]
    fn a_pause_may_be_silent_and_bursts_follow_each_other_without_a_gap_in_time() {
        let bursty = |factor| Arrivals::Bursty { factor, share: 0.25, mean_burst_s: 60.0 };
        let silent: Vec<Segment> = rate(1.0, None, bursty(4.0)).take(1000).collect();
        assert!(silent.iter().all(|segment| segment.distance == 2.5e8));
        let both: Vec<Segment> = rate(1.0, None, bursty(2.0)).take(1000).collect();
        assert!(both.windows(2).all(|pair| pair[0].end == pair[1].start));
        // (1 - 2 · 1/4) / (1 - 1/4) = 2/3 between bursts.
        assert!(both.iter().all(|segment| segment.distance == 5e8 || (segment.distance - 1.5e9).abs() < 1.0));
    }

    #[test]
    fn it_ends_with_time_and_at_once_where_nothing_comes() {
        assert_eq!(rate(0.0, None, Arrivals::Poisson).next(), None);
        let mut late = rate(1.0, None, Arrivals::Poisson);
        late.at = Nanos::MAX - 1;
        assert_eq!(late.next(), None);
    }
}
