"""Golden numbers for the data: halves of numpy, and VQA-VS Val as candidates, soft scores and priors of docs/method.md, section 1.

    python golden_data.py VQA_VS_FOLDER RESOURCES

VQA_VS_FOLDER holds Val/Val-Ans.json as published; RESOURCES is src/test/resources/org/crvqa/vqa. Writes
tensorfile/float16.json and, without any text of the data set, data/vqa-vs-val.json: Val is taken for the training split and for the split that gives the candidates. The normalisation is
that of official_answers.py.
"""
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from official_answers import normalize


def float16():
    """Pairs of bits: single, half. Values around each border, and random ones of all sizes."""
    random = np.random.default_rng(0)
    edges = np.array([0.0, -0.0, 1, -1, 65504, 65519.996, 65520, -65520, 1e30, np.inf, -np.inf, 2.0**-14, 2.0**-24,
                      2.0**-25, 1.5 * 2.0**-24, 2.0**-26, 1 + 2.0**-11, 1 + 3 * 2.0**-11, 2.0**-14 - 2.0**-25,
                      1e-45, 3.4e38], dtype=np.float32)
    bits = random.integers(0x30000000, 0x47900000, 400, dtype=np.uint32)
    values = np.concatenate([edges, bits.view(np.float32), -bits[:50].view(np.float32)])
    with np.errstate(over="ignore"):
        halves = values.astype(np.float16)
    return {"single": values.view(np.uint32).tolist(), "half": halves.view(np.uint16).tolist()}


def vqa_vs(folder, least=9):
    annotations = json.loads((folder / "Val" / "Val-Ans.json").read_text())
    counts = {}
    for a in annotations:
        answer = normalize(a["multiple_choice_answer"])
        counts[answer] = counts.get(answer, 0) + 1
    candidates = [answer for answer, n in counts.items() if n >= least]
    label = {answer: i for i, answer in enumerate(candidates)}
    types = {}
    sums = np.zeros((0, len(candidates)))
    examples = np.zeros(0)
    rows = []
    for a in annotations:
        row = types.setdefault(a["question_type"], len(types))
        if row == len(sums):
            sums = np.vstack([sums, np.zeros(len(candidates))])
            examples = np.append(examples, 0)
        examples[row] += 1
        given = {}
        for answer in a["answers"]:
            answer = normalize(answer["answer"])
            if answer in label:
                given[label[answer]] = given.get(label[answer], 0) + 1
        scores = {y: min(n / 3, 1) for y, n in given.items()}
        best = max(scores, key=scores.get) if scores else -1  # the first of equal ones
        for y, s in scores.items():
            sums[row, y] += s
        rows.append((a["question_id"], best, [[y, min(n, 3)] for y, n in given.items()]))
    rows.sort()
    bias = sums / examples[:, None]
    mean = sums.sum(0) / examples.sum()
    return {
        "candidates": len(candidates),
        "candidates_sha256": sha(candidates),
        "types": len(types),
        "without_label": sum(best < 0 for _, best, _ in rows),
        # Ids, labels, and answers with their counts (cut at 3), one example per line.
        "examples_sha256": sha(f"{i} {best} {given}".replace("[", "").replace("]", "").replace(",", "")
                               for i, best, given in rows),
        "first_bias": bias[0, :20].tolist(),
        "last_bias": bias[-1, :20].tolist(),
        "bias_sum_by_type": bias.sum(1).tolist(),
        "mean": mean[:20].tolist(),
    }


def sha(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def main():
    out = Path(sys.argv[2])
    (out / "tensorfile" / "float16.json").write_text(json.dumps(float16()) + "\n")
    (out / "data" / "vqa-vs-val.json").write_text(json.dumps(vqa_vs(Path(sys.argv[1])), indent=1) + "\n")


if __name__ == "__main__":
    main()
