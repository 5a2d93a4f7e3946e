//! A TOML text as a tree whose parts know where they stand, so that every error can say so.
use super::fault::FileFault;
use super::place::{Lines, Place, Step, joined, parent, steps};
use crate::error::{Error, Result, at_path};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

/// Longest text of a study file in bytes.
const LONGEST: usize = 1 << 20;
/// Sections that no course has of its own.
const OF_ALL_COURSES: [&str; 6] = ["name", "question", "run", "arm", "design", "population"];
/// Most steps of a path.
const MOST_STEPS: usize = 32;
/// Characters of a value that are shown in an error.
const SHOWN: usize = 300;

/// Text of a file, as far as a study file can be long.
pub(super) fn read_text(path: &Path) -> Result<String> {
    let mut text = String::new();
    let file = File::open(path).map_err(at_path(path))?;
    // One byte more, so that a longer one is found to be longer.
    file.take(LONGEST as u64 + 1).read_to_string(&mut text).map_err(at_path(path))?;
    Ok(text)
}

/// A table, and the places of all that stands in it by path.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub table: Table,
    places: BTreeMap<String, Place>,
    start: Place,
}

impl Document {
    /// Reads a text; `name` stands for it in errors.
    pub fn parse(text: &str, name: &Path) -> Result<Self> {
        let start = Place { file: name.to_owned(), line: 1, column: 1 };
        let refuse = |place: Place, what: String| Error::StudyFile(fault(place, "", &what));
        if text.len() > LONGEST {
            return Err(refuse(start, format!("it has {} bytes; a study file has at most {LONGEST}", text.len())));
        }
        let lines = Lines::of(name, text);
        let at = |error: &toml::de::Error| lines.place(error.span().map_or(0, |span| span.start));
        let spanned = DeTable::parse(text).map_err(|error| refuse(at(&error), error.message().to_owned()))?;
        let table = toml::from_str(text).map_err(|error| refuse(at(&error), error.message().to_owned()))?;
        let mut document = Self { table, places: BTreeMap::new(), start };
        document.note_places("", spanned.get_ref(), &|byte| lines.place(byte));
        Ok(document)
    }

    fn note_places(&mut self, path: &str, table: &DeTable, place: &dyn Fn(usize) -> Place) {
        for (key, value) in table {
            let path = joined(path, key.get_ref());
            // A table stands where its key does; a value where it stands itself.
            let start = if value.get_ref().is_table() { key.span().start } else { value.span().start };
            self.places.insert(path.clone(), place(start));
            self.places.insert(format!("{path}#"), place(key.span().start));
            self.note_inside(&path, value, place);
        }
    }

    fn note_inside(&mut self, path: &str, value: &Spanned<DeValue>, place: &dyn Fn(usize) -> Place) {
        match value.get_ref() {
            DeValue::Table(inner) => self.note_places(path, inner, place),
            DeValue::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    self.places.insert(path.clone(), place(value.span().start));
                    self.note_inside(&path, value, place);
                }
            }
            _ => {}
        }
    }

    /// Where a key stands, or what it is part of.
    pub fn place(&self, path: &str) -> Place {
        let mut path = Some(path);
        while let Some(tried) = path {
            if let Some(place) = self.places.get(tried) {
                return place.clone();
            }
            path = parent(tried);
        }
        self.start.clone()
    }

    /// The error that something is wrong with a key.
    pub fn refuse(&self, path: &str, what: &str) -> Error {
        Error::StudyFile(fault(self.place(path), path, what))
    }

    /// The part of the document that stands under a key of the first level, taken out of it.
    pub fn take<T: DeserializeOwned + Default>(&mut self, key: &str) -> Result<T> {
        match self.table.remove(key) {
            None => Ok(T::default()),
            Some(value) => self.read(key, value),
        }
    }

    /// The whole table as a struct.
    pub fn as_struct<T: DeserializeOwned>(&self) -> Result<T> {
        self.read("", Value::Table(self.table.clone()))
    }

    fn read<T: DeserializeOwned>(&self, path: &str, value: Value) -> Result<T> {
        serde_path_to_error::deserialize(value).map_err(|error| {
            let inside = error.path().to_string();
            let path = match inside.as_str() {
                "." => path.to_owned(),
                inside if path.is_empty() || inside.starts_with('[') => format!("{path}{inside}"),
                inside => joined(path, inside),
            };
            self.explain(path.trim_end_matches(".?"), &in_words_of_files(error.inner().message()))
        })
    }

    /// The error of a reader in the words of the file.
    fn explain(&self, path: &str, message: &str) -> Error {
        let mut quoted = message.split('`').skip(1).step_by(2);
        let Some(unknown) = quoted.next().filter(|_| message.starts_with("unknown field")) else {
            return self.refuse(path, &shortened(message));
        };
        let known: Vec<_> = quoted.collect();
        if (path.is_empty() || path == unknown) && OF_ALL_COURSES.contains(&unknown) {
            return self
                .refuse(unknown, "it is the same for all courses; neither arms nor designs nor patients set it");
        }
        // Some readers count the unknown key to the path already.
        let path = match path.strip_suffix(unknown).map(|before| before.trim_end_matches('.')) {
            Some(before) if self.places.contains_key(&format!("{}#", joined(before, unknown))) => before,
            _ => path,
        };
        let path = joined(path, unknown);
        let place = self.places.get(&format!("{path}#")).cloned().unwrap_or_else(|| self.place(&path));
        Error::StudyFile(fault(place, &path, &unknown_among(unknown, &known)))
    }

    /// Does what an assignment such as `protocol.interval="4 weeks"` says; text may stand without quotes.
    pub fn assign(&mut self, assignment: &str) -> Result<()> {
        let place = Place { file: "--set".into(), line: 1, column: 1 };
        let Some((path, text)) = assignment.split_once('=') else {
            let what = format!("`{}` sets nothing; write path=value, such as run.replicates=2", shortened(assignment));
            return Err(Error::StudyFile(fault(place, "", &what)));
        };
        let value = toml::from_str(&format!("value = {text}")).ok().and_then(|mut table: Table| table.remove("value"));
        self.set(path.trim(), value.unwrap_or_else(|| Value::String(text.trim().to_owned())), &place)
    }

    /// All that the document says, without comments.
    pub fn identity(&self) -> String {
        toml::to_string(&self.table).unwrap_or_default()
    }

    /// The key inside a section that a quantity of the library is most likely about; the section if none is.
    pub fn key_about(&self, section: &str, quantity: &str) -> String {
        let words: Vec<_> = quantity.split([' ', '_', '(', ')']).map(str::to_lowercase).collect();
        let inside =
            |key: &&String| key.strip_prefix(section).is_some_and(|rest| rest.starts_with('.')) && !key.ends_with('#');
        let score = |key: &String| {
            let last = key.rsplit('.').next().unwrap_or_default();
            let named = last.split('_').filter(|part| words.iter().any(|word| is_same_word(word, part))).count();
            // Of two keys with as many words in common, the one with fewer others.
            (named > 0).then_some((named, usize::MAX - last.split('_').count()))
        };
        let scored = self.places.keys().filter(inside).filter_map(|key| Some((score(key)?, key)));
        scored.max_by_key(|(score, _)| *score).map_or_else(|| section.to_owned(), |(_, key)| key.clone())
    }

    /// Puts a value at a path, in the place of what is there.
    pub fn set(&mut self, path: &str, value: Value, place: &Place) -> Result<()> {
        let refuse = |what: &str| Error::StudyFile(fault(place.clone(), path, what));
        let steps = steps(path)
            .ok_or_else(|| refuse("this is no path; write one such as protocol.interval or lesion[0].diameter"))?;
        if steps.len() > MOST_STEPS {
            return Err(refuse(&format!("this path has more than {MOST_STEPS} steps")));
        }
        let mut here: Option<&mut Value> = None;
        for step in steps {
            here = Some(match (here, step) {
                (None, Step::Key(key)) => self.table.entry(key).or_insert_with(|| Value::Table(Table::new())),
                (Some(Value::Table(table)), Step::Key(key)) => {
                    table.entry(key).or_insert_with(|| Value::Table(Table::new()))
                }
                (Some(Value::Array(values)), Step::Index(index)) => {
                    let count = values.len();
                    values
                        .get_mut(index)
                        .ok_or_else(|| refuse(&format!("there are {count} of these, counted from 0")))?
                }
                (_, Step::Key(key)) => return Err(refuse(&format!("`{key}` is asked of what is no table"))),
                (_, Step::Index(index)) => return Err(refuse(&format!("[{index}] is asked of what is no list"))),
            });
        }
        if let Some(here) = here {
            *here = value;
        }
        self.forget(path);
        self.places.remove(path);
        let mut made = Some(path);
        // Tables that were made on the way stand there too.
        while let Some(path) = made.filter(|path| !path.is_empty() && !self.places.contains_key(*path)) {
            self.places.insert(path.to_owned(), place.clone());
            self.places.insert(format!("{path}#"), place.clone());
            made = parent(path);
        }
        Ok(())
    }

    fn forget(&mut self, path: &str) {
        let is_inside = |key: &str| key.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']));
        self.places.retain(|key, _| !is_inside(key));
    }

    /// Lays a table that stands at `from` in this very file over the document: tables are merged, all else is replaced.
    pub fn overlay(&mut self, table: &Table, from: &str, of: &Self) {
        let mut base = std::mem::take(&mut self.table);
        self.overlay_in(&mut base, table, ("", from), of);
        self.table = base;
    }

    fn overlay_in(&mut self, base: &mut Table, over: &Table, (to, from): (&str, &str), of: &Self) {
        for (key, value) in over {
            let (to, from) = (joined(to, key), joined(from, key));
            if let (Some(Value::Table(inner)), Value::Table(over)) = (base.get_mut(key), value) {
                self.overlay_in(inner, over, (&to, &from), of);
                continue;
            }
            base.insert(key.clone(), value.clone());
            self.forget(&to);
            let copied = of.places.iter().filter_map(|(path, place)| Some((path.strip_prefix(&from)?, place)));
            let copied = copied.filter(|(rest, _)| rest.is_empty() || rest.starts_with(['.', '[', '#']));
            self.places.extend(copied.map(|(rest, place)| (format!("{to}{rest}"), place.clone())));
        }
    }
}

/// Whether a word of the library and one of a key mean the same.
fn is_same_word(word: &str, of_key: &str) -> bool {
    const SAME: [(&str, &str); 7] = [
        ("width", "size"),
        ("height", "size"),
        ("interval", "every"),
        ("replicates", "patients"),
        ("days", "end"),
        ("end", "up"),
        ("length", "diameter"),
    ];
    word == of_key || word.strip_suffix('s') == Some(of_key) || SAME.contains(&(word, of_key))
}

/// What a reader of structs says, in words of files.
fn in_words_of_files(message: &str) -> String {
    const WORDS: [(&str, &str); 9] = [
        ("expected struct", "expected the section"),
        ("invalid type: map", "invalid type: a section"),
        ("expected a sequence", "expected a list"),
        ("a tuple of size 2", "two values"),
        ("tuple of size 2", "two values"),
        ("expected f64", "expected a number"),
        ("expected u64", "expected a whole number from 0"),
        ("expected u32", "expected a whole number from 0"),
        ("expected usize", "expected a whole number from 0"),
    ];
    WORDS.iter().fold(message.to_owned(), |message, (rust, word)| message.replace(rust, word))
}

/// Whether a table sets a path, or something that it is part of, or that is part of it.
pub(super) fn is_set(table: &Table, path: &str) -> bool {
    let mut here = table;
    for step in steps(path).into_iter().flatten() {
        let Step::Key(key) = step else { return true };
        match here.get(&key) {
            None => return false,
            Some(Value::Table(inner)) => here = inner,
            Some(_) => return true,
        }
    }
    true
}

/// What to say of a key that is not known among others.
fn unknown_among(unknown: &str, known: &[&str]) -> String {
    let alike = |name: &&&str| strsim::jaro_winkler(&unknown.to_lowercase(), name);
    let nearest = known.iter().max_by(|one, other| alike(one).total_cmp(&alike(other)));
    let meant =
        nearest.filter(|name| alike(name) > 0.7).map_or(".".to_owned(), |name| format!("; did you mean `{name}`?"));
    format!("there is no such key{meant} Known here are {}", known.join(", "))
}

fn fault(place: Place, key: &str, what: &str) -> FileFault {
    FileFault { file: place.file, line: place.line, column: place.column, key: key.to_owned(), what: what.to_owned() }
}

/// A message that does not repeat a value of any length.
fn shortened(message: &str) -> String {
    let message = message.trim_end();
    if message.chars().count() <= SHOWN {
        return message.to_owned();
    }
    format!("{}…", message.chars().take(SHOWN).collect::<String>())
}
