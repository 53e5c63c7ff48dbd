//! What a figure holds, and the builder that fills it.

use crate::axis::Scale;
use crate::error::Error;
use crate::{layout, png, svg, terminal};

/// A picture of curves, bands, bars, histograms and points over one pair of axes.
///
/// Every method that adds something takes the figure and gives it back. A name shared by several parts (the line of a mean
/// and the band of its spread) means one colour and one entry in the legend; an empty name means no entry.
///
/// No input is an error: points that are not finite, beyond 1e300 in magnitude, or not positive on a logarithmic axis are
/// left out, and a figure without data shows its axes and says "no data".
#[derive(Clone, Debug)]
pub struct Figure {
    pub(crate) title: String,
    pub(crate) x_label: String,
    pub(crate) y_label: String,
    pub(crate) x_range: Option<(f64, f64)>,
    pub(crate) y_range: Option<(f64, f64)>,
    pub(crate) x_scale: Scale,
    pub(crate) y_scale: Scale,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) series: Vec<Series>,
    pub(crate) references: Vec<Reference>,
    /// Names of the bar categories, in order of first appearance, with how often the name had appeared before.
    pub(crate) categories: Vec<(String, usize)>,
}

/// One named part of a figure.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) mark: Mark,
}

/// How a part is drawn, with its data.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    Line {
        points: Vec<(f64, f64)>,
        dashed: bool,
    },
    Band(Vec<(f64, f64, f64)>),
    /// Index of the category, height.
    Bars(Vec<(usize, f64)>),
    /// From, to, height.
    Histogram(Vec<(f64, f64, f64)>),
    Points(Vec<(f64, f64)>),
}

/// A straight line across the plot.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) at: f64,
    pub(crate) label: String,
    pub(crate) vertical: bool,
}

impl Figure {
    /// An empty figure of 720 × 440 pixels. An empty title takes no room.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            x_label: String::new(),
            y_label: String::new(),
            x_range: None,
            y_range: None,
            x_scale: Scale::Linear,
            y_scale: Scale::Linear,
            width: 720,
            height: 440,
            series: Vec::new(),
            references: Vec::new(),
            categories: Vec::new(),
        }
    }

    /// Writes what x is under its axis.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.x_label = label.into();
        self
    }

    /// Writes what y is beside its axis.
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y_label = label.into();
        self
    }

    /// Shows x from `lo` to `hi` and nothing beyond. Without this call the axis fits the data; a range that the axis
    /// cannot show (not finite, or not positive on a logarithmic axis) counts as no call.
    pub fn x_range(mut self, lo: f64, hi: f64) -> Self {
        self.x_range = Some((lo, hi));
        self
    }

    /// Shows y from `lo` to `hi` and nothing beyond; else as [`x_range`](Self::x_range).
    pub fn y_range(mut self, lo: f64, hi: f64) -> Self {
        self.y_range = Some((lo, hi));
        self
    }

    /// Makes the x axis logarithmic. It stays linear in a figure with bars, whose x are categories.
    pub fn log_x(mut self) -> Self {
        self.x_scale = Scale::Log;
        self
    }

    /// Makes the y axis logarithmic.
    pub fn log_y(mut self) -> Self {
        self.y_scale = Scale::Log;
        self
    }

    /// The size in CSS pixels, kept within 160 … 4096 by 120 … 4096. A PNG has twice as many pixels each way.
    pub fn size(mut self, width_px: u32, height_px: u32) -> Self {
        self.width = width_px.clamp(160, 4096);
        self.height = height_px.clamp(120, 4096);
        self
    }

    /// Adds a curve through (x, y) points, in the order given. A point that is not finite breaks it: put one where the
    /// function jumps, so that no line joins the two sides.
    pub fn line(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        let points = points.into_iter().collect();
        self.with(
            name,
            Mark::Line {
                points,
                dashed: false,
            },
        )
    }

    /// Adds a dashed curve (a derivative, an expectation); else as [`line`](Self::line).
    pub fn dashed(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        let points = points.into_iter().collect();
        self.with(
            name,
            Mark::Line {
                points,
                dashed: true,
            },
        )
    }

    /// Shades the region between two curves, given as (x, low, high); a point that is not finite breaks it. On a
    /// logarithmic axis a low end that is not positive reaches the bottom of the plot.
    pub fn band(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64, f64)>,
    ) -> Self {
        let points = points.into_iter().collect();
        self.with(name, Mark::Band(points))
    }

    /// Adds a bar for each (category, height). Categories stand in order of first appearance; bars of several calls stand
    /// side by side. A figure with bars has categories on its x axis: category k is centred on x = k, counted from zero.
    pub fn bars(
        mut self,
        name: impl Into<String>,
        bars: impl IntoIterator<Item = (String, f64)>,
    ) -> Self {
        let mut seen: Vec<(String, usize)> = Vec::new();
        let mut placed = Vec::new();
        for (category, height) in bars {
            let before = seen.iter().filter(|(c, _)| *c == category).count();
            let key = (category, before);
            let index = self
                .categories
                .iter()
                .position(|c| *c == key)
                .unwrap_or_else(|| {
                    self.categories.push(key.clone());
                    self.categories.len() - 1
                });
            seen.push(key);
            placed.push((index, height));
        }
        self.with(name, Mark::Bars(placed))
    }

    /// Adds a histogram of (from, to, height) bins.
    pub fn histogram(
        self,
        name: impl Into<String>,
        bins: impl IntoIterator<Item = (f64, f64, f64)>,
    ) -> Self {
        let bins = bins.into_iter().collect();
        self.with(name, Mark::Histogram(bins))
    }

    /// Adds a dot for each (x, y).
    pub fn points(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        let points = points.into_iter().collect();
        self.with(name, Mark::Points(points))
    }

    /// Adds a thin vertical line at `x`, its label above the plot.
    pub fn vertical(mut self, x: f64, label: impl Into<String>) -> Self {
        self.references.push(Reference {
            at: x,
            label: label.into(),
            vertical: true,
        });
        self
    }

    /// Adds a thin horizontal line at `y`, its label right of the plot.
    pub fn horizontal(mut self, y: f64, label: impl Into<String>) -> Self {
        self.references.push(Reference {
            at: y,
            label: label.into(),
            vertical: false,
        });
        self
    }

    /// The figure as one `<svg>` element, which can be a file or stand in an HTML page: no ids, no style sheet, no script,
    /// no outside font, a white ground (readable on a dark page too), a title and a description for screen readers.
    pub fn svg(&self) -> String {
        svg::write(&layout::scene(self))
    }

    /// The figure as a PNG of twice its size in pixels.
    ///
    /// # Errors
    /// [`Error::Encoding`], which no figure is known to cause.
    pub fn png(&self) -> Result<Vec<u8>, Error> {
        png::write(&layout::scene(self))
    }

    /// The figure in at most `width` × `height` characters, kept within 24 … 400 by 8 … 200; every line ends with a newline.
    ///
    /// Curves are braille dots. With `color` each series has a colour, as ANSI escape codes of the 256-colour set; without
    /// it the text has no escape codes, and where there are several series letters on the curves tell them apart. A figure
    /// of bars alone becomes horizontal bars, a line each, with their values, as many as there are.
    pub fn terminal(&self, width: usize, height: usize, color: bool) -> String {
        terminal::draw(self, width, height, color)
    }

    /// Several figures in one `<svg>` element, `columns` side by side (at least one), row after row.
    pub fn grid(figures: &[Figure], columns: usize) -> String {
        svg::write(&layout::grid(figures, columns))
    }

    /// As [`grid`](Self::grid), as a PNG.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond 2²⁸ pixels in all.
    pub fn grid_png(figures: &[Figure], columns: usize) -> Result<Vec<u8>, Error> {
        png::write(&layout::grid(figures, columns))
    }

    fn with(mut self, name: impl Into<String>, mark: Mark) -> Self {
        self.series.push(Series {
            name: name.into(),
            mark,
        });
        self
    }

    /// For each series, the number of its style: equal names have equal styles.
    pub(crate) fn styles(&self) -> Vec<usize> {
        let mut named: Vec<(&str, usize)> = Vec::new();
        let mut next = 0;
        let mut fresh = || {
            next += 1;
            next - 1
        };
        self.series
            .iter()
            .map(|s| {
                if s.name.is_empty() {
                    return fresh();
                }
                match named.iter().find(|(name, _)| *name == s.name) {
                    Some(&(_, style)) => style,
                    None => {
                        let style = fresh();
                        named.push((&s.name, style));
                        style
                    }
                }
            })
            .collect()
    }

    /// The series that stand in the legend, as indices: the first of each name. None where the title says it all.
    pub(crate) fn legend(&self) -> Vec<usize> {
        let mut entries: Vec<usize> = Vec::new();
        for (k, s) in self.series.iter().enumerate() {
            if !s.name.is_empty() && entries.iter().all(|&e| self.series[e].name != s.name) {
                entries.push(k);
            }
        }
        if entries.len() == 1 && self.series[entries[0]].name == self.title {
            entries.clear();
        }
        entries
    }

    /// One sentence for those who cannot see the picture.
    pub(crate) fn description(&self) -> String {
        let mut kinds: Vec<&str> = Vec::new();
        for s in &self.series {
            let kind = match s.mark {
                Mark::Line { .. } => "lines",
                Mark::Band(_) => "bands",
                Mark::Bars(_) => "bars",
                Mark::Histogram(_) => "histograms",
                Mark::Points(_) => "points",
            };
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        if kinds.is_empty() {
            return "An empty chart.".into();
        }
        let mut names: Vec<&str> = Vec::new();
        for s in &self.series {
            if !s.name.is_empty() && !names.contains(&s.name.as_str()) {
                names.push(&s.name);
            }
        }
        let (x, y) = crate::axis::axes(self);
        let mut text = format!("A chart of {}", kinds.join(", "));
        if !names.is_empty() {
            text += &format!(": {}", names.join(", "));
        }
        let of = |label: &str, axis: &str| {
            if label.is_empty() {
                axis.to_string()
            } else {
                format!("{axis} ({label})")
            }
        };
        if self.categories.is_empty() {
            text += &format!(
                "; {} from {} to {}",
                of(&self.x_label, "x"),
                x.value_text(0.0),
                x.value_text(1.0)
            );
        } else {
            let categories: Vec<&str> = self.categories.iter().map(|(c, _)| c.as_str()).collect();
            text += &format!("; categories {}", categories.join(", "));
        }
        text += &format!(
            "; {} from {} to {}.",
            of(&self.y_label, "y"),
            y.value_text(0.0),
            y.value_text(1.0)
        );
        text
    }
}
