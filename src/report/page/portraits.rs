//! An arm before and after: its fibers, its skin under light from the side, and a profile through the lesion.
use super::PageArm;
use super::frame::Frame;
use crate::error::{Result, at_path};
use crate::measure::Surface;
use crate::parameters::{RecoveryParameters, SurfaceParameters};
use crate::report::embedded::data;
use crate::report::{Chart, ColorPicture, FiberPicture, ReliefProfile, Series, SkinPicture};
use crate::tissue::Tissue;
use crate::units::Length;
use maud::{Markup, PreEscaped, html};
use std::path::Path;

/// Width of the pictures in pixels.
const PIXELS: usize = 560;

#[derive(Clone, Debug)]
pub(super) struct Portraits {
    before: Portrait,
    after: Portrait,
    profile: Chart,
}

/// Pictures as PNG.
#[derive(Clone, Debug)]
struct Portrait {
    fibers: Vec<u8>,
    skin: Vec<u8>,
}

impl Portraits {
    pub(super) fn of(before: &Tissue, after: &Tissue) -> Result<Self> {
        Ok(Self { before: Portrait::of(before)?, after: Portrait::of(after)?, profile: profile(before, after)? })
    }
}

impl Portrait {
    fn of(tissue: &Tissue) -> Result<Self> {
        let encode =
            |picture: ColorPicture| picture.encode_png().map_err(at_path(Path::new("a picture of report.html")));
        let pixel = Length::micrometers(tissue.grid().width() / PIXELS as f64);
        let skin = SkinPicture { pixel, ..SkinPicture::default() };
        let skin = skin.draw_tissue(tissue, &SurfaceParameters::default(), &RecoveryParameters::default())?;
        let fibers = FiberPicture::of_width(tissue.grid(), PIXELS).draw(tissue)?;
        Ok(Self { fibers: encode(fibers)?, skin: encode(skin)? })
    }
}

/// Heights along a line through the lesion, before and after.
fn profile(before: &Tissue, after: &Tissue) -> Result<Chart> {
    let line = |name: &str, color_index, dashed, tissue: &Tissue| -> Result<Series> {
        let surface = Surface::of(tissue, &SurfaceParameters::default())?;
        let ReliefProfile { distance_mm, height_um } = ReliefProfile::through_lesion(tissue, &surface);
        let points = distance_mm.into_iter().zip(height_um).collect();
        Ok(Series { name: name.into(), points, color_index, dashed, ..Series::default() })
    };
    Ok(Chart {
        title: "Profile of the surface through the middle".into(),
        x_label: "mm from the left".into(),
        y_label: "µm above untouched skin".into(),
        series: vec![line("before", 6, true, before)?, line("after", 0, false, after)?],
        markers: Vec::new(),
        healthy: vec![(0.0, 0.0)],
    })
}

/// Before and after of all arms that have frames or portraits.
pub(super) fn before_and_after(arms: &[&PageArm]) -> Markup {
    let drawn: Vec<_> = arms.iter().filter_map(|arm| Some((*arm, arm.portraits.as_ref()?))).collect();
    if drawn.is_empty() {
        return html! { div.before { @for arm in arms { (first_map(arm, first(arm))) (first_map(arm, last(arm))) } } };
    }
    html! {
        p { "Fibers seen from above, drawn from the directions in every window; red and violet lie to either side of the line of tension." }
        div.before {
            @for (arm, portraits) in &drawn {
                (figure(arm, first(arm), "fibers", &portraits.before.fibers))
                (figure(arm, last(arm), "fibers", &portraits.after.fibers))
            }
        }
        p { "The skin under light from the upper left; only the relief and the redness of the model." }
        div.before {
            @for (arm, portraits) in &drawn {
                (figure(arm, first(arm), "skin", &portraits.before.skin))
                (figure(arm, last(arm), "skin", &portraits.after.skin))
            }
        }
        div.grid {
            @for (arm, portraits) in &drawn {
                @if let Some(svg) = portraits.profile.element() {
                    figure {
                        figcaption { b { (portraits.profile.title) } ", " (arm.name) ", µm over mm; dashed black: before, blue: after" }
                        (PreEscaped(svg))
                    }
                }
            }
        }
    }
}

fn figure(arm: &PageArm, frame: &Frame, what: &str, png: &[u8]) -> Markup {
    let name = format!("{}, day {}", arm.name, frame.day());
    html! { figure { img src=(data(png)) alt=(format!("{what}, {name}")); figcaption { (name) } } }
}

fn first_map(arm: &PageArm, frame: &Frame) -> Markup {
    let name = format!("{}, day {}", arm.name, frame.day());
    html! { figure { (super::viewer::picture(&frame.pictures[0], &arm.name)) figcaption { (name) } } }
}

/// The first and the last frame of an arm that has frames.
fn first(arm: &PageArm) -> &Frame {
    &arm.frames[0]
}

fn last(arm: &PageArm) -> &Frame {
    &arm.frames[arm.frames.len() - 1]
}
