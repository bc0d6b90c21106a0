"""Scores stored predictions for outlier detection by pytorch-ood's own detectors, as they are.

Usage: detect_pytorch_ood.py FOLDER [SAMPLES]        (files as for detect.py)

Needs `pip install pytorch-ood`. Detectors are fitted on the whole training set. Those that loop over the classes, or hold a number for every
sample, class and feature, score SAMPLES samples (default 64) and their time is multiplied; the others score all in batches of 4,096.
Prints JSON with processor seconds of fit and scores per detector, and their sum.
"""
import json
import pathlib
import sys
import time

import torch
from torch import nn

# torchvision's operators need not fit this version of PyTorch.
_register_fake = torch.library.register_fake
torch.library.register_fake = lambda op, *a, **k: (lambda f: f) \
    if isinstance(op, str) and op.startswith("torchvision::") else _register_fake(op, *a, **k)
from pytorch_ood import detector as ood  # noqa: E402

from detect import load  # noqa: E402


def clocked(body):
    start = time.process_time()
    body()
    return time.process_time() - start


@torch.no_grad()
def main():
    folder = pathlib.Path(sys.argv[1])
    few = int(sys.argv[2]) if len(sys.argv) > 2 else 64
    train, inliers, outliers = (load(folder / f"{n}.safetensors") for n in ("train", "id", "ood"))
    w, b = train["head.weight"], train["head.bias"].float()
    t, labels, zt = train["embeddings"], train["labels"].long(), train["logits"]
    x = torch.cat([inliers["embeddings"], outliers["embeddings"]])
    z = torch.cat([inliers["logits"], outliers["logits"]])
    head = nn.Linear(w.shape[1], w.shape[0])
    head.weight.copy_(w)
    head.bias.copy_(b)
    maps = x[:, :, None, None]
    pooled = lambda v: head(v.flatten(1))
    dim = 1000 if w.shape[1] >= 2048 else w.shape[1] // 2

    on_logits = {
        "msp": ood.MaxSoftmax(None), "max_logit": ood.MaxLogit(None), "energy": ood.EnergyBased(None),
        "entropy": ood.Entropy(None), "gen": ood.GEN(None, M=100), "kl_matching": ood.KLMatching(None)}
    on_features = {
        "mahalanobis": ood.Mahalanobis(None), "relative_mahalanobis": ood.RMD(None),
        "vim": ood.ViM(None, dim, w, b), "dice": ood.DICE(None, w, b, 0.9), "she": ood.SHE(None, head),
        "nnguide": ood.NNGuide(None, head, k=100), "fdbd": ood.fDBD(None, head)}
    on_maps = {
        "react": ood.ReAct(None, pooled, percentile=0.9),
        "ash_s": ood.ASH(None, pooled, percentile=0.9), "scale": ood.SCALE(None, pooled, percentile=0.85)}
    slow = {"mahalanobis", "relative_mahalanobis", "dice"}

    times, failed = {}, {}
    for group, data, fit, predict in [
        (on_logits, z, "fit_logits", "predict_logits"), (on_features, x, "fit_features", "predict_features"),
        (on_maps, maps, "fit_feature_maps", "predict_feature_maps"),
    ]:
        for name, detector in group.items():
            try:
                fitting = 0.0
                if getattr(detector, "requires_fit", False) or name in ("kl_matching", "react"):
                    sample = {"fit_logits": zt, "fit_features": t, "fit_feature_maps": t[:, :, None, None]}[fit]
                    fitting = clocked(lambda: getattr(detector, fit)(sample, labels))
                used = data[:few] if name in slow else data
                score = getattr(detector, predict)
                scoring = clocked(lambda: [score(part) for part in used.split(4096)]) * len(data) / len(used)
                times[name] = {"fit": round(fitting, 3), "score": round(scoring, 3)}
            except Exception as error:  # A detector of another version may want other arguments.
                failed[name] = f"{type(error).__name__}: {error}"
    print(json.dumps({
        "processor_seconds": sum(a["fit"] + a["score"] for a in times.values()), "detectors": times, "failed": failed}))


if __name__ == "__main__":
    main()
