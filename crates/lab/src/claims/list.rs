//! The claims.

use super::{Claim, accuracy, death, deep, exact, outputs, recurrent, speed};

macro_rules! claims {
    ($($id:literal [$($article:literal),*] $sentence:literal, $experiment:literal => $test:expr;)+) => {
        &[$(Claim {
            id: $id,
            sentence: $sentence,
            articles: &[$($article),*],
            experiment: $experiment,
            test: $test,
        }),+]
    };
}

/// Every claim, in order.
pub fn all() -> &'static [Claim] {
    CLAIMS
}

/// The claim with a name such as "C9", in any case.
pub fn claim(id: &str) -> Option<&'static Claim> {
    CLAIMS
        .iter()
        .find(|claim| claim.id.eq_ignore_ascii_case(id.trim()))
}

const CLAIMS: &[Claim] = claims! {
    "C1" ["S1", "S2", "S3", "S4"] "Networks learn faster with ReLU than with sigmoid or tanh.",
        "Epochs to a training loss, each function at its own fastest rate, 100-100 on MNIST-1D and digits; log-rank."
        => speed::relu_is_faster;
    "C2" ["S1"] "In hidden layers tanh is nearly always better than sigmoid.",
        "Final training loss over data sets and depths; sign test over the combinations."
        => speed::tanh_beats_sigmoid;
    "C3" ["S0", "S1", "S3", "S4"] "Outputs centred at zero speed learning up; a mean above zero shifts the next layer.",
        "Four functions with and without their mean, slope unchanged, on MNIST-1D; log-rank."
        => speed::zero_centred;
    "C4" ["S1", "S2"] "A network with identity activations is one linear layer.",
        "Five random layers against the product of their matrices."
        => exact::one_linear_layer;
    "C5" ["S1"] "Linear hidden layers before a sigmoid are logistic regression.",
        "Both minimised on breast cancer with the product of the layers held small."
        => outputs::logistic;
    "C6" [] "A linear layer narrower than its neighbours is less than one linear layer.",
        "Rank of the outputs behind one and behind eight linear units, on iris."
        => outputs::bottleneck;
    "C7" ["S2"] "A network of two layers with a linear activation approximates any function.",
        "sin 3x, |x| and XOR with identity, ReLU and tanh."
        => exact::universal;
    "C8" ["S2"] "With a monotone activation the loss of a single layer is convex.",
        "Second differences of the loss along one weight, for pairs of activation and loss."
        => exact::monotone_convex;
    "C9" ["S0", "S2", "S3", "S4"] "One update that is too large kills ReLU units, and they stay dead.",
        "One step at rates from 0.1 to 100, then 200 ordinary ones, 128-128 on digits; Page's trend test."
        => death::dying_relu;
    "C10" ["S2", "S3", "S4"] "Leaky ReLU, PReLU, ELU and GELU keep units from dying.",
        "The same step with each of them; accuracy afterwards against ReLU's."
        => death::remedies;
    "C11" [] "Narrow deep ReLU networks are dead from the start, with a probability that width and depth give.",
        "Networks drawn by the ten thousand, against 1 − Π (1 − 2^−width)."
        => death::born_dead_networks;
    "C12" ["S1"] "That ReLU's derivative is 0 left of 0 is no problem in practice.",
        "ReLU against leaky ReLU in networks of 2 and 10 layers, two starts, on MNIST-1D; equal within half a point (TOST)."
        => death::no_problem_in_practice;
    "C13" ["S1"] "Leaky ReLU is usually better than ReLU.",
        "Slopes 0.01, 0.2 and 1/3 against ReLU over the embedded sets in two networks; Wilcoxon over both."
        => accuracy::leaky_better;
    "C14" ["S1"] "ReLU's derivative at 0 does not matter, for sums are never exactly 0.",
        "Share of sums that are exactly 0 at the start, dense and convolutional; training with the derivatives 0, ½ and 1 there."
        => death::kink_at_zero;
    "C15" ["S1", "S3", "S4"] "tanh is a shifted sigmoid.",
        "The identity 2σ(2x) − 1 on a grid, and the best shift without scaling."
        => exact::tanh_sigmoid;
    "C16" ["S3"] "The printed formulas give the derivatives.",
        "Each formula in f32 against the exact derivative, at moderate and at extreme arguments."
        => exact::derivative_formulas;
    "C17" ["S3"] "Adding 10⁻¹² to x guards the formulas of softsign′ and swish′ against division by zero.",
        "The formulas at 0, at −10⁻¹² and in f32."
        => exact::epsilon;
    "C18" ["S3"] "Beyond |x| = 2 the sigmoid is very close to 0 or 1.",
        "σ(2), and where it is within 1 % of 1."
        => exact::saturates_at_two;
    "C19" ["S0", "S1", "S2", "S3", "S4"] "Saturated sigmoid and tanh units slow learning.",
        "Weights of growing width; saturated share at the start against epochs to a loss, on digits; Spearman."
        => deep::saturation_slows;
    "C20" ["S0", "S1", "S2", "S3", "S4"] "Gradients vanish in deep sigmoid networks.",
        "20 random layers of 256; measured against mean field theory."
        => deep::vanishing;
    "C21" ["S4"] "ReLU's gradient is 1, so that it neither vanishes nor explodes.",
        "The same with ReLU at three widths of the weights."
        => deep::relu_keeps;
    "C22" ["S4"] "Leaky ReLU, PReLU, ELU, softplus, GELU, swish and mish do away with vanishing gradients.",
        "The same with each of them at Xavier's width."
        => deep::none_vanish;
    "C23" ["S4"] "Gradients of tanh may explode, because its range is limited.",
        "The same with tanh at three widths of the weights."
        => deep::tanh_explodes;
    "C24" ["S4"] "The gradient of softmax with cross-entropy neither vanishes nor explodes.",
        "Norms at random logits of any size, beside those with squares."
        => exact::softmax_gradient;
    "C25" ["S3", "S4"] "Softmax outputs sum to 1 and do not change when all inputs are shifted.",
        "A thousand random inputs in f32; bits compared."
        => exact::softmax_properties;
    "C26" ["S4"] "Softmax is numerically unstable at large inputs.",
        "The formula as written and with the largest input taken off, in f32."
        => exact::softmax_overflow;
    "C27" ["S1"] "Inputs scaled to 0…1 suit sigmoid and ReLU, to −1…1 tanh.",
        "Five scalings of digits and wine; Friedman and Nemenyi over seeds."
        => outputs::input_scaling;
    "C28" ["S1"] "Xavier's start suits sigmoid and tanh, He's suits ReLU.",
        "Share of seeds that train at depths up to 30 on digits; Fisher."
        => deep::matching_init;
    "C29" ["S2"] "Small random weights learn efficiently where f(x) is about x near 0.",
        "Functions with slope 1 and ¼ at 0 from small weights, four layers on MNIST-1D; log-rank."
        => speed::identity_at_zero;
    "C30" ["S2"] "Bounded activations are more stable; unbounded ones train better but need smaller rates.",
        "The largest rate that trains, and the lowest loss at any rate, for three of each kind on MNIST-1D."
        => speed::bounded_and_rates;
    "C31" ["S2"] "PReLU learns its slope, works very well and gains 1.03 %.",
        "PReLU against ReLU and leaky ReLU in convolutional networks; the published tables."
        => accuracy::prelu_learns;
    "C32" ["S2"] "RReLU draws its slopes from a Gaussian U(l, u) and regularises.",
        "The gap between test and training loss on 1000 rows of MNIST-1D; the three test slopes in use."
        => accuracy::rrelu_regularises;
    "C33" ["S0"] "Hard sigmoid and hard tanh are the Taylor polynomials at 0.",
        "Slopes at 0 and largest errors of the hard functions in use."
        => exact::hard_is_taylor;
    "C34" ["S0"] "SELU's constants make activations normalise themselves.",
        "The constants from their equations; mean and variance through 60 layers of 1024 from three starts."
        => deep::selu_fixed_point;
    "C35" ["S4"] "ELU speeds learning up, for its mean is nearer to 0.",
        "Epochs to a loss against ReLU on MNIST-1D and digits; mean outputs; log-rank."
        => speed::elu_speeds;
    "C36" ["S3", "S4"] "Swish is better than ReLU at about its cost.",
        "Accuracy over the embedded sets in two networks; Wilcoxon over both."
        => accuracy::swish_better;
    "C37" ["S4"] "Mish and GELU are better than ReLU on some tasks.",
        "Accuracy over the embedded sets in two networks; wins, losses and ties."
        => accuracy::mish_gelu_better;
    "C38" ["S4"] "GELU was proposed by OpenAI.",
        "The paper."
        => exact::who_proposed_gelu;
    "C39" ["S4"] "Softplus is a smooth ReLU and suits deep networks.",
        "Its distance from ReLU; its edge of chaos; its gradient through 20 layers."
        => deep::softplus_deep;
    "C40" ["S4"] "Maxout has more weights and overfits small data.",
        "200 digits with 2 and 4 pieces, at equal width and at about equal weights; gap between test and training loss."
        => accuracy::maxout;
    "C41" ["S2", "S3", "S4"] "ReLU is cheap; functions with exponentials are expensive.",
        "Nanoseconds an element forward and backward, in cache and in memory, on this machine."
        => exact::cost;
    "C42" ["S4"] "ReLU makes activations sparse.",
        "Share of outputs that are 0 by layer, at the start and after training, on MNIST-1D."
        => death::sparse;
    "C43" ["S1"] "An LSTM takes sigmoid for its gates and tanh for its output.",
        "Other functions in gates and cells on the adding problem."
        => recurrent::gates;
    "C44" ["S1"] "Recurrent networks take tanh, others ReLU.",
        "Plain recurrent networks with tanh, and with ReLU from the identity, on the adding problem."
        => recurrent::tanh_or_relu;
    "C45" ["S1", "S4"] "Output and loss go in pairs: sigmoid for two classes, softmax for more, none for numbers.",
        "The advised pairs against others on breast cancer, wine and diabetes."
        => outputs::pairings;
    "C46" ["S0"] "GLU is a·σ(b) and GTU tanh(a)·σ(b).",
        "The formulas on a grid; gated layers against ReLU at about equal weights on MNIST-1D."
        => accuracy::gated;
    "C47" ["S2"] "x² is concave and ln x convex.",
        "The definition, on every function of the catalogue."
        => exact::convex_words;
    "C48" ["S3", "S4"] "Swish is a smooth, non-monotone ReLU.",
        "Its least value, and its distance from ReLU as β grows."
        => exact::swish_shape;
    "C49" ["S3"] "Softmax is not for hidden layers.",
        "Hidden softmax against ReLU on digits."
        => accuracy::softmax_hidden;
    "C50" [] "Units that die cost a network its ability to learn new tasks.",
        "Tasks with random labels one after the other, ReLU against functions with a left slope."
        => outputs::plasticity;
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_numbered_and_said_in_full() {
        for (at, claim) in all().iter().enumerate() {
            assert_eq!(claim.id, format!("C{}", at + 1));
            assert!(
                claim.sentence.ends_with('.') && claim.experiment.ends_with('.'),
                "{}",
                claim.id
            );
        }
        assert_eq!(all().len(), 50);
        assert_eq!(super::claim(" c9 ").unwrap().id, "C9");
        assert!(super::claim("C51").is_none());
    }
}
