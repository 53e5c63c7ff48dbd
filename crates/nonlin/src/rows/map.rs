//! Maps of a row to a row of the same length, along any axis.
//!
//! Some rows at a time are brought into `f64`, mapped there, and rounded once on the way back. Rows of an axis that is
//! not the last are gathered several at a time, so that neighbours in memory are read together. What a row gives does
//! not depend on where it stands.

use crate::axis::Axis;
use crate::element::Element;
use crate::kernels::Precision;
use crate::level::ROWS;
use crate::rows::columns;
use crate::rows::quick::{self, QuickMap};
use crate::strength::{Block, Job, LANES, Strength, rounded, run, two_sum};
use std::marker::PhantomData;
use std::ops::Range;

/// A map of a row to a row of the same length whose gradient follows from its output.
pub(crate) trait RowMap {
    /// x becomes y; `spare` is a row to work in. The last block of x is filled up with −∞.
    fn forward<S: Strength>(x: &mut [Block], spare: &mut [Block]);
    /// dy becomes dx. The last blocks are filled up, dy's with 0 and y's with 0 or what the forward pass left.
    fn backward<S: Strength>(y: &[Block], dy: &mut [Block]);
}

/// Where a kernel reads and writes.
pub(crate) enum Place<'a, T> {
    /// From one slice to another.
    Apart(&'a [T], &'a mut [T]),
    /// In place.
    Same(&'a mut [T]),
}

impl<'a, T> Place<'a, T> {
    /// The places of the first elements, and of the others.
    pub(crate) fn split_at(self, elements: usize) -> (Place<'a, T>, Place<'a, T>) {
        match self {
            Place::Apart(source, target) => {
                let (source, target) = (source.split_at(elements), target.split_at_mut(elements));
                (
                    Place::Apart(source.0, target.0),
                    Place::Apart(source.1, target.1),
                )
            }
            Place::Same(both) => {
                let both = both.split_at_mut(elements);
                (Place::Same(both.0), Place::Same(both.1))
            }
        }
    }

    #[inline(always)]
    pub(crate) fn source(&self) -> &[T] {
        match self {
            Place::Apart(source, _) => source,
            Place::Same(both) => both,
        }
    }

    #[inline(always)]
    pub(crate) fn target(&mut self) -> &mut [T] {
        match self {
            Place::Apart(_, target) => target,
            Place::Same(both) => both,
        }
    }
}

/// What the gradient is computed from.
#[derive(Clone, Copy)]
pub(crate) enum From<'a, T> {
    /// The input; the output is computed again and not rounded.
    Input(&'a [T]),
    /// The output.
    Output(&'a [T]),
}

impl<'a, T> From<'a, T> {
    /// That of the first elements, and of the others.
    pub(crate) fn split_at(self, elements: usize) -> (From<'a, T>, From<'a, T>) {
        match self {
            From::Input(x) => {
                let x = x.split_at(elements);
                (From::Input(x.0), From::Input(x.1))
            }
            From::Output(y) => {
                let y = y.split_at(elements);
                (From::Output(y.0), From::Output(y.1))
            }
        }
    }
}

impl<T: Element> Place<'_, T> {
    /// The same, if the elements are `f32`.
    fn single(&mut self) -> Option<Place<'_, f32>> {
        Some(match self {
            Place::Apart(source, target) => {
                Place::Apart(T::as_single(source)?, T::as_single_mut(target)?)
            }
            Place::Same(both) => Place::Same(T::as_single_mut(both)?),
        })
    }
}

impl<'a, T: Element> From<'a, T> {
    /// The same, if the elements are `f32`.
    fn single(self) -> Option<From<'a, f32>> {
        Some(match self {
            From::Input(x) => From::Input(T::as_single(x)?),
            From::Output(y) => From::Output(T::as_single(y)?),
        })
    }
}

/// y = f(x) along an axis, or in place, at a precision.
pub(crate) fn forward_at<M: QuickMap, T: Element>(
    precision: Precision,
    axis: Axis,
    mut place: Place<T>,
) {
    match place.single() {
        _ if precision == Precision::Exact => forward::<M, T>(axis, place),
        Some(place) => quick::forward::<M>(axis, place),
        None if size_of::<T>() == 2 => half_forward::<M, T>(axis, place),
        None => forward::<M, T>(axis, place),
    }
}

/// The parts of a tensor that are brought into `f32` at a time: rows one after another, or all rows along an axis that is not the
/// last, with the places where their elements lie.
fn parts(axis: Axis) -> impl Iterator<Item = (Axis, Range<usize>)> {
    let least = axis.length() * axis.inner();
    let mut taken = (TAKEN / least.max(1)).max(1);
    if least <= columns::FORWARD {
        taken = taken.next_multiple_of(ROWS);
    }
    let outer = if least == 0 { 0 } else { axis.outer() };
    (0..outer).step_by(taken).map(move |start| {
        let end = (start + taken).min(outer);
        (axis.part(end - start), start * least..end * least)
    })
}

/// y = f(x) along an axis, or in place, of 16 bits and in `f32`.
fn half_forward<M: QuickMap, T: Element>(axis: Axis, mut place: Place<T>) {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (axis, range) in parts(axis) {
        x.resize(range.len(), 0.0);
        y.resize(range.len(), 0.0);
        T::widen_singles(&place.source()[range.clone()], &mut x);
        quick::forward::<M>(axis, Place::Apart(&x, &mut y));
        T::narrow_singles(&y, &mut place.target()[range]);
    }
}

/// dx = dy·∂f/∂x along an axis, or in place of dy, of 16 bits and in `f32`.
fn half_backward<M: QuickMap, T: Element>(axis: Axis, from: From<T>, mut place: Place<T>) {
    let (mut given, mut dy, mut dx) = (Vec::new(), Vec::new(), Vec::new());
    for (axis, range) in parts(axis) {
        for buffer in [&mut given, &mut dy, &mut dx] {
            buffer.resize(range.len(), 0.0);
        }
        T::widen_singles(&place.source()[range.clone()], &mut dy);
        let from = match from {
            From::Input(x) => {
                T::widen_singles(&x[range.clone()], &mut given);
                From::Input(&given[..])
            }
            From::Output(y) => {
                T::widen_singles(&y[range.clone()], &mut given);
                From::Output(&given[..])
            }
        };
        quick::backward::<M>(axis, from, Place::Apart(&dy, &mut dx));
        T::narrow_singles(&dx, &mut place.target()[range]);
    }
}

/// dx = dy·∂f/∂x along an axis, or in place of dy, at a precision.
pub(crate) fn backward_at<M: QuickMap, T: Element>(
    precision: Precision,
    axis: Axis,
    from: From<T>,
    mut place: Place<T>,
) {
    match (from.single(), place.single()) {
        _ if precision == Precision::Exact => backward::<M, T>(axis, from, place),
        (Some(from), Some(place)) => quick::backward::<M>(axis, from, place),
        _ if size_of::<T>() == 2 => half_backward::<M, T>(axis, from, place),
        _ => backward::<M, T>(axis, from, place),
    }
}

/// y = f(x) along an axis, or in place.
pub(crate) fn forward<M: RowMap, T: Element>(axis: Axis, place: Place<T>) {
    let job = Forward::<M, T> {
        axis,
        place,
        map: PhantomData,
    };
    run(job);
}

/// dx = dy·∂f/∂x along an axis, or in place of dy.
pub(crate) fn backward<M: RowMap, T: Element>(axis: Axis, from: From<T>, place: Place<T>) {
    let job = Backward::<M, T> {
        axis,
        from,
        place,
        map: PhantomData,
    };
    run(job);
}

/// Elements brought into another type at a time, unless a row is longer.
const TAKEN: usize = 2048;

/// How the rows of an axis lie in memory.
#[derive(Clone, Copy)]
struct Layout {
    length: usize,
    /// From an element of a row to the next.
    step: usize,
    /// Neighbouring rows.
    rows: usize,
    /// From a row to its neighbour.
    row_step: usize,
    /// Sets of neighbouring rows, and from one to the next.
    sets: usize,
    set_step: usize,
    /// Rows taken at a time.
    taken: usize,
}

impl Layout {
    #[inline(always)]
    fn of(axis: Axis) -> Layout {
        let (outer, length, inner) = (axis.outer(), axis.length(), axis.inner());
        let fitting = TAKEN / length.max(1);
        if inner == 1 {
            Layout {
                length,
                step: 1,
                rows: outer,
                row_step: length,
                sets: 1,
                set_step: 0,
                taken: fitting.max(1).min(outer),
            }
        } else {
            Layout {
                length,
                step: inner,
                rows: inner,
                row_step: 1,
                sets: outer,
                set_step: length * inner,
                // At least a cache line of neighbours.
                taken: fitting.max(16).min(inner),
            }
        }
    }

    /// Blocks of a row. Gathered rows have one more, so that rows of a power of two do not meet in the same cache lines.
    #[inline(always)]
    fn blocks(self) -> usize {
        self.length.div_ceil(LANES) + usize::from(self.step != 1)
    }

    /// Rows `start`, `start + row_step`, … into `rows`, one after another, each filled up with `fill`.
    #[inline(always)]
    fn load<T: Element>(self, from: &[T], start: usize, rows: &mut [Block], fill: f64) {
        let blocks = self.blocks();
        for row in rows.chunks_exact_mut(blocks) {
            row[self.length / LANES..].fill([fill; LANES]);
        }
        let count = rows.len() / blocks;
        if self.step == 1 {
            for (r, row) in rows.chunks_exact_mut(blocks).enumerate() {
                let from = &from[start + r * self.row_step..][..self.length];
                let row = &mut row.as_flattened_mut()[..self.length];
                if size_of::<T>() == 2 {
                    T::widen_all(from, row);
                    continue;
                }
                for (x, from) in row.iter_mut().zip(from) {
                    *x = from.to_f64();
                }
            }
        } else {
            for j in 0..self.length {
                let from = &from[start + j * self.step..][..count];
                for (r, from) in from.iter().enumerate() {
                    rows[r * blocks + j / LANES][j % LANES] = from.to_f64();
                }
            }
        }
    }

    /// The way back, rounded.
    #[inline(always)]
    fn store<T: Element>(self, rows: &[Block], start: usize, to: &mut [T]) {
        let blocks = self.blocks();
        let count = rows.len() / blocks;
        if self.step == 1 {
            for (r, row) in rows.chunks_exact(blocks).enumerate() {
                let to = &mut to[start + r * self.row_step..][..self.length];
                let row = &row.as_flattened()[..self.length];
                if size_of::<T>() == 2 {
                    T::narrow_all(row, to);
                    continue;
                }
                for (to, x) in to.iter_mut().zip(row) {
                    *to = rounded(*x);
                }
            }
        } else {
            for j in 0..self.length {
                let to = &mut to[start + j * self.step..][..count];
                for (r, to) in to.iter_mut().enumerate() {
                    *to = rounded(rows[r * blocks + j / LANES][j % LANES]);
                }
            }
        }
    }
}

struct Forward<'a, M, T> {
    axis: Axis,
    place: Place<'a, T>,
    map: PhantomData<M>,
}

impl<M: RowMap, T: Element> Job for Forward<'_, M, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(mut self) {
        if self.axis.elements() == 0 {
            return;
        }
        let layout = Layout::of(self.axis);
        let blocks = layout.blocks();
        let mut buffer = vec![[0.0; LANES]; (layout.taken + 1) * blocks];
        let (rows, spare) = buffer.split_at_mut(layout.taken * blocks);
        for set in 0..layout.sets {
            let mut done = 0;
            while done < layout.rows {
                let count = layout.taken.min(layout.rows - done);
                let start = set * layout.set_step + done * layout.row_step;
                let rows = &mut rows[..count * blocks];
                layout.load(self.place.source(), start, rows, f64::NEG_INFINITY);
                for row in rows.chunks_exact_mut(blocks) {
                    M::forward::<S>(row, spare);
                }
                layout.store(rows, start, self.place.target());
                done += count;
            }
        }
    }
}

struct Backward<'a, M, T> {
    axis: Axis,
    from: From<'a, T>,
    place: Place<'a, T>,
    map: PhantomData<M>,
}

impl<M: RowMap, T: Element> Job for Backward<'_, M, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(mut self) {
        if self.axis.elements() == 0 {
            return;
        }
        let layout = Layout::of(self.axis);
        let blocks = layout.blocks();
        let size = layout.taken * blocks;
        let mut buffer = vec![[0.0; LANES]; 2 * size + blocks];
        let (outputs, rest) = buffer.split_at_mut(size);
        let (gradients, spare) = rest.split_at_mut(size);
        for set in 0..layout.sets {
            let mut done = 0;
            while done < layout.rows {
                let count = layout.taken.min(layout.rows - done);
                let start = set * layout.set_step + done * layout.row_step;
                let outputs = &mut outputs[..count * blocks];
                let gradients = &mut gradients[..count * blocks];
                match self.from {
                    From::Output(y) => layout.load(y, start, outputs, 0.0),
                    From::Input(x) => {
                        layout.load(x, start, outputs, f64::NEG_INFINITY);
                        for row in outputs.chunks_exact_mut(blocks) {
                            M::forward::<S>(row, spare);
                        }
                    }
                }
                layout.load(self.place.source(), start, gradients, 0.0);
                for (y, dy) in outputs
                    .chunks_exact(blocks)
                    .zip(gradients.chunks_exact_mut(blocks))
                {
                    M::backward::<S>(y, dy);
                }
                layout.store(gradients, start, self.place.target());
                done += count;
            }
        }
    }
}

/// e^(x − maximum), and 1 for every element that is the maximum, infinite ones too.
#[inline(always)]
pub(crate) fn exponential<S: Strength>(x: f64, maximum: f64) -> f64 {
    let (distance, lost) = distance::<S>(x, maximum);
    let e = S::exp(distance);
    if S::FULL { lost.mul_add(e, e) } else { e }
}

/// x − maximum, 0 for every element that is the maximum, and at full strength what the subtraction's rounding lost.
#[inline(always)]
pub(crate) fn distance<S: Strength>(x: f64, maximum: f64) -> (f64, f64) {
    let difference = x - maximum;
    let distance = if x == maximum { 0.0 } else { difference };
    if S::FULL {
        let (_, lost) = two_sum(x, -maximum);
        // An infinite distance has lost nothing.
        (distance, if lost.is_finite() { lost } else { 0.0 })
    } else {
        (distance, 0.0)
    }
}
