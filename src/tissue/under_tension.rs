//! Tissue under a tension that changes from place to place.
use super::{Skin, Tissue};
use crate::error::Result;
use crate::matrix::{FiberMoments, Site};
use crate::tension::{LangerLines, Tension};

impl Tissue {
    /// The same tissue under a tension that changes from place to place; `tension(x, y)` in µm. Where the
    /// fibers are the skin's own weave about the tension it had so far, they are laid anew along it; lesions, their
    /// edges and fibers from arrays stay as they are.
    ///
    /// An axis or anisotropy out of range gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    ///
    /// ```
    /// use dermaweave::tension::Tension;
    /// use dermaweave::{Grid, Length, Skin, Tissue};
    /// let side = Length::millimeters(2.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let bent = |x: f64, _y: f64| Tension { axis: 0.0005 * x, ..Tension::default() };
    /// let tissue = Tissue::new(grid, &Skin::young())?.with_tension(bent)?;
    /// let axis = tissue.matrix().site(grid.site_at(1010.0, 1000.0)).collagen().mean_angle();
    /// assert!((axis - 0.505).abs() < 0.001);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn with_tension(mut self, tension: impl Fn(f64, f64) -> Tension) -> Result<Self> {
        let lines = LangerLines::varying(*self.signals.grid(), tension)?;
        let before = std::mem::replace(&mut self.tension, lines);
        let Skin { collagen_density, new_share, .. } = self.skin;
        let fibers_at = |skin: &Skin, axis: f64| skin.weave(axis) * collagen_density;
        let laid = |fibers: FiberMoments| {
            let mut site = Site::default();
            site.set_collagen(fibers, new_share);
            // With the round-off of two pools, as it lies in the matrix.
            site.collagen()
        };
        let even = match &before {
            LangerLines::Even(tension) => Some(laid(fibers_at(&self.skin, tension.axis))),
            LangerLines::Varying { .. } => None,
        };
        let grid = *self.grid();
        for site in 0..grid.sites() {
            let (x, y) = grid.center_of(site);
            let own = even.unwrap_or_else(|| laid(fibers_at(&self.skin, before.at(x, y).axis)));
            let found = self.matrix.site(site);
            if is_alike(&found.collagen(), &own) {
                let fibers = fibers_at(&self.skin, self.tension.at(x, y).axis);
                // A course has moved the share of the young fibers and, by round-off, all of them.
                let is_fresh = found.collagen() == own;
                let share = if is_fresh { new_share } else { found.new.density / found.collagen().density };
                self.matrix.site_mut(site).set_collagen(fibers, share);
            }
        }
        Ok(self)
    }
}

/// Whether fibers are the same but for the round-off of a course.
fn is_alike(one: &FiberMoments, other: &FiberMoments) -> bool {
    const ROUND_OFF: f64 = 1e-9;
    let differences =
        [one.density - other.density, one.c2 - other.c2, one.s2 - other.s2, one.c4 - other.c4, one.s4 - other.s4];
    differences.iter().all(|difference| difference.abs() <= ROUND_OFF * other.density)
}
