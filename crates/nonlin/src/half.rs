//! `f16` and `bf16` kernels: a table of all 65 536 results.
//!
//! A table costs the same whatever the function, and every entry is the `f64` kernel's result rounded once. It is
//! built when a long slice first asks for it; short slices are widened, computed and rounded. Functions that only select
//! need no table, and products take the quantity from a table in `f64`.
//!
//! Slices are rounded by way of an `f32` rounded to odd, which rounds on to 16 bits as the exact number does, in a few
//! operations on integers that vectorise.

use crate::activation::{Activation, Order};
use crate::element::Element;
use crate::kernels::{Job, Kernels, Precision, in_blocks};
use crate::level::{Kernel, Level, at_level};
use crate::parameter::Parametric;
use crate::slice::{Derivative, Quantity, Value};
use crate::strength::rounded;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, LazyLock, RwLock};

/// A half-precision type.
pub(crate) trait Half: Element {
    /// Whether rounding to it takes less time than a look into a table.
    const ROUNDS_FAST: bool;
    fn bits(self) -> u16;
    fn from_bits(bits: u16) -> Self;
    /// The number, exactly.
    fn widen(self) -> f32;
    /// The nearest number of this type to the one that `odd` is, rounded to odd; the one NaN for NaN.
    fn narrow(odd: f32) -> Self;
}

/// The infinity of `f32` as bits.
const INFINITY: u32 = 0x7f80_0000;

impl Half for ::half::f16 {
    const ROUNDS_FAST: bool = false;
    #[inline(always)]
    fn bits(self) -> u16 {
        self.to_bits()
    }
    #[inline(always)]
    fn from_bits(bits: u16) -> Self {
        ::half::f16::from_bits(bits)
    }
    #[inline(always)]
    fn widen(self) -> f32 {
        /// From the exponent of `f16` to that of `f32`; subnormals are as right as others.
        const REBIAS: f32 = f32::from_bits((127 + 112) << 23);
        let bits = u32::from(self.to_bits());
        let magnitude = bits & 0x7fff;
        let finite = (f32::from_bits(magnitude << 13) * REBIAS).to_bits();
        let special = if magnitude >= 0x7c00 { INFINITY } else { 0 };
        f32::from_bits(finite | special | (bits & 0x8000) << 16)
    }
    #[inline(always)]
    fn narrow(odd: f32) -> Self {
        let bits = odd.to_bits();
        let magnitude = bits & 0x7fff_ffff;
        // 13 bits go, and 112 off the exponent.
        let rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
        let normal = (rounded >> 13).wrapping_sub(112 << 10);
        // A sum with 1/2 has the spacing of the subnormals.
        let subnormal = (f32::from_bits(magnitude) + 0.5)
            .to_bits()
            .wrapping_sub(0x3f00_0000);
        let finite = if magnitude < 0x3880_0000 {
            subnormal
        } else {
            normal
        };
        // From 65 520 on it is infinity.
        let limited = if magnitude >= 0x477f_f000 {
            0x7c00
        } else {
            finite
        };
        let signed = limited | (bits >> 16 & 0x8000);
        let result = if magnitude > INFINITY { 0x7e00 } else { signed };
        ::half::f16::from_bits(result as u16)
    }
}

impl Half for ::half::bf16 {
    const ROUNDS_FAST: bool = true;
    #[inline(always)]
    fn bits(self) -> u16 {
        self.to_bits()
    }
    #[inline(always)]
    fn from_bits(bits: u16) -> Self {
        ::half::bf16::from_bits(bits)
    }
    #[inline(always)]
    fn widen(self) -> f32 {
        f32::from_bits(u32::from(self.to_bits()) << 16)
    }
    #[inline(always)]
    fn narrow(odd: f32) -> Self {
        let bits = odd.to_bits();
        let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16;
        let nan = bits & 0x7fff_ffff > INFINITY;
        ::half::bf16::from_bits(if nan { 0x7fc0 } else { rounded as u16 })
    }
}

/// Slices shorter than this do not have a table built for them.
const WORTH_A_TABLE: usize = 8192;

/// A table belongs to a function's name, its parameters, a type and an order.
type Key = (&'static str, Vec<u64>, &'static str, Order);

/// An entry for every number of a type.
type Table<E> = Arc<[E; 65536]>;

/// The tables that were built; when there are as many as are kept, all are dropped and begun anew.
struct Tables<E> {
    built: RwLock<HashMap<Key, Table<E>>>,
    kept: usize,
}

impl<E: Copy + Default> Tables<E> {
    fn keeping(kept: usize) -> Self {
        Tables {
            built: RwLock::default(),
            kept,
        }
    }

    /// The table, if it is there or `length` elements make it worth building.
    fn get<A: Activation, H: Half>(
        &self,
        (a, order): (A, Order),
        length: usize,
        entry: impl Fn(f64) -> E,
    ) -> Option<Table<E>> {
        if length < 64 {
            return None;
        }
        let parameters = (0..A::PARAMETERS.len())
            .map(|i| Parametric::get(&a, i).to_bits())
            .collect();
        let key = (A::CARD.name, parameters, H::NAME, order);
        let built = self.built.read().unwrap_or_else(|e| e.into_inner());
        if let Some(table) = built.get(&key) {
            return Some(table.clone());
        }
        drop(built);
        if length < WORTH_A_TABLE {
            return None;
        }
        let x: Vec<f64> = (0..=u16::MAX)
            .map(|bits| H::from_bits(bits).widen().into())
            .collect();
        let mut y = vec![0.0; x.len()];
        compute(a, order, &x, &mut y);
        let mut table = Box::new([E::default(); 65536]);
        for (to, y) in table.iter_mut().zip(y) {
            *to = entry(y);
        }
        let table: Table<E> = Arc::from(table as Box<[E; 65536]>);
        let mut built = self.built.write().unwrap_or_else(|e| e.into_inner());
        if built.len() >= self.kept {
            built.clear();
        }
        built.insert(key, table.clone());
        Some(table)
    }
}

/// Results: 128 KiB each.
static RESULTS: LazyLock<Tables<u16>> = LazyLock::new(|| Tables::keeping(64));

/// What products are taken with: 512 KiB each.
static FACTORS: LazyLock<Tables<f64>> = LazyLock::new(|| Tables::keeping(16));

/// The quantity in `f64`, to more bits than two roundings to 16 could confuse: the lanes where they know the order.
fn compute<A: Activation>(activation: A, order: Order, x: &[f64], y: &mut [f64]) {
    let kernels = Kernels::new(activation).precision(Precision::Fast);
    f64::run(kernels, Job::Map { order, x, y });
}

/// Elements that are widened at a time.
const BLOCK: usize = 256;

struct Widen<'a, H>(&'a [H], &'a mut [f64]);

impl<H: Half> Kernel for Widen<'_, H> {
    #[inline(always)]
    fn run(self) {
        for (wide, x) in self.1.iter_mut().zip(self.0) {
            *wide = x.widen().into();
        }
    }
}

struct Narrow<'a, H>(&'a [f64], &'a mut [H]);

impl<H: Half> Kernel for Narrow<'_, H> {
    #[inline(always)]
    fn run(self) {
        let mut any_tiny = false;
        for (y, &wide) in self.1.iter_mut().zip(self.0) {
            // What an f32 lacks, gathered in its last bit.
            let low = wide.to_bits() & DROPPED;
            let last = (low + DROPPED) & (DROPPED + 1);
            let odd = f64::from_bits((wide.to_bits() & !DROPPED) | last);
            any_tiny |= f64::abs(wide) < f64::from(f32::MIN_POSITIVE) && wide != 0.0;
            *y = H::narrow(odd as f32);
        }
        if any_tiny {
            narrow_subnormal(self.0, self.1);
        }
    }
}

/// Every number in `f64`.
pub(crate) fn widen_all<H: Half>(x: &[H], wide: &mut [f64]) {
    at_level(Level::current(), Widen(x, wide));
}

/// Every number rounded.
pub(crate) fn narrow_all<H: Half>(wide: &[f64], x: &mut [H]) {
    at_level(Level::current(), Narrow(wide, x));
}

/// The bits of an `f64` that an `f32` lacks.
const DROPPED: u64 = (1 << 29) - 1;

/// The same for results that are subnormal in `f32`, which lacks more of them.
#[cold]
#[inline(never)]
fn narrow_subnormal<H: Half>(wide: &[f64], y: &mut [H]) {
    for (y, wide) in y.iter_mut().zip(wide) {
        *y = rounded(*wide);
    }
}

struct Times<'a, H>(&'a mut [f64], &'a [H]);

impl<H: Half> Kernel for Times<'_, H> {
    #[inline(always)]
    fn run(self) {
        for (factor, dy) in self.0.iter_mut().zip(self.1) {
            *factor *= f64::from(dy.widen());
        }
    }
}

/// y or dx of a function that only selects: `f32` holds its results, and its slopes are 0 and 1.
struct Select<'a, A: Activation, H, Q> {
    a: A,
    quantity: PhantomData<Q>,
    x: &'a [H],
    dy: Option<&'a [H]>,
    y: &'a mut [H],
}

impl<A: Activation, H: Half, Q: Quantity> Kernel for Select<'_, A, H, Q> {
    #[inline(always)]
    fn run(self) {
        // A parameter is a number of the type.
        let parameters = self.a.lift(|_, c| H::from_f64(c).widen());
        let at = |x: H| {
            let x = x.widen();
            let y = Q::lane::<A, f32>(parameters, x);
            if x.is_nan() { f32::NAN } else { y }
        };
        match self.dy {
            None => {
                for (y, x) in self.y.iter_mut().zip(self.x) {
                    *y = H::narrow(at(*x));
                }
            }
            Some(dy) => {
                for ((y, x), dy) in self.y.iter_mut().zip(self.x).zip(dy) {
                    *y = H::narrow(at(*x) * dy.widen());
                }
            }
        }
    }
}

/// Runs a job of a function that only selects.
fn select<A: Activation, H: Half>(a: A, order: Order, x: &[H], dy: Option<&[H]>, y: &mut [H]) {
    let level = Level::current();
    match order {
        Order::Value => at_level(
            level,
            Select {
                a,
                quantity: PhantomData::<Value>,
                x,
                dy,
                y,
            },
        ),
        _ => at_level(
            level,
            Select {
                a,
                quantity: PhantomData::<Derivative>,
                x,
                dy,
                y,
            },
        ),
    }
}

/// Runs `work` on blocks of the quantity at x, each with the place where it begins.
fn in_f64<A: Activation, H: Half>(
    (a, order): (A, Order),
    x: &[H],
    mut work: impl FnMut(usize, &mut [f64]),
) {
    let (mut wide, mut quantity) = ([0.0; BLOCK], [0.0; BLOCK]);
    for (block, x) in x.chunks(BLOCK).enumerate() {
        let (wide, quantity) = (&mut wide[..x.len()], &mut quantity[..x.len()]);
        widen_all(x, wide);
        compute(a, order, wide, quantity);
        work(block * BLOCK, quantity);
    }
}

fn selects<A: Activation>(order: Order) -> bool {
    A::SELECTS_ONLY && matches!(order, Order::Value | Order::Derivative)
}

fn map<A: Activation, H: Half>(a: A, order: Order, x: &[H], y: &mut [H]) {
    if selects::<A>(order) && H::ROUNDS_FAST {
        return select(a, order, x, None, y);
    }
    let narrow = |y| rounded::<H>(y).bits();
    if let Some(table) = RESULTS.get::<A, H>((a, order), x.len(), narrow) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = H::from_bits(table[usize::from(x.bits())]);
        }
        return;
    }
    in_f64((a, order), x, |start, quantity| {
        let y = &mut y[start..start + quantity.len()];
        narrow_all(quantity, y);
    });
}

/// dy times the quantity in `f64`, rounded once.
fn product<A: Activation, H: Half>(a: A, order: Order, x: &[H], dy: &[H], dx: &mut [H]) {
    if selects::<A>(order) {
        return select(a, order, x, Some(dy), dx);
    }
    let mut times = |start: usize, factors: &mut [f64]| {
        let at = start..start + factors.len();
        at_level(Level::current(), Times(factors, &dy[at.clone()]));
        narrow_all(factors, &mut dx[at]);
    };
    if let Some(table) = FACTORS.get::<A, H>((a, order), x.len(), |y| y) {
        let mut factors = [0.0; BLOCK];
        for (block, x) in x.chunks(BLOCK).enumerate() {
            let factors = &mut factors[..x.len()];
            for (factor, x) in factors.iter_mut().zip(x) {
                *factor = table[usize::from(x.bits())];
            }
            times(block * BLOCK, factors);
        }
        return;
    }
    in_f64((a, order), x, times);
}

/// Runs a job.
pub(crate) fn run<A: Activation, H: Half>(activation: A, job: Job<'_, H>) {
    match job {
        Job::Map { order, x, y } => map(activation, order, x, y),
        Job::InPlace { x } => in_blocks(x, |from, to| map(activation, Order::Value, from, to)),
        Job::Both { x, y, d } => {
            map(activation, Order::Value, x, y);
            map(activation, Order::Derivative, x, d);
        }
        Job::Product { order, x, dy, dx } => product(activation, order, x, dy, dx),
    }
}

#[cfg(test)]
mod tests {
    use super::{Half, narrow_all};

    fn check<H: Half>() {
        let same = |x: f64| {
            let expected = H::from_f64(if x.is_nan() { f64::NAN } else { x });
            let mut narrow = [H::default()];
            narrow_all(&[x], &mut narrow);
            assert_eq!(narrow[0].bits(), expected.bits(), "{} {x:e}", H::NAME);
        };
        for bits in 0..=u16::MAX {
            let h = H::from_bits(bits);
            let wide = h.to_f64();
            assert!(f64::from(h.widen()).to_bits() == wide.to_bits() || wide.is_nan());
            assert_eq!(h.widen().is_nan(), wide.is_nan());
            same(wide);
            // Middles, and what lies on either side of them by less than an f32 shows.
            let next = H::from_bits(bits.wrapping_add(1)).to_f64();
            let middle = 0.5 * (wide + next);
            for x in [middle, middle.next_up(), middle.next_down()] {
                same(x);
                same(-x);
            }
            same(middle * (1.0 + 1e-9));
            same(middle * (1.0 - 1e-9));
        }
        for x in [
            65519.999,
            65520.0,
            3.4e38,
            3.4028235677973366e38,
            1e300,
            1e-300,
            5e-324,
        ] {
            for x in [x, -x] {
                same(x);
            }
        }
    }

    #[test]
    fn conversions_round_once() {
        check::<crate::f16>();
        check::<crate::bf16>();
    }
}
