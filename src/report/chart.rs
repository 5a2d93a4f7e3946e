//! Line charts side by side, with round tick numbers and a legend below each chart.

use std::io;

use super::axis::{Axis, drawable};
use super::canvas::{Canvas, FRAME};
use super::geometry::{Alignment, Point, Size};
use super::lettering::Lettering;

/// White border around the image, in pixels.
const MARGIN: i32 = 24;
/// Width of a chart with its axis numbers, in pixels.
const CHART_WIDTH: i32 = 420;
/// Distance between neighboring charts, in pixels.
const CHART_GAP: i32 = 36;
/// Height of the area inside the axes, in pixels.
const PLOT_HEIGHT: i32 = 230;
/// Length of the line sample in the legend, with its gap to the name, in pixels.
const SAMPLE_WIDTH: i32 = 34;
/// Longest series, in points, whose single points are marked with dots.
const MOST_DOTS: usize = 40;
/// Pale gray of the grid lines, red-green-blue from 0 to 255.
const GRID: [u8; 3] = [228, 228, 228];
/// Line colors that stay distinguishable with the common color vision deficiencies.
pub(super) const LINE_COLORS: [[u8; 3]; 7] =
    [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233], [180, 130, 0], [51, 51, 51]];

/// One line of a chart.
///
/// ```
/// use dermaweave::report::Series;
/// use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let simulation = Simulation::builder(tissue).build()?;
/// let points = simulation.report().region("all").map(|row| (row.day, row.organization.density)).collect();
/// let density = Series { name: "all".into(), points, color_index: 0, dashed: false, intervals: vec![] };
/// assert_eq!(density.points[0].0, 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Text in the legend.
    pub name: String,
    /// Points (x, y) in the units of the axis labels; a not-a-number point breaks the line.
    pub points: Vec<(f64, f64)>,
    /// Number of the line color; numbers beyond the last of 7 colors start again.
    pub color_index: usize,
    /// Whether the line is dashed instead of solid.
    pub dashed: bool,
    /// Lower and upper end of the interval of each point, drawn as a bar through it; may be empty.
    pub intervals: Vec<(f64, f64)>,
}

/// Line chart of one or more series on common axes.
///
/// ```
/// use dermaweave::report::{Chart, Series, encode_charts_png};
/// let points = vec![(0.0, 0.5), (28.0, 0.6), (56.0, 0.7)];
/// let series = vec![Series { name: "treated".into(), points, color_index: 0, dashed: false, intervals: vec![] }];
/// let (title, y_label) = ("collagen".into(), "1 = healthy".into());
/// let chart = Chart { title, x_label: "day".into(), y_label, series, markers: vec![0.0, 28.0], healthy: Some(1.0) };
/// assert_eq!(&encode_charts_png(&[chart], "The scar over time")?[1..4], b"PNG");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Text above the chart.
    pub title: String,
    /// Text below the x axis, with the unit.
    pub x_label: String,
    /// Text above the y axis, with the unit.
    pub y_label: String,
    /// Lines of the chart, drawn in this order.
    pub series: Vec<Series>,
    /// Positions of thin vertical lines, in the unit of the x axis.
    pub markers: Vec<f64>,
    /// What healthy skin has, drawn as a dashed line across the chart, if that is one number.
    pub healthy: Option<f64>,
}

/// Draws the charts side by side below a common title; returns the bytes of a PNG file.
///
/// The same charts always give the same bytes.
///
/// # Errors
/// Returns `InvalidInput` if the image would be unreasonably large.
pub fn encode_charts_png(charts: &[Chart], title: &str) -> io::Result<Vec<u8>> {
    sheet(charts, title)?.encode_png()
}

/// The same as an SVG document.
///
/// # Errors
/// Returns `InvalidInput` if the image would be unreasonably large.
pub fn encode_charts_svg(charts: &[Chart], title: &str) -> io::Result<String> {
    sheet(charts, title)?.encode_svg()
}

fn sheet(charts: &[Chart], title: &str) -> io::Result<Canvas> {
    let count = i32::try_from(charts.len().max(1)).unwrap_or(i32::MAX);
    let inner = (CHART_WIDTH + CHART_GAP).saturating_mul(count) - CHART_GAP;
    let heading = Lettering::Heading.wrap(title, inner);
    let heading_height = Lettering::Heading.line_height() * heading.len() as i32;
    // All charts share the tallest header, so that their axes stand side by side.
    let header = charts.iter().map(Chart::header_height).max().unwrap_or(0);
    let footer = charts.iter().map(Chart::footer_height).max().unwrap_or(0);
    let top = MARGIN + heading_height + 14;
    let plot_top = top.saturating_add(header);
    let height = plot_top.saturating_add(PLOT_HEIGHT + MARGIN).saturating_add(footer);
    let mut canvas = Canvas::new(inner.saturating_add(2 * MARGIN), height)?;
    let style = (Lettering::Heading, Alignment::Left);
    canvas.lines(&heading, Point::new(MARGIN, MARGIN), style);
    for (index, chart) in charts.iter().enumerate() {
        let left = MARGIN + (CHART_WIDTH + CHART_GAP) * index as i32;
        chart.draw(&mut canvas, Point::new(left, plot_top));
    }
    Ok(canvas)
}

/// Axes and area of one chart; the area is in pixels.
struct Plot {
    x_axis: Axis,
    y_axis: Axis,
    corner: Point,
    size: Size,
}

impl Plot {
    /// Pixel of a point in axis units.
    fn pixel(&self, (x, y): (f64, f64)) -> Point {
        let right = self.x_axis.fraction(x) * f64::from(self.size.width - 1);
        let up = self.y_axis.fraction(y) * f64::from(self.size.height - 1);
        let bottom = self.corner.y + self.size.height as i32 - 1;
        Point::new(self.corner.x + right.round() as i32, bottom - up.round() as i32)
    }
}

impl Chart {
    /// Height of the title and the y label, in pixels.
    fn header_height(&self) -> i32 {
        let title = Lettering::Strong.wrap(&self.title, CHART_WIDTH).len() as i32;
        let label = Lettering::Body.wrap(&self.y_label, CHART_WIDTH).len() as i32;
        Lettering::Strong.line_height() * title + Lettering::Body.line_height() * label + 16
    }

    /// Height of the x numbers, the x label, and the legend, in pixels.
    fn footer_height(&self) -> i32 {
        let label = Lettering::Body.wrap(&self.x_label, CHART_WIDTH).len() as i32;
        let legend = self.legend().last().map_or(0, |(place, _)| place.y + 1);
        8 + Lettering::Small.line_height() + Lettering::Body.line_height() * (label + legend) + 10
    }

    /// Place of every legend entry (x in pixels, y in lines) and its shortened name.
    fn legend(&self) -> Vec<(Point, String)> {
        let mut place = Point::default();
        let mut entries = Vec::with_capacity(self.series.len());
        for series in &self.series {
            let lines = Lettering::Body.wrap(&series.name, CHART_WIDTH - SAMPLE_WIDTH - 27);
            let dots = if lines.len() > 1 { "..." } else { "" };
            let name = format!("{}{dots}", lines.first().map_or("", String::as_str));
            let width = SAMPLE_WIDTH + Lettering::Body.width(&name);
            if place.x > 0 && place.x + width > CHART_WIDTH {
                place = Point::new(0, place.y + 1);
            }
            entries.push((place, name));
            place.x += width + 22;
        }
        entries
    }

    /// Draws the chart; `start` is the left end of its room at the top of the axes.
    fn draw(&self, canvas: &mut Canvas, start: Point) {
        let plot = self.plot(start);
        draw_axes(canvas, &plot);
        for &marker in self.markers.iter().filter(|&&marker| drawable(marker)) {
            let top = plot.pixel((marker, plot.y_axis.high));
            let bottom = plot.pixel((marker, plot.y_axis.low));
            canvas.line(top, bottom, [150, 150, 150], 1);
        }
        if let Some(healthy) = self.healthy.filter(|value| drawable(*value)) {
            let ends = [plot.x_axis.low, plot.x_axis.high].map(|x| plot.pixel((x, healthy)));
            dashes(canvas, ends, FRAME, &mut 0.0);
        }
        for series in &self.series {
            series.draw(canvas, &plot);
        }
        self.draw_texts(canvas, &plot, start);
    }

    /// Chooses the axes and leaves room for the longest number of the y axis.
    fn plot(&self, start: Point) -> Plot {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let visible = || points().filter(|(x, y)| drawable(*x) && drawable(*y));
        let x_values = visible().map(|point| point.0);
        let x_axis = Axis::covering(x_values.chain(self.markers.iter().copied()));
        let ends = self.series.iter().flat_map(|series| &series.intervals).flat_map(|&(low, high)| [low, high]);
        let healthy = self.healthy.filter(|value| drawable(*value));
        let y_values = visible().map(|point| point.1).chain(ends.filter(|end| drawable(*end))).chain(healthy);
        let y_axis = Axis::covering(y_values).extended_to_ticks();
        let numbers = y_axis.ticks().map(|tick| y_axis.text(tick));
        let widest = numbers.map(|text| Lettering::Small.width(&text)).max();
        let left = widest.unwrap_or(0) + 10;
        // The last x number is centered on the right end of the axis and needs half its width.
        let right = 18;
        Plot {
            x_axis,
            y_axis,
            corner: start + Point::new(left, 0),
            size: Size::new((CHART_WIDTH - left - right).max(60) as u32, PLOT_HEIGHT as u32),
        }
    }

    /// Writes the title, the axis labels, and the legend.
    fn draw_texts(&self, canvas: &mut Canvas, plot: &Plot, start: Point) {
        let title = Lettering::Strong.wrap(&self.title, CHART_WIDTH);
        let top = Point::new(start.x, start.y - self.header_height());
        let title_end = canvas.lines(&title, top, (Lettering::Strong, Alignment::Left));
        let label = Lettering::Body.wrap(&self.y_label, CHART_WIDTH);
        let below_title = Point::new(start.x, title_end + 6);
        canvas.lines(&label, below_title, (Lettering::Body, Alignment::Left));
        let label = Lettering::Body.wrap(&self.x_label, CHART_WIDTH);
        let middle = plot.corner.x + plot.size.width as i32 / 2;
        let numbers_end = start.y + PLOT_HEIGHT + 8 + Lettering::Small.line_height();
        let below_numbers = Point::new(middle, numbers_end);
        let end = canvas.lines(&label, below_numbers, (Lettering::Body, Alignment::Center));
        self.draw_legend(canvas, Point::new(start.x, end + 10));
    }

    /// Draws a sample of every line with its name.
    fn draw_legend(&self, canvas: &mut Canvas, corner: Point) {
        for ((place, name), series) in self.legend().into_iter().zip(&self.series) {
            let down = place.y * Lettering::Body.line_height();
            let entry = corner + Point::new(place.x, down);
            let sample = entry + Point::new(0, 7);
            series.stroke(canvas, sample, sample + Point::new(26, 0), &mut 0.0);
            let text = entry + Point::new(SAMPLE_WIDTH, 0);
            canvas.text(&name, text, (Lettering::Body, Alignment::Left));
        }
    }
}

impl Series {
    /// Draws the line, broken at points without a value; short series also get dots.
    fn draw(&self, canvas: &mut Canvas, plot: &Plot) {
        let place = |&(x, y): &(f64, f64)| (drawable(x) && drawable(y)).then(|| plot.pixel((x, y)));
        for (&(x, _), &(low, high)) in self.points.iter().zip(&self.intervals) {
            if let (Some(bottom), Some(top)) = (place(&(x, low)), place(&(x, high))) {
                self.draw_interval(canvas, bottom, top);
            }
        }
        let places: Vec<Option<Point>> = self.points.iter().map(place).collect();
        let mut pattern = 0.0;
        for pair in places.windows(2) {
            if let [Some(start), Some(end)] = pair {
                self.stroke(canvas, *start, *end, &mut pattern);
            }
        }
        if places.len() <= MOST_DOTS {
            for center in places.into_iter().flatten() {
                canvas.dot(center, 7, self.color());
            }
        }
    }

    /// Draws a bar with a short line across each end.
    fn draw_interval(&self, canvas: &mut Canvas, bottom: Point, top: Point) {
        canvas.line(bottom, top, self.color(), 1);
        for end in [bottom, top] {
            canvas.line(end - Point::new(4, 0), end + Point::new(4, 0), self.color(), 1);
        }
    }

    /// Red-green-blue color of the line, 0 to 255.
    fn color(&self) -> [u8; 3] {
        LINE_COLORS[self.color_index % LINE_COLORS.len()]
    }

    /// Draws one straight piece; `pattern` carries the dash position along the line, in
    /// pixels, so that dashes stay even across many short pieces.
    fn stroke(&self, canvas: &mut Canvas, start: Point, end: Point, pattern: &mut f64) {
        if !self.dashed {
            canvas.line(start, end, self.color(), 2);
            return;
        }
        dashes(canvas, [start, end], self.color(), pattern);
    }
}

/// Draws a dashed straight piece; `pattern` carries the dash position along the line.
fn dashes(canvas: &mut Canvas, [start, end]: [Point; 2], color: [u8; 3], pattern: &mut f64) {
    let (dash, period) = (7.0, 12.0);
    let way = end - start;
    let length = f64::from(way.x).hypot(f64::from(way.y));
    let at = |distance: f64| {
        let share = distance / length;
        let x = (f64::from(way.x) * share).round() as i32;
        start + Point::new(x, (f64::from(way.y) * share).round() as i32)
    };
    let mut position = -*pattern;
    while position < length {
        let (from, to) = (position.max(0.0), (position + dash).min(length));
        if from < to {
            canvas.line(at(from), at(to), color, 2);
        }
        position += period;
    }
    *pattern = (*pattern + length) % period;
}

/// Draws the frame, the grid, and the numbers of both axes.
fn draw_axes(canvas: &mut Canvas, plot: &Plot) {
    let (x_axis, y_axis) = (plot.x_axis, plot.y_axis);
    for tick in y_axis.ticks() {
        let left = plot.pixel((x_axis.low, tick));
        canvas.line(left, plot.pixel((x_axis.high, tick)), GRID, 1);
        let position = left - Point::new(7, 6);
        let style = (Lettering::Small, Alignment::Right);
        canvas.text(&y_axis.text(tick), position, style);
    }
    for tick in x_axis.ticks() {
        let bottom = plot.pixel((tick, y_axis.low));
        canvas.line(bottom, bottom + Point::new(0, 5), FRAME, 1);
        let position = bottom + Point::new(0, 8);
        let style = (Lettering::Small, Alignment::Center);
        canvas.text(&x_axis.text(tick), position, style);
    }
    canvas.frame_around(plot.corner, plot.size);
}
