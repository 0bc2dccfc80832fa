#!/usr/bin/env python3
"""Writes losses.json: values and gradients of every loss of docs/method.md, section 3, by autograd in float64.

Usage: golden_losses.py ../resources/org/crvqa/vqa/debias/losses.json   (torch 2.13, CPU)

Inputs are float32 numbers, so that both sides start from the same. The formulas are written out as the method states
them, not as the implementation rearranges them.
"""
import json
import sys

import torch
import torch.nn.functional as F

ROWS, ANSWERS, HIDDEN = 4, 5, 3


def pair_loss(z, s, b, smooth, trust, entropy_weight):
    b2 = torch.log(torch.stack([b, 1 - b], 2) + torch.sigmoid(smooth)) * trust
    joint = torch.stack([F.logsigmoid(z), F.logsigmoid(-z)], 2) + b2
    joint = joint - torch.logsumexp(joint, 2, keepdim=True)
    loss = -(s * joint[..., 0] + (1 - s) * joint[..., 1]).sum(1).mean()
    n = b2 - torch.logsumexp(b2, 2, keepdim=True)
    return loss + entropy_weight * -(n.exp() * n).sum(2).mean()


def label_mean(examples, labelled, drop):
    if not drop:
        return examples.mean()
    return (examples * labelled).sum() / max(labelled.sum(), 1)


def value(spec, x):
    z, s, b, y, labelled = x["logits"], x["scores"], x["bias"], x["labels"], x["labelled"]
    drop = spec.get("unlabelled") == "DROP"
    kind = spec["kind"]
    if kind == "BCE":
        return F.binary_cross_entropy_with_logits(z, s) * z.shape[1]
    if kind == "CE":
        return -(s * torch.log_softmax(z, 1)).sum(1).mean()
    if kind == "LMH":
        g = F.softplus(x["pooled"] @ x["weight"].T + x["mixin_bias"])
        return pair_loss(z, s, b, x["smooth"], g.unsqueeze(2), spec["entropy_weight"])
    if kind == "POE":
        return pair_loss(z, s, b, x["smooth"], 1.0, 0.0)
    if kind == "REWEIGHT":
        total = (1 - b).sum()
        weighted = (F.binary_cross_entropy_with_logits(z, s, reduction="none") * (1 - b)).sum()
        return weighted / total if total > 0 else 0 * weighted
    if kind == "LPF":
        p = torch.softmax(z, 1).clamp_min(1e-7).gather(1, y[:, None])[:, 0]
        weight = (1 - b.gather(1, y[:, None])[:, 0].clamp_min(1e-7)) ** spec["gamma"]
        return label_mean(weight * -torch.log(p), labelled, drop)
    assert kind == "RUBI"
    return label_mean(F.cross_entropy(z * torch.sigmoid(b), y, reduction="none"), labelled, drop)


def first_best(scores):
    return [max(range(len(row)), key=lambda i: (row[i], -i)) for row in scores]


def inputs():
    torch.manual_seed(11)
    steps = torch.tensor([0, 0, 0, 1 / 3, 2 / 3, 1])
    mixin = dict(weight=torch.randn(1, HIDDEN) * 0.6, mixin_bias=torch.randn(1) * 0.5, smooth=torch.full((1,), -1.0))
    sets = {}

    def add(name, **changes):
        x = dict(mixin, logits=torch.randn(ROWS, ANSWERS) * 2, pooled=torch.tanh(torch.randn(ROWS, HIDDEN)),
                 scores=steps[torch.randint(0, 6, (ROWS, ANSWERS))], bias=torch.rand(ROWS, ANSWERS))
        x.update(changes)
        none = x["scores"].sum(1) == 0
        x["labels"] = torch.where(none, torch.tensor([3, 1, 4, 0]), torch.tensor(first_best(x["scores"].tolist())))
        x["labelled"] = (~none).float()
        sets[name] = x

    add("random")
    add("smooth", smooth=torch.tensor([0.7]))
    scores = steps[torch.randint(0, 6, (ROWS, ANSWERS))]
    scores[1], scores[3] = 0, 0
    add("no label in two rows", scores=scores)
    add("no label at all", scores=torch.zeros(ROWS, ANSWERS))
    add("bias exactly 0 and 1", bias=torch.randint(0, 2, (ROWS, ANSWERS)).float(), scores=torch.eye(ROWS, ANSWERS))
    add("bias all 1", bias=torch.ones(ROWS, ANSWERS))
    add("bias all 0", bias=torch.zeros(ROWS, ANSWERS))
    ties = torch.tensor([1.0, 1, 0, 0, 1])
    add("ties", scores=ties.repeat(ROWS, 1), logits=torch.zeros(ROWS, ANSWERS))
    huge = torch.randint(-1, 2, (ROWS, ANSWERS)).float() * 1e4
    add("huge logits", logits=huge)
    add("large logits", logits=torch.randn(ROWS, ANSWERS) * 8)
    return sets


LOSSES = [
    dict(kind="BCE"), dict(kind="CE"), dict(kind="LMH", entropy_weight=0.36), dict(kind="LMH", entropy_weight=0.0),
    dict(kind="POE"), dict(kind="REWEIGHT"),
    dict(kind="LPF", gamma=5.0, unlabelled="RANDOM_LABEL"), dict(kind="LPF", gamma=0.5, unlabelled="DROP"),
    dict(kind="LPF", gamma=0.0, unlabelled="RANDOM_LABEL"),
    dict(kind="RUBI", unlabelled="RANDOM_LABEL"), dict(kind="RUBI", unlabelled="DROP")]
LEAVES = ("logits", "pooled", "weight", "mixin_bias", "smooth")


def numbers(t):
    return [float(f"{v:.12g}") for v in t.flatten().tolist()]


sets, cases = inputs(), []
for name, plain in sets.items():
    for spec in LOSSES:
        x = {k: v.double() if v.is_floating_point() else v for k, v in plain.items()}
        leaves = {k: x[k].requires_grad_() for k in LEAVES}
        loss = value(spec, x)
        loss.backward()
        gradients = {k: numbers(v.grad) for k, v in leaves.items() if v.grad is not None}
        cases.append(dict(inputs=name, loss=spec, value=loss.item(), gradients=gradients))
with open(sys.argv[1], "w") as file:
    plain = {n: {k: v.flatten().tolist() for k, v in x.items()} for n, x in sets.items()}
    file.write(json.dumps(dict(inputs=plain, cases=cases), separators=(",", ":")).replace('{"inputs":"', '\n{"inputs":"'))
    file.write("\n")
