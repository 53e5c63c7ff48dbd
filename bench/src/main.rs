//! nonlin timed and judged beside other libraries, all in one run and on the same inputs: `cargo xtask bench` starts it.

#![forbid(unsafe_code)]

mod accuracy;
mod case;
mod figures;
mod goals;
mod inputs;
mod options;
mod page;
mod peer;
mod peers;
mod process;
mod processor;
mod record;
mod timing;
mod worker;

use case::Outcome;
use options::{Options, Work};
use record::Record;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Writes a file in one step, so that an interrupt leaves the old one or the new one.
fn put(path: &Path, text: &str) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let unfinished = path.with_extension("tmp");
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, path)?;
    Ok(())
}

/// The same, and says so.
fn publish(path: &Path, text: &str) -> Outcome<()> {
    put(path, text)?;
    println!("written: {}", path.display());
    Ok(())
}

fn read(path: &Path) -> Outcome<Record> {
    let csv = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Record::parse(&csv).map_err(|e| format!("{}: {e}", path.display()).into())
}

/// The page and the picture of a record, with a summary of all others of timings.
fn make_page(options: &Options, of: &Path) -> Outcome<()> {
    let record = read(of)?;
    let mut others = fs::read_dir(options.root.join("record"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Outcome<Vec<PathBuf>>>()?;
    others.sort();
    let is_timing = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("bench-") && name.ends_with(".csv")
    };
    let others = others
        .iter()
        .filter(|path| is_timing(path))
        .map(|path| read(path))
        .collect::<Outcome<Vec<Record>>>()?;
    let others: Vec<Record> = others
        .into_iter()
        .filter(|other| other.processor != record.processor)
        .collect();
    publish(
        &options.root.join("docs/performance.svg"),
        &page::picture(&record),
    )?;
    publish(
        &options.root.join("docs/performance.md"),
        &page::text(&record, &others),
    )
}

fn record_path(folder: &Path) -> PathBuf {
    folder.join(format!(
        "record/bench-{}.csv",
        processor::slug(&processor::name())
    ))
}

fn time(options: &Options) -> Outcome<()> {
    let csv = timing::run(options)?.csv();
    if options.is_whole() {
        let path = record_path(&options.root);
        publish(&path, &csv)?;
        make_page(options, &path)
    } else {
        println!("a part of the figures is no record; they are kept beside the inputs");
        publish(&record_path(&options.work), &csv)
    }
}

fn judge(options: &Options) -> Outcome<()> {
    let table = accuracy::table(options)?;
    let folder = if options.is_whole() {
        options.root.join("golden")
    } else {
        println!("a part of the table is not kept with the others, but beside the inputs");
        options.work.clone()
    };
    publish(&folder.join("peers-accuracy.tsv"), &table)
}

fn run() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, library, threads, inputs] = &arguments[..]
        && first == "worker"
    {
        return worker::run(library, threads.parse()?, inputs.into());
    }
    let options = Options::parse(&arguments)?;
    fs::create_dir_all(&options.work)?;
    match &options.task {
        Work::Time => time(&options),
        Work::Judge => judge(&options),
        Work::MakePage(None) => make_page(&options, &record_path(&options.root)),
        Work::MakePage(Some(record)) => make_page(&options, record),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
