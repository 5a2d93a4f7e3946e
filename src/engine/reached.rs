//! Agents that change sites: which of them reach which part of them.
use super::banded::{Banded, merge_bands};
use super::parts::{Parts, Touched};
use super::{WORTH_WAKING, for_each_piece};
use std::ops::Range;

/// Agents that change a part together.
pub(crate) const GROUP: usize = 64;
/// Least agents of which the parts that they reach are found together, and the most blocks of them: for every part all blocks
/// are asked.
const REACHING: usize = 1024;
const BLOCKS: usize = 64;

/// Which agents reach which part, in order of the agents; its storage is used again step after step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached {
    parts: Parts,
    agents: usize,
    in_block: usize,
    blocks: Vec<ReachedByBlock>,
}

/// The same for a block of agents: those of part p are `agents[starts[p]..starts[p + 1]]`.
#[derive(Clone, Debug, Default)]
struct ReachedByBlock {
    starts: Vec<u32>,
    agents: Vec<u32>,
}

impl Reached {
    /// Finds anew which of `agents` agents reach which band of `band_rows` rows, a power of two. `reach(agent)` is the first
    /// row that an agent touches and the number of rows, none for an idle agent; rows past the last one wrap around.
    pub(crate) fn find(
        &mut self,
        (rows, band_rows): (usize, usize),
        agents: usize,
        reach: impl Fn(usize) -> Option<(usize, usize)> + Sync,
    ) {
        self.find_parts(Parts::bands(rows, band_rows), agents, |agent| reach(agent).map(|rows| [rows, (0, 1)]));
    }

    /// The same for parts; `reach(agent)` also is the first column and the number of columns.
    pub(crate) fn find_parts(
        &mut self,
        parts: Parts,
        agents: usize,
        reach: impl Fn(usize) -> Option<[(usize, usize); 2]> + Sync,
    ) {
        (self.parts, self.agents) = (parts, agents);
        self.in_block = agents.div_ceil(BLOCKS).max(REACHING);
        // Blocks that are not needed now keep their storage.
        let (blocks, in_block) = (agents.div_ceil(self.in_block), self.in_block);
        if self.blocks.len() < blocks {
            self.blocks.resize_with(blocks, ReachedByBlock::with_room);
        }
        let touched = |agent: usize| reach(agent).map_or([(0, 0); 2], |[rows, columns]| parts.touched(rows, columns));
        for_each_piece(&mut self.blocks[..blocks], 1, |first, found| {
            for (block, found) in (first..).zip(found) {
                found.sort(block * in_block..((block + 1) * in_block).min(agents), &parts, &touched);
            }
        });
    }

    /// How the sites are cut.
    pub(crate) const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Agents that reach a part, in order.
    pub(crate) fn agents_of(&self, part: usize) -> impl Iterator<Item = usize> {
        self.present().iter().flat_map(move |block| {
            let agents = block.starts[part] as usize..block.starts[part + 1] as usize;
            block.agents[agents].iter().map(|&agent| agent as usize)
        })
    }

    /// Number of agents that reach a part.
    pub(crate) fn count_in(&self, part: usize) -> usize {
        self.present().iter().map(|block| (block.starts[part + 1] - block.starts[part]) as usize).sum()
    }

    /// The blocks of the present agents.
    fn present(&self) -> &[ReachedByBlock] {
        &self.blocks[..self.agents.div_ceil(self.in_block.max(1))]
    }

    /// Lets agents change what they reach in bands that are not cut: `change(agents, band)` is called for the agents of each
    /// band in order, at most [`GROUP`] at a time.
    ///
    /// Every site is changed by its agents in the same order however the rows are cut and however many threads work.
    pub(crate) fn change<B: Banded>(&self, banded: B, change: impl Fn(&[usize], &mut B) + Sync) {
        let of_band =
            |mut band: B| self.for_each_group(self.parts.band_of(band.first_row()), |agents| change(agents, &mut band));
        merge_bands(banded, self.how(), &of_band, &|(), ()| ());
    }

    /// Calls `visit` with the agents of a part in order, at most [`GROUP`] at a time.
    pub(crate) fn for_each_group(&self, part: usize, mut visit: impl FnMut(&[usize])) {
        let (mut group, mut count) = ([0; GROUP], 0);
        for agent in self.agents_of(part) {
            group[count] = agent;
            count += 1;
            if count == GROUP {
                visit(&group);
                count = 0;
            }
        }
        visit(&group[..count]);
    }

    /// Rows of a band, and whether waking other threads pays.
    pub(crate) const fn how(&self) -> (usize, bool) {
        (self.parts.band_rows(), self.agents >= WORTH_WAKING)
    }
}

impl ReachedByBlock {
    /// Room for agents of which each other one reaches two bands.
    fn with_room() -> Self {
        Self { starts: Vec::new(), agents: Vec::with_capacity(REACHING + REACHING / 2) }
    }

    /// Sorts agents by part.
    fn sort(&mut self, of_block: Range<usize>, parts: &Parts, touched: &impl Fn(usize) -> Touched) {
        let Self { starts, agents } = self;
        starts.clear();
        starts.resize(parts.count() + 1, 0);
        // Told for many at a time and kept, since to tell what an agent touches takes longer.
        let mut told = [[(0, 0); 2]; REACHING];
        let many = of_block.len().div_ceil(REACHING);
        let agents_of = |number: usize| {
            let first = of_block.start + number * REACHING;
            first..(first + REACHING).min(of_block.end)
        };
        let tell = |told: &mut [Touched], agents: Range<usize>| {
            told.iter_mut().zip(agents).for_each(|(told, agent)| *told = touched(agent));
        };
        for number in 0..many {
            tell(&mut told, agents_of(number));
            told[..agents_of(number).len()].iter().for_each(|&touched| parts.name(touched, |part| starts[part] += 1));
        }
        let mut end = 0;
        for start in starts.iter_mut() {
            end += *start;
            *start = end;
        }
        agents.clear();
        agents.resize(end as usize, 0);
        // Filled from behind, the last agent first, so that every start ends where its part begins.
        for number in (0..many).rev() {
            let of_number = agents_of(number);
            if number + 1 < many {
                tell(&mut told, of_number.clone());
            }
            for (&touched, agent) in told[..of_number.len()].iter().zip(of_number).rev() {
                parts.name(touched, |part| {
                    starts[part] -= 1;
                    agents[starts[part] as usize] = agent as u32;
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::banded::tests::Rows;
    use super::*;

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
