"""Scores stored predictions for outlier detection the usual way: the formulas of pytorch-ood and OpenOOD v1.5 in plain PyTorch.

Usage: detect.py FOLDER        (train, id and ood .safetensors with logits, embeddings, labels, head.weight, head.bias)

Where pytorch-ood loops over the classes (Mahalanobis, KL-matching), a matrix product takes the loop's place, which is many times
faster; everything else is as there. Fitted statistics are float32, samples come in batches of 4,096. Prints JSON: seconds from the files
on (without imports), of which the fit and the scores.
"""
import json
import pathlib
import struct
import sys
import time

import numpy as np
import torch


def load(path):
    raw = np.memmap(path, np.uint8, "r")
    size = struct.unpack("<Q", raw[:8].tobytes())[0]
    header = json.loads(raw[8 : 8 + size].tobytes())
    types = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "I64": np.int64}
    out = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] not in types:
            continue
        a, b = entry["data_offsets"]
        data = raw[8 + size + a : 8 + size + b].tobytes()
        array = np.frombuffer(data, types[entry["dtype"]]).reshape(entry["shape"])
        out[name] = torch.from_numpy(array.copy())
    return out


def pruned(x, percentile):
    k = x.shape[1] - int(np.round(x.shape[1] * percentile / 100))
    values, index = torch.topk(x, k, dim=1)
    return torch.zeros_like(x).scatter_(1, index, values), index, k


def auroc(a, b):
    s = torch.cat([a, b]).double()
    ranks = torch.empty_like(s)
    ranks[s.argsort()] = torch.arange(1, len(s) + 1, dtype=torch.double)
    return ((ranks[len(a) :].sum() - len(b) * (len(b) + 1) / 2) / (len(a) * len(b))).item()


@torch.no_grad()
def main():
    folder = pathlib.Path(sys.argv[1])
    start = time.perf_counter()
    train, inliers, outliers = (load(folder / f"{n}.safetensors") for n in ("train", "id", "ood"))
    w, b = train["head.weight"], train["head.bias"].float()
    t, labels, zt = train["embeddings"], train["labels"].long(), train["logits"]
    classes, width = w.shape

    # Fit.
    begin = time.perf_counter()
    counts = torch.bincount(labels, minlength=classes).clamp(min=1).float()[:, None]
    mu = torch.zeros(classes, width).index_add_(0, labels, t) / counts
    centered = t - mu[labels]
    precision = torch.linalg.pinv(centered.T @ centered / len(t), hermitian=True)
    mu0 = t.mean(0)
    centered = t - mu0
    precision0 = torch.linalg.pinv(centered.T @ centered / len(t), hermitian=True)
    del centered
    mp, m = mu @ precision, ((mu @ precision) * mu).sum(1)
    u = -torch.linalg.pinv(w) @ b
    centered = t - u
    values, vectors = torch.linalg.eigh(centered.T @ centered / len(t))
    vectors = vectors.flip(1)
    dim = 1000 if width >= 2048 else width // 2
    null = vectors[:, dim:].contiguous()
    alpha = zt.max(1).values.mean() / (centered @ null).norm(dim=1).mean()
    del centered
    threshold = float(np.percentile(t.numpy(), 90))
    contributions = mu0 * w
    kept = w * (contributions > float(np.percentile(contributions.numpy(), 90)))
    pt = zt.softmax(1)
    predicted = zt.argmax(1)
    means = torch.zeros(classes, classes).index_add_(0, predicted, pt)
    found = torch.bincount(predicted, minlength=classes)
    means = (means[found > 0] / found[found > 0, None]).clamp(min=1e-30)
    log_means = means.log().T.contiguous()
    right = predicted == labels
    patterns = torch.zeros(classes, width).index_add_(0, labels[right], t[right])
    patterns /= torch.bincount(labels[right], minlength=classes).clamp(min=1).float()[:, None]
    bank = t[:: len(t) // 500][:500]
    bank = bank / bank.norm(dim=1, keepdim=True) * zt[:: len(t) // 500][:500].logsumexp(1)[:, None]
    gaps = torch.cdist(w, w).fill_diagonal_(1)
    generator = torch.Generator().manual_seed(1)
    rff = torch.randn(width, 1024, generator=generator) / width**0.5
    phase = 2 * np.pi * torch.rand(1024, generator=generator)

    def features(x):
        return torch.cos(torch.layer_norm(x, [width]) @ rff + phase)

    gram = torch.zeros(1024, 1024, dtype=torch.double)
    for part in t.split(4096):
        f = features(part).double()
        gram += f.T @ f
    posterior = torch.linalg.inv(gram + torch.eye(1024, dtype=torch.double)).float()
    fitted = time.perf_counter()

    # Scores of one batch; larger is more doubtful.
    def score(x, z):
        out = {}
        p = z.softmax(1)
        lse = z.logsumexp(1)
        out["msp"] = -p.max(1).values
        out["max_logit"] = -z.max(1).values
        out["energy"] = -lse
        out["entropy"] = -(p * z.log_softmax(1)).sum(1)
        top = z.topk(2, dim=1).values
        out["margin"] = top[:, 1] - top[:, 0]
        out["kl_matching"] = -out["entropy"] - (p @ log_means).max(1).values
        s = p.sort(dim=1).values[:, -100:]
        out["gen"] = (s**0.1 * (1 - s) ** 0.1).sum(1)
        xp = x @ precision
        d = (xp * x).sum(1)[:, None] - 2 * x @ mp.T + m
        out["mahalanobis"] = d.min(1).values
        c = x - mu0
        out["relative_mahalanobis"] = out["mahalanobis"] - ((c @ precision0) * c).sum(1)
        residual = ((x - u) @ null).norm(dim=1)
        out["vim"] = alpha * residual - lse
        out["residual"] = ((x - u) @ null).norm(dim=1)
        out["react"] = -(x.clip(max=threshold) @ w.T + b).logsumexp(1)
        out["dice"] = -(x @ kept.T + b).logsumexp(1)
        s1 = x.sum(1, keepdim=True)
        xs, _, _ = pruned(x, 90)
        out["ash_p"] = -(xs @ w.T + b).logsumexp(1)
        xs, _, _ = pruned(x, 90)
        out["ash_s"] = -(xs * torch.exp(s1 / xs.sum(1, keepdim=True)) @ w.T + b).logsumexp(1)
        _, index, k = pruned(x, 90)
        filled = torch.zeros_like(x).scatter_(1, index, (s1 / k).expand(-1, k))
        out["ash_b"] = -(filled @ w.T + b).logsumexp(1)
        xs, _, _ = pruned(x, 85)
        out["scale"] = -(x * torch.exp(s1 / xs.sum(1, keepdim=True)) @ w.T + b).logsumexp(1)
        y = z.argmax(1)
        out["she"] = -(x * patterns[y]).sum(1)
        out["gradnorm"] = -(p - 1 / classes).abs().sum(1) * x.abs().sum(1)
        normalized = x / x.norm(dim=1, keepdim=True)
        out["nnguide"] = -(normalized @ bank.T).topk(100, dim=1).values.mean(1) * lse
        distance = ((z - z.max(1, keepdim=True).values).abs() / gaps[y]).sum(1)
        out["fdbd"] = -distance / (x - mu0).norm(dim=1)
        f = features(x)
        out["sngp"] = ((f @ posterior) * f).sum(1)
        return out

    def all_scores(data):
        parts = [score(x, z) for x, z in zip(data["embeddings"].split(4096), data["logits"].split(4096))]
        return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}

    a, o = all_scores(inliers), all_scores(outliers)
    scored = time.perf_counter()
    values = {f"auroc_{name}": auroc(a[name], o[name]) for name in a}
    end = time.perf_counter()
    print(json.dumps({
        "seconds": end - start, "load_seconds": begin - start, "fit_seconds": fitted - begin,
        "score_seconds": scored - fitted, **values}))


if __name__ == "__main__":
    main()
