"""Writes the reference values of the detection methods: a small synthetic problem, every method in float64, by the papers' formulas.

Run with NumPy and SciPy; the values were made with NumPy 2.4 and SciPy 1.17. Published definitions are followed where they
differ from what Credence computes only by a constant; the direction is Credence's (larger = more doubtful).
"""
import json
import pathlib

import numpy as np
from scipy.special import logsumexp, softmax

folder = pathlib.Path(__file__).parent
rng = np.random.default_rng(20261121)
C, D, N_TRAIN, N_TEST = 7, 24, 420, 60

weight = rng.normal(size=(C, D)).astype(np.float32) * np.float32(0.4)
bias = rng.normal(size=C).astype(np.float32) * np.float32(0.2)
centers = 1.4 * weight / np.linalg.norm(weight, axis=1, keepdims=True)
mixing = rng.normal(size=(D, D)) / np.sqrt(D)


def draw(count, spread, shift=0.0):
    labels = np.arange(count) % C
    x = 3 * centers[labels] + spread * rng.normal(size=(count, D)) @ mixing + shift
    return np.maximum(x + 0.3, 0).astype(np.float32), labels


train, labels = draw(N_TRAIN, 1.0)
test = np.concatenate([draw(N_TEST // 2, 1.0)[0], draw(N_TEST // 2, 1.6, 0.3)[0]])


def logits_of(x):
    return (x.astype(np.float64) @ weight.T.astype(np.float64) + bias).astype(np.float32)


z_train, z = logits_of(train), logits_of(test)
# Labels that are sometimes wrong, so that SHE's choice of samples matters.
labels[::17] = (labels[::17] + 1) % C

T, X, Z, ZT, W, b = (a.astype(np.float64) for a in (train, test, z, z_train, weight, bias))
P, PT = softmax(Z, 1), softmax(ZT, 1)
scores = {}


def save(name, values, settings=None):
    scores[name] = {"method": name.split("@")[0], "settings": settings or {}, "values": values.tolist()}


# Logits.
save("msp", 1 - P.max(1))
save("max_logit", -Z.max(1))
save("energy", -logsumexp(Z, 1))
save("energy@10", -10 * logsumexp(Z / 10, 1), {"temperature": 10})
save("entropy", -(P * np.log(P)).sum(1))
ordered = np.sort(Z, 1)
save("margin", ordered[:, -2] - ordered[:, -1])
for gamma, m in [(0.1, 100), (0.5, 3), (2, 5)]:
    top = np.sort(P, 1)[:, -m:]
    save(f"gen@{gamma}-{m}", (top**gamma * (1 - top) ** gamma).sum(1), {"gamma": gamma, "M": m})

# KL-matching: the least KL(p || mean of a predicted class).
predicted = ZT.argmax(1)
means = np.stack([PT[predicted == c].mean(0) for c in range(C) if (predicted == c).any()])
save("kl_matching", np.min((P[:, None] * (np.log(P[:, None]) - np.log(means[None]))).sum(2), axis=1))

# Mahalanobis, by the inverse covariance.
mu = np.stack([T[labels == c].mean(0) for c in range(C)])
inverse = np.linalg.inv(np.cov((T - mu[labels]).T, bias=True))
inverse0 = np.linalg.inv(np.cov(T.T, bias=True))
d = X[:, None] - mu[None]
nearest = np.einsum("nci,ij,ncj->nc", d, inverse, d).min(1)
d0 = X - T.mean(0)
background = np.einsum("ni,ij,nj->n", d0, inverse0, d0)
save("mahalanobis", nearest)
save("relative_mahalanobis", nearest - background)

# Neighbors.
Tn, Xn = (a / np.linalg.norm(a, axis=1, keepdims=True) for a in (T, X))
distances = np.sort(((Xn[:, None] - Tn[None]) ** 2).sum(2), 1)
for k in (1, 10, 50):
    save(f"knn@{k}", distances[:, k - 1], {"k": k})

# Principal space about the point of zero logits.
u = -np.linalg.pinv(W) @ b
values, vectors = np.linalg.eigh((T - u).T @ (T - u) / len(T))
order = np.argsort(-values)
for dim in (0, 5, 20):
    size = dim or D // 2
    null = vectors[:, order[size:]]
    norm = lambda a: np.linalg.norm((a - u) @ null, axis=1)
    alpha = ZT.max(1).mean() / norm(T).mean()
    save(f"vim@{dim}", alpha * norm(X) - logsumexp(Z, 1), {"dim": dim})
    save(f"residual@{dim}", norm(X), {"dim": dim})

# Shaped activations.
for percentile in (90, 60):
    threshold = np.percentile(T, percentile)
    save(f"react@{percentile}", -logsumexp(np.minimum(X, threshold) @ W.T + b, 1), {"percentile": percentile})
for p in (90, 50):
    contributions = T.mean(0) * W
    kept = W * (contributions > np.percentile(contributions, p))
    save(f"dice@{p}", -logsumexp(X @ kept.T + b, 1), {"p": p})
for percentile in (90, 65):
    k = D - int(np.round(D * percentile / 100))
    index = np.argsort(-X, 1, kind="stable")[:, :k]
    mask = np.zeros_like(X)
    np.put_along_axis(mask, index, 1, 1)
    s1, s2 = X.sum(1, keepdims=True), (X * mask).sum(1, keepdims=True)
    setting = {"percentile": percentile}
    save(f"ash_p@{percentile}", -logsumexp(X * mask @ W.T + b, 1), setting)
    save(f"ash_s@{percentile}", -logsumexp(X * mask * np.exp(s1 / s2) @ W.T + b, 1), setting)
    save(f"ash_b@{percentile}", -logsumexp(mask * s1 / k @ W.T + b, 1), setting)
    save(f"scale@{percentile}", -logsumexp(X * np.exp(s1 / s2) @ W.T + b, 1), setting)

# Others on the last layer.
patterns = np.stack([T[(labels == c) & (predicted == c)].mean(0) for c in range(C)])
save("she", -(X * patterns[Z.argmax(1)]).sum(1))
gradient = (P - 1 / C)[:, :, None] * X[:, None]
save("gradnorm", -np.abs(gradient).sum((1, 2)))
for share, k in ((0.1, 20), (0.01, 100)):
    count = min(N_TRAIN, max(k, int(np.ceil(N_TRAIN * share))))
    rows = np.arange(N_TRAIN)
    bank = rows[(rows + 1) * count // N_TRAIN > rows * count // N_TRAIN]
    guide = Tn[bank] * logsumexp(ZT[bank], 1)[:, None]
    guidance = np.sort(Xn @ guide.T, 1)[:, -k:].mean(1)
    save(f"nnguide@{share}-{k}", -guidance * logsumexp(Z, 1), {"alpha": share, "k": k})
gaps = np.linalg.norm(W[:, None] - W[None], axis=2)
np.fill_diagonal(gaps, 1)
top = Z.argmax(1)
boundary = (np.abs(Z - Z.max(1, keepdims=True)) / gaps[top]).sum(1)
save("fdbd@1", -boundary / np.linalg.norm(X - T.mean(0), axis=1), {"centered": 1})
save("fdbd@0", -boundary / np.linalg.norm(X, axis=1), {"centered": 0})

# Random Fourier features by SplitMix64 and Box and Muller's cosine.
M64 = (1 << 64) - 1


def uniforms(seed, count):
    state, out = seed, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & M64
        v = state
        v = ((v ^ (v >> 30)) * 0xBF58476D1CE4E5B9) & M64
        v = ((v ^ (v >> 27)) * 0x94D049BB133111EB) & M64
        out.append(((v ^ (v >> 31)) >> 11) + 0.5)
    return np.array(out) * 2.0**-53


for features, ridge, scale, seed in ((64, 1.0, 1.0, 1), (32, 0.5, 0.1, 3)):
    draws = uniforms(seed, 2 * D * features + features)
    normal = np.sqrt(-2 * np.log(draws[: 2 * D * features : 2])) * np.cos(2 * np.pi * draws[1 : 2 * D * features : 2])
    w = normal.reshape(D, features) / np.sqrt(scale * D)
    phase = 2 * np.pi * draws[2 * D * features :]
    phi = lambda a: np.cos((a - a.mean(1, keepdims=True)) / np.sqrt(a.var(1, keepdims=True) + 1e-5) @ w + phase)
    precision = phi(T).T @ phi(T) + ridge * np.eye(features)
    f = phi(X)
    save(
        f"sngp@{seed}", ridge * (f * np.linalg.solve(precision, f.T).T).sum(1),
        {"features": features, "ridge": ridge, "scale": scale, "seed": seed},
    )

for name, array in {
    "train_embeddings": train, "train_logits": z_train, "train_labels": labels.astype(np.int64),
    "embeddings": test, "logits": z, "head_weight": weight, "head_bias": bias,
}.items():
    np.save(folder / f"{name}.npy", array)
(folder / "scores.json").write_text(json.dumps({"cases": scores}, indent=1) + "\n")
print(len(scores), "cases")
