#!/usr/bin/env python3
"""Writes optimizers.json: what torch's Adam and AdamW, and the older Hugging Face AdamW, do to the same values.

Usage: golden_optimizers.py ../resources/org/crvqa/vqa/optim/optimizers.json   (torch 2.13, CPU)
"""
import json
import math
import sys

import torch

LR, BETAS, EPS, DECAY, CLIP, STEPS, WARM = 1e-2, (0.9, 0.98), 1e-6, 0.1, 1.0, 6, 2


class HuggingFaceAdamW(torch.optim.Optimizer):
    """The update rule of transformers.optimization.AdamW, which transformers 5 no longer has."""

    def __init__(self, params, lr, betas, eps, weight_decay):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state.update(step=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                state["step"] += 1
                b1, b2 = group["betas"]
                state["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
                state["v"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                denominator = state["v"].sqrt().add_(group["eps"])
                size = group["lr"] * math.sqrt(1 - b2 ** state["step"]) / (1 - b1 ** state["step"])
                p.addcdiv_(state["m"], denominator, value=-size)
                p.add_(p, alpha=-group["lr"] * group["weight_decay"])


def run(make):
    torch.manual_seed(7)
    a, b = torch.randn(11).requires_grad_(), torch.randn(3, 4).requires_grad_()
    unused = torch.ones(2).requires_grad_()
    optimizer = make([a, b, unused])
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda t: min((t + 1) / WARM, max(0.0, (STEPS - t) / max(1, STEPS - WARM))))
    start = [a.tolist(), b.flatten().tolist()]
    gradients, norms, rates, after = [], [], [], []
    for step in range(STEPS):
        # Small gradients in every other step, so that clipping is sometimes idle.
        a.grad, b.grad = torch.randn(11) * (1 if step % 2 else 0.05), torch.randn(3, 4) * (1 if step % 2 else 0.05)
        gradients.append([a.grad.tolist(), b.grad.flatten().tolist()])
        norms.append(float(torch.nn.utils.clip_grad_norm_([a, b, unused], CLIP)))
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
        after.append([a.tolist(), b.flatten().tolist()])
    return dict(start=start, gradients=gradients, norms=norms, rates=rates, after=after)


KINDS = {
    "OPTIMIZER_KIND_ADAM": torch.optim.Adam,
    "OPTIMIZER_KIND_ADAMW": torch.optim.AdamW,
    "OPTIMIZER_KIND_ADAMW_HUGGING_FACE": HuggingFaceAdamW,
}
out = dict(peak=LR, beta1=BETAS[0], beta2=BETAS[1], epsilon=EPS, weight_decay=DECAY, clip_norm=CLIP, warmup_steps=WARM)
for name, kind in KINDS.items():
    out[name] = run(lambda params: kind(params, lr=LR, betas=BETAS, eps=EPS, weight_decay=DECAY))
with open(sys.argv[1], "w") as file:
    json.dump(out, file, indent=1)
    file.write("\n")
