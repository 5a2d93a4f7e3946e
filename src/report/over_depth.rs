//! One row of several layers of dermis: what they hold on average, under their common surface.
//!
//! Layer l has the share sₗ of the thickness, Σ sₗ = 1, and holds the collagen ρₗ. An amount a is ⟨a⟩ = Σ sₗ aₗ. What is measured
//! of fibers is weighted by them, as it is from window to window in one layer: ⟨m⟩ = Σ sₗ ρₗ mₗ / Σ sₗ ρₗ.
use super::own_column::{OwnValue, OwnValues};
use super::{Column, Dictionary, Nulls, Report, Row};
use crate::matrix::concentration;
use crate::measure::{FiberOrganization, Firmness, Recovery, SurfaceMeasures, goh_dispersion};
use std::f64::consts::TAU;

/// Columns of the rows of a layer: its number and its depth.
const LAYER: &str = "layer";
const LAYER_DEPTH: &str = "layer_depth_mm";

/// What the number of a layer, from 1 at the top, and its depth are in every row of it.
pub(crate) fn layer_columns(number: usize, depth_mm: f64) -> [Column; 2] {
    const SOURCE: &str = "given to the builder; none in rows of the whole dermis";
    let column =
        |name: &str, unit: &str, what: &str, value: f64| Column::new(name, unit, what, move |_| value).source(SOURCE);
    [
        column(LAYER, "1", "Number of the layer, 1 the uppermost.", number as f64),
        column(LAYER_DEPTH, "mm", "Depth of the middle of the layer below the surface of the skin.", depth_mm),
    ]
}

/// Rows of one region at one instant, from the uppermost layer down.
pub(crate) struct Layers<'a> {
    pub(crate) rows: Vec<&'a Row>,
    /// Of the thickness.
    pub(crate) shares: &'a [f64],
}

impl Layers<'_> {
    /// Σ sₗ wₗ vₗ / Σ sₗ wₗ; ⟨v⟩ where nothing has a weight.
    fn weighted(&self, weight: impl Fn(&Row) -> f64, value: impl Fn(&Row) -> f64) -> f64 {
        let weights = self.rows.iter().zip(self.shares).map(|(row, share)| share * weight(row));
        let total: f64 = weights.clone().sum();
        let values = self.rows.iter().map(|row| value(row));
        if total > 0.0 {
            weights.zip(values).map(|(weight, value)| weight * value).sum::<f64>() / total
        } else {
            self.mean(value)
        }
    }

    /// Of an amount.
    fn mean(&self, value: impl Fn(&Row) -> f64) -> f64 {
        self.rows.iter().zip(self.shares).map(|(row, share)| share * value(row)).sum()
    }

    /// Of what is measured of the fibers.
    fn of_fibers(&self, value: impl Fn(&FiberOrganization) -> f64) -> f64 {
        self.weighted(|row| row.organization.density, |row| value(&row.organization))
    }

    /// Of what is measured of the fibroblasts.
    fn of_cells(&self, value: impl Fn(&Row) -> f64) -> f64 {
        self.weighted(|row| row.fibroblasts_per_mm2, value)
    }

    /// The axis of the fibers of all layers together, each weighted by its fibers and how far they have one.
    fn axis_deg(&self) -> f64 {
        let along = |part: fn(f64) -> f64| {
            self.of_fibers(|fibers| fibers.regional_resultant_length * part(2.0 * fibers.mean_angle_deg.to_radians()))
        };
        (0.5 * along(f64::sin).atan2(along(f64::cos)).rem_euclid(TAU)).to_degrees()
    }

    fn organization(&self) -> FiberOrganization {
        let resultant_length = self.of_fibers(|fibers| fibers.resultant_length);
        let von_mises_kappa = concentration(resultant_length);
        FiberOrganization {
            density: self.mean(|row| row.organization.density),
            new_density: self.mean(|row| row.organization.new_density),
            type_iii_share: self.of_fibers(|fibers| fibers.type_iii_share),
            resultant_length,
            healthy_resultant_length: self.of_fibers(|fibers| fibers.healthy_resultant_length),
            regional_resultant_length: self.of_fibers(|fibers| fibers.regional_resultant_length),
            weave_index: self.of_fibers(|fibers| fibers.weave_index),
            regional_weave_index: self.of_fibers(|fibers| fibers.regional_weave_index),
            weave_fidelity: self.of_fibers(|fibers| fibers.weave_fidelity),
            mean_angle_deg: self.axis_deg(),
            circular_variance: 1.0 - resultant_length,
            von_mises_kappa,
            goh_dispersion: goh_dispersion(von_mises_kappa),
            entropy: self.of_fibers(|fibers| fibers.entropy),
            fiber_families: self.of_fibers(|fibers| fibers.fiber_families.into()).round() as u32,
            distance_to_healthy_deg: self.of_fibers(|fibers| fibers.distance_to_healthy_deg),
            windows_in_healthy_spread: self.of_fibers(|fibers| fibers.windows_in_healthy_spread),
        }
    }

    /// Nulls are those of measures of fibers.
    fn nulls(&self, pictured: bool) -> Nulls {
        let of_fibers = |value: &dyn Fn(&Row) -> f64| self.weighted(|row| row.organization.density, value);
        let index = |row: &Row| row.nulls.collagen_orientation_index_null.unwrap_or(f64::NAN);
        Nulls {
            weave_index_diluted: of_fibers(&|row| row.nulls.weave_index_diluted),
            weave_fidelity_diluted: of_fibers(&|row| row.nulls.weave_fidelity_diluted),
            collagen_orientation_index_null: pictured.then(|| of_fibers(&index)),
        }
    }

    /// Layers are stretched side by side.
    fn firmness(&self) -> Firmness {
        let modulus_along = self.mean(|row| row.firmness.modulus_along);
        let modulus_across = self.mean(|row| row.firmness.modulus_across);
        Firmness {
            modulus_along,
            modulus_across,
            modulus_anisotropy: modulus_along / modulus_across,
            recoil: self.mean(|row| row.firmness.recoil),
        }
    }

    /// Of the user's own columns; a layer's number and depth have no mean.
    fn own(&self) -> OwnValues {
        let names = self.rows[0].own.0.iter().map(|own| &own.name).filter(|name| !is_of_layers(name));
        let mean = |name: &String| {
            let value = self.mean(|row| row.value(name).unwrap_or(f64::NAN));
            OwnValue { name: name.clone(), value }
        };
        OwnValues(names.map(mean).collect())
    }

    /// The row of all layers together, with the relief of their common surface, on a day of an arm.
    pub(crate) fn together(&self, surface: SurfaceMeasures, day: f64) -> Row {
        let top = self.rows[0];
        if self.rows.len() == 1 {
            // To the bit: a quotient of products need not be the value itself.
            return Row { surface, own: self.own(), ..top.clone() };
        }
        let pictured = self.rows.iter().all(|row| row.collagen_orientation_index.is_some());
        let index = |row: &Row| row.collagen_orientation_index.unwrap_or(f64::NAN);
        Row {
            arm: top.arm.clone(),
            day,
            region: top.region.clone(),
            organization: self.organization(),
            fibrin: self.mean(|row| row.fibrin),
            elastin: self.mean(|row| row.elastin),
            ground_substance: self.mean(|row| row.ground_substance),
            fibroblasts_per_mm2: self.mean(|row| row.fibroblasts_per_mm2),
            active_share: self.of_cells(|row| row.active_share),
            myofibroblast_share: self.of_cells(|row| row.myofibroblast_share),
            macrophages_per_mm2: self.mean(|row| row.macrophages_per_mm2),
            neutrophils: self.mean(|row| row.neutrophils),
            tgf_beta: self.mean(|row| row.tgf_beta),
            pdgf: self.mean(|row| row.pdgf),
            inflammation: self.mean(|row| row.inflammation),
            mmp: self.mean(|row| row.mmp),
            age_years: top.age_years,
            untouched_collagen: self.mean(|row| row.untouched_collagen),
            untouched_elastin: self.mean(|row| row.untouched_elastin),
            original_collagen: self.mean(|row| row.original_collagen),
            collagen_lost: self.mean(|row| row.collagen_lost),
            collagen_gained: self.mean(|row| row.collagen_gained),
            correlation_length_um: self.weighted(|row| row.organization.density, |row| row.correlation_length_um),
            weave_correlation_length_um: self
                .weighted(|row| row.organization.density, |row| row.weave_correlation_length_um),
            collagen_orientation_index: pictured.then(|| self.weighted(|row| row.organization.density, index)),
            nulls: self.nulls(pictured),
            surface,
            firmness: self.firmness(),
            recovery: self.recovery(),
            own: self.own(),
        }
    }

    /// What is seen from outside is the uppermost layer's; all swell.
    fn recovery(&self) -> Recovery {
        Recovery { swelling_um: self.mean(|row| row.recovery.swelling_um), ..self.rows[0].recovery.clone() }
    }
}

fn is_of_layers(name: &str) -> bool {
    [LAYER, LAYER_DEPTH].contains(&name)
}

/// How a column is made of those of the layers.
fn joined(name: &str) -> &'static str {
    match name {
        "arm" | "day" | "region" | "age_years" => "the same in all layers",
        "thickness_um" | "height_um" | "depth_um" | "volume_mm3" | "ra_um" | "rz_um" => {
            "from the mean of the surfaces of all layers"
        }
        "redness" | "open_barrier" => "that of the uppermost layer",
        "active_share" | "myofibroblast_share" => "mean of the layers by their cells",
        "circular_variance" | "von_mises_kappa" | "goh_dispersion" => "from resultant_length",
        "modulus_anisotropy" => "from the moduli",
        "type_iii_share"
        | "resultant_length"
        | "healthy_resultant_length"
        | "regional_resultant_length"
        | "weave_index"
        | "regional_weave_index"
        | "weave_fidelity"
        | "mean_angle_deg"
        | "entropy"
        | "distance_to_healthy_deg"
        | "windows_in_healthy_spread"
        | "weave_index_diluted"
        | "weave_fidelity_diluted"
        | "correlation_length_um"
        | "weave_correlation_length_um"
        | "collagen_orientation_index"
        | "collagen_orientation_index_null" => "mean of the layers by their fibers",
        "fiber_families" => "rounded mean of the layers by their fibers",
        _ => "mean of the layers by their thickness",
    }
}

impl Dictionary {
    /// The dictionary of the rows of layers, with what each column is of the whole dermis.
    pub(crate) fn of_dermis(mut self) -> Self {
        for column in self.columns.iter_mut().filter(|column| !is_of_layers(&column.name)) {
            column.source = format!("{}; of the whole dermis: {}", column.source, joined(&column.name));
        }
        self
    }
}

impl Report {
    /// What a report of all layers takes from that of the uppermost one: what sessions called for, and the user's own columns.
    pub(crate) fn follow(&mut self, top: &Self) {
        self.treated = top.treated;
        self.cautions_so_far.clone_from(&top.cautions_so_far);
        self.own_columns = top.own_columns.iter().filter(|column| !is_of_layers(&column.name)).cloned().collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AtrophicScar, Dermis, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};

    fn last(report: &Report) -> &Row {
        report.region("lesion").last().unwrap()
    }

    /// Claim: what the dictionary says of a column is how it is made: means of the layers by thickness or by fibers.
    #[test]
    fn columns_are_made_as_the_dictionary_says() {
        let (side, diameter) = (Length::millimeters(1.2), Length::millimeters(0.6));
        let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
        let scar = AtrophicScar { diameter, ..AtrophicScar::boxcar() };
        let tissue = move |grid| Tissue::new(grid, &Skin::aged(30.0))?.with_lesion(&scar);
        let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::weeks(2.0));
        let builder = Dermis::builder(grid, tissue).boundaries([100.0, 300.0, 1100.0].map(Length::micrometers));
        let mut dermis = builder.protocol(protocol).seed(5).build().unwrap();
        dermis.run().unwrap();
        let layers: Vec<_> = dermis.courses().iter().map(Simulation::report).map(last).collect();
        let mut checked = 0;
        for column in dermis.dictionary().columns() {
            let is_made = |rule: &str| column.source.ends_with(&format!(": mean of the layers by their {rule}"));
            let (by_fibers, by_thickness) = (is_made("fibers"), is_made("thickness"));
            // Of axes there is no plain mean, and of pictures that were not taken none at all.
            let has_mean = (by_fibers || by_thickness) && column.name != "mean_angle_deg";
            let Some(found) = last(dermis.report()).value(&column.name).filter(|_| has_mean) else { continue };
            let weight = |row: &Row| if by_fibers { row.organization.density } else { 1.0 };
            let weights = layers.iter().zip(dermis.shares()).map(|(row, share)| share * weight(row));
            let values = layers.iter().map(|row| row.value(&column.name).unwrap());
            let sum: f64 = values.zip(weights.clone()).map(|(value, weight)| weight * value).sum();
            let expected = sum / weights.sum::<f64>();
            assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "{}: {found} {expected}", column.name);
            checked += 1;
        }
        assert!(checked >= 30, "{checked}");
    }
}
