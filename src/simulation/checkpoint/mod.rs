//! Saving a course and going on with it, bit for bit.
//!
//! A file is written under another name and renamed, so it is either whole or not there.
mod pieces;
mod file;
mod saved;
mod stack;

use super::{Rule, Simulation};
use crate::engine::Threads;
use crate::error::{CheckpointFault, Error, Result};
use crate::report::hexadecimal;
use file::Kind;
use saved::Saved;
use sha2::{Digest, Sha256};
pub(crate) use stack::{RestoredStack, read_stack, write_stack};
use std::path::Path;

impl Simulation {
    /// Saves the course as it is, between two steps.
    ///
    /// Rules are code and are not saved, only their names and [states](Rule::state); of columns of one's own what they hold
    /// so far. Fails with [`Error::File`], and as reading does where a rule left what no tissue can hold; what was there before then stays.
    ///
    /// ```
    /// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let protocol = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(1.0));
    /// let mut simulation = Simulation::builder(tissue).protocol(protocol).build()?;
    /// simulation.step()?;
    /// let path = std::env::temp_dir().join(format!("dermaweave_save_{}", std::process::id()));
    /// simulation.save(&path)?;
    /// assert_eq!(Simulation::resume(&path, None)?.clock(), simulation.clock());
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        // A rule may have left what is finite and still cannot be: better told now than when the course is needed.
        self.tissue.check_whole()?;
        file::write(path.as_ref(), Kind::Course, &Saved::of(self))
    }

    /// Goes on with a saved course: the rest of it has the same bits as if it had never been
    /// stopped, with any number of `threads` (all that the machine has if `None`).
    ///
    /// A course that had columns of one's own can be read, and is given them again by [`Simulation::add_column`] before it
    /// goes on. One that had rules of one's own gives [`Error::OtherRules`]: see [`Simulation::resume_with_rules`]. What cannot be
    /// read or is no regular file gives [`Error::File`], what is not a whole saved simulation of this format, or holds a state
    /// that no course can have, [`Error::BadCheckpoint`].
    ///
    /// ```
    /// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let protocol = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(1.0));
    /// let mut simulation = Simulation::builder(tissue).protocol(protocol).build()?;
    /// simulation.step()?;
    /// let path = std::env::temp_dir().join(format!("dermaweave_resume_{}", std::process::id()));
    /// simulation.save(&path)?;
    /// let mut resumed = Simulation::resume(&path, Some(1))?;
    /// simulation.run()?;
    /// resumed.run()?;
    /// assert_eq!(resumed.state_digest(), simulation.state_digest());
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume(path: impl AsRef<Path>, threads: Option<usize>) -> Result<Self> {
        Self::resume_with_rules(path, threads, Vec::<Box<dyn Rule>>::new())
    }

    /// [`Simulation::resume`] of a course with rules of one's own: code is not in the file, so they are given again, all of them
    /// and in their order; each takes back its saved [state](Rule::state). Rules of different kinds are given as `Box<dyn Rule>`.
    ///
    /// Rules of other names than the course had give [`Error::OtherRules`].
    ///
    /// ```
    /// use dermaweave::simulation::after_step;
    /// use dermaweave::{Error, Grid, Length, Protocol, Signal, Simulation, Skin, Time, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let drug = after_step("drug", |tissue, _, _| tissue.signals_mut()[Signal::TgfBeta].values_mut().fill(0.0));
    /// let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(1.0)));
    /// let path = std::env::temp_dir().join(format!("dermaweave_rules_{}", std::process::id()));
    /// builder.rule(drug.clone()).build()?.save(&path)?;
    /// assert!(matches!(Simulation::resume(&path, None), Err(Error::OtherRules { .. })));
    /// Simulation::resume_with_rules(&path, None, [drug])?.run()?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume_with_rules(
        path: impl AsRef<Path>,
        threads: Option<usize>,
        rules: impl IntoIterator<Item = impl Rule + 'static>,
    ) -> Result<Self> {
        let path = path.as_ref();
        let fault = |reason| Error::BadCheckpoint { path: path.to_owned(), reason };
        let saved = Saved::read(&file::read(path, Kind::Course)?).map_err(fault)?;
        let rules = rules.into_iter().map(|rule| Box::new(rule) as Box<dyn Rule>).collect();
        Self::restored(saved, path, rules, Threads::of_number(threads)?)
    }

    /// Goes on with what was saved to a file, with these rules.
    fn restored(saved: Saved<'static>, path: &Path, mut rules: Vec<Box<dyn Rule>>, threads: Threads) -> Result<Self> {
        let fault = |reason| Error::BadCheckpoint { path: path.to_owned(), reason };
        let given: Vec<&str> = rules.iter().map(Rule::name).collect();
        if saved.rule_names() != given {
            let (saved, given) = (saved.rule_names().join(", "), given.join(", "));
            return Err(Error::OtherRules { path: path.to_owned(), saved, given });
        }
        saved.restore_rules(&mut rules)?;
        saved.check_memory()?;
        let refused = |error: Error| fault(CheckpointFault::Refused { what: error.to_string() });
        let mut simulation = saved.into_simulation(threads).map_err(refused)?;
        simulation.rules = rules;
        Ok(simulation)
    }

    /// SHA-256 over every bit of the state: clock, matrix, signals, cells, and what [rules](Rule::state) of one's own keep. Two courses with equal
    /// digests are the same course.
    ///
    /// ```
    /// use dermaweave::{Device, Grid, Length, Protocol, Result, Simulation, Skin, Time, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let protocol = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(1.0));
    /// let builder = Simulation::builder(tissue).protocol(protocol);
    /// let digest = |seed| -> Result<String> {
    ///     let mut simulation = builder.clone().seed(seed).build()?;
    ///     simulation.run()?;
    ///     Ok(simulation.state_digest())
    /// };
    /// assert_eq!(digest(1)?, digest(1)?);
    /// assert_ne!(digest(1)?, digest(2)?);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn state_digest(&self) -> String {
        let mut digest = Sha256::new();
        // Serializing plain numbers cannot fail, nor does anybody stop it here.
        let _ = pieces::hand_over(&(&self.clock, &self.tissue), |piece| {
            digest.update(piece);
            Ok(())
        });
        for rule in self.rules.iter().filter(|rule| !rule.state().is_empty()) {
            digest.update(rule.name());
            digest.update(rule.state());
        }
        hexadecimal(&digest.finalize())
    }
}
