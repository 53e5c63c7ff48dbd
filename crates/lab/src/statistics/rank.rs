//! What goes by ranks and signs. Infinities are values like any other here.

use statrs::distribution::{
    Binomial, ChiSquared, Continuous, ContinuousCDF, DiscreteCDF, FisherSnedecor, Normal, StudentsT,
};

use super::{Interval, Test, any_nan, differences, normal_tail};

/// Differences whose sizes are this close, relatively, are tied: 0.3 − 0.1 and 0.2 differ by rounding alone.
const TIED: f64 = 1e-9;

/// Up to so many pairs, or seeds, a distribution of sums is counted out; the number 2⁵⁰ of signs is still an exact `f64`.
const EXACT_PAIRS: usize = 50;

/// Up to so many values every permutation of them is counted.
const EXACT_PERMUTATIONS: usize = 9;

/// Twice the rank of each value, from 2 for the smallest; tied values share the mean of their ranks. Doubled, mean ranks
/// are whole numbers.
fn doubled_ranks(values: &[f64], tied: impl Fn(f64, f64) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    let mut ranks = vec![0; values.len()];
    let mut below = 0;
    for group in order.chunk_by(|&i, &j| tied(values[i], values[j])) {
        for &i in group {
            ranks[i] = 2 * below + group.len() + 1;
        }
        below += group.len();
    }
    ranks
}

fn equal(low: f64, high: f64) -> bool {
    low == high
}

/// Wilcoxon's signed-rank test of paired samples (1945): are the differences a − b as often and as far above 0 as below?
///
/// The statistic is the smaller of the two rank sums. Pairs without a difference are dropped, and `n` is the number of the
/// others. Up to 50 of them the p is exact, also with ties, for it is counted over all signs of the given ranks; above, it
/// comes from the normal approximation with the variance of the given ranks and continuity correction.
///
/// # Panics
///
/// When the samples differ in length.
pub fn wilcoxon_signed_rank(a: &[f64], b: &[f64]) -> Test {
    let mut differences = differences(a, b);
    differences.retain(|d| *d != 0.0);
    let n = differences.len();
    if any_nan(&differences) {
        return Test::nan(n);
    }
    let sizes: Vec<f64> = differences.iter().map(|d| d.abs()).collect();
    let ranks = doubled_ranks(&sizes, |low, high| low == high || high - low < TIED * high);
    let total: usize = ranks.iter().sum();
    let above: usize = ranks
        .iter()
        .zip(&differences)
        .filter(|(_, d)| **d > 0.0)
        .map(|(rank, _)| rank)
        .sum();
    let smaller = above.min(total - above);
    let tail = if n <= EXACT_PAIRS {
        signed_rank_tail(&ranks, smaller)
    } else {
        let squares: f64 = ranks.iter().map(|rank| (*rank as f64 / 2.0).powi(2)).sum();
        let distance = (total as f64 / 2.0 - smaller as f64) / 2.0;
        normal_tail((distance - 0.5).max(0.0) / (squares / 4.0).sqrt())
    };
    Test {
        statistic: smaller as f64 / 2.0,
        p: (2.0 * tail).min(1.0),
        n,
    }
}

/// The share of all ways to give the ranks signs where those above 0 add up to `sum` at most.
fn signed_rank_tail(ranks: &[usize], sum: usize) -> f64 {
    let mut ways = vec![0.0; sum + 1];
    ways[0] = 1.0;
    for &rank in ranks {
        for s in (rank..=sum).rev() {
            ways[s] += ways[s - rank];
        }
    }
    ways.iter().sum::<f64>() / 2f64.powi(ranks.len() as i32)
}

/// The Hodges-Lehmann estimate of the difference of paired samples (1963): the median of the means of all pairs of
/// differences, each with itself too. It belongs to the signed-rank test as the mean does to the t test, and bears infinite
/// differences in less than 29 % of the pairs. NaN of nothing.
///
/// # Panics
///
/// When the samples differ in length.
pub fn hodges_lehmann(a: &[f64], b: &[f64]) -> f64 {
    match walsh_averages(&differences(a, b)) {
        Some(means) if !means.is_empty() => {
            let n = means.len();
            halfway(means[(n - 1) / 2], means[n / 2])
        }
        _ => f64::NAN,
    }
}

/// The 95 % interval of [`hodges_lehmann`]: the differences that the signed-rank test would not reject. It is as wide as the test
/// is unsure, so that below six pairs nothing is known: (−∞, ∞).
///
/// # Panics
///
/// When the samples differ in length.
pub fn hodges_lehmann_interval(a: &[f64], b: &[f64]) -> Interval {
    let Some(means) = walsh_averages(&differences(a, b)) else {
        return Interval::NAN;
    };
    let n = a.len();
    let cut = if n <= EXACT_PAIRS {
        let ranks: Vec<usize> = (1..=n).collect();
        (0..means.len())
            .take_while(|&sum| signed_rank_tail(&ranks, sum) <= 0.025)
            .count()
    } else {
        let (n, end) = (n as f64, 1.959_963_984_540_054);
        let deviation = (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt();
        (n * (n + 1.0) / 4.0 - end * deviation).floor().max(0.0) as usize
    };
    match cut.checked_sub(1) {
        Some(cut) if 2 * cut < means.len() => Interval {
            low: means[cut],
            high: means[means.len() - 1 - cut],
        },
        _ => Interval::EVERYTHING,
    }
}

/// The means of all pairs of differences, each with itself too, sorted; nothing where one is NaN.
fn walsh_averages(differences: &[f64]) -> Option<Vec<f64>> {
    if any_nan(differences) {
        return None;
    }
    let mut means: Vec<f64> = differences
        .iter()
        .enumerate()
        .flat_map(|(i, x)| differences[i..].iter().map(|y| halfway(*x, *y)))
        .collect();
    means.sort_by(f64::total_cmp);
    Some(means)
}

/// The mean of two numbers; opposite infinities have 0 between them.
fn halfway(x: f64, y: f64) -> f64 {
    if x == -y { 0.0 } else { x / 2.0 + y / 2.0 }
}

/// The sign test of paired samples: is a > b as often as a < b? The statistic is how often a > b, the p is exact, and `n` is
/// the number of pairs that differ.
///
/// # Panics
///
/// When the samples differ in length.
pub fn sign_test(a: &[f64], b: &[f64]) -> Test {
    let differences = differences(a, b);
    let above = differences.iter().filter(|d| **d > 0.0).count();
    let below = differences.iter().filter(|d| **d < 0.0).count();
    let n = above + below;
    if any_nan(&differences) {
        return Test::nan(n);
    }
    let signs = Binomial::new(0.5, n as u64).expect("0.5 is a probability");
    Test {
        statistic: above as f64,
        p: (2.0 * signs.cdf(above.min(below) as u64)).min(1.0),
        n,
    }
}

/// Spearman's rank correlation ρ of two quantities, and whether it differs from 0.
///
/// Up to nine values the p is exact, counted over all permutations, also with ties; above, it comes from Student's t with n − 2
/// degrees of freedom. Below two values, or if one quantity is constant, ρ is NaN and p is 1.
///
/// # Panics
///
/// When the samples differ in length.
pub fn spearman(x: &[f64], y: &[f64]) -> Test {
    assert_eq!(
        x.len(),
        y.len(),
        "samples of different lengths are no pairs"
    );
    let n = x.len();
    if any_nan(x) || any_nan(y) {
        return Test::nan(n);
    }
    let (x, y) = (doubled_ranks(x, equal), doubled_ranks(y, equal));
    // Doubled ranks have the mean n + 1.
    let centred = |ranks: &[usize]| -> Vec<f64> {
        ranks.iter().map(|r| *r as f64 - (n + 1) as f64).collect()
    };
    let product = |x: &[f64], y: &[f64]| -> f64 { x.iter().zip(y).map(|(x, y)| x * y).sum() };
    let (u, v) = (centred(&x), centred(&y));
    let spread = (product(&u, &u) * product(&v, &v)).sqrt();
    if spread == 0.0 || n == 0 {
        return Test::nothing(f64::NAN, n);
    }
    let covariance = product(&u, &v);
    let rho = (covariance / spread).clamp(-1.0, 1.0);
    let p = if n <= EXACT_PERMUTATIONS {
        // Σ of products of centred ranks is that of the ranks less a constant, and both are whole numbers.
        let shift = (n * (n + 1) * (n + 1)) as f64;
        permuted_sums(&x, &y)
            .iter()
            .enumerate()
            .filter(|(sum, _)| (*sum as f64 - shift).abs() >= covariance.abs())
            .map(|(_, share)| share)
            .sum()
    } else {
        let freedom = (n - 2) as f64;
        let t = rho.abs() * (freedom / (1.0 - rho * rho)).sqrt();
        let student = StudentsT::new(0.0, 1.0, freedom).expect("there are ten values or more");
        2.0 * student.sf(t)
    };
    Test {
        statistic: rho,
        p: f64::min(p, 1.0),
        n,
    }
}

/// How the sum of weight × rank is distributed over all permutations of the ranks: the share of each sum.
fn permuted_sums(weights: &[usize], ranks: &[usize]) -> Vec<f64> {
    let sorted = |values: &[usize]| {
        let mut values = values.to_vec();
        values.sort_unstable();
        values
    };
    // No order has a larger sum than that of both sorted.
    let largest: usize = sorted(weights)
        .iter()
        .zip(sorted(ranks))
        .map(|(w, r)| w * r)
        .sum();
    // The shares for each set of ranks that the first weights, as many as the set has, may have been given.
    let k = ranks.len();
    let mut shares = vec![vec![0.0; largest + 1]; 1 << k];
    shares[0][0] = 1.0;
    for set in 1usize..1 << k {
        let given = set.count_ones() as usize;
        for i in (0..k).filter(|i| set & 1 << i != 0) {
            let step = weights[given - 1] * ranks[i];
            let (before, now) = shares.split_at_mut(set);
            for (sum, share) in before[set & !(1 << i)].iter().enumerate() {
                if *share > 0.0 {
                    now[0][sum + step] += share / given as f64;
                }
            }
        }
    }
    shares.pop().unwrap_or_default()
}

/// What [`friedman`] says.
#[derive(Debug, Clone, PartialEq)]
pub struct Friedman {
    /// Friedman's χ², corrected for ties.
    pub chi_square: f64,
    /// Its p, with k − 1 degrees of freedom; far too large with few blocks.
    pub chi_square_p: f64,
    /// Iman and Davenport's F = (n − 1) χ²/(n (k − 1) − χ²).
    pub f: f64,
    /// Its p, with k − 1 and (k − 1)(n − 1) degrees of freedom: the one to report.
    pub p: f64,
    /// The mean rank of each row, 1 being the smallest value.
    pub average_ranks: Vec<f64>,
    /// The number n of blocks.
    pub n: usize,
}

/// Friedman's test (1937) whether any of k rows differs from the others, where column j of every row is one block: a data
/// set, or a seed.
///
/// Both p are approximations, good from some ten blocks on (Demšar, 2006); where all blocks agree, F is infinite and its p is
/// 0. Below two rows or two blocks, or with ties only, p is 1.
///
/// # Panics
///
/// When the rows differ in length.
pub fn friedman(rows: &[Vec<f64>]) -> Friedman {
    let blocks = ranked_blocks(rows);
    let (k, n) = (rows.len(), rows.first().map_or(0, Vec::len));
    let nothing = |statistic: f64, p: f64, average_ranks| Friedman {
        chi_square: statistic,
        chi_square_p: p,
        f: statistic,
        p,
        average_ranks,
        n,
    };
    let Some(blocks) = blocks else {
        return nothing(f64::NAN, f64::NAN, vec![f64::NAN; k]);
    };
    let sums: Vec<usize> = (0..k)
        .map(|i| blocks.iter().map(|block| block[i]).sum())
        .collect();
    let average_ranks = sums.iter().map(|s| *s as f64 / (2 * n) as f64).collect();
    // In doubled ranks, whose mean is k + 1.
    let centre = (k + 1) as f64;
    let between: f64 = sums
        .iter()
        .map(|sum| (*sum as f64 - n as f64 * centre).powi(2))
        .sum();
    let within: f64 = blocks
        .iter()
        .flatten()
        .map(|rank| (*rank as f64 - centre).powi(2))
        .sum();
    if k < 2 || n < 2 || within == 0.0 {
        return nothing(0.0, 1.0, average_ranks);
    }
    let freedom = (k - 1) as f64;
    let chi_square = freedom * between / within;
    // n (k − 1) − χ² without the rounding that would hide that all blocks agree.
    let f = (n - 1) as f64 * between / (n as f64 * within - between);
    let error_freedom = freedom * (n - 1) as f64;
    Friedman {
        chi_square,
        chi_square_p: ChiSquared::new(freedom)
            .expect("degrees of freedom are positive")
            .sf(chi_square),
        f,
        p: FisherSnedecor::new(freedom, error_freedom)
            .expect("degrees of freedom are positive")
            .sf(f),
        average_ranks,
        n,
    }
}

/// The doubled ranks within each column; `None` with NaN in it.
fn ranked_blocks(rows: &[Vec<f64>]) -> Option<Vec<Vec<usize>>> {
    let n = rows.first().map_or(0, Vec::len);
    assert!(
        rows.iter().all(|row| row.len() == n),
        "rows of different lengths have no common blocks"
    );
    (0..n)
        .map(|j| {
            let block: Vec<f64> = rows.iter().map(|row| row[j]).collect();
            (!any_nan(&block)).then(|| doubled_ranks(&block, equal))
        })
        .collect()
}

/// Nemenyi's critical difference (1963) of the average ranks of k rows over n blocks: rows whose [`friedman`] average ranks are
/// further apart than this differ at the level 0.05, in the family of all pairs.
///
/// It is q √(k (k + 1)/(6 n)), where q √2 is the 95 % point of the studentised range of k means with infinitely many degrees of
/// freedom. Infinite below two rows or without blocks.
pub fn nemenyi(k: usize, n: usize) -> f64 {
    if k < 2 || n == 0 {
        return f64::INFINITY;
    }
    let (k, n) = (k as f64, n as f64);
    range_95(k) / std::f64::consts::SQRT_2 * (k * (k + 1.0) / (6.0 * n)).sqrt()
}

/// The 95 % point of the range of k standard normal numbers.
fn range_95(k: f64) -> f64 {
    let normal = Normal::standard();
    // P(range ≤ q) = k ∫ φ(z) (Φ(z) − Φ(z − q))^(k − 1) dz, z being the largest. The trapezoidal rule gives all digits of such
    // a bell in steps this size.
    let step = 1.0 / 16.0;
    let below = |q: f64| {
        let sum: f64 = (-144..=144)
            .map(|i| {
                let z = f64::from(i) * step;
                normal.pdf(z) * (normal.cdf(z) - normal.cdf(z - q)).powf(k - 1.0)
            })
            .sum();
        k * step * sum
    };
    let (mut low, mut high) = (0.0, 16.0);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if below(middle) < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// Page's trend test (1963): do values rise with the dose? Rows are doses in rising order, and column j of every row is the
/// same seed.
///
/// Jonckheere and Terpstra's test answers the same for independent groups; here the seeds are the same at every dose, and
/// ranking within a seed takes the differences among seeds out.
///
/// The statistic is L = Σ dose number × rank sum, and p is **one-sided**, for a trend that was named beforehand; to ask for a
/// fall, give the rows in reverse. Up to nine doses and fifty seeds the p is exact, also with ties; above, it comes from the
/// normal approximation with the variance of the given ranks. `n` is the number of seeds. Below two doses, or with ties only,
/// p is 1.
///
/// # Panics
///
/// When the rows differ in length.
pub fn page_trend(rows: &[Vec<f64>]) -> Test {
    let (k, n) = (rows.len(), rows.first().map_or(0, Vec::len));
    let Some(blocks) = ranked_blocks(rows) else {
        return Test::nan(n);
    };
    let doses: Vec<usize> = (1..=k).collect();
    let statistic: usize = blocks
        .iter()
        .flat_map(|block| doses.iter().zip(block).map(|(dose, rank)| dose * rank))
        .sum();
    let p = if k <= EXACT_PERMUTATIONS && n <= EXACT_PAIRS {
        let mut shares = vec![1.0];
        for block in &blocks {
            shares = convolve(&shares, &permuted_sums(&doses, block));
        }
        shares.iter().skip(statistic).sum()
    } else {
        page_normal_tail(&blocks, k, statistic as f64)
    };
    Test {
        statistic: statistic as f64 / 2.0,
        p: f64::min(p, 1.0),
        n,
    }
}

/// P(L ≥ statistic) of a normal L with the mean and variance that L has over all permutations of the doubled ranks of k doses
/// within each block.
fn page_normal_tail(blocks: &[Vec<usize>], k: usize, statistic: f64) -> f64 {
    let centre = (k + 1) as f64;
    let of_doses: f64 = (1..=k)
        .map(|dose| (dose as f64 - centre / 2.0).powi(2))
        .sum();
    let of_ranks: f64 = blocks
        .iter()
        .flatten()
        .map(|rank| (*rank as f64 - centre).powi(2))
        .sum();
    if of_ranks == 0.0 {
        return 1.0;
    }
    let mean = (blocks.len() * k) as f64 * centre * centre / 2.0;
    normal_tail((statistic - mean) / (of_doses * of_ranks / (k - 1) as f64).sqrt())
}

/// The distribution of the sum of two independent whole numbers.
fn convolve(x: &[f64], y: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; x.len() + y.len() - 1];
    for (i, x) in x.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        for (j, y) in y.iter().enumerate() {
            sums[i + j] += x * y;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use nonlin_theory::random::{Purpose, Stream};

    use super::super::close;
    use super::*;

    const INF: f64 = f64::INFINITY;

    /// Ten pairs with a pair of tied differences and a pair without a difference.
    const A: [f64; 10] = [62.1, 64.8, 63.2, 61.9, 65.0, 63.3, 62.7, 64.1, 63.9, 62.2];
    const B: [f64; 10] = [61.3, 63.0, 63.5, 60.2, 64.4, 62.1, 62.7, 62.9, 61.5, 62.6];

    /// The depression data of Hollander and Wolfe.
    const X: [f64; 9] = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
    #[expect(clippy::approx_constant)]
    const Y: [f64; 9] = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

    /// sin(i) and cos(1.3 i) − 0.4 for i below n.
    fn waves(n: u32) -> (Vec<f64>, Vec<f64>) {
        let wave = |f: fn(f64) -> f64| (0..n).map(|i| f(f64::from(i))).collect();
        (wave(f64::sin), wave(|i| (1.3 * i).cos() - 0.4))
    }

    fn rows<const N: usize>(rows: &[[f64; N]]) -> Vec<Vec<f64>> {
        rows.iter().map(|row| row.to_vec()).collect()
    }

    fn permutations(values: &[f64]) -> Vec<Vec<f64>> {
        if values.is_empty() {
            return vec![Vec::new()];
        }
        (0..values.len())
            .flat_map(|i| {
                let mut rest = values.to_vec();
                let first = rest.remove(i);
                permutations(&rest).into_iter().map(move |mut tail| {
                    tail.push(first);
                    tail
                })
            })
            .collect()
    }

    #[test]
    fn tied_values_share_a_rank() {
        assert_eq!(doubled_ranks(&[3.0, 1.0, 3.0, 2.0], equal), [7, 2, 7, 4]);
        assert_eq!(
            doubled_ranks(&[INF, -INF, 0.0, -0.0, INF], equal),
            [9, 2, 5, 5, 9]
        );
        assert!(doubled_ranks(&[], equal).is_empty());
    }

    #[test]
    fn signed_ranks_are_those_of_scipy() {
        // SciPy 1.17: wilcoxon(X, Y, method="exact")
        let test = wilcoxon_signed_rank(&X, &Y);
        assert_eq!((test.statistic, test.p, test.n), (5.0, 0.0390625, 9));
        // wilcoxon(a - b, method=PermutationMethod(n_resamples=inf)), with a - b rounded to one decimal.
        let test = wilcoxon_signed_rank(&A, &B);
        assert_eq!((test.statistic, test.p, test.n), (3.0, 0.01953125, 9));
        // wilcoxon(sin(i), cos(1.3 * i) - .4, method="exact") for i = arange(40) and arange(50)
        for (n, statistic, p) in [
            (40, 244.0, 0.02497325502190506),
            (50, 404.0, 0.023585311964122724),
        ] {
            let (a, b) = waves(n);
            let test = wilcoxon_signed_rank(&a, &b);
            assert_eq!(test.statistic, statistic);
            close(test.p, p);
        }
        // wilcoxon(a, b, method="asymptotic", correction=True) for i = arange(60), then with a = round(3 * sin(i)) and
        // b = round(3 * cos(1.3 * i)) - 1
        let (a, b) = waves(60);
        let test = wilcoxon_signed_rank(&a, &b);
        assert_eq!((test.statistic, test.n), (531.0, 60));
        close(test.p, 0.004755064563429659);
        let a: Vec<f64> = a.iter().map(|v| (3.0 * v).round()).collect();
        let b: Vec<f64> = b.iter().map(|v| (3.0 * (v + 0.4)).round() - 1.0).collect();
        let test = wilcoxon_signed_rank(&a, &b);
        assert_eq!((test.statistic, test.n), (454.0, 53));
        close(test.p, 0.020286985063069314);
    }

    #[test]
    fn signed_ranks_count_all_signs() {
        // Small whole differences have many ties.
        for case in 0..200u32 {
            let n = 1 + case % 8;
            let d: Vec<f64> = (0..n)
                .map(|i| f64::from((case * 7 + i * i * 5 + case * i) % 9) - 4.0)
                .collect();
            let zeros = vec![0.0; d.len()];
            let test = wilcoxon_signed_rank(&d, &zeros);
            let moved: Vec<f64> = d.iter().copied().filter(|d| *d != 0.0).collect();
            let rank = |v: f64| {
                let below = moved.iter().filter(|o| o.abs() < v.abs()).count() as f64;
                let same = moved.iter().filter(|o| o.abs() == v.abs()).count() as f64;
                below + (same + 1.0) / 2.0
            };
            let ranks: Vec<f64> = moved.iter().map(|v| rank(*v)).collect();
            let total: f64 = ranks.iter().sum();
            let smaller = |signs: usize| {
                let chosen = ranks
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| signs >> i & 1 == 1);
                let above: f64 = chosen.map(|(_, r)| r).sum();
                above.min(total - above)
            };
            let seen = (0..moved.len())
                .filter(|i| moved[*i] > 0.0)
                .map(|i| 1 << i)
                .sum();
            let extreme = (0..1 << moved.len())
                .filter(|signs| smaller(*signs) <= smaller(seen))
                .count();
            assert_eq!(test.statistic, smaller(seen));
            close(test.p, extreme as f64 / f64::from(1 << moved.len()));
            assert_eq!(test.n, moved.len());
        }
    }

    #[test]
    fn signed_ranks_depend_on_signs_and_order_of_sizes_alone() {
        let test = wilcoxon_signed_rank(&A, &B);
        assert_eq!(wilcoxon_signed_rank(&B, &A), test);
        let reversed = |v: [f64; 10]| v.into_iter().rev().collect::<Vec<_>>();
        assert_eq!(wilcoxon_signed_rank(&reversed(A), &reversed(B)), test);
        let shifted = |v: [f64; 10]| v.map(|v| v - 60.0);
        assert_eq!(wilcoxon_signed_rank(&shifted(A), &shifted(B)), test);
        // A run that diverged is as good as one that is very bad.
        let (mut bad, mut worse) = (B, B);
        (bad[3], worse[3]) = (1e6, INF);
        assert_eq!(
            wilcoxon_signed_rank(&A, &bad),
            wilcoxon_signed_rank(&A, &worse)
        );
    }

    #[test]
    fn the_interval_holds_what_the_signed_rank_test_does_not_reject() {
        let long: Vec<f64> = (0..60).map(|i| f64::from(i * i % 61) - 22.3).collect();
        for (a, b, level) in [(&A[..], &B[..], 0.05), (&long, &vec![0.0; 60], 0.052)] {
            let interval = hodges_lehmann_interval(a, b);
            assert!(interval.contains(hodges_lehmann(a, b)));
            let p = |shift: f64| {
                let shifted: Vec<f64> = a.iter().map(|a| a - shift).collect();
                wilcoxon_signed_rank(&shifted, b).p
            };
            for (inside, outside) in [
                (interval.low + 1e-6, interval.low - 1e-6),
                (interval.high - 1e-6, interval.high + 1e-6),
            ] {
                assert!(
                    p(inside) > 0.048 && p(outside) <= level,
                    "{} {}",
                    p(inside),
                    p(outside)
                );
            }
        }
        assert_eq!(
            hodges_lehmann_interval(&[1.0; 5], &[0.0; 5]),
            Interval::EVERYTHING
        );
        assert_eq!(hodges_lehmann_interval(&[], &[]), Interval::EVERYTHING);
        // One run of ten that diverged: nothing bounds the difference above.
        let mut diverged = A;
        diverged[4] = INF;
        let interval = hodges_lehmann_interval(&diverged, &B);
        assert!(interval.low.is_finite() && interval.high == INF);
        assert!(hodges_lehmann(&diverged, &B).is_finite());
    }

    #[test]
    fn six_pairs_can_show_something_and_five_cannot() {
        let better = [5.0, 4.0, 3.0, 2.0, 1.0, 6.0];
        assert_eq!(wilcoxon_signed_rank(&better, &[0.0; 6]).p, 0.03125);
        assert_eq!(wilcoxon_signed_rank(&better[..5], &[0.0; 5]).p, 0.0625);
    }

    #[test]
    fn pairs_that_say_nothing() {
        for (a, b) in [(&[][..], &[][..]), (&[INF, 2.0], &[INF, 2.0])] {
            let test = wilcoxon_signed_rank(a, b);
            assert_eq!((test.p, test.n), (1.0, 0));
            assert_eq!((sign_test(a, b).p, sign_test(a, b).n), (1.0, 0));
        }
        assert!(
            wilcoxon_signed_rank(&[f64::NAN, 1.0], &[0.0, 0.0])
                .p
                .is_nan()
        );
        assert!(sign_test(&[f64::NAN, 1.0], &[0.0, 0.0]).p.is_nan());
        assert!(hodges_lehmann(&[f64::NAN, 1.0], &[0.0, 0.0]).is_nan());
        assert!(hodges_lehmann(&[], &[]).is_nan());
    }

    #[test]
    fn the_estimate_is_the_median_of_walsh_averages() {
        // NumPy: median([(d[i] + d[j]) / 2 for i in range(9) for j in range(i, 9)])
        close(hodges_lehmann(&X, &Y), 0.46);
        close(hodges_lehmann(&X.map(|v| v + 2.0), &Y), 2.46);
        close(hodges_lehmann(&Y, &X), -0.46);
        assert_eq!(hodges_lehmann(&[2.0], &[0.5]), 1.5);
        // Two of ten runs that diverged leave it finite; all of them do not.
        let mut a = A;
        (a[0], a[5]) = (INF, INF);
        let estimate = hodges_lehmann(&a, &B);
        assert!(estimate > hodges_lehmann(&A, &B) && estimate < 3.0);
        assert_eq!(hodges_lehmann(&[INF; 3], &[1.0; 3]), INF);
        assert_eq!(hodges_lehmann(&[INF, -INF], &[0.0; 2]), 0.0);
    }

    #[test]
    fn signs_are_those_of_scipy() {
        // SciPy 1.17: binomtest(7, 9, .5).pvalue, binomtest(9, 9, .5).pvalue
        let test = sign_test(&A, &B);
        assert_eq!((test.statistic, test.n), (7.0, 9));
        close(test.p, 0.1796875);
        close(sign_test(&B, &A).p, 0.1796875);
        close(sign_test(&[INF; 9], &[0.0; 9]).p, 0.00390625);
        close(sign_test(&[1.0, 0.0], &[0.0, 1.0]).p, 1.0);
    }

    #[test]
    fn correlation_is_that_of_scipy() {
        // SciPy 1.17: spearmanr(x, y)
        let x: Vec<f64> = (1..=12).map(f64::from).collect();
        let y = [
            2.0, 1.0, 4.0, 3.0, 7.0, 5.0, 6.0, 9.0, 12.0, 8.0, 10.0, 11.0,
        ];
        let test = spearman(&x, &y);
        close(test.statistic, 0.9090909090909092);
        close(test.p, 4.191044653034231e-05);
        // permutation_test((x,), lambda x: spearmanr(x, y).statistic, permutation_type="pairings", n_resamples=inf)
        let test = spearman(
            &[0.1, 0.3, 0.3, 0.7, 0.9, 1.2],
            &[3.0, 1.0, 4.0, 4.0, 5.0, 9.0],
        );
        close(test.statistic, 0.8676470588235294);
        close(test.p, 0.044444444444444446);
        let test = spearman(&x[..7], &[2.0, 1.0, 3.0, 5.0, 4.0, 7.0, 6.0]);
        close(test.statistic, 0.8928571428571429);
        close(test.p, 0.012301587301587301);
    }

    #[test]
    fn correlation_counts_all_permutations() {
        let y = [4.0, 1.0, 1.0, 3.0, 2.0, 1.0];
        for x in [
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            [2.0, 2.0, 1.0, 5.0, 5.0, 5.0],
        ] {
            let test = spearman(&x, &y);
            let all = permutations(&y);
            let rho = |y: &[f64]| spearman(&x, y).statistic;
            let extreme = all
                .iter()
                .filter(|y| rho(y).abs() >= test.statistic.abs() - 1e-12)
                .count();
            close(test.p, extreme as f64 / all.len() as f64);
            // Only the order of the values matters, and turning it turns the sign.
            let turned = spearman(&y.map(|v| -v.exp()), &x);
            close(turned.statistic, -test.statistic);
            close(turned.p, test.p);
        }
    }

    #[test]
    fn correlations_at_their_ends() {
        let up = [1.0, 2.0, 3.0, 4.0, INF];
        let test = spearman(&up, &[-INF, 0.0, 1.0, 2.0, 9.0]);
        assert_eq!(test.statistic, 1.0);
        close(test.p, 2.0 / 120.0);
        for (x, y) in [(&up[..], &[1.0; 5][..]), (&[1.0], &[1.0]), (&[], &[])] {
            let test = spearman(x, y);
            assert!(test.statistic.is_nan() && test.p == 1.0);
        }
        assert!(spearman(&[1.0, f64::NAN], &[1.0, 2.0]).p.is_nan());
        let many: Vec<f64> = (0..30).map(f64::from).collect();
        assert_eq!(spearman(&many, &many).statistic, 1.0);
        assert_eq!(spearman(&many, &many).p, 0.0);
    }

    #[test]
    fn several_rows_are_those_of_scipy() {
        // SciPy 1.17: friedmanchisquare(*rows); f.sf(F, k - 1, (k - 1) * (n - 1)) with F = (n - 1) χ² / (n (k - 1) - χ²)
        let test = friedman(&rows(&[
            [7.0, 9.9, 8.5, 5.1, 10.3],
            [5.3, 5.7, 4.7, 3.5, 7.7],
            [4.9, 7.6, 5.5, 2.8, 8.4],
            [8.8, 8.9, 8.1, 3.3, 9.1],
        ]));
        close(test.chi_square, 10.679999999999993);
        close(test.chi_square_p, 0.0135882729582177);
        close(test.f, 9.888888888888864);
        close(test.p, 0.001451880229328432);
        assert_eq!((test.average_ranks, test.n), (vec![3.8, 1.6, 1.6, 3.0], 5));
        let test = friedman(&rows(&[
            [1.0, 2.0, 2.0, 1.0, 3.0, 1.0],
            [2.0, 2.0, 1.0, 3.0, 3.0, 2.0],
            [3.0, 4.0, 2.0, 2.0, 5.0, 3.0],
        ]));
        close(test.chi_square, 6.380952380952375);
        close(test.chi_square_p, 0.04115226995351143);
        close(test.f, 5.677966101694905);
        close(test.p, 0.022511650242357215);
        close(test.average_ranks[0], 1.4166666666666667);
    }

    #[test]
    fn several_rows_at_their_ends() {
        let agreed = friedman(&rows(&[[1.0, 2.0, 3.0], [2.0, 3.0, INF], [0.0, 1.0, -INF]]));
        assert_eq!((agreed.f, agreed.p), (INF, 0.0));
        assert_eq!(agreed.average_ranks, [2.0, 3.0, 1.0]);
        close(agreed.chi_square, 6.0);
        let tied = friedman(&rows(&[[1.0, 2.0], [1.0, 2.0]]));
        assert_eq!((tied.f, tied.p, tied.chi_square_p), (0.0, 1.0, 1.0));
        for rows in [
            vec![],
            vec![vec![]; 3],
            vec![vec![1.0]; 3],
            rows(&[[1.0, 2.0]]),
        ] {
            assert_eq!(friedman(&rows).p, 1.0);
        }
        assert!(friedman(&rows(&[[1.0, f64::NAN], [2.0, 3.0]])).p.is_nan());
        // Two rows without ties: χ² is (wins − losses)²/n.
        let two = friedman(&[A.to_vec(), B.map(|v| v + 0.01).to_vec()]);
        close(two.chi_square, 1.6);
    }

    #[test]
    fn critical_differences_are_those_of_scipy() {
        // SciPy 1.17: studentized_range.ppf(.95, k, inf) / sqrt(2) for k = 2 … 20; Demšar's table has the same to three digits.
        let expected = [
            1.9599639845400534,
            2.343700586378409,
            2.569031772546482,
            2.7277743708703763,
            2.8497054196100016,
            2.9483200175296744,
            3.030878449614413,
            3.1017303413033805,
            3.163683577053373,
            3.2186536073291525,
            3.268003924466142,
            3.31273859335082,
            3.3536177518523043,
            3.391230283765257,
            3.4260413793706097,
            3.4584247073473247,
            3.4886847993791976,
            3.517073008691811,
            3.5437991315177815,
        ];
        for (k, q) in (2..).zip(expected) {
            let unit = (k as f64 * (k + 1) as f64 / 60.0).sqrt();
            close(nemenyi(k, 10), q * unit);
        }
        assert_eq!((nemenyi(1, 10), nemenyi(3, 0)), (INF, INF));
    }

    const DOSES: [[f64; 4]; 5] = [
        [0.04, 0.05, 0.02, 0.10],
        [0.07, 0.03, 0.08, 0.06],
        [0.20, 0.19, 0.09, 0.25],
        [0.39, 0.42, 0.30, 0.38],
        [0.47, 0.41, 0.52, 0.50],
    ];

    #[test]
    fn trends_are_those_of_scipy() {
        // SciPy 1.17: page_trend_test(seeds by doses, method="exact")
        let test = page_trend(&rows(&DOSES));
        assert_eq!((test.statistic, test.n), (217.0, 4));
        close(test.p, 2.647569444444444e-06);
        let mut mixed = DOSES;
        mixed.swap(1, 2);
        let test = page_trend(&rows(&mixed));
        assert_eq!(test.statistic, 211.0);
        close(test.p, 0.0003913676697530864);
        // page_trend_test(sin(1.7 * s + 2.3 * i) * 4 + .4 * i, method="asymptotic") for 6 seeds s and 12 doses i
        let many: Vec<Vec<f64>> = (0..12)
            .map(f64::from)
            .map(|i| {
                (0..6)
                    .map(|s| (1.7 * f64::from(s) + 2.3 * i).sin() * 4.0 + 0.4 * i)
                    .collect()
            })
            .collect();
        let test = page_trend(&many);
        assert_eq!(test.statistic, 3387.0);
        close(test.p, 0.0005441237725986813);
    }

    #[test]
    fn trends_count_all_permutations() {
        let seeds = [
            [3.0, 4.0, 3.0, 9.0],
            [1.0, 2.0, 1.0, 4.0],
            [2.0, 2.0, 2.0, 3.0],
        ];
        let by_dose: Vec<Vec<f64>> = (0..4).map(|i| seeds.map(|seed| seed[i]).to_vec()).collect();
        let test = page_trend(&by_dose);
        let doses = [1.0, 2.0, 3.0, 4.0];
        let sums = seeds.map(|seed| {
            let ranks: Vec<f64> = doubled_ranks(&seed, equal)
                .iter()
                .map(|r| *r as f64)
                .collect();
            permutations(&ranks)
                .iter()
                .map(|p| p.iter().zip(doses).map(|(r, d)| r * d / 2.0).sum())
                .collect::<Vec<f64>>()
        });
        let mut extreme = 0;
        for x in &sums[0] {
            for y in &sums[1] {
                extreme += sums[2]
                    .iter()
                    .filter(|z| x + y + **z >= test.statistic)
                    .count();
            }
        }
        close(test.p, extreme as f64 / 24f64.powi(3));
    }

    #[test]
    fn trends_have_a_direction_and_no_unit() {
        let rising = page_trend(&rows(&DOSES));
        let logarithms = rows(&DOSES.map(|dose| dose.map(f64::ln)));
        assert_eq!(page_trend(&logarithms), rising);
        let seeds_turned: Vec<Vec<f64>> = DOSES
            .iter()
            .map(|dose| dose.iter().rev().copied().collect())
            .collect();
        assert_eq!(page_trend(&seeds_turned).statistic, rising.statistic);
        let mut falling = rows(&DOSES);
        falling.reverse();
        assert!(page_trend(&falling).p > 0.9999);
    }

    #[test]
    fn the_approximation_of_trends_is_near_the_exact_p() {
        for seeds in [4, 8] {
            let rows: Vec<Vec<f64>> = (0..8)
                .map(|i| {
                    (0..seeds)
                        .map(|s| f64::from((i * i + 3 * s * i) % 11))
                        .collect()
                })
                .collect();
            let blocks = ranked_blocks(&rows).unwrap();
            let test = page_trend(&rows);
            let normal = page_normal_tail(&blocks, 8, 2.0 * test.statistic);
            assert!((test.p - normal).abs() < 0.01, "{} {normal}", test.p);
        }
    }

    #[test]
    fn trends_that_say_nothing() {
        for rows in [
            vec![],
            vec![vec![]; 3],
            vec![vec![1.0, 2.0]],
            vec![vec![1.0, 2.0]; 4],
            vec![vec![1.0, 2.0]; 12],
        ] {
            assert!((page_trend(&rows).p - 1.0).abs() < 1e-9);
        }
        assert!(page_trend(&rows(&[[1.0, f64::NAN], [2.0, 3.0]])).p.is_nan());
    }

    #[test]
    fn without_an_effect_few_p_are_small() {
        // The exact level of the test at 0.05 with twelve pairs is 0.042.
        let mut stream = Stream::new(1, Purpose::Networks);
        let mut sample = || -> Vec<f64> { (0..12).map(|_| stream.normal()).collect() };
        let p: Vec<f64> = (0..2000)
            .map(|_| wilcoxon_signed_rank(&sample(), &sample()).p)
            .collect();
        assert!(p.iter().all(|p| (0.0..=1.0).contains(p)));
        let small = p.iter().filter(|p| **p < 0.05).count();
        assert!((60..=110).contains(&small), "{small}");
    }
}
