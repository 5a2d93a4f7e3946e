//! Which study a folder is of.
use crate::error::{Error, Result, StudyFolderFault, at_path};
use crate::report::write_file;
use std::fs::{self, OpenOptions};
use std::path::Path;

/// The file that says which study the folder is of.
const STUDY: &str = "study.txt";
/// Locked while that file is made; it stays.
const LOCK: &str = ".study.lock";
/// What its first line begins with; the version follows.
const MARK: &str = "dermaweave ";
/// What a study writes beside it.
const WRITTEN: [&str; 5] = ["members", "rows.csv", "summary.csv", "differences.csv", "dictionary.csv"];
/// Letters that are shown of a line, and how many of them lie before the difference.
const SHOWN: usize = 80;
const SHOWN_BEFORE: usize = 30;

/// Accepts a folder of this study, or makes one; gives the version that began it.
pub(super) fn open(folder: &Path, identity: &str) -> Result<String> {
    let path = folder.join(STUDY);
    if !path.exists() {
        make(folder, identity)?;
    }
    let text = fs::read(&path).map_err(at_path(&path))?;
    let text = String::from_utf8_lossy(&text);
    let fault = |reason| Err(Error::BadStudyFolder { path: folder.to_owned(), reason });
    let Some((version, there)) = text.strip_prefix(MARK).and_then(|rest| rest.split_once('\n')) else {
        return fault(StudyFolderFault::NotAStudy { name: STUDY.into() });
    };
    if there == identity { Ok(version.into()) } else { fault(difference(there, identity)) }
}

/// Writes which study the folder is of, unless another process has just done so.
fn make(folder: &Path, identity: &str) -> Result<()> {
    let (path, lock) = (folder.join(STUDY), folder.join(LOCK));
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&lock).map_err(at_path(&lock))?;
    // Where there are no locks, two different studies that begin in the same instant would not be told apart.
    drop(file.lock());
    if path.exists() {
        return Ok(());
    }
    if let Some(name) = WRITTEN.iter().find(|name| folder.join(name).exists()) {
        let reason = StudyFolderFault::NotAStudy { name: (*name).into() };
        return Err(Error::BadStudyFolder { path: folder.to_owned(), reason });
    }
    write_file(path, format!("{MARK}{}\n{identity}", env!("CARGO_PKG_VERSION")).as_bytes())
}

/// Writes a study file, unless it is there; another file of that name is left alone and refused.
pub(super) fn keep_file(path: &Path, text: &str) -> Result<()> {
    match fs::read(path) {
        Ok(there) if there == text.as_bytes() => Ok(()),
        Ok(_) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Err(Error::BadStudyFolder { path: path.to_owned(), reason: StudyFolderFault::NotAStudy { name } })
        }
        Err(_) => write_file(path, text.as_bytes()),
    }
}

/// Where two texts differ.
fn difference(there: &str, given: &str) -> StudyFolderFault {
    let (mut ours, mut line) = (given.split('\n'), 0);
    let mut theirs = there.split('\n');
    loop {
        line += 1;
        let (there, given) = (theirs.next(), ours.next());
        if there != given {
            let (there, given) = (there.unwrap_or_default(), given.unwrap_or_default());
            let same = there.chars().zip(given.chars()).take_while(|(there, given)| there == given).count();
            return StudyFolderFault::OtherStudy { line, there: shown(there, same), given: shown(given, same) };
        }
    }
}

/// A line from shortly before the letter of this number.
fn shown(line: &str, letter: usize) -> String {
    let begin = letter.saturating_sub(SHOWN_BEFORE);
    let rest: String = line.chars().skip(begin).take(SHOWN).collect();
    let before = if begin > 0 { "…" } else { "" };
    let after = if line.chars().count() > begin + SHOWN { "…" } else { "" };
    format!("{before}{rest}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Defends: of long identities that part is shown which differs.
    #[test]
    fn differences_are_shown() {
        let long = |end: &str| format!("same\n{}{end}", "x".repeat(200));
        let told = difference(&long("one"), &long("other, and much more that is not shown here, since it is long"));
        let StudyFolderFault::OtherStudy { line, there, given } = told else { panic!("{told}") };
        assert_eq!((line, there), (2, format!("…{}one", "x".repeat(29))));
        assert!(given.starts_with('…') && given.ends_with('…') && given.contains("xother"), "{given}");
        let longer = difference("a", "a\nb");
        assert_eq!(longer, StudyFolderFault::OtherStudy { line: 2, there: String::new(), given: "b".into() });
    }
}
