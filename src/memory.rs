//! How much memory is left, and how much a field and its course take.
//!
//! Linux lists in plain text what the system, the control groups around a process and its own limits leave to it. (Crates
//! for this read a part: `sysinfo` neither limits of a process nor nested groups, `rlimit` not what is in use.) Other systems
//! are taken to have [`ASSUMED`].
use crate::error::{Error, Result};
use std::fs;
use std::path::Path;

/// Bytes taken to be left where the system does not say.
const ASSUMED: u64 = 64 << 30;
/// Bytes of the address space that are left to stacks of threads and to the allocator, which reserves more than it hands out.
const RESERVED: u64 = 64 << 20;
/// Bytes that are not worth asking for.
const ALWAYS_LEFT: u64 = 1 << 20;
/// Bytes that a tissue and all that its course needs take at most for each site, for each of the signals' sites (whose fields,
/// scratch and sums of samples these are), and for each cell (measured in `tests/allocations.rs`).
const PER_SITE: u64 = 110;
const PER_SIGNAL_SITE: u64 = 220;
const PER_FIBROBLAST: u64 = 136;
const PER_MACROPHAGE: u64 = 128;
/// Bytes of a microchannel: in the list of a session, while it is sorted by place, and as long as it is open.
const PER_CHANNEL: u64 = 200;
/// What of that is the tissue itself.
const KEPT_PER_SITE: u64 = 105;
const KEPT_PER_SIGNAL_SITE: u64 = 80;
const KEPT_PER_CELL: u64 = 48;
/// Bytes of a save at most: it is written piece by piece.
pub(crate) const OF_SAVE: u64 = 1 << 20;

/// What takes memory in a course, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Contents {
    pub(crate) sites: usize,
    pub(crate) signal_sites: usize,
    pub(crate) fibroblasts: usize,
    pub(crate) macrophages: usize,
    pub(crate) channels: f64,
}

impl Contents {
    /// Bytes of a course with so much in it, at its peak.
    pub(crate) fn of_course(&self) -> u64 {
        let of = |count: usize, bytes: u64| (count as u64).saturating_mul(bytes);
        let of_sites = of(self.sites, PER_SITE).saturating_add(of(self.signal_sites, PER_SIGNAL_SITE));
        let of_cells = of(self.fibroblasts, PER_FIBROBLAST).saturating_add(of(self.macrophages, PER_MACROPHAGE));
        of_sites.saturating_add(of_cells).saturating_add((self.channels * PER_CHANNEL as f64) as u64)
    }

    /// Bytes of the tissue alone.
    pub(crate) fn of_tissue(&self) -> u64 {
        let of_sites = self.sites as u64 * KEPT_PER_SITE + self.signal_sites as u64 * KEPT_PER_SIGNAL_SITE;
        of_sites + (self.fibroblasts + self.macrophages) as u64 * KEPT_PER_CELL
    }
}

/// Refuses what needs more bytes than are left, for a field of so many sites along x and y, with [`Error::FieldTooLarge`].
pub(crate) fn check(columns: usize, rows: usize, needed: u64) -> Result<()> {
    if needed <= ALWAYS_LEFT {
        return Ok(());
    }
    let available = available();
    if needed <= available {
        return Ok(());
    }
    Err(Error::FieldTooLarge { columns, rows, needed_mib: needed.div_ceil(1 << 20), available_mib: available >> 20 })
}

/// Bytes that can still be taken.
pub(crate) fn available() -> u64 {
    available_below(Path::new("/"))
}

/// The least that the system, control groups and limits of this process leave, read from files below `root`.
fn available_below(root: &Path) -> u64 {
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
    let (limits, status) = (read("proc/self/limits"), read("proc/self/status"));
    let limit = |name: &str| limits.lines().find_map(|line| first_number(line.strip_prefix(name)?));
    let in_use = |name: &str| kibibytes(&status, name).unwrap_or(0);
    let address_space =
        limit("Max address space").map(|limit| limit.saturating_sub(in_use("VmSize:")).saturating_sub(RESERVED));
    let data = limit("Max data size").map(|limit| limit.saturating_sub(in_use("VmData:")));
    let in_system = kibibytes(&read("proc/meminfo"), "MemAvailable:");
    let in_groups = groups(&read("proc/self/cgroup")).into_iter().filter_map(|group| left_in_group(&root.join(group)));
    [address_space, data, in_system].into_iter().flatten().chain(in_groups).min().unwrap_or(ASSUMED)
}

/// The first word of a text, if it is a number.
fn first_number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

/// Bytes in the line of a table that begins with a name and goes on with KiB.
fn kibibytes(table: &str, name: &str) -> Option<u64> {
    table.lines().find_map(|line| first_number(line.strip_prefix(name)?)).map(|kibibytes| kibibytes << 10)
}

/// Folders of the control groups around a process, innermost first, for both versions of them.
fn groups(of_process: &str) -> Vec<String> {
    let mounted = |line: &str| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        let mount = match controllers {
            "" => "sys/fs/cgroup",
            _ if controllers.split(',').any(|controller| controller == "memory") => "sys/fs/cgroup/memory",
            _ => return None,
        };
        Some((mount, path.trim_matches('/').to_owned()))
    };
    let with_those_around = |(mount, path): (&'static str, String)| {
        let around = std::iter::successors(Some(path), |path| {
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            (!path.is_empty()).then(|| parent.to_owned())
        });
        around.map(move |path| format!("{mount}/{path}"))
    };
    of_process.lines().filter_map(mounted).flat_map(with_those_around).collect()
}

/// Bytes that a control group leaves: its limit less what is in use, but for files that can be dropped.
fn left_in_group(group: &Path) -> Option<u64> {
    let number =
        |names: [&str; 2]| names.iter().find_map(|name| first_number(&fs::read_to_string(group.join(name)).ok()?));
    let limit = number(["memory.max", "memory.limit_in_bytes"])?;
    let used = number(["memory.current", "memory.usage_in_bytes"]).unwrap_or(0);
    let statistics = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
    let of_files = ["total_inactive_file ", "inactive_file "];
    let droppable =
        of_files.iter().find_map(|name| statistics.lines().find_map(|line| first_number(line.strip_prefix(name)?)));
    Some(limit.saturating_sub(used.saturating_sub(droppable.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    /// A folder in place of the root of a system with these files in it.
    fn system(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
        let root = std::env::temp_dir().join(format!("dermaweave_memory_{name}_{}", std::process::id()));
        for (path, content) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        root
    }

    fn left(name: &str, files: &[(&str, &str)]) -> u64 {
        let root = system(name, files);
        let left = available_below(&root);
        let _ = fs::remove_dir_all(root);
        left
    }

    const MEMINFO: (&str, &str) = ("proc/meminfo", "MemTotal:  16777216 kB\nMemAvailable:    8388608 kB\n");

    /// Claim: what counts is the least of what the system, its control groups and the limits of the process leave.
    #[test]
    fn the_least_of_all_limits_counts() {
        assert_eq!(left("none", &[]), ASSUMED);
        assert_eq!(left("system", &[MEMINFO]), 8 * GIB);
        let limits = |address: &str, data: &str| {
            format!(
                "Limit  Soft Limit  Hard Limit  Units\nMax data size  {data}  unlimited  bytes\n\
                 Max address space         {address}           unlimited            bytes\n"
            )
        };
        let status = ("proc/self/status", "Name:\tx\nVmSize:\t 1048576 kB\nVmData:\t  524288 kB\n");
        let of_process = |name, address: &str, data: &str| {
            left(name, &[MEMINFO, status, ("proc/self/limits", &limits(address, data))])
        };
        assert_eq!(of_process("unlimited", "unlimited", "unlimited"), 8 * GIB);
        assert_eq!(of_process("address", "3221225472", "unlimited"), 2 * GIB - RESERVED);
        assert_eq!(of_process("data", "unlimited", "3221225472"), 5 * GIB / 2);
        assert_eq!(of_process("none_left", "1000", "unlimited"), 0);
    }

    /// Claim: both versions of control groups are understood, at any level above the process, and files that the system can
    /// drop are not in the way.
    #[test]
    fn control_groups_count_at_any_level() {
        let second = ("proc/self/cgroup", "0::/outer/inner\n");
        let inner = ("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        let outer = ("sys/fs/cgroup/outer/memory.max", "4294967296\n");
        let used = ("sys/fs/cgroup/outer/memory.current", "3221225472\n");
        let files = ("sys/fs/cgroup/outer/memory.stat", "anon 5\ninactive_file 1073741824\n");
        assert_eq!(left("unlimited_group", &[MEMINFO, second, inner]), 8 * GIB);
        assert_eq!(left("outer", &[MEMINFO, second, inner, outer]), 4 * GIB);
        assert_eq!(left("used", &[MEMINFO, second, inner, outer, used]), GIB);
        assert_eq!(left("files", &[MEMINFO, second, inner, outer, used, files]), 2 * GIB);
        let first = ("proc/self/cgroup", "5:cpu:/a\n4:memory,hugetlb:/a/b\n0::/\n");
        let limit = ("sys/fs/cgroup/memory/memory.limit_in_bytes", "6442450944\n");
        let usage = ("sys/fs/cgroup/memory/memory.usage_in_bytes", "1073741824\n");
        // In a container the path of the process is not there, but its mount is.
        assert_eq!(left("first", &[MEMINFO, first, limit, usage]), 5 * GIB);
    }
}
