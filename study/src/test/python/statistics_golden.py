"""Makes src/test/resources/org/crvqa/study/statistics/golden.json: what scipy, statsmodels and numpy say of small cases.

    python3 -m venv venv && venv/bin/pip install numpy scipy statsmodels
    venv/bin/python study/src/test/python/statistics_golden.py > study/src/test/resources/org/crvqa/study/statistics/golden.json
"""

import json
import sys

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

RESAMPLES = 40_000
LEVELS = np.array([0.0, 0.3, 0.6, 0.9, 1.0])


def row(rng, difficulty, shift, seeds):
    """Accuracies, seeds x questions: harder questions are harder for every seed."""
    seed_effect = rng.normal(0, 0.15, size=(seeds, 1))
    latent = difficulty + shift + seed_effect + rng.normal(0, 0.7, size=(seeds, difficulty.size))
    return LEVELS[np.digitize(latent, [-0.5, -0.2, 0.1, 0.4])]


def interval(means):
    return [float(x) for x in np.quantile(means, [0.025, 0.975])]


def crossed(rng, x):
    """Seeds and questions, drawn independently; x: seeds x questions."""
    s, n = x.shape
    means = np.empty(RESAMPLES)
    for i in range(RESAMPLES):
        means[i] = x[rng.integers(s, size=s)][:, rng.integers(n, size=n)].mean()
    return means


def own_seeds(rng, a, b):
    """The same questions; seeds of either row drawn by themselves."""
    n = a.shape[1]
    means = np.empty(RESAMPLES)
    for i in range(RESAMPLES):
        q = rng.integers(n, size=n)
        means[i] = (
            a[rng.integers(len(a), size=len(a))][:, q].mean() - b[rng.integers(len(b), size=len(b))][:, q].mean()
        )
    return means


def scipy_interval(rng, *samples, statistic, paired):
    found = stats.bootstrap(
        samples, statistic, paired=paired, n_resamples=RESAMPLES, method="percentile", rng=rng, vectorized=True, batch=2000
    )
    return [float(found.confidence_interval.low), float(found.confidence_interval.high)]


def case(rng, name, questions, seeds, shift):
    difficulty = rng.normal(0, 0.6, size=questions)
    a = row(rng, difficulty, shift, seeds)
    b = row(rng, difficulty, 0.0, seeds)
    other = row(rng, rng.normal(0, 0.6, size=questions), 0.0, seeds)
    means = crossed(rng, a - b)
    right_a, right_b = a.mean(axis=0) >= 0.5 - 1e-9, b.mean(axis=0) >= 0.5 - 1e-9
    table = [
        [int((right_a & right_b).sum()), int((right_a & ~right_b).sum())],
        [int((~right_a & right_b).sum()), int((~right_a & ~right_b).sum())],
    ]
    return {
        "name": name,
        "a": a.tolist(),
        "b": b.tolist(),
        "other": other.tolist(),
        "mean": float(a.mean()),
        "mean_interval": interval(crossed(rng, a)),
        "difference": float((a - b).mean()),
        "difference_interval": interval(means),
        "difference_p": float(min(1, 2 * min((means <= 0).mean(), (means >= 0).mean()))),
        "own_seeds_interval": interval(own_seeds(rng, a, b[:-1] if seeds > 1 else b)),
        "first_seed_scipy_interval": scipy_interval(
            rng, a[0], b[0], statistic=lambda x, y, axis: np.mean(x - y, axis=axis), paired=True
        ),
        "first_seed_unpaired_scipy_interval": scipy_interval(
            rng,
            a[0],
            other[0],
            statistic=lambda x, y, axis: np.mean(x, axis=axis) - np.mean(y, axis=axis),
            paired=False,
        ),
        "first_seed_standard_error": float((a[0] - b[0]).std(ddof=0) / np.sqrt(questions)),
        "mcnemar": {"gained": table[0][1], "lost": table[1][0], "p": float(mcnemar(table, exact=True).pvalue)},
    }


def main():
    rng = np.random.default_rng(13)
    pairs = [(0, 0), (1, 0), (0, 1), (5, 5), (3, 10), (10, 3), (25, 48), (400, 460), (12000, 12345)]
    families = [[0.01], [0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.5], [0.0005, 0.9, 0.02, 0.02, 1.0, 0.049]]
    json.dump(
        {
            "made_with": f"numpy {np.__version__}, scipy {scipy.__version__}, statsmodels {statsmodels.__version__}",
            "resamples": RESAMPLES,
            "cases": [
                case(rng, "three seeds", 150, 3, 0.25),
                case(rng, "no difference", 120, 2, 0.0),
                case(rng, "large, one seed", 400, 1, 0.15),
            ],
            "mcnemar": [
                {
                    "gained": g,
                    "lost": l,
                    "p": float(mcnemar([[0, g], [l, 0]], exact=True).pvalue) if g + l else 1.0,
                    "binomtest_p": float(stats.binomtest(g, g + l, 0.5).pvalue) if g + l else 1.0,
                }
                for g, l in pairs
            ],
            "holm": [{"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in families],
        },
        sys.stdout,
    )
    print()


main()
