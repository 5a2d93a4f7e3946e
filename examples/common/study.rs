//! What the comparing examples share: their options, and what they print and write.
use super::interrupt::{Interrupt, STOPPED, note};
use super::say;
use clap::Args;
use dermaweave::report::{ResultFolder, StudyPage};
use dermaweave::simulation::Builder;
use dermaweave::study::folder::{MemberEvent, RunMembers, RunSummary, StudyFolder};
use dermaweave::study::{Arm, ArmResults, Comparison, Course, Courses, Study};
use dermaweave::{Error, Result, dermis};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Options that every comparison takes.
#[derive(Args, Debug)]
pub struct StudyOptions {
    /// Replicates of every arm; replicate i has the same seed in all arms
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub replicates: u64,
    /// Seed of the first replicate
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Runs at a time; the result does not depend on it [default: all cores]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// Side of a site in µm
    #[arg(long, default_value_t = 20.0)]
    pub spacing_um: f64,
    /// Folder for CSV and pictures [default: output/ and the name of the example]
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Also write all metrics to this JSON file
    #[arg(long)]
    pub json: Option<PathBuf>,
    /// No progress bar, no table
    #[arg(long)]
    pub quiet: bool,
}

/// Tables of all members that are kept.
const TABLES: [&str; 4] = ["rows.csv", "summary.csv", "differences.csv", "dictionary.csv"];

/// A study, told from others by the options of the example, which decide what its arms do.
struct OfExample<'a> {
    study: &'a Study,
    options: String,
}

impl Courses for OfExample<'_> {
    fn identity(&self) -> String {
        format!("{}\n{}", self.options, self.study.identity())
    }

    fn count(&self) -> usize {
        self.study.count()
    }

    fn course(&self, number: usize) -> Result<Course> {
        self.study.course(number)
    }

    fn builder(&self, number: usize) -> Result<Builder> {
        self.study.builder(number)
    }

    fn dermis(&self, number: usize) -> Result<Option<dermis::Builder>> {
        self.study.dermis(number)
    }
}

/// The page of all arms.
fn page(example: &str, arms: &[ArmResults]) -> StudyPage {
    let mut page = StudyPage::new(example.replace('_', " "));
    for arm in arms {
        arm.reports.iter().for_each(|report| page.add(&arm.name, report));
    }
    page
}

/// The options that were given and decide what comes out.
fn deciding_options() -> String {
    const OTHERS: [&str; 3] = ["--threads", "--out", "--json"];
    let (mut deciding, mut words) = (vec![super::example_name()], std::env::args().skip(1));
    while let Some(word) = words.next() {
        if OTHERS.contains(&word.as_str()) {
            words.next();
        } else if word != "--quiet" && !OTHERS.iter().any(|other| word.starts_with(&format!("{other}="))) {
            deciding.push(word);
        }
    }
    deciding.join(" ")
}

/// Ends the example where a member failed, or where the run was stopped; its members are saved.
fn end_unless_done(ran: &RunSummary) {
    ran.failed.iter().for_each(|failed| super::tell(&failed.to_string()));
    if !ran.failed.is_empty() {
        std::process::exit(1);
    }
    if !ran.stopped.is_empty() || !ran.not_begun.is_empty() {
        note(&format!("stopped and saved; the same command goes on: {}", super::command()));
        std::process::exit(STOPPED.into());
    }
}

impl StudyOptions {
    /// These arms, as the options ask for them.
    pub fn study(&self, arms: impl IntoIterator<Item = Arm>) -> Study {
        let threads = self.threads.map(|threads| threads as usize);
        Study { replicates: self.replicates, seed: self.seed, threads, ..Study::of(arms) }
    }

    /// Begins the run of a study in the folder of outputs, so that nothing is run in vain: what an arm refuses and
    /// what cannot be written is told before any has run.
    pub fn begin(&self, example: &str, study: &Study) -> Result<ResultFolder> {
        super::check_option("--spacing-um", self.spacing_um, "µm", 2.0..=40.0)?;
        super::prove_writable(self.json.as_deref(), self.quiet)?;
        match study.check() {
            Err(Error::DuplicateArm { name }) => super::refuse(&format!("{name} is given twice; give each value once")),
            checked => checked?,
        }
        let folder = self.out.clone().unwrap_or_else(|| Path::new("output").join(example));
        super::begin_folder(&folder, self.json.as_deref())
    }

    /// Runs it with a bar, in a folder of its own inside that of the outputs: interrupted, it goes on with the same command.
    pub fn run(&self, outputs: &ResultFolder, study: &Study) -> Result<Vec<ArmResults>> {
        let interrupt = Interrupt::new(None);
        let (courses, path) = (OfExample { study, options: deciding_options() }, outputs.path().join("study"));
        let folder = StudyFolder::open(&path, &courses)?;
        let bar = super::bar(courses.count() as u64, "[{bar:40}] run {pos}/{len}, {eta} left", self.quiet);
        bar.set_position(folder.status().done as u64);
        let observer = |event: &MemberEvent| {
            if matches!(event, MemberEvent::Ended { .. }) {
                bar.inc(1);
            }
        };
        let threads = self.threads.map(|threads| threads as usize);
        let stop = || interrupt.is_wished();
        let options =
            RunMembers { threads, stop: &stop, observer: &observer, retry_failed: true, ..RunMembers::default() };
        let ran = folder.run(&courses, &options)?;
        bar.finish_and_clear();
        end_unless_done(&ran);
        let results = folder.results(&courses)?;
        folder.collect()?;
        for name in TABLES {
            let table = path.join(name);
            let bytes = std::fs::read(&table).map_err(|source| Error::File { path: table, source })?;
            outputs.write_file(name, &bytes)?;
        }
        std::fs::remove_dir_all(&path).map_err(|source| Error::File { path, source })?;
        Ok(results)
    }

    /// Writes JSON, with which the run is finished, and prints the metrics of all arms.
    pub fn report(&self, example: &str, folder: ResultFolder, question: &str, all: &Comparison) -> Result<()> {
        let path = self.write(example, folder, all)?;
        self.print(&path, question, all)
    }

    /// Writes JSON, with which the run is finished; gives its folder.
    pub fn write(&self, example: &str, folder: ResultFolder, all: &Comparison) -> Result<PathBuf> {
        folder.write_file("report.html", page(example, all.arms()).run(folder.run()).html().as_bytes())?;
        if let Some(path) = &self.json {
            let document = json!({
                "version": env!("CARGO_PKG_VERSION"),
                "example": example,
                "seed": self.seed,
                "replicates": self.replicates,
                "interval": "95 % of the mean, Student's t",
                "arms": all.to_json(),
            });
            folder.write_json_elsewhere(path, &document)?;
        }
        let path = folder.path().to_owned();
        folder.finish()?;
        Ok(path)
    }

    /// Prints a comparison.
    pub fn print(&self, path: &Path, question: &str, shown: &Comparison) -> Result<()> {
        if self.quiet {
            return Ok(());
        }
        say!("{question}\n\n{shown}")?;
        say!("\nmean ± 95 % interval over {} replicates; all samples: {}", self.replicates, path.display())
    }

    /// Prints what each arm calls for, as its first replicate says it.
    pub fn cautions(&self, arms: &[ArmResults]) -> Result<()> {
        for arm in arms.iter().filter(|_| !self.quiet) {
            let cautious: Vec<_> = arm.reports.iter().filter(|report| !report.cautions().is_empty()).collect();
            if let Some(report) = cautious.first() {
                say!("\ncaution, {} ({} of {} replicates):", arm.name, cautious.len(), arm.reports.len())?;
                report.cautions().iter().try_for_each(|caution| say!("  {caution}"))?;
            }
        }
        Ok(())
    }
}
