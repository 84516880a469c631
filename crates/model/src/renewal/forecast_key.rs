//! A key beyond the hot set between two forecasts.
//!
//! Notation as in [`Forecasts`](super::Forecasts).

use crate::renewal::forecast::Named;

/// A key beyond the hot set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) rate: f64,
    expires: f64,
    /// The length of its copies' lives, where these alone end them.
    life: Option<f64>,
    /// Probability that it has no copy when a forecast is made.
    pub(super) bare: f64,
}

impl Key {
    /// A key whose probability of having no copy is that to which it leads, `window` being the age of eviction then.
    pub(super) fn settled(rate: f64, expires: f64, named: &Named, window: f64) -> Self {
        let life = Some(named.ttl).filter(|ttl| ttl.is_finite() && *ttl <= window);
        let key = Self { rate, expires, life, bare: 1.0 };
        let bare = match life {
            None => (1.0 - key.asked(window)) / (1.0 + key.named_before(named, window)),
            Some(life) => {
                let period = named.forecasts.period;
                let [kept, gained] = [key.kept(life, period), key.gained(named, life)];
                (1.0 - kept) / (1.0 - kept + gained)
            }
        };
        Self { bare, ..key }
    }

    /// Probability that it has a copy that was asked for within a window and has not expired.
    pub(super) fn asked(&self, window: f64) -> f64 {
        let sum = self.rate + self.expires;
        if sum <= 0.0 { 0.0 } else { self.rate / sum * -(-sum * window).exp_m1() }
    }

    /// Probability that it has a copy younger than a window when a forecast is made.
    ///
    /// # Formula
    /// L(u) = ℓ(u) + b n e^(−λP) (1 + q + … + q^(m−1)) with ℓ(u) = λ / (λ + μ) (1 − e^(−(λ + μ)u)), q = e^(−(λ + μ)P), m the
    /// forecasts within u, and n the probability that an idle key was named and its copy has not expired by the next.
    pub(super) fn before(&self, named: &Named, window: f64) -> f64 {
        match self.life {
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

    /// Probability that it has a copy younger than a window, some time behind a forecast; `helped` says with which
    /// probability it was named if it had none and was not asked for since, `first` that it was if it had none.
    pub(super) fn since(&self, named: &Named, since: f64, window: f64, helped: f64) -> f64 {
        if let Some(life) = self.life {
            let revived = if since < life { 1.0 } else { self.revived(life, since - life) };
            let named = helped * revived + (1.0 - helped) * self.revived(life, since);
            return self.bare * named + (1.0 - self.bare) * self.kept(life, since);
        }
        if window <= since {
            return self.asked(window);
        }
        let old = (-self.expires * since).exp() * self.before(named, window - since);
        self.asked(since) + (-self.rate * since).exp() * (old + helped * self.bare)
    }

    /// The same of the room that it takes: who was named and is not asked for takes some too, with a probability of its own.
    pub(super) fn room(&self, named: &Named, since: f64, window: f64) -> f64 {
        let unasked = if since < named.ttl { named.unasked(self.rate, since) } else { 0.0 };
        let Some(life) = self.life else { return self.since(named, since, window, unasked) };
        let silent = (-self.rate * since).exp();
        let helps = named.helps(since.min(life));
        let there = if since < life { 1.0 - silent + silent * unasked } else { self.since_bare(life, since, helps) };
        self.bare * there + (1.0 - self.bare) * self.kept(life, since)
    }

    fn since_bare(&self, life: f64, since: f64, helps: f64) -> f64 {
        helps * self.revived(life, since - life) + (1.0 - helps) * self.revived(life, since)
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
        let again = crate::renewal::quadrature::integral(0.0, ended, |end| self.revived(life, time - end));
        (life - ended + again) / life
    }

    /// Probability that it has a copy at the next forecast, having none at this one.
    fn gained(&self, named: &Named, life: f64) -> f64 {
        let period = named.forecasts.period;
        if life <= period {
            return self.since_bare(life, period, named.helps(life));
        }
        let silent = (-self.rate * period).exp();
        1.0 - silent + silent * named.unasked(self.rate, period)
    }
}
