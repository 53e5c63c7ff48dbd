//! What can be said of runs with several seeds: tests, effect sizes and intervals.
//!
//! Functions are compared on the same seeds, so the samples `a` and `b` of a paired procedure hold one value per seed, in the
//! same order.
//!
//! | question | procedure | effect |
//! |---|---|---|
//! | Is `a` better than `b`, over seeds or over data sets? | [`wilcoxon_signed_rank`] | [`hodges_lehmann`], [`bootstrap_mean_difference`], [`cohens_d_paired`] |
//! | How often does `a` win (over data sets and depths, say)? | [`sign_test`] | [`binomial_interval`] of the share of wins |
//! | Do `a` and `b` differ by less than a margin? | [`tost`] | its 90 % interval |
//! | Which of several functions cannot be told from the best? | [`against_first`] with [`bonferroni`] | the differences of means |
//! | Do several functions differ at all, over data sets? Which do? | [`friedman`], then [`nemenyi`] | the average ranks |
//! | Does `a` reach the target sooner, where some runs never do? | [`log_rank`]; for several, [`log_rank_groups`] | the hazard ratio, [`median_time`] |
//! | Does a share grow with an ordered dose, on the same seeds? | [`page_trend`] | the share at each dose |
//! | Do two quantities rise together? | [`spearman`] | ρ |
//! | Do two shares of independent runs differ? | [`fisher_exact`] | the odds ratio |
//! | How large can a share be, with `k` out of `n` seen? | [`binomial_interval`]; with none, [`rule_of_three`] | |
//! | How sure is any other number? | [`bca`] | |
//!
//! Several tests for one statement are a family: adjust their p by [`holm`].
//!
//! How many seeds: the signed-rank test of n pairs has no p below 2^(1 − n), so five seeds never reach 0.05 and six reach
//! 0.03125; a family of m tests needs 2^(1 − n) < 0.05/m.
//!
//! # Conventions
//!
//! * p is two-sided, in \[0, 1\], save for [`tost`] and [`page_trend`].
//! * **NaN in, NaN out.** A missing value is not evidence, and leaving it out would favour the function that fails. A run
//!   that diverged is not missing: call its loss +∞, or its accuracy that of guessing.
//! * **Infinities are values to whatever goes by ranks.** Two equal infinities do not differ. Where means are needed, an
//!   infinity leaves nothing to say: the interval is (−∞, ∞) and the p is 1.
//! * **No evidence is p = 1**: no values, too few of them, no differences. Intervals are then as wide as they can be.
//! * Samples of a paired procedure that differ in length are a mistake in the program, and panic.
//!
//! ```
//! use nonlin_lab::statistics::{bootstrap_mean_difference, holm, wilcoxon_signed_rank};
//!
//! let relu = [63.2, 62.0, 64.1, 63.5, 62.8, 63.9, 64.4];
//! let tanh = [62.1, 61.2, 62.7, 63.3, 61.3, 62.3, 63.7];
//! let sigmoid = [57.4, 58.2, 55.9, 56.6, 56.3, 58.4, 57.7];
//! let p = holm(&[tanh, sigmoid].map(|other| wilcoxon_signed_rank(&relu, &other).p));
//! assert_eq!(p, [0.03125, 0.03125]);
//! let gain = bootstrap_mean_difference(&relu, &tanh, 1);
//! assert!(gain.low > 0.5 && gain.high < 1.5, "{gain:.2}");
//! ```

mod bootstrap;
mod multiple;
mod parametric;
mod proportion;
mod rank;
mod survival;

use std::fmt;

pub use bootstrap::{bca, bootstrap_mean_difference};
pub use multiple::{bonferroni, holm};
pub use parametric::{Equivalence, against_first, cohens_d_paired, cohens_d_pooled, tost};
pub use proportion::{binomial_interval, fisher_exact, rule_of_three};
pub use rank::{
    Friedman, friedman, hodges_lehmann, hodges_lehmann_interval, nemenyi, page_trend, sign_test,
    spearman, wilcoxon_signed_rank,
};
use statrs::distribution::{ContinuousCDF, Normal};
pub use survival::{LogRank, Time, log_rank, log_rank_groups, median_time};

/// What a test says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// The test statistic; which one, the test says.
    pub statistic: f64,
    /// The probability, without an effect, of a statistic at least as extreme.
    pub p: f64,
    /// How many values, pairs, blocks or runs the test used.
    pub n: usize,
}

impl Test {
    /// The outcome of a sample that says nothing.
    const fn nothing(statistic: f64, n: usize) -> Self {
        Test {
            statistic,
            p: 1.0,
            n,
        }
    }

    /// The outcome of a sample with NaN in it.
    const fn nan(n: usize) -> Self {
        Test {
            statistic: f64::NAN,
            p: f64::NAN,
            n,
        }
    }
}

/// A confidence interval, of 95 % unless said otherwise.
///
/// ```
/// let interval = nonlin_lab::statistics::Interval { low: -0.25, high: 1.0 };
/// assert_eq!(format!("{interval}, {interval:.2}"), "[-0.25, 1], [-0.25, 1.00]");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// The lower end.
    #[serde(serialize_with = "number")]
    pub low: f64,
    /// The upper end.
    #[serde(serialize_with = "number")]
    pub high: f64,
}

/// A number for JSON, which lacks some: those are the texts "nan", "inf" and "-inf".
pub(crate) fn number<S: serde::Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
    match *value {
        value if value.is_nan() => to.serialize_str("nan"),
        f64::INFINITY => to.serialize_str("inf"),
        f64::NEG_INFINITY => to.serialize_str("-inf"),
        value => to.serialize_f64(value),
    }
}

impl Interval {
    /// All that nothing is known of.
    const EVERYTHING: Interval = Interval {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    };

    const NAN: Interval = Interval {
        low: f64::NAN,
        high: f64::NAN,
    };

    /// Whether a value lies in the interval; the ends do, and nothing lies in an interval of NaN.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        self.low.fmt(f)?;
        f.write_str(", ")?;
        self.high.fmt(f)?;
        f.write_str("]")
    }
}

/// The mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation of a sample (n − 1); 0 for a single value.
pub fn deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = mean(values);
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt()
}

/// The middle value, the mean of the two middle ones for an even count; NaN of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}

/// a − b for each pair, where equal infinities do not differ.
///
/// # Panics
///
/// When the samples differ in length.
pub fn differences(a: &[f64], b: &[f64]) -> Vec<f64> {
    assert_eq!(
        a.len(),
        b.len(),
        "samples of different lengths are no pairs"
    );
    a.iter()
        .zip(b)
        .map(|(a, b)| if a == b { 0.0 } else { a - b })
        .collect()
}

fn any_nan(values: &[f64]) -> bool {
    values.iter().any(|v| v.is_nan())
}

/// P(Z > z) of the standard normal distribution.
fn normal_tail(z: f64) -> f64 {
    Normal::standard().sf(z)
}

/// The end of a two-sided 95 % interval of the standard normal distribution, 1.96.
fn normal_95() -> f64 {
    Normal::standard().inverse_cdf(0.975)
}

#[cfg(test)]
fn close(value: f64, expected: f64) {
    assert!(
        value == expected || (value - expected).abs() <= 1e-9 * expected.abs(),
        "{value:?} is not {expected:?}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles_and_spreads() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert!((deviation(&[1.0, 2.0, 3.0, 4.0]) - 1.2909944487).abs() < 1e-9);
    }

    #[test]
    fn equal_infinities_do_not_differ() {
        let inf = f64::INFINITY;
        assert_eq!(
            differences(&[inf, inf, 1.0, 3.0], &[inf, 1.0, -inf, 1.0]),
            [0.0, inf, inf, 2.0]
        );
        assert!(differences(&[f64::NAN], &[1.0])[0].is_nan());
    }

    #[test]
    fn an_interval_holds_its_ends() {
        let interval = Interval {
            low: 0.0,
            high: 1.0,
        };
        assert!([0.0, 0.5, 1.0].iter().all(|v| interval.contains(*v)));
        assert!([-0.1, 1.1, f64::NAN].iter().all(|v| !interval.contains(*v)));
        assert!(Interval::EVERYTHING.contains(f64::INFINITY));
        assert!(!Interval::NAN.contains(0.0));
        assert_eq!(format!("{:.1}", Interval::EVERYTHING), "[-inf, inf]");
    }
}
