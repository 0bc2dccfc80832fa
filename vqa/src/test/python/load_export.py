#!/usr/bin/env python3
"""Loads an exported folder with transformers and compares it with the folder's own file, tensor by tensor.

    python vqa/src/test/python/load_export.py FOLDER

Ends with status 1 and a message on any difference.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoConfig, LxmertModel, VisualBertModel

folder = Path(sys.argv[1])
config = AutoConfig.from_pretrained(folder)
kind = {"lxmert": LxmertModel, "visual_bert": VisualBertModel}[config.model_type]
model, info = kind.from_pretrained(folder, output_loading_info=True)
if info["missing_keys"] or info.get("mismatched_keys"):
    sys.exit(f"missing {info['missing_keys']}, mismatched {info.get('mismatched_keys')}")
stored, loaded = load_file(folder / "model.safetensors"), model.state_dict()
prefix = config.model_type + "."
encoder = {name[len(prefix):]: t for name, t in stored.items() if name.startswith(prefix)}
for name, tensor in encoder.items():
    if not torch.equal(loaded[name], tensor):
        sys.exit(f"{name} differs")
learned = {n for n, _ in model.named_parameters()}
if learned != set(encoder):
    sys.exit(f"parameters differ: {learned ^ set(encoder)}")
answers = json.loads((folder / "answers.json").read_text())
if [config.id2label[i] for i in range(len(answers))] != answers:
    sys.exit("answers differ")
print("loaded", len(encoder), "tensors")
