//! `f16` and `bf16` kernels: a table of all 65 536 results.
//!
//! A table costs the same whatever the function, and every entry is the `f64` kernel's result rounded once. It is
//! built when a long slice first asks for it; short slices convert, compute and convert back.

use crate::activation::Activation;
use crate::element::Element;
use crate::parameter::Parametric;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

/// A half-precision type.
pub(crate) trait Half: Element {
    fn bits(self) -> u16;
    fn from_bits(bits: u16) -> Self;
}

impl Half for ::half::f16 {
    #[inline(always)]
    fn bits(self) -> u16 {
        self.to_bits()
    }
    #[inline(always)]
    fn from_bits(bits: u16) -> Self {
        ::half::f16::from_bits(bits)
    }
}

impl Half for ::half::bf16 {
    #[inline(always)]
    fn bits(self) -> u16 {
        self.to_bits()
    }
    #[inline(always)]
    fn from_bits(bits: u16) -> Self {
        ::half::bf16::from_bits(bits)
    }
}

/// Slices shorter than this do not have a table built for them.
const WORTH_A_TABLE: usize = 16_384;

/// Tables kept; beyond, all are dropped and begun anew.
const KEPT: usize = 64;

/// The two results that are tabulated.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Order {
    Value,
    Derivative,
}

/// A table belongs to a function's name, its parameters, a type and an order.
type Key = (&'static str, Vec<u64>, &'static str, Order);
type Table = Arc<[u16; 65536]>;

static TABLES: LazyLock<RwLock<HashMap<Key, Table>>> = LazyLock::new(Default::default);

fn compute<A: Activation>(activation: A, order: Order, x: &[f64], y: &mut [f64]) {
    match order {
        Order::Value => f64::forward(activation, x, y),
        Order::Derivative => f64::derivative(activation, x, y),
    }
}

fn build<A: Activation, H: Half>(activation: A, order: Order) -> Table {
    let x: Vec<f64> = (0..=u16::MAX)
        .map(|bits| H::from_bits(bits).to_f64())
        .collect();
    let mut y = vec![0.0; x.len()];
    compute(activation, order, &x, &mut y);
    let mut table = Box::new([0u16; 65536]);
    for (entry, y) in table.iter_mut().zip(y) {
        *entry = H::from_f64(y).bits();
    }
    Arc::from(table as Box<[u16; 65536]>)
}

/// The table, if it is there or `length` elements make it worth building.
fn table<A: Activation, H: Half>(activation: A, order: Order, length: usize) -> Option<Table> {
    if length < 64 {
        return None;
    }
    let parameters = (0..A::PARAMETERS.len())
        .map(|i| Parametric::get(&activation, i).to_bits())
        .collect();
    let key = (A::CARD.name, parameters, H::NAME, order);
    if let Some(table) = TABLES.read().unwrap_or_else(|e| e.into_inner()).get(&key) {
        return Some(table.clone());
    }
    if length < WORTH_A_TABLE {
        return None;
    }
    let table = build::<A, H>(activation, order);
    let mut tables = TABLES.write().unwrap_or_else(|e| e.into_inner());
    if tables.len() >= KEPT {
        tables.clear();
    }
    tables.insert(key, table.clone());
    Some(table)
}

fn map<A: Activation, H: Half>(activation: A, order: Order, x: &[H], y: &mut [H]) {
    if let Some(table) = table::<A, H>(activation, order, x.len()) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = H::from_bits(table[usize::from(x.bits())]);
        }
        return;
    }
    let mut wide = [0.0f64; 256];
    let mut result = [0.0f64; 256];
    for (x, y) in x.chunks(256).zip(y.chunks_mut(256)) {
        let (wide, result) = (&mut wide[..x.len()], &mut result[..x.len()]);
        for (wide, x) in wide.iter_mut().zip(x) {
            *wide = x.to_f64();
        }
        compute(activation, order, wide, result);
        for (y, result) in y.iter_mut().zip(result) {
            *y = H::from_f64(*result);
        }
    }
}

pub(crate) fn forward<A: Activation, H: Half>(activation: A, x: &[H], y: &mut [H]) {
    map(activation, Order::Value, x, y);
}

pub(crate) fn derivative<A: Activation, H: Half>(activation: A, x: &[H], d: &mut [H]) {
    map(activation, Order::Derivative, x, d);
}

/// dy·φ′(x) with φ′ in `f64`, rounded once.
pub(crate) fn backward<A: Activation, H: Half>(activation: A, x: &[H], dy: &[H], dx: &mut [H]) {
    let mut wide = [0.0f64; 256];
    let mut slope = [0.0f64; 256];
    for ((x, dy), dx) in x.chunks(256).zip(dy.chunks(256)).zip(dx.chunks_mut(256)) {
        let (wide, slope) = (&mut wide[..x.len()], &mut slope[..x.len()]);
        for (wide, x) in wide.iter_mut().zip(x) {
            *wide = x.to_f64();
        }
        f64::derivative(activation, wide, slope);
        for ((dx, dy), slope) in dx.iter_mut().zip(dy).zip(slope) {
            let product = *slope * dy.to_f64();
            *dx = H::from_f64(if product.is_nan() { f64::NAN } else { product });
        }
    }
}
