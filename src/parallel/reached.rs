//! Agents that change sites: which of them reach which band of rows.
use super::WORTH_WAKING;
use super::banded::{Banded, merge_bands};
use rayon::prelude::*;

/// Rows of sites owned by one band: some of the rows that a cell's body spans, so that most bodies lie in one or two.
pub(crate) const BAND_ROWS: usize = 16;
/// Agents that change a band together.
pub(crate) const GROUP: usize = 64;
/// Agents of which the bands that they reach are found together.
const REACHING: usize = 1024;

/// Which agents reach which band of rows, in order of the agents; its storage is used again step after step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached {
    rows: usize,
    band_rows: usize,
    agents: usize,
    blocks: Vec<ReachedByBlock>,
}

/// The same for a block of agents: those of band b are `agents[starts[b]..starts[b + 1]]`.
#[derive(Clone, Debug, Default)]
struct ReachedByBlock {
    starts: Vec<u32>,
    agents: Vec<u32>,
}

impl Reached {
    /// Finds anew which of `agents` agents reach which band of `band_rows` rows. `reach(agent)` is the first row that
    /// an agent touches and the number of rows, none for an idle agent; rows past the last one wrap around.
    pub(crate) fn find(
        &mut self,
        (rows, band_rows): (usize, usize),
        agents: usize,
        reach: impl Fn(usize) -> Option<(usize, usize)> + Sync,
    ) {
        (self.rows, self.band_rows, self.agents) = (rows, band_rows, agents);
        // Blocks that are not needed now keep their storage.
        let blocks = agents.div_ceil(REACHING);
        if self.blocks.len() < blocks {
            self.blocks.resize_with(blocks, ReachedByBlock::with_room);
        }
        self.blocks[..blocks].par_iter_mut().enumerate().with_max_len(1).for_each(|(block, found)| {
            let agents = block * REACHING..((block + 1) * REACHING).min(agents);
            // Asked once, since to tell what an agent reaches takes longer than to keep it. Nothing is reached by the idle.
            let mut touched = [(0, 0); REACHING];
            for (touched, agent) in touched.iter_mut().zip(agents.clone()) {
                let of_agent = reach(agent).map(|(first, count)| (first % rows, count.clamp(1, rows)));
                *touched = of_agent.map_or((0, 0), |(first, count)| (first as u32, count as u32));
            }
            found.sort(&touched[..agents.len()], agents.start as u32, (rows, band_rows));
        });
    }

    /// Agents that reach a band, in order.
    pub(crate) fn agents_of(&self, band: usize) -> impl Iterator<Item = usize> {
        self.present().iter().flat_map(move |block| {
            let agents = block.starts[band] as usize..block.starts[band + 1] as usize;
            block.agents[agents].iter().map(|&agent| agent as usize)
        })
    }

    /// Number of agents that reach a band.
    pub(crate) fn count_in(&self, band: usize) -> usize {
        self.present().iter().map(|block| (block.starts[band + 1] - block.starts[band]) as usize).sum()
    }

    /// The blocks of the present agents.
    fn present(&self) -> &[ReachedByBlock] {
        &self.blocks[..self.agents.div_ceil(REACHING)]
    }

    /// Lets agents change what they reach: `change(agents, band)` is called for the agents of each band in order, at most
    /// [`GROUP`] at a time.
    ///
    /// Every site is changed by its agents in the same order however the rows are cut and however many threads work.
    pub(crate) fn change<B: Banded>(&self, banded: B, change: impl Fn(&[usize], &mut B) + Sync) {
        let of_band = |mut band: B| self.for_each_group(self.number_of(&band), |agents| change(agents, &mut band));
        merge_bands(banded, self.how(), &of_band, &|(), ()| ());
    }

    /// Calls `visit` with the agents of a band in order, at most [`GROUP`] at a time.
    pub(crate) fn for_each_group(&self, band: usize, mut visit: impl FnMut(&[usize])) {
        let (mut group, mut count) = ([0; GROUP], 0);
        for agent in self.agents_of(band) {
            group[count] = agent;
            count += 1;
            if count == GROUP {
                visit(&group);
                count = 0;
            }
        }
        visit(&group[..count]);
    }

    fn number_of<B: Banded>(&self, band: &B) -> usize {
        band.first_row() / self.band_rows
    }

    /// Rows of a band, and whether waking other threads pays.
    pub(crate) const fn how(&self) -> (usize, bool) {
        (self.band_rows, self.agents >= WORTH_WAKING)
    }
}

impl ReachedByBlock {
    /// Room for agents of which each other one reaches two bands.
    fn with_room() -> Self {
        Self { starts: Vec::new(), agents: Vec::with_capacity(REACHING + REACHING / 2) }
    }

    /// Sorts agents by band. `touched[i]` are the first row and the number of rows of agent `first_agent` + i.
    fn sort(&mut self, touched: &[(u32, u32)], first_agent: u32, (rows, band_rows): (usize, usize)) {
        let Self { starts, agents } = self;
        let bands = rows.div_ceil(band_rows);
        starts.clear();
        starts.resize(bands + 1, 0);
        for &touched in touched {
            name_bands(touched, (rows, band_rows), |band| starts[band] += 1);
        }
        let mut end = 0;
        for start in starts.iter_mut() {
            end += *start;
            *start = end;
        }
        agents.clear();
        agents.resize(end as usize, 0);
        // Filled from behind, the last agent first, so that every start ends where its band begins.
        for (offset, &touched) in touched.iter().enumerate().rev() {
            name_bands(touched, (rows, band_rows), |band| {
                starts[band] -= 1;
                agents[starts[band] as usize] = first_agent + offset as u32;
            });
        }
    }
}

/// Names every band once that `count` rows from `first` on touch; rows past the last one wrap around.
#[inline]
fn name_bands((first, count): (u32, u32), (rows, band_rows): (usize, usize), mut visit: impl FnMut(usize)) {
    if count == 0 {
        return;
    }
    let (first, last) = (first as usize, (first + count) as usize - 1);
    let from = first / band_rows;
    (from..=last.min(rows - 1) / band_rows).for_each(&mut visit);
    if last >= rows {
        (0..from.min((last - rows) / band_rows + 1)).for_each(visit);
    }
}

#[cfg(test)]
mod tests {
    use super::super::banded::tests::Rows;
    use super::*;

    #[test]
    fn sites_are_changed_in_order_of_the_agents() {
        let (first, mut reached) = (|agent: usize| agent % 40, Reached::default());
        for (agents, band_rows) in [(3000, 8), (200, 8), (100, 16), (200, 7)] {
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
            name_bands((first, count), (40, 16), |band| named.push(band));
            assert_eq!(named, expected, "{first} {count}");
        }
    }
}
