//! One sample: what is read of a tissue, number by number, so that no plane of numbers is kept.
use super::field::{FieldName, Source};
use crate::error::Result;
use crate::measure::Surface;
use crate::parameters::SurfaceParameters;
use crate::tissue::Tissue;
use std::io::{self, Write};

/// A tissue at a sample.
pub(super) struct Frame<'a> {
    /// Number of the sample, from 0.
    pub(super) sample: u64,
    pub(super) day: f64,
    pub(super) tissue: &'a Tissue,
    surface: Option<Surface>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(
        (sample, day): (u64, f64),
        tissue: &'a Tissue,
        fields: &[FieldName],
        parameters: &SurfaceParameters,
    ) -> Result<Self> {
        let is_needed = fields.iter().any(|field| field.is_of_surface());
        let surface = is_needed.then(|| Surface::of(tissue, parameters)).transpose()?;
        Ok(Self { sample, day, tissue, surface })
    }

    /// The surface, which is measured if a field of it is recorded.
    pub(super) fn surface(&self) -> &Surface {
        self.surface.as_ref().expect("a field of the surface is recorded")
    }

    /// Writes the numbers of a field: one per site, row by row, little-endian.
    pub(super) fn write(&self, field: FieldName, writer: &mut dyn Write) -> io::Result<()> {
        match field.entry().source {
            Source::Site(number) => {
                self.tissue.matrix().sites().try_for_each(|site| writer.write_all(&number(&site).to_le_bytes()))
            }
            Source::Field(field) => {
                field(self).values().iter().try_for_each(|number| writer.write_all(&number.to_le_bytes()))
            }
        }
    }
}
