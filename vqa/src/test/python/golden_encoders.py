#!/usr/bin/env python3
"""Makes golden files of both encoders: hidden word pieces and regions, layer outputs, gradients, distillation, sizes.

    pip install torch==2.13.0 transformers==5.18.0 safetensors numpy
    python vqa/src/test/python/golden_encoders.py vqa/src/test/golden/encoders

Small models of Hugging Face in float64, stored as float32. For each model MODEL of lxmert and visual_bert:

* MODEL-config.json
* MODEL.safetensors: `weight.*` parameters; `token_ids`, `features`, `boxes`, `token_mask`, `region_mask`; `pooled` with
  everything attended and `masked_pooled` with both masks; `hidden.N` outputs of the layers that the pooled state depends
  on, in order of computation; `gradient.*` of sum(pooled * direction) with both masks; `teacher.*` parameters of a second
  model and `distillation_gradient.*` of the distillation term with it, nothing masked
* sizes.json: parameter counts of the base models and of their maskable matrices, counted on Hugging Face's modules, and
  the distillation terms
The script is deterministic.
"""

import json
import sys
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import LxmertConfig, LxmertModel, VisualBertConfig, VisualBertModel

warnings.filterwarnings("ignore")
B, T, R, WIDTH, VOCABULARY = 4, 6, 5, 6, 30
SMALL = dict(
    vocab_size=VOCABULARY, hidden_size=8, num_attention_heads=2, intermediate_size=16, max_position_embeddings=12,
    type_vocab_size=2, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, initializer_range=0.3,
    hidden_act="gelu")
CONFIGS = dict(
    lxmert=LxmertConfig(**SMALL, l_layers=2, r_layers=1, x_layers=2, visual_feat_dim=WIDTH, visual_pos_dim=4),
    visual_bert=VisualBertConfig(**SMALL, num_hidden_layers=2, visual_embedding_dim=WIDTH, layer_norm_eps=1e-12))
MODELS = dict(lxmert=LxmertModel, visual_bert=VisualBertModel)
KEYS = dict(
    lxmert=list(SMALL) + ["l_layers", "r_layers", "x_layers", "visual_feat_dim", "visual_pos_dim"],
    visual_bert=list(SMALL) + ["num_hidden_layers", "visual_embedding_dim", "layer_norm_eps", "pad_token_id"])


def make_model(kind, seed):
    torch.manual_seed(seed)
    model = MODELS[kind](CONFIGS[kind])
    with torch.no_grad():  # Nothing may be zero or one by construction: every path must show in the numbers.
        for name, p in model.named_parameters():
            if p.dim() == 1:
                p.add_(torch.randn(p.shape) * 0.2)
            if "embeddings.weight" in name:
                p.copy_(torch.randn(p.shape) * 0.3)
    # In eager attention the mask is added as the original does it.
    model.config._attn_implementation = "eager"
    return model.double().eval()


def make_inputs():
    g = torch.Generator().manual_seed(31)
    ids = torch.randint(1, VOCABULARY, (B, T), generator=g)
    ids[0, 2:], ids[1, 3] = 0, 1  # padding, and the row that VisualBERT's configuration calls padding
    regions = torch.ones(B, R)
    regions[1, 3:], regions[2, 1:] = 0, 0
    return dict(
        token_ids=ids, features=torch.randn((B, R, WIDTH), generator=g), boxes=torch.rand((B, R, 4), generator=g),
        token_mask=(ids > 0).float(), region_mask=regions)


def forward(kind, model, x, masked):
    """Pooled state and the outputs of all layers that it depends on, in order of computation."""
    hidden = []
    modules = layer_modules(kind, model)
    hooks = [m.register_forward_hook(lambda _, __, out: hidden.append(out[0] if isinstance(out, tuple) else out))
             for m in modules]
    f = x["features"].double()
    tokens, regions = (x["token_mask"].double(), x["region_mask"].double()) if masked else (None, None)
    if kind == "lxmert":
        pooled = model(input_ids=x["token_ids"], visual_feats=f, visual_pos=x["boxes"].double(), attention_mask=tokens,
                       visual_attention_mask=regions).pooled_output
    else:
        pooled = model(input_ids=x["token_ids"], visual_embeds=f, attention_mask=tokens,
                       visual_attention_mask=regions).pooler_output
    for hook in hooks:
        hook.remove()
    return pooled, hidden


def layer_modules(kind, model):
    e = model.encoder
    if kind == "visual_bert":
        return list(e.layer)
    # Of a cross layer the outputs of its two feed-forward halves; of the last one only the language half matters.
    halves = [half for x in e.x_layers for half in (x.lang_output, x.visn_output)][:-1]
    return list(e.layer) + list(e.r_layers) + halves


def distillation(student, teacher):
    """Mean over layers of 1 - cosine over the hidden dimension, averaged over places and batch."""
    return torch.stack([(1 - F.cosine_similarity(s, t, dim=-1)).mean() for s, t in zip(student, teacher)]).mean()


def gradients(model, value):
    model.zero_grad()
    value.backward()
    return {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}


def golden(kind, out):
    model, teacher, x = make_model(kind, 32), make_model(kind, 33), make_inputs()
    prefix = kind + "."
    tensors = {"weight." + prefix + n: p for n, p in model.named_parameters()}
    tensors.update({"teacher." + prefix + n: p for n, p in teacher.named_parameters()})
    tensors.update(x)
    pooled, hidden = forward(kind, model, x, False)
    tensors["pooled"] = pooled
    tensors.update({f"hidden.{i}": h for i, h in enumerate(hidden)})
    with torch.no_grad():
        _, taught = forward(kind, teacher, x, False)
    term = distillation(hidden, taught)
    tensors.update({"distillation_gradient." + prefix + n: g for n, g in gradients(model, term).items()})
    masked, _ = forward(kind, model, x, True)
    tensors["masked_pooled"] = masked
    direction = torch.randn(masked.shape, generator=torch.Generator().manual_seed(34), dtype=torch.float64)
    tensors["direction"] = direction
    tensors.update({"gradient." + prefix + n: g for n, g in gradients(model, (masked * direction).sum()).items()})
    plain = {n: (t.detach().float() if t.is_floating_point() else t).contiguous().clone() for n, t in tensors.items()}
    save_file(plain, str(out / f"{kind}.safetensors"))
    config = {k: getattr(CONFIGS[kind], k) for k in KEYS[kind]}
    (out / f"{kind}-config.json").write_text(json.dumps(dict(model_type=kind, **config), indent=2) + "\n")
    return term.item()


def sizes():
    with torch.device("meta"):
        lxmert = LxmertModel(LxmertConfig())
        visual = VisualBertModel(VisualBertConfig(visual_embedding_dim=2048))
    count = lambda modules: sum(m.weight.numel() for m in modules)
    linear = lambda m: [x for x in m.modules() if isinstance(x, torch.nn.Linear)]
    e = lxmert.encoder
    return dict(
        lxmert=dict(
            parameters=sum(p.numel() for p in lxmert.parameters()),
            language=count(linear(e.layer) + [lxmert.embeddings.word_embeddings]),
            vision=count(linear(e.r_layers) + [e.visn_fc.visn_fc, e.visn_fc.box_fc]),
            fusion=count(linear(e.x_layers)), pooler=count([lxmert.pooler.dense])),
        visual_bert=dict(
            parameters=sum(p.numel() for p in visual.parameters()),
            language=count(linear(visual.encoder) + [visual.embeddings.word_embeddings]),
            pooler=count([visual.pooler.dense])))


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    numbers = dict(sizes(), distillation={kind: golden(kind, out) for kind in MODELS})
    (out / "sizes.json").write_text(json.dumps(numbers, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
