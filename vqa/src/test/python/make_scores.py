"""A data set in VQA-VS's layout, random predictions, and their scores, for EvaluationMetricsTest.

python3 vqa/src/test/python/make_scores.py vqa/src/test/golden/scores

The scores follow the definition alone: n of the ten annotators gave the (normalised) answer, accuracy min(n / 3, 1).
"""

import base64
import json
import pathlib
import random
import struct
import sys
from collections import Counter, defaultdict

# What annotators write -> its normal form.
FORMS = {"yes": "yes", "Yes.": "yes", "no": "no", "two": "2", "2": "2", "3": "3", "a cat": "cat", "cat": "cat",
         "red": "red", "Red": "red", "the dog": "dog", "blue": "blue"}
RARE = ["unicorn", "xylophone"]
TYPES = [("is it", "yes/no", ["yes", "Yes.", "no"]), ("how many", "number", ["two", "2", "3"]),
         ("what color", "other", ["red", "Red", "blue"]), ("what animal", "other", ["a cat", "cat", "the dog"])]
SETS = {"qt": "QT", "kw": "KW", "kwp": "KWP", "qt-kw": "QTKW", "ko": "KO", "kop": "KOP", "qt-ko": "QTKO",
        "kw-ko": "KWKO", "qt-kw-ko": "QTKWKO"}


def entries(rng, first, count):
    questions, annotations = [], []
    for qid in range(first, first + count):
        qtype, atype, raw = rng.choice(TYPES)
        most = rng.choice(raw)
        given = [most if rng.random() < 0.5 else rng.choice(raw + RARE) for _ in range(10)]
        if qid % 13 == 0:
            given = [rng.choice(RARE) for _ in range(10)]
        questions.append({"question_id": qid, "image_id": qid % 7, "question": qtype})
        annotations.append({"question_id": qid, "image_id": qid % 7, "question_type": qtype, "answer_type": atype,
                            "multiple_choice_answer": most,
                            "answers": [{"answer": a, "answer_confidence": "yes", "answer_id": i + 1}
                                        for i, a in enumerate(given)]})
    return questions, annotations


def mean(values):
    return sum(values) / len(values)


def scores(annotations, answers, name, candidates):
    parts = defaultdict(list)
    for entry in annotations:
        counts = Counter(FORMS.get(a["answer"], a["answer"]) for a in entry["answers"])
        got = min(counts[answers[entry["question_id"]]] / 3, 1)
        parts["all"].append(got)
        parts[entry["answer_type"]].append(got)
        parts["question_type/" + entry["question_type"]].append(got)
        parts["upper_bound"].append(max(min(counts[c] / 3, 1) for c in candidates))
    return {f"accuracy/{name}/{part}": mean(values) for part, values in parts.items()}


def main():
    out = pathlib.Path(sys.argv[1])
    rng = random.Random(5)
    data = {"Training": entries(rng, 1, 30), "Val": entries(rng, 101, 3), "IID-Test": entries(rng, 201, 40)}
    for split, (questions, annotations) in data.items():
        (out / split).mkdir(parents=True, exist_ok=True)
        for kind, rows in (("Ques", questions), ("Ans", annotations)):
            (out / split / f"{split}-{kind}.json").write_text(json.dumps(rows, separators=(",", ":")) + "\n")
    test = data["IID-Test"][1]
    ids = {name: sorted(rng.sample(range(201, 241), rng.randrange(4, 12))) for name in SETS}
    (out / "test_annotations.json").write_text(json.dumps({SETS[n] + "_qid": q for n, q in ids.items()}) + "\n")
    floats = lambda *v: base64.b64encode(struct.pack(f"<{len(v)}f", *v)).decode()
    (out / "features.tsv").write_text("".join(f"{i}\t640\t480\t1\t{floats(0, 0, 2, 2)}\t{floats(i, 1)}\n" for i in range(7)))
    (out / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n")
    candidates = sorted(set(FORMS.values()))
    answers = {entry["question_id"]: rng.choice([FORMS[a["answer"]] for a in entry["answers"] if a["answer"] in FORMS]
                                                or candidates)
               if rng.random() < 0.6 else rng.choice(candidates) for entry in test}
    expected = scores(test, answers, "iid-test", candidates)
    for name, members in ids.items():
        of_set = scores([e for e in test if e["question_id"] in members], answers, name, candidates)
        expected.update({k: v for k, v in of_set.items() if "question_type" not in k})
    families = {"language": ["qt", "kw", "kwp", "qt-kw"], "visual": ["ko", "kop"],
                "cross-modal": ["qt-ko", "kw-ko", "qt-kw-ko"], "ood": list(SETS)}
    for family, members in families.items():
        expected[f"accuracy/{family}/all"] = mean([expected[f"accuracy/{m}/all"] for m in members])
    (out / "predictions.json").write_text(
        json.dumps([{"question_id": q, "answer": a} for q, a in answers.items()], separators=(",", ":")) + "\n")
    (out / "expected.json").write_text(json.dumps(expected, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
