//! Sets of sites, and how they are read from strips of blocks.
use super::blocks::CoarseSites;
use super::site_sums::SiteSums;
use super::strip::{STRIP_ROWS, Strip};
use crate::grid::Grid;
use crate::matrix::Matrix;
use std::ops::Range;

/// What two ranges share.
fn shared(first: &Range<usize>, second: &Range<usize>) -> Range<usize> {
    first.start.max(second.start)..first.end.min(second.end)
}

/// Neighboring blocks or, at the rim of a set, neighboring sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Members {
    first: u32,
    length: u32,
    of_blocks: bool,
}

impl Members {
    fn members(&self) -> Range<usize> {
        self.first as usize..(self.first + self.length) as usize
    }
}

/// Sets of sites, each as runs of whole blocks and of single sites.
#[derive(Clone, Debug)]
pub(crate) struct RegionSets {
    pub(super) blocks: CoarseSites,
    runs: Vec<Members>,
    /// Where the runs of every set end.
    ends: Vec<usize>,
    /// Sites of every set.
    sites: Vec<usize>,
    /// Rows of blocks that every set reaches into.
    rows: Vec<Range<u32>>,
    /// The sets that reach into every strip.
    in_strips: Vec<Vec<u32>>,
}

impl RegionSets {
    /// No sets yet, of the sites of a grid.
    pub(crate) fn none(grid: &Grid) -> Self {
        let blocks = CoarseSites::of(grid);
        let in_strips = vec![Vec::new(); blocks.rows.div_ceil(STRIP_ROWS)];
        Self { blocks, runs: Vec::new(), ends: Vec::new(), sites: Vec::new(), rows: Vec::new(), in_strips }
    }

    /// Sites along one side of a whole block.
    pub(crate) const fn coarse_side(&self) -> usize {
        self.blocks.side
    }

    /// CoarseSites along x.
    pub(crate) const fn blocks_in_row(&self) -> usize {
        self.blocks.columns
    }

    /// How many sets there are.
    pub(crate) const fn count(&self) -> usize {
        self.ends.len()
    }

    /// How many sites a set has.
    pub(crate) fn sites(&self, set: usize) -> usize {
        self.sites[set]
    }

    /// Adds a set of different sites, in any order.
    pub(crate) fn push(&mut self, sites: impl IntoIterator<Item = usize>) {
        // Both in one number, by which they are sorted fast: blocks are as few as sites, and those are counted in 32 bits.
        let mut members: Vec<_> =
            sites.into_iter().map(|site| (self.blocks.at(site) as u64) << 32 | site as u64).collect();
        members.sort_unstable();
        let block = |member: u64| (member >> 32) as usize;
        let in_blocks = || members.chunk_by(|&first, &second| block(first) == block(second));
        let whole = |sites: &&[u64]| sites.len() == self.blocks.sites_in_each();
        let mut runs = Vec::new();
        // CoarseSites first: at the rim, runs of blocks and of sites would else alternate and be short.
        for sites in in_blocks().filter(whole) {
            extend(&mut runs, block(sites[0]) as u32, true);
        }
        for sites in in_blocks().filter(|sites| !whole(sites)) {
            for &member in sites {
                extend(&mut runs, member as u32, false);
            }
        }
        let row = |member: &u64| (block(*member) / self.blocks.columns) as u32;
        let rows = members.first().zip(members.last()).map_or(0..0, |(first, last)| row(first)..row(last) + 1);
        self.add(runs, members.len(), rows);
    }

    /// Adds a set that others have.
    pub(crate) fn push_set_of(&mut self, others: &Self, set: usize) {
        self.add(others.runs(set).iter().copied(), others.sites[set], others.rows[set].clone());
    }

    fn add(&mut self, runs: impl IntoIterator<Item = Members>, sites: usize, rows: Range<u32>) {
        let strips = rows.start as usize / STRIP_ROWS..(rows.end as usize).div_ceil(STRIP_ROWS);
        let set = self.ends.len() as u32;
        self.in_strips[strips].iter_mut().for_each(|strip| strip.push(set));
        self.runs.extend(runs);
        self.ends.push(self.runs.len());
        self.sites.push(sites);
        self.rows.push(rows);
    }

    /// The runs of a set; equal sets have equal runs.
    pub(crate) fn runs(&self, set: usize) -> &[Members] {
        let begin = set.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.runs[begin..self.ends[set]]
    }

    /// The block that some different sites are, if they are one.
    pub(crate) fn block_of(&self, sites: &[usize]) -> Option<usize> {
        let block = self.blocks.at(*sites.first()?);
        let whole = sites.len() == self.blocks.sites_in_each();
        (whole && sites.iter().all(|&site| self.blocks.at(site) == block)).then_some(block)
    }

    /// What the sets that reach into a strip hold there, each with its number.
    pub(super) fn within(&self, strip: &Strip) -> Vec<(u32, SiteSums)> {
        let sets = self.in_strips[strip.rows.start / STRIP_ROWS].iter();
        sets.map(|&set| (set, self.sum_within(set as usize, strip))).collect()
    }

    fn sum_within(&self, set: usize, strip: &Strip) -> SiteSums {
        let mut sum = SiteSums::default();
        for run in self.runs(set) {
            if run.of_blocks {
                let blocks = shared(&run.members(), &strip.blocks);
                blocks.for_each(|block| sum += strip.sums[block - strip.blocks.start]);
            } else {
                let sites = shared(&run.members(), &strip.sites);
                sites.for_each(|site| sum += SiteSums::of(&strip.matrix.site(site)));
            }
        }
        sum
    }

    /// What a set holds, read from the matrix itself.
    pub(crate) fn sum_of_sites(&self, set: usize, matrix: &Matrix) -> SiteSums {
        let mut sum = SiteSums::default();
        for run in self.runs(set) {
            if run.of_blocks {
                run.members().for_each(|block| sum += SiteSums::of_all(matrix, self.blocks.rows_of(block)));
            } else {
                run.members().for_each(|site| sum += SiteSums::of(&matrix.site(site)));
            }
        }
        sum
    }
}

/// Adds a block or a site to the last run if it follows on it, or begins a run.
fn extend(runs: &mut Vec<Members>, index: u32, of_blocks: bool) {
    match runs.last_mut() {
        Some(run) if run.of_blocks == of_blocks && run.first + run.length == index => run.length += 1,
        _ => runs.push(Members { first: index, length: 1, of_blocks }),
    }
}
