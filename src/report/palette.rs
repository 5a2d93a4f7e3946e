//! Few colors that stand for the many of a picture.
use super::color_picture::ColorPicture;
use crate::engine;

/// Bits of each of red, green and blue by which colors are told apart.
const BITS: u32 = 5;
const CELLS: usize = 1 << (3 * BITS);

/// A list of colors, and which of them is nearest to any other.
pub(super) struct Palette {
    pub colors: Vec<[u8; 3]>,
    nearest: Vec<u8>,
}

/// A color that occurs, and how often.
#[derive(Clone, Copy, Debug)]
struct Occurring {
    color: [f64; 3],
    count: f64,
}

impl Palette {
    /// At most `most` colors, up to 256, by cutting the cuboid of all colors that occur in half, always the part whose colors
    /// differ most (Heckbert 1982, doi:10.1145/965145.801294, with its order changed so that rare colors such as those of
    /// cells are kept).
    pub fn of<'a>(pictures: impl Iterator<Item = &'a ColorPicture>, most: usize) -> Self {
        let mut parts = vec![occurring(pictures)];
        while parts.len() < most {
            let Some(Cut { part, axis }) = widest(&parts) else { break };
            let part = parts.swap_remove(part);
            let middle = middle(&part, axis);
            let (lower, upper) = part.into_iter().partition(|entry| entry.color[axis] < middle);
            parts.extend([lower, upper]);
        }
        let colors: Vec<_> = parts.iter().map(|part| mean(part).map(|value| (value + 0.5) as u8)).collect();
        let nearest = engine::collect(CELLS, |cell| nearest(&colors, color_of(cell)));
        Self { colors, nearest }
    }

    /// The place in the list of the color that is nearest.
    pub fn index(&self, color: [u8; 3]) -> u8 {
        self.nearest[cell_of(color)]
    }
}

fn cell_of(color: [u8; 3]) -> usize {
    color.iter().fold(0, |cell, &part| cell << BITS | usize::from(part) >> (8 - BITS))
}

/// The color in the middle of a cell.
fn color_of(cell: usize) -> [f64; 3] {
    let part = |place: u32| (((cell >> (BITS * place)) & ((1 << BITS) - 1)) << (8 - BITS)) as f64 + 3.5;
    [part(2), part(1), part(0)]
}

fn occurring<'a>(pictures: impl Iterator<Item = &'a ColorPicture>) -> Vec<Occurring> {
    let mut counts = vec![0_u64; CELLS];
    pictures.flat_map(|picture| &picture.pixels).for_each(|&color| counts[cell_of(color)] += 1);
    let found = counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
    found.map(|(cell, count)| Occurring { color: color_of(cell), count: count as f64 }).collect()
}

/// A part of the colors that is cut in half, along red, green or blue.
#[derive(Clone, Copy, Debug)]
struct Cut {
    part: usize,
    axis: usize,
}

/// The cut of the part whose colors differ most; none where no part has two colors.
fn widest(parts: &[Vec<Occurring>]) -> Option<Cut> {
    let weight = |cut: &Cut| {
        let range = range(&parts[cut.part], cut.axis);
        range * range * parts[cut.part].iter().map(|entry| entry.count).sum::<f64>().sqrt()
    };
    let all = (0..parts.len()).flat_map(|part| (0..3).map(move |axis| Cut { part, axis }));
    all.max_by(|first, second| weight(first).total_cmp(&weight(second))).filter(|cut| weight(cut) > 0.0)
}

fn range(part: &[Occurring], axis: usize) -> f64 {
    let values = part.iter().map(|entry| entry.color[axis]);
    let (low, high) = values.fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    high - low
}

fn middle(part: &[Occurring], axis: usize) -> f64 {
    let lowest = part.iter().map(|entry| entry.color[axis]).fold(f64::INFINITY, f64::min);
    lowest + 0.5 * range(part, axis)
}

fn mean(part: &[Occurring]) -> [f64; 3] {
    let total: f64 = part.iter().map(|entry| entry.count).sum();
    std::array::from_fn(|axis| part.iter().map(|entry| entry.color[axis] * entry.count).sum::<f64>() / total.max(1.0))
}

fn nearest(colors: &[[u8; 3]], color: [f64; 3]) -> u8 {
    let distance = |index: usize| -> f64 {
        colors[index].iter().zip(color).map(|(&listed, part)| (f64::from(listed) - part).powi(2)).sum()
    };
    let nearest = (0..colors.len()).min_by(|first, second| distance(*first).total_cmp(&distance(*second)));
    nearest.unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claim: a rare color is kept beside a smooth course of frequent ones, and every color comes back close to itself.
    #[test]
    fn rare_colors_are_kept() {
        let mut pixels: Vec<_> = (0..4000_u32).map(|pixel| [200 + (pixel % 50) as u8, 180, 190]).collect();
        pixels[7] = [10, 160, 90];
        let picture = ColorPicture { columns: 4000, rows: 1, pixels };
        let palette = Palette::of(std::iter::once(&picture), 6);
        assert!(palette.colors.len() <= 6);
        for &color in &picture.pixels {
            let found = palette.colors[usize::from(palette.index(color))];
            assert!(color.iter().zip(found).all(|(&one, other)| one.abs_diff(other) <= 16), "{color:?} {found:?}");
        }
    }
}
