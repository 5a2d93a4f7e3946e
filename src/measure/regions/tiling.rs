//! How the sites of a region are shared out among windows.
use crate::grid::Unrolled;
use std::collections::BTreeSet;
use std::ops::Range;

/// Shares some sites out among squares of so many sites a side, centered on them also over the seam of a periodic field:
/// every site is in one window.
///
/// A square at the rim may hold a few sites only. Left alone, it would look too orderly: a site that one cell has worked
/// is parallel, whatever the tissue is like. Left out, its sites would be missing from the mean. So a square that is less
/// than half full joins the nearest of the squares around it that is at least half full. Where there is none, as in a
/// narrow region, those that are less than half full join each other, the smallest first, until they are.
pub(super) fn tiles(inside: &[usize], field: &Unrolled, sites_per_side: usize) -> Vec<Vec<usize>> {
    let mut tiles = Tiles::of(inside, field, sites_per_side);
    let joins = |tile| Some((tile, tiles.nearest(tile, |other| !tiles.is_sliver(other))?));
    // Found before any is joined, so that their order decides nothing.
    let joined: Vec<_> = tiles.slivers().filter_map(joins).collect();
    for (tile, into) in joined {
        tiles.join(tile, into);
    }
    let mut slivers: BTreeSet<_> = tiles.slivers().map(|tile| (tiles.sites[tile].len(), tile)).collect();
    while let Some((_, tile)) = slivers.pop_first() {
        let Some(into) = tiles.nearest(tile, |_| true) else { continue };
        slivers.remove(&(tiles.sites[into].len(), into));
        tiles.join(tile, into);
        if tiles.is_sliver(into) {
            slivers.insert((tiles.sites[into].len(), into));
        }
    }
    tiles.sites.retain(|tile| !tile.is_empty());
    tiles.sites
}

/// Squares of a lattice, some of them joined to others.
struct Tiles {
    /// Squares along x.
    across: usize,
    sites_per_side: usize,
    /// The sites of every square, none where it has joined another.
    sites: Vec<Vec<usize>>,
    /// The square that has taken in each.
    owner: Vec<usize>,
    /// Those that each has taken in.
    taken: Vec<Vec<usize>>,
    /// Sums over its sites of columns and rows.
    columns: Vec<f64>,
    rows: Vec<f64>,
}

impl Tiles {
    fn of(inside: &[usize], field: &Unrolled, sites_per_side: usize) -> Self {
        let across = Tiling::of(inside.iter().map(|&site| field.column(site)), sites_per_side);
        let up = Tiling::of(inside.iter().map(|&site| field.row(site)), sites_per_side);
        let count = across.count * up.count;
        let mut tiles = Self {
            across: across.count,
            sites_per_side,
            sites: vec![Vec::new(); count],
            owner: (0..count).collect(),
            taken: vec![Vec::new(); count],
            columns: vec![0.0; count],
            rows: vec![0.0; count],
        };
        for &site in inside {
            let (column, row) = (field.column(site), field.row(site));
            let tile = up.number(row) * across.count + across.number(column);
            tiles.sites[tile].push(site);
            tiles.columns[tile] += column as f64;
            tiles.rows[tile] += row as f64;
        }
        tiles
    }

    /// All that are less than half full.
    fn slivers(&self) -> impl Iterator<Item = usize> {
        (0..self.sites.len()).filter(|&tile| !self.sites[tile].is_empty() && self.is_sliver(tile))
    }

    /// Whether it is less than half full.
    fn is_sliver(&self, tile: usize) -> bool {
        2 * self.sites[tile].len() < self.sites_per_side * self.sites_per_side
    }

    /// The nearest, by the middles of their sites, of those around one that `may` take it in.
    fn nearest(&self, tile: usize, may: impl Fn(usize) -> bool) -> Option<usize> {
        let members = std::iter::once(tile).chain(self.taken[tile].iter().copied());
        let around = members.flat_map(|member| self.around(member)).map(|other| self.owner[other]);
        let others = around.filter(|&other| other != tile && !self.sites[other].is_empty() && may(other));
        others.min_by(|&first, &second| self.distance(tile, first).total_cmp(&self.distance(tile, second)))
    }

    /// The squares that touch one, row by row, and itself.
    fn around(&self, tile: usize) -> impl Iterator<Item = usize> {
        let (across, up) = (self.across, self.sites.len() / self.across);
        let next_to = |index: usize, count: usize| -> Range<usize> { index.saturating_sub(1)..(index + 2).min(count) };
        let columns = next_to(tile % across, across);
        next_to(tile / across, up).flat_map(move |row| columns.clone().map(move |column| row * across + column))
    }

    fn distance(&self, first: usize, second: usize) -> f64 {
        let middle = |sums: &[f64], tile: usize| sums[tile] / self.sites[tile].len() as f64;
        let along = |sums: &[f64]| middle(sums, first) - middle(sums, second);
        along(&self.columns).hypot(along(&self.rows))
    }

    /// Gives all sites of a square to another.
    fn join(&mut self, tile: usize, into: usize) {
        let (sites, taken) = (std::mem::take(&mut self.sites[tile]), std::mem::take(&mut self.taken[tile]));
        self.sites[into].extend(sites);
        for member in taken.into_iter().chain([tile]) {
            self.owner[member] = into;
            self.taken[into].push(member);
        }
        self.columns[into] += self.columns[tile];
        self.rows[into] += self.rows[tile];
    }
}

/// Squares that span some indices, evenly overhanging.
struct Tiling {
    /// Where the first square begins; one side is added, so that it cannot be negative.
    begin: usize,
    side: usize,
    count: usize,
}

impl Tiling {
    fn of(indices: impl Iterator<Item = usize> + Clone, side: usize) -> Self {
        let (first, last) = (indices.clone().min().unwrap_or(0), indices.max().unwrap_or(0));
        let count = (last - first + 1).div_ceil(side);
        let overhang = (count * side - (last - first + 1)) / 2;
        Self { begin: first + side - overhang, side, count }
    }

    /// The square in which an index lies.
    const fn number(&self, index: usize) -> usize {
        (index + self.side - self.begin) / self.side
    }
}
