"""Scores stored logits the usual way: NumPy, scikit-learn, and the L-BFGS temperature of the published benchmark.

Usage: score.py FILE.npz        (arrays `logits` [N, C] float32 and `labels` [N])

Does what `credence score` does by default, without intervals, and prints JSON.
"""
import json
import sys
import time

import numpy as np
import torch
from sklearn.metrics import average_precision_score, roc_auc_score


def ranking(confidence, correct):
    order = np.argsort(-confidence, kind="stable")
    c = correct[order].astype(np.float64)
    n = len(c)
    k = np.arange(1, n + 1)
    errors = np.cumsum(1 - c)
    risk = errors / k
    coverage = k / n
    out = {"accuracy": c.mean(), "auroc": roc_auc_score(correct, confidence)}
    out["aupr_success"] = average_precision_score(correct, confidence)
    out["aupr_error"] = average_precision_score(1 - correct, -confidence)
    true_positive = np.cumsum(c) / c.sum()
    out["fpr95"] = errors[np.argmax(true_positive >= 0.95)] / errors[-1]
    out["aurc"] = risk.mean()
    wrong = int(errors[-1])
    best = np.where(k > n - wrong, (k - (n - wrong)) / k, 0).mean()
    out["e_aurc"] = out["aurc"] - best
    out["augrc"] = np.trapezoid(np.r_[0, errors / n], np.r_[0, coverage])
    for a in (0.90, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995):
        good = np.nonzero(1 - risk >= a)[0]
        out[f"sac_{a}"] = coverage[good[-1]] if len(good) else 0.0
    for q in (0.8, 0.9):
        out[f"risk_at_{q}"] = risk[int(np.ceil(q * n)) - 1]
    return out


def calibration(confidence, correct, bins=15):
    edges = np.linspace(0, 1, bins + 1)
    index = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    count = np.bincount(index, minlength=bins)
    gap = np.abs(np.bincount(index, confidence, bins) - np.bincount(index, correct, bins))
    mean = gap / np.maximum(count, 1)
    out = {"ece": gap.sum() / len(confidence), "mce": mean.max()}
    out["ece_l2"] = np.sqrt((count * mean**2).sum() / len(confidence))
    order = np.argsort(confidence, kind="stable")
    parts = [p for p in np.array_split(order, bins) if len(p)]
    out["ece_equal_mass"] = sum(
        abs(confidence[p].mean() - correct[p].mean()) * len(p) for p in parts) / len(confidence)
    out["top_label_brier"] = ((confidence - correct) ** 2).mean()
    return out


def of_all_classes(p, labels, bins=15):
    n, classes = p.shape
    rows = np.arange(n)
    top = np.argpartition(-p, 5, axis=1)[:, :5]
    out = {"top5_accuracy": (top == labels[:, None]).any(1).mean()}
    out["nll"] = -np.log(np.maximum(p[rows, labels], np.finfo(np.float32).tiny)).mean(dtype=np.float64)
    out["brier"] = ((p**2).sum(1, dtype=np.float64) - 2 * p[rows, labels] + 1).mean()
    edges = np.linspace(0, 1, bins + 1)
    classwise, adaptive, thresholded = [], [], {1e-3: [], 1e-2: []}
    for k in range(classes):
        q = p[:, k].astype(np.float64)
        hit = labels == k
        index = np.clip(np.searchsorted(edges, q, side="left") - 1, 0, bins - 1)
        gap = np.abs(np.bincount(index, q, bins) - np.bincount(index, hit, bins))
        classwise.append(gap.sum() / n)
        order = np.argsort(q, kind="stable")
        adaptive.append(np.mean([abs(q[s].mean() - hit[s].mean()) for s in np.array_split(order, bins)]))
        for threshold, values in thresholded.items():
            kept = order[q[order] >= threshold]
            values.append(
                sum(abs(q[s].mean() - hit[s].mean()) for s in np.array_split(kept, bins) if len(s)) / bins)
    out["ece_classwise"] = np.mean(classwise)
    out["ace"] = np.mean(adaptive)
    for threshold, values in thresholded.items():
        out[f"tace_{threshold}"] = np.mean(values)
    return out


def temperature(logits, labels):
    """The published recipe: one call of L-BFGS, learning rate 0.01, at most 5,000 iterations, from 1.5."""
    z = torch.from_numpy(np.ascontiguousarray(logits))
    y = torch.from_numpy(labels.astype(np.int64))
    t = torch.nn.Parameter(torch.ones(1) * 1.5)
    optimizer = torch.optim.LBFGS([t], lr=0.01, max_iter=5000)

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(z / t, y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return t.item()


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def measure(logits, labels):
    p = softmax(logits)
    confidence = p.max(1).astype(np.float64)
    correct = (p.argmax(1) == labels).astype(np.int64)
    return {**ranking(confidence, correct), **calibration(confidence, correct), **of_all_classes(p, labels)}


def main():
    data = np.load(sys.argv[1])
    logits, labels = data["logits"], data["labels"].astype(np.int64)
    start = time.perf_counter()
    before = measure(logits, labels)
    chosen = np.random.default_rng(1).permutation(len(labels))
    validation, test = chosen[:5000], chosen[5000:]
    t = temperature(logits[validation], labels[validation])
    after = measure(logits[test] / np.float32(t), labels[test])
    print(json.dumps({
        "temperature": t, "before": {k: float(v) for k, v in before.items()},
        "after": {k: float(v) for k, v in after.items()}, "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
