"""The most probable answers of random logits, by numpy in float64, for TopAnswersGoldenTest.

python3 vqa/src/test/python/golden_top.py > vqa/src/test/resources/org/crvqa/vqa/tensor/top.json

Logits are halves, so that many are equal: of those the first candidate comes first, which a stable sort gives.
"""

import json

import numpy as np

ROWS, ANSWERS, KEPT = 9, 13, 5
rng = np.random.default_rng(11)
logits = rng.integers(-8, 9, (ROWS, ANSWERS)) / 2
logits[0] = -3
logits[1, 4:] = 0
logits[2] = np.arange(ANSWERS)[::-1] - 40
logits[3] = np.arange(ANSWERS) + 80
order = np.argsort(-logits, axis=1, kind="stable")[:, :KEPT]
powers = np.exp(logits - logits.max(axis=1, keepdims=True))
softmax = powers / powers.sum(axis=1, keepdims=True)
sigmoid = 1 / (1 + np.exp(-logits))
print(json.dumps({
    "kept": KEPT,
    "logits": logits.tolist(),
    "answers": order.tolist(),
    "softmax": np.take_along_axis(softmax, order, 1).tolist(),
    "sigmoid": np.take_along_axis(sigmoid, order, 1).tolist(),
}))
