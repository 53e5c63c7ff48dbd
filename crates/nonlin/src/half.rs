//! `f16` and `bf16` kernels: a table of all 65 536 results.
//!
//! A table costs the same whatever the function, and every entry is the `f64` kernel's result rounded once. It is
//! built when a long slice first asks for it; short slices convert, compute and convert back.

use crate::activation::{Activation, Order};
use crate::element::Element;
use crate::kernels::{Job, Kernels, Precision};
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

/// A table belongs to a function's name, its parameters, a type and an order.
type Key = (&'static str, Vec<u64>, &'static str, Order);
type Table = Arc<[u16; 65536]>;

static TABLES: LazyLock<RwLock<HashMap<Key, Table>>> = LazyLock::new(Default::default);

/// The quantity in `f64`, to more bits than two roundings to 16 could confuse: the lanes where they know the order.
fn compute<A: Activation>(activation: A, order: Order, x: &[f64], y: &mut [f64]) {
    let kernels = Kernels::new(activation).precision(Precision::Fast);
    f64::run(kernels, Job::Map { order, x, y });
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

/// Elements that are widened at a time.
const BLOCK: usize = 256;

/// A block in `f64`: the arguments and the quantity there.
struct Block {
    x: [f64; BLOCK],
    quantity: [f64; BLOCK],
}

impl Block {
    fn new() -> Self {
        Block {
            x: [0.0; BLOCK],
            quantity: [0.0; BLOCK],
        }
    }

    /// The quantity at up to a block of numbers.
    fn at<A: Activation, H: Half>(&mut self, activation: A, order: Order, x: &[H]) -> &[f64] {
        let (wide, quantity) = (&mut self.x[..x.len()], &mut self.quantity[..x.len()]);
        for (wide, x) in wide.iter_mut().zip(x) {
            *wide = x.to_f64();
        }
        compute(activation, order, wide, quantity);
        quantity
    }
}

fn map<A: Activation, H: Half>(activation: A, order: Order, x: &[H], y: &mut [H]) {
    if let Some(table) = table::<A, H>(activation, order, x.len()) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = H::from_bits(table[usize::from(x.bits())]);
        }
        return;
    }
    let mut block = Block::new();
    for (x, y) in x.chunks(BLOCK).zip(y.chunks_mut(BLOCK)) {
        for (y, quantity) in y.iter_mut().zip(block.at(activation, order, x)) {
            *y = H::from_f64(*quantity);
        }
    }
}

/// dy times the quantity in `f64`, rounded once.
fn product<A: Activation, H: Half>(activation: A, order: Order, x: &[H], dy: &[H], dx: &mut [H]) {
    let mut block = Block::new();
    for ((x, dy), dx) in x
        .chunks(BLOCK)
        .zip(dy.chunks(BLOCK))
        .zip(dx.chunks_mut(BLOCK))
    {
        let quantities = block.at(activation, order, x);
        for ((dx, dy), quantity) in dx.iter_mut().zip(dy).zip(quantities) {
            let product = *quantity * dy.to_f64();
            *dx = H::from_f64(if product.is_nan() { f64::NAN } else { product });
        }
    }
}

/// Runs a job.
pub(crate) fn run<A: Activation, H: Half>(activation: A, job: Job<'_, H>) {
    match job {
        Job::Map { order, x, y } => map(activation, order, x, y),
        Job::Both { x, y, d } => {
            map(activation, Order::Value, x, y);
            map(activation, Order::Derivative, x, d);
        }
        Job::Product { order, x, dy, dx } => product(activation, order, x, dy, dx),
    }
}
