"""The shares of SeedVarianceTest, by numpy: y[i, j, k] of three stages' seeds, crossed random effects, method of moments.

The expectations of the four quadratic forms y'Qy are found by brute force, E[y'Qy] = sum of sigma^2 tr(Q Z Z'), and the
linear system is solved, rather than by the textbook formulas for balanced designs.
"""

import numpy as np

Y = np.array([((7 * i * i + 3 * j + 5 * k * k + 2 * i * j + (i * j * k) % 3) % 17) / 100 + 0.04 * i + 0.03 * j for i in range(3) for j in range(4)
              for k in range(2)])
N, SHAPE = 24, (3, 4, 2)
index = np.array(np.unravel_index(np.arange(N), SHAPE))
ones = np.ones((N, N)) / N
Z = [np.equal.outer(index[a], index[a]).astype(float) for a in range(3)] + [np.eye(N)]
Q = [Z[a] * SHAPE[a] / N - ones for a in range(3)]
Q.append(np.eye(N) - ones - sum(Q))
sigma = np.linalg.solve([[np.trace(q @ z) for z in Z] for q in Q], [Y @ q @ Y for q in Q])
print("estimates", sigma)
clipped = np.maximum(sigma, 0)
print("shares", [repr(float(s)) for s in clipped / clipped.sum()])
