//! CELU.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, dialect, text};
use crate::elementary::quick::exponential::{LOWERED, LOWEST, Reduced, at_least, at_most, missing, positive_part};
use crate::profile::{
    Bound, Convexity, Landmark, LandmarkKind, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::FromValue;

crate::activation! {
    /// x, or α(e^{x/α} − 1) below 0: ELU with a continuous derivative at every α.
    pub struct Celu {
        /// minus the value it saturates to
        alpha ("α"): Positive = 1.0,
    }
}

impl Activation for Celu {
    const CARD: Card = Card {
        name: "celu",
        title: text("CELU", "连续可微 ELU"),
        aliases: &[],
        family: Family::Rectifier,
        year: 2017,
        summary: text(
            "ELU with the exponent divided by α: x above 0 and α(e^{x/α} − 1) below. Its \
             derivative is continuous for every α, so there is no kink; at 0 it is 1.",
            "把 ELU 的指数除以 α：0 以上为 x，0 以下为 α(e^{x/α} − 1)。任何 α 下导数都连续，没有折\
             点，0 处导数为 1。",
        ),
        strengths: &[
            text(
                "Continuously differentiable for every α, where ELU is so only at α = 1.",
                "对任意 α 都连续可微，而 ELU 只在 α = 1 时如此。",
            ),
            text(
                "Its slope never exceeds 1, whatever α is.",
                "无论 α 取何值，斜率都不超过 1。",
            ),
            text(
                "α moves it between ReLU (α → 0) and the identity (α → ∞).",
                "α 使它在 ReLU（α → 0）与恒等函数（α → ∞）之间过渡。",
            ),
        ],
        limits: &[
            text(
                "Costs as much as ELU, and saturates below 4.61 α to the left of 0.",
                "计算开销与 ELU 相当，在 −4.61α 以下饱和。",
            ),
            text("At α = 1 it is nothing but ELU.", "α = 1 时就是 ELU 本身。"),
        ],
        uses: &[text(
            "As ELU, where α is tuned or learned.",
            "用途同 ELU，适合需要调节或学习 α 的场合。",
        )],
        papers: &[Paper {
            authors: "Barron",
            title: "Continuously differentiable exponential linear units",
            year: 2017,
            venue: "arXiv:1704.07483",
        }],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.celu(input, alpha=1.0)", ""),
            dialect("JAX", "jax.nn.celu(x, alpha=1.0)", ""),
            dialect(
                "Keras 3",
                "keras.activations.celu(x, alpha=1.0)",
                "on TensorFlow derivative alpha at 0 instead of 1",
            ),
            dialect("ONNX", "Celu(alpha=1.0)", ""),
            dialect("Paddle", "paddle.nn.functional.celu(x, alpha=1.0)", ""),
            dialect(
                "burn",
                "activation::celu(tensor, alpha)",
                "no default, CeluConfig has 1",
            ),
        ],
    };

    const LANE_BITS: [u32; 2] = [36, 37];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(p: Celu<R>, x: R) -> R {
        let zero = x.constant(0.0);
        x.up_to(
            zero,
            zero.below(x, zero, x).scaled_exp_m1(p.alpha),
            x,
        )
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::open(-self.alpha), Bound::open(f64::INFINITY)),
            limits: (-self.alpha, f64::INFINITY),
            monotonicity: Monotonicity::Increasing,
            parity: Parity::Neither,
            convexity: Convexity::Convex,
            smoothness: Smoothness::Once,
            kinks: Vec::new(),
            derivative_at_zero: 1.0,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation {
                low: Some(self.alpha * 0.01_f64.ln()),
                high: None,
            },
            landmarks: vec![Landmark::new(LandmarkKind::Zero, 0.0, 0.0)],
        }
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Celu<R>, x: R) -> R {
        if let (Some(alpha), Some(x)) = (p.alpha.single(), x.single()) {
            let t = at_least(at_most(x, 0.0) * (1.0 / alpha), -20.0);
            return R::from_single(missing(t).mul_add(-alpha, positive_part(x)));
        }
        // −0 takes the side that keeps it.
        x.below(
            x.constant(0.0),
            p.alpha * (x.at_most(0.0) / p.alpha).exp_m1_down(),
            x,
        )
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Celu<R>, x: R) -> R {
        if let (Some(alpha), Some(x)) = (p.alpha.single(), x.single()) {
            // 1/α as a sum: the exponent may not be rounded.
            let inverse = 1.0 / alpha;
            let low = inverse.mul_add(-alpha, 1.0) * inverse;
            let held = at_least(at_most(x, 0.0), at_least(LOWEST * alpha, f32::MIN));
            let e = Reduced::of_long_product(inverse, low, held).power().lifted() * LOWERED;
            return R::from_single(if x > 0.0 { 1.0 } else { e });
        }
        x.up_to(
            x.constant(0.0),
            (x.at_most(0.0) / p.alpha).exp_down(),
            x.constant(1.0),
        )
    }
}

impl FromValue for Celu {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(p: Celu<R>, y: R) -> R {
        // e^{x/α} is y/α + 1.
        let one = y.constant(1.0);
        y.up_to(y.constant(0.0), y / p.alpha + one, one)
    }
}
