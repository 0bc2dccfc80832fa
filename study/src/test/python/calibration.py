"""Expected calibration error and its bins, by numpy, for CalibrationTest.

python3 study/src/test/python/calibration.py > study/src/test/resources/org/crvqa/study/predictions/calibration.json

Confidences are float32 numbers, as they are stored; some lie at the ends of bins.
"""

import json

import numpy as np

rng = np.random.default_rng(3)
confidences = rng.beta(2.0, 1.2, 300).astype(np.float32).astype(np.float64)
confidences[:8] = [0, 1, 1, 0.5, 0.25, 0.125, 0.75, np.float32(0.2)]
accuracies = np.minimum(rng.binomial(10, 0.7 * confidences) / 3, 1).astype(np.float32).astype(np.float64)
result = {"confidences": confidences.tolist(), "accuracies": accuracies.tolist(), "bins": {}}
for n in (1, 4, 8, 15):
    edges = np.linspace(0, 1, n + 1)
    edges[0] = -1
    rows, error = [], 0.0
    for low, high in zip(edges, edges[1:]):
        inside = (confidences > low) & (confidences <= high)
        count = int(inside.sum())
        confidence = confidences[inside].mean() if count else 0.0
        accuracy = accuracies[inside].mean() if count else 0.0
        error += count / len(confidences) * abs(confidence - accuracy)
        rows.append([count, confidence, accuracy])
    result["bins"][str(n)] = {"error": error, "rows": rows}
print(json.dumps(result))
