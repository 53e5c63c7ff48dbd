//! The loops over slices of `f32` and `f64`.
//!
//! A slice goes through in blocks that fit the first cache. Whatever is rare is searched for once a block is done, and only
//! then put right, which costs less than a choice in every lane: results that may have been rounded the wrong way
//! (Ziv's test), arguments that the lanes do not reach, and NaN.
//!
//! Exact `f32` kernels compute in [`Wide`], which is good to some thirty-six bits, and round once. A result whose error could
//! carry it across the middle of two `f32` is computed again by `exact.rs`, about one in two thousand; subnormal results, whose
//! middles lie elsewhere, all are. Exact `f64` kernels do the same with sums of two `f64`, `Twofold`.
//!
//! What is not rounded yet stays in the first cache for a second loop that rounds it and looks for doubt: two short loops take less
//! time than one in which every lane waits for its own test, and which results are in doubt is asked of blocks that have any.

use crate::activation::{Activation, Order};
use crate::double_double::Twofold;
use crate::element::Element;
use crate::elementary::{Quick, Wide};
use crate::exact;
use crate::kernels::{Job, Kernels, Precision, in_blocks, products_in_blocks};
use crate::level::{Kernel, Level, PastCaches, at_level, fetch};
use crate::parameter::Parametric;
use crate::real::Lane;
use crate::stream::LINE;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Range};

/// Elements per block.
const BLOCK: usize = 512;

/// Numbers that begin where a line of the caches does.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Lines<T, const N: usize>(pub [T; N]);

impl<T, const N: usize> Deref for Lines<T, N> {
    type Target = [T; N];
    #[inline(always)]
    fn deref(&self) -> &[T; N] {
        &self.0
    }
}

impl<T, const N: usize> DerefMut for Lines<T, N> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T; N] {
        &mut self.0
    }
}

/// Where the blocks of a slice of results begin: all but the first where a line does, for a store that goes to two lines takes as long
/// as two. To get there the second begins before the first ends; what is computed twice comes out the same.
#[inline(always)]
pub(crate) fn blocks<T>(results: &[T]) -> impl Iterator<Item = usize> + use<T> {
    let length = results.len();
    let second = second_block::<T>(results.as_ptr().align_offset(LINE), BLOCK);
    let mut start = 0;
    std::iter::from_fn(move || {
        let block = start;
        start = match start {
            0 if length > BLOCK => second,
            _ => start + BLOCK,
        };
        (block < length).then_some(block)
    })
}

/// Where the second block of results begins, which lie so many elements before a line.
#[inline(always)]
fn second_block<T>(offset: usize, block: usize) -> usize {
    let line = LINE / size_of::<T>();
    block - line + offset.min(line)
}

/// Blocks of `length` results, as many elements as `block` at most, of which no element is in two: all but the first begin where a line
/// does, `offset` elements from the first result.
#[inline(always)]
pub(crate) fn at_lines<T>(
    offset: usize,
    length: usize,
    block: usize,
) -> impl Iterator<Item = Range<usize>> + use<T> {
    let second = second_block::<T>(offset, block);
    let mut end = 0;
    std::iter::from_fn(move || {
        let start = end;
        end = length.min(if start == 0 { second } else { start + block });
        (start < length).then_some(start..end)
    })
}

/// The blocks of a slice whose results take the place of what they are computed from.
#[inline(always)]
fn blocks_in_place<T>(results: &[T]) -> impl Iterator<Item = Range<usize>> + use<T> {
    at_lines::<T>(results.as_ptr().align_offset(LINE), results.len(), BLOCK)
}

/// The block of a slice that begins there; no code is made for one that begins behind its end.
#[inline(always)]
pub(crate) fn part<T>(slice: &[T], start: usize) -> &[T] {
    let rest = slice.get(start..).unwrap_or_default();
    &rest[..rest.len().min(BLOCK)]
}

#[inline(always)]
pub(crate) fn part_mut<T>(slice: &mut [T], start: usize) -> &mut [T] {
    let rest = slice.get_mut(start..).unwrap_or_default();
    let length = rest.len().min(BLOCK);
    &mut rest[..length]
}

/// What is behind so many elements.
#[inline(always)]
fn behind<T>(slice: &mut [T], elements: usize) -> &mut [T] {
    slice.get_mut(elements..).unwrap_or_default()
}

/// The bits that lanes need, for each byte of an element.
const LEAST_BITS: u32 = 7;

/// A number type whose kernels run in lanes.
pub(crate) trait Native: Element {
    /// The type itself as a lane, for functions that only select.
    type Own: Lane;
    fn own(self) -> Self::Own;
    fn from_own(own: Self::Own) -> Self;
    /// The one NaN, for a NaN argument; `self` else.
    fn unless_nan(self, argument: Self) -> Self;
    /// Its bits without the sign, which are in the order of magnitudes, and above [`INFINITY`](Native::INFINITY) for NaN. The
    /// largest of a block tells whether there is a NaN, and a loop that looks for it takes several lanes at a time.
    type Size: Ord + Copy + Default;
    const INFINITY: Self::Size;
    fn size(self) -> Self::Size;
    /// `self · other`, rounded once.
    fn times(self, other: Self) -> Self;
}

macro_rules! native {
    ($($T:ident $Size:ident),*) => {$(
        impl Native for $T {
            type Own = $T;
            type Size = $Size;
            const INFINITY: $Size = $T::INFINITY.to_bits();
            #[inline(always)]
            fn size(self) -> $Size {
                self.to_bits() & ($Size::MAX >> 1)
            }
            #[inline(always)]
            fn own(self) -> $T {
                self
            }
            #[inline(always)]
            fn from_own(own: $T) -> $T {
                own
            }
            #[inline(always)]
            fn unless_nan(self, argument: $T) -> $T {
                if argument.is_nan() { $T::NAN } else { self }
            }
            #[inline(always)]
            fn times(self, other: $T) -> $T {
                self * other
            }
        }
    )*};
}
native!(f32 u32, f64 u64);

/// How a precision computes a type: the lanes, and whether their results may need a second look.
pub(crate) trait Scheme {
    type Element: Native;
    type Wide: Lane;
    /// Whether [`doubtful`](Scheme::doubtful) ever says so.
    const CHECKED: bool;
    /// Whether the lanes give NaN for what they do not reach, so that it is settled and not taken from [`Activation::far`].
    const SETTLES_FAR: bool = false;
    /// Whether loops at default parameters are compiled apart from others.
    const DEFAULTS_APART: bool = false;
    /// Whether memory has a part in the time that lanes take.
    const FEELS_MEMORY: bool = true;
    /// To how many bits the lanes of a function are right, for value and derivative; 0 if they are not to be used.
    fn bits<A: Activation>() -> [u32; 2];
    fn widen(x: Self::Element) -> Self::Wide;
    fn narrow(wide: Self::Wide) -> Self::Element;
    fn number(c: f64) -> Self::Wide;
    /// All ones if a result that is `wide` to so many bits may round to another element, else 0.
    fn doubtful(_wide: Self::Wide, _bits: u32) -> u64 {
        0
    }
    /// All ones if `wide` is the exact middle of two elements, else 0.
    fn is_middle(_wide: Self::Wide) -> u64 {
        0
    }
    /// Whether `doubtful` does not speak for the result y of x, which is `wide` before it is rounded: where the spacing is not that
    /// of the exponent, the least normal number included, to which the largest subnormal ones round, and where something may have
    /// left the range on its way.
    fn is_outside(_x: Self::Element, _wide: Self::Wide, _y: Self::Element) -> bool {
        false
    }
    /// The product, or what is always doubtful if the quantity that was multiplied is itself of a size that the lanes are not
    /// trusted with.
    fn unless_lost(_quantity: Self::Wide, product: Self::Wide) -> Self::Wide {
        product
    }
    /// Whether the lanes are for a parameter of this size.
    fn takes(_parameter: f64) -> bool {
        true
    }
}

/// The bits of an `f64` that rounding to `f32` drops.
const DROPPED: u64 = (1 << 29) - 1;

/// What they are in the middle of two `f32`.
const MIDDLE: u64 = 1 << 28;

/// Correctly rounded `f32`.
pub(crate) struct ExactSingle;

impl Scheme for ExactSingle {
    type Element = f32;
    type Wide = Wide;
    const CHECKED: bool = true;
    #[inline(always)]
    fn bits<A: Activation>() -> [u32; 2] {
        A::LANE_BITS
    }
    #[inline(always)]
    fn widen(x: f32) -> Wide {
        Wide(x as f64)
    }
    #[inline(always)]
    fn narrow(wide: Wide) -> f32 {
        wide.0 as f32
    }
    #[inline(always)]
    fn number(c: f64) -> Wide {
        Wide(c)
    }
    #[inline(always)]
    fn doubtful(wide: Wide, bits: u32) -> u64 {
        // How far the exact result may be, in ULP of `f64`.
        let reach = if bits > 50 { 4 } else { 1 << (53 - bits) };
        // Moved so that the middle is `reach`, those that lie within it of the middle have no bit left above it.
        let moved = wide.0.to_bits().wrapping_add(MIDDLE + reach);
        u64::from(moved & (DROPPED & !(2 * reach - 1)) == 0).wrapping_neg()
    }
    #[inline(always)]
    fn is_middle(wide: Wide) -> u64 {
        u64::from(wide.0.to_bits() & DROPPED == MIDDLE).wrapping_neg()
    }
    #[inline(always)]
    fn is_outside(_: f32, wide: Wide, _: f32) -> bool {
        // What is below half of the middle between 0 and the least number rounds to 0, whatever it lacks.
        const LEAST: f64 = f32::from_bits(1) as f64 / 4.0;
        const NORMAL: f64 = f32::MIN_POSITIVE as f64 * (1.0 + f32::EPSILON as f64);
        let size = f64::abs(wide.0);
        (LEAST..NORMAL).contains(&size)
    }
}

impl From<Wide> for f64 {
    #[inline(always)]
    fn from(wide: Wide) -> f64 {
        wide.0
    }
}

/// `f32` in `f32` arithmetic.
pub(crate) struct FastSingle;

impl Scheme for FastSingle {
    type Element = f32;
    type Wide = Quick;
    const CHECKED: bool = false;
    const DEFAULTS_APART: bool = true;
    #[inline(always)]
    fn bits<A: Activation>() -> [u32; 2] {
        [32; 2]
    }
    #[inline(always)]
    fn widen(x: f32) -> Quick {
        Quick(x)
    }
    #[inline(always)]
    fn narrow(quick: Quick) -> f32 {
        quick.0
    }
    #[inline(always)]
    fn number(c: f64) -> Quick {
        Quick(c as f32)
    }
}

/// `f64` in `f64` arithmetic.
pub(crate) struct FastDouble;

impl Scheme for FastDouble {
    type Element = f64;
    type Wide = f64;
    const CHECKED: bool = false;
    #[inline(always)]
    fn bits<A: Activation>() -> [u32; 2] {
        [64; 2]
    }
    #[inline(always)]
    fn widen(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn narrow(wide: f64) -> f64 {
        wide
    }
    #[inline(always)]
    fn number(c: f64) -> f64 {
        c
    }
}

/// Correctly rounded `f64`, so far as the bits that the lanes claim are right.
pub(crate) struct ExactDouble;

impl Scheme for ExactDouble {
    type Element = f64;
    type Wide = Twofold;
    const FEELS_MEMORY: bool = false;
    const CHECKED: bool = true;
    const SETTLES_FAR: bool = true;
    #[inline(always)]
    fn bits<A: Activation>() -> [u32; 2] {
        A::DOUBLE_LANE_BITS
    }
    #[inline(always)]
    fn widen(x: f64) -> Twofold {
        Twofold::new(x)
    }
    #[inline(always)]
    fn narrow(wide: Twofold) -> f64 {
        wide.to_f64()
    }
    #[inline(always)]
    fn number(c: f64) -> Twofold {
        Twofold::parameter(c)
    }
    #[inline(always)]
    fn doubtful(wide: Twofold, bits: u32) -> u64 {
        let (high, low) = wide.split();
        let reach = high.abs() * f64::from_bits(u64::from(1023 - bits) << 52);
        // NaN is not equal either.
        u64::from(high + (low + reach) != high + (low - reach)).wrapping_neg()
    }
    // An exponential below e⁻⁷⁰⁸ is e⁻⁷⁰⁸ in the lanes. No argument and no parameter is so large that a product with it comes back
    // among the results that are trusted.
    #[inline(always)]
    fn is_outside(x: f64, _: Twofold, y: f64) -> bool {
        !is_between(x, 900, 100) | !is_between(y, 900, 900)
    }
    #[inline(always)]
    fn unless_lost(quantity: Twofold, product: Twofold) -> Twofold {
        if is_between(quantity.to_f64(), 900, 900) {
            product
        } else {
            Twofold::new(f64::NAN)
        }
    }
    fn takes(parameter: f64) -> bool {
        is_between(parameter, 100, 100)
    }
}

/// Whether x is 0 or 2^−below ≤ |x| ≤ 2^above.
#[inline(always)]
fn is_between(x: f64, below: u64, above: u64) -> bool {
    let magnitude = x.to_bits() & (u64::MAX >> 1);
    let (least, largest) = ((1023 - below) << 52, (1023 + above) << 52);
    // 0 comes out above everything.
    (magnitude.wrapping_sub(1) >= least - 1) & (magnitude <= largest)
}

/// φ or φ′, in lanes.
pub(crate) trait Quantity: Copy {
    const ORDER: Order;
    /// Its place in pairs of something for value and derivative.
    const PLACE: usize;
    fn lane<A: Activation, R: Lane>(parameters: A::Params<R>, x: R) -> R;
}

#[derive(Clone, Copy)]
pub(crate) struct Value;

impl Quantity for Value {
    const ORDER: Order = Order::Value;
    const PLACE: usize = 0;
    #[inline(always)]
    fn lane<A: Activation, R: Lane>(parameters: A::Params<R>, x: R) -> R {
        A::lane_value(parameters, x)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Derivative;

impl Quantity for Derivative {
    const ORDER: Order = Order::Derivative;
    const PLACE: usize = 1;
    #[inline(always)]
    fn lane<A: Activation, R: Lane>(parameters: A::Params<R>, x: R) -> R {
        A::lane_derivative(parameters, x)
    }
}

/// The parameters in the kernel's two lanes.
struct Lifted<A: Activation, S: Scheme> {
    wide: A::Params<S::Wide>,
    own: A::Params<<S::Element as Native>::Own>,
    /// For value and derivative, all ones if a middle is exact.
    exact_middle: [u64; 2],
}

impl<A: Activation, S: Scheme> Lifted<A, S> {
    #[inline(always)]
    fn new(activation: A) -> Self {
        Lifted {
            wide: activation.lift(|_, c| S::number(c)),
            own: activation.lift(|_, c| S::Element::from_f64(c).own()),
            exact_middle: [Order::Value, Order::Derivative]
                .map(|order| u64::from(activation.middle_is_exact(order)).wrapping_neg()),
        }
    }

    /// Whether a result has to be computed again, as a mask; `exact_middle` is all ones if a middle is exact.
    #[inline(always)]
    fn doubtful<Q: Quantity>(wide: S::Wide, exact_middle: u64) -> u64 {
        let doubtful = S::doubtful(wide, S::bits::<A>()[Q::PLACE]);
        if A::HAS_TIES {
            doubtful & !(S::is_middle(wide) & exact_middle)
        } else {
            doubtful
        }
    }

    /// The quantity before it is rounded; some NaN for NaN.
    #[inline(always)]
    fn unrounded<Q: Quantity>(&self, x: S::Element) -> S::Wide {
        Q::lane::<A, _>(self.wide, S::widen(x))
    }

    /// dy times the quantity before it is rounded; some NaN for NaN. The product adds a rounding of its own, far below the reach
    /// of doubt.
    #[inline(always)]
    fn product<Q: Quantity>(&self, x: S::Element, dy: S::Element) -> S::Wide {
        let quantity = self.unrounded::<Q>(x);
        S::unless_lost(quantity, quantity * S::widen(dy))
    }

    /// The quantity of a function that only selects.
    #[inline(always)]
    fn selected<Q: Quantity>(&self, x: S::Element) -> S::Element {
        S::Element::from_own(Q::lane::<A, _>(self.own, x.own())).unless_nan(x)
    }

    /// Rounds a block, and says whether any result is to be settled: it is in doubt, or outside the trusted sizes, or its
    /// argument is, for half of the least subnormal number lies next to the middle between 0 and the least one.
    #[inline(always)]
    fn round<Q: Quantity>(
        x: &[S::Element],
        (wide, exact_middle): (&[S::Wide], u64),
        y: &mut [S::Element],
    ) -> bool {
        let mut any = 0;
        let mut any_outside = false;
        for ((y, &wide), &x) in y.iter_mut().zip(wide).zip(x) {
            *y = S::narrow(wide);
            any |= Self::doubtful::<Q>(wide, exact_middle);
            any_outside |= S::is_outside(x, wide, *y);
        }
        any != 0 || any_outside
    }

    /// Marks the results that are to be settled.
    #[inline(always)]
    fn mark<Q: Quantity>(
        x: &[S::Element],
        (wide, exact_middle): (&[S::Wide], u64),
        y: &[S::Element],
        marks: &mut Marks,
    ) {
        for (((mark, &wide), &x), &y) in marks.iter_mut().zip(wide).zip(x).zip(y) {
            let outside = u64::from(S::is_outside(x, wide, y));
            *mark = Self::doubtful::<Q>(wide, exact_middle) | outside;
        }
    }
}

/// Puts the one NaN wherever the argument is NaN.
#[cold]
#[inline(never)]
fn canonical<N: Native>(argument: &[N], result: &mut [N]) {
    for (result, &argument) in result.iter_mut().zip(argument) {
        *result = result.unless_nan(argument);
    }
}

/// Gives the arguments that the lanes do not reach to `write`, with their value and derivative.
#[inline(always)]
fn far<A: Activation, S: Scheme>(a: A, x: &[S::Element], mut write: impl FnMut(usize, (f64, f64))) {
    if A::REACHES_FAR && !S::SETTLES_FAR {
        for (i, x) in x.iter().enumerate() {
            if let Some(result) = a.far(x.to_f64()) {
                write(i, result);
            }
        }
    }
}

/// Where the results of a block are computed, and what is done for memory meanwhile.
trait Place<T> {
    /// The parts of a block, after each of which [`between`](Place::between) is due.
    fn runs(block: &[T]) -> impl Iterator<Item = &[T]>;
    /// Where to compute a block that belongs there.
    fn of<'a>(&'a mut self, results: &'a mut [T]) -> &'a mut [T];
    /// Says that the run of results that begins there was computed, from those of `given`.
    fn between(&mut self, run: usize, results: &mut [T], given: [&[T]; 2]);
    /// Says that the results of a block are complete.
    fn put(&mut self, block: Range<usize>, results: &mut [T]);
    /// Says that all are.
    fn end(self, results: &mut [T]);
}

/// Where they belong.
struct Here;

impl<T> Place<T> for Here {
    #[inline(always)]
    fn runs(block: &[T]) -> impl Iterator<Item = &[T]> {
        std::iter::once(block)
    }
    #[inline(always)]
    fn of<'a>(&'a mut self, results: &'a mut [T]) -> &'a mut [T] {
        results
    }
    #[inline(always)]
    fn between(&mut self, _: usize, _: &mut [T], _: [&[T]; 2]) {}
    #[inline(always)]
    fn put(&mut self, _: Range<usize>, _: &mut [T]) {}
    #[inline(always)]
    fn end(self, _: &mut [T]) {}
}

/// In a block of the first cache, which is stored past the others while the next one is computed. After every few lines of results as
/// many are stored, and asked for of what is read, so that memory neither rests nor holds up.
struct PastCachesMeanwhile<'a, T> {
    /// The compiler sees that a place in here is none of what is read, which it does not of two references that change places.
    blocks: &'a mut [Lines<T, BLOCK>; 2],
    /// Which of them is computed, 0 or 1.
    now: usize,
    /// The results of the other that are not stored yet.
    waiting: Range<usize>,
    past_caches: PastCaches,
}

impl<'b, T: Native> PastCachesMeanwhile<'b, T> {
    /// Lines between a result and what is asked for: of 8 to 128 those from which on nothing more was gained on an Intel Xeon.
    const AHEAD: usize = 48;
    /// Elements of a run: of 4, 8 and 16 lines' the best.
    const RUN: usize = 8 * Self::PER_LINE;
    const PER_LINE: usize = LINE / size_of::<T>();

    #[inline(always)]
    fn new(blocks: &'b mut [Lines<T, BLOCK>; 2]) -> Self {
        PastCachesMeanwhile {
            blocks,
            now: 0,
            waiting: 0..0,
            past_caches: PastCaches::new(),
        }
    }

    /// Stores so many of the results that wait, or as many as there are.
    #[inline(always)]
    fn store(&mut self, length: usize, results: &mut [T]) {
        let Range { start, end } = self.waiting;
        let middle = end.min(start + length);
        // A block ends where its last result is, wherever it began.
        let before = &self.blocks[(self.now ^ 1) & 1];
        let from = before.get(BLOCK - (end - start)..BLOCK - (end - middle));
        if let (Some(from), Some(to)) = (from, results.get_mut(start..middle)) {
            self.past_caches.store(from, to);
        }
        self.waiting.start = middle;
    }
}

impl<T: Native> Place<T> for PastCachesMeanwhile<'_, T> {
    #[inline(always)]
    fn runs(block: &[T]) -> impl Iterator<Item = &[T]> {
        block.chunks(Self::RUN)
    }
    #[inline(always)]
    fn of<'a>(&'a mut self, results: &'a mut [T]) -> &'a mut [T] {
        let first = BLOCK - results.len();
        let now = &mut self.blocks[self.now & 1];
        now.get_mut(first..).unwrap_or_default()
    }
    #[inline(always)]
    fn between(&mut self, run: usize, results: &mut [T], given: [&[T]; 2]) {
        self.store(Self::RUN, results);
        for line in (0..Self::RUN).step_by(Self::PER_LINE) {
            for given in given {
                fetch(given, run + Self::AHEAD * Self::PER_LINE + line);
            }
        }
    }
    #[inline(always)]
    fn put(&mut self, block: Range<usize>, results: &mut [T]) {
        self.store(BLOCK, results);
        self.waiting = block;
        self.now ^= 1;
    }
    #[inline(always)]
    fn end(mut self, results: &mut [T]) {
        self.store(BLOCK, results);
    }
}

/// A loop over lanes that compute one function.
trait Loop: Sized {
    type A: Activation;
    type S: Scheme;
    fn activation(&self) -> Self::A;
    /// As of [`Kernels::streams`].
    fn streams(&self) -> bool {
        false
    }
    /// As of [`Kernel::run`].
    fn run<P: Place<<Self::S as Scheme>::Element>>(self, a: Self::A, place: P);

    /// Runs with results that take the way they should.
    #[inline(always)]
    fn run_on_its_way(self, a: Self::A) {
        if Self::S::FEELS_MEMORY && self.streams() {
            let mut two = [[Default::default(); BLOCK]; 2].map(Lines);
            Loop::run(self, a, PastCachesMeanwhile::new(&mut two));
        } else {
            Loop::run(self, a, Here);
        }
    }
}

impl<L: Loop> Kernel for L {
    #[inline(always)]
    fn run(self) {
        let a = self.activation();
        // In code of their own, default parameters are constants, and spare what 1 or 0 spares.
        if L::S::DEFAULTS_APART && !L::A::PARAMETERS.is_empty() && a == L::A::default() {
            self.run_on_its_way(L::A::default());
        } else {
            self.run_on_its_way(a);
        }
    }
}

/// The marks of a block: which of its results are in doubt.
type Marks = [u64; BLOCK];

struct Map<'a, A, S: Scheme, Q> {
    a: A,
    /// As of [`Kernels::streams`].
    streams: bool,
    x: &'a [S::Element],
    y: &'a mut [S::Element],
    quantity: PhantomData<(S, Q)>,
}

impl<A: Activation, S: Scheme, Q: Quantity> Loop for Map<'_, A, S, Q> {
    type A = A;
    type S = S;
    #[inline(always)]
    fn activation(&self) -> A {
        self.a
    }
    #[inline(always)]
    fn streams(&self) -> bool {
        self.streams
    }
    #[inline(always)]
    fn run<P: Place<S::Element>>(self, a: A, mut place: P) {
        let f = Lifted::<A, S>::new(a);
        let mut wide = Lines([S::number(0.0); BLOCK]);
        let given = [self.x, &[]];
        for start in blocks(self.y) {
            let x = part(self.x, start);
            let wide = &mut wide[..x.len()];
            let exact_middle = f.exact_middle[Q::PLACE];
            let mut largest = Default::default();
            let mut run = 0;
            for x in P::runs(x) {
                if !A::SELECTS_ONLY && S::CHECKED {
                    for (wide, &x) in behind(wide, run).iter_mut().zip(x) {
                        *wide = f.unrounded::<Q>(x);
                        largest = x.size().max(largest);
                    }
                } else {
                    let y = behind(place.of(part_mut(self.y, start)), run);
                    for (y, &x) in y.iter_mut().zip(x) {
                        if A::SELECTS_ONLY {
                            *y = f.selected::<Q>(x);
                        } else {
                            *y = S::narrow(f.unrounded::<Q>(x));
                            largest = x.size().max(largest);
                        }
                    }
                }
                place.between(start + run, self.y, given);
                run += x.len();
            }
            let y = place.of(part_mut(self.y, start));
            let any = !A::SELECTS_ONLY
                && S::CHECKED
                && Lifted::<A, S>::round::<Q>(x, (wide, exact_middle), y);
            far::<A, S>(a, x, |i, (value, derivative)| {
                let result = match Q::ORDER {
                    Order::Value => value,
                    _ => derivative,
                };
                y[i] = S::Element::from_f64(result);
            });
            if any {
                let mut marks = [0; BLOCK];
                Lifted::<A, S>::mark::<Q>(x, (wide, exact_middle), y, &mut marks);
                exact::settle(a, Q::ORDER, x, &marks, y);
            }
            if largest > S::Element::INFINITY {
                canonical(x, y);
            }
            place.put(start..start + x.len(), self.y);
        }
        place.end(self.y);
    }
}

struct Both<'a, A, S: Scheme> {
    a: A,
    x: &'a [S::Element],
    y: &'a mut [S::Element],
    d: &'a mut [S::Element],
}

impl<A: Activation, S: Scheme> Loop for Both<'_, A, S> {
    type A = A;
    type S = S;
    #[inline(always)]
    fn activation(&self) -> A {
        self.a
    }
    #[inline(always)]
    fn run<P: Place<S::Element>>(self, a: A, _: P) {
        let f = Lifted::<A, S>::new(a);
        let [mut wide, mut wide_d] = [[S::number(0.0); BLOCK]; 2].map(Lines);
        for start in blocks(self.y) {
            let (y, d) = (part_mut(self.y, start), part_mut(self.d, start));
            let x = part(self.x, start);
            if A::SELECTS_ONLY {
                for ((y, d), &x) in y.iter_mut().zip(d.iter_mut()).zip(x) {
                    (*y, *d) = (f.selected::<Value>(x), f.selected::<Derivative>(x));
                }
                continue;
            }
            let (wide, wide_d) = (&mut wide[..x.len()], &mut wide_d[..x.len()]);
            let [exact_middle, exact_middle_d] = f.exact_middle;
            let mut largest = Default::default();
            let (mut any, mut any_d) = (false, false);
            if S::CHECKED {
                for ((wide, wide_d), &x) in wide.iter_mut().zip(wide_d.iter_mut()).zip(x) {
                    (*wide, *wide_d) = A::lane_both(f.wide, S::widen(x));
                    largest = x.size().max(largest);
                }
                any = Lifted::<A, S>::round::<Value>(x, (wide, exact_middle), y);
                any_d = Lifted::<A, S>::round::<Derivative>(x, (wide_d, exact_middle_d), d);
            } else {
                for ((y, d), &x) in y.iter_mut().zip(d.iter_mut()).zip(x) {
                    let (value, derivative) = A::lane_both(f.wide, S::widen(x));
                    (*y, *d) = (S::narrow(value), S::narrow(derivative));
                    largest = x.size().max(largest);
                }
            }
            far::<A, S>(a, x, |i, (value, derivative)| {
                y[i] = S::Element::from_f64(value);
                d[i] = S::Element::from_f64(derivative);
            });
            if any {
                let mut marks = [0; BLOCK];
                Lifted::<A, S>::mark::<Value>(x, (wide, exact_middle), y, &mut marks);
                exact::settle(a, Order::Value, x, &marks, y);
            }
            if any_d {
                let mut marks = [0; BLOCK];
                Lifted::<A, S>::mark::<Derivative>(x, (wide_d, exact_middle_d), d, &mut marks);
                exact::settle(a, Order::Derivative, x, &marks, d);
            }
            if largest > S::Element::INFINITY {
                canonical(x, y);
                canonical(x, d);
            }
        }
    }
}

struct Product<'a, A, S: Scheme, Q> {
    a: A,
    /// As of [`Kernels::streams`].
    streams: bool,
    x: &'a [S::Element],
    dy: &'a [S::Element],
    dx: &'a mut [S::Element],
    quantity: PhantomData<(S, Q)>,
}

impl<A: Activation, S: Scheme, Q: Quantity> Loop for Product<'_, A, S, Q> {
    type A = A;
    type S = S;
    #[inline(always)]
    fn activation(&self) -> A {
        self.a
    }
    #[inline(always)]
    fn streams(&self) -> bool {
        self.streams
    }
    #[inline(always)]
    fn run<P: Place<S::Element>>(self, a: A, mut place: P) {
        let f = Lifted::<A, S>::new(a);
        let mut wide = Lines([S::number(0.0); BLOCK]);
        for start in blocks(self.dx) {
            let (x, dy) = (part(self.x, start), part(self.dy, start));
            let wide = &mut wide[..x.len()];
            // Of the arguments, and of the results: NaN comes from dy too, and from 0·∞.
            let (mut largest, mut largest_dx) = Default::default();
            let mut run = 0;
            for (x, dy) in P::runs(x).zip(P::runs(dy)) {
                if !A::SELECTS_ONLY && S::CHECKED {
                    for ((wide, &dy), &x) in behind(wide, run).iter_mut().zip(dy).zip(x) {
                        *wide = f.product::<Q>(x, dy);
                        largest = x.size().max(largest);
                    }
                } else {
                    let dx = behind(place.of(part_mut(self.dx, start)), run);
                    for ((dx, &dy), &x) in dx.iter_mut().zip(dy).zip(x) {
                        if A::SELECTS_ONLY {
                            *dx = f.selected::<Q>(x).times(dy);
                        } else {
                            *dx = S::narrow(f.product::<Q>(x, dy));
                            largest = x.size().max(largest);
                        }
                        largest_dx = dx.size().max(largest_dx);
                    }
                }
                place.between(start + run, self.dx, [self.x, self.dy]);
                run += x.len();
            }
            let dx = place.of(part_mut(self.dx, start));
            let any =
                !A::SELECTS_ONLY && S::CHECKED && Lifted::<A, S>::round::<Q>(x, (wide, 0), dx);
            far::<A, S>(a, x, |i, (value, derivative)| {
                let result = match Q::ORDER {
                    Order::Value => value,
                    _ => derivative,
                };
                dx[i] = S::Element::from_f64(result * dy[i].to_f64());
            });
            if any {
                let mut marks = [0; BLOCK];
                Lifted::<A, S>::mark::<Q>(x, (wide, 0), dx, &mut marks);
                exact::settle_product(a, Q::ORDER, (x, dy), &marks, dx);
            }
            // A derivative may be constant where x is NaN.
            if largest > S::Element::INFINITY {
                canonical(x, dx);
            }
            if S::CHECKED && !A::SELECTS_ONLY {
                largest_dx = dx
                    .iter()
                    .fold(largest_dx, |largest, dx| dx.size().max(largest));
            }
            if largest_dx > S::Element::INFINITY {
                for dx in dx.iter_mut() {
                    *dx = dx.unless_nan(*dx);
                }
            }
            place.put(start..start + x.len(), self.dx);
        }
        place.end(self.dx);
    }
}

/// Whether nothing is computed again, so that what a result is computed from need not be kept.
const fn computes_once<A: Activation, S: Scheme>() -> bool {
    A::SELECTS_ONLY || !S::CHECKED && !A::REACHES_FAR
}

/// Of what [`computes_once`].
struct InPlace<'a, A, S: Scheme, Q> {
    a: A,
    x: &'a mut [S::Element],
    quantity: PhantomData<(S, Q)>,
}

impl<A: Activation, S: Scheme, Q: Quantity> Loop for InPlace<'_, A, S, Q> {
    type A = A;
    type S = S;
    #[inline(always)]
    fn activation(&self) -> A {
        self.a
    }
    #[inline(always)]
    fn run<P: Place<S::Element>>(self, a: A, _: P) {
        let f = Lifted::<A, S>::new(a);
        for block in blocks_in_place(self.x) {
            for x in self.x.get_mut(block).unwrap_or_default() {
                *x = if A::SELECTS_ONLY {
                    f.selected::<Q>(*x)
                } else {
                    S::narrow(f.unrounded::<Q>(*x)).unless_nan(*x)
                };
            }
        }
    }
}

/// dy becomes the product, of what [`computes_once`].
struct ProductInPlace<'a, A, S: Scheme, Q> {
    a: A,
    x: &'a [S::Element],
    dy: &'a mut [S::Element],
    quantity: PhantomData<(S, Q)>,
}

impl<A: Activation, S: Scheme, Q: Quantity> Loop for ProductInPlace<'_, A, S, Q> {
    type A = A;
    type S = S;
    #[inline(always)]
    fn activation(&self) -> A {
        self.a
    }
    #[inline(always)]
    fn run<P: Place<S::Element>>(self, a: A, _: P) {
        let f = Lifted::<A, S>::new(a);
        for block in blocks_in_place(self.dy) {
            let x = self.x.get(block.clone()).unwrap_or_default();
            let dy = self.dy.get_mut(block).unwrap_or_default();
            let mut largest = Default::default();
            for (dy, &x) in dy.iter_mut().zip(x) {
                *dy = if A::SELECTS_ONLY {
                    f.selected::<Q>(x).times(*dy)
                } else {
                    S::narrow(f.product::<Q>(x, *dy)).unless_nan(x)
                };
                largest = dy.size().max(largest);
            }
            if largest > S::Element::INFINITY {
                for dy in dy {
                    *dy = dy.unless_nan(*dy);
                }
            }
        }
    }
}

/// Runs a job in the lanes of a scheme, which have to know its orders, to results that do or do not go past the caches.
fn in_lanes<A: Activation, S: Scheme>(a: A, job: Job<'_, S::Element>, streams: bool) {
    let level = Level::current();
    let quantity = PhantomData;
    match job {
        Job::Map {
            order: Order::Value,
            x,
            y,
        } => at_level(
            level,
            Map::<A, S, Value> {
                a,
                streams,
                x,
                y,
                quantity,
            },
        ),
        Job::Map { x, y, .. } => at_level(
            level,
            Map::<A, S, Derivative> {
                a,
                streams,
                x,
                y,
                quantity: PhantomData,
            },
        ),
        Job::InPlace { x } if computes_once::<A, S>() => {
            at_level(level, InPlace::<A, S, Value> { a, x, quantity });
        }
        Job::InPlace { x } => in_blocks::<BLOCK, _>(x, |x, y| {
            let order = Order::Value;
            in_lanes::<A, S>(a, Job::Map { order, x, y }, false);
        }),
        Job::Both { x, y, d } => at_level(level, Both::<A, S> { a, x, y, d }),
        Job::ProductInPlace { x, dy } if computes_once::<A, S>() => at_level(
            level,
            ProductInPlace::<A, S, Derivative> {
                a,
                x,
                dy,
                quantity: PhantomData,
            },
        ),
        Job::ProductInPlace { x, dy } => products_in_blocks::<BLOCK, _>(x, dy, |x, dy, dx| {
            let order = Order::Derivative;
            in_lanes::<A, S>(a, Job::Product { order, x, dy, dx }, false);
        }),
        Job::Product { x, dy, dx, .. } => at_level(
            level,
            Product::<A, S, Derivative> {
                a,
                streams,
                x,
                dy,
                dx,
                quantity: PhantomData,
            },
        ),
    }
}

/// Whether the lanes of a scheme are for the parameters and know every order of a job, that to so many bits that few results
/// are in doubt.
fn has_lanes<A: Activation, S: Scheme>(a: A, job: &Job<'_, S::Element>) -> bool {
    if !(0..A::PARAMETERS.len()).all(|i| S::takes(a.get(i))) {
        return false;
    }
    let enough = |bits| A::SELECTS_ONLY || bits > LEAST_BITS * size_of::<S::Element>() as u32;
    let [value, derivative] = S::bits::<A>().map(enough);
    let known = |order| match order {
        Order::Value => value,
        Order::Derivative => derivative,
        _ => false,
    };
    match job {
        Job::Map { order, .. } => known(*order),
        Job::InPlace { .. } => value,
        Job::ProductInPlace { .. } => derivative,
        Job::Both { .. } => value && derivative,
        Job::Product { order, .. } => *order == Order::Derivative && derivative,
    }
}

/// Runs a job in the lanes of a scheme, if they know it, else from the formula.
fn run<A: Activation, S: Scheme>(kernels: Kernels<A>, job: Job<'_, S::Element>) {
    let a = kernels.function();
    if has_lanes::<A, S>(a, &job) {
        in_lanes::<A, S>(a, job, kernels.streams());
    } else {
        exact::run(a, job);
    }
}

/// Runs a job over `f32`.
pub(crate) fn single<A: Activation>(kernels: Kernels<A>, job: Job<'_, f32>) {
    match kernels.chosen_precision() {
        Precision::Exact => run::<A, ExactSingle>(kernels, job),
        Precision::Fast => run::<A, FastSingle>(kernels, job),
    }
}

/// Runs a job over `f64`.
pub(crate) fn double<A: Activation>(kernels: Kernels<A>, job: Job<'_, f64>) {
    match kernels.chosen_precision() {
        Precision::Exact if !A::SELECTS_ONLY => run::<A, ExactDouble>(kernels, job),
        _ => run::<A, FastDouble>(kernels, job),
    }
}

struct Unrounded<'a, A, S: Scheme, Q, W> {
    a: A,
    x: &'a [S::Element],
    wide: &'a mut [W],
    quantity: PhantomData<(S, Q)>,
}

impl<A: Activation, S: Scheme, Q: Quantity, W: From<S::Wide>> Kernel for Unrounded<'_, A, S, Q, W> {
    #[inline(always)]
    fn run(self) {
        let f = Lifted::<A, S>::new(self.a);
        for (wide, &x) in self.wide.iter_mut().zip(self.x) {
            *wide = Q::lane::<A, _>(f.wide, S::widen(x)).into();
        }
    }
}

/// What lanes give of a value or a derivative.
fn before_rounding<A: Activation, S: Scheme, W: From<S::Wide>>(
    a: A,
    order: Order,
    x: &[S::Element],
    wide: &mut [W],
) {
    let level = Level::current();
    match order {
        Order::Value => at_level(
            level,
            Unrounded::<A, S, Value, W> {
                a,
                x,
                wide,
                quantity: PhantomData,
            },
        ),
        _ => at_level(
            level,
            Unrounded::<A, S, Derivative, W> {
                a,
                x,
                wide,
                quantity: PhantomData,
            },
        ),
    }
}

/// What exact `f32` kernels compute before they round: for the proof of [`Activation::LANE_BITS`].
#[doc(hidden)]
pub fn unrounded<A: Activation>(a: A, order: Order, x: &[f32], wide: &mut [f64]) {
    before_rounding::<A, ExactSingle, f64>(a, order, x, wide);
}

/// What exact `f64` kernels compute before they round, as sums: for the proof of [`Activation::DOUBLE_LANE_BITS`].
#[doc(hidden)]
pub fn unrounded_double<A: Activation>(a: A, order: Order, x: &[f64], wide: &mut [(f64, f64)]) {
    before_rounding::<A, ExactDouble, (f64, f64)>(a, order, x, wide);
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, LINE, blocks, part};

    #[test]
    fn blocks_cover_a_slice_and_begin_at_lines() {
        let all = [0.0f32; 3 * BLOCK];
        for from in 0..LINE / size_of::<f32>() {
            for length in [0, 1, 40, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 7] {
                let slice = &all[from..from + length];
                let mut covered = 0;
                for start in blocks(slice) {
                    let part = part(slice, start);
                    let at_line = part.as_ptr().align_offset(LINE) == 0;
                    assert!(start == 0 || start <= covered && at_line);
                    assert!(start + part.len() > covered, "a block has nothing new");
                    covered = start + part.len();
                }
                assert_eq!(covered, length, "from {from}");
            }
        }
    }
}
