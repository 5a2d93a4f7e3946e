//! Where things stand in a text, and paths of keys.
use std::path::{Path, PathBuf};

/// A place in a file, or among what was set beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub file: PathBuf,
    pub line: usize,
    pub column: usize,
}

impl Place {
    /// The place of a byte of a text.
    pub fn of(file: &Path, text: &str, byte: usize) -> Self {
        let before = &text.as_bytes()[..byte.min(text.len())];
        let before = String::from_utf8_lossy(before);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
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
        let place = Place::of(Path::new("f"), "a\nµm = 3", 7);
        assert_eq!((place.line, place.column), (2, 5));
    }
}
