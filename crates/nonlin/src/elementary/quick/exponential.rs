//! Powers of e in `f32` arithmetic.
//!
//! x = n·ln 2 + r with |r| ≤ ln 2/2, so eˣ = 2ⁿ(1 + p) with p = eʳ − 1 from a polynomial. An error of the exponent is
//! a relative error of the result, so r is right to 2⁻²⁶ however large x is: with one factor x − n·ln 2 is exact in
//! the leading part of ln 2, and where the exponent is a product it is never rounded before n·ln 2 is taken off.
//!
//! Functions that divide by 1 + eˣ take eˣ as a quotient, 2ⁿ(1 + q)/(1 − q) with q = tanh(r/2), which costs them no division of its
//! own. As an odd function q has a polynomial of three coefficients where p has one of five.
//!
//! Kernels use eˣ for x ≤ 0 as 2³²eˣ, which stays normal where a result is subnormal, and take the factor off in
//! their last operation, so that a subnormal result is rounded once.

use super::coefficients::{EXP_M1, HALF_TANH};

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

/// x = n·ln 2 + r with |r| ≤ ln 2/2, and 2ⁿ as 2^{n + L}, which takes one operation less where a kernel wants just that L.
#[derive(Clone, Copy)]
pub(crate) struct Reduced<const L: i32 = LIFT> {
    /// 2^{n + L}.
    scale: f32,
    r: f32,
}

impl<const L: i32> Reduced<L> {
    /// Of x.
    #[inline(always)]
    pub(crate) fn of(x: f32) -> Self {
        Self::over(x, round(L))
    }

    /// Of x, with 2ⁿ over the power of two of another, whose [`divisor`] is given.
    #[inline(always)]
    pub(crate) fn over(x: f32, divisor: f32) -> Self {
        let (scale, n) = integer_over(x.mul_add(std::f32::consts::LOG2_E, divisor), divisor);
        let r = n.mul_add(-LN_2[1], n.mul_add(-LN_2[0], x));
        Reduced { scale, r }
    }

    /// Of x, with an error of n·2⁻²⁹ in r: next to 1, an eˣ ≤ 1 does not show it.
    #[inline(always)]
    pub(crate) fn beside_one(x: f32) -> Self {
        let (scale, n) = integer::<L>(x.mul_add(std::f32::consts::LOG2_E, round(L)));
        let r = n.mul_add(-LN_2[0], x);
        Reduced { scale, r }
    }

    /// Of a·x, the product unrounded.
    #[inline(always)]
    pub(crate) fn of_product(a: f32, x: f32) -> Self {
        let (scale, n) = integer::<L>((a * std::f32::consts::LOG2_E).mul_add(x, round(L)));
        let r = n.mul_add(-LN_2_SHORT[1], a.mul_add(x, n * -LN_2_SHORT[0]));
        Reduced { scale, r }
    }

    /// Of (a + low)·x, the product unrounded.
    #[inline(always)]
    pub(crate) fn of_long_product(a: f32, low: f32, x: f32) -> Self {
        let (scale, n) = integer::<L>((x * std::f32::consts::LOG2_E).mul_add(a, round(L)));
        let more = low.mul_add(x, n * -LN_2_SHORT[1]);
        Reduced {
            scale,
            r: a.mul_add(x, n * -LN_2_SHORT[0]) + more,
        }
    }

    #[inline(always)]
    pub(crate) fn power(self) -> Power<L> {
        let Reduced { scale, r } = self;
        let r2 = r * r;
        let [c0, c1, c2, c3, c4] = EXP_M1;
        let even = c4.mul_add(r2, c2).mul_add(r2, c0);
        let odd = c3.mul_add(r2, c1);
        Power {
            p: r2.mul_add(odd.mul_add(r, even), r),
            scale,
        }
    }

    #[inline(always)]
    pub(crate) fn ratio(self) -> Ratio<L> {
        let Reduced { scale, r } = self;
        let r2 = r * r;
        let [c1, c2] = HALF_TANH;
        Ratio {
            q: c2.mul_add(r2, c1).mul_add(r2, 0.5) * r,
            scale,
        }
    }
}

/// 2ᵏ.
const fn unit(k: i32) -> f32 {
    f32::from_bits(((127 + k) as u32) << 23)
}

/// 2^{n + more} of a 2ⁿ that stays normal.
#[inline(always)]
fn lifted_by(scale: f32, more: i32) -> f32 {
    f32::from_bits(scale.to_bits().wrapping_add((more as u32) << 23))
}

/// eˣ = 2ⁿ(1 + q)/(1 − q), with 2ⁿ as 2^{n + L}.
#[derive(Clone, Copy)]
pub(crate) struct Ratio<const L: i32 = LIFT> {
    /// tanh(r/2) with |r| ≤ ln 2/2, to 1 ULP.
    pub q: f32,
    /// 2^{n + L}.
    pub scale: f32,
}

impl<const L: i32> Ratio<L> {
    /// 1 − q, lifted by 2^L.
    #[inline(always)]
    pub(crate) fn under(self) -> f32 {
        lifted_by(1.0 - self.q, L)
    }

    /// (1 + eˣ)(1 − q) for x ≤ 0, lifted by 2^L: 1 + 2ⁿ + q(2ⁿ − 1) as 1 − (q(1 − 2ⁿ) − 2ⁿ), which next to 1 is rounded once, however
    /// small 2ⁿ is.
    #[inline(always)]
    pub(crate) fn one_plus(self) -> f32 {
        let one = lifted_by(1.0, L);
        one - self.q.mul_add(one - self.scale, -self.scale)
    }

    /// eˣ(1 − q) times a factor that has 2ⁿ in it.
    #[inline(always)]
    pub(crate) fn times(self, scale: f32) -> f32 {
        self.q.mul_add(scale, scale)
    }
}

/// eˣ = 2ⁿ(1 + p), with 2ⁿ as 2^{n + L}.
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
        Reduced::of(x).power()
    }

    /// 2³²eˣ.
    #[inline(always)]
    pub(crate) fn lifted(self) -> f32 {
        let s = self.scale;
        self.p.mul_add(s, s)
    }

    /// 2³²(eˣ − 1).
    #[inline(always)]
    pub(crate) fn lifted_less_one(self) -> f32 {
        self.p.mul_add(self.scale, self.scale - LIFTED)
    }

    /// 2³²a·eˣ, rounded once.
    #[inline(always)]
    pub(crate) fn lifted_times(self, a: f32) -> f32 {
        let s = a * self.scale;
        self.p.mul_add(s, s)
    }

    /// The same as a sum of two.
    #[inline(always)]
    pub(crate) fn lifted_sum(self, a: f32) -> (f32, f32) {
        let s = a * self.scale;
        sum(self.p, s, s)
    }
}

impl<const L: i32> Power<L> {
    /// 2^{n + lift}.
    #[inline(always)]
    pub(crate) fn scale(self, lift: i32) -> f32 {
        lifted_by(self.scale, lift - L)
    }
}

/// What there is to know of the zero of e(1 − s + e)/(1 + e)², the derivative of a·σ(−t) for s = a·t′ and e = e^{−t}: with an e₀
/// next to the e there, 1 − s + e is (e − e₀) + (1 + e₀ − s), which has the sign of its terms wherever they are not minute. Mish, whose
/// derivative has another form, takes its e − e₀ here too.
#[derive(Clone, Copy)]
pub(crate) struct Dip {
    /// 1/e₀.
    pub inverse: f32,
    /// e₀.
    pub e: f32,
    /// −ln e₀, as a sum whose first part is a multiple of 2⁻¹⁷.
    pub exponent: [f32; 2],
}

impl Dip {
    /// e^{−t}/e₀ for 0 ≤ t ≤ 110, given t as a sum and how far it is below −ln e₀, of which not much is asked.
    #[inline(always)]
    pub(crate) fn power(&self, (t, low): (f32, f32), distance: f32) -> Power {
        let (scale, n) = integer::<LIFT>(distance.mul_add(std::f32::consts::LOG2_E, round(LIFT)));
        // Exact in both steps from t = 1/4 on, because the last place of a t < 128 is no larger than 2⁻¹⁷.
        let [high, more] = self.exponent;
        let r = n.mul_add(-LN_2_SHORT[0], high) - t;
        let r = r + n.mul_add(-LN_2_SHORT[1], more - low);
        Reduced { scale, r }.power()
    }

    /// 1 − s + e as a sum, given 1 + e₀ − s as one.
    #[inline(always)]
    pub(crate) fn line(&self, power: Power, (d, low): (f32, f32)) -> (f32, f32) {
        let (line, more) = sum(self.e * LOWERED, power.lifted_less_one(), d);
        (line, more + low)
    }

    /// (1 + e)²/e₀, lifted by 2^`lift`.
    #[inline(always)]
    pub(crate) fn square_of_one_plus(&self, power: Power, lift: i32) -> f32 {
        let e = power.lifted();
        let more = e.mul_add(self.e * unit(lift - 2 * LIFT), unit(lift + 1 - LIFT));
        e.mul_add(more, self.inverse * unit(lift))
    }
}

/// 1 − eˣ for −20 ≤ x ≤ 0; +0 at both zeros.
#[inline(always)]
pub(crate) fn missing(x: f32) -> f32 {
    let e = Reduced::<0>::beside_one(x).power();
    (-e.p).mul_add(e.scale, 1.0 - e.scale)
}

/// What a sum with it rounds to: an integer, which then stands in the low bits, as the exponent of 2^{n + lift}.
const fn round(lift: i32) -> f32 {
    ROUND + (127 + lift) as f32
}

/// The n of an x, and what takes it off the n of others in [`Reduced::over`].
#[inline(always)]
pub(crate) fn divisor<const L: i32>(x: f32) -> (f32, f32) {
    let (_, n) = integer::<L>(x.mul_add(std::f32::consts::LOG2_E, round(L)));
    (n, round(L) - n)
}

/// 2^{n + L} and n of a sum with [`round`].
#[inline(always)]
fn integer<const L: i32>(rounded: f32) -> (f32, f32) {
    integer_over(rounded, round(L))
}

/// The same of a sum with a [`divisor`].
#[inline(always)]
fn integer_over(rounded: f32, divisor: f32) -> (f32, f32) {
    (f32::from_bits(rounded.to_bits() << 23), rounded - divisor)
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

// Numbers of one sign are in the order of their bits, and integers are compared by units that multiplications leave idle.

/// |x|, held at `reach`. NaN becomes `reach`: loops over slices put the one NaN where an argument is NaN.
#[inline(always)]
pub(crate) fn magnitude(x: f32, reach: f32) -> f32 {
    f32::from_bits((x.to_bits() & (u32::MAX >> 1)).min(reach.to_bits()))
}

/// x, held between `low` < 0 and `high` > 0. NaN becomes one of them.
#[inline(always)]
pub(crate) fn held(x: f32, low: f32, high: f32) -> f32 {
    // As a signed integer a negative number is below all positive ones, as an unsigned one it is above them.
    let below = (x.to_bits() as i32).min(high.to_bits() as i32);
    f32::from_bits((below as u32).min(low.to_bits()))
}

// Not so next to zeros: of integers that are compared with −0 only the sign bit counts, and what asks for that alone, a comparison with
// −1, has the compiler make a register of ones by an instruction that waits for what the register held, an element ago.

/// min(x, 0), held at `low` < 0; above 0 it is −0, and for NaN.
#[inline(always)]
pub(crate) fn negative_part(x: f32, low: f32) -> f32 {
    let below = if x < 0.0 { x } else { -0.0 };
    f32::from_bits(below.to_bits().min(low.to_bits()))
}

/// x above 0 and −0 below; a zero keeps its sign, and NaN stays NaN.
#[inline(always)]
pub(crate) fn positive_part(x: f32) -> f32 {
    if x < 0.0 { -0.0 } else { x }
}

/// What a power of [`one_of_one_plus`] carries.
const SUNK: i32 = -30;

/// 1/(1 + eˣ) for the power eˣ of an x between −60 and 106.
///
/// With e and 1 both lowered by 2³⁰ neither overflows, and the quotient is rounded once also where it is subnormal.
#[inline(always)]
fn one_of_one_plus(e: Reduced<SUNK>) -> f32 {
    let e = e.ratio();
    e.under() / (e.under() + e.times(e.scale))
}

/// σ(x).
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    one_of_one_plus(Reduced::of(-held(x, -105.0, 60.0)))
}

/// σ(a·x) for a ≥ 0, the product unrounded.
#[inline(always)]
pub(crate) fn sigmoid_of_product(a: f32, x: f32) -> f32 {
    let reach = at_most(1.0 / a, f32::MAX / 128.0);
    let x = held(x, -105.0 * reach, 60.0 * reach);
    one_of_one_plus(Reduced::of_product(-a, x))
}

/// tanh(x).
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    // (1 − e)/(1 + e) with e = exp(−2|x|). Where n = 0 it is q, and no digit cancels.
    let a = magnitude(x, 10.0);
    let Ratio { q, scale } = Reduced::<0>::beside_one(-(a + a)).ratio();
    let (less, more) = (scale - 1.0, scale + 1.0);
    (q.mul_add(more, less) / q.mul_add(less, more)).copysign(x)
}

/// 2ᵏ(1 + e)² of 2³²e, by way of 1 + e(2 + e), which has half the error of a square.
#[inline(always)]
pub(crate) fn square_of_one_plus(lifted: f32, k: i32) -> f32 {
    lifted.mul_add(
        lifted.mul_add(unit(k - 2 * LIFT), unit(k + 1 - LIFT)),
        unit(k),
    )
}

/// e/(1 + e)² for a power e ≤ 1, which is σ′ at its exponent.
#[inline(always)]
pub(crate) fn bell(e: Power) -> f32 {
    let e = e.lifted();
    e / square_of_one_plus(e, LIFT)
}

/// (n + n_low)/(d + d_low), to little more than half an ULP; a zero keeps its sign.
#[inline(always)]
pub(crate) fn quotient(n: (f32, f32), d: (f32, f32)) -> f32 {
    let inverse = 1.0 / d.0;
    let q = n.0 * inverse;
    let excess = q.mul_add(d.1, q.mul_add(d.0, -n.0)) - n.1;
    excess.mul_add(-inverse, q)
}

/// a·b + c as a sum of two: exactly where |a·b| ≤ |c|, and else to the last place of c.
#[inline(always)]
pub(crate) fn sum(a: f32, b: f32, c: f32) -> (f32, f32) {
    let high = a.mul_add(b, c);
    (high, a.mul_add(b, c - high))
}

/// a·e/(1 + e) for a power e ≤ 1: with a = |x| and e = e^{−|t|} it is what x·σ(t) lacks of max(x, 0), for the same sign of x and
/// t. Lifted above and below, the quotient is rounded once also where it is subnormal.
#[inline(always)]
pub(crate) fn gated<const L: i32>(a: f32, e: Ratio<L>) -> f32 {
    e.times(a * e.scale) / e.one_plus()
}
