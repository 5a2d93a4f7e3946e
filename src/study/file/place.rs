//! Where things stand in a text, and paths of keys.
use std::path::{Path, PathBuf};

/// A place in a file, or among what was set beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub file: PathBuf,
    pub line: usize,
    pub column: usize,
}

/// A text of which places are asked.
pub(super) struct Lines<'a> {
    file: &'a Path,
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn of(file: &'a Path, text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file, text, starts }
    }

    /// The place of a byte.
    pub fn place(&self, byte: usize) -> Place {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= byte);
        let before = &self.text.as_bytes()[self.starts[line - 1]..byte];
        let column = String::from_utf8_lossy(before).chars().count() + 1;
        Place { file: self.file.to_owned(), line, column }
    }
}

/// One step of a path: a key of a table or an index of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The steps of a path such as `lesion[0].diameter`, if it is one.
pub(super) fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (key, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        if key.is_empty() {
            return None;
        }
        steps.push(Step::Key(key.to_owned()));
        for index in indices.split_terminator(']') {
            steps.push(Step::Index(index.strip_prefix('[')?.parse().ok()?));
        }
        if !indices.is_empty() && !indices.ends_with(']') {
            return None;
        }
    }
    Some(steps)
}

/// A path with one more key.
pub(super) fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The path without its last step; nothing of an empty one.
pub(super) fn parent(path: &str) -> Option<&str> {
    match path.rfind(['.', '[']) {
        Some(at) => Some(&path[..at]),
        None if path.is_empty() => None,
        None => Some(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        let key = |name: &str| Step::Key(name.into());
        assert_eq!(steps("lesion[2].diameter"), Some(vec![key("lesion"), Step::Index(2), key("diameter")]));
        assert_eq!(steps("a[0][1]"), Some(vec![key("a"), Step::Index(0), Step::Index(1)]));
        for wrong in ["", "a..b", "a[", "a[x]", "a[1", ".a", "[0]", "a[1]b[2"] {
            assert_eq!(steps(wrong), None, "{wrong}");
        }
        assert_eq!(["a.b[0].c", "a.b[0]", "a", ""].map(parent), [Some("a.b[0]"), Some("a.b"), Some(""), None]);
    }

    #[test]
    fn columns_are_counted_in_characters() {
        let place = |byte| Lines::of(Path::new("f"), "a\nµm = 3\n").place(byte);
        let found = [0, 1, 2, 7, 9, 10, 99].map(|byte| (place(byte).line, place(byte).column));
        assert_eq!(found, [(1, 1), (1, 2), (2, 1), (2, 5), (2, 7), (3, 1), (3, 1)]);
    }
}
