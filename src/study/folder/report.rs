//! The report of one member.
use super::StudyFolder;
use super::place::{DONE, Done};
use crate::error::Result;
use crate::report::Report;

impl StudyFolder {
    /// The report of a member; none if it is not done. Fails with [`Error::BadStudyFolder`](crate::Error::BadStudyFolder) for
    /// one that is not what was written.
    pub fn report(&self, number: usize) -> Result<Option<Report>> {
        let place = self.place(number);
        place.read::<Done>(DONE)?.map(|done| place.report(&done)).transpose()
    }
}
