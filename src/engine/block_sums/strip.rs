//! The sums of a few rows of blocks.
use super::blocks::CoarseSites;
use super::site_sums::SiteSums;
use crate::matrix::{Matrix, Site, Span};
use std::ops::Range;

/// Rows of blocks in a strip: as high as two windows of organization.
pub(super) const STRIP_ROWS: usize = 10;

/// The sums of some rows of blocks at one instant.
pub(super) struct Strip<'a> {
    pub(super) matrix: &'a Matrix,
    /// Its rows, blocks and sites.
    pub(super) rows: Range<usize>,
    pub(super) blocks: Range<usize>,
    pub(super) sites: Range<usize>,
    /// Of every block.
    pub(super) sums: Vec<SiteSums>,
}

impl<'a> Strip<'a> {
    pub(super) fn of(matrix: &'a Matrix, blocks: CoarseSites, rows: Range<usize>) -> Self {
        let all = |in_row: usize| rows.start * in_row..rows.end * in_row;
        let (numbers, sites) = (all(blocks.columns), all(blocks.side * blocks.sites_along_x()));
        // Found once where the same is deferred at all of them, as in tissue at rest.
        let sums = match matrix.common_span(std::iter::once(sites.clone())) {
            Some(span) => Self::of_deferred(matrix.sites_before(sites.clone()), blocks, span),
            None => numbers.clone().map(|block| SiteSums::of_all(matrix, blocks.rows_of(block))).collect(),
        };
        Self { matrix, sums, rows, blocks: numbers, sites }
    }

    /// The sums of the blocks of whole rows at whose sites the same span is deferred: the sites are read in the order
    /// in which they lie.
    fn of_deferred(sites: &[Site], blocks: CoarseSites, span: &Span) -> Vec<SiteSums> {
        let mut sums = vec![SiteSums::default(); sites.len() / blocks.sites_in_each()];
        let of_rows = sites.chunks(blocks.side * blocks.sites_along_x()).zip(sums.chunks_mut(blocks.columns));
        for (sites, sums) in of_rows {
            for row in sites.chunks(blocks.sites_along_x()) {
                for (sites, block) in row.chunks_exact(blocks.side).zip(&mut *sums) {
                    block.add(sites);
                }
            }
            for block in sums {
                block.apply(span);
            }
        }
        sums
    }
}
