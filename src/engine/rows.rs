//! Whole rows of the matrix, to be changed apart from all others.
use super::InRows;
use crate::matrix::{Exchange, Matrix, Site, Span, Spans};
use std::ops::Range;

/// Some rows of a matrix. A site is flushed before it is handed out to be changed.
pub(crate) struct SiteRows<'a> {
    pub(crate) first_row: usize,
    pub(crate) columns: usize,
    pub(crate) sites: &'a mut [Site],
    pub(crate) since: &'a mut [u8],
    pub(crate) exchanged: &'a mut [Exchange],
    pub(crate) spans: &'a Spans,
}

/// Sites per agent up to which reading all of them one after another is faster than waiting for those that are needed:
/// measured, courses take as long with 128 and longer with 16.
const SITES_WORTH_READING: usize = 48;

/// Rows that are read side by side.
const READ_TOGETHER: usize = 4;

/// Gets ready for so many agents that are about to read some rows and columns of a matrix: none where these are no span, as
/// those of cells whose place is not a number.
pub(crate) fn prepare(matrix: &Matrix, rows: Range<usize>, columns: &Range<usize>, agents: usize) {
    if !rows.is_empty() && rows.len() * columns.len() <= agents * SITES_WORTH_READING {
        let in_row = matrix.grid().columns();
        read_ahead(matrix.sites_before(rows.start * in_row..rows.end * in_row), in_row, columns);
    }
}

/// Reads some columns of rows for nothing but to have them in the cache: memory gives sites several times faster one after
/// another than when cells need them here and there, and faster again from several rows at once.
fn read_ahead(sites: &[Site], in_row: usize, columns: &Range<usize>) {
    for rows in sites.chunks(READ_TOGETHER * in_row) {
        // Several sums, so that none waits for the one before.
        let (mut sums, count) = ([0.0; READ_TOGETHER], rows.len() / in_row);
        for column in columns.clone() {
            sums.iter_mut()
                .enumerate()
                .take(count)
                .for_each(|(row, sum)| *sum += two_numbers(&rows[row * in_row + column]));
        }
        std::hint::black_box(sums);
    }
}

/// Two numbers of a site between which no line of the cache fits.
#[inline(always)]
fn two_numbers(site: &Site) -> f64 {
    site.new.density + site.mature.s2
}

impl SiteRows<'_> {
    /// Gets ready for so many agents that are about to change the rows; nothing changes yet.
    pub(crate) fn read_ahead(&self, agents: usize) {
        if self.sites.len() <= agents * SITES_WORTH_READING {
            read_ahead(self.sites, self.columns, &(0..self.columns));
        }
    }

    /// A site by its number in the matrix, to be changed; none outside the band.
    #[inline]
    pub(crate) fn site_mut(&mut self, site: usize) -> Option<&mut Site> {
        let local = site.checked_sub(self.first_row * self.columns).filter(|local| *local < self.sites.len())?;
        self.flush(local);
        self.sites.get_mut(local)
    }

    /// Applies the deferred turnover of a site.
    #[inline(always)]
    fn flush(&mut self, local: usize) {
        if let Some(span) = self.spans.since(self.since[local]) {
            self.apply(local, span);
        }
    }

    /// Applies a span to a site after which nothing is deferred. Apart, so that code that meets a flushed site keeps all
    /// numbers in registers.
    #[inline(never)]
    fn apply(&mut self, local: usize, span: &Span) {
        self.exchanged[local / self.columns] += span.apply(&mut self.sites[local]);
        self.since[local] = self.spans.flushed();
    }

    /// Flushes every site and numbers all as when no span has passed yet.
    pub(crate) fn flush_all(&mut self) {
        let rows = self.sites.chunks_mut(self.columns).zip(self.since.chunks(self.columns));
        for ((sites, since), exchanged) in rows.zip(self.exchanged.iter_mut()) {
            for (site, &since) in sites.iter_mut().zip(since) {
                if let Some(span) = self.spans.since(since) {
                    *exchanged += span.apply(site);
                }
            }
        }
        self.since.fill(0);
    }

    /// Lets a span of their own pass at some columns of a row. At all other sites the span that is added next
    /// is deferred.
    pub(crate) fn advance(&mut self, row: usize, columns: Range<usize>, span: &Span) {
        for local in row * self.columns + columns.start..row * self.columns + columns.end {
            self.flush(local);
            self.exchanged[row] += span.apply(&mut self.sites[local]);
            self.since[local] = self.spans.flushed() + 1;
        }
    }
}

impl InRows for SiteRows<'_> {
    fn first_row(&self) -> usize {
        self.first_row
    }

    fn rows(&self) -> usize {
        self.exchanged.len()
    }

    fn cut(self, row: usize) -> (Self, Self) {
        let Self { first_row, columns, sites, since, exchanged, spans } = self;
        let (sites, sites_above) = sites.split_at_mut(row * columns);
        let (since, since_above) = since.split_at_mut(row * columns);
        let (exchanged, exchanged_above) = exchanged.split_at_mut(row);
        let above = Self {
            first_row: first_row + row,
            columns,
            sites: sites_above,
            since: since_above,
            exchanged: exchanged_above,
            spans,
        };
        (Self { first_row, columns, sites, since, exchanged, spans }, above)
    }
}
