"""Classifies the mistakes of models the usual way: a row at a time, in Python, the features of CLIP given.

Usage: errors.py FOLDER MODELS        (the artefacts of the benchmark, and how many models to classify)

Per model, as the published program does: a function is applied to each row of the table, and each mistake that reaches the last stage builds its
list of proposals from WordNet, normalizes their features and takes a softmax. What the published program does besides is left out: copies of
data frames, opening images, running CLIP. Prints JSON: seconds per model (without imports and without reading what all models share).
"""
import collections
import csv
import gzip
import json
import pathlib
import struct
import sys
import time

import numpy as np
import torch

folder = pathlib.Path(sys.argv[1])
model_count = int(sys.argv[2])
artefacts = folder / "artefacts"
dataset = artefacts / "imagenet"

Synset = collections.namedtuple("Synset", "offset names parents instances children")
META_LABELS = {
    "device", "dog", "commodity", "bird", "structure", "covering", "wheeled_vehicle", "food", "equipment", "insect", "vehicle",
    "furniture", "primate", "vessel", "snake", "natural_object", "organism", "geological_formation", "clothing", "container",
}
COLLAPSED = {
    250: [248], 249: [248], 836: [837], 837: [836], 385: [101], 386: [101], 504: [968], 638: [639], 639: [638], 657: [744], 744: [657],
    620: [681], 681: [620], 664: [782], 782: [664], 482: [848], 356: [357, 358, 359], 357: [356, 358, 359], 358: [356, 357, 359],
    359: [356, 357, 358], 435: [876],
}


def read_wordnet(path):
    synsets = {}
    for line in gzip.open(path, "rt"):
        if line.startswith(" "):
            continue
        fields = line.split(" | ")[0].split(" ")
        count = int(fields[3], 16)
        names = fields[4:4 + 2 * count:2]
        start = 4 + 2 * count
        pointers = {"@": [], "@i": [], "~": []}
        for i in range(start + 1, start + 1 + 4 * int(fields[start]), 4):
            if fields[i] in pointers and fields[i + 2] == "n":
                pointers[fields[i]].append(int(fields[i + 1]))
        synsets[int(fields[0])] = Synset(int(fields[0]), names, pointers["@"], pointers["@i"], pointers["~"])
    return synsets


def read_features(path):
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])

    def array(name, dtype):
        a, b = header[name]["data_offsets"]
        return np.frombuffer(raw[8 + size + a:8 + size + b], dtype).reshape(header[name]["shape"])

    text, offsets = array("names.bytes", np.uint8).tobytes(), array("names.offsets", np.int64)
    names = [text[a:b].decode() for a, b in zip(offsets[:-1], offsets[1:])]
    return dict(zip(names, torch.from_numpy(array("features", np.float32).copy())))


wordnet = read_wordnet(artefacts / "wordnet/data.noun.gz")
wnids = sorted((folder / "classes.txt").read_text().split())
offsets = [int(wnid[1:]) for wnid in wnids]
class_of = {offset: index for index, offset in enumerate(offsets)}


def paths(offset):
    synset = wordnet[offset]
    parents = synset.parents + synset.instances
    return [path + [offset] for parent in parents for path in paths(parent)] if parents else [[offset]]


supersets = [{offset for path in paths(offset) for offset in path} for offset in offsets]
lemmas = [{name for offset in superset for name in wordnet[offset].names} for superset in supersets]
superclasses = [set() for _ in wnids]
members = collections.defaultdict(list)
for line in (artefacts / "superclasses.json").read_text().splitlines():
    (name, alternatives), = json.loads(line).items()
    for index in range(1000):
        if any(all(lemma in lemmas[index] for lemma in names) for names in alternatives):
            superclasses[index].add(name)
for index, names in enumerate(superclasses):
    if not names:
        names.add(wnids[index])
    for name in names:
        members[name].append(index)
pairs = {pair for a, b in json.loads((dataset / "cooccurrence_pairs.json").read_text()) for pair in ((a, b), (b, a))}
untypical = {file for name in ("greedy_soups", "vit3b")
             for file, entry in json.loads((artefacts / f"imagenet-mistakes/metadata/{name}_mistakes.json").read_text()).items()
             if entry["failure category"] == "Non-prototypical"}
info = np.load(dataset / "samples_info.npz")
neighbors = np.load(dataset / "valid_clip_knn.npz")["topk_train_targets"]
images = read_features(dataset / "clip_image_features.safetensors")
texts = read_features(artefacts / "clip_text_features.safetensors")
labels = {}
for row in csv.DictReader((artefacts / "multilabel.csv").open()):
    labels[row["id"]] = ([int(x) for x in row["proposed_labels"].split(",") if x.strip()], row["is_problematic"] == "True")


def proposals(prediction, target):
    blocked = {offset for path in paths(offsets[target]) for offset in path}
    found = [offsets[prediction]]
    same = sorted({index for name in superclasses[prediction] for index in members[name]})
    found += [offsets[index] for index in same]
    for parent in wordnet[offsets[prediction]].parents:
        found += [child for child in wordnet[parent].children if child not in blocked]
    for path in paths(offsets[prediction]):
        covered = False
        for offset in path:
            covered = covered or any(name in META_LABELS for name in wordnet[offset].names)
            if covered and offset not in blocked:
                found.append(offset)
    entries, seen = [], set()
    for offset in found:
        if offset not in seen:
            seen.add(offset)
            entries += [(name.lower().replace("_", " "), offset) for name in wordnet[offset].names]
    return entries


def out_of_vocabulary(row, prediction):
    around = {name for target in neighbors[row["position"]][:10] for name in superclasses[target]}
    if not around & superclasses[prediction]:
        return None
    entries = proposals(prediction, row["target"])
    features = torch.stack([texts[f"A photo of a {name}"] for name, _ in entries])
    features = features / features.norm(dim=-1, keepdim=True)
    image = images[row["file"]]
    image = image / image.norm()
    probabilities = (100 * image @ features.T).softmax(dim=-1)
    values, indices = probabilities.topk(min(5, len(entries)))
    best = [(entries[i][1], entries[i][0], f"{100 * v:.2f}%") for v, i in zip(values.tolist(), indices.tolist())]
    return f"Top-5 alternative proposals: {best} | out of {len(entries)}" if best[0][0] not in class_of else None


def classify(row):
    target, prediction, correct = row["target"], row["top1"], row["labels"]
    result = []
    if not correct:
        result.append("empty_correct" if prediction == target else
                      "empty_collapsed" if prediction in COLLAPSED.get(target, []) else "empty_wrong")
    elif prediction == target:
        if target in correct:
            return ["correct"]
        result.append("wrong_label")
    elif prediction in COLLAPSED.get(target, []):
        return ["correct_collapsed_mapping"]
    elif prediction in correct:
        return ["correct_multi_label"]
    matching = [label for label in correct if superclasses[label] & superclasses[prediction]]
    if matching:
        return result + ["same_superclass", str(sorted(superclasses[prediction])), ",".join(map(str, matching))]
    if target not in correct:
        if prediction == target or superclasses[target] & superclasses[prediction]:
            return result + ["OOV_similar_to_target"]
        if (target, prediction) in pairs:
            return result + ["common_co_occurrences_with_target"]
    summary = out_of_vocabulary(row, prediction)
    if summary is not None:
        return result + ["OOV_detected_by_clip", summary]
    matching = [label for label in correct if (label, prediction) in pairs]
    if matching:
        return result + ["common_co_occurrences", ",".join(map(str, matching))]
    if row["file"].split("/")[1] in untypical:
        return result + ["non_prototypical"]
    return result + ["not_classified"]


files = [str(name) for name in info["sample_files"]]
columns = {"file": files, "target": info["targets"].tolist(), "position": list(range(len(files))),
           "labels": [labels[name.split("/")[1]][0] for name in files],
           "is_problematic": [labels[name.split("/")[1]][1] for name in files]}
counts = collections.Counter()
start = time.perf_counter()
for model in sorted(path for path in dataset.iterdir() if (path / "preds.npz").exists())[:model_count]:
    top1 = np.load(model / "preds.npz")["top1"]
    rows = [dict(zip(columns, values), top1=int(value)) for *values, value in zip(*columns.values(), top1)]
    types = [classify(row) for row in rows]
    counts.update(kind for kinds in types for kind in kinds[:2])
seconds = (time.perf_counter() - start) / model_count
print(json.dumps({"seconds": seconds, "models": float(model_count), "failures": float(counts["not_classified"]),
                  "out_of_vocabulary": float(counts["OOV_detected_by_clip"]), "fine_grained": float(counts["same_superclass"])}))
