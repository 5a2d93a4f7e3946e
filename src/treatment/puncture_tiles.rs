//! Punctures sorted by place, so that those around a point are found among a few and not among all.
use super::pattern::Puncture;
use crate::grid::{Boundary, Grid};

/// Side of a tile in µm, unless a puncture is wider: a few of a dense session, and few tiles beside the sites of a field.
const TILE: f64 = 250.0;
/// Added to the reach of a puncture, relative and in µm, so that round-off leaves no tile out.
const MARGIN: (f64, f64) = (1e-9, 1e-6);

/// Punctures, and which of them reach into each tile of a field.
pub(super) struct PunctureTiles<'a> {
    grid: &'a Grid,
    columns: usize,
    rows: usize,
    tiles: Vec<Vec<&'a Puncture>>,
}

impl<'a> PunctureTiles<'a> {
    /// Sorts the punctures of a field by place; those of diameter zero are none.
    pub(super) fn new(punctures: &'a [Puncture], grid: &'a Grid) -> Self {
        let real = || punctures.iter().filter(|puncture| puncture.diameter > 0.0);
        let side = real().fold(TILE, |side, puncture| side.max(puncture.diameter));
        let tiles = |extent: f64| ((extent / side) as usize).max(1);
        let (columns, rows) = (tiles(grid.width()), tiles(grid.height()));
        let mut sorted = Self { grid, columns, rows, tiles: vec![Vec::new(); columns * rows] };
        for puncture in real() {
            let reach = 0.5 * puncture.diameter * (1.0 + MARGIN.0) + MARGIN.1;
            for row in sorted.along(puncture.y, reach, grid.height(), rows) {
                for column in sorted.along(puncture.x, reach, grid.width(), columns) {
                    sorted.tiles[row * columns + column].push(puncture);
                }
            }
        }
        sorted
    }

    /// The punctures in which a point of the field lies.
    pub(super) fn around(&self, x: f64, y: f64) -> impl Iterator<Item = &'a Puncture> {
        let column = tile_at(x, self.grid.width(), self.columns).clamp(0, self.columns as isize - 1);
        let row = tile_at(y, self.grid.height(), self.rows).clamp(0, self.rows as isize - 1);
        let near = &self.tiles[row as usize * self.columns + column as usize];
        near.iter()
            .copied()
            .filter(move |puncture| self.grid.distance((x, y), (puncture.x, puncture.y)) <= 0.5 * puncture.diameter)
    }

    /// The tiles along one side into which a puncture reaches.
    fn along(&self, middle: f64, reach: f64, extent: f64, count: usize) -> impl Iterator<Item = usize> + use<> {
        let (first, last) = (tile_at(middle - reach, extent, count), tile_at(middle + reach, extent, count));
        let count = count as isize;
        let reached = match self.grid.boundary() {
            Boundary::Closed => first.max(0)..=last.min(count - 1),
            // Never round a field more than once.
            Boundary::Periodic => first..=last.min(first + count - 1),
        };
        reached.map(move |tile| tile.rem_euclid(count) as usize)
    }
}

/// The number of the tile, of `count` along an extent, in which a position lies.
fn tile_at(position: f64, extent: f64, count: usize) -> isize {
    (position / extent * count as f64).floor() as isize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, stream};
    use crate::treatment::Cut;
    use crate::units::Length;
    use rand::RngExt;

    /// Defends: no puncture is overlooked, at edges, corners and seams, however large it is.
    #[test]
    fn all_punctures_around_a_point_are_found() {
        let mut draws = stream(3, 0, Purpose::User, 0);
        for (width, height, largest) in [(2000.0, 1200.0, 300.0), (400.0, 2000.0, 900.0), (200.0, 200.0, 150.0)] {
            let sides = [width, height, 20.0].map(Length::micrometers);
            let closed = Grid::new(sides[0], sides[1], sides[2]).unwrap();
            for grid in [closed, closed.with_boundary(Boundary::Periodic)] {
                let punctures: Vec<_> = (0..200)
                    .map(|index| Puncture {
                        x: draws.random::<f64>() * width,
                        y: draws.random::<f64>() * height,
                        depth: 1000.0,
                        diameter: if index % 5 == 0 { 0.0 } else { largest * draws.random::<f64>() },
                        surface_diameter: 0.0,
                        cut: Cut { removed: f64::from(index), ..Cut::needle() },
                    })
                    .collect();
                let sorted = PunctureTiles::new(&punctures, &grid);
                let mut found_any = 0;
                for point in 0..2000 {
                    let (x, y) = match point {
                        0 => (0.0, 0.0),
                        1 => (width, height),
                        2 => (width.next_down(), 0.0),
                        _ => (draws.random::<f64>() * width, draws.random::<f64>() * height),
                    };
                    let inside = |puncture: &&Puncture| {
                        puncture.diameter > 0.0
                            && grid.distance((x, y), (puncture.x, puncture.y)) <= 0.5 * puncture.diameter
                    };
                    let expected: Vec<_> =
                        punctures.iter().filter(inside).map(|puncture| puncture.cut.removed).collect();
                    let mut found: Vec<_> = sorted.around(x, y).map(|puncture| puncture.cut.removed).collect();
                    found.sort_by(f64::total_cmp);
                    assert_eq!(found, expected, "({x}, {y})");
                    found_any += found.len();
                }
                assert!(found_any > 1000, "{found_any}");
            }
        }
    }
}
