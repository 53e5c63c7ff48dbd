//! What every figure promises, whatever it holds.

use nonlin_plot::Figure;
use proptest::prelude::*;

/// The SVG, read by a strict parser.
fn parsed(svg: &str) -> roxmltree::Document<'_> {
    roxmltree::Document::parse(svg).unwrap_or_else(|e| panic!("{e}\n{svg}"))
}

/// The paths that are drawn in a colour.
fn paths<'a>(svg: &'a roxmltree::Document<'_>, stroke: &str) -> Vec<&'a str> {
    svg.descendants()
        .filter(|n| n.has_tag_name("path") && n.attribute("stroke") == Some(stroke))
        .filter_map(|n| n.attribute("d"))
        .collect()
}

fn texts(svg: &roxmltree::Document<'_>) -> Vec<String> {
    svg.descendants()
        .filter(|n| n.has_tag_name("text"))
        .filter_map(|n| n.text())
        .map(String::from)
        .collect()
}

/// Every number that is a position or a length.
fn numbers(svg: &roxmltree::Document<'_>) -> Vec<f64> {
    let keys = ["x", "y", "width", "height", "cx", "cy", "d"];
    let attributes = svg.descendants().flat_map(|n| n.attributes());
    attributes
        .filter(|a| keys.contains(&a.name()))
        .flat_map(|a| {
            a.value()
                .split([' ', 'M', 'L', 'Z'])
                .filter(|n| !n.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .map(|n| n.parse().unwrap_or(f64::NAN))
        .collect()
}

const BLUE: &str = "#0072B2";
const VERMILION: &str = "#D55E00";

fn relu() -> Vec<(f64, f64)> {
    (-400..=400)
        .map(|k| f64::from(k) / 100.0)
        .map(|x| (x, x.max(0.0)))
        .collect()
}

#[test]
fn an_svg_stands_alone() {
    let svg = Figure::new("relu")
        .x_label("x")
        .y_label("φ(x)")
        .line("relu", relu())
        .line("zero", [(0.0, 0.0), (1.0, 0.0)])
        .svg();
    let document = parsed(&svg);
    let root = document.root_element();
    assert_eq!(root.attribute("viewBox"), Some("0 0 720 440"));
    assert_eq!(
        root.first_element_child().map(|n| n.tag_name().name()),
        Some("title")
    );
    let description = root
        .children()
        .find(|n| n.has_tag_name("desc"))
        .and_then(|n| n.text())
        .unwrap_or("");
    assert_eq!(
        description,
        "A chart of lines: relu, zero; x (x) from −4 to 4; y (φ(x)) from −0.2 to 4.2."
    );
    let ground = root
        .children()
        .find(|n| n.has_tag_name("rect"))
        .expect("a ground");
    assert_eq!(
        (ground.attribute("fill"), ground.attribute("width")),
        (Some("#FFFFFF"), Some("720"))
    );
    // Nothing that could clash with another figure of the same page or be fetched from elsewhere.
    for word in [
        "id=", "class=", "href", "url(", "<style", "<script", "NaN", "inf",
    ] {
        assert!(!svg.contains(word), "{word}");
    }
}

#[test]
fn straight_parts_are_short() {
    let svg = Figure::new("").line("relu", relu()).svg();
    let document = parsed(&svg);
    // The swatch in the legend, and the curve: three points for eight hundred.
    let lines = paths(&document, BLUE);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].split([' ', 'L']).count(), 6, "{}", lines[0]);
}

#[test]
fn a_jump_is_not_joined() {
    let step = [
        (-1.0, 0.0),
        (0.0, 0.0),
        (0.0, f64::NAN),
        (0.0, 1.0),
        (1.0, 1.0),
    ];
    let svg = Figure::new("step").line("step", step).svg();
    let document = parsed(&svg);
    let lines = paths(&document, BLUE);
    assert_eq!(lines.len(), 2);
    for line in lines {
        let heights: Vec<&str> = line[1..].split(['L', ' ']).skip(1).step_by(2).collect();
        assert!(heights.windows(2).all(|h| h[0] == h[1]), "{line}");
    }
}

#[test]
fn lines_stay_within_the_plot() {
    let svg = Figure::new("")
        .line("steep", [(-1e6, -1e9), (1e6, 1e9)])
        .x_range(-1.0, 1.0)
        .y_range(-1.0, 1.0)
        .svg();
    let document = parsed(&svg);
    assert!(
        numbers(&document)
            .iter()
            .all(|n| (-1.0..=721.0).contains(n))
    );
    // It crosses the middle of the plot.
    assert_eq!(paths(&document, BLUE).len(), 2);
}

#[test]
fn equal_names_share_colour_and_legend_entry() {
    let mean = [(0.0, 1.0), (1.0, 2.0)];
    let svg = Figure::new("loss")
        .line("relu", mean)
        .band("relu", [(0.0, 0.5, 1.5), (1.0, 1.0, 3.0)])
        .line("elu", mean)
        .svg();
    let document = parsed(&svg);
    assert_eq!(texts(&document).iter().filter(|t| *t == "relu").count(), 1);
    let bands: Vec<_> = document
        .descendants()
        .filter(|n| n.has_tag_name("path") && n.attribute("fill-opacity").is_some())
        .collect();
    assert_eq!(
        bands
            .iter()
            .map(|n| n.attribute("fill"))
            .collect::<Vec<_>>(),
        [Some(BLUE)]
    );
    assert_eq!(paths(&document, VERMILION).len(), 2);
}

#[test]
fn a_dashed_line_is_dashed() {
    let svg = Figure::new("")
        .dashed("derivative", [(0.0, 0.0), (1.0, 1.0)])
        .svg();
    assert_eq!(svg.matches("stroke-dasharray").count(), 2);
}

#[test]
fn the_legend_is_above_or_beside_the_curves() {
    for count in [2, 9, 40, 90] {
        let mut figure = Figure::new("many");
        for k in 0..count {
            figure = figure.line(
                format!("a function of number {k}"),
                [(0.0, 0.0), (1.0, f64::from(k))],
            );
        }
        let svg = figure.svg();
        let document = parsed(&svg);
        let spine = paths(&document, "#888888");
        let corner: Vec<f64> = spine[0][1..]
            .split(['L', ' '])
            .filter_map(|n| n.parse().ok())
            .collect();
        let axis: Vec<f64> = spine[1][1..]
            .split(['L', ' '])
            .filter_map(|n| n.parse().ok())
            .collect();
        let (top, right) = (corner[1].min(corner[3]), axis[0].max(axis[2]));
        for text in document.descendants().filter(|n| n.has_tag_name("text")) {
            if text
                .text()
                .is_some_and(|t| t.starts_with("a function") || t.starts_with("and "))
            {
                let at = |key| {
                    text.attribute(key)
                        .and_then(|v| v.parse::<f64>().ok())
                        .expect("a position")
                };
                assert!(
                    at("y") < top || at("x") > right,
                    "{count} {:?}",
                    text.text()
                );
                assert!(at("y") < 440.0 && at("x") < 720.0);
            }
        }
    }
}

#[test]
fn labels_are_escaped() {
    let svg = Figure::new("a < b & \"c\" > 'd'\u{0}\u{1b}[31m")
        .x_label("<script>")
        .line("&amp;", [(0.0, 0.0)])
        .svg();
    let document = parsed(&svg);
    assert!(texts(&document).contains(&"<script>".to_string()));
    assert!(texts(&document).contains(&"&amp;".to_string()));
    assert!(
        texts(&document)
            .iter()
            .any(|t| t.starts_with("a < b & \"c\" > 'd'"))
    );
}

#[test]
fn chinese_is_text_in_an_svg() {
    let figure = Figure::new("激活函数").x_label("输入").line("线", relu());
    assert!(texts(&parsed(&figure.svg())).contains(&"激活函数".to_string()));
    assert!(figure.terminal(60, 12, false).contains("激活函数"));
    assert!(figure.png().is_ok());
}

#[test]
fn a_png_has_twice_the_size_and_ink() {
    let png = Figure::new("relu")
        .line("relu", relu())
        .size(300, 200)
        .png()
        .expect("a PNG");
    let pixels = tiny_skia::Pixmap::decode_png(&png).expect("a valid PNG");
    assert_eq!((pixels.width(), pixels.height()), (600, 400));
    let count = |rgb: (u8, u8, u8)| {
        pixels
            .pixels()
            .iter()
            .filter(|p| (p.red(), p.green(), p.blue()) == rgb)
            .count()
    };
    assert!(count((0, 0x72, 0xB2)) > 1000);
    assert!(count((0x22, 0x22, 0x22)) > 50, "the title");
    assert!(pixels.pixels().iter().all(|p| p.alpha() == 255));
}

#[test]
fn figures_stand_in_a_grid() {
    let cells: Vec<Figure> = (0..5)
        .map(|k| {
            Figure::new(format!("cell {k}"))
                .size(200, 150)
                .line("", relu())
        })
        .collect();
    let svg = Figure::grid(&cells, 3);
    let document = parsed(&svg);
    assert_eq!(
        document.root_element().attribute("viewBox"),
        Some("0 0 600 300")
    );
    assert_eq!(
        texts(&document)
            .iter()
            .filter(|t| t.starts_with("cell "))
            .count(),
        5
    );
    assert!(
        numbers(&document)
            .iter()
            .all(|n| (-1.0..=601.0).contains(n))
    );
    for columns in [0, 1, 100] {
        parsed(&Figure::grid(&cells, columns));
        parsed(&Figure::grid(&[], columns));
    }
    let many = vec![Figure::new("").size(4096, 4096); 5];
    assert!(
        Figure::grid_png(&many, 1)
            .expect_err("too large")
            .to_string()
            .contains("8192 × 40960")
    );
}

#[test]
fn a_figure_without_data_says_so() {
    for figure in [
        Figure::new(""),
        Figure::new("t").line("a", []),
        Figure::new("t").log_y().points("a", [(1.0, -1.0)]),
    ] {
        assert!(texts(&parsed(&figure.svg())).contains(&"no data".to_string()));
        assert!(figure.terminal(60, 15, false).contains("no data"));
    }
}

#[test]
fn bars_of_several_series_stand_side_by_side() {
    let bars = |a: f64, b: f64| vec![("one".to_string(), a), ("two".to_string(), b)];
    let svg = Figure::new("")
        .bars("p", bars(1.0, 2.0))
        .bars("q", bars(-1.0, 3.0))
        .svg();
    let document = parsed(&svg);
    let mut spans: Vec<(f64, f64)> = document
        .descendants()
        .filter(|n| n.has_tag_name("rect") && n.attribute("fill") != Some("#FFFFFF"))
        .map(|n| {
            ["x", "width"].map(|k| {
                n.attribute(k)
                    .and_then(|v| v.parse::<f64>().ok())
                    .expect("a number")
            })
        })
        .map(|[x, w]| (x, x + w))
        .collect();
    assert_eq!(spans.len(), 6, "two swatches, four bars");
    let mut bars = spans
        .split_off(0)
        .into_iter()
        .filter(|s| s.1 - s.0 > 30.0)
        .collect::<Vec<_>>();
    bars.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(bars.len(), 4);
    assert!(bars.windows(2).all(|b| b[0].1 <= b[1].0));
}

#[test]
fn the_terminal_keeps_to_its_size() {
    let figure = Figure::new("relu and elu")
        .x_label("x")
        .y_label("y")
        .line("relu", relu())
        .dashed("elu", relu())
        .vertical(1.0, "one");
    for (width, height) in [(24, 8), (60, 15), (80, 24), (200, 50)] {
        let text = figure.terminal(width, height, false);
        assert!(
            text.lines()
                .all(|l| unicode_width::UnicodeWidthStr::width(l) <= width),
            "{text}"
        );
        assert!(text.lines().count() <= height, "{height}\n{text}");
        assert!(!text.contains('\u{1b}'));
        assert!(text.contains("relu and elu") && text.contains('┤'));
    }
    let colored = figure.terminal(80, 24, true);
    assert!(colored.contains("\u{1b}[38;5;32m") && colored.contains("\u{1b}[38;5;166m"));
    assert!(
        colored
            .lines()
            .filter(|l| l.contains('\u{1b}'))
            .all(|l| l.ends_with("\u{1b}[0m") || !l.ends_with('m'))
    );
}

#[test]
fn letters_tell_curves_apart_without_colour() {
    let figure = Figure::new("")
        .line("up", [(0.0, 0.0), (1.0, 1.0)])
        .line("down", [(0.0, 1.0), (1.0, 0.0)]);
    let text = figure.terminal(60, 16, false);
    let (plot, legend) = text.split_at(text.find('└').expect("an axis"));
    assert!(plot.contains('a') && plot.contains('b'), "{text}");
    assert!(
        legend.contains("a up") && legend.contains("b down"),
        "{text}"
    );
    assert!(!figure.terminal(60, 16, true).contains("a up"));
}

#[test]
fn a_terminal_never_sees_foreign_escape_codes() {
    let text = Figure::new("\u{1b}[31mred\n\n")
        .line("\u{7}bell", relu())
        .terminal(60, 12, false);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'));
}

#[test]
fn bars_in_a_terminal_have_their_values() {
    let bars = [
        ("relu", 0.672),
        ("sigmoid", 0.574),
        ("none", f64::NAN),
        ("less", -0.2),
    ];
    let text = Figure::new("accuracy")
        .bars("", bars.map(|(n, v)| (n.to_string(), v)))
        .terminal(60, 10, false);
    assert!(
        text.contains("relu")
            && text.contains("0.672")
            && text.contains("−0.2")
            && text.contains('█'),
        "{text}"
    );
}

// ------------------------------------------------------------------------------------------------------- any input at all

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -10.0..10.0f64,
        1 => any::<f64>(),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 1e300, 1e-300]),
    ]
}

fn pairs() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((value(), value()), 0..20)
}

fn triples() -> impl Strategy<Value = Vec<(f64, f64, f64)>> {
    prop::collection::vec((value(), value(), value()), 0..12)
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-c]",
        any::<String>(),
        "[a-z ]{60,90}",
        "激活{1,30}"
    ]
}

#[derive(Clone, Debug)]
enum Change {
    Line(String, Vec<(f64, f64)>),
    Dashed(String, Vec<(f64, f64)>),
    Points(String, Vec<(f64, f64)>),
    Band(String, Vec<(f64, f64, f64)>),
    Histogram(String, Vec<(f64, f64, f64)>),
    Bars(String, Vec<(String, f64)>),
    Vertical(f64, String),
    Horizontal(f64, String),
    XRange(f64, f64),
    YRange(f64, f64),
    LogX,
    LogY,
    XLabel(String),
    YLabel(String),
    Size(u32, u32),
}

fn changed(figure: Figure, change: Change) -> Figure {
    match change {
        Change::Line(n, p) => figure.line(n, p),
        Change::Dashed(n, p) => figure.dashed(n, p),
        Change::Points(n, p) => figure.points(n, p),
        Change::Band(n, p) => figure.band(n, p),
        Change::Histogram(n, b) => figure.histogram(n, b),
        Change::Bars(n, b) => figure.bars(n, b),
        Change::Vertical(x, n) => figure.vertical(x, n),
        Change::Horizontal(y, n) => figure.horizontal(y, n),
        Change::XRange(a, b) => figure.x_range(a, b),
        Change::YRange(a, b) => figure.y_range(a, b),
        Change::LogX => figure.log_x(),
        Change::LogY => figure.log_y(),
        Change::XLabel(n) => figure.x_label(n),
        Change::YLabel(n) => figure.y_label(n),
        Change::Size(w, h) => figure.size(w, h),
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (name(), pairs()).prop_map(|(n, p)| Change::Line(n, p)),
        (name(), pairs()).prop_map(|(n, p)| Change::Dashed(n, p)),
        (name(), pairs()).prop_map(|(n, p)| Change::Points(n, p)),
        (name(), triples()).prop_map(|(n, p)| Change::Band(n, p)),
        (name(), triples()).prop_map(|(n, b)| Change::Histogram(n, b)),
        (name(), prop::collection::vec((name(), value()), 0..8))
            .prop_map(|(n, b)| Change::Bars(n, b)),
        (value(), name()).prop_map(|(x, n)| Change::Vertical(x, n)),
        (value(), name()).prop_map(|(y, n)| Change::Horizontal(y, n)),
        (value(), value()).prop_map(|(a, b)| Change::XRange(a, b)),
        (value(), value()).prop_map(|(a, b)| Change::YRange(a, b)),
        Just(Change::LogX),
        Just(Change::LogY),
        name().prop_map(Change::XLabel),
        name().prop_map(Change::YLabel),
        (0..900u32, 0..700u32).prop_map(|(w, h)| Change::Size(w, h)),
    ]
}

fn figure() -> impl Strategy<Value = Figure> {
    (name(), prop::collection::vec(change(), 0..9))
        .prop_map(|(title, changes)| changes.into_iter().fold(Figure::new(title), changed))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_figure_is_a_sound_svg(figure in figure()) {
        let svg = figure.svg();
        let document = parsed(&svg);
        for n in numbers(&document) {
            prop_assert!((-400.0..=1300.0).contains(&n), "{n}\n{svg}");
        }
        for n in document.descendants().filter(|n| n.has_tag_name("rect")) {
            prop_assert!(!n.attribute("width").unwrap_or("").starts_with('-') && !n.attribute("height").unwrap_or("").starts_with('-'), "{svg}");
        }
    }

    #[test]
    fn any_figure_fits_a_terminal(figure in figure(), width in 0..120usize, height in 0..40usize, color: bool) {
        let text = figure.terminal(width, height, color);
        if !color {
            for line in text.lines() {
                prop_assert!(unicode_width::UnicodeWidthStr::width(line) <= width.max(24), "{text}");
            }
        }
        prop_assert!(text.ends_with('\n'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_figure_is_a_png(figure in figure()) {
        prop_assert!(figure.png().is_ok());
    }
}
