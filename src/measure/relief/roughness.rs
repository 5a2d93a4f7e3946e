//! How rough a surface is, along x and along y.
//!
//! The notions are those of profile measurement (ISO 4287:1997, ISO 21920-2:2021): a *profile* is the
//! height along a straight line, its *mean line* the straight line fitted to it by least squares, so that a
//! tilt does not count. Ra is the mean distance of the profile from its mean line; Rz is the height from the
//! deepest valley to the highest peak within a *sampling length*, averaged over up to five of them.
//! Long waves are not filtered out: the wide relief of a scar counts, as in Pa and Pz of the same standards.
use crate::engine::{self, slices};
use crate::error::Result;
use crate::grid::{Field, Grid};
use crate::measure::regions::{Region, check_field};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Shortest sampling length in µm: that of ISO 4288:1996 for Ra of 2 to 10 µm; a shorter one would lose
/// wrinkles and scars, which are millimeters wide.
const SAMPLING_LENGTH: f64 = 2500.0;
/// Most sampling lengths in a profile.
const MOST_SAMPLING_LENGTHS: f64 = 5.0;
/// Shortest profile in µm. The surface is smooth over some 100 µm: a shorter piece shows slope, not relief.
const SHORTEST_PROFILE: f64 = 400.0;

/// Ra and Rz of profiles in one direction.
///
/// ```
/// # use dermaweave::{Field, Grid, Length};
/// # use dermaweave::measure::{Profiles, Region};
/// # let side = Length::millimeters(4.0);
/// # let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// # let profiles = Profiles::new(&Region::all(&grid), &grid)?;
/// let tilted = Field::from_fn(grid, |x, y| 0.1 * x - 0.3 * y);
/// let along_x = profiles.roughness(&tilted)?.along_x.unwrap();
/// assert!(along_x.ra_um < 1e-9 && along_x.rz_um < 1e-9);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProfileRoughness {
    /// Mean distance from the mean line, Ra = (1/l) ∫ |z| dx, in µm.
    #[serde(with = "crate::reading::number")]
    pub ra_um: f64,
    /// Mean height from valley to peak over the sampling lengths, Rz, in µm.
    #[serde(with = "crate::reading::number")]
    pub rz_um: f64,
}

/// Roughness of a region along x and along y.
///
/// ```
/// # use dermaweave::{Field, Grid, Length};
/// # use dermaweave::measure::{Profiles, Region};
/// # let side = Length::millimeters(4.0);
/// # let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// # let profiles = Profiles::new(&Region::all(&grid), &grid)?;
/// // Wrinkles along y, 0.8 mm apart and 50 µm deep.
/// let wrinkles = Field::from_fn(grid, |x, _| 25.0 * (std::f64::consts::TAU * x / 800.0).cos());
/// let roughness = profiles.roughness(&wrinkles)?;
/// assert_eq!(roughness.across(), roughness.along_x);
/// assert!((roughness.across().unwrap().rz_um - 50.0).abs() < 0.2);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Roughness {
    /// Of profiles along x; none if the region is too narrow.
    pub along_x: Option<ProfileRoughness>,
    /// Of profiles along y; none if the region is too narrow.
    pub along_y: Option<ProfileRoughness>,
}

impl Roughness {
    /// The roughness in the direction of the larger Ra: wrinkles lie along one direction, and what is seen
    /// and what is perceived is the relief across them. None where neither direction has a profile.
    pub fn across(&self) -> Option<ProfileRoughness> {
        [self.along_x, self.along_y].into_iter().flatten().max_by(|first, second| first.ra_um.total_cmp(&second.ra_um))
    }
}

/// The profiles of a region: the longest unbroken runs of its sites in every row and column that are at
/// least 0.4 mm long. They do not continue over the edge of a periodic field.
///
/// ```
/// use dermaweave::{Field, Grid, Length};
/// use dermaweave::measure::{Profiles, Region};
/// let side = Length::millimeters(1.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let flat = Field::uniform(grid, 3.0);
/// let all = Profiles::new(&Region::all(&grid), &grid)?;
/// assert!(all.roughness(&flat)?.across().unwrap().ra_um < 1e-12);
/// // A disc of 0.3 mm is too small for a profile.
/// let dot = Region::disc("dot", &grid, side * 0.5, side * 0.5, Length::micrometers(300.0))?;
/// assert_eq!(Profiles::new(&dot, &grid)?.roughness(&flat)?.across(), None);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Profiles {
    grid: Grid,
    along_x: Vec<Profile>,
    along_y: Vec<Profile>,
}

/// Sites `first`, `first + stride`, … in a straight line.
#[derive(Clone, Copy, Debug)]
struct Profile {
    first: usize,
    stride: usize,
    sites: usize,
    sampling_lengths: usize,
}

impl Profiles {
    /// Finds the profiles of a region.
    /// A region of another field gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn new(region: &Region, grid: &Grid) -> Result<Self> {
        region.check_grid(grid)?;
        Ok(Self::of(&|site| region.holds(site), grid))
    }

    /// The profiles of the sites that a region `holds`.
    pub(super) fn of(holds: &impl Fn(usize) -> bool, grid: &Grid) -> Self {
        let (columns, rows) = (grid.columns(), grid.rows());
        let along_x = (0..rows).flat_map(|row| runs(holds, row * columns, 1, columns, grid.spacing()));
        let along_y = (0..columns).flat_map(|column| runs(holds, column, columns, rows, grid.spacing()));
        Self { grid: *grid, along_x: along_x.collect(), along_y: along_y.collect() }
    }

    /// The roughness of a height in µm.
    /// Each direction is the mean over its profiles, weighted by their lengths.
    ///
    /// A profile that holds only a few waves may take part of them for a tilt: up to 3/(π n) of their
    /// amplitude at either end for n waves that start on the mean line.
    ///
    /// A height on another field than that of the profiles gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn roughness(&self, height: &Field) -> Result<Roughness> {
        check_field("a height", height.grid(), &self.grid)?;
        Ok(self.roughness_of(height))
    }

    /// The same of a height that is known to be on their field.
    pub(super) fn roughness_of(&self, height: &Field) -> Roughness {
        Roughness { along_x: mean(&self.along_x, height), along_y: mean(&self.along_y, height) }
    }
}

/// The profiles among `count` sites in a line.
fn runs(holds: &impl Fn(usize) -> bool, first: usize, stride: usize, count: usize, spacing: f64) -> Vec<Profile> {
    let (mut profiles, mut start) = (Vec::new(), 0);
    // The end of the line ends a run as a site outside does.
    for end in 0..=count {
        if end == count || !holds(first + end * stride) {
            let length = (end - start) as f64 * spacing;
            if length >= SHORTEST_PROFILE * (1.0 - 1e-9) {
                let sampling_lengths = (length / SAMPLING_LENGTH * (1.0 + 1e-9)).clamp(1.0, MOST_SAMPLING_LENGTHS);
                let first = first + start * stride;
                profiles.push(Profile {
                    first,
                    stride,
                    sites: end - start,
                    sampling_lengths: sampling_lengths as usize,
                });
            }
            start = end + 1;
        }
    }
    profiles
}

fn mean(profiles: &[Profile], height: &Field) -> Option<ProfileRoughness> {
    let measured = engine::collect_costly(profiles.len(), |index| profiles[index].roughness(height.values()));
    let sites: usize = profiles.iter().map(|profile| profile.sites).sum();
    let weighted = |of: &dyn Fn(&ProfileRoughness) -> f64| {
        let terms = profiles.iter().zip(&measured).map(|(profile, measured)| profile.sites as f64 * of(measured));
        terms.sum::<f64>() / sites as f64
    };
    (sites > 0).then(|| ProfileRoughness { ra_um: weighted(&|of| of.ra_um), rz_um: weighted(&|of| of.rz_um) })
}

impl Profile {
    fn roughness(&self, height: &[f64]) -> ProfileRoughness {
        let heights = self.heights(height);
        let mean_line = MeanLine::of(&heights);
        let deviation = |position: f64, z: f64| z - mean_line.at(position);
        // Sampling lengths are equal to within one site.
        let border = |index: usize| index * self.sites / self.sampling_lengths;
        let (mut sizes, mut peaks_to_valleys) = (0.0, 0.0);
        for index in 0..self.sampling_lengths {
            let (first, part) = (border(index) as f64, &heights[border(index)..border(index + 1)]);
            let (size, valley, peak) = slices::sizes_and_range_by(part, |position, z| deviation(first + position, z));
            sizes += size;
            peaks_to_valleys += peak - valley;
        }
        let (ra_um, rz_um) = (sizes / self.sites as f64, peaks_to_valleys / self.sampling_lengths as f64);
        ProfileRoughness { ra_um, rz_um }
    }

    /// Its heights, one after another.
    fn heights<'a>(&self, height: &'a [f64]) -> Cow<'a, [f64]> {
        let last = self.first + (self.sites - 1) * self.stride;
        let through = &height[self.first..=last];
        if self.stride == 1 { through.into() } else { through.iter().step_by(self.stride).copied().collect() }
    }
}

/// The straight line that fits heights at equal distances best, by least squares.
struct MeanLine {
    /// Its height in the middle, and where that is.
    level: f64,
    middle: f64,
    /// µm per site.
    slope: f64,
}

impl MeanLine {
    fn of(heights: &[f64]) -> Self {
        let (count, middle) = (heights.len() as f64, 0.5 * (heights.len() as f64 - 1.0));
        let [sum, moment] = slices::sums_by(heights, |position, z| [z, (position - middle) * z]);
        // Σ (k − middle)² = n (n² − 1)/12.
        Self { level: sum / count, middle, slope: moment * 12.0 / (count * (count * count - 1.0)) }
    }

    fn at(&self, position: f64) -> f64 {
        self.level + self.slope * (position - self.middle)
    }
}
