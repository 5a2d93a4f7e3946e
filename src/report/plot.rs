//! The axes of a chart and what they hold, drawn by plotters: as vector graphics for a page, as pixels for a sheet.
use super::chart::{Chart, LINE_COLORS, Series};
use super::geometry::Size;
use super::lettering::Lettering;
use super::number::format_number;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use std::io;
use std::ops::Range;

/// Grays on white paper; a page in the dark changes them by style.
const FRAME: RGBColor = RGBColor(120, 120, 120);
const GRID: RGBColor = RGBColor(224, 224, 224);
/// Longest line, in points, whose points are marked with dots.
const MOST_DOTS: usize = 24;
/// Share of the range of values that stays free above and below.
const ROOM: f64 = 0.04;

type Axes<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

/// The color of a line by its number.
fn line_color(number: usize) -> RGBColor {
    let [red, green, blue] = LINE_COLORS[number % LINE_COLORS.len()];
    RGBColor(red, green, blue)
}

/// The same as CSS has it.
pub(super) fn css_color(number: usize) -> String {
    let RGBColor(red, green, blue) = line_color(number);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// An SVG document of so many pixels.
pub(super) fn svg(chart: &Chart, size: Size) -> io::Result<String> {
    let mut svg = String::new();
    let backend = SVGBackend::with_string(&mut svg, (size.width, size.height));
    Plot { chart, scale: 1 }.draw(backend).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(svg)
}

/// Colors row by row from the top, `scale` times as many each way as the size says.
pub(super) fn pixels(chart: &Chart, size: Size, scale: u32) -> io::Result<Vec<[u8; 3]>> {
    let (width, height) = (size.width * scale, size.height * scale);
    let mut pixels = vec![[255; 3]; width as usize * height as usize];
    let backend = BitMapBackend::with_buffer(pixels.as_flattened_mut(), (width, height));
    Plot { chart, scale }.draw(backend).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(pixels)
}

/// Whether a value can be placed on an axis; the limit keeps the range of an axis finite.
pub(super) fn drawable(value: f64) -> bool {
    value.abs() < 1e150
}

/// From the smallest to the largest value, never without an extent.
fn extent(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) = values
        .filter(|&value| drawable(value))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return 0.0..1.0;
    }
    if high - low > 1e-9 * low.abs().max(high.abs()) {
        return low..high;
    }
    // What is always 0 stands on its axis.
    let room = 0.1 * low.abs();
    if low == 0.0 { 0.0..1.0 } else { low - room..high + room }
}

/// The same with some room at both ends; what is not negative keeps its zero.
fn roomy(range: &Range<f64>) -> Range<f64> {
    let room = ROOM * (range.end - range.start);
    let low = range.start - room;
    (if range.start >= 0.0 { low.max(0.0) } else { low })..range.end + room
}

/// A chart that is drawn so many times as large.
#[derive(Clone, Copy)]
struct Plot<'a> {
    chart: &'a Chart,
    scale: u32,
}

impl Plot<'_> {
    fn draw<B: DrawingBackend>(self, backend: B) -> Drawn<B> {
        let area = backend.into_drawing_area();
        let (x, y) = (self.x_range(), self.y_range());
        let (resolution_x, resolution_y) = (1e-3 * (x.end - x.start), 1e-3 * (y.end - y.start));
        let mut axes = ChartBuilder::on(&area)
            .margin_right(14 * self.scale)
            .margin_top(10 * self.scale)
            .x_label_area_size(24 * self.scale)
            .y_label_area_size(48 * self.scale)
            .build_cartesian_2d(x, y.clone())?;
        axes.configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.stroke_width(self.scale))
            .axis_style(FRAME.stroke_width(self.scale))
            .x_labels(6)
            .y_labels(5)
            .set_all_tick_mark_size(4 * self.scale)
            .x_label_formatter(&|value| format_number(*value, resolution_x))
            .y_label_formatter(&|value| format_number(*value, resolution_y))
            .label_style(Lettering::Small.font(self.scale))
            .draw()?;
        self.draw_marks(&mut axes, &y)?;
        self.chart.series.iter().try_for_each(|series| self.draw_series(&mut axes, series))?;
        area.present()
    }

    fn x_range(self) -> Range<f64> {
        let points = self.chart.series.iter().flat_map(|series| &series.points);
        let visible = points.filter(|(x, y)| drawable(*x) && drawable(*y)).map(|point| point.0);
        extent(visible.chain(self.chart.markers.iter().copied()))
    }

    fn y_range(self) -> Range<f64> {
        let lines = self.chart.series.iter().flat_map(|series| &series.points).chain(&self.chart.healthy);
        let visible = lines.filter(|(x, y)| drawable(*x) && drawable(*y)).map(|point| point.1);
        let intervals = self.chart.series.iter().flat_map(|series| &series.intervals);
        roomy(&extent(visible.chain(intervals.flat_map(|(low, high)| [*low, *high]))))
    }

    /// Markers as thin upright lines, healthy skin as a dashed line; one point of it holds everywhere.
    fn draw_marks<B: DrawingBackend>(self, axes: &mut Axes<B>, y: &Range<f64>) -> Drawn<B> {
        let style = FRAME.mix(0.6).stroke_width(self.scale);
        let markers = self.chart.markers.iter().filter(|day| drawable(**day));
        axes.draw_series(markers.map(|day| PathElement::new([(*day, y.start), (*day, y.end)], style)))?;
        let x = self.x_range();
        let healthy = match &self.chart.healthy[..] {
            [(_, value)] => vec![(x.start, *value), (x.end, *value)],
            points => points.to_vec(),
        };
        self.draw_dashed(axes, &healthy, FRAME)
    }

    fn draw_series<B: DrawingBackend>(self, axes: &mut Axes<B>, series: &Series) -> Drawn<B> {
        let color = line_color(series.color_index);
        self.draw_intervals(axes, series)?;
        if series.dashed {
            self.draw_dashed(axes, &series.points, color)?;
        } else {
            for part in parts(&series.points) {
                axes.draw_series(LineSeries::new(part.iter().copied(), color.stroke_width(2 * self.scale)))?;
            }
        }
        let few = series.points.len() <= MOST_DOTS;
        // A point without neighbors is no line.
        let dots = parts(&series.points).filter(|part| few || part.len() == 1).flatten();
        axes.draw_series(dots.map(|point| Circle::new(*point, 3 * self.scale, color.filled())))?;
        Ok(())
    }

    /// A range for all of the line, or a bar for each point.
    fn draw_intervals<B: DrawingBackend>(self, axes: &mut Axes<B>, series: &Series) -> Drawn<B> {
        let color = line_color(series.color_index);
        let with_ends = series.points.iter().zip(&series.intervals);
        let known: Vec<_> =
            with_ends.filter(|((x, y), (low, high))| [x, y, low, high].iter().all(|value| drawable(**value))).collect();
        if series.ranged {
            let lower = known.iter().map(|((x, _), (low, _))| (*x, *low));
            let upper = known.iter().rev().map(|((x, _), (_, high))| (*x, *high));
            axes.draw_series([Polygon::new(lower.chain(upper).collect::<Vec<_>>(), color.mix(0.18))])?;
        } else {
            let style = color.stroke_width(self.scale);
            let bar = |(point, (low, high)): &(&(f64, f64), &(f64, f64))| {
                ErrorBar::new_vertical(point.0, *low, point.1, *high, style, 8 * self.scale)
            };
            axes.draw_series(known.iter().map(bar))?;
        }
        Ok(())
    }

    fn draw_dashed<B: DrawingBackend>(self, axes: &mut Axes<B>, points: &[(f64, f64)], color: RGBColor) -> Drawn<B> {
        let (size, gap) = (6 * self.scale, 5 * self.scale);
        for part in parts(points) {
            let style = color.stroke_width(2 * self.scale);
            axes.draw_series(DashedLineSeries::new(part.iter().copied(), size, gap, style))?;
        }
        Ok(())
    }
}

/// The parts of a line between points without a value.
fn parts(points: &[(f64, f64)]) -> impl Iterator<Item = &[(f64, f64)]> {
    points.split(|(x, y)| !(drawable(*x) && drawable(*y))).filter(|part| !part.is_empty())
}
