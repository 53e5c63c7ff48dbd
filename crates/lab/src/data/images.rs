//! Sets of images that are too large to be part of the program: where their files are, and whether they are the right ones.

use super::Set;
use super::idx;
use super::raw::{Raw, Values};
use crate::error::Error;
use etcetera::BaseStrategy;
use std::path::{Path, PathBuf};

/// Four IDX files, each by its name and the MD5 of what it holds decompressed.
pub(super) struct Files {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// Inputs and labels of the training rows, then those of the test rows.
    pub(super) files: [(&'static str, &'static str); 4],
    /// Where a package of the system puts them.
    pub(super) installed: Option<&'static str>,
    pub(super) classes: [&'static str; 10],
    pub(super) target_loss: f64,
}

pub(super) const FASHION_MNIST: Files = Files {
    name: "fashion_mnist",
    title: "Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017)",
    files: [
        (
            "train-images-idx3-ubyte",
            "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        ),
        (
            "train-labels-idx1-ubyte",
            "9018921c3c673c538a1fc5bad174d6f9",
        ),
        ("t10k-images-idx3-ubyte", "8181f5470baa50b63fa0f6fddb340f0a"),
        ("t10k-labels-idx1-ubyte", "15d484375f8d13e6eb1aabb0c3f46965"),
    ],
    installed: Some("/usr/share/datasets/fashion-mnist"),
    classes: [
        "T-shirt/top",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ],
    target_loss: 0.4,
};

pub(super) const MNIST: Files = Files {
    name: "mnist",
    title: "MNIST (LeCun, Cortes and Burges, 1998)",
    files: [
        (
            "train-images-idx3-ubyte",
            "6bbc9ace898e44ae57da46a324031adb",
        ),
        (
            "train-labels-idx1-ubyte",
            "a25bea736e30d166cdddb491f175f624",
        ),
        ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
        ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
    ],
    installed: None,
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    target_loss: 0.1,
};

/// The folder that fetched sets are kept in, each in a folder of its own: the value of `NONLIN_DATA`, or `nonlin` in the
/// user's data folder (`~/.local/share`, or `XDG_DATA_HOME`).
///
/// # Errors
/// Where there is neither.
pub fn data_folder() -> Result<PathBuf, Error> {
    match std::env::var_os("NONLIN_DATA").filter(|value| !value.is_empty()) {
        Some(folder) => Ok(folder.into()),
        None => etcetera::choose_base_strategy()
            .map(|strategy| strategy.data_dir().join("nonlin"))
            .map_err(|_| {
                Error::Plan(
                    "there is no home folder to keep data in; name another in NONLIN_DATA".into(),
                )
            }),
    }
}

impl Files {
    /// The set's files, where it is one of these.
    pub(super) fn of(set: &Set) -> Option<&'static Files> {
        match set {
            Set::FashionMnist => Some(&FASHION_MNIST),
            Set::Mnist => Some(&MNIST),
            _ => None,
        }
    }

    /// The folders that hold all four files: that of the user's own first, then that of the system.
    pub(super) fn folders(&self) -> impl Iterator<Item = PathBuf> {
        let own = data_folder().ok().map(|folder| folder.join(self.name));
        let installed = self.installed.map(PathBuf::from);
        own.into_iter()
            .chain(installed)
            .filter(|folder| self.paths(folder).is_some())
    }

    /// The four files in a folder, each plain or with the ending .gz.
    pub(super) fn paths(&self, folder: &Path) -> Option<[PathBuf; 4]> {
        let path = |name: &str| {
            let plain = folder.join(name);
            let packed = folder.join(format!("{name}.gz"));
            [plain, packed].into_iter().find(|path| path.is_file())
        };
        let found: Vec<PathBuf> = self
            .files
            .iter()
            .filter_map(|(name, _)| path(name))
            .collect();
        found.try_into().ok()
    }

    /// Reads the training pair and the test pair of these files; a file that is another than it should be is refused.
    pub(super) fn read(&self, paths: &[PathBuf; 4]) -> Result<[idx::Pair; 2], Error> {
        let pairs = [
            idx::pair(&paths[0], &paths[1])?,
            idx::pair(&paths[2], &paths[3])?,
        ];
        let found = pairs
            .iter()
            .flat_map(|pair| [&pair.images.md5, &pair.labels.md5]);
        for ((path, found), (_, expected)) in paths.iter().zip(found).zip(self.files) {
            if found != expected {
                return Err(Error::Data {
                    path: path.clone(),
                    problem: format!(
                        "its MD5 is {found} where that of {} is {expected}, so it is not used; `nonlin data fetch {}` \
                         gets the right one",
                        self.name, self.name
                    ),
                });
            }
        }
        Ok(pairs)
    }

    /// The set in a folder.
    fn load_from(&self, folder: Option<&Path>) -> Result<Raw, Error> {
        let absent = || Error::Absent { name: self.name };
        let paths = folder
            .and_then(|folder| self.paths(folder))
            .ok_or_else(absent)?;
        let [train, test] = self.read(&paths)?;
        let (rows, all) = (
            train.labels.values.len(),
            train.labels.values.len() + test.labels.values.len(),
        );
        let mut values = train.images.values;
        values.extend(test.images.values);
        Ok(Raw {
            shape: train.shape,
            values: Values::Bytes(values),
            targets: train
                .labels
                .values
                .iter()
                .chain(&test.labels.values)
                .map(|&class| f64::from(class))
                .collect(),
            classes: Some(self.classes.map(str::to_owned).to_vec()),
            train: (0..rows).collect(),
            test: (rows..all).collect(),
            key: self.name.into(),
            title: self.title.into(),
            note: String::new(),
            target_loss: Some(self.target_loss),
        })
    }
}

/// The set, from wherever its files are.
pub(super) fn load(files: &Files) -> Result<Raw, Error> {
    files.load_from(files.folders().next().as_deref())
}

impl Set {
    /// Where the files of a set that is fetched are; none where they are not all there, and for other sets. Whether they
    /// are the right ones shows when they are read.
    pub fn folder(&self) -> Option<PathBuf> {
        Files::of(self)?.folders().next()
    }
}

#[cfg(test)]
mod tests {
    use super::super::idx::tests::{bytes, gzip};
    use super::*;
    use crate::data::{DataSource, Scale};
    use md5::{Digest, Md5};

    /// Four small files, and what they would have to be.
    fn small(folder: &Path, packed: bool) -> Files {
        let rows = |rows: u8| -> Vec<u8> { (0..rows * 4).collect() };
        let labels = |rows: u8| -> Vec<u8> { (0..rows).map(|row| row % 10).collect() };
        let contents = [
            bytes(&[40, 2, 2], &rows(40)),
            bytes(&[40], &labels(40)),
            bytes(&[10, 2, 2], &rows(10)),
            bytes(&[10], &labels(10)),
        ];
        let mut files = Files { ..MNIST };
        for ((name, md5), content) in files.files.iter_mut().zip(contents) {
            let digits: String = Md5::digest(&content)
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            *md5 = digits.leak();
            if packed {
                std::fs::write(folder.join(format!("{name}.gz")), gzip(&content)).unwrap();
            } else {
                std::fs::write(folder.join(name), content).unwrap();
            }
        }
        files
    }

    #[test]
    fn four_right_files_are_a_set() {
        for packed in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let raw = small(folder.path(), packed)
                .load_from(Some(folder.path()))
                .unwrap();
            let source = DataSource {
                scale: Some(Scale::Raw),
                ..Set::Mnist.into()
            };
            let data = raw.dataset(&source, false).unwrap();
            assert_eq!(
                (data.train.len(), data.test.len(), data.features()),
                (40, 10, 4)
            );
            assert!(
                data.train
                    .inputs
                    .iter()
                    .copied()
                    .eq((0..160u8).map(f32::from))
            );
            assert_eq!(data.test.targets[..3], [0.0, 1.0, 2.0]);
            assert_eq!(data.key, "mnist(scale=raw)");
        }
    }

    #[test]
    fn a_wrong_or_missing_file_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let files = small(folder.path(), false);
        let problem = || {
            files
                .load_from(Some(folder.path()))
                .err()
                .unwrap()
                .to_string()
        };
        let path = folder.path().join("t10k-labels-idx1-ubyte");
        std::fs::write(&path, bytes(&[10], &[3; 10])).unwrap();
        assert!(
            problem().contains("t10k-labels-idx1-ubyte: its MD5 is")
                && problem().contains("so it is not used"),
            "{}",
            problem()
        );
        std::fs::write(&path, b"short").unwrap();
        assert!(
            problem().contains("t10k-labels-idx1-ubyte: it begins with"),
            "{}",
            problem()
        );
        std::fs::remove_file(&path).unwrap();
        assert_eq!(
            problem(),
            "`mnist` is not on this machine; run `nonlin data fetch mnist`"
        );
        assert_eq!(
            files.load_from(None).err().unwrap().to_string(),
            "`mnist` is not on this machine; run `nonlin data fetch mnist`"
        );
    }
}
