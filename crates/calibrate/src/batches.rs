//! Sums over stretches of a stream whose length nobody knows beforehand.

/// Batches at the most; where there are more, neighbours are joined.
const MOST: usize = 128;
/// Observations of a batch, before any are joined.
const FIRST: u64 = 1;

/// Sums of `N` quantities over batches of equally many observations, of which there are 64 to 128 in the end, and fewer of few
/// observations.
#[derive(Debug, Clone)]
pub(crate) struct Batches<const N: usize> {
    /// Observations of a batch.
    size: u64,
    /// Whole batches.
    whole: Vec<[f64; N]>,
    /// The one that is being filled, and its observations.
    open: [f64; N],
    filled: u64,
}

impl<const N: usize> Default for Batches<N> {
    fn default() -> Self {
        Self { size: FIRST, whole: vec![], open: [0.0; N], filled: 0 }
    }
}

impl<const N: usize> Batches<N> {
    /// Takes an observation.
    pub(crate) fn push(&mut self, values: [f64; N]) {
        add(&mut self.open, &values);
        self.filled += 1;
        if self.filled < self.size {
            return;
        }
        self.whole.push(std::mem::replace(&mut self.open, [0.0; N]));
        self.filled = 0;
        if self.whole.len() == MOST {
            let joined = self.whole.chunks_exact(2).map(|pair| {
                let mut sum = pair[0];
                add(&mut sum, &pair[1]);
                sum
            });
            self.whole = joined.collect();
            self.size *= 2;
        }
    }

    /// The sums of each batch; what is left at the end goes with the last.
    pub(crate) fn sums(&self) -> Vec<[f64; N]> {
        let mut sums = self.whole.clone();
        match sums.last_mut() {
            Some(last) => add(last, &self.open),
            None => sums.push(self.open),
        }
        sums
    }

    /// The sum of one quantity over everything.
    pub(crate) fn total(&self, of: usize) -> f64 {
        self.whole.iter().map(|sums| sums[of]).sum::<f64>() + self.open[of]
    }
}

fn add<const N: usize>(sum: &mut [f64; N], more: &[f64; N]) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_batches_stay_few() {
        let mut batches = Batches::<2>::default();
        for nth in 0..100_000u32 {
            batches.push([1.0, f64::from(nth)]);
        }
        let sums = batches.sums();
        assert!((MOST / 2..=MOST).contains(&sums.len()), "{}", sums.len());
        assert_eq!(sums.iter().map(|sums| sums[0]).sum::<f64>(), 100_000.0);
        assert_eq!(batches.total(1), 100_000.0 * 99_999.0 / 2.0);
        let mut few = Batches::<1>::default();
        few.push([2.0]);
        assert_eq!(few.sums(), [[2.0]]);
    }
}
