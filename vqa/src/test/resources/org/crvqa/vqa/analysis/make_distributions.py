#!/usr/bin/env python3
"""Writes distributions.json beside this file: soft scores of two sets of questions and, by numpy in
float64, how their answers are distributed and how far apart they are."""
import json
import os

import numpy as np

ANSWERS = 7
random = np.random.default_rng(3)


def questions(count, weights):
    drawn = []
    for _ in range(count):
        given = random.choice(ANSWERS, size=random.integers(0, 4), replace=False, p=weights)
        drawn.append([[int(a), float(np.float32(min(random.integers(1, 11) / 3, 1)))] for a in given])
    return drawn


def matrix(drawn):
    scores = np.zeros((len(drawn), ANSWERS))
    for row, given in enumerate(drawn):
        for answer, score in given:
            scores[row, answer] = score
    return scores


def bits(p, q):
    m = (p + q) / 2
    kl = lambda x: np.sum(x[x > 0] * np.log2(x[x > 0] / m[x > 0]))
    return (kl(p) + kl(q)) / 2


cases = []
for first, second in [
    ([0.5, 0.2, 0.1, 0.1, 0.05, 0.03, 0.02], [0.02, 0.1, 0.3, 0.3, 0.2, 0.05, 0.03]),
    ([0.4, 0.3, 0.1, 0.1, 0.05, 0.03, 0.02], [0.4, 0.3, 0.1, 0.1, 0.05, 0.03, 0.02]),
]:
    a, b = questions(40, first), questions(25, second)
    sa, sb = matrix(a), matrix(b)
    p, q = sa.sum(0) / sa.sum(), sb.sum(0) / sb.sum()
    cases.append(
        {
            "first": a,
            "second": b,
            "prior": sa.mean(0).tolist(),
            "share": p.tolist(),
            "labelled": int((sa.sum(1) > 0).sum()),
            "total_variation": float(np.abs(p - q).sum() / 2),
            "jensen_shannon": float(bits(p, q)),
        }
    )
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "distributions.json"), "w") as file:
    json.dump({"answers": ANSWERS, "cases": cases}, file)
    file.write("\n")
