//! Adjustments for several tests.

/// Bonferroni's adjustment. Against a row that was picked because it came out best this single step is right (it is a
/// conservative form of Hsu's multiple comparisons with the best), where Holm's stepwise one would claim too much. A NaN
/// stays NaN and still counts in the family.
pub fn bonferroni(p: &[f64]) -> Vec<f64> {
    p.iter()
        .map(|value| (value * p.len() as f64).clamp(0.0, 1.0))
        .collect()
}

/// Holm's step-down adjustment (1979), in the order given: what is below α has the chance of any false claim in the family
/// bounded by α, whatever the dependence. A NaN stays NaN and still counts in the family.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&i, &j| p[i].total_cmp(&p[j]));
    let mut adjusted = p.to_vec();
    let mut largest = 0.0;
    for (step, &i) in order.iter().enumerate() {
        if !p[i].is_nan() {
            largest = f64::max(largest, (p[i] * (p.len() - step) as f64).min(1.0));
            adjusted[i] = largest;
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::super::close;
    use super::*;

    #[test]
    fn more_comparisons_ask_for_more_evidence() {
        assert_eq!(bonferroni(&[0.25, 0.5, 0.125]), [0.75, 1.0, 0.375]);
        assert!(bonferroni(&[f64::NAN])[0].is_nan());
    }

    #[test]
    fn holm_is_that_of_statsmodels() {
        // statsmodels 0.15: multipletests([.01, .04, .03, .005, .6], method="holm")[1]
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005, 0.6]);
        for (value, expected) in adjusted.iter().zip([0.04, 0.09, 0.09, 0.025, 0.6]) {
            close(*value, expected);
        }
    }

    #[test]
    fn holm_is_between_p_and_bonferroni_and_keeps_the_order() {
        let p = [0.2, 0.001, 0.03, 0.03, 0.9, 0.011];
        let (stepwise, single) = (holm(&p), bonferroni(&p));
        for i in 0..p.len() {
            assert!(p[i] <= stepwise[i] && stepwise[i] <= single[i]);
            for j in 0..p.len() {
                assert!(p[i] > p[j] || stepwise[i] <= stepwise[j]);
            }
        }
        assert_eq!(holm(&[0.3]), [0.3]);
        assert!(holm(&[]).is_empty());
    }

    #[test]
    fn a_test_without_an_answer_counts_in_its_family() {
        let adjusted = holm(&[0.02, f64::NAN, 0.01]);
        close(adjusted[0], 0.04);
        assert!(adjusted[1].is_nan());
        close(adjusted[2], 0.03);
    }
}
