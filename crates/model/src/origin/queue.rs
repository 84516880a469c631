//! How long a fetch waits at an origin whose load is steady.

/// An origin under a steady load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Queue<T> {
    /// It keeps up.
    Stable(T),
    /// It gets as much as it can take, or more: what waits grows without end, and no number describes it. For a time of
    /// overload see [`backlog`](crate::transient::backlog()).
    Unstable {
        /// Load over capacity, 1 or more.
        utilization: f64,
    },
}

impl<T> Queue<T> {
    /// What is known of it where it keeps up.
    pub fn stable(self) -> Option<T> {
        match self {
            Self::Stable(found) => Some(found),
            Self::Unstable { .. } => None,
        }
    }

    fn new(utilization: f64, found: impl FnOnce() -> T) -> Self {
        if utilization < 1.0 { Self::Stable(found()) } else { Self::Unstable { utilization } }
    }
}

/// Waiting for one of several servers, first come, first served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waiting {
    /// Share of the fetches that wait (Erlang's C).
    pub share: f64,
    /// Seconds that a fetch waits on average, those that do not wait included.
    pub mean: f64,
    /// Share of the time of the servers that is used.
    pub utilization: f64,
    /// Rate at which those that wait come to their turn.
    drain: f64,
}

impl Waiting {
    /// Share of the fetches that wait for longer than that.
    ///
    /// # Formula
    /// `P(W > t) = C e^(−(c − a) t / S)`.
    pub fn longer_than(&self, time: f64) -> f64 {
        self.share * (-self.drain * time).exp()
    }

    /// The wait that this share of the fetches does not exceed; infinite for a share of 1.
    pub fn quantile(&self, share: f64) -> f64 {
        if share <= 1.0 - self.share { 0.0 } else { (self.share / (1.0 - share)).ln() / self.drain }
    }
}

/// Fetches that come at random to servers of exponential service times (M/M/c).
///
/// # Formula
/// With a = λ S the servers in use on average: Erlang's B by `B(0) = 1`, `B(k) = a B(k − 1) / (k + a B(k − 1))`, then
/// `C = B / (1 − (a / c) (1 − B))` and `W = S C / (c − a)`.
///
/// # Assumptions
/// Fetches come independently of each other (Poisson); those behind a cache do, nearly, where it has many keys.
///
/// # Source
/// Erlang, *Solution of some problems in the theory of probabilities of significance in automatic telephone exchanges*,
/// 1917.
pub fn many_servers(servers: u32, rate: f64, service: f64) -> Queue<Waiting> {
    let (offered, servers) = (rate * service, f64::from(servers));
    Queue::new(utilization(offered, servers), || {
        let mut blocked = 1.0;
        let mut used = 1.0;
        while used <= servers {
            blocked *= offered;
            blocked /= used + blocked;
            used += 1.0;
        }
        let share = blocked / (1.0 - offered / servers * (1.0 - blocked));
        let mean = service * share / (servers - offered);
        Waiting { share, mean, utilization: offered / servers, drain: (servers - offered) / service }
    })
}

/// Mean seconds of waiting for one server of any service time, first come, first served (M/G/1), given the mean of the
/// service time and the mean of its square.
///
/// # Formula
/// `W = λ E[S²] / (2 (1 − λ E[S]))` (Pollaczek and Khinchine).
pub fn one_server(rate: f64, mean: f64, mean_square: f64) -> Queue<f64> {
    Queue::new(rate * mean, || rate * mean_square / (2.0 * (1.0 - rate * mean)))
}

/// Mean seconds that a fetch takes at one server that all of them share at once, its own service included (M/G/1-PS).
///
/// # Formula
/// `S / (1 − λ S)`, whatever the distribution of the service time.
pub fn processor_sharing(rate: f64, mean: f64) -> Queue<f64> {
    Queue::new(rate * mean, || mean / (1.0 - rate * mean))
}

/// Mean seconds of waiting for one of several servers, with any spread of the times between fetches and of service times,
/// each given as its squared coefficient of variation (1 where it is exponential, 0 where it is constant).
///
/// # Formula
/// That of [`many_servers`], times (c_a² + c_s²) / 2 (Allen and Cunneen).
///
/// # Accuracy
/// Exact for exponential times, and for one server with fetches that come at random; else an approximation.
pub fn allen_cunneen(servers: u32, rate: f64, service: f64, arrivals: f64, services: f64) -> Queue<f64> {
    match many_servers(servers, rate, service) {
        Queue::Stable(waiting) => Queue::Stable(waiting.mean * (arrivals + services) / 2.0),
        Queue::Unstable { utilization } => Queue::Unstable { utilization },
    }
}

fn utilization(offered: f64, servers: f64) -> f64 {
    if servers > 0.0 { offered / servers } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stable<T>(queue: Queue<T>) -> T {
        queue.stable().expect("it keeps up")
    }

    /// The theory notes, equation E15.
    #[test]
    fn waits_match_reference_values() {
        for (servers, offered, share, mean) in [
            (1, 0.5, 0.5, 1.0),
            (10, 8.0, 0.409_180, 0.204_590),
            (10, 9.5, 0.825_586, 1.651_171),
            (50, 45.0, 0.363_864, 0.072_773),
        ] {
            // A service time of 0.05 s instead of 1.
            let found = stable(many_servers(servers, offered / 0.05, 0.05));
            assert!((found.share - share).abs() < 5.1e-7, "{servers} {offered}: {found:?}");
            assert!((found.mean / 0.05 - mean).abs() < 5.1e-7, "{servers} {offered}: {found:?}");
        }
    }

    /// Two servers, half used: a = 1, B = (1/2) / (1 + 1 + 1/2) = 1/5, C = 1/5 / (1 − 2/5) = 1/3.
    #[test]
    fn two_servers_are_worked_by_hand() {
        let found = stable(many_servers(2, 1.0, 1.0));
        assert!((found.share - 1.0 / 3.0).abs() < 1e-15 && (found.mean - 1.0 / 3.0).abs() < 1e-15);
        assert!((found.longer_than(2f64.ln()) - 1.0 / 6.0).abs() < 1e-15);
        assert!((found.quantile(5.0 / 6.0) - 2f64.ln()).abs() < 1e-14);
        assert_eq!((found.quantile(0.5), found.quantile(1.0)), (0.0, f64::INFINITY));
    }

    /// λ = 0.5, S = 1: exponential service waits 1, constant service half of that; shared, 2 in all.
    #[test]
    fn one_server_is_worked_by_hand() {
        assert_eq!(stable(one_server(0.5, 1.0, 2.0)), 1.0);
        assert_eq!(stable(one_server(0.5, 1.0, 1.0)), 0.5);
        assert_eq!(stable(processor_sharing(0.5, 1.0)), 2.0);
    }

    #[test]
    fn overload_has_no_number() {
        assert_eq!(many_servers(2, 2.0, 1.0), Queue::Unstable { utilization: 1.0 });
        assert_eq!(one_server(3.0, 1.0, 2.0), Queue::Unstable { utilization: 3.0 });
        assert_eq!(processor_sharing(1.0, 1.0).stable(), None);
        assert_eq!(allen_cunneen(4, 8.0, 1.0, 1.0, 1.0), Queue::Unstable { utilization: 2.0 });
        assert_eq!(many_servers(0, 1.0, 1.0), Queue::Unstable { utilization: f64::INFINITY });
    }

    #[test]
    fn an_idle_origin_lets_nothing_wait() {
        let idle = stable(many_servers(3, 0.0, 1.0));
        assert_eq!((idle.share, idle.mean, idle.utilization), (0.0, 0.0, 0.0));
    }

    proptest! {
        #[test]
        fn formulas_meet_where_their_assumptions_do(
            servers in 1u32..80, used in 0.01..0.99f64, service in 1e-3..10.0f64, unit in 1e-3..1e3f64,
        ) {
            let rate = used * f64::from(servers) / service;
            let found = stable(many_servers(servers, rate, service));
            prop_assert!((0.0..=1.0).contains(&found.share));
            prop_assert!((stable(allen_cunneen(servers, rate, service, 1.0, 1.0)) - found.mean).abs() <= 1e-12 * found.mean);
            let other = stable(many_servers(servers, rate * unit, service / unit));
            prop_assert!((other.mean * unit / found.mean - 1.0).abs() < 1e-9);
            let split = stable(many_servers(2 * servers, 2.0 * rate, service));
            prop_assert!(split.mean <= found.mean, "a queue for all is never slower than two");
            let rate = used / service;
            let one = stable(many_servers(1, rate, service)).mean;
            prop_assert!((stable(one_server(rate, service, 2.0 * service * service)) / one - 1.0).abs() < 1e-9);
            prop_assert!((stable(processor_sharing(rate, service)) / (one + service) - 1.0).abs() < 1e-9);
            let constant = stable(one_server(rate, service, service * service));
            prop_assert!((stable(allen_cunneen(1, rate, service, 1.0, 0.0)) / constant - 1.0).abs() < 1e-9);
        }
    }
}
