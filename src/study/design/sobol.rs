//! Sobol' sequences.
use super::directions::{BITS, MOST_DIMENSIONS, directions};
use super::{Design, check_index};
use crate::error::{Result, check};

/// Most points: 2³², all that 32 bits hold.
const MOST_POINTS: f64 = 4_294_967_296.0;

/// The first points of a Sobol' sequence, which fill the unit cube more evenly than random ones.
///
/// Coordinate j of point n is the exclusive or of those direction numbers of dimension j whose bits are set in the Gray code
/// n ⊕ (n >> 1) (Antonov & Saleev 1979, doi:10.1016/0041-5553(79)90085-5), with the direction numbers of Joe & Kuo 2008
/// (doi:10.1137/070709359). Nothing is random, the first point is the origin, and every coordinate is a multiple of 2⁻³².
/// Of 2ᵏ points each of the 2ᵏ equal parts of each coordinate holds exactly one, so powers of two are the best numbers.
///
/// ```
/// use dermaweave::study::design::{Design, Sobol};
/// let design = Sobol::new(3, 1024)?;
/// assert_eq!(design.point(4), [0.375, 0.375, 0.625]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sobol {
    points: usize,
    directions: Vec<[u32; BITS]>,
}

impl Sobol {
    /// Most dimensions for which it has direction numbers.
    pub const MOST_DIMENSIONS: usize = MOST_DIMENSIONS;

    /// So many points of so many dimensions. From 1 to [`Sobol::MOST_DIMENSIONS`] dimensions and from 1 to 2³² points are
    /// accepted, others give [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn new(dimensions: usize, points: usize) -> Result<Self> {
        check("dimensions of a Sobol' sequence", dimensions as f64, "(number)", 1.0..=MOST_DIMENSIONS as f64)?;
        check("points of a Sobol' sequence", points as f64, "(number)", 1.0..=MOST_POINTS)?;
        Ok(Self { points, directions: (0..dimensions).map(directions).collect() })
    }
}

impl Design for Sobol {
    fn factors(&self) -> usize {
        self.directions.len()
    }

    fn len(&self) -> usize {
        self.points
    }

    fn point(&self, index: usize) -> Vec<f64> {
        check_index(index, self.len());
        let gray = index ^ index >> 1;
        let coordinate = |directions: &[u32; BITS]| {
            let set = directions.iter().enumerate().filter(|(bit, _)| gray >> bit & 1 == 1);
            f64::from(set.fold(0, |digits, (_, direction)| digits ^ direction)) / MOST_POINTS
        };
        self.directions.iter().map(coordinate).collect()
    }
}
