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

/// Two-sided p of the differences between the first row and each of the others, where column j of every row is one seed.
///
/// Rows are functions and columns blocks of a randomised block design: the noise of a difference is judged by the residual
/// variance of all rows together, s² = Σ (x_ij − row mean − column mean + grand mean)² / ((k − 1)(n − 1)), and
/// t = difference / √(2 s²/n) with (k − 1)(n − 1) degrees of freedom. For two rows this is the paired t test; for more it
/// has more degrees of freedom than n − 1, and the same yardstick for every row. `None` below two columns.
pub(crate) fn against_first(rows: &[Vec<f64>]) -> Option<Vec<f64>> {
    let (k, n) = (rows.len(), rows.first()?.len());
    if n < 2 || k < 2 {
        return None;
    }
    let means: Vec<f64> = rows.iter().map(|row| mean(row)).collect();
    let columns: Vec<f64> = (0..n)
        .map(|j| mean(&rows.iter().map(|row| row[j]).collect::<Vec<_>>()))
        .collect();
    let grand = mean(&means);
    let residual = |i: usize, j: usize| rows[i][j] - means[i] - columns[j] + grand;
    let squares: f64 = (0..k)
        .flat_map(|i| (0..n).map(move |j| (i, j)))
        .map(|(i, j)| residual(i, j).powi(2))
        .sum();
    let freedom = ((k - 1) * (n - 1)) as f64;
    let error = (2.0 * squares / freedom / n as f64).sqrt();
    Some(
        means[1..]
            .iter()
            .map(|mean| two_sided((means[0] - mean) / error, freedom))
            .collect(),
    )
}

/// P(|T| > |t|) of Student's distribution, I_{ν/(ν+t²)}(ν/2, 1/2). No difference without any noise (0/0) is no evidence.
fn two_sided(t: f64, freedom: f64) -> f64 {
    if t.is_nan() {
        1.0
    } else {
        incomplete_beta(freedom / 2.0, 0.5, freedom / (freedom + t * t))
    }
}

/// Bonferroni's adjustment. Against a row that was picked because it came out best this single step is right (it is a
/// conservative form of Hsu's multiple comparisons with the best), where Holm's stepwise one would claim too much.
pub(crate) fn bonferroni(p: &[f64]) -> Vec<f64> {
    p.iter()
        .map(|value| (value * p.len() as f64).min(1.0))
        .collect()
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
    fn students_distribution_has_the_tabled_points() {
        for (t, freedom) in [
            (12.70620474, 1.0),
            (2.776445105, 4.0),
            (2.042272456, 30.0),
            (2.000297822, 60.0),
        ] {
            assert!((two_sided(t, freedom) - 0.05).abs() < 1e-8);
            assert_eq!(two_sided(t, freedom), two_sided(-t, freedom));
        }
        assert!((two_sided(0.0, 4.0) - 1.0).abs() < 1e-12);
        assert_eq!(two_sided(f64::INFINITY, 4.0), 0.0);
    }

    #[test]
    fn two_rows_are_the_paired_t_test() {
        // Differences 1, 2, 3, 4, 5: t = 3/(√2.5/√5) = 3√2 with 4 degrees of freedom.
        let rows = [
            vec![10.0, 13.0, 11.0, 15.0, 12.0],
            vec![9.0, 11.0, 8.0, 11.0, 7.0],
        ];
        let p = against_first(&rows).unwrap();
        assert!((p[0] - two_sided(3.0 * 2f64.sqrt(), 4.0)).abs() < 1e-12);
        assert_eq!(against_first(&[vec![1.0], vec![2.0]]), None);
        assert_eq!(
            against_first(&[vec![1.0, 1.0], vec![1.0, 1.0], vec![0.0, 0.0]]).unwrap(),
            [1.0, 0.0]
        );
    }

    #[test]
    fn a_worse_row_never_has_a_larger_p() {
        let row = |shift: f64, noise: f64| {
            [1.0, -1.0, 0.5, -0.5, 0.0]
                .map(|v| shift + noise * v)
                .to_vec()
        };
        let p =
            against_first(&[row(9.0, 1.0), row(8.0, 0.1), row(7.0, 3.0), row(5.0, 2.0)]).unwrap();
        assert!(p[0] > p[1] && p[1] > p[2]);
    }

    #[test]
    fn more_comparisons_ask_for_more_evidence() {
        assert_eq!(bonferroni(&[0.25, 0.5, 0.125]), [0.75, 1.0, 0.375]);
    }

    #[test]
    fn middles_and_spreads() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert!((deviation(&[1.0, 2.0, 3.0, 4.0]) - 1.2909944487).abs() < 1e-9);
    }
}
