//! Integrals over a normal number.
//!
//! Gauss and Kronrod's rule of 21 points (Piessens et al., QUADPACK, 1983) on intervals that begin and end where the function
//! has kinks; the interval with the largest error is halved until the sum of the errors is small. All moments of one function
//! are integrated together, from the same values.

/// A number and an estimate of its error, both absolute.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// About how far it may be off.
    pub error: f64,
}

impl Estimate {
    /// A function of it, with the derivative there.
    pub(crate) fn map(self, value: f64, derivative: f64) -> Estimate {
        Estimate {
            value,
            error: (derivative * self.error).abs(),
        }
    }
}

/// Points of the rule.
pub(crate) const POINTS: usize = 21;

/// The points in (0, 1], outermost first; the middle is the last.
const NODES: [f64; 11] = [
    0.995657163025808080735527280689003,
    0.973906528517171720077964012084452,
    0.930157491355708226001207180059508,
    0.865063366688984510732096688423493,
    0.780817726586416897063717578345042,
    0.679409568299024406234327365114874,
    0.562757134668604683339000099272694,
    0.433395394129247190799265943165784,
    0.294392862701460198131126603103866,
    0.148874338981631210884826001129720,
    0.0,
];

/// Kronrod's weights.
const KRONROD: [f64; 11] = [
    0.011694638867371874278064396062192,
    0.032558162307964727478818972459390,
    0.054755896574351996031381300244580,
    0.075039674810919952767043140916190,
    0.093125454583697605535065465083366,
    0.109387158802297641899210590325805,
    0.123491976262065851077958109585166,
    0.134709217311473325928054001771707,
    0.142775938577060080797094273138717,
    0.147739104901338491374841515972068,
    0.149445554002916905664936468389821,
];

/// Gauss's, of every second point.
const GAUSS: [f64; 5] = [
    0.066671344308688137593568809893332,
    0.149451349150580593145863396957658,
    0.219086362515982043995534934228163,
    0.269266719309996355091226921569469,
    0.295524224714752870173815619188769,
];

/// As precise as sums of `f64` are.
pub(crate) const FULL: f64 = 1e-13;

/// Intervals at most.
const MOST: usize = 4000;

/// Standard deviations beyond which a normal density is 0 in `f64`.
const REACH: f64 = 38.5;

/// `N` integrals over one interval.
struct Piece<const N: usize> {
    from: f64,
    to: f64,
    estimates: [Estimate; N],
    /// The integrals of the absolute values.
    sizes: [f64; N],
}

impl<const N: usize> Piece<N> {
    /// Its error, in units of what is allowed for each integral.
    fn excess(&self, allowed: &[f64; N]) -> f64 {
        let excess = self
            .estimates
            .iter()
            .zip(allowed)
            .map(|(e, allowed)| e.error / allowed);
        excess.fold(0.0, f64::max)
    }
}

fn piece<const N: usize>(
    from: f64,
    to: f64,
    integrand: &mut impl FnMut(&[f64; POINTS], &mut [[f64; POINTS]; N]),
) -> Piece<N> {
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    let mut z = [middle; POINTS];
    for (k, node) in NODES[..10].iter().enumerate() {
        z[k] = middle - half * node;
        z[POINTS - 1 - k] = middle + half * node;
    }
    let mut values = [[0.0; POINTS]; N];
    integrand(&z, &mut values);
    let mut sizes = [0.0; N];
    let mut integral = 0;
    let estimates = values.map(|y| {
        let (mut kronrod, mut gauss, mut size) =
            (KRONROD[10] * y[10], 0.0, KRONROD[10] * y[10].abs());
        for k in 0..10 {
            let (a, b) = (y[k], y[POINTS - 1 - k]);
            kronrod += KRONROD[k] * (a + b);
            size += KRONROD[k] * (a.abs() + b.abs());
            if k % 2 == 1 {
                gauss += GAUSS[k / 2] * (a + b);
            }
        }
        let mean = 0.5 * kronrod;
        let mut spread = KRONROD[10] * (y[10] - mean).abs();
        for k in 0..10 {
            spread += KRONROD[k] * ((y[k] - mean).abs() + (y[POINTS - 1 - k] - mean).abs());
        }
        let difference = (kronrod - gauss).abs();
        // The error falls faster than the difference once the function is smooth on the scale of the interval.
        let sharpened = if spread > 0.0 {
            spread * (200.0 * difference / spread).powf(1.5).min(1.0)
        } else {
            difference
        };
        let rounding = 4.0 * f64::EPSILON * size;
        sizes[integral] = half * size;
        integral += 1;
        Estimate {
            value: half * kronrod,
            error: half * sharpened.max(rounding),
        }
    });
    Piece {
        from,
        to,
        estimates,
        sizes,
    }
}

/// The sums over all pieces.
fn totals<const N: usize>(pieces: &[Piece<N>]) -> [Estimate; N] {
    std::array::from_fn(|i| {
        let mut total = Estimate::default();
        for piece in pieces {
            total.value += piece.estimates[i].value;
            total.error += piece.estimates[i].error;
        }
        total
    })
}

/// The integrals of `N` functions of z, each times the density of a standard normal number; `integrand` gets the points and
/// gives the functions there. `cuts` are where they have kinks, or where they change on a small scale; `precision` is the error that is
/// aimed at, over the integral of the absolute value.
pub(crate) fn normal<const N: usize>(
    precision: f64,
    cuts: &[f64],
    mut integrand: impl FnMut(&[f64; POINTS], &mut [[f64; POINTS]; N]),
) -> [Estimate; N] {
    let mut ends: Vec<f64> = [0.0, 1.0, 2.0, 3.5, 6.0, 10.0, 18.0, REACH]
        .into_iter()
        .flat_map(|end| [end, -end])
        .chain(cuts.iter().copied().filter(|cut| cut.abs() < REACH))
        .collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup_by(|a, b| *a <= *b);
    let mut weighted = |z: &[f64; POINTS], values: &mut [[f64; POINTS]; N]| {
        integrand(z, values);
        for (i, z) in z.iter().enumerate() {
            let density = libm::exp(-0.5 * z * z) / std::f64::consts::TAU.sqrt();
            for value in values.iter_mut() {
                // Where the density is 0 a function that overflows counts for nothing.
                value[i] = if density == 0.0 {
                    0.0
                } else {
                    value[i] * density
                };
            }
        }
    };
    let mut pieces: Vec<Piece<N>> = ends
        .windows(2)
        .map(|ends| piece(ends[0], ends[1], &mut weighted))
        .collect();
    while pieces.len() < MOST {
        let found = totals(&pieces);
        let allowed: [f64; N] = std::array::from_fn(|i| {
            let size: f64 = pieces.iter().map(|piece| piece.sizes[i]).sum();
            precision * size.max(1e-290)
        });
        if found
            .iter()
            .zip(&allowed)
            .all(|(total, allowed)| total.error <= *allowed)
        {
            break;
        }
        // Every piece that has more than its share is halved; there is one, or the sum would not be too large.
        let share = 1.0 / pieces.len() as f64;
        let mut halves = Vec::new();
        pieces.retain(|piece| {
            let middle = 0.5 * (piece.from + piece.to);
            let splits = piece.excess(&allowed) > share && piece.from < middle && middle < piece.to;
            let narrow = piece.to - piece.from < 1e-12;
            if splits && !narrow {
                halves.push((piece.from, middle, piece.to));
            }
            !splits || narrow
        });
        if halves.is_empty() {
            break;
        }
        for (from, middle, to) in halves {
            pieces.push(piece(from, middle, &mut weighted));
            pieces.push(piece(middle, to, &mut weighted));
        }
    }
    pieces.sort_by(|a, b| a.from.total_cmp(&b.from));
    totals(&pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_exact_for_polynomials() {
        for degree in 0..=30 {
            let exact = if degree % 2 == 0 {
                2.0 / (f64::from(degree) + 1.0)
            } else {
                0.0
            };
            let piece = piece::<1>(-1.0, 1.0, &mut |z, values| {
                values[0] = z.map(|z| z.powi(degree));
            });
            let found = piece.estimates[0];
            assert!(
                (found.value - exact).abs() < 1e-15,
                "degree {degree}: {}",
                found.value
            );
            // Gauss's rule of ten points is exact to degree 19, so nothing is left to estimate but rounding.
            if degree < 20 {
                assert!(found.error < 1e-14, "degree {degree}: {}", found.error);
            }
        }
    }

    #[test]
    fn moments_of_a_normal_number() {
        let [one, square, fourth, absolute] = normal::<4>(FULL, &[0.0], |z, values| {
            values[0] = [1.0; POINTS];
            values[1] = z.map(|z| z * z);
            values[2] = z.map(|z| z.powi(4));
            values[3] = z.map(f64::abs);
        });
        assert!((one.value - 1.0).abs() < 1e-14);
        assert!((square.value - 1.0).abs() < 1e-14);
        assert!((fourth.value - 3.0).abs() < 1e-13);
        assert!((absolute.value - (2.0 / std::f64::consts::PI).sqrt()).abs() < 1e-14);
    }
}
