//! One [`Figure`], drawn as SVG, as PNG and in the terminal.
//!
//! ```
//! use nonlin_plot::Figure;
//!
//! let relu = (-40..=40).map(|k| f64::from(k) / 10.0).map(|x| (x, x.max(0.0)));
//! let figure = Figure::new("relu").x_label("x").y_label("φ(x)").line("relu", relu);
//! let svg = figure.svg();                        // a string, ready to stand in an HTML page
//! let png = figure.png()?;                       // bytes, at twice the size in pixels
//! println!("{}", figure.terminal(80, 24, true)); // braille, with colours
//! # assert!(svg.starts_with("<svg") && png.starts_with(b"\x89PNG"));
//! # Ok::<(), nonlin_plot::Error>(())
//! ```
//!
//! # How it works
//! A figure is laid out once, into a list of rectangles, lines, polygons and texts; one short file writes that list as SVG
//! and another paints it. So both pictures are the same. The terminal has a layout of its own, over the same axes.
//!
//! # Fonts
//! No font needs to be installed. A PNG is lettered from outlines embedded in the crate: DejaVu Sans, Latin, Greek,
//! superscripts and the common mathematical signs (licence: `assets/LICENSE-DejaVu.txt`). A character outside this set,
//! a Chinese one for example, is an empty box in a PNG. An SVG holds plain text and is lettered by whatever shows it, so
//! there every character is right.
#![forbid(unsafe_code)]

mod axis;
mod clip;
mod error;
mod figure;
mod font;
mod layout;
mod palette;
mod png;
mod scene;
mod svg;
mod terminal;

pub use error::Error;
pub use figure::Figure;
