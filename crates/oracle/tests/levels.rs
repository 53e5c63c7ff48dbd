//! The same bits at every level, length and alignment.

use nonlin::{Element, Function, Level};
use nonlin_oracle::inputs::stratified;

/// Every level of this machine reproduces the committed hashes.
#[test]
fn every_level_reproduces_the_golden_bits() {
    for level in Level::ALL.into_iter().filter(|level| level.set()) {
        assert_eq!(
            nonlin_oracle::bits::differences(),
            [],
            "at level {}",
            level.name()
        );
    }
}

fn lengths_and_alignments<T: Element>(x: &[T], bits: impl Fn(T) -> u64) {
    let same = |a: &[T], b: &[T]| a.iter().zip(b).all(|(a, b)| bits(*a) == bits(*b));
    for f in Function::all() {
        let value: Vec<T> = x.iter().map(|x| f.value_at(*x)).collect();
        let derivative: Vec<T> = x.iter().map(|x| f.derivative_at(*x)).collect();
        for length in 0..=64 {
            for offset in 0..16 {
                let range = offset..offset + length;
                let place = format!("{f} {} length {length} offset {offset}", T::NAME);
                let x = &x[range.clone()];
                let (mut y, mut d) = (vec![T::default(); 80], vec![T::default(); 80]);
                f.forward(x, &mut y[range.clone()]);
                f.derivative(x, &mut d[range.clone()]);
                assert!(
                    same(&y[range.clone()], &value[range.clone()]),
                    "{place}: value"
                );
                assert!(
                    same(&d[range.clone()], &derivative[range.clone()]),
                    "{place}: derivative"
                );
                let (mut y2, mut d2) = (vec![T::default(); 80], vec![T::default(); 80]);
                f.forward_and_derivative(x, &mut y2[range.clone()], &mut d2[range.clone()]);
                assert!(same(&y, &y2) && same(&d, &d2), "{place}: both in one pass");
                let mut in_place = x.to_vec();
                f.forward_in_place(&mut in_place);
                assert!(same(&in_place, &value[range.clone()]), "{place}: in place");
                let mut in_place = x.to_vec();
                f.derivative_in_place(&mut in_place);
                assert!(
                    same(&in_place, &derivative[range.clone()]),
                    "{place}: derivative in place"
                );
                let dy: Vec<T> = x.iter().rev().copied().collect();
                let mut dx = vec![T::default(); length];
                f.backward(x, &dy, &mut dx);
                let mut in_place = dy.clone();
                f.backward_in_place(x, &mut in_place);
                assert!(same(&dx, &in_place), "{place}: backward in place");
                for i in 0..length {
                    let mut one = [T::default()];
                    f.backward(&x[i..=i], &dy[i..=i], &mut one);
                    assert!(
                        bits(one[0]) == bits(dx[i]),
                        "{place}: backward of element {i}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_length_and_alignment_gives_the_same_bits() {
    let all = stratified(&"gelu".parse().unwrap(), 64, 64);
    let mut x: Vec<f32> = all.iter().step_by(all.len() / 70).copied().collect();
    x.extend([
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        -0.0,
        1.0e-42,
        3.0e7,
        0.5,
        -2.0,
        -0.75179154,
        1.5,
    ]);
    x.truncate(80);
    x.rotate_right(7);
    assert_eq!(x.len(), 80);
    lengths_and_alignments(&x, |y: f32| y.to_bits().into());
    let x: Vec<f64> = x.into_iter().map(f64::from).collect();
    lengths_and_alignments(&x, f64::to_bits);
}

#[test]
fn slices_of_unequal_length_are_refused_with_their_lengths() {
    let f: Function = "tanh".parse().unwrap();
    let refused = std::panic::catch_unwind(|| f.forward(&[1.0f32, 2.0], &mut [0.0f32]));
    let message = *refused.unwrap_err().downcast::<String>().unwrap();
    assert!(
        message.contains("x has 2") && message.contains("y has 1"),
        "{message}"
    );
}
