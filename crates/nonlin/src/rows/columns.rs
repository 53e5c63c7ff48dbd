//! Softmax and log-softmax in `f32` of rows side by side.
//!
//! A short row is mostly ends: of loops, and of chains of operations towards one number. Here each of many rows has a lane of its own, a
//! column is an element of each, and nothing goes from lane to lane. Rows along an axis that is not the last lie in memory like that;
//! others are transposed on the way. All operations and the order of all sums are those of a row alone in [`super::quick`].

use super::map::{From, Place};
use super::quick::{self, PAIRS, QuickMap, Tops, WIDTH};
use crate::axis::Axis;
use crate::level::{self, Column, PastCaches, ROWS};
use crate::slice::Lines;
use crate::stream;

/// Longer rows of the last axis take less time one at a time; gradients from the output leave less to gain.
pub(crate) const FORWARD: usize = 64;
pub(crate) const BACKWARD: usize = 31;

/// Longer ones of others would fill the second cache.
const LONGEST: usize = 256;

/// An axis as the part whose rows take less time side by side and the others, which come after it. Those of the last axis are no longer
/// than `longest` there.
pub(crate) fn divide(axis: Axis, longest: usize) -> (Axis, Axis) {
    let (outer, length, inner) = (axis.outer(), axis.length(), axis.inner());
    let rows = outer * inner;
    // All lanes take as long as so many rows one at a time, which those of other axes have to be gathered for.
    let (fewest, longest) = match inner {
        1 => (ROWS.min(16 + 3 * length / 4), longest),
        _ => (24, LONGEST),
    };
    let taken = if length > longest || rows < fewest {
        0
    } else if inner == 1 && rows % ROWS < fewest {
        rows - rows % ROWS
    } else {
        outer
    };
    (axis.part(taken), axis.part(outer - taken))
}

/// A number of each row.
type Numbers = [f64; ROWS];

/// Partial sums of each row.
type Sums = [Numbers; WIDTH];

/// The partial sums of rows of a length added to the first of them, as a tree: those of the upper half of the places to those of the lower
/// half at a time. Short rows leave places out.
#[inline(always)]
fn join(sums: &mut Sums, places: usize, length: usize) {
    let mut count = length.min(places);
    let mut width = places / 2;
    while width > 0 {
        let (low, high) = sums[..count].split_at_mut(width.min(count));
        for (low, high) in low.iter_mut().zip(high) {
            for i in 0..ROWS {
                low[i] += high[i];
            }
        }
        count = count.min(width);
        width /= 2;
    }
}

/// The sums of shares, which are added in pairs first.
#[inline(always)]
fn sum_shares(y: &[Column], sums: &mut Sums) {
    for (b, block) in y.chunks(WIDTH).enumerate() {
        let (low, high) = block.split_at(block.len().min(PAIRS));
        for (k, (low, sum)) in low.iter().zip(sums.iter_mut()).enumerate() {
            if let Some(high) = high.get(k) {
                for i in 0..ROWS {
                    let before = if b == 0 { 0.0 } else { sum[i] };
                    sum[i] = before + f64::from(low[i] + high[i]);
                }
            } else {
                for i in 0..ROWS {
                    let before = if b == 0 { 0.0 } else { sum[i] };
                    sum[i] = before + f64::from(low[i]);
                }
            }
        }
    }
    join(sums, PAIRS, y.len());
}

/// The results of rows; what is in lanes from `count` on is nobody's.
#[inline(always)]
fn results<M: QuickMap>(x: &[Column], y: &mut [Column], sums: &mut Sums, count: usize) {
    let mut largest = [f32::NEG_INFINITY; ROWS];
    for x in x {
        for i in 0..ROWS {
            largest[i] = quick::larger(x[i], largest[i]);
        }
    }
    let tops = Tops::of(largest);
    let mut out = [0u32; ROWS];
    for (y, x) in y.iter_mut().zip(x) {
        for i in 0..ROWS {
            let top = tops.at(i);
            let is_out = top.is_out::<M>(x[i]);
            y[i] = if is_out { 0.0 } else { top.share(x[i]) };
            out[i] += u32::from(is_out);
        }
    }
    sum_shares(y, sums);
    let mut known = ([0.0; ROWS], [0.0; ROWS]);
    let sums = &mut sums[0];
    for (i, sum) in sums.iter_mut().enumerate() {
        *sum = tops.at(i).sum::<M>(*sum, out[i].into(), tops.lost[i]);
        (known.0[i], known.1[i]) = M::known(*sum);
    }
    for (y, x) in y.iter_mut().zip(x) {
        for i in 0..ROWS {
            y[i] = M::result(y[i], x[i], largest[i], (known.0[i], known.1[i]));
        }
    }
    for i in 0..count {
        if tops.get(i).is_none() {
            let row: Vec<f32> = x.iter().map(|x| x[i]).collect();
            let mut exact = vec![0.0; row.len()];
            quick::exact_row::<M>(&row, &mut exact);
            for (y, exact) in y.iter_mut().zip(exact) {
                y[i] = exact;
            }
        } else if sums[i].is_nan() {
            for y in y.iter_mut() {
                y[i] = f32::NAN;
            }
        }
    }
}

/// dy becomes dx.
#[inline(always)]
fn gradients<M: QuickMap>(y: &[Column], dy: &mut [Column], sums: &mut Sums) {
    for (b, (y, dy)) in y.chunks(WIDTH).zip(dy.chunks(WIDTH)).enumerate() {
        for (sum, (y, dy)) in sums.iter_mut().zip(y.iter().zip(dy)) {
            for i in 0..ROWS {
                let before = if b == 0 { 0.0 } else { sum[i] };
                sum[i] = M::term(y[i], dy[i], before);
            }
        }
    }
    join(sums, WIDTH, y.len());
    let mut sum = ([0.0; ROWS], [0.0; ROWS]);
    for (i, &whole) in sums[0].iter().enumerate() {
        (sum.0[i], sum.1[i]) = quick::halves(whole);
    }
    for (dy, y) in dy.iter_mut().zip(y) {
        for i in 0..ROWS {
            dy[i] = quick::only_nan(M::gradient(y[i], dy[i], (sum.0[i], sum.1[i])));
        }
    }
}

/// As many neighbouring rows as have a lane, or the last of them.
#[derive(Clone, Copy)]
struct Group {
    axis: Axis,
    first: usize,
    count: usize,
}

/// How a group lies in memory.
enum Lie {
    /// Rows one after another, which begin at an element.
    Rows(usize),
    /// The elements of a column beside one another, those of the first at an element.
    Columns(usize),
    /// Each row for itself.
    Else,
}

impl Group {
    /// All of an axis.
    fn all(axis: Axis) -> impl Iterator<Item = Group> {
        let rows = axis.outer() * axis.inner();
        (0..rows).step_by(ROWS).map(move |first| Group {
            axis,
            first,
            count: ROWS.min(rows - first),
        })
    }

    /// Where the first element of a row is.
    #[inline(always)]
    fn start(self, row: usize) -> usize {
        let (row, inner) = (self.first + row, self.axis.inner());
        row / inner * self.axis.length() * inner + row % inner
    }

    fn lie(self) -> Lie {
        let inner = self.axis.inner();
        match self.start(0) {
            start if inner == 1 => Lie::Rows(start),
            start if self.first % inner + self.count <= inner => Lie::Columns(start),
            _ => Lie::Else,
        }
    }

    /// Its columns.
    #[inline(always)]
    fn load(self, from: &[f32], columns: &mut [Column]) {
        let step = self.axis.inner();
        match self.lie() {
            Lie::Rows(start) => {
                level::columns_of(&from[start..][..self.count * columns.len()], columns);
            }
            Lie::Columns(start) => {
                for (j, column) in columns.iter_mut().enumerate() {
                    let from = &from[start + j * step..][..self.count];
                    match from.first_chunk() {
                        Some(whole) => **column = *whole,
                        None => column[..from.len()].copy_from_slice(from),
                    }
                }
            }
            Lie::Else => {
                for i in 0..self.count {
                    let from = from[self.start(i)..].iter().step_by(step);
                    for (column, from) in columns.iter_mut().zip(from) {
                        column[i] = *from;
                    }
                }
            }
        }
    }

    /// The way back.
    #[inline(always)]
    fn store(self, columns: &[Column], to: &mut [f32]) {
        let step = self.axis.inner();
        match self.lie() {
            Lie::Rows(start) => {
                level::rows_of(columns, &mut to[start..][..self.count * columns.len()])
            }
            Lie::Columns(start) => {
                for (j, column) in columns.iter().enumerate() {
                    let to = &mut to[start + j * step..][..self.count];
                    match to.first_chunk_mut() {
                        Some(whole) => *whole = **column,
                        None => to.copy_from_slice(&column[..self.count]),
                    }
                }
            }
            Lie::Else => {
                for i in 0..self.count {
                    let to = to[self.start(i)..].iter_mut().step_by(step);
                    for (column, to) in columns.iter().zip(to) {
                        *to = column[i];
                    }
                }
            }
        }
    }
}

/// Results on their way: those of large slices of rows one after another go past the caches, from a buffer.
struct Results {
    buffer: Vec<f32>,
    past_caches: PastCaches,
}

impl Results {
    fn of(axis: Axis, place: &Place<f32>) -> Results {
        let streams = axis.inner() == 1
            && matches!(place, Place::Apart(..))
            && stream::is_worth_it::<f32>(axis.elements());
        Results {
            buffer: vec![0.0; if streams { ROWS * axis.length() } else { 0 }],
            past_caches: PastCaches::new(),
        }
    }

    /// Stores those of a group.
    #[inline(always)]
    fn store(&mut self, group: Group, columns: &[Column], to: &mut [f32]) {
        match group.lie() {
            Lie::Rows(start) if !self.buffer.is_empty() => {
                let rows = &mut self.buffer[..group.count * columns.len()];
                level::rows_of(columns, rows);
                self.past_caches.store(rows, &mut to[start..][..rows.len()]);
            }
            _ => group.store(columns, to),
        }
    }
}

/// y = f(x) along an axis, or in place.
#[inline(always)]
pub(crate) fn forward<M: QuickMap>(axis: Axis, mut place: Place<f32>) {
    if axis.elements() == 0 {
        return;
    }
    let mut x = vec![Lines([0.0; ROWS]); axis.length()];
    let mut y = x.clone();
    let mut sums = [[0.0; ROWS]; WIDTH];
    let mut stored = Results::of(axis, &place);
    for group in Group::all(axis) {
        group.load(place.source(), &mut x);
        results::<M>(&x, &mut y, &mut sums, group.count);
        stored.store(group, &y, place.target());
    }
}

/// dx = dy·∂f/∂x along an axis, or in place of dy.
#[inline(always)]
pub(crate) fn backward<M: QuickMap>(axis: Axis, from: From<f32>, mut place: Place<f32>) {
    if axis.elements() == 0 {
        return;
    }
    let mut y = vec![Lines([0.0; ROWS]); axis.length()];
    let mut dy = y.clone();
    let mut sums = [[0.0; ROWS]; WIDTH];
    let mut stored = Results::of(axis, &place);
    for group in Group::all(axis) {
        match from {
            From::Output(from) => group.load(from, &mut y),
            From::Input(x) => {
                group.load(x, &mut dy);
                results::<M>(&dy, &mut y, &mut sums, group.count);
            }
        }
        group.load(place.source(), &mut dy);
        gradients::<M>(&y, &mut dy, &mut sums);
        stored.store(group, &dy, place.target());
    }
}
