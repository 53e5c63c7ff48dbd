//! Slices in pieces on the threads of a `rayon` pool.
//!
//! Every element is computed as it is alone, so the bits do not depend on how the slices are cut.

use crate::element::Element;
use crate::kernels::Job;

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
    halve(job, piece, &work);
}

fn halve<T: Element>(job: Job<'_, T>, piece: usize, work: &(impl Fn(Job<'_, T>) + Sync)) {
    let pieces = job.len().div_ceil(piece);
    if pieces < 2 {
        return work(job);
    }
    let (left, right) = job.split_at(pieces / 2 * piece);
    rayon::join(|| halve(left, piece, work), || halve(right, piece, work));
}

/// Runs `work` on pieces of a slice, with the place where each begins.
pub(crate) fn in_pieces<T: Element>(x: &mut [T], work: impl Fn(usize, &mut [T]) + Sync) {
    let piece = piece(x.len());
    halve_slice(x, 0, piece, &work);
}

fn halve_slice<T: Element>(
    x: &mut [T],
    start: usize,
    piece: usize,
    work: &(impl Fn(usize, &mut [T]) + Sync),
) {
    let pieces = x.len().div_ceil(piece);
    if pieces < 2 {
        return work(start, x);
    }
    let middle = pieces / 2 * piece;
    let (left, right) = x.split_at_mut(middle);
    rayon::join(
        || halve_slice(left, start, piece, work),
        || halve_slice(right, start + middle, piece, work),
    );
}
