#!/usr/bin/env python3
"""Makes golden files of region features in the formats that people have, all with the numbers of features.tsv.

    pip install h5py==3.16.0 numpy==2.4.6
    python vqa/src/test/python/golden_features.py vqa/src/test/golden/features

* features.tsv: six images of 3 regions with 5 features, in bottom-up-attention's columns; ragged.tsv: with 1 to 3 regions
* fixed.hdf5, chunked.hdf5 (gzip, shuffled, chunks across images), big-endian.hdf5, double.hdf5, each with its
  ..._imgid2idx.pkl; ragged.hdf5 and ragged-chunked.hdf5 with pos_boxes. half.hdf5 has features of float16, and
  half-features.tsv the same ones. spatial_features are computed as the converter
  of bottom-up-attention's features does, but in direct.hdf5, where corners are divided one by one. The indexes are of
  protocols 0 to 5, with keys of several types
* protocol-0.pkl to protocol-5.pkl, fortran.pkl, half.pkl, shared.pkl (one array for several images), ordered.pkl: image id
  to {feats, sp_feats}; normalized.tsv: the same with boxes divided before; half.tsv and shared.tsv likewise
* trainval_36.zip: features.tsv as published, in a folder; parts.zip: in two parts
Published files are larger but made likewise. The script is deterministic.
"""

import base64
import pickle
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

import h5py
import numpy as np

IDS = [9, 7, 8, 262148, 30, 31]
SIZES = [(640, 480), (427, 640), (500, 333), (640, 425), (612, 612), (333, 500)]
REGIONS = 3
WIDTH = 5


def images(counts):
    rng = np.random.default_rng(1)
    made = []
    for image, (w, h), count in zip(IDS, SIZES, counts):
        low = rng.random((count, 2)) * 0.5
        corners = np.concatenate([low, low + rng.random((count, 2)) * 0.5], axis=1)
        boxes = (corners * [w, h, w, h]).astype(np.float32)
        boxes[0] = [0, 0, w, h]
        made.append(dict(id=image, w=w, h=h, boxes=boxes, features=rng.standard_normal((count, WIDTH)).astype(np.float32)))
    return made


def line(image, w, h, boxes, features):
    text = [base64.b64encode(a.astype("<f4").tobytes()).decode() for a in (boxes, features)]
    return "\t".join([str(image), str(w), str(h), str(len(boxes)), *text]) + "\n"


def write_tsv(file, made):
    file.write_text("".join(line(m["id"], m["w"], m["h"], m["boxes"], m["features"]) for m in made))


def spatial(m):
    """As tools/detection_features_converter.py of hengyuan-hu/bottom-up-attention-vqa computes them."""
    boxes, w, h = m["boxes"], float(m["w"]), float(m["h"])
    scaled_w, scaled_h = (boxes[:, 2] - boxes[:, 0]) / w, (boxes[:, 3] - boxes[:, 1]) / h
    x, y = boxes[:, 0] / w, boxes[:, 1] / h
    return np.stack([x, y, x + scaled_w, y + scaled_h, scaled_w, scaled_h], axis=1)


def direct(m):
    return m["boxes"] / np.array([m["w"], m["h"], m["w"], m["h"]], np.float32)


def write_hdf5(file, made, kind="f4", divided=spatial, ragged=False, protocol=2, key=int, features_kind=None, **options):
    join = np.concatenate if ragged else np.stack
    with h5py.File(file, "w", track_order=False) as h:
        for name, parts in (("image_features", [m["features"] for m in made]), ("image_bb", [m["boxes"] for m in made]),
                            ("spatial_features", [divided(m) for m in made])):
            data = join(parts).astype(features_kind if features_kind and name == "image_features" else kind)
            chunks = options.get("chunks")
            h.create_dataset(name, data=data, **{**options, **({"chunks": chunks[: data.ndim]} if chunks else {})})
        if ragged:
            ends = np.cumsum([len(m["boxes"]) for m in made])
            h.create_dataset("pos_boxes", data=np.stack([ends - [len(m["boxes"]) for m in made], ends], axis=1), dtype="int32")
    index = {key(m["id"]): row for row, m in enumerate(made)}
    file.with_name(file.stem + "_imgid2idx.pkl").write_bytes(pickle.dumps(index, protocol=protocol))


def dictionary(made, kind=np.float32, order="C", key=str, columns=6):
    return {key(m["id"]): dict(feats=np.asarray(m["features"].astype(kind), order=order),
                               sp_feats=np.asarray(spatial(m)[:, :columns].astype(kind), order=order)) for m in made}


def write_pickle(file, items, protocol):
    file.write_bytes(pickle.dumps(items, protocol=protocol))


def write_normalized(file, items):
    """What an import of the pickled dictionary must give, as a TSV of images of one pixel."""
    file.write_text("".join(line(key, 1, 1, item["sp_feats"][:, :4].astype("f4"), item["feats"].astype("f4"))
                            for key, item in items.items()))


def write_zip(file, parts):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2017, 11, 27, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    whole = images([REGIONS] * len(IDS))
    write_tsv(folder / "features.tsv", whole)
    write_hdf5(folder / "fixed.hdf5", whole, protocol=0)
    write_hdf5(folder / "chunked.hdf5", whole, chunks=(4, 2, 2), compression="gzip", shuffle=True, key=str, protocol=3)
    write_hdf5(folder / "big-endian.hdf5", whole, kind=">f4", protocol=4, key=np.int64)
    write_hdf5(folder / "double.hdf5", whole, kind="f8", protocol=5)
    write_hdf5(folder / "direct.hdf5", whole, divided=direct, protocol=2, key=lambda i: f"COCO_train2014_{i:012}")
    halved = [dict(m, features=m["features"].astype("f2").astype("f4")) for m in whole]
    write_tsv(folder / "half-features.tsv", halved)
    write_hdf5(folder / "half.hdf5", halved, features_kind="f2")
    ragged = images([1, 3, 2, 3, 1, 2])
    write_tsv(folder / "ragged.tsv", ragged)
    write_hdf5(folder / "ragged.hdf5", ragged, ragged=True, protocol=1)
    write_hdf5(folder / "ragged-chunked.hdf5", ragged, ragged=True, chunks=(5, 3), compression="gzip")
    items = dictionary(whole)
    write_normalized(folder / "normalized.tsv", items)
    for protocol in range(6):
        write_pickle(folder / f"protocol-{protocol}.pkl", items, protocol)
    write_pickle(folder / "fortran.pkl", dictionary(whole, order="F", key=int), 4)
    write_pickle(folder / "fortran-5.pkl", dictionary(whole, order="F", kind=">f4"), 5)
    write_pickle(folder / "corners.pkl", dictionary(whole, columns=4, key=np.int64), 2)
    write_pickle(folder / "ordered.pkl", OrderedDict(items), 4)
    halves = dictionary(whole, kind=np.float16)
    write_pickle(folder / "half.pkl", halves, 4)
    write_normalized(folder / "half.tsv", halves)
    shared = {key: dict(item, sp_feats=items["9"]["sp_feats"]) for key, item in items.items()}
    write_pickle(folder / "shared.pkl", shared, 4)
    write_normalized(folder / "shared.tsv", shared)
    text = (folder / "features.tsv").read_text()
    lines = text.splitlines(keepends=True)
    write_zip(folder / "trainval_36.zip", {
        "trainval_36/": "", "__MACOSX/trainval_36/._trainval.tsv": "x",
        "trainval_36/trainval_resnet101_faster_rcnn_genome_36.tsv": text})
    write_zip(folder / "parts.zip", {
        "trainval/karpathy_train_resnet101_faster_rcnn_genome.tsv.1": "".join(lines[2:]),
        "trainval/karpathy_train_resnet101_faster_rcnn_genome.tsv.0": "".join(lines[:2])})


main()
