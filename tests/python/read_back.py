"""Reads recordings back with the tools of other people and compares them with what the tests expected.

The folder is named by DERMAWEAVE_RECORDING and was written by

    cargo test --features parquet --test recording a_recording_for_other_readers

Needs numpy, pyvista, zarr, ome-zarr and pyarrow.
"""

import csv
import json
import math
import os
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pyvista as pv
import zarr
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader

SPACING = {"matrix": 10.0, "signals": 20.0}
CELLS = {"fibroblasts": ["heading_rad", "activation", "contraction"], "macrophages": ["age_h"]}


def check(is_so, what):
    if not is_so:
        sys.exit(f"read_back: {what}")


def same(one, other, what):
    check(np.array_equal(np.asarray(one), np.asarray(other)), what)


def read_arrays(folder, about):
    """All fields, mapped into memory."""
    arrays = {}
    for field in about["fields"]:
        array = np.load(folder / field["npy"], mmap_mode="r", allow_pickle=False)
        check(isinstance(array, np.memmap) and array.offset % 64 == 0, f"{field['name']} cannot be mapped")
        check(array.dtype == np.dtype("<f8") and array.flags.c_contiguous, f"{field['name']} is not float64 in C order")
        rows, columns = about["lattices"][field["lattice"]]["shape"]
        check(array.shape == (about["samples"], rows, columns), f"{field['name']} has shape {array.shape}")
        arrays[field["name"]] = array
    return arrays


def check_probes(arrays, about, expected):
    """A few numbers by sample and place in µm, found again by origin and spacing."""
    for field in about["fields"]:
        lattice = about["lattices"][field["lattice"]]
        (y0, x0), (dy, dx) = lattice["first_center_um"], lattice["spacing_um"]
        for probe in expected["fields"][field["name"]]:
            row, column = (probe["y"] - y0) / dy, (probe["x"] - x0) / dx
            check(row == int(row) and column == int(column), f"no center of a site at {probe}")
            found = arrays[field["name"]][probe["sample"], int(row), int(column)]
            check(found == probe["value"], f"{field['name']}: {found} and not {probe}")


def check_vtk(folder, about, arrays, expected, times):
    """Images and points by way of the series, as ParaView reads them."""
    for name, lattice in about["lattices"].items():
        series = pv.get_reader(str(folder / lattice["vtk"]))
        same(series.time_values, times, f"{name}: times {series.time_values}")
        for sample, day in enumerate(times):
            series.set_active_time_value(day)
            image = series.read()[0]
            fields = [field["name"] for field in about["fields"] if field["lattice"] == name]
            check(set(image.cell_data.keys()) == set(fields), f"{name}: {image.cell_data.keys()}")
            check(image.field_data["TimeValue"][0] == day, f"{name}: day {image.field_data['TimeValue']}")
            rows, columns = lattice["shape"]
            check(image.n_cells == rows * columns, f"{name}: {image.n_cells} cells of the image")
            for field in fields:
                same(image.cell_data[field], arrays[field][sample].ravel(), f"vtk {field}, sample {sample}")
                probes = [probe for probe in expected["fields"][field] if probe["sample"] == sample]
                for probe in probes if len(times) == len(expected["days"]) else []:
                    cell = image.find_containing_cell((probe["x"], probe["y"], 0.0))
                    check(image.cell_data[field][cell] == probe["value"], f"vtk {field} at {probe}")
                    center = image.get_cell(cell).center
                    check(math.dist(center, (probe["x"], probe["y"], 0.0)) < 1e-9, f"{center} and not {probe}")
    for name, columns in CELLS.items():
        records = np.load(folder / about["cells"][name]["npy"], mmap_mode="r", allow_pickle=False)
        series = pv.get_reader(str(folder / about["cells"][name]["vtk"]))
        for sample, day in enumerate(times):
            series.set_active_time_value(day)
            points, of_sample = series.read()[0], records[records["sample"] == sample]
            check(points.n_points == len(of_sample) == points.n_verts, f"{name}: {points.n_points} points")
            if points.n_points == 0:
                continue
            places = np.stack([of_sample["x_um"], of_sample["y_um"], np.zeros(len(of_sample))], axis=1)
            check(points.points.dtype == np.float64, f"{name}: places of type {points.points.dtype}")
            same(points.points, places, f"{name}: places of sample {sample}")
            for column in ["id", *columns]:
                same(points.point_data[column], of_sample[column], f"{name}: {column} of sample {sample}")
        check(len(of_sample) == expected[name], f"{name}: {len(of_sample)} at the end")
        if name == "fibroblasts":
            first = [[cell["id"], cell["x_um"], cell["y_um"]] for cell in of_sample[:3]]
            check(first == expected["last_fibroblasts"], f"{name}: {first}")


def check_zarr(folder, about, arrays, times):
    """The array by zarr-python, the image by the reader of ome-zarr, and its metadata by the models of OME-NGFF, if there."""
    for name, lattice in about["lattices"].items():
        path = folder / lattice["ome_zarr"]
        fields = [field["name"] for field in about["fields"] if field["lattice"] == name]
        array = zarr.open_group(str(path), mode="r")["0"]
        same(array[:], np.stack([arrays[field] for field in fields], axis=1), f"zarr {name}")
        check(array.metadata.dimension_names == ("t", "c", "y", "x"), f"zarr {name}: {array.metadata.dimension_names}")
        (node, *_) = list(Reader(parse_url(str(path)))())
        check([axis["name"] for axis in node.metadata["axes"]] == ["t", "c", "y", "x"], f"ome {node.metadata['axes']}")
        check(node.metadata["channel_names"] == fields, f"ome {node.metadata.get('channel_names')}")
        same(np.asarray(node.data[0]), array[:], f"ome {name}")
        scale, translation = node.metadata["coordinateTransformations"][0]
        check(scale["scale"][2:] == [SPACING[name]] * 2, f"ome {scale}")
        check(translation["translation"][2:] == [SPACING[name] / 2] * 2, f"ome {translation}")
        if about["interval_days"] is None:
            same(zarr.open_group(str(path), mode="r")["days"][:], times, f"zarr {name}: days")
        else:
            of_scale = np.arange(len(times)) * scale["scale"][0] + translation["translation"][0]
            same(of_scale, times, f"ome {name}: {of_scale}")
        try:
            from ome_zarr_models.v05 import Image
        except ImportError:
            continue
        Image.from_zarr(zarr.open_group(str(path), mode="r"))


def check_recording(folder, expected):
    about = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
    times = np.load(folder / about["times"])
    check(about["state"] == "finished" and len(times) == about["samples"], f"{about['state']}, {about['samples']}")
    arrays = read_arrays(folder, about)
    if len(times) == len(expected["days"]):
        same(times, expected["days"], f"days {times}")
        check_probes(arrays, about, expected)
    check_vtk(folder, about, arrays, expected, times)
    check_zarr(folder, about, arrays, times)
    print(f"read_back: {folder.name}: {len(times)} samples of {len(arrays)} fields, cells, three formats")


def check_rows(folder):
    """Parquet against the CSV of the same rows."""
    table = pq.read_table(folder / "rows.parquet")
    with open(folder / "rows.csv", newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    check(table.column_names == list(rows[0]), f"columns {table.column_names}")
    check(table.num_rows == len(rows) > 3, f"{table.num_rows} rows")
    nulls = 0
    for name in table.column_names:
        is_text = name in ("arm", "region")
        field = table.schema.field(name)
        check(str(field.type) == ("string" if is_text else "double"), f"{name} is {field.type}")
        check(field.metadata[b"unit"] and field.metadata[b"description"], f"{name} has no unit")
        for value, row in zip(table[name].to_pylist(), rows):
            text = row[name]
            nulls += value is None
            check((value is None) == (text == ""), f"{name}: {value} and {text!r}")
            is_same = value is None or value == (text if is_text else float(text)) or (value != value and text == "NaN")
            check(is_same, f"{name}: {value} and {text!r}")
    check(table.schema.field("height_um").metadata[b"unit"].decode() == "µm", "the unit of height_um")
    check(nulls > 0, "a measure that was not taken is null")
    print(f"read_back: rows.parquet: {table.num_rows} rows of {table.num_columns} columns, {nulls} null")


def main():
    folder = Path(os.environ["DERMAWEAVE_RECORDING"])
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for name in ["regular", "irregular"]:
        check_recording(folder / name, expected)
    check_rows(folder)


if __name__ == "__main__":
    main()
