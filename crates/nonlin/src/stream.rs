//! Large results, written past the caches.
//!
//! An ordinary store reads the line that it will overwrite; for results that no cache can hold, that read is a third of
//! all traffic. Kernels that keep up with memory therefore compute into a block in the first cache, which is then stored
//! without a read.

use crate::activation::Activation;
use crate::element::Element;
use crate::kernels::{Job, Kernels, Precision};
use crate::level::store_past_caches;

/// Bytes of results from which they leave the caches anyway.
const LARGE: usize = 32 << 20;

/// Bytes of a block, half a first cache.
const BLOCK: usize = 16 << 10;

/// Elements of the smallest type in a block.
const MOST: usize = BLOCK / 2;

/// Whether so many results are more than the caches hold.
pub(crate) fn is_worth_it<T>(length: usize) -> bool {
    length.saturating_mul(size_of::<T>()) >= LARGE
}

/// Runs a job, by way of blocks if the results are many and their computation is not what takes the time.
pub(crate) fn run<A: Activation, T: Element>(kernels: Kernels<A>, job: Job<'_, T>) {
    let keeps_up =
        A::SELECTS_ONLY || size_of::<T>() == 2 || kernels.chosen_precision() == Precision::Fast;
    // What is overwritten in place has been read anyway.
    let in_place = matches!(job, Job::InPlace { .. });
    if kernels.streams() && keeps_up && !in_place {
        in_blocks(kernels, job);
    } else {
        T::run(kernels, job);
    }
}

#[inline(never)]
fn in_blocks<A: Activation, T: Element>(kernels: Kernels<A>, job: Job<'_, T>) {
    let length = BLOCK / size_of::<T>();
    let mut first = [T::default(); MOST];
    let mut second = first;
    let mut rest = job;
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
                store_past_caches(first, y);
            }
            Job::InPlace { .. } => T::run(kernels, block),
            Job::Both { x, y, d } => {
                let job = Job::Both {
                    x,
                    y: &mut *first,
                    d: &mut *second,
                };
                T::run(kernels, job);
                store_past_caches(first, y);
                store_past_caches(second, d);
            }
            Job::Product { order, x, dy, dx } => {
                let job = Job::Product {
                    order,
                    x,
                    dy,
                    dx: &mut *first,
                };
                T::run(kernels, job);
                store_past_caches(first, dx);
            }
        }
    }
}
