//! Cells: macrophages, and what an injury leaves before they come, clot and neutrophils.
pub mod inflammation;
pub mod macrophage;

pub use inflammation::AcuteInflammation;
pub use macrophage::Macrophage;
