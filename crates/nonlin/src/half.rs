//! `f16` and `bf16` kernels: a table of all 65 536 results.
//!
//! A table costs the same whatever the function, and every entry is the `f64` kernel's result rounded once. It is
//! built when a long slice first asks for it; short slices are widened, computed and rounded. Functions that only select
//! need no table: `f32` holds their results.
//!
//! Products take the quantity from a table in `f32`. What is a few units of `f32` below the product and what is as far above it
//! round to the same number of 16 bits, or else the product is computed again, one in two thousand.
//!
//! Numbers in `f64` are rounded by way of an `f32` rounded to odd, which rounds on to 16 bits as the exact number does.

use crate::activation::{Activation, Order};
use crate::element::Element;
use crate::elementary::Wide;
use crate::exact;
use crate::kernels::{Job, Kernels, Precision, in_blocks, products_in_blocks};
use crate::level::{self, Kernel, Level, at_level};
use crate::parameter::Parametric;
use crate::saved::{FromValue, single_from_output};
use crate::slice::Lines;
use crate::strength::rounded;
use ::half::slice::HalfFloatSliceExt;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

/// A half-precision type.
pub(crate) trait Half: Element {
    /// The bits of every number.
    fn all_bits(x: &[Self]) -> &[u16];
    fn all_bits_mut(x: &mut [Self]) -> &mut [u16];
    fn bits(self) -> u16;
    fn from_bits(bits: u16) -> Self;
    /// The number, exactly.
    fn widen(self) -> f32;
    /// The nearest number of this type; of NaN only the one NaN is given.
    fn narrow(single: f32) -> Self;

    /// Every number, exactly.
    fn to_singles(x: &[Self], wide: &mut [f32]) {
        at_level(Level::current(), WidenSingles(x, wide));
    }
    /// Every number rounded; of NaN only the one NaN is given.
    fn from_singles(wide: &[f32], x: &mut [Self]) {
        at_level(Level::current(), NarrowSingles(wide, x));
    }

    /// A product in `f32` rounded; and what is not 0 where it is NaN or where a product `MARGIN` units in the last place of `f32`
    /// larger or smaller is another number.
    fn product<const MARGIN: u32>(factor: f32, dy: Self) -> (Self, u16);

    /// Every product, of factors that are the bits of `f32`, and what is not 0 where it is open; whether any is.
    fn products<const MARGIN: u32>(
        factors: &[u32],
        dy: &[Self],
        dx: &mut [Self],
        open: &mut [u16],
    ) -> bool {
        products_at::<Self, MARGIN>(Level::current(), (factors, dy), (dx, open))
    }
}

struct Products<'a, H, const MARGIN: u32> {
    factors: &'a [u32],
    dy: &'a [H],
    dx: &'a mut [H],
    open: &'a mut [u16],
    any: &'a mut u16,
}

impl<H: Half, const MARGIN: u32> Kernel for Products<'_, H, MARGIN> {
    #[inline(always)]
    fn run(self) {
        let mut any = 0;
        let given = self.factors.iter().zip(self.dy);
        for ((factor, dy), (dx, open)) in given.zip(self.dx.iter_mut().zip(self.open)) {
            (*dx, *open) = H::product::<MARGIN>(f32::from_bits(*factor), *dy);
            any |= *open;
        }
        *self.any = any;
    }
}

fn products_at<H: Half, const MARGIN: u32>(
    level: Level,
    (factors, dy): (&[u32], &[H]),
    (dx, open): (&mut [H], &mut [u16]),
) -> bool {
    let mut any = 0;
    let kernel = Products::<H, MARGIN> {
        factors,
        dy,
        dx,
        open,
        any: &mut any,
    };
    at_level(level, kernel);
    any != 0
}

struct WidenSingles<'a, H>(&'a [H], &'a mut [f32]);

impl<H: Half> Kernel for WidenSingles<'_, H> {
    #[inline(always)]
    fn run(self) {
        for (wide, x) in self.1.iter_mut().zip(self.0) {
            *wide = x.widen();
        }
    }
}

struct NarrowSingles<'a, H>(&'a [f32], &'a mut [H]);

impl<H: Half> Kernel for NarrowSingles<'_, H> {
    #[inline(always)]
    fn run(self) {
        for (x, wide) in self.1.iter_mut().zip(self.0) {
            *x = H::narrow(*wide);
        }
    }
}

/// The infinity of `f32` as bits.
const INFINITY: u32 = 0x7f80_0000;

impl Half for ::half::f16 {
    fn all_bits(x: &[Self]) -> &[u16] {
        x.reinterpret_cast()
    }
    fn all_bits_mut(x: &mut [Self]) -> &mut [u16] {
        x.reinterpret_cast_mut()
    }
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
    fn narrow(single: f32) -> Self {
        let bits = single.to_bits();
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
    #[inline(always)]
    fn product<const MARGIN: u32>(factor: f32, dy: Self) -> (Self, u16) {
        let bits = (factor * dy.widen()).to_bits();
        let (sign, size) = (bits & 0x8000_0000, bits & 0x7fff_ffff);
        let near = |size| Self::narrow(f32::from_bits(sign | size));
        let below = near(size.max(MARGIN) - MARGIN);
        let open = below.to_bits() ^ near(size + MARGIN).to_bits();
        (below, if size > INFINITY { 1 } else { open })
    }
    fn products<const MARGIN: u32>(
        factors: &[u32],
        dy: &[Self],
        dx: &mut [Self],
        open: &mut [u16],
    ) -> bool {
        let (factor_lanes, factor_rest) = factors.as_chunks();
        let (dy_lanes, dy_rest) = dy.as_chunks();
        let (dx_lanes, dx_rest) = dx.as_chunks_mut();
        let (open_lanes, open_rest) = open.as_chunks_mut();
        match level::f16_products::<MARGIN>((factor_lanes, dy_lanes), (dx_lanes, open_lanes)) {
            Some(any) => {
                let (given, rest) = ((factor_rest, dy_rest), (dx_rest, open_rest));
                any | products_at::<Self, MARGIN>(Level::Plain, given, rest)
            }
            None => products_at::<Self, MARGIN>(Level::current(), (factors, dy), (dx, open)),
        }
    }
    fn to_singles(x: &[Self], wide: &mut [f32]) {
        let (x_lanes, x_rest) = x.as_chunks();
        let (wide_lanes, wide_rest) = wide.as_chunks_mut();
        if level::widen_f16(x_lanes, wide_lanes) {
            at_level(Level::Plain, WidenSingles(x_rest, wide_rest));
        } else {
            at_level(Level::current(), WidenSingles(x, wide));
        }
    }
    fn from_singles(wide: &[f32], x: &mut [Self]) {
        let (wide_lanes, wide_rest) = wide.as_chunks();
        let (x_lanes, x_rest) = x.as_chunks_mut();
        if level::narrow_to_f16(wide_lanes, x_lanes) {
            at_level(Level::Plain, NarrowSingles(wide_rest, x_rest));
        } else {
            at_level(Level::current(), NarrowSingles(wide, x));
        }
    }
}

impl Half for ::half::bf16 {
    fn all_bits(x: &[Self]) -> &[u16] {
        x.reinterpret_cast()
    }
    fn all_bits_mut(x: &mut [Self]) -> &mut [u16] {
        x.reinterpret_cast_mut()
    }
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
    fn narrow(single: f32) -> Self {
        let bits = single.to_bits();
        // The one NaN has nothing in the bits that go.
        let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16;
        ::half::bf16::from_bits(rounded as u16)
    }
    #[inline(always)]
    fn product<const MARGIN: u32>(factor: f32, dy: Self) -> (Self, u16) {
        let product = factor * dy.widen();
        let bits = product.to_bits();
        let is_nan = product.is_nan();
        // In every binade the lower half of the bits tells what is lost, and the middle is where only the first of them is set.
        let over = bits.wrapping_sub(0x8000 - MARGIN) & 0xffff;
        let near_middle = over <= 2 * MARGIN || bits & 0x7fff_ffff >= INFINITY;
        let is_open = is_nan || MARGIN > 0 && near_middle;
        (Self::narrow(product), u16::from(is_open))
    }
}

/// Slices shorter than this do not have a table built for them. Results in place come from copies of so many numbers at a time.
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

/// What products are taken with: 256 KiB each.
static FACTORS: LazyLock<Tables<u32>> = LazyLock::new(|| Tables::keeping(16));

/// The quantity in `f64`, to more bits than two roundings to 16 could confuse: the lanes where they know the order.
fn compute<A: Activation>(activation: A, order: Order, x: &[f64], y: &mut [f64]) {
    let kernels = Kernels::new(activation).precision(Precision::Fast);
    f64::run(kernels, Job::Map { order, x, y });
}

/// Elements that are widened at a time.
const BLOCK: usize = 1024;

struct ToDouble<'a>(&'a [f32], &'a mut [f64]);

impl Kernel for ToDouble<'_> {
    #[inline(always)]
    fn run(self) {
        for (wide, x) in self.1.iter_mut().zip(self.0) {
            *wide = f64::from(*x);
        }
    }
}

/// To `f32`, rounded to odd: what an `f32` lacks is gathered in its last bit.
struct ToOdd<'a> {
    wide: &'a [f64],
    odd: &'a mut [f32],
    /// Whether any is subnormal in `f32`, which lacks more of it.
    any_tiny: &'a mut bool,
}

impl Kernel for ToOdd<'_> {
    #[inline(always)]
    fn run(self) {
        let mut any_tiny = false;
        for (odd, &wide) in self.odd.iter_mut().zip(self.wide) {
            let low = wide.to_bits() & DROPPED;
            let last = (low + DROPPED) & (DROPPED + 1);
            any_tiny |= f64::abs(wide) < f64::from(f32::MIN_POSITIVE) && wide != 0.0;
            let gathered = f64::from_bits((wide.to_bits() & !DROPPED) | last) as f32;
            *odd = if wide.is_nan() { f32::NAN } else { gathered };
        }
        *self.any_tiny = any_tiny;
    }
}

/// Whether any is NaN.
struct AnyNan<'a>(&'a [f32], &'a mut bool);

impl Kernel for AnyNan<'_> {
    #[inline(always)]
    fn run(self) {
        *self.1 = self.0.iter().fold(false, |any, x| any | x.is_nan());
    }
}

/// Every number rounded; the one NaN for any NaN.
pub(crate) fn narrow_singles<H: Half>(wide: &[f32], x: &mut [H]) {
    H::from_singles(wide, x);
    let mut any = false;
    at_level(Level::current(), AnyNan(wide, &mut any));
    if any {
        for (x, wide) in x.iter_mut().zip(wide) {
            if wide.is_nan() {
                *x = H::from_f64(f64::NAN);
            }
        }
    }
}

/// Every number in `f64`.
pub(crate) fn widen_all<H: Half>(x: &[H], wide: &mut [f64]) {
    let mut singles = Lines([0.0; BLOCK]);
    for (x, wide) in x.chunks(BLOCK).zip(wide.chunks_mut(BLOCK)) {
        let singles = &mut singles[..x.len()];
        H::to_singles(x, singles);
        at_level(Level::current(), ToDouble(singles, wide));
    }
}

/// Every number rounded.
pub(crate) fn narrow_all<H: Half>(wide: &[f64], x: &mut [H]) {
    let mut odd = Lines([0.0; BLOCK]);
    for (wide, x) in wide.chunks(BLOCK).zip(x.chunks_mut(BLOCK)) {
        let odd = &mut odd[..x.len()];
        let mut any_tiny = false;
        let to_odd = ToOdd {
            wide,
            odd,
            any_tiny: &mut any_tiny,
        };
        at_level(Level::current(), to_odd);
        H::from_singles(odd, x);
        if any_tiny {
            narrow_subnormal(wide, x);
        }
    }
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

/// The bits of a factor as [`Half::products`] takes it: NaN stands for what `f32` does not hold to half a unit in the last place.
#[inline(always)]
fn factor(wide: f64) -> u32 {
    let single = wide as f32;
    let holds = single.abs() >= f32::MIN_POSITIVE || wide == 0.0;
    if holds { single } else { f32::NAN }.to_bits()
}

/// What products of a block are computed in.
struct Block {
    precision: Precision,
    factors: Lines<u32, BLOCK>,
    open: Lines<u16, BLOCK>,
}

impl Block {
    fn new(precision: Precision) -> Self {
        Block {
            precision,
            factors: Lines([0; BLOCK]),
            open: Lines([0; BLOCK]),
        }
    }

    /// dx = factor·dy for a block at most: rounded once, where `exact` computes from x and dy what the factors do not tell; or fast,
    /// rounded to `f32` first, where `f32` holds the factor.
    fn run<H: Half>(
        &mut self,
        (x, dy): (&[H], &[H]),
        dx: &mut [H],
        exact: impl Fn(&[H], &[H], &mut [H]),
    ) {
        /// In units of the last place: 1 for the factor and ½ for the product are the most.
        const MARGIN: u32 = 2;
        let n = ..dy.len();
        let (factors, open) = (&self.factors[n], &mut self.open[n]);
        let any = match self.precision {
            Precision::Exact => H::products::<MARGIN>(factors, dy, dx, open),
            Precision::Fast => H::products::<0>(factors, dy, dx, open),
        };
        if any {
            settle((x, dy), open, dx, exact);
        }
    }
}

/// Numbers that are computed again at a time.
const FEW: usize = 32;

/// Has `exact` compute again what is open.
#[cold]
#[inline(never)]
fn settle<H: Half>(
    (x, dy): (&[H], &[H]),
    open: &[u16],
    dx: &mut [H],
    exact: impl Fn(&[H], &[H], &mut [H]),
) {
    let given = x.chunks(FEW).zip(dy.chunks(FEW));
    for ((x, dy), (dx, open)) in given.zip(dx.chunks_mut(FEW).zip(open.chunks(FEW))) {
        if open.iter().fold(0, |any, open| any | open) == 0 {
            continue;
        }
        let (mut places, mut n) = ([0; FEW], 0);
        let [mut few_x, mut few_dy, mut few_dx] = [[H::default(); FEW]; 3];
        for (i, _) in open.iter().enumerate().filter(|(_, open)| **open != 0) {
            (places[n], few_x[n], few_dy[n]) = (i, x[i], dy[i]);
            n += 1;
        }
        exact(&few_x[..n], &few_dy[..n], &mut few_dx[..n]);
        for (&i, few_dx) in places[..n].iter().zip(few_dx) {
            dx[i] = few_dx;
        }
    }
}

/// y or dx of a function that only selects: `f32` holds its results, and its slopes are 0 and 1.
fn select<A: Activation, H: Half>(a: A, order: Order, x: &[H], dy: Option<&[H]>, to: &mut [H]) {
    // A parameter is a number of the type.
    let a = (0..A::PARAMETERS.len()).fold(a, |a, i| {
        let value = H::from_f64(a.get(i)).to_f64();
        a.set(i, value)
    });
    let kernels = Kernels::new(a);
    let Some(dy) = dy else {
        let [mut wide, mut y] = [[0.0; BLOCK]; 2].map(Lines);
        for (x, to) in x.chunks(BLOCK).zip(to.chunks_mut(BLOCK)) {
            let (x, y) = (widened(x, &mut wide), &mut y[..to.len()]);
            f32::run(
                kernels,
                Job::Map {
                    order,
                    x,
                    y: &mut *y,
                },
            );
            H::from_singles(y, to);
        }
        return;
    };
    single_products(x, dy, to, |x, dy, dx| {
        f32::run(kernels, Job::Product { order, x, dy, dx });
    });
}

/// A block at most in `f32`.
fn widened<'a, H: Half>(x: &[H], wide: &'a mut [f32; BLOCK]) -> &'a [f32] {
    let wide = &mut wide[..x.len()];
    H::to_singles(x, wide);
    wide
}

/// dx of what `product` makes of blocks of x and dy in `f32`.
fn single_products<H: Half>(
    x: &[H],
    dy: &[H],
    dx: &mut [H],
    product: impl Fn(&[f32], &[f32], &mut [f32]),
) {
    let [mut wide_x, mut wide_dy, mut wide_dx] = [[0.0; BLOCK]; 3].map(Lines);
    let given = x.chunks(BLOCK).zip(dy.chunks(BLOCK));
    for ((x, dy), dx) in given.zip(dx.chunks_mut(BLOCK)) {
        let wide_dx = &mut wide_dx[..dx.len()];
        product(widened(x, &mut wide_x), widened(dy, &mut wide_dy), wide_dx);
        H::from_singles(wide_dx, dx);
    }
}

/// Runs `work` on blocks of the quantity at x, each with the place where it begins.
fn in_f64<A: Activation, H: Half>(
    (a, order): (A, Order),
    x: &[H],
    mut work: impl FnMut(usize, &mut [f64]),
) {
    let [mut wide, mut quantity] = [[0.0; BLOCK]; 2].map(Lines);
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
    if selects::<A>(order) {
        return select(a, order, x, None, y);
    }
    let narrow = |y| rounded::<H>(y).bits();
    if let Some(table) = RESULTS.get::<A, H>((a, order), x.len(), narrow) {
        return look_up(level::look_up, &table, H::all_bits(x), H::all_bits_mut(y));
    }
    in_f64((a, order), x, |start, quantity| {
        let y = &mut y[start..start + quantity.len()];
        narrow_all(quantity, y);
    });
}

/// y = table[x], where `lanes` does so for eight numbers at a time if the level can.
fn look_up<E: Copy>(
    lanes: impl FnOnce(&[E; 65536], &[[u16; 8]], &mut [[E; 8]]) -> bool,
    table: &[E; 65536],
    x: &[u16],
    y: &mut [E],
) {
    let (x_lanes, x_rest) = x.as_chunks();
    let (y_lanes, y_rest) = y.as_chunks_mut();
    let (x, y) = if lanes(table, x_lanes, y_lanes) {
        (x_rest, y_rest)
    } else {
        (x, y)
    };
    for (y, x) in y.iter_mut().zip(x) {
        *y = table[usize::from(*x)];
    }
}

/// dx = dy times the quantity at no more than [`FEW`] numbers, rounded once.
fn few_products<A: Activation, H: Half>((a, order): (A, Order), x: &[H], dy: &[H], dx: &mut [H]) {
    /// More than what `f64` kernels are off by.
    const MARGIN: f64 = 1.0 / (1u64 << 40) as f64;
    let [mut wide, mut quantity] = [[0.0; FEW]; 2];
    let (wide, quantity) = (&mut wide[..x.len()], &mut quantity[..x.len()]);
    for (wide, x) in wide.iter_mut().zip(x) {
        *wide = x.to_f64();
    }
    compute(a, order, wide, quantity);
    let mut open = Vec::new();
    let has_ties = A::HAS_TIES && a.middle_is_exact(order);
    for (i, (quantity, dy)) in quantity.iter().zip(dy).enumerate() {
        let product = quantity * dy.to_f64();
        if has_ties && wide[i].abs() >= 1.0 / 1024.0 && product.is_finite() {
            // Of a fraction of so few bits what is so close to a middle is the middle: 40 bits are kept.
            let split = product * 8193.0;
            dx[i] = rounded(split - (split - product));
            continue;
        }
        dx[i] = rounded(product - product * MARGIN);
        let above: H = rounded(product + product * MARGIN);
        if dx[i].bits() != above.bits() {
            open.push(i);
        }
    }
    if open.is_empty() {
        return;
    }
    // Next to the middle of two numbers the formula decides.
    let of = |from: &[H]| -> Vec<H> { open.iter().map(|&i| from[i]).collect() };
    let (x, dy) = (of(x), of(dy));
    let mut exact_dx = x.clone();
    let job = Job::Product {
        order,
        x: &x,
        dy: &dy,
        dx: &mut exact_dx,
    };
    exact::run(a, job);
    for (&i, exact) in open.iter().zip(exact_dx) {
        dx[i] = exact;
    }
}

/// dy times the quantity.
fn product<A: Activation, H: Half>(
    kernels: Kernels<A>,
    order: Order,
    x: &[H],
    dy: &[H],
    dx: &mut [H],
) {
    let a = kernels.function();
    if selects::<A>(order) {
        return select(a, order, x, Some(dy), dx);
    }
    if A::POLYNOMIAL && order == Order::Derivative && kernels.chosen_precision() == Precision::Fast
    {
        return single_products(x, dy, dx, |x, dy, dx| {
            f32::run(kernels, Job::Product { order, x, dy, dx });
        });
    }
    let of = (a, order);
    let table = FACTORS.get::<A, H>(of, x.len(), factor);
    let mut products = Block::new(kernels.chosen_precision());
    let mut run = |start: usize, products: &mut Block| {
        let at = start..dx.len().min(start + BLOCK);
        let given = (&x[at.clone()], &dy[at.clone()]);
        products.run(given, &mut dx[at], |x, dy, dx| few_products(of, x, dy, dx));
    };
    let Some(table) = table else {
        return in_f64(of, x, |start, quantity| {
            for (to, quantity) in products.factors.iter_mut().zip(quantity) {
                *to = factor(*quantity);
            }
            run(start, &mut products);
        });
    };
    for (block, x) in x.chunks(BLOCK).enumerate() {
        let factors = &mut products.factors[..x.len()];
        look_up(level::look_up_factors, &table, H::all_bits(x), factors);
        run(block * BLOCK, &mut products);
    }
}

/// What follows from outputs, in `f64`.
struct FromOutput<'a, A> {
    a: A,
    y: &'a [f32],
    factors: &'a mut [u32],
}

#[inline(always)]
fn derivative_from<A: FromValue>(parameters: A::Params<Wide>, y: f64) -> f64 {
    let derivative = A::derivative_from_value(parameters, Wide(y)).0;
    if y.is_nan() { y } else { derivative }
}

impl<A: FromValue> Kernel for FromOutput<'_, A> {
    #[inline(always)]
    fn run(self) {
        let parameters = self.a.lift(|_, c| Wide(c));
        for (to, &y) in self.factors.iter_mut().zip(self.y) {
            *to = factor(derivative_from::<A>(parameters, y.into()));
        }
    }
}

/// dx = dy·φ′ with the derivative that follows from y.
pub(crate) fn backward_from_output<A: FromValue, H: Half>(
    kernels: Kernels<A>,
    y: &[H],
    dy: &[H],
    dx: &mut [H],
) {
    let a = kernels.function();
    if kernels.chosen_precision() == Precision::Fast {
        return single_products(y, dy, dx, |y, dy, dx| {
            single_from_output(kernels, y, dy, dx);
        });
    }
    let parameters = a.lift(|_, c| Wide(c));
    let (mut wide_y, mut products) = (Lines([0.0; BLOCK]), Block::new(Precision::Exact));
    let given = y.chunks(BLOCK).zip(dy.chunks(BLOCK));
    for ((y, dy), dx) in given.zip(dx.chunks_mut(BLOCK)) {
        let wide_y = &mut wide_y[..y.len()];
        H::to_singles(y, wide_y);
        let kernel = FromOutput {
            a,
            y: wide_y,
            factors: &mut products.factors[..],
        };
        at_level(Level::current(), kernel);
        products.run((y, dy), dx, |y, dy, dx| {
            for ((dx, y), dy) in dx.iter_mut().zip(y).zip(dy) {
                *dx = rounded(derivative_from::<A>(parameters, y.to_f64()) * dy.to_f64());
            }
        });
    }
}

/// Runs a job.
pub(crate) fn run<A: Activation, H: Half>(kernels: Kernels<A>, job: Job<'_, H>) {
    let activation = kernels.function();
    match job {
        Job::Map { order, x, y } => map(activation, order, x, y),
        Job::InPlace { x } => {
            in_blocks::<WORTH_A_TABLE, H>(x, |from, to| map(activation, Order::Value, from, to))
        }
        Job::ProductInPlace { x, dy } => {
            products_in_blocks::<WORTH_A_TABLE, H>(x, dy, |x, dy, dx| {
                product(kernels, Order::Derivative, x, dy, dx);
            })
        }
        Job::Both { x, y, d } => {
            map(activation, Order::Value, x, y);
            map(activation, Order::Derivative, x, d);
        }
        Job::Product { order, x, dy, dx } => product(kernels, order, x, dy, dx),
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
