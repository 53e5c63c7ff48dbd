//! Plans as files.

use crate::architecture::Architecture;
use crate::data::DataSource;
use crate::error::Error;
use crate::plan::Plan;
use crate::text::instead;
use std::path::Path;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys of a plan.
const KEYS: [&str; 17] = [
    "data",
    "target",
    "activation",
    "init",
    "network",
    "depth",
    "width",
    "optimiser",
    "loss",
    "lr",
    "epochs",
    "probe_every",
    "batch",
    "seeds",
    "jobs",
    "out",
    "norm",
];

impl Plan {
    /// Reads a plan from a TOML file. Every key may be left out, and every list may be a single value:
    ///
    /// ```toml
    /// data = ["mnist1d", "digits(scale=feature)"]   # or a CSV file, with target = "column"
    /// activation = ["relu", "gelu", "4*sigmoid-2"]
    /// init = ["auto", "edge(0.2)"]
    /// depth = [2, 8]                                # MLPs of every depth and width …
    /// width = [50, 100]
    /// norm = ["none", "batch"]
    /// network = ["cnn1d(25-25-25)"]                 # … and these
    /// optimiser = ["sgd", "adam"]
    /// loss = "auto"
    /// lr = [0.003, 0.01, 0.03, 0.1]
    /// epochs = 40
    /// batch = 64
    /// probe_every = 5                               # epochs between looks at gradients, dead units and the like
    /// seeds = 10
    /// out = "study"                                 # beside the plan
    /// ```
    ///
    /// # Errors
    /// What is wrong, with file, line and key: an unknown key, a value of another kind, a list without anything, something that
    /// does not exist. The plan is [validated](Plan::validate) too.
    pub fn read(path: &Path) -> Result<Plan, Error> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::file("read", path, e))?;
        let reader = Reader { path, text: &text };
        let plan = reader.plan()?;
        plan.validate().map_err(|error| reader.whole(&error))?;
        Ok(plan)
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn problem(&self, at: usize, text: impl std::fmt::Display) -> Error {
        let line = self.text.as_bytes()[..at.min(self.text.len())]
            .iter()
            .filter(|&&b| b == b'\n')
            .count()
            + 1;
        Error::Plan(format!("{}, line {line}: {text}", self.path.display()))
    }

    fn whole(&self, error: &Error) -> Error {
        Error::Plan(format!("{}: {error}", self.path.display()))
    }

    fn plan(&self) -> Result<Plan, Error> {
        let table = DeTable::parse(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.problem(at, error.message().replace('\n', ", "))
        })?;
        let table = table.into_inner();
        for key in table.keys() {
            if !KEYS.contains(&key.as_ref().as_ref()) {
                let name: &str = key.as_ref().as_ref();
                return Err(self.problem(
                    key.span().start,
                    format!("`{name}` is no key of a plan; {}", instead(name, &KEYS)),
                ));
            }
        }
        let default = Plan::default();
        let target = self.one(&table, "target", |text| Ok(text.to_owned()))?;
        let data = self.list(&table, "data", |text| {
            DataSource::parse(text, target.as_deref())
        })?;
        let given = self.list(&table, "network", str::parse::<Architecture>)?;
        let depths = self.list(&table, "depth", |text| number("depth", text))?;
        let widths = self.list(&table, "width", |text| number("width", text))?;
        let norms = self.list(&table, "norm", str::parse::<crate::Norm>)?;
        let mut networks = given.clone().unwrap_or_default();
        if depths.is_some() || widths.is_some() || norms.is_some() || given.is_none() {
            for &depth in depths.as_deref().unwrap_or(&[2]) {
                for &width in widths.as_deref().unwrap_or(&[100]) {
                    for norm in norms.as_deref().unwrap_or(&[crate::Norm::None]) {
                        let text = format!("mlp({width}x{depth}, norm={norm})");
                        let at = ["depth", "width", "norm"]
                            .iter()
                            .find_map(|key| self.place(&table, key));
                        let network = text
                            .parse()
                            .map_err(|error| self.problem(at.unwrap_or(0), error))?;
                        networks.push(network);
                    }
                }
            }
        }
        let out = self.one(&table, "out", |text| Ok(text.to_owned()))?;
        let beside = |name: &str| self.path.parent().unwrap_or(Path::new("")).join(name);
        let stem = self
            .path
            .file_stem()
            .map_or("study".into(), |stem| stem.to_string_lossy());
        Ok(Plan {
            activations: self
                .list(&table, "activation", str::parse)?
                .unwrap_or(default.activations),
            data: data.unwrap_or(default.data),
            networks,
            inits: self
                .list(&table, "init", str::parse)?
                .unwrap_or(default.inits),
            optimisers: self
                .list(&table, "optimiser", str::parse)?
                .unwrap_or(default.optimisers),
            loss: self
                .one(&table, "loss", str::parse)?
                .unwrap_or(default.loss),
            batch: self
                .one(&table, "batch", |text| number("batch", text))?
                .unwrap_or(default.batch),
            epochs: self
                .one(&table, "epochs", |text| number("epochs", text))?
                .unwrap_or(default.epochs),
            probe_every: self
                .one(&table, "probe_every", |text| number("probe_every", text))?
                .unwrap_or(default.probe_every),
            seeds: self
                .one(&table, "seeds", |text| number("seeds", text))?
                .unwrap_or(default.seeds),
            lr: self.list(&table, "lr", |text| number("lr", text))?,
            out: beside(out.as_deref().unwrap_or(&format!("{stem}-study"))),
            jobs: self
                .one(&table, "jobs", |text| number("jobs", text))?
                .unwrap_or(default.jobs),
        })
    }

    fn place(&self, table: &DeTable<'_>, key: &str) -> Option<usize> {
        table.get(key).map(|value| value.span().start)
    }

    /// What a key gives, item by item; nothing where it is left out.
    fn list<T>(
        &self,
        table: &DeTable<'_>,
        key: &str,
        read: impl Fn(&str) -> Result<T, Error>,
    ) -> Result<Option<Vec<T>>, Error> {
        let Some(value) = table.get(key) else {
            return Ok(None);
        };
        let item = |value: &Spanned<DeValue<'_>>| {
            let text = match value.as_ref() {
                DeValue::String(text) => text.as_ref().to_owned(),
                DeValue::Integer(number) => number.as_str().replace('_', ""),
                DeValue::Float(number) => number.as_str().replace('_', ""),
                other => {
                    return Err(self.problem(
                        value.span().start,
                        format!(
                            "`{key}` should be texts or numbers, but a {} was given",
                            other.type_str()
                        ),
                    ));
                }
            };
            read(&text).map_err(|error| self.problem(value.span().start, format!("{key}: {error}")))
        };
        match value.as_ref() {
            DeValue::Array(items) if items.is_empty() => {
                Err(self.problem(value.span().start, format!("the list `{key}` is empty")))
            }
            DeValue::Array(items) => items.iter().map(item).collect::<Result<_, _>>().map(Some),
            _ => Ok(Some(vec![item(value)?])),
        }
    }

    fn one<T>(
        &self,
        table: &DeTable<'_>,
        key: &str,
        read: impl Fn(&str) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let Some(mut list) = self.list(table, key, read)? else {
            return Ok(None);
        };
        if list.len() > 1 {
            let at = self.place(table, key).unwrap_or(0);
            return Err(self.problem(at, format!("`{key}` is a single value, not a list")));
        }
        Ok(list.pop())
    }
}

fn number<T: FromStr>(key: &str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| {
        let kind = if key == "lr" {
            "number"
        } else {
            "whole number"
        };
        Error::Plan(format!("`{text}` is no {kind}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Plan, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.toml");
        std::fs::write(&path, text).unwrap();
        Plan::read(&path).map_err(|error| {
            let text = error.to_string();
            let name = text.find("plan.toml").expect("the file is named");
            text[name..].to_owned()
        })
    }

    #[test]
    fn a_plan_is_read() {
        let plan = read(
            "data = \"digits\"\nactivation = [\"relu\", \"4*sigmoid-2\"]\ninit = [\"he\", \"edge(0.2)\"]\n\
             depth = [2, 4]\nwidth = 50\nnetwork = \"cnn2d(8)\"\noptimiser = \"adam\"\nlr = [1e-3, 1]\nepochs = 7\nseeds = 3\nout = \"here\"\n",
        )
        .unwrap();
        let networks: Vec<String> = plan.networks.iter().map(ToString::to_string).collect();
        assert_eq!(networks, ["cnn2d(8)", "mlp(50-50)", "mlp(50x4)"]);
        assert_eq!(
            (plan.epochs, plan.seeds, plan.lr),
            (7, 3, Some(vec![0.001, 1.0]))
        );
        assert!(plan.out.ends_with("here") && plan.inits.len() == 2 && plan.activations.len() == 2);
        assert_eq!(read("").unwrap().networks, Plan::default().networks);
        assert_eq!(read("network = \"cnn1d(4)\"").unwrap().networks.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_named_by_file_line_and_key() {
        for (text, words) in [
            (
                "epochs = 3\nactivaton = \"relu\"",
                &[
                    "plan.toml, line 2",
                    "`activaton`",
                    "did you mean `activation`",
                ][..],
            ),
            (
                "activation = [\"relu\", \"gleu\"]",
                &["line 1", "activation", "did you mean `gelu`"],
            ),
            ("activation = []", &["line 1", "`activation` is empty"]),
            ("\n\nwidth = 0", &["line 3", "1 to 4096 units"]),
            ("depth = 2.5", &["line 1", "depth", "no whole number"]),
            ("lr = \"fast\"", &["lr", "no number"]),
            ("lr = [0.1, -1]", &["positive"]),
            ("epochs = [1, 2]", &["`epochs` is a single value"]),
            ("data = { a = 1 }", &["line 1", "`data`", "table"]),
            ("data = [", &["line 1"]),
            ("seeds = 0", &["seeds"]),
            ("network = \"mlp\"", &["network", "needs its layers"]),
            ("data = \"a.csv\"", &["target"]),
        ] {
            let problem = read(text).unwrap_err();
            for word in words {
                assert!(problem.contains(word), "{problem} without {word}");
            }
        }
    }
}
