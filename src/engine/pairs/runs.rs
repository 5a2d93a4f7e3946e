//! What counts along lines of windows.
use super::lines::{Line, Lines};
use crate::engine::block_sums::RegionSets;
use std::ops::Range;

/// What a window is that counts: a whole block, or one of the other sets of sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Window {
    Block(u32),
    Part(u32),
}

impl Window {
    /// Of some sites, which are added to `parts` if they are not a block or do not fill the window.
    pub(super) fn of(sites: Vec<usize>, fill: bool, parts: &mut RegionSets) -> Self {
        if let Some(block) = parts.block_of(&sites).filter(|_| fill) {
            return Self::Block(block as u32);
        }
        parts.push(sites);
        Self::Part((parts.count() - 1) as u32)
    }
}

/// CoarseSites, or one other set of sites, in neighboring places of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct WindowRun {
    /// What is in the first place.
    pub(super) what: Window,
    place: u32,
    length: u32,
}

impl WindowRun {
    pub(super) fn places(&self) -> Range<usize> {
        self.place as usize..(self.place + self.length) as usize
    }

    /// Takes in the window in a place if it is the block that follows.
    fn takes(&mut self, window: Window, place: usize, stride: u32) -> bool {
        let (Window::Block(first), Window::Block(block)) = (self.what, window) else { return false };
        let takes = place == self.places().end && block == first + self.length * stride;
        self.length += u32::from(takes);
        takes
    }
}

/// The runs along all rows or all columns of windows.
#[derive(Clone, Debug)]
pub(super) struct Runs {
    /// From block to block.
    pub(super) stride: usize,
    in_order: Vec<WindowRun>,
    /// Where those of every line end.
    ends: Vec<u32>,
}

impl Runs {
    pub(super) fn of(lines: Lines, windows: &[Option<Window>], stride: usize) -> Self {
        let (mut in_order, mut ends) = (Vec::<WindowRun>::new(), Vec::new());
        for line in lines.iter() {
            let begin = in_order.len();
            for (place, window) in line.places().map(|place| windows[place]).enumerate() {
                let Some(what) = window else { continue };
                if !in_order[begin..].last_mut().is_some_and(|run| run.takes(what, place, stride as u32)) {
                    in_order.push(WindowRun { what, place: place as u32, length: 1 });
                }
            }
            ends.push(in_order.len() as u32);
        }
        Self { stride, in_order, ends }
    }

    /// Those along a line; all other windows count for nothing.
    pub(super) fn along(&self, line: Line) -> &[WindowRun] {
        let begin = line.number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.in_order[begin as usize..self.ends[line.number] as usize]
    }

    /// Whether all windows along a line are blocks.
    pub(super) fn are_whole(&self, line: Line) -> bool {
        matches!(self.along(line), [run] if run.places().len() == line.count && matches!(run.what, Window::Block(_)))
    }
}
