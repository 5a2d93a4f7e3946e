"""Measures drawn fibers with scikit-image and compares them with the moments that they were drawn from.

The folder is named by DERMAWEAVE_FIBER_STROKES and was written by

    cargo test --test fiber_picture

Needs numpy and scikit-image.
"""

import csv
import math
import os
import sys
from pathlib import Path

import numpy as np
from skimage.color import rgb2gray
from skimage.feature import structure_tensor
from skimage.filters import gaussian
from skimage.io import imread

# Largest accepted difference of the resultant length, and of the axis in degrees where that is above LEAST.
OFF_BY, AXIS_OFF_BY, LEAST = 0.06, 1.0, 0.2
# Smoothing before the differences of the tensor, in pixels: an edge is then wide enough for them.
SCALE = 1.5


def double_angle(picture, left, top, right, bottom):
    """Second moment of the fibers of a region, y upward, weighted with the energy of the gradient."""
    rows, mixed, columns = (part[top:bottom, left:right].sum() for part in picture)
    # Fibers lie across the gradient; rows go down.
    return complex(rows - columns, 2 * mixed) / (rows + columns)


def main():
    folder = Path(os.environ["DERMAWEAVE_FIBER_STROKES"])
    pictures, wrong, worst = {}, [], {}
    with open(folder / "regions.csv", newline="") as table:
        for region in csv.DictReader(table):
            name = region["picture"]
            if name not in pictures:
                gray = gaussian(rgb2gray(imread(folder / name)), SCALE)
                pictures[name] = structure_tensor(gray, sigma=0.5, mode="nearest", order="rc")
            edges = (int(region[edge]) for edge in ("left", "top", "right", "bottom"))
            measured = double_angle(pictures[name], *edges)
            length, axis = float(region["resultant_length"]), math.radians(float(region["axis_degrees"]))
            off = abs(abs(measured) - length)
            turned = abs(np.angle(measured * np.exp(-2j * axis))) / 2
            degrees = math.degrees(turned) if length > LEAST else 0.0
            most = worst.setdefault(name, [0.0, 0.0, 0])
            worst[name] = [max(most[0], off), max(most[1], degrees), most[2] + 1]
            if off > OFF_BY or degrees > AXIS_OFF_BY:
                wrong.append(f"{name} {region['left']},{region['top']}: off by {off:.3f} and {degrees:.2f} degrees")
    for name, (off, degrees, count) in worst.items():
        print(f"{name}: {count} regions, resultant length off by {off:.3f} at most, axis by {degrees:.2f} degrees")
    if wrong or not worst:
        sys.exit("\n".join(["fiber_strokes:", *wrong]))


if __name__ == "__main__":
    main()
