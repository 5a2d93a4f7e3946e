//! How macrophages arrive, and stop arriving where there is no room for more.
use super::Macrophage;
use crate::engine::{Counts, Found};
use crate::grid::{Field, Grid, Tiles};
use crate::parameters::MacrophageParameters;
use crate::random::{Purpose, StepKey, Stream};
use rand::RngExt;
use rand_distr::{Distribution, Poisson};

/// Side of the tiles in µm on which room is counted: some 500 macrophages fill one, so that the scatter of few is no crowd.
const TILE: f64 = 200.0;

/// How many macrophages fill a mm² of a field: N_Φ × the thickness of its slab.
pub(crate) fn full_per_mm2(parameters: &MacrophageParameters, grid: &Grid) -> f64 {
    parameters.packed_per_mm3 * grid.slab().thickness.in_millimeters()
}

/// Inflammation that recruits macrophages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inflammation<'a> {
    pub(crate) levels: &'a Field,
    /// Level up to which there is none.
    pub(crate) rest_level: f64,
}

/// What arrives in a step, with storage that is used again by the next one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arrivals {
    found: Found<(f64, f64)>,
    counts: Counts,
    tiles: Tiles,
    /// Share of each tile that is free.
    free_share: Vec<f64>,
    /// How many more each tile has place for.
    places: Vec<usize>,
    /// How many have arrived on each tile, and how many of them are kept of how many.
    arrived: Vec<usize>,
}

impl Arrivals {
    /// Arrivals during `hours` at inflammation I: dn/dt = k_R I (1 − n/N), with n macrophages per area on tiles of about
    /// 200 µm and N of them where a tile is full. Exactly in time, (N − n) (1 − e^{−k_R I t/N}) are expected per area; at
    /// each site of the signals' grid a Poisson number arrives. Where these are more than a tile has place for,
    /// the excess is left out, so that the field never holds more than N times its area at any inflammation.
    /// Identities are given from `next_id` on, in order of the sites.
    pub(crate) fn recruit(
        &mut self,
        macrophages: &mut Vec<Macrophage>,
        Inflammation { levels: inflammation, rest_level }: Inflammation,
        parameters: &MacrophageParameters,
        key: StepKey,
        next_id: &mut u64,
    ) {
        if inflammation.maximum() <= rest_level {
            return;
        }
        let grid = *inflammation.grid();
        let full_per_um2 = full_per_mm2(parameters, &grid) * 1e-6;
        self.look_for_room(macrophages, &grid, full_per_um2);
        let (tiles, free_share, full) = (&self.tiles, &self.free_share, full_per_um2 * grid.site_area());
        let per_level = parameters.recruitment_rate * grid.site_area() * 1e-6 * key.hours;
        let is_inflamed = |site: usize| inflammation.values()[site] > rest_level;
        self.found.look_drawing(
            grid.sites(),
            key,
            Purpose::Recruitment,
            is_inflamed,
            |site, first_draw, draws, found| {
                let (at_most, (x, y)) = (inflammation.values()[site] * per_level, grid.center_of(site));
                // None arrives if the first draw is below e^{−expected} ≥ 1 − expected: as a rule.
                if first_draw >= 1.0 - at_most {
                    arrive((x, y), grid.spacing(), expected(at_most, free_share[tiles.at(x, y)], full), draws(), found);
                }
            },
        );
        self.add(macrophages, |tile| key.stream(Purpose::Recruitment, (grid.sites() + tile) as u64), next_id);
    }

    /// Counts how much of every tile is free.
    fn look_for_room(&mut self, macrophages: &[Macrophage], grid: &Grid, full_per_um2: f64) {
        let tiles = Tiles::of(grid, TILE);
        self.counts.count(macrophages.len(), tiles.count(), |cell| tiles.at(macrophages[cell].x, macrophages[cell].y));
        let full = full_per_um2 * tiles.width * tiles.height;
        let (free_share, places) = (&mut self.free_share, &mut self.places);
        free_share.clear();
        places.clear();
        for count in self.counts.totals() {
            free_share.push((1.0 - count as f64 / full).max(0.0));
            places.push((full.ceil() as usize).saturating_sub(count));
        }
        // Walks may take more into a tile than fill it. What is then free elsewhere is not free in the field, and is shared
        // out among the tiles without a remainder.
        let open: usize = places.iter().sum();
        let left = ((full * tiles.count() as f64).ceil() as usize).saturating_sub(macrophages.len());
        if open > left {
            let mut passed = 0;
            for places in places {
                let before = passed * left / open;
                passed += *places;
                *places = passed * left / open - before;
            }
        }
        self.tiles = tiles;
    }

    /// Adds what arrives, as far as there is place: of too many on a tile each is kept with the same probability,
    /// evenly over all of them. `draws` gives the random numbers of a tile.
    fn add(&mut self, macrophages: &mut Vec<Macrophage>, draws: impl Fn(usize) -> Stream, next_id: &mut u64) {
        let Self { found, tiles, places, arrived, .. } = self;
        let place = |&(x, y): &(f64, f64)| tiles.at(x, y);
        arrived.clear();
        arrived.resize(tiles.count(), 0);
        found.iter().for_each(|arrival| arrived[place(arrival)] += 1);
        let all: usize = arrived.iter().sum();
        make_room(macrophages, all);
        let mut add = |&(x, y): &(f64, f64)| {
            macrophages.push(Macrophage { id: *next_id, x, y, age: 0.0 });
            *next_id += 1;
        };
        if arrived.iter().zip(&*places).all(|(arrived, places)| arrived <= places) {
            return found.iter().for_each(add);
        }
        // Every arrival adds the places of its tile; where the sum passes a multiple of the arrivals, it is kept.
        let mut passed: Vec<usize> = (0..arrived.len()).map(|tile| start(&draws, tile, arrived[tile])).collect();
        for arrival in found.iter() {
            let tile = place(arrival);
            passed[tile] += places[tile].min(arrived[tile]);
            if passed[tile] >= arrived[tile] {
                passed[tile] -= arrived[tile];
                add(arrival);
            }
        }
    }
}

/// Where to begin to count on a tile with so many arrivals.
fn start(draws: &impl Fn(usize) -> Stream, tile: usize, arrived: usize) -> usize {
    if arrived == 0 { 0 } else { draws(tile).random_range(0..arrived) }
}

/// How many arrive at a site within a step on average: dn/dt = k_R I (1 − n/N) gives (N − n) (1 − e^{−k_R I Δt/N}), with
/// k_R I Δt `at_most`, a share 1 − n/N of the site that is free, and N `full`.
fn expected(at_most: f64, free_share: f64, full: f64) -> f64 {
    -free_share * full * (-at_most / full).exp_m1()
}

/// Draws a Poisson number of arrivals, each anywhere in the site around a center.
fn arrive((x, y): (f64, f64), side: f64, expected: f64, mut draws: Stream, found: &mut Vec<(f64, f64)>) {
    let Ok(poisson) = Poisson::new(expected) else { return };
    let count = poisson.sample(&mut draws) as usize;
    let mut place = |center: f64| center + (draws.random::<f64>() - 0.5) * side;
    found.extend((0..count).map(|_| (place(x), place(y))));
}

/// Makes room for so many more: by a quarter of the list at least, since the list and its copy are there at once while it
/// grows.
fn make_room(macrophages: &mut Vec<Macrophage>, more: usize) {
    if macrophages.len() + more > macrophages.capacity() {
        macrophages.reserve_exact(more.max(macrophages.len() / 4 + 1));
    }
}
