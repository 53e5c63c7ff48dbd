//! The header of an NPY file, read and written. The data that follow are streamed by whoever needs them.
//!
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>

use std::io::{self, Read};

/// A floating-point type that NPY has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    F16,
    F32,
    F64,
}

impl Kind {
    /// Bytes of one number.
    pub(crate) fn size(self) -> u64 {
        match self {
            Kind::F16 => 2,
            Kind::F32 => 4,
            Kind::F64 => 8,
        }
    }

    /// The name this project uses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::F16 => "f16",
            Kind::F32 => "f32",
            Kind::F64 => "f64",
        }
    }
}

/// What an NPY file says of its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) big_endian: bool,
    /// The first axis varies fastest.
    pub(crate) fortran: bool,
    pub(crate) shape: Vec<u64>,
}

/// Longer headers are not believed: a shape needs a few dozen bytes.
const LONGEST: usize = 1 << 20;

impl Header {
    /// Reads the header and leaves the reader at the data; also returns how many bytes the header took.
    ///
    /// # Errors
    /// The rest of a sentence that begins with the file's name.
    pub(crate) fn read(reader: &mut impl Read) -> Result<(Header, u64), String> {
        let mut start = [0; 8];
        let got = fill(reader, &mut start)?;
        if got < 6 || start[..6] != *b"\x93NUMPY" {
            return Err(match got {
                0 => "is empty, where an NPY file is expected".to_owned(),
                _ => "is not an NPY file: it does not begin with `\\x93NUMPY`; write one with `numpy.save`".to_owned(),
            });
        }
        let cut = || "is cut short: it ends within the header".to_owned();
        let mut length = [0; 4];
        let width = match start[6] {
            _ if got < 8 => return Err(cut()),
            1 => 2,
            2 | 3 => 4,
            other => {
                return Err(format!(
                    "is NPY version {other}, and versions 1 to 3 are known"
                ));
            }
        };
        if fill(reader, &mut length[..width])? < width {
            return Err(cut());
        }
        let length = u32::from_le_bytes(length) as usize;
        if length > LONGEST {
            return Err(format!(
                "announces a header of {length} bytes, which no NPY array needs"
            ));
        }
        let mut text = vec![0; length];
        if fill(reader, &mut text)? < length {
            return Err(cut());
        }
        let header = Header::parse(&String::from_utf8_lossy(&text))?;
        Ok((header, (8 + width + length) as u64))
    }

    fn parse(text: &str) -> Result<Header, String> {
        let damaged = |what: &str| format!("has a damaged NPY header: {what}");
        let mut reader = Literal { rest: text };
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        reader
            .expect('{')
            .ok_or_else(|| damaged("it is no Python dictionary"))?;
        while reader.expect('}').is_none() {
            let key = reader.string().ok_or_else(|| damaged("a key is missing"))?;
            reader
                .expect(':')
                .ok_or_else(|| damaged("a colon is missing"))?;
            match key {
                "descr" => {
                    match reader.string() {
                        Some(text) => descr = Some(text),
                        None => return Err(
                            "holds a structured array, and a plain floating-point one is needed"
                                .to_owned(),
                        ),
                    }
                }
                "fortran_order" => {
                    fortran = Some(
                        reader
                            .boolean()
                            .ok_or_else(|| damaged("`fortran_order` is neither True nor False"))?,
                    );
                }
                "shape" => {
                    shape = Some(
                        reader
                            .tuple()
                            .ok_or_else(|| damaged("`shape` is no tuple of lengths"))?,
                    )
                }
                other => return Err(damaged(&format!("`{other}` is no key of it"))),
            }
            if reader.expect(',').is_none() && !reader.rest.trim_start().starts_with('}') {
                return Err(damaged("a comma is missing"));
            }
        }
        if !reader.rest.trim().is_empty() {
            return Err(damaged("something follows the dictionary"));
        }
        let descr = descr.ok_or_else(|| damaged("`descr` is missing"))?;
        let (kind, big_endian) = kind(descr)?;
        let header = Header {
            kind,
            big_endian,
            fortran: fortran.ok_or_else(|| damaged("`fortran_order` is missing"))?,
            shape: shape.ok_or_else(|| damaged("`shape` is missing"))?,
        };
        match header.bytes() {
            Some(_) => Ok(header),
            None => Err(damaged("its shape holds more than any file")),
        }
    }

    /// The numbers in the array.
    pub(crate) fn count(&self) -> u64 {
        self.shape.iter().product()
    }

    /// The bytes of the data; `None` if no file can be so large.
    fn bytes(&self) -> Option<u64> {
        // A zero among the lengths must not hide that the others overflow.
        let count = self
            .shape
            .iter()
            .try_fold(1u64, |n, &length| n.checked_mul(length.max(1)))?;
        count
            .checked_mul(self.kind.size())
            .filter(|&bytes| bytes < 1 << 62)
    }

    /// The lengths of the axes, slowest first, as they lie in the file.
    pub(crate) fn slowest_first(&self) -> Vec<u64> {
        let mut shape = self.shape.clone();
        if self.fortran {
            shape.reverse();
        }
        shape
    }

    /// The header as bytes: version 1, or 2 where that is too short, padded so that the data are aligned to 64 bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let order = if self.big_endian { '>' } else { '<' };
        let fortran = if self.fortran { "True" } else { "False" };
        let dictionary = format!(
            "{{'descr': '{order}f{}', 'fortran_order': {fortran}, 'shape': {}, }}",
            self.kind.size(),
            shape_text(&self.shape)
        );
        let short = dictionary.len() + 64 <= usize::from(u16::MAX);
        let before = if short { 10 } else { 12 };
        let length = (before + dictionary.len() + 1).next_multiple_of(64) - before;
        let mut bytes = b"\x93NUMPY".to_vec();
        if short {
            bytes.extend([1, 0]);
            bytes.extend(&(length as u32).to_le_bytes()[..2]);
        } else {
            bytes.extend([2, 0]);
            bytes.extend((length as u32).to_le_bytes());
        }
        bytes.extend(dictionary.bytes());
        bytes.resize(before + length - 1, b' ');
        bytes.push(b'\n');
        bytes
    }
}

/// A shape as Python writes it: `()`, `(3,)`, `(2, 3)`.
pub(crate) fn shape_text(shape: &[u64]) -> String {
    match shape {
        [one] => format!("({one},)"),
        many => {
            let lengths: Vec<_> = many.iter().map(u64::to_string).collect();
            format!("({})", lengths.join(", "))
        }
    }
}

/// Reads until the buffer is full or the data end; returns how many bytes there were.
pub(crate) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, String> {
    let mut got = 0;
    while got < buffer.len() {
        match reader.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(format!("cannot be read: {}", crate::failure::reason(&e))),
        }
    }
    Ok(got)
}

/// The floating-point type and byte order that a NumPy type string names.
fn kind(descr: &str) -> Result<(Kind, bool), String> {
    let mut letters = descr.chars();
    let order = letters.next();
    let what = letters.as_str();
    let big_endian = match order {
        Some('>') => true,
        Some('=') => cfg!(target_endian = "big"),
        _ => false,
    };
    let holds = match (order, what) {
        (Some('<' | '>' | '='), "f2") => return Ok((Kind::F16, big_endian)),
        (Some('<' | '>' | '='), "f4") => return Ok((Kind::F32, big_endian)),
        (Some('<' | '>' | '='), "f8") => return Ok((Kind::F64, big_endian)),
        (_, "V2") => {
            return Err(format!(
                "holds raw bytes in twos (`{descr}`), which is how bfloat16 arrays are saved, since NPY has no bfloat16; save it as float32"
            ));
        }
        (_, what) if what.starts_with('f') => "floating-point numbers of another width",
        (_, what) if what.starts_with(['i', 'u']) => "integers",
        (_, what) if what.starts_with('b') => "truth values",
        (_, what) if what.starts_with('c') => "complex numbers",
        (_, what) if what.starts_with('O') => "Python objects",
        (_, what) if what.starts_with(['U', 'S', 'a']) => "text",
        (_, what) if what.starts_with(['M', 'm']) => "dates or times",
        _ => "something else",
    };
    Err(format!(
        "holds {holds} (`{descr}`), and float16, float32 or float64 is needed; convert it with `array.astype('float32')`"
    ))
}

/// The few kinds of Python literal that a header is made of.
struct Literal<'a> {
    rest: &'a str,
}

impl<'a> Literal<'a> {
    fn expect(&mut self, c: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(c)?;
        Some(())
    }

    fn string(&mut self) -> Option<&'a str> {
        let text = self.rest.trim_start();
        let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (string, rest) = text[1..].split_once(quote)?;
        self.rest = rest;
        Some(string)
    }

    fn boolean(&mut self) -> Option<bool> {
        let text = self.rest.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = text.strip_prefix(word) {
                self.rest = rest;
                return Some(value);
            }
        }
        None
    }

    fn tuple(&mut self) -> Option<Vec<u64>> {
        self.expect('(')?;
        let mut lengths = Vec::new();
        while self.expect(')').is_none() {
            let text = self.rest.trim_start();
            let end = text
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len());
            lengths.push(text[..end].parse().ok()?);
            // Python 2 wrote long integers with an L.
            self.rest = text[end..].strip_prefix('L').unwrap_or(&text[end..]);
            if self.expect(',').is_none() && !self.rest.trim_start().starts_with(')') {
                return None;
            }
        }
        Some(lengths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(Header, u64), String> {
        Header::read(&mut &bytes[..])
    }

    fn with_dictionary(text: &str) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.bytes());
        bytes
    }

    #[test]
    fn headers_come_back() {
        let shapes: [&[u64]; 5] = [&[], &[0], &[3], &[2, 3, 4], &[1; 20_000]];
        for kind in [Kind::F16, Kind::F32, Kind::F64] {
            for (big_endian, fortran) in
                [(false, false), (true, false), (false, true), (true, true)]
            {
                for shape in shapes {
                    let header = Header {
                        kind,
                        big_endian,
                        fortran,
                        shape: shape.to_vec(),
                    };
                    let bytes = header.to_bytes();
                    assert_eq!(bytes.len() % 64, 0);
                    assert_eq!(read(&bytes), Ok((header, bytes.len() as u64)));
                    for cut in 0..bytes.len().min(200) {
                        let end = bytes.len() - 1 - cut;
                        assert!(read(&bytes[..end]).is_err(), "cut at {end}");
                    }
                }
            }
        }
    }

    #[test]
    fn other_writers() {
        for text in [
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }          \n",
            "{\"shape\":(2L,3L),\"fortran_order\":False,\"descr\":\"<f4\"}",
            " { 'shape' : ( 2 , 3 , ) , 'descr' : '<f4' , 'fortran_order' : False } ",
        ] {
            let (header, _) = read(&with_dictionary(text)).expect(text);
            assert_eq!(
                (header.kind, header.shape.as_slice()),
                (Kind::F32, &[2, 3][..])
            );
        }
    }

    #[test]
    fn damaged_headers_are_refused_in_words() {
        for (text, word) in [
            ("", "dictionary"),
            ("{", "key"),
            ("{'descr'", "colon"),
            ("{'descr': '<f4'", "comma"),
            ("{'descr': '<f4', 'fortran_order': 0, 'shape': ()}", "True"),
            (
                "{'descr': '<f4', 'fortran_order': True, 'shape': 3}",
                "tuple",
            ),
            (
                "{'descr': '<f4', 'fortran_order': True, 'shape': (-1,)}",
                "tuple",
            ),
            (
                "{'descr': '<f4', 'fortran_order': True, 'shape': (1 2)}",
                "tuple",
            ),
            (
                "{'descr': '<f4', 'fortran_order': True, 'shape': (99999999999999999999,)}",
                "tuple",
            ),
            (
                "{'descr': '<f4', 'fortran_order': True, 'shape': (4294967296, 4294967296, 0)}",
                "more than any",
            ),
            (
                "{'descr': '<f4', 'fortran_order': True}",
                "`shape` is missing",
            ),
            ("{'fortran_order': True, 'shape': ()}", "`descr` is missing"),
            (
                "{'descr': '<f4', 'shape': ()}",
                "`fortran_order` is missing",
            ),
            ("{'descr': '<f4', 'colour': True}", "colour"),
            (
                "{'descr': '<f4', 'fortran_order': True, 'shape': ()} 1",
                "follows",
            ),
            (
                "{'descr': [('a', '<f4')], 'fortran_order': True, 'shape': ()}",
                "structured",
            ),
            (
                "{'descr': '<i8', 'fortran_order': True, 'shape': ()}",
                "integers",
            ),
            (
                "{'descr': '|b1', 'fortran_order': True, 'shape': ()}",
                "truth",
            ),
            (
                "{'descr': '<c8', 'fortran_order': True, 'shape': ()}",
                "complex",
            ),
            (
                "{'descr': '|O', 'fortran_order': True, 'shape': ()}",
                "objects",
            ),
            (
                "{'descr': '<f16', 'fortran_order': True, 'shape': ()}",
                "another width",
            ),
            (
                "{'descr': '<V2', 'fortran_order': True, 'shape': ()}",
                "bfloat16",
            ),
            (
                "{'descr': '', 'fortran_order': True, 'shape': ()}",
                "something else",
            ),
            (
                "{'descr': 'é', 'fortran_order': True, 'shape': ()}",
                "something else",
            ),
        ] {
            let error = read(&with_dictionary(text)).expect_err(text);
            assert!(error.contains(word), "{text}: {error}");
        }
        assert!(
            read(b"PK\x03\x04 not numpy")
                .expect_err("zip")
                .contains("not an NPY")
        );
        assert!(
            read(b"\x93NUMPY\x09\x00")
                .expect_err("version")
                .contains("version 9")
        );
        assert!(
            read(b"\x93NUMPY\x02\x00\xff\xff\xff\xff")
                .expect_err("long")
                .contains("4294967295")
        );
    }
}
