//! Is the code written as the house rules say: one word for one thing, threads in one place, and nothing long?
use std::fs;
use std::path::Path;

const LINES_IN_SRC: usize = 350;
const LINES_IN_TESTS: usize = 450;
const LINES_OF_A_FUNCTION: usize = 40;
const MEDIAN_OF_A_FUNCTION: usize = 6;

/// Words of how work is divided among threads and vectors, which only `src/engine/` has.
const OF_THE_ENGINE: [&str; 11] =
    ["rayon", "pulp", "wide", "atomic", "atomics", "band", "bands", "block", "blocks", "group", "groups"];

/// Where such a word has another meaning.
const OTHER_MEANINGS: [(&str, &str, &str); 10] = [
    ("src/parameters/", "group", "a group of parameters"),
    ("src/parameters/", "groups", "a group of parameters"),
    ("src/study/calibration/free.rs", "group", "a group of parameters"),
    ("src/study/calibration/free.rs", "groups", "a group of parameters"),
    ("src/memory.rs", "group", "a control group of the system"),
    ("src/memory.rs", "groups", "a control group of the system"),
    ("src/study/", "band", "the band of a published number"),
    ("src/random.rs", "block", "a block of the Philox cipher"),
    ("src/random.rs", "blocks", "a block of the Philox cipher"),
    ("src/report/lock.rs", "block", "`TryLockError::WouldBlock` of the standard library"),
];

/// Words that were given up for terms of the field, as names in code.
const GIVEN_UP_NAMES: [&str; 20] = [
    "Shift",
    "Crew",
    "Craft",
    "Plan",
    "Felt",
    "Alarm",
    "Opening",
    "Openings",
    "Holes",
    "Covers",
    "openings",
    "settle",
    "settle_all",
    "undergo",
    "yet_to_undergo",
    "put_back",
    "gone_after_short",
    "falling_exp",
    "whole_part",
    "awake",
];

/// The same in documentation and comments, as words and phrases.
const GIVEN_UP_WORDS: [&str; 25] = [
    "hear",
    "hears",
    "heard",
    "feel",
    "feels",
    "felt",
    "undergo",
    "undergone",
    "foreseen",
    "put back",
    "nobody",
    "somebody",
    "who",
    "whom",
    "awake",
    "wakes",
    "woken",
    "listens",
    "alarm",
    "census",
    "is settled",
    "are settled",
    "settles",
    "falling exponential",
    "those who reach",
];

/// All files below a folder with an extension, by name.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push((name(root, &path), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

fn name(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/")
}

/// Code without comments, texts and letters, line by line, and the comments.
fn code_and_comments(text: &str) -> (String, String) {
    let (mut code, mut comments) = (String::new(), String::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            comments += &rest[..length];
            comments.push('\n');
            length
        } else if first == '"' {
            let raw = code.ends_with('r') || code.ends_with("r#");
            end_of_text(rest, if code.ends_with("r#") { "\"#" } else { "\"" }, raw)
        } else if first == '\'' {
            end_of_letter(rest)
        } else {
            code.push(first);
            first.len_utf8()
        };
        if first == '"' {
            code.extend(rest[..length].chars().filter(|letter| *letter == '\n'));
        }
        rest = &rest[length..];
    }
    (code, comments)
}

fn end_of_text(rest: &str, end: &str, is_raw: bool) -> usize {
    let mut at = 1;
    loop {
        if !is_raw && rest[at..].starts_with('\\') {
            at += 1;
        } else if rest[at..].starts_with(end) {
            return at + end.len();
        }
        at += rest[at..].chars().next().unwrap().len_utf8();
    }
}

/// The end of a letter such as `'a'` or `'\n'`; of a lifetime only its mark.
fn end_of_letter(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    let is_escaped = letters.next().is_some_and(|(_, letter)| letter == '\\');
    let end = if is_escaped { letters.find(|(_, letter)| *letter == '\'') } else { letters.next() };
    end.filter(|(_, letter)| *letter == '\'').map_or(1, |(at, _)| at + 1)
}

fn identifiers(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// The words of an identifier, in small letters: `CoarseSites` and `coarse_sites` have the same.
fn words(identifier: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in identifier.chars() {
        if letter == '_' || (letter.is_uppercase() && was_small) {
            words.push(String::new());
        }
        was_small = letter.is_lowercase();
        words.last_mut().unwrap().extend(letter.to_lowercase().filter(|letter| *letter != '_'));
    }
    words
}

/// Whether a word or phrase stands in a text by itself.
fn holds_word(text: &str, word: &str) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !is_letter(before) && !is_letter(after)
    })
}

/// Number of lines between the braces of every function of code with its name.
fn functions(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[at + 3..];
        let name = identifiers(rest).next().unwrap_or_default().to_owned();
        if let Some(lines) = body(rest).map(|body| body.matches('\n').count().saturating_sub(1).max(1)) {
            found.push((name, lines));
        }
    }
    found
}

/// The body of a function from its first brace to the last one; none of a declaration or a type.
fn body(rest: &str) -> Option<&str> {
    let mut depth = 0_i32;
    let begin = rest.char_indices().find_map(|(at, letter)| {
        depth += i32::from(matches!(letter, '(' | '[')) - i32::from(matches!(letter, ')' | ']'));
        (depth < 0 || (depth == 0 && matches!(letter, '{' | ';' | '=' | ','))).then_some((at, letter))
    });
    let (begin, _) = begin.filter(|(_, letter)| *letter == '{')?;
    let mut depth = 0;
    let end = rest[begin..].char_indices().find(|(_, letter)| {
        depth += i32::from(*letter == '{') - i32::from(*letter == '}');
        depth == 0
    })?;
    Some(&rest[begin..begin + end.0])
}

/// Claim: outside `src/engine/` no code says how work is divided among threads, but where a word means something else.
#[test]
fn threads_are_in_one_place() {
    let mut used = [false; OTHER_MEANINGS.len()];
    let mut wrong = Vec::new();
    for (file, text) in files("src", "rs").into_iter().filter(|(file, _)| !file.starts_with("src/engine/")) {
        let code = code_and_comments(&text).0;
        for identifier in identifiers(&code) {
            for word in words(identifier).iter().filter(|word| OF_THE_ENGINE.contains(&word.as_str())) {
                let allowed =
                    OTHER_MEANINGS.iter().position(|(place, other, _)| file.starts_with(place) && other == word);
                match allowed {
                    Some(index) => used[index] = true,
                    None => wrong.push(format!("{file}: {identifier}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let unused: Vec<_> = OTHER_MEANINGS.iter().zip(used).filter(|(_, used)| !used).collect();
    assert!(unused.is_empty(), "no longer needed: {unused:?}");
}

/// Claim: files and functions are short enough to be read at once.
#[test]
fn files_and_functions_are_short() {
    let mut long = Vec::new();
    for (folder, most) in [("src", LINES_IN_SRC), ("tests", LINES_IN_TESTS)] {
        let of_folder = files(folder, "rs").into_iter().map(|(file, text)| (file, text.lines().count()));
        long.extend(of_folder.filter(|(_, lines)| *lines > most));
    }
    assert!(long.is_empty(), "{long:#?}");
    let mut all = Vec::new();
    for (file, text) in files("src", "rs") {
        let of_file = functions(&code_and_comments(&text).0);
        all.extend(of_file.into_iter().map(|(name, lines)| (lines, format!("{file}: {name}"))));
    }
    all.sort();
    let too_long: Vec<_> = all.iter().filter(|(lines, _)| *lines > LINES_OF_A_FUNCTION).collect();
    assert!(all.len() > 1000 && too_long.is_empty(), "{} functions, {too_long:#?}", all.len());
    assert!(all[all.len() / 2].0 <= MEDIAN_OF_A_FUNCTION, "{:?}", all[all.len() / 2]);
}

/// Claim: what was called by a private name once is called by the term of the field.
#[test]
fn words_that_were_given_up_are_gone() {
    let mut wrong = Vec::new();
    let mut prose = files("src", "md");
    for (file, text) in files("src", "rs") {
        let (code, comments) = code_and_comments(&text);
        let names = identifiers(&code).filter(|identifier| GIVEN_UP_NAMES.contains(identifier));
        wrong.extend(names.map(|name| format!("{file}: {name}")));
        prose.push((file, comments));
    }
    for (file, text) in &prose {
        for line in text.lines() {
            let small = line.to_lowercase();
            let words = GIVEN_UP_WORDS.iter().filter(|word| holds_word(&small, word));
            wrong.extend(words.map(|word| format!("{file}: {word:?} in {line}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Defends: the scanner sees code as code and text as text, and counts lines between braces.
#[test]
fn the_scanner_reads_rust() {
    let source = "/// fn doc() {\nfn one<'a>(x: [u8; 3]) -> &'a str {\n    let a = '{';\n    \"}\\\"}\"\n}\nfn two();\n// band\n";
    let (code, comments) = code_and_comments(source);
    assert_eq!(functions(&code), [("one".to_owned(), 2)]);
    assert!(comments.contains("band") && !code.contains("band"));
    assert_eq!(words("CoarseBLOCKS_of"), ["coarse", "blocks", "of"]);
    assert!(holds_word("it is felt.", "felt") && !holds_word("unfelt", "felt"));
}
