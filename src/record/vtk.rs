//! A recording as VTK XML files (VTK file formats, version 1.0): images of fields, points of cells, and their times.
//!
//! Numbers of sites are data of image cells, so that a site's number lies over the whole site: image cell (i, j) covers
//! [i, i + 1) × [j, j + 1) spacings from the origin, as the site does. Lengths are in µm. Numbers are appended as raw bytes, each
//! array behind its length as a UInt64, all little-endian.
use super::cells::Kind;
use super::field::FieldName;
use super::frame::Frame;
use super::layout::Layout;
use super::series::Series;
use super::store::{Place, Store, remove_from, remove_unfinished, write_sample_file};
use crate::error::{Result, at_path};
use crate::grid::Grid;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder with all files of this format.
pub(super) const FOLDER: &str = "vtk";

/// An array of a file: its tag, and the bytes behind it.
struct Array {
    tag: String,
    bytes: u64,
}

/// Images of the fields on one lattice.
#[derive(Debug)]
struct Images {
    grid: Grid,
    fields: Vec<FieldName>,
    series: Series,
}

/// Points of the cells of one kind.
#[derive(Debug)]
struct Points {
    kind: Kind,
    series: Series,
}

/// Files that are added with every sample.
#[derive(Debug)]
pub(super) struct VtkStore {
    folder: PathBuf,
    images: Vec<Images>,
    points: Vec<Points>,
}

impl VtkStore {
    /// New files, or those that are there.
    pub(super) fn new(place: Place, layout: &Layout) -> Result<Self> {
        let folder = place.folder.join(FOLDER);
        fs::create_dir_all(&folder).map_err(at_path(&folder))?;
        remove_unfinished(&folder)?;
        let inner = Place { folder: &folder, ..place };
        let images = layout.lattices().map(|lattice| {
            let series = Series::new(inner, lattice.name(), "vti")?;
            Ok(Images { grid: *layout.grid(lattice), fields: layout.fields_on(lattice), series })
        });
        let points = layout.kinds().iter().map(|&kind| {
            let series = Series::new(inner, kind.name(), "vtp")?;
            Ok(Points { kind, series })
        });
        Ok(Self { images: images.collect::<Result<_>>()?, points: points.collect::<Result<_>>()?, folder })
    }

    fn series(&mut self) -> impl Iterator<Item = &mut Series> {
        let images = self.images.iter_mut().map(|images| &mut images.series);
        images.chain(self.points.iter_mut().map(|points| &mut points.series))
    }
}

impl Store for VtkStore {
    fn write(&mut self, frame: &Frame) -> Result<()> {
        for images in &mut self.images {
            let path = self.folder.join(images.series.name_of(frame.sample));
            write_sample_file(&path, |writer| write_image(writer, (&images.grid, &images.fields), frame))?;
            images.series.append(frame.sample, frame.day)?;
        }
        for points in &mut self.points {
            let path = self.folder.join(points.series.name_of(frame.sample));
            write_sample_file(&path, |writer| write_points(writer, points.kind, frame))?;
            points.series.append(frame.sample, frame.day)?;
        }
        Ok(())
    }

    fn keep(&mut self, samples: u64) -> Result<()> {
        let folder = self.folder.clone();
        self.series().try_for_each(|series| {
            series.keep(samples)?;
            remove_from(samples, |sample| folder.join(series.name_of(sample)))
        })
    }
}

/// Opens a file of a kind of data set, with the day of the sample.
fn begin(writer: &mut dyn Write, kind: &str, attributes: &str, day: f64) -> io::Result<()> {
    writeln!(writer, r#"<?xml version="1.0"?>"#)?;
    writeln!(writer, r#"<VTKFile type="{kind}" version="1.0" byte_order="LittleEndian" header_type="UInt64">"#)?;
    writeln!(writer, "<{kind}{attributes}>")?;
    writeln!(
        writer,
        r#"<FieldData><DataArray type="Float64" Name="TimeValue" NumberOfTuples="1" format="ascii">{day}</DataArray></FieldData>"#
    )
}

/// Closes the data set and begins the bytes behind it, which follow as they are.
fn begin_appended(writer: &mut dyn Write, kind: &str) -> io::Result<()> {
    write!(writer, "</Piece>\n</{kind}>\n<AppendedData encoding=\"raw\">\n_")
}

fn end(writer: &mut dyn Write) -> io::Result<()> {
    writer.write_all(b"\n</AppendedData>\n</VTKFile>\n")
}

/// The tags of arrays in the order of their bytes; each begins behind the length and the bytes of those before.
fn write_tags(writer: &mut dyn Write, arrays: &[Array], offset: &mut u64) -> io::Result<()> {
    arrays.iter().try_for_each(|Array { tag, bytes }| {
        writeln!(writer, r#"<DataArray {tag} format="appended" offset="{offset}"/>"#)?;
        *offset += 8 + bytes;
        Ok(())
    })
}

fn write_image(writer: &mut dyn Write, (grid, fields): (&Grid, &[FieldName]), frame: &Frame) -> io::Result<()> {
    let (columns, rows, spacing) = (grid.columns(), grid.rows(), grid.spacing());
    let extent = format!("0 {columns} 0 {rows} 0 0");
    let whole = format!(r#" WholeExtent="{extent}" Origin="0 0 0" Spacing="{spacing} {spacing} {spacing}""#);
    begin(writer, "ImageData", &whole, frame.day)?;
    writeln!(writer, "<Piece Extent=\"{extent}\">\n<CellData Scalars=\"{}\">", fields[0])?;
    let bytes = 8 * grid.sites() as u64;
    let array = |field: &FieldName| Array { tag: format!(r#"type="Float64" Name="{field}""#), bytes };
    write_tags(writer, &fields.iter().map(array).collect::<Vec<_>>(), &mut 0)?;
    writeln!(writer, "</CellData>")?;
    begin_appended(writer, "ImageData")?;
    for field in fields {
        writer.write_all(&bytes.to_le_bytes())?;
        frame.write(*field, writer)?;
    }
    end(writer)
}

/// Points at z = 0, each a vertex, so that viewers show them, with the numbers of its cell.
fn write_points(writer: &mut dyn Write, kind: Kind, frame: &Frame) -> io::Result<()> {
    let (count, columns) = (kind.count(frame.tissue), kind.columns());
    let (bytes, mut offset) = (8 * count as u64, 0);
    let array = |kind: &str, name: &str| Array { tag: format!(r#"type="{kind}" Name="{name}""#), bytes };
    begin(writer, "PolyData", "", frame.day)?;
    writeln!(writer, r#"<Piece NumberOfPoints="{count}" NumberOfVerts="{count}">"#)?;
    let places = Array { tag: r#"type="Float64" Name="Points" NumberOfComponents="3""#.into(), bytes: 3 * bytes };
    writeln!(writer, "<Points>")?;
    write_tags(writer, &[places], &mut offset)?;
    writeln!(writer, "</Points>\n<Verts>")?;
    write_tags(writer, &[array("Int64", "connectivity"), array("Int64", "offsets")], &mut offset)?;
    writeln!(writer, "</Verts>\n<PointData>")?;
    let of_cells = columns.iter().map(|column| array(if column.is_whole { "UInt64" } else { "Float64" }, column.name));
    write_tags(writer, &of_cells.collect::<Vec<_>>(), &mut offset)?;
    writeln!(writer, "</PointData>")?;
    begin_appended(writer, "PolyData")?;
    write_point_bytes(writer, kind, frame)?;
    end(writer)
}

/// The bytes of all arrays of points, each behind its length.
fn write_point_bytes(writer: &mut dyn Write, kind: Kind, frame: &Frame) -> io::Result<()> {
    let count = kind.count(frame.tissue);
    let bytes = 8 * count as u64;
    let number = |cell, column| kind.number(frame.tissue, cell, column).to_le_bytes();
    writer.write_all(&(3 * bytes).to_le_bytes())?;
    for cell in 0..count {
        writer.write_all(&number(cell, 1))?;
        writer.write_all(&number(cell, 2))?;
        writer.write_all(&0.0_f64.to_le_bytes())?;
    }
    for first in [0, 1] {
        writer.write_all(&bytes.to_le_bytes())?;
        (first..first + count as i64).try_for_each(|vertex| writer.write_all(&vertex.to_le_bytes()))?;
    }
    (0..kind.columns().len()).try_for_each(|column| {
        writer.write_all(&bytes.to_le_bytes())?;
        (0..count).try_for_each(|cell| writer.write_all(&number(cell, column)))
    })
}

/// Where a lattice or kind of cell is listed, from the folder of the recording.
pub(super) fn series_of(name: &str) -> PathBuf {
    Path::new(FOLDER).join(format!("{name}.pvd"))
}
