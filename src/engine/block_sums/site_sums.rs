//! What some sites hold together.
use crate::matrix::{FiberMoments, Matrix, Site, Span};
use std::ops::{AddAssign, Range};

/// Sums over some sites.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SiteSums {
    pub(crate) new: FiberMoments,
    pub(crate) mature: FiberMoments,
    pub(crate) fibrin: f64,
    pub(crate) elastin: f64,
    pub(crate) original: f64,
    pub(crate) thickness: f64,
    pub(crate) fragments: f64,
}

impl SiteSums {
    pub(super) fn of(site: &Site) -> Self {
        let Site { new, mature, fibrin, elastin, original, thickness, fragments } = *site;
        Self { new, mature, fibrin, elastin, original, thickness, fragments }
    }

    /// Both pools together.
    pub(crate) fn collagen(&self) -> FiberMoments {
        self.new + self.mature
    }

    /// Of the sites in a few rows together.
    #[inline]
    pub(super) fn of_all(matrix: &Matrix, rows: impl Iterator<Item = Range<usize>> + Clone) -> Self {
        if let Some(span) = matrix.common_span(rows.clone()) {
            return Self::of_deferred(matrix, rows, span);
        }
        let mut sum = Self::default();
        for row in rows {
            row.for_each(|site| sum += Self::of(&matrix.site(site)));
        }
        sum
    }

    /// The same of sites at which the same span of turnover is deferred.
    #[inline]
    fn of_deferred(matrix: &Matrix, rows: impl Iterator<Item = Range<usize>>, span: &Span) -> Self {
        let mut sum = Self::default();
        rows.for_each(|row| sum.add(matrix.sites_before(row)));
        sum.apply(span);
        sum
    }

    /// Adds sites as they are kept. Turnover is linear: where it is deferred, it is applied to the sum ([`SiteSums::apply`]).
    #[inline]
    pub(super) fn add(&mut self, sites: &[Site]) {
        for site in sites {
            *self += Self::of(site);
        }
    }

    /// Apart: many at once would be gathered number by number.
    #[inline(never)]
    pub(super) fn apply(&mut self, span: &Span) {
        span.pass_over(&mut self.new, &mut self.mature);
        self.elastin *= span.elastin_left;
        self.original *= span.original_left;
        self.thickness *= span.thickness_left;
        self.fragments *= span.fragments_left;
    }
}

impl AddAssign for SiteSums {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.mature += other.mature;
        self.fibrin += other.fibrin;
        self.elastin += other.elastin;
        self.original += other.original;
        self.thickness += other.thickness;
        self.fragments += other.fragments;
    }
}
