//! Softmax and log-softmax of `f32` in `f32` arithmetic.
//!
//! eˣ = 2ⁿ·eʳ with n the integer next to x/ln 2. Every element of a row may be divided by the same number, and here it is
//! the power of two of the largest: an integer is subtracted from an integer, so nothing is rounded before the
//! polynomial, whatever the distance between the elements. Sums are of `f64`, thirty-two elements at a time, in the same
//! order at every level.

use super::columns;
use super::map::{self, From, Place, RowMap};
use crate::axis::Axis;
use crate::elementary::exponential::exp_wide;
use crate::elementary::quick::exponential::{Reduced, at_least, divisor};
use crate::level::{Kernel, Level, PastCaches, at_level};
use crate::slice::Lines;
use crate::stream::{self, Ahead};
use std::marker::PhantomData;

/// Elements at a time: as many as the loops over them are unrolled for, so that what they gather is kept in registers.
pub(crate) const WIDTH: usize = 32;

/// Positive numbers are added in pairs as `f32` first, a half of so many with the other: to make an `f64` of a number takes longer than
/// to add it.
pub(crate) const PAIRS: usize = WIDTH / 2;

/// Partial sums.
type Sums = [f64; WIDTH];

/// Elements whose shares are added while they are in the first cache.
const PIECE: usize = 1024;

/// Rows whose largest element is farther from 0 go the exact way: beyond, n times ln 2 leaves too little of r.
const REACH: f32 = 32768.0;

/// Elements so far below the largest have a share that rounds to 0, and so have the sums of 2³⁶ of them.
const DEPTH: f32 = 130.0;

/// Shares carry a factor of 2⁶⁴, so that they stay normal down to there.
const LIFT: i32 = 64;
const LIFTED: f64 = 18446744073709551616.0;

/// The map of a row in `f32` arithmetic.
pub(crate) trait QuickMap: RowMap {
    /// Whether the largest shares stay out of the sum, which is then over one of them, the first of which counts as 0 and the others as 1:
    /// where one element leads, nothing would be left of the others beside it.
    const OTHERS: bool;
    /// What the results of a row need of that sum.
    fn known(sum: f64) -> (f32, f32);
    /// A result, of an element and its share.
    fn result(share: f32, x: f32, largest: f32, known: (f32, f32)) -> f32;
    /// The sum over a row that its gradients need, with an element more.
    fn term(y: f32, dy: f32, sum: f64) -> f64;
    /// An element of dx, with that sum as the sum of two.
    fn gradient(y: f32, dy: f32, sum: (f32, f32)) -> f32;
}

// What runs on a block is a function, not a closure: a closure that is not inlined is compiled for the plain level.

/// The elements of less than a block, filled up.
#[inline(always)]
fn padded(rest: &[f32], fill: f32) -> [f32; WIDTH] {
    let mut block = [fill; WIDTH];
    block[..rest.len()].copy_from_slice(rest);
    block
}

/// The larger, NaN as the first passed over.
#[inline(always)]
pub(crate) fn larger(x: f32, best: f32) -> f32 {
    if x > best { x } else { best }
}

/// The larger elements of two blocks.
#[inline(always)]
fn larger_of(best: &mut [f32; WIDTH], x: &[f32; WIDTH]) {
    for i in 0..WIDTH {
        best[i] = larger(x[i], best[i]);
    }
}

/// A block among whose elements the largest one is, NaN passed over; −∞ if there is none.
#[inline(always)]
fn candidates(x: &[f32]) -> [f32; WIDTH] {
    let (blocks, _) = x.as_chunks::<WIDTH>();
    // Whatever is in two blocks does no harm.
    let mut last = match x.last_chunk() {
        Some(last) => *last,
        None => padded(x, f32::NEG_INFINITY),
    };
    for x in &mut last {
        *x = larger(*x, f32::NEG_INFINITY);
    }
    // As many as keep the processor busy while one comparison waits for the one before.
    let (quadruples, blocks) = blocks.as_chunks::<4>();
    if !quadruples.is_empty() {
        let mut best = [[f32::NEG_INFINITY; WIDTH]; 4];
        for x in quadruples {
            for (best, x) in best.iter_mut().zip(x) {
                larger_of(best, x);
            }
        }
        for best in &best {
            larger_of(&mut last, best);
        }
    }
    for x in blocks {
        larger_of(&mut last, x);
    }
    last
}

/// The largest element of each block. The blocks lie in memory, where every step is one of whole registers, and there are as many as rows
/// that go together, so that none waits for the step before: in registers the compiler would make single ones of them.
#[inline(always)]
fn largest(blocks: &mut [[f32; WIDTH]]) -> [f32; TOGETHER] {
    macro_rules! halve {
        ($($half:literal)*) => {$(
            for block in blocks.iter_mut() {
                for i in 0..$half {
                    block[i] = larger(block[i + $half], block[i]);
                }
            }
        )*};
    }
    halve!(16 8 4 2 1);
    let mut all = [0.0; TOGETHER];
    for (all, block) in all.iter_mut().zip(blocks) {
        *all = block[0];
    }
    all
}

/// Adds shares to the partial sums, in pairs.
#[inline(always)]
fn add_pairs(sums: &mut Sums, x: &[f32; WIDTH]) {
    for i in 0..PAIRS {
        sums[i] += f64::from(x[i] + x[i + PAIRS]);
    }
}

/// Adds all shares of a slice to the partial sums.
#[inline(always)]
fn add_all(sums: &mut Sums, x: &[f32]) {
    let (blocks, rest) = x.as_chunks();
    for x in blocks {
        add_pairs(sums, x);
    }
    if !rest.is_empty() {
        add_pairs(sums, &padded(rest, 0.0));
    }
}

/// Adds to the partial sums that gradients need.
#[inline(always)]
fn add_terms<M: QuickMap>(sums: &mut Sums, y: &[f32; WIDTH], dy: &[f32; WIDTH]) {
    for i in 0..WIDTH {
        sums[i] = M::term(y[i], dy[i], sums[i]);
    }
}

/// The sum that the gradients of a row need, as the sum of two `f32`.
#[inline(always)]
fn sum<M: QuickMap>(y: &[f32], dy: &[f32]) -> (f32, f32) {
    let mut sums: Sums = [0.0; WIDTH];
    let ((y, y_rest), (dy, dy_rest)) = (y.as_chunks(), dy.as_chunks());
    for (y, dy) in y.iter().zip(dy) {
        add_terms::<M>(&mut sums, y, dy);
    }
    if !y_rest.is_empty() {
        add_terms::<M>(&mut sums, &padded(y_rest, 0.0), &padded(dy_rest, 0.0));
    }
    halves(total(sums))
}

/// A number as the sum of two `f32`; one that is none keeps to the first.
#[inline(always)]
pub(crate) fn halves(x: f64) -> (f32, f32) {
    let high = x as f32;
    let low = if high.is_finite() {
        (x - f64::from(high)) as f32
    } else {
        0.0
    };
    (high, low)
}

/// The one NaN for any NaN.
#[inline(always)]
pub(crate) fn only_nan(x: f32) -> f32 {
    if x.is_nan() { f32::NAN } else { x }
}

/// The partial sums added as a tree. On its own, for what follows it would have the sums of the loop before it in single registers.
#[inline(never)]
fn total(mut sums: Sums) -> f64 {
    let mut width = WIDTH / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0]
}

/// The largest element of a row, and what its elements are held at and scaled by.
#[derive(Clone, Copy)]
pub(crate) struct Top {
    largest: f32,
    divisor: f32,
    /// The share of the largest element before it is rounded.
    unit: f64,
}

/// The tops of rows.
pub(crate) struct Tops<const N: usize> {
    largest: [f32; N],
    divisor: [f32; N],
    unit: [f64; N],
    /// What rounding has taken off the share of the largest element.
    pub(crate) lost: [f64; N],
}

impl<const N: usize> Tops<N> {
    /// Of the rows' largest elements.
    #[inline(always)]
    pub(crate) fn of(largest: [f32; N]) -> Self {
        let mut tops = Tops {
            largest,
            divisor: [0.0; N],
            unit: [0.0; N],
            lost: [0.0; N],
        };
        for (i, &x) in largest.iter().enumerate() {
            let (n, divisor) = divisor::<LIFT>(x);
            let r = f64::from(n).mul_add(-std::f64::consts::LN_2, x.into());
            tops.divisor[i] = divisor;
            tops.unit[i] = exp_wide(r) * LIFTED;
            let share = Top {
                largest: x,
                divisor,
                unit: 0.0,
            }
            .share(x);
            tops.lost[i] = tops.unit[i] - f64::from(share);
        }
        tops
    }

    /// That of one row, whatever it is.
    #[inline(always)]
    pub(crate) fn at(&self, row: usize) -> Top {
        Top {
            largest: self.largest[row],
            divisor: self.divisor[row],
            unit: self.unit[row],
        }
    }

    /// That of one row; nothing if it is one for the exact map.
    #[inline(always)]
    pub(crate) fn get(&self, row: usize) -> Option<Top> {
        (self.largest[row].abs() < REACH).then_some(self.at(row))
    }
}

impl Top {
    /// The shares of a row, those that stay out of the sum as 0, the partial sums, and how many stay out.
    #[inline(always)]
    fn shares<M: QuickMap>(self, x: &[f32], y: &mut [f32]) -> (Sums, f64) {
        let mut sums: Sums = [0.0; WIDTH];
        let mut count = 0;
        let whole = x.len() / WIDTH * WIDTH;
        let ((x, x_rest), (y, y_rest)) = (x.split_at(whole), y.split_at_mut(whole));
        for (x, y) in x.chunks(PIECE).zip(y.chunks_mut(PIECE)) {
            let mut of_piece = 0u32;
            for (y, &x) in y.iter_mut().zip(x) {
                let is_out = self.is_out::<M>(x);
                *y = if is_out { 0.0 } else { self.share(x) };
                of_piece += u32::from(is_out);
            }
            add_all(&mut sums, y);
            count += of_piece as usize;
        }
        if !x_rest.is_empty() {
            let mut shares = padded(x_rest, f32::NEG_INFINITY);
            let mut of_rest = 0u32;
            for (i, share) in shares.iter_mut().enumerate() {
                let is_out = self.is_out::<M>(*share);
                let counts = i < x_rest.len() && !is_out;
                *share = if counts { self.share(*share) } else { 0.0 };
                of_rest += u32::from(is_out);
            }
            y_rest.copy_from_slice(&shares[..y_rest.len()]);
            add_pairs(&mut sums, &shares);
            count += of_rest as usize;
        }
        (sums, count as f64)
    }

    /// Whether the share of an element stays out of the sum.
    #[inline(always)]
    pub(crate) fn is_out<M: QuickMap>(self, x: f32) -> bool {
        M::OTHERS && x == self.largest
    }

    /// The sum of a row, of what its shares add up to, how many stay out, and what rounding has taken off the largest.
    #[inline(always)]
    pub(crate) fn sum<M: QuickMap>(self, shares: f64, out: f64, lost: f64) -> f64 {
        if M::OTHERS {
            shares / self.unit + (out - 1.0)
        } else {
            shares + lost
        }
    }

    /// 2⁶⁴·eˣ over the power of two of the largest element's exponential.
    #[inline(always)]
    pub(crate) fn share(self, x: f32) -> f32 {
        let x = at_least(x, self.largest - DEPTH);
        let e = Reduced::<LIFT>::over(x, self.divisor).power();
        let scale = e.scale(LIFT);
        e.p.mul_add(scale, scale)
    }
}

struct Forward<'a, M> {
    axis: Axis,
    place: Place<'a, f32>,
    map: PhantomData<M>,
}

struct Backward<'a, M> {
    axis: Axis,
    from: From<'a, f32>,
    place: Place<'a, f32>,
    map: PhantomData<M>,
}

/// y = f(x) along an axis, or in place.
pub(crate) fn forward<M: QuickMap>(axis: Axis, place: Place<f32>) {
    let job = Forward::<M> {
        axis,
        place,
        map: PhantomData,
    };
    at_level(Level::current(), job);
}

/// dx = dy·∂f/∂x along an axis, or in place of dy.
pub(crate) fn backward<M: QuickMap>(axis: Axis, from: From<f32>, place: Place<f32>) {
    let job = Backward::<M> {
        axis,
        from,
        place,
        map: PhantomData,
    };
    at_level(Level::current(), job);
}

/// A row that the quick map leaves to the exact one.
#[cold]
#[inline(never)]
pub(crate) fn exact_row<M: RowMap>(x: &[f32], y: &mut [f32]) {
    map::forward::<M, f32>(Axis::row(x.len()), Place::Apart(x, y));
}

// What is one number of a row is computed from the one before, a chain that leaves most of the processor idle. So a few rows go
// through every step together: their chains run beside one another.

/// The most rows that go together.
const TOGETHER: usize = 8;

/// How many rows of a length go together, as many elements at most, for what one step stores is to be in the first cache in the next.
#[inline(always)]
fn together(length: usize, elements: usize) -> usize {
    (elements / length).clamp(1, TOGETHER)
}

/// For [`together`].
const FORWARD: usize = 4096;
const BACKWARD: usize = 2048;

/// As many whole rows of a length as there are; `between` is called after each of a row's three steps.
#[inline(always)]
fn forward_rows<M: QuickMap>(length: usize, x: &[f32], y: &mut [f32], between: &mut impl FnMut()) {
    let some = together(length, FORWARD) * length;
    let mut candidates_of = Lines([[0.0; WIDTH]; TOGETHER]);
    for (x, y) in x.chunks(some).zip(y.chunks_mut(some)) {
        let count = x.len() / length;
        for (block, x) in candidates_of.iter_mut().zip(x.chunks_exact(length)) {
            *block = candidates(x);
            between();
        }
        let tops = Tops::of(largest(&mut candidates_of[..count]));
        let rows = x.chunks_exact(length).zip(y.chunks_exact_mut(length));
        let mut sums = [0.0; TOGETHER];
        for ((i, sum), (x, y)) in sums.iter_mut().enumerate().zip(rows) {
            if let Some(top) = tops.get(i) {
                let (shares, out) = top.shares::<M>(x, y);
                *sum = top.sum::<M>(total(shares), out, tops.lost[i]);
            }
            between();
        }
        let mut known = [(0.0, 0.0); TOGETHER];
        for (known, &sum) in known.iter_mut().zip(&sums) {
            *known = M::known(sum);
        }
        let rows = x.chunks_exact(length).zip(y.chunks_exact_mut(length));
        for ((i, known), (x, y)) in known.into_iter().enumerate().zip(rows) {
            match tops.get(i) {
                Some(_) if sums[i].is_nan() => y.fill(f32::NAN),
                Some(top) => {
                    for (y, &x) in y.iter_mut().zip(x) {
                        *y = M::result(*y, x, top.largest, known);
                    }
                }
                None => exact_row::<M>(x, y),
            }
            between();
        }
    }
}

/// Elements of a line of the caches.
const PER_LINE: usize = stream::LINE / size_of::<f32>();

/// Elements of a row from which on it is worth while to store to whole lines.
const LONG: usize = 256;

/// All gradients of a long row but the first are stored to whole lines, to which end the next begin before these end.
#[inline(always)]
fn backward_row<M: QuickMap>(y: &[f32], dy: &[f32], sum: (f32, f32), dx: &mut [f32]) {
    let gradient = |y: f32, dy: f32| only_nan(M::gradient(y, dy, sum));
    let mut begin = 0;
    if y.len() >= LONG
        && let (Some(y), Some(dy)) = (y.first_chunk(), dy.first_chunk())
        && let Some(first) = dx.first_chunk_mut::<PER_LINE>()
    {
        let (y, dy): (&[f32; PER_LINE], &[f32; PER_LINE]) = (y, dy);
        for i in 0..PER_LINE {
            first[i] = gradient(y[i], dy[i]);
        }
        begin = dx.as_ptr().align_offset(stream::LINE).min(PER_LINE);
    }
    let y = y.get(begin..).unwrap_or_default();
    let dy = dy.get(begin..).unwrap_or_default();
    let dx = dx.get_mut(begin..).unwrap_or_default();
    for ((dx, &y), &dy) in dx.iter_mut().zip(y).zip(dy) {
        *dx = gradient(y, dy);
    }
}

/// The sums of as many rows as are there; `between` is called after each.
#[inline(always)]
fn sums_of_rows<M: QuickMap>(
    length: usize,
    (y, dy): (&[f32], &[f32]),
    between: &mut impl FnMut(),
) -> [(f32, f32); TOGETHER] {
    let mut sums = [(0.0, 0.0); TOGETHER];
    let rows = y.chunks_exact(length).zip(dy.chunks_exact(length));
    for (sum, (y, dy)) in sums.iter_mut().zip(rows) {
        *sum = self::sum::<M>(y, dy);
        between();
    }
    sums
}

/// Rows of a length that go together; `between` is called after each of a row's two steps.
#[inline(always)]
fn backward_rows<M: QuickMap>(
    length: usize,
    (y, dy): (&[f32], &[f32]),
    dx: &mut [f32],
    between: &mut impl FnMut(),
) {
    let sums = sums_of_rows::<M>(length, (y, dy), between);
    let rows = y.chunks_exact(length).zip(dy.chunks_exact(length));
    let rows = rows.zip(dx.chunks_exact_mut(length));
    for (sum, ((y, dy), dx)) in sums.into_iter().zip(rows) {
        backward_row::<M>(y, dy, sum, dx);
        between();
    }
}

#[inline(always)]
fn backward_rows_in_place<M: QuickMap>(length: usize, y: &[f32], dy: &mut [f32]) {
    let sums = sums_of_rows::<M>(length, (y, dy), &mut || ());
    let rows = y.chunks_exact(length).zip(dy.chunks_exact_mut(length));
    for (sum, (y, dy)) in sums.into_iter().zip(rows) {
        for (dy, &y) in dy.iter_mut().zip(y) {
            *dy = only_nan(M::gradient(y, *dy, sum));
        }
    }
}

/// Where a row lies: its first element, its length, and from one element to the next.
#[derive(Clone, Copy)]
struct Row {
    start: usize,
    length: usize,
    step: usize,
}

/// Rows whose elements are apart are gathered so many at a time, a cache line of neighbours.
const GATHERED: usize = 16;

/// The rows of an axis, in runs of neighbours: the first, and how many.
fn runs(axis: Axis) -> impl Iterator<Item = (Row, usize)> {
    let (outer, length, inner) = (axis.outer(), axis.length(), axis.inner());
    let runs = (0..inner).step_by(GATHERED);
    let runs = (0..outer).flat_map(move |o| runs.clone().map(move |i| (o * length * inner, i)));
    runs.map(move |(start, i)| {
        let row = Row {
            start: start + i,
            length,
            step: inner,
        };
        (row, GATHERED.min(inner - i))
    })
}

impl Row {
    /// `count` neighbouring rows, one after another.
    #[inline(always)]
    fn gather(self, count: usize, from: &[f32], rows: &mut [f32]) {
        for j in 0..self.length {
            let from = &from[self.start + j * self.step..][..count];
            for (i, from) in from.iter().enumerate() {
                rows[i * self.length + j] = *from;
            }
        }
    }

    /// The way back.
    #[inline(always)]
    fn scatter(self, count: usize, rows: &[f32], to: &mut [f32]) {
        for j in 0..self.length {
            let to = &mut to[self.start + j * self.step..][..count];
            for (i, to) in to.iter_mut().enumerate() {
                *to = rows[i * self.length + j];
            }
        }
    }
}

/// A buffer for the rows that go together, if one is needed, or for those that are gathered at a time.
fn buffer(axis: Axis, some: usize, needed: bool) -> Vec<f32> {
    let elements = match axis.inner() {
        1 if needed => some.min(axis.elements()),
        1 => 0,
        _ => GATHERED * axis.length(),
    };
    vec![0.0; elements]
}

impl<M: QuickMap> Kernel for Forward<'_, M> {
    #[inline(always)]
    fn run(mut self) {
        let length = self.axis.length();
        let (side_by_side, rest) = columns::divide(self.axis, columns::FORWARD);
        let (place, place_of_rest) = self.place.split_at(side_by_side.elements());
        columns::forward::<M>(side_by_side, place);
        (self.axis, self.place) = (rest, place_of_rest);
        if self.axis.elements() == 0 {
            return;
        }
        let some = together(length, FORWARD) * length;
        let streams = stream::is_worth_it::<f32>(self.axis.elements());
        let in_place = matches!(self.place, Place::Same(_));
        let mut result = buffer(self.axis, some, streams || in_place);
        let mut past_caches = PastCaches::new();
        if self.axis.inner() != 1 {
            let mut given = buffer(self.axis, some, true);
            for (row, count) in runs(self.axis) {
                let rows = ..count * length;
                row.gather(count, self.place.source(), &mut given);
                forward_rows::<M>(length, &given[rows], &mut result[rows], &mut || ());
                row.scatter(count, &result, self.place.target());
            }
            return;
        }
        match self.place {
            Place::Apart(x, y) if streams => {
                let mut ahead = Ahead::of([x, &[]]);
                let mut done = 0;
                for (x, y) in x.chunks(some).zip(y.chunks_mut(some)) {
                    let result = &mut result[..x.len()];
                    forward_rows::<M>(length, x, result, &mut || {
                        done += length;
                        ahead.reach(done / 3);
                    });
                    past_caches.store(result, y);
                }
            }
            Place::Apart(x, y) => forward_rows::<M>(length, x, y, &mut || ()),
            Place::Same(x) => {
                for x in x.chunks_mut(some) {
                    let given = &mut result[..x.len()];
                    given.copy_from_slice(x);
                    forward_rows::<M>(length, given, x, &mut || ());
                }
            }
        }
    }
}

impl<M: QuickMap> Kernel for Backward<'_, M> {
    #[inline(always)]
    fn run(mut self) {
        let length = self.axis.length();
        let longest = match self.from {
            From::Input(_) => columns::FORWARD,
            From::Output(_) => columns::BACKWARD,
        };
        let (side_by_side, rest) = columns::divide(self.axis, longest);
        let (from, from_of_rest) = self.from.split_at(side_by_side.elements());
        let (place, place_of_rest) = self.place.split_at(side_by_side.elements());
        columns::backward::<M>(side_by_side, from, place);
        (self.axis, self.from, self.place) = (rest, from_of_rest, place_of_rest);
        if self.axis.elements() == 0 {
            return;
        }
        let some = together(length, BACKWARD) * length;
        let streams = stream::is_worth_it::<f32>(self.axis.elements());
        let mut output = buffer(self.axis, some, matches!(self.from, From::Input(_)));
        let mut result = buffer(self.axis, some, streams);
        let mut past_caches = PastCaches::new();
        if self.axis.inner() != 1 {
            let mut given = buffer(self.axis, some, true);
            for (row, count) in runs(self.axis) {
                let rows = ..count * length;
                match self.from {
                    From::Output(y) => row.gather(count, y, &mut output),
                    From::Input(x) => {
                        row.gather(count, x, &mut given);
                        forward_rows::<M>(length, &given[rows], &mut output[rows], &mut || ());
                    }
                }
                row.gather(count, self.place.source(), &mut given);
                let (y, dy) = (output[rows].chunks(some), given[rows].chunks(some));
                for ((y, dy), dx) in y.zip(dy).zip(result[rows].chunks_mut(some)) {
                    backward_rows::<M>(length, (y, dy), dx, &mut || ());
                }
                row.scatter(count, &result, self.place.target());
            }
            return;
        }
        let elements = self.axis.elements();
        let (From::Output(given) | From::Input(given)) = self.from;
        let dy = match &self.place {
            Place::Apart(dy, _) => *dy,
            Place::Same(_) => &[],
        };
        let mut ahead = Ahead::of([given, dy]);
        let mut done = 0;
        for start in (0..elements).step_by(some) {
            let rows = start..elements.min(start + some);
            let y = match self.from {
                From::Output(y) => &y[rows.clone()],
                From::Input(x) => {
                    let output = &mut output[..rows.len()];
                    forward_rows::<M>(length, &x[rows.clone()], output, &mut || ());
                    output
                }
            };
            match &mut self.place {
                Place::Apart(dy, dx) if streams => {
                    let result = &mut result[..rows.len()];
                    backward_rows::<M>(length, (y, &dy[rows.clone()]), result, &mut || {
                        done += length;
                        ahead.reach(done / 2);
                    });
                    past_caches.store(result, &mut dx[rows]);
                }
                Place::Apart(dy, dx) => {
                    backward_rows::<M>(length, (y, &dy[rows.clone()]), &mut dx[rows], &mut || ());
                }
                Place::Same(dy) => backward_rows_in_place::<M>(length, y, &mut dy[rows]),
            }
        }
    }
}
