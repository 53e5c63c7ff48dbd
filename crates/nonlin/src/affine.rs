//! The linear map in front of maxout and gates: z = Wx + b.

use crate::element::Element;
use crate::error::Error;
use crate::strength::{Job, LANES, Strength, Sum, rounded, run};

/// z = Wx + b with sums in `f64`, in an order that does not depend on the machine.
///
/// This is a reference, not a fast matrix product: it serves small layers, tests and examples.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine<T> {
    inputs: usize,
    outputs: usize,
    weights: Vec<T>,
    bias: Vec<T>,
}

/// The gradients of a loss with respect to everything that went into an [`Affine`] map.
#[derive(Clone, Debug, PartialEq)]
pub struct AffineGradients<T> {
    /// For the inputs, samples × inputs.
    pub x: Vec<T>,
    /// For the weights, outputs × inputs.
    pub weights: Vec<T>,
    /// For the bias, one per output.
    pub bias: Vec<T>,
}

impl<T: Element> Affine<T> {
    /// From weights of outputs × inputs in row-major order and a bias per output.
    ///
    /// # Errors
    /// [`Error::Shape`] if the weights are not `inputs` for every bias, or either is zero.
    pub fn new(inputs: usize, weights: Vec<T>, bias: Vec<T>) -> Result<Affine<T>, Error> {
        let outputs = bias.len();
        if inputs == 0 || outputs == 0 || inputs.checked_mul(outputs) != Some(weights.len()) {
            return Err(Error::Shape(format!(
                "{inputs} inputs and {outputs} biases need {inputs} × {outputs} weights, and at least one, but there are {}",
                weights.len()
            )));
        }
        Ok(Affine {
            inputs,
            outputs,
            weights,
            bias,
        })
    }

    /// The number of inputs of a sample.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The number of outputs of a sample.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The weights, outputs × inputs.
    pub fn weights(&self) -> &[T] {
        &self.weights
    }

    /// The bias, one per output.
    pub fn bias(&self) -> &[T] {
        &self.bias
    }

    /// How many samples the slice holds.
    ///
    /// # Errors
    /// [`Error::Shape`] if it does not hold whole samples.
    pub fn samples(&self, x: &[T]) -> Result<usize, Error> {
        if x.len().is_multiple_of(self.inputs) {
            Ok(x.len() / self.inputs)
        } else {
            Err(Error::Shape(format!(
                "{} numbers were given, which is no multiple of the {} inputs of a sample",
                x.len(),
                self.inputs
            )))
        }
    }

    /// z = Wx + b for each sample: samples × inputs in, samples × outputs out.
    ///
    /// # Errors
    /// [`Error::Shape`] if x does not hold whole samples.
    pub fn forward(&self, x: &[T]) -> Result<Vec<T>, Error> {
        let samples = self.samples(x)?;
        let mut z = vec![T::default(); samples * self.outputs];
        run(Forward {
            map: self,
            x,
            z: &mut z,
        });
        Ok(z)
    }

    /// The gradients from those for z.
    ///
    /// # Errors
    /// [`Error::Shape`] if x does not hold whole samples or dz is not one number per output of each.
    pub fn backward(&self, x: &[T], dz: &[T]) -> Result<AffineGradients<T>, Error> {
        let samples = self.samples(x)?;
        if dz.len() != samples * self.outputs {
            return Err(Error::Shape(format!(
                "{samples} samples of {} outputs need {} gradients, but there are {}",
                self.outputs,
                samples * self.outputs,
                dz.len()
            )));
        }
        let mut gradients = AffineGradients {
            x: vec![T::default(); x.len()],
            weights: vec![T::default(); self.weights.len()],
            bias: vec![T::default(); self.outputs],
        };
        run(Backward {
            map: self,
            x,
            dz,
            gradients: &mut gradients,
        });
        Ok(gradients)
    }
}

/// Σ a·b of elements, in the order of [`dot`](crate::strength::dot).
#[inline(always)]
fn dot<S: Strength, T: Element>(start: f64, a: &[T], b: &[T]) -> f64 {
    let mut sum = Sum::new();
    sum.add::<S>(0, start);
    for (a, b) in a.chunks(LANES).zip(b.chunks(LANES)) {
        for (lane, (a, b)) in a.iter().zip(b).enumerate() {
            sum.add_product::<S>(lane, a.to_f64(), b.to_f64());
        }
    }
    sum.finish().0
}

struct Forward<'a, T> {
    map: &'a Affine<T>,
    x: &'a [T],
    z: &'a mut [T],
}

impl<T: Element> Job for Forward<'_, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        let Affine {
            inputs,
            outputs,
            weights,
            bias,
        } = self.map;
        for (x, z) in self
            .x
            .chunks_exact(*inputs)
            .zip(self.z.chunks_exact_mut(*outputs))
        {
            for ((z, w), b) in z.iter_mut().zip(weights.chunks_exact(*inputs)).zip(bias) {
                *z = rounded(dot::<S, T>(b.to_f64(), w, x));
            }
        }
    }
}

struct Backward<'a, T> {
    map: &'a Affine<T>,
    x: &'a [T],
    dz: &'a [T],
    gradients: &'a mut AffineGradients<T>,
}

impl<T: Element> Job for Backward<'_, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        let Affine {
            inputs,
            outputs,
            weights,
            ..
        } = self.map;
        let (inputs, outputs) = (*inputs, *outputs);
        let mut sums = vec![Sum::new(); inputs];
        for (dx, dz) in self
            .gradients
            .x
            .chunks_exact_mut(inputs)
            .zip(self.dz.chunks_exact(outputs))
        {
            sums.fill(Sum::new());
            for (o, (w, dz)) in weights.chunks_exact(inputs).zip(dz).enumerate() {
                for (sum, w) in sums.iter_mut().zip(w) {
                    sum.add_product::<S>(o % LANES, w.to_f64(), dz.to_f64());
                }
            }
            for (dx, sum) in dx.iter_mut().zip(&sums) {
                *dx = rounded(sum.finish().0);
            }
        }
        for o in 0..outputs {
            let mut bias = Sum::new();
            sums.fill(Sum::new());
            for (s, (x, dz)) in self
                .x
                .chunks_exact(inputs)
                .zip(self.dz.chunks_exact(outputs))
                .enumerate()
            {
                let dz = dz[o].to_f64();
                bias.add::<S>(s % LANES, dz);
                for (sum, x) in sums.iter_mut().zip(x) {
                    sum.add_product::<S>(s % LANES, x.to_f64(), dz);
                }
            }
            self.gradients.bias[o] = rounded(bias.finish().0);
            let dw = &mut self.gradients.weights[o * inputs..][..inputs];
            for (dw, sum) in dw.iter_mut().zip(&sums) {
                *dw = rounded(sum.finish().0);
            }
        }
    }
}
