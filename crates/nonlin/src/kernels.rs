//! What a kernel leaves open: how precise it is, and what it takes at a kink.

use crate::activation::{Activation, Order, assert_same_length};
use crate::element::Element;
use crate::error::Error;
use crate::functions::{Function, with_activation};
use crate::level::Gain;
use crate::parameter;
use crate::profile::Kink;
use crate::slice::Lines;
use crate::stream;

/// How results are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Every result is the nearest number of its type.
    #[default]
    Exact,
    /// `f32` in `f32` arithmetic, good to 3 units in the last place for every function of the catalogue at its default
    /// parameters; `f64` good to a few, but for the far left tails of functions with a gate, where it loses some hundreds
    /// (`docs/accuracy.md`). The bits are still the same on every machine. Of the 16-bit types, functions of a row,
    /// GLU and products with derivatives are computed in `f32` and rounded, good to 0.501 units; the others do not gain by it and
    /// stay exact.
    Fast,
}

/// The derivative taken at a kink, where the slopes from the two sides differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Subgradient {
    /// What the function's profile says is taken, which is PyTorch's choice.
    #[default]
    Default,
    /// The slope from the left.
    Left,
    /// The slope from the right.
    Right,
    /// The mean of the two.
    Mid,
}

/// The slices of one operation.
#[derive(Debug)]
#[doc(hidden)]
pub enum Job<'a, T> {
    /// y = the quantity of this order at x.
    Map {
        order: Order,
        x: &'a [T],
        y: &'a mut [T],
    },
    /// x becomes φ(x).
    InPlace { x: &'a mut [T] },
    /// dy becomes dy·φ′(x).
    ProductInPlace { x: &'a [T], dy: &'a mut [T] },
    /// y = φ(x) and d = φ′(x).
    Both {
        x: &'a [T],
        y: &'a mut [T],
        d: &'a mut [T],
    },
    /// dx = dy · the quantity of this order at x.
    Product {
        order: Order,
        x: &'a [T],
        dy: &'a [T],
        dx: &'a mut [T],
    },
}

impl<'a, T> Job<'a, T> {
    /// How many elements it writes per slice.
    pub(crate) fn len(&self) -> usize {
        match self {
            Job::Map { y, .. } | Job::Both { y, .. } => y.len(),
            Job::InPlace { x } => x.len(),
            Job::ProductInPlace { dy, .. } => dy.len(),
            Job::Product { dx, .. } => dx.len(),
        }
    }

    /// What it reads and does not overwrite.
    pub(crate) fn given(&self) -> [&'a [T]; 2] {
        match *self {
            Job::Map { x, .. } | Job::Both { x, .. } | Job::ProductInPlace { x, .. } => [x, &[]],
            Job::InPlace { .. } => [&[]; 2],
            Job::Product { x, dy, .. } => [x, dy],
        }
    }

    /// Elements before the first of the results that begins at so many bytes.
    pub(crate) fn offset(&self, bytes: usize) -> usize {
        match self {
            Job::Map { y, .. } | Job::Both { y, .. } => y.as_ptr().align_offset(bytes),
            Job::InPlace { x } => x.as_ptr().align_offset(bytes),
            Job::ProductInPlace { dy, .. } => dy.as_ptr().align_offset(bytes),
            Job::Product { dx, .. } => dx.as_ptr().align_offset(bytes),
        }
    }

    /// The first `n` elements of every slice, and the rest.
    pub(crate) fn split_at(self, n: usize) -> (Job<'a, T>, Job<'a, T>) {
        match self {
            Job::Map { order, x, y } => {
                let (x, y) = (x.split_at(n), y.split_at_mut(n));
                let part = |x, y| Job::Map { order, x, y };
                (part(x.0, y.0), part(x.1, y.1))
            }
            Job::InPlace { x } => {
                let x = x.split_at_mut(n);
                (Job::InPlace { x: x.0 }, Job::InPlace { x: x.1 })
            }
            Job::ProductInPlace { x, dy } => {
                let (x, dy) = (x.split_at(n), dy.split_at_mut(n));
                let part = |x, dy| Job::ProductInPlace { x, dy };
                (part(x.0, dy.0), part(x.1, dy.1))
            }
            Job::Both { x, y, d } => {
                let (x, y, d) = (x.split_at(n), y.split_at_mut(n), d.split_at_mut(n));
                let part = |x, y, d| Job::Both { x, y, d };
                (part(x.0, y.0, d.0), part(x.1, y.1, d.1))
            }
            Job::Product { order, x, dy, dx } => {
                let (x, dy, dx) = (x.split_at(n), dy.split_at(n), dx.split_at_mut(n));
                let part = |x, dy, dx| Job::Product { order, x, dy, dx };
                (part(x.0, dy.0, dx.0), part(x.1, dy.1, dx.1))
            }
        }
    }
}

/// What can be computed with: a concrete [`Activation`] or any [`Function`].
pub trait Computable: Copy + Send + Sync + sealed::Sealed {
    #[doc(hidden)]
    fn run<T: Element>(kernels: Kernels<Self>, job: Job<'_, T>);

    #[doc(hidden)]
    fn parameter_index(self, name: &str) -> Result<usize, Error>;

    #[doc(hidden)]
    fn kinks(self) -> Vec<Kink>;
}

mod sealed {
    pub trait Sealed {}
    impl<A: crate::Activation> Sealed for A {}
    impl Sealed for crate::Function {}
}

impl<A: Activation> Computable for A {
    #[inline]
    fn run<T: Element>(kernels: Kernels<A>, job: Job<'_, T>) {
        stream::run(kernels, job);
    }

    fn parameter_index(self, name: &str) -> Result<usize, Error> {
        parameter::index::<A>(name)
    }

    fn kinks(self) -> Vec<Kink> {
        self.profile().kinks
    }
}

impl Computable for Function {
    #[inline]
    fn run<T: Element>(kernels: Kernels<Function>, job: Job<'_, T>) {
        T::run_function(kernels, job);
    }

    fn parameter_index(self, name: &str) -> Result<usize, Error> {
        with_activation!(self, a => a.parameter_index(name))
    }

    fn kinks(self) -> Vec<Kink> {
        self.profile().kinks
    }
}

/// The kernels of a function at a [`Precision`] and a [`Subgradient`].
///
/// Functions of a row and gates have kernels too, with methods of their own: see [`Softmax`](crate::rows::Softmax) and
/// [`Gate`](crate::gates::Gate).
///
/// ```
/// use nonlin::{Activation, Function, Precision, Relu, Subgradient};
/// let gelu: Function = "gelu".parse()?;
/// let fast = gelu.kernels().precision(Precision::Fast);
/// let x = [-1.0f32, 0.0, 2.0];
/// let mut y = [0.0; 3];
/// fast.forward(&x, &mut y);
///
/// let mid = Relu.kernels().subgradient(Subgradient::Mid);
/// let mut d = [0.0; 3];
/// mid.derivative(&x, &mut d);
/// assert_eq!(d, [0.0, 0.5, 1.0]);
/// # Ok::<(), nonlin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernels<F> {
    function: F,
    precision: Precision,
    subgradient: Subgradient,
    /// Whose results of this job go past the caches.
    gain: Gain,
    #[cfg(feature = "rayon")]
    parallel: bool,
}

impl<F: Copy> Kernels<F> {
    pub(crate) const fn new(function: F) -> Self {
        Kernels {
            function,
            precision: Precision::Exact,
            subgradient: Subgradient::Default,
            gain: Gain::Nobodys,
            #[cfg(feature = "rayon")]
            parallel: false,
        }
    }

    /// The same kernels at another precision.
    #[must_use]
    pub fn precision(self, precision: Precision) -> Self {
        Kernels { precision, ..self }
    }

    /// The function.
    pub fn function(self) -> F {
        self.function
    }

    pub(crate) fn chosen_precision(self) -> Precision {
        self.precision
    }
}

impl<F: Computable> From<F> for Kernels<F> {
    /// The exact ones.
    fn from(function: F) -> Self {
        Kernels::new(function)
    }
}

impl<F: Computable> Kernels<F> {
    /// The same kernels with another subgradient at every kink.
    #[must_use]
    pub fn subgradient(self, subgradient: Subgradient) -> Self {
        Kernels {
            subgradient,
            ..self
        }
    }

    /// The same kernels on the thread that calls and others of the current `rayon` pool, as many in all as the pool has, for slices
    /// that are worth it. The results have the same bits. Needs the feature `rayon`.
    #[cfg(feature = "rayon")]
    #[must_use]
    pub fn parallel(self) -> Self {
        Kernels {
            parallel: true,
            ..self
        }
    }

    pub(crate) fn gain(self) -> Gain {
        self.gain
    }

    /// Whether the loop that computes stores past the caches; [`stream::run`] has seen to it that it gains by it.
    pub(crate) fn streams(self) -> bool {
        self.gain != Gain::Nobodys
    }

    /// The same kernels for a block whose results stay in the caches.
    pub(crate) fn in_caches(self) -> Self {
        Kernels {
            gain: Gain::Nobodys,
            ..self
        }
    }

    /// The same choices for another function.
    pub(crate) fn of<G>(self, function: G) -> Kernels<G> {
        Kernels {
            function,
            precision: self.precision,
            subgradient: self.subgradient,
            gain: self.gain,
            #[cfg(feature = "rayon")]
            parallel: self.parallel,
        }
    }

    /// Runs a job, in pieces on several threads where that was asked for.
    fn run<T: Element>(self, job: Job<'_, T>) {
        let kernels = Kernels {
            gain: stream::gain::<T>(job.len()),
            ..self
        };
        #[cfg(feature = "rayon")]
        if self.parallel {
            return crate::parallel::run(job, |job| F::run(kernels, job));
        }
        F::run(kernels, job);
    }

    /// y = the quantity of this order at x, element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn evaluate<T: Element>(self, order: Order, x: &[T], y: &mut [T]) {
        assert_same_length(&[("x", x.len()), (order.letter(), y.len())]);
        self.run(Job::Map {
            order,
            x,
            y: &mut *y,
        });
        if order == Order::Derivative {
            self.choose_subgradients(x, |i, slope| y[i] = T::from_f64(slope));
        }
    }

    #[track_caller]
    fn product<T: Element>(self, order: Order, x: &[T], dy: &[T], dx: &mut [T]) {
        assert_same_length(&[("x", x.len()), ("dy", dy.len()), ("dx", dx.len())]);
        self.run(Job::Product {
            order,
            x,
            dy,
            dx: &mut *dx,
        });
        if order == Order::Derivative {
            self.choose_subgradients(x, |i, slope| dx[i] = T::from_f64(slope * dy[i].to_f64()));
        }
    }

    /// Gives every place where x is a kink to `write`, with the slope chosen there.
    fn choose_subgradients<T: Element>(self, x: &[T], mut write: impl FnMut(usize, f64)) {
        if self.subgradient == Subgradient::Default {
            return;
        }
        for kink in self.function.kinks() {
            let slope = match self.subgradient {
                Subgradient::Default => kink.taken,
                Subgradient::Left => kink.left,
                Subgradient::Right => kink.right,
                Subgradient::Mid => 0.5 * (kink.left + kink.right),
            };
            for (i, x) in x.iter().enumerate() {
                if x.to_f64() == kink.at {
                    write(i, slope);
                }
            }
        }
    }

    /// y = φ(x), element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn forward<T: Element>(self, x: &[T], y: &mut [T]) {
        self.evaluate(Order::Value, x, y);
    }

    /// d = φ′(x), element by element.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn derivative<T: Element>(self, x: &[T], d: &mut [T]) {
        self.evaluate(Order::Derivative, x, d);
    }

    /// s = φ″(x), element by element. Where φ′ jumps, φ″ belongs to the piece that the function's formula takes there.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn second_derivative<T: Element>(self, x: &[T], s: &mut [T]) {
        self.evaluate(Order::SecondDerivative, x, s);
    }

    /// g = ∂φ(x)/∂p, element by element, for the parameter p of this name.
    ///
    /// # Errors
    /// If there is no such parameter.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn parameter_derivative<T: Element>(
        self,
        parameter: &str,
        x: &[T],
        g: &mut [T],
    ) -> Result<(), Error> {
        let index = self.function.parameter_index(parameter)?;
        self.evaluate(Order::Parameter(index), x, g);
        Ok(())
    }

    /// y = φ(x) and d = φ′(x) in one pass.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn forward_and_derivative<T: Element>(self, x: &[T], y: &mut [T], d: &mut [T]) {
        assert_same_length(&[("x", x.len()), ("y", y.len()), ("d", d.len())]);
        self.run(Job::Both { x, y, d: &mut *d });
        self.choose_subgradients(x, |i, slope| d[i] = T::from_f64(slope));
    }

    /// dx = dy·φ′(x), element by element, rounded once.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn backward<T: Element>(self, x: &[T], dy: &[T], dx: &mut [T]) {
        self.product(Order::Derivative, x, dy, dx);
    }

    /// dx = dy·φ″(x), element by element, rounded once: what backward's own backward needs.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn double_backward<T: Element>(self, x: &[T], dy: &[T], dx: &mut [T]) {
        self.product(Order::SecondDerivative, x, dy, dx);
    }

    /// Σ dyᵢ·∂φ(xᵢ)/∂p, the gradient of the parameter of this name. The sum runs in `f64` in a fixed order, so it has
    /// the same bits everywhere.
    ///
    /// # Errors
    /// If there is no such parameter.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn parameter_gradient<T: Element>(
        self,
        parameter: &str,
        x: &[T],
        dy: &[T],
    ) -> Result<f64, Error> {
        assert_same_length(&[("x", x.len()), ("dy", dy.len())]);
        let order = Order::Parameter(self.function.parameter_index(parameter)?);
        let (mut wide, mut derivative) = ([0.0f64; BLOCK], [0.0f64; BLOCK]);
        let mut sum = 0.0;
        for (x, dy) in x.chunks(BLOCK).zip(dy.chunks(BLOCK)) {
            let (wide, derivative) = (&mut wide[..x.len()], &mut derivative[..x.len()]);
            for (wide, x) in wide.iter_mut().zip(x) {
                *wide = x.to_f64();
            }
            self.evaluate(order, wide, derivative);
            sum += derivative
                .iter()
                .zip(dy)
                .map(|(derivative, dy)| derivative * dy.to_f64())
                .sum::<f64>();
        }
        Ok(sum)
    }

    /// x becomes φ(x).
    pub fn forward_in_place<T: Element>(self, x: &mut [T]) {
        self.run(Job::InPlace { x });
    }

    /// x becomes φ′(x).
    pub fn derivative_in_place<T: Element>(self, x: &mut [T]) {
        let block =
            |x: &mut [T]| in_blocks::<BLOCK, T>(x, |from, to| self.serial().derivative(from, to));
        #[cfg(feature = "rayon")]
        if self.parallel {
            return crate::parallel::in_pieces(x, |_, x| block(x));
        }
        block(x);
    }

    /// dy becomes dy·φ′(x).
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn backward_in_place<T: Element>(self, x: &[T], dy: &mut [T]) {
        assert_same_length(&[("x", x.len()), ("dy", dy.len())]);
        if self.subgradient == Subgradient::Default {
            return self.run(Job::ProductInPlace { x, dy });
        }
        let block = |x: &[T], dy: &mut [T]| {
            products_in_blocks::<BLOCK, T>(x, dy, |x, dy, dx| self.serial().backward(x, dy, dx));
        };
        #[cfg(feature = "rayon")]
        if self.parallel {
            return crate::parallel::in_pieces(dy, |start, dy| {
                block(&x[start..start + dy.len()], dy)
            });
        }
        block(x, dy);
    }

    /// Itself on the thread of the caller.
    fn serial(self) -> Self {
        Kernels {
            #[cfg(feature = "rayon")]
            parallel: false,
            ..self
        }
    }

    /// The quantity of this order at one number, with the bits that the slice methods give.
    pub fn at<T: Element>(self, order: Order, x: T) -> T {
        let mut y = [x];
        self.evaluate(order, &[x], &mut y);
        y[0]
    }
}

/// Elements per block of an in-place kernel: small enough for the first cache, large enough to hide the dispatch.
pub(crate) const BLOCK: usize = 512;

/// Runs `kernel` on blocks of x, a copy of each block of dy, and the block.
pub(crate) fn products_in_blocks<const N: usize, T: Element>(
    x: &[T],
    dy: &mut [T],
    mut kernel: impl FnMut(&[T], &[T], &mut [T]),
) {
    let mut x = x.chunks(N);
    in_blocks::<N, T>(dy, |dy, dx| kernel(x.next().unwrap_or_default(), dy, dx));
}

/// Runs `kernel` from a copy of each block to the block.
pub(crate) fn in_blocks<const N: usize, T: Element>(
    x: &mut [T],
    mut kernel: impl FnMut(&[T], &mut [T]),
) {
    let mut buffer = Lines([T::default(); N]);
    for block in x.chunks_mut(N) {
        let from = &mut buffer[..block.len()];
        from.copy_from_slice(block);
        kernel(from, block);
    }
}
