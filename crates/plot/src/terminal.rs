//! A figure in characters.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::axis::{Axis, axes, short};
use crate::clip::{self, Point};
use crate::figure::{Figure, Mark};
use crate::layout::is_blank;
use crate::palette;

/// One character of the output, with its terminal colour.
#[derive(Clone, Copy, PartialEq)]
struct Cell {
    c: char,
    color: Option<u8>,
}

const BLANK: Cell = Cell {
    c: ' ',
    color: None,
};
/// The colour of what is not data.
const SOFT: u8 = 245;

/// Lines of cells. A character two columns wide is followed by a cell with '\0', which prints nothing.
struct Page {
    width: usize,
    rows: Vec<Vec<Cell>>,
}

impl Page {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            rows: vec![vec![BLANK; width]; height],
        }
    }

    fn put(&mut self, row: usize, column: usize, c: char, color: Option<u8>) {
        if let Some(cell) = self.rows.get_mut(row).and_then(|r| r.get_mut(column)) {
            *cell = Cell { c, color };
        }
    }

    /// Writes a text and returns the column after it; what does not fit is left out.
    fn write(&mut self, row: usize, mut column: usize, text: &str, color: Option<u8>) -> usize {
        for c in text.chars() {
            let columns = c.width().unwrap_or(0);
            if columns == 0 || column + columns > self.width {
                continue;
            }
            self.put(row, column, c, color);
            if columns == 2 {
                self.put(row, column + 1, '\0', color);
            }
            column += columns;
        }
        column
    }

    fn print(&self, color: bool) -> String {
        let mut out = String::new();
        for row in &self.rows {
            let end = row.iter().rposition(|c| c.c != ' ').map_or(0, |k| k + 1);
            let mut now: Option<u8> = None;
            for cell in row[..end].iter().filter(|c| c.c != '\0') {
                // A space has no colour of its own: carry on with the one there is.
                if color && cell.c != ' ' && cell.color != now {
                    now = cell.color;
                    out += &now.map_or("\x1b[0m".to_string(), |n| format!("\x1b[38;5;{n}m"));
                }
                out.push(cell.c);
            }
            if now.is_some() {
                out += "\x1b[0m";
            }
            out.push('\n');
        }
        out
    }
}

pub(crate) fn draw(figure: &Figure, width: usize, height: usize, color: bool) -> String {
    let (width, height) = (width.clamp(24, 400), height.clamp(8, 200));
    let only_bars = !figure.series.is_empty()
        && figure
            .series
            .iter()
            .all(|s| matches!(s.mark, Mark::Bars(_)));
    if only_bars {
        bars(figure, width, color)
    } else {
        curves(figure, width, height, color)
    }
}

/// Text for a terminal: control characters, escape codes among them, become spaces.
fn clean(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text, cut with "…" where it would take more than `most` columns.
fn fitted(text: &str, most: usize) -> String {
    let text = clean(text);
    if text.width() <= most {
        return text;
    }
    let mut used = 1;
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= most
        })
        .collect();
    cut.push('…');
    cut
}

// --------------------------------------------------------------------------------------------------------------- curves

/// Braille dots, two by four in a character, each character in the colour of what was drawn there last.
struct Canvas {
    columns: usize,
    rows: usize,
    cells: Vec<(u8, Option<u8>)>,
}

impl Canvas {
    fn new(columns: usize, rows: usize) -> Self {
        Self {
            columns,
            rows,
            cells: vec![(0, None); columns * rows],
        }
    }

    /// The dot at a place in the plot.
    fn dot_at(&self, p: Point) -> (usize, usize) {
        let dot = |fraction: f64, dots: usize| ((fraction * dots as f64) as usize).min(dots - 1);
        (dot(p.0, 2 * self.columns), dot(1.0 - p.1, 4 * self.rows))
    }

    fn set(&mut self, (x, y): (usize, usize), color: Option<u8>) {
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        if let Some(cell) = self.cells.get_mut(y / 4 * self.columns + x / 2) {
            cell.0 |= BITS[y % 4][x % 2];
            cell.1 = color;
        }
    }

    /// Sets the dots of a line for which `on` says yes, given how many were passed before, and counts on.
    fn line(
        &mut self,
        p: Point,
        q: Point,
        color: Option<u8>,
        passed: &mut usize,
        on: impl Fn(usize) -> bool,
    ) {
        let ((x0, y0), (x1, y1)) = (self.dot_at(p), self.dot_at(q));
        let steps = x0.abs_diff(x1).max(y0.abs_diff(y1));
        for k in 0..=steps {
            let mix = |a: usize, b: usize| {
                let t = if steps == 0 {
                    0.0
                } else {
                    k as f64 / steps as f64
                };
                (a as f64 + t * (b as f64 - a as f64)).round() as usize
            };
            if on(*passed) {
                self.set((mix(x0, x1), mix(y0, y1)), color);
            }
            *passed += usize::from(k < steps);
        }
    }

    /// Sets every `every`th dot of a rectangle, in a slanted pattern.
    fn fill(&mut self, p: Point, q: Point, color: Option<u8>, every: usize) {
        let ((x0, y0), (x1, y1)) = (self.dot_at(p), self.dot_at(q));
        for x in x0.min(x1)..=x0.max(x1) {
            for y in y0.min(y1)..=y0.max(y1) {
                if (x + 2 * y).is_multiple_of(every) {
                    self.set((x, y), color);
                }
            }
        }
    }
}

fn curves(figure: &Figure, width: usize, height: usize, color: bool) -> String {
    let (x_axis, y_axis) = axes(figure);
    let styles = figure.styles();
    let legend = legend_rows(figure, &styles, width, color);
    let legend = &legend[..legend.len().min(height / 4)];
    // Where there is little room, the names of the axes give theirs to the plot.
    let named = |label: &str| height >= 12 && !label.is_empty();
    let above = usize::from(!figure.title.is_empty()) + usize::from(named(&figure.y_label));
    let below = 2 + usize::from(named(&figure.x_label)) + legend.len();
    let rows = height.saturating_sub(above + below).max(3);
    let y_ticks: Vec<(usize, String)> = y_axis
        .ticks((rows / 3).max(2))
        .into_iter()
        .map(|t| (cell(1.0 - t.at, rows), t.label))
        .collect();
    let gutter = y_ticks
        .iter()
        .map(|(_, l)| l.width())
        .max()
        .unwrap_or(0)
        .min(width / 3);
    let left = gutter + 2;
    let columns = width - left - 1;

    let mut page = Page::new(width, above + rows + below);
    let mut row = 0;
    if !figure.title.is_empty() {
        let title = fitted(&figure.title, width);
        let start = (left + columns / 2)
            .saturating_sub(title.width() / 2)
            .min(width - title.width());
        page.write(row, start, &title, None);
        row += 1;
    }
    if named(&figure.y_label) {
        page.write(row, 0, &fitted(&figure.y_label, width), Some(SOFT));
        row += 1;
    }
    let top = row;

    // The ground: axes, zero lines, reference lines.
    for r in 0..rows {
        page.put(top + r, left - 1, '│', Some(SOFT));
    }
    for (r, label) in &y_ticks {
        let label = fitted(label, gutter);
        page.write(top + r, gutter - label.width(), &label, Some(SOFT));
        page.put(top + r, left - 1, '┤', Some(SOFT));
    }
    let shown = |at: Option<f64>| at.filter(|at| (0.0..=1.0).contains(at));
    let levels = std::iter::once(0.0).chain(
        figure
            .references
            .iter()
            .filter(|r| !r.vertical)
            .map(|r| r.at),
    );
    for (k, at) in levels.enumerate() {
        if let Some(at) = shown(y_axis.place(at)).filter(|at| k > 0 || *at > 1e-9) {
            (0..columns).for_each(|c| {
                page.put(
                    top + cell(1.0 - at, rows),
                    left + c,
                    if k == 0 { '┈' } else { '╌' },
                    Some(SOFT),
                )
            });
        }
    }
    let uprights = figure
        .references
        .iter()
        .filter(|r| r.vertical)
        .map(|r| (r.at, '╎'));
    let zero = (figure.categories.is_empty() && x_axis.base() > 1e-9).then_some((0.0, '┊'));
    for (at, c) in zero.into_iter().chain(uprights) {
        if let Some(at) = shown(x_axis.place(at)) {
            (0..rows).for_each(|r| page.put(top + r, left + cell(at, columns), c, Some(SOFT)));
        }
    }

    // The data.
    let mut canvas = Canvas::new(columns, rows);
    let mut traces = Vec::new();
    for areas in [true, false] {
        for (k, series) in figure.series.iter().enumerate() {
            let is_area = matches!(
                series.mark,
                Mark::Band(_) | Mark::Bars(_) | Mark::Histogram(_)
            );
            if is_area == areas {
                paint(&mut canvas, &series.mark, styles[k], &x_axis, &y_axis);
                if !areas && !series.name.is_empty() {
                    traces.push((styles[k], trace(&series.mark, columns, &x_axis, &y_axis)));
                }
            }
        }
    }
    for r in 0..rows {
        for c in 0..columns {
            let (dots, color) = canvas.cells[r * columns + c];
            if dots != 0 {
                page.put(
                    top + r,
                    left + c,
                    char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '),
                    color,
                );
            }
        }
    }
    if !color && traces.len() > 1 {
        for (r, c, style) in letters(&traces, columns, rows) {
            page.put(top + r, left + c, letter(style), None);
        }
    }
    if figure.series.iter().all(|s| is_blank(s, &x_axis, &y_axis)) {
        page.write(
            top + rows / 2,
            left + (columns / 2).saturating_sub(4),
            " no data ",
            None,
        );
    }

    // Below the plot.
    row = top + rows;
    page.put(row, left - 1, '└', Some(SOFT));
    (0..columns).for_each(|c| page.put(row, left + c, '─', Some(SOFT)));
    let ticks: Vec<(f64, String)> = if figure.categories.is_empty() {
        fitting_ticks(&x_axis, columns)
    } else {
        figure
            .categories
            .iter()
            .enumerate()
            .filter_map(|(k, (name, _))| Some((x_axis.place(k as f64)?, clean(name))))
            .collect()
    };
    let mut free = 0;
    for (at, label) in ticks {
        if !(0.0..=1.0).contains(&at) {
            continue;
        }
        let column = left + cell(at, columns);
        let start = column
            .saturating_sub(label.width() / 2)
            .min(width.saturating_sub(label.width()));
        if start >= free && label.width() <= width {
            page.put(row, column, '┬', Some(SOFT));
            free = page.write(row + 1, start, &label, Some(SOFT)) + 1;
        }
    }
    row += 2;
    if named(&figure.x_label) {
        let label = fitted(&figure.x_label, width);
        let start = (left + columns / 2)
            .saturating_sub(label.width() / 2)
            .min(width - label.width());
        page.write(row, start, &label, Some(SOFT));
        row += 1;
    }
    for (k, entries) in legend.iter().enumerate() {
        let mut column = left;
        for entry in entries {
            column = page.write(row + k, column, &entry.mark, entry.color) + 1;
            column = page.write(row + k, column, &entry.name, None) + 3;
        }
    }
    page.print(color)
}

/// The cell of a fraction.
fn cell(fraction: f64, cells: usize) -> usize {
    ((fraction * cells as f64) as usize).min(cells - 1)
}

fn fitting_ticks(axis: &Axis, columns: usize) -> Vec<(f64, String)> {
    let ticks = axis.uncrowded((columns / 8).max(3), |a, b| {
        let needed = (a.label.width() + b.label.width()) as f64 / 2.0 + 2.0;
        (b.at - a.at) * columns as f64 >= needed
    });
    ticks.into_iter().map(|t| (t.at, t.label)).collect()
}

fn paint(canvas: &mut Canvas, mark: &Mark, style: usize, x: &Axis, y: &Axis) {
    let color = Some(palette::ansi(style));
    let unit = |v: f64| v.clamp(0.0, 1.0);
    let place = |p: &(f64, f64)| Some((x.place(p.0)?, y.place(p.1)?));
    let mut block = |from: f64, to: f64, height: f64| {
        if let (Some(a), Some(b), Some(top)) = (x.place(from), x.place(to), y.place(height))
            && a.max(b) > 0.0
            && a.min(b) < 1.0
        {
            let base = unit(y.base());
            // A bar that has no height leaves no dot.
            if canvas.dot_at((0.0, unit(top))) != canvas.dot_at((0.0, base)) {
                canvas.fill((unit(a), base), (unit(b), unit(top)), color, 1);
            }
        }
    };
    match mark {
        Mark::Line { points, dashed } => {
            let places: Vec<Option<Point>> = points.iter().map(place).collect();
            for part in clip::line(&places) {
                let mut passed = 0;
                for pair in part.windows(2) {
                    canvas.line(pair[0], pair[1], color, &mut passed, |k| {
                        !dashed || k % 6 < 3
                    });
                }
            }
        }
        Mark::Points(points) => {
            for p in points
                .iter()
                .filter_map(place)
                .filter(|p| (0.0..=1.0).contains(&p.0) && (0.0..=1.0).contains(&p.1))
            {
                let dot = canvas.dot_at(p);
                canvas.set(dot, color);
            }
        }
        Mark::Band(points) => {
            let places: Vec<Option<(f64, f64, f64)>> = points
                .iter()
                .map(|p| {
                    Some((
                        x.place(p.0)?,
                        y.place(p.1).or((p.1 <= 0.0).then_some(-1.0))?,
                        y.place(p.2)?,
                    ))
                })
                .collect();
            let dots = 2 * canvas.columns;
            for pair in places.windows(2) {
                let [Some(p), Some(q)] = *pair else { continue };
                let (p, q) = if p.0 <= q.0 { (p, q) } else { (q, p) };
                for d in cell(unit(p.0), dots)..=cell(unit(q.0), dots) {
                    let at = (d as f64 + 0.5) / dots as f64;
                    let t = if q.0 > p.0 {
                        ((at - p.0) / (q.0 - p.0)).clamp(0.0, 1.0)
                    } else {
                        0.0
                    };
                    let (low, high) = (p.1 * (1.0 - t) + q.1 * t, p.2 * (1.0 - t) + q.2 * t);
                    if low.min(high) <= 1.0 && low.max(high) >= 0.0 && (p.0..=q.0).contains(&at) {
                        canvas.fill((at, unit(low)), (at, unit(high)), color, 4);
                    }
                }
            }
        }
        // Beside other marks, bars of several series stand one over the other.
        Mark::Bars(bars) => bars
            .iter()
            .for_each(|&(k, h)| block(k as f64 - 0.35, k as f64 + 0.35, h)),
        Mark::Histogram(bins) => bins.iter().for_each(|&(from, to, h)| block(from, to, h)),
    }
}

// ------------------------------------------------------------------------------------------------ telling curves apart

fn letter(style: usize) -> char {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char::from(LETTERS[style % LETTERS.len()])
}

/// Where a curve passes the middle of each column, as a fraction of the height.
fn trace(mark: &Mark, columns: usize, x: &Axis, y: &Axis) -> Vec<Option<f64>> {
    let mut at = vec![None; columns];
    let place = |p: &(f64, f64)| Some((x.place(p.0)?, y.place(p.1)?));
    match mark {
        Mark::Line { points, .. } => {
            let places: Vec<Option<Point>> = points.iter().map(place).collect();
            for part in clip::line(&places) {
                for pair in part.windows(2) {
                    let (p, q) = (pair[0], pair[1]);
                    let (from, to) = (cell(p.0.min(q.0), columns), cell(p.0.max(q.0), columns));
                    for (k, slot) in at.iter_mut().enumerate().take(to + 1).skip(from) {
                        let middle = (k as f64 + 0.5) / columns as f64;
                        let t = if p.0 == q.0 {
                            0.0
                        } else {
                            ((middle - p.0) / (q.0 - p.0)).clamp(0.0, 1.0)
                        };
                        *slot = Some(p.1 * (1.0 - t) + q.1 * t);
                    }
                }
            }
        }
        Mark::Points(points) => {
            for p in points
                .iter()
                .filter_map(place)
                .filter(|p| (0.0..=1.0).contains(&p.0) && (0.0..=1.0).contains(&p.1))
            {
                at[cell(p.0, columns)] = Some(p.1);
            }
        }
        _ => {}
    }
    at
}

/// For each half of the plot and each curve, the cell where its letter is farthest from the other curves.
fn letters(
    traces: &[(usize, Vec<Option<f64>>)],
    columns: usize,
    rows: usize,
) -> Vec<(usize, usize, usize)> {
    let mut placed: Vec<(usize, usize, usize)> = Vec::new();
    for half in [0..columns / 2, columns / 2..columns] {
        for (k, (style, own)) in traces.iter().enumerate() {
            // Curves that lie upon one another have their letters side by side.
            let wanted =
                half.start as f64 + half.len() as f64 * (k as f64 + 0.5) / traces.len() as f64;
            let best = half
                .clone()
                .filter_map(|c| {
                    let row = cell(1.0 - own[c]?, rows);
                    if placed
                        .iter()
                        .any(|&(r, p, _)| r == row && p.abs_diff(c) < 2)
                    {
                        return None;
                    }
                    let others = traces
                        .iter()
                        .enumerate()
                        .filter(|(o, _)| *o != k)
                        .filter_map(|(_, (_, other))| other[c]);
                    let clear = others
                        .map(|o| (o - (1.0 - row as f64 / rows as f64)).abs() * rows as f64)
                        .fold(3.0, f64::min);
                    Some((
                        clear - 2.0 * (c as f64 - wanted).abs() / columns as f64,
                        row,
                        c,
                    ))
                })
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, row, column)) = best {
                placed.push((row, column, *style));
            }
        }
    }
    placed
}

// --------------------------------------------------------------------------------------------------------------- legend

struct Entry {
    mark: String,
    name: String,
    color: Option<u8>,
}

fn legend_rows(figure: &Figure, styles: &[usize], width: usize, color: bool) -> Vec<Vec<Entry>> {
    let names = figure.legend();
    let many = figure
        .series
        .iter()
        .filter(|s| matches!(s.mark, Mark::Line { .. } | Mark::Points(_)) && !s.name.is_empty())
        .count()
        > 1;
    let mut entries: Vec<Entry> = names
        .iter()
        .map(|&k| {
            // A band is best known by the line within it.
            let first = &figure.series[k];
            let line = figure
                .series
                .iter()
                .find(|s| s.name == first.name && matches!(s.mark, Mark::Line { .. }));
            let series = line.unwrap_or(first);
            let mark = match series.mark {
                Mark::Line { dashed: false, .. } => "⠒⠒",
                Mark::Line { dashed: true, .. } => "⠒ ⠒",
                Mark::Band(_) => "⠢⠔",
                Mark::Bars(_) | Mark::Histogram(_) => "⣿⣿",
                Mark::Points(_) => "⠂",
            };
            let is_curve = matches!(series.mark, Mark::Line { .. } | Mark::Points(_));
            let mark = if !color && many && is_curve {
                format!("{mark} {}", letter(styles[k]))
            } else {
                mark.to_string()
            };
            Entry {
                mark,
                name: fitted(&series.name, width / 2),
                color: Some(palette::ansi(styles[k])),
            }
        })
        .collect();
    for r in figure.references.iter().filter(|r| !r.label.is_empty()) {
        let mark = if r.vertical { "╎" } else { "╌╌" };
        entries.push(Entry {
            mark: mark.into(),
            name: fitted(&r.label, width / 2),
            color: Some(SOFT),
        });
    }
    let mut rows: Vec<Vec<Entry>> = Vec::new();
    // The widest gutter, so that a row fits wherever the plot begins.
    let room = width - width / 3 - 2;
    let mut used = 0;
    for entry in entries {
        let each = entry.mark.width() + 1 + entry.name.width() + 3;
        match rows.last_mut() {
            Some(row) if used + each - 3 <= room => row.push(entry),
            _ => {
                rows.push(vec![entry]);
                used = 0;
            }
        }
        used += each;
    }
    rows
}

// ----------------------------------------------------------------------------------------------------------------- bars

/// Horizontal bars, a line each, with their values.
fn bars(figure: &Figure, width: usize, color: bool) -> String {
    let (_, y_axis) = axes(figure);
    let styles = figure.styles();
    let many = figure.series.len() > 1;
    let name_width = figure
        .categories
        .iter()
        .map(|(c, _)| clean(c).width())
        .max()
        .unwrap_or(0)
        .min(width / 3);
    let series_width = if many {
        figure
            .series
            .iter()
            .map(|s| clean(&s.name).width())
            .max()
            .unwrap_or(0)
            .min(width / 4)
    } else {
        0
    };
    let values: Vec<f64> = figure
        .series
        .iter()
        .flat_map(|s| {
            if let Mark::Bars(b) = &s.mark {
                b.as_slice()
            } else {
                &[]
            }
        })
        .map(|b| b.1)
        .collect();
    let value_width = values.iter().map(|&v| short(v).width()).max().unwrap_or(0);
    let left = name_width + 1 + if many { series_width + 1 } else { 0 };
    let columns = width.saturating_sub(left + value_width + 2).max(4);
    let base = y_axis.base().clamp(0.0, 1.0);

    let mut lines: Vec<(String, String, f64, usize)> = Vec::new();
    for (index, (category, _)) in figure.categories.iter().enumerate() {
        let mut name = fitted(category, name_width);
        for (k, series) in figure.series.iter().enumerate() {
            let Mark::Bars(bars) = &series.mark else {
                continue;
            };
            for &(_, height) in bars.iter().filter(|b| b.0 == index) {
                lines.push((
                    std::mem::take(&mut name),
                    fitted(&series.name, series_width),
                    height,
                    styles[k],
                ));
            }
        }
    }
    let heading = usize::from(!figure.title.is_empty());
    let footing = usize::from(!figure.y_label.is_empty() || figure.categories.is_empty());
    let mut page = Page::new(width, heading + lines.len() + footing);
    if heading == 1 {
        page.write(0, 0, &fitted(&figure.title, width), None);
    }
    for (k, (category, series, height, style)) in lines.iter().enumerate() {
        let row = heading + k;
        page.write(row, name_width - category.width(), category, None);
        if many {
            page.write(row, name_width + 1, series, Some(SOFT));
        }
        let mut end = left;
        if let Some(top) = y_axis.place(*height) {
            let ink = Some(palette::ansi(*style));
            let top = top.clamp(0.0, 1.0);
            let (from, to) = (
                (base.min(top) * columns as f64 * 8.0).round() as usize,
                (base.max(top) * columns as f64 * 8.0).round() as usize,
            );
            for c in 0..columns {
                // Eighths of a character; a part that is filled from the right has no sign of its own and is rounded.
                let (a, b) = (
                    from.clamp(c * 8, c * 8 + 8) - c * 8,
                    to.clamp(c * 8, c * 8 + 8) - c * 8,
                );
                let sign = match (a, b) {
                    (a, b) if a >= b => continue,
                    (0, b) => ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'][b - 1],
                    (a, _) if a <= 2 => '█',
                    (a, _) if a <= 5 => '▐',
                    _ => '▕',
                };
                page.put(row, left + c, sign, ink);
            }
            end = left + to.div_ceil(8);
        }
        page.write(row, end + 1, &short(*height), None);
    }
    if figure.categories.is_empty() {
        page.write(heading, 0, "no data", None);
    } else if footing == 1 {
        page.write(
            heading + lines.len(),
            left,
            &fitted(&figure.y_label, width - left),
            Some(SOFT),
        );
    }
    page.print(color)
}
