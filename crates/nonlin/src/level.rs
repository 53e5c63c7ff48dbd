//! The one dispatch: every kernel compiled once per instruction set, the best one chosen at run time. And the one store
//! that Rust has no safe name for.
//!
//! The loops are plain Rust over [`Lane`](crate::Lane)s. Compiled under a `target_feature`, they become that instruction set's full
//! lanes. Arithmetic is IEEE and multiply-add is fused at every level, so all levels give the same bits.

use crate::slice::Lines;
use half::f16;
use std::sync::atomic::{AtomicU8, Ordering};

/// An instruction set that kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// What the compilation target guarantees: SSE2 on x86-64, NEON on AArch64. Without a fused multiply-add in
    /// hardware it is slow, and right all the same.
    Plain,
    /// AVX2 with fused multiply-add and the conversions of `f16`, which every processor with the first has.
    Avx2,
    /// AVX-512 F, BW, DQ and VL.
    Avx512,
}

/// The level in use, as its discriminant plus one; 0 before the first call.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Level; 3] = [Level::Plain, Level::Avx2, Level::Avx512];

    /// The name: "plain", "avx2" or "avx512".
    pub fn name(self) -> &'static str {
        match self {
            Level::Plain => "plain",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
        }
    }

    /// Whether this machine has it.
    pub fn is_available(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        match self {
            Level::Plain => true,
            Level::Avx2 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("fma")
                    && is_x86_feature_detected!("f16c")
            }
            Level::Avx512 => {
                Level::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            self == Level::Plain
        }
    }

    /// The level that kernels run at: the best one, unless [`set`](Level::set) chose another.
    #[inline]
    pub fn current() -> Level {
        match CURRENT.load(Ordering::Relaxed) {
            1 => Level::Plain,
            2 => Level::Avx2,
            3 => Level::Avx512,
            _ => {
                let best = Level::ALL
                    .into_iter()
                    .rfind(|l| l.is_available())
                    .unwrap_or(Level::Plain);
                CURRENT.store(best as u8 + 1, Ordering::Relaxed);
                best
            }
        }
    }

    /// Makes every kernel of the process run at this level, for tests and measurements; returns whether this machine
    /// has it. The results do not change.
    pub fn set(self) -> bool {
        let available = self.is_available();
        if available {
            CURRENT.store(self as u8 + 1, Ordering::Relaxed);
        }
        available
    }
}

/// A loop over lanes together with its operands.
pub(crate) trait Kernel {
    /// Runs the loop. It is `#[inline(always)]` with everything it calls, or it stays compiled for the plain level.
    fn run(self);
}

/// Runs a kernel as compiled for `level`.
pub(crate) fn at_level<K: Kernel>(level: Level, kernel: K) {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn avx2<K: Kernel>(kernel: K) {
        kernel.run();
    }
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c")]
    fn avx512<K: Kernel>(kernel: K) {
        kernel.run();
    }
    #[cfg(target_arch = "x86_64")]
    match level {
        Level::Plain => kernel.run(),
        // SAFETY: a `Level` other than `Plain` comes from `Level::current`, which returns only levels that
        // `is_available` found on this machine: the instructions that these two use exist.
        Level::Avx2 => unsafe { avx2(kernel) },
        Level::Avx512 => unsafe { avx512(kernel) },
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let _ = level;
        kernel.run();
    }
}

/// Every number of `f16` in `f32`, if the level has an instruction for it; returns whether it has. The slices are of one length.
pub(crate) fn widen_f16(x: &[[f16; 8]], wide: &mut [[f32; 8]]) -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128i, _mm_loadu_si128, _mm256_cvtph_ps, _mm256_storeu_ps};
        #[target_feature(enable = "avx,f16c")]
        fn widen(x: &[[f16; 8]], wide: &mut [[f32; 8]]) {
            for (x, wide) in x.iter().zip(wide) {
                // SAFETY: x is 16 bytes, any of which may be read as integers, and wide is 8 numbers to write.
                unsafe {
                    let x = _mm_loadu_si128(x.as_ptr().cast::<__m128i>());
                    _mm256_storeu_ps(wide.as_mut_ptr(), _mm256_cvtph_ps(x));
                }
            }
        }
        if Level::current() >= Level::Avx2 {
            // SAFETY: `Level::current` returns only what `is_available` found on this machine, and for these levels that
            // includes F16C, which comes after AVX.
            unsafe { widen(x, wide) };
            return true;
        }
    }
    let _ = (x, wide);
    false
}

/// Every number rounded to `f16`, the one NaN to the one NaN, if the level has an instruction for it; returns whether it has.
/// The slices are of one length.
pub(crate) fn narrow_to_f16(wide: &[[f32; 8]], x: &mut [[f16; 8]]) -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{
            __m128i, _MM_FROUND_TO_NEAREST_INT, _mm_storeu_si128, _mm256_cvtps_ph, _mm256_loadu_ps,
        };
        #[target_feature(enable = "avx,f16c")]
        fn narrow(wide: &[[f32; 8]], x: &mut [[f16; 8]]) {
            for (wide, x) in wide.iter().zip(x) {
                // SAFETY: wide is 8 numbers to read, and x is 16 bytes to write, in which any bits are numbers.
                unsafe {
                    let wide = _mm256_loadu_ps(wide.as_ptr());
                    let rounded = _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(wide);
                    _mm_storeu_si128(x.as_mut_ptr().cast::<__m128i>(), rounded);
                }
            }
        }
        if Level::current() >= Level::Avx2 {
            // SAFETY: as in `widen_f16`.
            unsafe { narrow(wide, x) };
            return true;
        }
    }
    let _ = (wide, x);
    false
}

/// Products of `f16` and what is open of them as `Half::product` has them, if the level has the instructions; whether any is open. The
/// slices are of one length.
pub(crate) fn f16_products<const MARGIN: u32>(
    (factors, dy): (&[[u32; 8]], &[[f16; 8]]),
    (dx, open): (&mut [[f16; 8]], &mut [[u16; 8]]),
) -> Option<bool> {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{
            __m128i, __m256i, _MM_FROUND_TO_NEAREST_INT, _mm_loadu_si128, _mm_or_si128,
            _mm_packs_epi32, _mm_setzero_si128, _mm_storeu_si128, _mm_testz_si128, _mm_xor_si128,
            _mm256_add_epi32, _mm256_and_si256, _mm256_andnot_si256, _mm256_castps_si256,
            _mm256_castsi256_ps, _mm256_castsi256_si128, _mm256_cmpgt_epi32, _mm256_cvtph_ps,
            _mm256_cvtps_ph, _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_max_epi32,
            _mm256_mul_ps, _mm256_or_si256, _mm256_set1_epi32, _mm256_sub_epi32,
        };
        #[target_feature(enable = "avx2,f16c")]
        fn products<const MARGIN: u32>(
            (factors, dy): (&[[u32; 8]], &[[f16; 8]]),
            (dx, open): (&mut [[f16; 8]], &mut [[u16; 8]]),
        ) -> bool {
            let margin = _mm256_set1_epi32(MARGIN.cast_signed());
            let all_but_sign = _mm256_set1_epi32(i32::MAX);
            let infinity = _mm256_set1_epi32(0x7f80_0000);
            let mut any = _mm_setzero_si128();
            let given = factors.iter().zip(dy);
            for ((factors, dy), (dx, open)) in given.zip(dx.iter_mut().zip(open)) {
                // SAFETY: 32 and 16 bytes, any of which may be read as integers.
                let (factors, dy) = unsafe {
                    let factors = _mm256_loadu_si256(factors.as_ptr().cast::<__m256i>());
                    (factors, _mm_loadu_si128(dy.as_ptr().cast::<__m128i>()))
                };
                let product = _mm256_mul_ps(_mm256_castsi256_ps(factors), _mm256_cvtph_ps(dy));
                let bits = _mm256_castps_si256(product);
                let size = _mm256_and_si256(bits, all_but_sign);
                let sign = _mm256_andnot_si256(all_but_sign, bits);
                let narrow = |size| {
                    let single = _mm256_castsi256_ps(_mm256_or_si256(size, sign));
                    _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(single)
                };
                let below = narrow(_mm256_sub_epi32(_mm256_max_epi32(size, margin), margin));
                let above = narrow(_mm256_add_epi32(size, margin));
                let is_nan = _mm256_cmpgt_epi32(size, infinity);
                let low = _mm256_castsi256_si128(is_nan);
                let is_nan = _mm_packs_epi32(low, _mm256_extracti128_si256::<1>(is_nan));
                let is_open = _mm_or_si128(_mm_xor_si128(below, above), is_nan);
                any = _mm_or_si128(any, is_open);
                // SAFETY: 16 bytes each to write, in which any bits are numbers.
                unsafe {
                    _mm_storeu_si128(dx.as_mut_ptr().cast::<__m128i>(), below);
                    _mm_storeu_si128(open.as_mut_ptr().cast::<__m128i>(), is_open);
                }
            }
            _mm_testz_si128(any, any) == 0
        }
        if Level::current() >= Level::Avx2 {
            // SAFETY: as in `widen_f16`.
            return Some(unsafe { products::<MARGIN>((factors, dy), (dx, open)) });
        }
    }
    let _ = (factors, dy, dx, open);
    None
}

/// y = table[x], if the level has instructions that put eight results together; returns whether it has. One by one they would be
/// as many reads and writes, which is what takes the time. The slices are of one length.
pub(crate) fn look_up(table: &[u16; 65536], x: &[[u16; 8]], y: &mut [[u16; 8]]) -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128i, _mm_insert_epi16, _mm_setzero_si128, _mm_storeu_si128};
        #[target_feature(enable = "avx2")]
        fn look_up(table: &[u16; 65536], x: &[[u16; 8]], y: &mut [[u16; 8]]) {
            for (x, y) in x.iter().zip(y) {
                // SAFETY: both are 16 bytes, of which any are a value.
                let [low, high] = unsafe { std::mem::transmute::<[u16; 8], [u64; 2]>(*x) };
                let mut lanes = _mm_setzero_si128();
                macro_rules! put {
                    ($($lane:literal: $word:ident >> $shift:literal),*) => {$(
                        let result = table[usize::from(($word >> $shift) as u16)];
                        lanes = _mm_insert_epi16::<$lane>(lanes, i32::from(result));
                    )*};
                }
                put!(0: low >> 0, 1: low >> 16, 2: low >> 32, 3: low >> 48);
                put!(4: high >> 0, 5: high >> 16, 6: high >> 32, 7: high >> 48);
                // SAFETY: y is 16 bytes to write.
                unsafe { _mm_storeu_si128(y.as_mut_ptr().cast::<__m128i>(), lanes) };
            }
        }
        if Level::current() >= Level::Avx2 {
            // SAFETY: `Level::current` returns only what `is_available` found on this machine, and for these levels that
            // includes AVX2.
            unsafe { look_up(table, x, y) };
            return true;
        }
    }
    let _ = (table, x, y);
    false
}

/// The same with results of twice the size.
pub(crate) fn look_up_factors(table: &[u32; 65536], x: &[[u16; 8]], y: &mut [[u32; 8]]) -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{
            __m256i, _mm_cvtsi32_si128, _mm_insert_epi32, _mm256_set_m128i, _mm256_storeu_si256,
        };
        #[target_feature(enable = "avx2")]
        fn look_up(table: &[u32; 65536], x: &[[u16; 8]], y: &mut [[u32; 8]]) {
            for (x, y) in x.iter().zip(y) {
                // SAFETY: both are 16 bytes, of which any are a value.
                let words = unsafe { std::mem::transmute::<[u16; 8], [u64; 2]>(*x) };
                let [low, high] = words.map(|word| {
                    let result =
                        |shift: u32| table[usize::from((word >> shift) as u16)].cast_signed();
                    let lanes = _mm_cvtsi32_si128(result(0));
                    let lanes = _mm_insert_epi32::<1>(lanes, result(16));
                    let lanes = _mm_insert_epi32::<2>(lanes, result(32));
                    _mm_insert_epi32::<3>(lanes, result(48))
                });
                // SAFETY: y is 32 bytes to write.
                unsafe {
                    _mm256_storeu_si256(
                        y.as_mut_ptr().cast::<__m256i>(),
                        _mm256_set_m128i(high, low),
                    )
                };
            }
        }
        if Level::current() >= Level::Avx2 {
            // SAFETY: as in `look_up`.
            unsafe { look_up(table, x, y) };
            return true;
        }
    }
    let _ = (table, x, y);
    false
}

/// Whose results gain by stores past the caches, where no cache can hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gain {
    /// Nobody's: the processor does not read what a run of ordinary stores overwrites.
    Nobodys,
    /// Those of kernels that take less time than memory does.
    CheapKernels,
    /// Those of every kernel.
    Everybodys,
}

/// What is known of this processor.
///
/// A copy by ordinary stores takes AMD's fourth generation of Zen less time than one past the caches. The third, which is told by
/// its lack of AVX-512, gains a quarter with relu and a fifth with its gradient, but loses a tenth and more with kernels that compute longer.
pub(crate) fn gain_past_caches() -> Gain {
    #[cfg(target_arch = "x86_64")]
    {
        let vendor = std::arch::x86_64::__cpuid(0);
        let name = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes);
        match name.as_flattened() {
            b"AuthenticAMD" if is_x86_feature_detected!("avx512f") => Gain::Nobodys,
            b"AuthenticAMD" => Gain::CheapKernels,
            _ => Gain::Everybodys,
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    Gain::Nobodys
}

/// Rows that columns have an element of at most.
pub(crate) const ROWS: usize = 64;

/// An element of each of so many rows.
pub(crate) type Column = Lines<f32, ROWS>;

/// The columns of rows that lie one after another, as long as there are columns.
pub(crate) fn columns_of(rows: &[f32], columns: &mut [Column]) {
    let length = columns.len();
    let count = rows.len() / length.max(1);
    assert!(count <= ROWS);
    #[cfg(target_arch = "x86_64")]
    if length >= SQUARE && count >= SQUARE && Level::current() >= Level::Avx2 {
        use std::arch::x86_64::{_mm256_loadu_ps, _mm256_storeu_ps};
        #[target_feature(enable = "avx")]
        fn transposed(rows: &[f32], count: usize, columns: &mut [Column]) {
            let length = columns.len();
            for i in squares(count) {
                for j in squares(length) {
                    let rows = &rows[i * length + j..][..(SQUARE - 1) * length + SQUARE];
                    macro_rules! load {
                        ($($r:literal)*) => {
                            // SAFETY: with r at most 7, these are 8 of the numbers that the slice has.
                            [$(unsafe { _mm256_loadu_ps(rows.as_ptr().add($r * length)) }),*]
                        };
                    }
                    let square = load!(0 1 2 3 4 5 6 7);
                    for (column, x) in columns[j..][..SQUARE].iter_mut().zip(transpose(square)) {
                        let column = &mut column[i..][..SQUARE];
                        // SAFETY: it is 8 numbers.
                        unsafe { _mm256_storeu_ps(column.as_mut_ptr(), x) };
                    }
                }
            }
        }
        // SAFETY: `Level::current` returns only what `is_available` found on this machine, and AVX2 comes after AVX.
        return unsafe { transposed(rows, count, columns) };
    }
    for (i, row) in rows.chunks_exact(length.max(1)).enumerate() {
        for (column, x) in columns.iter_mut().zip(row) {
            column[i] = *x;
        }
    }
}

/// The way back.
pub(crate) fn rows_of(columns: &[Column], rows: &mut [f32]) {
    let length = columns.len();
    let count = rows.len() / length.max(1);
    assert!(count <= ROWS);
    #[cfg(target_arch = "x86_64")]
    if length >= SQUARE && count >= SQUARE && Level::current() >= Level::Avx2 {
        use std::arch::x86_64::{_mm256_loadu_ps, _mm256_storeu_ps};
        #[target_feature(enable = "avx")]
        fn transposed(columns: &[Column], rows: &mut [f32], count: usize) {
            let length = columns.len();
            for i in squares(count) {
                for j in squares(length) {
                    let columns = &columns[j..][..SQUARE];
                    macro_rules! load {
                        ($($c:literal)*) => {
                            // SAFETY: each is 8 numbers.
                            [$(unsafe { _mm256_loadu_ps(columns[$c][i..][..SQUARE].as_ptr()) }),*]
                        };
                    }
                    let square = load!(0 1 2 3 4 5 6 7);
                    let rows = &mut rows[i * length + j..][..(SQUARE - 1) * length + SQUARE];
                    for (r, x) in transpose(square).into_iter().enumerate() {
                        // SAFETY: r is at most 7, so that these are 8 of the numbers that the slice has.
                        unsafe { _mm256_storeu_ps(rows.as_mut_ptr().add(r * length), x) };
                    }
                }
            }
        }
        // SAFETY: as in `columns_of`.
        return unsafe { transposed(columns, rows, count) };
    }
    for (i, row) in rows.chunks_exact_mut(length.max(1)).enumerate() {
        for (column, x) in columns.iter().zip(row) {
            *x = column[i];
        }
    }
}

/// Rows and columns that registers transpose at a time.
#[cfg(target_arch = "x86_64")]
const SQUARE: usize = 8;

/// Where squares begin that cover as many rows or columns as a square has, or more.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn squares(length: usize) -> impl Iterator<Item = usize> {
    (0..length)
        .step_by(SQUARE)
        .map(move |start| start.min(length - SQUARE))
}

/// A square with its rows as columns.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
#[inline]
fn transpose(rows: [std::arch::x86_64::__m256; SQUARE]) -> [std::arch::x86_64::__m256; SQUARE] {
    use std::arch::x86_64::{
        _mm256_permute2f128_ps, _mm256_shuffle_ps, _mm256_unpackhi_ps, _mm256_unpacklo_ps,
    };
    let [a, b, c, d, e, f, g, h] = rows;
    // Within each half of the registers, the 4 × 4 of four rows.
    let (ab, ab_high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
    let (cd, cd_high) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
    let (ef, ef_high) = (_mm256_unpacklo_ps(e, f), _mm256_unpackhi_ps(e, f));
    let (gh, gh_high) = (_mm256_unpacklo_ps(g, h), _mm256_unpackhi_ps(g, h));
    let first = [
        _mm256_shuffle_ps::<0x44>(ab, cd),
        _mm256_shuffle_ps::<0xee>(ab, cd),
        _mm256_shuffle_ps::<0x44>(ab_high, cd_high),
        _mm256_shuffle_ps::<0xee>(ab_high, cd_high),
    ];
    let second = [
        _mm256_shuffle_ps::<0x44>(ef, gh),
        _mm256_shuffle_ps::<0xee>(ef, gh),
        _mm256_shuffle_ps::<0x44>(ef_high, gh_high),
        _mm256_shuffle_ps::<0xee>(ef_high, gh_high),
    ];
    macro_rules! halves {
        ($half:literal: $($k:literal)*) => {
            [$(_mm256_permute2f128_ps::<$half>(first[$k], second[$k])),*]
        };
    }
    let [a, b, c, d] = halves!(0x20: 0 1 2 3);
    let [e, f, g, h] = halves!(0x31: 0 1 2 3);
    [a, b, c, d, e, f, g, h]
}

/// Asks for the line of an element to be brought into the second cache; beyond the end for nothing.
#[inline(always)]
pub(crate) fn fetch<T>(slice: &[T], place: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(element) = slice.get(place) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: SSE belongs to every x86-64, and a prefetch reads nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(std::ptr::from_ref(element).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, place);
}

/// Stores that do not read what they overwrite and do not leave it in the caches.
///
/// They are in order with later ones, and another thread may be handed what they wrote, once this is dropped: a fence after each
/// would make the next block wait for the memory.
pub(crate) struct PastCaches(());

impl PastCaches {
    pub(crate) fn new() -> PastCaches {
        PastCaches(())
    }

    /// Copies `from` to `to`, slices of one length.
    pub(crate) fn store<T: crate::element::Element>(&mut self, from: &[T], to: &mut [T]) {
        assert_eq!(from.len(), to.len());
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{
                __m128i, __m256i, __m512i, _mm_loadu_si128, _mm_stream_si128, _mm256_loadu_si256,
                _mm256_stream_si256, _mm512_loadu_si512, _mm512_stream_si512,
            };
            macro_rules! store_lanes {
                ($name:ident, $feature:literal, $Lane:ident, $load:ident, $stream:ident) => {
                    /// # Safety
                    /// `from` and `to` have so many lanes, and `to` begins at a multiple of their size.
                    #[target_feature(enable = $feature)]
                    unsafe fn $name(from: *const $Lane, to: *mut $Lane, lanes: usize) {
                        for i in 0..lanes {
                            // SAFETY: lane i of each lies inside, which the caller promises.
                            unsafe { $stream(to.add(i), $load(from.add(i))) };
                        }
                    }
                };
            }
            store_lanes!(store_16, "sse2", __m128i, _mm_loadu_si128, _mm_stream_si128);
            store_lanes!(
                store_32,
                "avx",
                __m256i,
                _mm256_loadu_si256,
                _mm256_stream_si256
            );
            store_lanes!(
                store_64,
                "avx512f",
                __m512i,
                _mm512_loadu_si512,
                _mm512_stream_si512
            );
            let level = Level::current();
            let lane = match level {
                Level::Plain => size_of::<__m128i>(),
                Level::Avx2 => size_of::<__m256i>(),
                Level::Avx512 => size_of::<__m512i>(),
            };
            let per_lane = lane / size_of::<T>();
            // The elements before the first place that a whole lane may be stored to.
            let head = to.as_ptr().align_offset(lane).min(to.len());
            let (from_head, from) = from.split_at(head);
            let (to_head, to) = to.split_at_mut(head);
            to_head.copy_from_slice(from_head);
            let lanes = to.len() / per_lane;
            let (from, from_tail) = from.split_at(lanes * per_lane);
            let (to, to_tail) = to.split_at_mut(lanes * per_lane);
            to_tail.copy_from_slice(from_tail);
            let (from, to) = (from.as_ptr(), to.as_mut_ptr());
            // SAFETY of all: `from` and `to` have lanes · per_lane elements, so every lane of each lies inside; `to` begins at a
            // multiple of a lane's size, by the choice of `head`, unless it is empty. An `Element` is a plain number of 2, 4 or
            // 8 bytes, for which every bit pattern is a value. SSE2 belongs to every x86-64, and `Level::current` returns only
            // what `is_available` found on this machine.
            match level {
                Level::Plain => unsafe { store_16(from.cast(), to.cast(), lanes) },
                Level::Avx2 => unsafe { store_32(from.cast(), to.cast(), lanes) },
                Level::Avx512 => unsafe { store_64(from.cast(), to.cast(), lanes) },
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        to.copy_from_slice(from);
    }
}

impl Drop for PastCaches {
    fn drop(&mut self) {
        // SAFETY: SSE belongs to every x86-64. The fence orders the stores before whatever follows, as ordinary ones would be, so
        // that another thread that is handed what they wrote sees them. Nobody forgets a `PastCaches`: the functions that make
        // one hold it in a local variable, beside the exclusive borrow of what it writes.
        #[cfg(target_arch = "x86_64")]
        unsafe {
            std::arch::x86_64::_mm_sfence();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PastCaches;

    #[test]
    fn a_copy_past_the_caches_is_a_copy() {
        fn check<T: crate::Element>() {
            let from: Vec<T> = (0..70).map(|i| T::from_f64(f64::from(i))).collect();
            for start in 0..9 {
                for length in 0..50 {
                    let mut to = [T::default(); 70];
                    PastCaches::new().store(&from[start..start + length], &mut to[3..3 + length]);
                    assert_eq!(to[3..3 + length], from[start..start + length]);
                    assert!(
                        to[..3]
                            .iter()
                            .chain(&to[3 + length..])
                            .all(|x| x.to_f64() == 0.0)
                    );
                }
            }
        }
        check::<f32>();
        check::<f64>();
        check::<crate::f16>();
    }
}
