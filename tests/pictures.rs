//! Do pictures show what they were given?
//!
//! Encoded images are decoded again, and their pixels counted.
use dermaweave::report::{Chart, ColorMap, Figure, MISSING, Map, Scale, Series, encode_charts_png, encode_charts_svg};

struct Picture {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

impl Picture {
    fn decode(encoded: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(encoded)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bytes).unwrap();
        assert_eq!(frame.color_type, png::ColorType::Rgb);
        Self { width: frame.width as usize, height: frame.height as usize, bytes }
    }

    fn colors(&self) -> impl DoubleEndedIterator<Item = [u8; 3]> {
        self.bytes.as_chunks::<3>().0.iter().copied()
    }

    fn count(&self, wanted: [u8; 3]) -> usize {
        self.colors().filter(|&color| color == wanted).count()
    }

    /// Mean row, from the top, of the pixels with a color.
    fn mean_row(&self, wanted: [u8; 3]) -> usize {
        let found = self.colors().enumerate().filter(|(_, color)| *color == wanted);
        let sum: usize = found.map(|(index, _)| index / self.width).sum();
        sum / self.count(wanted)
    }

    fn border_is_white(&self) -> bool {
        let on_border = |index: usize| {
            let (x, y) = (index % self.width, index / self.width);
            x < 8 || y < 8 || x + 8 >= self.width || y + 8 >= self.height
        };
        let mut border = self.colors().enumerate().filter(|(index, _)| on_border(*index));
        border.all(|(_, color)| color == [255; 3])
    }
}

fn map(columns: usize, rows: usize, values: Vec<f64>) -> Map {
    Map {
        title: "Collagen density".to_owned(),
        columns,
        rows,
        values,
        shade: None,
        outline: None,
        nuclei: Vec::new(),
        scale: Scale { label: "density (g/l)".to_owned(), low: 0.0, high: 10.0, map: ColorMap::Sequential },
    }
}

fn figure(map: Map) -> Figure {
    Figure {
        title: "Title".to_owned(),
        subtitle: String::new(),
        row_titles: vec!["before".to_owned()],
        rows: vec![vec![map]],
        panel_pixels: 200,
        width_millimeters: f64::NAN,
    }
}

fn picture(figure: &Figure) -> Picture {
    Picture::decode(&figure.encode_png().unwrap())
}

/// Claim: every cell of a map is drawn in the color of its value, the first row at the bottom.
#[test]
fn every_cell_has_its_color_and_y_points_up() {
    let sheet = picture(&figure(map(1, 2, vec![2.0, 8.0])));
    let low = ColorMap::Sequential.color(0.2);
    let high = ColorMap::Sequential.color(0.8);
    // A panel of one by two cells is 200 by 400 pixels; the bar adds a few of each color.
    assert!((40_000..40_400).contains(&sheet.count(low)));
    assert!((40_000..40_400).contains(&sheet.count(high)));
    assert!(sheet.mean_row(low) > sheet.mean_row(high) + 180);
}

/// Claim: the pixel in the middle of a panel has the color of the value there, and the sheet is as large as its parts.
#[test]
fn panel_center_shows_the_value() {
    let mut sample = figure(map(3, 3, vec![1.0, 1.0, 1.0, 1.0, 7.3, 1.0, 1.0, 1.0, 1.0]));
    sample.row_titles.clear();
    let sheet = picture(&sample);
    let wanted = ColorMap::Sequential.color(0.73);
    // Border, heading, gap, column title, gap, and half a panel.
    let (x, y) = (2 * (24 + 100), 2 * (24 + 22 + 4 + 14 + 17 + 4 + 100));
    assert_eq!(sheet.colors().nth(y * sheet.width + x), Some(wanted));
    assert_eq!(sheet.width, 2 * (24 + 300 + 24));
    let below = 16 + 39 + 17 + 24;
    assert_eq!(sheet.height, y + 2 * (100 + below));
    assert!(sheet.border_is_white());
}

/// Claim: what has no value is gray.
#[test]
fn missing_values_are_gray() {
    let sheet = picture(&figure(map(2, 2, vec![f64::NAN, 5.0, f64::NAN])));
    assert!(sheet.count(MISSING) >= 120_000);
}

/// Claim: a shade of zero fades a cell to pale gray, and an outline is one pixel wide.
#[test]
fn shade_fades_and_outline_is_drawn() {
    let mut faded = map(2, 1, vec![5.0, 5.0]);
    faded.shade = Some(vec![0.0, 1.0]);
    let sheet = picture(&figure(faded.clone()));
    assert!(sheet.count([232; 3]) >= 40_000);
    let plain = sheet.count([51; 3]);
    faded.outline = Some(vec![true, false]);
    assert_eq!(picture(&figure(faded)).count([51; 3]), plain + 200);
}

/// Claim: all panels of a column have the scale of its first map.
#[test]
fn columns_share_the_scale_of_their_first_map() {
    let mut second = map(1, 1, vec![5.0]);
    second.scale.high = 5.0;
    let mut sample = figure(map(1, 1, vec![5.0]));
    sample.rows.push(vec![second]);
    let middle = ColorMap::Sequential.color(0.5);
    assert!(picture(&sample).count(middle) >= 320_000);
}

/// Claim: angles beyond the ends of a cyclic scale have the color of the same axis.
#[test]
fn cyclic_scales_wrap_around() {
    let mut scale = map(1, 1, vec![]).scale;
    (scale.map, scale.high) = (ColorMap::Cyclic, 180.0);
    assert_eq!(scale.color(-10.0), scale.color(170.0));
    assert_eq!(scale.color(190.0), scale.color(10.0));
    assert_eq!(scale.color(f64::INFINITY), MISSING);
}

/// Claim: maps of odd sizes and numbers are drawn or refused.
#[test]
fn odd_input_does_not_panic() {
    let mut sample = figure(map(usize::MAX, usize::MAX, vec![1.0]));
    sample.width_millimeters = 4.0;
    sample.rows.push(vec![map(0, 5, vec![]), map(1000, 1, vec![f64::INFINITY; 1000])]);
    sample.rows.push(vec![]);
    sample.rows[0][0].scale.low = f64::NAN;
    assert!(sample.encode_png().is_ok());
    sample.rows.clear();
    assert!(sample.encode_png().is_ok());
    sample.panel_pixels = 0;
    assert!(sample.encode_png().is_err());
}

fn chart() -> Chart {
    let series = |name: &str, color_index, dashed, slope: f64| Series {
        name: name.to_owned(),
        points: (0..30).map(|day| (f64::from(day), slope * f64::from(day))).collect(),
        color_index,
        dashed,
        intervals: vec![(0.5, f64::NAN), (-1.0, 2.0)],
        ranged: dashed,
    };
    Chart {
        title: "Thickness".to_owned(),
        x_label: "time (days)".to_owned(),
        y_label: "thickness (mm)".to_owned(),
        series: vec![series("treated", 0, false, 0.1), series("control", 8, true, -0.02)],
        markers: vec![0.0, 14.0, 28.0, f64::NAN],
        healthy: vec![(0.0, 1.0)],
    }
}

/// Claim: charts side by side have equal lines and leave the border free.
#[test]
fn charts_stand_side_by_side_and_nothing_reaches_the_border() {
    let one = Picture::decode(&encode_charts_png(&[chart()], "One").unwrap());
    let two = Picture::decode(&encode_charts_png(&[chart(), chart()], "Two").unwrap());
    assert_eq!((one.width, two.width), (2 * 468, 2 * (468 + 456)));
    assert_eq!(one.height, two.height);
    assert!(one.border_is_white() && two.border_is_white());
    assert_eq!(two.count([0, 114, 178]), 2 * one.count([0, 114, 178]));
    assert!(one.count([213, 94, 0]) > 300);
}

/// Claim: larger values stand higher.
#[test]
fn rising_lines_rise() {
    let mut sample = chart();
    let half = |days: std::ops::Range<u32>| days.map(|x| (f64::from(x), f64::from(x))).collect();
    sample.series[0].points = half(0..10);
    sample.series[1].points = half(20..30);
    let picture = Picture::decode(&encode_charts_png(&[sample], "").unwrap());
    let early = picture.mean_row([0, 114, 178]);
    assert!(early > picture.mean_row([213, 94, 0]) + 60);
}

/// Claim: charts of odd numbers and names are drawn.
#[test]
fn odd_charts_do_not_panic() {
    let mut sample = chart();
    let odd = [f64::NAN, f64::INFINITY, 1e300, -1e149, 1e-300];
    sample.series[0].points = odd.iter().map(|&value| (value, value)).collect();
    sample.series[1].points.clear();
    sample.series[1].name = "long ".repeat(40);
    assert!(encode_charts_png(&[sample.clone()], "").is_ok());
    sample.series[0].points = vec![(1e16, 3.0), (1e16 + 2.0, 3.0)];
    assert!(encode_charts_png(&[sample.clone()], "").is_ok());
    sample.series.clear();
    sample.markers.clear();
    assert!(encode_charts_png(&[sample], "").is_ok());
    assert!(encode_charts_png(&[], "").is_ok());
}

/// Claim: the same picture has the same bytes.
#[test]
fn encoding_is_repeatable() {
    let sample = figure(map(2, 2, vec![1.0, 2.0, 3.0, 4.0]));
    assert_eq!(sample.encode_png().unwrap(), sample.encode_png().unwrap());
    let charts = [chart(), chart()];
    let encode = || encode_charts_png(&charts, "Title").unwrap();
    assert_eq!(encode(), encode());
}

/// Claim: where the numbers of a color bar have no room, the middle one is left out.
#[test]
fn long_numbers_leave_out_the_middle_one() {
    let middle_tick = |low: f64, high: f64| {
        let mut sample = figure(map(1, 1, vec![5.0]));
        sample.row_titles.clear();
        // Columns are 180 pixels wide at least.
        sample.panel_pixels = 120;
        (sample.rows[0][0].scale.low, sample.rows[0][0].scale.high) = (low, high);
        let sheet = picture(&sample);
        // Below the bar stand the numbers, one line of label, and the border.
        let bar_top = sheet.height / 2 - 24 - 17 - 39;
        sheet.colors().nth(2 * ((bar_top + 18) * sheet.width + 24 + 89))
    };
    assert_eq!(middle_tick(-1.0, 1.0), Some([51; 3]));
    assert_eq!(middle_tick(-1.253e-177, 1.111e-177), Some([255; 3]));
}

/// Claim: as vectors they carry the same texts, and their panels as pictures within.
#[test]
fn vectors_carry_texts_and_panels() {
    let svg = figure(map(2, 1, vec![1.0, 2.0])).encode_svg().unwrap();
    assert!(
        svg.starts_with("<svg") && svg.contains("Collagen density") && svg.contains("href=\"data:image/png;base64,")
    );
    let charts = encode_charts_svg(&[chart()], "One").unwrap();
    assert!(charts.contains("thickness (mm)") && charts.contains("treated") && !charts.contains("<image"));
}
