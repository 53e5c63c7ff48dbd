//! Large results, written past the caches.
//!
//! On many processors an ordinary store reads the line that it will overwrite; for results that no cache can hold, that read is a third of
//! all traffic. There, kernels that keep up with memory compute into a block in the first cache, which is then stored
//! without a read.

use crate::activation::Activation;
use crate::element::Element;
use crate::kernels::{Job, Kernels};
use crate::level::{self, PastCaches};
use crate::slice::Lines;

/// Bytes of results from which they leave the caches anyway.
const LARGE: usize = 32 << 20;

/// Elements of a block: few, so that reading and writing take turns, and enough to hide the dispatch.
const BLOCK: usize = 2048;

/// Elements of a block of 16-bit numbers, which have a table built for so many, half a first cache.
const HALF_BLOCK: usize = 8192;

/// Whether so many elements are more than the caches hold.
pub(crate) fn is_large<T>(length: usize) -> bool {
    length.saturating_mul(size_of::<T>()) >= LARGE
}

/// Whether so many results are more than the caches hold, on a processor that is slower for it.
pub(crate) fn is_worth_it<T>(length: usize) -> bool {
    is_large::<T>(length) && level::reads_what_it_overwrites()
}

/// Copies blocks of results to where they belong, past the caches if that is worth it.
pub(crate) struct Writer {
    past_caches: PastCaches,
    streams: bool,
}

impl Writer {
    /// For as many results as the slice has elements.
    pub(crate) fn of<T>(results: &[T]) -> Writer {
        Writer {
            past_caches: PastCaches::new(),
            streams: is_worth_it::<T>(results.len()),
        }
    }

    /// Copies `from` to `to`, slices of one length.
    pub(crate) fn store<T: Element>(&mut self, from: &[T], to: &mut [T]) {
        if self.streams {
            self.past_caches.store(from, to);
        } else {
            to.copy_from_slice(from);
        }
    }
}

/// Runs a job, by way of blocks if the results are many and their computation is not what takes the time.
pub(crate) fn run<A: Activation, T: Element>(kernels: Kernels<A>, job: Job<'_, T>) {
    let keeps_up = A::SELECTS_ONLY || size_of::<T>() == 2;
    // What is overwritten in place has been read anyway.
    let in_place = matches!(job, Job::InPlace { .. } | Job::ProductInPlace { .. });
    if kernels.streams() && keeps_up && !in_place {
        in_blocks(kernels, job);
    } else {
        T::run(kernels, job);
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
    let mut rest = job;
    let mut past_caches = PastCaches::new();
    while rest.len() > 0 {
        let n = length.min(rest.len());
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
