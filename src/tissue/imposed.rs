//! What an experiment imposes on a tissue: finer signals, held signals, cells of its own.
use super::{Microchannels, Tissue};
use crate::cells::AcuteInflammation;
use crate::cells::fibroblast::Fibroblast;
use crate::error::{Result, check};
use crate::grid::{Field, Grid};
use crate::signals::{self, Signal, Signals};
use crate::units::Length;

/// As many as divisions can make of the densest skin.
const MOST_FIBROBLASTS_PER_MM3: f64 = 200_000.0;

impl Tissue {
    /// The same tissue with signals, and all that lives on their grid, on sites as large as `spacing`, rounded to
    /// whole sites of the tissue, or the next smaller ones that divide the field evenly. Signals are at rest then, what injuries
    /// left is gone and no signal is held; the default, 20 µm, suits signals that reach over 100 µm and more.
    ///
    /// A spacing below that of the tissue or above 200 µm gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    ///
    /// ```
    /// use dermaweave::{Grid, Length, Skin, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(5.0))?;
    /// let tissue = Tissue::new(grid, &Skin::young())?;
    /// assert_eq!(tissue.signals().grid().spacing(), 20.0);
    /// let fine = tissue.with_signal_spacing(Length::micrometers(5.0))?;
    /// assert_eq!(fine.signals().grid().spacing(), 5.0);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn with_signal_spacing(self, spacing: Length) -> Result<Self> {
        let grid = *self.grid();
        let target = check("spacing of the signals", spacing.in_micrometers(), "µm", grid.spacing()..=200.0)?;
        Ok(self.on_signal_grid(grid.coarsened(signals::coarsening(&grid, target))))
    }

    /// All that lives on the grid of the signals, at rest.
    fn on_signal_grid(self, grid: Grid) -> Self {
        Self {
            signals: Signals::at_rest(grid),
            acute_inflammation: AcuteInflammation::none(grid),
            ground: Field::uniform(grid, 1.0),
            mmp_exposure: Field::uniform(grid, 0.0),
            microchannels: Microchannels::none(grid),
            ..self
        }
    }

    /// The same tissue with a signal held at given levels, on the grid of the signals, as long as it is not
    /// [let go](Signals::let_go): for experiments in which a field is imposed.
    ///
    /// Fails as [`Signals::hold`] does.
    ///
    /// ```
    /// use dermaweave::{Field, Grid, Length, Protocol, Signal, Simulation, Skin, Time, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let level = Field::from_fn(*tissue.signals().grid(), |x, _| x / 400.0);
    /// let tissue = tissue.with_held_signal(Signal::TgfBeta, level.clone())?;
    /// let mut simulation = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(2.0))).build()?;
    /// simulation.run()?;
    /// assert_eq!(simulation.tissue().signals()[Signal::TgfBeta], level);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn with_held_signal(mut self, signal: Signal, level: Field) -> Result<Self> {
        self.signals.hold(signal, level)?;
        Ok(self)
    }

    /// The same tissue under an imposed strain: cells sense the tension itself as the deviator of the strain, beside a mean strain
    /// of 1, whatever the fibers are; and the slab keeps a thickness of 1. For experiments such as a wound in a beating heart.
    ///
    /// ```
    /// use dermaweave::{Grid, Length, Skin, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::aged(60.0))?.with_imposed_strain();
    /// assert!(tissue.matrix().sites().all(|site| site.thickness == 1.0));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    #[must_use]
    pub fn with_imposed_strain(mut self) -> Self {
        self.is_strain_imposed = true;
        self.matrix.sites_mut().iter_mut().for_each(|site| site.thickness = 1.0);
        self
    }

    /// The same tissue with fibroblasts of one's own in place of the resting ones. Their identities are given
    /// anew, in the order of the list, and none that was used before is used again.
    ///
    /// A cell outside the field, a number that is out of range or none, and more cells than 200 000 per mm³ of the slab, ten
    /// times the densest skin, give [`Error::OutOfRange`](crate::Error::OutOfRange).
    ///
    /// ```
    /// use dermaweave::cells::fibroblast::Fibroblast;
    /// use dermaweave::{Grid, Length, Skin, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let cell = Fibroblast { id: 0, x: 50.0, y: 80.0, heading: 0.0, activation: 1.0, contraction: 0.0 };
    /// let tissue = tissue.with_fibroblasts(vec![cell; 3])?;
    /// assert_eq!(tissue.fibroblasts().len(), 3);
    /// assert!(tissue.fibroblasts().windows(2).all(|pair| pair[0].id < pair[1].id));
    /// assert!(tissue.with_fibroblasts(vec![Fibroblast { x: 500.0, ..cell }]).is_err());
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn with_fibroblasts(mut self, mut fibroblasts: Vec<Fibroblast>) -> Result<Self> {
        let (width, height) = (self.grid().width(), self.grid().height());
        let volume = self.grid().area_mm2() * self.grid().slab().thickness.in_millimeters();
        let per_mm3 = fibroblasts.len() as f64 / volume;
        // A cell of one's own may stand alone in however small a field.
        let most = MOST_FIBROBLASTS_PER_MM3.max(1.0 / volume);
        check("fibroblasts per volume", per_mm3, "1/mm³", 0.0..=most)?;
        for (cell, id) in fibroblasts.iter_mut().zip(self.next_id..) {
            check("x of a fibroblast", cell.x, "µm", 0.0..=width)?;
            check("y of a fibroblast", cell.y, "µm", 0.0..=height)?;
            // Headings of a course leave 0 to 2π as cells turn.
            check("heading of a fibroblast", cell.heading, "radians", -1e6..=1e6)?;
            check("activation of a fibroblast", cell.activation, "(0 to 1)", 0.0..=1.0)?;
            check("contraction of a fibroblast", cell.contraction, "(0 to 1)", 0.0..=1.0)?;
            (cell.x, cell.y, _, _) = self.matrix.grid().bring_back(cell.x, cell.y);
            cell.id = id;
        }
        self.next_id += fibroblasts.len() as u64;
        self.fibroblasts = fibroblasts;
        Ok(self)
    }
}
