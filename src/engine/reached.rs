//! Agents that change sites: which of them reach which band of rows.
use super::banded::{InRows, merge_rows};
use super::for_each_piece;
use std::ops::Range;

/// Rows of sites owned by one band: some of the rows that a cell's body spans, so that most bodies lie in one or two.
pub(crate) const BAND_ROWS: usize = 16;
/// Agents that are handed out together.
pub(crate) const GROUP: usize = 64;
/// Least agents whose bands are found together, and the most blocks of them: for every band all blocks are read.
const REACHING: usize = 1024;
const BLOCKS: usize = 64;

/// Which agents reach which band, in order of the agents; its storage is used again step after step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached {
    bands: Bands,
    agents: usize,
    in_block: usize,
    blocks: Vec<ReachedByBlock>,
}

/// The same for a block of agents: those of band b are `agents[starts[b]..starts[b + 1]]`.
#[derive(Clone, Debug, Default)]
struct ReachedByBlock {
    starts: Vec<u32>,
    agents: Vec<u32>,
}

impl Reached {
    /// Finds anew which of `agents` agents reach which band of `band_rows` rows, a power of two. `reach(agent)` is the first
    /// row that an agent spans and the number of rows, none for an idle agent; rows past the last one wrap around.
    pub(crate) fn find(
        &mut self,
        (rows, band_rows): (usize, usize),
        agents: usize,
        reach: impl Fn(usize) -> Option<(usize, usize)> + Sync,
    ) {
        let bands = Bands { rows, band_rows };
        (self.bands, self.agents) = (bands, agents);
        self.in_block = agents.div_ceil(BLOCKS).max(REACHING);
        // CoarseSites that are not needed now keep their storage.
        let (blocks, in_block) = (agents.div_ceil(self.in_block), self.in_block);
        if self.blocks.len() < blocks {
            self.blocks.resize_with(blocks, ReachedByBlock::with_room);
        }
        let spanned = |agent: usize| reach(agent).map_or((0, 0), |rows| bands.spanned(rows));
        for_each_piece(&mut self.blocks[..blocks], 1, |first, found| {
            for (block, found) in (first..).zip(found) {
                found.sort(block * in_block..((block + 1) * in_block).min(agents), bands, &spanned);
            }
        });
    }

    /// Agents that reach the band that begins with a row, in order.
    pub(crate) fn agents_of(&self, first_row: usize) -> impl Iterator<Item = usize> {
        let band = self.bands.band_of(first_row);
        self.present().iter().flat_map(move |block| {
            let agents = block.starts[band] as usize..block.starts[band + 1] as usize;
            block.agents[agents].iter().map(|&agent| agent as usize)
        })
    }

    /// Number of agents that reach the band that begins with a row.
    pub(crate) fn count_in(&self, first_row: usize) -> usize {
        let band = self.bands.band_of(first_row);
        self.present().iter().map(|block| (block.starts[band + 1] - block.starts[band]) as usize).sum()
    }

    /// The blocks of the present agents.
    fn present(&self) -> &[ReachedByBlock] {
        &self.blocks[..self.agents.div_ceil(self.in_block.max(1))]
    }

    /// Lets agents change what they reach in bands that are not cut: `change(agents, band)` is called for the agents of each
    /// band in order, at most [`GROUP`] at a time.
    ///
    /// Every site is changed by its agents in the same order however the rows are cut and however many threads work.
    pub(crate) fn change<B: InRows>(&self, banded: B, change: impl Fn(&[usize], &mut B) + Sync) {
        let of_band = |mut band: B| self.for_each_group(band.first_row(), |agents| change(agents, &mut band));
        merge_rows(banded, self.bands.band_rows, &of_band, &|(), ()| ());
    }

    /// Calls `visit` with the agents of the band that begins with a row, in order, at most [`GROUP`] at a time.
    pub(crate) fn for_each_group(&self, first_row: usize, mut visit: impl FnMut(&[usize])) {
        let (mut group, mut count) = ([0; GROUP], 0);
        for agent in self.agents_of(first_row) {
            group[count] = agent;
            count += 1;
            if count == GROUP {
                visit(&group);
                count = 0;
            }
        }
        visit(&group[..count]);
    }
}

impl ReachedByBlock {
    /// Room for agents of which each other one reaches two bands.
    fn with_room() -> Self {
        Self { starts: Vec::new(), agents: Vec::with_capacity(REACHING + REACHING / 2) }
    }

    /// Sorts agents by band.
    fn sort(&mut self, of_block: Range<usize>, bands: Bands, spanned: &impl Fn(usize) -> (u32, u32)) {
        let Self { starts, agents } = self;
        starts.clear();
        starts.resize(bands.count() + 1, 0);
        // Found for many at a time and kept, since finding what an agent spans takes longer.
        let mut spans = [(0, 0); REACHING];
        let many = of_block.len().div_ceil(REACHING);
        let agents_of = |number: usize| {
            let first = of_block.start + number * REACHING;
            first..(first + REACHING).min(of_block.end)
        };
        let find_all = |spans: &mut [(u32, u32)], agents: Range<usize>| {
            spans.iter_mut().zip(agents).for_each(|(span, agent)| *span = spanned(agent));
        };
        for number in 0..many {
            find_all(&mut spans, agents_of(number));
            spans[..agents_of(number).len()].iter().for_each(|&spanned| bands.name(spanned, |band| starts[band] += 1));
        }
        let mut end = 0;
        for start in starts.iter_mut() {
            end += *start;
            *start = end;
        }
        agents.clear();
        agents.resize(end as usize, 0);
        // Filled from behind, the last agent first, so that every start ends where its band begins.
        for number in (0..many).rev() {
            let of_number = agents_of(number);
            if number + 1 < many {
                find_all(&mut spans, of_number.clone());
            }
            for (&spanned, agent) in spans[..of_number.len()].iter().zip(of_number).rev() {
                bands.name(spanned, |band| {
                    starts[band] -= 1;
                    agents[starts[band] as usize] = agent as u32;
                });
            }
        }
    }
}

/// Bands of so many rows, a power of two, by which numbers are divided fast; the last may have less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bands {
    rows: usize,
    band_rows: usize,
}

impl Bands {
    const fn band_of(self, row: usize) -> usize {
        row >> self.band_rows.trailing_zeros()
    }

    /// How many there are.
    const fn count(self) -> usize {
        self.band_of(self.rows + self.band_rows - 1)
    }

    /// First row and number of rows that an agent spans that begins in a row and has so many: at most all.
    fn spanned(self, (first, count): (usize, usize)) -> (u32, u32) {
        // Few begin past the last one: to divide takes longer than to compare.
        let first = if first < self.rows { first } else { first % self.rows };
        (first as u32, count.clamp(1, self.rows) as u32)
    }

    /// Names every band once that `count` rows from `first` on lie in, in order; rows past the last one wrap around.
    #[inline]
    fn name(self, (first, count): (u32, u32), mut visit: impl FnMut(usize)) {
        if count == 0 {
            return;
        }
        let band_of = |row: u32| row >> self.band_rows.trailing_zeros();
        let (all, from, last) = (self.rows as u32, band_of(first), first + count - 1);
        (from..=band_of(last.min(all - 1))).for_each(|band| visit(band as usize));
        if last >= all {
            (0..from.min(band_of(last - all) + 1)).for_each(|band| visit(band as usize));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::banded::tests::Rows;
    use super::*;

    #[test]
    fn every_band_is_named_once() {
        for (first, count, expected) in [
            (0, 1, &[0][..]),
            (15, 2, &[0, 1]),
            (36, 4, &[2]),
            (36, 5, &[2, 0]),
            (36, 40, &[2, 0, 1]),
            (3, 40, &[0, 1, 2]),
            (20, 36, &[1, 2, 0]),
            (20, 0, &[]),
        ] {
            let mut named = Vec::new();
            Bands { rows: 40, band_rows: 16 }.name((first, count), |band| named.push(band));
            assert_eq!(named, expected, "{first} {count}");
        }
    }

    #[test]
    fn sites_are_changed_in_order_of_the_agents() {
        let (first, mut reached) = (|agent: usize| agent % 40, Reached::default());
        for (agents, band_rows) in [(150_000, 8), (3000, 8), (200, 8), (100, 16), (200, 4)] {
            let mut sites = vec![Vec::new(); 40 * 10];
            reached.find((40, band_rows), agents, |agent| (agent % 11 != 3).then(|| (first(agent), 5)));
            let add = |agents: &[usize], Rows(first_row, band): &mut Rows<Vec<usize>>| {
                assert!(agents.len() <= GROUP);
                for &agent in agents {
                    for (offset, row) in band.chunks_mut(10).enumerate() {
                        if (*first_row + offset + 40 - first(agent)) % 40 < 5 {
                            row[agent % 10].push(agent);
                        }
                    }
                }
            };
            reached.change(Rows(0, &mut sites), add);
            let busy = (0..agents).filter(|agent| agent % 11 != 3).count();
            assert_eq!(sites.iter().map(Vec::len).sum::<usize>(), busy * 5);
            assert!(sites.iter().all(|agents| agents.is_sorted()));
        }
    }
}
