//! What goes by means and deviations.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Interval, any_nan, deviation, differences, mean};

/// Two-sided p of the differences between the first row and each of the others, where column j of every row is one seed.
///
/// Rows are functions and columns blocks of a randomised block design: the noise of a difference is judged by the residual
/// variance of all rows together, s² = Σ (x_ij − row mean − column mean + grand mean)² / ((k − 1)(n − 1)), and
/// t = difference / √(2 s²/n) with (k − 1)(n − 1) degrees of freedom. For two rows this is the paired t test; for more it
/// has more degrees of freedom than n − 1, and the same yardstick for every row. `None` below two columns.
/// NaN or an infinity in any row leaves no noise to judge by, so that every p is 1.
///
/// # Panics
///
/// When a row is shorter than the first.
pub fn against_first(rows: &[Vec<f64>]) -> Option<Vec<f64>> {
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

/// Student's distribution with at least one degree of freedom.
fn student(freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, freedom.max(1.0)).expect("scale and degrees of freedom are positive")
}

/// P(|T| > |t|) of Student's distribution. No difference without any noise (0/0) is no evidence.
fn two_sided(t: f64, freedom: f64) -> f64 {
    if t.is_nan() {
        1.0
    } else {
        2.0 * student(freedom).sf(t.abs())
    }
}

/// What [`tost`] says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equivalence {
    /// The larger of the p of the two one-sided tests, which is the p of the whole.
    pub p: f64,
    /// Whether the mean difference is shown to lie within the margin, p < 0.05.
    pub within: bool,
    /// The 90 % interval of the mean difference, which lies inside (−margin, margin) just when `within` holds.
    pub interval90: Interval,
}

/// Two one-sided paired t tests (Schuirmann, 1987): is the mean of the differences inside (−margin, margin)?
///
/// A large p of a test for a difference says nothing; this is the test for "no difference worth speaking of", and the margin
/// has to be named before the data are seen. Below two differences, or with an infinite one, nothing is shown: p = 1. Without
/// any noise the mean is taken for exact. A margin that is not positive holds nothing.
pub fn tost(differences: &[f64], margin: f64) -> Equivalence {
    let n = differences.len();
    if any_nan(differences) || margin.is_nan() {
        return Equivalence {
            p: f64::NAN,
            within: false,
            interval90: Interval::NAN,
        };
    }
    if n < 2 || differences.iter().any(|d| d.is_infinite()) {
        return Equivalence {
            p: 1.0,
            within: false,
            interval90: Interval::EVERYTHING,
        };
    }
    let mean = mean(differences);
    let error = deviation(differences) / (n as f64).sqrt();
    let student = student((n - 1) as f64);
    // How far the mean is inside the margin; 0/0 is a mean on the margin without any noise, which is not inside.
    let inside = margin - mean.abs();
    let t = inside / error;
    let p = if t.is_nan() { 1.0 } else { student.sf(t) };
    let reach = student.inverse_cdf(0.95) * error;
    Equivalence {
        p,
        within: p < 0.05 && margin > 0.0,
        interval90: Interval {
            low: mean - reach,
            high: mean + reach,
        },
    }
}

/// Cohen's d of paired samples, d_z: the mean difference over the standard deviation of the differences.
///
/// It says how sure the sign of a difference is on the next seed. 0.2 is called small, 0.5 medium and 0.8 large (Cohen, 1988).
/// It is not corrected for small samples, where it comes out too large: by some 9 % with ten pairs. Without noise it is 0 or
/// infinite; NaN below two pairs or where the differences are not finite.
///
/// # Panics
///
/// When the samples differ in length.
pub fn cohens_d_paired(a: &[f64], b: &[f64]) -> f64 {
    let differences = differences(a, b);
    if differences.len() < 2 {
        return f64::NAN;
    }
    standardised(mean(&differences), deviation(&differences))
}

/// Cohen's d of independent samples, d_s: the difference of the means over the pooled standard deviation.
///
/// It says how large a difference is beside the spread among seeds; the pairing plays no part. Otherwise as
/// [`cohens_d_paired`], with NaN where a sample has fewer than two values.
pub fn cohens_d_pooled(a: &[f64], b: &[f64]) -> f64 {
    if a.len() < 2 || b.len() < 2 {
        return f64::NAN;
    }
    let squares = |sample: &[f64]| deviation(sample).powi(2) * (sample.len() - 1) as f64;
    let pooled = ((squares(a) + squares(b)) / (a.len() + b.len() - 2) as f64).sqrt();
    standardised(mean(a) - mean(b), pooled)
}

fn standardised(difference: f64, deviation: f64) -> f64 {
    if difference == 0.0 && deviation == 0.0 {
        0.0
    } else {
        difference / deviation
    }
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    const A: [f64; 10] = [62.1, 64.8, 63.2, 61.9, 65.0, 63.3, 62.7, 64.1, 63.9, 62.2];
    const B: [f64; 10] = [61.3, 63.0, 63.5, 60.2, 64.4, 62.1, 62.7, 62.9, 61.5, 62.6];

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
    fn equivalence_is_that_of_statsmodels() {
        // statsmodels 0.15: ttost_paired(a, b, -margin, margin)[0] with margins 0.5 and 1.5,
        // DescrStatsW(a - b).tconfint_mean(alpha=0.1)
        let d = differences(&A, &B);
        let (narrow, wide) = (tost(&d, 0.5), tost(&d, 1.5));
        close(narrow.p, 0.8947596423139593);
        close(wide.p, 0.03690575640264235);
        assert!(!narrow.within && wide.within);
        close(wide.interval90.low, 0.3562108256863725);
        close(wide.interval90.high, 1.4437891743136246);
    }

    #[test]
    fn equivalence_and_its_interval_agree() {
        let d = differences(&A, &B);
        let end = tost(&d, 1.0).interval90.high;
        assert!(tost(&d, end + 1e-9).within);
        assert!(!tost(&d, end - 1e-9).within);
        let turned: Vec<f64> = d.iter().rev().map(|d| -d).collect();
        close(tost(&turned, 1.2).p, tost(&d, 1.2).p);
    }

    #[test]
    fn equivalence_needs_values() {
        for d in [&[][..], &[0.0], &[0.0, f64::INFINITY, 0.1]] {
            let nothing = tost(d, 1.0);
            assert_eq!((nothing.p, nothing.within), (1.0, false));
            assert_eq!(nothing.interval90, Interval::EVERYTHING);
        }
        // Without noise the mean is exact; on the margin is not inside it.
        assert!(tost(&[0.0, 0.0], 0.5).within);
        assert!(!tost(&[0.5, 0.5], 0.5).within && !tost(&[0.75, 0.75], 0.5).within);
        assert!(!tost(&[0.0, 0.0], 0.0).within && !tost(&[0.1, -0.1, 0.0], -1.0).within);
        assert!(tost(&[0.0, f64::NAN], 1.0).p.is_nan() && tost(&[0.0, 0.1], f64::NAN).p.is_nan());
    }

    #[test]
    fn effect_sizes_are_those_of_numpy() {
        // d = a - b; d.mean() / d.std(ddof=1)
        close(cohens_d_paired(&A, &B), 0.9594032236002472);
        // (a.mean() - b.mean()) / sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
        close(cohens_d_pooled(&A, &B), 0.779228080730609);
        // a = a[:6] - 60, c = [1, 2, 4, 5.5]: (a.mean() - c.mean()) / sqrt((5 * a.var(ddof=1) + 3 * c.var(ddof=1)) / 8)
        let six: Vec<f64> = A[..6].iter().map(|v| v - 60.0).collect();
        close(
            cohens_d_pooled(&six, &[1.0, 2.0, 4.0, 5.5]),
            0.160614215998397,
        );
        close(cohens_d_paired(&B, &A), -cohens_d_paired(&A, &B));
    }

    #[test]
    fn effects_without_noise_are_nothing_or_infinite() {
        assert_eq!(cohens_d_paired(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(cohens_d_paired(&[2.0, 3.0], &[1.0, 2.0]), f64::INFINITY);
        assert_eq!(cohens_d_pooled(&[1.0, 1.0], &[2.0, 2.0]), f64::NEG_INFINITY);
        assert!(cohens_d_paired(&[1.0], &[2.0]).is_nan());
        assert!(cohens_d_pooled(&[1.0], &[2.0, 3.0]).is_nan());
        assert!(cohens_d_paired(&[f64::INFINITY, 1.0], &[0.0, 0.0]).is_nan());
    }
}
