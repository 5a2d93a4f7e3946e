"""Are the indices of designs those of SALib, from the same points and outputs?

Usage: salib_indices.py FILE, with the file that

    DERMAWEAVE_DESIGNS=FILE cargo test --test designs

writes. Needs SALib (Herman & Usher 2017, doi:10.21105/joss.00097), which brings NumPy and SciPy.

Estimates and the Sobol' points must agree to 1e-10. Intervals are defined otherwise: SALib gives 1.96 standard deviations of
resamples, dermaweave the 2.5 and 97.5 % quantiles of resamples, of other random numbers. Of 1000 resamples either is known
to about 5 %, so half-widths must agree within 20 %. A distribution of absolute effects is skewed, and that of an index that is
almost zero is not normal at all; half of the width of the interval still is what 1.96 standard deviations are.
"""

import json
import sys
import warnings

import numpy as np
from SALib.analyze import morris, sobol
from SALib.sample import sobol as sobol_sample
from scipy.stats import qmc

CLOSE = 1e-10
WIDTHS = 0.2


def problem(points):
    factors = points.shape[1]
    return {"num_vars": factors, "names": [f"x{i}" for i in range(factors)], "bounds": [[0.0, 1.0]] * factors}


def compare(what, found, expected, scale=1.0):
    worst = float(np.max(np.abs(np.asarray(found) - np.asarray(expected)))) / scale
    print(f"{what:<28} differs by at most {worst:.1e}")
    # Written so that NaN is refused.
    if not worst <= CLOSE:
        sys.exit(f"{what}: {found} instead of {expected}")


def compare_widths(what, found, expected):
    ratios = np.asarray(found) / np.asarray(expected)
    print(f"{what:<28} half-widths are {ratios.min():.2f} to {ratios.max():.2f} of SALib's")
    if not np.all(np.abs(ratios - 1.0) <= WIDTHS):
        sys.exit(f"{what}: half-widths {found} instead of {expected}")


def numbers(rows, *path):
    for key in path:
        rows = [row[key] for row in rows]
    return np.array(rows, dtype=float)


def half_widths(rows, key):
    return 0.5 * (numbers(rows, key, "high") - numbers(rows, key, "low"))


def check_sobol_points(points):
    points = np.array(points)
    expected = qmc.Sobol(points.shape[1], scramble=False, bits=32).random(len(points))
    compare("points of Sobol'", points, expected)


def check_indices(case):
    points, outputs, indices = np.array(case["points"]), np.array(case["outputs"]), case["indices"]
    name = case["name"]
    # One case has, on purpose, a number of rows that is no power of two.
    warnings.filterwarnings("ignore", message="The balance properties of Sobol' points")
    # The same runs in the same order as SALib's own sampler has without scrambling.
    runs = sobol_sample.sample(problem(points), case["rows"], calc_second_order=False, scramble=False)
    compare(f"{name}, runs", points, runs)
    theirs = sobol.analyze(problem(points), outputs, calc_second_order=False, num_resamples=1000, seed=1)
    compare(f"{name}, S1", numbers(indices, "first", "value"), theirs["S1"])
    compare(f"{name}, ST", numbers(indices, "total", "value"), theirs["ST"])
    compare_widths(f"{name}, S1", half_widths(indices, "first"), theirs["S1_conf"])
    compare_widths(f"{name}, ST", half_widths(indices, "total"), theirs["ST_conf"])


def check_effects(case):
    points, outputs, effects = np.array(case["points"]), np.array(case["outputs"]), case["effects"]
    name = case["name"]
    theirs = morris.analyze(problem(points), points, outputs, num_levels=case["levels"], num_resamples=1000, seed=1)
    # Differences of outputs of any size are exact to round-off of that size.
    scale = float(np.max(np.abs(outputs)))
    compare(f"{name}, mu", numbers(effects, "mean"), theirs["mu"], scale)
    compare(f"{name}, mu*", numbers(effects, "mean_absolute", "value"), theirs["mu_star"], scale)
    compare(f"{name}, sigma", numbers(effects, "deviation"), theirs["sigma"], scale)
    widths, expected = half_widths(effects, "mean_absolute"), np.array(theirs["mu_star_conf"], dtype=float)
    # Effects that do not vary have no interval.
    varies = expected > 1e-6 * scale
    compare_widths(f"{name}, mu*", widths[varies], expected[varies])


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: salib_indices.py FILE; see the head of this script for how the file is written")
    with open(sys.argv[1], encoding="utf-8") as file:
        designs = json.load(file)
    check_sobol_points(designs["sobol"])
    for case in designs["saltelli"]:
        check_indices(case)
    for case in designs["morris"]:
        check_effects(case)
    cases = len(designs["saltelli"]) + len(designs["morris"])
    if cases == 0:
        sys.exit(f"{sys.argv[1]} holds no case")
    print(f"{cases} sets of indices agree with SALib")


if __name__ == "__main__":
    main()
