//! Backward from less than the input.
//!
//! What has to be kept of the forward pass, in bytes per `f32` element:
//!
//! | backward from | kept | for | gives |
//! |---|---|---|---|
//! | the input, [`Kernels::backward`] | 4 | every function | dy·φ′(x) |
//! | the output, [`Kernels::backward_from_output`] | 0 where the next layer keeps its input, else 4 | [`FromValue`] | dy·φ′ as far as y tells it |
//! | a mask, [`Kernels::backward_from_mask`] | 1/8 | [`PiecewiseLinear`] | dy·φ′(x) |
//!
//! A rounded output tells less than the input where a function saturates: tanh of 10 is 1 in `f32`, and what follows from
//! it is the derivative 0, not 8·10⁻⁹. The error is at most half a unit in the last place of y, times the largest change of
//! φ′ per change of φ.

use crate::activation::{Activation, assert_same_length};
use crate::double_double::{DoubleDouble, LANES};
use crate::element::Element;
use crate::elementary::{Quick, Wide};
use crate::error::Error;
use crate::exact;
use crate::functions::{Function, with_activation};
use crate::kernels::{Computable, Kernels, Precision};
use crate::level::{Kernel, Level, PastCaches, at_level};
use crate::real::Lane;
use crate::slice::{Lines, blocks, part, part_mut};
use crate::stream;

/// A function whose derivative follows from its value.
///
/// ```
/// use nonlin::{Activation, Tanh};
/// let (x, dy) = ([0.5f32, -1.0], [1.0, 2.0]);
/// let (mut y, mut dx) = ([0.0; 2], [0.0; 2]);
/// Tanh.forward(&x, &mut y);
/// Tanh.kernels().backward_from_output(&y, &dy, &mut dx)?;
/// assert_eq!(dx, [0.7864477, 0.8399486]);
/// # Ok::<(), nonlin::Error>(())
/// ```
///
/// A function that takes some value at two inputs with different derivatives has no such method:
///
/// ```compile_fail
/// use nonlin::{Activation, Gelu};
/// let mut dx = [0.0f32; 2];
/// Gelu.kernels().backward_from_output(&[0.5, -0.1], &[1.0, 1.0], &mut dx);
/// ```
#[diagnostic::on_unimplemented(
    message = "the output of `{Self}` does not tell its derivative",
    label = "it takes some values at two inputs",
    note = "keep the input and call `backward`"
)]
pub trait FromValue: Activation {
    /// The parameter that has to be ≥ 0 for it, if there is one.
    const NON_NEGATIVE: Option<&'static str> = None;

    /// φ′ where φ is y.
    fn derivative_from_value<R: Lane>(parameters: Self::Params<R>, y: R) -> R;
}

/// A function of straight pieces with two slopes at most, for whose backward one bit per element is enough.
///
/// ```
/// use nonlin::{Activation, Relu};
/// let (x, dy) = ([0.5f32, -1.0, 3.0], [1.0, 2.0, 3.0]);
/// let (mut y, mut mask, mut dx) = ([0.0; 3], [0; 1], [0.0; 3]);
/// Relu.kernels().forward_with_mask(&x, &mut y, &mut mask)?;
/// Relu.kernels().backward_from_mask(&mask, &dy, &mut dx)?;
/// assert_eq!(dx, [1.0, 0.0, 3.0]);
/// # Ok::<(), nonlin::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has more than two slopes",
    note = "keep the input and call `backward`"
)]
pub trait PiecewiseLinear: Activation {
    /// The slopes that a bit of 0 and a bit of 1 stand for.
    fn slopes(self) -> [f64; 2];
}

/// A function of which it is known at compile time whether it is what is asked for.
struct Known<A>(A);

/// [`FromValue`], for those that are; chosen before [`NotFromValue`], which takes one more reference.
trait IsFromValue<T> {
    fn backward(&self, p: Precision, y: &[T], dy: &[T], dx: &mut [T]) -> Result<(), Error>;
}

impl<A: FromValue, T: Element> IsFromValue<T> for Known<A> {
    fn backward(&self, p: Precision, y: &[T], dy: &[T], dx: &mut [T]) -> Result<(), Error> {
        from_output(self.0, p, y, dy, dx)
    }
}

trait NotFromValue<T> {
    fn backward(&self, p: Precision, y: &[T], dy: &[T], dx: &mut [T]) -> Result<(), Error>;
}

impl<A: Activation, T: Element> NotFromValue<T> for &Known<A> {
    fn backward(&self, _: Precision, _: &[T], _: &[T], _: &mut [T]) -> Result<(), Error> {
        Err(Error::NeedsInput {
            function: A::CARD.name,
            reason: "it takes some values at two inputs, so its output does not tell its derivative",
        })
    }
}

/// The two slopes, for those that have them.
trait HasSlopes {
    fn two_slopes(&self) -> Result<[f64; 2], Error>;
}

impl<A: PiecewiseLinear> HasSlopes for Known<A> {
    fn two_slopes(&self) -> Result<[f64; 2], Error> {
        Ok(self.0.slopes())
    }
}

trait HasNoSlopes {
    fn two_slopes(&self) -> Result<[f64; 2], Error>;
}

impl<A: Activation> HasNoSlopes for &Known<A> {
    fn two_slopes(&self) -> Result<[f64; 2], Error> {
        Err(Error::NeedsInput {
            function: A::CARD.name,
            reason: "it has more than two slopes, so a mask of one bit does not tell its derivative",
        })
    }
}

struct FromOutput<'a, A, T> {
    a: A,
    y: &'a [T],
    dy: &'a [T],
    dx: &'a mut [T],
}

impl<A: FromValue, T: Element> Kernel for FromOutput<'_, A, T> {
    #[inline(always)]
    fn run(self) {
        let (wide, full) = (self.a.lift(|_, c| Wide(c)), self.a.lift(|_, c| c));
        for ((dx, y), dy) in self.dx.iter_mut().zip(self.y).zip(self.dy) {
            let (y, dy) = (y.to_f64(), dy.to_f64());
            let derivative = if size_of::<T>() == size_of::<f64>() {
                A::derivative_from_value(full, y)
            } else {
                A::derivative_from_value(wide, Wide(y)).0
            };
            let product = derivative * dy;
            *dx = T::from_f64(if y.is_nan() || product.is_nan() {
                f64::NAN
            } else {
                product
            });
        }
    }
}

/// The same in `f32` arithmetic.
struct QuickFromOutput<'a, A> {
    a: A,
    y: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl<A: FromValue> Kernel for QuickFromOutput<'_, A> {
    #[inline(always)]
    fn run(self) {
        let parameters = self.a.lift(|_, c| Quick(c as f32));
        for start in blocks(self.dx) {
            let given = part(self.y, start).iter().zip(part(self.dy, start));
            for (dx, (&y, &dy)) in part_mut(self.dx, start).iter_mut().zip(given) {
                let product = A::derivative_from_value(parameters, Quick(y)).0 * dy;
                *dx = if product.is_nan() || y.is_nan() {
                    f32::NAN
                } else {
                    product
                };
            }
        }
    }
}

fn quick_from_output<A: FromValue>(a: A, y: &[f32], dy: &[f32], dx: &mut [f32]) {
    let level = Level::current();
    if !stream::is_worth_it::<f32>(dx.len()) {
        return at_level(level, QuickFromOutput { a, y, dy, dx });
    }
    let mut buffer = Lines([0.0; stream::BLOCK]);
    let mut past_caches = PastCaches::new();
    let offset = dx.as_ptr().align_offset(stream::LINE);
    for piece in stream::pieces([y, dy], (offset, dx.len()), stream::BLOCK) {
        let (y, dy) = (&y[piece.clone()], &dy[piece.clone()]);
        let to = &mut dx[piece];
        let dx = &mut buffer[..to.len()];
        at_level(level, QuickFromOutput { a, y, dy, dx });
        past_caches.store(dx, to);
    }
}

/// Outputs of `f32`.
pub(crate) fn single_from_output<A: FromValue>(
    kernels: Kernels<A>,
    y: &[f32],
    dy: &[f32],
    dx: &mut [f32],
) {
    let a = kernels.function();
    match kernels.chosen_precision() {
        Precision::Exact => at_level(Level::current(), FromOutput { a, y, dy, dx }),
        Precision::Fast => quick_from_output(a, y, dy, dx),
    }
}

/// Outputs of `f64`.
pub(crate) fn double_from_output<A: FromValue>(a: A, y: &[f64], dy: &[f64], dx: &mut [f64]) {
    at_level(Level::current(), FromOutput { a, y, dy, dx });
}

#[track_caller]
fn from_output<A: FromValue, T: Element>(
    a: A,
    precision: Precision,
    y: &[T],
    dy: &[T],
    dx: &mut [T],
) -> Result<(), Error> {
    if let Some(name) = A::NON_NEGATIVE {
        let index = crate::parameter::index::<A>(name)?;
        let value = a.get(index);
        if value < 0.0 {
            return Err(Error::OutOfDomain {
                function: A::CARD.name,
                parameter: name,
                domain: "≥ 0 for a backward pass from the output".to_owned(),
                value,
            });
        }
    }
    T::run_from_output(Kernels::new(a).precision(precision), y, dy, dx);
    Ok(())
}

#[track_caller]
fn assert_mask_fits(mask: usize, elements: usize) {
    assert!(
        mask == elements.div_ceil(8),
        "the mask of {elements} elements has {} bytes, but {mask} were given",
        elements.div_ceil(8)
    );
}

/// A byte of mask per 8 elements of this.
const BLOCK: usize = 512;

fn with_mask<F: Computable, T: Element>(
    kernels: Kernels<F>,
    slopes: [f64; 2],
    x: &[T],
    y: &mut [T],
    mask: &mut [u8],
) {
    kernels.forward(x, y);
    let one = T::from_f64(slopes[1]);
    let mut derivative = [T::default(); BLOCK];
    for (x, mask) in x.chunks(BLOCK).zip(mask.chunks_mut(BLOCK / 8)) {
        let derivative = &mut derivative[..x.len()];
        kernels.derivative(x, derivative);
        for (mask, derivative) in mask.iter_mut().zip(derivative.chunks(8)) {
            *mask = derivative
                .iter()
                .enumerate()
                .fold(0, |mask, (i, d)| mask | u8::from(*d == one) << i);
        }
    }
}

struct FromMask<'a, T> {
    slopes: [f64; 2],
    mask: &'a [u8],
    dy: &'a [T],
    dx: &'a mut [T],
}

impl<T: Element> Kernel for FromMask<'_, T> {
    #[inline(always)]
    fn run(self) {
        let [zero, one] = self.slopes;
        let given = self.mask.iter().zip(self.dy.chunks(8));
        for ((mask, dy), dx) in given.zip(self.dx.chunks_mut(8)) {
            for (i, (dx, dy)) in dx.iter_mut().zip(dy).enumerate() {
                let slope = if mask >> i & 1 == 1 { one } else { zero };
                let product = slope * dy.to_f64();
                *dx = T::from_f64(if product.is_nan() { f64::NAN } else { product });
            }
        }
    }
}

#[track_caller]
fn from_mask<T: Element>(slopes: [f64; 2], mask: &[u8], dy: &[T], dx: &mut [T]) {
    assert_same_length(&[("dy", dy.len()), ("dx", dx.len())]);
    assert_mask_fits(mask.len(), dx.len());
    let lifted = slopes.map(DoubleDouble::parameter);
    // Then a product is one number of f64, or rounds once.
    let short = |(slope, lifted): (&f64, &DoubleDouble)| {
        f64::from(*slope as f32) == *slope && lifted.low[0] == 0.0
    };
    if slopes.iter().zip(&lifted).all(short) {
        let kernel = FromMask {
            slopes,
            mask,
            dy,
            dx,
        };
        return at_level(Level::current(), kernel);
    }
    let given = mask.iter().zip(dy.chunks(LANES));
    for ((mask, dy), dx) in given.zip(dx.chunks_mut(LANES)) {
        let slopes = std::array::from_fn(|i| &lifted[usize::from(mask >> i & 1)]);
        exact::times(slopes, dy, dx);
    }
}

impl<A: FromValue> Kernels<A> {
    /// dx = dy·φ′ with the derivative that follows from y = φ(x), rounded once: backward without the input. See
    /// [`FromValue`] for the functions that have it, and the description of its module for what it costs in accuracy.
    ///
    /// The subgradient at a kink is the usual one whatever was chosen. The fast kernels of `f32` compute in `f32`.
    ///
    /// # Errors
    /// If a parameter makes the function take values twice, such as a negative slope.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn backward_from_output<T: Element>(
        self,
        y: &[T],
        dy: &[T],
        dx: &mut [T],
    ) -> Result<(), Error> {
        assert_same_length(&[("y", y.len()), ("dy", dy.len()), ("dx", dx.len())]);
        from_output(self.function(), self.chosen_precision(), y, dy, dx)
    }
}

impl<A: PiecewiseLinear> Kernels<A> {
    /// y = φ(x), and in `mask` a bit per element, the first in the lowest bit of the first byte, for
    /// [`backward_from_mask`](Kernels::backward_from_mask). NaN leaves no mark there.
    ///
    /// # Errors
    /// None; the form for any function has some.
    ///
    /// # Panics
    /// If x and y differ in length or the mask has not a byte for every 8 elements.
    #[track_caller]
    pub fn forward_with_mask<T: Element>(
        self,
        x: &[T],
        y: &mut [T],
        mask: &mut [u8],
    ) -> Result<(), Error> {
        assert_mask_fits(mask.len(), y.len());
        with_mask(self, self.function().slopes(), x, y, mask);
        Ok(())
    }

    /// dx = dy·φ′(x) from the mask, rounded once.
    ///
    /// # Errors
    /// None; the form for any function has some.
    ///
    /// # Panics
    /// If dy and dx differ in length or the mask has not a byte for every 8 elements.
    #[track_caller]
    pub fn backward_from_mask<T: Element>(
        self,
        mask: &[u8],
        dy: &[T],
        dx: &mut [T],
    ) -> Result<(), Error> {
        from_mask(self.function().slopes(), mask, dy, dx);
        Ok(())
    }
}

/// The two slopes of a function.
fn slopes_of(function: Function) -> Result<[f64; 2], Error> {
    with_activation!(function, a => {
        let known = &Known(a);
        known.two_slopes()
    })
}

impl Kernels<Function> {
    /// As for a concrete function; [`Error::NeedsInput`] for a function that is not [`FromValue`].
    ///
    /// # Errors
    /// If the output of the function does not tell its derivative, at these parameters or at any.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn backward_from_output<T: Element>(
        self,
        y: &[T],
        dy: &[T],
        dx: &mut [T],
    ) -> Result<(), Error> {
        assert_same_length(&[("y", y.len()), ("dy", dy.len()), ("dx", dx.len())]);
        with_activation!(self.function(), a => {
            let known = &Known(a);
            known.backward(self.chosen_precision(), y, dy, dx)
        })
    }

    /// As for a concrete function; [`Error::NeedsInput`] for a function that is not [`PiecewiseLinear`].
    ///
    /// # Errors
    /// If the function has more than two slopes.
    ///
    /// # Panics
    /// If x and y differ in length or the mask has not a byte for every 8 elements.
    #[track_caller]
    pub fn forward_with_mask<T: Element>(
        self,
        x: &[T],
        y: &mut [T],
        mask: &mut [u8],
    ) -> Result<(), Error> {
        assert_mask_fits(mask.len(), y.len());
        with_mask(self, slopes_of(self.function())?, x, y, mask);
        Ok(())
    }

    /// As for a concrete function; [`Error::NeedsInput`] for a function that is not [`PiecewiseLinear`].
    ///
    /// # Errors
    /// If the function has more than two slopes.
    ///
    /// # Panics
    /// If dy and dx differ in length or the mask has not a byte for every 8 elements.
    #[track_caller]
    pub fn backward_from_mask<T: Element>(
        self,
        mask: &[u8],
        dy: &[T],
        dx: &mut [T],
    ) -> Result<(), Error> {
        from_mask(slopes_of(self.function())?, mask, dy, dx);
        Ok(())
    }
}
