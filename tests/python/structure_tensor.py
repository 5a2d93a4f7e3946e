"""Are the moments of windows of a picture those that scikit-image's structure tensor gives?

Usage: structure_tensor.py FOLDER, with the folder that

    DERMAWEAVE_PICTURE=FOLDER cargo test --test picture_round_trip a_picture_for_other_readers

writes. Needs scikit-image (van der Walt 2014, doi:10.7717/peerj.453), which brings NumPy and SciPy.

Twice: with `skimage.feature.structure_tensor`, whose derivatives are Sobel's of three pixels, here of a picture that was smoothed
before, by as much less as they smooth; so moments need agree within 0.02 only. And with SciPy's derivatives of a Gaussian, which are
those of dermaweave: within 1e-9. Windows at the edge are left out, since each goes on there in its own way.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.feature import structure_tensor
from skimage.io import imread

CLOSE = {"scikit-image": 0.02, "scipy": 1e-9}
# Variance in pixels by which Sobel's derivatives smooth: 1/2 along edges and 1/3 across them, the mean of both.
SOBEL = 5.0 / 12.0
# Half the length of filters in standard deviations.
REACH = 4.0
# Energy of gradients, relative to the mean, below which a window holds ends of fibers only: those are as short as Sobel's filter.
LEAST = 0.1


def by_scikit_image(image, gradient_scale, direction_scale):
    """w cos 2θ and w sin 2θ; rows of the image lead downward, so that its y is turned."""
    before = math.sqrt(gradient_scale**2 - SOBEL)
    smooth = gaussian_filter(image, before, truncate=REACH, mode="reflect")
    rr, rc, cc = structure_tensor(smooth, sigma=direction_scale, mode="constant", order="rc")
    return rr - cc, 2.0 * rc


def by_scipy(image, gradient_scale, direction_scale):
    def slope(order):
        return gaussian_filter(image, gradient_scale, order=order, truncate=REACH, mode="reflect")

    x, y = slope((0, 1)), -slope((1, 0))
    parts = y * y - x * x, -2.0 * x * y
    if direction_scale == 0.0:
        return parts
    return [gaussian_filter(part, direction_scale, truncate=REACH, mode="constant") for part in parts]


def of_windows(cosine, sine, about):
    """Means of e^{2iθ} and e^{4iθ} over windows, from the bottom upward."""
    local = cosine + 1j * sine
    weight = np.abs(local)
    fourth = np.divide(local**2, weight, out=np.zeros_like(local), where=weight > 0.0)
    side, columns, rows = about["window"], about["columns"], about["rows"]

    def sums(values):
        return values.reshape(rows, side, columns, side).sum(axis=(1, 3))[::-1]

    whole = sums(weight)
    z2, z4 = sums(local) / whole, sums(fourth) / whole
    return np.stack([z2.real, z2.imag, z4.real, z4.imag], axis=-1), whole


def main(folder):
    about = json.loads((folder / "moments.json").read_text(encoding="utf-8"))
    image = imread(folder / "fibers.png") / 255.0
    for measured in about["measured"]:
        found = np.array(measured["moments"]).reshape((about["rows"], about["columns"], 4))
        scales = about["gradient_scale"], measured["direction_scale"]
        for name, tensor in [("scikit-image", by_scikit_image), ("scipy", by_scipy)]:
            expected, whole = of_windows(*tensor(image, *scales), about)
            has_fibers = whole > LEAST * whole.mean()
            has_fibers[[0, -1], :] = has_fibers[:, [0, -1]] = False
            differences = np.abs(found - expected)[has_fibers]
            worst, median = float(np.max(differences)), float(np.median(differences))
            print(f"{len(differences)} windows, scales {scales}: {name} differs by {median:.1e}, at most {worst:.1e}")
            # Written so that NaN is refused.
            if not (worst <= CLOSE[name] and len(differences) > 200):
                sys.exit(f"structure_tensor: moments differ from those of {name}")


main(Path(sys.argv[1]))
