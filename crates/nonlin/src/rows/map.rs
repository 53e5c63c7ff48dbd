//! Maps of a row to a row of the same length, along any axis.
//!
//! Some rows at a time are brought into `f64`, mapped there, and rounded once on the way back. Rows of an axis that is
//! not the last are gathered several at a time, so that neighbours in memory are read together. What a row gives does
//! not depend on where it stands.

use crate::axis::Axis;
use crate::element::Element;
use crate::strength::{Job, Strength, rounded, run};
use std::marker::PhantomData;

/// A map of a row to a row of the same length whose gradient follows from its output.
pub(crate) trait RowMap {
    /// x becomes y; `spare` is a row to work in.
    fn forward<S: Strength>(x: &mut [f64], spare: &mut [f64]);
    /// dy becomes dx.
    fn backward<S: Strength>(y: &[f64], dy: &mut [f64]);
}

/// Where a kernel reads and writes.
pub(crate) enum Place<'a, T> {
    /// From one slice to another.
    Apart(&'a [T], &'a mut [T]),
    /// In place.
    Same(&'a mut [T]),
}

impl<T> Place<'_, T> {
    #[inline(always)]
    fn source(&self) -> &[T] {
        match self {
            Place::Apart(source, _) => source,
            Place::Same(both) => both,
        }
    }

    #[inline(always)]
    fn target(&mut self) -> &mut [T] {
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

/// Elements brought into `f64` at a time, unless a row is longer.
const BLOCK: usize = 2048;

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
        let fitting = BLOCK / length.max(1);
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

    /// Rows `start`, `start + row_step`, … into `rows`, one after another.
    #[inline(always)]
    fn load<T: Element>(self, from: &[T], start: usize, rows: &mut [f64]) {
        if self.step == 1 {
            for (r, row) in rows.chunks_exact_mut(self.length).enumerate() {
                let from = &from[start + r * self.row_step..][..self.length];
                for (x, from) in row.iter_mut().zip(from) {
                    *x = from.to_f64();
                }
            }
        } else {
            let count = rows.len() / self.length;
            for j in 0..self.length {
                let from = &from[start + j * self.step..][..count];
                for (r, from) in from.iter().enumerate() {
                    rows[r * self.length + j] = from.to_f64();
                }
            }
        }
    }

    /// The way back, rounded.
    #[inline(always)]
    fn store<T: Element>(self, rows: &[f64], start: usize, to: &mut [T]) {
        if self.step == 1 {
            for (r, row) in rows.chunks_exact(self.length).enumerate() {
                let to = &mut to[start + r * self.row_step..][..self.length];
                for (to, x) in to.iter_mut().zip(row) {
                    *to = rounded(*x);
                }
            }
        } else {
            let count = rows.len() / self.length;
            for j in 0..self.length {
                let to = &mut to[start + j * self.step..][..count];
                for (r, to) in to.iter_mut().enumerate() {
                    *to = rounded(rows[r * self.length + j]);
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
        let mut buffer = vec![0.0; (layout.taken + 1) * layout.length];
        let (rows, spare) = buffer.split_at_mut(layout.taken * layout.length);
        for set in 0..layout.sets {
            let mut done = 0;
            while done < layout.rows {
                let count = layout.taken.min(layout.rows - done);
                let start = set * layout.set_step + done * layout.row_step;
                let rows = &mut rows[..count * layout.length];
                layout.load(self.place.source(), start, rows);
                for row in rows.chunks_exact_mut(layout.length) {
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
        let size = layout.taken * layout.length;
        let mut buffer = vec![0.0; 2 * size + layout.length];
        let (outputs, rest) = buffer.split_at_mut(size);
        let (gradients, spare) = rest.split_at_mut(size);
        for set in 0..layout.sets {
            let mut done = 0;
            while done < layout.rows {
                let count = layout.taken.min(layout.rows - done);
                let start = set * layout.set_step + done * layout.row_step;
                let outputs = &mut outputs[..count * layout.length];
                let gradients = &mut gradients[..count * layout.length];
                match self.from {
                    From::Output(y) => layout.load(y, start, outputs),
                    From::Input(x) => {
                        layout.load(x, start, outputs);
                        for row in outputs.chunks_exact_mut(layout.length) {
                            M::forward::<S>(row, spare);
                        }
                    }
                }
                layout.load(self.place.source(), start, gradients);
                for (y, dy) in outputs
                    .chunks_exact(layout.length)
                    .zip(gradients.chunks_exact_mut(layout.length))
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
        let (_, lost) = crate::strength::two_sum(x, -maximum);
        // An infinite distance has lost nothing.
        (distance, if lost.is_finite() { lost } else { 0.0 })
    } else {
        (distance, 0.0)
    }
}
