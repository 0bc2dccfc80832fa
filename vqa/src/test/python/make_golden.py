#!/usr/bin/env python3
"""Makes the golden files of the tests in vqa/src/test/golden: a small LXMERT of Hugging Face, computed in float64.

    pip install torch==2.13.0 transformers==5.18.0 safetensors numpy
    python vqa/src/test/python/make_golden.py vqa/src/test/golden

The files are described in the README.md beside them. The script is deterministic.
"""

import json
import math
import sys
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn
from transformers import LxmertConfig, LxmertModel

warnings.filterwarnings("ignore")

CONFIG = dict(
    vocab_size=30, hidden_size=8, num_attention_heads=2, intermediate_size=16, l_layers=2, r_layers=1, x_layers=2,
    visual_feat_dim=6, visual_pos_dim=4, max_position_embeddings=12, type_vocab_size=2, hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0, initializer_range=0.3, hidden_act="gelu")
ANSWERS, BATCH, TOKENS, REGIONS, STEPS = 5, 4, 7, 3, 10
ENTROPY_WEIGHT = 0.36
SPARSITY = dict(language=0.7, vision=0.5, fusion=0.6, pooler=0.65)
RESET_EVERY = 3


class AnswerHead(nn.Module):
    def __init__(self, hidden, answers):
        super().__init__()
        norm = nn.utils.weight_norm
        self.main = nn.Sequential(
            norm(nn.Linear(hidden, 2 * hidden), dim=None), nn.ReLU(), nn.Dropout(0.0),
            norm(nn.Linear(2 * hidden, answers), dim=None))

    def forward(self, pooled):
        return self.main(pooled)


class Mixin(nn.Module):
    """The learned-mixin's own parameters: u and c of g = softplus(u.h + c), and a."""

    def __init__(self, hidden):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, hidden))
        self.bias = nn.Parameter(torch.empty(1))
        self.smooth = nn.Parameter(torch.full((1,), -1.0))
        bound = 1 / math.sqrt(hidden)
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lxmert = LxmertModel(LxmertConfig(**CONFIG))
        self.classifier = AnswerHead(CONFIG["hidden_size"], ANSWERS)
        self.mixin = Mixin(CONFIG["hidden_size"])

    def forward(self, ids, features, boxes, mask=None):
        pooled = self.lxmert(input_ids=ids, visual_feats=features, visual_pos=boxes, attention_mask=mask).pooled_output
        return self.classifier(pooled), pooled


def make_net():
    torch.manual_seed(20)
    net = Net()
    with torch.no_grad():  # Nothing may be zero or one by construction: every path must show in the numbers.
        for name, p in net.named_parameters():
            if name.startswith("lxmert.") and (name.endswith(".bias") or p.dim() == 1):
                p.add_(torch.randn(p.shape) * 0.2)
            if "embeddings.weight" in name:
                p[0] = torch.randn(p.shape[1]) * 0.3
            if name.endswith("weight_g"):
                p.mul_(1.7)
    return net.double().eval()


def make_batches():
    g = torch.Generator().manual_seed(21)
    ids = torch.randint(1, CONFIG["vocab_size"], (STEPS, BATCH, TOKENS), generator=g)
    lengths = torch.randint(3, TOKENS + 1, (STEPS, BATCH, 1), generator=g)
    ids[torch.arange(TOKENS) >= lengths] = 0
    low = torch.rand((STEPS, BATCH, REGIONS, 2), generator=g) * 0.5
    boxes = torch.cat([low, low + 0.1 + torch.rand((STEPS, BATCH, REGIONS, 2), generator=g) * 0.4], 3)
    scores = torch.tensor([0, 0, 0, 1 / 3, 2 / 3, 1])[torch.randint(0, 6, (STEPS, BATCH, ANSWERS), generator=g)]
    scores[:, 1] = 0  # one example of every batch has no label
    bias = torch.rand((STEPS, BATCH, ANSWERS), generator=g)
    bias[:, :, 0], bias[:, :, 1] = 0, 1
    return dict(
        token_ids=ids, features=torch.randn((STEPS, BATCH, REGIONS, CONFIG["visual_feat_dim"]), generator=g),
        boxes=boxes, scores=scores, bias=bias)


def loss_of(kind, net, logits, pooled, scores, bias):
    """As the method states the losses, with the pairs written out."""
    if kind == "bce":
        return F.binary_cross_entropy_with_logits(logits, scores) * logits.shape[1]
    g = F.softplus(pooled @ net.mixin.weight.T + net.mixin.bias)
    b = torch.log(torch.stack([bias, 1 - bias], 2) + torch.sigmoid(net.mixin.smooth)) * g.unsqueeze(2)
    pair = torch.stack([F.logsigmoid(logits), F.logsigmoid(-logits)], 2) + b
    pair = pair - torch.logsumexp(pair, 2, keepdim=True)
    n = b - torch.logsumexp(b, 2, keepdim=True)
    entropy = -(n.exp() * n).sum(2).mean()
    return -(scores * pair[..., 0] + (1 - scores) * pair[..., 1]).sum(1).mean() + ENTROPY_WEIGHT * entropy


def step_inputs(batches, i):
    return {k: v[i].double() if v.is_floating_point() else v[i] for k, v in batches.items()}


def run(net, b, kind, mask=None):
    logits, pooled = net(b["token_ids"], b["features"], b["boxes"], mask)
    return loss_of(kind, net, logits, pooled, b["scores"], b["bias"]), logits, pooled


class HuggingFaceAdamW(torch.optim.Optimizer):
    """AdamW as in transformers before version 5: epsilon before the bias correction, decay after the step."""

    def __init__(self, params, lr, betas, eps, weight_decay):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                s["t"] += 1
                s["m"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                s["v"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                rate = group["lr"] * math.sqrt(1 - beta2 ** s["t"]) / (1 - beta1 ** s["t"])
                p.addcdiv_(s["m"], s["v"].sqrt().add_(group["eps"]), value=-rate)
                p.mul_(1 - group["lr"] * group["weight_decay"])


OPTIMIZERS = dict(adam=torch.optim.Adam, adamw=torch.optim.AdamW, adamw_hugging_face=HuggingFaceAdamW)


def train(net, batches, parameters, settings, after_step=lambda i: None):
    """Runs the steps; returns what was seen at each of them. `settings` is stored beside it."""
    opt = OPTIMIZERS[settings["optimizer"]](
        parameters, lr=settings["peak"], betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"],
        weight_decay=settings["weight_decay"])
    seen = dict(settings, learning_rates=[], losses=[], gradient_norms=[])
    warmup = settings["warmup_steps"]
    for i in range(STEPS):
        lr = settings["peak"] * min((i + 1) / max(1, warmup), (STEPS - i) / max(1, STEPS - warmup))
        for group in opt.param_groups:
            group["lr"] = lr
        opt.zero_grad()
        loss, _, _ = run(net, step_inputs(batches, i), settings["loss"])
        loss.backward()
        norm = nn.utils.clip_grad_norm_(parameters, settings["clip_norm"])
        opt.step()
        seen["learning_rates"].append(lr)
        seen["losses"].append(loss.item())
        seen["gradient_norms"].append(norm.item())
        after_step(i)
    return seen


def settings(**changes):
    return dict(
        dict(optimizer="adam", loss="bce", train_mixin=False, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0,
             clip_norm=1.0, peak=1e-3, warmup_steps=3, steps=STEPS), **changes)


def stage1(batches, out, **changes):
    net, chosen = make_net(), settings(**changes)
    parameters = [p for n, p in net.named_parameters() if chosen["train_mixin"] or not n.startswith("mixin.")]
    seen = train(net, batches, parameters, chosen)
    save(out / f"stage1-{chosen['optimizer']}.safetensors", {n: p for n, p in net.named_parameters()})
    return seen


def modality(name):
    if "word_embeddings" in name or ".encoder.layer." in name:
        return "language"
    if ".visn_fc.visn_fc" in name or ".visn_fc.box_fc" in name or ".r_layers." in name:
        return "vision"
    if ".x_layers." in name:
        return "fusion"
    return "pooler"


class Masked(nn.Module):
    """A linear layer or embedding whose weight is W * [m > t], with the straight-through gradient for m."""

    def __init__(self, module, name):
        super().__init__()
        self.name = name
        self.padding = getattr(module, "padding_idx", None)
        self.weight = module.weight.detach().clone()
        self.bias = None if isinstance(module, nn.Embedding) else module.bias.detach().clone()
        self.embedding = isinstance(module, nn.Embedding)
        self.k = max(1, int(self.weight.numel() * SPARSITY[modality(name)]))
        self.t = torch.tensor(0.01, dtype=torch.float64)
        magnitude = self.weight.abs()
        self.mask = nn.Parameter(0.02 * (magnitude > magnitude.flatten().kthvalue(self.k).values).double())

    def binary(self):
        return self.mask > self.t

    def reset(self):
        self.t = self.mask.data.flatten().kthvalue(self.k).values

    def forward(self, x):
        weight = self.weight * (self.binary().double() + self.mask - self.mask.detach())
        if self.embedding:
            return F.embedding(x, weight, padding_idx=self.padding)
        return F.linear(x, weight, self.bias)


def stage2(batches, out, **changes):
    net, masked = make_net(), []
    for p in net.parameters():
        p.requires_grad = False
    for name, module in list(net.lxmert.named_modules()):
        linear = isinstance(module, nn.Linear) or name == "embeddings.word_embeddings"
        if linear:
            masked.append(Masked(module, f"lxmert.{name}.weight"))
            parent, attribute = name.rsplit(".", 1)
            setattr(net.lxmert.get_submodule(parent), attribute, masked[-1])
    head = list(net.classifier.parameters())
    for p in head:
        p.requires_grad = True
    start = [m.binary() for m in masked]
    flips = []

    def after_step(i):
        flips.append(sum(int((m.binary() != s).sum()) for m, s in zip(masked, start)))
        if (i + 1) % RESET_EVERY == 0:
            for m in masked:
                m.reset()

    seen = train(net, batches, [m.mask for m in masked] + head, settings(**changes), after_step)
    tensors = {n: p for n, p in net.named_parameters() if n.startswith("classifier.")}
    for m in masked:
        tensors["mask." + m.name] = m.mask
        tensors["threshold." + m.name] = m.t
        tensors["binary." + m.name] = m.binary()
    for m in masked:
        m.reset()
        tensors["final_threshold." + m.name] = m.t
        tensors["final_binary." + m.name] = m.binary()
    save(out / "stage2.safetensors", tensors)
    return dict(seen, sparsity=SPARSITY, threshold_every_steps=RESET_EVERY, flips_since_start=flips)


def save(path, tensors):
    plain = {}
    for name, t in tensors.items():
        t = t.detach()
        plain[name] = (t.float() if t.is_floating_point() else t).contiguous().clone()
    save_file(plain, str(path))


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(dict(model_type="lxmert", **CONFIG), indent=2) + "\n")
    net, batches = make_net(), make_batches()
    save(out / "weights.safetensors", dict(net.named_parameters()))
    save(out / "batches.safetensors", batches)

    first, numbers = step_inputs(batches, 0), {}
    _, logits, pooled = run(net, first, "bce")
    _, masked_logits, masked_pooled = run(net, first, "bce", (first["token_ids"] > 0).double())
    save(out / "forward.safetensors", dict(
        pooled=pooled, logits=logits, masked_pooled=masked_pooled, masked_logits=masked_logits))
    for kind in ("bce", "lmh"):
        net.zero_grad()
        loss, _, _ = run(net, first, kind)
        loss.backward()
        numbers["loss_" + kind] = loss.item()
        save(out / f"gradients-{kind}.safetensors",
             {n: p.grad for n, p in net.named_parameters() if p.grad is not None})

    numbers["entropy_weight"] = ENTROPY_WEIGHT
    numbers["stage1"] = [
        stage1(batches, out, optimizer="adam", loss="bce"),
        stage1(batches, out, optimizer="adamw", loss="lmh", train_mixin=True, weight_decay=0.05, warmup_steps=0),
        stage1(batches, out, optimizer="adamw_hugging_face", loss="lmh", weight_decay=0.05)]
    numbers["stage2"] = stage2(
        batches, out, optimizer="adamw_hugging_face", loss="lmh", peak=2e-3, warmup_steps=0)
    (out / "numbers.json").write_text(json.dumps(numbers, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
