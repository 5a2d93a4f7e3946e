//! Which cells are in the list, and in which order.
//!
//! Cells begin in order of place. Since daughters follow on their mothers, neighbors in the list stay neighbors in the skin, but
//! for what they walk: they read the same sites while a cache holds them.
use super::{Fibroblast, Outcome};

/// Applies the outcomes, which come in order of the cells: the dead leave, and daughters follow right behind their mothers.
/// Their identities, from `next_id` on, are in order of those of their mothers, so that the order of the list decides no draw.
/// `mothers` is room.
pub(crate) fn apply<'a>(
    cells: &mut Vec<Fibroblast>,
    outcomes: impl DoubleEndedIterator<Item = &'a (usize, Outcome)> + Clone,
    next_id: &mut u64,
    mothers: &mut Vec<u64>,
) {
    mothers.clear();
    let divides = |&(index, outcome): &(usize, Outcome)| matches!(outcome, Outcome::Divides(_)).then_some(index);
    mothers.extend(outcomes.clone().filter_map(divides).map(|index| cells[index].id));
    mothers.sort_unstable();
    // From behind, so that no cell is moved twice: each cell moves up by as many as there are mothers before it.
    let (mut end, mut before, mut deaths) = (cells.len(), mothers.len(), false);
    make_room(cells, mothers.len());
    for &(index, outcome) in outcomes.rev() {
        match outcome {
            Outcome::Divides(heading) => {
                cells.copy_within(index + 1..end, index + 1 + before);
                (end, before) = (index + 1, before - 1);
                let id = *next_id + mothers.partition_point(|&mother| mother < cells[index].id) as u64;
                cells[end + before] = Fibroblast { id, heading, ..cells[index] };
            }
            Outcome::Dies => {
                cells[index].activation = f64::NEG_INFINITY;
                deaths = true;
            }
        }
    }
    *next_id += mothers.len() as u64;
    if deaths {
        cells.retain(|cell| cell.activation > f64::NEG_INFINITY);
    }
}

/// Lengthens the list by so many; which cells these are is decided later.
fn make_room(cells: &mut Vec<Fibroblast>, daughters: usize) {
    let Some(&first) = cells.first() else { return };
    if cells.len() + daughters > cells.capacity() {
        // By a quarter, since the list and its copy are there at once while it grows.
        cells.reserve_exact(daughters.max(cells.len() / 4 + 1));
    }
    cells.resize(cells.len() + daughters, first);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claim: cells that live stay in order, daughters follow right behind their mothers, with identities in order of those of
    /// their mothers, and the dead leave, whatever mixture of outcomes there is.
    #[test]
    fn daughters_follow_their_mothers() {
        let (next_id, at_place) = (1000, |place: u64| Fibroblast {
            id: place * 37 % 101,
            x: place as f64,
            y: 0.0,
            heading: 0.0,
            activation: 0.5,
            contraction: 0.0,
        });
        for (of_divisions, of_deaths) in [(0, 0), (3, 0), (0, 4), (3, 4), (1, 0), (0, 1), (2, 3)] {
            for count in [0, 1, 50] {
                let is_one_of = |place: u64, period: u64| period > 0 && place.is_multiple_of(period);
                let (mut cells, mut outcomes, mut expected) = (Vec::new(), Vec::new(), Vec::new());
                for (place, cell) in (0..count).map(|place| (place, at_place(place))) {
                    cells.push(cell);
                    if is_one_of(place, of_divisions) {
                        outcomes.push((place as usize, Outcome::Divides(0.1)));
                        let is_before = |&other: &u64| is_one_of(other, of_divisions) && at_place(other).id < cell.id;
                        let id = next_id + (0..count).filter(is_before).count() as u64;
                        expected.extend([cell, Fibroblast { id, heading: 0.1, ..cell }]);
                    } else if is_one_of(place, of_deaths) {
                        outcomes.push((place as usize, Outcome::Dies));
                    } else {
                        expected.push(cell);
                    }
                }
                let (mut next, mut mothers) = (next_id, vec![7]);
                apply(&mut cells, outcomes.iter(), &mut next, &mut mothers);
                assert_eq!(cells, expected, "{count}: {of_divisions}, {of_deaths}");
                let is_daughter = |(_, outcome): &&(usize, Outcome)| *outcome != Outcome::Dies;
                assert_eq!(next, next_id + outcomes.iter().filter(is_daughter).count() as u64);
            }
        }
    }
}
