//! Times to a target that some runs never reach.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::{Interval, Test, normal_95};

/// When a run reached its target, or that it had not when it ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Time {
    /// The time, in whatever unit: epochs, steps, seconds.
    pub at: f64,
    /// Whether the target was reached then. Otherwise the run ended without, and is censored.
    pub reached: bool,
}

/// What [`log_rank`] says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRank {
    /// (O − E)²/V, where O is how many runs of the first group reached the target, E how many would have if both groups were as
    /// quick, and V the variance of O.
    pub statistic: f64,
    /// Its p, by χ² with one degree of freedom.
    pub p: f64,
    /// Peto's hazard ratio exp((O − E)/V): above 1, the first group is quicker.
    pub hazard_ratio: f64,
    /// The 95 % interval of the hazard ratio, exp((O − E ± 1.96 √V)/V).
    pub interval: Interval,
}

/// The log-rank test of two independent groups (Mantel, 1966; Peto and Peto, 1972): does one reach the target sooner?
///
/// A run that is censored when others reach the target counts among those that could have. Only the order of the times matters.
/// The pairing of seeds is not used.
///
/// The hazard ratio is Peto's: it is finite also where all of one group come before all of the other, as is common among
/// functions, and its interval excludes 1 just when p < 0.05. Far from 1 it is too close to 1, so read it as "at least". If no
/// run reaches the target while both groups are training, p is 1, the hazard ratio NaN and its interval (0, ∞).
pub fn log_rank(a: &[Time], b: &[Time]) -> LogRank {
    let Some((excess, variance)) = scores(&[a, b]) else {
        return LogRank {
            statistic: f64::NAN,
            p: f64::NAN,
            hazard_ratio: f64::NAN,
            interval: Interval::NAN,
        };
    };
    let (excess, variance) = (excess[0], variance[0][0]);
    if variance == 0.0 {
        return LogRank {
            statistic: 0.0,
            p: 1.0,
            hazard_ratio: f64::NAN,
            interval: Interval {
                low: 0.0,
                high: f64::INFINITY,
            },
        };
    }
    let statistic = excess * excess / variance;
    let reach = normal_95() / variance.sqrt();
    LogRank {
        statistic,
        p: chi_square_tail(statistic, 1),
        hazard_ratio: (excess / variance).exp(),
        interval: Interval {
            low: (excess / variance - reach).exp(),
            high: (excess / variance + reach).exp(),
        },
    }
}

/// The log-rank test of several independent groups: does any reach the target sooner or later than the others? The statistic
/// is χ² with one degree of freedom less than there are groups that could be compared, and `n` the number of runs.
pub fn log_rank_groups(groups: &[&[Time]]) -> Test {
    let n = groups.iter().map(|group| group.len()).sum();
    let Some((excess, variance)) = scores(groups) else {
        return Test::nan(n);
    };
    let (statistic, freedom) = quadratic_form(excess, variance);
    if freedom == 0 {
        return Test::nothing(0.0, n);
    }
    Test {
        statistic,
        p: chi_square_tail(statistic, freedom),
        n,
    }
}

fn chi_square_tail(statistic: f64, freedom: usize) -> f64 {
    ChiSquared::new(freedom as f64)
        .expect("degrees of freedom are positive")
        .sf(statistic)
}

/// How many more runs of each group reached the target than were to be expected, and the covariances of these numbers: at each
/// time, the runs that reach it are drawn without return from those that still could. `None` with a NaN time.
fn scores(groups: &[&[Time]]) -> Option<(Vec<f64>, Vec<Vec<f64>>)> {
    let all = || groups.iter().copied().flatten();
    if all().any(|time| time.at.is_nan()) {
        return None;
    }
    let mut moments: Vec<f64> = all().filter(|t| t.reached).map(|t| t.at).collect();
    moments.sort_by(f64::total_cmp);
    moments.dedup();
    let k = groups.len();
    let mut excess = vec![0.0; k];
    let mut variance = vec![vec![0.0; k]; k];
    for moment in moments {
        let count = |group: &[Time], wanted: &dyn Fn(&Time) -> bool| {
            group.iter().filter(|time| wanted(time)).count() as f64
        };
        let could: Vec<f64> = groups
            .iter()
            .map(|g| count(g, &|t| t.at >= moment))
            .collect();
        let did: Vec<f64> = groups
            .iter()
            .map(|g| count(g, &|t| t.reached && t.at == moment))
            .collect();
        let (n, d): (f64, f64) = (could.iter().sum(), did.iter().sum());
        // The last run alone could not have been another.
        let spread = if n > 1.0 {
            d * (n - d) / (n - 1.0)
        } else {
            0.0
        };
        for i in 0..k {
            excess[i] += did[i] - d * could[i] / n;
            for j in 0..k {
                let same = f64::from(u8::from(i == j));
                variance[i][j] += spread * could[i] / n * (same - could[j] / n);
            }
        }
    }
    Some((excess, variance))
}

/// uᵀ V⁻ u and the rank of V, by elimination. Rows that depend on those before, as the last does always, are left out.
fn quadratic_form(mut u: Vec<f64>, mut v: Vec<Vec<f64>>) -> (f64, usize) {
    let scale: f64 = (0..u.len()).map(|i| v[i][i]).fold(0.0, f64::max);
    let (mut form, mut rank) = (0.0, 0);
    for i in 0..u.len() {
        let pivot = v[i][i];
        if pivot <= 1e-9 * scale {
            continue;
        }
        form += u[i] * u[i] / pivot;
        rank += 1;
        let row = v[i].clone();
        for j in i + 1..u.len() {
            let factor = row[j] / pivot;
            u[j] -= factor * u[i];
            for (value, above) in v[j].iter_mut().zip(&row) {
                *value -= factor * above;
            }
        }
    }
    (form, rank)
}

/// The median time to the target by Kaplan and Meier's estimate (1958): the first time at which half of the runs or more have
/// reached it. Infinite if that never happens, NaN of nothing and with a NaN time.
pub fn median_time(times: &[Time]) -> f64 {
    if times.is_empty() || times.iter().any(|time| time.at.is_nan()) {
        return f64::NAN;
    }
    let mut sorted = times.to_vec();
    sorted.sort_by(|x, y| x.at.total_cmp(&y.at));
    let mut left = 1.0;
    let mut could = sorted.len();
    for same in sorted.chunk_by(|x, y| x.at == y.at) {
        let did = same.iter().filter(|time| time.reached).count();
        left *= (could - did) as f64 / could as f64;
        // A half may come out a little above 0.5 by rounding.
        if left <= 0.5 + 1e-9 {
            return same[0].at;
        }
        could -= same.len();
    }
    f64::INFINITY
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    /// Times in epochs; a negative one is that of a run which ended without reaching the target.
    fn times(epochs: &[f64]) -> Vec<Time> {
        let time = |e: &f64| Time {
            at: e.abs(),
            reached: *e > 0.0,
        };
        epochs.iter().map(time).collect()
    }

    fn two_groups() -> (Vec<Time>, Vec<Time>) {
        (
            times(&[
                9.0, 10.0, 10.0, 13.0, 18.0, 23.0, -28.0, 31.0, 34.0, -45.0, 48.0,
            ]),
            times(&[
                5.0, 5.0, 8.0, 8.0, 12.0, -16.0, 23.0, 27.0, 30.0, 33.0, 43.0, 45.0,
            ]),
        )
    }

    #[test]
    fn log_rank_is_that_of_lifelines() {
        // lifelines 0.30: logrank_test(ta, tb, ea, eb), the same as statsmodels 0.15: survdiff(time, status, group).
        // The ratio and its interval are exp((O - E ± z sqrt(V)) / V) with O, E and V summed over the event times in NumPy.
        let (a, b) = two_groups();
        let test = log_rank(&a, &b);
        close(test.statistic, 0.9691933018952709);
        close(test.p, 0.32488144949314796);
        close(test.hazard_ratio, 0.6308900761421228);
        close(test.interval.low, 0.25216657694932804);
        close(test.interval.high, 1.5784101643835007);
    }

    #[test]
    fn groups_that_do_not_overlap_have_a_finite_ratio() {
        // As above.
        let test = log_rank(
            &times(&[9.0, 9.0, 9.0, 10.0, 10.0]),
            &times(&[31.0, 31.0, 31.0, 32.0, 33.0]),
        );
        close(test.statistic, 9.287292817679559);
        close(test.p, 0.002307489197570199);
        close(test.hazard_ratio, 23.837756190271694);
        close(test.interval.low, 3.1009516834606097);
        close(test.interval.high, 183.2465249999289);
    }

    #[test]
    fn several_groups_are_those_of_lifelines() {
        // lifelines 0.30: multivariate_logrank_test(time, group, event), the same as statsmodels' survdiff.
        let (a, b) = two_groups();
        let c = times(&[4.0, -7.0, 9.0, 12.0, -20.0]);
        let test = log_rank_groups(&[&a, &b, &c]);
        close(test.statistic, 2.5011791002162873);
        close(test.p, 0.28633593770657456);
        assert_eq!(test.n, 28);
        let turned = log_rank_groups(&[&c, &a, &b]);
        close(turned.statistic, test.statistic);
        let two = log_rank_groups(&[&a, &b]);
        close(two.statistic, log_rank(&a, &b).statistic);
        // A group without runs, or one that ended before any other reached the target, compares with nothing.
        close(log_rank_groups(&[&[], &a, &b]).p, two.p);
        close(log_rank_groups(&[&a, &times(&[-1.0]), &b]).p, two.p);
    }

    #[test]
    fn exchanging_the_groups_inverts_the_ratio() {
        let (a, b) = two_groups();
        let (one, other) = (log_rank(&a, &b), log_rank(&b, &a));
        close(one.p, other.p);
        close(one.hazard_ratio, 1.0 / other.hazard_ratio);
        close(one.interval.low, 1.0 / other.interval.high);
    }

    #[test]
    fn only_the_order_of_the_times_matters() {
        let (a, b) = two_groups();
        let stretched = |times: &[Time]| -> Vec<Time> {
            let stretch = |t: &Time| Time {
                at: t.at.exp(),
                ..*t
            };
            times.iter().rev().map(stretch).collect()
        };
        let (one, other) = (log_rank(&a, &b), log_rank(&stretched(&a), &stretched(&b)));
        close(one.statistic, other.statistic);
        close(one.hazard_ratio, other.hazard_ratio);
    }

    #[test]
    fn without_events_nothing_is_known() {
        let never = times(&[-40.0, -40.0]);
        for (a, b) in [(&never[..], &never[..]), (&[], &[]), (&never, &[])] {
            let test = log_rank(a, b);
            assert_eq!((test.statistic, test.p), (0.0, 1.0));
            assert!(test.hazard_ratio.is_nan() && test.interval.contains(1.0));
        }
        assert_eq!(log_rank_groups(&[&never, &never, &never]).p, 1.0);
        assert_eq!(log_rank_groups(&[]).p, 1.0);
        let broken = times(&[f64::NAN, 3.0]);
        assert!(log_rank(&broken, &never).p.is_nan());
        assert!(log_rank_groups(&[&broken, &never]).p.is_nan());
        assert!(median_time(&broken).is_nan());
    }

    #[test]
    fn median_times_are_those_of_lifelines() {
        // lifelines 0.30: KaplanMeierFitter().fit(time, event).median_survival_time_
        let (a, b) = two_groups();
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        for (sample, median) in [
            (a, 23.0),
            (b, 23.0),
            (times(&[1.0, 2.0, 3.0, 4.0]), 2.0),
            (times(&[-5.0, -6.0, 3.0]), f64::INFINITY),
            (times(&ten), 5.0),
        ] {
            assert_eq!(median_time(&sample), median);
        }
        assert!(median_time(&[]).is_nan());
    }
}
