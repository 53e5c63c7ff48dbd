//! Random numbers whose bits depend on the seed and the purpose alone.

/// What a stream of random numbers is for. Streams of one seed and different purposes are independent, so that, say, a
/// longer shuffle never moves the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The starting weights.
    Weights = 1,
    /// The order of the training rows.
    Order = 2,
    /// RReLU's slopes.
    Slopes = 3,
    /// Which rows are kept for testing and for validation.
    Split = 4,
    /// Networks that are drawn to see how many have a property.
    Networks = 5,
    /// The rows of data sets that are made up.
    Data = 6,
    /// Labels that say nothing, and which rows get them.
    Labels = 7,
    /// Which values a resample of the bootstrap draws.
    Bootstrap = 8,
}

/// xoshiro256++ (Blackman and Vigna, 2019), seeded by SplitMix64.
#[derive(Debug, Clone)]
pub struct Stream([u64; 4]);

impl Stream {
    /// The stream of a seed and a purpose.
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        let mut state = seed ^ (purpose as u64) << 56;
        Stream(std::array::from_fn(|_| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        }))
    }

    /// Sixty-four random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform in (0, 1].
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.unit())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// One of 0, 1, …, n − 1. The bias of the multiply-shift is below n/2⁶⁴.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// 0, 1, …, n − 1 in random order (Fisher and Yates).
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, self.below(i + 1));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_keep_their_bits() {
        let first = |seed, purpose| Stream::new(seed, purpose).bits();
        assert_eq!(first(1, Purpose::Weights), first(1, Purpose::Weights));
        assert_ne!(first(1, Purpose::Weights), first(1, Purpose::Order));
        assert_ne!(first(1, Purpose::Weights), first(2, Purpose::Weights));
        // Stored studies depend on these bits.
        assert_eq!(first(1, Purpose::Weights), 13_870_643_266_552_004_572);
    }

    #[test]
    fn the_generator_is_the_published_one() {
        // The first outputs of xoshiro256++ from the state 1, 2, 3, 4.
        let mut stream = Stream([1, 2, 3, 4]);
        let outputs: Vec<u64> = (0..4).map(|_| stream.bits()).collect();
        assert_eq!(
            outputs,
            [
                41_943_041,
                58_720_359,
                3_588_806_011_781_223,
                3_591_011_842_654_386
            ]
        );
    }

    #[test]
    fn normal_numbers_have_the_normal_moments() {
        let mut stream = Stream::new(5, Purpose::Weights);
        let n = 200_000;
        let draws: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
        let moment = |k| draws.iter().map(|v| v.powi(k)).sum::<f64>() / f64::from(n);
        assert!(moment(1).abs() < 0.01 && (moment(2) - 1.0).abs() < 0.02);
        assert!(moment(3).abs() < 0.05 && (moment(4) - 3.0).abs() < 0.1);
    }

    #[test]
    fn a_permutation_holds_every_number_once() {
        let mut order = Stream::new(9, Purpose::Order).permutation(1000);
        assert_ne!(order[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        order.sort_unstable();
        assert!(order.into_iter().eq(0..1000));
    }
}
