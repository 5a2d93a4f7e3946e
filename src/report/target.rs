//! Where a path leads, and how what stands there is written.
use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// More links than any system follows one after another.
const MOST_LINKS: usize = 40;

/// What a path leads to after all symbolic links.
pub(super) enum Target {
    /// A regular file, or none yet: replaced as a whole. What stood there lends its permissions.
    Regular(PathBuf, Option<Metadata>),
    /// A device, a pipe or an open descriptor: written through, since replacing it would destroy it.
    Through(PathBuf),
    StandardOutput,
    StandardError,
}

impl Target {
    /// Follows the links of `path`; also the last one, where it leads to no file yet.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut place = path.to_owned();
        for _ in 0..MOST_LINKS {
            if let Some(standard) = Self::standard(&place) {
                return Ok(standard);
            }
            let found = match fs::symlink_metadata(&place) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::new_file(place, error),
                found => found?,
            };
            if found.is_file() {
                // A file that may not be written is not replaced either. Opening it changes nothing.
                OpenOptions::new().write(true).open(&place)?;
                return Ok(Self::Regular(place, Some(found)));
            } else if found.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            } else if !found.is_symlink() || is_descriptor(&place) {
                return Ok(Self::Through(place));
            }
            place = folder_of(&place).join(fs::read_link(&place)?);
        }
        // The system says what is wrong with a chain of links that has no end.
        fs::metadata(path).map(|_| Self::Through(place))
    }

    /// A file that is not there yet, if the path can be that of a file; `missing` is told else.
    fn new_file(place: PathBuf, missing: io::Error) -> io::Result<Self> {
        let names_folder = place.to_string_lossy().ends_with(std::path::is_separator);
        if place.file_name().is_none() || names_folder { Err(missing) } else { Ok(Self::Regular(place, None)) }
    }

    /// Standard output and error have positions of their own, which opening them anew would not share.
    fn standard(place: &Path) -> Option<Self> {
        let by_name = |name: &str, number: &str| {
            place == Path::new(name) || (place.file_name() == Some(number.as_ref()) && is_own_descriptor(place))
        };
        match place {
            _ if by_name("/dev/stdout", "1") => Some(Self::StandardOutput),
            _ if by_name("/dev/stderr", "2") => Some(Self::StandardError),
            _ => None,
        }
    }

    /// Tells whether it can be written, and changes nothing.
    pub(super) fn check(self) -> io::Result<()> {
        match self {
            Self::Regular(place, _) => {
                let mut probe = unfinished_in(folder_of(&place))?;
                probe.as_file_mut().write_all(b"\n")?;
                probe.as_file().sync_all()
            }
            Self::Through(place) => check_through(&place),
            Self::StandardOutput => check_standard("/dev/stdout"),
            Self::StandardError => check_standard("/dev/stderr"),
        }
    }

    /// Writes what `content` writes.
    pub(super) fn write(self, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        match self {
            Self::Regular(place, old) => replace(&place, old.as_ref(), content),
            Self::Through(place) => buffered(OpenOptions::new().append(true).open(place)?, content),
            Self::StandardOutput => buffered(io::stdout().lock(), content),
            Self::StandardError => buffered(io::stderr().lock(), content),
        }
    }
}

/// Nothing at all is written, which a full device refuses and any other takes without a change.
fn check_through(place: &Path) -> io::Result<()> {
    if is_pipe(place) { Ok(()) } else { OpenOptions::new().append(true).open(place)?.write(&[]).map(drop) }
}

/// An open stream may stand for what cannot be opened once more, and can still be written.
fn check_standard(name: &str) -> io::Result<()> {
    if is_pipe(Path::new(name)) {
        return Ok(());
    }
    let opened = OpenOptions::new().append(true).open(name);
    opened.map_or(Ok(()), |mut file| file.write(&[]).map(drop))
}

#[cfg(unix)]
fn is_pipe(place: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    fs::metadata(place).is_ok_and(|found| found.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> bool {
    false
}

fn buffered(to: impl Write, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut writer = BufWriter::new(to);
    content(&mut writer)?;
    writer.flush()
}

/// Writes beside `place` under a unique name, and renames: no reader sees half of it.
fn replace(
    place: &Path,
    old: Option<&Metadata>,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut unfinished = unfinished_in(folder_of(place))?;
    // Before anything is in it, which others might not be meant to read.
    if let Some(old) = old {
        keep_owner(unfinished.as_file(), old);
        unfinished.as_file().set_permissions(old.permissions())?;
    }
    buffered(unfinished.as_file_mut(), content)?;
    unfinished.as_file().sync_all()?;
    unfinished.persist(place).map_err(|error| error.error)?;
    sync_folder(folder_of(place))
}

/// A new file that is removed again unless it is renamed. The name is free of the target's, which may be as long
/// as the system allows.
pub(super) fn unfinished_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let prefix = unfinished_prefix(process_tag());
    let create = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    tempfile::Builder::new().prefix(&prefix).suffix(".unfinished").make_in(folder, create)
}

/// How the names begin of all unfinished files of the process with this tag.
pub(super) fn unfinished_prefix(tag: &str) -> String {
    format!(".dermaweave-{tag}-")
}

/// Twelve hexadecimal digits that tell this process from all others, on any machine. No part of the model.
pub(super) fn process_tag() -> &'static str {
    static TAG: OnceLock<String> = OnceLock::new();
    TAG.get_or_init(|| {
        // The hasher's keys are drawn by the system.
        let drawn = RandomState::new().hash_one((std::process::id(), std::time::SystemTime::now()));
        format!("{:012x}", drawn >> 16)
    })
}

pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Whether a link stands for an open descriptor of a process and can only be opened, not followed.
fn is_descriptor(link: &Path) -> bool {
    fs::canonicalize(folder_of(link)).is_ok_and(|folder| folder.starts_with("/proc") || folder == Path::new("/dev/fd"))
}

fn is_own_descriptor(link: &Path) -> bool {
    let own = ["/proc/self/fd", "/dev/fd"].map(|folder| fs::canonicalize(folder).ok());
    fs::canonicalize(folder_of(link)).is_ok_and(|folder| own.contains(&Some(folder)))
}

/// Leaves the file to its owner, as far as the system allows; only a superuser may give files away.
#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata().map(|new| (new.uid(), new.gid()));
    if new.is_ok_and(|new| new != (old.uid(), old.gid())) {
        drop(fchown(file, Some(old.uid()), Some(old.gid())));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

/// A new name survives a power failure only once its folder is on the disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some file systems have no such thing; some folders may be written but not read.
        Err(error) if [InvalidInput, PermissionDenied, Unsupported].contains(&error.kind()) => Ok(()),
        synced => synced,
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
