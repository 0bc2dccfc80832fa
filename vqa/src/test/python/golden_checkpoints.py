#!/usr/bin/env python3
"""Makes golden files of checkpoints as PyTorch and Hugging Face write them.

    pip install torch==2.13.0 transformers==5.17.0 safetensors numpy
    python vqa/src/test/python/golden_checkpoints.py vqa/src/test/golden/checkpoints

* views.bin, views-protocol-4.bin (torch.save in zip form) and legacy.bin (its form before 1.6): one dictionary of tensors
  of every type that has a storage class, contiguous or not, some in one storage; views.safetensors: those of float types
  as float32, row-major
* lxmert/: a small LxmertForQuestionAnswering by state_dict() in pytorch_model.bin; lxmert-shards/: the same model by
  save_pretrained(max_shard_size=...); lxmert-authors/: the same values as float64 with the prefix `module.bert.` and
  gamma and beta; lxmert.safetensors: what an import must give
* lxmert-foreign/: the same model in safetensors beside tensors of types that no model here has; lxmert-wrapped/: in an
  entry `state_dict` of what a training program saves, under `module._orig_mod.`, beside such tensors of PyTorch;
  lxmert-finetuned/: as LXMERT's authors save a model for a task
* visual_bert-shards/: a small VisualBertModel, without prefix, in two pytorch_model-*.bin with their index;
  visual_bert.safetensors: what an import must give; visual_bert-authors/ and visual_bert-mmf/: the same model as its
  authors and as MMF save it
The script is deterministic.
"""

import json
import re
import sys
import warnings
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import LxmertConfig, LxmertForQuestionAnswering, VisualBertConfig, VisualBertModel

warnings.filterwarnings("ignore")
SMALL = dict(
    vocab_size=9, hidden_size=4, num_attention_heads=2, intermediate_size=6, max_position_embeddings=5,
    type_vocab_size=2, initializer_range=0.3)


def views():
    base = torch.randn(6, 5, 4)
    tensors = dict(
        whole=base, transposed=base[0].t(), permuted=base.permute(2, 0, 1), part=base[2:4], column=base[:, 3, 1],
        stepped=base[::2, 1::2, ::3], last=base[5, 4, 3], single=base[1:2, :, 2:3],
        expanded=torch.randn(1, 3).expand(4, 3),
        parameter=torch.nn.Parameter(torch.randn(3, 2)), empty=torch.empty(0, 3),
        half=torch.tensor([1.0, -0.1, 65504.0, 6e-8, 0.0], dtype=torch.float16),
        bfloat=torch.tensor([1.0, -0.1, 3e38, 1e-40], dtype=torch.bfloat16),
        double=torch.tensor([1.0, -0.1, 1e-50, 3.4e38], dtype=torch.float64),
        half_transposed=torch.randn(3, 4).half().t())
    integers = {
        str(t).removeprefix("torch."): torch.tensor([0, 1, 1], dtype=t)
        for t in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)}
    return tensors, integers


def save_views(folder):
    tensors, integers = views()
    everything = {**tensors, **integers, "epoch": 3, "rate": 0.5, "name": "x", "none": None, "list": [1, (2, True)]}
    torch.save(everything, folder / "views.bin")
    torch.save(everything, folder / "views-protocol-4.bin", pickle_protocol=4)
    torch.save(everything, folder / "legacy.bin", _use_new_zipfile_serialization=False)
    del tensors["expanded"]
    save_file({k: v.detach().float().contiguous().clone() for k, v in tensors.items()}, folder / "views.safetensors")


def randomise(model):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_()
    return model.eval()


def keep_config(folder, keys):
    config = json.loads((folder / "config.json").read_text())
    text = json.dumps({k: config[k] for k in ["model_type", *keys]}, indent=1)
    (folder / "config.json").write_text(text + "\n")
    return text + "\n"


def save_lxmert(folder):
    config = LxmertConfig(
        **SMALL, l_layers=1, r_layers=1, x_layers=1, visual_feat_dim=3, visual_pos_dim=4, num_qa_labels=3)
    model = randomise(LxmertForQuestionAnswering(config))
    shards = folder / "lxmert-shards"
    model.save_pretrained(shards, max_shard_size="3KB")
    (shards / "generation_config.json").unlink(missing_ok=True)
    text = keep_config(shards, [*SMALL, "l_layers", "r_layers", "x_layers", "visual_feat_dim", "visual_pos_dim"])
    whole = folder / "lxmert"
    authors = folder / "lxmert-authors"
    for other in (whole, authors):
        other.mkdir()
        (other / "config.json").write_text(text)
    torch.save(model.state_dict(), whole / "pytorch_model.bin")
    old = {}
    for name, value in model.state_dict().items():
        name = re.sub(r"(?i)(layer_?norm)\.weight$", r"\1.gamma", name.replace("lxmert.", "module.bert."))
        old[re.sub(r"(?i)(layer_?norm)\.bias$", r"\1.beta", name)] = value.double()
    torch.save(old, authors / "pytorch_model.bin")
    save_file({k: v.clone() for k, v in model.state_dict().items() if k.startswith("lxmert.")}, folder / "lxmert.safetensors")


def save_visual_bert(folder):
    model = randomise(VisualBertModel(VisualBertConfig(**SMALL, num_hidden_layers=1, visual_embedding_dim=3)))
    shards = folder / "visual_bert-shards"
    shards.mkdir()
    (shards / "config.json").write_text(json.dumps(model.config.to_dict()))
    keep_config(shards, [*SMALL, "num_hidden_layers", "visual_embedding_dim"])
    state = model.state_dict()
    state["embeddings.position_ids"] = torch.arange(5)[None]
    names = list(state)
    weight_map = {}
    for i, part in enumerate((names[:12], names[12:])):
        shard = f"pytorch_model-{i + 1:05}-of-00002.bin"
        torch.save({name: state[name] for name in part}, shards / shard)
        weight_map.update({name: shard for name in part})
    index = dict(metadata=dict(total_size=0), weight_map=weight_map)
    (shards / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=1) + "\n")
    save_file({f"visual_bert.{k}": v.clone() for k, v in model.state_dict().items() if v.is_floating_point()},
              folder / "visual_bert.safetensors")


def foreign_tensors():
    """Tensors of PyTorch that no model here has; some pickle with functions of their own."""
    marked = torch.ones(2)
    marked.note = "mine"
    kinds = dict(
        u16=torch.uint16, u32=torch.uint32, u64=torch.uint64, f8_e4m3=torch.float8_e4m3fn, f8_e5m2=torch.float8_e5m2,
        c64=torch.complex64, c128=torch.complex128)
    tensors = {name: torch.ones(3).to(kind) for name, kind in kinds.items()}
    tensors.update(
        negated=torch.ones(3).to(torch.complex64).conj().imag, sparse=torch.eye(2).to_sparse(),
        marked=marked, quantised=torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8))
    return tensors


def new_folder(folder, name, like):
    made = folder / name
    made.mkdir()
    (made / "config.json").write_text((folder / like / "config.json").read_text())
    return made


def save_foreign(folder):
    state = torch.load(folder / "lxmert" / "pytorch_model.bin")
    foreign = foreign_tensors()
    kept = [name for name in foreign if name[0] in "uf"] + ["c64"]
    save_file({**state, **{name: foreign[name] for name in kept}},
              new_folder(folder, "lxmert-foreign", "lxmert") / "model.safetensors")
    wrapped = {"module._orig_mod." + name: value for name, value in {**state, **foreign}.items()}
    torch.save({"epoch": 3, "state_dict": wrapped, "best": {"accuracy": 0.5}, "optimizer": {"state": {0: torch.ones(2)}}},
               new_folder(folder, "lxmert-wrapped", "lxmert") / "pytorch_model.bin")
    finetuned = {name.replace("lxmert.", "lxrt_encoder.model.bert."): value
                 for name, value in state.items() if name.startswith("lxmert.")}
    finetuned["logit_fc.0.weight"] = torch.ones(2, 2)
    torch.save(finetuned, new_folder(folder, "lxmert-finetuned", "lxmert") / "pytorch_model.bin")


def save_visual_bert_authors(folder):
    shards = sorted((folder / "visual_bert-shards").glob("*.bin"))
    state = {name: value for shard in shards for name, value in torch.load(shard).items()}

    def renamed(prefix):
        names = dict(visual_token_type_embeddings="token_type_embeddings_visual",
                     visual_position_embeddings="position_embeddings_visual", visual_projection="projection")
        result = {}
        for name, value in state.items():
            for ours, theirs in names.items():
                name = name.replace(ours, theirs)
            result[prefix + name] = value
        return result

    torch.save({**renamed("bert.bert."), "bert.cls.predictions.bias": torch.ones(9)},
               new_folder(folder, "visual_bert-authors", "visual_bert-shards") / "pytorch_model.bin")
    torch.save({"model": {**renamed("model.bert."), "model.classifier.1.bias": torch.ones(2)}, "best_update": 7},
               new_folder(folder, "visual_bert-mmf", "visual_bert-shards") / "pytorch_model.bin")


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    torch.manual_seed(1)
    save_views(folder)
    save_lxmert(folder)
    save_visual_bert(folder)
    save_foreign(folder)
    save_visual_bert_authors(folder)


main()
