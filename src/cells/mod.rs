//! Cells: macrophages, and what an injury leaves before they come, clot and neutrophils.
pub mod fibroblast;
pub mod inflammation;
pub mod macrophage;

pub use fibroblast::Fibroblast;
pub use inflammation::AcuteInflammation;
pub use macrophage::Macrophage;
