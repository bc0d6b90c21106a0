"""The distance to the 50th neighbor by faiss's exact index, as OpenOOD computes it.

Usage: neighbors.py FOLDER        (train, id and ood .safetensors with embeddings)

Prints JSON: seconds from the arrays in memory on.
"""
import json
import pathlib
import struct
import sys
import time

import faiss
import numpy as np


def embeddings(path):
    raw = np.memmap(path, np.uint8, "r")
    size = struct.unpack("<Q", raw[:8].tobytes())[0]
    entry = json.loads(raw[8 : 8 + size].tobytes())["embeddings"]
    a, b = entry["data_offsets"]
    return np.frombuffer(raw[8 + size + a : 8 + size + b].tobytes(), np.float32).reshape(entry["shape"])


folder = pathlib.Path(sys.argv[1])
train, inliers, outliers = (embeddings(folder / f"{n}.safetensors") for n in ("train", "id", "ood"))
start = time.perf_counter()
normalized = lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)
index = faiss.IndexFlatL2(train.shape[1])
index.add(normalized(train))
a, o = (index.search(normalized(x), 50)[0][:, -1] for x in (inliers, outliers))
seconds = time.perf_counter() - start
values = np.concatenate([a, o])
ranks = np.empty(len(values))
ranks[values.argsort()] = np.arange(1, len(values) + 1)
area = (ranks[len(a) :].sum() - len(o) * (len(o) + 1) / 2) / (len(a) * len(o))
print(json.dumps({"seconds": seconds, "auroc_knn": area}))
