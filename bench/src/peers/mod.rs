//! The libraries on the Rust side.

mod burn;
mod candle;
mod machine;
mod nonlin;
mod rten;
mod tract;

use crate::case::Outcome;
use crate::peer::Peer;
use ::nonlin::Precision;

/// The peer of this name.
pub fn named(library: &str, threads: usize) -> Outcome<Box<dyn Peer>> {
    Ok(match library {
        "machine" => Box::new(machine::Machine { threads }),
        "nonlin-exact" => Box::new(nonlin::Nonlin {
            threads,
            precision: Precision::Exact,
        }),
        "nonlin-fast" => Box::new(nonlin::Nonlin {
            threads,
            precision: Precision::Fast,
        }),
        "candle" => Box::new(candle::Candle),
        "burn" => Box::new(burn::Burn),
        "tract-linalg" => Box::new(tract::Tract),
        "rten-vecmath" => Box::new(rten::Rten),
        _ => return Err(format!("`{library}` is no library of this program").into()),
    })
}

/// Runs both, `ours` on the thread that calls, so that the parts of a slice stay with their threads from call to call, as the peers have it.
fn on_two_threads(ours: impl FnOnce(), theirs: impl FnOnce() + Send) {
    rayon::in_place_scope(|scope| {
        scope.spawn(|_| theirs());
        ours();
    });
}
