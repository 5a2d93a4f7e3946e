//! All metrics of all arms: as a table, a chart and JSON.
use super::{ArmResults, Metric};
use crate::measure::Summary;
use crate::report::Report;
#[cfg(feature = "report")]
use crate::report::{Chart, Series};
use serde_json::{Map, Value, json};
use std::fmt;

/// Arms side by side. Prints as a table: one line per metric, one column per arm, mean ± 95 % interval.
///
/// ```
/// use dermaweave::study::{Arm, Comparison, Metric, Study};
/// # use dermaweave::{Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// # let arm = |name, years: f64| Arm::new(name, years, move |seed| {
/// #     let side = Length::micrometers(400.0);
/// #     let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// #     Ok(Simulation::builder(Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::aged(years) })?))
/// # });
/// let arms = Study { replicates: 2, ..Study::of([arm("young", 30.0), arm("old", 60.0)]) }.run()?;
/// let metrics = [Metric::last("collagen", "1 = healthy", "all", |row| row.organization.density)];
/// let comparison = Comparison::new(&arms, &metrics);
/// assert_eq!(comparison.to_string().lines().count(), 2, "the names of the arms, and one metric");
/// let chart = comparison.only(&["collagen"]).chart("collagen", "age in years", "1 = healthy");
/// assert_eq!(chart.series[0].points[1].0, 60.0);
/// assert!(comparison.to_json()[1]["metrics"]["collagen"]["minus_first_arm"]["mean"].as_f64() < Some(0.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Comparison<'a> {
    arms: &'a [ArmResults],
    metrics: Vec<&'a Metric>,
}

impl<'a> Comparison<'a> {
    /// These arms by these metrics.
    pub fn new(arms: &'a [ArmResults], metrics: impl IntoIterator<Item = &'a Metric>) -> Self {
        Self { arms, metrics: metrics.into_iter().collect() }
    }

    /// What is compared.
    pub const fn arms(&self) -> &'a [ArmResults] {
        self.arms
    }

    /// The same arms by these of the metrics; names that no metric has are left out.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let has_name = |metric: &&&Metric| names.contains(&metric.name.as_str());
        Self { arms: self.arms, metrics: self.metrics.iter().filter(has_name).copied().collect() }
    }

    /// One line per metric against the place of the arms on the x axis, with bars for the 95 % intervals.
    #[cfg(feature = "report")]
    pub fn chart(&self, title: &str, x_label: &str, y_label: &str) -> Chart {
        let series = self.metrics.iter().enumerate();
        Chart {
            title: title.into(),
            x_label: x_label.into(),
            y_label: y_label.into(),
            series: series.map(|(index, metric)| self.series(metric, index)).collect(),
            markers: Vec::new(),
            healthy: Vec::new(),
        }
    }

    #[cfg(feature = "report")]
    fn series(&self, metric: &Metric, color_index: usize) -> Series {
        let summaries: Vec<_> = self.arms.iter().map(|arm| metric.summary(arm)).collect();
        Series {
            name: metric.name.clone(),
            points: self.arms.iter().zip(&summaries).map(|(arm, summary)| (arm.value, summary.mean)).collect(),
            intervals: summaries.iter().map(|summary| (summary.low, summary.high)).collect(),
            color_index,
            ..Series::default()
        }
    }

    /// A list of the arms, each with `name`, `value`, the `metrics` (unit, region, mean, 95 % interval from `low` to
    /// `high`, one value per replicate, paired difference `minus_first_arm`), the `cautions` and the `state_digests`.
    pub fn to_json(&self) -> Value {
        self.arms.iter().map(|arm| self.arm_to_json(arm)).collect()
    }

    fn arm_to_json(&self, arm: &ArmResults) -> Value {
        let metrics: Map<_, _> =
            self.metrics.iter().map(|metric| (metric.name.clone(), self.metric_to_json(metric, arm))).collect();
        let cautions: Vec<_> = arm.reports.iter().map(Report::cautions).collect();
        json!({
            "name": arm.name,
            "value": arm.value,
            "metrics": metrics,
            "cautions": cautions,
            "state_digests": arm.state_digests,
        })
    }

    fn metric_to_json(&self, metric: &Metric, arm: &ArmResults) -> Value {
        let Summary { mean, low, high, .. } = metric.summary(arm);
        json!({
            "unit": metric.unit,
            "region": metric.region,
            "mean": mean,
            "low": low,
            "high": high,
            "values": metric.values(arm),
            "minus_first_arm": metric.difference(arm, &self.arms[0]).ok(),
        })
    }

    /// What stands before the numbers of each metric.
    fn labels(&self) -> Vec<String> {
        self.metrics.iter().map(|metric| format!("{} [{}] {}", metric.name, metric.unit, metric.region)).collect()
    }
}

impl fmt::Display for Comparison<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let labels: Vec<_> = std::iter::once(String::new()).chain(self.labels()).collect();
        let first = longest(&labels);
        let columns: Vec<_> = self.arms.iter().map(|arm| column(arm, &self.metrics)).collect();
        let lines = labels.iter().enumerate().map(|(line, label)| {
            let cells = columns.iter().map(|cells| format!("  {:>1$}", cells[line], longest(cells)));
            format!("{label:<first$}{}", cells.collect::<String>())
        });
        formatter.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Name of an arm, and below it its numbers.
fn column(arm: &ArmResults, metrics: &[&Metric]) -> Vec<String> {
    std::iter::once(arm.name.clone()).chain(metrics.iter().map(|metric| metric.summary(arm).plus_minus())).collect()
}

fn longest(texts: &[String]) -> usize {
    texts.iter().map(|text| text.chars().count()).max().unwrap_or(0)
}
