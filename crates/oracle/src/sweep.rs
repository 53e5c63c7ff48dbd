//! Kernels against the exact result.
//!
//! Of `f32`, value and derivative, every input is looked at. The reference is the fast `f64` kernel: its polynomials are
//! longer than those of the `f32` kernels and its errors are measured here by the judge on inputs from every binade and
//! around every point where a kernel changes its way. Where the reference is not close to the middle between two `f32`, its
//! rounding is the right result; everything else is decided by the judge. All inputs of the 16-bit types are judged, and for whatever else inputs from every binade.

use crate::inputs::{stratified, stratified_doubles};
use crate::judge::{Exact, Judge};
use crate::ulp::{f32_spacing, f64_spacing, rounding_is_close};
use nonlin::{Activation, Element, Function, Order, Precision, bf16, f16, with_function};

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sweep {
    /// Inputs that were looked at, NaN left out.
    pub inputs: u64,
    /// Inputs whose result is not the nearest number.
    pub misrounded: u64,
    /// The largest error, in units in the last place of the exact result.
    pub worst_ulp: f64,
    /// Where it is.
    pub worst_at: f64,
    /// Inputs decided by the judge.
    pub decided: u64,
}

impl Sweep {
    fn note(&mut self, error: f64, x: f64) {
        if error > self.worst_ulp || error.is_nan() && !self.worst_ulp.is_nan() {
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

/// An input whose exact result lies near the middle of two `f32`, with how near in units of the last place.
pub type Hard = (f64, f32);

/// Hard inputs kept of a sweep.
const HARDEST: usize = 24;

/// What a sweep over all `f32` found.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// Of the exact kernel.
    pub exact: Sweep,
    /// Of the fast kernel.
    pub fast: Sweep,
    /// The largest relative error of the exact kernel before it rounds.
    pub lane_error: f64,
    /// The inputs nearest to a middle, nearest first.
    pub hard: Vec<Hard>,
}

impl Whole {
    /// The two together.
    pub fn merge(mut self, other: Whole) -> Whole {
        self.exact = self.exact.merge(other.exact);
        self.fast = self.fast.merge(other.fast);
        self.lane_error = self.lane_error.max(other.lane_error);
        self.hard.extend(other.hard);
        self.keep_the_hardest();
        self
    }

    fn keep_the_hardest(&mut self) {
        self.hard.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.hard.truncate(HARDEST);
    }
}

/// The error of `got` against the exact result, and whether another `f32` is nearer.
fn judged(got: f32, exact: &impl Exact) -> (f64, bool) {
    let nearest = exact.to_f32();
    // Past half a spacing above the greatest f32 the nearest is ∞, an error of 0 when that is what came.
    let error = if got == nearest && (got.is_infinite() || got == 0.0 && exact.to_f64() == 0.0) {
        0.0
    } else {
        exact.distance(f64::from(got)) / f32_spacing(exact.to_f64())
    };
    (error, got != nearest)
}

/// Judges one input; returns whether it is within the judge's reach.
fn decide<J: Judge>(
    judge: J,
    f: Function,
    order: Order,
    x: f32,
    got: f32,
    found: &mut Sweep,
) -> bool {
    // At the infinities the formula's own arithmetic would meet ∞·0; the limits have their own test.
    if x.is_infinite() {
        return true;
    }
    let Some(exact) = judge.exact(f, order, f64::from(x), false) else {
        return false;
    };
    let (error, misrounded) = judged(got, &exact);
    found.decided += 1;
    found.misrounded += u64::from(misrounded);
    found.note(error, f64::from(x));
    true
}

/// How far `exact` is from the middle of two `f32`, in units of the last place.
fn from_the_middle(exact: f64) -> f64 {
    let units = exact.abs() / f32_spacing(exact);
    ((units - units.floor()) - 0.5).abs()
}

/// Of inputs that the lanes do not reach, one of so many is judged.
const FAR_STEP: usize = 1024;

/// Sweeps the bit patterns `from..to`, value or derivative.
pub fn range<J: Judge>(judge: J, f: Function, order: Order, from: u64, to: u64) -> Whole {
    const BLOCK: usize = 4096;
    let mut x = vec![0f32; BLOCK];
    let (mut got, mut fast) = (x.clone(), x.clone());
    let mut wide = vec![0f64; BLOCK];
    let (mut reference, mut unrounded) = (wide.clone(), wide.clone());
    let mut found = Whole::default();
    let kernels = f.kernels();
    let hasty = kernels.precision(Precision::Fast);
    let is_far = |x: f32| with_function!(f, a => a.far(f64::from(x))).is_some();
    let mut start = from;
    while start < to {
        let n = BLOCK.min((to - start) as usize);
        for (i, (x, wide)) in x.iter_mut().zip(&mut wide).take(n).enumerate() {
            *x = f32::from_bits((start + i as u64) as u32);
            *wide = f64::from(*x);
        }
        start += n as u64;
        if is_far(x[0]) && is_far(x[n - 1]) {
            // The reference goes the same way out there, so MPFR has to judge, and that only some of them.
            for &x in x[..n].iter().step_by(FAR_STEP) {
                if !x.is_nan() {
                    for (got, found) in [
                        (kernels.at(order, x), &mut found.exact),
                        (hasty.at(order, x), &mut found.fast),
                    ] {
                        found.inputs += u64::from(decide(judge, f, order, x, got, found));
                    }
                }
            }
            continue;
        }
        kernels.evaluate(order, &x[..n], &mut got[..n]);
        hasty.evaluate(order, &x[..n], &mut fast[..n]);
        hasty.evaluate(order, &wide[..n], &mut reference[..n]);
        with_function!(f, a => nonlin::slice::unrounded(a, order, &x[..n], &mut unrounded[..n]));
        for i in 0..n {
            if x[i].is_nan() {
                assert!(got[i].is_nan() && fast[i].is_nan(), "NaN must stay NaN");
                continue;
            }
            found.exact.inputs += 1;
            found.fast.inputs += 1;
            let nearest = reference[i] as f32;
            if got[i] != nearest || rounding_is_close(reference[i]) {
                decide(judge, f, order, x[i], got[i], &mut found.exact);
                found.hard.push((from_the_middle(reference[i]), x[i]));
                if found.hard.len() > 8 * HARDEST {
                    found.keep_the_hardest();
                }
            }
            if fast[i] != nearest && !(fast[i].is_nan() && nearest.is_nan()) {
                found.fast.misrounded += 1;
                // ∞ stands for the number that would follow the greatest.
                let place = f64::from(fast[i]).clamp(-f64::powi(2.0, 128), f64::powi(2.0, 128));
                let error = (place - reference[i]).abs() / f32_spacing(reference[i]);
                found.fast.note(error, f64::from(x[i]));
            }
            if reference[i].abs() > f64::powi(2.0, -151) && reference[i].is_finite() {
                let error = ((unrounded[i] - reference[i]) / reference[i]).abs();
                if error > found.lane_error && !is_far(x[i]) {
                    found.lane_error = error;
                }
            }
        }
    }
    // The error of results that are the nearest is at most one half.
    found.exact.worst_ulp = found.exact.worst_ulp.max(0.5);
    found.fast.worst_ulp = found.fast.worst_ulp.max(0.5);
    found.keep_the_hardest();
    found
}

/// The largest relative error of the reference, the fast `f64` kernel, over stratified inputs; results below 2⁻¹⁶⁰ count
/// by their size in units of 2⁻¹⁶⁰, since no `f32` shows them.
pub fn reference_error<J: Judge>(judge: J, f: Function, order: Order) -> (f64, f32) {
    let (mut worst, mut at) = (0.0, 0.0);
    for x in stratified(&f, 48, 24) {
        if !x.is_finite() {
            continue;
        }
        let wide = f64::from(x);
        let got = f.kernels().precision(Precision::Fast).at(order, wide);
        let Some(exact) = judge.exact(f, order, wide, false) else {
            continue;
        };
        let floor = f64::powi(2.0, -160);
        let error = exact.distance(got) / exact.to_f64().abs().max(floor);
        if error > worst || error.is_nan() {
            (worst, at) = (error, x);
        }
    }
    (worst, at)
}

/// Stratified inputs of an `f32` kernel, each judged.
pub fn sample<J: Judge>(judge: J, f: Function, order: Order, precision: Precision) -> Sweep {
    let kernels = f.kernels().precision(precision);
    let mut found = Sweep::default();
    for x in stratified(&f, 64, 64) {
        if !x.is_nan() {
            let got = kernels.at(order, x);
            found.inputs += u64::from(decide(judge, f, order, x, got, &mut found));
        }
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

/// All 65 536 inputs of a 16-bit kernel, each judged.
pub fn half<T: Half>(judge: impl Judge, f: Function, order: Order) -> Sweep {
    let x: Vec<T> = (0..=u16::MAX).map(T::from_bits).collect();
    let mut got = x.clone();
    f.kernels().evaluate(order, &x, &mut got);
    let mut found = Sweep::default();
    for (x, got) in x.into_iter().zip(got) {
        let wide = x.to_f64();
        if wide.is_nan() {
            assert!(got.to_f64().is_nan(), "NaN must stay NaN");
            continue;
        }
        if wide.is_infinite() {
            found.inputs += 1;
            continue;
        }
        let Some(exact) = judge.exact(f, order, wide, false) else {
            continue;
        };
        found.inputs += 1;
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
        let distance = |value: T| exact.distance(place(value)) / spacing;
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

/// Inputs from the binades `from..to` of 4 096 (sign and exponent), each judged: the exact and the fast `f64`
/// kernel. `share` times 4 inputs of every binade and 256 where functions bend.
pub fn double<J: Judge>(
    judge: J,
    f: Function,
    order: Order,
    share: u64,
    binades: std::ops::Range<u64>,
) -> (Sweep, Sweep) {
    let (mut found, mut hasty) = (Sweep::default(), Sweep::default());
    let kernels = f.kernels();
    for x in stratified_doubles(binades, share) {
        let Some(exact) = judge.exact(f, order, x, true) else {
            continue;
        };
        let nearest = exact.to_f64();
        let spacing = f64_spacing(nearest);
        for (got, found) in [
            (kernels.at(order, x), &mut found),
            (kernels.precision(Precision::Fast).at(order, x), &mut hasty),
        ] {
            let overflows = got.is_infinite() && nearest == got;
            let error = if overflows {
                0.0
            } else {
                exact.distance(got) / spacing
            };
            found.inputs += 1;
            found.decided += 1;
            found.misrounded += u64::from(got != nearest);
            found.note(error, x);
        }
    }
    (found, hasty)
}
