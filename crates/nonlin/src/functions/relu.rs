//! ReLU.

use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias, dialect, text};
use crate::profile::{
    Bound, Convexity, Kink, Monotonicity, Parity, Profile, Saturation, Smoothness,
};
use crate::real::{Lane, Real};
use crate::saved::{FromValue, PiecewiseLinear};

crate::activation! {
    /// max(0, x).
    pub struct Relu;
}

impl Activation for Relu {
    const CARD: Card = Card {
        name: "relu",
        title: text("ReLU", "修正线性单元"),
        aliases: &[alias("rectifier")],
        family: Family::Rectifier,
        year: 1969,
        summary: text(
            "The argument where it is positive, else 0. At the kink at 0 the derivative is taken \
             as 0.",
            "正数原样通过，其余输出 0。在 0 处的折点，导数取 0。",
        ),
        strengths: &[
            text(
                "A single comparison: nothing non-linear is cheaper.",
                "只需一次比较，没有比它更便宜的非线性。",
            ),
            text(
                "Its slope is exactly 1 for every positive argument: no saturation on that side.",
                "只要输入为正，斜率恰为 1，这一侧不会饱和。",
            ),
            text(
                "Sparse: for a symmetric input half of the outputs are exactly 0.",
                "稀疏：输入对称分布时有一半输出恰为 0。",
            ),
            text(
                "Trains fast: in a pilot on MNIST-1D with five seeds a small network reached its \
                 target loss in less than a third of the epochs that the sigmoid took; against \
                 tanh the lead was slight.",
                "收敛快：在 MNIST-1D 上以五个种子试验，小型网络达到目标损失所需轮数不到 sigmoid 的\
                 三分之一；相对 tanh 的优势则很小。",
            ),
        ],
        limits: &[
            text(
                "Units die: where all inputs give a negative argument the gradient is 0, and one \
                 step that is too large can put a unit there, in the first layer for good.",
                "神经元会死亡：若对所有样本输入都为负，梯度即为 0；一次过大的更新就可能造成这种情\
                 况，在第一层则再也无法恢复。",
            ),
            text(
                "Its outputs average 0.399 for a standard normal argument: not zero-centred.",
                "标准正态输入下输出均值为 0.399，不以零为中心。",
            ),
            text(
                "Unbounded above, so that activations can grow from layer to layer.",
                "上方无界，激活值可能逐层增大。",
            ),
            text(
                "A slope of 1 does not keep the gradient of a network: over a layer it changes by \
                 the variance of the weights times fan-in over 2, so it vanishes or explodes \
                 unless that is 1 (He initialisation).",
                "斜率为 1 并不等于整个网络梯度稳定：每过一层，梯度平方要乘以“权重方差×扇入/2”，除\
                 非该值为 1（He 初始化），否则照样消失或爆炸。",
            ),
        ],
        uses: &[text(
            "The first choice for the hidden layers of perceptrons and convolutional networks.",
            "多层感知机与卷积网络隐藏层的首选。",
        )],
        papers: &[
            Paper {
                authors: "Fukushima",
                title: "Visual feature extraction by a multilayered network of analog threshold elements",
                year: 1969,
                venue: "IEEE Transactions on Systems Science and Cybernetics 5(4)",
            },
            Paper {
                authors: "Nair, Hinton",
                title: "Rectified linear units improve restricted Boltzmann machines",
                year: 2010,
                venue: "ICML",
            },
            Paper {
                authors: "Glorot, Bordes, Bengio",
                title: "Deep sparse rectifier neural networks",
                year: 2011,
                venue: "AISTATS",
            },
            Paper {
                authors: "Lu, Shin, Su, Karniadakis",
                title: "Dying ReLU and initialization: theory and numerical examples",
                year: 2019,
                venue: "arXiv:1903.06733",
            },
        ],
        dialects: &[
            dialect("PyTorch", "torch.nn.functional.relu(input)", ""),
            dialect("JAX", "jax.nn.relu(x)", ""),
            dialect(
                "Keras 3",
                "keras.activations.relu(x, negative_slope=0.0, max_value=None, threshold=0.0)",
                "its options make leaky ReLU and ReLU6 of it",
            ),
            dialect("TensorFlow", "tf.nn.relu(features)", ""),
            dialect("ONNX", "Relu", ""),
            dialect("Paddle", "paddle.nn.functional.relu(x)", ""),
            dialect("candle", "Tensor::relu()", "derivative 1 at 0"),
            dialect("burn", "activation::relu(tensor)", ""),
            dialect("ggml", "ggml_relu(ctx, a)", ""),
        ],
    };

    const SELECTS_ONLY: bool = true;

    #[inline(always)]
    fn define<R: Real>(_: Self, x: R) -> R {
        let zero = x.constant(0.0);
        x.up_to(zero, zero, x)
    }

    fn profile(self) -> Profile {
        Profile {
            range: (Bound::attained(0.0), Bound::open(f64::INFINITY)),
            limits: (0.0, f64::INFINITY),
            monotonicity: Monotonicity::NonDecreasing,
            parity: Parity::Neither,
            convexity: Convexity::Convex,
            smoothness: Smoothness::Continuous,
            kinks: vec![Kink {
                at: 0.0,
                left: 0.0,
                right: 1.0,
                taken: 0.0,
            }],
            derivative_at_zero: 0.0,
            zero_centred: false,
            lipschitz: 1.0,
            saturation: Saturation {
                low: Some(0.0),
                high: None,
            },
            landmarks: Vec::new(),
        }
    }
}

impl FromValue for Relu {
    #[inline(always)]
    fn derivative_from_value<R: Lane>(_: Self, y: R) -> R {
        let (zero, one) = (y.constant(0.0), y.constant(1.0));
        zero.below(y, one, zero)
    }
}

impl PiecewiseLinear for Relu {
    fn slopes(self) -> [f64; 2] {
        [0.0, 1.0]
    }
}
