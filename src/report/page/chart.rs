//! Charts of a page as vector graphics.
use super::super::axis::Axis;
use super::super::chart::LINE_COLORS;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// What is gray on paper; a page in the dark changes these colors by style.
const FRAME: RGBColor = RGBColor(120, 120, 120);
const GRID: RGBColor = RGBColor(224, 224, 224);
const WIDTH: u32 = 420;
const HEIGHT: u32 = 240;

/// A line of a chart.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
    /// Lower and upper end of an interval around each point; may be empty.
    pub(super) interval: Vec<(f64, f64)>,
}

/// A chart over days.
pub(super) struct TimeChart {
    pub(super) title: String,
    pub(super) unit: String,
    pub(super) lines: Vec<Line>,
    /// What healthy skin has, over days.
    pub(super) healthy: Vec<(f64, f64)>,
    pub(super) sessions: Vec<f64>,
}

type Axes<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// The color of an arm: as in all charts.
fn color(arm: usize) -> RGBColor {
    let [red, green, blue] = LINE_COLORS[arm % LINE_COLORS.len()];
    RGBColor(red, green, blue)
}

/// The color of an arm as CSS has it.
pub(super) fn css_color(arm: usize) -> String {
    let RGBColor(red, green, blue) = color(arm);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

impl TimeChart {
    /// The chart as an SVG element; none if there is nothing to draw.
    pub(super) fn svg(&self) -> Option<String> {
        self.lines.iter().any(|line| !line.points.is_empty()).then_some(())?;
        let mut svg = String::new();
        self.draw(&mut svg).ok()?;
        Some(self.named(&svg))
    }

    /// As wide as its place in the page, with what it shows in words.
    fn named(&self, svg: &str) -> String {
        let last = |line: &Line| {
            line.points
                .last()
                .map_or_else(String::new, |(day, value)| format!("{} {value:.3} on day {day:.0}", line.name))
        };
        let told: Vec<_> = self.lines.iter().map(last).collect();
        let label = format!("{} ({}): {}", self.title, self.unit, told.join("; "))
            .replace('"', "")
            .replace('<', "")
            .replace('&', "and");
        let size = format!("width=\"{WIDTH}\" height=\"{HEIGHT}\"");
        svg.replacen(&size, &format!("class=\"chart\" role=\"img\" aria-label=\"{label}\""), 1)
    }

    fn draw(&self, svg: &mut String) -> Drawn {
        let area = SVGBackend::with_string(svg, (WIDTH, HEIGHT)).into_drawing_area();
        let days = Axis::covering(self.all().map(|(day, _)| day).chain(self.sessions.iter().copied()));
        let ends = self.lines.iter().flat_map(|line| &line.interval).flat_map(|(low, high)| [*low, *high]);
        let values = Axis::covering(self.all().map(|(_, value)| value).chain(ends)).extended_to_ticks();
        let mut axes = ChartBuilder::on(&area)
            .margin_right(12)
            .margin_top(10)
            .x_label_area_size(24)
            .y_label_area_size(48)
            .build_cartesian_2d(days.low..days.high, values.low..values.high)?;
        axes.configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(FRAME)
            .x_labels(6)
            .y_labels(values.ticks().count())
            .x_label_formatter(&|day| format!("{day:.0}"))
            .y_label_formatter(&|value| values.text(*value))
            .label_style(("sans-serif", 13))
            .draw()?;
        self.draw_marks(&mut axes, (values.low, values.high))?;
        self.lines.iter().enumerate().try_for_each(|(arm, line)| line.draw(&mut axes, color(arm)))
    }

    fn all(&self) -> impl Iterator<Item = (f64, f64)> {
        let lines = self.lines.iter().flat_map(|line| line.points.iter().copied());
        lines.chain(self.healthy.iter().copied())
    }

    /// Sessions as thin upright lines, healthy skin as a dashed line.
    fn draw_marks(&self, axes: &mut Axes<'_, '_>, (low, high): (f64, f64)) -> Drawn {
        let sessions = self.sessions.iter().map(|day| PathElement::new([(*day, low), (*day, high)], FRAME.mix(0.6)));
        axes.draw_series(sessions)?;
        axes.draw_series(DashedLineSeries::new(self.healthy.iter().copied(), 6, 5, FRAME.stroke_width(2)))?;
        Ok(())
    }
}

impl Line {
    fn draw(&self, axes: &mut Axes, color: RGBColor) -> Drawn {
        if self.interval.len() == self.points.len() {
            let lower = self.points.iter().zip(&self.interval).map(|((day, _), (low, _))| (*day, *low));
            let upper = self.points.iter().zip(&self.interval).rev().map(|((day, _), (_, high))| (*day, *high));
            axes.draw_series([Polygon::new(lower.chain(upper).collect::<Vec<_>>(), color.mix(0.18))])?;
        }
        axes.draw_series(LineSeries::new(self.points.iter().copied(), color.stroke_width(2)))?;
        Ok(())
    }
}
