//! A course is recorded sample by sample.
use super::array::{GrowingArray, RowType};
use super::frame::Frame;
use super::layout::{DOCUMENT, Layout, State, TIMES};
use super::npy::NpyStore;
use super::schedule::{Schedule, check_seen, days, missed, tick_of};
use super::store::{Place, Store, remove_unfinished, sync_folder, write_document};
use super::vtk::VtkStore;
use super::zarr::ZarrStore;
use super::{Format, Recording};
use crate::error::{Error, RecordingFault, Result, at_path};
use crate::parameters::SurfaceParameters;
use crate::simulation::{Progress, Simulation};
use crate::tissue::Tissue;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// The file that is locked while a recorder writes. It stays, since to remove it would let two recorders in.
const LOCK: &str = ".dermaweave.lock";

/// Writes samples of a course to disk as it runs.
///
/// The first sample, if one is due, is the tissue as the recorder finds it: of a new course day 0. All others come through
/// [`observe`](Self::observe). Every sample is written at once and nothing of it is kept. The first error is kept and stops the
/// run; [`finish`](Self::finish) returns it, so ask it before the result of the run, which is then [`Error::Stopped`], or leave
/// both to [`run`](Self::run). A recorder that is dropped without `finish` leaves files that can be read, with the state
/// `unfinished`.
///
/// ```
/// use dermaweave::record::{FieldName, Format, Recorder, Recording};
/// use dermaweave::{Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// # let side = Length::micrometers(400.0);
/// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// # let folder = std::env::temp_dir().join(format!("dermaweave_recording_{}", std::process::id()));
/// let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(14.0)));
/// let mut simulation = builder.sample_every(Time::days(7.0)).build()?;
/// let fields = vec![FieldName::Density, FieldName::MeanAngleDeg];
/// let recording = Recording { fields, cells: true, every: Time::days(7.0), formats: vec![Format::Npy] };
/// let mut recorder = Recorder::new(&folder, &simulation, recording)?;
/// let ran = simulation.run_observed(|progress| recorder.observe(progress));
/// recorder.finish()?;
/// ran?;
/// let header = std::fs::read(folder.join("density.npy"))?;
/// assert!(String::from_utf8_lossy(&header[..128]).contains("'shape': (3, 20, 20)"));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    recording: Recording,
    layout: Layout,
    schedule: Schedule,
    /// The tick of the sample that is due next.
    due: u64,
    times: GrowingArray,
    stores: Vec<Box<dyn Store>>,
    surface: SurfaceParameters,
    failure: Option<Error>,
    _lock: File,
}

impl Recorder {
    /// Begins a recording in a folder that is empty or not there yet.
    ///
    /// An interval that is not a whole number of sampling intervals gives [`Error::NotMultiple`] or [`Error::OutOfRange`];
    /// nothing to record, a name twice, a folder that is not empty, or a course with no sample left [`Error::Recording`]; what
    /// cannot be written [`Error::File`].
    pub fn new(folder: impl AsRef<Path>, simulation: &Simulation, recording: Recording) -> Result<Self> {
        recording.check()?;
        let schedule = Schedule::new(simulation, recording.every)?;
        let due = schedule.due_from(simulation.clock().tick());
        if schedule.is_over(due) {
            let missing = "the course ends before the first sample; record more often, or end later";
            return Err(RecordingFault::Nothing { missing }.into());
        }
        let mut layout = Layout::new(simulation, &recording, schedule.interval_days());
        layout.first_day = days(due);
        let folder = folder.as_ref();
        fs::create_dir_all(folder).map_err(at_path(folder))?;
        if fs::read_dir(folder).map_err(at_path(folder))?.next().is_some() {
            return Err(RecordingFault::NotEmpty { path: folder.to_owned() }.into());
        }
        let lock = lock(folder)?;
        write_document(&folder.join(DOCUMENT), &layout.document(State::Unfinished))?;
        let place = Place { folder, is_new: true };
        let times = GrowingArray::create(&folder.join(TIMES), RowType::of_numbers(&[]))?;
        let stores = stores(place, &layout)?;
        let surface = simulation.parameters().surface.clone();
        let folder = folder.to_owned();
        let recorder =
            Self { folder, recording, layout, schedule, due, times, stores, surface, failure: None, _lock: lock };
        recorder.begun_at(simulation)
    }

    /// Goes on with a recording of the same course after it was resumed: drops samples later than the clock of the simulation
    /// and appends to the others. All files then have the bytes of a recording that was never interrupted. Whether it is the
    /// same course is for the user to know; fields, formats, schedule and grids are compared.
    ///
    /// A run that its observer stops goes on to the end of its step, which is up to four weeks later where only time passes;
    /// samples on the way are not handed over. From there a recording cannot go on, but from a course that was saved before.
    ///
    /// Another recording, one that is damaged, and one that lacks samples before the clock give [`Error::Recording`], a folder
    /// without a recording [`Error::File`].
    ///
    /// ```
    /// use dermaweave::record::{FieldName, Format, Recorder, Recording};
    /// use dermaweave::{Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// use std::ops::ControlFlow;
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// # let folder = std::env::temp_dir().join(format!("dermaweave_resumed_{}", std::process::id()));
    /// let fields = vec![FieldName::Density];
    /// let recording = Recording { fields, cells: false, every: Time::weeks(4.0), formats: vec![Format::Vtk] };
    /// let protocol = Protocol::untreated(Time::weeks(8.0));
    /// let mut simulation = Simulation::builder(tissue).protocol(protocol).sample_every(Time::weeks(4.0)).build()?;
    /// let mut recorder = Recorder::new(&folder, &simulation, recording.clone())?;
    /// let ran = simulation.run_observed(|progress| {
    ///     let _ = recorder.observe(progress);
    ///     ControlFlow::Break(())
    /// });
    /// assert!(matches!(ran, Err(Error::Stopped { day: 28.0 })));
    /// drop(recorder);
    /// Recorder::resume(&folder, &simulation, recording)?.run(&mut simulation)?;
    /// assert!(std::fs::read_to_string(folder.join("vtk/matrix.pvd"))?.contains("timestep=\"56\""));
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume(folder: impl AsRef<Path>, simulation: &Simulation, recording: Recording) -> Result<Self> {
        recording.check()?;
        let schedule = Schedule::new(simulation, recording.every)?;
        let mut layout = Layout::new(simulation, &recording, schedule.interval_days());
        let folder = folder.as_ref();
        layout.take_first_day(folder)?;
        let lock = lock(folder)?;
        let mut times = GrowingArray::open(&folder.join(TIMES), RowType::of_numbers(&[]))?;
        let present = simulation.clock().days();
        let samples = times.rows_while(|day| f64::from_le_bytes(day) <= present)?;
        let due = match samples.checked_sub(1) {
            Some(last) => schedule.due_from(tick_of(f64::from_le_bytes(times.first_of(last)?)) + 1),
            None => tick_of(layout.first_day),
        };
        if due < simulation.clock().tick() {
            return Err(missed(due, simulation.clock().tick()));
        }
        // Nothing is changed before here.
        remove_unfinished(folder)?;
        write_document(&folder.join(DOCUMENT), &layout.document(State::Unfinished))?;
        let stores = stores(Place { folder, is_new: false }, &layout)?;
        let surface = simulation.parameters().surface.clone();
        let folder = folder.to_owned();
        let mut recorder =
            Self { folder, recording, layout, schedule, due, times, stores, surface, failure: None, _lock: lock };
        recorder.keep(samples)?;
        recorder.begun_at(simulation)
    }

    /// Takes a sample if one is due; asks to stop once something has failed, now or before.
    pub fn observe(&mut self, progress: &Progress) -> ControlFlow<()> {
        if self.failure.is_none() {
            let observed = self.sample(progress.tissue, tick_of(progress.day));
            self.failure = observed.err();
        }
        if self.failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Ends the recording: everything is on the disk, and `recording.json` says `finished`, or `stopped` where the course was
    /// not run to its end. Returns the error that stopped the recording, if there was one; then it stays `unfinished`.
    pub fn finish(self) -> Result<()> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let samples = self.times.rows();
        sync_folder(&self.folder)?;
        let state = if self.schedule.is_over(self.due) { State::Finished(samples) } else { State::Stopped(samples) };
        write_document(&self.folder.join(DOCUMENT), &self.layout.document(state))
    }

    /// Runs a simulation to its end, records it and finishes. Returns what went wrong first, in the recording or the course.
    ///
    /// ```
    /// use dermaweave::record::{FieldName, Format, Recorder, Recording};
    /// use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// # let folder = std::env::temp_dir().join(format!("dermaweave_recorded_{}", std::process::id()));
    /// let mut simulation = Simulation::builder(tissue).build()?;
    /// let (fields, formats) = (vec![FieldName::HeightUm], vec![Format::OmeZarr]);
    /// let recording = Recording { fields, cells: false, every: Recording::EVERY_SAMPLE, formats };
    /// Recorder::new(&folder, &simulation, recording)?.run(&mut simulation)?;
    /// assert!(folder.join("signals.ome.zarr/0/c/4/0/0/0").is_file());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(mut self, simulation: &mut Simulation) -> Result<()> {
        let ran = simulation.run_observed(|progress| self.observe(progress));
        if self.failure.is_some() {
            return self.finish();
        }
        ran?;
        self.finish()
    }

    /// How many samples have been written.
    pub const fn samples(&self) -> u64 {
        self.times.rows()
    }

    /// Takes the present sample, if it is due.
    fn begun_at(mut self, simulation: &Simulation) -> Result<Self> {
        if self.due == simulation.clock().tick() {
            self.sample(simulation.tissue(), self.due)?;
        }
        Ok(self)
    }

    fn sample(&mut self, tissue: &Tissue, tick: u64) -> Result<()> {
        if tick < self.due {
            return Ok(());
        }
        check_seen(self.due, tick)?;
        self.layout.check_fields_of(tissue)?;
        let samples = self.times.rows();
        let written = self.write(tissue, (samples, days(tick)));
        if written.is_err() {
            // What was written in part is removed as far as that is possible; the first error is the one to tell.
            drop(self.keep(samples));
        }
        written?;
        self.due = self.schedule.due_from(tick + 1);
        Ok(())
    }

    /// Days come last: a sample counts once its day is there.
    fn write(&mut self, tissue: &Tissue, (sample, day): (u64, f64)) -> Result<()> {
        let frame = Frame::new((sample, day), tissue, &self.recording.fields, &self.surface)?;
        self.stores.iter_mut().try_for_each(|store| store.write(&frame))?;
        self.times.append(1, |writer| writer.write_all(&day.to_le_bytes()))
    }

    /// Days go first: what has no day does not count.
    fn keep(&mut self, samples: u64) -> Result<()> {
        self.times.keep(samples)?;
        self.stores.iter_mut().try_for_each(|store| store.keep(samples))
    }
}

fn stores(place: Place, layout: &Layout) -> Result<Vec<Box<dyn Store>>> {
    let store = |format: &Format| -> Result<Box<dyn Store>> {
        Ok(match format {
            Format::Npy => Box::new(NpyStore::new(place, layout)?),
            Format::Vtk => Box::new(VtkStore::new(place, layout)?),
            Format::OmeZarr => Box::new(ZarrStore::new(place, layout)?),
        })
    };
    layout.formats().iter().map(store).collect()
}

/// Locks a folder; where the system has no such locks, nothing is locked.
fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let opened = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = opened.map_err(at_path(&path))?;
    match file.try_lock() {
        Err(TryLockError::Error(_)) | Ok(()) => Ok(file),
        Err(_) => Err(RecordingFault::InUse { path: folder.to_owned() }.into()),
    }
}
