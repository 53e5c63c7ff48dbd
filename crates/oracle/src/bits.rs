//! One number for the bits of a kernel's results, which every level and every machine must reproduce.

use crate::inputs::stratified;
use nonlin::{Element, Function, Kernels, Order, Precision, bf16, f16};
use std::fmt::Write as _;

/// The 64-bit FNV-1a hash.
fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn hash<T: Element>(
    kernels: Kernels<Function>,
    order: Order,
    x: &[T],
    bytes: impl Fn(T) -> Vec<u8>,
) -> u64 {
    let mut y = x.to_vec();
    kernels.evaluate(order, x, &mut y);
    fnv1a(y.into_iter().flat_map(bytes))
}

/// The table `golden/bits.tsv`: a row for every function and order, with the hash of its results of every type and
/// precision on stratified `f32` inputs, or on all inputs of the 16-bit types.
pub fn table() -> String {
    let mut out = "function\torder\tf32\tf64\tf16\tbf16\tfast f32\tfast f64\n".to_owned();
    let f16s: Vec<f16> = (0..=u16::MAX).map(f16::from_bits).collect();
    let bf16s: Vec<bf16> = (0..=u16::MAX).map(bf16::from_bits).collect();
    for f in Function::all() {
        let x = stratified(&f, 64, 64);
        let wide: Vec<f64> = x
            .iter()
            .map(|x| f64::from(*x) * (1.0 + f64::from(x.to_bits() & 0xff) * f64::EPSILON))
            .collect();
        let (exact, fast) = (f.kernels(), f.kernels().precision(Precision::Fast));
        for (name, order) in [Order::Value, Order::Derivative, Order::SecondDerivative]
            .into_iter()
            .enumerate()
        {
            let _ = writeln!(
                out,
                "{f}\t{name}\t{:016x}\t{:016x}\t{:016x}\t{:016x}\t{:016x}\t{:016x}",
                hash(exact, order, &x, |y| y.to_le_bytes().to_vec()),
                hash(exact, order, &wide, |y| y.to_le_bytes().to_vec()),
                hash(exact, order, &f16s, |y| y.to_le_bytes().to_vec()),
                hash(exact, order, &bf16s, |y| y.to_le_bytes().to_vec()),
                hash(fast, order, &x, |y| y.to_le_bytes().to_vec()),
                hash(fast, order, &wide, |y| y.to_le_bytes().to_vec()),
            );
        }
    }
    out
}

/// The committed table.
const GOLDEN: &str = include_str!("../../../golden/bits.tsv");

/// How many rows the committed table has.
pub fn rows() -> usize {
    GOLDEN.lines().count() - 1
}

/// The rows that this machine gives otherwise than committed, at the level that is set: its own and the committed one.
pub fn differences() -> Vec<(String, &'static str)> {
    let own = table();
    assert_eq!(
        own.lines().count(),
        rows() + 1,
        "golden/bits.tsv is of another version"
    );
    own.lines()
        .zip(GOLDEN.lines())
        .filter(|(own, golden)| own != golden)
        .map(|(own, golden)| (own.to_owned(), golden))
        .collect()
}
