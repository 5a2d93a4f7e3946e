//! What the benches share.
#![allow(dead_code, unused_imports, reason = "each bench uses a part of it")]
mod setting;
mod speedup;

pub use setting::*;
pub use speedup::{Speedup, print_references, runs_of};
use std::time::Duration;

/// The usual settings of a group: each bench takes seconds.
pub fn keep_short<M: criterion::measurement::Measurement>(group: &mut criterion::BenchmarkGroup<M>) {
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
}
