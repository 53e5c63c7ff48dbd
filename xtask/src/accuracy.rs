//! `docs/accuracy.md`, made from the tables that `cargo xtask exhaustive` and `cargo xtask bench --accuracy` keep.

use nonlin::Function;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const OWN: &str = "golden/accuracy.tsv";
const PEERS: &str = "golden/peers-accuracy.tsv";

/// A row of `golden/accuracy.tsv`.
struct Own {
    inputs: u64,
    misrounded: u64,
    worst: f64,
    at: String,
}

/// (function, type, precision, order) → what was found.
type OwnTable = BTreeMap<[String; 4], Own>;

/// A row of `golden/peers-accuracy.tsv`.
struct Peer {
    worst: f64,
    wrong_share: f64,
}

struct Peers {
    /// What the run was made on.
    about: String,
    /// Names with versions, in the order of the table.
    libraries: Vec<(String, String)>,
    /// (library, function, order) → what was found.
    rows: BTreeMap<[String; 3], Peer>,
}

fn read(root: &Path, path: &str) -> Result<String, String> {
    std::fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
}

fn bad(path: &str, line: &str) -> String {
    format!("{path} has a line that does not read: {line}")
}

fn own(text: &str) -> Option<Result<OwnTable, String>> {
    let mut lines = text.lines();
    lines.next()?.contains("precision").then(|| {
        lines
            .map(|line| {
                let row = || {
                    let fields: Vec<&str> = line.split('\t').collect();
                    let [
                        function,
                        kind,
                        precision,
                        order,
                        inputs,
                        misrounded,
                        worst,
                        at,
                    ] = fields[..]
                    else {
                        return None;
                    };
                    Some((
                        [function, kind, precision, order].map(str::to_owned),
                        Own {
                            inputs: inputs.parse().ok()?,
                            misrounded: misrounded.parse().ok()?,
                            worst: worst.parse().ok()?,
                            at: at.to_owned(),
                        },
                    ))
                };
                row().ok_or_else(|| bad(OWN, line))
            })
            .collect()
    })
}

fn peers(text: &str) -> Result<Peers, String> {
    let mut lines = text.lines();
    let about = lines.next().unwrap_or_default().trim_start_matches("# ");
    let mut found = Peers {
        about: about.to_owned(),
        libraries: Vec::new(),
        rows: BTreeMap::new(),
    };
    for line in lines.skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [library, version, function, order, worst, _, wrong, ..] = fields[..] else {
            return Err(bad(PEERS, line));
        };
        let (Ok(worst), Ok(wrong_share)) = (worst.parse(), wrong.parse()) else {
            return Err(bad(PEERS, line));
        };
        if library.starts_with("nonlin") {
            continue;
        }
        if !found.libraries.iter().any(|(name, _)| name == library) {
            found
                .libraries
                .push((library.to_owned(), version.to_owned()));
        }
        let key = [library, function, order].map(str::to_owned);
        found.rows.insert(key, Peer { worst, wrong_share });
    }
    Ok(found)
}

fn units(ulp: f64) -> String {
    match ulp {
        0.0 => "0".to_owned(),
        _ if ulp <= 0.5 => "0.5".to_owned(),
        _ if ulp < 0.51 => format!("{ulp:.5}"),
        _ if ulp < 1000.0 => format!("{ulp:.2}"),
        _ if ulp.is_finite() => format!("{ulp:.0e}"),
        _ => "∞".to_owned(),
    }
}

/// The order as mathematics.
fn quantity(function: &str, order: &str) -> String {
    match order {
        "0" => function.to_owned(),
        "1" => format!("{function}′"),
        "2" => format!("{function}″"),
        parameter => format!("∂{function}/∂{parameter}"),
    }
}

/// Value and derivative of `f32` beside the peers.
fn beside_peers(own: &OwnTable, peers: &Peers) -> String {
    let mut out = "| | exact | fast |".to_owned();
    for (library, _) in &peers.libraries {
        let _ = write!(out, " {library} |");
    }
    let _ = writeln!(
        out,
        "\n|---|--:|--:|{}",
        "--:|".repeat(peers.libraries.len())
    );
    for f in Function::all() {
        for order in ["0", "1"] {
            let name = f.name();
            let find = |precision: &str| {
                own.get(&[name, "f32", precision, order].map(str::to_owned))
                    .map_or_else(String::new, |row| match row.misrounded {
                        few @ 1..100 => format!("{} ({few} misrounded)", units(row.worst)),
                        _ => units(row.worst),
                    })
            };
            let _ = write!(
                out,
                "| {} | {} | {} |",
                quantity(name, order),
                find("exact"),
                find("fast")
            );
            for (library, _) in &peers.libraries {
                // The peers' table has swish under the name that they have for it.
                let names = if name == "swish" {
                    vec!["swish", "silu"]
                } else {
                    vec![name]
                };
                let row = names.into_iter().find_map(|name| {
                    peers
                        .rows
                        .get(&[library.as_str(), name, order].map(str::to_owned))
                });
                let cell = row.map_or_else(String::new, |row| {
                    if row.wrong_share > 0.0 {
                        format!("{} ({:.2} %)", units(row.worst), 100.0 * row.wrong_share)
                    } else {
                        units(row.worst)
                    }
                });
                let _ = write!(out, " {cell} |");
            }
            out.push('\n');
        }
    }
    out
}

/// What is known of every quantity in every type.
fn all_types(own: &OwnTable) -> String {
    let mut out = "| | f32 | f16 | bf16 | f64 | fast f64 |\n|---|--:|--:|--:|--:|--:|\n".to_owned();
    for f in Function::all() {
        let orders = ["0", "1", "2"].map(str::to_owned).into_iter();
        let parameters = f.parameters().into_iter().map(|p| p.info.name.to_owned());
        for order in orders.chain(parameters) {
            let _ = write!(out, "| {} |", quantity(f.name(), &order));
            for (kind, precision) in [
                ("f32", "exact"),
                ("f16", "exact"),
                ("bf16", "exact"),
                ("f64", "exact"),
                ("f64", "fast"),
            ] {
                let key = [f.name(), kind, precision, &order].map(str::to_owned);
                let cell = own.get(&key).map_or_else(String::new, |row| {
                    if row.misrounded == 0 {
                        "0".to_owned()
                    } else {
                        format!(
                            "{} ({} of {})",
                            units(row.worst),
                            row.misrounded,
                            row.inputs
                        )
                    }
                });
                let _ = write!(out, " {cell} |");
            }
            out.push('\n');
        }
    }
    out
}

/// Where exact results are further off than one unit.
fn exceptions(own: &OwnTable) -> String {
    let mut out = String::new();
    for ([function, kind, precision, order], row) in own {
        if precision == "exact" && row.worst > 1.0 {
            let _ = writeln!(
                out,
                "| {} | {kind} | {} | {} of {} | {} |",
                quantity(function, order),
                units(row.worst),
                row.misrounded,
                row.inputs,
                row.at
            );
        }
    }
    if out.is_empty() {
        return "Nowhere.\n".to_owned();
    }
    format!("| | type | worst ULP | misrounded | worst at |\n|---|---|--:|--:|--:|\n{out}")
}

/// The page; `None` where the table is of another form than this reads.
pub(crate) fn page(root: &Path) -> Result<Option<String>, String> {
    let Some(own) = own(&read(root, OWN)?) else {
        return Ok(None);
    };
    let own = own?;
    let peers = peers(&read(root, PEERS)?)?;
    let versions: Vec<String> = peers
        .libraries
        .iter()
        .map(|(library, version)| format!("{library} {version}"))
        .collect();
    Ok(Some(format!(
        "# Accuracy\n\n\
         Errors are in units in the last place of the exact result (ULP): 0.5 is what rounding costs, and more than 0.5 means \
         that another number was nearer. Every figure is the worst that was found. `nonlin accuracy NAME` repeats a part of it on any machine, with `--exhaustive` the whole of a row.\n\n\
         ## f32, beside other libraries\n\n\
         *exact* and *fast* are nonlin's precisions, measured over all 2³² inputs (of sine those up to 10⁵, and one in 1 024 of the rest) by `cargo xtask exhaustive` \
         ([table](../{OWN})); where *exact* says 0.5 or 0 and no more, not one input is misrounded. The other libraries were given one of \
         every 64 bit patterns by `cargo xtask bench --accuracy` ([table](../{PEERS}): {}), so their maxima are lower bounds; in \
         parentheses the share of inputs that are more than 4 ULP off. {}. An empty cell: the library does not have it.\n\n\
         {}\n\
         ## Every type\n\n\
         How many results are misrounded, or the worst error with their number: `f32` values and derivatives as above, `f16` and `bf16` over all 65 536, everything else over inputs from every binade, each judged by MPFR. \
         `cargo xtask exhaustive` makes it.\n\n\
         {}\n\
         ## Where exact results are more than one ULP off\n\n{}",
        peers.about,
        versions.join(", "),
        beside_peers(&own, &peers),
        all_types(&own),
        exceptions(&own),
    )))
}
