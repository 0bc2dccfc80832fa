#!/usr/bin/env python3
"""Writes the region features of a TSV file of ImportBench in the other formats, for measurements (docs/data.md).

    pip install h5py==3.16.0 numpy==2.4.6
    python vqa/src/test/python/convert_features.py big

big/features.tsv gives big-hdf5/train36.hdf5 with its index, big-pickle/features.pkl and big-zip/trainval_36.zip; the other
files of the folder are linked there. The pickle is made in memory, as the original's is.
"""

import base64
import os
import pickle
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np

REGIONS = 36


def images(file):
    with open(file) as lines:
        for line in lines:
            image, w, h, _, boxes, features = line.rstrip("\n").split("\t")
            yield (int(image), float(w), float(h), np.frombuffer(base64.b64decode(boxes), "<f4").reshape(REGIONS, 4),
                   np.frombuffer(base64.b64decode(features), "<f4").reshape(REGIONS, -1))


def spatial(boxes, w, h):
    """As tools/detection_features_converter.py of hengyuan-hu/bottom-up-attention-vqa computes them."""
    scaled_w, scaled_h = (boxes[:, 2] - boxes[:, 0]) / w, (boxes[:, 3] - boxes[:, 1]) / h
    x, y = boxes[:, 0] / w, boxes[:, 1] / h
    return np.stack([x, y, x + scaled_w, y + scaled_h, scaled_w, scaled_h], axis=1)


def write_hdf5(folder, tsv):
    count = sum(1 for _ in open(tsv))
    index = {}
    with h5py.File(folder / "train36.hdf5", "w") as h:
        made = None
        for row, (image, width, height, boxes, features) in enumerate(images(tsv)):
            if made is None:
                made = [h.create_dataset(name, (count, REGIONS, columns), "f") for name, columns in (
                    ("image_features", features.shape[1]), ("image_bb", 4), ("spatial_features", 6))]
            for dataset, numbers in zip(made, (features, boxes, spatial(boxes, width, height))):
                dataset[row] = numbers
            index[image] = row
    (folder / "train36_imgid2idx.pkl").write_bytes(pickle.dumps(index, protocol=0))


def write_pickle(folder, tsv):
    items = {str(image): dict(feats=features.copy(), sp_feats=spatial(boxes, w, h))
             for image, w, h, boxes, features in images(tsv)}
    with open(folder / "features.pkl", "wb") as file:
        pickle.dump(items, file, protocol=4)


def write_zip(folder, tsv):
    with zipfile.ZipFile(folder / "trainval_36.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(tsv, "trainval_36/trainval_resnet101_faster_rcnn_genome_36.tsv")


def main():
    source = Path(sys.argv[1])
    for name, write in (("hdf5", write_hdf5), ("pickle", write_pickle), ("zip", write_zip)):
        folder = source.with_name(source.name + "-" + name)
        folder.mkdir()
        for file in source.iterdir():
            if file.suffix != ".tsv":
                os.link(file, folder / file.name)
        write(folder, source / "features.tsv")


main()
