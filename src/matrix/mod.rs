//! What is there: collagen as angular moments in two pools, fibrin and elastin, site by site.
mod bessel_pair;
mod moments;
mod read;
mod site;
mod span;
mod von_mises;

pub(crate) use bessel_pair::bessel_ratio_pair;
pub use moments::FiberMoments;
pub use site::Site;
pub(crate) use span::{Exchange, Span, Spans};
pub use von_mises::{bessel_ratio, concentration, fourth_moment_of_single_family};

use crate::engine::{self, SiteRows};
use crate::grid::Grid;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The matrix of all sites. The numbers of one site lie side by side, since a cell that works a
/// site needs all of them.
///
/// Slow turnover, which is the same for all sites but those under MMP, is not written into every site whenever time
/// passes: a site keeps the number of the spans of time that are applied to it. The others are deferred: reading evaluates them and
/// writes nothing; changing a site flushes them first. So what passes over untouched skin costs the same however large it is.
///
/// Matrices are equal if they read alike, whatever is deferred.
///
/// ```
/// use dermaweave::{FiberMoments, Grid, Length, Matrix};
/// let side = Length::micrometers(100.0);
/// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
/// let weave = FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11);
/// let matrix = Matrix::uniform(grid, weave, 0.005);
/// assert!((matrix.site(0).collagen().resultant_length() - 0.10).abs() < 0.005);
/// assert!(matrix.sites().all(|site| site.elastin == 1.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "read::MatrixFields")]
pub struct Matrix {
    grid: Grid,
    sites: Vec<Site>,
    /// The first span that is deferred at each site.
    since: Vec<u8>,
    spans: Spans,
    /// What was exchanged by flushes in each row since it was taken into the ledger; per row, so that threads share nothing.
    exchanged: Vec<Exchange>,
}

impl PartialEq for Matrix {
    fn eq(&self, other: &Self) -> bool {
        self.grid == other.grid && self.sites().eq(other.sites())
    }
}

impl Matrix {
    /// The same collagen everywhere, a share `new_share` of it young, as thick as its amount is at healthy packing, with healthy
    /// elastin and no fibrin.
    pub fn uniform(grid: Grid, collagen: FiberMoments, new_share: f64) -> Self {
        let thickness = if collagen.density > 0.0 { collagen.density } else { 1.0 };
        let mut site = Site { elastin: 1.0, thickness, ..Site::default() };
        site.set_collagen(collagen, new_share);
        Self {
            grid,
            sites: vec![site; grid.sites()],
            since: vec![0; grid.sites()],
            spans: Spans::none(),
            exchanged: vec![Exchange::default(); grid.rows()],
        }
    }

    /// The grid it lives on.
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The matrix of a site as it is now.
    #[inline(always)]
    pub fn site(&self, index: usize) -> Site {
        let site = &self.sites[index];
        self.deferred(index).map_or(*site, |span| span.after(site))
    }

    /// A site as it is now, read where it is kept; `storage` may be used for it. Numbers that lie side by side are then
    /// worked on side by side, which compilers do not see in copies.
    #[inline(always)]
    pub(crate) fn site_in_place<'s>(&'s self, site: usize, storage: &'s mut Site) -> &'s Site {
        self.spans.read(&self.sites[site], self.since[site], storage)
    }

    /// All sites as they are now, in the grid's order.
    pub fn sites(&self) -> impl ExactSizeIterator<Item = Site> + DoubleEndedIterator + Clone {
        (0..self.sites.len()).map(|index| self.site(index))
    }

    /// One site, to be changed: its turnover alone is flushed.
    pub fn site_mut(&mut self, index: usize) -> &mut Site {
        if let Some(span) = self.spans.since(self.since[index]) {
            self.exchanged[index / self.grid.columns()] += span.apply(&mut self.sites[index]);
            self.since[index] = self.spans.flushed();
        }
        &mut self.sites[index]
    }

    /// One entry per site, to be changed: the turnover of all is flushed.
    pub fn sites_mut(&mut self) -> &mut [Site] {
        self.flush();
        &mut self.sites
    }

    /// Flushes the deferred turnover of all sites, in one pass over them; nothing that is read changes but for round-off.
    pub fn flush(&mut self) {
        if !self.spans.is_empty() {
            engine::change_rows(self.rows_mut(), FLUSHED_ROWS, &|mut rows: SiteRows| rows.flush_all());
            self.spans.clear();
        }
    }

    /// Share of the sites with deferred turnover.
    ///
    /// ```
    /// use dermaweave::{Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::aged(50.0))?;
    /// let mut simulation = Simulation::builder(tissue).protocol(Protocol::untreated(Time::weeks(8.0))).build()?;
    /// simulation.run()?;
    /// // No site of the quiet skin was written.
    /// assert_eq!(simulation.tissue().matrix().pending_share(), 1.0);
    /// let matrix = simulation.tissue_mut().matrix_mut();
    /// let before = matrix.site(7).collagen().density;
    /// let after = matrix.sites_mut()[7].collagen().density;
    /// assert!((after - before).abs() < 1e-13 && matrix.pending_share() == 0.0);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn pending_share(&self) -> f64 {
        let pending = self.since.iter().filter(|since| self.spans.since(**since).is_some()).count();
        pending as f64 / self.since.len() as f64
    }

    /// Collagen of the whole field, both pools, in amount × µm² (1 = that over 1 µm² of healthy young dermis).
    ///
    /// ```
    /// use dermaweave::{FiberMoments, Grid, Length, Matrix};
    /// let side = Length::micrometers(100.0);
    /// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
    /// let half_filled = Matrix::uniform(grid, FiberMoments::isotropic(0.5), 0.005);
    /// assert!((half_filled.collagen_amount() - 5_000.0).abs() < 1e-9);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn collagen_amount(&self) -> f64 {
        let density = |index: usize| {
            let site = self.site(index);
            site.new.density + site.mature.density
        };
        engine::sum(self.sites.len(), density) * self.grid.site_area()
    }

    /// Packing of the collagen of some sites as they are now. All are read before any is worked on, so that memory gives many
    /// at once.
    pub(crate) fn packings_at<const N: usize>(&self, sites: &[usize; N]) -> [f64; N] {
        let mut packings = [0.0; N];
        for (packing, &index) in packings.iter_mut().zip(sites) {
            *packing = self.sites[index].packing();
        }
        for (packing, &index) in packings.iter_mut().zip(sites) {
            if self.deferred(index).is_some() {
                *packing = self.site(index).packing();
            }
        }
        packings
    }

    #[inline(always)]
    fn deferred(&self, index: usize) -> Option<&Span> {
        // Without spans not even the number of the site is looked at.
        if self.spans.is_empty() { None } else { self.spans.since(self.since[index]) }
    }

    /// Sites as they were when each of them was last flushed.
    #[inline]
    pub(crate) fn sites_before(&self, sites: Range<usize>) -> &[Site] {
        &self.sites[sites]
    }

    /// What is deferred at all sites of several ranges, if there is something and it is the same for all.
    #[inline]
    pub(crate) fn common_span(&self, mut ranges: impl Iterator<Item = Range<usize>> + Clone) -> Option<&Span> {
        if self.spans.is_empty() {
            return None;
        }
        let first = *self.since.get(ranges.clone().next()?.start)?;
        // Without a way out, so that many are compared at once.
        let differ = |range: Range<usize>| self.since[range].iter().fold(0, |differ, since| differ | (since ^ first));
        ranges.all(|range| differ(range) == 0).then(|| self.spans.since(first))?
    }

    /// All rows, to be cut apart and changed.
    pub(crate) fn rows_mut(&mut self) -> SiteRows<'_> {
        SiteRows {
            first_row: 0,
            columns: self.grid.columns(),
            sites: &mut self.sites,
            since: &mut self.since,
            exchanged: &mut self.exchanged,
            spans: &self.spans,
        }
    }

    /// Flushes all sites if no span can be added.
    pub(crate) fn make_room(&mut self) {
        if self.spans.is_full() {
            self.flush();
        }
    }

    /// One more span for all sites but those with one of their own ([`SiteRows::advance`]); there must be room.
    pub(crate) fn pass(&mut self, span: Span) {
        self.spans.push(span);
    }

    /// The spans that have passed, to be rolled back to after an evaluation ahead.
    pub(crate) const fn spans(&self) -> &Spans {
        &self.spans
    }

    /// Takes back the spans that passed since, if no site was written.
    pub(crate) fn roll_back(&mut self, spans: Spans) {
        self.spans = spans;
    }

    /// What turnover exchanged since the last [`Matrix::take_exchanged`], in amount × µm², whether flushed or deferred.
    pub(crate) fn exchanged(&self) -> Exchange {
        let pending = |index: usize| {
            self.deferred(index).map_or_else(Exchange::default, |span| span.exchange(&self.sites[index]))
        };
        let flushed: Exchange = self.exchanged.iter().copied().sum();
        (flushed + engine::sum(self.sites.len(), pending)) * self.grid.site_area()
    }

    /// Hands over what flushes exchanged, in amount × µm²; what is deferred counts once it is flushed.
    pub(crate) fn take_exchanged(&mut self) -> Exchange {
        let flushed: Exchange = self.exchanged.iter().copied().sum();
        self.exchanged.fill(Exchange::default());
        flushed * self.grid.site_area()
    }

    /// The first site with a number that is not finite, among those that were written since the span before the last:
    /// time alone makes no such numbers.
    pub(crate) fn first_not_finite(&self) -> Option<(usize, f64)> {
        let written = |since: u8| since.saturating_add(1) >= self.spans.flushed();
        engine::find_first(self.sites.len(), |range| {
            // Of sites that wait only the numbers are read, many at once.
            if !self.since[range.clone()].iter().fold(false, |any, &since| any | written(since)) {
                return None;
            }
            range.filter(|&index| written(self.since[index])).find_map(|index| {
                let Site { fibrin, elastin, original, thickness, fragments, .. } = self.sites[index];
                let fibers = self.sites[index].collagen();
                let contents = fibrin + elastin + original + thickness + fragments;
                let sum = fibers.density + fibers.c2 + fibers.s2 + fibers.c4 + fibers.s4 + contents;
                (!sum.is_finite()).then_some((index, sum))
            })
        })
    }
}

/// Rows that are flushed at a time.
const FLUSHED_ROWS: usize = 8;
