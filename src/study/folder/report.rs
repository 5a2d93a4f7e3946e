//! The report of one member.
use super::StudyFolder;
use super::place::{DONE, Done};
use crate::error::Result;
use crate::report::Report;
#[cfg(feature = "report")]
use crate::report::StudyPage;

impl StudyFolder {
    /// The report of a member; none if it is not done. Fails with [`Error::BadStudyFolder`](crate::Error::BadStudyFolder) for
    /// one that is not what was written.
    pub fn report(&self, number: usize) -> Result<Option<Report>> {
        let place = self.place(number);
        place.read::<Done>(DONE)?.map(|done| place.report(&done)).transpose()
    }

    /// The page of all members that are done, yet to be written; in memory are one report at a time, and one number per
    /// member, measure and day. Fails as [`StudyFolder::report`] does.
    #[cfg(feature = "report")]
    pub fn page(&self, title: impl Into<String>) -> Result<StudyPage> {
        let mut page = StudyPage::new(title);
        for number in 0..self.count {
            if let Some(report) = self.report(number)? {
                page.add(&self.place(number).course()?.arm, &report);
            }
        }
        Ok(page)
    }
}
