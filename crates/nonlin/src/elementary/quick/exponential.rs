//! Powers of e in `f32` arithmetic.
//!
//! x = n·ln 2 + r with |r| ≤ ln 2/2, so eˣ = 2ⁿ(1 + p) with p = eʳ − 1 from a polynomial. An error of the exponent is
//! a relative error of the result, so r is right to 2⁻²⁶ however large x is: with one factor x − n·ln 2 is exact in
//! the leading part of ln 2, and where the exponent is a product it is never rounded before n·ln 2 is taken off.
//!
//! Kernels use eˣ for x ≤ 0 as 2³²eˣ, which stays normal where a result is subnormal, and take the factor off in
//! their last operation, so that a subnormal result is rounded once.

use super::coefficients::EXP_M1;

/// Adding it rounds to an integer: 1.5·2²³.
const ROUND: f32 = 12582912.0;
/// ln 2 as a sum.
const LN_2: [f32; 2] = [std::f32::consts::LN_2, -1.9046542e-9];
/// ln 2 to 15 bits, whose product with n is exact, and the rest.
const LN_2_SHORT: [f32; 2] = [0.693145751953125, 1.4286068203094173e-6];

/// The exponent of [`LIFTED`].
pub(crate) const LIFT: i32 = 32;
/// What 2³²eˣ carries too much.
pub(crate) const LIFTED: f32 = 4294967296.0;
/// What takes it off.
pub(crate) const LOWERED: f32 = 1.0 / LIFTED;
/// Below this, x·eˣ rounds to 0 and 2³²eˣ is no longer normal.
pub(crate) const LOWEST: f32 = -109.5;

/// eˣ = 2ⁿ(1 + p), with 2ⁿ as 2^{n + L}, which takes one operation less where a kernel wants just that L.
#[derive(Clone, Copy)]
pub(crate) struct Power<const L: i32 = LIFT> {
    /// eʳ − 1 with |r| ≤ ln 2/2, to under 1 ULP.
    pub p: f32,
    /// 2^{n + L}.
    scale: f32,
}

impl Power {
    /// eˣ.
    #[inline(always)]
    pub(crate) fn of(x: f32) -> Power {
        Power::with_lift(x)
    }

    /// e^{a·x}, the product unrounded.
    #[inline(always)]
    pub(crate) fn of_product(a: f32, x: f32) -> Power {
        Power::of_product_with_lift(a, x)
    }

    /// e^{(a + low)·x}, the product unrounded.
    #[inline(always)]
    pub(crate) fn of_long_product(a: f32, low: f32, x: f32) -> Power {
        let (scale, n) = integer::<LIFT>((x * std::f32::consts::LOG2_E).mul_add(a, round(LIFT)));
        let r = n.mul_add(-LN_2_SHORT[1], a.mul_add(x, n * -LN_2_SHORT[0]));
        Power::from_rest(scale, low.mul_add(x, r))
    }
}

impl<const L: i32> Power<L> {
    /// eˣ, with another L.
    #[inline(always)]
    pub(crate) fn with_lift(x: f32) -> Power<L> {
        let (scale, n) = integer::<L>(x.mul_add(std::f32::consts::LOG2_E, round(L)));
        let r = n.mul_add(-LN_2[1], n.mul_add(-LN_2[0], x));
        Power::from_rest(scale, r)
    }

    /// e^{a·x}, the product unrounded, with another L.
    #[inline(always)]
    pub(crate) fn of_product_with_lift(a: f32, x: f32) -> Power<L> {
        let (scale, n) = integer::<L>((a * std::f32::consts::LOG2_E).mul_add(x, round(L)));
        let r = n.mul_add(-LN_2_SHORT[1], a.mul_add(x, n * -LN_2_SHORT[0]));
        Power::from_rest(scale, r)
    }

    #[inline(always)]
    fn from_rest(scale: f32, r: f32) -> Power<L> {
        let r2 = r * r;
        let [c0, c1, c2, c3, c4] = EXP_M1;
        let even = c4.mul_add(r2, c2).mul_add(r2, c0);
        let odd = c3.mul_add(r2, c1);
        Power {
            p: r2.mul_add(odd.mul_add(r, even), r),
            scale,
        }
    }

    /// 2^{n + lift}.
    #[inline(always)]
    pub(crate) fn scale(self, lift: i32) -> f32 {
        if lift == L {
            return self.scale;
        }
        let more = ((lift - L) as u32) << 23;
        f32::from_bits(self.scale.to_bits().wrapping_add(more))
    }

    /// 2^{n − m + lift} with m of another power.
    #[inline(always)]
    pub(crate) fn scale_over(self, other: Power<L>, lift: i32) -> f32 {
        let n = self.scale.to_bits().wrapping_sub(other.scale.to_bits());
        f32::from_bits(n.wrapping_add(((127 + lift) as u32) << 23))
    }

    /// 2³²eˣ.
    #[inline(always)]
    pub(crate) fn lifted(self) -> f32 {
        let s = self.scale(LIFT);
        self.p.mul_add(s, s)
    }

    /// 2³²a·eˣ, rounded once.
    #[inline(always)]
    pub(crate) fn lifted_times(self, a: f32) -> f32 {
        let s = a * self.scale(LIFT);
        self.p.mul_add(s, s)
    }

    /// The same as a sum of two.
    #[inline(always)]
    pub(crate) fn lifted_sum(self, a: f32) -> (f32, f32) {
        let s = a * self.scale(LIFT);
        sum(self.p, s, s)
    }

    /// 1 − eˣ, for a normal eˣ; +0 at both zeros.
    #[inline(always)]
    pub(crate) fn missing(self) -> f32 {
        let s = self.scale(0);
        (-self.p).mul_add(s, 1.0 - s)
    }

    /// eˣ − 1, for a normal eˣ.
    #[inline(always)]
    pub(crate) fn less_one(self) -> f32 {
        let s = self.scale(0);
        self.p.mul_add(s, s - 1.0)
    }
}

/// What a sum with it rounds to: an integer, which then stands in the low bits, as the exponent of 2^{n + lift}.
const fn round(lift: i32) -> f32 {
    ROUND + (127 + lift) as f32
}

/// 2^{n + L} and n of a sum with [`round`].
#[inline(always)]
fn integer<const L: i32>(rounded: f32) -> (f32, f32) {
    let scale = f32::from_bits(rounded.to_bits() << 23);
    (scale, rounded - round(L))
}

/// The larger of x and `floor`; NaN stays NaN.
#[inline(always)]
pub(crate) fn at_least(x: f32, floor: f32) -> f32 {
    if x < floor { floor } else { x }
}

/// The smaller of x and `ceiling`; NaN stays NaN.
#[inline(always)]
pub(crate) fn at_most(x: f32, ceiling: f32) -> f32 {
    if x > ceiling { ceiling } else { x }
}

/// |x|, held at `reach`.
#[inline(always)]
pub(crate) fn magnitude(x: f32, reach: f32) -> f32 {
    at_most(x.abs(), reach)
}

/// x above 0 and −0 below; a zero keeps its sign.
#[inline(always)]
pub(crate) fn positive_part(x: f32) -> f32 {
    // As an integer −0 is the least of all that have the sign bit, and greater than all that lack it.
    f32::from_bits(x.to_bits().min(0x8000_0000))
}

/// What a power of [`one_of_one_plus`] carries.
const SUNK: i32 = -30;

/// 1/(1 + eˣ) for the power eˣ of an x between −60 and 106.
///
/// With e and 1 both lowered by 2³⁰ neither overflows, and the quotient is rounded once also where it is subnormal.
#[inline(always)]
fn one_of_one_plus(e: Power<SUNK>) -> f32 {
    const UNIT: f32 = 1.0 / 1073741824.0;
    let s = e.scale(SUNK);
    UNIT / (UNIT + e.p.mul_add(s, s))
}

/// σ(x).
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    // Negated last: a negated argument would be compared, not clamped.
    one_of_one_plus(Power::with_lift(-at_most(at_least(x, -105.0), 60.0)))
}

/// σ(a·x) for a ≥ 0, the product unrounded.
#[inline(always)]
pub(crate) fn sigmoid_of_product(a: f32, x: f32) -> f32 {
    let reach = at_most(1.0 / a, f32::MAX / 128.0);
    let x = at_least(at_most(x, 60.0 * reach), -105.0 * reach);
    one_of_one_plus(Power::of_product_with_lift(-a, x))
}

/// scale·e/(1 + e)² for a power e ≤ 1: at scale 1 it is σ′ at its exponent.
#[inline(always)]
pub(crate) fn bell(e: Power, scale: f32) -> f32 {
    let e = e.lifted();
    e / square_of_one_plus(e).0 * (scale * LOWERED)
}

/// (1 + e)² of 2³²e as a sum of two, by way of 1 + e(e + 2), which has half the error of the square of a rounded sum.
#[inline(always)]
pub(crate) fn square_of_one_plus(lifted: f32) -> (f32, f32) {
    let line = lifted.mul_add(LOWERED * LOWERED, 2.0 * LOWERED);
    sum(lifted, line, 1.0)
}

/// (n + n_low)/(d + d_low), to little more than half an ULP; a zero keeps its sign.
#[inline(always)]
pub(crate) fn quotient(n: (f32, f32), d: (f32, f32)) -> f32 {
    let inverse = 1.0 / d.0;
    let q = n.0 * inverse;
    let excess = q.mul_add(d.0, -n.0) + q.mul_add(d.1, -n.1);
    excess.mul_add(-inverse, q)
}

/// a·b + c as a sum of two: exactly where |a·b| ≤ |c|, and else to the last place of c.
#[inline(always)]
pub(crate) fn sum(a: f32, b: f32, c: f32) -> (f32, f32) {
    let high = a.mul_add(b, c);
    (high, a.mul_add(b, c - high))
}

/// rest − a·e/(1 + e) for a power e ≤ 1: with a = |x|, e = e^{−|t|} and rest = max(x, 0) it is x·σ(t), for the
/// same sign of x and t.
#[inline(always)]
pub(crate) fn gated(rest: f32, a: f32, e: Power) -> f32 {
    gated_lifted(rest, a, e, LIFT)
}

/// The same with e lifted by 2^`lift`.
#[inline(always)]
pub(crate) fn gated_lifted(rest: f32, a: f32, e: Power, lift: i32) -> f32 {
    let lowered = f32::from_bits(((127 - lift) as u32) << 23);
    let s = e.scale(lift);
    let d = e.p.mul_add(s, s).mul_add(lowered, 1.0);
    let s = a * s;
    (e.p.mul_add(s, s) / d).mul_add(-lowered, rest)
}
