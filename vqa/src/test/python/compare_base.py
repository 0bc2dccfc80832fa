#!/usr/bin/env python3
"""Makes base-size models of Hugging Face with random weights, and their logits, for BaseSizeComparisonTest.

    pip install torch==2.13.0 transformers==5.18.0 safetensors numpy
    python vqa/src/test/python/compare_base.py FOLDER
    CRVQA_BASE_MODELS=FOLDER mvn -pl vqa -am test -Dtest=BaseSizeComparisonTest -Dsurefire.failIfNoSpecifiedTests=false

FOLDER must be an absolute path; it takes 1.4 GB and is not committed. For each model MODEL of lxmert (9/5/5 layers) and
visual_bert (12 layers), both 768 wide:

* MODEL/config.json, MODEL/model.safetensors: what the product's model import reads
* MODEL/golden.safetensors: `token_ids` (4, 14), `features` (4, 36, 2048), `boxes` (4, 36, 4), `token_mask`,
  `region_mask`; the answer head `classifier.*` of 2274 answers; `logits` with everything attended and `masked_logits` with
  both masks, computed in float32, as users of Hugging Face's models compute them; `exact_pooled`, `exact_logits`,
  `exact_masked_pooled` and `exact_masked_logits`, computed in float64 from the same weights and stored as float32
The script prints the spread of the logits and how far PyTorch's own float32 logits lie from those in float64: further than
1e-4, because torch.norm over the 3.5 million directions of the head's output layer is 6e-5 too small in float32, which
scales all logits alike. That is why the test compares logits with PyTorch's float32 and the pooled state with float64.
The script is deterministic.
"""

import sys
import warnings
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import LxmertConfig, LxmertModel, VisualBertConfig, VisualBertModel

warnings.filterwarnings("ignore")
BATCH, TOKENS, REGIONS, FEATURES, ANSWERS = 4, 14, 36, 2048, 2274
# Wider than the 0.02 of training, so that attention is far from uniform.
RANGE = 0.05
MODELS = dict(
    lxmert=(LxmertModel, LxmertConfig(initializer_range=RANGE)),
    visual_bert=(VisualBertModel, VisualBertConfig(visual_embedding_dim=FEATURES, initializer_range=RANGE)))


def make_model(kind):
    torch.manual_seed(40)
    cls, config = MODELS[kind]
    model = cls(config)
    with torch.no_grad():  # Nothing may be zero or one by construction: every path must show in the numbers.
        for name, p in model.named_parameters():
            if p.dim() == 1:
                p.add_(torch.randn(p.shape) * 0.05)
            if "embeddings.weight" in name:
                p.copy_(torch.randn(p.shape) * RANGE)
    model.config._attn_implementation = "eager"
    return model.eval()


def make_head(hidden):
    norm = nn.utils.weight_norm
    head = nn.Sequential(
        norm(nn.Linear(hidden, 2 * hidden), dim=None), nn.ReLU(), nn.Dropout(0.5),
        norm(nn.Linear(2 * hidden, ANSWERS), dim=None))
    with torch.no_grad():
        for name, p in head.named_parameters():
            if name.endswith("weight_g"):
                p.mul_(3)
    return head.eval()


def make_inputs():
    g = torch.Generator().manual_seed(41)
    ids = torch.randint(1, 30522, (BATCH, TOKENS), generator=g)
    ids[1, 5:], ids[2, 9:] = 0, 0
    regions = torch.ones(BATCH, REGIONS)
    regions[2, 20:], regions[3, 1:] = 0, 0
    low = torch.rand((BATCH, REGIONS, 2), generator=g) * 0.5
    boxes = torch.cat([low, low + 0.1 + torch.rand((BATCH, REGIONS, 2), generator=g) * 0.4], 2)
    # Faster R-CNN's features are not negative.
    features = torch.randn((BATCH, REGIONS, FEATURES), generator=g).relu()
    return dict(token_ids=ids, features=features, boxes=boxes, token_mask=(ids > 0).float(), region_mask=regions)


def forward(kind, model, head, x, masked):
    dtype = next(model.parameters()).dtype
    features, boxes = x["features"].to(dtype), x["boxes"].to(dtype)
    masks = dict(attention_mask=x["token_mask"].to(dtype), visual_attention_mask=x["region_mask"].to(dtype))
    masks = masks if masked else {}
    with torch.no_grad():
        if kind == "lxmert":
            pooled = model(
                input_ids=x["token_ids"], visual_feats=features, visual_pos=boxes, **masks).pooled_output
        else:
            pooled = model(input_ids=x["token_ids"], visual_embeds=features, **masks).pooler_output
        return pooled, head(pooled)


def compare(kind, folder):
    folder.mkdir(parents=True, exist_ok=True)
    model = make_model(kind)
    head, x = make_head(model.config.hidden_size), make_inputs()
    model.config.to_json_file(folder / "config.json", use_diff=False)
    save_file({f"{kind}.{n}": p.detach().contiguous() for n, p in model.named_parameters()},
              str(folder / "model.safetensors"), metadata={"format": "pt"})
    tensors = dict(x, **{"classifier.main." + n: p.detach().clone() for n, p in head.named_parameters()})
    cases = {"": False, "masked_": True}
    for prefix, masked in cases.items():
        tensors[prefix + "logits"] = forward(kind, model, head, x, masked)[1]
    model, head = model.double(), head.double()
    for prefix, masked in cases.items():
        pooled, exact = forward(kind, model, head, x, masked)
        tensors["exact_" + prefix + "pooled"] = pooled.float().contiguous()
        tensors["exact_" + prefix + "logits"] = exact.float().contiguous()
        print(f"{kind} {prefix}logits: standard deviation {exact.std():.3f}, largest {exact.abs().max():.3f}, "
              f"float32 within {(tensors[prefix + 'logits'] - exact).abs().max():.2e} of float64")
    save_file(tensors, str(folder / "golden.safetensors"))


if __name__ == "__main__":
    for each in MODELS:
        compare(each, Path(sys.argv[1]) / each)
