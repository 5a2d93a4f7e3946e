//! Line charts side by side, with a legend below each chart.
use super::canvas::{Canvas, FRAME};
use super::geometry::{Alignment, Point, Size};
use super::lettering::Lettering;
use super::plot;
use std::io;

/// White border around the image, in pixels.
const MARGIN: i32 = 24;
/// Width of a chart with its axis numbers, in pixels.
const CHART_WIDTH: i32 = 420;
/// Distance between neighboring charts, in pixels.
const CHART_GAP: i32 = 36;
/// Height of the axes with their numbers, in pixels.
const PLOT_HEIGHT: i32 = 264;
/// Length of the line sample in the legend, with its gap to the name, in pixels.
const SAMPLE_WIDTH: i32 = 34;
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
/// let density = Series { name: "all".into(), points, ..Series::default() };
/// assert_eq!(density.points[0].0, 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// Text in the legend.
    pub name: String,
    /// Points (x, y) in the units of the axis labels; a not-a-number point breaks the line.
    pub points: Vec<(f64, f64)>,
    /// Number of the line color; numbers beyond the last of 7 colors start again.
    pub color_index: usize,
    /// Whether the line is dashed instead of solid.
    pub dashed: bool,
    /// Lower and upper end of the interval of each point; may be empty.
    pub intervals: Vec<(f64, f64)>,
    /// Whether intervals are drawn as one area along the line instead of a bar through each point.
    pub ranged: bool,
}

/// Line chart of one or more series on common axes.
///
/// ```
/// use dermaweave::report::{Chart, Series, encode_charts_png};
/// let points = vec![(0.0, 0.5), (28.0, 0.6), (56.0, 0.7)];
/// let series = vec![Series { name: "treated".into(), points, ..Series::default() }];
/// let (title, y_label) = ("collagen".into(), "1 = healthy".into());
/// let chart = Chart { title, x_label: "day".into(), y_label, series, markers: vec![0.0, 28.0], healthy: vec![(0.0, 1.0)] };
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
    /// What healthy skin has, drawn as a dashed gray line; one point holds across all of the chart, none is not drawn.
    pub healthy: Vec<(f64, f64)>,
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

impl Chart {
    /// The axes alone as an SVG element, with its place's width, and with what it shows in words; none if there is nothing to draw.
    pub(super) fn element(&self) -> Option<String> {
        self.series.iter().any(|series| !series.points.is_empty()).then_some(())?;
        let size = Size::new(CHART_WIDTH as u32, 240);
        let svg = plot::svg(self, size).ok()?;
        let sides = format!("width=\"{}\" height=\"{}\"", size.width, size.height);
        Some(svg.replacen(&sides, &format!("class=\"chart\" role=\"img\" aria-label=\"{}\"", self.in_words()), 1))
    }

    /// The last value of every line.
    fn in_words(&self) -> String {
        let last = |series: &Series| {
            let (x, y) = series.points.last()?;
            Some(format!("{} {y:.3} at {} {x:.0}", series.name, self.x_label))
        };
        let told: Vec<_> = self.series.iter().filter_map(last).collect();
        let words = format!("{} ({}): {}", self.title, self.y_label, told.join("; "));
        words.replace(['"', '<'], "").replace('&', "and")
    }
}

/// A line of the legend: where it stands (x in pixels, y in lines), its name, and how its line is drawn.
struct Entry {
    place: Point,
    name: String,
    color: [u8; 3],
    dashed: bool,
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

impl Chart {
    /// Height of the title and the y label, in pixels.
    fn header_height(&self) -> i32 {
        let title = Lettering::Strong.wrap(&self.title, CHART_WIDTH).len() as i32;
        let label = Lettering::Body.wrap(&self.y_label, CHART_WIDTH).len() as i32;
        Lettering::Strong.line_height() * title + Lettering::Body.line_height() * label + 16
    }

    /// Height of the x label and the legend, in pixels.
    fn footer_height(&self) -> i32 {
        let label = Lettering::Body.wrap(&self.x_label, CHART_WIDTH).len() as i32;
        let legend = self.legend().last().map_or(0, |entry| entry.place.y + 1);
        Lettering::Body.line_height() * (label + legend) + 10
    }

    /// Every line, then that of healthy skin, with its place.
    fn legend(&self) -> Vec<Entry> {
        let line = |series: &Series| (series.name.clone(), series.color(), series.dashed);
        let healthy = (!self.healthy.is_empty()).then(|| ("healthy".to_owned(), FRAME, true));
        let mut place = Point::default();
        let mut entries = Vec::with_capacity(self.series.len() + 1);
        for (name, color, dashed) in self.series.iter().map(line).chain(healthy) {
            let lines = Lettering::Body.wrap(&name, CHART_WIDTH - SAMPLE_WIDTH - 27);
            let dots = if lines.len() > 1 { "..." } else { "" };
            let name = format!("{}{dots}", lines.first().map_or("", String::as_str));
            let width = SAMPLE_WIDTH + Lettering::Body.width(&name);
            if place.x > 0 && place.x + width > CHART_WIDTH {
                place = Point::new(0, place.y + 1);
            }
            entries.push(Entry { place, name, color, dashed });
            place.x += width + 22;
        }
        entries
    }

    /// Draws the chart; `start` is the left end of its room at the top of the axes.
    fn draw(&self, canvas: &mut Canvas, start: Point) {
        canvas.plot(start, Size::new(CHART_WIDTH as u32, PLOT_HEIGHT as u32), self.clone());
        self.draw_texts(canvas, start);
    }

    /// Writes the title, the axis labels, and the legend.
    fn draw_texts(&self, canvas: &mut Canvas, start: Point) {
        let title = Lettering::Strong.wrap(&self.title, CHART_WIDTH);
        let top = Point::new(start.x, start.y - self.header_height());
        let title_end = canvas.lines(&title, top, (Lettering::Strong, Alignment::Left));
        let label = Lettering::Body.wrap(&self.y_label, CHART_WIDTH);
        let below_title = Point::new(start.x, title_end + 6);
        canvas.lines(&label, below_title, (Lettering::Body, Alignment::Left));
        let label = Lettering::Body.wrap(&self.x_label, CHART_WIDTH);
        let below_numbers = start + Point::new(CHART_WIDTH / 2, PLOT_HEIGHT);
        let end = canvas.lines(&label, below_numbers, (Lettering::Body, Alignment::Center));
        self.draw_legend(canvas, Point::new(start.x, end + 10));
    }

    /// Draws a sample of every line with its name.
    fn draw_legend(&self, canvas: &mut Canvas, corner: Point) {
        for Entry { place, name, color, dashed } in self.legend() {
            let start = corner + Point::new(place.x, place.y * Lettering::Body.line_height());
            // A short piece of the line.
            let pieces: &[(i32, i32)] = if dashed { &[(0, 10), (15, 25)] } else { &[(0, 26)] };
            for (from, to) in pieces {
                canvas.line(start + Point::new(*from, 7), start + Point::new(*to, 7), color, 2);
            }
            let text = start + Point::new(SAMPLE_WIDTH, 0);
            canvas.text(&name, text, (Lettering::Body, Alignment::Left));
        }
    }
}

impl Series {
    pub(super) fn color(&self) -> [u8; 3] {
        LINE_COLORS[self.color_index % LINE_COLORS.len()]
    }
}
