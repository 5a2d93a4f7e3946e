//! Several courses in one file, with what joins them.
use super::super::{Rule, Simulation};
use super::file::{self, Kind};
use super::saved::{Saved, take_state};
use crate::engine::Threads;
use crate::error::{CheckpointFault, Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// All that is saved of courses side by side, in the order of the file.
#[derive(Serialize)]
struct Stack<'a, J> {
    joint: &'a J,
    courses: Vec<Saved<'a>>,
}

/// What was saved of courses side by side.
pub(crate) struct RestoredStack<J> {
    /// What joins them.
    pub(crate) joint: J,
    pub(crate) courses: Vec<Simulation>,
}

/// Saves courses, each of which has columns of one's own, and what joins them.
pub(crate) fn write_stack(path: &Path, joint: &impl Serialize, courses: &[Simulation]) -> Result<()> {
    courses.iter().try_for_each(|course| course.tissue.check_whole())?;
    let courses = courses.iter().map(Saved::of).collect();
    file::write(path, Kind::Dermis, &Stack { joint, courses })
}

/// Goes on with saved courses; `rules` gives the rules of one's own of each, by its number from 0.
pub(crate) fn read_stack<J: DeserializeOwned>(
    path: &Path,
    threads: &Threads,
    rules: impl Fn(usize) -> Vec<Box<dyn Rule>>,
) -> Result<RestoredStack<J>> {
    let fault = |reason| Error::BadCheckpoint { path: path.to_owned(), reason };
    let state = file::read(path, Kind::Dermis)?;
    let (joint, rest) = take_state(&state).map_err(fault)?;
    let (count, mut rest) = take_state::<u64>(rest).map_err(fault)?;
    let mut courses = Vec::new();
    for number in 0..count as usize {
        let (saved, behind) = Saved::take(rest).map_err(fault)?;
        courses.push(Simulation::restored(saved, path, rules(number), threads.clone())?);
        rest = behind;
    }
    if !rest.is_empty() {
        return Err(fault(CheckpointFault::Refused { what: "it is longer than a state".into() }));
    }
    Ok(RestoredStack { joint, courses })
}
