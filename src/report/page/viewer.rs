//! Maps and directions of fibers over the days, all arms at the same time, with a slider.
use super::PageArm;
use super::frame::{Frame, FramePicture, Legend};
use super::portraits::before_and_after;
use super::sections::number;
use crate::report::embedded::data;
use maud::{Markup, html};

/// The viewer; nothing if no frame was kept.
pub(super) fn viewer(arms: &[PageArm]) -> Markup {
    let arms: Vec<_> = arms.iter().filter(|arm| !arm.frames.is_empty()).collect();
    let Some(first) = arms.first() else { return html! {} };
    let (days, last) = (first.frames.iter().map(Frame::day).collect::<Vec<_>>(), first.frames.len() - 1);
    let names: Vec<_> = first.frames[0].pictures.iter().map(|picture| picture.name.as_str()).collect();
    html! {
        section #viewer {
            h2 { "Before and after" }
            (before_and_after(&arms))
            h3 { "Day by day" }
            div.controls {
                label for="day" { "Day " output #shown for="day" { (days[last]) } }
                input #day type="range" min="0" max=(last) step="1" value=(last) data-days=(list(&days)) data-sessions=(list(&sessions(first)));
                div #ticks aria-hidden="true" {}
                fieldset {
                    legend { "Map" }
                    @for (number, name) in names.iter().enumerate() {
                        label { input type="radio" name="map" value=(number) checked[number == 0]; " " (name) }
                    }
                }
            }
            div.arms { @for arm in &arms { (frames(arm, last)) } }
            p.small { "▲ below the slider: sessions. One side of the field is " (number(first.extent.width_mm)) " mm. The dark line is the edge of the lesion." }
        }
    }
}

fn sessions(arm: &PageArm) -> Vec<f64> {
    arm.dry_run.sessions.iter().map(|session| session.day).collect()
}

fn list(days: &[f64]) -> String {
    days.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")
}

/// All frames of an arm, of which one is shown.
fn frames(arm: &PageArm, shown: usize) -> Markup {
    html! {
        div.arm {
            h4 { (arm.name) }
            @for (number, frame) in arm.frames.iter().enumerate() {
                div.frame data-frame=(number) hidden[number != shown.min(arm.frames.len() - 1)] {
                    @for (map, shown) in frame.pictures.iter().enumerate() {
                        figure.map data-map=(map) hidden[map != 0] { (picture(shown, &arm.name)) (scale_bar(arm)) (legend(&shown.legend)) }
                    }
                    div.roses { @for rose in &frame.roses { (rose.drawing()) } }
                }
            }
        }
    }
}

pub(super) fn picture(picture: &FramePicture, arm: &str) -> Markup {
    let name = format!("{} of the arm {arm}", picture.name);
    html! { img src=(data(&picture.png)) width=(picture.columns) height=(picture.rows) alt=(name); }
}

/// A bar of a round length below a map.
fn scale_bar(arm: &PageArm) -> Markup {
    let width = arm.extent.width_mm;
    let length = if width > 2.5 {
        1.0
    } else if width > 1.0 {
        0.5
    } else {
        0.1
    };
    html! { div.bar style=(format!("width:{:.2}%", 100.0 * length / width)) { span { (length) " mm" } } }
}

fn legend(legend: &Legend) -> Markup {
    html! {
        div.legend {
            div.ramp style=(format!("background:linear-gradient(to right,{})", legend.colors.join(","))) {}
            span { (number(legend.low)) } span { (legend.label) } span { (number(legend.high)) }
        }
    }
}
