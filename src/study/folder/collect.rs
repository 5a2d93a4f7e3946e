//! The tables of a study, made of the members that are done.
use super::super::{Course, Setting};
use super::StudyFolder;
use super::described::{columns_of_differences, columns_of_rows, columns_of_summary, names, summarized};
use super::place::{DONE, Done, Place};
use super::summary::{Measures, Row};
use super::table::{Table, number, write_table};
use crate::error::Result;
use crate::report::{ColumnEntry, cell_text};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt;

/// Numbers of the summary that are in memory at a time, of 16 bytes each.
const NUMBERS_AT_ONCE: usize = 1 << 24;

/// What was collected. Prints as a line.
///
/// ```
/// use dermaweave::study::{Arm, Study, StudyFolder};
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let arm = Arm::new("young", 0.0, |_| {
/// #     let side = Length::micrometers(400.0);
/// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
/// # });
/// let study = Study { replicates: 3, ..Study::of([arm]) };
/// # let path = std::env::temp_dir().join(format!("dermaweave_collected_{}", std::process::id()));
/// let collected = StudyFolder::open(&path, &study)?.collect()?;
/// assert_eq!(collected.to_string(), "0 of 3 members collected, 3 are missing");
/// # std::fs::remove_dir_all(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collected {
    /// How many members the study has.
    pub members: usize,
    /// How many were collected: those that are done.
    pub done: usize,
    /// Rows of `rows.csv`.
    pub rows: usize,
}

impl fmt::Display for Collected {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} of {} members collected", self.done, self.members)?;
        let missing = self.members - self.done;
        if missing > 0 { write!(formatter, ", {missing} are missing") } else { Ok(()) }
    }
}

/// A member that is done.
struct Member {
    number: usize,
    arm: u32,
    /// The same for members with one replicate and design point.
    pair: u32,
}

/// Which members are done, and what columns they have: fixed when collecting begins, though others may end meanwhile.
#[derive(Default)]
pub(super) struct Found {
    members: Vec<Member>,
    rows: usize,
    /// Settings of design points, in order of their first appearance.
    settings: Vec<Setting>,
    /// Columns of the user's own.
    own: Vec<ColumnEntry>,
}

impl StudyFolder {
    /// Writes the tables of all members that are done into the folder, and tells how many are missing:
    ///
    /// - `rows.csv`: all rows of all members, with `member, arm, value, replicate, seed`, the settings of the design point
    ///   by their names, and all columns of the rows;
    /// - `summary.csv`: of each arm, region, day and column the number of replicates, their mean, standard deviation, 95 %
    ///   interval of the mean (Student's t) and quantiles 5, 25, 50, 75 and 95 %, over all design points;
    /// - `differences.csv`: the same but quantiles of the differences to the first arm, of members with the same replicate
    ///   and design point, but for what belongs to the arm;
    /// - `dictionary.csv`: name, unit, meaning and source of every column, and its table.
    ///
    /// An undefined number makes mean and interval undefined, what was not measured is left out; directions
    /// (`mean_angle_deg`) have no plain mean and are in `rows.csv` alone. The bytes depend on the results alone: not on
    /// where, in what order and in how many pieces they were computed, nor on when and by what process they are collected.
    ///
    /// In memory are one member at a time; per member its number, arm and replicate and the settings of its design point;
    /// and for the summary 28 bytes per row and 16 bytes per row and column, of at most 16 million numbers at once: as many
    /// columns at a time as these are, at least one. Every member is read once for each such set of columns, and once for
    /// `rows.csv`.
    ///
    /// Fails with [`Error::BadStudyFolder`](crate::Error::BadStudyFolder) for results that are not what was written, with
    /// [`Error::BadColumn`](crate::Error::BadColumn) for two columns of one name, and with
    /// [`Error::File`](crate::Error::File).
    pub fn collect(&self) -> Result<Collected> {
        self.collect_by(NUMBERS_AT_ONCE)
    }

    /// The same with so many numbers of the summary in memory.
    fn collect_by(&self, numbers: usize) -> Result<Collected> {
        let found = self.find()?;
        let columns = columns_of_rows(&found.settings, &found.own)?;
        self.write_dictionary(&columns)?;
        write_table(&self.path.join("rows.csv"), |table| self.write_rows(&found, &columns, table))?;
        let summarized = summarized(&found.own);
        let at_a_time = (numbers / found.rows.max(1)).max(1);
        write_table(&self.path.join("summary.csv"), |summary| {
            summary.row(names(&columns_of_summary()))?;
            write_table(&self.path.join("differences.csv"), |differences| {
                differences.row(names(&columns_of_differences()))?;
                summarized.chunks(at_a_time).try_for_each(|columns| {
                    let rows = self.read_columns(&found, columns)?;
                    rows.write_summary(self, summary)?;
                    rows.write_differences(self, differences)
                })
            })
        })?;
        Ok(Collected { members: self.count, done: found.members.len(), rows: found.rows })
    }

    fn write_dictionary(&self, rows: &[ColumnEntry]) -> Result<()> {
        write_table(&self.path.join("dictionary.csv"), |table| {
            table.row(["name", "unit", "description", "source", "table"])?;
            let tables = [
                ("rows.csv", rows.to_vec()),
                ("summary.csv", columns_of_summary()),
                ("differences.csv", columns_of_differences()),
            ];
            tables.iter().try_for_each(|(name, columns)| {
                columns.iter().try_for_each(|column| {
                    let ColumnEntry { name: column, unit, description, source } = column;
                    table.row([column.as_str(), unit, description, source, name])
                })
            })
        })
    }

    /// Looks for the members that are done.
    fn find(&self) -> Result<Found> {
        let (mut found, mut pairs) = (Found::default(), HashMap::new());
        for number in 0..self.count {
            let place = self.place(number);
            let Some(done) = place.read::<Done>(DONE)? else { continue };
            let course = place.course()?;
            let Some(arm) = self.arm(&course.arm) else {
                return Err(place.damaged("member.json", format!("the study has no arm {:?}", course.arm)));
            };
            let beside_arm = course.point.iter().filter(|setting| !setting.of_arm);
            let settings: Vec<_> = beside_arm.map(|setting| setting.value.to_bits()).collect();
            let next = pairs.len() as u32;
            let pair = *pairs.entry((course.replicate, settings)).or_insert(next);
            found.members.push(Member { number, arm: arm as u32, pair });
            found.add(&course, done);
        }
        Ok(found)
    }

    /// The rows of a member that is done, with those of its course.
    fn rows_of(&self, number: usize) -> Result<(Place, crate::Report)> {
        let place = self.place(number);
        let done: Option<Done> = place.read(DONE)?;
        let done = done.ok_or_else(|| place.damaged(DONE, "it is no longer there".into()))?;
        let report = place.report(&done)?;
        Ok((place, report))
    }

    fn write_rows(&self, found: &Found, columns: &[ColumnEntry], table: &mut Table) -> Result<()> {
        table.row(names(columns))?;
        let of_rows = 5 + found.settings.len();
        for member in &found.members {
            let (place, report) = self.rows_of(member.number)?;
            let first = cells_of(&place.course()?, &found.settings);
            for row in report.rows() {
                let row = row.flat();
                let rest = columns[of_rows..].iter().map(|column| cell(&row, &column.name));
                table.row(first.iter().cloned().chain(rest))?;
            }
        }
        Ok(())
    }

    /// Reads some columns of all rows.
    fn read_columns(&self, found: &Found, columns: &[String]) -> Result<Measures> {
        let mut rows = Measures::of(columns, found.rows);
        for member in &found.members {
            let (_, report) = self.rows_of(member.number)?;
            for row in report.rows() {
                let region = rows.region(&row.region);
                let cells = columns.iter().map(|column| row.value(column));
                rows.add(Row { arm: member.arm, region, day: row.day, pair: member.pair }, cells);
            }
        }
        Ok(rows.sorted())
    }
}

impl Found {
    fn add(&mut self, course: &Course, done: Done) {
        self.rows += done.rows;
        for setting in &course.point {
            if !self.settings.iter().any(|known| known.name == setting.name) {
                self.settings.push(setting.clone());
            }
        }
        for column in done.columns {
            if !self.own.iter().any(|own| own.name == column.name) {
                self.own.push(column);
            }
        }
    }
}

/// The cells of a row that tell of its member.
fn cells_of(course: &Course, settings: &[Setting]) -> Vec<String> {
    let Course { number: member, arm, value, replicate, seed, point } = course;
    let of_point = settings.iter().map(|Setting { name, .. }| {
        let setting = point.iter().find(|setting| setting.name == *name);
        number(setting.map(|setting| setting.value))
    });
    let first = [member.to_string(), arm.clone(), number(Some(*value)), replicate.to_string(), seed.to_string()];
    first.into_iter().chain(of_point).collect()
}

fn cell(row: &Map<String, Value>, column: &str) -> String {
    row.get(column).map_or_else(String::new, cell_text)
}

#[cfg(test)]
mod tests {
    use super::super::RunMembers;
    use super::*;
    use crate::study::{Arm, Study};
    use crate::{Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    use std::fs;

    /// Defends: however few numbers fit into memory at a time, the tables have the same bytes.
    #[test]
    fn summaries_in_pieces_have_the_same_bytes() {
        let arm = |name, age| {
            Arm::new(name, age, move |seed| {
                let side = Length::micrometers(400.0);
                let skin = Skin { placement_seed: seed, ..Skin::aged(age) };
                let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &skin)?;
                Ok(Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(1.0))))
            })
        };
        let study = Study { replicates: 2, ..Study::of([arm("young", 30.0), arm("old", 60.0)]) };
        let path = std::env::temp_dir().join(format!("dermaweave_pieces_{}", std::process::id()));
        let folder = StudyFolder::open(&path, &study).unwrap();
        folder.run(&study, &RunMembers::default()).unwrap();
        let tables = |numbers| {
            folder.collect_by(numbers).unwrap();
            ["summary.csv", "differences.csv"].map(|name| fs::read_to_string(path.join(name)).unwrap())
        };
        let whole = tables(NUMBERS_AT_ONCE);
        // No picture was taken: neither the orientation index nor its null is there.
        assert_eq!(whole[0].lines().count(), 1 + 2 * 2 * (summarized(&[]).len() - 2));
        assert_eq!([tables(1), tables(50)], [whole.clone(), whole]);
        fs::remove_dir_all(&path).unwrap();
    }
}
