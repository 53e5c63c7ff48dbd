//! The compiler made full lanes of every kernel: wide registers, and no call inside the loops.

#![cfg(target_arch = "x86_64")]

use nonlin::{Activation, Function, Precision};
use std::collections::{BTreeSet, HashMap};
use std::process::Command;

/// Instantiates every kernel of this binary, so that there is something to look at.
fn use_all_kernels() -> f64 {
    let (x, mut y, mut d) = ([0.5f32; 4], [0.0f32; 4], [0.0f32; 4]);
    let (x64, mut y64, mut d64) = ([0.5f64; 4], [0.0f64; 4], [0.0f64; 4]);
    let mut sum = 0.0;
    for f in Function::all() {
        f.forward(&x, &mut y);
        f.derivative(&x, &mut d);
        f.forward_and_derivative(&x, &mut y, &mut d);
        f.backward(&x, &y, &mut d);
        f.forward(&x64, &mut y64);
        f.derivative(&x64, &mut d64);
        f.forward_and_derivative(&x64, &mut y64, &mut d64);
        f.backward(&x64, &y64, &mut d64);
        sum += d64[0];
        let fast = f.kernels().precision(Precision::Fast);
        fast.forward(&x, &mut y);
        fast.derivative(&x, &mut d);
        fast.forward_and_derivative(&x, &mut y, &mut d);
        fast.backward(&x, &y, &mut d);
        fast.forward(&x64, &mut y64);
        fast.derivative(&x64, &mut d64);
        fast.forward_and_derivative(&x64, &mut y64, &mut d64);
        fast.backward(&x64, &y64, &mut d64);
        sum += f64::from(d[0]) + d64[0];
    }
    sum
}

/// A kernel as compiled: instructions on the wide registers, and what is called.
#[derive(Default)]
struct Compiled {
    wide: usize,
    callees: BTreeSet<String>,
}

/// Kernels of a single batch of double-double numbers that hold few instructions at all: signs and magnitudes.
const SCALAR: usize = 4;

/// What a program prints of this binary.
fn printed(program: &str, options: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(options)
        .arg(std::env::current_exe().ok()?)
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Address → name of what stands there, for every slot that holds the address of a function.
fn slots() -> Option<HashMap<String, String>> {
    let symbols = printed("nm", &["--demangle"])?;
    let names: HashMap<&str, &str> = symbols
        .lines()
        .filter_map(|line| {
            let (address, rest) = line.split_once(' ')?;
            Some((address.trim_start_matches('0'), rest.get(2..)?))
        })
        .collect();
    let relocations = printed("objdump", &["--dynamic-reloc"])?;
    Some(
        relocations
            .lines()
            .filter_map(|line| {
                let (place, rest) = line.split_once(' ')?;
                let (_, target) = rest.split_once("*ABS*+0x")?;
                let name = names.get(target.trim().trim_start_matches('0'))?;
                Some((place.trim_start_matches('0').to_owned(), (*name).to_owned()))
            })
            .collect(),
    )
}

fn compiled(level: &str, register: &str) -> Option<Vec<Compiled>> {
    let slots = slots()?;
    let text = printed(
        "objdump",
        &["--disassemble", "--no-show-raw-insn", "--demangle"],
    )?;
    let mut kernels: Vec<Compiled> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.ends_with(">:") {
            inside = line.contains(&format!("level::at_level::{level}"));
            if inside {
                kernels.push(Compiled::default());
            }
        } else if let (true, Some(kernel)) = (inside, kernels.last_mut()) {
            kernel.wide += usize::from(line.contains(register));
            if let Some((_, callee)) = line.split_once("call ") {
                // A call through a table of addresses names its slot behind a `#`.
                let callee = callee.split_once('#').map_or(callee, |(_, slot)| {
                    let address = slot.split_whitespace().next().unwrap_or_default();
                    slots.get(address).map_or(slot, String::as_str)
                });
                // A callee in a register was loaded from such a slot; a function that should have been inlined is
                // called directly.
                if !callee.trim().starts_with("*%") {
                    kernel.callees.insert(callee.trim().to_owned());
                }
            }
        }
    }
    Some(kernels)
}

#[test]
fn kernels_are_full_lanes_without_calls() {
    assert!(use_all_kernels().is_finite());
    for (level, register) in [("avx2", "%ymm"), ("avx512", "%zmm")] {
        let Some(kernels) = compiled(level, register) else {
            eprintln!("objdump is not installed: the compiled kernels are not looked at");
            return;
        };
        // Four loops for each of four precisions and every function; equal code may have been merged.
        let all = 16 * Function::all().count();
        assert!(
            kernels.len() > all / 2,
            "{} kernels at {level}",
            kernels.len()
        );
        let narrow = kernels.iter().filter(|kernel| kernel.wide < 8).count();
        assert!(
            narrow <= SCALAR,
            "{narrow} of {} kernels at {level} hardly use {register}, {SCALAR} may",
            kernels.len()
        );
        // Out of line there is only what puts things right: NaN, subnormal results and those in doubt, the latter for value
        // and derivative; functions that reach beyond the lanes call their scalar path as well.
        let far = 16
            * Function::all()
                .filter(|f| nonlin::with_function!(*f, a => reaches_far(a)))
                .count();
        let others = |kernel: &&Compiled| kernel.callees.iter().any(|callee| !puts_right(callee));
        let callees: BTreeSet<&String> = kernels
            .iter()
            .flat_map(|kernel| &kernel.callees)
            .filter(|callee| !puts_right(callee))
            .collect();
        let calling = kernels.iter().filter(others).count();
        assert!(
            calling <= far,
            "{calling} kernels at {level} call other functions, {far} may: {callees:?}"
        );
    }
}

/// Whether a callee belongs to what is done once per block, or once before the first, out of line.
fn puts_right(callee: &str) -> bool {
    [
        "slice::canonical",
        "exact::settle",
        // Large results, and the fence behind them.
        "PastCaches::store",
        "_Unwind_Resume",
        // The marks of a block are cleared.
        "memset",
    ]
    .iter()
    .any(|name| callee.contains(name))
}

fn reaches_far<A: Activation>(_: A) -> bool {
    A::REACHES_FAR
}
