#!/usr/bin/env python3
"""Makes golden.safetensors beside this file with the Python safetensors library (0.8, torch 2.13)."""
import os
import torch
from safetensors.torch import save_file

x = torch.tensor([[0.0, -0.0, 1.5], [-2.25, 65504.0, 5.9604645e-08]])
save_file(
    {
        "a.f32": x,
        "a.f16": x.half(),
        "a.bf16": torch.tensor([1.0, -3.140625, float("inf")]).bfloat16(),
        "a.f64": torch.tensor([0.1, -1e30], dtype=torch.float64),
        "a.bool": torch.tensor([[True, False], [False, True]]),
        "a.i64": torch.tensor([1 << 40, -1]),
        "a.i32": torch.tensor([7, -7], dtype=torch.int32),
        "a.u8": torch.tensor([255, 1], dtype=torch.uint8),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
    },
    os.path.join(os.path.dirname(__file__), "golden.safetensors"),
    metadata={"format": "pt"},
)
