//! Activation functions put to work: networks trained with each of them on the same data, and what can be said of it.
//!
//! ```
//! use nonlin_lab::{Plan, Quiet};
//!
//! let out = tempfile::tempdir()?;
//! let plan = Plan {
//!     activations: vec!["relu".parse()?, "tanh".parse()?],
//!     data: vec!["digits".parse()?],
//!     networks: vec!["mlp(16)".parse()?],
//!     epochs: 3,
//!     seeds: 2,
//!     lr: Some(vec![0.03]),
//!     out: out.path().into(),
//!     ..Plan::default()
//! };
//! let study = &nonlin_lab::run(&plan, &Quiet)?[0];
//! assert_eq!(study.rows.len(), 2);
//! assert!(study.rows[0].score_mean > Some(80.0), "{}", study.table());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Training is gradient descent on burn's flex backend with nonlin's fast kernels. A run happens on one thread, draws
//! all its random numbers from its own seed, and gives the same bits whatever else runs; so the number of jobs changes
//! nothing but the time. Every finished run is stored (`runs.sqlite`), and a study that was stopped goes on from there.
#![forbid(unsafe_code)]

pub mod anchors;
mod architecture;
pub mod claims;
mod data;
mod error;
mod export;
mod init;
mod network;
mod optimiser;
mod outcome;
mod pairing;
mod plan;
mod plan_file;
mod probe;
mod progress;
mod random_network;
mod recurrent;
mod report;
mod runner;
pub mod statistics;
mod store;
mod study;
mod table;
mod text;
mod train;
mod tuning;
mod unit;

pub use architecture::{Architecture, Cell, Norm, Recurrent};
pub use data::{
    Card, DataSource, Dataset, Fetched, Origin, Rows, Scale, Set, Shape, Task, data_folder, fetch,
};
pub use error::Error;
pub use export::{export, exportable};
pub use init::Init;
pub use optimiser::Optimiser;
pub use outcome::{Glance, Histogram, LayerProbe, Outcome, Probes};
pub use pairing::Pairing;
pub use plan::{Plan, RATES};
pub use progress::{Progress, Quiet, Terminal, stop_on_ctrl_c};
pub use study::{Row, Study, run};
pub use train::{Phase, Run, Training};
pub use unit::Unit;
