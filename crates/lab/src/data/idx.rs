//! The IDX format: a magic number, dimensions, values. Only unsigned bytes, plain or gzip.

use super::raw::{Raw, Values};
use super::{Shape, split};
use crate::error::Error;
use flate2::read::MultiGzDecoder;
use md5::{Digest, Md5};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

/// The type of unsigned bytes.
const UNSIGNED_BYTE: u8 = 0x08;
/// Fewer rows than this leave no test part worth the name.
const FEWEST_ROWS: usize = 30;

/// What an IDX file holds.
#[derive(Debug)]
pub(super) struct Idx {
    /// Rows first.
    pub(super) dimensions: Vec<usize>,
    /// In row-major order.
    pub(super) values: Vec<u8>,
    /// MD5 of the file, decompressed, in hexadecimal digits.
    pub(super) md5: String,
}

/// Reads a file, all of it.
///
/// # Errors
/// In one sentence with the file, what was expected and what was found.
pub(super) fn read(path: &Path) -> Result<Idx, Error> {
    let refuse = |problem: String| Error::Data {
        path: path.into(),
        problem,
    };
    let broken = |e: io::Error| match e.kind() {
        // What the decoder says of a stream that ends early or is damaged.
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            refuse("it is not a whole gzip file".into())
        }
        _ => Error::file("read", path, e),
    };
    let mut file = File::open(path).map_err(|e| Error::file("read", path, e))?;
    let mut start = Vec::new();
    let system = |e| Error::file("read", path, e);
    Read::by_ref(&mut file)
        .take(2)
        .read_to_end(&mut start)
        .map_err(system)?;
    file.rewind().map_err(system)?;
    let mut reader: Box<dyn Read> = if start == [0x1f, 0x8b] {
        Box::new(MultiGzDecoder::new(BufReader::new(file)))
    } else {
        Box::new(file)
    };

    let mut whole = Vec::new();
    let mut more = |upto: usize, whole: &mut Vec<u8>| -> Result<(), Error> {
        let missing = upto.saturating_sub(whole.len()) as u64;
        Read::by_ref(&mut reader)
            .take(missing)
            .read_to_end(whole)
            .map(|_| ())
            .map_err(broken)
    };
    more(4, &mut whole)?;
    let &[zero, nought, kind, count] = whole.as_slice() else {
        return Err(refuse(format!(
            "it holds {} bytes, too few for an IDX file",
            whole.len()
        )));
    };
    if [zero, nought] != [0, 0] {
        return Err(refuse(format!(
            "it begins with the bytes {zero} and {nought}, but an IDX file with 0 and 0"
        )));
    }
    if kind != UNSIGNED_BYTE {
        return Err(refuse(format!(
            "its values are of the type {kind:#04x}, expected unsigned bytes, {UNSIGNED_BYTE:#04x}"
        )));
    }
    let header = 4 + 4 * usize::from(count);
    more(header, &mut whole)?;
    if whole.len() < header || count == 0 {
        return Err(refuse(format!(
            "it ends within the sizes of its {count} dimensions"
        )));
    }
    let dimensions: Vec<usize> = whole[4..]
        .chunks_exact(4)
        .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
        .collect();
    let sizes = sizes(&dimensions);
    let total = dimensions.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
    let Some(end) = total.filter(|&n| n > 0).and_then(|n| n.checked_add(header)) else {
        return Err(refuse(format!("its dimensions {sizes} are of no file")));
    };
    // One byte too many is enough to know of.
    more(end.saturating_add(1), &mut whole)?;
    if whole.len() != end {
        let found = match whole.len() {
            more if more > end => "more".to_owned(),
            less => (less - header).to_string(),
        };
        return Err(refuse(format!(
            "its dimensions {sizes} ask for {} values, but it holds {found}",
            end - header
        )));
    }
    let md5 = Md5::digest(&whole)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    whole.drain(..header);
    Ok(Idx {
        dimensions,
        values: whole,
        md5,
    })
}

fn sizes(dimensions: &[usize]) -> String {
    let texts: Vec<String> = dimensions.iter().map(usize::to_string).collect();
    texts.join(" × ")
}

/// Inputs and classes of the same rows.
pub(super) struct Pair {
    pub(super) shape: Shape,
    pub(super) images: Idx,
    pub(super) labels: Idx,
}

/// Reads inputs and their classes, and sees that they fit.
pub(super) fn pair(images: &Path, labels: &Path) -> Result<Pair, Error> {
    let refuse = |path: &Path, problem: String| Error::Data {
        path: path.into(),
        problem,
    };
    let (inputs, classes) = (read(images)?, read(labels)?);
    let shape = match inputs.dimensions[..] {
        [_, features] => Shape::Flat(features),
        [_, height, width] => Shape::Image {
            channels: 1,
            height,
            width,
        },
        [_, channels, height, width] => Shape::Image {
            channels,
            height,
            width,
        },
        _ => {
            return Err(refuse(
                images,
                format!(
                    "it has the dimensions {}, expected 2 to 4 of them, rows first",
                    sizes(&inputs.dimensions)
                ),
            ));
        }
    };
    match classes.dimensions[..] {
        [rows] if rows == inputs.dimensions[0] => Ok(Pair {
            shape,
            images: inputs,
            labels: classes,
        }),
        [rows] => Err(refuse(
            labels,
            format!(
                "it has {rows} labels, but {} has {} rows",
                images.display(),
                inputs.dimensions[0]
            ),
        )),
        _ => Err(refuse(
            labels,
            format!(
                "it has the dimensions {}, expected 1, a label for each row",
                sizes(&classes.dimensions)
            ),
        )),
    }
}

/// A user's pair of files.
pub(super) fn load(images: &Path, labels: &Path) -> Result<Raw, Error> {
    let pair = pair(images, labels)?;
    let classes = pair
        .labels
        .values
        .iter()
        .max()
        .map_or(0, |&class| usize::from(class) + 1);
    let rows = pair.labels.values.len();
    let refuse = |problem: String| Error::Data {
        path: labels.into(),
        problem,
    };
    if rows < FEWEST_ROWS {
        return Err(refuse(format!(
            "it has {rows} labels, but a study needs at least {FEWEST_ROWS} rows"
        )));
    }
    if pair
        .labels
        .values
        .iter()
        .all(|&class| class == pair.labels.values[0])
    {
        return Err(refuse(format!(
            "all labels are {}, so there is nothing to predict",
            pair.labels.values[0]
        )));
    }
    let (train, test) = split(rows);
    Ok(Raw {
        shape: pair.shape,
        targets: pair
            .labels
            .values
            .iter()
            .map(|&class| f64::from(class))
            .collect(),
        classes: Some((0..classes).map(|class| class.to_string()).collect()),
        train,
        test,
        key: format!("idx:{}:{}", pair.images.md5, pair.labels.md5),
        values: Values::Bytes(pair.images.values),
        title: images
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        note: String::new(),
        target_loss: None,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::data::DataSource;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    /// The bytes of an IDX file.
    pub(in crate::data) fn bytes(dimensions: &[u32], values: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, UNSIGNED_BYTE, dimensions.len() as u8];
        bytes.extend(dimensions.iter().flat_map(|d| d.to_be_bytes()));
        bytes.extend(values);
        bytes
    }

    pub(in crate::data) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn plain_and_gzip_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let bytes = bytes(&[2, 3], &[1, 2, 3, 4, 5, 255]);
        for content in [bytes.clone(), gzip(&bytes)] {
            std::fs::write(&file, content).unwrap();
            let idx = read(&file).unwrap();
            assert_eq!(
                (idx.dimensions, idx.values),
                (vec![2, 3], vec![1, 2, 3, 4, 5, 255])
            );
            assert_eq!(idx.md5, "ff4230aa983706bf1a4711ceb2e12bc7");
        }
    }

    #[test]
    fn what_is_malformed_is_refused_in_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let whole = bytes(&[2, 3], &[1, 2, 3, 4, 5, 6]);
        let with = |at: usize, byte: u8| {
            let mut changed = whole.clone();
            changed[at] = byte;
            changed
        };
        let mut short_gzip = gzip(&whole);
        short_gzip.truncate(short_gzip.len() - 12);
        for (content, words) in [
            (vec![], "it holds 0 bytes, too few for an IDX file"),
            (whole[..3].to_vec(), "it holds 3 bytes"),
            (
                b"<html>".to_vec(),
                "it begins with the bytes 60 and 104, but an IDX file with 0 and 0",
            ),
            (
                with(2, 0x0d),
                "its values are of the type 0x0d, expected unsigned bytes, 0x08",
            ),
            (with(3, 9), "ends within the sizes of its 9 dimensions"),
            (with(3, 0), "ends within the sizes of its 0 dimensions"),
            (with(7, 0), "its dimensions 0 × 3 are of no file"),
            (bytes(&[u32::MAX; 9], &[1]), "are of no file"),
            (
                bytes(&[u32::MAX, 1], &[1]),
                "its dimensions 4294967295 × 1 ask for 4294967295 values, but it holds 1",
            ),
            (
                whole[..17].to_vec(),
                "its dimensions 2 × 3 ask for 6 values, but it holds 5",
            ),
            (
                [&whole[..], &[0]].concat(),
                "its dimensions 2 × 3 ask for 6 values, but it holds more",
            ),
            (gzip(&whole[..17]), "ask for 6 values, but it holds 5"),
            (short_gzip, "it is not a whole gzip file"),
            (vec![0x1f, 0x8b, 7, 7], "it is not a whole gzip file"),
        ] {
            std::fs::write(&file, content).unwrap();
            let problem = read(&file).unwrap_err().to_string();
            assert!(
                problem.contains(words) && problem.contains("file: "),
                "{problem} without {words}"
            );
            assert!(!problem.contains('\n'));
        }
        assert!(
            read(folder.path())
                .unwrap_err()
                .to_string()
                .starts_with("cannot read")
        );
        assert!(
            read(&folder.path().join("none"))
                .unwrap_err()
                .to_string()
                .starts_with("cannot read")
        );
    }

    #[test]
    fn a_pair_of_ones_own_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, content: Vec<u8>| std::fs::write(path(name), content).unwrap();
        let pixels: Vec<u8> = (0..240).map(|v| v as u8).collect();
        let labels: Vec<u8> = (0..40).map(|row| row % 3).collect();
        write("flat", bytes(&[40, 6], &pixels));
        write("grey", bytes(&[40, 2, 3], &pixels));
        write("colour", gzip(&bytes(&[40, 3, 1, 2], &pixels)));
        write("list", bytes(&[240], &pixels));
        write("labels", bytes(&[40], &labels));
        write("fewer", bytes(&[39], &labels[1..]));
        write("square", bytes(&[20, 2], &labels));
        write("same", bytes(&[40], &[1; 40]));
        let load = |images: &str, labels: &str| {
            let (images, labels) = (path(images), path(labels));
            let text = format!(
                "idx(images={}, labels={}, scale=raw)",
                images.display(),
                labels.display()
            );
            text.parse::<DataSource>().unwrap().load()
        };
        for (images, shape) in [
            ("flat", Shape::Flat(6)),
            (
                "grey",
                Shape::Image {
                    channels: 1,
                    height: 2,
                    width: 3,
                },
            ),
            (
                "colour",
                Shape::Image {
                    channels: 3,
                    height: 1,
                    width: 2,
                },
            ),
        ] {
            let data = load(images, "labels").unwrap();
            assert_eq!(
                (data.shape, data.train.len(), data.test.len()),
                (shape, 32, 8)
            );
            let first = f64::from(data.train.inputs[0]) as usize / 6;
            assert_eq!(data.train.targets[0], (first % 3) as f32);
            assert!(
                data.key.starts_with("idx:") && data.key.ends_with("(scale=raw)"),
                "{}",
                data.key
            );
        }
        for (images, labels, words) in [
            (
                "list",
                "labels",
                "list: it has the dimensions 240, expected 2 to 4 of them",
            ),
            ("flat", "fewer", "fewer: it has 39 labels, but"),
            (
                "flat",
                "square",
                "square: it has the dimensions 20 × 2, expected 1",
            ),
            ("flat", "same", "same: all labels are 1"),
            ("none", "labels", "cannot read"),
        ] {
            let problem = load(images, labels).unwrap_err().to_string();
            assert!(problem.contains(words), "{problem} without {words}");
        }
    }
}
