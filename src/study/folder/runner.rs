//! One member: claimed, begun or taken up, run, and written.
use super::super::running::{self, Reached, Running};
use super::super::{Course, Courses};
use super::StudyFolder;
use super::claim::{Claim, holder};
use super::course::Watched;
use super::place::{
    CHECKPOINT, DONE, Described, Done, END, FAILED, FIELDS, Failed, MEMBER, PROGRESS, Place, Progressed, ROWS,
};
use super::run::{MemberEvent, MemberOutcome, RunMembers};
use crate::error::{Error, Result, at_path};
use crate::record::{Recorder, Recording};
use std::any::Any;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// Runs members of a folder.
pub(super) struct Runner<'a> {
    pub folder: &'a StudyFolder,
    pub courses: &'a dyn Courses,
    pub options: &'a RunMembers<'a>,
}

/// What was found or made of a member.
#[derive(PartialEq)]
pub(super) enum Taken {
    Outcome(MemberOutcome),
    /// It was done before.
    Earlier,
    /// Another process runs it.
    Held,
    /// The run is to stop.
    NotBegun,
}

/// A course that begins or goes on.
struct Begun {
    course: Running,
    recorder: Option<Recorder>,
    /// Why it begins anew, if it had a checkpoint.
    anew: Option<String>,
    /// Wall time that was spent on it before.
    wall_seconds: f64,
}

impl Runner<'_> {
    /// Runs a member if it is free and not done.
    pub fn take(&self, number: usize) -> Result<Taken> {
        let place = self.folder.place(number);
        // What cannot be read is no result, and the member is run again.
        let is_done = || place.known::<Done>(DONE).map(|done| done.is_some());
        if is_done()? && !place.has(CHECKPOINT) {
            return Ok(Taken::Earlier);
        }
        if (self.options.stop)() {
            return Ok(Taken::NotBegun);
        }
        fs::create_dir_all(&place.path).map_err(at_path(&place.path))?;
        let Some(_claim) = Claim::take(&place.path, self.options.claim)? else { return self.held(&place) };
        if is_done()? {
            // Its process was killed between its last two acts, or has just ended.
            return place.remove(&[CHECKPOINT, PROGRESS]).map(|()| Taken::Earlier);
        }
        if let Some(message) = place.failure().filter(|_| !self.options.retry_failed) {
            return Ok(Taken::Outcome(MemberOutcome::Failed { message }));
        }
        let outcome = self.run_claimed(number, &place)?;
        (self.options.observer)(&MemberEvent::Ended { number, outcome: outcome.clone() });
        Ok(Taken::Outcome(outcome))
    }

    /// Another process has the claim.
    fn held(&self, place: &Place) -> Result<Taken> {
        if self.options.claim {
            return Ok(Taken::Held);
        }
        let run = holder(&place.path).unwrap_or_else(|| "that has just ended".into());
        Err(Error::FolderInUse { path: place.path.clone(), run })
    }

    /// Runs a member; what goes wrong is written down. Fails only if that cannot be written.
    fn run_claimed(&self, number: usize, place: &Place) -> Result<MemberOutcome> {
        let (message, is_of_machine) = match catch_unwind(AssertUnwindSafe(|| self.run_course(number, place))) {
            Ok(Ok(outcome)) => return Ok(outcome),
            Ok(Err(error)) => {
                let is_of_machine =
                    matches!(error, Error::File { .. } | Error::FieldTooLarge { .. } | Error::Threads { .. });
                (error.to_string(), is_of_machine)
            }
            Err(panic) => (message_of(panic.as_ref()), false),
        };
        if !is_of_machine {
            // Another course may come of it once its cause is gone.
            place.remove(&[CHECKPOINT, PROGRESS])?;
        }
        place.write(FAILED, &Failed { message: message.clone() })?;
        Ok(MemberOutcome::Failed { message })
    }

    fn run_course(&self, number: usize, place: &Place) -> Result<MemberOutcome> {
        let started = Instant::now();
        place.remove_unfinished()?;
        place.remove(&[FAILED, DONE])?;
        let Begun { course: mut running, recorder, anew, wall_seconds } =
            self.begin(&self.courses.course(number)?, place)?;
        let Reached { day, end_day } = running.reached();
        let watched = Watched {
            place,
            every: self.options.checkpoint_every,
            stop: self.options.stop,
            advanced: &|day| (self.options.observer)(&MemberEvent::Advanced { number, day, end_day }),
            wall_seconds,
        };
        (self.options.observer)(&MemberEvent::Begun { number, day, end_day, anew });
        if !watched.run(&mut running, recorder)? {
            return Ok(MemberOutcome::Stopped { day: running.reached().day });
        }
        let wall_seconds = wall_seconds + started.elapsed().as_secs_f64();
        self.finish(number, place, &running, wall_seconds)
    }

    /// The course from its checkpoint, if it has one that can be read, or from its start.
    fn begin(&self, course: &Course, place: &Place) -> Result<Begun> {
        let described = Described { course: course.clone(), version: env!("CARGO_PKG_VERSION").into() };
        if place.known(MEMBER)?.as_ref() != Some(&described) {
            place.remove(&[CHECKPOINT, PROGRESS])?;
            place.write(MEMBER, &described)?;
        }
        let mut anew = None;
        if place.has(CHECKPOINT) {
            match self.take_up(course.number, place) {
                Err(error @ (Error::BadCheckpoint { .. } | Error::Recording(_))) => anew = Some(error.to_string()),
                begun => return begun,
            }
        }
        place.remove(&[CHECKPOINT, PROGRESS])?;
        place.remove_folder(FIELDS)?;
        let begun = self.described(course.number)?.build()?;
        let recording = self.recording(course.number, &begun)?;
        let record = |recording| Recorder::new(place.file(FIELDS), begun.top(), recording);
        let recorder = recording.map(record).transpose()?;
        Ok(Begun { course: begun, recorder, anew, wall_seconds: 0.0 })
    }

    fn take_up(&self, number: usize, place: &Place) -> Result<Begun> {
        let course = self.described(number)?.resume(&place.file(CHECKPOINT))?;
        let recording = self.recording(number, &course)?;
        let resume = |recording| Recorder::resume(place.file(FIELDS), course.top(), recording);
        let recorder = recording.map(resume).transpose()?;
        let before: Option<Progressed> = place.known(PROGRESS)?;
        let wall_seconds = before.map_or(0.0, |before| before.wall_seconds);
        Ok(Begun { course, recorder, anew: None, wall_seconds })
    }

    /// What is recorded of a course of one layer.
    fn recording(&self, number: usize, course: &Running) -> Result<Option<Recording>> {
        match course {
            Running::Layer(_) => self.courses.recording(number),
            Running::Dermis(_) => Ok(None),
        }
    }

    /// What is run: one layer, or a dermis of several.
    fn described(&self, number: usize) -> Result<running::Described> {
        Ok(match self.courses.dermis(number)? {
            Some(dermis) => running::Described::Dermis(Box::new(dermis)),
            None => running::Described::Layer(Box::new(self.courses.builder(number)?)),
        })
    }

    /// Writes what a course came to; that it is done comes last.
    fn finish(&self, number: usize, place: &Place, course: &Running, wall_seconds: f64) -> Result<MemberOutcome> {
        let report = course.report();
        let rows_sha256 = place.write(ROWS, report)?;
        if self.folder.arms.binary_search_by_key(&number, |arm| arm.first).is_ok() {
            course.top().save(place.file(END))?;
        }
        let columns = report.dictionary().columns()[crate::report::dictionary().columns().len()..].to_vec();
        let state_digest = course.state_digest();
        place.write(DONE, &Done { state_digest, wall_seconds, rows_sha256, rows: report.rows().len(), columns })?;
        place.remove(&[CHECKPOINT, PROGRESS])?;
        Ok(MemberOutcome::Done)
    }
}

/// What a panic said.
fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("its code panicked: {}", text.unwrap_or_else(|| "without a message".into()))
}
