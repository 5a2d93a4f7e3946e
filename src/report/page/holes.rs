//! Needle holes where they struck, session by session.
use super::{Extent, PageArm};
use crate::grid::Grid;
use crate::treatment::{Protocol, punctures};
use maud::{Markup, PreEscaped, html};
use std::fmt::Write;

/// The holes of one session.
#[derive(Clone, Debug)]
pub(super) struct SessionHoles {
    day: u64,
    holes: Vec<Hole>,
}

/// A hole in mm.
#[derive(Clone, Copy, Debug)]
struct Hole {
    x: f64,
    y: f64,
    radius: f64,
}

/// Holes drawn of a session at most: more are a gray mush, and a file that no one opens.
const MOST_DRAWN: usize = 4000;

/// Holes of all sessions, as in a course with the same seed.
pub(super) fn of(protocol: &Protocol, grid: &Grid, seed: u64) -> Vec<SessionHoles> {
    let sessions = protocol.sessions.iter().enumerate();
    let of_session = |(index, session)| {
        let struck = punctures(session, protocol.order_on_its_day(index), grid, seed);
        let hole = |puncture: &crate::treatment::Puncture| Hole {
            x: puncture.x * 1e-3,
            y: puncture.y * 1e-3,
            radius: 0.5 * puncture.diameter * 1e-3,
        };
        SessionHoles { day: session.day(), holes: struck.iter().map(hole).collect() }
    };
    sessions.map(of_session).collect()
}

/// A drawing for each session of the first arm that has any.
pub(super) fn section(arms: &[PageArm]) -> Markup {
    let Some(arm) = arms.iter().find(|arm| !arm.holes.is_empty()) else { return html! {} };
    html! {
        section #holes {
            h2 { "Where the needles struck" }
            p { "All channels of each session, seen from above, as wide as the needle is in this layer." }
            div.grid {
                @for session in &arm.holes { (session.drawing(arm.extent)) }
            }
        }
    }
}

impl SessionHoles {
    fn drawing(&self, extent: Extent) -> Markup {
        let name = format!(
            "day {}: {} holes in {:.1} × {:.1} mm",
            self.day,
            self.holes.len(),
            extent.width_mm,
            extent.height_mm
        );
        let view = format!("0 0 {:.3} {:.3}", extent.width_mm, extent.height_mm);
        let mut circles = String::new();
        for hole in self.holes.iter().take(MOST_DRAWN) {
            // Up is up on the page, where y runs down.
            let y = extent.height_mm - hole.y;
            let _ = write!(circles, r#"<circle cx="{:.3}" cy="{y:.3}" r="{:.3}"/>"#, hole.x, hole.radius);
        }
        html! {
            figure {
                svg.holes viewBox=(view) role="img" aria-label=(name) { (PreEscaped(circles)) }
                figcaption {
                    (name)
                    @if self.holes.len() > MOST_DRAWN { " (the first " (MOST_DRAWN) " are drawn)" }
                }
            }
        }
    }
}
