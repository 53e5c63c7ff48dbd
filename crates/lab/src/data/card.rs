//! What there is to know of a set without loading it.

use super::images::{self, FASHION_MNIST, MNIST};
use super::{Scale, Set, Shape};

/// Where a set comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// It is part of the program.
    Embedded,
    /// It is made when it is asked for, the same at any time.
    Generated,
    /// It has to be on the machine; [`fetch`](super::fetch()) gets it there.
    Fetched,
}

/// What there is to know of a set without loading it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Card {
    /// What it is called.
    pub name: &'static str,
    /// What it is, with its authors.
    pub title: &'static str,
    /// Training rows.
    pub train: usize,
    /// Test rows.
    pub test: usize,
    /// What a row is.
    pub shape: Shape,
    /// The number of classes; none where a number is to be predicted.
    pub classes: Option<usize>,
    /// The scaling unless a source names another.
    pub scale: Scale,
    /// Whose terms the data come under, as an SPDX name where there is one.
    pub licence: &'static str,
    /// Where it comes from.
    pub origin: Origin,
}

impl Set {
    /// The sets with names, at their default parameters.
    pub fn all() -> impl Iterator<Item = Set> {
        [
            Set::Mnist1d,
            Set::Digits,
            Set::Iris,
            Set::Wine,
            Set::BreastCancer,
            Set::Diabetes,
            Set::Names,
            Set::Adding { steps: 50 },
            Set::Copy {
                steps: 50,
                symbols: 8,
            },
            Set::Sine,
            Set::Absolute,
            Set::Xor,
            Set::FashionMnist,
            Set::Mnist,
        ]
        .into_iter()
    }

    /// The card of a set with a name; files have none.
    pub fn card(&self) -> Option<Card> {
        let table = |name, title, (train, test), features, classes, licence| Card {
            name,
            title,
            train,
            test,
            shape: Shape::Flat(features),
            classes,
            scale: Scale::Feature,
            licence,
            origin: Origin::Embedded,
        };
        let made = |name, title, (train, test), shape, classes| Card {
            name,
            title,
            train,
            test,
            shape,
            classes,
            scale: Scale::Raw,
            licence: "none needed",
            origin: Origin::Generated,
        };
        let images = |files: &images::Files, licence| Card {
            name: files.name,
            title: files.title,
            train: 60_000,
            test: 10_000,
            shape: Shape::Image {
                channels: 1,
                height: 28,
                width: 28,
            },
            classes: Some(10),
            scale: Scale::Global,
            licence,
            origin: Origin::Fetched,
        };
        Some(match *self {
            Set::Mnist1d => Card {
                name: "mnist1d",
                title: "MNIST-1D (Greydanus and Kobak, 2020)",
                train: 4000,
                test: 1000,
                shape: Shape::Series {
                    steps: 40,
                    channels: 1,
                },
                classes: Some(10),
                scale: Scale::Raw,
                licence: "Apache-2.0",
                origin: Origin::Embedded,
            },
            // One mean and one deviation for all pixels: scaling each pixel by its own blows up the border, where
            // nearly all digits are blank.
            Set::Digits => Card {
                name: "digits",
                title: "Optical recognition of handwritten digits (Alpaydin and Kaynak, 1998)",
                train: 1438,
                test: 359,
                shape: Shape::Image {
                    channels: 1,
                    height: 8,
                    width: 8,
                },
                classes: Some(10),
                scale: Scale::Global,
                licence: "CC-BY-4.0",
                origin: Origin::Embedded,
            },
            Set::Iris => table(
                "iris",
                "Iris flowers (Fisher, 1936)",
                (120, 30),
                4,
                Some(3),
                "CC-BY-4.0",
            ),
            Set::Wine => table(
                "wine",
                "Wines of three cultivars (Aeberhard and Forina, 1991)",
                (143, 35),
                13,
                Some(3),
                "CC-BY-4.0",
            ),
            Set::BreastCancer => table(
                "breast_cancer",
                "Breast cancer, Wisconsin, diagnostic (Wolberg, Mangasarian, Street and Street, 1995)",
                (456, 113),
                30,
                Some(2),
                "CC-BY-4.0",
            ),
            Set::Diabetes => table(
                "diabetes",
                "Progression of diabetes (Efron, Hastie, Johnstone and Tibshirani, 2004)",
                (354, 88),
                10,
                None,
                "BSD-3-Clause",
            ),
            Set::Names => Card {
                name: "names",
                title: "First names, female or male (US Census, 1990)",
                train: 3866,
                test: 966,
                shape: Shape::Series {
                    steps: 11,
                    channels: 26,
                },
                classes: Some(2),
                scale: Scale::Raw,
                licence: "public domain",
                origin: Origin::Embedded,
            },
            Set::Adding { steps } => made(
                "adding",
                "The adding problem (Hochreiter and Schmidhuber, 1997)",
                (5000, 1000),
                Shape::Series { steps, channels: 2 },
                None,
            ),
            Set::Copy { steps, symbols } => made(
                "copy",
                "Recall of the first of ten symbols, after the copying task (Hochreiter and Schmidhuber, 1997)",
                (5000, 1000),
                Shape::Series {
                    steps: super::generated::SYMBOLS_SHOWN + steps + 1,
                    channels: symbols + 2,
                },
                Some(symbols),
            ),
            Set::Sine => made(
                "sine",
                "sin(3x) on [−π, π]",
                (1000, 1000),
                Shape::Flat(1),
                None,
            ),
            Set::Absolute => made(
                "absolute",
                "|x| on [−1, 1]",
                (1000, 1000),
                Shape::Flat(1),
                None,
            ),
            Set::Xor => made(
                "xor",
                "Exclusive or of two bits",
                (1000, 1000),
                Shape::Flat(2),
                None,
            ),
            Set::FashionMnist => images(&FASHION_MNIST, "MIT"),
            Set::Mnist => images(&MNIST, "CC-BY-SA-3.0"),
            Set::Csv { .. } | Set::Idx { .. } => return None,
        })
    }
}
