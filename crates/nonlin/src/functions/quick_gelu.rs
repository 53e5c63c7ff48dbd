//! Quick GELU.

use super::shared::{gated_by_sigmoid, swish_derivative, swish_slope};
use super::swish::Swish;
use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::elementary::quick::coefficients::QUICK_GELU;
use crate::elementary::quick::exponential::{LIFTED, Power, Reduced, magnitude, positive_part};
use crate::profile::Profile;
use crate::real::{Lane, Real};

crate::activation! {
    /// x·σ(1.702x), an approximation of GELU.
    pub struct QuickGelu;
}

impl Activation for QuickGelu {
    const CARD: Card = Card {
        name: "quick_gelu",
        title: text("quick GELU", "快速 GELU"),
        aliases: &[alias("gelu_sigmoid")],
        family: Family::SmoothRectifier,
        year: 2016,
        summary: text(
            "x·σ(1.702x), GELU with the normal distribution function replaced by the sigmoid that \
             comes nearest to it; it differs from GELU by at most 0.020, at |x| = 2.27. Smooth \
             everywhere.",
            "x·σ(1.702x)，即用最接近正态分布函数的 sigmoid 代替它的 GELU；与 GELU 最多相差 0.020，\
             出现在 |x| = 2.27 处。处处光滑。",
        ),
        strengths: &[text(
            "As cheap as swish, with the bend of GELU.",
            "开销与 swish 相同，弯曲程度接近 GELU。",
        )],
        limits: &[
            text(
                "Forty times as far from GELU as the tanh form.",
                "与 GELU 的偏差是 tanh 形式的四十倍。",
            ),
            text(
                "Models that were trained with it have to be run with it.",
                "用它训练的模型推理时也必须用它。",
            ),
        ],
        uses: &[text(
            "CLIP and models derived from its weights.",
            "CLIP 以及由其权重派生的模型。",
        )],
        papers: &[
            Paper {
                authors: "Hendrycks, Gimpel",
                title: "Gaussian error linear units (GELUs)",
                year: 2016,
                venue: "arXiv:1606.08415",
            },
            Paper {
                authors: "Radford, Kim, Hallacy, Ramesh, Goh, Agarwal, Sastry, Askell, Mishkin, Clark, \
                 Krueger, Sutskever",
                title: "Learning transferable visual models from natural language supervision",
                year: 2021,
                venue: "ICML, arXiv:2103.00020",
            },
        ],
        dialects: &[
            dialect("timm", "quick_gelu(x)", ""),
            dialect("ONNX Runtime", "com.microsoft QuickGelu(alpha=1.702)", ""),
            dialect(
                "NNlib",
                "gelu_sigmoid(x)",
                "another function: x·σ(√(8/π)(x + 0.044715x³))",
            ),
            dialect("ggml", "ggml_gelu_quick(ctx, a)", ""),
        ],
    };

    const LANE_BITS: [u32; 2] = [37, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        x * (x.constant(1.702) * x).sigmoid()
    }

    fn profile(self) -> Profile {
        Swish { beta: 1.702 }.profile()
    }

    #[inline(always)]
    fn lane_value<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            let [beta, low] = QUICK_GELU;
            // The result rounds to 0 long before the lower end.
            let a = magnitude(x, 64.0);
            let e: Power = Reduced::of_long_product(beta, low, -a).power();
            let gated = e.lifted_times(a) / (e.lifted() + LIFTED);
            return R::from_single(positive_part(x) - gated);
        }
        gated_by_sigmoid(x, x.constant(1.702) * x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(_: Self, x: R) -> R {
        if let Some(x) = x.single() {
            let [beta, low] = QUICK_GELU;
            let a = magnitude(x, 64.0);
            let t = beta * a;
            let v = swish_slope(t, Some(low.mul_add(a, beta.mul_add(a, -t))));
            return R::from_single(if x < 0.0 { v } else { 1.0 - v });
        }
        swish_derivative(x.constant(1.702), x)
    }
}
