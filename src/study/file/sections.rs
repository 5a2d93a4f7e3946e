//! Sections `run` and `arm`: how often, and what is compared.
use crate::error::{Result, check};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Table;

/// How often each arm is run.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RunSection {
    /// Replicates of every arm, 1 to 1 000 000; replicate i has the same seed in all arms.
    pub replicates: u64,
    /// Seed of the first replicate; the others have the ones after it.
    pub seed: u64,
}

impl Default for RunSection {
    fn default() -> Self {
        Self { replicates: 6, seed: 1 }
    }
}

impl RunSection {
    pub fn validate(&self) -> Result<()> {
        check("number of replicates", self.replicates as f64, "per arm", 1.0..=1e6).map(drop)
    }
}

/// One arm: what is set in the place of what the file says.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArmSection {
    /// Its name; no two arms have the same.
    pub name: String,
    /// Its place on the x axis of charts; its number if not given.
    pub value: Option<f64>,
    /// Sections and keys that differ in this arm, such as `set.protocol.interval = "7 days"`.
    #[serde(default)]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub set: Table,
}

impl ArmSection {
    /// The only arm of a file that names none.
    pub fn only() -> Self {
        Self { name: "course".into(), value: None, set: Table::new() }
    }
}
