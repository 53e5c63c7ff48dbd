//! Networks of ReLUs that are constant before training begins (Lu, Shin, Su, Karniadakis, 2019).

use crate::random::{Purpose, Stream};

/// The probability that a ReLU network with symmetric random weights and zero biases is 0 on one input that is not 0:
/// 1 − ∏(1 − 2^−width) over its hidden layers. It is an upper bound on the probability that it is constant on any set of inputs.
///
/// ```
/// use nonlin_theory::born_dead::probability;
/// assert_eq!(probability(&[1]), 0.5);
/// assert!((probability(&[3; 10]) - 0.7369).abs() < 1e-4);
/// ```
pub fn probability(widths: &[usize]) -> f64 {
    let alive: f64 = widths
        .iter()
        .map(|width| 1.0 - 0.5f64.powi((*width).min(2000) as i32))
        .product();
    1.0 - alive
}

/// A share of networks that were drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The share.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl Share {
    fn of(count: u32, all: u32) -> Share {
        let value = f64::from(count) / f64::from(all);
        Share {
            value,
            standard_error: (value * (1.0 - value) / f64::from(all)).sqrt(),
        }
    }
}

/// What networks of one input turned out to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Those that are 0 on a positive input: what [`probability`] gives exactly.
    pub on_one_input: Share,
    /// Those that are 0 everywhere. With zero biases a network of one input is linear on either side of 0, so two inputs tell.
    pub everywhere: Share,
}

/// Draws `networks` ReLU networks of one input with normal weights and zero biases, the same ones for a seed, and counts the dead.
///
/// # Panics
/// If no network is asked for.
pub fn draw(widths: &[usize], networks: u32, seed: u64) -> Drawn {
    assert!(networks > 0, "at least one network has to be drawn");
    let mut stream = Stream::new(seed, Purpose::Networks);
    let (mut on_one, mut everywhere) = (0, 0);
    for _ in 0..networks {
        let [right, left] = network(widths, &mut stream);
        on_one += u32::from(!right);
        everywhere += u32::from(!right && !left);
    }
    Drawn {
        on_one_input: Share::of(on_one, networks),
        everywhere: Share::of(everywhere, networks),
    }
}

/// Whether a network is alive at 1 and at −1.
fn network(widths: &[usize], stream: &mut Stream) -> [bool; 2] {
    let mut sides = [vec![1.0], vec![-1.0]];
    for width in widths {
        let mut next = [vec![0.0; *width], vec![0.0; *width]];
        for unit in 0..*width {
            let mut sums = [0.0; 2];
            for input in 0..sides[0].len() {
                let weight = stream.normal();
                for (sum, side) in sums.iter_mut().zip(&sides) {
                    *sum += weight * side[input];
                }
            }
            for (next, sum) in next.iter_mut().zip(sums) {
                next[unit] = f64::max(sum, 0.0);
            }
        }
        sides = next;
    }
    sides.map(|side| side.iter().any(|x| *x != 0.0))
}
