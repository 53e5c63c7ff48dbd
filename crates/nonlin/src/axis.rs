//! A tensor seen along one of its axes.

use crate::error::Error;

/// One axis of a tensor in row-major order: `outer` × `length` × `inner` elements.
///
/// The element `j` along the axis, at the place `o` of the axes before it and `i` of the axes after it, stands at
/// `(o·length + j)·inner + i`. A function along any axis needs no more than these three numbers, so nothing has to be
/// transposed.
///
/// ```
/// use nonlin::Axis;
/// let axis = Axis::of(&[2, 3, 4, 5], 1)?;
/// assert_eq!((axis.outer(), axis.length(), axis.inner()), (2, 3, 20));
/// assert_eq!(Axis::of(&[2, 3], -1)?, Axis::last(2, 3)?);
/// # Ok::<(), nonlin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    outer: usize,
    length: usize,
    inner: usize,
}

impl Axis {
    /// `outer` × `length` × `inner` elements.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are more elements than an address space holds.
    pub fn new(outer: usize, length: usize, inner: usize) -> Result<Axis, Error> {
        let axis = Axis {
            outer,
            length,
            inner,
        };
        match outer.checked_mul(length).and_then(|n| n.checked_mul(inner)) {
            Some(_) => Ok(axis),
            None => Err(Error::Shape(format!(
                "a tensor of {outer} × {length} × {inner} elements is larger than memory can be"
            ))),
        }
    }

    /// Axis number `axis` of a tensor of this shape; negative numbers count from the end, −1 being the last axis.
    ///
    /// # Errors
    /// [`Error::Shape`] if the shape has no such axis or too many elements.
    pub fn of(shape: &[usize], axis: isize) -> Result<Axis, Error> {
        let dimensions = shape.len();
        let index = match usize::try_from(axis) {
            Ok(index) => Some(index),
            Err(_) => dimensions.checked_sub(axis.unsigned_abs()),
        };
        let Some((index, &length)) = index.and_then(|i| shape.get(i).map(|length| (i, length)))
        else {
            return Err(Error::Shape(if dimensions == 0 {
                format!("axis {axis} was given, but a single number has no axis")
            } else {
                format!(
                    "axis {axis} was given, but a tensor of shape {shape:?} has the axes 0 to {} (or −{dimensions} to −1)",
                    dimensions - 1
                )
            }));
        };
        let product = |sizes: &[usize]| {
            sizes
                .iter()
                .try_fold(1usize, |n, &size| n.checked_mul(size))
                .ok_or_else(|| {
                    Error::Shape(format!(
                        "a tensor of shape {shape:?} is larger than memory can be"
                    ))
                })
        };
        Axis::new(
            product(&shape[..index])?,
            length,
            product(&shape[index + 1..])?,
        )
    }

    /// The last axis of a matrix: `rows` rows of `length` elements each.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are more elements than an address space holds.
    pub fn last(rows: usize, length: usize) -> Result<Axis, Error> {
        Axis::new(rows, length, 1)
    }

    /// A single row of `length` elements.
    pub const fn row(length: usize) -> Axis {
        Axis {
            outer: 1,
            length,
            inner: 1,
        }
    }

    /// An axis of one place that all `elements` share.
    pub const fn shared(elements: usize) -> Axis {
        Axis {
            outer: 1,
            length: 1,
            inner: elements,
        }
    }

    /// The number of places on the axes before this one.
    pub const fn outer(self) -> usize {
        self.outer
    }

    /// The number of elements along the axis.
    pub const fn length(self) -> usize {
        self.length
    }

    /// The number of places on the axes after this one: the distance between neighbours along the axis.
    pub const fn inner(self) -> usize {
        self.inner
    }

    /// The number of elements of the tensor.
    pub const fn elements(self) -> usize {
        self.outer * self.length * self.inner
    }

    /// A part of the tensor: so many places on the axes before this one.
    pub(crate) const fn part(self, outer: usize) -> Axis {
        Axis { outer, ..self }
    }

    /// The same tensor with the axis `pieces` times shorter.
    ///
    /// # Errors
    /// [`Error::Shape`] if `pieces` does not divide the length of the axis.
    pub fn divided(self, pieces: usize) -> Result<Axis, Error> {
        if pieces == 0 || !self.length.is_multiple_of(pieces) {
            return Err(Error::Shape(format!(
                "an axis of {} elements does not fall into groups of {pieces}",
                self.length
            )));
        }
        Ok(Axis {
            length: self.length / pieces,
            ..self
        })
    }
}
