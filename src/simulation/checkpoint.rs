//! Saving a course and going on with it, bit for bit.
//!
//! A file is a mark, the format's number, a SHA-256 checksum and the state. It is written under
//! another name and renamed, so a file is either whole or not there.
use super::{Builder, Clock, Simulation};
use crate::error::{CheckpointFault, Error, Result, at_path};
use crate::measure::{Histology, Region};
use crate::parameters::Parameters;
use crate::remodeling::Ledger;
use crate::report::{Report, write_file};
use crate::tissue::Tissue;
use crate::treatment::Protocol;
use crate::units::Length;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

const MARK: &[u8; 8] = b"dermawv\n";
/// Changes whenever the state changes its shape.
const FORMAT: u32 = 5;
const CHECKSUM_BYTES: usize = 32;
const HEADER_BYTES: usize = MARK.len() + 4 + CHECKSUM_BYTES;

/// All that a course needs to go on. The rules that a user added are code and are added again.
#[derive(Serialize, Deserialize)]
struct Saved<'a> {
    tissue: Cow<'a, Tissue>,
    protocol: Cow<'a, Protocol>,
    parameters: Cow<'a, Parameters>,
    seed: u64,
    clock: Clock,
    longest_step: u64,
    ledger: Ledger,
    arm: Cow<'a, str>,
    sample_days: u64,
    sample_also: Cow<'a, [u64]>,
    window: Length,
    histology: Option<Cow<'a, Histology>>,
    regions: Vec<Cow<'a, Region>>,
    report: Cow<'a, Report>,
}

impl Simulation {
    /// Saves the course as it is, between two steps.
    ///
    /// Rules are code and are not saved. Fails with [`Error::File`]; what was there before then stays.
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
        let path = path.as_ref();
        let saved = Saved {
            tissue: Cow::Borrowed(&self.tissue),
            protocol: Cow::Borrowed(&self.protocol),
            parameters: Cow::Borrowed(&self.parameters),
            seed: self.seed,
            clock: self.clock,
            longest_step: self.longest_step,
            ledger: self.ledger,
            arm: Cow::Borrowed(&self.arm),
            sample_days: self.sample_days,
            sample_also: Cow::Borrowed(&self.sample_also),
            window: self.window,
            histology: self.histology.as_ref().map(Cow::Borrowed),
            regions: self.watched.regions().map(Cow::Borrowed).collect(),
            report: Cow::Borrowed(&self.report),
        };
        let state = postcard::to_stdvec(&saved).map_err(|error| at_path(path)(std::io::Error::other(error)))?;
        let mut content = Vec::with_capacity(HEADER_BYTES + state.len());
        content.extend_from_slice(MARK);
        content.extend_from_slice(&FORMAT.to_le_bytes());
        content.extend_from_slice(&Sha256::digest(&state));
        content.extend_from_slice(&state);
        write_file(path, &content)
    }

    /// Goes on with a saved course: the rest of it has the same bits as if it had never been
    /// stopped, with any number of `threads` (all that the machine has if `None`).
    ///
    /// Rules must be added again, with [`Simulation::add_rule`]. A file that cannot be read gives
    /// [`Error::File`], one that is not a whole saved simulation of this format [`Error::BadCheckpoint`].
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
        let path = path.as_ref();
        let content = std::fs::read(path).map_err(at_path(path))?;
        let saved = read(&content).map_err(|reason| Error::BadCheckpoint { path: path.to_owned(), reason })?;
        let regions: Vec<_> = saved.regions.into_iter().map(Cow::into_owned).collect();
        let mut simulation = Builder::resumed(saved.tissue.into_owned(), &regions, saved.window, threads)?;
        simulation.protocol = saved.protocol.into_owned();
        simulation.parameters = saved.parameters.into_owned();
        simulation.seed = saved.seed;
        simulation.clock = saved.clock;
        simulation.longest_step = saved.longest_step;
        simulation.ledger = saved.ledger;
        simulation.arm = saved.arm.into_owned();
        simulation.sample_days = saved.sample_days;
        simulation.sample_also = saved.sample_also.into_owned();
        simulation.histology = saved.histology.map(Cow::into_owned);
        simulation.report = saved.report.into_owned();
        simulation.watched.recall(&simulation.report);
        Ok(simulation)
    }

    /// SHA-256 over every bit of the state: clock, matrix, signals, cells. Two courses with equal
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
        // Serializing plain numbers into memory cannot fail.
        let state = postcard::to_stdvec(&(&self.clock, &self.tissue)).unwrap_or_default();
        Sha256::digest(state).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

fn read(content: &[u8]) -> std::result::Result<Saved<'static>, CheckpointFault> {
    if !content.starts_with(MARK) {
        return Err(CheckpointFault::NotOurs);
    }
    let (header, state) = content.split_at_checked(HEADER_BYTES).ok_or(CheckpointFault::Damaged)?;
    let (format, checksum) = header[MARK.len()..].split_at(4);
    let found = u32::from_le_bytes([format[0], format[1], format[2], format[3]]);
    if found != FORMAT {
        return Err(CheckpointFault::OtherFormat { found, expected: FORMAT });
    }
    if Sha256::digest(state)[..] != *checksum {
        return Err(CheckpointFault::Damaged);
    }
    postcard::from_bytes(state).map_err(|_| CheckpointFault::Damaged)
}
