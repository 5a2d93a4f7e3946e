//! A course of a study while it runs: one layer, or a dermis of several.
use crate::error::Result;
use crate::report::Report;
use crate::simulation::{Progress, Saving, Simulation};
use crate::{Dermis, dermis, simulation};
use std::ops::ControlFlow;
use std::path::Path;

/// What a course is begun or resumed from.
pub(super) enum Described {
    Layer(Box<simulation::Builder>),
    Dermis(Box<dermis::Builder>),
}

impl Described {
    /// Checks that so many courses like this one find memory.
    pub(super) fn check_memory(&self, courses: usize) -> Result<()> {
        match self {
            Self::Layer(builder) => builder.check_memory(courses),
            Self::Dermis(builder) => builder.check_memory(courses),
        }
    }

    pub(super) fn build(self) -> Result<Running> {
        Ok(match self {
            Self::Layer(builder) => Running::Layer(Box::new(builder.build()?)),
            Self::Dermis(builder) => Running::Dermis(Box::new(builder.build()?)),
        })
    }

    pub(super) fn resume(self, path: &Path) -> Result<Running> {
        Ok(match self {
            Self::Layer(builder) => Running::Layer(Box::new(builder.resume(path)?)),
            Self::Dermis(builder) => Running::Dermis(Box::new(builder.resume(path)?)),
        })
    }
}

/// A course that is run.
pub(super) enum Running {
    Layer(Box<Simulation>),
    Dermis(Box<Dermis>),
}

/// How far a course is.
pub(super) struct Reached {
    pub(super) day: f64,
    pub(super) end_day: f64,
}

impl Running {
    /// The course itself, or that of the uppermost layer.
    pub(super) fn top(&self) -> &Simulation {
        match self {
            Self::Layer(course) => course,
            Self::Dermis(dermis) => &dermis.courses()[0],
        }
    }

    /// What was seen of it, of a dermis as a whole.
    pub(super) fn report(&self) -> &Report {
        match self {
            Self::Layer(course) => course.report(),
            Self::Dermis(dermis) => dermis.report(),
        }
    }

    pub(super) fn state_digest(&self) -> String {
        match self {
            Self::Layer(course) => course.state_digest(),
            Self::Dermis(dermis) => dermis.state_digest(),
        }
    }

    pub(super) fn reached(&self) -> Reached {
        Reached { day: self.top().clock().days(), end_day: self.top().protocol().end_day() as f64 }
    }

    pub(super) fn run(&mut self) -> Result<()> {
        match self {
            Self::Layer(course) => course.run(),
            Self::Dermis(dermis) => dermis.run(),
        }
    }

    /// Runs it, saves it and tells how far it is; `record` is given what is seen of one layer alone.
    pub(super) fn run_saving(
        &mut self,
        saving: &Saving,
        mut reached: impl FnMut(Reached),
        mut record: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<()> {
        match self {
            Self::Layer(course) => course.run_saving_observed(saving, |progress| {
                reached(Reached { day: progress.day, end_day: progress.end_day });
                record(progress)
            }),
            Self::Dermis(dermis) => dermis.run_saving_observed(saving, |progress| {
                reached(Reached { day: progress.day, end_day: progress.end_day });
                ControlFlow::Continue(())
            }),
        }
    }
}
