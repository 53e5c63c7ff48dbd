//! Slices in pieces on the threads of a `rayon` pool.
//!
//! Every element is computed as it is alone, so the bits do not depend on how the slices are cut.
//!
//! A thread begins with the same part of a slice at every call, for that is where its caches have been, and goes on with what is left of
//! the others', so that one that is held up holds up nobody. The thread that calls computes too: to wake another takes longer than a piece.

use crate::element::Element;
use crate::kernels::Job;
use std::sync::{Mutex, PoisonError};

/// Elements below which a piece is not cut: some ten microseconds of work.
const PIECE: usize = 16_384;

/// Pieces per thread, so that one that is held up does not hold up the others.
const PIECES_PER_THREAD: usize = 4;

/// Elements of a piece of `length` elements in all, a multiple of [`PIECE`].
fn piece(length: usize) -> usize {
    let pieces = PIECES_PER_THREAD * rayon::current_num_threads();
    length.div_ceil(pieces).next_multiple_of(PIECE)
}

/// Runs a job in pieces.
pub(crate) fn run<T: Element>(job: Job<'_, T>, work: impl Fn(Job<'_, T>) + Sync) {
    let piece = piece(job.len());
    let mut rest = Some(job);
    let pieces = std::iter::from_fn(|| {
        let job = rest.take()?;
        if job.len() <= piece {
            return Some(job);
        }
        let (first, others) = job.split_at(piece);
        rest = Some(others);
        Some(first)
    });
    share(pieces.collect(), work);
}

/// Runs `work` on pieces of a slice, with the place where each begins.
pub(crate) fn in_pieces<T: Element>(x: &mut [T], work: impl Fn(usize, &mut [T]) + Sync) {
    let piece = piece(x.len());
    let pieces = x.chunks_mut(piece).enumerate();
    share(pieces.collect(), |(i, x)| work(i * piece, x));
}

/// Runs `work` on every piece, on the thread of the caller and as many of the pool that they make up the pool's number.
fn share<P: Send>(pieces: Vec<P>, work: impl Fn(P) + Sync) {
    let threads = rayon::current_num_threads().min(pieces.len());
    if threads < 2 {
        return pieces.into_iter().for_each(work);
    }
    let pieces: Vec<_> = pieces.into_iter().map(|p| Mutex::new(Some(p))).collect();
    let is_outside = rayon::current_thread_index().is_none();
    let take = || {
        let thread = rayon::current_thread_index().map_or(0, |i| i + usize::from(is_outside));
        let first = thread % threads * pieces.len() / threads;
        let (others, own) = pieces.split_at(first);
        for piece in own.iter().chain(others) {
            // Not in the condition, where it would be locked for as long as the work takes.
            let piece = piece.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(piece) = piece {
                work(piece);
            }
        }
    };
    rayon::in_place_scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|_| take());
        }
        take();
    });
}
