//! RReLU: a random slope below 0 while training, a fixed one at test time.
//!
//! | | |
//! |---|---|
//! | forward, training | y = x for x > 0, r·x for x ≤ 0, with r drawn anew for every element |
//! | forward, test | the same with one slope for all |
//! | backward | dx = r·dy with the slopes that the forward pass wrote, which are 1 for x > 0 |
//! | rounding | the slope is rounded to `T`, then the product once |
//! | NaN | x gives NaN in y, in the slopes, and so in dx |
//! | x = −∞ | as [`prelu_forward`](super::prelu_forward) |
//!
//! **Draws.** The slope of an element is a function of the seed and the element's index alone, not of the values, of
//! how the tensor is cut into slices, or of the instruction set. [`SlopeDraw::torch`] draws the slope, uniform on
//! [1/8, 1/3); [`SlopeDraw::xu`] draws the divisor a, uniform on [3, 8), and takes x/a, as Xu et al. 2015 and the
//! winners of the plankton competition did. **Test slopes.** [`Rrelu::torch`], [`Rrelu::xu`] and [`Rrelu::mean`] name
//! the three in use; only the mean of the draws ([`SlopeDraw::mean`]) keeps the expected output of the training.

use super::prelu::leak;
use crate::activation::assert_same_length;
use crate::element::Element;
use crate::error::Error;
use crate::functions::Rrelu;
use crate::strength::{Job, Strength, rounded, run};

/// How a random slope is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlopeDraw {
    what: Drawn,
    low: f64,
    high: f64,
}

/// The quantity that is uniform.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Drawn {
    Slope,
    Divisor,
}

impl SlopeDraw {
    /// PyTorch's: the slope is uniform on [1/8, 1/3).
    pub const fn torch() -> SlopeDraw {
        SlopeDraw {
            what: Drawn::Slope,
            low: 1.0 / 8.0,
            high: 1.0 / 3.0,
        }
    }

    /// Xu et al.'s: the slope is 1/a with the divisor a uniform on [3, 8).
    pub const fn xu() -> SlopeDraw {
        SlopeDraw {
            what: Drawn::Divisor,
            low: 3.0,
            high: 8.0,
        }
    }

    /// The slope is uniform on [low, high).
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless both are finite and low ≤ high.
    pub fn slopes(low: f64, high: f64) -> Result<SlopeDraw, Error> {
        if !low.is_finite() {
            return Err(refused("lower", "finite".to_owned(), low));
        }
        if !(high.is_finite() && low <= high) {
            return Err(refused(
                "upper",
                format!("≥ lower = {low} and finite"),
                high,
            ));
        }
        Ok(SlopeDraw {
            what: Drawn::Slope,
            low,
            high,
        })
    }

    /// The slope is 1/a with a uniform on [low, high).
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless both are finite and 0 < low ≤ high.
    pub fn divisors(low: f64, high: f64) -> Result<SlopeDraw, Error> {
        if !(low > 0.0 && low.is_finite()) {
            return Err(refused(
                "the least divisor",
                "> 0 and finite".to_owned(),
                low,
            ));
        }
        if !(high.is_finite() && low <= high) {
            return Err(refused(
                "the greatest divisor",
                format!("≥ {low} and finite"),
                high,
            ));
        }
        Ok(SlopeDraw {
            what: Drawn::Divisor,
            low,
            high,
        })
    }

    /// The slope of element `index` under this seed, before it is rounded to the type of the tensor.
    ///
    /// ```
    /// use nonlin::channels::SlopeDraw;
    /// let slope = SlopeDraw::torch().slope(7, 0);
    /// assert!((0.125..1.0 / 3.0).contains(&slope));
    /// assert_eq!(slope, SlopeDraw::torch().slope(7, 0));
    /// assert_ne!(slope, SlopeDraw::torch().slope(7, 1));
    /// ```
    #[inline(always)]
    pub fn slope(&self, seed: u64, index: u64) -> f64 {
        let u = uniform(mixed(seed), index);
        let drawn = self.low + (self.high - self.low) * u;
        match self.what {
            Drawn::Slope => drawn,
            Drawn::Divisor => 1.0 / drawn,
        }
    }

    /// The expected slope: the midpoint, or ln(high/low)/(high − low) for divisors.
    pub fn mean(&self) -> f64 {
        match self.what {
            Drawn::Slope => 0.5 * self.low + 0.5 * self.high,
            Drawn::Divisor if self.low == self.high => 1.0 / self.low,
            Drawn::Divisor => (self.high / self.low).ln() / (self.high - self.low),
        }
    }
}

fn refused(parameter: &'static str, domain: String, value: f64) -> Error {
    Error::OutOfDomain {
        function: "rrelu",
        parameter,
        domain,
        value,
    }
}

/// SplitMix64's output function: a bijection of 64 bits in which every bit of the argument moves every other.
#[inline(always)]
fn mixed(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Number `index` of SplitMix64's sequence from `state`, as a multiple of 2⁻⁵² in [0, 1). The state steps by a constant,
/// so any number of the sequence is had at once.
#[inline(always)]
fn uniform(state: u64, index: u64) -> f64 {
    let step = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The upper bits become the fraction of a number in [1, 2), which has no conversion to wait for.
    let fraction = mixed(state.wrapping_add(step)) >> 12;
    f64::from_bits(1.0f64.to_bits() | fraction) - 1.0
}

/// Whether slopes are random.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RreluMode {
    /// A slope of its own for every element.
    Train {
        /// How it is drawn.
        draw: SlopeDraw,
        /// Where the draws come from. A new seed for every forward pass gives new slopes.
        seed: u64,
        /// The index of the slice's first element in the tensor, 0 where the slice is the whole.
        first: u64,
    },
    /// One slope for all.
    Test {
        /// The slope.
        slope: f64,
    },
}

impl RreluMode {
    /// PyTorch's draws for a whole tensor.
    pub const fn train(seed: u64) -> RreluMode {
        RreluMode::Train {
            draw: SlopeDraw::torch(),
            seed,
            first: 0,
        }
    }
}

impl From<Rrelu> for RreluMode {
    /// The test mode at the function's slope.
    fn from(f: Rrelu) -> RreluMode {
        RreluMode::Test { slope: f.slope }
    }
}

/// y = x, or below 0 a slope times x; `slopes` receives the slope of every element, 1 for x > 0, for
/// [`rrelu_backward`].
///
/// ```
/// use nonlin::{Rrelu, channels::{RreluMode, rrelu_backward, rrelu_forward}};
/// let x = [-8.0f32, 1.0];
/// let (mut y, mut slopes) = ([0.0; 2], [0.0; 2]);
/// rrelu_forward(Rrelu::xu().into(), &x, &mut y, &mut slopes);
/// assert_eq!(y, [-8.0 * (2.0 / 11.0), 1.0]);
///
/// rrelu_forward(RreluMode::train(42), &x, &mut y, &mut slopes);
/// assert!(y[0] <= -1.0 && y[0] > -8.0 / 3.0);
/// let mut dx = [0.0; 2];
/// rrelu_backward(&slopes, &[1.0, 1.0], &mut dx);
/// assert_eq!(dx, [y[0] / -8.0, 1.0]);
/// ```
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn rrelu_forward<T: Element>(mode: RreluMode, x: &[T], y: &mut [T], slopes: &mut [T]) {
    assert_same_length(&[("x", x.len()), ("y", y.len()), ("slopes", slopes.len())]);
    run(Forward { mode, x, y, slopes });
}

/// dx = slope·dy with the slopes that [`rrelu_forward`] wrote.
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn rrelu_backward<T: Element>(slopes: &[T], dy: &[T], dx: &mut [T]) {
    assert_same_length(&[("slopes", slopes.len()), ("dy", dy.len()), ("dx", dx.len())]);
    run(Backward { slopes, dy, dx });
}

struct Forward<'a, T> {
    mode: RreluMode,
    x: &'a [T],
    y: &'a mut [T],
    slopes: &'a mut [T],
}

impl<T: Element> Job for Forward<'_, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        let all = self.x.iter().zip(self.y).zip(self.slopes);
        match self.mode {
            RreluMode::Train { draw, seed, first } => {
                for (i, ((x, y), slope)) in all.enumerate() {
                    let drawn = draw.slope(seed, first.wrapping_add(i as u64));
                    (*y, *slope) = leaking(x.to_f64(), rounded(drawn));
                }
            }
            RreluMode::Test { slope: fixed } => {
                let fixed: T = rounded(fixed);
                for ((x, y), slope) in all {
                    (*y, *slope) = leaking(x.to_f64(), fixed);
                }
            }
        }
    }
}

/// The value and the slope of an element.
#[inline(always)]
fn leaking<T: Element>(x: f64, slope: T) -> (T, T) {
    let slope = slope.to_f64();
    let used = if x > 0.0 { 1.0 } else { slope };
    (
        rounded(leak(x, slope)),
        rounded(if x.is_nan() { x } else { used }),
    )
}

struct Backward<'a, T> {
    slopes: &'a [T],
    dy: &'a [T],
    dx: &'a mut [T],
}

impl<T: Element> Job for Backward<'_, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        for ((dx, slope), dy) in self.dx.iter_mut().zip(self.slopes).zip(self.dy) {
            *dx = rounded(slope.to_f64() * dy.to_f64());
        }
    }
}
