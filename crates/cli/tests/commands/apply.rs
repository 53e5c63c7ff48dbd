//! apply.

use crate::{json, nonlin, printed, refused};
use nonlin::gates::Gate;
use nonlin::rows::RowFunction;
use nonlin::{Axis, Function, f16};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder for the files of a test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.path(name), bytes).unwrap();
        self.at(name)
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// How the numbers of a test lie in a file.
#[derive(Clone, Copy, Debug)]
struct Layout<'a> {
    dtype: &'a str,
    fortran: bool,
    shape: &'a [usize],
}

fn header(layout: Layout) -> Vec<u8> {
    let Layout {
        dtype,
        fortran,
        shape,
    } = layout;
    let shape: String = shape.iter().map(|n| format!("{n},")).collect();
    let order = if fortran { "True" } else { "False" };
    let text = format!("{{'descr': '{dtype}', 'fortran_order': {order}, 'shape': ({shape}), }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.bytes());
    bytes
}

/// The index in the file of each element in row-major order.
fn places(layout: Layout) -> Vec<usize> {
    let Layout { fortran, shape, .. } = layout;
    let count: usize = shape.iter().product();
    let mut strides = vec![1; shape.len()];
    if fortran {
        for k in 1..shape.len() {
            strides[k] = strides[k - 1] * shape[k - 1];
        }
    } else {
        for k in (1..shape.len()).rev() {
            strides[k - 1] = strides[k] * shape[k];
        }
    }
    (0..count)
        .map(|mut index| {
            let mut place = 0;
            for (length, stride) in shape.iter().zip(&strides).rev() {
                place += index % length * stride;
                index /= length;
            }
            place
        })
        .collect()
}

/// Numbers in row-major order, as a file.
fn npy(layout: Layout, numbers: &[f64]) -> Vec<u8> {
    let mut bytes = header(layout);
    let start = bytes.len();
    let size: usize = layout.dtype[2..].parse().unwrap();
    bytes.resize(start + size * numbers.len(), 0);
    for (place, &x) in places(layout).into_iter().zip(numbers) {
        let mut own = match size {
            2 => f16::from_f32(x as f32).to_be_bytes().to_vec(),
            4 => (x as f32).to_be_bytes().to_vec(),
            _ => x.to_be_bytes().to_vec(),
        };
        if layout.dtype.starts_with('<') {
            own.reverse();
        }
        bytes[start + place * size..][..size].copy_from_slice(&own);
    }
    bytes
}

/// The numbers of a file in row-major order; the header must say what the layout says.
fn numbers(path: &Path, layout: Layout) -> Vec<f64> {
    let bytes = fs::read(path).unwrap();
    let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let text = std::str::from_utf8(&bytes[10..10 + length]).unwrap();
    assert_eq!((10 + length) % 64, 0);
    assert!(text.contains(&format!("'{}'", layout.dtype)), "{text}");
    assert!(
        text.contains(if layout.fortran { "True" } else { "False" }),
        "{text}"
    );
    let shape: Vec<String> = layout.shape.iter().map(usize::to_string).collect();
    assert!(
        text.contains(&format!("({}", shape.join(", "))),
        "{text} for {:?}",
        layout.shape
    );
    let data = &bytes[10 + length..];
    let size: usize = layout.dtype[2..].parse().unwrap();
    assert_eq!(data.len(), size * layout.shape.iter().product::<usize>());
    places(layout)
        .into_iter()
        .map(|place| {
            let mut own = data[place * size..][..size].to_vec();
            if layout.dtype.starts_with('<') {
                own.reverse();
            }
            match size {
                2 => f16::from_be_bytes(own.try_into().unwrap()).into(),
                4 => f32::from_be_bytes(own.try_into().unwrap()).into(),
                _ => f64::from_be_bytes(own.try_into().unwrap()),
            }
        })
        .collect()
}

/// Eighths, which every type holds exactly.
fn eighths(count: usize) -> Vec<f64> {
    (0..count)
        .map(|k| ((k * 37 + 11) % 64) as f64 / 8.0 - 4.0)
        .collect()
}

const DTYPES: [&str; 6] = ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"];
const SHAPES: [&[usize]; 6] = [&[], &[0], &[5], &[2, 0, 3], &[4, 6], &[2, 4, 6]];

/// What the library computes from numbers of a type, given and returned as f64.
fn in_type(
    dtype: &str,
    f64s: impl Fn(&[f64]) -> Vec<f64>,
    f32s: impl Fn(&[f32]) -> Vec<f32>,
    f16s: impl Fn(&[f16]) -> Vec<f16>,
    x: &[f64],
) -> Vec<f64> {
    match &dtype[2..] {
        "2" => f16s(
            &x.iter()
                .map(|&x| f16::from_f32(x as f32))
                .collect::<Vec<_>>(),
        )
        .into_iter()
        .map(f64::from)
        .collect(),
        "4" => f32s(&x.iter().map(|&x| x as f32).collect::<Vec<_>>())
            .into_iter()
            .map(f64::from)
            .collect(),
        _ => f64s(x),
    }
}

#[test]
fn every_layout_of_every_type_and_shape() {
    let folder = Folder::new();
    let gelu: Function = "gelu".parse().unwrap();
    for dtype in DTYPES {
        for fortran in [false, true] {
            for shape in SHAPES {
                let layout = Layout {
                    dtype,
                    fortran,
                    shape,
                };
                let x = eighths(shape.iter().product());
                let input = folder.write("x.npy", &npy(layout, &x));
                for order in ["0", "1"] {
                    printed(&[
                        "apply",
                        "gelu",
                        &input,
                        &folder.at("y.npy"),
                        "--order",
                        order,
                    ]);
                    macro_rules! of {
                        ($T:ty) => {
                            |x: &[$T]| {
                                let mut y = x.to_vec();
                                if order == "0" {
                                    gelu.forward(x, &mut y)
                                } else {
                                    gelu.derivative(x, &mut y)
                                }
                                y
                            }
                        };
                    }
                    let expected = in_type(dtype, of!(f64), of!(f32), of!(f16), &x);
                    assert_eq!(
                        numbers(&folder.path("y.npy"), layout),
                        expected,
                        "{layout:?}"
                    );
                }
            }
        }
    }
    assert_eq!(folder.files(), ["x.npy", "y.npy"]);
}

#[test]
fn every_function_over_a_file() {
    let folder = Folder::new();
    let layout = Layout {
        dtype: "<f4",
        fortran: false,
        shape: &[64],
    };
    let x = folder.write("x.npy", &npy(layout, &eighths(64)));
    let dy = folder.write(
        "dy.npy",
        &npy(
            layout,
            &eighths(64).iter().map(|x| x + 0.25).collect::<Vec<_>>(),
        ),
    );
    let as_f32 = |numbers: Vec<f64>| numbers.into_iter().map(|x| x as f32).collect::<Vec<_>>();
    for function in Function::all() {
        printed(&["apply", function.name(), &x, &folder.at("y.npy")]);
        printed(&[
            "apply",
            function.name(),
            &x,
            &folder.at("dx.npy"),
            "--backward",
            &dy,
        ]);
        let from = as_f32(eighths(64));
        let (mut y, mut dx) = (from.clone(), from.clone());
        function.forward(&from, &mut y);
        function.backward(
            &from,
            &from.iter().map(|x| x + 0.25).collect::<Vec<_>>(),
            &mut dx,
        );
        assert_eq!(
            as_f32(numbers(&folder.path("y.npy"), layout)),
            y,
            "{function}"
        );
        assert_eq!(
            as_f32(numbers(&folder.path("dx.npy"), layout)),
            dx,
            "{function}"
        );
    }
}

/// A row function or gate, by the library, on row-major numbers.
fn by_library(name: &str, axis: Axis, x: &[f64], dy: Option<&[f64]>) -> Vec<f64> {
    let output = |length: usize| vec![0.0; length];
    if let Ok(row) = name.parse::<RowFunction>() {
        let mut y =
            output(dy.map_or_else(|| row.output(axis).unwrap().elements(), |_| axis.elements()));
        match dy {
            Some(dy) => row.backward(axis, x, dy, &mut y),
            None => row.forward(axis, x, &mut y),
        }
        return y;
    }
    let gate: Gate = name.parse().unwrap();
    let mut y = output(dy.map_or_else(
        || gate.output(axis).unwrap().elements(),
        |_| axis.elements(),
    ));
    match dy {
        Some(dy) => gate.backward_packed(axis, x, dy, &mut y),
        None => gate.forward_packed(axis, x, &mut y),
    }
    y
}

#[test]
fn rows_and_gates_along_every_axis() {
    let folder = Folder::new();
    let shape = [2, 4, 6];
    for name in ["softmax", "log_softmax", "maxout(pieces=2)", "glu", "gtu"] {
        for fortran in [false, true] {
            for along in -3i64..3 {
                let place = (along + 3) as usize % 3;
                let layout = Layout {
                    dtype: "<f8",
                    fortran,
                    shape: &shape,
                };
                let axis = Axis::of(&shape, along as isize).unwrap();
                let x = eighths(48);
                let input = folder.write("x.npy", &npy(layout, &x));
                let mut arguments = vec![
                    "apply".to_owned(),
                    name.to_owned(),
                    input,
                    folder.at("y.npy"),
                ];
                if along != -1 {
                    arguments.extend(["--axis".to_owned(), along.to_string()]);
                }
                let run = |arguments: &[String]| {
                    printed(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
                };
                run(&arguments);
                let mut out_shape = shape;
                if !name.contains("softmax") {
                    out_shape[place] /= 2;
                }
                let out = Layout {
                    shape: &out_shape,
                    ..layout
                };
                assert_eq!(
                    numbers(&folder.path("y.npy"), out),
                    by_library(name, axis, &x, None),
                    "{name} {along}"
                );

                let dy = eighths(out_shape.iter().product());
                arguments.extend([
                    "--backward".to_owned(),
                    folder.write("dy.npy", &npy(out, &dy)),
                ]);
                run(&arguments);
                assert_eq!(
                    numbers(&folder.path("y.npy"), layout),
                    by_library(name, axis, &x, Some(&dy)),
                    "{name} {along} backward"
                );
            }
        }
    }
}

#[test]
fn files_larger_than_a_block() {
    let folder = Folder::new();
    // 9 MB against blocks of 4 MiB, and a length that ends within one.
    let layout = Layout {
        dtype: "<f4",
        fortran: false,
        shape: &[3, 750_001],
    };
    let x = eighths(3 * 750_001);
    let input = folder.write("x.npy", &npy(layout, &x));
    printed(&["apply", "relu", &input, &folder.at("y.npy")]);
    assert!(
        numbers(&folder.path("y.npy"), layout)
            .iter()
            .zip(&x)
            .all(|(y, x)| *y == x.max(0.0))
    );
    // Into itself.
    printed(&["apply", "relu", &input, &input]);
    assert_eq!(
        fs::read(folder.path("x.npy")).unwrap(),
        fs::read(folder.path("y.npy")).unwrap()
    );

    // Slabs of 48 MB, which are gathered from many places of the file.
    let (rows, places) = (40, 300_000);
    let layout = Layout {
        dtype: "<f4",
        fortran: false,
        shape: &[1, rows, places],
    };
    let x = eighths(rows * places);
    let input = folder.write("x.npy", &npy(layout, &x));
    printed(&[
        "apply",
        "maxout(pieces=40)",
        &input,
        &folder.at("y.npy"),
        "--axis",
        "1",
    ]);
    let y = numbers(
        &folder.path("y.npy"),
        Layout {
            shape: &[1, 1, places],
            ..layout
        },
    );
    for (place, y) in y.into_iter().enumerate() {
        let most = (0..rows)
            .map(|row| x[row * places + place])
            .fold(f64::MIN, f64::max);
        assert_eq!(y, most);
    }
    assert_eq!(folder.files(), ["x.npy", "y.npy"]);
}

#[test]
fn what_cannot_be_read_is_refused_and_leaves_nothing() {
    let folder = Folder::new();
    let layout = Layout {
        dtype: "<f4",
        fortran: false,
        shape: &[2, 3],
    };
    let good = npy(layout, &eighths(6));
    let out = folder.at("out.npy");
    fs::write(&out, "as it was").unwrap();
    let mut bad: Vec<(Vec<u8>, &str)> = vec![
        (vec![], "empty"),
        (b"no array".to_vec(), "not an NPY"),
        (b"PK\x03\x04 an archive of arrays".to_vec(), "not an NPY"),
        (b"\x93NUMPY\x04\x00\x00\x00".to_vec(), "version 4"),
        ([&good[..], b"!"].concat(), "more than its header says"),
        (
            header(Layout {
                shape: &[usize::MAX, usize::MAX],
                ..layout
            }),
            "any file",
        ),
        (
            header(Layout {
                shape: &[1 << 40],
                ..layout
            }),
            "cut short",
        ),
    ];
    for dtype in [
        "<i4", "|u1", "|b1", "<c8", "<c16", "|O", "<U3", "|S3", "<M8[D]", "<f16", ">i8", "|V7",
        "f4", "|f4",
    ] {
        bad.push((header(Layout { dtype, ..layout }), "holds"));
    }
    bad.push((
        header(Layout {
            dtype: "|V2",
            ..layout
        }),
        "bfloat16",
    ));
    for end in 1..good.len() {
        bad.push((
            good[..end].to_vec(),
            if end < 6 { "not an NPY" } else { "cut short" },
        ));
    }
    for (bytes, word) in bad {
        let input = folder.write("bad.npy", &bytes);
        let refusal = refused(&["apply", "relu", &input, &out]);
        assert!(
            refusal.contains(word) && refusal.contains("bad.npy"),
            "{refusal} without {word}"
        );
    }
    // Every byte of the header, changed: refused, or a header that is right in another way.
    for place in 0..good.len() - 24 {
        let mut bytes = good.clone();
        bytes[place] ^= 0x15;
        let input = folder.write("bad.npy", &bytes);
        let result = nonlin()
            .args(["apply", "relu", &input, &folder.at("maybe.npy")])
            .output()
            .unwrap();
        assert!(matches!(result.status.code(), Some(0 | 2)), "{place}");
    }
    assert_eq!(fs::read_to_string(&out).unwrap(), "as it was");
    assert!(
        folder.files().iter().all(|name| !name.contains("tmp")),
        "{:?}",
        folder.files()
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = Folder::new();
    let layout = Layout {
        dtype: "<f4",
        fortran: false,
        shape: &[2, 3],
    };
    let x = folder.write("x.npy", &npy(layout, &eighths(6)));
    let scalar = folder.write(
        "scalar.npy",
        &npy(
            Layout {
                shape: &[],
                ..layout
            },
            &[1.0],
        ),
    );
    let turned = folder.write(
        "turned.npy",
        &npy(
            Layout {
                fortran: true,
                ..layout
            },
            &eighths(6),
        ),
    );
    let double = folder.write(
        "double.npy",
        &npy(
            Layout {
                dtype: "<f8",
                ..layout
            },
            &eighths(6),
        ),
    );
    let other = folder.write(
        "other.npy",
        &npy(
            Layout {
                shape: &[3, 2],
                ..layout
            },
            &eighths(6),
        ),
    );
    let out = folder.at("out.npy");
    let before = folder.files();
    for (arguments, word) in [
        (&["softmax", &x, &out, "--axis", "2"][..], "0 to 1"),
        (&["softmax", &x, &out, "--axis", "-3"], "0 to 1"),
        (
            &["softmax", &x, &out, "--axis", "9223372036854775807"],
            "0 to 1",
        ),
        (
            &["softmax", &x, &out, "--axis", "-9223372036854775808"],
            "0 to 1",
        ),
        (&["softmax", &scalar, &out], "single number"),
        (&["softmax", &x, &out, "--order", "1"], "matrix"),
        (&["glu", &x, &out], "halves"),
        (&["maxout(pieces=4)", &x, &out], "groups of 4"),
        (&["gelu", &x, &out, "--backward", &other], "shape (3, 2)"),
        (&["gelu", &x, &out, "--backward", &double], "f64"),
        (&["gelu", &x, &out, "--backward", &turned], "Fortran"),
        (
            &["gelu", &x, &out, "--backward", &folder.at("none.npy")],
            "no such file",
        ),
        (
            &["gelu", &x, &out, "--backward", &x, "--order", "1"],
            "cannot be used with",
        ),
        (&["gelu", &folder.at("none.npy"), &out], "no such file"),
        (&["gelu", &folder.at("."), &out], "directory"),
        (&["gelu", &x, &folder.at(".")], "directory"),
        (&["gelu", &x, &folder.at("no/out.npy")], "no directory"),
        (&["gelu", &x, &folder.at("x.npy/out.npy")], "no directory"),
    ] {
        let mut all = vec!["apply"];
        all.extend(arguments);
        let refusal = refused(&all);
        assert!(refusal.contains(word), "{refusal} without {word}");
    }
    assert_eq!(folder.files(), before);
    // Big endian and little endian go together.
    let big = folder.write(
        "big.npy",
        &npy(
            Layout {
                dtype: ">f4",
                ..layout
            },
            &eighths(6),
        ),
    );
    printed(&["apply", "gelu", &x, &out, "--backward", &big]);
}

#[test]
fn a_summary_as_json() {
    let folder = Folder::new();
    let layout = Layout {
        dtype: "<f4",
        fortran: false,
        shape: &[2, 6],
    };
    let x = folder.write("x.npy", &npy(layout, &eighths(12)));
    let summary = json(&["apply", "glu", &x, &folder.at("y.npy")]);
    assert_eq!(summary["output_shape"], serde_json::json!([2, 3]));
    assert_eq!(summary["dtype"], "f32");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    #[test]
    fn a_file_keeps_its_permissions_and_a_link_stays_one() {
        let folder = Folder::new();
        let layout = Layout {
            dtype: "<f4",
            fortran: false,
            shape: &[6],
        };
        let x = folder.write("x.npy", &npy(layout, &eighths(6)));
        let old = folder.write("old.npy", b"old");
        fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&old, folder.path("link.npy")).unwrap();
        printed(&["apply", "relu", &x, &folder.at("link.npy")]);
        assert!(
            fs::symlink_metadata(folder.path("link.npy"))
                .unwrap()
                .is_symlink()
        );
        assert_eq!(
            fs::metadata(&old).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert_eq!(numbers(Path::new(&old), layout).len(), 6);
        fs::set_permissions(&old, fs::Permissions::from_mode(0o440)).unwrap();
        assert!(refused(&["apply", "relu", &x, &old]).contains("read-only"));
        assert!(refused(&["apply", "relu", &x, "/dev/null"]).contains("ordinary"));
    }

    /// Waits for something that another process does.
    fn until(mut done: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !done() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "it does not happen"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[test]
    fn an_interrupt_leaves_nothing() {
        let folder = Folder::new();
        let layout = Layout {
            dtype: "<f4",
            fortran: false,
            shape: &[4_000_000],
        };
        fs::write(folder.path("out.npy"), "as it was").unwrap();
        for signal in ["-INT", "-TERM"] {
            let mut child = nonlin()
                .args(["apply", "relu", "/dev/stdin", &folder.at("out.npy")])
                .stdin(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // A header and a part of the data: the program waits for the rest.
            let mut input = child.stdin.take().unwrap();
            input.write_all(&header(layout)).unwrap();
            input.write_all(&[0; 1 << 16]).unwrap();
            until(|| folder.files().len() == 2);
            let killed = Command::new("kill")
                .args([signal, &child.id().to_string()])
                .status();
            assert!(killed.unwrap().success());
            until(|| child.try_wait().unwrap().is_some());
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(130), "{signal}");
            assert_eq!(folder.files(), ["out.npy"]);
            assert_eq!(
                fs::read_to_string(folder.path("out.npy")).unwrap(),
                "as it was"
            );
        }
    }

    #[test]
    fn a_pipe_can_be_read() {
        let folder = Folder::new();
        let layout = Layout {
            dtype: "<f4",
            fortran: false,
            shape: &[6],
        };
        let bytes = npy(layout, &eighths(6));
        let run = |bytes: &[u8]| {
            crate::with_input(&["apply", "relu", "/dev/stdin", &folder.at("y.npy")], bytes)
        };
        assert!(run(&bytes).status.success());
        assert_eq!(numbers(&folder.path("y.npy"), layout).len(), 6);
        fs::remove_file(folder.path("y.npy")).unwrap();
        assert!(crate::sentence(&run(&bytes[..bytes.len() - 1]), &["cut"]).contains("cut short"));
        assert!(
            crate::sentence(&run(&[&bytes[..], b"!"].concat()), &["long"]).contains("more than")
        );
        assert_eq!(folder.files(), Vec::<String>::new());
    }
}
