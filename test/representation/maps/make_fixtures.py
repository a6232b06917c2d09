"""Makes fixtures.json: principal components by numpy, for the tests next to this file.

    python3 test/representation/maps/make_fixtures.py && npx prettier --write test/representation/maps/fixtures.json

The codes are drawn by Python's own generator, in multiples of 1/64 so that they are the same numbers in float32.
"""

import json
import os
import platform
import random

import numpy

draw = random.Random(20261121)
count, width = 40, 5
spreads = (3, 2, 1.5, 1, 0.5)
base = [[draw.gauss(0, spread) for spread in spreads] for _ in range(count)]
# A shear, so that the components are not the axes; and a mean that is not 0.
codes = [[round((row[j] + 0.7 * row[(j + 1) % width] + j) * 64) / 64 for j in range(width)] for row in base]

centred = numpy.array(codes) - numpy.mean(codes, axis=0)
_, singular, axes = numpy.linalg.svd(centred, full_matrices=False)
axes = numpy.array([axis * numpy.sign(axis[numpy.argmax(numpy.abs(axis))]) for axis in axes[:2]])
shares = singular**2 / numpy.sum(singular**2)

fixtures = {
    "madeBy": "test/representation/maps/make_fixtures.py",
    "versions": {"python": platform.python_version(), "numpy": numpy.__version__},
    "width": width,
    "codes": [value for row in codes for value in row],
    "explained": shares[:2].tolist(),
    "points": (centred @ axes.T).round(9).ravel().tolist(),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures.json")
with open(path, "w", encoding="utf-8") as file:
    json.dump(fixtures, file)
    file.write("\n")
