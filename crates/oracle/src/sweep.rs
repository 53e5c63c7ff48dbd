//! Every `f32` input of a kernel against the exact result.
//!
//! The reference is the `f64` kernel: its polynomials are longer and its errors are measured here against MPFR on
//! inputs from every binade and around every point where a kernel changes its way. Where the reference rounds to the
//! kernel's result and is not close to the middle between two `f32`, the kernel is right; everything else is decided
//! by MPFR itself.

use crate::inputs::stratified;
use crate::mpfr::{FOR_DOUBLE, FOR_SINGLE, exact};
use crate::ulp::{f32_spacing, rounding_is_close};
use nonlin::{Activation, Element, Function, bf16, f16};
use rug::Float;

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sweep {
    /// Inputs that were looked at, NaN left out.
    pub inputs: u64,
    /// Inputs whose result is not the nearest `f32`.
    pub misrounded: u64,
    /// The largest error, in units in the last place of the exact result.
    pub worst_ulp: f64,
    /// Where it is.
    pub worst_at: f64,
    /// Inputs decided by MPFR.
    pub decided: u64,
}

impl Sweep {
    fn note(&mut self, error: f64, x: f64) {
        if error > self.worst_ulp || error.is_nan() {
            self.worst_ulp = error;
            self.worst_at = x;
        }
    }

    /// The two together.
    pub fn merge(mut self, other: Sweep) -> Sweep {
        self.inputs += other.inputs;
        self.misrounded += other.misrounded;
        self.decided += other.decided;
        self.note(other.worst_ulp, other.worst_at);
        self
    }
}

/// The error of `got` against the exact result, and whether another `f32` is nearer.
fn judge(got: f32, exact: &Float) -> (f64, bool) {
    let nearest = exact.to_f32();
    // Past half a spacing above the greatest f32 the nearest is ∞, an error of 0 when that is what came.
    let error = if got == nearest && (got.is_infinite() || got == 0.0 && exact.is_zero()) {
        0.0
    } else {
        let distance = Float::with_val(exact.prec(), got - exact);
        distance.to_f64().abs() / f32_spacing(exact.to_f64())
    };
    (error, got != nearest)
}

/// Judges one input by MPFR.
fn decide<A: Activation>(a: A, order: u8, x: f32, got: f32, found: &mut Sweep) {
    // At the infinities the formula's own arithmetic would meet ∞·0; the limits have their own test.
    if x.is_infinite() {
        return;
    }
    let (error, misrounded) = judge(got, &exact(a, order, f64::from(x), FOR_SINGLE));
    found.decided += 1;
    found.misrounded += u64::from(misrounded);
    found.note(error, f64::from(x));
}

/// Sweeps the bit patterns `from..to`.
pub fn range<A: Activation>(a: A, order: u8, from: u64, to: u64) -> Sweep {
    const BLOCK: usize = 4096;
    let mut x = vec![0f32; BLOCK];
    let mut wide = vec![0f64; BLOCK];
    let (mut got, mut reference) = (vec![0f32; BLOCK], vec![0f64; BLOCK]);
    let mut found = Sweep::default();
    let mut start = from;
    while start < to {
        let n = BLOCK.min((to - start) as usize);
        for (i, (x, wide)) in x.iter_mut().zip(&mut wide).take(n).enumerate() {
            *x = f32::from_bits((start + i as u64) as u32);
            *wide = f64::from(*x);
        }
        start += n as u64;
        match order {
            0 => {
                a.forward(&x[..n], &mut got[..n]);
                a.forward(&wide[..n], &mut reference[..n]);
            }
            _ => {
                a.derivative(&x[..n], &mut got[..n]);
                a.derivative(&wide[..n], &mut reference[..n]);
            }
        }
        for i in 0..n {
            if x[i].is_nan() {
                assert!(got[i].is_nan(), "NaN must stay NaN");
                continue;
            }
            found.inputs += 1;
            if got[i] != reference[i] as f32 || rounding_is_close(reference[i]) {
                decide(a, order, x[i], got[i], &mut found);
            }
        }
        // The error of results that are the nearest is at most one half.
        found.worst_ulp = found.worst_ulp.max(0.5);
    }
    found
}

/// The largest relative error of the reference, the `f64` kernel, over stratified inputs; results below 2⁻¹⁶⁰ count
/// by their size in units of 2⁻¹⁶⁰, since no `f32` shows them.
pub fn reference_error<A: Activation>(a: A, order: u8) -> (f64, f32, u64) {
    let function: Function = a.into();
    let (mut worst, mut at, mut checked) = (0.0, 0.0, 0);
    for x in stratified(&function, 48, 24) {
        if !x.is_finite() {
            continue;
        }
        let wide = f64::from(x);
        let got = match order {
            0 => a.value_at(wide),
            _ => a.derivative_at(wide),
        };
        let exact = exact(a, order, wide, FOR_SINGLE);
        let floor = f64::powi(2.0, -160);
        let scale = exact.to_f64().abs().max(floor);
        let error = Float::with_val(exact.prec(), got - &exact).to_f64().abs() / scale;
        checked += 1;
        if error > worst || error.is_nan() {
            (worst, at) = (error, x);
        }
    }
    (worst, at, checked)
}

/// Stratified inputs of the `f32` kernel, each judged by MPFR alone.
pub fn sample<A: Activation>(a: A, order: u8) -> Sweep {
    let function: Function = a.into();
    let mut found = Sweep::default();
    for x in stratified(&function, 64, 64) {
        if x.is_nan() {
            continue;
        }
        found.inputs += 1;
        let got = match order {
            0 => a.value_at(x),
            _ => a.derivative_at(x),
        };
        decide(a, order, x, got, &mut found);
    }
    found
}

/// A 16-bit type, all of whose inputs can be judged.
pub trait Half: Element {
    /// The value with these bits.
    fn from_bits(bits: u16) -> Self;
    /// The bits.
    fn bits(self) -> u16;
    /// The spacing at a magnitude.
    fn spacing(x: f64) -> f64;
}

impl Half for f16 {
    fn from_bits(bits: u16) -> Self {
        f16::from_bits(bits)
    }
    fn bits(self) -> u16 {
        self.to_bits()
    }
    fn spacing(x: f64) -> f64 {
        crate::ulp::f16_spacing(x)
    }
}

impl Half for bf16 {
    fn from_bits(bits: u16) -> Self {
        bf16::from_bits(bits)
    }
    fn bits(self) -> u16 {
        self.to_bits()
    }
    fn spacing(x: f64) -> f64 {
        crate::ulp::bf16_spacing(x)
    }
}

/// All 65 536 inputs of a 16-bit kernel, each judged by MPFR.
pub fn half<A: Activation, T: Half>(a: A, order: u8) -> Sweep {
    let x: Vec<T> = (0..=u16::MAX).map(T::from_bits).collect();
    let mut got = x.clone();
    match order {
        0 => a.forward(&x, &mut got),
        _ => a.derivative(&x, &mut got),
    }
    let mut found = Sweep::default();
    for (x, got) in x.into_iter().zip(got) {
        let wide = x.to_f64();
        if wide.is_nan() {
            assert!(got.to_f64().is_nan(), "NaN must stay NaN");
            continue;
        }
        found.inputs += 1;
        if wide.is_infinite() {
            continue;
        }
        let exact = exact(a, order, wide, FOR_SINGLE);
        found.decided += 1;
        let spacing = T::spacing(exact.to_f64());
        // Past the greatest number lies ∞, which stands for what would be the next one.
        let place = |value: T| {
            let value = value.to_f64();
            if value.is_infinite() {
                value.signum()
                    * T::spacing(f64::MAX)
                    * f64::powi(2.0, if T::NAME == "f16" { 11 } else { 8 })
            } else {
                value
            }
        };
        let distance = |value: T| {
            Float::with_val(exact.prec(), place(value) - &exact)
                .to_f64()
                .abs()
                / spacing
        };
        // From half a spacing below ∞'s place on, ∞ is the nearest however far the exact result lies beyond.
        let overflows =
            got.to_f64().is_infinite() && exact.to_f64().abs() >= place(got).abs() - 0.5 * spacing;
        let error = if overflows { 0.0 } else { distance(got) };
        let neighbours = [got.bits().wrapping_add(1), got.bits().wrapping_sub(1)].map(T::from_bits);
        let nearer = neighbours
            .into_iter()
            .filter(|n| !n.to_f64().is_nan() && got.bits() & 0x7fff != 0)
            .any(|n| distance(n) < error);
        found.misrounded += u64::from(nearer || error > 0.5);
        found.note(error, wide);
    }
    found
}

/// Inputs from every binade of `f64`, each judged by MPFR: what is known of the `f64` kernels.
pub fn double<A: Activation>(a: A, order: u8) -> Sweep {
    let mut found = Sweep::default();
    for high in 0..4096u64 {
        let (sign, exponent) = (high >> 11, high & 0x7ff);
        if exponent == 0x7ff {
            continue;
        }
        // The binades where functions bend get more.
        let count = if (1003..=1034).contains(&exponent) {
            256
        } else {
            4
        };
        for i in 0..count {
            let mantissa = (i * 0x9e37_79b9_7f4a_7c15 + high * 0x85eb_ca6b_27d4_eb2f) >> 12;
            let x = f64::from_bits(sign << 63 | exponent << 52 | mantissa);
            let got = match order {
                0 => a.value_at(x),
                _ => a.derivative_at(x),
            };
            let exact = exact(a, order, x, FOR_DOUBLE);
            let spacing = crate::ulp::f64_spacing(exact.to_f64());
            let overflows = got.is_infinite() && exact.to_f64() == got;
            let error = if overflows {
                0.0
            } else {
                Float::with_val(exact.prec(), got - &exact).to_f64().abs() / spacing
            };
            found.inputs += 1;
            found.decided += 1;
            found.misrounded += u64::from(got != exact.to_f64());
            found.note(error, x);
        }
    }
    found
}
