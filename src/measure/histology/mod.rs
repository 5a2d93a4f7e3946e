//! Pictures of collagen bundles, and the orientation index that is measured in them.
mod picture;
mod bundle;
mod directions;
mod views;

pub use picture::Picture;
pub use views::Histology;
