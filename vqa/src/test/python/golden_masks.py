#!/usr/bin/env python3
"""Makes masks.json and stage2-*.safetensors of vqa/src/test/golden: mask initialisations, binarisers, schedules.

    pip install torch==2.13.0 transformers==5.18.0 safetensors numpy
    python vqa/src/test/python/golden_masks.py vqa/src/test/golden

Everything in float64. The stage-2 runs use the net, batches, losses and optimizers of make_golden.py.
"""

import json
import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

import make_golden as g

MASK64 = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
KEEP_MASKS = ("x_layers.0.", "pooler", "word_embeddings", "classifier")  # Of other tensors only the binary mask is stored.


# ------------------------------------------------------------------ draws: SplitMix64 at any place of its sequence
def mix(value):
    z = (value + GAMMA) & MASK64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    return z ^ (z >> 31)


def uniforms(seed, step, purpose, name, n):
    h = 0xCBF29CE484222325  # FNV-1a
    for byte in f"{purpose}/{name}".encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK64
    start = mix((mix((mix(seed) + step) & MASK64) + h) & MASK64)
    return [(mix((start + i * GAMMA) & MASK64) >> 11) * 2.0**-53 for i in range(n)]


# ------------------------------------------------------------------ straight-through binarisers
class Sign(torch.autograd.Function):
    """(sign(m) + 1) / 2 with sign(0) = -1; the gradient is hardtanh's."""

    @staticmethod
    def forward(ctx, m):
        ctx.save_for_backward(m)
        return (m > 0).to(m.dtype)

    @staticmethod
    def backward(ctx, gradient):
        (m,) = ctx.saved_tensors
        probe = m.detach().clone().requires_grad_()
        with torch.enable_grad():
            return torch.autograd.grad(F.hardtanh(probe), probe, gradient)[0]


class MaskOf:
    """The trained mask of one tensor."""

    def __init__(self, name, weight, rate, options):
        self.name, self.shape, self.rate, self.options = name, weight.shape, rate, options
        n = weight.numel()
        self.k = self.zeros(0)
        magnitude = weight.detach().abs().flatten()
        self.t = torch.tensor(0.01, dtype=torch.float64)
        if options.get("pattern"):
            kept = self.groups(magnitude)
        else:
            kept = magnitude > magnitude.kthvalue(self.k).values
        m = 0.02 * kept.double()
        if options.get("soft"):
            m, self.t = magnitude.clone(), magnitude.kthvalue(self.k).values
        if options["binariser"] == "sign":
            m = m - self.t
        if options["binariser"] == "bernoulli":
            m = m - self.t + math.log((n - self.k + 0.5) / (self.k + 0.5))
        self.m = nn.Parameter(m.view(self.shape))
        self.held = kept.view(self.shape)

    def zeros(self, step):
        return max(1, int(math.prod(self.shape) * rate_at(self.options.get("schedule"), self.rate, step)))

    def groups(self, values):
        keep, of = self.options["pattern"]
        rows = values.view(-1, of)
        kept = torch.zeros_like(rows, dtype=torch.bool)
        return kept.scatter(1, rows.topk(keep, 1).indices, True).flatten()

    def begin(self, step):
        if self.options["binariser"] == "bernoulli":
            u = torch.tensor(uniforms(self.options["seed"], step, "bernoulli", self.name, self.m.numel()),
                             dtype=torch.float64).view(self.shape)
            self.held = u < torch.sigmoid(self.m.detach())

    def binary(self):
        if self.options["binariser"] == "sign":
            return self.m.detach() > 0
        if self.options["binariser"] == "bernoulli" or self.options.get("pattern"):
            return self.held
        return self.m.detach() > self.t

    def ste(self):
        if self.options["binariser"] == "sign":
            return Sign.apply(self.m)
        return self.binary().double() + self.m - self.m.detach()

    def settle(self, steps_done):
        values = self.m.detach().flatten()
        if self.options["binariser"] == "sign":
            return
        if self.options.get("pattern"):
            self.held = self.groups(values).view(self.shape)
            return
        self.t = values.kthvalue(self.zeros(steps_done)).values
        if self.options["binariser"] == "bernoulli":
            self.held = self.m.detach() > self.t

    def limit(self):
        if self.options["binariser"] == "sign":
            self.m.data.clamp_(-1, 1)


def rate_at(schedule, rate, step):
    if schedule is None:
        return rate
    kind, s0, start, end, stages = schedule
    p = min(1.0, max(0.0, (step - start) / (end - start)))
    if p == 1.0:
        return rate
    if kind == "gradual":
        return rate + (s0 - rate) * (1 - p) ** 3
    jumps = stages * max(0, step - start) // (end - start)
    return s0 + (rate - s0) * jumps / stages


# ------------------------------------------------------------------ stage 2 on the golden net
def patched(net, options):
    masks, trained = [], []
    for p in net.parameters():
        p.requires_grad = False

    def linear(module, name):
        rate = g.SPARSITY[g.modality(name)]
        mask = MaskOf(name + ".weight", module.weight, rate, options)
        masks.append(mask)
        weight = module.weight.detach().clone()
        if isinstance(module, nn.Embedding):
            padding = module.padding_idx
            module.forward = lambda x: F.embedding(x, weight * mask.ste(), padding_idx=padding)
            return
        bias, bias_mask = module.bias.detach().clone(), None
        if options.get("biases"):
            bias_mask = MaskOf(name + ".bias", bias, rate, options)
            masks.append(bias_mask)
        module.forward = lambda x: F.linear(
            x, weight * mask.ste(), bias if bias_mask is None else bias * bias_mask.ste())

    for name, module in net.lxmert.named_modules():
        if isinstance(module, nn.Linear) or name == "embeddings.word_embeddings":
            linear(module, "lxmert." + name)
    for i in (0, 3):
        layer, name = net.classifier.main[i], f"classifier.main.{i}"
        v, gain, bias = (nn.Parameter(p.detach().clone()) for p in (layer.weight_v, layer.weight_g, layer.bias))
        for suffix, p in (("bias", bias), ("weight_g", gain), ("weight_v", v)):
            trained.append((f"{name}.{suffix}", p))
        v_mask = bias_mask = None
        if options.get("head"):
            v_mask = MaskOf(name + ".weight_v", v, g.SPARSITY["pooler"], options)
            masks.append(v_mask)
            if options.get("biases"):
                bias_mask = MaskOf(name + ".bias", bias, g.SPARSITY["pooler"], options)
                masks.append(bias_mask)

        def forward(x, v=v, gain=gain, bias=bias, v_mask=v_mask, bias_mask=bias_mask):
            direction = v if v_mask is None else v * v_mask.ste()
            shift = bias if bias_mask is None else bias * bias_mask.ste()
            return F.linear(x, direction * (gain / direction.norm()), shift)

        layer._forward_pre_hooks.clear()
        layer.forward = forward
    return masks, trained


def stage2(batches, out, file, **options):
    net = g.make_net()
    masks, trained = patched(net, options)
    every = options["every"]
    chosen = g.settings(optimizer="adamw_hugging_face", loss="lmh", peak=options["peak"], warmup_steps=0)
    start = [m.binary().clone() for m in masks]
    flips = []
    for m in masks:
        m.begin(0)

    def after_step(i):
        for m in masks:
            m.limit()
        flips.append(sum(int((m.binary() != s).sum()) for m, s in zip(masks, start)))
        if (i + 1) % every == 0:
            for m in masks:
                m.settle(i + 1)
        if i + 1 < g.STEPS:
            for m in masks:
                m.begin(i + 1)

    seen = g.train(net, batches, [m.m for m in masks] + [p for _, p in trained], chosen, after_step)
    for m in masks:
        m.settle(g.STEPS)
    tensors = {name: p for name, p in trained}
    for m in masks:
        if any(part in m.name for part in KEEP_MASKS):
            tensors["mask." + m.name] = m.m
        tensors["binary." + m.name] = m.binary()
    g.save(out / file, tensors)
    return dict(seen, options=options, flips_since_start=flips, file=file)


# ------------------------------------------------------------------ single tensors
def sign_steps():
    """m near its limits, so that clamping and the dead gradient beyond show; huge steps."""
    torch.manual_seed(31)
    w = torch.randn(12, dtype=torch.float64)
    m = nn.Parameter(torch.where(torch.rand(12) < 0.5, 0.01, -0.01).double())
    optimizer = torch.optim.AdamW([m], lr=0.45, weight_decay=0, eps=1e-8)
    gradients, after = [], []
    first = m.detach().tolist()
    for _ in range(6):
        upstream = torch.randn(12).double()
        optimizer.zero_grad()
        (w * Sign.apply(m) * upstream).sum().backward()
        optimizer.step()
        m.data.clamp_(-1, 1)
        gradients.append(upstream.tolist())
        after.append(m.detach().tolist())
    return dict(weight=w.tolist(), first=first, learning_rate=0.45, gradients=gradients, after=after)


def initialisations():
    torch.manual_seed(30)
    tensors = [torch.randn(n).mul(s).tolist() for n, s in ((40, 0.1), (7, 0.3), (100, 0.05))]
    whole = torch.cat([torch.tensor(t).abs() for t in tensors])
    rows = []
    for rate in (0.0, 0.3, 0.7, 0.99):
        ks = [max(1, int(len(t) * rate)) for t in tensors]
        limit = whole.kthvalue(sum(ks)).values
        soft = [float(torch.tensor(t).abs().kthvalue(k).values) for t, k in zip(tensors, ks)]
        rows.append(dict(
            rate=rate,
            magnitude=[(torch.tensor(t).abs() > s).int().tolist() for t, s in zip(tensors, soft)],
            soft_threshold=soft,
            global_magnitude=[(torch.tensor(t).abs() > limit).int().tolist() for t in tensors]))
    return dict(tensors=tensors, rows=rows)


def schedules():
    rows = []
    for schedule in (("gradual", 0.0, 0, 10, 0), ("gradual", 0.2, 3, 11, 0), ("stepwise", 0.1, 2, 14, 3),
                     ("stepwise", 0.0, 0, 10, 1), ("stepwise", 0.3, 5, 6, 4)):
        rows.append(dict(schedule=schedule, rate=0.7, at=[rate_at(schedule, 0.7, step) for step in range(16)]))
    return rows


def main(out):
    batches = g.make_batches()
    threshold = dict(binariser="threshold", every=3, peak=2e-3)
    numbers = dict(
        initialisations=initialisations(), schedules=schedules(), sign=sign_steps(),
        uniforms=[dict(seed=49, step=3, purpose="bernoulli", name="a.é", values=uniforms(49, 3, "bernoulli", "a.é", 4))],
        stage2=[
            stage2(batches, out, "stage2-head.safetensors", **threshold, head=True, biases=True),
            stage2(batches, out, "stage2-sign.safetensors", **dict(threshold, binariser="sign")),
            stage2(batches, out, "stage2-bernoulli.safetensors", **dict(threshold, binariser="bernoulli", every=20), seed=49),
            stage2(batches, out, "stage2-gradual.safetensors", **threshold, soft=True,
                   schedule=("gradual", 0.2, 2, 9, 0)),
            stage2(batches, out, "stage2-pattern.safetensors", **threshold, pattern=(1, 2)),
        ])
    (out / "masks.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
