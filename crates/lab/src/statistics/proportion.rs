//! Shares: how many out of how many.

use statrs::distribution::{Beta, ContinuousCDF, Discrete, Hypergeometric};
use statrs::statistics::{Max, Min};

use super::{Interval, Test};

/// Tables whose probabilities are this close, relatively, are equally likely; they differ by rounding alone.
const EQUALLY_LIKELY: f64 = 1e-7;

/// Fisher's exact test of two independent shares: rows are groups, columns "yes" and "no".
///
/// The statistic is the odds ratio ad/(bc) of \[\[a, b\], \[c, d\]\], infinite where only the denominator is 0 and NaN where both are.
/// The p adds up all tables with the same margins that are no more likely than the one given. An empty row or column is no
/// evidence.
pub fn fisher_exact([[a, b], [c, d]]: [[u64; 2]; 2]) -> Test {
    let n = a + b + c + d;
    let odds = (a as f64 * d as f64) / (b as f64 * c as f64);
    let tables = Hypergeometric::new(n, a + b, a + c).expect("margins are at most the total");
    let seen = tables.ln_pmf(a) + EQUALLY_LIKELY;
    let p: f64 = (tables.min()..=tables.max())
        .map(|count| tables.ln_pmf(count))
        .filter(|likely| *likely <= seen)
        .map(f64::exp)
        .sum();
    Test {
        statistic: odds,
        p: p.min(1.0),
        n: n as usize,
    }
}

/// Clopper and Pearson's 95 % interval (1934) of a probability, of which `k` out of `n` independent trials came true.
///
/// It covers the probability at least 95 % of the time whatever it is, where Wilson's does so on average; so what lies outside
/// may be called refuted. `k` above `n` counts as `n`; nothing is known without trials. Good to six digits up to 10⁵ trials.
pub fn binomial_interval(k: u64, n: u64) -> Interval {
    let k = k.min(n);
    let quantile = |k: u64, p: f64| {
        Beta::new(k as f64, (n + 1 - k) as f64)
            .expect("both shapes are positive")
            .inverse_cdf(p)
    };
    Interval {
        low: if k == 0 { 0.0 } else { quantile(k, 0.025) },
        high: if k == n { 1.0 } else { quantile(k + 1, 0.975) },
    }
}

/// The rule of three: what never came true in `n` independent trials has, with 95 % confidence, a probability below 3/n.
///
/// It is one-sided, so it is below the upper end of [`binomial_interval`], 3.7/n; and it is above the exact bound 1 − 0.05^(1/n).
pub fn rule_of_three(n: u64) -> f64 {
    (3.0 / n as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    #[test]
    fn fisher_is_that_of_scipy() {
        // SciPy 1.17: fisher_exact(table)
        for (table, odds, p) in [
            ([[8, 2], [1, 5]], 20.0, 0.034965034965034975),
            ([[3, 7], [9, 1]], 0.047619047619047616, 0.019766611097880443),
            ([[10, 0], [0, 10]], f64::INFINITY, 1.082508822446903e-05),
            ([[5, 5], [5, 5]], 1.0, 1.0),
            (
                [[120, 880], [90, 910]],
                1.378787878787879,
                0.034202509706968705,
            ),
        ] {
            let test = fisher_exact(table);
            close(test.statistic, odds);
            close(test.p, p);
        }
    }

    /// The p by binomial coefficients, which are whole numbers.
    fn by_counting([[a, b], [c, d]]: [[u64; 2]; 2]) -> f64 {
        let choose = |n: u64, k: u64| (0..k).fold(1, |all, i| all * (n - i) / (i + 1));
        let ways = |x: u64| choose(a + b, x) * choose(c + d, a + c - x);
        let counts = (a + c).saturating_sub(c + d)..=(a + b).min(a + c);
        let rare: u64 = counts.map(ways).filter(|w| *w <= ways(a)).sum();
        rare as f64 / choose(a + b + c + d, a + c) as f64
    }

    #[test]
    fn fisher_counts_tables() {
        for cell in 0..6u64.pow(4) {
            let [a, b, c, d] = [0, 1, 2, 3].map(|i| cell / 6u64.pow(i) % 6);
            let p = fisher_exact([[a, b], [c, d]]).p;
            close(p, by_counting([[a, b], [c, d]]));
            assert!((0.0..=1.0).contains(&p));
            close(fisher_exact([[c, d], [a, b]]).p, p);
            close(fisher_exact([[a, c], [b, d]]).p, p);
        }
        assert_eq!(fisher_exact([[0, 5], [0, 7]]).p, 1.0);
        assert!(fisher_exact([[0, 0], [0, 0]]).statistic.is_nan());
    }

    #[test]
    fn intervals_of_shares_are_those_of_scipy() {
        // SciPy 1.17: binomtest(k, n).proportion_ci(method="exact")
        for (k, n, low, high) in [
            (0, 10, 0.0, 0.30849710781876294),
            (3, 10, 0.06673951117773447, 0.652452850060008),
            (10, 10, 0.6915028921812371, 1.0),
            (37, 1000, 0.02618270884399008, 0.0506411230599609),
            (4321, 100_000, 0.041958037997456454, 0.04448854235600507),
        ] {
            let interval = binomial_interval(k, n);
            close(interval.low, low);
            close(interval.high, high);
            let rest = binomial_interval(n - k, n);
            close(1.0 - rest.high, low);
            close(1.0 - rest.low, high);
        }
        assert_eq!(binomial_interval(9, 4), binomial_interval(4, 4));
        let all = binomial_interval(0, 0);
        assert_eq!((all.low, all.high), (0.0, 1.0));
    }

    #[test]
    fn three_is_a_little_more_than_needed() {
        for n in [10u64, 100, 1000, 100_000] {
            let exact = 1.0 - 0.05f64.powf(1.0 / n as f64);
            let three = rule_of_three(n);
            assert!(exact < three && three < 1.2 * exact);
            assert!(three < binomial_interval(0, n).high);
        }
        assert_eq!((rule_of_three(0), rule_of_three(1)), (1.0, 1.0));
    }
}
