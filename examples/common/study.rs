//! What the comparing examples share: arms run over replicates with common random numbers, and
//! their metrics as a table, a chart, CSV and JSON.
use super::{jobs, say, table};
use clap::Args;
use dermaweave::measure::Summary;
use dermaweave::report::{Chart, Report, ResultFolder, Row, Series, encode_charts_png};
use dermaweave::simulation::Builder;
use dermaweave::{Result, Tissue};
use serde_json::{Map, Value, json};
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

/// One arm: its name, its place on the x axis, and how a replicate of it is made from a seed.
pub struct Arm {
    pub name: String,
    pub value: f64,
    pub make: Box<dyn Fn(u64) -> Result<Builder> + Send + Sync>,
}

impl Arm {
    pub fn new(
        name: impl Into<String>,
        value: f64,
        make: impl Fn(u64) -> Result<Builder> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), value, make: Box::new(make) }
    }
}

/// All replicates of one arm.
pub struct Runs {
    pub name: String,
    pub value: f64,
    pub reports: Vec<Report>,
    /// The tissue of the first replicate at its end.
    pub tissue: Tissue,
    digests: Vec<String>,
}

/// What is compared: a number made from the rows of one region, in order of time.
pub struct Metric {
    pub name: &'static str,
    pub unit: &'static str,
    pub region: &'static str,
    of: Box<Measure>,
}

type Measure = dyn Fn(&Report) -> f64;

impl Metric {
    pub fn new(
        name: &'static str,
        unit: &'static str,
        region: &'static str,
        of: impl Fn(&[&Row]) -> f64 + 'static,
    ) -> Self {
        let of = move |report: &Report| of(&report.region(region).collect::<Vec<_>>());
        Self { name, unit, region, of: Box::new(of) }
    }

    /// A number made from the rows of all regions.
    pub fn across(name: &'static str, unit: &'static str, of: impl Fn(&Report) -> f64 + 'static) -> Self {
        Self { name, unit, region: "", of: Box::new(of) }
    }

    /// A measure of the last row.
    pub fn last(name: &'static str, unit: &'static str, region: &'static str, measure: fn(&Row) -> f64) -> Self {
        Self::new(name, unit, region, move |rows| rows.last().map_or(f64::NAN, |row| measure(row)))
    }

    /// Last minus first.
    pub fn change(name: &'static str, unit: &'static str, region: &'static str, measure: fn(&Row) -> f64) -> Self {
        Self::new(name, unit, region, move |rows| match (rows.first(), rows.last()) {
            (Some(first), Some(last)) => measure(last) - measure(first),
            _ => f64::NAN,
        })
    }

    /// The largest value at any time.
    pub fn peak(name: &'static str, unit: &'static str, region: &'static str, measure: fn(&Row) -> f64) -> Self {
        Self::new(name, unit, region, move |rows| rows.iter().map(|row| measure(row)).fold(f64::NAN, f64::max))
    }

    /// One number per replicate.
    pub fn values(&self, runs: &Runs) -> Vec<f64> {
        runs.reports.iter().map(|report| (self.of)(report)).collect()
    }

    /// Mean and 95 % interval over replicates.
    pub fn summary(&self, runs: &Runs) -> Summary {
        Summary::of(&self.values(runs))
    }
}

impl StudyOptions {
    /// Begins the run of these arms in the folder of outputs, so that nothing is run in vain: what an arm refuses and
    /// what cannot be written is told before any has run.
    pub fn begin<'a>(&self, example: &str, arms: impl IntoIterator<Item = &'a Arm>) -> Result<ResultFolder> {
        super::check_option("--spacing-um", self.spacing_um, "µm", 2.0..=40.0)?;
        super::prove_writable(self.json.as_deref(), self.quiet)?;
        let arms: Vec<_> = arms.into_iter().collect();
        // Their rows could not be told apart.
        if let Some(arm) =
            arms.iter().enumerate().find(|(index, arm)| arms[..*index].iter().any(|one| one.name == arm.name))
        {
            super::refuse(&format!("{} is given twice; give each value once", arm.1.name));
        }
        let at_a_time = self.threads().min(self.replicates as usize * arms.len());
        for arm in &arms {
            let builder = (arm.make)(self.seed)?;
            // All that run at a time, and the tissues that are kept, find memory.
            builder.check_memory(at_a_time + arms.len())?;
            builder.build()?;
        }
        let folder = self.out.clone().unwrap_or_else(|| Path::new("output").join(example));
        super::begin_folder(&folder, self.json.as_deref())
    }

    fn threads(&self) -> usize {
        self.threads.map_or_else(super::all_cores, |threads| threads as usize)
    }

    /// Runs all replicates of all arms, several at a time, each on one thread. Seeds are the same in
    /// every arm, so that what differs is the arm.
    pub fn run(&self, arms: &[Arm]) -> Result<Vec<Runs>> {
        let threads = self.threads();
        let runs = self.replicates as usize * arms.len();
        let bar = super::bar(self.replicates * arms.len() as u64, "[{bar:40}] run {pos}/{len}, {eta} left", self.quiet);
        // All arms of one replicate after another, so that an arm that takes long is not left to the end.
        let runs = jobs::run(runs, threads, |job| {
            let run = self.replicate(&arms[job % arms.len()], (job / arms.len()) as u64);
            bar.inc(1);
            run
        })?;
        bar.finish_and_clear();
        let mut all: Vec<Runs> = Vec::new();
        for (job, (report, tissue, digest)) in runs.into_iter().enumerate() {
            if let Some(tissue) = tissue {
                let (name, value) = (arms[job].name.clone(), arms[job].value);
                all.push(Runs { name, value, reports: Vec::new(), tissue, digests: Vec::new() });
            }
            let runs = &mut all[job % arms.len()];
            runs.reports.push(report);
            runs.digests.push(digest);
        }
        Ok(all)
    }

    /// One run; the tissue of the first replicate is kept.
    fn replicate(&self, arm: &Arm, replicate: u64) -> Result<(Report, Option<Tissue>, String)> {
        let seed = self.seed.wrapping_add(replicate);
        let named = format!("{}, seed {seed}", arm.name);
        let mut simulation = (arm.make)(seed)?.arm(named).seed(seed).threads(1).build()?;
        simulation.run()?;
        let tissue = (replicate == 0).then(|| simulation.tissue().clone());
        Ok((simulation.report().clone(), tissue, simulation.state_digest()))
    }

    /// Writes rows and JSON, with which the run is finished, and prints the metrics of all arms.
    pub fn report(
        &self,
        example: &str,
        folder: ResultFolder,
        question: &str,
        all: &[Runs],
        metrics: &[Metric],
    ) -> Result<()> {
        self.report_some(example, folder, question, (all, all.len()), metrics)
    }

    /// The same with only the first `shown` arms in the table.
    pub fn report_some(
        &self,
        example: &str,
        folder: ResultFolder,
        question: &str,
        (all, shown): (&[Runs], usize),
        metrics: &[Metric],
    ) -> Result<()> {
        folder.write_csv("rows.csv", all.iter().flat_map(|runs| &runs.reports).flat_map(Report::rows))?;
        if let Some(path) = &self.json {
            folder.write_json_elsewhere(path, &self.document(example, all, metrics))?;
        }
        let path = folder.path().to_owned();
        folder.finish()?;
        if !self.quiet {
            say!("{question}\n")?;
            table::print_table(&all[..shown], metrics)?;
            say!("\nmean ± 95 % interval over {} replicates; all samples: {}", self.replicates, path.display())?;
        }
        Ok(())
    }

    /// Prints what the arms call for.
    pub fn cautions(&self, all: &[Runs]) -> Result<()> {
        if self.quiet { Ok(()) } else { table::print_cautions(all) }
    }

    fn document(&self, example: &str, all: &[Runs], metrics: &[Metric]) -> Value {
        let arm = |runs: &Runs| {
            let numbers: Map<String, Value> = metrics
                .iter()
                .map(|metric| {
                    let Summary { mean, low, high, .. } = metric.summary(runs);
                    let (unit, region, values) = (metric.unit, metric.region, metric.values(runs));
                    let against_first = Summary::of_differences(&values, &metric.values(&all[0])).ok();
                    let entry = json!({"unit": unit, "region": region, "mean": mean, "low": low, "high": high, "values": values, "minus_first_arm": against_first});
                    (metric.name.to_owned(), entry)
                })
                .collect();
            let cautions: Vec<_> = runs.reports.iter().map(Report::cautions).collect();
            json!({"name": runs.name, "value": runs.value, "metrics": numbers, "cautions": cautions, "state_digests": runs.digests})
        };
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "example": example,
            "seed": self.seed,
            "replicates": self.replicates,
            "interval": "95 % of the mean, Student's t",
            "arms": all.iter().map(arm).collect::<Vec<_>>(),
        })
    }
}

/// One chart per group of metrics, against the value of the arm.
pub fn chart(
    folder: &ResultFolder,
    title: &str,
    x_label: &str,
    all: &[Runs],
    groups: &[(&str, &str, &[&Metric])],
) -> Result<()> {
    let charts: Vec<_> = groups
        .iter()
        .map(|(title, y_label, metrics)| Chart {
            title: (*title).into(),
            x_label: x_label.into(),
            y_label: (*y_label).into(),
            series: metrics.iter().enumerate().map(|(index, metric)| series(metric, index, all)).collect(),
            markers: Vec::new(),
        })
        .collect();
    folder.write_png("chart.png", encode_charts_png(&charts, title))
}

fn series(metric: &Metric, color_index: usize, all: &[Runs]) -> Series {
    let summaries: Vec<_> = all.iter().map(|runs| (runs.value, metric.summary(runs))).collect();
    Series {
        name: metric.name.into(),
        points: summaries.iter().map(|(value, summary)| (*value, summary.mean)).collect(),
        intervals: summaries.iter().map(|(_, summary)| (summary.low, summary.high)).collect(),
        color_index,
        dashed: false,
    }
}
