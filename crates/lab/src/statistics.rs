//! Means, deviations, and the test that decides what cannot be told from the best.

/// The mean; NaN of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation of a sample (n − 1); 0 for a single value.
pub(crate) fn deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = mean(values);
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt()
}

/// The middle value, the mean of the two middle ones for an even count; NaN of nothing.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}

/// Two-sided p of Student's t test that the mean of these differences is 0; `None` below two of them.
pub(crate) fn paired_t(differences: &[f64]) -> Option<f64> {
    let n = differences.len() as f64;
    if n < 2.0 {
        return None;
    }
    let (mean, deviation) = (mean(differences), deviation(differences));
    if deviation == 0.0 {
        return Some(if mean == 0.0 { 1.0 } else { 0.0 });
    }
    let t = mean / (deviation / n.sqrt());
    let freedom = n - 1.0;
    // P(|T| > t) = I_{ν/(ν+t²)}(ν/2, 1/2).
    Some(incomplete_beta(
        freedom / 2.0,
        0.5,
        freedom / (freedom + t * t),
    ))
}

/// Holm's step-down adjustment: adjusted p-values, in the order given.
pub(crate) fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![0.0; p.len()];
    let mut most: f64 = 0.0;
    for (rank, &at) in order.iter().enumerate() {
        most = most.max((p.len() - rank) as f64 * p[at]).min(1.0);
        adjusted[at] = most;
    }
    adjusted
}

/// The regularised incomplete beta function I_x(a, b), by Lentz's evaluation of its continued fraction.
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges fast below this point; above it, by symmetry.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(b, a, 1.0 - x);
    }
    let tiny = 1e-300;
    let kept = |v: f64| if v.abs() < tiny { tiny } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / kept(1.0 + even * d);
        c = kept(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / kept(1.0 + odd * d);
        c = kept(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    let logarithm =
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * x.ln() + b * (1.0 - x).ln();
    (logarithm.exp() * fraction / a).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_t_test_gives_the_tabled_values() {
        // t = 2.776445 is the 97.5 % point of Student's t with 4 degrees of freedom, 12.7062 with 1.
        let with_t = |n: usize, t: f64| {
            let mut d: Vec<f64> = (0..n).map(|i| i as f64).collect();
            let (m, s) = (mean(&d), deviation(&d));
            let shift = t * s / (n as f64).sqrt() - m;
            d.iter_mut().for_each(|v| *v += shift);
            paired_t(&d).unwrap()
        };
        assert!((with_t(5, 2.776445105) - 0.05).abs() < 1e-8);
        assert!((with_t(2, 12.70620474) - 0.05).abs() < 1e-8);
        assert!((with_t(31, 2.042272456) - 0.05).abs() < 1e-8);
        assert!((with_t(5, 0.0) - 1.0).abs() < 1e-12);
        assert_eq!(paired_t(&[1.0]), None);
        assert_eq!(paired_t(&[1.0, 1.0]), Some(0.0));
    }

    #[test]
    fn holm_adjusts_stepwise() {
        assert_eq!(holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
        assert_eq!(holm(&[0.5, 0.9]), [1.0, 1.0]);
    }

    #[test]
    fn middles_and_spreads() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert!((deviation(&[1.0, 2.0, 3.0, 4.0]) - 1.2909944487).abs() < 1e-9);
    }
}
