//! Directions of fibers as a rose: how many lie at each angle, seen from above.
use crate::matrix::FiberMoments;
use crate::measure::{OrientationDistribution, Region};
use crate::tissue::Tissue;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;
use std::fmt::Write;

/// Directions of the fibers of a region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Rose {
    region: String,
    fibers: FiberMoments,
}

/// Half the side of the drawing, in its units.
const HALF: f64 = 100.0;
/// Radius of a density of 1 over all directions alike.
const EVEN: f64 = 52.0;
/// Angles at which the rose is drawn.
const STEPS: u32 = 120;

impl Rose {
    /// The mean fibers of a region.
    pub(super) fn in_region(tissue: &Tissue, region: &Region) -> Self {
        let sites = region.sites().map(|site| tissue.matrix().site(site).collagen());
        let fibers = sites.fold(FiberMoments::default(), |sum, site| sum + site);
        Self { region: region.name().into(), fibers }
    }

    /// The fibers of healthy skin of this kind.
    pub(super) fn of_healthy(tissue: &Tissue) -> Self {
        let (x, y) = (0.5 * tissue.grid().width(), 0.5 * tissue.grid().height());
        Self { region: "healthy".into(), fibers: tissue.healthy_weave_at(x, y) }
    }

    /// The rose with its name, R and axis.
    pub(super) fn drawing(&self) -> Markup {
        let axis = self.fibers.mean_angle().to_degrees().round().rem_euclid(180.0);
        let length = self.fibers.resultant_length();
        let told = if length < 0.05 {
            format!("R {length:.2}, no common axis")
        } else {
            format!("R {length:.2}, axis {axis:.0}°")
        };
        let name = format!("{}: {told}", self.region);
        html! {
            figure.rose {
                svg viewBox="-100 -100 200 200" role="img" aria-label=(name) {
                    circle.even r=(EVEN) {}
                    line.grid x1="-96" x2="96" y1="0" y2="0" {}
                    line.grid y1="-96" y2="96" x1="0" x2="0" {}
                    path.petals d=(self.outline()) {}
                }
                figcaption { b { (self.region) } br; (told) }
            }
        }
    }

    /// Radius at each angle by the square root of the density, so that areas are shares.
    fn outline(&self) -> String {
        let directions = OrientationDistribution::of(&self.fibers);
        let mut path = String::new();
        for step in 0..STEPS {
            let angle = 2.0 * PI * f64::from(step) / f64::from(STEPS);
            let radius = (EVEN * (PI * directions.density(angle)).max(0.0).sqrt()).min(HALF - 2.0);
            let (y, x) = angle.sin_cos();
            let letter = if step == 0 { 'M' } else { 'L' };
            // Up is up on the page, where y runs down.
            let _ = write!(path, "{letter}{:.1} {:.1}", radius * x, -radius * y);
        }
        path + "Z"
    }
}
