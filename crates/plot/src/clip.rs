//! Cutting lines and polygons off at the edge of the plot, which is the unit square. Pictures so need no clip paths, whose
//! ids could clash between two figures in one page.

/// A position in the plot: (0, 0) is its lower left corner, (1, 1) its upper right one.
pub(crate) type Point = (f64, f64);

/// The four edges as (is it x?, where, is the inside below?).
const EDGES: [(bool, f64, bool); 4] = [
    (false, 0.0, false),
    (false, 1.0, true),
    (true, 0.0, false),
    (true, 1.0, true),
];

fn inside(p: Point, (is_x, at, below): (bool, f64, bool)) -> bool {
    let v = if is_x { p.0 } else { p.1 };
    if below { v <= at } else { v >= at }
}

/// Where p–q crosses the line of an edge. The coordinate of the edge itself is set, not computed: with p and q far apart
/// the computed one would be off by their rounding.
fn crossing(p: Point, q: Point, (is_x, at, _): (bool, f64, bool)) -> Point {
    let (a, b) = if is_x { (p.0, q.0) } else { (p.1, q.1) };
    let t = ((at - a) / (b - a)).clamp(0.0, 1.0);
    let mix = |u: f64, v: f64| u * (1.0 - t) + v * t;
    if is_x {
        (at, mix(p.1, q.1))
    } else {
        (mix(p.0, q.0), at)
    }
}

/// The visible part of a segment.
pub(crate) fn segment(mut p: Point, mut q: Point) -> Option<(Point, Point)> {
    for edge in EDGES {
        match (inside(p, edge), inside(q, edge)) {
            (true, true) => {}
            (true, false) => q = crossing(p, q, edge),
            (false, true) => p = crossing(p, q, edge),
            (false, false) => return None,
        }
    }
    Some((p, q))
}

/// The visible parts of a line; `None` among the points is a gap.
pub(crate) fn line(points: &[Option<Point>]) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for (k, point) in points.iter().enumerate() {
        let Some(p) = *point else {
            open = false;
            continue;
        };
        let next = points.get(k + 1).copied().flatten();
        let before = k > 0 && points[k - 1].is_some();
        match next {
            // A point between two gaps is a dot: a line from itself to itself.
            None if !before => parts.extend(segment(p, p).map(|(p, q)| vec![p, q])),
            None => {}
            Some(q) => match segment(p, q) {
                None => open = false,
                Some((a, b)) => {
                    match parts.last_mut() {
                        Some(part) if open => part.push(b),
                        _ => parts.push(vec![a, b]),
                    }
                    open = b == q;
                }
            },
        }
    }
    parts
}

/// The visible part of a polygon (Sutherland and Hodgman, 1974); empty where nothing is left.
pub(crate) fn polygon(mut points: Vec<Point>) -> Vec<Point> {
    for edge in EDGES {
        let mut kept = Vec::with_capacity(points.len() + 4);
        for (k, &q) in points.iter().enumerate() {
            let p = points[(k + points.len() - 1) % points.len()];
            if inside(p, edge) != inside(q, edge) {
                kept.push(crossing(p, q, edge));
            }
            if inside(q, edge) {
                kept.push(q);
            }
        }
        points = kept;
    }
    points
}

/// Leaves out points that stay within `tolerance` of the line without them (Ramer, Douglas and Peucker). What would be tens
/// of thousands of points becomes a few hundred, and looks the same.
pub(crate) fn simplified(points: &[Point], tolerance: f64) -> Vec<Point> {
    /// So many points at once, so that the time grows with their number and not with its square.
    const TOGETHER: usize = 2048;
    let thin = if points.len() > 2 * TOGETHER {
        envelope(points)
    } else {
        points.to_vec()
    };
    if thin.len() < 3 {
        return thin;
    }
    let last = thin.len() - 1;
    let mut keep = vec![false; thin.len()];
    let ends: Vec<usize> = (0..last).step_by(TOGETHER).chain([last]).collect();
    ends.iter().for_each(|&k| keep[k] = true);
    let mut ranges: Vec<(usize, usize)> = ends.windows(2).map(|e| (e[0], e[1])).collect();
    while let Some((first, last)) = ranges.pop() {
        let farthest = (first + 1..last)
            .map(|k| (k, distance(thin[k], thin[first], thin[last])))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((k, d)) = farthest
            && d > tolerance
        {
            keep[k] = true;
            ranges.push((first, k));
            ranges.push((k, last));
        }
    }
    thin.iter()
        .zip(keep)
        .filter_map(|(&p, keep)| keep.then_some(p))
        .collect()
}

/// Of consecutive points in the same half pixel column the first, the lowest, the highest and the last, in their order.
fn envelope(points: &[Point]) -> Vec<Point> {
    let mut kept = Vec::new();
    for column in points.chunk_by(|p, q| (2.0 * p.0).floor() == (2.0 * q.0).floor()) {
        let of = |better: fn(f64, f64) -> bool| {
            (1..column.len()).fold(0, |best, k| {
                if better(column[k].1, column[best].1) {
                    k
                } else {
                    best
                }
            })
        };
        let mut chosen = [0, of(|a, b| a < b), of(|a, b| a > b), column.len() - 1];
        chosen.sort_unstable();
        for (n, &k) in chosen.iter().enumerate() {
            if n == 0 || chosen[n - 1] != k {
                kept.push(column[k]);
            }
        }
    }
    kept
}

/// How far p is from the segment a–b.
fn distance(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 {
        (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (p.0 - a.0 - t * dx).hypot(p.1 - a.1 - t * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_the_edge() {
        let parts = line(&[
            Some((-1.0, 0.5)),
            Some((0.5, 0.5)),
            Some((0.5, 3.0)),
            Some((0.9, 3.0)),
            Some((0.9, 0.5)),
        ]);
        assert_eq!(
            parts,
            [
                vec![(0.0, 0.5), (0.5, 0.5), (0.5, 1.0)],
                vec![(0.9, 1.0), (0.9, 0.5)]
            ]
        );
    }

    #[test]
    fn a_gap_breaks_and_a_lone_point_is_a_dot() {
        let parts = line(&[
            Some((0.1, 0.1)),
            Some((0.2, 0.1)),
            None,
            Some((0.2, 0.9)),
            None,
            Some((0.3, 0.9)),
            Some((0.4, 0.9)),
        ]);
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[1], [(0.2, 0.9), (0.2, 0.9)]);
    }

    #[test]
    fn a_huge_segment_crosses_where_it_should() {
        let (p, q) = segment((0.0, -1e60), (1.0, 1e60)).expect("it crosses the square");
        assert_eq!((p.1, q.1), (0.0, 1.0));
        assert!((p.0 - 0.5).abs() < 1e-9 && (q.0 - 0.5).abs() < 1e-9);
    }

    #[test]
    fn polygons_are_cut() {
        let cut = polygon(vec![(-1.0, 0.25), (2.0, 0.25), (2.0, 5.0), (-1.0, 5.0)]);
        assert!(
            cut.iter()
                .all(|p| (0.0..=1.0).contains(&p.0) && (0.25..=1.0).contains(&p.1))
        );
        assert!(polygon(vec![(2.0, 2.0), (3.0, 2.0), (3.0, 3.0)]).is_empty());
    }

    #[test]
    fn straight_parts_become_two_points() {
        let relu: Vec<Point> = (-100..=100)
            .map(|k| (f64::from(k), f64::from(k).max(0.0)))
            .collect();
        assert_eq!(
            simplified(&relu, 0.01),
            [(-100.0, 0.0), (0.0, 0.0), (100.0, 100.0)]
        );
    }

    #[test]
    fn a_dense_line_keeps_its_peaks_and_few_points() {
        let zigzag = |k: usize| {
            (
                k as f64 / 1000.0,
                if k == 31_415 {
                    9.0
                } else {
                    (k % 7) as f64 / 7.0
                },
            )
        };
        let points: Vec<Point> = (0..100_000).map(zigzag).collect();
        let few = simplified(&points, 0.04);
        assert!(few.len() <= 4 * 200, "{}", few.len());
        assert!(few.contains(&zigzag(31_415)));
        assert_eq!((few[0], few[few.len() - 1]), (points[0], points[99_999]));
    }
}
