//! Randomised leaky ReLU.

use super::leaky_relu::LeakyRelu;
use super::shared::leaky;
use crate::activation::Activation;
use crate::card::{Card, Family, Paper, alias_at, dialect, text};
use crate::error::Error;
use crate::profile::Profile;
use crate::real::{Lane, Real};
use crate::saved::{FromValue, PiecewiseLinear};

crate::activation! {
    /// x, or a multiple of it below 0 that is random while training and fixed at test time.
    ///
    /// As a function of one argument it is the test mode; the training mode is in [`channels`](crate::channels). Three
    /// conventions for the test slope are in use: [`torch`](Rrelu::torch) (the midpoint of the slopes),
    /// [`xu`](Rrelu::xu) (one over the midpoint of the divisors 3 to 8) and [`mean`](Rrelu::mean) (the mean of one over
    /// those divisors).
    pub struct Rrelu {
        /// the least slope while training
        lower ("l"): Finite = 1.0 / 8.0,
        /// the greatest slope while training
        upper ("u"): Finite = 1.0 / 3.0,
        /// the slope below 0 at test time
        slope ("a"): Finite = 11.0 / 48.0,
    }
}

/// The mean of 1/a for a uniform on (3, 8): ln(8/3)/5.
const MEAN_SLOPE: f64 = 0.1961658506023452;

impl Rrelu {
    /// The test slope is the midpoint of the training slopes, 11/48, as in PyTorch.
    pub fn torch() -> Self {
        Self::default()
    }

    /// The test slope is one over the midpoint of the divisors, 1/5.5, as in Xu et al. 2015.
    pub fn xu() -> Self {
        Rrelu {
            slope: 2.0 / 11.0,
            ..Self::default()
        }
    }

    /// The test slope is the mean of one over the divisors, ln(8/3)/5, which keeps the mean output of Xu's training.
    pub fn mean() -> Self {
        Rrelu {
            slope: MEAN_SLOPE,
            ..Self::default()
        }
    }
}

impl Activation for Rrelu {
    const CARD: Card = Card {
        name: "rrelu",
        title: text("randomised leaky ReLU", "随机带泄漏 ReLU"),
        aliases: &[
            alias_at("rrelu_torch", &[("slope", 11.0 / 48.0)]),
            alias_at(
                "rrelu_xu",
                &[
                    ("lower", 1.0 / 8.0),
                    ("upper", 1.0 / 3.0),
                    ("slope", 2.0 / 11.0),
                ],
            ),
            alias_at("rrelu_mean", &[("slope", MEAN_SLOPE)]),
        ],
        family: Family::Rectifier,
        year: 2015,
        summary: text(
            "Leaky ReLU whose slope below 0 is drawn anew from a uniform distribution for every \
             element while training, and fixed at test time. At the kink at 0 the derivative is \
             the slope.",
            "训练时每个元素的负半轴斜率都从均匀分布中重新抽取、测试时取固定值的 leaky ReLU。在 0 \
             处的折点，导数取该斜率。",
        ),
        strengths: &[
            text(
                "The random slope regularises: the winner of the first National Data Science Bowl \
                 used it, with divisors drawn from 3 to 8.",
                "随机斜率有正则化作用：首届 NDSB（National Data Science Bowl）竞赛冠军就用了它，除\
                 数取自 3 到 8。",
            ),
            text(
                "No slope to tune by hand, and none to learn.",
                "斜率既不需人工调节，也不需学习。",
            ),
        ],
        limits: &[
            text(
                "Training is random, so runs agree only with the same seed.",
                "训练过程带随机性，只有种子相同时结果才一致。",
            ),
            text(
                "Three test slopes are in use: 1/5.5 (the authors’), 11/48 (PyTorch) and \
                 ln(8/3)/5, the true mean.",
                "测试斜率有三种用法：1/5.5（原作者）、11/48（PyTorch）与真正的均值 ln(8/3)/5。",
            ),
            text(
                "Random numbers cost more than the function itself.",
                "生成随机数比计算函数本身更费时。",
            ),
        ],
        uses: &[text(
            "Small image data sets, against overfitting.",
            "小规模图像数据集，用于防止过拟合。",
        )],
        papers: &[Paper {
            authors: "Xu, Wang, Chen, Li",
            title: "Empirical evaluation of rectified activations in convolutional network",
            year: 2015,
            venue: "arXiv:1505.00853",
        }],
        dialects: &[
            dialect(
                "PyTorch",
                "torch.nn.functional.rrelu(input, lower=1/8, upper=1/3, training=False)",
                "test slope 11/48, as here",
            ),
            dialect(
                "Paddle",
                "paddle.nn.functional.rrelu(x, lower=1/8, upper=1/3, training=True)",
                "random unless told otherwise",
            ),
            dialect(
                "burn",
                "RReluConfig::new()",
                "random when differentiating automatically",
            ),
        ],
    };

    const POLYNOMIAL: bool = true;
    const LANE_BITS: [u32; 2] = [48, 48];
    const DOUBLE_LANE_BITS: [u32; 2] = [64, 64];

    #[inline(always)]
    fn define<R: Real>(p: Rrelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.slope * x, x)
    }

    fn profile(self) -> Profile {
        // At test time it is a leaky ReLU.
        LeakyRelu {
            negative_slope: self.slope,
        }
        .profile()
    }

    #[inline(always)]
    fn lane_value<R: Lane>(p: Rrelu<R>, x: R) -> R {
        leaky(p.slope, x)
    }

    #[inline(always)]
    fn lane_derivative<R: Lane>(p: Rrelu<R>, x: R) -> R {
        x.up_to(x.constant(0.0), p.slope, x.constant(1.0))
    }

    fn validate(self) -> Result<(), Error> {
        let refuse = |parameter, domain, value| {
            Err(Error::OutOfDomain {
                function: Self::CARD.name,
                parameter,
                domain,
                value,
            })
        };
        if self.lower > self.upper {
            return refuse("upper", format!("≥ lower = {}", self.lower), self.upper);
        }
        if self.slope < self.lower || self.slope > self.upper {
            return refuse(
                "slope",
                format!("between {} and {}", self.lower, self.upper),
                self.slope,
            );
        }
        Ok(())
    }
}

impl FromValue for Rrelu {
    const NON_NEGATIVE: Option<&'static str> = Some("slope");

    #[inline(always)]
    fn derivative_from_value<R: Lane>(p: Rrelu<R>, y: R) -> R {
        y.up_to(y.constant(0.0), p.slope, y.constant(1.0))
    }
}

impl PiecewiseLinear for Rrelu {
    fn slopes(self) -> [f64; 2] {
        [self.slope, 1.0]
    }
}
