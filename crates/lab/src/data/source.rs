//! Where data come from, and in which variation.

use super::raw::FEWEST_ROWS;
use super::text::{self, Call, did_you_mean, list, shown};
use super::{Dataset, Scale, csv, embedded, generated, idx, images};
use crate::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A set of data: one with a name, or a user's files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Set {
    /// MNIST-1D: noisy one-dimensional digits of 40 steps, ten classes. Embedded.
    #[default]
    Mnist1d,
    /// Handwritten digits of 8 × 8 pixels, ten classes. Embedded.
    Digits,
    /// Iris flowers: four lengths, three species. Embedded.
    Iris,
    /// Wines: 13 measurements, three cultivars. Embedded.
    Wine,
    /// Breast tumours: 30 measurements, malignant or benign. Embedded.
    BreastCancer,
    /// Diabetes patients: ten measurements, the progression of the disease as a number. Embedded.
    Diabetes,
    /// First names as one-hot letters, female or male. Embedded.
    Names,
    /// The adding problem: each step has a number from (0, 1] and a mark; two steps are marked, one in either half; to
    /// predict is the sum of the two marked numbers. Generated.
    Adding {
        /// Length of a row.
        steps: usize,
    },
    /// The copying task, with one answer: ten random symbols, then blanks, then a cue; to predict is the first symbol.
    /// A row has 10 + `steps` + 1 steps, each one-hot over the symbols, the blank and the cue. Generated.
    Copy {
        /// Blanks between the symbols and the cue.
        steps: usize,
        /// Different symbols.
        symbols: usize,
    },
    /// sin(3x), x uniform on [−π, π]. Generated.
    Sine,
    /// |x|, x uniform on [−1, 1]. Generated.
    Absolute,
    /// The exclusive or of two bits, 0 or 1, as a number to predict; the four cases follow one another. Generated.
    Xor,
    /// Fashion-MNIST: 28 × 28 pixels, ten kinds of clothing. Fetched.
    FashionMnist,
    /// MNIST: handwritten digits of 28 × 28 pixels. Fetched.
    Mnist,
    /// A CSV file of the user's, with a header line; a fifth of its rows are for testing.
    Csv {
        /// The file.
        path: PathBuf,
        /// The column to predict: regression where it holds more than 20 different numbers, else classes.
        target: String,
    },
    /// A pair of IDX files of the user's, plain or gzip, unsigned bytes; a fifth of the rows are for testing.
    Idx {
        /// Rows × values, rows × height × width, or rows × channels × height × width.
        images: PathBuf,
        /// The class of each row.
        labels: PathBuf,
    },
}

/// A set, and which of its rows in which form.
///
/// The text form is `digits`, `digits(train=500, scale=unit)`, `mnist(train=1000, labels=random, seed=3)`,
/// `mine.csv(target=price)`; Display and FromStr are each other's inverse.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataSource {
    /// The set.
    pub set: Set,
    /// So many training rows: the first of a fixed shuffled order. A generated set makes so many.
    pub train: Option<usize>,
    /// So many test rows, chosen alike.
    pub test: Option<usize>,
    /// How inputs are scaled; by default as the set's [`Card`](super::Card) says, and files by feature (CSV) or globally (IDX).
    pub scale: Option<Scale>,
    /// The seed by which the training rows and their classes are drawn: the classes then say nothing of the inputs. The
    /// test rows keep theirs.
    pub random_labels: Option<u64>,
}

impl From<Set> for DataSource {
    fn from(set: Set) -> Self {
        DataSource {
            set,
            ..DataSource::default()
        }
    }
}

/// Parameters that every source takes.
const COMMON: [&str; 5] = ["train", "test", "scale", "labels", "seed"];

impl Set {
    /// The word before the parentheses, or the path of a CSV file.
    fn name(&self) -> String {
        match (self.card(), self) {
            (Some(card), _) => card.name.to_owned(),
            (None, Set::Csv { path, .. }) => path.display().to_string(),
            (None, _) => "idx".to_owned(),
        }
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        match self {
            Set::Adding { steps } => vec![("steps", steps.to_string())],
            Set::Copy { steps, symbols } => vec![
                ("steps", steps.to_string()),
                ("symbols", symbols.to_string()),
            ],
            Set::Csv { target, .. } => vec![("target", target.clone())],
            Set::Idx { images, labels } => vec![
                ("images", images.display().to_string()),
                ("labels", labels.display().to_string()),
            ],
            _ => Vec::new(),
        }
    }

    /// The set with this name, at its default parameters; a pair of IDX files without paths.
    fn named(name: &str) -> Option<Set> {
        if name == "idx" {
            return Some(Set::Idx {
                images: PathBuf::new(),
                labels: PathBuf::new(),
            });
        }
        Set::all().find(|set| set.name() == name)
    }

    fn names() -> Vec<&'static str> {
        Set::all()
            .filter_map(|set| Some(set.card()?.name))
            .collect()
    }
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name(), text::written(&self.parameters()))
    }
}

impl FromStr for Set {
    type Err = Error;

    /// The name of a set, without variations of its rows.
    fn from_str(text: &str) -> Result<Self, Error> {
        let source = DataSource::parse(text, None)?;
        if source == source.set.clone().into() {
            Ok(source.set)
        } else {
            Err(Error::Plan(format!(
                "`{source}` is a variation of `{}`; give the set alone",
                source.set
            )))
        }
    }
}

impl DataSource {
    /// Reads the command line's form: the name of a set or the path of a CSV file, either with parameters in parentheses;
    /// the column to predict may stand apart in `target`.
    ///
    /// # Errors
    /// Names and parameters that do not exist, values out of their bounds, a CSV file without a target.
    pub fn parse(data: &str, target: Option<&str>) -> Result<Self, Error> {
        let data = data.trim();
        let head = data.split('(').next().unwrap_or_default().trim();
        // `wine (1).csv` is a file, and so is `wine (1).csv(target=y)`.
        let path = text::path_call(data);
        let ends = data.rfind(')').is_none_or(|at| at + 1 == data.len());
        let is_call = path.name == head || (path.parameters.is_empty() && ends);
        let (set, call) = match Set::named(&head.to_ascii_lowercase().replace('-', "_")) {
            Some(set) if is_call => {
                if let Some(target) = target {
                    return Err(Error::Plan(format!(
                        "`{head}` knows its own target, so the target column `{}` is for CSV files only",
                        shown(target)
                    )));
                }
                (set, text::call(data)?)
            }
            _ => {
                let set = Set::Csv {
                    path: path.name.into(),
                    target: String::new(),
                };
                (set, path)
            }
        };
        let mut source = DataSource::from(set);
        source.read(&call, target)?;
        source.validate()?;
        Ok(source)
    }

    fn read(&mut self, call: &Call<'_>, target: Option<&str>) -> Result<(), Error> {
        let name = shown(call.name);
        let mut known: Vec<&str> = self
            .set
            .parameters()
            .into_iter()
            .map(|(own, _)| own)
            .collect();
        for common in COMMON {
            // The labels of IDX files are a file, so there are no random ones.
            if !(matches!(self.set, Set::Idx { .. }) && ["labels", "seed"].contains(&common)) {
                known.push(common);
            }
        }
        let mut target = target.map(str::to_owned);
        let (mut random, mut seed) = (false, None);
        for (parameter, value) in &call.parameters {
            let whole = || {
                value.parse::<u64>().map_err(|_| {
                    Error::Plan(format!(
                        "`{parameter}` of `{name}` is a whole number, but `{}` was given",
                        shown(value)
                    ))
                })
            };
            // What does not fit is out of every bound, which validation will say.
            let count = || whole().map(|n| usize::try_from(n).unwrap_or(usize::MAX));
            match (parameter.as_str(), &mut self.set) {
                ("train", _) => self.train = Some(count()?),
                ("test", _) => self.test = Some(count()?),
                ("scale", _) => self.scale = Some(value.parse()?),
                ("steps", Set::Adding { steps } | Set::Copy { steps, .. }) => *steps = count()?,
                ("symbols", Set::Copy { symbols, .. }) => *symbols = count()?,
                ("target", Set::Csv { .. }) if target.is_some() => {
                    return Err(Error::Plan(format!(
                        "the target of `{name}` is given twice"
                    )));
                }
                ("target", Set::Csv { .. }) => target = Some(value.clone()),
                ("images", Set::Idx { images, .. }) => *images = value.into(),
                ("labels", Set::Idx { labels, .. }) => *labels = value.into(),
                ("labels", _) if value == "random" => random = true,
                ("labels", _) => {
                    return Err(Error::Plan(format!(
                        "`labels` of `{name}` can be random and nothing else, but `{}` was given",
                        shown(value)
                    )));
                }
                ("seed", set) if !matches!(set, Set::Idx { .. }) => seed = Some(whole()?),
                _ => {
                    return Err(Error::Plan(format!(
                        "`{name}` has no parameter `{}`; there are {}{}",
                        shown(parameter),
                        list(known.iter()),
                        did_you_mean(parameter, known.iter().copied())
                    )));
                }
            }
        }
        self.random_labels = match (random, seed) {
            (true, seed) => Some(seed.unwrap_or(0)),
            (false, None) => None,
            (false, Some(_)) => {
                return Err(Error::Plan(format!(
                    "`seed` of `{name}` is for labels=random, which is missing"
                )));
            }
        };
        match &mut self.set {
            Set::Csv {
                path,
                target: column,
            } => *column = column_of(path, target)?,
            Set::Idx { images, labels }
                if images.as_os_str().is_empty() || labels.as_os_str().is_empty() =>
            {
                return Err(Error::Plan(
                    "`idx` needs two files; write it like idx(images=FILE, labels=FILE)".into(),
                ));
            }
            _ => {}
        }
        Ok(())
    }

    /// Checks the bounds of what does not depend on files.
    fn validate(&self) -> Result<(), Error> {
        let within = |what: &str, value: usize, low: usize, high: usize| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(Error::Plan(format!(
                    "`{what}` of `{}` must be between {low} and {high}, but {value} was given",
                    self.set.name()
                )))
            }
        };
        match self.set {
            Set::Adding { steps } => within("steps", steps, 2, 10_000)?,
            Set::Copy { steps, symbols } => {
                within("steps", steps, 1, 10_000)?;
                within("symbols", symbols, 2, 100)?;
            }
            _ => {}
        }
        for (what, rows) in [("train", self.train), ("test", self.test)] {
            if let Some(rows) = rows {
                within(what, rows, FEWEST_ROWS, 10_000_000)?;
            }
        }
        if self.random_labels.is_some()
            && self.set.card().is_some_and(|card| card.classes.is_none())
        {
            return Err(Error::Plan(format!(
                "`labels=random` is for classes, but `{}` has numbers to predict",
                self.set
            )));
        }
        Ok(())
    }

    /// Reads or makes the data, whole.
    ///
    /// # Errors
    /// Files that are absent, cannot be read or trained on, with the place; more rows than there are.
    pub fn load(&self) -> Result<Dataset, Error> {
        self.validate()?;
        if let Some(card) = self.set.card()
            && let Some(raw) = embedded::load(&self.set, &card)
        {
            return raw.dataset(self, false);
        }
        match &self.set {
            Set::FashionMnist => images::load(&images::FASHION_MNIST)?.dataset(self, false),
            Set::Mnist => images::load(&images::MNIST)?.dataset(self, false),
            Set::Csv { path, target } => csv::load(path, target)?.dataset(self, false),
            Set::Idx { images, labels } => idx::load(images, labels)?.dataset(self, false),
            made => generated::make(made, self.train, self.test)?.dataset(self, true),
        }
    }

    /// The scaling in force.
    pub(super) fn scale_in_force(&self) -> Scale {
        self.scale
            .unwrap_or_else(|| match (self.set.card(), &self.set) {
                (Some(card), _) => card.scale,
                (None, Set::Csv { .. }) => Scale::Feature,
                (None, _) => Scale::Global,
            })
    }

    /// The parameters that are no part of the set; the scale only where it is not that of the set's card.
    pub(super) fn variation(&self) -> String {
        let scale = self.scale_in_force();
        let own = self.set.card().is_some_and(|card| card.scale == scale);
        text::written(&self.variations((!own).then_some(scale)))
    }

    fn variations(&self, scale: Option<Scale>) -> Vec<(&'static str, String)> {
        let mut parameters = Vec::new();
        parameters.extend(self.train.map(|rows| ("train", rows.to_string())));
        parameters.extend(self.test.map(|rows| ("test", rows.to_string())));
        parameters.extend(scale.map(|scale| ("scale", scale.to_string())));
        if let Some(seed) = self.random_labels {
            parameters.extend([("labels", "random".to_owned()), ("seed", seed.to_string())]);
        }
        parameters
    }
}

/// The column of a CSV file, or why there is none.
fn column_of(path: &Path, target: Option<String>) -> Result<String, Error> {
    let text = shown(&path.display().to_string());
    match target {
        Some(target) => Ok(target),
        None if path.extension().is_none() => {
            let names = Set::names();
            Err(Error::Plan(format!(
                "unknown data `{text}`; there are {}, and the path of a CSV file with a target column{}",
                names.join(", "),
                did_you_mean(
                    text.split('(').next().unwrap_or_default().trim(),
                    names.iter().copied()
                )
            )))
        }
        None => Err(Error::Plan(format!(
            "`{text}` needs the name of the column to predict (--target COLUMN)"
        ))),
    }
}

impl fmt::Display for DataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parameters = self.set.parameters();
        parameters.extend(self.variations(self.scale));
        write!(f, "{}{}", self.set.name(), text::written(&parameters))
    }
}

impl FromStr for DataSource {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        DataSource::parse(text, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> DataSource {
        DataSource::parse(text, None).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn the_text_form_is_read_and_written() {
        assert_eq!(read("mnist1d"), DataSource::default());
        assert_eq!(read(" Breast-Cancer "), Set::BreastCancer.into());
        for text in [
            "mnist1d",
            "digits(scale=feature)",
            "digits(scale=global)",
            "fashion_mnist(train=5000, test=2000)",
            "mnist(train=1000, labels=random, seed=3)",
            "adding(steps=50)",
            "copy(steps=20, symbols=4, train=100, test=10, scale=symmetric)",
            "idx(images=a/x.gz, labels=\"b (1), c\")",
            "mine.csv(target=y)",
            "mine (1).csv(target=\"size (cm), \"\"net\"\"\", scale=raw)",
        ] {
            assert_eq!(read(text).to_string(), text);
        }
        for set in Set::all() {
            assert_eq!(set, set.to_string().parse().unwrap());
        }
        assert_eq!(read("adding").to_string(), "adding(steps=50)");
        assert_eq!(read("digits(labels=random)").random_labels, Some(0));
        let apart = DataSource::parse("a (1).csv", Some("y")).unwrap();
        let csv = Set::Csv {
            path: "a (1).csv".into(),
            target: "y".into(),
        };
        assert_eq!(apart, csv.into());
        assert_eq!(read(&apart.to_string()), apart);
        let named_alike = DataSource::parse("Wine (1).csv", Some("y")).unwrap();
        assert_eq!(read(&named_alike.to_string()), named_alike);
        assert_eq!(
            DataSource::parse("a.csv(train=9)", Some("y")).unwrap(),
            read("a.csv(target=y,train=9)")
        );
    }

    #[test]
    fn what_does_not_exist_is_refused_with_the_nearest_right_thing() {
        let problem = |text: &str| DataSource::parse(text, None).unwrap_err().to_string();
        for (text, words) in [
            ("mnst1d", "did you mean `mnist1d`?"),
            ("fashion-mnits(train=5)", "did you mean `fashion_mnist`?"),
            ("cifar", "there are mnist1d, digits"),
            ("", "there are mnist1d, digits"),
            ("a.csv", "--target"),
            ("digits(trian=500)", "did you mean `train`?"),
            (
                "digits(steps=5)",
                "has no parameter `steps`; there are train, test, scale, labels and seed",
            ),
            ("digits(scale=unti)", "did you mean `unit`?"),
            (
                "digits(scale=big)",
                "there are raw, unit, symmetric, global and feature",
            ),
            (
                "digits(train=many)",
                "`train` of `digits` is a whole number, but `many` was given",
            ),
            ("digits(train=-1)", "whole number"),
            ("digits(train=7)", "between 8 and"),
            ("digits(test=0)", "between 8 and"),
            ("digits(train=9,train=9)", "twice"),
            ("digits(train=500", "closing parenthesis"),
            ("digits(500)", "`500` lacks its value"),
            ("digits(labels=1)", "random and nothing else"),
            ("digits(seed=1)", "labels=random"),
            ("diabetes(labels=random)", "is for classes"),
            ("adding(labels=random)", "is for classes"),
            (
                "adding(steps=1)",
                "`steps` of `adding` must be between 2 and",
            ),
            ("adding(steps=99999999999999999999)", "whole number"),
            ("copy(symbols=1)", "between 2 and"),
            ("copy(symbol=3)", "did you mean `symbols`?"),
            ("idx", "idx(images=FILE, labels=FILE)"),
            ("idx(images=a)", "idx(images=FILE, labels=FILE)"),
            ("idx(images=a,labels=b,seed=1)", "no parameter `seed`"),
            ("a.csv(target=y,targte=z)", "did you mean `target`?"),
        ] {
            assert!(problem(text).contains(words), "{text}: {}", problem(text));
            assert!(!problem(text).contains('\n'));
        }
        let problem = |data, target| {
            DataSource::parse(data, Some(target))
                .unwrap_err()
                .to_string()
        };
        assert!(problem("digits", "y").contains("CSV files only"));
        assert!(problem("a.csv(target=x)", "y").contains("twice"));
        assert!(
            "digits(train=9)"
                .parse::<Set>()
                .unwrap_err()
                .to_string()
                .contains("the set alone")
        );
    }
}
