//! The loops over slices: forward, derivative, both in one pass, and backward.
//!
//! A slice goes through in blocks that fit the first cache. NaN arguments and arguments that the lanes do not reach are
//! rare, so each block is searched for them once it is done, and only then are they put right: that costs less than a
//! choice in every lane.

use crate::activation::Activation;
use crate::elementary::Wide;
use crate::level::{Kernel, Level, at_level};
use crate::real::Lane;

/// Elements per block.
const BLOCK: usize = 1024;

/// A number type whose kernels run in lanes.
pub(crate) trait Native: Copy {
    /// What the kernel computes in.
    type Wide: Lane;
    /// The type itself as a lane, for functions that only select.
    type Own: Lane;
    fn widen(self) -> Self::Wide;
    fn own(self) -> Self::Own;
    fn narrow(wide: Self::Wide) -> Self;
    fn from_own(own: Self::Own) -> Self;
    fn number(c: f64) -> Self::Wide;
    /// The one NaN, for a NaN argument; `self` else.
    fn unless_nan(self, argument: Self) -> Self;
    fn is_nan(self) -> bool;
    fn as_f64(self) -> f64;
    fn from_f64(x: f64) -> Self;
}

impl Native for f32 {
    type Wide = Wide;
    type Own = f32;
    #[inline(always)]
    fn widen(self) -> Wide {
        Wide(self as f64)
    }
    #[inline(always)]
    fn own(self) -> f32 {
        self
    }
    #[inline(always)]
    fn narrow(wide: Wide) -> f32 {
        wide.0 as f32
    }
    #[inline(always)]
    fn from_own(own: f32) -> f32 {
        own
    }
    #[inline(always)]
    fn number(c: f64) -> Wide {
        Wide(c)
    }
    #[inline(always)]
    fn unless_nan(self, argument: f32) -> f32 {
        if argument.is_nan() { f32::NAN } else { self }
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        f32::is_nan(self)
    }
    #[inline(always)]
    fn as_f64(self) -> f64 {
        self as f64
    }
    #[inline(always)]
    fn from_f64(x: f64) -> f32 {
        x as f32
    }
}

impl Native for f64 {
    type Wide = f64;
    type Own = f64;
    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }
    #[inline(always)]
    fn own(self) -> f64 {
        self
    }
    #[inline(always)]
    fn narrow(wide: f64) -> f64 {
        wide
    }
    #[inline(always)]
    fn from_own(own: f64) -> f64 {
        own
    }
    #[inline(always)]
    fn number(c: f64) -> f64 {
        c
    }
    #[inline(always)]
    fn unless_nan(self, argument: f64) -> f64 {
        if argument.is_nan() { f64::NAN } else { self }
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        f64::is_nan(self)
    }
    #[inline(always)]
    fn as_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn from_f64(x: f64) -> f64 {
        x
    }
}

/// The parameters in the kernel's two lanes.
struct Lifted<A: Activation, N: Native> {
    wide: A::Params<N::Wide>,
    own: A::Params<N::Own>,
}

impl<A: Activation, N: Native> Lifted<A, N> {
    #[inline(always)]
    fn new(activation: A) -> Self {
        let wide = activation.lift(|_, c| N::number(c));
        Lifted {
            wide,
            own: A::map(wide, |c| N::narrow(c).own()),
        }
    }

    /// φ(x), rounded once; some NaN for NaN.
    #[inline(always)]
    fn value(&self, x: N) -> N {
        if A::SELECTS_ONLY {
            N::from_own(A::lane_value(self.own, x.own())).unless_nan(x)
        } else {
            N::narrow(A::lane_value(self.wide, x.widen()))
        }
    }

    /// φ′(x), rounded once; some NaN for NaN.
    #[inline(always)]
    fn derivative(&self, x: N) -> N {
        if A::SELECTS_ONLY {
            N::from_own(A::lane_derivative(self.own, x.own())).unless_nan(x)
        } else {
            N::narrow(A::lane_derivative(self.wide, x.widen()))
        }
    }

    /// (φ(x), φ′(x)), each rounded once; some NaN for NaN.
    #[inline(always)]
    fn both(&self, x: N) -> (N, N) {
        if A::SELECTS_ONLY {
            (self.value(x), self.derivative(x))
        } else {
            let (value, derivative) = A::lane_both(self.wide, x.widen());
            (N::narrow(value), N::narrow(derivative))
        }
    }

    /// dy·φ′(x), rounded once; some NaN for NaN.
    #[inline(always)]
    fn backward(&self, x: N, dy: N) -> N {
        if A::SELECTS_ONLY {
            let derivative = N::from_own(A::lane_derivative(self.own, x.own())).unless_nan(x);
            N::narrow(derivative.widen() * dy.widen())
        } else {
            N::narrow(A::lane_derivative(self.wide, x.widen()) * dy.widen())
        }
    }
}

/// Whether any element is NaN, without leaving early, which keeps the lanes full.
#[inline(always)]
fn any_nan<N: Native>(x: &[N]) -> bool {
    x.iter().fold(false, |any, x| any | x.is_nan())
}

/// Puts the one NaN wherever the argument is NaN.
#[cold]
#[inline(never)]
fn canonical<N: Native>(argument: &[N], result: &mut [N]) {
    for (result, &argument) in result.iter_mut().zip(argument) {
        *result = result.unless_nan(argument);
    }
}

/// Gives the arguments that the lanes do not reach to `write`, with their value and derivative.
#[inline(always)]
fn far<A: Activation, N: Native>(a: A, x: &[N], mut write: impl FnMut(usize, (f64, f64))) {
    if A::REACHES_FAR {
        for (i, x) in x.iter().enumerate() {
            if let Some(result) = a.far(x.as_f64()) {
                write(i, result);
            }
        }
    }
}

struct Forward<'a, A, N> {
    a: A,
    x: &'a [N],
    y: &'a mut [N],
}

impl<A: Activation, N: Native> Kernel for Forward<'_, A, N> {
    #[inline(always)]
    fn run(self) {
        let f = Lifted::<A, N>::new(self.a);
        for (x, y) in self.x.chunks(BLOCK).zip(self.y.chunks_mut(BLOCK)) {
            for (y, &x) in y.iter_mut().zip(x) {
                *y = f.value(x);
            }
            far(self.a, x, |i, (value, _)| y[i] = N::from_f64(value));
            if !A::SELECTS_ONLY && any_nan(x) {
                canonical(x, y);
            }
        }
    }
}

struct Derivative<'a, A, N> {
    a: A,
    x: &'a [N],
    d: &'a mut [N],
}

impl<A: Activation, N: Native> Kernel for Derivative<'_, A, N> {
    #[inline(always)]
    fn run(self) {
        let f = Lifted::<A, N>::new(self.a);
        for (x, d) in self.x.chunks(BLOCK).zip(self.d.chunks_mut(BLOCK)) {
            for (d, &x) in d.iter_mut().zip(x) {
                *d = f.derivative(x);
            }
            far(self.a, x, |i, (_, derivative)| {
                d[i] = N::from_f64(derivative)
            });
            if !A::SELECTS_ONLY && any_nan(x) {
                canonical(x, d);
            }
        }
    }
}

struct Both<'a, A, N> {
    a: A,
    x: &'a [N],
    y: &'a mut [N],
    d: &'a mut [N],
}

impl<A: Activation, N: Native> Kernel for Both<'_, A, N> {
    #[inline(always)]
    fn run(self) {
        let f = Lifted::<A, N>::new(self.a);
        let blocks = self.y.chunks_mut(BLOCK).zip(self.d.chunks_mut(BLOCK));
        for (x, (y, d)) in self.x.chunks(BLOCK).zip(blocks) {
            for ((y, d), &x) in y.iter_mut().zip(d.iter_mut()).zip(x) {
                (*y, *d) = f.both(x);
            }
            far(self.a, x, |i, (value, derivative)| {
                y[i] = N::from_f64(value);
                d[i] = N::from_f64(derivative);
            });
            if !A::SELECTS_ONLY && any_nan(x) {
                canonical(x, y);
                canonical(x, d);
            }
        }
    }
}

struct Backward<'a, A, N> {
    a: A,
    x: &'a [N],
    dy: &'a [N],
    dx: &'a mut [N],
}

impl<A: Activation, N: Native> Kernel for Backward<'_, A, N> {
    #[inline(always)]
    fn run(self) {
        let f = Lifted::<A, N>::new(self.a);
        let given = self.x.chunks(BLOCK).zip(self.dy.chunks(BLOCK));
        for ((x, dy), dx) in given.zip(self.dx.chunks_mut(BLOCK)) {
            for ((dx, &dy), &x) in dx.iter_mut().zip(dy).zip(x) {
                *dx = f.backward(x, dy);
            }
            far(self.a, x, |i, (_, derivative)| {
                dx[i] = N::from_f64(derivative * dy[i].as_f64())
            });
            // A derivative may be constant where x is NaN.
            if !A::SELECTS_ONLY && any_nan(x) {
                canonical(x, dx);
            }
            // NaN comes from dy too, and from 0·∞.
            if any_nan(dx) {
                for dx in dx.iter_mut() {
                    *dx = dx.unless_nan(*dx);
                }
            }
        }
    }
}

pub(crate) fn forward<A: Activation, N: Native>(a: A, x: &[N], y: &mut [N]) {
    at_level(Level::current(), Forward { a, x, y });
}

pub(crate) fn derivative<A: Activation, N: Native>(a: A, x: &[N], d: &mut [N]) {
    at_level(Level::current(), Derivative { a, x, d });
}

pub(crate) fn forward_and_derivative<A: Activation, N: Native>(
    a: A,
    x: &[N],
    y: &mut [N],
    d: &mut [N],
) {
    at_level(Level::current(), Both { a, x, y, d });
}

pub(crate) fn backward<A: Activation, N: Native>(a: A, x: &[N], dy: &[N], dx: &mut [N]) {
    at_level(Level::current(), Backward { a, x, dy, dx });
}
