//! Ratios of sums over groups within which observations depend on each other.

use crate::estimate::{Estimate, student};

/// The sums of a group: what is counted, and what it is counted of.
pub(crate) type Sums = [f64; 2];

/// Σ y / Σ x over groups (y, x) that do not depend on each other; none where nothing is counted, or there are not two groups.
///
/// # Formula
/// r = Σ y / Σ x with the variance g / (g − 1) Σ (y − r x)² / (Σ x)² of g groups; Student's interval with g − 1 degrees of
/// freedom.
///
/// # Source
/// Cochran, *Sampling Techniques*, 3rd ed., Wiley 1977, section 6.3.
pub(crate) fn ratio(groups: &[Sums], n: u64) -> Option<Estimate> {
    let (value, error) = value_and_error(groups)?;
    let half = student(asked(groups) - 1.0) * error;
    Some(Estimate { value, low: value - half, high: value + half, n })
}

/// The same for a share, whose interval lies within 0 to 1.
///
/// # Formula
/// Wilson's interval for as many independent observations as would have the variance that the groups have, p (1 − p) / v; where
/// they all say the same, or less than independent observations would, for all observations there are.
///
/// # Source
/// Wilson, *Probable inference, the law of succession, and statistical inference*, Journal of the American Statistical Association
/// 22, 1927; with effective counts: Dean & Pagano, *Evaluating confidence interval methods for binomial proportions in clustered
/// surveys*, Journal of Survey Statistics and Methodology 3, 2015.
pub(crate) fn share(groups: &[Sums], n: u64) -> Option<Estimate> {
    let all: f64 = groups.iter().map(|group| group[1]).sum();
    if all <= 0.0 {
        return None;
    }
    let (value, error) = match value_and_error(groups) {
        Some(found) => found,
        None => (groups.iter().map(|group| group[0]).sum::<f64>() / all, 0.0),
    };
    let spread = value * (1.0 - value);
    let effective = if error > 0.0 && spread > 0.0 { (spread / (error * error)).min(all) } else { all };
    let freedom = (asked(groups) - 1.0).max(1.0);
    let z = if error > 0.0 { student(freedom) } else { crate::estimate::Z };
    let (low, high) = wilson(value, effective, z);
    Some(Estimate { value, low, high, n })
}

/// Wilson's interval for a share of so many independent observations.
fn wilson(share: f64, count: f64, z: f64) -> (f64, f64) {
    let square = z * z / count;
    let middle = (share + square / 2.0) / (1.0 + square);
    let half = z / (1.0 + square) * (share * (1.0 - share) / count + square / (4.0 * count)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// The difference Σ y / Σ x − Σ y' / Σ x' over the same groups.
pub(crate) fn difference(groups: &[[Sums; 2]], n: u64) -> Option<Estimate> {
    let of = |which: usize| {
        let part: Vec<Sums> = groups.iter().map(|group| group[which]).collect();
        let [y, x] = totals(&part);
        (x > 0.0).then_some((y / x, x))
    };
    let ((first, x), (second, other)) = (of(0)?, of(1)?);
    let count = groups.len() as f64;
    if count < 2.0 {
        return None;
    }
    let off = groups
        .iter()
        .map(|[one, two]| ((one[0] - first * one[1]) / x - (two[0] - second * two[1]) / other).powi(2));
    let error = (count / (count - 1.0) * off.sum::<f64>()).sqrt();
    let (value, half) = (first - second, student(count - 1.0) * error);
    Some(Estimate { value, low: value - half, high: value + half, n })
}

fn value_and_error(groups: &[Sums]) -> Option<(f64, f64)> {
    let [y, x] = totals(groups);
    let count = asked(groups);
    if x <= 0.0 || count < 2.0 {
        return None;
    }
    let value = y / x;
    let off: f64 = groups.iter().map(|group| (group[0] - value * group[1]).powi(2)).sum();
    Some((value, (count / (count - 1.0) * off).sqrt() / x))
}

/// Groups that have something to count of.
fn asked(groups: &[Sums]) -> f64 {
    groups.iter().filter(|group| group[1] > 0.0).count() as f64
}

fn totals(groups: &[Sums]) -> Sums {
    groups.iter().fold([0.0; 2], |sum, group| [sum[0] + group[0], sum[1] + group[1]])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: groups (1, 2), (3, 4), (2, 4) have r = 6 / 10 and off −0.2, 0.6, −0.4, so that the variance is
    /// 3 / 2 · 0.56 / 100; t(0.975; 2) = 4.303.
    #[test]
    fn ratios_of_groups_are_cochrans() {
        let found = ratio(&[[1.0, 2.0], [3.0, 4.0], [2.0, 4.0]], 10).expect("counts");
        let half = 4.3027 * (1.5f64 * 0.56 / 100.0).sqrt();
        assert!((found.value - 0.6).abs() < 1e-12 && (found.high - 0.6 - half).abs() < 1e-3, "{found:?}");
    }

    /// Newcombe, *Two-sided confidence intervals for the single proportion*, Statistics in Medicine 17, 1998, table I: 81 of 263
    /// have 0.2553 to 0.3662.
    #[test]
    fn one_group_has_wilsons_interval() {
        let found = share(&[[81.0, 263.0]], 263).expect("counts");
        assert!((found.low - 0.2553).abs() < 5e-5 && (found.high - 0.3662).abs() < 5e-5, "{found:?}");
    }

    #[test]
    fn shares_stay_shares_and_nothing_is_none() {
        let all = share(&[[5.0, 5.0], [4.0, 4.0]], 9).expect("counts");
        assert!(all.high <= 1.0 && all.low > 0.5 && all.low < 1.0, "{all:?}");
        assert_eq!(share(&[[0.0, 0.0]], 0), None);
        assert_eq!(ratio(&[[1.0, 1.0]], 1), None);
    }

    #[test]
    fn a_difference_of_what_moves_together_is_well_known() {
        let groups: Vec<[Sums; 2]> =
            (0..20).map(|nth| [[10.0 + f64::from(nth), 1.0], [4.0 + f64::from(nth), 1.0]]).collect();
        let found = difference(&groups, 20).expect("counts");
        assert!((found.value - 6.0).abs() < 1e-9 && found.high - found.low < 1e-9, "{found:?}");
    }
}
