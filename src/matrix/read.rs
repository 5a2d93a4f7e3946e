//! Matrices that are read from files.
use super::{Exchange, Matrix, Site, Spans};
use crate::error::{Error, Result};
use crate::grid::Grid;
use crate::reading::{check_all_computed, checked_on_reading};

checked_on_reading! {
    Matrix by check_read, read as "Matrix" in MatrixFields {
        grid: Grid,
        sites: Vec<Site>,
        since: Vec<u8>,
        spans: Spans,
        exchanged: Vec<Exchange>,
    }
}

/// Largest amount that is said to have been exchanged in a row of sites.
const MOST_EXCHANGED: f64 = 1e12;

impl Matrix {
    /// Amounts and moments at every site that fibers can have.
    pub(crate) fn check_sites(&self) -> Result<()> {
        self.sites.iter().try_for_each(|site| {
            site.new.check_read()?;
            site.mature.check_read()?;
            site.check_read()
        })
    }

    /// One entry per site or row, and turnover that can be.
    fn check_read(&self) -> Result<()> {
        self.grid.check_of_tissue()?;
        let sites = self.grid.sites();
        for (quantity, length, sites) in [
            ("a matrix", self.sites.len(), sites),
            ("the turnover of a matrix", self.since.len(), sites),
            ("what the rows of a matrix exchanged", self.exchanged.len(), self.grid.rows()),
        ] {
            if length != sites {
                return Err(Error::WrongLength { quantity, length, sites });
            }
        }
        self.spans.check_read()?;
        self.exchanged.iter().try_for_each(|exchange| {
            let amounts = [exchange.renewed, exchange.lost];
            check_all_computed("collagen exchanged in a row", &amounts, "(amount)", -MOST_EXCHANGED..=MOST_EXCHANGED)
        })
    }
}
