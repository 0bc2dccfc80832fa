#!/usr/bin/env python3
"""Prints what PyTorch computes for the six steps of a device's self-test (TrialSteps), in float64 from the same float32 numbers.

    pip install torch==2.13.0 transformers==5.18.0 safetensors numpy
    mvn -q -pl vqa -am test-compile exec:java -Dexec.mainClass=org.crvqa.vqa.train.TrialExport \\
        -Dexec.classpathScope=test -Dexec.args=trial.safetensors
    python vqa/src/test/python/check_trial.py trial.safetensors

The first command writes first weights and batches and prints the losses that crvqa finds. The two lists agree to seven digits.
"""

import sys

import make_golden as golden
import torch
from safetensors.torch import load_file
from torch import nn

golden.CONFIG = dict(
    vocab_size=40, hidden_size=32, num_attention_heads=2, intermediate_size=64, l_layers=1, x_layers=2, r_layers=1,
    visual_feat_dim=12, visual_pos_dim=4, max_position_embeddings=8, type_vocab_size=2, hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0, initializer_range=0.1, hidden_act="gelu")
golden.ANSWERS = 7
golden.SPARSITY = dict.fromkeys(("language", "vision", "fusion", "pooler"), 0.6)
STEPS, THRESHOLD_EVERY_STEPS, EPSILON, WEIGHT_DECAY, DENSE_RATE, MASK_RATE = 3, 2, 1e-6, 0.01, 1e-3, 5e-3


class SoftMasked(golden.Masked):
    """The mask's values begin as the magnitudes."""

    def __init__(self, module, name):
        super().__init__(module, name)
        self.mask.data = self.weight.abs()
        self.reset()


def make_net(tensors):
    net = golden.Net()
    net.load_state_dict({name: tensors[name].reshape(p.shape) for name, p in net.named_parameters()}, strict=False)
    return net.double().eval()


def steps(net, tensors, optimizer, parameters, after_step=lambda done: None):
    losses = []
    for i in range(STEPS):
        b = {name: tensors[f"batch.{i}.{name}"].double()
             for name in ("token_ids", "token_mask", "features", "boxes", "region_mask", "scores", "bias")}
        optimizer.zero_grad()
        pooled = net.lxmert(
            input_ids=b["token_ids"].long(), attention_mask=b["token_mask"], visual_feats=b["features"],
            visual_pos=b["boxes"], visual_attention_mask=b["region_mask"]).pooled_output
        loss = golden.loss_of("lmh", net, net.classifier(pooled), pooled, b["scores"], b["bias"])
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        after_step(i + 1)
        losses.append(loss.item())
    return losses


def dense(tensors):
    net = make_net(tensors)
    parameters = list(net.parameters())
    return steps(net, tensors, torch.optim.AdamW(
        parameters, lr=DENSE_RATE, betas=(0.9, 0.999), eps=EPSILON, weight_decay=WEIGHT_DECAY), parameters)


def masks(tensors):
    net, masked = make_net(tensors), []
    for name, module in list(net.lxmert.named_modules()):
        if isinstance(module, nn.Linear) or name == "embeddings.word_embeddings":
            masked.append(SoftMasked(module, f"lxmert.{name}.weight"))
            parent, attribute = name.rsplit(".", 1)
            setattr(net.lxmert.get_submodule(parent), attribute, masked[-1])
    parameters = [m.mask for m in masked] + list(net.classifier.parameters()) + list(net.mixin.parameters())

    def after_step(done):
        if done % THRESHOLD_EVERY_STEPS == 0:
            for m in masked:
                m.reset()

    return steps(net, tensors, golden.HuggingFaceAdamW(
        parameters, lr=MASK_RATE, betas=(0.9, 0.999), eps=EPSILON, weight_decay=WEIGHT_DECAY), parameters, after_step)


if __name__ == "__main__":
    stored = load_file(sys.argv[1])
    print(dense(stored) + masks(stored))
