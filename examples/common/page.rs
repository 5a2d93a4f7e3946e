//! What the page of a course shows of its arms: frames of the days, kept beside the saved course.
use super::interrupt::SavedCourses;
use super::layers::Stack;
use dermaweave::report::{Frame, Frames, PageArm};
use dermaweave::{Result, Tissue};

/// Frames of one arm.
pub struct ArmFrames<'a> {
    arm: &'static str,
    frames: Frames,
    days: Vec<f64>,
    saved: &'a SavedCourses,
    seen: Vec<Result<Frame>>,
}

impl<'a> ArmFrames<'a> {
    /// Of the days from the first one on; those before the course was resumed are what was kept then.
    pub fn begin(
        arm: &'static str,
        before: &Tissue,
        days: Vec<f64>,
        begun: f64,
        saved: &'a SavedCourses,
    ) -> Result<Self> {
        Ok(Self::of(Frames::begin(before)?, arm, before, days, begun, saved))
    }

    /// The same with frames as they are given.
    pub fn of(
        frames: Frames,
        arm: &'static str,
        before: &Tissue,
        mut days: Vec<f64>,
        begun: f64,
        saved: &'a SavedCourses,
    ) -> Self {
        days.sort_by(f64::total_cmp);
        days.dedup();
        let mut seen = vec![frames.frame(before, 0.0)];
        let earlier = days.iter().filter(|day| **day > 0.0 && **day <= begun);
        seen.extend(earlier.map(|day| saved.kept(&name(arm, *day))));
        Self { arm, frames, days, saved, seen }
    }

    /// Takes the tissue of a day, if it is one that is shown.
    pub fn see(&mut self, day: f64, tissue: &Tissue) {
        if self.days.contains(&day) {
            let frame = self.frames.frame(tissue, day);
            if let Ok(frame) = &frame {
                self.saved.keep(&name(self.arm, day), frame);
            }
            self.seen.push(frame);
        }
    }

    pub fn into_frames(self) -> Result<Vec<Frame>> {
        self.seen.into_iter().collect()
    }
}

fn name(arm: &str, day: f64) -> String {
    format!("frame_of_{arm}_day_{day}")
}

/// An arm as the page has it.
pub fn page_arm(stack: &Stack, frames: Vec<Frame>) -> Result<PageArm> {
    match stack {
        Stack::One(course) => PageArm::of(course, frames),
        Stack::Several(dermis) => PageArm::of_dermis(dermis, frames),
    }
}
