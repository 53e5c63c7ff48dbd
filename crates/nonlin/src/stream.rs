//! Large results, written past the caches.
//!
//! On many processors an ordinary store reads the line that it will overwrite; for results that no cache can hold, that read is a third of
//! all traffic. There, kernels that keep up with memory compute into a block in the first cache, which is then stored
//! without a read.

use crate::activation::Activation;
use crate::element::Element;
use crate::kernels::{Job, Kernels, Precision};
use crate::level::{self, Gain, PastCaches};
use crate::slice::{Lines, at_lines};
use std::ops::Range;

/// Bytes of a line of the caches.
pub(crate) const LINE: usize = 64;

/// Bytes of results from which they leave the caches anyway.
const LARGE: usize = 32 << 20;

/// Elements of a block: few, so that reading and writing take turns, and enough to hide the dispatch.
pub(crate) const BLOCK: usize = 512;

/// Elements of a block of 16-bit numbers, half a first cache and all blocks long enough to have a table built.
const HALF_BLOCK: usize = 8192 + 64;

/// Whether so many elements are more than the caches hold.
pub(crate) fn is_large<T>(length: usize) -> bool {
    length.saturating_mul(size_of::<T>()) >= LARGE
}

/// Whose results, if they are so many, go past the caches.
pub(crate) fn gain<T>(length: usize) -> Gain {
    if is_large::<T>(length) {
        level::gain_past_caches()
    } else {
        Gain::Nobodys
    }
}

/// Whether so many results go past the caches, whatever they are.
pub(crate) fn is_worth_it<T>(length: usize) -> bool {
    gain::<T>(length) == Gain::Everybodys
}

/// Reads ahead of a computation that goes through slices from the front.
///
/// Processors read ahead themselves, but within a page; to keep the memory busy takes several pages at a time. While a part of one run of
/// pages is computed, as much of the next is asked for, a line of each page in turn.
pub(crate) struct Ahead<'a, T> {
    slices: [&'a [T]; 2],
    /// How often a line of each page was asked for.
    asked: usize,
}

impl<'a, T> Ahead<'a, T> {
    const PER_LINE: usize = LINE / size_of::<T>();
    const PAGE: usize = 4096 / size_of::<T>();
    const PAGES: usize = 4;

    /// Of slices of which nothing was read yet.
    pub(crate) fn of(slices: [&'a [T]; 2]) -> Self {
        Ahead { slices, asked: 0 }
    }

    /// Says that the elements before `end` are next.
    pub(crate) fn reach(&mut self, end: usize) {
        let per_run = Self::PAGE / Self::PER_LINE;
        let reach = end.div_ceil(Self::PAGES * Self::PER_LINE) + per_run;
        for ask in self.asked..reach {
            let start = ask / per_run * Self::PAGES * Self::PAGE + ask % per_run * Self::PER_LINE;
            for page in 0..Self::PAGES {
                for slice in self.slices {
                    level::fetch(slice, start + page * Self::PAGE);
                }
            }
        }
        self.asked = reach;
    }
}

/// The pieces in which results are computed that are then stored past the caches: those of [`at_lines`], for half a line cannot be stored
/// without reading it, and what comes next is asked for.
pub(crate) fn pieces<'a, T>(
    given: [&'a [T]; 2],
    (offset, length): (usize, usize),
    piece: usize,
) -> impl Iterator<Item = Range<usize>> + use<'a, T> {
    let mut ahead = Ahead::of(given);
    at_lines::<T>(offset, length, piece).inspect(move |piece| ahead.reach(piece.end))
}

/// Whether a kernel takes less time than memory does for large results.
fn is_cheap<A: Activation, T>(precision: Precision) -> bool {
    let is_fast = matches!(precision, Precision::Fast);
    A::SELECTS_ONLY || size_of::<T>() == 2 || A::POLYNOMIAL && is_fast
}

/// Runs a job. Large results that gain by it go past the caches: from blocks that are computed and stored in turn, if the kernel is cheap
/// and the processor does not gain with cheap kernels alone; else from the loop that computes, each block while the next is
/// computed.
pub(crate) fn run<A: Activation, T: Element>(kernels: Kernels<A>, job: Job<'_, T>) {
    // What is overwritten in place has been read anyway.
    let in_place = matches!(job, Job::InPlace { .. } | Job::ProductInPlace { .. });
    let is_cheap = is_cheap::<A, T>(kernels.chosen_precision());
    match kernels.gain() {
        Gain::Everybodys if is_cheap && !in_place => in_blocks(kernels, job),
        Gain::CheapKernels if !is_cheap || size_of::<T>() == 2 => T::run(kernels.in_caches(), job),
        _ => T::run(kernels, job),
    }
}

#[inline(never)]
fn in_blocks<A: Activation, T: Element>(kernels: Kernels<A>, job: Job<'_, T>) {
    let length = if size_of::<T>() == 2 {
        HALF_BLOCK
    } else {
        BLOCK
    };
    let [mut first, mut second] = [[T::default(); HALF_BLOCK]; 2].map(Lines);
    let kernels = kernels.in_caches();
    let pieces = pieces(job.given(), (job.offset(LINE), job.len()), length);
    let mut rest = job;
    let mut past_caches = PastCaches::new();
    for piece in pieces {
        let n = piece.len();
        let (block, others) = rest.split_at(n);
        rest = others;
        let (first, second) = (&mut first[..n], &mut second[..n]);
        match block {
            Job::Map { order, x, y } => {
                let job = Job::Map {
                    order,
                    x,
                    y: &mut *first,
                };
                T::run(kernels, job);
                past_caches.store(first, y);
            }
            Job::InPlace { .. } | Job::ProductInPlace { .. } => T::run(kernels, block),
            Job::Both { x, y, d } => {
                let job = Job::Both {
                    x,
                    y: &mut *first,
                    d: &mut *second,
                };
                T::run(kernels, job);
                past_caches.store(first, y);
                past_caches.store(second, d);
            }
            Job::Product { order, x, dy, dx } => {
                let job = Job::Product {
                    order,
                    x,
                    dy,
                    dx: &mut *first,
                };
                T::run(kernels, job);
                past_caches.store(first, dx);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE, pieces};

    #[test]
    fn pieces_follow_each_other_and_begin_at_lines() {
        let given = [0.0f32; 3000];
        let line = LINE / size_of::<f32>();
        for offset in [0, 1, 12, usize::MAX] {
            for length in [0, 1, 500, 512, 513, 3000] {
                let mut end = 0;
                for piece in pieces([&given[..length], &[]], (offset, length), 512) {
                    assert_eq!(piece.start, end);
                    assert!(end == 0 || offset > line || end % line == offset);
                    assert!(piece.len() <= 512);
                    end = piece.end;
                }
                assert_eq!(end, length);
            }
        }
    }
}
