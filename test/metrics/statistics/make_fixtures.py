"""Makes fixtures.json: statistics by scipy, for the tests next to this file.

    python3 test/metrics/statistics/make_fixtures.py && npx prettier --write test/metrics/statistics/fixtures.json

The inputs are drawn by Python's own generator, the same on every machine; the versions that were used stand in the file.
"""

import itertools
import json
import os
import platform
import random

import numpy
import scipy
from scipy import special, stats

draw = random.Random(20261121)


def sample(n, centre, spread, digits):
    return [round(draw.gauss(centre, spread), digits) for _ in range(n)]


def beta():
    points = [(x, a, b) for a in (0.5, 1, 2.5, 30, 400) for b in (0.5, 3, 200) for x in (0.001, 0.1, 0.5, 0.77, 0.999)]
    return [{"x": x, "a": a, "b": b, "value": float(special.betainc(a, b, x))} for x, a, b in points]


def quantiles():
    return [
        {"confidence": c, "freedom": f, "t": float(stats.t.ppf((1 + c) / 2, f))}
        for c in (0.5, 0.9, 0.95, 0.99)
        for f in (1, 2, 4, 9, 29, 500)
    ]


def intervals():
    cases = []
    for n in (2, 3, 5, 20):
        values = sample(n, 0.9, 0.05, 6)
        mean, error = numpy.mean(values), stats.sem(values)
        low, high = stats.t.interval(0.95, n - 1, loc=mean, scale=error)
        deviation = numpy.std(values, ddof=1)
        cases.append({"values": values, "mean": float(mean), "deviation": float(deviation), "low": float(low), "high": float(high)})
    return cases


def exact_signed_rank(differences):
    """Two-sided p over all 2^n signs, ties by mean ranks: what scipy's exact method does not do with ties."""
    ranks = stats.rankdata(numpy.abs(differences))
    total = ranks.sum()
    positive = ranks[numpy.array(differences) > 0].sum()
    lower = min(positive, total - positive)
    sums = [sum(r for r, s in zip(ranks, signs) if s) for signs in itertools.product((0, 1), repeat=len(ranks))]
    return min(1.0, 2 * sum(s <= lower + 1e-9 for s in sums) / len(sums))


def pairs():
    cases = []
    for n, shift, digits in ((2, 0.1, 6), (5, 0.02, 4), (5, 0.3, 4), (10, 0.03, 3), (12, 0.05, 2), (30, 0.02, 6)):
        b = sample(n, 0.8, 0.05, digits)
        a = [round(y + draw.gauss(shift, 0.05), digits) for y in b]
        t = stats.ttest_rel(a, b)
        case = {"a": a, "b": b, "t": float(t.statistic), "p": float(t.pvalue)}
        d = [round(x - y, digits) for x, y in zip(a, b) if round(x - y, digits) != 0]
        tied = len({abs(x) for x in d}) < len(d)
        if tied:
            case["signedRank"] = {"by": "all signs", "p": exact_signed_rank(d)}
        else:
            case["signedRank"] = {"by": "scipy", "p": float(stats.wilcoxon(d, method="exact").pvalue)}
        cases.append(case)
    return cases


fixtures = {
    "madeBy": "test/metrics/statistics/make_fixtures.py",
    "versions": {"python": platform.python_version(), "numpy": numpy.__version__, "scipy": scipy.__version__},
    "incompleteBeta": beta(),
    "quantiles": quantiles(),
    "intervals": intervals(),
    "pairs": pairs(),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures.json")
with open(path, "w", encoding="utf-8") as file:
    json.dump(fixtures, file, indent=2)
    file.write("\n")
