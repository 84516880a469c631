//! A key beyond the hot set between two forecasts.
//!
//! Notation as in [`Forecasts`](super::Forecasts).

use crate::crossing::Passage;
use crate::renewal::forecast::Named;
use crate::renewal::swapped::{asked, idle};

/// A key beyond the hot set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) rate: f64,
    expires: f64,
    /// The length of its copies' lives, where these alone end them.
    life: Option<f64>,
    /// Probability that it has no copy when a forecast is made.
    pub(super) bare: f64,
    /// Probability that it then has one which a request has brought and whose life alone ends it.
    asked_for: f64,
}

impl Key {
    /// A key whose probability of having no copy is that to which it leads; `at` is the age of eviction then.
    pub(super) fn settled(rate: f64, expires: f64, named: &Named, at: Passage) -> Self {
        let life = Some(named.ttl).filter(|ttl| ttl.is_finite() && *ttl <= at.low);
        let key = Self { rate, expires, life, bare: 1.0, asked_for: 0.0 };
        let Some(life) = life else {
            let named = at.mean(|window| key.named_before(named, window));
            let bare = (1.0 - key.asked(at.low)) / (1.0 + named);
            return Self { bare, ..key };
        };
        // A key without a copy gets one from the forecast with probability n, which is there at the next m forecasts.
        let period = named.forecasts.period;
        let by_forecast = named.unasked(rate, 0.0);
        let rests = rests(life, period);
        let dying = rests.last().map_or(0.0, |rest| key.revived(life, period - rest));
        let helped = named.helps(life);
        let by_request =
            if life <= period { key.outlived(life, period, helped) } else { named.unnamed(rate, period) };
        let asked_for = (by_forecast * dying + by_request) / (1.0 - key.kept(life, period));
        let bare = 1.0 / (1.0 + rests.len() as f64 * by_forecast + asked_for);
        Self { bare, asked_for: bare * asked_for, ..key }
    }

    /// The length of its copies' lives, where it is not longer than the age of eviction.
    fn lives_out(&self, window: f64) -> Option<f64> {
        self.life.filter(|life| *life <= window)
    }

    /// The same where only the last forecast has evicted copies, and those of the ones before it were gone.
    fn lives_on(&self, named: &Named, since: f64, window: f64) -> Option<f64> {
        let alone = |life: f64| life <= named.forecasts.period && since <= window;
        self.life.filter(|life| *life <= window || alone(*life))
    }

    /// Probability that it has a copy that was asked for within a window and has not expired.
    pub(super) fn asked(&self, window: f64) -> f64 {
        asked(self.rate, self.expires, window)
    }

    /// Probability that it would have a copy younger than a window if nobody made forecasts.
    pub(super) fn on_demand(&self, named: &Named, window: f64) -> f64 {
        let Some(life) = self.lives_on(named, 0.0, window) else { return self.asked(window) };
        self.rate * life / (1.0 + self.rate * life) * (1.0 - idle(self.rate, life, window))
    }

    /// Probability that it has a copy younger than a window when a forecast is made.
    ///
    /// # Formula
    /// L(u) = ℓ(u) + b n e^(−λP) (1 + q + … + q^(m−1)) with ℓ(u) = λ / (λ + μ) (1 − e^(−(λ + μ)u)), q = e^(−(λ + μ)P), m the
    /// forecasts within u, and n the probability that an idle key was named and its copy has not expired by the next.
    pub(super) fn before(&self, named: &Named, window: f64) -> f64 {
        match self.lives_out(window) {
            Some(_) => 1.0 - self.bare,
            None => self.asked(window) + self.bare * self.named_before(named, window),
        }
    }

    fn named_before(&self, named: &Named, window: f64) -> f64 {
        let period = named.forecasts.period;
        let forecasts = (window / period).floor();
        if forecasts < 1.0 || named.ttl <= period {
            return 0.0;
        }
        let kept = (-(self.rate + self.expires) * period).exp();
        let rounds = if 1.0 - kept > 1e-12 { (1.0 - kept.powf(forecasts)) / (1.0 - kept) } else { forecasts };
        named.unasked(self.rate, period) * (-self.rate * period).exp() * rounds
    }

    /// Probability that a request finds a copy younger than a window, some time behind a forecast.
    ///
    /// Whether a key was named and whether it had a copy do not depend on each other, nor do requests on either: who is
    /// named if it is asked for is as good as named when it is.
    pub(super) fn found(&self, named: &Named, since: f64, window: f64) -> f64 {
        let helped = named.helps(since);
        match self.lives_on(named, since, window) {
            Some(life) => {
                let bare = if since < life {
                    helped + (1.0 - helped) * self.revived(life, since)
                } else {
                    self.outlived(life, since, helped)
                };
                self.bare * bare + self.old(named, life, since, window)
            }
            None => self.younger(named, since, window, if since < named.ttl { helped } else { 0.0 }),
        }
    }

    /// Probability that it takes room: who was named and is not asked for does, too, with a probability of its own,
    /// `unasked`.
    pub(super) fn held(&self, named: &Named, since: f64, window: f64, unasked: f64) -> f64 {
        match self.lives_on(named, since, window) {
            Some(life) => {
                let silent = (-self.rate * since).exp();
                let bare = if since < life {
                    1.0 - silent + silent * unasked
                } else {
                    self.outlived(life, since, named.helps(life))
                };
                self.bare * bare + self.old(named, life, since, window)
            }
            None => self.younger(named, since, window, if since < named.ttl { unasked } else { 0.0 }),
        }
    }

    /// Probability that it was asked for within a window, or had been before the forecast, or was named.
    fn younger(&self, named: &Named, since: f64, window: f64, helped: f64) -> f64 {
        if window <= since {
            return self.asked(window);
        }
        let old = (-self.expires * since).exp() * self.before(named, window - since);
        self.asked(since) + (-self.rate * since).exp() * (old + helped * self.bare)
    }

    /// Probability that it had a copy when the forecast was made and has one some time behind it, younger than a window.
    fn old(&self, named: &Named, life: f64, since: f64, window: f64) -> f64 {
        let by_forecast = self.bare * named.unasked(self.rate, 0.0);
        let rests = rests(life, named.forecasts.period);
        let there =
            rests.iter().map(|rest| if since < *rest { 1.0 } else { self.revived(life, since - rest) });
        let asked_for = self.kept(life, since) - idle(self.rate, life, window);
        self.asked_for * asked_for + by_forecast * there.sum::<f64>()
    }

    /// Probability that it has a copy when that of the forecast is gone.
    fn outlived(&self, life: f64, since: f64, helped: f64) -> f64 {
        helped * self.revived(life, since - life) + (1.0 - helped) * self.revived(life, since)
    }

    /// Probability that it has a copy some time after it had none, no forecast between.
    ///
    /// # Formula
    /// It has none if it had k of them, each of which lived D, and then none: in the time t − kD without a copy there were
    /// just k requests, 1 − Σ e^(−x) x^k / k! with x = λ (t − kD), over all k with kD ≤ t.
    fn revived(&self, life: f64, time: f64) -> f64 {
        let (mut bare, mut lives) = (0.0, 0.0);
        let mut factorial = 0.0;
        while lives * life <= time {
            let x = self.rate * (time - lives * life);
            if lives > 0.0 {
                factorial += f64::ln(lives);
            }
            bare += if lives == 0.0 { (-x).exp() } else { (lives * x.ln() - x - factorial).exp() };
            lives += 1.0;
        }
        1.0 - bare
    }

    /// Probability that it has a copy some time after it had one, no forecast between: what was left of that one's life is
    /// any part of it.
    fn kept(&self, life: f64, time: f64) -> f64 {
        let ended = time.min(life);
        let again = crate::quadrature::integral(0.0, ended, |end| self.revived(life, time - end));
        (life - ended + again) / life
    }
}

/// What is left of the lives of copies that earlier forecasts have brought, the longest first.
fn rests(life: f64, period: f64) -> Vec<f64> {
    let rests = (1..).map(|forecasts| life - f64::from(forecasts) * period);
    rests.take_while(|rest| *rest > 0.0).collect()
}
