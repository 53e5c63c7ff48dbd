//! `nonlin apply`: a function over an array in a file, block by block.

use crate::args::Apply;
use crate::catalogue::Subject;
use crate::console::Console;
use crate::failure::Failure;
use crate::npy::{self, Header, Kind, shape_text};
use crate::number::Scalar;
use crate::output::Output;
use crate::progress::{self, Progress};
use nonlin::{Axis, f16};
use serde_json::json;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes of a block where rows are contiguous.
const BLOCK: u64 = 4 << 20;
/// Bytes of a block that is gathered from many places of the file.
const GATHERED: u64 = 32 << 20;

pub(crate) fn run(args: &Apply, console: &mut Console) -> Result<(), Failure> {
    let subject = Subject::find(&args.name)?;
    subject.check(args.order)?;
    let x = Array::open(&args.input)?;
    match x.header.kind {
        Kind::F16 => typed::<f16>(subject, x, args, console),
        Kind::F32 => typed::<f32>(subject, x, args, console),
        Kind::F64 => typed::<f64>(subject, x, args, console),
    }
}

fn typed<T: Scalar>(
    subject: Subject,
    mut x: Array,
    args: &Apply,
    console: &mut Console,
) -> Result<(), Failure> {
    let shape = Shape::of(subject, &x, args.axis)?;
    let mut dy = args.backward.as_deref().map(Array::open).transpose()?;
    if let Some(dy) = &dy {
        fits(dy, &x, &shape.output)?;
    }
    let header = Header {
        // The gradient at the input has the input's shape.
        shape: if dy.is_some() {
            x.header.shape.clone()
        } else {
            shape.output.clone()
        },
        ..x.header.clone()
    };
    let mut output = Output::create(&args.output)?;
    let start = header.to_bytes();
    output.write(&start)?;
    let mut result = Written {
        output,
        start: start.len() as u64,
        position: 0,
        big_endian: header.big_endian,
        bytes: Vec::new(),
    };
    let mut progress = Progress::new(x.header.count() * T::SIZE as u64, progress::BYTES);
    let (length, out_length, inner) = (shape.length, shape.out_length, shape.inner);
    let (mut from_x, mut from_dy, mut to) = (Vec::<T>::new(), Vec::<T>::new(), Vec::<T>::new());
    for block in shape.blocks(T::SIZE as u64) {
        let axis = block.axis(length)?;
        let out_axis = subject.output(axis)?;
        x.read(&block, length, inner, &mut from_x)?;
        let elements = if dy.is_some() {
            axis.elements()
        } else {
            out_axis.elements()
        };
        sized(&mut to, elements)?;
        match &mut dy {
            Some(dy) => {
                dy.read(&block, out_length, inner, &mut from_dy)?;
                subject.backward(args.precision, axis, &from_x, &from_dy, &mut to);
                result.write(&block, length, inner, &to)?;
            }
            None => {
                subject.compute(args.order, args.precision, axis, &from_x, &mut to);
                result.write(&block, out_length, inner, &to)?;
            }
        }
        progress.add(from_x.len() as u64 * T::SIZE as u64);
    }
    x.expect_end()?;
    if let Some(dy) = &mut dy {
        dy.expect_end()?;
    }
    result.output.finish()?;
    progress.finish();
    if console.json {
        console.json(&json!({
            "function": subject.to_string(),
            "order": if dy.is_some() { 1 } else { args.order.number() },
            "backward": dy.is_some(),
            "dtype": header.kind.name(),
            "input_shape": x.header.shape,
            "output_shape": header.shape,
            "output": args.output.display().to_string(),
        }))?;
    }
    Ok(())
}

/// How the array looks along the axis that the function works on: outer × length × inner, slowest first.
struct Shape {
    outer: u64,
    length: u64,
    out_length: u64,
    inner: u64,
    /// The result's shape, as NPY writes it.
    output: Vec<u64>,
}

impl Shape {
    fn of(subject: Subject, x: &Array, axis: Option<i64>) -> Result<Shape, Failure> {
        let shape = &x.header.shape;
        if !subject.needs_rows() {
            return Ok(Shape {
                outer: x.header.count(),
                length: 1,
                out_length: 1,
                inner: 1,
                output: shape.clone(),
            });
        }
        let dimensions = shape.len();
        let Some(last) = dimensions.checked_sub(1) else {
            return Err(x.refuse(format!(
                "holds a single number, and {subject} needs an axis"
            )));
        };
        let axis = axis.unwrap_or(-1);
        let index = usize::try_from(axis)
            .ok()
            .or_else(|| dimensions.checked_sub(usize::try_from(axis.unsigned_abs()).ok()?))
            .filter(|&index| index <= last)
            .ok_or_else(|| {
                Failure::input(format!(
                    "there is no axis {axis} in shape {} of `{}`; its axes are 0 to {last}, or −{dimensions} to −1",
                    shape_text(shape),
                    x.path.display()
                ))
            })?;
        let along = x.header.slowest_first();
        let place = if x.header.fortran {
            last - index
        } else {
            index
        };
        let length = along[place];
        let row = usize::try_from(length)
            .map(Axis::row)
            .map_err(|_| x.too_large())?;
        let out_length = subject.output(row)?.length() as u64;
        let mut output = shape.clone();
        output[index] = out_length;
        Ok(Shape {
            outer: along[..place].iter().product(),
            length,
            out_length,
            inner: along[place + 1..].iter().product(),
            output,
        })
    }

    /// The array in pieces, each with whole rows.
    fn blocks(&self, size: u64) -> impl Iterator<Item = Block> {
        let &Shape {
            outer,
            length,
            inner,
            ..
        } = self;
        let slab = length.max(1) * inner * size;
        // Slabs that are small go together, those that are large apart, and the places within a huge one apart too.
        let limit = if slab <= GATHERED || inner == 1 {
            BLOCK.max(slab)
        } else {
            GATHERED
        };
        let together = limit.checked_div(slab).unwrap_or(1).clamp(1, outer.max(1));
        let places = if slab <= limit {
            inner
        } else {
            (limit / (length * size)).clamp(1, inner)
        };
        let any = outer > 0 && inner > 0;
        (0..if any { outer } else { 0 })
            .step_by(usize::try_from(together).unwrap_or(usize::MAX))
            .flat_map(move |o| {
                (0..inner)
                    .step_by(usize::try_from(places).unwrap_or(usize::MAX))
                    .map(move |i| Block {
                        outer: (o, together.min(outer - o)),
                        inner: (i, places.min(inner - i)),
                    })
            })
    }
}

/// A piece of the array: first and count of the outer places, and of the inner ones.
struct Block {
    outer: (u64, u64),
    inner: (u64, u64),
}

impl Block {
    /// The piece as an array of its own.
    fn axis(&self, length: u64) -> Result<Axis, Failure> {
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        Ok(Axis::new(
            size(self.outer.1),
            size(length),
            size(self.inner.1),
        )?)
    }

    /// The runs of neighbouring elements it is made of, in an array of `length` × `inner` slabs: first and count.
    fn runs(&self, length: u64, inner: u64) -> impl Iterator<Item = (u64, u64)> {
        let (outer, places) = (self.outer, self.inner);
        let whole = places.1 == inner;
        let slab = length * inner;
        let runs = if whole { 1 } else { length };
        (0..runs).map(move |row| match whole {
            true => (outer.0 * slab, outer.1 * slab),
            false => (outer.0 * slab + row * inner + places.0, places.1),
        })
    }
}

/// An NPY file being read.
struct Array {
    path: PathBuf,
    file: File,
    header: Header,
    /// Bytes before the data.
    start: u64,
    /// The element that the next byte belongs to.
    position: u64,
    bytes: Vec<u8>,
}

impl Array {
    fn open(path: &Path) -> Result<Array, Failure> {
        let mut file = File::open(path).map_err(|e| Failure::reading(path, &e))?;
        let what = file.metadata().map_err(|e| Failure::reading(path, &e))?;
        if what.is_dir() {
            return Err(Failure::input(format!(
                "`{}` is a directory, where an NPY file is expected",
                path.display()
            )));
        }
        let (header, start) = Header::read(&mut file)
            .map_err(|rest| Failure::input(format!("`{}` {rest}", path.display())))?;
        let array = Array {
            path: path.to_owned(),
            file,
            header,
            start,
            position: 0,
            bytes: Vec::new(),
        };
        // Where the length is known, nothing is begun that could not be finished.
        if what.is_file() {
            let data = what.len().saturating_sub(start);
            let needed = array.header.count() * array.header.kind.size();
            if data < needed {
                return Err(array.cut_short(data));
            }
            if data > needed {
                return Err(array.too_long());
            }
        }
        Ok(array)
    }

    fn refuse(&self, rest: String) -> Failure {
        Failure::input(format!("`{}` {rest}", self.path.display()))
    }

    fn too_large(&self) -> Failure {
        self.refuse("has rows that do not fit into memory".to_owned())
    }

    fn cut_short(&self, got: u64) -> Failure {
        let Header { shape, kind, .. } = &self.header;
        self.refuse(format!(
            "is cut short: {} of {} needs {} bytes of data, and {got} are there",
            shape_text(shape),
            kind.name(),
            self.header.count() * kind.size()
        ))
    }

    fn too_long(&self) -> Failure {
        self.refuse(format!(
            "holds more than its header says: something follows the data of shape {}",
            shape_text(&self.header.shape)
        ))
    }

    fn read<T: Scalar>(
        &mut self,
        block: &Block,
        length: u64,
        inner: u64,
        into: &mut Vec<T>,
    ) -> Result<(), Failure> {
        let size = T::SIZE as u64;
        let big_endian = self.header.big_endian;
        into.clear();
        for (first, count) in block.runs(length, inner) {
            if self.position != first {
                let to = SeekFrom::Start(self.start + first * size);
                self.file
                    .seek(to)
                    .map_err(|e| Failure::reading(&self.path, &e))?;
            }
            let bytes = usize::try_from(count * size).map_err(|_| self.too_large())?;
            let too_large = self.too_large();
            if bytes > self.bytes.len() {
                self.bytes
                    .try_reserve(bytes - self.bytes.len())
                    .map_err(|_| too_large)?;
                self.bytes.resize(bytes, 0);
            }
            let buffer = &mut self.bytes[..bytes];
            let got = npy::fill(&mut self.file, buffer)
                .map_err(|rest| Failure::input(format!("`{}` {rest}", self.path.display())))?;
            if got < bytes {
                return Err(self.cut_short(first * size + got as u64));
            }
            into.try_reserve(bytes / T::SIZE)
                .map_err(|_| Failure::input("a row does not fit into memory"))?;
            match big_endian {
                true => into.extend(buffer.chunks_exact(T::SIZE).map(|b| T::from_bytes(b, true))),
                false => into.extend(
                    buffer
                        .chunks_exact(T::SIZE)
                        .map(|b| T::from_bytes(b, false)),
                ),
            }
            self.position = first + count;
        }
        Ok(())
    }

    /// Makes sure that nothing follows the data; a pipe shows it only now.
    fn expect_end(&mut self) -> Result<(), Failure> {
        let count = self.header.count();
        if self.position != count {
            return Ok(());
        }
        let got = npy::fill(&mut self.file, &mut [0]).map_err(|rest| self.refuse(rest))?;
        if got > 0 {
            Err(self.too_long())
        } else {
            Ok(())
        }
    }
}

/// Refuses a gradient that does not belong to the result.
fn fits(dy: &Array, x: &Array, shape: &[u64]) -> Result<(), Failure> {
    if dy.header.shape != shape {
        return Err(dy.refuse(format!(
            "has the shape {}, and the gradient at the output needs {}",
            shape_text(&dy.header.shape),
            shape_text(shape)
        )));
    }
    if dy.header.kind != x.header.kind {
        return Err(dy.refuse(format!(
            "holds {}, and `{}` holds {}; both must be of one type",
            dy.header.kind.name(),
            x.path.display(),
            x.header.kind.name()
        )));
    }
    let several = shape.iter().filter(|&&length| length > 1).count() > 1;
    if several && dy.header.fortran != x.header.fortran {
        let order = |fortran: bool| {
            if fortran {
                "column by column (Fortran order)"
            } else {
                "row by row (C order)"
            }
        };
        return Err(dy.refuse(format!(
            "is stored {}, and `{}` {}; save both in one order",
            order(dy.header.fortran),
            x.path.display(),
            order(x.header.fortran)
        )));
    }
    Ok(())
}

fn sized<T: Scalar>(buffer: &mut Vec<T>, elements: usize) -> Result<(), Failure> {
    let more = elements.saturating_sub(buffer.len());
    buffer
        .try_reserve(more)
        .map_err(|_| Failure::input("a row does not fit into memory"))?;
    buffer.resize(elements, T::default());
    Ok(())
}

/// The result on its way into its file.
struct Written {
    output: Output,
    start: u64,
    position: u64,
    big_endian: bool,
    bytes: Vec<u8>,
}

impl Written {
    fn write<T: Scalar>(
        &mut self,
        block: &Block,
        length: u64,
        inner: u64,
        numbers: &[T],
    ) -> Result<(), Failure> {
        self.bytes.resize(numbers.len() * T::SIZE, 0);
        let pairs = self.bytes.chunks_exact_mut(T::SIZE).zip(numbers);
        match self.big_endian {
            true => pairs.for_each(|(bytes, x)| x.put(bytes, true)),
            false => pairs.for_each(|(bytes, x)| x.put(bytes, false)),
        }
        let mut rest = &self.bytes[..];
        for (first, count) in block.runs(length, inner) {
            if self.position != first {
                self.output.seek(self.start + first * T::SIZE as u64)?;
            }
            let (run, after) = rest.split_at(count as usize * T::SIZE);
            self.output.write(run)?;
            rest = after;
            self.position = first + count;
        }
        Ok(())
    }
}
