//! What is promised of a function, put to the test.

use crate::inputs::DOUBLE_BINADES;
use crate::judge::Judge;
use crate::sweep::{self, Hard, Sweep, Whole};
use nonlin::{Activation, Function, Order, Precision, bf16, f16, with_function};
use std::sync::atomic::{AtomicU64, Ordering};

/// How thoroughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Whether all 2³² inputs of the `f32` values and derivatives are looked at, not inputs from every binade.
    pub exhaustive: bool,
    /// How many times as many `f64` inputs as usual.
    pub share: u64,
}

/// A row of the table: a function, a type and a precision.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// "f32", "f64", "f16" or "bf16".
    pub kind: &'static str,
    /// The precision of the kernel.
    pub precision: Precision,
    /// What was found.
    pub found: Sweep,
}

impl Row {
    /// The precision's name: "exact" or "fast".
    pub fn precision_name(&self) -> &'static str {
        match self.precision {
            Precision::Exact => "exact",
            Precision::Fast => "fast",
        }
    }

    /// The most that is promised of its error in ULP, if anything is: fast kernels promise something at default
    /// parameters.
    pub fn promise(&self, f: Function) -> Option<f64> {
        let usual = || Function::all().any(|usual| usual == f);
        match (self.kind, self.precision) {
            ("f64", Precision::Exact) => Some(1.0),
            ("f32", Precision::Fast) if usual() => Some(3.0),
            (_, Precision::Fast) => None,
            (_, Precision::Exact) => Some(0.5),
        }
    }
}

/// What was found of one order of one function.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The rows of the table.
    pub rows: Vec<Row>,
    /// The inputs whose results lie nearest to the middle of two `f32`, of an exhaustive check.
    pub hard: Vec<Hard>,
    /// What else was measured, in words.
    pub notes: Vec<String>,
    /// What does not hold, in words.
    pub broken: Vec<String>,
}

/// The orders of a function: value, derivative, second derivative and each parameter.
pub fn orders(f: &Function) -> Vec<Order> {
    [Order::Value, Order::Derivative, Order::SecondDerivative]
        .into_iter()
        .chain((0..f.parameters().len()).map(Order::Parameter))
        .collect()
}

/// The name of an order in the tables: 0, 1, 2 or the name of a parameter.
pub fn order_name(f: &Function, order: Order) -> String {
    match order {
        Order::Value => "0".to_owned(),
        Order::Derivative => "1".to_owned(),
        Order::SecondDerivative => "2".to_owned(),
        Order::Parameter(index) => f.parameters()[index].info.name.to_owned(),
        _ => "?".to_owned(),
    }
}

/// Pieces of all 2³² inputs.
const WHOLE_PIECES: u64 = 1 << 10;

/// Pieces of the binades of `f64`.
const DOUBLE_PIECES: u64 = 1 << 6;

/// How many pieces of work the check of an order has.
pub fn pieces<J: Judge>(order: Order, extent: Extent) -> u64 {
    let whole = if has_lanes(order) && extent.exhaustive {
        WHOLE_PIECES
    } else {
        1
    };
    whole + 2 + if J::JUDGES_F64 { DOUBLE_PIECES } else { 0 }
}

fn has_lanes(order: Order) -> bool {
    matches!(order, Order::Value | Order::Derivative)
}

/// Runs `work` on `pieces` pieces on all cores and puts the results together; `done` is told of each.
fn in_pieces<T: Send + Default>(
    pieces: u64,
    work: impl Fn(u64) -> T + Sync,
    merge: impl Fn(T, T) -> T + Sync,
    done: &(dyn Fn() + Sync),
) -> T {
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut found = T::default();
                    loop {
                        let piece = next.fetch_add(1, Ordering::Relaxed);
                        if piece >= pieces {
                            return found;
                        }
                        found = merge(found, work(piece));
                        done();
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a sweep does not panic"))
            .fold(T::default(), &merge)
    })
}

/// Whether an error is more than is allowed; NaN is.
fn exceeds(error: f64, allowed: f64) -> bool {
    error > allowed || error.is_nan()
}

/// Checks one order of one function; `done` is called after each of [`pieces`].
pub fn order<J: Judge>(
    judge: J,
    f: Function,
    order: Order,
    extent: Extent,
    done: &(dyn Fn() + Sync),
) -> Findings {
    let mut findings = Findings::default();
    let mut rows = Vec::new();
    let mut add = |kind, precision, found| {
        rows.push(Row {
            kind,
            precision,
            found,
        });
    };
    let lanes = has_lanes(order);
    if lanes && extent.exhaustive {
        let whole = whole(judge, f, order, done, &mut findings);
        add("f32", Precision::Exact, whole.exact);
        add("f32", Precision::Fast, whole.fast);
        findings.hard = whole.hard;
    } else {
        add(
            "f32",
            Precision::Exact,
            sweep::sample(judge, f, order, Precision::Exact),
        );
        if lanes {
            add(
                "f32",
                Precision::Fast,
                sweep::sample(judge, f, order, Precision::Fast),
            );
        }
        done();
    }
    add("f16", Precision::Exact, sweep::half::<f16>(judge, f, order));
    done();
    add(
        "bf16",
        Precision::Exact,
        sweep::half::<bf16>(judge, f, order),
    );
    done();
    if J::JUDGES_F64 {
        let binades = DOUBLE_BINADES / DOUBLE_PIECES;
        let (exact, fast) = in_pieces(
            DOUBLE_PIECES,
            |piece| {
                let range = piece * binades..(piece + 1) * binades;
                sweep::double(judge, f, order, extent.share, range)
            },
            |one, other| (one.0.merge(other.0), one.1.merge(other.1)),
            done,
        );
        add("f64", Precision::Exact, exact);
        if lanes {
            add("f64", Precision::Fast, fast);
        }
    }
    for row in &rows {
        if let Some(promise) = row.promise(f)
            && exceeds(row.found.worst_ulp, promise)
        {
            findings.broken.push(format!(
                "{f} {} {} of order {}: {} ULP at {:e}, and at most {promise} are promised",
                row.precision_name(),
                row.kind,
                order_name(&f, order),
                row.found.worst_ulp,
                row.found.worst_at
            ));
        }
    }
    findings.rows = rows;
    findings
}

/// All 2³² inputs of the `f32` kernels.
fn whole<J: Judge>(
    judge: J,
    f: Function,
    order: Order,
    done: &(dyn Fn() + Sync),
    findings: &mut Findings,
) -> Whole {
    let (reference, at) = sweep::reference_error(judge, f, order);
    let bits = |error: f64| error.log2().max(-60.0);
    findings.notes.push(format!(
        "the f64 reference is within 2^{:.1} (at {at:e})",
        bits(reference)
    ));
    if exceeds(reference, f64::powi(2.0, -40)) {
        findings.broken.push(format!(
            "{f}: the reference is 2^{:.1} off",
            bits(reference)
        ));
    }
    let piece = (1 << 32) / WHOLE_PIECES;
    let whole = in_pieces(
        WHOLE_PIECES,
        |i| sweep::range(judge, f, order, i * piece, (i + 1) * piece),
        Whole::merge,
        done,
    );
    let (claimed, selects) = with_function!(f, a => claimed_bits(a, order));
    findings.notes.push(format!(
        "the f32 lanes are within 2^{:.2}; {claimed} bits are claimed",
        bits(whole.lane_error)
    ));
    let allowed = f64::powi(2.0, -(claimed as i32));
    if !selects && claimed != 0 && exceeds(whole.lane_error, allowed) {
        findings.broken.push(format!(
            "{f}: its lanes are not good to the {claimed} bits that are claimed"
        ));
    }
    whole
}

/// The bits that a function claims for its lanes, and whether it only selects.
fn claimed_bits<A: Activation>(_: A, order: Order) -> (u32, bool) {
    let bits = A::LANE_BITS[usize::from(order == Order::Derivative)];
    (bits, A::SELECTS_ONLY)
}
