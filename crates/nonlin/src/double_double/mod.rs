//! Double-double numbers in batches, for results that `f64` arithmetic cannot decide.
//!
//! A [`DoubleDouble`] holds [`LANES`] numbers of about 106 bits and is a [`Real`], so any formula can be evaluated over
//! it, and its derivatives over `Dual<DoubleDouble>`. Every operation on a batch is one function that is compiled once
//! per [`Level`] and has its loop inside; a formula is then only a sequence of calls, quick to compile and, with its
//! loops vectorised, quick to run.
//!
//! # Accuracy
//! The sum, product, quotient and square root are good to 2⁻¹⁰⁰ of the result, the other functions to 2⁻⁹⁵, wherever
//! the result and its low part are normal `f64` numbers. A low part has an exponent of its own: 1 + 2⁻³⁰⁰ is such a
//! number, and it is what comes out of `exp` or `erfc` of something that small. A result below about 2⁻⁹⁶⁹ has fewer
//! bits, down to those of `f64`; eˣ overflows to ∞ and underflows to 0.
//!
//! An infinite or NaN number has a low part of 0. Functions of an infinity give the limit; ∞ − ∞ and ∞ · 0 are NaN. A
//! zero that is the exact result of a product or a quotient keeps its sign, as does the zero that an odd function maps
//! to itself.

// The loops over lanes index several arrays side by side.
#![allow(clippy::needless_range_loop)]

// The high part of a constant is the `f64` that the standard library names.
#[allow(clippy::approx_constant)]
mod coefficients;
mod exponential;
mod logarithm;
mod normal;
mod pair;
mod scaled;
mod traced;
mod trigonometric;
mod twofold;

use crate::level::{Kernel, Level, at_level};
use crate::parameter::simple_fraction;
use crate::real::Real;
use pair::Pair;
pub(crate) use scaled::Scaled;
use std::ops::{Add, Div, Mul, Neg, Sub};
pub(crate) use traced::Traced;
pub(crate) use twofold::Twofold;

/// Numbers in a batch: one register of AVX-512 for each of the two parts, two of AVX2.
pub const LANES: usize = 8;

/// A batch of numbers, each the unevaluated sum of two `f64`.
///
/// |low| is at most half the last place of high, so that `high` is the number rounded to `f64`.
// Aligned, so that no register is loaded from two cache lines.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(32))]
pub struct DoubleDouble {
    /// The numbers rounded to `f64`.
    pub high: [f64; LANES],
    /// What that leaves over.
    pub low: [f64; LANES],
}

impl DoubleDouble {
    /// The numbers themselves.
    #[inline]
    pub fn from_f64(x: [f64; LANES]) -> DoubleDouble {
        DoubleDouble {
            high: x,
            low: [0.0; LANES],
        }
    }

    /// The same number in every lane.
    #[inline]
    pub fn splat(x: f64) -> DoubleDouble {
        DoubleDouble::from_f64([x; LANES])
    }

    /// A parameter in every lane: the [`simple_fraction`] that `c` is the nearest `f64` to, if there is one, so that
    /// 1/6 means 1/6; else `c` itself.
    pub fn parameter(c: f64) -> DoubleDouble {
        let low = below_fraction(c);
        DoubleDouble {
            high: [c; LANES],
            low: [low; LANES],
        }
    }

    /// The number in a lane, as its high and low part.
    fn pair(&self, lane: usize) -> Pair {
        Pair {
            high: self.high[lane],
            low: self.low[lane],
        }
    }

    /// erfc(t)·e^{t²} for 3/4 ≤ t ≤ 29.
    fn erfc_factor(self) -> DoubleDouble {
        unary::<ErfcFactor>(&self)
    }

    fn same((high, low): (f64, f64)) -> DoubleDouble {
        DoubleDouble {
            high: [high; LANES],
            low: [low; LANES],
        }
    }

    /// The numbers cut to `f64`, with the last bit set where that left something over: these round to `f32` and to
    /// narrower types as the numbers themselves do, subnormal results and those next to a middle included.
    pub fn round_to_odd(&self) -> [f64; LANES] {
        std::array::from_fn(|i| to_odd(self.high[i], self.low[i]))
    }
}

/// What a parameter has beyond `c`: the [`simple_fraction`] that `c` is the nearest `f64` to, if there is one, less c.
fn below_fraction(c: f64) -> f64 {
    match simple_fraction(c) {
        // c is the fraction rounded, so what the multiplication leaves of p is exact.
        Some((p, q)) => (-c).mul_add(f64::from(q), f64::from(p)) / f64::from(q),
        None => 0.0,
    }
}

/// high + low cut to `f64`, with the last bit set where that left something over: rounding the result to a format
/// that is two bits shorter or more then rounds high + low.
#[inline(always)]
fn to_odd(high: f64, low: f64) -> f64 {
    let bits = high.to_bits();
    let even = bits & 1 == 0;
    // Outwards if low has the sign of high, else inwards, to the odd neighbour on that side of an even number; an odd
    // number is already what the cut and its bit give.
    let outwards = (bits ^ low.to_bits()) >> 63 == 0;
    let step = if outwards { 1 } else { u64::MAX };
    f64::from_bits(bits.wrapping_add(if even && low != 0.0 { step } else { 0 }))
}

/// A function of one number.
trait Map {
    fn map(x: Pair) -> Pair;
}

/// A function of two numbers.
trait Zip {
    fn zip(x: Pair, y: Pair) -> Pair;
}

struct Unary<'a, M> {
    x: &'a DoubleDouble,
    y: &'a mut DoubleDouble,
    function: std::marker::PhantomData<M>,
}

impl<M: Map> Kernel for Unary<'_, M> {
    #[inline(always)]
    fn run(self) {
        // Copies, so that the compiler sees that input and output are apart.
        let x = *self.x;
        let mut y = x;
        for i in 0..LANES {
            let r = M::map(Pair {
                high: x.high[i],
                low: x.low[i],
            });
            y.high[i] = r.high;
            y.low[i] = r.low;
        }
        *self.y = y;
    }
}

struct Binary<'a, Z> {
    a: &'a DoubleDouble,
    b: &'a DoubleDouble,
    y: &'a mut DoubleDouble,
    function: std::marker::PhantomData<Z>,
}

impl<Z: Zip> Kernel for Binary<'_, Z> {
    #[inline(always)]
    fn run(self) {
        let (a, b) = (*self.a, *self.b);
        let mut y = a;
        for i in 0..LANES {
            let a = Pair {
                high: a.high[i],
                low: a.low[i],
            };
            let b = Pair {
                high: b.high[i],
                low: b.low[i],
            };
            let r = Z::zip(a, b);
            y.high[i] = r.high;
            y.low[i] = r.low;
        }
        *self.y = y;
    }
}

#[inline(never)]
fn unary<M: Map>(x: &DoubleDouble) -> DoubleDouble {
    let mut y = DoubleDouble::splat(0.0);
    at_level(
        Level::current(),
        Unary::<M> {
            x,
            y: &mut y,
            function: std::marker::PhantomData,
        },
    );
    y
}

#[inline(never)]
fn binary<Z: Zip>(a: &DoubleDouble, b: &DoubleDouble) -> DoubleDouble {
    let mut y = DoubleDouble::splat(0.0);
    at_level(
        Level::current(),
        Binary::<Z> {
            a,
            b,
            y: &mut y,
            function: std::marker::PhantomData,
        },
    );
    y
}

/// Names each function of one number as a type.
macro_rules! maps {
    ($($Name:ident = $f:expr;)*) => {$(
        struct $Name;
        impl Map for $Name {
            #[inline(always)]
            fn map(x: Pair) -> Pair {
                $f(x)
            }
        }
    )*};
}

maps! {
    Exp = exponential::exp;
    ExpM1 = exponential::exp_m1;
    Tanh = exponential::tanh;
    Sigmoid = exponential::sigmoid;
    Ln1p = logarithm::ln_1p;
    Softplus = logarithm::softplus;
    Erfc = normal::erfc;
    ErfcFactor = normal::erfc_factor;
    NormalCdf = normal::normal_cdf;
    Sqrt = Pair::sqrt;
    Abs = Pair::abs;
    Negative = Neg::neg;
}

macro_rules! operators {
    ($($Trait:ident $method:ident $Name:ident = $f:expr;)*) => {$(
        struct $Name;
        impl Zip for $Name {
            #[inline(always)]
            fn zip(x: Pair, y: Pair) -> Pair {
                $f(x, y)
            }
        }
        impl $Trait for DoubleDouble {
            type Output = DoubleDouble;
            #[inline]
            fn $method(self, o: DoubleDouble) -> DoubleDouble {
                binary::<$Name>(&self, &o)
            }
        }
    )*};
}

operators! {
    Add add Sum = Pair::plus;
    Sub sub Difference = Pair::minus;
    Mul mul Product = Pair::times;
    Div div Quotient = Pair::over;
}

impl Neg for DoubleDouble {
    type Output = DoubleDouble;
    #[inline]
    fn neg(self) -> DoubleDouble {
        unary::<Negative>(&self)
    }
}

struct Choice<'a, const TIES: bool> {
    x: &'a DoubleDouble,
    at: &'a DoubleDouble,
    then: &'a DoubleDouble,
    otherwise: &'a DoubleDouble,
    y: &'a mut DoubleDouble,
}

impl<const TIES: bool> Kernel for Choice<'_, TIES> {
    #[inline(always)]
    fn run(self) {
        let (x, at, then, otherwise) = (*self.x, *self.at, *self.then, *self.otherwise);
        let mut y = x;
        for i in 0..LANES {
            // A place counts as the nearest f64, so that a kink lies on a number, here as in the lanes.
            let take = (x.high[i] < at.high[i]) | (TIES & (x.high[i] == at.high[i]));
            y.high[i] = if take {
                then.high[i]
            } else {
                otherwise.high[i]
            };
            y.low[i] = if take { then.low[i] } else { otherwise.low[i] };
        }
        *self.y = y;
    }
}

#[inline(never)]
fn choose<const TIES: bool>(
    x: &DoubleDouble,
    at: &DoubleDouble,
    then: &DoubleDouble,
    otherwise: &DoubleDouble,
) -> DoubleDouble {
    let mut y = DoubleDouble::splat(0.0);
    at_level(
        Level::current(),
        Choice::<TIES> {
            x,
            at,
            then,
            otherwise,
            y: &mut y,
        },
    );
    y
}

struct Reduction<'a> {
    x: &'a DoubleDouble,
    n: &'a mut [u64; LANES],
    r: &'a mut DoubleDouble,
}

impl Kernel for Reduction<'_> {
    #[inline(always)]
    fn run(self) {
        let x = *self.x;
        let mut n = [0; LANES];
        let mut r = x;
        for i in 0..LANES {
            let (quadrant, rest) = trigonometric::reduce_near(Pair {
                high: x.high[i],
                low: x.low[i],
            });
            n[i] = quadrant;
            r.high[i] = rest.high;
            r.low[i] = rest.low;
        }
        *self.n = n;
        *self.r = r;
    }
}

struct ByQuadrant<'a> {
    n: &'a [u64; LANES],
    r: &'a DoubleDouble,
    y: &'a mut DoubleDouble,
}

impl Kernel for ByQuadrant<'_> {
    #[inline(always)]
    fn run(self) {
        let (n, r) = (*self.n, *self.r);
        let mut y = r;
        for i in 0..LANES {
            let s = trigonometric::sin_by_quadrant(
                n[i],
                Pair {
                    high: r.high[i],
                    low: r.low[i],
                },
            );
            y.high[i] = s.high;
            y.low[i] = s.low;
        }
        *self.y = y;
    }
}

/// sin(x + turns·π/2).
#[inline(never)]
fn sin_turned(x: &DoubleDouble, turns: u64) -> DoubleDouble {
    let level = Level::current();
    let mut n = [0; LANES];
    let mut r = *x;
    at_level(
        level,
        Reduction {
            x,
            n: &mut n,
            r: &mut r,
        },
    );
    for (i, n) in n.iter_mut().enumerate() {
        if x.high[i].abs() > trigonometric::NEAR {
            let (quadrant, rest) = trigonometric::reduce_far(x.pair(i));
            *n = quadrant;
            r.high[i] = rest.high;
            r.low[i] = rest.low;
        } else if x.high[i] == 0.0 {
            // −0 stays −0.
            r.high[i] = x.high[i];
        }
        *n = n.wrapping_add(turns);
    }
    let mut y = r;
    at_level(
        level,
        ByQuadrant {
            n: &n,
            r: &r,
            y: &mut y,
        },
    );
    y
}

impl Real for DoubleDouble {
    #[inline]
    fn constant(self, c: f64) -> DoubleDouble {
        DoubleDouble::splat(c)
    }
    #[inline]
    fn pi(self) -> DoubleDouble {
        DoubleDouble::same(coefficients::PI)
    }
    #[inline]
    fn exp(self) -> DoubleDouble {
        unary::<Exp>(&self)
    }
    #[inline]
    fn exp_m1(self) -> DoubleDouble {
        unary::<ExpM1>(&self)
    }
    #[inline]
    fn ln_1p(self) -> DoubleDouble {
        unary::<Ln1p>(&self)
    }
    #[inline]
    fn tanh(self) -> DoubleDouble {
        unary::<Tanh>(&self)
    }
    #[inline]
    fn erfc(self) -> DoubleDouble {
        unary::<Erfc>(&self)
    }
    #[inline]
    fn sqrt(self) -> DoubleDouble {
        unary::<Sqrt>(&self)
    }
    #[inline]
    fn sin(self) -> DoubleDouble {
        sin_turned(&self, 0)
    }
    #[inline]
    fn cos(self) -> DoubleDouble {
        sin_turned(&self, 1)
    }
    #[inline]
    fn below(self, at: Self, then: Self, otherwise: Self) -> DoubleDouble {
        choose::<false>(&self, &at, &then, &otherwise)
    }
    #[inline]
    fn up_to(self, at: Self, then: Self, otherwise: Self) -> DoubleDouble {
        choose::<true>(&self, &at, &then, &otherwise)
    }
    #[inline]
    fn abs(self) -> DoubleDouble {
        unary::<Abs>(&self)
    }
    #[inline]
    fn sigmoid(self) -> DoubleDouble {
        unary::<Sigmoid>(&self)
    }
    #[inline]
    fn softplus(self) -> DoubleDouble {
        unary::<Softplus>(&self)
    }
    #[inline]
    fn normal_cdf(self) -> DoubleDouble {
        unary::<NormalCdf>(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arguments of every size and sign, some with a low part.
    fn arguments() -> impl Iterator<Item = DoubleDouble> {
        (-40..40).map(|k| {
            let scale = 2f64.powi(k);
            DoubleDouble {
                high: [1.0, -1.1, 1.2, -1.3, 1.4, 0.0, -1.6, 1.7].map(|x| x * scale),
                low: [0.0, 0.0, 0.0, 1.0e-17, -1.0e-17, 0.0, 1.0e-40, 0.0].map(|x| x * scale),
            }
        })
    }

    #[test]
    fn every_level_gives_the_same_bits() {
        type Named = (&'static str, fn(DoubleDouble) -> DoubleDouble);
        let functions: [Named; 12] = [
            ("exp", Real::exp),
            ("exp_m1", Real::exp_m1),
            ("ln_1p", |x| x.abs().ln_1p()),
            ("tanh", Real::tanh),
            ("erfc", Real::erfc),
            ("normal_cdf", Real::normal_cdf),
            ("sigmoid", Real::sigmoid),
            ("softplus", Real::softplus),
            ("sin", Real::sin),
            ("cos", Real::cos),
            ("sqrt", |x| x.abs().sqrt()),
            ("arithmetic", |x| {
                (x * x + x) / (x.constant(3.0) - x.pi() * x)
            }),
        ];
        let level = Level::current();
        for (name, f) in functions {
            for x in arguments() {
                Level::Plain.set();
                let plain = f(x);
                for other in Level::ALL.into_iter().filter(|l| l.set()) {
                    let y = f(x);
                    let bits =
                        |y: DoubleDouble| (y.high.map(f64::to_bits), y.low.map(f64::to_bits));
                    assert_eq!(bits(y), bits(plain), "{name} at {}", other.name());
                }
            }
        }
        level.set();
    }

    #[test]
    fn inverse_functions_come_back() {
        for x in arguments() {
            let there = [x.exp_m1().ln_1p(), x.sqrt() * x.sqrt(), x / x.pi() * x.pi()];
            for (i, &high) in x.high.iter().enumerate() {
                for (k, y) in there.iter().enumerate() {
                    // Where eˣ − 1 has lost x, and where there is no root.
                    if k == 0 && high.abs() > 30.0 || k == 1 && high < 0.0 {
                        continue;
                    }
                    let difference = *y - x;
                    let bound = if k == 0 && high < 0.0 {
                        (-high).exp()
                    } else {
                        1.0
                    };
                    assert!(
                        difference.high[i].abs() <= bound * high.abs() * 2f64.powi(-95),
                        "{k}: {high:e} {:e}",
                        difference.high[i]
                    );
                }
            }
        }
    }
}
