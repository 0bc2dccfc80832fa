#!/usr/bin/env python3
"""Writes mask-{a,b,c}.safetensors and masks.json beside this file: three masks and, by numpy, how alike they are."""
import json
import os

import numpy as np
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPES = {
    "lxmert.embeddings.word_embeddings.weight": (9, 16),
    "lxmert.encoder.visn_fc.visn_fc.weight": (16, 5),
    "lxmert.encoder.layer.0.attention.self.query.weight": (16, 16),
    "lxmert.encoder.layer.0.output.dense.weight": (16, 33),
    "lxmert.encoder.layer.1.attention.self.query.weight": (16, 16),
    "lxmert.encoder.x_layers.0.visual_attention.att.query.weight": (16, 16),
    "lxmert.pooler.dense.weight": (1, 3),
}
EMPTY = "lxmert.pooler.dense.weight"
KEEP = {"a": 0.3, "b": 0.3, "c": 0.5}

random = np.random.default_rng(7)
masks = {}
for mask, keep in KEEP.items():
    masks[mask] = {name: random.random(shape) < keep for name, shape in SHAPES.items()}
    # Nothing kept by a and b: the ratio is 0/0 there, which counts as equal.
    masks[mask][EMPTY][:] = mask == "c"
    bias = {"lxmert.encoder.layer.0.output.dense.bias": random.random(16) < keep}
    save_file({**masks[mask], **bias}, os.path.join(HERE, f"mask-{mask}.safetensors"))


def compare(first, second):
    observed, chance = {}, {}
    for name in SHAPES:
        m1, m2 = first[name], second[name]
        either = np.logical_or(m1, m2).sum()
        d1, d2 = m1.mean(), m2.mean()
        observed[name] = float(np.logical_and(m1, m2).sum() / either) if either else 1.0
        chance[name] = float(d1 * d2 / (d1 + d2 - d1 * d2)) if either else 1.0
    return {
        "matrices": observed,
        "by_chance": chance,
        "mean": float(np.mean(list(observed.values()))),
        "mean_by_chance": float(np.mean(list(chance.values()))),
    }


names = list(KEEP)
result = {
    "density": {n: float(sum(m.sum() for m in masks[n].values()) / sum(m.size for m in masks[n].values())) for n in names},
    "pairs": [
        {"first": i, "second": j, **compare(masks[names[i]], masks[names[j]])}
        for i in range(len(names))
        for j in range(len(names))
    ],
}
with open(os.path.join(HERE, "masks.json"), "w") as file:
    json.dump(result, file, indent=1)
    file.write("\n")
