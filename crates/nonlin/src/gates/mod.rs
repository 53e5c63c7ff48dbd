//! Functions of two inputs, one of which decides how much of the other passes: GLU and GTU.
//!
//! The path is called a and the gate b. They come as two slices, or packed into one tensor whose axis holds both: its
//! first half is the path, its **second half the gate**, as in PyTorch, JAX, Keras, Paddle, MindSpore and burn. (The
//! SwiGLU family of Paddle, candle, ggml and ONNX has the gate first.)

pub mod glu;
pub mod gtu;

use crate::activation::assert_same_length;
use crate::affine::{Affine, AffineGradients};
use crate::axis::Axis;
use crate::card::Card;
use crate::element::Element;
use crate::error::Error;
use crate::kernels::{Kernels, Precision};
use crate::level::PastCaches;
use crate::rows::by_name;
use crate::slice::Lines;
use crate::stream;
use crate::strength::{Job, Strength, rounded, run};
use glu::Glu;
use gtu::Gtu;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// Any gate. Its text form is its name, `glu` or `gtu`.
///
/// ```
/// use nonlin::gates::Gate;
/// let gate: Gate = "glu".parse()?;
/// let (a, b) = ([2.0f32, -1.0], [0.0, 3.0]);
/// let mut y = [0.0; 2];
/// gate.forward(&a, &b, &mut y);
/// assert_eq!(y, [1.0, -0.95257413]);
/// # Ok::<(), nonlin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gate {
    /// y = a·σ(b); see [`glu`].
    Glu,
    /// y = tanh(a)·σ(b); see [`gtu`].
    Gtu,
}

/// Runs an expression with the gate's map as the type `G`.
macro_rules! with_map {
    ($gate:expr, $G:ident => $body:expr) => {
        match $gate {
            Gate::Glu => {
                type $G = Glu;
                $body
            }
            Gate::Gtu => {
                type $G = Gtu;
                $body
            }
        }
    };
}

impl Gate {
    /// Every gate.
    pub fn all() -> impl Iterator<Item = Gate> {
        [Gate::Glu, Gate::Gtu].into_iter()
    }

    /// The name: `glu`.
    pub fn name(&self) -> &'static str {
        self.card().name
    }

    /// Names, papers, strengths and limits.
    pub const fn card(&self) -> &'static Card {
        match self {
            Gate::Glu => &glu::CARD,
            Gate::Gtu => &gtu::CARD,
        }
    }

    /// y from the path a and the gate b, element by element, rounded once.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn forward<T: Element>(&self, a: &[T], b: &[T], y: &mut [T]) {
        self.kernels().forward(a, b, y);
    }

    /// Its kernels, exact unless another [`Precision`] is chosen.
    ///
    /// Fast kernels of `f32` compute GLU in `f32`, results and gradients within 3 units in the last place; those of `f16` and
    /// `bf16` do the same and round it, within 0.501 of their units. GTU and `f64` are computed as ever.
    pub const fn kernels(self) -> Kernels<Gate> {
        Kernels::new(self)
    }

    /// da = dy·∂y/∂a and db = dy·∂y/∂b, element by element, rounded once.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn backward<T: Element>(&self, a: &[T], b: &[T], dy: &[T], da: &mut [T], db: &mut [T]) {
        self.kernels().backward(a, b, dy, da, db);
    }

    /// The shape of the result of a packed input: the axis is half as long.
    ///
    /// # Errors
    /// [`Error::Shape`] if the axis has an odd number of elements.
    pub fn output(&self, axis: Axis) -> Result<Axis, Error> {
        axis.divided(2).map_err(|_| {
            Error::Shape(format!(
                "{} splits an axis into path and gate, but {} elements have no halves",
                self.name(),
                axis.length()
            ))
        })
    }

    /// y from a tensor whose axis holds the path in its first half and the gate in its second. x has the axis'
    /// [`elements`](Axis::elements), y those of [`output`](Gate::output).
    ///
    /// ```
    /// use nonlin::{Axis, gates::Gate};
    /// let axis = Axis::of(&[2, 2], 1)?;
    /// let mut y = [0.0; 2];
    /// Gate::Glu.forward_packed(axis, &[2.0f32, 0.0, -1.0, 3.0], &mut y);
    /// assert_eq!(y, [1.0, -0.95257413]);
    /// # Ok::<(), nonlin::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the axis has no halves or a slice has another length.
    #[track_caller]
    pub fn forward_packed<T: Element>(&self, axis: Axis, x: &[T], y: &mut [T]) {
        self.kernels().forward_packed(axis, x, y);
    }

    /// dx, packed as x is, from dy. x and dx have the axis' [`elements`](Axis::elements), dy those of
    /// [`output`](Gate::output).
    ///
    /// # Panics
    /// If the axis has no halves or a slice has another length.
    #[track_caller]
    pub fn backward_packed<T: Element>(&self, axis: Axis, x: &[T], dy: &[T], dx: &mut [T]) {
        self.kernels().backward_packed(axis, x, dy, dx);
    }

    /// Consecutive elements of a half: the halves of an axis are runs in memory.
    #[track_caller]
    fn half(&self, axis: Axis, x: usize, (name, result): (&str, usize)) -> usize {
        let output = match self.output(axis) {
            Ok(output) => output,
            Err(error) => panic!("{error}"),
        };
        assert_same_length(&[("the axis", axis.elements()), ("x", x)]);
        assert_same_length(&[("half the axis", output.elements()), (name, result)]);
        output.length() * output.inner()
    }
}

impl Kernels<Gate> {
    /// [`Gate::forward`] at this precision.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn forward<T: Element>(self, a: &[T], b: &[T], y: &mut [T]) {
        assert_same_length(&[("a", a.len()), ("b", b.len()), ("y", y.len())]);
        if self.is_quick()
            && let (Some(a), Some(b)) = (T::as_single(a), T::as_single(b))
            && let Some(y) = T::as_single_mut(y)
        {
            return glu::quick_forward(a, b, y);
        }
        if self.is_quick() && size_of::<T>() == 2 {
            return half_forward(a, b, y);
        }
        with_map!(self.function(), G => run(Forward::<G, T> { a, b, y, map: PhantomData }));
    }

    /// [`Gate::backward`] at this precision.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn backward<T: Element>(self, a: &[T], b: &[T], dy: &[T], da: &mut [T], db: &mut [T]) {
        assert_same_length(&[
            ("a", a.len()),
            ("b", b.len()),
            ("dy", dy.len()),
            ("da", da.len()),
            ("db", db.len()),
        ]);
        if self.is_quick()
            && let (Some(a), Some(b), Some(dy)) =
                (T::as_single(a), T::as_single(b), T::as_single(dy))
            && let (Some(da), Some(db)) = (T::as_single_mut(da), T::as_single_mut(db))
        {
            return glu::quick_backward((a, b), dy, (da, db));
        }
        if self.is_quick() && size_of::<T>() == 2 {
            return half_backward((a, b), dy, (da, db));
        }
        with_map!(self.function(), G => run(Backward::<G, T> { a, b, dy, da, db, map: PhantomData }));
    }

    fn is_quick(self) -> bool {
        self.chosen_precision() == Precision::Fast && self.function() == Gate::Glu
    }

    /// [`Gate::forward_packed`] at this precision.
    ///
    /// # Panics
    /// If the axis has no halves or a slice has another length.
    #[track_caller]
    pub fn forward_packed<T: Element>(self, axis: Axis, x: &[T], y: &mut [T]) {
        let half = self.function().half(axis, x.len(), ("y", y.len()));
        if half == 0 {
            return;
        }
        let rows = x.chunks_exact(2 * half).zip(y.chunks_exact_mut(half));
        if !stream::is_large::<T>(x.len()) {
            for (x, y) in rows {
                let (a, b) = x.split_at(half);
                self.forward(a, b, y);
            }
            return;
        }
        // The halves of a short row share pages, and processors read ahead in one direction of a page at a time: the path goes first.
        let mut path = Lines([T::default(); HALVES]);
        for (x, y) in rows {
            let (a, b) = x.split_at(half);
            let given = a.chunks(HALVES).zip(b.chunks(HALVES));
            for ((a, b), y) in given.zip(y.chunks_mut(HALVES)) {
                let path = &mut path[..y.len()];
                path.copy_from_slice(a);
                self.forward(path, b, y);
            }
        }
    }

    /// [`Gate::backward_packed`] at this precision.
    ///
    /// # Panics
    /// If the axis has no halves or a slice has another length.
    #[track_caller]
    pub fn backward_packed<T: Element>(self, axis: Axis, x: &[T], dy: &[T], dx: &mut [T]) {
        assert_same_length(&[("x", x.len()), ("dx", dx.len())]);
        let half = self.function().half(axis, x.len(), ("dy", dy.len()));
        if half == 0 {
            return;
        }
        let results = dx.chunks_exact_mut(2 * half);
        let rows = x
            .chunks_exact(2 * half)
            .zip(dy.chunks_exact(half))
            .zip(results);
        if !stream::is_large::<T>(x.len()) {
            for ((x, dy), dx) in rows {
                let (a, b) = x.split_at(half);
                let (da, db) = dx.split_at_mut(half);
                self.backward(a, b, dy, da, db);
            }
            return;
        }
        let [mut path, mut for_path, mut for_gate] = [[T::default(); HALVES]; 3].map(Lines);
        let streams = stream::is_worth_it::<T>(x.len());
        let mut past_caches = PastCaches::new();
        for ((x, dy), dx) in rows {
            let (a, b) = x.split_at(half);
            let (da, db) = dx.split_at_mut(half);
            let given = a
                .chunks(HALVES)
                .zip(b.chunks(HALVES))
                .zip(dy.chunks(HALVES));
            let results = da.chunks_mut(HALVES).zip(db.chunks_mut(HALVES));
            for (((a, b), dy), (da, db)) in given.zip(results) {
                let n = ..dy.len();
                path[n].copy_from_slice(a);
                if streams {
                    self.backward(&path[n], b, dy, &mut for_path[n], &mut for_gate[n]);
                    past_caches.store(&for_path[n], da);
                    past_caches.store(&for_gate[n], db);
                } else {
                    self.backward(&path[n], b, dy, da, db);
                }
            }
        }
    }
}

/// Elements of a half that are brought into a wider type, or read before their gates, at a time.
const HALVES: usize = 512;

/// GLU of 16 bits in `f32`.
fn half_forward<T: Element>(a: &[T], b: &[T], y: &mut [T]) {
    let [mut wide_a, mut wide_b, mut wide_y] = [[0.0; HALVES]; 3].map(Lines);
    let given = a.chunks(HALVES).zip(b.chunks(HALVES));
    for ((a, b), y) in given.zip(y.chunks_mut(HALVES)) {
        let n = ..y.len();
        T::widen_singles(a, &mut wide_a[n]);
        T::widen_singles(b, &mut wide_b[n]);
        glu::quick_forward(&wide_a[n], &wide_b[n], &mut wide_y[n]);
        T::narrow_singles(&wide_y[n], y);
    }
}

/// The gradients of GLU of 16 bits in `f32`.
fn half_backward<T: Element>((a, b): (&[T], &[T]), dy: &[T], (da, db): (&mut [T], &mut [T])) {
    let [mut wide_a, mut wide_b, mut wide_dy] = [[0.0; HALVES]; 3].map(Lines);
    let [mut wide_da, mut wide_db] = [[0.0; HALVES]; 2].map(Lines);
    let given = a
        .chunks(HALVES)
        .zip(b.chunks(HALVES))
        .zip(dy.chunks(HALVES));
    let results = da.chunks_mut(HALVES).zip(db.chunks_mut(HALVES));
    for (((a, b), dy), (da, db)) in given.zip(results) {
        let n = ..dy.len();
        T::widen_singles(a, &mut wide_a[n]);
        T::widen_singles(b, &mut wide_b[n]);
        T::widen_singles(dy, &mut wide_dy[n]);
        let gradients = (&mut wide_da[n], &mut wide_db[n]);
        glu::quick_backward((&wide_a[n], &wide_b[n]), &wide_dy[n], gradients);
        T::narrow_singles(&wide_da[n], da);
        T::narrow_singles(&wide_db[n], db);
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Gate {
    type Err = Error;

    /// Reads a name or alias.
    fn from_str(text: &str) -> Result<Gate, Error> {
        let (gate, arguments) = by_name(text, Gate::all(), Gate::card)?;
        if arguments.is_empty() {
            Ok(gate)
        } else {
            Err(Error::UnknownParameter {
                function: gate.name(),
                given: arguments.to_owned(),
                known: vec![],
            })
        }
    }
}

/// A function of path and gate.
pub(crate) trait GateMap {
    /// y.
    fn value<S: Strength>(a: f64, b: f64) -> f64;
    /// (∂y/∂a, ∂y/∂b).
    fn slopes<S: Strength>(a: f64, b: f64) -> (f64, f64);
}

/// (σ(b), σ′(b)) in forms that neither overflow nor cancel.
#[inline(always)]
fn sigmoid_and_slope<S: Strength>(b: f64) -> (f64, f64) {
    let e = S::exp(-f64::abs(b));
    let d = 1.0 + e;
    let above = if b < 0.0 { e } else { 1.0 };
    (above / d, e / (d * d))
}

struct Forward<'a, G, T> {
    a: &'a [T],
    b: &'a [T],
    y: &'a mut [T],
    map: PhantomData<G>,
}

/// y element by element.
#[inline(always)]
fn values<G: GateMap, S: Strength, T: Element>(a: &[T], b: &[T], y: &mut [T]) {
    for ((y, a), b) in y.iter_mut().zip(a).zip(b) {
        *y = rounded(G::value::<S>(a.to_f64(), b.to_f64()));
    }
}

impl<G: GateMap, T: Element> Job for Forward<'_, G, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        if size_of::<T>() != 2 {
            return values::<G, S, T>(self.a, self.b, self.y);
        }
        let [mut wide_a, mut wide_b, mut wide_y] = [[0.0; HALVES]; 3].map(Lines);
        let given = self.a.chunks(HALVES).zip(self.b.chunks(HALVES));
        for ((a, b), y) in given.zip(self.y.chunks_mut(HALVES)) {
            let n = ..y.len();
            T::widen_all(a, &mut wide_a[n]);
            T::widen_all(b, &mut wide_b[n]);
            values::<G, S, f64>(&wide_a[n], &wide_b[n], &mut wide_y[n]);
            T::narrow_all(&wide_y[n], y);
        }
    }
}

struct Backward<'a, G, T> {
    a: &'a [T],
    b: &'a [T],
    dy: &'a [T],
    da: &'a mut [T],
    db: &'a mut [T],
    map: PhantomData<G>,
}

/// da and db element by element.
#[inline(always)]
fn gradients<G: GateMap, S: Strength, T: Element>(
    (a, b): (&[T], &[T]),
    dy: &[T],
    (da, db): (&mut [T], &mut [T]),
) {
    for ((((da, db), a), b), dy) in da.iter_mut().zip(db).zip(a).zip(b).zip(dy) {
        let (a, b, dy) = (a.to_f64(), b.to_f64(), dy.to_f64());
        let (for_a, for_b) = G::slopes::<S>(a, b);
        // A NaN in the path does not show in the gate's value, and is to.
        let nan = a.is_nan() || b.is_nan();
        *da = rounded(if nan { f64::NAN } else { dy * for_a });
        *db = rounded(if nan { f64::NAN } else { dy * for_b });
    }
}

impl<G: GateMap, T: Element> Job for Backward<'_, G, T> {
    type Number = T;
    #[inline(always)]
    fn at<S: Strength>(self) {
        if size_of::<T>() != 2 {
            return gradients::<G, S, T>((self.a, self.b), self.dy, (self.da, self.db));
        }
        let [mut wide_a, mut wide_b, mut wide_dy] = [[0.0; HALVES]; 3].map(Lines);
        let [mut wide_da, mut wide_db] = [[0.0; HALVES]; 2].map(Lines);
        let given = self.a.chunks(HALVES).zip(self.b.chunks(HALVES));
        let results = self.da.chunks_mut(HALVES).zip(self.db.chunks_mut(HALVES));
        for (((a, b), dy), (da, db)) in given.zip(self.dy.chunks(HALVES)).zip(results) {
            let n = ..dy.len();
            T::widen_all(a, &mut wide_a[n]);
            T::widen_all(b, &mut wide_b[n]);
            T::widen_all(dy, &mut wide_dy[n]);
            let results = (&mut wide_da[n], &mut wide_db[n]);
            gradients::<G, S, f64>((&wide_a[n], &wide_b[n]), &wide_dy[n], results);
            T::narrow_all(&wide_da[n], da);
            T::narrow_all(&wide_db[n], db);
        }
    }
}

/// A gate with its linear maps: GLU is (Wx + b) ⊗ σ(Vx + c).
///
/// The affine maps are rounded to `T` before the gate.
///
/// ```
/// use nonlin::gates::{Gate, GateLayer};
/// // One input, one output: (2x + 1)·σ(0).
/// let layer = GateLayer::new(Gate::Glu, 1, vec![2.0f64, 0.0], vec![1.0, 0.0])?;
/// assert_eq!(layer.forward(&[3.0])?, [3.5]);
/// assert_eq!(layer.backward(&[3.0], &[1.0])?.weights, [1.5, 5.25]);
/// # Ok::<(), nonlin::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GateLayer<T> {
    gate: Gate,
    map: Affine<T>,
}

impl<T: Element> GateLayer<T> {
    /// From the weights W above V, (2·outputs) × inputs in row-major order, and the biases b before c, 2·outputs.
    ///
    /// # Errors
    /// [`Error::Shape`] if the biases have no halves or the weights are not `inputs` for every bias.
    pub fn new(
        gate: Gate,
        inputs: usize,
        weights: Vec<T>,
        bias: Vec<T>,
    ) -> Result<GateLayer<T>, Error> {
        gate.output(Axis::row(bias.len()))?;
        let map = Affine::new(inputs, weights, bias)?;
        Ok(GateLayer { gate, map })
    }

    /// The number of outputs of a sample.
    pub fn outputs(&self) -> usize {
        self.map.outputs() / 2
    }

    /// Both affine maps in one, the path's outputs before the gate's.
    pub fn map(&self) -> &Affine<T> {
        &self.map
    }

    /// samples × inputs in, samples × outputs out.
    ///
    /// # Errors
    /// [`Error::Shape`] if x does not hold whole samples.
    pub fn forward(&self, x: &[T]) -> Result<Vec<T>, Error> {
        let axis = Axis::last(self.map.samples(x)?, self.map.outputs())?;
        let z = self.map.forward(x)?;
        let mut y = vec![T::default(); z.len() / 2];
        self.gate.forward_packed(axis, &z, &mut y);
        Ok(y)
    }

    /// The gradients for inputs, weights and biases from those for the outputs, samples × outputs.
    ///
    /// # Errors
    /// [`Error::Shape`] if x does not hold whole samples or dy is not one number per output of each.
    pub fn backward(&self, x: &[T], dy: &[T]) -> Result<AffineGradients<T>, Error> {
        let axis = Axis::last(self.map.samples(x)?, self.map.outputs())?;
        let needed = axis.elements() / 2;
        if dy.len() != needed {
            return Err(Error::Shape(format!(
                "{} samples of {} outputs need {needed} gradients, but there are {}",
                axis.outer(),
                self.outputs(),
                dy.len()
            )));
        }
        let z = self.map.forward(x)?;
        let mut dz = vec![T::default(); z.len()];
        self.gate.backward_packed(axis, &z, dy, &mut dz);
        self.map.backward(x, &dz)
    }
}
