//! The numbers that everybody computes on: drawn once from N(0, 2²) with a fixed seed, in a file that every worker reads.

use crate::case::Outcome;
use nonlin::Element;
use std::f64::consts::TAU;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;

/// A file of little-endian `f32`, if it is not there in full already. It appears in one step.
pub fn write(path: &Path, elements: usize, numbers: impl Iterator<Item = f32>) -> Outcome<()> {
    if fs::metadata(path).is_ok_and(|file| file.len() == 4 * elements as u64) {
        return Ok(());
    }
    let unfinished = path.with_extension("tmp");
    let mut file = BufWriter::new(File::create(&unfinished)?);
    for x in numbers.take(elements) {
        file.write_all(&x.to_le_bytes())?;
    }
    file.into_inner()?.sync_all()?;
    Ok(fs::rename(&unfinished, path)?)
}

/// The first `elements` numbers of a file, all of them without a number.
pub fn read(path: &Path, elements: Option<usize>) -> Outcome<Vec<f32>> {
    let mut file = File::open(path)?;
    let bytes = match elements {
        Some(elements) => {
            let mut bytes = vec![0; 4 * elements];
            file.read_exact(&mut bytes)?;
            bytes
        }
        None => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            bytes
        }
    };
    let (numbers, _) = bytes.as_chunks();
    Ok(numbers.iter().map(|&b| f32::from_le_bytes(b)).collect())
}

/// Normal numbers of mean 0 and standard deviation 2, by Box and Muller.
pub fn normal() -> impl Iterator<Item = f32> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 11) + 1) as f64 / (1u64 << 53) as f64
    };
    std::iter::repeat_with(move || {
        let radius = 2.0 * (-2.0 * uniform().ln()).sqrt();
        let (sin, cos) = (TAU * uniform()).sin_cos();
        [(radius * cos) as f32, (radius * sin) as f32]
    })
    .flatten()
}

/// One of every 64 bit patterns of `f32` but for NaN, so every exponent and both signs, both infinities among them; zeros fill the
/// last block, so that nobody's treatment of a short end is judged.
pub fn patterns() -> Vec<f32> {
    let mut numbers: Vec<f32> = (0..1u32 << 26)
        .map(|k| f32::from_bits(k << 6))
        .filter(|x| !x.is_nan())
        .collect();
    numbers.resize(numbers.len().next_multiple_of(1024), 0.0);
    numbers
}

/// The numbers in another type, rounded.
pub fn cast<T: Element>(numbers: &[f32]) -> Vec<T> {
    numbers.iter().map(|&x| T::from_f64(f64::from(x))).collect()
}

/// dy: the input backwards, each row cut to its output's length.
pub fn upstream(x: &[f32], row: usize, output: usize) -> Vec<f32> {
    x.chunks_exact(row)
        .rev()
        .flat_map(|row| row.iter().rev().take(output).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_their_moments() {
        let x: Vec<f64> = normal().take(100_000).map(f64::from).collect();
        let mean = x.iter().sum::<f64>() / 1e5;
        let square = x.iter().map(|x| x * x).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.03 && (square - 4.0).abs() < 0.06);
    }

    #[test]
    fn upstream_is_the_input_backwards() {
        let x = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(upstream(&x, 4, 4), [4.0, 3.0, 2.0, 1.0]);
        assert_eq!(upstream(&x, 2, 1), [4.0, 2.0]);
    }
}
