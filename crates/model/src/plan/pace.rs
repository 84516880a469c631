//! How fast the origin lets a warmer work beside the traffic, hour by hour.

/// What an origin can take, in any unit of work a second: fetches, or seconds of its servers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Headroom {
    /// Most that it does.
    pub cap: f64,
    /// What a miss takes of it.
    pub miss: f64,
    /// What a warm operation takes of it.
    pub warm: f64,
}

impl Headroom {
    /// Warm operations a second beside so many misses a second, where `utilization` of the origin may be used; 0 or more.
    ///
    /// # Formula
    /// `r = (ρ · cap − misses · miss) / warm`; with 1 for a miss and for a warm operation, `r = ρ · cap − Λ(1 − h)`.
    pub fn pace(&self, utilization: f64, misses: f64) -> f64 {
        ((utilization * self.cap - misses * self.miss) / self.warm).max(0.0)
    }
}

/// Warm operations a second in each hour of the day.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    per_second: [f64; 24],
    /// The hour in which the warm-up begins.
    begins: usize,
    per_day: f64,
}

const HOUR: f64 = 3600.0;

impl Pace {
    /// A pace by the hour from midnight on, for a warm-up that begins with an hour below 24; none where no hour lets it
    /// work.
    pub fn new(per_second: [f64; 24], begins: usize) -> Option<Self> {
        let per_day = per_second.iter().sum::<f64>() * HOUR;
        (per_day > 0.0).then_some(Self { per_second, begins, per_day })
    }

    /// Seconds from the beginning until so many operations may have begun and the next may begin.
    pub fn after(&self, operations: f64) -> f64 {
        let days = (operations / self.per_day).floor();
        let mut left = operations - days * self.per_day;
        let mut time = days * 24.0 * HOUR;
        for nth in 0..24 {
            let pace = self.per_second[(self.begins + nth) % 24];
            if left < pace * HOUR {
                return time + left / pace;
            }
            left -= pace * HOUR;
            time += HOUR;
        }
        // Rounding alone gets here: the day is over, and so is what was left.
        time
    }

    /// Most operations whose first begins less than so many seconds ahead of the last.
    pub fn within(&self, most: usize, seconds: f64) -> usize {
        let spread = |count: usize| self.after((count - 1) as f64) - self.after(0.0);
        let (mut fits, mut too_many) = (0, most + 1);
        while too_many - fits > 1 {
            let middle = fits + (too_many - fits) / 2;
            if spread(middle) < seconds { fits = middle } else { too_many = middle }
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_misses_leave_of_the_cap_is_the_pace() {
        let fetches = Headroom { cap: 100.0, miss: 1.0, warm: 1.0 };
        assert!((fetches.pace(0.8, 30.0) - 50.0).abs() < 1e-12);
        assert_eq!(fetches.pace(0.8, 90.0), 0.0);
        // 64 servers, 80 ms a miss, 5 ms a warm operation: (0.5 · 64 − 100 · 0.08) / 0.005.
        let servers = Headroom { cap: 64.0, miss: 0.08, warm: 0.005 };
        assert!((servers.pace(0.5, 100.0) - 4800.0).abs() < 1e-9);
    }

    #[test]
    fn operations_wait_for_hours_that_let_them() {
        let mut hours = [0.0; 24];
        (hours[2], hours[5]) = (1.0, 2.0);
        let pace = Pace::new(hours, 1).expect("works");
        // Hour 2 begins an hour after hour 1 and takes 3600; hour 5 begins four hours after it and takes 7200.
        assert_eq!(pace.after(0.0), 3600.0);
        assert_eq!(pace.after(1800.0), 5400.0);
        assert_eq!(pace.after(3600.0), 14_400.0);
        assert_eq!(pace.after(3600.0 + 1000.0), 14_900.0);
        assert_eq!(pace.after(10_800.0), 24.0 * 3600.0 + 3600.0);
        assert_eq!(Pace::new([0.0; 24], 0), None);
    }

    #[test]
    fn what_begins_within_a_time_is_counted() {
        let pace = Pace::new([10.0; 24], 0).expect("works");
        assert_eq!(pace.within(1000, 5.0), 50);
        assert_eq!(pace.within(20, 5.0), 20);
        assert_eq!(pace.within(0, 5.0), 0);
    }
}
